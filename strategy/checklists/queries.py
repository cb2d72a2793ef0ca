"""Reading checklists, page by page."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count

from strategy.checklists.models import Answer, Item, Run, RunTeam
from strategy.checklists.rules import Tally
from strategy.plan.models import Strategy


@dataclass(frozen=True)
class RunCard:
    """One run on the list: how far it is."""

    run: Run
    teams: int
    tally: Tally
    is_overdue: bool


def run_cards(strategy: Strategy, today: dt.date) -> list[RunCard]:
    """Return the runs, newest first, each with its counts. Four queries, however many runs."""
    runs = list(Run.objects.filter(strategy=strategy).select_related("framework"))
    teams = _counted(RunTeam.objects.filter(run__in=runs), "run_id")
    items = _counted(
        Item.objects.filter(framework__in={run.framework_id for run in runs}), "framework_id"
    )
    given: dict[int, dict[str, int]] = defaultdict(dict)
    answers = (
        Answer.objects.filter(run__in=runs)
        .values("run_id", "status")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for row in answers:
        given[row["run_id"]][row["status"]] = row["n"]
    cards = []
    for run in runs:
        asked = items.get(run.framework_id, 0) * teams.get(run.pk, 0)
        tally = Tally.of(asked, given[run.pk])
        late = run.due_on is not None and run.due_on < today and tally.unanswered > 0
        cards.append(RunCard(run, teams.get(run.pk, 0), tally, late))
    return cards


def _counted(rows, key: str) -> dict[int, int]:  # type: ignore[no-untyped-def]
    return dict(rows.values_list(key).annotate(n=Count("pk")).order_by())
