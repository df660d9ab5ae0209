"""Speakers across articles, first version: one name, one speaker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class Speaker:
    """A row of ``speakers``. The name is as first seen; copies are not counted.

    The role is the one that most articles give, held by a running majority vote (Boyer and Moore, 1981): the same role
    is a vote for it, another one a vote against it, and at nought the other takes its place. So one misread apposition
    does not rename an office, and a new office prevails in time.
    """

    id: str
    name: str
    role: str
    first_at: datetime
    last_at: datetime
    statements: int = 0
    role_votes: int = 0

    def add(self, at: datetime, role: str) -> None:
        """Count one more statement."""
        self.first_at = min(self.first_at, at)
        self.last_at = max(self.last_at, at)
        self.statements += 1
        if role == self.role:
            self.role_votes += bool(role)
        elif role and self.role_votes:
            self.role_votes -= 1
        elif role:
            self.role, self.role_votes = role, 1


def add_all(known: Iterable[Speaker], said: Iterable[tuple[str, str, datetime, str]]) -> list[Speaker]:
    """The speakers with what they (id, name, time, role) have said on top, in the order of their first appearance."""
    speakers = {speaker.id: speaker for speaker in known}
    changed: dict[str, Speaker] = {}
    for speaker_id, name, at, role in said:
        if speaker_id:
            speaker = speakers.setdefault(speaker_id, Speaker(speaker_id, name, "", at, at))
            speaker.add(at, role)
            changed[speaker_id] = speaker
    return list(changed.values())
