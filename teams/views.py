"""Pages of the organization: teams, people, the link that sets a password, and the one that invites."""

import uuid

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.history.forms import attempt, sent_version
from portal.history.queries import feed, of_objects
from portal.lib.http import go, page
from teams import access, actions, queries
from teams.forms import AcceptForm, MemberForm, PersonForm, TeamForm
from teams.links import is_only_here
from teams.models import Invitation, Membership, StrategyRole, Team, User
from teams.requests import PersonRequest


def list_(request: PersonRequest) -> HttpResponse:
    """Teams and people of the organization."""
    access.check_admin(request.user)
    return page(
        request, "teams/list.html", {"teams": queries.teams_page(), "people": queries.people_page()}
    )


def add_team(request: PersonRequest) -> HttpResponse:
    """Add a team."""
    access.check_admin(request.user)
    form = TeamForm(request.POST or None)
    if request.method == "POST":
        team = attempt(form, lambda: actions.add_team(values=form.values, by=request.user))
        if team:
            return go(
                request,
                reverse("teams:detail", args=[team.slug]),
                toast=_("The team is there. Add its people now."),
            )
    return page(request, "teams/team_form.html", {"form": form, "team": None}, status=form.status)


def team(request: PersonRequest, slug: str) -> HttpResponse:
    """One team: its people and its history."""
    access.check_admin(request.user)
    return _team_page(request, get_object_or_404(Team, slug=slug))


def _team_page(
    request: PersonRequest, team: Team, form: MemberForm | None = None, status: int = 200
) -> HttpResponse:
    memberships = team.memberships.select_related("user").order_by("user__name")
    context = {
        "team": team,
        "memberships": memberships,
        "has_lead": any(one.is_lead and one.user.is_active for one in memberships),
        "roles": team.roles.select_related("strategy").order_by("strategy__name"),
        "form": form or MemberForm(team=team),
        "entries": of_objects([team.uid, *team.memberships.values_list("uid", flat=True)]),
    }
    return page(request, "teams/team.html", context, status=status)


def edit_team(request: PersonRequest, slug: str) -> HttpResponse:
    """Change a team."""
    access.check_admin(request.user)
    team = get_object_or_404(Team, slug=slug)
    form = TeamForm(request.POST or None, thing=team)
    if request.method == "POST":
        saved = attempt(
            form,
            lambda: actions.edit_team(
                team=team, values=form.values, expected=form.expected, by=request.user
            ),
        )
        if saved:
            return go(
                request, reverse("teams:detail", args=[saved.slug]), toast=_("The team is saved.")
            )
    return page(request, "teams/team_form.html", {"form": form, "team": team}, status=form.status)


def add_member(request: PersonRequest, slug: str) -> HttpResponse:
    """Put a person into the team."""
    access.check_admin(request.user)
    team = get_object_or_404(Team, slug=slug)
    form = MemberForm(request.POST, team=team)
    added = attempt(
        form,
        lambda: actions.add_member(
            team=team,
            person=form.cleaned_data["person"],
            is_lead=form.cleaned_data["is_lead"],
            by=request.user,
        ),
    )
    if added:
        toast = _("%(name)s is in the team.")
        if added.is_lead and not form.cleaned_data["is_lead"]:
            toast = _("%(name)s is in the team, and leads it, because nobody did.")
        toast = toast % {"name": added.user}
        return go(request, reverse("teams:detail", args=[slug]), toast=toast)
    return _team_page(request, team, form, status=form.status)  # type: ignore[attr-defined]


def change_lead(request: PersonRequest, uid: uuid.UUID) -> HttpResponse:
    """Make a member a lead of the team, or no longer one."""
    access.check_admin(request.user)
    membership = get_object_or_404(Membership.objects.select_related("team", "user"), uid=uid)
    actions.change_lead(
        membership=membership,
        is_lead="is_lead" in request.POST,
        expected=sent_version(request),
        by=request.user,
    )
    toast = (
        _("%(name)s leads %(team)s.")
        if membership.is_lead
        else _("%(name)s no longer leads %(team)s.")
    )
    names = {"name": membership.user, "team": membership.team}
    return go(request, reverse("teams:detail", args=[membership.team.slug]), toast=toast % names)


def remove_member(request: PersonRequest, uid: uuid.UUID) -> HttpResponse:
    """Take a person out of a team."""
    access.check_admin(request.user)
    membership = get_object_or_404(Membership.objects.select_related("team", "user"), uid=uid)
    actions.remove_member(membership=membership, by=request.user)
    toast = _("%(name)s is no longer in the team.") % {"name": membership.user}
    return go(request, reverse("teams:detail", args=[membership.team.slug]), toast=toast)


def add_person(request: PersonRequest) -> HttpResponse:
    """Add a person."""
    access.check_admin(request.user)
    form = PersonForm(request.POST or None, initial={"is_active": True})
    if request.method == "POST":
        person = attempt(form, lambda: actions.add_person(values=form.values, by=request.user))
        if person:
            return go(
                request,
                reverse("teams:person", args=[person.uid]),
                toast=_("%(name)s is added. Make the password link and pass it on.")
                % {"name": person},
            )
    return page(
        request, "teams/person_form.html", {"form": form, "person": None}, status=form.status
    )


def person(request: PersonRequest, uid: uuid.UUID) -> HttpResponse:
    """One person: teams, roles, and the link to set a password."""
    access.check_admin(request.user)
    return _person_page(request, get_object_or_404(User, uid=uid))


def _person_page(request: PersonRequest, person: User, link: str = "") -> HttpResponse:
    context = {
        "person": person,
        "memberships": person.memberships.select_related("team").order_by("team__name"),
        "roles": person.roles.select_related("strategy"),
        "team_roles": StrategyRole.objects.filter(team__memberships__user=person)
        .select_related("strategy", "team")
        .order_by("strategy__name", "team__name"),
        "link": link,
        "only_here": is_only_here(),
        "entries": of_objects([person.uid, *person.memberships.values_list("uid", flat=True)]),
    }
    return page(request, "teams/person.html", context)


def edit_person(request: PersonRequest, uid: uuid.UUID) -> HttpResponse:
    """Change a person."""
    access.check_admin(request.user)
    person = get_object_or_404(User, uid=uid)
    form = PersonForm(request.POST or None, thing=person)
    if request.method == "POST":
        saved = attempt(
            form,
            lambda: actions.edit_person(
                person=person, values=form.values, expected=form.expected, by=request.user
            ),
        )
        if saved:
            return go(request, reverse("teams:person", args=[uid]), toast=_("The person is saved."))
    return page(
        request, "teams/person_form.html", {"form": form, "person": person}, status=form.status
    )


def password_link(request: PersonRequest, uid: uuid.UUID) -> HttpResponse:
    """Show a link with which the person sets a password. It works once and expires in three days."""
    access.check_admin(request.user)
    person = get_object_or_404(User, uid=uid)
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    path = reverse("account_reset_password_from_key", args=key.split("-", 1))
    return _person_page(request, person, link=f"{settings.PORTAL_URL}{path}")


def history(request: PersonRequest) -> HttpResponse:
    """What changed in teams and people, newest first."""
    access.check_admin(request.user)
    return page(request, "teams/history.html", {"entries": feed(scope=None, limit=100)})


def invitation(request: PersonRequest, token: str) -> HttpResponse:
    """The page behind an invitation's link. Reading it uses nothing up: accepting is a POST."""
    now = timezone.now()
    found = queries.invitation_of(token)
    state = queries.invitation_state(found, request.user, now)
    if found is None or state in Invitation.State.values:
        status = 410 if found else 404
        return _private(page(request, "teams/invitation.html", {"state": state}, status=status))
    person = User.objects.filter(email=found.email).first()
    posted = request.method == "POST" and state in ("accept", "open_account")
    form = AcceptForm(
        request.POST if posted else None,
        email=found.email,
        person=person,
    )
    status = 200
    if posted:
        by = request.user if request.user.is_authenticated else None
        accepted = attempt(
            form,
            lambda: actions.accept_invitation(invitation=found, now=now, by=by, **form.values),
            keep_on_refusal=True,
        )
        if accepted:
            if by is None:
                login(request, accepted.person, backend=settings.AUTHENTICATION_BACKENDS[0])
            name = "home" if found.role == "reader" else "mine"
            toast = _("Welcome. This is what waits for you; the strategy is one click away.")
            if accepted.leads:
                teams = ", ".join(map(str, accepted.leads))
                toast = _("Welcome. You lead %(teams)s, because nobody did.") % {"teams": teams}
            return go(request, reverse(f"strategy:{name}", args=[found.strategy.slug]), toast=toast)
        status = form.status  # type: ignore[attr-defined]
    context = {"state": state, "invitation": found, "form": form}
    return _private(page(request, "teams/invitation.html", context, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    """Keep the secret of the address out of caches and out of what the browser tells other pages."""
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Referrer-Policy"] = "strict-origin"
    return response
