"""Rows of what a channel promises, and of what was measured."""

from typing import Any

from django.utils.translation import gettext as _

from strategy.exchange.problems import Path, did_you_mean, shortened
from strategy.exchange.references import Builder, objects, text_of
from strategy.exchange.shape import read_day, read_figure, read_month
from strategy.inventory.models import (
    AbandonRule,
    AccessPoint,
    Channel,
    Measurement,
    ServiceObjective,
)
from strategy.inventory.service.figures import why_not_stated
from strategy.inventory.service.metrics import Metric, dictionary, metric_of

Points = dict[str, AccessPoint]
"""The access points of one channel, by name."""


class Service(Builder):
    """Builds service objectives and measurements."""

    def _service_objectives(
        self, channel: Channel, points: Points, facts: dict[str, Any], path: Path
    ) -> None:
        for place, promise in objects(facts, "service_objectives", path):
            self._metric(promise, "SL", place)
            objective = ServiceObjective(
                channel=channel,
                point=self._point(points, promise, place),
                calendar=self._calendar(promise, place),
                approved_by=self._person(promise, "approved_by", place),
                **self._figures(promise, "target", "threshold"),
                **self._texts(
                    promise,
                    *("name", "kind", "metric", "threshold_unit", "clock", "clock_start"),
                    *("measured_over", "population", "abandon_rule", "short_abandon_seconds"),
                    *("source", "rationale"),
                ),
                **self._days(promise, "effective_from", "effective_to"),
            )
            self._uid(objective, promise, place)
            start, end = objective.effective_from, objective.effective_to
            if start and end and end < start:
                self._problem((*place, "effective_to"), _("It cannot end before it begins."))
            if (
                objective.abandon_rule == AbandonRule.CREDIT_SHORT
                and objective.short_abandon_seconds is None
            ):
                self._problem(
                    place,
                    _("“credit_short” needs `short_abandon_seconds`: how soon “at once” is."),
                )
            self._clean(objective, place)
            self.rows.service_objectives.append(objective)

    def _measurements(
        self, channel: Channel, points: Points, facts: dict[str, Any], path: Path
    ) -> None:
        seen: dict[str, Path] = {}
        for place, figure in objects(facts, "measurements", path):
            metric = self._metric(figure, Measurement.Metric.CONTACTS, place)
            self._figure_rules(figure, metric, place)
            point = self._point(points, figure, place)
            kind = self._contact_type(figure, "contact_type", place)
            grain = figure.get("grain", Measurement.Grain.MONTH)
            is_month = grain == Measurement.Grain.MONTH
            key = "month" if is_month else "from"
            starts_on = (read_month if is_month else read_day)(figure.get(key))
            if starts_on is None or grain not in Measurement.Grain.values:
                continue
            self._once(
                seen,
                f"{id(point)} {id(kind)} {metric.code} {grain} {starts_on}",
                (*place, key),
                _("This month stands here already")
                if is_month
                else _("This period stands here already"),
                fold=False,
            )
            if grain in ("quarter", "year") and starts_on.day != 1:
                self._problem(
                    (*place, "from"), _("A quarter and a year begin on the first of a month.")
                )
            row = Measurement(
                channel=channel,
                point=point,
                contact_type=kind,
                metric=metric.code,
                grain=grain,
                starts_on=self._period(grain, starts_on),
                status=figure.get("status", Measurement.Status.VALUE),
                **self._figures(figure, "value", "numerator", "denominator"),
                **self._texts(figure, "source", "revision"),
                **self._days(figure, "as_of"),
            )
            self._clean(row, place)
            self.rows.measurements.append(row)

    def _metric(self, facts: dict[str, Any], otherwise: str, path: Path) -> Metric:
        """Return the metric of the dictionary that is named; a code that is not in it is noted."""
        code = text_of(facts, "metric") or otherwise
        known = dictionary()
        if code not in known:
            self._problem(
                (*path, "metric"),
                _("There is no metric “%(name)s”.") % {"name": shortened(code)}
                + (
                    did_you_mean(code, known)
                    or " " + _("Choose one of: %(options)s.") % {"options": ", ".join(known)}
                ),
            )
        return metric_of(code)

    def _figure_rules(self, figure: dict[str, Any], metric: Metric, path: Path) -> None:
        """Note what the file says about a figure that does not go together."""
        is_month = figure.get("grain", "month") == "month"
        if ("month" in figure) != is_month or ("from" in figure) == is_month:
            self._problem(
                path,
                _("A month is named by `month`, every other `grain` by `from`: its first day."),
            )
        value = read_figure(figure.get("value"))
        counted, out_of = (read_figure(figure.get(key)) for key in ("numerator", "denominator"))
        stated = figure.keys() & {"value", "numerator", "denominator"}
        if figure.get("status", "value") != "value":
            fits = not stated
        elif "value" in stated:
            fits = len(stated) == 1 and value != 0
        else:
            fits = len(stated) == 2
        if not fits:
            self._problem(
                path,
                _(
                    "Give either a `value` other than zero, or a `numerator` and a `denominator`, or a `status`"
                    " without figures: zero, no_data, not_applicable or suppressed."
                ),
            )
        elif refused := why_not_stated(
            metric, figure.get("status", "value"), value, counted, out_of
        ):
            self._problem((*path, refused[0]), refused[1])

    def _point(self, points: Points, facts: dict[str, Any], path: Path) -> AccessPoint | None:
        return self._named(
            points,
            facts,
            "access_point",
            path,
            _("This channel has no access point called “%(name)s”."),
        )
