"""What the walk over a document stands on: rows being built, references by name, and values.

Every problem it meets is noted in the document. It touches no database.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.history.models import Tracked
from strategy.checklists.models import Answer, Item, Run, RunTeam
from strategy.exchange.problems import Path, did_you_mean, shortened
from strategy.exchange.reading import Document
from strategy.exchange.shape import read_day, read_figure, read_uid
from strategy.findings.models import Judgment
from strategy.gaps.models import Gap
from strategy.inventory.models import (
    AccessDecision,
    AccessPoint,
    AccessPointContactType,
    AnswerDifference,
    Calendar,
    Channel,
    Measurement,
    SelfServiceOffer,
    ServiceObjective,
    Transition,
)
from strategy.journeys.models import Cell, Journey, Lane, Stage, Step
from strategy.plan.models import (
    Commitment,
    Component,
    ContactType,
    Decision,
    Initiative,
    InitiativeChannel,
    InitiativeTeam,
    Objective,
    Segment,
    Strategy,
)
from teams.models import Membership, StrategyRole, Team, User

_Row = TypeVar("_Row")

Frameworks = dict[tuple[str, str], dict[str, Item]]
"""The items of every known checklist by their codes, under its code and version."""


@dataclass
class Given:
    """A uid that the file gives to a row, and where."""

    model: type[Tracked]
    uid: uuid.UUID
    path: Path


@dataclass
class Rows:
    """Everything a file holds, as rows that are not saved. Lists are in the order of the file."""

    strategy: Strategy
    teams: dict[str, Team] = field(default_factory=dict)
    team_places: dict[str, Path] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    members: list[Membership] = field(default_factory=list)
    roles: list[StrategyRole] = field(default_factory=list)
    objectives: list[Objective] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)
    components: list[Component] = field(default_factory=list)
    calendars: list[Calendar] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    contact_types: list[ContactType] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    points: list[AccessPoint] = field(default_factory=list)
    serves: list[AccessPointContactType] = field(default_factory=list)
    transitions: list[Transition] = field(default_factory=list)
    differences: list[AnswerDifference] = field(default_factory=list)
    access_decisions: list[AccessDecision] = field(default_factory=list)
    offers: list[SelfServiceOffer] = field(default_factory=list)
    service_objectives: list[ServiceObjective] = field(default_factory=list)
    measurements: list[Measurement] = field(default_factory=list)
    journeys: list[Journey] = field(default_factory=list)
    lanes: list[Lane] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    run_teams: list[RunTeam] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    initiatives: list[Initiative] = field(default_factory=list)
    initiative_channels: list[InitiativeChannel] = field(default_factory=list)
    initiative_teams: list[InitiativeTeam] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    judgments: list[Judgment] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    places: dict[int, Path] = field(default_factory=dict)
    """Where each row stands in the file, by its id()."""


class Builder:
    """Rows being built from a document, and how the walk finds what it has met."""

    rows: Rows
    today: dt.date  # no gap was opened after it
    months: int  # by how many every month moves

    def __init__(
        self,
        document: Document,
        spoiled: set[Path],
        teams: dict[str, Team],
        people: dict[str, User],
        frameworks: Frameworks,
        here: bool,
        shift: dt.timedelta,
        slug: str | None,
    ) -> None:
        self.document = document
        self.spoiled = spoiled
        self.saved_teams = teams
        self.saved_people = people
        self.frameworks = frameworks
        self.here = here
        self.shift = shift
        self.slug = slug
        self.uids: dict[uuid.UUID, Path] = {}
        self.calendars: dict[str, Calendar] = {}
        self.segments: dict[str, Segment] = {}
        self.contact_types: dict[str, ContactType] = {}
        self.namesakes: set[str] = set()
        self.channels: dict[str, Channel] = {}
        self.transitions: dict[tuple[Any, ...], Transition] = {}
        self.differences: dict[tuple[Any, ...], AnswerDifference] = {}
        self.journeys: dict[str, Journey] = {}
        self.steps: dict[str, list[Step]] = {}
        self.steps_by_uid: dict[uuid.UUID, Step] = {}
        self.types_by_uid: dict[uuid.UUID, ContactType] = {}
        self.gaps: dict[int, Gap] = {}

    # --- references --------------------------------------------------------------------------------

    def _team(self, facts: dict[str, Any], key: str, path: Path) -> Team | None:
        slug = text_of(facts, key)
        return None if slug is None else self._team_called(slug, (*path, key))

    def _team_called(self, slug: str, path: Path) -> Team | None:
        if slug not in self.rows.teams:
            self._problem(
                path,
                _("There is no team “%(slug)s” in `teams`.") % {"slug": shortened(slug)}
                + did_you_mean(slug, self.rows.teams),
            )
        return self.rows.teams.get(slug)

    def _person(self, facts: dict[str, Any], key: str, path: Path) -> User | None:
        email = text_of(facts, key)
        if email is None:
            return None
        email = email.strip().lower()
        if email not in self.rows.people:
            self._problem(
                (*path, key),
                _("There is no person “%(email)s” in `people`.") % {"email": shortened(email)}
                + did_you_mean(email, self.rows.people),
            )
        return self.rows.people.get(email)

    def _named(
        self, known: Mapping[str, _Row], facts: dict[str, Any], key: str, path: Path, sentence: str
    ) -> _Row | None:
        name = text_of(facts, key)
        return None if name is None else self._called(known, name, (*path, key), sentence)

    def _called(
        self, known: Mapping[str, _Row], name: str, path: Path, sentence: str
    ) -> _Row | None:
        """Return what has this name; without it, the sentence says so at the path."""
        if name not in known:
            self._problem(path, sentence % {"name": shortened(name)} + did_you_mean(name, known))
        return known.get(name)

    def _channel(self, facts: dict[str, Any], key: str, path: Path) -> Channel | None:
        name = text_of(facts, key)
        return None if name is None else self._channel_called(name, (*path, key))

    def _channel_called(self, name: str, path: Path) -> Channel | None:
        return self._called(self.channels, name, path, _("There is no channel called “%(name)s”."))

    def _calendar(self, facts: dict[str, Any], path: Path) -> Calendar | None:
        sentence = _("There is no calendar called “%(name)s” in `calendars`.")
        return self._named(self.calendars, facts, "calendar", path, sentence)

    def _segment_called(self, name: str, path: Path) -> Segment | None:
        sentence = _("There is no segment called “%(name)s” in `segments`.")
        return self._called(self.segments, name, path, sentence)

    def _contact_type(self, facts: dict[str, Any], key: str, path: Path) -> ContactType | None:
        name = text_of(facts, key)
        return None if name is None else self._contact_type_called(name, (*path, key))

    def _contact_type_called(self, name: str, path: Path) -> ContactType | None:
        if name in self.namesakes:
            self._problem(
                path,
                _(
                    "Several contact types are called “%(name)s”. Write the code of the one you mean."
                )
                % {"name": shortened(name)},
            )
            return None
        sentence = _("There is no contact type “%(name)s” in `contact_types`.")
        return self._called(self.contact_types, name, path, sentence)

    def _know_contact_types(self) -> None:
        """Learn what each contact type is called: its code, else its name; its uid, where neither tells."""
        names: dict[str, list[ContactType]] = defaultdict(list)
        for row in self.rows.contact_types:
            if isinstance(row.name, str):
                names[row.name].append(row)
        for name, rows in names.items():
            plain = [row for row in rows if not row.code]
            if plain or len(rows) == 1:
                self.contact_types[name] = (plain or rows)[0]
            else:
                self.namesakes.add(name)
        for uid, row in self.types_by_uid.items():
            self.contact_types.setdefault(str(uid), row)
        coded = {row.code: row for row in reversed(self.rows.contact_types) if row.code}
        self.contact_types |= coded
        self.namesakes -= coded.keys()

    def _by_contact_type(
        self, value: Any, path: Path
    ) -> Iterator[tuple[ContactType | None, Path, dict[str, Any]]]:
        """Yield each contact type of a mapping with its path and what is said of it, channel by channel."""
        seen: dict[str, Path] = {}
        for name, said in mapping(value).items():
            place = (*path, name)
            kind = self._contact_type_called(name, place)
            already = _("This contact type is named here already")
            self._once(seen, str(id(kind)) if kind else "", place, already)
            yield kind, place, mapping(said)

    def _difference(self, facts: dict[str, Any], path: Path) -> AnswerDifference | None:
        """Return the difference that a finding speaks of."""
        kind = self._contact_type(facts, "contact_type", path)
        ends = (text_of(facts, "channel"), text_of(facts, "other"))
        return self.differences.get((id(kind), *ends))

    def _transition(self, facts: dict[str, Any], key: str, path: Path) -> Transition | None:
        named = mapping(facts.get(key))
        if not named:
            return None
        pair = (text_of(named, "from"), text_of(named, "to"))
        if pair not in self.transitions:
            self._problem(
                (*path, key),
                _("There is no transition from “%(from)s” to “%(to)s” in `transitions`.")
                % {"from": shortened(pair[0]), "to": shortened(pair[1])},
            )
        return self.transitions.get(pair)

    def _journey(self, facts: dict[str, Any], path: Path) -> Journey | None:
        sentence = _("There is no journey called “%(name)s”.")
        return self._named(self.journeys, facts, "journey", path, sentence)

    def _step(self, journey: Journey | None, facts: dict[str, Any], path: Path) -> Step | None:
        wanted = text_of(facts, "step")
        if wanted is None:
            return None
        if journey is None:
            if "journey" not in facts:
                self._problem(
                    (*path, "step"), _("A step needs its `journey`. Add the journey's name.")
                )
            return None
        steps = self.steps[journey.name]
        found = [step for step in steps if step.name == wanted]
        if not found and (uid := read_uid(wanted)) is not None:
            found = [step for step in steps if self.steps_by_uid.get(uid) is step]
        if len(found) > 1:
            self._problem(
                (*path, "step"),
                _(
                    "Several steps of this journey are called “%(name)s”. Give one a uid, and write the uid here."
                )
                % {"name": shortened(wanted)},
            )
        if not found:
            self._problem(
                (*path, "step"),
                _("The journey has no step called “%(name)s”.") % {"name": shortened(wanted)}
                + did_you_mean(wanted, [step.name for step in steps]),
            )
        return found[0] if len(found) == 1 else None

    def _gap(self, facts: dict[str, Any], key: str, path: Path) -> Gap | None:
        number = facts.get(key)
        if not isinstance(number, int):
            return None
        if number not in self.gaps:
            self._problem(
                (*path, key), _("There is no gap with number %(number)s.") % {"number": number}
            )
        return self.gaps.get(number)

    # --- values ------------------------------------------------------------------------------------

    def _problem(self, path: Path, sentence: str) -> None:
        self.document.problem(path, sentence)

    def _once(
        self, seen: dict[str, Path], key: str, path: Path, sentence: str, *, fold: bool = True
    ) -> None:
        """Note a problem when the key was seen before; upper and lower case are the same unless `fold` is off."""
        if not isinstance(key, str) or not key:
            return
        if fold:
            key = key.lower()
        if key in seen:
            self._problem(
                path,
                _("%(sentence)s (line %(line)s).")
                % {"sentence": sentence, "line": self.document.line(seen[key])},
            )
        else:
            seen[key] = path

    def _uid(self, row: Tracked, facts: dict[str, Any], path: Path) -> None:
        """Give the row the uid of the file, unless a copy is made."""
        uid = read_uid(facts.get("uid"))
        if uid is None:
            return
        if uid in self.uids:
            self._problem(
                (*path, "uid"),
                _("This uid stands on line %(line)s already. Delete one, and a new one is made.")
                % {"line": self.document.line((*self.uids[uid], "uid"))},
            )
        self.uids.setdefault(uid, path)
        if isinstance(row, Step):
            self.steps_by_uid[uid] = row
        if isinstance(row, ContactType):
            self.types_by_uid[uid] = row
        if self.slug is None:
            row.uid = uid
            self.rows.given.append(Given(type(row), uid, (*path, "uid")))

    def _texts(self, facts: dict[str, Any], *keys: str, **renamed: str) -> dict[str, Any]:
        """Return the values that are stated, by the name of the model's field."""
        names = {**{key: key for key in keys}, **renamed}
        return {
            name: facts[key] for name, key in names.items() if isinstance(facts.get(key), str | int)
        }

    def _days(self, facts: dict[str, Any], *keys: str) -> dict[str, dt.date]:
        days = {key: read_day(facts.get(key)) for key in keys}
        return {key: day + self.shift for key, day in days.items() if day is not None}

    def _figures(self, facts: dict[str, Any], *keys: str) -> dict[str, Any]:
        """Return the figures that are stated; nothing for what is none."""
        figures = {key: read_figure(facts.get(key)) for key in keys}
        return {key: figure for key, figure in figures.items() if figure is not None}

    def _months_of_shift(self, as_of: dt.date | None) -> int:
        start = as_of or dt.date(2026, 1, 1)
        end = start + self.shift
        return (end.year - start.year) * 12 + end.month - start.month

    def _month(self, month: dt.date, months: int) -> dt.date:
        years, index = divmod(month.month - 1 + months, 12)
        return dt.date(month.year + years, index + 1, 1)

    def _period(self, grain: str, start: dt.date) -> dt.date:
        """Return the first day of a period, moved: weeks by whole weeks, quarters and years by whole ones."""
        if grain == "day":
            return start + self.shift
        if grain == "week":
            return start + dt.timedelta(weeks=round(self.shift.days / 7))
        size = {"month": 1, "quarter": 3, "year": 12}[grain]
        return self._month(start, round(self.months / size) * size)

    def _clean(self, row: Tracked, path: Path) -> None:
        """Let the model look at the row's own values, unless the schema has complained about them."""
        self.rows.places[id(row)] = path
        if path in self.spoiled:
            return
        related = {each.name for each in row._meta.fields if each.is_relation}
        try:
            row.clean_fields(exclude=related | {"password"})
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                key = _KEYS.get(name, name)
                for message in messages:
                    self._problem((*path, key), message)


_KEYS = {
    "agent_route": "way_to_a_person",
    "agent_taps": "way_to_a_person",
    "agent_hours": "way_to_a_person",
}


def mapping(value: Any) -> dict[str, Any]:
    """Return the value if it is a mapping, else an empty one; the schema has complained about it."""
    return value if isinstance(value, dict) else {}


def objects(
    facts: dict[str, Any], key: str, path: Path = ()
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield each mapping of a list with its path; what is none, the schema has complained about."""
    listed = facts.get(key)
    for index, value in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(value, dict):
            yield (*path, key, index), value


def texts_of(facts: dict[str, Any], key: str, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield each text of a list with its path."""
    listed = facts.get(key)
    for index, value in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(value, str):
            yield (*path, key, index), value


def text_of(facts: dict[str, Any], key: str) -> str | None:
    """Return the value if it is a text."""
    value = facts.get(key)
    return value if isinstance(value, str) else None
