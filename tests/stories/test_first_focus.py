"""Where the keyboard is when a page opens."""

import pytest
from playwright.sync_api import expect

from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_who_signs_in_types_at_once(cast, visit):
    page = visit(None, "/account/login/")
    expect(page.get_by_label("Email")).to_be_focused()
    page.keyboard.type("nobody@example.test")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Password"), "nothing stands between the two fields").to_be_focused()
    page.keyboard.type("a wrong password")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("not correct")
    expect(page.get_by_label("Email")).not_to_be_focused()


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ("gaps/add/", "#id_title"),
        ("channels/add/", "#id_name"),
        ("objectives/add/", "#id_statement"),
        ("decisions/add/", "#id_question"),
        ("initiatives/add/", "#id_name"),
        ("journeys/add/", "#id_name"),
        ("channels/contact-types/add/", "#id_name"),
        ("search/", "#search-q"),
    ],
)
def test_what_is_new_begins_in_its_first_field(cast, visit, part, field):
    page = visit(cast.lea, cast.url(part))
    expect(page.locator(field)).to_be_focused()


def test_a_refused_form_begins_with_what_is_wrong(cast, visit):
    page = visit(cast.lea, cast.url("gaps/add/"))
    page.get_by_role("button", name="Log gap", exact=True).click()
    expect(page.locator("#error-summary")).to_be_focused()


def test_a_form_that_changes_something_is_read_first(cast, visit):
    world = build_world(cast)
    page = visit(cast.lea, cast.url(f"gaps/{world.gap.uid}/edit/"))
    expect(page.locator("#id_title")).not_to_be_focused()
