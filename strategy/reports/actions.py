"""Everything that changes a report. The worker comes in here as well."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.history.record import change_set
from portal.jobs import actions as jobs
from portal.jobs.models import Job
from portal.lib.refusals import RuleBroken
from strategy.plan.models import Lens, Strategy
from strategy.plan.queries import lock
from strategy.reports.models import Report
from strategy.reports.rules import KIND, SCHEMA
from strategy.reports.snapshot import take
from strategy.reports.store import StoredFile
from teams import access
from teams.models import User
from teams.roles import Act

SAME_CLICK = dt.timedelta(minutes=1)
_BEING_MADE = (Job.State.QUEUED, Job.State.RUNNING)


def request_report(
    *, strategy: Strategy, by: User, at: dt.datetime | None = None, lens: str = ""
) -> Report:
    """Ask for a report: its row and its job in one transaction, nothing else. The worker does the rest.

    Two clicks make one report: who asks again while their report is being made gets that one, if it was asked
    for within a minute or its data is not frozen yet. `at` is when it was asked for (default: now). A report with
    a lens is another report.
    """
    access.check(by, Act.REPORT, strategy)
    if lens not in ("", *Lens.values):
        raise RuleBroken(_("There is no such lens. Choose the mobile lens, or none."))
    now = at or timezone.now()
    with change_set(by=by, scope=strategy.uid, at=at) as record:
        lock(strategy)  # so that no number is given twice
        known = Report.objects.filter(strategy=strategy)
        twin = (
            known.filter(requested_by=by, ready_at=None, lens=lens)
            .filter(Q(requested_at__gte=now - SAME_CLICK) | Q(snapshot__isnull=True))
            .filter(Exists(Job.objects.filter(target_uid=OuterRef("uid"), state__in=_BEING_MADE)))
            .first()
        )
        if twin is not None:
            return twin
        report = Report(
            strategy=strategy,
            number=(known.aggregate(last=Max("number"))["last"] or 0) + 1,
            requested_by=by,
            requested_at=now,
            lens=lens,
        )
        record.create(report)
        jobs.enqueue(kind=KIND, target_uid=report.uid, requested_by_uid=by.uid)
    return report


def cancel_report(*, report: Report, by: User) -> None:
    """Stop a report that is waiting or being made."""
    access.check(by, Act.REPORT, report)
    job = Job.objects.of(report.uid).first()
    if report.ready_at or job is None or not jobs.cancel(uid=job.uid):
        raise RuleBroken(
            _("This report is not being made any more, so there is nothing to cancel.")
        )


def retry_report(*, report: Report, by: User) -> None:
    """Make a report again that failed or was canceled, with the data as it is then."""
    access.check(by, Act.REPORT, report)
    job = Job.objects.of(report.uid).first()
    with transaction.atomic():
        if report.ready_at or job is None or not jobs.retry(uid=job.uid):
            raise RuleBroken(_("Only a report that failed or was canceled can be made again."))
        Report.objects.filter(pk=report.pk, ready_at=None).update(snapshot=None, data_as_of=None)


def freeze(*, report: Report, as_of: dt.datetime, by: Any = None) -> None:
    """Take the data as it is now and keep it with the report, once. `as_of` decides ages and lateness.

    The worker does this as its first step; whoever did it before decides what the report says. Only what an
    older release froze and never drew is taken again.
    """
    if report.snapshot is not None and report.snapshot.get("schema") == SCHEMA:
        return
    Report.objects.filter(pk=report.pk, ready_at=None).exclude(snapshot__schema=SCHEMA).update(
        snapshot=take(report.strategy, as_of, report=report, lens=report.lens), data_as_of=as_of
    )
    report.refresh_from_db(fields=["snapshot", "data_as_of"])


def keep_file(*, report: Report, stored: StoredFile, pages: int, by: Any = None) -> None:
    """Note the finished file. A report that has one already stays as it is."""
    Report.objects.filter(pk=report.pk, ready_at=None).update(
        file=stored.name,
        sha256=stored.sha256,
        size=stored.size,
        pages=pages,
        ready_at=timezone.now(),
        version=F("version") + 1,
    )
