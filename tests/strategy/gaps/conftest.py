"""A gap of the Mobile team, and how to log more."""

import datetime as dt
from collections.abc import Callable

import pytest

from strategy.gaps.actions import log_gap
from strategy.gaps.models import Gap

TODAY = dt.date(2026, 11, 20)


@pytest.fixture
def log(cast) -> Callable[..., Gap]:
    """Log a gap that the Mobile team owns."""

    def make(
        title: str = "Help lies five taps deep", *, today: dt.date = TODAY, by=None, **values
    ) -> Gap:
        facts = {"title": title, "severity": "high", "owner_team": cast.mobile, **values}
        return log_gap(strategy=cast.strategy, values=facts, today=today, by=by or cast.lea)

    return make


@pytest.fixture
def gap(log) -> Gap:
    """One open gap."""
    return log()
