"""Pages of agent reachability."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from portal.lib.http import page
from strategy.inventory.models import Channel
from strategy.inventory.reach import queries
from strategy.plan.queries import enter, in_step
from teams.requests import PersonRequest
from teams.roles import Act

PAGE_SIZE = 50


def reach(request: PersonRequest, slug: str) -> HttpResponse:
    """From each self-service channel: is a person reached at an hour of the week, and how?"""
    place = enter(request, slug)
    live = in_step(place.strategy)  # asked first: what is read afterward may be newer, never older
    visible_only, nobody_only = bool(request.GET.get("visible")), bool(request.GET.get("nobody"))
    found = queries.reach(place.strategy, visible_only=visible_only)
    at = queries.moment(request.GET, found.zone)
    every = queries.rows(found, at, place.lens)
    figures = queries.figures(every)
    shown = [row for row in every if not (nobody_only and row.is_reached)]
    chosen: dict[str, Any] = {"day": at.day, "hour": at.hour}
    chosen |= {"date": at.date.isoformat()} if at.date else {}
    chosen |= {"visible": "on"} if visible_only else {}
    chosen |= {"nobody": "on"} if nobody_only else {}
    words = _("%(when)s: a person is reached from %(n)d of %(d)d channels") % {
        "when": at,
        "n": figures.reached,
        "d": figures.total,
    }
    sends = queries.sends(found, place.lens)
    page_obj = Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page", "1"))
    return page(
        request,
        "strategy/inventory/reach/page.html",
        {
            "place": place,
            "live": live,
            "here": f"{request.path}?{urlencode({**chosen, 'page': page_obj.number})}",
            "querystring": urlencode(chosen),
            "at": at,
            "mark": queries.mark(found, at),
            "days": WEEKDAYS.items(),
            "clock": found.clock_words,
            "visible_only": visible_only,
            "nobody_only": nobody_only,
            "figures": figures,
            "page_obj": page_obj,
            "sends": sends,
            "send_nowhere": [one for one in sends if not one.to],
            "without_hours": found.without_hours,
            "lens_says": words if place.lens else "",
            "can_log": place.may(Act.LOG_GAP),
        },
        fragment="reach",
        events=None if "live" in request.GET else {"announce": {"text": words}},
    )


def of_channel(request: PersonRequest, slug: str, channel_uid: uuid.UUID) -> HttpResponse:
    """Whom customers reach from one channel, or where its agents can send them: for the channel's page."""
    place = enter(request, slug)
    channel = get_object_or_404(Channel, strategy=place.strategy, uid=channel_uid)
    found = queries.reach(place.strategy)
    at = queries.now()
    return page(
        request,
        "strategy/inventory/reach/of.html",
        {
            "place": place,
            "channel": channel,
            "at": at,
            "row": queries.row_of(found, channel.uid, at),
            "is_known": channel.uid in found.channels,
            "sends": found.sends.get(channel.uid, []),
        },
        fragment="reach-of",
    )


def figures(request: PersonRequest, slug: str) -> HttpResponse:
    """How many channels reach a person now and in the week: for the components that speak of it."""
    place = enter(request, slug)
    found = queries.reach(place.strategy)
    at = queries.now()
    return page(
        request,
        "strategy/inventory/reach/figures.html",
        {
            "place": place,
            "at": at,
            "figures": queries.figures(queries.rows(found, at)),
            "without_hours": found.without_hours,
        },
        fragment="reach-figures",
    )
