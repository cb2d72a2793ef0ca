"""Reading checklists, page by page."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from strategy.checklists import files, rules
from strategy.checklists.models import Answer, Framework, Item, Run, RunTeam, edition_name
from strategy.checklists.rules import Tally
from strategy.plan.models import Strategy
from teams.models import Team

UNANSWERED = "unanswered"
"""The filter value for what no team has answered yet; it is no status, because there is no row."""

FILTERS = [*Answer.Status.choices, (UNANSWERED, gettext_lazy("Not answered"))]


@dataclass(frozen=True)
class RunCard:
    """One run on the list: how far it is."""

    run: Run
    teams: int
    tally: Tally
    is_overdue: bool


def run_cards(rows: QuerySet[Run], today: dt.date) -> list[RunCard]:
    """Return the runs, newest first, each with its counts. Four queries, however many runs."""
    runs = list(rows.select_related("framework"))
    teams = _counted(RunTeam.objects.filter(run__in=runs), "run_id")
    frameworks = {run.framework_id for run in runs}
    items = _counted(Item.objects.filter(framework__in=frameworks), "framework_id")
    given: dict[int, dict[str, int]] = defaultdict(dict)
    counted = Answer.objects.filter(run__in=runs).values_list("run_id", "status")
    for run_id, status, number in counted.annotate(n=Count("pk")).order_by():
        given[run_id][status] = number
    return [
        _card(run, teams.get(run.pk, 0), items.get(run.framework_id, 0), given[run.pk], today)
        for run in runs
    ]


def _card(run: Run, teams: int, items: int, given: dict[str, int], today: dt.date) -> RunCard:
    tally = Tally.of(items * teams, given)
    return RunCard(run, teams, tally, is_overdue(run, tally, today))


def is_overdue(run: Run, tally: Tally, today: dt.date) -> bool:
    """Has the run's due date passed while answers are missing?"""
    return run.due_on is not None and run.due_on < today and tally.unanswered > 0


def _counted(rows: QuerySet, key: str) -> dict[int, int]:
    return dict(rows.values_list(key).annotate(n=Count("pk")).order_by())


def offered() -> list[tuple[str, str]]:
    """Return the checklists a run can be started from: key and name.

    Those that ship are among them before their first use loads them.
    """
    return [(key, edition_name(one.name, one.edition)) for key, one in _editions().items()]


def _editions() -> dict[str, Framework | files.Sheet]:
    """Return what ships and what is loaded, by name and edition."""
    there: list[Framework | files.Sheet] = [*files.shipped(), *Framework.objects.all()]
    ordered = sorted(there, key=lambda one: (one.name, one.edition))
    return {_key(one.code, one.edition): one for one in ordered}


def _key(code: str, edition: str) -> str:
    return f"{code} {edition}"


def framework_of(key: str) -> Framework | None:
    """Return the loaded framework that a key of `offered` names."""
    code, _space, edition = key.partition(" ")
    return Framework.objects.filter(code=code, edition=edition).first()


def start_initial(strategy: Strategy, today: dt.date) -> dict[str, Any]:
    """Return what the form for a new run starts with: a name, four weeks, the teams with a role."""
    key, first = next(iter(_editions().items()))
    return {
        "framework": key,
        "name": _("%(checklist)s, %(month)s")
        % {"checklist": first.name, "month": date_format(today, "F Y")},
        "due_on": today + dt.timedelta(weeks=4),
        "teams": Team.objects.filter(roles__strategy=strategy),
    }


@dataclass(frozen=True)
class Column:
    """One team of a run and how far it is."""

    run_team: RunTeam
    tally: Tally

    @property
    def team(self) -> Team:
        """Return the team."""
        return self.run_team.team


@dataclass(frozen=True)
class MatrixRow:
    """One item and each shown team's answer to it, None where there is none."""

    item: Item
    cells: list[tuple[Column, Answer | None]]


@dataclass(frozen=True)
class Matrix:
    """A run as items x teams. `sections` are narrowed by the filters, the tallies never are."""

    tally: Tally
    columns: list[Column]
    shown: list[Column]
    sections: list[tuple[str, list[MatrixRow]]]


def matrix(run: Run, *, status: str, team: str) -> Matrix:
    """Return the answers of a run: one team or all, items with a status or all. Three queries."""
    items = list(run.framework.items.all())
    answers = {
        (row.item_id, row.team_id): row
        for row in Answer.objects.filter(run=run).select_related("gap")
    }
    run_teams = RunTeam.objects.filter(run=run).select_related("team").order_by("team__name")
    columns = [
        Column(row, Tally.of_all(len(items), _statuses(answers, items, row.team_id)))
        for row in run_teams
    ]
    shown = [column for column in columns if not team or column.team.slug == team]
    rows = [
        MatrixRow(item, [(column, answers.get((item.pk, column.team.pk))) for column in shown])
        for item in items
    ]
    if status:
        rows = [row for row in rows if any(_is(answer, status) for _column, answer in row.cells)]
    return Matrix(
        tally=_summed(columns),
        columns=columns,
        shown=shown,
        sections=[
            (section, list(group)) for section, group in groupby(rows, lambda row: row.item.section)
        ],
    )


def _statuses(answers: dict[tuple[int, int], Answer], items: list[Item], team_id: int) -> list[str]:
    found = (answers.get((item.pk, team_id)) for item in items)
    return [answer.status for answer in found if answer is not None]


def _summed(columns: list[Column]) -> Tally:
    counts = {
        status: sum(getattr(column.tally, status) for column in columns)
        for status in rules.STATUSES
    }
    return Tally.of(sum(column.tally.asked for column in columns), counts)


def _is(answer: Answer | None, status: str) -> bool:
    return (
        answer is None if status == UNANSWERED else answer is not None and answer.status == status
    )


@dataclass(frozen=True)
class SheetRow:
    """One item on a team's answer page: what stands in its fields, and what is stored."""

    item: Item
    answer: Answer | None
    status: str
    reason: str
    errors: tuple[str, ...] = ()
    has_conflict: bool = False

    @property
    def version(self) -> int | str:
        """Return the version the form carries; nothing when the item is not answered yet."""
        return self.answer.version if self.answer else ""

    @property
    def can_log_gap(self) -> bool:
        """Does the stored answer show a gap that nobody has logged from it?"""
        answer = self.answer
        return answer is not None and not rules.why_not_log_gap(
            answer.status, has_gap=answer.gap_id is not None
        )


def sheet_row(item: Item, answer: Answer | None) -> SheetRow:
    """Return an item with its stored answer."""
    return SheetRow(item, answer, answer.status if answer else "", answer.reason if answer else "")


def answers_of(run_team: RunTeam) -> QuerySet[Answer]:
    """Return one team's answers with what their page shows of them."""
    return Answer.objects.filter(run=run_team.run, team=run_team.team).select_related(
        "answered_by", "gap", "item"
    )


def sheet_rows(run_team: RunTeam) -> list[SheetRow]:
    """Return all items of a run with one team's answers, in their order. Two queries."""
    answers = {row.item_id: row for row in answers_of(run_team)}
    items = Item.objects.filter(framework=run_team.run.framework_id)
    return [sheet_row(item, answers.get(item.pk)) for item in items]


def by_section(rows: Iterable[SheetRow]) -> list[tuple[str, list[SheetRow]]]:
    """Return the rows under the headings of their sections."""
    return [(name, list(group)) for name, group in groupby(rows, lambda row: row.item.section)]


def team_tally(run_team: RunTeam) -> Tally:
    """Return how far one team is. Two queries."""
    asked = Item.objects.filter(framework=run_team.run.framework_id).count()
    return Tally.of_all(asked, answers_of(run_team).values_list("status", flat=True))
