"""Opening hours as people write them, read as minutes of a week. Plain Python: no database, no request.

"Mon-Fri 08:00-18:00, Sat 9-13", "Mon, Wed 9-12; Sun closed", "always", "24/7" and "08:00-22:30" (every day) can
be read. A time is 8, 08:00, 8.00, 0800, 8am, 8:00 PM, 8 p.m. or 8p; a whole day is "24 hours", "24h" or "all day",
a day off "closed". A word the reader does not know, or a time that can be meant in two ways ("9-5",
"9:00-5:00", "8:00-12:00 and 1:00-5:00"), means that nothing is read at all, so that nobody is judged by half of a
sentence; `Unread` says which part it was. `write` writes a week so that it reads as the same.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

DAY = 24 * 60
WEEK = 7 * DAY
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_GROUPS = {"daily": (0, 6), "weekdays": (0, 4), "weekends": (5, 6)}
_ALWAYS = re.compile(
    r"(help |open )?(always|around the clock|24[/x-]7|24 ?h(ours|rs?)?( a day)?|all day|at any time)"
)
_LEAD = re.compile(r"^(open|answered|opened|sent|help|every day|calls?|from)\s+")
_DAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?|r)?"
    r"|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?\b"
)
_TIME = r"(?:\d{1,2}(?:[:.]\d{2})?|\d{3,4})(?:\s*[ap]\.?m\b\.?|[ap]\b)?"
_OFF = r"closed|off"
_WHOLE = r"24 ?h(?:ours|rs?)?\b|all day"
_FROM_TO = rf"{_TIME}\s*(?:-|to)\s*{_TIME}"
_DAYS = rf"(?P<days>daily|weekdays|weekends|{_DAY}(?:\s*(?:-|to|through)\s*{_DAY})?)"
_PART = re.compile(
    rf"(?:{_DAYS}(?:\s+|$))?"
    rf"(?P<times>(?P<off>{_OFF})|(?P<whole>{_WHOLE})|(?P<start>{_TIME})\s*(?:-|to)\s*(?P<end>{_TIME}))?"
)
_DAY_AND_MORE = re.compile(
    rf"(?P<times>{_OFF}|{_WHOLE}|{_FROM_TO}(?:\s*(?:,|;|\band\b)\s*{_FROM_TO})*)(?:\s+(?P<more>.*))?",
    re.I,
)
_SAYS_OFF = re.compile(rf"\W*(?:{_OFF})\b(?!-)", re.I)
_SAYS_WHEN = re.compile(rf"(?:{_FROM_TO}|\d{{1,2}}[:.]\d{{2}}|\d{{1,2}}\s*[ap]\.?m\b)", re.I)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))

Span = tuple[int, int]
Day = tuple[Span, ...]
"""What begins on a day: spans of its minutes, in order. One that ends after 24:00 goes on into the next day."""

Week = tuple[Day, ...]
"""Seven days, Monday first."""

WHOLE_DAY: Day = ((0, DAY),)


@dataclass(frozen=True)
class Unread:
    """The part of a text that cannot be read.

    `meant`: hours that can be meant in two ways, as they would be clear. `is_closing`: it says hours and closed.
    """

    part: str
    meant: str = ""
    is_closing: bool = False


@dataclass(frozen=True)
class Hours:
    """A week's opening hours: spans of minutes since Monday 00:00, in order, apart from one another."""

    spans: tuple[Span, ...]

    def __sub__(self, other: "Hours") -> "Hours":
        """Return when this is open and the other is not."""
        left = list(self.spans)
        for start, end in other.spans:
            left = [
                part
                for since, until in left
                for part in ((since, min(until, start)), (max(since, end), until))
                if part[0] < part[1]
            ]
        return Hours(tuple(sorted(left)))

    def __or__(self, other: "Hours") -> "Hours":
        """Return when either is open."""
        return _joined([*self.spans, *other.spans])

    def holds(self, minute: int) -> bool:
        """Is it open at a minute of the week, from Monday 00:00?"""
        return any(start <= minute < end for start, end in self.spans)

    def __bool__(self) -> bool:
        """Is it ever open?"""
        return bool(self.spans)

    @property
    def minutes(self) -> int:
        """Return how many minutes of a week it is open."""
        return sum(end - start for start, end in self.spans)

    def __str__(self) -> str:
        """Write it as it could be typed: days with the same times together."""
        if self.spans == ((0, WEEK),):
            return "24/7"
        days = [
            ", ".join(
                f"{clock(max(start, day * DAY) - day * DAY)}-{clock(min(end, (day + 1) * DAY) - day * DAY)}"
                for start, end in self.spans
                if start < (day + 1) * DAY and end > day * DAY
            )
            for day in range(7)
        ]
        return "; ".join(_by_times(days))


ALWAYS = Hours(((0, WEEK),))
NEVER = Hours(())


@lru_cache(maxsize=4096)
def read(text: str) -> Hours | None:
    """Return the hours that a text says; None when it is empty or says something else."""
    week = read_week(text)
    return None if week is None else hours_of(week)


def hours_of(week: Week) -> Hours:
    """Return a week as minutes, whatever day they belong to: Sunday night goes on on Monday morning."""
    return _joined(
        span
        for day, spans in enumerate(week)
        for start, end in spans
        for span in _within_week(day * DAY + start, day * DAY + end)
    )


def read_week(text: str) -> Week | None:
    """Return what a text says to begin on each day; None when it is empty or says something else."""
    said = parse_week(text)
    return None if isinstance(said, Unread) else said


@lru_cache(maxsize=4096)
def parse_week(text: str) -> Week | Unread:
    """Return what a text says to begin on each day, or which part of it cannot be read."""
    text = _plain(text).removesuffix(".")
    if _ALWAYS.fullmatch(text):
        return (WHOLE_DAY,) * 7
    text = _LEAD.sub("", text)
    week: list[set[Span]] = [set() for _day in range(7)]
    days, waiting = list(range(7)), []  # waiting: days whose times are still to come
    before: list[re.Match[str]] = []  # the times of the same days so far
    parts = re.split(r"\s*(?:,|;|\band\b)\s*", text)
    for part in parts:
        found = _PART.fullmatch(part)
        if found is None or not part:
            return Unread(part or text)
        if found["days"]:
            waiting += _days_named(found["days"])
            before = []
        if not found["times"]:
            continue
        spans = _spans(found)
        if spans is None or (found["start"] and _goes_back(before, found)):
            return Unread(found["times"], _meant(found["start"], found["end"]))
        if not spans and not waiting and len(parts) > 1:
            return Unread(part)
        before.append(found)
        days, waiting = waiting or days, []
        for day in days:
            week[day] = week[day] | set(spans) if spans else set()
    return Unread(parts[-1]) if waiting else tuple(tuple(sorted(spans)) for spans in week)


def read_day(text: str) -> tuple[Day, str] | None:
    """Return what a text says to begin on one day, and the words behind it; None when it says something else.

    "08:00-12:00, 13:00-17:00 Christmas Eve", "closed", "24 hours".
    """
    said = parse_day(text)
    return None if isinstance(said, Unread) else said


def parse_day(text: str) -> tuple[Day, str] | Unread:
    """Return what `read_day` does, or which part cannot be read: "9-5", "13:00-17:00 closed"."""
    text = " ".join(text.translate(_DASHES).split())
    found = _DAY_AND_MORE.fullmatch(text)
    week = parse_week(found["times"] if found else text)
    if isinstance(week, Unread):
        return week if found or week.meant else Unread(text)
    if found is None:
        return Unread(text)  # it names days
    more = found["more"] or ""
    if _SAYS_OFF.match(more) if week[0] else _SAYS_WHEN.search(more):  # "all day closed"
        return Unread(text, is_closing=True)
    return week[0], more


def write(week: Week) -> str:
    """Write a week as `read_week` reads it, the shortest way: days with the same times together."""
    if week == (WHOLE_DAY,) * 7:
        return "24/7"
    groups = _by_times([write_day(day) if day else "" for day in week])
    if not groups:
        return "closed"
    return ("; " if any("," in group for group in groups) else ", ").join(groups)


def write_day(day: Day) -> str:
    """Write what begins on one day."""
    return (
        ", ".join(f"{clock(start)}-{clock(end if end <= DAY else end - DAY)}" for start, end in day)
        or "closed"
    )


def _plain(text: str) -> str:
    return " ".join(text.translate(_DASHES).casefold().replace("midnight", "24:00").split())


def _spans(found: re.Match[str]) -> Day | None:
    """Return the times of one part; None when they are none, or can be meant in two ways."""
    if found["off"]:
        return ()
    if found["whole"]:
        return WHOLE_DAY
    times = _times(found["start"], found["end"])
    if times is None:
        return None
    start, end = times
    return ((start, end if end > start else end + DAY),)  # past midnight


def _within_week(start: int, end: int) -> list[Span]:
    return [(start, end)] if end <= WEEK else [(start, WEEK), (0, end - WEEK)]


_CLOCK = re.compile(r"(?:(\d{1,2})(?:[:.](\d{2}))?|(\d{1,2})(\d{2}))\s*([ap])?\.?m?\.?")


def _times(start: str, end: str) -> tuple[int, int] | None:
    """Return both times as minutes of a day; None when they are none, or can be meant in two ways."""
    both = [_CLOCK.fullmatch(time.strip()) for time in (start, end)]
    halves = [bool(found and found[5]) for found in both]
    if halves[0] != halves[1]:
        return None  # "9am-5" and "1-5pm"
    first, last = (_minute(found) for found in both)
    if first is None or last is None:
        return None
    if any(halves) or not all(60 <= minute < 13 * 60 for minute in (first, last)):
        return first, last  # "22-6" and "9:00-0:30": no clock of 12 hours shows 22 or 0
    if all(_has_minutes(time.strip()) for time in (start, end)):
        # "9:00-5:00", but "09:00-05:00" is a night
        doubtful = last <= first and any(time.strip()[1] in ":." for time in (start, end))
    else:
        # "9-5", "8-8"; "1-5" after lunch; "2-9", which nobody means at night
        doubtful = last <= first or last < 7 * 60 or (first < 6 * 60 and last <= 12 * 60)
    return None if doubtful else (first, last)


def _goes_back(before: Sequence[re.Match[str]], found: re.Match[str]) -> bool:
    """May these times be those of an afternoon, after times of the morning: "8:00-12:00, 1:00-5:00"?

    So it is where they begin before those do, and no time of that day is one that only a clock of 24 hours has.
    """
    spans = [
        [_CLOCK.fullmatch(one[end].strip()) for end in ("start", "end")]
        for one in (*before, found)
        if one["start"]
    ]
    if any(clock and clock[5] for clock in spans[-1]):
        return False
    starts = [_minute(start) or 0 for start, _end in spans]
    plain = [_minute(clock) or 0 for span in spans for clock in span if clock and not clock[5]]
    is_doubtful = all(60 <= minute < 13 * 60 for minute in plain) and starts[-1] < 6 * 60
    return is_doubtful and starts[-1] < max(starts)


def _meant(start: str, end: str) -> str:
    """Return the hours that two times most likely mean, on a clock of 24 hours; "" when they are no times.

    Of both halves of the day that is the shortest span, by day rather than by night.
    """
    clocks = [_CLOCK.fullmatch(time.strip()) for time in (start, end)]
    first, last = (_minute(one) for one in clocks)
    if first is None or last is None:
        return ""

    def halves(minute: int, one: re.Match[str] | None) -> tuple[int, ...]:
        is_clear = (one and one[5]) or not 60 <= minute < 13 * 60
        return (minute,) if is_clear else (minute % 720, minute % 720 + 720)

    since, length = min(
        (
            (a, (b - a) % DAY or DAY)
            for a in halves(first, clocks[0])
            for b in halves(last, clocks[1])
        ),
        key=lambda span: (span[1], sum(span) > DAY, span[0] < 6 * 60),
    )
    until = since + length if since + length <= DAY else since + length - DAY
    return "-".join(f"{minute // 60}:{minute % 60:02}" for minute in (since, until))


def _minute(found: re.Match[str] | None) -> int | None:
    assert found  # the pattern of a part has seen to it
    hour, minute, half = int(found[1] or found[3]), int(found[2] or found[4] or 0), found[5]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour * 60 + minute if hour * 60 + minute <= DAY and minute < 60 else None


def _has_minutes(time: str) -> bool:
    """Is it a time of a clock by how it is written: 09:00, 9.00, 0900?"""
    return ":" in time or "." in time or len(time) == 4


def _days_named(days: str) -> list[int]:
    if days in _GROUPS:
        first, last = _GROUPS[days]
    else:
        parts = re.split(r"\s*(?:-|\bto\b|\bthrough\b)\s*", days)
        first, last = DAYS.index(parts[0][:3]), DAYS.index(parts[-1][:3])
    return [day % 7 for day in range(first, last + 1 if last >= first else last + 8)]


def _joined(spans: Iterable[Span]) -> Hours:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return Hours(tuple(merged))


def clock(minute: int) -> str:
    """Write a minute of a day: 08:30."""
    return f"{minute // 60:02}:{minute % 60:02}"


def _by_times(days: Sequence[str]) -> list[str]:
    """Put the days with the same times together: "Mon-Fri 08:00-18:00". A day without times is left out."""
    by_times: dict[str, list[int]] = {}
    for day, times in enumerate(days):
        if times:
            by_times.setdefault(times, []).append(day)
    return [f"{_days(named)} {times}" for times, named in by_times.items()]


def _days(days: list[int]) -> str:
    """Write days: neighbors from the third on as a span."""
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(
        f"{NAMES[run[0]]}-{NAMES[run[-1]]}" if len(run) > 1 else NAMES[run[0]] for run in runs
    )
