"""A channel owner settles what waits for them, by keyboard, without leaving My work."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from strategy.checklists.actions import ensure_shipped, start_run
from strategy.gaps.actions import log_gap, move_gap
from strategy.gaps.models import Gap
from strategy.inventory.actions import edit_channel
from strategy.plan.actions import add_objective

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TODAY = timezone.localdate()


@pytest.fixture
def gap(cast: Any) -> Gap:
    facts = {"title": "Help lies deep", "harm": "They **call**", "severity": "high"}
    return log_gap(
        strategy=cast.strategy,
        values={**facts, "owner_team": cast.mobile},
        today=TODAY,
        by=cast.lea,
    )


def test_a_gap_is_moved_from_its_row_until_it_leaves_the_list(cast, visit, axe, gap):
    page = visit(cast.cole, cast.url("mine/"))
    row = page.locator("#my-work .rows > li", has_text="Help lies deep")
    page.locator(f"#move-{gap.uid}").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#gap-move-dialog")).to_contain_text("They call")
    axe(page)
    page.locator("#move-to-agreed").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("G-1: agreed.")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(row.locator(".gap-agreed")).to_be_visible()
    expect(page.locator(f"#move-{gap.uid}")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("#move-to-duplicate").click()
    page.get_by_label("It repeats gap number").fill("G-1")
    page.get_by_role("button", name="It is a duplicate", exact=True).click()
    expect(page.locator("#dialog")).to_contain_text("A gap cannot repeat itself")
    expect(page.get_by_label("It repeats gap number")).to_have_value("G-1")
    move_gap(gap=Gap.objects.get(), to="in_progress", expected=None, today=TODAY, by=cast.lea)
    page.locator("#move-to-accepted").click()
    page.get_by_label("Why it stays as it is").fill("Rare")
    page.get_by_label("Accepted until").fill("2099-01-05")
    page.get_by_role("button", name="Accept it for now", exact=True).click()
    expect(page.locator("#dialog")).to_contain_text("Lea Lead changed this gap meanwhile")
    expect(page.get_by_label("What you wrote")).to_have_value("Rare")
    page.locator("#move-to-resolved").click()
    page.get_by_label("What was done").fill("Help is on every screen")
    page.get_by_role("button", name="It is fixed", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("G-1: resolved.")
    expect(row).to_have_count(0)


def test_an_objective_and_a_checklist_are_answered_from_my_work(cast, visit, axe):
    words = {"statement": "One identity for every channel"}
    add_objective(strategy=cast.strategy, values=words, by=cast.lea)
    start_run(
        strategy=cast.strategy, framework=ensure_shipped()[0], name="Readiness", today=TODAY,
        teams=[cast.mobile], by=cast.lea,
    )  # fmt: skip
    page = visit(cast.cole, cast.url("mine/"))
    row = page.locator("#my-work .rows > li", has_text="One identity")
    row.get_by_text("Answer").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Objects").check()
    page.get_by_role("button", name="Save answer").click()
    expect(page.locator("#dialog")).to_contain_text("Say in a sentence")
    page.get_by_label("In a sentence").fill("Not before summer")
    page.get_by_role("button", name="Save answer").click()
    expect(page.locator("#toasts")).to_contain_text("Mobile: objects.")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(row).to_have_count(0)
    assert page.url.endswith("/mine/")

    page.get_by_role("link", name="Answer : Readiness").click()
    page.locator("label", has=page.locator("#MOB-07-met")).click()
    expect(page.locator("#answer-progress")).to_contain_text("1 of")
    axe(page)
    page.get_by_role("link", name="Back to My work").click()
    expect(page.locator("h1")).to_have_text("My work")


def test_news_stay_until_they_are_seen(cast, visit, axe):
    channel = cast.channel()
    page = visit(cast.cole, cast.url("mine/"))
    page.reload()
    news = page.locator("section", has=page.locator("#news"))
    expect(news).to_contain_text("Ada Admin")
    axe(page)
    edit_channel(
        channel=channel, values={"hours": "Always"}, volumes=(), expected=None, by=cast.eve
    )
    page.get_by_role("button", name="Seen").click()
    expect(page.locator("#toasts")).to_contain_text("Marked as seen")
    expect(news).to_contain_text("Eve Editor")  # it came after the page was drawn
    expect(news).not_to_contain_text("Ada Admin")
