"""From a snapshot to a PDF. Needs Pango; runs in a child process, without a database.

The same snapshot gives the same bytes: no clock, no random numbers, dates from the snapshot.
"""

import logging
import tempfile
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn

import weasyprint
from django.conf import settings
from fontTools.ttLib import woff2  # type: ignore[import-untyped]
from weasyprint.logger import PROGRESS_LOGGER
from weasyprint.urls import URLFetcher, URLFetcherResponse

from strategy.reports import artifacts, drawing

Progress = Callable[..., None]

_HOME = "https://portal.invalid/"
"""Where the style sheets seem to be. Nothing is there: the fetcher knows the few files by name."""

_VARIANT = "pdf/ua-1"
_FONTS = ("regular", "italic", "semibold", "bold")


@cache
def _files() -> dict[str, tuple[str, bytes]]:
    """Return the only files a report may use, by address: styles, fonts, the picture of the cover."""
    static = settings.BASE_DIR / "portal" / "static" / "portal"
    found = {
        f"{_HOME}{name}": ("text/css", (static / name).read_bytes())
        for name in ("tokens.css", "report.css")
    }
    for style in _FONTS:
        name = f"fonts/portal-sans-{style}.woff2"
        plain = BytesIO()  # unpacked once in a process, not once in a report
        woff2.decompress(BytesIO((static / name).read_bytes()), plain)
        found[f"{_HOME}{name}"] = ("font/ttf", plain.getvalue())
    found[f"{_HOME}cover.svg"] = ("image/svg+xml", (static / "cover.svg").read_bytes())
    return found


class OwnFiles(URLFetcher):
    """Gives out the report's own files. Any other address is refused: no network, no file of the server."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=[], allow_redirects=False)

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Return one of the report's files, or raise ValueError."""
        if url not in _files():
            raise ValueError(f"A report does not fetch {url[:200]}")
        kind, content = _files()[url]
        return URLFetcherResponse(url, content, {"Content-Type": kind})

    def open(self, url: Any, data: Any = None, timeout: Any = None) -> NoReturn:
        """Refuse: nothing of a report opens an address by itself."""
        raise ValueError("A report does not open addresses.")


def prepare() -> None:
    """Load what every render needs, so that the children of this process have it.

    Not more: Pango starts threads when it first looks at a font, and threads do not survive a fork.
    """
    _files()
    artifacts.improve_tags()


def draw(snapshot: dict[str, Any], path: Path, scratch: Path, progress: Progress) -> dict[str, int]:
    """Draw the report into `path` and return the number of its pages. Temporary files go to `scratch`.

    `progress` hears "draw" with the pages laid out so far, then "write".
    """
    prepare()
    before, tempfile.tempdir = tempfile.tempdir, str(scratch)  # WeasyPrint unpacks its fonts there
    try:
        cut = _roomiest(snapshot)
        return write(lay_out(drawing.html(snapshot, _HOME, cut), progress), path, progress)
    finally:
        tempfile.tempdir = before


def _roomiest(snapshot: dict[str, Any]) -> drawing.Cut:
    """Return the roomiest cut with which the page for executives is one page: it is laid out alone to see.

    The last cut fits whatever stands on the page, so it is not tried. The line on the inventory is on it where it
    costs the other parts one cut at most.
    """

    def fits(cut: drawing.Cut) -> bool:
        alone = drawing.front_html(snapshot, _HOME, cut)
        return len(lay_out(alone, lambda *_: None).pages) == 1

    last = len(drawing.CUTS) - 1
    whole = fits(drawing.CUTS[0])
    found = 0 if whole else bisect_left(drawing.CUTS, True, 1, last, key=fits)
    if not snapshot["front"].get("inventory") or found == last:
        return drawing.CUTS[found]
    with_line = (replace(cut, inventory=True) for cut in drawing.CUTS[found : found + 2])
    return next((cut for cut in with_line if fits(cut)), drawing.CUTS[found])


def lay_out(html: str, progress: Progress) -> weasyprint.Document:
    """Lay out HTML page by page, with nothing but the report's own files."""
    listener = _Listener(progress)
    PROGRESS_LOGGER.addHandler(listener)
    PROGRESS_LOGGER.setLevel(logging.INFO)
    PROGRESS_LOGGER.propagate = False
    try:
        return weasyprint.HTML(string=html, url_fetcher=OwnFiles()).render(pdf_variant=_VARIANT)
    finally:
        PROGRESS_LOGGER.removeHandler(listener)


def write(document: weasyprint.Document, path: Path, progress: Progress) -> dict[str, int]:
    """Write what is laid out as a tagged PDF."""
    pages = len(document.pages)
    progress("write", pages, pages)
    with path.open("wb") as file:
        document.write_pdf(file, pdf_variant=_VARIANT)
    return {"pages": pages}


class _Listener(logging.Handler):
    """Passes on how many pages are laid out. WeasyPrint lays some out again; the number never goes back."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(logging.INFO)
        self._progress = progress
        self._pages = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Hear one message of WeasyPrint's progress."""
        if "Page" in record.msg and isinstance(record.args, tuple) and record.args:
            page = record.args[0]
            if isinstance(page, int) and page > self._pages:
                self._pages = page
                self._progress("draw", page)
