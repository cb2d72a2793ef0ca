"""The board: 8 editors save one cell 40 times each, and two browsers see each other's edits."""

import http.client
import os
import re
import shutil
import threading
import time
from urllib.parse import urlencode

from benchmarks.place import CSRF, cookie_of, databases, installation, percentile, serving, shell

EDITORS, SAVES, EDITS = 8, 40, 12

FILL = f"""
from strategy.journeys import actions as journeys
from strategy.journeys.models import Cell
from tests.starting import start_strategy
from teams import actions
ada = actions.add_person(values={{"name": "Ada", "email": "ada@bench.example", "is_superuser": True}}, by=None)
strategy = start_strategy(values={{"name": "Bench", "slug": "bench"}}, lead=ada, by=ada)
for n in range({EDITORS}):
    one = actions.add_person(values={{"name": f"Editor {{n}}", "email": f"e{{n}}@bench.example"}}, by=None)
    actions.give_role(strategy=strategy, holder=one, role="editor", by=ada)
journey = journeys.add_journey(strategy=strategy, values={{"name": "Claim"}}, by=ada)
cell = Cell.objects.filter(lane__kind="text", step__stage__journey=journey).first()
print(journey.uid, cell.uid)
"""

CHECK = """
import json
from portal.history.models import Change
from strategy.journeys.models import Cell
cell = Cell.objects.get(uid="UID")
texts = [change.after["text"] for change in Change.objects.filter(object_uid=cell.uid, kind="update").order_by("version")]
print(json.dumps([cell.version, cell.text, texts]))
"""


class Editor(threading.Thread):
    """Opens the cell, changes it, saves it, again and again; counts what the portal answered."""

    def __init__(self, number: int, port: int, path: str, cookie: str) -> None:
        super().__init__()
        self.number, self.path = number, path
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {
            "Cookie": cookie, "HX-Request": "true", "X-CSRFToken": CSRF,
            "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        self.saved: list[str] = []
        self.refused = 0
        self.odd: list[int] = []

    def run(self) -> None:
        """Save 40 times."""
        for turn in range(SAVES):
            self.connection.request("GET", self.path, headers=self.headers)
            page = self.connection.getresponse().read().decode()
            version = re.search(r'name="version" value="(\d+)"', page)[1]  # type: ignore[index]
            text = f"editor {self.number} save {turn}"
            self.connection.request(
                "POST", self.path, urlencode({"version": version, "text": text}), self.headers
            )
            answer = self.connection.getresponse()
            body = answer.read().decode()
            if answer.status == 200:
                self.saved.append(text)
            elif answer.status == 409 and text in body:
                self.refused += 1
            else:
                self.odd.append(answer.status)


def one_cell() -> None:
    """Nothing that was answered with "saved" may be missing from the history of the cell."""
    import json

    print(f"\n## {EDITORS} editors x {SAVES} saves on one cell")
    for name, url in databases().items():
        with installation(url) as environment:
            journey, cell = shell(environment, FILL).split()
            path = f"/s/bench/journeys/{journey}/cells/{cell}/"
            with serving(environment, workers=2) as port:
                cookies = [cookie_of(environment, f"e{n}@bench.example") for n in range(EDITORS)]
                editors = [Editor(n, port, path, cookie) for n, cookie in enumerate(cookies)]
                for editor in editors:
                    editor.start()
                for editor in editors:
                    editor.join()
            version, _text, texts = json.loads(shell(environment, CHECK.replace("UID", cell)))
        saved = [text for editor in editors for text in editor.saved]
        lost = set(saved) - set(texts)
        print(
            f"{name}: {len(saved)} saved, {sum(e.refused for e in editors)} answered with both texts (409), "
            f"{sum(len(e.odd) for e in editors)} other answers, {len(lost)} silently lost; "
            f"version {version}, {len(texts)} changes in history"
        )


def two_browsers() -> None:
    """From Enter in one browser to the text standing in the other."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        print("SKIPPED: two browsers, because Chromium is not installed.")
        return
    print(f"\n## Edit in one browser to visible in the other, {EDITS} edits")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    for name, url in databases().items():
        with installation(url) as environment:
            journey, cell = shell(environment, FILL).split()
            with serving(environment, workers=2) as port, sync_playwright() as play:
                browser = play.chromium.launch(
                    executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"]
                )
                pages = []
                for n in range(2):
                    context = browser.new_context()
                    cookies = cookie_of(environment, f"e{n}@bench.example")
                    for one in cookies.split("; "):
                        key, _equals, value = one.partition("=")
                        context.add_cookies(
                            [{"name": key, "value": value, "url": f"http://127.0.0.1:{port}"}]
                        )
                    page = context.new_page()
                    page.goto(f"http://127.0.0.1:{port}/s/bench/journeys/{journey}/")
                    pages.append(page)
                writer, reader = pages
                took = []
                for turn in range(EDITS):
                    writer.locator(f"#cell-{cell} button").first.click()
                    writer.locator(f"#cell-{cell} textarea").fill(f"edit number {turn}")
                    begin = time.perf_counter()
                    writer.keyboard.press("Control+Enter")
                    reader.get_by_text(f"edit number {turn}", exact=True).first.wait_for(
                        timeout=10_000
                    )
                    took.append(time.perf_counter() - begin)
                    writer.get_by_text(f"edit number {turn}", exact=True).first.wait_for()
                browser.close()
        print(f"{name}: p50 {percentile(took, 50):.2f} s, max {max(took):.2f} s")


def run() -> None:
    """Measure and print both."""
    one_cell()
    two_browsers()


if __name__ == "__main__":
    run()
