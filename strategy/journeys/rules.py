"""Places in a row: positions with room between them, where a moved step lands, where customers change channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

ROOM = 1024
"""Distance between two neighbors: ten rows fit between any two before the rest must shift."""

DIRECTIONS = ("back", "on")
"""Where a button pushes: towards the beginning of the row, or towards its end."""


def position_between(left: int | None, right: int | None) -> int | None:
    """Return a position between two neighbors (None: no neighbor), or None: there is no room."""
    low = left or 0
    if right is None:
        return low + ROOM
    middle = (low + right) // 2
    return middle if low < middle < right else None


def arrivals(channels: Sequence[T | None]) -> list[T | None]:
    """Return for each step the channel its customer comes from when it is another one; else None.

    Only from one step to the next: where a step names no channel, nobody knows what happened in between.
    """
    before = [None, *channels[:-1]] if channels else []
    return [
        source if source is not None and channel is not None and source != channel else None
        for source, channel in zip(before, channels, strict=True)
    ]


@dataclass(frozen=True)
class Column:
    """A step in its stage, or (step None) the empty place of a stage without steps."""

    stage: str
    step: str | None

    @property
    def key(self) -> str:
        """Return how a page names the column."""
        return self.step or f"stage-{self.stage}"


@dataclass(frozen=True)
class Landing:
    """Where a step goes: into this stage, in front of that step (None: at the end)."""

    stage: str
    before: str | None


def landing_of_drop(columns: Sequence[Column], item: str, before: str) -> Landing | None:
    """Return where a step lands that was dropped in front of a column ("": after the last).

    Between two stages the drop could mean either. It means the one the pointer came across last:
    coming from the left the end of the left stage, coming from the right the start of the right
    one. None: it was dropped where it stood, or there is no such column.
    """
    keys = [column.key for column in columns]
    if item not in keys or (before and before not in keys):
        return None
    came_from = keys.index(item)
    next_to_it = keys[came_from + 1] if came_from + 1 < len(keys) else ""
    if before in (item, next_to_it):
        return None
    rest = [column for column in columns if column.key != item]
    if not before:
        return Landing(rest[-1].stage, None)
    at = next(index for index, column in enumerate(rest) if column.key == before)
    here, left = rest[at], rest[at - 1] if at else rest[at]
    if left.stage != here.stage and came_from < keys.index(before):
        return Landing(left.stage, None)
    return Landing(here.stage, here.step)


def landing_beside(columns: Sequence[Column], item: str, to: str) -> Landing | None:
    """Return where a step lands that is pushed "back" (left) or "on" (right), across stages too.

    None: it stands at that end of the board already, or is not on it.
    """
    keys = [column.key for column in columns]
    if item not in keys or to not in DIRECTIONS:
        return None
    at = keys.index(item)
    own = columns[at].stage
    beside = at - 1 if to == "back" else at + 1
    if not 0 <= beside < len(columns):
        return None
    neighbor = columns[beside]
    if to == "back":
        return Landing(neighbor.stage, neighbor.step if neighbor.stage == own else None)
    if neighbor.stage != own:
        return Landing(neighbor.stage, neighbor.step)
    after = columns[beside + 1] if beside + 1 < len(columns) else None
    return Landing(own, after.step if after is not None and after.stage == own else None)


def row_beside(keys: Sequence[str], item: str, to: str) -> str | None:
    """Return in front of which row `item` lands when pushed "back" or "on" ("": at the end).

    None: it stands at that end already, or is not there.
    """
    if item not in keys or to not in DIRECTIONS:
        return None
    at = keys.index(item)
    if to == "back":
        return keys[at - 1] if at else None
    if at + 1 == len(keys):
        return None
    return keys[at + 2] if at + 2 < len(keys) else ""
