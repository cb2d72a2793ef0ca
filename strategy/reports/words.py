"""How facts are frozen: a day with its words, a choice with its label, the state of a review."""

import datetime as dt
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from strategy.plan.queries import freshness


def in_words(day: dt.date) -> str:
    """Return a day as a report prints it."""
    return formats.date_format(day, "N j, Y")


def dated(day: dt.date | None) -> dict[str, str] | None:
    """Return a day as {"iso", "words"}; None when it is not known."""
    return None if day is None else {"iso": day.isoformat(), "words": in_words(day)}


def named(row: Any) -> str:
    """Return the name of a row; nothing for None."""
    return str(row) if row is not None else ""


def chosen(row: Any, field: str) -> dict[str, str]:
    """Return a choice as {"code", "label"}."""
    return {
        "code": getattr(row, field),
        "label": str(getattr(row, f"get_{field}_display")()),
    }


def person(owner: Any) -> dict[str, Any]:
    """Return who it is. Who never could sign in has not left: a file brought the name."""
    return {
        "owner": named(owner),
        "owner_left": bool(owner and owner.has_left),
    }


def review(row: Any, day: dt.date) -> dict[str, Any]:
    """Return the state of a review: its code, and a sentence with the days."""
    fresh = freshness(
        row.next_review_on,
        day,
        has_ended=getattr(row, "is_retired", False),
        is_doubted=getattr(row, "unsealed_on", None) is not None,
    )
    days = abs(fresh.days or 0)
    words = {
        "never": _("Never reviewed"),
        "ended": "—",
        "doubted": _("To be confirmed again"),
        "overdue": ngettext("Overdue by %(n)d day", "Overdue by %(n)d days", days) % {"n": days},
        "due_soon": ngettext("Due in %(n)d day", "Due in %(n)d days", days) % {"n": days},
        "fresh": _("In time"),
    }[fresh.state]
    return {"code": fresh.state, "words": words, "on": dated(row.reviewed_on)}


def seal(row: Any) -> dict[str, Any]:
    """Return how often an owner confirms a row, and who broke its seal and when, until it is mended."""
    return {
        "every": row.review_every_days,
        "broken_by": named(row.unsealed_by),
        "broken_on": dated(row.unsealed_on),
    }
