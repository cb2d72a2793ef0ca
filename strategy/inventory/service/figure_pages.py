"""Reading figures: the newest of a channel, all of them over time, and what there is to state of a period."""

import datetime as dt
import uuid
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.lib.svg import line_chart
from strategy.inventory.models import AccessPoint, Channel, Measurement, ServiceObjective
from strategy.inventory.service.figures import (
    Book,
    Figure,
    Trend,
    book,
    shown,
    slots,
    step,
    trend,
    unbalanced,
)
from strategy.inventory.service.metrics import Metric, fitting, metric_of, position
from strategy.inventory.service.periods import period
from strategy.inventory.service.promises import Verdict, is_in_force, judge
from strategy.inventory.service.queries import (
    MOST_ROWS,
    books_of,
    objectives_of,
    points_in_use,
    rows_of,
)
from strategy.plan.models import ContactType
from strategy.plan.queries import by_uid


@dataclass(frozen=True)
class Shown:
    """A figure with what belongs beside it: the change, and the promises it is held against."""

    figure: Figure
    trend: Trend
    verdicts: list[Verdict]

    @property
    def metric(self) -> Metric:
        """Return how it is counted."""
        return self.figure.metric

    @property
    def in_list(self) -> list[Figure]:
        """Return the figure as one of several, for the box with its formula."""
        return [self.figure]


def newest(channel: Channel) -> list[Shown]:
    """Return the newest figure of every metric of a channel. Three queries."""
    objectives = [one for one in objectives_of([channel]) if one.point_id is None]
    whole = books_of(rows_of(channel), points_in_use(channel))[None]
    found = []
    for code in sorted(whole.codes(), key=position):
        figure = whole.newest(code)
        if figure is not None:
            found.append(_shown(figure, whole, objectives))
    return found


def _shown(figure: Figure, whole: Book, objectives: list[ServiceObjective]) -> Shown:
    before = whole.at(figure.metric, figure.grain, step(figure.grain, figure.starts_on, -1))
    held = [
        judge(one, figure)
        for one in objectives
        if one.metric == figure.metric.code and is_in_force(one, figure.starts_on)
    ]
    return Shown(figure, trend(figure, before), held)


@dataclass(frozen=True)
class Narrowed:
    """What part of a channel a page of figures shows: all of it, an access point, or a contact type."""

    point: AccessPoint | None = None
    contact_type: ContactType | None = None

    @property
    def query(self) -> str:
        """Return it as the query of an address."""
        if self.point is not None:
            return f"point={self.point.uid}"
        return f"type={self.contact_type.uid}" if self.contact_type else ""

    @property
    def name(self) -> str:
        """Return it in words; "" for the whole channel."""
        return str(self.point or self.contact_type or "")

    @property
    def uid(self) -> uuid.UUID | None:
        """Return which one it is."""
        thing = self.point or self.contact_type
        return thing.uid if thing else None


def narrowed_to(channel: Channel, given: Any) -> Narrowed:
    """Return what an address narrows the figures to: `point` or `type`; what is not there narrows nothing."""
    point = by_uid(AccessPoint.objects.filter(channel=channel), given.get("point"))
    if point is not None:
        return Narrowed(point=point)
    types = ContactType.objects.filter(strategy=channel.strategy_id)
    return Narrowed(contact_type=by_uid(types, given.get("type")))


@dataclass(frozen=True)
class Row:
    """One metric over the periods of the table, with its chart."""

    metric: Metric
    figures: list[Figure]
    newest: Shown
    chart: SafeString


@dataclass(frozen=True)
class FigurePage:
    """All metrics of a channel, or of a part of it, over the periods of one length."""

    grain: str
    grains: list[str]
    periods: list[str]
    rows: list[Row]
    warnings: list[str]
    objectives: list[ServiceObjective]
    points: list[AccessPoint]
    types: list[ContactType]


def figure_page(channel: Channel, part: Narrowed, grain: str) -> FigurePage:
    """Return the page of figures. `grain` "": the length of period of which there is most. Six queries at most."""
    points = list(AccessPoint.objects.filter(channel=channel).order_by(Lower("name")))
    types = ContactType.objects.filter(Exists(_typed(channel))).order_by(Lower("name"))
    if part.contact_type is not None:
        rows = list(
            Measurement.objects.filter(channel=channel, contact_type=part.contact_type)
            .filter(point__isnull=True)
            .order_by("-starts_on", "-pk")[:MOST_ROWS]
        )
        whole = book(rows)
    else:
        in_use = [one.pk for one in points if one.life_cycle in Channel.IN_USE]
        books = books_of(rows_of(channel), in_use)
        whole = books.get(part.point.pk if part.point else None, Book())
    grains = sorted(
        {key[1] for key in whole.figures},
        key=lambda one: -sum(key[1] == one for key in whole.figures),
    )
    grain = grain if grain in grains else grains[0] if grains else "month"
    starts = slots(grain, {key[2] for key in whole.figures if key[1] == grain})
    own = part.point.pk if part.point else None
    objectives = (
        [one for one in objectives_of([channel]) if one.point_id == own]
        if part.contact_type is None
        else []
    )
    codes = {key[0] for key in whole.figures if key[1] == grain and key[2] in set(starts)}
    return FigurePage(
        grain=grain,
        grains=sorted(grains),
        periods=[period(grain, one, short=True) for one in starts],
        rows=[
            _row(metric_of(code), grain, starts, whole, objectives)
            for code in sorted(codes, key=position)
        ],
        warnings=[said for one in starts if (said := unbalanced(whole, grain, one))],
        objectives=objectives,
        points=points,
        types=list(types[:200]),
    )


def _typed(channel: Channel) -> Any:
    return Measurement.objects.filter(channel=channel, contact_type=OuterRef("pk"))


def _row(
    metric: Metric,
    grain: str,
    starts: list[dt.date],
    whole: Book,
    objectives: list[ServiceObjective],
) -> Row:
    figures = [whole.at(metric, grain, one) for one in starts]
    stated = next(one for one in reversed(figures) if one.status)
    targets = [_target(objectives, metric, one) if metric.is_judged else None for one in starts]
    objective = _objective(targets, metric)
    chart = line_chart(
        [None if one.amount is None else float(one.amount) for one in figures],
        labels=[period(grain, one, short=True) for one in starts],
        targets=targets,
        hidden=[one.status == Measurement.Status.SUPPRESSED for one in figures],
        show=lambda value: shown(Fraction(value), "%" if metric.unit == "%" else ""),
        title=_("%(metric)s, by %(period)s")
        % {
            "metric": metric.label,
            "period": Measurement.Grain(grain).label.lower(),
        },
        description=" ".join(filter(None, (_described(figures), objective.capitalize()))),
        unit=_unit(metric),
        target=objective,
    )
    return Row(metric, figures, _shown(stated, whole, objectives), chart)


def _target(objectives: list[ServiceObjective], metric: Metric, on: dt.date) -> float | None:
    held = [one for one in objectives if one.metric == metric.code and is_in_force(one, on)]
    return float(held[0].target) if held else None


def _unit(metric: Metric) -> str:
    """Return what the axis of a chart counts: "% answered in time" would be its name, so only the unit."""
    return {"%": _("in %"), "": _("plain number")}.get(metric.unit) or _("in %(unit)s") % {
        "unit": _(metric.unit)
    }


def _objective(targets: list[float | None], metric: Metric) -> str:
    """Return the name of the dashed line: the objective, and from what to what it changed; "" for none."""
    known = [one for one in targets if one is not None]
    if not known:
        return ""
    first, last = (shown(Fraction(one), metric.shown_unit) for one in (known[0], known[-1]))
    if first == last:
        return _("objective %(target)s") % {"target": last}
    return _("objective %(first)s, then %(last)s") % {"first": first, "last": last}


def _described(figures: list[Figure]) -> str:
    """Say in one line what the chart shows; the table behind it says the rest."""
    known = [one for one in figures if one.is_known]
    if not known:
        return _("No figure is known.")
    first, last = known[0], known[-1]
    gaps = len(figures) - len(known)
    words = _("%(first)s in %(since)s, %(last)s in %(until)s.") % {
        "first": first.text,
        "since": first.when,
        "last": last.text,
        "until": last.when,
    }
    if gaps:
        words += " " + _("%(n)d of %(d)d periods have no figure.") % {"n": gaps, "d": len(figures)}
    return words


# --- stating a period -------------------------------------------------------------------------------
@dataclass(frozen=True)
class Period:
    """What is stated at once: one period of a channel, or of a part of it."""

    channel: Channel
    part: Narrowed
    grain: str
    starts_on: dt.date

    @property
    def name(self) -> str:
        """Return the period in words."""
        return period(self.grain, self.starts_on)

    def rows(self) -> Any:
        """Return what is stated for it already."""
        return Measurement.objects.filter(
            channel=self.channel,
            point=self.part.point,
            contact_type=self.part.contact_type,
            grain=self.grain,
            starts_on=self.starts_on,
        )


def to_state(when: Period) -> tuple[list[Metric], list[Metric], dict[str, Measurement]]:
    """Return the metrics to state: those in use here, then all others that fit; and what is there.

    In use: stated before for the channel or promised by it, contacts, and what has a time limit. Three queries.
    """
    stated = {row.metric: row for row in when.rows()}
    used = set(stated)
    used |= set(
        Measurement.objects.filter(channel=when.channel)
        .order_by()
        .values_list("metric", flat=True)
        .distinct()
    )
    used |= set(
        ServiceObjective.objects.filter(channel=when.channel).values_list("metric", flat=True)
    )
    fit = {one.code: one for one in fitting(when.channel.family, when.channel.mode)}
    used |= {Measurement.Metric.CONTACTS} | {one.code for one in fit.values() if one.within}
    first = [metric_of(code) for code in sorted(used, key=position)]
    return first, [one for code, one in fit.items() if code not in used], stated
