"""The Live page in a real browser, against the fake read API."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from conftest import free_port, until
from fake_api import FakeApi

pytestmark = pytest.mark.browser
WAIT = 20_000
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


@pytest.fixture
def page(served: tuple[FakeApi, str], chromium: Any) -> Iterator[Any]:
    """A wide page of its own."""
    context = chromium.new_context(viewport={"width": 1280, "height": 850}, base_url=served[1])
    context.set_default_timeout(WAIT)
    opened = context.new_page()
    yield opened
    context.close()


def rows(page: Any) -> Any:
    return page.locator(".row[data-seq]")


def ready(page: Any, path: str = "/") -> None:
    page.goto(path)
    rows(page).first.wait_for()
    page.get_by_role("status").get_by_text("Live", exact=True).wait_for()


def away(page: Any) -> None:
    page.mouse.move(2, 2)


def test_a_row_arrives_by_push_and_says_who_said_what(page: Any, served: tuple[FakeApi, str]) -> None:
    ready(page)
    away(page)
    row = served[0].push(
        text="The ferry leaves at six, with or without the minister.", speaker="Peter Quill", kind="direct"
    )
    first = rows(page).first
    page.locator(f".row[data-id={row['id']}]").wait_for()
    assert first.get_attribute("data-id") == row["id"]
    assert "“The ferry leaves at six, with or without the minister.”" in first.inner_text()
    assert "Peter Quill" in first.inner_text()


def test_filters_survive_a_reload_and_a_click_in_a_panel_sets_them(page: Any) -> None:
    ready(page)
    page.locator(".row[data-id='t-grain']").click()
    page.wait_for_url(re.compile("topic=t-grain"))
    page.locator(".head").get_by_text("Grain corridor talks").wait_for()
    page.reload()
    rows(page).first.wait_for()
    assert "topic=t-grain" in page.url
    topics = {text.strip() for text in page.locator(".row[data-seq] .topic").all_inner_texts()}
    assert topics == {"Grain corridor talks"}
    page.go_back()
    page.wait_for_url(re.compile(r"/$"))
    page.get_by_placeholder("Any topic").wait_for()


def test_typing_filters_and_marks_what_was_searched_for(page: Any) -> None:
    ready(page)
    page.keyboard.press("/")
    page.keyboard.type("napkin", delay=20)
    page.wait_for_url(re.compile("q=napkin"))
    page.locator("mark").first.wait_for()
    assert {text.lower() for text in page.locator("mark").all_inner_texts()} == {"napkin"}


def test_a_click_opens_the_article_with_statement_and_evidence_marked(page: Any) -> None:
    ready(page, "/?kind=briefing")
    rows(page).first.locator(".words").click()
    dialog = page.get_by_role("dialog")
    dialog.locator(".said").wait_for()
    assert dialog.locator(".said").inner_text() == dialog.locator("blockquote").inner_text()
    marked = dialog.locator(".text .proof").all_inner_texts()
    assert "Dmitar Kessel" in marked
    assert "outline" in marked
    assert [text.split("\n")[0] for text in dialog.locator("ol .n").all_inner_texts()] == [*"①②③④⑤"]
    assert set(dialog.locator(".text sup").all_inner_texts()) == {*"①②③④⑤"}
    dialog.get_by_text("Confidence high, 0.93").wait_for()
    dialog.get_by_text("onrecord.live.articles").wait_for()
    assert "statement=s" in page.url
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    page.wait_for_url(re.compile(r"\?kind=briefing$"))


def test_a_page_that_waits_for_a_run_fills_when_it_is_begun(page: Any, served: tuple[FakeApi, str]) -> None:
    page.goto("/?run=later")
    page.get_by_text("There is no run called later.").wait_for()
    served[0].kinds["later"] = "replay"
    rows(page).first.wait_for()
    page.locator(".bar[data-state=recorded]").wait_for()
    del served[0].kinds["later"]


def test_a_page_that_was_opened_too_early_shows_the_first_run_there_is(chromium: Any, start: Any) -> None:
    fake = FakeApi().start()
    fake.kinds.clear()
    process, address = start(fake.url)
    context = chromium.new_context(base_url=address)
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.goto("/")
    page.get_by_text("Nothing has come in yet.").wait_for()
    fake.kinds["demo"] = "demo"
    rows(page).first.wait_for()
    assert "run=demo" in page.url
    context.close()
    end(process)
    fake.stop()


def test_a_statement_has_an_address_of_its_own(page: Any) -> None:
    page.goto("/?statement=s0041&run=live")
    page.get_by_role("dialog").locator(".said").wait_for()


def test_pause_holds_new_rows_behind_the_pill(page: Any, served: tuple[FakeApi, str]) -> None:
    ready(page)
    away(page)
    page.keyboard.press("Space")
    page.get_by_text("Paused", exact=True).wait_for()
    top = rows(page).first.get_attribute("data-id")
    for _ in range(3):
        last = served[0].push()
    page.locator(".pill").get_by_text("3 new ↑").wait_for()
    assert rows(page).first.get_attribute("data-id") == top
    page.keyboard.press("Space")
    page.locator(f".row[data-id={last['id']}]").wait_for()
    assert rows(page).first.get_attribute("data-id") == last["id"]
    assert page.locator(".pill").is_hidden()


def test_rows_wait_while_the_reader_hovers_or_has_scrolled(page: Any, served: tuple[FakeApi, str]) -> None:
    ready(page)
    rows(page).nth(1).hover()
    top = rows(page).first.get_attribute("data-id")
    row = served[0].push()
    page.locator(".pill").get_by_text("1 new ↑").wait_for()
    assert rows(page).first.get_attribute("data-id") == top
    page.locator(".list").evaluate("list => { list.scrollTop = 300 }")
    away(page)
    served[0].push()
    page.locator(".pill").get_by_text("2 new ↑").wait_for()
    assert rows(page).first.get_attribute("data-id") == top
    page.locator(".pill").click()
    page.locator(f".row[data-id={row['id']}]").wait_for()
    assert page.locator(".list").evaluate("list => list.scrollTop") == 0


def test_keys_move_and_open(page: Any) -> None:
    ready(page)
    for key in "jjk":
        page.keyboard.press(key)
    page.locator(".row.at").wait_for()
    assert page.locator(".row.at").get_attribute("data-id") == rows(page).first.get_attribute("data-id")
    page.keyboard.press("o")
    page.get_by_role("dialog").locator(".said").wait_for()


def test_a_bar_filters_by_its_time_and_the_chip_takes_it_back(page: Any) -> None:
    ready(page)
    page.locator(".windows").get_by_text("6 h").click()
    page.wait_for_url(re.compile("window=6h"))
    page.get_by_text("Topics, last 6 h").wait_for()
    full = page.locator(".col:has(b)")
    full.last.click()
    page.wait_for_url(re.compile("since=.*until="))
    chip = page.locator(".chip[data-chip=time]")
    chip.wait_for()
    until(lambda: page.locator(".col.in").count() == 1, "the chosen bar is not marked")
    text = chip.locator(".text").inner_text()
    page.get_by_text(f"Topics, {text}").wait_for()
    page.reload()
    rows(page).first.wait_for()
    page.locator(".chip[data-chip=time]").get_by_text(text).wait_for()
    box = page.locator(".cols").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 30, steps=5)
    page.mouse.up()
    until(lambda: page.locator(".chip[data-chip=time] .text").inner_text() != text, "the stroke chose nothing")
    until(lambda: page.locator(".col.in").count() > 5, "the stroke is not shown")
    page.locator(".chip[data-chip=time]").click()
    page.wait_for_url(lambda url: "since" not in url and "window=6h" in url)
    page.locator(".chip").wait_for(state="detached")


def test_keys_choose_a_time(page: Any) -> None:
    ready(page)
    page.locator(".cols").focus()
    for key in ("ArrowLeft", "ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowLeft"):
        page.keyboard.press(key)
    assert page.locator(".col.in").count() == 3
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("since=.*until="))


def test_an_address_with_filters_and_statement_brings_all_of_it_back(page: Any) -> None:
    page.goto("/?run=live&topic=t-port&window=24h&statement=s0041")
    page.get_by_role("dialog").locator(".said").wait_for()
    json_link = page.get_by_role("dialog").get_by_role("link", name="JSON").get_attribute("href")
    assert page.request.get(json_link).json()["statement"]["id"] == "s0041"
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    page.locator(".chip[data-chip=topic]").wait_for()
    page.get_by_text("Topics, last 24 h").wait_for()
    assert "topic=t-port" in page.url
    assert "window=24h" in page.url


def test_the_hint_goes_when_it_was_read_and_stays_away(page: Any) -> None:
    ready(page)
    page.locator(".hint").get_by_role("button", name="Got it").click()
    assert page.locator(".hint").count() == 0
    page.reload()
    rows(page).first.wait_for()
    assert page.locator(".hint").count() == 0


def test_a_flood_moves_neither_the_list_nor_the_open_statement(page: Any, served: tuple[FakeApi, str]) -> None:
    ready(page)
    away(page)
    page.locator(".list").evaluate("list => { list.scrollTop = 400 }")
    opened = rows(page).nth(6)
    identity = opened.get_attribute("data-id")
    opened.locator(".words").click()
    dialog = page.get_by_role("dialog")
    dialog.locator(".said").wait_for()
    place = "id => document.querySelector('.st-key-feed') && window.feedList.querySelector(`[data-id='${id}']`)"
    page.locator(".list").evaluate("list => { window.feedList = list }")
    before = page.evaluate(f"id => ({place})(id).getBoundingClientRect().top", identity)
    text = dialog.locator(".article").evaluate("node => { node.scrollTop = 20; return node.scrollTop }")
    for _ in range(200):
        served[0].push()
    page.locator(".pill").get_by_text("200 new ↑").wait_for()
    assert page.evaluate(f"id => ({place})(id).getBoundingClientRect().top", identity) == before
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "() => getComputedStyle(document.querySelector('.stApp')).backgroundColor === 'rgb(19, 21, 23)'"
    )
    assert dialog.locator(".article").evaluate("node => node.scrollTop") == text
    assert f"statement={identity}" in page.url
    dark = dialog.locator("blockquote").evaluate("node => getComputedStyle(node).color")
    assert dark == "rgb(231, 228, 222)"
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert page.locator(".pill").get_by_text("200 new ↑").is_visible()


def test_the_dialog_says_how_else_the_speaker_is_written_and_why(page: Any, served: tuple[FakeApi, str]) -> None:
    ready(page)
    away(page)
    row = served[0].push(
        speaker="Ansel Dray", role="harbour minister", speaker_as_written="Minister Dray", kind="direct"
    )
    page.locator(f".row[data-id={row['id']}] .words").click()
    known = page.get_by_role("dialog").locator(".known")
    known.locator("summary").wait_for()
    assert known.locator("summary").inner_text() == "here as “Minister Dray”; also written as Dray, A. Dray"
    assert known.get_by_text("Why these are one").is_hidden()
    known.locator("summary").click()
    shown = known.inner_text()
    assert "the same surname as Ansel Dray" in shown
    assert re.search(r"deputy of the harbour minister\s+\d+ \w+ \d{4}\s+harbour minister\s+\d+ \w+ \d{4}", shown)


def test_older_statements_come_when_asked_for(page: Any) -> None:
    ready(page)
    before = rows(page).count()
    page.get_by_role("button", name="Show older").click()
    page.wait_for_function("before => document.querySelector('.st-key-feed') !== null", arg=before)
    until(lambda: rows(page).count() > before, "no older statements came")


def test_markup_in_an_article_stays_text(page: Any, served: tuple[FakeApi, str]) -> None:
    ready(page)
    away(page)
    row = served[0].push(
        text=HOSTILE, speaker=HOSTILE, role=HOSTILE, topic_id="t-evil", topic=HOSTILE, outlet=HOSTILE, kind="direct"
    )
    page.locator(f".row[data-id={row['id']}] .words").click()
    dialog = page.get_by_role("dialog")
    dialog.locator(".said").wait_for()
    assert HOSTILE in dialog.locator("blockquote").inner_text()
    assert HOSTILE in dialog.locator(".text").inner_text()
    dialog.locator(".known summary").click()
    assert dialog.locator(".known dl").get_by_text(HOSTILE).count() >= 3
    page.goto("/?topic=t-evil")
    for name in ("t-evil", row["speaker_id"]):
        panel = page.locator(".row[aria-pressed]").and_(page.locator(f"[data-id={json.dumps(name)}]"))
        panel.wait_for()
        assert HOSTILE in panel.inner_text()
    page.locator(".legend").get_by_text(HOSTILE).wait_for()
    page.get_by_role("combobox", name="Topic").wait_for()
    assert page.locator("img[src=x]").count() == 0
    assert page.title() != "owned"


def test_a_phone_needs_no_sideways_scrolling(served: tuple[FakeApi, str], chromium: Any) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, base_url=served[1], has_touch=True)
    context.set_default_timeout(WAIT)
    page = context.new_page()
    for path in ("/", "/?statement=s0040", "/pipeline"):
        page.goto(path)
        page.locator(".row[data-seq], .onrecord").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        # tables may scroll in themselves, nothing else may reach beyond the edge
        wide = "[...document.querySelectorAll('.stMain *')].filter(n => n.getBoundingClientRect().right > 391).length"
        assert path == "/pipeline" or page.evaluate(wide) == 0, path
    context.close()


def test_a_phone_has_its_navigation_in_sight_and_its_filters_behind_a_button(
    served: tuple[FakeApi, str], chromium: Any
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, base_url=served[1], has_touch=True)
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.goto("/?kind=direct")
    rows(page).first.wait_for()
    assert page.get_by_placeholder("Search the words").is_hidden()
    page.get_by_role("button", name="Filters (1)").click()
    page.get_by_placeholder("Search the words").wait_for()
    page.locator(".chip[data-chip=kind]").wait_for()
    page.locator(".jump").click()
    page.locator(".st-key-topics h2").wait_for()
    top = "document.querySelector('.st-key-topics').getBoundingClientRect().top"
    page.wait_for_function(f"() => {top} > 50 && {top} < 200")
    page.locator(".st-key-phonenav").get_by_text("Pipeline").click()
    page.locator(".onrecord-equation").wait_for()
    page.locator(".st-key-phonenav").get_by_text("Live").click()
    page.wait_for_url(re.compile("kind=direct"))
    context.close()


def test_nothing_is_fetched_from_elsewhere(page: Any, served: tuple[FakeApi, str]) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    ready(page)
    page.locator(".legend").wait_for()
    foreign = [url for url in asked if not url.startswith((served[1], "data:", "blob:"))]
    assert asked
    assert foreign == []


def test_when_the_api_goes_the_page_says_since_when_and_comes_back_by_itself(chromium: Any, start: Any) -> None:
    fake = FakeApi().start()
    process, address = start(fake.url)
    context = chromium.new_context(base_url=address)
    context.set_default_timeout(WAIT)
    page = context.new_page()
    ready(page)
    away(page)
    count = rows(page).count()
    fake.stop()
    bar = page.locator(".bar[data-state=down]")
    bar.wait_for()
    assert re.search(r"Live paused \d\d:\d\d:\d\d UTC, last data kept, retrying", bar.inner_text())
    assert rows(page).count() == count
    row = fake.push(text="While nobody was listening, the bridge was opened.")
    fake.start()
    page.locator(f".row[data-id={row['id']}]").wait_for()
    page.locator(".bar[data-state=live]").wait_for()
    context.close()
    end(process)
    fake.stop()


def test_a_page_that_opened_without_the_api_fills_when_it_comes(chromium: Any, start: Any) -> None:
    port = free_port()
    process, address = start(f"http://127.0.0.1:{port}")
    assert httpx.get(address + "/healthz", trust_env=False).json() == {"status": "ok", "read_api": "unreachable"}
    context = chromium.new_context(base_url=address)
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.goto("/")
    page.get_by_text("No data yet").wait_for()
    fake = FakeApi(port=port).start()
    rows(page).first.wait_for()
    context.close()
    end(process)
    fake.stop()


def end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    written = process.communicate(timeout=15)[0]
    assert process.returncode == 0
    assert "Traceback" not in written
