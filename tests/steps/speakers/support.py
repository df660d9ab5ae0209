"""Statements of fictional people, and what a stream of them comes to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from processors.steps.speakers.items import Resolution, Said
from processors.steps.speakers.overrides import EMPTY, Overrides
from processors.steps.speakers.registry import SpeakerState, resolve

START = datetime(2024, 3, 1, 9, tzinfo=UTC)


def said(
    article: int, name: str, mention: str | None = None, role: str = "", outlet: str = "calder.example"
) -> Said:  # fmt: skip
    """A statement in one of a series of articles, an hour apart."""
    return Said(
        f"a{article}", outlet, START + timedelta(hours=article), name, name if mention is None else mention, role
    )


class Stream:
    """A state that statements are fed to one by one."""

    def __init__(self, overrides: Overrides = EMPTY) -> None:
        self.state = SpeakerState.empty(overrides)
        self.answers: list[Resolution] = []
        self._article = 0

    def say(self, name: str, mention: str | None = None, role: str = "", outlet: str = "calder.example") -> str:
        """Say something in an article of its own; returns the speaker on arrival."""
        self._article += 1
        return self.feed([said(self._article, name, mention, role, outlet)])[0]

    def feed(self, statements: Sequence[Said]) -> list[str]:
        """Feed statements; returns their speakers on arrival."""
        answer = resolve(self.state, statements)
        self.answers.append(answer)
        return answer.ids

    def same(self, *speakers: str) -> bool:
        """Whether all are one speaker by now."""
        return len({self.state.alive(one) for one in speakers}) == 1

    @property
    def events(self) -> list[tuple[str, str]]:
        """(kind, name) of all that happened."""
        return [(event.kind, event.name) for answer in self.answers for event in answer.events]

    def reason(self, kind: str) -> str:
        """The reason that the last event of a kind gives readers."""
        return [event.reason for answer in self.answers for event in answer.events if event.kind == kind][-1]
