"""The dictionary of metrics, read once from metrics.yaml; that file says what each key means."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ruamel.yaml import YAML

FILE = Path(__file__).parent / "metrics.yaml"


GROUPS = {
    "access": gettext_lazy("Getting through"),
    "backlog": gettext_lazy("Written answers and backlog"),
    "effort": gettext_lazy("Work and staff time"),
    "outcome": gettext_lazy("What comes of it"),
    "cost": gettext_lazy("Cost"),
    "experience": gettext_lazy("What customers say"),
    "people": gettext_lazy("The team"),
}
"""The families of metrics, in the order of the index."""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One way to count. Its words are English in the file and translated where a catalog has them."""

    code: str
    name: str
    group: str = ""
    formula: str = ""
    counted: str = ""
    of: str = ""
    unit: str = ""
    better: str = "context"
    money: bool = False
    open: bool = False
    rest: bool = False
    lowest: int | None = 0
    highest: int | None = None
    within: str = ""
    gives_up: bool = False
    families: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    pitfalls: str = ""

    @property
    def label(self) -> str:
        """Return its name."""
        return _(self.name)

    @property
    def is_ratio(self) -> bool:
        """Is it worked out from two counts?"""
        return bool(self.of)

    @property
    def is_share(self) -> bool:
        """Can what is counted never be more than what it is counted of?"""
        return self.is_ratio and self.unit == "%" and not self.open

    @property
    def is_count(self) -> bool:
        """Is it a whole number of contacts or items?"""
        return self.unit in ("contacts", "items") and not self.is_ratio

    @property
    def is_judged(self) -> bool:
        """Can a figure of it be better or worse than a target?"""
        return self.better in ("high", "low")

    @property
    def shown_unit(self) -> str:
        """Return the unit that stands behind a figure; nothing for what its name says already."""
        return "" if self.unit in ("contacts", "items") else _(self.unit) if self.unit else ""

    @property
    def direction(self) -> str:
        """Return which way is better, in words."""
        return {
            "high": _("Higher is better"),
            "low": _("Lower is better"),
            "band": _("Good between two values"),
            "context": _("Neither high nor low is good by itself"),
            "none": _("A count: it judges nothing"),
        }[self.better]

    @property
    def worked_out(self) -> str:
        """Return the formula with its two counts, for the tip of a figure: "Abandoned ÷ Offered (%)"."""
        words = _(self.formula)
        if not self.is_ratio:
            return words
        ratio = f"{_(self.counted)} ÷ {_(self.of)}"
        return f"{words}: {'1 − ' if self.rest else ''}{ratio}"

    def fits(self, family: str, mode: str) -> bool:
        """Does it make sense for a channel of this family and mode?"""
        return (not self.families or family in self.families) and (
            not self.modes or mode in self.modes
        )

    def allows(self, value: Decimal) -> bool:
        """Is a single number within what the metric can be?"""
        top = 100 if self.is_share else self.highest
        low = self.lowest
        return (low is None or value >= low) and (top is None or value <= top)


@cache
def dictionary() -> dict[str, Metric]:
    """Return all metrics by code, in the order of the file."""
    rows: list[dict[str, Any]] = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
    for row in rows:
        row |= {key: tuple(row[key]) for key in ("families", "modes") if key in row}
    return {row["code"]: Metric(**row) for row in rows}


def by_group() -> list[tuple[Any, list[Metric]]]:
    """Return the metrics by family: its name and its metrics."""
    every = dictionary().values()
    return [(name, [one for one in every if one.group == key]) for key, name in GROUPS.items()]


def metric_of(code: str) -> Metric:
    """Return a metric by its code; a code of somebody's own is its own name, and nothing is known of it."""
    return dictionary().get(code) or Metric(code=code, name=code)


def position(code: str) -> tuple[int, str]:
    """Return where a metric stands: in the order of the dictionary, codes of one's own last."""
    codes = list(dictionary())
    return (codes.index(code) if code in codes else len(codes), code)


def fitting(family: str, mode: str) -> list[Metric]:
    """Return the metrics that make sense for a channel of this family and mode."""
    return [metric for metric in dictionary().values() if metric.fits(family, mode)]
