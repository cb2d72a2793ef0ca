"""Reading the inventory, page by page."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    QuerySet,
    Value,
)
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from strategy.inventory.models import Carried, Channel, Measurement, Transition
from strategy.plan.models import Strategy
from strategy.plan.queries import Place, by_uid
from teams import grants
from teams.roles import Act


def is_shared(place: Place) -> Any:
    """Was the channel shared with the person to edit it? Not asked of those who may edit everything."""
    if place.standing.may(Act.EDIT):
        return Value(True)
    return ExpressionWrapper(
        grants.granted(place.user, Channel, "edit"), output_field=BooleanField()
    )


_PLACE = {family: at for at, family in enumerate(Channel.Family.values)}


def by_family(channels: Iterable[Channel]) -> list[Channel]:
    """Return channels in the order of matrices and reports: by family, as families are listed, then by name."""
    return sorted(channels, key=lambda one: (_PLACE[one.family], one.name.casefold(), one.pk))


@dataclass(frozen=True)
class VolumePair:
    """The newest month and the same month a year before; either may be missing."""

    now: Measurement | None
    before: Measurement | None

    @property
    def change_percent(self) -> int | None:
        """Return the change in whole percent, from counts; None unless both months have a figure above zero."""
        if not (self.now and self.before and self.now.value and self.before.value):
            return None
        return round((self.now.value - self.before.value) * 100 / self.before.value)


def volume_pair(channel: Channel) -> VolumePair:
    """Return the newest monthly contacts of a channel beside those of a year before."""
    rows = list(channel.measurements.monthly_contacts().order_by("-starts_on")[:36])
    if not rows:
        return VolumePair(None, None)
    now = rows[0]
    year_before = now.starts_on.replace(year=now.starts_on.year - 1)
    return VolumePair(now, next((row for row in rows if row.starts_on == year_before), None))


# --- transitions -----------------------------------------------------------------------------------


NAMED = 3
"""So many things that are carried along are named; of more, the rest is counted."""


@dataclass(frozen=True)
class Context:
    """What comes along on a transition, grouped by how much of it does: names in the order they are asked for."""

    carried: tuple[str, ...]
    partly: tuple[str, ...]
    asked_again: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def is_known(self) -> bool:
        """Has anybody said anything about it?"""
        return bool(self.carried or self.partly or self.asked_again)

    @property
    def carried_words(self) -> str:
        """Return what is carried, named while it is short: good news needs no list of eight."""
        if len(self.carried) <= NAMED + 1:
            return ", ".join(self.carried)
        named = {"names": ", ".join(self.carried[:NAMED]), "n": len(self.carried) - NAMED}
        return str(_("%(names)s and %(n)d more") % named)

    @property
    def unknown_words(self) -> str:
        """Return of how much nobody has said anything: a count, because its names help nobody."""
        return str(_("%(n)d of %(d)d") % {"n": len(self.unknown), "d": len(Transition.CONTEXT)})

    @property
    def words(self) -> str:
        """Return it as plain text, what hurts first."""
        groups = (
            (_("Asked again: %(names)s."), ", ".join(self.asked_again)),
            (_("Partly carried: %(names)s."), ", ".join(self.partly)),
            (_("Carried: %(names)s."), self.carried_words),
            (_("Not known: %(names)s."), self.unknown_words if self.unknown else ""),
        )
        return " ".join(str(label % {"names": names}) for label, names in groups if names)


def context_of(transition: Transition) -> Context:
    """Return what comes along on a transition."""
    groups: dict[str, list[str]] = {value: [] for value in Carried.values}
    for name, value in transition.context():
        groups[value].append(name)
    return Context(*(tuple(groups[value]) for value in Carried.values))


def transitions_of(strategy: Strategy, lens: str = "") -> QuerySet[Transition]:
    """Return the transitions of a strategy with their ends and who owns them, by name. One query."""
    rows = Transition.objects.filter(strategy=strategy).through(lens)
    rows = rows.select_related("strategy", "source__owner_team", "target__owner_team", "tested_by")
    return rows.order_by(Lower("source__name"), Lower("target__name"))


def ends(strategy: Strategy, given: Mapping[str, str]) -> dict[str, int]:
    """Return the channels that an address names as `from` and `to`, for a form; unknown ones are left out."""
    found: dict[str, int] = {}
    for name, key in (("source", "from"), ("target", "to")):
        channel = by_uid(Channel.objects.filter(strategy=strategy), given.get(key))
        if channel is not None:
            found[name] = channel.pk
    return found


def journeys_through(source: Channel, target: Channel) -> set[uuid.UUID]:
    """Return the journeys on whose boards both channels stand (journeys are a slice above)."""
    on_source = source.cells.values_list("lane__journey__uid", flat=True)  # type: ignore[attr-defined]
    on_target = target.cells.values_list("lane__journey__uid", flat=True)  # type: ignore[attr-defined]
    return set(on_source) & set(on_target)
