"""Tables of the channel inventory."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.history.models import Tracked
from strategy.plan.models import LensQuerySet, Strategy, mobile_channel
from strategy.plan.rules import next_review, touches_mobile
from teams.grants import PersonGrant, TeamGrant
from teams.models import Team, User


class Carried(models.TextChoices):
    """How much of something reaches the other side."""

    YES = "yes", _("Carried")
    PARTLY = "partly", _("Partly")
    NO = "no", _("Asked again")
    UNKNOWN = "unknown", _("Not known")


class ChannelQuerySet(LensQuerySet):
    """Channels."""

    def touching_mobile(self) -> Self:
        """Return those made for the phone."""
        return self.filter(mobile_channel())


class Channel(Tracked):
    """A way in or out: a phone line, an app, a chat, a page."""

    class Family(models.TextChoices):
        VOICE = "voice", _("Phone")
        IVR = "ivr", _("IVR")
        CHAT = "chat", _("Live chat")
        MESSAGING = "messaging", _("Messaging and SMS")
        EMAIL = "email", _("E-mail")
        SOCIAL = "social", _("Social media")
        VIDEO = "video", _("Video")
        WEB = "web", _("Web")
        APP = "app", _("Mobile app")
        BOT = "bot", _("Chatbot")
        KIOSK = "kiosk", _("Kiosk")
        IN_PERSON = "in_person", _("In person")
        POST = "post", _("Post and fax")
        COMMUNITY = "community", _("Community")

    class Mode(models.TextChoices):
        SELF_SERVICE = "self_service", _("Self-service")
        ASSISTED = "assisted", _("Assisted")
        HYBRID = "hybrid", _("Hybrid")

    class Timing(models.TextChoices):
        SYNC = "sync", _("At once")
        ASYNC = "async", _("Later")

    class Device(models.TextChoices):
        ANY = "any", _("Any device")
        MOBILE = "mobile", _("Mobile only")
        MOBILE_FIRST = "mobile_first", _("Mobile first")
        DESKTOP = "desktop", _("Desktop only")
        NONE = "none", _("No device")

    class LifeCycle(models.TextChoices):
        PLANNED = "planned", _("Planned")
        PILOT = "pilot", _("Pilot")
        LIVE = "live", _("Live")
        RETIRING = "retiring", _("Retiring")
        RETIRED = "retired", _("Retired")

    class Route(models.TextChoices):
        UNKNOWN = "unknown", _("Not known")
        VISIBLE = "visible", _("Visible")
        HIDDEN = "hidden", _("Hidden")
        NONE = "none", _("No way to a person")
        IS_AGENT = "is_agent", _("Answered by a person")

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="channels")
    name = models.CharField(_("name"), max_length=120)
    family = models.CharField(_("family"), max_length=12, choices=Family.choices)
    mode = models.CharField(_("mode"), max_length=12, choices=Mode.choices)
    timing = models.CharField(
        _("answered"), max_length=5, choices=Timing.choices, default=Timing.SYNC
    )
    device = models.CharField(
        _("device"), max_length=12, choices=Device.choices, default=Device.ANY
    )
    owner_team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="channels",
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
    life_cycle = models.CharField(
        _("life cycle"), max_length=8, choices=LifeCycle.choices, default=LifeCycle.LIVE
    )
    launched_on = models.DateField(_("launched on"), null=True, blank=True)
    retires_on = models.DateField(_("retires on"), null=True, blank=True)
    purpose = models.TextField(_("purpose"), max_length=2000, blank=True)
    hours = models.CharField(
        _("hours"), max_length=120, blank=True, help_text=_("For example: Mon-Fri 08:00-20:00.")
    )
    vendor = models.CharField(_("vendor and contract"), max_length=200, blank=True)

    agent_route = models.CharField(
        _("way to a person"), max_length=8, choices=Route.choices, default=Route.UNKNOWN
    )
    agent_channel = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="routed_from",
        verbose_name=_("leads to"),
    )
    agent_taps = models.PositiveSmallIntegerField(
        _("taps or key presses to a person"), null=True, blank=True
    )
    agent_identity = models.CharField(
        _("identity"), max_length=7, choices=Carried.choices, default=Carried.UNKNOWN
    )
    agent_data = models.CharField(
        _("what was entered"), max_length=7, choices=Carried.choices, default=Carried.UNKNOWN
    )
    agent_hours = models.CharField(
        _("hours promised"),
        max_length=120,
        blank=True,
        help_text=_("What the customer is told about reaching a person."),
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    review_every_days = models.PositiveSmallIntegerField(_("review every (days)"), default=90)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "strategy",
                name="channel_name_unique",
                violation_error_message=_(
                    "A channel with this name exists already. Choose another name."
                ),
            ),
            models.CheckConstraint(
                condition=Q(retires_on__isnull=True)
                | Q(launched_on__isnull=True)
                | Q(retires_on__gte=F("launched_on")),
                name="channel_retires_after_launch",
                violation_error_message=_("A channel cannot retire before it is launched."),
            ),
            models.CheckConstraint(
                condition=Q(review_every_days__gte=1), name="channel_review_interval_positive"
            ),
        ]
        indexes = [models.Index("strategy", Lower("name"), name="channel_list_order")]  # the list

    def __str__(self) -> str:
        return self.name

    @property
    def is_retired(self) -> bool:
        """Is it no way in any more? It stays in the reports, and nobody reviews it."""
        return self.life_cycle == Channel.LifeCycle.RETIRED

    @property
    def touches_mobile(self) -> bool:
        """Is it seen through the mobile lens?"""
        return touches_mobile(self.family, self.device)

    def get_absolute_url(self) -> str:
        return reverse("strategy:inventory:detail", args=[self.strategy.slug, self.uid])

    @property
    def next_review_on(self) -> dt.date | None:
        """Return the day by which its owner should confirm it again; None when nobody ever did."""
        return next_review(self.reviewed_on, self.review_every_days)


class ChannelPersonGrant(PersonGrant):
    """One channel shared with a person."""

    content_object = models.ForeignKey(Channel, on_delete=models.CASCADE)


class ChannelTeamGrant(TeamGrant):
    """One channel shared with a team."""

    content_object = models.ForeignKey(Channel, on_delete=models.CASCADE)


class Measurement(Tracked):
    """One figure of one channel and month, with what kind of figure it is."""

    class Metric(models.TextChoices):
        CONTACTS = "contacts", _("Contacts")

    class Status(models.TextChoices):
        VALUE = "value", _("Value")
        ZERO = "zero", _("Zero")
        NO_DATA = "no_data", _("No data")
        NOT_APPLICABLE = "not_applicable", _("Not applicable")
        SUPPRESSED = "suppressed", _("Suppressed")

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="measurements")
    metric = models.CharField(
        _("metric"), max_length=12, choices=Metric.choices, default=Metric.CONTACTS
    )
    month = models.DateField(_("month"), help_text=_("The first day of the month."))
    status = models.CharField(_("status"), max_length=14, choices=Status.choices)
    value = models.PositiveBigIntegerField(_("value"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "metric", "month"], name="measurement_once_a_month"
            ),
            models.CheckConstraint(
                condition=Q(status="value", value__gt=0)
                | Q(~Q(status="value"), value__isnull=True),
                name="measurement_value_only_with_status_value",
                violation_error_message=_(
                    "A figure above zero has the status “value”; every other status has no figure."
                ),
            ),
            models.CheckConstraint(
                condition=Q(month__day=1), name="measurement_month_is_first_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.month:%Y-%m}"
