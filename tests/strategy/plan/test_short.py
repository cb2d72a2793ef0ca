"""Short forms: what a dialog and a page of its own have in common, tried on a decision."""

import json

import pytest

from strategy.plan import actions
from strategy.plan.models import Decision
from tests.html import squeeze


@pytest.fixture
def question(cast):
    values = {"question": "Who owns the bot?"}
    return actions.add_decision(strategy=cast.strategy, values=values, by=cast.eve)


def events_of(answer) -> dict:
    assert (answer.status_code, answer.content) == (200, b""), "an empty answer closes the dialog"
    return json.loads(answer.headers["HX-Trigger"])


def test_saving_in_the_dialog_stays_there_and_can_be_undone(cast, question):
    address = cast.url(f"decisions/{question.uid}/edit/")
    client = cast.client(cast.eve, htmx=True)
    form = squeeze(client.get(address).content.decode())
    assert form.startswith("<div data-drawer>")
    assert "<html" not in form
    sent = {"question": "Who pays for the bot?", "version": 1}
    events = events_of(client.post(address, sent))
    assert (events["toast"]["text"], events["plan-changed"]) == ("The decision is saved.", {})
    same = events_of(client.post(address, sent | {"version": 2}))
    assert "undo_url" not in same["toast"], "nothing was changed: an undo would meet an older act"
    assert client.post(events["toast"]["undo_url"]).status_code == 204
    question.refresh_from_db()
    assert question.question == "Who owns the bot?"


def test_deleting_in_the_dialog_closes_it_and_undo_brings_it_back(cast, question):
    client = cast.client(cast.eve, htmx=True)
    events = events_of(client.post(cast.url(f"decisions/{question.uid}/delete/"), {"version": 1}))
    assert events["toast"]["text"] == "“Who owns the bot?” is deleted."
    assert not Decision.objects.exists()
    client.post(events["toast"]["undo_url"])
    assert Decision.objects.get().uid == question.uid
    assert (
        client.post(cast.url(f"decisions/{question.uid}/delete/"), {"version": 9}).status_code
        == 409
    )


def test_without_a_script_it_is_a_page_that_leads_back_to_the_list(cast, question):
    client = cast.client(cast.eve)
    page = client.get(cast.url(f"decisions/{question.uid}/edit/")).content.decode()
    assert "<html" in page
    assert 'id="decision-form"' in page
    assert "portal/screen.css" in page, "drawn in the shell of every page"
    answer = client.post(cast.url(f"decisions/{question.uid}/delete/"), {"version": 1})
    assert answer.headers["Location"] == cast.url("decisions/")


@pytest.mark.parametrize(("who", "says", "take"), [
    ("eve", "Lea Lead saved this a moment ago", "Take Lea’s text"),
    ("lea", "You saved this a moment ago, in another window", "Take what is saved"),
])  # fmt: skip
def test_a_conflict_names_who_was_quicker_and_offers_two_buttons(cast, question, who, says, take):
    values = {"question": "Who runs the bot?"}
    actions.edit_decision(decision=question, values=values, expected=1, by=cast.lea)
    address = cast.url(f"decisions/{question.uid}/edit/")
    sent = {"question": "Who owns it?", "version": 1}
    for htmx in (True, False):
        answer = cast.client(getattr(cast, who), htmx=htmx).post(address, sent)
        assert answer.status_code == 409
        page = squeeze(answer.content.decode())
        for part in (says, "Who runs the bot?", "Who owns it?", take, "Keep my text"):
            assert part in page, part
        assert page.count("conflict-sides") == 1, "only the field that differs"
        assert "needs your attention" not in page, "it is said once"
        assert ('data-tell="plan-changed"' in page) == htmx, "who takes theirs stays over the list"
    client = cast.client(getattr(cast, who), htmx=True)
    events_of(client.post(address, sent | {"version": 2}))
    question.refresh_from_db()
    assert question.question == "Who owns it?"
