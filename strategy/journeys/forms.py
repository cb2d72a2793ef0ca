"""Forms of journeys, of the parts of a board and of its cells, and the filter of the list."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.history.forms import TrackedForm
from strategy.inventory.models import Channel
from strategy.journeys.models import Cell, Emotion, Journey, Lane, Stage, Step
from strategy.plan.models import Strategy
from teams.access import Standing
from teams.models import Team


class JourneyForm(TrackedForm):
    """The facts of a journey. Who may edit only what their teams own chooses among those."""

    class Meta:
        model = Journey
        fields = ("name", "customer", "goal", "owner_team")
        widgets = {"goal": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, standing: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.standing = standing
        if standing.role == "contributor" and not standing.is_admin:
            team: Any = self.fields["owner_team"]
            team.queryset = Team.objects.filter(pk__in=standing.team_ids)
            team.required = True
            team.empty_label = None

    def _context(self) -> dict[str, Any]:
        return {"standing": self.standing}


class NameForm(TrackedForm):
    """The name of a part of a board."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autofocus"] = True


class StageForm(NameForm):
    """The name of a stage."""

    class Meta:
        model = Stage
        fields = ("name",)


class StepForm(NameForm):
    """The name of a step."""

    class Meta:
        model = Step
        fields = ("name",)


class LaneForm(NameForm):
    """The name of a lane."""

    class Meta:
        model = Lane
        fields = ("name",)


class NewStageForm(StageForm):
    """A stage never starts empty: it comes with its first step."""

    step = forms.CharField(label=_("Its first step"), max_length=80)


class NewLaneForm(NameForm):
    """The name of a lane, and what its cells hold."""

    class Meta:
        model = Lane
        fields = ("name", "kind")


RENAME_FORMS: dict[str, type[NameForm]] = {"stage": StageForm, "step": StepForm, "lane": LaneForm}
ADD_FORMS: dict[str, type[NameForm]] = {
    "stage": NewStageForm,
    "step": StepForm,
    "lane": NewLaneForm,
}


class CellForm(TrackedForm):
    """What a cell says; one field, which depends on the kind of its lane."""

    def __init__(self, *args: Any, strategy: Strategy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.strategy = strategy

    def _context(self) -> dict[str, Any]:
        return {"strategy": self.strategy}

    @property
    def field(self) -> forms.BoundField:
        """Return the one field."""
        return self[next(iter(self._meta.fields or ()))]


class TextCellForm(CellForm):
    """Words."""

    class Meta:
        model = Cell
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def clean_text(self) -> str:
        """Browsers send line ends as two characters; one is kept."""
        return self.cleaned_data["text"].replace("\r\n", "\n")


class ChannelCellForm(CellForm):
    """A channel of the strategy."""

    class Meta:
        model = Cell
        fields = ("channel",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["channel"]
        field.queryset = Channel.objects.filter(strategy=self.strategy).order_by("name")
        field.empty_label = _("Not stated")


class TeamCellForm(CellForm):
    """A team."""

    class Meta:
        model = Cell
        fields = ("team",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["team"]
        field.queryset = Team.objects.order_by("name")
        field.empty_label = _("Not stated")


class EmotionCellForm(CellForm):
    """One of five emotions, or none."""

    emotion = forms.TypedChoiceField(
        label=_("Emotion"),
        choices=[*Emotion.choices, ("", _("Not stated"))],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Cell
        fields = ("emotion",)


CELL_FORMS: dict[str, type[CellForm]] = {
    Lane.Kind.TEXT: TextCellForm,
    Lane.Kind.PAIN: TextCellForm,
    Lane.Kind.CHANNEL: ChannelCellForm,
    Lane.Kind.TEAM: TeamCellForm,
    Lane.Kind.EMOTION: EmotionCellForm,
}


class JourneyFilter(django_filters.FilterSet):
    """What the list can be narrowed to."""

    q = django_filters.CharFilter(label=_("Search"), method="search")
    owner_team = django_filters.ModelChoiceFilter(
        field_name="owner_team",
        to_field_name="slug",
        queryset=Team.objects.all(),
        empty_label=_("Any team"),
        null_label=_("Nobody"),
        null_value="none",
    )

    class Meta:
        model = Journey
        fields = ("q", "owner_team")

    def search(self, rows: Any, name: str, value: str) -> Any:
        """Every word must appear in the name, the customer, the goal, the team or a step."""
        for word in value.split()[:8]:
            rows = rows.filter(
                Q(name__icontains=word)
                | Q(customer__icontains=word)
                | Q(goal__icontains=word)
                | Q(owner_team__name__icontains=word)
                | Q(pk__in=Step.objects.filter(name__icontains=word).values("stage__journey"))
            )
        return rows
