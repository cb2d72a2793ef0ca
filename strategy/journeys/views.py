"""Pages of the customer journeys: the list, the board, and what changes on it."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portal.history.forms import attempt, sent_version
from portal.history.queries import latest_acts
from portal.lib.http import go, is_fragment, page, trigger
from portal.lib.memory import remembered
from portal.lib.refusals import RuleBroken
from portal.live import revisions
from strategy.journeys import actions, drawing, queries, rules
from strategy.journeys.forms import (
    ADD_FORMS,
    CELL_FORMS,
    RENAME_FORMS,
    CellForm,
    JourneyFilter,
    JourneyForm,
)
from strategy.journeys.models import Cell, Journey, Stage, Step
from strategy.plan.back import finish
from strategy.plan.queries import Place, enter, enter_shared, narrowed, today
from strategy.plan.sharing import share_dialog
from teams import access
from teams.roles import Act

BOARD = "strategy/journeys/board.html"


def _enter_to_edit(request: HttpRequest, slug: str, uid: uuid.UUID) -> tuple[Place, Journey]:
    place, journey = enter_shared(request, slug, Journey.objects.all(), uid)
    access.check(request.user, Act.EDIT, journey, as_=place.standing)
    return place, journey


def list_(request: HttpRequest, slug: str) -> HttpResponse:
    """All journeys of the strategy."""
    place = enter(request, slug)
    every = Journey.objects.filter(strategy=place.strategy)
    chosen = JourneyFilter(request.GET, queryset=every.through(place.lens))
    found = queries.journey_page(chosen.qs, number=request.GET.get("page", "1"))
    count = found.paginator.count
    return page(
        request,
        "strategy/journeys/list.html",
        {
            "place": place,
            "filter": chosen,
            "page_obj": found,
            "is_filtered": any(request.GET.get(name) for name in chosen.filters),
            "lens_says": narrowed(place, every, _("%(n)d of %(d)d journeys")),
            "can_add": place.may_add,
        },
        fragment="journey-list",
        events={
            "announce": {"text": ngettext("%(n)d journey", "%(n)d journeys", count) % {"n": count}}
        },
    )


def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a journey."""
    place = enter(request, slug)
    place.check_may_add()
    initial = {"owner_team": place.own_team_id}
    form = JourneyForm(request.POST or None, standing=place.standing, initial=initial)
    if request.method == "POST":
        journey = attempt(
            form,
            lambda: actions.add_journey(strategy=place.strategy, values=form.values, by=place.user),
        )
        if journey:
            toast = _("“%(name)s” has a board with a few steps to begin with. Rename them.")
            return go(request, journey.get_absolute_url(), toast=toast % {"name": journey})
    return _form_page(request, place, form, None)


def edit(request: HttpRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Change the facts of a journey."""
    place, journey = _enter_to_edit(request, slug, uid)
    form = JourneyForm(request.POST or None, standing=place.standing, thing=journey)
    if request.method == "POST":
        saved = attempt(
            form,
            lambda: actions.edit_journey(
                journey=journey, values=form.values, expected=form.expected, by=place.user
            ),
        )
        if saved:
            return go(request, journey.get_absolute_url(), toast=_("The journey is saved."))
    return _form_page(request, place, form, journey)


def _form_page(
    request: HttpRequest, place: Place, form: JourneyForm, journey: Journey | None
) -> HttpResponse:
    return page(
        request,
        "strategy/journeys/edit.html",
        {
            "place": place,
            "form": form,
            "journey": journey,
            "toll": queries.toll(journey) if journey else None,
        },
        status=form.status,
    )


def delete(request: HttpRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Delete a journey and its board."""
    place, journey = enter_shared(request, slug, Journey.objects.all(), uid)
    actions.delete_journey(journey=journey, expected=sent_version(request), by=place.user)
    return go(
        request,
        reverse("strategy:journeys:list", args=[slug]),
        toast=_("“%(name)s” is deleted. History can bring it back.") % {"name": journey},
    )


def share(request: HttpRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """With whom this journey is shared."""
    place, journey = enter_shared(request, slug, Journey.objects.all(), uid)
    return share_dialog(request, place, journey)


def review(request: HttpRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Say that a journey is still as drawn."""
    place, journey = enter_shared(request, slug, Journey.objects.all(), uid)
    actions.review_journey(
        journey=journey,
        expected=sent_version(request),
        act=sent_version(request, "act"),
        on=today(),
        by=place.user,
    )
    toast = _("Thank you. The journey is marked as still true.")
    return finish(request, place, journey.get_absolute_url(), toast=toast)


# --- the board --------------------------------------------------------------------------------


def board(request: HttpRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """The board of one journey, or (?view=list) the same to read from top to bottom."""
    place, journey = enter_shared(request, slug, Journey.objects.all(), uid)
    context = _board_context(request, place, journey)
    return page(
        request,
        BOARD,
        {
            **context,
            "can_share": place.may(Act.MANAGE),
            "why_not": place.why_not(Act.EDIT, journey),
        },
    )


def table(request: HttpRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """The board alone, for the live refresh."""
    place, journey = enter_shared(request, slug, Journey.objects.all(), uid)
    if not is_fragment(request):
        return go(request, journey.get_absolute_url())
    return page(request, BOARD, _board_context(request, place, journey), fragment="board")


@dataclass(frozen=True)
class _Shown:
    """A board drawn for one person, as a table or to read, and the history of its facts."""

    inside: SafeString
    history: SafeString
    can_edit: bool


def _board_context(request: HttpRequest, place: Place, journey: Journey) -> dict[str, Any]:
    as_list = request.GET.get("view") == "list"
    revision = revisions.current(journey.uid)  # read first: never newer than what is drawn
    mark = queries.mark(journey, revision)
    acts = latest_acts(place.strategy.uid)
    key = ("board", journey.uid, acts, place.user.pk, place.standing, as_list, get_language())
    return {
        "place": place,
        "journey": journey,
        "revision": revision,
        "mark": mark,
        "act": max(acts, default=0),
        "token": revisions.token(journey.uid),
        "shown": remembered(key, lambda: _draw(place, journey, as_list)),
        "as_list": as_list,
        "has_role": bool(place.standing.role or place.standing.is_admin),
    }


def _draw(place: Place, journey: Journey, as_list: bool) -> _Shown:
    drawn = drawing.board_page(place, journey)
    context = {"place": place, "journey": journey, "drawn": drawn, "as_list": as_list}
    return _Shown(
        render_to_string(f"{BOARD}#board-inside", context),
        render_to_string("_components/timeline.html", {"entries": drawn.entries}),
        drawn.can_edit,
    )


def cell(request: HttpRequest, slug: str, uid: uuid.UUID, cell: uuid.UUID) -> HttpResponse:
    """One cell: its editor, what it says when editing was given up (?shown), and saving it."""
    place, journey = _enter_to_edit(request, slug, uid)
    if not is_fragment(request) and request.method != "POST":
        return go(request, journey.get_absolute_url())
    found = queries.find_cell(journey, cell)
    if found is None:
        if "shown" in request.GET:
            return HttpResponse()
        return _gone(request, place, journey, cell)
    if "shown" in request.GET:
        return _cell_shown(place, journey, found)
    form = CELL_FORMS[found.cell.lane.kind](
        request.POST or None,
        thing=found.cell,
        strategy=place.strategy,
        auto_id=f"cell-{found.cell.uid}-%s",
    )
    if request.method == "POST":
        followed = attempt(
            form,
            lambda: actions.edit_cell(
                cell=found.cell, values=form.values, expected=form.expected, by=place.user
            ),
        )
        if form.status == 409 and form.conflict is None:
            return _gone(request, place, journey, cell)
        if form.status == 200 or form.conflict == []:  # the same thing typed twice is no conflict
            toast = _followed(followed or [])
            if not is_fragment(request):
                return go(request, journey.get_absolute_url(), toast=toast)
            shown = _cell_shown(place, journey, queries.find_cell(journey, cell) or found)
            return trigger(shown, {"toast": {"text": toast}} if toast else None)
    return _cell_editor(request, place, journey, found, form)


def _followed(cells: list[Cell]) -> str:
    """Say that the owning team changed with the channel; "" when none did."""
    if not cells:
        return ""
    if cells[0].team is None:
        return _("The step has no owning team now: the new channel has none.")
    return _("The owning team moved with the channel: %(team)s.") % {"team": cells[0].team}


def _cell_shown(place: Place, journey: Journey, found: queries.Found) -> HttpResponse:
    sees = drawing.viewer(place, journey)
    return HttpResponse(
        drawing.draw_cell(sees, found.cell.lane, found.column, found.cell, focus=True)
    )


def _cell_editor(
    request: HttpRequest, place: Place, journey: Journey, found: queries.Found, form: CellForm
) -> HttpResponse:
    return page(
        request,
        "strategy/journeys/cell.html",
        {
            "place": place,
            "journey": journey,
            "uid": found.cell.uid,
            "here": request.path,
            "lane": found.cell.lane,
            "step": found.cell.step,
            "is_first": found.column.is_first,
            "form": form,
            "conflict": form.conflict[0] if form.conflict else None,
        },
        fragment="editor",
        status=form.status,
    )


def _gone(request: HttpRequest, place: Place, journey: Journey, cell: uuid.UUID) -> HttpResponse:
    """Somebody deleted the cell: give the person their text back."""
    return page(
        request,
        "strategy/journeys/cell.html",
        {
            "place": place,
            "journey": journey,
            "uid": cell,
            "here": request.path,
            "is_gone": True,
            "typed": request.POST.get("text", ""),
        },
        fragment="gone",
        status=410,
    )


# --- stages, steps and lanes -------------------------------------------------------------------


def add_part(request: HttpRequest, slug: str, uid: uuid.UUID, kind: str) -> HttpResponse:
    """Add a stage, step or lane: asks for its name in a dialog."""
    place, journey = _enter_to_edit(request, slug, uid)
    where = _where(request, journey, kind)
    form = ADD_FORMS[kind](request.POST or None, auto_id="new-%s")
    if request.method == "POST":
        part = attempt(form, lambda: _add(kind, journey, where, form.cleaned_data, place.user))
        if part:
            focus = f"{kind}-{part.uid}-more"
            return _changed(
                request, place, journey, focus, _("“%(name)s” is added.") % {"name": part}
            )
    return _dialog(request, place, journey, kind, form, None)


def _where(request: HttpRequest, journey: Journey, kind: str) -> dict[str, Any]:
    """Return where a new part goes: after the one named in the address, or at the end."""
    rows = list(queries.parts(journey, kind))
    after = _row(rows, request.GET.get("after"))
    if kind == "step":
        stages = list(queries.parts(journey, "stage"))
        stage = after.stage if after else _row(stages, request.GET.get("stage"))
        if stage is None:
            raise RuleBroken(_("The stage is no longer there. Reload the page to see what is."))
        rows = [row for row in rows if row.stage_id == stage.pk]
        return {"stage": stage, "before": _next(rows, after)}
    return {"before": _next(rows, after)}


def _add(
    kind: str, journey: Journey, where: dict[str, Any], values: dict[str, Any], by: Any
) -> Any:
    name = values["name"]
    if kind == "stage":
        return actions.add_stage(journey=journey, name=name, step=values["step"], by=by, **where)
    if kind == "step":
        return actions.add_step(name=name, by=by, **where)
    return actions.add_lane(journey=journey, kind=values["kind"], name=name, by=by, **where)


def rename_part(
    request: HttpRequest, slug: str, uid: uuid.UUID, kind: str, part: uuid.UUID
) -> HttpResponse:
    """Give a stage, step or lane another name."""
    place, journey = _enter_to_edit(request, slug, uid)
    found = get_object_or_404(queries.parts(journey, kind), uid=part)
    form = RENAME_FORMS[kind](request.POST or None, thing=found, auto_id="rename-%s")
    if request.method == "POST":
        attempt(
            form,
            lambda: actions.rename_part(
                part=found, name=form.cleaned_data["name"], expected=form.expected, by=place.user
            ),
        )
        if form.status == 200 or form.conflict == []:
            say = _("Renamed to “%(name)s”.") % {"name": form.cleaned_data["name"]}
            return _changed(request, place, journey, f"{kind}-{part}-more", say)
    return _dialog(request, place, journey, kind, form, found)


def _dialog(
    request: HttpRequest, place: Place, journey: Journey, kind: str, form: Any, part: Any
) -> HttpResponse:
    if not is_fragment(request):
        return go(request, journey.get_absolute_url())
    return page(
        request,
        "strategy/journeys/part.html",
        {"place": place, "journey": journey, "kind": kind, "form": form, "part": part},
        fragment="part-form",
        status=form.status,
    )


def delete_part(
    request: HttpRequest, slug: str, uid: uuid.UUID, kind: str, part: uuid.UUID
) -> HttpResponse:
    """Delete a stage, step or lane: first says what goes with it."""
    place, journey = _enter_to_edit(request, slug, uid)
    found = get_object_or_404(queries.parts(journey, kind), uid=part)
    if request.method != "POST":
        if not is_fragment(request):
            return go(request, journey.get_absolute_url())
        return page(
            request,
            "strategy/journeys/part.html",
            {
                "place": place,
                "journey": journey,
                "kind": kind,
                "part": found,
                "toll": queries.toll(found),
                "can_undo": place.may(Act.LOG_GAP),
            },
            fragment="part-delete",
        )
    undo = actions.delete_part(part=found, by=place.user)
    toast = {"text": _("“%(name)s” is deleted.") % {"name": found}}
    if place.may(
        Act.LOG_GAP
    ):  # who has a role may undo what they did; a share alone does not reach so far
        toast["undo_url"] = reverse("strategy:undo", args=[slug, undo])
    return _changed(request, place, journey, "board-focus", "", toast=toast)


def move_stage(request: HttpRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Put a stage somewhere else: `before` from a drag, `to` (back, on) from a button."""
    return _move_row(request, slug, uid, "stage")


def move_lane(request: HttpRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Put a lane one place up (`to` back) or down (on)."""
    return _move_row(request, slug, uid, "lane")


def _move_row(request: HttpRequest, slug: str, uid: uuid.UUID, kind: str) -> HttpResponse:
    place, journey = _enter_to_edit(request, slug, uid)
    rows = list(queries.parts(journey, kind))
    item = request.POST.get("item", "")
    keys = [str(row.uid) for row in rows]
    to = request.POST.get("to")
    before = rules.row_beside(keys, item, to) if to else request.POST.get("before", "")
    moved = _row(rows, item)
    if moved is None or (before and before not in keys):
        raise RuleBroken(
            _("Somebody deleted that meanwhile. Reload the page to see what is there.")
        )
    if before is not None:
        target = _row(rows, before)
        if isinstance(moved, Stage):
            actions.move_stage(stage=moved, before=target, by=place.user)
        else:
            actions.move_lane(lane=moved, before=target, by=place.user)
    after = [str(row.uid) for row in queries.parts(journey, kind)]
    say = _("“%(name)s” is now %(place)d of %(count)d.") % {
        "name": moved,
        "place": after.index(item) + 1,
        "count": len(after),
    }
    return _changed(request, place, journey, f"{kind}-{item}-more", say)


def move_step(request: HttpRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Put a step somewhere else, across stages too: `before` from a drag, `to` from a button."""
    place, journey = _enter_to_edit(request, slug, uid)
    now = queries.read_board(journey)
    item = request.POST.get("item", "")
    to = request.POST.get("to")
    if to:
        landing = rules.landing_beside(now.order, item, to)
    else:
        landing = rules.landing_of_drop(now.order, item, request.POST.get("before", ""))
    moved: Step | None = _row(now.steps, item)
    if moved is None:
        raise RuleBroken(
            _("Somebody deleted that meanwhile. Reload the page to see what is there.")
        )
    if landing is not None:
        stage = _row([stage.stage for stage in now.stages], landing.stage)
        actions.move_step(
            step=moved, stage=stage, before=_row(now.steps, landing.before), by=place.user
        )
    after = queries.read_board(journey)
    here = next((one for one in after.columns if one.step and str(one.step.uid) == item), None)
    say = ""
    if here and here.step:
        say = _("“%(name)s” is now step %(place)d of %(count)d, in “%(stage)s”.") % {
            "name": here.step,
            "place": after.steps.index(here.step) + 1,
            "count": len(after.steps),
            "stage": here.stage,
        }
    return _changed(request, place, journey, f"step-{item}-more", say)


def _changed(
    request: HttpRequest,
    place: Place,
    journey: Journey,
    focus: str,
    say: str,
    *,
    toast: dict[str, str] | None = None,
) -> HttpResponse:
    """Answer with the whole board, the focus on `focus`, and the change said aloud."""
    if not is_fragment(request):
        return go(request, journey.get_absolute_url(), toast=say or (toast or {}).get("text", ""))
    response = page(request, BOARD, _board_context(request, place, journey), fragment="board")
    events: dict[str, Any] = {"dialog-close": {}}
    if say:
        events["announce"] = {"text": say}
    if toast:
        events["toast"] = toast
    response.headers["HX-Retarget"] = "#board"
    response.headers["HX-Reswap"] = "morph:outerHTML"
    response.headers["HX-Trigger-After-Settle"] = json.dumps({"board-focus": {"id": focus}})
    return trigger(response, events)


def _row(rows: list[Any], uid: str | None) -> Any:
    return next((row for row in rows if str(row.uid) == uid), None)


def _next(rows: list[Any], after: Any) -> Any:
    if after is None or after not in rows:
        return None
    at = rows.index(after) + 1
    return rows[at] if at < len(rows) else None
