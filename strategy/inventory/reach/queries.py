"""Reading who reaches a person and when, for the page, the channel and the components."""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models.functions import Lower
from django.utils import formats, timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.history.queries import latest_acts
from portal.lib.memory import remembered
from strategy.inventory.hours import ALWAYS, DAY, WEEK, Hours, read
from strategy.inventory.models import Carried, Channel, Transition
from strategy.inventory.opening import is_zone
from strategy.inventory.points.channel_hours import PointHours, channel_hours, hours_of_points
from strategy.inventory.points.open_now import place_of
from strategy.inventory.reach.search import Answer, Hop, State, Stop, Week
from strategy.plan.models import Strategy
from strategy.plan.rules import touches_mobile

HOUR = 60

LABELS = {
    State.REACHED: gettext_lazy("A person is reached"),
    State.UNKNOWN_HOURS: gettext_lazy("Hours not known"),
    State.CLOSED: gettext_lazy("Closed"),
    State.ONLY_HIDDEN: gettext_lazy("Only a hidden way"),
    State.WALL: gettext_lazy("The way does not work"),
    State.NO_WAY: gettext_lazy("No way to a person"),
}


class Known(NamedTuple):
    """What is needed of a channel. `hours` are those of its access points, or else its own text."""

    uid: uuid.UUID
    name: str
    family: str
    device: str
    mode: str
    route: str
    leads_to: uuid.UUID | None
    taps: int | None
    team: str | None
    hours: str
    points: tuple[
        PointHours, ...
    ] = ()  # its access points by name, as far as their hours can be read

    @property
    def is_assisted(self) -> bool:
        """Does a person answer in it?"""
        return self.mode == Channel.Mode.ASSISTED or self.route == Channel.Route.IS_AGENT

    @property
    def starts_alone(self) -> bool:
        """Do customers try to help themselves in it?"""
        return self.mode != Channel.Mode.ASSISTED

    def open_points(self, at: "Moment") -> list[str]:
        """Return which of its access points are open at a moment, by name."""
        return [point.name for point in self.points if _is_open(point, at)]

    def is_open(self, at: "Moment") -> bool:
        """Does somebody answer in it on a day of the calendar? What nobody wrote down is not taken for open."""
        if self.points:
            return bool(self.open_points(at))
        hours = read(self.hours)
        return hours is not None and hours.holds(at.minute)

    def named(self, at: "Moment") -> str:
        """Return the holiday or exception that a day of the calendar is for all its access points; "" for none.

        Of a point whose time zone or days cannot be read nobody knows it.
        """
        instant = at.instant
        if instant is None:
            return ""
        names = {
            point.opening.named(instant.astimezone(point.opening.zone).date())
            if point.opening
            else ""
            for point in self.points
        }
        return names.pop() if len(names) == 1 else ""

    @property
    def family_label(self) -> str:
        """Return its family in words."""
        return str(Channel.Family(self.family).label)


def _is_open(point: PointHours, at: "Moment") -> bool:
    """Is it open? On a day of the calendar to the minute, where its time zone and holidays can be read."""
    if at.instant is not None and point.opening is not None:
        return point.opening.is_open(at.instant)
    return point.hours.holds(at.minute)


class Sent(NamedTuple):
    """A self-service channel to which an agent can send a customer, and how."""

    uid: uuid.UUID
    name: str
    mechanism: str
    status: str

    @property
    def mechanism_label(self) -> str:
        """Return how, in words."""
        return str(Transition.Mechanism(self.mechanism).label)

    @property
    def is_partly(self) -> bool:
        """Does it work only in part?"""
        return self.status == Transition.Status.PARTLY


@dataclass(frozen=True)
class Reach:
    """The channels in use by name, the week's answers, and where agents can send customers."""

    channels: dict[uuid.UUID, Known]
    week: Week
    sends: dict[uuid.UUID, list[Sent]]

    @property
    def starts(self) -> list[Known]:
        """Return the channels in which customers try to help themselves."""
        return [one for one in self.channels.values() if one.starts_alone]

    @property
    def assisted(self) -> list[Known]:
        """Return the channels in which a person answers."""
        return [one for one in self.channels.values() if one.is_assisted]

    def open_at(self, at: "Moment") -> frozenset[uuid.UUID]:
        """Return the channels in which a person answers: in the usual week, or on a day of the calendar."""
        if at.date is None:
            return self.week.open_at(at.minute)
        return frozenset(one.uid for one in self.assisted if one.is_open(at))

    @property
    def zones(self) -> list[ZoneInfo]:
        """Return the time zones in which people answer, by name."""
        names = {point.zone for one in self.assisted for point in one.points if is_zone(point.zone)}
        return [ZoneInfo(name) for name in sorted(names)]

    @property
    def zone(self) -> ZoneInfo | None:
        """Return the time zone in which all answer who named one; None when there is none, or are several."""
        return self.zones[0] if len(self.zones) == 1 else None

    @property
    def clock_words(self) -> str:
        """Return on which clock an hour of the usual week is; "" when nobody named a time zone."""
        if not self.zones:
            return ""
        names = ", ".join(place_of(zone) for zone in self.zones)
        if len(self.zones) == 1:
            return _("%(place)s time") % {"place": names}
        return _("the time of the place that answers: %(places)s") % {"places": names}

    @property
    def without_hours(self) -> list[Known]:
        """Return those in which a person answers at hours that nobody wrote down."""
        return [one for one in self.assisted if self.week.stops[one.uid].hours is None]


def reach(strategy: Strategy, *, visible_only: bool = False) -> Reach:
    """Return who reaches whom, from memory while nothing was done in the strategy. Six queries, else two.

    The week is the usual one, on the clock of the place that answers. Holidays, exceptions and time zones count
    at a moment with a date (see `Reach.open_at`).
    """
    key = ("reach", strategy.uid, latest_acts(strategy.uid), visible_only)
    return remembered(key, lambda: read_reach(strategy, visible_only=visible_only))


def read_reach(strategy: Strategy, *, visible_only: bool = False) -> Reach:
    """Return the same from the tables. Four queries."""
    rows = Channel.objects.filter(strategy=strategy, life_cycle__in=Channel.IN_USE).order_by(
        Lower("name")
    )
    from_points, points = channel_hours(strategy), hours_of_points(strategy)
    channels = {
        uid: Known(uid, name, family, device, mode, route, leads_to, taps, team, from_points.get(pk, text),
                   tuple(points.get(pk, ())))
        for pk, uid, name, family, device, mode, route, leads_to, taps, team, text in rows.values_list(
            "pk", "uid", "name", "family", "device", "mode", "agent_route", "agent_channel__uid", "agent_taps",
            "owner_team__name", "hours",
        )
    }  # fmt: skip
    ways = Transition.objects.filter(strategy=strategy).order_by(Lower("target__name"))
    found = list(
        ways.values_list("source__uid", "target__uid", "status", "mechanism", *Transition.CONTEXT)
    )
    stops = {
        uid: Stop(uid, is_assisted=channel.is_assisted, hours=read(channel.hours))
        for uid, channel in channels.items()
    }
    sends: dict[uuid.UUID, list[Sent]] = {}
    for source, target, status, mechanism, *_context in found:
        if status not in PASSABLE or not {source, target} <= channels.keys():
            continue
        if channels[source].is_assisted and channels[target].starts_alone:
            sent = Sent(target, channels[target].name, mechanism, status)
            sends.setdefault(source, []).append(sent)
    return Reach(channels, Week(stops, _hops(channels, found), visible_only), sends)


PASSABLE = (Transition.Status.WORKS, Transition.Status.PARTLY)


def _hops(channels: dict[uuid.UUID, Known], ways: list[tuple[Any, ...]]) -> list[Hop]:
    """Join what is recorded of transitions and of ways to a person: one hop for each pair of channels.

    A transition that nobody passes is a wall even where the channel names that way to a person. Taps are the
    channel's own count; a hop that nobody counted takes at least one.
    """
    routes = {
        (channel.uid, channel.leads_to): channel
        for channel in channels.values()
        if channel.route in (Channel.Route.VISIBLE, Channel.Route.HIDDEN) and channel.leads_to
    }
    hops = []
    for source, target, status, _mechanism, *context in ways:
        route = routes.pop((source, target), None)
        by_state: dict[str, list[str]] = defaultdict(list)
        for name, carried in zip(Transition.CONTEXT, context, strict=True):
            by_state[carried].append(name)
        is_said = any(carried != Carried.UNKNOWN for carried in context)
        hops.append(
            Hop(
                source,
                target,
                taps=1 if route is None or route.taps is None else route.taps,
                taps_stated=route is not None and route.taps is not None,
                is_hidden=route is not None and route.route == Channel.Route.HIDDEN,
                is_shown=route is not None and route.route == Channel.Route.VISIBLE,
                asked_again=tuple(by_state[Carried.NO]) if is_said else None,
                in_part=tuple(by_state[Carried.PARTLY]),
                unknown=tuple(by_state[Carried.UNKNOWN]),
                wall="" if status in PASSABLE else status,
            )
        )
    for (source, target), route in routes.items():
        hops.append(
            Hop(
                source,
                target,
                taps=1 if route.taps is None else route.taps,
                taps_stated=route.taps is not None,
                is_hidden=route.route == Channel.Route.HIDDEN,
                is_shown=route.route == Channel.Route.VISIBLE,
                unknown=Transition.CONTEXT,
            )
        )
    return hops


# --- an hour of the week -----------------------------------------------------------------------------


class Moment(NamedTuple):
    """An hour of the usual week, day 0 is Monday; or, with a date, of that day on the clock of the person."""

    day: int
    hour: int
    date: dt.date | None = None

    @property
    def minute(self) -> int:
        """Return its first minute, from Monday 00:00."""
        return self.day * DAY + self.hour * HOUR

    @property
    def instant(self) -> dt.datetime | None:
        """Return the moment of a day of the calendar; None in the usual week."""
        if self.date is None:
            return None
        return dt.datetime.combine(
            self.date, dt.time(self.hour), timezone.get_current_timezone()
        ).astimezone(dt.UTC)

    @property
    def zone(self) -> str:
        """Return the place whose clock a day of the calendar is on: the person's."""
        return place_of(ZoneInfo(timezone.get_current_timezone_name()))

    def __str__(self) -> str:
        clock = f"{WEEKDAYS[self.day]} {self.hour:02}:00"
        if self.date is None:
            return clock
        return _("%(day)s, %(date)s, %(hour)s %(zone)s time") % {
            "day": WEEKDAYS[self.day],
            "date": formats.date_format(self.date, "N j, Y"),
            "hour": f"{self.hour:02}:00",
            "zone": self.zone,
        }


class Mark(NamedTuple):
    """Where the hour chosen is drawn in the week: tenths of an hour from midnight, and the day."""

    x: int
    day: int


def mark(found: Reach, at: Moment) -> Mark | None:
    """Return where a moment is in a week that is drawn on the clock of the place; None when places differ.

    An hour of the usual week is on that clock already, a day of the calendar is on the clock of the person.
    """
    if at.instant is None or not found.zones:
        return Mark(at.hour * 10, at.day)
    if found.zone is None:
        return None
    there = at.instant.astimezone(found.zone)
    return Mark((there.hour * HOUR + there.minute) // 6, there.weekday())


def now(zone: ZoneInfo | None = None) -> Moment:
    """Return the hour that it is for the person, or in a time zone, on the day that it is there."""
    here: dt.datetime = timezone.localtime(timezone=zone)
    return Moment(here.weekday(), here.hour, here.date())


def moment(given: Mapping[str, str], zone: ZoneInfo | None = None) -> Moment:
    """Return the hour that an address names; what it does not name is taken from now.

    A date wins over a weekday, unless the weekday was chosen after it (`was`: the date of the page it was on).
    Now is on the clock that the hour is on: that of the person with a date, else that of the place that answers.
    """
    date = parse_day(given.get("date", ""))
    default = now(zone if date is None else None)

    def number(name: str, below: int, otherwise: int) -> int:
        text = given.get(name, "")
        return int(text) if text.isdecimal() and len(text) < 3 and int(text) < below else otherwise

    hour = number("hour", 24, default.hour)
    day = number("day", 7, default.day)
    if date is None or (given.get("was") == date.isoformat() and day != date.weekday()):
        return Moment(day, hour)
    return Moment(date.weekday(), hour, date)


def parse_day(text: str) -> dt.date | None:
    """Return a day of this century written as 2026-12-24; None when it is none."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None


def _at(minute: int, *, with_day: bool) -> str:
    clock = f"{minute % DAY // HOUR:02}:{minute % HOUR:02}"
    return f"{WEEKDAYS_ABBR[minute // DAY % 7]} {clock}" if with_day else clock


def gone(reached: Hours, minute: int) -> str:
    """Return since and until when nobody is reached around a minute at which nobody is."""
    spans = [*(ALWAYS - reached).spans]
    if spans == [(0, WEEK)]:
        return _("Nobody at any hour")
    if spans[0][0] == 0 and spans[-1][1] == WEEK:  # Sunday night goes on on Monday morning
        first, last = spans.pop(0), spans.pop()
        spans += [(last[0], WEEK + first[1]), (last[0] - WEEK, first[1])]
    start, end = next(span for span in spans if span[0] <= minute < span[1])
    days = end - start > DAY
    return _("Nobody from %(start)s to %(end)s") % {
        "start": _at(start % WEEK, with_day=days),
        "end": _at(end % WEEK, with_day=days),
    }


# --- what a page says ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    """A stretch of one day in one state: where it is drawn, in tenths of an hour from midnight."""

    x: int
    width: int
    y: int
    state: State


LONG = 3
"""The hops from which on a way to a person is long."""


def _hops_words(answer: Answer) -> str:
    return ngettext("%(n)d hop", "%(n)d hops", answer.hops) % {"n": answer.hops}


def _context(names: tuple[str, ...]) -> str:
    return ", ".join(
        str(Transition._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        for name in Transition.CONTEXT
        if name in names
    )


@dataclass
class Row:
    """What customers in one channel meet at one hour."""

    all: Reach
    channel: Known
    at: Moment
    is_open: frozenset[Any]

    @cached_property
    def answer(self) -> Answer:
        """Return the answer at the hour."""
        return self.all.week.answer(self.channel.uid, self.is_open)

    @property
    def state(self) -> State:
        """Return the state at the hour."""
        return self.answer.state

    @property
    def is_reached(self) -> bool:
        """Is a person reached at the hour?"""
        return self.state is State.REACHED

    @property
    def label(self) -> str:
        """Return the state in words."""
        if not self.is_reached:
            return str(LABELS[self.state])
        other = self.not_hidden
        if other:
            hops = _hops_words(other)
            if other.is_shown:
                return _("Reached, hidden; visible in %(hops)s") % {"hops": hops}
            return _("Reached, hidden; not hidden in %(hops)s") % {"hops": hops}
        if self.answer.is_hidden:
            return _("Reached, but hidden")
        if self.asks_who:
            return _("Reached the long way: asked again who they are")
        return _("Reached the long way") if self.is_long else str(LABELS[self.state])

    @property
    def asks_who(self) -> bool:
        """Do customers say again who they are, or sign in again?"""
        return not {"identity", "authentication"}.isdisjoint(self.answer.lost)

    @property
    def is_long(self) -> bool:
        """Is the way to the person long, so that it is no good news alone?"""
        return self.is_reached and (self.answer.hops >= LONG or self.asks_who)

    @cached_property
    def not_hidden(self) -> Answer | None:
        """Return the best way without hidden hops where the best of all is hidden; None: there is none."""
        if not (self.is_reached and self.answer.is_hidden):
            return None
        other = self.all.week.without_hidden.answer(self.channel.uid, self.is_open)
        return other if other.state is State.REACHED else None

    @property
    def tone(self) -> str:
        """Return how loudly a page says it."""
        if self.is_reached:
            return "warn" if self.answer.is_hidden or self.is_long else "good"
        return "info" if self.state is State.UNKNOWN_HOURS else "bad"

    @cached_property
    def reached(self) -> Hours:
        """Return when a person is reached."""
        return self.all.week.reached(self.channel.uid)

    @property
    def ways(self) -> str:
        """Return the channels on the way, by name, the one with the person last."""
        return self._named(self.answer)

    def _named(self, answer: Answer) -> str:
        return " → ".join(self._name(hop.target) for hop in answer.path)

    def _name(self, key: Any) -> str:
        return self.all.channels[key].name

    @property
    def words(self) -> str:
        """Return the answer in a sentence or two."""
        if self.is_reached:
            said = (self.way_words, self.lost_words, self._only_words)
            return " ".join(part for part in said if part)
        end = self.ways.rpartition(" → ")[2] or self.channel.name
        match self.state:
            case State.CLOSED if self.at.date:
                return self._closed_that_day(end)
            case State.CLOSED:
                return f"{gone(self.reached, self.at.minute)}: " + _("%(way)s is closed.") % {
                    "way": end
                }
            case State.UNKNOWN_HOURS:
                return _(
                    "There is a way (%(way)s), but the hours of %(end)s are not written down, "
                    "or not so that they can be read."
                ) % {"way": self.ways or end, "end": end}
            case State.ONLY_HIDDEN:
                return _("There is a way (%(way)s), but customers are not shown it.") % {
                    "way": self.ways
                }
            case State.WALL:
                wall = next(hop for hop in self.answer.path if hop.wall)
                return _("The way would be %(way)s, but %(source)s → %(target)s is recorded as: %(state)s.") % {
                    "way": self.ways,
                    "source": self._name(wall.source),
                    "target": self._name(wall.target),
                    "state": Transition.Status(wall.wall).label,
                }  # fmt: skip
        return _("No transition and no way to a person is recorded that leads to one.")

    def _closed_that_day(self, end: str) -> str:
        path = self.answer.path
        named = self.all.channels[path[-1].target if path else self.channel.uid].named(self.at)
        words = {"way": end, "when": self.at, "day": named}
        if named:
            return _("%(way)s is closed on %(when)s: %(day)s.") % words
        return _("%(way)s is closed on %(when)s.") % words

    @property
    def usual(self) -> "Row | None":
        """Return the row at an hour of the way that is open longest in the week; None: nobody is ever reached."""
        week = self.all.week
        minutes: Counter[tuple[Any, ...]] = Counter()
        begins: dict[tuple[Any, ...], int] = {}
        for start, end in pairwise((*week.changes, WEEK)):
            answer = week.at(self.channel.uid, start)
            if answer.state is State.REACHED:
                minutes[answer.path] += end - start
                begins.setdefault(answer.path, start)
        if not minutes:
            return None
        minute = begins[max(minutes, key=lambda path: minutes[path])]
        at = Moment(minute // DAY, minute % DAY // HOUR)
        return Row(self.all, self.channel, at, week.open_at(minute))

    @property
    def way_words(self) -> str:
        """Return the way to the person in words, when one is reached."""
        if not self.answer.path:
            return _("A person answers in this channel.")
        said = f"{self._how(self.answer)}: {self.ways}."
        if self.not_hidden:
            other = f"{self._how(self.not_hidden)}: {self._named(self.not_hidden)}"
            said += " " + _("Also %(way)s.") % {"way": other}
        return said

    @staticmethod
    def _how(answer: Answer) -> str:
        taps = ngettext("%(n)d tap", "%(n)d taps", answer.taps) % {"n": answer.taps}
        if not answer.taps_stated:
            taps = _("at least %(taps)s") % {"taps": taps}
        shown = _("visible") if answer.is_shown else _("not known whether it is shown")
        return f"{_hops_words(answer)}, {taps}, {_('hidden') if answer.is_hidden else shown}"

    @property
    def _only_words(self) -> str:
        """Return which access points answer, when others of the same channel are closed at the hour."""
        path = self.answer.path
        end = self.all.channels[path[-1].target if path else self.channel.uid]
        points = end.points
        open_ = end.open_points(self.at)
        if not 0 < len(open_) < len(points):
            return ""
        return _("Of its %(n)d access points only these are open then: %(points)s.") % {
            "n": len(points),
            "points": ", ".join(open_),
        }

    @property
    def lost_words(self) -> str:
        """Return what is lost on the way, or that nobody recorded it; "" without a way."""
        answer = self.answer
        if not answer.path:
            return ""
        if not answer.is_recorded:
            return _("Nobody recorded what comes along.")
        found = (
            (_("asked again: %(names)s"), answer.lost),
            (_("in part: %(names)s"), answer.in_part),
            (_("not known: %(names)s"), answer.unknown),
        )
        said = "; ".join(words % {"names": _context(names)} for words, names in found if names)
        return f"{capfirst(said)}." if said else _("Nothing is said to be asked again.")

    @property
    def hours_words(self) -> str:
        """Return the week in words: when a person is reached."""
        if not self.reached:
            return _("No hour of the week")
        if self.reached == ALWAYS:
            return _("Every hour of the week")
        return str(self.reached)

    @property
    def bars(self) -> list[Bar]:
        """Return the week as stretches to draw: a row for each day."""
        week = self.all.week
        bars: list[Bar] = []
        cuts = sorted({*week.changes, *range(0, WEEK, DAY)})
        for start, end in pairwise((*cuts, WEEK)):
            state = week.at(self.channel.uid, start).state
            x, width, y = start % DAY // 6, (end - start) // 6, start // DAY
            before = bars[-1] if bars else None
            if before and before.y == y and before.state is state:
                bars[-1] = Bar(before.x, x + width - before.x, y, state)
            else:
                bars.append(Bar(x, width, y, state))
        return bars

    @property
    def gap(self) -> dict[str, str]:
        """Return what a gap about it starts with: its title and what customers suffer."""
        when = self.at if self.reached else _("at no hour of the week")
        title = _("Nobody to reach from %(channel)s: %(when)s") % {
            "channel": self.channel.name,
            "when": when,
        }
        return {"title": title[:150], "harm": self.words, "channel": str(self.channel.uid)}


def rows(found: Reach, at: Moment, lens: str = "") -> list[Row]:
    """Return what customers meet in each channel that they start in, as far as the lens shows it."""
    is_open = found.open_at(at)
    return [
        Row(found, channel, at, is_open)
        for channel in found.starts
        if not lens or touches_mobile(channel.family, channel.device)
    ]


def row_of(found: Reach, channel: uuid.UUID, at: Moment) -> Row | None:
    """Return what customers meet in one channel; None when it is not in use or nobody starts in it."""
    known = found.channels.get(channel)
    if known is None or not known.starts_alone:
        return None
    return Row(found, known, at, found.open_at(at))


@dataclass(frozen=True)
class Figures:
    """How many channels reach a person: at an hour, at every hour, at none, and not to be said."""

    total: int
    reached: int
    unknown: int
    always: int
    never: int

    @property
    def not_reached(self) -> int:
        """Return from how many nobody is reached at the hour."""
        return self.total - self.reached - self.unknown


def figures(shown: list[Row]) -> Figures:
    """Count the rows."""
    states = Counter(row.state for row in shown)
    return Figures(
        total=len(shown),
        reached=states[State.REACHED],
        unknown=states[State.UNKNOWN_HOURS],
        always=sum(row.reached == ALWAYS for row in shown),
        never=sum(not row.reached for row in shown),
    )


@dataclass(frozen=True)
class Sends:
    """A channel in which a person answers, and the self-service to which they can send customers."""

    channel: Known
    to: list[Sent]


def sends(found: Reach, lens: str = "") -> list[Sends]:
    """Return the channels with a person and where each can send customers, as far as the lens shows it."""
    every = [Sends(channel, found.sends.get(channel.uid, [])) for channel in found.assisted]
    if not lens:
        return every
    mobile = {
        uid for uid, each in found.channels.items() if touches_mobile(each.family, each.device)
    }
    return [
        one for one in every if one.channel.uid in mobile or any(to.uid in mobile for to in one.to)
    ]
