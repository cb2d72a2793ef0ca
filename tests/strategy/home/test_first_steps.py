"""What next: the way from an empty strategy to its first report, read from the facts."""

import datetime as dt

import pytest
from django.utils import timezone

from portal.history.queries import latest_acts
from portal.history.record import change_set
from portal.jobs.models import Job
from portal.lib import memory
from strategy.checklists.actions import ensure_shipped, start_run
from strategy.findings.actions import leave
from strategy.findings.queries import current
from strategy.gaps.actions import log_gap
from strategy.home.first_steps import FirstSteps, Step, first_steps
from strategy.home.queries import reports_so_far
from strategy.inventory.actions import add_contact_type, review_channel
from strategy.inventory.decisions.actions import add_segment
from strategy.inventory.models import AccessDecision, Channel
from strategy.inventory.points.actions import add_point
from strategy.journeys.actions import add_journey
from strategy.journeys.models import Cell
from strategy.plan import actions as plan
from strategy.plan.models import Component
from strategy.plan.queries import Place, commitment_grid, components
from strategy.reports.actions import freeze, request_report
from strategy.reports.models import Report
from teams import actions as teams
from teams.access import standing
from teams.models import User
from tests.html import squeeze

TODAY = dt.date(2026, 11, 20)


def steps(cast, who="lea"):
    person = User.objects.get(pk=getattr(cast, who).pk)
    return first_steps(*given(cast, person))


def given(cast, person):
    place = Place(cast.strategy, standing(person, cast.strategy.pk), person)
    ten, grid = components(cast.strategy), commitment_grid(cast.strategy)
    memory._kept.clear()  # these tests change rows behind the back of history
    acts = latest_acts(cast.strategy.uid)
    return place, ten, grid, reports_so_far(cast.strategy), TODAY, acts


ORDER = (
    "Functions have people",
    "Components have owners",
    "Channels are confirmed",
    "Objectives are agreed",
    "The checklist is answered",
    "A journey is drawn",
    "The first gap is logged",
    "The first report is made",
    "Findings are judged",
)


def step(cast, number, who="lea"):
    return named(cast, ORDER[number - 1], who)


def named(cast, title, who="lea"):
    return next(one for one in steps(cast, who).steps if one.title == title)


def counts(cast, number):
    found = step(cast, number)
    return found.part, found.whole, found.is_done


def test_functions_have_people_counts_active_members_of_functions_that_take_part(cast):
    assert counts(cast, 1) == (1, 1, True)
    teams.give_role(strategy=cast.strategy, holder=cast.care, role="contributor", by=cast.ada)
    assert counts(cast, 1) == (1, 2, False)
    assert "Contact center" in step(cast, 1).text
    User.objects.filter(pk=cast.cole.pk).update(is_active=False)
    assert counts(cast, 1) == (0, 2, False)


def test_who_only_reads_needs_nobody(cast):
    teams.give_role(strategy=cast.strategy, holder=cast.care, role="reader", by=cast.ada)
    assert counts(cast, 1) == (1, 1, True)


def test_an_open_invitation_makes_the_step_wait_and_the_next_one_is_shown(cast):
    teams.give_role(strategy=cast.strategy, holder=cast.care, role="contributor", by=cast.ada)
    assert steps(cast).next.title == "Functions have people"
    invitation = teams.invite(
        strategy=cast.strategy, email="pat@x.example", team=cast.care, role="contributor", now=timezone.now(),
        by=cast.lea,
    )  # fmt: skip
    assert step(cast, 1).waits == "Waits for Contact center."
    assert steps(cast).next.title == "Components have owners"
    teams.revoke_invitation(invitation=invitation, now=timezone.now(), by=cast.lea)
    assert steps(cast).next.title == "Functions have people"


def test_components_have_owners(cast):
    assert counts(cast, 2) == (0, 10, False)
    assert step(cast, 2).url == cast.url("components/segments/edit/")
    Component.objects.update(owner_team=cast.mobile)
    assert counts(cast, 2) == (10, 10, True)


def test_channels_are_confirmed(cast):
    assert counts(cast, 3) == (0, 0, False)
    assert step(cast, 3).url == cast.url("channels/add/")
    app = cast.channel("App")
    cast.channel("Old", life_cycle="retired")
    assert counts(cast, 3) == (0, 1, False)
    review_channel(channel=app, expected=None, on=TODAY, by=cast.cole)
    assert counts(cast, 3) == (1, 1, True)


def test_the_channel_step_leads_each_person_to_what_they_can_do(cast):
    cast.channel("App")
    assert step(cast, 3, "cole").url == cast.url("mine/")
    assert step(cast, 3, "lea").waits == "Waits for Mobile."
    kiosk = cast.channel("Kiosk", owner_team=None)
    found = step(cast, 3, "lea")
    assert (found.waits, found.url) == ("", kiosk.get_absolute_url())
    assert "Kiosk" in found.text
    cast.channel("Sign", owner_team=None)
    assert step(cast, 3, "lea").url == cast.url("channels/?review=never")


def test_objectives_are_agreed_when_every_function_commits(cast):
    assert counts(cast, 4) == (0, 0, False)
    values = {"statement": "Draft: help without starting over"}
    objective = plan.add_objective(strategy=cast.strategy, values=values, by=cast.lea)
    assert counts(cast, 4) == (0, 1, False)
    assert step(cast, 4).waits == ""  # a draft waits for who words it
    plan.edit_objective(objective=objective, values={"statement": "Help without starting over"}, expected=None, by=cast.lea)  # fmt: skip
    assert step(cast, 4).waits == "Waits for Mobile."
    said = {"team": cast.mobile, "wording": objective.wording, "today": TODAY, "by": cast.cole}
    plan.commit(objective=objective, stance="objects", sentence="No.", expected=None, **said)
    assert counts(cast, 4) == (0, 1, False)
    plan.commit(objective=objective, stance="condition", sentence="If funded.", expected=1, **said)
    assert counts(cast, 4) == (1, 1, True)
    plan.edit_objective(objective=objective, values={"statement": "Draft: other words"}, expected=None, by=cast.lea)  # fmt: skip
    plan.commit(objective=objective, stance="commits", sentence="", expected=2, **{**said, "wording": objective.wording})  # fmt: skip
    assert counts(cast, 4) == (0, 1, False)  # a draft is not agreed, whoever commits to it


def test_an_objective_that_nobody_is_asked_about_is_not_agreed(cast):
    cast.strategy.roles.filter(team=cast.mobile).delete()
    plan.add_objective(strategy=cast.strategy, values={"statement": "Help"}, by=cast.lea)
    assert counts(cast, 4) == (0, 1, False)


def test_a_draft_asks_nobody(cast):
    from strategy.home.my_work import my_work

    place = Place(cast.strategy, standing(cast.cole, cast.strategy.pk), cast.cole)
    objective = plan.add_objective(
        strategy=cast.strategy, values={"statement": "draft: Help"}, by=cast.lea
    )
    assert my_work(place, None, TODAY, timezone.now()).commitments == []
    plan.edit_objective(
        objective=objective, values={"statement": "Help"}, expected=None, by=cast.lea
    )
    assert len(my_work(place, None, TODAY, timezone.now()).commitments) == 1


def test_the_checklist_is_answered(cast):
    assert counts(cast, 5) == (0, 0, False)
    assert step(cast, 5).url == cast.url("checklists/start/")
    [framework] = ensure_shipped()
    run = start_run(strategy=cast.strategy, framework=framework, name="First", teams=[cast.mobile], today=TODAY, by=cast.lea)  # fmt: skip
    assert counts(cast, 5) == (0, 23, False)
    assert step(cast, 5).waits == "Waits for Mobile."
    assert step(cast, 5, "cole").waits == ""
    assert step(cast, 5).url == run.get_absolute_url()


def test_a_journey_is_drawn_when_each_of_its_steps_says_something(cast):
    assert counts(cast, 6) == (0, 0, False)
    add_journey(strategy=cast.strategy, values={"name": "Other"}, by=cast.lea)
    journey = add_journey(strategy=cast.strategy, values={"name": "Claim"}, by=cast.lea)
    assert counts(cast, 6) == (0, 3, False)
    cells = Cell.objects.filter(lane__journey=journey, lane__kind="pain")
    cells.filter(pk=cells.first().pk).update(text="Waits")
    assert counts(cast, 6) == (1, 3, False)
    assert step(cast, 6).url == journey.get_absolute_url()  # the furthest one counts
    cells.update(text="Waits")
    Cell.objects.filter(lane__journey=journey, lane__kind="text").update(text="Says it again")
    assert counts(cast, 6) == (3, 3, True)


def test_the_first_gap(cast):
    assert counts(cast, 7) == (0, 1, False)
    log_gap(strategy=cast.strategy, values={"title": "Help is hidden"}, today=TODAY, by=cast.lea)
    assert counts(cast, 7) == (1, 1, True)


def test_the_report_is_a_step_that_is_done_when_one_is_ready_or_about_to_be(cast):
    assert step(cast, 8).posts
    page = squeeze(cast.client(cast.lea).get(cast.url()).content.decode())
    leads = f'<a href="{cast.url("reports/")}">The first report is made</a>'
    assert leads in page, "before its turn its title leads somewhere"
    report = request_report(strategy=cast.strategy, by=cast.lea)
    found = step(cast, 8)
    assert (found.posts, found.url, found.waits != "") == (False, cast.url("reports/"), True)
    freeze(report=report, as_of=timezone.now())
    assert step(cast, 8).is_done  # about to be ready
    Job.objects.update(state="canceled", finished_at=timezone.now())
    assert not step(cast, 8).is_done  # and then it was not
    Report.objects.filter(pk=report.pk).update(ready_at=timezone.now(), sha256="0" * 64)
    assert step(cast, 8).is_done
    page = squeeze(cast.client(cast.lea).get(cast.url()).content.decode())
    assert "What next" in page
    assert "Components have owners" in page
    assert "The first report is made" not in page  # only what is left is listed
    assert "What next" not in cast.client(cast.rae).get(cast.url()).content.decode()


def test_findings_that_nobody_judged_are_a_step_until_each_is(cast):
    assert [one.title for one in steps(cast).steps][-1] == "The first report is made"
    cast.channel("App", life_cycle="live", agent_route="none")
    found = current(cast.strategy, TODAY)
    assert found
    assert counts(cast, 9) == (0, len(found), False)
    for one in found:
        values = {"rule": one.rule.code, "subject": one.said.subject, "reason": "By design"}
        leave(strategy=cast.strategy, seen=one.said.digest, today=TODAY, by=cast.lea, **values)
    assert counts(cast, 9) == (len(found), len(found), True)
    assert step(cast, 9).url == cast.url("findings/")


def test_a_lead_hides_the_list_for_everybody_and_the_settings_bring_it_back(cast):
    def is_shown(person):
        return 'id="first-steps"' in cast.client(person).get(cast.url()).content.decode()

    assert is_shown(cast.lea)
    assert is_shown(cast.rae)
    assert cast.client(cast.eve).post(cast.url("next/hide/")).status_code == 403
    assert cast.client(cast.lea).post(cast.url("next/hide/")).status_code == 302
    assert not is_shown(cast.lea)
    assert not is_shown(cast.rae)
    settings = cast.client(cast.lea).get(cast.url("settings/")).context["form"]
    assert settings["shows_next_steps"].value() is False
    strategy = type(cast.strategy).objects.get()
    edit = {"shows_next_steps": True}
    plan.edit_strategy(strategy=strategy, values=edit, expected=None, by=cast.lea)
    assert is_shown(cast.rae)


def a_step(title, *, done=False, waits=""):
    return Step(title, int(done), 1, "", "", "", True, waits)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([a_step("a"), a_step("b")], "a"),
        ([a_step("a", done=True), a_step("b")], "b"),
        ([a_step("a", waits="…"), a_step("b")], "b"),
        ([a_step("a", waits="…"), a_step("b", waits="…")], "a"),
        ([a_step("a", done=True)], None),
    ],
    ids=["first", "done", "waiting", "all wait", "all done"],
)
def test_the_next_step_is_the_first_that_can_be_done(given, expected):
    found = FirstSteps(given).next
    assert (found and found.title) == expected


@pytest.mark.parametrize(("who", "buttons"), [("lea", 1), ("eve", 1), ("cole", 0), ("rae", 0)])
def test_one_button_for_who_may_press_it(cast, who, buttons):
    page = cast.client(getattr(cast, who)).get(cast.url()).content.decode()
    listed = page[
        page.index('id="first-steps"') : page.index("</ol>", page.index('id="first-steps"'))
    ]
    assert listed.count('aria-current="step"') == 1
    assert listed.count("button-primary") == buttons  # to give a component an owner
    assert "0 of 10" in listed


def test_the_list_takes_the_same_queries_however_much_there_is(cast, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def ask():
        person = User.objects.get(pk=cast.lea.pk)
        ready = given(cast, person)
        return lambda: first_steps(*ready)

    cast.channel()
    few = ask()
    with CaptureQueriesContext(connection) as seen:
        few()
    for number in range(9):
        cast.channel(f"C {number}", owner_team=None if number % 2 else cast.care)
        add_journey(strategy=cast.strategy, values={"name": f"J {number}"}, by=cast.lea)
        team = teams.add_team(
            values={"name": f"T {number}", "slug": f"t-{number}", "function": "it"}, by=cast.ada
        )
        teams.give_role(strategy=cast.strategy, holder=team, role="editor", by=cast.ada)
    many = ask()
    with django_assert_num_queries(len(seen)):
        many()
    with django_assert_num_queries(0):  # remembered
        many()
    assert Channel.objects.count() == 10


def test_channels_in_use_have_access_points(cast):
    titles = [one.title for one in steps(cast).steps]
    assert "Live channels have access points" not in titles, "no channel is in use"
    cast.channel("Plan", life_cycle="planned")
    app, line = cast.channel("App"), cast.channel("Line", owner_team=cast.care)
    title = "Live channels have access points"
    found = named(cast, title)
    assert (found.part, found.whole) == (0, 2)
    mine = named(cast, title, "cole")
    assert "App" in mine.text
    assert "Line" not in mine.text, "theirs"
    page = cast.client(cast.cole).get(mine.url)
    assert page.context["form"].initial["channel"] == app.pk
    for channel in (app, line):
        values = {"name": f"At {channel}", "kind": "phone"}
        add_point(channel=channel, values=values, by=cast.ada)
    assert named(cast, title).is_done


def test_the_access_matrix_asks_for_its_rows_and_columns_before_decisions(cast):
    title = "Access decisions are begun"

    def says():
        found = named(cast, title)
        return found.text, found.url, (found.part, found.whole)

    home = cast.client(cast.lea).get(cast.url()).content.decode()
    assert "0 of 0" not in home
    types = cast.url("channels/contact-types/")
    assert says() == ("Add contact types and segments first.", types, (0, 0))
    kind = add_contact_type(strategy=cast.strategy, values={"name": "Claim"}, by=cast.ada)
    assert says()[0] == "Add segments first."
    segment = add_segment(strategy=cast.strategy, values={"name": "Members"}, by=cast.ada)
    assert says()[0] == "Add channels first."
    app = cast.channel("App")
    assert says()[1:] == (cast.url("channels/matrix/"), (0, 1))
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        record.create(
            AccessDecision(segment=segment, contact_type=kind, channel=app, choice="preferred")
        )
    assert named(cast, title).is_done
