"""The kits themselves: good strategy files in which nothing is reviewed and everything has somebody to own it."""

import datetime as dt

import pytest

from strategy.exchange.queries import check
from strategy.inventory.models import Channel
from strategy.plan.models import Component
from strategy.starter import queries
from strategy.starter.queries import FOLDER, KITS, USUAL, functions, owned_in
from teams.actions import add_team
from teams.models import Team

FILES = [kit for kit in KITS.values() if kit.file]
TODAY = dt.date(2026, 11, 20)


def test_every_file_in_the_folder_is_a_kit():
    assert {path.name for path in FOLDER.glob("*.yaml")} == {kit.file for kit in FILES}


@pytest.mark.parametrize("kit", FILES, ids=lambda kit: kit.code)
def test_a_kit_is_a_strategy_file_without_problems(kit):
    assert check((FOLDER / kit.file).read_text(encoding="utf-8")) == ()


@pytest.mark.parametrize("kit", FILES, ids=lambda kit: kit.code)
def test_nothing_in_a_kit_claims_to_be_reviewed_or_to_be_anybodys_work(kit):
    text = (FOLDER / kit.file).read_text(encoding="utf-8")
    for word in ("reviewed_on", "updated_on", "people:", "gaps:", "commitments", "value:", "uid:"):
        assert word not in text, word


def test_the_mobile_kit_has_ten_channels_ten_owned_components_and_usual_functions_only(db):
    data = queries._loaded(KITS["mobile"].file)
    assert len(data["channels"]) == 10
    assert {channel["family"] for channel in data["channels"]} == {
        Channel.Family.APP, Channel.Family.WEB, Channel.Family.VOICE, Channel.Family.IVR, Channel.Family.CHAT,
        Channel.Family.MESSAGING, Channel.Family.EMAIL, Channel.Family.SOCIAL, Channel.Family.BOT,
    }  # fmt: skip
    assert set(data["components"]) == set(Component.Code.values)
    owners = {part["owner_team"] for part in (*data["channels"], *data["components"].values())}
    assert owners == set(USUAL)
    assert {team["slug"] for team in data["teams"]} == set(USUAL)
    assert all(objective["statement"].startswith("Draft:") for objective in data["objectives"])


def test_every_usual_function_owns_something_that_the_page_can_name():
    owned = owned_in(KITS["mobile"])
    assert set(owned) == set(USUAL)
    assert owned["mobile"] == ["Mobile app", "Mobile web"]
    assert owned["it"] == ["Access channels", "Routing"]  # no channel, but components


def test_functions_are_the_usual_ones_and_the_teams_that_are_here(cast):
    found = functions()
    by_name = {one.name: one for one in found}
    assert by_name["Mobile"].team == cast.mobile
    assert by_name["Contact center"].team == cast.care  # by its function; its short name is another
    assert by_name["Contact center"].kit_slug == "contact-center"
    assert by_name["IVR"].team is None
    assert len(found) == len(USUAL)


@pytest.mark.parametrize(
    "values",
    [
        {"name": "Web", "slug": "digital", "function": "business"},
        {"name": "Digital", "slug": "web", "function": "business"},
        {"name": "Digital", "slug": "digital", "function": "web"},
    ],
    ids=["same name", "same short name", "same function"],
)
def test_a_usual_function_that_is_here_under_whatever_name_is_not_offered_twice(db, values):
    team = add_team(values=values, by=None)
    web = [one for one in functions() if one.kit_slug == "web"]
    assert [(one.key, one.team) for one in web] == [(values["slug"], team)]


def test_other_teams_come_last_and_own_nothing_in_a_kit(db):
    add_team(values={"name": "Claims", "slug": "claims", "function": "business"}, by=None)
    last = functions()[-1]
    assert (last.name, last.kit_slug, last.kind) == ("Claims", "", Team.Function.OTHER)


def test_a_kit_is_not_changed_by_what_is_made_of_it(cast):
    before = str(queries._loaded(KITS["mobile"].file))
    document = queries.document_of(
        KITS["mobile"], values={"name": "X", "slug": "x"}, teams={}, asked=[], today=TODAY
    )
    assert str(queries._loaded(KITS["mobile"].file)) == before
    assert not any("owner_team" in channel for channel in document.data["channels"])
    assert document.data["checklists"] == []
