"""Reading the organization, and who is invited."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, QuerySet

from portal.jobs.models import Job
from teams.links import hash_of
from teams.models import Invitation, Membership, StrategyRole, Team, User


def teams_page() -> QuerySet:
    """Return all teams with the number of their members."""
    return Team.objects.annotate(people=Count("memberships")).order_by("name")


def people_page() -> QuerySet:
    """Return everybody with their teams."""
    mine = Prefetch("memberships", Membership.objects.select_related("team").order_by("team__name"))
    return User.objects.prefetch_related(mine).order_by("name", "email")


def roles_of(strategy: Any) -> list[StrategyRole]:
    """Return the roles of a strategy by name, teams first, each team with `people_now`. Two queries."""
    members = Membership.objects.filter(user__is_active=True).select_related("user")
    people = Prefetch("team__memberships", members.order_by("user__name"), to_attr="people_now")
    rows = StrategyRole.objects.filter(strategy=strategy).select_related("team", "user")
    found = rows.prefetch_related(people)
    return sorted(found, key=lambda row: (row.team is None, str(row.team or row.user)))


def leads() -> QuerySet:
    """Return the memberships of those who lead a team and can sign in: a team without one cannot answer."""
    return Membership.objects.filter(is_lead=True, user__is_active=True)


def who_leads(team: Team | None, *, unless: User | None = None) -> list[User]:
    """Return who leads a team, by name: nobody for no team, or where a person answers. One query at most."""
    if team is None or unless is not None:
        return []
    found = leads().filter(team=team).select_related("user").order_by("user__name")
    return [one.user for one in found]


@dataclass(frozen=True)
class Invited:
    """An invitation that nobody has accepted yet, and what became of its mail (None: none was sent)."""

    invitation: Invitation
    is_open: bool
    mail: Job | None


def invited(strategy: Any, now: dt.datetime) -> list[Invited]:
    """Return the invitations of a strategy that wait or have expired, by address. Two queries."""
    rows = Invitation.objects.filter(strategy=strategy, accepted_at=None, revoked_at=None)
    found = list(rows.select_related("team", "invited_by"))
    mails: dict[Any, Job] = {}
    for job in Job.objects.filter(target_uid__in=[row.uid for row in found]).order_by("pk"):
        mails[job.target_uid] = job
    return [
        Invited(row, row.state(now) is Invitation.State.OPEN, mails.get(row.uid)) for row in found
    ]


def invitation_of(token: str) -> Invitation | None:
    """Return the invitation whose newest link carries this secret."""
    rows = Invitation.objects.select_related("strategy", "team", "invited_by")
    return rows.filter(token_hash=hash_of(token)).first()


def invitation_state(invitation: Invitation | None, user: Any, now: dt.datetime) -> str:
    """Return what the person at the link can do.

    `open_account`, `sign_in` or `accept`; `somebody_else` is signed in; `closed`: the account was closed; else
    how the invitation ended, or `unknown`.
    """
    if invitation is None:
        return "unknown"
    if (state := invitation.state(now)) is not Invitation.State.OPEN:
        return state
    person = User.objects.filter(email=invitation.email).first()
    if person is not None and person.has_left:
        return "closed"
    if user.is_authenticated:
        return "accept" if user == person else "somebody_else"
    return "sign_in" if person and person.has_usable_password() else "open_account"
