"""The life of a gap: which moves there are, and what each of them needs.

Plain Python: no database, no request. Sentences are marked here, translated where they are shown.
"""

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass

_ = str  # marks a sentence for translation

MOVES: dict[str, tuple[str, ...]] = {
    "open": ("agreed", "accepted", "duplicate"),
    "agreed": ("in_progress", "blocked", "accepted", "duplicate", "open"),
    "in_progress": ("resolved", "blocked", "agreed"),
    "blocked": ("in_progress", "agreed", "accepted"),
    "resolved": ("verified", "in_progress"),
    "verified": ("open",),
    "accepted": ("open",),
    "duplicate": ("open",),
}
"""From each state to those it can become, the usual one first."""

SETTLED = frozenset({"verified", "accepted", "duplicate"})
"""States in which nobody has to do anything; `settled_on` says since when."""

DUE_DAYS = {"critical": 2, "high": 7, "medium": 15, "low": 30}
"""Days to fix a gap when nobody names a date: the more it hurts, the sooner."""

NO_SUCH_MOVE = _(
    "The gap cannot become that from the state it is in. Reload the page to see what it can become."
)
NEEDS_OWNER = _("No team owns this gap yet. Edit it and choose the owning team first.")
FIXED_IT = _("Who fixed a gap does not verify it. Ask somebody else to check it.")
NEEDS_TEAM = _("Say which team it is blocked on.")
NEEDS_REASON = _("Accepting a gap needs a reason. Write why it stays as it is.")
NEEDS_END = _("Accepting a gap needs an end. Choose the day on which it is decided again.")
END_IS_PAST = _("Choose a day in the future: on that day the gap is decided again.")
NEEDS_ORIGINAL = _("Say which gap this one repeats, by its number.")
REPEATS_ITSELF = _("A gap cannot repeat itself. Choose the other one.")
REPEATS_A_DUPLICATE = _("That gap is a duplicate too. Choose the one that stays.")


@dataclass(frozen=True)
class Standing:
    """What the rules need to know of a gap: its state, who fixed it, and whether a team owns it."""

    state: str
    resolved_by: Hashable | None
    has_owner_team: bool


def why_not(gap: Standing, to: str, *, by: Hashable) -> str:
    """Return why this person cannot make this move, whatever they fill in; "" when they can."""
    if to not in MOVES.get(gap.state, ()):
        return NO_SUCH_MOVE
    if to == "agreed" and not gap.has_owner_team:
        return NEEDS_OWNER
    if to == "verified" and gap.resolved_by is not None and gap.resolved_by == by:
        return FIXED_IT
    return ""


@dataclass(frozen=True)
class Original:
    """The gap that another one is said to repeat."""

    is_itself: bool
    is_duplicate: bool


def missing(
    to: str,
    *,
    note: str,
    has_blocker: bool,
    accepted_until: dt.date | None,
    original: Original | None,
    today: dt.date,
) -> dict[str, str]:
    """Return what the move still needs: a sentence for each field that is missing or wrong."""
    found: dict[str, str] = {}
    if to == "blocked" and not has_blocker:
        found["blocked_on"] = NEEDS_TEAM
    if to == "accepted":
        if not note.strip():
            found["note"] = NEEDS_REASON
        if accepted_until is None:
            found["accepted_until"] = NEEDS_END
        elif accepted_until <= today:
            found["accepted_until"] = END_IS_PAST
    if to == "duplicate":
        if original is None:
            found["duplicate_of"] = NEEDS_ORIGINAL
        elif original.is_itself:
            found["duplicate_of"] = REPEATS_ITSELF
        elif original.is_duplicate:
            found["duplicate_of"] = REPEATS_A_DUPLICATE
    return found


def due_on(severity: str, opened_on: dt.date) -> dt.date:
    """Return the day a gap of this severity is due when nobody names one."""
    return opened_on + dt.timedelta(days=DUE_DAYS[severity])


def is_expired(state: str, accepted_until: dt.date | None, today: dt.date) -> bool:
    """Was the gap accepted until a day that has passed? Then it has to be decided again."""
    return state == "accepted" and accepted_until is not None and accepted_until < today
