"""What people make of findings: a gap, or a reason to leave it."""

import datetime as dt
import uuid
from textwrap import shorten
from typing import Any

from django.utils.translation import gettext as _

from portal.history.record import Recorder, change_set
from portal.lib.refusals import RuleBroken
from strategy.findings import queries
from strategy.findings.models import Judgment
from strategy.findings.queries import Finding
from strategy.findings.rules import NEEDS_REASON
from strategy.gaps.actions import create_gap
from strategy.gaps.models import Gap
from strategy.inventory.models import Channel
from strategy.inventory.quality.rules import RULES as DOUBTS
from strategy.inventory.quality.rules.facts import ERROR
from strategy.journeys.models import Journey
from strategy.journeys.queries import step_after_hop
from strategy.plan.models import Strategy
from strategy.plan.queries import lock
from teams import access
from teams.models import User
from teams.roles import Act


def accept(
    *, strategy: Strategy, rule: str, subject: uuid.UUID, seen: str, today: dt.date, by: User
) -> Gap:
    """Make a gap of a finding, with the owner of what has to change. `seen`: the digest of the facts on the page.

    Raises RuleBroken when the facts are others by now, or somebody has judged it meanwhile.
    """
    access.check(by, Act.LOG_GAP, strategy)
    if rule in DOUBTS:
        raise RuleBroken(_("What data quality says is mended or left; it becomes no gap."))
    with change_set(by=by, scope=strategy.uid) as record:
        found = _locked(strategy, rule, subject, seen, today)
        gap = create_gap(record, strategy, _gap_of(strategy, found), today)
        judge(record, strategy, found, by=by, today=today, gap=gap)
    return gap


def leave(
    *,
    strategy: Strategy,
    rule: str,
    subject: uuid.UUID,
    seen: str,
    reason: str = "",
    gap: Gap | None = None,
    today: dt.date,
    by: User,
) -> Judgment:
    """Leave a finding as it is, with a reason, until its facts change; or say which gap it is already.

    Those may who may change what it speaks of. Raises RuleBroken like `accept`.
    """
    access.check(by, *queries.asked(strategy, rule, subject, by))
    if rule in DOUBTS and DOUBTS[rule].severity == ERROR:
        raise RuleBroken(_("An error is mended, not left."))
    if gap is None and not reason.strip():
        raise RuleBroken(_(NEEDS_REASON))
    with change_set(by=by, scope=strategy.uid) as record:
        found = _locked(strategy, rule, subject, seen, today)
        return judge(record, strategy, found, by=by, today=today, reason=reason.strip(), gap=gap)


def reopen(*, strategy: Strategy, rule: str, subject: uuid.UUID, by: User) -> None:
    """Take back that a finding is left as it is.

    What speaks of nothing any more is taken back by who left it, and by who may change everything.
    """
    left = Judgment.objects.filter(strategy=strategy, rule=rule, subject=subject, gap=None)
    act, thing = queries.asked(strategy, rule, subject, by)
    if thing == strategy and left.exclude(given_by=by).exists():
        act = Act.EDIT
    access.check(by, act, thing)
    with change_set(by=by, scope=strategy.uid) as record:
        lock(strategy)
        judgment = left.first()
        if judgment is None:
            raise RuleBroken(_("This finding is open again already. Reload the page."))
        record.delete(judgment)


def _locked(
    strategy: Strategy, rule: str, subject: uuid.UUID, seen: str, today: dt.date
) -> Finding:
    """Return the finding if it is still open; whoever judges at the same moment waits here."""
    lock(strategy)
    found = queries.find(strategy, rule, subject, today)
    if found is None or found.said.digest != seen:
        raise RuleBroken(
            _("The facts have changed since you looked. Reload the page and look again.")
        )
    if found.state != queries.OPEN:
        raise RuleBroken(_("Somebody has dealt with this meanwhile. Reload the page to see how."))
    return found


def judge(
    record: Recorder, strategy: Strategy, found: Finding, *, by: User, today: dt.date, **made: Any
) -> Judgment:
    """Keep what was made of a finding within an open change set. The caller has asked the policy."""
    values: dict[str, Any] = {
        "gap": None,
        "reason": "",
        "facts": found.said.asks(has_gap=made.get("gap") is not None),
        "sentence": shorten(found.sentence, 500, placeholder="…"),
        "given_by": by,
        "given_on": today,
        **made,
    }
    if found.judgment is not None:
        record.update(found.judgment, **values)
        return found.judgment
    key = {"strategy": strategy, "rule": found.rule.code, "subject": found.said.subject}
    judgment = Judgment(**key, **values)
    record.create(judgment)
    return judgment


def _gap_of(strategy: Strategy, found: Finding) -> dict[str, Any]:
    """Return the gap that a finding becomes: the first of its channels that has an owner answers for it."""
    thing = queries.subject_of(strategy, found.rule.code, found.said.subject)
    rows = Channel.objects.filter(uid__in=found.said.channels).select_related("owner_team", "owner")
    channels = sorted(rows, key=lambda row: found.said.channels.index(row.uid))
    holder = next((each for each in channels if each.owner_team_id), None)
    if found.rule.subject == "initiative":
        holder = thing
    names = found.said.values.get("names", ())
    journey = None
    if len(names) == 1:  # on several journeys the gap belongs to none of them alone
        journey = Journey.objects.filter(strategy=strategy, name=names[0]).first()
    return {
        "title": shorten(found.sentence, 150, placeholder="…"),
        "harm": shorten(f"{found.why} {found.more}", 2000, placeholder="…"),
        "severity": found.said.severity,
        "channel": channels[0] if channels else None,
        "transition": thing if found.rule.subject == "transition" else None,
        "journey": journey,
        "step": step_after_hop(journey, thing) if journey else None,
        "owner_team": holder.owner_team if holder else None,
        "accountable": holder.owner if holder and holder.owner and holder.owner.is_active else None,
    }
