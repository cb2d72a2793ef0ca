"""Tables of what a channel promises and what was measured."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from portal.history.models import Tracked
from strategy.inventory.models.channels import Channel
from strategy.inventory.models.decisions import OfChannel, OfChannelQuerySet
from strategy.inventory.models.points import AccessPoint, Calendar
from strategy.inventory.service.metrics import metric_of
from strategy.inventory.service.periods import period
from strategy.plan.models import ContactType
from teams.fields import person


class AbandonRule(models.TextChoices):
    """How abandoned contacts, those that gave up waiting, count in a service level; five formulas in use."""

    ALL_CREDIT = "all_credit", _("Abandoned within the limit counts as in time")
    ANSWERED_ONLY = "answered_only", _("Only answered contacts count")
    OFFERED = "offered", _("Every contact offered counts")
    EXCLUDE_IN_TIME = "exclude_in_time", _("Abandoned within the limit does not count")
    CREDIT_SHORT = "credit_short", _("Abandoned at once counts as in time")


def _where(row: Any) -> str:
    """Return the channel of a row; with its access point, where it is narrowed to one."""
    return f"{row.channel}: {row.point}" if row.point else str(row.channel)


class ServiceObjective(OfChannel, Tracked):
    """What a channel promises: so many percent within so long, with everything that makes it comparable."""

    class Kind(models.TextChoices):
        ACCESS = "access", _("Access")
        TIMELINESS = "timeliness", _("Timeliness")
        ACCURACY = "accuracy", _("Accuracy")
        OTHER = "other", _("Other")

    named_with = ("channel", "point")

    class Unit(models.TextChoices):
        SECOND = "s", _("seconds")
        MINUTE = "min", _("minutes")
        HOUR = "h", _("hours")
        BUSINESS_HOUR = "bh", _("business hours")
        DAY = "d", _("days")
        BUSINESS_DAY = "bd", _("business days")

    class Clock(models.TextChoices):
        ALWAYS = "always", _("Around the clock")
        OPENING_HOURS = "opening_hours", _("During opening hours")

    class Start(models.TextChoices):
        UNKNOWN = "unknown", _("Not said")
        DIALED = "dialed", _("When the customer dials or sends")
        AFTER_IVR = "after_ivr", _("After the IVR or bot")
        QUEUED = "queued", _("On entering the queue")
        RECEIVED = "received", _("When it is received")

    class Over(models.TextChoices):
        INTERVAL = "interval", _("Half hour")
        DAY = "day", _("Day")
        WEEK = "week", _("Week")
        MONTH = "month", _("Month")
        QUARTER = "quarter", _("Quarter")
        YEAR = "year", _("Year")

    channel = models.ForeignKey(
        Channel,
        on_delete=models.CASCADE,
        related_name="service_objectives",
        verbose_name=_("channel"),
    )
    point = models.ForeignKey(
        AccessPoint,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="service_objectives",
        verbose_name=_("access point"),
    )
    name = models.CharField(
        _("name"), max_length=120, help_text=_("For example: answered by a person in time.")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.TIMELINESS)
    metric = models.CharField(_("metric"), max_length=12, default="SL")
    target = models.DecimalField(
        _("target"), max_digits=12, decimal_places=2, help_text=_("In the unit of the metric.")
    )
    threshold = models.DecimalField(
        _("within"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    threshold_unit = models.CharField(
        _("unit"), max_length=3, choices=Unit.choices, default=Unit.SECOND
    )
    clock = models.CharField(_("clock"), max_length=13, choices=Clock.choices, default=Clock.ALWAYS)
    calendar = models.ForeignKey(
        Calendar,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("holiday calendar"),
    )
    clock_start = models.CharField(
        _("clock starts"), max_length=9, choices=Start.choices, default=Start.UNKNOWN
    )
    measured_over = models.CharField(
        _("measured over"), max_length=8, choices=Over.choices, default=Over.MONTH
    )
    population = models.CharField(
        _("which contacts count"), max_length=300, blank=True, help_text=_("Blank: all of them.")
    )
    abandon_rule = models.CharField(
        _("abandoned contacts"),
        max_length=15,
        choices=AbandonRule.choices,
        default=AbandonRule.OFFERED,
    )
    short_abandon_seconds = models.PositiveSmallIntegerField(
        _("abandoned at once means within (seconds)"), null=True, blank=True
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    effective_from = models.DateField(_("in force from"), null=True, blank=True)
    effective_to = models.DateField(_("in force until"), null=True, blank=True)
    rationale = models.CharField(_("why this figure"), max_length=500, blank=True)
    approved_by = person(_("approved by"))

    objects = OfChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("service objective")
        verbose_name_plural = _("service objectives")
        ordering = ["channel__name", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True)
                | Q(effective_from__isnull=True)
                | Q(effective_to__gte=F("effective_from")),
                name="service_objective_ends_after_it_begins",
                violation_error_message=_("It cannot end before it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(abandon_rule="credit_short") | Q(short_abandon_seconds__isnull=False),
                name="service_objective_short_abandon_has_seconds",
                violation_error_message=_("Say within how many seconds “at once” is."),
            ),
        ]

    def __str__(self) -> str:
        day = self.effective_from
        since = _("from %(day)s") % {"day": formats.date_format(day, "N j, Y")} if day else ""
        return " · ".join(filter(None, (self.name, _where(self), since)))


class MeasurementQuerySet(OfChannelQuerySet):
    """Measurements."""

    def monthly_contacts(self) -> Self:
        """Return the contacts of whole channels, month by month."""
        return self.filter(
            metric=Measurement.Metric.CONTACTS,
            grain=Measurement.Grain.MONTH,
            point__isnull=True,
            contact_type__isnull=True,
        )


class Measurement(OfChannel, Tracked):
    """One figure of a channel and period, with what kind of figure it is.

    It may be narrowed to one of the channel's access points and to a contact type. A ratio is kept as the two
    counts it comes from (`numerator`, `denominator`) and worked out when it is shown; anything else is `value`.
    """

    named_with = ("channel", "point", "contact_type")

    class Metric(models.TextChoices):
        CONTACTS = "contacts", _("Contacts")
        ENQUIRIES = "ENQ", _("Enquiries")
        TRANSACTIONS = "TRX", _("Transactions")

    class Grain(models.TextChoices):
        DAY = "day", _("Day")
        WEEK = "week", _("Week")
        MONTH = "month", _("Month")
        QUARTER = "quarter", _("Quarter")
        YEAR = "year", _("Year")

    class Status(models.TextChoices):
        VALUE = "value", _("Value")
        ZERO = "zero", _("Zero")
        NO_DATA = "no_data", _("No data")
        NOT_APPLICABLE = "not_applicable", _("Not applicable")
        SUPPRESSED = "suppressed", _("Suppressed")

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="measurements")
    point = models.ForeignKey(
        AccessPoint,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="measurements",
        verbose_name=_("access point"),
    )
    contact_type = models.ForeignKey(
        ContactType,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="measurements",
        verbose_name=_("contact type"),
    )
    metric = models.CharField(_("metric"), max_length=12, default=Metric.CONTACTS)
    grain = models.CharField(_("period"), max_length=7, choices=Grain.choices, default=Grain.MONTH)
    starts_on = models.DateField(_("from"), help_text=_("The first day of the period."))
    status = models.CharField(_("status"), max_length=14, choices=Status.choices)
    value = models.DecimalField(_("value"), max_digits=15, decimal_places=2, null=True, blank=True)
    numerator = models.DecimalField(
        _("counted"), max_digits=15, decimal_places=2, null=True, blank=True
    )
    denominator = models.DecimalField(
        _("out of"), max_digits=15, decimal_places=2, null=True, blank=True
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    revision = models.PositiveSmallIntegerField(_("revision"), default=1, editable=False)

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(
                "channel",
                Coalesce("point", 0),
                Coalesce("contact_type", 0),
                "metric",
                "grain",
                "starts_on",
                name="measurement_once_a_period",
                violation_error_message=_(
                    "This figure is recorded already. Change the one that is there."
                ),
            ),
            models.CheckConstraint(
                condition=Q(
                    Q(status="value"),
                    Q(value__isnull=False, numerator__isnull=True, denominator__isnull=True)
                    & ~Q(value=0)
                    | Q(value__isnull=True, numerator__gte=0, denominator__gt=0),
                )
                | Q(
                    ~Q(status="value"),
                    value__isnull=True,
                    numerator__isnull=True,
                    denominator__isnull=True,
                ),
                name="measurement_figures_only_with_status_value",
                violation_error_message=_(
                    "A figure other than zero, or two counts, have the status “value”;"
                    " every other status has none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(grain__in=("day", "week")) | Q(starts_on__day=1),
                name="measurement_period_starts_on_the_first",
                violation_error_message=_(
                    "A month, a quarter and a year begin on the first of a month."
                ),
            ),
        ]

    def __str__(self) -> str:
        """Say which figure it is: of what, of whom, about what and when."""
        when = period(self.grain, self.starts_on)
        parts = (metric_of(self.metric).label, _where(self), self.contact_type, when)
        return " · ".join(str(part) for part in parts if part)
