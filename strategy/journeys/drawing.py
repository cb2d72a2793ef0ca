"""A board drawn for one person: each piece is HTML that is kept as long as what it shows is the same."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.history.queries import Entry, of_object
from portal.lib.fragments import fragment
from strategy.inventory.models import Transition
from strategy.journeys import rules
from strategy.journeys.models import Cell, Emotion, Journey, Lane, Stage, Step
from strategy.journeys.queries import Board, Column, Hop, curve, read_board, words
from strategy.plan.queries import Place
from teams.roles import Act


@dataclass(frozen=True)
class Viewer:
    """What decides how a board looks to one person."""

    can_edit: bool
    has_role: bool
    can_log: bool
    slug: str
    journey: uuid.UUID


def viewer(place: Place, journey: Journey) -> Viewer:
    """Return how the person sees this board."""
    return Viewer(
        can_edit=place.may(Act.EDIT, journey),
        has_role=bool(place.standing.role or place.standing.is_admin),
        can_log=place.may(Act.LOG_GAP),
        slug=place.strategy.slug,
        journey=journey.uid,
    )


@dataclass(frozen=True)
class DrawnRow:
    """A lane, drawn: its head, its cells, and a curve when it is about emotion."""

    lane: Lane
    head: SafeString
    cells: list[SafeString]
    curve: SafeString | None


@dataclass(frozen=True)
class DrawnStage:
    """A stage, drawn: its head, and the heads of its steps."""

    stage: Stage
    head: SafeString
    steps: list[SafeString]

    @property
    def width(self) -> int:
        """Return how many columns it spans."""
        return len(self.steps)


@dataclass(frozen=True)
class Said:
    """What one lane, or a hop, says about a step."""

    lane: str
    text: str


@dataclass(frozen=True)
class ReadStep:
    """A step to read: its number, what every lane says, and how many gaps are open."""

    number: int
    name: str
    says: list[Said]
    gaps: int


@dataclass(frozen=True)
class ReadStage:
    """A stage to read."""

    uid: uuid.UUID
    name: str
    steps: list[ReadStep]


@dataclass(frozen=True)
class BoardPage:
    """A board for one person, each of its pieces drawn."""

    stages: list[DrawnStage]
    rows: list[DrawnRow]
    hops: list[SafeString]
    gaps: list[SafeString]
    board: Board
    entries: list[Entry]
    can_edit: bool
    has_role: bool

    @property
    def width(self) -> int:
        """Return the number of columns."""
        return len(self.board.columns)

    @property
    def reading(self) -> list[ReadStage]:
        """Return the same to read from top to bottom."""
        texts: dict[int, list[Said]] = defaultdict(list)
        for row in self.board.rows:
            for column, cell in zip(self.board.columns, row.cells, strict=True):
                if column.step:
                    texts[column.step.pk].append(Said(row.lane.name, words(row.lane, cell)))
        for column, hop in zip(self.board.columns, self.board.hops, strict=True):
            if column.step and hop:
                texts[column.step.pk].append(
                    Said(_("What comes along"), hop.words)
                    if self.has_role
                    else Said(_("Change of channel"), hop.comes)
                )
        numbers = {step.pk: index for index, step in enumerate(self.board.steps, start=1)}
        return [
            ReadStage(
                stage.stage.uid,
                stage.stage.name,
                [
                    ReadStep(
                        numbers[step.pk],
                        step.name,
                        texts[step.pk],
                        len(self.board.gaps.get(step.pk, [])),
                    )
                    for step in (column.step for column in stage.columns)
                    if step
                ],
            )
            for stage in self.board.stages
        ]


def board_page(place: Place, journey: Journey) -> BoardPage:
    """Draw the board; unchanged pieces are kept. Constant queries."""
    board = read_board(journey)
    sees = viewer(place, journey)
    keys = [str(stage.stage.uid) for stage in board.stages]
    order = board.order
    lanes = [str(row.lane.uid) for row in board.rows]
    stages = [
        DrawnStage(
            stage.stage,
            _head(
                "stage",
                sees,
                stage.stage,
                keys.index(str(stage.stage.uid)),
                len(keys),
                width=len(stage.columns),
            ),
            [
                _head(
                    "step",
                    sees,
                    column.step,
                    order.index(_key(column)),
                    len(order),
                    is_first=column.is_first,
                )
                if column.step
                else _empty_head(sees, stage.stage)
                for column in stage.columns
            ],
        )
        for stage in board.stages
    ]
    rows = [
        DrawnRow(
            row.lane,
            _head("lane", sees, row.lane, lanes.index(str(row.lane.uid)), len(lanes)),
            [
                draw_cell(sees, row.lane, column, cell)
                for column, cell in zip(board.columns, row.cells, strict=True)
            ],
            curve(board, row) if row.lane.kind == Lane.Kind.EMOTION and board.steps else None,
        )
        for row in board.rows
    ]
    gaps = [
        _draw_gaps(sees, column, board.gaps.get(column.step.pk, []) if column.step else [])
        for column in board.columns
    ]
    found = board.hops
    drawn_hops = [
        _draw_hop(sees, place, column, hop)
        for column, hop in zip(board.columns, found, strict=True)
    ]
    return BoardPage(
        stages=stages,
        rows=rows,
        hops=drawn_hops if any(found) else [],
        gaps=gaps,
        board=board,
        entries=of_object(journey.uid),
        can_edit=sees.can_edit,
        has_role=sees.has_role,
    )


def _key(column: Column) -> rules.Column:
    return rules.Column(str(column.stage.uid), str(column.step.uid) if column.step else None)


TEMPLATE = "strategy/journeys/board.html"


def _head(
    kind: str, sees: Viewer, part: Stage | Step | Lane, at: int, count: int, **more: Any
) -> SafeString:
    is_first_place, is_last_place = at == 0, at == count - 1
    shows = (part.uid, part.version, is_first_place, is_last_place, sees, tuple(more.items()))
    return fragment(
        f"{TEMPLATE}#{kind}-head",
        shows,
        {"part": part, "sees": sees, "at_start": is_first_place, "at_end": is_last_place, **more},
    )


def _empty_head(sees: Viewer, stage: Stage) -> SafeString:
    return fragment(
        f"{TEMPLATE}#empty-head", (stage.uid, stage.version, sees), {"part": stage, "sees": sees}
    )


def draw_cell(
    sees: Viewer, lane: Lane, column: Column, cell: Cell | None, *, focus: bool = False
) -> SafeString:
    """Return one cell as the person sees it: a button for those who may change it, else text."""
    if cell is None or column.step is None:
        return fragment(f"{TEMPLATE}#no-cell", column.is_first, {"is_first": column.is_first})
    channel, team = cell.channel, cell.team
    shows = (
        cell.uid, cell.version, column.is_first, sees, focus, lane.version, column.step.version,
        channel and (channel.uid, channel.version), team and (team.uid, team.version),
    )  # fmt: skip
    return fragment(
        f"{TEMPLATE}#cell",
        shows,
        {
            "cell": cell,
            "lane": lane,
            "step": column.step,
            "is_first": column.is_first,
            "sees": sees,
            "focus": focus,
            "is_blank": not words(lane, cell),
            "emotion": None if cell.emotion is None else Emotion(cell.emotion),
        },
    )


def _draw_hop(sees: Viewer, place: Place, column: Column, hop: Hop | None) -> SafeString:
    if hop is None or column.step is None:
        return fragment(f"{TEMPLATE}#no-hop", column.is_first, {"is_first": column.is_first})
    way = hop.transition
    can_record = sees.has_role and place.may(Act.EDIT, way or _unrecorded(hop))
    ends = [(end.uid, end.version, end.owner_team_id) for end in (hop.source, hop.target)]
    owners = way and (
        way.source.owner_team and way.source.owner_team.version,
        way.target.owner_team and way.target.owner_team.version,
    )
    shows = (
        (column.step.uid, column.step.version), column.is_first, sees, can_record, tuple(ends),
        way and (way.uid, way.version), owners,
    )  # fmt: skip
    return fragment(
        f"{TEMPLATE}#hop",
        shows,
        {
            "hop": hop,
            "step": column.step,
            "is_first": column.is_first,
            "sees": sees,
            "can_record": can_record,
        },
    )


def _unrecorded(hop: Hop) -> Transition:
    """Return the record that nobody has written yet, to ask who may write it."""
    return Transition(strategy_id=hop.source.strategy_id, source=hop.source, target=hop.target)


def _draw_gaps(sees: Viewer, column: Column, gaps: Sequence[Any]) -> SafeString:
    step = column.step
    shows = (
        step and (step.uid, step.version), column.is_first, sees,
        tuple((gap.uid, gap.version) for gap in gaps),
    )  # fmt: skip
    return fragment(
        f"{TEMPLATE}#step-gaps",
        shows,
        {"step": step, "is_first": column.is_first, "sees": sees, "gaps": gaps},
    )
