"""The federal holidays of the United States, computed. Plain Python: no database, no request.

5 U.S.C. 6103: eleven days a year. One on a Saturday is also kept on the Friday before, one on a Sunday on the
Monday after; both days are listed, since a line that is open on weekends closes on the day itself.
"""

import datetime as dt

FIRST, LAST = 2026, 2028
NAME = f"US federal holidays {FIRST}-{LAST}"
_MONDAY, _THURSDAY = 0, 3


def days(first: int = FIRST, last: int = LAST) -> str:
    """Return the holidays from year to year as the text of a calendar."""
    found: dict[dt.date, str] = {}
    for year in range(first, last + 2):  # New Year's Day of the next may be kept in December
        for day, name in _of(year):
            found[day] = name
            off = {5: -1, 6: 1}.get(day.weekday())
            if off:
                found.setdefault(day + dt.timedelta(days=off), f"{name} (observed)")
    return "\n".join(
        f"{day} {name}" for day, name in sorted(found.items()) if first <= day.year <= last
    )


def _of(year: int) -> list[tuple[dt.date, str]]:
    return [
        (dt.date(year, 1, 1), "New Year's Day"),
        (_nth(year, 1, _MONDAY, 3), "Birthday of Martin Luther King, Jr."),
        (_nth(year, 2, _MONDAY, 3), "Washington's Birthday"),
        (_nth(year, 6, _MONDAY, 1) - dt.timedelta(days=7), "Memorial Day"),
        (dt.date(year, 6, 19), "Juneteenth"),
        (dt.date(year, 7, 4), "Independence Day"),
        (_nth(year, 9, _MONDAY, 1), "Labor Day"),
        (_nth(year, 10, _MONDAY, 2), "Columbus Day"),
        (dt.date(year, 11, 11), "Veterans Day"),
        (_nth(year, 11, _THURSDAY, 4), "Thanksgiving Day"),
        (dt.date(year, 12, 25), "Christmas Day"),
    ]


def _nth(year: int, month: int, weekday: int, nth: int) -> dt.date:
    first = dt.date(year, month, 1)
    return first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
