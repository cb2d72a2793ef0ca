"""What the list knows of a channel: what is filtered and sorted by, shown in columns, and changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from strategy.inventory.models import Channel
from teams.models import Team, User


class Kind(StrEnum):
    """What a field holds, and so by which modifiers one can ask for it."""

    TEXT = "text"
    CHOICE = "choice"
    TEAM = "team"
    PERSON = "person"
    CHANNEL = "channel"
    DAY = "day"
    NUMBER = "number"
    FLAG = "flag"
    FIGURE = "figure"  # worked out from measurements


IS, NOT, CONTAINS, LACKS = "", "not", "contains", "lacks"
BEFORE, AFTER, MIN, MAX, EMPTY = "before", "after", "min", "max", "empty"

MODIFIERS: dict[str, Any] = {
    IS: _("is"),
    NOT: _("is not"),
    CONTAINS: _("contains"),
    LACKS: _("does not contain"),
    BEFORE: _("is before"),
    AFTER: _("is after"),
    MIN: _("is at least"),
    MAX: _("is at most"),
    EMPTY: _("is empty"),
}
"""The modifiers as they stand in an address, and in words."""

_BY_KIND: dict[Kind, tuple[str, ...]] = {
    Kind.TEXT: (CONTAINS, LACKS, IS, NOT),
    Kind.CHOICE: (IS, NOT),
    Kind.TEAM: (IS, NOT),
    Kind.PERSON: (IS, NOT),
    Kind.CHANNEL: (IS, NOT),
    Kind.DAY: (AFTER, BEFORE, IS, NOT),
    Kind.NUMBER: (MIN, MAX, IS, NOT),
    Kind.FLAG: (IS,),
    Kind.FIGURE: (MIN, MAX),
}

REVIEW_STATES = (
    ("never", _("Never reviewed")),
    ("overdue", _("Overdue")),
    ("doubted", _("Confirm again")),
    ("due_soon", _("Due soon")),
    ("fresh", _("Reviewed")),
    ("ended", _("Not reviewed any more")),
)
"""What `strategy.plan.queries.freshness` says of a channel."""


@dataclass(frozen=True)
class Field:
    """One thing the list knows of a channel. `can_be_empty`: may it say nothing? `choices`: code and words."""

    key: str
    label: Any
    kind: Kind
    can_be_empty: bool = False
    choices: Sequence[tuple[str, Any]] = ()
    is_edited: bool = False

    @property
    def modifiers(self) -> tuple[str, ...]:
        """Return the modifiers that suit it, the most useful first."""
        return (*_BY_KIND[self.kind], *((EMPTY,) if self.can_be_empty else ()))

    @property
    def is_number(self) -> bool:
        """Does it stand at the right of its column?"""
        return self.kind in (Kind.NUMBER, Kind.FIGURE)

    @property
    def digits(self) -> int:
        """Return how long a number may be that it is compared with: contacts can be many."""
        return 13 if self.kind is Kind.FIGURE else 5

    @property
    def is_link(self) -> bool:
        """Does it name a person, a team or a channel?"""
        return self.kind in (Kind.TEAM, Kind.PERSON, Kind.CHANNEL)

    def words(self, code: Any) -> str:
        """Return a choice in words."""
        return str(dict(self.choices).get(code, code))


_EDITED = (
    "name",
    "family",
    "mode",
    "timing",
    "device",
    "direction",
    "run_by",
    "purpose",
    "owner_team",
    "owner",
    "deputy",
    "review_every_days",
    "life_cycle",
    "launched_on",
    "retires_on",
    "hours",
    "vendor",
    "agent_route",
    "agent_channel",
    "agent_taps",
    "agent_hours",
)

_GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        _("What it is"),
        ("name", "family", "mode", "timing", "device", "direction", "run_by", "purpose", "mobile"),
    ),
    (
        _("Who answers for it"),
        (
            "owner_team",
            "owner",
            "deputy",
            "review",
            "reviewed_on",
            "review_every_days",
            "unsealed_by",
            "unsealed_on",
        ),
    ),
    (_("Life cycle"), ("life_cycle", "launched_on", "retires_on", "hours", "vendor")),
    (_("The way to a person"), ("agent_route", "agent_channel", "agent_taps", "agent_hours")),
    (_("Around it"), ("open_gaps", "volume", "changed_at")),
)

_DERIVED = {
    "mobile": Field("mobile", _("Touches mobile"), Kind.FLAG),
    "review": Field("review", _("Review"), Kind.CHOICE, choices=REVIEW_STATES),
    "open_gaps": Field("open_gaps", _("Has open gaps"), Kind.FLAG),
    "volume": Field("volume", _("Contacts a month"), Kind.FIGURE, can_be_empty=True),
}
_HEADS = {"name": _("Channel"), "owner_team": _("Team"), "open_gaps": _("Open gaps")}
"""Heads of columns that are shorter than the field's own name, or say more."""

USUAL = (
    "name",
    "family",
    "owner_team",
    "life_cycle",
    "agent_route",
    "volume",
    "open_gaps",
    "review",
)
"""The columns of the list unless somebody chooses others."""


@cache
def fields() -> dict[str, Field]:
    """Return everything the list knows of a channel, by name."""
    names = [name for _title, group in _GROUPS for name in group]
    return {name: _DERIVED.get(name) or _of_model(name) for name in names}


def groups() -> list[tuple[str, list[Field]]]:
    """Return the fields under their headings."""
    known = fields()
    return [(str(title), [known[name] for name in names]) for title, names in _GROUPS]


def head(field: Field) -> str:
    """Return what stands above its column."""
    return str(_HEADS.get(field.key, field.label))


def columns(chosen: str) -> tuple[Field, ...]:
    """Return the columns that `columns=` of an address names, in its order; the usual ones when it names none.

    The name comes first when it is not among them: without it nobody knows what a row is.
    """
    known = fields()
    named = dict.fromkeys(key for key in chosen.split(",") if key in known)
    keys = [*named] or [*USUAL]
    return tuple(known[key] for key in (keys if "name" in keys else ["name", *keys]))


def edited(chosen: str = "") -> tuple[Field, ...]:
    """Return the fields that people change, of those columns when any are named."""
    among = columns(chosen) if chosen else fields().values()
    return tuple(field for field in among if field.is_edited)


def _of_model(name: str) -> Field:
    field: Any = Channel._meta.get_field(name)
    optional = field.null or field.blank
    return Field(
        name,
        capfirst(str(field.verbose_name)) if name != "changed_at" else _("Last changed"),
        _kind_of(field),
        optional and name != "changed_at",
        tuple(field.choices or ()),
        is_edited=name in _EDITED,
    )


def _kind_of(field: Any) -> Kind:
    if field.is_relation:
        return {Team: Kind.TEAM, User: Kind.PERSON}.get(field.related_model, Kind.CHANNEL)
    if field.choices:
        return Kind.CHOICE
    if isinstance(field, models.DateField):  # a moment is one too
        return Kind.DAY
    return Kind.NUMBER if isinstance(field, models.IntegerField) else Kind.TEXT


def parameter(key: str, modifier: str) -> str:
    """Return how a condition is named in an address."""
    return f"{key}__{modifier}" if modifier else key


@cache
def parameters() -> dict[str, tuple[Field, str]]:
    """Return what the address can ask for: the field and the modifier of each parameter."""
    return {
        parameter(field.key, modifier): (field, modifier)
        for field in fields().values()
        for modifier in field.modifiers
    }
