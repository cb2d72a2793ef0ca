"""People who log gaps where they see them, and answer checklists: by keyboard, while typing, and two at once."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from strategy.checklists.actions import answer_item, ensure_shipped, start_run
from strategy.checklists.models import Answer, Run
from strategy.gaps.actions import log_gap, move_gap
from strategy.gaps.models import Gap

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TODAY = timezone.localdate()


@pytest.fixture
def run(cast: Any) -> Run:
    return start_run(
        strategy=cast.strategy, framework=ensure_shipped()[0], name="Readiness", today=TODAY,
        teams=[cast.mobile, cast.care], due_on=TODAY + dt.timedelta(9), by=cast.lea,
    )  # fmt: skip


@pytest.fixture
def gap(cast: Any) -> Gap:
    facts = {"title": "Help lies deep", "harm": "They **call**", "severity": "high"}
    return log_gap(
        strategy=cast.strategy,
        values={**facts, "owner_team": cast.mobile},
        today=TODAY,
        by=cast.lea,
    )


def sheet(run: Run) -> str:
    return f"{run.get_absolute_url()}teams/mobile/"


def answered(cast: Any, run: Run, code: str, status: str, reason: str = "") -> None:
    answer_item(
        run_team=run.run_teams.get(team=cast.mobile), item=run.framework.items.get(code=code),
        status=status, reason=reason, expected=None, today=TODAY, by=cast.lea,
    )  # fmt: skip


def choose(page: Page, radio: str) -> None:
    page.locator("label", has=page.locator(radio)).click()


# --- gaps -------------------------------------------------------------------------------------------
def test_a_gap_is_logged_from_a_channel_by_keyboard(cast, visit):
    channel = cast.channel()
    page = visit(cast.cole, channel.get_absolute_url())
    page.locator("#log-gap-here").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#id_title")).to_be_focused()
    page.keyboard.press("Enter")  # too early: the dialog says what is missing
    expect(page.locator("#error-summary")).to_be_focused()
    page.locator("#id_title").fill("Replies go nowhere")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).not_to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("G-1 is logged, due")
    expect(page.locator("#gaps-of")).to_contain_text("Replies go nowhere")
    logged = Gap.objects.get()
    assert (logged.channel, logged.owner_team) == (channel, cast.mobile)


def test_the_list_narrows_while_somebody_types(cast, visit, gap):
    log_gap(strategy=cast.strategy, values={"title": "No video"}, today=TODAY, by=cast.lea)
    page = visit(cast.rae, cast.url("gaps/"))
    expect(page.locator("tbody tr")).to_have_count(2)
    page.locator("#filter-q").press_sequentially("video")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("#filter-q")).to_be_focused()
    expect(page.locator("#filter-q")).to_have_value("video")
    expect(page.locator(".tabs [aria-current]")).to_have_text("Unsettled 1")
    page.get_by_role("link", name="Clear").click()
    expect(page.locator("tbody tr")).to_have_count(2)


def test_a_gap_is_accepted_with_what_that_needs(cast, visit, gap):
    page = visit(cast.cole, gap.get_absolute_url())
    page.locator("#move-to-accepted").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Accept it for now", exact=True).click()
    expect(page.locator("#error-summary")).to_be_focused()
    expect(page.locator("#gap-moves")).to_contain_text("Accepting a gap needs a reason")
    page.get_by_label("Why it stays as it is").fill("Rare")
    page.get_by_label("Accepted until").fill((TODAY + dt.timedelta(30)).isoformat())
    page.get_by_role("button", name="Accept it for now", exact=True).click()
    expect(page.locator(".title-row .gap-accepted")).to_be_visible()
    assert Gap.objects.get().note == "Rare"


def test_a_move_from_an_old_page_is_explained(cast, visit, gap):
    page = visit(cast.cole, gap.get_absolute_url())
    move_gap(
        gap=gap, to="accepted", note="Rare", accepted_until=TODAY + dt.timedelta(9), expected=1,
        today=TODAY, by=cast.lea,
    )  # fmt: skip
    page.locator("#move-to-agreed").click()
    expect(page.locator("#gap-moves")).to_contain_text(
        "changed this gap meanwhile. It is now: Accepted"
    )
    expect(page.locator("#gap-moves")).to_contain_text("Decide again")


# --- checklists ---------------------------------------------------------------------------------------
def test_answering_by_keyboard_keeps_the_focus_and_what_is_being_typed(cast, visit, run):
    page = visit(cast.cole, sheet(run))
    item = page.locator("#item-MOB-07")
    page.locator("#MOB-07-met").focus()
    page.keyboard.press("Space")
    expect(item.locator(".state")).to_contain_text("Saved by Cole Contributor")
    for _ in range(3):
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


def test_a_gap_is_logged_without_leaving_the_checklist(cast, visit, run):
    page = visit(cast.cole, sheet(run))
    choose(page, "#MOB-06-not_met")
    page.locator("#gap-MOB-06").click()
    expect(page.locator("#id_title")).to_have_value(
        "Not met: Help can be reached from every screen."
    )
    expect(page.locator("#id_title")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).not_to_be_visible()
    expect(page.locator("#item-MOB-06 .state")).to_contain_text("G-1 Not met: Help can be reached")
    choose(page, "#MOB-06-met")  # nobody is in conflict with oneself
    expect(page.locator("#answer-progress")).to_contain_text("1 of 23 that apply met")
    expect(page.locator("#item-MOB-06 .callout")).to_have_count(0)
    assert Gap.objects.get().owner_team == cast.mobile


def test_a_colleague_who_was_quicker_is_shown_and_not_overwritten(cast, visit, run):
    page = visit(cast.cole, sheet(run))
    answered(cast, run, "MOB-07", "met", "Since May")
    item = page.locator("#item-MOB-07")
    choose(page, "#MOB-07-not_met")
    expect(item.locator(".callout")).to_contain_text("Lea Lead says: Met. Since May")
    item.get_by_text("Take what is saved").click()
    expect(page.locator("#MOB-07-met")).to_be_checked()
    expect(page.locator("#MOB-07-met")).to_be_focused()
    assert Answer.objects.get().status == "met"


# --- for everybody ------------------------------------------------------------------------------------
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits_a_phone(cast, visit, axe, run, gap, scheme):
    answered(cast, run, "MOB-01", "partly")
    answered(cast, run, "MOB-02", "not_applicable", "No road map")
    paths = {
        "gaps": cast.url("gaps/?state=all"), "gap": gap.get_absolute_url(), "log": cast.url("gaps/add/"),
        "edit": cast.url(f"gaps/{gap.uid}/edit/"), "checklists": cast.url("checklists/"),
        "start": cast.url("checklists/start/"), "matrix": run.get_absolute_url(), "answers": sheet(run),
    }  # fmt: skip
    page = visit(cast.lea, paths["gaps"], color_scheme=scheme)
    for path in paths.values():
        page.goto(path)
        axe(page)
        page.set_viewport_size({"width": 390, "height": 800})
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"{path} is {wider} px too wide for a phone"
        page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(paths["gaps"])
    page.locator("#log-gap").click()
    expect(page.locator("#id_title")).to_be_focused()
    axe(page)
