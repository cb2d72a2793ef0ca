"""Pages of the list: the list itself, its conditions and columns, many rows at once, and saved views."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.history.forms import sent_version
from portal.lib.http import go, is_fragment, page
from strategy.inventory.lists import actions, queries, saved
from strategy.inventory.lists import fields as what
from strategy.inventory.lists.filters import SEARCH, ChannelFilter, without
from strategy.inventory.lists.forms import ConditionForm, ViewForm
from strategy.inventory.lists.queries import Shown
from strategy.inventory.models import Channel, SavedView
from strategy.plan import short
from strategy.plan.queries import Place, enter, narrowed, today
from teams.requests import PersonRequest

LIST = "strategy:inventory:list"
_HERE = "strategy/inventory/lists"


def list_(request: PersonRequest, slug: str) -> HttpResponse:
    """All channels of the strategy: searched, filtered, sorted, in the columns one wants, page by page."""
    place = enter(request, slug)
    every = Channel.objects.filter(strategy=place.strategy)
    views = saved.views_of(place)
    day = today()
    shown = queries.drawn_once(
        place,
        (request.GET.urlencode(), views),
        day,
        lambda: _draw(request, place, every.through(place.lens), views),
    )
    announce = ngettext("%(n)d channel", "%(n)d channels", shown.count) % {"n": shown.count}
    return page(
        request,
        f"{_HERE}/list.html",
        {
            "place": place,
            "shown": shown,
            "page_obj": shown.found,
            "lens_says": narrowed(place, every, _("%(n)d of %(d)d channels")),
            "can_add": place.may_add,
        },
        fragment="channel-list",
        events={"announce": {"text": announce}},
    )


def _draw(
    request: PersonRequest, place: Place, rows: QuerySet, views: tuple[saved.View, ...]
) -> Shown:
    """Draw the search field and the list. Everything shown follows from the place, the address and the views."""
    view = saved.asked_view(views, request.GET)
    params, as_saved = saved.effective(view, request.GET)
    asked = ChannelFilter(params, queryset=rows)
    query = asked.query
    columns, found = queries.channel_page(
        place, asked.qs, params=query, number=request.GET.get("page", "1"), today=today()
    )
    here = reverse(LIST, args=[place.strategy.slug])
    problems = list(asked.problems)
    named = request.GET.get("view", "")
    if named and view is None and named != saved.WITHOUT:
        problems.append(
            _("There is no view “%(name)s” here. All channels are shown.") % {"name": named[:60]}
        )
    context = {
        "place": place,
        "here": here,
        "page_obj": found,
        "rows": found.object_list,
        "columns": columns,
        "heads": queries.heads(columns, query),
        "conditions": _chips(query, asked),
        "problems": problems,
        "search": query.get(SEARCH, ""),
        "state": [(name, one) for name in query if name != SEARCH for one in query.getlist(name)],
        "query": query.urlencode(),
        "querystring": query.urlencode(),
        "target": "#channel-list",
        "views": views,
        "view": view,
        "as_saved": as_saved,
        "is_filtered": bool(asked.conditions or query.get(SEARCH)),
        "can_add": place.may_add,
        "can_edit": place.may_add and bool(found.object_list),
    }
    return Shown(
        render_to_string(f"{_HERE}/list.html#channel-search", context),
        render_to_string(f"{_HERE}/list.html#channel-rows", context),
        found,
    )


def _chips(query: QueryDict, asked: ChannelFilter) -> list[dict[str, str]]:
    """Return the conditions in words; each with the address that goes on without it."""
    chips = [
        {
            "words": one.words,
            "url": "?"
            + (without(query, value=(one.parameter, one.raw)) or f"view={saved.WITHOUT}"),
        }
        for one in asked.conditions
    ]
    if query.get(SEARCH):
        words = _("Search: “%(words)s”") % {"words": query[SEARCH]}
        url = "?" + (without(query, [SEARCH]) or f"view={saved.WITHOUT}")
        chips.insert(0, {"words": words, "url": url})
    return chips


def filters_of(place: Place, raw: str) -> tuple[QuerySet, ChannelFilter]:
    """Return the channels of the place, and the filters of the list that somebody came from."""
    rows = Channel.objects.filter(strategy=place.strategy).through(place.lens)
    return rows, ChannelFilter(QueryDict(raw), queryset=rows)


def list_with(place: Place, query: QueryDict) -> str:
    """Return the address of the list that shows a query, nothing else."""
    says = query.urlencode() or f"view={saved.WITHOUT}"
    return f"{reverse(LIST, args=[place.strategy.slug])}?{says}"


def _shell(request: PersonRequest) -> str:
    return f"{_HERE}/_{'dialog' if is_fragment(request) else 'page'}.html"


def condition(request: PersonRequest, slug: str) -> HttpResponse:
    """Add one condition to the list one comes from (`now`): its field, then how it is asked for, and the value."""
    place = enter(request, slug)
    rows, asked = filters_of(place, request.GET.get("now", ""))
    here = reverse("strategy:inventory:lists:condition", args=[slug])
    form = ConditionForm(request.GET, rows=rows, here=here if is_fragment(request) else "")
    status = 200
    if "add" in request.GET and form.is_complete:
        if form.is_valid():
            return go(request, list_with(place, form.added_to(asked.query)))
        status = 422
    else:
        form.errors.clear()
    context = {
        "place": place,
        "form": form,
        "now": asked.query.urlencode(),
        "back": list_with(place, asked.query),
        "title": _("Add a filter"),
        "shell": _shell(request),
        "here": here,
        "in_dialog": is_fragment(request),
    }
    return page(request, f"{_HERE}/condition.html", context, status=status)


def columns(request: PersonRequest, slug: str) -> HttpResponse:
    """Choose the columns of the list one comes from (`now`), and their order."""
    place = enter(request, slug)
    _rows, asked = filters_of(place, request.GET.get("now", ""))
    query = asked.query
    chosen = what.columns(query.get("columns", ""))
    keys = [column.key for column in chosen]
    here = reverse("strategy:inventory:lists:columns", args=[slug])

    def leads(order: Sequence[str]) -> str:
        then = query.copy()
        then["columns"] = ",".join(order)
        link = QueryDict(mutable=True)
        link["now"] = then.urlencode()
        return f"{here}?{link.urlencode()}"

    def moved(at: int, by: int) -> str:
        order = [*keys]
        order.insert(at + by, order.pop(at))
        return leads(order)

    lines = [
        {
            "key": column.key,
            "label": what.head(column),
            "moves": (
                (
                    moved(at, -1) if at else "",
                    "up",
                    _("Move %(column)s up") % {"column": what.head(column)},
                ),
                (
                    moved(at, 1) if at + 1 < len(keys) else "",
                    "down",
                    _("Move %(column)s down") % {"column": what.head(column)},
                ),
                (
                    leads([key for key in keys if key != column.key])
                    if column.key != "name"
                    else "",
                    "close",
                    _("Do not show %(column)s") % {"column": what.head(column)},
                ),
            ),
        }
        for at, column in enumerate(chosen)
    ]
    others = [
        (
            title,
            [
                (one.key, what.head(one), leads([*keys, one.key]))
                for one in group
                if one.key not in keys
            ],
        )
        for title, group in what.groups()
    ]
    usual = query.copy()
    usual.pop("columns", None)
    context = {
        "place": place,
        "lines": lines,
        "others": [(title, group) for title, group in others if group],
        "back": list_with(place, query),
        "usual": list_with(place, usual),
        "is_usual": tuple(keys) == what.USUAL,
        "in_dialog": is_fragment(request),
        "title": _("Columns"),
        "shell": _shell(request),
    }
    return page(request, f"{_HERE}/columns.html", context)


# --- saved views -----------------------------------------------------------------------------------

VIEW = short.Kind(
    name="view",
    model=SavedView,
    lists="strategy:inventory:lists:views",
    list_title=gettext_lazy("Saved views"),
    add=gettext_lazy("Save this view"),
    edit="",
    saved=gettext_lazy("The view is saved."),
    event="views-changed",
    deletes="strategy:inventory:lists:view_delete",
    delete_label=gettext_lazy("Delete this view"),
    delete_text=gettext_lazy("The channels it shows stay as they are."),
)


def views(request: PersonRequest, slug: str) -> HttpResponse:
    """The saved views one sees: open, change, keep at hand, choose what the list opens with."""
    place = enter(request, slug)
    return page(
        request,
        f"{_HERE}/views.html",
        {"place": place, "views": saved.views_of(place)},
        fragment="view-list",
    )


def _find_view(request: PersonRequest, slug: str, uid: uuid.UUID) -> tuple[Place, SavedView]:
    """Return a view that the person sees; somebody's private one is not there for others."""
    place = enter(request, slug)
    seen = SavedView.objects.filter(strategy=place.strategy).seen_by(request.user)
    return place, get_object_or_404(seen.select_related("strategy", "owner"), uid=uid)


def _says(place: Place, query: str) -> str:
    """Return in words what a query shows."""
    asked = filters_of(place, query)[1]
    clean = asked.query
    said = [one.words for one in asked.conditions]
    if clean.get(SEARCH):
        said.insert(0, _("Search: “%(words)s”") % {"words": clean[SEARCH]})
    filters = "; ".join(said) or _("all channels")
    heads = ", ".join(what.head(one) for one in what.columns(clean.get("columns", "")))
    return _("It shows: %(filters)s. Columns: %(columns)s.") % {
        "filters": filters,
        "columns": heads,
    }


def add_view(request: PersonRequest, slug: str) -> HttpResponse:
    """Save what the list shows now (`now`) as a view."""
    place = enter(request, slug)
    rows, asked = filters_of(place, request.GET.get("now", ""))
    query = asked.query.urlencode()
    form = ViewForm(request.POST or None, rows=rows, initial={"query": query})
    words = {"lead": _says(place, query)}
    return _edit_view(request, place, form, words, actions.add_view, strategy=place.strategy)


def edit_view(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Change a view: its name and who sees it; with `now`, what it shows."""
    place, view = _find_view(request, slug, uid)
    saved.check_may_change(view, place.user, as_=place.standing)
    rows, asked = filters_of(place, request.GET.get("now", view.query))
    query = asked.query.urlencode()
    form = ViewForm(
        request.POST or None,
        thing=view,
        rows=rows,
        keeps_query="now" not in request.GET,
        initial={"query": query},
    )
    words = {"lead": _says(place, query)}
    return _edit_view(request, place, form, words, actions.edit_view, view=view)


def _edit_view(
    request: PersonRequest,
    place: Place,
    form: ViewForm,
    words: dict[str, Any],
    action: Any,
    **given: Any,
) -> HttpResponse:
    if "now" not in request.GET or request.method == "GET":
        return short.edit(request, place, VIEW, form, action, words=words, **given)
    result: dict[str, SavedView] = {}

    def keep(**values: Any) -> SavedView:
        result["view"] = action(**values)
        return result["view"]

    response = short.edit(request, place, VIEW, form, keep, words=words, **given)
    if "view" not in result:
        return response
    view = result["view"]
    to = f"{reverse(LIST, args=[place.strategy.slug])}?view={view.slug}"
    return go(request, to, toast=_("The view “%(name)s” is saved.") % {"name": view})


def delete_view(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Delete a view in the version that was shown."""
    place, view = _find_view(request, slug, uid)
    actions.delete_view(view=view, expected=sent_version(request), by=place.user)
    to = reverse(VIEW.lists, args=[slug])
    return go(request, to, toast=_("The view “%(name)s” is deleted.") % {"name": view})


def mark_view(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Keep a view at hand, or let the list open with it; or no longer."""
    place, view = _find_view(request, slug, uid)
    actions.mark_view(
        view=view,
        is_favorite=request.POST.get("favorite") == "on",
        opens_list=request.POST.get("opens") == "on",
        by=place.user,
    )
    return go(request, reverse(VIEW.lists, args=[slug]), toast=_("Noted."))
