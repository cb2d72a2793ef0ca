"""What the rules of data quality would say of the rows of an import that they do not say now."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from strategy.exchange.sheets.plan import Plan, PlannedRow, State
from strategy.inventory.models import AccessPoint, Channel, Measurement
from strategy.inventory.quality.queries import lines, read_facts
from strategy.inventory.quality.rules import RULES
from strategy.inventory.quality.rules.errors import same_address
from strategy.inventory.quality.rules.facts import (
    SUGGESTION,
    ChannelFacts,
    Facts,
    FigureFacts,
    PointFacts,
    Problem,
)
from strategy.inventory.service.metrics import Metric
from strategy.plan.models import ContactType
from strategy.plan.rules import touches_mobile


def doubts(plan: Plan, today: dt.date) -> dict[int, list[tuple[str, str]]]:
    """Return by the id() of the planned row what would be wrong or could not be relied on after the import.

    Each is how bad it is, and what is wrong with what to do. What is so already is left out, and so is what only
    looks strange. Eight queries, whatever the number of rows; none for kinds that the rules do not look at.
    """
    rows = plan.of(State.NEW, State.CHANGE)
    kinds = (Channel, AccessPoint, Measurement)
    if not any(isinstance(row.row, kinds) or row.figures for row in rows):
        return {}
    now = read_facts(plan.strategy, today)
    then = _after(now, rows)
    known = {_told(problem) for problem in _found(now)}
    by_channel: dict[Any, list[Problem]] = defaultdict(list)
    for problem in _found(then):
        if _told(problem) not in known:
            for channel in problem.channels:
                by_channel[channel].append(problem)
    new = {id(one): one for several in by_channel.values() for one in several}
    words = {
        key: (line.severity, " ".join(filter(None, (line.sentence, line.more, line.action))))
        for key, line in zip(new, lines(new.values(), plan.strategy.slug), strict=True)
    }
    return {
        id(row): [words[key] for key in {id(one): 0 for one in _concerning(row, by_channel, then)}]
        for row in rows
    }


def _found(facts: Facts) -> Iterator[Problem]:
    for rule in RULES.values():
        if rule.severity != SUGGESTION:
            yield from rule.find(facts)


def _told(problem: Problem) -> tuple[Any, ...]:
    return problem.rule, problem.sentence, tuple(problem.values.items()), problem.channels


# --- the facts as they would be -----------------------------------------------------------------------


def _after(facts: Facts, rows: list[PlannedRow]) -> Facts:
    channels, points = dict(facts.channels), dict(facts.points)
    types = dict(facts.contact_types)
    figures = {one[:6]: one for one in facts.figures}
    for planned in rows:
        row = planned.row
        if isinstance(row, Channel):
            channels[row.uid] = _channel(row)
        elif isinstance(row, AccessPoint):
            points[row.uid] = _point(row)
        elif isinstance(row, ContactType):
            types[row.uid] = row.name
        for one in _figures(planned):
            figures[one[:6]] = one
        for figure in planned.figures:
            channels.setdefault(figure.column.channel.uid, _channel(figure.column.channel))
    return replace(
        facts,
        channels=channels,
        points=points,
        contact_types=types,
        figures=tuple(figures.values()),
    )


def _channel(row: Channel) -> ChannelFacts:
    return ChannelFacts(
        key=row.uid,
        name=row.name,
        mode=row.mode,
        life_cycle=row.life_cycle,
        launched_on=row.launched_on,
        retires_on=row.retires_on,
        route=row.agent_route,
        taps=row.agent_taps,
        leads_to=row.agent_channel.uid if row.agent_channel else None,
        team=row.owner_team_id,
        owner=row.owner.name if row.owner else "",
        owner_left=bool(row.owner and row.owner.has_left),
        touches_mobile=touches_mobile(row.family, row.device),
    )


def _point(row: AccessPoint) -> PointFacts:
    return PointFacts(
        key=row.uid,
        name=row.name,
        channel=row.channel.uid,
        kind=row.kind,
        address=row.address,
        life_cycle=row.life_cycle,
        launched_on=row.launched_on,
        retires_on=row.retires_on,
        team=row.owner_team_id,
    )


def _figures(planned: PlannedRow) -> Iterator[FigureFacts]:
    """Yield the figures that a row states: itself, or those in its columns."""
    row = planned.row
    if isinstance(row, Measurement):
        yield FigureFacts(
            row.channel.uid,
            row.point.uid if row.point else None,
            row.contact_type.uid if row.contact_type else None,
            row.metric,
            row.grain,
            row.starts_on,
            row.status,
            row.value,
            row.numerator,
            row.denominator,
        )
    for one in planned.figures:
        column, stated = one.column, one.stated
        yield FigureFacts(
            column.channel.uid,
            None,
            row.uid,
            column.metric,
            column.period.grain,
            column.period.starts_on,
            stated.status,
            stated.value,
        )


# --- which row it is about ---------------------------------------------------------------------------


def _concerning(
    planned: PlannedRow, by_channel: dict[Any, list[Problem]], facts: Facts
) -> Iterator[Problem]:
    row = planned.row
    if isinstance(row, Channel):
        yield from (one for one in by_channel[row.uid] if _is_of_channel(one))
    elif isinstance(row, AccessPoint):
        yield from (one for one in by_channel[row.channel.uid] if _is_of_point(one, row))
    for figure in _figures(planned):
        yield from (one for one in by_channel[figure.channel] if _is_of_figure(one, figure, facts))


def _is_of_channel(problem: Problem) -> bool:
    return problem.mend.page in ("channel", "roles") or not isinstance(
        problem.values.get("metric"), Metric
    )


def _is_of_point(problem: Problem, point: AccessPoint) -> bool:
    if "address" in problem.values:
        said = same_address(point.kind, str(problem.values["address"]))
        return said == same_address(point.kind, point.address)
    return problem.mend.key == point.uid or (
        problem.mend.page == "roles" and point.owner_team_id is not None
    )


def _is_of_figure(problem: Problem, figure: FigureFacts, facts: Facts) -> bool:
    if problem.mend.page != "figures" or problem.values.get("where") != facts.where(figure):
        return False
    if problem.rule == "DQ-02":  # one line for several periods
        return figure.starts_on > facts.today or facts.outside(figure) is not None
    return problem.values.get("period") in (None, figure.period)
