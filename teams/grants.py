"""Explicit sharing of one object with a person or a team: the only door to django-guardian.

A shareable model has two permission tables with a direct foreign key (no orphans, no casts). Level "view" or
"edit"; edit includes view. A grant opens that one object; what it refers to shows as plain names only.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Model, Q
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from guardian.shortcuts import assign_perm, remove_perm
from guardian.utils import get_group_obj_perms_model, get_user_obj_perms_model

from portal.history.models import Change
from portal.history.record import change_set
from teams.models import Team, User

LEVELS = ("view", "edit")


class PersonGrant(UserObjectPermissionBase):
    """Shared with a person. Subclasses add `content_object`."""

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True


class TeamGrant(GroupObjectPermissionBase):
    """Shared with a team's group. Subclasses add `content_object`."""

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = True


@dataclass(frozen=True)
class Share:
    """With whom an object is shared, and how far."""

    holder: User | Team
    level: str

    @property
    def key(self) -> str:
        """Return what a form sends to name the holder."""
        return f"{'team' if isinstance(self.holder, Team) else 'person'}:{self.holder.uid}"


def _codename(model: Any, level: str) -> str:
    verb = "change" if level == "edit" else "view"
    return f"{verb}_{model._meta.model_name}"


def is_shareable(model: Any) -> bool:
    """Has the model permission tables of its own?"""
    return issubclass(get_user_obj_perms_model(model), PersonGrant)


def granted(user: User, model: Any, level: str) -> Q:
    """Return a condition on `model` rows: shared with the user or one of their teams at `level` or above."""
    condition = Q()
    for rows in _grants(user, model, level):
        condition |= Q(pk__in=rows.values("content_object"))
    return condition


def _grants(user: User, model: Any, level: str) -> tuple[Any, Any]:
    """Return the rows that grant the user, and the user's teams, `level` or above."""
    names = (
        [_codename(model, "edit")] if level == "edit" else [_codename(model, one) for one in LEVELS]
    )
    people: Any = get_user_obj_perms_model(model)
    groups: Any = get_group_obj_perms_model(model)
    of_level = {"permission__codename__in": names}
    return (
        people.objects.filter(user=user, **of_level),
        groups.objects.filter(group__team__memberships__user=user, **of_level),
    )


def has_grant(user: User, obj: Model, level: str) -> bool:
    """Is this one object shared with the user at `level` or above?"""
    return type(obj)._base_manager.filter(granted(user, type(obj), level), pk=obj.pk).exists()


def reach_outside(holder: User | Team, strategy_ids: Iterable[int]) -> bool:
    """Is anything outside these strategies shared with the team, or with the person or one of their teams?"""
    if isinstance(holder, Team):
        people, groups = Q(pk=None), Q(group__team=holder)
    else:
        people, groups = Q(user=holder), Q(group__team__memberships__user=holder)
    tables: list[tuple[Any, Q]] = [(model, people) for model in PersonGrant.__subclasses__()]
    tables += [(model, groups) for model in TeamGrant.__subclasses__()]
    inside = set(strategy_ids)
    return any(
        model.objects.filter(theirs).exclude(content_object__strategy__in=inside).exists()
        for model, theirs in tables
    )


def shares_of(obj: Any) -> list[Share]:
    """Return with whom the object is shared, people first, by name."""
    found: dict[Any, str] = {}
    people: Any = get_user_obj_perms_model(obj)
    for row in (
        people.objects.filter(content_object=obj)
        .select_related("user", "permission")
        .order_by("user__name")
    ):
        _strongest(found, row.user, row.permission.codename)
    groups: Any = get_group_obj_perms_model(obj)
    for row in (
        groups.objects.filter(content_object=obj)
        .select_related("group__team", "permission")
        .order_by("group__team__name")
    ):
        _strongest(found, row.group.team, row.permission.codename)
    return [Share(holder, level) for holder, level in found.items()]


def _strongest(found: dict[Any, str], holder: Any, codename: str) -> None:
    level = "edit" if codename.startswith("change_") else "view"
    if found.get(holder) != "edit":
        found[holder] = level


def share(*, obj: Any, holder: User | Team, level: str, by: User) -> None:
    """Share the object at exactly this level. The caller has asked the policy."""
    with change_set(by=by, scope=obj.strategy.uid) as record:
        _remove(obj, holder)
        assign_perm(_codename(type(obj), level), _guardian_holder(holder), obj)
        record.note(Change.Kind.SHARE, obj, {"with": str(holder), "level": level})


def unshare(*, obj: Any, holder: User | Team, by: User) -> None:
    """Take the sharing back. The caller has asked the policy."""
    with change_set(by=by, scope=obj.strategy.uid) as record:
        _remove(obj, holder)
        record.note(Change.Kind.UNSHARE, obj, {"with": str(holder)})


def _remove(obj: Any, holder: User | Team) -> None:
    for level in LEVELS:
        remove_perm(_codename(type(obj), level), _guardian_holder(holder), obj)


def _guardian_holder(holder: User | Team) -> User | Group:
    return holder.group if isinstance(holder, Team) else holder
