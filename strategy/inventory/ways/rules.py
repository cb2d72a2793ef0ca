"""What is worst about a transition. Plain Python: no database, no request."""

import datetime as dt
from enum import StrEnum

STALE_AFTER_DAYS = 90
"""A test is believed for so long: a quarter."""


class Worst(StrEnum):
    """The fact about a transition that hurts most, the worst first."""

    BROKEN = "broken"
    NOT_BUILT = "not_built"
    AGAIN = "again"  # customers say again who they are, or sign in again
    PARTLY = "partly"  # it works in part, or something else is asked again or comes along in part
    STALE = "stale"  # never tested, or too long ago
    WORKS = "works"
    DECLINED = "declined"


def worst(status: str, carried: dict[str, str], tested_on: dt.date | None, today: dt.date) -> Worst:
    """Return the worst fact: of its state, of what is carried along by name, and of its last test.

    What nobody said of something that could be carried is no fact.
    """
    if status in ("broken", "not_built", "declined"):
        return Worst(status)
    if "no" in (carried.get("identity"), carried.get("authentication")):
        return Worst.AGAIN
    if status == "partly" or {"no", "partly"} & set(carried.values()):
        return Worst.PARTLY
    if tested_on is None or (today - tested_on).days > STALE_AFTER_DAYS:
        return Worst.STALE
    return Worst.WORKS
