"""Reading the plan, and the door every page of a strategy goes through."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from strategy.plan.models import Component, Strategy
from teams import access
from teams.access import Standing
from teams.roles import Act


@dataclass(frozen=True)
class Place:
    """The strategy a request is in, and what the person is there. The standing is asked once a request."""

    strategy: Strategy
    standing: Standing
    user: Any

    def may(self, act: str, thing: Any = None) -> bool:
        """May the person do this with the thing (default: the strategy itself)?"""
        return access.can(self.user, Act(act), thing or self.strategy, as_=self.standing)

    def why_not(self, act: str, thing: Any = None) -> str:
        """Return the sentence that explains a refusal."""
        return access.refusal(Act(act), thing or self.strategy)


def enter(request: HttpRequest, slug: str) -> Place:
    """Return the strategy of the address if the person has a role in it; else 404, as if it did not exist."""
    strategy = get_object_or_404(Strategy, slug=slug)
    reach = access.reach(request.user)
    standing = reach.standing(strategy.pk)
    if not (standing.role or standing.is_admin):
        raise Http404
    request.strategy = strategy  # type: ignore[attr-defined]
    request.has_one_strategy = len(reach.roles) == 1 and not reach.is_admin  # type: ignore[attr-defined]
    return Place(strategy, standing, request.user)


def enter_shared(request: HttpRequest, slug: str, rows: Any, uid: uuid.UUID) -> tuple[Place, Any]:
    """Return a shareable object and its place: for people with a role, and for those it is shared with.

    Without a role the shell shows no navigation of the strategy.
    """
    thing = get_object_or_404(
        rows.visible_to(request.user).select_related("strategy", "owner_team"),
        uid=uid,
        strategy__slug=slug,
    )
    standing = access.standing(request.user, thing.strategy_id)
    if standing.is_admin or standing.role:
        request.strategy = thing.strategy  # type: ignore[attr-defined]
    return Place(thing.strategy, standing, request.user), thing


def today() -> dt.date:
    """Return the day it is for the person (their time zone)."""
    return timezone.localdate()


@dataclass(frozen=True)
class Freshness:
    """How long until a review is due. `state`: fresh, due_soon, overdue, never, or ended (nothing to review)."""

    state: str
    days: int | None

    @property
    def late(self) -> int:
        """Return by how many days the review is late; 0 when it is not."""
        return max(0, -(self.days or 0))


def freshness(next_review_on: dt.date | None, on: dt.date, *, has_ended: bool = False) -> Freshness:
    """Judge a review date: overdue when it has passed, due soon within 14 days, never when there was none."""
    if has_ended:
        return Freshness("ended", None)
    if next_review_on is None:
        return Freshness("never", None)
    days = (next_review_on - on).days
    if days < 0:
        return Freshness("overdue", days)
    return Freshness("due_soon" if days <= 14 else "fresh", days)


def components(strategy: Strategy) -> list[Component]:
    """Return the ten components in their order."""
    rows = Component.objects.filter(strategy=strategy).select_related("owner_team", "owner")
    return sorted(rows, key=lambda row: row.number)
