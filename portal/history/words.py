"""What changed inside a long text, word by word. Plain Python."""

from dataclasses import dataclass
from difflib import SequenceMatcher

AROUND = 6
"""Words that stay on each side of a change, so that one sees where it is."""

MOST = 60
"""Words of one change that are shown before it is cut."""

_TOO_MANY = 90_000
"""Words before times words after that take too long to compare: then the whole middle counts as changed."""

CUT = "…"


@dataclass(frozen=True)
class Piece:
    """Some words: the `same` before and after, `gone`, or `new`."""

    kind: str
    text: str


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Return where two texts differ, with a few words around each place.

    Nothing when they have too little in common to be read as one text, or differ in white space alone.
    """
    old, new = before.split(), after.split()
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    gone, come = old[start : len(old) - end], new[start : len(new) - end]
    runs = [("same", old[:start]), *_compared(gone, come), ("same", old[len(old) - end :])]
    runs = [(kind, words) for kind, words in runs if words]
    same = sum(len(words) for kind, words in runs if kind == "same")
    if same * 3 < max(len(old), len(new)) or all(kind == "same" for kind, _words in runs):
        return ()
    last = len(runs) - 1
    return tuple(
        Piece(kind, _cut(words, is_first=place == 0, is_last=place == last) if kind == "same" else _most(words))
        for place, (kind, words) in enumerate(runs)
    )  # fmt: skip


def _common(one: list[str], other: list[str]) -> int:
    """Return how many words two lists begin with alike."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _compared(old: list[str], new: list[str]) -> list[tuple[str, list[str]]]:
    if len(old) * len(new) > _TOO_MANY:
        return [("gone", old), ("new", new)]
    runs = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(("same", old[a:b]))
        else:
            runs += [("gone", old[a:b]), ("new", new[c:d])]
    return runs


def _cut(words: list[str], *, is_first: bool, is_last: bool) -> str:
    """Keep of unchanged words those beside a change."""
    head = 0 if is_first else AROUND
    tail = 0 if is_last else AROUND
    if len(words) <= head + tail + 1:
        return " ".join(words)
    return " ".join([*words[:head], CUT, *words[len(words) - tail :]])


def _most(words: list[str]) -> str:
    return " ".join(words if len(words) <= MOST else [*words[:MOST], CUT])
