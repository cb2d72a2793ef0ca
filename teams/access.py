"""The one policy. Every view, query, button and report asks here; nobody else decides.

`check(user, act, thing)` raises Denied with a sentence; `can(...)` answers yes or no with the same rule;
`visible_to(user)` on a QuerySet is the same rule as a condition. A thing is a strategy or has `strategy_id`
and perhaps `owner_team_id`, or `owner_team_ids` when it lies between two owners.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.lib.refusals import Refusal, RuleBroken
from teams import grants
from teams.models import Membership, StrategyRole, Team, User
from teams.roles import RANK, ROLES, Act


class Denied(Refusal):
    """The person may see the thing but not do this with it."""

    status = 403


@dataclass(frozen=True)
class Standing:
    """What one person is in one strategy: the role, the own teams, site administrator or not."""

    role: str | None
    team_ids: frozenset[int]
    is_admin: bool

    def may(self, act: Act, owner_team_id: int | None = None) -> bool:
        """May they do this with something that this team owns (None: nobody's own)?"""
        if self.is_admin:
            return True
        if self.role is None:
            return False
        rule = ROLES[self.role]
        return act in rule.anywhere or (act in rule.own and owner_team_id in self.team_ids)


@dataclass(frozen=True)
class Reach:
    """Where a person has a role: by strategy the best one; the own teams; site administrator or not."""

    roles: dict[int, str]
    team_ids: frozenset[int]
    is_admin: bool

    def standing(self, strategy_id: int) -> Standing:
        """Return what the person is in one strategy."""
        return Standing(self.roles.get(strategy_id), self.team_ids, self.is_admin)


def reach(user: Any) -> Reach:
    """Return everything the person has a role in. One query: own roles, and own teams with theirs."""
    if not user.is_authenticated or not user.is_active:
        return Reach({}, frozenset(), False)
    own = StrategyRole.objects.filter(user=user).values_list("team_id", "strategy_id", "role")
    of_teams = Membership.objects.filter(user=user).values_list(
        "team_id", "team__roles__strategy_id", "team__roles__role"
    )
    team_ids: set[int] = set()
    best: dict[int, str] = {}
    for team_id, strategy_id, role in own.union(of_teams, all=True):
        if team_id is not None:
            team_ids.add(team_id)
        if role is not None and RANK[role] > RANK.get(best.get(strategy_id, ""), 0):
            best[strategy_id] = role
    return Reach(best, frozenset(team_ids), user.is_superuser)


def standing(user: Any, strategy_id: int) -> Standing:
    """Return what the person is in the strategy. One query."""
    return reach(user).standing(strategy_id)


def can(
    user: Any,
    act: Act,
    thing: Any,
    *,
    as_: Standing | None = None,
    shared: Collection[int] | None = None,
) -> bool:
    """Answer yes or no.

    For who asks of many rows: `as_` is the standing that is known already, `shared` the keys of rows of this kind
    that are shared with the person for this act.
    """
    is_strategy = thing._meta.label == "strategy.Strategy"
    where = as_ or standing(user, thing.pk if is_strategy else thing.strategy_id)
    owners = getattr(thing, "owner_team_ids", None) or [getattr(thing, "owner_team_id", None)]
    if any(where.may(act, owner) for owner in owners):
        return True
    if act in (Act.VIEW, Act.EDIT) and user.is_active and grants.is_shareable(type(thing)):
        return grants.has_grant(user, thing, act.value) if shared is None else thing.pk in shared
    return False


def check(user: Any, act: Act, thing: Any, *, as_: Standing | None = None) -> None:
    """Raise Denied with a sentence unless the person may do this."""
    if not can(user, act, thing, as_=as_):
        raise Denied(refusal(act, thing))


def refusal(act: Act, thing: Any) -> str:
    """Return why not, and whom to ask. The same sentence stands on the page, the button and the answer."""
    owner = getattr(thing, "owner_team", None)
    if act is Act.EDIT and owner:
        return _(
            "Only %(team)s, editors and strategy leads can change this. Ask a strategy lead for the editor role."
        ) % {"team": owner}
    if act is Act.ANSWER and owner:
        return _("Only %(team)s, editors and strategy leads can answer here.") % {"team": owner}
    sentences = {
        Act.VIEW: _(
            "You cannot see this strategy. Ask one of its strategy leads to give you a role."
        ),
        Act.EDIT: _(
            "You can read this but not change it. Ask a strategy lead for the editor role."
        ),
        Act.LOG_GAP: _(
            "You can read this but not log gaps. Ask a strategy lead for the contributor role."
        ),
        Act.ANSWER: _(
            "You can read this but not answer. Ask a strategy lead for the contributor role."
        ),
        Act.REPORT: _(
            "You can read reports but not make them. Ask a strategy lead for the contributor role."
        ),
        Act.MANAGE: _("Only strategy leads and administrators can do this."),
    }
    return sentences[act]


def check_admin(user: User) -> None:
    """Raise Denied unless the person administers the whole installation."""
    if not (user.is_active and user.is_superuser):
        raise Denied(_("Only administrators can do this. Ask one of them."))


def check_hand_over(by: User, holder: User | Team) -> None:
    """Raise RuleBroken when what the holder reaches lies in strategies that the person does not lead.

    Who joins a team, or takes over an account that nobody has used yet, gets all of that.
    """
    if by.is_active and by.is_superuser:
        return
    led = {key for key, role in reach(by).roles.items() if role == StrategyRole.Role.LEAD}
    if isinstance(holder, Team):
        theirs = StrategyRole.objects.filter(team=holder)
    else:
        theirs = StrategyRole.objects.filter(Q(user=holder) | Q(team__memberships__user=holder))
    is_admin = isinstance(holder, User) and holder.is_superuser
    if is_admin or theirs.exclude(strategy__in=led).exists() or grants.reach_outside(holder, led):
        raise RuleBroken(
            _(
                "%(name)s has a part in other strategies as well, so only an administrator can do this. Ask one."
            )
            % {"name": holder}
        )


class OfTeam:
    """A row with a `team` that says it for itself: to the policy that team owns it, and a refusal names it."""

    team: Any
    team_id: Any

    @property
    def owner_team_id(self) -> int:
        """Return the team whose members may answer here."""
        return self.team_id

    @property
    def owner_team(self) -> Team:
        """Return the team that a refusal names."""
        return self.team


class BetweenTeams:
    """A row between two things with an `owner_team`: a team at either end owns it, and a refusal names both."""

    ends: ClassVar[tuple[str, str]]

    @property
    def owner_team_ids(self) -> tuple[int | None, ...]:
        """Return the teams at both ends."""
        return tuple(getattr(self, end).owner_team_id for end in self.ends)

    @property
    def owner_team(self) -> str:
        """Return the teams that a refusal names; "" when nobody owns an end."""
        teams = [getattr(self, end).owner_team for end in self.ends]
        return ", ".join(dict.fromkeys(str(team) for team in teams if team))


def strategy_ids(user: Any) -> models.QuerySet:
    """Return a subquery of the strategies in which the person has any role."""
    return StrategyRole.objects.filter(Q(user=user) | Q(team__memberships__user=user)).values(
        "strategy_id"
    )


def people_of(strategy: Any) -> Q:
    """Return the condition that a person takes part in the strategy: active, with a role of any kind there."""
    of_teams = Membership.objects.filter(team__roles__strategy=strategy).values("user")
    own = StrategyRole.objects.filter(strategy=strategy, user__isnull=False).values("user")
    return Q(is_active=True) & (Q(pk__in=own) | Q(pk__in=of_teams) | Q(is_superuser=True))


class AccessQuerySet(models.QuerySet):
    """Rows of a strategy. `visible_to` agrees with `can(user, Act.VIEW, row)` for every row."""

    strategy_path = "strategy_id"

    def visible_to(self, user: Any) -> Self:
        """Return the rows the person may see: through a role, or shared with them."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        seen = Q(**{f"{self.strategy_path}__in": strategy_ids(user)})
        if grants.is_shareable(self.model):
            seen |= grants.granted(user, self.model, "view")
        return self.filter(seen)
