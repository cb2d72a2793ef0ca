"""A strategy with nothing in it, started the way people start one: from the empty kit."""

from typing import Any

from django.utils import timezone

from strategy.plan.models import Strategy
from strategy.plan.queries import today
from strategy.starter.actions import start
from strategy.starter.queries import EMPTY, KITS
from teams.models import User


def start_strategy(*, values: dict[str, Any], lead: User, by: User) -> Strategy:
    """Start an empty strategy in which no function takes part yet."""
    strategy, _invited = start(
        kit=KITS[EMPTY],
        values=values,
        lead=lead,
        parts=(),
        now=timezone.now(),
        today=today(),
        by=by,
    )
    return strategy
