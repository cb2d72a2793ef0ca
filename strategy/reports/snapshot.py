"""The frozen copy of a strategy that a report prints."""

import datetime as dt
from typing import Any

from strategy.plan.models import Strategy
from strategy.reports.models import Report


def take(strategy: Strategy, as_of: dt.datetime, *, report: Report | None = None) -> dict[str, Any]:
    """Return everything the report prints, as JSON."""
    return {"schema": 1}
