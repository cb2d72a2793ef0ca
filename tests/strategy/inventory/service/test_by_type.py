"""Contacts by contact type, where a reader looks: on the list of contact types and on the channel."""

import datetime as dt

import pytest
from django.urls import reverse

from portal.history.record import change_set
from strategy.inventory.models import Channel, Measurement
from strategy.inventory.service.by_type import contacts_of_channel, contacts_of_types
from strategy.plan.models import ContactType
from strategy.reports.snapshot import take
from tests.html import squeeze

YEAR, BEFORE = dt.date(2023, 4, 1), dt.date(2022, 4, 1)


@pytest.fixture
def bill(cast):
    kind = ContactType(strategy=cast.strategy, name="Bill")
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        record.create(kind)
    return kind


def state(cast, kind, channel, status, value=None, on=YEAR, grain="year", **more):
    facts = {"contact_type": kind, "grain": grain, "starts_on": on, "status": status, **more}
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        record.create(Measurement(channel=channel, value=value, **facts))


def test_the_newest_period_is_summed_and_what_is_not_counted_is_said(cast, bill):
    phone, web, desk = (cast.channel(name) for name in ("Phone", "Web", "Desk"))
    state(cast, bill, phone, "value", 900, on=BEFORE)
    state(cast, bill, phone, "value", 40)
    state(cast, bill, web, "no_data")
    state(cast, bill, desk, "zero")
    found = contacts_of_types([bill.pk])[bill.pk]
    assert (found.words, found.is_partial) == ("40", True)
    assert [(one.name, one.words) for one in found.parts] == [
        ("Desk", "0"),
        ("Phone", "40"),
        ("Web", "No data"),
    ]
    assert contacts_of_channel(web).words == "No data"
    page = squeeze(cast.client(cast.rae).get(cast.url("channels/contact-types/")).content.decode())
    assert "Year from Apr 1, 2023, not all counted" in page
    assert "Web: No data" in page
    here = reverse("strategy:inventory:figures_of", args=[cast.strategy.slug, phone.uid])
    page = squeeze(cast.client(cast.rae).get(here).content.decode())
    assert "Contacts of 1 contact type, Year from Apr 1, 2023" in page


def test_enquiries_and_transactions_count_where_all_contacts_are_not_stated(cast, bill):
    phone, web = (cast.channel(name) for name in ("Phone", "Web"))
    state(cast, bill, phone, "value", 9, on=BEFORE)
    state(cast, bill, phone, "value", 30, metric="ENQ")
    state(cast, bill, phone, "value", 10, metric="TRX")
    state(cast, bill, web, "value", 5)
    state(cast, bill, web, "value", 3, metric="ENQ")
    found = contacts_of_types([bill.pk])[bill.pk]
    assert (found.words, found.is_partial) == ("45", False)
    assert [(one.name, one.words) for one in found.parts] == [
        ("Phone (Enquiries)", "30"), ("Phone (Transactions)", "10"), ("Web", "5"),
    ]  # fmt: skip
    assert contacts_of_channel(phone).words == "40"


def test_nothing_said_shows_no_column(cast, bill):
    page = cast.client(cast.rae).get(cast.url("channels/contact-types/")).content.decode()
    assert "Bill" in page
    assert ">Contacts<" not in page.replace(" ", "").replace("\n", "")
    assert contacts_of_channel(cast.channel("Phone")) is None


def test_a_channel_without_a_total_says_what_its_contact_types_say(cast, bill):
    app = cast.channel("App")
    page = cast.client(cast.rae).get(app.get_absolute_url()).content.decode()
    assert "Nobody has stated a volume yet" in page
    state(cast, bill, app, "value", 40)
    page = cast.client(cast.rae).get(app.get_absolute_url()).content.decode()
    assert "Not stated as a total. By 1 contact type" in page
    assert "Nobody has stated a volume yet" not in page


def test_a_day_of_one_channel_does_not_hide_a_month_of_all(cast, bill):
    phone, web = cast.channel("Phone"), cast.channel("Web")
    for channel, value in ((phone, 40), (web, 60)):
        state(cast, bill, channel, "value", value, on=dt.date(2023, 9, 1), grain="month")
        state(cast, bill, channel, "value", value, on=dt.date(2023, 8, 1), grain="month")
    state(cast, bill, phone, "value", 3, on=dt.date(2023, 10, 5), grain="day")
    of_type, of_phone = contacts_of_types([bill.pk])[bill.pk], contacts_of_channel(phone)
    assert (of_type.when, of_type.words) == ("September 2023", "100")
    assert (of_phone.when, of_phone.words) == ("September 2023", "40")
    csv = cast.client(cast.rae).get(
        cast.url("export/contact_types.csv?columns=contacts,contacts_period,contacts_by_channel")
    )
    assert "100,September 2023,Phone: 40; Web: 60" in csv.content.decode()


def test_years_that_were_given_up_do_not_hide_months(cast, bill):
    phone, web = cast.channel("Phone"), cast.channel("Web")
    for channel in (phone, web):
        state(cast, bill, channel, "value", 900, on=dt.date(2021, 1, 1))
    state(cast, bill, phone, "value", 40, on=dt.date(2023, 9, 1), grain="month")
    assert contacts_of_types([bill.pk])[bill.pk].when == "September 2023"


def test_who_was_there_the_period_before_is_missing_unless_it_is_retired(cast, bill):
    phone, web, desk = (cast.channel(name) for name in ("Phone", "Web", "Desk"))
    for channel in (phone, web, desk):
        state(cast, bill, channel, "value", 60, on=dt.date(2023, 8, 1), grain="month")
    state(cast, bill, phone, "value", 40, on=dt.date(2023, 9, 1), grain="month")
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        record.update(desk, life_cycle=Channel.LifeCycle.RETIRED)
    found = contacts_of_types([bill.pk])[bill.pk]
    assert (found.words, found.when) == ("40", "September 2023, not all counted")
    assert [(one.name, one.words) for one in found.parts] == [("Phone", "40"), ("Web", "Not said")]
    page = squeeze(cast.client(cast.rae).get(cast.url("channels/contact-types/")).content.decode())
    assert "September 2023, not all counted" in page
    assert "Web: Not said" in page
    csv = cast.client(cast.rae).get(
        cast.url("export/contact_types.csv?columns=contacts,contacts_period,contacts_by_channel")
    )
    assert '40,"September 2023, not all counted",Phone: 40; Web: Not said' in csv.content.decode()


def test_a_type_that_is_missing_in_a_channel_is_said_on_its_page(cast, bill):
    phone = cast.channel("Phone")
    move = ContactType(strategy=cast.strategy, name="Move")
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        record.create(move)
    for kind in (bill, move):
        state(cast, kind, phone, "value", 60, on=dt.date(2023, 8, 1), grain="month")
    state(cast, move, phone, "value", 40, on=dt.date(2023, 9, 1), grain="month")
    here = reverse("strategy:inventory:figures_of", args=[cast.strategy.slug, phone.uid])
    page = squeeze(cast.client(cast.rae).get(here).content.decode())
    assert "Contacts by 2 contact types, September 2023, not all counted" in page
    assert "Not said" in page


def test_the_list_its_export_and_the_report_say_what_the_page_of_the_channel_says(cast, bill):
    app, desk, web = (cast.channel(name) for name in ("App", "Desk", "Web"))
    fax = ContactType(strategy=cast.strategy, name="Fax")
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        record.create(fax)
        record.create(
            Measurement(channel=web, starts_on=dt.date(2023, 9, 1), status="value", value=50)
        )
    state(cast, bill, app, "value", 1200)
    state(cast, fax, app, "zero")
    state(cast, bill, desk, "no_data")
    state(cast, bill, web, "value", 7777)  # its own total is what counts
    client = cast.client(cast.rae)
    assert "1,200" in client.get(app.get_absolute_url()).content.decode()

    page = squeeze(
        client.get(cast.url("channels/?columns=name,volume&sort=-volume")).content.decode()
    )
    assert '1,200<span class="sub">Year from Apr 1, 2023, by contact type</span>' in page
    assert '>No data</span><span class="sub">Year from Apr 1, 2023, by contact type' in page
    assert "7,777" not in page
    assert page.index(">App</a>") < page.index(">Web</a>") < page.index(">Desk</a>")
    csv = client.get(cast.url("export/channels.csv?columns=name,volume")).content.decode()
    assert '"1200 (Year from Apr 1, 2023)"' in csv

    taken = take(cast.strategy, as_of=dt.datetime(2023, 10, 1, 12, tzinfo=dt.UTC), lens="")
    volumes = {one["name"]: one["volume"] for one in taken["channels"]}
    assert volumes["App"]["now"] == {"status": "value", "value": 1200, "words": "1,200"}
    assert volumes["App"]["month"] == "Year from Apr 1, 2023, by contact type"
    assert volumes["Desk"]["now"]["words"] == "No data"
