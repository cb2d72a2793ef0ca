"""When a channel is open: when one of its access points is."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower

from strategy.inventory.hours import ALWAYS, NEVER, Hours, read
from strategy.inventory.models import AccessPoint, Channel
from strategy.inventory.opening import Opening, opening
from strategy.plan.models import Strategy


def channel_hours(strategy: Strategy) -> dict[int, str]:
    """Return the hours that the access points of channels say, by channel. One query.

    A channel is open when one of its points in use is; points whose hours cannot be read do not count. Where those
    that can be read stand in several time zones, there is no one clock to say it by: "", not known. A channel that
    is not in here has its own text.
    """
    return _joined(_said().filter(channel__strategy=strategy))


def hours_from_points(channels: Iterable[Channel]) -> dict[int, str]:
    """Return the same for these channels alone. One query."""
    return _joined(_said().filter(channel__in=[channel.pk for channel in channels]))


def hours_of(channel: Channel) -> str:
    """Return when a channel is open, as its access points say it, else as its own text does. One query."""
    return hours_from_points([channel]).get(channel.pk, channel.hours)


class PointHours(NamedTuple):
    """An access point by name: its usual week, its time zone ("": nobody named one), all its days where known."""

    name: str
    hours: Hours
    zone: str
    opening: Opening | None


def hours_of_points(strategy: Strategy) -> dict[int, list[PointHours]]:
    """Return the access points of each channel by name with their hours, as far as they can be read. One query."""
    found: dict[int, list[PointHours]] = {}
    rows = _said().filter(channel__strategy=strategy).order_by(Lower("name"))
    for channel, name, text, zone, days, special in rows.values_list(
        "channel", "name", "hours", "time_zone", "calendar__days", "exceptions"
    ):
        hours = read(text)
        if hours is not None:
            whole = opening(text, zone, days or "", special)
            known = whole if isinstance(whole, Opening) else None
            found.setdefault(channel, []).append(PointHours(name, hours, zone, known))
    return found


def has_hours() -> Exists:
    """Return the condition that an access point in use of a channel says its hours."""
    return Exists(_said().filter(channel=OuterRef("pk")))


def _said() -> Any:
    return AccessPoint.objects.filter(life_cycle__in=Channel.IN_USE).exclude(hours="")


def _joined(points: Any) -> dict[int, str]:
    texts: dict[int, list[Said]] = {}
    for channel, *said in points.values_list("channel", "hours", "time_zone").order_by("pk"):
        texts.setdefault(channel, []).append(tuple(said))
    unions = ((channel, union(tuple(said))) for channel, said in texts.items())
    return {channel: text for channel, text in unions if text is not None}


Said = tuple[str, str]
"""The text of hours, and the time zone that it is of; "" when nobody has named one."""


@lru_cache(maxsize=4096)
def union(texts: tuple[Said, ...]) -> str | None:
    """Return the hours at which one of these is open; None when none can be read, "" when no one clock can say it.

    One text alone stays as people wrote it. What is always open is so in every time zone.
    """
    read_ = [(hours, zone) for text, zone in texts if (hours := read(text)) is not None]
    known = [hours for hours, _zone in read_]
    if not known:
        return None
    if len(texts) == 1:
        return texts[0][0]
    if len({zone for _hours, zone in read_ if zone}) > 1 and ALWAYS not in known:
        return ""
    every = NEVER
    for hours in known:
        every |= hours
    return str(every) or "closed"
