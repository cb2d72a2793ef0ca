"""Pages of service objectives and figures."""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.lib.http import go, is_fragment, page
from strategy.inventory.back import to_quality
from strategy.inventory.models import AbandonRule, Channel, Measurement, ServiceObjective
from strategy.inventory.service import actions, figure_pages, queries
from strategy.inventory.service.by_type import contacts_of_channel
from strategy.inventory.service.figures import last_day, shown, step
from strategy.inventory.service.forms import (
    ChosenPeriod,
    CountsForm,
    FigureForm,
    PeriodForm,
    ServiceObjectiveForm,
)
from strategy.inventory.service.formulas import counted, ratio
from strategy.inventory.service.metrics import by_group, dictionary, metric_of, position
from strategy.plan import short
from strategy.plan.queries import Place, enter, enter_shared, in_step, narrowed, today
from teams import access
from teams.requests import PersonRequest
from teams.roles import Act

OBJECTIVE = short.Kind(
    name="service_objective",
    model=ServiceObjective,
    lists="strategy:inventory:service_objectives",
    list_title=gettext_lazy("Service objectives"),
    add=gettext_lazy("Add a service objective"),
    edit="",
    saved=gettext_lazy("The objective is saved."),
    event="service-changed",
    deletes="strategy:inventory:service_objective_delete",
    delete_label=gettext_lazy("Delete this objective"),
    delete_text=gettext_lazy(
        "Delete it only if it was entered by mistake. One that ended gets a last day instead, so that old figures"
        " are still held against it."
    ),
    template="strategy/inventory/service/objective.html",
    path="channel__strategy",
    related=("channel__owner_team", "point", "calendar"),
    edits="strategy:inventory:service_objective_edit",
    keeps=(
        *("metric", "kind", "point", "clock", "calendar", "clock_start", "measured_over"),
        *("effective_from", "effective_to", "source", "approved_by"),
    ),
)


# --- objectives ------------------------------------------------------------------------------------
def objectives(request: PersonRequest, slug: str) -> HttpResponse:
    """Which channel promises what, how it is kept, and which offered channel promises nothing."""
    place = enter(request, slug)
    found = queries.promise_list(place, today())
    codes = {row.objective.metric for one in found for row in one.rows if row.in_force}
    code = request.GET.get("metric", "")
    return page(
        request,
        "strategy/inventory/service/objectives.html",
        {
            "place": place,
            "live": in_step(place.strategy),
            "lens_says": narrowed(
                place,
                Channel.objects.filter(strategy=place.strategy),
                _("%(n)d of %(d)d channels"),
            ),
            "rows": found,
            "without": [one for one in found if not one.rows],
            "offered": sum(one.is_offered for one in found),
            "promised": sum(one.is_offered and not one.lacks for one in found),
            "metrics": [metric_of(one) for one in sorted(codes, key=position)],
            "metric": metric_of(code) if code in codes else None,
            "compared": queries.side_by_side(found, code) if code in codes else [],
        },
        fragment="service-list",
    )


def objectives_of(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """What one channel promises: the panel on its page."""
    place, channel = enter_shared(request, slug, Channel.objects.all(), uid)
    return page(
        request,
        "strategy/inventory/service/objectives_of.html",
        {
            **_of(place, channel),
            "promises": queries.promises_of(channel, today()),
        },
        fragment="channel-objectives",
    )


def _of(place: Place, channel: Channel) -> dict[str, Any]:
    return {
        "place": place,
        "channel": channel,
        "sees_more": bool(place.standing.role) or place.standing.is_admin,
        "can_edit": place.may(Act.EDIT, channel),
        "why_not": place.why_not(Act.EDIT, channel),
    }


def add_objective(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Record what a channel promises."""
    place = enter(request, slug)
    channel = get_object_or_404(
        Channel.objects.select_related("strategy", "owner_team"), strategy=place.strategy, uid=uid
    )
    access.check(request.user, Act.EDIT, channel, as_=place.standing)
    form = ServiceObjectiveForm(
        request.POST or None, channel=channel, initial=queries.usual_clock(channel)
    )
    return short.edit(
        request,
        place,
        OBJECTIVE,
        form,
        actions.add_service_objective,
        words={"lead": channel.name},
        channel=channel,
    )


def _objective(request: PersonRequest, slug: str, uid: uuid.UUID) -> tuple[Place, ServiceObjective]:
    place, thing = short.find(request, slug, OBJECTIVE, uid, act=None)
    access.check(request.user, Act.EDIT, thing.channel, as_=place.standing)
    return place, thing


def edit_objective(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Change what a channel promises."""
    place, thing = _objective(request, slug, uid)
    form = ServiceObjectiveForm(request.POST or None, channel=thing.channel, thing=thing)
    return short.edit(
        request,
        place,
        OBJECTIVE,
        form,
        actions.edit_service_objective,
        words={"lead": thing.channel.name},
        objective=thing,
    )


def delete_objective(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Delete an objective that was entered by mistake."""
    return short.remove(
        request, slug, OBJECTIVE, uid, actions.delete_service_objective, "objective"
    )


def numbers(request: PersonRequest, slug: str) -> HttpResponse:
    """How far promises and figures reach: for the pages of the components they belong to."""
    place = enter(request, slug)
    if not is_fragment(request):
        return redirect("strategy:inventory:service_objectives", slug)
    return page(
        request,
        "strategy/inventory/service/numbers.html",
        {"place": place, "covered": queries.coverage(place.strategy, today(), place.lens)},
    )


# --- figures ---------------------------------------------------------------------------------------
def figures_of(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """The newest figure of every metric of a channel: the panel on its page."""
    place, channel = enter_shared(request, slug, Channel.objects.all(), uid)
    return page(
        request,
        "strategy/inventory/service/figures_of.html",
        {
            **_of(place, channel),
            "rows": figure_pages.newest(channel),
            "by_type": contacts_of_channel(channel),
        },
        fragment="channel-figures",
    )


def figures(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """All metrics of a channel over time, or of one of its access points."""
    place, channel = enter_shared(request, slug, Channel.objects.all(), uid)
    part = figure_pages.narrowed_to(channel, request.GET)
    return page(
        request,
        "strategy/inventory/service/figures.html",
        {
            **_of(place, channel),
            "live": in_step(place.strategy),
            "part": part,
            "found": figure_pages.figure_page(channel, part, request.GET.get("grain", "")),
            "grain_labels": dict(Measurement.Grain.choices),
            "to_quality": to_quality(request, slug),
        },
        fragment="figure-page",
    )


def state(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """State the figures of one period, all metrics of a channel at once."""
    place, channel = enter_shared(request, slug, Channel.objects.all(), uid)
    access.check(request.user, Act.EDIT, channel, as_=place.standing)
    chosen = ChosenPeriod(request.GET)
    part = figure_pages.narrowed_to(channel, request.GET)
    when = figure_pages.Period(channel, part, *chosen.chosen(today()))
    usual, others, stated = figure_pages.to_state(when)
    sent = request.POST if request.method == "POST" else None
    shows_more = "more" in request.GET
    asked = usual + [one for one in others if shows_more or FigureForm.is_in(sent, one)]
    rows = [
        FigureForm(sent, metric=one, row=stated.get(one.code), starts_on=when.starts_on)
        for one in asked
    ]
    form = PeriodForm(sent, figures=rows)
    status, late = 200, ""
    other = _other_period(request, when)
    if request.method == "POST":
        status = 422
        is_right = form.is_valid()  # asked first: what was typed is known only then
        is_show = "show" in request.POST
        if (other or is_show) and is_right and not form.says_anything:
            return redirect(_state_address(request, other or when))
        if is_right and not other and not is_show:
            try:
                saved = actions.state_period(when=when, stated=form.stated(), by=request.user)
            except actions.StatedMeanwhile as refused:
                status, late = refused.status, refused.sentence
                for row in rows:
                    if row.metric.code in refused.theirs:
                        row.show_theirs(refused.theirs[row.metric.code])
            else:
                if "another" in request.POST:
                    return redirect(_state_address(request, _after(when), stated=when))
                here = reverse("strategy:inventory:figures", args=[slug, uid])
                there = to_quality(request, slug) or f"{here}?grain={when.grain}&{part.query}"
                said = ngettext(
                    "%(n)d figure of %(period)s is saved.",
                    "%(n)d figures of %(period)s are saved.",
                    len(saved),
                ) % {"n": len(saved), "period": when.name}
                return go(request, there, toast=said)
    return page(
        request,
        "strategy/inventory/service/state.html",
        {
            **_of(place, channel),
            "part": part,
            "when": when,
            "here": _state_address(request, when),
            "to_quality": to_quality(request, slug),
            "chosen": ChosenPeriod(initial={"grain": when.grain, "on": when.starts_on}),
            "form": form,
            "usual": rows[: len(usual)],
            "others": rows[len(usual) :],
            "number_of_others": len(others),
            "late": late,
            "other": other,
            "other_address": _state_address(request, other) if other else "",
            "after": _after(when),
            "stated": _stated(request, when),
        },
        fragment="more-metrics" if shows_more else None,
        status=status,
    )


def _state_address(
    request: PersonRequest,
    when: figure_pages.Period,
    *,
    stated: figure_pages.Period | None = None,
) -> str:
    """Return the address that names a period: tomorrow another may be the last whole month.

    `stated` is the one before, whose figures were saved just now.
    """
    query = request.GET.copy()
    query.pop("stated", None)
    query["grain"], query["on"] = when.grain, when.starts_on.isoformat()
    if stated:
        query["stated"] = stated.starts_on.isoformat()
    return f"{request.path}?{query.urlencode()}"


def _after(when: figure_pages.Period) -> figure_pages.Period:
    """Return the period to state next: the one that follows when it has ended, else the one before."""
    following = step(when.grain, when.starts_on, 1)
    has_ended = last_day(when.grain, following) < today()
    return replace(when, starts_on=following if has_ended else step(when.grain, when.starts_on, -1))


def _stated(request: PersonRequest, when: figure_pages.Period) -> figure_pages.Period | None:
    """Return the period whose figures were saved just before this page was opened."""
    try:
        day = dt.date.fromisoformat(request.GET.get("stated", ""))
    except ValueError:
        return None
    return replace(when, starts_on=day) if request.method == "GET" else None


def _other_period(request: PersonRequest, when: figure_pages.Period) -> figure_pages.Period | None:
    """Return the period that was chosen on the page of another one; None when it is the same."""
    if "on" not in request.POST:
        return None
    grain, starts_on = ChosenPeriod(request.POST).chosen(today())
    if (grain, starts_on) == (when.grain, when.starts_on):
        return None
    return figure_pages.Period(when.channel, when.part, grain, starts_on)


# --- the dictionary ----------------------------------------------------------------------------------
def metrics(request: PersonRequest, slug: str) -> HttpResponse:
    """All metrics: how each is counted, what it fits, and what to beware of; the five rules side by side."""
    place = enter(request, slug)
    form = CountsForm(request.GET if "answered" in request.GET else None)
    if form.is_bound and form.is_valid():
        counts = form.counts
    else:
        example = CountsForm({name: field.initial for name, field in form.fields.items()})
        example.is_valid()
        counts = example.counts
    five = []
    for rule in AbandonRule:
        above, below = counted(rule, counts)
        level = ratio(above, below)
        said = _("No figure") if level is None else shown(level * 100, "%")
        five.append((rule.label, above, below, said))
    families, modes = dict(Channel.Family.choices), dict(Channel.Mode.choices)
    return page(
        request,
        "strategy/inventory/service/metrics.html",
        {
            "place": place,
            "groups": by_group(),
            "metrics": [
                (
                    one,
                    ", ".join(str(families[each]) for each in one.families) or _("All channels"),
                    ", ".join(str(modes[each]) for each in one.modes),
                )
                for one in dictionary().values()
            ],
            "form": form,
            "five": five,
        },
        status=422 if form.is_bound and form.errors else 200,
    )
