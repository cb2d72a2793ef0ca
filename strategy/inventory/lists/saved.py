"""Reading saved views: which a person has, and which the address asks for."""

import uuid
from dataclasses import dataclass

from django.db.models import FilteredRelation, Q
from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext as _

from strategy.inventory.lists.filters import BESIDE
from strategy.inventory.models import SavedView
from strategy.plan.models import Strategy
from strategy.plan.queries import Place
from teams import access
from teams.access import Denied, Standing
from teams.models import User
from teams.roles import Act

WITHOUT = "all"
"""`view=all` of an address: no view, not even the one that the list opens with."""


@dataclass(frozen=True)
class View:
    """A saved view as one person has it: at hand, or what the list opens with."""

    uid: uuid.UUID
    slug: str
    name: str
    query: str
    is_shared: bool
    is_own: bool
    owner: str
    is_favorite: bool
    opens_list: bool
    version: int
    can_edit: bool


def views_of(place: Place) -> tuple[View, ...]:
    """Return the saved views that the person sees: their favorites first, then by name. One query."""
    rows = (
        SavedView.objects.filter(strategy=place.strategy)
        .seen_by(place.user)
        .annotate(mark=FilteredRelation("marks", condition=Q(marks__person=place.user)))
        .values_list(
            "uid", "slug", "name", "query", "is_shared", "owner_id", "owner__name",
            "mark__id", "mark__opens_list", "version",
        )
    )  # fmt: skip
    edits = place.standing.may(Act.EDIT)
    found = [
        View(
            uid, slug, name, query, is_shared, owner == place.user.pk, owner_name,
            mark is not None, bool(opens), version,
            _may_change(is_own=owner == place.user.pk, is_shared=is_shared, edits=edits),
        )
        for uid, slug, name, query, is_shared, owner, owner_name, mark, opens, version in rows
    ]  # fmt: skip
    return tuple(
        sorted(found, key=lambda one: (not one.is_favorite, one.name.casefold(), one.slug))
    )


def asked_view(views: tuple[View, ...], params: QueryDict) -> View | None:
    """Return the view that the address names, the person's own before a shared one of the same short name.

    Without anything in the address it is what the list opens with for them.
    """
    slug = params.get("view", "")
    if slug:
        named = [one for one in views if one.slug == slug]
        return next((one for one in named if one.is_own), next(iter(named), None))
    if any(name for name in params if name not in ("lens", "from")):
        return None
    return next((one for one in views if one.opens_list), None)


def effective(view: View | None, params: QueryDict) -> tuple[QueryDict, bool]:
    """Return what the list shows, and whether that is the view as it was saved.

    An address with conditions of its own counts as it stands: its view only says what it was begun with.
    """
    own = any(name not in BESIDE for name in params)
    if view is None or own:
        return params, False
    return QueryDict(view.query), True


def _may_change(*, is_own: bool, is_shared: bool, edits: bool) -> bool:
    return is_own or (is_shared and edits)


def check_may_change(view: SavedView, by: User, *, as_: Standing | None = None) -> None:
    """Raise Denied unless the person owns the view, or it is shared and they edit the strategy."""
    standing = as_ or access.standing(by, view.strategy_id)
    is_own = view.owner_id == by.pk
    if is_own:
        access.check(by, Act.VIEW, view.strategy, as_=standing)
    if not _may_change(is_own=is_own, is_shared=view.is_shared, edits=standing.may(Act.EDIT)):
        raise Denied(
            _(
                "Only %(owner)s, editors and strategy leads can change this view. Save it under another name."
            )
            % {"owner": view.owner}
        )


def free_slug(strategy: Strategy, owner: User, name: str, but: SavedView | None = None) -> str:
    """Return a short name that no other view the owner sees has. Others' private ones are not told by it."""
    begin = slugify(name)[:80] or "view"
    if begin == WITHOUT:
        begin = f"{begin}-view"
    seen = SavedView.objects.filter(strategy=strategy, slug__startswith=begin).seen_by(owner)
    if but is not None:
        seen = seen.exclude(pk=but.pk)
    taken = set(seen.values_list("slug", flat=True))
    return next(
        slug
        for number in range(1, len(taken) + 2)
        if (slug := begin if number == 1 else f"{begin}-{number}") not in taken
    )
