"""Reading the ways between channels: filtered, as a list and as a matrix."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import formats
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.lib.fragments import fragment
from strategy.inventory.models import Channel, Transition
from strategy.inventory.queries import Context, by_family, context_of, transitions_of
from strategy.inventory.ways.rules import Worst, worst
from strategy.plan.models import Strategy
from strategy.plan.queries import Place
from teams.models import Team
from teams.roles import Act

MOST = 60
"""So many rows and columns a matrix draws at once."""


FEW = 12
"""Up to so many channels a matrix shows all of them, also those without any way."""


@dataclass(frozen=True)
class Look:
    """How a fact looks in a cell and in the legend: color by its key, a symbol, a letter, and words."""

    key: str
    symbol: str
    letter: Any
    label: Any
    meaning: Any


LOOKS: dict[Worst, Look] = {
    look.key: look  # type: ignore[misc]
    for look in (
        Look(
            Worst.BROKEN, "✗", pgettext_lazy("letter: broken", "B"), gettext_lazy("Broken"),
            gettext_lazy("Customers take it and do not arrive."),
        ),
        Look(
            Worst.NOT_BUILT, "○", pgettext_lazy("letter: not built", "N"), gettext_lazy("Not built"),
            gettext_lazy("It is wanted, but is not there yet."),
        ),
        Look(
            Worst.AGAIN, "↻", pgettext_lazy("letter: who they are is asked again", "A"),
            gettext_lazy("Asked again who they are"),
            gettext_lazy("It works, but customers say again who they are, or sign in again."),
        ),
        Look(
            Worst.PARTLY, "½", pgettext_lazy("letter: in part", "I"), gettext_lazy("In part"),
            gettext_lazy("It works in part, or something else is asked again or comes along in part."),
        ),
        Look(
            Worst.STALE, "?", pgettext_lazy("letter: not tested", "T"), gettext_lazy("Not tested"),
            gettext_lazy("Nobody tested it in the last 90 days, or ever."),
        ),
        Look(
            Worst.WORKS, "✓", pgettext_lazy("letter: works", "W"), gettext_lazy("Works"),
            gettext_lazy("It works, and was tested in the last 90 days."),
        ),
        Look(
            Worst.DECLINED, "–", pgettext_lazy("letter: decided against", "D"),
            gettext_lazy("Decided against"), gettext_lazy("It is not wanted."),
        ),
    )
}  # fmt: skip
"""The facts in the order in which they hurt. No record: an empty cell."""


@dataclass(frozen=True)
class Shown:
    """A transition as list and matrix show it. Its context and words are worked out when they are drawn."""

    transition: Transition
    can_edit: bool
    look: Look

    @cached_property
    def context(self) -> Context:
        """Return what comes along."""
        return context_of(self.transition)

    @property
    def cell(self) -> SafeString:
        """Return what stands in its cell of the matrix, drawn again only when something in it changed."""
        row = self.transition
        slug = row.strategy.slug
        people = (row.source.owner_team, row.target.owner_team, row.tested_by)
        shows = (row.uid, row.version, self.look.key, self.can_edit, slug, *map(str, people))
        return fragment(
            "strategy/inventory/ways/matrix.html#way-cell",
            shows,
            {"shown": self, "slug": slug},
        )

    @cached_property
    def words(self) -> str:
        """Return everything a cell stands for, as plain text: how, what is carried, owners, test."""
        row = self.transition
        nobody = _("nobody")
        owners = _("Owners: %(from)s, %(to)s.") % {
            "from": row.source.owner_team or nobody,
            "to": row.target.owner_team or nobody,
        }
        if row.tested_on is None:
            tested = _("Never tested.")
        else:
            by = f", {row.tested_by}" if row.tested_by else ""
            tested = _("Tested %(day)s%(by)s.") % {
                "day": formats.date_format(row.tested_on, "N j, Y"),
                "by": by,
            }
        known = self.context.words if self.context.is_known else ""
        how = _("How: %(mechanism)s.") % {"mechanism": row.get_mechanism_display()}
        return " ".join(part for part in (how, known, owners, tested) if part)


@dataclass(frozen=True)
class Choice:
    """What the ways are narrowed to, and what can be chosen. `said`: the part of the address that says it."""

    family: str
    team: Team | None
    journey: str
    fact: str
    all_channels: bool
    teams: list[tuple[str, str]]
    journeys: list[tuple[str, str]]

    @property
    def is_narrowed(self) -> bool:
        """Is anything left out by choice?"""
        return bool(self.family or self.team or self.journey or self.fact)

    @property
    def families(self) -> list[tuple[str, str]]:
        """Return the families to choose from."""
        return [(value, str(label)) for value, label in Channel.Family.choices]

    def query(self, **other: Any) -> str:
        """Return the address's query for this choice; `other` replaces parts, None takes one away."""
        said = {
            "family": self.family,
            "team": self.team.slug if self.team else "",
            "journey": self.journey,
            "fact": self.fact,
            "all": "on" if self.all_channels else "",
            **other,
        }
        return urlencode({name: value for name, value in said.items() if value})

    @property
    def said(self) -> str:
        """Return the query of the address that leads here again."""
        return self.query()


def choice(strategy: Strategy, given: Mapping[str, str]) -> Choice:
    """Read from an address what to show; what does not exist is left out. Two queries."""
    channels = Channel.objects.filter(strategy=strategy)
    teams = list(Team.objects.filter(channels__in=channels).distinct().order_by(Lower("name")))
    # Journeys are a slice above; reading upward by name is allowed. An order would make the same journey several.
    boards = channels.filter(cells__lane__journey__isnull=False).order_by()
    named = boards.values_list("cells__lane__journey__uid", "cells__lane__journey__name").distinct()
    journeys = sorted(((str(uid), name) for uid, name in named), key=lambda one: one[1].casefold())
    asked = {name: given.get(name, "") for name in ("family", "team", "journey", "fact")}
    return Choice(
        family=asked["family"] if asked["family"] in Channel.Family.values else "",
        team=next((team for team in teams if team.slug == asked["team"]), None),
        journey=asked["journey"] if asked["journey"] in dict(journeys) else "",
        fact=asked["fact"] if asked["fact"] in LOOKS else "",
        all_channels=bool(given.get("all")),
        teams=[(team.slug, team.name) for team in teams],
        journeys=journeys,
    )


def _on_board(journey: str) -> Any:
    """Return the channels on the board of a journey; "": of any. Journeys are a slice above: read by name."""
    boards = {"cells__lane__journey__uid": journey} if journey else {"cells__isnull": False}
    return Channel.objects.filter(**boards).order_by()


def _of_channel(chosen: Choice, path: str = "") -> Q:
    """Return the condition that a channel is of the family and team, on one end of a transition or by itself."""
    wanted = Q()
    if chosen.family:
        wanted &= Q(**{f"{path}family": chosen.family})
    if chosen.team:
        wanted &= Q(**{f"{path}owner_team": chosen.team})
    return wanted


def shown(place: Place, chosen: Choice, today: dt.date) -> tuple[list[Shown], Counter[str]]:
    """Return the ways that are chosen, by name, and how many there are of each fact before one is chosen.

    A way is of a family or a team when one of its ends is; it is on a journey when both stand on its board.
    One query.
    """
    found = _shown(place, _chosen(place.strategy, place.lens, chosen), today)
    counts = Counter(one.look.key for one in found)
    return [one for one in found if chosen.fact in ("", one.look.key)], counts


def ways_of(place: Place, channel: Channel, today: dt.date) -> tuple[list[Shown], list[Shown]]:
    """Return where a channel leads, and from where customers come to it. One query."""
    rows = transitions_of(place.strategy).filter(Q(source=channel) | Q(target=channel))
    found = _shown(place, rows, today)
    return (
        [way for way in found if way.transition.source_id == channel.pk],
        [way for way in found if way.transition.target_id == channel.pk],
    )


def _shown(place: Place, rows: Iterable[Transition], today: dt.date) -> list[Shown]:
    return [Shown(row, place.may(Act.EDIT, row), look_of(row, today)) for row in rows]


def _chosen(strategy: Strategy, lens: str, chosen: Choice) -> Any:
    rows = transitions_of(strategy, lens)
    rows = rows.filter(_of_channel(chosen, "source__") | _of_channel(chosen, "target__"))
    if chosen.journey:
        on_board = _on_board(chosen.journey).values("pk")
        rows = rows.filter(source__in=on_board, target__in=on_board)
    return rows


def listed(
    strategy: Strategy, given: Mapping[str, str], lens: str, today: dt.date
) -> list[Transition]:
    """Return the transitions that list and matrix show for an address, by name. Three queries."""
    chosen = choice(strategy, given)
    rows = _chosen(strategy, lens, chosen)
    return [row for row in rows if chosen.fact in ("", look_of(row, today).key)]


def look_of(row: Transition, today: dt.date) -> Look:
    """Return how the worst fact about a transition looks."""
    carried = {name: getattr(row, name) for name in Transition.CONTEXT}
    return LOOKS[worst(row.status, carried, row.tested_on, today)]


def legend(counts: Counter[str]) -> list[tuple[Look, int]]:
    """Return every fact with how many ways it is the worst of."""
    return [(look, counts[look.key]) for look in LOOKS.values()]


@dataclass(frozen=True)
class Pages:
    """Which of the rows or columns are drawn: the numbers of the first and last, of how many."""

    number: int
    total: int

    @property
    def first(self) -> int:
        """Return the number of the first that is drawn, from 1."""
        return (self.number - 1) * MOST + 1

    @property
    def last(self) -> int:
        """Return the number of the last that is drawn."""
        return min(self.number * MOST, self.total)

    @property
    def is_whole(self) -> bool:
        """Are all of them drawn?"""
        return self.total <= MOST

    @property
    def before(self) -> int:
        """Return the number of the page before; 0: there is none."""
        return self.number - 1

    @property
    def after(self) -> int:
        """Return the number of the next page; 0: there is none."""
        return self.number + 1 if self.last < self.total else 0

    def of(self, channels: list[Channel]) -> list[Channel]:
        """Return the channels that are drawn."""
        return channels[self.first - 1 : self.last]


def _pages(channels: list[Channel], given: str) -> Pages:
    pages = max(1, -(-len(channels) // MOST))
    number = int(given) if given.isdecimal() and len(given) < 5 else 1
    return Pages(min(max(number, 1), pages), len(channels))


@dataclass(frozen=True)
class Cell:
    """One way from the row's channel to the column's, or a run of `span` pairs without a record."""

    shown: Shown | None = None
    span: int = 0
    is_self: bool = False

    @property
    def blanks(self) -> SafeString:
        """Return the cells of a run, drawn: there can be thousands, each of them empty."""
        return SafeString("<td></td>" * self.span)


@dataclass(frozen=True)
class Row:
    """All ways from one channel."""

    channel: Channel
    cells: list[Cell]


@dataclass(frozen=True)
class Matrix:
    """The ways between channels: rows lead to columns. `left_out`: channels without any way or journey, not drawn.

    `hides_some`: there may be records that the choice leaves out, so that an empty cell says little. `begins`: no
    channel has a way or stands on a journey, so all are drawn. `is_few`: all are drawn because there are few.
    """

    columns: list[Channel]
    rows: list[Row]
    across: Pages
    down: Pages
    left_out: int
    hides_some: bool
    begins: bool
    is_few: bool


def matrix(
    place: Place, chosen: Choice, ways_shown: list[Shown], given: Mapping[str, str]
) -> Matrix:
    """Lay the ways out from channel by to channel. Two queries, and one more when some ways are left out.

    Rows are channels from which a way leads, columns those to which one leads; both with the channels of the
    choice that have any way or stand on a journey, unless one fact is asked for. With all channels, when there is
    none of these, or when there are few, every one that is not retired.
    """
    by_pair = {(one.transition.source_id, one.transition.target_id): one for one in ways_shown}
    sources, targets = {pair[0] for pair in by_pair}, {pair[1] for pair in by_pair}
    on_board = _on_board(chosen.journey).filter(pk=OuterRef("pk"))
    every = dict(
        Channel.objects.filter(strategy=place.strategy)
        .through(place.lens)
        .filter(_of_channel(chosen))
        .exclude(life_cycle=Channel.LifeCycle.RETIRED)
        .values_list("pk", Exists(on_board))
    )
    journeyed = {key for key, is_on_board in every.items() if is_on_board}
    hides_some = chosen.is_narrowed or bool(place.lens)
    pairs: Iterable[tuple[int, int]] = by_pair
    if hides_some:
        rows = Transition.objects.filter(strategy=place.strategy)
        pairs = rows.values_list("source_id", "target_id")
    joined = every.keys() & {key for pair in pairs for key in pair}
    idle = every.keys() - joined - journeyed
    begins = not (chosen.is_narrowed or chosen.all_channels or joined or journeyed)
    few = len(every) <= FEW and not chosen.is_narrowed
    if chosen.all_channels or begins or few:
        own, idle = set(every), set()
    elif chosen.fact:
        own = set()
    else:
        own = journeyed if chosen.journey else joined | journeyed
    channels = by_family(
        Channel.objects.filter(pk__in=sources | targets | own).select_related("owner_team")
    )
    from_, to = ([one for one in channels if one.pk in keys | own] for keys in (sources, targets))
    down, across = _pages(from_, given.get("rows", "")), _pages(to, given.get("columns", ""))
    columns = across.of(to)
    return Matrix(
        columns,
        [Row(channel, _cells(channel, columns, by_pair)) for channel in down.of(from_)],
        across,
        down,
        len(idle),
        hides_some,
        begins,
        few,
    )


def _cells(
    source: Channel, columns: list[Channel], by_pair: dict[tuple[int, int], Shown]
) -> list[Cell]:
    """Return the cells of a row; pairs without a record that stand beside each other are one run."""
    cells: list[Cell] = []
    blanks = 0
    for target in columns:
        found = by_pair.get((source.pk, target.pk))
        if found is None and target != source:
            blanks += 1
            continue
        if blanks:
            cells.append(Cell(span=blanks))
            blanks = 0
        cells.append(Cell(found, is_self=found is None))
    return [*cells, Cell(span=blanks)] if blanks else cells
