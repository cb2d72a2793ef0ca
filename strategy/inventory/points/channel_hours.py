"""When a channel is open: when one of its access points is."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef

from strategy.inventory.hours import NEVER, read
from strategy.inventory.models import AccessPoint, Channel
from strategy.inventory.points.open_now import IN_USE
from strategy.plan.models import Strategy


def channel_hours(strategy: Strategy) -> dict[int, str]:
    """Return the hours that the access points of channels say, by channel. One query.

    A channel is open when one of its points in use is; points whose hours cannot be read do not count. A channel
    that is not in here has its own text.
    """
    rows = _said().filter(channel__strategy=strategy)
    return _joined(rows.values_list("channel", "hours").order_by("pk"))


def hours_from_points(channels: Iterable[Channel]) -> dict[int, str]:
    """Return the same for these channels alone. One query."""
    rows = _said().filter(channel__in=[channel.pk for channel in channels])
    return _joined(rows.values_list("channel", "hours").order_by("pk"))


def hours_of(channel: Channel) -> str:
    """Return when a channel is open, as its access points say it, else as its own text does. One query."""
    return hours_from_points([channel]).get(channel.pk, channel.hours)


def has_hours(path: str = "pk") -> Exists:
    """Return the condition that an access point in use of a channel says its hours."""
    return Exists(_said().filter(channel=OuterRef(path)))


def _said() -> Any:
    return AccessPoint.objects.filter(life_cycle__in=IN_USE).exclude(hours="")


def _joined(rows: Iterable[tuple[int, str]]) -> dict[int, str]:
    texts: dict[int, list[str]] = {}
    for channel, text in rows:
        texts.setdefault(channel, []).append(text)
    unions = ((channel, union(tuple(said))) for channel, said in texts.items())
    return {channel: text for channel, text in unions if text is not None}


@lru_cache(maxsize=4096)
def union(texts: tuple[str, ...]) -> str | None:
    """Return the hours at which one of these is open; None when none of them can be read.

    One text alone stays as people wrote it.
    """
    known = [hours for text in texts if (hours := read(text)) is not None]
    if not known:
        return None
    if len(texts) == 1:
        return texts[0]
    every = NEVER
    for hours in known:
        every |= hours
    return str(every) or "closed"
