"""The rows of the matrix as HTML. They are drawn here, not in a template: a thousand cells in a few milliseconds,
and without a blank between them. Their classes are in matrix.css, and matrix.js reads their data attributes."""

import uuid
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString


class Cell(NamedTuple):
    """What one cell shows."""

    letter: str  # its class
    channel: uuid.UUID
    is_open: bool  # may this person change it?
    words: str
    version: int = 0  # 0: no row, so undecided
    to: uuid.UUID | None = None
    reason: str = ""


def row(
    uid: uuid.UUID, name: str, code: str, depth: int, cells: Iterable[Cell], carried: str
) -> SafeString:
    """Return one contact type with its cells. Each that may be changed links to its short form.

    The links are relative to the page of the segment; `carried` is the query that they carry on.
    """
    said = f"{escape(name)} <small>{escape(code)}</small>" if code else escape(name)
    head = f'<tr id="row-{uid}"><th scope="row" class="depth-{depth}">{said}</th>'
    return SafeString(head + "".join(_cell(uid, cell, carried) for cell in cells) + "</tr>\n")


def _cell(uid: uuid.UUID, cell: Cell, carried: str) -> str:
    words = escape(cell.words)
    facts = f' data-v="{cell.version}"' if cell.version else ""
    if cell.to:
        facts += f' data-to="{cell.to}"'
    if cell.reason:
        facts += f' data-why="{escape(cell.reason)}"'
    if not cell.is_open:
        return f'<td class="{cell.letter} ro"{facts}><span>{words}</span></td>'
    link = f"{uid}/{cell.channel}/{escape(carried)}"
    return f'<td class="{cell.letter}"{facts}><a href="{link}">{words}</a></td>'
