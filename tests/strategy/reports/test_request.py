"""Asking for a report, canceling it, trying it again."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from portal.history.models import Change, ChangeSet
from portal.history.undo import undo
from portal.jobs import engine
from portal.jobs.models import Job
from portal.lib.refusals import RuleBroken
from strategy.reports.actions import cancel_report, freeze, keep_file, request_report, retry_report
from strategy.reports.models import Report
from strategy.reports.store import StoredFile
from teams.access import Denied


def job_of(report: Report) -> Job:
    return Job.objects.get(target_uid=report.uid)


def ready(report: Report) -> Report:
    keep_file(report=report, stored=StoredFile("x.pdf", "0" * 64, 1), pages=1)
    Job.objects.filter(target_uid=report.uid).update(state="done", finished_at=timezone.now())
    report.refresh_from_db()
    return report


def test_a_request_writes_the_report_and_its_job_and_nothing_else(cast):
    report = request_report(strategy=cast.strategy, by=cast.cole)
    job = job_of(report)
    assert (str(report), report.requested_by, report.snapshot) == ("R-1", cast.cole, None)
    assert (job.kind, job.state, job.requested_by_uid) == ("report", "queued", cast.cole.uid)


def test_it_stands_in_the_history_under_its_name(cast):
    report = request_report(strategy=cast.strategy, by=cast.lea)
    change = Change.objects.get(object_uid=report.uid)
    assert (change.label, change.change_set.by_uid) == ("R-1", cast.lea.uid)


def test_readers_may_not_make_reports_and_learn_why(cast):
    with pytest.raises(Denied, match="You can read reports but not make them"):
        request_report(strategy=cast.strategy, by=cast.rae)
    assert not Report.objects.exists()
    assert not Job.objects.exists()


def test_two_clicks_make_one_report(cast):
    first = request_report(strategy=cast.strategy, by=cast.lea)
    freeze(report=first, as_of=timezone.now())
    assert request_report(strategy=cast.strategy, by=cast.lea) == first
    assert Job.objects.count() == 1


def test_somebody_else_gets_a_report_of_their_own(cast):
    first = request_report(strategy=cast.strategy, by=cast.lea)
    assert request_report(strategy=cast.strategy, by=cast.cole).number == first.number + 1


def test_a_frozen_report_of_earlier_does_not_answer_a_click_of_now(cast):
    earlier = timezone.now() - dt.timedelta(days=91)
    first = request_report(strategy=cast.strategy, by=cast.lea, at=earlier)
    freeze(report=first, as_of=earlier)
    assert request_report(strategy=cast.strategy, by=cast.lea) != first


def test_a_report_that_still_waits_for_its_data_answers_a_later_click(cast):
    earlier = timezone.now() - dt.timedelta(hours=1)
    first = request_report(strategy=cast.strategy, by=cast.lea, at=earlier)
    assert request_report(strategy=cast.strategy, by=cast.lea) == first


def test_after_a_report_is_ready_the_next_click_makes_another(cast):
    first = ready(request_report(strategy=cast.strategy, by=cast.lea))
    assert request_report(strategy=cast.strategy, by=cast.lea).number == first.number + 1


@pytest.mark.django_db(transaction=True)
def test_reports_asked_for_at_the_same_time_have_different_numbers(cast):
    people = [cast.lea, cast.eve, cast.cole, cast.ada]
    together = threading.Barrier(len(people))

    def ask(person) -> int:
        together.wait()
        try:
            return request_report(strategy=cast.strategy, by=person).number
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        assert sorted(pool.map(ask, people)) == [1, 2, 3, 4]


@pytest.mark.django_db(transaction=True)
def test_clicks_of_one_person_at_the_same_time_make_one_report(cast):
    together = threading.Barrier(4)

    def ask(_number: int) -> int:
        together.wait()
        try:
            return request_report(strategy=cast.strategy, by=cast.lea).number
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(ask, range(4))) == {1}
    assert Job.objects.count() == 1


def test_a_waiting_report_can_be_canceled_once(cast):
    report = request_report(strategy=cast.strategy, by=cast.lea)
    cancel_report(report=report, by=cast.cole)
    assert job_of(report).state == "canceled"
    with pytest.raises(RuleBroken, match="not being made any more"):
        cancel_report(report=report, by=cast.cole)


def test_a_finished_report_can_neither_be_canceled_nor_made_again(cast):
    report = ready(request_report(strategy=cast.strategy, by=cast.lea))
    with pytest.raises(RuleBroken, match="nothing to cancel"):
        cancel_report(report=report, by=cast.lea)
    with pytest.raises(RuleBroken, match="Only a report that failed or was canceled"):
        retry_report(report=report, by=cast.lea)


def test_readers_neither_cancel_nor_retry(cast):
    report = request_report(strategy=cast.strategy, by=cast.lea)
    for act in (cancel_report, retry_report):
        with pytest.raises(Denied):
            act(report=report, by=cast.rae)


def test_a_retry_takes_the_data_as_it_is_then(cast):
    report = request_report(strategy=cast.strategy, by=cast.lea)
    freeze(report=report, as_of=timezone.now())
    cancel_report(report=report, by=cast.lea)
    retry_report(report=report, by=cast.lea)
    report.refresh_from_db()
    assert (report.snapshot, report.data_as_of) == (None, None)
    assert job_of(report).state == "queued"


def test_a_finished_report_keeps_its_file(cast):
    report = ready(request_report(strategy=cast.strategy, by=cast.lea))
    keep_file(report=report, stored=StoredFile("other.pdf", "1" * 64, 2), pages=9)
    report.refresh_from_db()
    assert (report.file, report.pages) == ("x.pdf", 1)


@pytest.mark.parametrize("is_ready", [False, True])
def test_no_report_is_taken_back_by_an_undo(cast, is_ready):
    report = request_report(strategy=cast.strategy, by=cast.cole)
    if is_ready:
        ready(report)
    with pytest.raises(RuleBroken, match="is not taken back by an undo"):
        undo(ChangeSet.objects.get(changes__object_uid=report.uid), by=cast.cole)
    assert Report.objects.filter(pk=report.pk).exists()


def test_the_job_of_a_report_that_is_gone_fails_with_a_reason(cast):
    waiting = request_report(strategy=cast.strategy, by=cast.cole)
    Report.objects.filter(pk=waiting.pk).delete()
    engine.run_due()
    job = Job.objects.get(target_uid=waiting.uid)
    assert (job.state, job.error_code) == ("failed", "report_gone")
