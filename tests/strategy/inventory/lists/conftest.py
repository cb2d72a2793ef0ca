"""An inventory in which every field says something somewhere and nothing elsewhere."""

import datetime as dt

import pytest

from portal.history.record import change_set
from strategy.gaps.models import Gap
from strategy.inventory.models import Channel, Measurement
from strategy.plan.models import ContactType

TODAY = dt.date(2026, 11, 20)
DOUBTED = (1, 4, 6, 7)
"""Channels whose seal is broken; their review is in time, not needed any more, was never, and is late."""
VOLUMES = {0: 45, 1: 0, 2: None, 3: 7, 5: 90}
"""Contacts of channels; of one nobody counted them, of the next only those of a contact type are stated."""


@pytest.fixture
def today(monkeypatch):
    """It is November 20, 2026."""
    for module in ("filters", "views", "many_views"):
        monkeypatch.setattr(f"strategy.inventory.lists.{module}.today", lambda: TODAY)
    return TODAY


@pytest.fixture
def inventory(cast, today):
    """Fourteen channels, one of each family, each saying something else."""
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        rows = []
        for at, family in enumerate(Channel.Family.values):
            day = TODAY - dt.timedelta(days=at * 20)
            channel = Channel(
                strategy=cast.strategy,
                name=f"{'Claims' if at % 2 else 'Sales'} {family} 100%_{at}",
                family=family,
                mode=Channel.Mode.values[at % 3],
                timing=Channel.Timing.values[at % 2],
                device=Channel.Device.values[at % 5],
                direction=Channel.Direction.values[at % 3],
                run_by=Channel.RunBy.values[at % 2],
                owner_team=(None, cast.mobile, cast.care)[at % 3],
                owner=(None, cast.eve, cast.cole, cast.lea)[at % 4],
                deputy=(cast.rae, None)[at % 2],
                life_cycle=Channel.LifeCycle.values[at % 5],
                launched_on=day - dt.timedelta(days=400) if at % 3 else None,
                retires_on=day + dt.timedelta(days=400) if at % 4 == 0 else None,
                purpose=("", "What it is for", "WHAT\\else")[at % 3],
                vendor=("", "Acme", "acme ltd", "100% vendor")[at % 4],
                hours=("", "Mon-Fri")[at % 2],
                agent_route=Channel.Route.values[at % 5],
                agent_channel=rows[0] if at in (3, 5) else None,
                agent_taps=(None, 0, 3, 7)[at % 4],
                reviewed_on=day if at % 3 else None,
                review_every_days=(30, 90, 45)[at % 3],
                unsealed_on=day if at in DOUBTED else None,
                unsealed_by=cast.rae if at in DOUBTED else None,
            )
            record.create(channel)
            rows.append(channel)
        kind = ContactType(strategy=cast.strategy, name="Claims")
        record.create(kind)
        for at, number in VOLUMES.items():
            status = "no_data" if number is None else "value" if number else "zero"
            facts = {"status": status, "value": number or None, "starts_on": TODAY.replace(day=1)}
            record.create(
                Measurement(channel=rows[at], contact_type=kind if at == 3 else None, **facts)
            )
        for at in (1, 4):
            record.create(
                Gap(strategy=cast.strategy, number=at, title="G", channel=rows[at], opened_on=TODAY)
            )
        record.create(
            Gap(strategy=cast.strategy, number=9, title="G", channel=rows[2], opened_on=TODAY, state="duplicate")
        )  # fmt: skip
    return rows
