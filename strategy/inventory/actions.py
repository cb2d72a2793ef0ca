"""Everything that changes the channel inventory."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.history.record import Recorder, Stale, change_set, check_seen
from portal.live import revisions
from strategy.inventory import seal
from strategy.inventory.decisions.rules import Twig, goes_round
from strategy.inventory.models import AnswerDifference, Channel, Measurement, Transition
from strategy.inventory.queries import journeys_through
from strategy.inventory.service.figures import restated
from strategy.plan.models import ContactType, Strategy
from strategy.plan.queries import lock
from teams import access
from teams.models import User
from teams.roles import Act


@dataclass(frozen=True)
class Volume:
    """A month's contacts as somebody states them: a status, and a figure when the status is "value".

    `expected` is the version of the figure that they saw, 0: there was none; None: it is not asked. With
    `keeps_source` a figure that is there keeps its own.
    """

    month: dt.date
    status: str
    value: Decimal | int | None = None
    source: str = ""
    keeps_source: bool = False
    expected: int | None = None


def add_channel(
    *, strategy: Strategy, values: dict[str, Any], volumes: tuple[Volume, ...] = (), by: User
) -> Channel:
    """Add a channel. A contributor adds channels for their own teams only."""
    channel = Channel(strategy=strategy, **values)
    access.check(by, Act.EDIT, channel)
    with change_set(by=by, scope=strategy.uid) as record:
        record.create(channel)
        _measure(record, channel, volumes)
    return channel


def edit_channel(
    *,
    channel: Channel,
    values: dict[str, Any],
    volumes: tuple[Volume, ...] = (),
    expected: int | None,
    by: User,
) -> Channel:
    """Change a channel's facts and volumes; who does not answer for it breaks its seal. Raises Stale when late."""
    access.check(by, Act.EDIT, channel)
    values = seal.edited(channel, values, on=timezone.localdate(), by=by)
    with change_set(by=by, scope=channel.strategy.uid) as record:
        if volumes:
            lock(channel.strategy)  # of two who state one new figure the second finds the first
        _measure(record, channel, volumes)
        record.update(channel, expected=expected, **values)
    return channel


def delete_channel(*, channel: Channel, expected: int | None, by: User) -> None:
    """Delete a channel that was entered by mistake; one that ended is retired, not deleted."""
    access.check(by, Act.EDIT, channel)
    with change_set(by=by, scope=channel.strategy.uid) as record:
        boards = journeys_through(channel, channel)
        record.delete(channel, expected=expected)
        for uid in boards:  # its cells there have grown a version
            revisions.bump(uid)


def review_channel(*, channel: Channel, expected: int | None, on: dt.date, by: User) -> None:
    """Say that what stands here is still true, without faking an edit. Only its owners mend a broken seal.

    Raises Stale when it says something else by now.
    """
    access.check(by, Act.EDIT, channel)
    check_seen(channel, expected, by=by, but=seal.OF_THE_SEAL)
    with change_set(by=by, scope=channel.strategy.uid) as record:
        record.update(channel, **seal.confirmed(channel, on=on, by=by))


def _measure(record: Recorder, channel: Channel, volumes: tuple[Volume, ...]) -> None:
    """State volumes. Raises Stale for a figure that is not any more as it was seen and says something else."""
    for volume in volumes:
        monthly = Measurement.objects.monthly_contacts()
        known = monthly.filter(channel=channel, starts_on=volume.month).first()
        stated: dict[str, Any] = {"status": volume.status, "value": volume.value}
        if known is None or not volume.keeps_source:
            stated["source"] = volume.source
        if known is not None and all(getattr(known, name) == stated[name] for name in stated):
            continue
        if volume.expected not in (None, known.version if known is not None else 0):
            raise Stale(known, stated, by=record.row.by_uid)
        if known is None:
            record.create(Measurement(channel=channel, starts_on=volume.month, **stated))
        else:
            record.update(known, **restated(known, stated))


# --- transitions -----------------------------------------------------------------------------------


def add_transition(*, strategy: Strategy, values: dict[str, Any], by: User) -> Transition:
    """Record the way from one channel to another. A contributor records those that touch their own channels."""
    transition = Transition(strategy=strategy, **values)
    access.check(by, Act.EDIT, transition)
    with change_set(by=by, scope=strategy.uid) as record:
        record.create(transition)
        _refresh_boards(transition)
    return transition


def edit_transition(
    *, transition: Transition, values: dict[str, Any], expected: int | None, by: User
) -> Transition:
    """Change what is recorded of a transition. Raises Stale when somebody was quicker."""
    access.check(by, Act.EDIT, transition)
    with change_set(by=by, scope=transition.strategy.uid) as record:
        _refresh_boards(transition)
        record.update(transition, expected=expected, **values)
        access.check(by, Act.EDIT, transition)  # its ends may be others now
        _refresh_boards(transition)
    return transition


def delete_transition(*, transition: Transition, expected: int | None, by: User) -> None:
    """Delete a transition that was recorded by mistake; one that is not wanted is “decided against”."""
    access.check(by, Act.EDIT, transition)
    with change_set(by=by, scope=transition.strategy.uid) as record:
        _refresh_boards(transition)
        record.delete(transition, expected=expected)


def _refresh_boards(transition: Transition) -> None:
    """Let open boards on which customers travel between the two channels fetch their hops anew."""
    for uid in journeys_through(transition.source, transition.target):
        revisions.bump(uid)


# --- contact types, and where channels answer them differently -------------------------------------


def add_contact_type(*, strategy: Strategy, values: dict[str, Any], by: User) -> ContactType:
    """Add a reason for which customers get in touch."""
    contact_type = ContactType(strategy=strategy, **values)
    access.check(by, Act.EDIT, contact_type)
    with change_set(by=by, scope=strategy.uid) as record:
        lock(strategy)
        _check_name(contact_type)
        record.create(contact_type)
    return contact_type


def edit_contact_type(
    *, contact_type: ContactType, values: dict[str, Any], expected: int | None, by: User
) -> ContactType:
    """Change a contact type. Raises Stale when somebody was quicker."""
    access.check(by, Act.EDIT, contact_type)
    with change_set(by=by, scope=contact_type.strategy.uid) as record:
        lock(contact_type.strategy)
        record.update(contact_type, expected=expected, **values)
        _check_name(contact_type)
        _check_no_circle(contact_type)
    return contact_type


def _check_name(contact_type: ContactType) -> None:
    """Raise ValidationError when another has the same name, unless both have a code (which then differ)."""
    like_it = ContactType.objects.filter(
        strategy=contact_type.strategy_id, name__iexact=contact_type.name
    ).exclude(pk=contact_type.pk)
    if (not contact_type.code and like_it.exists()) or like_it.filter(code="").exists():
        raise ValidationError(
            {
                "name": _(
                    "Another contact type has this name. Choose another one, or give both a reason code:"
                    " then they can be told apart."
                )
            }
        )


def _check_no_circle(contact_type: ContactType) -> None:
    """Raise ValidationError when a contact type would become part of itself."""
    parent = contact_type.parent
    if parent is None:
        return
    rows = ContactType.objects.filter(strategy=contact_type.strategy_id)
    twigs = [Twig(*row) for row in rows.values_list("pk", "parent_id")]
    if goes_round([one for one in twigs if one.pk != contact_type.pk], contact_type.pk, parent.pk):
        words = {"name": contact_type, "parent": parent}
        raise ValidationError(
            {
                "parent": _(
                    "“%(parent)s” is part of “%(name)s” already, so it cannot hold it as well. Choose another."
                )
                % words
            }
        )


def delete_contact_type(*, contact_type: ContactType, expected: int | None, by: User) -> None:
    """Delete a contact type with what was said and decided about it. What is part of it moves to the top."""
    access.check(by, Act.EDIT, contact_type)
    with change_set(by=by, scope=contact_type.strategy.uid) as record:
        record.delete(contact_type, expected=expected)


def add_difference(
    *, contact_type: ContactType, values: dict[str, Any], by: User
) -> AnswerDifference:
    """Say that two channels answer a contact type differently, once for each pair of them."""
    difference = AnswerDifference(contact_type=contact_type, **values)
    access.check(by, Act.EDIT, difference)
    with change_set(by=by, scope=contact_type.strategy.uid) as record:
        record.create(difference)
    return difference


def edit_difference(
    *, difference: AnswerDifference, values: dict[str, Any], expected: int | None, by: User
) -> AnswerDifference:
    """Change how two channels differ. Raises Stale when somebody was quicker."""
    access.check(by, Act.EDIT, difference)
    with change_set(by=by, scope=difference.contact_type.strategy.uid) as record:
        record.update(difference, expected=expected, **values)
        access.check(by, Act.EDIT, difference)  # its channels may be others now
    return difference


def delete_difference(*, difference: AnswerDifference, expected: int | None, by: User) -> None:
    """Delete a difference: the two channels answer alike now."""
    access.check(by, Act.EDIT, difference)
    with change_set(by=by, scope=difference.contact_type.strategy.uid) as record:
        record.delete(difference, expected=expected)
