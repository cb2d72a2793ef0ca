"""From an empty installation to the first confirmed channel: a kit, an invitation, and its owner's first minute."""

import re

import pytest
from playwright.sync_api import expect

from strategy.inventory.models import Channel
from strategy.plan.models import Strategy
from teams.models import Team, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def empty(cast):
    """An installation as it is on its first day: an administrator, and nothing else."""
    Strategy.objects.all().delete()
    User.objects.exclude(pk=cast.ada.pk).delete()
    Team.objects.all().delete()
    return cast


def test_an_administrator_starts_from_the_kit_and_an_invited_owner_confirms_a_channel(
    visit, empty, axe
):
    admin = visit(empty.ada, "/")
    admin.get_by_role("link", name="Start a strategy").click()
    axe(admin)
    # by keyboard: name, Tab to the organization, and so on down the page
    admin.get_by_label(re.compile("^Name")).focus()
    for text in ("Northwind access", "Northwind", "2027"):
        admin.keyboard.type(text)
        admin.keyboard.press("Tab")
    expect(admin.get_by_label(re.compile("^Strategy lead"))).to_be_focused()
    expect(admin.get_by_role("radio", name="Mobile service")).to_be_checked()
    admin.get_by_role("checkbox", name="Marketing").press("Space")
    admin.get_by_label("E-mail of the owner in Contact center").fill("cara@northwind.example")
    admin.get_by_role("button", name="Start strategy").press("Enter")

    expect(admin.get_by_text("Pass these links on now")).to_be_visible()
    axe(admin)
    link = admin.locator("code").inner_text()
    admin.get_by_role("link", name="Passed on; what next?").click()
    steps = admin.get_by_role("region", name="What next")
    expect(steps).to_contain_text("0 of 6")
    expect(steps).to_contain_text("0 of 10")
    axe(admin)

    owner = visit(None, re.sub("^https?://[^/]+", "", link))
    axe(owner)
    owner.get_by_label("Your name").fill("Cara Care")
    owner.get_by_label("Password", exact=False).nth(0).fill("a sentence that I remember")
    owner.get_by_label("Password again").fill("a sentence that I remember")
    owner.get_by_role("button", name="Join").click()
    expect(owner.get_by_role("heading", level=1)).to_have_text("My work")
    owner.get_by_role("button", name=re.compile("Still true.*Live chat")).click()
    expect(owner.locator("#toasts")).to_contain_text("Live chat")
    assert Channel.objects.get(name="Live chat").reviewed_on is not None
    assert Channel.objects.get(name="Text messages (SMS)").owner_team is None

    admin.reload()
    expect(steps).to_contain_text("1 of 6")
    expect(steps).to_contain_text("1 of 10")

    again = visit(None, re.sub("^https?://[^/]+", "", link))
    expect(again.get_by_text("was accepted already")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_new_pages_are_accessible_and_never_scroll_sideways(visit, cast, axe, width, scheme):
    from tests.world import build_world

    world = build_world(cast)
    admin = visit(cast.ada, "/strategies/start/", width=width, color_scheme=scheme)
    invitation = f"/invitations/{world.parts['token']}/"
    for path in ("/strategies/start/", cast.url("roles/"), cast.url(), invitation):
        admin.goto(path)
        axe(admin)
        wide = admin.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{path} is {wide} px too wide"


def test_a_half_filled_start_is_offered_again(visit, empty):
    admin = visit(empty.ada, "/strategies/start/")
    admin.get_by_label(re.compile("^Name")).fill("Northwind access")
    admin.get_by_label("E-mail of the owner in IVR").fill("ivo@northwind.example")
    admin.goto("/")
    admin.goto("/strategies/start/")
    admin.get_by_role("button", name="Use it").click()
    expect(admin.get_by_label("E-mail of the owner in IVR")).to_have_value("ivo@northwind.example")
