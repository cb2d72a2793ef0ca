"""Everything that changes access points and holiday calendars."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from portal.history.record import Recorder, change_set, check_seen
from portal.lib.refusals import RuleBroken
from strategy.inventory import seal
from strategy.inventory.models import AccessPoint, AccessPointContactType, Calendar, Channel
from strategy.inventory.points import federal
from strategy.plan.models import ContactType, Strategy
from teams import access
from teams.models import User
from teams.roles import Act


def add_point(
    *,
    channel: Channel,
    values: dict[str, Any],
    contact_types: Iterable[ContactType] = (),
    by: User,
) -> AccessPoint:
    """Add an access point of a channel, with the contact types that it serves."""
    access.check(by, Act.EDIT, channel)
    point = AccessPoint(channel=channel, **values)
    with change_set(by=by, scope=channel.strategy.uid) as record:
        record.create(point)
        _serve(record, point, contact_types)
    return point


def edit_point(
    *,
    point: AccessPoint,
    values: dict[str, Any],
    contact_types: Iterable[ContactType],
    expected: int | None,
    on: dt.date,
    by: User,
) -> AccessPoint:
    """Change an access point; who does not answer for it breaks its seal.

    Raises Stale when somebody was quicker.
    """
    access.check(by, Act.EDIT, point)
    wanted = list(contact_types)
    is_linked = {one.pk for one in wanted} != set(
        point.serves.values_list("contact_type", flat=True)
    )  # type: ignore[attr-defined]
    values = seal.edited(point, values, is_other=is_linked, on=on, by=by)
    with change_set(by=by, scope=point.channel.strategy.uid) as record:
        is_changed = record.update(point, expected=expected, **values)
        if is_linked:
            _serve(record, point, wanted)
        if is_linked and not is_changed:
            record.touch(point)
    return point


def delete_point(*, point: AccessPoint, expected: int | None, by: User) -> None:
    """Delete an access point that was entered by mistake; one that has ended is retired, not deleted."""
    access.check(by, Act.EDIT, point)
    with change_set(by=by, scope=point.channel.strategy.uid) as record:
        record.delete(point, expected=expected)


def review_point(*, point: AccessPoint, expected: int | None, on: dt.date, by: User) -> None:
    """Say that what stands here is still true. Only who answers for it mends a broken seal.

    Raises Stale when it says something else by now.
    """
    access.check(by, Act.EDIT, point)
    check_seen(point, expected, by=by, but=seal.OF_THE_SEAL)
    with change_set(by=by, scope=point.channel.strategy.uid) as record:
        record.update(point, **seal.confirmed(point, on=on, by=by))


def _serve(record: Recorder, point: AccessPoint, contact_types: Iterable[ContactType]) -> None:
    """Make the rows say exactly these contact types."""
    rows = AccessPointContactType.objects.filter(point=point)
    known = {
        row.contact_type_id: row
        for row in rows.select_related("point__channel", "contact_type__strategy")
    }
    wanted = {one.pk: one for one in contact_types}
    for key in known.keys() - wanted.keys():
        record.delete(known[key])
    for key in wanted.keys() - known.keys():
        record.create(AccessPointContactType(point=point, contact_type=wanted[key]))


# --- calendars -------------------------------------------------------------------------------------


def add_calendar(*, strategy: Strategy, values: dict[str, Any], by: User) -> Calendar:
    """Add a holiday calendar, which access points can share."""
    calendar = Calendar(strategy=strategy, **values)
    access.check(by, Act.EDIT, calendar)
    with change_set(by=by, scope=strategy.uid) as record:
        record.create(calendar)
    return calendar


def add_federal_calendar(*, strategy: Strategy, by: User) -> Calendar:
    """Add the calendar of the federal holidays of the United States. Raises RuleBroken when it is there."""
    access.check(by, Act.EDIT, strategy)
    if Calendar.objects.filter(strategy=strategy, name__iexact=federal.NAME).exists():
        raise RuleBroken(_("This calendar is there already. Edit it if days are missing."))
    values = {"name": federal.NAME, "days": federal.days()}
    return add_calendar(strategy=strategy, values=values, by=by)


def edit_calendar(
    *, calendar: Calendar, values: dict[str, Any], expected: int | None, by: User
) -> Calendar:
    """Change a holiday calendar. Raises Stale when somebody was quicker."""
    access.check(by, Act.EDIT, calendar)
    with change_set(by=by, scope=calendar.strategy.uid) as record:
        record.update(calendar, expected=expected, **values)
    return calendar


def delete_calendar(*, calendar: Calendar, expected: int | None, by: User) -> None:
    """Delete a holiday calendar; the access points that used it have none then."""
    access.check(by, Act.EDIT, calendar)
    with change_set(by=by, scope=calendar.strategy.uid) as record:
        record.delete(calendar, expected=expected)
