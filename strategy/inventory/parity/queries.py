"""Reading self-service side by side."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy, pgettext_lazy

from strategy.inventory.decisions.rules import Twig, in_order
from strategy.inventory.models import AnswerDifference, Channel, SelfServiceOffer
from strategy.inventory.parity.rules import UNKNOWN, Likeness, Parity, likeness, parity
from strategy.inventory.queries import by_family
from strategy.plan.models import ContactType, Strategy
from strategy.plan.queries import Place
from teams.roles import Act

PAGE_SIZE = 50
FAMILIES = (
    Channel.Family.IVR,
    Channel.Family.WEB,
    Channel.Family.APP,
    Channel.Family.KIOSK,
    Channel.Family.BOT,
    Channel.Family.MESSAGING,
)
"""The families in which customers can settle things alone."""


@dataclass(frozen=True)
class Look:
    """How an extent looks in a cell and in the legend."""

    key: str
    symbol: str
    letter: Any
    label: Any


LOOKS = {
    look.key: look
    for look in (
        Look("full", "●", pgettext_lazy("letter: full", "F"), gettext_lazy("Full")),
        Look("part", "½", pgettext_lazy("letter: in part", "I"), gettext_lazy("In part")),
        Look("none", "○", pgettext_lazy("letter: none", "N"), gettext_lazy("None")),
        Look(
            "declined", "–", pgettext_lazy("letter: deliberately none", "D"),
            gettext_lazy("Deliberately none"),
        ),
        Look("", "·", pgettext_lazy("letter: undecided, or not said", "U"), gettext_lazy("Nobody has said")),
    )
}  # fmt: skip

ONLY = {
    Likeness.UNLIKE: gettext_lazy("Not alike"),
    Likeness.OPEN: gettext_lazy("Not all said, so open"),
    "contradicts": gettext_lazy("Answers contradict each other"),
    "unsaid": gettext_lazy("Anything not said"),
}
"""What the rows can be narrowed to."""


def self_service(strategy: Strategy, also: Iterable[int] = ()) -> QuerySet[Channel]:
    """Return the self-service channels in use: IVR, web, app, kiosk, bot and messaging.

    `also`: keys of channels that are wanted whatever they are now.
    """
    serves = Q(
        family__in=FAMILIES,
        mode__in=(Channel.Mode.SELF_SERVICE, Channel.Mode.HYBRID),
        life_cycle__in=Channel.IN_USE,
    )
    rows = Channel.objects.filter(serves | Q(pk__in=list(also)), strategy=strategy)
    return rows.select_related("owner_team")


def can_serve(channel: Channel) -> bool:
    """Is it of a family and mode in which customers settle things alone, in use or not?"""
    return channel.family in FAMILIES and channel.mode != Channel.Mode.ASSISTED


@dataclass(frozen=True)
class Said:
    """What is said of one contact type on one channel. `version` 0: nothing."""

    extent: str = ""
    reason: str = ""
    version: int = 0

    @property
    def look(self) -> Look:
        """Return how it looks."""
        return LOOKS[self.extent]


NOTHING = Said()

Offers = Mapping[tuple[int, int], Said]
"""What is said, by contact type and channel."""


def offers(channels: Iterable[Channel], types: Iterable[ContactType] | None = None) -> Offers:
    """Return what is said of contact types (default: all) on these channels. One query."""
    rows = SelfServiceOffer.objects.filter(channel__in=[channel.pk for channel in channels])
    if types is not None:
        rows = rows.filter(contact_type__in=[each.pk for each in types])
    said = rows.values_list("contact_type_id", "channel_id", "extent", "reason", "version")
    return {
        (kind, channel): Said(extent, reason, version)
        for kind, channel, extent, reason, version in said
    }


@dataclass(frozen=True)
class Leaf:
    """A contact type in its place in the tree; depth 0 is no part of another."""

    contact_type: ContactType
    depth: int


def tree(types: Iterable[ContactType]) -> list[Leaf]:
    """Return contact types with their parts below each, by name. One whose whole is not there stands alone."""
    every = {each.pk: each for each in types}
    twigs = [Twig(each.pk, each.parent_id) for each in every.values()]
    return [Leaf(every[twig.pk], depth) for twig, depth in in_order(twigs)]


@dataclass(frozen=True)
class Cell:
    """One contact type on one channel."""

    channel: Channel
    said: Said


@dataclass(frozen=True)
class Row:
    """One contact type on all self-service channels, and where its answers differ."""

    leaf: Leaf
    cells: list[Cell]
    differences: list[AnswerDifference]

    @property
    def contact_type(self) -> ContactType:
        """Return the contact type."""
        return self.leaf.contact_type

    @property
    def extents(self) -> list[str]:
        """Return the extent on each channel."""
        return [cell.said.extent for cell in self.cells]

    @property
    def contradicts(self) -> bool:
        """Do two of these channels contradict each other?"""
        return any(each.kind == AnswerDifference.Kind.CONTRADICTS for each in self.differences)

    @cached_property
    def likeness(self) -> Likeness:
        """Return whether it is offered alike."""
        return likeness(self.extents, contradicts=self.contradicts)

    @property
    def unsaid(self) -> int:
        """Return of how many channels nobody has said anything."""
        return self.extents.count(UNKNOWN)

    def fits(self, only: str, words: str) -> bool:
        """Is it among what was asked for?"""
        kind = self.contact_type
        if words and words.casefold() not in f"{kind.name} {kind.code}".casefold():
            return False
        if only == "contradicts":
            return self.contradicts
        if only == "unsaid":
            return self.unsaid > 0
        return only in ("", self.likeness)


@dataclass(frozen=True)
class Side:
    """Self-service side by side: the channels, one page of contact types, and the figure over all of them."""

    channels: list[Channel]
    page: Page
    parity: Parity
    editable: frozenset[int]  # the channels whose cells this person may change

    @property
    def can_edit(self) -> bool:
        """May this person change any cell?"""
        return bool(self.editable)


def side_by_side(
    place: Place, *, only: str = "", words: str = "", number: str = "1", size: int = PAGE_SIZE
) -> Side:
    """Return one page of contact types on all self-service channels. Four queries.

    The lens narrows the contact types; the channels stay, because parity compares them all.
    """
    channels, rows = _compared(place.strategy, place.lens)
    return Side(
        channels,
        Paginator([row for row in rows if row.fits(only, words)], size).get_page(number),
        parity((row.extents, row.contradicts) for row in rows),
        editable(place, channels),
    )


def _compared(strategy: Strategy, lens: str) -> tuple[list[Channel], list[Row]]:
    channels = by_family(self_service(strategy))
    types = ContactType.objects.filter(strategy=strategy).through(lens)
    leaves = tree(types.order_by(Lower("name"), "pk"))
    said = offers(channels)
    keys = {channel.pk for channel in channels}
    differences: dict[int, list[AnswerDifference]] = defaultdict(list)
    for each in AnswerDifference.objects.filter(
        contact_type__strategy=strategy, channel__in=keys, other__in=keys
    ).select_related("contact_type", "channel", "other"):
        differences[each.contact_type_id].append(each)
    rows = [
        Row(
            leaf,
            [
                Cell(channel, said.get((leaf.contact_type.pk, channel.pk), NOTHING))
                for channel in channels
            ],
            differences.get(leaf.contact_type.pk, []),
        )
        for leaf in leaves
    ]
    return channels, rows


def compared(strategy: Strategy, lens: str = "") -> tuple[list[Channel], list[Row], Parity]:
    """Return all contact types on all self-service channels, and the figure over them. Four queries."""
    channels, rows = _compared(strategy, lens)
    return channels, rows, parity((row.extents, row.contradicts) for row in rows)


def listed(
    strategy: Strategy, lens: str, *, only: str = "", words: str = ""
) -> list[SelfServiceOffer]:
    """Return what the page says on all its pages, by contact type in the order of the tree. Five queries."""
    channels, rows = _compared(strategy, lens)
    said = {
        (row.contact_type_id, row.channel_id): row
        for row in SelfServiceOffer.objects.filter(channel__in=[one.pk for one in channels])
    }
    cells = (
        (row.contact_type.pk, one.pk) for row in rows if row.fits(only, words) for one in channels
    )
    return [said[cell] for cell in cells if cell in said]


def editable(place: Place, channels: Iterable[Channel]) -> frozenset[int]:
    """Return the channels of which the person may say how much they offer."""
    return frozenset(
        channel.pk for channel in channels if place.may(Act.EDIT, SelfServiceOffer(channel=channel))
    )
