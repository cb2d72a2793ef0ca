"""Real Celery workers, a real dispatcher, and every way to end them in the middle of a job."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from portal.jobs import actions, queries
from portal.jobs.models import Job
from tests.portal.jobs.conftest import descendants, kill_tree, running
from tests.portal.jobs.waiting import wait_until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
State = Job.State


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Return the file the handlers write to."""
    path = tmp_path / "notes"
    path.touch()
    return path


@pytest.fixture
def gated(notes: Path, dispatcher_process: object) -> Job:
    """Return a job that works in a child until `open_gate`."""
    return actions.enqueue(
        kind="tests.gate", payload={"notes": str(notes), "gate": str(notes.with_name("gate"))}
    )


def open_gate(notes: Path) -> None:
    notes.with_name("gate").touch()


def begun(notes: Path) -> list[int]:
    """Return the ids of the children that have begun the gated work."""
    words = [line.split() for line in notes.read_text().splitlines()]
    return [int(line[1]) for line in words if line[0] == "begun"]


def in_state(job: Job, state: str) -> bool:
    job.refresh_from_db()
    return job.state == state


def test_jobs_are_done_by_a_worker_the_dispatcher_rings_for(
    start_worker, dispatcher_process, notes
):
    start_worker()
    wait_until(lambda: queries.last_seen("worker"))

    jobs = [actions.enqueue(kind="tests.note", payload={"notes": str(notes)}) for _ in range(20)]

    wait_until(lambda: Job.objects.filter(state=State.DONE).count() == 20)
    assert sorted(notes.read_text().split()) == sorted(str(job.uid) for job in jobs)
    assert set(Job.objects.values_list("attempt", flat=True)) == {1}


@pytest.mark.parametrize("kill", [kill_tree, subprocess.Popen.kill], ids=["all", "main process"])
def test_a_job_survives_a_killed_worker_and_leaves_one_result(start_worker, gated, notes, kill):
    worker = start_worker()
    wait_until(lambda: begun(notes))
    below = descendants(worker.pid)

    kill(worker)
    wait_until(lambda: not any(map(running, below)))
    start_worker()

    wait_until(lambda: len(begun(notes)) == 2)
    open_gate(notes)
    wait_until(lambda: in_state(gated, State.DONE))
    assert gated.attempt == 2
    assert notes.read_text().count("result") == 1


def test_a_job_survives_a_killed_pool_process(start_worker, gated, notes):
    worker = start_worker()
    (child,) = wait_until(lambda: begun(notes))
    (pool_process,) = [pid for pid in descendants(worker.pid) if child in descendants(pid)]

    os.kill(pool_process, signal.SIGKILL)

    wait_until(lambda: not running(child))
    wait_until(lambda: len(begun(notes)) == 2)
    open_gate(notes)
    wait_until(lambda: in_state(gated, State.DONE))
    assert gated.attempt == 2
    assert notes.read_text().count("result") == 1


def test_a_worker_that_is_stopped_gives_its_job_back_uncounted(start_worker, gated, notes):
    worker = start_worker()
    (child,) = wait_until(lambda: begun(notes))

    worker.terminate()

    wait_until(lambda: in_state(gated, State.QUEUED))
    assert (gated.attempt, gated.claimed_by, gated.lease_until) == (0, "", None)
    assert not running(child)
    assert worker.wait(60) == 0
    open_gate(notes)
    start_worker()
    wait_until(lambda: in_state(gated, State.DONE))
    assert gated.attempt == 1


def test_a_running_job_is_canceled_and_its_child_ends(start_worker, gated, notes):
    start_worker()
    (child,) = wait_until(lambda: begun(notes))

    actions.cancel(uid=gated.uid)

    wait_until(lambda: in_state(gated, State.CANCELED))
    assert not running(child)


def test_a_lease_is_renewed_for_as_long_as_the_child_works(start_worker, gated, notes):
    start_worker()
    wait_until(lambda: begun(notes))
    gated.refresh_from_db()
    a_lease_later = gated.lease_until + (gated.lease_until - gated.started_at)

    wait_until(lambda: Job.objects.filter(lease_until__gt=a_lease_later).exists())
    open_gate(notes)

    wait_until(lambda: in_state(gated, State.DONE))
    assert gated.attempt == 1


def test_a_job_that_kills_its_worker_is_set_aside_after_three(
    start_worker, dispatcher_process, notes
):
    job = actions.enqueue(kind="tests.kill", payload={"notes": str(notes)})
    start_worker()

    wait_until(lambda: in_state(job, State.FAILED), seconds=120)

    assert (job.error_code, job.attempt) == ("set_aside", 3)
    assert notes.read_text() == "begun\n" * 3
    after = actions.enqueue(kind="tests.note", payload={"notes": str(notes)})
    wait_until(lambda: in_state(after, State.DONE))
