"""Reading the plan, and the door every page of a strategy goes through."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.lib.carry import Carried
from portal.live import revisions
from strategy.plan.models import (
    Commitment,
    Component,
    Decision,
    Initiative,
    Lens,
    LensQuerySet,
    Objective,
    Strategy,
)
from teams import access
from teams.access import Standing
from teams.models import Membership, StrategyRole, Team
from teams.roles import Act


@dataclass(frozen=True)
class Place:
    """The strategy a request is in, and what the person is there. The standing is asked once a request."""

    strategy: Strategy
    standing: Standing
    user: Any
    lens: str = ""  # what the pages are narrowed to; nothing: everything is seen
    from_mine: bool = (
        False  # was the page opened from My work (?from=mine)? Then it leads back there.
    )

    @property
    def back(self) -> str:
        """Return the address of My work when the person came from there, else nothing."""
        return reverse("strategy:mine", args=[self.strategy.slug]) if self.from_mine else ""

    @property
    def trail(self) -> str:
        """Return what an address carries on, so that the way back is still known there."""
        return "?from=mine" if self.from_mine else ""

    def may(self, act: str, thing: Any = None) -> bool:
        """May the person do this with the thing (default: the strategy itself)?"""
        return access.can(self.user, Act(act), thing or self.strategy, as_=self.standing)

    def why_not(self, act: str, thing: Any = None) -> str:
        """Return the sentence that explains a refusal."""
        return access.refusal(Act(act), thing or self.strategy)

    @property
    def own_team_id(self) -> int | None:
        """Return the team that something new starts with: the person's own, of several the oldest."""
        return min(self.standing.team_ids, default=None)

    @property
    def may_add(self) -> bool:
        """May the person add something, be it only for their own team?"""
        return self.standing.may(Act.EDIT, self.own_team_id)

    def check_may_add(self) -> None:
        """Raise Denied with a sentence unless the person may add something."""
        if not self.may_add:
            access.check(self.user, Act.EDIT, self.strategy, as_=self.standing)


def enter(request: HttpRequest, slug: str) -> Place:
    """Return the strategy of the address if the person has a role in it; else 404, as if it did not exist."""
    strategy = get_object_or_404(Strategy, slug=slug)
    reach = access.reach(request.user)
    standing = reach.standing(strategy.pk)
    if not (standing.role or standing.is_admin):
        raise Http404
    lens = _inside(request, strategy, reach)
    return Place(strategy, standing, request.user, lens, _is_from_mine(request))


def _inside(request: HttpRequest, strategy: Strategy, reach: access.Reach) -> str:
    """Let the shell show the navigation of the strategy. Return the lens."""
    request.strategy = strategy  # type: ignore[attr-defined]
    request.has_one_strategy = len(reach.roles) == 1 and not reach.is_admin  # type: ignore[attr-defined]
    return _lens(request, strategy)


def _is_from_mine(request: HttpRequest) -> bool:
    return request.GET.get("from") == "mine"


def _lens(request: HttpRequest, strategy: Strategy) -> str:
    """Return the lens that the address names, and let the links of the page keep it."""
    lens = request.GET.get("lens", "")
    if lens not in Lens.values:
        return ""
    request.carried = Carried("lens", lens, strategy.get_absolute_url())  # type: ignore[attr-defined]
    return lens


def narrowed(place: Place, rows: LensQuerySet, words: str) -> str:
    """Say how many of the rows the lens shows: "%(n)d of %(d)d channels". Nothing without a lens."""
    if not place.lens:
        return ""
    return words % {"n": rows.through(place.lens).count(), "d": rows.count()}


def enter_shared(request: HttpRequest, slug: str, rows: Any, uid: uuid.UUID) -> tuple[Place, Any]:
    """Return a shareable object and its place: for people with a role, and for those it is shared with.

    Without a role the shell shows no navigation of the strategy.
    """
    rows = rows.select_related("strategy", "owner_team")
    thing = get_object_or_404(rows, uid=uid, strategy__slug=slug)
    reach = access.reach(request.user)
    standing = reach.standing(thing.strategy_id)
    if not access.can(request.user, Act.VIEW, thing, as_=standing):
        raise Http404
    if not (standing.is_admin or standing.role):
        return Place(thing.strategy, standing, request.user), thing
    lens = _inside(request, thing.strategy, reach)
    return Place(thing.strategy, standing, request.user, lens, _is_from_mine(request)), thing


def lock(strategy: Strategy) -> None:
    """Let whoever else locks the strategy wait until this transaction has ended.

    SQLite has no row locks; there the transaction itself holds the one write lock from its start.
    """
    Strategy.objects.select_for_update(no_key=True).get(pk=strategy.pk)


def by_uid(rows: Any, uid: str | None) -> Any:
    """Return the row with this uid, or None: an address may be old, or typed by hand."""
    try:
        return rows.filter(uid=uuid.UUID(uid)).first() if uid else None
    except ValueError:
        return None


def today() -> dt.date:
    """Return the day it is for the person (their time zone)."""
    return timezone.localdate()


@dataclass(frozen=True)
class Freshness:
    """How long until a review is due.

    `state`: fresh, due_soon, overdue, never, doubted (changed since by somebody who does not own it), or ended
    (nothing to review).
    """

    state: str
    days: int | None

    @property
    def late(self) -> int:
        """Return by how many days the review is late; 0 when it is not."""
        return max(0, -(self.days or 0))


def freshness(
    next_review_on: dt.date | None,
    on: dt.date,
    *,
    has_ended: bool = False,
    is_doubted: bool = False,
) -> Freshness:
    """Judge a review date: overdue when it has passed, due soon within 14 days, never when there was none.

    What is doubted has to be confirmed again before its date: its seal is broken.
    """
    if has_ended:
        return Freshness("ended", None)
    if next_review_on is None:
        return Freshness("never", None)
    days = (next_review_on - on).days
    if days < 0:
        return Freshness("overdue", days)
    if is_doubted:
        return Freshness("doubted", days)
    return Freshness("due_soon" if days <= 14 else "fresh", days)


def components(strategy: Strategy) -> list[Component]:
    """Return the ten components in their order."""
    rows = Component.objects.filter(strategy=strategy).select_related("owner_team", "owner")
    return sorted(rows, key=lambda row: row.number)


@dataclass(frozen=True)
class Behind:
    """Who stands behind a strategy, by name: who leads it, and the executive sponsors who take part."""

    leads: list[str]
    sponsors: list[str]


def behind(strategy: Strategy) -> Behind:
    """Return who leads a strategy and who sponsors it. Two queries.

    It is led by whoever has the role. Sponsors are the people who lead the teams of executive sponsors that have a
    role in it; of a team that nobody leads, its name.
    """
    given = list(StrategyRole.objects.filter(strategy=strategy).select_related("team", "user"))
    teams = {
        role.team.pk: role.team.name
        for role in given
        if role.team and role.team.function == Team.Function.EXECUTIVE
    }
    leading = Membership.objects.filter(team__in=teams, is_lead=True, user__is_active=True)
    led = [(row.team_id, str(row.user)) for row in leading.select_related("user")]
    unled = teams.keys() - {team for team, _person in led}
    return Behind(
        leads=sorted(str(role.user or role.team) for role in given if role.role == role.Role.LEAD),
        sponsors=sorted({person for _team, person in led} | {teams[team] for team in unled}),
    )


@dataclass(frozen=True)
class Live:
    """What a page needs to follow the whole strategy: the revision that it shows, and how to ask for more."""

    revision: int
    token: str


def in_step(strategy: Strategy) -> Live:
    """Return what a page needs to stay in step with everything that is done in a strategy. Two queries."""
    return Live(revisions.current(strategy.uid), revisions.token(strategy.uid))


# --- objectives ------------------------------------------------------------------------------------

ANSWERS = {
    "commits": _("Commits"),
    "condition": _("Commits with a condition"),
    "objects": _("Objects"),
    "again": _("Wording changed – answer again"),
    "none": _("No answer yet"),
    "draft": _("A draft, nobody is asked yet"),
}
"""What a function can have said to an objective."""

SHORT = {
    "commits": _("Yes"),
    "condition": _("If"),
    "objects": _("Objects"),
    "again": _("Answer again"),
    "none": _("No answer"),
    "draft": _("Draft"),
}


@dataclass(frozen=True)
class Said:
    """What one function says to one objective; `answer` is one of ANSWERS."""

    team: Team
    commitment: Commitment | None
    answer: str

    @property
    def label(self) -> str:
        """Return the answer in words."""
        return str(ANSWERS[self.answer])

    @property
    def short(self) -> str:
        """Return the answer in a word or two, for a narrow column."""
        return str(SHORT[self.answer])

    @property
    def tone(self) -> str:
        """Return how loudly a page says it."""
        return {"commits": "good", "condition": "warn", "objects": "bad"}.get(
            self.answer, "neutral"
        )


@dataclass(frozen=True)
class ObjectiveRow:
    """An objective with what every function says to it."""

    objective: Objective
    said: list[Said]

    @property
    def committed(self) -> int:
        """Return how many functions commit to the words as they stand, with or without a condition."""
        return sum(one.answer in ("commits", "condition") for one in self.said)

    @property
    def reserved(self) -> list[Said]:
        """Return conditions and objections, which everybody should read."""
        return [one for one in self.said if one.answer in ("condition", "objects")]

    @property
    def awaited(self) -> list[Said]:
        """Return the functions that have not answered the words as they stand; a draft awaits nobody."""
        if self.objective.is_draft:
            return []
        return [one for one in self.said if one.answer in ("none", "again")]


@dataclass(frozen=True)
class Grid:
    """The objectives by function."""

    teams: list[Team]
    rows: list[ObjectiveRow]


def functions_of(strategy: Strategy) -> list[Team]:
    """Return the functions that take part: teams with a role that is more than reading, by name."""
    takes_part = (StrategyRole.Role.CONTRIBUTOR, StrategyRole.Role.EDITOR, StrategyRole.Role.LEAD)
    rows = Team.objects.filter(roles__strategy=strategy, roles__role__in=takes_part)
    return list(rows.distinct().order_by("name"))


def commitment_grid(strategy: Strategy) -> Grid:
    """Return the objectives and what every function says to each. Three queries."""
    objectives = list(
        Objective.objects.filter(strategy=strategy).select_related("strategy", "owner_team")
    )
    given: dict[int, dict[int, Commitment]] = {objective.pk: {} for objective in objectives}
    teams = {team.pk: team for team in functions_of(strategy)}
    rows = Commitment.objects.filter(objective__strategy=strategy)
    for row in rows.select_related("objective", "team", "given_by"):
        given[row.objective_id][row.team_id] = row
        teams.setdefault(row.team_id, row.team)
    columns = sorted(teams.values(), key=lambda team: team.name.casefold())
    return Grid(
        columns,
        [
            ObjectiveRow(
                objective,
                [_said(objective, team, given[objective.pk].get(team.pk)) for team in columns],
            )
            for objective in objectives
        ],
    )


def _said(objective: Objective, team: Team, commitment: Commitment | None) -> Said:
    if commitment is None:
        return Said(team, None, "draft" if objective.is_draft else "none")
    return Said(team, commitment, commitment.stance if commitment.is_current else "again")


# --- decisions and initiatives ---------------------------------------------------------------------


def decisions(strategy: Strategy) -> tuple[list[Decision], list[Decision]]:
    """Return the questions that wait, the soonest first, and those that are decided, the latest first."""
    rows = list(Decision.objects.filter(strategy=strategy).select_related("strategy", "decider"))
    waiting = [row for row in rows if row.decided_on is None]
    made = [row for row in rows if row.decided_on is not None]
    return waiting, sorted(made, key=lambda row: (row.decided_on, row.pk), reverse=True)


def next_launches(strategy: Strategy, today: dt.date, lens: str = "") -> list[Initiative]:
    """Return the three initiatives that launch next, of those that have a day."""
    rows = Initiative.objects.filter(strategy=strategy, launch_on__gte=today).through(lens)
    return list(rows.select_related("strategy").order_by("launch_on", "name")[:3])


@dataclass(frozen=True)
class Launch:
    """An initiative, and how much notice the contact center has of it."""

    initiative: Initiative
    channels: list[Any]
    teams: list[Team]
    days_to_launch: int | None
    notice: int | None
    needed: int

    @property
    def state(self) -> str:
        """Return told (in time), short (told too late), untold, or undated (no day of launch)."""
        if self.initiative.told_on is None:
            return "untold"
        if self.notice is None:
            return "undated"
        return "told" if self.notice >= self.needed else "short"


def launch(initiative: Initiative, strategy: Strategy, today: dt.date) -> Launch:
    """Return an initiative with its notice: whole days from being told to the launch."""
    launch_on, told_on = initiative.launch_on, initiative.told_on
    return Launch(
        initiative=initiative,
        channels=sorted((row.channel for row in initiative.touches.all()), key=str),
        teams=sorted((row.team for row in initiative.takes_part.all()), key=str),
        days_to_launch=(launch_on - today).days if launch_on else None,
        notice=(launch_on - told_on).days if launch_on and told_on else None,
        needed=strategy.notice_days,
    )


def launches(strategy: Strategy, today: dt.date, lens: str = "") -> list[Launch]:
    """Return the initiatives, the next launch first, those that have launched last. Three queries."""
    rows = (
        Initiative.objects.filter(strategy=strategy)
        .through(lens)
        .select_related("owner_team", "owner")
    )
    found = [
        launch(row, strategy, today)
        for row in rows.prefetch_related("touches__channel", "takes_part__team")
    ]
    return sorted(found, key=lambda one: (one.days_to_launch or 0) < 0)
