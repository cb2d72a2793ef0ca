"""What is wrong in a file: every problem, with its line, its path and a sentence."""

import json

import pytest
from django.db.models import CheckConstraint

from strategy.checklists.models import Answer, Run
from strategy.exchange import reading, shape
from strategy.exchange.demo.actions import FILE
from strategy.exchange.queries import check, preview
from strategy.exchange.rows import build
from strategy.findings.models import Judgment
from strategy.findings.rules import RULES as FINDING_RULES
from strategy.gaps.models import Gap
from strategy.inventory.models import (
    AccessDecision,
    AccessPoint,
    AnswerDifference,
    Calendar,
    Channel,
    Measurement,
    SelfServiceOffer,
    ServiceObjective,
    Transition,
)
from strategy.inventory.quality.rules import RULES as DOUBTS
from strategy.journeys.models import Cell, Journey, Lane, Stage, Step
from strategy.plan.models import (
    Commitment,
    Component,
    ContactType,
    Decision,
    Initiative,
    Objective,
    Segment,
    Strategy,
)
from teams.models import StrategyRole, Team, User
from tests.strategy.exchange.conftest import SMALL, line_of

MODELS = {
    "strategy": Strategy,
    "team": Team,
    "person": User,
    "role": StrategyRole,
    "objective": Objective,
    "commitment": Commitment,
    "initiative": Initiative,
    "decision": Decision,
    "component": Component,
    "calendar": Calendar,
    "segment": Segment,
    "channel": Channel,
    "access_point": AccessPoint,
    "service_objective": ServiceObjective,
    "measurement": Measurement,
    "transition": Transition,
    "contact_type": ContactType,
    "answer_difference": AnswerDifference,
    "access_decision": AccessDecision,
    "self_service_offer": SelfServiceOffer,
    "finding": Judgment,
    "journey": Journey,
    "lane": Lane,
    "stage": Stage,
    "step": Step,
    "gap": Gap,
    "checklist": Run,
    "answer": Answer,
}


def test_a_good_file_has_no_problems():
    assert check(SMALL) == ()
    assert check(FILE.read_text(encoding="utf-8")) == ()


def test_checking_asks_no_database():
    check(SMALL)  # without the db fixture, a query would raise


# before, after, where the problem stands (a snippet of the changed file), path, beginning of the sentence
CASES = {
    "unknown key, meant another": (
        "    family: app", "    famly: app", "    famly", "channels[0].famly",
        "There is no such key. Did you mean “family”?",
    ),
    "unknown key, like none": (
        "  edition: 4", "  zzz: 4", "  zzz", "strategy.zzz", "There is no such key. Known here: uid, slug, name,",
    ),
    "unknown choice, meant another": (
        "family: voice", "family: voices", "family: voices", "channels[1].family",
        "“voices” is not a choice here. Did you mean “voice”?",
    ),
    "unknown choice, like none": (
        "family: voice", "family: 17", "family: 17", "channels[1].family",
        "“17” is not a choice here. Choose one of: voice, ivr,",
    ),
    "missing key": (
        "    mode: assisted\n", "", "  - name: Claims line", "channels[1]", "“mode” is missing here.",
    ),
    "empty key": (
        "    mode: assisted", "    mode:", "  - name: Claims line", "channels[1]", "“mode” is missing here.",
    ),
    "number where text belongs": (
        "name: Small strategy", "name: 1e3", "name: 1e3", "strategy.name",
        "This must be text. Put it in quotes: \"1e3\".",
    ),
    "yes or no where text belongs": (
        "name: Small strategy", "name: True", "name: True", "strategy.name",
        "This must be text. Put it in quotes: \"true\".",
    ),
    "list where text belongs": (
        "name: Small strategy", "name: [a]", "name: [a]", "strategy.name", "Here belongs a text, not a list",
    ),
    "text where a list belongs": (
        "teams: [mobile]", "teams: mobile", "teams: mobile", "people[1].teams", "Here belongs a list",
    ),
    "text where keys belong": (
        "    way_to_a_person:\n      route: is_agent\n      leads_to: Claims app\n", "    way_to_a_person: yes\n",
        "way_to_a_person: yes", "channels[1].way_to_a_person", "Here belong keys with values (key: value).",
    ),
    "text where a number belongs": (
        "taps: 5", "taps: five", "taps: five", "channels[0].way_to_a_person.taps", "“five” is not a whole number.",
    ),
    "huge number": (
        "taps: 5", f"taps: {'9' * 5000}", "taps: 9", "channels[0].way_to_a_person.taps", "“9999",
    ),
    "negative number": (
        "slips: 2", "slips: -2", "slips: -2", "gaps[0].slips", "-2 is too small; it must be 0 or more.",
    ),
    "too large a number": (
        "taps: 5", "taps: 99999", "taps: 99999", "channels[0].way_to_a_person.taps",
        "99999 is too large; it can be 32767 at most.",
    ),
    "no date": (
        "opened_on: 2026-05-01", "opened_on: 2026-02-30", "opened_on: 2026-02-30", "gaps[0].opened_on",
        "“2026-02-30” is not a date. Write it as year-month-day, like 2026-10-01.",
    ),
    "a week is no date": (
        "opened_on: 2026-05-01", "opened_on: 2026-W18-5", "opened_on: 2026-W18", "gaps[0].opened_on",
        "“2026-W18-5” is not a date.",
    ),
    "opened on a day to come": (
        "opened_on: 2026-05-01", "opened_on: 2999-05-01", "opened_on: 2999-05-01", "gaps[0].opened_on",
        "A gap cannot be opened on a day to come.",
    ),
    "no month": (
        "month: 2025-09", "month: 2025-13", "month: 2025-13", "channels[0].measurements[0].month",
        "“2025-13” is not a month. Write it as year and month, like 2026-10.",
    ),
    "no uid": (
        "22222222-2222", "2222222-2222", "2222222-2222", "components.segments.uid", "“2222222-2222-4222",
    ),
    "no slug": (
        "slug: small", "slug: sm all", "slug: sm all", "strategy.slug", "“sm all” is not a short name.",
    ),
    "no e-mail address": (
        "email: bob@small.example", "email: bob", "email: bob", "people[1].email", "“bob” is not an e-mail address.",
    ),
    "over-long text": (
        "name: Small strategy", f"name: {'x' * 151}", "name: xxx", "strategy.name",
        "The text has 151 characters; at most 150 fit. Shorten it.",
    ),
    "over-long cell": (
        "Pain: Waits.", f"Pain: {'x' * 2001}", "Pain: xxx", "journeys[0].stages[0].steps[0].cells.Pain",
        "The text has 2001 characters; at most 2000 fit. Shorten it.",
    ),
    "empty name": (
        "- name: Claims line", '- name: ""', '- name: ""', "channels[1].name", "This must not be empty.",
    ),
    "unknown channel in a journey": (
        "how: Claims line", "how: Claims lime", "how: Claims lime", "journeys[0].stages[0].steps[0].cells.how",
        "There is no channel called “Claims lime”. Did you mean “Claims line”?",
    ),
    "unknown channel it leads to": (
        "leads_to: Claims line", "leads_to: Line", "leads_to: Line", "channels[0].way_to_a_person.leads_to",
        "There is no channel called “Line”.",
    ),
    "leads to itself": (
        "leads_to: Claims line", "leads_to: Claims app", "leads_to: Claims app",
        "channels[0].way_to_a_person.leads_to", "A channel cannot lead to itself.",
    ),
    "unknown team": (
        "    owner_team: mobile", "    owner_team: mobil", "owner_team: mobil", "channels[0].owner_team",
        "There is no team “mobil” in `teams`. Did you mean “mobile”?",
    ),
    "unknown team of a person": (
        "teams: [mobile]", "teams: [web]", "teams: [web]", "people[1].teams[0]", "There is no team “web”",
    ),
    "leads a team they are not in": (
        "leads: [care]", "leads: [carre]", "leads: [carre]", "people[0].leads[0]",
        "“carre” is not among the `teams` of this person.",
    ),
    "unknown person": (
        "accountable: ann@small.example", "accountable: anna@small.example", "accountable: anna",
        "gaps[0].accountable", "There is no person “anna@small.example” in `people`. Did you mean “ann@small.example”?",
    ),
    "unknown journey": (
        "journey: Get paid", "journey: Get payed", "journey: Get payed", "gaps[0].journey",
        "There is no journey called “Get payed”. Did you mean “Get paid”?",
    ),
    "unknown step": (
        "step: 44444444-4444-4444-8444-444444444444", "step: Hangs", "step: Hangs", "gaps[0].step",
        "The journey has no step called “Hangs”. Did you mean “Hangs up”?",
    ),
    "step of two steps": (
        "step: 44444444-4444-4444-8444-444444444444", "step: Calls", "step: Calls", "gaps[0].step",
        "Several steps of this journey are called “Calls”.",
    ),
    "step without journey": (
        "    journey: Get paid\n", "", "step: 44444444-4444-4444-8444-444444444444", "gaps[0].step",
        "A step needs its `journey`.",
    ),
    "unknown lane": (
        "Mood: -2", "Moody: -2", "Moody: -2", "journeys[0].stages[0].steps[0].cells.Moody",
        "This journey has no lane called “Moody”. Did you mean “Mood”?",
    ),
    "text in an emotion": (
        "Mood: -2", "Mood: bad", "Mood: bad", "journeys[0].stages[0].steps[0].cells.Mood", "An emotion is a number",
    ),
    "number in a text cell": (
        "Pain: Waits.", "Pain: 4", "Pain: 4", "journeys[0].stages[0].steps[0].cells.Pain",
        "This must be text. Put it in quotes: \"4\".",
    ),
    "unknown gap": (
        "duplicate_of: 3", "duplicate_of: 4", "duplicate_of: 4", "gaps[3].duplicate_of",
        "There is no gap with number 4.",
    ),
    "repeats itself": (
        "duplicate_of: 3", "duplicate_of: 7", "duplicate_of: 7", "gaps[3].duplicate_of", "A gap cannot repeat itself.",
    ),
    "gap of an answer": (
        "          gap: 3", "          gap: 4", "          gap: 4", "checklists[0].answers.mobile.MOB-01.gap",
        "There is no gap with number 4.",
    ),
    "unknown item": (
        "MOB-02", "MOB-99", "MOB-99", "checklists[0].answers.mobile.MOB-99",
        "This checklist has no item “MOB-99”. Did you mean “MOB-",
    ),
    "answer of an unknown team": (
        "      mobile:\n", "      mobil:\n", "      mobil:", "checklists[0].answers.mobil",
        "There is no team “mobil” in `teams`. Did you mean “mobile”?",
    ),
    "two channels of one name": (
        "name: Claims line", "name: CLAIMS APP", "name: CLAIMS APP", "channels[1].name",
        "Another channel has this name (line 66).",
    ),
    "two teams of one slug": (
        "slug: mobile", "slug: care", "slug: care\n    name: Mobile crew", "teams[1].slug",
        "Another team has this slug (line 14).",
    ),
    "two people of one address": (
        "email: bob@small.example", "email: Ann@small.example", "email: Ann", "people[1].email",
        "Another person has this e-mail address (line 21).",
    ),
    "two gaps of one number": (
        "number: 5", "number: 3", "number: 3\n    title: No video", "gaps[1].number",
        "Another gap has this number",
    ),
    "two lanes of one key": (
        "      - key: more pain\n        kind: pain", "      - kind: pain",
        "      - kind: pain\n        name: Pain\n    stages", "journeys[0].lanes[5]",
        "Another lane has this name; give one of them a `key`",
    ),
    "two months": (
        "month: 2025-09", "month: 2026-09", "month: 2026-09\n        value", "channels[0].measurements[1].month",
        "This month stands here already",
    ),
    "two roles": (
        "  - team: mobile\n    role", "  - person: ANN@small.example\n    role", "  - person: ann", "roles[1]",
        "“ann@small.example” has a role already (line 30).",
    ),
    "one uid twice": (
        "44444444-4444-4444-8444-444444444444\ngaps", "33333333-3333-4333-8333-333333333333\ngaps",
        "33333333-3333-4333-8333-333333333333\ngaps", "journeys[0].stages[1].steps[0].uid",
        "This uid stands on line 242 already.",
    ),
    "one key twice": (
        "  period: 2027 and 2028", "  name: Other", "  name: Other", "strategy.name",
        "This stands here twice; the first is on line 7. Keep one.",
    ),
    "team named twice": (
        "teams: [mobile]", "teams: [mobile, mobile]", "teams: [mobile, mobile]", "people[1].teams[1]",
        "This team is named here already",
    ),
    "a figure that is none": (
        "current: 58.25", "current: 58.255", "current: 58.255", "objectives[0].current",
        "“58.255” is not a figure. Write a number with at most two decimals",
    ),
    "a figure in words": (
        "baseline: 52", "baseline: half", "baseline: half", "objectives[0].baseline",
        "“half” is not a figure.",
    ),
    "answered twice": (
        "- team: mobile\n        stance", "- team: care\n        stance", "- team: care\n        stance: condition",
        "objectives[0].commitments[1].team", "This team has answered already",
    ),
    "an initiative on no channel": (
        "channels: [Claims app]", "channels: [Claims ap]", "channels: [Claims ap]", "initiatives[0].channels[0]",
        "There is no channel called “Claims ap”. Did you mean “Claims app”?",
    ),
    "unknown calendar": (
        "calendar: Public holidays", "calendar: Holidays", "calendar: Holidays",
        "channels[0].access_points[0].calendar", "There is no calendar called “Holidays” in `calendars`.",
    ),
    "a holiday without a date": (
        "      2027-01-01 New", "      Jan 1 New", "    days: |-", "calendars[0].days",
        "Line 2, “Jan 1 New Year's Day”, does not begin with a day like 2026-12-25 or 12/25/2026.",
    ),
    "a day with other hours twice": (
        "2026-12-31 closed", "2026-12-24 closed", "exceptions: |-", "channels[0].access_points[0].exceptions",
        "Line 2, “2026-12-24 closed”: this day stands here already.",
    ),
    "a day with no hours": (
        "2026-12-31 closed", "2026-12-31 perhaps", "exceptions: |-", "channels[0].access_points[0].exceptions",
        "Line 2, “2026-12-31 perhaps”: write the hours after the day, like 08:00-13:00, or “closed”.",
    ),
    "an old short form of a time zone": (
        "America/Chicago", "EST", "time_zone: ", "channels[0].access_points[0].time_zone",
        "“EST” is not a time zone.",
    ),
    "two segments of one name": (
        "name: Single people", "name: families", "name: families", "segments[1].name",
        "Another segment has this name (line",
    ),
    "neither true nor false": (
        "is_vulnerable: true", "is_vulnerable: 1", "is_vulnerable: 1", "segments[0].is_vulnerable",
        "“1” is neither true nor false.",
    ),
    "unknown time zone": (
        "America/Chicago", "America/Chicagoo", "time_zone: ", "channels[0].access_points[0].time_zone",
        "“America/Chicagoo” is not a time zone. Write it like America/Chicago. Did you mean “America/Chicago”?",
    ),
    "unknown word on accessibility": (
        "screen_reader]", "screenreader]", "accessibility: [", "channels[0].access_points[0].accessibility[1]",
        "“screenreader” is not a choice here. Did you mean “screen_reader”?",
    ),
    "word on accessibility twice": (
        "[text, screen_reader]", "[text, text]", "accessibility: [", "channels[0].access_points[0].accessibility[1]",
        "This stands here already",
    ),
    "two access points of one name": (
        "      - name: Toll-free\n        kind: phone", "      - {name: A, kind: phone}\n      - {name: a, kind: url}",
        "      - {name: a", "channels[1].access_points[1].name", "Another access point of this channel has this name",
    ),
    "served twice": (
        "[CL-1, I lost my card]", "[CL-1, CL-1]", "contact_types: [", "channels[0].access_points[0].contact_types[1]",
        "This contact type is named here already",
    ),
    "serves an unknown contact type": (
        "[CL-1, I lost my card]", "[CL-2]", "contact_types: [", "channels[0].access_points[0].contact_types[0]",
        "There is no contact type “CL-2” in `contact_types`. Did you mean “CL-1”?",
    ),
    "a name of two contact types": (
        "  - name: Money\n", "  - {name: Money, code: M1}\n  - {name: Money, code: M2}\n", "parent: Money",
        "contact_types[0].parent", "Several contact types are called “Money”. Write the code of the one you mean.",
    ),
    "two contact types of one name without code": (
        "  - name: Money\n", "  - name: Money\n  - name: money\n", "  - name: money", "contact_types[3].name",
        "Another contact type has this name (line",
    ),
    "two contact types of one code": (
        "  - name: Money\n", "  - name: Money\n    code: cl-1\n", "    code: cl-1", "contact_types[2].code",
        "Another contact type has this code (line",
    ),
    "part of what is part of it": (
        "  - name: Money\n", "  - name: Money\n    parent: CL-1\n", "    parent: CL-1", "contact_types[2].parent",
        "A contact type cannot be part of itself.",
    ),
    "decided for an unknown segment": (
        "  Families:\n", "  Familys:\n", "  Familys:", "access_decisions.Familys",
        "There is no segment called “Familys” in `segments`. Did you mean “Families”?",
    ),
    "decided for an unknown channel": (
        "      Claims app: preferred", "      Claims ap: preferred", "      Claims ap: ", "access_decisions.Families.CL-1.Claims ap",
        "There is no channel called “Claims ap”. Did you mean “Claims app”?",
    ),
    "one contact type under two names": (
        "    I lost my card:\n", "    Where is my money?:\n", "    Where is my money?:",
        "access_decisions.Families.“Where is my money?”", "This contact type is named here already",
    ),
    "unknown decision": (
        "Claims app: preferred", "Claims app: prefered", "Claims app: prefered", "access_decisions.Families.CL-1.Claims app",
        "“prefered” is not a choice here. Did you mean “preferred”?",
    ),
    "a decision that is a list": (
        "Claims app: preferred", "Claims app: [preferred]", "Claims app: [", "access_decisions.Families.CL-1.Claims app",
        "Here belongs one of the choices, or keys with values (key: value).",
    ),
    "redirected to where they are": (
        "        to: Claims app\n        reason: The app", "        to: Claims line\n        reason: The app",
        "        to: Claims line\n        reason: The app", "access_decisions.Families.CL-1.Claims line.to",
        "Name another channel than the one they come from.",
    ),
    "preferred to somewhere": (
        "        to: Claims app\n        reason: The app", "        choice: preferred\n        to: Claims app",
        "      Claims line:\n        choice",
        "access_decisions.Families.CL-1.Claims line", "“redirected”, and nothing else, says `to` which",
    ),
    "a decision without one": (
        "        to: Claims app\n        reason: The app", "        reason: The app", "      Claims line:\n        reason",
        "access_decisions.Families.CL-1.Claims line", "Say the `choice`, or `to` which channel customers are sent.",
    ),
    "an unknown extent": (
        "    Claims app: part", "    Claims app: half", "    Claims app: half", "self_service_offers.CL-1.Claims app",
        "“half” is not a choice here. Choose one of: full, part, none, declined.",
    ),
    "unknown access point of a promise": (
        "access_point: Toll-free", "access_point: Tollfree", "access_point: Tollfree",
        "channels[1].service_objectives[0].access_point",
        "This channel has no access point called “Tollfree”. Did you mean “Toll-free”?",
    ),
    "no metric": (
        "metric: FCR", "metric: FRC", "metric: FRC", "channels[1].service_objectives[1].metric",
        "There is no metric “FRC”. Did you mean “FCR”?",
    ),
    "no metric, like none": (
        "metric: FCR", "metric: FOO%", "metric: FOO%", "channels[1].service_objectives[1].metric",
        "There is no metric “FOO%”. Choose one of: contacts, ENQ, TRX, OFF,",
    ),
    "no metric of a figure": (
        "metric: SL\n        numerator", "metric: SSL\n        numerator", "metric: SSL",
        "channels[0].measurements[2].metric", "There is no metric “SSL”. Did you mean “SL”?",
    ),
    "the share of more than all": (
        "numerator: 80.25", "numerator: 180.25", "numerator: 180.25", "channels[0].measurements[2].numerator",
        "“In time” (180.25) cannot be more than",
    ),
    "fewer contacts than none": (
        "value: 1234", "value: -5", "value: -5", "channels[0].measurements[1].value", "Contacts is never below 0.",
    ),
    "a figure with too many digits": (
        "target: 80", "target: 80000000000", "target: 80000000000", "channels[1].service_objectives[0].target",
        "Ensure that there are no more than 10 digits before",
    ),
    "a week as a month": (
        "from: 2026-09-07", "month: 2026-09", "      - grain: week", "channels[0].measurements[2]",
        "A month is named by `month`, every other `grain` by `from`: its first day.",
    ),
    "a year in the middle of a month": (
        "grain: week", "grain: year", "from: 2026-09-07", "channels[0].measurements[2].from",
        "A quarter and a year begin on the first of a month.",
    ),
    "half a ratio": (
        "        denominator: 100\n", "", "      - grain: week", "channels[0].measurements[2]",
        "Give either a `value` other than zero, or a `numerator` and a `denominator`",
    ),
    "out of nothing": (
        "denominator: 100", "denominator: 0", "denominator: 0", "channels[0].measurements[2].denominator",
        "Of nothing there is no ratio.",
    ),
    "a value of zero": (
        "value: 1234", "value: 0.00", "      - month: 2026-09", "channels[0].measurements[1]",
        "Give either a `value` other than zero",
    ),
    "nul in a text": (
        "vision: One door.", r'vision: "One\0door."', "vision: ", "strategy.vision",
        "There is a character in this text that cannot be kept.",
    ),
    "half a character": (
        "vision: One door.", r'vision: "One \ud83d door."', "vision: ", "strategy.vision",
        "There is a character in this text that cannot be kept.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "place", "path", "sentence"), CASES.values(), ids=CASES
)
def test_a_problem_has_its_line_path_and_sentence(before, after, place, path, sentence):
    text = SMALL.replace(before, after, 1)
    assert text != SMALL
    problems = check(text)
    found = [
        problem
        for problem in problems
        if problem.path == path and problem.sentence.startswith(sentence)
    ]
    assert found, f"not among:\n{problems}"
    assert found[0].line == line_of(text, place)


# the name of each check constraint of the models, and the change of a good file that would break it
RULES = {
    "component_review_interval_positive": ("review_every_days: 30", "review_every_days: 0"),
    "channel_review_interval_positive": ("review_every_days: 60", "review_every_days: 0"),
    "channel_retires_after_launch": ("retires_on: 2027-01-05", "retires_on: 2026-01-04"),
    "access_point_review_interval_positive": ("review_every_days: 45", "review_every_days: 0"),
    "access_point_retires_after_launch": ("retires_on: 2027-01-04", "retires_on: 2026-01-04"),
    "access_decision_not_offered_has_reason": (
        "choice: not_offered\n        reason: The card is needed to sign in.\n",
        "choice: not_offered\n",
    ),
    "access_decision_redirect_names_another_channel": (
        "        to: Claims app\n        reason: The app",
        "        choice: redirected\n        reason: The app",
    ),
    "self_service_declined_has_reason": (
        "extent: declined\n      reason: The card is needed to sign in.\n",
        "extent: declined\n",
    ),
    "service_objective_ends_after_it_begins": (
        "effective_to: 2026-12-31",
        "effective_to: 2025-12-31",
    ),
    "service_objective_short_abandon_has_seconds": ("        short_abandon_seconds: 5\n", ""),
    "contact_type_not_its_own_parent": ("parent: Money", "parent: CL-1"),
    "measurement_figures_only_with_status_value": ("value: 1234", "status: value"),
    "measurement_period_starts_on_the_first": ("month: 2025-09", "month: 2025-09-02"),
    "cell_emotion_between_minus_2_and_2": ("Mood: -2", "Mood: -3"),
    "gap_blocked_has_whom": ("    blocked_on: mobile\n", ""),
    "gap_accepted_has_reason_and_end": ("    note: Too dear.\n", ""),
    "answer_not_applicable_has_reason": ("          reason: We have none.\n", ""),
    "commitment_reservation_has_sentence": (
        "        sentence: Only for signed-in people.\n",
        "",
    ),
    "transition_between_two_channels": (
        "    to: Claims app\ncontact",
        "    to: Claims line\ncontact",
    ),
    "answer_difference_of_two_channels": (
        "        other: Claims app\n        explanation",
        "        other: Claims line\n        explanation",
    ),
    "judgment_is_gap_or_reason": ("    reason: It ends in a year.\n", ""),
    "decision_outcome_has_day": ("    decided_on: 2026-09-28\n", ""),
    "role_has_one_holder": (
        "  - team: mobile\n    role",
        "  - team: mobile\n    person: bob@small.example\n    role",
    ),
}


@pytest.mark.parametrize(("before", "after"), RULES.values(), ids=RULES)
def test_what_the_database_would_refuse_is_a_problem_before(before, after):
    text = SMALL.replace(before, after, 1)
    assert text != SMALL
    assert len(check(text)) == 1


def test_every_check_constraint_of_the_models_is_tried_above():
    models = [*MODELS.values(), Cell]
    names = {
        constraint.name
        for model in models
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint)
    }
    assert names == set(RULES)


@pytest.mark.parametrize("value", ["zero", "no_data"])
def test_a_measurement_has_either_a_value_or_a_reason_for_none(value):
    text = SMALL.replace("value: 1234", f"value: 1234\n        status: {value}")
    assert [problem.path for problem in check(text)] == ["channels[0].measurements[1]"]


def test_all_problems_are_listed_by_line():
    text = SMALL
    for before, after in (
        ("family: app", "family: ap"),
        ("how: Claims line", "how: Nowhere"),
        ("slips: 2", "slips: two"),
        ("slug: small", "slug: s m"),
        ("          status: partly", "          status: half"),
    ):
        text = text.replace(before, after, 1)
    problems = check(text)
    assert [problem.path for problem in problems] == [
        "strategy.slug",
        "channels[0].family",
        "journeys[0].stages[0].steps[0].cells.how",
        "gaps[0].slips",
        "checklists[0].answers.mobile.MOB-01.status",
    ]
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)


def test_a_broken_channel_still_counts_as_there():
    problems = check(SMALL.replace("family: voice", "family: nonsense"))
    assert [problem.path for problem in problems] == ["channels[1].family"]


@pytest.mark.parametrize(
    "part",
    [
        *(
            "strategy",
            "teams",
            "people",
            "roles",
            "components",
            "calendars",
            "segments",
            "channels",
        ),
        *("contact_types", "access_decisions", "self_service_offers", "journeys", "gaps"),
    ],
)
@pytest.mark.parametrize(
    "junk", ["17", "word", "[1, [2]]", "{a: {b: 1}}", "[{name: [1]}]", "[null, {}]", "{}"]
)
@pytest.mark.django_db
def test_junk_in_any_part_gives_problems_and_no_crash(part, junk):
    start = SMALL.index(f"\n{part}:") + 1
    rest = SMALL[start:].split("\n", 1)[1]
    after = next(
        (i for i, line in enumerate(rest.split("\n")) if line and not line.startswith((" ", "-"))),
        None,
    )
    tail = "\n".join(rest.split("\n")[after:]) if after is not None else ""
    text = f"{SMALL[:start]}{part}: {junk}\n{tail}"
    assert set(check(text)) <= set(
        preview(text).problems
    )  # a problem or not, but never an exception


def test_a_path_shows_odd_keys_in_quotes():
    problems = check(SMALL.replace("more pain: And waits.", '"a: b\\n": And waits.'))
    assert problems[0].path == "journeys[0].stages[0].steps[0].cells.“a: b”"


# --- what is not a strategy file at all ------------------------------------------------------------

UNREADABLE = {
    "": (1, "The file is empty."),
    "# only a comment\n": (1, "The file is empty."),
    "hello": (1, "This is not a strategy file."),
    "- a\n- b\n": (1, "This is not a strategy file."),
    "format: 1\nkind: shopping-list\n": (
        2,
        "This is not a strategy file. A strategy file begins with “format: 4” and",
    ),
    "kind: customer-access-strategy\n": (1, "The file does not say its format."),
    "kind: customer-access-strategy\nformat: 5\n": (
        2,
        "This file has format 5, which is newer than this portal knows (4). Update the portal",
    ),
    "kind: customer-access-strategy\nformat: 0\n": (
        2,
        "This file has format 0, which this portal no longer reads",
    ),
    "kind: customer-access-strategy\nformat: one\n": (2, "“one” is not a format version."),
    "a: 1\n---\nb: 2\n": (2, "A second document begins here"),
    "a:\n\tb: 1\n": (2, "A tab stands here."),
    "a: b: c\n": (1, "A colon stands where none can be."),
    "a: [1, 2\nb: 3\n": (2, "YAML cannot be read here"),
    "a: 1\n  b: 2\n": (2, "A colon stands where none can be."),
    "a:\n  - 1\n b: 2\n": (3, "The indentation does not fit"),
    "a: \x01\n": (1, "There is a character here that YAML does not allow."),
    "a: 1\nb: \x0c\n": (2, "There is a character here that YAML does not allow."),
    "a: &x 1\nb: *x\n": (1, "Anchors and aliases"),
    "a: 1\nb: *x\n": (2, "Anchors and aliases"),
    "a: !!python/object/apply:os.system [ls]\n": (1, "Tags (!) are not used"),
    "a: !mine 1\n": (1, "Tags (!) are not used"),
    "? [1, 2]\n: 3\n": (1, "A list or a mapping cannot be a key."),
    "a: " + "[" * 50 + "]" * 50: (1, "This is nested too deeply"),
    "[" * 5000: (1, "This is nested too deeply"),
    'a: "\\U00110000"\n': (1, ""),
}


@pytest.mark.parametrize(
    ("text", "expected"), UNREADABLE.items(), ids=lambda value: repr(value)[:40]
)
def test_what_cannot_be_read_is_refused_with_a_sentence(text, expected):
    line, sentence = expected
    problems = check(text)
    assert len(problems) == 1
    assert problems[0].line == line
    assert problems[0].sentence.startswith(sentence)


def test_a_bomb_of_aliases_is_refused_before_it_unfolds():
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(9)
    )
    assert "Anchors and aliases" in check(bomb)[0].sentence


def test_a_file_of_more_than_10_mb_is_refused_unread():
    problems = check(SMALL + "#" * reading.MAX_BYTES)
    assert len(problems) == 1
    assert "larger than 10 MB" in problems[0].sentence


def test_a_byte_order_mark_and_windows_lines_do_no_harm():
    assert check("\ufeff" + SMALL) == ()
    assert check(SMALL.replace("\n", "\r\n")) == ()


def test_an_older_format_is_upgraded(monkeypatch):
    assert check(SMALL.replace("format: 4", "format: 1")) == ()
    monkeypatch.setitem(shape.upgraders, 0, lambda data: {**data, "format": 1})
    assert check(SMALL.replace("format: 4", "format: 0")) == ()


def test_format_3_called_contact_types_by_name_and_had_codes_twice():
    older = """
        format: 3
        kind: customer-access-strategy
        strategy: {slug: old, name: Old}
        channels:
          - {name: A, family: app, mode: self_service}
          - {name: B, family: web, mode: self_service}
        contact_types:
          - {name: One, code: c-1, answers_differ: [{channel: A, other: B, explanation: x}]}
          - {name: Two, code: C-1, answers_differ: [{channel: A, other: B, explanation: y}]}
          - {name: c-1, uid: eeeeeeee-1111-4111-8111-111111111111, answers_differ: [{channel: A, other: B, explanation: z}]}
        findings:
          - {rule: answers, contact_type: One, channel: A, other: B, sentence: s, reason: r, given_on: 2026-01-01}
          - {rule: answers, contact_type: Two, channel: A, other: B, sentence: s, reason: r, given_on: 2026-01-01}
          - {rule: answers, contact_type: c-1, channel: A, other: B, sentence: s, reason: r, given_on: 2026-01-01}
    """
    document = reading.read(older)
    assert not shape.check_shape(document)
    rows = build(document, frameworks={})
    assert document.problems == []
    assert [kind.code for kind in rows.contact_types] == ["c-1", "C-1 (2)", ""]
    judged = [judgment.subject for judgment in rows.judgments]
    assert judged == [differs.uid for differs in rows.differences]


def test_a_finding_of_format_3_with_a_list_as_contact_type_is_a_problem_not_an_error():
    older = """
        format: 3
        kind: customer-access-strategy
        strategy: {slug: old, name: Old}
        contact_types: [{name: One}]
        findings: [{contact_type: [a]}]
    """
    assert any(found.path == "findings[0].contact_type" for found in check(older))


def test_times_and_dates_stay_what_they_are_written_as():
    document = reading.read(
        "a: 22:30\nb: 2024-01-01\nc: yes\nd: 12\ne: '12'\nf: ~\ng: 0x1F\nh: 1_000\n"
    )
    assert document.data.keys() == {"a", "b", "c", "d", "e", "g", "h"}
    assert [document.data[key] for key in "abcde"] == ["22:30", "2024-01-01", "yes", 12, "12"]
    assert str(document.data["g"]) == "0x1F"


# --- the schema and the models agree ---------------------------------------------------------------

RENAMED = {
    "route": "agent_route",
    "leads_to": "agent_channel",
    "taps": "agent_taps",
    "what_was_entered": "entered",
    "page_or_step": "page",
    "access_point": "point",
    "from": "source",
    "to": "target",
    "hours_promised": "agent_hours",
    "person": "user",
}
RENAMED_THERE = {("measurement", "from"): "starts_on", ("access_decision", "to"): "redirect_to"}
NOT_FIELDS = {
    "access_points", "service_objectives", "contact_types", "month",
    "teams", "leads", "measurements", "way_to_a_person", "lanes", "stages", "steps", "cells", "key", "edition", "answers",
    "commitments", "channels", "carried", "answers_differ", "initiative", "contact_type", "other",
}  # fmt: skip
NOT_IN_THE_FILE = {
    "id", "version", "changed_at", "strategy", "objective", "journey", "stage", "step", "lane", "run", "item", "channel",
    "position", "shows_next_steps", "segment",
    "code", "contact_type", "subject", "group", "password", "last_login", "is_superuser", "is_staff", "is_active", "date_joined", "team",
}  # fmt: skip


WITHOUT_UID = {
    *("team", "person", "role", "measurement", "answer", "commitment"),
    *("access_decision", "self_service_offer"),
}
"""Known by slug or e-mail address, or by what they lie between: they have no page of their own."""


def _field(name: str, key: str) -> str:
    return RENAMED_THERE.get((name, key)) or RENAMED.get(key, key)


def _properties(definition: dict) -> dict:
    found = dict(definition["properties"])
    for group in ("way_to_a_person", "carried"):
        found |= found.get(group, {}).get("properties", {})
    return found


@pytest.mark.parametrize("name", MODELS)
def test_the_schema_has_the_lengths_and_choices_of_the_model(name):
    for key, rule in _properties(shape.schema()["$defs"][name]).items():
        if (name, key) == ("finding", "rule"):
            assert set(rule["enum"]) == {*FINDING_RULES, *DOUBTS}
            continue
        if name == "finding" and key in (
            "channel",
            "transition",
            "subject",
        ):  # by these it names its subject
            continue
        if key in NOT_FIELDS or (name, key) == ("checklist", "framework"):
            continue
        field = MODELS[name]._meta.get_field(_field(name, key))
        assert "description" in rule or "$ref" in rule, f"{name}.{key} has no description"
        if field.is_relation:
            continue
        if key == "accessibility":
            assert set(rule["items"]["enum"]) == set(AccessPoint.ACCESSIBILITY)
            continue
        if "enum" in rule:
            assert set(rule["enum"]) == set(dict(field.flatchoices)), key
        elif rule.get("type") == "string" and "format" not in rule:
            assert rule.get("maxLength") == field.max_length, key


@pytest.mark.parametrize("name", MODELS)
def test_no_field_of_a_model_is_forgotten_in_the_file(name):
    keys = {_field(name, key) for key in _properties(shape.schema()["$defs"][name])}
    fields = {field.name for field in MODELS[name]._meta.concrete_fields}
    if name in WITHOUT_UID:
        fields.discard("uid")
    forgotten = fields - keys - NOT_IN_THE_FILE
    assert not forgotten, f"{name}: add {forgotten} to the schema, rows.py and writing.py"


def test_the_schema_is_a_valid_schema_of_its_draft():
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(shape.schema())
    json.dumps(shape.schema())
