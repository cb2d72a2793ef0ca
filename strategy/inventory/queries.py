"""Reading the inventory, page by page."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import (
    BooleanField,
    Count,
    ExpressionWrapper,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Lower
from django.forms import Form
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.lib.fragments import fragment, kept
from strategy.inventory.models import AnswerDifference, Carried, Channel, Measurement, Transition
from strategy.plan.models import ContactType, Strategy
from strategy.plan.queries import Place, by_uid, freshness
from strategy.plan.rules import next_review
from teams import grants
from teams.models import Team
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


def _without(params: QueryDict, *names: str) -> str:
    """Return the query of the address without these parameters."""
    others = params.copy()
    for name in names:
        others.pop(name, None)
    return others.urlencode()


def filter_bar(
    here: str, sort: str, chosen: tuple[str, ...], form: Callable[[], Form], *, is_filtered: bool
) -> SafeString:
    """Return the search and filter form, drawn again only when a choice or a team changed.

    `chosen` are the values of its fields; `form` is asked only when it must be drawn.
    """
    teams = Team.objects.order_by("name").values_list("slug", "name")
    return fragment(
        "strategy/inventory/list.html#channel-filters",
        (here, chosen, tuple(teams), sort, is_filtered),
        lambda: {"here": here, "form": form(), "sort": sort, "is_filtered": is_filtered},
    )


def table_head(params: QueryDict, sort: str) -> SafeString:
    """Return the column heads; those that sort lead to an address that keeps the filters."""
    others = _without(params, "page", "sort")

    def context() -> dict[str, Any]:
        heads = []
        for key, label in COLUMNS:
            now = {key: "asc", f"-{key}": "desc"}.get(sort, "")
            by = f"sort=-{key}" if now == "asc" else f"sort={key}"
            url = f"?{others}&{by}" if others else f"?{by}"
            heads.append({"label": label, "url": url, "direction": now})
        return {"columns": heads}

    return fragment("strategy/inventory/list.html#channel-head", (others, sort), context)


UNSETTLED = ("open", "agreed", "in_progress", "blocked")
"""The states of gaps that count as open: gaps.models.OPEN_STATES, which this lower slice must not import."""

OPEN_GAPS = Subquery(
    Channel.objects.filter(pk=OuterRef("pk"), gaps__state__in=UNSETTLED)
    .order_by()
    .values("pk")
    .annotate(number=Count("gaps"))
    .values("number")
)
"""The number of unsettled gaps of a channel; none: NULL."""

_NEWEST = Measurement.objects.filter(
    channel=OuterRef("pk"), metric=Measurement.Metric.CONTACTS
).order_by("-month")
LATEST_VOLUME = (Subquery(_NEWEST.values("status")[:1]), Subquery(_NEWEST.values("value")[:1]))
"""Status and figure of a channel's newest monthly contacts."""


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


def pager(found: Page, params: QueryDict) -> SafeString:
    """Return the links to the other pages of the list."""
    others = _without(params, "page")
    return fragment(
        "_components/pagination.html",
        ("channels", found.number, found.paginator.count, others),
        {"page_obj": found, "querystring": others, "target": "#channel-list"},
    )


def channel_page(place: Place, rows: Any, *, sort: str, number: str, today: dt.date) -> Page:
    """Return one page of rows, each drawn with its volume, open gaps and freshness. Constant queries.

    One query reads the facts that decide what a row shows; the rest is read for rows not drawn before.
    """
    keys = sorted_by(rows, sort).values_list(
        "pk", "uid", "version", "owner_team_id", "owner_team__version", "reviewed_on", "review_every_days",
        "life_cycle",
        OPEN_GAPS, *LATEST_VOLUME, _is_shared(place),
    )  # fmt: skip
    found = Paginator(keys, PAGE_SIZE).get_page(number)
    shown: dict[int, tuple[Any, ...]] = {}
    for (
        pk,
        uid,
        version,
        team,
        team_version,
        reviewed_on,
        every,
        life_cycle,
        gaps,
        status,
        value,
        shared,
    ) in found:
        editable = bool(shared) or place.standing.may(Act.EDIT, team)
        fresh = freshness(
            next_review(reviewed_on, every),
            today,
            has_ended=life_cycle == Channel.LifeCycle.RETIRED,
        )
        volume = Latest(status, value) if status else None
        shown[pk] = (
            uid,
            version,
            team_version,
            gaps or 0,
            volume,
            editable,
            fresh,
            place.strategy.slug,
        )
    drawn = {pk: kept(_ROW, shows) for pk, shows in shown.items()}
    missing = [pk for pk, html in drawn.items() if html is None]
    if missing:
        for pk, channel in Channel.objects.select_related("owner_team").in_bulk(missing).items():
            drawn[pk] = _draw(channel, shown[pk])
    found.object_list = [
        ChannelRow(shown[pk][0], html or SafeString()) for pk, html in drawn.items()
    ]
    return found


_ROW = "strategy/inventory/list.html#channel-row"


def _draw(channel: Channel, shows: tuple[Any, ...]) -> SafeString:
    _uid, _version, _team_version, gaps, volume, editable, fresh, slug = shows
    return fragment(
        _ROW,
        shows,
        {
            "channel": channel,
            "gaps": gaps,
            "volume": volume,
            "editable": editable,
            "fresh": fresh,
            "slug": slug,
        },
    )


def _is_shared(place: Place) -> Any:
    """Was the channel shared with the person to edit it? Not asked of those who may edit everything."""
    if place.standing.may(Act.EDIT):
        return Value(True)
    return ExpressionWrapper(
        grants.granted(place.user, Channel, "edit"), output_field=BooleanField()
    )


@dataclass(frozen=True)
class Latest:
    """A channel's newest monthly figure: its status, and the figure when the status is "value"."""

    status: str
    value: int | None

    def get_status_display(self) -> str:
        """Return the status in words."""
        return str(Measurement.Status(self.status).label)


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


# --- transitions -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Context:
    """What comes along on a transition, grouped by how much of it does: names in the order they are asked for."""

    carried: tuple[str, ...]
    partly: tuple[str, ...]
    asked_again: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def is_known(self) -> bool:
        """Has anybody said anything about it?"""
        return bool(self.carried or self.partly or self.asked_again)

    @property
    def words(self) -> str:
        """Return it as plain text, what hurts first."""
        groups = (
            (_("Asked again: %(names)s."), self.asked_again),
            (_("Partly carried: %(names)s."), self.partly),
            (_("Carried: %(names)s."), self.carried),
            (_("Not known: %(names)s."), self.unknown),
        )
        return " ".join(label % {"names": ", ".join(names)} for label, names in groups if names)


def context_of(transition: Transition) -> Context:
    """Return what comes along on a transition."""
    groups: dict[str, list[str]] = {value: [] for value in Carried.values}
    for name, value in transition.context():
        groups[value].append(name)
    return Context(*(tuple(groups[value]) for value in Carried.values))


def transitions_of(strategy: Strategy, lens: str = "") -> QuerySet[Transition]:
    """Return the transitions of a strategy with their ends and who owns them, by name. One query."""
    rows = Transition.objects.filter(strategy=strategy).through(lens)
    rows = rows.select_related("strategy", "source__owner_team", "target__owner_team", "tested_by")
    return rows.order_by(Lower("source__name"), Lower("target__name"))


@dataclass(frozen=True)
class Way:
    """A transition as a list shows it."""

    transition: Transition
    context: Context
    can_edit: bool


def ways(place: Place, rows: Iterable[Transition]) -> list[Way]:
    """Return transitions with what comes along, and whether this person may change them."""
    return [Way(row, context_of(row), place.may(Act.EDIT, row)) for row in rows]


def ways_of(place: Place, channel: Channel) -> tuple[list[Way], list[Way]]:
    """Return where a channel leads, and from where customers come to it. One query."""
    rows = transitions_of(place.strategy).filter(Q(source=channel) | Q(target=channel))
    found = ways(place, rows)
    return (
        [way for way in found if way.transition.source_id == channel.pk],
        [way for way in found if way.transition.target_id == channel.pk],
    )


def ends(strategy: Strategy, given: Mapping[str, str]) -> dict[str, int]:
    """Return the channels that an address names as `from` and `to`, for a form; unknown ones are left out."""
    found: dict[str, int] = {}
    for name, key in (("source", "from"), ("target", "to")):
        channel = by_uid(Channel.objects.filter(strategy=strategy), given.get(key))
        if channel is not None:
            found[name] = channel.pk
    return found


def journeys_through(source: Channel, target: Channel) -> set[uuid.UUID]:
    """Return the journeys on whose boards both channels stand (journeys are a slice above)."""
    on_source = source.cells.values_list("lane__journey__uid", flat=True)  # type: ignore[attr-defined]
    on_target = target.cells.values_list("lane__journey__uid", flat=True)  # type: ignore[attr-defined]
    return set(on_source) & set(on_target)


# --- contact types ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answers:
    """A contact type, and where channels answer it differently."""

    contact_type: ContactType
    differences: list[tuple[AnswerDifference, bool]]  # with: may this person change it?


def answers(place: Place) -> list[Answers]:
    """Return the contact types by name with their differences. Two queries."""
    differences = AnswerDifference.objects.select_related(
        "contact_type", "channel__owner_team", "other__owner_team"
    )
    rows = ContactType.objects.filter(strategy=place.strategy).order_by(Lower("name"))
    return [
        Answers(row, [(each, place.may(Act.EDIT, each)) for each in row.differences.all()])  # type: ignore[attr-defined]
        for row in rows.prefetch_related(Prefetch("differences", differences))
    ]


def gone_with(thing: Any) -> int:
    """Return how many differences are deleted with a contact type; with anything else none."""
    return thing.differences.count() if isinstance(thing, ContactType) else 0
