"""Rows of the journeys: lanes, stages, steps and the cells where they meet."""

from typing import Any

from django.utils.translation import gettext as _

from strategy.exchange.problems import Path, did_you_mean, shortened
from strategy.exchange.references import Builder, mapping, objects, text_of
from strategy.exchange.shape import quotes_missing, too_long
from strategy.journeys.models import Cell, Journey, Lane, Stage, Step
from strategy.journeys.rules import ROOM


class Journeys(Builder):
    """Builds the boards."""

    def _journeys(self, data: dict[str, Any]) -> None:
        names: dict[str, Path] = {}
        for path, facts in objects(data, "journeys"):
            journey = Journey(
                strategy=self.rows.strategy,
                owner_team=self._team(facts, "owner_team", path),
                **self._texts(facts, "name", "customer", "goal"),
                **self._days(facts, "reviewed_on"),
            )
            self._uid(journey, facts, path)
            self._once(names, journey.name, (*path, "name"), _("Another journey has this name"))
            self._clean(journey, path)
            self.journeys.setdefault(journey.name, journey)
            self.rows.journeys.append(journey)
            lanes = self._lanes(journey, facts, path)
            self._stages(journey, lanes, facts, path)

    def _lanes(self, journey: Journey, facts: dict[str, Any], path: Path) -> dict[str, Lane]:
        keys: dict[str, Path] = {}
        lanes: dict[str, Lane] = {}
        for position, (place, lane_facts) in enumerate(objects(facts, "lanes", path), start=1):
            lane = Lane(
                journey=journey, position=position * ROOM, **self._texts(lane_facts, "kind", "name")
            )
            key = text_of(lane_facts, "key") or lane.name
            self._uid(lane, lane_facts, place)
            self._once(
                keys,
                key,
                place,
                _("Another lane has this name; give one of them a `key`"),
                fold=False,
            )
            self._clean(lane, place)
            lanes[key] = lane
            self.rows.lanes.append(lane)
        return lanes

    def _stages(
        self, journey: Journey, lanes: dict[str, Lane], facts: dict[str, Any], path: Path
    ) -> None:
        steps = self.steps.setdefault(journey.name, [])
        for position, (place, stage_facts) in enumerate(objects(facts, "stages", path), start=1):
            stage = Stage(
                journey=journey, position=position * ROOM, **self._texts(stage_facts, "name")
            )
            self._uid(stage, stage_facts, place)
            self._clean(stage, place)
            self.rows.stages.append(stage)
            for step_position, (here, step_facts) in enumerate(
                objects(stage_facts, "steps", place), start=1
            ):
                step = Step(
                    stage=stage, position=step_position * ROOM, **self._texts(step_facts, "name")
                )
                self._uid(step, step_facts, here)
                self._clean(step, here)
                steps.append(step)
                self.rows.steps.append(step)
                self._cells(step, lanes, mapping(step_facts.get("cells")), (*here, "cells"))

    def _cells(self, step: Step, lanes: dict[str, Lane], facts: dict[str, Any], path: Path) -> None:
        for key in facts:
            if key not in lanes:
                self._problem(
                    (*path, key),
                    _("This journey has no lane called “%(lane)s”.") % {"lane": shortened(key)}
                    + did_you_mean(key, lanes),
                )
        for key, lane in lanes.items():
            cell = Cell(step=step, lane=lane)
            if key in facts:
                self._fill(cell, lane.kind, facts, key, path)
            self.rows.cells.append(cell)

    def _fill(self, cell: Cell, kind: str, facts: dict[str, Any], key: str, path: Path) -> None:
        value = facts[key]
        if kind == Lane.Kind.EMOTION:
            if isinstance(value, int) and -2 <= value <= 2:
                cell.emotion = value
            else:
                self._problem(
                    (*path, key), _("An emotion is a number from -2 (angry) to 2 (delighted).")
                )
        elif not isinstance(value, str):
            self._problem((*path, key), quotes_missing(value))
        elif kind == Lane.Kind.CHANNEL:
            cell.channel = self._channel(facts, key, path)
        elif kind == Lane.Kind.TEAM:
            cell.team = self._team(facts, key, path)
        elif len(value) > _TEXT_OF_CELL:
            self._problem((*path, key), too_long(value, _TEXT_OF_CELL))
        else:
            cell.text = value


_TEXT_OF_CELL: int = Cell._meta.get_field("text").max_length  # type: ignore[assignment]
