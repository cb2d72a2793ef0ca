"""Migrations that have to cope with rows which are there already."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from strategy.inventory.actions import add_contact_type, add_difference
from strategy.inventory.models import AnswerDifference


def migrate(name: str) -> None:
    """Bring the product's tables to one migration."""
    MigrationExecutor(connection).migrate([("strategy", name)])


def migrate_all() -> None:
    """Bring the product's tables to where they are: the tests that follow need all of it."""
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes("strategy"))


@pytest.mark.django_db(transaction=True)
def test_a_pair_compared_in_both_orders_keeps_what_was_said_last(cast):
    app, chat = cast.channel("App"), cast.channel("Chat")
    paid, when = (
        add_contact_type(strategy=cast.strategy, values={"name": name}, by=cast.lea)
        for name in ("Paid?", "When?")
    )
    newest = {}
    try:
        for kind in (paid, when):
            values = {"channel": app, "other": chat, "explanation": f"{kind}: app first"}
            add_difference(contact_type=kind, values=values, by=cast.lea)
        migrate("0008_visits")
        first = AnswerDifference.objects.get(contact_type=paid)
        AnswerDifference.objects.create(
            contact_type=paid, channel=chat, other=app, explanation="Said last."
        )
        newest = {paid.pk: "Said last.", when.pk: "When?: app first"}
    finally:
        migrate_all()
    assert dict(AnswerDifference.objects.values_list("contact_type", "explanation")) == newest
    assert not AnswerDifference.objects.filter(pk=first.pk).exists()
