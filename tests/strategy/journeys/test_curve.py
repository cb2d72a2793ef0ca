"""The emotion curve: through every point, never beyond one, readable without color, and safe."""

import re
from xml.etree import ElementTree

import pytest

from portal.lib.svg import emotion_curve

SVG = "{http://www.w3.org/2000/svg}"


def draw(values, **more):
    facts = {"title": "Emotion", "description": "From step to step", **more}
    return ElementTree.fromstring(emotion_curve(values, **facts))


def of_class(drawn, name):
    return [node for node in drawn if name in node.get("class", "").split()]


def points(drawn):
    """Return every coordinate pair that the curve names, its handles included."""
    numbers = re.findall(r"-?[\d.]+", of_class(drawn, "curve")[0].get("d"))
    return [(float(x), float(y)) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]


def test_it_has_a_title_first_and_a_description():
    drawn = draw([0, 1], title="Emotion of “<Ana>”", description="a & b")
    assert [node.tag for node in drawn][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert drawn[0].text == "Emotion of “<Ana>”"
    assert drawn[1].text == "a & b"
    assert drawn.get("role") == "img"


def test_every_stated_step_has_a_mark_in_the_middle_of_its_column():
    drawn = draw([2, None, -1], column=100, height=88)
    marks = of_class(drawn, "mark")
    assert [mark.get("transform") for mark in marks] == ["translate(50 14)", "translate(250 59)"]


def test_marks_differ_by_shape_and_not_by_color_alone():
    shapes = {}
    for value in range(-2, 3):
        (mark,) = of_class(draw([value]), "mark")
        shapes[value] = (mark.get("d"), mark.get("fill") == "#ffffff")
    assert len(set(shapes.values())) == 5


def test_the_curve_breaks_where_nobody_said_anything():
    drawn = draw([1, 1, None, 0, -1, None, 2])
    assert of_class(drawn, "curve")[0].get("d").count("M") == 2
    assert len(of_class(drawn, "mark")) == 5


@pytest.mark.parametrize("values", [[], [None], [1], [None, None, 2]])
def test_one_point_or_none_make_no_curve(values):
    drawn = draw(values)
    assert not of_class(drawn, "curve")
    assert of_class(drawn, "zero")


@pytest.mark.parametrize(
    "values",
    [[2, -2, 2, -2], [0, 0, 2, 2, -2], [-2, -1, 0, 1, 2], [2, 2, 2, -2, -2], [1, -2, -1, -2, 1]],
)
def test_the_curve_never_goes_beyond_the_points_on_both_sides(values):
    column, height, room = 100, 88, 14
    unit = (height - 2 * room) / 4
    named = points(draw(values, column=column, height=height))
    for at in range(len(values) - 1):
        ends = sorted(room + unit * (2 - value) for value in values[at : at + 2])
        first, second = named[1 + 3 * at], named[2 + 3 * at]
        for _x, y in (first, second):
            assert ends[0] - 0.1 <= y <= ends[1] + 0.1


def test_stages_begin_with_a_line_except_the_first():
    drawn = draw([0, 0, 0], column=100, starts=[0, 2])
    assert [line.get("d") for line in of_class(drawn, "stage")] == ["M200 0V88"]


def test_the_small_one_marks_only_the_lowest_bad_points():
    drawn = draw([1, -2, 0, -2], marks=False)
    assert len(of_class(drawn, "mark")) == 2
    assert not of_class(draw([1, 0, 2], marks=False), "mark")


def test_it_carries_no_style_and_no_script():
    drawn = str(emotion_curve([1, -2, 0], title="T", description="D"))
    assert "style" not in drawn
    assert "<script" not in drawn
