"""Tables of access points, the contact types each serves, and the holidays on which they are closed."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.history.models import Tracked
from strategy.inventory.models.channels import Channel, Sealed
from strategy.plan.models import ContactType, LensQuerySet, Strategy, mobile_channel
from teams.access import AccessQuerySet
from teams.fields import person, team


class Calendar(Tracked):
    """Days on which the usual week does not hold: a holiday calendar that access points share.

    `days` has one line a day: the date, then its name ("2026-12-25 Christmas Day").
    """

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="calendars")
    name = models.CharField(_("name"), max_length=120)
    days = models.TextField(
        _("holidays"),
        max_length=20000,
        blank=True,
        help_text=_("One day a line: 2026-12-25 Christmas Day."),
    )

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("holiday calendar")
        verbose_name_plural = _("holiday calendars")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "strategy",
                name="calendar_name_unique",
                violation_error_message=_(
                    "A calendar with this name exists already. Choose another name."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name


class AccessPointQuerySet(LensQuerySet):
    """Access points."""

    strategy_path = "channel__strategy_id"

    def touching_mobile(self) -> Any:
        """Return those of channels made for the phone."""
        return self.filter(mobile_channel("channel__"))


class AccessPoint(Sealed):
    """The very number, page, inbox, handle or place that a customer uses to reach a channel.

    It can serve many contact types, so its volume is counted once: here, not once for each of them.
    """

    class Kind(models.TextChoices):
        PHONE = "phone", _("Phone number")
        SHORT_CODE = "short_code", _("Short code")
        URL = "url", _("Web address")
        APP = "app", _("App")
        INBOX = "inbox", _("E-mail inbox")
        HANDLE = "handle", _("Social media handle")
        PLACE = "place", _("Place")
        POST = "post", _("Postal address or fax")
        OTHER = "other", _("Other")

    class AfterHours(models.TextChoices):
        UNKNOWN = "unknown", _("Not known")
        CLOSED = "closed", _("Nothing: it rings, or says closed")
        MESSAGE = "message", _("A message with the hours")
        VOICEMAIL = "voicemail", _("Voicemail or form, answered later")
        CALLBACK = "callback", _("A callback is offered")
        ELSEWHERE = "elsewhere", _("Sent to another way in")
        PARTNER = "partner", _("A partner answers")

    class Authentication(models.TextChoices):
        UNKNOWN = "unknown", _("Not known")
        NONE = "none", _("None")
        QUESTIONS = "questions", _("Questions only the customer can answer")
        PASSWORD = "password", _("Password or PIN")
        TWO_FACTOR = "two_factor", _("Two factors")
        FEDERATED = "federated", _("Signed in elsewhere")
        DOCUMENT = "document", _("Identity document")

    class Maturity(models.TextChoices):
        UNKNOWN = "unknown", _("Not known")
        EMERGING = "emerging", _("Emerging: few vendors survive")
        GROWING = "growing", _("Growing")
        MATURE = "mature", _("Mature")
        DECLINING = "declining", _("Declining")

    class Recording(models.TextChoices):
        UNKNOWN = "unknown", _("Not known")
        NONE = "none", _("Not recorded")
        TOLD = "told", _("Recorded, and customers are told")
        AGREED = "agreed", _("Recorded when customers agree")

    ACCESSIBILITY: ClassVar[dict[str, Any]] = {
        "text": _("A text route equal to voice"),
        "rtt": _("Real-time text"),
        "relay": _("Relay calls accepted"),
        "tty": _("TTY"),
        "sign": _("Sign language or video"),
        "screen_reader": _("Tested with a screen reader"),
        "keyboard": _("Works by keyboard alone"),
        "captions": _("Captions"),
        "large_print": _("Large print or large text"),
        "plain": _("Plain language checked"),
        "step_free": _("Step-free entrance"),
        "hearing_loop": _("Hearing loop"),
    }
    """Facts about access for people with disabilities, by the word that is stored."""

    channel = models.ForeignKey(
        Channel, on_delete=models.CASCADE, related_name="points", verbose_name=_("channel")
    )
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    address = models.CharField(
        _("address"),
        max_length=300,
        blank=True,
        help_text=_("What the customer dials, types, taps or visits."),
    )
    published = models.CharField(
        _("published"),
        max_length=300,
        blank=True,
        help_text=_("Where customers find it: website footer, bill, card."),
    )
    owner_team = team(_("owning team"))
    owner = person(_("owner"))
    deputy = person(_("deputy"))
    life_cycle = models.CharField(
        _("life cycle"),
        max_length=8,
        choices=Channel.LifeCycle.choices,
        default=Channel.LifeCycle.LIVE,
    )
    launched_on = models.DateField(_("launched on"), null=True, blank=True)
    retires_on = models.DateField(_("retires on"), null=True, blank=True)

    hours = models.CharField(
        _("opening hours"),
        max_length=500,
        blank=True,
        help_text=_("For example: Mon-Fri 08:00-20:00, Sat 09:00-13:00."),
    )
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    calendar = models.ForeignKey(
        Calendar,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="points",
        verbose_name=_("holiday calendar"),
    )
    exceptions = models.TextField(
        _("exceptions"),
        max_length=5000,
        blank=True,
        help_text=_("One day a line: 2026-12-24 08:00-13:00 Christmas Eve, or 2026-12-31 closed."),
    )
    after_hours = models.CharField(
        _("outside the hours"),
        max_length=9,
        choices=AfterHours.choices,
        default=AfterHours.UNKNOWN,
    )
    after_hours_note = models.CharField(_("what then happens"), max_length=200, blank=True)

    languages = models.CharField(
        _("languages"), max_length=200, blank=True, help_text=_("For example: en, es, zh-Hant.")
    )
    accessibility = models.CharField(_("accessibility"), max_length=200, blank=True)
    accessibility_note = models.CharField(_("more on accessibility"), max_length=300, blank=True)
    audited_on = models.DateField(_("accessibility checked on"), null=True, blank=True)
    authentication = models.CharField(
        _("sign-in"),
        max_length=10,
        choices=Authentication.choices,
        default=Authentication.UNKNOWN,
    )

    data_taken = models.CharField(
        _("customer data it takes"),
        max_length=300,
        blank=True,
        help_text=_("For example: card numbers, health data."),
    )
    recording = models.CharField(
        _("recording"), max_length=7, choices=Recording.choices, default=Recording.UNKNOWN
    )
    retention = models.CharField(
        _("contacts are kept"),
        max_length=120,
        blank=True,
        help_text=_("How long, for example: 13 months, then deleted."),
    )
    privacy_assessed_on = models.DateField(_("privacy assessed on"), null=True, blank=True)
    escalation = models.CharField(_("whom to call when it breaks"), max_length=200, blank=True)

    platform = models.CharField(_("platform"), max_length=120, blank=True)
    vendor = models.CharField(_("vendor"), max_length=120, blank=True)
    contract_ends_on = models.DateField(_("contract ends on"), null=True, blank=True)
    exit_terms = models.CharField(
        _("exit terms"),
        max_length=300,
        blank=True,
        help_text=_("Notice, how our data comes back, what it costs."),
    )
    maturity = models.CharField(
        _("market of the platform"),
        max_length=9,
        choices=Maturity.choices,
        default=Maturity.UNKNOWN,
    )
    note = models.TextField(_("note"), max_length=1000, blank=True)

    objects = AccessPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("access point")
        verbose_name_plural = _("access points")
        ordering = ["channel__name", "name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "channel",
                name="access_point_name_unique",
                violation_error_message=_(
                    "This channel has an access point with this name already. Choose another name."
                ),
            ),
            models.CheckConstraint(
                condition=Q(retires_on__isnull=True)
                | Q(launched_on__isnull=True)
                | Q(retires_on__gte=F("launched_on")),
                name="access_point_retires_after_launch",
                violation_error_message=_("An access point cannot retire before it is launched."),
            ),
            models.CheckConstraint(
                condition=Q(review_every_days__gte=1), name="access_point_review_interval_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def strategy_id(self) -> int:
        """Return the strategy in which the access policy looks for a role."""
        return self.channel.strategy_id

    @property
    def owner_team_ids(self) -> tuple[int | None, ...]:
        """Return the teams that may change it: its own, and its channel's."""
        return self.owner_team_id, self.channel.owner_team_id

    def get_absolute_url(self) -> str:
        slug = self.channel.strategy.slug
        return reverse("strategy:inventory:point", args=[slug, self.uid])


class AccessPointContactType(Tracked):
    """A contact type that an access point serves."""

    point = models.ForeignKey(AccessPoint, on_delete=models.CASCADE, related_name="serves")
    contact_type = models.ForeignKey(
        ContactType,
        on_delete=models.CASCADE,
        related_name="points",
        verbose_name=_("contact type"),
    )

    class Meta:
        verbose_name = _("contact type of an access point")
        constraints = [
            models.UniqueConstraint(
                fields=["point", "contact_type"], name="access_point_contact_type_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.point} · {self.contact_type}"
