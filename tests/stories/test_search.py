"""People who search by keyboard, by touch and without a script, and ask what a word means."""

import datetime as dt
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from strategy.gaps.actions import log_gap
from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def gap(cast: Any) -> Any:
    facts = {"title": "Help lies deep", "severity": "high", "owner_team": cast.mobile}
    return log_gap(strategy=cast.strategy, values=facts, today=dt.date(2026, 11, 20), by=cast.lea)


def palette(page: Page) -> Any:
    return page.get_by_role("dialog", name="Search")


def field(page: Page) -> Any:
    return page.get_by_role("combobox", name="Search this strategy")


def test_a_channel_is_reached_by_keyboard_only(cast, visit, axe):
    cast.channel("Claims app")
    wanted = cast.channel("Claims line", family="voice")
    page = visit(cast.rae, cast.url())
    page.keyboard.press("Control+k")
    expect(field(page)).to_be_focused()
    expect(palette(page).get_by_role("option", name="Channels")).to_be_visible()
    axe(page)
    page.keyboard.type("claims")
    expect(palette(page).get_by_role("option")).to_have_count(2)
    first, second = palette(page).get_by_role("option").all()
    expect(first).to_have_attribute("aria-selected", "true")
    expect(page.locator("#announcer")).to_have_text("2 results.")
    axe(page)
    page.keyboard.press("ArrowDown")
    expect(second).to_have_attribute("aria-selected", "true")
    expect(field(page)).to_have_attribute("aria-activedescendant", second.get_attribute("id"))
    expect(field(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(wanted.get_absolute_url()))


def test_escape_closes_and_gives_the_focus_back(cast, visit, gap):
    page = visit(cast.cole, cast.url("gaps/"))
    link = page.get_by_role("link", name="Help lies deep")
    link.focus()
    page.keyboard.press("/")
    expect(field(page)).to_be_focused()
    page.keyboard.type("deep")
    expect(palette(page).get_by_role("option", name="Help lies deep")).to_be_visible()
    page.keyboard.press("Escape")
    expect(palette(page)).not_to_be_visible()
    expect(link).to_be_focused()
    page.keyboard.press("/")
    expect(field(page)).to_have_value("")
    expect(palette(page).get_by_role("option", name="My work")).to_be_visible()
    page.keyboard.type("deep")
    expect(palette(page).get_by_role("option", name="Help lies deep")).to_be_visible()


def test_a_slash_in_a_field_is_a_slash(cast, visit, gap):
    page = visit(cast.cole, cast.url("gaps/"))
    page.locator("#filter-q").press_sequentially("24/7?")
    expect(page.locator("#filter-q")).to_have_value("24/7?")
    expect(palette(page)).not_to_be_visible()


def test_what_is_being_written_in_a_dialog_is_finished_first(cast, visit, gap):
    page = visit(cast.cole, cast.url("gaps/"))
    page.locator("#log-gap").click()
    expect(page.locator("#id_title")).to_be_focused()
    page.keyboard.press("Control+k")
    expect(palette(page)).not_to_be_visible()
    expect(page.locator("#id_title")).to_be_focused()


def test_enter_before_the_answer_opens_nothing_that_answers_other_words(cast, visit, gap):
    log_gap(
        strategy=cast.strategy, values={"title": "Help"}, today=dt.date(2026, 11, 20), by=cast.lea
    )
    page = visit(cast.rae, cast.url())
    page.keyboard.press("Control+k")
    field(page).fill("help")
    expect(palette(page).get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.route(
        "**/search/?q=help+lies",
        lambda route: route.abort() if is_htmx(route) else route.continue_(),
    )
    page.keyboard.type(" lies")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Search")).to_be_visible()
    expect(page.get_by_role("link", name="Help lies deep")).to_be_visible()


def is_htmx(route: Any) -> bool:
    return "hx-request" in route.request.headers


def test_a_step_is_shown_on_its_board_where_its_keys_still_work(cast, visit):
    world = build_world(cast)
    page = visit(cast.eve, cast.url())
    page.keyboard.press("/")
    page.keyboard.type("canary-here step")
    option = palette(page).get_by_role("option", name="canary-here step")
    expect(option.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(
        re.compile(f"{world.journey.get_absolute_url()}#step-{world.step.uid}")
    )
    expect(page.locator(f"#step-{world.step.uid}")).to_be_in_viewport()
    cell = page.locator(".board .cell-button").first
    cell.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".board .cell-button").nth(1)).to_be_focused()
    page.keyboard.press("/")
    expect(field(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".board .cell-button").nth(1)).to_be_focused()


def test_keys_are_listed_and_single_ones_can_be_switched_off(cast, visit, axe):
    page = visit(cast.rae, cast.url())
    page.locator("main").click()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_be_visible()
    axe(page)
    keys.get_by_label("work by themselves").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(field(page)).to_be_focused()
    page.goto("/keys/")
    axe(page)


def test_on_a_phone_search_is_in_the_top_bar(cast, visit, axe):
    cast.channel("Claims app")
    page = visit(cast.rae, cast.url(), width=390)
    page.locator(".topbar").get_by_role("link", name="Search").click()
    expect(field(page)).to_be_focused()
    page.keyboard.type("claims")
    option = palette(page).get_by_role("option", name="Claims app")
    expect(option).to_be_visible()
    axe(page)
    option.click()
    expect(page.get_by_role("heading", level=1, name="Claims app")).to_be_visible()


def test_search_works_without_a_script(cast, visit):
    cast.channel("Claims app")
    page = visit(cast.rae, cast.url(), java_script_enabled=False)
    page.get_by_role("link", name="Search").locator("visible=true").click()
    page.get_by_role("searchbox").fill("claims")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Claims app").click()
    expect(page.get_by_role("heading", level=1, name="Claims app")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_word_is_explained_where_it_stands(cast, visit, axe, gap, scheme):
    page = visit(cast.rae, cast.url("gaps/"), color_scheme=scheme)
    mark = page.get_by_role("link", name="What does “Slip” mean?")
    mark.focus()
    page.keyboard.press("Enter")
    entry = page.get_by_role("dialog", name="Slip")
    expect(entry).to_contain_text("The due date was moved to a later day.")
    axe(page)
    page.keyboard.press("Escape")
    expect(mark).to_be_focused()
    for path in ("/glossary/", cast.url("search/?q=gap"), cast.url("search/?q=zebra")):
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(path)
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
