"""What the pages of reports read."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.jobs.models import Job
from portal.jobs.queries import last_seen
from strategy.plan.models import Strategy
from strategy.reports.models import Report
from strategy.reports.rules import PHASES, SCHEMA, WORKER_SILENT_SECONDS

PAGE_LENGTH = 25


def last_snapshot(
    strategy: Strategy, part: str = "snapshot", *, before: Report | None = None, lens: str = ""
) -> dict[str, Any] | None:
    """Return the snapshot, or a `part` of it, with which a report (or today) is compared; None: with nothing.

    It is that of the last report that people have seen or are about to see: none that failed or was canceled, and
    none through another lens.
    """
    stopped = Job.objects.filter(
        target_uid=OuterRef("uid"), state__in=(Job.State.FAILED, Job.State.CANCELED)
    )
    earlier = Report.objects.filter(strategy=strategy, lens=lens, snapshot__isnull=False)
    if before is not None:
        earlier = earlier.filter(number__lt=before.number)
    earlier = earlier.exclude(Exists(stopped)).order_by("-number")
    schema, found = earlier.values_list("snapshot__schema", part).first() or (None, None)
    return found if schema == SCHEMA else None


@dataclass(frozen=True)
class Progress:
    """Where a report stands. `state` is a job state; the rest is what people are told."""

    state: str
    label: str
    phase: str = ""
    pages: int | None = None
    problem: str = ""
    waiting_for: str = ""
    can_retry: bool = False

    @property
    def is_open(self) -> bool:
        """Is somebody still going to work on it?"""
        return self.state in (Job.State.QUEUED, Job.State.RUNNING)

    @property
    def phases(self) -> list[dict[str, Any]]:
        """Return all phases in their order, with where it is now."""
        codes = list(PHASES)
        now = codes.index(self.phase) if self.phase in codes else -1
        return [
            {
                "label": label,
                "is_done": place < now,
                "is_now": place == now,
                "pages": self.pages if code == "draw" and place <= now else None,
            }
            for place, (code, label) in enumerate(PHASES.items())
        ]

    @property
    def percent(self) -> int:
        """Return how far the phases are, for a bar; pages cannot be known before they are laid out."""
        codes = list(PHASES)
        if self.phase not in codes:
            return 0
        return (10, 30, 80, 95)[codes.index(self.phase)]


def progress(report: Report, job: Job | None, now: dt.datetime) -> Progress:
    """Say where a report stands."""
    if report.ready_at:
        return Progress(Job.State.DONE, _("Ready"))
    if job is None or job.state == Job.State.DONE:
        return Progress(
            Job.State.FAILED,
            str(Job.State.FAILED.label),
            problem=_("Nobody is making this report any more. Make a new one."),
        )
    return Progress(
        state=job.state,
        label=str(job.get_state_display()),  # type: ignore[attr-defined]
        phase=job.phase,
        pages=job.progress_done if job.phase == "draw" else None,
        problem=job.error,
        can_retry=job.state in (Job.State.FAILED, Job.State.CANCELED),
        waiting_for=_nobody_there(now) if job.state == Job.State.QUEUED else "",
    )


def _nobody_there(now: dt.datetime) -> str:
    """Return a sentence when no worker has given a sign of life lately; nothing when one has."""
    seen = last_seen("worker")
    if seen is not None and (now - seen).total_seconds() <= WORKER_SILENT_SECONDS:
        return ""
    what_to_do = _(
        "Your report is kept and will be made as soon as one runs. Tell your administrator:"
        " the command “manage.py portal” starts it."
    )
    if seen is None:
        return _("No worker has ever run here.") + " " + what_to_do
    return (
        _("No worker has been seen for %(time)s.") % {"time": timesince(seen, now)}
        + " "
        + what_to_do
    )


@dataclass(frozen=True)
class Row:
    """A line of the list."""

    report: Report
    progress: Progress


def report_page(strategy: Strategy, number: str) -> Page:
    """Return one page of a strategy's reports as rows, newest first. Three queries."""
    reports = Report.objects.filter(strategy=strategy).select_related("requested_by")
    found = Paginator(reports.defer("snapshot"), PAGE_LENGTH).get_page(number)
    shown = list(found.object_list)
    open_jobs = Job.objects.filter(
        target_uid__in=[report.uid for report in shown if not report.ready_at]
    ).order_by("created_at", "pk")
    jobs = {job.target_uid: job for job in open_jobs}
    now = timezone.now()
    rows = [Row(report, progress(report, jobs.get(report.uid), now)) for report in shown]
    found.object_list = rows  # type: ignore[assignment]
    return found


def report_progress(report: Report) -> Progress:
    """Return where one report stands."""
    return progress(report, Job.objects.of(report.uid).first(), timezone.now())


def pages_so_far(shown: Progress) -> str:
    """Return the pages laid out so far in words; nothing before the first."""
    if not shown.pages:
        return ""
    return ngettext("%(n)d page so far", "%(n)d pages so far", shown.pages) % {"n": shown.pages}
