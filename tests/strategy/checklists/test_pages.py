"""Pages of checklists: the list, starting, the matrix, a team's answers, a gap from an answer."""

import datetime as dt
import json

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.history.models import Change
from strategy.checklists.actions import edit_run, log_gap, start_run
from strategy.checklists.models import Answer, Framework, Run
from strategy.gaps.models import Gap
from tests.strategy.checklists.conftest import TODAY

GAP = {"title": "Agent hidden", "severity": "high"}


@pytest.fixture(autouse=True)
def today():
    """Pages ask the clock; it says November 20, 2026."""
    with time_machine.travel(dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC), tick=False):
        yield


def text(response) -> str:
    return " ".join(response.content.decode().split())


def main(response) -> str:
    return text(response).split('id="main"')[1].split('id="voice"')[0]


def queries_of(client, address: str) -> int:
    """Return how many queries a page takes once everything is warm."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def url(run, rest: str = "") -> str:
    return f"{run.get_absolute_url()}{rest}"


# --- the list ---------------------------------------------------------------------------------------
def test_the_empty_list_teaches_the_next_step(cast):
    page = main(cast.client(cast.lea).get(cast.url("checklists/")))
    assert page.count("Start a checklist") == 2
    page = main(cast.client(cast.cole).get(cast.url("checklists/")))
    assert page.count("Start a checklist") == 1  # refused, with the reason
    assert "Ask a strategy lead for the editor role" in page


def test_the_list_shows_counts_and_never_a_percentage(cast, run, answer):
    answer("MOB-01", "met")
    answer("MOB-02", "not_applicable", "No road map")
    page = main(cast.client(cast.rae).get(cast.url("checklists/")))
    assert "2/46" in page
    assert "1/45" in page
    assert "%" not in page
    assert "Overdue" not in page


def test_a_run_past_its_date_is_overdue_until_all_is_answered(cast, run):
    with time_machine.travel(dt.datetime(2026, 12, 19, 12, tzinfo=dt.UTC)):
        assert "Overdue" in main(cast.client(cast.rae).get(cast.url("checklists/")))
        assert "Overdue" in main(cast.client(cast.rae).get(url(run)))
        assert "Overdue" in main(cast.client(cast.rae).get(url(run, "teams/mobile/")))


def test_the_list_takes_the_same_queries_however_many_runs(cast, run, answer):
    answer()
    client = cast.client(cast.rae)
    few = queries_of(client, cast.url("checklists/"))
    for n in range(6):
        start_run(
            strategy=cast.strategy, framework=run.framework, name=f"R {n}", teams=[cast.mobile],
            today=TODAY, by=cast.lea,
        )  # fmt: skip
    assert queries_of(client, cast.url("checklists/")) == few


def test_outsiders_find_nothing(cast, run, answer):
    answer()
    client = cast.client(cast.olga)
    for address in (
        cast.url("checklists/"), cast.url("checklists/start/"), url(run), url(run, "edit/"),
        url(run, "teams/mobile/"), url(run, "teams/mobile/MOB-07/gap/"),
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address
    assert client.post(url(run, "teams/mobile/MOB-07/")).status_code == 404


# --- starting and editing ----------------------------------------------------------------------------
def start_facts(cast, **changes):
    return {
        "framework": "mobile-readiness 1", "name": "Readiness", "due_on": "2026-12-18",
        "teams": [cast.mobile.pk, cast.care.pk], **changes,
    }  # fmt: skip


def test_the_first_start_loads_what_ships(cast):
    client = cast.client(cast.eve)
    page = main(client.get(cast.url("checklists/start/")))
    assert "Mobile service readiness, edition 1" in page
    assert "Mobile service readiness, November 2026" in page
    assert not Framework.objects.exists()  # reading writes nothing
    response = client.post(cast.url("checklists/start/"), start_facts(cast))
    run = Run.objects.get()
    assert response.headers["Location"] == run.get_absolute_url()
    assert (run.framework.items.count(), run.run_teams.count()) == (23, 2)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "taken"}, "A checklist with this name exists already"),
        ({"teams": []}, "Choose at least one team that is to answer"),
        ({"framework": "unheard-of 1"}, "Select a valid choice"),
        ({"due_on": "2026-11-19"}, "This day has passed"),
    ],
)
def test_a_bad_start_is_answered_with_a_sentence(cast, run, changes, sentence):
    edit_run(run=run, name="taken", teams=[cast.mobile], due_on=None, expected=1, by=cast.lea)
    response = cast.client(cast.lea).post(
        cast.url("checklists/start/"), start_facts(cast, **changes)
    )
    assert response.status_code == 422
    assert sentence in text(response)
    assert Run.objects.count() == 1


@pytest.mark.parametrize("who", ["cole", "rae"])
def test_who_may_not_start_or_edit_is_told_and_loads_nothing(cast, who):
    client = cast.client(getattr(cast, who))
    assert client.get(cast.url("checklists/start/")).status_code == 403
    assert client.post(cast.url("checklists/start/"), start_facts(cast)).status_code == 403
    assert not Framework.objects.exists()


def test_a_run_is_edited_and_a_conflict_keeps_what_was_typed(cast, run):
    facts = {"name": "Mine", "due_on": "", "teams": [cast.mobile.pk], "version": run.version}
    client = cast.client(cast.eve)
    assert 'name="version" value="1"' in text(client.get(url(run, "edit/")))
    assert client.post(url(run, "edit/"), facts).headers["Location"] == url(run)
    assert (Run.objects.get().name, run.run_teams.count()) == ("Mine", 1)
    response = client.post(url(run, "edit/"), {**facts, "name": "Yours"})
    assert response.status_code == 409
    assert 'value="Yours"' in text(response)
    assert Run.objects.get().name == "Mine"
    response = client.post(url(run, "edit/"), {**facts, "teams": [cast.care.pk]})
    assert "Teams that answer: saved now" in text(response)
    assert cast.client(cast.cole).get(url(run, "edit/")).status_code == 403


# --- the matrix --------------------------------------------------------------------------------------
def test_the_matrix_says_every_answer_in_a_word_and_links_to_it(cast, run, answer):
    given = answer("MOB-01", "not_met")
    answer("MOB-02", "not_applicable", "No road map")
    log_gap(answer=given, values=GAP, today=TODAY, by=cast.lea)
    page = main(cast.client(cast.rae).get(url(run)))
    assert "Not met" in page
    assert 'title="No road map"' in page
    assert f'href="{url(run, "teams/mobile/")}#item-MOB-01"' in page
    assert "G-1" in page
    assert page.count("○ Not answered") == 44
    assert "2/23 answered" in page
    assert "%" not in page


def test_a_team_member_is_led_to_their_own_page(cast, run):
    page = main(cast.client(cast.cole).get(url(run)))
    assert "Answer for Mobile" in page
    assert "Answer for Contact center" not in page


@pytest.mark.parametrize(
    ("query", "items", "teams"),
    [
        ("", 23, 2),
        ("status=not_met", 1, 2),
        ("status=met", 1, 2),
        ("status=unanswered", 23, 2),
        ("team=mobile", 23, 1),
        ("team=mobile&status=unanswered", 21, 1),
        ("team=care&status=met", 0, 1),
        ("team=unheard-of", 23, 0),
        ("status=unheard-of", 0, 2),
    ],
)
def test_the_matrix_narrows_to_an_answer_or_a_team(cast, run, answer, query, items, teams):
    answer("MOB-01", "met")
    answer("MOB-07", "not_met")
    response = cast.client(cast.rae).get(f"{url(run)}?{query}")
    shown = response.context["matrix"]
    assert sum(len(rows) for _section, rows in shown.sections) == items
    assert len(shown.shown) == teams
    assert (shown.tally.asked, shown.tally.met) == (46, 1)  # a filter changes no count
    assert ("No item matches" in text(response)) == (not items or not teams)


def test_htmx_gets_the_matrix_alone(cast, run):
    response = cast.client(cast.rae, htmx=True).get(f"{url(run)}?team=mobile")
    assert text(response).startswith('<div id="matrix">')


@pytest.mark.parametrize("rest", ["", "teams/mobile/"], ids=["matrix", "team"])
def test_a_run_takes_the_same_queries_however_much_is_answered(cast, run, answer, rest):
    client = cast.client(cast.cole)
    few = queries_of(client, url(run, rest))
    for n in range(1, 20):
        given = answer(f"MOB-{n:02}", "partly", by=cast.cole)
        log_gap(
            answer=given, values={"title": f"Gap {n}", "severity": "low"}, today=TODAY, by=cast.lea
        )
    assert queries_of(client, url(run, rest)) == few


# --- a team's page -----------------------------------------------------------------------------------
def test_a_team_member_finds_every_item_with_four_choices(cast, run, answer):
    answer("MOB-07", "partly", "Only on two screens", by=cast.cole)
    page = main(cast.client(cast.cole).get(url(run, "teams/mobile/")))
    assert page.count('type="radio"') == 23 * 4
    assert 'id="MOB-07-partly" name="answer" value="partly" checked' in page
    assert "Only on two screens</textarea>" in page
    assert "Saved by Cole Contributor, Nov. 20, 2026" in page
    assert page.count("Log the gap") == 1
    assert "1 of 23 answered" in page


@pytest.mark.parametrize("who", ["rae", "cole"])
def test_others_read_a_teams_answers_and_why_they_cannot_answer(cast, run, answer, who):
    answer("MOB-07", "partly", "Only on two screens", team=cast.care)
    page = main(cast.client(getattr(cast, who)).get(url(run, "teams/care/")))
    assert "Only Contact center, editors and strategy leads can answer here." in page
    assert 'type="radio"' not in page
    assert "Partly met" in page
    assert "Only on two screens" in page
    assert ("Log the gap" in page) == (who == "cole")  # a contributor may log it for them


def test_a_team_that_is_not_asked_has_no_page(cast, run):
    assert cast.client(cast.lea).get(url(run, "teams/web/")).status_code == 404


def give(cast, run, who, answer, *, code="MOB-07", htmx=True, team="mobile", **values):
    data = {"answer": answer, "reason": "", "version": "", **values}
    return cast.client(who, htmx=htmx).post(url(run, f"teams/{team}/{code}/"), data)


def test_an_answer_is_saved_and_only_its_state_comes_back(cast, run):
    response = give(cast, run, cast.cole, "not_met")
    given = Answer.objects.get()
    page = text(response)
    assert page.startswith(f'<div class="state" id="state-{given.item.uid}"')
    assert 'name="version" value="1"' in page
    assert "Log the gap" in page
    assert "textarea" not in page  # what somebody is typing is never replaced
    assert 'id="answer-progress" hx-swap-oob="true"' in page
    assert json.loads(response.headers["HX-Trigger"]) == {
        "announce": {"text": "MOB-07: Not met. 1 of 23 answered."}
    }
    assert given.answered_by == cast.cole


def test_without_htmx_the_answer_leads_back_to_its_item(cast, run):
    response = give(cast, run, cast.cole, "met", htmx=False)
    assert response.headers["Location"] == url(run, "teams/mobile/") + "#item-MOB-07"
    assert Answer.objects.get().status == "met"


@pytest.mark.parametrize(
    ("answer", "values", "sentence"),
    [
        ("not_applicable", {}, "“Not applicable” needs a reason"),
        ("", {}, "Choose one of the four answers"),
        ("maybe", {}, "Select a valid choice"),
        ("met", {"reason": "x" * 1001}, "at most 1000 characters"),
    ],
)
@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "page"])
def test_an_incomplete_answer_is_refused_with_a_sentence(cast, run, answer, values, sentence, htmx):
    response = give(cast, run, cast.cole, answer, htmx=htmx, **values)
    assert response.status_code == 422
    assert sentence in text(response)
    assert ('id="main"' in text(response)) == (not htmx)
    assert not Answer.objects.exists()


def test_what_was_typed_stands_in_the_page_that_refuses_it(cast, run, answer):
    answer("MOB-07", "met")
    response = give(cast, run, cast.cole, "partly", htmx=False, reason="Two screens", version="7")
    assert response.status_code == 409
    page = text(response)
    assert 'id="MOB-07-partly" name="answer" value="partly" checked' in page
    assert "Two screens</textarea>" in page


def test_two_people_of_a_team_do_not_overwrite_each_other(cast, run, answer):
    answer("MOB-07", "met", "Since May", by=cast.lea)
    response = give(cast, run, cast.cole, "not_met")
    assert response.status_code == 409
    page = text(response)
    assert "answered this a moment ago. Yours is not saved." in page
    assert "Lea Lead says: Met. Since May" in page
    assert Answer.objects.get().status == "met"
    theirs = cast.client(cast.cole, htmx=True).get(url(run, "teams/mobile/") + "?item=MOB-07")
    assert text(theirs).startswith('<li class="answer" id="item-MOB-07">')
    assert 'value="met" checked' in text(theirs)
    assert give(cast, run, cast.cole, "not_met", version="1").status_code == 200
    assert Answer.objects.get().status == "not_met"


def test_an_answer_that_was_taken_back_says_so(cast, run):
    response = give(cast, run, cast.cole, "met", version="3")
    assert response.status_code == 409
    assert "The answer was taken back." in text(response)


@pytest.mark.parametrize(("who", "team"), [("rae", "mobile"), ("cole", "care")])
def test_answers_for_other_teams_are_refused(cast, run, who, team):
    assert give(cast, run, getattr(cast, who), "met", team=team).status_code == 403
    assert not Answer.objects.exists()


def test_an_unknown_item_is_not_found(cast, run):
    assert give(cast, run, cast.cole, "met", code="MOB-99").status_code == 404


def test_markup_in_a_reason_comes_out_as_text(cast, run, answer):
    answer("MOB-07", "partly", '<script>alert(1)</script>"><b onclick=x>')
    for address in (url(run), url(run, "teams/mobile/")):
        for who in (cast.cole, cast.rae):
            page = main(cast.client(who).get(address))
            assert "<script>alert" not in page
            assert "<b onclick" not in page


# --- a gap from an answer ----------------------------------------------------------------------------
def test_the_gap_is_filled_in_from_the_answer(cast, run, answer):
    answer("MOB-07", "partly", "Only on two screens")
    response = cast.client(cast.cole, htmx=True).get(url(run, "teams/mobile/MOB-07/gap/"))
    assert text(response).startswith("<div data-drawer>")
    assert 'id="gap-dialog"' in text(response)
    form = response.context["form"]
    assert form["title"].value() == "Partly met: The way to a person is shown openly."
    assert form["accountable"].value() == cast.cole.pk
    assert form["harm"].value() == "Only on two screens"
    assert form["owner_team"].value() == cast.mobile.pk


def test_logged_in_the_dialog_the_item_shows_its_gap(cast, run, answer):
    given = answer()
    response = cast.client(cast.cole, htmx=True).post(url(run, "teams/mobile/MOB-07/gap/"), GAP)
    assert response.status_code == 200
    page = text(response)
    assert page.startswith(f'<div class="state" id="state-{given.item.uid}" hx-swap-oob="true"')
    assert "G-1 Agent hidden" in page
    assert 'name="version" value="2"' in page  # the page's next save does not meet a conflict
    events = json.loads(response.headers["HX-Trigger"])
    assert events["toast"]["text"] == "G-1 is logged and tied to MOB-07."
    assert "gap-changed" in events
    assert Answer.objects.get().gap == Gap.objects.get()


def test_logged_on_its_page_it_leads_back_to_the_item(cast, run, answer):
    answer()
    client = cast.client(cast.cole)
    assert 'id="main"' in text(client.get(url(run, "teams/mobile/MOB-07/gap/")))
    response = client.post(url(run, "teams/mobile/MOB-07/gap/"), GAP)
    assert response.headers["Location"] == url(run, "teams/mobile/") + "#item-MOB-07"


def test_a_gap_without_a_title_comes_back(cast, run, answer):
    answer()
    response = cast.client(cast.cole, htmx=True).post(
        url(run, "teams/mobile/MOB-07/gap/"), {**GAP, "title": ""}
    )
    assert response.status_code == 422
    assert text(response).startswith("<div data-drawer>")
    assert 'id="gap-dialog"' in text(response)
    assert not Gap.objects.exists()


def test_no_gap_without_a_shortfall(cast, run, answer):
    answer("MOB-07", "met")
    client = cast.client(cast.cole)
    response = client.post(url(run, "teams/mobile/MOB-07/gap/"), GAP)
    assert response.status_code == 422
    assert "Answer that first" in text(response)
    assert client.get(url(run, "teams/mobile/MOB-08/gap/")).status_code == 404  # not answered


def test_a_reader_logs_no_gap(cast, run, answer):
    answer()
    before = Change.objects.count()
    client = cast.client(cast.rae)
    assert client.get(url(run, "teams/mobile/MOB-07/gap/")).status_code == 403
    assert client.post(url(run, "teams/mobile/MOB-07/gap/"), GAP).status_code == 403
    assert Change.objects.count() == before


def test_a_sheet_opened_from_my_work_leads_back_there_from_every_answer(cast, run, answer):
    answer("MOB-08")
    sheet = url(run, "teams/mobile/")
    page = text(cast.client(cast.cole).get(sheet + "?from=mine"))
    assert f'href="{cast.url("mine/")}"' in page
    assert "Back to My work" in page
    assert page.count('/?from=mine" hx-post') == 23
    assert "Back to My work" not in text(cast.client(cast.cole).get(sheet))
    saved = cast.client(cast.cole).post(
        url(run, "teams/mobile/MOB-07/?from=mine"), {"answer": "met", "version": ""}
    )
    assert saved.headers["Location"] == f"{sheet}?from=mine#item-MOB-07"
