"""Transitions: what comes along from one channel to another; contact types, and answers that differ."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portal.history.models import ChangeSet
from portal.history.queries import of_object
from portal.history.record import Stale
from portal.live import revisions
from strategy.gaps.actions import log_gap
from strategy.gaps.models import Gap
from strategy.home.actions import undo_change
from strategy.inventory import actions
from strategy.inventory.models import AnswerDifference, Transition
from strategy.journeys.models import Cell
from strategy.journeys.queries import read_board
from strategy.plan.models import ContactType
from teams.access import Denied
from teams.grants import share
from tests.strategy.journeys.conftest import draw

UNSAID = dict.fromkeys(("kind", "self_service", "authentication"), "unknown")
CARRIED = dict.fromkeys(Transition.CONTEXT, "unknown")


@pytest.fixture
def app(cast):
    return cast.channel("App")


@pytest.fixture
def line(cast):
    return cast.channel("Line", family="voice", mode="assisted", owner_team=cast.care)


@pytest.fixture
def way(cast, app, line):
    values = {"source": app, "target": line, "identity": "no", "reason": "yes"}
    return actions.add_transition(strategy=cast.strategy, values=values, by=cast.cole)


# --- who may, and what is refused -------------------------------------------------------------------


def test_a_team_at_either_end_keeps_it_true(cast, app, line, way):
    back = {"source": line, "target": app}
    actions.add_transition(strategy=cast.strategy, values=back, by=cast.cole)
    actions.edit_transition(transition=way, values={"identity": "yes"}, expected=1, by=cast.cole)
    chat = cast.channel("Chat", mode="assisted", owner_team=cast.care)
    with pytest.raises(Denied, match="Only Contact center, editors and strategy leads"):
        actions.add_transition(
            strategy=cast.strategy, values={"source": line, "target": chat}, by=cast.cole
        )
    with pytest.raises(Denied):
        actions.edit_transition(transition=way, values={"identity": "no"}, expected=2, by=cast.rae)


def test_nobody_moves_a_record_to_channels_that_are_not_theirs(cast, app, line, way):
    chat = cast.channel("Chat", mode="assisted", owner_team=cast.care)
    with pytest.raises(Denied):
        actions.edit_transition(transition=way, values={"source": chat}, expected=1, by=cast.cole)
    assert Transition.objects.get().source == app


def test_one_record_for_each_ordered_pair_of_two_channels(cast, app, line, way):
    with pytest.raises(ValidationError, match="recorded already"):
        actions.add_transition(
            strategy=cast.strategy, values={"source": app, "target": line}, by=cast.eve
        )
    with pytest.raises(ValidationError, match="Choose two"):
        actions.add_transition(
            strategy=cast.strategy, values={"source": app, "target": app}, by=cast.eve
        )


def test_the_second_of_two_writers_sees_both_texts(cast, way):
    actions.edit_transition(
        transition=Transition.objects.get(), values={"note": "One"}, expected=1, by=cast.eve
    )
    with pytest.raises(Stale):
        actions.edit_transition(transition=way, values={"note": "Two"}, expected=1, by=cast.cole)
    address = cast.url(f"channels/transitions/{way.uid}/")
    form = {"source": way.source_id, "target": way.target_id, "status": "works", "mechanism": "unknown",
            "identity": "no", "authentication": "unknown", "reason": "yes", "page": "unknown", "entered": "unknown", "case": "unknown", "language": "unknown",
            "history": "unknown", "note": "Two", "version": "1"}  # fmt: skip
    answer = cast.client(cast.cole, htmx=True).post(address, form)
    assert answer.status_code == 409
    assert "One" in answer.content.decode()
    assert "Two" in answer.content.decode()


def test_an_undone_deletion_brings_the_record_and_its_gap_back_together(cast, way):
    gap = log_gap(
        strategy=cast.strategy,
        values={"title": "Asked again", "transition": way, "owner_team": cast.care},
        today=dt.date(2026, 10, 1),
        by=cast.eve,
    )
    actions.delete_transition(transition=way, expected=1, by=cast.cole)
    assert not Transition.objects.exists()
    gap.refresh_from_db()
    assert (gap.transition, gap.version) == (None, 2), "who edits it now is told"
    assert [field.label for field in of_object(gap.uid)[0].lines[0].fields] == ["transition"]
    undo_change(chosen=ChangeSet.objects.latest("pk"), strategy=cast.strategy, by=cast.cole)
    assert Transition.objects.get().identity == "no"
    gap.refresh_from_db()
    assert (gap.transition.uid, gap.version) == (way.uid, 3)


# --- pages ------------------------------------------------------------------------------------------


def test_the_list_says_what_comes_along_and_who_owns_the_ends(cast, way):
    page = cast.client(cast.rae).get(cast.url("channels/transitions/")).content.decode()
    assert "<b>Asked again:</b> identity" in page
    assert "<b>Carried:</b> reason" in page
    assert "Mobile" in page
    assert "Contact center" in page


def test_a_new_one_starts_with_the_ends_of_the_address(cast, app, line):
    address = cast.url(f"channels/transitions/add/?from={app.uid}&to={line.uid}")
    form = cast.client(cast.cole, htmx=True).get(address).context["form"]
    assert (form.initial["source"], form.initial["target"]) == (app.pk, line.pk)
    odd = cast.client(cast.cole).get(cast.url("channels/transitions/add/?from=nonsense"))
    assert odd.context["form"].initial == {"status": ""}


def test_a_new_one_says_nothing_of_its_state_until_somebody_chooses(cast, app, line):
    address = cast.url(f"channels/transitions/add/?from={app.uid}&to={line.uid}")
    client = cast.client(cast.cole)
    form = client.get(address).context["form"]
    assert (form["status"].value(), form.fields["status"].choices[0][1]) == ("", "Choose…")
    sent = {"source": app.pk, "target": line.pk, "mechanism": "unknown", "status": "", **CARRIED}
    assert "status" in client.post(address, sent).context["form"].errors
    assert client.post(address, {**sent, "status": "partly"}).status_code == 302
    assert Transition.objects.get().status == "partly"
    again = client.get(cast.url(f"channels/transitions/{Transition.objects.get().uid}/"))
    assert again.context["form"]["status"].value() == "partly"


def test_a_day_to_come_is_no_test_and_a_channel_does_not_lead_to_itself(cast, app):
    tomorrow = dt.date.today() + dt.timedelta(days=2)
    form = {"source": app.pk, "target": app.pk, "tested_on": tomorrow.isoformat(), "note": "Kept"}
    answer = cast.client(cast.cole).post(cast.url("channels/transitions/add/"), form)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Choose another channel: a transition leads away." in page
    assert "a test that has been" in page
    assert "Kept" in page


def test_the_channel_page_shows_both_directions(cast, app, line, way):
    page = cast.client(cast.rae).get(line.get_absolute_url()).content.decode()
    assert "Asked again:" in page
    assert "App" in page


# --- on a journey -----------------------------------------------------------------------------------


@pytest.fixture
def journey(cast, app, line):
    drawn = draw(cast)
    on_app = Cell.objects.filter(lane=drawn.lane("channel"))
    on_app.update(channel=app)
    Cell.objects.filter(pk=drawn.cell("Calls", "channel").pk).update(channel=line)
    return drawn.journey


def test_the_board_shows_the_hop_and_what_comes_along(cast, journey, way):
    response = cast.client(cast.cole).get(journey.get_absolute_url())
    hops = read_board(journey).hops
    assert [hop and (hop.source.name, hop.target.name) for hop in hops] == [None] * 4 + [
        ("App", "Line")
    ]
    page = response.content.decode()
    assert "What comes along" in page
    assert "<b>Asked again:</b> identity" in page
    listed = cast.client(cast.rae).get(journey.get_absolute_url() + "?view=list").content.decode()
    assert "From App. Asked again: identity. Carried: reason." in listed


def test_a_hop_without_a_record_offers_to_write_it(cast, journey, app, line):
    page = cast.client(cast.cole).get(journey.get_absolute_url()).content.decode()
    assert "Nothing is recorded of this way" in page
    assert f"?from={app.uid}&amp;to={line.uid}" in page
    assert "Record it" not in cast.client(cast.rae).get(journey.get_absolute_url()).content.decode()


def test_other_words_on_a_transition_reach_the_open_boards(cast, journey, way):
    before = revisions.current(journey.uid)
    actions.edit_transition(transition=way, values={"identity": "yes"}, expected=1, by=cast.cole)
    assert revisions.current(journey.uid) > before
    undo_change(chosen=ChangeSet.objects.latest("pk"), strategy=cast.strategy, by=cast.cole)
    assert revisions.current(journey.uid) > before + 1


def test_a_record_that_moves_refreshes_the_board_it_leaves_too(cast, journey, app, line, way):
    chat = cast.channel("Chat", mode="assisted", owner_team=cast.care)
    before = revisions.current(journey.uid)
    actions.edit_transition(transition=way, values={"target": chat}, expected=1, by=cast.eve)
    assert revisions.current(journey.uid) > before


def test_the_gap_of_a_hop_names_the_owners_at_both_ends(cast, journey, app, line, way):
    page = cast.client(cast.cole).get(journey.get_absolute_url()).content.decode()
    step = Cell.objects.get(lane__journey=journey, channel=line).step
    address = cast.url(
        f"gaps/add/?journey={journey.uid}&step={step.uid}&from={app.uid}&to={line.uid}"
    )
    assert address.replace("&", "&amp;") in page
    client = cast.client(cast.cole)
    form = client.get(address).context["form"]
    assert form.initial["title"] == "Asked again from App to Line: identity"
    assert form.initial["harm"].splitlines() == [
        "Customers who go from App to Line give again: identity.",
        "Owners at the ends: App – Mobile; Line – Contact center.",
    ]
    values = {name: form.initial.get(name) or "" for name in form.fields} | {"severity": "high"}
    assert client.post(address, values).status_code == 302
    gap = Gap.objects.get()
    assert (gap.transition, gap.step, gap.owner_team, gap.journey) == (
        way,
        step,
        cast.mobile,
        journey,
    )
    shown = client.get(gap.get_absolute_url()).content.decode()
    assert "Mobile → Contact center" in " ".join(shown.split())


def test_the_gap_of_a_hop_that_nobody_has_recorded_says_that(cast, journey, app, line):
    address = cast.url(f"gaps/add/?from={app.uid}&to={line.uid}")
    initial = cast.client(cast.cole).get(address).context["form"].initial
    assert initial["title"] == "Unknown what comes along from App to Line"
    assert initial["harm"].splitlines() == [
        "Nobody has recorded what comes along when customers go from App to Line."
        " They may have to start again.",
        "Owners at the ends: App – Mobile; Line – Contact center.",
    ]


def test_the_gap_of_a_hop_where_nothing_is_asked_again_asks_what_gets_lost(cast, app, line, way):
    actions.edit_transition(transition=way, values={"identity": "yes"}, expected=1, by=cast.cole)
    address = cast.url(f"gaps/add/?from={app.uid}&to={line.uid}")
    initial = cast.client(cast.cole).get(address).context["form"].initial
    assert initial["title"] == "Lost on the way from App to Line"
    assert "lose something on the way" in initial["harm"]


@pytest.mark.parametrize(
    ("status", "title"),
    [
        ("broken", "The way from App to Line does not work"),
        ("not_built", "There is no way from App to Line"),
        ("declined", "There is no way from App to Line"),
    ],
)
def test_the_gap_of_a_hop_that_nobody_passes_says_so(cast, app, line, way, status, title):
    values = {"status": status, "identity": "no"}
    actions.edit_transition(transition=way, values=values, expected=1, by=cast.cole)
    address = cast.url(f"gaps/add/?from={app.uid}&to={line.uid}")
    initial = cast.client(cast.cole).get(address).context["form"].initial
    assert initial["title"] == title
    assert "on the way" not in initial["harm"]


# --- shared with somebody outside ---------------------------------------------------------------------


def test_who_was_lent_one_channel_sees_only_the_names_it_leads_to(cast, app, line, way):
    share(obj=app, holder=cast.olga, level="edit", by=cast.lea)
    page = cast.client(cast.olga).get(app.get_absolute_url()).content.decode()
    ways = page[page.index('id="channel-ways"') :].partition("</section>")[0]
    assert "<b>Line</b>" in ways
    for told in ("Contact center", "Asked again", "Carried:", "Works", "/transitions/"):
        assert told not in ways, told
    inside = cast.client(cast.rae).get(app.get_absolute_url()).content.decode()
    assert "Contact center" in inside
    assert "Asked again" in inside


def test_who_was_lent_one_board_sees_only_the_names_of_a_hop(cast, journey, way):
    assert "Asked again" in cast.client(cast.rae).get(journey.get_absolute_url()).content.decode()
    share(obj=journey, holder=cast.olga, level="view", by=cast.lea)
    client, address = cast.client(cast.olga), journey.get_absolute_url()
    board, listed = (client.get(address + view).content.decode() for view in ("", "?view=list"))
    assert "board-hops" in board
    assert "From App." in listed
    actions.delete_transition(transition=way, expected=1, by=cast.cole)
    unrecorded = client.get(address).content.decode()
    for page in (board, listed, unrecorded):
        for told in ("Asked again", "Carried:", "What comes along", "recorded of this way"):
            assert told not in page, told


# --- contact types ----------------------------------------------------------------------------------


def test_contact_types_belong_to_editors_and_differences_to_the_channels_owners(cast, app):
    with pytest.raises(Denied):
        actions.add_contact_type(strategy=cast.strategy, values={"name": "Paid?"}, by=cast.cole)
    kind = actions.add_contact_type(strategy=cast.strategy, values={"name": "Paid?"}, by=cast.eve)
    bot = cast.channel("Bot", family="bot", owner_team=cast.care)
    values = {"channel": app, "other": bot, "kind": "contradicts", "explanation": "Two systems."}
    actions.add_difference(contact_type=kind, values=values, by=cast.cole)
    turned = {**values, "channel": bot, "other": app}
    with pytest.raises(ValidationError, match="compared for this contact type already"):
        actions.add_difference(contact_type=kind, values=turned, by=cast.eve)
    page = cast.client(cast.rae).get(cast.url("channels/contact-types/")).content.decode()
    assert "They contradict each other" in page
    assert "Two systems." in page
    with pytest.raises(Denied, match="Only Mobile, Contact center, editors and strategy leads"):
        actions.delete_difference(
            difference=AnswerDifference.objects.get(), expected=1, by=cast.rae
        )


def test_a_pair_is_compared_once_whichever_channel_is_named_first(cast, app):
    kind = actions.add_contact_type(strategy=cast.strategy, values={"name": "Paid?"}, by=cast.eve)
    bot, web = cast.channel("Bot", family="bot"), cast.channel("Web", family="web")
    said = {"kind": "contradicts", "explanation": "Two systems."}
    for other in (bot, web):
        values = {"channel": app, "other": other, **said}
        actions.add_difference(contact_type=kind, values=values, by=cast.cole)
    client, turned = cast.client(cast.eve), {"channel": bot.pk, "other": app.pk, **said}
    added = client.post(cast.url(f"channels/contact-types/{kind.uid}/differ/"), turned)
    second = AnswerDifference.objects.get(other=web)
    address = cast.url(f"channels/differences/{second.uid}/")
    changed = client.post(address, {**turned, "version": "1"})
    for answer in (added, changed):
        assert answer.status_code == 422
        assert "compared for this contact type already" in answer.content.decode()
        assert "Two systems." in answer.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        AnswerDifference.objects.create(contact_type=kind, channel=bot, other=app)
    again = {"channel": web.pk, "other": app.pk, **said, "kind": "by_design", "version": "1"}
    assert client.post(address, again).status_code == 302


def test_an_undone_deletion_of_a_channel_brings_back_where_its_answers_differ(cast, app):
    kind = actions.add_contact_type(strategy=cast.strategy, values={"name": "Paid?"}, by=cast.eve)
    bot = cast.channel("Bot", family="bot")
    values = {"channel": app, "other": bot, "kind": "contradicts", "explanation": "Two systems."}
    actions.add_difference(contact_type=kind, values=values, by=cast.eve)
    for channel in (app, bot):
        actions.delete_channel(channel=channel, expected=None, by=cast.cole)
        assert not AnswerDifference.objects.exists()
        undo_change(chosen=ChangeSet.objects.latest("pk"), strategy=cast.strategy, by=cast.cole)
        assert AnswerDifference.objects.get().explanation == "Two systems."


def test_only_self_service_channels_are_compared(cast, app, line):
    kind = actions.add_contact_type(strategy=cast.strategy, values={"name": "Paid?"}, by=cast.eve)
    form = (
        cast.client(cast.cole)
        .get(cast.url(f"channels/contact-types/{kind.uid}/differ/"))
        .context["form"]
    )
    assert [str(channel) for channel in form.fields["channel"].queryset] == ["App"]


def test_the_pages_add_change_and_delete(cast, app):
    bot = cast.channel("Bot", family="bot")
    client = cast.client(cast.eve)
    client.post(cast.url("channels/contact-types/add/"), {"name": "Paid?", "code": "C1", **UNSAID})
    kind = ContactType.objects.get()
    same = client.post(
        cast.url("channels/contact-types/add/"), {"name": "paid?", "code": "c1", **UNSAID}
    )
    assert same.status_code == 422
    differ = {"channel": app.pk, "other": bot.pk, "kind": "by_design", "explanation": "Shorter."}
    client.post(cast.url(f"channels/contact-types/{kind.uid}/differ/"), differ)
    difference = AnswerDifference.objects.get()
    address = cast.url(f"channels/differences/{difference.uid}/")
    client.post(address, {**differ, "explanation": "Much shorter.", "version": "1"})
    difference.refresh_from_db()
    assert difference.explanation == "Much shorter."
    client.post(f"{address}delete/", {"version": "2"})
    assert not AnswerDifference.objects.exists()
    client.post(
        cast.url(f"channels/contact-types/{kind.uid}/"),
        {"name": "Is it paid?", "code": "C1", **UNSAID, "version": "1"},
    )
    kind.refresh_from_db()
    assert kind.name == "Is it paid?"
    client.post(cast.url(f"channels/contact-types/{kind.uid}/delete/"), {"version": "2"})
    assert not ContactType.objects.exists()


def test_deleting_asks_first_and_says_what_goes_with_it(cast, app, way):
    client = cast.client(cast.eve, htmx=True)
    kind = actions.add_contact_type(strategy=cast.strategy, values={"name": "Paid?"}, by=cast.eve)
    address = cast.url(f"channels/contact-types/{kind.uid}/")
    assert "nothing goes with it" in client.get(address).content.decode()
    values = {
        "channel": app,
        "other": cast.channel("Bot"),
        "kind": "by_design",
        "explanation": "So.",
    }
    difference = actions.add_difference(contact_type=kind, values=values, by=cast.eve)
    for part, says in (
        (f"contact-types/{kind.uid}/", "With it go: differences between answers (1)."),
        (f"differences/{difference.uid}/", "If both channels answer alike now"),
        (f"transitions/{way.uid}/", "Gaps on it stay"),
    ):
        for asked in (client, cast.client(cast.eve)):
            page = asked.get(cast.url(f"channels/{part}")).content.decode()
            inside = page[page.index('<details class="disclosure"') :].partition("</details>")[0]
            assert says in inside
            assert page.count(f'action="{cast.url(f"channels/{part}")}delete/"') == 1
            assert page.count(f"{part}delete/") == inside.count(f"{part}delete/")
