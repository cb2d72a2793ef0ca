"""What an answer needs, and how answers are counted. Plain Python: no database and no request."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

_ = str  # marks a sentence for translation

STATUSES = ("met", "partly", "not_met", "not_applicable")
"""What a team can answer."""

FALLS_SHORT = frozenset({"partly", "not_met"})
"""Answers from which a gap can be logged."""

NEEDS_REASON = _("“Not applicable” needs a reason. Write why this does not apply to you.")
NO_SHORTFALL = _("A gap follows from “partly met” or “not met”. Answer that first.")
HAS_GAP = _("A gap is logged for this answer already. Open that one.")


def why_not_answer(status: str, reason: str) -> str:
    """Return the sentence that says what the answer still needs; nothing when it is complete."""
    return NEEDS_REASON if status == "not_applicable" and not reason.strip() else ""


def why_not_log_gap(status: str, *, has_gap: bool) -> str:
    """Return the sentence that says why no gap can be logged from the answer; "" when one can."""
    if has_gap:
        return HAS_GAP
    return "" if status in FALLS_SHORT else NO_SHORTFALL


@dataclass(frozen=True)
class Tally:
    """Answers counted. What does not apply and what is not answered stand apart.

    `asked` is the number of answers that were asked for: items times teams.
    """

    asked: int
    met: int = 0
    partly: int = 0
    not_met: int = 0
    not_applicable: int = 0

    @classmethod
    def of(cls, asked: int, counts: Mapping[str, int]) -> Self:
        """Make a tally from the number of answers per status."""
        return cls(asked, **{status: counts.get(status, 0) for status in STATUSES})

    @classmethod
    def of_all(cls, asked: int, statuses: Iterable[str]) -> Self:
        """Make a tally from the statuses themselves."""
        given = list(statuses)
        return cls.of(asked, {status: given.count(status) for status in STATUSES})

    @property
    def answered(self) -> int:
        """Return how many answers were given, whatever they say."""
        return self.met + self.partly + self.not_met + self.not_applicable

    @property
    def unanswered(self) -> int:
        """Return how many answers are still to come."""
        return self.asked - self.answered

    @property
    def applicable(self) -> int:
        """Return what "met" is measured against: all that was asked less what does not apply.

        Unanswered items stay in, so that leaving things out flatters nobody.
        """
        return self.asked - self.not_applicable

    @property
    def bar(self) -> int:
        """Return the answered share as a bar's width, in steps of five percent rounded down."""
        return self.answered * 20 // self.asked * 5 if self.asked else 0
