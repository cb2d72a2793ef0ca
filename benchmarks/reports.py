"""A report of about 50 pages, claim to stored, against bare tagged write_pdf of the same HTML; click to ready of a
short one; and pages beside a render."""

import threading
import time

from benchmarks.channel_list import FILL
from benchmarks.jobs import kill_tree, start, worker
from benchmarks.place import (
    cookie_of,
    databases,
    fetch,
    installation,
    manage,
    percentile,
    serving,
    shell,
    wait_for,
)

ROUNDS = 3

COMPARE = f"""
import gc, os, statistics, tempfile, time
from pathlib import Path
import weasyprint
from portal.jobs import engine
from portal.jobs.models import Job
from strategy.plan.models import Strategy
from strategy.reports import drawing, render
from strategy.reports.actions import request_report
from strategy.reports.models import Report
from teams.models import User
import strategy.tasks

def claim_to_stored():
    report = request_report(strategy=Strategy.objects.get(), by=User.objects.get(email=EMAIL))
    begin = time.perf_counter()
    engine.run_due(1)
    took = time.perf_counter() - begin
    report.refresh_from_db()
    assert report.ready_at, Job.objects.get(target_uid=report.uid).error
    return report, took

def bare(html):
    child = os.fork()
    if child == 0:
        weasyprint.HTML(string=html, url_fetcher=render.OwnFiles()).write_pdf(os.devnull, pdf_variant="pdf/ua-1")
        os._exit(0)
    _pid, status, used = os.wait4(child, 0)
    assert status == 0
    return used.ru_maxrss

render.prepare()
ours, theirs, pages, peaks = [], [], 0, []
watched = []
from portal.jobs import control
original = control.run_in_child
def watching(*words, **named):
    result = original(*words, **named)
    watched.append(result.peak_memory_kb)
    return result
control.run_in_child = watching
engine.run_due(10)  # the demo brings one along; and everything is warm after it
for turn in range({ROUNDS}):
    report, took = claim_to_stored()
    ours.append(took)
    pages = report.pages
    html = drawing.html(report.snapshot, render._HOME)
    begin = time.perf_counter()
    peaks.append(bare(html))
    theirs.append(time.perf_counter() - begin)
print(pages, statistics.median(ours), statistics.median(theirs), max(watched) // 1024, max(peaks) // 1024)
"""


def against_bare() -> None:
    """Measure the whole way of the job against drawing alone."""
    print("\n## Report, claim to stored, against bare tagged write_pdf of the same HTML")
    for name, url in databases().items():
        for size, email in (
            ("demo", "denise.okafor@larkfield.example"),
            ("large", "ada@bench.example"),
        ):
            with installation(url) as environment:
                if size == "demo":
                    manage(environment, "demo", "--load-only")
                else:
                    shell(environment, FILL.replace("ROWS", "420"))
                pages, ours, bare, peak, bare_peak = shell(
                    environment, f"EMAIL = {email!r}\n{COMPARE}"
                ).split()
                print(
                    f"{name}, {pages} pages: ours {float(ours):.2f} s, bare {float(bare):.2f} s, "
                    f"ratio {float(ours) / float(bare):.2f}; peak memory {peak} MB, bare {bare_peak} MB"
                )


def click_to_ready() -> None:
    """Measure from the click to the page that offers the PDF, for a short report on a warm, idle machine."""
    print("\n## Click to ready, warm")
    for name, url in databases().items():
        with installation(url) as environment:
            shell(environment, FILL.replace("ROWS", "40"))
            cookie = cookie_of(environment, "ada@bench.example")
            processes = [worker(environment), start(environment, "manage.py", "dispatch")]
            try:
                with serving(environment) as port:
                    _click(port, cookie, "bench")
                    ready = [_click(port, cookie, "bench") for _turn in range(7)]
            finally:
                for process in processes:
                    kill_tree(process)
            pages = shell(
                environment,
                "from strategy.reports.models import Report; print(Report.objects.first().pages)",
            )
        print(f"{name}, {pages} pages: p50 {percentile(ready, 50):.2f} s, worst {max(ready):.2f} s")


def beside_a_render() -> None:
    """Ask for a page again and again, idle and while a report is being drawn."""
    print("\n## Channel list while a report is drawn")
    for name, url in databases().items():
        with installation(url) as environment:
            manage(environment, "demo", "--load-only")
            cookie = cookie_of(environment, "denise.okafor@larkfield.example")
            processes = [worker(environment), start(environment, "manage.py", "dispatch")]
            try:
                with serving(environment) as port:
                    wait_for(lambda: _click(port, cookie) > 0, "the first report", 90)
                    idle = _pages(port, cookie, threading.Event(), 200)
                    stop, busy = threading.Event(), []
                    reader = threading.Thread(
                        target=lambda: busy.extend(_pages(port, cookie, stop))
                    )
                    reader.start()
                    for _turn in range(5):
                        _click(port, cookie)
                    stop.set()
                    reader.join()
            finally:
                for process in processes:
                    kill_tree(process)
        quiet, loud = percentile(idle, 99) * 1000, percentile(busy, 99) * 1000
        print(
            f"{name}: page p99 idle {quiet:.0f} ms, while drawing {loud:.0f} ms, ratio {loud / quiet:.1f}"
        )


def _pages(port: int, cookie: str, stop: threading.Event, count: int = 100_000) -> list[float]:
    took: list[float] = []
    while len(took) < count and not stop.is_set():
        begin = time.perf_counter()
        status, _body = fetch(port, "/s/larkfield/channels/", cookie=cookie)
        took.append(time.perf_counter() - begin)
        assert status == 200, status
    return took


def _click(port: int, cookie: str, strategy: str = "larkfield") -> float:
    """Ask for a report and return the seconds until its page offers the PDF."""
    import http.client

    from benchmarks.place import CSRF

    begin = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(
        "POST",
        f"/s/{strategy}/reports/request/",
        headers={"Cookie": cookie, "X-CSRFToken": CSRF},
    )
    page = connection.getresponse().headers["Location"]
    connection.close()
    wait_for(lambda: b"/file/" in fetch(port, page, cookie=cookie)[1], "the report", 120)
    return time.perf_counter() - begin


def run() -> None:
    """Measure and print all three."""
    against_bare()
    click_to_ready()
    beside_a_render()


if __name__ == "__main__":
    run()
