"""Pages of the ways between channels."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.lib.http import page
from strategy.inventory.models import Transition
from strategy.inventory.ways import queries
from strategy.plan.queries import Place, enter, in_step, narrowed, today
from teams.requests import PersonRequest
from teams.roles import Act


def list_(request: PersonRequest, slug: str) -> HttpResponse:
    """The ways from one channel to another, and what comes along on each."""
    place = enter(request, slug)
    return _show(request, place, "list", {})


def matrix(request: PersonRequest, slug: str) -> HttpResponse:
    """The same from channel by to channel, each cell by what is worst about the way."""
    place = enter(request, slug)
    given = {name: request.GET.get(name, "") for name in ("rows", "columns")}
    return _show(request, place, "matrix", given)


def _show(request: PersonRequest, place: Place, view: str, given: dict[str, str]) -> HttpResponse:
    live = in_step(place.strategy)  # asked first: what is read afterward may be newer, never older
    chosen = queries.choice(place.strategy, request.GET)
    found, counts = queries.shown(place, chosen, today())
    count = len(found)
    context: dict[str, Any] = {
        "place": place,
        "live": live,
        "view": view,
        "here": f"{request.path}?{chosen.query(**given)}",
        "chosen": chosen,
        "all_facts": chosen.query(fact=None),
        "with_all": chosen.query(all="on"),
        "legend": queries.legend(counts),
        "ways": found,
        "lens_says": narrowed(
            place,
            Transition.objects.filter(strategy=place.strategy),
            _("%(n)d of %(d)d transitions"),
        ),
        "can_add": place.may_add,
        "can_log": place.may(Act.LOG_GAP),
        "why_not": place.why_not(Act.EDIT),
    }
    if view == "matrix":
        context["matrix"] = queries.matrix(place, chosen, found, given)
    words = ngettext("%(n)d transition", "%(n)d transitions", count) % {"n": count}
    return page(
        request,
        f"strategy/inventory/ways/{view}.html",
        context,
        fragment=f"transition-{view}",
        events=None if "live" in request.GET else {"announce": {"text": words}},
    )
