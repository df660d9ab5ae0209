"""The same speakers wherever the stream is cut, stopped and restored."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.errors import StoreError
from processors.steps.speakers import state as speaker_state
from processors.steps.speakers.items import Said, SpeakerEvent, SpeakerRow
from processors.steps.speakers.overrides import EMPTY, Overrides, read_overrides
from processors.steps.speakers.registry import SpeakerState, resolve
from tests.steps.speakers.support import said

NAMES = [
    ("Joe Castell", "", "President"), ("Joseph R. Castell Jr", "", ""), ("Castell", "THE PRESIDENT", ""),
    ("Castell", "Castell", ""), ("Jill Castell", "", "First Lady"), ("Castell", "MS. CASTELL", ""),
    ("Dmitry Marensky", "", "Palace spokesman"), ("Dmitri Marenskyy", "", ""), ("Marensky", "MR. MARENSKY", ""),
    ("Johnson", "Senator Johnson", "Senator"), ("Mira Johnson", "", "Senator"), ("Tom Johnson", "", "Mayor"),
    ("The president", "THE PRESIDENT", ""), ("the Palace spokesman", "the Palace spokesman", ""), ("Joe", "Joe", ""),
    ("officials", "officials", ""), ("the report", "the report", ""), ("NAHL", "NAHL", ""),
    ("Northern Association of Harbour Lines", "NAHL", ""), ("Polish Defence Ministry", "", ""),
    ("Defence Ministry", "", ""), ("Spanish Defence Ministry", "", ""), ("Poland", "", ""), ("", "", ""),
    ("(", "[", "("),
]  # fmt: skip
OUTLETS = ("a.example", "b.example")


@st.composite
def streams(draw: st.DrawFn) -> list[Said]:
    articles = draw(st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5), max_size=25))
    found = []
    for number, statements in enumerate(articles):
        outlet = draw(st.sampled_from(OUTLETS))
        found += [said(number, name or "?", mention, role, outlet) for name, mention, role in statements]
    return found


class Saved:
    """What a database would hold."""

    def __init__(self) -> None:
        self.rows: dict[str, SpeakerRow] = {}
        self.shared: dict[str, bytes] = {}

    def save(self, state: SpeakerState, changed: set[str]) -> None:
        for row in state.rows(changed):
            self.rows[row.id] = row
        self.shared = state.global_rows()


def run(
    stream: Sequence[Said], cuts: Sequence[int], overrides: Overrides, *, stop: bool
) -> tuple[list[str], list[SpeakerEvent], dict[str, SpeakerRow]]:
    """Feed a stream in pieces, each saved; restored from what was saved before each where ``stop``."""
    state, saved = SpeakerState.empty(overrides), Saved()
    ids: list[str] = []
    events: list[SpeakerEvent] = []
    ends = [*sorted(cuts), len(stream)]
    for start, end in zip([0, *ends], ends, strict=False):
        if stop:
            state = SpeakerState.restore(overrides, list(saved.rows.values()), saved.shared)
        answer = resolve(state, stream[start:end])
        saved.save(state, answer.changed)
        ids += answer.ids
        events += answer.events
    return ids, events, saved.rows


OVERRIDES = """
[[speaker]]
name = "Dmitry Marensky"
aliases = ["the Palace spokesman"]

[[merge]]
names = ["NAHL", "Poland"]
reason = "for a test"

[[split]]
names = ["Joe Castell", "Joseph R. Castell Jr"]

[[split]]
name = "Mira Johnson"
outlets = ["b.example"]
"""


@pytest.fixture(scope="module")
def overrides(tmp_path_factory: pytest.TempPathFactory) -> Overrides:
    path: Path = tmp_path_factory.mktemp("overrides") / "speakers.toml"
    path.write_text(OVERRIDES, encoding="utf-8")
    return read_overrides(path)


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_the_outcome_depends_on_the_order_alone(data: st.DataObject, overrides: Overrides) -> None:
    stream = data.draw(streams())
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=6))
    which = data.draw(st.sampled_from([EMPTY, overrides]))
    whole = run(stream, [], which, stop=False)
    assert run(stream, cuts, which, stop=False) == whole
    assert run(stream, cuts, which, stop=True) == whole


@settings(deadline=None, max_examples=100)
@given(streams())
def test_every_answer_has_a_row_and_every_merge_an_event(stream: list[Said]) -> None:
    ids, events, rows = run(stream, range(0, len(stream), 3), EMPTY, stop=False)
    assert set(ids) <= set(rows)
    merged = {row.id: row.merged_into for row in rows.values() if row.merged_into}
    told = {event.speaker: event.into for event in events if event.kind == "merged"}
    assert merged == {one: told[one] for one in merged}
    assert all(event.reason for event in events)
    for one in merged:
        seen = [one]
        while merged.get(seen[-1]):
            seen.append(merged[seen[-1]])
            assert len(seen) == len(set(seen))
        assert rows[seen[-1]].kind != "unnamed"


def test_speakers_are_let_go_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speaker_state, "MOST_SPEAKERS", 40)
    state, saved = SpeakerState.empty(EMPTY), Saved()
    letters = "bcdfghklmn"
    names = [f"Ann {a}o{b}a{c}el".title() for a in letters for b in letters for c in letters]
    for number, name in enumerate(names):
        saved.save(state, resolve(state, [said(number, name)]).changed)
        assert len(state.speakers) <= 42
    assert len(saved.rows) == len(names)
    assert sum(bool(row.state) for row in saved.rows.values()) == len(state.speakers)
    restored = SpeakerState.restore(EMPTY, saved.rows.values(), saved.shared)
    assert restored.speakers.keys() == state.speakers.keys()


def test_damaged_state_is_refused() -> None:
    state = SpeakerState.empty(EMPTY)
    answer = resolve(state, [said(1, "Mira Castell")])
    (row,) = state.rows(answer.changed)
    broken = SpeakerRow(row.id, row.name, row.kind, row.role, row.terms, row.aliases, "", b"\x00")
    with pytest.raises(StoreError, match="damaged"):
        SpeakerState.restore(EMPTY, [broken], state.global_rows())
    with pytest.raises(StoreError, match="damaged"):
        SpeakerState.restore(EMPTY, [row], {"other": b""})
