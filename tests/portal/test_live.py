"""The pages' question "anything new?": what is answered, to whom, and at what cost."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.core import signing
from django.db import connections
from django.utils import timezone

from portal.live import middleware, revisions
from portal.live.models import Revision
from strategy.plan.actions import edit_strategy

SCOPE = uuid.UUID("6f9b3a53-6c0b-4c55-9c4e-0a51f2f8a001")


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    monkeypatch.setattr(middleware, "_memo", {})


def ask(client, seen="", token=""):
    return client.get(f"/live/{token or revisions.token(SCOPE)}/", {"r": seen})


def test_a_scope_that_nobody_changed_has_the_revision_zero(db):
    assert revisions.current(SCOPE) == 0


def test_every_bump_grows_the_revision_by_one(db):
    for expected in (1, 2, 3):
        revisions.bump(SCOPE)
        assert revisions.current(SCOPE) == expected
    assert Revision.objects.count() == 1


def test_nothing_new_is_answered_with_204_and_no_body(db, client):
    revisions.bump(SCOPE)
    answer = ask(client, 1)
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("seen", ["", "0", "7", "-1", "x", "9" * 40])
def test_something_else_is_answered_with_the_number(db, client, seen):
    revisions.bump(SCOPE)
    answer = ask(client, seen)
    assert (answer.status_code, answer.json()) == (200, {"revision": 1})
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Length"] == str(len(answer.content))


def test_the_answer_needs_no_session_and_one_query(db, client, django_assert_num_queries):
    revisions.bump(SCOPE)
    with django_assert_num_queries(1):
        ask(client, 1)
    with django_assert_num_queries(0):
        assert ask(client, 1).status_code == 204  # remembered for a moment
    assert not client.cookies


def test_a_page_that_knows_more_than_this_process_is_believed_after_one_look(db, client):
    revisions.bump(SCOPE)
    assert ask(client, 1).status_code == 204
    revisions.bump(SCOPE)  # by another process: what this one remembers is now old
    assert ask(client, 2).status_code == 204


def test_a_forged_token_is_refused(db, client):
    for token in ("x", f"{revisions.token(SCOPE)}x", signing.dumps(str(SCOPE), salt="another")):
        assert ask(client, 0, token).status_code == 410


def test_a_token_of_no_scope_is_refused(db, client):
    assert ask(client, 0, signing.dumps("nothing", salt="portal.live")).status_code == 410


def test_an_old_token_makes_the_page_fetch_its_fragment_with_a_new_one(db, client, monkeypatch):
    revisions.bump(SCOPE)
    token = revisions.token(SCOPE)
    late = timezone.now() + timedelta(seconds=revisions.TOKEN_SECONDS + 60)
    monkeypatch.setattr(signing.time, "time", late.timestamp)
    answer = ask(client, 1, token)
    assert (answer.status_code, answer.json()) == (200, {"revision": -1})


def test_only_reading_is_answered(db, client):
    assert client.post(f"/live/{revisions.token(SCOPE)}/").status_code == 405


def test_a_token_names_nothing_but_its_scope(db):
    assert revisions.scope_of(revisions.token(SCOPE)) == SCOPE


@pytest.mark.django_db(transaction=True)
def test_bumps_of_many_at_once_are_all_counted():
    def bump_ten_times():
        try:
            for _time in range(10):
                revisions.bump(SCOPE)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=bump_ten_times) for _one in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert revisions.current(SCOPE) == 60


def test_a_strategy_has_the_revision_of_its_acts(cast):
    before = revisions.current(cast.strategy.uid)
    cast.strategy.refresh_from_db()
    edit_strategy(strategy=cast.strategy, values={"period": "2027"}, expected=None, by=cast.lea)
    assert revisions.current(cast.strategy.uid) > before
    assert not Revision.objects.exists(), "nothing is counted twice"
