"""The five rules against their published vectors, and ratios from summed counts."""

import datetime as dt
from dataclasses import fields
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.inventory.models import AbandonRule
from strategy.inventory.service.figures import Figure, summed
from strategy.inventory.service.formulas import RULES, Counts, counted, ratio
from strategy.inventory.service.metrics import metric_of

ICMI = Counts(
    answered=1000,
    abandoned=60,
    answered_in_time=860,
    abandoned_in_time=20,
    abandoned_at_once=10,
)
"""ICMI, QueueTips 2002 and 2005; Call Centre Helper 206890."""


def percent(value: Fraction | None) -> str:
    assert value is not None
    return f"{float(value) * 100:.2f}"


def service_level(rule: str, counts: Counts) -> Fraction | None:
    return ratio(*counted(rule, counts))


def pooled(pairs) -> Fraction | None:
    """Return the ratio that pages show for several points, or days: 0 to 1."""
    facts = {
        "metric": metric_of("SL"),
        "grain": "day",
        "starts_on": dt.date(2023, 12, 1),
        "status": "value",
    }
    parts = [Figure(**facts, numerator=Decimal(one), denominator=Decimal(of)) for one, of in pairs]
    whole = summed(parts, range(len(parts)))
    return None if whole is None else whole.amount / 100


def test_every_rule_that_can_be_chosen_has_its_formula():
    assert list(RULES) == AbandonRule.values


@pytest.mark.parametrize(
    ("rule", "exact", "published"),
    [
        ("all_credit", Fraction(880, 1060), "83.02"),
        ("answered_only", Fraction(860, 1000), "86.00"),
        ("offered", Fraction(860, 1060), "81.13"),
        ("exclude_in_time", Fraction(860, 1040), "82.69"),
        ("credit_short", Fraction(870, 1060), "82.08"),
    ],
)
def test_the_five_rules_give_the_published_figures(rule, exact, published):
    assert service_level(rule, ICMI) == exact
    assert percent(service_level(rule, ICMI)) == published


def test_the_parts_of_the_example_add_up():
    assert ICMI.offered == 1060
    assert ICMI.abandoned_after == 40


def test_cisco_50_in_time_and_80_late_is_38_percent():
    """Cisco ICM 4.5: 50 answered in time, 80 late; none gave up, so every rule says the same."""
    counts = Counts(answered=130, answered_in_time=50)
    for rule in RULES:
        assert service_level(rule, counts) == Fraction(5, 13)
        assert int(float(service_level(rule, counts)) * 100) == 38


def test_cisco_counts_abandons_as_nothing_against_or_for_it():
    counts = Counts(answered=100, abandoned=20, answered_in_time=80, abandoned_in_time=20)
    assert service_level("exclude_in_time", counts) == Fraction(80, 100)  # ignored
    assert service_level("offered", counts) == Fraction(80, 120)  # negative
    assert service_level("all_credit", counts) == Fraction(100, 120)  # positive


@pytest.mark.parametrize("rule", RULES)
def test_of_nothing_there_is_no_figure(rule):
    assert service_level(rule, Counts()) is None


@pytest.mark.parametrize("pair", [(None, 5), (5, None), (None, None), (0, 0), (3, Decimal("0.00"))])
def test_a_missing_count_or_nothing_to_count_of_is_no_figure(pair):
    assert ratio(*pair) is None


def test_abandonment_of_44466_received_and_43002_answered():
    """The published 3.29 % of a department's report, exactly 3.2924 %."""
    assert f"{float(ratio(44_466 - 43_002, 44_466)) * 100:.4f}" == "3.2924"
    assert f"{float(ratio(44_466 - 43_002, 44_466)) * 100:.2f}" == "3.29"


# --- several periods --------------------------------------------------------------------------------
DAYS = [(1800, 3000), (285, 300), (2210, 2600), (190, 200)]
"""Made-up days after Vancouver 3-1-1, December 2023: quiet days look good, and most calls come on the others."""


def test_several_days_come_from_their_sums_and_not_from_the_mean_of_days():
    mean = sum(Fraction(one, of) for one, of in DAYS) / len(DAYS)
    assert percent(mean) == "83.75"
    assert percent(pooled(DAYS)) == "73.52"
    assert pooled(DAYS) == Fraction(4485, 6100)


def test_speed_of_answer_is_weighted_by_those_answered():
    """Vancouver 2023: 48.2 s as the mean of days, 53.0 s weighted. Made-up days with the same two answers."""
    days = [(4040, 100), (23520, 420)]
    mean = sum(Fraction(one, of) for one, of in days) / 2
    assert float(mean) == 48.2
    assert float(pooled(days)) == 53.0


def test_of_no_days_there_is_no_figure():
    assert pooled([]) is None
    assert pooled([(0, 0), (0, 0)]) is None


whole = st.integers(min_value=0, max_value=10**9)


@st.composite
def periods(draw):
    answered, abandoned = draw(whole), draw(whole)
    in_time = draw(st.integers(0, abandoned))
    return Counts(
        answered, abandoned, draw(st.integers(0, answered)), in_time, draw(st.integers(0, in_time))
    )


@given(st.lists(periods(), max_size=6), st.sampled_from(list(RULES)))
def test_the_ratio_of_sums_is_the_ratio_of_merged_counts(days, rule):
    merged = Counts(*(sum(getattr(day, one.name) for day in days) for one in fields(Counts)))
    assert pooled(RULES[rule](day) for day in days) == service_level(rule, merged)


@given(periods(), st.sampled_from(list(RULES)))
def test_no_rule_leaves_the_range_or_divides_by_zero(counts, rule):
    level = service_level(rule, counts)
    assert level is None or 0 <= level <= 1


@given(periods())
def test_counting_everybody_offered_is_the_strictest_rule(counts):
    strict = service_level("offered", counts)
    others = (service_level(rule, counts) for rule in RULES)
    assert strict is None or all(one is None or one >= strict for one in others)
