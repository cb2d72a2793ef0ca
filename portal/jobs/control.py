"""What a handler holds while it works: the lease on its row."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from .actions import beat
from .child import Limits, Progress, Result, run_in_child
from .models import Job, JobQuerySet
from .processes import stopping
from .rules import RENEWALS_PER_LEASE, Canceled, LeaseLost, Stopping

log = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0
_WRITE_SECONDS = 0.2
NOBODY = {"claimed_by": "", "lease_until": None}
DATABASE_AWAY = (OperationalError, InterfaceError)


def lease_end() -> datetime:
    """Return when a lease taken or renewed now runs out."""
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


class Control:
    """The hold of one attempt on its job. Every write goes through the fence: no lease, no write.

    A handler that works longer than a few seconds calls `progress` or `check` at least every few
    seconds, or does the work in `run_child`. All of them raise Canceled, Stopping or LeaseLost; let
    those pass.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.finished = False
        self._unwritten: dict = {}
        self._looked = self._written = time.monotonic()

    def held(self) -> JobQuerySet:
        """Return the query for the row as long as this attempt holds it."""
        return Job.objects.filter(
            pk=self.job.pk,
            state=Job.State.RUNNING,
            attempt=self.job.attempt,
            claimed_by=self.job.claimed_by,
        )

    def write(self, **fields: object) -> None:
        """Write to the row. Raises LeaseLost when this attempt no longer holds it."""
        if not self.held().update(**fields):
            raise LeaseLost(str(self.job))

    def finish(self) -> None:
        """Mark the job done, in the transaction that stores its result: both happen or neither.

        A handler need not call this: returning does the same a moment later, and if the worker dies
        in that moment the job runs again.
        """
        self.write(state=Job.State.DONE, finished_at=timezone.now(), **self._unwritten, **NOBODY)
        self.finished = True

    def renew(self) -> None:
        """Extend the lease now, and write the latest progress."""
        self.write(lease_until=lease_end(), **self._unwritten)
        self._unwritten = {}
        self._written = time.monotonic()

    def progress(self, phase: str, done: int | None = None, total: int | None = None) -> None:
        """Note how far the work is: a short code, and counts where there are any. Cheap: call it often."""
        self._unwritten = {"phase": phase, "progress_done": done, "progress_total": total}
        self.check()

    def check(self) -> None:
        """Stop here if the job is canceled, lost, or this process is stopping. Cheap: call it often.

        Also renews the lease in time, and writes progress at most five times a second.
        """
        if stopping():
            raise Stopping
        now = time.monotonic()
        if now - self._looked >= _LOOK_SECONDS:
            self._looked = now
            cancel_requested = self.held().values_list("cancel_requested", flat=True).first()
            if cancel_requested is None:
                raise LeaseLost(str(self.job))
            if cancel_requested:
                raise Canceled
            if not connection.in_atomic_block:
                beat(name="worker")
        pause = (
            _WRITE_SECONDS if self._unwritten else settings.JOB_LEASE_SECONDS / RENEWALS_PER_LEASE
        )
        if now - self._written >= pause:
            self.renew()

    def run_child(
        self,
        function: Callable[[Progress], dict | None],
        *,
        seconds: int,
        memory_mb: int,
        file_mb: int,
        out_path: Path | None = None,
    ) -> Result:
        """Run `function(progress)` in a forked process with limits; see `child`. Call it outside transactions.

        `out_path` is the file the function writes: it is removed unless the child ends well.
        """
        try:
            return run_in_child(
                function,
                limits=Limits(seconds, memory_mb, file_mb),
                progress=self._note,
                tick=self._check_patiently,
            )
        except BaseException:
            if out_path:
                with suppress(FileNotFoundError):
                    out_path.unlink()
            raise

    def _note(self, phase: str, done: int | None = None, total: int | None = None) -> None:
        self._unwritten = {"phase": phase, "progress_done": done, "progress_total": total}

    def _check_patiently(self) -> None:
        """Check, but let the child work on while the database is away: the lease may well outlive that."""
        try:
            self.check()
        except DATABASE_AWAY as error:
            log.warning("%s goes on without the database: %s", self.job, error)
            connection.close()
            self._looked = self._written = time.monotonic()
