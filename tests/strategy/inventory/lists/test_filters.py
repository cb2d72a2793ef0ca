"""Filters of the list against plain Python over the same rows, and what the list says of an address."""

import datetime as dt
import re

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from strategy.inventory.lists import fields as what
from strategy.inventory.lists.fields import Kind
from strategy.inventory.lists.filters import ChannelFilter
from strategy.inventory.lists.order import sorted_by
from strategy.inventory.models import Channel
from strategy.plan.queries import freshness
from tests.html import squeeze
from tests.strategy.inventory.lists.conftest import TODAY, VOLUMES

WITH_OPEN_GAPS = (1, 4)

TEXTS = ["claims", "SALES", "acme", "Acme", "100%", "_", "\\", "what", "%", "Mon-Fri", "zebra", "'"]
DAYS = [TODAY - dt.timedelta(days=days) for days in (-500, -10, 0, 20, 60, 400, 440, 700)]


def says(rows, channel, field):
    """Return what a channel says in a field, as an address writes it; None for nothing."""
    if field.key == "mobile":
        return "true" if channel.touches_mobile else "false"
    if field.key == "open_gaps":
        return "true" if rows.index(channel) in WITH_OPEN_GAPS else "false"
    if field.key == "review":
        return freshness(
            channel.next_review_on,
            TODAY,
            has_ended=channel.is_retired,
            is_doubted=channel.unsealed_on is not None,
        ).state
    if field.key == "volume":
        return VOLUMES.get(rows.index(channel))
    value = getattr(channel, field.key)
    if field.key == "changed_at":
        return value.date()
    if value is None or value == "":
        return None
    if field.kind is Kind.TEAM:
        return value.slug
    return str(value.uid) if field.is_link else value


def holds(said, modifier, raws, field):
    """Answer in plain Python whether a condition is true of what a channel says."""

    def meant(raw):
        if field.kind is Kind.DAY:
            return dt.date.fromisoformat(raw)
        if field.is_number:
            return int(raw)
        return raw.lower() if field.kind is Kind.TEXT else raw

    if modifier == "empty":
        return all((said is None) == (raw == "true") for raw in raws)
    plain = said.lower() if isinstance(said, str) and field.kind is Kind.TEXT else said
    values = [meant(raw) for raw in raws]
    return {
        "": lambda: plain in values,
        "not": lambda: plain not in values,
        "contains": lambda: all(one in (plain or "") for one in values),
        "lacks": lambda: all(one not in (plain or "") for one in values),
        "before": lambda: plain is not None and all(plain < one for one in values),
        "after": lambda: plain is not None and all(plain > one for one in values),
        "min": lambda: plain is not None and all(plain >= one for one in values),
        "max": lambda: plain is not None and all(plain <= one for one in values),
    }[modifier]()  # fmt: skip


def raws_of(rows, field, modifier):
    """Return what may be written for a condition."""
    if modifier == "empty" or field.kind is Kind.FLAG:
        return ["true", "false"]
    if field.kind is Kind.CHOICE:
        return [code for code, _label in field.choices]
    if field.kind is Kind.TEXT:
        return TEXTS
    if field.kind is Kind.DAY:
        return [day.isoformat() for day in DAYS]
    if field.is_number:
        return ["0", "3", "7", "45", "90", "99999"]
    return sorted({said for row in rows if (said := says(rows, row, field)) is not None}) or None


def test_every_filter_agrees_with_plain_python(cast, inventory):
    """All fields and modifiers, up to three conditions at once, with up to two values each."""
    asked = [
        (name, field, modifier, raws)
        for name, (field, modifier) in what.parameters().items()
        if (raws := raws_of(inventory, field, modifier))
    ]
    seen: set[str] = set()

    @settings(
        max_examples=400, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(some.data())
    def agree(data):
        chosen = data.draw(
            some.lists(
                some.sampled_from(asked), min_size=1, max_size=3, unique_by=lambda one: one[0]
            )
        )
        query = QueryDict(mutable=True)
        wanted = set(inventory)
        for name, field, modifier, raws in chosen:
            values = data.draw(
                some.lists(some.sampled_from(raws), min_size=1, max_size=2, unique=True)
            )
            query.setlist(name, values)
            seen.add(name)
            wanted = {
                row for row in wanted if holds(says(inventory, row, field), modifier, values, field)
            }
        narrowed = ChannelFilter(query, queryset=Channel.objects.filter(strategy=cast.strategy))
        assert {row.name for row in narrowed.qs} == {row.name for row in wanted}, query.urlencode()
        assert narrowed.problems == []
        assert narrowed.query.urlencode() == query.urlencode()

    agree()
    assert len(seen) > 0.9 * len(asked)


def test_what_is_doubted_is_not_found_as_due_soon(cast, inventory):
    def found(state):
        rows = Channel.objects.filter(strategy=cast.strategy)
        return set(ChannelFilter(QueryDict(f"review={state}"), queryset=rows).qs)

    assert (found("due_soon"), found("doubted")) == ({inventory[2]}, {inventory[1]})
    edited = Channel.objects.filter(pk=inventory[2].pk)
    edited.update(unsealed_on=TODAY, unsealed_by=cast.rae)
    assert (found("due_soon"), found("doubted")) == (set(), {inventory[1], inventory[2]})


def test_what_says_nothing_is_not_at_most_a_number_too_large_for_its_column(cast, inventory):
    rows = Channel.objects.filter(strategy=cast.strategy)
    found = ChannelFilter(QueryDict("agent_taps__max=99999"), queryset=rows).qs
    assert {row.name for row in found} == {
        row.name for row in inventory if row.agent_taps is not None
    }


def test_every_field_of_a_channel_is_known_to_the_list():
    aside = {"id", "uid", "version", "strategy"}
    assert {field.name for field in Channel._meta.concrete_fields} - aside <= set(what.fields())


@pytest.mark.parametrize("key", what.fields())
def test_every_column_sorts_both_ways_and_what_says_nothing_comes_last(cast, inventory, key):
    field = what.fields()[key]
    rows = Channel.objects.filter(strategy=cast.strategy)
    up, down = list(sorted_by(rows, key)), list(sorted_by(rows, f"-{key}"))
    assert len(up) == len(down) == len(inventory)
    if field.can_be_empty:
        empty = sum(says(inventory, row, field) is None for row in inventory)
        for order in (up, down):
            assert all(says(inventory, row, field) is None for row in order[len(order) - empty :])
    if field.kind in (Kind.DAY, Kind.NUMBER):
        said = [
            says(inventory, row, field) for row in up if says(inventory, row, field) is not None
        ]
        assert said == sorted(said)


# --- the page -------------------------------------------------------------------------------------
def text_of(response):
    return squeeze(re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_conditions_are_chips_and_each_leads_to_the_list_without_it(cast, inventory):
    page = cast.client(cast.rae).get(
        cast.url(
            "channels/?family=app&family=voice&vendor__empty=true&sort=-family&columns=name,vendor"
        )
    )
    html = page.content.decode()
    for words in ("Family is Mobile app", "Family is Phone", "Vendor and contract is empty"):
        assert f"Remove the filter: {words}" in html
    assert (
        'href="?family=voice&amp;vendor__empty=true&amp;sort=-family&amp;columns=name%2Cvendor"'
        in html
    )


def test_what_the_list_does_not_know_filters_nothing_and_is_said(cast, inventory):
    page = cast.client(cast.rae).get(
        cast.url(
            "channels/?famly=app&launched_on__after=yesterday&agent_taps__min=-1&owner=me&mode=hybrid"
        )
    )
    said = text_of(page)
    assert "The list does not know “famly”, so it filters nothing." in said
    assert (
        "“launched_on__after=yesterday” was left out of the filters. Write the day as year" in said
    )
    assert "“agent_taps__min=-1” was left out of the filters. Write a whole number." in said
    assert "“owner=me” was left out" in said
    assert page.context["page_obj"].paginator.count == sum(
        row.mode == "hybrid" for row in inventory
    )


@pytest.mark.parametrize(
    "value", ["\0", "%00", "x" * 5000, "2026-02-30", "９", "-" * 36, "true' OR 1=1"]
)
def test_no_value_breaks_the_list(cast, inventory, value):
    client = cast.client(cast.rae)
    for name in what.parameters():
        answer = client.get(cast.url("channels/"), {name: value})
        assert answer.status_code == 200, name


def test_people_and_channels_of_elsewhere_are_not_named(cast, inventory):
    from tests.starting import start_strategy

    other = start_strategy(values={"name": "Other", "slug": "other"}, lead=cast.olga, by=cast.ada)
    from strategy.inventory.actions import add_channel

    secret = add_channel(
        strategy=other,
        values={"name": "Secret line", "family": "voice", "mode": "assisted", "owner": cast.olga},
        by=cast.ada,
    )
    page = cast.client(cast.lea).get(
        cast.url(f"channels/?agent_channel={secret.uid}&owner={cast.olga.uid}")
    )
    assert "Secret line" not in page.content.decode()
    assert "Olga" not in page.content.decode()


def test_the_chosen_columns_are_shown_in_their_order(cast, inventory):
    page = cast.client(cast.rae).get(
        cast.url("channels/?columns=vendor,owner,name,pigeon,agent_taps")
    )
    heads = re.findall(r'<a\s+class="sort"[^>]*>([^<]+)', page.content.decode())
    assert [head.strip() for head in heads] == [
        "Vendor and contract", "Owner", "Channel", "Taps or key presses to a person",
    ]  # fmt: skip
    everything = ",".join(what.fields())
    assert cast.client(cast.rae).get(cast.url(f"channels/?columns={everything}")).status_code == 200


def test_a_row_drawn_before_follows_the_name_of_who_it_names(cast, inventory):
    from portal.history.record import change_set

    client = cast.client(cast.rae)
    address = cast.url("channels/?columns=name,owner,agent_channel")
    assert "Eve Editor" in client.get(address).content.decode()
    with change_set(by=cast.ada) as record:
        record.update(cast.eve, name="Eve Married")
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        record.update(inventory[0], name="Renamed voice")
    page = client.get(address).content.decode()
    assert "Eve Married" in page
    assert page.count("Renamed voice") >= 3


# --- adding a condition ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("field=family&about=family&modifier=&value=app&value=web", "sort=name&family=app&family=web"),
        ("field=vendor&about=vendor&modifier=contains&value=Acme", "sort=name&vendor__contains=Acme"),
        ("field=vendor&about=vendor&modifier=filled&value=", "sort=name&vendor__empty=false"),
        ("field=deputy&about=deputy&modifier=empty", "sort=name&deputy__empty=true"),
        ("field=agent_taps&about=agent_taps&modifier=min&value=0", "sort=name&agent_taps__min=0"),
        ("field=volume&about=volume&modifier=min&value=1000000", "sort=name&volume__min=1000000"),
        ("field=launched_on&about=launched_on&modifier=before&value=2026-01-02", "sort=name&launched_on__before=2026-01-02"),
        ("field=mobile&about=mobile&modifier=&value=true", "sort=name&mobile=true"),
        ("field=owner_team&about=owner_team&modifier=not&value=mobile", "sort=name&owner_team__not=mobile"),
    ],
)  # fmt: skip
def test_a_condition_is_added_to_what_the_list_shows(cast, inventory, asked, leads_to):
    address = cast.url(f"channels/lists/condition/?now=sort%3Dname&add=on&{asked}")
    answer = cast.client(cast.rae).get(address)
    assert answer.headers["Location"] == cast.url(f"channels/?{leads_to}")
    assert cast.client(cast.rae).get(answer.headers["Location"]).status_code == 200
    quick = cast.client(cast.rae, htmx=True).get(address)
    assert quick.headers["HX-Redirect"] == answer.headers["Location"]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("field=vendor&about=vendor&modifier=contains&value=", "Say what it is compared with."),
        ("field=launched_on&about=launched_on&modifier=after&value=soon", "Enter a valid date."),
        ("field=agent_taps&about=agent_taps&modifier=max&value=few", "Write a whole number."),
        ("field=family&about=family&modifier=before&value=app", "not one of the available choices"),
    ],
)
def test_a_condition_that_says_nothing_is_not_added(cast, inventory, asked, sentence):
    answer = cast.client(cast.rae).get(cast.url(f"channels/lists/condition/?add=on&{asked}"))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_another_field_asks_for_its_own_value_first(cast, inventory):
    answer = cast.client(cast.rae, htmx=True).get(
        cast.url("channels/lists/condition/?add=on&field=vendor&about=family&modifier=&value=app")
    )
    assert answer.status_code == 200
    assert "does not contain" in answer.content.decode()
