"""Text: Markdown as people type it, HTML as it may be shown."""

import decimal
import re
from functools import cache

import nh3
from django.utils import formats
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_LINK_SCHEMES = {"http", "https", "mailto", "tel"}


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "linkify": True}).enable(
        ["table", "strikethrough", "linkify"]
    )


def markdown(source: str) -> SafeString:
    """Return the Markdown as safe HTML: no script, no picture from elsewhere, no style, no foreign attribute.

    Headings begin at level 3, because the page owns 1 and 2.
    """
    html = re.sub(
        r"<(/?)h([1-6])>",
        lambda found: f"<{found[1]}h{min(int(found[2]) + 2, 6)}>",
        _parser().render(source),
    )
    return mark_safe(  # noqa: S308  (cleaned by an allow-list on this line)
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href"}, "ol": {"start"}},
            url_schemes=_LINK_SCHEMES,
            link_rel="noopener noreferrer nofollow",
        )
    )


def cut(text: str, limit: int) -> str:
    """Cut a text behind its last whole word within `limit` characters; a word that fits nowhere is cut itself."""
    if len(text) <= limit:
        return text
    start = text[:limit]
    whole = start.rsplit(" ", 1)[0] if " " in start[limit // 2 :] else start[:-1]
    return whole.rstrip(" ,.;:") + "…"


def signed_percent(percent: int) -> str:
    """Return a change in whole percent with its sign, a real minus included."""
    sign = "+" if percent > 0 else "−" if percent < 0 else "±"
    return f"{sign}{abs(percent)} %"


def figure(value: decimal.Decimal | None, unit: str = "") -> str:
    """Return a measured figure with its unit and without needless decimals; a dash for none."""
    if value is None:
        return "—"
    places = 0 if value == int(value) else 1 if value * 10 == int(value * 10) else 2
    shown = formats.number_format(value, force_grouping=True, decimal_pos=places)
    return f"{shown} {unit}".strip()
