"""From rows to a file: CSV that no spreadsheet takes for formulas, and XLSX whose texts are texts."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from strategy.exchange.sheets.computed import Computed
from strategy.exchange.sheets.fields import Field
from strategy.exchange.sheets.kinds import Kind
from strategy.exchange.sheets.names import Here

OWN = ("id", "version")
"""The first columns of an export: by them an import knows the row, and whether it was changed since."""

_LIVE = re.compile(r"'*[\s\ufeff\u200b-\u200f\u2060]*[\t\r\n=+\-@\uff1d\uff0b\uff0d\uff20]")


def guarded(text: str) -> str:
    """Return the text with an apostrophe in front where a spreadsheet would take it for a formula.

    A text that begins with apostrophes and then like a formula gets one more: `unguarded` takes exactly one away.
    """
    return f"'{text}" if _LIVE.match(text) else text


def unguarded(text: str) -> str:
    """Return what `guarded` was given."""
    return text[1:] if text.startswith("'") and _LIVE.match(text) else text


Table = Iterable[Sequence[str]]


def csv_bytes(head: Sequence[str], rows: Table, plain: frozenset[int] = frozenset()) -> bytes:
    """Return a CSV file: UTF-8 with a mark, comma, CRLF. The columns numbered in `plain` hold figures."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow([guarded(one) for one in head])
    writer.writerows(
        [one if at in plain else guarded(one) for at, one in enumerate(row)] for row in rows
    )
    return out.getvalue().encode("utf-8-sig", "replace")


def xlsx_bytes(
    title: str, head: Sequence[str], rows: Table, plain: frozenset[int] = frozenset()
) -> bytes:
    """Return an XLSX file of one sheet. Nothing becomes a formula, a link or a date: texts stay texts."""
    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31])
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for at, one in enumerate(head):
            sheet.write_string(0, at, one, bold)
        for number, row in enumerate(rows, start=1):
            for at, one in enumerate(row):
                if one == "":
                    continue
                if at in plain and _is_exact(one):
                    sheet.write_number(number, at, float(one))
                else:
                    sheet.write_string(number, at, one)
    return out.getvalue()


_FIGURE = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)


def _is_exact(text: str) -> bool:
    """Is it a figure, and does a spreadsheet's number, which has 15 digits, hold it?"""
    return (
        _FIGURE.fullmatch(text) is not None
        and len(text.strip("-").replace(".", "")) <= 15
        and Decimal(repr(float(text))) == Decimal(text)
    )


def table(
    fields: Sequence[Field | Computed], rows: Iterable[Any], here: Here
) -> tuple[list[str], Table, frozenset[int]]:
    """Return head, rows and the numbers of the columns with figures; the own columns come first."""
    head = [*OWN, *(one.key for one in fields)]
    figures = {at for at, one in enumerate(fields, start=len(OWN)) if one.is_figure}
    every = list(rows)
    cells = [_cells(one, every, here) for one in fields]
    texts = ([str(row.uid), str(row.version), *(cell(row) for cell in cells)] for row in every)
    return head, texts, frozenset({1, *figures})


def _cells(one: Field | Computed, rows: list[Any], here: Here) -> Callable[[Any], str]:
    """Return what a column says of a row."""
    if isinstance(one, Field):
        return lambda row: one.write(row, here)
    texts = one.texts(rows, here)
    return lambda row: texts.get(row.pk, "")


def export(
    kind: Kind, form: str, fields: Sequence[Field | Computed], rows: Iterable[Any], here: Here
) -> bytes:
    """Return a list as a file; `form` is csv or xlsx."""
    head, texts, figures = table(fields, rows, here)
    if form == "xlsx":
        return xlsx_bytes(kind.label, head, texts, figures)
    return csv_bytes(head, texts, figures)


def template(kind: Kind, form: str, here: Here) -> bytes:
    """Return an empty table of a kind as a file: its columns, and one row that shows what stands in them."""
    head = [one.key for one in kind.fields]
    rows = [kind.example_row(here)]
    return xlsx_bytes(kind.label, head, rows) if form == "xlsx" else csv_bytes(head, rows)
