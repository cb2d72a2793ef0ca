"""Reading for the front door."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from strategy.checklists.models import Answer, Item, Run, RunTeam
from strategy.gaps.models import OPEN_STATES, Gap
from strategy.gaps.rules import DUE_DAYS
from strategy.inventory.models import Channel
from strategy.journeys.models import Journey
from strategy.plan.models import Component, Strategy
from strategy.plan.queries import Freshness, components, freshness
from strategy.reports.figures import sentence
from strategy.reports.models import Report


def navigation(strategy: Strategy, path: str) -> list[dict[str, Any]]:
    """Return the strategy's pages for the sidebar; the one that `path` lies under is current."""
    home = reverse("strategy:home", args=[strategy.slug])
    pages = [
        (_("Strategy"), home, "home"),
        (_("Objectives"), reverse("strategy:objectives", args=[strategy.slug]), "objectives"),
        (_("Channels"), reverse("strategy:inventory:list", args=[strategy.slug]), "channels"),
        (_("Journeys"), reverse("strategy:journeys:list", args=[strategy.slug]), "journeys"),
        (_("Gaps"), reverse("strategy:gaps:list", args=[strategy.slug]), "gaps"),
        (_("Checklists"), reverse("strategy:checklists:list", args=[strategy.slug]), "checklists"),
        (_("Initiatives"), reverse("strategy:initiatives", args=[strategy.slug]), "calendar"),
        (_("Decisions"), reverse("strategy:decisions", args=[strategy.slug]), "decisions"),
        (_("Reports"), reverse("strategy:reports:list", args=[strategy.slug]), "reports"),
        (_("History"), reverse("strategy:history", args=[strategy.slug]), "history"),
    ]
    return [
        {
            "label": label,
            "url": url,
            "icon": icon,
            "current": path == url if url == home else path.startswith(url),
        }
        for label, url, icon in pages
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
class Summary:
    """Where the strategy stands, in numbers."""

    channels: int  # those that are not retired
    live_channels: int
    retired_channels: int
    journeys: int
    open_gaps: int
    serious_gaps: int
    overdue_gaps: int
    gaps_to_verify: int  # fixed, and somebody else has to check
    owned: Share  # components and channels with an owning team
    fresh: Share  # components and channels reviewed within their interval
    answered: Share | None  # checklist items answered, of the newest run
    last_report: Report | None
    verdict: str


def summary(strategy: Strategy, today: dt.date) -> Summary:
    """Return the numbers that head the strategy's home."""
    every = Channel.objects.filter(strategy=strategy).only(
        "life_cycle", "owner_team_id", "reviewed_on", "review_every_days"
    )
    channels = [channel for channel in every if not channel.is_retired]
    parts: list[Component | Channel] = [*components(strategy), *channels]
    gaps = Gap.objects.filter(strategy=strategy).aggregate(
        all=Count("pk"),
        open=Count("pk", filter=Q(state__in=OPEN_STATES)),
        critical=Count("pk", filter=Q(state__in=OPEN_STATES, severity="critical")),
        to_verify=Count("pk", filter=Q(state=Gap.State.RESOLVED)),
        serious=Count("pk", filter=Q(state__in=OPEN_STATES, severity__in=("high", "critical"))),
        overdue=Count("pk", filter=Q(state__in=OPEN_STATES, due_on__lt=today)),
    )
    reviewed = [
        part
        for part in parts
        if freshness(part.next_review_on, today).state in ("fresh", "due_soon")
    ]
    owned = Share(sum(part.owner_team_id is not None for part in parts), len(parts))
    fresh = Share(len(reviewed), len(parts))
    last = Report.objects.filter(strategy=strategy, snapshot__isnull=False)
    before = last.values_list("snapshot__front__figures", flat=True).first()
    journeys = Journey.objects.filter(strategy=strategy).count()
    now = {
        **{key: gaps[key] for key in ("open", "critical", "overdue")},
        "owned": {"n": owned.part, "d": owned.whole},
        "reviewed": {"n": fresh.part, "d": fresh.whole},
    }
    return Summary(
        verdict=sentence(now, before) if channels or journeys or gaps["all"] else "",
        channels=len(channels),
        live_channels=sum(channel.life_cycle == Channel.LifeCycle.LIVE for channel in channels),
        retired_channels=len(every) - len(channels),
        journeys=journeys,
        open_gaps=gaps["open"],
        serious_gaps=gaps["serious"],
        overdue_gaps=gaps["overdue"],
        gaps_to_verify=gaps["to_verify"],
        owned=owned,
        fresh=fresh,
        answered=_answered(strategy),
        last_report=Report.objects.filter(strategy=strategy, ready_at__isnull=False)
        .defer("snapshot")
        .first(),
    )


def worst_gaps(strategy: Strategy) -> list[Gap]:
    """Return the three open gaps that matter most: the most severe, among equals the oldest."""
    rows = Gap.objects.filter(strategy=strategy).unsettled()
    rank = {severity: place for place, severity in enumerate(DUE_DAYS)}
    chosen = rows.select_related("strategy", "owner_team", "blocked_on")
    return sorted(chosen, key=lambda gap: (rank[gap.severity], gap.opened_on, gap.number))[:3]


def _answered(strategy: Strategy) -> Share | None:
    run = Run.objects.filter(strategy=strategy).first()
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
    facts: tuple[tuple[str, int, str], ...]  # label, number, address


def component_cards(strategy: Strategy, today: dt.date) -> list[Card]:
    """Return the ten components with their dates and the live numbers that belong to them."""
    here = {
        name: reverse(f"strategy:{name}", args=[strategy.slug])
        for name in ("inventory:list", "journeys:list", "gaps:list")
    }
    channels = Channel.objects.filter(strategy=strategy).exclude(
        life_cycle=Channel.LifeCycle.RETIRED
    )
    counts = channels.aggregate(
        all=Count("pk"),
        hours=Count("pk", filter=~Q(hours="")),
        assisted=Count("pk", filter=Q(mode="assisted")),
    )
    gaps = Gap.objects.filter(strategy=strategy, state__in=OPEN_STATES).count()
    journeys = Journey.objects.filter(strategy=strategy).count()
    code = Component.Code
    facts: dict[str, tuple[tuple[str, int, str], ...]] = {
        code.CHANNELS: ((_("channels"), counts["all"], here["inventory:list"]),),
        code.HOURS: ((_("channels with hours"), counts["hours"], here["inventory:list"]),),
        code.CONTACT_TYPES: ((_("journeys"), journeys, here["journeys:list"]),),
        code.RESOURCES: (
            (_("assisted channels"), counts["assisted"], f"{here['inventory:list']}?mode=assisted"),
        ),
        code.ANALYSIS: ((_("open gaps"), gaps, here["gaps:list"]),),
    }
    return [
        Card(component, freshness(component.next_review_on, today), facts.get(component.code, ()))
        for component in components(strategy)
    ]
