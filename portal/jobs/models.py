"""The job row, and the sign of life that worker and dispatcher leave."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a job stands."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELED = "canceled", _("Canceled")


ENDED = (State.DONE, State.FAILED, State.CANCELED)


class JobQuerySet(models.QuerySet):
    """Jobs, by what a worker or a page asks."""

    def due(self, now):
        """Return the jobs a worker may take: waiting and due, or running under a lease that ran out."""
        return self.filter(
            Q(state=State.QUEUED, due_at__lte=now) | Q(state=State.RUNNING, lease_until__lte=now)
        )

    def of(self, target_uid):
        """Return the jobs for one target, newest first."""
        return self.filter(target_uid=target_uid).order_by("-created_at", "-pk")


class Job(models.Model):
    """One piece of work and how far it is. Written by `actions` and `engine` only."""

    State = State

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    target_uid = models.UUIDField(null=True, blank=True, help_text=_("What the work is for."))
    payload = models.JSONField(default=dict, blank=True)
    requested_by_uid = models.UUIDField(null=True, blank=True)

    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    due_at = models.DateTimeField(default=timezone.now)
    attempt = models.PositiveSmallIntegerField(default=0, help_text=_("Claims since queued."))
    claimed_by = models.CharField(
        max_length=120,
        blank=True,
        help_text=_("Host, process and a random part: new at each claim."),
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    cancel_requested = models.BooleanField(default=False)

    phase = models.CharField(max_length=40, blank=True, help_text=_("A short code."))
    progress_done = models.PositiveIntegerField(null=True, blank=True)
    progress_total = models.PositiveIntegerField(null=True, blank=True)
    error_code = models.CharField(max_length=40, blank=True)
    error = models.TextField(blank=True, help_text=_("A sentence for a person."))

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, blank=True, help_text=_("The latest claim."))
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.CheckConstraint(name="job_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="job_lease_while_running",
                condition=(
                    Q(state=State.RUNNING, lease_until__isnull=False, started_at__isnull=False)
                    & ~Q(claimed_by="")
                    & Q(attempt__gte=1)
                )
                | (~Q(state=State.RUNNING) & Q(lease_until__isnull=True, claimed_by="")),
            ),
            models.CheckConstraint(
                name="job_finished_when_ended",
                condition=Q(state__in=ENDED, finished_at__isnull=False)
                | (~Q(state__in=ENDED) & Q(finished_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="job_failed_says_why",
                condition=(Q(state=State.FAILED) & ~Q(error_code="") & ~Q(error=""))
                | (~Q(state=State.FAILED) & Q(error_code="", error="")),
            ),
            models.CheckConstraint(
                name="job_progress_within_total",
                condition=Q(progress_done__isnull=True)
                | Q(progress_total__isnull=True)
                | Q(progress_done__lte=F("progress_total")),
            ),
        ]
        indexes = [
            # Reader: the dispatcher, ten times a second, and every claim.
            models.Index(name="job_due", fields=["due_at"], condition=Q(state=State.QUEUED)),
            # Reader: the same query, its other half.
            models.Index(
                name="job_lapsed", fields=["lease_until"], condition=Q(state=State.RUNNING)
            ),
            # Reader: the page of a target (`Job.objects.of`), which shows its newest job.
            models.Index(name="job_of_target", fields=["target_uid", "-created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class Heartbeat(models.Model):
    """When a kind of process ("worker", "dispatcher") was last seen alive, and who it was."""

    name = models.CharField(max_length=40, unique=True)
    seen_at = models.DateTimeField()
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return f"{self.name} {self.seen_at:%Y-%m-%d %H:%M:%S}"
