"""The search for a person, hour by hour. Plain Python: no database, no request.

A customer starts in a channel and goes hop by hop, over ways that work at least partly, to a channel in which a
person answers and which is open. The best way has the fewest hops, then the fewest taps, then the fewest hidden
hops. The hours of the channels on the way are not looked at, only those of the one where a person answers.

All instants of a week at which the same channels are open share one search, which runs backward from them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Any

from strategy.inventory.hours import NEVER, WEEK, Hours

Key = Any
"""What names a channel; hashable."""


class State(StrEnum):
    """Whether a person is reached, and why not. The later, the further from one."""

    REACHED = "reached"
    UNKNOWN_HOURS = "unknown_hours"  # there is a way, to where nobody wrote down the hours
    CLOSED = "closed"  # there is a way, to where nobody answers at that hour
    ONLY_HIDDEN = "only_hidden"  # there is a way, but customers are not shown it
    WALL = "wall"  # there would be one, if what is broken or not built worked
    NO_WAY = "no_way"


@dataclass(frozen=True)
class Stop:
    """A channel. `hours` matter where a person answers; None: nobody wrote them down."""

    key: Key
    is_assisted: bool = False
    hours: Hours | None = None


@dataclass(frozen=True)
class Hop:
    """A way from one channel to the next.

    `taps` is what it takes (`taps_stated` False: at least 1, nobody counted). `is_hidden` and `is_shown`: somebody
    said so; neither: nobody did. `asked_again` is what the customer gives again; None: nobody recorded what comes
    along. Of the rest `in_part` comes along in part, and of `unknown` nobody knows. `wall` says why nobody passes;
    "": customers do.
    """

    source: Key
    target: Key
    taps: int = 1
    taps_stated: bool = True
    is_hidden: bool = False
    is_shown: bool = False
    asked_again: tuple[str, ...] | None = None
    in_part: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    wall: str = ""


@dataclass(frozen=True)
class Answer:
    """What a customer in a channel meets at one instant.

    `path` leads to the person; when nobody is reached, to where somebody would be if the reason did not hold.
    It is empty where a person belongs to the channel itself, and where there is no way.
    """

    state: State
    path: tuple[Hop, ...] = ()

    @property
    def hops(self) -> int:
        """Return how many times the customer changes channels."""
        return len(self.path)

    @property
    def taps(self) -> int:
        """Return the taps of the whole way."""
        return sum(hop.taps for hop in self.path)

    @property
    def taps_stated(self) -> bool:
        """Did somebody count the taps of every hop?"""
        return all(hop.taps_stated for hop in self.path)

    @property
    def is_hidden(self) -> bool:
        """Is any hop hidden?"""
        return any(hop.is_hidden for hop in self.path)

    @property
    def is_shown(self) -> bool:
        """Did somebody say of every hop that customers see it?"""
        return all(hop.is_shown for hop in self.path)

    @property
    def lost(self) -> tuple[str, ...]:
        """Return what is asked again anywhere on the way, each once."""
        return tuple(dict.fromkeys(what for hop in self.path for what in hop.asked_again or ()))

    @property
    def in_part(self) -> tuple[str, ...]:
        """Return what is not asked again anywhere, but comes along only in part on some hop."""
        return tuple(
            dict.fromkeys(
                what for hop in self.path for what in hop.in_part if what not in self.lost
            )
        )

    @property
    def unknown(self) -> tuple[str, ...]:
        """Return of what nobody knows on some hop whether it comes along, and which is not worse on another."""
        worse = {*self.lost, *self.in_part}
        return tuple(
            dict.fromkeys(what for hop in self.path for what in hop.unknown if what not in worse)
        )

    @property
    def is_recorded(self) -> bool:
        """Did somebody record of any hop what comes along?"""
        return any(hop.asked_again is not None for hop in self.path)


_Steps = dict[Key, tuple[int, int, int, Hop | None]]
"""By channel: hops, taps and hidden hops to the nearest person, and the hop to begin with."""


@dataclass
class Week:
    """The answers of one week. `visible_only`: hidden ways do not count."""

    stops: Mapping[Key, Stop]
    hops: Iterable[Hop]
    visible_only: bool = False
    _into: dict[Key, list[Hop]] = field(default_factory=dict, repr=False)
    _known: dict[frozenset[Key], _Steps] = field(default_factory=dict, repr=False)
    _answers: dict[tuple[Key, frozenset[Key]], Answer] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.hops = tuple(hop for hop in self.hops if {hop.source, hop.target} <= self.stops.keys())
        passable = [hop for hop in self.hops if not hop.wall]
        visible = [hop for hop in passable if not (self.visible_only and hop.is_hidden)]
        self._into = _by_target(visible)
        people = [stop for stop in self.stops.values() if stop.is_assisted]
        self._hours = {stop.key: stop.hours for stop in people if stop.hours is not None}
        every = frozenset(stop.key for stop in people)
        self._why_not: list[tuple[State, _Steps]] = [
            (State.UNKNOWN_HOURS, _steps(self._into, self.stops, every - self._hours.keys())),
            (State.CLOSED, _steps(self._into, self.stops, every)),
            (State.ONLY_HIDDEN, _steps(_by_target(passable), self.stops, every)),
            (State.WALL, _steps(_by_target(self.hops), self.stops, every)),
        ]
        self.changes: tuple[int, ...] = tuple(
            sorted(
                {0, *(at % WEEK for hours in self._hours.values() for s in hours.spans for at in s)}
            )
        )
        """The minutes of the week at which a channel with a person opens or closes, from Monday 00:00."""

    @cached_property
    def without_hidden(self) -> "Week":
        """Return the same week with hidden ways not counted."""
        return Week(self.stops, self.hops, visible_only=True)

    def open_at(self, minute: int) -> frozenset[Key]:
        """Return the channels in which a person answers at a minute of the week."""
        return frozenset(key for key, hours in self._hours.items() if hours.holds(minute))

    def answer(self, key: Key, is_open: frozenset[Key]) -> Answer:
        """Return what a customer in this channel meets while those channels are open (see `open_at`)."""
        found = self._answers.get((key, is_open))
        if found is None:
            found = self._answers[key, is_open] = self._find(key, is_open)
        return found

    def at(self, key: Key, minute: int) -> Answer:
        """Return what a customer in this channel meets at a minute of the week."""
        return self.answer(key, self.open_at(minute))

    def reached(self, key: Key) -> Hours:
        """Return when a customer in this channel reaches a person, to the minute."""
        spans: list[tuple[int, int]] = []
        for start, end in pairwise((*self.changes, WEEK)):
            if self.at(key, start).state is State.REACHED:
                spans.append((start, end))
        return NEVER | Hours(tuple(spans))

    def _find(self, key: Key, is_open: frozenset[Key]) -> Answer:
        steps = self._known.get(is_open)
        if steps is None:
            steps = self._known[is_open] = _steps(self._into, self.stops, is_open)
        for state, found in ((State.REACHED, steps), *self._why_not):
            if key in found:
                return Answer(state, tuple(_path(found, key)))
        return Answer(State.NO_WAY)


def _path(steps: _Steps, key: Key) -> Iterator[Hop]:
    while (hop := steps[key][3]) is not None:
        yield hop
        key = hop.target


def _by_target(hops: Iterable[Hop]) -> dict[Key, list[Hop]]:
    into: dict[Key, list[Hop]] = {}
    for hop in hops:
        into.setdefault(hop.target, []).append(hop)
    return into


def _steps(
    into: Mapping[Key, list[Hop]], stops: Mapping[Key, Stop], goals: frozenset[Key]
) -> _Steps:
    """Search backward from where people answer, one hop further each round.

    The taps of a channel are final when its round is over, because every way with as many hops was looked at.
    A channel with a person is an end: nobody is passed on through it.
    """
    best: _Steps = {key: (0, 0, 0, None) for key in goals}
    front = list(goals)
    hops = 0
    while front:
        hops += 1
        found: _Steps = {}
        for target in front:
            _hops, taps, hidden, _first = best[target]
            for hop in into.get(target, ()):
                source = hop.source
                if source in best or stops[source].is_assisted:
                    continue
                now = (hops, taps + hop.taps, hidden + hop.is_hidden, hop)
                known = found.get(source)
                if known is None or now[1:3] < known[1:3]:
                    found[source] = now
        best |= found
        front = list(found)
    return best
