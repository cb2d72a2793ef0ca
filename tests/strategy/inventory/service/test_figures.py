"""Figures: worked out from counts, summed over points, set against the period before, and drawn."""

import datetime as dt
import re
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lib.svg import line_chart
from strategy.inventory.models import Measurement
from strategy.inventory.service.figures import (
    GRAINS,
    Book,
    Figure,
    book_of_channel,
    first_ending,
    last_day,
    shown,
    slots,
    start_of,
    step,
    summed,
    trend,
    unbalanced,
    why_not_stated,
)
from strategy.inventory.service.metrics import dictionary, metric_of
from strategy.inventory.service.periods import period

OCTOBER, SEPTEMBER = dt.date(2026, 10, 1), dt.date(2026, 9, 1)


def figure(code, *numbers, on=OCTOBER, status="value", **values):
    facts = {"value": Decimal(numbers[0])} if len(numbers) == 1 else {}
    if len(numbers) == 2:
        facts = {"numerator": Decimal(numbers[0]), "denominator": Decimal(numbers[1])}
    return Figure(
        metric=metric_of(code), grain="month", starts_on=on, status=status, **facts, **values
    )


# --- what is shown ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "text"),
    [
        (figure("SL", 860, 1060), "81.13 %"),
        (figure("SL", 860, 1000), "86 %"),
        (figure("ABN", 1464, 44466), "3.29 %"),
        (figure("SL", 0, 5), "0 %"),
        (figure("SL", 88), "88 %"),
        (figure("FA", 50, 1000), "95 %"),
        (figure("FA", 1100, 1000), "−10 %"),
        (figure("ATT", 140, 100), "140 %"),
        (figure("ASA", 5300, 100), "53 s"),
        (figure("CPC", 426, 100), "4.26 per contact"),
        (figure("CPC", 410, 100), "4.10 per contact"),
        (figure("CPC", 400, 100), "4 per contact"),
        (figure("contacts", "82140.00"), "82,140"),
        (figure("NPS", -12), "−12 points"),
        (figure("contacts", status="zero"), "0"),
        (figure("SL", status="no_data"), "No data"),
        (figure("SL", status="not_applicable"), "Not applicable"),
        (figure("SL", status="suppressed"), "Suppressed"),
        (figure("SL", status=""), "Not stated"),
    ],
)
def test_each_kind_of_figure_is_shown_as_what_it_is(one, text):
    assert one.text == text


def test_a_figure_says_its_counts_or_that_they_are_not_known():
    assert figure("SL", 860, 1060).note == "860 of 1,060"
    assert figure("ASA", 31200, 260).note == "31,200 ÷ 260", "seconds are not a part of contacts"
    assert figure("SL", 88).note == "counts not known"
    assert figure("NPS", 12).note == ""
    assert figure("SL", 88).equation == "88 % (counts not known)"
    assert figure("SL", 86, 100, points=(1, 2)).equation == (
        "86 of 100 = 86 %, sum of 1 of 2 access points"
    )
    assert figure("SL", 860, 1060).tip.endswith(
        "In time ÷ Counted contacts. 860 of 1,060 = 81.13 %"
    )


# --- periods --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("grain", "day", "starts", "ends", "words"),
    [
        ("day", (2026, 11, 18), (2026, 11, 18), (2026, 11, 18), "Nov 18, 2026"),
        ("week", (2026, 11, 18), (2026, 11, 16), (2026, 11, 22), "Week of Nov 16, 2026"),
        ("month", (2026, 2, 18), (2026, 2, 1), (2026, 2, 28), "February 2026"),
        ("quarter", (2026, 12, 31), (2026, 10, 1), (2026, 12, 31), "Q4 2026"),
        ("year", (2026, 12, 31), (2026, 1, 1), (2026, 12, 31), "2026"),
    ],
)
def test_a_day_lies_in_its_period(grain, day, starts, ends, words):
    first = start_of(grain, dt.date(*day))
    assert first == dt.date(*starts)
    assert last_day(grain, first) == dt.date(*ends)
    assert period(grain, first) == words


@given(st.sampled_from(GRAINS), st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)))
def test_a_period_that_begins_a_day_before_the_first_that_reaches_a_day_has_ended(grain, day):
    first = first_ending(grain, day)
    assert first <= day <= last_day(grain, first)
    assert last_day(grain, first - dt.timedelta(days=1)) < day


def test_years_and_quarters_of_a_house_begin_when_it_says():
    assert period("year", dt.date(2026, 4, 1)) == "Year from Apr 1, 2026"
    assert period("quarter", dt.date(2026, 11, 1)) == "Three months from Nov 1, 2026"


days = st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1))
grains = st.sampled_from(Measurement.Grain.values)


@given(grains, days, st.integers(-30, 30))
def test_steps_lead_there_and_back(grain, day, count):
    first = start_of(grain, day)
    assert step(grain, step(grain, first, count), -count) == first
    assert first <= day <= last_day(grain, first)


@given(grains, st.lists(days, min_size=1, max_size=20))
def test_a_table_ends_with_the_newest_period_and_has_no_hole(grain, stated):
    starts = {start_of(grain, day) for day in stated}
    found = slots(grain, starts)
    assert found[-1] == max(starts)
    assert found[0] >= min(starts)
    assert all(step(grain, one, 1) == other for one, other in pairwise(found))


# --- sums of access points -------------------------------------------------------------------------------
def row(code, point, *numbers, status="value", on=OCTOBER):
    facts = {"value": Decimal(numbers[0])} if len(numbers) == 1 else {}
    if len(numbers) == 2:
        facts = {"numerator": Decimal(numbers[0]), "denominator": Decimal(numbers[1])}
    return Measurement(
        metric=code, point_id=point, grain="month", starts_on=on, status=status, **facts
    )


def channel_figure(*rows, points=3, code="SL"):
    in_use = range(1, points + 1)
    return book_of_channel(rows, in_use).at(metric_of(code), "month", OCTOBER)


def test_points_are_summed_only_where_the_channel_has_no_figure_of_its_own():
    parts = [row("SL", 1, 60, 100), row("SL", 2, 190, 200)]
    whole = channel_figure(*parts, points=2)
    assert (whole.text, whole.points) == ("83.33 %", (2, 2))
    assert whole.note == "250 of 300, sum of 2 of 2 access points"
    own = channel_figure(*parts, row("SL", None, 240, 300))
    assert (own.text, own.points) == ("80 %", None)
    nobody_counts = channel_figure(*parts, row("SL", None, status="no_data"))
    assert nobody_counts.points == (2, 3)
    assert channel_figure(*parts, row("SL", None, status="suppressed")).text == "Suppressed"


def test_a_point_without_a_figure_is_left_out_and_said():
    parts = [
        row("contacts", 1, 100),
        row("contacts", 2, status="zero"),
        row("contacts", 3, status="suppressed"),
        row("contacts", 4, status="not_applicable"),
    ]
    whole = channel_figure(*parts, points=4, code="contacts")
    assert (whole.text, whole.points) == ("100", (2, 3))


def test_a_point_that_is_retired_does_not_stand_for_one_in_use_that_has_no_figure():
    parts = [row("contacts", 1, 100), row("contacts", 7, 20)]
    whole = channel_figure(*parts, points=2, code="contacts")
    assert (whole.text, whole.points, whole.is_partial) == ("120", (2, 3), True)
    absent = row("contacts", 7, status="not_applicable")
    assert channel_figure(parts[0], absent, points=2, code="contacts").points == (1, 2)


def test_a_forecast_that_was_off_by_more_than_all_is_below_zero():
    stated = metric_of("FA"), "value"
    assert why_not_stated(*stated, Decimal(-20), None, None) is None
    assert why_not_stated(*stated, None, Decimal(120), Decimal(100)) is None
    assert figure("FA", 120, 100).text == figure("FA", -20).text == "−20 %"
    assert why_not_stated(metric_of("OCC"), "value", Decimal(-1), None, None)


def test_what_cannot_be_added_up_is_not():
    assert channel_figure(row("NPS", 1, 30), row("NPS", 2, 10), code="NPS").text == "Not stated"
    assert channel_figure(row("SL", 1, 80), row("SL", 2, 90)).text == "Not stated"
    mixed = channel_figure(row("SL", 1, 80), row("SL", 2, 90, 100), points=2)
    assert (mixed.text, mixed.points) == ("90 %", (1, 2))


def test_points_that_are_all_zero_make_zero():
    whole = channel_figure(
        row("contacts", 1, status="zero"), row("contacts", 2, status="zero"), code="contacts"
    )
    assert whole.text == "0"


counts = st.tuples(st.integers(0, 10**9), st.integers(1, 10**9)).map(
    lambda pair: (min(pair), max(pair))
)


@given(st.lists(counts, min_size=1, max_size=8))
def test_the_sum_of_points_is_the_ratio_of_summed_counts(pairs):
    whole = summed([figure("SL", *pair) for pair in pairs], range(len(pairs)))
    above, below = sum(one for one, _of in pairs), sum(of for _one, of in pairs)
    assert whole.amount == Fraction(above, below) * 100
    assert (whole.numerator, whole.denominator) == (above, below)


# --- against the period before ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("now", "before", "text", "words", "tone"),
    [
        (figure("SL", 860, 1000), figure("SL", 840, 1000, on=SEPTEMBER), "+2 points", "better than Sep 2026", "good"),
        (figure("ABN", 60, 1000), figure("ABN", 40, 1000, on=SEPTEMBER), "+2 points", "worse than Sep 2026", "bad"),
        (figure("contacts", 110), figure("contacts", 100, on=SEPTEMBER), "+10 %", "since Sep 2026", "neutral"),
        (figure("ASA", 100, 2), figure("ASA", 120, 2, on=SEPTEMBER), "−10 s", "better than Sep 2026", "good"),
        (figure("NPS", 10), figure("NPS", 30, on=SEPTEMBER), "−20 points", "worse than Sep 2026", "bad"),
        (figure("SL", 5, 10), figure("SL", 50, 100, on=SEPTEMBER), "±0 points", "since Sep 2026", "neutral"),
        (figure("SL", 88), figure("SL", 86, on=SEPTEMBER), "—", "Counts not known, so no change is worked out", "neutral"),
        (figure("SL", 5, 10), figure("SL", status="no_data", on=SEPTEMBER), "—", "Sep 2026: No data", "neutral"),
        (figure("SL", status="suppressed"), figure("SL", 5, 10, on=SEPTEMBER), "—", "No figure to compare", "neutral"),
        (figure("contacts", 5), figure("contacts", status="zero", on=SEPTEMBER), "—", "From zero: no percent", "neutral"),
        (figure("SL", 5, 10, points=(1, 2), of=frozenset({1})),
         figure("SL", 5, 10, on=SEPTEMBER, points=(1, 2), of=frozenset({2})), "—",
         "Not of the same access points as Sep 2026", "neutral"),
        (figure("SL", 5, 10, points=(2, 3), of=frozenset({1, 2})),
         figure("SL", 4, 10, on=SEPTEMBER, points=(2, 2), of=frozenset({1, 2})), "+10 points",
         "better than Sep 2026", "good"),
    ],
)  # fmt: skip
def test_the_change_comes_from_counts_and_says_which_way_is_better(now, before, text, words, tone):
    found = trend(now, before)
    assert (found.text, found.words, found.tone) == (text, words, tone)


# --- what does not add up ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("handled", "abandoned", "is_said"),
    [(960, 40, False), (941, 40, False), (939, 40, True), (1020, 40, True), (1000, 0, False)],
)
def test_offered_is_held_against_handled_and_abandoned_with_a_tolerance(
    handled, abandoned, is_said
):
    figures = [
        figure("OFF", 1000),
        figure("HAN", handled),
        figure("ABN", abandoned, 1000),
    ]
    book = Book({(one.metric.code, "month", OCTOBER): one for one in figures})
    said = unbalanced(book, "month", OCTOBER)
    assert bool(said) is is_said
    if said:
        assert (
            f"October 2026: 1,000 offered, but {handled:,} handled and {abandoned} abandoned"
            in said
        )


def test_sums_of_different_points_are_not_held_against_each_other():
    rows = [row("OFF", 1, 1000), row("HAN", 1, 600), row("HAN", 2, 900), row("ABN", 1, 40, 1000)]
    assert unbalanced(book_of_channel(rows, [1, 2]), "month", OCTOBER) == ""
    assert unbalanced(book_of_channel([*rows[:2], rows[3]], [1, 2]), "month", OCTOBER)


def test_nothing_is_said_of_what_is_not_known():
    assert unbalanced(Book(), "month", OCTOBER) == ""


# --- what may be stated --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "value", "numerator", "denominator", "field", "sentence"),
    [
        ("SL", None, 900, 860, "numerator", "“In time” (900) cannot be more than “Counted contacts” (860)"),
        ("SL", None, 1, None, "denominator", "A ratio needs both counts"),
        ("SL", None, None, 5, "numerator", "A ratio needs both counts"),
        ("SL", None, 0, 0, "denominator", "Of nothing there is no ratio"),
        ("SL", None, -1, 5, "numerator", "never below zero"),
        ("SL", 80, 8, 10, "value", "not both"),
        ("SL", None, None, None, "numerator", "Write the figure"),
        ("SL", 101, None, None, "value", "Service level lies between 0 and 100"),
        ("contacts", -1, None, None, "value", "Contacts is never below 0"),
        ("contacts", None, None, None, "value", "Write the figure"),
        ("NPS", -101, None, None, "value", "between -100 and 100"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(
    code, value, numerator, denominator, field, sentence
):
    numbers = [None if one is None else Decimal(one) for one in (value, numerator, denominator)]
    found = why_not_stated(metric_of(code), "value", *numbers)
    assert found is not None
    assert found[0] == field
    assert sentence in found[1]


@pytest.mark.parametrize(
    ("code", "numbers"),
    [("SL", (None, 0, 5)), ("ATT", (None, 14, 10)), ("NPS", (-42, None, None)), ("SL", (88, None, None))],
)  # fmt: skip
def test_what_can_be_is_not_refused(code, numbers):
    decimals = [None if one is None else Decimal(one) for one in numbers]
    assert why_not_stated(metric_of(code), "value", *decimals) is None


# --- nothing divides by zero -------------------------------------------------------------------------------
amounts = st.none() | st.decimals(-(10**13), 10**13, places=2)


@given(
    st.sampled_from(list(dictionary())),
    st.sampled_from(["", *Measurement.Status.values]),
    amounts,
    amounts,
    amounts,
)
def test_every_figure_can_be_shown(code, status, value, numerator, denominator):
    one = Figure(
        metric=metric_of(code), grain="month", starts_on=OCTOBER, status=status,
        value=value, numerator=numerator, denominator=denominator,
    )  # fmt: skip
    assert one.text
    assert one.tip
    assert trend(one, one).text
    summed([one, one], [1, 2])


finite = st.none() | st.floats(-1e12, 1e12)


@given(st.lists(st.tuples(finite, finite, st.booleans()), max_size=15))
def test_every_chart_can_be_drawn(points):
    drawn = line_chart(
        [value for value, _target, _hidden in points],
        labels=[f"P{n}" for n in range(len(points))],
        targets=[target for _value, target, _hidden in points],
        hidden=[hidden for _value, _target, hidden in points],
        show=lambda value: shown(Fraction(value)),
        title="A < B",
        description="“&”",
    )
    assert "A &lt; B" in drawn
    assert "nan" not in drawn
    assert drawn.count("<circle") == sum(value is not None for value, _t, _h in points)
    assert drawn.count("<rect") == sum(hidden for _v, _t, hidden in points)


def test_a_chart_has_a_gap_where_there_is_no_figure_and_not_a_zero():
    drawn = line_chart(
        [80, 82, None, 81, 83], labels=list("abcde"), targets=[None] * 5, hidden=[False] * 5,
        show=str, title="T", description="D",
    )  # fmt: skip
    curve = drawn.split('class="curve"')[1].split("/>")[0]
    assert curve.count("M") == 2
    assert drawn.count("<circle") == 4
    assert 'class="target"' not in drawn


def test_a_chart_names_its_unit_its_objective_and_its_first_and_last_value():
    drawn = line_chart(
        [None, 80, 82, 83], labels=list("abcd"), targets=[85] * 4, hidden=[False] * 4,
        show=lambda value: f"{value:.0f} %", title="T", description="D", unit="in %",
        target="objective 85 %",
    )  # fmt: skip
    words = re.findall(r"<text[^>]*>([^<]*)</text>", drawn)
    assert words == ["85 %", "80 %", "in %", "objective 85 %", "80 %", "83 %", "a", "d"]
    assert drawn.count('class="target"') == 2  # the line, and a piece of it beside its name
    alone = line_chart(
        [7], labels=["a"], targets=[None], hidden=[False], show=str, title="T", description="D"
    )
    assert re.findall(r"<text[^>]*>([^<]*)</text>", alone) == ["7", "7", "a"]
