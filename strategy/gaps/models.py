"""The table of gaps."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.history.models import Tracked
from strategy.gaps import rules
from strategy.inventory.models import Channel, Transition
from strategy.journeys.models import Journey, Step, mobile_cells
from strategy.plan.models import Lens, LensQuerySet, Strategy, mobile_channel
from teams.fields import person, team

OPEN_STATES = ("open", "agreed", "in_progress", "blocked")
"""States in which somebody still has to do something."""


class GapQuerySet(LensQuerySet):
    """Gaps."""

    def touching_mobile(self) -> Self:
        """Return those whose place touches mobile, and those that a checklist about mobile brought up.

        The channel, the step and the transition say where a gap is; only where none is named, the whole journey
        does.
        """
        answers = Gap.objects.filter(
            pk=OuterRef("pk"), answers__run__framework__lens=Lens.MOBILE
        ).order_by()
        return self.filter(
            mobile_channel("channel__")
            | mobile_channel("transition__source__")
            | mobile_channel("transition__target__")
            | Q(Exists(mobile_cells().filter(step=OuterRef("step"))))
            | Q(Exists(mobile_cells().filter(step__stage__journey=OuterRef("journey"))),
                channel=None, step=None, transition=None)
            | Q(Exists(answers))
        )  # fmt: skip

    def unsettled(self) -> "GapQuerySet":
        """Return gaps that still have to be fixed."""
        return self.filter(state__in=OPEN_STATES)

    def overdue(self, today: dt.date) -> "GapQuerySet":
        """Return unsettled gaps whose due date has passed."""
        return self.unsettled().filter(due_on__lt=today)


class Gap(Tracked):
    """Something a customer suffers where the ways in do not meet."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        AGREED = "agreed", _("Agreed")
        IN_PROGRESS = "in_progress", _("In progress")
        BLOCKED = "blocked", _("Blocked")
        RESOLVED = "resolved", _("Resolved")
        VERIFIED = "verified", _("Verified")
        ACCEPTED = "accepted", _("Accepted")
        DUPLICATE = "duplicate", _("Duplicate")

    class Severity(models.TextChoices):
        LOW = "low", _("Low")
        MEDIUM = "medium", _("Medium")
        HIGH = "high", _("High")
        CRITICAL = "critical", _("Critical")

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="gaps")
    number = models.PositiveIntegerField(_("number"), editable=False)
    title = models.CharField(_("title"), max_length=150)
    harm = models.TextField(_("what the customer suffers"), max_length=2000, blank=True)
    severity = models.CharField(
        _("severity"), max_length=8, choices=Severity.choices, default=Severity.MEDIUM
    )
    state = models.CharField(_("state"), max_length=11, choices=State.choices, default=State.OPEN)
    channel = models.ForeignKey(
        Channel,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="gaps",
        verbose_name=_("channel"),
    )
    journey = models.ForeignKey(
        Journey,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="gaps",
        verbose_name=_("journey"),
    )
    step = models.ForeignKey(
        Step,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="gaps",
        verbose_name=_("step"),
    )
    transition = models.ForeignKey(
        Transition,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="gaps",
        verbose_name=_("transition"),
    )
    owner_team = team(_("owning team"), related_name="gaps")
    accountable = person(_("accountable person"))
    opened_on = models.DateField(_("opened on"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    first_due_on = models.DateField(_("first promised for"), null=True, blank=True, editable=False)
    slips = models.PositiveSmallIntegerField(_("times the date slipped"), default=0, editable=False)
    settled_on = models.DateField(_("settled on"), null=True, blank=True, editable=False)
    blocked_on = team(_("blocked on"))
    note = models.TextField(_("reason"), max_length=1000, blank=True)
    accepted_until = models.DateField(_("accepted until"), null=True, blank=True)
    resolved_by = person(_("resolved by"))
    verified_by = person(_("verified by"))
    duplicate_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="duplicates",
        verbose_name=_("duplicate of"),
    )

    objects = GapQuerySet.as_manager()

    class Meta:
        verbose_name = _("gap")
        verbose_name_plural = _("gaps")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "number"], name="gap_number_unique"),
            models.CheckConstraint(
                condition=~Q(state="blocked") | Q(blocked_on__isnull=False),
                name="gap_blocked_has_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | (Q(accepted_until__isnull=False) & ~Q(note="")),
                name="gap_accepted_has_reason_and_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["strategy", "state", "due_on"], name="gap_open_by_due"
            ),  # lists and counts
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("strategy:gaps:detail", args=[self.strategy.slug, self.uid])

    @property
    def code(self) -> str:
        """Return the short name people say: G-12."""
        return f"G-{self.number}"

    def is_overdue(self, today: dt.date) -> bool:
        """Has its due date passed while somebody still has to act?"""
        return self.state in OPEN_STATES and self.due_on is not None and self.due_on < today

    def late_days(self, today: dt.date) -> int:
        """Return by how many days it is past its due date; 0 when it is not, or nobody has to act."""
        return (today - self.due_on).days if self.due_on and self.is_overdue(today) else 0

    def age_days(self, today: dt.date) -> int:
        """Return the days since it was opened, until it was settled."""
        return ((self.settled_on or today) - self.opened_on).days

    def is_expired(self, today: dt.date) -> bool:
        """Was it accepted until a day that has passed? Then it has to be decided again."""
        return rules.is_expired(self.state, self.accepted_until, today)
