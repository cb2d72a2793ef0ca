"""Pages of gaps: the list, one gap, logging from anywhere, editing, moving, and the fragments for other pages."""

import datetime as dt
import json
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.history.record import change_set
from strategy.gaps.actions import edit_gap, move_gap
from strategy.gaps.models import Gap
from strategy.journeys.models import Cell, Journey, Lane, Stage, Step
from teams.grants import share
from tests.html import squeeze
from tests.strategy.gaps.conftest import TODAY

FACTS = {"title": "Replies go nowhere", "severity": "critical"}


@pytest.fixture(autouse=True)
def today():
    """Pages ask the clock; it says November 20, 2026."""
    with time_machine.travel(dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def step(cast):
    """A step of a journey whose board names a channel and a team for it."""
    with change_set(by=cast.lea, scope=cast.strategy.uid) as record:
        journey = Journey(strategy=cast.strategy, name="Claim", owner_team=cast.care)
        record.create(journey)
        stage = Stage(journey=journey, name="Ask", position=1)
        record.create(stage)
        found = Step(stage=stage, name="Calls", position=1)
        record.create(found)
        for kind, value in (
            ("channel", {"channel": cast.channel()}),
            ("team", {"team": cast.care}),
        ):
            lane = Lane(journey=journey, kind=kind, name=kind, position=1)
            record.create(lane)
            record.create(Cell(step=found, lane=lane, **value))
    return found


def move(gap, to, by, **values):
    return move_gap(gap=gap, to=to, by=by, expected=gap.version, today=TODAY, **values)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def codes(response) -> list[str]:
    numbers = {gap.uid: gap.code for gap in Gap.objects.all()}
    return [numbers[row.uid] for row in response.context["page_obj"].object_list]


# --- the list ---------------------------------------------------------------------------------------
@pytest.fixture
def many(cast, log):
    """Seven gaps: G-1 critical, G-2 low with a slip, G-3 in progress, G-4 verified, G-5 expired, ..."""
    app = cast.channel()
    log("Login lost", severity="critical", channel=app, accountable=cast.rae)
    slipped = log("Fax asked for", severity="low", owner_team=cast.care, harm="Agents read aloud")
    edit_gap(gap=slipped, values={"due_on": TODAY + dt.timedelta(50)}, expected=1, by=cast.lea)
    moving = log("Two answers", severity="high", today=TODAY - dt.timedelta(30))
    done = log("Hidden help", severity="high")
    for gap, states in ((moving, 2), (done, 4)):
        for to in ("agreed", "in_progress", "resolved", "verified")[:states]:
            move(gap, to, cast.eve if to == "verified" else cast.lea)
    old = log("No video", severity="medium", owner_team=None)
    move_gap(gap=old, to="accepted", note="Rare", accepted_until=TODAY - dt.timedelta(1),
             expected=1, today=TODAY - dt.timedelta(9), by=cast.lea)  # fmt: skip
    again = log("Help is hidden")
    move(again, "duplicate", cast.lea, duplicate_of=done)
    log("Kiosk has no owner", severity="medium", owner_team=None)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "G-1 G-3 G-7 G-2"),
        ("state=unsettled", "G-1 G-3 G-7 G-2"),
        ("state=all", "G-1 G-3 G-4 G-6 G-5 G-7 G-2"),
        ("state=in_progress", "G-3"),
        ("state=verified", "G-4"),
        ("state=expired", "G-5"),
        ("state=unheard-of", "G-1 G-3 G-7 G-2"),
        ("q=login", "G-1"),
        ("q=aloud", "G-2"),
        ("q=g-3", "G-3"),
        ("q=contact+fax", "G-2"),
        ("q=rae", "G-1"),
        ("state=all&severity=high", "G-3 G-4 G-6"),
        ("owner_team=care", "G-2"),
        ("owner_team=none", "G-7"),
        ("only=overdue", "G-3"),
        ("only=slipped", "G-2"),
        ("sort=-severity", "G-2 G-7 G-3 G-1"),
        ("sort=due", "G-3 G-1 G-7 G-2"),
        ("sort=-due", "G-2 G-7 G-1 G-3"),
        ("sort=age", "G-3 G-1 G-7 G-2"),
        ("sort=number", "G-1 G-2 G-3 G-7"),
        ("sort=-number", "G-7 G-3 G-2 G-1"),
        ("sort=owner__password", "G-1 G-3 G-7 G-2"),
        ("page=99", "G-1 G-3 G-7 G-2"),
    ],
)
def test_the_list_narrows_and_sorts(cast, many, query, expected):
    response = cast.client(cast.rae).get(f"{cast.url('gaps/')}?{query}")
    assert " ".join(codes(response)) == expected


def test_the_list_narrows_to_a_channel(cast, many):
    channel = Gap.objects.get(number=1).channel
    response = cast.client(cast.rae).get(f"{cast.url('gaps/')}?channel={channel.uid}")
    assert codes(response) == ["G-1"]


def test_mine_are_those_i_answer_for_and_those_of_my_teams(cast, many):
    url = f"{cast.url('gaps/')}?only=mine"
    assert codes(cast.client(cast.rae).get(url)) == ["G-1"]
    assert codes(cast.client(cast.cole).get(url)) == ["G-1", "G-3"]


def test_tabs_count_by_state_within_the_other_filters(cast, many):
    def counts(query: str) -> dict[str, int]:
        tabs = cast.client(cast.rae).get(f"{cast.url('gaps/')}?{query}").context["tabs"]
        return {tab.state: tab.count for tab in tabs if tab.count}

    assert counts("") == {
        "unsettled": 4, "all": 7, "expired": 1, "open": 3, "in_progress": 1, "verified": 1,
        "accepted": 1, "duplicate": 1,
    }  # fmt: skip
    assert counts("severity=critical") == {"unsettled": 1, "all": 1, "open": 1}


def test_overdue_and_expired_are_said_in_words(cast, many):
    page = text(cast.client(cast.rae).get(f"{cast.url('gaps/')}?state=all"))
    assert page.count(">Overdue<") == 2  # the gap's mark, and the choice in the filter
    assert "Expired: decide again" in page
    assert "Nobody" in page


def test_the_empty_list_teaches_the_next_step_to_those_who_may_take_it(cast):
    assert text(cast.client(cast.cole).get(cast.url("gaps/"))).count("Log a gap") == 2
    page = text(cast.client(cast.rae).get(cast.url("gaps/")))
    assert "No unsettled gap" in page
    assert "You can read this but not log gaps" in page


def test_htmx_gets_the_list_alone_and_hears_how_many(cast, many):
    response = cast.client(cast.rae, htmx=True).get(f"{cast.url('gaps/')}?severity=critical")
    assert text(response).startswith('<div class="gap-list" id="gap-list"')
    assert json.loads(response.headers["HX-Trigger"]) == {"announce": {"text": "1 gap"}}


def queries_of(client, address: str) -> int:
    """Return how many queries a page takes once everything is warm."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_list_takes_the_same_queries_however_many_rows(cast, log):
    client = cast.client(cast.cole)
    counts = []
    for rows in (2, 60):
        for n in range(rows):
            log(f"Gap {n}", channel=cast.channel(f"C {rows} {n}"), accountable=cast.cole)
        counts.append(queries_of(client, cast.url("gaps/")))
    assert counts[0] == counts[1]


def test_a_renamed_team_shows_at_once(cast, gap):
    client = cast.client(cast.rae)
    client.get(cast.url("gaps/"))
    with change_set(by=cast.ada) as record:
        record.update(cast.mobile, name="Apps")
    assert "<td>Apps" in squeeze(text(client.get(cast.url("gaps/"))))


def test_outsiders_do_not_find_the_pages(cast, gap):
    for rest in ("gaps/", "gaps/add/", f"gaps/{gap.uid}/", f"gaps/{gap.uid}/edit/"):
        assert cast.client(cast.olga).get(cast.url(rest)).status_code == 404
    assert cast.client(cast.olga).post(cast.url(f"gaps/{gap.uid}/move/")).status_code == 404


# --- logging ----------------------------------------------------------------------------------------
def test_a_gap_is_logged_on_its_page(cast):
    response = cast.client(cast.cole).post(cast.url("gaps/add/"), FACTS)
    gap = Gap.objects.get()
    assert response.headers["Location"] == gap.get_absolute_url()
    assert (gap.title, gap.due_on) == ("Replies go nowhere", dt.date(2026, 11, 22))


def test_a_gap_logged_in_the_dialog_leaves_the_person_where_they_were(cast):
    response = cast.client(cast.cole, htmx=True).post(cast.url("gaps/add/"), FACTS)
    events = json.loads(response.headers["HX-Trigger"])
    assert (response.status_code, response.content) == (200, b"")
    assert events["toast"]["text"] == "G-1 is logged, due Nov. 22, 2026."
    assert events["toast"]["link"]["url"] == Gap.objects.get().get_absolute_url()
    assert "gap-changed" in events


def test_the_dialog_keeps_what_was_typed_when_something_is_missing(cast):
    response = cast.client(cast.cole, htmx=True).post(
        cast.url("gaps/add/"), {**FACTS, "title": "", "harm": "They wait twice"}
    )
    assert response.status_code == 422
    assert text(response).startswith("<div data-drawer>")
    assert 'id="gap-dialog"' in text(response)
    assert "This field is required" in text(response)
    assert "They wait twice" in text(response)
    assert not Gap.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": "x" * 151}, "at most 150 characters"),
        ({"severity": "terrible"}, "Select a valid choice"),
        ({"due_on": "soon"}, "Enter a valid date"),
        ({"channel": "999999"}, "Select a valid choice"),
    ],
)
def test_bad_input_is_answered_with_a_sentence(cast, changes, sentence):
    response = cast.client(cast.cole).post(cast.url("gaps/add/"), {**FACTS, **changes})
    assert response.status_code == 422
    assert sentence in text(response)


def test_a_reader_is_told_why_logging_is_not_for_them(cast):
    for client in (cast.client(cast.rae), cast.client(cast.rae, htmx=True)):
        assert client.get(cast.url("gaps/add/")).status_code == 403
        assert client.post(cast.url("gaps/add/"), FACTS).status_code == 403
    assert not Gap.objects.exists()


def chosen(response) -> dict:
    form = response.context["form"]
    return {name: value for name in form.fields if (value := form[name].value())}


def test_a_channel_brings_its_team_and_its_owner(cast):
    channel = cast.channel(owner=cast.rae)
    got = chosen(cast.client(cast.cole).get(f"{cast.url('gaps/add/')}?channel={channel.uid}"))
    assert (got["channel"], got["owner_team"], got["accountable"]) == (
        channel.pk, cast.mobile.pk, cast.rae.pk,
    )  # fmt: skip


def test_a_step_brings_its_journey_and_what_its_board_says(cast, step):
    got = chosen(cast.client(cast.cole).get(f"{cast.url('gaps/add/')}?step={step.uid}&title=Waits"))
    assert got["title"] == "Waits"
    assert got["step"] == step.pk
    assert got["journey"] == step.stage.journey_id
    assert got["channel"] == Gap._meta.get_field("channel").related_model.objects.get().pk
    assert got["owner_team"] == cast.mobile.pk  # the channel's team, before the step's


def test_a_journey_brings_its_team(cast, step):
    uid = step.stage.journey.uid
    got = chosen(cast.client(cast.cole).get(f"{cast.url('gaps/add/')}?journey={uid}"))
    assert (got["journey"], got["owner_team"]) == (step.stage.journey_id, cast.care.pk)


@pytest.mark.parametrize("value", ["nonsense", "6e8bc430-9c3a-11d9-9669-0800200c9a66", ""])
def test_an_old_or_foreign_link_brings_nothing(cast, value):
    query = f"?channel={value}&journey={value}&step={value}"
    response = cast.client(cast.cole).get(cast.url("gaps/add/") + query)
    assert response.status_code == 200
    assert set(chosen(response)) == {"severity", "owner_team"}, "what every new gap begins with"


def test_a_step_settles_the_journey(cast, step):
    with change_set(by=cast.lea, scope=cast.strategy.uid) as record:
        other = Journey(strategy=cast.strategy, name="Other")
        record.create(other)
    client = cast.client(cast.cole)
    response = client.post(cast.url("gaps/add/"), {**FACTS, "step": step.pk, "journey": other.pk})
    assert response.status_code == 422
    assert "This step belongs to “Claim”" in text(response)
    client.post(cast.url("gaps/add/"), {**FACTS, "step": step.pk})
    assert Gap.objects.get().journey == step.stage.journey


# --- one gap ----------------------------------------------------------------------------------------
def test_a_gap_shows_what_can_happen_next_and_why_not(cast, gap):
    page = text(cast.client(cast.cole).get(gap.get_absolute_url()))
    for label in ("Agree to fix it", "Accept it for now…", "It is a duplicate…"):
        assert label in page
    page = text(cast.client(cast.rae).get(gap.get_absolute_url()))
    assert (
        page.count("Only Mobile, editors and strategy leads can change this") == 4
    )  # Edit and three moves
    assert "<form" not in page.split('id="main"')[1].split('id="voice"')[0]


def test_the_fixer_reads_why_somebody_else_verifies(cast, gap):
    for to in ("agreed", "in_progress", "resolved"):
        move(gap, to, cast.lea)
    sentence = "Who fixed a gap does not verify it"
    assert sentence in text(cast.client(cast.lea).get(gap.get_absolute_url()))
    assert sentence not in text(cast.client(cast.eve).get(gap.get_absolute_url()))


def test_facts_slips_and_history_stand_on_the_page(cast, log):
    gap = log(channel=cast.channel(), accountable=cast.rae)
    again = log("The same")
    edit_gap(gap=gap, values={"due_on": dt.date(2027, 1, 5)}, expected=1, by=cast.eve)
    move(again, "duplicate", cast.lea, duplicate_of=gap)
    page = text(cast.client(cast.rae).get(gap.get_absolute_url()))
    for said in (
        "G-1", "Claims app", "Rae Reader", "Jan. 5, 2027",
        "slipped once, first promised for Nov. 27, 2026", "G-2", "Eve Editor",
    ):  # fmt: skip
        assert said in page
    assert "Duplicate of" in text(cast.client(cast.rae).get(again.get_absolute_url()))


def test_markup_in_a_gap_comes_out_as_text(cast, log):
    gap = log(
        "<b onclick=alert(1)>Help</b>",
        harm="<script>alert(1)</script> **twice** [x](javascript:alert(1))",
        channel=cast.channel(),
    )
    client = cast.client(cast.rae)
    addresses = (
        gap.get_absolute_url(),
        cast.url("gaps/"),
        cast.url(f"gaps/of/channel/{gap.channel.uid}/"),
    )
    for address in addresses:
        page = text(client.get(address))
        assert "<b onclick" not in page
        assert "<script>alert" not in page
        assert 'href="javascript' not in page
    assert "<strong>twice</strong>" in text(client.get(gap.get_absolute_url()))


def test_an_accepted_gap_past_its_end_asks_for_a_decision(cast, gap):
    until = TODAY + dt.timedelta(5)
    move(gap, "accepted", cast.lea, note="Rare", accepted_until=until)
    client = cast.client(cast.rae)
    assert "decide again" not in text(client.get(gap.get_absolute_url()))
    with time_machine.travel(dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)):
        assert "It was accepted until Nov. 25, 2026" in text(client.get(gap.get_absolute_url()))


def test_one_gap_takes_the_same_queries_however_much_happened_to_it(cast, log, step):
    gap = log(step=step, journey=step.stage.journey, channel=cast.channel("Line"))
    client = cast.client(cast.cole)
    again = [log(f"Again {n}") for n in range(8)]
    move(again.pop(), "duplicate", cast.lea, duplicate_of=gap)
    few = queries_of(client, gap.get_absolute_url())
    for one in again:
        move(one, "duplicate", cast.lea, duplicate_of=gap)
        edit_gap(gap=gap, values={"harm": one.title}, expected=gap.version, by=cast.eve)
    assert queries_of(client, gap.get_absolute_url()) == few


# --- editing ----------------------------------------------------------------------------------------
def facts_of(gap, **changes):
    return {
        "title": gap.title, "harm": gap.harm, "severity": gap.severity, "due_on": gap.due_on.isoformat(),
        "owner_team": gap.owner_team_id, "version": gap.version, **changes,
    }  # fmt: skip


def test_a_gap_is_edited(cast, gap):
    url = cast.url(f"gaps/{gap.uid}/edit/")
    client = cast.client(cast.cole)
    assert f'name="version" value="{gap.version}"' in text(client.get(url))
    response = client.post(url, facts_of(gap, title="Deep help", due_on="2027-01-05"))
    assert response.headers["Location"] == gap.get_absolute_url()
    gap.refresh_from_db()
    assert (gap.title, gap.slips) == ("Deep help", 1)


def test_an_edit_meets_a_newer_text_and_loses_nothing(cast, gap):
    url = cast.url(f"gaps/{gap.uid}/edit/")
    old = facts_of(gap, title="Mine")
    edit_gap(gap=gap, values={"title": "Theirs"}, expected=1, by=cast.eve)
    client = cast.client(cast.cole)
    response = client.post(url, old)
    assert response.status_code == 409
    page = text(response)
    assert "Theirs" in page
    assert 'value="Mine"' in page
    assert 'name="version" value="2"' in page
    client.post(url, {**old, "version": 2})
    assert Gap.objects.get().title == "Mine"


def test_a_page_that_sends_no_version_overwrites_nothing(cast, gap):
    facts = facts_of(gap, title="Mine")
    del facts["version"]
    response = cast.client(cast.cole).post(cast.url(f"gaps/{gap.uid}/edit/"), facts)
    assert response.status_code == 409


def test_a_due_date_is_not_taken_away_again(cast, gap):
    response = cast.client(cast.cole).post(
        cast.url(f"gaps/{gap.uid}/edit/"), facts_of(gap, due_on="")
    )
    assert response.status_code == 422


def test_another_team_reads_why_it_cannot_edit(cast, log):
    gap = log(owner_team=cast.care)
    response = cast.client(cast.cole).get(cast.url(f"gaps/{gap.uid}/edit/"))
    assert response.status_code == 403
    assert "Only Contact center, editors and strategy leads can change this" in text(response)


# --- moving ----------------------------------------------------------------------------------------
def press(cast, gap, who, to, *, htmx=False, **values):
    return cast.client(who, htmx=htmx).post(
        cast.url(f"gaps/{gap.uid}/move/"), {"to": to, "version": gap.version, **values}
    )


def test_a_button_moves_a_gap(cast, gap):
    response = press(cast, gap, cast.cole, "agreed")
    assert response.headers["Location"] == gap.get_absolute_url()
    assert Gap.objects.get().state == "agreed"


def test_after_a_move_htmx_leads_to_the_gap(cast, gap):
    response = press(cast, gap, cast.cole, "agreed", htmx=True)
    assert response.status_code == 204
    assert response.headers["HX-Redirect"] == gap.get_absolute_url()


def test_a_move_with_fields(cast, gap, log):
    log("The original")
    move(gap, "agreed", cast.lea)
    press(cast, gap, cast.cole, "blocked", blocked_on=cast.care.pk, note="A skill group")
    gap.refresh_from_db()
    assert (gap.state, gap.blocked_on, gap.note) == ("blocked", cast.care, "A skill group")
    press(cast, gap, cast.cole, "accepted", note="Rare", accepted_until="2027-01-05")
    gap.refresh_from_db()
    assert (gap.state, gap.accepted_until) == ("accepted", dt.date(2027, 1, 5))
    press(cast, gap, cast.cole, "open")
    gap.refresh_from_db()
    press(cast, gap, cast.cole, "duplicate", duplicate_of="g-2")
    gap.refresh_from_db()
    assert gap.duplicate_of.number == 2


@pytest.mark.parametrize(
    ("to", "values", "sentence"),
    [
        ("accepted", {"note": "Rare"}, "Accepting a gap needs an end"),
        ("accepted", {"accepted_until": "2027-01-05"}, "Accepting a gap needs a reason"),
        ("accepted", {"note": "Rare", "accepted_until": "2026-11-20"}, "Choose a day in the future"),
        ("duplicate", {}, "Say which gap this one repeats"),
        ("duplicate", {"duplicate_of": "G-1"}, "A gap cannot repeat itself"),
        ("duplicate", {"duplicate_of": "G-77"}, "There is no gap with this number here"),
        ("duplicate", {"duplicate_of": "the other"}, "There is no gap with this number here"),
        ("nowhere", {}, "What happens next"),
    ],
)  # fmt: skip
def test_an_incomplete_move_comes_back_with_what_was_typed(cast, gap, to, values, sentence):
    response = press(cast, gap, cast.cole, to, htmx=True, **values)
    assert response.status_code == 422
    page = text(response)
    assert page.startswith('<section class="panel" id="gap-moves"')
    assert sentence in page
    assert all(value in page for value in values.values())
    assert Gap.objects.get().state == "open"


def test_a_move_that_the_life_cycle_refuses_says_so(cast, gap):
    response = press(cast, gap, cast.cole, "verified")
    assert response.status_code == 422
    assert "cannot become that from the state it is in" in text(response)


def test_a_move_from_an_old_page_shows_what_can_happen_now(cast, gap):
    old = Gap.objects.get()
    move(gap, "agreed", cast.lea)
    response = press(cast, old, cast.cole, "duplicate", htmx=True, duplicate_of="G-1")
    assert response.status_code == 422  # first what is wrong with the words
    response = press(
        cast, old, cast.cole, "accepted", htmx=True, note="Rare", accepted_until="2027-01-05"
    )
    assert response.status_code == 409
    page = text(response)
    assert "Lea Lead changed this gap meanwhile" in page
    assert "Start work" in page
    assert "Rare" in page
    assert f'name="version" value="{gap.version}"' in page


def test_what_was_typed_for_a_move_that_is_gone_is_given_back(cast, gap):
    old = Gap.objects.get()
    move(gap, "agreed", cast.lea)
    move(gap, "in_progress", cast.lea)
    answer = press(
        cast, old, cast.cole, "accepted", htmx=True, note="Rare", accepted_until="2027-01-05"
    )
    assert 'id="move-to-accepted"' not in text(answer)
    assert 'id="move-orphan"' in text(answer)
    assert "Rare</textarea>" in text(answer)


@pytest.mark.parametrize("version", ["", "x"])
def test_a_move_without_a_version_moves_nothing(cast, gap, version):
    response = cast.client(cast.cole).post(
        cast.url(f"gaps/{gap.uid}/move/"), {"to": "agreed", "version": version}
    )
    assert response.status_code == 422
    assert Gap.objects.get().state == "open"


def from_mine(cast, who, gap, htmx=True, **values):
    data = {"version": gap.version, **values}
    return cast.client(who, htmx=htmx).post(cast.url(f"gaps/{gap.uid}/move/?from=mine"), data)


def test_the_dialog_offers_the_moves_and_leads_a_browser_to_the_gap(cast, gap):
    address = cast.url(f"gaps/{gap.uid}/move/?from=mine")
    dialog = text(cast.client(cast.cole, htmx=True).get(address))
    assert dialog.startswith('<div id="gap-move-dialog"')
    assert dialog.count(f'hx-post="{address}"') == 3
    assert 'id="move-to-agreed"' in dialog
    assert cast.client(cast.cole).get(address).headers["Location"] == gap.get_absolute_url()
    refused = text(cast.client(cast.rae, htmx=True).get(address))
    assert refused.count("Only Mobile, editors and strategy leads can change this") == 3
    assert 'hx-post="' not in refused


def test_a_move_from_my_work_stays_there(cast, gap):
    answer = from_mine(cast, cast.cole, gap, to="agreed")
    assert answer.status_code == 204
    events = json.loads(answer.headers["HX-Trigger"])
    assert events["toast"]["text"] == "G-1: agreed."
    assert {"dialog-close", "my-work-changed"} <= events.keys()
    gap.refresh_from_db()
    plain = from_mine(cast, cast.cole, gap, htmx=False, to="in_progress")
    assert plain.headers["Location"] == cast.url("mine/")


def test_a_refused_move_from_my_work_stays_in_the_dialog_and_still_knows_the_way_back(cast, gap):
    typed = {"to": "accepted", "note": "", "accepted_until": "2027-02-01"}
    answer = from_mine(cast, cast.cole, gap, **typed)
    assert answer.status_code == 422
    page = text(answer)
    assert page.startswith('<section class="panel" id="gap-moves"')
    assert "Write why it stays as it is" in page
    assert 'value="2027-02-01"' in page
    assert f'hx-post="{cast.url(f"gaps/{gap.uid}/move/?from=mine")}"' in page


def test_a_move_that_came_too_late_says_who_was_quicker_and_what_the_gap_is_now(cast, gap):
    move(Gap.objects.get(pk=gap.pk), "agreed", cast.lea)
    answer = from_mine(
        cast, cast.cole, gap, to="accepted", note="Rare", accepted_until="2027-02-01"
    )
    assert answer.status_code == 409
    assert "Lea Lead changed this gap meanwhile. It is now: Agreed" in text(answer)
    assert "Rare</textarea>" in text(answer)


def test_a_move_from_ones_own_older_window_says_so(cast, gap):
    move(Gap.objects.get(pk=gap.pk), "agreed", cast.cole)
    answer = from_mine(
        cast, cast.cole, gap, to="accepted", note="Rare", accepted_until="2027-02-01"
    )
    assert "You changed this gap in another window. It is now: Agreed" in text(answer)


def test_a_reader_moves_nothing(cast, gap):
    assert press(cast, gap, cast.rae, "agreed").status_code == 403
    assert Gap.objects.get().state == "open"


# --- the gaps of a channel and of a journey ----------------------------------------------------------
def test_a_channel_page_shows_its_unsettled_gaps(cast, log):
    channel = cast.channel()
    log("Low", severity="low", channel=channel)
    log("Worst", severity="critical", channel=channel, today=TODAY - dt.timedelta(9))
    settled = log("Settled", channel=channel)
    move(settled, "duplicate", cast.lea, duplicate_of=Gap.objects.get(number=1))
    url = cast.url(f"gaps/of/channel/{channel.uid}/")
    page = text(cast.client(cast.cole, htmx=True).get(url))
    assert page.startswith('<div class="panel" id="gaps-of"')
    assert page.index("Worst") < page.index("Low")
    assert "Settled" not in page
    assert page.count(">Overdue<") == 1
    assert f"/gaps/add/?channel={channel.uid}" in page
    assert "<html" in text(cast.client(cast.cole).get(url))  # without htmx a page of its own
    assert "Log a gap" not in text(cast.client(cast.rae, htmx=True).get(url))


def test_a_journey_page_shows_its_unsettled_gaps(cast, log, step):
    journey = step.stage.journey
    log("On the way", journey=journey, step=step)
    url = cast.url(f"gaps/of/journey/{journey.uid}/")
    page = text(cast.client(cast.cole, htmx=True).get(url))
    assert "On the way" in page
    assert f"/gaps/add/?journey={journey.uid}" in page
    assert cast.client(cast.olga).get(url).status_code == 404


def test_with_a_shared_channel_come_the_plain_titles_of_its_gaps(cast, log):
    channel = cast.channel()
    gap = log("Waits twice", channel=channel)
    share(obj=channel, holder=cast.olga, level="view", by=cast.lea)
    client = cast.client(cast.olga, htmx=True)
    page = text(client.get(cast.url(f"gaps/of/channel/{channel.uid}/")))
    assert "Waits twice" in page
    assert "G-1" not in page
    assert "href" not in page
    assert client.get(gap.get_absolute_url()).status_code == 404
    assert client.get(cast.url("gaps/")).status_code == 404


def test_the_dialog_over_the_list_brings_no_id_twice(cast):
    client = cast.client(cast.cole)
    seen = [
        re.findall(r'\sid="([^"]+)"', text(response))
        for response in (
            client.get(cast.url("gaps/")),
            cast.client(cast.cole, htmx=True).get(cast.url("gaps/add/")),
        )
    ]
    assert not set(seen[0]) & set(seen[1]) - {"dialog-title"}
    assert "filter-severity" in seen[0]
    assert "id_severity" in seen[1]


def test_a_gap_is_not_due_before_it_was_opened(cast, gap):
    cole = cast.client(cast.cole)
    typed = {"title": "Agent hidden", "severity": "high", "due_on": "2020-01-01"}
    new = cole.post(cast.url("gaps/add/"), typed)
    assert new.status_code == 422
    assert "A gap cannot be due before it was opened. Choose" in new.content.decode()
    assert Gap.objects.count() == 1
    old = cole.post(
        cast.url(f"gaps/{gap.uid}/edit/"),
        {**typed, "owner_team": cast.mobile.pk, "version": gap.version},
    )
    assert old.status_code == 422


def test_a_new_gap_begins_with_the_team_of_who_changes_only_what_it_owns(cast):
    form = cast.client(cast.cole).get(cast.url("gaps/add/")).context["form"]
    assert form["owner_team"].value() == cast.mobile.pk
    assert (
        not cast.client(cast.lea).get(cast.url("gaps/add/")).context["form"]["owner_team"].value()
    )
    line = cast.channel("Line", owner_team=cast.care)
    address = cast.url(f"gaps/add/?channel={line.uid}")
    assert cast.client(cast.cole).get(address).context["form"]["owner_team"].value() == cast.care.pk
