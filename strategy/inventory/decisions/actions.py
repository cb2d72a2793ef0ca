"""Everything that changes segments and the matrix of access decisions."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.history.record import Recorder, Stale, change_set
from portal.lib.refusals import Refusal, RuleBroken
from strategy.inventory.decisions.queries import decisions_of, in_scope, saved_by, words_of
from strategy.inventory.models import AccessDecision, Channel
from strategy.plan.models import ContactType, Segment, Strategy
from strategy.plan.queries import lock
from teams import access
from teams.models import User
from teams.roles import Act

# --- segments --------------------------------------------------------------------------------------------


def add_segment(*, strategy: Strategy, values: dict[str, Any], by: User) -> Segment:
    """Add a group of customers who are served differently."""
    segment = Segment(strategy=strategy, **values)
    access.check(by, Act.EDIT, segment)
    with change_set(by=by, scope=strategy.uid) as record:
        record.create(segment)
    return segment


def edit_segment(
    *, segment: Segment, values: dict[str, Any], expected: int | None, by: User
) -> Segment:
    """Change a segment. Raises Stale when somebody was quicker."""
    access.check(by, Act.EDIT, segment)
    with change_set(by=by, scope=segment.strategy.uid) as record:
        record.update(segment, expected=expected, **values)
    return segment


def delete_segment(*, segment: Segment, expected: int | None, by: User) -> None:
    """Delete a segment with everything that was decided for it."""
    access.check(by, Act.EDIT, segment)
    with change_set(by=by, scope=segment.strategy.uid) as record:
        record.delete(segment, expected=expected)


# --- the matrix ------------------------------------------------------------------------------------------

LONGEST_REASON = AccessDecision._meta.get_field("reason").max_length or 0
"""How many characters the reason of a cell has at most."""


@dataclass(frozen=True)
class Chosen:
    """What somebody wants a cell to say. `version`: of the row they saw; 0 when it was undecided."""

    contact_type: ContactType
    channel: Channel
    version: int
    choice: str  # one of AccessDecision.Choice; "": undecided
    redirect_to: Channel | None = None
    reason: str = ""

    @property
    def key(self) -> tuple[int, int]:
        """Return the contact type and the channel."""
        return self.contact_type.pk, self.channel.pk

    @property
    def values(self) -> dict[str, Any]:
        """Return what the row is to say."""
        return {"choice": self.choice, "redirect_to": self.redirect_to, "reason": self.reason}

    @property
    def words(self) -> str:
        """Return it in words."""
        return words_of(self.choice, str(self.redirect_to or ""), self.reason)

    def check(self) -> None:
        """Raise ValidationError, by field, unless a cell may say this."""
        name = {"channel": self.channel}
        if self.choice and self.choice not in AccessDecision.Choice.values:
            raise ValidationError({"choice": _("Choose one of the decisions that are offered.")})
        redirected = self.choice == AccessDecision.Choice.REDIRECTED
        if redirected and self.redirect_to in (None, self.channel):
            raise ValidationError(
                {
                    "redirect_to": _(
                        "Choose another channel than %(channel)s to which customers are sent."
                    )
                    % name
                }
            )
        if not redirected and self.redirect_to is not None:
            raise ValidationError(
                {"redirect_to": _("Only a redirected cell names another channel.")}
            )
        if self.choice == AccessDecision.Choice.NOT_OFFERED and not self.reason:
            raise ValidationError(
                {"reason": _("Say in a sentence why %(channel)s is not offered.") % name}
            )
        if len(self.reason) > LONGEST_REASON:
            raise ValidationError(
                {"reason": _("Shorten the reason: it has %(n)d characters, and %(most)d fit.")
                 % {"n": len(self.reason), "most": LONGEST_REASON}}
            )  # fmt: skip

    def is_said_by(self, row: AccessDecision | None) -> bool:
        """Does the row say so already?"""
        if row is None:
            return self.choice == ""
        return all(getattr(row, name) == value for name, value in self.values.items())

    def is_late(self, row: AccessDecision | None) -> bool:
        """Was the cell changed meanwhile, to something else?"""
        return (row.version if row else 0) != self.version and not self.is_said_by(row)


@dataclass(frozen=True)
class Conflict:
    """A cell that somebody else changed meanwhile: what stands there now, and what was chosen."""

    chosen: Chosen
    row: AccessDecision | None
    by: str  # who was quicker; "": not known

    @property
    def version(self) -> int:
        """Return the version with which the next save replaces theirs."""
        return self.row.version if self.row else 0

    @property
    def theirs(self) -> str:
        """Return what stands there now, in words."""
        row = self.row
        return words_of(row.choice, str(row.redirect_to or ""), row.reason) if row else words_of("")


class Overtaken(Refusal):
    """Some cells were changed meanwhile, so none was saved. Carries both texts of each."""

    status = 409

    def __init__(self, conflicts: list[Conflict]) -> None:
        self.conflicts = conflicts
        super().__init__(_("Others changed some of these cells meanwhile. Nothing was saved yet."))


def decide(*, segment: Segment, chosen: Sequence[Chosen], by: User) -> Recorder:
    """Decide cells of one segment as one act, all of them or none; returns what was recorded.

    Raises Overtaken when a cell is no longer in the version that was seen, unless it says the same already.
    """
    _check_may(segment, {one.channel for one in chosen}, by)
    for one in chosen:
        one.check()
    with change_set(by=by, scope=segment.strategy.uid) as record:
        lock(segment.strategy)
        now = decisions_of(segment, [one.key for one in chosen])
        late = [one for one in chosen if one.is_late(now.get(one.key))]
        if late:
            quicker = saved_by(now[one.key].uid for one in late if one.key in now)
            raise Overtaken([_conflict(one, now.get(one.key), quicker) for one in late])
        _write(record, segment, chosen, now)
    return record


def _conflict(one: Chosen, row: AccessDecision | None, quicker: dict[uuid.UUID, str]) -> Conflict:
    return Conflict(one, row, quicker.get(row.uid, "") if row else "")


def decide_cell(*, segment: Segment, chosen: Chosen, by: User) -> Recorder:
    """Decide one cell. Raises Stale, which a form of one cell knows how to show, when somebody was quicker."""
    try:
        return decide(segment=segment, chosen=[chosen], by=by)
    except Overtaken as overtaken:
        raise Stale(overtaken.conflicts[0].row, chosen.values, by=by.uid) from None


def copy_decisions(*, source: Segment, target: Segment, by: User) -> tuple[Recorder, int]:
    """Decide what is undecided for one segment as it is for another, where the person may.

    Returns what was recorded, and how many cells were left out because other teams own their channels.
    """
    standing = access.standing(by, target.strategy_id)
    with change_set(by=by, scope=target.strategy.uid) as record:
        lock(target.strategy)
        there, scope = decisions_of(target), set(in_scope(target.strategy))
        missing = [
            row
            for key, row in decisions_of(source).items()
            if key not in there and row.channel in scope
        ]
        may = [row for row in missing if standing.may(Act.EDIT, row.channel.owner_team_id)]
        if not missing:
            raise RuleBroken(
                _(
                    "There is nothing to copy: all that is decided for %(one)s is decided for %(other)s."
                )
                % {"one": source, "other": target}
            )
        if not may:
            access.check(by, Act.EDIT, missing[0], as_=standing)
        record.create_many(
            AccessDecision(
                segment=target,
                contact_type=row.contact_type,
                channel=row.channel,
                choice=row.choice,
                redirect_to=row.redirect_to,
                reason=row.reason,
            )
            for row in may
        )
    return record, len(missing) - len(may)


def _check_may(segment: Segment, channels: set[Channel], by: User) -> None:
    standing = access.standing(by, segment.strategy_id)
    if not channels:
        raise RuleBroken(_("No cell was changed, so there is nothing to save."))
    for channel in channels:
        if channel.strategy_id != segment.strategy_id:
            raise RuleBroken(_("This channel belongs to another strategy."))
        access.check(by, Act.EDIT, AccessDecision(segment=segment, channel=channel), as_=standing)


def _write(
    record: Recorder,
    segment: Segment,
    chosen: Sequence[Chosen],
    now: dict[tuple[int, int], AccessDecision],
) -> None:
    """Write what was chosen, in few statements. Versions and what the cells say are checked already."""
    new, changed, gone = [], [], []
    for one in chosen:
        row = now.get(one.key)
        if one.is_said_by(row):
            continue
        if row is None:
            key = {"segment": segment, "contact_type": one.contact_type, "channel": one.channel}
            new.append(AccessDecision(**key, **one.values))
        elif one.choice:
            differs = {
                name: value for name, value in one.values.items() if getattr(row, name) != value
            }
            changed.append((row, differs))
        else:
            gone.append(row)
    record.create_many(new)
    record.update_many(changed)
    if gone:
        record.delete_many(gone)
