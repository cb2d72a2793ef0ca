"""When self-service is alike, and the figure made of it. Plain Python: no database, no request."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

UNKNOWN = ""
"""The extent of a channel of which nobody has said anything."""

OFFERED = frozenset({"full", "part"})


class Likeness(StrEnum):
    """What the extents of one contact type on all self-service channels come to."""

    ALIKE = "alike"
    UNLIKE = "unlike"
    OPEN = "open"  # not all is said, and what is said agrees so far
    NOT_OFFERED = "not_offered"


def likeness(extents: Sequence[str], *, contradicts: bool) -> Likeness:
    """Is it offered to the same extent on every channel that does not deliberately decline it?

    Two extents that differ, or answers that contradict each other, settle it. Else it stays open until something
    is said of every channel.
    """
    said = set(extents) - {"declined", UNKNOWN}
    is_offered = not OFFERED.isdisjoint(said)
    if len(said) > 1 or (is_offered and contradicts):
        return Likeness.UNLIKE
    if UNKNOWN in extents:
        return Likeness.OPEN
    return Likeness.ALIKE if is_offered else Likeness.NOT_OFFERED


@dataclass(frozen=True)
class Parity:
    """Of the contact types of which enough is said to judge (`whole`), those that are alike.

    Not among them: those that are still `open`, and those that are `not_offered` on any channel.
    """

    alike: int
    whole: int
    open: int
    not_offered: int


def parity(rows: Iterable[tuple[Sequence[str], bool]]) -> Parity:
    """Count contact types: the extents on all self-service channels, and whether answers contradict."""
    found = Counter(likeness(extents, contradicts=contradicts) for extents, contradicts in rows)
    alike = found[Likeness.ALIKE]
    whole = alike + found[Likeness.UNLIKE]
    return Parity(alike, whole, found[Likeness.OPEN], found[Likeness.NOT_OFFERED])
