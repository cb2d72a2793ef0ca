"""What the health page, the doctor and the dispatcher ask."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from .models import Heartbeat, Job


def last_seen(name: str) -> datetime | None:
    """Return when this kind of process ("worker" or "dispatcher") last gave a sign of life."""
    return Heartbeat.objects.filter(name=name).values_list("seen_at", flat=True).first()


def longest_wait() -> timedelta:
    """Return how long the job that waits longest has been due; zero when nothing waits."""
    now = timezone.now()
    oldest = Job.objects.filter(state=Job.State.QUEUED, due_at__lte=now).order_by("due_at").first()
    return now - oldest.due_at if oldest else timedelta(0)


def due_claims(limit: int) -> set[tuple]:
    """Return a key for each due job, at most `limit`. Who becomes due again has another key."""
    if not _anything_due():
        return set()
    due = Job.objects.due(timezone.now()).order_by("due_at")
    return set(due.values_list("pk", "state", "due_at", "lease_until")[:limit])


# `Job.objects.due` in SQL: asked ten times a second, day and night, it costs a third of the ORM's way.
_ANYTHING_DUE = """
    SELECT 1 FROM portal_job
    WHERE (state = 'queued' AND due_at <= %s) OR (state = 'running' AND lease_until <= %s)
    LIMIT 1
"""


def _anything_due() -> bool:
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(_ANYTHING_DUE, [now, now])
        return cursor.fetchone() is not None
