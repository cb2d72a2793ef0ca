"""The tree of contact types. No Django."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeVar


class Twig(NamedTuple):
    """A contact type as the tree needs it: its key, and that of the wider one which it is part of."""

    pk: int
    parent: int | None


T = TypeVar("T")


def children_of(rows: Iterable[T]) -> dict[int | None, list[T]]:
    """Return the rows by the key of what they are part of, in the order given; those at the top under None.

    Rows have `pk` and `parent`. What is part of something that is not among them stands at the top.
    """
    every: list[Any] = list(rows)
    known = {row.pk for row in every}
    found: dict[int | None, list[T]] = defaultdict(list)
    for row in every:
        found[row.parent if row.parent in known else None].append(row)
    return found


def in_order(rows: Sequence[T], *, closed: Iterable[int] = ()) -> list[tuple[T, int]]:
    """Return the rows as a tree is read, each with its depth from 0; what lies below the closed is left out.

    Should rows go round in a circle, which the actions refuse, they follow at the end, so that none is lost.
    """
    found: list[tuple[T, int]] = []
    children, shut, met = children_of(rows), set(closed), set()
    waiting = [(row, 0) for row in reversed(children[None])]
    while waiting:
        row, depth = waiting.pop()
        key: int = row.pk  # type: ignore[attr-defined]
        met.add(key)
        found.append((row, depth))
        if key not in shut:
            waiting += [(child, depth + 1) for child in reversed(children[key])]
        else:
            met |= below(children, key)
    return found + [(row, 0) for row in rows if row.pk not in met]  # type: ignore[attr-defined]


def below(children: dict[int | None, list[T]], key: int) -> set[int]:
    """Return the keys of everything that is part of the row with this key, however deep."""
    found: set[int] = set()
    waiting = [key]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child.pk not in found:  # type: ignore[attr-defined]
                found.add(child.pk)  # type: ignore[attr-defined]
                waiting.append(child.pk)  # type: ignore[attr-defined]
    return found


def goes_round(rows: Iterable[Twig], key: int, parent: int) -> bool:
    """Would the row with this key become part of itself, were it part of `parent`?"""
    up = {row.pk: row.parent for row in rows}
    seen: set[int] = set()
    at: int | None = parent
    while at is not None and at not in seen:
        if at == key:
            return True
        seen.add(at)
        at = up.get(at)
    return False
