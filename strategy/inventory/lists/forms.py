"""Forms of the list: one more condition, and saved views."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.history.forms import TrackedForm
from strategy.inventory.lists import fields as what
from strategy.inventory.lists.conditions import named
from strategy.inventory.lists.fields import Field, Kind
from strategy.inventory.lists.filters import ChannelFilter
from strategy.inventory.models import SavedView
from strategy.plan.forms import DayInput
from teams.models import Team

FILLED = "filled"
"""The opposite of `empty`: in the address it is `empty=false`."""


class ConditionForm(forms.Form):
    """One more condition: the field is chosen first, then how it is asked for, and the value.

    `is_complete`: the rest was asked for the field that is chosen now.
    """

    field = forms.ChoiceField(label=gettext_lazy("Field"))
    modifier = forms.ChoiceField(label=gettext_lazy("Condition"), required=False)

    def __init__(self, data: QueryDict, *, rows: QuerySet, here: str) -> None:
        self.about = what.fields().get(data.get("field", ""))
        self.is_complete = bool(self.about) and data.get("about") == data.get("field")
        if (
            self.about and not self.is_complete
        ):  # what was said of another field says nothing of this
            data = data.copy()
            data.pop("value", None)
            data["modifier"] = next(iter(self.about.modifiers), "")
        super().__init__(data)
        self.fields["field"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose…")),
            *(
                (title, [(one.key, one.label) for one in group if one.modifiers])
                for title, group in what.groups()
            ),
        ]
        if here:  # in a dialog the rest of the form follows the field at once
            self.fields["field"].widget.attrs.update(
                {"hx-get": here, "hx-trigger": "change", "hx-include": "#condition-form"}
                | {"hx-target": "#dialog-body", "hx-swap": "innerHTML"}
            )
        if self.about is None or not self.about.modifiers:
            self.about = None
            del self.fields["modifier"]
            return
        filled = [(FILLED, _("is not empty"))] if self.about.can_be_empty else []
        says = [(one, what.MODIFIERS[one]) for one in self.about.modifiers]
        self.fields["modifier"].choices = [*says, *filled]  # type: ignore[attr-defined]
        self.fields["value"] = _value_field(self.about, rows)

    def clean(self) -> dict[str, Any]:
        """A value is needed, unless the condition is that there is none."""
        data = super().clean() or {}
        if "value" in self.fields and not data.get("value") and not self._asks_for_nothing(data):
            self.add_error("value", _("Say what it is compared with."))
        return data

    def _asks_for_nothing(self, data: dict[str, Any]) -> bool:
        return data.get("modifier") in (what.EMPTY, FILLED)

    def added_to(self, params: QueryDict) -> QueryDict:
        """Return the query with this condition in it."""
        data = self.cleaned_data
        query = params.copy()
        if self._asks_for_nothing(data):
            says = "true" if data["modifier"] == what.EMPTY else "false"
            query[what.parameter(data["field"], what.EMPTY)] = says
            return query
        name = what.parameter(data["field"], data["modifier"])
        values = data["value"] if isinstance(data["value"], list) else [data["value"]]
        have = query.getlist(name)
        query.setlist(name, [*have, *(str(one) for one in values if str(one) not in have)])
        return query


def _value_field(field: Field, rows: QuerySet) -> forms.Field:
    label = gettext_lazy("Value")
    if field.kind is Kind.CHOICE:
        return forms.MultipleChoiceField(
            label=label,
            choices=list(field.choices),
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
    if field.kind is Kind.FLAG:
        return forms.ChoiceField(
            label=label, choices=[("true", gettext_lazy("yes")), ("false", gettext_lazy("no"))]
        )
    if field.is_link:
        if field.kind is Kind.TEAM:
            choices = [(team.slug, str(team)) for team in Team.objects.order_by("name")]
        else:
            choices = [
                (str(one.uid), str(one)) for one in named(field, rows).order_by(Lower("name"))
            ]
        return forms.ChoiceField(
            label=label, choices=[("", gettext_lazy("Choose…")), *choices], required=False
        )
    if field.kind is Kind.DAY:
        return forms.DateField(label=label, widget=DayInput(), required=False)
    if field.is_number:  # zero is a value: as text it is not taken for nothing
        return forms.RegexField(
            rf"^\d{{1,{field.digits}}}$",
            label=label,
            required=False,
            widget=forms.NumberInput(attrs={"min": 0}),
            error_messages={"invalid": gettext_lazy("Write a whole number.")},
        )
    return forms.CharField(label=label, max_length=200, required=False)


# --- saved views -----------------------------------------------------------------------------------


class ViewForm(TrackedForm):
    """A saved view: its name, who sees it, and what it shows. With `keeps_query` that stays as it is stored."""

    class Meta:
        model = SavedView
        fields = ("name", "is_shared", "query")
        widgets = {"query": forms.HiddenInput()}

    def __init__(
        self, *args: Any, rows: QuerySet, keeps_query: bool = False, **kwargs: Any
    ) -> None:
        self.keeps_query = keeps_query
        super().__init__(*args, **kwargs)
        self.rows = rows
        if keeps_query:
            del self.fields["query"]
        self.fields["is_shared"].label = _("Shared with everybody in this strategy")

    def _context(self) -> dict[str, Any]:
        return {"rows": self.rows, "keeps_query": self.keeps_query}

    def _names(self) -> list[str]:
        return [name for name in super()._names() if name != "query" or not self.keeps_query]

    def clean_query(self) -> str:
        """Keep what the list understands, in its order."""
        return ChannelFilter(
            QueryDict(self.cleaned_data["query"]), queryset=self.rows
        ).query.urlencode()
