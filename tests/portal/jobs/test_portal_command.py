"""`manage.py portal`, the one command of an installation, run for real."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from tests.portal.jobs.conftest import descendants, running
from tests.portal.jobs.waiting import wait_until

pytestmark = [pytest.mark.worker, pytest.mark.once]
MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]


@pytest.fixture
def place(tmp_path):
    """Return the environment of a new installation with everything at its default."""
    ours = {"DATABASE_URL", "BROKER_URL", "PORTAL_DATA_DIR", "DEBUG"}
    return {name: value for name, value in os.environ.items() if name not in ours} | {
        "PORTAL_DATA_DIR": str(tmp_path / "data")
    }


@pytest.fixture
def port():
    """Return a port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture
def installation(place, port, tmp_path):
    """Start an installation and return its process once the web answers."""
    process = subprocess.Popen(
        [*MANAGE, "portal", "--port", str(port)],
        cwd=tmp_path,
        env=place,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == (
        f"The portal answers at http://127.0.0.1:{port}/ (Ctrl-C stops it).\n"
    )
    yield process
    below = descendants(process.pid)
    process.kill()
    process.wait()
    process.stdout.close()
    wait_until(lambda: not any(map(running, below)))


def named(process, word):
    """Return the ids of the processes below with this word in their command line."""
    found = []
    for pid in descendants(process.pid):
        try:
            if word in Path(f"/proc/{pid}/cmdline").read_text().split("\0"):
                found.append(pid)
        except FileNotFoundError:
            continue
    return found


def test_a_new_installation_starts_answers_heals_and_stops(installation, port, tmp_path):
    address = f"http://127.0.0.1:{port}/livez"
    with urllib.request.urlopen(address) as answer:
        assert answer.status == 200
    assert (tmp_path / "data" / "portal.sqlite3").exists()

    (dispatcher,) = named(installation, "dispatch")
    os.kill(dispatcher, signal.SIGKILL)
    wait_until(lambda: named(installation, "dispatch") not in ([], [dispatcher]))
    below = descendants(installation.pid)

    installation.terminate()

    assert installation.wait(60) == 0
    assert not any(map(running, below))


def test_nothing_survives_a_killed_installation(installation):
    below = descendants(installation.pid)
    assert len(below) >= 5  # web server with its workers, Celery with a process, dispatcher

    installation.kill()

    wait_until(lambda: not any(map(running, below)))


def run_portal(place, *options):
    return subprocess.run(
        [*MANAGE, "portal", *options], env=place, capture_output=True, text=True, timeout=120
    )


def test_a_port_in_use_is_said_plainly(place):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        outcome = run_portal(place, "--port", str(port))

    assert outcome.returncode == 1
    assert outcome.stderr.strip() == (
        f"CommandError: Port {port} is in use on 127.0.0.1. Stop what uses it, or choose another port: set PORT, "
        f"for example PORT={port + 1}."
    )


def test_a_database_that_is_not_there_is_said_plainly(place, port):
    place["DATABASE_URL"] = f"postgres://nobody@127.0.0.1:{port}/nothing"

    outcome = run_portal(place, "--port", str(port))

    assert outcome.returncode == 1
    assert re.match(
        r"(?s)CommandError: The database cannot be used: .*Check DATABASE_URL", outcome.stderr
    )
