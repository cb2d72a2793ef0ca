"""The matrix of transitions by keyboard, self-service by letters, and the hour of the week, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from strategy.inventory.actions import add_contact_type, add_transition
from strategy.inventory.models import SelfServiceOffer, Transition

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ways(cast):
    app, bot = cast.channel("App"), cast.channel("Bot", family="bot")
    line = cast.channel(
        "Line", family="voice", mode="assisted", owner_team=cast.care, hours="Mon-Fri 08:00-18:00"
    )
    for source, target, status in (
        (app, line, "works"),
        (app, bot, "works"),
        (bot, line, "broken"),
    ):
        values = {"source": source, "target": target, "status": status}
        add_transition(strategy=cast.strategy, values=values, by=cast.ada)


def test_the_matrix_has_one_tab_stop_and_arrow_keys_lead_to_the_form_and_back(
    visit, cast, ways, axe
):
    page = visit(cast.eve, cast.url("channels/transitions/matrix/?all=on"))
    grid = page.get_by_role("grid")
    stops = "[...document.querySelectorAll('[data-way-matrix] tbody td, [data-way-matrix] tbody td > *')].filter(e => e.tabIndex === 0).length"
    assert page.evaluate(stops) == 1
    axe(page)
    said = page.locator("#way-said")
    page.locator("#way-here").focus()
    page.keyboard.press("Control+End")
    expect(said).to_contain_text("Bot")
    page.keyboard.press("ArrowUp")
    expect(said).to_contain_text("App → Bot: Not tested")
    page.keyboard.press("Home")
    expect(said).to_contain_text("App → Line: Not tested")
    page.keyboard.press("PageDown")
    expect(said).to_contain_text("Bot → Line: Broken")
    page.keyboard.press("Control+ArrowUp")
    expect(said).to_contain_text("Line")
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("Line → App: No record")
    assert page.evaluate(stops) == 1

    page.keyboard.press("Enter")  # an empty cell records this very way
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("[name=source] option:checked")).to_have_text("Line")
    expect(dialog.locator("[name=target] option:checked")).to_have_text("App")
    expect(dialog.locator("[name=status]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("#way-here")).to_be_focused()
    page.keyboard.press("F2")
    dialog.locator("[name=status]").select_option("partly")
    axe(page)
    dialog.get_by_role("button", name="Save").click()
    expect(grid.get_by_role("link", name="In part")).to_be_focused()
    assert Transition.objects.filter(
        source__name="Line", target__name="App", status="partly"
    ).exists()

    page.keyboard.press("Enter")  # a cell that is there is changed, and the place is kept
    dialog.locator("[name=status]").select_option("broken")
    dialog.get_by_role("button", name="Save").click()
    expect(grid.get_by_role("link", name="Broken").first).to_be_focused()
    expect(page.locator("#way-said")).to_contain_text("Line → App: Broken")
    page.keyboard.press("Control+z")  # the last save is taken back, and the place is kept
    expect(grid.get_by_role("link", name="In part")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("Line → Bot: No record")


def test_a_form_already_begun_is_not_replaced_by_a_second_answer(visit, cast, ways):
    page = visit(cast.eve, cast.url("channels/transitions/matrix/?all=on"))
    asked = []
    page.on("request", lambda request: "transitions/add" in request.url and asked.append(1))
    cell = page.locator("[data-way-matrix] tbody td:not(.way-self):empty").first
    cell.dblclick()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("[name=status]")).to_be_focused()
    cell.evaluate("cell => cell.click()")
    dialog.locator("[name=status]").select_option("partly")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("Enter")
    expect(dialog.locator("[name=status]")).to_be_focused()
    assert len(asked) == 2


def test_a_gap_is_logged_about_the_way_one_stands_on(visit, cast, ways):
    page = visit(cast.eve, cast.url("channels/transitions/matrix/"))
    log = page.get_by_role("link", name="Log a gap")
    expect(log).to_be_hidden()
    page.locator("#way-here").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowDown")
    page.get_by_role("columnheader", name="Bot").hover()
    expect(page.locator("#way-said")).to_contain_text("App → Line: Not tested")
    log.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("#id_title")).to_have_value("Lost on the way from App to Line")
    expect(dialog.locator("#id_harm")).to_have_value(
        re.compile("Owners at the ends: App – .*; Line")
    )


def test_the_matrix_leads_to_the_same_filters_in_the_list(visit, cast, ways):
    page = visit(cast.rae, cast.url("channels/transitions/matrix/"))
    page.get_by_label("Family").select_option("bot")
    page.wait_for_url("**family=bot**")
    page.get_by_role("link", name="Broken").click()
    expect(page.get_by_role("rowheader", name="App")).to_have_count(0)
    page.get_by_role("link", name="List", exact=True).click()
    expect(page.locator("#transition-list tbody tr")).to_have_count(1)
    assert "family=bot" in page.url


def test_self_service_is_filled_in_by_letters(visit, cast, ways, axe):
    kind = add_contact_type(strategy=cast.strategy, values={"name": "Claim paid?"}, by=cast.eve)
    page = visit(cast.eve, cast.url("channels/self-service/"))
    axe(page)
    page.locator("#way-here").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("f")  # a letter in the matrix opens the form with that chosen
    dialog = page.get_by_role("dialog")
    choice = dialog.get_by_label("Bot", exact=True)
    expect(choice).to_be_focused()
    expect(choice).to_have_value("full")
    page.keyboard.press("d")
    expect(choice).to_have_value("declined")
    page.keyboard.press("Tab")
    page.keyboard.type("It needs a person")
    axe(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Deliberately none")).to_be_focused()
    expect(page.locator("#toasts")).to_contain_text("1 cell is saved.")
    assert SelfServiceOffer.objects.get(contact_type=kind).reason == "It needs a person"
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Deliberately none")).to_have_count(0)
    expect(page.locator("#way-here")).to_be_focused()
    expect(page.locator("#way-said")).to_contain_text("Claim paid? · Bot: Nobody has said")


def test_many_contact_types_are_filled_in_by_keyboard_alone(visit, cast, ways, axe):
    for name in ("Address", "Card", "Claim paid?"):
        add_contact_type(strategy=cast.strategy, values={"name": name}, by=cast.eve)
    page = visit(cast.eve, cast.url("channels/self-service/edit/"))
    page.get_by_label("Address · App", exact=True).focus()
    page.keyboard.press("i")
    page.keyboard.press("Tab")
    page.keyboard.type("No photos")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Card · App", exact=True)).to_be_focused()
    page.keyboard.press("Control+d")
    expect(page.get_by_label("Card · App", exact=True)).to_have_value("part")
    page.keyboard.press("Enter")
    page.keyboard.press("n")
    axe(page)
    page.keyboard.press("Control+s")
    page.wait_for_url("**/self-service/")
    expect(page.locator("#toasts")).to_contain_text("3 cells are saved.")
    said = SelfServiceOffer.objects.order_by("contact_type__name")
    assert list(said.values_list("extent", "reason")) == [
        ("part", "No photos"), ("part", "No photos"), ("none", "")
    ]  # fmt: skip


@pytest.mark.parametrize("where", ["channels/transitions/matrix/?all=on", "channels/self-service/"])
def test_arrow_keys_and_a_skip_link_lead_into_the_grid(visit, cast, ways, where):
    add_contact_type(strategy=cast.strategy, values={"name": "Claim"}, by=cast.ada)
    page = visit(cast.eve, cast.url(where))
    page.keyboard.press("ArrowDown")
    here = page.locator("#way-here")
    expect(here).to_be_focused()
    page.reload()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the matrix")).to_be_focused()
    page.keyboard.press("Enter")
    expect(here).to_be_focused()
    page.keyboard.press("Control+End")  # the keys of the grid go on from there
    expect(here).to_be_focused()


def test_the_hour_is_chosen_by_keyboard_and_the_answer_follows(visit, cast, ways, axe):
    page = visit(cast.rae, cast.url("channels/reach/?day=1&hour=17"))
    app = page.locator(".reach-rows > li").filter(has=page.get_by_role("heading", name="App"))
    expect(app).to_contain_text("1 hop, at least 1 tap, not known whether it is shown: Line.")
    axe(page)
    hour = page.get_by_label("Hour", exact=True)
    expect(hour).to_have_attribute("aria-valuetext", "17:00")
    hour.focus()
    for _key in range(4):
        page.keyboard.press("ArrowRight")
    expect(hour).to_have_attribute("aria-valuetext", "21:00")
    expect(page.locator("#reach-hour-said")).to_have_text("21:00")
    expect(page.get_by_label("Hour", exact=True)).to_have_value("21")
    for _key in range(3):
        page.keyboard.press("ArrowLeft")
    expect(app).to_contain_text("Nobody from 18:00 to 08:00")
    expect(page.locator("#reach-hour-said")).to_have_text("18:00")
    expect(page.get_by_label("Hour", exact=True)).to_be_focused()
    page.get_by_label("Day", exact=True).select_option("6")
    expect(app).to_contain_text("Nobody from Fri 18:00 to Mon 08:00")
    assert "day=6" in page.url
