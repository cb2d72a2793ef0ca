"""What all parts of the writing share: how a team, a person and a contact type are named, and plain values."""

import decimal
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from strategy.inventory.models import Transition
from strategy.plan.models import ContactType, Strategy
from teams.models import Team, User


class Writer:
    """Collects the plain values of one strategy, and the teams and people they name."""

    def __init__(self, strategy: Strategy) -> None:
        self.strategy = strategy
        self.teams: dict[int, Team] = {}
        self.people: dict[int, User] = {}

    def _team(self, team: Team | None) -> str | None:
        if team is None:
            return None
        self.teams[team.pk] = team
        return team.slug

    def _person(self, person: User | None) -> str | None:
        if person is None:
            return None
        self.people[person.pk] = person
        return person.email

    @cached_property
    def contact_types(self) -> dict[int, str]:
        """Return how the file calls each contact type: by its code, else by its name.

        A name that is the code of another one would call that one: then by its uid.
        """
        rows = ContactType.objects.filter(strategy=self.strategy)
        listed = list(rows.values_list("pk", "uid", "name", "code"))
        codes = {code for _pk, _uid, _name, code in listed if code}
        return {pk: code or (str(uid) if name in codes else name) for pk, uid, name, code in listed}


def stated(**values: Any) -> dict[str, Any]:
    """Return the values that say something."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def ends(transition: Transition) -> dict[str, str]:
    """Return how the file names a transition: by the channels at its ends."""
    return {"from": transition.source.name, "to": transition.target.name}


def figure(value: decimal.Decimal | None) -> int | float | None:
    """Return the figure as YAML shows it: without decimals when it is whole."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def by_name(rows: Iterable[Any]) -> list[Any]:
    """Return the rows by name, whatever the database thinks of upper and lower case."""
    return sorted(rows, key=lambda row: (row.name.casefold(), row.name))


def in_order(rows: Iterable[Any]) -> list[Any]:
    """Return the rows by position."""
    return sorted(rows, key=lambda row: (row.position, row.pk))


def prose(text: str) -> str:
    """Return the text with the line ends of YAML; browsers send others."""
    return text.replace("\r\n", "\n")
