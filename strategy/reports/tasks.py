"""Making a report: the work of the worker, and its limits."""

from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.checks import PANGO_HINT
from portal.history.record import SYSTEM
from portal.jobs.control import Control
from portal.jobs.models import Job
from portal.jobs.registry import handler, warm_up
from portal.jobs.rules import JobFailed
from strategy.reports import actions, store
from strategy.reports.models import Report
from strategy.reports.rules import KIND


@handler(KIND)
def make(job: Job, control: Control) -> None:
    """Freeze the data, draw it in a child process, store the file, note it.

    Every step may have been done by an attempt whose worker died: frozen data is drawn as it is, and a report
    that has its file is ready.
    """
    reports = Report.objects.select_related("strategy", "requested_by")
    report = reports.filter(uid=job.target_uid).first() if job.target_uid else None
    if report is None:
        raise JobFailed("report_gone", _("The report was deleted, so there is nothing to make."))
    if report.ready_at:
        return
    control.progress("freeze")
    render = renderer()
    actions.freeze(report=report, as_of=timezone.now(), by=SYSTEM)
    control.progress("draw")
    part = store.part_of(report, job.claimed_by)
    with TemporaryDirectory(prefix="portal-report-") as scratch:
        drawn = control.run_child(
            partial(render.draw, report.snapshot, part, Path(scratch)),
            seconds=settings.REPORT_SECONDS,
            memory_mb=settings.REPORT_MEMORY_MB,
            file_mb=settings.REPORT_FILE_MB,
            out_path=part,
        )
    control.progress("store")
    stored = store.keep(part, report)
    with transaction.atomic():
        control.finish()
        actions.keep_file(report=report, stored=stored, pages=drawn.value["pages"], by=SYSTEM)


def renderer() -> ModuleType:
    """Return the module that draws. Raises JobFailed where Pango is missing.

    It is loaded here and not above: it takes half a second, and a portal without Pango must run all the same.
    """
    try:
        from strategy.reports import render  # noqa: PLC0415
    except (ImportError, OSError) as error:
        raise JobFailed(
            "pango_missing",
            _(
                "The server lacks a library that draws PDFs (%(reason)s). Ask your administrator to run"
                " the following, then try again: %(command)s"
            )
            % {"reason": str(error).splitlines()[0][:200], "command": PANGO_HINT},
        ) from error
    return render


@warm_up
def load() -> None:
    """Load what draws in each new worker process. Where it is missing, each report says so."""
    with suppress(JobFailed):
        renderer().prepare()
