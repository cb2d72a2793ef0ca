"""Real workers and dispatchers for the tests, on the database of the tests."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from portal.management.commands import portal
from tests.portal.jobs.waiting import wait_until

LEASE_SECONDS = 2


def database_url() -> str:
    """Return the URL of the database this test writes to."""
    place = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{place['NAME']}"
    return f"postgres://{place['USER']}:{place['PASSWORD']}@{place['HOST']}:{place['PORT']}/{place['NAME']}"


def descendants(pid: int) -> list[int]:
    """Return the ids of all processes below this one."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
        return []
    return [found for child in children for found in [int(child), *descendants(int(child))]]


def running(pid: int) -> bool:
    """Return whether the process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
        return False


@pytest.fixture(params=["filesystem", pytest.param("redis", marks=pytest.mark.redis)])
def broker(request: pytest.FixtureRequest) -> str:
    """Return the URL of a broker."""
    if request.param == "filesystem":
        return "filesystem://"
    if settings.BROKER_URL.startswith("redis"):
        return settings.BROKER_URL
    return "redis://127.0.0.1:6379/9"


@pytest.fixture
def place(transactional_db: None, broker: str, tmp_path: Path) -> dict[str, str]:
    """Return the environment of an installation on this test's database, with a short lease."""
    return os.environ | {
        "DATABASE_URL": database_url(),
        "BROKER_URL": broker,
        "PORTAL_DATA_DIR": str(tmp_path / "data"),
        "SECRET_KEY": "a secret for tests, which is long enough to be taken for one",
        "JOB_LEASE_SECONDS": str(LEASE_SECONDS),
        "PYTHONPATH": os.pathsep.join([str(settings.BASE_DIR), os.environ.get("PYTHONPATH", "")]),
    }


@pytest.fixture
def start(place: dict[str, str]) -> Iterator[Callable[..., subprocess.Popen]]:
    """Return a function that starts a process leading its own group. All are killed in the end."""
    started = []

    def start_process(command: list[str]) -> subprocess.Popen:
        process = subprocess.Popen(command, env=place, start_new_session=True)
        started.append(process)
        return process

    yield start_process
    for process in started:
        below = descendants(process.pid)
        kill_tree(process)
        wait_until(lambda below=below: not any(map(running, below)))


def kill_tree(process: subprocess.Popen) -> None:
    """Kill a process and its group without warning."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def start_worker(start: Callable[..., subprocess.Popen]) -> Callable[[], subprocess.Popen]:
    """Return a function that starts a worker which knows the kinds of the tests."""
    return lambda: start([*portal.worker().command, "-I", "tests.portal.jobs.handlers"])


@pytest.fixture
def dispatcher_process(start: Callable[..., subprocess.Popen]) -> subprocess.Popen:
    """Start a dispatcher."""
    return start([sys.executable, "-m", "django", "dispatch"])
