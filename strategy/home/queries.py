"""Reading for the front door."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.jobs.models import Job
from strategy.checklists.models import Answer, Item, Run, RunTeam
from strategy.gaps.models import OPEN_STATES, Gap
from strategy.gaps.queries import SORTS
from strategy.inventory.decisions.queries import Coverage, coverage
from strategy.inventory.models import (
    Channel,
)
from strategy.inventory.points.channel_hours import has_hours
from strategy.inventory.service.queries import coverage as service_coverage
from strategy.journeys.models import Journey
from strategy.plan.models import Component, Strategy
from strategy.plan.queries import (
    Freshness,
    Place,
    freshness,
    narrowed,
)
from strategy.reports.figures import sentence
from strategy.reports.models import Report
from strategy.reports.queries import last_snapshot


def navigation(strategy: Strategy, path: str) -> list[dict[str, Any]]:
    """Return the strategy's pages for the sidebar; the one that `path` lies under is current."""
    pages = [
        (_("Strategy"), "strategy:home", "home"),
        (_("My work"), "strategy:mine", "inbox"),
        (_("Objectives"), "strategy:objectives", "objectives"),
        (_("Channels"), "strategy:inventory:list", "channels"),
        (_("Journeys"), "strategy:journeys:list", "journeys"),
        (_("Gaps"), "strategy:gaps:list", "gaps"),
        (_("Findings"), "strategy:findings:list", "eye"),
        (_("Checklists"), "strategy:checklists:list", "checklists"),
        (_("Initiatives"), "strategy:initiatives", "calendar"),
        (_("Decisions"), "strategy:decisions", "decisions"),
        (_("Reports"), "strategy:reports:list", "reports"),
        (_("History"), "strategy:history", "history"),
    ]
    urls = {route: reverse(route, args=[strategy.slug]) for _label, route, _icon in pages}
    return [
        {
            "label": label,
            "route": route,
            "url": urls[route],
            "icon": icon,
            "current": path == urls[route]
            if route == "strategy:home"
            else path.startswith(urls[route]),
        }
        for label, route, icon in pages
    ]


def shared_with(user: Any) -> list[Channel | Journey]:
    """Return the channels and journeys that somebody without a role may open, by name."""
    found: list[Channel | Journey] = [
        *Channel.objects.visible_to(user).select_related("strategy"),
        *Journey.objects.visible_to(user).select_related("strategy"),
    ]
    return sorted(found, key=str)


@dataclass(frozen=True)
class Share:
    """A part of a whole, always shown as both numbers."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """Return the part in whole percent, rounded down so that 100 means all; None of nothing."""
        return self.part * 100 // self.whole if self.whole else None


@dataclass(frozen=True)
class Stage:
    """How many channels are in one stage of their life, and the list of them."""

    label: str
    count: int
    url: str
    is_retired: bool


@dataclass(frozen=True)
class Summary:
    """Where the strategy stands, in numbers."""

    channels: int  # those that are not retired
    stages: tuple[
        Stage, ...
    ]  # that have a channel; the retired stand last and are not in `channels`
    channels_with_hours: int
    assisted_channels: int
    journeys: int
    open_gaps: int
    serious_gaps: int
    overdue_gaps: int
    gaps_to_verify: int  # fixed, and somebody else has to check
    owned: Share  # components and channels with an owning team; through a lens: channels
    fresh: Share  # components and channels reviewed within their interval
    owned_of: str  # whose shares `owned` and `fresh` are
    answered: Share | None  # checklist items answered, of the newest run
    before: dict[str, Any] | None  # the figures of the last report
    verdict: str


def summary(strategy: Strategy, ten: list[Component], today: dt.date, lens: str = "") -> Summary:
    """Return the numbers that head the strategy's home, and those that its ten components show.

    A lens narrows channels, journeys, gaps and checklists; the components are the whole strategy's, so that
    shares count channels only.
    """
    every = (
        Channel.objects.filter(strategy=strategy)
        .through(lens)
        .only(
            "life_cycle",
            "mode",
            "hours",
            "owner_team_id",
            "reviewed_on",
            "review_every_days",
            "unsealed_on",
        )
        .annotate(points_say_hours=has_hours())
    )
    channels = [channel for channel in every if not channel.is_retired]
    parts: list[Component | Channel] = [*channels] if lens else [*ten, *channels]
    gaps = (
        Gap.objects.filter(strategy=strategy)
        .through(lens)
        .aggregate(
            all=Count("pk"),
            open=Count("pk", filter=Q(state__in=OPEN_STATES)),
            critical=Count("pk", filter=Q(state__in=OPEN_STATES, severity="critical")),
            to_verify=Count("pk", filter=Q(state=Gap.State.RESOLVED)),
            serious=Count("pk", filter=Q(state__in=OPEN_STATES, severity__in=("high", "critical"))),
            overdue=Count("pk", filter=Q(state__in=OPEN_STATES, due_on__lt=today)),
        )
    )
    reviewed = [
        part
        for part in parts
        if freshness(
            part.next_review_on,
            today,
            is_doubted=isinstance(part, Channel) and part.unsealed_on is not None,
        ).state
        in ("fresh", "due_soon")
    ]
    owned = Share(sum(part.owner_team_id is not None for part in parts), len(parts))
    fresh = Share(len(reviewed), len(parts))
    before = last_snapshot(strategy, "snapshot__front__figures", lens=lens)
    journeys = Journey.objects.filter(strategy=strategy).through(lens).count()
    now = {
        **{key: gaps[key] for key in ("open", "critical", "overdue")},
        "owned": {"n": owned.part, "d": owned.whole},
        "reviewed": {"n": fresh.part, "d": fresh.whole},
    }
    return Summary(
        verdict=sentence(now, before, lens) if channels or journeys or gaps["all"] else "",
        channels=len(channels),
        stages=_stages(strategy, Counter(channel.life_cycle for channel in every)),
        channels_with_hours=sum(
            channel.hours != "" or channel.points_say_hours for channel in channels
        ),
        assisted_channels=sum(channel.mode == Channel.Mode.ASSISTED for channel in channels),
        journeys=journeys,
        open_gaps=gaps["open"],
        serious_gaps=gaps["serious"],
        overdue_gaps=gaps["overdue"],
        gaps_to_verify=gaps["to_verify"],
        owned=owned,
        fresh=fresh,
        owned_of=_("channels") if lens else _("components and channels"),
        answered=answered(Run.objects.filter(strategy=strategy).through(lens).first()),
        before=before,
    )


def _stages(strategy: Strategy, counts: Counter[str]) -> tuple[Stage, ...]:
    """Return the stages in the order in which a home tells them: live first, then as life goes on."""
    page, retired = (
        reverse("strategy:inventory:list", args=[strategy.slug]),
        Channel.LifeCycle.RETIRED,
    )
    ordered = sorted(Channel.LifeCycle, key=lambda stage: stage != Channel.LifeCycle.LIVE)
    return tuple(
        Stage(str(one.label).lower(), counts[one], f"{page}?life_cycle={one}", one == retired)
        for one in ordered
        if counts[one]
    )


def seen_through(place: Place) -> str:
    """Say how much of the strategy the lens shows; nothing without one."""
    words: tuple[tuple[Any, str], ...] = (
        (Channel, _("%(n)d of %(d)d channels")),
        (Journey, _("%(n)d of %(d)d journeys")),
        (Gap, _("%(n)d of %(d)d gaps, settled ones included")),
    )
    return ", ".join(
        narrowed(place, kind.objects.filter(strategy=place.strategy), said) for kind, said in words
    )


@dataclass(frozen=True)
class Reports:
    """How many reports were asked for, and are ready or about to be; `last`, of the lens, is compared with."""

    asked: int
    coming: int
    last: int | None
    frozen_at: dt.datetime | None


def reports_so_far(strategy: Strategy, lens: str = "") -> Reports:
    """Return what there is of reports: with the last one the comparison of the home changes.

    One query, and one more for their jobs while some are frozen and not ready.
    """
    rows = Report.objects.filter(strategy=strategy).order_by("number")
    every: list[Any] = list(
        rows.values_list("uid", "ready_at", "data_as_of", "lens", "number", named=True)
    )
    jobs = Job.objects.filter(state__in=(Job.State.FAILED, Job.State.CANCELED))
    half = [one.uid for one in every if one.data_as_of and not one.ready_at]
    stopped = set(jobs.filter(target_uid__in=half).values_list("target_uid", flat=True))
    frozen = [one for one in every if one.data_as_of and one.uid not in stopped]
    like_this = [one for one in frozen if one.lens == lens]
    return Reports(
        asked=len(every),
        coming=sum(bool(one.ready_at) or one in frozen for one in every),
        last=like_this[-1].number if like_this else None,
        frozen_at=like_this[-1].data_as_of if like_this else None,
    )


def worst_gaps(strategy: Strategy, lens: str = "") -> list[Gap]:
    """Return the open gaps that matter most: the most severe, among equals the oldest.

    Three of them, or up to five while all are critical.
    """
    rows = Gap.objects.filter(strategy=strategy).through(lens).unsettled()
    rows = rows.select_related("strategy", "owner_team", "accountable", "blocked_on")
    worst = list(rows.order_by(SORTS["severity"], "opened_on", "number")[:5])
    return [gap for at, gap in enumerate(worst) if at < 3 or gap.severity == Gap.Severity.CRITICAL]


def answered(run: Run | None) -> Share | None:
    """Return how many of its items the functions have answered; None without a run. Three queries."""
    if run is None:
        return None
    asked = Item.objects.filter(framework=run.framework_id).count()
    return Share(
        Answer.objects.filter(run=run).count(), asked * RunTeam.objects.filter(run=run).count()
    )


@dataclass(frozen=True)
class Card:
    """One component on the front door."""

    component: Component
    fresh: Freshness
    facts: list[
        tuple[str, str]
    ]  # the live numbers that belong to it in words, with their addresses


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)


def first_of_the_matrix(strategy: Strategy, covered: Coverage) -> tuple[str, str] | None:
    """Return what the access matrix needs before anything can be decided, and where; None when all is there."""
    if not covered.contact_types:
        words = (
            _("Add contact types first")
            if covered.segments
            else _("Add contact types and segments first")
        )
        return words, reverse("strategy:inventory:contact_types", args=[strategy.slug])
    if not covered.segments:
        return _("Add segments first"), reverse("strategy:inventory:segments", args=[strategy.slug])
    if not covered.channels:
        return _("Add channels first"), reverse("strategy:inventory:list", args=[strategy.slug])
    return None


def component_cards(
    strategy: Strategy, ten: list[Component], numbers: Summary, today: dt.date, lens: str
) -> list[Card]:
    """Return the ten components with their dates and the live numbers that belong to them."""
    channels, journeys, gaps, segments, types, matrix, promises, points = (
        reverse(f"strategy:{name}", args=[strategy.slug])
        for name in (
            "inventory:list", "journeys:list", "gaps:list", "inventory:segments",
            "inventory:contact_types", "inventory:matrix", "inventory:service_objectives",
            "inventory:points",
        )
    )  # fmt: skip
    held = service_coverage(strategy, today, lens)
    covered = coverage(strategy)
    total, missing = covered.total, first_of_the_matrix(strategy, covered)
    cells = {"n": _grouped(total.part), "d": _grouped(total.whole), "left": _grouped(total.left)}
    hours, assisted = numbers.channels_with_hours, numbers.assisted_channels
    code = Component.Code
    facts: dict[str, list[tuple[str, int, str]]] = {
        code.SEGMENTS: [
            (
                ngettext("%(n)s segment", "%(n)s segments", len(covered.segments)),
                len(covered.segments),
                segments,
            ),
            (missing[0], 0, missing[1])
            if missing
            else (_("%(n)s of %(d)s cells decided") % cells, total.part, matrix),
        ],
        code.CONTACT_TYPES: [
            (
                ngettext("%(n)s contact type", "%(n)s contact types", covered.contact_types),
                covered.contact_types,
                types,
            ),
            (
                ngettext("%(n)s journey", "%(n)s journeys", numbers.journeys),
                numbers.journeys,
                journeys,
            ),
        ],
        code.CHANNELS: [
            (
                ngettext("%(n)s channel", "%(n)s channels", numbers.channels),
                numbers.channels,
                channels,
            ),
            *(
                ()
                if missing
                else [(_("%(left)s cells undecided") % cells, total.left, f"{matrix}?undecided=on")]
            ),
        ],
        code.HOURS: [
            (
                ngettext("%(n)s channel with hours", "%(n)s channels with hours", hours),
                hours,
                points,
            )
        ],
        code.OBJECTIVES: [
            (
                _("%(n)s of %(d)s offered channels have a service objective")
                % {"n": _grouped(held.promised), "d": _grouped(held.offered)},
                held.promised,
                promises,
            )
            if held.offered
            else (_("No channel is in use and offered yet"), 0, channels),
        ],
        code.RESOURCES: [
            (
                ngettext("%(n)s assisted channel", "%(n)s assisted channels", assisted),
                assisted,
                f"{channels}?mode=assisted",
            )
        ],
        code.ANALYSIS: [
            (
                ngettext("%(n)s open gap", "%(n)s open gaps", numbers.open_gaps),
                numbers.open_gaps,
                gaps,
            )
        ],
    }
    told = {
        name: [(words % {"n": _grouped(n)}, url) for words, n, url in rows]
        for name, rows in facts.items()
    }
    return [
        Card(component, freshness(component.next_review_on, today), told.get(component.code, []))
        for component in ten
    ]
