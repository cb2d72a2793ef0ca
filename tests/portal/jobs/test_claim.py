"""Who gets a job, and who may still write to it."""

import multiprocessing
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from portal.jobs import actions, engine
from portal.jobs.control import Control
from portal.jobs.models import Job
from portal.jobs.rules import LeaseLost
from tests.portal.jobs import handlers  # noqa: F401  (registers the kinds)


def claimed(**fields):
    """Return a job that a worker has claimed."""
    actions.enqueue(kind="tests.note", **fields)
    return engine.claim_next("first")


def lapse(job):
    """Have the lease run out, as if its worker had gone silent."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db
def test_the_job_that_has_been_due_longest_is_claimed_first():
    now = timezone.now()
    late = actions.enqueue(kind="tests.note", due_at=now - timedelta(seconds=5))
    later = actions.enqueue(kind="tests.note", due_at=now - timedelta(seconds=9))
    actions.enqueue(kind="tests.note", due_at=now + timedelta(hours=1))

    assert [engine.claim_next("worker") for _ in range(3)] == [later, late, None]


@pytest.mark.django_db
def test_a_claim_is_written_to_the_row():
    job = claimed()

    row = Job.objects.get()
    assert (row.state, row.attempt) == (Job.State.RUNNING, 1)
    assert row.claimed_by == job.claimed_by
    assert row.claimed_by.startswith("first:")
    assert row.lease_until > timezone.now()


def claim_all(barrier, taken):
    """Claim until nothing is due, in a process of its own."""
    barrier.wait()
    while job := engine.claim_next("racer"):
        taken.put(job.pk)
    taken.put(None)
    connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_eight_processes_claim_every_job_exactly_once():
    pks = [actions.enqueue(kind="tests.note").pk for _ in range(120)]
    connections.close_all()  # nothing shared with the processes
    fork = multiprocessing.get_context("fork")
    barrier, taken = fork.Barrier(8), fork.Queue()
    racers = [fork.Process(target=claim_all, args=(barrier, taken)) for _ in range(8)]
    for racer in racers:
        racer.start()
    claims, running = [], len(racers)
    while running:
        pk = taken.get(timeout=60)
        running, claims = (running - 1, claims) if pk is None else (running, [*claims, pk])
    for racer in racers:
        racer.join(60)

    assert sorted(claims) == pks
    assert set(Job.objects.values_list("state", "attempt")) == {(Job.State.RUNNING, 1)}


@pytest.mark.django_db
def test_a_job_whose_lease_ran_out_is_taken_over():
    first = claimed()
    assert engine.claim_next("second") is None
    lapse(first)

    second = engine.claim_next("second")

    assert second == first
    assert second.attempt == 2


@pytest.mark.django_db
def test_who_lost_the_lease_cannot_write():
    first = claimed()
    lapse(first)
    second = engine.claim_next("second")
    before = Job.objects.values().get()
    late = Control(first)

    for write in (late.renew, late.finish, lambda: late.write(phase="mine")):
        with pytest.raises(LeaseLost):
            write()
    engine.run(first)  # runs to its end, and writes nothing

    assert Job.objects.values().get() == before
    Control(second).finish()
    assert Job.objects.get().state == Job.State.DONE


@pytest.mark.django_db
def test_a_holder_from_before_a_retry_cannot_write_under_the_same_attempt_number():
    first = claimed()
    Control(first).write(
        state=Job.State.FAILED,
        finished_at=timezone.now(),
        error_code="x",
        error="x",
        claimed_by="",
        lease_until=None,
    )
    actions.retry(uid=first.uid)
    second = engine.claim_next("second")
    assert second.attempt == first.attempt

    with pytest.raises(LeaseLost):
        Control(first).renew()


@pytest.mark.django_db
def test_a_job_that_outlived_three_workers_is_set_aside():
    job = claimed()
    for _ in range(2):
        lapse(job)
        assert engine.claim_next("next") == job
    lapse(job)

    assert engine.claim_next("fourth") is None

    row = Job.objects.get()
    assert (row.state, row.error_code, row.attempt) == (Job.State.FAILED, "set_aside", 3)
    assert "3 times" in row.error


@pytest.mark.django_db
def test_a_canceled_job_whose_worker_died_is_not_run_again():
    job = claimed()
    assert actions.cancel(uid=job.uid)
    lapse(job)

    assert engine.claim_next("second") is None
    assert Job.objects.get().state == Job.State.CANCELED
