"""Where the inventory stands: promises, transitions, the way to a person, self-service, data quality."""

import json

import pytest
from django.template.loader import render_to_string

from strategy.gaps.models import Gap
from strategy.inventory.models import (
    AnswerDifference,
    Channel,
    Measurement,
    SelfServiceOffer,
    ServiceObjective,
    Transition,
)
from strategy.plan.models import ContactType
from strategy.reports import drawing, figures
from strategy.reports.rules import MOST_ACROSS, MOST_EXAMPLES, MOST_LINES
from strategy.reports.snapshot import take
from strategy.reports.standing import parity, promises, quality, reach, standing, transitions
from tests.html import squeeze
from tests.strategy.reports import world
from tests.strategy.reports.test_pdf import page_of, text, words_outside


@pytest.fixture
def place(db):
    return world.World()


def pages_on(facts):
    return drawing.standing(facts)


def held(place, **values):
    line = place.channels["Claims line"]
    values = {"channel": line, "name": "x", "target": 80, "threshold": 30, **values}
    return ServiceObjective.objects.create(**values)


def test_promises_stand_beside_what_was_measured_the_broken_first(place):
    Measurement.objects.create(
        channel=place.channels["Claims line"], metric="ABN", starts_on="2026-10-01", status="value",
        numerator=1, denominator=50,
    )  # fmt: skip
    held(place, metric="ABN", target=5, threshold=None)
    held(place, metric="SL", target=50, measured_over="week")
    held(place, metric="FCR", threshold=None)
    held(place, metric="FCR", threshold=None, effective_to=world.ago(1))
    found = promises(place.strategy, world.TODAY, "")
    assert found["counts"] == {"not_met": 1, "no_figure": 1, "not_comparable": 1, "met": 1}
    broken = found["rows"][0]
    assert (broken["promised"], broken["of"]) == ("80 % answered within 20 seconds", "Toll-free")
    assert broken["qualifiers"].startswith("clock from queue entry, during opening hours")
    assert (broken["measured"], broken["counts"], broken["when"]) == (
        "50 %",
        "1 of 2",
        "October 2026",
    )
    assert [row["verdict"]["label"] for row in found["rows"]] == [
        "Broken", "No figure", "Not comparable", "Kept",
    ]  # fmt: skip
    assert found["lacking"] == ["Clinic kiosk"]  # of the app everything is redirected: not offered
    assert pages_on({"promises": found})["promises"]["verdict"] == (
        "Of 4 promises in force 1 are broken and 1 kept. The others cannot be judged: no figure 1, not comparable 1."
    )


def test_a_promise_of_a_channel_that_is_not_in_use_is_not_judged(place):
    held(place, channel=place.channels["Old fax"])
    assert promises(place.strategy, world.TODAY, "")["total"] == 1


def test_transitions_by_worst_fact_and_those_that_fail_with_their_gap(place):
    Gap.objects.create(
        strategy=place.strategy,
        number=40,
        title="x",
        opened_on=world.TODAY,
        transition=place.broken,
    )
    found = transitions(place.strategy, world.TODAY, "")
    assert (found["total"], found["counts"]["broken"], found["counts"]["stale"]) == (2, 1, 1)
    assert found["matrix"]["columns"] == ["Claims app"]
    assert found["matrix"]["rows"] == [
        {"name": "Claims line", "cells": ["stale"]},
        {"name": "Clinic kiosk", "cells": ["broken"]},
    ]
    Channel.objects.filter(name="Claims line").update(family="post")
    again = transitions(place.strategy, world.TODAY, "")["matrix"]["rows"]
    assert [row["name"] for row in again] == ["Clinic kiosk", "Claims line"], "by family, then name"
    (failing,) = found["rows"]
    assert (failing["source"], failing["target"], failing["gaps"]) == (
        "Clinic kiosk", "Claims app", ["G-40"],
    )  # fmt: skip
    assert failing["owners"] == ["", "Mobile"]


def test_of_very_many_transitions_the_channels_with_most_failing_ones_are_drawn(place):
    channels = Channel.objects.bulk_create(
        Channel(strategy=place.strategy, name=f"C{n:03}", family="web", mode="self_service")
        for n in range(60)
    )
    Transition.objects.bulk_create(
        Transition(
            strategy=place.strategy, source=one, target=other,
            status="broken" if n >= 50 else "works",
        )
        for n, one in enumerate(channels)
        for other in channels[:40]
        if one != other
    )  # fmt: skip
    found = transitions(place.strategy, world.TODAY, "")
    assert (len(found["rows"]), found["more"]) == (MOST_LINES, 401 - MOST_LINES)
    drawn = [row["name"] for row in found["matrix"]["rows"]]
    assert len(drawn) == MOST_ACROSS
    assert set(drawn) > {f"C{n:03}" for n in range(50, 60)}
    assert (found["matrix"]["more_rows"], found["matrix"]["more_columns"]) == (62 - 24, 41 - 24)


def test_from_where_a_person_is_reached_when_not_and_what_is_lost(place):
    found = reach(place.strategy, "")
    assert found["counts"] == {"never": 1, "unknown": 0, "partly": 1, "always": 0}
    kiosk, app = found["rows"]
    assert (kiosk["channel"], kiosk["code"], kiosk["hours"]) == (
        "Clinic kiosk", "never", "No hour of the week",
    )  # fmt: skip
    assert kiosk["way"] == "The way would be Claims app → Claims line, but Clinic kiosk → Claims app is" \
        " recorded as: Broken."  # fmt: skip
    assert (app["hours"], app["not"]) == (
        "Mon-Fri 08:00-18:00", "Mon-Fri 00:00-08:00, 18:00-24:00; Sat-Sun 00:00-24:00",
    )  # fmt: skip
    assert (app["way"], app["is_hidden"]) == ("1 hop, 5 taps, hidden: Claims line.", True)
    assert app["lost"] == "Nobody recorded what comes along."
    assert found["clock"] == "Chicago time"
    assert found["sends"]["rows"] == [
        {
            "channel": "Claims line",
            "to": [{"name": "Claims app", "how": "Link or deep link", "is_partly": False}],
        }
    ]


def test_self_service_that_is_not_alike_says_why(place):
    app, kiosk = place.channels["Claims app"], place.channels["Clinic kiosk"]
    card = ContactType.objects.create(strategy=place.strategy, name="Card")
    bill = ContactType.objects.create(strategy=place.strategy, name="Bill")
    for kind, channel, extent in (
        (card, app, "full"), (card, kiosk, "full"), (bill, app, "part"), (bill, kiosk, "full"),
    ):  # fmt: skip
        SelfServiceOffer.objects.create(contact_type=kind, channel=channel, extent=extent)
    AnswerDifference.objects.create(
        contact_type=card, channel=app, other=kiosk, explanation="2 days"
    )
    found = parity(place.strategy, "")
    assert found["alike"]["n"] == 0
    assert [(row["name"], row["kind"]) for row in found["rows"]] == [
        ("Card", "contradicts"), ("Bill", "differs"), ("Paid?", "unsaid"),
    ]  # fmt: skip
    assert found["rows"][0]["contradictions"] == [
        {"between": ["Claims app", "Clinic kiosk"], "words": "2 days"}
    ]
    assert [one["channels"] for one in found["rows"][2]["extents"]] == [
        ["Claims app"],
        ["Clinic kiosk"],
    ]


def test_of_very_many_channels_side_by_side_some_are_named_and_the_others_counted(place):
    card = ContactType.objects.create(strategy=place.strategy, name="Card")
    channels = Channel.objects.bulk_create(
        Channel(strategy=place.strategy, name=f"C{n:03}", family="web", mode="self_service")
        for n in range(40)
    )
    SelfServiceOffer.objects.bulk_create(
        SelfServiceOffer(contact_type=card, channel=one, extent="full" if n % 2 else "part")
        for n, one in enumerate(channels)
    )
    found = parity(place.strategy, "")
    assert (len(found["channels"]), found["more_channels"]) == (MOST_ACROSS, 42 - MOST_ACROSS)
    row = next(row for row in found["rows"] if row["name"] == "Card")
    named = {one["key"]: (len(one["channels"]), one["more"]) for one in row["extents"]}
    assert named["full"] == named["part"] == (MOST_EXAMPLES, 20 - MOST_EXAMPLES)
    facts = {"parity": found}
    page = squeeze(render_to_string("reports/standing.html", {"standing": pages_on(facts)}))
    assert page.count(f"and {20 - MOST_EXAMPLES} more") == 2
    assert f"and {42 - MOST_ACROSS} more." in page


def test_data_quality_counts_all_and_names_the_first_of_each_rule(place):
    for number in range(5):
        Channel.objects.create(
            strategy=place.strategy, name=f"C{number}", family="web", mode="self_service"
        )
    found = quality(place.strategy, world.TODAY, "")
    assert [one["code"] for one in found["counts"]] == ["error", "warning", "suggestion"]
    assert sum(one["n"] for one in found["counts"]) == sum(one["count"] for one in found["rules"])
    many = next(one for one in found["rules"] if one["count"] > MOST_EXAMPLES)
    assert (len(many["first"]), many["more"]) == (MOST_EXAMPLES, many["count"] - MOST_EXAMPLES)


def test_an_empty_strategy_has_only_what_can_be_said(cast):
    found = standing(cast.strategy, world.TODAY, "")
    assert {part for part, facts in found.items() if facts} == {"quality"}
    assert figures.inventory(found) == ""


def test_the_line_on_the_page_for_executives_counts_what_the_pages_count(snapshot):
    assert snapshot["front"]["inventory"] == (
        "Inventory: 1 of 1 promises broken; 1 of 2 transitions fail; nobody to reach from 1 of 2 channels."
    )
    alike = figures.inventory({"parity": {"alike": {"n": 1, "d": 2}}})
    assert alike == "Inventory: self-service alike for 1 of 2 contact types."
    assert json.loads(json.dumps(snapshot["standing"])) == snapshot["standing"]


def test_every_part_has_its_page_in_the_contents(full_pdf):
    contents = text(full_pdf, 3)
    for title, words in (
        ("Promises", "Of 1 promise in force 1 is broken"),
        ("Transitions", "Those that fail"),
        ("Reaching a person", "Where agents can send customers"),
        ("Self-service side by side", "Why not alike"),
        ("Data quality", "What is wrong"),
    ):
        (line,) = [line for line in contents.splitlines() if line.lstrip().startswith(title)]
        assert page_of(full_pdf, words) == [int(line.split()[-1])], title
    assert "Inventory: 1 of 1 promises broken" in text(full_pdf, 2)


def test_a_report_frozen_before_there_was_such_a_part_is_drawn_without_it(snapshot, drawn):
    del snapshot["standing"], snapshot["front"]["inventory"]
    path = drawn(snapshot)
    assert "Those that fail" not in text(path)
    assert page_of(path, "Channel inventory")


def test_long_names_stay_on_the_paper(place, drawn):
    endless = "X" * 120
    for number in range(30):
        one, other = (
            Channel.objects.create(
                strategy=place.strategy, name=f"{number}{side}{endless}"[:120], family="web",
                mode="self_service",
            )
            for side in "ab"
        )  # fmt: skip
        Transition.objects.create(
            strategy=place.strategy, source=one, target=other, status="not_built", trigger=endless
        )
        held(place, channel=one, population=endless)
    assert words_outside(drawn(take(place.strategy, world.AS_OF))) == []
