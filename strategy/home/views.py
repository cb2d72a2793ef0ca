"""The front door of a strategy, search, the glossary, the history, and undo."""

import datetime as dt
import re
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portal.history.models import ChangeSet
from portal.history.queries import feed, latest_acts
from portal.lib.http import go, is_fragment, page, stay
from portal.lib.memory import remembered
from portal.lib.refusals import RuleBroken
from strategy.findings.queries import current, leavable, still_open
from strategy.glossary import PARTS, TERMS
from strategy.home import actions, my_work, queries
from strategy.home import search as search_
from strategy.home.first_steps import first_steps
from strategy.home.models import Visit
from strategy.plan.actions import edit_strategy
from strategy.plan.models import Component, Strategy
from strategy.plan.queries import (
    Grid,
    Place,
    behind,
    commitment_grid,
    components,
    decisions,
    enter,
    next_launches,
    today,
)
from teams.requests import PersonRequest
from teams.roles import Act


def home(request: PersonRequest, slug: str) -> HttpResponse:
    """The ten components and where the strategy stands. Drawn again when something was done there."""
    place = enter(request, slug)
    day, acts = today(), latest_acts(place.strategy.uid)
    reports = queries.reports_so_far(place.strategy, place.lens)
    key = ("home", place.strategy.uid, acts, reports, place.lens)
    front = remembered((*key, day, get_language()), lambda: _front(place, day, acts))
    return page(
        request,
        "strategy/home/home.html",
        {
            "place": place,
            "lens_says": queries.seen_through(place) if place.lens else "",
            "front": front,
            "first_steps": first_steps(place, front.components, front.grid, reports, day, acts),
            "can_manage": place.may(Act.MANAGE),
            "can_report": place.may(Act.REPORT),
        },
    )


@dataclass(frozen=True)
class Front:
    """The home, drawn as everybody sees it in two pieces, and what it was drawn from."""

    lead: SafeString
    rest: SafeString
    components: list[Component]
    grid: Grid


def _front(place: Place, day: dt.date, acts: tuple[int, ...]) -> Front:
    waiting, _made = decisions(place.strategy)
    ten = components(place.strategy)
    summary = queries.summary(place.strategy, ten, day, place.lens)
    grid = commitment_grid(place.strategy)
    worst = queries.worst_gaps(place.strategy, place.lens)
    found = still_open(current(place.strategy, day, acts, lens=place.lens))
    context = {
        "place": place,
        "summary": summary,
        "cards": queries.component_cards(place.strategy, ten, summary, day, place.lens),
        "grid": grid,
        "behind": behind(place.strategy),
        "launches": next_launches(place.strategy, day, place.lens),
        "decisions": [(one, one.late_days(day)) for one in waiting[:3]],
        "more_decisions": max(0, len(waiting) - 3),
        "more_gaps": max(0, summary.open_gaps - len(worst)),
        "worst": [(gap, gap.late_days(day)) for gap in worst],
        "findings": found[:3],
        "more_findings": max(0, len(found) - 3),
    }
    lead = render_to_string("strategy/home/home.html#front-lead", context)
    rest = render_to_string("strategy/home/home.html#front-rest", context)
    return Front(lead, rest, ten, grid)


def component_numbers(request: PersonRequest, slug: str, code: str) -> HttpResponse:
    """The live numbers of a component, for its page, which lies below and asks for them by this address."""
    place = enter(request, slug)
    if code not in Component.Code.values:
        raise Http404
    if not is_fragment(request):
        return redirect("strategy:component", slug, code)
    day, acts = today(), latest_acts(place.strategy.uid)
    key = ("numbers", place.strategy.uid, acts, place.lens, day, get_language())
    facts = remembered(key, lambda: _facts(place, day))
    return render(request, "strategy/home/component_numbers.html", {"facts": facts[code]})


def _facts(place: Place, day: dt.date) -> dict[str, list[tuple[str, str]]]:
    ten = components(place.strategy)
    numbers = queries.summary(place.strategy, ten, day, place.lens)
    cards = queries.component_cards(place.strategy, ten, numbers, day, place.lens)
    return {card.component.code: card.facts for card in cards}


def hide_next_steps(request: PersonRequest, slug: str) -> HttpResponse:
    """Take What next off the home, for everybody."""
    place = enter(request, slug)
    values = {"shows_next_steps": False}
    edit_strategy(strategy=place.strategy, values=values, expected=None, by=request.user)
    toast = _("“What next” is hidden for everybody. The settings bring it back.")
    return go(request, place.strategy.get_absolute_url(), toast=toast)


def mine(request: PersonRequest, slug: str) -> HttpResponse:
    """What waits for me: reviews, answers, gaps, and what others changed on mine since I last looked."""
    place = enter(request, slug)
    day, acts, here = today(), latest_acts(place.strategy.uid), request.get_full_path()
    visit = my_work.visit_of(place)
    seen = visit and (visit.seen_at, visit.seen_through)
    key = ("mine", place.strategy.uid, acts, place.user.pk, place.standing, place.lens, here, seen)
    shown = remembered(
        (*key, day, get_language()), lambda: _waits(place, visit, day, here, "all" in request.GET)
    )
    return page(
        request,
        "strategy/home/mine.html",
        {
            "place": place,
            "shown": shown,
            "act": max(acts, default=0),
            "here": here,
            "lens_says": _(
                "only your channels, gaps and checklists that touch mobile; of what others changed, all."
            ),
            "can_log": place.may(Act.LOG_GAP),
        },
        fragment="my-work",
    )


def _waits(
    place: Place, visit: Visit | None, day: dt.date, here: str, all_news: bool
) -> SafeString:
    """Return what waits for the person, drawn."""
    work = my_work.my_work(place, visit, day, timezone.now(), all_news=all_news)
    context = {
        "place": place,
        "work": work,
        "waiting": [(gap, gap.late_days(day)) for gap in work.waiting],
        "gaps": [(gap, gap.late_days(day)) for gap in work.gaps],
        "decisions": [(one, one.late_days(day)) for one in work.decisions],
        "parts": [(mine, place.may(Act.EDIT, mine.part)) for mine in work.parts],
        "can_decide": place.may(Act.EDIT),
        "movable": {gap.pk for gap in [*work.waiting, *work.gaps] if place.may(Act.EDIT, gap)},
        "here": here,
        "leavable": leavable(place, work.findings),
        "can_log": place.may(Act.LOG_GAP),
    }
    return render_to_string("strategy/home/mine.html#waits", context)


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
    through = my_work.act_named(place.strategy, request.POST.get("through", ""))
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
