"""What is worst about a transition."""

import datetime as dt

import pytest

from strategy.inventory.ways.rules import STALE_AFTER_DAYS, Worst, worst

TODAY = dt.date(2026, 11, 20)
TESTED = TODAY - dt.timedelta(days=STALE_AFTER_DAYS)


@pytest.mark.parametrize(
    ("status", "carried", "tested_on", "fact"),
    [
        ("works", {"identity": "yes", "reason": "unknown"}, TESTED, Worst.WORKS),
        ("works", {"identity": "yes"}, TESTED - dt.timedelta(days=1), Worst.STALE),
        ("works", {}, None, Worst.STALE),
        ("works", {"history": "no"}, None, Worst.PARTLY),
        ("works", {"identity": "partly"}, TODAY, Worst.PARTLY),
        ("partly", {"identity": "yes"}, TODAY, Worst.PARTLY),
        ("partly", {"identity": "no"}, TODAY, Worst.AGAIN),
        ("works", {"authentication": "no", "history": "no"}, TODAY, Worst.AGAIN),
        ("not_built", {"identity": "no"}, None, Worst.NOT_BUILT),
        ("broken", {"identity": "no"}, TODAY, Worst.BROKEN),
        ("declined", {"identity": "no"}, None, Worst.DECLINED),
    ],
)
def test_the_worst_fact_decides(status, carried, tested_on, fact):
    assert worst(status, carried, tested_on, TODAY) == fact
