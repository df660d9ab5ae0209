"""A writer to be killed: applies a fixed stream to the store in the folder given, one line of output a batch."""

from __future__ import annotations

import sys
from pathlib import Path

from store_fakes import arrivals, bundle, letter, open_store, saying

from processors.messages import DeadLetter, Embedded
from processors.store.sequencer import Arrival

COUNT = 160


def stream() -> list[Arrival]:
    """The same messages every time, out of order, in three partitions."""
    messages: list[Embedded | DeadLetter] = [
        letter(i, "o")
        if i % 17 == 0
        else saying(i, "we will all go home tomorrow " * (1 + i % 3))
        if i % 5 == 0
        else bundle(i, speaker=("Ana Lom", "Lom", "Bo Dray", "")[i % 4])
        for i in range(COUNT)
    ]
    for i in range(0, COUNT - 4, 4):
        messages[i], messages[i + 3] = messages[i + 3], messages[i]
    return arrivals(messages, 3)


def main() -> None:
    """Go on from the file's offsets to the end."""
    store = open_store(Path(sys.argv[1]), batch_statements=5, checkpoint_mb=1)
    resumed = store.offsets("c")
    store.begin("c", resumed)
    for arrival in stream():
        if arrival.offset < resumed.get(arrival.at, 0):
            continue
        store.receive([arrival])
        while store.full:
            store.apply()
            print(store.counts, flush=True)
    while store.apply():
        pass
    store.close()
    print("end", flush=True)


if __name__ == "__main__":
    main()
