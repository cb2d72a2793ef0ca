"""My work: what waits for one person, and settling it from there."""

import datetime as dt
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.history.models import ChangeSet
from portal.history.record import change_set
from strategy.gaps.actions import log_gap
from strategy.home.models import Visit
from strategy.home.my_work import NEWS, my_work, visit_of
from strategy.inventory.actions import (
    Volume,
    add_contact_type,
    add_transition,
    delete_channel,
    edit_channel,
    review_channel,
)
from strategy.inventory.models import (
    AccessDecision,
    AccessPoint,
    SelfServiceOffer,
    ServiceObjective,
)
from strategy.inventory.points.actions import add_point, edit_point
from strategy.journeys.actions import add_journey, add_step, delete_part
from strategy.journeys.models import Cell, Journey
from strategy.plan.actions import add_decision, add_objective, commit, edit_decision
from strategy.plan.models import Component, Segment
from strategy.plan.queries import Place, today
from teams import actions as teams_actions
from teams.access import standing
from teams.actions import give_role
from tests.html import squeeze

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 20)


def work(cast, person=None, **asked):
    who = person or cast.cole
    place = Place(cast.strategy, standing(who, cast.strategy.pk), who)
    return my_work(place, visit_of(place), TODAY, timezone.now(), **asked)


def mine(cast):
    return squeeze(cast.client(cast.cole).get(cast.url("mine/")).content.decode())


def gap(cast, title, **values):
    facts = {"title": title, "severity": "high", **values}
    return log_gap(strategy=cast.strategy, values=facts, today=TODAY, by=cast.lea)


def test_my_channels_are_mine_and_my_teams_those_that_are_due_first(cast):
    fresh = cast.channel("Fresh", reviewed_on=dt.date(2026, 11, 1))
    late = cast.channel("Late", reviewed_on=dt.date(2026, 1, 1))
    never = cast.channel("Never")
    cast.channel("Care line", owner_team=cast.care)
    own = cast.channel("By name", owner_team=cast.care, owner=cast.cole)
    cast.channel("Gone", life_cycle="retired")
    assert [mine.channel for mine in work(cast).channels] == [late, own, never, fresh]
    assert [mine.is_due for mine in work(cast).channels] == [True, True, True, False]
    assert work(cast, cast.eve).is_empty


def test_still_true_is_said_without_leaving_the_page(cast):
    channel = cast.channel()
    cole = cast.client(cast.cole, htmx=True)
    assert 'name="version" value="1"' in squeeze(cole.get(cast.url("mine/")).content.decode())
    answer = cole.post(cast.url(f"channels/{channel.uid}/review/"), {"version": "1"})
    assert "Confirmed today" in answer.content.decode()
    assert "<li" not in answer.content.decode(), "the other rows stay where they are"
    events = json.loads(answer.headers["HX-Trigger"])
    assert "Claims app" in events["toast"]["text"]
    channel.refresh_from_db()
    assert channel.reviewed_on == dt.date.today()
    piece = cole.get(cast.url("mine/")).content.decode()
    assert 'id="my-work"' in piece
    assert "<html" not in piece
    assert "Still true" not in piece


def test_an_owner_outside_the_owning_team_is_told_who_can_confirm(cast):
    channel = cast.channel("By name", owner_team=cast.care, owner=cast.cole)
    sentence = "Cole Contributor is not in Contact center. Ask Contact center to confirm it"
    page = mine(cast)
    assert sentence in page
    assert "Still true" not in page
    edit_channel(channel=channel, values={"purpose": "New"}, expected=1, by=cast.eve)
    for person in (cast.cole, cast.lea):
        seen = squeeze(cast.client(person).get(channel.get_absolute_url()).content.decode())
        assert sentence in seen
        assert "An owner looks" not in seen
    edit_channel(channel=channel, values={"owner": cast.eve}, expected=2, by=cast.lea)
    work_of_eve = squeeze(cast.client(cast.eve).get(cast.url("mine/")).content.decode())
    assert "Still true" in work_of_eve, "an editor may, in whatever team"


def test_an_owner_who_only_reads_is_told_who_can_confirm(cast):
    cast.channel("Nobody's team", owner_team=None, owner=cast.rae)
    page = squeeze(cast.client(cast.rae).get(cast.url("mine/")).content.decode())
    assert "Rae Reader can only read this. Ask an editor or strategy lead to confirm it." in page
    assert "Still true" not in page


@pytest.mark.parametrize("reviewed_on", [dt.date(2020, 1, 1), dt.date.today()])
def test_what_broke_the_seal_stands_beside_still_true_late_or_not(cast, reviewed_on):
    app = cast.channel("App", purpose="Old", reviewed_on=reviewed_on)
    edit_channel(channel=app, values={"vendor": "Before"}, expected=1, by=cast.cole)
    edit_channel(channel=app, values={"purpose": "New"}, expected=2, by=cast.eve)
    edit_channel(channel=app, values={"agent_route": "hidden"}, expected=3, by=cast.eve)
    for address in (cast.url("mine/"), app.get_absolute_url()):
        page = squeeze(cast.client(cast.cole).get(address).content.decode())
        assert "Eve Editor, who does not own it, changed it on" in page
        start = page.index("Changed since:")
        said = page[start : page.index("#history", start)]
        assert "Way to a person, Purpose." in said, said
        assert "Vendor" not in said, "changed before by an owner"
        assert "Hidden" in said
        assert "Still true" in page
    review_channel(channel=app, expected=None, on=dt.date.today(), by=cast.cole)
    assert "Changed since:" not in mine(cast)


def test_what_broke_seals_takes_the_same_queries_for_many_channels(cast):
    def broken(name):
        channel = cast.channel(name, owner=cast.cole)
        edit_channel(channel=channel, values={"deputy": cast.rae}, expected=1, by=cast.eve)

    broken("One")
    with CaptureQueriesContext(connection) as one:
        assert work(cast).channels[0].since.newest.after == "Rae Reader"
    for name in ("Two", "Three", "Four"):
        broken(name)
    with CaptureQueriesContext(connection) as four:
        assert all(mine.since.labels == ("deputy",) for mine in work(cast).channels)
    assert len(four) == len(one)


def test_still_true_stands_beside_the_facts_that_it_confirms(cast):
    line = cast.channel("Line", owner_team=cast.care)
    app = cast.channel(
        "App",
        owner=cast.cole,
        hours="Mon-Fri 08:00-20:00",
        agent_route="hidden",
        agent_channel=line,
        agent_taps=5,
    )
    facts = (
        "Cole Contributor, Mobile · Mon-Fri 08:00-20:00 · Live · to a person: Hidden, Line, 5 taps"
    )
    for address in (cast.url("mine/"), app.get_absolute_url()):
        page = squeeze(cast.client(cast.cole).get(address).content.decode())
        assert facts in page, page[page.index("channel-facts") :][:300]
    assert facts not in squeeze(cast.client(cast.rae).get(app.get_absolute_url()).content.decode())


def test_my_gaps_are_those_i_or_my_team_answer_for_and_others_wait_for_us(cast):
    own = gap(cast, "Mine", accountable=cast.cole, owner_team=cast.care)
    ours = gap(cast, "Nobody of us yet", owner_team=cast.mobile)
    colleagues = gap(cast, "A colleague's", accountable=cast.eve, owner_team=cast.mobile)
    gap(cast, "Another's", accountable=cast.eve, owner_team=cast.care)
    waits = gap(cast, "Waits", owner_team=cast.care)
    with change_set(by=cast.lea, scope=cast.strategy.uid) as record:
        record.update(waits, state="blocked", blocked_on=cast.mobile)
    found = work(cast)
    assert found.gaps == [own, ours, colleagues]
    assert found.waiting == [waits]
    page = mine(cast)
    assert "Others wait for you" in page
    assert "Another&#x27;s" not in page
    assert "accountable: Eve Editor" in page


def row_of(page, gap):
    start = page.index(f'id="my-gap-{gap.uid}"')
    return page[start : page.index("</li>", start)]


def test_what_waits_for_me_and_i_may_not_move_says_who_can_and_has_no_button(cast):
    waits = gap(cast, "Waits", owner_team=cast.care)
    nobodys = gap(cast, "Nobody's")
    for one in (waits, nobodys):
        with change_set(by=cast.lea, scope=cast.strategy.uid) as record:
            record.update(one, state="blocked", blocked_on=cast.mobile)
    fixed = gap(cast, "Fixed", owner_team=cast.care, accountable=cast.cole)
    with change_set(by=cast.lea, scope=cast.strategy.uid) as record:
        record.update(fixed, state="resolved", resolved_by=cast.lea)
    page = mine(cast)
    assert "When your part is done, tell Contact center" in row_of(page, waits)
    assert "When your part is done, tell an editor or strategy lead" in row_of(page, nobodys)
    assert "look, then tell Contact center" in row_of(page, fixed)
    for one in (waits, nobodys, fixed):
        assert "button" not in row_of(page, one)
    teams_actions.give_role(strategy=cast.strategy, holder=cast.cole, role="editor", by=cast.ada)
    assert f"gaps/{waits.uid}/move/" in row_of(mine(cast), waits)
    assert "tell Contact center" not in row_of(mine(cast), waits)


def test_a_late_gap_says_by_how_many_days(cast):
    late = gap(cast, "Late", owner_team=cast.mobile, due_on=today() - dt.timedelta(days=12))
    due = gap(cast, "Due", owner_team=cast.mobile, due_on=today())
    page = mine(cast)
    assert "pill freshness-overdue" in row_of(page, late)
    assert "12 days late" in row_of(page, late)
    assert "late" not in row_of(page, due)


def decision(cast, decider, **values):
    facts = {"question": "Who owns texts?", "decider": decider, **values}
    return add_decision(strategy=cast.strategy, values=facts, by=cast.lea)


def test_decisions_that_i_am_to_take_are_listed_until_they_are_taken(cast):
    values = {"decide_by": today() - dt.timedelta(days=3), "cost_of_waiting": "Texts stay unread"}
    asked = decision(cast, cast.rae, **values)
    decision(cast, cast.eve, question="Another's")
    assert work(cast, cast.rae).decisions == [asked]
    page = squeeze(cast.client(cast.rae).get(cast.url("mine/")).content.decode())
    for words in (
        "Decisions you are to take",
        "Texts stay unread",
        "3 days late",
        asked.get_absolute_url(),
    ):
        assert words in page, words
    assert "Tell an editor or strategy lead what you decide" in page
    assert "/edit/?from=mine" not in page
    edit_decision(decision=asked, values={"outcome": "Care", "decided_on": TODAY}, expected=None, by=cast.lea)  # fmt: skip
    assert work(cast, cast.rae).is_empty


def test_a_decision_is_written_down_from_my_work_by_who_may_and_leads_back_there(cast):
    asked = decision(cast, cast.eve)
    eve = cast.client(cast.eve)
    address = cast.url(f"decisions/{asked.uid}/edit/?from=mine")
    assert address in eve.get(cast.url("mine/")).content.decode()
    assert f'href="{cast.url("mine/")}">Cancel' in squeeze(eve.get(address).content.decode())
    typed = {"question": asked.question, "decider": cast.eve.pk, "outcome": "Care"}
    answer = eve.post(address, {**typed, "decided_on": "2026-11-20", "version": asked.version})
    assert answer.headers["Location"] == cast.url("mine/")


def test_access_points_that_we_answer_for_are_confirmed_from_my_work(cast):
    line = cast.channel("Line", owner_team=cast.care)
    app = cast.channel("App")

    def point(channel, name, **values):
        return add_point(
            channel=channel, values={"name": name, "kind": "phone", **values}, by=cast.ada
        )

    hours = {"hours": "Mon-Fri 8-17", "time_zone": "America/Chicago", "languages": "en, es"}
    ours = point(line, "Ours", owner_team=cast.mobile, **hours)
    of_channel = point(app, "Of our channel")
    point(app, "Theirs", owner_team=cast.care)
    point(app, "Over", life_cycle="retired")
    named = point(line, "Mine", owner=cast.cole, owner_team=cast.care)
    assert [mine.part for mine in work(cast).parts] == [of_channel, named, ours]
    assert "Access point of Line" in mine(cast)
    facts = "Phone number · address not said · Live · Mon-Fri 8-17 America/Chicago · languages: English, Spanish"
    assert facts in mine(cast), "what “Still true” confirms"
    edit_point(
        point=ours, values={"address": "800 1"}, contact_types=(), on=TODAY, expected=1, by=cast.eve
    )
    page = squeeze(mine(cast))
    assert "Eve Editor, who does not own it, changed it on" in page
    assert "Changed since: Address." in page
    address = cast.url(f"channels/points/{ours.uid}/review/?from=mine")
    late = cast.client(cast.cole, htmx=True).post(address, {"version": 1})
    assert "Changed since: address." in json.loads(late.headers["HX-Trigger"])["toast"]["text"]
    done = cast.client(cast.cole, htmx=True).post(address, {"version": ours.version})
    assert "my-work-changed" in json.loads(done.headers["HX-Trigger"])
    assert ours not in [mine.part for mine in work(cast).parts]


def test_components_and_journeys_that_we_own_are_listed_while_something_is_due(cast):
    ours = Component.objects.get(strategy=cast.strategy, code="channels")
    named = Component.objects.get(strategy=cast.strategy, code="hours")
    fresh = Component.objects.get(strategy=cast.strategy, code="routing")
    Component.objects.filter(pk=ours.pk).update(
        owner_team=cast.mobile, reviewed_on=dt.date(2026, 1, 1)
    )
    Component.objects.filter(pk=named.pk).update(owner=cast.cole)
    Component.objects.filter(pk=fresh.pk).update(owner_team=cast.mobile, reviewed_on=TODAY)
    trip = add_journey(strategy=cast.strategy, values={"name": "Claim", "owner_team": cast.mobile}, by=cast.lea)  # fmt: skip
    add_journey(strategy=cast.strategy, values={"name": "Theirs", "owner_team": cast.care}, by=cast.lea)  # fmt: skip
    assert [mine.part for mine in work(cast).parts] == [ours, named, trip]
    page = mine(cast)
    assert "Write it" in page  # nothing is written there that could be reviewed
    for url in (f"journeys/{trip.uid}/review/", "components/hours/"):
        assert cast.url(url) in page
    cole, review_url = cast.client(cast.cole, htmx=True), f"journeys/{trip.uid}/review/?from=mine"
    seen = {"version": next(mine for mine in work(cast).parts if mine.part == trip).seen}
    (act,) = re.findall(r'name="act" value="(\d+)"', mine(cast))
    late = add_step(stage=trip.stages.first(), name="Waits", by=cast.lea)
    refused = cole.post(cast.url(review_url), {**seen, "act": act})
    assert refused.status_code == 409
    assert f"Newest on it: {cast.lea}" in refused.headers["HX-Trigger"]
    delete_part(part=late, by=cast.lea)
    seen = {"version": next(mine for mine in work(cast).parts if mine.part == trip).seen}
    assert f'value="{seen["version"]}"' in mine(cast)
    review = cole.post(cast.url(review_url), seen)
    assert "my-work-changed" in json.loads(review.headers["HX-Trigger"])
    assert trip not in [mine.part for mine in work(cast).parts]
    Component.objects.filter(pk=ours.pk).update(text="Ten ways in.")
    address = cast.url("components/channels/review/?from=mine")
    answer = cast.client(cast.cole).post(address, {"version": ours.version})
    assert answer.headers["Location"] == cast.url("mine/")


def test_a_journey_reviewed_lately_is_listed_while_there_are_findings_along_it(cast):
    trip = add_journey(strategy=cast.strategy, values={"name": "Claim", "owner_team": cast.mobile}, by=cast.lea)  # fmt: skip
    Journey.objects.update(reviewed_on=TODAY)
    assert work(cast).parts == []
    app, line = cast.channel("App"), cast.channel("Line", owner_team=cast.care)
    cells = Cell.objects.filter(lane__journey=trip, lane__kind="channel").order_by("step__stage__position", "step__position")  # fmt: skip
    for cell, channel in zip(cells, (app, line), strict=False):
        Cell.objects.filter(pk=cell.pk).update(channel=channel)
    add_transition(
        strategy=cast.strategy,
        values={"source": app, "target": line, "status": "works", "identity": "no"},
        by=cast.lea,
    )
    [listed] = work(cast).parts
    assert (listed.part, listed.findings, listed.is_due) == (trip, 1, False)
    assert "1 finding along it" in mine(cast)


def test_a_gap_that_somebody_fixed_waits_for_its_owners_to_verify_it(cast):
    fixed = gap(cast, "Fixed", owner_team=cast.mobile)
    with change_set(by=cast.lea, scope=cast.strategy.uid) as record:
        record.update(fixed, state="resolved", resolved_by=cast.lea)
    assert (work(cast).gaps, work(cast).waiting) == ([], [fixed])
    assert "fixed by Lea Lead: is it?" in mine(cast)
    with change_set(by=cast.lea, scope=cast.strategy.uid) as record:
        record.update(fixed, resolved_by=cast.cole)
    assert work(cast).waiting == []


def test_a_gap_of_ours_that_waits_for_ourselves_is_listed_once(cast):
    ours = gap(cast, "Ours", owner_team=cast.mobile)
    with change_set(by=cast.lea, scope=cast.strategy.uid) as record:
        record.update(ours, state="blocked", blocked_on=cast.mobile)
    assert (work(cast).gaps, work(cast).waiting) == ([ours], [])


def test_a_gap_is_moved_from_its_row_by_who_may_move_it_and_others_open_it(cast):
    ours = gap(cast, "Ours", owner_team=cast.mobile)
    theirs = gap(cast, "Theirs, and I answer for it", owner_team=cast.care, accountable=cast.cole)
    page = mine(cast)
    assert f'hx-get="{cast.url(f"gaps/{ours.uid}/move/")}?from=mine"' in page
    assert f'href="{ours.get_absolute_url()}#gap-moves"' in page
    assert f"gaps/{theirs.uid}/move/" not in page


def test_an_answer_is_asked_for_until_it_is_given(cast):
    objective = add_objective(
        strategy=cast.strategy, values={"statement": "One identity"}, by=cast.lea
    )
    give_role(strategy=cast.strategy, holder=cast.care, role="contributor", by=cast.ada)
    assert [(thing, said.team) for thing, said in work(cast).commitments] == [
        (objective, cast.mobile)
    ]
    commit(
        objective=objective, team=cast.mobile, stance="commits", sentence="", wording=1, expected=None, today=TODAY, by=cast.cole
    )  # fmt: skip
    assert work(cast).commitments == []


def test_an_answer_given_from_my_work_leads_back_there(cast):
    objective = add_objective(strategy=cast.strategy, values={"statement": "One"}, by=cast.lea)
    address = cast.url(f"objectives/{objective.uid}/commit/mobile/?from=mine")
    assert address in mine(cast)
    dialog = cast.client(cast.cole, htmx=True).get(address).content.decode()
    assert f'hx-post="{address}"' in dialog
    said = {"stance": "commits", "wording": 1}
    answer = cast.client(cast.cole, htmx=True).post(address, said)
    assert answer.status_code == 204
    events = json.loads(answer.headers["HX-Trigger"])
    assert {"dialog-close", "my-work-changed", "toast"} == events.keys()
    plain = cast.client(cast.cole).get(address).content.decode()
    assert f'href="{cast.url("mine/")}">Cancel' in squeeze(plain)
    again = cast.client(cast.cole).post(address, said | {"version": 1})
    assert again.headers["Location"] == cast.url("mine/")


def test_only_my_work_is_a_way_back(cast):
    for where in ("https://evil.example/", "//evil.example", "home", ""):
        page = cast.client(cast.cole).get(cast.url("objectives/"), {"from": where})
        assert page.context["place"].back == ""


def edit(cast, channel, by, **values):
    edit_channel(channel=channel, values=values, volumes=(), expected=None, by=by)


def told(cast, person=None, **asked):
    return [(one.who, one.lines[0].name) for one in work(cast, person, **asked).news.entries]


def seen(cast, person=None, through=None):
    who = person or cast.cole
    act = through or work(cast, who).news.entries[0].uid
    return cast.client(who).post(cast.url("mine/seen/"), {"through": act})


def test_changes_by_others_on_my_channels_are_shown_and_my_own_are_not(cast):
    channel = cast.channel()
    assert told(cast) == [("Ada Admin", "Claims app")]
    review_channel(channel=channel, expected=None, on=TODAY, by=cast.cole)
    assert len(told(cast)) == 1
    edit(cast, channel, cast.eve, hours="Always")
    assert [who for who, _name in told(cast)] == ["Eve Editor", "Ada Admin"]


def test_changes_by_others_on_my_gaps_are_shown_those_of_settled_ones_too(cast):
    own = gap(cast, "Mine", accountable=cast.cole)
    gap(cast, "Another's", owner_team=cast.care, accountable=cast.eve)
    with change_set(by=cast.eve, scope=cast.strategy.uid) as record:
        record.update(own, state="verified", verified_by=cast.eve)
    assert told(cast) == [("Eve Editor", "Mine"), ("Lea Lead", "Mine")]


def test_what_was_deleted_or_handed_to_another_team_is_told_to_who_had_it(cast):
    gone, given = cast.channel("Gone"), cast.channel("Given away")
    seen(cast)
    delete_channel(channel=gone, expected=None, by=cast.eve)
    edit(cast, given, cast.eve, owner_team=cast.care)
    assert told(cast) == [("Eve Editor", "Given away"), ("Eve Editor", "Gone")]
    assert told(cast, cast.rae) == []


def test_a_volume_that_another_enters_is_told(cast):
    channel = cast.channel()
    seen(cast)
    figure = Volume(dt.date(2026, 10, 1), "value", 7, "")
    edit_channel(channel=channel, values={}, volumes=(figure,), expected=None, by=cast.eve)
    assert told(cast) == [("Eve Editor", "Contacts · Claims app · October 2026")]


def test_what_others_record_of_the_ways_out_of_my_channels_is_told(cast):
    ours, theirs = cast.channel(), cast.channel("Care line", owner_team=cast.care)
    other = cast.channel("Care chat", owner_team=cast.care)
    seen(cast)
    for source, target in ((theirs, ours), (theirs, other)):
        add_transition(
            strategy=cast.strategy, values={"source": source, "target": target}, by=cast.eve
        )
    assert told(cast) == [("Eve Editor", "Care line → Claims app")]


def test_what_others_say_and_decide_of_my_channels_is_told(cast):
    ours, theirs = cast.channel(), cast.channel("Care line", owner_team=cast.care)
    kind = add_contact_type(strategy=cast.strategy, values={"name": "Claim"}, by=cast.eve)
    segment = Segment.objects.create(strategy=cast.strategy, name="Members")
    seen(cast)
    for channel in (theirs, ours):
        rows = (
            AccessPoint(
                channel=channel, name="Main", kind="url", address="https://larkfield.example"
            ),
            ServiceObjective(channel=channel, name="In time", target=80),
            AccessDecision(channel=channel, contact_type=kind, segment=segment, choice="supported"),
            SelfServiceOffer(channel=channel, contact_type=kind, extent="full"),
        )
        for row in rows:
            with change_set(by=cast.eve, scope=cast.strategy.uid) as record:
                record.create(row, check=False)
    assert [str(row) for row in reversed(rows)] == [thing for _who, thing in told(cast)]


def test_a_lens_hides_no_news_because_seen_says_all_of_them_are(cast):
    cast.channel("Claims line", family="voice")
    page = squeeze(cast.client(cast.cole).get(cast.url("mine/?lens=mobile")).content.decode())
    assert "my-channel-" not in page
    assert "channel<b>Claims line</b>" in page


def test_reading_the_page_marks_nothing_as_seen(cast):
    cast.channel()
    for _twice in range(2):
        page = mine(cast)
        assert "In the last two weeks" in page
        assert "Claims app" in page
    assert not Visit.objects.exists()


def test_what_is_seen_goes_and_what_comes_after_stays_until_it_is_seen_however_old(cast):
    channel = cast.channel()
    assert seen(cast).status_code == 302
    assert told(cast) == []
    page = mine(cast)
    assert "Since you last looked" in page
    assert "Nothing new." in page
    edit(cast, channel, cast.eve, hours="Always")
    ChangeSet.objects.update(at=timezone.now() - dt.timedelta(days=400))
    assert told(cast) == [("Eve Editor", "Claims app")]
    assert told(cast, cast.lea) == []  # their own affair: nobody else's list changes


def test_who_says_seen_has_not_seen_what_came_since_the_list_was_drawn(cast):
    channel = cast.channel()
    shown = work(cast).news.entries[0].uid
    edit(cast, channel, cast.eve, hours="Always")
    newer = work(cast).news.entries[0].uid
    seen(cast, through=shown)
    assert told(cast) == [("Eve Editor", "Claims app")]
    seen(cast, through=newer)
    seen(cast, through=shown)  # an older window says it again
    assert told(cast) == []


def test_seen_answers_htmx_with_a_refresh_and_refuses_nonsense(cast):
    cast.channel()
    cole = cast.client(cast.cole, htmx=True)
    for nonsense in ("", "x", "9" * 5000, "00000000-0000-0000-0000-000000000000"):
        assert cole.post(cast.url("mine/seen/"), {"through": nonsense}).status_code == 422
    answer = cole.post(cast.url("mine/seen/"), {"through": str(work(cast).news.entries[0].uid)})
    assert answer.status_code == 204
    assert "my-work-changed" in json.loads(answer.headers["HX-Trigger"])


def test_a_long_list_of_news_is_cut_says_so_and_can_be_shown_whole(cast):
    channel = cast.channel()
    for hour in range(NEWS):
        edit(cast, channel, cast.eve, hours=f"From {hour}")
    assert len(told(cast)) == NEWS
    assert len(told(cast, all_news=True)) == NEWS + 1
    cole = cast.client(cast.cole)
    page = mine(cast)
    assert f"All {NEWS + 1} seen" in page
    assert f"Show all {NEWS + 1}" in page
    assert "Show all" not in cole.get(cast.url("mine/?all")).content.decode()


def test_a_contributor_lands_on_their_work_and_others_on_the_strategy(cast):
    for person, path in ((cast.cole, "mine/"), (cast.rae, ""), (cast.lea, "")):
        assert cast.client(person).get("/").headers["Location"] == cast.url(path)


def test_the_queries_do_not_grow_with_the_work(cast):
    def count():
        with CaptureQueriesContext(connection) as seen:
            work(cast)
        return len(seen)

    cast.channel("First")
    gap(cast, "First", accountable=cast.cole)
    first = {"name": "First", "owner_team": cast.mobile}
    add_journey(strategy=cast.strategy, values=first, by=cast.lea)
    few = count()
    for number in range(5):
        cast.channel(f"Channel {number}")
        decision(cast, cast.cole, question=f"Question {number}")
        values = {"name": f"Journey {number}", "owner_team": cast.mobile}
        add_journey(strategy=cast.strategy, values=values, by=cast.lea)
        gap(cast, f"Gap {number}", accountable=cast.cole)
    assert count() == few


def test_who_is_in_a_team_is_not_told_to_be_invited_into_one(cast):
    for person, told in ((cast.cole, False), (cast.rae, True)):
        page = cast.client(person).get(cast.url("mine/")).content.decode()
        assert "Nothing here is yours yet" in page
        assert ("invite you into a team" in page) == told
