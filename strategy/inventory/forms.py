"""Forms of the inventory, and the filters of its list."""

import datetime as dt
from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.history.forms import TrackedForm, never_cut
from strategy.inventory.actions import Volume
from strategy.inventory.models import Channel, Measurement
from strategy.plan.forms import DayInput
from strategy.plan.models import Strategy
from strategy.plan.queries import today
from teams.models import Team, User

MOST_TAPS = 50


class ChannelForm(TrackedForm):
    """The facts of a channel."""

    class Meta:
        model = Channel
        fields = (
            "name",
            "family",
            "mode",
            "timing",
            "device",
            "owner_team",
            "owner",
            "life_cycle",
            "launched_on",
            "retires_on",
            "purpose",
            "hours",
            "vendor",
            "agent_route",
            "agent_channel",
            "agent_taps",
            "agent_identity",
            "agent_data",
            "agent_hours",
            "review_every_days",
        )
        widgets = {
            "launched_on": DayInput(),
            "retires_on": DayInput(),
            "purpose": forms.Textarea(attrs={"rows": 3}),
        }

    LONG = ("name", "purpose")
    GROUPS = (
        (_("What it is"), ("name", "purpose", "family", "mode", "timing", "device")),
        (_("Who answers for it"), ("owner_team", "owner", "review_every_days")),
        (_("Life cycle"), ("life_cycle", "hours", "launched_on", "retires_on", "vendor")),
        (
            _("The way to a person"),
            (
                "agent_route",
                "agent_channel",
                "agent_taps",
                "agent_identity",
                "agent_data",
                "agent_hours",
            ),
        ),
    )

    def __init__(self, *args: Any, strategy: Strategy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.strategy = strategy
        others = Channel.objects.filter(strategy=strategy).order_by("name")
        if self.thing is not None:
            others = others.exclude(pk=self.thing.pk)
        self.fields["agent_channel"].queryset = others  # type: ignore[attr-defined]
        self.fields["owner"].queryset = User.objects.filter(is_active=True)  # type: ignore[attr-defined]

    def _context(self) -> dict[str, Any]:
        return {"strategy": self.strategy}

    def clean(self) -> dict[str, Any]:
        """Life cycle and days must not contradict each other."""
        data = super().clean() or {}
        launched, retires = data.get("launched_on"), data.get("retires_on")
        if launched and launched > today() and data.get("life_cycle") == Channel.LifeCycle.LIVE:
            self.add_error(
                "launched_on",
                _("A live channel is launched already. Choose a day up to today, or “Planned”."),
            )
        if launched and retires and retires < launched:
            self.add_error("retires_on", _("A channel cannot retire before it is launched."))
        if (data.get("agent_taps") or 0) > MOST_TAPS:
            self.add_error("agent_taps", _("Count the taps again: more than 50 is no way."))
        return data

    def groups(self) -> list[tuple[Any, list[forms.BoundField], list[forms.BoundField]]]:
        """Return the fields under their headings: the long ones, and those that stand side by side."""
        return [
            (
                title,
                [self[name] for name in names if name in self.LONG],
                [self[name] for name in names if name not in self.LONG],
            )
            for title, names in self.GROUPS
        ]


class VolumeForm(forms.Form):
    """Contacts of one month and of the same month a year before. Blank status: nothing is stated."""

    month = forms.CharField(
        label=_("Month"),
        required=False,
        widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-10"}),
    )
    status = forms.ChoiceField(label=_("Status of the month"), required=False)
    value = forms.IntegerField(label=_("Contacts in the month"), required=False, min_value=0)
    status_before = forms.ChoiceField(label=_("Status a year before"), required=False)
    value_before = forms.IntegerField(
        label=_("Contacts a year before"), required=False, min_value=0
    )
    source = forms.CharField(label=_("Source"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Not stated")), *Measurement.Status.choices]
        for name in ("status", "status_before"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        never_cut(self)

    def clean_month(self) -> dt.date | None:
        """Read YYYY-MM."""
        raw = self.cleaned_data["month"].strip()
        if not raw:
            return None
        try:
            return dt.datetime.strptime(raw[:7], "%Y-%m").date()
        except ValueError:
            raise forms.ValidationError(_("Write the month as year and month: 2026-10.")) from None

    def clean(self) -> dict[str, Any]:
        """A stated figure needs a month, and a figure exactly when its status is “value”."""
        data = super().clean() or {}
        for status, value in (("status", "value"), ("status_before", "value_before")):
            if data.get(value) and not data.get(status):
                data[status] = Measurement.Status.VALUE
            if data.get(value) == 0 and data.get(status) in ("", Measurement.Status.VALUE):
                data[status] = Measurement.Status.ZERO
            if data.get(status) == Measurement.Status.VALUE and not data.get(value):
                self.add_error(value, _("Write the figure, or choose another status."))
            if data.get(status) and data.get(status) != Measurement.Status.VALUE:
                data[value] = None
            if data.get(status) and data.get("month") is None and "month" not in self.errors:
                self.add_error("month", _("Say which month the figure is for."))
        return data

    def volumes(self) -> tuple[Volume, ...]:
        """Return what is stated, this month first."""
        data = self.cleaned_data
        month: dt.date | None = data.get("month")
        if month is None:
            return ()
        stated = (
            (month, "status", "value"),
            (month.replace(year=month.year - 1), "status_before", "value_before"),
        )
        return tuple(
            Volume(when, data[status], data[value], data["source"])
            for when, status, value in stated
            if data[status]
        )


class ChannelFilter(django_filters.FilterSet):
    """What the list can be narrowed to."""

    q = django_filters.CharFilter(label=_("Search"), method="search")
    family = django_filters.ChoiceFilter(
        choices=Channel.Family.choices, empty_label=_("Any family")
    )
    owner_team = django_filters.ModelChoiceFilter(
        field_name="owner_team",
        to_field_name="slug",
        queryset=Team.objects.all(),
        empty_label=_("Any team"),
        null_label=_("Nobody"),
        null_value="none",
    )
    mode = django_filters.ChoiceFilter(choices=Channel.Mode.choices, empty_label=_("Any mode"))
    life_cycle = django_filters.ChoiceFilter(
        choices=Channel.LifeCycle.choices, empty_label=_("Any life cycle")
    )

    class Meta:
        model = Channel
        fields = ("q", "family", "owner_team", "mode", "life_cycle")

    def search(self, rows: Any, name: str, value: str) -> Any:
        """Every word must appear in the name, the purpose, the vendor or the team."""
        for word in value.split()[:8]:
            rows = rows.filter(
                Q(name__icontains=word)
                | Q(purpose__icontains=word)
                | Q(vendor__icontains=word)
                | Q(owner_team__name__icontains=word)
            )
        return rows
