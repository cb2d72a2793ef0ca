"""Periods in words. Knows no model, so that models may say them."""

import datetime as dt

from django.utils import formats
from django.utils.translation import gettext as _


def period(grain: str, starts_on: dt.date, *, short: bool = False) -> str:
    """Return a period in words: October 2026, Q4 2026, 2026; short: Oct 2026."""
    if grain == "month":
        return formats.date_format(starts_on, "M Y" if short else "F Y")
    if grain == "quarter" and starts_on.month % 3 == 1:
        return f"Q{starts_on.month // 3 + 1} {starts_on.year}"
    if grain == "year" and starts_on.month == 1:
        return str(starts_on.year)
    day = formats.date_format(starts_on, "M j, Y")
    words = {
        "day": "%(day)s",
        "week": _("Week of %(day)s"),
        "quarter": _("Three months from %(day)s"),
        "year": _("Year from %(day)s"),
    }
    return words[grain] % {"day": day}
