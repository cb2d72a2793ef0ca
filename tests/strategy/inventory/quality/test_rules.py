"""The fifteen rules: each with facts on which it speaks, and with facts close to them on which it does not."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strategy.inventory.quality.queries import Line
from strategy.inventory.quality.rules import RULES, problems_of
from strategy.inventory.quality.rules.errors import same_address
from strategy.inventory.quality.rules.facts import (
    ChannelFacts,
    Facts,
    FigureFacts,
    ObjectiveFacts,
    PointFacts,
    TeamFacts,
)
from strategy.inventory.service.metrics import dictionary

TODAY = dt.date(2026, 11, 22)
OCTOBER, SEPTEMBER = dt.date(2026, 10, 1), dt.date(2026, 9, 1)
MONTHS = [dt.date(2026, month, 1) for month in range(1, 11)]


def channel(name: str = "Line", **facts: Any) -> ChannelFacts:
    return ChannelFacts(name, name, **{"mode": "assisted", "team": "care", **facts})


def point(name: str, of: str = "Line", **facts: Any) -> PointFacts:
    return PointFacts(name, name, of, **facts)


def figure(*numbers: float, on: dt.date = OCTOBER, of: str = "Line", **facts: Any) -> FigureFacts:
    """One number is a value, two are counts, none needs a status."""
    metric, grain = facts.pop("metric", "contacts"), facts.pop("grain", "month")
    part, kind = facts.pop("point", None), facts.pop("contact_type", None)
    names = ("value",) if len(numbers) == 1 else ("numerator", "denominator")
    known = dict(zip(names, map(Decimal, numbers), strict=False))
    return FigureFacts(of, part, kind, metric, grain, on, **{**known, **facts})


def facts_of(*things: Any, **more: Any) -> Facts:
    """Return facts of these channels, points, figures and objectives; a channel "Line" is always there."""
    by_kind: dict[Any, list[Any]] = {}
    for thing in things:
        by_kind.setdefault(type(thing), []).append(thing)
    channels = [channel(), *by_kind.get(ChannelFacts, [])]
    teams = {"care": TeamFacts("Contact center"), "app": TeamFacts("Mobile")}
    return Facts(
        today=TODAY,
        channels={one.key: one for one in channels},
        points={one.key: one for one in by_kind.get(PointFacts, [])},
        figures=tuple(by_kind.get(FigureFacts, [])),
        objectives=tuple(by_kind.get(ObjectiveFacts, [])),
        **{"teams": teams, "contact_types": {"claim": "Claims"}, **more},
    )


def said(code: str, *things: Any, **more: Any) -> list[str]:
    """Return what one rule says, in sentences."""
    found = problems_of(facts_of(*things, **more))
    return [Line(one, "larkfield").sentence for one in found if one.rule == code]


def months(*values: float, **facts: Any) -> list[FigureFacts]:
    """Return contacts of the months up to October, one after the other."""
    return [
        figure(value, on=on, **facts)
        for value, on in zip(values, MONTHS[-len(values) :], strict=True)
    ]


APP = channel("App", mode="self_service", team="app")
NUMBER = point("Toll-free", address="1-800-555-0199")
PROMISE = ObjectiveFacts("o", "In time", "Line")
LEVEL = {"metric": "SL"}
NOT = {"status": "not_applicable"}

SPEAKS: dict[str, tuple[str, list[Any], dict[str, Any], str]] = {
    "one number, two teams": (
        "DQ-01", [APP, NUMBER, point("Call us", "App", address="(800) 555 0199")], {},
        "1-800-555-0199 stands at Line, App, but different teams answer for it: Contact center, Mobile.",
    ),
    "one channel whose points have teams of their own": (
        "DQ-01", [NUMBER, point("Call us", address="800 555 0199", team="app")], {},
        "1-800-555-0199 stands at Line, but different teams answer for it: Contact center, Mobile.",
    ),
    "a month to come": (
        "DQ-02", [figure(5, on=dt.date(2026, 12, 1))], {},
        "Line: a figure of a period that has not begun: Contacts, December 2026.",
    ),
    "before the launch": (
        "DQ-02", [channel("Chat", launched_on=dt.date(2026, 11, 1)), figure(5, of="Chat")], {},
        "Chat: Contacts of October 2026, but it was launched only on Nov. 1, 2026.",
    ),
    "after the end of its number": (
        "DQ-02", [point("Old", retires_on=SEPTEMBER), figure(5, point="Old"), figure(5, on=dt.date(2026, 11, 1), point="Old")], {},
        "Line, Old: 2 figures after its retirement on Sept. 1, 2026, the first: Contacts, October 2026.",
    ),
    "more than all": (
        "DQ-03", [figure(90, 80, **LEVEL)], {},
        "Line: Service level of October 2026 counts 90 out of 80.",
    ),
    "more than 100 percent": (
        "DQ-03", [figure(104, **LEVEL)], {}, "Line: Service level of October 2026 is 104 percent.",
    ),
    "a team from outside": (
        "DQ-04", [], {"teams": {"care": TeamFacts("Contact center", has_role=False)}},
        "Contact center owns Line, but has no role in this strategy.",
    ),
    "the owner has left": (
        "DQ-05", [channel("Chat", owner="Ann", owner_left=True)], {},
        "Chat is ownerless: Ann has left.",
    ),
    "nobody owns it": (
        "DQ-05", [channel("Chat", life_cycle="planned", team=None)], {},
        "Chat is ownerless: no team owns it, and no person is named.",
    ),
    "nobody leads": (
        "DQ-05", [], {"teams": {"care": TeamFacts("Contact center", has_lead=False)}},
        "Nobody leads Contact center, so these are ownerless: Line.",
    ),
    "not measured": (
        "DQ-06", [PROMISE, figure(8, 10, on=dt.date(2026, 8, 1), **LEVEL)], {},
        "Line: no figure of Service level since Sept. 1, 2026, so “In time” cannot be measured.",
    ),
    "measured, not counted": (
        "DQ-07", [PROMISE, figure(8, 10, **LEVEL)], {},
        "Line states Service level, but not how many contacts it has.",
    ),
    "visible to nowhere": (
        "DQ-08", [channel("Chat", route="visible")], {},
        "Chat shows a way to a person, but not where it leads, nor how many taps it takes.",
    ),
    "no way, but one works": (
        "DQ-08", [channel("Bot", mode="self_service", route="none")], {"ways": (("Bot", "Line"),)},
        "Bot has no way to a person, but a transition works to Line.",
    ),
    "alone with a person": (
        "DQ-08", [channel("Bot", mode="self_service", route="is_agent")], {},
        "Bot is self-service, but answered by a person.",
    ),
    "retired and reached": (
        "DQ-08", [channel("Fax", life_cycle="retired"), point("Fax number", "Fax")], {},
        "Fax is retired, but customers can still reach it: Fax number.",
    ),
    "a jump": (
        "DQ-09", months(100, 301), {},
        "Line: Contacts went from 100 (September 2026) to 301 (October 2026).",
    ),
    "a fall": (
        "DQ-09", months(301, 100), {},
        "Line: Contacts went from 301 (September 2026) to 100 (October 2026).",
    ),
    "copied forward": (
        "DQ-10", months(7, 5, 5, 5, 5), {},
        "Line: Contacts is the same in 4 periods running, July 2026 to October 2026.",
    ),
    "silent": ("DQ-11", [], {}, "Nobody has said how many contacts Line has."),
    "offered, yet not applicable": (
        "DQ-12", [figure(contact_type="claim", **NOT)], {"offered": frozenset({("Line", "claim")})},
        "Line, Claims: Contacts is “not applicable” in October 2026, but customers are offered this way.",
    ),
    "applied a month before": (
        "DQ-12", [figure(80, on=SEPTEMBER, metric="NPS"), figure(metric="NPS", **NOT)], {},
        "Line: Net promoter score is “not applicable” in October 2026, but had a figure the period before.",
    ),
    "the same twice": (
        "DQ-13", [channel("Desk"), figure(1000), figure(1000, of="Desk")], {},
        "Line, Desk report the very same contacts: 1,000 in October 2026.",
    ),
    "does not add up": (
        "DQ-14", [figure(1000, metric="OFF"), figure(900, metric="HAN"), figure(50, 1000, metric="ABN")], {},
        "Line, October 2026: 1,000 offered, but 900 handled and 50 abandoned.",
    ),
    "one number of one team at two channels": (
        "DQ-15", [channel("Desk"), NUMBER, point("Desk", "Desk", address="800 555 0199")], {},
        "1-800-555-0199 is an access point of several channels: Line, Desk.",
    ),
}  # fmt: skip

IS_SILENT: dict[str, tuple[str, list[Any], dict[str, Any]]] = {
    "one team, one number": (
        "DQ-01", [channel("Desk"), NUMBER, point("Desk", "Desk", address="800 555 0199")], {},
    ),
    "a number that one team lends": (
        "DQ-01", [APP, NUMBER, point("Call us", "App", address="800 555 0199", team="care")], {},
    ),
    "no address": ("DQ-01", [APP, point("One"), point("Other", "App")], {}),
    "a retired number": (
        "DQ-01", [APP, NUMBER, point("Old", "App", address="8005550199", life_cycle="retired")], {},
    ),
    "the running month": ("DQ-02", [figure(5, on=dt.date(2026, 11, 1))], {}),
    "launched within it": (
        "DQ-02", [channel("Chat", launched_on=dt.date(2026, 10, 31)), figure(5, of="Chat")], {},
    ),
    "in a pilot": (
        "DQ-02", [channel("Chat", life_cycle="pilot", launched_on=TODAY), figure(5, of="Chat")], {},
    ),
    "nothing before the launch": (
        "DQ-02", [channel("Chat", launched_on=TODAY), figure(of="Chat", **NOT)], {},
    ),
    "all": ("DQ-03", [figure(80, 80, **LEVEL), figure(100, metric="FCR")], {}),
    "open to more": ("DQ-03", [figure(90, 80, metric="FA"), figure(900, 80, metric="AHT")], {}),
    "a retired channel of a stranger": (
        "DQ-04", [channel("Fax", team="x", life_cycle="retired")], {"teams": {"x": TeamFacts("X", has_role=False)}},
    ),
    "a person without a team": ("DQ-05", [channel("Chat", owner="Ann", team=None)], {}),
    "retired without an owner": ("DQ-05", [channel("Chat", life_cycle="retired", team=None)], {}),
    "owned and led": ("DQ-05", [channel("Chat", owner="Ann")], {}),
    "owned by somebody of a team that nobody leads": (
        "DQ-05", [channel("Chat", owner="Ann", team="x")], {"teams": {"x": TeamFacts("X", has_lead=False)}},
    ),
    "measured": ("DQ-06", [PROMISE, figure(8, 10, on=SEPTEMBER, **LEVEL)], {}),
    "measured at its number": (
        "DQ-06", [PROMISE, NUMBER, figure(8, 10, on=SEPTEMBER, point="Toll-free", **LEVEL)], {},
    ),
    "measured by the quarter": (
        "DQ-06", [PROMISE, figure(8, 10, on=dt.date(2026, 7, 1), grain="quarter", **LEVEL)], {},
    ),
    "by the week, measured by the month": (
        "DQ-06", [PROMISE._replace(grain="week"), figure(8, 10, **LEVEL)], {},
    ),
    "just come into force": ("DQ-06", [PROMISE._replace(effective_from=dt.date(2026, 10, 2))], {}),
    "no more in force": ("DQ-06", [PROMISE._replace(effective_to=OCTOBER)], {}),
    "measured and counted": ("DQ-07", [PROMISE, figure(8, 10, **LEVEL), figure(10)], {}),
    "offered is counted": ("DQ-07", [PROMISE, figure(8, 10, **LEVEL), figure(10, metric="OFF")], {}),
    "nothing contradicts": (
        "DQ-08",
        [channel("Chat", route="visible", taps=1), channel("Bot", mode="self_service", route="none")],
        {"ways": (("Bot", "gone"),)},
    ),
    "to a channel without people": (
        "DQ-08", [APP, channel("Bot", mode="self_service", route="none")], {"ways": (("Bot", "App"),)},
    ),
    "threefold": ("DQ-09", months(100, 300), {}),
    "few": ("DQ-09", months(99, 999), {}),
    "a gap between": ("DQ-09", [figure(100, on=MONTHS[0]), figure(900)], {}),
    "a month that runs": ("DQ-09", [figure(900), figure(100, on=dt.date(2026, 11, 1))], {}),
    "three times": ("DQ-10", months(5, 5, 5, 6), {}),
    "zero": ("DQ-10", [figure(on=on, status="zero") for on in MONTHS], {}),
    "with a gap": ("DQ-10", [figure(5, on=on) for on in (*MONTHS[:3], *MONTHS[4:7])], {}),
    "counted": ("DQ-11", [figure(on=OCTOBER, status="zero")], {}),
    "does not apply": ("DQ-11", [figure(**NOT)], {}),
    "not live": ("DQ-11", [channel(life_cycle="planned")], {}),
    "offered since": (
        "DQ-12", [figure(on=SEPTEMBER, **NOT), figure(5)], {"offered": frozenset({("Line", "claim")})},
    ),
    "not offered": ("DQ-12", [figure(contact_type="claim", **NOT)], {"offered": frozenset({("Line", "x")})}),
    "a metric that does not fit": ("DQ-12", [figure(metric="OCC", **NOT)], {"offered": frozenset({("Line", "x")})}),
    "too few to tell": ("DQ-13", [channel("Desk"), figure(999), figure(999, of="Desk")], {}),
    "of two teams": ("DQ-13", [APP, figure(1000), figure(1000, of="App")], {}),
    "within tolerance": (
        "DQ-14", [figure(1000, metric="OFF"), figure(930, metric="HAN"), figure(50, 1000, metric="ABN")], {},
    ),
    "one number of two teams": ("DQ-15", [APP, NUMBER, point("App", "App", address="800 555 0199")], {}),
    "twice at one channel": ("DQ-15", [NUMBER, point("Two", address="800 555 0199")], {}),
    "one of them retired": (
        "DQ-15",
        [channel("Desk"), NUMBER, point("Desk", "Desk", address="800 555 0199", life_cycle="retired")],
        {},
    ),
    "two of three": ("DQ-14", [figure(900, metric="HAN"), figure(50, 1000, metric="ABN")], {}),
}  # fmt: skip


@pytest.mark.parametrize("case", SPEAKS)
def test_it_speaks(case):
    code, things, more, sentence = SPEAKS[case]
    assert said(code, *things, **more) == [sentence]


@pytest.mark.parametrize("case", IS_SILENT)
def test_it_is_silent(case):
    code, things, more = IS_SILENT[case]
    assert said(code, *things, **more) == []


def test_every_rule_has_both_cases_and_says_what_to_do():
    assert {case[0] for case in SPEAKS.values()} == set(RULES)
    assert {case[0] for case in IS_SILENT.values()} == set(RULES)
    assert sorted(RULES) == [f"DQ-{number:02}" for number in range(1, 16)]
    assert all(rule.action.endswith(".") and rule.code == code for code, rule in RULES.items())


def test_many_names_and_many_periods_are_summed_up():
    channels = [channel(f"Desk {number}") for number in range(8)]
    teams = {"care": TeamFacts("Contact center", has_lead=False)}
    assert said("DQ-05", *channels, teams=teams) == [
        "Nobody leads Contact center, so these are ownerless: Line, Desk 0, Desk 1, Desk 2, Desk 3, Desk 4"
        " and 3 more."
    ]
    problems = problems_of(facts_of(*[figure(90, 80, on=on, **LEVEL) for on in MONTHS[:3]]))
    line = next(Line(one, "x") for one in problems if one.rule == "DQ-03")
    assert line.more == "And in 2 more periods."


def names(code: str, *things: Any, **more: Any) -> list[Any]:
    """Return the subjects of what one rule says."""
    return [one.subject for one in problems_of(facts_of(*things, **more)) if one.rule == code]


@pytest.mark.parametrize(
    ("code", "rest"),
    [
        ("DQ-15", [NUMBER, point("Desk", "b", address="800 555 0199")]),
        ("DQ-13", [figure(4000), figure(4000, of="b")]),
        ("DQ-05", []),
    ],
)
def test_what_names_a_problem_does_not_follow_the_alphabet(code, rest):
    def found(name, *, first, slug):
        desk = channel()._replace(key="b", name=name)
        channels = [desk, channel()] if first else [channel(), desk]
        teams = {"care": TeamFacts("Contact center", has_lead=False, slug=slug)}
        facts = facts_of(*rest, teams=teams)
        points = sorted(facts.points.values(), key=lambda one: (one.channel == "Line") == first)
        facts = replace(
            facts,
            channels={one.key: one for one in channels},
            points={one.key: one for one in points},
            figures=facts.figures[:: 1 if first else -1],
        )
        return [one.subject for one in problems_of(facts) if one.rule == code]

    (one,) = found("A desk", first=True, slug="care")
    assert found("Z desk", first=False, slug="contact-center") == [one]


def test_two_problems_never_share_a_name():
    both = {"point": "Toll-free", "contact_type": "claim"}
    rows = [*months(200, 900), *months(200, 900, point="Toll-free"), *months(200, 900, **both)]
    rows += months(200, 900, contact_type="claim")
    assert len(set(names("DQ-09", NUMBER, *rows))) == 4
    twice = [PROMISE, PROMISE._replace(key="p")]
    assert len(set(names("DQ-06", *twice))) == 2
    lines = [channel("Desk"), NUMBER, point("Desk", "Desk", address="800 555 0199")]
    pages = [
        point(name, name, kind="url", address="larkfield.example") for name in ("Line", "Desk")
    ]
    pages = [one._replace(key=f"page {one.key}") for one in pages]
    assert len(set(names("DQ-15", *lines, *pages))) == 2


def test_a_promise_keeps_its_name_when_it_is_called_otherwise():
    assert names("DQ-06", PROMISE) == names("DQ-06", PROMISE._replace(name="At once"))


def test_the_same_figure_asks_again_when_it_is_another_not_when_time_goes_by():
    def digest(*values):
        (one,) = [one for one in problems_of(facts_of(*months(*values))) if one.rule == "DQ-10"]
        return one.digest

    asked = digest(70, 70, 70, 70, 70)
    assert digest(70, 70, 70, 70) == asked, "its first month is too long ago to be looked at"
    assert digest(71, 71, 71, 71) != asked


def test_addresses_that_are_the_same():
    assert same_address("phone", "+1 (800) 555-0199") == same_address("phone", "800.555.0199")
    assert same_address("url", "https://www.Larkfield.example/help/") == "larkfield.example/help"
    assert same_address("inbox", " Help@larkfield.example") == "help@larkfield.example"
    assert same_address("phone", "  ") == ""


# --- facts nobody thought of --------------------------------------------------------------------------
TEXTS = st.sampled_from(["", "Line", "800 555 0199", "https://", "100 %(x)s"])
KEYS = st.sampled_from([None, "Line", "b", "c", "claim", "care", "gone"])
DAYS = st.none() | st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))
LIVES = st.sampled_from(["planned", "pilot", "live", "retiring", "retired"])
NUMBERS = st.none() | st.decimals(min_value=-10, max_value=2000, places=2)
GRAINS = st.sampled_from(["day", "week", "month", "quarter", "year"])
CODES = st.sampled_from([*dictionary(), "of our own"])
STARTS = st.dates(dt.date(2020, 1, 1), dt.date(2027, 12, 31)).map(lambda day: day.replace(day=1))
FAR = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))

CHANNELS = st.builds(
    ChannelFacts, KEYS, TEXTS, st.sampled_from(["self_service", "assisted", "hybrid"]), LIVES, DAYS, DAYS,
    st.sampled_from(["unknown", "visible", "hidden", "none", "is_agent"]), st.none() | st.integers(0, 9),
    KEYS, KEYS, TEXTS, st.booleans(),
)  # fmt: skip
POINTS = st.builds(
    PointFacts, KEYS, TEXTS, KEYS, st.sampled_from(["phone", "url", "inbox"]), TEXTS, LIVES, DAYS, DAYS, KEYS
)  # fmt: skip
FIGURES = st.builds(
    FigureFacts, KEYS, KEYS, KEYS, CODES, GRAINS, STARTS | FAR,
    st.sampled_from(["value", "zero", "no_data", "not_applicable", "suppressed"]), NUMBERS, NUMBERS, NUMBERS,
)  # fmt: skip
OBJECTIVES = st.builds(ObjectiveFacts, KEYS, TEXTS, KEYS, KEYS, CODES, GRAINS, DAYS, DAYS)


def _by_key(of: Any) -> Any:
    return st.lists(of, max_size=5).map(lambda several: {one.key: one for one in several})


FACTS = st.builds(
    Facts,
    st.just(TODAY),
    _by_key(CHANNELS),
    _by_key(POINTS),
    st.dictionaries(KEYS, st.builds(TeamFacts, TEXTS, st.booleans(), st.booleans())),
    st.dictionaries(KEYS, TEXTS),
    st.lists(FIGURES, max_size=12).map(tuple),
    st.lists(OBJECTIVES, max_size=4).map(tuple),
    st.lists(st.tuples(KEYS, KEYS), max_size=4).map(tuple),
    st.frozensets(st.tuples(KEYS, KEYS), max_size=4),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FACTS)
def test_no_facts_bring_a_rule_down(facts):
    for problem in problems_of(facts):
        assert problem.channels
        assert set(problem.channels) <= set(facts.channels)
        line = Line(problem, "larkfield")
        assert all((line.sentence, line.action, line.label))
        assert line.more is not None
