"""Opening hours as people write them, read as minutes of a week. Plain Python: no database, no request.

"Mon-Fri 08:00-18:00, Sat 9-13", "always", "24/7" and "08:00-22:30" (every day) can be read. A word the reader does
not know, or a time that can be meant in two ways ("9-5"), means that nothing is read at all, so that nobody is
judged by half of a sentence.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

DAY = 24 * 60
WEEK = 7 * DAY
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_GROUPS = {"daily": (0, 6), "weekdays": (0, 4), "weekends": (5, 6)}
_ALWAYS = re.compile(
    r"(help |open )?(always|around the clock|24/7|24x7|24 hours( a day)?|at any time)"
)
_LEAD = re.compile(r"^(open|answered|opened|sent|help|every day|calls?|from)\s+")
_DAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?|r)?"
    r"|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?\b"
)
_TIME = r"\d{1,2}(?:[:.]\d{2})?\s*(?:am|pm)?"
_PART = re.compile(
    rf"(?:(?P<days>daily|weekdays|weekends|{_DAY}(?:\s*(?:-|to|through)\s*{_DAY})?)\s+)?"
    rf"(?P<start>{_TIME})\s*(?:-|to)\s*(?P<end>{_TIME})"
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


@dataclass(frozen=True)
class Hours:
    """A week's opening hours: spans of minutes since Monday 00:00, in order, apart from one another."""

    spans: tuple[tuple[int, int], ...]

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
        by_times: dict[str, list[int]] = {}
        for day in range(7):
            times = ", ".join(
                f"{_clock(max(start, day * DAY) - day * DAY)}-{_clock(min(end, (day + 1) * DAY) - day * DAY)}"
                for start, end in self.spans
                if start < (day + 1) * DAY and end > day * DAY
            )
            if times:
                by_times.setdefault(times, []).append(day)
        return "; ".join(f"{_days(days)} {times}" for times, days in by_times.items())


ALWAYS = Hours(((0, WEEK),))
NEVER = Hours(())


@lru_cache(maxsize=4096)
def read(text: str) -> Hours | None:
    """Return the hours that a text says; None when it is empty or says something else."""
    text = " ".join(text.translate(_DASHES).casefold().replace("midnight", "24:00").split())
    text = text.removesuffix(".")
    if _ALWAYS.fullmatch(text):
        return ALWAYS
    text = _LEAD.sub("", text)
    spans: list[tuple[int, int]] = []
    days = (0, 6)
    for part in re.split(r"\s*(?:,|;|\band\b)\s*", text):
        found = _PART.fullmatch(part)
        times = _times(found["start"], found["end"]) if found else None
        if found is None or times is None:
            return None
        start, end = times
        if found["days"]:
            days = _span_of(found["days"])
        if end <= start:
            end += DAY  # past midnight
        first, last = days
        for day in range(first, last + 1 if last >= first else last + 8):
            spans += _within_week(day % 7 * DAY + start, day % 7 * DAY + end)
    return _joined(spans)


def _within_week(start: int, end: int) -> list[tuple[int, int]]:
    """Sunday night goes on on Monday morning."""
    return [(start, end)] if end <= WEEK else [(start, WEEK), (0, end - WEEK)]


def _times(start: str, end: str) -> tuple[int, int] | None:
    """Return both times as minutes of a day; None when they are none, or can be meant in two ways."""
    halves = [time.strip()[-2:] if time.strip()[-1] == "m" else "" for time in (start, end)]
    if bool(halves[0]) != bool(halves[1]):
        return None  # "9am-5" and "1-5pm"
    first, last = _minute(start), _minute(end)
    if first is None or last is None:
        return None
    plain = not any(halves) and not any(mark in start + end for mark in ":.")
    is_unclear = plain and (last <= first or last < 7 * 60)  # "9-5", "8-8"; "1-5" after lunch
    return None if is_unclear else (first, last)


def _minute(time: str) -> int | None:
    found = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", time.strip())
    assert found  # the pattern of a part has seen to it
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour * 60 + minute if hour * 60 + minute <= DAY and minute < 60 else None


def _span_of(days: str) -> tuple[int, int]:
    if days in _GROUPS:
        return _GROUPS[days]
    named = [DAYS.index(each[:3]) for each in re.split(r"\s*(?:-|\bto\b|\bthrough\b)\s*", days)]
    return named[0], named[-1]


def _joined(spans: Iterable[tuple[int, int]]) -> Hours:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return Hours(tuple(merged))


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


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
