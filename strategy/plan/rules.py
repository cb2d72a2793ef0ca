"""Reviewing: when something is due again."""

import datetime as dt


def next_review(reviewed_on: dt.date | None, every_days: int) -> dt.date | None:
    """Return the day by which something is to be reviewed again; None when it never was."""
    return None if reviewed_on is None else reviewed_on + dt.timedelta(days=every_days)
