"""The promises of the job engine: clicks with a frozen Redis, and workers killed in the middle of a report."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from benchmarks.channel_list import FILL
from benchmarks.place import (
    ROOT,
    cookie_of,
    databases,
    fetch,
    free_port,
    installation,
    percentile,
    serving,
    shell,
    wait_for,
)

STATE = """
import json
from portal.jobs.models import Job
from strategy.reports.models import Report
jobs = {job.target_uid: job for job in Job.objects.all()}
print(json.dumps([[str(r.uid), jobs[r.uid].state, jobs[r.uid].attempt, jobs[r.uid].phase, bool(r.ready_at)] for r in Report.objects.order_by("pk")]))
"""


@contextlib.contextmanager
def redis_server() -> Iterator[tuple[str, int]]:
    """Run a Redis of our own and yield its URL and process id."""
    port, folder = free_port(), tempfile.mkdtemp(prefix="portal-redis-")
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
        stdout=subprocess.DEVNULL,
    )
    try:
        yield f"redis://127.0.0.1:{port}/0", server.pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(server.pid, signal.SIGCONT)
        server.terminate()
        server.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def start(environment: dict[str, str], *words: str) -> subprocess.Popen[bytes]:
    """Start a process of the portal in a group of its own, so that the whole tree can be killed."""
    return subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, env=environment, start_new_session=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip


def worker(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a Celery worker with one process."""
    return start(
        environment,
        "-m",
        "celery",
        "-A",
        "portal",
        "worker",
        "--concurrency",
        "1",
        "--without-gossip",
        "--without-mingle",
    )


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and everything it started, at once."""
    tree = [process.pid]
    for pid in tree:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for task in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{task}/children") as file:
                    tree += [int(child) for child in file.read().split()]
    for pid in tree:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def states(environment: dict[str, str]) -> list[list]:
    """Return uid, job state, attempt, phase and readiness of every report."""
    return json.loads(shell(environment, STATE))


def frozen_redis() -> None:
    """Click with Redis stopped; the answer must come at once and the report after it goes on."""
    print('\n## "Make report" clicked 50 times while Redis is frozen (SIGSTOP)')
    for name, url in databases().items():
        with redis_server() as (broker, pid), installation(url, BROKER_URL=broker) as environment:
            shell(environment, FILL.replace("ROWS", "20"))
            cookie = cookie_of(environment, "cole@bench.example")
            processes = [worker(environment), start(environment, "manage.py", "dispatch")]
            try:
                with serving(environment) as port:
                    os.kill(pid, signal.SIGSTOP)
                    took = []
                    for _click in range(50):
                        begin = time.perf_counter()
                        status, _body = fetch(
                            port, "/s/bench/reports/request/", cookie=cookie, method="POST"
                        )
                        took.append(time.perf_counter() - begin)
                        assert status == 302, status
                    still = [state for _uid, state, *_rest in states(environment)]
                    os.kill(pid, signal.SIGCONT)
                    begin = time.perf_counter()
                    wait_for(
                        lambda: all(ready for *_rest, ready in states(environment)),
                        "the report",
                        90,
                    )
                    print(
                        f"{name}: p50 {percentile(took, 50) * 1000:.0f} ms, p99 {percentile(took, 99) * 1000:.0f} ms; "
                        f"while frozen: {set(still)}; all ready {time.perf_counter() - begin:.1f} s after SIGCONT"
                    )
            finally:
                for process in processes:
                    kill_tree(process)


def killed_workers(times: int = 20) -> None:
    """Kill the whole worker in the middle of a render, again and again."""
    print(f"\n## Worker killed (-9) {times} times in the middle of a render")
    for name, url in databases().items():
        for broker in ("files", "redis"):
            server = (
                redis_server()
                if broker == "redis"
                else contextlib.nullcontext(("filesystem://", 0))
            )
            with (
                server as (address, _pid),
                installation(url, BROKER_URL=address, JOB_LEASE_SECONDS="4") as environment,
            ):
                shell(environment, FILL.replace("ROWS", "400"))
                dispatcher, doing = start(environment, "manage.py", "dispatch"), worker(environment)
                took = []
                try:
                    for turn in range(times):
                        uid = shell(environment, ASK)
                        wait_for(
                            lambda uid=uid: _is(environment, uid, "running", "draw"),
                            "the render",
                            60,
                        )
                        kill_tree(doing)
                        begin = time.perf_counter()
                        doing = worker(environment)
                        wait_for(
                            lambda uid=uid: _is(environment, uid, "done"), f"report {turn + 1}", 120
                        )
                        took.append(time.perf_counter() - begin)
                finally:
                    kill_tree(doing)
                    kill_tree(dispatcher)
                rows = states(environment)
                files = [
                    one
                    for one in os.listdir(os.path.join(environment["PORTAL_DATA_DIR"], "reports"))
                ]
                print(
                    f"{name}, {broker}: {sum(ready for *_x, ready in rows)} of {times} finished, "
                    f"{len(files)} files, attempts {sorted({row[2] for row in rows})}, "
                    f"kill to ready p50 {percentile(took, 50):.1f} s, max {max(took):.1f} s (lease 4 s)"
                )


ASK = """
from strategy.plan.models import Strategy
from strategy.reports.actions import request_report
from teams.models import User
print(request_report(strategy=Strategy.objects.get(), by=User.objects.get(email="ada@bench.example")).uid)
"""


def _is(environment: dict[str, str], uid: str, state: str, phase: str = "") -> bool:
    for row in states(environment):
        if row[0] == uid:
            return row[1] == state and phase in row[3]
    return False


def run() -> None:
    """Measure and print both."""
    frozen_redis()
    killed_workers()


if __name__ == "__main__":
    run()
