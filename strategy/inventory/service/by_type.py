"""Contacts by contact type: the newest period of each, in total and by channel."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from portal.lib import text
from strategy.inventory.models import Channel, Measurement
from strategy.inventory.service.figures import period

_COUNTED = (Measurement.Status.VALUE, Measurement.Status.ZERO)
_GRAINS = tuple(Measurement.Grain.values)


@dataclass(frozen=True)
class Part:
    """What one channel had, or what one contact type brought it: a status, and contacts when they are counted."""

    name: str
    status: str
    value: Decimal | None

    @property
    def is_counted(self) -> bool:
        """Is there a number, be it zero?"""
        return self.status in _COUNTED

    @property
    def words(self) -> str:
        """Return the number, or the status in words."""
        if self.is_counted:
            return text.figure(self.value or Decimal(0))
        return str(Measurement.Status(self.status).label)


@dataclass(frozen=True)
class Contacts:
    """The contacts of one contact type, or of one channel by contact type, in one period."""

    grain: str
    starts_on: dt.date
    parts: tuple[Part, ...]

    @property
    def when(self) -> str:
        """Return the period in words."""
        return period(self.grain, self.starts_on)

    @property
    def total(self) -> Decimal | None:
        """Return the sum of what is counted; None when nothing is."""
        counted = [one.value or Decimal(0) for one in self.parts if one.is_counted]
        return sum(counted, Decimal(0)) if counted else None

    @property
    def words(self) -> str:
        """Return the total in words; the status when all parts have the same and none is counted."""
        if self.total is not None:
            return text.figure(self.total)
        said = {one.words for one in self.parts}
        return said.pop() if len(said) == 1 else _("Not counted")

    @property
    def is_partial(self) -> bool:
        """Is something counted, and something else not? What does not apply is not missing."""
        missing = ("no_data", "suppressed")
        return self.total is not None and any(one.status in missing for one in self.parts)


def contacts_of_types(keys: Collection[int]) -> dict[int, Contacts]:
    """Return the newest contacts of contact types by their keys: those of whole channels. One query."""
    rows = _stated().filter(contact_type__in=keys).order_by(Lower("channel__name"))
    by_type: dict[int, list[tuple[str, dt.date, Part]]] = defaultdict(list)
    names = ("contact_type", "grain", "starts_on", "channel__name", "status", "value")
    for key, grain, starts_on, *part in rows.values_list(*names):
        by_type[key].append((grain, starts_on, Part(*part)))
    return {key: _newest(found) for key, found in by_type.items()}


def contacts_of_channel(channel: Channel) -> Contacts | None:
    """Return the newest contacts of a channel by contact type, the most first; None for none. One query."""
    rows = _stated().filter(channel=channel).order_by(Lower("contact_type__name"))
    names = ("grain", "starts_on", "contact_type__name", "status", "value")
    found = [
        (grain, starts_on, Part(*part)) for grain, starts_on, *part in rows.values_list(*names)
    ]
    if not found:
        return None
    newest = _newest(found)
    parts = sorted(newest.parts, key=lambda one: (not one.is_counted, -(one.value or 0)))
    return Contacts(newest.grain, newest.starts_on, tuple(parts))


def _stated() -> QuerySet[Measurement]:
    return Measurement.objects.filter(
        metric=Measurement.Metric.CONTACTS, point__isnull=True, contact_type__isnull=False
    )


def _newest(found: Iterable[tuple[str, dt.date, Part]]) -> Contacts:
    """Return what was said of the period that began last, of two the longer."""
    every = list(found)
    grain, starts_on, _part = max(every, key=lambda one: (one[1], _GRAINS.index(one[0])))
    parts = tuple(part for *when, part in every if when == [grain, starts_on])
    return Contacts(grain, starts_on, parts)
