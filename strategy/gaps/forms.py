"""Forms of gaps, and the filters of their list."""

import datetime as dt
import re
from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.history.forms import TrackedForm, never_cut
from strategy.gaps import rules
from strategy.gaps.models import Gap
from strategy.gaps.queries import original_of
from strategy.inventory.models import Channel, Transition
from strategy.journeys.models import Journey, Step
from strategy.plan.forms import DayInput, offer_people
from strategy.plan.models import Strategy
from strategy.plan.queries import today
from teams.models import Team


class StepField(forms.ModelChoiceField):
    """A step, named with its journey."""

    def label_from_instance(self, step: Any) -> str:
        """Name the journey first: many steps are called “Sign in”."""
        return f"{step.stage.journey} · {step}"


class GapForm(TrackedForm):
    """The facts of a gap. A new one may leave the due date to its severity."""

    class Meta:
        model = Gap
        fields = (
            "title",
            "harm",
            "severity",
            "owner_team",
            "accountable",
            "due_on",
            "channel",
            "transition",
            "journey",
            "step",
        )
        field_classes = {"step": StepField}
        widgets = {"harm": forms.Textarea(attrs={"rows": 3}), "due_on": DayInput()}
        help_texts = {
            "harm": gettext_lazy("From the customer's side. No names or numbers of customers.")
        }

    NOTHING = {
        "owner_team": gettext_lazy("Nobody yet"),
        "accountable": gettext_lazy("Nobody yet"),
        "channel": gettext_lazy("No channel"),
        "transition": gettext_lazy("No transition"),
        "journey": gettext_lazy("No journey"),
        "step": gettext_lazy("No step"),
    }

    def __init__(self, *args: Any, strategy: Strategy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.strategy = strategy
        choices: dict[str, Any] = {
            "channel": Channel.objects.filter(strategy=strategy).order_by("name"),
            "transition": Transition.objects.filter(strategy=strategy)
            .select_related("source", "target")
            .order_by("source__name", "target__name"),
            "journey": Journey.objects.filter(strategy=strategy).order_by("name"),
            "step": Step.objects.filter(stage__journey__strategy=strategy)
            .select_related("stage__journey")
            .order_by("stage__journey__name", "stage__position", "position"),
        }
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        offer_people(self, "accountable", strategy)
        for name, nothing in self.NOTHING.items():
            self.fields[name].empty_label = nothing  # type: ignore[attr-defined]
        if self.thing is None:
            self.fields["severity"].choices = [  # type: ignore[attr-defined]
                (value, _("%(severity)s: due in %(n)d days") % {"severity": label, "n": days})
                for (value, label), days in zip(
                    reversed(Gap.Severity.choices), rules.DUE_DAYS.values(), strict=True
                )
            ]
            self.fields["due_on"].label = gettext_lazy("Due on, if not by severity")
        else:
            self.fields["due_on"].required = True

    def _context(self) -> dict[str, Any]:
        return {"strategy": self.strategy}

    @property
    def is_on_journey(self) -> bool:
        """Does it name a journey or a step (then their fields are shown open)?"""
        return any(self[name].value() or self[name].errors for name in ("journey", "step"))

    def clean(self) -> dict[str, Any]:
        """A step brings its journey; a gap is not due before it was opened."""
        data = super().clean() or {}
        due_on: dt.date | None = data.get("due_on")
        opened_on = self.thing.opened_on if isinstance(self.thing, Gap) else today()
        if due_on and due_on < opened_on:
            sentence = _("A gap cannot be due before it was opened. Choose %(day)s or later.")
            day = formats.date_format(opened_on, "N j, Y")
            self.add_error("due_on", sentence % {"day": day})
        step, journey = data.get("step"), data.get("journey")
        if step and journey and step.stage.journey_id != journey.pk:
            self.add_error(
                "step",
                _("This step belongs to “%(journey)s”. Choose that journey, or another step.")
                % {"journey": step.stage.journey},
            )
        elif step:
            data["journey"] = step.stage.journey
        return data


class MoveForm(forms.Form):
    """One move of a gap, with what it needs."""

    to = forms.ChoiceField(choices=Gap.State.choices, widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    blocked_on = forms.ModelChoiceField(
        label=gettext_lazy("Blocked on"), required=False, queryset=Team.objects.all()
    )
    accepted_until = forms.DateField(
        label=gettext_lazy("Accepted until"), required=False, widget=DayInput()
    )
    duplicate_of = forms.CharField(
        label=gettext_lazy("It repeats gap number"),
        required=False,
        max_length=12,
        help_text=gettext_lazy("For example G-12."),
    )

    NOTES = {
        "accepted": gettext_lazy("Why it stays as it is"),
        "blocked": gettext_lazy("What is needed from them"),
        "resolved": gettext_lazy("What was done, and who told the customers"),
        "open": gettext_lazy("Why"),
        "in_progress": gettext_lazy("What is still wrong"),
        "duplicate": gettext_lazy("Note"),
    }
    FIELDS = {
        "accepted": ("note", "accepted_until"),
        "blocked": ("blocked_on", "note"),
        "duplicate": ("duplicate_of",),
    }

    def __init__(self, data: Any = None, *, gap: Gap, to: str, today: dt.date) -> None:
        super().__init__(data, auto_id=f"move-{to}-%s")
        self.gap = gap
        self.target = to
        self.today = today
        self.status = 200
        self.fields["note"].label = self.NOTES.get(to, gettext_lazy("Note"))
        never_cut(self)

    @property
    def shown(self) -> list[forms.BoundField]:
        """Return the fields this move asks for."""
        return [self[name] for name in self.FIELDS.get(self.target, ("note",))]

    def clean_duplicate_of(self) -> Gap | None:
        """Read “G-12” or “12”."""
        raw = self.cleaned_data["duplicate_of"].strip()
        if not raw:
            return None
        found = re.fullmatch(r"(?:G-?)?(\d{1,9})", raw, re.IGNORECASE)
        other = (
            found
            and Gap.objects.filter(strategy=self.gap.strategy_id, number=int(found[1])).first()
        )
        if not other:
            raise forms.ValidationError(
                _("There is no gap with this number here. Look it up in the list.")
            )
        return other

    def clean(self) -> dict[str, Any]:
        """Say beside each field what the move still needs; the action asks the same rules."""
        data = super().clean() or {}
        needed = rules.missing(
            self.target,
            note=data.get("note") or "",
            has_blocker=data.get("blocked_on") is not None,
            accepted_until=data.get("accepted_until"),
            original=original_of(self.gap, data.get("duplicate_of")),
            today=self.today,
        )
        for name, sentence in needed.items():
            if name not in self.errors:
                self.add_error(name, _(sentence))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """Return what the move action needs."""
        names = ("to", "note", "blocked_on", "accepted_until", "duplicate_of")
        return {name: self.cleaned_data[name] for name in names}


class GapFilter(django_filters.FilterSet):
    """What the list can be narrowed to, besides the state."""

    q = django_filters.CharFilter(label=gettext_lazy("Search"), method="search")
    severity = django_filters.ChoiceFilter(
        choices=list(reversed(Gap.Severity.choices)), empty_label=gettext_lazy("Any severity")
    )
    owner_team = django_filters.ModelChoiceFilter(
        to_field_name="slug",
        queryset=Team.objects.all(),
        empty_label=gettext_lazy("Any team"),
        null_label=gettext_lazy("Nobody"),
        null_value="none",
    )
    channel = django_filters.ModelChoiceFilter(
        to_field_name="uid",
        queryset=Channel.objects.none(),
        empty_label=gettext_lazy("Any channel"),
    )
    only = django_filters.ChoiceFilter(
        label=gettext_lazy("Only"),
        choices=[
            ("mine", gettext_lazy("Mine and my teams'")),
            ("overdue", gettext_lazy("Overdue")),
            ("slipped", gettext_lazy("Slipped")),
        ],
        empty_label=gettext_lazy("All of them"),
        method="narrow",
    )

    class Meta:
        model = Gap
        fields = ("q", "severity", "owner_team", "channel", "only")

    def __init__(self, *args: Any, strategy: Strategy, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.filters["channel"].queryset = Channel.objects.filter(strategy=strategy).order_by(
            "name"
        )
        self.form.auto_id = "filter-%s"  # the dialog over the list has fields of these names too

    def search(self, rows: Any, name: str, value: str) -> Any:
        """Every word must appear in a text or a name of the gap, or be its number."""
        for word in value.split()[:8]:
            found = (
                Q(title__icontains=word)
                | Q(harm__icontains=word)
                | Q(channel__name__icontains=word)
                | Q(owner_team__name__icontains=word)
                | Q(accountable__name__icontains=word)
            )
            number = re.fullmatch(r"(?:G-?)?(\d{1,9})", word, re.IGNORECASE)
            if number:
                found |= Q(number=int(number[1]))
            rows = rows.filter(found)
        return rows

    def narrow(self, rows: Any, name: str, value: str) -> Any:
        """Narrow to the person's own, the overdue, or those whose date was moved."""
        if value == "mine":
            user = self.request.user  # type: ignore[union-attr]
            return rows.filter(
                Q(accountable=user) | Q(owner_team__in=user.memberships.values("team"))
            )
        if value == "overdue":
            return rows.overdue(self.today)
        return rows.filter(slips__gt=0)
