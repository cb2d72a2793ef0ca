"""Keyboard focus after an action in a list, and a conflict in a dialog, in a real browser."""

from typing import Any

import pytest
from playwright.sync_api import expect

from strategy.inventory.actions import add_contact_type, edit_contact_type
from strategy.plan.models import ContactType

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def kinds(cast: Any) -> list[ContactType]:
    return [
        add_contact_type(strategy=cast.strategy, values={"name": name}, by=cast.eve)
        for name in ("Address", "Bill", "Claim")
    ]


def test_the_row_that_takes_the_place_of_a_deleted_one_gets_the_focus(visit, cast, kinds):
    page = visit(cast.eve, cast.url("channels/contact-types/"))

    def remove(name: str) -> None:
        page.get_by_role("link", name=f"Edit {name}").focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        dialog.get_by_text("Delete this contact type").click()
        dialog.get_by_role("button", name="Delete").press("Enter")
        expect(page.get_by_role("link", name=f"Edit {name}")).to_have_count(0)
        expect(page.locator("#toasts")).to_contain_text(f"“{name}” is deleted.")

    remove("Bill")
    expect(page.get_by_role("link", name="Edit Claim")).to_be_focused()
    remove("Claim")
    expect(page.get_by_role("link", name="Edit Address")).to_be_focused()
    remove("Address")
    expect(page.locator("#contact-type-list :focus")).to_have_count(1)
    page.get_by_role("button", name="Undo").last.click()
    expect(page.get_by_role("link", name="Edit Address")).to_be_visible()


def test_what_was_said_last_is_shown_beside_three_problems(visit, cast):
    page = visit(cast.eve, cast.url())
    for text, kind in (
        ("One", "problem"),
        ("Two", "problem"),
        ("Three", "problem"),
        ("Saved", "info"),
    ):
        page.evaluate(
            "detail => document.body.dispatchEvent(new CustomEvent('toast', { detail, bubbles: true }))",
            {"text": text, "kind": kind},
        )
    expect(page.locator("#toasts > .toast p")).to_have_text(["Two", "Three", "Saved"])
    page.evaluate(
        "detail => document.body.dispatchEvent(new CustomEvent('toast', { detail, bubbles: true }))",
        {"text": "Saved", "kind": "info"},
    )
    expect(page.locator("#toasts > .toast p")).to_have_text(["Two", "Three", "Saved"])


def test_a_finding_that_is_settled_hands_the_focus_to_the_next(visit, cast):
    for name in ("App", "Bot", "Chat"):
        cast.channel(name, agent_route="hidden", agent_taps=5)
    page = visit(cast.eve, cast.url("findings/"))
    logs = page.locator("#main .findings").get_by_role("button", name="Make it a gap")
    expect(logs).to_have_count(3)
    logs.first.focus()
    page.keyboard.press("Enter")
    expect(logs).to_have_count(2)
    expect(logs.first).to_be_focused()


def test_who_takes_their_text_in_a_dialog_stays_over_the_list(visit, cast, kinds, axe):
    address = cast.url("channels/contact-types/")
    page = visit(cast.lea, address)
    page.get_by_role("link", name="Edit Bill").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Invoice")
    edit_contact_type(contact_type=kinds[1], values={"name": "Bills"}, expected=1, by=cast.eve)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator(".conflict")).to_contain_text("Eve Editor saved this a moment ago")
    axe(page)
    dialog.get_by_role("button", name="Take Eve’s text").click()
    expect(dialog).to_have_count(0)
    expect(page).to_have_url(page.url.split("?")[0])
    page.get_by_role("link", name="Edit Bills").click()
    expect(dialog.get_by_label("Name")).to_have_value("Bills")
    expect(dialog.locator(".draft-offer")).to_have_count(0)
