"""What the rules of data quality look at, and what they say. Plain Python: no database, no request.

Sentences are marked in the rules and translated where they are shown, with the values as people read them.
"""

import datetime as dt
import hashlib
import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from strategy.inventory.models import Channel
from strategy.inventory.service.figures import step
from strategy.inventory.service.metrics import Metric, metric_of

_PROBLEMS = uuid.UUID("6b3f1f0e-6d2c-4d5c-9d5e-0f6f0a3c7a11")
"""The space in which problems are named."""

ERROR, WARNING, SUGGESTION = "error", "warning", "suggestion"


@lru_cache(maxsize=4096)  # thousands of figures are of the same few periods
def _next(grain: str, starts_on: dt.date) -> dt.date | None:
    """Return the first day of the next period; None at the end of all calendars."""
    try:
        return step(grain, starts_on, 1)
    except (ValueError, OverflowError):
        return None


class ChannelFacts(NamedTuple):
    """What rules need to know of a channel. `key` names it in all other facts: a stored one by its uid."""

    key: Hashable
    name: str
    mode: str = "self_service"
    life_cycle: str = "live"
    launched_on: dt.date | None = None
    retires_on: dt.date | None = None
    route: str = "unknown"
    taps: int | None = None
    leads_to: Hashable = None
    team: Hashable = None
    owner: str = ""
    owner_left: bool = False
    touches_mobile: bool = False

    @property
    def is_in_use(self) -> bool:
        """Do customers meet it today?"""
        return self.life_cycle in Channel.IN_USE


class PointFacts(NamedTuple):
    """What rules need to know of an access point. Its team is the one of its own, None when it has none."""

    key: Hashable
    name: str
    channel: Hashable
    kind: str = "phone"
    address: str = ""
    life_cycle: str = "live"
    launched_on: dt.date | None = None
    retires_on: dt.date | None = None
    team: Hashable = None


class TeamFacts(NamedTuple):
    """What rules need to know of a team: its role is one in this strategy, its lead somebody who can sign in."""

    name: str
    has_role: bool = True
    has_lead: bool = True
    slug: str = ""


class FigureFacts(NamedTuple):
    """One figure. Its point and contact type are None for the whole channel."""

    channel: Hashable
    point: Hashable
    contact_type: Hashable
    metric: str
    grain: str
    starts_on: dt.date
    status: str = "value"
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    @property
    def last_day(self) -> dt.date:
        """Return the last day of its period; its first at the end of all calendars."""
        begins = _next(self.grain, self.starts_on)
        return begins - dt.timedelta(days=1) if begins else self.starts_on

    @property
    def is_counted(self) -> bool:
        """Is it a count of contacts, whatever that count came to?"""
        return self.status in ("value", "zero", "suppressed") and is_contacts(self.metric)

    @property
    def period(self) -> "Period":
        """Return its period."""
        return Period(self.grain, self.starts_on)

    def follows(self, other: "FigureFacts") -> bool:
        """Is its period the one right after the other's?"""
        return _next(self.grain, other.starts_on) == self.starts_on


class Period(NamedTuple):
    """A period, shown in words."""

    grain: str
    starts_on: dt.date


class ObjectiveFacts(NamedTuple):
    """What rules need to know of a promise."""

    key: Hashable
    name: str
    channel: Hashable
    point: Hashable = None
    metric: str = "SL"
    grain: str = "month"
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None


Series = tuple[Hashable, Hashable, Hashable, str, str]
"""What one row of a table over time shows: channel, access point, contact type, metric, grain."""


@dataclass(frozen=True)
class Facts:
    """Everything the rules look at.

    `ways`: from which channel to which one a transition works, at least partly. `offered`: channel and contact
    type that are preferred or supported for somebody. `figures`: those that are recent enough to be mended.
    """

    today: dt.date
    channels: Mapping[Hashable, ChannelFacts] = field(default_factory=dict)
    points: Mapping[Hashable, PointFacts] = field(default_factory=dict)
    teams: Mapping[Hashable, TeamFacts] = field(default_factory=dict)
    contact_types: Mapping[Hashable, str] = field(default_factory=dict)
    figures: tuple[FigureFacts, ...] = ()
    objectives: tuple[ObjectiveFacts, ...] = ()
    ways: tuple[tuple[Hashable, Hashable], ...] = ()
    offered: frozenset[tuple[Hashable, Hashable]] = frozenset()

    @cached_property
    def series(self) -> dict[Series, list[FigureFacts]]:
        """Return the figures row by row, each row in the order of time."""
        found: dict[Series, list[FigureFacts]] = defaultdict(list)
        for one in self.figures:
            if one.channel in self.channels:
                found[one[:5]].append(one)
        for several in found.values():
            several.sort(key=lambda one: one.starts_on)
        return dict(found)

    @cached_property
    def counting(self) -> set[Hashable]:
        """Return the channels with a figure of contacts: of all of them, or of a part."""
        return {one.channel for one in self.figures if one.is_counted}

    def outside(self, one: FigureFacts) -> tuple[str, dt.date] | None:
        """Return why its channel or access point cannot have a figure in that period, and since or until when.

        "before": it was launched after it, and there is no pilot. "after": it was retired before it. None when it
        can.
        """
        for thing in (self.points.get(one.point), self.channels[one.channel]):
            if thing is None:
                continue
            launched = thing.launched_on if thing.life_cycle != "pilot" else None
            if launched and one.last_day < launched:
                return "before", launched
            if thing.retires_on and one.starts_on > thing.retires_on:
                return "after", thing.retires_on
        return None

    def where(self, one: FigureFacts) -> str:
        """Return what a figure is of, by name: "Claims line, Toll-free number"."""
        names = [self.channels[one.channel].name]
        if one.point in self.points:
            names.append(self.points[one.point].name)
        if one.contact_type in self.contact_types:
            names.append(self.contact_types[one.contact_type])
        return ", ".join(names)

    def team_name(self, key: Hashable) -> str:
        """Return a team's name; "" when nobody knows it."""
        return self.teams[key].name if key in self.teams else ""


class Mend(NamedTuple):
    """Where a problem is mended: a page by its name, and the thing it is about."""

    page: str  # channel, point, figures, roles, team
    key: Hashable = None
    query: Mapping[str, Any] = {}
    field: str = ""  # of the channel's form


@dataclass(frozen=True)
class Problem:
    """What a rule says: `sentence` is a marked text with `values` to put into it.

    `channels` are those it concerns. `about` is what else names it: a team, a promise, the row of a figure.
    `action` is a marked text, where it is another than the rule's.
    """

    rule: str
    sentence: str
    values: Mapping[str, Any]
    channels: tuple[Hashable, ...]
    mend: Mend
    action: str = ""
    about: tuple[Hashable, ...] = ()

    @cached_property
    def subject(self) -> uuid.UUID:
        """Return what names it in its strategy, whatever the figures say and however its channels are called."""
        metrics = [value.code for value in self.values.values() if isinstance(value, Metric)]
        channels = sorted(map(str, self.channels))
        parts = (self.rule, self.sentence, channels, self.mend.field, metrics, self.about)
        return uuid.uuid5(_PROBLEMS, json.dumps(parts, default=str))

    @cached_property
    def digest(self) -> str:
        """Return a digest of the facts a person judges. Names are none; nor is how long it goes on being so."""
        facts = [
            (name, value)
            for name, value in sorted(self.values.items())
            if not isinstance(value, str | Metric) and type(value) is not tuple
            if name not in ("n", "since", "until", "day")
        ]
        text = json.dumps((self.sentence, facts), default=str)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Rule:
    """One rule: what it looks for, how bad it is, and what to do."""

    code: str
    severity: str
    title: str
    action: str
    find: Callable[[Facts], Iterator[Problem]]


def is_contacts(code: str) -> bool:
    """Does a metric count contacts?"""
    return metric_of(code).unit == "contacts"


def row_of(one: FigureFacts) -> tuple[Hashable, ...]:
    """Return what names the row of a figure in its channel, beside the metric."""
    return one.point, one.contact_type, one.grain


def figures_page(one: FigureFacts) -> Mend:
    """Return the page of a figure's row."""
    part = {"point": one.point} if one.point else {"type": one.contact_type}
    return Mend(
        "figures", one.channel, {"grain": one.grain, **{k: v for k, v in part.items() if v}}
    )
