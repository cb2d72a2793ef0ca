"""Filters of the list: from the parameters of an address to the rows that are left, and to words.

`ChannelFilter(params, queryset=rows).qs` is what the list shows. What cannot be read narrows nothing; `problems`
says what that was.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from strategy.inventory.lists import fields as what
from strategy.inventory.lists.conditions import DUE_ON, Unreadable, narrow, reader
from strategy.inventory.lists.fields import Field, Kind
from strategy.inventory.models import AccessPoint, Channel
from strategy.plan.queries import today

SEARCH = "q"
ARRANGE = ("sort", "columns")
BESIDE = ("page", "view", "lens", "from")
"""Parameters of the list that are no condition: those that arrange it, and those that a view does not keep."""

MOST_WORDS = 8
MOST_VALUES = 50
"""So many values of one condition are read; an address is no file."""


@dataclass(frozen=True)
class Condition:
    """One condition of the list: its parameter and value in the address, and what they mean."""

    parameter: str
    raw: str
    field: Field
    modifier: str
    value: Any

    @property
    def words(self) -> str:
        """Return it as a sentence: "Family is Mobile app"."""
        label = str(self.field.label)
        if self.modifier == what.EMPTY or self.value is None:
            says = _("is empty") if self.value in (True, None) else _("is not empty")
            return f"{label} {says}"
        if self.field.kind is Kind.FLAG:
            return f"{label}: {_('yes') if self.value else _('no')}"
        return f"{label} {what.MODIFIERS[self.modifier]} {self._value}"

    @property
    def _value(self) -> str:
        if self.field.kind is Kind.CHOICE:
            return self.field.words(self.value)
        if self.field.kind is Kind.DAY:
            return formats.date_format(self.value, "N j, Y")
        return f"“{self.value}”" if self.field.kind is Kind.TEXT else str(self.value)


class Values(forms.Field):
    """The values of one parameter. Each is read by itself: one that means nothing does not spoil the others."""

    widget = forms.SelectMultiple

    def clean(self, value: Any) -> list[str]:
        """Return the values that say something."""
        given = dict.fromkeys(one.strip() for one in value or [])
        return [one for one in given if one][:MOST_VALUES]


class Asked(django_filters.Filter):
    """The filter of one parameter."""

    field_class = Values

    def filter(self, rows: QuerySet, values: list[str]) -> QuerySet:
        """Leave the rows of which the condition is true."""
        if not values:
            return rows
        field, modifier = what.parameters()[self.field_name]
        read, found = reader(field, modifier, self.parent.queryset), []
        for raw in values:
            try:
                value = read(raw)
            except Unreadable as problem:
                self.parent.problems.append(
                    _("“%(parameter)s=%(value)s” was left out of the filters. %(problem)s")
                    % {"parameter": self.field_name, "value": raw[:60], "problem": problem}
                )
                continue
            found.append(value)
            self.parent.conditions.append(Condition(self.field_name, raw, field, modifier, value))
        return narrow(rows, field, modifier, found, today()) if found else rows


class ChannelFilter(django_filters.FilterSet):
    """Everything the list of channels can be narrowed to."""

    q = django_filters.CharFilter(label=gettext_lazy("Search"), method="search")

    class Meta:
        model = Channel
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict | None = None, queryset: Any = None, **kwargs: Any) -> None:
        asked: list[str] = list(data or ())
        known: dict[str, Any] = type(self).base_filters  # type: ignore[misc,has-type]
        self.base_filters = {name: known[name] for name in asked if name in known}
        # the others need no copy and no field
        super().__init__(data, queryset=queryset.alias(due_on=DUE_ON), **kwargs)
        self.conditions: list[Condition] = []
        self.problems: list[str] = []
        for name in asked:
            if name not in known and name not in (*ARRANGE, *BESIDE):
                self.problems.append(
                    _("The list does not know “%(name)s”, so it filters nothing.")
                    % {"name": name[:60]}
                )

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        """Return one filter for each parameter."""
        asked = {name: Asked(field_name=name) for name in what.parameters()}
        return {**super().get_filters(), **asked}

    def search(self, rows: Any, name: str, value: str) -> Any:
        """Every word must appear in the name, purpose, vendor or team, or in an access point's name or address."""
        for word in value.split()[:MOST_WORDS]:
            points = AccessPoint.objects.filter(
                Q(name__icontains=word) | Q(address__icontains=word), channel=OuterRef("pk")
            )
            rows = rows.filter(
                Q(name__icontains=word)
                | Q(purpose__icontains=word)
                | Q(vendor__icontains=word)
                | Q(owner_team__name__icontains=word)
                | Exists(points)
            )
        return rows

    @property
    def query(self) -> QueryDict:
        """Return what the address asks for, without what means nothing: search, conditions, order, columns."""
        _rows = self.qs
        clean = QueryDict(mutable=True)
        search = " ".join(self.data.get(SEARCH, "").split())
        if search:
            clean[SEARCH] = search
        for one in self.conditions:
            clean.appendlist(one.parameter, one.raw)
        for name in ARRANGE:
            if self.data.get(name):
                clean[name] = self.data[name]
        return clean


def without(
    params: QueryDict, names: Iterable[str] = (), value: tuple[str, str] | None = None
) -> str:
    """Return the query of an address without these parameters, or without one value of one."""
    others = params.copy()
    for name in names:
        others.pop(name, None)
    if value is not None:
        name, raw = value
        others.setlist(name, [one for one in others.getlist(name) if one != raw])
    return others.urlencode()
