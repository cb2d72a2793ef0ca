"""What a preview says of each row, and what is applied."""

import datetime as dt
import os

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.history.models import ChangeSet
from portal.jobs.engine import run_due
from portal.jobs.models import Job
from portal.lib.refusals import RuleBroken
from strategy.exchange.models import ImportRun
from strategy.exchange.sheets import actions, queries, store, tasks  # noqa: F401  (registers the handlers)
from strategy.home.actions import undo_change
from strategy.inventory.models import Channel, Measurement, Transition
from strategy.plan.models import ContactType
from teams.access import Denied
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


def test_new_changed_same_and_rejected_rows_are_told_apart(cast):
    cast.channel("Claims app", vendor="Old")
    cast.channel("Kiosk", family="kiosk", mode="self_service")
    run = check(
        cast.strategy,
        "channels",
        table(
            "Name,Family,Mode,Vendor and contract,Owning team",
            "Claims app,app,self_service,New,mobile",
            "Kiosk,Kiosk,Self-service,,Mobile",
            "Chat,live chat,assisted,,care",
            ",fax,assisted,,nobody",
        ),
        by=cast.lea,
    )
    assert counts(run) == {"change": 1, "same": 1, "new": 1, "error": 1}
    rows = {row.number: row for row in run.rows.all()}
    assert rows[2].changes == [["Vendor and contract", "Old", "New"]]
    wrong = dict(rows[5].problems)
    assert set(wrong) == {"Name", "Family", "Owning team"}, "every error of the row is listed"
    assert "needed" in wrong["Name"]
    assert Channel.objects.count() == 2, "a preview writes nothing"


def test_apply_is_one_act_that_can_be_undone_as_a_whole(cast):
    kept = cast.channel("Claims app", vendor="Old")
    run = bring_in(
        cast.strategy,
        "channels",
        table(
            "name,family,mode,vendor,agent_channel",
            "Claims app,app,self_service,New,Chat",
            "Chat,chat,assisted,,",
        ),
        by=cast.lea,
    )
    act = ChangeSet.objects.get(uid=run.act)
    assert act.reason == "Imported list.csv"
    kept.refresh_from_db()
    assert (kept.vendor, kept.agent_channel.name, kept.version) == ("New", "Chat", 2)
    undo_change(chosen=act, strategy=cast.strategy, by=cast.lea)
    kept.refresh_from_db()
    assert (kept.vendor, kept.agent_channel) == ("Old", None)
    assert Channel.objects.count() == 1


def test_what_changed_since_the_preview_refuses_the_whole_import(cast):
    channel = cast.channel("Claims app")
    run = check(cast.strategy, "channels", table("name,vendor", "Claims app,New"), by=cast.lea)
    from strategy.inventory.actions import edit_channel

    edit_channel(channel=channel, values={"hours": "Mon"}, expected=1, by=cast.ada)
    with pytest.raises(RuleBroken, match="since the preview"):
        actions.apply_now(run=run, today=TODAY, by=cast.lea)
    channel.refresh_from_db()
    assert channel.vendor == ""
    assert ImportRun.objects.get().state == "checked"


def test_a_row_exported_before_a_change_is_rejected(cast):
    channel = cast.channel("Claims app")
    before = exported(cast.strategy, "channels").decode("utf-8-sig")
    from strategy.inventory.actions import edit_channel

    edit_channel(channel=channel, values={"hours": "Mon"}, expected=1, by=cast.ada)
    run = check(cast.strategy, "channels", before, by=cast.lea)
    assert counts(run) == {"error": 1}
    assert "version 1 then, 2 now" in problems(run)[2][0][1]


def test_a_contributor_imports_what_their_team_owns_and_nothing_else(cast):
    cast.channel("Ours")
    cast.channel("Theirs", owner_team=cast.care)
    data = table(
        "name,family,mode,owner_team,vendor",
        "Ours,app,self_service,mobile,x",
        "Theirs,app,self_service,care,x",
        "New of ours,chat,assisted,mobile,",
        "New of nobody,chat,assisted,,",
    )
    run = check(cast.strategy, "channels", data, by=cast.cole)
    assert counts(run) == {"change": 1, "new": 1, "error": 2}
    assert set(problems(run)) == {3, 5}
    assert "Contact center" in problems(run)[3][0][1]
    assert counts(check(cast.strategy, "channels", data, by=cast.lea)) == {"change": 2, "new": 2}


def test_a_reader_cannot_import(cast):
    with pytest.raises(Denied):
        upload(cast.strategy, "channels", table("name", "x"), by=cast.rae)


def test_rows_of_one_file_that_are_the_same_are_rejected(cast):
    run = check(
        cast.strategy,
        "contact_types",
        table("code,name", "A1,Card lost", "a1,Card stolen", "A2,Card lost", ",Card lost"),
        by=cast.lea,
    )
    assert set(problems(run)) == {3, 5}
    assert "both a reason code" in problems(run)[5][0][1]
    assert counts(run) == {"new": 2, "error": 2}


def test_a_row_that_is_there_twice_and_wrong_besides_says_both(cast):
    data = table("name,family,mode,launched_on", "A,app,hybrid,", "A,app,hybrid,soon")
    run = check(cast.strategy, "channels", data, by=cast.lea)
    assert [column for column, _sentence in problems(run)[3]] == ["launched_on", "name"]


def test_contact_types_refer_to_rows_further_down_and_never_in_a_circle(cast):
    run = check(
        cast.strategy,
        "contact_types",
        table(
            "name,parent",
            "Child,Parent",
            "Parent,",
            "One,Two",
            "Two,One",
            "Lost,Nowhere",
            "Under,Lost",
        ),
        by=cast.lea,
    )
    assert set(problems(run)) == {4, 5, 6, 7}
    assert "part of itself" in problems(run)[4][0][1]
    assert problems(run)[7] == [["parent", "It refers to row 6, which is rejected."]]
    actions.apply_now(run=run, today=TODAY, by=cast.lea)
    assert ContactType.objects.get(name="Child").parent.name == "Parent"


def test_transitions_ask_for_both_ends(cast):
    cast.channel("App")
    cast.channel("Line", owner_team=cast.care)
    cast.channel("Desk", owner_team=cast.care)
    data = table(
        "from,to,identity",
        "App,Line,Asked again",
        "Line,Desk,yes",
        "Line,Line,no",
        "App,Nowhere,no",
    )
    run = check(cast.strategy, "transitions", data, by=cast.cole)
    assert set(problems(run)) == {3, 4, 5}
    actions.apply_now(run=run, today=TODAY, by=cast.cole)
    assert Transition.objects.get().identity == "no"


def test_measurements_say_by_themselves_what_they_are(cast):
    cast.channel("App")
    rows = ["App,month,2026-01-01,12", "App,month,2026-02-01,0", "App,month,2026-03-01,NA",
            "App,month,2026-04-01,ND", "App,month,2026-05-02,3", "App,month,2026-06-01,x"]  # fmt: skip
    run = check(
        cast.strategy, "measurements", table("channel,grain,starts_on,value", *rows), by=cast.lea
    )
    assert set(problems(run)) == {6, 7}
    actions.apply_now(run=run, today=TODAY, by=cast.lea)
    stated = Measurement.objects.order_by("starts_on").values_list("status", flat=True)
    assert list(stated) == ["value", "zero", "not_applicable", "no_data"]


def figures(run, columns, **more):
    return {
        "columns": columns,
        "channels": [{"name": "Phone", "family": "voice", "mode": "assisted"}],
        "grain": "year",
        "starts_on": "2023-04-01",
        **more,
    }


def test_columns_of_figures_keep_every_status_apart(cast):
    app = cast.channel("App")
    data = table(
        "code,name,calls,app", "1,One,12,NA", "2,Two,0,ND", '3,Three,,"1,234"', "4,Four,-1,many"
    )
    run = upload(cast.strategy, "contact_types", data, by=cast.lea)
    mapping = figures(
        run, {"0": "code", "1": "name", "2": "figures:new0", "3": f"figures:{app.uid}"}
    )
    actions.name_columns(run=run, mapping=mapping, by=cast.lea)
    actions.check_now(run=run, today=TODAY, by=cast.lea)
    assert counts(run) == {"new": 3, "error": 1, "figures": 5}
    assert [row["counts"] for row in run.figures] == [
        {"value": 1, "zero": 1, "": 1},
        {"not_applicable": 1, "no_data": 1, "value": 1},
    ]
    assert len(problems(run)[5]) == 2
    actions.apply_now(run=run, today=TODAY, by=cast.lea)
    phone = Channel.objects.get(name="Phone")
    found = Measurement.objects.values_list(
        "channel__name", "contact_type__code", "status", "value"
    )
    assert set(found) == {
        ("Phone", "1", "value", 12), ("Phone", "2", "zero", None), ("App", "1", "not_applicable", None),
        ("App", "2", "no_data", None), ("App", "3", "value", 1234),
    }  # fmt: skip
    assert {one.source for one in phone.measurements.all()} == {"test"}
    again = upload(cast.strategy, "contact_types", data.replace("12", "13"), by=cast.lea)
    assert again.mapping["columns"] == {"0": "code", "1": "name"}, "the mapping was not kept"
    actions.name_columns(run=again, mapping=mapping, by=cast.lea)
    actions.check_now(run=again, today=TODAY, by=cast.lea)
    assert counts(again) == {"change": 1, "same": 2, "error": 1, "figures": 1}
    actions.apply_now(run=again, today=TODAY, by=cast.lea)
    changed = Measurement.objects.get(channel=phone, contact_type__code="1")
    assert (changed.value, changed.version) == (13, 2)
    undo_change(chosen=ChangeSet.objects.get(uid=again.act), strategy=cast.strategy, by=cast.lea)
    changed.refresh_from_db()
    assert changed.value == 12


def test_an_import_with_figures_is_undone_as_a_whole(cast):
    cast.channel("App")
    run = upload(cast.strategy, "contact_types", table("code,name,calls", "1,One,12"), by=cast.lea)
    mapping = figures(run, {"0": "code", "1": "name", "2": "figures:new0"})
    actions.name_columns(run=run, mapping=mapping, by=cast.lea)
    actions.check_now(run=run, today=TODAY, by=cast.lea)
    actions.apply_now(run=run, today=TODAY, by=cast.lea)
    assert Measurement.objects.count() == 1
    undo_change(chosen=ChangeSet.objects.get(uid=run.act), strategy=cast.strategy, by=cast.lea)
    assert not Measurement.objects.exists()
    assert not ContactType.objects.exists()
    assert list(Channel.objects.values_list("name", flat=True)) == ["App"]


def test_a_contributor_states_figures_of_their_own_channels_only(cast):
    ours, theirs = cast.channel("Ours"), cast.channel("Theirs", owner_team=cast.care)
    bring_in(cast.strategy, "contact_types", table("code,name", "1,One"), by=cast.lea)
    run = upload(cast.strategy, "contact_types", table("code,a,b", "1,5,6"), by=cast.cole)
    for channel, expected in ((ours, {"change": 1, "figures": 1}), (theirs, {"error": 1})):
        at = "1" if channel is ours else "2"
        mapping = figures(run, {"0": "code", at: f"figures:{channel.uid}"})
        actions.name_columns(run=run, mapping=mapping, by=cast.cole)
        actions.check_now(run=run, today=TODAY, by=cast.cole)
        assert counts(run) == expected


def test_the_mapping_is_remembered_by_source(cast):
    run = upload(
        cast.strategy, "contact_types", table("Kennung,Anliegen,Rest", "1,One,x"), by=cast.lea
    )
    assert run.mapping["columns"] == {}
    actions.name_columns(run=run, mapping={"columns": {"0": "code", "1": "name"}}, by=cast.lea)
    actions.keep_mapping(run=run, sheet=queries.sheet_of(run), now=run.uploaded_at, by=cast.lea)
    again = upload(
        cast.strategy, "contact_types", table("Anliegen,Kennung,Name", "One,1,x"), by=cast.lea
    )
    assert again.mapping["columns"] == {"0": "name", "1": "code"}


@pytest.mark.parametrize(
    ("head", "field"),
    [
        ("Name", "name"),
        ("reason code", "code"),
        ("Discription", "description"),
        ("NAME_EN", "name"),
        ("x", None),
    ],
)
def test_similar_names_of_columns_are_guessed(cast, head, field):
    run = upload(cast.strategy, "contact_types", table(head, "1"), by=cast.lea)
    assert run.mapping["columns"].get("0") == field


def test_the_number_of_queries_does_not_grow_with_the_rows(cast):
    cast.channel("App")
    asked = []
    for number in (5, 10, 400):  # the first one warms up
        rows = [
            f"Name {number} {n},app,self_service,mobile,lea@larkfield.example,App"
            for n in range(number)
        ]
        data = table("name,family,mode,owner_team,owner,agent_channel", *rows)
        run = upload(cast.strategy, "channels", data, by=cast.cole)
        with CaptureQueriesContext(connection) as seen:
            queries.plan_of(run, by=cast.cole, today=TODAY)
        asked.append(len(seen))
    assert asked[1:] == [6, 6]


def test_files_are_deleted_after_thirty_days(cast):
    run = check(cast.strategy, "channels", table("name", "x"), by=cast.lea)
    stray = store.folder() / store.keep(b"of a strategy that is gone")
    long_ago = (run.uploaded_at - dt.timedelta(days=31)).timestamp()
    os.utime(stray, (long_ago, long_ago))
    actions.clear_old(now=run.uploaded_at, by=None)
    assert not stray.exists()
    assert store.load(run.file)
    actions.clear_old(now=run.uploaded_at + dt.timedelta(days=31), by=None)
    run.refresh_from_db()
    assert (run.file, run.state, run.rows.count()) == ("", "discarded", 0)
    assert not list(store.folder().iterdir())


def test_the_file_of_an_abandoned_import_is_cleared_by_the_worker(cast):
    run = check(cast.strategy, "channels", table("name", "x"), by=cast.lea)
    job = Job.objects.get(kind=queries.CLEAR)
    assert job.due_at > run.uploaded_at + dt.timedelta(days=actions.KEPT_DAYS)
    assert run_due() == 0, "not before its time"
    past = dt.timedelta(days=actions.KEPT_DAYS + 1)
    ImportRun.objects.update(uploaded_at=run.uploaded_at - past)
    Job.objects.update(due_at=job.due_at - past)
    assert run_due() == 1
    run.refresh_from_db()
    assert (run.file, run.state) == ("", "discarded")
    assert not list(store.folder().iterdir())


@pytest.mark.parametrize(
    ("heads", "expected"),
    [
        ("service_id,service_name_en", {"0": "code", "1": "name"}),
        ("Name,serviceName,x", {"0": "name"}),  # it is there already
        ("first name,second name", {}),  # which of them?
        ("name or description", {}),  # of both
        ("nameless", {}),  # no word of it
    ],
)
def test_columns_are_guessed_by_a_single_word_where_one_field_fits(cast, heads, expected):
    run = upload(cast.strategy, "contact_types", table(heads, "1,2,3"), by=cast.lea)
    assert run.mapping["columns"] == expected
    exact = {"0"} if heads.startswith("Name") else set()
    assert {str(at) for at in run.mapping["guesses"]} == set(expected) - exact


def test_one_clearing_job_waits_for_all_files_and_leaves_the_next_one(cast):
    runs = [check(cast.strategy, "channels", table("name", "x"), by=cast.lea) for _each in "abc"]
    job = Job.objects.get(kind=queries.CLEAR)
    past = dt.timedelta(days=actions.KEPT_DAYS + 1)
    ImportRun.objects.filter(pk=runs[0].pk).update(uploaded_at=runs[0].uploaded_at - past)
    Job.objects.update(due_at=job.due_at - past)
    assert run_due() == 1
    assert [bool(run.file) for run in ImportRun.objects.order_by("pk")] == [False, True, True]
    following = Job.objects.get(kind=queries.CLEAR, state="queued")
    assert following.due_at > runs[1].uploaded_at + dt.timedelta(days=actions.KEPT_DAYS)
    ImportRun.objects.update(uploaded_at=runs[1].uploaded_at - past)
    Job.objects.filter(pk=following.pk).update(due_at=job.due_at - past)
    assert run_due() == 1
    assert not Job.objects.filter(kind=queries.CLEAR, state="queued").exists(), "nothing is left"


@pytest.mark.parametrize(("value", "field"), [("none", "authentication"), ("Y", None)])
def test_a_guess_from_a_similar_name_is_made_only_when_a_value_fits(cast, value, field):
    run = upload(
        cast.strategy, "contact_types", table("name,authenticationx", f"One,{value}"), by=cast.lea
    )
    assert run.mapping["columns"].get("1") == field


def test_a_preview_says_what_the_form_says_and_no_codes(cast):
    app = cast.channel("App", owner=cast.lea, life_cycle="live")
    (cast.channel("Chat"), cast.channel("Phone"))
    Transition.objects.create(
        strategy=cast.strategy, source=app, target=Channel.objects.get(name="Chat")
    )
    rows = table("name,owner,life_cycle", "App,cole@larkfield.example,planned")
    run = check(cast.strategy, "channels", rows, by=cast.lea)
    assert run.rows.get().changes == [
        ["Owner", "Lea Lead", "Cole Contributor"],
        ["Life cycle", "Live", "Planned"],
    ]
    rows = table(
        "name,channel,kind,accessibility,time_zone", 'New,App,phone,"text, step_free",Chicago'
    )
    said = {
        column: after
        for column, _was, after in check(cast.strategy, "points", rows, by=cast.lea)
        .rows.get()
        .changes
    }
    assert said["Accessibility"] == "A text route equal to voice, Step-free entrance"
    assert (said["Kind"], said["Channel"], said["Time zone"]) == (
        "Phone number",
        "App",
        "America/Chicago",
    )
    rows = table("name,is_vulnerable", "Members,y")
    changes = check(cast.strategy, "segments", rows, by=cast.lea).rows.get().changes
    assert changes[-1][1:] == ["", "yes"]
    run = check(
        cast.strategy, "transitions", table("source,target,reason", "App,Chat,partly"), by=cast.lea
    )
    assert run.rows.get().changes == [["Reason", "Not known", "Partly"]]


def test_references_with_one_name_are_told_apart_in_a_preview(cast):
    for code in ("B1", "B2"):
        ContactType.objects.create(strategy=cast.strategy, name="Billing", code=code)
    app = cast.channel("App")
    rows = table("channel,contact_type,starts_on,value", "App,B2,2026-01-01,5")
    run = check(cast.strategy, "measurements", rows, by=cast.lea)
    assert ["Contact type", "", "Billing (B2)"] in run.rows.get().changes
    assert run.rows.get().label == "Contacts · App · Billing · January 2026"
    assert app.measurements.count() == 0
