"""Reading for the front door."""

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.history.models import ChangeSet
from portal.history.queries import News, Since, news
from portal.jobs.models import Job
from strategy.checklists.models import Answer, Item, Run, RunTeam
from strategy.findings.queries import Finding, current, still_open, touching
from strategy.gaps.models import OPEN_STATES, Gap
from strategy.gaps.queries import SORTS
from strategy.home.models import Visit
from strategy.inventory.decisions.queries import Coverage, coverage
from strategy.inventory.lists.bulk import editable
from strategy.inventory.models import (
    AccessDecision,
    AccessPoint,
    AnswerDifference,
    Channel,
    Measurement,
    SelfServiceOffer,
    ServiceObjective,
    Transition,
)
from strategy.inventory.points.channel_hours import has_hours, hours_from_points
from strategy.inventory.points.queries import confirmed_of
from strategy.inventory.seal import cannot_confirm, changed_since
from strategy.inventory.service.queries import coverage as service_coverage
from strategy.journeys.models import Journey
from strategy.journeys.queries import marks
from strategy.plan.models import Component, Decision, Initiative, Strategy
from strategy.plan.queries import (
    Freshness,
    Place,
    Said,
    commitment_grid,
    freshness,
    narrowed,
)
from strategy.plan.rules import next_review
from strategy.reports.figures import sentence
from strategy.reports.models import Report
from strategy.reports.queries import last_snapshot
from teams.models import Team


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


# --- my work ---------------------------------------------------------------------------------------

LATELY_DAYS = 14
"""How far back changes by others are shown to somebody who has never said that they saw them."""

NEWS = 20
"""How many of these changes are shown before somebody asks for all."""

JOURNEY_REVIEW_DAYS: int = Component._meta.get_field("review_every_days").default
"""A journey has no interval of its own: it is looked at as often as a component of which nobody says otherwise."""

_ORDER = ("overdue", "never", "doubted", "due_soon", "fresh")


@dataclass(frozen=True)
class MyChannel:
    """A channel of mine, its hours, and when it has to be looked at again."""

    channel: Channel
    hours: str
    fresh: Freshness
    why_not: str = ""
    """Why the person cannot confirm it, and who can; "" when they can."""
    since: Since | None = None
    """What was changed since the seal was broken, None when it is whole."""

    @property
    def is_due(self) -> bool:
        """Does somebody have to say that it is still true?"""
        return self.fresh.state != "fresh"


@dataclass(frozen=True)
class MyPart:
    """A component, journey or access point of mine that something is due on: a review, or findings along it."""

    part: Component | Journey | AccessPoint
    fresh: Freshness
    findings: int = 0
    mark: int | None = None
    """Of a journey, which of its states is meant; of others their version says it."""
    since: Since | None = None
    """What was changed since the seal of an access point was broken; None when it is whole, and of others."""

    @property
    def facts(self) -> str:
        """Return what “still true” confirms of an access point, in one line; "" of others, which are longer."""
        return confirmed_of(self.part) if isinstance(self.part, AccessPoint) else ""

    @property
    def seen(self) -> int:
        """Return which state of it stands on the page."""
        return self.part.version if self.mark is None else self.mark

    @property
    def kind(self) -> str:
        """Return what it is in one word."""
        return self.part._meta.model_name or ""

    @property
    def is_due(self) -> bool:
        """Does somebody have to say that it is still right?"""
        return self.fresh.state != "fresh"


@dataclass(frozen=True)
class Sheet:
    """A checklist that my team has not answered to its end."""

    run_team: RunTeam
    left: int


@dataclass(frozen=True)
class MyWork:
    """Everything that waits for one person, the most pressing first."""

    decisions: list[Decision]
    channels: list[MyChannel]
    parts: list[MyPart]
    commitments: list[tuple[Any, Said]]
    sheets: list[Sheet]
    gaps: list[Gap]
    waiting: list[Gap]
    findings: list[Finding]
    news: News
    seen_at: dt.datetime | None  # when they last said that they have seen the news

    @property
    def is_empty(self) -> bool:
        """Is there nothing of theirs here at all?"""
        waits = self.decisions or self.commitments or self.sheets or self.gaps or self.waiting
        own = self.channels or self.parts or self.findings
        return not (waits or own or self.news.count)


def visit_of(place: Place) -> Visit | None:
    """Return when the person last said that they have seen what others changed; None: never."""
    return Visit.objects.filter(strategy=place.strategy, user=place.user).first()


def my_work(
    place: Place,
    visit: Visit | None,
    today: dt.date,
    now: dt.datetime,
    *,
    all_news: bool = False,
) -> MyWork:
    """Return what waits for the person: of their own, and of the teams they are in. Constant queries."""
    teams = place.standing.team_ids
    own_channels, own_gaps = _own(place)
    ours = list(
        own_channels.through(place.lens)
        .exclude(life_cycle=Channel.LifeCycle.RETIRED)
        .select_related("strategy", "owner_team", "owner", "agent_channel", "unsealed_by")
    )
    hours = hours_from_points(ours)
    mine = editable(place.strategy, ours, place.user, as_=place.standing)
    since = changed_since(ours)
    channels = [
        MyChannel(
            channel,
            hours.get(channel.pk, channel.hours),
            freshness(channel.next_review_on, today, is_doubted=channel.unsealed_on is not None),
            "" if channel.pk in mine else cannot_confirm(place.user, channel, teams),
            since.get(channel.uid),
        )
        for channel in ours
    ]
    channels.sort(
        key=lambda mine: (_ORDER.index(mine.fresh.state), mine.fresh.days or 0, str(mine.channel))
    )
    related = ("strategy", "owner_team", "accountable", "blocked_on")
    soonest = (F("due_on").asc(nulls_last=True), "number")
    gaps = list(
        own_gaps.through(place.lens).unsettled().select_related(*related).order_by(*soonest)
    )
    to_verify = own_gaps.filter(state=Gap.State.RESOLVED).exclude(resolved_by=place.user)
    waiting = Gap.objects.filter(
        Q(state=Gap.State.BLOCKED, blocked_on__in=teams) | Q(pk__in=to_verify.values("pk")),
        strategy=place.strategy,
    ).through(place.lens)
    waiting = waiting.select_related(*related, "resolved_by").order_by(*soonest)
    found = still_open(current(place.strategy, today, lens=place.lens))
    decisions = Decision.objects.filter(
        strategy=place.strategy, decider=place.user, decided_on=None
    )
    return MyWork(
        decisions=list(decisions.select_related("strategy")),
        channels=channels,
        parts=_parts(place, found, today),
        commitments=[
            (row.objective, said)
            for row in commitment_grid(place.strategy).rows
            for said in row.awaited
            if said.team.pk in teams
        ],
        sheets=_sheets(place),
        gaps=gaps,
        waiting=[gap for gap in waiting if gap not in gaps],
        findings=_found(place, {mine.channel.uid for mine in channels}, found),
        news=news(
            scope=place.strategy.uid,
            about=_concerns(place, own_channels, own_gaps),
            to=place.user.uid,
            after=visit.seen_through if visit else None,
            since=now - dt.timedelta(days=LATELY_DAYS),
            limit=None if all_news else NEWS,
        ),
        seen_at=visit.seen_at if visit else None,
    )


def _parts(place: Place, found: list[Finding], today: dt.date) -> list[MyPart]:
    """Return the components, journeys and access points of the person that something is due on, the worst first.

    An access point without a team and a person of its own is its channel's owners' to look at.
    """
    ours = Q(owner_team__in=place.standing.team_ids)
    components = Component.objects.filter(ours | Q(owner=place.user), strategy=place.strategy)
    journeys = Journey.objects.filter(ours, strategy=place.strategy).through(place.lens)
    trips = list(journeys.select_related("strategy", "owner_team"))
    seen = marks(trips)
    parts = [
        MyPart(one, freshness(one.next_review_on, today))
        for one in components.select_related("strategy", "owner_team")
    ] + [
        MyPart(
            one,
            freshness(next_review(one.reviewed_on, JOURNEY_REVIEW_DAYS), today),
            len(touching(found, "journey", one)),
            seen[one.pk],
        )
        for one in trips
    ]
    points = AccessPoint.objects.filter(channel__strategy=place.strategy).through(place.lens)
    channels = Q(channel__owner_team__in=place.standing.team_ids) | Q(channel__owner=place.user)
    nobodys = Q(owner_team__isnull=True, owner__isnull=True)
    points = points.filter(ours | Q(owner=place.user) | (nobodys & channels))
    points = points.exclude(life_cycle=Channel.LifeCycle.RETIRED)
    related = ("channel__strategy", "channel__owner_team", "owner_team", "unsealed_by", "calendar")
    own = list(points.select_related(*related))
    since = changed_since(own)
    parts += [
        MyPart(
            one,
            freshness(one.next_review_on, today, is_doubted=one.unsealed_on is not None),
            since=since.get(one.uid),
        )
        for one in own
    ]
    due = [mine for mine in parts if mine.is_due or mine.findings]
    return sorted(due, key=lambda mine: (_ORDER.index(mine.fresh.state), mine.fresh.days or 0))


def _found(place: Place, channels: set[uuid.UUID], found: list[Finding]) -> list[Finding]:
    """Return the open findings about the person's initiatives, and those their channels have to mend."""
    own = Q(owner_team__in=place.standing.team_ids) | Q(owner=place.user)
    initiatives = Initiative.objects.filter(own, strategy=place.strategy)
    mine = channels | set(initiatives.values_list("uid", flat=True))
    return [one for one in found if mine & {one.said.subject, *one.said.channels[:1]}]


def _own(place: Place) -> tuple[Any, Any]:
    """Return the channels and gaps that are the person's own, whatever state they are in."""
    teams, here = place.standing.team_ids, {"strategy": place.strategy}
    channels = Channel.objects.filter(Q(owner_team__in=teams) | Q(owner=place.user), **here)
    return channels, Gap.objects.filter(Q(accountable=place.user) | Q(owner_team__in=teams), **here)


def _concerns(place: Place, channels: Any, gaps: Any) -> Q:
    """Return which changes concern the person: those of their channels and gaps, and of what was theirs before.

    The latter tells of what was deleted or handed to somebody else, which is on none of their lists any more.
    """
    me = str(place.user.uid)
    teams = Team.objects.filter(pk__in=place.standing.team_ids).values_list("uid", flat=True)
    of_theirs = [str(uid) for uid in teams]
    was_theirs = Q(before__owner_team__in=of_theirs)
    was_theirs |= Q(before__owner=me) | Q(before__accountable=me)
    told_of = (
        channels,
        gaps,
        Measurement.objects.filter(channel__in=channels),
        Transition.objects.filter(Q(source__in=channels) | Q(target__in=channels)),
        AnswerDifference.objects.filter(Q(channel__in=channels) | Q(other__in=channels)),
        AccessPoint.objects.filter(channel__in=channels),
        ServiceObjective.objects.filter(channel__in=channels),
        AccessDecision.objects.filter(channel__in=channels),
        SelfServiceOffer.objects.filter(channel__in=channels),
    )
    about = Q(model__in=[model._meta.label_lower for model in (Channel, Gap)]) & was_theirs
    for rows in told_of:
        about |= Q(object_uid__in=rows.values("uid"))
    return about


def act_named(strategy: Strategy, uid: str) -> ChangeSet | None:
    """Return the act of the strategy that a page sent back, None when there is none."""
    try:
        return ChangeSet.objects.filter(scope_uid=strategy.uid, uid=uuid.UUID(uid)).first()
    except ValueError:
        return None


def _sheets(place: Place) -> list[Sheet]:
    """Return the checklists that the person's teams are asked to answer, with how many items are left."""
    asked = RunTeam.objects.filter(
        run__strategy=place.strategy, team__in=place.standing.team_ids
    ).select_related("run__strategy", "team")
    if place.lens:
        asked = asked.filter(run__in=Run.objects.through(place.lens))
    rows = list(asked.order_by(F("run__due_on").asc(nulls_last=True), "pk"))
    frameworks = {row.run.framework_id for row in rows}
    items = dict(
        Item.objects.filter(framework__in=frameworks)
        .order_by()
        .values_list("framework")
        .annotate(n=Count("pk"))
    )
    given = {
        (run, team): n
        for run, team, n in Answer.objects.filter(run__in=[row.run_id for row in rows])
        .order_by()
        .values_list("run", "team")
        .annotate(n=Count("pk"))
    }
    sheets = [
        Sheet(row, items.get(row.run.framework_id, 0) - given.get((row.run_id, row.team_id), 0))
        for row in rows
    ]
    return [sheet for sheet in sheets if sheet.left]
