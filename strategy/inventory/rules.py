"""What the facts of a channel or access point must not say together. Plain Python."""

import datetime as dt

_ = str  # marks a sentence for translation

LIVE_LATER = _("What is live is launched already. Choose a day up to today, or “Planned”.")
RETIRES_FIRST = _("It cannot retire before it is launched.")
TOO_MANY_TAPS = _("Count the taps again: more than 50 is no way.")

LIVE = "live"
MOST_TAPS = 50


def contradictions(
    *,
    life_cycle: str | None,
    launched_on: dt.date | None,
    retires_on: dt.date | None,
    agent_taps: int | None = None,
    today: dt.date,
) -> dict[str, str]:
    """Return what contradicts itself: the name of the field, and the sentence that says so."""
    found = {}
    if launched_on and launched_on > today and life_cycle == LIVE:
        found["launched_on"] = LIVE_LATER
    if launched_on and retires_on and retires_on < launched_on:
        found["retires_on"] = RETIRES_FIRST
    if (agent_taps or 0) > MOST_TAPS:
        found["agent_taps"] = TOO_MANY_TAPS
    return found
