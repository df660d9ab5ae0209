from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

from store_fakes import content, open_store

HERE = Path(__file__).parent
KILLS = 10


def write(folder: Path, lines: int | None) -> str:
    """Run the writer; kill it after so many lines, or let it end. The last line that it wrote."""
    path = os.pathsep.join([str(HERE), str(HERE.parents[1])])
    writer = subprocess.Popen(
        [sys.executable, str(HERE / "kill_writer.py"), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert writer.stdout is not None
    last = ""
    for number, line in enumerate(writer.stdout, start=1):
        last = line.strip()
        if number == lines:
            break
    if lines is not None:
        writer.kill()
    writer.stdout.close()
    assert writer.wait() == (-9 if lines is not None and last != "end" else 0)
    return last


def test_killed_again_and_again_it_ends_with_the_same_rows(tmp_path: Path) -> None:
    assert write(tmp_path / "calm", None) == "end"
    calm = open_store(tmp_path / "calm")
    expected = content(calm)
    calm.close()
    chance = random.Random(20260301)
    reached = [write(tmp_path / "killed", chance.randint(1, 4)) for _ in range(KILLS)]
    assert "end" not in reached
    assert len(set(reached)) == KILLS, "each time it went further"
    assert write(tmp_path / "killed", None) == "end"
    killed = open_store(tmp_path / "killed")
    assert content(killed) == expected
    sums = killed.accounting()
    assert (sums.received, sums.waiting, sums.missing) == (160, 0, 0)
    killed.close()
