"""Forms of the plan."""

from typing import Any

from django import forms
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from portal.history.forms import Difference, TrackedForm, differences, never_cut
from strategy.plan import rules
from strategy.plan.models import (
    Commitment,
    Component,
    Decision,
    Initiative,
    Objective,
    Strategy,
)
from teams.access import people_of
from teams.models import Team, User


class DayInput(forms.DateInput):
    """A native date field."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class StrategyForm(TrackedForm):
    """A strategy's own facts."""

    class Meta:
        model = Strategy
        fields = (
            "name",
            "organization",
            "period",
            "vision",
            "classification",
            "notice_days",
            "shows_next_steps",
            "slug",
        )
        widgets = {"vision": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["notice_days"].required = False
        self.fields["slug"].help_text = _("Left empty, it follows the name.")

    def clean_notice_days(self) -> int:
        """Four weeks when nothing else is said."""
        days = self.cleaned_data["notice_days"]
        return Strategy._meta.get_field("notice_days").default if days is None else days

    def clean_slug(self) -> str:
        """Derive the short name from the name when it was left empty."""
        return self.cleaned_data["slug"] or slugify(self.cleaned_data.get("name", ""))[:60]


def offer_people(form: TrackedForm, name: str, strategy: Strategy) -> None:
    """Let a field name the people of the strategy, and whoever it names now, marked when they have left it.

    To save must not lose who has left; nobody else is offered who could not act.
    """
    now = getattr(form.thing, f"{name}_id", None)
    rows = User.objects.annotate(is_here=ExpressionWrapper(people_of(strategy), BooleanField()))
    field: Any = form.fields[name]
    field.queryset = rows.filter(Q(is_here=True) | Q(pk=now))
    field.label_from_instance = _name_of


def _name_of(person: Any) -> str:
    """Return how a picker names somebody. Who came with a file and never signed in has not left."""
    if person.is_here:
        return str(person)
    is_new = not person.is_active and not person.has_left
    words = _("%(name)s (has no account yet)") if is_new else _("%(name)s (has left)")
    return str(words % {"name": person})


class ComponentForm(TrackedForm):
    """A component's text, owner and review interval."""

    class Meta:
        model = Component
        fields = ("text", "owner_team", "owner", "review_every_days")
        widgets = {"text": forms.Textarea(attrs={"rows": 10})}

    def __init__(self, *args: Any, strategy: Strategy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.strategy = strategy
        offer_people(self, "owner", strategy)
        self.fields["review_every_days"].min_value = 1  # type: ignore[attr-defined]

    def _context(self) -> dict[str, Any]:
        return {"strategy": self.strategy}


class ObjectiveForm(TrackedForm):
    """A shared objective: its words, and how it is measured."""

    beside = (("baseline", "current"), ("target", "unit"), ("due_on", "owner_team"))

    class Meta:
        model = Objective
        fields = (
            "statement",
            "measure",
            "unit",
            "baseline",
            "current",
            "target",
            "due_on",
            "owner_team",
        )
        widgets = {"due_on": DayInput()}
        help_texts = {
            "statement": _(
                "One sentence that every function can say yes or no to. "
                "While it begins with “Draft:”, nobody is asked."
            )
        }


class CommitmentForm(forms.Form):
    """What a function says to an objective. `wording` is the one the person read, `version` that of the answer."""

    stance = forms.ChoiceField(choices=Commitment.Stance.choices, widget=forms.RadioSelect)
    sentence = forms.CharField(
        label=_("In a sentence"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you will do; with a condition or an objection: which, and why."),
    )
    wording = forms.IntegerField(widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, team: Team, given: Commitment | None, **kwargs: Any) -> None:
        self.team = team
        if given is not None:
            # What was said to other words is not said again unasked: the dialog shows it beside the form.
            same_words = kwargs["initial"].get("wording", given.wording) == given.wording
            names = ("stance", "sentence", "version") if same_words else ("version",)
            kwargs["initial"] |= {name: getattr(given, name) for name in names}
        super().__init__(*args, **kwargs)
        self.fields["stance"].label = _("Answer of %(team)s") % {"team": team}
        never_cut(self)
        self.status = 200
        self.conflict: list[Difference] | None = None

    def clean(self) -> dict[str, Any]:
        """A condition and an objection need their sentence."""
        data = super().clean() or {}
        if "stance" in data and "sentence" in data:
            broken = rules.why_not_commit(data["stance"], data["sentence"])
            if broken:
                self.add_error("sentence", _(broken))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """Return what the action needs."""
        names = ("stance", "sentence", "wording")
        return {name: self.cleaned_data[name] for name in names}

    def read_again(self, objective: Objective, given: Commitment | None) -> None:
        """Keep what was typed, say where another answer differs, and let the next save replace that one."""
        if given is not None and given.version != self.cleaned_data["version"]:
            stored = CommitmentForm(initial={}, team=self.team, given=given)
            self.conflict = differences(self, stored, ("stance", "sentence"))
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["wording"] = str(objective.wording)
        data["version"] = str(given.version) if given else ""
        self.data = data


class DecisionForm(TrackedForm):
    """A question to be decided, and what was decided."""

    class Meta:
        model = Decision
        fields = (
            "question",
            "options",
            "recommendation",
            "decider",
            "decide_by",
            "cost_of_waiting",
            "outcome",
            "decided_on",
        )
        widgets = {
            "options": forms.Textarea(attrs={"rows": 3}),
            "outcome": forms.Textarea(attrs={"rows": 2}),
            "decide_by": DayInput(),
            "decided_on": DayInput(),
        }

    def __init__(self, *args: Any, strategy: Strategy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.strategy = strategy
        offer_people(self, "decider", strategy)

    def _context(self) -> dict[str, Any]:
        return {"strategy": self.strategy}


class InitiativeForm(TrackedForm):
    """An initiative, the channels it touches, and who takes part."""

    links = ("channels", "teams")

    channels: Any = forms.ModelMultipleChoiceField(
        label=_("Channels it touches"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    teams = forms.ModelMultipleChoiceField(
        label=_("Who takes part"),
        queryset=Team.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Initiative
        fields = ("name", "purpose", "owner_team", "owner", "launch_on", "told_on")
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 2}),
            "launch_on": DayInput(),
            "told_on": DayInput(),
        }

    def __init__(self, *args: Any, strategy: Strategy, **kwargs: Any) -> None:
        thing = kwargs.get("thing")
        if thing is not None:
            kwargs["initial"] = {
                "channels": [row.channel_id for row in thing.touches.all()],
                "teams": [row.team_id for row in thing.takes_part.all()],
                **(kwargs.get("initial") or {}),
            }
        super().__init__(*args, **kwargs)
        self.strategy = strategy
        channels: Any = self.fields["channels"]
        usable = ~Q(life_cycle="retired")
        if thing is not None:
            usable |= Q(initiatives__initiative=thing)
        every: Any = strategy.channels  # type: ignore[attr-defined]
        channels.queryset = every.filter(usable).distinct().order_by("name")
        offer_people(self, "owner", strategy)

    def _context(self) -> dict[str, Any]:
        return {"strategy": self.strategy}
