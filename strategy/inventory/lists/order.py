"""The order of the list: by any of its columns."""

from typing import Any

from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Lower

from strategy.inventory.lists.conditions import DUE_ON, UNSETTLED
from strategy.inventory.lists.fields import Field, Kind, fields
from strategy.inventory.lists.volume import contacts
from strategy.inventory.models import Channel
from strategy.plan.models import mobile_channel

FIRST = "name"
_OLDER = {"team": "owner_team"}  # as addresses named it before

OPEN_GAPS = Subquery(
    Channel.objects.filter(pk=OuterRef("pk"), gaps__state__in=UNSETTLED)
    .order_by()
    .values("pk")
    .annotate(number=Count("gaps"))
    .values("number")
)
"""The number of unsettled gaps of a channel; none: NULL."""


def sort_of(sort: str) -> tuple[str, bool]:
    """Return by which column an address sorts, and whether the other way round; by name when it names none."""
    key = sort.removeprefix("-")
    key = _OLDER.get(key, key)
    return (key, sort.startswith("-")) if key in fields() else (FIRST, False)


def sorted_by(rows: QuerySet, sort: str) -> Any:
    """Sort by a column; what says nothing there comes last either way. Among equals by name."""
    key, is_down = sort_of(sort)
    by = contacts(rows) if key == "volume" else _key(fields()[key])
    first = by.desc(nulls_last=True) if is_down else by.asc(nulls_last=True)
    if key == FIRST:  # as its index has it
        return rows.order_by(Lower("name").desc() if is_down else Lower("name"), "pk")
    return rows.order_by(first, Lower("name"), "pk")


def _key(field: Field) -> Any:
    derived = {
        "review": DUE_ON,
        "open_gaps": Coalesce(OPEN_GAPS, 0),
        "mobile": Case(When(mobile_channel(), then=1), default=0, output_field=IntegerField()),
    }
    if field.key in derived:
        return derived[field.key]
    if field.kind is Kind.CHOICE:  # in the order in which they are offered
        places = [
            When(**{field.key: code, "then": Value(at)})
            for at, (code, _label) in enumerate(field.choices)
        ]
        return Case(*places, output_field=IntegerField())
    if field.is_link:
        return Lower(f"{field.key}__name")
    if field.kind is Kind.TEXT:
        return Case(When(**{field.key: ""}, then=None), default=Lower(field.key))
    return F(field.key)
