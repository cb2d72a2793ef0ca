"""The plan of an import: for each row of the file what would happen, and every reason why not.

It asks the database a constant number of questions, whatever the number of rows, and writes nothing.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from portal.history.queries import last_to_change
from strategy.exchange.problems import shortened
from strategy.exchange.sheets.fields import Field, Keep, Later, OwnKind, Text
from strategy.exchange.sheets.figures import (
    PlannedFigure,
    known_figures,
    read_figure,
    same,
)
from strategy.exchange.sheets.files import Sheet
from strategy.exchange.sheets.kinds import Kind, Names, key_of, plain, problems_of
from strategy.exchange.sheets.names import CellRefused, Here, read_id
from strategy.exchange.sheets.permission import Permission
from strategy.exchange.sheets.plan import Mapping, Plan, PlannedRow
from strategy.inventory.models import Measurement
from strategy.plan.models import ContactType, Strategy
from teams import access
from teams.models import User
from teams.roles import Act

Tell = Callable[[int, int], None]
"""Called now and then with how many rows are done, of how many."""


def make_plan(
    kind: Kind,
    strategy: Strategy,
    sheet: Sheet,
    mapping: Mapping,
    *,
    by: User,
    today: dt.date,
    tell: Tell = lambda done, total: None,
) -> Plan:
    """Return what importing the sheet would do, as this person, with the data as it is now."""
    return Planner(kind, strategy, sheet, mapping, by, today, tell).plan()


class Planner:
    """What is known while a plan is made."""

    def __init__(
        self,
        kind: Kind,
        strategy: Strategy,
        sheet: Sheet,
        mapping: Mapping,
        by: User,
        today: dt.date,
        tell: Tell = lambda done, total: None,
        *,
        here: Here | None = None,
        may: Permission | None = None,
    ) -> None:
        self.kind, self.strategy, self.sheet, self.mapping = kind, strategy, sheet, mapping
        self.today, self.tell = today, tell
        self.here = here or Here(strategy)
        self.may = may or Permission(by, strategy)
        self.columns = {
            key: sheet.heads[at] or _("Column %(n)d") % {"n": at + 1}
            for key, at in mapping.fields.items()
        }
        self.known = list(kind.rows(strategy))
        self.by_uid = {row.uid: row for row in self.known}
        self.found_by: list[tuple[tuple[str, ...], dict[Any, list[Any]]]] = []
        for names in kind.known_by:
            if set(names) & set(mapping.fields):
                rows: dict[Any, list[Any]] = defaultdict(list)
                for row in self.known:
                    if (key := key_of(kind, names, row)) is not None:
                        rows[key].append(row)
                self.found_by.append((names, rows))
        self.taken = [
            ({key: row for row in self.known if (key := key_of(kind, names, row))}, names, sentence)
            for names, sentence in kind.unique
        ]
        self.names = {name for names in kind.known_by for name in names}
        self.alike: dict[str, list[Any]] = defaultdict(list)
        if kind.model is ContactType:
            for row in self.known:
                self.alike[plain(row.name)].append(row)
        self.figures = known_figures(mapping.figures)
        self.means: dict[uuid.UUID, PlannedRow] = {}

    def plan(self) -> Plan:
        """Read every row, then what rows say of one another."""
        rows = self.read()
        self.means = {one.known.uid: one for one in rows if one.known is not None}
        count = len(rows)
        for done, row in enumerate(rows):
            if done % 500 == 0:
                self.tell(count + done, 2 * count)
            self._check(row)
        self._settle(rows)
        self._check_twins(rows)
        self._settle(rows)
        return Plan(self.strategy, rows, self.mapping.figures)

    def read(self) -> list[PlannedRow]:
        """Return each row with what it says, and what is wrong with that by itself."""
        rows = []
        count = len(self.sheet.rows)
        for done, (number, cells) in enumerate(self.sheet.rows):
            if done % 500 == 0:
                self.tell(done, 2 * count)
            rows.append(self._row(number, cells))
        self._resolve(rows)
        self._note_stale(rows)
        return rows

    def _settle(self, rows: list[PlannedRow]) -> None:
        """Reject what refers to rejected rows, or to itself by a detour, until nothing more follows."""
        self._spread(rows)
        while self._break_circles(rows) or self._is_kept_back(rows):
            self._spread(rows)

    # --- one row -----------------------------------------------------------------------------------

    def _row(self, number: int, cells: list[str]) -> PlannedRow:
        planned = PlannedRow(number, cells)
        texts = {key: cells[at] for key, at in self.mapping.fields.items()}
        planned.texts = self.kind.spelled(texts)
        self._note_stray(planned)
        values = self._values_of_new(planned)
        planned.known = self._target(
            planned, values.get("code"), lambda names: self._probe(names, values)
        )
        if planned.known is not None:
            self._compare(planned)
        else:
            self._new(planned)
        self._check_counts(planned)
        planned.label = self._label(planned)
        return planned

    def _said(self, planned: PlannedRow) -> Iterator[tuple[Field, str]]:
        """Yield the fields that a row says something about, with the text."""
        for key, text in planned.texts.items():
            if key in self.kind.by_key:
                yield self.kind.by_key[key], text

    def _column(self, key: str) -> str:
        return self.columns.get(key) or self.kind.by_key[key].label

    def _note_stray(self, planned: PlannedRow) -> None:
        """A cell to the right of the last head belongs to no column: the row has slipped."""
        for at, head in enumerate(self.sheet.heads):
            if not head and planned.cells[at] and at not in self.mapping.fields.values():
                planned.wrong(
                    _("Column %(n)d") % {"n": at + 1},
                    _("This cell has no head above it: the row has more cells than the first row."),
                )

    def _values_of_new(self, planned: PlannedRow) -> dict[str, Any]:
        """Read the cells by which the row is found; what is wrong with them is said when they are used."""
        values: dict[str, Any] = {}
        wanted = {name for names, _rows in self.found_by for name in names}
        for one, text in self._said(planned):
            if one.key in wanted and not isinstance(one, OwnKind):
                try:
                    values[one.key] = one.read(text, self.here)
                except CellRefused:  # what an older import let in is found by what stands there
                    is_text = isinstance(one.of, models.CharField)
                    values[one.key] = text.strip() if is_text and text.strip() else _REFUSED
        return values

    def _target(
        self, planned: PlannedRow, code: Any, probe_for: Callable[[tuple[str, ...]], Any]
    ) -> Any:
        """Return the row that is meant, or None for a new one. `probe_for` gives its key by those fields."""
        text = planned.texts.get("id", "").strip()
        if text:
            uid = read_id(text)
            known = self.by_uid.get(uid) if uid else None
            if known is None:
                planned.wrong(
                    self.columns["id"],
                    _("There is no %(what)s with this id here. Clear the cell to add a new one.")
                    % {"what": self.kind.one},
                )
            return known
        for names, rows in self.found_by:
            probe = probe_for(names)
            if probe is None:
                continue
            found = rows.get(probe, [])
            if len(found) > 1 and "name" in names and "code" in self.mapping.fields:
                found = []  # the code decides, and it is another one
            if len(found) > 1:
                planned.wrong(
                    "",
                    _(
                        "%(n)d rows are called so here. Add a column “id” that says which one is meant."
                    )
                    % {"n": len(found)},
                )
            if found:
                if names == ("name",) and code and found[0].code:
                    return None  # the same words under another code are another reason
                return found[0]
        return None

    def _probe(self, names: tuple[str, ...], values: dict[str, Any]) -> tuple[Any, ...] | None:
        found: list[Any] = []
        for name in names:
            one = self.kind.by_key[name]
            value = values.get(name)
            if value is _REFUSED:
                return None  # nobody knows which row is meant
            if value is None or isinstance(value, Keep):
                value = (
                    one.of.get_default() if name not in values or isinstance(value, Keep) else None
                )
                if value in (None, "") and not one.of.null:
                    return None
            if isinstance(value, models.Model):
                value = value.pk
            found.append(plain(value) if isinstance(value, str) else value)
        return tuple(found)

    def _new(self, planned: PlannedRow) -> None:
        facts: dict[str, Any] = {}
        for one, text in self._said(planned):
            try:
                value = one.read(text, self.here)
            except CellRefused as refused:
                planned.wrong(self._column(one.key), refused.sentence)
                continue
            if isinstance(value, Later):
                planned.later.append((one, value))
            elif not isinstance(value, Keep):
                facts[one.key] = value
                if text:
                    planned.changes.append(self._change(planned, one, value))
        for one in self.kind.fields:
            if one.is_required and one.key not in planned.texts:
                planned.wrong(
                    one.label,
                    _("A new %(what)s needs this. Map a column to it.") % {"what": self.kind.one},
                )
        if any(one.name == "strategy" for one in self.kind.model._meta.concrete_fields):
            facts["strategy"] = self.strategy
        planned.row = self.kind.model(**facts)

    def _compare(self, planned: PlannedRow) -> None:
        """Keep what differs. A cell that says what is written for the row differs in nothing."""
        known = planned.known
        planned.row = row = self._copy(known)
        for one, text in self._said(planned):
            now = one.write(known, self.here)
            if text == now or text.replace("\r\n", "\n") == now.replace("\r\n", "\n"):
                continue
            if one.key in self.names and text.strip() == now.strip():
                continue
            try:
                value = one.read(text, self.here)
            except CellRefused as refused:
                planned.wrong(self._column(one.key), refused.sentence)
                continue
            if isinstance(value, Later):
                planned.later.append((one, value))
                continue
            if isinstance(value, Keep) or _is(known, one, value):
                continue
            planned.values[one.key] = value
            planned.changes.append(self._change(planned, one, value))
            setattr(row, one.key, value)
        self._check_home(planned)

    def _change(self, planned: PlannedRow, one: Field, value: Any) -> tuple[str, str, str]:
        """Return what becomes of one cell, in the words of the form."""
        known = planned.known
        before = one.words(getattr(known, one.attname), self.here) if known is not None else ""
        label = self.here.remembered((one.of, "label"), lambda: one.label)
        return label, before, one.words(value, self.here)

    def _copy(self, known: Any) -> Any:
        """Return a row as it is, to be changed."""
        row = copy(known)
        row._state = copy(known._state)
        row._state.fields_cache = dict(known._state.fields_cache)
        return row

    def _check_home(self, planned: PlannedRow) -> None:
        """Refuse what would carry a row to another channel or access point."""
        if (key := self.kind.stays_with) in planned.values:
            sentences = {
                "channel": _("It stays with its channel. Clear the id to add a new one."),
                "point": _("It stays with its access point. Clear the id to add a new one."),
            }
            planned.wrong(self.columns[key], sentences[key])

    def _check_counts(self, planned: PlannedRow) -> None:
        """What is counted is whole; what may be thousands is not taken for a fraction."""
        refused = self._refused(planned)
        for key, read in self.kind.counts(planned.row).items():
            text = planned.texts.get(key, "")
            if not text.strip() or (
                planned.known is not None and key not in planned.values and key not in refused
            ):
                continue
            column = self.columns[key]
            try:
                read(text)
            except CellRefused as said:
                planned.problems = [one for one in planned.problems if one[0] != column]
                planned.wrong(column, said.sentence)

    def _label(self, planned: PlannedRow) -> str:
        if planned.known is not None or not planned.problems:
            return str(planned.known or planned.row)[:200]
        texts = (planned.texts.get(key, "").strip() for key in self.kind.called)
        return " · ".join(filter(None, texts))[:200]

    # --- what rows say of one another --------------------------------------------------------------

    def _resolve(self, rows: list[PlannedRow]) -> None:
        """Look up what refers to rows of the same kind, those of this file included."""
        if not any(planned.later for planned in rows):
            return
        names = getattr(
            self.here, next(one.names for one in self.kind.fields if isinstance(one, OwnKind))
        )
        for planned in rows:
            if planned.known is None and planned.row is not None:
                names.add(planned.row)
        rejected = {
            id(planned.row) for planned in rows if planned.known is None and planned.problems
        }
        for planned in rows:
            itself = planned.row if planned.known is None else names.by_pk.get(planned.known.pk)
            for one, later in planned.later:
                try:
                    value = names.find(later.text, unlikely=_With(rejected, id(itself)))
                except CellRefused as refused:
                    planned.wrong(self.columns[one.key], refused.sentence)
                    continue
                target = planned.known if planned.known is not None else planned.row
                if value is target:
                    planned.wrong(
                        self.columns[one.key], _("This is the row itself. Name another one.")
                    )
                elif planned.known is None:
                    planned.changes.append(self._change(planned, one, value))
                    setattr(planned.row, one.key, value)
                elif value.pk is None or value.pk != getattr(planned.known, one.attname):
                    planned.values[one.key] = value
                    planned.changes.append(self._change(planned, one, value))
                    setattr(planned.row, one.key, value)

    def _note_stale(self, rows: list[PlannedRow]) -> None:
        """Refuse what would overwrite a later change, and say whose it is and what differs."""
        stale = [
            planned
            for planned in rows
            if planned.values
            and (text := planned.texts.get("version", "").strip())
            and text != str(planned.known.version)
        ]
        people = last_to_change(planned.known.uid for planned in stale) if stale else {}
        for planned in stale:
            differs = "; ".join(
                _("%(field)s: %(here)s here → %(file)s in the file")
                % {"field": label, "here": _quoted(now), "file": _quoted(then)}
                for label, now, then in planned.changes
            )
            planned.wrong(
                self.columns["version"],
                _(
                    "%(who)s changed this here after the file was exported (version %(was)s then, %(is)s now)."
                    " %(differs)s. Export it again, or clear this cell to overwrite."
                )
                % {
                    "who": people.get(planned.known.uid, _("Somebody")),
                    "was": planned.texts["version"].strip()[:20],
                    "is": planned.known.version,
                    "differs": differs,
                },
            )

    def _check(self, planned: PlannedRow) -> None:
        """Rules for the whole row, what must be unique, who may, and the figures."""
        if planned.row is None:
            return
        touched = set(planned.values) if planned.known is not None else None
        if touched is None or touched:
            self._check_rules(planned)
            self._check_unique(planned, touched)
        if self.mapping.figures:
            self._read_figures(planned)
        self._check_permission(planned)

    def _refused(self, planned: PlannedRow) -> set[str]:
        heads = {column for column, _sentence in planned.problems}
        return {key for key, head in self.columns.items() if head in heads}

    def _check_rules(self, planned: PlannedRow) -> None:
        """What is wrong here already, in a cell that the row does not change, refuses nothing."""
        refused = self._refused(planned)
        known: set[tuple[str, str]] = set()
        if planned.known is not None:
            before = problems_of(self.kind, planned.known, planned.known, self.today)
            known = {one for one in before if one[0] not in planned.values}
        for key, sentence in problems_of(self.kind, planned.row, planned.known, self.today):
            if key not in refused and (key, sentence) not in known:
                planned.wrong(self._column(key) if key else "", sentence)

    def _check_unique(self, planned: PlannedRow, touched: set[str] | None) -> None:
        """What is here already may not be there twice; what the file says twice is looked at later."""
        for taken, names, sentence in self.taken:
            key = self._claim(planned, names, touched)
            other = taken.get(key) if key is not None else None
            if other is None or other is planned.known:
                continue
            giver = self.means.get(other.uid)
            if giver is not None and self._gives_up(giver, names):
                planned.needs.append((giver, names, sentence))
            else:
                planned.wrong(self._first(names), str(sentence))

    def _gives_up(self, planned: PlannedRow, names: tuple[str, ...]) -> bool:
        """Is a row that is here called otherwise after the import?"""
        words = (name for name in names if isinstance(self.kind.by_key[name], Text))
        return any(
            plain(planned.values.get(name) or getattr(planned.known, name))
            != plain(getattr(planned.known, name))
            for name in words
        )

    def _is_kept_back(self, rows: list[PlannedRow]) -> bool:
        """Reject what would be called as a row that keeps its name, because it is rejected; was there anything?"""
        found = False
        for planned in rows:
            for giver, names, sentence in planned.needs:
                if giver.problems and not planned.problems:
                    planned.wrong(self._first(names), str(sentence))
                    found = True
        return found

    def _claim(
        self, planned: PlannedRow, names: tuple[str, ...], touched: set[str] | None
    ) -> tuple[Any, ...] | None:
        """Return the key that a row claims for itself; None when it claims none, or what it says is wrong."""
        if self._refused(planned) & set(names):
            return None
        if touched is not None and not touched & set(names):
            return None
        key = key_of(self.kind, names, planned.row)
        if key is None or any(
            part is None and not self.kind.by_key[name].of.null
            for part, name in zip(key, names, strict=True)
        ):
            return None
        return key

    def _first(self, names: tuple[str, ...]) -> str:
        return next((self.columns[name] for name in names if name in self.columns), "")

    def _is_named(self, planned: PlannedRow, touched: set[str] | None) -> bool:
        is_named = touched is None or bool(touched & _TELLING)
        is_type = self.kind.model is ContactType and planned.row is not None
        return is_type and is_named and not self._refused(planned) & _TELLING

    def _check_twins(self, rows: list[PlannedRow]) -> None:
        """Reject the later of two rows that are the same thing. A rejected row takes no good one with it."""
        seen: dict[Any, PlannedRow] = {}
        good = [planned for planned in rows if not planned.problems]
        rejected = [planned for planned in rows if planned.problems]
        for planned in good:
            if "name" in planned.values and self.kind.model is ContactType:
                alike = self.alike[plain(planned.known.name)]
                alike[:] = [one for one in alike if one.uid != planned.known.uid]
        for planned in (*good, *rejected):
            touched = set(planned.values) if planned.known is not None else None
            if self._is_named(planned, touched):
                self._check_alike(planned)
            claims = self._claims(planned, touched)
            if (twin := next(filter(None, map(seen.get, claims)), None)) is not None:
                names = next(names for names, key in claims if (names, key) in seen)
                one, two = sorted((twin.number, planned.number))
                planned.wrong(
                    self._first(names),
                    _(
                        "Rows %(one)d and %(two)d of the file are the same %(what)s. Leave one of them out."
                    )
                    % {"one": one, "two": two, "what": self.kind.one},
                )
            if not planned.problems:
                seen.update((claim, planned) for claim in claims)
                if self.kind.model is ContactType:
                    alike = self.alike[plain(planned.row.name)]
                    alike[:] = [one for one in alike if one.uid != planned.row.uid] + [planned.row]

    def _claims(self, planned: PlannedRow, touched: set[str] | None) -> list[tuple[Names, Any]]:
        """Return what a row would be the only one of: the row that is here, and keys that are unique."""
        if planned.row is None:
            return []
        found: list[tuple[Names, Any]] = [
            (names, key)
            for _taken, names, _sentence in self.taken
            if touched != set() and (key := self._claim(planned, names, touched)) is not None
        ]
        return [*found, *([((), planned.known.uid)] if planned.known is not None else [])]

    def _check_alike(self, planned: PlannedRow) -> None:
        """Contact types of one name are told apart by their codes, so each of them needs one."""
        row = planned.row
        others = [one for one in self.alike[plain(row.name)] if one.uid != row.uid]
        if (
            planned.problems
        ):  # a row that is rejected anyway is not told of its good twin in the file
            others = [one for one in others if one.pk is not None]
        if others and not all(one.code for one in (row, *others)):
            planned.wrong(
                self._column("name"),
                _(
                    "Another contact type has this name. Choose another one, or give both a reason code:"
                    " then they can be told apart."
                ),
            )

    def _read_figures(self, planned: PlannedRow) -> None:
        for column in self.mapping.figures:
            try:
                stated = read_figure(planned.cells[column.at])
            except CellRefused as refused:
                planned.wrong(column.head, refused.sentence)
                continue
            planned.stated.append((column.at, stated.status if stated else ""))
            if stated is None:
                continue
            known = None
            if planned.known is not None and not column.is_new:
                known = self.figures.get((column.channel.pk, planned.known.pk, column.metric))
            if known is not None and same(known, stated):
                continue
            if not self.may.edit(column.channel):
                planned.wrong(column.head, access.refusal(Act.EDIT, column.channel))
                continue
            planned.figures.append(
                PlannedFigure(column, stated, known, planned.known or planned.row)
            )
            now = "" if known is None else _figure_now(known)
            planned.changes.append((column.head, now, str(stated)))

    def _check_permission(self, planned: PlannedRow) -> None:
        if planned.known is not None and not planned.values:
            return
        if planned.known is not None and not self.may.edit(self.kind.part_of(planned.known)):
            planned.wrong("", access.refusal(Act.EDIT, self.kind.part_of(planned.known)))
        elif planned.known is None or self.kind.key == "transitions":  # its ends may be others now
            ends = [one for one in self.kind.fields if one.is_required and one.of.is_relation]
            if any(getattr(planned.row, one.key, None) is None for one in ends):
                return  # that is wrong already
            owned = self.kind.added_to(planned.row)
            if not self.may.edit(owned):
                planned.wrong("", access.refusal(Act.EDIT, owned))

    def _spread(self, rows: list[PlannedRow]) -> None:
        """What refers to a new row that is rejected is rejected as well."""
        referring: dict[int, list[tuple[PlannedRow, Field]]] = defaultdict(list)
        for planned in rows:
            for one, _later in planned.later:
                referring[id(getattr(planned.row, one.key))].append((planned, one))
        rejected = [planned for planned in rows if planned.known is None and planned.problems]
        while rejected:
            other = rejected.pop()
            for planned, one in referring.pop(id(other.row), ()):
                if planned.problems:
                    continue
                planned.wrong(
                    self.columns[one.key],
                    _("It refers to row %(n)d, which is rejected.") % {"n": other.number},
                )
                if planned.known is None:
                    rejected.append(planned)

    def _break_circles(self, rows: list[PlannedRow]) -> bool:
        """Reject what would make a contact type part of itself, by whatever detour; was there anything?

        What stays as it is counts as well: a rejected row keeps the parent that it has here.
        """
        if "parent" not in self.mapping.fields:
            return False
        above = {row.uid: getattr(row.parent, "uid", None) for row in self.known}
        moved: dict[uuid.UUID, PlannedRow] = {}
        for planned in rows:
            if not planned.problems:
                above[planned.row.uid] = getattr(planned.row.parent, "uid", None)
                moved[planned.row.uid] = planned
        found = False
        seen: set[uuid.UUID] = set()
        for start in above:
            path: dict[uuid.UUID, int] = {}
            at: uuid.UUID | None = start
            while at is not None and at not in seen:
                seen.add(at)
                path[at] = len(path)
                at = above.get(at)
            for uid in list(path)[path[at] :] if at in path else ():
                if uid in moved and (moved[uid].later or "parent" in moved[uid].values):
                    found = True
                    moved[uid].wrong(
                        self.columns["parent"],
                        _("This would make it a part of itself. Name another one."),
                    )
        return found


_REFUSED = object()
"""Stands for what a cell says that cannot be read."""
_TELLING = frozenset({"name", "code"})


@dataclass(frozen=True)
class _With:
    """A set and one more, without a copy for each row."""

    most: set[int]
    one: int

    def __contains__(self, item: object) -> bool:
        return item == self.one or item in self.most


def _quoted(text: str) -> str:
    return f"“{shortened(text, 200)}”" if text else _("blank")


def _figure_now(known: Measurement) -> str:
    if known.numerator is not None:
        return f"{known.numerator} / {known.denominator}"
    return (
        "0"
        if known.status == "zero"
        else str(known.value if known.value is not None else known.get_status_display())
    )


def _is(row: Any, one: Field, value: Any) -> bool:
    now = getattr(row, one.attname)
    return now == (value.pk if isinstance(value, models.Model) else value)
