"""Undo, asked of the policy, and what a person has seen."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.history import undo
from portal.history.models import Change, ChangeSet, Tracked
from portal.lib.refusals import RuleBroken
from portal.live import revisions
from strategy.checklists.models import Answer
from strategy.findings.models import Judgment
from strategy.findings.queries import subject_of
from strategy.home.models import Visit
from strategy.inventory.decisions.rules import Twig, goes_round
from strategy.inventory.models import (
    AccessPoint,
    AccessPointContactType,
    AnswerDifference,
    Transition,
)
from strategy.inventory.models.decisions import OfChannel
from strategy.inventory.queries import journeys_through
from strategy.journeys.actions import mend_board
from strategy.journeys.models import Cell, Journey, Lane, Stage, Step
from strategy.plan.models import (
    Commitment,
    ContactType,
    InitiativeChannel,
    InitiativeTeam,
    Strategy,
)
from strategy.plan.queries import lock
from strategy.reports.models import Report
from teams import access
from teams.access import Standing
from teams.actions import sync_groups
from teams.models import Invitation, Membership, StrategyRole, Team, User
from teams.roles import Act


def undo_change(*, chosen: ChangeSet, strategy: Strategy, by: User) -> None:
    """Undo one act in a strategy. The person must be allowed to change everything that it touched.

    Who undoes somebody else's deletion, whose owner nobody can look up any more, must be an editor. What only
    lost its link to something that they deleted themself is linked again, whoever owns it.
    """
    rows = undo.rows_of(chosen)
    unlinked = undo.unlinked_by(chosen)
    standing = access.standing(by, strategy.pk)
    for row in rows:
        if row.uid not in unlinked:
            _check(by, strategy, row, standing)
    if chosen.by_uid != by.uid and chosen.changes.filter(kind=Change.Kind.DELETE).exists():
        access.check(by, Act.EDIT, strategy)
    access.check(by, Act.LOG_GAP, strategy)
    with transaction.atomic():
        lock(strategy)
        undo.undo(chosen, by=by)
        back = undo.rows_of(chosen)
        _check_no_circle(strategy, [row for row in back if isinstance(row, ContactType)])
    touched = [*rows, *back]
    members = {row.user_id for row in touched if isinstance(row, Membership)}
    for person in User.objects.filter(pk__in=members):
        sync_groups(person)  # what is shared with a team reaches its members through these
    for way in {row for row in touched if isinstance(row, Transition)}:
        for uid in journeys_through(way.source, way.target):
            revisions.bump(uid)
    for journey in {_journey_of(row) for row in touched}:
        if journey is not None and Journey.objects.filter(pk=journey.pk).exists():
            mend_board(journey=journey, by=by)  # a lane may have come since the step went
            revisions.bump(journey.uid)


def mark_seen(*, strategy: Strategy, through: ChangeSet, now: dt.datetime, by: User) -> None:
    """Keep that the person has seen what others changed, up to this act and no further; never back again."""
    access.check(by, Act.VIEW, strategy)
    visit, is_first = Visit.objects.get_or_create(
        strategy=strategy, user=by, defaults={"seen_through": through.pk, "seen_at": now}
    )
    if not is_first:
        older = Visit.objects.filter(pk=visit.pk, seen_through__lt=through.pk)
        older.update(seen_through=through.pk, seen_at=now)


def _check(by: User, strategy: Strategy, row: Tracked, standing: Standing) -> None:
    if isinstance(row, Report):
        raise RuleBroken(_("A report is not undone. Cancel it on its page while it is being made."))
    if isinstance(row, Invitation):
        raise RuleBroken(
            _("An invitation is not undone. Revoke it under Roles, or take the role away.")
        )
    if isinstance(row, Team | User | Membership):
        access.check_admin(by)  # they are the whole organization's
    elif isinstance(row, StrategyRole | Strategy):
        access.check(by, Act.MANAGE, strategy, as_=standing)
    elif isinstance(row, Answer | Commitment):
        access.check(by, Act.ANSWER, row, as_=standing)
    elif isinstance(row, AccessPoint | OfChannel):
        access.check(by, Act.EDIT, row.channel, as_=standing)
    elif isinstance(row, AccessPointContactType):
        access.check(by, Act.EDIT, row.point.channel, as_=standing)
    elif isinstance(row, Transition | AnswerDifference):
        access.check(by, Act.EDIT, row, as_=standing)
    elif isinstance(row, Judgment):
        subject = subject_of(strategy, row.rule, row.subject)
        is_own_gap = row.gap_id is not None and row.given_by_id == by.pk
        access.check(by, Act.LOG_GAP if is_own_gap else Act.EDIT, subject or strategy, as_=standing)
    elif isinstance(row, InitiativeChannel | InitiativeTeam):
        access.check(by, Act.EDIT, row.initiative, as_=standing)
    elif isinstance(row, Stage | Step | Lane | Cell):
        access.check(by, Act.EDIT, _journey_of(row), as_=standing)
    elif any(field.name == "owner_team" for field in row._meta.concrete_fields):
        access.check(by, Act.EDIT, row, as_=standing)
    else:
        access.check(by, Act.EDIT, strategy, as_=standing)


def _check_no_circle(strategy: Strategy, types: Iterable[ContactType]) -> None:
    """Raise RuleBroken when a contact type became part of itself."""
    of_others = [one for one in types if one.parent is not None]
    if not of_others:
        return
    rows = ContactType.objects.filter(strategy=strategy).values_list("pk", "parent_id")
    twigs = [Twig(*row) for row in rows]
    for one in of_others:
        if one.parent and goes_round(twigs, one.pk, one.parent.pk):
            raise RuleBroken(
                _(
                    "“%(name)s” would be part of itself, because “%(parent)s” was put under it since. "
                    "Move “%(parent)s” elsewhere first."
                )
                % {"name": one, "parent": one.parent}
            )


def _journey_of(row: Any) -> Journey | None:
    """Return the journey whose board the row is part of, if it is part of one."""
    if isinstance(row, Cell):
        row = row.step
    if isinstance(row, Step):
        row = row.stage
    if isinstance(row, Stage | Lane):
        row = row.journey
    return row if isinstance(row, Journey) else None
