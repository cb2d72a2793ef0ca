"""Channels that promise and measure."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from portal.history.record import change_set
from strategy.inventory.models import AccessPoint, Channel, Measurement, ServiceObjective
from strategy.inventory.service.figure_pages import Narrowed, Period
from tests.conftest import Cast

OCTOBER = dt.date(2026, 10, 1)


class Line:
    """A phone line of the Contact center with what is recorded of it."""

    def __init__(self, cast: Cast, channel: Channel) -> None:
        self.cast = cast
        self.channel = channel

    @property
    def url(self) -> str:
        return self.channel.get_absolute_url()

    def _create(self, row: Any) -> Any:
        with change_set(by=self.cast.ada, scope=self.cast.strategy.uid) as record:
            record.create(row)
        return row

    def point(self, name: str, **values: Any) -> AccessPoint:
        return self._create(AccessPoint(channel=self.channel, name=name, kind="phone", **values))

    def promise(self, **values: Any) -> ServiceObjective:
        facts = {
            "name": "Answered in time", "metric": "SL", "target": Decimal(80), "threshold": Decimal(20),
            "clock": "opening_hours", "clock_start": "queued", "measured_over": "month",
        }  # fmt: skip
        return self._create(ServiceObjective(channel=self.channel, **{**facts, **values}))

    def figure(
        self, metric: str, *numbers: Any, on: dt.date = OCTOBER, **values: Any
    ) -> Measurement:
        """State one: with one number its value, with two its counts, with none give a status."""
        facts: dict[str, Any] = {"status": "value"} if numbers else {}
        if len(numbers) == 2:
            facts |= {"numerator": Decimal(numbers[0]), "denominator": Decimal(numbers[1])}
        elif numbers:
            facts["value"] = Decimal(numbers[0])
        return self._create(
            Measurement(
                channel=self.channel, metric=metric, starts_on=on, **{"grain": "month", **facts, **values}
            )
        )  # fmt: skip

    def period(self, on: dt.date = OCTOBER, grain: str = "month", **part: Any) -> Period:
        return Period(self.channel, Narrowed(**part), grain, on)


@pytest.fixture
def line(cast: Cast) -> Line:
    return Line(
        cast, cast.channel("Claims line", family="voice", mode="assisted", owner_team=cast.mobile)
    )
