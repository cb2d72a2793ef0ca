"""Everything that changes teams, people, memberships, roles and invitations."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _

from portal.history.record import Recorder, change_set
from portal.jobs import actions as jobs
from portal.lib.refusals import Refusal, RuleBroken
from teams import access, links
from teams.models import Invitation, Membership, StrategyRole, Team, User
from teams.roles import RANK, Act

INVITATION_MAIL = "invitation_mail"
"""The kind of job that mails an invitation."""

MOST_LINKS = 10
"""How often one invitation may be sent again."""


def add_team(*, values: dict[str, Any], by: User | None) -> Team:
    """Add a team and its auth group."""
    _check_admin(by)
    with change_set(by=by) as record:
        return create_team(record, values)


def create_team(record: Recorder, values: dict[str, Any]) -> Team:
    """Create a team and its auth group within a change set that is open already (an import)."""
    team = Team(**values)
    team.full_clean(exclude=["group"])
    team.group = Group.objects.create(name=f"team:{team.uid}")
    record.create(team)
    return team


def edit_team(*, team: Team, values: dict[str, Any], expected: int | None, by: User) -> Team:
    """Change a team's name or function."""
    access.check_admin(by)
    with change_set(by=by) as record:
        record.update(team, expected=expected, **values)
    return team


def add_person(*, values: dict[str, Any], by: User | None) -> User:
    """Add a person who can sign in once they have set a password through their link."""
    _check_admin(by)
    with change_set(by=by) as record:
        return create_person(record, values)


def create_person(record: Recorder, values: dict[str, Any], *, is_active: bool = True) -> User:
    """Create a person within a change set that is open already. No password: the link sets it."""
    user = User(**{"is_active": is_active, **values, "email": values["email"].strip().lower()})
    user.set_unusable_password()
    record.create(user)
    return user


def edit_person(*, person: User, values: dict[str, Any], expected: int | None, by: User) -> User:
    """Change a person. The last administrator stays one and stays active."""
    access.check_admin(by)
    stays = values.get("is_active", person.is_active) and values.get(
        "is_superuser", person.is_superuser
    )
    if person.is_superuser and person.is_active and not stays:
        others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=person.pk)
        if not others.exists():
            raise RuleBroken(
                _("%(name)s is the last administrator. Make somebody else administrator first.")
                % {"name": person}
            )
    with change_set(by=by) as record:
        record.update(person, expected=expected, **values)
    return person


def add_member(*, team: Team, person: User, is_lead: bool = False, by: User | None) -> Membership:
    """Put a person into a team and its auth group; the first who can sign in leads it."""
    _check_admin(by)
    with change_set(by=by) as record:
        return create_member(record, team, person, is_lead=is_lead)


def create_member(
    record: Recorder, team: Team, person: User, *, is_lead: bool = False
) -> Membership:
    """Put a person into a team within a change set that is open already; the first who can sign in leads it."""
    is_lead = is_lead or _is_first(team, person)
    membership = Membership(team=team, user=person, is_lead=is_lead)
    record.create(membership)
    sync_groups(person)
    return membership


def _is_first(team: Team, person: User) -> bool:
    """Is nobody else in the team who can sign in? The lock lets one person be the first."""
    locked = Team.objects.select_for_update().get(pk=team.pk)
    others = locked.memberships.filter(user__is_active=True).exclude(user=person)
    return person.is_active and not others.exists()


def change_lead(
    *, membership: Membership, is_lead: bool, expected: int | None, by: User
) -> Membership:
    """Say that a member leads the team, or no longer does. A team may have several leads, or none."""
    access.check_admin(by)
    with change_set(by=by) as record:
        record.update(membership, expected=expected, is_lead=is_lead)
    return membership


def remove_member(*, membership: Membership, by: User) -> None:
    """Take a person out of a team. What the team's role and shares gave them ends with this."""
    access.check_admin(by)
    with change_set(by=by) as record:
        record.delete(membership)
        sync_groups(membership.user)


def sync_groups(person: User) -> None:
    """Make the person's auth groups exactly those of their teams."""
    person.groups.set(Group.objects.filter(team__memberships__user=person))


def give_role(*, strategy: Any, holder: User | Team, role: str, by: User | None) -> StrategyRole:
    """Give a person or a team a role in a strategy."""
    if by is not None:
        access.check(by, Act.MANAGE, strategy)
    with change_set(by=by, scope=strategy.uid) as record:
        return create_role(record, strategy, holder, role)


def create_role(record: Recorder, strategy: Any, holder: User | Team, role: str) -> StrategyRole:
    """Give a role within a change set that is open already."""
    kind = "team" if isinstance(holder, Team) else "user"
    given = StrategyRole(strategy=strategy, role=role, **{kind: holder})
    record.create(given)
    return given


def add_function(*, strategy: Any, values: dict[str, Any], role: str, by: User) -> Team:
    """Add a team that nobody has yet, and give it a role in the strategy.

    A strategy lead may do this: the team is new and empty, so it opens nothing that they do not lead. The team is
    an act of the organization, its role one of the strategy; undoing the role leaves the team.
    """
    access.check(by, Act.MANAGE, strategy)
    with transaction.atomic():
        with change_set(by=by) as record:
            team = create_team(record, values)
        with change_set(by=by, scope=strategy.uid) as record:
            create_role(record, strategy, team, role)
    return team


def change_role(*, given: StrategyRole, role: str, expected: int | None, by: User) -> StrategyRole:
    """Change a role. A strategy keeps at least one strategy lead."""
    access.check(by, Act.MANAGE, given.strategy)
    if role != StrategyRole.Role.LEAD:
        _check_other_lead(given)
    with change_set(by=by, scope=given.strategy.uid) as record:
        record.update(given, expected=expected, role=role)
    return given


def remove_role(*, given: StrategyRole, by: User) -> None:
    """Take a role away. A strategy keeps at least one strategy lead."""
    access.check(by, Act.MANAGE, given.strategy)
    _check_other_lead(given)
    with change_set(by=by, scope=given.strategy.uid) as record:
        record.delete(given)


def _check_other_lead(given: StrategyRole) -> None:
    if given.role != StrategyRole.Role.LEAD:
        return
    leads = StrategyRole.objects.filter(strategy=given.strategy, role=StrategyRole.Role.LEAD)
    if not leads.exclude(pk=given.pk).exists():
        raise RuleBroken(
            _("This is the only strategy lead. Give that role to somebody else first.")
        )


def _check_admin(by: User | None) -> None:
    """Ask the policy, unless the portal itself acts (set-up, import at the shell)."""
    if by is not None:
        access.check_admin(by)


# --- invitations -----------------------------------------------------------------------------------


def invite(
    *, strategy: Any, email: str, team: Team | None, role: str, now: dt.datetime, by: User
) -> Invitation:
    """Invite whoever reads the mail of this address; an open invitation to the same team is replaced."""
    email = email.strip().lower()
    with change_set(by=by, scope=strategy.uid) as record:
        _check_may_bring_in(by, strategy, email, team)
        _check_not_in(strategy, email, team, role)
        lately = Invitation.objects.filter(invited_by=by, created_at__gt=now - dt.timedelta(days=1))
        if lately.count() >= settings.INVITATIONS_A_DAY:
            raise RuleBroken(
                _("You have invited %(count)s times today, which is the limit. Go on tomorrow.")
                % {"count": settings.INVITATIONS_A_DAY}
            )
        for known in _unanswered(strategy, email).filter(team=team):
            record.update(known, revoked_at=now)
        invitation = Invitation(
            strategy=strategy,
            email=email,
            team=team,
            role=role,
            invited_by=by,
            created_at=now,
            expires_at=now + dt.timedelta(days=settings.INVITATION_DAYS),
        )
        invitation.token_hash = links.hash_of(links.token_of(invitation))
        record.create(invitation)
        _mail(invitation, by)
    return invitation


def resend_invitation(*, invitation: Invitation, now: dt.datetime, by: User) -> Invitation:
    """Make a new link, which lasts as long as a first one; the old one stops working."""
    _check_may_bring_in(by, invitation.strategy, invitation.email, invitation.team)
    _check_unanswered(invitation)
    if invitation.links >= MOST_LINKS:
        raise RuleBroken(
            _(
                "%(count)s links were made for this invitation. Revoke it, and ask whether the address is right."
            )
            % {"count": invitation.links}
        )
    with change_set(by=by, scope=invitation.strategy.uid) as record:
        record.update(
            invitation,
            links=invitation.links + 1,
            expires_at=now + dt.timedelta(days=settings.INVITATION_DAYS),
            invited_by=by,
        )
        invitation.token_hash = links.hash_of(links.token_of(invitation))
        invitation.save(update_fields=["token_hash"])
        _mail(invitation, by)
    return invitation


def revoke_invitation(*, invitation: Invitation, now: dt.datetime, by: User) -> None:
    """Make the link worthless."""
    access.check(by, Act.MANAGE, invitation.strategy)
    _check_unanswered(invitation)
    with change_set(by=by, scope=invitation.strategy.uid) as record:
        record.update(invitation, revoked_at=now)


@dataclass(frozen=True)
class Joined:
    """Who came in by an invitation, and the teams that they lead now because nobody else is there."""

    person: User
    leads: tuple[Team, ...]


def accept_invitation(
    *,
    invitation: Invitation,
    now: dt.datetime,
    by: User | None,
    name: str = "",
    password: str = "",
) -> Joined:
    """Bring the invited person in, with every open invitation that they have in this strategy.

    `by` is who is signed in. Whoever has no account, or one that was never used, gets it with this name and
    password; anybody else must be signed in to the invited account.
    """
    with transaction.atomic():
        # The lock lets a link be used once on PostgreSQL. On SQLite the transaction itself is the lock.
        rows = Invitation.objects.select_for_update(of=("self",))
        locked = rows.select_related("strategy", "team", "invited_by").get(pk=invitation.pk)
        _check_open(locked, now)
        person = User.objects.filter(email=locked.email).first()
        if person is not None:
            _check_not_left(person)
        has_account = person is not None and person.has_usable_password()
        if (by or has_account) and by != person:
            raise access.Denied(
                _("Sign in as %(email)s, then accept the invitation.") % {"email": locked.email}
            )
        if not _holds(locked):
            raise RuleBroken(
                _(
                    "Who invited you may not do so any more. Ask a strategy lead for a new invitation."
                )
            )
        person = person or User(email=locked.email, name=name)
        with change_set(by=person, scope=locked.strategy.uid) as record:
            if not has_account:
                _open_account(record, person, name, password)
            leads: list[Team] = []
            for each in _unanswered(locked.strategy, locked.email).select_related("team"):
                if each.state(now) is Invitation.State.OPEN and (each == locked or _holds(each)):
                    if each.team and _join(record, each.team, person):
                        leads.append(each.team)
                    _give_role(record, each, person)
                    record.update(each, accepted_at=now, accepted_by=person)
            record.row.reason = _("Accepted an invitation")
            if leads:
                record.row.reason = _(
                    "Accepted an invitation, and leads %(teams)s, because nobody did"
                ) % {"teams": ", ".join(map(str, leads))}
    return Joined(person, tuple(leads))


def _unanswered(strategy: Any, email: str) -> Any:
    return Invitation.objects.filter(
        strategy=strategy, email=email, accepted_at=None, revoked_at=None
    )


def _check_may_bring_in(by: User, strategy: Any, email: str, team: Team | None) -> None:
    """Raise a refusal unless `by` can let whoever has this address into the strategy and the team."""
    access.check(by, Act.MANAGE, strategy)
    if team is not None:
        if not StrategyRole.objects.filter(strategy=strategy, team=team).exists():
            raise RuleBroken(
                _("%(team)s has no role in this strategy. Give it one first.") % {"team": team}
            )
        access.check_hand_over(by, team)
    person = User.objects.filter(email=email).first()
    if person is not None:
        _check_not_left(person)
        if not person.has_usable_password():
            access.check_hand_over(by, person)


def _check_not_in(strategy: Any, email: str, team: Team | None, role: str) -> None:
    """Raise RuleBroken when the person has all of this already."""
    person = User.objects.filter(email=email).first()
    if person is None or not person.has_usable_password():
        return
    is_in = team is None or Membership.objects.filter(team=team, user=person).exists()
    if is_in and RANK.get(access.standing(person, strategy.pk).role or "", 0) >= RANK[role]:
        raise RuleBroken(
            _("%(name)s has this part in the strategy already and needs no invitation.")
            % {"name": person}
        )


def _check_not_left(person: User) -> None:
    if person.has_left:
        raise RuleBroken(
            _("The account of %(email)s is closed. An administrator can open it again.")
            % {"email": person.email}
        )


def _holds(invitation: Invitation) -> bool:
    """Could who invited give all of this today as well?"""
    by = invitation.invited_by
    try:
        if by is not None:
            _check_may_bring_in(by, invitation.strategy, invitation.email, invitation.team)
    except Refusal:
        return False
    return by is not None


def _check_open(invitation: Invitation, now: dt.datetime) -> None:
    if invitation.state(now) is not Invitation.State.OPEN:
        raise RuleBroken(_("This link does not work any more. Ask for a new one."))


def _check_unanswered(invitation: Invitation) -> None:
    if invitation.accepted_at or invitation.revoked_at:
        raise RuleBroken(_("This invitation was accepted or revoked meanwhile."))


def _open_account(record: Recorder, person: User, name: str, password: str) -> None:
    person.set_password(password)
    if person.pk is None:
        record.create(person)
    else:
        record.update(person, name=name, is_active=True)
        person.save(update_fields=["password"])


def _join(record: Recorder, team: Team, person: User) -> bool:
    """Make the person a member of the team; return whether they lead it from now on, as the first who is there."""
    known = Membership.objects.filter(team=team, user=person).first()
    if known is None:
        return create_member(record, team, person).is_lead
    return _is_first(team, person) and record.update(known, is_lead=True)


def _give_role(record: Recorder, invitation: Invitation, person: User) -> None:
    """Make a role beyond what the person's teams bring their own."""
    strategy = invitation.strategy
    have = access.standing(person, strategy.pk).role
    if RANK.get(have or "", 0) < RANK[invitation.role]:
        own = StrategyRole.objects.filter(strategy=strategy, user=person).first()
        if own:
            record.update(own, role=invitation.role)
        else:
            create_role(record, strategy, person, invitation.role)


def _mail(invitation: Invitation, by: User) -> None:
    """Have the link mailed, where a mail server is set up. The job is written with the invitation."""
    if links.mail_is_set_up():
        jobs.enqueue(
            kind=INVITATION_MAIL,
            target_uid=invitation.uid,
            payload={"links": invitation.links},
            requested_by_uid=by.uid,
        )
