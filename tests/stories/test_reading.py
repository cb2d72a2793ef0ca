"""What a page looks like for whoever reads it: whole words, tables that say that they go on, messages beside buttons."""

import pytest
from playwright.sync_api import expect

from tests.world import build_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BROKEN = """() => {
  const broken = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode, parent = node.parentElement;
    if (!parent.checkVisibility() || parent.closest(".visually-hidden, script, template, .avatar")) continue;
    for (const found of node.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
      const range = document.createRange();
      range.setStart(node, found.index);
      range.setEnd(node, found.index + found[0].length);
      const lines = new Set([...range.getClientRects()].filter((box) => box.width > 0.5).map((box) => Math.round(box.top)));
      if (lines.size > 1) broken.push(found[0]);
    }
  }
  return broken;
}"""
PAGES = (
    "", "mine/", "objectives/", "channels/", "channels/transitions/", "channels/contact-types/", "journeys/",
    "gaps/", "findings/", "checklists/", "initiatives/", "decisions/", "reports/", "history/", "roles/",
)  # fmt: skip


@pytest.mark.parametrize("width", [1440, 390])
def test_no_word_breaks_in_the_middle(cast, visit, width):
    world = build_world(cast)
    long = "Telecommunications infrastructure"
    world.gap.owner_team.name = long
    world.gap.owner_team.save()
    page = visit(cast.lea, cast.url(), width=width)
    for part in PAGES:
        page.goto(cast.url(part))
        assert page.evaluate(BROKEN) == [], part
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), part


def test_a_wide_table_shows_at_its_edge_that_it_goes_on(cast, visit):
    build_world(cast)
    for scheme in ("light", "dark"):
        page = visit(cast.lea, cast.url("gaps/"), width=390, color_scheme=scheme)
        box = page.locator(".table-scroll")
        assert box.evaluate("(box) => box.scrollWidth > box.clientWidth")
        box.locator("table").evaluate(
            "(table) => (table.style.visibility = 'hidden')"
        )  # only the box is compared

        def edge(box=box, page=page):
            where = box.bounding_box()
            clip = {
                "x": where["x"] + where["width"] - 6,
                "y": where["y"] + 60,
                "width": 6,
                "height": 12,
            }
            return page.screenshot(clip=clip)

        goes_on = edge()
        box.evaluate("(box) => box.scrollTo(box.scrollWidth, 0)")
        assert edge() != goes_on, scheme


OVER = """() => {
  const boxes = [...document.querySelectorAll("#toasts > .toast")].map((toast) => toast.getBoundingClientRect());
  const shown = document.querySelector("dialog[open]") || document;  // what lies behind a dialog cannot be pressed
  return [...shown.querySelectorAll(".button-primary, [data-close]")]
    .filter((button) => button.checkVisibility())
    .filter((button) => {
      const at = button.getBoundingClientRect();
      return boxes.some((box) => at.left < box.right && box.left < at.right && at.top < box.bottom && box.top < at.bottom);
    }).map((button) => button.textContent.trim());
}"""
SAY = """(words) => document.dispatchEvent(new CustomEvent("toast", { detail: { text: words, kind: "problem" } }))"""


@pytest.mark.parametrize("width", [1440, 390])
def test_messages_are_three_at_most_beside_the_buttons_and_go_by_a_key(cast, visit, width):
    build_world(cast)
    page = visit(cast.lea, cast.url("gaps/add/"), width=width)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    toasts = page.locator("#toasts > .toast")
    page.evaluate(SAY, "Not saved yet.")
    assert page.evaluate(OVER) == []
    for number in range(4):
        page.evaluate(SAY, f"The network is away, says try {number}.")
    expect(toasts).to_have_count(3)
    expect(toasts.last).to_contain_text("try 3")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert page.evaluate(OVER) == []
    page.keyboard.press("Escape")
    expect(toasts).to_have_count(2)
    toasts.first.get_by_role("button", name="Dismiss").click()
    expect(toasts).to_have_count(1)
    page.goto(cast.url("gaps/"))
    page.locator("#log-gap").click()
    expect(page.locator("#dialog")).to_be_visible()
    page.evaluate(SAY, "The network is away.")
    assert page.evaluate(OVER) == []
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(toasts).to_have_count(1)
    page.keyboard.press("Escape")
    expect(toasts).to_have_count(0)


def test_messages_go_when_the_page_shows_something_else(cast, visit):
    build_world(cast)
    page = visit(cast.lea, cast.url("gaps/"))
    page.evaluate(SAY, "The network is away.")
    page.locator("#filter-q").fill("nothing like it")
    expect(page.locator("#gap-list")).to_contain_text("No gap matches")
    expect(page.locator("#toasts > .toast")).to_have_count(0)
