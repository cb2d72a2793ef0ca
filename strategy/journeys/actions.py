"""Everything that changes journeys and their boards.

Changes of structure lock the journey's row, so that every step keeps a cell in every lane whoever
else adds one; saved cells meet only their own version. Each change lets the boards of other people
know (revisions.bump). The create_ functions work within a change set that is open already (an
import).
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.history.record import Recorder, Stale, change_set
from portal.lib.refusals import Refusal
from portal.live import revisions
from strategy.journeys import queries
from strategy.journeys.models import BOARD_LANES, FIRST_STAGES, Cell, Journey, Lane, Stage, Step
from strategy.journeys.rules import ROOM, position_between
from strategy.plan.models import Strategy
from teams import access
from teams.models import User
from teams.roles import Act

Part = Stage | Step | Lane


class Redrawn(Refusal):
    """The journey was drawn anew since the person saw it: nobody confirms what they did not read."""

    status = 409

    def __init__(self, last: tuple[str, str] | None) -> None:
        if last is None:
            super().__init__(
                _(
                    "A gap or a transition on the journey was changed meanwhile, or something was deleted."
                    " Look at it as it is now, then decide."
                )
            )
            return
        super().__init__(
            _(
                "The journey was changed meanwhile. Newest on it: %(who)s, “%(what)s”."
                " Look at it as it is now, then decide."
            )
            % {"who": last[0], "what": last[1]}
        )


def add_journey(*, strategy: Strategy, values: dict[str, Any], by: User) -> Journey:
    """Add a journey with the usual lanes and a few stages to begin with."""
    journey = Journey(strategy=strategy, **values)
    access.check(by, Act.EDIT, journey)
    with change_set(by=by, scope=strategy.uid) as record:
        create_journey(record, journey)
        for kind, name in BOARD_LANES:
            create_lane(record, journey, kind, str(name))
        for stage_name, step_name in FIRST_STAGES:
            create_step(record, create_stage(record, journey, str(stage_name)), str(step_name))
    return journey


def edit_journey(
    *, journey: Journey, values: dict[str, Any], expected: int | None, by: User
) -> Journey:
    """Change the facts of a journey. Raises Stale when somebody was quicker."""
    access.check(by, Act.EDIT, journey)
    with change_set(by=by, scope=journey.strategy.uid) as record:
        record.update(journey, expected=expected, **values)
    return journey


def review_journey(
    *, journey: Journey, expected: int | None, on: dt.date, by: User, act: int = 0
) -> None:
    """Say that the journey is still as drawn, without faking an edit.

    `expected` is the mark (queries.marks) of the facts and the board that the person saw, `act` the latest act by
    then. Raises Redrawn when they are others by now.
    """
    access.check(by, Act.EDIT, journey)
    if expected not in (None, queries.marks([journey])[journey.pk]):
        raise Redrawn(queries.last_drawn(journey, act))
    with change_set(by=by, scope=journey.strategy.uid) as record:
        record.update(journey, reviewed_on=on)


def delete_journey(*, journey: Journey, expected: int | None, by: User) -> uuid.UUID:
    """Delete a journey and its board; return the change set that can bring it back."""
    with _changing(journey, by) as record:
        if expected is not None and expected != journey.version:
            raise Stale(journey, {}, by=by.uid)
        # Part by part: undo puts things back in the opposite order; a cell needs its step and lane.
        for stage in journey.stages.all():
            _delete_with_cells(record, stage, Cell.objects.filter(step__stage=stage))
        for lane in journey.lanes.all():
            record.delete(lane)
        record.delete(journey)
    return record.row.uid


def add_stage(
    *, journey: Journey, name: str, step: str, before: Stage | None = None, by: User
) -> Stage:
    """Add a stage and its first step, in front of another stage or at the end."""
    with _changing(journey, by) as record:
        stage = create_stage(record, journey, name, before=before)
        create_step(record, stage, step)
    return stage


def add_step(*, stage: Stage, name: str, before: Step | None = None, by: User) -> Step:
    """Add a step with its empty cells, in front of another step of the stage or at its end."""
    with _changing(stage.journey, by) as record:
        return create_step(record, stage, name, before=before)


def add_lane(
    *, journey: Journey, kind: str, name: str, before: Lane | None = None, by: User
) -> Lane:
    """Add a lane with its empty cells, above another lane or at the bottom."""
    with _changing(journey, by) as record:
        return create_lane(record, journey, kind, name, before=before)


def rename_part(*, part: Part, name: str, expected: int | None, by: User) -> Part:
    """Give a stage, step or lane another name. Raises Stale when somebody was quicker."""
    with _changing(_journey_of(part), by) as record:
        record.update(part, expected=expected, name=name)
    return part


def move_stage(*, stage: Stage, before: Stage | None, by: User) -> Stage:
    """Put a stage with its steps in front of another (None: at the end)."""
    with _changing(stage.journey, by) as record:
        others = Stage.objects.filter(journey=stage.journey).exclude(pk=stage.pk)
        _move(record, stage, {"position": _position(record, others, before)})
    return stage


def move_step(*, step: Step, stage: Stage, before: Step | None, by: User) -> Step:
    """Put a step into a stage of the same journey, in front of another step (None: at the end)."""
    with _changing(stage.journey, by) as record:
        others = Step.objects.filter(stage=stage).exclude(pk=step.pk)
        _move(record, step, {"stage": stage, "position": _position(record, others, before)})
    return step


def move_lane(*, lane: Lane, before: Lane | None, by: User) -> Lane:
    """Put a lane above another (None: at the bottom)."""
    with _changing(lane.journey, by) as record:
        others = Lane.objects.filter(journey=lane.journey).exclude(pk=lane.pk)
        _move(record, lane, {"position": _position(record, others, before)})
    return lane


def delete_part(*, part: Part, by: User) -> uuid.UUID:
    """Delete a part and what hangs from it; return the change set that can bring it back."""
    with _changing(_journey_of(part), by) as record:
        if not type(part)._base_manager.filter(pk=part.pk).exists():
            raise Stale(None, {})
        path = {Stage: "step__stage", Step: "step", Lane: "lane"}[type(part)]
        _delete_with_cells(record, part, Cell.objects.filter(**{path: part}))
    return record.row.uid


def edit_cell(*, cell: Cell, values: dict[str, Any], expected: int | None, by: User) -> list[Cell]:
    """Change what a cell says. Raises Stale when somebody was quicker or deleted it.

    An owning team that only repeated the old channel's moves to the new channel's (None when it has none).
    Returns the cells that followed so.
    """
    journey = cell.step.stage.journey
    access.check(by, Act.EDIT, journey)
    followed: list[Cell] = []
    with change_set(by=by, scope=journey.strategy.uid) as record:
        before = cell.channel
        if record.update(cell, expected=expected, **values):
            if before and before.owner_team_id and cell.lane.kind == Lane.Kind.CHANNEL:
                followed = _follow(record, cell, before.owner_team_id)
            revisions.bump(journey.uid)
    return followed


def _follow(record: Recorder, cell: Cell, old: int) -> list[Cell]:
    """Give the step's cells that name the old channel's team the team of the new channel."""
    team = cell.channel.owner_team if cell.channel else None
    rows = Cell.objects.filter(step=cell.step, lane__kind=Lane.Kind.TEAM, team=old)
    locked = rows.select_related("step", "lane").select_for_update(of=("self",))
    return [each for each in locked if record.update(each, team=team)]


def mend_board(*, journey: Journey, by: User) -> None:
    """Give every step a cell in every lane again, after an undo that knew nothing of newer ones."""
    with _changing(journey, by) as record:
        complete_cells(record, journey)


def create_journey(record: Recorder, journey: Journey) -> Journey:
    """Create a journey with an empty board."""
    record.create(journey)
    return journey


def create_stage(
    record: Recorder, journey: Journey, name: str, *, before: Stage | None = None
) -> Stage:
    """Create a stage without steps."""
    position = _position(record, Stage.objects.filter(journey=journey), before)
    stage = Stage(journey=journey, name=name, position=position)
    record.create(stage)
    return stage


def create_step(
    record: Recorder,
    stage: Stage,
    name: str,
    *,
    before: Step | None = None,
) -> Step:
    """Create a step with a cell in every lane of its journey."""
    position = _position(record, Step.objects.filter(stage=stage), before)
    step = Step(stage=stage, name=name, position=position)
    record.create(step)
    lanes = Lane.objects.filter(journey=stage.journey_id)
    record.create_many(Cell(step=step, lane=lane) for lane in lanes)
    return step


def create_lane(
    record: Recorder,
    journey: Journey,
    kind: str,
    name: str,
    *,
    before: Lane | None = None,
) -> Lane:
    """Create a lane with a cell for every step of its journey."""
    position = _position(record, Lane.objects.filter(journey=journey), before)
    lane = Lane(journey=journey, kind=kind, name=name, position=position)
    record.create(lane)
    steps = Step.objects.filter(stage__journey=journey)
    record.create_many(Cell(step=step, lane=lane) for step in steps)
    return lane


def complete_cells(record: Recorder, journey: Journey) -> None:
    """Create the cells that are missing where a step and a lane of the journey cross."""
    known = set(Cell.objects.filter(step__stage__journey=journey).values_list("step_id", "lane_id"))
    record.create_many(
        Cell(step=step, lane=lane)
        for step in Step.objects.filter(stage__journey=journey)
        for lane in Lane.objects.filter(journey=journey)
        if (step.pk, lane.pk) not in known
    )


def _journey_of(part: Part) -> Journey:
    """Return the journey a stage, step or lane belongs to."""
    return part.stage.journey if isinstance(part, Step) else part.journey


@contextmanager
def _changing(journey: Journey, by: User) -> Iterator[Recorder]:
    """Change a board's structure: if allowed, one person at a time, and told to the others."""
    access.check(by, Act.EDIT, journey)
    with change_set(by=by, scope=journey.strategy.uid) as record:
        if not list(Journey.objects.select_for_update(no_key=True).filter(pk=journey.pk)):
            raise Stale(None, {})
        yield record
        if record.changes:
            revisions.bump(journey.uid)


def _position(record: Recorder, rows: Iterable[Any], before: Part | None) -> int:
    """Return a free position in front of `before`; at the end when it is None or gone."""
    siblings = list(rows)
    at = next((index for index, row in enumerate(siblings) if row == before), len(siblings))
    left = siblings[at - 1].position if at else None
    right = siblings[at].position if at < len(siblings) else None
    position = position_between(left, right)
    if position is not None:
        return position
    for index, row in enumerate(siblings):
        record.update(row, check=False, position=(index + 1 if index < at else index + 2) * ROOM)
    return (at + 1) * ROOM


def _move(record: Recorder, part: Part, values: dict[str, Any]) -> None:
    """Update the part as it is now, not as it was when the page was loaded."""
    now = type(part)._base_manager.filter(pk=part.pk).first()
    if now is None:
        raise Stale(None, {})
    record.update(now, check=False, **values)


def _delete_with_cells(record: Recorder, part: Part, cells: QuerySet[Cell]) -> None:
    list(cells.select_for_update())  # waits for saves under way, so that history keeps their text
    record.delete(part)
