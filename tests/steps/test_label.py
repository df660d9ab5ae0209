"""Names of topics: from headlines, short, and slow to change."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from processors.settings import ClusterSettings
from processors.steps.cluster import TopicState, assign
from processors.steps.frequencies import DocumentFrequencies
from processors.steps.label import choose_chips, choose_title, headline
from processors.steps.topics import Sample
from tests.steps.topic_items import item


def samples(*titles: str) -> list[Sample]:
    return [Sample(title, "") for title in titles]


def test_headline_prefers_the_heading_then_the_title_then_the_words() -> None:
    assert headline("About the oil embargo:", "Briefing of 2 March", "We will.") == "The oil embargo"
    assert headline("", "Grain talks resume - The Courier", "We will.", "The Courier") == "Grain talks resume"
    assert headline("", "", "We will   pay for it.") == "We will pay for it."
    assert headline("", "", "") == "Untitled"
    assert len(headline("", "word " * 100, "")) <= 111


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=300), st.text(max_size=20))
def test_headline_is_always_something_on_one_line(heading: str, title: str, text: str, outlet: str) -> None:
    name = headline(heading, title, text, outlet)
    assert name.strip()
    assert len(name) <= 111
    assert "\n" not in name


def test_title_is_the_shortest_of_those_that_fit() -> None:
    fits = {"Grain talks resume in the capital at last": 0.95, "Grain talks resume": 0.9, "Weather": 0.1}
    assert choose_title("", samples(*fits), fits.__getitem__) == "Grain talks resume"


def test_title_stays_until_another_is_clearly_better() -> None:
    fits = {"Grain talks resume": 0.5, "Grain deal": 0.6, "Grain deal is signed": 0.9}
    assert choose_title("Grain talks resume", samples(*list(fits)[:2]), fits.__getitem__) == "Grain talks resume"
    assert choose_title("Grain talks resume", samples(*fits), fits.__getitem__) == "Grain deal is signed"


def test_two_topics_do_not_share_a_title_while_there_is_a_choice() -> None:
    fits = {"Briefing": 0.9, "Oil embargo": 0.4}
    assert choose_title("", samples(*fits), fits.__getitem__, {"Briefing"}) == "Oil embargo"
    assert choose_title("", samples("Briefing"), fits.__getitem__, {"Briefing"}) == "Briefing"


def test_chips_are_rare_words_without_repetition() -> None:
    frequencies = DocumentFrequencies()
    for number in range(50):
        frequencies.add(["government", f"rare{number}"])
    frequencies.add(["grain", "corridor", "kessel"])
    texts = [
        Sample("Grain corridor opens", "The government said the grain corridor was open, Kessel added."),
        Sample("Kessel on the grain corridor", "Kessel said that the government would open a grain corridor."),
        Sample("Ships wait for grain", "Government ships wait for the grain corridor, said Kessel."),
    ]
    chips = choose_chips(texts, frequencies)
    assert chips[0] == "grain corridor"
    assert "Kessel" in chips
    assert 3 <= len(chips) <= 4
    stems = [word.lower() for chip in chips for word in chip.split()]
    assert len(stems) == len(set(stems))


def test_chips_of_nothing_are_none() -> None:
    assert choose_chips([], DocumentFrequencies()) == ()
    assert choose_chips([Sample("The 12 of them", "1,000 and 2.5")], DocumentFrequencies()) == ()


def test_a_topic_is_named_by_a_member_and_says_when_the_name_changes() -> None:
    rules = ClusterSettings(merge_every=1_000)
    state = TopicState.empty(rules)
    first = replace(item(0, 1), title="Something else entirely")
    rest = [replace(item(n, 1), title="Topic1word0 topic1word1 topic1word2", text=f"No {n}") for n in range(1, 12)]
    done = assign(state, [first, *rest], rules)
    assert len(set(done.topics)) == 1
    (row,) = state.topic_rows(done.changed)
    renamed = [event for event in done.events if event.kind == "renamed"]
    assert done.events[0].title == "Something else entirely"
    assert row.title == "Topic1word0 topic1word1 topic1word2"
    assert [event.title for event in renamed] == [row.title]
    assert row.terms
