"""Pages of checklists."""

from django.http import HttpRequest, HttpResponse

from portal.lib.http import page
from strategy.checklists import queries
from strategy.plan.queries import enter, today
from teams.roles import Act


def list_(request: HttpRequest, slug: str) -> HttpResponse:
    """All runs of the strategy and how far they are."""
    place = enter(request, slug)
    return page(
        request,
        "strategy/checklists/list.html",
        {
            "place": place,
            "cards": queries.run_cards(place.strategy, today()),
            "can_start": place.may(Act.EDIT),
            "why_not": place.why_not(Act.EDIT),
        },
    )
