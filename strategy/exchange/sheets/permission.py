"""Who may change which row, asked once for a whole table."""

from typing import Any

from strategy.inventory.models import Channel
from strategy.plan.models import Strategy
from teams import access, grants
from teams.models import User
from teams.roles import Act


class Permission:
    """Who may change what, asked without a query for each row."""

    def __init__(self, by: User, strategy: Strategy) -> None:
        self.by = by
        self.standing = access.standing(by, strategy.pk)
        self.shared: frozenset[int] = frozenset()
        if not self.standing.may(Act.EDIT):
            shared = Channel.objects.filter(grants.granted(by, Channel, "edit"), strategy=strategy)
            self.shared = frozenset(shared.values_list("pk", flat=True))

    def edit(self, row: Any) -> bool:
        """May the person change the row, which is a channel or of a kind that is never shared?"""
        return access.can(self.by, Act.EDIT, row, as_=self.standing, shared=self.shared)


def check_may_import(strategy: Strategy, by: User) -> None:
    """Raise Denied unless the person may change something here, be it only what their own team has."""
    standing = access.standing(by, strategy.pk)
    if not any(standing.may(Act.EDIT, team) for team in (None, *standing.team_ids)):
        access.check(by, Act.EDIT, strategy, as_=standing)
