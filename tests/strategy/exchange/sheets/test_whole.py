"""A strategy file that comes back into its strategy, or brings the inventory of another one."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.history.models import ChangeSet
from portal.lib.refusals import RuleBroken
from strategy.exchange.models import ImportRun
from strategy.exchange.queries import export_strategy
from strategy.exchange.sheets import actions, queries
from strategy.exchange.sheets.files import NotReadable
from strategy.home.actions import undo_change
from strategy.inventory.actions import edit_channel
from strategy.inventory.models import (
    AccessDecision,
    AccessPoint,
    AccessPointContactType,
    Channel,
    Measurement,
)
from strategy.plan.models import ContactType
from teams.actions import give_role
from tests.starting import start_strategy
from tests.strategy.exchange.sheets.conftest import (
    TODAY,
    bring_in,
    check,
    counts,
    problems,
    with_points,
)
from tests.world import build_world

HEAD = """format: 4
kind: customer-access-strategy
strategy:
  slug: other
  name: Another one
  organization: Other
teams:
  - {slug: mobile, name: Mobile, function: mobile}
"""
NEW = """contact_types:
  - {code: BILL, name: Billing}
  - {code: BILL-1, name: Wrong bill, parent: BILL}
calendars:
  - name: Holidays
    days: 2026-12-25 Christmas Day
channels:
  - name: Bill line
    family: voice
    mode: assisted
    owner_team: mobile
    access_points:
      - name: Main number
        kind: phone
        address: "+1 800 555 0123"
        calendar: Holidays
        contact_types: [BILL-1]
    measurements:
      - {month: 2026-10, value: 1200, source: PBX}
      - {month: 2026-10, value: 800, source: PBX, contact_type: BILL-1}
  - name: Bill app
    family: app
    mode: self_service
    way_to_a_person: {route: visible, leads_to: Bill line, taps: 2}
transitions:
  - {from: Bill app, to: Bill line, status: works}
self_service_offers:
  BILL-1: {Bill app: full}
segments:
  - {name: Members, code: M}
access_decisions:
  Members:
    BILL-1: {Bill line: preferred}
"""


@pytest.fixture
def world(cast):
    made = build_world(cast)
    with_points(made)
    return made


def whole(strategy, text, *, by, act=check, **more):
    return act(strategy, "strategy", text, by=by, name="strategy.yaml", **more)


def test_a_file_that_comes_back_unchanged_changes_nothing(world):
    run = whole(world.strategy, export_strategy(world.strategy), by=world.cast.lea)
    assert set(counts(run)) == {"same"}, problems(run)
    with pytest.raises(RuleBroken):
        actions.apply_now(run=run, today=TODAY, by=world.cast.lea)


def test_what_the_file_says_otherwise_is_shown_cell_by_cell_and_applied_as_one_act(world):
    text = export_strategy(world.strategy).replace("canary-here line", "canary-here phone")
    run = whole(world.strategy, text, by=world.cast.lea)
    changed = run.rows.get(state="change")
    assert changed.label == "Channel: canary-here line"
    assert changed.changes == [["Name", "canary-here line", "canary-here phone"]]
    acts = ChangeSet.objects.count()
    actions.apply_now(run=run, today=TODAY, by=world.cast.lea)
    assert ChangeSet.objects.count() == acts + 1
    assert Channel.objects.filter(name="canary-here phone").exists()
    undo_change(
        chosen=ChangeSet.objects.get(uid=run.act), strategy=world.strategy, by=world.cast.lea
    )
    assert Channel.objects.filter(name="canary-here line").exists()


def test_what_the_file_leaves_out_stays_as_it_is(world):
    text = export_strategy(world.strategy)
    for said in ("purpose: canary-here again", "vendor: canary-here", "note: canary-here"):
        text = re.sub(rf"\n +{said}\n", "\n", text)
    assert set(counts(whole(world.strategy, text, by=world.cast.lea))) == {"same"}


def test_the_inventory_of_another_strategy_comes_in_with_all_that_hangs_from_it(cast):
    run = whole(cast.strategy, HEAD + NEW, by=cast.lea, act=bring_in)
    assert counts(run) == {"new": 13}
    line = Channel.objects.get(name="Bill line")
    assert Channel.objects.get(name="Bill app").agent_channel == line
    assert ContactType.objects.get(code="BILL-1").parent.code == "BILL"
    point = AccessPoint.objects.get()
    assert (point.channel, point.calendar.name, point.version) == (line, "Holidays", 1)
    assert AccessPointContactType.objects.get().contact_type.code == "BILL-1"
    figures = Measurement.objects.values_list("contact_type__code", "value")
    assert set(figures) == {(None, 1200), ("BILL-1", 800)}, "a total is not a figure of one type"
    again = whole(cast.strategy, HEAD + NEW, by=cast.lea)
    assert counts(again) == {"same": 13}, "without uids the rows are found by what they are called"
    undo_change(chosen=ChangeSet.objects.get(uid=run.act), strategy=cast.strategy, by=cast.lea)
    assert not Channel.objects.exists()
    assert not ContactType.objects.exists()


def test_what_is_not_said_keeps_its_default_away(cast):
    first = HEAD + NEW.replace("mode: assisted\n", "mode: assisted\n    review_every_days: 30\n", 1)
    first = first.replace(
        "{name: Members, code: M}", "{name: Members, code: M, is_vulnerable: true}"
    )
    whole(cast.strategy, first, by=cast.lea, act=bring_in)
    less = HEAD + NEW.replace(
        "    way_to_a_person: {route: visible, leads_to: Bill line, taps: 2}\n", ""
    )
    assert set(counts(whole(cast.strategy, less, by=cast.lea))) == {"same"}
    said = HEAD + NEW.replace("mode: assisted\n", "mode: assisted\n    review_every_days: 90\n", 1)
    changed = whole(cast.strategy, said, by=cast.lea).rows.get(state="change")
    assert changed.changes == [["Review every (days)", "30", "90"]], "said is said, default or not"


def test_what_belongs_together_is_changed_together(cast):
    sent_on = NEW.replace("{Bill line: preferred}", "{Bill line: {to: Bill app}}")
    whole(cast.strategy, HEAD + sent_on, by=cast.lea, act=bring_in)
    other = NEW.replace("value: 1200,", "status: no_data,").replace(
        "{route: visible, leads_to: Bill line, taps: 2}", "{route: none}"
    )
    run = whole(cast.strategy, HEAD + other, by=cast.lea, act=bring_in)
    assert counts(run)["change"] == 3, problems(run)
    app = Channel.objects.get(name="Bill app")
    assert (app.agent_route, app.agent_channel, app.agent_taps) == ("none", None, None)
    figure = Measurement.objects.get(contact_type=None)
    assert (figure.status, figure.value) == ("no_data", None)
    cell = AccessDecision.objects.get()
    assert (cell.choice, cell.redirect_to) == ("preferred", None)


def test_nothing_becomes_part_of_itself_by_way_of_what_stands_here(cast):
    here = HEAD + "contact_types:\n  - {code: A, name: A}\n  - {code: B, name: B, parent: A}\n"
    whole(cast.strategy, here, by=cast.lea, act=bring_in)
    turned = HEAD + "contact_types:\n  - {code: B, name: B}\n  - {code: A, name: A, parent: B}\n"
    run = whole(cast.strategy, turned, by=cast.lea)
    assert "part of itself" in str(problems(run))
    assert "change" not in counts(run)


def test_the_rules_of_a_page_hold_for_new_channels_too(cast):
    offered = NEW.replace("BILL-1: {Bill app: full}", "BILL-1: {Bill line: full}")
    promised = offered.replace(
        "    mode: self_service\n",
        "    mode: self_service\n"
        "    service_objectives: [{name: Busy, kind: other, metric: OCC, target: 80}]\n",
    )
    said = str(problems(whole(cast.strategy, HEAD + promised, by=cast.lea)))
    assert "Customers settle nothing alone on Bill line" in said
    assert "cannot be promised for Bill app" in said


def test_a_row_takes_the_name_that_another_row_of_the_file_gives_up(cast):
    one, two, three = (cast.channel(name, owner_team=None) for name in ("One", "Two", "Three"))
    text = HEAD + (
        "channels:\n  - {name: One, family: web, mode: self_service, purpose: other}\n"
        f"  - {{uid: {one.uid}, name: Old one, family: app, mode: hybrid, way_to_a_person: {{route: visible, leads_to: One}}}}\n"
        f"  - {{uid: {two.uid}, name: three, family: app, mode: hybrid}}\n"
        f"  - {{uid: {three.uid}, name: Two, family: app, mode: hybrid}}\n"
    )
    run = whole(cast.strategy, text, by=cast.lea, act=bring_in)
    assert counts(run) == {"new": 1, "change": 3}, problems(run)
    changes = run.rows.get(number=11).changes
    assert ["Name", "One", "Old one"] in changes
    assert "Purpose" not in {column for column, *_rest in changes}, "not its namesake's"
    new = Channel.objects.get(name="One")
    assert (new.family, new.purpose) == ("web", "other")

    def names():
        return {row.uid: row.name for row in Channel.objects.all()}

    assert names() == {new.uid: "One", one.uid: "Old one", two.uid: "three", three.uid: "Two"}
    assert Channel.objects.get(pk=one.pk).agent_channel == new
    undo_change(chosen=ChangeSet.objects.get(uid=run.act), strategy=cast.strategy, by=cast.lea)
    assert names() == {one.uid: "One", two.uid: "Two", three.uid: "Three"}


def test_contact_types_take_over_names_and_codes(cast):
    bring_in(cast.strategy, "contact_types", "name,code\r\nBill,B\r\nPlan,\r\n", by=cast.lea)
    bill, plan = ContactType.objects.order_by("pk")
    text = HEAD + (
        "contact_types:\n  - {name: Bill, code: B, kind: transaction}\n  - {name: Plan}\n"
        f"  - {{uid: {bill.uid}, name: Old bill, code: OB}}\n"
        f"  - {{uid: {plan.uid}, name: Old plan}}\n"
    )
    run = whole(cast.strategy, text, by=cast.lea, act=bring_in)
    assert counts(run) == {"new": 2, "change": 2}, problems(run)


def test_a_name_that_is_not_given_up_after_all_is_not_taken(cast):
    theirs = cast.channel("One", owner_team=cast.care)
    text = HEAD + (
        "channels:\n  - {name: One, family: web, mode: self_service, owner_team: mobile}\n"
        f"  - {{uid: {theirs.uid}, name: Old one, family: app, mode: hybrid}}\n"
    )
    run = whole(cast.strategy, text, by=cast.cole)
    assert "Only Contact center" in problems(run)[11][0][1]
    assert problems(run)[10] == [["Name", "A channel with this name exists already."]]


def test_several_rows_on_one_line_keep_their_own_doubts_and_long_places_are_cut(cast):
    figures = ", ".join(
        f"{{month: {month}, value: 5, source: PBX}}" for month in ("2019-01", "2026-10")
    )
    text = HEAD + (
        "channels:\n  - {name: One, family: web, mode: self_service, launched_on: 2026-01-05,"
        f" measurements: [{figures}]}}\n"
    )
    run = whole(cast.strategy, text, by=cast.lea)
    told = {row.label: row.problems for row in run.rows.filter(label__startswith="Measurement")}
    assert [bool(said) for _label, said in sorted(told.items())] == [True, False], told
    named = "x" * 250
    long = (
        HEAD
        + f"segments:\n  - {{name: M}}\naccess_decisions:\n  M:\n    {named}: {{One: preferred}}\n"
    )
    labels = whole(cast.strategy, long, by=cast.lea).rows.values_list("label", flat=True)
    assert max(map(len, labels)) == 200


def test_new_rows_get_other_uids_where_another_strategy_has_theirs(world):
    cast = world.cast
    other = start_strategy(
        values={"name": "Second", "slug": "second", "organization": "Larkfield"},
        lead=cast.lea,
        by=cast.ada,
    )
    give_role(strategy=other, holder=cast.mobile, role="contributor", by=cast.ada)
    run = whole(other, export_strategy(world.strategy), by=cast.lea, act=bring_in)
    said = str(problems(run))
    assert said.count("Say on which day they were counted.") == 1, said
    assert said.count("It refers to “Members”, which is rejected.") == 1, said
    assert counts(run)["error"] == 2, said
    names = {
        frozenset(Channel.objects.filter(strategy=one).values_list("name", flat=True))
        for one in (other, world.strategy)
    }
    assert len(names) == 1


def test_every_problem_of_the_file_stands_at_its_line(cast):
    text = HEAD + "channels:\n  - name: One\n    family: fax\n    mode: nobody\n"
    run = whole(cast.strategy, text, by=cast.lea)
    assert set(counts(run)) == {"error"}
    assert {row.number for row in run.rows.all()} == {11, 12}
    with pytest.raises(RuleBroken):
        actions.apply_now(run=run, today=TODAY, by=cast.lea)
    _head, rows = queries.rejected(run)
    assert [row[0] for row in rows] == ["11", "12"]


def test_what_hangs_from_a_rejected_row_is_rejected(cast):
    run = whole(cast.strategy, HEAD + NEW, by=cast.cole)  # of the Mobile team: only its own
    wrong = {row.label: str(row.problems) for row in run.rows.filter(state="error")}
    assert "Channel: Bill line" not in wrong
    assert "Channel: Bill app" in wrong, "it is no team's, so not his"
    assert "It refers to “Bill app”, which is rejected." in str(wrong)
    assert "It refers to “Wrong bill”, which is rejected." in str(wrong)
    actions.apply_now(run=run, today=TODAY, by=cast.cole)
    assert [one.name for one in Channel.objects.all()] == ["Bill line"]


def test_teams_and_people_who_are_not_here_are_named(cast):
    text = HEAD + (
        "  - {slug: web, name: Web, function: web}\n"
        "people:\n  - {email: new@larkfield.example, name: New Person}\n"
        "channels:\n"
        "  - {name: One, family: web, mode: self_service, owner_team: web}\n"
        "  - {name: Two, family: web, mode: self_service, owner: new@larkfield.example}\n"
    )
    said = str(problems(whole(cast.strategy, text, by=cast.lea)))
    assert "There is no team “web” here." in said
    assert "There is no person “new@larkfield.example” here." in said


def test_a_change_since_the_preview_refuses_the_import(world):
    text = export_strategy(world.strategy).replace("canary-here line", "canary-here phone")
    run = whole(world.strategy, text, by=world.cast.lea)
    line = Channel.objects.get(name="canary-here line")
    edit_channel(
        channel=line, values={"hours": "Mon-Fri"}, expected=line.version, by=world.cast.lea
    )
    with pytest.raises(RuleBroken, match="has changed since the preview"):
        actions.apply_now(run=run, today=TODAY, by=world.cast.lea)


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"name,family\r\n", b"a: 1\n"])
def test_what_is_no_strategy_file_is_refused_at_once(cast, data):
    with pytest.raises(NotReadable):
        whole(cast.strategy, data, by=cast.lea)
    assert not ImportRun.objects.exists()


def test_a_person_uploads_looks_and_imports(cast):
    client = cast.client(cast.lea)
    start = reverse("strategy:sheets:start", args=[cast.strategy.slug])
    file = SimpleUploadedFile("strategy.yaml", (HEAD + NEW).encode())
    answer = client.post(start, {"kind": "channels", "file": file, "source": ""}, follow=True)
    assert "Import 13 rows" in answer.content.decode()
    assert "Name the columns" not in answer.content.decode()
    run = ImportRun.objects.get()
    answer = client.post(
        reverse("strategy:sheets:apply", args=[cast.strategy.slug, run.uid]), follow=True
    )
    assert "All of it is one act in the history" in answer.content.decode()
    whole_file = reverse("strategy:sheets:export", args=[cast.strategy.slug, "strategy", "yaml"])
    assert client.get(whole_file).content.decode() == export_strategy(cast.strategy)
    assert cast.client(cast.rae).get(whole_file).status_code == 403
    assert client.get(whole_file.replace(".yaml", ".csv")).status_code == 404


@pytest.mark.parametrize(
    ("model", "key", "old", "good"),
    [
        (AccessPoint, "time_zone", "Middle/Earth", "America/Chicago"),
        (AccessPoint, "languages", "zz-nowhere", "en"),
        (AccessPoint, "exceptions", "whenever we like", "2026-12-24 closed"),
        (Channel, "device", "pager", "any"),
    ],
)
def test_a_value_that_stands_here_passes_and_any_other_is_refused_at_its_line(
    world, model, key, old, good
):
    row = model.objects.order_by("pk").last()
    model.objects.filter(pk=row.pk).update(**{key: old})
    text = export_strategy(world.strategy)
    assert set(counts(whole(world.strategy, text, by=world.cast.lea))) == {"same"}
    changed = text.replace(row.name, f"{row.name} 2")
    assert changed != text
    run = whole(world.strategy, changed, by=world.cast.lea)
    assert run.counts["change"], problems(run)
    assert run.counts["error"] == 0, "what stands here refuses no other cell"
    model.objects.filter(pk=row.pk).update(**{key: good})
    run = whole(world.strategy, text, by=world.cast.lea)
    (number,) = problems(run)
    assert old in "".join(text.splitlines()[number - 1 : number + 15])


def test_a_wrong_value_of_a_new_row_is_refused(cast):
    text = (HEAD + NEW).replace("kind: phone", "kind: phone\n        time_zone: Middle/Earth")
    run = whole(cast.strategy, text, by=cast.lea)
    assert set(counts(run)) == {"error"}
    assert "is not a time zone" in next(iter(problems(run).values()))[0][1]


def test_cells_of_a_strategy_file_are_shown_in_the_words_of_the_forms(cast):
    whole(cast.strategy, HEAD + NEW, by=cast.lea, act=bring_in)
    text = (HEAD + NEW).replace("status: works", "status: partly").replace("app: full", "app: part")
    run = whole(cast.strategy, text.replace("route: visible", "route: hidden"), by=cast.lea)
    said = {tuple(cell) for row in run.rows.filter(state="change") for cell in row.changes}
    assert said == {
        ("State", "Works", "Works partly"),
        ("Self-service", "Full", "In part"),
        ("Way to a person", "Visible", "Hidden"),
    }
