"""A run of the shipped checklist that the Mobile team and the contact center answer."""

import datetime as dt
from collections.abc import Callable

import pytest

from strategy.checklists.actions import answer_item, ensure_shipped, start_run
from strategy.checklists.models import Answer, Run

TODAY = dt.date(2026, 11, 20)


@pytest.fixture
def run(cast) -> Run:
    """A run that is due in four weeks."""
    return start_run(
        strategy=cast.strategy,
        framework=ensure_shipped()[0],
        name="Readiness",
        teams=[cast.mobile, cast.care],
        due_on=TODAY + dt.timedelta(weeks=4),
        today=TODAY,
        by=cast.lea,
    )


@pytest.fixture
def answer(cast, run) -> Callable[..., Answer]:
    """Answer an item for the Mobile team."""

    def give(
        code: str = "MOB-07",
        status: str = "not_met",
        reason: str = "",
        *,
        team=None,
        by=None,
        expected=None,
    ):
        return answer_item(
            run_team=run.run_teams.get(team=team or cast.mobile),
            item=run.framework.items.get(code=code),
            status=status,
            reason=reason,
            expected=expected,
            today=TODAY,
            by=by or cast.lea,
        )

    return give
