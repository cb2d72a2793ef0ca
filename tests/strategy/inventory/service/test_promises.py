"""Promises: read in one sentence, compared by six qualifiers, and held against figures."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from strategy.inventory.models import ServiceObjective
from strategy.inventory.service.figures import Figure
from strategy.inventory.service.metrics import metric_of
from strategy.inventory.service.promises import differences, doubled, is_in_force, judge, sentence

OCTOBER = dt.date(2026, 10, 1)


def promise(**values):
    facts = {
        "name": "In time", "metric": "SL", "target": Decimal("80.00"), "threshold": Decimal("20.00"),
        "clock": "opening_hours", "clock_start": "queued", "measured_over": "interval",
    }  # fmt: skip
    return ServiceObjective(**{**facts, **values})


def test_one_sentence_reads_it_all():
    assert sentence(promise()) == (
        "80 % answered within 20 seconds, clock from queue entry, during opening hours,"
        " measured over half hours, every contact offered counts"
    )


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"abandon_rule": "credit_short", "short_abandon_seconds": 5}, "abandoned within 5 seconds counts as in time"),
        ({"abandon_rule": "answered_only"}, "only answered contacts count"),
        ({"population": "new customers"}, "counting: new customers"),
        ({"clock_start": "unknown"}, "start of the clock not said"),
        ({"clock": "always"}, "around the clock"),
        ({"metric": "RT", "threshold": Decimal(2), "threshold_unit": "bd"}, "80 % answered within 2 business days"),
        ({"metric": "RT", "threshold": Decimal(1), "threshold_unit": "bd"}, "80 % answered within 1 business day"),
        ({"metric": "ABN", "target": Decimal("5.5"), "threshold": None}, "Abandonment rate at most 5.5 %"),
        ({"metric": "FCR", "threshold": None}, "First contact resolution at least 80 %"),
        ({"metric": "AHT", "target": 300, "threshold": None}, "Average handle time of 300 s"),
        ({"measured_over": "quarter"}, "measured over quarters"),
    ],
)  # fmt: skip
def test_every_qualifier_is_in_the_sentence(values, words):
    assert words in sentence(promise(**values))


# --- do two compare? ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"threshold": Decimal(30)}, "time limit"),
        ({"threshold_unit": "min"}, "time limit"),
        ({"clock": "always"}, "clock"),
        ({"calendar_id": 7}, "clock"),
        ({"clock_start": "dialed"}, "start of the clock"),
        ({"measured_over": "month"}, "measured over"),
        ({"population": "new customers"}, "which contacts count"),
        ({"abandon_rule": "answered_only"}, "abandoned contacts"),
    ],
)
def test_each_of_the_six_qualifiers_parts_two_objectives(values, what):
    assert differences(promise(), promise(**values)) == [what]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"target": Decimal(90), "name": "Other", "rationale": "Why not"},
        {"population": " "},
        {"short_abandon_seconds": 5},  # a leftover: the rule does not use it
    ],
)
def test_two_that_count_alike_compare_whatever_they_aim_at(values):
    assert differences(promise(), promise(**values)) == []


def test_a_minute_is_sixty_seconds_but_business_hours_are_no_hours():
    minute, seconds = promise(threshold=1, threshold_unit="min"), promise(threshold=60)
    assert differences(minute, seconds) == []
    hours = [promise(threshold=8, threshold_unit=unit) for unit in ("h", "bh")]
    assert differences(*hours) == ["time limit"]


def test_what_nobody_has_said_agrees_with_nothing():
    one = promise(clock_start="unknown")
    assert differences(one, promise(clock_start="unknown")) == ["start of the clock"]


def test_short_abandons_differ_by_their_seconds():
    five, ten = (
        promise(abandon_rule="credit_short", short_abandon_seconds=seconds) for seconds in (5, 10)
    )
    assert differences(five, ten) == ["abandoned contacts"]


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [
        ((None, None), (None, None), True),
        ((None, (2026, 9, 30)), ((2026, 10, 1), None), False),
        ((None, (2026, 10, 1)), ((2026, 10, 1), None), True),
        (((2026, 1, 1), (2026, 6, 30)), ((2026, 3, 1), None), True),
    ],
)
def test_two_of_one_metric_in_force_at_once_are_found(one, other, are):
    pair = [
        promise(
            channel_id=1,
            effective_from=dt.date(*begins) if begins else None,
            effective_to=dt.date(*ends) if ends else None,
        )
        for begins, ends in (one, other)
    ]
    assert bool(doubled(pair)) is are
    pair[1].point_id = 3
    assert doubled(pair) == []


def test_it_is_in_force_on_its_first_and_last_day():
    one = promise(effective_from=OCTOBER, effective_to=dt.date(2026, 10, 31))
    assert is_in_force(one, OCTOBER)
    assert is_in_force(one, dt.date(2026, 10, 31))
    assert not is_in_force(one, dt.date(2026, 11, 1))
    assert not is_in_force(one, dt.date(2026, 9, 30))


# --- is it kept? ------------------------------------------------------------------------------------------
def figure(code, *numbers, grain="month", status="value"):
    facts = {"value": Decimal(numbers[0])} if len(numbers) == 1 else {}
    if len(numbers) == 2:
        facts = {"numerator": Decimal(numbers[0]), "denominator": Decimal(numbers[1])}
    return Figure(metric=metric_of(code), grain=grain, starts_on=OCTOBER, status=status, **facts)


@pytest.mark.parametrize(
    ("values", "one", "state", "why"),
    [
        ({"measured_over": "month"}, figure("SL", 80, 100), "met", ""),
        ({"measured_over": "month"}, figure("SL", 79, 100), "not_met", ""),
        ({"measured_over": "month", "target": Decimal("3.29")}, figure("SL", 329, 10000), "met", ""),
        ({"metric": "ABN", "measured_over": "month", "target": 5}, figure("ABN", 6, 100), "not_met", ""),
        ({"metric": "ABN", "measured_over": "month", "target": 5}, figure("ABN", 5, 100), "met", ""),
        ({}, figure("SL", 79, 100), "not_met", "within it as well"),
        ({}, figure("SL", 90, 100), "not_comparable", "It holds for October 2026 as a whole"),
        ({"measured_over": "year"}, figure("SL", 90, 100), "not_comparable", "the promise is measured over years"),
        ({"metric": "BKL", "measured_over": "day", "target": 5}, figure("BKL", 9), "not_comparable", "measured over days"),
        ({"measured_over": "month"}, figure("SL", status="suppressed"), "no_figure", "Suppressed"),
        ({"measured_over": "month"}, figure("SL", status="no_data"), "no_figure", "No data"),
        ({"measured_over": "month"}, None, "no_figure", "Nobody has stated one"),
        ({"metric": "AHT", "measured_over": "month"}, figure("AHT", 60, 1), "not_comparable", "Neither high nor low"),
        ({"measured_over": "month", "effective_from": dt.date(2026, 11, 1)}, figure("SL", 90, 100), "not_comparable",
         "not in force in October 2026"),
        ({"measured_over": "month", "effective_from": dt.date(2026, 10, 15)}, figure("SL", 90, 100), "not_comparable",
         "not in force in all of October 2026"),
        ({"measured_over": "month", "effective_to": dt.date(2026, 10, 15)}, figure("SL", 79, 100), "not_comparable",
         "not in force in all of October 2026"),
        ({"measured_over": "month", "effective_from": OCTOBER, "effective_to": dt.date(2026, 10, 31)},
         figure("SL", 79, 100), "not_met", ""),
        ({"measured_over": "month"}, replace(figure("SL", 90, 100), points=(1, 5)), "not_comparable",
         "not of all access points"),
        ({"measured_over": "month"}, replace(figure("SL", 79, 100), points=(5, 5)), "not_met", ""),
    ],
)  # fmt: skip
def test_a_figure_is_held_against_a_promise_only_as_far_as_they_compare(values, one, state, why):
    verdict = judge(promise(**values), one)
    assert (verdict.state, bool(verdict.label)) == (state, True)
    assert why in verdict.why
