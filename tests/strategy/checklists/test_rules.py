"""What an answer needs, and how answers are counted."""

import pytest

from strategy.checklists import rules
from strategy.checklists.models import Answer
from strategy.checklists.rules import Tally


@pytest.mark.parametrize(
    ("status", "reason", "sentence"),
    [
        pytest.param("met", "", "", id="met"),
        pytest.param("partly", "", "", id="partly"),
        pytest.param("not_met", "", "", id="not met"),
        pytest.param("not_applicable", "", rules.NEEDS_REASON, id="not applicable, no reason"),
        pytest.param(
            "not_applicable", " \n", rules.NEEDS_REASON, id="not applicable, blank reason"
        ),
        pytest.param("not_applicable", "No calls here", "", id="not applicable, with a reason"),
    ],
)
def test_only_not_applicable_needs_a_reason(status, reason, sentence):
    assert rules.why_not_answer(status, reason) == sentence


@pytest.mark.parametrize(
    ("status", "has_gap", "sentence"),
    [
        pytest.param("met", False, rules.NO_SHORTFALL, id="met"),
        pytest.param("partly", False, "", id="partly"),
        pytest.param("not_met", False, "", id="not met"),
        pytest.param("not_applicable", False, rules.NO_SHORTFALL, id="not applicable"),
        pytest.param("not_met", True, rules.HAS_GAP, id="logged already"),
    ],
)
def test_a_gap_follows_from_an_answer_that_falls_short(status, has_gap, sentence):
    assert rules.why_not_log_gap(status, has_gap=has_gap) == sentence


def test_the_statuses_are_those_of_the_table():
    assert list(rules.STATUSES) == Answer.Status.values


def test_what_does_not_apply_and_what_is_missing_stand_apart():
    tally = Tally.of_all(
        10, ["met", "met", "partly", "not_met", "not_applicable", "not_applicable"]
    )
    assert (tally.met, tally.partly, tally.not_met, tally.not_applicable) == (2, 1, 1, 2)
    assert (tally.answered, tally.unanswered, tally.applicable) == (6, 4, 8)


def test_leaving_items_out_does_not_raise_the_share_of_met():
    honest = Tally.of_all(4, ["met", "not_met", "not_met", "not_met"])
    silent = Tally.of_all(4, ["met"])
    assert (honest.met, honest.applicable) == (silent.met, silent.applicable) == (1, 4)


@pytest.mark.parametrize(
    ("answered", "asked", "bar"), [(0, 0, 0), (0, 23, 0), (1, 23, 0), (2, 23, 5), (22, 23, 95), (23, 23, 100)]
)  # fmt: skip
def test_a_bar_is_full_only_when_everything_is_answered(answered, asked, bar):
    assert Tally.of(asked, {"met": answered}).bar == bar
