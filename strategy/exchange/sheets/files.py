"""From the bytes of an uploaded file to texts in rows and columns. Nothing in a file is ever executed.

A file is refused with a sentence when it cannot be read whole; what had to be assumed is noted and shown.
"""

import codecs
import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import python_calamine
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.lib.refusals import RuleBroken
from strategy.exchange.problems import shortened
from strategy.exchange.sheets.fields import plain_number
from strategy.exchange.sheets.writing import unguarded

MOST_BYTES = 10 * 2**20
MOST_UNPACKED = 50 * 2**20
MOST_CELLS = 2_000_000
MOST_ROWS = 50_000
MOST_COLUMNS = 300
MOST_PARTS = 2000
LONGEST_CELL = 100_000
LONGEST_HEAD = 500


class NotReadable(RuleBroken):
    """The file cannot be read. Says why, and what to do."""


@dataclass
class Sheet:
    """What a file says: the heads of its columns, and its rows as texts, each with its number in the file."""

    heads: list[str]
    rows: list[tuple[int, list[str]]]
    notes: list[str] = field(default_factory=list)
    """What was assumed or left out, in sentences."""


def read(name: str, data: bytes) -> Sheet:
    """Read a CSV or XLSX file. Raises NotReadable with a sentence."""
    if len(data) > MOST_BYTES:
        raise too_large()
    if not data.strip(b"\x00 \t\r\n"):
        raise NotReadable(_("The file is empty. Choose another one."))
    notes: list[str] = []
    if data.startswith(b"PK\x03\x04"):
        rows = _xlsx(data, notes)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotReadable(
            _(
                "This is an old Excel file (or one with a password). Save it as .xlsx without one, or as CSV."
            )
        )
    elif data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")):
        raise NotReadable(_("This is no table. Choose a CSV or XLSX file."))
    else:
        rows = _csv(data, notes)
    return _sheet(rows, notes)


def too_large() -> NotReadable:
    """Return the refusal of a file that is too large."""
    return NotReadable(
        _(
            "The file is larger than %(most)d MB. Split it, or leave out columns that are not needed."
        )
        % {"most": MOST_BYTES // 2**20}
    )


def _sheet(rows: Iterator[tuple[int, list[str]]], notes: list[str]) -> Sheet:
    """Take the first row as heads; leave out what is blank through and through, and say so."""
    heads: list[str] = []
    kept: list[tuple[int, list[str]]] = []
    blank = 0
    width = 0
    for number, cells in rows:
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            blank += bool(heads)
            continue
        if not heads:
            heads = [_head(at, text) for at, text in enumerate(cells, start=1)]
            if number > 1:
                notes.append(
                    _("The heads of the columns were taken from row %(n)d.") % {"n": number}
                )
            continue
        width = max(width, len(cells))
        kept.append((number, cells))
        if len(kept) > MOST_ROWS:
            raise NotReadable(
                _("The file has more than %(most)d rows. Split it.") % {"most": MOST_ROWS}
            )
    if not heads:
        raise NotReadable(_("The file has no row. The first one must name the columns."))
    if not kept:
        raise NotReadable(_("The file has heads of columns but no row below them."))
    if max(width, len(heads)) > MOST_COLUMNS:
        raise NotReadable(
            _("The file has more than %(most)d columns. Leave out those that are not needed.")
            % {"most": MOST_COLUMNS}
        )
    if any(len(cell) > LONGEST_CELL for _number, cells in kept for cell in cells):
        raise NotReadable(
            _("A cell has more than %(most)d characters. Shorten it.") % {"most": LONGEST_CELL}
        )
    if blank:
        notes.append(
            ngettext("%(n)d blank row was left out.", "%(n)d blank rows were left out.", blank)
            % {"n": blank}
        )
    heads += [""] * (width - len(heads))
    for _number, cells in kept:
        cells += [""] * (len(heads) - len(cells))
    return Sheet(heads, kept, notes)


def _head(at: int, text: str) -> str:
    if len(text) > LONGEST_HEAD:
        raise NotReadable(
            _(
                "The first row must name the columns, but its cell %(n)d has more than %(most)d characters."
            )
            % {"n": at, "most": LONGEST_HEAD}
        )
    return text.replace("\x00", "␀")


# --- CSV --------------------------------------------------------------------------------------------


def _csv(data: bytes, notes: list[str]) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(data, notes)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=_delimiter(text, notes), strict=True
    )
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, [unguarded(cell) for cell in cells]
    except csv.Error:
        raise NotReadable(
            _(
                "The file cannot be read after row %(row)d (line %(line)d): a quotation mark is not closed,"
                " or a cell is far too long. Correct that row, or save the file from a spreadsheet again."
            )
            % {"row": number, "line": reader.line_num}
        ) from None


def _decoded(data: bytes, notes: list[str]) -> str:
    for mark, code in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            try:
                return data.removeprefix(mark).decode(code)
            except UnicodeDecodeError:
                raise _broken(code) from None
    probe = data[:2000]
    for code, zeros in (("utf-16-le", probe[1::2]), ("utf-16-be", probe[0::2])):
        if zeros.count(0) * 2 > len(zeros):
            notes.append(_("The file seems to be in UTF-16, and was read so."))
            try:
                return data.decode(code)
            except UnicodeDecodeError:
                raise _broken(code) from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise _broken("UTF-8 or Windows-1252") from None
    notes.append(
        _(
            "The file is not in UTF-8. It was read as Windows-1252 (Western European). Look at words with"
            " accents below; if they are wrong, save the file as “CSV UTF-8” and upload it again."
        )
    )
    return text


def _broken(code: str) -> NotReadable:
    return NotReadable(
        _("The file is not valid %(code)s text. Save it as “CSV UTF-8” and upload it again.")
        % {"code": code.upper()}
    )


def _delimiter(text: str, notes: list[str]) -> str:
    """Return what stands between the heads most often, outside of quotation marks."""
    head = re.sub(r'"[^"]*"', "", text[:100_000].lstrip("\r\n"))
    line = re.split(r"[\r\n]", head, maxsplit=1)[0]
    found = max(",;\t|", key=line.count)
    if found != "," and line.count(found):
        said = {";": _("semicolons"), "\t": _("tabs"), "|": _("vertical bars")}[found]
        notes.append(_("The columns are separated by %(marks)s.") % {"marks": said})
        return found
    return ","


# --- XLSX -------------------------------------------------------------------------------------------

_REFERENCE = re.compile(rb"""\sr\s?=\s?["']([A-Za-z]*)(\d+)["']""")
_NUMBERED = rb"[^<>]*\sr\s?="
_ELEMENT = re.compile(
    rb"<(?:[\w.-]+:)?(?:(row)(?=[\s/>])(%b)?|c(?=[\s/>])(?!%b))" % (_NUMBERED, _NUMBERED)
)
"""A row, or a cell that does not say where it stands: it stands behind the one before."""
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f(?=[\s/>])")
_OTHER_FORMATS = frozenset({"xl/workbook.bin", "content.xml", "mimetype"})
"""Parts by which a reader would take the archive for another kind of workbook."""


def _xlsx(data: bytes, notes: list[str]) -> Iterator[tuple[int, list[str]]]:
    formulas = _check_archive(data)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        shown = [
            one.name
            for one in book.sheets_metadata
            if one.typ == python_calamine.SheetTypeEnum.WorkSheet
            and one.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        if not shown:
            raise NotReadable(_("The file has no sheet that can be seen. Choose another one."))
        sheet = book.get_sheet_by_name(shown[0])
        merged = sheet.merged_cell_ranges or []
        grid = sheet.to_python(skip_empty_area=False)
    except NotReadable:
        raise
    except Exception:  # noqa: BLE001 - a foreign library on a foreign file: whatever it says, it is not readable
        raise NotReadable(
            _(
                "The file cannot be read as XLSX. Open it in a spreadsheet, save it again and try once more."
            )
        ) from None
    if len(shown) > 1:
        notes.append(
            _("Only the first sheet, “%(name)s”, was read; the others were left out.")
            % {"name": shortened(shown[0])}
        )
    if formulas:
        notes.append(
            ngettext(
                "%(n)d cell of the file holds a formula; what it last showed is read.",
                "%(n)d cells of the file hold formulas; what they last showed is read.",
                formulas,
            )
            % {"n": formulas}
        )
    merged = _without_titles(grid, merged, notes)
    if merged:
        notes.append(
            ngettext(
                "The sheet has %(n)d merged area: its first cell has the value, the others were read as blank.",
                "The sheet has %(n)d merged areas: the first cell of each has the value, the others were read"
                " as blank.",
                len(merged),
            )
            % {"n": len(merged)}
        )
    return ((number, [_text(cell) for cell in cells]) for number, cells in enumerate(grid, start=1))


_Area = tuple[tuple[int, int], tuple[int, int]]


def _without_titles(grid: list[list[Any]], merged: list[_Area], notes: list[str]) -> list[_Area]:
    """Blank the rows above the heads whose cells are merged across columns; return the other merged areas.

    A head that is merged downward, beside a title, belongs to the row of heads.
    """
    at = next((number for number, cells in enumerate(grid) if any(cells)), len(grid))
    below = at
    while below + 1 < len(grid) and any(
        first[0] == below and last[1] > first[1] for first, last in merged
    ):
        for (top, left), (bottom, right) in merged:
            if left == right and top <= below < bottom and not grid[below + 1][left]:
                grid[below + 1][left] = grid[below][left]
        said = _("Row %(n)d has cells merged across columns, so it was taken for a title.")
        notes.append(said % {"n": below + 1})
        grid[below] = []
        below += 1
    return [area for area in merged if area[0][0] >= below]


def _text(cell: Any) -> str:
    """Return a cell as text: figures plainly, days as ISO."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return plain_number(repr(cell)) if cell == cell and abs(cell) < 1e300 else ""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


def _check_archive(data: bytes) -> int:
    """Raise NotReadable for what would need too much room, and for what XML lets others do; count the formulas."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError):
        raise NotReadable(
            _("The file is damaged, or no XLSX file. Save it again from a spreadsheet.")
        ) from None
    if len(parts) > MOST_PARTS:
        raise _bomb()
    names = {part.filename.replace("\\", "/").lower() for part in parts}
    if "xl/workbook.xml" not in names or names & _OTHER_FORMATS:
        raise NotReadable(
            _("This is no XLSX file. Choose one that a spreadsheet has saved as XLSX or CSV.")
        )
    room, formulas = MOST_UNPACKED, 0
    for part in parts:
        if part.flag_bits & 1:
            raise NotReadable(_("The file has a password. Save it without one."))
        room, found = _check_part(archive, part, room)
        formulas += found if part.filename.startswith("xl/worksheets/") else 0
    return formulas


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, room: int) -> tuple[int, int]:
    """Unpack one part piece by piece, whatever size it claims; return the room that is left, and its formulas.

    Every part may be a sheet, whatever it is called: the workbook says which ones are.
    """
    last_row = last_column = rows = cells = widest = formulas = 0
    rest = b""
    try:
        with archive.open(part) as file:
            while piece := file.read(1 << 18):
                room -= len(piece)
                if room < 0:
                    raise _bomb()
                both = re.sub(rb"\s+", b" ", rest + piece)
                if re.search(rb"<!(?:DOCTYPE|ENTITY)", both, re.I) or (
                    b"\x00" in piece and part.filename.lower().endswith((".xml", ".rels"))
                ):
                    raise NotReadable(
                        _(
                            "The file has declarations that no spreadsheet writes, so it was not read."
                        )
                    )
                for letters, digits in _REFERENCE.findall(both):
                    last_row = max(last_row, int(digits))
                    last_column = max(last_column, _column(letters))
                for found in _ELEMENT.finditer(both):
                    if found.end() >= len(rest):
                        rows += bool(found[1]) and not found[2]
                        cells = 0 if found[1] else cells + 1
                        widest = max(widest, cells)
                formulas += sum(one.end() >= len(rest) for one in _FORMULA.finditer(both))
                rest = both[-40:]
    except NotReadable:
        raise
    except Exception:  # noqa: BLE001 - whatever is wrong with the archive
        raise NotReadable(
            _("The file is damaged, or no XLSX file. Save it again from a spreadsheet.")
        ) from None
    last_row, last_column = last_row + rows, last_column + widest
    if last_row * max(last_column, 1) > MOST_CELLS:
        raise NotReadable(
            _(
                "The sheet reaches to row %(row)d and column %(column)d, which is too far. Delete the empty rows"
                " and columns behind the table, or copy the table into a new file."
            )
            % {"row": last_row, "column": last_column}
        )
    return room, formulas


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _bomb() -> NotReadable:
    return NotReadable(
        _("The file unpacks to more than %(most)d MB. Copy the table alone into a new file.")
        % {"most": MOST_UNPACKED // 2**20}
    )
