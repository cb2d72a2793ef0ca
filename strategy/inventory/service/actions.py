"""Everything that changes objectives and figures."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portal.history.record import change_set
from portal.lib.refusals import Refusal, RuleBroken
from strategy.inventory.models import Channel, Measurement, ServiceObjective
from strategy.inventory.service.figure_pages import Period
from strategy.inventory.service.figures import restated, why_not_stated
from strategy.inventory.service.metrics import metric_of
from strategy.plan.queries import lock
from teams import access
from teams.models import User
from teams.roles import Act


def add_service_objective(
    *, channel: Channel, values: dict[str, Any], by: User
) -> ServiceObjective:
    """Record what a channel promises. A contributor does so for the channels of their own teams."""
    access.check(by, Act.EDIT, channel)
    objective = ServiceObjective(channel=channel, **values)
    _check_point(objective, values)
    with change_set(by=by, scope=channel.strategy.uid) as record:
        record.create(objective)
    return objective


def edit_service_objective(
    *, objective: ServiceObjective, values: dict[str, Any], expected: int | None, by: User
) -> ServiceObjective:
    """Change a promise. Raises Stale when somebody was quicker."""
    access.check(by, Act.EDIT, objective.channel)
    _check_point(objective, values)
    with change_set(by=by, scope=objective.channel.strategy.uid) as record:
        record.update(objective, expected=expected, **values)
    return objective


def delete_service_objective(
    *, objective: ServiceObjective, expected: int | None, by: User
) -> None:
    """Delete an objective that was entered by mistake; one that ended has a last day instead."""
    access.check(by, Act.EDIT, objective.channel)
    with change_set(by=by, scope=objective.channel.strategy.uid) as record:
        record.delete(objective, expected=expected)


def _check_point(objective: ServiceObjective, values: dict[str, Any]) -> None:
    point = values.get("point")
    if point is not None and point.channel_id != objective.channel_id:
        raise RuleBroken(_("Choose an access point of this channel."))


@dataclass(frozen=True, kw_only=True)
class Stated:
    """One figure of a period as somebody states it. Status "": nothing is stated any more.

    `expected` is the version of the figure that was shown; None: none was.
    """

    metric: str
    status: str
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    source: str = ""
    as_of: dt.date | None = None
    expected: int | None = None

    @property
    def values(self) -> dict[str, Any]:
        """Return the values of its row."""
        names = ("status", "value", "numerator", "denominator", "source", "as_of")
        return {name: getattr(self, name) for name in names}


class StatedMeanwhile(Refusal):
    """Somebody else stated some of these figures meanwhile; nothing is saved. `theirs`: by metric, None: gone."""

    status = 409

    def __init__(self, theirs: dict[str, Measurement | None]) -> None:
        self.theirs = theirs
        super().__init__(
            _(
                "Somebody stated some of these figures meanwhile. Nothing is saved yet:"
                " look at both below, then save again."
            )
        )


def state_period(*, when: Period, stated: Sequence[Stated], by: User) -> list[Measurement]:
    """State figures of one period at once: new ones, restated ones (their revision grows), and those taken away.

    All or nothing, in one act. Raises StatedMeanwhile when figures are not those that were shown, RuleBroken when
    a figure cannot be so.
    """
    access.check(by, Act.EDIT, when.channel)
    if when.part.point is not None and when.part.point.channel_id != when.channel.pk:
        raise RuleBroken(_("Choose an access point of this channel."))
    for one in stated:
        refused = why_not_stated(
            metric_of(one.metric), one.status, one.value, one.numerator, one.denominator
        )
        if refused:
            raise RuleBroken(refused[1])
    saved = []
    with change_set(by=by, scope=when.channel.strategy.uid) as record:
        lock(when.channel.strategy)  # of a new figure there is no row to lock
        known = {row.metric: row for row in when.rows().select_for_update()}
        for row in known.values():  # history calls each by what it is of: known here
            row.channel, row.point = when.channel, when.part.point
            row.contact_type = when.part.contact_type
        late: dict[str, Measurement | None] = {
            one.metric: known.get(one.metric)
            for one in stated
            if one.expected != (known[one.metric].version if one.metric in known else None)
        }
        if late:
            raise StatedMeanwhile(late)
        for one in stated:
            row = known.get(one.metric)
            if row is not None and not one.status:
                record.delete(row)
            elif row is not None:
                record.update(row, **restated(row, one.values))
                saved.append(row)
            elif one.status:
                row = Measurement(
                    channel=when.channel,
                    point=when.part.point,
                    contact_type=when.part.contact_type,
                    metric=one.metric,
                    grain=when.grain,
                    starts_on=when.starts_on,
                    **one.values,
                )
                record.create(row)
                saved.append(row)
    return saved
