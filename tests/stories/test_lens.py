"""Looking at a strategy through the mobile lens: on, through the pages, filtering, and off again."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from strategy.gaps.models import Gap
from tests.world import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LENS = re.compile(r"[?&]lens=mobile")


@pytest.fixture
def places(cast: Any) -> Any:
    """Two ways in, each with a gap."""
    for number, (name, family) in enumerate((("Claims app", "app"), ("Claims line", "voice")), 1):
        channel = cast.channel(name, family=family)
        Gap.objects.create(
            strategy=cast.strategy, number=number, title=f"Lost in {name}", channel=channel, opened_on=TODAY,
        )  # fmt: skip
    return cast


def main(page: Page) -> Any:
    return page.locator("#main")


def switch_on(page: Page) -> None:
    main(page).get_by_role("link", name="Mobile lens").click()
    expect(page).to_have_url(LENS)


def test_somebody_looks_at_mobile_only_and_then_at_everything_again(places, visit, axe):
    page = visit(places.lea, places.url("channels/"))
    expect(main(page).get_by_role("link", name="Claims line", exact=True)).to_be_visible()
    switch_on(page)
    expect(main(page)).to_contain_text("1 of 2 channels")
    expect(main(page).get_by_role("link", name="Claims line", exact=True)).to_have_count(0)
    page.get_by_text("What counts?").click()
    expect(page.get_by_text("A channel touches mobile when")).to_be_visible()
    axe(page)

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Gaps").click()
    expect(page).to_have_url(LENS)
    expect(page.locator("#gap-list")).to_contain_text("Lost in Claims app")
    expect(page.locator("#gap-list")).not_to_contain_text("Lost in Claims line")
    page.get_by_role("link", name="All 1").click()
    expect(page).to_have_url(LENS)
    page.get_by_role("link", name="Lost in Claims app").click()
    expect(page).to_have_url(LENS)
    expect(main(page)).to_contain_text("this page is not narrowed")
    page.get_by_role("navigation", name="Main").get_by_role(
        "link", name="Strategy", exact=True
    ).click()
    expect(main(page)).to_contain_text("1 of 2 channels, 0 of 0 journeys, 1 of 2 gaps")

    main(page).get_by_role("link", name="Show everything").click()
    expect(page).not_to_have_url(LENS)
    expect(main(page)).not_to_contain_text("1 of 2 channels")


def test_filters_stay_when_the_lens_is_switched_and_the_lens_when_they_change(places, visit):
    page = visit(places.lea, places.url("channels/"))
    page.get_by_role("searchbox", name="Search").fill("claims")
    expect(page).to_have_url(re.compile(r"q=claims"))
    switch_on(page)
    expect(page).to_have_url(re.compile(r"q=claims"))
    expect(page.locator("#channel-list tbody tr")).to_have_count(1)

    page.get_by_role("searchbox", name="Search").fill("line")
    expect(page.locator("#channel-list")).to_contain_text("No channel matches")
    expect(page).to_have_url(re.compile(r"q=line"))
    expect(page).to_have_url(LENS)
    main(page).get_by_role("link", name="Show everything").click()
    expect(page).to_have_url(re.compile(r"q=line"))
    expect(page).not_to_have_url(LENS)
    expect(page.locator("#channel-list tbody tr")).to_have_count(1)


def test_a_gap_logged_with_the_lens_on_leaves_one_where_one_was(places, visit):
    page = visit(places.lea, places.url("gaps/?lens=mobile"))
    page.locator("#log-gap").click()
    page.get_by_label("Title").fill("Help hides")
    page.locator("#dialog").get_by_label("Channel").select_option(label="Claims app")
    page.locator("#dialog").get_by_role("button", name="Log").click()
    expect(page.locator("#gap-list")).to_contain_text("Help hides")
    expect(page.locator("#gap-list")).not_to_contain_text("Lost in Claims line")
    page.get_by_role("link", name="Open it").click()
    expect(page).to_have_url(LENS)


def test_a_filter_works_without_scripts_and_keeps_the_lens(places, visit):
    page = visit(places.lea, places.url("channels/?lens=mobile"), java_script_enabled=False)
    page.get_by_role("searchbox", name="Search").fill("claims")
    page.get_by_role("searchbox", name="Search").press("Enter")
    expect(page).to_have_url(LENS)
    expect(page.locator("#channel-list tbody tr")).to_have_count(1)


@pytest.mark.parametrize("width", [390, 1440])
def test_the_switch_is_on_the_page_at_any_width(places, visit, width):
    page = visit(places.rae, places.url(), width=width)
    switch_on(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
