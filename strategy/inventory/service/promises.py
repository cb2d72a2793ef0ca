"""Promises in words: one sentence for all qualifiers, whether two compare, and whether a figure keeps one.

No query: the objectives and figures are given.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any

from django.utils.translation import gettext as _

from portal.lib import text
from strategy.inventory.models import AbandonRule, Channel, ServiceObjective
from strategy.inventory.service.figures import GRAINS, Figure, last_day
from strategy.inventory.service.metrics import Metric, fitting, metric_of
from strategy.inventory.service.periods import period

Over = ServiceObjective.Over
Start = ServiceObjective.Start
Unit = ServiceObjective.Unit

_SECONDS = {Unit.SECOND: 1, Unit.MINUTE: 60, Unit.HOUR: 3600, Unit.DAY: 86400}
"""Units of one clock; business hours and days are none of it."""


def promised(channel: Channel) -> list[Metric]:
    """Return the metrics that a channel can promise: those that fit it, counts aside."""
    return [one for one in fitting(channel.family, channel.mode) if one.better != "none"]


def why_not_promised(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield which values of a promise, by field, contradict each other, and what to do: (field, sentence)."""
    metric = metric_of(given.get("metric", ""))
    has_limit = given.get("threshold") is not None
    if metric.within and not has_limit:
        yield "threshold", _("Say within how long: 20 seconds, 2 days.")
    if not metric.within and has_limit:
        words = _("%(name)s has no time limit. Leave it empty.")
        yield "threshold", words % {"name": metric.label}
    target = given.get("target")
    if target is not None and not metric.allows(target):
        words = _("%(name)s cannot be %(target)s.")
        yield "target", words % {"name": metric.label, "target": target}
    if (
        given.get("abandon_rule") == AbandonRule.CREDIT_SHORT
        and given.get("short_abandon_seconds") is None
    ):
        yield "short_abandon_seconds", _("Say within how many seconds “at once” is.")
    begins, ends = given.get("effective_from"), given.get("effective_to")
    if begins and ends and ends < begins:
        yield "effective_to", _("It cannot end before it begins.")


def sentence(objective: ServiceObjective) -> str:
    """Return the whole promise in one line."""
    return ", ".join(said(objective))


def said(objective: ServiceObjective) -> list[str]:
    """Return the promise in parts: first what is promised, then each qualifier that makes it comparable."""
    metric = metric_of(objective.metric)
    target = text.figure(objective.target, metric.shown_unit)
    parts = []
    if metric.within and objective.threshold is not None:
        promise = _("%(target)s %(done)s within %(within)s")
        words = {"target": target, "done": _(metric.within), "within": _threshold(objective)}
    else:
        promise = {
            "high": _("%(name)s at least %(target)s"),
            "low": _("%(name)s at most %(target)s"),
        }.get(metric.better, _("%(name)s of %(target)s"))
        words = {"name": metric.label, "target": target}
    parts.append(promise % words)
    if metric.within or metric.code in ("ASA", "ATL"):
        parts.append(_start(objective.clock_start))
        parts.append(_clock(objective))
    parts.append(_over(objective.measured_over))
    if objective.population:
        parts.append(_("counting: %(population)s") % {"population": objective.population})
    if metric.gives_up:
        parts.append(_rule(objective))
    return parts


def _threshold(objective: ServiceObjective) -> str:
    if objective.threshold == 1:
        return {
            Unit.SECOND: _("1 second"),
            Unit.MINUTE: _("1 minute"),
            Unit.HOUR: _("1 hour"),
            Unit.BUSINESS_HOUR: _("1 business hour"),
            Unit.DAY: _("1 day"),
            Unit.BUSINESS_DAY: _("1 business day"),
        }[Unit(objective.threshold_unit)]
    return f"{text.figure(objective.threshold)} {objective.get_threshold_unit_display()}"


def _start(start: str) -> str:
    return {
        Start.DIALED: _("clock from dialing or sending"),
        Start.AFTER_IVR: _("clock from the end of the IVR or bot"),
        Start.QUEUED: _("clock from queue entry"),
        Start.RECEIVED: _("clock from receipt"),
    }.get(Start(start), _("start of the clock not said"))


def _clock(objective: ServiceObjective) -> str:
    if objective.clock == ServiceObjective.Clock.ALWAYS:
        return _("around the clock")
    if objective.calendar is None:
        return _("during opening hours")
    return _("during opening hours without the holidays of %(calendar)s") % {
        "calendar": objective.calendar
    }


def _over(over: str) -> str:
    return {
        Over.INTERVAL: _("measured over half hours"),
        Over.DAY: _("measured over days"),
        Over.WEEK: _("measured over weeks"),
        Over.MONTH: _("measured over months"),
        Over.QUARTER: _("measured over quarters"),
        Over.YEAR: _("measured over years"),
    }[Over(over)]


def _rule(objective: ServiceObjective) -> str:
    if objective.abandon_rule == AbandonRule.CREDIT_SHORT:
        return _("abandoned within %(n)d seconds counts as in time") % {
            "n": objective.short_abandon_seconds or 0
        }
    label = str(AbandonRule(objective.abandon_rule).label)
    return label[0].lower() + label[1:]


# --- do two compare? -----------------------------------------------------------------------------------
def differences(one: ServiceObjective, other: ServiceObjective) -> list[str]:
    """Return in which of the six qualifiers two objectives of one metric differ; empty: they compare.

    Sixty seconds are a minute, but eight hours are not eight business hours. A start of the clock that nobody has
    said agrees with nothing.
    """
    metric = metric_of(one.metric)
    found = []
    if _limit(one) != _limit(other):
        found.append(_("time limit"))
    if (one.clock, _calendar(one)) != (other.clock, _calendar(other)):
        found.append(_("clock"))
    if one.clock_start != other.clock_start or (
        metric.within and Start.UNKNOWN in (one.clock_start, other.clock_start)
    ):
        found.append(_("start of the clock"))
    if one.measured_over != other.measured_over:
        found.append(_("measured over"))
    if one.population.strip().casefold() != other.population.strip().casefold():
        found.append(_("which contacts count"))
    if metric.gives_up and _given_up(one) != _given_up(other):
        found.append(_("abandoned contacts"))
    return found


def qualifiers(one: ServiceObjective) -> tuple[Any, ...]:
    """Return the six qualifiers: of one metric, objectives with the same compare, if their clock has a start."""
    return (
        _limit(one), one.clock, _calendar(one), one.clock_start, one.measured_over,
        one.population.strip().casefold(), _given_up(one) if metric_of(one.metric).gives_up else None,
    )  # fmt: skip


def _limit(one: ServiceObjective) -> tuple[Decimal | None, str]:
    if one.threshold is None:
        return None, ""
    seconds = _SECONDS.get(Unit(one.threshold_unit))
    if seconds is None:
        return one.threshold, one.threshold_unit
    return one.threshold * seconds, Unit.SECOND


def _calendar(one: ServiceObjective) -> int | None:
    return one.calendar_id if one.clock == ServiceObjective.Clock.OPENING_HOURS else None


def _given_up(one: ServiceObjective) -> tuple[str, int | None]:
    is_short = one.abandon_rule == AbandonRule.CREDIT_SHORT
    return one.abandon_rule, one.short_abandon_seconds if is_short else None


def is_in_force(objective: Any, on: dt.date) -> bool:
    """Does it hold on that day? It has `effective_from` and `effective_to`: a first and a last day, or None."""
    begins, ends = objective.effective_from, objective.effective_to
    return (begins is None or begins <= on) and (ends is None or ends >= on)


def doubled(
    objectives: Iterable[ServiceObjective],
) -> list[tuple[ServiceObjective, ServiceObjective]]:
    """Return the pairs of objectives of one metric and place that are in force at the same time."""
    return [
        (one, other)
        for one, other in combinations(objectives, 2)
        if (one.channel_id, one.metric, one.point_id)
        == (other.channel_id, other.metric, other.point_id)
        and _overlap(one, other)
    ]


def _overlap(one: ServiceObjective, other: ServiceObjective) -> bool:
    first, last = dt.date.min, dt.date.max
    return (one.effective_from or first) <= (other.effective_to or last) and (
        other.effective_from or first
    ) <= (one.effective_to or last)


# --- is it kept? -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Verdict:
    """What a figure says about a promise: met, not_met, not_comparable or no_figure, and why."""

    objective: ServiceObjective
    figure: Figure | None
    state: str
    why: str = ""

    @property
    def label(self) -> str:
        """Return the state in words."""
        return {
            "met": _("Kept"),
            "not_met": _("Broken"),
            "not_comparable": _("Not comparable"),
            "no_figure": _("No figure"),
        }[self.state]

    @property
    def sentence(self) -> str:
        """Return the promise with all its qualifiers."""
        return sentence(self.objective)

    @property
    def tone(self) -> str:
        """Return how loudly a page says it."""
        return {"met": "good", "not_met": "bad"}.get(self.state, "neutral")


def judge(objective: ServiceObjective, figure: Figure | None) -> Verdict:
    """Compare a figure with a promise, as far as the two compare.

    A figure of a longer period than the promise is measured over can only break it: when a whole month is below
    the target, some half hour in it was; when the month is above, single half hours may not have been. That holds
    for ratios; other figures compare only over the same period. What some access points did says nothing of the
    others.
    """
    if figure is None or figure.amount is None:
        why = figure.word if figure is not None else _("Nobody has stated one")
        return Verdict(objective, figure, "no_figure", why)
    metric = figure.metric
    why = ""
    first, last = figure.starts_on, last_day(figure.grain, figure.starts_on)
    if not (is_in_force(objective, first) and is_in_force(objective, last)):
        words = _("It was not in force in all of %(period)s")
        if (objective.effective_from or last) > last or (objective.effective_to or first) < first:
            words = _("It was not in force in %(period)s")
        why = words % {"period": figure.when}
    elif not metric.is_judged:
        why = metric.direction
    elif figure.is_partial:
        why = _("It is not of all access points")
    if why:
        return Verdict(objective, figure, "not_comparable", why)
    target = Fraction(objective.target)
    kept = figure.amount >= target if metric.better == "high" else figure.amount <= target
    if figure.grain == objective.measured_over:
        return Verdict(objective, figure, "met" if kept else "not_met")
    is_longer = objective.measured_over == Over.INTERVAL or (
        GRAINS.index(figure.grain) > GRAINS.index(objective.measured_over)
    )
    if is_longer and metric.is_ratio and not kept:
        return Verdict(
            objective, figure, "not_met", _("Missed over the whole period, so within it as well")
        )
    words = _("The figure is of %(period)s, the promise is %(over)s")
    if is_longer and metric.is_ratio:
        words = _("It holds for %(period)s as a whole, but the promise is %(over)s")
    why = words % {
        "period": period(figure.grain, figure.starts_on),
        "over": _over(objective.measured_over),
    }
    return Verdict(objective, figure, "not_comparable", why)
