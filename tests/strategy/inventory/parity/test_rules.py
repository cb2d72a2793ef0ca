"""When self-service is alike, and the figure."""

import pytest

from strategy.inventory.parity.rules import Likeness, Parity, likeness, parity

ALIKE, UNLIKE, OPEN, NOT_OFFERED = Likeness


@pytest.mark.parametrize(
    ("extents", "contradicts", "found"),
    [
        (["full", "full"], False, ALIKE),
        (["part", "part", "declined"], False, ALIKE),
        (["full"], False, ALIKE),
        (["full", "part"], False, UNLIKE),
        (["full", "none"], False, UNLIKE),
        (["full", "none", ""], False, UNLIKE),
        (["full", "full"], True, UNLIKE),
        (["full", ""], True, UNLIKE),
        (["full", ""], False, OPEN),
        (["full", "full", "declined", ""], False, OPEN),
        (["none", ""], False, OPEN),
        (["declined", ""], False, OPEN),
        (["", ""], False, OPEN),
        (["none", "none"], False, NOT_OFFERED),
        (["none", "none"], True, NOT_OFFERED),
        (["declined"], False, NOT_OFFERED),
        ([], False, NOT_OFFERED),
    ],
)
def test_alike_is_the_same_extent_wherever_it_is_not_declined(extents, contradicts, found):
    assert likeness(extents, contradicts=contradicts) is found


def test_the_figure_counts_what_is_said_and_offered_somewhere():
    rows = [
        (["full", "full"], False),
        (["full", "none"], False),
        (["none", ""], False),
        (["full", ""], False),
        (["declined"], True),
    ]
    assert parity(rows) == Parity(alike=1, whole=2, open=2, not_offered=1)
