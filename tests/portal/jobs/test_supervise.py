"""A supervisor and its children: restarted, stopped, and not left behind."""

import signal
import subprocess
import sys

import pytest
from django.conf import settings

from tests.portal.jobs.conftest import running
from tests.portal.jobs.waiting import wait_until


@pytest.fixture
def supervise(tmp_path):
    """Return a function that starts a supervisor of the named programs and waits until they run."""
    started = []

    def start(*names, stop_seconds=30):
        supervisor = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.portal.jobs.supervised",
                tmp_path,
                str(stop_seconds),
                *names,
            ],
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            stderr=(tmp_path / "log").open("w"),
            text=True,
        )
        started.append(supervisor)
        assert supervisor.stdout.readline() == "ready\n"
        return supervisor

    yield start
    for supervisor in started:
        supervisor.kill()
        supervisor.wait()
        supervisor.stdout.close()


@pytest.fixture
def pids(tmp_path):
    """Return a function that returns the process ids a program has had."""
    return lambda name: [int(line) for line in (tmp_path / name).read_text().split()]


def test_what_dies_is_started_again_and_told_in_one_line(supervise, pids, tmp_path):
    supervise("steady", "hasty")

    wait_until(lambda: len(pids("hasty")) == 2)

    assert running(pids("hasty")[1])
    assert len(pids("steady")) == 1
    line = "The hasty ended (exit code 3). Starting it again in 1 s.\n"
    assert (tmp_path / "log").read_text() == line


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_signal_stops_all(supervise, pids, number):
    supervisor = supervise("steady")

    supervisor.send_signal(number)

    assert supervisor.wait(60) == 0
    assert not running(pids("steady")[0])
    assert supervisor.stdout.read() == ""  # ready is told once


def test_who_does_not_listen_is_killed(supervise, pids, tmp_path):
    supervisor = supervise("steady", "stubborn", stop_seconds=1)

    supervisor.terminate()

    assert supervisor.wait(60) == 0
    assert not running(pids("stubborn")[0])
    assert (tmp_path / "log").read_text() == "The stubborn did not stop in 1 s. Killing it.\n"


def test_children_do_not_survive_a_killed_supervisor(supervise, pids):
    supervisor = supervise("steady", "stubborn")

    supervisor.kill()

    wait_until(lambda: not any(running(pids(name)[0]) for name in ("steady", "stubborn")))
