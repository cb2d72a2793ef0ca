"""A channel owner settles what waits for them, by keyboard, without leaving My work."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from strategy.checklists.actions import ensure_shipped, start_run
from strategy.gaps.actions import log_gap, move_gap
from strategy.gaps.models import Gap
from strategy.inventory.actions import edit_channel, review_channel
from strategy.inventory.models import Channel
from strategy.plan.actions import add_objective
from strategy.plan.models import Component

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


def test_reviews_are_confirmed_with_one_key_per_row(cast, visit, axe):
    """From row to row, t confirms what was seen and leads on; the last one leads to the heading."""
    app, bot, chat = (cast.channel(name) for name in ("App", "Bot", "Chat"))
    review_channel(channel=bot, expected=None, on=TODAY, by=cast.cole)
    web = cast.channel("Web")
    page = visit(cast.cole, cast.url("mine/"))
    expect(page.locator(".review-keys")).to_be_visible()
    axe(page)
    still = {one.name: page.locator(f"#review-{one.uid}") for one in (app, chat, web)}

    page.keyboard.press("t")  # on no row: nothing
    page.keyboard.press("j")
    expect(still["App"]).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(still["Chat"]).to_be_focused()
    page.keyboard.press("k")
    expect(still["App"]).to_be_focused()
    assert not Channel.objects.filter(pk__in=[app.pk, chat.pk, web.pk], reviewed_on=TODAY).exists()
    still["App"].evaluate("button => button.after(document.createElement('input'))")
    page.locator(".rows input").press_sequentially("tjk")  # whoever types confirms nothing
    expect(page.locator(".rows input")).to_have_value("tjk")
    expect(page.locator(".rows input")).to_be_focused()
    page.locator(".rows input").evaluate("field => field.remove()")
    still["App"].focus()
    edit_channel(channel=app, values={"hours": "Never"}, volumes=(), expected=None, by=cast.eve)
    page.keyboard.press("t")  # what was seen is not what stands there any more
    expect(page.locator("#toasts")).to_contain_text("Eve Editor")
    expect(still["App"]).to_be_focused()
    app.refresh_from_db()
    assert app.reviewed_on is None
    page.reload()

    page.keyboard.press("j")
    page.keyboard.press("t")
    expect(page.locator("#toasts")).to_contain_text("“App” is marked as still true.")
    expect(still["Chat"]).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("“Chat” is marked as still true.")
    expect(still["Web"]).to_be_focused()
    still["Web"].click()
    expect(page.locator("#my-channels")).to_be_focused()
    expect(page.locator("#toasts")).to_contain_text("“Web” is marked as still true.")
    assert Channel.objects.filter(reviewed_on=TODAY).count() == 4


def test_review_keys_go_from_one_component_to_the_next_and_can_be_switched_off(cast, visit):
    ours = Component.objects.filter(strategy=cast.strategy, code__in=["channels", "hours"])
    ours.update(owner_team=cast.mobile, text="Ten ways in.", reviewed_on=dt.date(2026, 1, 1))
    page = visit(cast.cole, cast.url("mine/"))
    parts = page.locator("section", has=page.locator("#my-parts")).locator("[data-review]")
    first, second = (parts.nth(at).get_attribute("id") for at in (0, 1))
    page.keyboard.press("j")
    expect(page.locator(f"#{first}")).to_be_focused()
    page.keyboard.press("t")
    expect(page.locator("#toasts")).to_contain_text("still true")
    expect(page.locator(f"#{first}")).to_have_count(0)
    expect(page.locator(f"#{second}")).to_be_focused()
    page.evaluate("localStorage.setItem('portal.single-keys', 'off')")
    page.keyboard.press("t")
    page.keyboard.press("j")
    expect(page.locator(f"#{second}")).to_be_focused()
