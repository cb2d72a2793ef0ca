"""Shared objectives and what the functions say to them; decisions; initiatives."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from portal.history.models import ChangeSet
from portal.history.record import Stale
from portal.jobs.models import Job
from portal.lib.refusals import RuleBroken
from strategy.gaps.actions import log_gap
from strategy.home.actions import undo_change
from strategy.plan import actions, queries
from strategy.plan.models import Commitment, Decision, Initiative, Objective
from strategy.reports.actions import freeze, request_report
from strategy.reports.queries import last_snapshot
from strategy.reports.snapshot import take
from teams.access import Denied
from teams.actions import give_role
from tests.html import squeeze

TODAY = dt.date(2026, 11, 20)
pytestmark = pytest.mark.django_db


def objective(cast, statement="Settle claims questions at first contact", **values):
    return actions.add_objective(
        strategy=cast.strategy, values={"statement": statement, **values}, by=cast.lea
    )


def say(cast, thing, stance="commits", sentence="", by=None, team=None, wording=None):
    given = Commitment.objects.filter(objective=thing, team=team or cast.mobile).first()
    return actions.commit(
        objective=thing,
        team=team or cast.mobile,
        expected=given.version if given else None,
        stance=stance,
        sentence=sentence,
        wording=thing.wording if wording is None else wording,
        today=TODAY,
        by=by or cast.cole,
    )


def answers(cast):
    grid = queries.commitment_grid(cast.strategy)
    return {
        (row.objective.statement, said.team.name): said.answer
        for row in grid.rows
        for said in row.said
    }


# --- objectives ------------------------------------------------------------------------------------
def test_a_sixth_objective_is_refused(cast):
    for number in range(5):
        objective(cast, f"Objective {number}")
    with pytest.raises(RuleBroken, match="Five objectives are enough"):
        objective(cast, "One too many")
    page = cast.client(cast.lea).post(cast.url("objectives/add/"), {"statement": "One too many"})
    assert page.status_code == 422
    assert "Five objectives are enough" in page.content.decode()
    assert Objective.objects.count() == 5


def test_progress_is_the_part_of_the_way_that_is_gone():
    thing = Objective(baseline=52, current=58, target=75)
    assert thing.progress == 26
    thing.current = 40
    assert thing.progress == -52
    falling = Objective(baseline=80, current=60, target=40)  # less is better
    assert falling.progress == 50
    assert Objective(baseline=5, target=5, current=5).progress is None
    assert Objective(baseline=5, target=6).progress is None


def test_every_function_with_a_role_is_asked_and_readers_are_not(cast):
    thing = objective(cast)
    assert answers(cast) == {(thing.statement, "Mobile"): "none"}
    give_role(strategy=cast.strategy, holder=cast.care, role="reader", by=cast.ada)
    assert answers(cast) == {(thing.statement, "Mobile"): "none"}
    cast.strategy.roles.filter(team=cast.care).update(role="editor")
    assert answers(cast)[thing.statement, "Contact center"] == "none"


def test_a_contributor_commits_for_the_own_function_only(cast):
    thing = objective(cast)
    say(cast, thing)
    assert answers(cast)[thing.statement, "Mobile"] == "commits"
    give_role(strategy=cast.strategy, holder=cast.care, role="contributor", by=cast.ada)
    with pytest.raises(Denied, match="Only Contact center"):
        say(cast, thing, team=cast.care)
    with pytest.raises(Denied):
        say(cast, thing, by=cast.rae)
    say(cast, thing, team=cast.care, by=cast.eve)  # an editor, in the workshop


@pytest.mark.parametrize("stance", ["condition", "objects"])
def test_a_reservation_needs_its_sentence(cast, stance):
    thing = objective(cast)
    with pytest.raises(RuleBroken, match="Say in a sentence"):
        say(cast, thing, stance, "  ")
    page = cast.client(cast.cole).post(
        cast.url(f"objectives/{thing.uid}/commit/mobile/"), {"stance": stance, "wording": 1}
    )
    assert page.status_code == 422
    assert "Say in a sentence" in page.content.decode()
    say(cast, thing, stance, "Two releases are too many.")
    assert answers(cast)[thing.statement, "Mobile"] == stance


def test_other_words_ask_again_and_show_what_was_agreed_before(cast):
    thing = objective(cast, "Four weeks of notice")
    say(cast, thing, "condition", "Not for fixes.")
    actions.edit_objective(
        objective=thing, values={"statement": "Six weeks of notice"}, expected=None, by=cast.lea
    )
    assert answers(cast) == {("Six weeks of notice", "Mobile"): "again"}
    page = squeeze(cast.client(cast.cole).get(cast.url("objectives/")).content.decode())
    assert "Before: Commits with a condition, to “Four weeks of notice”" in page
    assert "Not for fixes." in page
    say(cast, thing, "objects", "Six weeks is a quarter of our year.")
    assert answers(cast) == {("Six weeks of notice", "Mobile"): "objects"}


def test_figures_and_dates_ask_nobody_again(cast):
    thing = objective(cast)
    say(cast, thing)
    actions.edit_objective(
        objective=thing, values={"current": 61, "due_on": TODAY}, expected=None, by=cast.lea
    )
    assert answers(cast)[thing.statement, "Mobile"] == "commits"


def test_undoing_the_words_makes_the_old_answer_count_again(cast):
    thing = objective(cast, "Four weeks of notice")
    say(cast, thing)
    actions.edit_objective(
        objective=thing, values={"statement": "Six weeks"}, expected=None, by=cast.lea
    )
    undo_change(chosen=ChangeSet.objects.latest("pk"), strategy=cast.strategy, by=cast.lea)
    assert answers(cast) == {("Four weeks of notice", "Mobile"): "commits"}


def test_an_answer_to_words_that_have_changed_is_kept_and_asked_again(cast):
    thing = objective(cast, "Four weeks of notice")
    actions.edit_objective(
        objective=thing, values={"statement": "Six weeks"}, expected=None, by=cast.lea
    )
    with pytest.raises(Stale):
        say(cast, thing, wording=1)
    page = cast.client(cast.cole).post(
        cast.url(f"objectives/{thing.uid}/commit/mobile/"),
        {"stance": "condition", "sentence": "Not for fixes.", "wording": 1},
    )
    assert page.status_code == 409
    text = page.content.decode()
    assert "Not for fixes." in text
    assert "Six weeks" in text
    assert 'name="wording" value="2"' in text
    assert not Commitment.objects.exists()


def test_what_was_said_to_other_words_is_shown_but_not_said_again_unasked(cast):
    thing = objective(cast, "Four weeks of notice")
    say(cast, thing, "objects", "Never before summer.")
    address = cast.url(f"objectives/{thing.uid}/commit/mobile/")
    assert cast.client(cast.cole).get(address).context["form"]["sentence"].value()
    actions.edit_objective(
        objective=thing, values={"statement": "Six weeks"}, expected=None, by=cast.lea
    )
    page = cast.client(cast.cole).get(address)
    assert "Never before summer." in page.content.decode()
    form = page.context["form"]
    assert (form["stance"].value(), form["sentence"].value()) == (None, None)
    answer = {"stance": "commits", "wording": 2, "version": form["version"].value()}
    assert cast.client(cast.cole).post(address, answer).status_code == 302
    assert Commitment.objects.get().sentence == ""


def test_a_draft_says_that_an_answer_will_be_asked_again(cast):
    thing = objective(cast, "Draft: four weeks of notice")
    address = cast.url(f"objectives/{thing.uid}/commit/mobile/")
    assert "you are asked again" in cast.client(cast.cole).get(address).content.decode()
    actions.edit_objective(
        objective=thing, values={"statement": "Four weeks"}, expected=None, by=cast.lea
    )
    assert "you are asked again" not in cast.client(cast.cole).get(address).content.decode()


def test_two_people_of_one_function_see_what_the_other_said(cast):
    thing = objective(cast)
    address = cast.url(f"objectives/{thing.uid}/commit/mobile/")
    mine = {"stance": "objects", "sentence": "Never before summer.", "wording": 1}
    say(cast, thing, "condition", "Not for fixes.", by=cast.eve)
    answer = cast.client(cast.cole, htmx=True).post(address, mine | {"version": ""})
    assert answer.status_code == 409
    text = squeeze(answer.content.decode())
    for said in ("Commits with a condition", "Not for fixes.", "Objects", "Never before summer."):
        assert said in text
    assert 'name="version" value="1"' in text
    assert answers(cast)[thing.statement, "Mobile"] == "condition"
    assert cast.client(cast.cole).post(address, mine | {"version": 1}).status_code == 302
    assert Commitment.objects.get().sentence == "Never before summer."
    assert cast.client(cast.cole).post(address, mine | {"version": 1}).status_code == 409


def test_an_answer_that_was_taken_back_meanwhile_is_given_again_knowingly(cast):
    thing = objective(cast)
    address = cast.url(f"objectives/{thing.uid}/commit/mobile/")
    say(cast, thing)
    undo_change(chosen=ChangeSet.objects.latest("pk"), strategy=cast.strategy, by=cast.lea)
    again = {"stance": "objects", "sentence": "Never.", "wording": 1, "version": 1}
    answer = cast.client(cast.cole).post(address, again)
    assert answer.status_code == 409
    assert "Never." in answer.content.decode()
    assert cast.client(cast.cole).post(address, again | {"version": ""}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_two_first_answers_at_once_one_wins_and_one_is_told(cast):
    thing = objective(cast)
    ready = Barrier(2)

    def give(stance: str) -> str:
        try:
            ready.wait()
            actions.commit(
                objective=thing,
                team=cast.mobile,
                expected=None,
                stance=stance,
                sentence="Not before the launch",
                wording=thing.wording,
                today=TODAY,
                by=cast.lea,
            )
            return "saved"
        except Stale:
            return "told"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(give, ["commits", "objects"])) == ["saved", "told"]
    assert Commitment.objects.count() == 1


def test_a_function_that_is_not_asked_cannot_commit(cast):
    thing = objective(cast)
    address = cast.url(f"objectives/{thing.uid}/commit/care/")
    assert cast.client(cast.lea).get(address).status_code == 404


def test_two_people_editing_one_objective_see_both_texts(cast):
    thing = objective(cast)
    client = cast.client(cast.lea)
    address = cast.url(f"objectives/{thing.uid}/edit/")
    actions.edit_objective(
        objective=thing, values={"measure": "Theirs"}, expected=None, by=cast.eve
    )
    page = client.post(address, {"statement": thing.statement, "measure": "Mine", "version": 1})
    assert page.status_code == 409
    assert "Theirs" in page.content.decode()
    assert "Mine" in page.content.decode()


def test_the_empty_pages_teach_the_next_step(cast):
    client = cast.client(cast.lea)
    assert "Add the first objective" in client.get(cast.url("objectives/")).content.decode()
    assert "Put the first question" in client.get(cast.url("decisions/")).content.decode()
    assert "Announce the first" in client.get(cast.url("initiatives/")).content.decode()


# --- decisions -------------------------------------------------------------------------------------
def test_a_question_waits_until_its_outcome_and_day_are_written_down(cast):
    client = cast.client(cast.eve)
    facts = {"question": "Who owns replies to texts?", "decide_by": "2026-11-10"}
    assert client.post(cast.url("decisions/add/"), facts).status_code == 302
    decision = Decision.objects.get()
    assert decision.late_days(TODAY) == 10
    address = cast.url(f"decisions/{decision.uid}/edit/")
    half = client.post(address, {**facts, "outcome": "The contact center.", "version": 1})
    assert half.status_code == 422
    assert "belong together" in half.content.decode()
    done = {**facts, "outcome": "The contact center.", "decided_on": "2026-11-18", "version": 1}
    assert client.post(address, done).status_code == 302
    decision.refresh_from_db()
    assert decision.late_days(TODAY) == 0
    waiting, made = queries.decisions(cast.strategy)
    assert (waiting, made) == ([], [decision])


def test_the_soonest_decision_comes_first_and_one_without_a_day_last(cast):
    for question, day in (("c", None), ("b", "2026-12-02"), ("a", "2026-12-01")):
        actions.add_decision(
            strategy=cast.strategy, values={"question": question, "decide_by": day}, by=cast.lea
        )
    assert [one.question for one in queries.decisions(cast.strategy)[0]] == ["a", "b", "c"]


def test_contributors_do_not_put_questions(cast):
    with pytest.raises(Denied):
        actions.add_decision(strategy=cast.strategy, values={"question": "?"}, by=cast.cole)


# --- initiatives -----------------------------------------------------------------------------------
def announce(cast, **values):
    facts = {"name": "Claims photo", "owner_team": cast.mobile, **values}
    return actions.add_initiative(
        strategy=cast.strategy,
        values=facts,
        channels=[cast.channel()],
        teams=[cast.care],
        by=cast.cole,
    )


@pytest.mark.parametrize(
    ("launch_on", "told_on", "state", "notice"),
    [
        (dt.date(2026, 12, 28), dt.date(2026, 11, 30), "told", 28),
        (dt.date(2026, 12, 28), dt.date(2026, 12, 1), "short", 27),
        (dt.date(2026, 12, 28), None, "untold", None),
        (None, dt.date(2026, 12, 1), "undated", None),
    ],
)
def test_the_notice_is_counted_in_days(cast, launch_on, told_on, state, notice):
    announce(cast, launch_on=launch_on, told_on=told_on)
    row = queries.launches(cast.strategy, TODAY)[0]
    assert (row.state, row.notice) == (state, notice)
    assert [str(channel) for channel in row.channels] == ["Claims app"]
    assert [str(team) for team in row.teams] == ["Contact center"]


def test_the_next_launch_comes_first_and_what_has_launched_last(cast):
    for name, day in (("gone", -9), ("soon", 9), ("later", 90)):
        facts = {"name": name, "launch_on": TODAY + dt.timedelta(day)}
        actions.add_initiative(
            strategy=cast.strategy, values=facts, channels=[], teams=[], by=cast.lea
        )
    undated = {"name": "some day"}
    actions.add_initiative(
        strategy=cast.strategy, values=undated, channels=[], teams=[], by=cast.lea
    )
    names = [row.initiative.name for row in queries.launches(cast.strategy, TODAY)]
    assert names == ["soon", "later", "some day", "gone"]


def test_channels_and_teams_are_added_and_taken_away(cast):
    thing = announce(cast)
    other = cast.channel("Website")
    client = cast.client(cast.cole)
    facts = {
        "name": "Claims photo",
        "owner_team": cast.mobile.pk,
        "channels": [other.pk],
        "version": 1,
    }
    assert client.post(cast.url(f"initiatives/{thing.uid}/edit/"), facts).status_code == 302
    row = queries.launches(cast.strategy, TODAY)[0]
    assert row.channels == [other]
    assert row.teams == []
    undo_change(chosen=ChangeSet.objects.latest("pk"), strategy=cast.strategy, by=cast.lea)
    row = queries.launches(cast.strategy, TODAY)[0]
    assert [str(channel) for channel in row.channels] == ["Claims app"]
    assert row.teams == [cast.care]


def link(cast, thing, channels, by=None, version=1):
    facts = {
        "name": thing.name,
        "owner_team": cast.mobile.pk,
        "channels": channels,
        "version": version,
    }
    address = cast.url(f"initiatives/{thing.uid}/edit/")
    return cast.client(by or cast.cole).post(address, {**facts, "teams": [cast.care.pk]})


def test_links_that_somebody_changed_meanwhile_are_shown_beside_ones_own(cast):
    thing = announce(cast)
    app, site, chat = thing.touches.get().channel, cast.channel("Website"), cast.channel("Chat")
    assert link(cast, thing, [app.pk, site.pk], by=cast.eve).status_code == 302
    answer = link(cast, thing, [chat.pk])
    assert answer.status_code == 409
    text = squeeze(answer.content.decode())
    assert "Channels it touches: saved now" in text
    assert '"conflict-text">Claims app, Website<' in text
    assert '"conflict-text">Chat<' in text
    assert {row.channel for row in thing.touches.all()} == {app, site}
    assert link(cast, thing, [chat.pk], version=2).status_code == 302
    assert [row.channel for row in thing.touches.all()] == [chat]


def test_the_same_links_again_are_no_change(cast):
    thing = announce(cast)
    before = ChangeSet.objects.count()
    assert link(cast, thing, [thing.touches.get().channel_id]).status_code == 302
    thing.refresh_from_db()
    assert (thing.version, ChangeSet.objects.count()) == (1, before)


def test_undoing_links_counts_as_a_change_of_the_initiative_too(cast):
    thing = announce(cast)
    app, site = thing.touches.get().channel, cast.channel("Website")
    link(cast, thing, [site.pk])
    undo_change(chosen=ChangeSet.objects.latest("pk"), strategy=cast.strategy, by=cast.lea)
    assert [row.channel for row in thing.touches.all()] == [app]
    assert link(cast, thing, [site.pk], version=2).status_code == 409


def test_a_contributor_announces_for_the_own_team_only(cast):
    with pytest.raises(Denied):
        actions.add_initiative(
            strategy=cast.strategy,
            values={"name": "Chat", "owner_team": cast.care},
            channels=[],
            teams=[],
            by=cast.cole,
        )
    assert not Initiative.objects.exists()


def test_a_second_initiative_of_that_name_is_refused(cast):
    announce(cast)
    with pytest.raises(ValidationError, match="exists already"):
        actions.add_initiative(
            strategy=cast.strategy,
            values={"name": "Claims photo"},
            channels=[],
            teams=[],
            by=cast.lea,
        )


def test_the_lists_take_the_same_queries_however_many_rows(cast, django_assert_max_num_queries):
    client = cast.client(cast.lea)
    channel = cast.channel()
    counts = {}
    for size in (1, 4):
        for number in range(size):
            name = f"{size}-{number}"
            if size == 1 or number:
                say(cast, objective(cast, name), by=cast.lea)
            actions.add_decision(strategy=cast.strategy, values={"question": name}, by=cast.lea)
            actions.add_initiative(
                strategy=cast.strategy,
                values={"name": name},
                channels=[channel],
                teams=[cast.mobile],
                by=cast.lea,
            )
        for page in ("objectives/", "decisions/", "initiatives/"):
            client.get(cast.url(page))
            with django_assert_max_num_queries(100) as seen:
                client.get(cast.url(page))
            counts.setdefault(page, []).append(len(seen))
    assert all(few == many for few, many in counts.values()), counts


# --- the front door --------------------------------------------------------------------------------
def test_the_home_says_what_the_report_says_what_to_decide_and_who_commits(cast):
    channel = cast.channel()
    thing = objective(cast)
    say(cast, thing, "objects", "Too early.")
    actions.add_decision(
        strategy=cast.strategy, values={"question": "Who owns replies to texts?"}, by=cast.lea
    )
    gap = log_gap(
        strategy=cast.strategy,
        values={"title": "Agent hidden", "severity": "critical", "channel": channel},
        today=dt.date.today(),
        by=cast.lea,
    )
    page = squeeze(cast.client(cast.rae).get(cast.url()).content.decode())
    verdict = take(cast.strategy, timezone.now())["front"]["verdict"]
    assert verdict in page
    assert "1 gap is open (critical: 1" in verdict
    assert "Who owns replies to texts?" in page
    assert gap.title in page
    assert "Too early." in page
    assert "Objects" in page


def test_home_and_report_compare_with_the_same_report_and_not_with_a_canceled_one(cast):
    for state in (Job.State.DONE, Job.State.CANCELED):
        report = request_report(strategy=cast.strategy, by=cast.lea)
        freeze(report=report, as_of=timezone.now(), by=None)
        jobs = Job.objects.filter(target_uid=report.uid)
        jobs.update(state=state, finished_at=timezone.now())
        if state == Job.State.DONE:
            cast.channel("Nobody reviewed it")  # the canceled one saw it already
    assert last_snapshot(cast.strategy)["report"]["number"] == 1
    verdict = take(cast.strategy, timezone.now())["front"]["verdict"]
    assert verdict.startswith("Worse than at the last report")
    assert verdict in squeeze(cast.client(cast.rae).get(cast.url()).content.decode())


def test_an_empty_strategy_is_not_judged_on_its_home(cast):
    assert 'class="verdict"' not in cast.client(cast.lea).get(cast.url()).content.decode()


def test_page_1_names_decisions_and_reservations(cast):
    thing = objective(cast, current=58, target=75, unit="%")
    say(cast, thing, "condition", "If it is funded.")
    give_role(strategy=cast.strategy, holder=cast.care, role="contributor", by=cast.ada)
    for number in range(4):
        actions.add_decision(
            strategy=cast.strategy,
            values={"question": f"Question {number}", "decide_by": TODAY + dt.timedelta(number)},
            by=cast.lea,
        )
    front = take(cast.strategy, timezone.now())["front"]
    assert [one["question"] for one in front["decisions"]] == [f"Question {n}" for n in range(3)]
    assert front["more_decisions"] == 1
    [line] = front["objectives"]
    assert (line["current"], line["target"], line["committed"]) == ("58 %", "75 %", "0 of 2")
    assert line["reserved"] == [
        "Mobile on a condition: “If it is funded.”",
        f"no answer: {cast.care}",
    ]
