"""Rendered pieces kept in memory, keyed by everything they show: a list renders only the rows that changed."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

_LIMIT = 5000
_kept: OrderedDict[Hashable, SafeString] = OrderedDict()
_lock = Lock()


def fragment(
    template: str, shows: Hashable, context: dict[str, Any] | Callable[[], dict[str, Any]]
) -> SafeString:
    """Return the rendered template. `shows` must hold every value that can differ in what is shown.

    A context that costs something to make is given as a function, asked only when there is something to draw.
    One process keeps the 5,000 most recently used pieces, about 1 KB each.
    """
    html = kept(template, shows)
    if html is None:
        html = render_to_string(template, context() if callable(context) else context)
        with _lock:
            _kept[template, get_language(), shows] = html
            if len(_kept) > _LIMIT:
                _kept.popitem(last=False)
    return html


def kept(template: str, shows: Hashable) -> SafeString | None:
    """Return the piece if it was rendered before and is still kept."""
    key = (template, get_language(), shows)
    with _lock:
        html = _kept.get(key)
        if html is not None:
            _kept.move_to_end(key)
    return html
