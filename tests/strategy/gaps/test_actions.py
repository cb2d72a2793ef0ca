"""Logging, editing and moving gaps: what happens, what is refused, what history keeps."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from portal.history.models import Change
from portal.history.queries import of_object
from portal.history.record import Stale
from portal.lib.refusals import RuleBroken
from portal.live import revisions
from strategy.gaps import rules
from strategy.gaps.actions import edit_gap, log_gap, move_gap
from strategy.gaps.models import Gap
from strategy.journeys.models import Journey
from teams.access import Denied
from tests.strategy.gaps.conftest import TODAY

LATER = TODAY + dt.timedelta(days=60)


def move(gap, to, by, **values):
    values = {"expected": gap.version, "today": TODAY, **values}
    return move_gap(gap=gap, to=to, by=by, **values)


def walk(gap, by, *states):
    for to in states:
        move(gap, to, by)
    return gap


# --- logging ----------------------------------------------------------------------------------------
def test_gaps_are_numbered_by_strategy_and_due_by_severity(log):
    first, second = log(), log("Replies go nowhere", severity="critical")
    assert (first.code, second.code) == ("G-1", "G-2")
    assert (first.due_on, first.first_due_on) == (dt.date(2026, 11, 27), dt.date(2026, 11, 27))
    assert second.due_on == dt.date(2026, 11, 22)
    assert (first.state, first.opened_on, first.slips) == ("open", TODAY, 0)


def test_a_named_due_date_wins_over_the_severity(log):
    assert log(due_on=LATER).due_on == LATER


def test_a_contributor_logs_a_gap_for_any_team(cast, log):
    assert log(owner_team=cast.care, by=cast.cole).owner_team == cast.care


@pytest.mark.parametrize("who", ["rae", "olga", "remy"])
def test_readers_and_strangers_log_nothing(cast, who):
    with pytest.raises(Denied, match="Ask a strategy lead for the contributor role"):
        log_gap(strategy=cast.strategy, values={"title": "x"}, today=TODAY, by=getattr(cast, who))
    assert not Gap.objects.exists()


def test_a_gap_without_a_title_is_not_stored(cast, log):
    with pytest.raises(ValidationError):
        log("")
    assert not Gap.objects.exists()
    assert not Change.objects.filter(model="strategy.gap").exists()


# --- editing ----------------------------------------------------------------------------------------
def test_a_contributor_edits_what_their_team_owns_only(cast, log):
    mine, theirs = log(), log(owner_team=cast.care)
    edit_gap(gap=mine, values={"title": "Deep help"}, expected=mine.version, by=cast.cole)
    with pytest.raises(
        Denied, match="Only Contact center, editors and strategy leads can change this"
    ):
        edit_gap(gap=theirs, values={"title": "x"}, expected=theirs.version, by=cast.cole)
    assert list(Gap.objects.order_by("number").values_list("title", flat=True)) == [
        "Deep help", "Help lies five taps deep",
    ]  # fmt: skip


def test_a_later_due_date_is_a_slip_and_the_first_one_is_kept(cast, gap):
    promised = gap.due_on
    for due_on, slips in ((LATER, 1), (TODAY, 1), (LATER, 2), (LATER, 2)):
        edit_gap(gap=gap, values={"due_on": due_on}, expected=gap.version, by=cast.lea)
        assert (gap.due_on, gap.slips, gap.first_due_on) == (due_on, slips, promised)


def test_two_edits_of_one_version_do_not_overwrite_each_other(cast, gap):
    edit_gap(gap=gap, values={"title": "Mine"}, expected=1, by=cast.lea)
    with pytest.raises(Stale):
        edit_gap(gap=Gap.objects.get(), values={"title": "Yours"}, expected=1, by=cast.eve)
    assert Gap.objects.get().title == "Mine"


# --- moving ----------------------------------------------------------------------------------------
def test_a_gap_goes_all_the_way_and_back(cast, gap):
    walk(gap, cast.cole, "agreed", "in_progress")
    move(gap, "resolved", cast.cole, note="Help is in the tab bar.")
    assert (gap.resolved_by, gap.settled_on) == (cast.cole, None)
    move(gap, "verified", cast.lea, today=LATER)
    assert (gap.resolved_by, gap.verified_by, gap.settled_on) == (cast.cole, cast.lea, LATER)
    move(gap, "open", cast.eve, note="Still five taps.")
    assert (gap.resolved_by, gap.verified_by, gap.settled_on) == (None, None, None)
    assert gap.note == "Still five taps."


def test_the_fixer_does_not_verify_not_even_as_administrator(cast, gap):
    walk(gap, cast.ada, "agreed", "in_progress", "resolved")
    with pytest.raises(RuleBroken, match="Who fixed a gap does not verify it"):
        move(gap, "verified", cast.ada)
    assert Gap.objects.get().state == "resolved"


def test_what_describes_a_state_leaves_with_it(cast, gap, log):
    walk(gap, cast.lea, "agreed")
    move(gap, "blocked", cast.lea, blocked_on=cast.care, note="Needs a skill group.")
    assert (gap.blocked_on, gap.note) == (cast.care, "Needs a skill group.")
    move(gap, "accepted", cast.lea, note="Rare", accepted_until=LATER)
    assert (gap.blocked_on, gap.accepted_until, gap.settled_on) == (None, LATER, TODAY)
    move(gap, "open", cast.lea)
    assert (gap.accepted_until, gap.note, gap.settled_on) == (None, "", None)
    move(gap, "duplicate", cast.lea, duplicate_of=log("The same"))
    assert gap.duplicate_of.title == "The same"


def test_an_unknown_move_is_refused(cast, gap):
    with pytest.raises(RuleBroken, match="cannot become that from the state it is in"):
        move(gap, "verified", cast.lea)


@pytest.mark.parametrize(
    ("to", "values", "sentence"),
    [
        pytest.param("accepted", {"accepted_until": LATER}, rules.NEEDS_REASON, id="no reason"),
        pytest.param("accepted", {"note": "Rare"}, rules.NEEDS_END, id="no end"),
        pytest.param(
            "accepted", {"note": "Rare", "accepted_until": TODAY}, rules.END_IS_PAST, id="past end"
        ),
        pytest.param("duplicate", {}, rules.NEEDS_ORIGINAL, id="of nothing"),
    ],
)
def test_an_incomplete_move_is_refused_with_what_is_missing(cast, gap, to, values, sentence):
    with pytest.raises(RuleBroken) as refused:
        move(gap, to, cast.lea, **values)
    assert refused.value.sentence == sentence
    assert Gap.objects.get().state == "open"


def test_a_gap_repeats_another_gap_of_the_same_strategy_only(cast, gap, log):
    from tests.starting import start_strategy

    other = start_strategy(values={"name": "Other", "slug": "other"}, lead=cast.lea, by=cast.ada)
    foreign = log_gap(strategy=other, values={"title": "Elsewhere"}, today=TODAY, by=cast.lea)
    assert foreign.code == "G-1"  # every strategy counts for itself
    for wrong in (gap, foreign):
        with pytest.raises(RuleBroken):
            move(gap, "duplicate", cast.lea, duplicate_of=wrong)


def test_agreeing_without_an_owning_team_is_refused(cast, log):
    with pytest.raises(RuleBroken, match="No team owns this gap yet"):
        move(log(owner_team=None), "agreed", cast.lea)


def test_moving_needs_the_right_to_edit(cast, log):
    with pytest.raises(Denied):
        move(log(owner_team=cast.care), "agreed", cast.cole)
    with pytest.raises(Denied):
        move(log(), "agreed", cast.rae)


def test_a_move_from_an_old_page_is_refused(cast, gap):
    move(gap, "agreed", cast.lea)
    with pytest.raises(Stale):
        move(Gap.objects.get(), "accepted", cast.eve, expected=1, note="Rare", accepted_until=LATER)
    assert Gap.objects.get().state == "agreed"


# --- history and boards --------------------------------------------------------------------------------
def test_history_tells_who_did_what(cast, gap):
    edit_gap(gap=gap, values={"due_on": LATER}, expected=gap.version, by=cast.eve)
    move(gap, "agreed", cast.cole)
    told = [
        (entry.who, entry.lines[0].kind, {field.label for field in entry.lines[0].fields})
        for entry in of_object(gap.uid)
    ]
    assert told == [
        ("Cole Contributor", "update", {"state"}),
        ("Eve Editor", "update", {"due on", "times the date slipped"}),
        ("Lea Lead", "create", set()),
    ]


def test_a_refused_move_leaves_no_history(cast, gap):
    before = Change.objects.count()
    with pytest.raises(RuleBroken):
        move(gap, "resolved", cast.lea)
    assert Change.objects.count() == before


def test_boards_hear_of_their_gaps(cast, log):
    from portal.history.record import change_set

    with change_set(by=cast.lea, scope=cast.strategy.uid) as record:
        journey = Journey(strategy=cast.strategy, name="Claim")
        record.create(journey)
    gap = log(journey=journey)
    logged = revisions.current(journey.uid)
    edit_gap(gap=gap, values={"journey": None}, expected=gap.version, by=cast.lea)
    edited = revisions.current(journey.uid)
    move(gap, "agreed", cast.lea)
    assert (logged, edited, revisions.current(journey.uid)) == (1, 2, 2)
