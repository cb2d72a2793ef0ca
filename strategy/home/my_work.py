"""What waits for one person: reviews, decisions, answers, gaps and findings, and what others changed."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q

from portal.history.models import ChangeSet
from portal.history.queries import News, Since, news
from strategy.checklists.models import Answer, Item, Run, RunTeam
from strategy.findings.queries import Finding, current, still_open, touching
from strategy.gaps.models import Gap
from strategy.home.models import Visit
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
from strategy.inventory.points.channel_hours import hours_from_points
from strategy.inventory.points.queries import confirmed_of
from strategy.inventory.seal import cannot_confirm, changed_since
from strategy.journeys.models import Journey
from strategy.journeys.queries import marks
from strategy.plan.models import Component, Decision, Initiative, Strategy
from strategy.plan.queries import (
    Freshness,
    Place,
    Said,
    commitment_grid,
    freshness,
)
from strategy.plan.rules import next_review
from teams.models import Team

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
