"""The journeys as plain values."""

from typing import Any

from strategy.exchange.writing.base import Writer, by_name, in_order, prose, stated
from strategy.journeys.models import Cell, Journey, Lane, Step


class Journeys(Writer):
    """Collects the boards."""

    def _journeys(self) -> list[dict[str, Any]]:
        rows = Journey.objects.filter(strategy=self.strategy).select_related("owner_team")
        rows = rows.prefetch_related(
            "lanes", "stages__steps__cells__channel", "stages__steps__cells__team"
        )
        return [self._journey(journey) for journey in by_name(rows)]

    def _journey(self, journey: Journey) -> dict[str, Any]:
        lanes = in_order(journey.lanes.all())
        keys = _keys_of(lanes)
        return stated(
            uid=str(journey.uid),
            name=journey.name,
            customer=journey.customer,
            goal=prose(journey.goal),
            owner_team=self._team(journey.owner_team),
            reviewed_on=journey.reviewed_on,
            lanes=[
                stated(
                    uid=str(lane.uid),
                    key=keys[lane.pk] if keys[lane.pk] != lane.name else None,
                    kind=lane.kind,
                    name=lane.name,
                )
                for lane in lanes
            ],
            stages=[
                stated(
                    uid=str(stage.uid),
                    name=stage.name,
                    steps=[self._step(step, lanes, keys) for step in in_order(stage.steps.all())],
                )
                for stage in in_order(journey.stages.all())
            ],
        )

    def _step(self, step: Step, lanes: list[Lane], keys: dict[int, str]) -> dict[str, Any]:
        cells = {cell.lane_id: cell for cell in step.cells.all()}
        values = {keys[lane.pk]: self._cell(lane.kind, cells.get(lane.pk)) for lane in lanes}
        return stated(uid=str(step.uid), name=step.name, cells=stated(**values))

    def _cell(self, kind: str, cell: Cell | None) -> Any:
        if cell is None:
            return None
        if kind == Lane.Kind.CHANNEL:
            return cell.channel.name if cell.channel else None
        if kind == Lane.Kind.TEAM:
            return self._team(cell.team)
        return cell.emotion if kind == Lane.Kind.EMOTION else prose(cell.text)


def _keys_of(lanes: list[Lane]) -> dict[int, str]:
    """Return how cells name each lane: by its name, and by name and number from the second lane of that name."""
    keys: dict[int, str] = {}
    taken = {lane.name for lane in lanes}
    seen: set[str] = set()
    for lane in lanes:
        key, number = lane.name, 1
        while key in seen or (key != lane.name and key in taken):
            number += 1
            key = f"{lane.name} ({number})"
        seen.add(key)
        keys[lane.pk] = key
    return keys
