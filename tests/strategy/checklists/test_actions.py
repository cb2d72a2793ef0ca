"""Loading checklists, starting runs, answering, logging gaps from answers."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from portal.history.models import Change
from portal.history.queries import of_object
from portal.history.record import Stale
from portal.lib.refusals import RuleBroken
from strategy.checklists import files
from strategy.checklists.actions import (
    answer_item,
    edit_run,
    ensure_shipped,
    load_framework,
    log_gap,
    start_run,
)
from strategy.checklists.models import Answer, Framework, Item, Run, RunTeam
from strategy.gaps.models import Gap
from strategy.home.actions import undo_change
from teams.access import Denied
from tests.strategy.checklists.conftest import TODAY
from tests.strategy.checklists.test_files import GOOD


# --- loading ----------------------------------------------------------------------------------------
@pytest.fixture
def sheet(tmp_path):
    """Write a version of the small checklist and return its path."""

    def write(*change: str):
        path = tmp_path / "list.yaml"
        path.write_text(GOOD.replace(*change) if change else GOOD, encoding="utf-8")
        return path

    return write


@pytest.mark.django_db
def test_what_ships_is_loaded_once_and_returned_always():
    first, second = ensure_shipped(), ensure_shipped()
    assert first == second
    assert Item.objects.count() == sum(len(sheet.entries) for sheet in files.shipped())
    assert Framework.objects.get().license.startswith("Apache-2.0")


@pytest.mark.django_db
def test_loading_the_same_file_again_changes_nothing(sheet):
    framework = load_framework(path=sheet())
    changes = Change.objects.count()
    assert load_framework(path=sheet()) == framework
    assert Change.objects.count() == changes


@pytest.mark.django_db
def test_items_follow_the_file_until_somebody_has_answered(sheet):
    framework = load_framework(path=sheet())
    load_framework(path=sheet("There is a recording.", "There is a film."))
    load_framework(path=sheet("LCH-01", "LCH-09"))
    assert list(framework.items.values_list("code", "text", "position")) == [
        ("LCH-09", "The front line has a guide.", 1),
        ("LCH-02", "There is a recording.", 2),
    ]


def test_items_that_were_answered_stay_as_they_are(cast, sheet):
    framework = load_framework(path=sheet())
    run = start_run(
        strategy=cast.strategy,
        framework=framework,
        name="R",
        teams=[cast.mobile],
        today=TODAY,
        by=cast.lea,
    )
    answer_item(
        run_team=run.run_teams.get(), item=framework.items.get(code="LCH-01"), status="met",
        expected=None, today=TODAY, by=cast.lea,
    )  # fmt: skip
    with pytest.raises(
        RuleBroken, match=r"stay as they are \(different: LCH-02\). Give the changed"
    ):
        load_framework(path=sheet("There is a recording.", "There is a film."))
    assert Item.objects.get(code="LCH-02").text == "There is a recording."
    # Its name may change, and a new edition may say anything.
    load_framework(path=sheet("Launch gate", "The launch gate"))
    assert Framework.objects.get().name == "The launch gate"
    load_framework(path=sheet('"1"', '"2"'))
    assert Framework.objects.count() == 2


def test_only_administrators_load_files(cast, sheet):
    with pytest.raises(Denied, match="Only administrators"):
        load_framework(path=sheet(), by=cast.lea)
    assert load_framework(path=sheet(), by=cast.ada).code == "launch-gate"


# --- runs -------------------------------------------------------------------------------------------
def start(cast, by, **values):
    facts = {"name": "Readiness", "teams": [cast.mobile], **values}
    return start_run(
        strategy=cast.strategy, framework=ensure_shipped()[0], today=TODAY, by=by, **facts
    )


@pytest.mark.parametrize("who", ["lea", "eve", "ada"])
def test_leads_and_editors_start_a_run(cast, who):
    run = start(cast, getattr(cast, who), teams=[cast.mobile, cast.care])
    assert [row.team.slug for row in run.run_teams.order_by("team__slug")] == ["care", "mobile"]
    assert (run.opened_on, run.due_on) == (TODAY, None)
    assert len(of_object(run.uid)) == 1


@pytest.mark.parametrize("who", ["cole", "rae", "olga"])
def test_others_start_nothing(cast, who):
    with pytest.raises(Denied):
        start(cast, getattr(cast, who))
    assert not Run.objects.exists()


def test_a_run_needs_a_team_and_a_name_of_its_own(cast):
    with pytest.raises(RuleBroken, match="Choose at least one team"):
        start(cast, cast.lea, teams=[])
    start(cast, cast.lea)
    with pytest.raises(ValidationError, match="A checklist with this name exists already"):
        start(cast, cast.lea)
    assert Run.objects.count() == 1


def edit(run, by, teams, **values):
    facts = {"name": run.name, "due_on": run.due_on, "expected": run.version, **values}
    return edit_run(run=run, teams=teams, by=by, **facts)


def test_a_team_can_be_added_and_taken_out_while_it_has_not_answered(cast, run, answer):
    answer()
    edit(run, cast.eve, [cast.mobile], due_on=None)
    assert [row.team for row in run.run_teams.all()] == [cast.mobile]
    assert Run.objects.get().due_on is None
    with pytest.raises(RuleBroken, match="Mobile has answered already, so it stays"):
        edit(run, cast.eve, [cast.care], name="Other")
    assert Run.objects.get().name == "Readiness"
    assert [row.team for row in run.run_teams.all()] == [cast.mobile]
    edit(Run.objects.get(), cast.eve, [cast.mobile, cast.care])
    assert run.run_teams.count() == 2


def test_a_run_keeps_a_team(cast, run):
    with pytest.raises(RuleBroken, match="Choose at least one team"):
        edit(run, cast.lea, [])


def test_two_edits_of_a_run_do_not_overwrite_each_other(cast, run):
    teams = [cast.mobile, cast.care]
    edit(run, cast.lea, teams, name="Mine")
    with pytest.raises(Stale):
        edit(run, cast.eve, teams, name="Yours", expected=1)


def test_two_choices_of_teams_do_not_overwrite_each_other(cast, run):
    edit(run, cast.lea, [cast.mobile])
    with pytest.raises(Stale):
        edit(run, cast.eve, [cast.care], expected=1)
    late = Run.objects.get()
    edit(Run.objects.get(), cast.lea, [cast.care])
    with pytest.raises(Stale):  # both had loaded it before either had written
        edit(late, cast.eve, [cast.mobile, cast.care])
    assert [row.team for row in run.run_teams.all()] == [cast.care]


def test_a_contributor_edits_no_run(cast, run):
    with pytest.raises(Denied):
        edit(run, cast.cole, [cast.mobile])


# --- answering ----------------------------------------------------------------------------------------
def test_an_answer_keeps_who_gave_it_and_when(cast, answer):
    given = answer(by=cast.cole)
    assert (given.status, given.answered_by, given.answered_on) == ("not_met", cast.cole, TODAY)
    changed = answer(status="met", reason=" Since May ", expected=given.version)
    assert (changed.pk, changed.status, changed.reason) == (given.pk, "met", "Since May")
    assert changed.answered_by == cast.lea
    told = of_object(given.uid)
    assert [entry.who for entry in told] == ["Lea Lead", "Cole Contributor"]
    assert {field.after for field in told[0].lines[0].fields} >= {"Met", "Since May"}


def test_the_same_answer_again_changes_nothing(cast, answer):
    given = answer(by=cast.cole)
    again = answer(by=cast.lea, expected=given.version)
    assert (again.version, again.answered_by) == (1, cast.cole)


@pytest.mark.parametrize(
    ("who", "team", "sentence"),
    [
        ("cole", "care", "Only Contact center, editors and strategy leads can answer here."),
        ("rae", "mobile", "Only Mobile, editors and strategy leads can answer here."),
        ("olga", "mobile", "Only Mobile"),
        ("remy", "mobile", "Only Mobile"),
    ],
)
def test_a_team_answers_for_itself(cast, answer, who, team, sentence):
    with pytest.raises(Denied, match=sentence):
        answer(team=getattr(cast, team), by=getattr(cast, who))
    assert not Answer.objects.exists()


@pytest.mark.parametrize("who", ["eve", "lea", "ada"])
def test_editors_and_leads_answer_for_every_team(cast, answer, who):
    assert answer(team=cast.care, by=getattr(cast, who)).team == cast.care


def test_not_applicable_without_a_reason_is_refused(answer):
    with pytest.raises(RuleBroken, match="“Not applicable” needs a reason"):
        answer(status="not_applicable", reason="  ")
    assert not Answer.objects.exists()
    assert answer(status="not_applicable", reason="No calls").reason == "No calls"


def test_a_foreign_item_or_status_is_refused(cast, run, sheet):
    foreign = load_framework(path=sheet()).items.first()
    for item, status in ((foreign, "met"), (run.framework.items.first(), "maybe")):
        with pytest.raises(RuleBroken, match="does not belong to the checklist"):
            answer_item(
                run_team=run.run_teams.get(team=cast.mobile), item=item, status=status,
                expected=None, today=TODAY, by=cast.lea,
            )  # fmt: skip


def test_an_answer_that_somebody_gave_meanwhile_is_not_overwritten(cast, answer):
    given = answer(status="met", by=cast.cole)
    for expected in (None, given.version + 1):
        with pytest.raises(Stale) as stale:
            answer(status="not_met", expected=expected)
        assert stale.value.theirs == given
        assert not stale.value.is_own
    with pytest.raises(Stale, match="You changed this in another window"):
        answer(status="not_met", expected=None, by=cast.cole)
    assert Answer.objects.get().status == "met"


def test_an_answer_that_was_taken_back_is_not_brought_back_unseen(answer):
    with pytest.raises(Stale) as stale:
        answer(expected=1)
    assert stale.value.theirs is None


@pytest.mark.django_db(transaction=True)
def test_of_two_first_answers_at_once_one_wins_and_one_is_told(cast, run):
    run_team, item = run.run_teams.get(team=cast.mobile), run.framework.items.first()
    ready = Barrier(2)

    def give(status: str) -> str:
        try:
            ready.wait()
            answer_item(
                run_team=run_team, item=item, status=status, expected=None, today=TODAY, by=cast.lea
            )
            return "saved"
        except Stale:
            return "told"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(give, ["met", "not_met"])) == ["saved", "told"]
    assert Answer.objects.count() == 1


# --- a gap from an answer -------------------------------------------------------------------------------
def log(answer, by, **values):
    facts = {"title": "Hidden agent", "severity": "high", "owner_team": answer.team, **values}
    return log_gap(answer=answer, values=facts, today=TODAY, by=by)


def test_a_gap_is_tied_to_its_answer_in_one_act(cast, answer):
    given = answer()
    gap = log(given, cast.cole)
    given.refresh_from_db()
    assert (given.gap, gap.code, gap.due_on) == (gap, "G-1", TODAY + dt.timedelta(7))
    entry = of_object(gap.uid)[0]
    assert entry.uid == of_object(given.uid)[0].uid
    assert entry.who == "Cole Contributor"


@pytest.mark.parametrize(
    ("status", "sentence"),
    [("met", "A gap follows from"), ("not_applicable", "A gap follows from")],
)
def test_an_answer_that_falls_short_of_nothing_logs_no_gap(cast, answer, status, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        log(answer(status=status, reason="Because"), cast.lea)
    assert not Gap.objects.exists()


def test_an_answer_has_one_gap(cast, answer):
    given = answer(status="partly")
    log(given, cast.lea)
    with pytest.raises(RuleBroken, match="A gap is logged for this answer already"):
        log(Answer.objects.get(), cast.lea)
    assert Gap.objects.count() == 1


def test_an_old_answer_does_not_tie_a_second_gap(cast, answer):
    given = answer()
    old = Answer.objects.select_related("run__strategy").get()
    log(given, cast.lea)
    with pytest.raises(Stale):
        log(old, cast.eve)
    assert Gap.objects.count() == 1


def test_a_reader_logs_no_gap_from_an_answer(cast, answer):
    with pytest.raises(Denied):
        log(answer(), cast.rae)


def test_an_answer_can_be_undone_by_its_team(cast, answer):
    given = answer(by=cast.cole)
    act = Change.objects.get(object_uid=given.uid).change_set
    undo_change(chosen=act, strategy=cast.strategy, by=cast.cole)
    assert not Answer.objects.exists()
    assert RunTeam.objects.count() == 2
