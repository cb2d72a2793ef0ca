"""The front door of a strategy, search, the glossary, the history, and undo."""

import re
import uuid
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.history.models import ChangeSet
from portal.history.queries import feed
from portal.lib.http import go, is_fragment, page, stay
from portal.lib.refusals import RuleBroken
from strategy.findings.queries import findings, leavable, still_open
from strategy.glossary import PARTS, TERMS
from strategy.home import actions, queries
from strategy.home import search as search_
from strategy.home.first_steps import first_steps
from strategy.plan.models import Strategy
from strategy.plan.queries import commitment_grid, components, decisions, enter, today
from teams.requests import PersonRequest
from teams.roles import Act


def home(request: PersonRequest, slug: str) -> HttpResponse:
    """The ten components and where the strategy stands."""
    place = enter(request, slug)
    waiting, _made = decisions(place.strategy)
    ten = components(place.strategy)
    summary = queries.summary(place.strategy, ten, today(), place.lens)
    grid = commitment_grid(place.strategy)
    found = still_open(findings(place.strategy, today(), lens=place.lens))
    return page(
        request,
        "strategy/home/home.html",
        {
            "place": place,
            "lens_says": queries.seen_through(place) if place.lens else "",
            "summary": summary,
            "cards": queries.component_cards(place.strategy, ten, summary, today()),
            "grid": grid,
            "first_steps": first_steps(place, ten, grid, summary),
            "decisions": [(one, one.late_days(today())) for one in waiting[:3]],
            "more_decisions": max(0, len(waiting) - 3),
            "worst": queries.worst_gaps(place.strategy, place.lens),
            "findings": found[:3],
            "more_findings": max(0, len(found) - 3),
            "can_manage": place.may(Act.MANAGE),
            "can_report": place.may(Act.REPORT),
        },
    )


def mine(request: PersonRequest, slug: str) -> HttpResponse:
    """What waits for me: reviews, answers, gaps, and what others changed on mine since I last looked."""
    place = enter(request, slug)
    shows_all = "all" in request.GET
    work = queries.my_work(place, today(), timezone.now(), all_news=shows_all)
    return page(
        request,
        "strategy/home/mine.html",
        {
            "place": place,
            "work": work,
            "lens_says": _(
                "only your channels, gaps and checklists that touch mobile; of what others changed, all."
            ),
            "movable": {gap.pk for gap in [*work.waiting, *work.gaps] if place.may(Act.EDIT, gap)},
            "here": request.get_full_path(),
            "leavable": leavable(place, work.findings),
            "can_log": place.may(Act.LOG_GAP),
        },
        fragment="my-work",
    )


def search(request: PersonRequest, slug: str) -> HttpResponse:
    """Everything of the strategy whose name or line has all the words; a few of each kind for the palette."""
    place = enter(request, slug)
    in_palette = is_fragment(request)
    only = request.GET.get("kind", "")
    limit = search_.IN_PALETTE if in_palette else search_.ON_PAGE
    if only and not in_palette:
        limit = search_.OF_ONE_KIND
    found = search_.find(place, request.GET.get("q", ""), limit=limit, only=only)
    return page(
        request,
        "strategy/home/search.html",
        {"place": place, "found": found, "only": only},
        fragment="palette-results",
        events={"announce": _counted(found)} if found.query else None,
    )


def _counted(found: search_.Found) -> str:
    if not found.total:
        return _("Nothing found.")
    return ngettext("%(n)d result.", "%(n)d results.", found.total) % {"n": found.total}


def glossary(request: PersonRequest) -> HttpResponse:
    """What the words mean, how they are counted and where they are kept; one of them for a dialog."""
    strategy = _came_from(request)
    context: dict[str, Any] = {"parts": PARTS, "strategy": strategy}
    if is_fragment(request):
        try:
            context["term"] = TERMS[request.GET.get("term", "")]
        except KeyError as unknown:
            raise Http404 from unknown
    else:
        request.strategy = strategy  # type: ignore[attr-defined]
    return page(request, "strategy/home/glossary.html", context, fragment="term")


def _came_from(request: PersonRequest) -> Strategy | None:
    """Return the strategy whose page led here, else the only one the person has: entries link into it."""
    before = request.htmx.current_url_abs_path or urlsplit(request.headers.get("Referer", "")).path
    inside = re.match(r"/s/([-\w]+)/", before)
    mine = list(Strategy.objects.visible_to(request.user))
    if inside:
        return next((one for one in mine if one.slug == inside[1]), None)
    return mine[0] if len(mine) == 1 else None


def mine_seen(request: PersonRequest, slug: str) -> HttpResponse:
    """Say that I have seen what others changed, up to the act that headed the list I was shown."""
    place = enter(request, slug)
    through = queries.act_named(place.strategy, request.POST.get("through", ""))
    if through is None:
        raise RuleBroken(_("The list is out of date. Reload the page, then look again."))
    actions.mark_seen(strategy=place.strategy, through=through, now=timezone.now(), by=request.user)
    toast = _("Marked as seen. What comes next is shown here.")
    if is_fragment(request):
        return stay(toast, "my-work-changed")
    return go(request, reverse("strategy:mine", args=[slug]), toast=toast)


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
