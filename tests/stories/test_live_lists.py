"""Two people at once: lists of the whole strategy follow what the other does, and leave alone what is typed."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from strategy.inventory.actions import edit_channel
from strategy.plan.actions import add_objective, commit, edit_objective

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_objectives_follow_while_somebody_types_an_answer(cast, visit):
    thing = add_objective(
        strategy=cast.strategy, values={"statement": "Four weeks of notice"}, by=cast.lea
    )
    page = visit(cast.lea, cast.url("objectives/"))
    page.locator(f"#commit-{thing.uid}-{cast.mobile.slug}").click()
    sentence = page.locator("#dialog").get_by_label("In a sentence")
    sentence.fill("Not for fixes of")
    commit(
        objective=thing, team=cast.mobile, expected=None, stance="objects", sentence="Too long.",
        wording=thing.wording, today=timezone.localdate(), by=cast.cole,
    )  # fmt: skip
    expect(page.locator("#objective-list")).to_contain_text("Too long.")
    expect(sentence).to_have_value("Not for fixes of")
    expect(sentence).to_be_focused()
    edit_objective(
        objective=thing, values={"statement": "Six weeks of notice"}, expected=None, by=cast.eve
    )
    expect(page.locator("#objective-list h2")).to_contain_text("Six weeks of notice")
    expect(page.locator("#objective-list")).to_contain_text("Wording changed – answer again")
    expect(sentence).to_have_value("Not for fixes of")


def test_findings_follow_and_the_focus_stays(cast, visit):
    """The dialog to leave a finding stays as typed while another finding comes."""
    app = cast.channel("App", agent_route="hidden", agent_taps=5, owner=cast.cole)
    web = cast.channel("Web", family="web")
    page = visit(cast.cole, cast.url("findings/"))
    expect(page.locator(".findings > li")).to_have_count(1)
    page.locator(f"#leave-agent_route-{app.uid}").click()
    reason = page.locator("#dialog #id_reason")
    reason.fill("It moves with the")
    edit_channel(
        channel=web, values={"agent_route": "hidden", "agent_taps": 7}, expected=None,
        by=cast.lea,
    )  # fmt: skip
    expect(page.locator(".findings > li")).to_have_count(2)
    expect(reason).to_have_value("It moves with the")
    expect(reason).to_be_focused()
