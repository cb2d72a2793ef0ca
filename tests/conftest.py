"""The cast: the same people, teams and strategy for every test.

ada administers the installation; lea leads the strategy; eve edits; cole contributes from the Mobile team;
rae reads; olga has nothing to do with it; remy was taken out of the Mobile team.
"""

import os

os.environ.setdefault(
    "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
)  # Playwright runs a loop in the test thread

from dataclasses import dataclass, field
from typing import Any

import hypothesis
import pytest
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client

from strategy.inventory.actions import add_channel
from strategy.inventory.models import Channel
from strategy.plan.models import Strategy
from teams import actions as teams_actions
from teams.models import Team, User
from tests.starting import start_strategy

hypothesis.settings.register_profile("portal", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("portal")


def _empty_by_delete(
    self: DatabaseOperations,
    style: Any,
    tables: list[str],
    *,
    reset_sequences: bool = False,
    allow_cascade: bool = False,
) -> list[str]:
    """Return what empties the tables after a test that commits.

    The few rows of a test are gone at once with DELETE; TRUNCATE makes PostgreSQL write a new file for every
    table and index, a second for each test. References are checked at the end of the transaction.
    """
    return [f"DELETE FROM {self.quote_name(table)}" for table in tables]


DatabaseOperations.sql_flush = _empty_by_delete  # type: ignore[method-assign]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What brings its own database, or needs none, is not run a second time for PostgreSQL."""
    if connection.vendor != "postgresql":
        return
    for item in items:
        if item.get_closest_marker("once"):
            reason = "it does not use the database of the run: it runs with SQLite"
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True)
def quick_settings(settings: Any, tmp_path: Any) -> None:
    """Quick password hashes, files in a folder of the test, static files without a manifest."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MIDDLEWARE = [
        name for name in settings.MIDDLEWARE if "whitenoise" not in name
    ]  # there are no collected static files to serve
    settings.STORAGES = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files")},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@dataclass
class Cast:
    """The people, teams and strategy."""

    ada: User
    lea: User
    eve: User
    cole: User
    rae: User
    olga: User
    remy: User
    mobile: Team
    care: Team
    strategy: Strategy
    things: dict[str, Any] = field(default_factory=dict)

    def client(self, person: User | None, *, htmx: bool = False) -> Client:
        """Return a browser in which the person is signed in."""
        client = Client(headers={"HX-Request": "true"} if htmx else None)
        if person is not None:
            client.force_login(
                person, backend="allauth.account.auth_backends.AuthenticationBackend"
            )
        return client

    def url(self, rest: str = "") -> str:
        """Return an address inside the strategy."""
        return f"/s/{self.strategy.slug}/{rest}"

    def channel(self, name: str = "Claims app", **values: Any) -> Channel:
        """Add a channel that the Mobile team owns."""
        facts = {"family": "app", "mode": "self_service", "owner_team": self.mobile, **values}
        return add_channel(strategy=self.strategy, values={"name": name, **facts}, by=self.ada)


def _person(name: str, **values: Any) -> User:
    email = f"{name.split()[0].lower()}@larkfield.example"
    person = teams_actions.add_person(values={"name": name, "email": email, **values}, by=None)
    person.set_password("correct horse battery")
    person.save(update_fields=["password"])
    return person


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, in place."""
    ada = _person("Ada Admin", is_superuser=True)
    lea, eve, cole = _person("Lea Lead"), _person("Eve Editor"), _person("Cole Contributor")
    rae, olga, remy = _person("Rae Reader"), _person("Olga Outsider"), _person("Remy Removed")
    mobile = teams_actions.add_team(
        values={"name": "Mobile", "slug": "mobile", "function": "mobile"}, by=ada
    )
    care = teams_actions.add_team(
        values={"name": "Contact center", "slug": "care", "function": "contact_center"}, by=ada
    )
    for person in (cole, remy):
        teams_actions.add_member(team=mobile, person=person, by=ada)
    strategy = start_strategy(
        values={"name": "Larkfield access", "slug": "larkfield", "organization": "Larkfield"},
        lead=lea,
        by=ada,
    )
    teams_actions.give_role(strategy=strategy, holder=eve, role="editor", by=ada)
    teams_actions.give_role(strategy=strategy, holder=mobile, role="contributor", by=ada)
    teams_actions.give_role(strategy=strategy, holder=rae, role="reader", by=ada)
    teams_actions.remove_member(membership=remy.memberships.get(), by=ada)
    return Cast(ada, lea, eve, cole, rae, olga, remy, mobile, care, strategy)
