"""What follows from the frozen facts: indicators, verdict, what changed, caveats. No database, no clock.

A share is always kept and shown as two numbers, never as a bare percentage, and shares are never averaged.
"""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.lib.text import signed_percent
from strategy.glossary import IN_REPORTS, TERMS
from strategy.journeys.models import Emotion
from strategy.plan.rules import TOUCHES_MOBILE

Facts = dict[str, Any]

AGES = ((0, 30), (31, 60), (61, 90), (91, None))
"""Buckets of days since a gap was opened."""

FLOW_DAYS = 90
"""How far the flow of gaps looks back when there is no earlier report."""

TOP_GAPS = 5
TOP_DECISIONS = 3
TOP_LAUNCHES = 3


def front(facts: Facts, previous: Facts | None) -> Facts:
    """Return the page for executives."""
    figures = _figures(facts, previous)
    before = previous["front"]["figures"] if previous else None
    caveats_ = caveats(facts, previous)
    waiting = [one for one in facts["decisions"] if one["decided"] is None]
    return {
        "compared_with": (
            {"code": previous["report"]["code"], "day": previous["as_of"]["day_words"]}
            if previous
            else None
        ),
        "figures": figures,
        "verdict": verdict(facts, figures, before),
        "inventory": inventory(facts.get("standing", {})),
        "indicators": indicators(facts, figures, before, previous),
        "decisions": waiting[:TOP_DECISIONS],
        "more_decisions": max(0, len(waiting) - TOP_DECISIONS),
        "launches": _next_launches(facts),
        "objectives": [
            objective_line(one, previous)
            for one in facts["objectives"]
            if any(said["answer"] != "draft" for said in one["said"]) or not one["said"]
        ],
        "top_gaps": [gap for gap in facts["gaps"] if gap["is_open"]][:TOP_GAPS],
        "open_gaps": figures["open"],
        "findings": [one for one in facts["findings"] if one["state"] == "open"],
        "functions": functions(facts),
        "changes": changes(facts, previous),
        "caveats": caveats_,
    }


def _next_launches(facts: Facts) -> list[Facts]:
    """Return what launches next, the soonest first: it is often what a decision is about."""
    dated = [one for one in facts["initiatives"] if one["launch"]]
    coming = [one for one in dated if one["launch"]["iso"] >= facts["as_of"]["day"]]
    return sorted(coming, key=lambda one: one["launch"]["iso"])[:TOP_LAUNCHES]


# --- figures ---------------------------------------------------------------------------------------


def _figures(facts: Facts, previous: Facts | None) -> Facts:
    """Return the numbers that everything on the front page is said with."""
    day = _date(facts["as_of"]["day"])
    parts = _parts(facts)
    gaps = facts["gaps"]
    since = _date(previous["as_of"]["day"]) if previous else day - dt.timedelta(days=FLOW_DAYS)
    promised = [
        gap
        for gap in gaps
        if gap["first_due"]
        and _date(gap["first_due"]["iso"]) < day
        and gap["state"]["code"] not in ("accepted", "duplicate")
    ]
    kept = [
        gap
        for gap in promised
        if gap["settled"] and gap["settled"]["iso"] <= gap["first_due"]["iso"]
    ]
    newest = facts["checklists"][0] if facts["checklists"] else None
    return {
        "owned": _share(sum(bool(part["team"]) for part in parts), len(parts)),
        "reviewed": _share(
            sum(part["review"]["code"] in ("fresh", "due_soon") for part in parts), len(parts)
        ),
        "answered": (
            _share(
                sum(team["answered"] for team in newest["teams"]),
                sum(team["asked"] for team in newest["teams"]),
            )
            if newest
            else None
        ),
        "checklist": newest["name"] if newest else "",
        "kept": _share(len(kept), len(promised)),
        "open": sum(gap["is_open"] for gap in gaps),
        "critical": sum(gap["is_open"] and gap["severity"]["code"] == "critical" for gap in gaps),
        "overdue": sum(gap["is_overdue"] for gap in gaps),
        "opened": sum(_date(gap["opened"]["iso"]) > since for gap in gaps),
        "settled": sum(
            bool(gap["settled"]) and _date(gap["settled"]["iso"]) > since for gap in gaps
        ),
        "to_verify": sum(gap["state"]["code"] == "resolved" for gap in gaps),
        "since": since.isoformat(),
    }


def _date(iso: str) -> dt.date:
    return dt.date.fromisoformat(iso)


def _share(n: int, d: int) -> dict[str, int]:
    return {"n": n, "d": d}


def _parts(facts: Facts) -> list[Facts]:
    """Return what needs an owner and a review: the components, and the channels that are not retired.

    Through a lens only the channels: the components are the whole strategy's.
    """
    return _in_use(facts) if facts.get("lens") else [*facts["components"], *_in_use(facts)]


def _in_use(facts: Facts) -> list[Facts]:
    return [one for one in facts["channels"] if one["life_cycle"]["code"] != "retired"]


def change_percent(now: Decimal | int | None, before: Decimal | int | None) -> str:
    """Return the change in whole percent, computed from two counts above zero; nothing otherwise."""
    if not now or not before:
        return ""
    return signed_percent(round((now - before) * 100 / before))


def emotion(value: int | None) -> str:
    """Return an emotion in words."""
    return "" if value is None else str(Emotion(value).label)


# --- indicators and verdict ------------------------------------------------------------------------


LACKING, SHARE, COUNT = "lacking", "share", "count"
"""How a figure is compared: by how many lack it, by the exact share, by the count (less is better)."""

COMPARED = {
    "owned": LACKING,
    "reviewed": LACKING,
    "answered": SHARE,
    "kept": SHARE,
    "open": COUNT,
    "overdue": COUNT,
}


def better(key: str, now: Any, before: Any) -> int | None:
    """Return 1, 0 or -1: better, the same, worse. None when there is nothing to compare.

    One more channel, owned as the others are, makes nothing better: so the lacking are compared, not the share.
    """
    if now is None or before is None:
        return None
    if COMPARED[key] == COUNT:
        now, before = -now, -before
    elif not now["d"] or not before["d"]:
        return None
    elif COMPARED[key] == LACKING:
        now, before = now["n"] - now["d"], before["n"] - before["d"]
    else:
        now, before = Fraction(now["n"], now["d"]), Fraction(before["n"], before["d"])
    return (now > before) - (now < before)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        if not value["d"]:
            return _("nothing to count")
        return _("%(n)s of %(d)s") % value
    return "—" if value is None else str(value)


def indicators(
    facts: Facts, figures: Facts, before: Facts | None, previous: Facts | None
) -> list[Facts]:
    """Return the rows of the indicator table: value as two numbers, the last report's, and which way it went."""
    flow = _("%(opened)d opened, %(settled)d settled since %(day)s")
    if figures["to_verify"]:
        flow = _("%(opened)d opened, %(settled)d settled, %(to_verify)d fixed since %(day)s")
    flow %= figures | {
        "day": previous["as_of"]["day_words"]
        if previous
        else _("%(n)d days ago") % {"n": FLOW_DAYS}
    }
    nothing_asked = (
        _("no checklist about mobile yet") if facts.get("lens") else _("no checklist yet")
    )
    rows = [
        (
            "owned",
            _("Owned"),
            _("channels with an owning team")
            if facts.get("lens")
            else _("channels and components with an owning team"),
        ),
        (
            "reviewed",
            _("Reviewed in time"),
            _("channels within their interval")
            if facts.get("lens")
            else _("channels and components within their interval"),
        ),
        ("answered", _("Checklist answered"), figures["checklist"] or nothing_asked),
        ("kept", _("Gaps settled on time"), _("by the date that was promised first")),
        ("open", _("Open gaps"), flow),
        ("overdue", _("Past their date"), _("of the open gaps")),
    ]
    labels = {1: _("Better"), 0: _("Same"), -1: _("Worse"), None: "—"}
    found = []
    for key, label, note in rows:
        then = before.get(key) if before else None
        if key == "answered" and before and before["checklist"] != figures["checklist"]:
            then = None  # another checklist: not the same question
        way = better(key, figures[key], then)
        found.append(
            {
                "key": key,
                "label": label,
                "note": note,
                "now": _value(figures[key]),
                "before": _value(then) if before else "",
                "better": way,
                "change": labels[way],
            }
        )
    return found


def verdict(facts: Facts, figures: Facts, before: Facts | None) -> str:
    """Return where the strategy stands in one sentence, said only with figures that stand on the page."""
    lens = facts.get("lens")
    if not (facts["channels"] or facts["journeys"] or facts["gaps"]):
        if lens:
            return _("There is nothing to judge yet: nothing in this strategy touches mobile.")
        return _(
            "There is nothing to judge yet: this strategy has no channels, no journeys and no gaps."
        )
    return sentence(figures, before, lens["code"] if lens else "")


def sentence(figures: Facts, before: Facts | None, lens: str = "") -> str:
    """Return the verdict on these figures beside those of the last report: home and report say the same."""
    owned = (
        _("%(n)d of %(d)d channels have an owning team")
        if lens
        else _("%(n)d of %(d)d channels and components have an owning team")
    )
    return _("%(opening)s%(gaps)s; %(owned)s, and %(reviewed)s.") % {
        "opening": _opening(figures, before, lens),
        "gaps": _gap_words(figures),
        "owned": owned % figures["owned"],
        "reviewed": _("%(n)d of %(d)d were reviewed in time") % figures["reviewed"],
    }


def _opening(figures: Facts, before: Facts | None, lens: str) -> str:
    if lens:
        if before is None:
            return _("Mobile lens: ")
        return _("Mobile lens. %(opening)s") % {"opening": _opening(figures, before, "")}
    if before is None:
        return _("First report: ")
    moves = {
        better(key, figures[key], before[key]) for key in ("open", "overdue", "owned", "reviewed")
    }
    if 1 in moves and -1 in moves:
        return _("Partly better, partly worse than at the last report: ")
    if 1 in moves:
        return _("Better than at the last report: ")
    if -1 in moves:
        return _("Worse than at the last report: ")
    return _("As at the last report: ")


def _gap_words(figures: Facts) -> str:
    if not figures["open"]:
        return _("no gap is open")
    return ngettext(
        "%(n)d gap is open (critical: %(critical)d, past its date: %(overdue)d)",
        "%(n)d gaps are open, %(critical)d of them critical and %(overdue)d past their date",
        figures["open"],
    ) % {"n": figures["open"], "critical": figures["critical"], "overdue": figures["overdue"]}


def inventory(standing: Facts) -> str:
    """Return where the inventory stands in one line, with figures of its pages; "" when nothing is known."""
    held, ways, people, offers = (
        standing.get(part) or {} for part in ("promises", "transitions", "reach", "parity")
    )
    parts = []
    if held.get("total"):
        words = _("%(broken)d of %(n)d promises broken")
        parts.append(words % {"n": held["total"], "broken": held["counts"]["not_met"]})
    if ways:
        words = _("%(n)d of %(d)d transitions fail")
        parts.append(words % {"n": failing(ways), "d": ways["total"]})
    if people.get("total") and unreached(people):
        words = _("nobody to reach from %(n)d of %(d)d channels")
        parts.append(words % {"n": unreached(people), "d": people["total"]})
    if offers and offers["alike"]["d"]:
        words = _("self-service alike for %(n)d of %(d)d contact types")
        parts.append(words % offers["alike"])
    return _("Inventory: %(parts)s.") % {"parts": "; ".join(parts)} if parts else ""


def failing(ways: Facts) -> int:
    """Return on how many transitions customers do not arrive, or say again who they are."""
    return sum(ways["counts"][fact] for fact in ("broken", "not_built", "again"))


def unreached(people: Facts) -> int:
    """Return from how many channels a person is reached at no hour that anybody wrote down."""
    return people["counts"]["never"] + people["counts"]["unknown"]


# --- objectives ------------------------------------------------------------------------------------


def objective_line(objective: Facts, previous: Facts | None) -> Facts:
    """Return an objective as page 1 shows it: where it is, who commits, and who has a reservation."""
    then = {one["uid"]: one for one in (previous or {}).get("objectives", [])}
    before = then.get(objective["uid"], {}).get("current", "—")
    said = objective["said"]
    words = {
        "objects": _("%(team)s objects: “%(sentence)s”"),
        "condition": _("%(team)s on a condition: “%(sentence)s”"),
    }
    reserved = [
        words[one["answer"]] % one
        for kind in ("objects", "condition")
        for one in said
        if one["answer"] == kind
    ]
    earlier = [one for one in said if one["answer"] == "again" and one["stance"] == "objects"]
    reserved += [_("%(team)s objected to earlier words: “%(sentence)s”") % one for one in earlier]
    awaited = {
        "none": _("no answer: %(teams)s"),
        "again": _("no answer to the new words: %(teams)s"),
    }
    for answer, sentence in awaited.items():
        teams = [one["team"] for one in said if one["answer"] == answer and one not in earlier]
        if teams:
            reserved.append(sentence % {"teams": ", ".join(teams)})
    return {
        "number": objective["number"],
        "statement": objective["statement"],
        "current": objective["current"],
        "before": "" if before in ("—", objective["current"]) else before,
        "target": objective["target"],
        "due": objective["due"],
        "committed": _value(_share(sum(one["answer"] == "commits" for one in said), len(said)))
        if said
        else "—",
        "reserved": reserved,
    }


# --- functions -------------------------------------------------------------------------------------


def functions(facts: Facts) -> list[Facts]:
    """Return what each function owns and owes: those with most overdue and open gaps first.

    What nobody owns stands in a last row without a name, so that the columns add up.
    """
    newest = facts["checklists"][0] if facts["checklists"] else None
    asked = {team["name"]: team for team in newest["teams"]} if newest else {}
    names = {part["team"] for part in _parts(facts)}
    names |= {gap["team"] for gap in facts["gaps"] if gap["is_open"]}
    names |= {gap["blocked_on"] for gap in facts["gaps"] if gap["blocked_on"]}
    names |= asked.keys()
    rows = []
    for name in names:
        gaps = [gap for gap in facts["gaps"] if gap["is_open"] and gap["team"] == name]
        answers = asked.get(name)
        rows.append(
            {
                "name": name,
                "channels": sum(channel["team"] == name for channel in _in_use(facts)),
                "components": sum(part["team"] == name for part in facts["components"]),
                "open": len(gaps),
                "overdue": sum(gap["is_overdue"] for gap in gaps),
                "awaited": sum(gap["blocked_on"] == name for gap in facts["gaps"]) if name else 0,
                "answered": _value(_share(answers["answered"], answers["asked"]))
                if answers
                else "",
            }
        )
    unowned = [row for row in rows if not row["name"] and (row["channels"] or row["open"])]
    rows = [row for row in rows if row["name"]]
    rows.sort(key=lambda row: (-row["overdue"], -row["open"], row["name"]))
    return rows + unowned


# --- what changed ----------------------------------------------------------------------------------


def changes(facts: Facts, previous: Facts | None) -> list[Facts]:
    """Return what happened since the last report, as labels with names; the most weighty first."""
    if previous is None:
        return []
    gaps_then = {gap["uid"]: gap for gap in previous["gaps"]}
    channels_then = {one["uid"]: one for one in previous["channels"]}
    gaps, channels = facts["gaps"], facts["channels"]

    def became(state: str) -> list[str]:
        return [
            f"{gap['code']} {gap['title']}"
            for gap in gaps
            if gap["state"]["code"] == state
            and gaps_then.get(gap["uid"], {}).get("state", {}).get("code") != state
        ]

    def moved_to(stage: str) -> list[str]:
        return [
            one["name"]
            for one in channels
            if one["life_cycle"]["code"] == stage
            and one["uid"] in channels_then
            and channels_then[one["uid"]]["life_cycle"]["code"] != stage
        ]

    parts_then = {part["uid"]: part for part in _parts(previous)}
    lost = [
        part["name"]
        for part in _parts(facts)
        if not part["team"] and parts_then.get(part["uid"], {}).get("team")
    ]
    found_owner = [
        f"{part['name']} ({part['team']})"
        for part in _parts(facts)
        if part["team"] and part["uid"] in parts_then and not parts_then[part["uid"]]["team"]
    ]
    slipped = [
        f"{gap['code']} {gap['title']}"
        for gap in gaps
        if gap["uid"] in gaps_then and gap["slips"] > gaps_then[gap["uid"]]["slips"]
    ]
    opened = [
        f"{gap['code']} {gap['title']}"
        for gap in gaps
        if gap["uid"] not in gaps_then and gap["state"]["code"] != "duplicate"
    ]
    reopened = [
        f"{gap['code']} {gap['title']}"
        for gap in gaps
        if gap["is_open"]
        and gap["uid"] in gaps_then
        and gaps_then[gap["uid"]]["state"]["code"] in ("resolved", "verified", "accepted")
    ]
    decisions_then = {one["uid"] for one in previous.get("decisions", []) if one["decided"]}
    decided = [
        one["question"]
        for one in facts["decisions"]
        if one["decided"] and one["uid"] not in decisions_then
    ]
    journeys_then = {journey["uid"] for journey in previous["journeys"]}
    lines = [
        (_("Decided"), decided),
        (_("Fixed and verified"), became("verified")),
        (_("Fixed, to be verified"), became("resolved")),
        (_("New gaps"), opened),
        (_("Opened again"), reopened),
        (_("Accepted for now"), became("accepted")),
        (_("Date moved back"), slipped),
        (_("Lost their owner"), lost),
        (_("Found an owner"), found_owner),
        (_("Went live"), moved_to("live")),
        (_("Retired"), moved_to("retired")),
        (_("New channels"), [one["name"] for one in channels if one["uid"] not in channels_then]),
        (
            _("New journeys"),
            [one["name"] for one in facts["journeys"] if one["uid"] not in journeys_then],
        ),
    ]
    return [{"label": label, "names": names} for label, names in lines if names]


# --- caveats and definitions -----------------------------------------------------------------------


def caveats(facts: Facts, previous: Facts | None) -> list[str]:
    """Return what the reader must know about the data before trusting the figures."""
    channels = _in_use(facts)
    lens = facts.get("lens")
    found = [_("%(label)s: %(shows)s.") % lens] if lens else []
    stated = [one for one in channels if one["volume"]["now"]["status"] in ("value", "zero")]
    if len(stated) < len(channels):
        found.append(
            _("A volume is known for %(n)d of %(d)d channels; the others say why not, or nothing.")
            % {"n": len(stated), "d": len(channels)}
        )
    unknown = sum(one["route"]["code"] == "unknown" for one in channels)
    if unknown:
        found.append(
            _("The way to a person is not known for %(n)d of %(d)d channels.")
            % {"n": unknown, "d": len(channels)}
        )
    open_gaps = [gap for gap in facts["gaps"] if gap["is_open"]]
    undated = sum(gap["due"] is None for gap in open_gaps)
    if undated:
        found.append(
            _("%(n)d of %(d)d open gaps have no date, so they cannot be late.")
            % {"n": undated, "d": len(open_gaps)}
        )
    expired = [gap["code"] for gap in facts["gaps"] if gap["is_expired"]]
    if expired:
        found.append(
            _("Accepted until a day that has passed, to be decided again: %(codes)s.")
            % {"codes": ", ".join(expired)}
        )
    left = [part["name"] for part in _parts(facts) if part["owner_left"]]
    if left:
        more = f" + {len(left) - 3}" if len(left) > 3 else ""
        found.append(
            _("The named owner has left: %(names)s.") % {"names": ", ".join(left[:3]) + more}
        )
    for run in facts["checklists"][:1]:
        open_ = sum(team["asked"] - team["answered"] for team in run["teams"])
        if open_:
            found.append(
                _(
                    "“%(name)s”: %(n)d answers are missing; they count neither as met nor as not met."
                )
                % {"name": run["name"], "n": open_}
            )
    empty = sum(not component["text"] for component in facts["components"])
    if empty:
        found.append(
            _("%(n)d of %(d)d components have no text yet.")
            % {"n": empty, "d": len(facts["components"])}
        )
    months = {one["volume"]["month"] for one in stated}
    if len(months) > 1:
        found.append(
            _("Volumes are of different periods (%(months)s): compare a channel with itself only.")
            % {"months": ", ".join(sorted(months))}
        )
    return found


def definitions(lens: Facts | None) -> list[dict[str, str]]:
    """Return what the words and figures of the report mean, as the glossary says it."""
    found = {key: (str(TERMS[key].name), str(TERMS[key].meaning)) for key in IN_REPORTS}
    if lens:
        of_lens = _(
            "Narrowed are channels, journeys, gaps, checklists and initiatives; a journey is shown as a whole."
            " Objectives, decisions and components are those of the whole strategy. The report is compared"
            " only with the last one through the same lens."
        )
        owned = _(
            "A channel that is not retired, with an owning team. Shown as those owned of all that touch mobile."
        )
        found = {
            "lens": (_("Mobile lens"), f"{_(TOUCHES_MOBILE)} {of_lens}"),
            **found,
            "owned": (found["owned"][0], owned),
        }
    return [{"term": term, "text": text} for term, text in found.values()]


def ages(gaps: list[Facts]) -> list[Facts]:
    """Return the open gaps by age and severity, and the settled ones by age, bucket by bucket."""
    rows = []
    for low, high in AGES:
        open_ = [gap for gap in gaps if gap["is_open"] and _within(gap["age"], low, high)]
        settled = [gap for gap in gaps if gap["settled"] and _within(gap["age"], low, high)]
        rows.append(
            {
                "label": _("over %(n)d days") % {"n": low - 1}
                if high is None
                else _("%(low)d to %(high)d days") % {"low": low, "high": high},
                "open": len(open_),
                **{
                    severity: sum(gap["severity"]["code"] == severity for gap in open_)
                    for severity in ("critical", "high", "medium", "low")
                },
                "overdue": sum(gap["is_overdue"] for gap in open_),
                "blocked": sum(gap["state"]["code"] == "blocked" for gap in open_),
                "settled": len(settled),
            }
        )
    return rows


def _within(age: int, low: int, high: int | None) -> bool:
    return max(age, 0) >= low and (high is None or age <= high)


def hand_overs(journey: Facts) -> int:
    """Return how often a journey passes from one team to another."""
    teams = next(
        (place for place, lane in enumerate(journey["lanes"]) if lane["kind"] == "team"), None
    )
    if teams is None:
        return 0
    steps = [step for stage in journey["stages"] for step in stage["steps"]]
    names = [step["cells"][teams]["text"] for step in steps]
    return sum(bool(a and b and a != b) for a, b in pairwise(names))
