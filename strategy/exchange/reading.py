"""From text to a document: YAML 1.2 with the line of every value, within limits.

The events of the parser are read one by one instead of letting a loader build objects: nothing in a file can make
the portal create anything but text, numbers, lists and mappings, and a date or a time such as 22:30 stays the text
it is. Anchors and aliases are refused, so that a small file cannot unfold into a huge one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from ruamel.yaml import YAML, events
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.reader import ReaderError

from portal.lib.refusals import RuleBroken
from strategy.exchange.problems import Path, Problem, shortened, written

MAX_BYTES = 10_000_000
MAX_DEPTH = 20
_TAG = "tag:yaml.org,2002:"
_resolver = YAML(typ="safe", pure=True).resolver


@dataclass
class Document:
    """The values of a file, and the line (from 1) on which each begins."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """Return the line of the value, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, path: Path, sentence: str) -> None:
        """Note something wrong at the path."""
        self.problems.append(Problem(self.line(path), written(path), sentence, path))


class _Unreadable(Exception):
    """Reading stops here: what follows would be guesswork."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.problem = Problem(line, "", sentence)


def read(text: str) -> Document:
    """Read the text. A document with problems and no data was not readable at all."""
    document = Document()
    try:
        if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            raise _Unreadable(
                1,
                _(
                    "The file is larger than 10 MB. Split the strategy, or leave out what is not needed."
                ),
            )
        document.data = _Reader(text, document).read()
    except _Unreadable as refusal:
        document.problems.append(refusal.problem)
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        document.problems.append(
            Problem(line, "", _("There is a character here that YAML does not allow. Delete it."))
        )
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.problems.append(Problem(mark.line + 1 if mark else 1, "", _sentence(error)))
    except (YAMLError, ValueError, OverflowError) as error:
        document.problems.append(
            Problem(
                1, "", _("This is not a YAML file: %(error)s") % {"error": shortened(error, 200)}
            )
        )
    return document


def read_file(path: str) -> str:
    """Return the text of a file. Raises RuleBroken with a sentence when it cannot be read."""
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_BYTES + 1)
        return content.decode("utf-8")
    except OSError as error:
        raise RuleBroken(
            _("%(file)s cannot be read: %(why)s.") % {"file": path, "why": error.strerror}
        ) from None
    except UnicodeDecodeError as error:
        if (
            len(content) > MAX_BYTES
        ):  # it ends in the middle of a character; the check says that it is too large
            return content.decode("utf-8", "replace")
        line = content.count(b"\n", 0, error.start) + 1
        raise RuleBroken(
            _("%(file)s is not UTF-8 text (line %(line)s). Save it as UTF-8 and try again.")
            % {"file": path, "line": line}
        ) from None


def _sentence(error: MarkedYAMLError) -> str:
    problem = str(error.problem or error.context or "")
    if "'\\t'" in problem:
        return _("A tab stands here. YAML is indented with spaces; replace the tab with spaces.")
    if "mapping values are not allowed" in problem:
        return _("A colon stands where none can be. Put the text that contains it in quotes.")
    if "could not find expected ':'" in problem:
        return _("A colon is missing after this key, or the line is indented wrongly.")
    if "expected <block end>" in problem:
        return _("The indentation does not fit the lines above. Line it up with its neighbors.")
    return _("YAML cannot be read here: %(problem)s.") % {"problem": problem}


class _Reader:
    """Builds plain values from the events of the parser."""

    def __init__(self, text: str, document: Document) -> None:
        self.document = document
        self.events: Iterator[Any] = YAML(typ="safe", pure=True).parse(text.removeprefix("\ufeff"))

    def read(self) -> Any:
        data: Any = None
        documents = 0
        for event in self.events:
            if isinstance(event, events.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Unreadable(
                        event.start_mark.line + 1,
                        _("A second document begins here (---). A strategy file holds one."),
                    )
            elif isinstance(event, events.NodeEvent):
                data = self._value(event, ())
        if data is None:
            raise _Unreadable(
                1, _("The file is empty. docs/strategy-file.md shows what one looks like.")
            )
        return data

    def _value(self, event: Any, path: Path) -> Any:
        line = event.start_mark.line + 1
        self.document.lines.setdefault(path, line)
        if isinstance(event, events.AliasEvent) or event.anchor is not None:
            raise _Unreadable(
                line,
                _(
                    "Anchors and aliases (& and *) are not used in a strategy file. Write the value out."
                ),
            )
        if event.ctag is not None and str(event.ctag) != "!":
            raise _Unreadable(
                line,
                _(
                    "Tags (!) are not used in a strategy file. Delete it, or put the text in quotes."
                ),
            )
        if len(path) > MAX_DEPTH:
            raise _Unreadable(line, _("This is nested too deeply for a strategy file."))
        if isinstance(event, events.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, events.SequenceStartEvent):
            return self._sequence(path)
        return self._scalar(event, path)

    def _mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        seen: set[str] = set()
        while not isinstance(event := next(self.events), events.MappingEndEvent):
            line = event.start_mark.line + 1
            if not isinstance(event, events.ScalarEvent):
                raise _Unreadable(
                    line, _("A list or a mapping cannot be a key. Put the key in quotes.")
                )
            self._value(event, path)  # refuses anchors and tags on keys as well
            key = event.value
            here = (*path, key)
            if key in seen:
                first = self.document.lines[here]
                self.document.problems.append(
                    Problem(
                        line,
                        written(here),
                        _("This stands here twice; the first is on line %(line)s. Keep one.")
                        % {"line": first},
                    )
                )
            seen.add(key)
            self.document.lines.setdefault(here, line)
            value = self._value(next(self.events), here)
            if value is not None:  # "owner:" with nothing behind it says nothing
                found[key] = value
        return found

    def _sequence(self, path: Path) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self.events), events.SequenceEndEvent):
            found.append(self._value(event, (*path, len(found))))
        return found

    def _scalar(self, event: Any, path: Path) -> Any:
        value: str = event.value
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            self.document.problem(
                path, _("There is a character in this text that cannot be kept. Delete it.")
            )
            return ""
        if not event.implicit[0]:  # in quotes, or a block
            return value
        tag = str(_resolver.resolve(ScalarNode, value, (True, False))).removeprefix(_TAG)
        if tag == "null":
            return None
        if tag == "bool":
            return value.lower() == "true"
        if tag == "int" and len(value) <= 18 and value.lstrip("+-").isdecimal():
            return int(value)
        if tag in ("int", "float"):
            return _Number(value)
        return value


class _Number(float):
    """A number as it was written, such as 1e3. Nothing in a strategy file is one."""

    def __new__(cls, text: str) -> "_Number":
        number = super().__new__(cls, "nan")
        number.text = text
        return number

    text: str

    def __str__(self) -> str:
        return self.text
