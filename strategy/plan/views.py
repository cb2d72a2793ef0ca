"""Pages of the plan: the strategy's settings and roles, and its components."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.history.forms import attempt
from portal.history.queries import of_object
from portal.lib.http import go, page
from portal.lib.refusals import RuleBroken
from strategy.plan import actions
from strategy.plan.forms import ComponentForm, StartForm, StrategyForm
from strategy.plan.models import Component, Strategy
from strategy.plan.queries import Place, enter, freshness, today
from teams import access
from teams.actions import change_role as change_role_action
from teams.actions import give_role
from teams.actions import remove_role as remove_role_action
from teams.forms import RoleForm
from teams.models import StrategyRole
from teams.requests import PersonRequest
from teams.roles import Act


def start(request: PersonRequest) -> HttpResponse:
    """Start a strategy."""
    access.check_admin(request.user)
    form = StartForm(request.POST or None, initial={"lead": request.user.uid})
    if request.method == "POST":
        strategy = attempt(
            form,
            lambda: actions.start_strategy(
                values=form.values, lead=form.cleaned_data["lead"], by=request.user
            ),
        )
        if strategy:
            toast = _("The strategy is started. Its ten components wait for their owners.")
            return go(request, strategy.get_absolute_url(), toast=toast)
    return page(
        request, "strategy/plan/settings.html", {"form": form, "strategy": None}, status=form.status
    )


def settings(request: PersonRequest, slug: str) -> HttpResponse:
    """Change the strategy's name, period, vision or classification."""
    place = enter(request, slug)
    access.check(request.user, Act.MANAGE, place.strategy, as_=place.standing)
    form = StrategyForm(request.POST or None, thing=place.strategy)
    if request.method == "POST":
        saved: Strategy | None = attempt(
            form,
            lambda: actions.edit_strategy(
                strategy=place.strategy, values=form.values, expected=form.expected, by=request.user
            ),
        )
        if saved:
            return go(request, saved.get_absolute_url(), toast=_("The strategy is saved."))
    return page(
        request,
        "strategy/plan/settings.html",
        {"form": form, "strategy": place.strategy, "place": place},
        status=form.status,
    )


def roles(request: PersonRequest, slug: str) -> HttpResponse:
    """Who has which role; leads give roles here."""
    place = enter(request, slug)
    form = RoleForm(request.POST or None)
    status = 200
    if request.method == "POST":
        given = attempt(
            form,
            lambda: give_role(
                strategy=place.strategy,
                holder=form.cleaned_data["holder"],
                role=form.cleaned_data["role"],
                by=request.user,
            ),
        )
        if given:
            toast = _("%(name)s is now %(role)s.") % {
                "name": given.user or given.team,
                "role": given.get_role_display().lower(),
            }
            return go(request, reverse("strategy:roles", args=[slug]), toast=toast)
        status = form.status  # type: ignore[attr-defined]
        access.check(request.user, Act.MANAGE, place.strategy, as_=place.standing)
    rows = StrategyRole.objects.filter(strategy=place.strategy).select_related("team", "user")
    return page(
        request,
        "strategy/plan/roles.html",
        {
            "place": place,
            "roles": sorted(rows, key=lambda row: (row.team is None, str(row.team or row.user))),
            "choices": StrategyRole.Role.choices,
            "form": form,
            "can_manage": place.may(Act.MANAGE),
        },
        status=status,
    )


def change_role(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Change one role."""
    place, given = _given(request, slug, uid)
    access.check(request.user, Act.MANAGE, place.strategy, as_=place.standing)
    role = request.POST.get("role", "")
    if role not in StrategyRole.Role.values:
        raise RuleBroken(_("Choose one of the four roles."))
    change_role_action(given=given, role=role, expected=None, by=request.user)
    return go(request, reverse("strategy:roles", args=[slug]), toast=_("The role is changed."))


def remove_role(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Take one role away."""
    _place, given = _given(request, slug, uid)
    remove_role_action(given=given, by=request.user)
    return go(request, reverse("strategy:roles", args=[slug]), toast=_("The role is taken away."))


def _given(request: PersonRequest, slug: str, uid: uuid.UUID) -> tuple[Place, StrategyRole]:
    place = enter(request, slug)
    rows = StrategyRole.objects.filter(strategy=place.strategy).select_related(
        "strategy", "team", "user"
    )
    return place, get_object_or_404(rows, uid=uid)


def _component(request: PersonRequest, slug: str, code: str) -> tuple[Place, Component]:
    place = enter(request, slug)
    rows = Component.objects.filter(strategy=place.strategy).select_related(
        "strategy", "owner_team", "owner"
    )
    if code not in Component.Code.values:
        raise Http404
    return place, get_object_or_404(rows, code=code)


def component(request: PersonRequest, slug: str, code: str) -> HttpResponse:
    """One component: its text, owner, dates and history."""
    place, found = _component(request, slug, code)
    return _show(request, place, found)


def _show(request: PersonRequest, place: Place, found: Component) -> HttpResponse:
    return page(
        request,
        "strategy/plan/component.html",
        {
            "place": place,
            "component": found,
            "fresh": freshness(found.next_review_on, today()),
            "can_edit": place.may(Act.EDIT, found),
            "why_not": place.why_not(Act.EDIT, found),
            "entries": of_object(found.uid),
        },
        fragment="component",
    )


def edit_component(request: PersonRequest, slug: str, code: str) -> HttpResponse:
    """Edit a component in place: htmx swaps the text for this form and back."""
    place, found = _component(request, slug, code)
    access.check(request.user, Act.EDIT, found, as_=place.standing)
    form = ComponentForm(request.POST or None, thing=found)
    if request.method == "POST":
        saved = attempt(
            form,
            lambda: actions.edit_component(
                component=found,
                values=form.values,
                expected=form.expected,
                today=today(),
                by=request.user,
            ),
        )
        if saved:
            return go(
                request,
                reverse("strategy:component", args=[slug, code]),
                toast=_("The component is saved."),
            )
    return page(
        request,
        "strategy/plan/component_edit.html",
        {"place": place, "component": found, "form": form},
        fragment="component",
        status=form.status,
    )


def review_component(request: PersonRequest, slug: str, code: str) -> HttpResponse:
    """Say that the component is still right."""
    _place, found = _component(request, slug, code)
    actions.review_component(component=found, on=today(), by=request.user)
    to = reverse("strategy:component", args=[slug, code])
    return go(request, to, toast=_("Marked as reviewed today. The text is unchanged."))
