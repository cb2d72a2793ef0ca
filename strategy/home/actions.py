"""Undo, asked of the policy."""

from typing import Any

from portal.history import undo
from portal.history.models import ChangeSet
from portal.live import revisions
from strategy.plan.models import Strategy
from teams import access
from teams.models import StrategyRole, User
from teams.roles import Act


def undo_change(*, chosen: ChangeSet, strategy: Strategy, by: User) -> None:
    """Undo one act in a strategy. The person must be allowed to edit everything that it touched."""
    rows = undo.rows_of(chosen)
    for row in rows:
        _check(by, strategy, row)
    if not rows:  # everything it touched is gone: bringing things back is an editor's decision
        access.check(by, Act.EDIT, strategy)
    undo.undo(chosen, by=by)
    for row in rows:
        journey = _journey_of(row)
        if journey is not None:
            revisions.bump(journey.uid)


def _check(by: User, strategy: Strategy, row: Any) -> None:
    if isinstance(row, StrategyRole | Strategy):
        access.check(by, Act.MANAGE, strategy)
        return
    owned = _journey_of(row) or getattr(row, "channel", None) or row
    if hasattr(owned, "strategy_id"):
        access.check(by, Act.EDIT, owned)
    else:
        access.check(by, Act.EDIT, strategy)


def _journey_of(row: Any) -> Any:
    """Return the journey whose board the row is part of, if it is part of one."""
    for path in (("journey",), ("stage", "journey"), ("step", "stage", "journey")):
        found = row
        for name in path:
            found = getattr(found, name, None)
        if found is not None:
            return found
    return row if row._meta.label == "strategy.Journey" else None
