"""Contacts by contact type, where a reader looks: on the list of contact types and on the channel."""

import datetime as dt

import pytest
from django.urls import reverse

from portal.history.record import change_set
from strategy.inventory.models import Measurement
from strategy.inventory.service.by_type import contacts_of_channel, contacts_of_types
from strategy.plan.models import ContactType
from tests.html import squeeze

YEAR, BEFORE = dt.date(2023, 4, 1), dt.date(2022, 4, 1)


@pytest.fixture
def bill(cast):
    kind = ContactType(strategy=cast.strategy, name="Bill")
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        record.create(kind)
    return kind


def state(cast, kind, channel, status, value=None, on=YEAR):
    facts = {"contact_type": kind, "grain": "year", "starts_on": on, "status": status}
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
