"""Is it open, and until when: hours, holidays and exceptions right across daylight-saving changes.

Plain Python: no database, no request. Sentences are marked here, translated where they are shown.

A span belongs to the day on which it begins, so a night shift goes on into a holiday. On a holiday nothing
begins; an exception says what begins on its day, holiday or not. Clocks that change: a span begins at the first
moment at which the clock on the wall shows its start or later, and ends after the last moment at which it shows a
time before its end. So a time that does not exist is the moment at which the clock jumps over it; of a time that
exists twice, a span begins with the first and ends with the second.
"""

import datetime as dt
import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from portal.lib.days import WRITTEN, TwoDays, read_day
from strategy.inventory.hours import WHOLE_DAY, Day, Unread, Week, parse_day, read_week

_ = str  # marks a sentence for translation

HORIZON = 400
"""How many days ahead a change is looked for: more than a year, so that every holiday comes by."""

_SECOND = dt.timedelta(seconds=1)
_LINE = re.compile(rf"(?P<day>{WRITTEN})(?:\s+(?P<rest>.*))?", re.I)


class BadLine(ValueError):
    """A line that cannot be read: a sentence, and the values to put into it."""

    def __init__(self, sentence: str, number: int, line: str, **more: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = {
            "number": number,
            "line": line if len(line) <= 60 else line[:59] + "…",
            **more,
        }


@dataclass(frozen=True)
class Exceptional:
    """A day with hours of its own, and its name ("" when nobody gave it one)."""

    spans: Day
    name: str


def holidays(text: str) -> tuple[dict[dt.date, str], list[BadLine]]:
    """Return the days of a calendar with their names, and every line that cannot be read.

    One day a line: "2026-12-25 Christmas Day".
    """
    return _by_day(text, lambda rest: rest or "")


def exceptions(text: str) -> tuple[dict[dt.date, Exceptional], list[BadLine]]:
    """Return the days with hours of their own, and every line that cannot be read.

    One day a line: "2026-12-24 08:00-13:00 Christmas Eve" or "2026-12-31 closed".
    """

    def hours(rest: str | None) -> Exceptional | Unread:
        said = parse_day(rest or "")
        return said if isinstance(said, Unread) else Exceptional(*said)

    return _by_day(text, hours)


def _by_day(text: str, read: Any) -> tuple[dict[dt.date, Any], list[BadLine]]:
    found: dict[dt.date, Any] = {}
    bad: list[BadLine] = []
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line:
            continue
        parts = _LINE.fullmatch(line)
        more: dict[str, Any] = {}
        try:
            day = read_day(parts["day"]) if parts else None
        except TwoDays as two:
            day, more = None, {"one": two.days[0], "other": two.days[1]}
        said = read(parts["rest"]) if parts and day else None
        unread = said if isinstance(said, Unread) else Unread("")
        if more:
            sentence = _(
                "Line %(number)d, “%(line)s”, may begin with %(one)s or %(other)s. Write the one you mean so."
            )
        elif day is None:
            sentence = _(
                "Line %(number)d, “%(line)s”, does not begin with a day like 2026-12-25 or 12/25/2026."
            )
        elif day in found:
            sentence = _("Line %(number)d, “%(line)s”: this day stands here already.")
        elif unread.meant:
            more = {"part": unread.part, "meant": unread.meant}
            sentence = _(
                "Line %(number)d, “%(line)s”: “%(part)s” can be meant in two ways. If you mean %(meant)s, write it"
                " so."
            )
        elif unread.is_closing:
            sentence = _(
                "Line %(number)d, “%(line)s”: it says both hours and “closed”. Write only the hours when it is"
                " open on that day, like 08:00-13:00, or “closed” for all of it."
            )
        elif isinstance(said, Unread):
            sentence = _(
                "Line %(number)d, “%(line)s”: write the hours after the day, like 08:00-13:00, or “closed”."
            )
        else:
            found[day] = said
            continue
        bad.append(BadLine(sentence, number, line, **more))
    return found, bad


NO_HOURS = _("Nobody has said when it is open.")
NOT_READABLE = _(
    "The hours cannot be read as hours. Write them like “Mon-Fri 08:00-17:00” or “Mon-Fri 8am-5pm”."
)
NO_ZONE = _("Say in which time zone the hours are.")
BAD_ZONE = _("The time zone is not one that is known, like America/Chicago.")
BAD_DAYS = _("A line of its holiday calendar cannot be read.")
BAD_EXCEPTIONS = _("A line of its exceptions cannot be read.")


@dataclass(frozen=True)
class Opening:
    """When something is open: a usual week in a time zone, days on which it is closed, days with other hours."""

    week: Week
    zone: ZoneInfo
    closed: Mapping[dt.date, str]
    special: Mapping[dt.date, Exceptional]

    def is_open(self, at: dt.datetime) -> bool:
        """Is it open at this moment (any aware time)?"""
        at = at.astimezone(dt.UTC)
        day = at.astimezone(self.zone).date()
        return any(start <= at < end for start, end in self._spans(day, 2))

    def next_change(self, at: dt.datetime) -> dt.datetime | None:
        """Return when it closes, or opens again, in UTC; None when it does not in the next 400 days."""
        if self.week == (WHOLE_DAY,) * 7 and not self.closed and not self.special:
            return None
        first = at.astimezone(self.zone).date()
        reach, is_open = at.astimezone(dt.UTC), self.is_open(at)
        for start, end in self._spans(first, HORIZON):
            if start > reach:
                return reach if is_open else start
            if is_open:
                reach = max(reach, end)
        beyond = reach.astimezone(self.zone).date() - first > dt.timedelta(days=HORIZON - 2)
        return reach if is_open and not beyond else None

    def named(self, day: dt.date) -> str:
        """Return the name of a holiday, or of an exception; "" for a usual day."""
        if day in self.special:
            return self.special[day].name
        return self.closed.get(day, "")

    def begins_on(self, day: dt.date) -> Day:
        """Return the spans that begin on a day, in minutes of it."""
        if day in self.special:
            return self.special[day].spans
        return () if day in self.closed else self.week[day.weekday()]

    def _spans(self, day: dt.date, days: int) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """Yield the spans that may matter from this day on, as moments, by their start."""
        for number in range(
            -2, days
        ):  # a span is 24 hours long at most, and a clock may skip a day
            on = day + dt.timedelta(days=number)
            for start, end in self.begins_on(on):
                span = _reached(self.zone, on, start), _passed(self.zone, on, end)
                if span[0] < span[1]:
                    yield span


@lru_cache(maxsize=4096)
def opening(hours: str, zone: str, days: str = "", special: str = "") -> Opening | str:
    """Return when something is open, read from its texts; or the sentence that says why nobody knows.

    `days` are those of its holiday calendar, `special` its exceptions; see `holidays` and `exceptions`.
    """
    week = read_week(hours)
    if week is None:
        return NOT_READABLE if hours.strip() else NO_HOURS
    if not is_zone(zone):
        return BAD_ZONE if zone else NO_ZONE
    closed, bad_days = holidays(days)
    if bad_days:
        return BAD_DAYS
    others, bad_lines = exceptions(special)
    if bad_lines:
        return BAD_EXCEPTIONS
    return Opening(week, ZoneInfo(zone), closed, others)


def is_zone(name: str) -> bool:
    """Is it the name of a time zone, such as America/Chicago?"""
    return name in zones()


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """Return the names of time zones that a place has, in order: no offsets, no old short forms."""
    return tuple(
        sorted(
            name
            for name in available_timezones()
            if name == "UTC"
            or ("/" in name and not name.startswith(("Etc/", "SystemV/", "posix/", "right/")))
        )
    )


_AMERICAN = {
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "arizona": "America/Phoenix",
    "pacific": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
}
"""The zones of the United States as people call them; Eastern Time and ET mean the same."""

_HALVES = ("standard", "daylight")
_SHORT = {f"{name[0]}t": name for name in ("eastern", "central", "mountain", "pacific")}
_SHORT |= {f"{t[0]}{half[0]}t": f"{name}_{half}" for t, name in _SHORT.items() for half in _HALVES}
_DOUBTFUL = {
    f"{name}_{half}": (_AMERICAN[name],)
    for name in ("eastern", "central", "mountain", "pacific", "alaska")
    for half in _HALVES
} | {
    "mountain_standard": (_AMERICAN["mountain"], _AMERICAN["arizona"]),
    "jersey": (_AMERICAN["eastern"], "Europe/Jersey"),
    "samoa": ("Pacific/Apia", "Pacific/Pago_Pago"),
}
"""What names half of a year only, or one of two places: it is suggested, not taken."""

_NO_CITIES = (
    *("Antarctica/", "Brazil/", "Canada/", "Chile/", "Mexico/", "US/"),
    *("Australia/ACT", "Australia/LHI", "Australia/NSW", "Australia/North", "Australia/Queensland"),
    *("Australia/South", "Australia/Tasmania", "Australia/Victoria", "Australia/West"),
)
"""How zones begin whose last word is no city, such as Brazil/East: they go by their whole name only."""


def read_zone(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the time zone that a text names, and which ones it may mean when it is not clear; "" for none.

    "America/Chicago" in any case, "Chicago", "New York", "Eastern Time", "CT". Of several names of one zone the
    longest is taken, which is the newest.
    """
    wanted = "_".join(text.split()).casefold()
    plain = re.sub("(_savings?)?_time$", "", wanted)
    plain = _SHORT.get(plain, plain)
    if may_be := _DOUBTFUL.get(plain):
        return "", may_be
    if american := _AMERICAN.get(plain.removesuffix("_standard")):  # of Hawaii, all year
        return american, ()
    by_name, by_city = _zones_by_name()
    if wanted in by_name:
        return by_name[wanted], ()
    found = by_city.get(wanted, ())
    if len({_offsets(zone) for zone in found}) == 1:
        return max(found, key=len), ()
    near = difflib.get_close_matches(wanted, [*by_name, *by_city], n=3, cutoff=0.7)
    close = (zone for name in near for zone in by_city.get(name, (by_name.get(name, ""),)))
    return "", found or tuple(dict.fromkeys(close))


@lru_cache(maxsize=1)
def _zones_by_name() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Return the zones by their whole name, and by the name of their city."""
    cities: dict[str, tuple[str, ...]] = {}
    for zone in zones():
        city = zone.rpartition("/")[2].casefold()
        if city not in _DOUBTFUL and not zone.startswith(_NO_CITIES):
            cities[city] = (*cities.get(city, ()), zone)
    return {zone.casefold(): zone for zone in zones()}, cities


def _offsets(zone: str) -> tuple[dt.timedelta | None, ...]:
    """Return what tells zones apart today: their offsets through a year."""
    here = ZoneInfo(zone)
    return tuple(dt.datetime(2026, month, 15, tzinfo=here).utcoffset() for month in range(1, 13))


def _wall(day: dt.date, minute: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minute)


@lru_cache(maxsize=65536)
def _reached(zone: ZoneInfo, day: dt.date, minute: int) -> dt.datetime:
    """Return the first moment at which the clock shows this time or later."""
    wall = _wall(day, minute)
    first = wall.replace(tzinfo=zone).astimezone(dt.UTC)
    return first if _shown(first, zone) == wall else _jump(zone, wall)


@lru_cache(maxsize=65536)
def _passed(zone: ZoneInfo, day: dt.date, minute: int) -> dt.datetime:
    """Return the last moment before which the clock shows an earlier time."""
    wall = _wall(day, minute)
    first = wall.replace(tzinfo=zone).astimezone(dt.UTC)
    if _shown(first, zone) != wall:
        return _jump(zone, wall)
    second = wall.replace(tzinfo=zone, fold=1).astimezone(dt.UTC)
    return second if _shown(second - _SECOND, zone) < wall else first


def _shown(at: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def _jump(zone: ZoneInfo, wall: dt.datetime) -> dt.datetime:
    """Return the moment at which the clock jumps over a time that it never shows."""
    before = wall.replace(tzinfo=zone, fold=1).astimezone(dt.UTC)  # with the offset after the jump
    after = wall.replace(tzinfo=zone).astimezone(dt.UTC)
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if _shown(middle, zone) < wall:
            before = middle
        else:
            after = middle
    return after
