"""What the tags of WeasyPrint 70 lack for people who listen: the one place that changes WeasyPrint.

It draws the margin boxes of a page as tagged content: strategy, section and page number would be read out
on every page, in the middle of sentences. Here they are pagination artifacts, left out of the tag tree.
It says of a data cell which headers it has, but not of a header whether it heads its column or its row;
here the HTML's `scope` goes along. Links get the flag that they belong to the printed page.

With another version nothing is changed: the report is less handy to listen to, all else holds.
"""

import logging
from collections.abc import Iterator
from typing import Any

import pydyf  # type: ignore[import-untyped]
import weasyprint
from weasyprint import draw
from weasyprint.formatting_structure import boxes
from weasyprint.pdf import tags

KNOWN_VERSIONS = ("70.0",)

_SCOPES = {"col": "/Column", "colgroup": "/Column", "row": "/Row"}

_PRINTED = 4  # the flag of an annotation that belongs to the printed page

log = logging.getLogger(__name__)


def is_known() -> bool:
    """Return whether this version of WeasyPrint is one this module was written for."""
    return weasyprint.__version__ in KNOWN_VERSIONS


def improve_tags() -> None:
    """Change WeasyPrint in this process. Calling it again changes nothing more."""
    if not is_known():
        log.warning("WeasyPrint %s is not known here: tags stay plain.", weasyprint.__version__)
        return
    if draw.draw_stacking_context is not _draw:
        draw.draw_stacking_context = _draw
        tags._build_box_tree = _build


_draw_anything = draw.draw_stacking_context
_build_anything = tags._build_box_tree


def _draw(stream: Any, context: Any) -> None:
    if stream._tags is None or not isinstance(context.box, boxes.MarginBox):
        _draw_anything(stream, context)
        return
    kept, stream._tags = stream._tags, None
    pydyf.Stream.begin_marked_content(stream, "Artifact", pydyf.Dictionary({"Type": "/Pagination"}))
    try:
        _draw_anything(stream, context)
    finally:
        pydyf.Stream.end_marked_content(stream)
        stream._tags = kept


def _build(box: Any, *args: Any) -> Iterator[Any]:
    if isinstance(box, boxes.MarginBox):
        return
    for element in _build_anything(box, *args):
        if box.link_annotation:
            box.link_annotation["F"] = _PRINTED
        if element["S"] == "/TH" and box.element.get("scope"):
            element["A"]["Scope"] = _SCOPES[box.element.get("scope")]
        yield element
