"""When self-service is alike, and the figure made of it. Plain Python: no database, no request."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

UNKNOWN = ""
"""The extent of a channel of which nobody has said anything."""

OFFERED = frozenset({"full", "part"})


def is_offered(extents: Iterable[str]) -> bool:
    """Can customers settle it alone, at least in part, on at least one channel?"""
    return not OFFERED.isdisjoint(extents)


def is_alike(extents: Sequence[str], *, contradicts: bool) -> bool:
    """Is it offered to the same extent on every channel that does not deliberately decline it?

    What nobody has said counts as different, and so does an answer that contradicts another.
    """
    asked = {extent for extent in extents if extent != "declined"}
    return not contradicts and len(asked) == 1 and asked <= OFFERED


@dataclass(frozen=True)
class Parity:
    """Of the contact types that are offered (`whole`), those that are alike. `not_offered` are not counted."""

    alike: int
    whole: int
    not_offered: int


def parity(rows: Iterable[tuple[Sequence[str], bool]]) -> Parity:
    """Count contact types: the extents on all self-service channels, and whether answers contradict."""
    alike = whole = not_offered = 0
    for extents, contradicts in rows:
        if not is_offered(extents):
            not_offered += 1
            continue
        whole += 1
        alike += is_alike(extents, contradicts=contradicts)
    return Parity(alike, whole, not_offered)
