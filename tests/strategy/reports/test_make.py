"""Making a report through the real engine, and every way in which that can go wrong."""

import hashlib
import os
import sys
import tempfile
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pypdf import PdfReader

import strategy.reports
from portal.jobs import engine, registry
from portal.jobs.models import Job
from strategy.plan.models import Component, Strategy
from strategy.reports import store, tasks
from strategy.reports.actions import cancel_report, freeze, request_report, retry_report
from strategy.reports.models import Report
from tests.portal.jobs.conftest import broker, dispatcher_process, place, start  # noqa: F401
from tests.portal.jobs.waiting import wait_until


@pytest.fixture
def report(cast) -> Report:
    """Return a report that waits for a worker."""
    return request_report(strategy=cast.strategy, by=cast.lea)


def made(report: Report) -> Job:
    """Run what is due, and return the job as it ended."""
    engine.run_due()
    report.refresh_from_db()
    return Job.objects.get(target_uid=report.uid)


def heavy(strategy: Strategy) -> None:
    """Give the strategy a text that takes seconds to lay out."""
    Component.objects.filter(strategy=strategy).update(text="*a* " * 5000)


def test_a_report_is_frozen_drawn_and_stored(report, cast):
    job = made(report)
    path = store.folder() / report.file
    assert (job.state, job.phase) == ("done", "store")
    assert report.ready_at >= report.data_as_of
    assert report.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert report.size == path.stat().st_size
    assert report.pages == len(PdfReader(path).pages)
    assert report.snapshot["strategy"]["name"] == cast.strategy.name
    assert report.snapshot["report"]["by"] == "Lea Lead"
    assert [one.name for one in store.folder().iterdir()] == [report.file]


def test_nothing_is_left_in_the_folder_for_temporary_files(report, tmp_path, monkeypatch):
    folder = tmp_path / "temporary"  # others use the common one meanwhile
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    made(report)
    assert os.listdir(folder) == []


def test_what_an_attempt_froze_is_what_the_next_one_draws(report, cast):
    freeze(report=report, as_of=timezone.now())
    frozen = report.snapshot
    Strategy.objects.filter(pk=cast.strategy.pk).update(name="Renamed meanwhile")
    made(report)
    assert report.snapshot == frozen
    assert PdfReader(store.folder() / report.file).metadata.title.startswith("Larkfield access")


def test_a_report_whose_worker_died_after_storing_it_is_not_made_twice(report):
    made(report)
    file, stored_at = report.file, report.ready_at
    Job.objects.filter(target_uid=report.uid).update(
        state="running", claimed_by="dead", attempt=1, finished_at=None,
        lease_until=timezone.now() - timedelta(seconds=1), started_at=timezone.now(),
    )  # fmt: skip
    assert made(report).state == "done"
    assert (report.file, report.ready_at) == (file, stored_at)


def test_what_a_dead_attempt_left_is_cleared_away(report):
    (store.folder() / f".{report.uid}.000000000000.part").write_bytes(b"half a rep")
    made(report)
    assert [one.name for one in store.folder().iterdir()] == [report.file]


def test_who_lost_the_lease_stores_nothing_in_the_row(report, monkeypatch):
    whole = store.keep

    def keep_while_another_takes_over(part: Path, of: Report) -> store.StoredFile:
        stored = whole(part, of)
        Job.objects.filter(target_uid=of.uid).update(claimed_by="another worker", attempt=2)
        return stored

    monkeypatch.setattr(store, "keep", keep_while_another_takes_over)
    job = made(report)
    assert (job.state, job.claimed_by) == ("running", "another worker")
    assert (report.ready_at, report.file) == (None, "")


@pytest.mark.parametrize(
    ("setting", "value", "code", "sentence"),
    [
        ("REPORT_SECONDS", 1, "too_long", "took longer than 1 seconds"),
        ("REPORT_MEMORY_MB", 256, "out_of_memory", "more than 256 MB of memory"),
        ("REPORT_FILE_MB", 0, "file_too_large", "larger than 0 MB"),
    ],
)
def test_beyond_a_limit_it_fails_with_a_sentence_and_leaves_nothing(
    report, cast, settings, setting, value, code, sentence
):
    heavy(cast.strategy)
    setattr(settings, setting, value)
    job = made(report)
    assert (job.state, job.error_code) == ("failed", code)
    assert sentence in job.error
    assert list(store.folder().iterdir()) == []
    assert report.ready_at is None


def test_a_full_disk_is_told_and_the_retry_works_when_there_is_room(report, cast, monkeypatch):
    full = store.folder() / "full"
    full.symlink_to("/dev/full")  # every write to it fails as on a full disk
    with monkeypatch.context() as patch:
        patch.setattr(store, "part_of", lambda *_: full)
        job = made(report)
    assert (job.state, job.error_code) == ("failed", "disk_full")
    assert "no room left on the server's disk" in job.error
    retry_report(report=report, by=cast.lea)
    assert made(report).state == "done"


def test_without_pango_the_report_says_what_to_install(report, monkeypatch):
    monkeypatch.delattr(strategy.reports, "render", raising=False)
    monkeypatch.setitem(sys.modules, "strategy.reports.render", None)
    job = made(report)
    assert (job.state, job.error_code) == ("failed", "pango_missing")
    assert "apt-get install" in job.error
    assert report.snapshot is None


def test_a_worker_without_pango_starts_all_the_same(monkeypatch):
    assert tasks.load in registry.warm_ups
    monkeypatch.delattr(strategy.reports, "render", raising=False)
    monkeypatch.setitem(sys.modules, "strategy.reports.render", None)
    tasks.load()


@pytest.mark.django_db(transaction=True)
def test_cancel_in_the_middle_stops_drawing_and_leaves_nothing(cast):
    heavy(cast.strategy)
    report = request_report(strategy=cast.strategy, by=cast.lea)
    seen: list[int] = []

    def cancel_while_it_draws() -> None:
        try:
            drawing = Job.objects.filter(target_uid=report.uid, phase="draw", progress_done__gte=2)
            job = wait_until(drawing.first)
            seen.append(job.progress_done)
            cancel_report(report=report, by=cast.lea)
        finally:
            connection.close()

    canceler = threading.Thread(target=cancel_while_it_draws)
    canceler.start()
    job = made(report)
    canceler.join()
    assert seen
    assert job.state == "canceled"
    assert list(store.folder().iterdir()) == []
    assert (report.ready_at, report.file) == (None, "")


@pytest.mark.worker
@pytest.mark.parametrize("broker", ["filesystem://"])
@pytest.mark.django_db(transaction=True)
def test_a_real_worker_makes_it(cast, start, place, dispatcher_process):  # noqa: F811
    from portal.management.commands import portal

    start(portal.worker().command)
    report = request_report(strategy=cast.strategy, by=cast.lea)
    wait_until(lambda: Report.objects.filter(pk=report.pk, ready_at__isnull=False).exists())
    report.refresh_from_db()
    path = Path(place["PORTAL_DATA_DIR"]) / "reports" / report.file
    assert hashlib.sha256(path.read_bytes()).hexdigest() == report.sha256
