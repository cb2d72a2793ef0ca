"""Where things land: positions, drops and pushes."""

import pytest

from strategy.journeys.rules import (
    ROOM,
    Column,
    Landing,
    arrivals,
    landing_beside,
    landing_of_drop,
    position_between,
    row_beside,
)

# Stage A holds a1 and a2, stage B nothing, stage C c1 and c2.
BOARD = [
    Column("A", "a1"),
    Column("A", "a2"),
    Column("B", None),
    Column("C", "c1"),
    Column("C", "c2"),
]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (None, None, ROOM),
        (5, None, 5 + ROOM),
        (None, 10, 5),
        (10, 20, 15),
        (10, 12, 11),
        (10, 11, None),
        (None, 1, None),
        (7, 7, None),
    ],
)
def test_a_position_lies_between_its_neighbors_or_there_is_no_room(left, right, expected):
    assert position_between(left, right) == expected


def test_ten_rows_fit_into_one_place():
    left, right, fitted = ROOM, 2 * ROOM, 0
    while (middle := position_between(left, right)) is not None:
        right, fitted = middle, fitted + 1
    assert fitted == 10


@pytest.mark.parametrize(
    ("item", "before", "expected"),
    [
        ("a2", "a1", Landing("A", "a1")),
        ("c2", "c1", Landing("C", "c1")),
        ("c1", "", Landing("C", None)),
        ("a1", "", Landing("C", None)),
        ("a1", "c2", Landing("C", "c2")),
        ("c2", "a2", Landing("A", "a2")),
        ("a1", "c1", Landing("B", None)),  # from the left, over B: the end of B
        ("c2", "stage-B", Landing("B", None)),  # from the right, onto the empty place
        ("a1", "stage-B", Landing("A", None)),  # from the left, over a2: the end of A
        ("c1", "c2", None),  # where it stood
        ("c2", "", None),
        ("gone", "a1", None),
        ("a1", "gone", None),
        ("a1", "a1", None),
    ],
)
def test_a_drop_lands_in_the_stage_that_the_pointer_came_across_last(item, before, expected):
    assert landing_of_drop(BOARD, item, before) == expected


def test_a_drop_between_two_stages_depends_on_where_it_came_from():
    board = [Column("A", "a1"), Column("A", "a2"), Column("B", "b1"), Column("B", "b2")]
    assert landing_of_drop(board, "a1", "b1") == Landing("A", None)
    assert landing_of_drop(board, "b2", "b1") == Landing("B", "b1")


def test_the_only_step_dropped_on_itself_stays():
    assert landing_of_drop([Column("A", "a1")], "a1", "") is None


@pytest.mark.parametrize(
    ("item", "to", "expected"),
    [
        ("a1", "back", None),
        ("a1", "on", Landing("A", None)),
        ("a2", "back", Landing("A", "a1")),
        ("a2", "on", Landing("B", None)),
        ("c1", "back", Landing("B", None)),
        ("c1", "on", Landing("C", None)),
        ("c2", "back", Landing("C", "c1")),
        ("c2", "on", None),
        ("gone", "on", None),
        ("a1", "sideways", None),
    ],
)
def test_a_push_goes_one_place_and_over_the_line_between_stages(item, to, expected):
    assert landing_beside(BOARD, item, to) == expected


def test_a_push_over_the_line_lands_in_front_of_the_first():
    board = [Column("A", "a1"), Column("B", "b1")]
    assert landing_beside(board, "a1", "on") == Landing("B", "b1")


@pytest.mark.parametrize(
    ("item", "to", "expected"),
    [
        ("x", "back", None),
        ("x", "on", "z"),
        ("y", "back", "x"),
        ("y", "on", ""),
        ("z", "back", "y"),
        ("z", "on", None),
        ("gone", "on", None),
        ("x", "up", None),
    ],
)
def test_a_row_is_pushed_one_place(item, to, expected):
    assert row_beside(["x", "y", "z"], item, to) == expected


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        ([], []),
        (["app"], [None]),
        (["app", "app", "phone"], [None, None, "app"]),
        (["app", None, "phone"], [None, None, None]),
        (["app", "phone", "app"], [None, "app", "phone"]),
    ],
)
def test_a_hop_leads_from_one_step_to_the_next_on_another_channel(channels, expected):
    assert arrivals(channels) == expected
