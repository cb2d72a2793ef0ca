"""Reading gaps, page by page."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.lib.fragments import fragment
from strategy.gaps import rules
from strategy.gaps.models import OPEN_STATES, Gap, GapQuerySet
from strategy.inventory.models import Channel, Transition
from strategy.inventory.queries import context_of
from strategy.journeys.models import Cell, Journey, Lane, Step
from strategy.plan.models import Strategy
from strategy.plan.queries import Place, by_uid
from teams.models import User
from teams.roles import Act

PAGE_SIZE = 50

_RANK = Case(
    *(When(severity=severity, then=Value(rank)) for rank, severity in enumerate(rules.DUE_DAYS)),
    output_field=IntegerField(),
)  # 0 is critical

SORTS: dict[str, Any] = {
    "severity": _RANK,
    "due": F("due_on"),
    "age": F("opened_on"),
    "number": F("number"),
}
"""What the list can be sorted by: the worst, the soonest, the oldest, the lowest first.
A leading minus turns it around."""


def sorted_by(rows: GapQuerySet, sort: str) -> GapQuerySet:
    """Sort by one of SORTS; anything else means the worst first. No due date comes last."""
    key = SORTS.get(sort.removeprefix("-"), _RANK)
    if isinstance(key, F):
        first = key.desc(nulls_last=True) if sort.startswith("-") else key.asc(nulls_last=True)
    else:
        first = key.desc() if sort.startswith("-") else key.asc()
    return rows.order_by(first, F("due_on").asc(nulls_last=True), "number")


def in_state(rows: GapQuerySet, state: str, today: dt.date) -> GapQuerySet:
    """Narrow to one state, to "all", to "expired" (decide again), or to the unsettled ones."""
    if state == "all":
        return rows
    if state == "expired":
        return rows.filter(state=Gap.State.ACCEPTED, accepted_until__lt=today)
    if state in Gap.State.values:
        return rows.filter(state=state)
    return rows.unsettled()


@dataclass(frozen=True)
class Tab:
    """One state to narrow the list to, with the number of gaps in it."""

    state: str
    label: Any
    count: int
    is_current: bool


def tabs(rows: GapQuerySet, state: str, today: dt.date) -> list[Tab]:
    """Return the states with their counts among `rows`; "decide again" only when one expired."""
    counts = rows.aggregate(
        all=Count("pk"),
        unsettled=Count("pk", filter=Q(state__in=OPEN_STATES)),
        expired=Count("pk", filter=Q(state=Gap.State.ACCEPTED, accepted_until__lt=today)),
        **{value: Count("pk", filter=Q(state=value)) for value in Gap.State.values},
    )
    labels = {
        "unsettled": gettext_lazy("Unsettled"),
        "all": gettext_lazy("All"),
        "expired": gettext_lazy("Decide again"),
        **dict(Gap.State.choices),
    }
    current = state if state in labels else "unsettled"
    return [
        Tab(value, label, counts[value], value == current)
        for value, label in labels.items()
        if value != "expired" or counts["expired"] or current == "expired"
    ]


@dataclass(frozen=True)
class GapRow:
    """One row of the list, drawn."""

    uid: uuid.UUID
    html: SafeString


def gap_page(place: Place, rows: GapQuerySet, *, sort: str, number: str, today: dt.date) -> Page:
    """Return one page of rows. Constant queries: one to count, one to load."""
    wanted = sorted_by(
        rows.select_related("channel", "owner_team", "accountable", "blocked_on"), sort
    )
    found = Paginator(wanted, PAGE_SIZE).get_page(number)
    found.object_list = [_row(place, gap, today) for gap in found.object_list]
    return found


def _row(place: Place, gap: Gap, today: dt.date) -> GapRow:
    related = (gap.channel, gap.owner_team, gap.accountable, gap.blocked_on)
    shows = (
        gap.uid,
        gap.version,
        *(one and (one.pk, one.version) for one in related),
        place.strategy.slug,
        today,
    )
    context = {
        "gap": gap,
        "strategy": place.strategy,
        "age": gap.age_days(today),
        "is_overdue": gap.is_overdue(today),
        "is_expired": gap.is_expired(today),
    }
    return GapRow(gap.uid, fragment("strategy/gaps/list.html#gap-row", shows, context))


def unsettled_of(rows: GapQuerySet) -> list[Gap]:
    """Return the unsettled gaps among `rows`, the worst first."""
    return list(sorted_by(rows.unsettled().select_related("owner_team"), "severity"))


def prefill(strategy: Strategy, given: Mapping[str, str]) -> dict[str, Any]:
    """Return what the form for a new gap starts with, from where the person came.

    A channel brings its team and owner; a step brings its journey, and the channel and team that
    the board names for it; a hop (`from` and `to`) names the owners at both ends. Anything that does
    not exist here is left out.
    """
    initial: dict[str, Any] = {name: given[name] for name in ("title", "harm") if given.get(name)}
    journey = by_uid(Journey.objects.filter(strategy=strategy), given.get("journey"))
    step = by_uid(
        Step.objects.filter(stage__journey__strategy=strategy).select_related("stage__journey"),
        given.get("step"),
    )
    channel = by_uid(Channel.objects.filter(strategy=strategy), given.get("channel"))
    team_id = None
    if step:
        journey = step.stage.journey
        cells = {
            cell.lane.kind: cell
            for cell in Cell.objects.filter(step=step).select_related("lane", "channel")
        }
        if channel is None and Lane.Kind.CHANNEL in cells:
            channel = cells[Lane.Kind.CHANNEL].channel
        if Lane.Kind.TEAM in cells:
            team_id = cells[Lane.Kind.TEAM].team_id
    if channel:
        team_id = channel.owner_team_id or team_id
        initial |= {"channel": channel.pk, "accountable": channel.owner_id}
    if journey:
        team_id = team_id or journey.owner_team_id
        initial["journey"] = journey.pk
    if step:
        initial["step"] = step.pk
    if team_id:
        initial["owner_team"] = team_id
    return {**initial, **_of_hop(strategy, given)}


def _of_hop(strategy: Strategy, given: Mapping[str, str]) -> dict[str, Any]:
    """Return what a gap on the way between two channels starts with: what hurts, and who owns the ends."""
    channels = Channel.objects.filter(strategy=strategy).select_related("owner_team", "owner")
    source, target = by_uid(channels, given.get("from")), by_uid(channels, given.get("to"))
    if source is None or target is None:
        return {}
    way = Transition.objects.filter(source=source, target=target).first()
    holder = source if source.owner_team_id else target
    again = context_of(way).asked_again if way else ()
    between: dict[str, Any] = {"from": source, "to": target, "what": ", ".join(again)}
    if way and way.status == Transition.Status.BROKEN:
        title = _("The way from %(from)s to %(to)s does not work")
        harm = _("Customers who go from %(from)s to %(to)s do not arrive.")
    elif way and way.status in (Transition.Status.NOT_BUILT, Transition.Status.DECLINED):
        title = _("There is no way from %(from)s to %(to)s")
        harm = _(
            "Customers who need to go from %(from)s to %(to)s have to start again by themselves."
        )
    elif again:
        title = _("Asked again from %(from)s to %(to)s: %(what)s")
        harm = _("Customers who go from %(from)s to %(to)s give again: %(what)s.")
    elif way:
        title = _("Lost on the way from %(from)s to %(to)s")
        harm = _("Customers who go from %(from)s to %(to)s lose something on the way.")
    else:
        title = _("Unknown what comes along from %(from)s to %(to)s")
        harm = _(
            "Nobody has recorded what comes along when customers go from %(from)s to %(to)s."
            " They may have to start again."
        )
    owners = _("Owners at the ends: %(from)s – %(from_owner)s; %(to)s – %(to_owner)s.")
    between |= {"from_owner": _owner(source), "to_owner": _owner(target)}
    return {
        "title": (title % between)[:150],
        "harm": f"{harm}\n{owners}" % between,
        "transition": way.pk if way else None,
        "channel": source.pk,
        "owner_team": holder.owner_team_id,
        "accountable": holder.owner_id,
    }


def _owner(channel: Channel) -> str:
    named = [str(each) for each in (channel.owner_team, channel.owner) if each]
    return ", ".join(named) or _("nobody")


def standing_of(gap: Gap) -> rules.Standing:
    """Return what the rules need to know of a gap."""
    return rules.Standing(gap.state, gap.resolved_by_id, gap.owner_team_id is not None)


def why_not_move(gap: Gap, to: str, *, by: User) -> str:
    """Return the sentence that says why this person cannot make this move; "" when they can."""
    sentence = rules.why_not(standing_of(gap), to, by=by.pk)
    return _(sentence) if sentence else ""


def original_of(gap: Gap, other: Gap | None) -> rules.Original | None:
    """Return what the rules need to know of the gap that this one is said to repeat."""
    if other is None or other.strategy_id != gap.strategy_id:
        return None
    return rules.Original(other.pk == gap.pk, other.state == Gap.State.DUPLICATE)


@dataclass(frozen=True)
class Way:
    """One move a gap can make: what its button says, and why not when it cannot be pressed."""

    to: str
    label: Any
    reason: str
    is_plain: bool  # nothing to fill in: the button alone does it


_LABELS = {
    "agreed": gettext_lazy("Agree to fix it"),
    "in_progress": gettext_lazy("Start work"),
    "blocked": gettext_lazy("Blocked on a team"),
    "resolved": gettext_lazy("It is fixed"),
    "verified": gettext_lazy("Verify the fix"),
    "accepted": gettext_lazy("Accept it for now"),
    "duplicate": gettext_lazy("It is a duplicate"),
    "open": gettext_lazy("Open it again"),
}
_LABELS_FROM = {
    ("in_progress", "agreed"): gettext_lazy("Stop work"),
    ("blocked", "agreed"): gettext_lazy("No longer blocked, not started"),
    ("blocked", "in_progress"): gettext_lazy("No longer blocked, go on"),
    ("resolved", "in_progress"): gettext_lazy("Not fixed: reopen"),
    ("agreed", "open"): gettext_lazy("No longer agreed"),
    ("accepted", "open"): gettext_lazy("Decide again"),
}
_PLAIN = frozenset({"agreed", "in_progress", "verified"})


def ways(place: Place, gap: Gap) -> list[Way]:
    """Return the moves a gap can make, each with the reason when this person cannot make it."""
    refused = "" if place.may(Act.EDIT, gap) else place.why_not(Act.EDIT, gap)
    return [
        Way(
            to=to,
            label=_LABELS_FROM.get((gap.state, to), _LABELS[to]),
            reason=refused or why_not_move(gap, to, by=place.user),
            is_plain=to in _PLAIN and (gap.state, to) != ("resolved", "in_progress"),
        )
        for to in rules.MOVES[gap.state]
    ]


@dataclass(frozen=True)
class Column:
    """A heading of the list: what clicking it sorts by, and how the list is sorted by it now."""

    key: str
    label: Any
    sort: str
    direction: str
    is_numeric: bool = False


def columns(sort: str) -> dict[str, Column]:
    """Return the headings that sort."""
    labels = {
        "number": gettext_lazy("Number"),
        "severity": gettext_lazy("Severity"),
        "due": gettext_lazy("Due"),
        "age": gettext_lazy("Age"),
    }
    current = sort if sort.removeprefix("-") in labels else "severity"
    down = {"severity", "age"}  # their first click puts the greatest on top
    return {
        key: Column(
            key,
            label,
            sort=f"-{key}" if current == key else key,
            direction=""
            if current.removeprefix("-") != key
            else ("desc" if (key in down) == (current == key) else "asc"),
            is_numeric=key == "age",
        )
        for key, label in labels.items()
    }
