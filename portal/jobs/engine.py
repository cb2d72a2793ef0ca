"""Claim a job, run its handler, write how it ended."""

import logging
import os
import secrets
import socket
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from .actions import beat
from .control import DATABASE_AWAY, NOBODY, Control, lease_end
from .models import Job, State
from .processes import sigterm_noted, stopping
from .registry import handlers
from .rules import (
    CLAIMS_BEFORE_SET_ASIDE,
    Canceled,
    JobFailed,
    LeaseLost,
    Stopping,
    pause_after,
)

log = logging.getLogger(__name__)

_WAITS_FOR_DATABASE = (0.5, 1, 2, 4, 8, 15, 30)


def claim_next(worker: str) -> Job | None:
    """Take the job that has been due longest, or return None when nothing is due.

    One conditional UPDATE decides: of several workers that saw the same row, one changes it.
    """
    while True:
        now = timezone.now()
        due = Job.objects.due(now)
        job = due.order_by("due_at", "pk").first()
        if job is None:
            return None
        seen = due.filter(pk=job.pk, attempt=job.attempt, claimed_by=job.claimed_by)
        if job.cancel_requested:
            seen.update(state=State.CANCELED, finished_at=now, **NOBODY)
        elif job.state == State.RUNNING and job.attempt >= CLAIMS_BEFORE_SET_ASIDE:
            if seen.update(
                state=State.FAILED,
                finished_at=now,
                error_code="set_aside",
                error=_(
                    "The worker ended %(times)s times while doing this, so it is not tried again by itself."
                    " Tell your administrator, or try again."
                )
                % {"times": job.attempt},
                **NOBODY,
            ):
                log.error("%s set aside: its worker died %s times", job, job.attempt)
        else:
            claim = {
                "state": State.RUNNING,
                "attempt": job.attempt + 1,
                "claimed_by": f"{worker}:{secrets.token_hex(4)}",
                "lease_until": lease_end(),
                "started_at": now,
                "phase": "",
                "progress_done": None,
                "progress_total": None,
            }
            if seen.update(**claim):
                for name, value in claim.items():
                    setattr(job, name, value)
                return job


def run(job: Job) -> None:
    """Run the handler of a claimed job and write how it ended. Never raises for what the handler does."""
    control = Control(job)
    started = time.monotonic()
    try:
        end = _outcome(job, control)
        if not (control.finished and end["state"] == State.DONE):
            _insist(lambda: _write(control, end))
    except LeaseLost:
        log.warning("%s: no longer ours, nothing written", job)
    else:
        log.info("%s: %s after %.1f s", job, end["state"], time.monotonic() - started)


def run_due(limit: int = 25) -> int:
    """Run what is due, one job after the other, at most `limit`, and return how many there were."""
    worker = f"{socket.gethostname()[:80]}:{os.getpid()}"
    count = 0
    beat(name="worker")
    while count < limit and not stopping() and (job := claim_next(worker)):
        with sigterm_noted():
            run(job)
        count += 1
    return count


def _outcome(job: Job, control: Control) -> dict:
    """Run the handler and return what to write about how it ended. Raises LeaseLost."""
    try:
        if job.kind not in handlers:
            raise JobFailed(
                "unknown_kind",
                _(
                    "This installation cannot do work of the kind “%(kind)s”."
                    " Ask your administrator to update it, then try again."
                )
                % {"kind": job.kind},
            )
        handlers[job.kind](job, control)
        return _ended(State.DONE)
    except LeaseLost:
        raise
    except Canceled:
        return _ended(State.CANCELED)
    except Stopping:  # this attempt does not count
        return {"state": State.QUEUED, "due_at": timezone.now(), "attempt": job.attempt - 1}
    except JobFailed as failure:
        reason = failure
    except Exception:
        log.exception("%s: attempt %s failed", job, job.attempt)
        reason = JobFailed(
            "unexpected",
            _(
                "Something went wrong that should not. Try again;"
                " if it happens again, tell your administrator."
            ),
            retry=True,
        )
    pause = pause_after(job.attempt) if reason.retry else None
    if pause is not None:
        return {"state": State.QUEUED, "due_at": timezone.now() + timedelta(seconds=pause)}
    return _ended(State.FAILED, error_code=reason.code, error=reason.sentence)


def _ended(state: State, **reason: str) -> dict:
    return {"state": state, "finished_at": timezone.now(), **reason}


def _write(control: Control, end: dict) -> None:
    """Write the end through the fence. A job that goes back to the queue is canceled if that was asked."""
    if end["state"] == State.QUEUED:
        if control.held().filter(cancel_requested=False).update(**end, **NOBODY):
            return
        end = _ended(State.CANCELED)
    control.write(**end, **NOBODY)


def _insist(write: Callable[[], None]) -> None:
    """Write, again and again for a minute if the database is away."""
    for wait in _WAITS_FOR_DATABASE:
        try:
            return write()
        except DATABASE_AWAY as error:
            log.warning("The database does not answer, trying again in %s s: %s", wait, error)
            connection.close()
            time.sleep(wait)
    return write()
