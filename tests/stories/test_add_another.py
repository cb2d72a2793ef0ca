"""Adding many things in a row: each is saved, and the next form is empty, in a dialog and on a page."""

import pytest
from playwright.sync_api import expect

from strategy.inventory.models import AccessPoint
from strategy.plan.models import ContactType

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_many_are_added_by_keyboard_and_what_was_saved_is_no_draft(cast, visit, axe):
    page = visit(cast.lea, cast.url("channels/contact-types/"))
    page.locator("#add-contact-type").press("Enter")
    name = page.locator("#dialog #id_name")
    for said in ("Late?", "Lost?"):
        expect(name).to_be_focused()
        expect(name).to_have_value("")
        expect(page.locator(".draft-offer")).to_have_count(0)
        page.keyboard.type(said)
        page.get_by_role("button", name="Save and add another").press("Enter")
        expect(page.locator("#dialog").get_by_role("link", name=said)).to_be_visible()
        expect(page.locator("#contact-type-list")).to_contain_text(said)
    axe(page)
    assert ContactType.objects.filter(name__in=["Late?", "Lost?"]).count() == 2


def test_the_next_access_point_begins_empty_on_its_page(cast, visit):
    channel = cast.channel("Line", family="voice")
    page = visit(cast.lea, cast.url(f"channels/points/add/?channel={channel.uid}"))
    page.locator("#id_name").fill("Number")
    page.locator("#id_kind").select_option("phone")
    page.get_by_role("button", name="Save and add another").click()
    expect(page.get_by_text("Number is saved. Add another.")).to_be_visible()
    expect(page.locator("#id_name")).to_be_focused()
    expect(page.locator("#id_name")).to_have_value("")
    expect(page.locator(".draft-offer")).to_have_count(0)
    assert AccessPoint.objects.get().channel == channel
