"""The life of a gap, as a table."""

import datetime as dt
import re
from itertools import product
from pathlib import Path

import pytest

from strategy.gaps import rules
from strategy.gaps.models import OPEN_STATES, Gap

TODAY = dt.date(2026, 11, 20)
TOMORROW = TODAY + dt.timedelta(days=1)
ALLOWED = """
open > agreed accepted duplicate
agreed > in_progress blocked accepted duplicate open
in_progress > resolved blocked agreed
blocked > in_progress agreed accepted
resolved > verified in_progress
verified > open
accepted > open
duplicate > open
"""
PAIRS = {
    (line.split(" > ")[0], to)
    for line in ALLOWED.strip().splitlines()
    for to in line.split(" > ")[1].split()
}


@pytest.mark.parametrize(
    ("state", "to"), list(product(Gap.State.values, repeat=2)), ids=lambda value: value
)
def test_only_the_moves_of_the_table_are_allowed(state, to):
    gap = rules.Standing(state, resolved_by=1, has_owner_team=True)
    refused = rules.why_not(gap, to, by=2)
    assert refused == ("" if (state, to) in PAIRS else rules.NO_SUCH_MOVE)


@pytest.mark.parametrize(
    ("resolved_by", "by", "sentence"),
    [
        pytest.param(1, 1, rules.FIXED_IT, id="the fixer"),
        pytest.param(1, 2, "", id="somebody else"),
        pytest.param(None, 2, "", id="the fixer is unknown"),
    ],
)
def test_who_fixed_it_does_not_verify_it(resolved_by, by, sentence):
    gap = rules.Standing("resolved", resolved_by=resolved_by, has_owner_team=True)
    assert rules.why_not(gap, "verified", by=by) == sentence


def test_agreeing_needs_a_team_that_owns_the_gap():
    gap = rules.Standing("open", resolved_by=None, has_owner_team=False)
    assert rules.why_not(gap, "agreed", by=1) == rules.NEEDS_OWNER
    assert rules.why_not(gap, "accepted", by=1) == ""


NOTHING = {"note": "", "has_blocker": False, "accepted_until": None, "original": None}


@pytest.mark.parametrize(
    ("to", "filled", "needed"),
    [
        pytest.param("agreed", {}, {}, id="agreeing needs nothing"),
        pytest.param("blocked", {}, {"blocked_on": rules.NEEDS_TEAM}, id="blocked on nobody"),
        pytest.param("blocked", {"has_blocker": True}, {}, id="blocked on a team"),
        pytest.param(
            "accepted", {},
            {"note": rules.NEEDS_REASON, "accepted_until": rules.NEEDS_END}, id="accepted without anything",
        ),
        pytest.param(
            "accepted", {"note": "  ", "accepted_until": TOMORROW},
            {"note": rules.NEEDS_REASON}, id="accepted with a blank reason",
        ),
        pytest.param(
            "accepted", {"note": "Rare", "accepted_until": TODAY},
            {"accepted_until": rules.END_IS_PAST}, id="accepted until today",
        ),
        pytest.param(
            "accepted", {"note": "Rare", "accepted_until": TOMORROW}, {}, id="accepted until tomorrow"
        ),
        pytest.param("duplicate", {}, {"duplicate_of": rules.NEEDS_ORIGINAL}, id="duplicate of nothing"),
        pytest.param(
            "duplicate", {"original": rules.Original(True, False)},
            {"duplicate_of": rules.REPEATS_ITSELF}, id="duplicate of itself",
        ),
        pytest.param(
            "duplicate", {"original": rules.Original(False, True)},
            {"duplicate_of": rules.REPEATS_A_DUPLICATE}, id="duplicate of a duplicate",
        ),
        pytest.param("duplicate", {"original": rules.Original(False, False)}, {}, id="duplicate of another"),
    ],
)  # fmt: skip
def test_a_move_says_what_it_still_needs(to, filled, needed):
    assert rules.missing(to, **{**NOTHING, **filled}, today=TODAY) == needed


@pytest.mark.parametrize(
    ("severity", "day"),
    [("critical", "2026-11-22"), ("high", "2026-11-27"), ("medium", "2026-12-05"), ("low", "2026-12-20")],
)  # fmt: skip
def test_the_severity_sets_the_due_date(severity, day):
    assert rules.due_on(severity, TODAY).isoformat() == day


@pytest.mark.parametrize(
    ("state", "until", "expired"),
    [
        pytest.param("accepted", TODAY - dt.timedelta(days=1), True, id="ended yesterday"),
        pytest.param("accepted", TODAY, False, id="ends today"),
        pytest.param("open", TODAY - dt.timedelta(days=1), False, id="not accepted at all"),
        pytest.param("accepted", None, False, id="no end stored"),
    ],
)
def test_an_accepted_gap_expires_after_its_last_day(state, until, expired):
    assert rules.is_expired(state, until, TODAY) is expired


def test_every_state_and_severity_has_its_rules():
    assert set(rules.MOVES) == set(Gap.State.values)
    assert set(rules.DUE_DAYS) == set(Gap.Severity.values)
    assert not rules.SETTLED & set(OPEN_STATES)


DOCS = Path(__file__).parents[3] / "docs" / "gaps.md"


def test_the_guide_shows_the_moves_as_they_are():
    labels = dict(Gap.State.choices)
    rows = [
        f"| {labels[state]} | {', '.join(str(labels[to]) for to in targets)} |"
        for state, targets in rules.MOVES.items()
    ]
    table = "| A gap that is | can become |\n|---|---|\n" + "\n".join(rows) + "\n"
    assert table in DOCS.read_text(encoding="utf-8")


def test_the_guide_names_the_due_days_as_they_are():
    said = dict(re.findall(r"(critical|high|medium|low) (\d+)", DOCS.read_text(encoding="utf-8")))
    assert said == {severity: str(days) for severity, days in rules.DUE_DAYS.items()}
