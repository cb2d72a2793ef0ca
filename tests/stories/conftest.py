"""A real Chromium, and people who are signed in to it.

`visit(person)` opens a window of its own for that person. When the test ends, every window must have been free of
script errors and of anything the security policy refused.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

LAUNCH = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
]
expect.set_options(timeout=10000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all stories."""
    found = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if not found:
        reason = "Chromium is missing, so nobody looked at the pages. Install it: apt-get install chromium"
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=LAUNCH)
        yield chromium
        chromium.close()


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, live_server: Any, cast: Any) -> Iterator[Visit]:
    """Return a function that opens a window for a person: visit(cast.eve, path, width=1440)."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def note(message: Any) -> None:
        if "Content Security Policy" in message.text or "Refused to" in message.text:
            problems.append(message.text)

    def open_window(person: Any, path: str, **looks: Any) -> Page:
        context = browser.new_context(
            viewport={"width": looks.pop("width", 1440), "height": 900},
            base_url=live_server.url,
            reduced_motion="reduce",  # nothing is looked at while it fades in
            **looks,
        )
        contexts.append(context)
        if person is not None:
            session = cast.client(person).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(path)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert not problems, problems


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Return a check that a page has no accessibility fault that a machine can find."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page: Page) -> None:
        found = Axe().run(page)
        faults = [
            f"{fault['id']} ({fault['impact']}): {[node['target'] for node in fault['nodes']][:3]}"
            for fault in found.response["violations"]
        ]
        assert not faults, faults

    return check
