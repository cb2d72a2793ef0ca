"""Holiday calendars, the federal one, vendor risk, and languages."""

import datetime as dt

import pytest

from strategy.inventory.models import AccessPoint, Calendar
from strategy.inventory.opening import holidays
from strategy.inventory.points import actions, federal, languages
from strategy.inventory.points.rules import vendor_risks

TODAY = dt.date(2026, 11, 20)


def test_federal_holidays_are_those_that_the_government_lists():
    """As opm.gov lists the days off from 2026 to 2028."""
    days, bad = holidays(federal.days())
    assert not bad
    off = {str(day) for day in days if day.weekday() < 5}
    assert off == set(
        [
            "2026-01-01",
            "2026-01-19",
            "2026-02-16",
            "2026-05-25",
            "2026-06-19",
            "2026-07-03",
            "2026-09-07",
            "2026-10-12",
            "2026-11-11",
            "2026-11-26",
            "2026-12-25",
            "2027-01-01",
            "2027-01-18",
            "2027-02-15",
            "2027-05-31",
            "2027-06-18",
            "2027-07-05",
            "2027-09-06",
            "2027-10-11",
            "2027-11-11",
            "2027-11-25",
            "2027-12-24",
            "2027-12-31",
            "2028-01-17",
            "2028-02-21",
            "2028-05-29",
            "2028-06-19",
            "2028-07-04",
            "2028-09-04",
            "2028-10-09",
            "2028-11-10",
            "2028-11-23",
            "2028-12-25",
        ]
    )
    assert days[dt.date(2026, 7, 3)] == "Independence Day (observed)"
    assert days[dt.date(2026, 7, 4)] == "Independence Day"


def test_the_federal_calendar_is_added_with_one_click(cast):
    client = cast.client(cast.eve)
    here = cast.url("channels/calendars/")
    assert federal.NAME in client.get(here).content.decode()
    response = client.post(f"{here}federal/", follow=True)
    calendar = Calendar.objects.get()
    assert calendar.name == federal.NAME
    body = response.content.decode()
    assert "Next holidays" in body
    assert "calendars/federal/" not in body
    assert client.post(f"{here}federal/").status_code == 422  # it is there
    assert Calendar.objects.count() == 1
    assert cast.client(cast.cole).post(f"{here}federal/").status_code == 403


def test_a_calendar_is_added_changed_and_deleted(cast):
    client = cast.client(cast.eve, htmx=True)
    here = cast.url("channels/calendars/")
    refused = client.post(f"{here}add/", {"name": "Ours", "days": "2026-12-25 Christmas\nEaster"})
    assert refused.status_code == 422
    assert "Line 2, “Easter”" in refused.content.decode()
    client.post(f"{here}add/", {"name": "Ours", "days": "2026-12-25 Christmas"})
    calendar = Calendar.objects.get()
    line = cast.channel("Line")
    actions.add_point(
        channel=line, values={"name": "A", "kind": "phone", "calendar": calendar}, by=cast.ada
    )
    assert "1 access point uses it" in client.get(f"{here}{calendar.uid}/").content.decode()
    changed = {"name": "Ours too", "days": "", "version": calendar.version}
    assert (
        "inventory-changed" in client.post(f"{here}{calendar.uid}/", changed).headers["HX-Trigger"]
    )
    assert client.post(f"{here}{calendar.uid}/", changed).status_code == 409
    calendar.refresh_from_db()
    client.post(f"{here}{calendar.uid}/delete/", {"version": calendar.version})
    assert not Calendar.objects.exists()
    assert AccessPoint.objects.get().calendar is None


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, []),
        ({"contract_ends_on": TODAY + dt.timedelta(days=181)}, []),
        ({"contract_ends_on": TODAY + dt.timedelta(days=180)}, [("ends within", 180, "warn")]),
        ({"contract_ends_on": TODAY + dt.timedelta(days=90)}, [("ends within", 90, "bad")]),
        ({"contract_ends_on": TODAY + dt.timedelta(days=30)}, [("ends within", 30, "worst")]),
        ({"contract_ends_on": TODAY}, [("ends within", 30, "worst")]),
        ({"contract_ends_on": TODAY - dt.timedelta(days=1)}, [("has ended", 0, "worst")]),
        ({"vendor": "Ardent"}, [("No exit terms", 0, "warn")]),
        ({"vendor": "Ardent", "exit_terms": "90 days"}, []),
        ({"maturity": "emerging"}, [("emerging", 0, "warn")]),
        ({"maturity": "declining"}, [("declining", 0, "bad")]),
        (
            {
                "contract_ends_on": TODAY + dt.timedelta(days=180),
                "maturity": "declining",
                "vendor": "Ardent",
            },
            [("declining", 0, "bad"), ("ends within", 180, "warn"), ("No exit terms", 0, "warn")],
        ),
    ],
)
def test_vendor_risk(facts, found):
    given = {"vendor": "", "contract_ends_on": None, "exit_terms": "", "maturity": "growing"}
    risks = vendor_risks(**{**given, **facts}, today=TODAY)
    assert [(risk.days, risk.tone) for risk in risks] == [
        (days, tone) for _words, days, tone in found
    ]
    assert all(words in risk.sentence for risk, (words, *_rest) in zip(risks, found, strict=True))


@pytest.mark.parametrize(
    ("code", "written", "name"),
    [
        ("EN", "en", "English"),
        ("es-mx", "es-MX", "Mexican Spanish"),
        ("es-us", "es-US", "Spanish (US)"),
        ("ZH-hant", "zh-Hant", "Traditional Chinese"),
        ("zh-hant-hk", "zh-Hant-HK", "Traditional Chinese (HK)"),
        ("ase", "ase", "American Sign Language"),
        ("es-419", "es-419", "Spanish (419)"),
        ("xx", "xx", "xx"),
    ],
)
def test_languages(code, written, name):
    assert languages.canonical(code) == written
    assert languages.name(code) == name


def test_what_is_no_code():
    assert [languages.canonical(word) for word in ("english", "e", "en_US", "en-", "1")] == [
        None
    ] * 5
    assert languages.code_of("spanish") == "es"
