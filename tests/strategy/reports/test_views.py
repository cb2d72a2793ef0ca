"""The pages of reports: list, request, one report while it is made and after, its file."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.utils import timezone

from portal.jobs import actions as jobs
from portal.jobs import engine
from portal.jobs.models import Heartbeat, Job
from strategy.reports import store
from strategy.reports.actions import cancel_report, keep_file, request_report
from strategy.reports.models import Report
from strategy.reports.snapshot import take
from strategy.reports.store import StoredFile


@pytest.fixture
def waiting(cast) -> Report:
    """Return a report nobody has begun."""
    return request_report(strategy=cast.strategy, by=cast.lea)


@pytest.fixture
def ready(cast, waiting) -> Report:
    """Return a report with a file of a few bytes in the folder."""
    now = timezone.now()
    Report.objects.filter(pk=waiting.pk).update(
        snapshot=take(cast.strategy, now, report=waiting), data_as_of=now
    )
    part = store.part_of(waiting, "test")
    part.write_bytes(b"%PDF-1.7 a few bytes")
    keep_file(report=waiting, stored=store.keep(part, waiting), pages=7)
    Job.objects.filter(target_uid=waiting.uid).update(state="done", finished_at=now)
    waiting.refresh_from_db()
    return waiting


@pytest.fixture
def page(cast) -> Callable[..., str]:
    """Return a function that gets a page and returns its text, whatever its line breaks."""

    def get(url: str, person=None, *, htmx: bool = False, status: int = 200) -> str:
        response = cast.client(person or cast.lea, htmx=htmx).get(url)
        assert response.status_code == status
        return re.sub(r"[ \n]*([<>]|[ \n])[ \n]*", r"\1", response.content.decode()).replace(
            "\n", " "
        )

    return get


def begun(report: Report, phase: str, pages: int | None = None) -> None:
    now = timezone.now()
    Job.objects.filter(target_uid=report.uid).update(
        state="running", claimed_by="w", attempt=1, started_at=now, phase=phase, progress_done=pages,
        lease_until=now + dt.timedelta(minutes=1),
    )  # fmt: skip


def test_a_click_makes_a_report_and_leads_to_its_page(cast):
    response = cast.client(cast.cole).post(cast.url("reports/request/"))
    report = Report.objects.get()
    assert (response.status_code, response.url) == (302, report.get_absolute_url())
    assert Job.objects.get().target_uid == report.uid


def test_a_click_by_htmx_is_led_there_as_well(cast):
    response = cast.client(cast.cole, htmx=True).post(cast.url("reports/request/"))
    assert response.headers["HX-Redirect"] == Report.objects.get().get_absolute_url()


def test_a_click_asks_no_broker(cast, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    assert cast.client(cast.cole).post(cast.url("reports/request/")).status_code == 302


def test_without_reports_the_list_teaches_what_one_is(cast, page):
    assert "No reports yet" in page(cast.url("reports/"))
    assert "Make a report" in page(cast.url("reports/"))


def test_the_list_shows_each_report_with_what_one_wants_to_know(cast, page, ready):
    shown = page(cast.url("reports/"))
    assert ready.sha256[:12] in shown
    assert "Lea Lead" in shown
    assert "job-done" in shown
    assert f"/reports/{ready.uid}/file/?download=1" in shown
    assert "hx-trigger" not in shown.split('id="report-list"')[1].split(">")[0]


def test_the_list_keeps_looking_while_something_is_being_made(cast, page, waiting):
    assert 'hx-trigger="every 2s"' in page(cast.url("reports/"))
    fragment = page(cast.url("reports/"), htmx=True)
    assert fragment.strip().startswith('<div class="panel" id="report-list"')


def test_the_waiting_page_asks_every_second_and_can_be_left(cast, page, waiting):
    jobs.beat(name="worker")
    shown = page(waiting.get_absolute_url())
    assert 'hx-trigger="every 1s"' in shown
    assert f'hx-get="{waiting.get_absolute_url()}status/"' in shown
    assert "Cancel" in shown
    assert "No worker" not in shown


def test_the_waiting_page_says_that_no_worker_ever_ran(page, waiting):
    assert "No worker has ever run here." in page(waiting.get_absolute_url())


def test_the_waiting_page_says_how_long_no_worker_was_seen(page, waiting):
    jobs.beat(name="worker")
    Heartbeat.objects.update(seen_at=timezone.now() - dt.timedelta(minutes=5, seconds=3))
    shown = page(waiting.get_absolute_url())
    assert "No worker has been seen for 5\xa0minutes." in shown
    assert "manage.py portal" in shown


@pytest.mark.parametrize(
    ("phase", "pages", "words"),
    [
        ("freeze", None, 'aria-current="step">Freezing the data<'),
        ("draw", 1, 'aria-current="step">Drawing pages (1 page so far)<'),
        ("draw", 12, 'aria-current="step">Drawing pages (12 pages so far)<'),
        ("write", 12, 'aria-current="step">Writing the file<'),
        ("store", None, 'aria-current="step">Storing<'),
    ],
)
def test_the_page_says_how_far_it_is(page, waiting, phase, pages, words):
    begun(waiting, phase, pages)
    shown = page(f"{waiting.get_absolute_url()}status/", htmx=True)
    assert words in shown
    assert shown.strip().startswith('<div id="report-status"')


def test_when_it_is_ready_the_page_stops_asking_and_says_so(cast, ready):
    response = cast.client(cast.rae, htmx=True).get(f"{ready.get_absolute_url()}status/")
    assert "hx-get" not in response.content.decode()
    assert response.headers["HX-Trigger"] == '{"announce": {"text": "Ready"}}'


def test_a_ready_report_shows_its_file_and_what_it_says(page, ready):
    shown = page(ready.get_absolute_url())
    assert ready.sha256 in shown
    assert ready.snapshot["front"]["verdict"] in shown
    assert "This is the first report" in shown


def test_a_failed_report_says_why_and_offers_to_try_again(cast, page, waiting):
    Job.objects.filter(target_uid=waiting.uid).update(
        state="failed",
        error_code="disk_full",
        error="No room <b>left</b>.",
        finished_at=timezone.now(),
    )
    shown = page(waiting.get_absolute_url())
    assert "No room &lt;b&gt;left&lt;/b&gt;." in shown
    assert "Make it again" in shown
    assert cast.client(cast.cole).post(f"{waiting.get_absolute_url()}retry/").status_code == 302
    assert Job.objects.get(target_uid=waiting.uid).state == "queued"


def test_a_canceled_report_says_so(cast, page, waiting):
    assert cast.client(cast.cole).post(f"{waiting.get_absolute_url()}cancel/").status_code == 302
    shown = page(waiting.get_absolute_url())
    assert "The report was canceled" in shown
    assert "Make it again" in shown


def test_a_report_whose_job_is_gone_says_what_to_do(page, waiting):
    Job.objects.all().delete()
    shown = page(waiting.get_absolute_url())
    assert "Nobody is making this report any more. Make a new one." in shown
    assert "retry/" not in shown


def test_readers_see_and_download_but_are_told_why_they_cannot_make(cast, page, ready):
    assert page(ready.get_absolute_url(), cast.rae)
    shown = page(cast.url("reports/"), cast.rae)
    assert "You can read reports but not make them" in shown
    assert "reports/request/" not in shown
    assert cast.client(cast.rae).get(f"{ready.get_absolute_url()}file/").status_code == 200


@pytest.mark.parametrize("rest", ["request/", "{uid}/cancel/", "{uid}/retry/"])
def test_readers_cannot_press_the_buttons(cast, waiting, rest):
    url = cast.url(f"reports/{rest.format(uid=waiting.uid)}")
    response = cast.client(cast.rae).post(url)
    assert response.status_code == 403
    assert "Ask a strategy lead for the contributor role." in response.content.decode()
    assert cast.client(cast.lea).get(url).status_code == 405


@pytest.mark.parametrize("rest", ["", "{uid}/", "{uid}/status/", "{uid}/file/"])
@pytest.mark.parametrize("who", ["olga", "remy"])
def test_outsiders_and_former_members_find_nothing(cast, ready, rest, who):
    url = cast.url(f"reports/{rest.format(uid=ready.uid)}")
    assert cast.client(getattr(cast, who)).get(url).status_code == 404
    assert cast.client(None).get(url).status_code == 302


def test_a_report_is_not_found_under_another_strategy(cast, ready):
    from tests.starting import start_strategy

    start_strategy(values={"name": "Other", "slug": "other"}, lead=cast.lea, by=cast.ada)
    url = ready.get_absolute_url().replace("/larkfield/", "/other/")
    assert cast.client(cast.lea).get(f"{url}file/").status_code == 404


def test_the_file_opens_in_the_browser_or_is_saved_under_a_good_name(cast, ready):
    client = cast.client(cast.rae)
    opened = client.get(f"{ready.get_absolute_url()}file/")
    assert b"".join(opened.streaming_content) == b"%PDF-1.7 a few bytes"
    assert opened.headers["Content-Type"] == "application/pdf"
    assert (
        opened.headers["Content-Disposition"]
        == 'inline; filename="Larkfield_alignment_report_R-1.pdf"'
    )
    assert opened.headers["Content-Length"] == "20"
    assert opened.headers["Cache-Control"] == "no-store, private"
    saved = client.get(f"{ready.get_absolute_url()}file/?download=1")
    assert saved.headers["Content-Disposition"].startswith("attachment; ")


def test_a_name_with_foreign_letters_travels_as_the_standard_says(cast, ready):
    cast.strategy.organization = "Łódź"
    cast.strategy.save()
    response = cast.client(cast.rae).get(f"{ready.get_absolute_url()}file/?download=1")
    assert response.headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''%C5%81%C3%B3d%C5%BA_alignment_report_R-1.pdf"
    )


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.write_bytes(b"%PDF-1.7 a few bites"),
        lambda path: path.write_bytes(path.read_bytes()[:9]),
        lambda path: path.unlink(),
    ],
    ids=["changed", "torn", "gone"],
)
def test_a_file_that_is_not_what_was_stored_is_not_sent(cast, ready, harm):
    harm(store.folder() / ready.file)
    response = cast.client(cast.rae).get(f"{ready.get_absolute_url()}file/")
    assert response.status_code == 410
    assert "missing or damaged on the server, so it is not sent" in response.content.decode()
    assert b"%PDF" not in response.content


def test_a_report_without_a_file_leads_to_its_page(cast, waiting):
    response = cast.client(cast.rae).get(f"{waiting.get_absolute_url()}file/")
    assert (response.status_code, response.url) == (302, waiting.get_absolute_url())


def test_a_file_name_in_the_row_cannot_lead_out_of_the_folder(cast, ready):
    # Nobody can write it there; but if somebody could, the hash would still have to fit.
    (store.folder().parent / "outside").write_bytes(b"other")
    Report.objects.filter(pk=ready.pk).update(file="../outside")
    assert cast.client(cast.rae).get(f"{ready.get_absolute_url()}file/").status_code == 410


def test_cancel_after_the_end_is_refused_with_a_sentence(cast, ready):
    response = cast.client(cast.cole).post(f"{ready.get_absolute_url()}cancel/")
    assert response.status_code == 422
    assert "there is nothing to cancel" in response.content.decode()


def test_from_the_click_to_the_file(cast):
    client = cast.client(cast.cole)
    url = client.post(cast.url("reports/request/")).url
    engine.run_due()
    assert "Open the PDF" in client.get(url).content.decode()
    assert b"".join(client.get(f"{url}file/").streaming_content).startswith(b"%PDF-1.7")


def test_a_long_list_comes_page_by_page(cast, page):
    for number in range(1, 31):
        Report.objects.create(strategy=cast.strategy, number=number, requested_at=timezone.now())
    assert [f"R-{n}<" in page(cast.url("reports/")) for n in (30, 6, 5)] == [True, True, False]
    assert "R-5<" in page(cast.url("reports/?page=2"))
    assert "R-30<" in page(cast.url("reports/?page=nonsense"))


def test_the_list_takes_as_many_queries_for_many_as_for_one(cast, ready, django_assert_num_queries):
    def ask() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client = cast.client(cast.lea)
        with CaptureQueriesContext(connection) as seen:
            client.get(cast.url("reports/"))
        return len(seen)

    few = ask()
    for number in range(2, 12):
        report = request_report(strategy=cast.strategy, by=cast.lea)
        if number % 2:
            cancel_report(report=report, by=cast.lea)
        else:
            keep_file(report=report, stored=StoredFile("x", "0" * 64, 1), pages=1)
    assert ask() <= few + 1  # one more: the jobs of those that are not ready
