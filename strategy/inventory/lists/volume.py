"""Contacts a month, as the list shows, sorts and filters them."""

from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    DecimalField,
    Exists,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from strategy.inventory.models import Measurement
from strategy.inventory.service.by_type import Contacts, contacts_of_channels

_NEWEST = (
    Measurement.objects.monthly_contacts().filter(channel=OuterRef("pk")).order_by("-starts_on")
)
LATEST_VOLUME = (Subquery(_NEWEST.values("status")[:1]), Subquery(_NEWEST.values("value")[:1]))
"""Status and figure of a channel's newest monthly contacts."""


def by_type(rows: QuerySet) -> dict[int, Contacts]:
    """Return the contacts by contact type of those channels whose monthly total nobody stated. One query."""
    return contacts_of_channels(rows.exclude(Exists(_NEWEST)).order_by().values("pk"))


def contacts(rows: QuerySet) -> Any:
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
