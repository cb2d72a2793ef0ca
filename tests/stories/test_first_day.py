"""An administrator, a lead and a contributor set up an empty installation, by keyboard where people use it."""

import re

import pytest
from playwright.sync_api import Page, expect

from strategy.gaps.models import Gap
from strategy.inventory.models import Channel
from strategy.plan.models import Strategy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fill(page: Page, **fields: str) -> None:
    """Fill the fields with these labels; underscores stand for spaces."""
    for label, value in fields.items():
        named = page.get_by_label(re.compile(f"^{label.replace('_', ' ')}", re.I))
        field = named.and_(page.locator("form.form :is(input, select, textarea)")).first
        if field.evaluate("node => node.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)


def test_from_an_empty_installation_to_the_first_gap(visit, cast, axe):
    Strategy.objects.all().delete()
    admin = visit(cast.ada, "/")
    expect(admin.get_by_text("Start the first strategy")).to_be_visible()
    axe(admin)
    admin.goto("/strategies/start/")
    fill(admin, Name="First strategy", Strategy_lead="Lea Lead")
    admin.get_by_role("radio", name="Empty").check()
    admin.get_by_role("checkbox", name="Mobile").uncheck()
    admin.get_by_role("button", name="Start strategy").click()
    expect(admin.get_by_role("heading", level=1)).to_have_text("First strategy")

    lead = visit(cast.lea, "/")
    lead.get_by_role("link", name="Roles").click()
    fill(lead, Person_or_team="Mobile", Role="Contributor")
    lead.get_by_role("button", name="Give role").click()
    expect(lead.get_by_role("row", name=re.compile("Mobile"))).to_be_visible()

    owner = visit(cast.cole, "/s/first-strategy/channels/")
    owner.get_by_role("link", name="Add the first channel").click()
    fill(owner, Name="Claims app", Family="Mobile app", Mode="Self-service")
    owner.get_by_role("button", name="Save channel").click()
    expect(owner.get_by_role("heading", level=1)).to_have_text("Claims app")
    axe(owner)

    owner.get_by_role("link", name="Log a gap").first.click()
    dialog = owner.get_by_role("dialog")
    dialog.get_by_label(re.compile("^Title")).fill("Help is hidden")
    dialog.get_by_role("button", name=re.compile("Log")).click()
    expect(owner.locator("#gaps").get_by_text("Help is hidden")).to_be_visible()
    assert Gap.objects.get().channel == Channel.objects.get()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_is_accessible_and_never_scrolls_sideways(visit, cast, axe, width, scheme):
    from tests.world import build_world

    world = build_world(cast)
    lead = visit(cast.lea, cast.url(), width=width, color_scheme=scheme)
    for path in (
        "", "components/channels/", "components/channels/edit/", "settings/", "roles/", "history/", "channels/",
        "channels/add/", f"channels/{world.channel.uid}/", f"channels/{world.channel.uid}/edit/", "journeys/",
        f"journeys/{world.journey.uid}/", "gaps/", f"gaps/{world.gap.uid}/", "checklists/",
        f"checklists/{world.run.uid}/", "reports/", f"reports/{world.report.uid}/",
    ):  # fmt: skip
        lead.goto(cast.url(path))
        axe(lead)
        wide = lead.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{path} is {wide} px too wide"


def test_a_component_is_edited_with_the_keyboard_only(visit, cast):
    page = visit(cast.eve, cast.url("components/channels/"))
    page.get_by_role("link", name="Edit").focus()
    page.keyboard.press("Enter")
    box = page.get_by_label("Text", exact=True)
    expect(box).to_be_visible()
    box.focus()
    page.keyboard.type("Every way in has one owner.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#component .prose")).to_have_text("Every way in has one owner.")


def test_text_typed_when_the_sign_in_ran_out_is_not_lost(visit, cast):
    page = visit(cast.eve, cast.url("components/channels/edit/"))
    page.get_by_label("Text", exact=True).fill("Typed for ten minutes")
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("Text", exact=True).press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("signed out")
    expect(page.get_by_label("Text", exact=True)).to_have_value("Typed for ten minutes")


def test_the_channel_list_filters_as_one_types_and_says_how_many(visit, cast):
    cast.channel("Claims app")
    cast.channel("Kiosk")
    page = visit(cast.rae, cast.url("channels/"))
    page.get_by_role("searchbox", name="Search").fill("kio")
    expect(page.locator("#channel-list tbody tr")).to_have_count(1)
    expect(page.locator("#announcer")).to_contain_text("1 channel")
    expect(page).to_have_url(re.compile("q=kio"))
