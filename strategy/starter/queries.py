"""Which kits and functions there are to start from."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from strategy.exchange.reading import Document, read
from strategy.exchange.shape import check_shape
from strategy.plan.models import Component
from teams.models import Team

FOLDER = Path(__file__).parent / "kits"
EMPTY = "empty"


@dataclass(frozen=True)
class Kit:
    """What a strategy can start with. `file` is a strategy file; the empty kit has none."""

    code: str
    name: Promise
    about: Promise
    file: str = ""


KITS = {
    kit.code: kit
    for kit in (
        Kit(
            "mobile",
            _("Mobile service"),
            _("Ten channels, the ten components with proposed owners and questions to answer, three "
              "draft objectives, a journey to fill in and the mobile readiness checklist. Then put it right."),
            "mobile-service.yaml",
        ),
        Kit(EMPTY, _("Empty"), _("The ten components without text or owners, and nothing else.")),
    )
}  # fmt: skip

USUAL = {
    "mobile": _("Mobile"),
    "contact-center": _("Contact center"),
    "web": _("Web"),
    "it": _("IT"),
    "ivr": _("IVR"),
    "marketing": _("Marketing"),
    "social-media": _("Social media"),
}
"""The functions that usually own ways in, by the short name that kits use. Underscored it is Team.function."""


@dataclass(frozen=True)
class Function:
    """A row of the start page. `kit_slug`: whose part in a kit it takes; `team`: None while there is none."""

    key: str
    name: str
    kit_slug: str
    team: Team | None

    @property
    def kind(self) -> str:
        """Return what kind of function a new team would be."""
        return self.kit_slug.replace("-", "_") or Team.Function.OTHER


def functions() -> list[Function]:
    """Return the usual functions, with the teams that are these already, then every other team. One query."""
    teams = list(Team.objects.order_by("name"))
    found: list[Function] = []
    for slug, name in USUAL.items():
        same = [
            team
            for team in teams
            if team.function == slug.replace("-", "_")
            or team.slug == slug
            or team.name.casefold() == str(name).casefold()
        ]
        teams = [team for team in teams if team not in same]
        found += [Function(team.slug, team.name, slug, team) for team in same]
        if not same:
            found.append(Function(slug, str(name), slug, None))
    return found + [Function(team.slug, team.name, "", team) for team in teams]


@cache
def _loaded(file: str) -> dict[str, Any]:
    document = read((FOLDER / file).read_text(encoding="utf-8"))
    check_shape(document)
    assert not document.problems, document.problems
    return document.data


def owned_in(kit: Kit) -> dict[str, list[str]]:
    """Return what each function would own, by its short name in the kit: its channels, or else its components."""
    data = _loaded(kit.file)
    found: dict[str, list[str]] = defaultdict(list)
    for channel in data["channels"]:
        found[channel["owner_team"]].append(channel["name"])
    have_channels = set(found)
    for code, component in data["components"].items():
        if component["owner_team"] not in have_channels:
            found[component["owner_team"]].append(str(Component.Code(code).label))
    return found


def document_of(
    kit: Kit, *, values: dict[str, Any], teams: dict[str, Team], asked: list[Team], today: dt.date
) -> Document:
    """Return the kit as a document for this strategy. `teams`: who takes the part of which function of the kit.

    What belongs to a function without a team belongs to nobody. `asked` are to answer the checklists.
    """
    data = deepcopy(_loaded(kit.file))
    data["strategy"] = {key: value for key, value in values.items() if isinstance(value, str | int)}
    everybody = {team.slug: team for team in (*teams.values(), *asked)}
    data["teams"] = [
        {"slug": team.slug, "name": team.name, "function": team.function}
        for team in everybody.values()
    ]

    def slug_of(part: str) -> str | None:
        return teams[part].slug if part in teams else None

    for owned in (
        *data["objectives"],
        *data["components"].values(),
        *data["channels"],
        *data["journeys"],
    ):
        _replace(owned, "owner_team", slug_of)
    for journey in data["journeys"]:
        lanes = [lane["name"] for lane in journey["lanes"] if lane["kind"] == "team"]
        for stage in journey["stages"]:
            for step in stage["steps"]:
                for lane in lanes:
                    _replace(step["cells"], lane, slug_of)
    if not asked:
        data["checklists"] = []
    for run in data["checklists"]:
        run["opened_on"] = today.isoformat()
        run["teams"] = [team.slug for team in asked]
    return Document(data=data)


def _replace(facts: dict[str, Any], key: str, slug_of: Callable[[str], str | None]) -> None:
    if key in facts:
        slug = slug_of(facts.pop(key))
        if slug:
            facts[key] = slug
