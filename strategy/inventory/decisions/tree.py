"""Reading contact types as a tree: for their page, for lists of choices, and as rows of the matrix."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import CASCADE, Prefetch
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.history.record import relations_to
from strategy.inventory.decisions.rules import below, children_of, in_order
from strategy.inventory.models import AnswerDifference
from strategy.inventory.service.by_type import Contacts, contacts_of_types
from strategy.plan.models import ContactType, Strategy, mobile_channel
from strategy.plan.queries import Place
from teams.roles import Act

PAGE = 100
"""Contact types on one page, of the tree and of the matrix."""


class Leaf(NamedTuple):
    """A contact type as the tree reads it."""

    pk: int
    parent: int | None
    uid: uuid.UUID
    name: str
    code: str
    kind: str
    self_service: str

    def has(self, words: list[str]) -> bool:
        """Do all words appear in its name or code?"""
        text = f"{self.name} {self.code}".casefold()
        return all(word in text for word in words)


def leaves(strategy: Strategy) -> list[Leaf]:
    """Return all contact types of a strategy, those beside each other by name. One query."""
    rows = ContactType.objects.filter(strategy=strategy).order_by(Lower("name"), "code", "pk")
    fields = ("pk", "parent_id", "uid", "name", "code", "kind", "self_service")
    return [Leaf(*row) for row in rows.values_list(*fields)]


def labels(strategy: Strategy, *, without: int | None = None) -> list[tuple[int, str]]:
    """Return the contact types for a list of choices, indented as a tree, but for one and what is below it."""
    every = leaves(strategy)
    hidden = set() if without is None else {without} | below(children_of(every), without)
    return [
        (leaf.pk, "\u2003" * depth + (f"{leaf.name} ({leaf.code})" if leaf.code else leaf.name))
        for leaf, depth in in_order(every)
        if leaf.pk not in hidden
    ]


@dataclass(frozen=True)
class TypeRow:
    """A contact type on its page: where it stands in the tree, and where channels answer it differently."""

    contact_type: ContactType
    depth: int
    trail: str  # what it is part of, where the tree around it is not shown
    within: int  # how many are part of it, however deep
    is_open: bool
    fold: str  # the query of the address that opens or closes it
    differences: list[tuple[AnswerDifference, bool]]  # with: may this person change it?
    contacts: Contacts | None  # the newest that were said of it


@dataclass(frozen=True)
class TypePage:
    """One page of contact types."""

    rows: list[TypeRow]
    page: Page
    is_filtered: bool


OPEN_AT_FIRST = 100
"""A tree of up to so many contact types is shown open; a longer one is shown closed."""


def type_page(place: Place, given: Any) -> TypePage:
    """Return one page of the tree, or of what the filters of the address find. Constant queries.

    `fold` in the address names those that somebody opened or closed. Filters and the lens show a flat list where
    each row says what it is part of.
    """
    every = leaves(place.strategy)
    children = children_of(every)
    is_filtered = any(given.get(name, "").strip() for name in ("q", "kind", "self_service"))
    folded = set(given.getlist("fold"))
    if is_filtered or place.lens:
        found = [(leaf, 0) for leaf in _left(every, place.strategy, given, place.lens)]
        closed: set[int] = set()
    else:
        at_first = len(every) <= OPEN_AT_FIRST
        parents = [leaf for leaf in every if leaf.pk in children]
        closed = {leaf.pk for leaf in parents if (str(leaf.uid) in folded) == at_first}
        found = in_order(every, closed=closed)
    page = Paginator(found, PAGE).get_page(given.get("page", "1"))
    things = _with_differences(place, [leaf.pk for leaf, _depth in page])
    contacts = contacts_of_types(things)
    is_flat = is_filtered or bool(place.lens)
    up = {leaf.pk: leaf for leaf in every}
    rows = [
        TypeRow(
            things[leaf.pk],
            depth,
            _trail(up, leaf) if is_flat else "",
            0 if is_flat else len(below(children, leaf.pk)),
            leaf.pk not in closed,
            _fold(given, str(leaf.uid)),
            [(each, place.may(Act.EDIT, each)) for each in things[leaf.pk].differences.all()],  # type: ignore[attr-defined]
            contacts.get(leaf.pk),
        )
        for leaf, depth in page
        if leaf.pk in things
    ]
    return TypePage(rows, page, is_filtered)


def _left(every: list[Leaf], strategy: Strategy, given: Any, lens: str) -> list[Leaf]:
    """Return the contact types that filters and lens leave, in the order of the tree."""
    words = given.get("q", "").casefold().split()[:8]
    kind, self_service = given.get("kind", ""), given.get("self_service", "")
    seen = None
    if lens:
        narrowed = ContactType.objects.filter(strategy=strategy).through(lens)
        seen = set(narrowed.values_list("pk", flat=True))
    return [
        leaf
        for leaf, _depth in in_order(every)
        if leaf.has(words)
        and kind in ("", leaf.kind)
        and self_service in ("", leaf.self_service)
        and (seen is None or leaf.pk in seen)
    ]


def listed(strategy: Strategy, given: Any, lens: str) -> list[ContactType]:
    """Return the contact types that the page shows for an address, those that are folded away as well.

    In the order of the tree; two queries, three with a lens.
    """
    rows = ContactType.objects.filter(strategy=strategy).in_bulk()
    left = _left(leaves(strategy), strategy, given, lens)
    return [rows[leaf.pk] for leaf in left if leaf.pk in rows]


def _with_differences(place: Place, keys: list[int]) -> dict[int, ContactType]:
    """Return the contact types of a page with their differences, as far as the lens shows them. Two queries."""
    differences = AnswerDifference.objects.select_related(
        "contact_type", "channel__owner_team", "other__owner_team"
    )
    if place.lens:
        differences = differences.filter(mobile_channel("channel__") | mobile_channel("other__"))
    rows = ContactType.objects.filter(pk__in=keys)
    return {row.pk: row for row in rows.prefetch_related(Prefetch("differences", differences))}


def _trail(up: Mapping[int, Leaf], leaf: Leaf) -> str:
    names: list[str] = []
    at = up.get(leaf.parent) if leaf.parent is not None else None
    while at is not None and at.name not in names:
        names.insert(0, at.name)
        at = up.get(at.parent) if at.parent is not None else None
    return " › ".join(names)


def _fold(given: Any, uid: str) -> str:
    others = given.copy()
    others.pop("page", None)
    folded = set(others.getlist("fold"))
    others.setlist("fold", sorted(folded ^ {uid}))
    return others.urlencode()


def goes_with(row: Any) -> str:
    """Say what the deletion of a contact type or segment takes along, and what moves; "" when nothing."""
    gone = [
        f"{relation.related_model._meta.verbose_name_plural} ({count})"
        for relation in relations_to(type(row))
        if relation.on_delete is CASCADE
        and (
            count := relation.related_model._base_manager.filter(
                **{relation.field.name: row}
            ).count()
        )
    ]
    said = [_("With it go: %(what)s.") % {"what": ", ".join(gone)}] if gone else []
    if isinstance(row, ContactType) and (count := row.children.count()):  # type: ignore[attr-defined]
        moves = ngettext(
            "%(n)d contact type that is part of it moves to the top.",
            "%(n)d contact types that are part of it move to the top.",
            count,
        )
        said.append(moves % {"n": count})
    return " ".join(said)
