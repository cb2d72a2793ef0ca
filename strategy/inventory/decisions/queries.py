"""Reading segments and the matrix of access decisions."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.history.models import Change
from strategy.inventory.decisions.drawing import Cell, row
from strategy.inventory.decisions.rules import below, children_of, in_order
from strategy.inventory.decisions.tree import PAGE, Leaf, leaves
from strategy.inventory.models import AccessDecision, Channel
from strategy.inventory.queries import by_family
from strategy.plan.models import ContactType, Segment, Strategy
from strategy.plan.queries import Place, by_uid
from teams.models import User
from teams.roles import Act

RETIRED = Channel.LifeCycle.RETIRED


# --- coverage: AL-2 ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Decided:
    """Some cells of the matrix: how many are decided, of how many that are in scope."""

    part: int
    whole: int

    @property
    def left(self) -> int:
        """Return how many are undecided."""
        return self.whole - self.part

    @property
    def percent(self) -> int | None:
        """Return the decided in whole percent, rounded down so that 100 means all; None of nothing."""
        return self.part * 100 // self.whole if self.whole else None


@dataclass(frozen=True)
class Coverage:
    """Decision coverage of a strategy: decided cells of segment x contact type x channel, of those in scope.

    In scope are all segments and contact types, and the channels that are not retired.
    """

    contact_types: int
    channels: int
    segments: tuple[tuple[Segment, Decided], ...]

    @property
    def total(self) -> Decided:
        """Return the indicator AL-2 over all segments."""
        return Decided(sum(one.part for _segment, one in self.segments),
                       sum(one.whole for _segment, one in self.segments))  # fmt: skip

    def of(self, segment: Segment) -> Decided:
        """Return the share of one segment."""
        return next(one for each, one in self.segments if each.pk == segment.pk)


def coverage(strategy: Strategy) -> Coverage:
    """Return how much of the matrix is decided, by segment and in all. Three queries."""
    types = ContactType.objects.filter(strategy=strategy).count()
    return _covered(strategy, types, in_scope(strategy).count())


def _covered(strategy: Strategy, types: int, channels: int) -> Coverage:
    on_offer = ~Q(decisions__channel__life_cycle=RETIRED)
    rows = Segment.objects.filter(strategy=strategy).annotate(
        decided=Count("decisions", filter=Q(decisions__isnull=False) & on_offer)
    )
    whole = types * channels
    return Coverage(
        types,
        channels,
        tuple((row, Decided(row.decided, whole)) for row in rows.order_by(Lower("name"), "pk")),
    )


def in_scope(strategy: Strategy) -> Any:
    """Return the channels for which somebody has to decide: those that are not retired."""
    return Channel.objects.filter(strategy=strategy).exclude(life_cycle=RETIRED)


# --- the matrix ----------------------------------------------------------------------------------------

LETTERS = {"preferred": "p", "supported": "s", "redirected": "r", "not_offered": "d", "": "u"}
"""The letter of each decision: on the keyboard, in the cell, and as its class in the style sheet."""

UNDECIDED = gettext_lazy("Undecided")


def words_of(choice: str, to: str = "", reason: str = "") -> str:
    """Return a cell in words: "Redirected to Claims line: they need papers"."""
    said = str(AccessDecision.Choice(choice).label) if choice else str(UNDECIDED)
    if to:
        said = _("Redirected to %(channel)s") % {"channel": to}
    return f"{said}: {reason}" if reason else said


def choices() -> list[tuple[str, str, str]]:
    """Return what a cell can be told to say: letter, words, and a short label for a button."""
    return [
        (letter, words, _("Deliberately not") if letter == "d" else words)
        for letter, words in ((letter, words_of(choice)) for choice, letter in LETTERS.items())
    ]


@dataclass(frozen=True)
class Column:
    """One channel of the matrix."""

    channel: Channel
    locked: str  # why this person may not change its cells; "": they may


@dataclass(frozen=True)
class Matrix:
    """One segment of the matrix, as far as the filters show it."""

    segment: Segment
    coverage: Coverage
    columns: list[Column]
    rows: list[SafeString]
    page: Page
    shown: Decided  # of the cells that the filters leave, on all pages
    is_filtered: bool
    digest: str  # other digest: something that is shown has changed
    channels: list[Channel]  # all that are in scope, by name
    types: list[Leaf]
    may_edit: bool  # any cell of it, be it shown or not

    @property
    def is_open(self) -> bool:
        """May the person change any cell that the filters leave?"""
        return any(not column.locked for column in self.columns)


def matrix(place: Place, segment: Segment, given: Mapping[str, str]) -> Matrix:
    """Return the decisions of one segment: contact types as a tree by channels. Constant queries."""
    rows = in_scope(place.strategy).select_related("owner_team").order_by(Lower("name"), "pk")
    channels = list(rows)
    seen = set(rows.through(place.lens)) if place.lens else channels
    columns = _columns(place, [one for one in channels if one in seen], given)
    keys = [column.channel.pk for column in columns]
    decided = _decided(segment)
    every = leaves(place.strategy)
    found = _rows(every, given, lambda leaf: any((leaf.pk, key) not in decided for key in keys))
    page = Paginator(found, PAGE).get_page(given.get("page", "1"))
    # Cells link to their short form by an address relative to the page's, which no middleware sees.
    carried = f"?lens={place.lens}" if place.lens else ""
    heads = [(column.channel.uid, not column.locked) for column in columns]
    drawn = [
        _draw(leaf, depth, [decided.get((leaf.pk, key)) for key in keys], heads, carried)
        for leaf, depth in page
    ]
    covered = _covered(place.strategy, len(every), len(channels))
    part = sum((leaf.pk, key) in decided for leaf, _depth in found for key in keys)
    filters = ("q", "of", "kind", "undecided", "family", "team")
    shows = (*drawn, *(str((c.channel.uid, c.channel.name, c.locked)) for c in columns), str(page),
             *(f"{row.pk} {row.version} {one}" for row, one in covered.segments))  # fmt: skip
    return Matrix(
        segment,
        covered,
        columns,
        drawn,
        page,
        Decided(part, len(found) * len(keys)),
        any(given.get(name) for name in filters),
        hashlib.blake2s("\n".join(shows).encode(), digest_size=8).hexdigest(),
        channels,
        every,
        any(place.standing.may(Act.EDIT, one.owner_team_id) for one in channels),
    )


def _columns(place: Place, rows: list[Channel], given: Mapping[str, str]) -> list[Column]:
    return [
        Column(
            row,
            ""
            if place.standing.may(Act.EDIT, row.owner_team_id)
            else place.why_not(Act.EDIT, AccessDecision(channel=row)),
        )
        for row in _channels(rows, given)
    ]


def _channels(rows: Iterable[Channel], given: Mapping[str, str]) -> list[Channel]:
    """Return those of the channels that the filters leave, by family and name."""
    family, team = given.get("family", ""), given.get("team", "")
    if family:
        rows = [row for row in rows if row.family == family]
    if team:
        rows = [row for row in rows if (row.owner_team.slug if row.owner_team else "none") == team]
    return by_family(rows)


def listed(segment: Segment, given: Mapping[str, str], lens: str) -> list[AccessDecision]:
    """Return what is decided in the cells that the matrix shows for an address, on all pages. Three queries."""
    rows = in_scope(segment.strategy).through(lens).select_related("owner_team")
    keys = [channel.pk for channel in _channels(rows, given)]
    decided = decisions_of(segment)
    types = _rows(
        leaves(segment.strategy),
        given,
        lambda leaf: any((leaf.pk, key) not in decided for key in keys),
    )
    cells = ((leaf.pk, key) for leaf, _depth in types for key in keys)
    return [decided[cell] for cell in cells if cell in decided]


def _decided(segment: Segment) -> dict[tuple[int, int], tuple[Any, ...]]:
    """Return what is decided for a segment: version, choice, target and reason by type and channel. One query."""
    rows = AccessDecision.objects.filter(segment=segment).values_list(
        "contact_type_id", "channel_id",
        "version", "choice", "redirect_to__uid", "redirect_to__name", "reason",
    )  # fmt: skip
    return {(row[0], row[1]): row[2:] for row in rows}


def _rows(every: list[Leaf], given: Mapping[str, str], is_left: Any) -> list[tuple[Leaf, int]]:
    """Return the contact types that the filters leave, in the order of the tree."""
    words, kind = given.get("q", "").casefold().split()[:8], given.get("kind", "")
    under: set[int] | None = None
    if of := given.get("of"):
        root = next((leaf.pk for leaf in every if str(leaf.uid) == of), None)
        under = None if root is None else {root} | below(children_of(every), root)
    return [
        (leaf, depth)
        for leaf, depth in in_order(every)
        if leaf.has(words)
        and kind in ("", leaf.kind)
        and (under is None or leaf.pk in under)
        and (not given.get("undecided") or is_left(leaf))
    ]


DEEPEST = 4
"""From this depth on, rows are not indented any further."""


def _draw(
    leaf: Leaf,
    depth: int,
    facts: list[tuple[Any, ...] | None],
    heads: list[tuple[uuid.UUID, bool]],
    carried: str,
) -> SafeString:
    """Return one row, drawn."""
    cells = []
    for (channel, is_open), fact in zip(heads, facts, strict=True):
        if fact is None:
            cells.append(Cell("u", channel, is_open, str(UNDECIDED)))
            continue
        version, choice, to, to_name, reason = fact
        words = words_of(choice, to_name or "", reason)
        cells.append(Cell(LETTERS[choice], channel, is_open, words, version, to, reason))
    return row(leaf.uid, leaf.name, leaf.code, min(depth, DEEPEST), cells, carried)


def filter_choices(shown: Matrix) -> dict[str, list[tuple[Any, str]]]:
    """Return what the filters offer: contact types with others within, families and teams that there are."""
    have = {leaf.parent for leaf in shown.types}
    families = {channel.family for channel in shown.channels}
    teams = {channel.owner_team for channel in shown.channels if channel.owner_team}
    return {
        "of": [
            (leaf.uid, "\u2003" * depth + leaf.name)
            for leaf, depth in in_order(shown.types)
            if leaf.pk in have
        ],
        "families": [(key, str(label)) for key, label in Channel.Family.choices if key in families],
        "teams": sorted(((team.slug, team.name) for team in teams), key=lambda pair: pair[1]),
    }


# --- one cell, and many ------------------------------------------------------------------------------------


def segment_of(strategy: Strategy, uid: str | None) -> Segment | None:
    """Return the segment with this uid, else the first by name; None when there is none."""
    rows = Segment.objects.filter(strategy=strategy)
    return by_uid(rows, uid) or rows.order_by(Lower("name"), "pk").first()


def named(rows: Any, uids: Iterable[str]) -> dict[str, Any]:
    """Return the rows with these uids, by uid as text; what is no uid, or of no row here, is not in it."""
    wanted = set()
    for uid in uids:
        try:
            wanted.add(uuid.UUID(str(uid)))
        except ValueError:
            continue
    return {str(row.uid): row for row in rows.filter(uid__in=wanted)}


def decisions_of(
    segment: Segment, among: Iterable[tuple[int, int]] | None = None
) -> dict[tuple[int, int], AccessDecision]:
    """Return rows of a segment with all they name, by contact type and channel. One query.

    `among`: only those of these contact types and channels.
    """
    rows = AccessDecision.objects.filter(segment=segment)
    if among is not None:
        keys = set(among)
        rows = rows.filter(
            contact_type__in={one for one, _two in keys}, channel__in={two for _one, two in keys}
        )
    rows = rows.select_related("segment", "contact_type", "channel__owner_team", "redirect_to")
    return {(row.contact_type_id, row.channel_id): row for row in rows}


def saved_by(uids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return who changed each of these rows last, by name. Two queries."""
    acts = Change.objects.filter(object_uid__in=list(uids)).order_by("change_set_id")
    last = dict(acts.values_list("object_uid", "change_set__by_uid"))
    people = {one.uid: str(one) for one in User.objects.filter(uid__in=filter(None, last.values()))}
    return {uid: people[by] for uid, by in last.items() if by in people}
