"""How the end of a handler becomes the end of a job."""

import signal
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from portal.jobs import actions, engine, queries
from portal.jobs.models import Job
from tests.portal.jobs import handlers  # noqa: F401  (registers the kinds)
from tests.portal.jobs.waiting import wait_until

State = Job.State


def run_one(kind, **fields):
    """Enqueue a job, run what is due, and return its row."""
    job = actions.enqueue(kind=kind, **fields)
    engine.run_due()
    job.refresh_from_db()
    return job


@pytest.mark.django_db
def test_a_job_that_returns_is_done(tmp_path):
    job = run_one("tests.note", payload={"notes": str(tmp_path / "notes")})

    assert (job.state, job.attempt, job.error_code) == (State.DONE, 1, "")
    assert job.created_at <= job.started_at <= job.finished_at
    assert (tmp_path / "notes").read_text() == f"{job.uid}\n"


@pytest.mark.django_db
def test_a_handler_can_finish_in_the_transaction_of_its_result(tmp_path):
    job = run_one("tests.finish", payload={"notes": str(tmp_path / "notes")})

    assert job.state == State.DONE
    assert Job.objects.filter(kind="tests.note").count() == 1


@pytest.mark.django_db
def test_a_job_whose_result_was_rolled_back_is_not_finished():
    job = run_one("tests.finish", payload={"fail": True})

    assert (job.state, job.attempt) == (State.QUEUED, 1)
    assert not Job.objects.filter(kind="tests.note").exists()


@pytest.mark.django_db
def test_an_expected_failure_ends_the_job_at_once_with_its_reason():
    job = run_one("tests.fail")

    assert (job.state, job.attempt, job.error_code) == (State.FAILED, 1, "no_paper")
    assert job.error == "There is no paper. Fill the tray, then try again."


@pytest.mark.django_db
def test_a_kind_nobody_knows_fails_with_a_sentence():
    job = run_one("tests.unheard-of")

    assert (job.state, job.error_code) == (State.FAILED, "unknown_kind")
    assert "tests.unheard-of" in job.error


@pytest.mark.django_db
def test_an_unexpected_error_is_tried_again_with_growing_pauses_and_then_fails(caplog):
    job = actions.enqueue(kind="tests.raise")
    for attempt, pause in enumerate((1, 5, 25), start=1):
        before = timezone.now()
        engine.run_due()
        job.refresh_from_db()
        assert (job.state, job.attempt) == (State.QUEUED, attempt)
        assert before + timedelta(seconds=pause) <= job.due_at
        assert job.due_at <= timezone.now() + timedelta(seconds=pause)
        Job.objects.update(due_at=timezone.now())
    engine.run_due()

    job.refresh_from_db()
    assert (job.state, job.attempt, job.error_code) == (State.FAILED, 4, "unexpected")
    assert "a fault of ours" not in job.error
    assert "a fault of ours" in caplog.text


@pytest.mark.django_db
def test_a_waiting_job_is_canceled_at_once():
    job = actions.enqueue(kind="tests.fail")

    assert actions.cancel(uid=job.uid)

    engine.run_due()
    job.refresh_from_db()
    assert (job.state, job.attempt) == (State.CANCELED, 0)
    assert not actions.cancel(uid=job.uid)


@pytest.mark.django_db(transaction=True)
def test_a_running_job_notices_that_it_is_canceled(caplog):
    job = actions.enqueue(kind="tests.check")

    def cancel_when_running():
        wait_until(lambda: Job.objects.filter(state=State.RUNNING).exists())
        actions.cancel(uid=job.uid)
        connection.close()

    canceler = threading.Thread(target=cancel_when_running)
    canceler.start()
    engine.run_due()
    canceler.join()

    job.refresh_from_db()
    assert (job.state, job.error_code) == (State.CANCELED, "")
    assert "failed" not in caplog.text  # the handler was stopped and did not give up by itself


@pytest.mark.django_db
def test_a_job_that_fails_while_it_is_being_canceled_is_canceled():
    job = actions.enqueue(kind="tests.raise")
    claim = engine.claim_next("worker")
    actions.cancel(uid=job.uid)

    engine.run(claim)

    job.refresh_from_db()
    assert job.state == State.CANCELED


@pytest.mark.django_db
@pytest.mark.parametrize("ended", ["failed", "canceled"])
def test_an_ended_job_can_be_tried_again_as_if_new(ended):
    job = run_one("tests.fail") if ended == "failed" else actions.enqueue(kind="tests.fail")
    if ended == "canceled":
        actions.cancel(uid=job.uid)

    assert actions.retry(uid=job.uid)

    job.refresh_from_db()
    assert (job.state, job.attempt, job.error, job.cancel_requested) == (State.QUEUED, 0, "", False)
    assert not actions.retry(uid=job.uid)


@pytest.mark.django_db
def test_sigterm_gives_the_job_back_uncounted_and_then_takes_its_usual_effect():
    got = []
    before = signal.signal(signal.SIGTERM, lambda *_: got.append("SIGTERM"))
    try:
        job = run_one("tests.stop")
    finally:
        signal.signal(signal.SIGTERM, before)

    # The next turn of the loop takes it again, as this process goes on after the signal.
    assert (job.state, job.attempt) == (State.QUEUED, 0)
    assert job.due_at <= timezone.now()
    assert got


@pytest.mark.django_db
def test_what_a_rolled_back_transaction_asked_for_is_not_done():
    with transaction.atomic():
        actions.enqueue(kind="tests.note")
        transaction.set_rollback(True)

    assert engine.claim_next("worker") is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"state": "lost"},
        {"state": State.RUNNING},
        {"state": State.DONE},
        {"state": State.FAILED, "finished_at": timezone.now()},
        {"claimed_by": "somebody"},
        {"error_code": "x"},
        {"progress_done": 3, "progress_total": 2},
    ],
)
def test_the_database_refuses_a_row_that_cannot_be(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(kind="tests.note", **fields)


@pytest.mark.django_db
def test_the_health_page_learns_who_is_alive_and_how_long_jobs_wait():
    assert queries.last_seen("worker") is None
    assert queries.longest_wait() == timedelta(0)
    actions.enqueue(kind="tests.note", due_at=timezone.now() - timedelta(minutes=3))
    assert queries.longest_wait() >= timedelta(minutes=3)

    actions.beat(name="worker")
    first = queries.last_seen("worker")
    actions.beat(name="worker")
    assert queries.last_seen("worker") > first


@pytest.mark.django_db
def test_jobs_of_a_target_come_newest_first():
    target = uuid4()
    jobs = [actions.enqueue(kind="tests.note", target_uid=target) for _ in range(3)]
    actions.enqueue(kind="tests.note", target_uid=uuid4())

    assert list(Job.objects.of(target)) == jobs[::-1]
