"""Reading objectives, and the figures they are held against."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import formats
from django.utils.translation import gettext as _

from strategy.inventory.hours import ALWAYS, read
from strategy.inventory.models import (
    AccessDecision,
    AccessPoint,
    Channel,
    Measurement,
    ServiceObjective,
)
from strategy.inventory.queries import is_shared
from strategy.inventory.service.figures import (
    GRAINS,
    Book,
    Figure,
    book,
    book_of_channel,
    first_ending,
)
from strategy.inventory.service.metrics import Metric, metric_of, position
from strategy.inventory.service.promises import (
    Verdict,
    differences,
    doubled,
    is_in_force,
    judge,
    qualifiers,
    sentence,
)
from strategy.plan.models import Strategy
from strategy.plan.queries import Place
from teams.roles import Act

MOST_ROWS = 5000
"""How many figures of one channel a page looks at, the newest ones: six years of weeks for sixteen metrics."""

LATELY_DAYS = 400
"""How far back the list looks for the newest figure of an objective: a year and the month it takes to count it."""

_OFFERING = (AccessDecision.Choice.PREFERRED, AccessDecision.Choice.SUPPORTED)


# --- objectives ------------------------------------------------------------------------------------
def offered(strategy: Strategy, lens: str = "") -> Any:
    """Return the channels that are offered: in use, and not turned down for everybody where it was decided."""
    decided = AccessDecision.objects.filter(channel=OuterRef("pk"))
    rows = Channel.objects.filter(strategy=strategy, life_cycle__in=Channel.IN_USE).through(lens)
    return rows.filter(~Exists(decided) | Exists(decided.filter(choice__in=_OFFERING)))


def objectives_of(channels: Any) -> list[ServiceObjective]:
    """Return the objectives of these channels in the order of the dictionary. One query."""
    rows = ServiceObjective.objects.filter(channel__in=channels)
    rows = rows.select_related("channel__owner_team", "point", "calendar", "approved_by")
    return sorted(
        rows,
        key=lambda one: (
            one.channel.name.casefold(),
            position(one.metric),
            one.point.name if one.point else "",
            one.effective_from or dt.date.min,
        ),
    )


@dataclass(frozen=True)
class Promise:
    """An objective as pages show it."""

    objective: ServiceObjective
    metric: Metric
    sentence: str
    in_force: bool
    verdict: Verdict

    @property
    def when(self) -> str:
        """Return from when to when it holds, in words."""
        begins, ends = self.objective.effective_from, self.objective.effective_to
        words = {
            (True, True): _("%(begins)s to %(ends)s"),
            (True, False): _("from %(begins)s"),
            (False, True): _("until %(ends)s"),
            (False, False): _("always"),
        }[begins is not None, ends is not None]
        return words % {"begins": _day(begins), "ends": _day(ends)}


def _day(day: dt.date | None) -> str:
    return formats.date_format(day, "N j, Y") if day else ""


@dataclass(frozen=True)
class Promises:
    """What one channel promises, and the pairs of objectives that are in force twice."""

    channel: Channel
    rows: list[Promise]
    doubled: list[tuple[ServiceObjective, ServiceObjective, list[str]]]
    is_offered: bool = True
    can_edit: bool = False
    contacts: Figure | None = None

    @property
    def lacks(self) -> bool:
        """Is it offered without an objective in force?"""
        return self.is_offered and not any(row.in_force for row in self.rows)


def _promises(
    objectives: list[ServiceObjective], books: dict[int | None, Book], today: dt.date
) -> list[Promise]:
    return [
        Promise(
            one,
            metric_of(one.metric),
            sentence(one),
            is_in_force(one, today),
            judge(one, books.get(one.point_id, Book()).newest(one.metric, one.measured_over)),
        )
        for one in objectives
    ]


def _doubled(
    objectives: list[ServiceObjective],
) -> list[tuple[ServiceObjective, ServiceObjective, list[str]]]:
    return [(one, other, differences(one, other)) for one, other in doubled(objectives)]


def promises_of(channel: Channel, today: dt.date) -> Promises:
    """Return what a channel promises, each promise judged by its newest figure of the length it is measured over.

    Three queries.
    """
    objectives = objectives_of([channel])
    books = books_of(rows_of(channel), points_in_use(channel))
    return Promises(channel, _promises(objectives, books, today), _doubled(objectives))


def promise_list(place: Place, today: dt.date) -> list[Promises]:
    """Return the channels in use or with an objective, by name: what each promises, and how it is kept.

    Four queries, however many channels; who edits nothing by role is asked for in the first. Of figures only those
    of promised metrics are read, and contacts.
    """

    def can_edit(channel: Any) -> bool:
        return channel.shared or place.standing.may(Act.EDIT, channel.owner_team_id)

    return _promise_list(place.strategy, place.lens, today, can_edit, shared=is_shared(place))


def promise_facts(strategy: Strategy, today: dt.date, lens: str = "") -> list[Promises]:
    """Return the same, whoever reads it: for what is frozen. Five queries."""
    return _promise_list(strategy, lens, today, lambda _channel: False)


def _promise_list(
    strategy: Strategy, lens: str, today: dt.date, can_edit: Callable[[Any], bool], **also: Any
) -> list[Promises]:
    channels = Channel.objects.filter(strategy=strategy).through(lens)
    promises = ServiceObjective.objects.filter(channel=OuterRef("pk"))
    rows = list(
        channels.filter(Q(life_cycle__in=Channel.IN_USE) | Q(Exists(promises)))
        .annotate(**also)
        .select_related("strategy", "owner_team")
        .order_by(Lower("name"))
    )
    promised: dict[int, list[ServiceObjective]] = defaultdict(list)
    codes: set[str] = {Measurement.Metric.CONTACTS}
    for objective in objectives_of(channels):
        promised[objective.channel_id].append(objective)
        codes.add(objective.metric)
    figures: dict[int, list[Measurement]] = defaultdict(list)
    stated = Measurement.objects.filter(
        lately(today), channel__in=channels, contact_type__isnull=True, metric__in=codes
    )
    for row in stated.only(
        "channel_id", "point_id", "metric", "grain", "starts_on", "status", "value", "numerator",
        "denominator", "source", "revision", "as_of",
    ):  # fmt: skip
        figures[row.channel_id].append(row)
    in_use: dict[int, set[int]] = defaultdict(set)
    points = AccessPoint.objects.filter(channel__in=channels, life_cycle__in=Channel.IN_USE)
    for key, point in points.values_list("channel_id", "pk"):
        in_use[key].add(point)
    is_offered = set(offered(strategy, lens).values_list("pk", flat=True))
    found = []
    for channel in rows:
        books = books_of(figures[channel.pk], in_use[channel.pk])
        mine = promised[channel.pk]
        found.append(
            Promises(
                channel,
                _promises(mine, books, today),
                _doubled(mine),
                channel.pk in is_offered,
                can_edit(channel),
                books[None].newest(Measurement.Metric.CONTACTS),
            )
        )
    return found


def lately(today: dt.date) -> Q:
    """Return the condition that the period of a figure ended within 400 days."""
    since = today - dt.timedelta(days=LATELY_DAYS)
    found = Q()
    for grain in GRAINS:
        found |= Q(grain=grain, starts_on__gte=first_ending(grain, since))
    return found


MOST_NAMED = 10
"""So many others are named beside an objective; of the rest the number is said."""


@dataclass(frozen=True)
class Compared:
    """An objective of one metric, the first others it compares with or not, and how many more there are."""

    promise: Promise
    alike: list[str]
    differs: list[tuple[str, list[str]]]
    more_alike: int = 0
    more_differ: int = 0


def side_by_side(found: Iterable[Promises], code: str) -> list[Compared]:
    """Return the objectives of one metric in force, with whom each compares and what parts it from others."""
    rows = [
        row for one in found for row in one.rows if row.in_force and row.objective.metric == code
    ]
    every = [(row.objective, qualifiers(row.objective)) for row in rows]
    compared = []
    for row, (mine, kind) in zip(rows, every, strict=True):
        agrees = not differences(mine, mine)  # unless nobody has said when the clock starts
        alike = [one for one, its in every if one is not mine and agrees and its == kind]
        apart = [one for one, its in every if one is not mine and not (agrees and its == kind)]
        compared.append(
            Compared(
                row,
                [_named(other) for other in alike[:MOST_NAMED]],
                [(_named(other), differences(mine, other)) for other in apart[:MOST_NAMED]],
                max(len(alike) - MOST_NAMED, 0),
                max(len(apart) - MOST_NAMED, 0),
            )
        )
    return compared


def _named(objective: ServiceObjective) -> str:
    if objective.point is None:
        return str(objective.channel)
    return f"{objective.channel}, {objective.point}"


@dataclass(frozen=True)
class Coverage:
    """How far promises and figures reach, in numbers."""

    offered: int
    promised: int
    measured: int


def coverage(strategy: Strategy, today: dt.date, lens: str = "") -> Coverage:
    """Return how many offered channels have an objective in force, and a figure of 400 days. One query."""
    held = ServiceObjective.objects.filter(channel=OuterRef("pk")).filter(
        Q(effective_from__isnull=True) | Q(effective_from__lte=today),
        Q(effective_to__isnull=True) | Q(effective_to__gte=today),
    )
    known = Measurement.objects.filter(
        lately(today),
        channel=OuterRef("pk"),
        status__in=(Measurement.Status.VALUE, Measurement.Status.ZERO),
    )
    rows = offered(strategy, lens).annotate(held=Exists(held), known=Exists(known))
    return Coverage(
        **rows.aggregate(
            offered=Count("pk"),
            promised=Count("pk", filter=Q(held=True)),
            measured=Count("pk", filter=Q(known=True)),
        )
    )


# --- figures ---------------------------------------------------------------------------------------
def rows_of(channel: Channel) -> list[Measurement]:
    """Return the figures of a channel and its access points, the newest first, those of contact types left out."""
    rows = Measurement.objects.filter(channel=channel, contact_type__isnull=True)
    return list(rows.order_by("-starts_on", "-pk")[:MOST_ROWS])


def points_in_use(channel: Channel) -> set[int]:
    """Return which access points of a channel are in use."""
    points = AccessPoint.objects.filter(channel=channel, life_cycle__in=Channel.IN_USE)
    return set(points.values_list("pk", flat=True))


def books_of(rows: Iterable[Measurement], points: Collection[int]) -> dict[int | None, Book]:
    """Return the figures of a channel (None) and of each of its access points."""
    rows = list(rows)
    of_point: dict[int, list[Measurement]] = defaultdict(list)
    for row in rows:
        if row.point_id is not None:
            of_point[row.point_id].append(row)
    books: dict[int | None, Book] = {key: book(several) for key, several in of_point.items()}
    books[None] = book_of_channel(rows, points)
    return books


# --- a new objective --------------------------------------------------------------------------------


def usual_clock(channel: Channel) -> dict[str, Any]:
    """Return by which clock a promise of the channel most likely counts, for a form. One query.

    In opening hours where the channel or one of its access points in use says any, unless one is always open; with
    the holiday calendar of its access points when they have one and the same.
    """
    rows = AccessPoint.objects.filter(channel=channel, life_cycle__in=Channel.IN_USE)
    said = list(rows.values_list("hours", "calendar"))
    hours = [text for text, _calendar in said if text] or [channel.hours]
    if not any(hours) or ALWAYS in map(read, hours):
        return {"clock": ServiceObjective.Clock.ALWAYS}
    calendars = {calendar for _text, calendar in said} - {None}
    return {
        "clock": ServiceObjective.Clock.OPENING_HOURS,
        "calendar": calendars.pop() if len(calendars) == 1 else None,
    }
