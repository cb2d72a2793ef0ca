"""Forms of the inventory."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.history.forms import Difference, TrackedForm, begin_in, never_cut
from portal.history.models import Tracked
from portal.lib import text
from strategy.inventory.actions import Volume
from strategy.inventory.decisions.tree import labels
from strategy.inventory.models import AnswerDifference, Channel, Measurement, Transition
from strategy.inventory.points.channel_hours import hours_from_points
from strategy.inventory.queries import VolumePair
from strategy.inventory.rules import contradictions
from strategy.plan.forms import DayInput, offer_people
from strategy.plan.models import ContactType, Strategy
from strategy.plan.queries import today


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
            "direction",
            "run_by",
            "owner_team",
            "owner",
            "deputy",
            "life_cycle",
            "launched_on",
            "retires_on",
            "purpose",
            "hours",
            "vendor",
            "agent_route",
            "agent_channel",
            "agent_taps",
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
        (
            _("What it is"),
            ("name", "purpose", "family", "mode", "timing", "device", "direction", "run_by"),
        ),
        (_("Who answers for it"), ("owner_team", "owner", "deputy", "review_every_days")),
        (_("Life cycle"), ("life_cycle", "hours", "launched_on", "retires_on", "vendor")),
        (
            _("The way to a person"),
            (
                "agent_route",
                "agent_channel",
                "agent_taps",
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
        offer_people(self, "owner", strategy)
        offer_people(self, "deputy", strategy)
        self.fields["hours"].help_text = _(
            "Better said at its access points, which count. This text counts while none of them says its hours."
        )
        self.fields["vendor"].help_text = _(
            "Of the channel as a whole. Contracts that end, and what then, stand at its access points."
        )
        said = hours_from_points([self.thing]) if isinstance(self.thing, Channel) else {}
        for week in filter(None, said.values()):
            self.fields["hours"].help_text = _(
                "Its access points say: %(hours)s. That counts; this text counts when none of them can be read."
            ) % {"hours": escape(week)}  # a help text is shown as HTML

    def _context(self) -> dict[str, Any]:
        return {"strategy": self.strategy}

    def show_conflict(self, theirs: Tracked) -> None:
        """Show both texts of the channel; the figures of its months are shown by their own form."""
        if isinstance(theirs, Channel):
            super().show_conflict(theirs)

    def clean(self) -> dict[str, Any]:
        """Life cycle and days must not contradict each other."""
        data = super().clean() or {}
        said = {
            name: data.get(name)
            for name in ("life_cycle", "launched_on", "retires_on", "agent_taps")
        }
        for name, sentence in contradictions(**said, today=today()).items():
            self.add_error(name, gettext(sentence))
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


class TransitionForm(TrackedForm):
    """What is known of the way from one channel to another."""

    class Meta:
        model = Transition
        fields = (
            "source",
            "target",
            "status",
            "mechanism",
            "trigger",
            *Transition.CONTEXT,
            "note",
            "tested_on",
            "tested_by",
        )
        widgets = {"note": forms.Textarea(attrs={"rows": 2}), "tested_on": DayInput()}

    def __init__(self, *args: Any, strategy: Strategy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.strategy = strategy
        channels = Channel.objects.filter(strategy=strategy).order_by(Lower("name"))
        for name in ("source", "target"):
            self.fields[name].queryset = channels.select_related("owner_team")  # type: ignore[attr-defined]
        offer_people(self, "tested_by", strategy)
        if self.thing is None:  # nobody says that a way works by not looking at the field
            state: Any = self.fields["status"]
            state.choices = [("", _("Choose…")), *state.choices]
            self.initial["status"] = ""
        if {"source", "target"} <= self.initial.keys():  # the ends are known: the state comes first
            self.fields["status"].widget.attrs["data-first"] = True
            if self.thing is None:
                begin_in(self)

    def _context(self) -> dict[str, Any]:
        return {"strategy": self.strategy}

    def ends(self) -> tuple[Channel, Channel] | None:
        """Return the two channels when the form began with both, else None. One query of a new one."""
        if self.thing is not None:
            return self.thing.source, self.thing.target  # type: ignore[attr-defined]
        known = [self.initial.get(name) for name in ("source", "target")]
        if None in known:
            return None
        rows = Channel.objects.in_bulk(known)
        return rows[known[0]], rows[known[1]]

    CARRIED = (
        (_("Who the customer is"), ("identity", "authentication", "language")),
        (_("What they were doing"), ("reason", "page", "entered")),
        (_("What went before"), ("history", "case")),
    )

    def context_groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Return the fields that say what comes along, under short headings."""
        return [(title, [self[name] for name in names]) for title, names in self.CARRIED]

    def clean(self) -> dict[str, Any]:
        """Two different channels, and a test that has been."""
        data = super().clean() or {}
        if data.get("source") is not None and data.get("source") == data.get("target"):
            self.add_error("target", _("Choose another channel: a transition leads away."))
        if data.get("tested_on") and data["tested_on"] > today():
            self.add_error("tested_on", _("Choose a day up to today: a test that has been."))
        return data


class ContactTypeForm(TrackedForm):
    """A reason for which customers get in touch."""

    beside = (("code", "kind"), ("self_service", "authentication"))

    class Meta:
        model = ContactType
        fields = (
            "name",
            "code",
            "kind",
            "parent",
            "self_service",
            "authentication",
            "deadline",
            "description",
        )
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, strategy: Strategy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.strategy = strategy
        parent: Any = self.fields["parent"]
        parent.queryset = ContactType.objects.filter(strategy=strategy)
        this = self.thing.pk if self.thing is not None else None
        parent.choices = [("", _("Nothing: it stands at the top")), *labels(strategy, without=this)]

    def _context(self) -> dict[str, Any]:
        return {"strategy": self.strategy}


class DifferenceForm(TrackedForm):
    """Two self-service channels that answer a contact type differently."""

    beside = (("channel", "other"),)

    class Meta:
        model = AnswerDifference
        fields = ("channel", "other", "kind", "explanation")
        widgets = {"explanation": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, strategy: Strategy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.strategy = strategy
        answering = Channel.objects.filter(strategy=strategy).exclude(mode=Channel.Mode.ASSISTED)
        for name in ("channel", "other"):
            kept = answering
            if self.thing is not None:
                now = getattr(self.thing, f"{name}_id")
                kept = Channel.objects.filter(Q(pk=now) | Q(pk__in=answering.values("pk")))
            self.fields[name].queryset = kept.order_by(Lower("name")).select_related("owner_team")  # type: ignore[attr-defined]

    def _context(self) -> dict[str, Any]:
        return {"strategy": self.strategy}

    def clean(self) -> dict[str, Any]:
        """Two different channels."""
        data = super().clean() or {}
        if data.get("channel") is not None and data.get("channel") == data.get("other"):
            self.add_error(
                "other", _("Choose another channel: a channel cannot differ from itself.")
            )
        return data


FIRST_YEAR = 1900


class VolumeField(forms.DecimalField):
    """A figure of a volume, as exact as it is stored."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, min_value=0, max_digits=15, decimal_places=2, **kwargs)


class VolumeForm(forms.Form):
    """Contacts of one month and of the same month a year before. Blank status: nothing is stated.

    Only what was touched is stated. `seen` tells the months that were shown, with the versions of their figures.
    """

    month = forms.CharField(
        label=_("Month"),
        required=False,
        widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-10"}),
    )
    status = forms.ChoiceField(label=_("Status of the month"), required=False)
    value = VolumeField(label=_("Contacts in the month"))
    status_before = forms.ChoiceField(label=_("Status a year before"), required=False)
    value_before = VolumeField(label=_("Contacts a year before"))
    source = forms.CharField(label=_("Source"), required=False, max_length=200)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    NOW = frozenset({"month", "status", "value", "source"})
    BEFORE = frozenset({"status_before", "value_before"})

    def __init__(self, data: Any, *, pair: VolumePair | None = None, **kwargs: Any) -> None:
        super().__init__(data, initial=_shown_of(pair), **kwargs)
        choices = [("", _("Not stated")), *Measurement.Status.choices]
        for name in ("status", "status_before"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        for name in self.NOW | self.BEFORE:
            self.fields[name].show_hidden_initial = True
        never_cut(self)

    def clean_month(self) -> dt.date | None:
        """Read YYYY-MM."""
        raw = self.cleaned_data["month"].strip()
        if not raw:
            return None
        try:
            month = dt.datetime.strptime(raw[:7], "%Y-%m").date()
        except ValueError:
            raise forms.ValidationError(_("Write the month as year and month: 2026-10.")) from None
        if month.year < FIRST_YEAR:
            raise forms.ValidationError(
                _("Write a year from %(year)d on."), params={"year": FIRST_YEAR}
            )
        return month

    def clean(self) -> dict[str, Any]:
        """A stated figure needs a month, and a figure exactly when its status is “value”."""
        data = super().clean() or {}
        for status, value in (("status", "value"), ("status_before", "value_before")):
            if data.get(value) and (not data.get(status) or status not in self.changed_data):
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
        """Return what was touched and is stated, this month first."""
        data = self.cleaned_data
        month: dt.date | None = data.get("month")
        if month is None:
            return ()
        seen = self._seen()
        before = month.replace(year=month.year - 1)
        stated = (
            (self.NOW, month, "status", "value", False),
            (self.BEFORE, before, "status_before", "value_before", True),
        )
        return tuple(
            Volume(
                month=when,
                status=data[status],
                value=data[value],
                source=data["source"],
                keeps_source=keeps_source,
                expected=seen.get(f"{when:%Y-%m}", 0),
            )
            for names, when, status, value, keeps_source in stated
            if data[status] and not names.isdisjoint(self.changed_data)
        )

    def show_conflict(self, rows: Iterable[Measurement]) -> list[Difference]:
        """Keep what was typed, return what differs from the figures of now, and let the next save replace them."""
        known = {row.starts_on: row for row in rows}
        seen, found = self._seen(), []
        for volume in self.volumes():
            row = known.get(volume.month)
            version = row.version if row else 0
            if version == volume.expected:
                continue
            seen[f"{volume.month:%Y-%m}"] = version
            source = row.source if row and volume.keeps_source else volume.source
            label = _("Contacts in %(month)s") % {"month": date_format(volume.month, "F Y")}
            mine = _in_words(volume.status, volume.value, source)
            found.append(
                Difference(label, _in_words(row.status, row.value, row.source) if row else "", mine)
            )
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("seen")] = " ".join(f"{month}:{n}" for month, n in seen.items())
        self.data = data
        return found

    def _seen(self) -> dict[str, int]:
        pairs = (one.partition(":") for one in self.cleaned_data.get("seen", "").split())
        return {
            month: int(version)
            for month, _colon, version in pairs
            if version.isdecimal() and len(version) < 10
        }


def _shown_of(pair: VolumePair | None) -> dict[str, Any]:
    """Return what the form shows of two figures."""
    if pair is None or pair.now is None:
        return {}
    rows = [row for row in (pair.now, pair.before) if row is not None]
    return {
        "month": f"{pair.now.starts_on:%Y-%m}",
        "status": pair.now.status,
        "value": _plain(pair.now.value),
        "status_before": pair.before.status if pair.before else "",
        "value_before": _plain(pair.before.value) if pair.before else None,
        "source": pair.now.source,
        "seen": " ".join(f"{row.starts_on:%Y-%m}:{row.version}" for row in rows),
    }


def _plain(value: Decimal | None) -> Decimal | int | None:
    """Return a figure without decimals that say nothing."""
    return int(value) if value is not None and value == int(value) else value


def _in_words(status: str, value: Decimal | int | None, source: str) -> str:
    known = (
        text.figure(Decimal(value)) if value is not None else str(Measurement.Status(status).label)
    )
    return f"{known} ({source})" if source else known
