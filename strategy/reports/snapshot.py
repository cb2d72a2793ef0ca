"""The frozen copy of a strategy: all that a report prints, as JSON, read at one moment.

Words and figures both stand in it: a day is {"iso", "words"}, a share is {"n", "d"}. What is computed from
them (verdict, indicators, changes) is in `figures`. `schema` tells how to read an old snapshot.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.lib.text import figure
from strategy.checklists.models import Answer, Item, Run, RunTeam
from strategy.findings.queries import findings
from strategy.gaps.models import OPEN_STATES, Gap
from strategy.inventory.models import Carried, Channel, Measurement, Transition
from strategy.inventory.points.channel_hours import hours_from_points
from strategy.inventory.queries import by_family
from strategy.inventory.service.by_type import Contacts, contacts_of_channels
from strategy.journeys.models import Cell, Journey, Lane, Stage, Step
from strategy.journeys.queries import hops, ways_between
from strategy.plan.models import Lens, Strategy
from strategy.plan.queries import (
    behind,
    commitment_grid,
    components,
    decisions,
    freshness,
    launches,
)
from strategy.reports import figures, inventory
from strategy.reports.models import Report
from strategy.reports.queries import last_snapshot
from strategy.reports.rules import PAGE_SIZE, SCHEMA
from strategy.reports.standing import standing

_SEVERITIES = [severity for severity, _label in reversed(Gap.Severity.choices)]  # the worst first
_Facts = dict[str, Any]


def take(
    strategy: Strategy, as_of: dt.datetime, *, report: Report | None = None, lens: str = ""
) -> _Facts:
    """Return everything a report on the strategy prints. Ages and lateness count up to `as_of`.

    `report` gives the number and who asked for it; the last report before it through the same lens is compared
    with. A lens narrows channels, journeys, gaps, checklists and initiatives.
    """
    with translation.override(settings.LANGUAGE_CODE), one_moment():
        strategy = Strategy.objects.get(pk=strategy.pk)
        day = timezone.localdate(as_of)
        previous = last_snapshot(strategy, before=report, lens=lens)
        channels = _channel_rows(strategy, lens)
        facts: _Facts = {
            "schema": SCHEMA,
            "language": settings.LANGUAGE_CODE,
            "page_size": PAGE_SIZE,
            "as_of": {
                "iso": as_of.isoformat(),
                "day": day.isoformat(),
                "day_words": _words(day),
                "words": _moment(as_of),
            },
            "report": _report(report),
            "lens": _lens(strategy, lens),
            "strategy": _strategy(strategy),
            "objectives": _objectives(strategy),
            "decisions": _decisions(strategy, day),
            "initiatives": _initiatives(strategy, day, lens),
            "components": _components(strategy, day),
            "channels": _channels(strategy, channels, day),
            **_inventory(strategy, channels),
            "standing": standing(strategy, day, lens),
            "journeys": _journeys(strategy, lens),
            "findings": _findings(strategy, day, lens),
            "gaps": _gaps(strategy, day, lens),
            "checklists": _checklists(strategy, lens),
        }
        facts["front"] = figures.front(facts, previous)
        facts["ages"] = figures.ages(facts["gaps"])
        facts["definitions"] = figures.definitions(facts["lens"])
    return facts


@contextmanager
def one_moment() -> Iterator[None]:
    """Within, every query sees the database as it was at the first one. Nobody is kept from writing."""
    if connection.in_atomic_block:  # the caller's transaction decides
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")  # atomic() would take the lock of writers
            try:
                yield
            finally:
                cursor.execute("COMMIT")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


# --- words -----------------------------------------------------------------------------------------


def _words(day: dt.date) -> str:
    return formats.date_format(day, "N j, Y")


def _day(day: dt.date | None) -> dict[str, str] | None:
    return None if day is None else {"iso": day.isoformat(), "words": _words(day)}


def _moment(moment: dt.datetime) -> str:
    """Return the day and the time; midnight stands for a day without a time."""
    local = timezone.localtime(moment)
    if local.time() == dt.time():
        return _words(local.date())
    return f"{formats.date_format(local, 'N j, Y, H:i')} {local.tzname()}"


def _name(row: Any) -> str:
    return str(row) if row is not None else ""


def _chosen(row: Any, field: str) -> dict[str, str]:
    return {
        "code": getattr(row, field),
        "label": str(getattr(row, f"get_{field}_display")()),
    }


def _review(row: Any, day: dt.date) -> dict[str, Any]:
    """Return the state of a review: its code, and a sentence with the days."""
    fresh = freshness(
        row.next_review_on,
        day,
        has_ended=getattr(row, "is_retired", False),
        is_doubted=getattr(row, "unsealed_on", None) is not None,
    )
    days = abs(fresh.days or 0)
    words = {
        "never": _("Never reviewed"),
        "ended": "—",
        "doubted": _("To be confirmed again"),
        "overdue": ngettext("Overdue by %(n)d day", "Overdue by %(n)d days", days) % {"n": days},
        "due_soon": ngettext("Due in %(n)d day", "Due in %(n)d days", days) % {"n": days},
        "fresh": _("In time"),
    }[fresh.state]
    return {"code": fresh.state, "words": words, "on": _day(row.reviewed_on)}


# --- the parts -------------------------------------------------------------------------------------


def _report(report: Report | None) -> _Facts:
    by = report.requested_by if report else None
    return {
        "number": report.number if report else None,
        "code": str(report) if report else "",
        "by": _name(by),
        "by_title": by.job_title if by else "",
    }


def _lens(strategy: Strategy, lens: str) -> _Facts | None:
    """Return what the report is narrowed to and how much of the strategy that is; None: it shows everything."""
    if not lens:
        return None
    words: tuple[tuple[Any, str], ...] = (
        (Channel, _("%(n)d of %(d)d channels")),
        (Journey, _("%(n)d of %(d)d journeys")),
        (Gap, _("%(n)d of %(d)d gaps")),
    )
    shown = []
    for kind, said in words:
        rows = kind.objects.filter(strategy=strategy)
        shown.append(said % {"n": rows.through(lens).count(), "d": rows.count()})
    return {"code": lens, "label": str(Lens(lens).label), "shows": ", ".join(shown)}


def _strategy(strategy: Strategy) -> _Facts:
    people = behind(strategy)
    return {
        "name": strategy.name,
        "organization": strategy.organization,
        "period": strategy.period,
        "vision": strategy.vision,
        "classification": _chosen(strategy, "classification"),
        "edition": strategy.edition,
        "leads": people.leads,
        "sponsors": people.sponsors,
    }


def _objectives(strategy: Strategy) -> list[_Facts]:
    """Return the shared objectives with what every function says to each."""
    return [
        {
            "uid": str(row.objective.uid),
            "number": number,
            "statement": row.objective.statement,
            "measure": row.objective.measure,
            "baseline": figure(row.objective.baseline, row.objective.unit),
            "current": figure(row.objective.current, row.objective.unit),
            "target": figure(row.objective.target, row.objective.unit),
            "progress": row.objective.progress,
            "due": _day(row.objective.due_on),
            "committed": row.committed,
            "said": [
                {
                    "team": str(said.team),
                    "answer": said.answer,
                    "stance": said.commitment.stance if said.commitment else "",
                    "label": said.label,
                    "sentence": said.commitment.sentence if said.commitment else "",
                    "before": said.commitment.agreed_to
                    if said.commitment and said.answer == "again"
                    else "",
                }
                for said in row.said
            ],
        }
        for number, row in enumerate(commitment_grid(strategy).rows, start=1)
    ]


def _decisions(strategy: Strategy, day: dt.date) -> list[_Facts]:
    """Return the questions that wait, the soonest first, then those that are decided."""
    waiting, made = decisions(strategy)
    return [
        {
            "uid": str(row.uid),
            "question": row.question,
            "options": row.options,
            "recommendation": row.recommendation,
            "cost_of_waiting": row.cost_of_waiting,
            "decider": _name(row.decider),
            "by": _day(row.decide_by),
            "late_days": row.late_days(day),
            "outcome": row.outcome,
            "decided": _day(row.decided_on),
        }
        for row in [*waiting, *made]
    ]


def _initiatives(strategy: Strategy, day: dt.date, lens: str) -> list[_Facts]:
    """Return what is about to launch, or has, and how much notice the contact center had."""
    words = {
        "told": _("Told in time"),
        "short": _("Told too late"),
        "untold": _("Not told"),
        "undated": _("Told, no day of launch"),
    }
    return [
        {
            "uid": str(row.initiative.uid),
            "name": row.initiative.name,
            "team": _name(row.initiative.owner_team),
            "launch": _day(row.initiative.launch_on),
            "told": _day(row.initiative.told_on),
            "state": {"code": row.state, "words": words[row.state]},
            "notice": row.notice,
            "channels": [str(channel) for channel in row.channels],
        }
        for row in launches(strategy, day, lens)
    ]


def _components(strategy: Strategy, day: dt.date) -> list[_Facts]:
    return [
        {
            "uid": str(component.uid),
            "number": component.number,
            "name": str(component),
            "team": _name(component.owner_team),
            **_person(component.owner),
            "updated": _day(component.updated_on),
            "review": _review(component, day),
            "text": component.text,
        }
        for component in components(strategy)
    ]


def _person(owner: Any) -> _Facts:
    """Return who it is. Who never could sign in has not left: a file brought the name."""
    return {
        "owner": _name(owner),
        "owner_left": bool(owner and owner.has_left),
    }


def _channels(strategy: Strategy, rows: list[Channel], day: dt.date) -> list[_Facts]:
    """Return what is known of the channels, with what hangs from them."""
    hours = hours_from_points(rows)
    volumes = _volumes(rows)
    points = inventory.points(rows, day)
    promises = inventory.promises(rows, day)
    newest = inventory.newest_figures(rows)
    ways = {
        (way.source_id, way.target_id): way for way in Transition.objects.filter(strategy=strategy)
    }
    return [
        {
            "uid": str(row.uid),
            "name": row.name,
            "family": _chosen(row, "family"),
            "mode": _chosen(row, "mode"),
            "life_cycle": _chosen(row, "life_cycle"),
            "launched": _day(row.launched_on),
            "retires": _day(row.retires_on),
            "team": _name(row.owner_team),
            **_person(row.owner),
            "purpose": row.purpose,
            "hours": hours.get(row.pk, row.hours),
            "vendor": row.vendor,
            "route": _route(row, ways.get((row.pk, row.agent_channel_id or 0))),
            "volume": volumes[row.pk],
            "review": _review(row, day),
            "points": points[row.pk],
            "promises": promises[row.pk],
            "figures": newest[row.pk],
        }
        for row in rows
    ]


def _channel_rows(strategy: Strategy, lens: str) -> list[Channel]:
    rows = Channel.objects.filter(strategy=strategy).through(lens)
    return by_family(rows.select_related("owner_team", "owner", "agent_channel"))


def _inventory(strategy: Strategy, rows: list[Channel]) -> _Facts:
    """Return who comes and why, and what is offered to whom on the channels that the lens shows."""
    lines = inventory.tree(strategy)
    return {
        "segments": inventory.segments(strategy),
        "contact_types": inventory.contact_types(lines, rows),
        "matrix": inventory.matrix(strategy, lines, rows),
    }


def _route(channel: Channel, way: Transition | None) -> _Facts:
    """Return the way from a channel to a person, in words."""
    steps = []
    if channel.agent_taps is not None:
        steps.append(
            ngettext("%(n)d tap", "%(n)d taps", channel.agent_taps) % {"n": channel.agent_taps}
        )
    if channel.agent_channel:
        steps.append(_("leads to %(channel)s") % {"channel": channel.agent_channel})
    if way is not None:
        identity = {
            Carried.YES: _("identity carried"),
            Carried.PARTLY: _("identity partly carried"),
            Carried.NO: _("identity asked again"),
        }
        entered = {
            Carried.YES: _("entries carried"),
            Carried.PARTLY: _("entries partly carried"),
            Carried.NO: _("entries asked again"),
        }
        steps += [identity.get(Carried(way.identity), ""), entered.get(Carried(way.entered), "")]
    if channel.agent_hours:
        steps.append(_("promised: %(hours)s") % {"hours": channel.agent_hours})
    return {**_chosen(channel, "agent_route"), "steps": [step for step in steps if step]}


def _volumes(channels: list[Channel]) -> dict[int, _Facts]:
    """Return each channel's newest month of contacts beside the same month a year before. Two queries."""
    months: dict[int, dict[dt.date, Measurement]] = defaultdict(dict)
    monthly = Measurement.objects.monthly_contacts().filter(channel__in=channels)
    for row in monthly.order_by("starts_on"):
        months[row.channel_id][row.starts_on] = row
    typed = contacts_of_channels([row.pk for row in channels if row.pk not in months])
    found = {}
    for channel in channels:
        if said := typed.get(channel.pk):
            found[channel.pk] = _by_type(said)
            continue
        known = months[channel.pk]
        now = known[max(known)] if known else None
        before = known.get(now.starts_on.replace(year=now.starts_on.year - 1)) if now else None
        found[channel.pk] = {
            "month": formats.date_format(now.starts_on, "M Y") if now else "",
            "now": _volume(now),
            "before": _volume(before),
            "change": figures.change_percent(_counted(now), _counted(before)),
            "source": now.source if now else "",
        }
    return found


def _by_type(said: Contacts) -> _Facts:
    """Return the contacts of a channel that states no total, as its page says them: those of its contact types."""
    value = None if said.total is None else int(said.total)
    status = "" if value is None else "value" if value else "zero"
    return {
        "month": _("%(period)s, by contact type") % {"period": said.when},
        "now": {"status": status, "value": value, "words": said.words},
        "before": _volume(None),
        "change": "",
        "source": "",
    }


def _volume(row: Measurement | None) -> _Facts:
    if row is None:
        return {"status": "", "value": None, "words": _("Not stated")}
    words = {
        Measurement.Status.VALUE: formats.number_format(
            row.value or 0, force_grouping=True, decimal_pos=0
        ),
        Measurement.Status.ZERO: "0",
    }.get(Measurement.Status(row.status), str(Measurement.Status(row.status).label))
    return {"status": row.status, "value": _counted(row), "words": words}


def _counted(row: Measurement | None) -> int | None:
    return None if row is None or row.value is None else int(row.value)


def _journeys(strategy: Strategy, lens: str) -> list[_Facts]:
    journeys = Journey.objects.filter(strategy=strategy).through(lens)
    rows = list(journeys.select_related("owner_team"))
    lanes: dict[int, list[Lane]] = defaultdict(list)
    for lane in Lane.objects.filter(journey__in=rows):
        lanes[lane.journey_id].append(lane)
    stages: dict[int, list[Stage]] = defaultdict(list)
    for stage in Stage.objects.filter(journey__in=rows):
        stages[stage.journey_id].append(stage)
    steps: dict[int, list[Step]] = defaultdict(list)
    for step in Step.objects.filter(stage__journey__in=rows):
        steps[step.stage_id].append(step)
    cells = {
        (cell.step_id, cell.lane_id): cell
        for cell in Cell.objects.filter(step__stage__journey__in=rows).select_related(
            "channel", "team"
        )
    }
    troubles: dict[int, list[_Facts]] = defaultdict(list)
    placed = Gap.objects.filter(strategy=strategy, step__isnull=False, state__in=OPEN_STATES)
    for gap in placed.through(lens):
        troubles[gap.step_id or 0].append({"code": gap.code, "severity": gap.severity})
    along = _along(strategy, rows, lanes, stages, steps, cells)
    shown = {journey.pk: _with_hops(lanes[journey.pk]) for journey in rows}
    return [
        {
            "uid": str(journey.uid),
            "name": journey.name,
            "customer": journey.customer,
            "goal": journey.goal,
            "team": _name(journey.owner_team),
            "reviewed": _day(journey.reviewed_on),
            "lanes": [
                {"name": lane.name, "kind": lane.kind}
                if lane
                else {"name": _("What comes along"), "kind": "hop"}
                for lane in shown[journey.pk]
            ],
            "stages": [
                {
                    "name": stage.name,
                    "steps": [
                        {
                            "name": step.name,
                            "cells": [
                                _cell(lane, cells.get((step.pk, lane.pk)))
                                if lane
                                else {"text": along.get(step.pk, ""), "emotion": None}
                                for lane in shown[journey.pk]
                            ],
                            "gaps": sorted(troubles[step.pk], key=lambda gap: gap["code"]),
                        }
                        for step in steps[stage.pk]
                    ],
                }
                for stage in stages[journey.pk]
            ],
        }
        for journey in rows
    ]


def _with_hops(lanes: list[Lane]) -> list[Lane | None]:
    """Return the lanes with a place (None) for what comes along, below the lane that names the channels."""
    kinds = [lane.kind for lane in lanes]
    if Lane.Kind.CHANNEL not in kinds:
        return list(lanes)
    below = kinds.index(Lane.Kind.CHANNEL) + 1
    return [*lanes[:below], None, *lanes[below:]]


def _along(
    strategy: Strategy,
    journeys: list[Journey],
    lanes: dict[int, list[Lane]],
    stages: dict[int, list[Stage]],
    steps: dict[int, list[Step]],
    cells: dict[tuple[int, int], Cell],
) -> dict[int, str]:
    """Return what comes along to each step that is on another channel than the one before, in words."""
    used = {cell.channel_id for cell in cells.values() if cell.channel_id}
    ways = ways_between(strategy.pk, used)
    words: dict[int, str] = {}
    for journey in journeys:
        lane = next((row for row in lanes[journey.pk] if row.kind == Lane.Kind.CHANNEL), None)
        if lane is None:
            continue
        row = [step for stage in stages[journey.pk] for step in steps[stage.pk]]
        found = [cells.get((step.pk, lane.pk)) for step in row]
        travelled = hops([cell.channel if cell else None for cell in found], ways)
        words |= {step.pk: hop.words for step, hop in zip(row, travelled, strict=True) if hop}
    return words


def _cell(lane: Lane, cell: Cell | None) -> _Facts:
    if cell is None:
        return {"text": "", "emotion": None}
    text = {
        Lane.Kind.CHANNEL: _name(cell.channel),
        Lane.Kind.TEAM: _name(cell.team),
        Lane.Kind.EMOTION: figures.emotion(cell.emotion),
    }.get(Lane.Kind(lane.kind), cell.text)
    return {"text": text, "emotion": cell.emotion if lane.kind == Lane.Kind.EMOTION else None}


def _findings(strategy: Strategy, day: dt.date, lens: str) -> list[_Facts]:
    """Return what the rules find, the worst first, with what was made of it."""
    return [
        {
            "rule": one.rule.code,
            "title": one.title,
            "sentence": one.sentence,
            "more": one.more,
            "severity": {"code": one.said.severity, "label": one.severity_label},
            "state": one.state,
            "gap": one.gap.code if one.gap else "",
            "reason": one.judgment.reason if one.judgment else "",
        }
        for one in findings(strategy, day, lens=lens)
    ]


def _gaps(strategy: Strategy, day: dt.date, lens: str) -> list[_Facts]:
    """Return all gaps, the worst first, among equals the oldest."""
    rows = Gap.objects.filter(strategy=strategy).through(lens)
    rows = rows.select_related(
        *("channel", "transition__source", "transition__target", "journey", "step"),
        *("owner_team", "accountable", "blocked_on", "duplicate_of"),
    )
    facts = [_gap(row, day) for row in rows]
    facts.sort(key=lambda gap: (gap["severity"]["rank"], -gap["age"], gap["number"]))
    return facts


def _gap(row: Gap, day: dt.date) -> _Facts:
    is_overdue = row.is_overdue(day)
    where = row.transition or row.channel
    places = [_name(where), _name(row.journey), _name(row.step)]
    return {
        "uid": str(row.uid),
        "number": row.number,
        "code": row.code,
        "title": row.title,
        "harm": row.harm,
        "severity": {**_chosen(row, "severity"), "rank": _SEVERITIES.index(row.severity)},
        "state": _chosen(row, "state"),
        "is_open": row.state in OPEN_STATES,
        "is_overdue": is_overdue,
        "late_days": row.late_days(day),
        "place": " · ".join(place for place in places if place),
        "journey": str(row.journey.uid) if row.journey else "",
        "team": _name(row.owner_team),
        "accountable": _name(row.accountable),
        "opened": _day(row.opened_on),
        "age": row.age_days(day),
        "due": _day(row.due_on),
        "first_due": _day(row.first_due_on),
        "slips": row.slips,
        "settled": _day(row.settled_on),
        "blocked_on": _name(row.blocked_on) if row.state == Gap.State.BLOCKED else "",
        "note": row.note,
        "accepted_until": _day(row.accepted_until),
        "is_expired": row.is_expired(day),
        "duplicate_of": row.duplicate_of.code if row.duplicate_of else "",
    }


def _checklists(strategy: Strategy, lens: str) -> list[_Facts]:
    """Return the checklists, the newest first, with each team's answers counted."""
    runs = Run.objects.filter(strategy=strategy).through(lens).select_related("framework")
    return [_checklist(run) for run in runs]


def _checklist(run: Run) -> _Facts:
    items = list(Item.objects.filter(framework=run.framework_id))
    teams = [
        asked.team
        for asked in RunTeam.objects.filter(run=run).select_related("team").order_by("team__name")
    ]
    answers: dict[tuple[int, int], Answer] = {
        (answer.item_id, answer.team_id): answer
        for answer in Answer.objects.filter(run=run).select_related("gap")
    }
    places = {item.pk: place for place, item in enumerate(items)}
    names = {team.pk: team.name for team in teams}
    given = [
        (item_id, team_id, answer)
        for (item_id, team_id), answer in answers.items()
        if item_id in places and team_id in names
    ]
    given.sort(key=lambda one: (places[one[0]], names[one[1]]))
    return {
        "uid": str(run.uid),
        "name": run.name,
        "framework": run.framework.name,
        "edition": run.framework.edition,
        "license": run.framework.license,
        "opened": _day(run.opened_on),
        "due": _day(run.due_on),
        "items": len(items),
        "teams": [
            {
                "name": team.name,
                "asked": len(items),
                "answered": sum(team_id == team.pk for _item, team_id, _answer in given),
                **{
                    status: sum(
                        team_id == team.pk and answer.status == status
                        for _item, team_id, answer in given
                    )
                    for status in Answer.Status.values
                },
            }
            for team in teams
        ],
        "shortfalls": [
            {
                "code": items[places[item_id]].code,
                "section": items[places[item_id]].section,
                "text": items[places[item_id]].text,
                "team": names[team_id],
                "status": _chosen(answer, "status"),
                "reason": answer.reason,
                "gap": answer.gap.code if answer.gap else "",
            }
            for item_id, team_id, answer in given
            if answer.status in (Answer.Status.PARTLY, Answer.Status.NOT_MET)
        ],
    }
