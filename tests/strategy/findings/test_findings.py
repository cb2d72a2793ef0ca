"""Findings on the pages: what is read, what people make of them, and when they come back."""

import datetime as dt
import json

import pytest

from portal.history.models import ChangeSet
from portal.lib.refusals import RuleBroken
from strategy.findings import actions, queries
from strategy.findings.models import Judgment
from strategy.gaps.actions import log_gap, move_gap
from strategy.gaps.models import Gap
from strategy.home.actions import undo_change
from strategy.inventory.actions import (
    add_contact_type,
    add_difference,
    add_transition,
    edit_channel,
)
from strategy.journeys.actions import add_journey
from strategy.journeys.models import Cell
from strategy.plan.actions import add_initiative
from teams.access import Denied

TODAY = dt.date(2026, 10, 1)


@pytest.fixture
def hidden(cast):
    """A channel of the Mobile team that hides its way to a person."""
    return cast.channel("App", agent_route="hidden", agent_taps=5, owner=cast.cole)


def open_ones(cast, today=TODAY):
    return queries.still_open(queries.findings(cast.strategy, today))


def accept(cast, channel, by=None, **more):
    [found] = [
        one for one in queries.findings(cast.strategy, TODAY) if one.said.subject == channel.uid
    ]
    given = {"rule": found.rule.code, "subject": channel.uid, "seen": found.said.digest, **more}
    return actions.accept(strategy=cast.strategy, today=TODAY, by=by or cast.cole, **given)


def leave(cast, channel, by=None, **more):
    [found] = [
        one for one in queries.findings(cast.strategy, TODAY) if one.said.subject == channel.uid
    ]
    given = {"rule": found.rule.code, "subject": channel.uid, "seen": found.said.digest, **more}
    actions.leave(strategy=cast.strategy, today=TODAY, by=by or cast.cole, **given)


def settle(cast, gap):
    for state, by in (
        ("agreed", cast.eve),
        ("in_progress", cast.eve),
        ("resolved", cast.eve),
        ("verified", cast.lea),
    ):
        move_gap(gap=gap, to=state, expected=gap.version, today=TODAY, by=by)


def test_facts_are_read_from_what_the_functions_wrote_down(cast, hidden):
    line = cast.channel("Line", family="voice", mode="assisted", owner_team=None)
    journey = add_journey(
        strategy=cast.strategy, values={"name": "Claim", "owner_team": cast.mobile}, by=cast.eve
    )
    cells = Cell.objects.filter(lane__journey=journey, lane__kind="channel").order_by(
        "step__stage__position"
    )
    Cell.objects.filter(pk=cells[0].pk).update(channel=hidden)
    Cell.objects.filter(pk=cells[1].pk).update(channel=line)
    way = {"source": hidden, "target": line, "identity": "no"}
    add_transition(strategy=cast.strategy, values=way, by=cast.cole)
    kind = add_contact_type(strategy=cast.strategy, values={"name": "Paid?"}, by=cast.eve)
    differs = {
        "channel": hidden,
        "other": line,
        "kind": "contradicts",
        "explanation": "Two systems.",
    }
    add_difference(contact_type=kind, values=differs, by=cast.cole)
    launch = {
        "name": "Photos",
        "owner_team": cast.mobile,
        "launch_on": TODAY + dt.timedelta(days=5),
    }
    add_initiative(strategy=cast.strategy, values=launch, channels=[], teams=[], by=cast.cole)
    edit_channel(channel=hidden, values={"agent_hours": "Always"}, expected=None, by=cast.cole)
    found = {one.rule.code: one for one in open_ones(cast)}
    assert set(found) == {"agent_route", "asked_again", "answers", "notice", "ownerless_end"}
    assert found["asked_again"].more == "On the journeys: “Claim”"
    assert found["notice"].sentence.startswith("Photos launches on Oct. 6, 2026")
    assert found["answers"].more == "Two systems."
    assert queries.read_facts(cast.strategy, TODAY).channels[line.uid].has_owner is False


def test_the_queries_are_as_many_for_many(cast, hidden, django_assert_num_queries):
    for number in range(5):
        cast.channel(f"App {number}", agent_route="none")
    with django_assert_num_queries(8):
        assert len(open_ones(cast)) == 6


# --- a gap ------------------------------------------------------------------------------------------


def test_a_finding_becomes_a_gap_of_the_owner_of_its_channel(cast, hidden):
    gap = accept(cast, hidden, by=cast.eve)
    assert gap.title == "App hides the way to a person, 5 taps deep."
    assert (gap.owner_team, gap.accountable, gap.channel) == (cast.mobile, cast.cole, hidden)
    assert (gap.severity, gap.state, gap.opened_on) == ("medium", "open", TODAY)
    assert open_ones(cast) == []
    [found] = queries.findings(cast.strategy, TODAY)
    assert (found.state, found.judgment.gap) == ("gap", gap)


def test_two_people_make_one_gap(cast, hidden):
    seen = queries.findings(cast.strategy, TODAY)[0].said.digest
    accept(cast, hidden)
    with pytest.raises(RuleBroken, match="Somebody has dealt with this meanwhile"):
        accept(cast, hidden, seen=seen)
    assert Gap.objects.count() == Judgment.objects.count() == 1


def test_other_facts_than_those_on_the_page_are_looked_at_again(cast, hidden):
    with pytest.raises(RuleBroken, match="The facts have changed"):
        accept(cast, hidden, seen="0" * 64)
    assert not Gap.objects.exists()


def test_a_verified_gap_that_changed_nothing_asks_again(cast, hidden):
    gap = accept(cast, hidden, by=cast.eve)
    settle(cast, gap)
    [again] = open_ones(cast)
    assert again.asks_again
    second = accept(cast, hidden)
    assert second != gap
    assert Judgment.objects.get().gap == second
    edit_channel(channel=hidden, values={"agent_route": "visible"}, expected=None, by=cast.cole)
    assert queries.findings(cast.strategy, TODAY) == []


def test_an_accepted_gap_keeps_it_quiet_until_its_end(cast, hidden):
    gap = accept(cast, hidden)
    end = TODAY + dt.timedelta(days=30)
    move_gap(
        gap=gap,
        to="accepted",
        note="Too dear.",
        accepted_until=end,
        expected=None,
        today=TODAY,
        by=cast.eve,
    )
    assert queries.findings(cast.strategy, end)[0].state == "left"
    assert queries.findings(cast.strategy, end + dt.timedelta(days=1))[0].asks_again


def test_a_gap_logged_on_the_hop_is_the_finding(cast, hidden):
    line = cast.channel("Line", family="voice", mode="assisted")
    journey = add_journey(strategy=cast.strategy, values={"name": "Claim"}, by=cast.eve)
    cells = Cell.objects.filter(lane__journey=journey, lane__kind="channel").order_by(
        "step__stage__position"
    )
    Cell.objects.filter(pk=cells[0].pk).update(channel=hidden)
    Cell.objects.filter(pk=cells[1].pk).update(channel=line)
    edges = {"source": hidden, "target": line, "identity": "no"}
    way = add_transition(strategy=cast.strategy, values=edges, by=cast.cole)
    assert {one.rule.code for one in open_ones(cast)} == {"agent_route", "asked_again"}
    values = {"title": "Asked again", "transition": way, "owner_team": cast.mobile}
    gap = log_gap(strategy=cast.strategy, values=values, today=TODAY, by=cast.cole)
    assert {one.rule.code for one in open_ones(cast)} == {"agent_route"}
    settle(cast, gap)
    assert {one.rule.code for one in open_ones(cast)} == {"agent_route", "asked_again"}


def test_the_gap_of_a_hop_stands_on_the_board_where_the_customer_arrives(cast):
    app, line = cast.channel("App"), cast.channel("Line", family="voice", mode="assisted")
    journey = add_journey(strategy=cast.strategy, values={"name": "Claim"}, by=cast.eve)
    cells = list(
        Cell.objects.filter(lane__journey=journey, lane__kind="channel").order_by(
            "step__stage__position"
        )
    )
    for cell, channel in zip(cells, (app, line, line), strict=True):
        Cell.objects.filter(pk=cell.pk).update(channel=channel)
    edges = {"source": app, "target": line, "identity": "no"}
    way = add_transition(strategy=cast.strategy, values=edges, by=cast.cole)
    gap = accept(cast, way)
    assert (gap.transition, gap.journey, gap.step) == (way, journey, cells[1].step)


def test_a_duplicate_stands_for_the_gap_it_repeats(cast, hidden):
    original = log_gap(
        strategy=cast.strategy,
        values={"title": "Hidden", "owner_team": cast.mobile},
        today=TODAY,
        by=cast.eve,
    )
    gap = accept(cast, hidden)
    move_gap(
        gap=gap, to="duplicate", duplicate_of=original, expected=None, today=TODAY, by=cast.eve
    )
    assert queries.findings(cast.strategy, TODAY)[0].state == "gap"
    settle(cast, original)
    assert queries.findings(cast.strategy, TODAY)[0].asks_again


def test_undo_takes_the_gap_and_the_judgment_back(cast, hidden):
    accept(cast, hidden)
    undo_change(chosen=ChangeSet.objects.latest("pk"), strategy=cast.strategy, by=cast.cole)
    assert not Gap.objects.exists()
    assert len(open_ones(cast)) == 1


# --- a reason to leave it ---------------------------------------------------------------------------


def test_a_finding_is_left_with_a_reason_until_its_facts_change(cast, hidden):
    leave(cast, hidden, reason="  A new screen comes in May. ")
    assert open_ones(cast) == []
    assert Judgment.objects.get().reason == "A new screen comes in May."
    edit_channel(channel=hidden, values={"name": "The app"}, expected=None, by=cast.cole)
    assert open_ones(cast) == []
    edit_channel(channel=hidden, values={"agent_taps": 7}, expected=None, by=cast.cole)
    assert open_ones(cast)[0].asks_again


def test_a_finding_that_got_worse_asks_again_unless_a_gap_stands_for_it(cast):
    launch = add_initiative(
        strategy=cast.strategy,
        values={"name": "Photos", "launch_on": TODAY + dt.timedelta(days=30)},
        channels=[],
        teams=[],
        by=cast.lea,
    )
    given = {"strategy": cast.strategy, "rule": "notice", "subject": launch.uid, "today": TODAY}

    def states():
        days = (TODAY + dt.timedelta(days=n) for n in (0, 2, 3, 30, 31, 32))
        found = [queries.findings(cast.strategy, day)[0] for day in days]
        return [(one.said.severity, one.state) for one in found]

    [found] = open_ones(cast)
    actions.leave(**given, seen=found.said.digest, reason="Soon.", by=cast.lea)
    assert states() == [("medium", "left")] * 2 + [("high", "open")] * 4
    actions.reopen(strategy=cast.strategy, rule="notice", subject=launch.uid, by=cast.lea)
    late = TODAY + dt.timedelta(days=3)
    [found] = open_ones(cast, late)
    actions.leave(**{**given, "today": late}, seen=found.said.digest, reason="Soon.", by=cast.lea)
    assert [state for _severity, state in states()] == ["open"] * 2 + ["left"] * 2 + ["open"] * 2
    actions.reopen(strategy=cast.strategy, rule="notice", subject=launch.uid, by=cast.lea)
    [found] = open_ones(cast)
    actions.accept(**given, seen=found.said.digest, by=cast.lea)
    assert [state for _severity, state in states()] == ["gap"] * 6


def test_a_reason_is_needed(cast, hidden):
    with pytest.raises(RuleBroken, match="Say in a sentence"):
        leave(cast, hidden, reason="  ")


def test_it_may_be_a_gap_that_is_there_already(cast, hidden):
    gap = log_gap(
        strategy=cast.strategy, values={"title": "Help is hidden"}, today=TODAY, by=cast.cole
    )
    leave(cast, hidden, gap=gap)
    [found] = queries.findings(cast.strategy, TODAY)
    assert (found.state, found.judgment.gap) == ("gap", gap)


def test_who_may_not_change_the_channel_does_not_undo_which_gap_its_finding_is(cast):
    line = cast.channel("Line", agent_route="none", owner_team=cast.care)
    gap = log_gap(strategy=cast.strategy, values={"title": "None"}, today=TODAY, by=cast.cole)
    leave(cast, line, gap=gap, by=cast.eve)
    act = ChangeSet.objects.latest("pk")
    with pytest.raises(Denied, match="Only Contact center"):
        undo_change(chosen=act, strategy=cast.strategy, by=cast.cole)
    undo_change(chosen=act, strategy=cast.strategy, by=cast.lea)
    assert not Judgment.objects.exists()


def test_it_is_opened_again(cast, hidden):
    leave(cast, hidden, reason="Later.")
    actions.reopen(strategy=cast.strategy, rule="agent_route", subject=hidden.uid, by=cast.cole)
    assert len(open_ones(cast)) == 1
    with pytest.raises(RuleBroken, match="open again already"):
        actions.reopen(strategy=cast.strategy, rule="agent_route", subject=hidden.uid, by=cast.cole)


def test_who_may_not_change_the_channel_does_not_leave_its_findings(cast):
    line = cast.channel("Line", agent_route="none", owner_team=cast.care)
    with pytest.raises(Denied):
        leave(cast, line, reason="No.")
    with pytest.raises(Denied):
        accept(cast, line, by=cast.rae)
    assert accept(cast, line, by=cast.cole).owner_team == cast.care, (
        "anybody who logs gaps may accept"
    )


# --- pages ------------------------------------------------------------------------------------------


def test_the_page_groups_what_is_found_and_says_why_it_matters(cast, hidden):
    page = cast.client(cast.rae).get(cast.url("findings/")).content.decode()
    assert "App hides the way to a person, 5 taps deep." in page
    assert "Hiding it brings earlier calls" in page
    assert "Make it a gap" not in page
    leave(cast, hidden, reason="A new screen comes.")
    page = cast.client(cast.rae).get(cast.url("findings/")).content.decode()
    assert "No finding waits" in page
    assert "A new screen comes." in page


def test_accepting_from_a_page_says_so_and_refreshes_what_shows_it(cast, hidden):
    digest = queries.findings(cast.strategy, TODAY)[0].said.digest
    address = cast.url(f"findings/agent_route/{hidden.uid}/accept/")
    answer = cast.client(cast.cole, htmx=True).post(address, {"seen": digest})
    events = json.loads(answer.headers["HX-Trigger"])
    assert events["toast"]["text"] == "G-1 is logged from this finding."
    assert {"finding-changed", "gap-changed"} <= set(events)
    again = cast.client(cast.cole, htmx=True).post(address, {"seen": digest})
    assert again.status_code == 422


def test_a_refused_reason_keeps_what_was_typed(cast, hidden):
    address = cast.url(f"findings/agent_route/{hidden.uid}/leave/")
    client = cast.client(cast.cole, htmx=True)
    answer = client.post(address, {"seen": "0" * 64, "reason": "Because we say so."})
    assert answer.status_code == 422
    assert "Because we say so." in answer.content.decode()
    assert "The facts have changed" in answer.content.decode()
    empty = client.post(address, {"seen": "0" * 64, "reason": " "})
    assert "Say in a sentence" in empty.content.decode()


def test_a_reason_can_be_sent_again_once_the_new_facts_are_read(cast, hidden):
    address = cast.url(f"findings/agent_route/{hidden.uid}/leave/")
    client = cast.client(cast.cole, htmx=True)
    seen = client.get(address).context["form"]["seen"].value()
    edit_channel(channel=hidden, values={"agent_taps": 7}, expected=None, by=cast.cole)
    answer = client.post(address, {"seen": seen, "reason": "Because we say so."})
    assert answer.status_code == 422
    assert "7 taps deep" in answer.content.decode()
    assert not Judgment.objects.exists()
    form = answer.context["form"]
    shown = {name: form[name].value() or "" for name in form.fields}
    assert client.post(address, shown).status_code == 200
    assert Judgment.objects.get().reason == "Because we say so."


def test_a_long_finding_is_shortened_at_a_word_when_it_becomes_a_gap(cast):
    name = " ".join(["Complaints"] * 10)
    line = cast.channel("Line", family="voice", mode="assisted")
    channel = cast.channel(name, agent_hours="24/7", agent_channel=line)
    edit_channel(channel=line, values={"hours": "Mon-Fri 08:00-17:00"}, expected=None, by=cast.ada)
    for number in range(20):
        values = {"family": "voice", "mode": "assisted", "hours": "24/7"}
        cast.channel(f"{name} {number}", **values)
    gap = accept(cast, channel)
    assert len(gap.title) <= 150
    assert gap.title.startswith(f"{name} promises a person")
    assert gap.title.endswith("(“24/7”), but…")
    assert len(gap.harm) <= 2000
    assert gap.harm.endswith("Complaints…")


def test_a_rule_that_does_not_exist_is_refused_with_a_sentence(cast, hidden):
    address = cast.url(f"findings/nonsense/{hidden.uid}/accept/")
    answer = cast.client(cast.cole, htmx=True).post(address, {"seen": ""})
    assert answer.status_code == 422
    assert "The facts have changed" in answer.headers["HX-Trigger"]


def test_findings_show_where_they_arise(cast, hidden):
    client = cast.client(cast.rae, htmx=True)
    of_channel = client.get(cast.url(f"findings/of/channel/{hidden.uid}/")).content.decode()
    assert "App hides the way to a person" in of_channel
    other = cast.channel("Other")
    assert "hides" not in client.get(cast.url(f"findings/of/channel/{other.uid}/")).content.decode()
