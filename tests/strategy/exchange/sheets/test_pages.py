"""The screens of an import, from the file to the history; big files through the worker."""

import csv
import datetime as dt
import io
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.history.record import change_set
from portal.jobs.engine import run_due
from portal.jobs.models import Job
from strategy.exchange.models import ImportMapping, ImportRun
from strategy.exchange.sheets import queries, tasks  # noqa: F401  (registers the handlers)
from strategy.exchange.sheets.kinds import KINDS
from strategy.inventory.models import (
    AccessDecision,
    AccessPoint,
    AccessPointContactType,
    Calendar,
    Channel,
    Measurement,
    SelfServiceOffer,
    ServiceObjective,
    Transition,
)
from strategy.plan.models import ContactType, Segment
from tests.strategy.exchange.sheets.conftest import bring_in, check, problems, with_points
from tests.world import build_world

DATA = "Name,Family,Mode,Owning team\r\nChat,chat,assisted,mobile\r\nFax,fax,assisted,mobile\r\n"


def send(client, cast, data=DATA, **more):
    facts = {"kind": "channels", "file": SimpleUploadedFile("list.csv", data.encode()), **more}
    return client.post(cast.url("import/"), facts)


def test_from_the_file_to_the_inventory(cast):
    client = cast.client(cast.cole)
    page = client.get(cast.url("import/")).content.decode()
    assert "agent_taps" in page, "the fields are described under the form"
    answer = send(client, cast)
    assert answer.status_code == 302
    columns = client.get(answer.url)
    assert "First values" in columns.content.decode()
    form = columns.context["form"]
    chosen = {column.name: column.target for column in form.columns}
    assert list(chosen.values()) == ["name", "family", "mode", "owner_team"]
    answer = client.post(answer.url, {**chosen, "do": "check"})
    page = client.get(answer.url).content.decode()
    assert "Import 1 row" in page
    assert "“fax” is not one of the choices" in page
    run = ImportRun.objects.get()
    rejected = client.get(cast.url(f"import/{run.uid}/rejected/")).content.decode("utf-8-sig")
    assert rejected.splitlines()[0] == "Name,Family,Mode,Owning team,What is wrong"
    assert rejected.splitlines()[1].startswith("Fax,fax,assisted,mobile,")
    only = client.get(cast.url(f"import/{run.uid}/?show=error")).content.decode()
    assert "row-3" in only
    assert "row-2" not in only
    assert client.post(cast.url(f"import/{run.uid}/apply/")).status_code == 302
    assert Channel.objects.get().name == "Chat"
    assert "can be undone" in client.get(cast.url(f"import/{run.uid}/")).content.decode()
    assert "Imported list.csv" in client.get(cast.url("history/")).content.decode()
    again = client.post(cast.url(f"import/{run.uid}/apply/"))
    assert again.status_code == 422
    reloaded = client.get(cast.url(f"import/{run.uid}/apply/"))
    assert (reloaded.status_code, reloaded.url) == (302, cast.url(f"import/{run.uid}/"))
    assert ImportMapping.objects.get().source == "list"


@pytest.mark.parametrize(
    ("data", "said"),
    [("", "empty"), ("name\r\n", "no row below"), ("x" * (10 * 2**20 + 1), "larger than 10 MB")],
)
def test_a_file_that_cannot_be_read_is_refused_on_the_form(cast, data, said):
    answer = send(cast.client(cast.lea), cast, data)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_two_columns_cannot_be_the_same_field(cast):
    client = cast.client(cast.lea)
    here = send(client, cast).url
    answer = client.post(here, {"column-0": "name", "column-1": "name", "do": "check"})
    assert answer.status_code == 422
    assert "is this already" in answer.content.decode()


def test_a_channel_is_added_while_columns_are_named_and_what_was_chosen_stays(cast):
    client = cast.client(cast.lea)
    here = send(client, cast, "code,what,calls\r\n1,One,5\r\n", kind="contact_types").url
    answer = client.post(
        here,
        {"column-1": "name", "do": "add", "name": "Phone", "family": "voice", "mode": "assisted"},
    )
    assert answer.status_code == 302
    form = client.get(here).context["form"]
    assert form["column-1"].value() == "name"
    assert not Channel.objects.exists()
    chosen = {"column-0": "code", "column-1": "name", "column-2": "figures:new0", "grain": "year"}
    refused = client.post(here, {**chosen, "do": "check"})
    assert "for which period" in refused.content.decode()
    answer = client.post(here, {**chosen, "do": "check", "starts_on": "2023-04-01"})
    client.post(cast.url(f"import/{ImportRun.objects.get().uid}/apply/"))
    assert Channel.objects.get().measurements.get().value == 5


def test_enquiries_and_transactions_of_one_channel_come_from_two_columns(cast):
    client = cast.client(cast.lea)
    app = cast.channel("App")
    data = "code,what,asked,done\r\n1,One,5,2\r\n2,Two,0,ND\r\n"
    here = send(client, cast, data, kind="contact_types").url
    chosen = {"column-0": "code", "column-1": "name", "column-2": f"figures:{app.uid}:ENQ",
              "column-3": f"figures:{app.uid}:TRX", "grain": "month", "starts_on": "2026-10-01"}  # fmt: skip
    page = client.get(client.post(here, {**chosen, "do": "check"}).url).content.decode()
    assert "App (Enquiries)" in page
    assert "App (Transactions)" in page
    client.post(cast.url(f"import/{ImportRun.objects.get().uid}/apply/"))
    found = app.measurements.values_list("contact_type__code", "metric", "status", "value")
    assert set(found) == {
        ("1", "ENQ", "value", 5), ("1", "TRX", "value", 2), ("2", "ENQ", "zero", None), ("2", "TRX", "no_data", None),
    }  # fmt: skip
    again = send(client, cast, data.replace("5,2", "6,2"), kind="contact_types").url
    client.post(again, {**chosen, "do": "check"})
    run = ImportRun.objects.first()
    assert run.counts == {"new": 0, "change": 1, "same": 1, "error": 0, "figures": 1}


def test_an_import_is_undone_from_its_page_and_says_who_did_it(cast):
    client = cast.client(cast.lea)
    run = bring_in(cast.strategy, "channels", DATA, by=cast.lea)
    page = client.get(run.get_absolute_url()).content.decode()
    address = re.search(r'action="([^"]+)" id="import-undo"', page)[1]
    assert "Undone" not in client.get(cast.url("import/")).content.decode()
    assert client.post(address).status_code == 302
    assert not Channel.objects.exists()
    page = client.get(run.get_absolute_url()).content.decode()
    assert "Undo this import" not in page
    assert f"{cast.lea} undid this import on " in page
    start = client.get(cast.url("import/")).content.decode()
    assert "Undone" in start
    assert "Applied" not in start


def test_the_period_of_figures_is_chosen_for_each_file_and_said_in_words(cast):
    client = cast.client(cast.lea)
    app = cast.channel("App")
    data = "code,what,calls\r\n1,One,5\r\n"
    here = send(client, cast, data, kind="contact_types", source="Phones").url
    form = client.get(here).context["form"]
    assert (form["grain"].value(), form["starts_on"].value()) == ("month", None)
    chosen = {"column-0": "code", "column-1": "name", "column-2": f"figures:{app.uid}",
              "grain": "month", "starts_on": "2026-10-01", "do": "check"}  # fmt: skip
    page = client.get(client.post(here, chosen).url).content.decode()
    period, button = page.index("Figures of October 2026"), page.index("Import 1 row")
    assert period < button
    again = send(client, cast, data, kind="contact_types", source="Phones").url
    form = client.get(again).context["form"]
    assert form["column-2"].value() == chosen["column-2"], "the columns are remembered"
    assert not form["starts_on"].value(), "the period is another one"


@pytest.mark.parametrize("copy", ["", " (1)", " corrected"])
def test_corrected_rows_keep_the_columns_and_the_period_of_their_import(cast, copy):
    client = cast.client(cast.lea)
    app = cast.channel("App")
    cast.channel("Site")
    data = "code,what,calls,also\r\n1,One,5,NA\r\n2,,7,3\r\n"
    here = send(client, cast, data, kind="contact_types", source="ct 2").url
    chosen = {"column-0": "code", "column-1": "name", "column-2": f"figures:{app.uid}",
              "grain": "month", "starts_on": "2026-10-01", "do": "check"}  # fmt: skip
    page = client.get(here).content.decode()
    assert "2 columns with numbers are left out" in page
    client.post(here, chosen)
    page = client.get(here).content.decode()
    assert "1 column with numbers is left out" in page
    assert "also. If they hold contacts" in page
    run = ImportRun.objects.get()
    assert run.counts["error"] == 1
    answer = client.get(cast.url(f"import/{run.uid}/rejected/"))
    name = re.search(r'filename="([^"]+)\.csv"', answer["Content-Disposition"])[1]
    body = answer.content.decode("utf-8-sig").replace("2,,7", "2,Two,7")
    file = SimpleUploadedFile(f"{name}{copy}.csv", body.encode())
    again = send(client, cast, kind="contact_types", file=file).url
    page = client.get(again)
    assert "These are rejected rows of “ct 2”" in page.content.decode()
    form = page.context["form"]
    assert form["column-2"].value() == chosen["column-2"]
    assert str(form["starts_on"].value()) == "2026-10-01"
    assert ImportRun.objects.first().source == "ct 2"


def test_a_file_that_is_only_called_so_has_its_own_source(cast):
    file = SimpleUploadedFile("x_rejected_0123abcd.csv", DATA.encode())
    page = cast.client(cast.lea).get(send(cast.client(cast.lea), cast, file=file).url)
    assert "These are rejected rows" not in page.content.decode()
    assert ImportRun.objects.get().source == "x_rejected_0123abcd"


def test_a_big_file_is_left_to_the_worker(cast, monkeypatch):
    monkeypatch.setattr(queries, "BIG", 1)
    client = cast.client(cast.lea)
    here = send(client, cast).url
    chosen = {"column-0": "name", "column-1": "family", "column-2": "mode", "do": "check"}
    client.post(here, chosen)
    run = ImportRun.objects.get()
    assert run.state == "checking"
    page = client.get(run.get_absolute_url()).content.decode()
    assert "No worker is running" in page
    assert "every 1s" in page
    assert run_due() == 1
    run.refresh_from_db()
    assert (run.state, run.counts["new"], run.counts["error"]) == ("checked", 1, 1)
    client.post(cast.url(f"import/{run.uid}/apply/"))
    run.refresh_from_db()
    assert run.state == "applying"
    assert run_due() == 1
    run.refresh_from_db()
    assert run.state == "applied"
    assert Channel.objects.get().name == "Chat"
    assert set(Job.objects.exclude(kind=queries.CLEAR).values_list("state", flat=True)) == {"done"}


def test_the_worker_says_why_it_imported_nothing(cast, monkeypatch):
    monkeypatch.setattr(queries, "BIG", 1)
    client = cast.client(cast.lea)
    here = send(client, cast).url
    client.post(here, {"column-0": "name", "column-1": "family", "column-2": "mode", "do": "check"})
    run_due()
    run = ImportRun.objects.get()
    client.post(cast.url(f"import/{run.uid}/apply/"))
    cast.channel("Chat")
    run_due()
    run.refresh_from_db()
    assert run.state == "checked"
    assert "since the preview" in client.get(run.get_absolute_url()).content.decode()
    assert Job.objects.filter(state="done").count() == 2
    assert Channel.objects.count() == 1


def test_a_discarded_import_is_not_checked_or_applied_any_more(cast):
    client = cast.client(cast.lea)
    here = send(client, cast).url
    run = ImportRun.objects.get()
    assert client.post(cast.url(f"import/{run.uid}/discard/")).status_code == 302
    assert client.post(cast.url(f"import/{run.uid}/check/")).status_code == 422
    assert client.get(here).status_code == 302
    assert "was discarded" in client.get(run.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Chat", "Desk", "Line"]),
        ("?sort=-name", ["Line", "Desk", "Chat"]),
        ("?family=voice", ["Line"]),
        ("?q=de", ["Desk"]),
        ("?lens=mobile", ["Chat"]),
        ("?family=voice&order_by=owner__password", ["Line"]),
    ],
)
def test_an_export_is_exactly_what_the_list_shows(cast, query, names):
    cast.channel("Chat", family="app", device="mobile")
    cast.channel("Line", family="voice", mode="assisted", device="none")
    cast.channel("Desk", family="in_person", mode="assisted", device="none")
    text = (
        cast.client(cast.rae)
        .get(cast.url(f"export/channels.csv{query}"))
        .content.decode("utf-8-sig")
    )
    assert [line.split(",")[2] for line in text.splitlines()[1:]] == names


def test_an_export_has_the_columns_that_the_address_names(cast):
    cast.channel("=1+1", vendor="-x")
    answer = cast.client(cast.rae).get(cast.url("export/channels.csv?columns=vendor,name,nonsense"))
    assert answer.content.startswith(b"\xef\xbb\xbfid,version,vendor,name\r\n")
    assert answer.content.decode().splitlines()[1].endswith(",1,'-x,'=1+1")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert cast.client(cast.rae).get(cast.url("export/secrets.csv")).status_code == 404
    assert cast.client(cast.rae).get(cast.url("export/channels.exe")).status_code == 404


@pytest.mark.parametrize("state", ["checking", "applying"])
def test_an_import_that_nobody_works_on_can_be_named_anew_or_discarded(cast, state):
    client = cast.client(cast.lea)
    here = send(client, cast).url
    run = ImportRun.objects.get()
    ImportRun.objects.update(state=state)
    page = client.get(cast.url(f"import/{run.uid}/")).content.decode()
    assert "Nobody works on this any more" in page
    assert f"import/{run.uid}/discard/" in page
    assert client.get(here).status_code == 200, "the columns can be named again"
    client.post(cast.url(f"import/{run.uid}/discard/"))
    run.refresh_from_db()
    assert run.state == "discarded"


# --- exports of what is shown ----------------------------------------------------------------------------


def shown_to_rae(cast, page: str) -> list[list[str]]:
    """Return the rows of the file to which the page links, without head, ids and versions."""
    client = cast.client(cast.rae)
    text = client.get(cast.url(page)).content.decode()
    (link,) = re.findall(r'href="([^"]*/export/\w+\.csv[^"]*)"', text)
    data = client.get(unescape(link)).content.decode("utf-8-sig")
    return [row[2:] for row in csv.reader(io.StringIO(data))][1:]


def save(cast, *rows):
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        for row in rows:
            record.create(row)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Store page", "Desk", "Line"]),
        ("?sort=name", ["Desk", "Line", "Store page"]),
        ("?sort=-name&page=1", ["Store page", "Line", "Desk"]),
        ("?kind=phone", ["Line"]),
        ("?q=des", ["Desk"]),
        ("?team=care", ["Desk"]),
        ("?open=open", ["Line"]),
        ("?open=unknown&sort=-name", ["Store page", "Desk"]),
        ("?lens=mobile", ["Store page"]),
    ],
)
def test_access_points_are_exported_as_they_are_shown(cast, query, names):
    app = cast.channel("App", family="app", device="mobile")
    voice = cast.channel("Voice", family="voice", mode="assisted", device="none")
    always = {"hours": "Mon-Sun 00:00-24:00", "time_zone": "America/Chicago"}
    save(
        cast,
        AccessPoint(channel=app, name="Store page", kind="app"),
        AccessPoint(channel=voice, name="Line", kind="phone", **always),
        AccessPoint(channel=voice, name="Desk", kind="place", owner_team=cast.care),
    )
    rows = shown_to_rae(cast, f"channels/points/{query}")
    assert [row[1] for row in rows] == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Alone", "Bills", "Late bill"]),
        ("?q=bill", ["Bills", "Late bill"]),
        ("?kind=complaint", ["Late bill"]),
        ("?self_service=suited", ["Alone"]),
    ],
)
def test_contact_types_are_exported_as_they_are_shown(cast, query, names):
    bills = ContactType(strategy=cast.strategy, name="Bills")
    late = ContactType(strategy=cast.strategy, name="Late bill", kind="complaint", parent=bills)
    alone = ContactType(strategy=cast.strategy, name="Alone", self_service="suited")
    save(cast, bills, late, alone)
    rows = shown_to_rae(cast, f"channels/contact-types/{query}")
    assert [row[1] for row in rows] == names


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        ("", [["App", "Line"], ["Line", "Web"]]),
        ("?family=web", [["Line", "Web"]]),
        ("?fact=broken", [["App", "Line"]]),
        ("?lens=mobile", [["App", "Line"]]),
    ],
)
def test_transitions_are_exported_as_they_are_shown(cast, query, pairs):
    app = cast.channel("App", family="app", device="mobile")
    line = cast.channel("Line", family="voice", mode="assisted", device="none")
    web = cast.channel("Web", family="web", device="any")
    for source, target, status in ((app, line, "broken"), (line, web, "not_built")):
        save(cast, Transition(strategy=cast.strategy, source=source, target=target, status=status))
    rows = shown_to_rae(cast, f"channels/transitions/{query}")
    assert [row[:2] for row in rows] == pairs


@pytest.mark.parametrize(
    ("query", "cells"),
    [
        ("", [["Bill", "Web"], ["Bill", "App"], ["Claim", "App"]]),
        ("?only=unsaid", [["Claim", "App"]]),
        ("?q=bil", [["Bill", "Web"], ["Bill", "App"]]),
    ],
)
def test_self_service_is_exported_as_it_is_shown(cast, query, cells):
    app, web = cast.channel("App", family="app"), cast.channel("Web", family="web")
    gone = cast.channel("Old web", family="web", life_cycle="retired")
    bill, claim = (ContactType(strategy=cast.strategy, name=name) for name in ("Bill", "Claim"))
    save(cast, bill, claim)
    for kind, channel in ((bill, app), (bill, web), (claim, app), (claim, gone)):
        save(cast, SelfServiceOffer(contact_type=kind, channel=channel, extent="full"))
    rows = shown_to_rae(cast, f"channels/self-service/{query}")
    assert [row[:2] for row in rows] == cells
    every = cast.client(cast.rae).get(cast.url("export/offers.csv")).content.decode()
    assert "Old web" in every, "without the page's filters nothing is left out"


@pytest.mark.parametrize(
    ("query", "cells"),
    [
        ("", [["Members", "Bill", "Web"], ["Members", "Bill", "App"], ["Members", "Claim", "App"]]),
        ("?family=app", [["Members", "Bill", "App"], ["Members", "Claim", "App"]]),
        ("?q=claim", [["Members", "Claim", "App"]]),
        ("?undecided=on", [["Members", "Claim", "App"]]),
        ("?lens=mobile&q=bill", [["Members", "Bill", "App"]]),
    ],
)
def test_the_access_matrix_is_exported_as_it_is_shown(cast, query, cells):
    app = cast.channel("App", family="app", device="mobile")
    web = cast.channel("Web", family="web", device="desktop")
    bill, claim = (ContactType(strategy=cast.strategy, name=name) for name in ("Bill", "Claim"))
    members, others = (Segment(strategy=cast.strategy, name=name) for name in ("Members", "Others"))
    save(cast, bill, claim, members, others)
    for segment, kind, channel in (
        (members, bill, app),
        (members, bill, web),
        (members, claim, app),
        (others, claim, web),
    ):
        facts = {"segment": segment, "contact_type": kind, "channel": channel}
        save(cast, AccessDecision(choice="preferred", **facts))
    rows = shown_to_rae(cast, f"channels/matrix/{members.uid}/{query}")
    assert [row[:3] for row in rows] == cells
    client = cast.client(cast.rae)
    assert client.get(cast.url("export/decisions.csv")).content.count(b"preferred") == 4
    for nobody in ("x", web.uid):
        answer = client.get(cast.url(f"export/decisions.csv?segment={nobody}"))
        assert answer.content.count(b"preferred") == 0


def test_segments_and_promises_are_exported_as_they_are_shown(cast):
    app = cast.channel("App", family="app", device="mobile")
    web = cast.channel("Web", family="web", device="desktop")
    save(cast, Segment(strategy=cast.strategy, name="Members"))
    for channel in (web, app):
        save(cast, ServiceObjective(channel=channel, name="X", metric="CSAT", target=80))
    assert [row[0] for row in shown_to_rae(cast, "channels/segments/")] == ["Members"]
    promises = "channels/service-objectives/"
    assert [row[0] for row in shown_to_rae(cast, promises)] == ["App", "Web"]
    assert [row[0] for row in shown_to_rae(cast, f"{promises}?lens=mobile")] == ["App"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_asks_no_more_for_more_rows(cast, kind):
    client = cast.client(cast.rae)
    asked = []
    for mark in "ab":
        more_of_everything(cast, mark)
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(cast.url(f"export/{kind}.csv"))
        asked.append(len(seen))
        assert answer.content.count(b"\r\n") > 5
    assert asked[0] == asked[1]


def more_of_everything(cast, mark: str):
    for n in range(5):
        app = cast.channel(f"{mark}{n}", family="app", owner=cast.cole)
        other = cast.channel(f"other {mark}{n}", family="web", owner=cast.eve)
        kind = ContactType(strategy=cast.strategy, name=f"{mark}{n}")
        segment = Segment(strategy=cast.strategy, name=f"{mark}{n}")
        point = AccessPoint(channel=app, name=f"{mark}{n}", kind="app", owner=cast.eve)
        calendar = Calendar(strategy=cast.strategy, name=f"{mark}{n}")
        save(cast, kind, segment, point, calendar)
        save(
            cast,
            AccessPointContactType(point=point, contact_type=kind),
            Transition(strategy=cast.strategy, source=app, target=other, tested_by=cast.eve),
            SelfServiceOffer(contact_type=kind, channel=app, extent="full"),
            ServiceObjective(channel=app, point=point, name="X", metric="CSAT", target=80),
            Measurement(channel=app, starts_on=dt.date(2026, 10, 1), status="zero"),
            AccessDecision(segment=segment, contact_type=kind, channel=app, choice="preferred"),
        )


def test_a_file_of_which_nothing_can_be_imported_says_how_many_rows_are_rejected(cast):
    run = check(cast.strategy, "channels", "name,family\r\nChat,x\r\nMail,y\r\n", by=cast.lea)
    page = cast.client(cast.lea).get(run.get_absolute_url()).content.decode()
    assert "There is nothing to import: 2 rows are rejected." in page


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_has_a_template_whose_example_can_be_imported(cast, kind, form):
    world = build_world(cast)
    with_points(world)
    client = cast.client(cast.rae)
    answer = client.get(cast.url(f"export/{kind}.{form}?template"))
    run = check(cast.strategy, kind, answer.content, by=cast.lea, name=f"x.{form}")
    assert not problems(run)
    assert run.row_count == 1


def test_the_start_page_says_of_every_kind_what_a_row_is_and_opens_the_one_asked_for(cast):
    page = cast.client(cast.lea).get(cast.url("import/?kind=contact_types")).content.decode()
    for kind in KINDS.values():
        assert unescape(str(kind.holds)) in unescape(page)
        assert f"export/{kind.key}.csv?template" in page
    assert 'id="fields-contact_types" open' in page
    assert 'id="fields-channels" >' in page
    assert "Contacts of a channel" in page
    assert '<option value="contact_types" selected>' in page


def test_import_stands_beside_export_for_who_may(cast):
    world = build_world(cast)
    with_points(world)
    pages = {
        "channels": "list",
        "points": "points",
        "contact_types": "contact_types",
        "segments": "segments",
        "transitions": "transitions",
        "objectives": "service_objectives",
        "offers": "parity",
        "decisions": "matrix",
    }
    for kind, name in pages.items():
        page = reverse(f"strategy:inventory:{name}", args=[cast.strategy.slug])
        page += "?view=list" if kind == "transitions" else ""
        link = f"import/?kind={kind}"
        assert link in cast.client(cast.cole).get(page, follow=True).content.decode(), kind
        assert link not in cast.client(cast.rae).get(page, follow=True).content.decode(), kind
