"""Filling in opening hours: by the keyboard alone, as a text or as a week, with a script and without."""

import pytest
from playwright.sync_api import expect

from strategy.inventory.models import AccessPoint
from strategy.inventory.points.actions import add_point
from strategy.plan.models import ContactType

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def number(cast):
    """A number whose week is filled in."""
    for name in (
        "Paid?",
        "Late?",
        "Lost card",
        "Sign in",
        "Appeal",
        "Address",
        "Bill",
        "Doctor",
        "Form",
    ):
        ContactType.objects.create(strategy=cast.strategy, name=name)
    values = {"name": "Number", "kind": "phone", "hours": "Mon 9-12", "time_zone": "UTC"}
    return add_point(channel=cast.channel("Claims line"), values=values, by=cast.ada)


def test_text_and_week_follow_each_other_by_keyboard(cast, number, visit, axe):
    page = visit(cast.cole, f"{number.get_absolute_url()}edit/")
    hours, focused = page.locator("#id_hours"), page.locator(":focus")
    page.locator("#day-5-0-from").focus()
    page.keyboard.type("10:00")
    page.keyboard.press("Tab")
    page.keyboard.type("14:00")
    page.keyboard.press("Tab")
    expect(hours).to_have_value("Mon 09:00-12:00, Sat 10:00-14:00")
    expect(focused).to_have_id("more-5")
    page.keyboard.press("Tab")
    expect(focused).to_have_id("day-6-0-from")
    page.locator("#more-0").press("Enter")
    page.locator("#copy-0").press("Enter")
    expect(hours).to_have_value("Mon-Fri 09:00-12:00, Sat 10:00-14:00")
    expect(focused).to_have_id("copy-0")
    hours.fill("Tue 8-12")
    hours.press("Tab")
    expect(page.locator("#day-1-0-from")).to_have_value("08:00")
    expect(page.locator("#day-5-0-from")).to_have_value("")
    page.locator("#find-contact-type").fill("lost card")
    expect(page.get_by_label("Lost card")).to_be_visible()
    expect(page.get_by_label("Doctor")).to_be_hidden()
    page.locator("#closed-1").evaluate("button => button.click()")
    expect(hours).to_have_value("closed")
    hours.fill("when the shop is open")
    hours.press("Tab")
    expect(page.locator("#week-text")).to_contain_text("cannot be read as hours.")
    hours.fill("Tue 8-12")
    hours.press("Tab")
    expect(page.locator("#day-1-0-from")).to_have_value("08:00")
    axe(page)
    page.locator("#id_address").press("Enter")  # saves, and presses no button of the week
    expect(page).to_have_url(f"{page.url.partition('/s/')[0]}{number.get_absolute_url()}")
    number.refresh_from_db()
    assert number.hours == "Tue 8-12"


def test_a_cell_takes_what_people_write(cast, number, visit):
    page = visit(cast.cole, f"{number.get_absolute_url()}edit/")
    page.locator("#day-1-0-from").fill("8:00 PM")
    page.locator("#day-1-0-to").fill("10pm")
    page.locator("#day-2-0-from").fill("8-20")
    page.locator("#day-3-0-from").fill("24h")
    page.locator("#day-3-0-from").press("Tab")
    wanted = "Mon 09:00-12:00, Tue 20:00-22:00, Wed 08:00-20:00, Thu 00:00-24:00"
    expect(page.locator("#id_hours")).to_have_value(wanted)


def test_a_button_of_the_week_keeps_what_was_typed_elsewhere(cast, number, visit):
    page = visit(cast.cole, f"{number.get_absolute_url()}edit/")
    page.locator("#id_note").fill("Typed with care")
    page.locator("#more-0").click()
    page.locator("#copy-0").click()
    expect(page.locator("#id_hours")).to_have_value("Mon-Fri 09:00-12:00")
    page.reload()
    page.locator(".draft-offer button").first.click()
    expect(page.locator("#id_note")).to_have_value("Typed with care")


def test_the_week_works_without_a_script(cast, number, visit):
    page = visit(cast.cole, f"{number.get_absolute_url()}edit/", java_script_enabled=False)
    page.locator("#more-6").click()
    page.locator("#all-6").click()
    expect(page.locator("#id_hours")).to_have_value("Mon 09:00-12:00, Sun 00:00-24:00")
    page.locator("#day-2-0-from").fill("10")
    page.locator("#day-2-0-to").fill("12")
    page.get_by_role("button", name="Save access point").click()
    expect(page.get_by_role("heading", name="Number", level=1)).to_be_visible()
    assert AccessPoint.objects.get().hours == "Mon 09:00-12:00, Wed 10:00-12:00, Sun 00:00-24:00"
