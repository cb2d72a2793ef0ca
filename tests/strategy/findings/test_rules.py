"""The six rules: what each finds, and what it leaves alone."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest

from strategy.findings.rules import RULES, hours
from strategy.findings.rules.facts import (
    ChannelFacts,
    DifferenceFacts,
    Facts,
    InitiativeFacts,
    TransitionFacts,
)

TODAY = dt.date(2026, 10, 1)
APP, LINE, CHAT, NURSE = (UUID(int=number) for number in range(1, 5))
app = ChannelFacts(APP, "App", "self_service", "live", route="visible", owner=1)
line = ChannelFacts(
    LINE, "Line", "assisted", "live", route="is_agent", hours="Mon-Fri 08:00-18:00", owner=2
)
chat = ChannelFacts(CHAT, "Chat", "assisted", "live", route="is_agent", hours="Sat 09:00-12:00")
nurse = ChannelFacts(NURSE, "Nurse line", "assisted", "live", route="is_agent", hours="Always")
way = TransitionFacts(UUID(int=20), APP, LINE)


def facts(*channels, **more):
    return Facts(TODAY, 28, {each.uid: each for each in channels}, **more)


def said(rule, looked_at):
    return [(one.sentence % one.values, one.severity) for one in RULES[rule].find(looked_at)]


# --- the way to a person ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"route": "hidden", "taps": 5}, [("App hides the way to a person, 5 taps deep.", "medium")]),
        ({"route": "hidden"}, [("App hides the way to a person.", "medium")]),
        ({"route": "none"}, [("App shows no way to a person.", "high")]),
        ({"route": "none", "mode": "hybrid"}, [("App shows no way to a person.", "high")]),
        ({"route": "none", "life_cycle": "retiring"}, [("App shows no way to a person.", "high")]),
        ({"route": "visible"}, []),
        ({"route": "unknown"}, []),
        ({"route": "none", "mode": "assisted"}, []),
        ({"route": "none", "life_cycle": "retired"}, []),
        ({"route": "none", "life_cycle": "planned"}, []),
    ],
)  # fmt: skip
def test_a_hidden_or_missing_way_to_a_person(change, found):
    assert said("agent_route", facts(replace(app, **change))) == found


# --- identified again -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"identity": "no"}, "From App to Line, customers have to say again who they are."),
        ({"identity": "yes", "authentication": "no"}, "From App to Line, customers have to sign in again."),
        ({"identity": "no", "status": "broken"}, "From App to Line, customers have to say again who they are."),
        ({"identity": "partly"}, None),
        ({}, None),
        ({"identity": "no", "status": "not_built"}, None),
        ({"identity": "no", "status": "declined"}, None),
    ],
)  # fmt: skip
def test_identified_again_on_a_hop(change, found):
    looked_at = facts(
        app, line, transitions=(replace(way, **change),), hops={(APP, LINE): ("Claim",)}
    )
    assert said("asked_again", looked_at) == ([(found, "medium")] if found else [])


def test_a_way_that_no_journey_takes_is_left_alone_and_two_journeys_make_it_worse():
    asked = replace(way, identity="no")
    assert said("asked_again", facts(app, line, transitions=(asked,))) == []
    assert (
        said("asked_again", facts(app, line, transitions=(asked,), hops={(LINE, APP): ("Claim",)}))
        == []
    )
    two = facts(app, line, transitions=(asked,), hops={(APP, LINE): ("Claim", "Card")})
    [(_sentence, severity)] = said("asked_again", two)
    assert severity == "high"


# --- promised hours ---------------------------------------------------------------------------------

promising = replace(app, promised="Help around the clock", leads_to=LINE)


def test_a_person_is_promised_when_nobody_answers():
    [found] = RULES["hours"].find(facts(promising, line, nurse))
    assert found.sentence % found.values == (
        "App promises a person (“Help around the clock”), but somebody answers only Mon-Fri 08:00-18:00."
    )
    assert found.more % found.values == "Open then, but not offered here: Nurse line."
    assert (found.severity, found.channels) == ("high", (APP, LINE))


def test_every_channel_that_is_offered_counts():
    offered = (replace(way, target=CHAT), replace(way, target=NURSE, status="not_built"))
    [found] = RULES["hours"].find(facts(promising, line, chat, nurse, transitions=offered))
    assert found.values["open"] == "Mon-Fri 08:00-18:00; Sat 09:00-12:00"
    assert (
        said("hours", facts(promising, line, nurse, transitions=(replace(way, target=NURSE),)))
        == []
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"leads_to": None}, "App promises a person (“Help around the clock”), but leads to no channel where one answers."),
        ({"promised": "Sun 10-12"}, "App promises a person (“Sun 10-12”), but nobody answers at those hours."),
        ({"promised": "Mon-Fri 09:00-17:00"}, None),
        ({"promised": "Usually within a day"}, None),
        ({"promised": ""}, None),
        ({"life_cycle": "retired"}, None),
    ],
)  # fmt: skip
def test_promises_that_are_kept_or_cannot_be_read_are_left_alone(change, sentence):
    found = [text for text, _severity in said("hours", facts(replace(promising, **change), line))]
    assert found == ([sentence] if sentence else [])


def test_nobody_is_judged_by_hours_that_cannot_be_read():
    vague = replace(line, hours="As the clinic")
    assert said("hours", facts(promising, vague)) == []
    promise = replace(promising, promised="Soon")
    assert [each.name for each in hours.unread(facts(promise, line))] == ["App"]


def test_the_hours_of_a_hybrid_channel_say_nothing_of_people():
    hybrid = replace(line, mode="hybrid", hours="Always")
    [(sentence, _severity)] = said("hours", facts(promising, hybrid))
    assert sentence.endswith("but leads to no channel where one answers.")


# --- ends without an owner --------------------------------------------------------------------------


def test_an_end_without_an_owner():
    ownerless = replace(app, owner=None)
    ways = (way, replace(way, uid=UUID(int=21), source=CHAT, target=APP))
    [found] = RULES["ownerless_end"].find(
        facts(ownerless, line, replace(chat, owner=3), transitions=ways)
    )
    assert found.sentence % found.values == (
        "No team owns App, from or to which customers change: Line, Chat."
    )
    assert (found.subject, found.channels) == (APP, (APP, LINE, CHAT)), (
        "one finding, however many ways"
    )
    assert said("ownerless_end", facts(app, line, transitions=(way,))) == []
    declined = replace(way, status="declined")
    assert said("ownerless_end", facts(ownerless, line, transitions=(declined,))) == []


def test_a_way_from_or_to_a_channel_that_is_no_more_is_left_alone():
    gone = replace(app, owner=None, life_cycle="retired")
    asked = replace(way, identity="no")
    looked_at = facts(gone, line, transitions=(asked,), hops={(APP, LINE): ("Claim",)})
    assert said("ownerless_end", looked_at) == said("asked_again", looked_at) == []
    only_line = facts(line, transitions=(asked,), hops={(APP, LINE): ("Claim",)})
    assert said("asked_again", only_line) == [], "the channel came after the others were read"


# --- notice -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("launch", "told", "found"),
    [
        (27, None, ("Photos launches on 2026-10-28, and nobody has told the contact center.", "high")),
        (28, None, ("Photos launches on 2026-10-29, and nobody has told the contact center.", "medium")),
        (0, None, ("Photos launches on 2026-10-01, and nobody has told the contact center.", "high")),
        (-28, None, ("Photos launched on 2026-09-03, and nobody has told the contact center.", "high")),
        (-29, None, None),
        (20, 0, ("The contact center has 20 of 28 days' notice of Photos.", "medium")),
        (28, 0, None),
        (-1, -5, None),
        (None, None, None),
    ],
)  # fmt: skip
def test_a_launch_that_the_contact_center_hears_of_too_late(launch, told, found):
    def day(days):
        return None if days is None else TODAY + dt.timedelta(days=days)

    initiative = InitiativeFacts(UUID(int=30), "Photos", day(launch), day(told))
    assert said("notice", facts(initiatives=(initiative,))) == ([found] if found else [])


# --- two answers ------------------------------------------------------------------------------------


def test_two_self_service_channels_that_contradict_each_other():
    differs = DifferenceFacts(UUID(int=40), "Paid?", APP, CHAT, "contradicts", "Two systems.")
    looked_at = facts(app, chat, differences=(differs,))
    assert said("answers", looked_at) == [("App and Chat answer “Paid?” differently.", "high")]
    by_design = replace(differs, kind="by_design")
    assert said("answers", facts(app, chat, differences=(by_design,))) == []
    gone = replace(chat, life_cycle="retired")
    assert said("answers", facts(app, gone, differences=(differs,))) == []


# --- what a finding rests on -------------------------------------------------------------------------


def test_only_other_facts_give_another_digest():
    def digest(**change):
        [found] = RULES["agent_route"].find(
            facts(replace(app, **{"route": "hidden", "taps": 5, **change}))
        )
        return found.digest

    assert digest() == digest(name="Another name", hours="Always")
    assert digest() != digest(taps=6)
    assert digest() != digest(route="none")
