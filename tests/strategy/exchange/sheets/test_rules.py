"""An import takes what the pages take, of whom they take it, and nothing else."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.history.models import ChangeSet
from portal.history.record import change_set
from portal.history.undo import undo
from portal.jobs.actions import enqueue
from portal.jobs.control import Control
from portal.lib.refusals import RuleBroken
from strategy.exchange.models import ImportMapping, ImportRun
from strategy.exchange.sheets import actions, queries, store, tasks
from strategy.exchange.sheets.kinds import KINDS
from strategy.inventory.models import AccessPoint, Channel, Measurement, ServiceObjective
from strategy.plan.models import ContactType, Segment
from teams import grants
from teams.actions import give_role
from tests.strategy.exchange.sheets.conftest import (
    TODAY,
    bring_in,
    check,
    counts,
    exported,
    problems,
    upload,
)


def table(*rows: str) -> str:
    return "\r\n".join(rows) + "\r\n"


def said(run) -> str:
    return " ".join(sentence for rows in problems(run).values() for _column, sentence in rows)


def save(cast, *rows):
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        for row in rows:
            record.create(row)


# --- who ---------------------------------------------------------------------------------------------


def test_what_is_added_to_a_channel_is_a_change_of_the_channel(cast):
    cast.channel("Ours")
    cast.channel("Theirs", owner_team=cast.care)
    rows = table(
        "channel,name,kind,owner_team", "Theirs,Line 1,phone,mobile", "Ours,Line 2,phone,care"
    )
    run = check(cast.strategy, "points", rows, by=cast.cole)
    assert list(problems(run)) == [2]
    assert "Only Contact center" in said(run)
    assert counts(check(cast.strategy, "points", rows, by=cast.eve)) == {"new": 2}


@pytest.mark.parametrize("kind", ["points", "measurements"])
def test_a_row_stays_with_its_channel(cast, kind):
    ours = cast.channel("Ours")
    theirs = cast.channel("Theirs", owner_team=cast.care)
    point = AccessPoint(channel=ours, name="Line", kind="phone")
    figure = Measurement(channel=ours, starts_on=dt.date(2026, 10, 1), status="zero")
    save(cast, point, figure)
    data = exported(cast.strategy, kind).decode("utf-8-sig").replace("Ours", "Theirs")
    for person in (cast.cole, cast.lea):
        run = check(cast.strategy, kind, data, by=person)
        assert counts(run) == {"error": 1}
        assert "It stays with its channel." in said(run)
    assert theirs.points.count() == 0


def test_only_who_takes_part_can_be_named_and_nobody_else_is_told_of(cast):
    cast.channel("Claims app", owner=cast.olga)
    rows = table(
        "name,owner,deputy",
        "Claims app,olga@larkfield.example,",
        "Claims app,,olga@larkfield.example",
        "Claims app,,olha@larkfield.example",
        "Claims app,,laa@larkfield.example",
    ).split("\r\n")
    head = rows[0]
    assert counts(check(cast.strategy, "channels", table(head, rows[1]), by=cast.lea)) == {
        "same": 1
    }
    for row in rows[2:4]:
        run = check(cast.strategy, "channels", table(head, row), by=cast.lea)
        assert counts(run) == {"error": 1}
        assert "There is no person" in said(run)
        assert "olga" not in said(run).split("”", 1)[1]
    run = check(cast.strategy, "channels", table(head, rows[4]), by=cast.lea)
    assert "Did you mean “lea@larkfield.example”?" in said(run)


def test_a_review_in_a_new_row_counts_only_when_an_owner_brings_it(cast):
    head = "name,family,mode,owner_team,reviewed_on"
    bring_in(cast.strategy, "channels", table(head, "A,app,hybrid,mobile,2026-11-01"), by=cast.eve)
    bring_in(cast.strategy, "channels", table(head, "B,app,hybrid,mobile,2026-11-01"), by=cast.cole)
    a, b = Channel.objects.order_by("name")
    assert (a.unsealed_by, a.unsealed_on) == (cast.eve, TODAY)
    assert (b.unsealed_by, b.unsealed_on) == (None, None)


# --- what ---------------------------------------------------------------------------------------------

LONG = "1" * 28


@pytest.mark.parametrize(
    ("kind", "head", "row", "expected"),
    [
        ("measurements", "channel,starts_on,value", f"App,2026-01-01,{LONG}", "15 digits"),
        ("measurements", "channel,starts_on,value,metric", f"App,2026-01-01,-{LONG},NPS", "15 digits"),
        ("measurements", "channel,starts_on,value", "App,2026-01-01,-5", "never below 0"),
        ("measurements", "channel,starts_on,value,metric", "App,2026-01-01,5,FOO", "not one of the choices"),
        ("measurements", "channel,starts_on,status,value", "App,2026-01-01,value,0", "Zero is a status"),
        ("measurements", "channel,starts_on,status,value", "App,2026-01-01,zero,5", "Only the status"),
        (
            "measurements", "channel,starts_on,metric,numerator,denominator",
            "App,2026-01-01,ABN,120,100", "cannot be more than",
        ),
        (
            "measurements", "channel,starts_on,value,as_of", "App,2026-01-01,5,2025-12-31",
            "before the period has begun",
        ),
        ("segments", "name,size", "Members,5", "on which day"),
        ("segments", "name,size,size_on", "Members,5,2999-01-01", "up to today"),
        ("segments", "name,size_on", "Members,2026-01-01", "how many they were"),
        ("points", "channel,name,kind,time_zone", "App,X,app,EST", "no time zone"),
        ("points", "channel,name,kind,exceptions", "App,X,app,2026-12-31 perhaps", "or “closed”"),
        ("points", "channel,name,kind,languages", "App,X,app,Klingon!", "is no language"),
        ("points", "channel,name,kind,accessibility", "App,X,app,braile", "not one of the choices"),
        ("channels", "name,family,mode,agent_taps", "New,app,hybrid,51", "Count the taps again"),
        ("channels", "name,family,mode,launched_on", "New,app,hybrid,2999-01-01", "launched already"),
    ],
)  # fmt: skip
def test_what_a_page_refuses_is_rejected(cast, kind, head, row, expected):
    cast.channel("App")
    run = check(cast.strategy, kind, table(head, row), by=cast.lea)
    assert counts(run) == {"error": 1}
    assert expected in said(run)


def test_a_figure_of_a_column_has_thirteen_digits_at_most(cast):
    app = cast.channel("App")
    run = upload(
        cast.strategy, "contact_types", table("code,name,app", f"1,One,{LONG}"), by=cast.lea
    )
    columns = {"0": "code", "1": "name", "2": f"figures:{app.uid}"}
    mapping = {"columns": columns, "channels": [], "grain": "year", "starts_on": "2025-01-01"}
    actions.name_columns(run=run, mapping=mapping, by=cast.lea)
    actions.check_now(run=run, today=TODAY, by=cast.lea)
    assert "at most 13 digits" in said(run)


def test_a_score_may_be_below_zero_and_a_metric_is_called_by_its_name(cast):
    cast.channel("App")
    head = "channel,starts_on,value,metric"
    bring_in(
        cast.strategy,
        "measurements",
        table(head, "App,2026-01-01,-12,Net promoter score"),
        by=cast.lea,
    )
    row = Measurement.objects.get()
    assert (row.metric, row.status, row.value) == ("NPS", "value", -12)


def test_a_figure_that_is_restated_counts_its_revision(cast):
    app = cast.channel("App")
    head = "channel,starts_on,value,source"
    for row, expected in (
        ("App,2026-01-01,5,a", 1),
        ("App,2026-01-01,5,b", 1),
        ("App,2026-01-01,6,b", 2),
    ):
        bring_in(cast.strategy, "measurements", table(head, row), by=cast.lea)
        assert app.measurements.get().revision == expected
    bring_in(cast.strategy, "contact_types", table("code,name", "1,One"), by=cast.lea)
    for value, expected in ((5, 1), (6, 2)):
        run = upload(cast.strategy, "contact_types", table("code,app", f"1,{value}"), by=cast.lea)
        columns = {"0": "code", "1": f"figures:{app.uid}"}
        mapping = {"columns": columns, "channels": [], "grain": "year", "starts_on": "2025-01-01"}
        actions.name_columns(run=run, mapping=mapping, by=cast.lea)
        actions.check_now(run=run, today=TODAY, by=cast.lea)
        actions.apply_now(run=run, today=TODAY, by=cast.lea)
        assert app.measurements.get(grain="year").revision == expected


# --- which row ----------------------------------------------------------------------------------------


def test_a_misspelled_link_leads_to_no_other_row(cast):
    app = cast.channel("App")
    point = AccessPoint(channel=app, name="Toll-free", kind="phone")
    whole = Measurement(channel=app, starts_on=dt.date(2026, 1, 1), status="value", value=9)
    save(cast, point, whole)
    rows = table("channel,point,starts_on,value", "App,Tollfre,2026-01-01,5")
    run = check(cast.strategy, "measurements", rows, by=cast.lea)
    row = run.rows.get()
    assert row.state == "error"
    assert row.label == "App · Tollfre · 2026-01-01", "not the figure of the whole channel"
    assert "Did you mean “Toll-free”" in said(run)


def test_blanks_around_a_name_make_no_second_row(cast):
    cast.channel("Claims line", vendor="Old")
    rows = table("name,family,mode,vendor", "Claims line ,app,self_service,New")
    run = check(cast.strategy, "channels", rows, by=cast.lea)
    assert counts(run) == {"change": 1}
    assert run.rows.get().changes == [["Vendor and contract", "Old", "New"]]
    rows = table("name,family,mode", "Chat,chat,assisted", "chat ,chat,assisted")
    assert list(problems(check(cast.strategy, "channels", rows, by=cast.lea))) == [3]


def test_a_rejected_row_lets_no_circle_in(cast):
    a, b = (ContactType(strategy=cast.strategy, name=name) for name in "AB")
    save(cast, a)
    b.parent = a
    save(cast, b)
    rows = table("name,parent,kind", "A,B,", "B,,nonsense")
    run = check(cast.strategy, "contact_types", rows, by=cast.lea)
    assert set(problems(run)) == {2, 3}
    assert "part of itself" in problems(run)[2][0][1]
    run = check(
        cast.strategy, "contact_types", table("name,parent,kind", "A,B,", "B,,"), by=cast.lea
    )
    assert counts(run) == {"change": 2}, "the two may change places"


def test_a_long_chain_is_read_row_by_row(cast, django_assert_max_num_queries):
    rows = [f"T{n},T{n + 1}" for n in range(3000)]
    data = table("name,parent", *rows, "T3000,nowhere")
    run = upload(cast.strategy, "contact_types", data, by=cast.lea)
    _sheet, plan = queries.plan_of(run, by=cast.lea, today=TODAY)
    assert len(plan.of("error")) == 3001, "what refers to a rejected row is rejected"


def test_a_contact_type_without_code_stands_alone_with_its_name(cast):
    save(cast, ContactType(strategy=cast.strategy, name="Bill", code="1"))
    run = check(cast.strategy, "contact_types", table("name,code", "bill,"), by=cast.lea)
    assert counts(run) == {"change": 1}, "it is that one, whose code is taken away"
    save(cast, ContactType(strategy=cast.strategy, name="Bill", code="2"))
    run = check(cast.strategy, "contact_types", table("name,code", "Bill,"), by=cast.lea)
    assert counts(run) == {"error": 1}


def test_the_owner_who_broke_a_seal_is_read_with_the_rows(cast, django_assert_num_queries):
    cast.channel("App", unsealed_by=cast.eve, unsealed_on=TODAY)
    rows = list(KINDS["channels"].rows(cast.strategy))
    with django_assert_num_queries(0):
        assert rows[0].unsealed_by == cast.eve


# --- the run ------------------------------------------------------------------------------------------


def test_nul_in_a_figure_is_said_not_stored(cast):
    app = cast.channel("App")
    run = upload(cast.strategy, "contact_types", table("code,name,app", "1,One,5\x00"), by=cast.lea)
    columns = {"0": "code", "1": "name", "2": f"figures:{app.uid}"}
    mapping = {"columns": columns, "channels": [], "grain": "year", "starts_on": "2025-01-01"}
    actions.name_columns(run=run, mapping=mapping, by=cast.lea)
    actions.check_now(run=run, today=TODAY, by=cast.lea)
    assert "5␀" in said(run)


@pytest.mark.parametrize("state", ["checking", "applying"])
def test_a_discarded_import_does_not_come_back(cast, state):
    run = check(cast.strategy, "channels", table("name", "x"), by=cast.lea)
    ImportRun.objects.filter(pk=run.pk).update(state=state)
    late = ImportRun.objects.get(pk=run.pk)
    actions.discard(run=ImportRun.objects.get(pk=run.pk), by=cast.lea)
    actions.note_failure(run=late, state="uploaded", problem="The file is gone.", by=None)
    with pytest.raises(RuleBroken):
        actions.name_columns(run=late, mapping=late.mapping, by=cast.lea)
    run.refresh_from_db()
    assert (run.state, run.file, run.problem) == ("discarded", "", "")


def test_a_failure_after_the_import_is_applied_changes_nothing(cast):
    run = bring_in(
        cast.strategy, "channels", table("name,family,mode", "x,app,hybrid"), by=cast.lea
    )
    actions.note_failure(run=run, state="checked", problem="Too late.", by=None)
    run.refresh_from_db()
    assert (run.state, run.problem) == ("applied", "")


def test_an_import_without_its_file_can_be_discarded(cast):
    run = check(cast.strategy, "channels", table("name", "x"), by=cast.lea)
    store.remove(run.file)
    ImportRun.objects.filter(pk=run.pk).update(file="")
    run.refresh_from_db()
    actions.discard(run=run, by=cast.lea)
    run.refresh_from_db()
    assert run.state == "discarded"


def test_a_big_import_says_how_far_it_is_while_it_is_applied(cast, monkeypatch):
    run = check(cast.strategy, "channels", table("name,family,mode", "x,app,hybrid"), by=cast.lea)
    ImportRun.objects.filter(pk=run.pk).update(state="applying")
    payload = {"today": TODAY.isoformat()}
    job = enqueue(
        kind=queries.APPLY, target_uid=run.uid, payload=payload, requested_by_uid=cast.lea.uid
    )
    told = []
    monkeypatch.setattr(Control, "progress", lambda _self, *facts: told.append(facts))
    monkeypatch.setattr(Control, "finish", lambda _self: told.append("settled"))
    tasks.apply(job, Control(job))
    assert told == [("apply", 0, 2), ("apply", 1, 2), "settled"]
    assert Channel.objects.get().name == "x"


def test_a_mapping_is_kept_once_for_a_source(cast):
    for source in ("Bank", "bank"):
        run = upload(cast.strategy, "channels", table("name", "x"), by=cast.lea, source=source)
        sheet = queries.sheet_of(run)
        actions.keep_mapping(run=run, sheet=sheet, now=timezone.now(), by=cast.lea)
    assert ImportMapping.objects.get().source == "Bank"


def test_a_file_that_goes_while_old_ones_are_swept_is_no_error(cast, monkeypatch):
    store.keep(b"x")
    there = list(store.folder().iterdir())
    store.remove(there[0].name)
    monkeypatch.setattr(type(there[0]), "iterdir", lambda _self: iter(there))
    store.sweep(timezone.now())


def test_a_name_beyond_latin_letters_is_still_a_download(cast):
    client = cast.client(cast.lea)
    run = check(cast.strategy, "channels", table("name", "x"), by=cast.lea, source="Łódź 日本")
    answer = client.get(cast.url(f"import/{run.uid}/rejected/"))
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''larkfield")


# --- data quality --------------------------------------------------------------------------------------


def doubts(run) -> dict[int, list[list[str]]]:
    rows = run.rows.exclude(state="error").exclude(problems=[])
    return {row.number: row.problems for row in rows}


def test_an_address_of_two_owners_is_said_on_the_preview_with_what_to_do(cast):
    cast.channel("Ours")
    theirs = cast.channel("Theirs", owner_team=cast.care)
    save(cast, AccessPoint(channel=theirs, name="Line", kind="phone", address="800 555 0100"))
    rows = table(
        "channel,name,kind,address",
        "Ours,New line,phone,1-800-555-0100",
        "Ours,Other line,phone,800 555 0101",
    )
    run = check(cast.strategy, "points", rows, by=cast.lea)
    assert counts(run) == {"new": 2}, "it can be imported all the same"
    (said_,) = doubts(run)[2]
    assert said_[0] == "Error"
    assert "different teams answer for it" in said_[1]
    assert said_[1].endswith("serve several contact types.")
    assert set(doubts(run)) == {2}
    page = cast.client(cast.lea).get(cast.url(f"import/{run.uid}/")).content.decode()
    assert "1 row can be imported, but" in page
    assert "different teams answer for it" in page


def test_a_figure_before_the_launch_is_said_at_its_row_and_only_there(cast):
    cast.channel("App", launched_on=dt.date(2026, 6, 1))
    rows = table("channel,starts_on,value", "App,2026-03-01,5", "App,2026-07-01,6")
    run = check(cast.strategy, "measurements", rows, by=cast.lea)
    assert set(doubts(run)) == {2}
    assert "launched only on" in doubts(run)[2][0][1]


def test_a_figure_in_a_column_is_looked_at_as_well(cast):
    app = cast.channel("App", launched_on=dt.date(2026, 6, 1))
    run = upload(
        cast.strategy, "contact_types", table("code,name,app", "1,One,5", "2,Two,"), by=cast.lea
    )
    columns = {"0": "code", "1": "name", "2": f"figures:{app.uid}"}
    mapping = {"columns": columns, "channels": [], "grain": "month", "starts_on": "2026-01-01"}
    actions.name_columns(run=run, mapping=mapping, by=cast.lea)
    actions.check_now(run=run, today=TODAY, by=cast.lea)
    assert set(doubts(run)) == {2}


def test_what_is_wrong_already_is_not_said_again(cast):
    cast.channel("App", launched_on=dt.date(2026, 6, 1))
    rows = table("channel,starts_on,value,source", "App,2026-03-01,5,a")
    bring_in(cast.strategy, "measurements", rows, by=cast.lea)
    run = check(cast.strategy, "measurements", rows.replace(",a", ",b"), by=cast.lea)
    assert counts(run) == {"change": 1}
    assert doubts(run) == {}


def test_an_owner_who_leads_nobody_is_said_at_the_channel(cast):
    give_role(strategy=cast.strategy, holder=cast.care, role="contributor", by=cast.ada)
    run = check(
        cast.strategy,
        "channels",
        table("name,family,mode,owner_team", "X,app,hybrid,care"),
        by=cast.lea,
    )
    assert doubts(run)[2][0][0] == "Warning"
    assert "Nobody leads Contact center" in doubts(run)[2][0][1]


# --- what channels promise, offer and are offered for -----------------------------------------------------


def with_one_of_each(cast, **more):
    """Return a channel with a point, a contact type and a segment that rows can name."""
    app = cast.channel("App", **more)
    point = AccessPoint(channel=app, name="Store page", kind="app")
    bill = ContactType(strategy=cast.strategy, name="Bill", code="1")
    save(cast, point, bill, Segment(strategy=cast.strategy, name="Members"))
    return app, point, bill


PROMISE = "channel,name,metric,target,threshold"
DECISION = "segment,contact_type,channel,choice"
NEW_ROWS = {
    "objectives": (PROMISE, "App,Answered,RT,80,24"),
    "offers": ("contact_type,channel,extent", "Bill,App,full"),
    "decisions": (DECISION, "Members,Bill,App,preferred"),
    "served": ("point,contact_type", "Store page,Bill"),
}


@pytest.mark.parametrize("kind", NEW_ROWS)
def test_such_a_row_is_added_changed_and_undone_as_one_act(cast, kind):
    with_one_of_each(cast)
    model = KINDS[kind].model
    run = bring_in(cast.strategy, kind, table(*NEW_ROWS[kind]), by=cast.lea)
    assert counts(run) == {"new": 1}
    row = model.objects.get()
    run.refresh_from_db()
    undone = undo(ChangeSet.objects.get(uid=run.act), by=cast.lea)
    assert not model.objects.exists()
    undo(undone, by=cast.lea)
    assert model.objects.get().uid == row.uid


@pytest.mark.parametrize("kind", NEW_ROWS)
def test_only_who_may_change_the_channel_brings_such_a_row_in(cast, kind):
    with_one_of_each(cast, owner_team=cast.care)
    run = check(cast.strategy, kind, table(*NEW_ROWS[kind]), by=cast.cole)
    assert counts(run) == {"error": 1}
    of_point = "You can read this but not change it."  # a point without a team of its own
    assert (of_point if kind == "served" else "Only Contact center") in said(run)
    assert counts(check(cast.strategy, kind, table(*NEW_ROWS[kind]), by=cast.eve)) == {"new": 1}


@pytest.mark.parametrize(
    ("kind", "was", "wanted"),
    [("objectives", ",80,", ",90,"), ("offers", "full", "part"), ("decisions", "preferred", "supported")],
)  # fmt: skip
def test_such_a_row_is_changed_by_who_may_and_only_in_the_version_that_was_exported(
    cast, kind, was, wanted
):
    app, *_others = with_one_of_each(cast)
    bring_in(cast.strategy, kind, table(*NEW_ROWS[kind]), by=cast.lea)
    data = exported(cast.strategy, kind).decode("utf-8-sig")
    assert was in data
    assert counts(check(cast.strategy, kind, data.replace(was, wanted), by=cast.cole)) == {
        "change": 1
    }
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        record.update(app, owner_team=cast.care)
    run = check(cast.strategy, kind, data.replace(was, wanted), by=cast.cole)
    assert "Only Contact center" in said(run)
    bring_in(cast.strategy, kind, data.replace(was, wanted), by=cast.eve)
    run = check(cast.strategy, kind, data, by=cast.eve)
    assert counts(run) == {"error": 1}
    assert "version 1 then, 2 now" in said(run)
    assert counts(check(cast.strategy, kind, data.replace(was, wanted), by=cast.eve)) == {"same": 1}


@pytest.mark.parametrize(
    ("kind", "head", "row", "expected"),
    [
        ("objectives", PROMISE, "App,X,RT,80,", "within how long"),
        ("objectives", PROMISE, "App,X,CSAT,80,20", "has no time limit"),
        ("objectives", PROMISE, "App,X,RT,180,20", "cannot be 180"),
        ("objectives", PROMISE, "App,X,SL,80,20", "Service level cannot be promised for App"),
        ("objectives", PROMISE, "App,X,OFF,80,", "Contacts offered cannot be promised"),
        ("objectives", PROMISE, "Nowhere,X,RT,80,20", "There is no channel"),
        ("objectives", PROMISE + ",point", "App,X,RT,80,20,Other desk", "belongs to another channel"),
        ("objectives", PROMISE + ",abandon_rule", "App,X,RT,80,20,credit_short", "how many seconds"),
        (
            "objectives", PROMISE + ",effective_from,effective_to",
            "App,X,RT,80,20,2026-02-01,2026-01-01", "cannot end before",
        ),
        ("offers", "contact_type,channel,extent,reason", "Bill,App,declined, ", "deliberately none"),
        ("offers", "contact_type,channel,extent", "Bill,Desk,full", "settle nothing alone on Desk"),
        ("offers", "contact_type,channel,extent", "Bill,App,", "needed"),
        ("decisions", DECISION + ",reason", "Members,Bill,App,not_offered, ", "why App is not offered"),
        ("decisions", DECISION, "Members,Bill,App,redirected", "another channel than App"),
        ("decisions", DECISION + ",redirect_to", "Members,Bill,App,redirected,App", "another channel"),
        ("decisions", DECISION + ",redirect_to", "Members,Bill,App,preferred,Desk", "Only a redirected"),
        ("decisions", DECISION, "Members,Bill,App,", "needed"),
        ("served", "point,contact_type", "Store pag,Bill", "Did you mean “Store page”"),
    ],
)  # fmt: skip
def test_what_their_pages_refuse_is_rejected(cast, kind, head, row, expected):
    with_one_of_each(cast)
    desk = cast.channel("Desk", family="in_person", mode="assisted", device="none")
    save(cast, AccessPoint(channel=desk, name="Other desk", kind="place"))
    run = check(cast.strategy, kind, table(head, row), by=cast.lea)
    assert counts(run) == {"error": 1}
    assert expected in said(run)


def test_a_promise_keeps_a_metric_that_does_not_fit_its_channel_any_more(cast):
    app, *_others = with_one_of_each(cast)
    save(cast, ServiceObjective(channel=app, name="X", metric="SL", target=80, threshold=20))
    head = "channel,name,metric,target"
    run = check(cast.strategy, "objectives", table(head, "App,X,SL,90"), by=cast.lea)
    assert counts(run) == {"change": 1}
    run = check(cast.strategy, "objectives", table(head, "App,X,ABN,5"), by=cast.lea)
    assert "cannot be promised" in said(run)


def test_a_promise_is_found_by_channel_point_name_and_first_day(cast):
    app, *_others = with_one_of_each(cast)
    for day in (None, dt.date(2026, 1, 1)):
        save(cast, ServiceObjective(channel=app, name="X", metric="CSAT", target=80, effective_from=day))  # fmt: skip
    rows = table(
        "channel,name,metric,target,effective_from,point",
        "app,x,CSAT,90,,",
        "App,X,CSAT,91,2026-01-01,",
        "App,X,CSAT,92,2027-01-01,",
        "App,X,CSAT,93,,Store page",
    )
    run = check(cast.strategy, "objectives", rows, by=cast.lea)
    assert counts(run) == {"change": 2, "new": 2}
    assert run.rows.get(number=4).label == "X · App · from Jan. 1, 2027"
    save(cast, ServiceObjective(channel=app, name="X", metric="CSAT", target=80))
    run = check(cast.strategy, "objectives", rows, by=cast.lea)
    assert "2 rows are called so here" in said(run)


def test_an_export_tells_promises_of_one_name_apart(cast):
    app, *_others = with_one_of_each(cast)
    for _each in "ab":
        save(cast, ServiceObjective(channel=app, name="X", metric="CSAT", target=80))
    data = exported(cast.strategy, "objectives").decode("utf-8-sig")
    assert counts(check(cast.strategy, "objectives", data, by=cast.lea)) == {"same": 2}
    run = check(cast.strategy, "objectives", data.replace(",80,", ",90,", 1), by=cast.lea)
    assert counts(run) == {"same": 1, "change": 1}


def test_what_a_point_serves_is_a_change_of_the_point(cast):
    _app, point, _bill = with_one_of_each(cast, owner_team=cast.care)
    bring_in(cast.strategy, "served", table(*NEW_ROWS["served"]), by=cast.eve)
    point.refresh_from_db()
    assert (point.version, point.unsealed_by, point.unsealed_on) == (2, cast.eve, TODAY)
    other = AccessPoint(channel=_app, name="Other page", kind="app")
    save(cast, other)
    data = exported(cast.strategy, "served").decode("utf-8-sig")
    run = check(cast.strategy, "served", data.replace("Store page", "Other page"), by=cast.eve)
    assert "It stays with its access point." in said(run)


def test_who_may_change_a_shared_channel_changes_its_figures_and_promises_and_no_decision(cast):
    app, _point, _bill = with_one_of_each(cast, owner_team=cast.care)
    figure = Measurement(channel=app, starts_on=dt.date(2026, 10, 1), status="zero")
    save(cast, figure, ServiceObjective(channel=app, name="X", metric="CSAT", target=80))
    grants.share(obj=app, holder=cast.cole, level="edit", by=cast.lea)
    rows = {
        "measurements": table("channel,starts_on,value", "App,2026-10-01,5"),
        "objectives": table("channel,name,metric,target", "App,X,CSAT,90"),
    }
    for kind, data in rows.items():
        assert counts(check(cast.strategy, kind, data, by=cast.cole)) == {"change": 1}, kind
    for kind in ("offers", "decisions", "served"):
        run = check(cast.strategy, kind, table(*NEW_ROWS[kind]), by=cast.cole)
        assert counts(run) == {"error": 1}, kind


def test_as_many_questions_are_asked_for_many_rows_as_for_one(cast):
    with_one_of_each(cast)
    names = [f"T{n}" for n in range(30)]
    save(cast, *(ContactType(strategy=cast.strategy, name=name) for name in names))
    files = {
        "offers": ("contact_type,channel,extent", "{},App,full"),
        "decisions": (DECISION, "Members,{},App,preferred"),
        "served": ("point,contact_type", "Store page,{}"),
        "objectives": (PROMISE, "App,{},RT,80,24"),
    }
    for kind, (head, row) in files.items():
        asked = []
        for count in (1, 30):
            data = table(head, *(row.format(name) for name in names[:count]))
            run = upload(cast.strategy, kind, data, by=cast.cole)
            with CaptureQueriesContext(connection) as seen:
                _sheet, plan = queries.plan_of(run, by=cast.cole, today=TODAY)
            assert len(plan.of("new")) == count
            asked.append(len(seen))
        assert asked[0] == asked[1], kind
        bring_in(cast.strategy, kind, data, by=cast.cole)
        run = upload(cast.strategy, kind, exported(cast.strategy, kind), by=cast.cole)
        with CaptureQueriesContext(connection) as seen:
            _sheet, plan = queries.plan_of(run, by=cast.cole, today=TODAY)
        assert len(plan.of("same")) == 30
        assert len(seen) <= asked[0] + 2, kind


# --- counts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metric", "cell", "sentence"),
    [
        ("contacts", "1.250", "“1.250” may be 1250 or 1.25. Write 1250."),
        ("contacts", "1.234", "“1.234” may be 1234 or 1.234. Write 1234."),
        ("OFF", "1.000", "“1.000” may be 1000 or 1. Write 1000."),
        ("contacts", "2.5", "Contacts are counted in whole numbers."),
        ("BKL", "0.125", "Contacts are counted in whole numbers."),
        ("CES", "4.250", None),
        ("contacts", "1,250", None),
        ("contacts", "1250", None),
    ],
)
def test_contacts_are_counted_in_whole_numbers(cast, metric, cell, sentence):
    cast.channel("Claims line")
    head = "channel,metric,grain,starts_on,value"
    data = table(head, f'Claims line,{metric},month,2026-10-01,"{cell}"')
    run = check(cast.strategy, "measurements", data, by=cast.lea)
    expected = {2: [["value", sentence]]} if sentence else {}
    assert problems(run) == expected


def test_a_known_figure_refuses_a_fraction_and_keeps_what_it_has(cast):
    channel = cast.channel("Claims line")
    save(
        cast, Measurement(channel=channel, starts_on=dt.date(2026, 10, 1), status="value", value=7)
    )
    data = exported(cast.strategy, "measurements").decode("utf-8-sig").replace(",7,", ",1.250,")
    run = check(cast.strategy, "measurements", data, by=cast.lea)
    assert said(run) == "“1.250” may be 1250 or 1.25. Write 1250."


def test_the_two_counts_of_a_ratio_refuse_what_may_be_thousands(cast):
    cast.channel("Claims line")
    head = "channel,metric,grain,starts_on,numerator,denominator"
    row = "Claims line,SL,month,2026-10-01,1.250,2.500"
    run = check(cast.strategy, "measurements", table(head, row), by=cast.lea)
    assert [column for column, _sentence in problems(run)[2]] == ["numerator", "denominator"]


def test_a_whole_number_is_not_read_from_what_may_be_thousands(cast):
    rows = table("name,size,size_on", "Members,12.000,2026-10-01")
    run = check(cast.strategy, "segments", rows, by=cast.lea)
    assert said(run) == "“12.000” may be 12000 or 12. Write 12000."


def test_a_stale_row_says_who_changed_it_and_what_differs(cast):
    channel = cast.channel("Claims line", purpose="Old")
    data = exported(cast.strategy, "channels").decode("utf-8-sig").replace("Old", "From the file")
    with change_set(by=cast.cole, scope=cast.strategy.uid) as record:
        record.update(channel, purpose="From the page")
    run = check(cast.strategy, "channels", data, by=cast.lea)
    assert said(run).startswith(f"{cast.cole} changed this here after the file was exported")
    assert "Purpose: “From the page” here → “From the file” in the file." in said(run)


def test_a_parent_is_never_suggested_that_cannot_be_one(cast):
    save(cast, ContactType(strategy=cast.strategy, name="Invoices"))
    rows = table(
        "name,parent,kind",
        "Delivery,Deliverx,",  # itself
        "Refund,Parcelx,",
        "Parcel,,nonsense",  # rejected
        "Dispute,Invoicex,",
    )
    run = check(cast.strategy, "contact_types", rows, by=cast.lea)
    told = {number: rows[0][1] for number, rows in problems(run).items()}
    assert "Did you mean" not in told[2] + told[3]
    assert "Did you mean “Invoices”?" in told[5]


# --- rows of one file ---------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [2, 3])
def test_the_good_one_of_two_rows_with_one_key_is_kept(cast, bad):
    rows = ["A,app,hybrid,2026-01-01", "A,app,hybrid,2026-01-01"]
    rows[bad - 2] = "A,app,hybrid,soon"
    run = check(
        cast.strategy, "channels", table("name,family,mode,launched_on", *rows), by=cast.lea
    )
    assert list(problems(run)) == [bad]
    assert counts(run) == {"new": 1, "error": 1}


@pytest.mark.parametrize("bad", [2, 3])
def test_the_good_one_of_two_rows_of_what_is_here_is_kept(cast, bad):
    cast.channel("A")
    rows = ["A,Good", "A,Good"]
    rows[bad - 2] = f"A,{'x' * 201}"
    run = check(cast.strategy, "channels", table("name,vendor", *rows), by=cast.lea)
    assert list(problems(run)) == [bad]
    assert counts(run) == {"change": 1, "error": 1}


def test_two_good_rows_of_one_key_are_named_both(cast):
    cast.channel("A")
    run = check(cast.strategy, "channels", table("name,vendor", "A,x", "A,y"), by=cast.lea)
    assert list(problems(run)) == [3]
    assert said(run) == "Rows 2 and 3 of the file are the same channel. Leave one of them out."


def test_a_rejected_twin_is_not_meant_by_those_that_refer_to_it(cast):
    rows = table("code,name,kind,parent", "1,Claims,?,", "2,Claims,complaint,", "3,Late,,Claims")
    run = check(cast.strategy, "contact_types", rows, by=cast.lea)
    assert list(problems(run)) == [2]
    actions.apply_now(run=run, today=TODAY, by=cast.lea)
    assert ContactType.objects.get(name="Late").parent.code == "2"


# --- what older imports let in ------------------------------------------------------------------------


def test_what_an_older_import_let_in_is_the_same_with_an_id_and_without(cast):
    channel = cast.channel("A")
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        record.create(
            Measurement(channel=channel, metric="OLD", starts_on=dt.date(2026, 1, 1), status="zero")
        )
        record.create(AccessPoint(channel=channel, name="Line", kind="phone", time_zone="EST"))
    for kind in ("measurements", "points"):
        data = exported(cast.strategy, kind).decode("utf-8-sig")
        assert counts(check(cast.strategy, kind, data, by=cast.lea)) == {"same": 1}
        plain = "\r\n".join(",".join(line.split(",")[2:]) for line in data.split("\r\n"))
        assert counts(check(cast.strategy, kind, plain, by=cast.lea)) == {"same": 1}, kind


def test_what_an_older_import_let_in_stays_when_another_cell_is_changed(cast):
    channel = cast.channel("A")
    save(cast, AccessPoint(channel=channel, name="Line", kind="phone", time_zone="EST"))
    rows = table("channel,name,time_zone,note", "A,Line,EST,Ring twice")
    assert counts(check(cast.strategy, "points", rows, by=cast.lea)) == {"change": 1}
    rows = table("channel,name,time_zone,note", "A,Line,CST,Ring twice")
    assert counts(check(cast.strategy, "points", rows, by=cast.lea)) == {"error": 1}


# --- people -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written", ["lea@larkfield.example", "{lea.name}", "{lea.name} ({lea.email})", "{lea.email}  "]
)
def test_a_person_is_named_by_name_or_address(cast, written):
    channel = cast.channel("A")
    rows = table("name,owner", f"A,{written.format(lea=cast.lea).upper()}")
    bring_in(cast.strategy, "channels", rows, by=cast.lea)
    channel.refresh_from_db()
    assert channel.owner == cast.lea


def test_a_name_that_two_people_have_is_refused_with_their_addresses(cast):
    cast.channel("A")
    cast.rae.name = cast.lea.name
    cast.rae.save(update_fields=["name"])
    cast.olga.name = cast.lea.name  # takes no part: nothing is told of her
    cast.olga.save(update_fields=["name"])
    run = check(cast.strategy, "channels", table("name,owner", f"A,{cast.lea.name}"), by=cast.lea)
    assert said(run) == (
        f"“{cast.lea.name}” may be lea@larkfield.example or rae@larkfield.example."
        " Write the e-mail address."
    )


# --- texts that are read ------------------------------------------------------------------------------


def test_a_table_takes_what_the_form_takes(cast):
    cast.channel("A")
    rows = table(
        "channel,name,kind,time_zone,languages,contract_ends_on,exceptions",
        'A,Line,phone,chicago,"English, French",3/31/2027,12/31/2026 closed',
    )
    bring_in(cast.strategy, "points", rows, by=cast.lea)
    point = AccessPoint.objects.get()
    assert (point.time_zone, point.languages) == ("America/Chicago", "en, fr")
    assert point.contract_ends_on == dt.date(2027, 3, 31)
    assert counts(check(cast.strategy, "points", rows, by=cast.lea)) == {"same": 1}


def test_a_day_that_may_be_two_days_says_what_to_write(cast):
    cast.channel("A")
    run = check(cast.strategy, "channels", table("name,reviewed_on", "A,3/4/2026"), by=cast.lea)
    assert said(run) == "“3/4/2026” may be 2026-03-04 or 2026-04-03. Write the one you mean so."
