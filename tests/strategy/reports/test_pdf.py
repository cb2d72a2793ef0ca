"""The PDF itself, looked at with the tools people use on PDFs."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import woff2
from PIL import Image, ImageChops, ImageDraw, ImageFont
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from strategy.reports import artifacts, drawing, render
from tests.strategy.reports import world

pytestmark = pytest.mark.once
ROOT = Path(__file__).parents[3]
FONTS = ROOT / "portal" / "static" / "portal" / "fonts"


def text(path: Path, page: int | None = None) -> str:
    """Return the text as people copy it."""
    only = ["-f", str(page), "-l", str(page)] if page else []
    ran = subprocess.run(
        ["pdftotext", "-layout", *only, path, "-"], capture_output=True, check=True
    )
    return ran.stdout.decode()


def save(html: str, path: Path) -> None:
    """Print any HTML the way a report is printed."""
    render.write(render.lay_out(html, lambda *_: None), path, lambda *_: None)


def pages(path: Path) -> int:
    return len(PdfReader(path).pages)


def page_of(path: Path, words: str) -> list[int]:
    """Return the pages (from 1) on which the words stand."""
    return [page for page in range(1, pages(path) + 1) if words in text(path, page)]


def elements(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Walk through the tags."""
    todo = [reader.trailer["/Root"]["/StructTreeRoot"]["/K"][0].get_object()]
    while todo:
        element = todo.pop()
        yield element
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            kid = kid.get_object()
            if isinstance(kid, DictionaryObject) and "/S" in kid:
                todo.append(kid)


def test_it_is_sound_tagged_and_says_what_it_is(full_pdf):
    subprocess.run(["qpdf", "--check", full_pdf], capture_output=True, check=True)
    info = subprocess.run(["pdfinfo", full_pdf], capture_output=True, check=True).stdout.decode()
    assert re.search(r"Title: +Łódź, Ærø, naïve, Ωmega: alignment report R-2", info)
    assert re.search(r"Tagged: +yes", info)
    assert re.search(r"Page size: +612 x 792 pts \(letter\)", info)
    root = PdfReader(full_pdf).trailer["/Root"]
    assert root["/Lang"] == "en-us"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()


def test_its_dates_are_those_of_the_data(full_pdf):
    facts = PdfReader(full_pdf).metadata
    assert facts.creation_date == facts.modification_date == world.AS_OF


def test_every_page_but_the_cover_says_which_of_how_many_it_is(full_pdf):
    count = pages(full_pdf)
    assert count >= 9
    for page in range(2, count + 1):
        assert f"Page {page} of {count}" in text(full_pdf, page)
        assert "Confidential · Data as of Nov. 20, 2026, 09:30 UTC · R-2" in text(full_pdf, page)
    assert "Page 1 of" not in text(full_pdf, 1)


def test_the_contents_name_the_pages_where_things_are(full_pdf):
    contents = text(full_pdf, 3)
    for title in ("The ten components", "Channel inventory", "Gap register", "Checklists"):
        said = int(re.search(rf"{title}.* (\d+)\n", contents)[1])
        assert title in text(full_pdf, said).split("\n\n", 1)[1], f"{title} is not on page {said}"


def test_bookmarks_lead_to_the_sections_and_their_parts(full_pdf):
    reader = PdfReader(full_pdf)
    found = {}
    for item in reader.outline:
        if not isinstance(item, list):
            found[item.title] = reader.get_destination_page_number(item) + 1
    assert list(found) == [
        "Where we stand",
        "Contents",
        "Functions, objectives, decisions, initiatives",
        "The ten components",
        "Channel inventory",
        "Promises",
        "Transitions",
        "Reaching a person",
        "Self-service side by side",
        "Data quality",
        "Access points, promises and figures",
        "Segments",
        "Contact types",
        "What is offered to: Families",
        "Has my claim been paid?",
        "ID card",
        "Findings",
        "Gap register",
        "Checklists",
        "Definitions and data",
    ]
    assert found["Where we stand"] == 2


def test_all_fonts_are_ours_and_embedded(full_pdf):
    lines = subprocess.run(["pdffonts", full_pdf], capture_output=True, check=True).stdout.decode()
    fonts = lines.splitlines()[2:]
    assert len(fonts) >= 3
    for font in fonts:
        assert "+Portal-Sans" in font
        assert re.search(r" yes yes yes +\d", font)  # embedded, a subset, with its letters known


def test_running_headers_are_not_read_aloud(full_pdf):
    spoken = subprocess.run(
        ["pdfinfo", "-struct-text", full_pdf], capture_output=True, check=True
    ).stdout.decode()
    assert "Asked again who one is" in spoken
    assert "Page 2 of" not in spoken
    assert artifacts.is_known()


def test_headers_links_and_pictures_say_what_they_are(full_pdf):
    reader = PdfReader(full_pdf)
    kinds = list(elements(reader))
    heads = [one for one in kinds if one["/S"] == "/TH"]
    assert heads
    assert {head["/A"]["/Scope"] for head in heads} == {"/Column", "/Row"}
    figures = [one for one in kinds if one["/S"] == "/Figure"]
    assert len(figures) == 2
    assert "Step 1: Angry" in figures[-1]["/Alt"] + figures[0]["/Alt"]
    links = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    assert len(links) >= 8
    assert all(link["/Contents"] and link["/F"] == 4 for link in links)


def test_the_same_snapshot_gives_the_same_bytes_in_any_process(snapshot, tmp_path):
    (tmp_path / "snapshot.json").write_text(json.dumps(snapshot))
    script = (
        "import django, hashlib, json, pathlib, sys; django.setup()\n"
        "from strategy.reports import render\n"
        "folder = pathlib.Path(sys.argv[1]); out = folder / sys.argv[2]\n"
        "render.draw(json.loads((folder / 'snapshot.json').read_text()), out, folder, lambda *_: None)\n"
        "print(hashlib.sha256(out.read_bytes()).hexdigest())"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", script, tmp_path, f"{seed}.pdf"],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings", "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(hashes) == 1


# --- letters ---------------------------------------------------------------------------------------

LETTERS = "ŁódźÆrønaïveΩmg"
STYLES = {
    "regular": "400 60px",
    "italic": "italic 400 60px",
    "semibold": "600 60px",
    "bold": "700 60px",
}


def ink(picture: Image.Image) -> Image.Image:
    """Return the part of a picture that is not white, black on white."""
    gray = picture.convert("L").point(lambda value: 0 if value < 128 else 255)
    return gray.crop(ImageChops.invert(gray).getbbox())


def likeness(one: Image.Image, other: Image.Image) -> float:
    """Return how much of the ink of two letters is the same, from 0 to 1, at the best of nine places."""
    size = (max(one.width, other.width) + 2, max(one.height, other.height) + 2)

    def black(letter: Image.Image, x: int, y: int) -> Image.Image:
        board = Image.new("1", size)
        board.paste(ImageChops.invert(letter).convert("1"), (x, y))
        return board

    def share(x: int, y: int) -> float:
        a, b = black(one, 1, 1), black(other, x, y)
        both, either = ImageChops.logical_and(a, b), ImageChops.logical_or(a, b)
        return both.histogram()[255] / either.histogram()[255]

    return max(share(x, y) for x in range(3) for y in range(3))


def expected(style: str, letter: str) -> Image.Image:
    plain = BytesIO()
    woff2.decompress(BytesIO((FONTS / f"portal-sans-{style}.woff2").read_bytes()), plain)
    plain.seek(0)
    board = Image.new("L", (280, 280), 255)
    ImageDraw.Draw(board).text((80, 40), letter, font=ImageFont.truetype(plain, 120), fill=0)
    return ink(board)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Image.Image]:
    """Return every letter as the PDF shows it, by style."""
    folder = tmp_path_factory.mktemp("letters")
    rows = "".join(
        f'<p class="{style}">' + "".join(f"<span>{letter}</span>" for letter in LETTERS) + "</p>"
        for style in STYLES
    )
    looks = "".join(f".{style} {{ font: {look} 'Portal Sans' }}" for style, look in STYLES.items())
    save(
        "<html lang=en><title>x</title>"
        '<link rel=stylesheet href="https://portal.invalid/tokens.css">'
        "<style>@page { size: 1600px 500px; margin: 0 } p { margin: 0; height: 120px; line-height: 120px }"
        f"span {{ display: inline-block; width: 100px; text-align: center }} {looks}</style>{rows}",
        folder / "letters.pdf",
    )
    subprocess.run(
        [
            "pdftoppm",
            "-r",
            "192",
            "-singlefile",
            "-png",
            folder / "letters.pdf",
            folder / "letters",
        ],
        check=True,
    )
    sheet = Image.open(folder / "letters.png")
    return {
        (style, letter): ink(
            sheet.crop((place * 200, row * 240, place * 200 + 200, row * 240 + 240))
        )
        for row, style in enumerate(STYLES)
        for place, letter in enumerate(LETTERS)
    }


@pytest.mark.parametrize("style", STYLES)
def test_the_letters_on_the_paper_are_those_of_the_text(printed, style):
    for letter in LETTERS:
        seen = printed[style, letter]
        right = likeness(seen, expected(style, letter))
        assert right > 0.9, f"{letter} in {style} looks like something else ({right:.2f})"
    assert likeness(printed[style, "ó"], expected(style, "ø")) < 0.9  # so a wrong letter fails


# --- pages -----------------------------------------------------------------------------------------


def crowd(snapshot: dict[str, Any]) -> None:
    """Fill everything on the front page with the longest that it takes, several times over."""
    long = "Wwwwwwwww mmmmmmmmmm " * 8
    front = snapshot["front"]
    front["verdict"] = (
        "Partly better, partly worse than at the last report: 9999 gaps are open, 9999 of them critical and"
        " 9999 past their date; 9999 of 9999 channels and components have an owning team, and 9999 of 9999"
        " were reviewed in time."
    )
    for row in front["indicators"]:
        row.update(now="9999 of 9999", before="9999 of 9999", note=row["note"] and long[:120])
    gap = {**snapshot["gaps"][0], "title": long[:150], "team": long[:100], "blocked_on": long[:100]}
    front["top_gaps"] = [{**gap, "slips": 99, "late_days": 999, "age": 9999}] * 5
    row = {**front["functions"][0], "name": long[:100], "answered": "999 of 999"}
    front["functions"] = [row] * 30
    front["decisions"] = [
        {
            "question": long[:200], "recommendation": long[:500], "cost_of_waiting": long[:300], "decider": long[:150],
            "by": {"iso": "2026-09-23", "words": "Sept. 23, 2026"}, "late_days": 999,
        }
    ] * 3  # fmt: skip
    front["more_decisions"] = 99
    front["objectives"] = [
        {
            "statement": long[:200], "current": "9,999,999.99 minutes", "before": "", "target": "9,999,999.99 minutes",
            "due": {"iso": "2026-09-23", "words": "Sept. 23, 2026"}, "committed": "99 of 99", "reserved": [long[:100]] * 9,
        }
    ] * 5  # fmt: skip
    front["changes"] = [{"label": long[:24], "names": [long[:150]] * 9}] * 12
    front["caveats"] = [long[:400]] * 9
    front["compared_with"] = {"code": "R-999", "day": "Sept. 23, 2026"}


@pytest.mark.parametrize("size", ["letter", "a4"])
def test_the_page_for_executives_is_one_page_however_much_there_is(snapshot, drawn, size):
    crowd(snapshot)
    snapshot["page_size"] = size
    path = drawn(snapshot)
    assert page_of(path, "Where we stand")[0] == 2
    assert "Contents" in text(path, 3)
    assert "30 days late" not in text(path, 3)
    assert {round(float(PdfReader(path).pages[1].mediabox.width)) for _ in "x"} == {
        {"letter": 612, "a4": 595}[size]
    }


def words_outside(path: Path) -> list[str]:
    """Return the words that come closer than a quarter inch to an edge of their page."""
    boxes = subprocess.run(
        ["pdftotext", "-bbox", path, "-"], capture_output=True, check=True
    ).stdout.decode()
    found, width, height, page = [], 0.0, 0.0, 0
    for line in boxes.splitlines():
        if match := re.search(r'<page width="([\d.]+)" height="([\d.]+)"', line):
            width, height, page = float(match[1]), float(match[2]), page + 1
        elif match := re.search(
            r'xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*)</word>', line
        ):
            left, top, right, bottom = map(float, match.groups()[:4])
            if min(left, top, width - right, height - bottom) < 18:
                found.append(f"{match[5]} on page {page}")
    return found


def test_of_very_many_contact_types_the_first_are_printed_and_the_others_counted(snapshot):
    kind, row = snapshot["contact_types"][0], snapshot["matrix"]["types"][0]
    snapshot["contact_types"] = [{**kind, "name": f"Type {n:05}"} for n in range(20_000)]
    snapshot["matrix"]["types"] = [{**row, "name": f"Row {n:05}"} for n in range(20_000)]
    (families,) = snapshot["matrix"]["segments"]
    families["rows"] = ["...."] * 20_000
    families["not_offered"] *= 20_000
    html = drawing.html(snapshot, "")
    assert html.count("19,700 more stand in the portal.") == 3
    assert ("Type 00299" in html, "Type 00300" in html) == (True, False)
    assert ("Row 00299" in html, "Row 00300" in html) == (True, False)


def test_nothing_is_cut_off_at_the_edge_of_the_paper(snapshot, drawn, full_pdf):
    assert words_outside(full_pdf) == []
    crowd(snapshot)
    endless = "X" * 150
    snapshot["strategy"]["name"] = "Very long names of strategies " * 4
    for gap in snapshot["gaps"]:
        gap.update(title=endless, harm=endless * 3, team=endless[:100], accountable=endless)
    for channel in snapshot["channels"]:
        channel.update(name=endless[:120], team=endless[:100], owner=endless, hours=endless[:120])
        for point in channel["points"]:
            point.update(dict.fromkeys(("name", "address", "hours", "clock", "vendor"), endless))
        for promise in channel["promises"]:
            promise.update(name=endless, sentence=endless)
    snapshot["matrix"]["channels"] = [endless[:120]] * 4
    for kind in (*snapshot["contact_types"], *snapshot["matrix"]["types"]):
        kind.update(name=endless, code=endless[:40], depth=9)
    for segment in snapshot["segments"]:
        segment.update(dict.fromkeys(("name", "criteria", "languages", "needs"), endless))
    for journey in snapshot["journeys"]:
        journey.update(name=endless[:120], customer=endless, goal=endless * 2)
        for stage in journey["stages"]:
            for step in stage["steps"]:
                step["name"] = endless[:80]
                step["cells"] = [{**cell, "text": endless} for cell in step["cells"]]
    snapshot["components"][0]["text"] = (
        f"{endless * 5}\n\n|{endless}|{endless}|\n|-|-|\n|{endless}|x|"
    )
    assert words_outside(drawn(snapshot)) == []


def test_a_wide_matrix_goes_on_below_and_keeps_all_its_channels(snapshot, drawn):
    wide = deepcopy(snapshot)
    names = [f"Way {number:02}" for number in range(1, 32)]
    wide["matrix"] = {
        **wide["matrix"],
        "channels": names,
        "segments": [
            {**one, "rows": ["PSRN." * 6 + "P"] * 2} for one in wide["matrix"]["segments"]
        ],
    }
    words = " ".join(text(drawn(wide)).split())
    assert [name for name in names if name not in words] == []
    assert len(re.findall("★ ?P", words)) == 1 + 2 * 7, (
        "once in the legend, and in every cell that says so"
    )


def test_a_long_journey_goes_on_below_and_keeps_all_its_steps(snapshot, drawn):
    stage = snapshot["journeys"][0]["stages"][0]
    stage["steps"] = [{**stage["steps"][0], "name": f"Stop {n}"} for n in range(23)]
    printed = text(drawn(snapshot))
    assert [n for n in range(23) if not re.search(rf"Stop {n}\b", printed)] == []


def test_what_is_too_long_for_the_board_stands_in_full_below_it(snapshot, drawn):
    lane = next(
        place
        for place, lane in enumerate(snapshot["journeys"][0]["lanes"])
        if lane["kind"] == "pain"
    )
    cell = snapshot["journeys"][0]["stages"][0]["steps"][0]["cells"][lane]
    cell["text"] = "It hurts " * 60 + "most at the end."
    printed = " ".join(text(drawn(snapshot)).split())
    assert "… (1)" in printed
    assert "most at the end." in printed


def test_an_empty_strategy_makes_a_short_report_that_says_what_is_missing(snapshot, drawn):
    from strategy.reports import figures

    for part in ("channels", "segments", "contact_types", "journeys", "gaps", "checklists"):
        snapshot[part] = []
    snapshot["matrix"] = None
    snapshot["standing"] = {}
    for component in snapshot["components"]:
        component.update(text="", team="", owner="")
    snapshot["strategy"].update(vision="", organization="", period="")
    snapshot["front"] = figures.front(snapshot, None)
    snapshot["ages"] = figures.ages([])
    path = drawn(snapshot)
    printed = " ".join(text(path).split())
    assert pages(path) <= 6
    for sentence in (
        "There is nothing to judge yet: this strategy has no channels, no journeys and no gaps.",
        "No gap has been logged yet.",
        "The inventory is empty.",
        "No journey is drawn yet.",
        "No checklist has been started.",
        "10 of 10 components have no text yet.",
    ):
        assert sentence in printed


# --- what people type ------------------------------------------------------------------------------


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """Listen on a port of this machine and keep what arrives."""
    import socket
    import threading

    heard: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    stopped = threading.Event()

    def serve() -> None:
        while not stopped.is_set():
            try:
                call, _who = server.accept()
            except TimeoutError:
                continue
            call.settimeout(1)
            heard.append(call.recv(2000))
            call.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/css\r\n\r\n")
            call.close()

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}", heard
    stopped.set()
    thread.join()
    server.close()


def vectors(host: str, secret: Path) -> list[str]:
    """Return ways to make a renderer open an address or a file."""
    found = []
    for number, url in enumerate((f"{host}/x", secret.as_uri(), str(secret))):
        found += [
            f'<img src="{url}?{number}">',
            f'<img srcset="{url} 2x">',
            f'<link rel="stylesheet" href="{url}">',
            f'<link rel="attachment" href="{url}">',
            f'<a rel="attachment" href="{url}">x</a>',
            f"<style>@import url({url});</style>",
            f'<style>@import "{url}";</style>',
            f'<div style="background-image: url({url})">x</div>',
            f'<ul style="list-style-image: url({url})"><li>x</ul>',
            f"<style>.q::before {{ content: url({url}) }}</style><p class=q>x</p>",
            f"<style>@font-face {{ font-family: Evil; src: url({url}) }}</style><p style='font-family: Evil'>x</p>",
            f'<object data="{url}" type="image/svg+xml">x</object>',
            f'<embed src="{url}">',
            f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}" width="9" height="9"/></svg>',
            f'<svg xmlns="http://www.w3.org/2000/svg"><use href="{url}#a"/></svg>',
            f'<div style="border-image-source: url({url})">x</div>',
            f'<input type="image" src="{url}">',
            f'<iframe src="{url}"></iframe>',
        ]
    return [
        *found,
        '<img src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22%3E'
        f'%3Cimage href=%22{host}/y%22/%3E%3C/svg%3E">',
        f'<base href="{host}/"><img src="z.png">',
        f"![picture]({host}/p.png)",
        f"![file]({secret.as_uri()})",
        f"[x]({secret.as_uri()})",
        f"<{host}/auto>",
        "<script>document.location='http://x'</script>",
    ]


def all_bytes(path: Path, tmp_path: Path) -> bytes:
    """Return the PDF with every stream unpacked."""
    plain = tmp_path / "plain.pdf"
    subprocess.run(["qpdf", "--qdf", "--object-streams=disable", path, plain], check=True)
    return plain.read_bytes()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Return a file of the server that nobody may read through a report."""
    path = tmp_path / "secret.txt"
    path.write_text("canary-of-the-server")
    return path


def test_what_people_type_is_text_and_opens_nothing(snapshot, drawn, listener, secret, tmp_path):
    host, heard = listener
    hostile = vectors(host, secret)
    everything = "\n\n".join(hostile)
    snapshot["strategy"].update(vision=everything, name=hostile[0], organization=hostile[0])
    snapshot["components"][0]["text"] = everything
    snapshot["channels"][0].update(name=hostile[1], purpose=everything, hours=hostile[2])
    snapshot["gaps"][0].update(title=hostile[3], harm=everything, note=everything)
    snapshot["journeys"][0].update(name=hostile[4], customer=hostile[5], goal=everything)
    snapshot["journeys"][0]["stages"][0]["steps"][0]["cells"][0]["text"] = everything
    snapshot["checklists"][0]["shortfalls"][0].update(text=hostile[6], reason=everything)
    snapshot["front"]["top_gaps"][0]["title"] = hostile[7]
    path = drawn(snapshot)
    assert heard == []
    assert b"canary-of-the-server" not in all_bytes(path, tmp_path)
    assert PdfReader(path).attachments == {}
    assert "<script>document.location='http://x'</script>" in " ".join(text(path).split())


def test_even_markup_that_slipped_through_opens_nothing(listener, secret, tmp_path):
    host, heard = listener
    page = "<html lang=en><title>x</title>" + "".join(vectors(host, secret))
    save(page, tmp_path / "raw.pdf")
    assert heard == []
    assert b"canary-of-the-server" not in all_bytes(tmp_path / "raw.pdf", tmp_path)
    assert PdfReader(tmp_path / "raw.pdf").attachments == {}


def test_those_ways_are_real_without_our_fetcher(listener, secret, tmp_path):
    import weasyprint

    host, heard = listener
    page = "<html lang=en><title>x</title>" + "".join(vectors(host, secret))
    weasyprint.HTML(string=page).write_pdf(tmp_path / "open.pdf")
    assert heard
    assert b"canary-of-the-server" in all_bytes(tmp_path / "open.pdf", tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "https://portal.invalid/../secret",
        "https://portal.invalid/tokens.css?x",
        "file:///etc/passwd",
        "data:,x",
        "ftp://x/",
    ],
)
def test_the_fetcher_knows_its_files_by_name_and_nothing_else(url):
    fetcher = render.OwnFiles()
    assert fetcher.fetch("https://portal.invalid/report.css").read()
    with pytest.raises(ValueError, match="does not fetch"):
        fetcher.fetch(url)
    with pytest.raises(ValueError, match="does not open"):
        fetcher.open(url)


def test_a_text_nested_without_end_is_printed_as_it_was_typed(snapshot, drawn):
    snapshot["components"][0]["text"] = "*a **b " * 900 + "b** a*" * 900
    printed = " ".join(text(drawn(snapshot)).split())
    assert "*a **b *a **b" in printed


def test_markdown_tables_and_lists_are_printed_as_such(snapshot, drawn):
    snapshot["components"][0]["text"] = "| Channel | Goal |\n|---|---|\n| Chat | 85 % |\n\n1. first"
    path = drawn(snapshot)
    assert re.search(r"Channel +Goal\n+ *Chat +85 %", text(path))
    heads = [one for one in elements(PdfReader(path)) if one["/S"] == "/TH"]
    assert all("/Scope" in head["/A"] for head in heads)


def test_letters_that_our_font_lacks_are_there_all_the_same(snapshot, drawn):
    snapshot["components"][0]["text"] = "Ключ"
    assert "Ключ" in text(drawn(snapshot))


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs poppler")
def test_the_cover_is_filled_from_edge_to_edge(full_pdf, tmp_path):
    subprocess.run(
        [
            "pdftoppm",
            "-r",
            "20",
            "-f",
            "1",
            "-l",
            "1",
            "-singlefile",
            "-png",
            full_pdf,
            tmp_path / "c",
        ],
        check=True,
    )
    cover = Image.open(tmp_path / "c.png").convert("RGB")
    for corner in ((0, 0), (cover.width - 1, 0)):
        assert cover.getpixel(corner) == (22, 27, 44)
    assert cover.getpixel((0, cover.height - 1)) == (255, 255, 255)


Draw = Callable[[dict[str, Any]], Path]
