"""My work: what waits for one person, and settling it from there."""

import datetime as dt
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.history.record import change_set
from strategy.gaps.actions import log_gap
from strategy.home.queries import my_work
from strategy.inventory.actions import edit_channel, review_channel
from strategy.plan.actions import add_objective, commit
from strategy.plan.queries import Place
from teams.access import standing
from teams.actions import give_role
from tests.html import squeeze

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 20)


def work(cast, person=None):
    who = person or cast.cole
    place = Place(cast.strategy, standing(who, cast.strategy.pk), who)
    return my_work(place, TODAY, timezone.now())


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
    answer = cole.post(cast.url(f"channels/{channel.uid}/review/"))
    assert answer.status_code == 204
    events = json.loads(answer.headers["HX-Trigger"])
    assert "my-work-changed" in events
    assert "Claims app" in events["toast"]["text"]
    channel.refresh_from_db()
    assert channel.reviewed_on == dt.date.today()
    piece = cole.get(cast.url("mine/")).content.decode()
    assert 'id="my-work"' in piece
    assert "<html" not in piece
    assert "Still true" not in piece


def test_my_gaps_and_those_that_wait_for_my_team(cast):
    mine = gap(cast, "Mine", accountable=cast.cole, owner_team=cast.care)
    ours = gap(cast, "Nobody of us yet", owner_team=cast.mobile)
    gap(cast, "Another's", accountable=cast.eve, owner_team=cast.mobile)
    waits = gap(cast, "Waits", owner_team=cast.care)
    with change_set(by=cast.lea, scope=cast.strategy.uid) as record:
        record.update(waits, state="blocked", blocked_on=cast.mobile)
    found = work(cast)
    assert found.gaps == [mine, ours]
    assert found.waiting == [waits]
    page = squeeze(cast.client(cast.cole).get(cast.url("mine/")).content.decode())
    assert "Others wait for you" in page
    assert "Another's" not in page


def test_an_answer_is_asked_for_until_it_is_given(cast):
    objective = add_objective(
        strategy=cast.strategy, values={"statement": "One identity"}, by=cast.lea
    )
    give_role(strategy=cast.strategy, holder=cast.care, role="contributor", by=cast.ada)
    assert [(thing, said.team) for thing, said in work(cast).commitments] == [
        (objective, cast.mobile)
    ]
    commit(
        objective=objective, team=cast.mobile, stance="commits", sentence="", wording=1, today=TODAY, by=cast.cole
    )  # fmt: skip
    assert work(cast).commitments == []


def test_changes_by_others_on_my_channels_are_shown_and_my_own_are_not(cast):
    channel = cast.channel()
    assert len(work(cast).lately) == 1  # somebody added it
    review_channel(channel=channel, on=TODAY, by=cast.cole)
    assert len(work(cast).lately) == 1
    edit_channel(
        channel=channel, values={"hours": "Always"}, volumes=(), expected=None, by=cast.eve
    )
    assert [entry.who for entry in work(cast).lately] == ["Eve Editor", "Ada Admin"]


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
    few = count()
    for number in range(5):
        cast.channel(f"Channel {number}")
        gap(cast, f"Gap {number}", accountable=cast.cole)
    assert count() == few
