"""Service level by each of the five rules in use, exactly. Plain Python: fractions in, fractions out.

The rules and their worked example are ICMI's (QueueTips 2002 and 2005, retold by Call Centre Helper); the sign of
abandons in Cisco ICM 4.5 (ignored, negative, positive) is the same choice under other names.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

Number = int | Decimal | Fraction
Pair = tuple[Number, Number]
"""What is counted, and what it is counted of."""


@dataclass(frozen=True)
class Counts:
    """The contacts of one period at one queue. In time: within the threshold of the objective."""

    answered: Number = 0
    abandoned: Number = 0
    answered_in_time: Number = 0
    abandoned_in_time: Number = 0
    abandoned_at_once: Number = 0  # short abandons: within the few seconds that the objective names

    @property
    def offered(self) -> Number:
        """Return all contacts: answered and abandoned."""
        return self.answered + self.abandoned  # type: ignore[operator]

    @property
    def abandoned_after(self) -> Number:
        """Return those abandoned when the threshold had passed."""
        return self.abandoned - self.abandoned_in_time  # type: ignore[operator]


def _all_credit(c: Counts) -> Pair:
    return c.answered_in_time + c.abandoned_in_time, c.offered  # type: ignore[operator]


def _answered_only(c: Counts) -> Pair:
    return c.answered_in_time, c.answered


def _offered(c: Counts) -> Pair:
    return c.answered_in_time, c.offered


def _exclude_in_time(c: Counts) -> Pair:
    return c.answered_in_time, c.answered + c.abandoned_after  # type: ignore[operator]


def _credit_short(c: Counts) -> Pair:
    return c.answered_in_time + c.abandoned_at_once, c.offered  # type: ignore[operator]


RULES: dict[str, Callable[[Counts], Pair]] = {
    "all_credit": _all_credit,
    "answered_only": _answered_only,
    "offered": _offered,
    "exclude_in_time": _exclude_in_time,
    "credit_short": _credit_short,
}
"""By AbandonRule: what stands above and below the line. In the order of the example: 83.02, 86.00, 81.13, 82.69,
82.08 %."""


def counted(rule: str, counts: Counts) -> Pair:
    """Return the two counts of a service level by this rule (an AbandonRule), to be stored as they are."""
    return RULES[rule](counts)


def ratio(counted: Number | None, of: Number | None) -> Fraction | None:
    """Return one count by the other, exactly; None, which is no figure, when one is missing or `of` is zero."""
    if counted is None or of is None or of == 0:
        return None
    return Fraction(counted) / Fraction(of)
