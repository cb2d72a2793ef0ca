"""Pages of segments and of the matrix of access decisions."""

import time
import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.history.forms import attempt
from portal.history.record import Recorder
from portal.lib.http import go, is_fragment, page, trigger
from portal.live import revisions
from strategy.inventory.decisions import actions, queries
from strategy.inventory.decisions.forms import (
    CellForm,
    CopyForm,
    Gone,
    MatrixFilter,
    SegmentForm,
    chosen_cells,
)
from strategy.inventory.decisions.tree import goes_with
from strategy.inventory.models import AccessDecision, Channel
from strategy.plan import short
from strategy.plan.models import ContactType, Segment
from strategy.plan.queries import Place, enter, in_step, narrowed
from teams import access
from teams.requests import PersonRequest
from teams.roles import Act

EVENT = "decisions-changed"
"""What pages listen to that show segments and decisions."""

# --- segments ----------------------------------------------------------------------------------------

SEGMENT = short.Kind(
    name="segment",
    model=Segment,
    lists="strategy:inventory:segments",
    list_title=gettext_lazy("Segments"),
    add=gettext_lazy("Add a segment"),
    edit=gettext_lazy("Edit segment"),
    saved=gettext_lazy("The segment is saved."),
    event=EVENT,
    deletes="strategy:inventory:segment_delete",
    delete_label=gettext_lazy("Delete this segment"),
    delete_text=gettext_lazy("Nothing is decided for it yet: nothing goes with it."),
)


def segments(request: PersonRequest, slug: str) -> HttpResponse:
    """The groups of customers who are served differently, and how much is decided for each."""
    place = enter(request, slug)
    return page(
        request,
        "strategy/inventory/decisions/segments.html",
        {
            "place": place,
            "coverage": queries.coverage(place.strategy),
            "can_edit": place.may(Act.EDIT),
            "why_not": place.why_not(Act.EDIT),
        },
        fragment="segment-list",
    )


def add_segment(request: PersonRequest, slug: str) -> HttpResponse:
    """Add a segment."""
    place = enter(request, slug)
    access.check(request.user, Act.EDIT, place.strategy, as_=place.standing)
    form = SegmentForm(request.POST or None)
    return short.edit(request, place, SEGMENT, form, actions.add_segment, strategy=place.strategy)


def edit_segment(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Change a segment."""
    place, thing = short.find(request, slug, SEGMENT, uid)
    form = SegmentForm(request.POST or None, thing=thing)
    goes = goes_with(thing)
    words = {"delete_text": goes} if goes else {}
    return short.edit(
        request, place, SEGMENT, form, actions.edit_segment, words=words, segment=thing
    )


def delete_segment(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Delete a segment with what was decided for it."""
    return short.remove(request, slug, SEGMENT, uid, actions.delete_segment, "segment")


# --- the matrix ----------------------------------------------------------------------------------------


def matrix(request: PersonRequest, slug: str) -> HttpResponse:
    """The matrix of the first segment; without any, what to do first."""
    place = enter(request, slug)
    first = queries.segment_of(place.strategy, None)
    if first is not None:
        query = request.GET.urlencode()
        return redirect(f"{_address(slug, first)}?{query}" if query else _address(slug, first))
    context = {"place": place, "can_edit": place.may(Act.EDIT)}
    return page(request, "strategy/inventory/decisions/no_segment.html", context)


def matrix_of(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """What is offered to one segment: contact types by channels."""
    place, segment = _segment(request, slug, uid)
    live = in_step(place.strategy)
    shown = queries.matrix(place, segment, request.GET)
    seen = f"{shown.digest}-{_period()}"
    if is_fragment(request) and request.GET.get("seen") == seen:
        # Something was done in the strategy that this page does not show: it stays as it is.
        return HttpResponse(headers={"HX-Reswap": "none"})
    here = request.GET.copy()
    here.pop("seen", None)
    query = here.urlencode()
    others = here.copy()
    others.pop("page", None)
    total = shown.coverage.total
    said = {"n": shown.shown.part, "d": shown.shown.whole}
    return page(
        request,
        "strategy/inventory/decisions/matrix.html",
        {
            "place": place,
            "lens_says": narrowed(
                place, Channel.objects.filter(strategy=place.strategy), _("%(n)d of %(d)d channels")
            ),
            "live": live,
            "seen": seen,
            "shown": shown,
            "total": total,
            "own": shown.coverage.of(segment),
            "here": f"{request.path}?{query}" if query else request.path,
            "query": query,
            "querystring": others.urlencode(),
            "export_query": "&".join(filter(None, (f"segment={segment.uid}", others.urlencode()))),
            "page_obj": shown.page,
            "filters": MatrixFilter(request.GET, **queries.filter_choices(shown)),
            "choices": queries.choices(),
            "targets": shown.channels,
            "most": actions.LONGEST_REASON,
            "can_copy": place.may_add and len(shown.coverage.segments) > 1,
        },
        fragment="matrix",
        events={"announce": _("%(n)d of %(d)d cells decided") % said}
        if _is_filter(request)
        else None,
    )


def _period() -> int:
    """Return which half of the life of a live address it is, so that a page gets a new one in time."""
    return int(time.time() * 2 // revisions.TOKEN_SECONDS)


def _is_filter(request: PersonRequest) -> bool:
    """Did the filter form ask (not the live refresh)?"""
    return request.headers.get("HX-Trigger", "") == "matrix-filters"


def _segment(request: PersonRequest, slug: str, uid: uuid.UUID) -> tuple[Place, Segment]:
    place = enter(request, slug)
    rows = Segment.objects.filter(strategy=place.strategy).select_related("strategy")
    return place, get_object_or_404(rows, uid=uid)


def save(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Save the cells that somebody chose on the page: all of them, or none and both texts of what differs."""
    place, segment = _segment(request, slug, uid)
    place.check_may_add()
    template = "strategy/inventory/decisions/conflicts.html"
    try:
        chosen = chosen_cells(segment, request.POST.get("cells", ""))
        record = actions.decide(segment=segment, chosen=chosen, by=request.user)
    except (actions.Overtaken, Gone) as refused:
        context = {"place": place, "refused": refused}
        return render(request, template, context, status=refused.status)
    count = len(record.changes)
    left = queries.coverage(place.strategy).of(segment).left
    toast = " ".join(
        (
            ngettext("%(n)d cell is saved.", "%(n)d cells are saved.", count) % {"n": count},
            ngettext("%(n)d is undecided.", "%(n)d are undecided.", left) % {"n": left}
            if left
            else _("None is undecided."),
        )
    )
    if not is_fragment(request):
        return go(request, _address(slug, segment), toast=toast)
    return trigger(
        HttpResponse(status=204),
        {"toast": _undoable(toast, slug, record), "decisions-saved": {}, EVENT: {}},
    )


def _address(slug: str, segment: Segment) -> str:
    return reverse("strategy:inventory:matrix_of", args=[slug, segment.uid])


def _undoable(toast: str, slug: str, record: Recorder) -> dict[str, str]:
    if not record.changes:
        return {"text": toast}
    return {"text": toast, "undo_url": reverse("strategy:undo", args=[slug, record.row.uid])}


def cell(
    request: PersonRequest, slug: str, uid: uuid.UUID, row: uuid.UUID, column: uuid.UUID
) -> HttpResponse:
    """One cell: a short form, and a page of its own for who has no script."""
    place, segment = _segment(request, slug, uid)
    contact_type = get_object_or_404(ContactType, strategy=place.strategy, uid=row)
    channels = Channel.objects.filter(strategy=place.strategy)
    channel = get_object_or_404(channels.select_related("strategy", "owner_team"), uid=column)
    known: dict[str, Any] = {"segment": segment, "contact_type": contact_type, "channel": channel}
    access.check(request.user, Act.EDIT, AccessDecision(**known), as_=place.standing)
    thing = AccessDecision.objects.filter(**known).select_related("redirect_to").first()
    form = CellForm(request.POST or None, thing=thing, **known)
    if request.method == "POST":
        record = attempt(
            form,
            lambda: actions.decide_cell(segment=segment, chosen=form.chosen, by=request.user),
            keep_on_refusal=True,
        )
        if record is not None:
            return _cell_saved(request, slug, segment, contact_type, record)
        form.see_undecided()
    frame = short.Frame(
        name="cell",
        of=f"{segment.uid}-{contact_type.uid}-{channel.uid}",
        title=f"{contact_type} · {channel}",
        lead=_("What %(segment)s are offered.") % {"segment": segment},
        back=f"{_address(slug, segment)}#row-{contact_type.uid}",
        crumb=_("Access matrix"),
        event=EVENT,
    )
    return short.show(request, place, form, frame)


def _cell_saved(
    request: PersonRequest, slug: str, segment: Segment, contact_type: ContactType, record: Recorder
) -> HttpResponse:
    toast = _("The cell is saved.")
    if is_fragment(request):
        return trigger(HttpResponse(), {"toast": _undoable(toast, slug, record), EVENT: {}})
    return go(request, f"{_address(slug, segment)}#row-{contact_type.uid}", toast=toast)


def copy(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Copy what is decided for one segment to the undecided cells of another."""
    place, segment = _segment(request, slug, uid)
    place.check_may_add()
    form = CopyForm(request.POST or None, segment=segment)
    if request.method == "POST":
        done = attempt(
            form,
            lambda: actions.copy_decisions(
                source=segment, target=form.cleaned_data["target"], by=request.user
            ),
            keep_on_refusal=True,
        )
        if done is not None:
            return _copied(request, slug, form.cleaned_data["target"], *done)
    frame = short.Frame(
        name="copy",
        of=segment.uid,
        title=_("Copy the decisions for %(segment)s") % {"segment": segment},
        lead=_("For a segment that is served much the same: copy, then change what differs."),
        back=_address(slug, segment),
        crumb=_("Access matrix"),
        save=_("Copy"),
        event=EVENT,
    )
    return short.show(request, place, form, frame)


def _copied(
    request: PersonRequest, slug: str, target: Segment, record: Recorder, left: int
) -> HttpResponse:
    count = len(record.changes)
    toast = ngettext(
        "%(n)d decision is copied to %(segment)s.",
        "%(n)d decisions are copied to %(segment)s.",
        count,
    ) % {"n": count, "segment": target}
    if left:
        toast += " " + ngettext(
            "%(n)d cell is left out, because another team owns its channel.",
            "%(n)d cells are left out, because other teams own their channels.",
            left,
        ) % {"n": left}
    if is_fragment(request):
        return trigger(HttpResponse(), {"toast": _undoable(toast, slug, record), EVENT: {}})
    return go(request, _address(slug, target), toast=toast)
