"""What the home leads with."""

import pytest

from strategy.gaps.actions import log_gap
from strategy.home.queries import worst_gaps
from tests.world import TODAY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("critical", "shown"), [(0, ["H0", "H1", "H2"]), (2, ["C0", "C1", "H0"]), (4, ["C0", "C1", "C2", "C3"]), (6, ["C0", "C1", "C2", "C3", "C4"])]
)  # fmt: skip
def test_three_gaps_stand_there_or_up_to_five_that_are_critical(cast, critical, shown):
    logged = [(f"C{n}", "critical") for n in range(critical)] + [
        (f"H{n}", "high") for n in range(3)
    ]
    for title, severity in logged:
        log_gap(
            strategy=cast.strategy,
            values={"title": title, "severity": severity},
            today=TODAY,
            by=cast.lea,
        )
    assert [gap.title for gap in worst_gaps(cast.strategy)] == shown
