"""Pages of data quality."""

import uuid
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.lib.http import page
from strategy.inventory.models import Channel
from strategy.inventory.quality import queries
from strategy.inventory.quality.rules import RULES
from strategy.plan.queries import enter, in_step, today
from teams.requests import PersonRequest

PAGE_SIZE = 100


def quality(request: PersonRequest, slug: str) -> HttpResponse:
    """Everything the rules of data quality say: by rule, or page by page of one rule."""
    place = enter(request, slug)
    live = in_step(place.strategy)  # asked first: what is read afterward may be newer, never older
    every = queries.problems(place.strategy, today(), place.lens)
    severity, rule = request.GET.get("severity", ""), request.GET.get("rule", "")
    severity = severity if severity in queries.SEVERITIES else ""
    rule = rule if rule in RULES else ""
    if rule and severity not in ("", RULES[rule].severity):
        severity = ""  # the rule was chosen last
    found = queries.chosen(every, severity, rule)
    given = {"severity": severity, "rule": rule}
    query = urlencode({name: value for name, value in given.items() if value})
    paged = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page", "1"))
    start, size = (paged.start_index() - 1, PAGE_SIZE) if rule else (0, queries.FIRST)
    left = queries.left(place.strategy, today(), place.lens)
    all_shown = [*found, *(one for one, _judgment in left)]
    reader = queries.reader_of(all_shown, place.strategy, request.user)
    groups = queries.by_rule(found, slug, start=max(start, 0), size=size, reader=reader)
    words = ngettext("%(n)d problem", "%(n)d problems", len(found)) % {"n": len(found)}
    lens_says = _("%(words)s on channels that touch mobile") % {"words": words}
    here = f"{request.path}?{query}{'&' if query else ''}page={paged.number}"
    return page(
        request,
        "strategy/inventory/quality/page.html",
        {
            "place": place,
            "live": live,
            "here": here,
            "querystring": query,
            "severity": severity,
            "rule": rule,
            "counts": queries.counts(every),
            "count": len(every),
            "rules": queries.by_rule(every, slug),
            "groups": groups,
            "left": [(queries.lines([one], slug, reader)[0], judgment) for one, judgment in left],
            "page_obj": paged if rule and found else None,
            "lens_says": lens_says if place.lens else "",
        },
        fragment="quality",
        events=None if "live" in request.GET else {"announce": {"text": words}},
    )


def of_channel(request: PersonRequest, slug: str, channel_uid: uuid.UUID) -> HttpResponse:
    """What the rules say of one channel: for the channel's page."""
    place = enter(request, slug)
    channel = get_object_or_404(Channel, strategy=place.strategy, uid=channel_uid)
    found = queries.of_channel(queries.problems(place.strategy, today()), channel.uid)
    reader = queries.reader_of(found, place.strategy, request.user)
    return page(
        request,
        "strategy/inventory/quality/of.html",
        {"place": place, "channel": channel, "lines": queries.lines(found, slug, reader)},
        fragment="quality-of",
    )


def figures(request: PersonRequest, slug: str) -> HttpResponse:
    """How many errors, warnings and suggestions there are: for the component that speaks of it."""
    place = enter(request, slug)
    found = queries.problems(place.strategy, today(), place.lens)
    return page(
        request,
        "strategy/inventory/quality/figures.html",
        {"place": place, "counts": queries.counts(found)},
        fragment="quality-figures",
    )
