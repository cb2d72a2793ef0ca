"""From a snapshot to the HTML that is printed: boards cut to the width of a page, curves, groups of rows."""

import re
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from django.template.loader import render_to_string
from django.utils import formats, translation
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.lib.svg import emotion_curve
from portal.lib.text import cut as cut_text
from portal.lib.text import markdown
from strategy.inventory.parity.queries import LOOKS as EXTENTS
from strategy.inventory.ways.queries import LOOKS as FACTS
from strategy.inventory.ways.rules import Worst
from strategy.reports import figures
from strategy.reports.rules import MOST_TYPES

Facts = dict[str, Any]

BOARD_STEPS = 10
"""Steps side by side on one landscape page; a longer journey goes on below."""

ROOMY_STEPS = 6
DENSE_STEPS = 8
"""Up to the first a board has room for larger letters, beyond the second it needs smaller ones."""

CELL_LENGTH = {"roomy": 240, "": 170, "dense": 110}
"""Characters of a text in a cell of the board; what is longer stands in full under the board."""

DEEPEST = 60
"""Elements inside one another in a text; a layout that goes much deeper has no end."""

CURVE_WIDTH, CURVE_HEIGHT = 1000, 120
"""The curve is as wide as the board, so it is always drawn in the same scale."""


def _page_of() -> SafeString:
    """Return what CSS prints as the page number: its own counters within our words."""
    words = _("Page %(page)s of %(pages)s").replace('"', "'")
    counters = {"page": '" counter(page) "', "pages": '" counter(pages) "'}
    return mark_safe(f'"{words % counters}"')  # noqa: S308  (our own words)


def _title(snapshot: Facts) -> str:
    """Return what the document is called."""
    lens = snapshot.get("lens")
    words = (
        _("%(strategy)s: alignment report, mobile lens")
        if lens
        else _("%(strategy)s: alignment report")
    )
    title = words % {"strategy": snapshot["strategy"]["name"]}
    return f"{title} {snapshot['report']['code']}".strip()


def _foot(snapshot: Facts) -> str:
    """Return what stands at the foot of every page."""
    parts = (
        snapshot["strategy"]["classification"]["label"],
        snapshot["lens"]["label"] if snapshot.get("lens") else "",
        _("Data as of %(moment)s") % {"moment": snapshot["as_of"]["words"]},
        snapshot["report"]["code"],
    )
    return " · ".join(part for part in parts if part)


def prose(text: str) -> SafeString:
    """Return Markdown as HTML for print: table heads say that they head their column.

    What is nested too deeply to be laid out is printed as it was typed.
    """
    html = markdown(text)
    if _depth(html) > DEEPEST:
        return mark_safe(linebreaks(text, autoescape=True))  # noqa: S308  (escaped by it)
    return mark_safe(html.replace("<th>", '<th scope="col">'))  # noqa: S308  (cleaned by markdown)


def _depth(html: str) -> int:
    """Return how many elements stand inside one another at most."""
    deepest = depth = 0
    for closing, name in re.findall(r"<(/?)(\w+)", html):
        if name not in ("br", "hr"):
            depth += -1 if closing else 1
            deepest = max(deepest, depth)
    return deepest


@dataclass(frozen=True)
class Cut:
    """How much the page for executives holds.

    Characters of titles, names, notes, of what is said to objectives and about decisions, and of a caveat (last);
    rows of gaps, findings, changes and caveats. `inventory`: is there room for the line on the inventory?
    """

    title: int
    name: int
    note: int
    said: int
    decided: int
    gaps: int
    findings: int
    changes: int
    caveats: int
    caveat: int
    inventory: bool = False


CUTS = tuple(
    Cut(*sizes)
    for sizes in (
        (90, 30, 90, 200, 170, 5, 3, 6, 4, 170),
        (84, 28, 80, 200, 150, 5, 3, 6, 3, 110),
        (84, 26, 80, 200, 140, 5, 3, 6, 2, 110),
        (76, 26, 80, 200, 130, 4, 3, 5, 1, 100),
        (72, 24, 80, 200, 130, 4, 3, 4, 0, 100),
        (72, 24, 80, 200, 120, 4, 2, 4, 0, 100),
        (68, 22, 70, 200, 110, 4, 2, 4, 0, 100),
        (68, 22, 70, 200, 110, 3, 2, 4, 0, 100),
        (64, 22, 60, 200, 100, 3, 2, 3, 0, 100),
        (60, 22, 40, 128, 80, 3, 1, 3, 0, 100),
        (44, 16, 30, 80, 50, 3, 1, 2, 0, 50),
        (20, 9, 18, 40, 18, 1, 0, 1, 0, 30),
    )
)
"""From the roomiest to one that fits one page whatever stands in it."""


def _of_every_page(snapshot: Facts, home: str, cut: Cut) -> Facts:
    """Return what the frame of a page and the page for executives are drawn from."""
    return {
        "s": snapshot,
        "home": home,
        "page_of": _page_of(),
        "title": _title(snapshot),
        "foot": _foot(snapshot),
        "strategy": snapshot["strategy"],
        "front": front(snapshot, cut),
    }


def front_html(snapshot: Facts, home: str, cut: Cut) -> str:
    """Return the page for executives alone, to see whether it is one page with this cut."""
    with translation.override(snapshot["language"]):
        return render_to_string("reports/front_alone.html", _of_every_page(snapshot, home, cut))


def html(snapshot: Facts, home: str, cut: Cut = CUTS[0]) -> str:
    """Return the whole report as HTML. `home` is where its style sheets are; `cut` is for the first page."""
    with translation.override(snapshot["language"]):
        return render_to_string(
            "reports/alignment.html",
            {
                **_of_every_page(snapshot, home, cut),
                "vision": prose(snapshot["strategy"]["vision"]),
                "components": [
                    {**one, "html": prose(one["text"])} for one in snapshot["components"]
                ],
                "families": [
                    {"label": label, "channels": list(rows)}
                    for label, rows in groupby(
                        snapshot["channels"], lambda one: one["family"]["label"]
                    )
                ],
                "detailed": [
                    one
                    for one in snapshot["channels"]
                    if one.get("points") or one.get("promises") or one.get("figures")
                ],
                "contact_types": snapshot.get("contact_types", [])[:MOST_TYPES],
                "more_types": _count(len(snapshot.get("contact_types", [])[MOST_TYPES:])),
                "matrix": matrix(snapshot.get("matrix")),
                "standing": standing(snapshot.get("standing") or {}),
                "journeys": [journey(one, snapshot["gaps"]) for one in snapshot["journeys"]],
                "open_gaps": sum(gap["is_open"] for gap in snapshot["gaps"]),
                "register": register(snapshot["gaps"]),
                "findings": [
                    {"title": title, "findings": list(rows)}
                    for title, rows in groupby(
                        sorted(snapshot.get("findings", []), key=lambda one: one["rule"]),
                        lambda one: one["title"],
                    )
                ],
                "checklists": [checklist(run) for run in snapshot["checklists"]],
            },
        )


def front(snapshot: Facts, cut: Cut = CUTS[0]) -> Facts:
    """Return the page for executives, cut to what one page holds. What is left out is counted."""
    whole = snapshot["front"]
    return {
        **whole,
        "inventory": whole.get("inventory", "") if cut.inventory else "",
        "indicators": [
            {**row, "note": cut_text(row["note"], cut.note)} for row in whole["indicators"]
        ],
        "decisions": [
            {
                **one,
                "question": cut_text(one["question"], cut.title),
                "recommendation": cut_text(one["recommendation"], cut.decided),
                "cost_of_waiting": cut_text(one["cost_of_waiting"], cut.decided),
                "decider": cut_text(one["decider"], cut.name),
            }
            for one in whole.get("decisions", [])
        ],
        "objectives": [
            {
                **one,
                "statement": cut_text(one["statement"], 90 if cut.title > 20 else 20),
                "reserved": cut_text("; ".join(one["reserved"]), cut.said),
            }
            for one in whole.get("objectives", [])
        ],
        "top_gaps": [
            {
                **gap,
                "title": cut_text(gap["title"], cut.title),
                "team": cut_text(gap["team"], cut.name),
                "blocked_on": cut_text(gap["blocked_on"], cut.name),
            }
            for gap in whole["top_gaps"][: cut.gaps]
        ],
        "findings": [
            {**one, "sentence": cut_text(one["sentence"], 120 if cut.title > 20 else 40)}
            for one in whole.get("findings", [])[: cut.findings]
        ],
        "open_findings": len(whole.get("findings", [])),
        "changes": [
            {"label": line["label"], "text": _named(line["names"], cut.title)}
            for line in whole["changes"][: cut.changes]
        ],
        "more_changes": max(0, len(whole["changes"]) - cut.changes),
        "caveats": [cut_text(line, cut.caveat) for line in whole["caveats"][: cut.caveats]],
        "more_caveats": max(0, len(whole["caveats"]) - cut.caveats),
    }


def _named(names: list[str], length: int) -> str:
    """Return one name, or two short ones, and how many more there are."""
    both = "; ".join(names)
    if len(names) <= 2 and len(both) <= length:
        return both
    if len(names) == 1:
        return cut_text(names[0], length)
    more = ngettext("and %(n)d more", "and %(n)d more", len(names) - 1) % {"n": len(names) - 1}
    return f"{cut_text(names[0], length)} {more}"


def journey(facts: Facts, gaps: list[Facts]) -> Facts:
    """Return a journey with its board in parts that fit the width of a page, and its open gaps."""
    facts = _without_empty_lanes(facts)
    steps = [
        {**step, "stage": place}
        for place, stage in enumerate(facts["stages"])
        for step in stage["steps"]
    ]
    size = "roomy" if len(steps) <= ROOMY_STEPS else "dense" if len(steps) > DENSE_STEPS else ""
    notes: list[Facts] = []
    kinds = [lane["kind"] for lane in facts["lanes"]]
    names = {
        kind: {
            step["cells"][kinds.index(kind)]["text"]
            for step in steps
            if step["cells"][kinds.index(kind)]["text"]
        }
        for kind in ("channel", "team")
        if kind in kinds
    }
    facts_of = [
        ngettext("%(n)d step", "%(n)d steps", len(steps)) % {"n": len(steps)},
    ]
    if "channel" in names:
        n = len(names["channel"])
        facts_of.append(ngettext("%(n)d channel", "%(n)d channels", n) % {"n": n})
    if "team" in names:
        n = len(names["team"])
        facts_of.append(ngettext("%(n)d team", "%(n)d teams", n) % {"n": n})
        n = figures.hand_overs(facts)
        facts_of.append(
            ngettext("%(n)d hand-over between teams", "%(n)d hand-overs between teams", n)
            % {"n": n}
        )
    return {
        **facts,
        "facts": ", ".join(facts_of),
        "boards": [_board(facts, part, CELL_LENGTH[size], notes) for part in _parts(steps)],
        "notes": notes,
        "size": size,
        "gaps": [gap for gap in gaps if gap["is_open"] and gap["journey"] == facts["uid"]],
    }


def _without_empty_lanes(facts: Facts) -> Facts:
    steps = [step for stage in facts["stages"] for step in stage["steps"]]
    kept = [
        row
        for row in range(len(facts["lanes"]))
        if any(step["cells"][row]["text"] for step in steps)
    ]
    return {
        **facts,
        "lanes": [facts["lanes"][row] for row in kept],
        "stages": [
            {
                **stage,
                "steps": [
                    {**step, "cells": [step["cells"][row] for row in kept]}
                    for step in stage["steps"]
                ],
            }
            for stage in facts["stages"]
        ],
    }


def _parts(steps: list[Facts]) -> list[list[Facts]]:
    """Cut the steps into parts of about the same length, none longer than a page is wide."""
    if not steps:
        return []
    count = -(-len(steps) // BOARD_STEPS)
    size = -(-len(steps) // count)
    return [steps[start : start + size] for start in range(0, len(steps), size)]


def _board(facts: Facts, steps: list[Facts], length: int, notes: list[Facts]) -> Facts:
    stages = [
        {"name": facts["stages"][place]["name"], "steps": len(list(group))}
        for place, group in groupby(steps, lambda step: step["stage"])
    ]
    starts = [
        place == 0 or step["stage"] != steps[place - 1]["stage"] for place, step in enumerate(steps)
    ]
    lanes = []
    for row, lane in enumerate(facts["lanes"]):
        cells = [step["cells"][row] for step in steps]
        lanes.append(
            {
                **lane,
                "cells": [
                    {
                        **cell,
                        "start": start,
                        **_cut(cell["text"], length, step["name"], lane["name"], notes),
                    }
                    for cell, start, step in zip(cells, starts, steps, strict=True)
                ],
                "curve": (
                    _curve([cell["emotion"] for cell in cells], [step["name"] for step in steps])
                    if lane["kind"] == "emotion"
                    else ""
                ),
            }
        )
    return {
        "stages": stages,
        "steps": [{**step, "start": start} for step, start in zip(steps, starts, strict=True)],
        "lanes": lanes,
        "count": len(steps),
        "has_gaps": any(step["gaps"] for step in steps),
    }


def _cut(text: str, length: int, step: str, lane: str, notes: list[Facts]) -> Facts:
    if len(text) <= length:
        return {"text": text, "note": None}
    notes.append({"number": len(notes) + 1, "step": step, "lane": lane, "text": text})
    return {"text": cut_text(text, length), "note": len(notes)}


def _curve(values: list[int | None], names: list[str]) -> SafeString:
    said = ", ".join(
        f"{name}: {figures.emotion(value)}"
        for name, value in zip(names, values, strict=True)
        if value is not None
    )
    return emotion_curve(
        values,
        title=_("Emotion by step. %(said)s") % {"said": said},
        description="",
        column=CURVE_WIDTH / len(values),
        height=CURVE_HEIGHT,
    )


def register(gaps: list[Facts]) -> list[Facts]:
    """Return all gaps in three groups: open, accepted or waiting for a check, and settled for good."""
    groups = (
        (_("Open"), lambda gap: gap["is_open"]),
        (
            _("Accepted for now, or fixed and to be verified"),
            lambda gap: gap["state"]["code"] in ("accepted", "resolved"),
        ),
        (
            _("Verified and duplicates"),
            lambda gap: gap["state"]["code"] in ("verified", "duplicate"),
        ),
    )
    found = [
        {"label": label, "gaps": [gap for gap in gaps if belongs(gap)]} for label, belongs in groups
    ]
    return [group for group in found if group["gaps"]]


def checklist(run: Facts) -> Facts:
    """Return a checklist with what falls short item by item: who says what stands side by side."""
    return {
        **run,
        "items_short": [
            {"code": code, "text": text, "answers": list(answers)}
            for (code, text), answers in groupby(
                run["shortfalls"], lambda one: (one["code"], one["text"])
            )
        ],
    }


_ACROSS = 13
"""So many channels stand side by side on a page before their names break."""

_DECISIONS = {"P": ("P", "★"), "S": ("S", "✓"), "R": ("R", "→"), "N": ("D", "×"), ".": ("", "·")}
"""The letter and the sign of each decision, by its letter in the snapshot: nothing is said by color alone.

They are those of the screen, in matrix.css.
"""


def matrix(facts: Facts | None) -> list[Facts]:
    """Return the access decisions of each segment as tables, none wider than a page or endlessly long."""
    if not facts:
        return []
    names = facts["channels"]
    types = facts["types"][:MOST_TYPES]
    more = facts.get("more", 0) + len(facts["types"]) - len(types)
    parts = -(-len(names) // _ACROSS)
    ends = [len(names) * part // parts for part in range(parts + 1)]
    return [
        {
            **one,
            "more": _count(more),
            "not_offered": one["not_offered"][:MOST_TYPES],
            "more_not_offered": _count(len(one["not_offered"][MOST_TYPES:])),
            "tables": [
                {
                    "channels": names[start:end],
                    "rows": [
                        {**kind, "cells": [_decision(letter) for letter in word[start:end]]}
                        for kind, word in zip(types, one["rows"][:MOST_TYPES], strict=True)
                    ],
                }
                for start, end in pairwise(ends)
            ],
        }
        for one in facts["segments"]
    ]


NAME_ACROSS = 24
"""So many characters of a channel's name stand above a column of the matrix of transitions."""


def standing(facts: Facts) -> Facts:
    """Return the pages on where the inventory stands, with a sentence that says it at the top of each."""
    drawn = {**facts}
    if held := facts.get("promises"):
        drawn["promises"] = {**held, "verdict": _of_promises(held)}
    if ways := facts.get("transitions"):
        drawn["transitions"] = {
            **ways,
            "verdict": _of_transitions(ways),
            "legend": [{**_look(fact), "n": n} for fact, n in ways["counts"].items()],
            "columns": [cut_text(name, NAME_ACROSS) for name in ways["matrix"]["columns"]],
            "lines": [
                {
                    "name": row["name"],
                    "cells": [_look(fact) if fact else None for fact in row["cells"]],
                }
                for row in ways["matrix"]["rows"]
            ],
            "rows": [{**row, "look": _look(row["fact"])} for row in ways["rows"]],
        }
    if people := facts.get("reach"):
        drawn["reach"] = {**people, "verdict": _of_reach(people)}
    if offers := facts.get("parity"):
        drawn["parity"] = {
            **offers,
            "verdict": _of_parity(offers),
            "rows": [
                {**row, "extents": [_printed(extent) for extent in row["extents"]]}
                for row in offers["rows"]
            ],
        }
    if found := facts.get("quality"):
        drawn["quality"] = {**found, "verdict": _of_quality(found)}
    return drawn


def _printed(extent: Facts) -> Facts:
    n = len(extent["channels"]) + extent.get("more", 0)
    return {**extent, "n": n, "symbol": EXTENTS[extent["key"]].symbol}


def _look(fact: str) -> Facts:
    look = FACTS[Worst(fact)]
    return {
        "key": str(look.key),
        "symbol": look.symbol,
        "letter": str(look.letter),
        "label": str(look.label),
        "meaning": str(look.meaning),
    }


def _of_promises(held: Facts) -> str:
    counts = held["counts"]
    if not held["total"]:
        return _("No channel promises anything yet, so nothing can be kept or broken.")
    words = ngettext(
        "Of %(n)d promise in force %(broken)d is broken and %(kept)d kept.",
        "Of %(n)d promises in force %(broken)d are broken and %(kept)d kept.",
        held["total"],
    ) % {"n": held["total"], "broken": counts["not_met"], "kept": counts["met"]}
    if not (counts["no_figure"] or counts["not_comparable"]):
        return words
    more = _(
        "The others cannot be judged: no figure %(no_figure)d, not comparable %(not_comparable)d."
    )
    return f"{words} {more % counts}"


def _of_transitions(ways: Facts) -> str:
    words = _(
        "On %(n)d of %(d)d transitions customers are lost or begin again: %(broken)d broken, %(not_built)d not"
        " built, %(again)d ask again who they are."
    )
    named = {**ways["counts"], "n": figures.failing(ways), "d": ways["total"]}
    more = _("Working and tested in the last 90 days: %(works)d.")
    return f"{words % named} {more % named}"


def _of_reach(people: Facts) -> str:
    if not people["total"]:
        return _("There is no self-service channel in use yet.")
    words = _(
        "Of %(n)d self-service channels a person is reached at every hour from %(always)d, at some hours from"
        " %(partly)d, and at no hour from %(never)d."
    ) % {"n": people["total"], **people["counts"]}
    if not people["counts"]["unknown"]:
        return words
    more = _("From %(unknown)d a way leads only to hours that nobody wrote down.")
    return f"{words} {more % people['counts']}"


def _of_parity(offers: Facts) -> str:
    words = _("Self-service is alike for %(n)d of the %(d)d contact types of which enough is said.")
    said = [
        words % offers["alike"] if offers["alike"]["d"] else _("Too little is said to compare.")
    ]
    counts = offers["counts"]
    if counts["contradicts"] or counts["differs"]:
        more = _(
            "Answers contradict each other for %(contradicts)d, the extent differs for %(differs)d."
        )
        said.append(more % counts)
    if offers["open"]:
        more = ngettext(
            "%(n)d more is open: not all channels say anything.",
            "%(n)d more are open: not all channels say anything.",
            offers["open"],
        )
        said.append(more % {"n": offers["open"]})
    return " ".join(said)


def _of_quality(found: Facts) -> str:
    if not any(one["n"] for one in found["counts"]):
        return _("No rule of data quality finds anything.")
    return ", ".join(f"{one['label']}: {one['n']}" for one in found["counts"]) + "."


def _count(number: int) -> str:
    return formats.number_format(number, force_grouping=True) if number else ""


def _decision(letter: str) -> Facts:
    said, sign = _DECISIONS[letter]
    return {"letter": said, "sign": sign}
