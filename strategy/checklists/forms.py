"""Forms of checklists."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.history.forms import TrackedForm
from strategy.checklists import queries, rules
from strategy.checklists.models import Answer, Framework, Run
from strategy.plan.forms import DayInput
from teams.models import Team


class RunForm(TrackedForm):
    """A run's name, due date and teams."""

    links = ("teams",)

    teams = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Teams that answer"),
        queryset=Team.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose at least one team that is to answer."),
        },
    )

    class Meta:
        model = Run
        fields = ("name", "due_on")
        widgets = {"due_on": DayInput()}

    def __init__(self, *args: Any, thing: Run | None = None, **kwargs: Any) -> None:
        if thing is not None:
            kwargs["initial"] = {"teams": [row.team_id for row in thing.run_teams.all()]}
        super().__init__(*args, thing=thing, **kwargs)

    @property
    def run_values(self) -> dict[str, Any]:
        """Return what the actions need."""
        names = ("framework", "name", "due_on", "teams")
        return {name: self.cleaned_data[name] for name in names if name in self.fields}


class StartForm(RunForm):
    """A new run. The checklist is chosen once: its answers hang on it."""

    framework = forms.ChoiceField(label=gettext_lazy("Checklist"))

    field_order = ("framework", "name", "due_on", "teams")

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["framework"].choices = queries.offered()  # type: ignore[attr-defined]

    def clean_framework(self) -> Framework:
        """Return the loaded framework."""
        found = queries.framework_of(self.cleaned_data["framework"])
        if found is None:
            raise forms.ValidationError(_("This checklist is not there any more. Reload the page."))
        return found

    def clean_due_on(self) -> dt.date | None:
        """A run that starts late would be overdue at once."""
        due_on = self.cleaned_data["due_on"]
        if due_on and due_on < self.today:
            raise forms.ValidationError(_("This day has passed. Choose today or later."))
        return due_on


class AnswerForm(forms.Form):
    """One team's answer to one item."""

    answer = forms.ChoiceField(
        choices=Answer.Status.choices,
        error_messages={"required": gettext_lazy("Choose one of the four answers.")},
    )
    reason = forms.CharField(required=False, max_length=1000)
    version = forms.IntegerField(required=False)
    status = 200  # of the HTTP answer

    def clean(self) -> dict[str, Any]:
        """Ask for the reason that an answer needs; the action asks the same rule."""
        data = super().clean() or {}
        sentence = rules.why_not_answer(data.get("answer", ""), data.get("reason") or "")
        if sentence:
            self.add_error("reason", _(sentence))
        return data
