"""Everything that changes checklists: loading them, starting runs, answering."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from portal.history.record import Recorder, Stale, change_set
from portal.lib.refusals import RuleBroken
from strategy.checklists import files, rules
from strategy.checklists.models import Answer, Framework, Item, Run, RunTeam
from strategy.gaps.actions import create_gap
from strategy.gaps.models import Gap
from strategy.plan.models import Strategy
from strategy.plan.queries import lock
from teams import access
from teams.models import Team, User
from teams.roles import Act


def ensure_shipped(*, by: User | None = None) -> list[Framework]:
    """Load the checklists that ship with the portal and are not there yet; return all of them."""
    return [_edition(sheet) or _load(sheet, by) for sheet in files.shipped()]


def load_framework(*, path: Path, by: User | None = None) -> Framework:
    """Load a checklist file. Loading the same file again changes nothing.

    Raises RuleBroken when the file cannot be read, and when it changes items that teams have
    answered: their answers would then stand beside words they never saw.
    """
    if by is not None:
        access.check_admin(by)
    return _load(files.read(path), by)


def _edition(sheet: files.Sheet) -> Framework | None:
    return Framework.objects.filter(code=sheet.code, edition=sheet.edition).first()


def _load(sheet: files.Sheet, by: User | None) -> Framework:
    try:
        with change_set(by=by) as record:
            facts: dict[str, Any] = {
                "name": sheet.name,
                "about": sheet.about,
                "license": sheet.license,
                "lens": sheet.lens,
            }
            framework = _edition(sheet)
            if framework is None:
                framework = Framework(code=sheet.code, edition=sheet.edition, **facts)
                record.create(framework)
            else:
                record.update(framework, **facts)
            _load_items(record, framework, sheet)
    except (IntegrityError, ValidationError):  # somebody else loaded it in the same moment
        framework = _edition(sheet)
        if framework is None:
            raise
    return framework


def _load_items(record: Recorder, framework: Framework, sheet: files.Sheet) -> None:
    there = {item.code: item for item in framework.items.all()}
    wanted = {entry.code: vars(entry) for entry in sheet.entries}
    changed = [
        code
        for code in {**wanted, **there}
        if code not in there
        or code not in wanted
        or any(getattr(there[code], name) != value for name, value in wanted[code].items())
    ]
    if not changed:
        return
    if Answer.objects.filter(item__framework=framework).exists():
        raise RuleBroken(
            _(
                "Teams have answered %(framework)s, so its items stay as they are "
                "(different: %(codes)s). Give the changed list a new edition."
            )
            % {"framework": framework, "codes": ", ".join(changed)}
        )
    for code in changed:
        if code not in wanted:
            record.delete(there[code])
        elif code in there:
            record.update(there[code], **wanted[code])
        else:
            record.create(Item(framework=framework, **wanted[code]))


def start_run(
    *,
    strategy: Strategy,
    framework: Framework,
    name: str,
    teams: Iterable[Team],
    due_on: dt.date | None = None,
    today: dt.date,
    by: User,
) -> Run:
    """Ask teams to answer a checklist. Editors and strategy leads do this."""
    access.check(by, Act.EDIT, strategy)
    asked = list(teams)
    if not asked:
        raise RuleBroken(_("Choose at least one team that is to answer."))
    run = Run(strategy=strategy, framework=framework, name=name, opened_on=today, due_on=due_on)
    with change_set(by=by, scope=strategy.uid) as record:
        record.create(run)
        for team in asked:
            record.create(RunTeam(run=run, team=team))
    return run


def edit_run(
    *,
    run: Run,
    name: str,
    teams: Iterable[Team],
    due_on: dt.date | None,
    expected: int | None,
    by: User,
) -> Run:
    """Change a run's name, due date or teams. A team that has answered stays."""
    access.check(by, Act.EDIT, run)
    wanted = {team.pk: team for team in teams}
    if not wanted:
        raise RuleBroken(_("Choose at least one team that is to answer."))
    with change_set(by=by, scope=run.strategy.uid) as record:
        is_changed = record.update(run, expected=expected, name=name, due_on=due_on)
        asked = {row.team_id: row for row in run.run_teams.select_related("team", "run")}
        if asked.keys() != wanted.keys() and not is_changed:
            record.touch(run)
        for key, row in asked.items():
            if key not in wanted:
                _take_out(record, row)
        for key, team in wanted.items():
            if key not in asked:
                record.create(RunTeam(run=run, team=team))
    return run


def _take_out(record: Recorder, row: RunTeam) -> None:
    if Answer.objects.filter(run=row.run, team=row.team).exists():
        raise RuleBroken(
            _("%(team)s has answered already, so it stays. Choose it again.") % {"team": row.team}
        )
    record.delete(row)


def answer_item(
    *,
    run_team: RunTeam,
    item: Item,
    status: str,
    reason: str = "",
    expected: int | None,
    today: dt.date,
    by: User,
) -> Answer:
    """Answer one item for a team.

    `expected` is the version of the answer that the person saw, None when there was none.
    Raises Stale when somebody of the team was quicker.
    """
    access.check(by, Act.ANSWER, run_team)
    run = run_team.run
    if item.framework_id != run.framework_id or status not in rules.STATUSES:
        raise RuleBroken(_("This answer does not belong to the checklist. Reload the page."))
    sentence = rules.why_not_answer(status, reason)
    if sentence:
        raise RuleBroken(_(sentence))
    values: dict[str, Any] = {"status": status, "reason": reason.strip()}
    same = Answer.objects.filter(run=run, item=item, team=run_team.team)
    with change_set(by=by, scope=run.strategy.uid) as record:
        lock(run.strategy)  # of two first answers in the same moment the second one finds the first
        known = same.first()
        stamp: dict[str, Any] = {"answered_by": by, "answered_on": today}
        if known is None and expected is None:
            known = Answer(run=run, item=item, team=run_team.team, **values, **stamp)
            record.create(known)
        elif known is None or known.version != expected:
            raise Stale(known, values, by=by.uid)
        elif (known.status, known.reason) != (values["status"], values["reason"]):
            record.update(known, **values, **stamp)
    return known


def log_gap(*, answer: Answer, values: dict[str, Any], today: dt.date, by: User) -> Gap:
    """Log the gap that an answer shows, and tie it to the answer."""
    strategy = answer.run.strategy
    access.check(by, Act.LOG_GAP, strategy)
    sentence = rules.why_not_log_gap(answer.status, has_gap=answer.gap_id is not None)
    if sentence:
        raise RuleBroken(_(sentence))
    with change_set(by=by, scope=strategy.uid) as record:
        gap = create_gap(record, strategy, values, today)
        record.update(answer, gap=gap)
    return gap
