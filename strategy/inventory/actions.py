"""Everything that changes the channel inventory."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from portal.history.record import Recorder, change_set
from strategy.inventory.models import Channel, Measurement
from strategy.plan.models import Strategy
from teams import access
from teams.models import User
from teams.roles import Act


@dataclass(frozen=True)
class Volume:
    """A month's contacts as somebody states them: a status, and a figure when the status is "value"."""

    month: dt.date
    status: str
    value: int | None = None
    source: str = ""


def add_channel(
    *, strategy: Strategy, values: dict[str, Any], volumes: tuple[Volume, ...] = (), by: User
) -> Channel:
    """Add a channel. A contributor adds channels for their own teams only."""
    channel = Channel(strategy=strategy, **values)
    access.check(by, Act.EDIT, channel)
    with change_set(by=by, scope=strategy.uid) as record:
        record.create(channel)
        _measure(record, channel, volumes)
    return channel


def edit_channel(
    *,
    channel: Channel,
    values: dict[str, Any],
    volumes: tuple[Volume, ...] = (),
    expected: int | None,
    by: User,
) -> Channel:
    """Change a channel's facts and volumes. Raises Stale when somebody was quicker."""
    access.check(by, Act.EDIT, channel)
    with change_set(by=by, scope=channel.strategy.uid) as record:
        record.update(channel, expected=expected, **values)
        _measure(record, channel, volumes)
    return channel


def delete_channel(*, channel: Channel, expected: int | None, by: User) -> None:
    """Delete a channel that was entered by mistake; one that ended is retired, not deleted."""
    access.check(by, Act.EDIT, channel)
    with change_set(by=by, scope=channel.strategy.uid) as record:
        record.delete(channel, expected=expected)


def review_channel(*, channel: Channel, on: dt.date, by: User) -> None:
    """Say that what stands here is still true, without faking an edit."""
    access.check(by, Act.EDIT, channel)
    with change_set(by=by, scope=channel.strategy.uid) as record:
        record.update(channel, reviewed_on=on)


def _measure(record: Recorder, channel: Channel, volumes: tuple[Volume, ...]) -> None:
    for volume in volumes:
        stated: dict[str, Any] = {
            "status": volume.status,
            "value": volume.value,
            "source": volume.source,
        }
        known = Measurement.objects.filter(
            channel=channel, metric=Measurement.Metric.CONTACTS, month=volume.month
        ).first()
        if known is None:
            record.create(Measurement(channel=channel, month=volume.month, **stated))
        else:
            record.update(known, **stated)
