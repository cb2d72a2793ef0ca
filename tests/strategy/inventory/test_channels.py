"""The channel inventory: list, one channel, adding and editing, volumes."""

import datetime as dt
from decimal import Decimal

import pytest

from portal.history.record import Stale, change_set
from strategy.gaps.models import OPEN_STATES, Gap
from strategy.inventory import actions, queries
from strategy.inventory.actions import Volume
from strategy.inventory.forms import VolumeForm
from strategy.inventory.lists.conditions import UNSETTLED
from strategy.inventory.models import AccessPoint, Channel, Measurement
from strategy.inventory.points.actions import add_point
from teams.access import Denied
from tests.html import squeeze

FACTS = {
    "name": "Claims line", "family": "voice", "mode": "assisted", "timing": "sync", "device": "any", "direction": "inbound", "run_by": "owned",
    "life_cycle": "live", "agent_route": "is_agent",
    "review_every_days": "90",
}  # fmt: skip
OCTOBER = dt.date(2026, 10, 1)


def facts(cast, **changes):
    return {**FACTS, "owner_team": cast.mobile.pk, **changes}


def names(response) -> list[str]:
    uids = [row.uid for row in response.context["page_obj"].object_list]
    found = {channel.uid: channel.name for channel in Channel.objects.all()}
    return [found[uid] for uid in uids]


# --- the list ---------------------------------------------------------------------------------------
def test_the_empty_list_teaches_the_next_step(cast):
    page = cast.client(cast.lea).get(cast.url("channels/")).content.decode()
    assert "Add the first channel" in page
    assert (
        "Add the first channel"
        not in cast.client(cast.rae).get(cast.url("channels/")).content.decode()
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Claims app", "Claims line", "Kiosk"]),
        ("q=claims", ["Claims app", "Claims line"]),
        ("q=claims+mobile", ["Claims app"]),
        ("family=voice", ["Claims line"]),
        ("owner_team=mobile", ["Claims app"]),
        ("owner_team=none", ["Kiosk"]),
        ("mode=self_service", ["Claims app", "Kiosk"]),
        ("life_cycle=retiring", ["Kiosk"]),
        ("sort=-name", ["Kiosk", "Claims line", "Claims app"]),
        ("sort=team", ["Claims line", "Claims app", "Kiosk"]),
        ("sort=-team", ["Claims app", "Claims line", "Kiosk"]),
        ("sort=password", ["Claims app", "Claims line", "Kiosk"]),
        ("page=999", ["Claims app", "Claims line", "Kiosk"]),
        ("family=unheard-of", ["Claims app", "Claims line", "Kiosk"]),
    ],
)
def test_the_list_is_searched_filtered_and_sorted(cast, query, expected):
    cast.channel("Claims app")
    cast.channel("Claims line", family="voice", mode="assisted", owner_team=cast.care)
    cast.channel("Kiosk", family="kiosk", owner_team=None, life_cycle="retiring")
    response = cast.client(cast.rae).get(cast.url(f"channels/?{query}"))
    assert names(response) == expected


def test_the_search_finds_a_channel_by_its_access_points_once(cast):
    app, line = cast.channel("App"), cast.channel("Line", purpose="Claims")
    for name, address in (("Lost cards", "800-555-0142"), ("Main", "800-555-0100")):
        values = {"name": name, "kind": "phone", "address": address}
        add_point(channel=line, values=values, by=cast.ada)
    add_point(channel=app, values={"name": "Store", "kind": "url"}, by=cast.ada)
    rae = cast.client(cast.rae)
    for words, expected in (
        ("555", ["Line"]),
        ("claims lost", ["Line"]),
        ("store", ["App"]),
        ("store 555", []),
    ):
        assert names(rae.get(cast.url("channels/"), {"q": words})) == expected, words


def test_htmx_gets_the_list_only_and_the_count_is_announced(cast):
    cast.channel()
    response = cast.client(cast.rae, htmx=True).get(cast.url("channels/"))
    assert response.content.decode().strip().startswith('<div id="channel-list">')
    assert "1 channel" in response.headers["HX-Trigger"]


def test_the_list_shows_each_kind_of_figure_as_what_it_is(cast):
    for number, (status, value) in enumerate(
        [("value", 82140), ("zero", None), ("no_data", None), ("suppressed", None)]
    ):
        channel = cast.channel(f"Channel {number}")
        actions.edit_channel(
            channel=channel,
            values={},
            volumes=(Volume(OCTOBER, status, value),),
            expected=1,
            by=cast.eve,
        )
    cast.channel("Never stated")
    page = squeeze(cast.client(cast.rae).get(cast.url("channels/")).content.decode())
    for shown in ("82,140", "No data", "Suppressed", "Not stated", '<td class="num">0</td>'):
        assert shown in page, shown


def test_a_row_changes_with_everything_it_shows(cast):
    channel = cast.channel(owner_team=cast.mobile)
    reader = cast.client(cast.rae)
    assert "Mobile" in reader.get(cast.url("channels/")).content.decode()
    with change_set(by=cast.ada) as record:
        record.update(cast.mobile, name="Mobile apps")
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        record.create(
            Gap(strategy=cast.strategy, number=1, title="G", channel=channel, opened_on=OCTOBER)
        )
    page = reader.get(cast.url("channels/")).content.decode()
    assert "Mobile apps" in page
    assert '<span class="count count-bad">1</span>' in page


@pytest.mark.parametrize("rows", [3, 60])
def test_the_list_takes_the_same_queries_however_many_rows(cast, rows, django_assert_num_queries):
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        record.create_many(
            [
                Channel(
                    strategy=cast.strategy,
                    name=f"C {n}",
                    family="web",
                    mode="hybrid",
                    owner_team=cast.care,
                )
                for n in range(rows)
            ]
        )
    client = cast.client(cast.cole)
    client.get(cast.url("channels/"))
    with django_assert_num_queries(6):
        client.get(cast.url("channels/"))


# --- one channel ------------------------------------------------------------------------------------
def test_a_reader_sees_a_channel_and_why_it_cannot_be_edited(cast):
    channel = cast.channel()
    page = cast.client(cast.rae).get(channel.get_absolute_url()).content.decode()
    assert "Only Mobile, editors and strategy leads can change this" in page


def test_an_owner_who_left_is_told_from_one_who_never_had_an_account(cast):
    channel = cast.channel(owner=cast.eve)
    page = lambda: cast.client(cast.rae).get(channel.get_absolute_url()).content.decode()  # noqa: E731
    cast.eve.is_active = False
    for password, said, unsaid in (
        ("a long password", "Has left", "No account yet"),
        (None, "No account yet", "Has left"),
    ):
        cast.eve.set_password(password)
        cast.eve.save()
        assert said in page()
        assert unsaid not in page()


def test_an_outsider_does_not_learn_that_a_channel_exists(cast):
    assert cast.client(cast.olga).get(cast.channel().get_absolute_url()).status_code == 404


def test_text_with_markup_comes_out_as_text(cast):
    channel = cast.channel("<b onclick=alert(1)>Line</b>", purpose="<script>alert(1)</script>")
    for address in (channel.get_absolute_url(), cast.url("channels/")):
        page = cast.client(cast.rae).get(address).content.decode()
        assert "<b onclick" not in page
        assert "<script>alert" not in page


# --- adding and editing ----------------------------------------------------------------------------
def test_a_contributor_adds_a_channel_with_its_volumes(cast):
    answer = cast.client(cast.cole).post(
        cast.url("channels/add/"),
        facts(cast, **{"volume-month": "2026-10", "volume-status": "value", "volume-value": "82140",
                       "volume-status_before": "no_data"}),
    )  # fmt: skip
    channel = Channel.objects.get(name="Claims line")
    assert answer.headers["Location"] == channel.get_absolute_url()
    stated = {row.starts_on: (row.status, row.value) for row in channel.measurements.all()}
    assert stated == {OCTOBER: ("value", 82140), OCTOBER.replace(year=2025): ("no_data", None)}


def test_a_contributor_cannot_add_for_another_team(cast):
    answer = cast.client(cast.cole).post(
        cast.url("channels/add/"), facts(cast, owner_team=cast.care.pk)
    )
    assert answer.status_code == 403
    assert not Channel.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "claims APP"}, "A channel with this name exists already"),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"family": "carrier pigeon"}, "not one of the available choices"),
        ({"launched_on": "2026-13-40"}, "Enter a valid date"),
        ({"launched_on": "2026-05-02", "retires_on": "2026-05-01"}, "cannot retire before it is launched"),
        ({"agent_taps": "-1"}, "greater than or equal to 0"),
        ({"review_every_days": "0"}, "review_interval_positive"),
        ({"volume-status": "value", "volume-value": "", "volume-month": "2026-10"}, "Write the figure"),
        ({"volume-status": "zero"}, "Say which month"),
        ({"volume-status": "value", "volume-value": "3", "volume-month": "October"}, "2026-10"),
    ],
)  # fmt: skip
def test_bad_input_is_told_in_a_sentence_and_nothing_typed_is_lost(cast, changes, sentence):
    cast.channel("Claims app")
    typed = facts(cast, purpose="Typed with care", **changes)
    answer = cast.client(cast.eve).post(cast.url("channels/add/"), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Typed with care" in page
    assert Channel.objects.count() == 1


def test_two_people_editing_one_channel_see_both_texts(cast):
    channel = cast.channel("Claims line")
    eve = cast.client(cast.eve)
    address = channel.get_absolute_url() + "edit/"
    eve.post(address, facts(cast, purpose="Theirs", version=1))
    answer = cast.client(cast.lea).post(address, facts(cast, purpose="Mine", version=1))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Theirs" in page
    assert "Mine" in page
    assert "Eve Editor saved this a moment ago" in page
    assert page.count("Keep my text") == page.count("Take Eve’s text") == 1
    assert "needs your attention" not in page, "it is said once"
    own = eve.post(address, facts(cast, purpose="In another window", version=1))
    assert "You saved this a moment ago, in another window" in own.content.decode()
    assert 'name="version" value="2"' in page, "saving again keeps mine knowingly"
    assert (
        cast.client(cast.lea).post(address, facts(cast, purpose="Mine", version=2)).status_code
        == 302
    )
    channel.refresh_from_db()
    assert channel.purpose == "Mine"


@pytest.mark.parametrize(
    "version", [{}, {"version": ""}, {"version": "zero"}], ids=["none", "empty", "no number"]
)
def test_a_form_without_its_version_never_overwrites(cast, version):
    channel = cast.channel("Claims line")
    answer = cast.client(cast.eve).post(
        channel.get_absolute_url() + "edit/", facts(cast, purpose="Blind", **version)
    )
    assert answer.status_code in (409, 422)
    channel.refresh_from_db()
    assert channel.purpose == ""


def test_a_channel_of_another_strategy_cannot_be_the_way_to_a_person(cast):
    from tests.starting import start_strategy

    other = start_strategy(values={"name": "Other", "slug": "other"}, lead=cast.olga, by=cast.ada)
    foreign = actions.add_channel(
        strategy=other,
        values={"name": "Foreign", "family": "voice", "mode": "assisted"},
        by=cast.ada,
    )
    answer = cast.client(cast.eve).post(
        cast.url("channels/add/"), facts(cast, agent_channel=foreign.pk)
    )
    assert answer.status_code == 422
    assert "Foreign" not in answer.content.decode()


def test_still_true_sets_the_review_date_and_nothing_else(cast):
    channel = cast.channel()
    cole, url = cast.client(cast.cole), channel.get_absolute_url()
    assert 'name="version" value="1"' in cole.get(url).content.decode()
    cole.post(f"{url}review/", {"version": "1"})
    fresh = Channel.objects.get(pk=channel.pk)
    assert fresh.reviewed_on == dt.date.today()
    assert fresh.name == channel.name


def test_deleting_asks_for_the_version_that_was_seen(cast):
    channel = cast.channel()
    actions.edit_channel(channel=channel, values={"purpose": "New"}, expected=1, by=cast.eve)
    with pytest.raises(Stale):
        actions.delete_channel(channel=Channel.objects.get(pk=channel.pk), expected=1, by=cast.eve)
    assert Channel.objects.exists()


def test_a_reader_may_not_edit_through_any_action(cast):
    channel = cast.channel()
    for refused in (
        lambda: actions.add_channel(strategy=cast.strategy, values={}, by=cast.rae),
        lambda: actions.edit_channel(channel=channel, values={}, expected=1, by=cast.rae),
        lambda: actions.delete_channel(channel=channel, expected=1, by=cast.rae),
        lambda: actions.review_channel(channel=channel, expected=None, on=OCTOBER, by=cast.rae),
    ):
        with pytest.raises(Denied):
            refused()


# --- volumes ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("now", "before", "percent"),
    [
        ((1100, 1000), None, 10),
        ((900, 1000), None, -10),
        ((None, 1000), None, None),
        ((1000, None), None, None),
    ],
)
def test_change_is_derived_from_counts_only(cast, now, before, percent):
    channel = cast.channel()
    volumes = tuple(
        Volume(month, "value" if value else "no_data", value)
        for month, value in zip((OCTOBER, OCTOBER.replace(year=2025)), now, strict=True)
    )
    actions.edit_channel(channel=channel, values={}, volumes=volumes, expected=1, by=cast.eve)
    assert queries.volume_pair(channel).change_percent == percent


def test_stating_a_month_again_corrects_it(cast):
    channel = cast.channel()
    for value in (10, 20):
        actions.edit_channel(
            channel=channel,
            values={},
            volumes=(Volume(OCTOBER, "value", value),),
            expected=1,
            by=cast.eve,
        )
    assert Measurement.objects.get().value == 20


LAST_YEAR = OCTOBER.replace(year=2025)


@pytest.fixture
def stated(cast):
    """A channel with the figures of October 2026 and of the year before, from two sources."""
    channel = cast.channel("Claims line")
    volumes = (
        Volume(OCTOBER, "value", Decimal("1000.50"), "Switch"),
        Volume(LAST_YEAR, "value", 900, "Old switch"),
    )
    return actions.edit_channel(
        channel=channel, values={}, volumes=volumes, expected=1, by=cast.eve
    )


def sent_back(response, **changes):
    """Return what a browser sends back of the channel's form: `value="7"` types over a volume field."""
    data = {"version": response.context["form"]["version"].value()}
    for field in response.context["form"].visible_fields():
        data[field.html_name] = field.value() if field.value() is not None else ""
    volume = response.context["volume"]
    for field in volume:
        value = field.value() if field.value() is not None else ""
        data[field.html_name] = value
        if field.field.show_hidden_initial:
            data[field.html_initial_name] = volume.data.get(field.html_initial_name, value)
    return data | {f"volume-{name}": value for name, value in changes.items()}


def figures():
    rows = Measurement.objects.order_by("starts_on")
    return {(row.starts_on, row.value, row.source) for row in rows}


BOTH = {(OCTOBER, Decimal("1000.50"), "Switch"), (LAST_YEAR, 900, "Old switch")}


def restate(channel, month, value, by):
    actions.edit_channel(
        channel=Channel.objects.get(pk=channel.pk),
        values={},
        volumes=(Volume(month, "value", value, "Theirs"),),
        expected=None,
        by=by,
    )


def test_figures_nobody_touched_stay_as_they_are_even_when_restated_meanwhile(cast, stated):
    client = cast.client(cast.cole)
    address = stated.get_absolute_url() + "edit/"
    shown = client.get(address)
    assert 'value="1000.50"' in shown.content.decode()
    assert 'name="initial-volume-value" value="1000.50"' in squeeze(shown.content.decode())
    assert client.post(address, sent_back(shown)).status_code == 302
    assert figures() == BOTH
    shown = client.get(address)
    restate(stated, OCTOBER, 7, cast.eve)
    assert client.post(address, sent_back(shown)).status_code == 302
    assert figures() == {(OCTOBER, 7, "Theirs"), (LAST_YEAR, 900, "Old switch")}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"value": "8"}, {(OCTOBER, 8, "Switch"), (LAST_YEAR, 900, "Old switch")}),
        ({"source": "New"}, {(OCTOBER, Decimal("1000.50"), "New"), (LAST_YEAR, 900, "Old switch")}),
        ({"value_before": "8.25"},
         {(OCTOBER, Decimal("1000.50"), "Switch"), (LAST_YEAR, Decimal("8.25"), "Old switch")}),
        ({"month": "2026-11", "value": "5"}, {*BOTH, (dt.date(2026, 11, 1), 5, "Switch")}),
    ],
    ids=["value", "source", "before", "month"],
)  # fmt: skip
def test_only_the_figure_that_was_touched_is_stated(cast, stated, typed, expected):
    client = cast.client(cast.cole)
    address = stated.get_absolute_url() + "edit/"
    assert client.post(address, sent_back(client.get(address), **typed)).status_code == 302
    assert figures() == expected


@pytest.mark.parametrize(
    ("month", "typed"),
    [(OCTOBER, {"value": "8"}), (LAST_YEAR, {"value_before": "8"}),
     (dt.date(2026, 9, 1), {"month": "2026-09", "value": "8"})],
    ids=["now", "before", "another month"],
)  # fmt: skip
def test_a_figure_somebody_was_quicker_with_is_shown_beside_mine(cast, stated, month, typed):
    client = cast.client(cast.cole)
    address = stated.get_absolute_url() + "edit/"
    shown = client.get(address)
    restate(stated, month, 7, cast.eve)
    answer = client.post(address, sent_back(shown, **typed))
    page = squeeze(answer.content.decode())
    assert answer.status_code == 409
    assert "Eve Editor saved this a moment ago" in page
    assert f"Contacts in {month:%B %Y}: saved now" in page
    assert "7 (Theirs)" in page
    assert Measurement.objects.get(starts_on=month).value == 7
    assert Channel.objects.get(pk=stated.pk).version == stated.version
    assert client.post(address, sent_back(answer)).status_code == 302, "now it is done knowingly"
    assert Measurement.objects.get(starts_on=month).value == 8


def test_a_year_nobody_counted_in_is_refused_with_a_sentence(cast):
    typed = {"volume-month": "0001-01", "volume-status": "zero"}
    answer = cast.client(cast.eve).post(cast.url("channels/add/"), facts(cast, **typed))
    assert answer.status_code == 422
    assert "Write a year from 1900 on." in answer.content.decode()


def test_a_figure_of_zero_is_zero_not_missing():
    form = VolumeForm(
        {"month": "2026-10", "status": "", "value": "0", "status_before": "", "source": ""}
    )
    assert form.is_valid(), form.errors
    assert form.volumes() == (Volume(OCTOBER, "zero", 0),) or form.volumes()[0].status == "zero"


def test_the_open_gaps_of_the_list_are_the_unsettled_ones():
    assert UNSETTLED == OPEN_STATES


def test_a_retired_channel_is_not_reviewed_any_more(cast):
    channel = cast.channel(life_cycle="retired", reviewed_on=dt.date(2020, 1, 1))
    for address in (cast.url("channels/"), channel.get_absolute_url()):
        page = cast.client(cast.rae).get(address).content.decode()
        assert "Not reviewed any more" in page
        assert "days late" not in page


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"life_cycle": "live", "launched_on": "2999-05-01"}, "What is live is launched already"),
        (
            {"launched_on": "2026-05-01", "retires_on": "2026-04-01"},
            "cannot retire before it is launched",
        ),
        ({"agent_taps": "32000"}, "more than 50 is no way"),
        ({"name": "x" * 300}, "at most 120"),
    ],
)
def test_what_contradicts_itself_is_refused_at_its_field(cast, values, sentence):
    answer = cast.client(cast.cole).post(cast.url("channels/add/"), facts(cast, **values))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Channel.objects.exists()


def test_a_browser_does_not_cut_what_is_pasted(cast):
    page = cast.client(cast.cole).get(cast.url("channels/add/")).content.decode()
    assert "maxlength" not in page


# --- the seal ---------------------------------------------------------------------------------------


def test_an_edit_by_somebody_who_does_not_own_it_breaks_the_seal_until_an_owner_confirms(cast):
    app = cast.channel("App", owner_team=cast.mobile, reviewed_on=dt.date.today())
    actions.edit_channel(channel=app, values={"purpose": "Ours"}, expected=1, by=cast.cole)
    assert app.unsealed_on is None, "Cole is in the team that owns it"
    actions.edit_channel(channel=app, values={"purpose": "Ours"}, expected=2, by=cast.eve)
    assert app.unsealed_on is None, "nothing was changed"
    actions.edit_channel(channel=app, values={"hours": "24/7"}, expected=2, by=cast.eve)
    assert (app.unsealed_by, app.unsealed_on) == (cast.eve, dt.date.today())
    page = squeeze(cast.client(cast.rae).get(app.get_absolute_url()).content.decode())
    assert "Confirm again" in page
    assert "Eve Editor, who does not own it" in page
    assert "Confirm again" in cast.client(cast.cole).get(cast.url("mine/")).content.decode()
    actions.review_channel(channel=app, expected=None, on=dt.date.today(), by=cast.eve)
    assert app.unsealed_on is not None, "only an owner mends it"
    actions.review_channel(channel=app, expected=None, on=dt.date.today(), by=cast.cole)
    assert (app.unsealed_by, app.unsealed_on) == (None, None)


def test_what_was_never_reviewed_has_no_seal_to_break(cast):
    app = cast.channel("App", owner_team=cast.mobile)
    actions.edit_channel(channel=app, values={"hours": "24/7"}, expected=1, by=cast.eve)
    page = squeeze(cast.client(cast.rae).get(app.get_absolute_url()).content.decode())
    assert "<b>Never reviewed:</b>" in page
    assert "<b>Seal broken:</b>" not in page


def test_what_nobody_answers_for_is_confirmed_by_whoever_may_change_it(cast):
    post = cast.channel("Post", owner_team=None, reviewed_on=dt.date.today())
    actions.edit_channel(channel=post, values={"hours": "24/7"}, expected=1, by=cast.eve)
    assert post.unsealed_on is None


def test_a_save_says_that_the_access_points_say_the_hours_and_that_the_seal_broke(cast):
    line = cast.channel("Line", owner_team=cast.mobile, reviewed_on=dt.date.today())
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        record.create(AccessPoint(channel=line, name="Toll-free", kind="phone", hours="24/7"))

    def save(person, **typed):
        client = cast.client(person)
        address = f"{line.get_absolute_url()}edit/"
        answer = client.post(address, sent_back(client.get(address)) | typed, follow=True)
        return squeeze(answer.content.decode())

    counts, owner = "The hours of its access points count: 24/7.", "An owner must confirm it now."
    page = save(cast.cole, hours="Mon-Fri 9-17")
    assert "The channel is saved." in page
    assert counts in page
    assert owner not in page
    page = save(cast.eve, purpose="Another")
    assert counts not in page, "the hours stay as they were"
    assert owner in page
    assert owner not in save(cast.eve), "nothing was changed"
