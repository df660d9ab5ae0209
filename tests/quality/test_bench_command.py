"""``onrecord bench``: the parts that need no model give figures that make sense; the others run on a little."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from processors.commands.bench import Tools, bench
from processors.quality.flow import article_seconds
from processors.quality.speed import cluster_speed, extract_speed
from processors.quality.writes import EACH, made_bundles, measure_writes
from processors.settings import ClusterSettings, Settings


def test_made_up_statements_are_the_same_each_time() -> None:
    one, other = list(made_bundles(3)), list(made_bundles(3))
    assert one == other
    assert len({said.id for bundle in one for said in bundle.statements}) == 3 * EACH
    assert list(made_bundles(3, seed=8)) != one


def test_writes_are_measured_beside_a_bare_append(tmp_path: Path) -> None:
    times = measure_writes(tmp_path, 100, 50)
    assert len(times.store) == len(times.bare) == 2
    assert min([*times.store, *times.bare]) > 0
    assert times.file_bytes > 100 * 384


def test_clustering_is_measured_at_the_topics_asked_for() -> None:
    speed = cluster_speed(40, 1, ClusterSettings())
    assert speed.value > 0
    assert speed.ratio > 0


def test_a_row_says_what_it_is(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("processors.quality.speed.cluster_speed", lambda topics, *_: cluster_speed(20, 1, *_[1:]))
    bench("cluster", rounds=1)
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["name"] for row in rows] == ["cluster.1000", "cluster.5000"]
    for row in rows:
        assert row.keys() == {"name", "value", "unit", "ratio", "against", "data", "command"}
        assert row["command"] == "onrecord bench cluster"


@pytest.mark.model
def test_articles_go_through_every_stage(tmp_path: Path) -> None:
    tools = Tools(Settings(), 1)
    articles = tools.articles()[:3]
    middle, worst = article_seconds(articles, tools.extractor(), tools.embedder(), tmp_path)
    assert 0 < middle <= worst
    speed = extract_speed(tools.extractor(), articles, 1)
    assert speed.value > 10
    assert speed.ratio > 0


@pytest.mark.broker
def test_messages_come_back_from_the_broker() -> None:
    from processors.quality.flow import bus_speed, embedded_broker

    with embedded_broker() as settings:
        produced, consumed = bus_speed(settings, 200, 1)
    assert produced.value > 0
    assert consumed.value > 0
