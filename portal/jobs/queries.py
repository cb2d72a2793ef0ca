"""What the health page, the doctor and the dispatcher ask."""

from datetime import datetime, timedelta

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
    """Return a key for each due job, at most `limit`. A job that becomes due again has another key."""
    due = Job.objects.due(timezone.now()).order_by("due_at")
    return set(due.values_list("pk", "state", "due_at", "lease_until")[:limit])
