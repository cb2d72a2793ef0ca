"""What to do next, to the first report and beyond it: read from the facts, nothing is ticked off by hand."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.lib.memory import remembered
from strategy.checklists.models import Run, RunTeam
from strategy.findings.queries import Finding, current, still_open
from strategy.gaps.models import Gap
from strategy.home.queries import Reports, Share, answered, first_of_the_matrix
from strategy.inventory.decisions.queries import Coverage, coverage
from strategy.inventory.models import AccessPoint, Channel
from strategy.journeys.models import Journey
from strategy.plan.models import Component, Strategy
from strategy.plan.queries import Grid, Place
from teams.models import Invitation, Membership, StrategyRole, Team
from teams.roles import Act


@dataclass(frozen=True)
class Step:
    """One thing to have done.

    `waits` says for whom it waits when others have to act. `posts`: its button does it, instead of leading there,
    and its title leads to `page`.
    """

    title: str
    part: int
    whole: int
    text: str
    label: str
    url: str
    may: bool
    waits: str = ""
    posts: bool = False
    page: str = ""

    @property
    def is_done(self) -> bool:
        """Is all of it there?"""
        return 0 < self.whole <= self.part


@dataclass(frozen=True)
class FirstSteps:
    """What is to be done. `has_report`: a report was made, so that only what is left is worth a line."""

    steps: list[Step]
    has_report: bool = False

    @property
    def next(self) -> Step | None:
        """Return the first step that is not done and waits for nobody else; if all wait, the first of them."""
        undone = [step for step in self.steps if not step.is_done]
        return next((step for step in undone if not step.waits), None) or next(iter(undone), None)

    @property
    def later(self) -> list[Step]:
        """Return the steps that are not done either, besides the next one."""
        return [step for step in self.steps if not step.is_done and step != self.next]

    @property
    def done(self) -> int:
        """Return how many steps are done."""
        return sum(step.is_done for step in self.steps)


@dataclass(frozen=True)
class Facts:
    """What the steps are read from: it changes with acts in the strategy only, and is the same for everybody."""

    ten: list[Component]
    grid: Grid
    channels: list[Any]  # each with `has_point`
    covered: Coverage
    begun: int  # segments for which something is decided
    run: Run | None
    answered: Share | None
    asked: list[Team]
    journey: Any  # the one that is drawn furthest, with how many steps it has and tells of
    has_gap: bool
    findings: list[Finding]
    roles: list[Any]  # of functions, each with `has_people` and `is_invited`


def _roles(strategy: Strategy) -> list[Any]:
    """Return the roles of the functions that take part; each says whether people are there, or invited."""
    members = Membership.objects.filter(team=OuterRef("team"), user__is_active=True)
    invitations = Invitation.objects.filter(
        strategy=strategy,
        team=OuterRef("team"),
        accepted_at=None,
        revoked_at=None,
        expires_at__gt=timezone.now(),
    )
    rows = StrategyRole.objects.filter(strategy=strategy, team__isnull=False)
    rows = rows.exclude(role=StrategyRole.Role.READER).select_related("team")
    return list(rows.annotate(has_people=Exists(members), is_invited=Exists(invitations)))


def _read(
    strategy: Strategy, ten: list[Component], grid: Grid, day: dt.date, acts: tuple[int, ...]
) -> Facts:
    points = AccessPoint.objects.filter(channel=OuterRef("pk")).exclude(
        life_cycle=Channel.LifeCycle.RETIRED
    )
    channels = (
        Channel.objects.filter(strategy=strategy)
        .exclude(life_cycle=Channel.LifeCycle.RETIRED)
        .select_related("owner_team")
        .only("uid", "name", "reviewed_on", "life_cycle", "owner_team__name")
        .annotate(has_point=Exists(points))
    )
    covered = coverage(strategy)
    run = Run.objects.filter(strategy=strategy).first()
    asked = RunTeam.objects.filter(run=run).select_related("team") if run else ()
    return Facts(
        ten=ten,
        grid=grid,
        channels=list(channels),
        covered=covered,
        begun=sum(decided.part > 0 for _segment, decided in covered.segments),
        run=run,
        answered=answered(run) if run else None,
        asked=[row.team for row in asked],
        journey=_furthest(strategy),
        has_gap=Gap.objects.filter(strategy=strategy).exists(),
        findings=current(strategy, day, acts),
        roles=_roles(strategy),
    )


def first_steps(
    place: Place,
    ten: list[Component],
    grid: Grid,
    reports: Reports,
    day: dt.date,
    acts: tuple[int, ...],
) -> FirstSteps | None:
    """Return the steps; None when all are done, when a lead has hidden them, or nobody waits for this person.

    Once a report is there, who only reads is not bothered any more. What they are read from is remembered until
    something is done in the strategy.
    """
    if not place.strategy.shows_next_steps or (reports.coming and not place.may(Act.LOG_GAP)):
        return None
    key = ("first_steps", place.strategy.uid, acts, day)
    facts = remembered(key, lambda: _read(place.strategy, ten, grid, day, acts))
    people = _People(place, facts.roles)
    found = FirstSteps(
        [
            people.step(),
            _owners(place, facts.ten),
            _channels(place, facts.channels, people),
            *_points(place, facts.channels, people),
            _matrix(place, facts),
            _objectives(place, facts.grid, people),
            _checklist(place, facts, people),
            _journey(place, facts.journey),
            Step(
                title=_("The first gap is logged"),
                part=int(facts.has_gap),
                whole=1,
                text=_("Write down one thing that customers suffer where two ways in do not meet."),
                label=_("Log a gap"),
                url=_url(place, "gaps:add"),
                may=place.may(Act.LOG_GAP),
            ),
            _report(place, reports),
            *_findings(place, facts.findings),
        ],
        has_report=reports.coming > 0,
    )
    return found if found.next else None


def _report(place: Place, reports: Reports) -> Step:
    waits = reports.asked > 0 and not reports.coming
    return Step(
        title=_("The first report is made"),
        part=min(reports.coming, 1),
        whole=1,
        text=_("It freezes what stands here as a PDF for everybody."),
        label=_("See the report") if waits else _("Make the alignment report"),
        url=_url(place, "reports:list" if waits else "reports:request"),
        may=place.may(Act.REPORT),
        waits=_("It is asked for, and not ready yet.") if waits else "",
        posts=not waits,
        page=_url(place, "reports:list"),
    )


def _findings(place: Place, found: list[Finding]) -> list[Step]:
    """Return the step to judge what the rules find; none while they find nothing."""
    if not found:
        return []
    open_ = still_open(found)
    return [
        Step(
            title=_("Findings are judged"),
            part=len(found) - len(open_),
            whole=len(found),
            text=_("Log each as a gap, or leave it as it is and say why."),
            label=_("See the findings"),
            url=_url(place, "findings:list"),
            may=place.may(Act.LOG_GAP),
        )
    ]


class _People:
    """Which functions have people, or somebody invited."""

    def __init__(self, place: Place, roles: list[Any]) -> None:
        self.place = place
        self.roles = roles
        self.coming = {role.team_id for role in self.roles if role.has_people or role.is_invited}

    def step(self) -> Step:
        empty = [role for role in self.roles if not role.has_people]
        invited = [str(role.team) for role in empty if role.is_invited]
        alone = [str(role.team) for role in empty if not role.is_invited]
        return Step(
            title=_("Functions have people"),
            part=len(self.roles) - len(empty),
            whole=len(self.roles),
            text=_("Nobody yet: %(teams)s. Invite somebody who owns its part.")
            % {"teams": _listed(alone)}
            if alone
            else _("Give the functions that own a way in a role, and invite their people."),
            label=_("Invite people"),
            url=f"{_url(self.place, 'roles')}#invite",
            may=self.place.may(Act.MANAGE),
            waits=_waits(invited) if invited and not alone else "",
        )

    def wait_for(self, teams: Iterable[Team | None]) -> str:
        """Return the sentence that others have to act; "" when somebody must be found, or the person can act."""
        found = {team.pk: team for team in teams if team is not None}
        if not found or set(found) - self.coming or set(found) & self.place.standing.team_ids:
            return ""
        return _waits(sorted(str(team) for team in found.values()))


def _owners(place: Place, ten: list[Component]) -> Step:
    missing = [one for one in ten if one.owner_team_id is None]
    code = missing[0].code if missing else Component.Code.SEGMENTS
    return Step(
        title=_("Components have owners"),
        part=len(ten) - len(missing),
        whole=len(ten),
        text=_("Say which function keeps “%(name)s” true.") % {"name": missing[0]}
        if missing
        else "",
        label=_("Give it an owner"),
        url=_url(place, "edit_component", code),
        may=place.may(Act.EDIT),
    )


def _channels(place: Place, every: list[Any], people: _People) -> Step:
    open_ = [one for one in every if one.reviewed_on is None]
    mine = [one for one in open_ if one.owner_team_id in place.standing.team_ids]
    nobodys = [one for one in open_ if one.owner_team_id not in people.coming]
    step: dict[str, Any] = {
        "title": _("Channels are confirmed"),
        "part": len(every) - len(open_),
        "whole": len(every),
        "may": True,
    }
    if not every:
        return Step(
            **step | {"may": place.may(Act.LOG_GAP)},
            text=_("List the ways in that customers have today."),
            label=_("Add a channel"),
            url=_url(place, "inventory:add"),
        )
    if mine or not open_:
        return Step(
            **step,
            text=_("Look at yours: correct what is wrong, then say “Still true”."),
            label=_("See what is yours"),
            url=_url(place, "mine"),
        )
    first, *others = nobodys or open_
    several = f"{_url(place, 'inventory:list')}?review=never"
    return Step(
        **step,
        text=_("Nobody is there to confirm %(names)s. Find an owner, or confirm it yourself.")
        % {"names": _listed([str(one) for one in nobodys])}
        if nobodys
        else _("Each owner looks at theirs, and says “Still true”."),
        label=_("See those to confirm") if others else _("Open %(name)s") % {"name": first},
        url=several if others else _url(place, "inventory:detail", first.uid),
        waits="" if nobodys else people.wait_for(one.owner_team for one in open_),
    )


def _points(place: Place, every: list[Any], people: _People) -> list[Step]:
    """Return the step to say where customers get in; none while no channel is in use."""
    in_use = [one for one in every if one.life_cycle in Channel.IN_USE]
    without = [one for one in in_use if not one.has_point]
    mine = [one for one in without if one.owner_team_id in place.standing.team_ids]
    if not in_use:
        return []
    first = next(iter(mine or without), None)
    return [
        Step(
            title=_("Live channels have access points"),
            part=len(in_use) - len(without),
            whole=len(in_use),
            text=_("Write down the number, address or name under which customers reach %(names)s.")
            % {"names": _listed([str(one) for one in mine or without])},
            label=_("Add an access point") if first else _("Access points"),
            url=f"{_url(place, 'inventory:point_add')}?channel={first.uid}"
            if first
            else _url(place, "inventory:points"),
            may=bool(mine) or place.may(Act.EDIT),
            waits="" if mine else people.wait_for(one.owner_team for one in without),
        )
    ]


def _matrix(place: Place, facts: Facts) -> Step:
    title, may = _("Access decisions are begun"), place.may(Act.EDIT)
    missing = first_of_the_matrix(place.strategy, facts.covered)
    if missing:
        words, url = missing
        return Step(
            title=title, part=0, whole=0, text=f"{words}.", label=_("Add them"), url=url, may=may
        )
    return Step(
        title=title,
        part=facts.begun,
        whole=len(facts.covered.segments),
        text=_("Say for each segment what it is offered for which contact type, by which channel."),
        label=_("Open the access matrix"),
        url=_url(place, "inventory:matrix"),
        may=may,
    )


def _objectives(place: Place, grid: Grid, people: _People) -> Step:
    open_ = [
        row
        for row in grid.rows
        if row.objective.is_draft or not row.said or row.committed < len(row.said)
    ]
    drafts = any(row.objective.is_draft for row in grid.rows)
    if drafts:
        text = _(
            "Word the drafts as you mean them and delete “Draft:”; then every function is asked."
        )
    elif grid.rows:
        text = _("Every function says whether it commits. Talk about what it objects to.")
    else:
        text = _("Write down three to five things that all functions want to reach.")
    return Step(
        title=_("Objectives are agreed"),
        part=len(grid.rows) - len(open_),
        whole=len(grid.rows),
        text=text,
        label=_("Open the objectives") if grid.rows else _("Add an objective"),
        url=_url(place, "objectives" if grid.rows else "objective_add"),
        may=bool(grid.rows) or place.may(Act.EDIT),
        waits="" if drafts else people.wait_for(said.team for row in open_ for said in row.awaited),
    )


def _checklist(place: Place, facts: Facts, people: _People) -> Step:
    title = _("The checklist is answered")
    if facts.run is None or facts.answered is None:
        return Step(
            title=title,
            part=0,
            whole=0,
            text=_("Ask the functions what is in place for mobile service."),
            label=_("Start a checklist"),
            url=_url(place, "checklists:start"),
            may=place.may(Act.EDIT),
        )
    return Step(
        title=title,
        part=facts.answered.part,
        whole=facts.answered.whole,
        text=_("Each function says for itself what is met. “Not met” is a finding, not a failure."),
        label=_("Open the checklist"),
        url=_url(place, "checklists:detail", facts.run.uid),
        may=True,
        waits=people.wait_for(facts.asked),
    )


def _furthest(strategy: Strategy) -> Any:
    """Return the journey that is drawn furthest: in which most steps say in words what happens or what hurts."""
    is_told = Q(stages__steps__cells__text__gt="")
    rows = Journey.objects.filter(strategy=strategy).annotate(
        steps=Count("stages__steps", distinct=True),
        told=Count("stages__steps", filter=is_told, distinct=True),
    )
    return max(
        rows, key=lambda row: (row.told / row.steps if row.steps else 0, row.told), default=None
    )


def _journey(place: Place, best: Any) -> Step:
    return Step(
        title=_("A journey is drawn"),
        part=best.told if best else 0,
        whole=best.steps if best else 0,
        text=_("Say at each step what the customer does and where it hurts.")
        if best
        else _("Follow one customer through the ways in, step by step."),
        label=_("Open the journey") if best else _("Add a journey"),
        url=_url(place, "journeys:board", best.uid) if best else _url(place, "journeys:add"),
        may=bool(best) or place.may(Act.EDIT),
    )


def _url(place: Place, name: str, *args: object) -> str:
    return reverse(f"strategy:{name}", args=[place.strategy.slug, *args])


def _waits(teams: list[str]) -> str:
    return _("Waits for %(teams)s.") % {"teams": _listed(teams)}


def _listed(names: list[str]) -> str:
    """Return the first names, and how many more there are."""
    if len(names) <= 3:
        return ", ".join(names)
    return _("%(names)s and %(n)s more") % {"names": ", ".join(names[:3]), "n": len(names) - 3}
