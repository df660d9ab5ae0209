"""Frequencies of words: saved as a table and a journal, alike however the stream was cut and stopped."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.steps import frequencies as module
from processors.steps.frequencies import FOLD, LEAST, RECENT_ARTICLES, SEGMENT, DocumentFrequencies
from processors.steps.words import slot


@pytest.fixture(autouse=True, scope="module")
def _small_fold() -> object:
    """So that a short stream goes around the journal more than once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "FOLD", 4 * SEGMENT)
        patch.setattr(module, "RECENT_ARTICLES", 2 * SEGMENT)
        yield


def _article(number: int) -> tuple[list[str], str]:
    return [f"word{number % 7}", f"word{number % 11 + 7}", f"rare{number}"], f"a{number}"


def _run(count: int, cuts: set[int], *, stop: bool) -> tuple[DocumentFrequencies, dict[str, bytes]]:
    state, saved = DocumentFrequencies(), {}
    for number in range(count):
        if number in cuts:
            saved.update(state.rows())
            state = DocumentFrequencies.from_rows(saved) if stop else state
        state.add(*_article(number))
    saved.update(state.rows())
    return state, saved


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 260), st.sets(st.integers(0, 259), max_size=8), st.booleans())
def test_what_is_saved_depends_on_the_stream_alone(count: int, cuts: set[int], stop: bool) -> None:
    whole, rows = _run(count, set(), stop=False)
    state, saved = _run(count, cuts, stop=stop)
    assert saved == rows
    restored = DocumentFrequencies.from_rows(saved)
    for one in (state, restored):
        assert one.documents == whole.documents == count
        assert (one.counts == whole.counts).all()
    assert list(state.recent) == list(whole.recent)


def test_the_journal_holds_the_articles_that_were_counted_lately() -> None:
    """Else a restart would forget some of them and count their words again."""
    assert RECENT_ARTICLES <= FOLD - SEGMENT


def test_counts_are_those_of_counting_by_hand() -> None:
    _, saved = _run(200, set(), stop=False)
    restored = DocumentFrequencies.from_rows(saved)
    assert restored.counts[slot("word3")] == sum(number % 7 == 3 for number in range(200))
    assert restored.counts[slot("rare199")] == 1
    assert restored.idf(np.array([slot("never")]))[0] == pytest.approx(np.log(201) + LEAST)


def test_a_few_articles_rewrite_little() -> None:
    state, saved = _run(3 * SEGMENT + 2, set(), stop=False)
    for number in range(3 * SEGMENT + 2, 3 * SEGMENT + 5):
        state.add(*_article(number))
    changed = {key for key, value in state.rows().items() if saved.get(key) != value}
    assert changed == {"words.003"}
    assert sum(len(state.rows()[key]) for key in changed) < 1_000


def test_statements_of_an_article_that_was_counted_lately_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FOLD", 2 * RECENT_ARTICLES)
    monkeypatch.setattr(module, "RECENT_ARTICLES", RECENT_ARTICLES)
    state, saved = _run(RECENT_ARTICLES + 5, set(), stop=False)
    for one in (state, DocumentFrequencies.from_rows(saved)):
        assert one.counted(f"a{RECENT_ARTICLES + 4}")
        assert one.counted("a5")
        assert not one.counted("a4")


@pytest.mark.parametrize("broken", ["words.001", "words"])
def test_a_row_that_is_missing_is_noticed(broken: str) -> None:
    _, saved = _run(3 * SEGMENT, set(), stop=False)
    del saved[broken]
    with pytest.raises((ValueError, KeyError)):
        DocumentFrequencies.from_rows(saved)
