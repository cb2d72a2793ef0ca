"""Pages of the plan: settings, roles, components, objectives, decisions and initiatives."""

import uuid
from typing import Any

from django.conf import settings as django_settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.history.forms import attempt, sent_version
from portal.history.queries import of_object
from portal.lib.http import go, page
from portal.lib.refusals import RuleBroken
from strategy.plan import actions, queries, short
from strategy.plan.back import finish
from strategy.plan.forms import (
    CommitmentForm,
    ComponentForm,
    DecisionForm,
    InitiativeForm,
    ObjectiveForm,
    StrategyForm,
)
from strategy.plan.models import (
    Commitment,
    Component,
    Decision,
    Initiative,
    Objective,
    Strategy,
)
from strategy.plan.queries import Place, enter, freshness, today
from teams import access
from teams import actions as teams
from teams.forms import FunctionForm, InviteForm, RoleForm
from teams.links import is_only_here, link_of, mail_is_set_up, show_once, to_show
from teams.models import Invitation, StrategyRole, Team
from teams.queries import invited, roles_of
from teams.requests import PersonRequest
from teams.roles import Act


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
    """Who has which role; leads give roles and invite people here."""
    place = enter(request, slug)
    form = RoleForm(request.POST or None)
    if request.method == "POST":
        given = attempt(
            form,
            lambda: teams.give_role(
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
        access.check(request.user, Act.MANAGE, place.strategy, as_=place.standing)
    return _roles_page(request, place, form=form)


def _roles_page(
    request: PersonRequest,
    place: Place,
    *,
    form: RoleForm | None = None,
    invite_form: InviteForm | None = None,
    function_form: FunctionForm | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "place": place,
        "roles": roles_of(place.strategy),
        "choices": StrategyRole.Role.choices,
        "can_manage": place.may(Act.MANAGE),
    }
    if context["can_manage"]:
        waiting = invited(place.strategy, timezone.now())
        shown = set(to_show(request))
        new = [one.invitation for one in waiting if str(one.invitation.uid) in shown]
        context |= {
            "form": form or RoleForm(),
            "invite_form": invite_form or InviteForm(strategy=place.strategy),
            "function_form": function_form or FunctionForm(),
            "only_here": is_only_here(),
            "links_begin": django_settings.PORTAL_URL,
            "invited": waiting,
            "new_links": [
                (email, link_of(ones[0]), [one.team for one in ones if one.team])
                for email, ones in _by_email(new).items()
            ],
            "mails": mail_is_set_up(),
            "days": django_settings.INVITATION_DAYS,
        }
    status = max(getattr(one, "status", 200) for one in (form, invite_form, function_form))
    return page(request, "strategy/plan/roles.html", context, status=status)


def _by_email(invitations: list[Invitation]) -> dict[str, list[Invitation]]:
    """Group them: one link brings a person into everything they are invited to."""
    found: dict[str, list[Invitation]] = {}
    for one in invitations:
        found.setdefault(one.email, []).append(one)
    return found


def add_function(request: PersonRequest, slug: str) -> HttpResponse:
    """Add a function that does not exist yet."""
    place = enter(request, slug)
    access.check(request.user, Act.MANAGE, place.strategy, as_=place.standing)
    form = FunctionForm(request.POST)
    team = attempt(
        form,
        lambda: teams.add_function(
            strategy=place.strategy,
            values=form.values,
            role=form.cleaned_data["role"],
            by=request.user,
        ),
        keep_on_refusal=True,
    )
    if team is None:
        return _roles_page(request, place, function_form=form)
    toast = _("%(name)s takes part. Invite its people now.") % {"name": team}
    return go(request, reverse("strategy:roles", args=[slug]) + "#invite", toast=toast)


def invite(request: PersonRequest, slug: str) -> HttpResponse:
    """Invite somebody by e-mail."""
    place = enter(request, slug)
    access.check(request.user, Act.MANAGE, place.strategy, as_=place.standing)
    form = InviteForm(request.POST, strategy=place.strategy)
    made = attempt(
        form,
        lambda: teams.invite(
            strategy=place.strategy, now=timezone.now(), by=request.user, **form.cleaned_data
        ),
        keep_on_refusal=True,
    )
    if made is None:
        return _roles_page(request, place, invite_form=form)
    show_once(request, made)
    return go(request, reverse("strategy:roles", args=[slug]))


def resend_invitation(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Make a new link for an invitation; the old one stops working."""
    _place, found = _found(request, slug, Invitation, uid)
    show_once(
        request, teams.resend_invitation(invitation=found, now=timezone.now(), by=request.user)
    )
    return go(request, reverse("strategy:roles", args=[slug]))


def revoke_invitation(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Make the link of an invitation worthless."""
    _place, found = _found(request, slug, Invitation, uid)
    teams.revoke_invitation(invitation=found, now=timezone.now(), by=request.user)
    toast = _("The invitation of %(email)s is revoked. Its link does not work any more.")
    return go(request, reverse("strategy:roles", args=[slug]), toast=toast % {"email": found.email})


def change_role(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Change one role."""
    place, given = _given(request, slug, uid)
    access.check(request.user, Act.MANAGE, place.strategy, as_=place.standing)
    role = request.POST.get("role", "")
    if role not in StrategyRole.Role.values:
        raise RuleBroken(_("Choose one of the four roles."))
    teams.change_role(given=given, role=role, expected=None, by=request.user)
    return go(request, reverse("strategy:roles", args=[slug]), toast=_("The role is changed."))


def remove_role(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Take one role away."""
    _place, given = _given(request, slug, uid)
    teams.remove_role(given=given, by=request.user)
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
    form = ComponentForm(request.POST or None, thing=found, strategy=place.strategy)
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
    place, found = _component(request, slug, code)
    actions.review_component(
        component=found, expected=sent_version(request), on=today(), by=request.user
    )
    to = reverse("strategy:component", args=[slug, code])
    toast = _("Marked as still true today. The text is unchanged.")
    return finish(request, place, to, toast=toast)


# --- one page for editing what is short -----------------------------------------------------------


OBJECTIVE = short.Kind(
    name="objective",
    model=Objective,
    lists="strategy:objectives",
    list_title=gettext_lazy("Objectives"),
    add=gettext_lazy("Add an objective"),
    add_lead=gettext_lazy(
        "Three to five objectives that all functions share. "
        "Each function then commits, commits with a condition, or objects."
    ),
    edit=gettext_lazy("Edit objective"),
    edit_lead=gettext_lazy(
        "When the words change, every function has to answer again; what each said before is kept."
        " Figures and dates ask nobody."
    ),
    saved=gettext_lazy(
        "The objective is saved. Functions that have not answered its words are asked."
    ),
    event="plan-changed",
    deletes="strategy:objective_delete",
    delete_label=gettext_lazy("Delete this objective"),
    delete_text=gettext_lazy("Everything the functions said to it goes as well."),
)
DECISION = short.Kind(
    name="decision",
    model=Decision,
    lists="strategy:decisions",
    list_title=gettext_lazy("Decisions"),
    add=gettext_lazy("Put a question"),
    add_lead=gettext_lazy(
        "What has to be decided, by whom and by when, and what waiting costs. "
        "The three due first stand on the report’s page for executives."
    ),
    edit=gettext_lazy("Edit decision"),
    edit_lead=gettext_lazy("When it is decided, write down what was decided and on which day."),
    saved=gettext_lazy("The decision is saved."),
    event="plan-changed",
    deletes="strategy:decision_delete",
    delete_label=gettext_lazy("Delete this decision"),
    delete_text=gettext_lazy("Delete only what was entered by mistake."),
)
INITIATIVE = short.Kind(
    name="initiative",
    model=Initiative,
    lists="strategy:initiatives",
    list_title=gettext_lazy("Initiatives"),
    add=gettext_lazy("Announce an initiative"),
    add_lead=gettext_lazy(
        "What is coming, which channels it touches, and when the contact center was told."
    ),
    edit=gettext_lazy("Edit initiative"),
    edit_lead=gettext_lazy(
        "What is coming, which channels it touches, and when the contact center was told."
    ),
    saved=gettext_lazy("The initiative is saved."),
    event="plan-changed",
    deletes="strategy:initiative_delete",
    delete_label=gettext_lazy("Delete this initiative"),
    delete_text=gettext_lazy("Delete only what was entered by mistake."),
)


def _found(request: PersonRequest, slug: str, model: Any, uid: uuid.UUID) -> tuple[Place, Any]:
    place = enter(request, slug)
    rows = model.objects.filter(strategy=place.strategy).select_related("strategy")
    return place, get_object_or_404(rows, uid=uid)


# --- objectives ------------------------------------------------------------------------------------


def objectives(request: PersonRequest, slug: str) -> HttpResponse:
    """The shared objectives, and what every function says to each."""
    place = enter(request, slug)
    live = queries.in_step(
        place.strategy
    )  # asked first, so that it is never newer than what is read
    grid = queries.commitment_grid(place.strategy)
    return page(
        request,
        "strategy/plan/objectives.html",
        {
            "place": place,
            "live": live,
            "grid": grid,
            "mine": {team.pk for team in grid.teams if place.standing.may(Act.ANSWER, team.pk)},
            "editable": {
                row.objective.pk for row in grid.rows if place.may(Act.EDIT, row.objective)
            },
            "can_add": place.may(Act.EDIT),
            "why_not": place.why_not(Act.EDIT),
        },
        fragment="objective-list",
    )


def add_objective(request: PersonRequest, slug: str) -> HttpResponse:
    """Add a shared objective."""
    place = enter(request, slug)
    access.check(request.user, Act.EDIT, place.strategy, as_=place.standing)
    form = ObjectiveForm(request.POST or None)
    return short.edit(
        request, place, OBJECTIVE, form, actions.add_objective, strategy=place.strategy
    )


def edit_objective(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Change a shared objective."""
    place, thing = short.find(request, slug, OBJECTIVE, uid)
    form = ObjectiveForm(request.POST or None, thing=thing)
    return short.edit(request, place, OBJECTIVE, form, actions.edit_objective, objective=thing)


def delete_objective(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Delete a shared objective."""
    return short.remove(request, slug, OBJECTIVE, uid, actions.delete_objective, "objective")


def commit(request: PersonRequest, slug: str, uid: uuid.UUID, team: str) -> HttpResponse:
    """Say for a function whether it stands behind an objective."""
    place, objective = _found(request, slug, Objective, uid)
    function = get_object_or_404(Team, slug=team)
    objectives_url = reverse("strategy:objectives", args=[slug])
    if function.pk not in {one.pk for one in queries.functions_of(place.strategy)}:
        raise Http404
    given = Commitment.objects.filter(objective=objective, team=function).first()
    asked = given or Commitment(objective=objective, team=function)
    access.check(request.user, Act.ANSWER, asked, as_=place.standing)
    initial = {"wording": objective.wording}
    form = CommitmentForm(request.POST or None, initial=initial, team=function, given=given)
    if request.method == "POST":
        saved = attempt(
            form,
            lambda: actions.commit(
                objective=objective,
                team=function,
                **form.values,
                expected=form.cleaned_data["version"],
                today=today(),
                by=request.user,
            ),
        )
        if saved:
            toast = _("%(team)s: %(answer)s.") % {
                "team": function,
                "answer": str(saved.get_stance_display()).lower(),
            }
            return finish(request, place, objectives_url, toast=toast, event="plan-changed")
        if form.status == 409:
            given = Commitment.objects.filter(objective=objective, team=function).first()
            form.read_again(objective, given)
    frame = short.Frame(
        name="commit",
        of=f"{objective.uid}-{function.slug}",
        title=_("What does %(team)s say?") % {"team": function},
        back=place.back or objectives_url,
        crumb=_("My work") if place.back else _("Objectives"),
        save=_("Save answer"),
        event="my-work-changed" if place.back else "plan-changed",
        drawer=False,
    )
    template = "strategy/plan/commit.html"
    more = {"objective": objective, "team": function, "given": given}
    return short.show(request, place, form, frame, template=template, **more)


# --- decisions -------------------------------------------------------------------------------------


def decisions(request: PersonRequest, slug: str) -> HttpResponse:
    """Questions that wait for somebody to decide, and what was decided."""
    place = enter(request, slug)
    waiting, made = queries.decisions(place.strategy)
    day = today()
    return page(
        request,
        "strategy/plan/decisions.html",
        {
            "place": place,
            "waiting": [(one, one.late_days(day)) for one in waiting],
            "made": made,
            "can_edit": place.may(Act.EDIT),
            "why_not": place.why_not(Act.EDIT),
        },
        fragment="decision-list",
    )


def add_decision(request: PersonRequest, slug: str) -> HttpResponse:
    """Put a question to be decided."""
    place = enter(request, slug)
    access.check(request.user, Act.EDIT, place.strategy, as_=place.standing)
    form = DecisionForm(request.POST or None, strategy=place.strategy)
    return short.edit(request, place, DECISION, form, actions.add_decision, strategy=place.strategy)


def edit_decision(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Change a question, or write down what was decided."""
    place, thing = short.find(request, slug, DECISION, uid)
    form = DecisionForm(request.POST or None, thing=thing, strategy=place.strategy)
    return short.edit(request, place, DECISION, form, actions.edit_decision, decision=thing)


def delete_decision(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Delete a question that was entered by mistake."""
    return short.remove(request, slug, DECISION, uid, actions.delete_decision, "decision")


# --- initiatives -----------------------------------------------------------------------------------


def initiatives(request: PersonRequest, slug: str) -> HttpResponse:
    """What is about to launch, and whether the contact center knows in time."""
    place = enter(request, slug)
    every = Initiative.objects.filter(strategy=place.strategy)
    rows = queries.launches(place.strategy, today(), place.lens)
    return page(
        request,
        "strategy/plan/initiatives.html",
        {
            "place": place,
            "rows": rows,
            "lens_says": queries.narrowed(place, every, _("%(n)d of %(d)d initiatives")),
            "editable": {row.initiative.pk for row in rows if place.may(Act.EDIT, row.initiative)},
            "can_add": place.may_add,
            "why_not": place.why_not(Act.EDIT),
        },
        fragment="initiative-list",
    )


def add_initiative(request: PersonRequest, slug: str) -> HttpResponse:
    """Announce something new."""
    place = enter(request, slug)
    place.check_may_add()
    initial = {"owner_team": place.own_team_id}
    form = InitiativeForm(request.POST or None, strategy=place.strategy, initial=initial)
    return short.edit(
        request, place, INITIATIVE, form, actions.add_initiative, strategy=place.strategy
    )


def edit_initiative(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Change an initiative."""
    place, thing = short.find(request, slug, INITIATIVE, uid)
    form = InitiativeForm(request.POST or None, strategy=place.strategy, thing=thing)
    return short.edit(request, place, INITIATIVE, form, actions.edit_initiative, initiative=thing)


def delete_initiative(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Delete an initiative that was entered by mistake."""
    return short.remove(request, slug, INITIATIVE, uid, actions.delete_initiative, "initiative")
