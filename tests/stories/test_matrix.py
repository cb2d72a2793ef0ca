"""People at the access matrix: a column by keyboard alone, by mouse, two at once, and what waits to be saved."""

import pytest
from playwright.sync_api import Page, expect

from strategy.inventory.models import AccessDecision
from tests.strategy.inventory.decisions.conftest import build_small

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def small(cast):
    return build_small(cast)


def cell(page: Page, contact_type, channel):
    """Return the cell of a contact type and a channel."""
    place = page.locator(f"#column-{channel.uid}").evaluate("head => head.cellIndex")
    return page.locator(f"#row-{contact_type.uid} > *").nth(place)


def begin(page: Page) -> None:
    """Press Tab until the grid has the focus: it is one stop."""
    page.locator("#matrix a[aria-current]").focus()
    for _times in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('#matrix-grid td')"):
            return
    raise AssertionError("Tab does not reach the grid")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_column_is_filled_by_keyboard_alone(visit, cast, small, axe):
    page = visit(cast.eve, small.url())
    assert page.get_by_role("grid", name="What Families are offered").count() == 1
    begin(page)
    expect(cell(page, small.bills, small.line)).to_be_focused()
    press(page, "p", "Shift+ArrowDown", "Shift+ArrowDown", "Control+d")
    expect(page.locator("#matrix-save")).to_have_text("Save 3 cells")
    expect(page.locator("#announcer")).to_contain_text("3 cells not saved")
    press(page, "ArrowRight", "d")
    expect(page.locator("#reason-why")).to_be_focused()
    page.keyboard.type("They cannot prove who they are there.")
    press(page, "Enter")
    changed = cell(page, small.status, small.web)
    expect(changed).to_be_focused()
    expect(changed).to_have_text(
        "Deliberately not offered: They cannot prove who they are there. (not saved)"
    )
    press(page, "End", "r")
    page.locator("#redirect-to").select_option(label="Line")
    press(page, "Tab", "Tab", "Enter")
    expect(page.locator("#matrix-save")).to_have_text("Save 5 cells")
    axe(page)
    press(page, "Control+s")
    expect(page.locator("#toasts")).to_contain_text("5 cells are saved.")
    expect(page.locator("#matrix-save")).to_have_text("Nothing to save")
    expect(page.locator("td.pend")).to_have_count(0)
    assert small.said() == {
        ("Bills", "Line"): "preferred",
        ("Claims", "Line"): "preferred",
        ("Where is my claim?", "Line"): "preferred",
        ("Where is my claim?", "Site"): "not_offered",
        ("Where is my claim?", "App"): "redirected",
    }
    expect(cell(page, small.status, small.app)).to_be_focused()
    expect(page.locator("#matrix-count")).to_contain_text("5 of 9 decided")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#matrix-count")).to_contain_text("0 of 9 decided")
    assert small.said() == {}
    expect(cell(page, small.status, small.app)).to_be_focused()


def test_who_comes_without_a_mouse_is_in_the_grid_at_once(visit, cast, small):
    page = visit(cast.eve, small.url())
    press(page, "ArrowDown")
    expect(cell(page, small.bills, small.line)).to_be_focused()
    page.reload()
    press(page, "Tab", "Tab")
    expect(page.get_by_role("link", name="Skip to the matrix")).to_be_focused()
    press(page, "Enter")
    expect(cell(page, small.bills, small.line)).to_be_focused()


def test_a_channel_is_not_offered_to_itself_and_a_refused_reason_stays(visit, cast, small):
    page = visit(cast.eve, small.url())
    begin(page)
    press(page, "r")
    offered = page.locator("#redirect-to option:not([disabled])")
    expect(offered).to_have_text(["Choose…", "App", "Site"])
    press(page, "Escape", "Shift+End", "r")
    expect(offered).to_have_count(4)
    page.locator("#redirect-to").select_option(label="Line")
    page.locator("#redirect-why").fill("They know it there.")
    press(page, "Enter")
    expect(page.locator("#matrix-said")).to_contain_text("1 left as before")
    press(page, "Home", "r")
    expect(page.locator("#redirect-why")).to_have_value("They know it there.")


def test_by_touch_several_cells_are_chosen_too(visit, cast, small):
    page = visit(cast.eve, small.url(), width=390, has_touch=True, is_mobile=True)
    expect(page.locator("#matrix-said")).to_contain_text("Tap a cell, then a decision.")
    expect(page.get_by_text("Shift and the arrow keys")).to_be_hidden()
    cell(page, small.bills, small.line).tap()
    page.get_by_role("button", name="Choose several").tap()
    cell(page, small.claims, small.line).tap()
    page.get_by_role("button", name="Preferred").tap()
    expect(page.locator("#matrix-save")).to_have_text("Save 2 cells")


def test_the_open_tab_is_in_sight(visit, cast, small):
    page = visit(cast.eve, cast.url("channels/quality/"), width=390)
    expect(page.locator(".tabs-many [aria-current]")).to_be_in_viewport(
        ratio=0.9
    )  # its underline stands below


def test_two_at_once_choose_what_to_keep(visit, cast, small):
    page = visit(cast.eve, small.url())
    begin(page)
    press(page, "p", "ArrowRight", "s")
    small.decide(small.choose(small.bills, small.line, "supported"), by=cast.lea)
    small.decide(small.choose(small.claims, small.app, "supported"), by=cast.lea)
    expect(cell(page, small.claims, small.app)).to_have_text("Supported")
    expect(cell(page, small.bills, small.line)).to_have_text("Preferred (not saved)")
    expect(cell(page, small.bills, small.web)).to_be_focused()
    press(page, "Control+s")
    box = page.locator("#matrix-conflict")
    expect(box).to_contain_text("Saved by Lea Lead")
    expect(box).to_be_focused()
    expect(page.locator("#matrix-save")).to_have_text("Save 2 cells")
    assert len(small.said()) == 2, "nothing is half saved"
    box.get_by_role("button", name="Keep mine").click()
    expect(box).to_have_count(0)
    press(page, "Control+s")
    expect(page.locator("#matrix-save")).to_have_text("Nothing to save")
    expect(page.locator("#toasts")).to_contain_text("2 cells are saved.")
    assert small.said()["Bills", "Line"] == "preferred"
    assert small.said()["Bills", "Site"] == "supported"


def test_what_is_chosen_waits_when_the_page_is_left(visit, cast, small):
    page = visit(cast.eve, small.url())
    begin(page)
    press(page, "p")
    page.get_by_role("link", name="Segments", exact=True).click()
    page.goto(small.url("?q=claim"))
    expect(page.locator("#matrix-save")).to_have_text("Save 1 cell")
    expect(page.locator("#matrix-pending")).to_have_text("1 of them are not shown here")
    page.goto(small.url())
    expect(cell(page, small.bills, small.line)).to_have_text("Preferred (not saved)")
    page.goto(small.url(segment=small.seniors))
    expect(page.locator("#matrix-save")).to_have_text("Nothing to save")
    page.goto(small.url())
    page.get_by_role("button", name="Discard").click()
    expect(cell(page, small.bills, small.line)).to_have_text("Undecided")
    page.reload()
    expect(page.locator("#matrix-save")).to_have_text("Nothing to save")


@pytest.mark.parametrize("query", ["?team=none", "?kind=complaint", "?family=voice"])
def test_what_is_chosen_waits_behind_a_filter_that_leaves_nothing_to_change(
    visit, cast, small, query
):
    page = visit(cast.cole, small.url())
    begin(page)
    press(page, "ArrowRight", "p")
    expect(page.locator("#matrix-save")).to_have_text("Save 1 cell")
    page.goto(small.url(query))
    expect(page.locator("#matrix-save")).to_have_text("Save 1 cell")
    expect(page.locator("#matrix-pending")).to_have_text("1 of them are not shown here")
    page.get_by_role("button", name="Supported").click()
    expect(page.locator("#matrix-save")).to_have_text("Save 1 cell")
    page.goto(small.url())
    expect(cell(page, small.bills, small.web)).to_have_text("Preferred (not saved)")


def test_a_page_that_began_behind_a_filter_can_decide_when_it_is_lifted(visit, cast, small):
    page = visit(cast.cole, small.url("?family=voice"))
    page.get_by_label("Channel family").select_option("")
    expect(page.locator(f"#column-{small.web.uid}")).to_be_visible()
    cell(page, small.bills, small.web).click()
    press(page, "d")
    page.keyboard.type("Spring.")
    press(page, "Enter")
    page.locator("#matrix-save").click()
    expect(page.locator("#toasts")).to_contain_text("1 cell is saved.")
    assert small.said() == {("Bills", "Site"): "not_offered"}


def test_the_mouse_chooses_a_range_and_buttons_decide(visit, cast, small):
    page = visit(cast.eve, small.url())
    cell(page, small.bills, small.line).click()
    cell(page, small.status, small.web).click(modifiers=["Shift"])
    expect(page.locator("[aria-selected=true]")).to_have_count(6)
    page.get_by_role("button", name="Supported").click()
    expect(page.locator("#matrix-save")).to_have_text("Save 6 cells")
    start = cell(page, small.bills, small.app).bounding_box()
    end = cell(page, small.claims, small.app).bounding_box()
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + 5, end["y"] + 5, steps=3)
    page.mouse.up()
    expect(page.locator("[aria-selected=true]")).to_have_count(2)
    press(page, "Control+c", "u", "p", "Delete")
    expect(page.locator("#matrix-save")).to_have_text("Save 6 cells")
    page.locator("#matrix-save").click()
    expect(page.locator("#toasts")).to_contain_text("6 cells are saved.")
    assert AccessDecision.objects.filter(choice="supported").count() == 6


def test_a_decision_is_copied_with_its_reason(visit, cast, small):
    small.decide(small.choose(small.bills, small.line, "not_offered", reason="Too dear"))
    page = visit(cast.eve, small.url())
    begin(page)
    press(page, "Control+c", "ArrowDown", "Control+v", "ArrowRight", "Control+v", "Control+s")
    expect(page.locator("#toasts")).to_contain_text("2 cells are saved.")
    assert set(AccessDecision.objects.values_list("reason", flat=True)) == {"Too dear"}
    assert AccessDecision.objects.count() == 3


def test_the_same_decision_again_keeps_its_reason(visit, cast, small):
    small.decide(small.choose(small.bills, small.line, "preferred", reason="They ask for it"))
    page = visit(cast.eve, small.url())
    begin(page)
    press(page, "p")
    expect(page.locator("#matrix-save")).to_have_text("Nothing to save")
    expect(cell(page, small.bills, small.line)).to_have_text("Preferred: They ask for it")
    press(page, "d")
    page.locator("#reason-why").fill("x" * 301)
    press(page, "Enter")
    expect(page.locator("#matrix-reason")).to_be_visible()
    assert (
        page.locator("#reason-why")
        .evaluate("field => field.validationMessage")
        .startswith("Shorten")
    )
    page.locator("#reason-why").fill("x" * 300)
    press(page, "Enter")
    expect(page.locator("#matrix-save")).to_have_text("Save 1 cell")


def test_the_last_choice_and_then_the_last_save_are_taken_back(visit, cast, small):
    page = visit(cast.eve, small.url())
    begin(page)
    press(page, "p", "s", "Shift+ArrowDown", "Control+d", "Control+z")
    expect(page.locator("#matrix-save")).to_have_text("Save 1 cell")
    press(page, "Control+z")
    expect(cell(page, small.bills, small.line)).to_have_text("Preferred (not saved)")
    expect(page.locator("#announcer")).to_contain_text("1 cell not saved")
    press(page, "Control+z")
    expect(page.locator("#matrix-save")).to_have_text("Nothing to save")
    press(page, "Control+z")
    expect(page.locator("#announcer")).to_have_text("There is nothing to take back.")
    press(page, "p", "Control+s")
    expect(page.locator("#announcer")).to_contain_text("cells are saved. 7 are undecided.")
    press(page, "Control+z")
    expect(page.locator("#matrix-count")).to_contain_text("0 of 9 decided")
    expect(cell(page, small.claims, small.line)).to_be_focused()


def test_others_channels_stay_as_they_are_and_say_why(visit, cast, small, axe):
    page = visit(cast.cole, small.url())
    begin(page)
    locked = cell(page, small.bills, small.line)
    expect(locked).to_have_attribute("aria-readonly", "true")
    press(page, "p")
    expect(page.locator("#matrix-said")).to_contain_text(
        "Only Contact center, editors and strategy leads"
    )
    expect(page.locator("#matrix-save")).to_have_text("Nothing to save")
    press(page, "Control+Home", "Shift+End", "p")
    expect(page.locator("#matrix-save")).to_have_text("Save 2 cells")
    axe(page)
    press(page, "Control+s")
    expect(page.locator("#toasts")).to_contain_text("2 cells are saved.")


def test_enter_opens_one_cell_and_the_focus_comes_back(visit, cast, small):
    page = visit(cast.eve, small.url())
    begin(page)
    press(page, "Enter")
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("Bills · Line")
    dialog.get_by_role("radio", name="Supported").check()
    dialog.get_by_role("button", name="Save").click()
    expect(cell(page, small.bills, small.line)).to_have_text("Supported")
    expect(cell(page, small.bills, small.line)).to_be_focused()


def test_without_a_script_each_cell_is_a_link_to_its_form(browser, live_server, cast, small):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    session = cast.client(cast.cole).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(small.url())
    expect(page.locator("#matrix-bar")).to_be_hidden()
    page.locator(f"#row-{small.bills.uid}").get_by_role("link").first.click()
    page.get_by_role("radio", name="Preferred").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#matrix-count")).to_contain_text("1 of 9 decided")
    context.close()


def test_the_pages_around_the_matrix_have_no_fault_a_machine_finds(visit, cast, small, axe):
    small.decide(
        small.choose(small.bills, small.app, "preferred"),
        small.choose(small.bills, small.web, "supported"),
        small.choose(small.bills, small.line, "redirected", redirect_to=small.app),
        small.choose(small.claims, small.line, "not_offered", reason="Spring"),
    )
    for scheme in ("light", "dark"):
        for part in ("contact-types/", "segments/", f"matrix/{small.families.uid}/"):
            axe(visit(cast.cole, cast.url(f"channels/{part}"), color_scheme=scheme))
