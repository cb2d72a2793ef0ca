"""What the cells of a table may name: teams, people, channels and so on, read once each."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Container, Hashable, Iterable
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import BooleanField, ExpressionWrapper
from django.utils.translation import gettext as _

from strategy.exchange.problems import did_you_mean, shortened
from strategy.inventory.models import AccessPoint, Calendar, Channel
from strategy.plan.models import ContactType, Segment, Strategy
from teams.access import people_of
from teams.directory import Directory, may_be
from teams.models import Team, User

T = TypeVar("T")


class CellRefused(Exception):
    """What a cell says cannot be taken. The message is for the person, and says what to write."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Names:
    """Rows of one kind by what people call them. `ways` give a row's names, the best one first."""

    def __init__(self, rows: Iterable[Any], what: str, *ways: Callable[[Any], str]) -> None:
        self.what = what
        self.ways = [*ways, lambda row: str(row.uid)]
        self.by_pk: dict[int, Any] = {}
        self.exact: list[dict[str, list[Any]]] = [defaultdict(list) for _way in self.ways]
        self.folded: list[dict[str, list[Any]]] = [defaultdict(list) for _way in self.ways]
        self._called: dict[int, str] = {}
        for row in rows:
            self.add(row)

    def add(self, row: Any) -> None:
        """Know one more row; it may be unsaved."""
        if row.pk is not None:
            self.by_pk[row.pk] = row
        for way, exact, folded in zip(self.ways, self.exact, self.folded, strict=True):
            if name := way(row):
                exact[name].append(row)
                folded[name.strip().casefold()].append(row)

    def find(self, text: str, *, unlikely: Container[int] = ()) -> Any:
        """Return the one row that is called so. Raises CellRefused for none, and for several.

        Rows whose id() is among the `unlikely` are found when nothing else has the name, and never suggested.
        """
        found = [row for row in self._all(text) if self.can_be_named(row)]
        if not found:
            options = [
                name
                for exact in self.exact[:-1]
                for name, rows in exact.items()
                if any(self.can_be_named(row) and id(row) not in unlikely for row in rows)
            ]
            raise CellRefused(
                _("There is no %(what)s “%(name)s” here.")
                % {"what": self.what, "name": shortened(text)}
                + (did_you_mean(text, options) if len(options) < 2000 else "")
            )
        if len(found) > 1:
            found = [row for row in found if id(row) not in unlikely] or found
        if len(found) > 1:
            raise CellRefused(
                _("Several are called “%(name)s” here. Write the id of the one you mean.")
                % {"name": shortened(text)}
            )
        return found[0]

    def can_be_named(self, row: Any) -> bool:
        """May a cell name this row anew? What a row names already stays, whoever it is."""
        return True

    def _all(self, text: str) -> list[Any]:
        for exact in self.exact:
            if found := exact.get(text):
                return found
        wanted = text.strip().casefold()
        for folded in self.folded:
            if found := folded.get(wanted):
                return found
        return []

    def is_only(self, name: str) -> bool:
        """Does one row at most have this name?"""
        return len(self._all(name)) < 2

    def call(self, pk: int) -> str:
        """Return the first of a row's names by which it is found again."""
        if pk not in self._called:
            row = self.by_pk[pk]
            names = (way(row) for way in self.ways)
            self._called[pk] = next(name for name in names if name and self._all(name) == [row])
        return self._called[pk]


class Here:
    """What is known in one strategy. Each kind of names is one query, made when it is first asked for."""

    def __init__(self, strategy: Strategy) -> None:
        self.strategy = strategy
        self._kept: dict[Hashable, Any] = {}

    def remembered(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what `make` returned for this key the first time."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    @cached_property
    def teams(self) -> Names:
        """Return the teams of the organization."""
        return Names(Team.objects.all(), _("team"), lambda team: team.slug, lambda team: team.name)

    @cached_property
    def people(self) -> "People":
        """Return the people whom a field may name, and those whom one names already."""
        is_here = ExpressionWrapper(people_of(self.strategy), BooleanField())
        people = User.objects.annotate(is_here=is_here)
        return People(people, _("person"), lambda one: one.email, lambda one: one.name)

    @cached_property
    def channels(self) -> Names:
        """Return the strategy's channels."""
        rows = Channel.objects.filter(strategy=self.strategy).select_related("owner_team")
        return Names(rows, _("channel"), lambda row: row.name)

    @cached_property
    def contact_types(self) -> Names:
        """Return the strategy's contact types."""
        rows = ContactType.objects.filter(strategy=self.strategy)
        return Names(rows, _("contact type"), lambda row: row.code, lambda row: row.name)

    @cached_property
    def segments(self) -> Names:
        """Return the strategy's segments."""
        rows = Segment.objects.filter(strategy=self.strategy)
        return Names(rows, _("segment"), lambda row: row.code, lambda row: row.name)

    @cached_property
    def points(self) -> Names:
        """Return the access points of the strategy's channels."""
        rows = AccessPoint.objects.filter(channel__strategy=self.strategy)
        return Names(
            rows.select_related("channel__owner_team", "owner_team"),
            _("access point"),
            lambda row: row.name,
            lambda row: f"{row.channel.name}: {row.name}",
        )

    @cached_property
    def calendars(self) -> Names:
        """Return the strategy's holiday calendars."""
        rows = Calendar.objects.filter(strategy=self.strategy)
        return Names(rows, _("holiday calendar"), lambda row: row.name)


class People(Names):
    """People by e-mail address or name. Who takes no part is as good as unknown: nothing is told of them."""

    @cached_property
    def here(self) -> Directory:
        """Return those who take part."""
        return Directory(row for row in self.by_pk.values() if self.can_be_named(row))

    def find(self, text: str, *, unlikely: Container[int] = ()) -> Any:
        """Return whom the text names. Raises CellRefused for nobody, and for a name that several have."""
        found = self.here.called(text)
        if len(found) > 1:
            raise CellRefused(may_be(shortened(text), found))
        return found[0] if found else super().find(text, unlikely=unlikely)

    def can_be_named(self, row: Any) -> bool:
        """Do they take part in the strategy?"""
        return bool(row.is_here)


def read_id(text: str) -> uuid.UUID | None:
    """Return the id that a cell says; None for a text that is none."""
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return None
