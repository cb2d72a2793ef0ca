"""Asking for work, canceling it, trying it again. Permission is the business of whoever calls."""

import os
import socket
from datetime import datetime
from uuid import UUID

from django.db.models import Case, F, Value, When
from django.utils import timezone

from .models import Heartbeat, Job

_OPEN = (Job.State.QUEUED, Job.State.RUNNING)
_STOPPED = (Job.State.FAILED, Job.State.CANCELED)


def enqueue(
    *,
    kind: str,
    target_uid: UUID | None = None,
    payload: dict | None = None,
    requested_by_uid: UUID | None = None,
    due_at: datetime | None = None,
) -> Job:
    """Write the row of a job, in the transaction of the caller. That is all it takes."""
    return Job.objects.create(
        kind=kind,
        target_uid=target_uid,
        payload=payload or {},
        requested_by_uid=requested_by_uid,
        due_at=due_at or timezone.now(),
    )


def cancel(*, uid: UUID) -> bool:
    """Cancel a waiting job at once, ask a running one to stop (it looks once a second).

    Returns False when there was nothing left to cancel.
    """
    waiting = When(state=Job.State.QUEUED, then=Value(Job.State.CANCELED))
    ended = When(state=Job.State.QUEUED, then=Value(timezone.now()))
    found = Job.objects.filter(uid=uid, state__in=_OPEN).update(
        state=Case(waiting, default=F("state")),
        finished_at=Case(ended, default=F("finished_at")),
        cancel_requested=True,
    )
    return found > 0


def retry(*, uid: UUID) -> bool:
    """Put a failed or canceled job back into the queue as if it were new. Returns False for any other."""
    found = Job.objects.filter(uid=uid, state__in=_STOPPED).update(
        state=Job.State.QUEUED,
        due_at=timezone.now(),
        attempt=0,
        cancel_requested=False,
        phase="",
        progress_done=None,
        progress_total=None,
        error_code="",
        error="",
        started_at=None,
        finished_at=None,
    )
    return found > 0


def beat(*, name: str) -> None:
    """Leave a sign of life of this process."""
    Heartbeat.objects.bulk_create(
        [
            Heartbeat(
                name=name,
                seen_at=timezone.now(),
                detail={"host": socket.gethostname(), "pid": os.getpid()},
            )
        ],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["seen_at", "detail"],
    )
