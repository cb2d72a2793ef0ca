"""Forms of objectives, and of the figures of one period."""

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from portal.history.forms import TrackedForm, never_cut
from strategy.inventory.models import (
    AccessPoint,
    Calendar,
    Channel,
    Measurement,
    ServiceObjective,
)
from strategy.inventory.service.actions import Stated
from strategy.inventory.service.figures import Figure, figure_of, start_of, why_not_stated
from strategy.inventory.service.formulas import Counts
from strategy.inventory.service.metrics import Metric, metric_of
from strategy.inventory.service.promises import promised, why_not_promised
from strategy.plan.forms import DayInput, offer_people


class ServiceObjectiveForm(TrackedForm):
    """What a channel promises, with everything that makes it comparable."""

    metric = forms.ChoiceField(
        label=_("Metric"),
        help_text=_("What is promised. Only metrics that fit this channel stand here."),
    )

    class Meta:
        model = ServiceObjective
        fields = (
            "name",
            "metric",
            "kind",
            "point",
            "target",
            "threshold",
            "threshold_unit",
            "clock",
            "calendar",
            "clock_start",
            "measured_over",
            "population",
            "abandon_rule",
            "short_abandon_seconds",
            "effective_from",
            "effective_to",
            "source",
            "rationale",
            "approved_by",
        )
        widgets = {
            "effective_from": DayInput(),
            "effective_to": DayInput(),
            "rationale": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "kind": _("Whether it is about reaching you at all, about time, or about being right."),
            "point": _("None: it is promised for the whole channel."),
            "target": _("In the unit of the metric: 80 for 80 %."),
            "threshold": _("The time limit. For service level and response time only."),
            "threshold_unit": _("Business hours and days count only while it is open."),
            "clock": _(
                "Does the time count at night and on weekends too? A new objective begins with opening hours where"
                " the channel has them."
            ),
            "calendar": _(
                "Days on which the clock stands still, when it runs in opening hours. A new objective begins with"
                " the one of the access points."
            ),
            "clock_start": _(
                "Two lines with “20 seconds” differ by minutes when one counts from dialing,"
                " the other from the queue."
            ),
            "measured_over": _(
                "The period in which the target must hold. A good month can hide bad half hours."
            ),
            "population": _("Leave empty for all; else which: new customers, claims only."),
            "abandon_rule": _(
                "Abandoned: the customer gave up before anybody answered. Five rules are in use; on the same day"
                " they differ by five points. For service level only."
            ),
            "short_abandon_seconds": _("Only with “Abandoned at once counts as in time”."),
            "effective_from": _("Empty: since ever."),
            "effective_to": _("Empty: until somebody ends it. End one before the next begins."),
            "source": _("Where it is laid down: contract, charter, published page."),
            "approved_by": _("Who answers for the promise."),
            "rationale": _("What it would cost to promise more, and what customers expect."),
        }

    GROUPS = (
        (
            _("What is promised"),
            "",
            (
                ("name",),
                ("metric", "kind"),
                ("target",),
                ("threshold", "threshold_unit"),
                ("point",),
            ),
        ),
        (
            _("How it is counted"),
            _("Two figures compare only when all of these agree."),
            (
                ("clock", "calendar"),
                ("clock_start", "measured_over"),
                ("population",),
                ("abandon_rule", "short_abandon_seconds"),
            ),
        ),
        (
            _("Where it comes from"),
            "",
            (
                ("effective_from", "effective_to"),
                ("source",),
                ("rationale",),
                ("approved_by",),
            ),
        ),
    )

    def __init__(self, *args: Any, channel: Channel, **kwargs: Any) -> None:
        self.channel = channel
        choices = promised(channel)
        if kwargs.get("thing") is None:
            usual = next((one.code for one in choices if one.within), choices[0].code)
            kwargs["initial"] = {"metric": usual, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        now = getattr(self.thing, "metric", None)
        if now and now not in {one.code for one in choices}:
            choices.append(metric_of(now))
        metric: Any = self.fields["metric"]
        metric.choices = [(one.code, f"{one.label} ({one.code})") for one in choices]
        points: Any = self.fields["point"]
        points.queryset = AccessPoint.objects.filter(channel=channel).order_by("name")
        calendars: Any = self.fields["calendar"]
        calendars.queryset = Calendar.objects.filter(strategy=channel.strategy_id)
        offer_people(self, "approved_by", channel.strategy)

    def _context(self) -> dict[str, Any]:
        return {"channel": self.channel}

    def groups(self) -> list[tuple[Any, Any, list[list[forms.BoundField]]]]:
        """Return the fields under their headings, line by line."""
        return [
            (title, lead, [[self[name] for name in line] for line in lines])
            for title, lead, lines in self.GROUPS
        ]

    def clean(self) -> dict[str, Any]:
        """A time limit where the metric has one, and qualifiers that do not contradict each other."""
        data = super().clean() or {}
        for name, sentence in list(why_not_promised(data)):
            if name not in self.errors:
                self.add_error(name, sentence)
        return data


# --- the figures of a period ------------------------------------------------------------------------
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")


class CountField(forms.DecimalField):
    """A number as people paste it: 44,466 is forty-four thousand."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=15, decimal_places=2, required=False, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """Take out the separators of thousands, and read a real minus."""
        if isinstance(value, str):
            value = value.strip().replace("\u2212", "-")
            if _GROUPED.fullmatch(value):
                value = value.replace(",", "")
        number: Decimal | None = super().to_python(value)  # type: ignore[assignment]
        return number


class FigureForm(forms.Form):
    """One metric of a period. `version` and `shown` tell what was on the page when it was opened."""

    status = forms.ChoiceField(label=_("Status"), required=False)
    numerator = CountField()
    denominator = CountField()
    value = CountField(label=_("Figure"))
    source = forms.CharField(label=_("Source"), required=False, max_length=200)
    as_of = forms.DateField(label=_("As of"), required=False, widget=DayInput())
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    FACTS = ("status", "numerator", "denominator", "value", "source", "as_of")

    def __init__(
        self,
        data: Any,
        *,
        metric: Metric,
        row: Measurement | None,
        starts_on: dt.date,
    ) -> None:
        now = {name: getattr(row, name) for name in self.FACTS} if row is not None else {}
        initial = {
            **{name: _plain(value) for name, value in now.items()},
            "version": row.version if row is not None else None,
            "shown": _digest(now),
        }
        # A row that was not on the page when it was sent says nothing: it is shown as it is stored.
        sent = data if self.is_in(data, metric) else None
        super().__init__(sent, prefix=f"m-{metric.code}", initial=initial)
        self.metric = metric
        self.starts_on = starts_on
        self.theirs: Figure | None = None
        self.is_late = False
        never_cut(self)
        status: Any = self.fields["status"]
        status.choices = [("", _("Not stated")), *Measurement.Status.choices]
        if metric.is_ratio:
            self.fields["numerator"].label = _now(metric.counted)
            self.fields["denominator"].label = _now(metric.of)
            words = _now("or the figure alone (%(unit)s)") % {"unit": metric.shown_unit}
            self.fields["value"].label = words
        else:
            del self.fields["numerator"], self.fields["denominator"]
            if metric.shown_unit:
                self.fields["value"].label = f"{_now('Figure')} ({metric.shown_unit})"

    @classmethod
    def is_in(cls, sent: Any, metric: Metric) -> bool:
        """Was the row of this metric on the page that was sent?"""
        return sent is not None and f"m-{metric.code}-shown" in sent

    @property
    def numbers(self) -> list[forms.BoundField]:
        """Return the fields for numbers."""
        return [self[name] for name in ("numerator", "denominator", "value") if name in self.fields]

    def clean(self) -> dict[str, Any]:
        """A number stands with the status "value"; every other status has none."""
        data = super().clean() or {}
        numbers = {name: data.get(name) for name in ("value", "numerator", "denominator")}
        given = [one for one in numbers.values() if one is not None]
        if any(given) and data.get("status", "") == self.was["status"]:
            data["status"] = Measurement.Status.VALUE  # a figure was typed, and nothing else chosen
        elif given and not data.get("status"):
            data["status"] = Measurement.Status.VALUE
        if data.get("status") == Measurement.Status.VALUE:
            if numbers["value"] == 0 and len(given) == 1:
                data["status"] = Measurement.Status.ZERO
                numbers["value"] = None
        elif given and (any(given) or data.get("status") != Measurement.Status.ZERO):
            words = _now("“%(status)s” has no figure. Take the figure out, or choose “Value”.")
            label = dict(Measurement.Status.choices)[data["status"]]
            self.add_error("status", words % {"status": label})
        else:
            numbers = dict.fromkeys(numbers)
        data |= numbers
        if data.get("as_of") and data["as_of"] < self.starts_on:
            self.add_error("as_of", _("It cannot be known before the period has begun."))
        if not self.errors:
            refused = why_not_stated(self.metric, data.get("status", ""), **numbers)
            if refused:
                self.add_error(*refused)
        return data

    @property
    def was(self) -> dict[str, str]:
        """Return the facts that were on the page, as `shown` tells them. Only a source can hold a bar."""
        status, numerator, denominator, value, rest = [
            *str(self.data.get(self.add_prefix("shown"), "")).split("|", 4),
            *[""] * 4,
        ][:5]
        source, _between, as_of = rest.rpartition("|")
        return dict(
            zip(
                self.FACTS,
                (status, numerator, denominator, value, source, as_of),
                strict=True,
            )
        )

    @property
    def is_touched(self) -> bool:
        """Did the person state something other than what was shown?"""
        return self.is_bound and _digest(self.cleaned_data) != self.cleaned_data["shown"]

    def stated(self, source: str, as_of: dt.date | None) -> Stated:
        """Return what is stated. Source and day of the whole period hold where none was typed in the row."""
        facts: dict[str, Any] = {name: self.cleaned_data.get(name) for name in self.FACTS}
        for name, of_all in (("source", source), ("as_of", as_of)):
            is_typed = facts[name] and str(facts[name]) != self.was[name]
            facts[name] = facts[name] if is_typed else of_all or facts[name]
        if not facts["status"]:
            facts |= {"source": "", "as_of": None}
        return Stated(metric=self.metric.code, expected=self.cleaned_data["version"], **facts)

    def show_theirs(self, row: Measurement | None) -> None:
        """Keep what was typed, show what is stored now, and let the next save knowingly replace it."""
        self.is_late = True
        self.theirs = figure_of(row) if row is not None else None
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("version")] = str(row.version) if row is not None else ""
        self.data = data


def _plain(value: Any) -> Any:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def _digest(facts: dict[str, Any]) -> str:
    return "|".join(str(_plain(facts.get(name)) or "") for name in FigureForm.FACTS)


class PeriodForm(forms.Form):
    """What holds for all figures of a period that are stated now."""

    source = forms.CharField(
        label=_("Source of all"),
        required=False,
        max_length=200,
        help_text=_("Of every figure you change here, unless you type another source beside it."),
    )
    as_of = forms.DateField(label=_("As of, for all"), required=False, widget=DayInput())

    def __init__(self, data: Any, *, figures: Iterable[FigureForm]) -> None:
        super().__init__(data)
        never_cut(self)
        self.figures = list(figures)

    def is_valid(self) -> bool:
        """Are all figures such as they can be? All are looked at, so that everything wrong is said at once."""
        sent = [one for one in self.figures if one.is_bound]
        return all([super().is_valid(), *(one.is_valid() for one in sent)])

    @property
    def says_anything(self) -> bool:
        """Would anything typed be lost without a save?"""
        return any(self.cleaned_data.values()) or any(one.is_touched for one in self.figures)

    def stated(self) -> list[Stated]:
        """Return the figures that the person changed."""
        source, as_of = self.cleaned_data["source"], self.cleaned_data["as_of"]
        return [one.stated(source, as_of) for one in self.figures if one.is_touched]


class ChosenPeriod(forms.Form):
    """Which period is stated: its length, and any day in it."""

    grain = forms.ChoiceField(label=_("Length"), required=False, choices=Measurement.Grain.choices)
    on = forms.DateField(label=_("Any day in it"), required=False, widget=DayInput())

    def chosen(self, today: dt.date) -> tuple[str, dt.date]:
        """Return length and first day; without a choice the last whole month. Never one to come."""
        self.is_valid()
        grain = self.cleaned_data.get("grain") or Measurement.Grain.MONTH.value
        last_month = today.replace(day=1) - dt.timedelta(days=1)
        on = self.cleaned_data.get("on") or (last_month if grain == "month" else today)
        return grain, start_of(grain, min(on, today))


class CountsForm(forms.Form):
    """The counts of one period, to see the five rules side by side."""

    answered = forms.IntegerField(label=_("Answered"), min_value=0, initial=1000)
    answered_in_time = forms.IntegerField(label=_("Answered in time"), min_value=0, initial=860)
    abandoned = forms.IntegerField(label=_("Abandoned"), min_value=0, initial=60)
    abandoned_in_time = forms.IntegerField(label=_("Abandoned in time"), min_value=0, initial=20)
    abandoned_at_once = forms.IntegerField(label=_("Abandoned at once"), min_value=0, initial=10)

    def clean(self) -> dict[str, Any]:
        """A part is never more than its whole."""
        data = super().clean() or {}
        for part, whole in (
            ("answered_in_time", "answered"),
            ("abandoned_in_time", "abandoned"),
            ("abandoned_at_once", "abandoned_in_time"),
        ):
            if data.get(part) is not None and data[part] > data.get(whole, data[part]):
                self.add_error(part, _("This cannot be more than what it is a part of."))
        return data

    @property
    def counts(self) -> Counts:
        """Return them."""
        return Counts(**self.cleaned_data)
