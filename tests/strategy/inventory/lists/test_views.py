"""Saved views: private and shared, favorites, what the list opens with, and that private means private."""

import json

import pytest
from django.db.models import ProtectedError

from portal.history.models import Change, ChangeSet
from portal.history.queries import feed
from portal.history.record import Stale
from portal.lib.refusals import RuleBroken
from strategy.home.actions import undo_change
from strategy.inventory.lists import actions
from strategy.inventory.models import SavedView, ViewMark
from teams.access import Denied


@pytest.fixture
def channels(cast):
    return [cast.channel("App", family="app"), cast.channel("Line", family="voice")]


def save(cast, by, name="Apps", query="family=app", **more):
    return actions.add_view(
        strategy=cast.strategy, values={"name": name, "query": query, **more}, by=by
    )


def names(page):
    from strategy.inventory.models import Channel

    found = {channel.uid: channel.name for channel in Channel.objects.all()}
    return [found[row.uid] for row in page.context["page_obj"].object_list]


def test_what_the_list_shows_is_saved_and_opened_by_its_short_name(cast, channels):
    client = cast.client(cast.rae)
    form = client.get(
        cast.url("channels/lists/views/add/?now=family%3Dapp%26columns%3Dname%252Cvendor")
    )
    assert "Family is Mobile app" in form.content.decode()
    query = "family=app&columns=name%2Cvendor&pigeon=1&family=pigeon&page=3"
    answer = client.post(
        cast.url("channels/lists/views/add/?now=family%3Dapp"), {"name": "Our apps", "query": query}
    )
    assert answer.headers["Location"] == cast.url("channels/?view=our-apps")
    view = SavedView.objects.get()
    assert view.query == "family=app&columns=name%2Cvendor", "what means nothing is not kept"
    page = client.get(answer.headers["Location"])
    assert names(page) == ["App"]
    assert "Remove the filter: Family is Mobile app" in page.content.decode()
    assert ">Vendor and contract" in page.content.decode()


def test_an_address_with_conditions_of_its_own_counts_as_it_stands(cast, channels):
    save(cast, cast.rae)
    client = cast.client(cast.rae)
    assert names(client.get(cast.url("channels/?view=apps&family=voice"))) == ["Line"]
    assert "(changed)" in client.get(cast.url("channels/?view=apps&family=voice")).content.decode()
    assert names(client.get(cast.url("channels/?view=apps&page=1"))) == ["App"]


def test_the_list_opens_with_the_view_of_ones_choice_until_all_is_asked_for(cast, channels):
    view = save(cast, cast.rae)
    client = cast.client(cast.rae)
    assert len(names(client.get(cast.url("channels/")))) == 2
    client.post(cast.url(f"channels/lists/views/{view.uid}/mark/"), {"opens": "on"})
    assert names(client.get(cast.url("channels/"))) == ["App"]
    assert len(names(client.get(cast.url("channels/?view=all")))) == 2
    assert names(client.get(cast.url("channels/?family=voice"))) == ["Line"]
    assert len(names(cast.client(cast.eve).get(cast.url("channels/")))) == 2, "it is mine alone"
    other = save(cast, cast.rae, "Lines", "family=voice")
    actions.mark_view(view=other, is_favorite=True, opens_list=True, by=cast.rae)
    assert ViewMark.objects.filter(person=cast.rae, opens_list=True).count() == 1
    assert names(client.get(cast.url("channels/"))) == ["Line"]
    actions.mark_view(view=other, is_favorite=False, opens_list=False, by=cast.rae)
    assert not ViewMark.objects.filter(view=other).exists()


def test_a_new_name_leaves_alone_what_the_view_shows_even_what_cannot_be_read_now(cast, channels):
    query = "owner=6b1ad1a5-45a7-4b1c-9df4-5a43b3f9a2c0&family=app"
    view = save(cast, cast.rae, query=query)
    client = cast.client(cast.rae)
    address = cast.url(f"channels/lists/views/{view.uid}/")
    client.post(address, {"name": "Renamed", "version": 1, "query": "family=app"})
    view.refresh_from_db()
    assert (view.name, view.query) == ("Renamed", query)
    late = client.post(address, {"name": "Late", "version": 1, "query": "family=app"})
    assert late.status_code == 409
    client.post(
        f"{address}?now=family%3Dvoice", {"name": "Lines", "version": 2, "query": "family=voice"}
    )
    view.refresh_from_db()
    assert (view.name, view.query) == ("Lines", "family=voice")


def test_nobody_is_promised_that_a_view_comes_back(cast, channels):
    view = save(cast, cast.rae)
    client = cast.client(cast.rae, htmx=True)
    address = cast.url(f"channels/lists/views/{view.uid}/")
    form = client.get(address).content.decode()
    assert "The channels it shows stay as they are." in form
    assert "History can bring it back" not in form
    answer = client.post(address, {"name": "Renamed", "version": 1})
    told = json.loads(answer.headers["HX-Trigger"])
    assert told["toast"] == {"text": "The view is saved."}


def test_a_new_view_appears_in_the_menu_at_once(cast, channels):
    client = cast.client(cast.rae)
    assert "Apps" not in client.get(cast.url("channels/")).content.decode()
    view = save(cast, cast.eve, is_shared=True)
    assert "?view=apps" in client.get(cast.url("channels/")).content.decode()
    actions.delete_view(view=view, expected=1, by=cast.eve)
    assert "?view=apps" not in client.get(cast.url("channels/")).content.decode()


# --- private means private ---------------------------------------------------------------------------
def test_nobody_else_learns_of_a_private_view_by_any_page_or_history(cast, channels):
    view = save(cast, cast.rae, "Secret plan", "vendor__contains=secretvendor")
    actions.edit_view(view=view, values={"name": "Secret plan two"}, expected=1, by=cast.rae)
    for person in (cast.eve, cast.lea, cast.cole, cast.ada):
        client = cast.client(person)
        for address in (
            "channels/",
            "channels/?view=secret-plan",
            "channels/lists/views/",
            "history/",
            "search/?q=secret",
        ):
            page = (
                client.get(cast.url(address), follow=True)
                .content.decode()
                .replace('view=secret-plan"', "")
                .replace("“secret-plan”", "")
            )
            assert "Secret plan" not in page, (person, address)
            assert "secretvendor" not in page, (person, address)
        for address in ("", "delete/", "mark/"):
            post = client.post(
                cast.url(f"channels/lists/views/{view.uid}/{address}"), {"version": 2, "name": "x"}
            )
            assert post.status_code == 404, (person, address)
    assert [entry for entry in feed(scope=cast.strategy.uid) if "Secret" in str(entry)] == []
    assert [entry for entry in feed(scope=None) if "Secret" in str(entry)] == []
    acts = ChangeSet.objects.filter(changes__in=Change.objects.filter(object_uid=view.uid))
    assert {act.scope_uid for act in acts} == {cast.rae.uid}


def test_no_longer_sharing_tells_nothing_of_what_comes_after(cast, channels):
    view = save(cast, cast.cole, "Ours", is_shared=True)
    actions.edit_view(
        view=view, values={"name": "Mine again", "is_shared": False}, expected=1, by=cast.cole
    )
    told = str(feed(scope=cast.strategy.uid))
    assert "Ours" in told
    assert "Mine again" not in told
    act = ChangeSet.objects.filter(scope_uid=cast.strategy.uid).latest("pk")
    with pytest.raises(RuleBroken):
        undo_change(chosen=act, strategy=cast.strategy, by=cast.lea)
    view.refresh_from_db()
    assert not view.is_shared


def test_the_short_name_of_a_view_tells_nothing_of_the_private_ones_of_others(cast):
    save(cast, cast.rae)
    assert save(cast, cast.eve).slug == "apps"
    assert save(cast, cast.lea, is_shared=True).slug == "apps"
    assert save(cast, cast.cole).slug == "apps-2", "a shared one is seen"
    assert save(cast, cast.cole, "All").slug == "all-view", "all is a word of the address"
    assert save(cast, cast.cole, "日本").slug == "view"


def test_somebody_with_views_is_not_deleted_with_them(cast):
    save(cast, cast.rae)
    with pytest.raises(ProtectedError):
        cast.rae.delete()


# --- who may ----------------------------------------------------------------------------------------
def test_a_shared_view_is_changed_by_its_owner_and_editors(cast, channels):
    view = save(cast, cast.cole, is_shared=True)
    address = cast.url(f"channels/lists/views/{view.uid}/")
    assert cast.client(cast.rae).get(address).status_code == 403
    assert cast.client(cast.rae).post(address, {"name": "x", "version": 1}).status_code == 403
    assert cast.client(cast.rae).post(address + "delete/", {"version": 1}).status_code == 403
    for person in (cast.cole, cast.eve, cast.lea):
        assert cast.client(person).get(address).status_code == 200
    sent = {"name": "Their apps", "is_shared": "on", "query": "family=app", "version": 1}
    assert cast.client(cast.eve).post(address, sent).status_code == 302
    stale = cast.client(cast.cole).post(address, {**sent, "name": "Mine"})
    assert stale.status_code == 409
    assert "Their apps" in stale.content.decode()


def test_a_reader_saves_views_but_shares_none(cast):
    answer = cast.client(cast.rae).post(
        cast.url("channels/lists/views/add/?now="), {"name": "Mine", "query": "", "is_shared": "on"}
    )
    assert answer.status_code == 403
    mine = save(cast, cast.rae)
    with pytest.raises(Denied, match="Readers save views for themselves"):
        actions.edit_view(view=mine, values={"is_shared": True}, expected=1, by=cast.rae)
    mine.refresh_from_db()
    assert (mine.is_shared, mine.version) == (False, 1)


def test_an_outsider_saves_none(cast):
    with pytest.raises(Denied):
        save(cast, cast.olga)


def test_two_views_of_one_name_are_refused_in_a_sentence(cast):
    save(cast, cast.rae)
    answer = cast.client(cast.rae, htmx=True).post(
        cast.url("channels/lists/views/add/?now="), {"name": "APPS", "query": ""}
    )
    assert answer.status_code == 422
    assert "You have a view with this name already" in answer.content.decode()


def test_deleting_asks_for_the_version_that_was_seen(cast):
    view = save(cast, cast.rae)
    actions.edit_view(view=view, values={"name": "New"}, expected=1, by=cast.rae)
    with pytest.raises(Stale):
        actions.delete_view(view=SavedView.objects.get(), expected=1, by=cast.rae)
    answer = cast.client(cast.rae).post(
        cast.url(f"channels/lists/views/{view.uid}/delete/"), {"version": 2}
    )
    assert answer.status_code == 302
    assert not SavedView.objects.exists()


def test_a_saved_view_changed_from_its_page_stays_on_the_page(cast):
    view = save(cast, cast.rae)
    answer = cast.client(cast.rae, htmx=True).post(
        cast.url(f"channels/lists/views/{view.uid}/"),
        {"name": "Other", "query": view.query, "version": 1},
    )
    assert answer.status_code == 200
    assert "views-changed" in json.loads(answer.headers["HX-Trigger"])
