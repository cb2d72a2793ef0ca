"""The front door of a strategy, its history, and undo."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.history.models import ChangeSet
from portal.history.queries import feed
from portal.lib.http import go, is_fragment, page
from strategy.home import actions, queries
from strategy.plan.queries import commitment_grid, components, decisions, enter, today
from teams.requests import PersonRequest
from teams.roles import Act


def home(request: PersonRequest, slug: str) -> HttpResponse:
    """The ten components and where the strategy stands."""
    place = enter(request, slug)
    waiting, _made = decisions(place.strategy)
    ten = components(place.strategy)
    summary = queries.summary(place.strategy, ten, today(), place.lens)
    return page(
        request,
        "strategy/home/home.html",
        {
            "place": place,
            "lens_says": queries.seen_through(place) if place.lens else "",
            "summary": summary,
            "cards": queries.component_cards(place.strategy, ten, summary, today()),
            "grid": commitment_grid(place.strategy),
            "decisions": [(one, one.late_days(today())) for one in waiting[:3]],
            "more_decisions": max(0, len(waiting) - 3),
            "worst": queries.worst_gaps(place.strategy, place.lens),
            "can_manage": place.may(Act.MANAGE),
            "can_report": place.may(Act.REPORT),
        },
    )


def mine(request: PersonRequest, slug: str) -> HttpResponse:
    """What waits for me: reviews, answers, gaps, and what others changed on my channels."""
    place = enter(request, slug)
    return page(
        request,
        "strategy/home/mine.html",
        {
            "place": place,
            "work": queries.my_work(place, today(), timezone.now()),
            "lens_says": _("only your channels, gaps and checklists that touch mobile."),
            "can_log": place.may(Act.LOG_GAP),
        },
        fragment="my-work",
    )


PAGE = 50


def history(request: PersonRequest, slug: str) -> HttpResponse:
    """Everything that was changed, newest first."""
    place = enter(request, slug)
    raw = request.GET.get("page", "1")
    number = max(1, int(raw)) if raw.isdecimal() and len(raw) < 6 else 1
    entries = feed(scope=place.strategy.uid, limit=PAGE + 1, offset=(number - 1) * PAGE)
    return page(
        request,
        "strategy/home/history.html",
        {
            "place": place,
            "entries": entries[:PAGE],
            "older": number + 1 if len(entries) > PAGE else None,
            "newer": number - 1 if number > 1 else None,
            "can_undo": place.may(Act.LOG_GAP),
        },
    )


def undo(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Undo one act, unless a later change would be lost."""
    place = enter(request, slug)
    chosen = get_object_or_404(ChangeSet, uid=uid, scope_uid=place.strategy.uid)
    actions.undo_change(chosen=chosen, strategy=place.strategy, by=request.user)
    if is_fragment(request):  # from a toast: the person stays on the page
        messages.info(request, _("Undone."))
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return go(request, reverse("strategy:history", args=[slug]), toast=_("Undone."))
