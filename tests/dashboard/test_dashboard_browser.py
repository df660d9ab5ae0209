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
    assert [text.split("\n")[0] for text in dialog.locator("ol .n").all_inner_texts()] == ["1", "2", "3", "4", "5"]
    dialog.get_by_text("Confidence high, 0.93").wait_for()
    dialog.get_by_text("onrecord.live.articles").wait_for()
    assert "statement=s" in page.url
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    page.wait_for_url(re.compile(r"\?kind=briefing$"))


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
