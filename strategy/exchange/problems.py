"""What can be wrong in a strategy file, and how it is said."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.lib.refusals import Refusal

Path = tuple[str | int, ...]
"""Where a value stands: ("channels", 3, "family")."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong: the line it stands on (from 1), where that is in the document, and what to do."""

    line: int
    path: str
    sentence: str
    at: Path = field(default=(), compare=False)
    """Where it is, for who looks the value up."""

    def __str__(self) -> str:
        where = _("Line %(line)s") % {"line": self.line}
        return (
            f"{where}: {self.path}: {self.sentence}" if self.path else f"{where}: {self.sentence}"
        )


class Problems(tuple[Problem, ...]):
    """All problems of a file, sorted by line. Empty: the file can be imported."""

    def __new__(cls, found: Iterable[Problem] = ()) -> "Problems":
        return super().__new__(cls, sorted(set(found)))

    def __str__(self) -> str:
        return "\n".join(map(str, self))


class FileRefused(Refusal):
    """The file was not imported. Carries every problem; the message names the first ones."""

    status = 422
    shown = 20

    def __init__(self, problems: Problems) -> None:
        count = len(problems)
        head = ngettext(
            "Nothing was imported: the file has %(count)s problem. Correct it and try again.",
            "Nothing was imported: the file has %(count)s problems. Correct them and try again.",
            count,
        ) % {"count": count}
        super().__init__("\n".join([head, *map(str, problems[: self.shown])]))
        self.problems = problems


def said(problems: Problems) -> str:
    """Return all problems for a terminal, one a line, under a line that counts them."""
    count = len(problems)
    head = ngettext(
        "The file has %(count)s problem:",
        "The file has %(count)s problems:",
        count,
    ) % {"count": count}
    return f"{head}\n{problems}"


def written(path: Path) -> str:
    """Return the path as people read it: channels[3].family."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            plain = re.fullmatch(r"[\w@+.-]+( [\w@+.-]+)*", part)
            text += ("." if text else "") + (part if plain else f"“{shortened(part)}”")
    return text


def shortened(text: object, limit: int = 60) -> str:
    """Return a value on one line, cut where it is long."""
    line = " ".join(str(text).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def did_you_mean(word: str, options: Iterable[str]) -> str:
    """Return " Did you mean “…”?" when one of the options is close to the word; else nothing."""
    lowered = {option.lower(): option for option in options}
    close = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    if not close:
        return ""
    return " " + _("Did you mean “%(option)s”?") % {"option": shortened(lowered[close[0]])}
