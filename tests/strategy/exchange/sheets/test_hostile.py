"""Files that mean harm, or were made by a strange program: a sentence, never an error, and no row lost."""

import io
import tracemalloc
import zipfile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import settings as rounds
from hypothesis import strategies as st

from strategy.exchange.sheets.files import NotReadable, read
from strategy.exchange.sheets.writing import xlsx_bytes

PLAIN = xlsx_bytes("t", ["name"], [["one"]])


def repacked(changes: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(PLAIN)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, changes.get(name, old.read(name)))
        for name in changes.keys() - set(old.namelist()):
            new.writestr(name, changes[name])
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
TOP = b'<?xml version="1.0"?>'
NS = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
BILLION = (
    TOP
    + b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]>'
    + NS
    + b"&b;</sheetData></worksheet>"
)
XXE = (
    TOP
    + b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    + NS
    + b"<row><c t='str'><v>&e;</v></c></row></sheetData></worksheet>"
)
FAR = TOP + NS + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'

SHEETLESS = TOP + NS + b"</sheetData></worksheet>"
RELS = b"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="%b"/></Relationships>"""
ELSEWHERE = {"xl/_rels/workbook.xml.rels": RELS % b"far.bin", "xl/far.bin": FAR, SHEET: SHEETLESS}
BASIC = {
    "xl/_rels/workbook.xml.rels": RELS % b"vbaProject.bin",
    "xl/vbaProject.bin": FAR,
    SHEET: SHEETLESS,
}
UNNUMBERED = (
    TOP
    + NS
    + b"<row><c><v>1</v></c></row>" * 2
    + b'<row r="1048576">'
    + b"<c/>" * 16_000
    + b"<c><v>1</v></c></row></sheetData></worksheet>"
)
BLANKS = (
    TOP
    + NS
    + b"<row><c r"
    + b" " * 300_000
    + b'= "XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
)
DIGITS = TOP + NS + b'<row><c r="XFD00000000001048576"><v>1</v></c></row></sheetData></worksheet>'
OPEN_DOCUMENT = {
    "xl/workbook.xml": b"<no>",
    "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
    "content.xml": b"<a/>",
}

REFUSED = {
    "billion laughs": repacked({SHEET: BILLION}),
    "xxe": repacked({SHEET: XXE}),
    "xxe in shared strings": repacked({"xl/sharedStrings.xml": XXE}),
    "far cell": repacked({SHEET: FAR}),
    "far cell of a sheet that stands elsewhere": repacked(ELSEWHERE),
    "far cell of a sheet that is called like Visual Basic": repacked(BASIC),
    "far cell that does not say where it stands": repacked({SHEET: UNNUMBERED}),
    "far cell behind many blanks": repacked({SHEET: BLANKS}),
    "far cell behind many zeros": repacked({SHEET: DIGITS}),
    "workbook of another kind": repacked({"xl/workbook.xml": b"<no>", "xl/Workbook.bin": b"x"}),
    "open document": repacked(OPEN_DOCUMENT),
    "bomb": repacked({"xl/media/a.bin": b"\x00" * (60 * 2**20)}),
    "bomb of a sheet": repacked({SHEET: NS + b" " * (60 * 2**20)}),
    "many parts": repacked({f"x/{n}": b"" for n in range(2500)}),
    "no workbook": repacked({})[:200],
    "cut": PLAIN[: len(PLAIN) // 2],
    "old excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    "pdf": b"%PDF-1.7 " + b"x" * 100,
    "empty": b"",
    "blank": b"\r\n\r\n  \r\n",
    "only heads": b"name,family\r\n",
    "open quote": b'name,family\r\nA,"never closed\r\nB,app\r\n',
    "too large": b"x" * (10 * 2**20 + 1),
    "broken utf-8 with mark": b"\xef\xbb\xbfname\r\n\xff\xfe\r\n",
    "odd utf-16": b"\xff\xfen\x00a",
    "million columns": b",".join(b"h%d" % n for n in range(1000))
    + b"\r\n"
    + b",".join(b"1" for _n in range(1000)),
    "long head": b"x" * 600 + b"\r\n1",
    "long cell": b"name\r\n" + b"x" * 120_000,
    "too many rows": b"name\r\n" + b"x\r\n" * 50_001,
}


def test_formulas_are_said_and_what_they_last_showed_is_read():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "code"])
        for row in range(1, 3000):
            sheet.write_formula(row, 0, '="a"&"b"', None, "ab")
            sheet.write_string(row, 1, "<f>")
    found = read("x.xlsx", out.getvalue())
    assert found.rows[0] == (2, ["ab", "<f>"])
    assert found.notes == ["2999 cells of the file hold formulas; what they last showed is read."]
    assert read("x.xlsx", PLAIN).notes == []


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_with_a_sentence(name):
    tracemalloc.start()
    with pytest.raises(NotReadable) as refused:
        read("x", REFUSED[name])
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.sentence.endswith(".")
    assert len(refused.value.sentence) > 20
    assert used < 200 * 2**20


@pytest.mark.parametrize(
    ("data", "noted"),
    [
        ("name\r\nZoë\r\n".encode(), ""),
        ("name\r\nZoë\r\n".encode("utf-8-sig"), ""),
        ("name\r\nZoë\r\n".encode("utf-16"), ""),
        ("name\r\nZoë\r\n".encode("utf-16-be"), "UTF-16"),
        ("name\r\nZoë\r\n".encode("cp1252"), "Windows-1252"),
        ("name;x\r\nZoë;1\r\n".encode(), "semicolons"),
        ("name\tx\r\nZoë\t1\r\n".encode(), "tabs"),
        ("name\rZoë\r".encode(), ""),
        ("\r\n\r\nname\r\nZoë\r\n".encode(), "row 3"),
        ("name\r\n\r\nZoë\r\n,,,\r\n".encode(), "2 blank rows"),
        (("name" + "," * 100_000 + "\r\nZoë" + "," * 100_000 + "\r\n").encode(), ""),
    ],
)
def test_strange_files_are_read_and_what_was_assumed_is_said(data, noted):
    sheet = read("x", data)
    assert sheet.heads[0] == "name"
    assert [cells[0] for _number, cells in sheet.rows] == ["Zoë"]
    assert noted in " ".join(sheet.notes)
    assert bool(noted) == bool(sheet.notes)


def test_merged_cells_are_said_and_formulas_are_only_what_they_last_said():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "note", "day", "number"])
        sheet.merge_range(1, 0, 2, 0, "Merged")
        sheet.write_formula(1, 1, '=HYPERLINK("http://evil.example")', None, "shown")
        sheet.write_datetime(
            1,
            2,
            __import__("datetime").date(2026, 1, 31),
            book.add_format({"num_format": "d.m.yy"}),
        )
        sheet.write_number(1, 3, 1250)
        sheet.write_string(2, 1, "second")
        book.add_worksheet("other").write(0, 0, "left out")
    sheet = read("x.xlsx", out.getvalue())
    assert sheet.rows == [
        (2, ["Merged", "shown", "2026-01-31", "1250"]),
        (3, ["", "second", "", ""]),
    ]
    assert any("merged" in note for note in sheet.notes)
    assert any("other" in note for note in sheet.notes)


def test_cells_beyond_the_heads_and_nul_are_errors_of_their_row(cast):
    from tests.strategy.exchange.sheets.conftest import check, counts, problems

    data = b"name,family,mode,\x00\r\nA,app,hybrid,,stray\r\nB\x00,app,hybrid\r\nC,app,hybrid\r\n"
    run = check(cast.strategy, "channels", data, by=cast.lea)
    assert counts(run) == {"error": 2, "new": 1}
    assert "more cells" in problems(run)[2][0][1]
    assert "NUL" in problems(run)[3][0][1]


def is_read_or_refused(data: bytes) -> bool:
    """A sheet with heads and rows, or a sentence; nothing else may be raised."""
    try:
        sheet = read("x", data)
    except NotReadable as refused:
        return bool(refused.sentence)
    return bool(sheet.heads and sheet.rows)


@rounds(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_sheet_or_a_sentence(data):
    assert is_read_or_refused(data)


@rounds(max_examples=150, deadline=None)
@given(st.integers(0, len(PLAIN) - 1), st.binary(min_size=1, max_size=8))
def test_a_damaged_xlsx_is_a_sheet_or_a_sentence(at, junk):
    assert is_read_or_refused(PLAIN[:at] + junk + PLAIN[at + len(junk) :])


def test_a_title_above_the_heads_is_no_head():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:A2", "Name")
        sheet.merge_range("B1:C1", "What it is")
        sheet.write_row("B2", ["Family", "Mode"])
        sheet.write_row("A3", ["App", "app", "hybrid"])
    found = read("x.xlsx", out.getvalue())
    assert found.heads == ["Name", "Family", "Mode"]
    assert found.rows == [(3, ["App", "app", "hybrid"])]
    assert found.notes == [
        "Row 1 has cells merged across columns, so it was taken for a title.",
        "The heads of the columns were taken from row 2.",
    ]
