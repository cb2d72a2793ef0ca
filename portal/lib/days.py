"""Days as Americans write them: 2027-03-31, 3/31/2027, March 31, 2027. What may be two days is no day."""

import datetime as dt
import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
WRITTEN = (
    rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{1,2}}/\d{{1,2}}/\d{{4}}|{_NAME}\s+\d{{1,2}},?\s+\d{{4}}"
)
"""The pattern of a day at the beginning of a line, whatever the case."""

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_WORDS = re.compile(rf"{_NAME}\s+(\d{{1,2}}),?\s+(\d{{4}})", re.ASCII | re.I)


class TwoDays(ValueError):
    """A text that may be two days: March 4 or April 3. Carries both, as Americans read it first."""

    def __init__(self, month_first: dt.date, day_first: dt.date) -> None:
        super().__init__(f"{month_first} or {day_first}")
        self.days = (month_first, day_first)


def read_day(text: str) -> dt.date | None:
    """Return the day that a text says; None when it says none.

    Raises TwoDays for 3/4/2027, which files from elsewhere mean the other way round. 31/3/2027 is no day:
    Americans write the month first.
    """
    text = text.strip()
    if found := _ISO.fullmatch(text):
        return _day(found[1], found[2], found[3])
    if found := _SLASHES.fullmatch(text):
        day, other = _day(found[3], found[1], found[2]), _day(found[3], found[2], found[1])
        if day is not None and other is not None and day != other:
            raise TwoDays(day, other)
        return day
    if found := _WORDS.fullmatch(text):
        return _day(found[3], str(_MONTHS.index(found[1][:3].casefold()) + 1), found[2])
    return None


def _day(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
