"""Print how long a row takes from the read API to the reader's screen, as one JSON object.

``python tests/dashboard/measure_latency.py`` needs chromium; it pushes rows one by one to a page that is at rest and
waits for the frame after each has been laid out.
"""

from __future__ import annotations

import json
import statistics
import time

from conftest import CHROMIUM, start_dashboard
from fake_api import FakeApi
from playwright.sync_api import sync_playwright

_WATCH = """() => {
  const list = document.querySelector(".st-key-feed")
  const find = node => node.shadowRoot?.querySelector(".list") ?? [...node.children].map(find).find(Boolean)
  window.painted = {}
  new MutationObserver(changes => {
    for (const change of changes) for (const node of change.addedNodes) {
      const done = () => { window.painted[node.dataset.id] = Date.now() / 1000 }
      if (node.dataset?.id) requestAnimationFrame(() => setTimeout(done))
    }
  }).observe(find(list), { childList: true })
}"""


def main(rows: int = 100) -> None:
    """Measure and print."""
    api = FakeApi().start()
    process, address = start_dashboard(api.url)
    took: list[float] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(address)
        page.locator(".row[data-seq]").first.wait_for()
        page.mouse.move(2, 2)
        page.wait_for_timeout(2000)
        page.evaluate(_WATCH)
        for _ in range(rows):
            began = time.time()
            row = api.push()
            page.wait_for_function("id => window.painted[id]", arg=row["id"])
            took.append((page.evaluate("id => window.painted[id]", row["id"]) - began) * 1000)
            page.wait_for_timeout(60)
        browser.close()
    process.terminate()
    process.communicate(timeout=15)
    api.stop()
    took.sort()
    print(
        json.dumps(
            {
                "name": "row_to_pixel_ms",
                "rows": rows,
                "p50": round(statistics.median(took), 1),
                "p95": round(took[int(rows * 0.95)], 1),
                "worst": round(took[-1], 1),
            }
        )
    )


if __name__ == "__main__":
    main()
