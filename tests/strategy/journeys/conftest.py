"""A journey of the Mobile team: two stages, five steps, the usual lanes, some of it filled in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from portal.history.record import change_set
from strategy.gaps.models import Gap
from strategy.journeys import actions
from strategy.journeys.models import BOARD_LANES, Cell, Journey, Lane, Stage, Step

STORY = (
    ("Get ready", ("Gets a reminder", "Opens the app")),
    ("File the claim", ("Takes photos", "Gets stuck", "Calls")),
)


@dataclass
class Drawn:
    """The journey, and its parts by name."""

    journey: Journey

    def stage(self, name: str) -> Stage:
        return Stage.objects.get(journey=self.journey, name=name)

    def step(self, name: str) -> Step:
        return Step.objects.get(stage__journey=self.journey, name=name)

    def lane(self, kind: str) -> Lane:
        return Lane.objects.get(journey=self.journey, kind=kind)

    def cell(self, step: str, kind: str = Lane.Kind.TEXT) -> Cell:
        return Cell.objects.get(step=self.step(step), lane=self.lane(kind))

    def order(self) -> list[tuple[str, str]]:
        rows = Step.objects.filter(stage__journey=self.journey)
        rows = rows.order_by("stage__position", "stage_id", "position", "id")
        return list(rows.values_list("stage__name", "name"))

    def stages(self) -> list[str]:
        return list(Stage.objects.filter(journey=self.journey).values_list("name", flat=True))

    def is_whole(self) -> bool:
        """Has every step one cell in every lane?"""
        steps = Step.objects.filter(stage__journey=self.journey).count()
        lanes = Lane.objects.filter(journey=self.journey).count()
        return Cell.objects.filter(lane__journey=self.journey).count() == steps * lanes


def draw(cast: Any, name: str = "Ask about a claim", story: Any = STORY, **facts: Any) -> Drawn:
    """Create a journey; every step says "<name> for sure" and pleases the customer."""
    journey = Journey(strategy=cast.strategy, name=name, **{"owner_team": cast.mobile, **facts})
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        actions.create_journey(record, journey)
        lanes = [
            actions.create_lane(record, journey, kind, str(lane)) for kind, lane in BOARD_LANES
        ]
        for stage_name, steps in story:
            stage = actions.create_stage(record, journey, stage_name)
            for step in steps:
                cells = actions.create_step(record, stage, step).cells
                cells.filter(lane=lanes[0]).update(text=f"{step} for sure")
                cells.filter(lane=lanes[3]).update(emotion=1)
    return Drawn(journey)


@pytest.fixture
def drawn(cast: Any) -> Drawn:
    return draw(cast)


@pytest.fixture
def gap_at(cast: Any, drawn: Drawn) -> Callable[..., Gap]:
    """Return a function that logs a gap at a step."""

    def log(step: str, title: str = "Help is hidden", number: int = 1, **facts: Any) -> Gap:
        gap = Gap(
            strategy=cast.strategy,
            number=number,
            title=title,
            journey=drawn.journey,
            step=drawn.step(step),
            opened_on="2026-11-02",
            **facts,
        )
        with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
            record.create(gap)
        return gap

    return log
