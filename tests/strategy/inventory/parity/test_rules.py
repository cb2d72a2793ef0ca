"""When self-service is alike, and the figure."""

import pytest

from strategy.inventory.parity.rules import Parity, is_alike, parity


@pytest.mark.parametrize(
    ("extents", "contradicts", "alike"),
    [
        (["full", "full"], False, True),
        (["part", "part", "declined"], False, True),
        (["full"], False, True),
        (["full", "part"], False, False),
        (["full", "none"], False, False),
        (["full", ""], False, False),
        (["full", "full"], True, False),
        (["none", "none"], False, False),
        (["declined"], False, False),
    ],
)
def test_alike_is_the_same_extent_wherever_it_is_not_declined(extents, contradicts, alike):
    assert is_alike(extents, contradicts=contradicts) is alike


def test_the_figure_counts_what_is_offered_somewhere():
    rows = [
        (["full", "full"], False),
        (["full", "none"], False),
        (["none", ""], False),
        (["declined"], True),
    ]
    assert parity(rows) == Parity(alike=1, whole=2, not_offered=2)
