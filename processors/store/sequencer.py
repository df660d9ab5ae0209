"""Puts what the bus delivers into the one order that the store applies: by position, origin by origin.

Partitions, consumers and restarts mix the stream; the origin's own count undoes it. Pure: no Kafka, DuckDB or clock.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from processors.messages import DeadLetter, Embedded
from processors.streams import Position

# JSON numbers keep whole numbers exactly up to here; a position beyond it is no count of anything.
POSITIONS = 2**53


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message with where it stood on the bus; ``since`` counts seconds on the loop's monotonic clock."""

    message: Embedded | DeadLetter
    at: Position
    offset: int
    since: float = 0.0

    @property
    def input(self) -> tuple[str, int] | None:
        """The (origin, position) that this accounts for; None where nobody can say."""
        source = self.message.article if isinstance(self.message, Embedded) else self.message
        return (source.origin, source.position) if source.origin and 0 <= source.position < POSITIONS else None

    @property
    def statements(self) -> int:
        """How many statements it brings."""
        return len(self.message.statements) if isinstance(self.message, Embedded) else 0


@dataclass(slots=True)
class Seen:
    """Which positions of one origin are in: all below ``end``, but for the ``holes`` (start, end) in it."""

    end: int = 0
    holes: list[tuple[int, int]] = field(default_factory=list)

    def __contains__(self, position: int) -> bool:
        return position < self.end and not any(start <= position < end for start, end in self.holes)

    def add(self, position: int) -> None:
        """Put a position in; one beyond the end leaves a hole before it."""
        if position >= self.end:
            if position > self.end:
                self.holes.append((self.end, position))
            self.end = position + 1
            return
        for i, (start, end) in enumerate(self.holes):
            if start <= position < end:
                self.holes[i : i + 1] = [(a, b) for a, b in ((start, position), (position + 1, end)) if a < b]
                return

    @property
    def first_missing(self) -> int:
        """The lowest position that is not in."""
        return self.holes[0][0] if self.holes else self.end

    @property
    def missing(self) -> int:
        """How many below the end are not in."""
        return sum(end - start for start, end in self.holes)

    def copy(self) -> Seen:
        """One that changes by itself."""
        return Seen(self.end, list(self.holes))


@dataclass(slots=True)
class _Lane:
    """One origin: what was handed on, and what waits for a lower position."""

    seen: Seen
    waiting: dict[int, Arrival] = field(default_factory=dict)

    @property
    def highest(self) -> int:
        return max(self.seen.end, max(self.waiting, default=-1) + 1)


@dataclass(slots=True)
class _Log:
    """One partition: the next offset to come, and a heap of those that are not settled."""

    next: int
    unsettled: list[int] = field(default_factory=list)
    settled: set[int] = field(default_factory=set)

    def low(self) -> int:
        while self.unsettled and self.unsettled[0] in self.settled:
            self.settled.discard(heapq.heappop(self.unsettled))
        return self.unsettled[0] if self.unsettled else self.next


class Sequencer:
    """A reorder buffer that starts from what is applied already and from the offsets that the consumer starts at.

    An arrival is handed out once; it counts as unsettled until ``settle``, so that ``offsets`` never passes it.
    """

    def __init__(self, applied: Mapping[str, Seen], offsets: Mapping[Position, int]) -> None:
        self._lanes = {origin: _Lane(seen.copy()) for origin, seen in applied.items()}
        self._logs = {at: _Log(next_offset) for at, next_offset in offsets.items()}
        self.redelivered = 0
        self.unattributed = 0

    def push(self, arrival: Arrival) -> list[Arrival]:
        """Take one in; what can be applied now, in order (nothing where it waits, or has been here before)."""
        log = self._logs.setdefault(arrival.at, _Log(arrival.offset))
        again = arrival.offset < log.next and (arrival.offset < log.low() or arrival.offset in log.unsettled)
        log.next = max(log.next, arrival.offset + 1)
        if again:
            self.redelivered += 1
            return []
        if arrival.input is None:
            self.unattributed += 1
            heapq.heappush(log.unsettled, arrival.offset)
            return [arrival]
        origin, position = arrival.input
        lane = self._lanes.setdefault(origin, _Lane(Seen()))
        if position in lane.seen or position in lane.waiting:
            self.redelivered += 1
            return []
        heapq.heappush(log.unsettled, arrival.offset)
        if position < lane.seen.end:
            # It was given up as missing, and came after all.
            lane.seen.add(position)
            return [arrival]
        lane.waiting[position] = arrival
        return _run_of(lane)

    def release(self, before: float) -> list[Arrival]:
        """Give up what arrivals from before this moment wait for; what can be applied now, origin by origin."""
        ready: list[Arrival] = []
        for _, lane in sorted(self._lanes.items()):
            while any(arrival.since < before for arrival in lane.waiting.values()):
                _skip(lane)
                ready += _run_of(lane)
        return ready

    def settle(self, arrivals: Iterable[Arrival]) -> None:
        """These are about to be applied: ``offsets`` may pass them."""
        for arrival in arrivals:
            self._logs[arrival.at].settled.add(arrival.offset)

    def offsets(self) -> dict[Position, int]:
        """For each partition the lowest offset that is not settled, which is where reading goes on after a restart."""
        return {at: log.low() for at, log in self._logs.items()}

    @property
    def waiting(self) -> int:
        """How many wait for a lower position."""
        return sum(len(lane.waiting) for lane in self._lanes.values())

    @property
    def attributed(self) -> int:
        """Highest position that came + 1, over all origins."""
        return sum(lane.highest for lane in self._lanes.values())

    @property
    def missing(self) -> int:
        """How many below the highest position of their origin have not come."""
        return sum(one.highest - one.seen.end + one.seen.missing - len(one.waiting) for one in self._lanes.values())


def _skip(lane: _Lane) -> None:
    """Make the gap before the lowest waiting position a hole."""
    lowest = min(lane.waiting)
    if lowest > lane.seen.end:
        lane.seen.holes.append((lane.seen.end, lowest))
        lane.seen.end = lowest


def _run_of(lane: _Lane) -> list[Arrival]:
    """Take out of the waiting what follows on without a gap."""
    ready: list[Arrival] = []
    while (arrival := lane.waiting.pop(lane.seen.end, None)) is not None:
        lane.seen.end += 1
        ready.append(arrival)
    return ready
