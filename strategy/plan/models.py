"""Tables of the strategy and its components."""

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.history.models import Tracked
from strategy.plan.rules import next_review
from teams.access import AccessQuerySet
from teams.models import Team, User


class StrategyQuerySet(AccessQuerySet):
    """Strategies; a person sees those in which they have a role."""

    strategy_path = "pk"


class Strategy(Tracked):
    """One customer access strategy of the organization."""

    class Classification(models.TextChoices):
        PUBLIC = "public", _("Public")
        INTERNAL = "internal", _("Internal")
        CONFIDENTIAL = "confidential", _("Confidential")

    slug = models.SlugField(_("short name in addresses"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=150)
    organization = models.CharField(_("organization"), max_length=150, blank=True)
    period = models.CharField(
        _("period"), max_length=60, blank=True, help_text=_("For example: 2027, or Q1 2027.")
    )
    vision = models.TextField(_("vision"), max_length=2000, blank=True)
    classification = models.CharField(
        _("classification"),
        max_length=12,
        choices=Classification.choices,
        default=Classification.INTERNAL,
        help_text=_("Printed on every page of a report."),
    )
    edition = models.PositiveIntegerField(_("edition"), default=1)

    objects = StrategyQuerySet.as_manager()

    class Meta:
        verbose_name = _("strategy")
        verbose_name_plural = _("strategies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("strategy:home", args=[self.slug])


class Component(Tracked):
    """One of the ten components of a customer access strategy."""

    class Code(models.TextChoices):
        SEGMENTS = "segments", _("Customer segments")
        CONTACT_TYPES = "contact_types", _("Contact types")
        CHANNELS = "channels", _("Access channels")
        HOURS = "hours", _("Hours of operation")
        OBJECTIVES = "objectives", _("Service level and response time objectives")
        ROUTING = "routing", _("Routing")
        RESOURCES = "resources", _("People and technology resources")
        INFORMATION = "information", _("Information required")
        ANALYSIS = "analysis", _("Analysis and improvement")
        DEPLOYMENT = "deployment", _("Guidelines for deploying new services")

    BELONGS: ClassVar[dict[str, Any]] = {
        Code.SEGMENTS: _("Which groups of customers we serve, how many they are, and what each needs of us."),
        Code.CONTACT_TYPES: _("Why customers get in touch: the reasons, how often, and which we want to prevent."),
        Code.CHANNELS: _("Which ways in we offer to whom, which one we prefer for what, and which we leave out."),
        Code.HOURS: _("When each way in is open, where a person answers, and what happens outside those hours."),
        Code.OBJECTIVES: _("How soon we answer on each channel: the share, the time, and how it is counted."),
        Code.ROUTING: _("How a contact finds the right person or system: priorities, skills, overflow."),
        Code.RESOURCES: _("Who and what it takes: teams, skills, partners, and the systems they work with."),
        Code.INFORMATION: _("What has to be known to serve a contact, where it comes from, what is handed on."),
        Code.ANALYSIS: _("How we learn from contacts: what is measured, who looks at it, what follows."),
        Code.DEPLOYMENT: _("What has to be so before a new service opens, and how long ahead who is told."),
    }  # fmt: skip
    """What to write into each component."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="components")
    code = models.CharField(_("component"), max_length=16, choices=Code.choices)
    owner_team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owning team"),
    )
    owner = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    text = models.TextField(
        _("text"),
        max_length=20000,
        blank=True,
        help_text=_("Markdown: **bold**, - list, [link](https://…)."),
    )
    updated_on = models.DateField(_("updated on"), null=True, blank=True)
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    review_every_days = models.PositiveSmallIntegerField(_("review every (days)"), default=90)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("component")
        verbose_name_plural = _("components")
        ordering = ["strategy", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["strategy", "code"], name="component_once_per_strategy"
            ),
            models.CheckConstraint(
                condition=models.Q(review_every_days__gte=1),
                name="component_review_interval_positive",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_code_display())

    @property
    def belongs(self) -> str:
        """Return what belongs into it, in a sentence."""
        return str(self.BELONGS[Component.Code(self.code)])

    @property
    def number(self) -> int:
        """Return its place among the ten, from 1."""
        return list(Component.Code.values).index(self.code) + 1

    @property
    def next_review_on(self) -> dt.date | None:
        """Return the day by which it should be reviewed again; None when it never was."""
        return next_review(self.reviewed_on, self.review_every_days)
