"""Template filters that every page may use without loading them."""

import datetime as dt
from functools import cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.lib import text

register = template.Library()


@cache
def _icon(name: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("portal/icons.svg"),
        name,
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of the icons of icons.svg, drawn once a process: a page shows dozens. docs/look.md names them."""
    return _icon(name)


@register.filter
def markdown(source: str) -> SafeString:
    """Markdown as safe HTML."""
    return text.markdown(source or "")


@register.filter
def number(value: Any) -> str:
    """A figure with thousands separators; a dash for none."""
    return (
        "—" if value is None else formats.number_format(value, force_grouping=True, decimal_pos=0)
    )


@register.filter
def signed(percent: int) -> str:
    """A change in percent with its sign."""
    return text.signed_percent(percent)


@register.filter
def figure(value: Any, unit: str = "") -> str:
    """A measured figure with its unit, without needless decimals; a dash for none."""
    return text.figure(value, unit)


@register.filter
def day(value: dt.date | None) -> str:
    """A day as Nov 3, 2026; a dash for none."""
    return formats.date_format(value, "N j, Y") if value else "—"


@register.filter
def ago(moment: dt.datetime) -> str:
    """How long ago something was, in its largest unit: "2 minutes ago"."""
    if timezone.now() - moment < dt.timedelta(minutes=1):
        return _("a moment ago")
    return _("%(time)s ago") % {"time": timesince(moment, depth=1)}


@register.filter
def days_late(days: int) -> str:
    """How late something is, in words."""
    return ngettext("%(n)d day late", "%(n)d days late", days) % {"n": days}


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """The value under a key that is a variable."""
    return mapping.get(key)
