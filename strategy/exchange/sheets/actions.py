"""Everything that changes an import, and the one act by which it changes the strategy."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.history.models import Tracked
from portal.history.queries import latest_acts
from portal.history.record import Recorder, Stale, change_set
from portal.jobs import actions as jobs
from portal.jobs.models import Job
from portal.lib.refusals import RuleBroken
from portal.live import revisions
from strategy.exchange.actions import create_linked
from strategy.exchange.models import ImportMapping, ImportRow, ImportRun
from strategy.exchange.sheets import files, queries, store, whole
from strategy.exchange.sheets.doubts import doubts
from strategy.exchange.sheets.figures import PlannedFigure
from strategy.exchange.sheets.kinds import KINDS
from strategy.exchange.sheets.permission import check_may_import
from strategy.exchange.sheets.plan import Plan, State
from strategy.exchange.sheets.planning import Tell
from strategy.inventory import seal
from strategy.inventory.models import AccessPointContactType, Measurement, Sealed, Transition
from strategy.inventory.service.figures import restated
from strategy.journeys.models import Journey
from strategy.plan.models import Strategy
from strategy.plan.queries import lock
from teams import access
from teams.models import Team, User
from teams.roles import Act

KEPT_DAYS = 30
"""An uploaded file is deleted after so many days, applied or not."""


_ENDED = gettext_lazy("This import was applied or discarded already. Upload the file again.")


def upload(
    *,
    strategy: Strategy,
    kind: str,
    name: str,
    data: bytes,
    source: str,
    now: dt.datetime,
    by: User,
) -> ImportRun:
    """Take a file in. It is read once, so that what cannot be read is refused now; nothing is imported yet."""
    check_may_import(strategy, by)
    if kind not in (*KINDS, whole.KEY):
        raise RuleBroken(_("Choose what the rows of the file are."))
    sheet = None
    if kind == whole.KEY:
        whole.text_of(data)
    else:
        sheet = files.read(name, data)
    clear_old(now=now, by=by)
    run = ImportRun(
        strategy=strategy,
        kind=kind,
        name=name[-200:],
        source=source,
        uploaded_by=by,
        uploaded_at=now,
        size=len(data),
    )
    if sheet is not None:
        run.row_count, run.notes = len(sheet.rows), sheet.notes
        run.mapping = queries.start_mapping(run, sheet, queries.saved_mapping(run))
    run.file = store.keep(data)
    try:
        with transaction.atomic():
            run.save()
            _clear_later()
    except BaseException:
        store.remove(run.file)
        raise
    return run


def name_columns(*, run: ImportRun, mapping: dict[str, Any], by: User) -> None:
    """Keep which column is what, for this run."""
    _check_open(run, by)
    run.mapping = mapping
    run.digest = ""
    _keep(run, "mapping", "digest")


def keep_mapping(*, run: ImportRun, sheet: files.Sheet, now: dt.datetime, by: User) -> None:
    """Remember which column is what for the next file of the same source."""
    _check_open(run, by)
    facts = {
        "mapping": queries.mapping_to_keep(sheet, run.mapping),
        "saved_by": by,
        "saved_at": now,
    }
    ImportMapping.objects.update_or_create(
        strategy=run.strategy,
        kind=run.kind,
        source__iexact=run.source,
        defaults=facts,
        create_defaults={"source": run.source, **facts},
    )


def check_file(*, run: ImportRun, today: dt.date, by: User) -> None:
    """Work out what importing would do: a small file at once, a big one by the worker."""
    _check_open(run, by)
    if queries.is_big(run):
        _leave_to_worker(run, ImportRun.State.CHECKING, queries.CHECK, today, by)
    else:
        check_now(run=run, today=today, by=by)


def check_now(
    *, run: ImportRun, today: dt.date, tell: Tell = lambda done, total: None, by: User
) -> None:
    """Work out what importing would do, and keep it row by row for the page that shows it."""
    _check_open(run, by)
    run.notes, plan = _plan(run, by, today, tell)
    run.row_count = len(plan.rows)
    said = doubts(plan, today)
    with transaction.atomic():
        ImportRow.objects.filter(run=run).delete()
        ImportRow.objects.bulk_create(
            (
                ImportRow(
                    run=run,
                    number=row.number,
                    state=row.state,
                    label=row.label.replace("\x00", "␀")[:200],
                    changes=_visible(row.changes) if row.problems else row.changes,
                    problems=_visible(row.problems or said.get(id(row), ())),
                )
                for row in plan.rows
            ),
            batch_size=500,
        )
        run.counts = {**plan.counts(), "figures": plan.figure_count}
        run.figures = plan.stated()
        run.digest = plan.digest()
        run.checked_by, run.checked_at = by, timezone.now()
        run.state, run.problem = ImportRun.State.CHECKED, ""
        _keep(run, "notes", "row_count", "counts", "figures", "digest")
        _keep(run, "checked_by", "checked_at", "state", "problem")


def _visible(said: Iterable[tuple[str, ...]]) -> list[list[str]]:
    """Return texts with NUL, which no database keeps, as a sign that can be seen."""
    return [[text.replace("\x00", "␀") for text in one] for one in said]


def apply(*, run: ImportRun, today: dt.date, by: User) -> None:
    """Import what the preview showed: a small file at once, a big one by the worker."""
    _check_open(run, by)
    if run.state != ImportRun.State.CHECKED:
        raise RuleBroken(_("Look at the preview first. Open the import and go on from there."))
    if queries.is_big(run):
        _leave_to_worker(run, ImportRun.State.APPLYING, queries.APPLY, today, by)
    else:
        apply_now(run=run, today=today, by=by)


def apply_now(
    *,
    run: ImportRun,
    today: dt.date,
    tell: Tell = lambda done, total: None,
    settle: Callable[[], None] = lambda: None,
    by: User,
) -> None:
    """Import what the preview showed, in one act; nothing when anything of it is otherwise by now.

    `settle` is called in the same transaction, before anything is written.
    """
    _check_open(run, by)
    known = latest_acts(run.strategy.uid)
    _notes, plan = _plan(run, by, today, tell)
    try:
        reason = _("Imported %(file)s") % {"file": run.name}
        with change_set(by=by, scope=run.strategy.uid, reason=reason) as record:
            settle()
            lock(run.strategy)
            if latest_acts(run.strategy.uid) != known:  # somebody was at work while it was planned
                _notes, plan = _plan(run, by, today)  # nobody is told: the job is settled
            if plan.digest() != run.digest:
                raise RuleBroken(
                    _(
                        "Nothing was imported: something here, or what you may do, has changed since the preview"
                        " was made. Make the preview again and look at it."
                    )
                )
            if not plan.does_something:
                raise RuleBroken(_("There is nothing to import: no row is new or changed."))
            for part in plan.parts():
                _write(record, part, today, by)
            run.state, run.applied_at, run.act = (
                ImportRun.State.APPLIED,
                timezone.now(),
                record.row.uid,
            )
            run.counts = {**plan.counts(), "figures": plan.figure_count}
            run.problem = ""
            _keep(run, "state", "applied_at", "act", "counts", "problem")
    except (IntegrityError, Stale):
        raise RuleBroken(
            _(
                "Nothing was imported: somebody changed the same things at the same moment. Make the preview"
                " again and look at it."
            )
        ) from None


def _write(record: Recorder, plan: Plan, today: dt.date, by: User) -> None:
    """Write the rows of one kind: what is new first, so that figures and links can point to it.

    Before it only the names that others of them take over are changed.
    """
    own = access.reach(by).team_ids
    new = [planned.row for planned in plan.of(State.NEW)]
    for row in new:
        if isinstance(row, Sealed) and row.reviewed_on and not seal.owns(by, row, own):
            row.unsealed_by, row.unsealed_on = by, today  # only an owner confirms
    changed = [
        (planned.known, _with_what_follows(planned.known, planned.values, today, by, own))
        for planned in plan.of(State.CHANGE)
        if planned.values
    ]
    rows = plan.of(State.NEW, State.CHANGE)
    given_up = {
        (giver.known.uid, name)
        for row in rows
        for giver, names, _said in row.needs
        for name in names
    }
    first = [
        (known, {name: values[name] for name in values if (known.uid, name) in given_up})
        for known, values in changed
    ]
    record.update_many((known, values) for known, values in first if values)
    changed = [
        (known, {name: values[name] for name in values if (known.uid, name) not in given_up})
        for known, values in changed
    ]
    figures = [figure for planned in rows for figure in planned.figures]
    used = {
        id(figure.column.channel): figure.column.channel
        for figure in figures
        if figure.column.is_new
    }
    record.create_many(used.values())
    own_link = next((one.key for planned in rows for one, _later in planned.later), "")
    if own_link:
        create_linked(record, new, own_link)
    else:
        record.create_many(new)
    record.update_many((known, values) for known, values in changed if values)
    record.create_many([_measurement(one) for one in figures if one.known is None])
    record.update_many(
        (one.known, restated(one.known, _values(one))) for one in figures if one.known is not None
    )
    _touch_points(record, [planned.row for planned in rows], today, by, own)
    if any(isinstance(planned.row, Transition) for planned in rows):
        for uid in Journey.objects.filter(strategy=plan.strategy).values_list("uid", flat=True):
            revisions.bump(uid)  # open boards fetch their hops anew


def _touch_points(
    record: Recorder, rows: Iterable[Tracked], today: dt.date, by: User, own: Collection[int]
) -> None:
    """Count what an access point serves as a change of the point, as its page does: its seal may break.

    One that this act has written already is changed as it is.
    """
    points = {row.point_id: row.point for row in rows if isinstance(row, AccessPointContactType)}
    written = {change.object_uid for change in record.changes} if points else ()
    record.update_many(
        (point, seal.edited(point, {}, is_other=True, on=today, by=by, teams_of=own))
        for point in points.values()
        if point.uid not in written
    )


def _with_what_follows(
    known: Tracked, values: dict[str, Any], today: dt.date, by: User, own: Collection[int]
) -> dict[str, Any]:
    """Return the values with what a page would write as well: a broken seal, the revision of a restated figure."""
    if isinstance(known, Measurement):
        return restated(known, values)
    if isinstance(known, Sealed):
        return seal.edited(known, values, on=today, by=by, teams_of=own)
    return values


def _keep(run: ImportRun, *names: str) -> None:
    """Save fields of a run, unless somebody has ended it meanwhile."""
    if not _still_open(run).update(**{name: getattr(run, name) for name in names}):
        raise RuleBroken(str(_ENDED))


def _still_open(run: ImportRun) -> Any:
    """Return the query for a run as long as nobody has applied or discarded it."""
    ended = (ImportRun.State.APPLIED, ImportRun.State.DISCARDED)
    return ImportRun.objects.filter(pk=run.pk).exclude(state__in=ended)


def _measurement(one: PlannedFigure) -> Measurement:
    period = one.column.period
    return Measurement(
        channel=one.column.channel,
        contact_type=one.contact_type,
        metric=one.column.metric,
        grain=period.grain,
        starts_on=period.starts_on,
        **_values(one),
    )


def _values(one: PlannedFigure) -> dict[str, Any]:
    """Return what a cell says of a figure."""
    return {
        "status": one.stated.status,
        "value": one.stated.value,
        "numerator": None,
        "denominator": None,
        "source": one.column.period.source,
    }


def note_failure(*, run: ImportRun, state: str, problem: str, by: User | None) -> None:
    """Say on the run's page why the worker did not do what was asked; it can be tried again."""
    _still_open(run).update(state=state, problem=problem)


def discard(*, run: ImportRun, by: User) -> None:
    """End an import that nobody wants any more. Its file is deleted at once."""
    _check_not_ended(run, by)
    with transaction.atomic():
        if not _still_open(run).update(state=ImportRun.State.DISCARDED, file="", problem=""):
            raise RuleBroken(str(_ENDED))
        ImportRow.objects.filter(run=run).delete()
        for job in Job.objects.of(run.uid):
            jobs.cancel(uid=job.uid)
    store.remove(run.file)


def clear_old(*, now: dt.datetime, by: User | None) -> None:
    """Delete files, and what was said of their rows, after 30 days. Every upload does this, and the worker."""
    before = now - dt.timedelta(days=KEPT_DAYS)
    for run in ImportRun.objects.filter(uploaded_at__lt=before).exclude(file=""):
        store.remove(run.file)
        ImportRow.objects.filter(run=run).delete()
        state = ImportRun.State.DISCARDED if run.is_open else run.state
        ImportRun.objects.filter(pk=run.pk).update(file="", state=state)
    store.sweep(before)


def clear_again(*, now: dt.datetime, by: User | None) -> None:
    """Clear what is too old, and leave one job for the oldest file that is left."""
    clear_old(now=now, by=by)
    _clear_later()


def _clear_later() -> None:
    """Leave the worker one job for all files: whoever never comes back leaves one behind."""
    oldest = store.oldest()
    waiting = Job.objects.filter(kind=queries.CLEAR, state=Job.State.QUEUED)
    if oldest is not None and not waiting.exists():
        jobs.enqueue(kind=queries.CLEAR, due_at=oldest + dt.timedelta(days=KEPT_DAYS, minutes=1))


def _leave_to_worker(run: ImportRun, state: str, kind: str, today: dt.date, by: User) -> None:
    with transaction.atomic():
        run.state, run.problem = state, ""
        _keep(run, "state", "problem")
        jobs.enqueue(
            kind=kind,
            target_uid=run.uid,
            payload={"today": today.isoformat()},
            requested_by_uid=by.uid,
        )


def _check_not_ended(run: ImportRun, by: User) -> None:
    check_may_import(run.strategy, by)
    if not run.is_open:
        raise RuleBroken(str(_ENDED))


def _check_open(run: ImportRun, by: User) -> None:
    _check_not_ended(run, by)
    if not run.file:
        raise store.FileGone


def _plan(
    run: ImportRun, by: User, today: dt.date, tell: Tell = lambda done, total: None
) -> tuple[list[str], Plan]:
    return queries.plan_of(run, by=by, today=today, own_team=_own_team(run, by), tell=tell)


def _own_team(run: ImportRun, by: User) -> Team | None:
    """Return the team that owns what an import adds by the way: nobody's for editors, else the person's own."""
    standing = access.standing(by, run.strategy_id)
    if standing.may(Act.EDIT):
        return None
    return Team.objects.filter(pk__in=standing.team_ids).order_by("pk").first()
