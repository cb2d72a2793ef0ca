"""What rules look at, and what they say. Plain Python: no database, no request.

Sentences are marked here, translated where they are shown.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class ChannelFacts:
    """What rules need to know of a channel."""

    uid: UUID
    name: str
    mode: str
    life_cycle: str
    route: str = "unknown"
    taps: int | None = None
    leads_to: UUID | None = None
    hours: str = ""
    promised: str = ""
    owner: Hashable = None  # the owning team

    @property
    def has_owner(self) -> bool:
        """Does a team answer for it?"""
        return self.owner is not None

    @property
    def is_in_use(self) -> bool:
        """Do customers meet it today?"""
        return self.life_cycle in ("pilot", "live", "retiring")


@dataclass(frozen=True)
class TransitionFacts:
    """What rules need to know of the way from one channel to another."""

    uid: UUID
    source: UUID
    target: UUID
    status: str = "works"
    identity: str = "unknown"
    authentication: str = "unknown"

    @property
    def is_in_use(self) -> bool:
        """Do customers travel it, well or badly?"""
        return self.status in ("works", "partly", "broken")


@dataclass(frozen=True)
class InitiativeFacts:
    """What rules need to know of something that is about to launch."""

    uid: UUID
    name: str
    launch_on: dt.date | None
    told_on: dt.date | None
    owner: Hashable = None  # the owning team


@dataclass(frozen=True)
class DifferenceFacts:
    """Two channels that answer a contact type differently."""

    uid: UUID
    contact_type: str
    channel: UUID
    other: UUID
    kind: str
    explanation: str = ""


@dataclass(frozen=True)
class Facts:
    """Everything the rules look at. `hops`: the journeys that go from one channel to another, by name."""

    today: dt.date
    notice_days: int
    channels: Mapping[UUID, ChannelFacts] = field(default_factory=dict)
    transitions: tuple[TransitionFacts, ...] = ()
    hops: Mapping[tuple[UUID, UUID], tuple[str, ...]] = field(default_factory=dict)
    initiatives: tuple[InitiativeFacts, ...] = ()
    differences: tuple[DifferenceFacts, ...] = ()

    @property
    def travelled(self) -> Iterator[TransitionFacts]:
        """Yield the transitions that customers take today, between channels that are in use."""
        for way in self.transitions:
            ends = self.channels.get(way.source), self.channels.get(way.target)
            if way.is_in_use and all(end is not None and end.is_in_use for end in ends):
                yield way


@dataclass(frozen=True)
class Said:
    """What a rule says of one subject.

    `sentence` and `more` are marked texts with `values` to put into them; `rests_on` are the facts whose change
    asks again; `channels` are those it concerns, the one that has to act first. `gone_so_far` tells apart what is
    equally severe and yet worse.
    """

    subject: UUID
    sentence: str
    values: Mapping[str, Any]
    severity: str
    rests_on: tuple[Any, ...]
    channels: tuple[UUID, ...] = ()
    more: str = ""
    gone_so_far: str = ""

    @property
    def digest(self) -> str:
        """Return a digest of what a person sees and judges: the facts, and how bad they are."""
        return _digest((*self.rests_on, self.severity, self.gone_so_far))

    def asks(self, *, has_gap: bool) -> str:
        """Return the digest with which a judgment stays quiet: the one it was given on.

        Who leaves a finding leaves it as bad as it was. A gap is worked on however bad it has become.
        """
        return _digest(self.rests_on) if has_gap else self.digest


def _digest(facts: tuple[Any, ...]) -> str:
    """Return equal texts for equal facts."""
    text = json.dumps(facts, default=str, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Rule:
    """One rule: its title, why it matters, what its findings speak of, and how it finds them."""

    code: str
    title: str
    why: str
    subject: str  # channel, transition, initiative or difference
    find: Callable[[Facts], Iterator[Said]]
