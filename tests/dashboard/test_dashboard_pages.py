"""The pages' logic in Streamlit's own test runner, against the fake read API."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fake_api import FakeApi

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of libraries that Streamlit imports
    from streamlit.testing.v1 import AppTest

from dashboard import reading, windows

_APP = Path(reading.__file__).with_name("app.py")


@pytest.fixture
def app(api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """A session of the whole application."""
    monkeypatch.setenv("ONRECORD_DASHBOARD_API_URL", api.url)
    forget()
    yield AppTest.from_file(str(_APP), default_timeout=30)
    forget()


def forget() -> None:
    if reading.client.cache_info().currsize:
        reading.client().close()
    for cached in (reading.refresh_seconds, reading.client):
        cached.cache_clear()
    for function in (
        reading.runs,
        reading.count,
        reading.overview,
        reading.statements,
        reading.statement,
        reading.topics,
        reading.speakers,
        reading.timeline,
        reading.facets,
        reading.pipeline,
        reading.dead_letters,
    ):
        function.clear()


def data(session: AppTest, name: str, place: int = 0) -> dict[str, Any]:
    """What a component was given."""
    found = [node.proto for node in session.get("bidi_component") if node.proto.component_name == f"onrecord_{name}"]
    given: dict[str, Any] = json.loads(found[place].json)
    return given


def test_the_live_page_opens_with_the_newest_statements_and_listens_from_there(app: AppTest, api: FakeApi) -> None:
    app.run()
    assert not app.exception
    feed = data(app, "feed")
    assert [row["seq"] for row in feed["rows"][:3]] == [90, 89, 88]
    assert feed["after"] == 90
    assert feed["query"] == {"run": "live"}
    assert data(app, "strip")["state"] == "live"
    assert data(app, "movers")["rows"][0]["count"] > "0"
    assert data(app, "timeline")["peak"] > 0


def test_filters_come_from_the_url_and_reach_every_query(app: AppTest, api: FakeApi) -> None:
    app.query_params["speaker"] = "p-rosa-keller"
    app.query_params["q"] = "sundays"
    app.run()
    feed = data(app, "feed")
    assert {row["speaker"] for row in feed["rows"]} == {"Rosa Keller"}
    assert feed["query"] == {"run": "live", "speaker": "p-rosa-keller", "q": "sundays"}
    assert app.selectbox(key="w_speaker").value == "p-rosa-keller"
    assert app.text_input(key="w_q").value == "sundays"
    for name in ("statements", "topics", "speakers", "timeline"):
        assert any(
            asked == name and given.get("speaker") == "p-rosa-keller" and given.get("q") == "sundays"
            for asked, given in api.asked
        )


def test_a_choice_goes_into_the_url_and_shows_as_a_chip(app: AppTest) -> None:
    app.run()
    assert data(app, "chips")["chips"] == []
    app.selectbox(key="w_topic").set_value("t-oil").run()
    assert app.query_params["topic"] == "t-oil"
    assert {row["topic_id"] for row in data(app, "feed")["rows"]} == {"t-oil"}
    (chip,) = data(app, "chips")["chips"]
    assert (chip["name"], chip["label"], chip["text"]) == ("topic", "topic", "Ban on Ostrenian oil")
    assert data(app, "strip")["active"] == 1
    app.selectbox(key="w_topic").set_value(None).run()
    assert "topic" not in app.query_params
    assert data(app, "chips")["chips"] == []


def test_live_news_is_shown_by_the_hour_and_the_url_can_say_otherwise(app: AppTest, api: FakeApi) -> None:
    app.run()
    assert data(app, "movers")["title"] == "Topics, last 1 h"
    assert data(app, "movers", 1)["title"] == "Speakers, last 1 h"
    assert "window" not in app.query_params
    app.query_params["window"] = "24h"
    app.run()
    assert data(app, "movers")["title"] == "Topics, last 24 h"
    assert data(app, "movers")["window"] == "24h"
    assert data(app, "timeline")["title"] == "Statements every 30 min by topic, last 24 h"
    assert len(data(app, "timeline")["buckets"]) == 48
    wanted = {"topics": {"window": "86400"}, "timeline": {"window": "86400", "bucket": "1800"}}
    for name, parameters in wanted.items():
        assert any(asked == name and parameters.items() <= given.items() for asked, given in api.asked)


def test_a_recorded_run_opens_with_the_smallest_window_that_has_enough(app: AppTest, api: FakeApi) -> None:
    api.kinds["winter"] = "replay"
    api.statements = [row for row in api.statements if row["topic_id"] != "t-oil"]
    app.query_params["run"] = "winter"
    app.run()
    assert data(app, "movers")["title"] == "Topics, last 24 h"
    assert "window" not in app.query_params  # nothing settled: with more topics it may become another
    api.push(topic_id="t-new", topic="Something new")
    reading.topics.clear()
    app.run()
    enough = next(one for one in windows.WINDOWS if len(api.topics({"window": str(one.seconds)})) >= 7)
    assert app.query_params["window"] == enough.name
    assert data(app, "movers")["title"] == f"Topics, last {enough.words}"


def test_a_range_of_time_filters_the_lists_and_is_shown_within_the_timeline(app: AppTest, api: FakeApi) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    since, until = now - timedelta(minutes=40), now - timedelta(minutes=20)
    app.query_params["since"] = since.isoformat()
    app.query_params["until"] = until.isoformat()
    app.run()
    feed = data(app, "feed")
    assert feed["rows"]
    assert all(since <= datetime.fromisoformat(row["published_at"]) < until for row in feed["rows"])
    (chip,) = data(app, "chips")["chips"]
    assert (chip["name"], chip["text"]) == ("time", f"{since.day} {since:%b %H:%M}–{until:%H:%M}") or (
        since.date() != until.date()
    )
    assert data(app, "movers")["title"] == f"Topics, {chip['text']}"
    assert data(app, "movers")["window"] == ""
    assert data(app, "timeline")["since"].startswith(f"{since:%Y-%m-%dT%H:%M}")
    asked = {name: [given for one, given in api.asked if one == name] for name in ("topics", "timeline")}
    assert all(given["window"] == "1200" and "since" in given for given in asked["topics"])
    assert all("since" not in given and "until" not in given for given in asked["timeline"])


def test_a_range_that_ends_before_it_begins_or_is_no_time_is_left_out(app: AppTest) -> None:
    app.query_params["since"] = "2026-03-18T09:00Z"
    app.query_params["until"] = "2026-03-18T08:00Z"
    app.run()
    assert data(app, "feed")["query"] == {"run": "live"}
    app.query_params["since"] = "yesterday"
    del app.query_params["until"]
    app.query_params["window"] = "<b>"
    app.run()
    assert data(app, "feed")["query"] == {"run": "live"}
    assert data(app, "movers")["title"] == "Topics, last 1 h"


def test_too_strict_a_filter_is_named_with_what_dropping_it_brings(app: AppTest) -> None:
    app.query_params["speaker"] = "p-rosa-keller"
    app.query_params["topic"] = "t-grain"
    app.run()
    empty = data(app, "feed")["empty"]
    assert empty["title"] == "No statement matches all filters"
    assert (empty["drop"], empty["text"][:34]) == ("speaker", "Without speaker “Rosa Keller” ther")


def test_an_empty_store_offers_a_way_on(app: AppTest, api: FakeApi) -> None:
    api.statements.clear()
    api.articles.clear()
    app.run()
    assert data(app, "feed")["empty"]["title"] == "Nothing has come in yet"
    assert data(app, "strip")["state"] == "empty"


def test_without_the_read_api_the_page_stands_and_says_so(app: AppTest, api: FakeApi) -> None:
    api.stop()
    app.run()
    assert not app.exception
    assert data(app, "strip")["state"] == "unreachable"
    assert data(app, "feed")["rows"] == []
    assert data(app, "movers")["error"] == "no answer, asking again"


def test_one_panel_fails_alone_and_keeps_what_it_showed(app: AppTest, api: FakeApi) -> None:
    app.run()
    before = data(app, "movers", 1)["rows"]
    api.broken.add("speakers")
    reading.speakers.clear()
    app.run()
    assert data(app, "movers", 1)["error"] == "not up to date, asking again"
    assert data(app, "movers", 1)["rows"] == before != []
    assert data(app, "movers", 0)["error"] == ""


def test_a_rerun_while_the_api_is_gone_keeps_the_feed(app: AppTest, api: FakeApi) -> None:
    app.run()
    before = data(app, "feed")["feed"]
    api.stop()
    reading.statements.clear()
    app.run()
    assert data(app, "feed")["feed"] == before


def test_a_statement_opens_from_the_url(app: AppTest) -> None:
    app.query_params["statement"] = "s0040"
    app.run()
    shown = data(app, "statement")
    assert shown["id"] == "s0040"
    assert [piece["text"] for piece in shown["pieces"] if piece["statement"]] == [shown["text"]]
    assert data(app, "feed")["open"] == "s0040"


def test_an_unknown_statement_is_a_sentence(app: AppTest) -> None:
    app.query_params["statement"] = "<b>nope</b>"
    app.run()
    assert not app.exception
    assert any("There is no statement &lt;b&gt;nope&lt;/b&gt;" in node.value for node in app.html)


def test_the_pipeline_page_shows_the_sum_and_the_reasons(app: AppTest, api: FakeApi) -> None:
    api.dead.append(
        {
            "seq": 1,
            "stage": "extract",
            "reason": "<i>longer</i> than 400000 characters",
            "stream": "onrecord.live.articles",
            "partition": 2,
            "offset": 17,
            "at": "2026-03-17T12:00:00Z",
            "url": "https://x.example/",
            "excerpt": "<script>",
        }
    )
    app.run()
    app.switch_page("views/pipeline.py").run()
    assert not app.exception
    page = " ".join(node.value for node in app.html)
    assert re.sub("<[^>]*>", " ", page).split("Every article is accounted for.")[0].split()[-14:] == [
        *("95", "articles", "came", "in", "=", "90", "stored", "+", "4", "duplicates", "+", "1", "dead", "letter")
    ]
    assert "onrecord.live.articles, partition 2, offset 17" in page
    assert "&lt;i&gt;longer&lt;/i&gt; than 400000 characters" in page
    assert "<i>" not in page
    assert "all-MiniLM-L6-v2@53aa5117" in page


def test_what_is_behind_is_on_the_way_and_what_stays_away_is_missing(
    app: AppTest, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.lost = 2
    app.run()
    app.switch_page("views/pipeline.py").run()
    page = " ".join(node.value for node in app.html)
    assert "<b>2</b><small>on the way</small>" in page
    assert not app.warning
    monkeypatch.setattr(FakeApi, "lag", {"extract": 0, "embed": 0, "store": 0})
    reading.pipeline.clear()
    app.run()
    assert "<b>2</b><small>on the way</small>" in " ".join(node.value for node in app.html)
    run, began, seen = app.session_state["missing_since"]
    app.session_state["missing_since"] = (run, began - 11, seen)
    app.run()
    assert "<b>2</b><small>missing</small>" in " ".join(node.value for node in app.html)
    assert app.warning[0].value == "2 articles came in, and nothing was heard of them again."


def test_without_the_read_api_the_pipeline_page_keeps_what_it_showed(app: AppTest, api: FakeApi) -> None:
    app.run()
    app.switch_page("views/pipeline.py").run()
    api.stop()
    for cached in (reading.pipeline, reading.overview, reading.dead_letters, reading.runs):
        cached.clear()
    app.run()
    assert not app.exception
    assert re.search(r"what is shown is from \d\d:\d\d:\d\d UTC", app.warning[0].value)
    assert any("<b>90</b><small>stored</small>" in node.value for node in app.html)


def test_a_demo_says_on_every_page_that_all_in_it_is_fictional(app: AppTest, api: FakeApi) -> None:
    api.kinds["demo"] = "demo"
    app.query_params["run"] = "demo"
    app.run()
    words = "Recorded demo, not live. All people, places and outlets in it are fictional."
    assert data(app, "strip")["recorded"] == words
    assert data(app, "feed")["fictional"] is False  # not once more in every row
    app.switch_page("views/pipeline.py").run()
    assert any(words in node.value for node in app.html)


def test_an_unknown_run_is_a_sentence_with_a_way_back(app: AppTest) -> None:
    app.query_params["run"] = "wintre"
    app.run()
    assert not app.exception
    assert any("There is no run called wintre." in node.value for node in app.html)
    app.button[0].click().run()
    assert data(app, "feed")["query"] == {"run": "live"}


def test_what_cannot_be_meant_in_an_address_is_left_out(app: AppTest) -> None:
    app.query_params["kind"] = "<b>"
    app.query_params["outlet"] = "x" * 999
    app.run()
    assert data(app, "feed")["query"] == {"run": "live", "outlet": "x" * 300}


def test_without_live_news_the_newest_run_that_has_any_is_shown(app: AppTest, api: FakeApi) -> None:
    api.kinds = {"demo": "demo", "live": "live"}
    api.empty.add("live")
    app.run()
    assert app.query_params["run"] == "demo"
    assert data(app, "feed")["query"] == {"run": "demo"}
    app.selectbox(key="w_run").set_value("live").run()
    assert data(app, "feed")["query"] == {"run": "live"}


def test_filters_come_back_with_their_page(app: AppTest) -> None:
    app.query_params["topic"] = "t-oil"
    app.run()
    app.switch_page("views/pipeline.py").run()
    app.switch_page("views/live.py").run()
    assert data(app, "feed")["query"] == {"run": "live", "topic": "t-oil"}


def test_a_run_that_is_not_live_says_what_it_is(app: AppTest, api: FakeApi) -> None:
    api.kinds["winter"] = "replay"
    app.query_params["run"] = "winter"
    app.run()
    assert data(app, "strip")["kind"] == "replay"
    assert data(app, "strip")["state"] == "recorded"
    assert app.selectbox(key="w_run").value == "winter"
