"""Contacts by contact type: the newest period of each, in total and by channel.

Of months, quarters, years, weeks and days, those count that most channels state, months first: one day that one of
them states does not hide a month of all. Who was in the period before and is not in the newest is missing.
Where a channel states enquiries and transactions instead of all contacts, both count, each by its name.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Window
from django.db.models.functions import DenseRank, Lower
from django.utils.translation import gettext as _

from portal.lib import text
from strategy.inventory.models import Channel, Measurement
from strategy.inventory.service.figures import last_day
from strategy.inventory.service.metrics import metric_of
from strategy.inventory.service.periods import period

_COUNTED = (Measurement.Status.VALUE, Measurement.Status.ZERO)
_PREFERRED = ("month", "quarter", "year", "week", "day")
_GIVEN_UP = dt.timedelta(days=366)
"""Periods of a length that ended so long before the newest one of any are not stated any more."""


@dataclass(frozen=True)
class Part:
    """What one channel had, or what one contact type brought it: a status, and contacts when they are counted.

    `status` "" means that it was stated for the period before, and not for this one.
    """

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
        return str(Measurement.Status(self.status).label) if self.status else _("Not said")


@dataclass(frozen=True)
class Contacts:
    """The contacts of one contact type, or of one channel by contact type, in one period."""

    grain: str
    starts_on: dt.date
    parts: tuple[Part, ...]

    @property
    def when(self) -> str:
        """Return the period in words, and whether something is missing in it."""
        said = period(self.grain, self.starts_on)
        return _("%(period)s, not all counted") % {"period": said} if self.is_partial else said

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
        missing = ("no_data", "suppressed", "")
        return self.total is not None and any(one.status in missing for one in self.parts)


Key = tuple[int, str]
"""What a part is of: a channel or contact type, and the metric."""

Stated = tuple[str, dt.date, Key, Part]
"""What was said: the length of the period, its first day, what it is of, and the part."""


def called(name: str, metric: str) -> str:
    """Return what contacts of a channel or contact type are called: its name, and which when they are not all."""
    if metric == Measurement.Metric.CONTACTS:
        return name
    return _("%(name)s (%(metric)s)") % {"name": name, "metric": metric_of(metric).label}


def contacts_of_types(keys: Collection[int]) -> dict[int, Contacts]:
    """Return the newest contacts of contact types by their keys: those of whole channels. One query."""
    return _contacts("contact_type", "channel", contact_type__in=keys)


def contacts_of_channel(channel: Channel) -> Contacts | None:
    """Return the newest contacts of a channel by contact type, the most first; None for none. One query."""
    newest = contacts_of_channels([channel.pk]).get(channel.pk)
    if newest is None:
        return None
    parts = sorted(newest.parts, key=lambda one: (not one.is_counted, -(one.value or 0)))
    return Contacts(newest.grain, newest.starts_on, tuple(parts))


def contacts_of_channels(keys: Collection[int] | QuerySet) -> dict[int, Contacts]:
    """Return the newest contacts by contact type of channels by their keys, where any are stated. One query."""
    return _contacts("channel", "contact_type", channel__in=keys)


def _contacts(by: str, part: str, **which: Any) -> dict[int, Contacts]:
    """Return the newest contacts by the key of `by`, each made of what every `part` says. One query."""
    rows = _newest_two(by, **which).order_by(Lower(f"{part}__name"), "metric")
    found: dict[int, list[Stated]] = defaultdict(list)
    names = (by, "grain", "starts_on", part, "metric", f"{part}__name", "status", "value")
    for key, grain, starts_on, of, metric, name, status, value in rows.values_list(*names):
        part_said = Part(called(name, metric), status, value)
        found[key].append((grain, starts_on, (of, metric), part_said))
    return {key: _newest(stated) for key, stated in found.items()}


def _newest_two(by: str, **which: Any) -> QuerySet[Measurement]:
    """Return what was said of the newest two periods of each length; of the second, by channels in use."""
    every = Measurement.objects.filter(
        metric__in=Measurement.Metric, point__isnull=True, contact_type__isnull=False, **which
    )
    back = Window(DenseRank(), partition_by=[by, "grain"], order_by="-starts_on")
    in_use = Q(back=2, channel__life_cycle__in=Channel.IN_USE)
    return every.annotate(back=back).filter(Q(back=1) | in_use)


def _newest(found: Sequence[Stated]) -> Contacts:
    """Return what was said of the newest period of the length that most state, and who is missing in it."""
    starts: dict[str, dt.date] = {}
    of: dict[str, set[int]] = defaultdict(set)
    for grain, starts_on, (key, _metric), _part in found:
        starts[grain] = max(starts_on, starts.get(grain, starts_on))
        of[grain].add(key)
    given_up = max(starts.values()) - _GIVEN_UP
    grain = max(
        (one for one in _PREFERRED if one in starts),
        key=lambda one: (last_day(one, starts[one]) >= given_up, len(of[one])),
    )
    parts: dict[Key, Part] = {}
    for length, starts_on, of_what, part in found:
        if (length, starts_on) == (grain, starts[grain]):
            parts[of_what] = part
        elif length == grain:
            parts.setdefault(of_what, Part(part.name, "", None))
    return Contacts(grain, starts[grain], _once(parts))


def _once(parts: dict[Key, Part]) -> tuple[Part, ...]:
    """Return each contact once: enquiries and transactions only where all contacts are not stated."""
    every = Measurement.Metric.CONTACTS
    whole = {key for (key, metric), part in parts.items() if metric == every and part.status}
    split = {key for (key, metric), part in parts.items() if metric != every and part.status}
    return tuple(
        part
        for (key, metric), part in parts.items()
        if key not in (split - whole if metric == every else whole)
    )
