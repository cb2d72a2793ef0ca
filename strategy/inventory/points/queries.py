"""Reading access points: whether they are open, who answers for them, what a vendor puts at risk."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.lib.fragments import fragment
from strategy.inventory.hours import Week, read_week, write_day
from strategy.inventory.models import AccessPoint, Calendar, Channel, Measurement
from strategy.inventory.opening import Opening, holidays, opening
from strategy.inventory.points import languages, week
from strategy.inventory.points.open_now import Now, now_of
from strategy.inventory.points.rules import ANY, ENDED, NO_EXIT, NOTICE, vendor_risks
from strategy.inventory.quality.rules.errors import same_address
from strategy.plan.models import Strategy
from strategy.plan.queries import Freshness, Place, freshness
from teams import grants
from teams.models import Team, User
from teams.roles import Act

PAGE_SIZE = 50

WEEKDAYS = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)

# --- the list --------------------------------------------------------------------------------------

SORTS: dict[str, tuple[Any, ...]] = {
    "name": (Lower("name"),),
    "channel": (Lower("channel__name"), Lower("name")),
    "kind": ("kind", Lower("name")),
}
"""What the list can be sorted by; a leading minus turns the first key around."""

COLUMNS = (
    ("name", gettext_lazy("Access point")),
    ("channel", gettext_lazy("Channel")),
    ("kind", gettext_lazy("Kind")),
)


def heads(params: QueryDict, sort: str) -> list[dict[str, Any]]:
    """Return the column heads that sort, with an address that keeps the filters."""
    others = params.copy()
    for name in ("page", "sort", "live"):
        others.pop(name, None)
    kept = f"{others.urlencode()}&" if others else ""
    found = []
    for key, label in COLUMNS:
        now = {key: "asc", f"-{key}": "desc"}.get(sort, "")
        by = f"-{key}" if now == "asc" else key
        found.append({"label": label, "url": f"?{kept}sort={by}", "direction": now})
    return found


def sorted_by(rows: Any, sort: str) -> Any:
    """Sort by one of SORTS; anything else means by channel."""
    keys = SORTS.get(sort.removeprefix("-"), SORTS["channel"])
    first = keys[0]
    if sort.startswith("-"):
        first = first.desc() if isinstance(first, Lower) else f"-{first}"
    return rows.order_by(first, *keys[1:], "pk")


@dataclass(frozen=True)
class Owners:
    """Who answers for a point; what it does not say is its channel's."""

    team: Team | None
    person: User | None
    deputy: User | None
    from_channel: bool


def owners_of(point: AccessPoint) -> Owners:
    """Return who answers for a point. One that names neither team nor person has its channel's."""
    if point.owner_team_id is None and point.owner_id is None:
        channel = point.channel
        return Owners(channel.owner_team, channel.owner, point.deputy or channel.deputy, True)
    return Owners(point.owner_team, point.owner, point.deputy, False)


@dataclass(frozen=True)
class Worry:
    """Something that a vendor puts at risk, in words, and how loudly a page says it."""

    words: str
    tone: str


@dataclass(frozen=True)
class PointRow:
    """A point as a list shows it."""

    point: AccessPoint
    now: Now
    owners: Owners
    risks: list[Worry]
    fresh: Freshness
    can_edit: bool


RELATED = ("channel__strategy", "channel__owner_team", "channel__owner", "channel__deputy",
           "owner_team", "owner", "deputy", "calendar", "unsealed_by")  # fmt: skip


def _row(place: Place, point: AccessPoint, at: dt.datetime, today: dt.date) -> PointRow:
    return PointRow(
        point,
        now_of(point, at),
        owners_of(point),
        risks_of(point, today),
        fresh_of(point, today),
        place.may(Act.EDIT, point),
    )


def risks_of(point: AccessPoint, today: dt.date) -> list[Worry]:
    """Return what its vendor puts at risk, the worst first; nothing for a point that has retired."""
    if point.life_cycle == Channel.LifeCycle.RETIRED:
        return []
    found = vendor_risks(
        vendor=point.vendor,
        contract_ends_on=point.contract_ends_on,
        exit_terms=point.exit_terms,
        maturity=point.maturity,
        today=today,
    )
    return [Worry(_(risk.sentence) % {"days": risk.days}, risk.tone) for risk in found]


def fresh_of(point: AccessPoint, today: dt.date) -> Freshness:
    """Return when it has to be confirmed again."""
    has_ended = point.life_cycle == Channel.LifeCycle.RETIRED
    is_doubted = point.unsealed_on is not None
    return freshness(point.next_review_on, today, has_ended=has_ended, is_doubted=is_doubted)


def point_page(
    place: Place,
    rows: Any,
    *,
    sort: str,
    number: str,
    is_open: str,
    at: dt.datetime,
    today: dt.date,
) -> Page:
    """Return one page of points, drawn. Constant queries: what is open is worked out here, of the texts alone.

    `is_open` narrows to a state of Now: "open", "closed" or "unknown"; anything else is everything.
    """
    ordered = sorted_by(rows, sort)
    if is_open in ("open", "closed", "unknown"):
        keys: Any = list(in_state(ordered, is_open, at))
    else:
        keys = ordered.values_list("pk", flat=True)
    found = Paginator(keys, PAGE_SIZE).get_page(number)
    shown = AccessPoint.objects.select_related(*RELATED).annotate(serving=Count("serves"))
    points = shown.in_bulk(list(found.object_list))
    found.object_list = [
        _draw(place, _row(place, points[key], at, today)) for key in found if key in points
    ]
    return found


def _draw(place: Place, row: PointRow) -> SafeString:
    """Return a row of the list, drawn again only when something that it shows has changed."""
    point, team = row.point, row.owners.team
    shows = (
        (point.uid, point.version, point.channel.version, point.serving),  # type: ignore[attr-defined]
        (team and (team.pk, team.version), str(row.owners.person), row.owners.from_channel),
        (row.now, tuple(row.risks), row.fresh, row.can_edit, place.strategy.slug),
    )
    context = {"row": row, "slug": place.strategy.slug}
    return fragment("strategy/inventory/points/list.html#point-row", shows, context)


def in_state(rows: Any, state: str, at: dt.datetime) -> Iterator[int]:
    """Yield the points that are open, closed, or of which nobody knows. Two queries."""
    facts = list(
        rows.values_list("pk", "life_cycle", "hours", "time_zone", "calendar", "exceptions")
    )
    calendars: dict[int | None, str] = {None: ""}
    calendars |= dict(Calendar.objects.filter(points__in=rows.order_by()).values_list("pk", "days"))
    known: dict[tuple[Any, ...], str] = {}
    for pk, life_cycle, *texts in facts:
        if life_cycle not in Channel.IN_USE:
            continue
        key = tuple(texts)
        if key not in known:
            hours, zone, calendar, special = key
            found = opening(hours, zone, calendars.get(calendar, ""), special)
            if isinstance(found, str):
                known[key] = "unknown"
            else:
                known[key] = "open" if found.is_open(at) else "closed"
        if known[key] == state:
            yield pk


def points_of(place: Place, channel: Channel, at: dt.datetime, today: dt.date) -> list[PointRow]:
    """Return the points of a channel, those in use first. One query."""
    points = AccessPoint.objects.filter(channel=channel).select_related(*RELATED)
    rows = [
        _row(place, point, at, today)
        for point in points.annotate(serving=Count("serves")).order_by(Lower("name"))
    ]
    return sorted(rows, key=lambda row: row.now.state == "unused")


def offered(place: Place, channels: Any, chosen: Channel | None) -> Any:
    """Narrow to the channels to which the person may add a point, and the one that they chose."""
    if place.may(Act.EDIT):
        return channels
    found = grants.granted(place.user, Channel, "edit") | Q(pk=chosen.pk if chosen else 0)
    if place.may_add:
        found |= Q(owner_team__in=place.standing.team_ids)
    return channels.filter(found)


def twins_of(point: AccessPoint) -> list[AccessPoint]:
    """Return the access points of other channels that have the same address, however it is written. One query."""
    address = same_address(point.kind, point.address)
    if not address or point.life_cycle == Channel.LifeCycle.RETIRED:
        return []
    others = AccessPoint.objects.filter(
        channel__strategy=point.channel.strategy_id, kind=point.kind
    )
    others = others.exclude(channel=point.channel_id).exclude(address="")
    others = others.exclude(life_cycle=Channel.LifeCycle.RETIRED).select_related(
        "channel__strategy"
    )
    return [
        one
        for one in others.order_by(Lower("channel__name"), "pk")
        if same_address(one.kind, one.address) == address
    ]


def at_risk(risk: str, today: dt.date) -> Q:
    """Return the condition that a vendor puts this at risk (one of RISKS), as `risks_of` says it."""
    ends = "contract_ends_on"
    last = today + dt.timedelta(days=max(days for days, _tone in NOTICE))
    market = Q(maturity__in=("declining", "emerging"))
    no_exit = Q(vendor__regex=r"\S") & ~Q(exit_terms__regex=r"\S")
    if risk == ANY:
        found = Q(**{f"{ends}__lte": last}) | market | no_exit
    elif risk == ENDED:
        found = Q(**{f"{ends}__lt": today})
    elif risk == NO_EXIT:
        found = no_exit
    elif risk.isdecimal():
        found = Q(**{f"{ends}__range": (today, today + dt.timedelta(days=int(risk)))})
    else:
        found = Q(maturity=risk)
    return found & ~Q(life_cycle=Channel.LifeCycle.RETIRED)


def filter_rows(rows: Any, chosen: Mapping[str, str], today: dt.date) -> Any:
    """Narrow to a search, a channel, a kind, a vendor risk, and to whose team answers.

    That is the team of the point, or of its channel when it names none.
    """
    for word in chosen.get("q", "").split()[:8]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(address__icontains=word)
            | Q(published__icontains=word)
            | Q(vendor__icontains=word)
            | Q(platform__icontains=word)
            | Q(channel__name__icontains=word)
        )
    if "channel" in chosen:
        rows = rows.filter(channel__uid=chosen["channel"])
    if "kind" in chosen:
        rows = rows.filter(kind=chosen["kind"])
    if "risk" in chosen:
        rows = rows.filter(at_risk(chosen["risk"], today))
    team = chosen.get("team", "")
    if team:
        unsaid = Q(owner_team__isnull=True, owner__isnull=True)
        path, value = ("isnull", True) if team == "none" else ("slug", team)
        rows = rows.filter(
            (~unsaid & Q(**{f"owner_team__{path}": value}))
            | (unsaid & Q(**{f"channel__owner_team__{path}": value}))
        )
    return rows


# --- one point -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DayRow:
    """One day of the usual week: its name, its times in words, and bars (x and width in minutes)."""

    name: str
    times: str
    bars: list[tuple[int, int]]
    is_today: bool


def week_rows(hours: str, today: int | None = None) -> list[DayRow]:
    """Return the usual week that a text says, day by day; nothing when it cannot be read."""
    found: Week | None = read_week(hours)
    if found is None:
        return []
    return [
        DayRow(str(WEEKDAYS[day]), write_day(spans) if spans else _("Closed"), bars, day == today)
        for day, (spans, bars) in enumerate(zip(found, week.bars(found), strict=True))
    ]


def coming_days(found: Opening | str, today: dt.date) -> list[tuple[dt.date, str, str]]:
    """Return the next ten days with other hours than usual: the day, its hours, and its name."""
    if isinstance(found, str):
        return []
    days = sorted(day for day in {*found.closed, *found.special} if day >= today)
    return [
        (
            day,
            write_day(begins) if (begins := found.begins_on(day)) else _("Closed"),
            found.named(day),
        )
        for day in days[:10]
    ]


def facts_of(point: AccessPoint) -> dict[str, Any]:
    """Return what the page of a point says in words of its codes. One query."""
    return {
        "languages": [languages.name(code) for code in languages.split(point.languages)],
        "accessibility": accessibility_of(point),
        "serves": [
            row.contact_type
            for row in point.serves.select_related("contact_type").order_by(  # type: ignore[attr-defined]
                Lower("contact_type__name")
            )
        ],
    }


def confirmed_of(point: AccessPoint) -> str:
    """Return in one line what “still true” confirms of a point; its calendar is loaded. No query."""
    facts = [
        str(point.get_kind_display()),
        point.address or _("address not said"),
        str(point.get_life_cycle_display()),
        " ".join(filter(None, (point.hours, point.time_zone))) or _("hours not said"),
        str(point.calendar or ""),
        _("languages: %(names)s")
        % {
            "names": ", ".join(languages.name(one) for one in languages.split(point.languages))
            or _("not said")
        },
        _("accessibility: %(names)s")
        % {"names": ", ".join(accessibility_of(point)) or _("not said")},
    ]
    return " · ".join(filter(None, facts))


def accessibility_of(point: AccessPoint) -> list[str]:
    """Return the accessibility facts of a point in words, in their usual order."""
    chosen = set(languages.split(point.accessibility))
    return [str(label) for word, label in AccessPoint.ACCESSIBILITY.items() if word in chosen]


def volume_of(point: AccessPoint) -> Measurement | None:
    """Return the newest monthly contacts that were measured at this very point. One query."""
    rows = Measurement.objects.filter(
        point=point,
        metric=Measurement.Metric.CONTACTS,
        grain=Measurement.Grain.MONTH,
        contact_type__isnull=True,
    )
    return rows.order_by("-starts_on").first()


# --- calendars -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CalendarRow:
    """A calendar with its next ten holidays, how many it has in all, and the points that use it."""

    calendar: Calendar
    coming: list[tuple[dt.date, str]]
    total: int
    bad: int
    points: list[AccessPoint]


def calendars(strategy: Strategy, today: dt.date) -> list[CalendarRow]:
    """Return the calendars of a strategy by name. Two queries."""
    rows = Calendar.objects.filter(strategy=strategy).select_related("strategy")
    used: dict[int, list[AccessPoint]] = {}
    points = AccessPoint.objects.filter(calendar__strategy=strategy)
    for point in points.select_related("channel__strategy").order_by(Lower("name")):
        if point.calendar_id is not None:
            used.setdefault(point.calendar_id, []).append(point)
    found = []
    for row in rows.order_by(Lower("name")):
        days, bad = holidays(row.days)
        coming = sorted((day, name) for day, name in days.items() if day >= today)[:10]
        found.append(CalendarRow(row, coming, len(days), len(bad), used.get(row.pk, [])))
    return found
