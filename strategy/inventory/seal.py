"""The seal of a channel or access point: somebody who answers for it says that what stands there is true.

It breaks when somebody edits the row who does not answer for it, and when the interval ends (`freshness` sees to
that). Only who answers for it mends a broken seal.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext as _

from portal.history.queries import Since, since_filled
from strategy.inventory.models import AccessPoint, Channel, Sealed
from teams import access
from teams.models import User
from teams.roles import Act


def owns(person: User, thing: Sealed, teams_of: Collection[int] | None = None) -> bool:
    """Does the person answer for it: by name, as deputy, or through the team that owns it?

    An access point that names neither a team nor a person has its channel's. Where nobody answers, whoever may
    change it may confirm it. `teams_of` are the person's own teams, for who asks of many rows.
    """
    holders: list[Any] = [thing]
    if isinstance(thing, AccessPoint) and thing.owner_team_id is None and thing.owner_id is None:
        holders.append(thing.channel)
    named = {key for one in holders for key in (one.owner_id, one.deputy_id)} - {None}
    teams = {one.owner_team_id for one in holders} - {None}
    if not named and not teams:
        return True
    own = access.reach(person).team_ids if teams_of is None else teams_of
    return person.pk in named or not teams.isdisjoint(own)


def cannot_confirm(person: User, thing: Channel | AccessPoint, teams_of: Collection[int]) -> str:
    """Return why an owner who may not change the row cannot confirm it, and who can.

    `teams_of` are the person's own teams.
    """
    team = thing.owner_team
    if team is None or team.pk in teams_of:
        return _("%(person)s can only read this. Ask an editor or strategy lead to confirm it.") % {
            "person": person
        }
    return _(
        "%(person)s is not in %(team)s. Ask %(team)s to confirm it, or to choose an owner of its own."
    ) % {"person": person, "team": team}


def who_confirms(thing: Channel | AccessPoint) -> str:
    """Return who mends a broken seal, or why the owner who is named cannot. At most three queries."""
    owner = thing.owner
    if owner is None or access.can(owner, Act.EDIT, thing):
        return _("An owner looks and says “Still true”.")
    return cannot_confirm(owner, thing, access.reach(owner).team_ids)


_BROKEN = "unsealed_on"
OF_THE_SEAL = frozenset({_BROKEN, "unsealed_by", "reviewed_on"})
"""The fields that say how it stands about the seal, not about the row."""


def changed_since(things: Iterable[Sealed]) -> dict[uuid.UUID, Since]:
    """Return what was changed of rows whose seal is broken, since it broke. Constant queries, none for no rows."""
    broken = [thing.uid for thing in things if thing.unsealed_on is not None]
    return since_filled(broken, _BROKEN, but=OF_THE_SEAL)


def edited(
    thing: Sealed,
    values: dict[str, Any],
    *,
    is_other: bool = False,
    on: dt.date,
    by: User,
    teams_of: Collection[int] | None = None,
) -> dict[str, Any]:
    """Return the values of an edit; one that changes something breaks the seal unless an owner made it.

    `is_other` says that something changes beside the values: what the row is linked with.
    """
    changes = is_other or any(getattr(thing, name) != value for name, value in values.items())
    if changes and not owns(by, thing, teams_of):
        return {**values, "unsealed_by": by, "unsealed_on": on}
    return values


def confirmed(thing: Sealed, *, on: dt.date, by: User) -> dict[str, Any]:
    """Return the values of “still true”: the day, and a mended seal when an owner says it."""
    mended = {"unsealed_by": None, "unsealed_on": None} if owns(by, thing) else {}
    return {"reviewed_on": on, **mended}
