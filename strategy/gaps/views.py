"""Pages of gaps."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.history.forms import attempt
from portal.history.queries import of_object
from portal.lib.http import go, is_fragment, page, trigger
from strategy.gaps import actions, queries
from strategy.gaps.forms import GapFilter, GapForm, MoveForm
from strategy.gaps.models import Gap
from strategy.inventory.models import Channel
from strategy.journeys.models import Journey
from strategy.plan import short
from strategy.plan.back import finish
from strategy.plan.queries import Place, enter, enter_shared, narrowed, today
from teams import access
from teams.roles import Act


def list_(request: HttpRequest, slug: str) -> HttpResponse:
    """All gaps of the strategy: by state, searched, filtered, sorted, page by page."""
    place = enter(request, slug)
    day = today()
    every = Gap.objects.filter(strategy=place.strategy)
    chosen = GapFilter(
        request.GET,
        queryset=every.through(place.lens),
        request=request,
        strategy=place.strategy,
        today=day,
    )
    state = request.GET.get("state", "")
    sort = request.GET.get("sort", "severity")
    found = queries.gap_page(
        place,
        queries.in_state(chosen.qs, state, day),
        sort=sort,
        number=request.GET.get("page", "1"),
        today=day,
    )
    count = found.paginator.count
    return page(
        request,
        "strategy/gaps/list.html",
        {
            "place": place,
            "filter": chosen,
            "page_obj": found,
            "tabs": queries.tabs(chosen.qs, state, day),
            "state": state,
            "columns": queries.columns(sort),
            "is_filtered": any(request.GET.get(name) for name in chosen.filters),
            "lens_says": narrowed(place, every, _("%(n)d of %(d)d gaps, settled ones included")),
            "can_log": place.may(Act.LOG_GAP),
            "why_not": place.why_not(Act.LOG_GAP),
        },
        fragment="gap-list",
        events={"announce": {"text": ngettext("%(n)d gap", "%(n)d gaps", count) % {"n": count}}},
    )


def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Log a gap: as a dialog over the page one is on, or as a page of its own."""
    place = enter(request, slug)
    access.check(request.user, Act.LOG_GAP, place.strategy, as_=place.standing)
    form = GapForm(
        request.POST or None,
        strategy=place.strategy,
        initial=_begins_with(place) | queries.prefill(place.strategy, request.GET),
    )
    if request.method == "POST":
        gap = attempt(
            form,
            lambda: actions.log_gap(
                strategy=place.strategy, values=form.values, today=today(), by=place.user
            ),
        )
        if gap:
            return _logged(request, gap)
    return show_form(request, place, form, back=reverse("strategy:gaps:list", args=[slug]))


def _begins_with(place: Place) -> dict[str, Any]:
    """Begin with the own team for who changes only what it owns: a gap of nobody is out of their hands."""
    return {} if place.may(Act.EDIT) else {"owner_team": place.own_team_id}


def show_form(request: HttpRequest, place: Place, form: GapForm, *, back: str) -> HttpResponse:
    """Show the form of a new gap, or of the one that it changes."""
    gap = form.thing
    frame = short.Frame(
        name="gap",
        of=gap.uid if gap else "new",
        title=_("Edit gap") if gap else _("Log a gap"),
        back=back,
        crumb=gap.code if isinstance(gap, Gap) else _("Gaps"),
        save=_("Save gap") if gap else _("Log gap"),
        event="gap-changed",
    )
    return short.show(request, place, form, frame, template="strategy/gaps/edit.html")


def _logged(request: HttpRequest, gap: Gap) -> HttpResponse:
    """Close the dialog and stay where the person was; without htmx, show the new gap."""
    assert gap.due_on  # logging sets it
    toast = _("%(code)s is logged, due %(day)s.") % {
        "code": gap.code,
        "day": formats.date_format(gap.due_on, "N j, Y"),
    }
    if not is_fragment(request):
        return go(request, gap.get_absolute_url(), toast=toast)
    link = {"url": gap.get_absolute_url(), "label": _("Open it")}
    return trigger(HttpResponse(), {"toast": {"text": toast, "link": link}, "gap-changed": {}})


def _gap(request: HttpRequest, slug: str, uid: uuid.UUID) -> tuple[Place, Gap]:
    place = enter(request, slug)
    related = (
        "strategy",
        "channel",
        "transition__strategy",
        "transition__source__owner_team",
        "transition__target__owner_team",
        "journey",
        "step",
        "owner_team",
        "accountable",
        "blocked_on",
        "resolved_by",
        "verified_by",
        "duplicate_of__strategy",
    )
    rows = Gap.objects.filter(strategy=place.strategy).select_related(*related)
    return place, get_object_or_404(rows, uid=uid)


def detail(request: HttpRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """One gap: what the customer suffers, who answers for it, what can happen next, its history."""
    place, gap = _gap(request, slug, uid)
    return _show(request, place, gap)


def _show(
    request: HttpRequest,
    place: Place,
    gap: Gap,
    tried: MoveForm | None = None,
    *,
    fragment: str = "gap-moves",
) -> HttpResponse:
    day = today()
    ways: list[tuple[queries.Way, MoveForm]] = []
    for way in queries.ways(place, gap):
        is_tried = tried is not None and tried.target == way.to
        ways.append((way, tried if is_tried and tried else MoveForm(gap=gap, to=way.to, today=day)))
    offered = {way.to for way, _form in ways}
    context: dict[str, Any] = {
        "place": place,
        "gap": gap,
        "ways": ways,
        "action": reverse("strategy:gaps:move", args=[place.strategy.slug, gap.uid]) + place.trail,
        "tried": tried,
        "orphan": tried.data.get("note", "") if tried and tried.target not in offered else "",
        "age": gap.age_days(day),
        "is_overdue": gap.is_overdue(day),
        "is_expired": gap.is_expired(day),
        "duplicates": gap.duplicates.order_by("number"),
        "can_edit": place.may(Act.EDIT, gap),
        "why_not": place.why_not(Act.EDIT, gap),
        "entries": of_object(gap.uid),
    }
    status = tried.status if tried else 200
    return page(request, "strategy/gaps/detail.html", context, fragment=fragment, status=status)


def edit(request: HttpRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Change a gap."""
    place, gap = _gap(request, slug, uid)
    access.check(request.user, Act.EDIT, gap, as_=place.standing)
    form = GapForm(request.POST or None, strategy=place.strategy, thing=gap)
    if request.method == "POST":
        saved = attempt(
            form,
            lambda: actions.edit_gap(
                gap=gap, values=form.values, expected=form.expected, by=place.user
            ),
        )
        if saved:
            return go(request, saved.get_absolute_url(), toast=_("The gap is saved."))
    return show_form(request, place, form, back=gap.get_absolute_url())


def move(request: HttpRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Move a gap to another state: from its page, or in a dialog over the list one is on."""
    place, gap = _gap(request, slug, uid)
    if request.method != "POST":
        if not is_fragment(request):
            return go(request, gap.get_absolute_url())
        return _show(request, place, gap, fragment="gap-move-dialog")
    access.check(request.user, Act.EDIT, gap, as_=place.standing)
    form = MoveForm(request.POST, gap=gap, to=request.POST.get("to", ""), today=today())
    moved = attempt(
        form,
        lambda: actions.move_gap(
            gap=gap,
            **form.values,
            expected=form.cleaned_data["version"],
            today=today(),
            by=place.user,
        ),
    )
    if moved:
        toast = _("%(code)s: %(state)s.") % {
            "code": moved.code,
            "state": moved.get_state_display().lower(),
        }
        return finish(request, place, moved.get_absolute_url(), toast=toast)
    place, gap = _gap(
        request, slug, uid
    )  # as it is stored: the refused move left its traces on the other
    return _show(request, place, gap, form)


def of_channel(request: HttpRequest, slug: str, channel_uid: uuid.UUID) -> HttpResponse:
    """The unsettled gaps of one channel: a fragment for the channel's page."""
    place, channel = enter_shared(request, slug, Channel.objects.all(), channel_uid)
    return _of(request, place, "channel", channel)


def of_journey(request: HttpRequest, slug: str, journey_uid: uuid.UUID) -> HttpResponse:
    """The unsettled gaps of one journey: a fragment for the journey's page."""
    place, journey = enter_shared(request, slug, Journey.objects.all(), journey_uid)
    return _of(request, place, "journey", journey)


def _of(request: HttpRequest, place: Place, kind: str, thing: Any) -> HttpResponse:
    """List the gaps. Somebody with whom only this one thing is shared sees plain titles."""
    day = today()
    gaps = queries.unsettled_of(Gap.objects.filter(**{kind: thing}))
    return page(
        request,
        "strategy/gaps/of.html",
        {
            "place": place,
            "kind": kind,
            "thing": thing,
            "gaps": [(gap, gap.is_overdue(day)) for gap in gaps],
            "sees_more": bool(place.standing.role) or place.standing.is_admin,
            "can_log": place.may(Act.LOG_GAP),
        },
        fragment="gaps-of",
    )
