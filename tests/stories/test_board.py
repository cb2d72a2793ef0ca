"""People at the journey board: by keyboard, by mouse, and two at once."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from portal.history.record import change_set
from strategy.journeys import actions
from strategy.journeys.models import BOARD_LANES, Cell, Journey, Lane, Stage, Step

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STORY = (
    ("Get ready", ("Gets a reminder", "Opens the app")),
    ("File the claim", ("Takes photos", "Gets stuck", "Calls")),
)


@pytest.fixture
def journey(cast: Any) -> Journey:
    journey = Journey(strategy=cast.strategy, name="Ask about a claim", owner_team=cast.mobile)
    with change_set(by=cast.eve, scope=cast.strategy.uid) as record:
        actions.create_journey(record, journey)
        lanes = [
            actions.create_lane(record, journey, kind, str(name)) for kind, name in BOARD_LANES
        ]
        for stage_name, steps in STORY:
            stage = actions.create_stage(record, journey, stage_name)
            for name in steps:
                cells = actions.create_step(record, stage, name).cells
                cells.filter(lane=lanes[0]).update(text=f"{name} for sure")
                cells.filter(lane=lanes[3]).update(emotion=1)
    return journey


def cell_of(journey: Journey, step: str, kind: str = Lane.Kind.TEXT) -> Cell:
    return Cell.objects.get(step__name=step, step__stage__journey=journey, lane__kind=kind)


def button(page: Page, cell: Cell) -> Locator:
    return page.locator(f"#cell-{cell.uid}-open")


def editor(page: Page, cell: Cell) -> Locator:
    return page.locator(f"#cell-{cell.uid}").get_by_role("textbox")


def steps_now(journey: Journey) -> list[tuple[str, str]]:
    rows = Step.objects.filter(stage__journey=journey).order_by("stage__position", "position")
    return list(rows.values_list("stage__name", "name"))


def headings(page: Page) -> Locator:
    return page.locator("#board-steps > th .grow")


# --- by keyboard ----------------------------------------------------------------------------------


def test_a_cell_is_edited_by_keyboard_alone(visit, cast, journey):
    page = visit(cast.eve, journey.get_absolute_url())
    cell = cell_of(journey, "Opens the app")
    button(page, cell).focus()
    page.keyboard.press("Enter")
    expect(editor(page, cell)).to_be_focused()
    page.keyboard.type(" again")
    page.keyboard.press("Enter")
    expect(button(page, cell)).to_be_focused()
    expect(button(page, cell)).to_have_text("Opens the app for sure again")
    cell.refresh_from_db()
    assert (cell.text, cell.version) == ("Opens the app for sure again", 2)


def test_shift_and_enter_make_a_new_line_and_control_and_enter_save(visit, cast, journey):
    page = visit(cast.eve, journey.get_absolute_url())
    cell = cell_of(journey, "Opens the app", Lane.Kind.PAIN)
    button(page, cell).press("Enter")
    expect(editor(page, cell)).to_be_focused()
    page.keyboard.type("One")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("Two")
    page.keyboard.press("Control+Enter")
    expect(button(page, cell)).to_be_focused()
    cell.refresh_from_db()
    assert cell.text == "One\nTwo"


def test_escape_leaves_the_cell_as_it_was(visit, cast, journey):
    page = visit(cast.eve, journey.get_absolute_url())
    cell = cell_of(journey, "Calls")
    button(page, cell).press("Enter")
    editor(page, cell).fill("something else")
    page.keyboard.press("Escape")
    expect(button(page, cell)).to_be_focused()
    expect(button(page, cell)).to_have_text("Calls for sure")
    cell.refresh_from_db()
    assert cell.version == 1


def test_arrow_keys_go_from_cell_to_cell(visit, cast, journey):
    page = visit(cast.eve, journey.get_absolute_url())
    button(page, cell_of(journey, "Gets a reminder")).focus()
    page.keyboard.press("ArrowRight")
    expect(button(page, cell_of(journey, "Opens the app"))).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(button(page, cell_of(journey, "Opens the app", Lane.Kind.CHANNEL))).to_be_focused()
    page.keyboard.press("End")
    expect(button(page, cell_of(journey, "Calls", Lane.Kind.CHANNEL))).to_be_focused()
    for _times in range(3):
        page.keyboard.press("ArrowDown")
    expect(button(page, cell_of(journey, "Calls", Lane.Kind.PAIN))).to_be_focused()


def test_emotion_channel_and_team_are_chosen_by_keyboard(visit, cast, journey):
    app = cast.channel("Claims app")
    page = visit(cast.eve, journey.get_absolute_url())
    felt = cell_of(journey, "Gets stuck", Lane.Kind.EMOTION)
    button(page, felt).press("Enter")
    expect(page.get_by_role("radio", name="Pleased")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(button(page, felt)).to_have_text("Annoyed")
    way = cell_of(journey, "Gets stuck", Lane.Kind.CHANNEL)
    button(page, way).press("Enter")
    chooser = page.locator(f"#cell-{way.uid}").get_by_role("combobox")
    expect(chooser).to_be_focused()
    chooser.select_option("Claims app")
    chooser.press("Enter")
    expect(button(page, way)).to_have_text("Claims app")
    team = cell_of(journey, "Gets stuck", Lane.Kind.TEAM)
    button(page, team).press("Enter")
    page.locator(f"#cell-{team.uid}").get_by_role("combobox").select_option("Mobile")
    page.locator(f"#cell-{team.uid}").get_by_role("button", name="Save").click()
    expect(button(page, team)).to_be_focused()
    for cell in (felt, way, team):
        cell.refresh_from_db()
    assert (felt.emotion, way.channel, team.team) == (-1, app, cast.mobile)


def test_a_step_is_moved_by_button_again_and_again(visit, cast, journey):
    page = visit(cast.eve, journey.get_absolute_url())
    page.get_by_role("button", name="Change step “Calls”").press("Enter")
    left = page.get_by_role("button", name="Move left").locator("visible=true")
    left.focus()
    page.keyboard.press("Enter")
    expect(headings(page)).to_have_text(
        ["Gets a reminder", "Opens the app", "Takes photos", "Calls", "Gets stuck"]
    )
    for order, where in (
        (
            ["Gets a reminder", "Opens the app", "Calls", "Takes photos"],
            "3 of 5, in “File the claim”",
        ),
        (["Gets a reminder", "Opens the app", "Calls", "Takes photos"], "3 of 5, in “Get ready”"),
        (["Gets a reminder", "Calls", "Opens the app", "Takes photos"], "2 of 5, in “Get ready”"),
    ):
        expect(left).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#announcer")).to_contain_text(f"“Calls” is now step {where}")
        expect(headings(page)).to_have_text([*order, "Gets stuck"])
    assert steps_now(journey)[:3] == [
        ("Get ready", "Gets a reminder"),
        ("Get ready", "Calls"),
        ("Get ready", "Opens the app"),
    ]


def test_a_stage_is_added_renamed_and_deleted_by_keyboard(visit, cast, journey):
    page = visit(cast.eve, journey.get_absolute_url())
    page.get_by_role("button", name="Stage", exact=True).press("Enter")
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    page.keyboard.type("Hear back")
    page.get_by_label("Its first step").fill("Is paid")
    page.keyboard.press("Enter")
    expect(headings(page)).to_have_count(6)
    expect(page.get_by_role("button", name="Change stage “Hear back”")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Rename").locator("visible=true").press("Enter")
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    page.get_by_role("textbox", name="Name").fill("Get an answer")
    page.keyboard.press("Enter")
    again = page.get_by_role("button", name="Change stage “Get an answer”")
    expect(again).to_be_focused()
    again.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Rename").locator("visible=true")).to_be_focused()
    page.keyboard.press("End")
    expect(
        page.get_by_role("button", name="Delete", exact=True).locator("visible=true")
    ).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("1 step")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(again).to_be_focused()
    again.press("Enter")
    page.get_by_role("button", name="Delete", exact=True).locator("visible=true").press("Enter")
    page.get_by_role("button", name="Delete the stage").press("Enter")
    expect(headings(page)).to_have_count(5)
    assert not Stage.objects.filter(name="Get an answer").exists()


# --- by mouse -------------------------------------------------------------------------------------


def drag(page: Page, item: Locator, onto: Locator, *, side: float) -> None:
    start, end = item.locator(".drag-handle").bounding_box(), onto.bounding_box()
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(start["x"] + 30, start["y"] + 4, steps=4)
    x, y = end["x"] + end["width"] * side, end["y"] + end["height"] / 2
    page.mouse.move(x, y, steps=12)
    for turn in range(30):  # a busy machine draws late: let the item land before letting go
        page.mouse.move(x + turn % 2, y)
        page.evaluate("() => new Promise(requestAnimationFrame)")
    page.mouse.up()


def test_a_step_is_dragged_within_and_across_stages(visit, cast, journey):
    page = visit(cast.eve, journey.get_absolute_url())
    heads = page.locator("#board-steps > th")
    drag(page, heads.nth(4), heads.nth(2), side=0.25)
    expect(headings(page)).to_have_text(
        ["Gets a reminder", "Opens the app", "Calls", "Takes photos", "Gets stuck"]
    )
    expect(page.locator("#announcer")).to_contain_text("step 3 of 5")
    expect(page.locator("#board-lanes > tr").first.locator("td")).to_have_text(
        [f"{name} for sure" for _stage, name in steps_now(journey)]
    )
    assert steps_now(journey)[2] == ("File the claim", "Calls")
    drag(page, heads.nth(0), heads.nth(1), side=0.75)
    expect(headings(page).first).to_have_text("Opens the app")
    expect(page.locator("#announcer")).to_contain_text("step 2 of 5")
    assert steps_now(journey)[:2] == [
        ("Get ready", "Opens the app"),
        ("Get ready", "Gets a reminder"),
    ]


def test_a_stage_is_dragged_with_its_steps(visit, cast, journey):
    page = visit(cast.eve, journey.get_absolute_url())
    stages = page.locator("#board-stages > th[data-sort-id]")
    drag(page, stages.nth(1), stages.nth(0), side=0.25)
    expect(headings(page).first).to_have_text("Takes photos")
    expect(page.locator("#announcer")).to_contain_text("“File the claim” is now 1 of 2")
    assert steps_now(journey)[0] == ("File the claim", "Takes photos")


# --- two at once ----------------------------------------------------------------------------------


def save(page: Page, cell: Cell, text: str) -> None:
    button(page, cell).press("Enter")
    editor(page, cell).fill(text)
    editor(page, cell).press("Enter")


def test_a_saved_edit_is_seen_by_the_other_within_two_seconds(visit, cast, journey):
    mine, theirs = (
        visit(cast.eve, journey.get_absolute_url()),
        visit(cast.rae, journey.get_absolute_url()),
    )
    cell = cell_of(journey, "Takes photos")
    theirs.get_by_role("region", name="Board of").focus()  # what has the focus is refreshed as well
    save(mine, cell, "Photographs the bill")
    expect(button(mine, cell)).to_have_text("Photographs the bill")
    expect(theirs.locator(f"#cell-{cell.uid}")).to_have_text("Photographs the bill", timeout=2000)


def test_a_new_and_a_moved_step_arrive_too(visit, cast, journey):
    mine, theirs = (
        visit(cast.eve, journey.get_absolute_url()),
        visit(cast.lea, journey.get_absolute_url()),
    )
    mine.get_by_role("button", name="Change step “Calls”").click()
    mine.get_by_role("button", name="Add a step after it").locator("visible=true").click()
    mine.get_by_label("Name").fill("Is paid")
    mine.keyboard.press("Enter")
    expect(headings(mine)).to_have_count(6)
    expect(headings(theirs).nth(5)).to_have_text("Is paid")


def test_an_open_editor_survives_the_live_refresh(visit, cast, journey):
    mine, theirs = (
        visit(cast.eve, journey.get_absolute_url()),
        visit(cast.lea, journey.get_absolute_url()),
    )
    cell, other = cell_of(journey, "Takes photos"), cell_of(journey, "Calls")
    button(theirs, cell).press("Enter")
    editor(theirs, cell).fill("half a sen")
    save(mine, other, "Calls twice")
    expect(button(theirs, other)).to_have_text("Calls twice")
    expect(editor(theirs, cell)).to_have_value("half a sen")
    expect(editor(theirs, cell)).to_be_focused()


def conflict(visit: Any, cast: Any, journey: Journey, cell: Cell) -> Page:
    """Lea has a cell open while Eve saves it; Lea saves too."""
    mine, theirs = (
        visit(cast.eve, journey.get_absolute_url()),
        visit(cast.lea, journey.get_absolute_url()),
    )
    button(theirs, cell).press("Enter")
    editor(theirs, cell).fill("what Lea says")
    save(mine, cell, "what Eve says")
    expect(button(mine, cell)).to_have_text("what Eve says")
    editor(theirs, cell).press("Enter")
    box = theirs.locator(f"#cell-{cell.uid}")
    expect(box).to_contain_text("Eve Editor saved this")
    expect(box.locator("[data-theirs]")).to_have_text("what Eve says")
    expect(editor(theirs, cell)).to_have_value("what Lea says")
    return theirs


def test_a_conflict_shows_both_texts_and_keep_mine_saves_mine(visit, cast, journey, axe):
    cell = cell_of(journey, "Takes photos")
    page = conflict(visit, cast, journey, cell)
    axe(page)
    page.get_by_role("button", name="Keep my text").click()
    expect(button(page, cell)).to_have_text("what Lea says")
    expect(button(page, cell)).to_be_focused()
    cell.refresh_from_db()
    assert (cell.text, cell.version) == ("what Lea says", 3)


def test_a_conflict_can_be_merged(visit, cast, journey):
    cell = cell_of(journey, "Takes photos")
    page = conflict(visit, cast, journey, cell)
    page.get_by_role("button", name="Put both together").click()
    expect(editor(page, cell)).to_have_value("what Eve says\n\nwhat Lea says")
    page.get_by_role("button", name="Save this text").click()
    expect(button(page, cell)).to_be_focused()
    cell.refresh_from_db()
    assert cell.text == "what Eve says\n\nwhat Lea says"


def test_a_conflict_can_be_left_to_them(visit, cast, journey):
    cell = cell_of(journey, "Takes photos")
    page = conflict(visit, cast, journey, cell)
    page.get_by_role("button", name="Take Eve’s text").click()
    expect(button(page, cell)).to_have_text("what Eve says")
    button(page, cell).press("Enter")
    expect(page.locator(".draft-offer")).to_have_count(0)
    expect(editor(page, cell)).to_have_value("what Eve says")


def test_text_in_a_lane_that_somebody_deletes_is_kept(visit, cast, journey):
    cell = cell_of(journey, "Calls", Lane.Kind.PAIN)
    page = visit(cast.lea, journey.get_absolute_url())
    button(page, cell).press("Enter")
    editor(page, cell).fill("an hour of work")
    actions.delete_part(part=cell.lane, by=cast.eve)
    expect(page.locator("#board-lost").get_by_role("textbox")).to_have_value("an hour of work")
    expect(page.locator("#board-lanes")).not_to_contain_text("Pain")


def test_text_in_a_cell_that_somebody_deletes_is_kept(visit, cast, journey):
    cell = cell_of(journey, "Calls")
    page = visit(cast.lea, journey.get_absolute_url())
    button(page, cell).press("Enter")
    editor(page, cell).fill("an hour of work")
    actions.delete_part(part=cell.step, by=cast.eve)
    expect(headings(page)).to_have_count(4)
    kept = page.locator("#board-lost")
    expect(kept).to_contain_text("Somebody deleted the cell")
    expect(kept.get_by_role("textbox")).to_have_value("an hour of work")
    expect(page.locator(f"#cell-{cell.uid}")).to_have_count(0)
    kept.get_by_role("button", name="Close").click()
    expect(kept.get_by_role("textbox")).to_have_count(0)


def test_saving_into_a_deleted_cell_gives_the_text_back(visit, cast, journey, axe):
    cell = cell_of(journey, "Calls")
    page = visit(cast.lea, journey.get_absolute_url())
    page.route("**/live/**", lambda route: route.abort())
    button(page, cell).press("Enter")
    editor(page, cell).fill("an hour of work")
    actions.delete_part(part=cell.step, by=cast.eve)
    editor(page, cell).press("Enter")
    box = page.locator(f"#cell-{cell.uid}")
    expect(box).to_contain_text("Somebody deleted this cell")
    axe(page)
    expect(box.get_by_role("textbox")).to_have_value("an hour of work")


def test_an_expired_sign_in_keeps_the_text(visit, cast, journey):
    cell = cell_of(journey, "Calls")
    page = visit(cast.lea, journey.get_absolute_url())
    button(page, cell).press("Enter")
    editor(page, cell).fill("written for an hour")
    signed_in = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    editor(page, cell).press("Enter")
    expect(page.get_by_role("region", name="Messages")).to_contain_text("You were signed out")
    expect(editor(page, cell)).to_have_value("written for an hour")
    page.context.add_cookies(signed_in)
    page.reload()
    button(page, cell).press("Enter")
    page.get_by_role("button", name="Use it").click()
    expect(editor(page, cell)).to_have_value("written for an hour")
    editor(page, cell).press("Enter")
    expect(button(page, cell)).to_have_text("written for an hour")


def test_who_was_signed_out_is_told_that_the_board_stands_still(visit, cast, journey):
    page = visit(cast.rae, journey.get_absolute_url())
    stale = page.get_by_text("no longer kept up to date")
    expect(stale).to_be_hidden()
    page.context.clear_cookies(name="sessionid")
    actions.edit_cell(
        cell=cell_of(journey, "Calls"), values={"text": "Rings"}, expected=1, by=cast.eve
    )
    expect(stale).to_be_visible()


# --- for everybody --------------------------------------------------------------------------------


def test_a_reader_finds_nothing_to_press_in_the_cells(visit, cast, journey):
    page = visit(cast.rae, journey.get_absolute_url())
    expect(page.locator("#board-table")).to_contain_text("Calls for sure")
    expect(page.locator("#board-table button")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_machines_find_no_accessibility_fault(visit, cast, journey, axe, scheme):
    page = visit(cast.eve, journey.get_absolute_url(), color_scheme=scheme)
    axe(page)
    cell = cell_of(journey, "Calls")
    button(page, cell).press("Enter")
    expect(editor(page, cell)).to_be_focused()
    felt = cell_of(journey, "Calls", Lane.Kind.EMOTION)
    button(page, felt).press("Enter")
    expect(page.get_by_role("radio", name="Pleased")).to_be_focused()
    axe(page)
    page.get_by_role("button", name="Stage", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    axe(page)
    page.goto(f"{journey.get_absolute_url()}?view=list")
    axe(page)
    page.goto(cast.url("journeys/"))
    axe(page)


def test_on_a_phone_the_board_scrolls_by_itself_and_keeps_its_lanes_in_sight(visit, cast, journey):
    page = visit(cast.eve, journey.get_absolute_url(), width=390)
    board = page.get_by_role("region", name="Board of “Ask about a claim”")
    lane = page.locator("#board-lanes > tr > th").first
    before = lane.bounding_box()["x"]
    board.focus()
    page.keyboard.press("ArrowRight")
    board.evaluate("node => node.scrollBy({left: 400, behavior: 'instant'})")
    assert board.evaluate("node => node.scrollLeft") > 300
    assert lane.bounding_box()["x"] == pytest.approx(before, abs=2)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
