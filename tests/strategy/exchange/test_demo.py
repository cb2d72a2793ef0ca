"""The demo company tells its whole story, and its history is one that could have happened."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from portal.history.models import Change, ChangeSet
from portal.history.queries import feed
from strategy.checklists.models import Answer, Item, Run
from strategy.exchange.demo.actions import FILE, load_demo
from strategy.exchange.queries import check
from strategy.findings.queries import findings, subject_of
from strategy.findings.rules import RULES
from strategy.gaps import rules as gap_rules
from strategy.gaps.models import Gap
from strategy.inventory.lists.filters import ChannelFilter
from strategy.inventory.models import (
    AccessDecision,
    AccessPoint,
    Channel,
    Measurement,
    SavedView,
    SelfServiceOffer,
    Transition,
)
from strategy.journeys.models import Cell, Journey, Step
from strategy.plan.models import Component, Strategy
from strategy.plan.queries import commitment_grid, decisions, freshness, launches
from strategy.reports.models import Report
from teams import access
from teams.models import Membership, Team, User
from teams.roles import Act


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker) -> Iterator[Strategy]:
    """The demo as of today, loaded once for all tests here, none of which writes."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_demo(today=timezone.localdate(), password="larkfield-demo")
        transaction.set_rollback(True)


def channel(name: str) -> Channel:
    return Channel.objects.get(name=name)


def test_the_file_has_no_problems():
    assert check(FILE.read_text(encoding="utf-8")) == ()


# --- its size --------------------------------------------------------------------------------------


@pytest.mark.django_db  # one test must say so, or nobody makes a database when this file runs alone
def test_it_is_as_large_as_promised(demo):
    assert Team.objects.count() == 9
    assert set(Team.objects.exclude(memberships__is_lead=True)) == set(), "every team has a lead"
    assert demo.channels.count() >= 14
    assert len(set(demo.channels.values_list("family", flat=True))) >= 12
    journeys = list(Journey.objects.all())
    assert len(journeys) == 6
    for journey in journeys:
        stages = list(journey.stages.all())
        assert 4 <= len(stages) <= 7, journey
        assert all(1 <= stage.steps.count() <= 3 for stage in stages), journey
    assert Cell.objects.count() == sum(
        Step.objects.filter(stage__journey=journey).count() * journey.lanes.count()
        for journey in journeys
    )
    assert demo.gaps.count() == 30
    assert set(demo.gaps.values_list("state", flat=True)) == set(Gap.State.values)
    assert set(demo.gaps.values_list("severity", flat=True)) == set(Gap.Severity.values)


def test_gaps_have_every_age_and_every_trouble(demo):
    today = timezone.localdate()
    ages = [gap.age_days(today) for gap in demo.gaps.unsettled()]
    for low, high in ((0, 30), (31, 60), (61, 90), (91, 999)):
        assert any(low <= age <= high for age in ages), (low, high)
    assert demo.gaps.filter(slips__gte=3).count() >= 2
    assert demo.gaps.overdue(today).count() >= 5
    assert demo.gaps.filter(slips__gt=0, due_on__gt=today).exists()
    for gap in demo.gaps.filter(state="verified"):
        assert gap.verified_by
        assert gap.verified_by != gap.resolved_by


def test_components_are_texts_of_use_in_every_state_of_review(demo):
    today = timezone.localdate()
    states = {freshness(row.next_review_on, today).state for row in demo.components.all()}
    assert states == {"fresh", "due_soon", "overdue", "never"}
    for component in demo.components.all():
        assert 60 <= len(component.text.split()) <= 250, component
        assert component.owner, component
        assert component.owner_team, component
        assert component.updated_on, component


def test_the_checklist_is_half_answered(demo):
    run = Run.objects.get()
    asked = run.run_teams.count() * Item.objects.filter(framework=run.framework).count()
    assert run.run_teams.count() in (7, 8)
    assert 0.4 <= run.answers.count() / asked <= 0.6
    assert set(run.answers.values_list("status", flat=True)) == set(Answer.Status.values)
    assert run.answers.filter(gap__isnull=False).count() >= 10
    for answer in run.answers.select_related("answered_by", "team", "gap"):
        assert Membership.objects.filter(user=answer.answered_by, team=answer.team).exists(), answer
        assert answer.reason or answer.status == "met", answer


def test_volumes_are_believable(demo):
    contacts = Measurement.objects.monthly_contacts()
    values = list(contacts.filter(status="value").values_list("value", flat=True))
    assert not [value for value in values if value % 50 == 0], "no round figures"
    assert set(Measurement.objects.values_list("status", flat=True)) == set(
        Measurement.Status.values
    )
    newest = max(Measurement.objects.values_list("starts_on", flat=True))
    assert newest == (timezone.localdate().replace(day=1) - dt.timedelta(days=1)).replace(day=1), (
        "last month"
    )
    with_both = [
        row for row in demo.channels.all()
        if row.measurements.filter(starts_on=newest).exists()
        and row.measurements.filter(starts_on=newest.replace(year=newest.year - 1)).exists()
    ]  # fmt: skip
    assert len(with_both) >= 14


def test_the_calls_of_the_lines_add_up_to_those_of_the_ivr(demo):
    parts = (
        *("Member services line", "Claims line", "Provider services line", "Nurse advice line"),
        "Claim status by phone",
    )
    months = channel("Main IVR").measurements.all()
    assert len(months) == 6
    for row in months:
        rest = Measurement.objects.monthly_contacts().filter(
            channel__name__in=parts, starts_on=row.starts_on
        )
        assert row.value == sum(rest.values_list("value", flat=True))


def test_the_inventory_is_full(demo):
    live = demo.channels.exclude(life_cycle="retired")
    assert not live.filter(points=None).exists(), "every channel can be reached somewhere"
    assert 4 <= demo.segments.count() <= 6
    types = demo.contact_types.all()
    assert 18 <= types.count() <= 24
    assert not types.filter(parent__parent__isnull=False).exists(), "a tree of two levels"
    cells = demo.segments.count() * types.count() * live.count()
    made = AccessDecision.objects.filter(channel__in=live)
    assert 0.7 < made.count() / cells < 0.9
    assert 3 <= made.filter(choice="not_offered").values("channel").distinct().count() <= 8
    assert set(made.values_list("choice", flat=True)) == set(AccessDecision.Choice.values)
    assert set(SelfServiceOffer.objects.values_list("extent", flat=True)) == set(
        SelfServiceOffer.Extent.values
    )
    robin = AccessPoint.objects.get(channel__name="Chat bot Robin")
    assert (robin.contract_ends_on - timezone.localdate()).days < 124
    assert robin.exit_terms == "None agreed"
    assert AccessPoint.objects.filter(calendar__name="US holidays").count() > 10
    mail = channel("Post and fax")
    assert mail.unsealed_by.name == "Nadia Kessler"
    assert Change.objects.filter(
        object_uid=mail.uid, kind="update", after__has_key="unsealed_by"
    ).exists()


def test_service_gets_worse_on_the_claims_line(demo):
    """The story in figures: more calls, since the app says pending; every line has said what it promises."""
    rows = Measurement.objects.filter(channel__name="Claims line", metric="SL").order_by(
        "starts_on"
    )
    levels = [row.numerator / row.denominator for row in rows]
    assert len(levels) == 6
    assert levels == sorted(levels, reverse=True)
    assert levels[0] < Decimal("0.8"), "below what it promises from the start"
    voice = demo.channels.filter(mode="assisted", life_cycle="live", family__in=["voice", "chat"])
    assert not voice.filter(service_objectives=None).exists()
    calls = Measurement.objects.monthly_contacts().filter(channel__name="Claims line")
    assert [row.denominator for row in rows][-3:] == [
        row.value for row in calls.order_by("starts_on")
    ][-3:]


# --- its story -------------------------------------------------------------------------------------


def test_built_apart(demo):
    photos = channel("Claim photos")
    assert (photos.launched_on - timezone.localdate()).days == 35
    assert photos.life_cycle == "pilot"
    told = demo.gaps.get(channel=photos)
    assert "nine days before" in told.title
    assert told.owner_team.slug == "mobile"
    assert demo.gaps.filter(
        title="No agent guide and no reason code for claim photos", state="in_progress"
    ).exists()


def way(source: str, target: str) -> Transition:
    return Transition.objects.get(source__name=source, target__name=target)


def test_the_portal_finds_by_itself_what_goes_wrong(demo):
    found = findings(demo, timezone.localdate())
    states = {
        (one.rule.code, str(subject_of(demo, one.rule.code, one.said.subject))): one.state
        for one in found
    }
    assert {code for code, _subject in states} == set(RULES)
    assert states["hours", "Larkfield app"] == "gap"
    assert states["hours", "Chat bot Robin"] == "open"
    assert states["notice", "Claim photos for every member"] == "open"
    assert states["agent_route", "Member forum"] == "left"
    assert ("asked_again", "Digital ID card → Member services line") not in states


def test_the_agent_is_hidden_in_the_app_and_visible_on_the_web(demo):
    app, web = channel("Larkfield app"), channel("Larkfield website")
    assert (app.agent_route, app.agent_taps) == ("hidden", 5)
    assert (web.agent_route, web.agent_taps) == ("visible", 1)
    assert "call button" in web.purpose.lower()


def test_the_login_is_lost(demo):
    calling = way("Larkfield app", "Member services line")
    assert (calling.identity, calling.authentication) == ("no", "no")
    assert "twice" in demo.gaps.get(number=1).title
    assert "IVR asks" in demo.gaps.get(number=1).harm


def test_replies_to_texts_go_nowhere(demo):
    texts = channel("SMS reminders")
    assert texts.owner_team.slug == "marketing"
    assert texts.agent_route == "none"
    assert 135_000 < texts.measurements.order_by("-starts_on")[0].value < 145_000
    assert (
        demo.gaps.get(channel=texts, state="blocked").title
        == "Replies to text reminders go nowhere"
    )


def test_two_systems_give_two_answers(demo):
    gap = demo.gaps.get(number=3)
    assert gap.title == "The IVR says paid, the app says pending"
    assert gap.blocked_on.slug == "it"
    steps = Cell.objects.filter(step__stage__journey__name="Has my claim been paid?")
    assert steps.filter(text__contains="“pending”").exists()
    assert steps.filter(text__contains="paid on Tuesday").exists()


def test_social_media_stands_apart(demo):
    gap = demo.gaps.get(channel__family="social")
    assert "please call us" in gap.title
    assert "no case is passed on" in gap.harm
    assert demo.roles.get(team__slug="social-media").role == "reader"


def test_no_photo_during_a_call_and_links_are_spelled_out(demo):
    assert demo.gaps.filter(
        title="A member cannot send a photo during a call", harm__contains="fax"
    ).exists()
    assert demo.gaps.filter(title="Agents spell out web addresses").exists()


def test_hours_do_not_match(demo):
    assert channel("Larkfield app").agent_hours == "Help around the clock"
    assert channel("Live chat").hours == "Mon-Fri 08:00-18:00"
    assert channel("Nurse advice line").hours == "Always"
    assert demo.gaps.filter(title__contains="chat closes at 18:00").exists()
    assert demo.gaps.filter(title__contains="nurse line is open at night").exists()


def test_the_bot_vendor_is_a_risk(demo):
    assert "contract ends in four months" in channel("Chat bot Robin").vendor
    assert "no exit terms" in channel("Chat bot Robin").vendor
    assert "early adopter" in channel("Chat bot Robin").vendor


def test_no_video_for_claims_is_accepted_for_two_months_more(demo):
    gap = demo.gaps.get(title="No video visits for claims")
    assert gap.state == "accepted"
    assert (gap.accepted_until - timezone.localdate()).days == 61
    assert gap.note


def test_the_kiosk_has_lost_its_owner(demo):
    kiosk = channel("Clinic kiosks")
    assert kiosk.owner is None
    assert kiosk.owner_team is None
    assert (timezone.localdate() - kiosk.next_review_on).days == 200
    assert Change.objects.filter(
        object_uid=kiosk.uid, kind="update", before__has_key="owner"
    ).exists()


def test_the_id_card_shows_what_good_looks_like(demo):
    card = channel("Digital ID card")
    assert (card.agent_route, card.agent_taps) == ("visible", 1)
    assert {value for _name, value in way(card.name, "Member services line").context()} == {"yes"}
    moods = Cell.objects.filter(
        step__stage__journey__name="Replace a lost ID card", lane__kind="emotion"
    )
    assert min(moods.values_list("emotion", flat=True)) >= 0


def test_three_objectives_and_three_decisions(demo):
    objectives = demo.components.get(code="objectives").text
    for words in (
        "at first contact",
        "One identity",
        "four weeks ahead",
        "on one condition",
        "not answered yet",
        "objects",
    ):
        assert words in objectives
    decisions = demo.components.get(code="deployment").text
    for words in ("Three decisions", "replies to text reminders", "launch move", "clinic kiosks"):
        assert words in decisions


def test_the_functions_stand_behind_the_objectives_in_different_ways(demo):
    grid = commitment_grid(demo)
    said = [{one.team.slug: one.answer for one in row.said} for row in grid.rows]
    assert [row.committed for row in grid.rows] == [7, 5, 3]
    assert said[0]["it"] == "condition"
    assert said[1]["marketing"] == "none"
    assert said[2]["mobile"] == "objects"
    assert said[2]["web"] == "again"


def test_three_decisions_wait_and_the_photo_launch_was_not_told(demo):
    waiting, made = decisions(demo)
    assert [one.question for one in waiting] == [
        "Who owns the replies to text reminders?",
        "Does the claims-photo launch move?",
        "What happens to the clinic kiosks?",
    ]
    assert len(made) == 1
    states = {row.initiative.name: row.state for row in launches(demo, timezone.localdate())}
    assert states == {
        "Claim photos for every member": "untold",
        "Claim photos: pilot with 400 members": "short",
        "Scheduled callback": "told",
        "Texts that answer back": "told",
    }


# --- its history -----------------------------------------------------------------------------------


def test_the_history_was_written_by_the_people_concerned_over_months(demo):
    acts = list(ChangeSet.objects.filter(scope_uid=demo.uid).order_by("id"))
    assert len({act.by_uid for act in acts}) >= 15
    assert (acts[-1].at - acts[0].at).days > 270
    assert [act.at for act in acts] == sorted(act.at for act in acts)
    assert acts[-1].at <= timezone.now()
    assert all(entry.who != "A former member" for entry in feed(scope=demo.uid, limit=500))


def test_everybody_was_allowed_to_do_what_they_did(demo):
    """The history holds nothing that the portal would have refused."""
    people = {person.uid: person for person in User.objects.all()}
    models = {"channel": Channel, "component": Component, "gap": Gap, "journey": Journey}
    seen = 0
    for change in Change.objects.filter(
        change_set__by_uid__isnull=False, kind="update"
    ).select_related("change_set"):
        model = models.get(change.model.split(".")[1])
        if model is None:
            continue
        by, row = people[change.change_set.by_uid], model.objects.get(uid=change.object_uid)
        later = Change.objects.filter(
            object_uid=row.uid, before__has_key="owner_team", id__gte=change.pk
        )
        if later.exists():  # judged by the team that owned it then
            row.owner_team = Team.objects.get(uid=later.earliest("id").before["owner_team"])
        assert access.can(by, Act.EDIT, row), f"{by} changed {row}"
        seen += 1
    assert seen > 100


def test_gaps_went_only_the_ways_there_are(demo):
    for gap in demo.gaps.all():
        changes = Change.objects.filter(object_uid=gap.uid).order_by("id")
        states = [changes[0].after["state"]]
        promised = changes[0].after["due_on"]
        slips = 0
        for change in changes[1:]:
            if "state" in change.after:
                assert change.after["state"] in gap_rules.MOVES[states[-1]], (
                    f"{gap}: {states} {change.after}"
                )
                states.append(change.after["state"])
            if "due_on" in change.after:
                assert change.after["due_on"] > promised
                promised, slips = change.after["due_on"], slips + 1
        assert (states[-1], slips) == (gap.state, gap.slips)
        assert states[0] == "open"


def test_the_report_of_the_quarter_before_tells_what_was_so_then(demo):
    report = Report.objects.get()
    assert report.requested_by.email == "denise.okafor@larkfield.example"
    assert (timezone.now() - report.data_as_of).days in (90, 91)
    assert (
        len(report.snapshot["gaps"])
        == demo.gaps.filter(opened_on__lte=report.data_as_of.date()).count()
        == 22
    )


def test_saved_views_show_what_they_are_called(demo):
    shown = {}
    for view in SavedView.objects.filter(strategy=demo, is_shared=True):
        asked = ChannelFilter(QueryDict(view.query), queryset=demo.channels.all())
        assert not asked.problems
        shown[view.name] = {one.name for one in asked.qs}
    hidden, ours = shown.values()
    assert "Claim photos" in hidden
    assert "Claims line" in ours
    assert len(hidden | ours) < demo.channels.count()
