"""Where the inventory stands, in the frozen copy: promises, transitions, the way to a person, self-service, data.

As in `snapshot`, words and figures both stand in it. Lists are frozen as far as they are printed, the worst first;
`more` says how many there are besides. What is counted is counted of all.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from strategy.gaps.models import OPEN_STATES, Gap
from strategy.inventory.hours import ALWAYS
from strategy.inventory.models import AnswerDifference, Channel, Transition
from strategy.inventory.parity.queries import LOOKS as EXTENTS
from strategy.inventory.parity.queries import Row as Offered
from strategy.inventory.parity.queries import compared
from strategy.inventory.parity.rules import OFFERED, Likeness
from strategy.inventory.quality.queries import by_rule, counts, read_problems
from strategy.inventory.queries import by_family, context_of, transitions_of
from strategy.inventory.reach import queries as reaching
from strategy.inventory.reach.search import State
from strategy.inventory.service.promises import Verdict, said
from strategy.inventory.service.queries import Promise, promise_facts
from strategy.inventory.ways.queries import LOOKS as FACTS
from strategy.inventory.ways.queries import look_of
from strategy.inventory.ways.rules import Worst
from strategy.plan.models import Strategy
from strategy.reports.rules import MOST_ACROSS, MOST_EXAMPLES, MOST_LINES

_Facts = dict[str, Any]

VERDICTS = ("not_met", "no_figure", "not_comparable", "met")
"""Verdicts on promises, what to decide about first."""

FAILING = (Worst.BROKEN, Worst.NOT_BUILT, Worst.AGAIN)
"""On these ways customers do not arrive, or begin again."""


def standing(strategy: Strategy, day: dt.date, lens: str) -> _Facts:
    """Return all five parts. A part is None when there is nothing to say in it."""
    return {
        "promises": promises(strategy, day, lens),
        "transitions": transitions(strategy, day, lens),
        "reach": reach(strategy, lens),
        "parity": parity(strategy, lens),
        "quality": quality(strategy, day, lens),
    }


def _cut(rows: list[Any], most: int = MOST_LINES) -> _Facts:
    return {"rows": rows[:most], "more": len(rows[most:])}


# --- promises ----------------------------------------------------------------------------------------
def promises(strategy: Strategy, day: dt.date, lens: str) -> _Facts | None:
    """Return each promise in force of a channel in use beside its figure, and which channels promise nothing."""
    found = promise_facts(strategy, day, lens)
    held = [
        (one.channel, row)
        for one in found
        for row in one.rows
        if row.in_force and one.channel.life_cycle in Channel.IN_USE
    ]
    lacking = [one.channel.name for one in found if one.lacks]
    if not (held or lacking):
        return None
    held.sort(key=lambda one: VERDICTS.index(one[1].verdict.state))
    states = Counter(row.verdict.state for _channel, row in held)
    return {
        "counts": {state: states[state] for state in VERDICTS},
        "total": len(held),
        **_cut([_promise(channel, row) for channel, row in held]),
        "lacking": lacking[:MOST_LINES],
        "more_lacking": len(lacking[MOST_LINES:]),
    }


def _promise(channel: Channel, row: Promise) -> _Facts:
    first, *qualifiers = said(row.objective)
    return {
        "channel": channel.name,
        "of": str(row.objective.point or ""),
        "promised": first,
        "qualifiers": ", ".join(qualifiers),
        **_measured(row.verdict),
        "verdict": {"code": row.verdict.state, "label": row.verdict.label},
        "why": row.verdict.why,
    }


def _measured(verdict: Verdict) -> _Facts:
    figure = verdict.figure
    if figure is None:
        return {"measured": "", "counts": "", "when": ""}
    return {"measured": figure.text, "counts": figure.note, "when": figure.when}


# --- transitions -------------------------------------------------------------------------------------
def transitions(strategy: Strategy, day: dt.date, lens: str) -> _Facts | None:
    """Return the worst fact of every transition as a matrix, and those that fail."""
    rows = [(row, look_of(row, day).key) for row in transitions_of(strategy, lens)]
    if not rows:
        return None
    gaps: dict[int, list[str]] = defaultdict(list)
    logged = Gap.objects.filter(strategy=strategy, transition__isnull=False, state__in=OPEN_STATES)
    for gap in logged.order_by("number"):
        gaps[gap.transition_id or 0].append(gap.code)
    states = Counter(fact for _row, fact in rows)
    order = list(FACTS)
    failing = sorted(
        (one for one in rows if one[1] in FAILING), key=lambda one: order.index(Worst(one[1]))
    )
    return {
        "total": len(rows),
        "counts": {fact.value: states[fact] for fact in order},
        "matrix": _matrix(rows),
        **_cut([_failing(row, fact, gaps[row.pk]) for row, fact in failing]),
    }


def _failing(row: Transition, fact: str, gaps: list[str]) -> _Facts:
    return {
        "source": row.source.name,
        "target": row.target.name,
        "fact": fact,
        "label": str(FACTS[Worst(fact)].label),
        "how": str(row.get_mechanism_display()),
        "trigger": row.trigger,
        "lost": context_of(row).words if context_of(row).is_known else "",
        "owners": [str(end.owner_team or "") for end in (row.source, row.target)],
        "gaps": gaps,
    }


def _matrix(rows: list[tuple[Transition, str]]) -> _Facts:
    """Return the fact of each pair; where not all channels fit, those with most failing transitions are drawn."""
    sources = {row.source_id: row.source for row, _fact in rows}
    targets = {row.target_id: row.target for row, _fact in rows}
    down, more_down = _most(sources, [(row.source_id, fact) for row, fact in rows])
    across, more_across = _most(targets, [(row.target_id, fact) for row, fact in rows])
    known = {(row.source_id, row.target_id): fact for row, fact in rows}
    return {
        "columns": [to.name for to in across],
        "rows": [
            {"name": one.name, "cells": [known.get((one.pk, to.pk), "") for to in across]}
            for one in down
        ],
        "more_rows": more_down,
        "more_columns": more_across,
    }


def _most(
    channels: dict[int, Channel], facts: Iterable[tuple[int, str]]
) -> tuple[list[Channel], int]:
    """Return the channels that are drawn, by family as on the page, and how many others there are."""
    failing = Counter(key for key, fact in facts if fact in FAILING)
    worst = sorted(channels.values(), key=lambda one: (-failing[one.pk], one.name.casefold()))
    drawn = by_family(worst[:MOST_ACROSS])
    return drawn, len(channels) - len(drawn)


# --- the way to a person -----------------------------------------------------------------------------
def reach(strategy: Strategy, lens: str) -> _Facts | None:
    """Return when in a usual week each self-service channel reaches a person, how, and what is lost."""
    found = reaching.read_reach(strategy)
    rows = reaching.rows(found, reaching.Moment(0, 0), lens)
    sends = reaching.sends(found, lens)
    if not (rows or sends):
        return None
    lines = sorted((_reached(row) for row in rows), key=lambda one: _WORST_FIRST.index(one["code"]))
    states = Counter(one["code"] for one in lines)
    return {
        "total": len(lines),
        "counts": {code: states[code] for code in _WORST_FIRST},
        "clock": found.clock_words,
        **_cut(lines),
        "sends": _cut(
            [
                {
                    "channel": one.channel.name,
                    "to": [
                        {"name": to.name, "how": to.mechanism_label, "is_partly": to.is_partly}
                        for to in one.to
                    ],
                }
                for one in sends
            ]
        ),
    }


_WORST_FIRST = ("never", "unknown", "partly", "always")


def _reached(row: reaching.Row) -> _Facts:
    """Return one channel. `code`: never, unknown (a way leads to hours that nobody wrote down), partly, always."""
    usual = row.usual
    if usual is None:
        code = "unknown" if row.state is State.UNKNOWN_HOURS else "never"
        way, lost = row.words, ""
    else:
        code = "always" if row.reached == ALWAYS else "partly"
        way, lost = usual.way_words, usual.lost_words
    return {
        "channel": row.channel.name,
        "team": row.channel.team or "",
        "code": code,
        "hours": row.hours_words,
        "not": str(ALWAYS - row.reached) if code == "partly" else "",
        "is_hidden": usual is not None and usual.answer.is_hidden,
        "is_long": usual is not None and usual.is_long,
        "way": way,
        "lost": lost,
    }


# --- self-service side by side -----------------------------------------------------------------------
def parity(strategy: Strategy, lens: str) -> _Facts | None:
    """Return of how many contact types self-service is alike, where and how it is not, and where it is open."""
    channels, rows, figure = compared(strategy, lens)
    offered = [row for row in rows if not OFFERED.isdisjoint(row.extents)]
    if len(channels) < 2 or not offered:
        return None
    unlike = [(row, _how_unlike(row)) for row in offered if row.likeness != Likeness.ALIKE]
    unlike.sort(key=lambda one: _UNLIKE.index(one[1]))
    kinds = Counter(kind for _row, kind in unlike)
    return {
        "alike": {"n": figure.alike, "d": figure.whole},
        "not_offered": figure.not_offered,
        "channels": [channel.name for channel in channels[:MOST_ACROSS]],
        "more_channels": len(channels[MOST_ACROSS:]),
        "counts": {kind: kinds[kind] for kind in _UNLIKE},
        "open": figure.open,
        **_cut([_unlike(row, kind) for row, kind in unlike]),
    }


_UNLIKE = ("contradicts", "differs", "unsaid")


def _how_unlike(row: Offered) -> str:
    if row.contradicts:
        return "contradicts"
    return "unsaid" if row.likeness == Likeness.OPEN else "differs"


def _unlike(row: Offered, kind: str) -> _Facts:
    named: dict[str, list[str]] = defaultdict(list)
    for cell in row.cells:
        named[cell.said.extent].append(cell.channel.name)
    return {
        "name": row.contact_type.name,
        "code": row.contact_type.code,
        "kind": kind,
        "extents": [
            {
                "key": key,
                "symbol": look.symbol,
                "label": str(look.label),
                "channels": named[key][:MOST_EXAMPLES],
                "more": len(named[key][MOST_EXAMPLES:]),
            }
            for key, look in EXTENTS.items()
            if named[key]
        ],
        "contradictions": [
            {"between": [one.channel.name, one.other.name], "words": one.explanation}
            for one in row.differences
            if one.kind == AnswerDifference.Kind.CONTRADICTS
        ][:MOST_EXAMPLES],
    }


# --- data quality ------------------------------------------------------------------------------------
def quality(strategy: Strategy, day: dt.date, lens: str) -> _Facts:
    """Return what the rules of data quality find: how much of each severity, and of each rule the first ones."""
    found = read_problems(strategy, day, lens)
    return {
        "counts": [
            {"code": one.severity, "label": one.label, "n": one.count} for one in counts(found)
        ],
        "rules": [
            {
                "code": group.rule.code,
                "title": group.title,
                "severity": {"code": group.rule.severity, "label": group.severity},
                "count": group.count,
                "action": group.action,
                "first": [f"{line.sentence} {line.more}".rstrip() for line in group.lines],
                "more": group.count - len(group.lines),
            }
            for group in by_rule(found, strategy.slug, size=MOST_EXAMPLES)
        ],
    }
