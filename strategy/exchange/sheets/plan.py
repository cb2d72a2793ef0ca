"""What an import would do, row by row; and which column of the file is what."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from strategy.exchange.sheets.fields import Field, Later
from strategy.exchange.sheets.figures import FigureColumn, PlannedFigure
from strategy.plan.models import Strategy


class State(models.TextChoices):
    """What happens to a row."""

    NEW = "new", _("New")
    CHANGE = "change", _("Changed")
    SAME = "same", _("Same")
    ERROR = "error", _("Rejected")


@dataclass
class Mapping:
    """Which column is what: `fields` by key, and the columns of figures."""

    fields: dict[str, int]  # "id" and "version" among them
    figures: list[FigureColumn] = field(default_factory=list)


@dataclass
class PlannedRow:
    """One row of the file."""

    number: int
    cells: list[str]
    texts: dict[str, str] = field(default_factory=dict)  # what the cells say, by field
    label: str = ""
    known: Any = None  # the row that is there already
    row: Any = None  # the row as it would be: unsaved, or a changed copy
    values: dict[str, Any] = field(default_factory=dict)
    changes: list[tuple[str, str, str]] = field(default_factory=list)  # column, before, after
    problems: list[tuple[str, str]] = field(default_factory=list)  # column, sentence
    figures: list[PlannedFigure] = field(default_factory=list)
    stated: list[tuple[int, str]] = field(default_factory=list)  # figure columns with what they say
    later: list[tuple[Field, Later]] = field(default_factory=list)
    needs: list[tuple["PlannedRow", tuple[str, ...], Any]] = field(default_factory=list)
    """Rows that give up the name which this one takes, by which fields, and what is said when they do not."""

    @property
    def state(self) -> State:
        """Return what happens to it."""
        if self.problems:
            return State.ERROR
        if self.known is None:
            return State.NEW
        return State.CHANGE if self.values or self.figures else State.SAME

    def wrong(self, column: str, sentence: str) -> None:
        """Note what is wrong, once."""
        if (column, sentence) not in self.problems:
            self.problems.append((column, sentence))


@dataclass
class Plan:
    """What an import would do."""

    strategy: Strategy
    rows: list[PlannedRow]
    columns: list[FigureColumn]

    def of(self, *states: State) -> list[PlannedRow]:
        """Return the rows to which this happens."""
        return [row for row in self.rows if row.state in states]

    def parts(self) -> Iterator["Plan"]:
        """Yield the rows that would be written, one model after the other."""
        written = self.of(State.NEW, State.CHANGE)
        for _model, rows in groupby(written, key=lambda planned: type(planned.row)):
            yield Plan(self.strategy, list(rows), self.columns)

    def counts(self) -> dict[str, int]:
        """Return how many rows each state has."""
        found = Counter(row.state.value for row in self.rows)
        return {state.value: found[state.value] for state in State}

    def stated(self) -> list[dict[str, Any]]:
        """Return for each column of figures how many cells of accepted rows say what."""
        found: dict[int, Counter[str]] = defaultdict(Counter)
        for row in self.of(State.NEW, State.CHANGE, State.SAME):
            for at, status in row.stated:
                found[at][status] += 1
        return [
            {
                "head": column.head,
                "channel": column.words,
                "is_new": column.is_new,
                "counts": dict(found[column.at]),
            }
            for column in self.columns
        ]

    @property
    def figure_count(self) -> int:
        """Return how many measurements would be written."""
        return sum(len(row.figures) for row in self.of(State.NEW, State.CHANGE))

    @property
    def does_something(self) -> bool:
        """Is there anything to apply?"""
        return any(row.state in (State.NEW, State.CHANGE) for row in self.rows)

    def digest(self) -> str:
        """Return a text that is another one when something else would be written, or over something else."""
        found = hashlib.sha256()
        for row in self.of(State.NEW, State.CHANGE):
            told = [
                row.number,
                row.state,
                str(row.known.uid) if row.known else "",
                row.known.version if row.known else 0,
                row.changes,
                [
                    (one.column.at, one.column.channel.name, one.known.version if one.known else 0)
                    for one in row.figures
                ],
            ]
            found.update(json.dumps(told).encode())
        return found.hexdigest()
