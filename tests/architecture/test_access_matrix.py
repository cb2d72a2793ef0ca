"""Every route x every method x everybody, against the route table, with canaries in every text.

Who is refused changes nothing and reads no canary; who only reads changes nothing; nobody ever reads the canary
of another strategy.
"""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.urls import reverse

from portal.history.models import Tracked
from portal.lib.routes import Need
from portal.live import revisions
from portal.routes import ROUTES
from tests.architecture.test_doors import ALL
from tests.world import World, build_world

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
PEOPLE: dict[str, Need | None] = {
    "anonymous": Need.ANYONE,
    "outsider": Need.SIGNED_IN,
    "removed": Need.SIGNED_IN,
    "reader": Need.READER,
    "contributor": Need.CONTRIBUTOR,
    "editor": Need.EDITOR,
    "lead": Need.LEAD,
    "admin": Need.ADMIN,
}

Arguments = Callable[[World], dict[str, Any]]


def _uid_of(thing: str) -> Arguments:
    return lambda w: {"slug": w.slug, "uid": getattr(w, thing).uid}


# What fills the variable parts of an address: by its full name, else by its group.
BY_NAME: dict[str, Arguments] = {
    "live": lambda w: {"token": revisions.token(w.journey.uid)},
    "account_reset_password_from_key": lambda w: {"uidb36": "1", "key": "set-password"},
    "strategy:component": lambda w: {"slug": w.slug, "code": "channels"},
    "strategy:component_numbers": lambda w: {"slug": w.slug, "code": "segments"},
    "strategy:edit_component": lambda w: {"slug": w.slug, "code": "channels"},
    "strategy:review_component": lambda w: {"slug": w.slug, "code": "channels"},
    "strategy:change_role": lambda w: {"slug": w.slug, "uid": w.role.uid},
    "strategy:remove_role": lambda w: {"slug": w.slug, "uid": w.role.uid},
    "strategy:commit": lambda w: {
        "slug": w.slug,
        "uid": w.objective.uid,
        "team": w.cast.mobile.slug,
    },
    "strategy:undo": lambda w: {"slug": w.slug, "uid": w.act.uid},
    "strategy:inventory:point": _uid_of("point"),
    "strategy:inventory:point_edit": _uid_of("point"),
    "strategy:inventory:point_delete": _uid_of("point"),
    "strategy:inventory:point_review": _uid_of("point"),
    "strategy:inventory:calendar_edit": _uid_of("calendar"),
    "strategy:inventory:calendar_delete": _uid_of("calendar"),
    "strategy:inventory:transition_edit": _uid_of("transition"),
    "strategy:inventory:transition_delete": _uid_of("transition"),
    "strategy:inventory:contact_type_edit": _uid_of("contact_type"),
    "strategy:inventory:contact_type_delete": _uid_of("contact_type"),
    "strategy:inventory:difference_add": _uid_of("contact_type"),
    "strategy:inventory:difference_edit": _uid_of("difference"),
    "strategy:inventory:difference_delete": _uid_of("difference"),
    "strategy:inventory:parity_edit_one": lambda w: {
        "slug": w.slug,
        "type_uid": w.contact_type.uid,
    },
    "strategy:inventory:service_objective_edit": _uid_of("service_objective"),
    "strategy:inventory:service_objective_delete": _uid_of("service_objective"),
    "strategy:inventory:segment_edit": _uid_of("segment"),
    "strategy:inventory:segment_delete": _uid_of("segment"),
    "strategy:inventory:matrix_of": _uid_of("segment"),
    "strategy:inventory:matrix_save": _uid_of("segment"),
    "strategy:inventory:matrix_copy": _uid_of("segment"),
    "strategy:inventory:matrix_cell": lambda w: {
        "slug": w.slug,
        "uid": w.segment.uid,
        "row": w.contact_type.uid,
        "column": w.channel.uid,
    },
    "strategy:sheets:export": lambda w: {"slug": w.slug, "kind": "channels", "form": "csv"},
    "teams:change_lead": lambda w: {"uid": w.membership.uid},
    "teams:remove_member": lambda w: {"uid": w.membership.uid},
    "teams:person": lambda w: {"uid": w.cast.cole.uid},
    "teams:edit_person": lambda w: {"uid": w.cast.cole.uid},
    "teams:password_link": lambda w: {"uid": w.cast.cole.uid},
    "teams:detail": lambda w: {"slug": w.cast.mobile.slug},
    "teams:edit": lambda w: {"slug": w.cast.mobile.slug},
    "teams:add_member": lambda w: {"slug": w.cast.mobile.slug},
}
THING_OF_GROUP = {
    "strategy:inventory": "channel",
    "strategy:inventory:lists": "saved_view",
    "strategy:journeys": "journey",
    "strategy:gaps": "gap",
    "strategy:checklists": "run",
    "strategy:reports": "report",
    "strategy:sheets": "import_run",
}


ASKED = {
    "strategy:search": "?q=trip",
    "strategy:inventory:lists:edit_many": "?all=on",
    "strategy:inventory:lists:grid": "?all=on",
}
"""What a page is asked for, where it shows nothing otherwise."""


def address(name: str, world: World) -> str:
    """Return the address of a route with this world's things in it."""
    if name in BY_NAME:
        return reverse(name, kwargs=BY_NAME[name](world))
    return _address(name, world) + ASKED.get(name, "")


def _address(name: str, world: World) -> str:
    group, _colon, _name = name.rpartition(":")
    kwargs: dict[str, Any] = {}
    for converter in parameters(name):
        if converter == "slug":
            kwargs["slug"] = world.slug
        elif converter == "uid":
            thing = THING_OF_GROUP.get(group) or _name.partition("_")[0]  # objective_edit
            kwargs["uid"] = getattr(world, thing).uid
        elif converter == "part":  # stage_rename, step_delete, lane_move
            kwargs["part"] = getattr(world, name.rpartition(":")[2].partition("_")[0]).uid
        elif hasattr(world, converter.removesuffix("_uid")):
            kwargs[converter] = getattr(world, converter.removesuffix("_uid")).uid
        elif converter in world.parts:
            kwargs[converter] = world.parts[converter]
        else:
            pytest.fail(f"{name}: say what fills <{converter}> in tests/world.py")
    return reverse(name, kwargs=kwargs)


def parameters(name: str) -> list[str]:
    """Return the names of the variable parts of a route's address, those of the prefix included."""
    from django.urls import get_resolver

    def walk(patterns: Any, spaces: tuple[str, ...], have: list[str]) -> list[str] | None:
        for one in patterns:
            own = have + list(one.pattern.converters)
            if hasattr(one, "url_patterns"):
                found = walk(
                    one.url_patterns, (*spaces, one.namespace) if one.namespace else spaces, own
                )
                if found is not None:
                    return found
            elif ":".join((*spaces, one.name)) == name:
                return own
        return None

    return walk(get_resolver().url_patterns, (), []) or []


def rows_now() -> list[tuple[Any, ...]]:
    """Return a picture of every tracked table: how many rows, and the sum of their versions."""
    parts = [
        f"SELECT '{model._meta.db_table}', COUNT(*), COALESCE(SUM(version), 0) FROM {model._meta.db_table}"
        for model in apps.get_models()
        if issubclass(model, Tracked)
    ]
    parts.append("SELECT 'sets', COUNT(*), 0 FROM portal_changeset")
    parts.append("SELECT 'jobs', COUNT(*), 0 FROM portal_job")
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return sorted(cursor.fetchall())


@pytest.fixture
def world(cast) -> World:
    return build_world(cast)


def test_every_route_answers_everybody_as_the_table_says(world):
    clients = {who: world.cast.client(person) for who, person in world.people().items()}
    before = rows_now()
    faults: list[str] = []
    for name in sorted(ALL):
        url = address(name, world)
        for who, client in clients.items():
            for method in METHODS:
                for fault in cell(world, name, url, who, client, method, before):
                    faults.append(f"{who} {method} {name}: {fault}")
    assert not faults, f"{len(faults)} surprises:\n" + "\n".join(faults[:60])


def cell(
    world: World, name: str, url: str, who: str, client: Any, method: str, before: Any
) -> list[str]:
    """Ask once, look at the answer, and take everything back."""
    needs = ROUTES[name]
    least = needs.get("GET" if method == "HEAD" else method)
    faults = []
    signed_in = client.cookies.copy()  # signing out is taken back as well
    with transaction.atomic():
        response = client.generic(method, url)
        body = b"" if response.streaming else response.content
        if response.streaming:
            body = b"".join(response.streaming_content)
        after = rows_now()
        transaction.set_rollback(True)
    client.cookies = signed_in
    have = PEOPLE[who]
    allowed = least is not None and have >= least
    text = body.decode("utf-8", "replace") + str(response.headers)
    in_strategy = url.startswith("/s/")
    if allowed:
        if response.status_code in (401, 403, 404, 405) or response.status_code >= 500:
            faults.append(f"allowed, but {response.status_code}")
        if response.status_code == 302 and "/account/login/" in response.headers["Location"]:
            faults.append("allowed, but sent to sign in")
    elif min(needs.values()) > Need.ANYONE and who == "anonymous":
        if response.status_code != 302 or "/account/login/" not in response.headers["Location"]:
            faults.append(f"not sent to sign in: {response.status_code}")
    elif least is None:
        if response.status_code != 405:
            faults.append(f"method not refused: {response.status_code}")
    elif in_strategy and have < Need.READER:
        if response.status_code != 404:
            faults.append(f"an outsider learns that it exists: {response.status_code}")
    elif response.status_code not in (403, 404):
        faults.append(f"not refused: {response.status_code}")
    if (not allowed or method in ("GET", "HEAD", "OPTIONS")) and after != before:
        faults.append("changed the database")
    if not allowed and least is not None and (have < Need.READER) and "canary-here" in text:
        faults.append("reads a canary")
    if have != Need.ADMIN and "canary-elsewhere" in text:
        faults.append("reads the canary of another strategy")
    return faults


def test_missing_and_forbidden_look_the_same_to_an_outsider(world):
    client = world.cast.client(world.cast.olga)
    there = client.get(world.channel.get_absolute_url())
    missing = client.get(
        re.sub(r"[0-9a-f-]{36}", str(uuid.uuid4()), world.channel.get_absolute_url())
    )
    assert (there.status_code, there.content) == (missing.status_code, missing.content)


def test_things_of_another_strategy_are_not_found_under_ones_own_address(world):
    client = world.cast.client(world.cast.lea)
    for name in ALL:
        group = name.rpartition(":")[0]
        if group in THING_OF_GROUP and "uid" in parameters(name) and name not in BY_NAME:
            url = address(name, world).replace(
                str(getattr(world, THING_OF_GROUP[group]).uid),
                str(getattr(world.elsewhere, THING_OF_GROUP[group]).uid),
            )
            for method in ROUTES[name]:
                assert client.generic(method, url).status_code == 404, (method, name)


def test_every_unsafe_route_asks_for_the_csrf_token(world):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(
        world.cast.ada, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    for name, methods in ROUTES.items():
        if "POST" in methods:
            assert client.post(address(name, world)).status_code == 403, name


def test_a_removed_member_is_out_with_the_next_request(world):
    from teams.actions import remove_member

    client = world.cast.client(world.cast.cole)
    assert client.get(world.cast.url()).status_code == 200
    remove_member(membership=world.cast.cole.memberships.get(), by=world.cast.ada)
    assert client.get(world.cast.url()).status_code == 404


def test_signed_in_answers_are_never_kept_by_a_cache(world):
    client = world.cast.client(world.cast.lea)
    for name, methods in ROUTES.items():
        if methods.get("GET", Need.ANYONE) >= Need.READER:
            response = client.get(address(name, world))
            assert "no-store" in response.headers.get("Cache-Control", ""), name


def test_unknown_query_keys_change_nothing(world):
    client = world.cast.client(world.cast.lea)
    for part in ("channels/", "gaps/", "journeys/"):
        plain = client.get(world.cast.url(part))
        odd = client.get(
            world.cast.url(part) + "?strategy__slug__startswith=x&order_by=owner__password"
        )
        assert odd.status_code == plain.status_code == 200
        assert odd.context["page_obj"].paginator.count == plain.context["page_obj"].paginator.count
