"""Many channels in one act: together with the same values, and as a grid; conflicts, policy, undo."""

import datetime as dt
import re
import uuid

import pytest

from portal.history.models import Change, ChangeSet
from strategy.home.actions import undo_change
from strategy.inventory.actions import delete_channel, edit_channel
from strategy.inventory.lists import actions
from strategy.inventory.models import Channel
from teams import grants
from teams.access import Denied
from teams.models import User
from tests.html import squeeze


@pytest.fixture
def three(cast):
    """Two channels of the Mobile team and one of the contact center."""
    return [
        cast.channel("App", family="app", vendor="Acme"),
        cast.channel("Site", family="web", deputy=cast.rae),
        cast.channel("Line", family="voice", mode="assisted", owner_team=cast.care),
    ]


def together(cast, rows=(), **more):
    chosen = "&".join(
        [*(f"row={row.uid}" for row in rows), *(f"{key}={value}" for key, value in more.items())]
    )
    return cast.url(f"channels/lists/edit/?{chosen}")


def agreed(response) -> str:
    return re.search(r'name="rows" value="([^"]*)"', response.content.decode())[1]


def now(channel):
    return Channel.objects.get(pk=channel.pk)


# --- together --------------------------------------------------------------------------------------
def test_many_channels_change_in_one_act_with_a_reason_and_one_undo(cast, three):
    client = cast.client(cast.eve)
    address = together(cast, three)
    values = {
        "life_cycle": "retiring",
        "vendor": "",
        "empty": ["vendor", "deputy"],
        "reason": "Contract ends",
    }
    shown = client.post(address, {**values, "step": "preview"})
    said = squeeze(re.sub(r"<[^>]+>", " ", shown.content.decode()))
    assert "3 channels would change" in said
    assert "Vendor and contract Acme — 1" in said
    assert "Life cycle Live Retiring 3" in said
    assert not Change.objects.filter(after__life_cycle="retiring").exists(), (
        "nothing is changed by looking"
    )
    before = ChangeSet.objects.count()
    done = client.post(address, {**values, "step": "apply", "rows": agreed(shown)})
    assert done.status_code == 302
    assert ChangeSet.objects.count() == before + 1
    act = ChangeSet.objects.latest("pk")
    assert act.reason == "Contract ends"
    assert act.changes.count() == 3
    assert [now(row).life_cycle for row in three] == ["retiring"] * 3
    assert (now(three[0]).vendor, now(three[1]).deputy, now(three[0]).version) == ("", None, 2)
    assert "3 channels are changed." in client.get(cast.url("channels/")).content.decode()
    undo_change(chosen=act, strategy=cast.strategy, by=cast.eve)
    assert [now(row).life_cycle for row in three] == ["live"] * 3
    assert (now(three[0]).vendor, now(three[1]).deputy) == ("Acme", cast.rae)


def test_all_that_the_list_found_is_chosen_at_once(cast, three):
    shown = cast.client(cast.eve).post(
        together(cast, all="on", now="vendor__empty%3Dtrue"),
        {"hours": "Mon-Fri", "step": "preview"},
    )
    assert {one.split(":")[0] for one in agreed(shown).split()} == {
        str(three[1].uid),
        str(three[2].uid),
    }


def test_the_preview_tells_which_seals_break_and_what_becomes_late(cast, three):
    ago = dt.date.today() - dt.timedelta(days=40)
    Channel.objects.update(reviewed_on=ago, review_every_days=180)

    def seen(person, **values):
        answer = cast.client(person).post(together(cast, three[:2]), {"step": "preview", **values})
        return squeeze(answer.content.decode())

    page = seen(cast.eve, review_every_days="30")
    assert "Breaks the seal of 2 channels" in page
    assert "Makes 2 channels late for their review." in page
    page = seen(cast.eve, vendor="Acme")
    assert "Breaks the seal of one channel" in page, "one has that vendor already"
    assert "for its review" not in page
    page = seen(cast.cole, review_every_days="30")
    assert "Breaks the seal" not in page, "the channels are his team's"
    assert "Makes 2 channels late" in page


def test_rows_that_say_so_already_are_counted_and_left_alone(cast, three):
    client = cast.client(cast.eve)
    shown = client.post(together(cast, three), {"family": "web", "step": "preview"})
    assert "One says so already." in shown.content.decode()
    client.post(together(cast, three), {"family": "web", "step": "apply", "rows": agreed(shown)})
    assert [now(row).version for row in three] == [2, 1, 2]


def test_what_one_may_not_change_is_named_before_and_not_touched(cast, three):
    client = cast.client(cast.cole)
    form = client.get(together(cast, three)).content.decode()
    assert "One channel stays as it is: you may not change it" in form
    assert "Line (Contact center)" in squeeze(form)
    shown = client.post(together(cast, three), {"hours": "Mon-Fri", "step": "preview"})
    assert str(three[2].uid) not in agreed(shown)
    client.post(together(cast, three), {"hours": "Mon-Fri", "step": "apply", "rows": agreed(shown)})
    assert [now(row).hours for row in three] == ["Mon-Fri", "Mon-Fri", ""]


def test_a_forged_row_is_refused_and_nothing_is_saved(cast, three):
    forged = " ".join(f"{row.uid}:{row.version}" for row in three)
    answer = cast.client(cast.cole).post(
        together(cast, three), {"hours": "Mon-Fri", "step": "apply", "rows": forged}
    )
    assert answer.status_code == 403
    assert [now(row).hours for row in three] == ["", "", ""]


def test_what_is_shared_for_editing_may_be_changed_with_the_rest(cast, three):
    grants.share(obj=three[2], holder=cast.cole, level="edit", by=cast.lea)
    shown = cast.client(cast.cole).post(together(cast, three), {"hours": "9-5", "step": "preview"})
    assert str(three[2].uid) in agreed(shown)


def test_rows_changed_meanwhile_are_reported_and_nothing_is_half_saved(cast, three):
    client = cast.client(cast.eve)
    shown = client.post(together(cast, three), {"hours": "Mon-Fri", "step": "preview"})
    edit_channel(channel=now(three[1]), values={"purpose": "Theirs"}, expected=1, by=cast.lea)
    answer = client.post(
        together(cast, three), {"hours": "Mon-Fri", "step": "apply", "rows": agreed(shown)}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Nothing is saved" in page
    assert "<b>Site</b>: Lea Lead saved it" in squeeze(page)
    assert [now(row).hours for row in three] == ["", "", ""]
    again = client.post(
        together(cast, three), {"hours": "Mon-Fri", "step": "apply", "rows": agreed(answer)}
    )
    assert again.status_code == 302
    assert [now(row).hours for row in three] == ["Mon-Fri"] * 3
    assert now(three[1]).purpose == "Theirs"


def test_a_row_deleted_meanwhile_is_reported(cast, three):
    client = cast.client(cast.eve)
    shown = client.post(together(cast, three), {"hours": "Mon-Fri", "step": "preview"})
    delete_channel(channel=now(three[1]), expected=1, by=cast.lea)
    answer = client.post(
        together(cast, three), {"hours": "Mon-Fri", "step": "apply", "rows": agreed(shown)}
    )
    assert answer.status_code == 409
    assert "One of them was deleted." in answer.content.decode()
    assert now(three[0]).hours == ""


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "Nothing is to change yet."),
        ({"family": "pigeon"}, "not one of the available choices"),
        ({"agent_taps": "51"}, "less than or equal to 50"),
        ({"vendor": "Acme", "empty": ["vendor"]}, "not both"),
        ({"empty": ["family"]}, "not one of the available choices"),
        ({"hours": "x" * 121}, "at most 120 characters"),
        ({"launched_on": "2999-01-01"}, "What is live is launched already"),
    ],
)
def test_values_that_cannot_be_are_refused_before_anything_is_saved(cast, three, values, sentence):
    answer = cast.client(cast.eve).post(together(cast, three), {**values, "step": "preview"})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert 'value="apply"' not in answer.content.decode()


def test_one_row_that_is_refused_keeps_all_from_being_saved(cast, three):
    edits = [
        actions.Edit(three[0].uid, 1, {"hours": "9-5"}),
        actions.Edit(three[1].uid, 1, {"name": "APP"}),
    ]
    with pytest.raises(actions.BadRow, match="exists already"):
        actions.edit_channels(strategy=cast.strategy, edits=edits, by=cast.eve)
    assert now(three[0]).hours == ""


def test_readers_change_nothing_and_nothing_chosen_leads_back(cast, three):
    assert cast.client(cast.rae).get(together(cast, three)).status_code == 403
    with pytest.raises(Denied):
        actions.edit_channels(
            strategy=cast.strategy,
            edits=[actions.Edit(three[0].uid, 1, {"hours": "9"})],
            by=cast.rae,
        )
    answer = cast.client(cast.eve).get(together(cast, row="nonsense", now="family%3Dapp"))
    assert answer.headers["Location"] == cast.url("channels/?family=app")


def test_channels_of_another_strategy_are_not_reached(cast, three):
    from tests.starting import start_strategy

    other = start_strategy(values={"name": "Other", "slug": "other"}, lead=cast.lea, by=cast.ada)
    with pytest.raises(actions.ManyStale):
        actions.edit_channels(
            strategy=other, edits=[actions.Edit(three[0].uid, 1, {"hours": "9"})], by=cast.lea
        )
    answer = cast.client(cast.lea).get(f"/s/other/channels/lists/edit/?row={three[0].uid}")
    assert answer.status_code == 302


@pytest.mark.parametrize("count", [3, 40])
def test_looking_takes_the_same_queries_however_many_rows(cast, count, django_assert_num_queries):
    rows = [cast.channel(f"C {n}", owner=cast.eve, deputy=cast.lea) for n in range(count)]
    client = cast.client(cast.cole)
    values = {"hours": "Mon-Fri", "owner": cast.cole.pk, "step": "preview"}
    client.post(together(cast, rows), values)
    with django_assert_num_queries(9):
        client.post(together(cast, rows), values)


@pytest.mark.parametrize("count", [3, 40])
def test_changing_takes_the_same_queries_however_many_rows(
    cast, count, django_assert_max_num_queries
):
    rows = [
        cast.channel(f"C {n}", owner=cast.cole, deputy=cast.rae, owner_team=cast.care)
        for n in range(count)
    ]
    values = {"owner": cast.lea, "deputy": None, "owner_team": cast.mobile, "vendor": "Acme"}
    edits = [actions.Edit(row.uid, 1, values) for row in rows]
    with django_assert_max_num_queries(14):
        done = actions.edit_channels(strategy=cast.strategy, edits=edits, by=cast.eve)
    assert done == count
    row = now(rows[0])
    assert (row.owner, row.deputy, row.vendor, row.version) == (cast.lea, None, "Acme", 2)
    assert row.unsealed_by == cast.eve
    change = Change.objects.get(object_uid=row.uid, kind="update")
    assert (change.before["owner"], change.after["owner"]) == (
        str(cast.cole.uid),
        str(cast.lea.uid),
    )


@pytest.mark.parametrize(
    ("values", "sentence"),
    [({"owner": User(pk=10**6, name="Nobody")}, "not a valid choice"), ({"retires_on": dt.date(1999, 1, 1)}, "before")],
    ids=["a link to nobody", "days"],
)  # fmt: skip
def test_what_the_database_would_refuse_is_told_of_its_row(cast, three, values, sentence):
    values = {**values, "launched_on": dt.date(2020, 1, 1)}
    edits = [actions.Edit(row.uid, 1, values) for row in three[:2]]
    with pytest.raises(actions.BadRow, match=sentence):
        actions.edit_channels(strategy=cast.strategy, edits=edits, by=cast.eve)
    assert now(three[0]).version == 1


# --- the grid --------------------------------------------------------------------------------------
def grid_of(cast, rows, columns="name,family,vendor,purpose,owner,agent_taps,launched_on"):
    chosen = "&".join(f"row={row.uid}" for row in rows)
    return cast.url(f"channels/lists/grid/?{chosen}&now=columns%3D{columns.replace(',', '%2C')}")


def typed(response, **changes):
    """Return what a browser sends back of the grid, with some cells typed over: `0__vendor="Acme"`."""
    form = response.context["form"]
    data = {"reason": changes.pop("reason", "")}
    for row in form.rows:
        data[f"{row.prefix}-version"] = row["version"].value()
        if row.in_question:
            data[f"{row.prefix}-asked"] = row["asked"].value()
            data[f"{row.prefix}-also"] = row["also"].value()
            for field in row.in_question:
                data[f"{row.prefix}-{field.key}-take"] = row.taken(field.key)
        for cell in row.cells():
            value = cell.value()
            data[cell.html_name] = "" if value is None else value
    for name, value in changes.items():
        at, _mark, key = name.partition("__")
        data[f"{form.rows[int(at[1:])].prefix}-{key}"] = value
    return data


def test_the_grid_saves_what_was_typed_as_one_act(cast, three):
    client = cast.client(cast.eve)
    shown = client.get(grid_of(cast, three))
    names = [row.channel.name for row in shown.context["form"].rows]
    assert names == ["App", "Line", "Site"]
    before = ChangeSet.objects.count()
    sent = typed(
        shown,
        r0__vendor="Beta",
        r0__owner="Cole Contributor",
        r2__name="Website",
        r2__agent_taps="3",
        reason="Spring",
    )
    assert client.post(grid_of(cast, three), sent).status_code == 302
    assert ChangeSet.objects.count() == before + 1
    act = ChangeSet.objects.latest("pk")
    assert (act.reason, act.changes.count()) == ("Spring", 2)
    app, site, line = (now(row) for row in three)
    assert (app.vendor, app.owner, app.version) == ("Beta", cast.cole, 2)
    assert (site.name, site.agent_taps) == ("Website", 3)
    assert line.version == 1, "what nobody typed in is left alone"


def test_a_grid_sent_back_as_it_came_changes_nothing(cast):
    rows = [
        cast.channel(
            "Long", purpose="  Two\r\nlines \n", vendor=" x ", owner=cast.eve, agent_taps=0
        )
    ]
    client = cast.client(cast.lea)
    every = "name,family,mode,timing,device,direction,run_by,purpose,owner_team,owner,deputy"
    for columns in (
        every,
        "life_cycle,launched_on,retires_on,hours,vendor,agent_route,agent_channel,agent_taps,agent_hours,review_every_days",
    ):
        shown = client.get(grid_of(cast, rows, columns))
        assert client.post(grid_of(cast, rows, columns), typed(shown)).status_code == 302
    assert now(rows[0]).version == 1


def test_a_row_somebody_else_changed_shows_theirs_beside_mine_and_nothing_typed_is_lost(
    cast, three
):
    client = cast.client(cast.eve)
    address = grid_of(cast, three)
    shown = client.get(address)
    edit_channel(
        channel=now(three[0]),
        values={"vendor": "Theirs", "purpose": "Also theirs"},
        expected=1,
        by=cast.lea,
    )
    answer = client.post(address, typed(shown, r0__vendor="Mine", r1__vendor="Line vendor"))
    page = squeeze(answer.content.decode())
    assert answer.status_code == 409
    assert "theirs:<b>Theirs</b>, mine:<b>Mine</b>" in page
    assert "Lea Lead saved this row" in page
    assert 'value="Mine"' in page
    assert 'value="Line vendor"' in page
    assert "Also theirs" in page, "what I did not touch in the row is theirs now"
    assert now(three[2]).vendor == "", "all or nothing"
    form = answer.context["form"]
    assert [bool(row.conflict) for row in form.rows] == [True, False, False]
    assert "We kept what you typed" not in page.split("app-texts")[0]
    assert "data-answered" in page, "the draft is not offered beside what was sent"
    assert "data-answered" not in client.get(address).content.decode()
    assert not re.search(r'name="[^"]*-take"[^>]*checked', page), "nothing is chosen for them"
    also = re.compile(r"and kept:\s*Purpose:\s*<b>Also theirs</b>")
    assert also.search(page)
    waits = client.post(address, typed(answer))
    page = squeeze(waits.content.decode())
    assert waits.status_code == 409
    assert "Nothing is saved. One row waits for your choice" in page
    assert also.search(page), "it is still said"
    assert f'href="#take-{three[0].uid}-vendor-mine">App</a>' in page
    assert "theirs:<b>Theirs</b>, mine:<b>Mine</b>" in page
    assert now(three[0]).vendor == "Theirs"
    mine = client.post(address, {**typed(waits), f"{three[0].uid}-vendor-take": "mine"})
    assert mine.status_code == 302
    assert (now(three[0]).vendor, now(three[0]).purpose, now(three[2]).vendor) == (
        "Mine",
        "Also theirs",
        "Line vendor",
    )


def test_taking_theirs_gives_up_that_row_only(cast, three):
    client = cast.client(cast.eve)
    address = grid_of(cast, three)
    shown = client.get(address)
    edit_channel(channel=now(three[0]), values={"vendor": "Theirs"}, expected=1, by=cast.lea)
    answer = client.post(address, typed(shown, r0__vendor="Mine", r1__vendor="Line vendor"))
    sent = {**typed(answer), f"{three[0].uid}-vendor-take": "theirs"}
    assert client.post(address, sent).status_code == 302
    assert (now(three[0]).vendor, now(three[2]).vendor) == ("Theirs", "Line vendor")


def test_taking_theirs_gives_up_only_the_cells_that_both_changed(cast, three):
    client = cast.client(cast.eve)
    address = grid_of(cast, three)
    shown = client.get(address)
    edit_channel(channel=now(three[0]), values={"vendor": "Theirs"}, expected=1, by=cast.lea)
    answer = client.post(address, typed(shown, r0__vendor="Mine", r0__purpose="Mine alone"))
    assert [one.side.field.key for one in answer.context["form"].rows[0].conflict] == ["vendor"]
    sent = {**typed(answer), f"{three[0].uid}-vendor-take": "theirs"}
    assert client.post(address, sent).status_code == 302
    assert (now(three[0]).vendor, now(three[0]).purpose) == ("Theirs", "Mine alone")


def test_each_cell_that_both_changed_has_its_own_choice(cast, three):
    client = cast.client(cast.eve)
    address = grid_of(cast, three)
    shown = client.get(address)
    theirs = {"vendor": "Theirs", "purpose": "Also theirs"}
    edit_channel(channel=now(three[0]), values=theirs, expected=1, by=cast.lea)
    answer = client.post(address, typed(shown, r0__vendor="Mine", r0__purpose="Also mine"))
    one = {**typed(answer), f"{three[0].uid}-vendor-take": "theirs"}
    waits = client.post(address, one)
    page = squeeze(waits.content.decode())
    assert waits.status_code == 409
    assert f'href="#take-{three[0].uid}-purpose-mine">App</a>' in page
    assert 'data-theirs="Theirs"' in page
    assert re.search(r'name="[^"]*-vendor-take"\s*value="theirs"[^>]*checked', page)
    both = {**typed(waits), f"{three[0].uid}-purpose-take": "mine"}
    assert client.post(address, both).status_code == 302
    assert (now(three[0]).vendor, now(three[0]).purpose) == ("Theirs", "Also mine")


def test_different_fields_of_one_row_are_joined_and_the_toast_tells(cast, three):
    client = cast.client(cast.eve)
    address = grid_of(cast, three)
    shown = client.get(address)
    theirs = {"agent_route": "hidden", "purpose": "Theirs"}
    edit_channel(channel=now(three[0]), values=theirs, expected=1, by=cast.lea)
    answer = client.post(address, typed(shown, r0__vendor="Mine"), follow=True)
    said = now(three[0])
    assert (said.vendor, said.agent_route, said.purpose) == ("Mine", "hidden", "Theirs")
    page = answer.content.decode()
    assert "Lea Lead also changed" in page, page[page.index("is changed") :][:300]
    assert "Lea Lead also changed Purpose, Way to a person." in page, page[
        page.index("Lea Lead also") :
    ][:90]


def test_the_same_text_typed_by_both_is_no_conflict(cast, three):
    client = cast.client(cast.eve)
    shown = client.get(grid_of(cast, three))
    edit_channel(channel=now(three[0]), values={"vendor": "Same"}, expected=1, by=cast.lea)
    sent = typed(shown, r0__vendor="Same", r0__purpose="More")
    assert client.post(grid_of(cast, three), sent).status_code == 302
    assert (now(three[0]).vendor, now(three[0]).purpose) == ("Same", "More")


def test_a_fault_in_another_row_does_not_answer_the_question(cast, three):
    client = cast.client(cast.eve)
    address = grid_of(cast, three)
    shown = client.get(address)
    edit_channel(channel=now(three[0]), values={"vendor": "Theirs"}, expected=1, by=cast.lea)
    answer = client.post(address, typed(shown, r0__vendor="Mine"))
    answer = client.post(address, typed(answer, r1__agent_taps="51"))
    assert answer.status_code == 422
    answer = client.post(address, typed(answer, r1__agent_taps="5"))
    assert answer.status_code == 409
    assert now(three[0]).vendor == "Theirs"


def test_a_fault_in_a_field_that_is_no_column_is_summed_up_and_says_where_to_mend_it(cast, three):
    client = cast.client(cast.eve)
    address = grid_of(cast, three, "name,retires_on")
    edit_channel(
        channel=three[0], values={"launched_on": dt.date(2026, 5, 1)}, expected=1, by=cast.lea
    )
    Channel.objects.filter(pk=three[0].pk).update(launched_on=dt.date(2999, 5, 1))
    answer = client.post(address, typed(client.get(address), r0__name="Application"))
    page = squeeze(answer.content.decode())
    assert answer.status_code == 422
    summary = page[page.index('id="error-summary"') : page.index('id="grid-form"')]
    assert re.search(
        f'href="#row-{three[0].uid}">App, Launch[^<]*</a>: What is live is', summary
    ), summary
    assert cast.url(f"channels/{three[0].uid}/edit/") in summary
    assert 'class="grid-wrong"' in page


def test_what_others_changed_in_rows_i_did_not_touch_is_no_conflict(cast, three):
    client = cast.client(cast.eve)
    shown = client.get(grid_of(cast, three))
    edit_channel(
        channel=now(three[0]),
        values={"vendor": "Theirs", "owner": cast.lea},
        expected=1,
        by=cast.lea,
    )
    assert client.post(grid_of(cast, three), typed(shown, r1__vendor="Mine")).status_code == 302
    assert (now(three[0]).vendor, now(three[0]).owner, now(three[2]).vendor) == (
        "Theirs",
        cast.lea,
        "Mine",
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"r0__family": "pigeon"}, "not one of the available choices"),
        ({"r0__name": ""}, "This field is required"),
        ({"r0__name": "LINE"}, "A channel with this name exists already"),
        ({"r0__owner": "Nobody Known"}, "Nothing here is called “Nobody Known”"),
        ({"r0__agent_taps": "51"}, "less than or equal to 50"),
        ({"r0__launched_on": "2999-01-01"}, "What is live is launched already"),
    ],
)
def test_what_is_wrong_in_a_cell_is_said_there_and_nothing_typed_is_lost(
    cast, three, changes, sentence
):
    client = cast.client(cast.eve)
    sent = typed(client.get(grid_of(cast, three)), r1__vendor="Kept", **changes)
    answer = client.post(grid_of(cast, three), sent)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert 'value="Kept"' in answer.content.decode()
    assert now(three[2]).vendor == ""


@pytest.mark.parametrize("version", ["", "-1", "99"])
def test_a_row_without_its_version_is_never_overwritten(cast, three, version):
    client = cast.client(cast.eve)
    edit_channel(channel=now(three[0]), values={"vendor": "Theirs"}, expected=1, by=cast.lea)
    sent = typed(client.get(grid_of(cast, three)), r0__version=version, r0__vendor="Blind")
    assert client.post(grid_of(cast, three), sent).status_code == 409
    assert now(three[0]).vendor == "Theirs"


def test_two_names_can_be_exchanged_only_one_after_the_other(cast, three):
    client = cast.client(cast.eve)
    sent = typed(client.get(grid_of(cast, three)), r0__name="Line", r1__name="App")
    assert client.post(grid_of(cast, three), sent).status_code == 422
    assert [now(row).name for row in three] == ["App", "Site", "Line"]


def test_the_grid_leaves_out_what_one_may_not_change(cast, three):
    answer = cast.client(cast.cole).get(grid_of(cast, three))
    assert {row.channel.name for row in answer.context["form"].rows} == {"App", "Site"}
    assert "Line (Contact center)" in squeeze(answer.content.decode())


def test_the_grid_takes_fifty_rows_and_says_what_is_left_out(cast):
    rows = [cast.channel(f"C {n:02}") for n in range(53)]
    answer = cast.client(cast.eve).get(cast.url("channels/lists/grid/?all=on"))
    assert len(answer.context["form"].rows) == 50
    assert "3 more were chosen" in answer.content.decode()
    assert len(rows) == 53


@pytest.mark.parametrize("count", [3, 40])
def test_the_grid_takes_the_same_queries_however_many_rows(cast, count, django_assert_num_queries):
    rows = [cast.channel(f"C {n}", owner=cast.eve) for n in range(count)]
    client = cast.client(cast.eve)
    columns = "name,family,owner_team,owner,deputy,agent_channel,vendor"
    client.get(grid_of(cast, rows, columns))
    with django_assert_num_queries(9):
        shown = client.get(grid_of(cast, rows, columns))
    with django_assert_num_queries(18):
        client.post(grid_of(cast, rows, columns), typed(shown, r0__vendor="x"))


def test_somebody_who_left_stays_named_until_somebody_changes_it(cast):
    channel = cast.channel("App", owner=cast.olga)
    client = cast.client(cast.eve)
    sent = typed(client.get(grid_of(cast, [channel])), r0__vendor="New")
    assert client.post(grid_of(cast, [channel]), sent).status_code == 302
    assert (now(channel).owner, now(channel).vendor) == (cast.olga, "New")


def test_a_name_with_wide_blanks_is_no_other_name(cast):
    from teams import actions as teams_actions

    for at, name in enumerate(("Ann  Lee", "Bob Lee", "Bob  Lee")):
        values = {"name": name, "email": f"lee{at}@larkfield.example"}
        person = teams_actions.add_person(values=values, by=None)
        teams_actions.give_role(strategy=cast.strategy, holder=person, role="editor", by=cast.ada)
    ann, bob, wide = (
        User.objects.filter(name__contains="Lee").exclude(pk=cast.lea.pk).order_by("email")
    )
    rows = [cast.channel(f"C {at}", owner=one) for at, one in enumerate((ann, bob, wide))]
    client = cast.client(cast.eve)
    sent = typed(client.get(grid_of(cast, rows)), r0__vendor="New")
    assert client.post(grid_of(cast, rows), sent).status_code == 302
    assert now(rows[0]).vendor == "New"
    assert [now(row).owner for row in rows] == [ann, bob, wide]


def test_whom_the_form_showed_is_known_though_another_of_that_name_came_or_it_was_handed_on(cast):
    from teams import actions as teams_actions

    rows = [cast.channel("App", owner=cast.eve), cast.channel("Bot", owner=cast.olga)]
    client = cast.client(cast.lea)
    shown = client.get(grid_of(cast, rows))
    values = {"name": "Eve Editor", "email": "eve2@larkfield.example"}
    twin = teams_actions.add_person(values=values, by=None)
    teams_actions.give_role(strategy=cast.strategy, holder=twin, role="editor", by=cast.ada)
    edit_channel(channel=now(rows[1]), values={"owner": cast.cole}, expected=1, by=cast.ada)
    answer = client.post(grid_of(cast, rows), typed(shown, r0__vendor="New"))
    assert answer.status_code == 302, "Olga is none of the people here, and nobody typed her name"
    assert (now(rows[0]).owner, now(rows[0]).vendor) == (cast.eve, "New")
    assert now(rows[1]).owner == cast.cole


def test_a_reason_too_long_is_refused_and_kept(cast, three):
    client = cast.client(cast.eve)
    sent = typed(client.get(grid_of(cast, three)), r0__vendor="New", reason="x" * 501)
    answer = client.post(grid_of(cast, three), sent)
    assert answer.status_code == 422
    assert "Write at most 500 characters." in answer.content.decode()
    assert "x" * 501 in answer.content.decode()
    assert now(three[0]).vendor == "Acme"


def test_two_people_of_one_name_are_told_apart(cast):
    from teams import actions as teams_actions

    twin = teams_actions.add_person(
        values={"name": "Eve Editor", "email": "eve2@larkfield.example"}, by=None
    )
    teams_actions.give_role(strategy=cast.strategy, holder=twin, role="editor", by=cast.ada)
    channel = cast.channel("App", owner=cast.eve)
    client = cast.client(cast.lea)
    shown = client.get(grid_of(cast, [channel]))
    assert client.post(grid_of(cast, [channel]), typed(shown)).status_code == 302
    sent = typed(shown, r0__owner="eve editor (EVE2@larkfield.example)")
    client.post(grid_of(cast, [channel]), sent)
    assert now(channel).owner == twin


def test_a_row_that_the_filters_do_not_find_any_more_is_saved_with_the_rest(cast, three):
    client = cast.client(cast.eve)
    address = cast.url("channels/lists/grid/?all=on&now=family%3Dapp%26family%3Dweb")
    shown = client.get(address)
    edit_channel(channel=now(three[1]), values={"family": "voice"}, expected=1, by=cast.lea)
    answer = client.post(address, typed(shown, r0__life_cycle="pilot", r1__life_cycle="retiring"))
    assert answer.status_code == 302, "the row is there, and joined with theirs"
    assert [now(row).life_cycle for row in three] == ["pilot", "retiring", "live"]
    assert now(three[1]).family == "voice"


def test_a_row_that_was_deleted_or_given_away_meanwhile_stops_all_and_keeps_its_text(cast, three):
    client = cast.client(cast.cole)
    address = grid_of(cast, three[:2])
    shown = client.get(address)
    delete_channel(channel=now(three[0]), expected=1, by=cast.lea)
    edit_channel(channel=now(three[1]), values={"owner_team": cast.care}, expected=1, by=cast.lea)
    answer = client.post(address, typed(shown, r0__vendor="Kept one", r1__purpose="Kept two"))
    page = squeeze(answer.content.decode())
    assert answer.status_code == 409
    assert "2 channels were deleted meanwhile" in page
    assert "<h3>App</h3>" in page
    assert "Kept one" in page
    assert "Kept two" in page
    assert "App</span>" in page, "a choice is shown in words"


def test_the_rows_beside_a_deleted_one_are_saved_by_the_next_try(cast, three):
    client = cast.client(cast.eve)
    address = grid_of(cast, three)
    shown = client.get(address)
    delete_channel(channel=now(three[0]), expected=1, by=cast.lea)
    answer = client.post(address, typed(shown, r0__vendor="Lost", r1__vendor="Line vendor"))
    assert answer.status_code == 409
    assert now(three[2]).vendor == "", "all or nothing"
    assert client.post(address, typed(answer)).status_code == 302
    assert now(three[2]).vendor == "Line vendor"


def test_a_row_that_does_not_exist_is_no_row(cast, three):
    answer = cast.client(cast.eve).get(
        cast.url(f"channels/lists/grid/?row={uuid.uuid4()}&row={three[0].uid}")
    )
    assert len(answer.context["form"].rows) == 1


def test_the_grid_takes_an_address_for_a_person_and_names_those_whom_a_name_may_mean(cast, three):
    client = cast.client(cast.eve)
    address = grid_of(cast, three)
    sent = typed(
        client.get(address), r0__owner="LEA@larkfield.example", r1__owner="Cole Contributor"
    )
    assert client.post(address, sent).status_code == 302
    owners = Channel.objects.order_by("name").values_list("owner", flat=True)
    assert list(owners) == [cast.lea.pk, cast.cole.pk, None]
    cast.rae.name = cast.lea.name
    cast.rae.save(update_fields=["name"])
    answer = client.post(address, typed(client.get(address), r2__owner=cast.lea.name))
    assert answer.status_code == 422
    assert "may be lea@larkfield.example or rae@larkfield.example" in answer.content.decode()


def test_the_way_back_from_a_grid_is_the_saved_view_as_it_was_saved(cast, three):
    client = cast.client(cast.lea)
    made = client.post(
        cast.url("channels/lists/views/add/?now=q%3DApp"), {"name": "Apps", "query": "q=App"}
    )
    assert made.status_code == 302
    view = cast.url("channels/?view=apps")
    hidden = '<input type="hidden" name="view" value="apps">'
    assert hidden in client.get(view).content.decode()
    changed = '<input type="hidden" name="changed" value="on">'
    assert changed not in squeeze(client.get(view).content.decode())
    page = squeeze(client.get(f"{view}&q=Line").content.decode())
    assert hidden in page
    assert changed in page, "it is the view with other filters"
    none = client.get(cast.url("channels/lists/grid/?now=q%3DApp&view=apps"))
    assert none.headers["Location"] == view
    address = f"{grid_of(cast, three)}&view=apps"
    shown = client.get(address)
    assert client.post(address, typed(shown, r0__vendor="Beta")).headers["Location"] == view
    address = f"{grid_of(cast, three)}%26q%3DLine&view=apps&changed=on"
    shown = client.get(address)
    back = shown.context["back"]
    assert "?q=Line&" in back
    assert back.endswith("&view=apps")
    assert client.post(address, typed(shown, r0__vendor="Gamma")).headers["Location"] == back
    assert "Apps (changed)" in squeeze(client.get(back).content.decode())
