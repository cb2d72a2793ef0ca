"""Reading a checklist file: YAML, checked, with the line of what is wrong.

docs/checklists.md describes the format.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from portal.lib.refusals import RuleBroken
from strategy.plan.rules import MOBILE

FOLDER = Path(__file__).parent / "frameworks"
"""The checklists that ship with the portal."""


@dataclass(frozen=True)
class Entry:
    """One item as the file has it. `position` counts from 1 over all sections."""

    code: str
    section: str
    text: str
    help: str
    position: int


@dataclass(frozen=True)
class Sheet:
    """A checklist file."""

    code: str
    edition: str
    name: str
    about: str
    license: str
    lens: str
    entries: tuple[Entry, ...]


@cache
def shipped() -> tuple[Sheet, ...]:
    """Return the checklists that ship with the portal, by file name."""
    return tuple(read(path) for path in sorted(FOLDER.glob("*.yaml")))


def read(path: Path) -> Sheet:
    """Read one file. Raises RuleBroken with file, line and sentence when it is not a checklist."""
    try:
        data = YAML().load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RuleBroken(
            _("%(file)s cannot be read: %(why)s.") % {"file": path.name, "why": error.strerror}
        ) from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        raise _wrong(path, line, _("this is not YAML (%s).") % error.problem) from None
    except (YAMLError, ValueError) as error:
        raise _wrong(path, 0, _("this is not YAML (%s).") % error) from None
    return _Reading(path).sheet(data)


def _wrong(path: Path, line: int, sentence: str) -> RuleBroken:
    return RuleBroken(
        _("%(file)s, line %(line)d: %(sentence)s")
        % {"file": path.name, "line": line + 1, "sentence": sentence}
    )


class _Reading:
    """Takes the values out of one file and refuses what does not belong there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.codes: set[str] = set()

    def sheet(self, data: Any) -> Sheet:
        known = {"code": 40, "edition": 20, "name": 150}
        top = self.mapping(data, 0, {*known, "about", "license", "lens", "sections"})
        texts = {key: self.text(top, key, limit) for key, limit in known.items()}
        texts["about"] = self.text(top, "about", 5000, required=False)
        texts["license"] = self.text(top, "license", 150, required=False)
        texts["lens"] = self.lens(top)
        entries: list[Entry] = []
        for section, line in self.sequence(top, "sections"):
            part = self.mapping(section, line, {"name", "items"})
            name = self.text(part, "name", 100)
            for item, at in self.sequence(part, "items"):
                entries.append(self.entry(item, at, name, len(entries) + 1))
        return Sheet(**texts, entries=tuple(entries))

    def entry(self, item: Any, line: int, section: str, position: int) -> Entry:
        row = self.mapping(item, line, {"code", "text", "help"})
        code = self.text(row, "code", 20)
        if code in self.codes:
            raise self.wrong(
                line, _("the code %s stands here twice. Give each item its own.") % code
            )
        self.codes.add(code)
        return Entry(
            code=code,
            section=section,
            text=self.text(row, "text", 300),
            help=self.text(row, "help", 2000, required=False),
            position=position,
        )

    def mapping(self, value: Any, line: int, keys: set[str]) -> CommentedMap:
        if not isinstance(value, CommentedMap):
            raise self.wrong(
                line, _("names with values belong here: %s.") % ", ".join(sorted(keys))
            )
        for key in value:
            if key not in keys:
                raise self.wrong(
                    value.lc.key(key)[0],
                    _("“%(key)s” is not known here. Use %(keys)s.")
                    % {"key": key, "keys": ", ".join(sorted(keys))},
                )
        return value

    def sequence(self, mapping: CommentedMap, key: str) -> list[tuple[Any, int]]:
        rows = mapping.get(key)
        if not isinstance(rows, CommentedSeq) or not rows:
            raise self.wrong(mapping.lc.line, _("“%s” needs a list with at least one entry.") % key)
        return [(row, rows.lc.item(index)[0]) for index, row in enumerate(rows)]

    def text(self, mapping: CommentedMap, key: str, limit: int, *, required: bool = True) -> str:
        value = mapping.get(key)
        line = mapping.lc.key(key)[0] if key in mapping else mapping.lc.line
        if value is None and not required:
            return ""
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(line, _("“%s” needs a text. Put numbers in quotes.") % key)
        if len(value) > limit:
            raise self.wrong(
                line,
                _("“%(key)s” is longer than %(limit)d characters. Shorten it.")
                % {"key": key, "limit": limit},
            )
        return value.strip()

    def lens(self, mapping: CommentedMap) -> str:
        value = self.text(mapping, "lens", 10, required=False)
        if value not in ("", MOBILE):
            raise self.wrong(
                mapping.lc.key("lens")[0],
                _("there is no lens “%(lens)s”. Write %(known)s, or leave it out.")
                % {"lens": value, "known": MOBILE},
            )
        return value

    def wrong(self, line: int, sentence: str) -> RuleBroken:
        return _wrong(self.path, line, sentence)
