"""Answering in a real browser: by keyboard, while typing, and against a colleague."""

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from strategy.checklists.actions import answer_item
from strategy.checklists.models import Answer
from strategy.gaps.models import Gap
from tests.strategy.checklists.conftest import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(cast, run, live_server):
    """The Mobile team's page, open in Cole's browser. Whatever the console reports fails the test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-quic", "--disable-background-networking",
                  "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-dev-shm-usage"],
        )  # fmt: skip
        context = browser.new_context()
        session = cast.client(cast.cole).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        opened = context.new_page()
        troubles: list[str] = []
        opened.on("pageerror", lambda error: troubles.append(str(error)))
        opened.goto(f"{live_server.url}{run.get_absolute_url()}teams/mobile/")
        yield opened
        browser.close()
    assert troubles == []


def test_answering_by_keyboard_keeps_the_focus_and_what_is_being_typed(page: Page):
    item = page.locator("#item-MOB-07")
    page.locator("#MOB-07-met").focus()
    page.keyboard.press("Space")
    expect(item.locator(".state")).to_contain_text("Saved by Cole Contributor")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(item.locator(".errors")).to_contain_text("needs a reason")
    expect(page.locator("#MOB-07-not_applicable")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("No person behind it")
    page.keyboard.press("Tab")
    expect(page.locator("#MOB-08-met")).to_be_focused()
    expect(item.locator(".state")).to_contain_text("Saved by Cole Contributor")
    expect(item.locator("textarea")).to_have_value("No person behind it")
    expect(page.locator("#answer-progress")).to_contain_text("1 of 23 answered")
    given = Answer.objects.get()
    assert (given.status, given.reason) == ("not_applicable", "No person behind it")


def test_a_gap_is_logged_without_leaving_the_page(page: Page):
    page.locator("label", has=page.locator("#MOB-06-not_met")).click()
    page.locator("#gap-MOB-06").click()
    expect(page.locator("#id_title")).to_be_focused()
    expect(page.locator("#id_title")).to_have_value("Help can be reached from every screen.")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).not_to_be_visible()
    expect(page.locator("#item-MOB-06 .state")).to_contain_text("G-1 Help can be reached")
    page.locator("label", has=page.locator("#MOB-06-partly")).click()  # no conflict with oneself
    expect(page.locator("#answer-progress")).to_contain_text("1 of 23 answered")
    expect(page.locator("#item-MOB-06 .callout")).to_have_count(0)
    assert Gap.objects.get().owner_team.slug == "mobile"


def test_a_colleague_who_was_quicker_is_shown_and_not_overwritten(page: Page, cast, run):
    answer_item(
        run_team=run.run_teams.get(team=cast.mobile), item=run.framework.items.get(code="MOB-07"),
        status="met", reason="Since May", expected=None, today=TODAY, by=cast.lea,
    )  # fmt: skip
    item = page.locator("#item-MOB-07")
    page.locator("label", has=page.locator("#MOB-07-not_met")).click()
    expect(item.locator(".callout")).to_contain_text("Lea Lead says: Met. Since May")
    item.get_by_text("Take theirs").click()
    expect(page.locator("#MOB-07-met")).to_be_checked()
    expect(page.locator("#MOB-07-met")).to_be_focused()
    assert Answer.objects.get().status == "met"
