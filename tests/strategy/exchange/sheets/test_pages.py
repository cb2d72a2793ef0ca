"""The screens of an import, from the file to the history; big files through the worker."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.jobs.engine import run_due
from portal.jobs.models import Job
from strategy.exchange.models import ImportMapping, ImportRun
from strategy.exchange.sheets import queries, tasks  # noqa: F401  (registers the handlers)
from strategy.inventory.models import Channel

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
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


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
