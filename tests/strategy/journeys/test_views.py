"""The pages of the journeys, asked by everybody."""

import json
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.history.models import ChangeSet
from portal.live import revisions
from strategy.journeys import actions
from strategy.journeys.models import Cell, Journey, Lane, Stage, Step
from strategy.journeys.queries import marks
from teams import grants
from tests.html import squeeze
from tests.strategy.journeys.conftest import draw


def url(drawn, name: str, **more) -> str:
    slug = drawn.journey.strategy.slug
    return reverse(
        f"strategy:journeys:{name}", kwargs={"slug": slug, "uid": drawn.journey.uid, **more}
    )


def cell_url(drawn, cell: Cell) -> str:
    return url(drawn, "cell", cell=cell.uid)


def text_of(response) -> str:
    return squeeze(response.content.decode())


# --- the list ---------------------------------------------------------------------------------------


def test_the_empty_list_teaches_the_next_step(cast):
    assert "Add the first journey" in text_of(cast.client(cast.cole).get(cast.url("journeys/")))
    page = text_of(cast.client(cast.rae).get(cast.url("journeys/")))
    assert "No journeys yet" in page
    assert "Add the first journey" not in page


def test_a_card_tells_what_the_journey_is_made_of(cast, drawn, gap_at):
    gap_at("Calls")
    channel = cast.channel()
    way, felt = drawn.cell("Calls", Lane.Kind.CHANNEL), drawn.cell("Calls", Lane.Kind.EMOTION)
    actions.edit_cell(cell=way, values={"channel": channel}, expected=1, by=cast.eve)
    actions.edit_cell(cell=felt, values={"emotion": -2}, expected=1, by=cast.eve)
    page = text_of(cast.client(cast.rae).get(cast.url("journeys/")))
    for shown in (
        "Ask about a claim",
        "Mobile",
        "2 stages",
        "5 steps",
        "1 channel:",
        "Claims app",
        '<span class="count count-bad">1</span>open gap',
        "Lowest: Angry (−2) at “Calls”",
        '<svg class="emotion-curve emotion-mini"',
    ):
        assert shown in page, shown


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Ask about a claim", "Find a doctor"]),
        ("q=doctor", ["Find a doctor"]),
        ("q=photos+claim", ["Ask about a claim"]),
        ("q=nothing", []),
        ("owner_team=mobile", ["Ask about a claim"]),
        ("owner_team=none", ["Find a doctor"]),
        ("page=99", ["Ask about a claim", "Find a doctor"]),
    ],
)
def test_the_list_is_searched_and_filtered(cast, drawn, query, expected):
    draw(cast, "Find a doctor", story=(("Look", ("Searches",)),), owner_team=None)
    response = cast.client(cast.rae).get(cast.url(f"journeys/?{query}"))
    assert [card.journey.name for card in response.context["page_obj"].object_list] == expected


def test_htmx_gets_the_list_only(cast, drawn):
    response = cast.client(cast.rae, htmx=True).get(cast.url("journeys/"))
    assert text_of(response).strip().startswith('<div id="journey-list">')
    assert "1 journey" in response.headers["HX-Trigger"]


def queries_of(client: Client, address: str) -> int:
    """Return how many queries a page takes once its pieces are drawn."""
    client.get(address)
    with CaptureQueriesContext(connection) as taken:
        assert client.get(address).status_code == 200
    return len(taken)


def test_the_list_takes_the_same_queries_however_many_journeys(cast, drawn):
    client = cast.client(cast.rae)
    few = queries_of(client, cast.url("journeys/"))
    for number in range(6):
        draw(cast, f"Journey {number}")
    assert queries_of(client, cast.url("journeys/")) == few


# --- the board --------------------------------------------------------------------------------------


def test_the_board_is_a_table_with_headers_for_stages_steps_and_lanes(cast, drawn):
    page = text_of(cast.client(cast.rae).get(drawn.journey.get_absolute_url()))
    assert page.count('scope="colgroup"') == 2
    assert page.count('scope="col"') == 1 + 5
    assert page.count('scope="row"') == 5 + 1
    assert page.count("<colgroup>") == 1 + 2 + 1
    assert page.count('<td class="cell') == 5 * 5
    assert "<title>Emotion from step to step</title>" in page
    assert "Gets a reminder: Pleased (+1)" in page


def test_outsiders_learn_nothing(cast, drawn):
    for person in (cast.olga, cast.remy):
        client = cast.client(person)
        for name in ("board", "table", "edit"):
            assert client.get(url(drawn, name)).status_code == 404
        assert client.get(cell_url(drawn, drawn.cell("Calls"))).status_code == 404
        assert client.post(url(drawn, "step_move")).status_code == 404


def test_a_reader_sees_words_and_no_buttons(cast, drawn):
    channel = cast.channel()
    way = drawn.cell("Calls", Lane.Kind.CHANNEL)
    actions.edit_cell(cell=way, values={"channel": channel}, expected=1, by=cast.eve)
    page = text_of(cast.client(cast.rae).get(drawn.journey.get_absolute_url()))
    assert "cell-button" not in page
    assert "data-sort-id" not in page
    assert f'<a href="{channel.get_absolute_url()}">Claims app</a>' in page
    assert "Only Mobile, editors and strategy leads can change this." in page


def test_a_reader_is_refused_with_a_sentence(cast, drawn):
    client = cast.client(cast.rae, htmx=True)
    cell = drawn.cell("Calls")
    for answer in (
        client.get(cell_url(drawn, cell)),
        client.post(cell_url(drawn, cell), {"text": "x", "version": 1}),
        client.get(url(drawn, "stage_add")),
        client.post(url(drawn, "step_move"), {"item": str(drawn.step("Calls").uid), "to": "back"}),
        client.post(url(drawn, "step_delete", part=drawn.step("Calls").uid)),
        client.post(url(drawn, "review")),
        client.post(url(drawn, "delete")),
    ):
        assert answer.status_code == 403
        assert "editors and strategy leads" in answer.headers["HX-Trigger"]
    assert drawn.cell("Calls").version == 1


def test_somebody_with_a_grant_only_sees_names_and_no_doors(cast, drawn, gap_at):
    gap = gap_at("Calls", title="Asked twice")
    channel = cast.channel()
    way = drawn.cell("Calls", Lane.Kind.CHANNEL)
    actions.edit_cell(cell=way, values={"channel": channel}, expected=1, by=cast.eve)
    grants.share(obj=drawn.journey, holder=cast.olga, level="view", by=cast.lea)
    page = text_of(cast.client(cast.olga).get(drawn.journey.get_absolute_url()))
    assert "Claims app" in page
    assert channel.get_absolute_url() not in page
    assert "G-1 Asked twice" in page
    assert gap.get_absolute_url() not in page
    assert cast.url("journeys/?") not in page
    assert f'href="{cast.url("journeys/")}"' not in page
    assert "cell-button" not in page


def test_somebody_with_a_grant_to_edit_edits_cells(cast, drawn):
    grants.share(obj=drawn.journey, holder=cast.olga, level="edit", by=cast.lea)
    client, cell = cast.client(cast.olga, htmx=True), drawn.cell("Calls")
    assert "cell-button" in text_of(client.get(drawn.journey.get_absolute_url()))
    answer = client.post(cell_url(drawn, cell), {"text": "Rings", "version": 1})
    assert answer.status_code == 200
    assert drawn.cell("Calls").text == "Rings"


def test_gaps_stand_under_their_step_and_can_be_logged_there(cast, drawn, gap_at):
    gap = gap_at("Calls", title="Asked for the number twice")
    settled = gap_at("Calls", title="Was fixed", number=2, state="resolved")
    page = text_of(cast.client(cast.cole).get(drawn.journey.get_absolute_url()))
    assert gap.title in page
    assert settled.title not in page
    step = drawn.step("Calls")
    assert f"gaps/add/?journey={drawn.journey.uid}&amp;step={step.uid}" in page
    assert "gaps/add/" not in text_of(cast.client(cast.rae).get(drawn.journey.get_absolute_url()))


def test_a_gap_that_changes_is_drawn_anew(cast, drawn, gap_at):
    from portal.history.record import change_set

    client = cast.client(cast.rae)
    gap = gap_at("Calls")
    assert gap.title in text_of(client.get(drawn.journey.get_absolute_url()))
    with change_set(by=cast.ada) as record:
        record.update(gap, title="Another title")
    assert "Another title" in text_of(client.get(drawn.journey.get_absolute_url()))
    with change_set(by=cast.ada) as record:
        record.update(gap, state="resolved")
    assert "Another title" not in text_of(client.get(drawn.journey.get_absolute_url()))


def test_a_renamed_channel_or_team_shows_at_once(cast, drawn):
    from portal.history.record import change_set

    channel, client = cast.channel(), cast.client(cast.rae)
    way, team = drawn.cell("Calls", Lane.Kind.CHANNEL), drawn.cell("Calls", Lane.Kind.TEAM)
    actions.edit_cell(cell=way, values={"channel": channel}, expected=1, by=cast.eve)
    actions.edit_cell(cell=team, values={"team": cast.care}, expected=1, by=cast.eve)
    client.get(drawn.journey.get_absolute_url())
    with change_set(by=cast.ada) as record:
        record.update(channel, name="Photo app", life_cycle="retiring")
        record.update(cast.care, name="Member care")
    page = text_of(client.get(drawn.journey.get_absolute_url()))
    for shown in ("Photo app", "life_cycle-retiring", "Member care"):
        assert shown in page, shown


def test_what_people_typed_is_never_markup(cast, drawn):
    cell = drawn.cell("Calls")
    actions.edit_cell(cell=cell, values={"text": "<b onclick=x>"}, expected=1, by=cast.eve)
    actions.rename_part(part=drawn.step("Calls"), name='"><i>', expected=1, by=cast.eve)
    page = text_of(cast.client(cast.eve).get(drawn.journey.get_absolute_url()))
    assert "<b onclick" not in page
    assert "<i>" not in page


def test_the_fragment_of_the_live_refresh_is_the_board_alone_with_its_revision(cast, drawn):
    revisions.bump(drawn.journey.uid)
    answer = cast.client(cast.rae, htmx=True).get(url(drawn, "table"))
    page = text_of(answer).strip()
    assert page.startswith('<div id="board"')
    assert 'data-live-revision="1"' in page
    assert "<html" not in page
    assert cast.client(cast.rae).get(url(drawn, "table")).status_code == 302


def test_the_board_reads_as_a_list_as_well(cast, drawn):
    page = text_of(cast.client(cast.rae).get(f"{drawn.journey.get_absolute_url()}?view=list"))
    assert "<h3>5. Calls</h3>" in page
    assert "Pleased (+1)" in page
    assert 'id="board-table"' not in page
    answer = cast.client(cast.rae, htmx=True).get(f"{url(drawn, 'table')}?view=list")
    assert "<h3>5. Calls</h3>" in text_of(answer)


def test_a_stage_without_steps_and_a_journey_without_stages_say_what_to_do(cast, drawn):
    for name in ("Gets a reminder", "Opens the app"):
        actions.delete_part(part=drawn.step(name), by=cast.eve)
    client = cast.client(cast.eve)
    page = text_of(client.get(drawn.journey.get_absolute_url()))
    assert "No step yet" in page
    assert page.count('<td class="cell') == 4 * 5
    for stage in Stage.objects.all():
        actions.delete_part(part=stage, by=cast.eve)
    page = text_of(client.get(drawn.journey.get_absolute_url()))
    assert "This journey has no stages" in page
    assert 'id="add-stage"' in page


@pytest.mark.parametrize("person", ["eve", "cole", "rae", "olga"])
@pytest.mark.parametrize("page", ["board", "table"])
def test_the_board_takes_the_same_queries_however_many_steps(cast, person, page):
    client = cast.client(getattr(cast, person), htmx=page == "table")
    taken = []
    for each in (1, 10):
        story = [(f"Stage {at}", [f"Step {at}.{n}" for n in range(each)]) for at in range(3)]
        drawn = draw(cast, f"Journey with {each}", story=story)
        grants.share(obj=drawn.journey, holder=cast.olga, level="edit", by=cast.lea)
        taken.append(queries_of(client, url(drawn, page)))
    assert taken[0] == taken[1] <= 18


# --- cells ------------------------------------------------------------------------------------------


def test_a_cell_opens_as_an_editor_with_its_version(cast, drawn):
    cell = drawn.cell("Calls")
    page = text_of(cast.client(cast.cole, htmx=True).get(cell_url(drawn, cell)))
    assert page.startswith(f'<td class="cell" id="cell-{cell.uid}"')
    assert '<input type="hidden" name="version" value="1"' in page
    assert "Calls for sure</textarea>" in page


@pytest.mark.parametrize("kind", Lane.Kind.values)
def test_every_kind_of_cell_saves_and_comes_back_with_the_focus(cast, drawn, kind):
    channel = cast.channel()
    values = {
        "text": ("text", "Rings", "Rings"),
        "pain": ("text", "Hurts", "Hurts"),
        "channel": ("channel", channel.pk, "Claims app"),
        "team": ("team", cast.care.pk, "Contact center"),
        "emotion": ("emotion", -2, "Angry"),
    }
    field, value, shown = values[kind]
    cell, client = drawn.cell("Calls", kind), cast.client(cast.cole, htmx=True)
    answer = client.post(cell_url(drawn, cell), {field: value, "version": 1})
    assert answer.status_code == 200
    assert shown in text_of(answer)
    assert "data-focus" in text_of(answer)
    answer = client.post(cell_url(drawn, cell), {field: "", "version": 2})
    assert answer.status_code == 200
    assert '<span class="add">Add</span>' in text_of(answer)
    cell.refresh_from_db()
    assert getattr(cell, field) in ("", None)


@pytest.mark.parametrize(
    ("kind", "sent", "sentence"),
    [
        ("text", {"text": "x" * 2001}, "at most 2000 characters"),
        ("emotion", {"emotion": "7"}, "not one of the available choices"),
        ("channel", {"channel": "999999"}, "not one of the available choices"),
        ("team", {"team": "x"}, "not one of the available choices"),
    ],
)
def test_what_a_cell_cannot_hold_is_refused_and_stays_in_the_editor(
    cast, drawn, kind, sent, sentence
):
    cell = drawn.cell("Calls", kind)
    answer = cast.client(cast.cole, htmx=True).post(cell_url(drawn, cell), {**sent, "version": 1})
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert "cell-editor" in text_of(answer)
    assert drawn.cell("Calls", kind).version == 1


def test_a_channel_of_another_strategy_cannot_be_named(cast, drawn):
    from strategy.inventory.actions import add_channel
    from tests.starting import start_strategy

    other = start_strategy(values={"name": "Other", "slug": "other"}, lead=cast.lea, by=cast.ada)
    facts = {"name": "Elsewhere", "family": "web", "mode": "hybrid"}
    channel = add_channel(strategy=other, values=facts, by=cast.ada)
    cell, client = drawn.cell("Calls", Lane.Kind.CHANNEL), cast.client(cast.eve, htmx=True)
    answer = client.post(cell_url(drawn, cell), {"channel": channel.pk, "version": 1})
    assert answer.status_code == 422
    assert "Elsewhere" not in text_of(answer)


def test_a_stale_save_is_answered_with_both_texts_in_the_cell(cast, drawn):
    cell = drawn.cell("Calls")
    actions.edit_cell(cell=drawn.cell("Calls"), values={"text": "theirs"}, expected=1, by=cast.lea)
    client = cast.client(cast.eve, htmx=True)
    answer = client.post(cell_url(drawn, cell), {"text": "mine", "version": 1})
    page = text_of(answer)
    assert answer.status_code == 409
    assert page.startswith(f'<td class="cell" id="cell-{cell.uid}"')
    assert '<span class="conflict-text" data-theirs>theirs</span>' in page
    assert "mine</textarea>" in page
    assert "Lea Lead saved this a moment ago" in page
    assert ">Take Lea’s text</button>" in page
    assert '<input type="hidden" name="version" value="2"' in page
    assert drawn.cell("Calls").text == "theirs"
    assert client.post(cell_url(drawn, cell), {"text": "mine", "version": 2}).status_code == 200
    assert drawn.cell("Calls").text == "mine"


def test_a_stale_choice_shows_both_as_words_and_keeps_mine(cast, drawn):
    cell = drawn.cell("Calls", Lane.Kind.EMOTION)
    actions.edit_cell(
        cell=drawn.cell("Calls", Lane.Kind.EMOTION), values={"emotion": 2}, expected=1, by=cast.lea
    )
    answer = cast.client(cast.eve, htmx=True).post(
        cell_url(drawn, cell), {"emotion": "-1", "version": 1}
    )
    page = text_of(answer)
    assert answer.status_code == 409
    assert "Delighted" in page
    assert "Annoyed" in page
    assert '<input type="hidden" name="emotion" value="-1">' in page


def test_a_team_that_repeats_the_channels_moves_with_the_channel(cast, drawn):
    app, line = cast.channel("App"), cast.channel("Line", owner_team=cast.care)
    nobodys = cast.channel("Leaflet", owner_team=None)
    way, owns = (drawn.cell("Calls", kind) for kind in (Lane.Kind.CHANNEL, Lane.Kind.TEAM))
    client = cast.client(cast.cole, htmx=True)

    def put(cell, **values):
        cell.refresh_from_db()
        answer = client.post(cell_url(drawn, cell), {**values, "version": cell.version})
        assert answer.status_code == 200
        owns.refresh_from_db()
        return json.loads(answer.headers.get("HX-Trigger", "{}")).get("toast", {}).get("text", "")

    assert put(way, channel=app.pk) == "", "a team that nobody stated is not made up"
    assert owns.team is None
    put(owns, team=cast.mobile.pk)
    assert put(way, channel=line.pk) == "The owning team moved with the channel: Contact center."
    assert owns.team == cast.care
    assert ChangeSet.objects.latest("pk").changes.count() == 2, "one act, undone as one"
    put(owns, team=cast.mobile.pk)
    assert put(way, channel=app.pk) == "", "a team of its own stays"
    assert put(way, channel=nobodys.pk) == (
        "The step has no owning team now: the new channel has none."
    )
    assert owns.team is None


def test_the_same_text_typed_twice_is_no_conflict(cast, drawn):
    cell = drawn.cell("Calls")
    actions.edit_cell(cell=drawn.cell("Calls"), values={"text": "same"}, expected=1, by=cast.lea)
    answer = cast.client(cast.eve, htmx=True).post(
        cell_url(drawn, cell), {"text": "same", "version": 1}
    )
    assert answer.status_code == 200
    assert drawn.cell("Calls").version == 2


@pytest.mark.parametrize("version", ["", "x", None])
def test_a_save_without_the_version_it_was_opened_with_never_overwrites(cast, drawn, version):
    sent = {"text": "mine"} if version is None else {"text": "mine", "version": version}
    answer = cast.client(cast.eve, htmx=True).post(cell_url(drawn, drawn.cell("Calls")), sent)
    assert answer.status_code in (409, 422)
    assert drawn.cell("Calls").text == "Calls for sure"


def test_a_deleted_cell_gives_the_text_back_with_410(cast, drawn):
    cell = drawn.cell("Calls")
    actions.delete_part(part=drawn.step("Calls"), by=cast.lea)
    client = cast.client(cast.eve, htmx=True)
    answer = client.post(cell_url(drawn, cell), {"text": "<mine>", "version": 1})
    assert answer.status_code == 410
    assert "&lt;mine&gt;</textarea>" in text_of(answer)
    assert client.get(cell_url(drawn, cell)).status_code == 410
    closed = client.get(f"{cell_url(drawn, cell)}?shown")
    assert (closed.status_code, closed.content) == (200, b"")


def test_giving_up_shows_the_cell_as_it_is_now(cast, drawn):
    cell = drawn.cell("Calls")
    actions.edit_cell(cell=drawn.cell("Calls"), values={"text": "theirs"}, expected=1, by=cast.lea)
    answer = cast.client(cast.eve, htmx=True).get(f"{cell_url(drawn, cell)}?shown")
    assert "theirs</span></button>" in text_of(answer)
    assert "data-focus" in text_of(answer)


def test_a_cell_is_found_under_its_own_journey_only(cast, drawn):
    other = draw(cast, "Find a doctor")
    client, cell = cast.client(cast.eve, htmx=True), other.cell("Calls")
    answer = client.post(cell_url(drawn, cell), {"text": "x", "version": 1})
    assert answer.status_code == 410
    assert other.cell("Calls").version == 1


def test_without_htmx_a_save_leads_back_to_the_board_and_a_refusal_to_a_page(cast, drawn):
    client, cell = cast.client(cast.eve), drawn.cell("Calls")
    answer = client.post(cell_url(drawn, cell), {"text": "Rings", "version": 1})
    assert answer.headers["Location"] == drawn.journey.get_absolute_url()
    answer = client.post(cell_url(drawn, cell), {"text": "again", "version": 1})
    assert answer.status_code == 409
    assert "<html" in text_of(answer)
    assert client.get(cell_url(drawn, cell)).status_code == 302


def test_a_signed_out_save_is_answered_with_401(drawn):
    answer = Client(headers={"HX-Request": "true"}).post(
        cell_url(drawn, drawn.cell("Calls")), {"text": "x", "version": 1}
    )
    assert answer.status_code == 401


# --- stages, steps and lanes ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "sent", "count"),
    [
        ("stage", {"name": "Hear back", "step": "Is paid"}, 3),
        ("step", {"name": "Signs in"}, 6),
        ("lane", {"name": "Backstage", "kind": "text"}, 6),
    ],
)
def test_a_part_is_asked_for_and_added(cast, drawn, kind, sent, count):
    where = f"?after={drawn.step('Calls').uid}" if kind == "step" else ""
    address, client = url(drawn, f"{kind}_add") + where, cast.client(cast.cole, htmx=True)
    assert 'id="dialog-title"' in text_of(client.get(address))
    refused = client.post(address, {"name": ""})
    assert refused.status_code == 422
    assert "HX-Retarget" not in refused.headers
    answer = client.post(address, sent)
    assert answer.status_code == 200
    assert answer.headers["HX-Retarget"] == "#board"
    events = json.loads(answer.headers["HX-Trigger"])
    assert events["announce"]["text"] == f"“{sent['name']}” is added."
    assert "dialog-close" in events
    model = {"stage": Stage, "step": Step, "lane": Lane}[kind]
    assert model.objects.count() == count
    assert drawn.is_whole()
    focus = json.loads(answer.headers["HX-Trigger-After-Settle"])["board-focus"]["id"]
    assert f'id="{focus}"' in text_of(answer)


def test_a_step_goes_where_it_was_asked_for(cast, drawn):
    client = cast.client(cast.cole, htmx=True)
    after = drawn.step("Takes photos").uid
    client.post(f"{url(drawn, 'step_add')}?after={after}", {"name": "Checks them"})
    stage = drawn.stage("Get ready").uid
    client.post(f"{url(drawn, 'step_add')}?stage={stage}", {"name": "Signs in"})
    names = [name for _stage, name in drawn.order()]
    assert names[2:5] == ["Signs in", "Takes photos", "Checks them"]
    answer = client.post(f"{url(drawn, 'step_add')}?stage={uuid.uuid4()}", {"name": "x"})
    assert answer.status_code == 422


def test_a_part_is_renamed_in_a_dialog_and_a_stale_name_is_refused(cast, drawn):
    step, client = drawn.step("Calls"), cast.client(cast.cole, htmx=True)
    address = url(drawn, "step_rename", part=step.uid)
    assert 'value="Calls"' in text_of(client.get(address))
    assert client.post(address, {"name": "Rings", "version": 1}).status_code == 200
    answer = client.post(address, {"name": "Phones", "version": 1})
    assert answer.status_code == 409
    assert "Rings" in text_of(answer)
    assert "Phones" in text_of(answer)
    assert "Keep my text" in text_of(answer)
    assert "Take what is saved" in text_of(answer), "it was their own other window"
    assert client.post(address, {"name": "Phones", "version": 2}).status_code == 200
    assert drawn.step("Phones").version == 3


def test_deleting_says_first_what_goes_with_it(cast, drawn, gap_at):
    gap_at("Calls")
    client = cast.client(cast.cole, htmx=True)
    stage = drawn.stage("File the claim")
    page = text_of(client.get(url(drawn, "stage_delete", part=stage.uid)))
    for shown in ("Delete “File the claim”?", "3 steps", "6 filled cells", "1 gap stays"):
        assert shown in page, shown
    assert drawn.stages() == ["Get ready", "File the claim"]
    page = text_of(client.get(url(drawn, "lane_delete", part=drawn.lane("pain").uid)))
    assert "Nothing is written there yet." in page
    page = text_of(client.get(url(drawn, "step_delete", part=drawn.step("Calls").uid)))
    assert "2 filled cells" in page


def test_a_deleted_part_can_be_brought_back_from_the_message(cast, drawn):
    client, step = cast.client(cast.eve, htmx=True), drawn.step("Calls")
    address = url(drawn, "step_delete", part=step.uid)
    assert "Undo brings it back." in text_of(client.get(address))
    answer = client.post(address)
    toast = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert toast["text"] == "“Calls” is deleted."
    assert not Step.objects.filter(pk=step.pk).exists()
    client.post(toast["undo_url"])
    assert drawn.step("Calls").uid == step.uid


def test_who_may_not_bring_a_part_back_is_told_who_can(cast, drawn):
    grants.share(obj=drawn.journey, holder=cast.olga, level="edit", by=cast.lea)
    client, step = cast.client(cast.olga, htmx=True), drawn.step("Calls")
    address = url(drawn, "step_delete", part=step.uid)
    assert "An editor can bring it back from the history." in text_of(client.get(address))
    assert "undo_url" not in client.post(address).headers["HX-Trigger"]


@pytest.mark.parametrize(
    ("sent", "expected", "said"),
    [
        (
            {"to": "back"},
            ["Takes photos", "Calls", "Gets stuck"],
            "step 4 of 5, in “File the claim”",
        ),
        ({"to": "on"}, ["Takes photos", "Gets stuck", "Calls"], "step 5 of 5"),
        ({"before": "Takes photos"}, ["Calls", "Takes photos", "Gets stuck"], "step 3 of 5"),
        ({"before": ""}, ["Takes photos", "Gets stuck", "Calls"], "step 5 of 5"),
    ],
)
def test_a_step_is_pushed_and_dropped(cast, drawn, sent, expected, said):
    client = cast.client(cast.cole, htmx=True)
    if sent.get("before"):
        sent = {"before": str(drawn.step(sent["before"]).uid)}
    answer = client.post(url(drawn, "step_move"), {"item": str(drawn.step("Calls").uid), **sent})
    assert answer.status_code == 200
    assert [name for stage, name in drawn.order() if stage == "File the claim"] == expected
    assert said in json.loads(answer.headers["HX-Trigger"])["announce"]["text"]


def test_a_stage_and_a_lane_are_pushed_and_dropped(cast, drawn):
    client = cast.client(cast.cole, htmx=True)
    item = str(drawn.stage("File the claim").uid)
    answer = client.post(url(drawn, "stage_move"), {"item": item, "to": "back"})
    assert "now 1 of 2" in answer.headers["HX-Trigger"]
    assert drawn.stages() == ["File the claim", "Get ready"]
    client.post(url(drawn, "stage_move"), {"item": item, "before": ""})
    assert drawn.stages() == ["Get ready", "File the claim"]
    pain = drawn.lane(Lane.Kind.PAIN)
    client.post(url(drawn, "lane_move"), {"item": str(pain.uid), "to": "back"})
    assert [lane.kind for lane in drawn.journey.lanes.all()][-2:] == ["pain", "emotion"]


@pytest.mark.parametrize("name", ["stage_move", "step_move", "lane_move"])
def test_moving_what_is_gone_is_refused_with_a_sentence(cast, drawn, name):
    client = cast.client(cast.cole, htmx=True)
    for sent in ({}, {"item": "x", "to": "back"}, {"item": str(uuid.uuid4()), "before": "x"}):
        answer = client.post(url(drawn, name), sent)
        assert answer.status_code == 422
        assert "Somebody deleted that meanwhile" in answer.headers["HX-Trigger"]


def test_parts_of_another_journey_are_not_found(cast, drawn):
    other = draw(cast, "Find a doctor")
    client = cast.client(cast.eve, htmx=True)
    for kind, part in (
        ("stage", other.stage("Get ready")),
        ("step", other.step("Calls")),
        ("lane", other.lane("text")),
    ):
        assert client.get(url(drawn, f"{kind}_rename", part=part.uid)).status_code == 404
        assert client.post(url(drawn, f"{kind}_delete", part=part.uid)).status_code == 404
        answer = client.post(url(drawn, f"{kind}_move"), {"item": str(part.uid), "to": "back"})
        assert answer.status_code == 422
    assert other.is_whole()


# --- facts ------------------------------------------------------------------------------------------


def test_a_journey_is_added_from_the_form(cast):
    client = cast.client(cast.eve)
    answer = client.post(
        cast.url("journeys/add/"), {"name": "Find a doctor", "customer": "A member"}
    )
    journey = Journey.objects.get()
    assert answer.headers["Location"] == journey.get_absolute_url()
    assert "to begin with" in text_of(client.get(journey.get_absolute_url()))
    answer = client.post(cast.url("journeys/add/"), {"name": "find a doctor"})
    assert answer.status_code == 422
    assert "exists already" in text_of(answer)


def test_a_contributor_chooses_among_their_own_teams(cast):
    client = cast.client(cast.cole)
    page = text_of(client.get(cast.url("journeys/add/")))
    assert "Mobile" in page
    assert "Contact center" not in page
    answer = client.post(cast.url("journeys/add/"), {"name": "x", "owner_team": cast.care.pk})
    assert answer.status_code == 422
    sent = {"name": "Ours", "owner_team": cast.mobile.pk}
    assert client.post(cast.url("journeys/add/"), sent).status_code == 302
    assert cast.client(cast.rae).get(cast.url("journeys/add/")).status_code == 403


def test_facts_are_edited_and_a_stale_form_shows_both(cast, drawn):
    client, address = cast.client(cast.eve), url(drawn, "edit")
    sent = {"name": "Ask about a claim", "goal": "Be paid", "owner_team": cast.mobile.pk}
    assert client.post(address, {**sent, "version": 1}).status_code == 302
    answer = client.post(address, {**sent, "goal": "Be heard", "version": 1})
    assert answer.status_code == 409
    assert "Be paid" in text_of(answer)
    assert "Be heard" in text_of(answer)


def test_a_journey_is_reviewed_and_deleted(cast, drawn):
    client = cast.client(cast.eve)
    assert client.post(url(drawn, "review")).status_code == 409, "nobody says what they saw"
    seen = {"version": marks([drawn.journey])[drawn.journey.pk]}
    assert client.post(url(drawn, "review"), seen).status_code == 302
    assert Journey.objects.get().reviewed_on is not None
    page = text_of(client.get(url(drawn, "edit")))
    assert "5 steps" in page
    assert "10 filled cells" in page
    version = Journey.objects.get().version
    assert client.post(url(drawn, "delete"), {"version": version - 1}).status_code == 409
    answer = client.post(url(drawn, "delete"), {"version": version})
    assert answer.headers["Location"] == cast.url("journeys/")
    assert not Journey.objects.exists()


@pytest.mark.parametrize("name", ["board", "table"])
def test_pages_to_read_refuse_to_be_written_to(cast, drawn, name):
    assert cast.client(cast.eve).post(url(drawn, name)).status_code == 405


@pytest.mark.parametrize("name", ["review", "delete", "step_move", "stage_move", "lane_move"])
def test_buttons_refuse_to_be_read(cast, drawn, name):
    assert cast.client(cast.eve).get(url(drawn, name)).status_code == 405
