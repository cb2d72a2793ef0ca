"""Figures as they are shown: worked out from counts, merged over access points, set against the period before.

Plain values in, plain values out: no query. A figure that is not known has no amount, and its status in words.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from django.utils import formats
from django.utils.translation import gettext as _

from portal.lib import text
from strategy.inventory.models import Measurement
from strategy.inventory.service.formulas import ratio
from strategy.inventory.service.metrics import Metric, metric_of
from strategy.inventory.service.periods import period

Status = Measurement.Status
Grain = Measurement.Grain
GRAINS: tuple[str, ...] = tuple(Grain.values)
"""From the shortest period to the longest."""

SLOTS = {"day": 14, "week": 13, "month": 13, "quarter": 9, "year": 6}
"""How many periods a table shows: a month stands beside the same month a year before."""


# --- periods ---------------------------------------------------------------------------------------
def _months(day: dt.date, count: int) -> dt.date:
    at = day.year * 12 + day.month - 1 + count
    return dt.date(at // 12, at % 12 + 1, 1)


def step(grain: str, starts_on: dt.date, count: int) -> dt.date:
    """Return the first day of the period so many later; a negative count goes back."""
    if grain in ("day", "week"):
        return starts_on + dt.timedelta(days=count * (7 if grain == "week" else 1))
    return _months(starts_on, count * {"month": 1, "quarter": 3, "year": 12}[grain])


def start_of(grain: str, day: dt.date) -> dt.date:
    """Return the first day of the period that the day lies in; weeks begin on Monday, quarters in January."""
    if grain == "day":
        return day
    if grain == "week":
        return day - dt.timedelta(days=day.weekday())
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[grain]
    return dt.date(day.year, month, 1)


def first_ending(grain: str, day: dt.date) -> dt.date:
    """Return the earliest first day of a period that ends on this day or later."""
    if grain in ("day", "week"):
        return step(grain, day, -1) + dt.timedelta(days=1)
    return step(grain, _months(day, 1), -1)


def last_day(grain: str, starts_on: dt.date) -> dt.date:
    """Return the last day of a period."""
    return step(grain, starts_on, 1) - dt.timedelta(days=1)


def slots(grain: str, stated: Iterable[dt.date]) -> list[dt.date]:
    """Return the periods a table shows, the oldest first: back from the newest, those without a figure too."""
    known = sorted(stated)
    if not known:
        return []
    steps = {step(grain, known[-1], -back) for back in range(SLOTS[grain])}
    steps |= {one for one in known if one > min(steps)}  # weeks that begin on another day
    return [one for one in sorted(steps) if one >= known[0]][-SLOTS[grain] :]


# --- figures ---------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure. `status` "" means that nobody stated one.

    `points`: of how many access points that count it is the sum, and of how many there are; None: it is stated.
    `of`: the keys of the points that are in it; empty: it is the whole channel's own.
    """

    metric: Metric
    grain: str
    starts_on: dt.date
    status: str = ""
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    source: str = ""
    as_of: dt.date | None = None
    revision: int = 1
    points: tuple[int, int] | None = None
    of: frozenset[int] = frozenset()

    @property
    def amount(self) -> Fraction | None:
        """Return the figure in its unit, exactly (80 for 80 %); None when it is not known."""
        if self.status == Status.ZERO:
            return Fraction(0)
        if self.status != Status.VALUE:
            return None
        if self.value is not None:
            return Fraction(self.value)
        share = ratio(self.numerator, self.denominator)
        if share is None:
            return None
        whole = 100 if self.metric.unit == "%" else 1
        return (1 - share if self.metric.rest else share) * whole

    @property
    def is_known(self) -> bool:
        """Is there an amount?"""
        return self.amount is not None

    @property
    def is_partial(self) -> bool:
        """Is it the sum of some of the access points only?"""
        return self.points is not None and self.points[0] < self.points[1]

    @property
    def is_counted(self) -> bool:
        """Are the two counts behind the ratio known?"""
        return self.numerator is not None and bool(self.denominator)

    @property
    def text(self) -> str:
        """Return what a page shows: the amount with its unit, or the status in words. Never blank."""
        amount = self.amount
        if amount is not None:
            return shown(amount, self.metric.shown_unit, money=self.metric.money)
        return self.word

    @property
    def word(self) -> str:
        """Return the status in words."""
        return str(Status(self.status).label) if self.status else _("Not stated")

    @property
    def worked_out(self) -> str:
        """Return the two counts of a ratio: "860 of 1,060", or "31,200 ÷ 260" for an average; "" for unknown."""
        if not self.is_counted:
            return ""
        words = _("%(n)s of %(d)s") if self.metric.unit == "%" else _("%(n)s ÷ %(d)s")
        return words % {
            "n": text.figure(self.numerator),
            "d": text.figure(self.denominator),
        }

    @property
    def note(self) -> str:
        """Return what must be known to read it right: its counts, or that they are missing; of which points."""
        notes = [self.worked_out] if self.worked_out else []
        if self.metric.is_ratio and self.status == Status.VALUE and not self.is_counted:
            notes.append(_("counts not known"))
        if self.points is not None:
            notes.append(
                _("sum of %(n)d of %(d)d access points") % dict(zip("nd", self.points, strict=True))
            )
        return ", ".join(notes)

    @property
    def equation(self) -> str:
        """Return what stands behind it: "860 of 1,060 = 81.13 %"; without counts the figure and its note."""
        if self.is_counted:
            note = self.note.removeprefix(self.worked_out)
            return f"{self.worked_out} = {self.text}{note}"
        return f"{self.text} ({self.note})" if self.note else self.text

    @property
    def tip(self) -> str:
        """Return the formula, with the counts where they are known."""
        counts = f" {self.worked_out} = {self.text}" if self.is_counted else ""
        return f"{self.metric.worked_out}.{counts}"

    @property
    def when(self) -> str:
        """Return its period in words."""
        return period(self.grain, self.starts_on)


def shown(amount: Fraction, unit: str = "", *, money: bool = False) -> str:
    """Return an amount with its unit: at most two decimals, none when it is whole, a real minus. Money has two."""
    rounded = (Decimal(amount.numerator) / Decimal(amount.denominator)).quantize(
        Decimal("0.01"), rounding=ROUND_HALF_UP
    )
    said = text.figure(abs(rounded), unit)
    if money and rounded != int(rounded):
        said = f"{formats.number_format(abs(rounded), 2, force_grouping=True)} {unit}".strip()
    return f"−{said}" if rounded < 0 else said


def figure_of(row: Measurement) -> Figure:
    """Return a stated figure."""
    return Figure(
        metric=metric_of(row.metric),
        grain=row.grain,
        starts_on=row.starts_on,
        status=row.status,
        value=row.value,
        numerator=row.numerator,
        denominator=row.denominator,
        source=row.source,
        as_of=row.as_of,
        revision=row.revision,
        of=frozenset() if row.point_id is None else frozenset([row.point_id]),
    )


def summed(parts: list[Figure], points: Collection[int]) -> Figure | None:
    """Return the figure of a channel from those of its access points in one period; None when it cannot be summed.

    Counts are added, and the ratio worked out from them. What no sum can be made of (a score, a ratio without its
    counts) is left out, and so is a point without a figure: its `points` say how many are in it, of those in use
    (`points`) and those that have a figure though they are not.
    """
    in_it = [one for one in parts if _can_be_added(one)]
    if not in_it:
        return None
    first = in_it[0]
    total = replace(
        first,
        status=Status.VALUE,
        value=None,
        numerator=None,
        denominator=None,
        source="",
        as_of=min((one.as_of for one in in_it if one.as_of), default=None),
        revision=max(one.revision for one in in_it),
    )
    if first.metric.is_ratio:
        above = sum((one.numerator or Decimal(0) for one in in_it), Decimal(0))
        below = sum((one.denominator or Decimal(0) for one in in_it), Decimal(0))
        total = replace(total, numerator=above, denominator=below)
    else:
        value = sum((one.value or Decimal(0) for one in in_it), Decimal(0))
        total = replace(total, value=value) if value else replace(total, status=Status.ZERO)
    of = frozenset().union(*(one.of for one in in_it))
    whole = set(points).union(*(one.of for one in parts))
    absent = (one.of for one in parts if one.status == Status.NOT_APPLICABLE)
    return replace(total, points=(len(in_it), len(whole.difference(*absent))), of=of)


def _can_be_added(one: Figure) -> bool:
    if one.metric.is_ratio:
        return one.status == Status.VALUE and one.is_counted
    return one.is_known and one.metric.unit in ("contacts", "items")


Key = tuple[str, str, dt.date]
"""Metric, grain, first day."""


@dataclass
class Book:
    """The figures of one channel, or of one of its access points, by metric, grain and first day."""

    figures: dict[Key, Figure] = field(default_factory=dict)

    def at(self, metric: Metric, grain: str, starts_on: dt.date) -> Figure:
        """Return a figure, or one that says that nobody stated it."""
        key = (metric.code, grain, starts_on)
        return self.figures.get(key) or Figure(metric=metric, grain=grain, starts_on=starts_on)

    def newest(self, code: str, grain: str = "") -> Figure | None:
        """Return the figure of a metric whose period ended last, the shorter of two that ended together.

        With a grain the newest of that length, if there is one.
        """
        rows = [one for key, one in self.figures.items() if key[0] == code]
        return max(
            [one for one in rows if one.grain == grain] or rows,
            key=lambda one: (last_day(one.grain, one.starts_on), -GRAINS.index(one.grain)),
            default=None,
        )

    def codes(self) -> set[str]:
        """Return the metrics of which there is a figure."""
        return {code for code, _grain, _start in self.figures}


def book_of_channel(rows: Iterable[Measurement], points: Collection[int]) -> Book:
    """Return the figures of a channel from its own rows and those of its points; `points` are those in use.

    The channel's own figure stands. Where it has none in a period (nothing stated, or "no data"), the sum of its
    points is shown, and says so. A point is counted once, whatever contact types it serves.
    """
    own: dict[Key, Figure] = {}
    parts: dict[Key, list[Figure]] = {}
    for row in rows:
        key = (row.metric, row.grain, row.starts_on)
        if row.point_id is None:
            own[key] = figure_of(row)
        else:
            parts.setdefault(key, []).append(figure_of(row))
    for key, several in parts.items():
        if key not in own or own[key].status == Status.NO_DATA:
            total = summed(several, points)
            if total is not None:
                own[key] = total
    return Book(own)


def book(rows: Iterable[Measurement]) -> Book:
    """Return the figures that are stated, as they are."""
    return Book({(row.metric, row.grain, row.starts_on): figure_of(row) for row in rows})


# --- against the period before -----------------------------------------------------------------------
@dataclass(frozen=True)
class Trend:
    """How a figure changed since the period before. `tone`: good, bad or neutral; the words say it too."""

    text: str
    words: str
    tone: str


def trend(now: Figure, before: Figure) -> Trend:
    """Return the change since the period before, worked out from counts; why there is none, in words.

    Percentages change by points, counts by percent of the count before, everything else by its unit.
    """
    since = period(before.grain, before.starts_on, short=True)
    new, old = now.amount, before.amount
    if new is None:
        return Trend("—", _("No figure to compare"), "neutral")
    if old is None:
        return Trend("—", f"{since}: {before.word}", "neutral")
    if now.metric.is_ratio and not all(
        one.is_counted or one.status == Status.ZERO for one in (now, before)
    ):
        return Trend("—", _("Counts not known, so no change is worked out"), "neutral")
    if now.of != before.of:
        return Trend(
            "—", _("Not of the same access points as %(since)s") % {"since": since}, "neutral"
        )
    change = new - old
    if now.metric.unit in ("contacts", "items"):
        if not old:
            return Trend("—", _("From zero: no percent"), "neutral")
        said = _signed(change * 100 / old, "%")
    elif now.metric.unit in ("%", "points"):
        said = _signed(change, _("points"))
    else:
        said = _signed(change, now.metric.shown_unit, money=now.metric.money)
    good = {"high": change > 0, "low": change < 0}.get(now.metric.better)
    if not change or good is None:
        return Trend(said, _("since %(since)s") % {"since": since}, "neutral")
    words = _("better than %(since)s") if good else _("worse than %(since)s")
    return Trend(said, words % {"since": since}, "good" if good else "bad")


def _signed(change: Fraction, unit: str, *, money: bool = False) -> str:
    rounded = shown(abs(change), unit, money=money)
    sign = "±" if rounded.split(" ")[0] == "0" else "+" if change > 0 else "−"
    return f"{sign}{rounded}"


# --- what does not add up ------------------------------------------------------------------------------
TOLERANCE = Fraction(2, 100)
"""How far contacts offered may be from those handled and abandoned, of those offered, before it is said.

In real data they seldom agree: on 40 of 578 days of Vancouver 3-1-1, and by 1.0 % of all contacts.
"""


class Imbalance(NamedTuple):
    """Contacts offered, handled and abandoned that do not add up."""

    offered: Fraction
    handled: Fraction
    abandoned: Fraction

    @property
    def accounted(self) -> Fraction:
        """Return how many of them are accounted for."""
        return self.handled + self.abandoned


def imbalance(book: Book, grain: str, starts_on: dt.date) -> Imbalance | None:
    """Return the counts when offered is not handled plus abandoned (DQ-14); None when it is, or is not known.

    Sums of different access points are not held against each other.
    """
    figures = [book.at(metric_of(code), grain, starts_on) for code in ("OFF", "HAN", "ABN")]
    offered, handled, gave_up = figures[0].amount, figures[1].amount, figures[2].numerator
    if (
        offered is None
        or handled is None
        or gave_up is None
        or len({one.of for one in figures}) > 1
    ):
        return None
    found = Imbalance(offered, handled, Fraction(gave_up))
    return None if abs(offered - found.accounted) <= TOLERANCE * offered else found


def unbalanced(book: Book, grain: str, starts_on: dt.date) -> str:
    """Return a warning when contacts do not add up; "" when they do, or are not known."""
    found = imbalance(book, grain, starts_on)
    if found is None:
        return ""
    return _(
        "%(period)s: %(offered)s offered, but %(handled)s handled and %(abandoned)s abandoned make %(sum)s."
    ) % {
        "period": period(grain, starts_on),
        "offered": shown(found.offered),
        "handled": shown(found.handled),
        "abandoned": shown(found.abandoned),
        "sum": shown(found.accounted),
    }


def restated(row: Measurement, values: dict[str, Any]) -> dict[str, Any]:
    """Return the new values of a figure that is there; its revision grows when the figure itself differs."""
    facts = ("status", "value", "numerator", "denominator")
    if all(getattr(row, name) == values[name] for name in facts if name in values):
        return values
    return {**values, "revision": row.revision + 1}


# --- what may be stated ----------------------------------------------------------------------------------
def why_not_stated(
    metric: Metric,
    status: str,
    value: Decimal | None,
    numerator: Decimal | None,
    denominator: Decimal | None,
) -> tuple[str, str] | None:
    """Return the field and the sentence that say why a figure cannot be so; None when it can.

    The share of more than all (DQ-03) names both counts.
    """
    if status != Status.VALUE:
        return None
    if numerator is None and denominator is None:
        if value is None:
            needs = "numerator" if metric.is_ratio else "value"
            return needs, _("Write the figure, or choose another status.")
        if not metric.allows(value):
            return "value", _out_of_range(metric)
        return None
    if value is not None:
        return "value", _("Give the two counts or the figure, not both.")
    if numerator is None or denominator is None:
        missing = "numerator" if numerator is None else "denominator"
        return missing, _("A ratio needs both counts.")
    if numerator < 0 or denominator < 0:
        return "numerator" if numerator < 0 else "denominator", _("A count is never below zero.")
    if denominator == 0:
        return "denominator", _(
            "Of nothing there is no ratio. Choose “Not applicable” when nothing was there to count."
        )
    if metric.is_share and numerator > denominator:
        return "numerator", _("%(counted)s (%(n)s) cannot be more than %(of)s (%(d)s).") % {
            "counted": f"“{_(metric.counted)}”",
            "of": f"“{_(metric.of)}”",
            "n": text.figure(numerator),
            "d": text.figure(denominator),
        }
    return None


def _out_of_range(metric: Metric) -> str:
    top = 100 if metric.is_share else metric.highest
    if top is None:
        return _("%(name)s is never below %(lowest)d.") % {
            "name": metric.label,
            "lowest": metric.lowest,
        }
    return _("%(name)s lies between %(lowest)d and %(highest)d.") % {
        "name": metric.label,
        "lowest": metric.lowest,
        "highest": top,
    }
