"""A week of hours as a grid to fill in: seven rows, spans of from and to. Plain Python: no database, no request.

The text is the truth. The grid is drawn from a text (`seen`); what is changed in it writes a new text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from strategy.inventory.hours import (
    DAY,
    WHOLE_DAY,
    Day,
    Unread,
    Week,
    clock,
    hours_of,
    parse_day,
    parse_week,
    read_week,
    write,
)

_ = str  # marks a sentence for translation

SPANS = 3
"""How many spans of a day there is room for; a day that has more has more room."""

MOST = 24
"""No grid has more than so many spans of a day."""

EMPTY: Week = ((),) * 7
WEEKDAYS = range(5)

BAD_SPAN = _(
    "%(day)s: “%(part)s” cannot be read. Write from when to when, like 8am and 8pm, or 08:00 and 20:00; or in one"
    " cell “8am-8pm”, “closed” or “24 hours”."
)
TWO_WAYS = _("%(day)s: “%(part)s” can be meant in two ways. If you mean %(meant)s, write it so.")

_TIME = re.compile(r"\d{1,4}([:.]\d{2})?\s*([ap]\.?m?\.?)?", re.I)


@dataclass(frozen=True)
class Bad:
    """A span of the grid that cannot be read: its day and number, in which of its cells, and which part."""

    day: int
    span: int
    ends: tuple[str, ...]
    unread: Unread

    @property
    def fields(self) -> list[str]:
        """Return the names of the cells."""
        return [field(self.day, self.span, end) for end in self.ends]


@dataclass(frozen=True)
class Row:
    """One day: its number (0 is Monday), and what stands in its fields, from and to."""

    number: int
    cells: tuple[tuple[str, str], ...]

    @property
    def used(self) -> int:
        """Return how many spans are shown at once: up to the last that says something, one at least."""
        filled = [at for at, ends in enumerate(self.cells, start=1) if any(ends)]
        return max(filled, default=1)


def rows(week: Week | None) -> list[Row]:
    """Return the grid for a week; an empty one for none."""
    return [
        Row(number, (*(_shown(span) for span in day), *[("", "")] * (SPANS - len(day))))
        for number, day in enumerate(week or EMPTY)
    ]


def typed(data: Mapping[str, str]) -> list[Row]:
    """Return the grid as it was sent, right or wrong."""

    def sent(day: int, span: int, end: str) -> str:
        return data.get(field(day, span, end), "").strip()

    return [
        Row(
            day,
            tuple(
                (sent(day, span, "from"), sent(day, span, "to"))
                for span in range(MOST)
                if span < SPANS or field(day, span, "from") in data
            ),
        )
        for day in range(7)
    ]


def field(day: int, span: int, end: str) -> str:
    """Return the name of a field of the grid; `end` is "from" or "to"."""
    return f"day-{day}-{span}-{end}"


def read(grid: list[Row]) -> tuple[Week, list[Bad]]:
    """Return the week that a grid says, and the spans in it that cannot be read."""
    week: list[Day] = []
    bad: list[Bad] = []
    for row in grid:
        spans: set[tuple[int, int]] = set()
        before: list[str] = []  # as "8:00-12:00", so that "1:00-5:00" after it is in doubt
        for number, (start, end) in enumerate(row.cells):
            text = "-".join(filter(None, (start, end)))
            said = _read_span(text)
            if not isinstance(said, Unread):
                doubt = parse_week(", ".join((*before, text))) if said and before else None
                if isinstance(doubt, Unread) and doubt.meant:
                    said = doubt
                elif said:
                    before.append(text)
            if isinstance(said, Unread):
                bad.append(Bad(row.number, number, _wrong(start, end), said))
            else:
                spans |= set(said)
        week.append(tuple(sorted(spans)))
    return tuple(week), bad


def _read_span(text: str) -> Day | Unread:
    """Return what two cells say: from when to when, or in one of them all of it: "8-20", "closed", "24h"."""
    if not text:
        return ()
    said = parse_day(text)
    if isinstance(said, Unread):
        return said
    return Unread(text) if said[1] else said[0]


def _wrong(start: str, end: str) -> tuple[str, ...]:
    """Return in which of two cells is what cannot be read: words, else the time that is missing, else both."""
    cells = {"from": start, "to": end}
    words = [name for name, text in cells.items() if text and not _TIME.fullmatch(text)]
    return tuple(words or [name for name, text in cells.items() if not text] or cells)


def settled(text: str, seen: str, grid: list[Row]) -> tuple[str, list[Bad]]:
    """Return the text that holds, and the spans of the grid that cannot be read.

    A text that was typed holds; else what was changed in the grid since it was drawn from `seen`.
    """
    if text.strip() != seen.strip():
        return text, []
    week, bad = read(grid)
    if bad or week == (read_week(seen) or EMPTY):
        return text, bad
    return write(week), []


def pressed(button: str, week: Week) -> tuple[Week, set[int]]:
    """Return the week after a button of the grid, and the days that it wrote.

    "closed-5", "all-5" (24 hours), "copy-0" (to Monday to Friday); any other writes nothing.
    """
    does, _dash, number = button.partition("-")
    if does not in ("closed", "all", "copy") or number not in tuple("0123456"):
        return week, set()
    chosen = int(number)
    if does == "copy":
        day, written = week[chosen], set(WEEKDAYS)
    else:
        day, written = () if does == "closed" else WHOLE_DAY, {chosen}
    days = tuple(day if each in written else old for each, old in enumerate(week))
    return days, written - {chosen} if does == "copy" else written


def bars(week: Week) -> list[list[tuple[int, int]]]:
    """Return for each day when it is open as minutes since midnight and their length, nights cut at midnight."""
    spans = hours_of(week).spans
    return [
        [
            (max(start, day * DAY) - day * DAY, min(end, (day + 1) * DAY) - max(start, day * DAY))
            for start, end in spans
            if start < (day + 1) * DAY and end > day * DAY
        ]
        for day in range(7)
    ]


def _shown(span: tuple[int, int]) -> tuple[str, str]:
    start, end = span
    return clock(start), clock(end if end <= DAY else end - DAY)
