"""Tables of channels, of the ways between them, and of where their answers differ."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least, Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.history.models import Tracked
from strategy.plan.models import ContactType, LensQuerySet, Strategy, mobile_channel
from strategy.plan.rules import next_review, touches_mobile
from teams.access import BetweenTeams
from teams.fields import person, team
from teams.grants import PersonGrant, TeamGrant


class Carried(models.TextChoices):
    """How much of something reaches the other side of a transition."""

    YES = "yes", _("Carried")
    PARTLY = "partly", _("Partly")
    NO = "no", _("Asked again")
    UNKNOWN = "unknown", _("Not known")


class Sealed(Tracked):
    """A row whose owner confirms that it is still true: the seal.

    The seal breaks when the interval has run out, and when somebody edits the row who does not own it: then
    `unsealed_by` and `unsealed_on` say who and when, until an owner confirms it again.
    """

    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    review_every_days = models.PositiveSmallIntegerField(_("review every (days)"), default=90)
    unsealed_by = person(_("seal broken by"), editable=False)
    unsealed_on = models.DateField(_("seal broken on"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def next_review_on(self) -> dt.date | None:
        """Return the day by which its owner should confirm it again; None when nobody ever did."""
        return next_review(self.reviewed_on, self.review_every_days)


class ChannelQuerySet(LensQuerySet):
    """Channels."""

    def touching_mobile(self) -> Self:
        """Return those made for the phone."""
        return self.filter(mobile_channel())


class Channel(Sealed):
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

    class Direction(models.TextChoices):
        INBOUND = "inbound", _("Customers come to us")
        OUTBOUND = "outbound", _("We go to customers")
        BOTH = "both", _("Both ways")

    class RunBy(models.TextChoices):
        OWNED = "owned", _("Our own")
        THIRD_PARTY = "third_party", _("A third party's")

    class LifeCycle(models.TextChoices):
        PLANNED = "planned", _("Planned")
        PILOT = "pilot", _("Pilot")
        LIVE = "live", _("Live")
        RETIRING = "retiring", _("Retiring")
        RETIRED = "retired", _("Retired")

    IN_USE = (LifeCycle.PILOT, LifeCycle.LIVE, LifeCycle.RETIRING)
    """The stages in which customers meet a channel, or an access point of it."""

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
    direction = models.CharField(
        _("direction"), max_length=8, choices=Direction.choices, default=Direction.INBOUND
    )
    run_by = models.CharField(
        _("run on"),
        max_length=11,
        choices=RunBy.choices,
        default=RunBy.OWNED,
        help_text=_("Whose it is: a page of our own, or a social network's."),
    )
    owner_team = team(_("owning team"), related_name="channels")
    owner = person(_("owner"))
    deputy = person(_("deputy"))
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
    agent_hours = models.CharField(
        _("hours promised"),
        max_length=120,
        blank=True,
        help_text=_(
            "What customers are told. What counts are the hours of the access points; a promise with a figure is a"
            " service objective."
        ),
    )

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


class ChannelPersonGrant(PersonGrant):
    """One channel shared with a person."""

    content_object = models.ForeignKey(Channel, on_delete=models.CASCADE)


class ChannelTeamGrant(TeamGrant):
    """One channel shared with a team."""

    content_object = models.ForeignKey(Channel, on_delete=models.CASCADE)


def _carried(label: Any, help_text: Any) -> models.CharField:
    """Return the field for one thing that can be carried along; not known until somebody says it."""
    return models.CharField(
        label,
        max_length=7,
        choices=Carried.choices,
        default=Carried.UNKNOWN,
        help_text=help_text,
    )


class TransitionQuerySet(LensQuerySet):
    """Transitions."""

    def touching_mobile(self) -> Self:
        """Return those with an end that touches mobile."""
        return self.filter(mobile_channel("source__") | mobile_channel("target__"))


class Transition(BetweenTeams, Tracked):
    """The way from one channel to another: one record for each ordered pair, whoever travels it.

    Its ends are owned by the owning teams of the two channels; a team at either end keeps it true.
    """

    class Mechanism(models.TextChoices):
        UNKNOWN = "unknown", _("Not known")
        LINK = "link", _("Link or deep link")
        CALL = "call", _("Tap to call")
        CALLBACK = "callback", _("Callback")
        TRANSFER = "transfer", _("Warm transfer")
        CASE = "case", _("Shared case")
        COBROWSE = "cobrowse", _("Shared screen")
        ARTICLE = "article", _("Article or page sent")
        TOLD = "told", _("The customer is told where to go")

    class Status(models.TextChoices):
        WORKS = "works", _("Works")
        PARTLY = "partly", _("Works partly")
        BROKEN = "broken", _("Broken")
        NOT_BUILT = "not_built", _("Not built")
        DECLINED = "declined", _("Decided against")

    CONTEXT: ClassVar[tuple[str, ...]] = (
        "identity",
        "authentication",
        "reason",
        "page",
        "entered",
        "history",
        "case",
        "language",
    )
    """What can be carried along, in the order in which a customer is asked for it."""

    named_with = ("source", "target")
    ends = ("source", "target")

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="transitions")
    source = models.ForeignKey(
        Channel, on_delete=models.CASCADE, related_name="ways_on", verbose_name=_("from")
    )
    target = models.ForeignKey(
        Channel, on_delete=models.CASCADE, related_name="ways_in", verbose_name=_("to")
    )
    status = models.CharField(
        _("state"), max_length=9, choices=Status.choices, default=Status.WORKS
    )
    mechanism = models.CharField(
        _("how"), max_length=8, choices=Mechanism.choices, default=Mechanism.UNKNOWN
    )
    trigger = models.CharField(
        _("when customers take it"),
        max_length=200,
        blank=True,
        help_text=_("For example: the bot does not know the answer."),
    )
    identity = _carried(_("identity"), _("Who the customer is."))
    authentication = _carried(_("sign-in"), _("That they have proved it."))
    reason = _carried(_("reason"), _("Why they get in touch."))
    page = _carried(_("page or step"), _("Where they were in what they were doing."))
    entered = _carried(_("what was entered"), _("What they typed or said already."))
    history = _carried(_("history"), _("What happened before."))
    case = _carried(_("case"), _("The number under which it is handled."))
    language = _carried(_("language"), _("The language they chose."))
    note = models.TextField(_("note"), max_length=1000, blank=True)
    tested_on = models.DateField(_("tested on"), null=True, blank=True)
    tested_by = person(_("tested by"))

    objects = TransitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        ordering = ["source__name", "target__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target"],
                name="transition_once_per_pair",
                violation_error_message=_(
                    "This transition is recorded already. Change the one that is there."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(source=F("target")),
                name="transition_between_two_channels",
                violation_error_message=_(
                    "A transition leads from one channel to another. Choose two."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"

    def get_absolute_url(self) -> str:
        here = reverse("strategy:inventory:transitions", args=[self.strategy.slug])
        return f"{here}#transition-{self.uid}"

    @property
    def is_in_use(self) -> bool:
        """Do customers travel it, well or badly?"""
        return self.status in (self.Status.WORKS, self.Status.PARTLY, self.Status.BROKEN)

    def context(self) -> list[tuple[str, str]]:
        """Return what can be carried along with how much of it is: its name on screen, and a Carried value."""
        return [
            (str(self._meta.get_field(name).verbose_name), getattr(self, name))  # type: ignore[union-attr]
            for name in self.CONTEXT
        ]


class AnswerDifference(BetweenTeams, Tracked):
    """Two self-service channels that answer the same contact type differently, or by design not alike."""

    class Kind(models.TextChoices):
        CONTRADICTS = "contradicts", _("They contradict each other")
        BY_DESIGN = "by_design", _("They differ by design")

    ends = ("channel", "other")

    contact_type = models.ForeignKey(
        ContactType,
        on_delete=models.CASCADE,
        related_name="differences",
        verbose_name=_("contact type"),
    )
    channel = models.ForeignKey(
        Channel,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("one channel"),
    )
    other = models.ForeignKey(
        Channel,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("the other channel"),
    )
    kind = models.CharField(_("how"), max_length=11, choices=Kind.choices, default=Kind.CONTRADICTS)
    explanation = models.CharField(
        _("what each says, and why"),
        max_length=500,
        help_text=_("For example: the IVR says paid, the app says pending; they read two systems."),
    )

    class Meta:
        verbose_name = _("difference between answers")
        verbose_name_plural = _("differences between answers")
        ordering = ["contact_type__name", "channel__name", "other__name"]
        constraints = [
            models.UniqueConstraint(
                "contact_type",
                Least("channel", "other"),
                Greatest("channel", "other"),
                name="answer_difference_once_per_pair",
                violation_error_message=_(
                    "These two channels are compared for this contact type already. Change that entry."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(channel=F("other")),
                name="answer_difference_of_two_channels",
                violation_error_message=_("Choose two channels."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact_type}: {self.channel} – {self.other}"

    @property
    def strategy_id(self) -> int:
        """Return the strategy in which the access policy looks for a role."""
        return self.contact_type.strategy_id
