from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import highlight, statement, wording
from dashboard.highlight import Piece
from processors.messages import EvidenceRole, Kind

TEXT = "Kessel said the corridor stays closed, Kessel added."


def test_overlapping_marks_are_cut_into_pieces_that_are_marked_alike() -> None:
    proofs = highlight.reasons("abcdefgh", [("cue", 3, 6), ("speaker", 1, 4)])
    assert [(r.number, r.roles, r.text) for r in proofs] == [(1, ("speaker",), "bcd"), (2, ("cue",), "def")]
    assert highlight.pieces("abcdefgh", [(2, 5)], proofs) == [
        Piece("a", False, (), ()),
        Piece("b", False, (1,), ()),
        Piece("c", True, (1,), ()),
        Piece("d", True, (1, 2), (1,)),
        Piece("e", True, (2,), ()),
        Piece("f", False, (2,), (2,)),
        Piece("gh", False, (), ()),
    ]


def test_a_passage_that_proves_several_things_is_one_reason() -> None:
    (proof,) = highlight.reasons("Kessel said", [("speaker", 0, 6), ("name", 0, 6), ("name", 0, 6)])
    assert (proof.number, proof.roles) == (1, ("name", "speaker"))
    assert wording.proves(proof.roles) == "gives the full name and is the mention that it is attributed to"


def test_spans_outside_the_text_mark_nothing() -> None:
    assert highlight.reasons("abc", [("cue", -1, 2), ("cue", 2, 2), ("cue", 1, 9)]) == []
    assert highlight.pieces("abc", [(2, 9), (-3, 1)], []) == [Piece("abc", False, (), ())]
    assert highlight.pieces("", [], []) == []


spans = st.tuples(st.integers(-2, 30), st.integers(-2, 30))


@given(st.text(max_size=25), st.lists(spans, max_size=4), st.lists(spans, max_size=6))
def test_the_pieces_are_the_text_and_each_reason_ends_once(
    text: str, said: list[tuple[int, int]], proof: list[tuple[int, int]]
) -> None:
    reasons = highlight.reasons(text, [("cue", start, end) for start, end in proof])
    pieces = highlight.pieces(text, said, reasons)
    assert "".join(piece.text for piece in pieces) == text
    assert sorted(n for piece in pieces for n in piece.ends) == [reason.number for reason in reasons]
    for reason in reasons:
        assert "".join(piece.text for piece in pieces if reason.number in piece.reasons) == reason.text
    offset = 0
    for piece in pieces:
        inside = [
            start <= offset and offset + len(piece.text) <= end for start, end in said if 0 <= start < end <= len(text)
        ]
        assert piece.statement == any(inside)
        offset += len(piece.text)


def answer(**changes: object) -> dict[str, object]:
    said = {
        "id": "s1",
        "kind": "direct",
        "text": "the corridor stays closed",
        "speaker": "Dmitar Kessel",
        "speaker_id": "p1",
        "role": "official",
        "relayed_by": ["PPA"],
        "heading": "",
        "confidence": 0.91,
        "spans": [{"s": 12, "e": 37}],
        "evidence": [{"role": "speaker", "start": 0, "end": 6}, {"role": "cue", "start": 7, "end": 11}],
        "extractor": "english-1",
        "rule": "cue",
    }
    article = {
        "id": "a1",
        "url": "https://karsk-observer.example/1",
        "outlet": "Karsk Observer",
        "title": "Corridor",
        "text": TEXT,
        "published_at": "2026-03-17T14:02:00Z",
        "observed_at": "2026-03-17T14:02:01Z",
        "stored_at": "2026-03-17T14:02:01.8Z",
        "source": {"cluster": "c", "topic": "onrecord.live.articles", "partition": 2, "offset": 41},
    }
    return {
        "statement": said | changes,
        "article": article,
        "topic": {"id": "t1", "title": "Corridor", "terms": ["grain"]},
        "copies": [],
        "said_before": [],
    }


def test_the_dialog_gets_the_marked_text_and_numbered_reasons() -> None:
    seen = statement.view(answer(), "live")
    assert [piece["text"] for piece in seen["pieces"] if piece["statement"]] == ["the corridor stays closed"]
    assert [(reason["number"], reason["text"], reason["proves"]) for reason in seen["reasons"]] == [
        (1, "Kessel", "is the mention that it is attributed to"),
        (2, "said", "reports the words"),
    ]
    assert seen["chain"] == ["Karsk Observer", "PPA"]
    assert seen["confidence"] == {"word": "high", "number": "0.91"}
    facts = {row["label"]: row["value"] for row in seen["provenance"]}
    assert facts["Stream"] == "onrecord.live.articles"
    assert facts["Partition, offset"] == "2, 41"
    assert facts["Processed in"] == "0.8 s"


def test_an_unknown_speaker_says_why() -> None:
    seen = statement.view(answer(speaker="", speaker_id="", why_unknown="two people were named"), "live")
    assert seen["speaker"] == ""
    assert seen["why_unknown"] == "two people were named"
    assert seen["citation"].startswith("Speaker unknown, quoted in Karsk Observer")


def test_whose_words_the_speaker_reports_is_shown() -> None:
    assert statement.view(answer(reported_speaker="Ilvo Karsk"), "live")["reports"] == "Ilvo Karsk"
    assert statement.view(answer(), "live")["reports"] == ""


def test_a_citation_names_who_said_it_where_it_was_read_and_whom_that_cites() -> None:
    assert statement.view(answer(), "live")["citation"] == (
        "Dmitar Kessel, quoted in Karsk Observer, citing PPA: “the corridor stays closed”. “Corridor”. "
        "17 March 2026, 14:02 UTC. https://karsk-observer.example/1. Statement s1."
    )


def test_a_link_that_is_no_web_address_is_not_offered() -> None:
    hostile = answer()
    hostile["article"]["url"] = "javascript:alert(1)"  # type: ignore[index]
    assert statement.view(hostile, "live")["article"]["url"] == ""


def test_an_answer_with_little_in_it_can_be_shown() -> None:
    bare = {"statement": {"id": "s9", "text": "x"}, "article": {"text": ""}, "topic": None}
    seen = statement.view(bare, "live")
    assert seen["pieces"] == []
    assert seen["confidence"]["word"] == "not known"


def test_a_page_does_not_cite_itself() -> None:
    seen = statement.view(answer(relayed_by=["The Karsk Observer", "PPA"]), "live")
    assert seen["chain"] == ["Karsk Observer", "PPA"]
    assert "citing PPA:" in seen["citation"]


@pytest.mark.parametrize(
    ("name", "outlet", "itself"),
    [
        ("Lantern", "The Lantern", True),
        ("PPA", "Pontine Press Agency", True),
        ("Observer", "Karsk Observer", True),
        ("PPA", "Karsk Observer", False),
        ("K", "Karsk", False),
        ("server", "Karsk Observer", False),
        ("", "Karsk Observer", False),
    ],
)
def test_an_outlet_speaks_of_itself_by_name_part_or_initials(name: str, outlet: str, itself: bool) -> None:
    assert statement.is_itself(name, outlet) is itself


def test_the_same_words_are_listed_in_order_of_appearance_with_this_statement_among_them() -> None:
    def other(identity: str, time: str) -> dict[str, str]:
        return {"id": identity, "outlet": identity, "title": "", "published_at": f"2026-03-17T{time}:00Z"}

    given = answer() | {"copies": [other("later", "15:00"), other("earlier", "13:58"), other("same", "14:02")]}
    seen = statement.view(given, "live")["copies"]
    assert [row["id"] for row in seen] == ["earlier", "s1", "same", "later"]
    assert [row["first"] for row in seen] == [True, False, False, False]
    assert [row["here"] for row in seen] == [False, True, False, False]
    assert statement.view(answer(), "live")["copies"] == []


def test_every_kind_has_words_and_an_explanation() -> None:
    kinds = set(get_args(Kind))
    assert set(wording.KINDS) == set(wording.KINDS_EXPLAINED) == kinds
    assert len(set(wording.KINDS.values())) == len(kinds)
    assert set(wording.EVIDENCE) == set(get_args(EvidenceRole))
