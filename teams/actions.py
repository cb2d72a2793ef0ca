"""Everything that changes teams, people, memberships and roles."""

from typing import Any

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from portal.history.record import Recorder, change_set
from portal.lib.refusals import RuleBroken
from teams import access
from teams.models import Membership, StrategyRole, Team, User
from teams.roles import Act


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
    """Put a person into a team and its auth group."""
    _check_admin(by)
    with change_set(by=by) as record:
        return create_member(record, team, person, is_lead=is_lead)


def create_member(
    record: Recorder, team: Team, person: User, *, is_lead: bool = False
) -> Membership:
    """Put a person into a team within a change set that is open already."""
    membership = Membership(team=team, user=person, is_lead=is_lead)
    record.create(membership)
    sync_groups(person)
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


def change_role(*, given: StrategyRole, role: str, expected: int | None, by: User) -> StrategyRole:
    """Change a role. A strategy keeps at least one lead."""
    access.check(by, Act.MANAGE, given.strategy)
    if role != StrategyRole.Role.LEAD:
        _check_other_lead(given)
    with change_set(by=by, scope=given.strategy.uid) as record:
        record.update(given, expected=expected, role=role)
    return given


def remove_role(*, given: StrategyRole, by: User) -> None:
    """Take a role away. A strategy keeps at least one lead."""
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
            _("This is the only lead of the strategy. Give the lead role to somebody else first.")
        )


def _check_admin(by: User | None) -> None:
    """Ask the policy, unless the portal itself acts (set-up, import at the shell)."""
    if by is not None:
        access.check_admin(by)
