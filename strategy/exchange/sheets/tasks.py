"""Big imports: the work of the worker."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.jobs.control import Control
from portal.jobs.models import Job
from portal.jobs.registry import handler
from portal.jobs.rules import JobFailed
from portal.lib.refusals import Refusal
from strategy.exchange.models import ImportRun
from strategy.exchange.sheets import actions
from strategy.exchange.sheets.queries import APPLY, CHECK, CLEAR
from teams.models import User


@handler(CHECK)
def check(job: Job, control: Control) -> None:
    """Work out what importing the file would do. A second run says the same again."""
    run, by, today = _asked(job)
    if run.state != ImportRun.State.CHECKING:
        return

    def tell(done: int, total: int) -> None:
        control.progress("check", done, total)

    try:
        actions.check_now(run=run, today=today, tell=tell, by=by)
    except Refusal as refused:
        _stop(run, ImportRun.State.UPLOADED, refused)


@handler(APPLY)
def apply(job: Job, control: Control) -> None:
    """Import what the preview showed. Import, state and the end of the job are one transaction."""
    run, by, today = _asked(job)
    if run.state != ImportRun.State.APPLYING:
        return

    def tell(done: int, total: int) -> None:
        control.progress("apply", done, total)

    try:
        # The job's own row is written first, and so locked: nobody takes it over while this transaction is open.
        actions.apply_now(run=run, today=today, tell=tell, settle=control.finish, by=by)
    except Refusal as refused:
        control.finished = False
        _stop(run, ImportRun.State.CHECKED, refused)


@handler(CLEAR)
def clear(job: Job, control: Control) -> None:
    """Delete uploaded files that are too old. As long as there are any, one such job waits for the oldest."""
    actions.clear_again(now=timezone.now(), by=None)


def _asked(job: Job) -> tuple[ImportRun, User, dt.date]:
    runs = ImportRun.objects.select_related("strategy")
    run = runs.filter(uid=job.target_uid).first() if job.target_uid else None
    by = User.objects.filter(uid=job.requested_by_uid).first() if job.requested_by_uid else None
    if run is None or by is None:
        raise JobFailed("import_gone", _("The import was deleted, so there is nothing to do."))
    return run, by, dt.date.fromisoformat(job.payload["today"])


def _stop(run: ImportRun, state: Any, refused: Refusal) -> None:
    actions.note_failure(run=run, state=state, problem=refused.sentence, by=None)
