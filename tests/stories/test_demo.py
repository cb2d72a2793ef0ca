"""The main job as a stranger meets it: one command, sign in, one button, the PDF; Ctrl-C ends everything."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.once]


class Demo:
    """`manage.py demo`, running, with everything it printed so far."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "log"
        settings = {
            "PORTAL_DATA_DIR": str(folder / "var"),
            "DATABASE_URL": "",
            "BROKER_URL": "",
            "DEBUG": "false",
        }
        kept = {k: v for k, v in os.environ.items() if k != "DJANGO_ALLOW_ASYNC_UNSAFE"}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "demo", "--port", str(self.port)],
                cwd=ROOT,
                env={**kept, **settings},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        """Return what it printed so far."""
        return self.log.read_text()

    def wait_for(self, words: str, seconds: int = 300) -> str:
        """Wait until it printed these words."""
        end = time.monotonic() + seconds
        while words not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < end, f"{words!r} did not come: {self.said()}"
            time.sleep(0.1)
        return self.said()

    def children(self) -> list[int]:
        """Return the processes of its session that are alive."""
        found = subprocess.run(
            ["pgrep", "-s", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        return [int(pid) for pid in found.stdout.split()]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """A running demo, killed with all it started when the test ends."""
    one = Demo(tmp_path)
    yield one
    if one.process.poll() is None:
        os.killpg(one.process.pid, signal.SIGKILL)
        one.process.wait()


def test_one_command_one_button_one_pdf_and_a_clean_end(demo: Demo, browser: Browser) -> None:
    printed = demo.wait_for("Its PDF: ")
    assert "larkfield-demo" in printed
    first = Path(re.search(r"Its PDF: (\S+)", printed)[1])  # type: ignore[index]
    assert first.read_bytes().startswith(b"%PDF-")

    page = browser.new_context(base_url=demo.url).new_page()
    page.goto("/")
    page.get_by_label("Email").fill("denise.okafor@larkfield.example")
    page.get_by_label("Password").fill("larkfield-demo")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Larkfield Customer Access Strategy")
    expect(page.locator("section[aria-labelledby=components] tbody tr")).to_have_count(10)

    page.get_by_role("button", name="Make the alignment report").click()
    link = page.get_by_role("link", name="Open the PDF")
    expect(link).to_be_visible(timeout=60_000)
    answer = page.request.get(link.get_attribute("href") or "")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")
    assert page.request.get("/readyz").json() == {"ready": True, "problems": []}

    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(30) == 0, demo.said()
    assert demo.children() == []
    assert "Traceback" not in demo.said()


def test_starting_again_loses_nothing(demo: Demo) -> None:
    demo.wait_for("Its PDF: ")
    demo.process.send_signal(signal.SIGINT)
    demo.process.wait(30)
    files = sorted((demo.log.parent / "var" / "reports").iterdir())
    again = Demo(demo.log.parent)
    try:
        assert "nothing was loaded" in again.wait_for("Its PDF: ")
        assert sorted((demo.log.parent / "var" / "reports").iterdir()) == files
    finally:
        again.process.send_signal(signal.SIGINT)
        again.process.wait(30)
