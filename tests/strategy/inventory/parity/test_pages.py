"""Self-service side by side: the page, one save of many cells, conflicts, who may."""

import json

import pytest

from portal.history.models import ChangeSet
from strategy.home.actions import undo_change
from strategy.inventory.actions import (
    add_contact_type,
    add_difference,
    delete_contact_type,
    edit_channel,
)
from strategy.inventory.models import SelfServiceOffer
from strategy.inventory.parity.actions import Offer, save_offers
from strategy.inventory.parity.queries import tree
from strategy.plan.models import ContactType
from teams.access import Denied
from tests.html import squeeze

PAGE = "channels/self-service/"


@pytest.fixture
def app(cast):
    return cast.channel("App")


@pytest.fixture
def ivr(cast):
    return cast.channel("Voice menu", family="ivr", mode="hybrid", owner_team=cast.care)


@pytest.fixture
def claim(cast):
    return add_contact_type(
        strategy=cast.strategy, values={"name": "Claim paid?", "code": "C-1"}, by=cast.eve
    )


def say(cast, kind, channel, extent, reason="", version=0, by=None):
    offer = Offer(kind, channel, extent, reason, version)
    return save_offers(strategy=cast.strategy, offers=[offer], by=by or cast.ada)


def sent(*cells):
    """Return the form of cells: (contact type, channel, seen, extent, reason)."""
    data = {}
    for kind, channel, seen, extent, reason in cells:
        name = f"{kind.pk}-{channel.pk}"
        data |= {f"extent-{name}": extent, f"reason-{name}": reason, f"seen-{name}": seen}
    return data


def test_the_page_compares_and_counts(cast, app, ivr, claim):
    cast.channel("Mail", family="email", mode="self_service")
    cast.channel("Plan", life_cycle="planned")
    cast.channel("Line", family="voice", mode="assisted")
    say(cast, claim, app, "full")
    answer = cast.client(cast.rae).get(cast.url(PAGE))
    side = answer.context["side"]
    assert [str(channel) for channel in side.channels] == ["Voice menu", "App"]
    assert (side.parity.alike, side.parity.whole, side.parity.open) == (0, 0, 1)
    page = squeeze(answer.content.decode())
    assert "No figure yet" in page
    assert "1 not yet said" in page
    assert "1 of 2 not said" in page
    say(cast, claim, ivr, "full")
    page = squeeze(cast.client(cast.rae).get(cast.url(PAGE)).content.decode())
    assert "<b>1</b>of<b>1</b>alike" in page
    assert "not yet said" not in page
    assert '<span role="img" aria-label="Full"' in page
    values = {"channel": app, "other": ivr, "explanation": "Paid or pending"}
    add_difference(contact_type=claim, values=values, by=cast.eve)
    answer = cast.client(cast.eve).get(cast.url(PAGE))
    assert answer.context["side"].parity.alike == 0
    page = answer.content.decode()
    assert "They contradict each other" in page
    assert f"{claim.uid}/differ/" in page


def test_contact_types_stand_below_what_they_are_part_of(cast):
    made = {}
    for name, of in (
        ("Bills", None),
        ("Claims", None),
        ("Late", "Claims"),
        ("Paid", "Claims"),
        ("When", "Paid"),
    ):
        values = {"name": name, "parent": made.get(of)}
        made[name] = add_contact_type(strategy=cast.strategy, values=values, by=cast.eve)
    found = [
        (str(leaf.contact_type), leaf.depth) for leaf in tree(ContactType.objects.order_by("name"))
    ]
    assert found == [("Bills", 0), ("Claims", 0), ("Late", 1), ("Paid", 1), ("When", 2)]
    alone = tree(ContactType.objects.filter(name__in=("Paid", "When")).order_by("name"))
    assert [(str(leaf.contact_type), leaf.depth) for leaf in alone] == [("Paid", 0), ("When", 1)]


def test_one_save_is_one_act_and_undo_takes_it_back(cast, app, ivr, claim):
    before = ChangeSet.objects.count()
    data = sent((claim, app, "0::", "full", ""), (claim, ivr, "0::", "declined", "Not by voice"))
    answer = cast.client(cast.eve, htmx=True).post(cast.url(f"{PAGE}{claim.uid}/"), data)
    assert answer.status_code == 200
    told = json.loads(answer.headers["HX-Trigger"])
    assert told["toast"]["text"] == "2 cells are saved."
    assert "undo" in told["toast"]["undo_url"]
    assert ChangeSet.objects.count() == before + 1
    undo_change(chosen=ChangeSet.objects.latest("pk"), strategy=cast.strategy, by=cast.eve)
    assert not SelfServiceOffer.objects.exists()


def test_a_cell_is_changed_and_emptied(cast, app, claim):
    say(cast, claim, app, "part", "No photos")
    url = cast.url(f"{PAGE}{claim.uid}/")
    cast.client(cast.cole).post(url, sent((claim, app, "1:part:No photos", "full", "")))
    row = SelfServiceOffer.objects.get()
    assert (row.extent, row.reason, row.version) == ("full", "", 2)
    cast.client(cast.cole).post(url, sent((claim, app, "2:full:", "", "forgotten")))
    assert not SelfServiceOffer.objects.exists()


def test_deliberately_none_needs_a_reason_and_nothing_typed_is_lost(cast, app, ivr, claim):
    data = sent((claim, app, "0::", "declined", " "), (claim, ivr, "0::", "part", "No letters"))
    answer = cast.client(cast.eve, htmx=True).post(cast.url(f"{PAGE}{claim.uid}/"), data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Claim paid? · App: Say in a sentence why there is deliberately none." in page
    assert "No letters" in page
    assert not SelfServiceOffer.objects.exists()


def test_the_second_of_two_writers_sees_both_and_may_replace_knowingly(cast, app, ivr, claim):
    say(cast, claim, app, "part", "No photos", by=cast.eve)  # after Cole opened the form
    say(cast, claim, ivr, "none", by=cast.eve)
    url = cast.url(f"{PAGE}{claim.uid}/")
    data = sent((claim, app, "0::", "full", ""), (claim, ivr, "0::", "", ""))
    answer = cast.client(cast.cole, htmx=True).post(url, data)
    assert answer.status_code == 409
    page = squeeze(answer.content.decode())
    assert "Eve Editor" in page
    assert "In part: No photos" in page
    assert 'value="1:part:No photos"' in page, "the next save replaces it knowingly"
    assert SelfServiceOffer.objects.get(channel=app).extent == "part"
    again = sent((claim, app, "1:part:No photos", "full", ""))
    assert cast.client(cast.cole, htmx=True).post(url, again).status_code == 200
    assert SelfServiceOffer.objects.get(channel=app).extent == "full"
    assert SelfServiceOffer.objects.get(channel=ivr).extent == "none", "untouched cells stay theirs"


@pytest.mark.parametrize("count", [1, 12])
def test_many_cells_are_asked_about_at_once(cast, count, django_assert_num_queries):
    channels = [cast.channel(f"App {n}") for n in range(3)]
    kinds = [
        add_contact_type(strategy=cast.strategy, values={"name": f"T {n}"}, by=cast.eve)
        for n in range(count)
    ]
    offers = [Offer(kind, channel, "", "", 0) for kind in kinds for channel in channels]
    with django_assert_num_queries(5):
        save_offers(strategy=cast.strategy, offers=offers, by=cast.cole)


def test_who_did_not_touch_a_cell_does_not_meet_its_change(cast, app, ivr, claim):
    url = cast.url(f"{PAGE}{claim.uid}/")
    say(cast, claim, ivr, "none", by=cast.eve)
    data = sent((claim, app, "0::", "full", ""), (claim, ivr, "0::", "", ""))
    assert cast.client(cast.eve, htmx=True).post(url, data).status_code == 200
    assert SelfServiceOffer.objects.get(channel=ivr).extent == "none"


def test_a_contributor_fills_in_their_own_channels_only(cast, app, ivr, claim):
    with pytest.raises(Denied, match="Contact center"):
        say(cast, claim, ivr, "full", by=cast.cole)
    url = cast.url(f"{PAGE}{claim.uid}/")
    page = cast.client(cast.cole, htmx=True).get(url).content.decode()
    assert f"extent-{claim.pk}-{app.pk}" in page
    assert f"extent-{claim.pk}-{ivr.pk}" not in page
    data = sent((claim, app, "0::", "full", ""), (claim, ivr, "0::", "full", ""))
    assert cast.client(cast.cole, htmx=True).post(url, data).status_code == 409
    assert not SelfServiceOffer.objects.exists()
    cast.client(cast.cole, htmx=True).post(url, sent((claim, app, "0::", "full", "")))
    assert [row.channel for row in SelfServiceOffer.objects.all()] == [app]
    assert cast.client(cast.rae).get(url).status_code == 403


def test_many_contact_types_are_filled_in_at_once_without_a_script(cast, app, claim):
    other = add_contact_type(strategy=cast.strategy, values={"name": "Address"}, by=cast.eve)
    url = cast.url(f"{PAGE}edit/")
    assert f"extent-{other.pk}-{app.pk}" in cast.client(cast.eve).get(url).content.decode()
    before = ChangeSet.objects.count()
    data = sent((claim, app, "0::", "full", ""), (other, app, "0::", "none", ""))
    answer = cast.client(cast.eve).post(url, data)
    assert answer.status_code == 302
    assert SelfServiceOffer.objects.count() == 2
    assert ChangeSet.objects.count() == before + 1


def test_what_the_filter_does_not_find_any_more_is_saved_all_the_same(cast, app, ivr, claim):
    url = cast.url(f"{PAGE}edit/?only=unsaid")
    assert len(cast.client(cast.eve).get(url).context["form"].lines) == 2
    for channel in (app, ivr):
        say(cast, claim, channel, "none")  # so that nothing is unsaid
    edit_channel(channel=app, values={"mode": "assisted"}, expected=1, by=cast.eve)
    data = sent((claim, app, "1:none:", "full", ""), (claim, ivr, "1:none:", "part", ""))
    assert cast.client(cast.eve).post(url, data).status_code == 302
    assert {row.extent for row in SelfServiceOffer.objects.all()} == {"full", "part"}


def test_a_cell_that_is_gone_stops_the_save_and_keeps_its_text(cast, app, ivr, claim):
    other = add_contact_type(strategy=cast.strategy, values={"name": "Address"}, by=cast.eve)
    url = cast.url(f"{PAGE}edit/")
    delete_contact_type(contact_type=other, expected=1, by=cast.eve)
    edit_channel(channel=app, values={"owner_team": cast.care}, expected=1, by=cast.eve)
    cells = (
        (other, ivr, "0::", "part", "Typed for long"),
        (other, app, "0::", "", ""),
        (claim, ivr, "0::", "full", "Kept"),
    )
    answer = cast.client(cast.eve).post(url, sent(*cells))
    page = squeeze(answer.content.decode())
    assert answer.status_code == 409
    assert "A contact type · Voice menu was deleted meanwhile" in page
    assert "In part: Typed for long" in page
    assert page.count("was deleted meanwhile") == 1, "a cell that nobody touched is not missed"
    assert 'value="Kept"' in page
    assert not SelfServiceOffer.objects.exists()
    given = cast.client(cast.cole).post(url, sent((claim, app, "0::", "none", "Not mine")))
    assert given.status_code == 409
    assert "Claim paid? · App was deleted" in squeeze(given.content.decode())


@pytest.mark.parametrize(
    ("query", "shown"),
    [("?q=c-1", ["Claim paid?"]), ("?only=unlike", ["Claim paid?"]), ("?only=unsaid", ["Address", "Claim paid?"]),
     ("?only=open", ["Address"]), ("?only=contradicts", []), ("?only=nonsense", ["Address", "Claim paid?"])],
)  # fmt: skip
def test_the_rows_can_be_narrowed(cast, app, ivr, claim, query, shown):
    add_contact_type(strategy=cast.strategy, values={"name": "Address"}, by=cast.eve)
    cast.channel("Bot", family="bot")
    say(cast, claim, app, "full")
    say(cast, claim, ivr, "part")
    rows = cast.client(cast.rae).get(cast.url(PAGE + query)).context["side"].page.object_list
    assert [str(row.contact_type) for row in rows] == shown


def test_a_contact_type_of_another_strategy_is_not_found(cast, app):
    from tests.starting import start_strategy

    other = start_strategy(values={"name": "Other", "slug": "other"}, lead=cast.lea, by=cast.ada)
    kind = add_contact_type(strategy=other, values={"name": "Theirs"}, by=cast.ada)
    assert cast.client(cast.eve).get(cast.url(f"{PAGE}{kind.uid}/")).status_code == 404
