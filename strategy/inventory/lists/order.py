"""The order of the list: by any of its columns."""

from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
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
from strategy.inventory.models import Channel, Measurement
from strategy.inventory.service.by_type import Contacts, contacts_of_channels
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

_NEWEST = (
    Measurement.objects.monthly_contacts().filter(channel=OuterRef("pk")).order_by("-starts_on")
)
LATEST_VOLUME = (Subquery(_NEWEST.values("status")[:1]), Subquery(_NEWEST.values("value")[:1]))
"""Status and figure of a channel's newest monthly contacts."""


def sort_of(sort: str) -> tuple[str, bool]:
    """Return by which column an address sorts, and whether the other way round; by name when it names none."""
    key = sort.removeprefix("-")
    key = _OLDER.get(key, key)
    return (key, sort.startswith("-")) if key in fields() else (FIRST, False)


def sorted_by(rows: QuerySet, sort: str) -> Any:
    """Sort by a column; what says nothing there comes last either way. Among equals by name."""
    key, is_down = sort_of(sort)
    by = _volume(rows) if key == "volume" else _key(fields()[key])
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


def by_type(rows: QuerySet) -> dict[int, Contacts]:
    """Return the contacts by contact type of those channels whose monthly total nobody stated. One query."""
    return contacts_of_channels(rows.exclude(Exists(_NEWEST)).order_by().values("pk"))


def _volume(rows: QuerySet) -> Any:
    """Return the contacts that the list shows as a number: zero is one, what nobody counted is none. One query."""
    newest = _NEWEST.annotate(
        counted=Case(
            When(status=Measurement.Status.ZERO, then=Value(Decimal(0))),
            default=F("value"),
            output_field=DecimalField(max_digits=15, decimal_places=2),
        )
    )
    monthly = Subquery(newest.values("counted")[:1])
    totals = [
        When(pk=pk, then=Value(one.total))
        for pk, one in by_type(rows).items()
        if one.total is not None
    ]
    if not totals:
        return monthly
    return Coalesce(
        monthly, Case(*totals, output_field=DecimalField(max_digits=15, decimal_places=2))
    )
