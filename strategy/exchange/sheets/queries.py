"""What the pages of imports read: the columns and what they may be, runs, and the plan of a run."""

import datetime as dt
import difflib
import re
import uuid
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.history import queries as history
from portal.history.models import ChangeSet
from portal.history.queries import TakenBack
from portal.jobs.models import Job
from portal.jobs.queries import last_seen
from strategy.exchange.models import ImportMapping, ImportRow, ImportRun
from strategy.exchange.sheets import files, store, whole
from strategy.exchange.sheets.computed import TARGET
from strategy.exchange.sheets.fields import Field, Link
from strategy.exchange.sheets.figures import FigureColumn, Period, Status, read_figure
from strategy.exchange.sheets.kinds import KINDS, Kind, folded
from strategy.exchange.sheets.names import CellRefused, Here
from strategy.exchange.sheets.plan import Mapping, Plan, State
from strategy.exchange.sheets.planning import Tell, make_plan
from strategy.exchange.sheets.writing import OWN
from strategy.inventory.models import Channel, Measurement
from strategy.inventory.service.periods import period
from strategy.plan.models import Strategy
from teams.models import User

PAGE_SIZE = 50
SILENT_SECONDS = 30
FIGURES_OF = "figures:"
"""What a column is mapped to begins so when it holds contacts of a channel; its uid follows, then :ENQ or :TRX."""
NEW = "new"
"""Stands before the number of a channel that the import adds: figures:new1."""
CHECK, APPLY, CLEAR = "import_check", "import_apply", "import_clear"
"""The kinds of jobs."""
BIG = 3000
"""A file that would write more rows and figures is checked and applied by the worker."""


def kind_of(run: ImportRun) -> Kind:
    """Return what the rows of a run are."""
    return whole.KIND if is_whole(run) else KINDS[run.kind]


def is_whole(run: ImportRun) -> bool:
    """Is its file a strategy file?"""
    return run.kind == whole.KEY


def is_big(run: ImportRun) -> bool:
    """Is it more than a person wants to wait for?"""
    if is_whole(run):
        return run.size > whole.BIG_BYTES
    targets = run.mapping.get("columns", {}).values()
    return run.row_count * (1 + sum(one.startswith(FIGURES_OF) for one in targets)) > BIG


def sheet_of(run: ImportRun) -> files.Sheet:
    """Read a run's file again. Raises FileGone when it is not kept any more."""
    return files.read(run.name, store.load(run.file))


# --- which column is what ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """One column of the file on the page where columns are named."""

    at: int
    head: str
    samples: tuple[str, ...]
    target: str
    is_guess: bool  # the name was similar, not equal
    has_values: bool

    @property
    def name(self) -> str:
        """Return the name of its field in the form."""
        return f"column-{self.at}"


def guess(kind: Kind, heads: Iterable[str]) -> dict[int, tuple[str, bool]]:
    """Return for each column the field that its head names, and whether that is a guess from a similar name."""
    heads = list(heads)
    names: dict[str, str] = {folded(own): own for own in OWN}
    for one in kind.fields:
        for name in (one.key, one.label, *kind.aliases.get(one.key, ())):
            names.setdefault(folded(name), one.key)
    for column in kind.computed.values():
        for name in (column.key, str(column.label)):
            names.setdefault(folded(name), column.target)
    found: dict[int, tuple[str, bool]] = {}
    taken: set[str] = set()
    plain = [(at, folded(head)) for at, head in enumerate(heads)]
    for at, head in plain:
        if (key := names.get(head)) and key not in taken:
            found[at] = (key, False)
            taken.add(key)
    for at, head in plain:
        if at in found or len(head) < 3:
            continue
        free = [
            name
            for name, key in names.items()
            if key not in taken and len(name) > 2 and not key.startswith(TARGET)
        ]
        close = difflib.get_close_matches(head, free, n=1, cutoff=0.8)
        if not close:
            one_kind = folded(kind.one)
            close = [name for name in free if head in (f"{one_kind}{name}", f"{name}en")]
        if close:
            found[at] = (names[close[0]], True)
            taken.add(names[close[0]])
    return {
        **found,
        **_by_words(
            kind, names, taken, {at: head for at, head in enumerate(heads) if at not in found}
        ),
    }


def _by_words(
    kind: Kind, names: dict[str, str], taken: set[str], heads: dict[int, str]
) -> dict[int, tuple[str, bool]]:
    """Return the guesses by a single word of a head: where it names one free field, and no other head does."""
    free = {name: key for name, key in names.items() if key in kind.by_key and key not in taken}
    if "code" in free.values():
        free["id"] = "code"
    fits = {}
    for at, head in heads.items():
        words = re.split(r"[\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", head).casefold())
        keys = {free[word] for word in words if word in free}
        if len(words) > 1 and len(keys) == 1:
            fits[at] = keys.pop()
    claims = Counter(fits.values())
    return {at: (key, True) for at, key in fits.items() if claims[key] == 1}


def start_mapping(
    run: ImportRun, sheet: files.Sheet, saved: ImportMapping | None
) -> dict[str, Any]:
    """Return what the columns begin with: as they were named for this source, else by their heads."""
    kind = kind_of(run)
    known = saved.mapping.get("columns", {}) if saved else {}
    guessed = guess(kind, sheet.heads)
    columns: dict[str, str] = {}
    guesses: list[int] = []
    used: set[str] = set()
    for at, head in enumerate(sheet.heads):
        if head in known and known[head] not in used:
            columns[str(at)] = known[head]
            used.add(known[head])
    for at, (key, is_guess) in guessed.items():
        if sheet.heads[at] not in known and key not in used:
            if is_guess and not _fits(kind.by_key[key], sheet, at, run.strategy):
                continue
            columns[str(at)] = key
            used.add(key)
            if is_guess:
                guesses.append(at)
    kept = {
        name: saved.mapping[name]
        for name in ("channels", "grain")
        if saved and name in saved.mapping
    }
    former = corrected(run.strategy, run.kind, run.name)
    if former is not None and former.source == run.source:
        kept["starts_on"] = former.mapping.get("starts_on")
    return {"columns": columns, "guesses": guesses, "channels": [], **kept}


LOOKED_AT = 20
"""By so many values of a column a guess is tried."""


def _fits(one: Field, sheet: files.Sheet, at: int, strategy: Strategy) -> bool:
    """Can any of the first values of a column be read as the field? Names of other rows are not looked up."""
    if isinstance(one, Link):
        return True
    here = Here(strategy)
    texts = (cells[at] for _number, cells in sheet.rows if cells[at].strip())
    values = [text for _n, text in zip(range(LOOKED_AT), texts, strict=False)]
    return not values or any(_reads(one, text, here) for text in values)


def _reads(one: Field, text: str, here: Here) -> bool:
    try:
        one.read(text, here)
    except CellRefused:
        return False
    return True


def mapping_to_keep(sheet: files.Sheet, mapping: dict[str, Any]) -> dict[str, Any]:
    """Return a mapping by the heads of the columns, for the next file of the same source."""
    columns = {sheet.heads[int(at)]: target for at, target in mapping["columns"].items()}
    left_out = {
        head: "" for at, head in enumerate(sheet.heads) if str(at) not in mapping["columns"]
    }
    kept = {
        name: mapping[name] for name in mapping if name != "starts_on"
    }  # the next file has its own
    return {**kept, "columns": {**left_out, **columns}, "guesses": []}


_REJECTED = re.compile(r"_rejected_([0-9a-f]{8})(?![0-9a-z-])")


def rejected_name(run: ImportRun) -> str:
    """Return what the file of a run's rejected rows is called; `corrected` finds the run by it."""
    return f"{run.source} rejected {run.uid.hex[:8]}"


def corrected(strategy: Strategy, kind: str, name: str) -> ImportRun | None:
    """Return the import whose rejected rows a file holds, by its name. One query, none for another name."""
    if (found := _REJECTED.search(name)) is None:
        return None
    runs = ImportRun.objects.filter(strategy=strategy, kind=kind)
    return runs.filter(uid__startswith=found[1]).first()


def unread_figures(columns: Iterable[Column], chosen: Collection[str]) -> list[str]:
    """Return the heads of columns that hold nothing but figures and are not among the chosen ones."""
    return [one.head for one in columns if one.name not in chosen and _is_figures(one.samples)]


def _is_figures(samples: Collection[str]) -> bool:
    try:
        stated = [read_figure(one) for one in samples]
    except CellRefused:
        return False
    return any(one is not None and one.status in (Status.VALUE, Status.ZERO) for one in stated)


def columns_of(run: ImportRun, sheet: files.Sheet) -> list[Column]:
    """Return the columns with what they are mapped to, and the first values of each."""
    chosen = run.mapping.get("columns", {})
    guesses = set(run.mapping.get("guesses", ()))
    found = []
    for at, head in enumerate(sheet.heads):
        values = (cells[at].strip() for _number, cells in sheet.rows)
        samples = tuple(
            dict.fromkeys(one for _n, one in zip(range(200), values, strict=False) if one)
        )[:3]
        target = chosen.get(str(at), "")
        if head or samples:
            found.append(Column(at, head, samples, target, at in guesses, bool(samples)))
    return found


def saved_mappings(strategy: Strategy, kind: str = "") -> list[ImportMapping]:
    """Return the mappings that are kept in a strategy, for one kind or for all."""
    rows = ImportMapping.objects.filter(strategy=strategy)
    return list(rows.filter(kind=kind) if kind else rows)


def saved_mapping(run: ImportRun) -> ImportMapping | None:
    """Return the mapping that is kept for the source of a run."""
    return ImportMapping.objects.filter(
        strategy=run.strategy_id, kind=run.kind, source__iexact=run.source
    ).first()


def channels_here(strategy: Strategy) -> list[Channel]:
    """Return the channels whose contacts a column may hold."""
    return list(
        Channel.objects.filter(strategy=strategy).select_related("owner_team").order_by("name")
    )


def mapping_of(run: ImportRun, sheet: files.Sheet, *, own_team: Any = None) -> Mapping:
    """Return the mapping of a run as the planner takes it. Channels that the import adds are unsaved."""
    kind = kind_of(run)
    stored = run.mapping
    fields: dict[str, int] = {}
    figures: list[FigureColumn] = []
    here: dict[uuid.UUID, Channel] = {}
    period = None
    if stored.get("starts_on"):
        period = Period(stored["grain"], dt.date.fromisoformat(stored["starts_on"]), run.source)
    if any(target.startswith(FIGURES_OF) for target in stored.get("columns", {}).values()):
        here = {channel.uid: channel for channel in channels_here(run.strategy)}
    for text, target in stored.get("columns", {}).items():
        at = int(text)
        if at >= len(sheet.heads):
            continue
        if target.startswith(FIGURES_OF) and kind.has_figures and period is not None:
            name, _colon, metric = target.removeprefix(FIGURES_OF).partition(":")
            channel, is_new = _channel(name, here, stored, run.strategy, own_team)
            if channel is not None:
                which = Measurement.Metric(metric or Measurement.Metric.CONTACTS)
                figures.append(FigureColumn(at, sheet.heads[at], channel, is_new, period, which))
        elif target in OWN or target in kind.by_key:
            fields[target] = at
    return Mapping(fields, figures)


def _channel(
    name: str,
    here: dict[uuid.UUID, Channel],
    stored: dict[str, Any],
    strategy: Strategy,
    own_team: Any,
) -> tuple[Channel | None, bool]:
    if name.startswith(NEW):
        number = int(name.removeprefix(NEW))
        facts = stored["channels"][number]
        known = next(
            (one for one in here.values() if one.name.lower() == facts["name"].lower()), None
        )
        if known is not None:  # somebody has added it meanwhile
            return known, False
        return Channel(strategy=strategy, owner_team=own_team, **facts), True
    try:
        return here.get(uuid.UUID(name)), False
    except ValueError:
        return None, False


def plan_of(
    run: ImportRun,
    *,
    by: User,
    today: dt.date,
    own_team: Any = None,
    tell: Tell = lambda done, total: None,
) -> tuple[list[str], Plan]:
    """Return how a run's file was read, in sentences, and what importing it would do now, as this person."""
    if is_whole(run):
        text = whole.text_of(store.load(run.file))
        return whole.make_plan(run.strategy, text, by=by, today=today, tell=tell)
    sheet = sheet_of(run)
    mapping = mapping_of(run, sheet, own_team=own_team)
    plan = make_plan(kind_of(run), run.strategy, sheet, mapping, by=by, today=today, tell=tell)
    return sheet.notes, plan


def ignored(run: ImportRun) -> list[str]:
    """Return the names of the columns of a file that the portal works out by itself."""
    known = {one.target: str(one.label) for one in kind_of(run).computed.values()}
    targets = run.mapping.get("columns", {}).values()
    return [known[target] for target in targets if target in known]


# --- the pages --------------------------------------------------------------------------------------


def undone(strategy: Strategy, runs: Iterable[ImportRun]) -> dict[uuid.UUID, TakenBack]:
    """Return which imports of these are undone, by their uid. Two queries; none when none was applied."""
    acts = {run.act: run.uid for run in runs if run.act}
    return {acts[act]: by for act, by in history.taken_back(acts, scope=strategy.uid).items()}


def may_be_undone(run: ImportRun) -> bool:
    """Was it applied, and did nobody ever undo it? An undo that was undone itself is a matter of the history."""
    return ChangeSet.objects.filter(uid=run.act, undone_by=None).exists() if run.act else False


Listed = tuple[ImportRun, TakenBack | None]
"""An import with who undid it."""


def runs(strategy: Strategy) -> tuple[list[Listed], list[Listed]]:
    """Return the imports that are neither applied nor discarded, and the latest of the others. Four queries."""
    rows = ImportRun.objects.filter(strategy=strategy).select_related("uploaded_by", "strategy")
    ended = (ImportRun.State.APPLIED, ImportRun.State.DISCARDED)
    settled = list(rows.filter(state__in=ended)[:10])
    taken_back = undone(strategy, settled)
    return (
        [(run, None) for run in rows.exclude(state__in=ended)[:50]],
        [(run, taken_back.get(run.uid)) for run in settled],
    )


def shown_rows(run: ImportRun, state: str, number: str) -> Page:
    """Return one page of what would become of the rows; all, or those to which one thing happens."""
    rows = ImportRow.objects.filter(run=run)
    return Paginator(rows.filter(state=state) if state else rows, PAGE_SIZE).get_page(number)


def doubted(run: ImportRun) -> int:
    """Return how many rows can be imported but leave something that is wrong or cannot be relied on."""
    return ImportRow.objects.filter(run=run).exclude(state=State.ERROR).exclude(problems=[]).count()


@dataclass(frozen=True)
class Progress:
    """How far the worker is with a run."""

    phase: str
    done: int
    total: int
    waiting_for: str

    @property
    def percent(self) -> int:
        """Return it for a bar."""
        return min(95, self.done * 90 // self.total + 5) if self.total else 5


def progress(run: ImportRun) -> tuple[Progress | None, str]:
    """Return how far the worker is; None and why it stopped when nobody works on the run any more."""
    job = Job.objects.of(run.uid).first()
    if job is None or job.state in (Job.State.FAILED, Job.State.CANCELED, Job.State.DONE):
        return None, (job.error if job else "") or _("Nobody works on this any more. Try again.")
    waiting = ""
    seen = last_seen("worker")
    if job.state == Job.State.QUEUED and (
        seen is None or (timezone.now() - seen).total_seconds() > SILENT_SECONDS
    ):
        waiting = _(
            "No worker is running. Your file is kept and will be read as soon as one runs. Tell your"
            " administrator: the command “manage.py portal” starts it."
        )
    return Progress(job.phase, job.progress_done or 0, job.progress_total or 0, waiting), ""


def period_of(run: ImportRun) -> str:
    """Return the period of a run's figures in words: "October 2026"."""
    grain, starts_on = run.mapping.get("grain"), run.mapping.get("starts_on")
    return period(str(grain), dt.date.fromisoformat(starts_on)) if starts_on else ""


def figure_table(run: ImportRun) -> dict[str, Any]:
    """Return the columns of figures with how many cells say what, for a table."""
    named = {Status.VALUE: _("Cells with a value")}
    heads = [*((one.value, str(named.get(one, one.label))) for one in Status), ("", _("Blank"))]
    used = [pair for pair in heads if any(row["counts"].get(pair[0]) for row in run.figures)]
    return {
        "heads": [label for _code, label in used],
        "rows": [
            {**row, "cells": [row["counts"].get(code, 0) for code, _label in used]}
            for row in run.figures
        ],
    }


def rejected(run: ImportRun) -> tuple[list[str], list[list[str]]]:
    """Return the rejected rows as they stand in the file, with what is wrong in a last column.

    Of a strategy file the lines on which they begin.
    """
    rows = ImportRow.objects.filter(run=run, state=State.ERROR)
    if is_whole(run):
        head = [_("Line"), _("Name"), _("What is wrong")]
        return head, [[str(row.number), row.label, _wrong(row)] for row in rows]
    sheet = sheet_of(run)
    wrong = {row.number: _wrong(row) for row in rows}
    head = [*sheet.heads, _("What is wrong")]
    return head, [[*cells, wrong[number]] for number, cells in sheet.rows if number in wrong]


def _wrong(row: ImportRow) -> str:
    return "; ".join(f"{column}: {said}" if column else said for column, said in row.problems)
