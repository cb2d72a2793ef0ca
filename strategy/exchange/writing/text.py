"""Plain values as the text of a file: YAML that people can read, the same bytes every time."""

import datetime as dt
import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString


def dump(document: dict[str, Any]) -> str:
    """Return plain values as YAML."""
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 10_000_000  # never folds
    yaml.representer.ignore_aliases = lambda *_: True
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(_styled(document), out)
    return out.getvalue()


def _styled(value: Any) -> Any:
    """Choose how texts are written: blocks where lines can be read, quotes for unusual characters."""
    if isinstance(value, dict):
        return {_quoted(key): _styled(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_styled(each) for each in value]
    if isinstance(value, str):
        return LiteralScalarString(value) if _fits_block(value) else _quoted(str(value))
    assert isinstance(value, int | float | dt.date)
    return value


def _quoted(text: str) -> str:
    plain = text.isprintable() and text == text.strip() and not text.startswith("=")
    return text if plain else DoubleQuotedScalarString(text)


def _fits_block(text: str) -> bool:
    lines = text.split("\n")
    return (
        len(lines) > 1
        and bool(lines[0])
        and not lines[0][0].isspace()
        and bool(lines[-1] or lines[-2])
        and all(line.isprintable() and line == line.rstrip() for line in lines)
    )
