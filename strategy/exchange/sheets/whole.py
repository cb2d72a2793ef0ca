"""A strategy file into a strategy that is here: its inventory, row by row against what is here.

The rows of the file are built by the walk that imports whole strategies; here each finds the row it is, by its uid
or by what it is called, and is compared with it as the planner compares the rows of a table.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from strategy.exchange.problems import Path, Problem, shortened
from strategy.exchange.queries import examine, taken
from strategy.exchange.reading import MAX_BYTES, Document
from strategy.exchange.references import Rows
from strategy.exchange.sheets.fields import Field, Later, OwnKind, Read
from strategy.exchange.sheets.files import NotReadable, Sheet
from strategy.exchange.sheets.kinds import KINDS, Kind, key_of
from strategy.exchange.sheets.names import CellRefused, Here
from strategy.exchange.sheets.permission import Permission
from strategy.exchange.sheets.plan import Mapping, Plan, PlannedRow
from strategy.exchange.sheets.planning import Planner, Tell
from strategy.plan.models import Strategy
from teams.models import Team, User

KEY = "strategy"
KIND = Kind(
    KEY,
    Strategy,
    lambda strategy: Strategy.objects.filter(pk=strategy.pk),
    known_by=(),
    several=gettext_lazy("strategy file"),
)
"""What stands for the kind of such an import."""
BIG_BYTES = 100_000
"""A larger file is read by the worker: YAML is slow to read."""
_LISTS = (
    ("calendars", "calendars"),
    ("segments", "segments"),
    ("contact_types", "contact_types"),
    ("channels", "channels"),
    ("points", "points"),
    ("served", "serves"),
    ("transitions", "transitions"),
    ("objectives", "service_objectives"),
    ("measurements", "measurements"),
    ("offers", "offers"),
    ("decisions", "access_decisions"),
)
"""The kinds that come in, each behind what it refers to, and where the walk keeps their rows."""


def text_of(data: bytes) -> str:
    """Return the text of a strategy file. Raises NotReadable with a sentence when it cannot be one."""
    if len(data) > MAX_BYTES:
        raise NotReadable(_("The file is larger than 10 MB. Leave out what is not needed."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotReadable(
            _("This is not UTF-8 text (line %(line)d). Save the file as UTF-8 and try again.")
            % {"line": line}
        ) from None
    if "customer-access-strategy" not in text:
        raise NotReadable(
            _(
                "This is no strategy file: the line “kind: customer-access-strategy” is missing. A table goes"
                " in as CSV or XLSX."
            )
        )
    return text


def make_plan(
    strategy: Strategy,
    text: str,
    *,
    by: User,
    today: dt.date,
    tell: Tell = lambda done, total: None,
) -> tuple[list[str], Plan]:
    """Return what importing the file into this strategy would do, and in sentences what of it stays out.

    The number of a row is the line on which it begins. A file with problems says them, and nothing else; what is
    wrong here already, word for word, is none.
    """
    document, rows = examine(text)
    problems = sorted(set(document.problems))
    old = _texts_of_rows(document, rows, problems) if rows is not None else []
    if rows is None or len(old) < len(problems):
        return [], _refused(strategy, problems)
    found = _Found(strategy, by, document, rows.places)
    total = sum(len(getattr(rows, name)) for _key, name in _LISTS)
    planned: list[PlannedRow] = []

    def told(done: int, of: int) -> None:
        tell(len(planned) + done // 2, total)

    for key, name in _LISTS:
        part = _Comparison(KINDS[key], found, getattr(rows, name), by, today, told)
        planned += part.compared()
    new = [problem for problem, row, one in old if not found.says(row, one)]
    if new:
        return [], _refused(strategy, new)
    return [*_left_out(rows), str(_OLD)], Plan(strategy, planned, [])


def _refused(strategy: Strategy, problems: Sequence[Problem]) -> Plan:
    """Return what is said of a file that has problems, by the line."""
    rows = [
        PlannedRow(one.line, [], label=one.path, problems=[("", one.sentence)]) for one in problems
    ]
    return Plan(strategy, rows, [])


def _texts_of_rows(
    document: Document, rows: Rows, problems: Iterable[Problem]
) -> list[tuple[Problem, Any, Field]]:
    """Return the problems with a text of the inventory that may stand here already: with its row and field."""
    kinds = {
        rows.places[id(row)]: (row, KINDS[key])
        for key, name in _LISTS
        for row in getattr(rows, name)
    }
    found = []
    for problem in problems:
        said = document.data
        row, kind = None, None
        for depth, step in enumerate(problem.at, start=1):
            is_there = step in said if isinstance(said, dict) else isinstance(step, int)
            said = said[step] if is_there else None
            row, kind = kinds.get(problem.at[:depth], (row, kind))
        key = str(problem.at[-1]) if problem.at else ""
        one = kind.by_key.get(_CALLED.get(key, key)) if kind else None
        if one is not None and isinstance(said, str) and getattr(row, one.attname) == said:
            found.append((problem, row, one))
    return found


_OLD = gettext_lazy(
    "A strategy file does not say how old it is: what was changed here since it was made would be put back."
    " Look at every changed row."
)


def _left_out(rows: Rows) -> list[str]:
    """Say what else the file holds: a strategy that is here keeps its own."""
    parts = (
        (_("components"), [one for one in rows.components if one.text]),
        (_("objectives"), rows.objectives),
        (_("journeys"), rows.journeys),
        (_("gaps"), rows.gaps),
        (_("checklists"), rows.runs),
        (_("initiatives"), rows.initiatives),
        (_("decisions"), rows.decisions),
        (_("answers that differ"), rows.differences),
    )
    said = ", ".join(f"{name} ({len(several)})" for name, several in parts if several)
    if not said:
        return []
    return [
        _(
            "Only the inventory is compared: channels and what hangs from them, segments, contact types and"
            " calendars. The file holds more, which stays out: %(parts)s."
        )
        % {"parts": said}
    ]


class _Found:
    """What is known of a file, and what its rows turned out to be, from one kind to the next."""

    def __init__(
        self, strategy: Strategy, by: User, document: Document, places: dict[int, Path]
    ) -> None:
        self.strategy, self.document, self.places = strategy, document, places
        self.here, self.may = Here(strategy), Permission(by, strategy)
        self.rows: dict[int, Any] = {}
        """By the id() of the file's row: the row that it is here, or itself."""
        self.rejected: set[int] = set()
        """The id() of each new row that is rejected."""

    def line(self, row: Any) -> int:
        """Return the line on which a row of the file begins."""
        return self.document.line(self.places[id(row)])

    def says(self, row: Any, one: Field) -> bool:
        """Does a row that is here say already what the file's row says?"""
        known = self.rows[id(row)]
        return known is not row and _is_same(known, one, getattr(row, one.attname))

    def stated(self, kind: Kind, row: Any) -> set[str]:
        """Return the fields about which the file says something at this row."""
        said: Any = self.document.data
        for step in self.places[id(row)]:
            said = said[step]
        found = set(_TOGETHER.get(kind.key, ()))
        if isinstance(said, dict):
            parts = (part for part in said.values() if isinstance(part, dict))
            found |= {_CALLED.get(name, name) for name in (*said, *chain.from_iterable(parts))}
        if "agent_route" in found:
            found |= {"agent_channel", "agent_taps", "agent_hours"}
        return found


_CALLED = {"route": "agent_route", "page_or_step": "page", "what_was_entered": "entered"}
"""Fields that the file calls otherwise."""
_TOGETHER = {
    "decisions": ("choice", "redirect_to", "reason"),
    "offers": ("extent", "reason"),
    "measurements": ("status", "value", "numerator", "denominator"),
}
"""What makes sense together only: a row states it whole, be it that there is none. So does a way to a person."""


class _Comparison(Planner):
    """The planner of one kind, whose rows come from a strategy file instead of cells."""

    def __init__(
        self,
        kind: Kind,
        found: _Found,
        rows: Sequence[Any],
        by: User,
        today: dt.date,
        tell: Tell,
    ) -> None:
        heads = [one.label for one in kind.fields]
        mapping = Mapping({one.key: at for at, one in enumerate(kind.fields)})
        sheet = Sheet(heads, [])
        super().__init__(
            kind, found.strategy, sheet, mapping, by, today, tell, here=found.here, may=found.may
        )
        self.found, self.theirs = found, list(rows)
        self.claimed = {row.uid for row in self.theirs} & self.by_uid.keys()

    def read(self) -> list[PlannedRow]:
        """Find what each row of the file is here, then compare: rows may name others further down."""
        planned = [PlannedRow(self.found.line(row), []) for row in self.theirs]
        for one, row in zip(planned, self.theirs, strict=True):
            self._find(one, row)
        self._free_ids(planned)
        for one in planned:
            self._state(one)
        return planned

    def compared(self) -> list[PlannedRow]:
        """Return the rows with what would happen to each, named with their kind."""
        planned = self.plan().rows
        for one in planned:
            one.label = f"{capfirst(self.kind.one)}: {one.label}"[:200]
            if one.known is None and one.problems:
                self.found.rejected.add(id(one.row))
        return planned

    def _find(self, planned: PlannedRow, row: Any) -> None:
        planned.row = row
        if any(one.name == "strategy" for one in self.kind.model._meta.concrete_fields):
            row.strategy = self.strategy
        for one in self.kind.fields:
            if one.of.is_relation and not isinstance(one, OwnKind):
                self._link(planned, one)
        planned.known = self.by_uid.get(row.uid)
        if planned.known is None:
            code = getattr(row, "code", "")
            called = self._target(planned, code, lambda names: key_of(self.kind, names, row))
            if called is not None and called.uid not in self.claimed:
                planned.known = called
        self.found.rows[id(row)] = row if planned.known is None else planned.known
        planned.label = str(row if planned.known is None else planned.known)

    def _link(self, planned: PlannedRow, one: Field) -> None:
        """Let a link of the file's row lead to what is here, or to a new row."""
        value = getattr(planned.row, one.key)
        if value is None or isinstance(value, Team | User):
            return
        if id(value) in self.found.rejected:
            planned.wrong(
                one.label,
                _("It refers to “%(name)s”, which is rejected.") % {"name": shortened(value)},
            )
        setattr(planned.row, one.key, self.found.rows.get(id(value), value))

    def _free_ids(self, planned: list[PlannedRow]) -> None:
        """Give a new row another uid where another strategy of this installation has it already."""
        new = {one.row.uid: one.row for one in planned if one.known is None}
        for uid in taken(self.kind.model, new):
            new[uid].uid = uuid.uuid4()

    def _state(self, planned: PlannedRow) -> None:
        """Note what would be written. What the file does not say stays as it is here."""
        theirs, known = planned.row, planned.known
        stated = self.found.stated(self.kind, theirs) if known is not None else set()
        for one in self.kind.fields:
            if isinstance(one, OwnKind):
                self._link(planned, one)
        if known is not None:
            planned.row = self._copy(known)
        for one in self.kind.fields:
            value = getattr(theirs, one.key)
            is_blank = value in (None, "")
            if known is None:
                if is_blank:
                    continue
            elif _is_same(known, one, value) or (
                one.key not in stated and (is_blank or value == one.of.get_default())
            ):
                continue
            try:
                if isinstance(value, Team):
                    value = self.here.teams.find(value.slug)
                elif isinstance(value, User):
                    value = self.here.people.find(value.email)
                elif isinstance(one, Read):
                    value = one.read(value, self.here)
            except CellRefused as refused:
                planned.wrong(one.label, refused.sentence)
                continue
            is_new_link = isinstance(value, models.Model) and value.pk is None
            if isinstance(one, OwnKind) and is_new_link:
                planned.later.append((one, Later(str(value))))
            if known is not None:
                planned.values[one.key] = value
            planned.changes.append(self._change(planned, one, value))
            setattr(planned.row, one.key, value)
        self._check_home(planned)


def _is_same(known: Any, one: Field, value: Any) -> bool:
    """Does the row here say this already? YAML has no other line ends than its own."""
    now = getattr(known, one.attname)
    if isinstance(value, models.Model):
        return value.pk is not None and now == value.pk
    if isinstance(value, str) and isinstance(now, str):
        return now.replace("\r\n", "\n") == value.replace("\r\n", "\n")
    return bool(now == value)
