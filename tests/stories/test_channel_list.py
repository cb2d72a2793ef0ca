"""The channel list by keyboard alone: a filter, columns, a view, many rows together, and a grid."""

import re

import pytest
from playwright.sync_api import expect

from strategy.inventory.actions import edit_channel
from strategy.inventory.models import Channel, SavedView

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def channels(cast):
    return [
        cast.channel("App", family="app", vendor="Acme"),
        cast.channel("Line", family="voice", mode="assisted", vendor="Acme"),
        cast.channel("Site", family="web"),
    ]


def rows(page):
    return page.locator("#channel-table tbody th")


def test_filter_columns_and_view_by_keyboard(cast, channels, visit, axe):
    page = visit(cast.eve, cast.url("channels/"))
    axe(page)
    page.locator("#list-filter").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#dialog #id_field")).to_be_focused()
    page.locator("#id_field").select_option("vendor")
    expect(page.locator("#dialog #id_modifier")).to_be_visible()
    expect(page.locator("#id_field")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#id_modifier")).to_be_focused()
    expect(page.locator("#id_modifier")).to_have_value("contains")
    page.keyboard.press("Tab")
    expect(page.locator("#id_value")).to_be_focused()
    axe(page)
    page.keyboard.press("Enter")
    expect(page.locator("#dialog .error-summary")).to_contain_text("Say what it is compared with.")
    expect(page.locator("#dialog .error-summary")).to_be_focused()
    page.locator("#id_value").focus()
    page.keyboard.type("acme")
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_text(["App", "Line"])
    assert "vendor__contains=acme" in page.url

    page.locator("#list-columns").focus()
    page.keyboard.press("Enter")
    page.locator("#column-vendor-add").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#column-vendor")).to_be_visible()
    page.locator("#column-vendor-up").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#columns-chosen li").nth(-2)).to_have_attribute("id", "column-vendor")
    expect(page.locator("#column-vendor-up")).to_be_focused()
    axe(page)
    page.get_by_role("link", name="Show these columns").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#channel-table thead")).to_contain_text("Vendor and contract")
    expect(rows(page)).to_have_text(["App", "Line"])

    page.locator("#list-views").focus()
    page.keyboard.press("Enter")
    page.locator("#list-save").focus()
    page.keyboard.press("Enter")
    page.locator("#dialog #id_name").fill("Acme runs these")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("view=acme-runs-these"))
    expect(rows(page)).to_have_text(["App", "Line"])
    assert SavedView.objects.get().owner == cast.eve
    chip = page.get_by_role("link", name="Remove the filter: Vendor")
    chip.focus()
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_text(["App", "Line", "Site"])
    page.go_back()
    expect(rows(page)).to_have_text(["App", "Line"])


def test_typing_in_the_search_keeps_the_filters_that_came_since(cast, channels, visit):
    page = visit(cast.eve, cast.url("channels/?vendor=acme&family=app"))
    page.get_by_role("link", name="Remove the filter: Family").click()
    expect(rows(page)).to_have_text(["App", "Line"])
    page.locator("#id_q").fill("lin")
    expect(rows(page)).to_have_text(["Line"])
    expect(page.locator("#id_q")).to_be_focused()
    expect(page.locator("#announcer")).to_have_text("1 channel")


def test_rows_are_changed_together_by_keyboard(cast, channels, visit, axe):
    page = visit(cast.eve, cast.url("channels/"))
    page.locator("[data-tick-all]").focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-tick-count]")).to_have_text("3 chosen")
    page.get_by_role("button", name="Edit together").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Edit 3 channels together")
    axe(page)
    page.locator("#id_life_cycle").select_option("retiring")
    page.get_by_role("checkbox", name=re.compile("Empty it.*Vendor")).focus()
    page.keyboard.press("Space")
    page.locator("#id_reason").fill("Contract ends")
    page.keyboard.press("Enter")
    expect(page.locator("#preview")).to_contain_text("3 channels would change")
    expect(page.locator("#preview")).to_be_focused()
    axe(page)
    page.get_by_role("button", name="Change 3 channels").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("3 channels are changed.")
    assert {(row.life_cycle, row.vendor) for row in Channel.objects.all()} == {("retiring", "")}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_grid_is_filled_by_keyboard_and_a_conflict_loses_nothing(
    cast, channels, visit, axe, scheme
):
    page = visit(
        cast.eve,
        cast.url("channels/lists/grid/?all=on&now=columns%3Dfamily%2Cvendor%2Cpurpose%2Cowner"),
        color_scheme=scheme,
    )
    axe(page)
    first = page.locator("[name$='-vendor']").first
    first.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Beta")
    page.keyboard.press("Enter")
    expect(page.locator("[name$='-vendor']").nth(1)).to_be_focused()
    page.keyboard.type("Gamma")
    page.keyboard.press("Shift+Enter")
    expect(first).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("What for")
    edit_channel(channel=channels[0], values={"vendor": "Theirs"}, expected=1, by=cast.lea)
    page.keyboard.press("Control+s")
    expect(page.locator(".conflict")).to_contain_text("Nothing is saved")
    expect(page.locator(".grid-conflict")).to_contain_text("theirs: Theirs, mine: Beta")
    expect(page.locator("[name$='-vendor']").nth(1)).to_have_value("Gamma")
    expect(page.locator(".draft-offer")).to_have_count(0)
    axe(page)
    page.keyboard.press("Control+s")
    expect(page.locator(".conflict")).to_contain_text("One row waits for your choice")
    axe(page)
    page.get_by_role("radio", name="Take theirs").focus()
    page.keyboard.press("Space")
    expect(first).to_have_value("Theirs")
    page.keyboard.press("Control+s")
    expect(page.locator("#toasts")).to_contain_text("2 channels are changed.")
    assert Channel.objects.get(name="App").purpose == "What for", "only both changed is given up"
    assert [row.vendor for row in Channel.objects.order_by("name")] == ["Theirs", "Gamma", ""]


@pytest.mark.parametrize(
    "path",
    ["channels/lists/condition/?field=family", "channels/lists/columns/", "channels/lists/views/"],
)
def test_pages_without_a_script_are_free_of_faults(cast, channels, visit, axe, path):
    from strategy.inventory.lists.actions import add_view

    add_view(strategy=cast.strategy, values={"name": "Apps", "query": "family=app"}, by=cast.eve)
    axe(visit(cast.eve, cast.url(path), width=390))


def test_a_condition_is_added_without_a_script(cast, channels, visit):
    page = visit(cast.rae, cast.url("channels/"), java_script_enabled=False)
    page.get_by_role("link", name="Add a filter").click()
    page.get_by_label("Field").select_option("family")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Mobile app").check()
    page.get_by_label("Web").check()
    page.get_by_role("button", name="Add this filter").click()
    expect(rows(page)).to_have_text(["App", "Site"])
    assert page.url.endswith("?family=web&family=app") or page.url.endswith(
        "?family=app&family=web"
    )
