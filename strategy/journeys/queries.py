"""Reading journeys: the list, and a board as plain data for the page and the report."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.history.queries import last_change, newest_of
from portal.lib import svg
from portal.live import revisions
from strategy.inventory.models import Channel, Transition
from strategy.inventory.queries import Context, context_of
from strategy.journeys import rules
from strategy.journeys.models import Cell, Emotion, Journey, Lane, Stage, Step
from strategy.plan.models import Strategy

PAGE_SIZE = 24
UNSETTLED = ("open", "agreed", "in_progress", "blocked")
"""States of a gap in which somebody still has to act (gaps are a slice above)."""


# --- a board as data --------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """A step under its stage; step None is the empty place of a stage without steps."""

    stage: Stage
    step: Step | None
    is_first: bool


@dataclass(frozen=True)
class StageColumns:
    """A stage and its columns, at least one."""

    stage: Stage
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Row:
    """A lane and its cells, one for each column; None where there is no step."""

    lane: Lane
    cells: tuple[Cell | None, ...]

    @property
    def emotions(self) -> list[int | None]:
        """Return what the customer feels at each column; None where nobody said."""
        return [cell.emotion if cell else None for cell in self.cells]


@dataclass(frozen=True)
class Hop:
    """Where a customer changes channel from one step to the next, and what is recorded of that way."""

    source: Channel
    target: Channel
    transition: Transition | None

    @property
    def context(self) -> Context | None:
        """Return what comes along; None when nothing is recorded."""
        return context_of(self.transition) if self.transition else None

    @property
    def comes(self) -> str:
        """Return from where the customer comes."""
        return _("From %(channel)s.") % {"channel": self.source}

    @property
    def words(self) -> str:
        """Return the hop as plain text."""
        comes = self.comes
        if self.transition is None:
            return f"{comes} {_('Nothing is recorded of this way.')}"
        return f"{comes} {context_of(self.transition).words}"


@dataclass(frozen=True)
class Board:
    """Everything a board shows, in order. `gaps`: the unsettled ones by the key of their step."""

    journey: Journey
    stages: tuple[StageColumns, ...]
    rows: tuple[Row, ...]
    gaps: dict[int, list[Any]]
    ways: dict[tuple[int, int], Transition]

    @property
    def hops(self) -> list[Hop | None]:
        """Return for each column the hop that leads to its step; the first channel lane says where it is."""
        lane = next((row for row in self.rows if row.lane.kind == Lane.Kind.CHANNEL), None)
        if lane is None:
            return [None] * len(self.columns)
        return hops([cell.channel if cell else None for cell in lane.cells], self.ways)

    @property
    def columns(self) -> tuple[Column, ...]:
        """Return all columns from left to right."""
        return tuple(column for stage in self.stages for column in stage.columns)

    @property
    def steps(self) -> list[Step]:
        """Return the steps from left to right."""
        return [column.step for column in self.columns if column.step]

    @property
    def order(self) -> list[rules.Column]:
        """Return the columns as the rules of moving name them."""
        return [
            rules.Column(str(column.stage.uid), str(column.step.uid) if column.step else None)
            for column in self.columns
        ]


def hops(
    channels: Sequence[Channel | None], ways: Mapping[tuple[int, int], Transition]
) -> list[Hop | None]:
    """Return for each step the hop that leads to it, or None. `ways`: transitions by the keys of their ends."""
    return [
        Hop(source, target, ways.get((source.pk, target.pk))) if source and target else None
        for source, target in zip(rules.arrivals(channels), channels, strict=True)
    ]


def ways_between(strategy_id: int, channels: Iterable[int]) -> dict[tuple[int, int], Transition]:
    """Return the transitions between these channels by the keys of their ends, with who owns them. One query."""
    keys = set(channels)
    rows = Transition.objects.filter(strategy=strategy_id, source__in=keys, target__in=keys)
    related = rows.select_related("source__owner_team", "target__owner_team")
    return {(row.source_id, row.target_id): row for row in related}


def step_after_hop(journey: Journey, transition: Transition) -> Step | None:
    """Return the first step of the journey to which its customer comes by this transition; None: there is none."""
    board = read_board(journey)
    for column, hop in zip(board.columns, board.hops, strict=True):
        if hop and (hop.source.pk, hop.target.pk) == (transition.source_id, transition.target_id):
            return column.step
    return None


def travelled(strategy: Strategy) -> dict[tuple[uuid.UUID, uuid.UUID], tuple[str, ...]]:
    """Return the names of the journeys that go from one channel to another, for every such pair. One query."""
    rows = (
        Cell.objects.filter(lane__kind=Lane.Kind.CHANNEL, lane__journey__strategy=strategy)
        .order_by(
            "lane__journey__name", "lane__journey", "lane__position", "lane",
            "step__stage__position", "step__stage", "step__position", "step",
        )
        .values_list("lane__journey", "lane__journey__name", "lane", "channel__uid")
    )  # fmt: skip
    first: dict[int, int] = {}
    names: dict[int, str] = {}
    used: dict[int, list[uuid.UUID | None]] = defaultdict(list)
    for journey, name, lane, channel in rows:
        if first.setdefault(journey, lane) == lane:
            names[journey] = name
            used[journey].append(channel)
    found: dict[tuple[uuid.UUID, uuid.UUID], dict[str, None]] = defaultdict(dict)
    for journey, channels in used.items():
        for source, target in zip(rules.arrivals(channels), channels, strict=True):
            if source and target:
                found[source, target][names[journey]] = None
    return {pair: tuple(journeys) for pair, journeys in found.items()}


def read_board(journey: Journey) -> Board:
    """Return the board of a journey as it is now."""
    stages = list(Stage.objects.filter(journey=journey))
    steps: dict[int, list[Step]] = defaultdict(list)
    for step in Step.objects.filter(stage__journey=journey):
        steps[step.stage_id].append(step)
    cells: dict[tuple[int, int], Cell] = {}
    for cell in Cell.objects.filter(step__stage__journey=journey).select_related("channel", "team"):
        cells[cell.step_id, cell.lane_id] = cell
    gaps: dict[int, list[Any]] = defaultdict(list)
    unsettled = journey.gaps.filter(state__in=UNSETTLED, step__isnull=False)  # type: ignore[attr-defined]
    for gap in unsettled.order_by("number"):
        if gap.step_id:
            gaps[gap.step_id].append(gap)
    grouped = tuple(
        StageColumns(
            stage,
            tuple(
                Column(stage, step, index == 0)
                for index, step in enumerate(steps[stage.pk] or [None])  # type: ignore[list-item]
            ),
        )
        for stage in stages
    )
    columns = [column for stage in grouped for column in stage.columns]
    rows = tuple(
        Row(
            lane,
            tuple(
                cells.get((column.step.pk, lane.pk)) if column.step else None for column in columns
            ),
        )
        for lane in Lane.objects.filter(journey=journey)
    )
    used = [cell.channel_id for cell in cells.values() if cell.channel_id]
    return Board(
        journey, grouped, rows, dict(gaps), ways_between(journey.strategy_id, used) if used else {}
    )


def curve(board: Board, row: Row, **drawing: Any) -> SafeString:
    """Return the emotion lane drawn as a curve over the board's columns."""
    starts = [index for index, column in enumerate(board.columns) if column.is_first]
    named = [
        f"{column.step.name}: {emotion_words(value)}"
        for column, value in zip(board.columns, row.emotions, strict=True)
        if column.step
    ]
    return svg.emotion_curve(
        row.emotions,
        title=_("%(lane)s from step to step") % {"lane": row.lane.name},
        description="; ".join(named),
        starts=starts,
        **drawing,
    )


def emotion_words(value: int | None) -> str:
    """Return an emotion as people read it: the word, and the number in brackets."""
    if value is None:
        return _("not stated")
    return f"{Emotion(value).label} ({value:+d})".replace("-", "−").replace("+0", "0")


def words(lane: Lane, cell: Cell | None) -> str:
    """Return what a cell says as plain text; empty when nobody has said anything."""
    if cell is None:
        return ""
    if lane.kind == Lane.Kind.CHANNEL:
        return cell.channel.name if cell.channel else ""
    if lane.kind == Lane.Kind.TEAM:
        return cell.team.name if cell.team else ""
    if lane.kind == Lane.Kind.EMOTION:
        return emotion_words(cell.emotion) if cell.emotion is not None else ""
    return cell.text


@dataclass(frozen=True)
class Found:
    """A cell with what surrounds it, for its editor."""

    cell: Cell
    column: Column


def mark(journey: Journey, revision: int) -> int:
    """Return a number that grows with each change of the facts and of the board, so that both are seen by one."""
    return journey.version + revision


def marks(journeys: Collection[Journey]) -> dict[int, int]:
    """Return the mark of each journey, by its key. One query."""
    counted = revisions.counted(one.uid for one in journeys)
    return {one.pk: mark(one, counted.get(one.uid, 0)) for one in journeys}


def last_drawn(journey: Journey, after: int) -> tuple[str, str] | None:
    """Return who changed a journey or its board last, and what: a cell by its step and lane, else its name.

    None when nobody did after that act: a gap, a transition or something deleted gave it another mark.
    """
    parts: tuple[Any, ...] = (
        Stage.objects.filter(journey=journey),
        Lane.objects.filter(journey=journey),
        Step.objects.filter(stage__journey=journey),
        Cell.objects.filter(step__stage__journey=journey).select_related("step", "lane"),
    )
    rows = {row.uid: row for found in parts for row in found} | {journey.uid: journey}
    uid = newest_of(rows, after=after)
    who = last_change(uid) if uid else None
    return (who.who, str(rows[uid])) if who and uid else None


def find_cell(journey: Journey, uid: uuid.UUID) -> Found | None:
    """Return a cell of the journey, or None when it is gone."""
    cell = (
        Cell.objects.filter(uid=uid, step__stage__journey=journey)
        .select_related("step__stage__journey__strategy", "lane", "channel", "team")
        .first()
    )
    if cell is None:
        return None
    step = cell.step
    first = Step.objects.filter(stage=step.stage).values_list("pk", flat=True).first()
    return Found(cell, Column(step.stage, step, first == step.pk))


PARTS: dict[str, tuple[Any, str]] = {
    "stage": (Stage, "journey"),
    "step": (Step, "stage__journey"),
    "lane": (Lane, "journey"),
}
"""Kinds of parts of a board: table, and the way to the journey."""


def parts(journey: Journey, kind: str) -> QuerySet[Any]:
    """Return the stages, steps or lanes of a journey."""
    model, path = PARTS[kind]
    rows = model.objects.filter(**{path: journey})
    return (
        rows.select_related("stage__journey__strategy")
        if kind == "step"
        else rows.select_related("journey__strategy")
    )


@dataclass(frozen=True)
class Toll:
    """What goes when a part of a board is deleted."""

    steps: int
    cells: int
    gaps: int


def toll(part: Stage | Step | Lane | Journey) -> Toll:
    """Return how many steps and filled cells go with a part, and how many gaps lose their place."""
    steps = Step.objects.none()
    if isinstance(part, Journey):
        steps = Step.objects.filter(stage__journey=part)
    elif isinstance(part, Stage):
        steps = Step.objects.filter(stage=part)
    elif isinstance(part, Step):
        steps = Step.objects.filter(pk=part.pk)
    cells = (
        Cell.objects.filter(lane=part)
        if isinstance(part, Lane)
        else Cell.objects.filter(step__in=steps)
    )
    filled = cells.exclude(text="", channel=None, team=None, emotion=None).count()
    gaps = steps.aggregate(n=Count("gaps"))["n"]
    return Toll(0 if isinstance(part, Step) else steps.count(), filled, gaps)


# --- the list ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Card:
    """A journey in the list."""

    journey: Journey
    stages: int
    steps: int
    channels: tuple[str, ...]
    gaps: int
    lowest: str
    lowest_at: str
    curve: SafeString | None


def journey_page(rows: QuerySet[Journey], *, number: str) -> Page[Any]:
    """Return one page of journeys as cards. Constant queries."""
    found = Paginator(
        rows.select_related("owner_team", "strategy").order_by("name", "pk"), PAGE_SIZE
    ).get_page(number)
    journeys = list(found.object_list)
    stages = _counted(Stage.objects.filter(journey__in=journeys).values_list("journey"))
    steps = _counted(Step.objects.filter(stage__journey__in=journeys).values_list("stage__journey"))
    gaps = _counted(
        Journey.objects.filter(
            pk__in=[row.pk for row in journeys], gaps__state__in=UNSETTLED
        ).values_list("pk")
    )
    channels: dict[int, list[str]] = defaultdict(list)
    used = Channel.objects.filter(cells__step__stage__journey__in=journeys).order_by("name")
    for journey, name in used.values_list("cells__step__stage__journey", "name").distinct():
        channels[journey].append(name)
    emotions = _emotions(journeys)
    cards: Any = [
        _card(
            journey,
            stages.get(journey.pk, 0),
            steps.get(journey.pk, 0),
            tuple(channels[journey.pk]),
            gaps.get(journey.pk, 0),
            emotions[journey.pk],
        )
        for journey in journeys
    ]
    found.object_list = cards
    return found


def _counted(rows: Any) -> dict[int, int]:
    return dict(rows.annotate(n=Count("pk")).order_by())


def _emotions(journeys: Iterable[Journey]) -> dict[int, list[tuple[str, int | None]]]:
    """Return step names and emotions from left to right, of each journey's first emotion lane."""
    rows = (
        Cell.objects.filter(lane__kind=Lane.Kind.EMOTION, lane__journey__in=journeys)
        .order_by(
            "lane__journey", "lane__position", "lane", "step__stage__position", "step__stage",
            "step__position", "step",
        )
        .values_list("lane__journey", "lane", "step__name", "emotion")
    )  # fmt: skip
    found: dict[int, list[tuple[str, int | None]]] = defaultdict(list)
    first: dict[int, int] = {}
    for journey, lane, step, emotion in rows:
        if first.setdefault(journey, lane) == lane:
            found[journey].append((step, emotion))
    return found


def _card(
    journey: Journey,
    stages: int,
    steps: int,
    channels: tuple[str, ...],
    gaps: int,
    felt: list[tuple[str, int | None]],
) -> Card:
    stated = [(value, name) for name, value in felt if value is not None]
    lowest = min(stated, key=lambda pair: pair[0], default=None)
    drawing = None
    if len(stated) > 1:
        values = [value for _name, value in felt]
        drawing = svg.emotion_curve(
            values,
            title=_("Emotion in “%(journey)s”") % {"journey": journey},
            description=ngettext("%(n)d step", "%(n)d steps", len(values)) % {"n": len(values)},
            column=240 / max(len(values), 1),
            height=44,
            marks=False,
        )
    return Card(
        journey=journey,
        stages=stages,
        steps=steps,
        channels=channels,
        gaps=gaps,
        lowest=emotion_words(lowest[0]) if lowest else "",
        lowest_at=lowest[1] if lowest else "",
        curve=drawing,
    )
