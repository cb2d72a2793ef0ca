"""Everything that changes a gap."""

import datetime as dt
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from portal.history.record import Recorder, Stale, change_set
from portal.lib.refusals import RuleBroken
from portal.live import revisions
from strategy.gaps import rules
from strategy.gaps.models import Gap
from strategy.gaps.queries import original_of, why_not_move
from strategy.journeys.models import Journey
from strategy.plan.models import Strategy
from strategy.plan.queries import lock
from teams import access
from teams.models import Team, User
from teams.roles import Act


def log_gap(*, strategy: Strategy, values: dict[str, Any], today: dt.date, by: User) -> Gap:
    """Log a gap. A contributor may log one for any team, whoever will have to fix it."""
    access.check(by, Act.LOG_GAP, strategy)
    with change_set(by=by, scope=strategy.uid) as record:
        return create_gap(record, strategy, values, today)


def create_gap(record: Recorder, strategy: Strategy, values: dict[str, Any], today: dt.date) -> Gap:
    """Create an open gap within a change set that is open already. The caller has asked the policy.

    It gets the next number of its strategy, and a due date by its severity when nobody named one.
    """
    gap = Gap(strategy=strategy, opened_on=today, **values)
    if gap.due_on is None:
        gap.due_on = rules.due_on(gap.severity, today)
    gap.first_due_on = gap.due_on
    lock(
        strategy
    )  # two people log at once: the second waits until the first has committed, then counts on
    last = Gap.objects.filter(strategy=strategy).aggregate(last=Max("number"))["last"]
    gap.number = (last or 0) + 1
    record.create(gap)
    _refresh_boards(gap.journey)
    return gap


def _refresh_boards(*journeys: Journey | None) -> None:
    """Let the boards that people have open fetch their gaps anew."""
    for uid in {journey.uid for journey in journeys if journey is not None}:
        revisions.bump(uid)


def edit_gap(*, gap: Gap, values: dict[str, Any], expected: int | None, by: User) -> Gap:
    """Change a gap's facts. A later due date counts as a slip; the first one is kept forever."""
    access.check(by, Act.EDIT, gap)
    before = gap.journey
    with change_set(by=by, scope=gap.strategy.uid) as record:
        record.update(gap, expected=expected, **{**values, **_slipped(gap, values)})
        _refresh_boards(before, gap.journey)
    return gap


def _slipped(gap: Gap, values: dict[str, Any]) -> dict[str, Any]:
    due_on = values.get("due_on")
    if due_on is None:
        return {}
    if gap.first_due_on is None:
        return {"first_due_on": due_on}
    if gap.due_on is not None and due_on > gap.due_on:
        return {"slips": gap.slips + 1}
    return {}


def move_gap(
    *,
    gap: Gap,
    to: str,
    note: str = "",
    blocked_on: Team | None = None,
    accepted_until: dt.date | None = None,
    duplicate_of: Gap | None = None,
    expected: int | None,
    today: dt.date,
    by: User,
) -> Gap:
    """Move a gap on.

    The note, on whom, until when and which other gap say more about the new state and go with it.
    Raises RuleBroken when the rules of the life cycle refuse, Stale when somebody was quicker.
    """
    access.check(by, Act.EDIT, gap)
    if expected is not None and expected != gap.version:
        raise Stale(gap, {"state": to, "note": note}, by=by.uid)
    check_move(
        gap=gap,
        to=to,
        note=note,
        blocked_on=blocked_on,
        accepted_until=accepted_until,
        duplicate_of=duplicate_of,
        today=today,
        by=by,
    )
    with change_set(by=by, scope=gap.strategy.uid) as record:
        record.update(
            gap,
            state=to,
            note=note,
            blocked_on=blocked_on if to == Gap.State.BLOCKED else None,
            accepted_until=accepted_until if to == Gap.State.ACCEPTED else None,
            duplicate_of=duplicate_of if to == Gap.State.DUPLICATE else None,
            settled_on=today if to in rules.SETTLED else None,
            resolved_by=_resolved_by(gap, to, by),
            verified_by=by if to == Gap.State.VERIFIED else None,
        )
        _refresh_boards(gap.journey)
    return gap


def check_move(
    *,
    gap: Gap,
    to: str,
    note: str = "",
    blocked_on: Team | None = None,
    accepted_until: dt.date | None = None,
    duplicate_of: Gap | None = None,
    today: dt.date,
    by: User,
) -> None:
    """Raise RuleBroken with a sentence unless the life cycle allows this move as it is filled in.

    `queries.why_not_move` is the twin that a button asks before anything is filled in.
    """
    sentence = why_not_move(gap, to, by=by)
    if sentence:
        raise RuleBroken(sentence)
    needed = rules.missing(
        to,
        note=note,
        has_blocker=blocked_on is not None,
        accepted_until=accepted_until,
        original=original_of(gap, duplicate_of),
        today=today,
    )
    for sentence in needed.values():
        raise RuleBroken(_(sentence))


def _resolved_by(gap: Gap, to: str, by: User) -> User | None:
    if to == Gap.State.RESOLVED:
        return by
    return gap.resolved_by if to == Gap.State.VERIFIED else None
