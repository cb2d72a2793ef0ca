"""What tests of imports begin with: a file, uploaded, its columns named by their heads, checked and applied."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from portal.history.record import change_set
from strategy.exchange.models import ImportRun
from strategy.exchange.sheets import actions
from strategy.exchange.sheets.kinds import KINDS
from strategy.exchange.sheets.names import Here
from strategy.exchange.sheets.writing import export
from strategy.inventory.models import AccessDecision, AccessPoint, Calendar
from strategy.plan.models import Segment, Strategy
from teams.models import User
from tests.world import World

TODAY = dt.date(2026, 11, 20)


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    """Keep uploaded files in a folder of the test."""
    settings.PORTAL_DATA_DIR = tmp_path


def upload(
    strategy: Strategy,
    kind: str,
    data: bytes | str,
    *,
    by: User,
    name: str = "list.csv",
    **more: Any,
) -> ImportRun:
    """Upload a file; its columns are named by their heads."""
    return actions.upload(
        strategy=strategy,
        kind=kind,
        name=name,
        data=data.encode() if isinstance(data, str) else data,
        source=more.pop("source", "test"),
        now=timezone.now(),
        by=by,
    )


def check(strategy: Strategy, kind: str, data: bytes | str, *, by: User, **more: Any) -> ImportRun:
    """Upload and make the preview."""
    run = upload(strategy, kind, data, by=by, **more)
    actions.check_now(run=run, today=TODAY, by=by)
    return run


def bring_in(
    strategy: Strategy, kind: str, data: bytes | str, *, by: User, **more: Any
) -> ImportRun:
    """Upload, make the preview and apply it."""
    run = check(strategy, kind, data, by=by, **more)
    actions.apply_now(run=run, today=TODAY, by=by)
    return run


def exported(strategy: Strategy, kind: str, form: str = "csv") -> bytes:
    """Return a whole list as a file."""
    chosen = KINDS[kind]
    return export(chosen, form, chosen.fields, chosen.rows(strategy), Here(strategy))


def counts(run: ImportRun) -> dict[str, int]:
    """Return how many rows are what, without zeros."""
    return {state: count for state, count in run.counts.items() if count}


def problems(run: ImportRun) -> dict[int, list[list[str]]]:
    """Return what is wrong with the rejected rows, by their number."""
    return {row.number: row.problems for row in run.rows.filter(state="error")}


def with_points(world: World) -> None:
    """Add what only imports and exports of the inventory ask for."""
    with change_set(by=world.cast.ada, scope=world.strategy.uid) as record:
        calendar = Calendar(
            strategy=world.strategy, name="Holidays", days="2026-12-25 Christmas Day"
        )
        record.create(calendar)
        segment = Segment(strategy=world.strategy, name="Members", code="M", size=7)
        record.create(segment)
        for name in ("Front desk", "+1 800 555 0100"):
            point = AccessPoint(
                channel=world.channel,
                name=name,
                kind="phone",
                calendar=calendar,
                owner=world.cast.cole,
            )
            record.create(point)
        record.create(
            AccessDecision(
                segment=segment,
                contact_type=world.contact_type,
                channel=world.channel,
                choice="preferred",
            )
        )
