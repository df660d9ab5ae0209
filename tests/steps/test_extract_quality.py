"""The measure of extraction, and a floor on annotated articles."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from processors.commands.extract import read_articles, rows_of
from processors.errors import SourceError
from processors.messages import Extracted
from processors.quality.statements import GoldDocument, name_share, read_gold, same_person, score_statements, spoken
from tests.steps.extract_support import extractor, shared

TEXT = "Ann Lee said that ships sail on Friday. Bob Ash said that it rained all day."
GOLD = {"spans": [[18, 38]], "kind": "indirect", "source": [[0, 7]], "speaker": "Ann Lee"}
SECOND = {"spans": [[58, 75]], "kind": "indirect", "source": [[40, 47]], "speaker": "Bob Ash"}


def _found(start: int, end: int, speaker: str, **more: Any) -> dict[str, Any]:
    return {"spans": [[start, end]], "kind": "indirect", "speaker": speaker, **more}


def test_a_statement_counts_where_words_and_speaker_are_right() -> None:
    document = GoldDocument("d", TEXT, [GOLD, SECOND])
    found = {"d": [_found(18, 38, "Lee"), _found(58, 75, "Ann Lee"), _found(0, 7, "nobody")]}
    score = score_statements([document], found)
    assert (score.gold, score.found, score.spans_right, score.both_right) == (2, 3, 2, 1)
    assert score.as_row()["joint_f1"] == 40.0
    assert score.as_row()["speaker"] == 50.0


def test_a_mention_that_overlaps_the_gold_one_is_the_right_speaker() -> None:
    found = {"d": [_found(18, 38, "", speaker_start=4, speaker_end=7)]}
    assert score_statements([GoldDocument("d", TEXT, [GOLD])], found).both_right == 1


def test_half_the_words_are_enough_and_less_is_not() -> None:
    gold = [GoldDocument("d", TEXT, [GOLD])]
    assert score_statements(gold, {"d": [_found(18, 28, "Ann Lee")]}).spans_right == 1
    assert score_statements(gold, {"d": [_found(18, 23, "Ann Lee")]}).spans_right == 0


def test_passages_are_scored_by_words() -> None:
    turn = {"kind": "transcript", "start": 0, "end": 38, "speaker": "Ann Lee"}
    found = {"d": [dict(_found(0, 22, "Lee"), kind="transcript"), dict(_found(40, 47, "Bob Ash"), kind="transcript")]}
    score = score_statements([GoldDocument("d", TEXT, turns=[turn])], found)
    assert (score.turn_words, score.turn_found, score.turn_right) == (8, 7, 5)
    asked = {"d": [dict(_found(0, 38, "Lee"), kind="question")]}
    assert score_statements([GoldDocument("d", TEXT, turns=[turn])], asked).turn_right == 0


def test_names_are_compared_by_their_last_words() -> None:
    assert same_person("Dray", ["Ansel Dray"])
    assert same_person("Lindqvist-Moe", ["Yara Lindqvist-Moe's"])
    assert not same_person("", ["Ansel Dray"])
    assert not same_person("Ansel Dray", ["Rosa Keller"])


def test_thoughts_are_left_out_of_speech_and_names_are_counted_where_they_are_known() -> None:
    thought = dict(SECOND, speech=False)
    assert spoken(GoldDocument("d", TEXT, [GOLD, thought])).statements == [GOLD]
    known = [dict(GOLD, aliases=["Ann Lee"]), dict(SECOND, aliases=["Bob Ash"], source=[[40, 47]])]
    found = {"d": [_found(18, 38, "Lee"), _found(58, 75, "the mayor", speaker_start=40, speaker_end=47)]}
    assert name_share([GoldDocument("d", TEXT, known)], found) == 50.0


def test_a_folder_without_gold_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gold\.jsonl"):
        read_gold(tmp_path)


@pytest.mark.model
@pytest.mark.shared
def test_annotated_articles_keep_their_floor() -> None:
    folder = shared("data", "statements", "own", "develop")
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for answer in extractor()(read_articles(folder / "docs.jsonl")):
        assert isinstance(answer, Extracted)
        for row in rows_of(answer):
            found[row.doc].append({name: getattr(row, name) for name in row.__struct_fields__})
    figures = score_statements(read_gold(folder), found).as_row()
    print(json.dumps(figures))
    assert figures["joint_f1"] >= 86
    assert figures["speaker"] >= 94
    assert figures["turn_recall"] >= 98
    assert figures["turn_precision"] >= 98
