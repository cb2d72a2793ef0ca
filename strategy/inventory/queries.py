"""Reading the inventory, page by page."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.lib.fragments import fragment
from strategy.inventory.models import Channel, Measurement
from strategy.plan.queries import Place, freshness
from teams import grants
from teams.roles import Act

PAGE_SIZE = 50

SORTS: dict[str, tuple[Any, ...]] = {
    "name": (Lower("name"),),
    "family": ("family", Lower("name")),
    "team": (F("owner_team__name").asc(nulls_last=True), Lower("name")),
    "life_cycle": ("life_cycle", Lower("name")),
}
"""What the list can be sorted by; a leading minus turns the first key around."""


COLUMNS = (
    ("name", _("Channel")),
    ("family", _("Family")),
    ("team", _("Owner")),
    ("life_cycle", _("Life cycle")),
)


def without_page(params: QueryDict) -> str:
    """Return the query of the address without its page number."""
    kept = params.copy()
    kept.pop("page", None)
    return kept.urlencode()


def columns(params: QueryDict, sort: str) -> list[dict[str, str]]:
    """Return the sortable column heads: label, address that sorts by it, and the direction it has now."""
    heads = []
    for key, label in COLUMNS:
        now = {key: "asc", f"-{key}": "desc"}.get(sort, "")
        kept = params.copy()
        kept.pop("page", None)
        kept["sort"] = f"-{key}" if now == "asc" else key
        heads.append({"label": str(label), "url": f"?{kept.urlencode()}", "direction": now})
    return heads


@dataclass(frozen=True)
class ChannelRow:
    """One row of the list, drawn."""

    uid: uuid.UUID
    html: SafeString


def sorted_by(rows: Any, sort: str) -> Any:
    """Sort by one of SORTS; anything else means by name."""
    keys = SORTS.get(sort.removeprefix("-"), SORTS["name"])
    first = keys[0]
    if sort.startswith("-"):
        first = F("owner_team__name").desc(nulls_last=True) if sort == "-team" else _reversed(first)
    return rows.order_by(first, *keys[1:], "pk")


def _reversed(key: Any) -> Any:
    return key.desc() if isinstance(key, Lower) else f"-{key}"


def channel_page(place: Place, rows: Any, *, sort: str, number: str, today: dt.date) -> Page:
    """Return one page of rows, each drawn with its volume, open gaps and freshness. Constant queries."""
    found = Paginator(sorted_by(rows.select_related("owner_team"), sort), PAGE_SIZE).get_page(
        number
    )
    channels = list(found.object_list)
    keys = [channel.pk for channel in channels]
    gaps = open_gap_counts(keys)
    volumes = latest_volumes(keys)
    editable = _editable(place, channels)
    found.object_list = [
        _row(
            place,
            channel,
            gaps.get(channel.pk, 0),
            volumes.get(channel.pk),
            channel.pk in editable,
            today,
        )
        for channel in channels
    ]
    return found


def _row(
    place: Place,
    channel: Channel,
    gaps: int,
    volume: Measurement | None,
    editable: bool,
    today: dt.date,
) -> ChannelRow:
    fresh = freshness(channel.next_review_on, today)
    team = channel.owner_team
    shows = (
        channel.uid, channel.version, team and team.version, gaps, volume and (volume.pk, volume.version),
        editable, fresh, place.strategy.slug,
    )  # fmt: skip
    html = fragment(
        "strategy/inventory/list.html#channel-row",
        shows,
        {
            "channel": channel,
            "gaps": gaps,
            "volume": volume,
            "editable": editable,
            "fresh": fresh,
            "strategy": place.strategy,
        },
    )
    return ChannelRow(channel.uid, html)


def _editable(place: Place, channels: list[Channel]) -> set[int]:
    """Return which of the channels the person may edit: by role, or because they were shared."""
    own = {
        channel.pk for channel in channels if place.standing.may(Act.EDIT, channel.owner_team_id)
    }
    rest = [channel.pk for channel in channels if channel.pk not in own]
    if rest:
        shared = Channel.objects.filter(grants.granted(place.user, Channel, "edit"), pk__in=rest)
        own |= set(shared.values_list("pk", flat=True))
    return own


def open_gap_counts(channel_ids: Iterable[int]) -> dict[int, int]:
    """Return the number of unsettled gaps per channel that has any."""
    counted = (
        Channel.objects.filter(pk__in=list(channel_ids))
        .annotate(
            open_gaps=Count(
                "gaps", filter=Q(gaps__state__in=("open", "agreed", "in_progress", "blocked"))
            )
        )
        .filter(open_gaps__gt=0)
    )
    return dict(counted.values_list("pk", "open_gaps"))


def latest_volumes(channel_ids: Iterable[int]) -> dict[int, Measurement]:
    """Return each channel's newest monthly contacts, whatever their status."""
    rows = Measurement.objects.filter(
        channel__in=list(channel_ids), metric=Measurement.Metric.CONTACTS
    ).order_by("channel_id", "month")
    return {row.channel_id: row for row in rows}


@dataclass(frozen=True)
class VolumePair:
    """The newest month and the same month a year before; either may be missing."""

    now: Measurement | None
    before: Measurement | None

    @property
    def change_percent(self) -> int | None:
        """Return the change in whole percent, from counts; None unless both months have a figure above zero."""
        if not (self.now and self.before and self.now.value and self.before.value):
            return None
        return round((self.now.value - self.before.value) * 100 / self.before.value)


def volume_pair(channel: Channel) -> VolumePair:
    """Return the newest monthly contacts of a channel beside those of a year before."""
    rows = list(
        channel.measurements.filter(metric=Measurement.Metric.CONTACTS).order_by("-month")[:36]
    )
    if not rows:
        return VolumePair(None, None)
    now = rows[0]
    year_before = now.month.replace(year=now.month.year - 1)
    return VolumePair(now, next((row for row in rows if row.month == year_before), None))


def volume_initial(channel: Channel) -> dict[str, Any]:
    """Return what the volume form shows for a channel."""
    pair = volume_pair(channel)
    if pair.now is None:
        return {}
    return {
        "month": f"{pair.now.month:%Y-%m}",
        "status": pair.now.status,
        "value": pair.now.value,
        "status_before": pair.before.status if pair.before else "",
        "value_before": pair.before.value if pair.before else None,
        "source": pair.now.source,
    }
