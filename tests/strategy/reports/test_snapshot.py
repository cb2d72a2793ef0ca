"""What is frozen: everything the report prints, as it was at one moment."""

import datetime as dt
import json
import threading
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.jobs.models import Job
from strategy.gaps.models import Gap
from strategy.inventory.models import AccessDecision, Channel
from strategy.plan.models import ContactType, Segment, Strategy
from strategy.reports.actions import cancel_report, freeze, request_report
from strategy.reports.models import Report
from strategy.reports.rules import MOST_TYPES
from strategy.reports.snapshot import one_moment, take
from tests.strategy.reports import world


def test_a_snapshot_is_plain_json_and_the_same_each_time(db):
    strategy = world.build()
    first, second = take(strategy, world.AS_OF), take(strategy, world.AS_OF)
    assert json.loads(json.dumps(first)) == first == second
    assert first["schema"] == 1


def test_it_holds_names_words_and_days_so_that_nothing_is_looked_up_later(snapshot):
    line = next(one for one in snapshot["channels"] if one["name"] == "Claims line")
    assert (line["team"], line["family"]["label"]) == ("Contact center", "Phone")
    assert line["review"] == {
        "code": "fresh",
        "words": "In time",
        "on": {"iso": "2026-11-10", "words": "Nov. 10, 2026"},
    }
    app = next(one for one in snapshot["channels"] if one["name"] == "Claims app")
    assert app["route"]["steps"] == ["5 taps", "leads to Claims line"]
    assert snapshot["as_of"]["words"] == "Nov. 20, 2026, 09:30 UTC"
    assert snapshot["strategy"]["classification"]["label"] == "Confidential"


@pytest.mark.parametrize(
    ("name", "now", "before", "change"),
    [
        ("Claims line", "61,873", "66,310", "−7 %"),
        ("Claims app", "0", "Not stated", ""),
        ("Clinic kiosk", "No data", "Not stated", ""),
        ("Claims photo", "Not applicable", "Not stated", ""),
        ("Old fax", "Not stated", "Not stated", ""),
    ],
)
def test_volumes_keep_what_kind_of_figure_they_are(snapshot, name, now, before, change):
    volume = next(one["volume"] for one in snapshot["channels"] if one["name"] == name)
    assert (volume["now"]["words"], volume["before"]["words"], volume["change"]) == (
        now,
        before,
        change,
    )


def test_gaps_come_the_worst_first_and_count_their_days_up_to_the_report(snapshot):
    assert [gap["code"] for gap in snapshot["gaps"]] == ["G-1", "G-3", "G-2", "G-4", "G-5", "G-6"]
    first = snapshot["gaps"][0]
    assert (first["age"], first["is_overdue"], first["late_days"], first["slips"]) == (
        120,
        True,
        12,
        2,
    )
    assert first["blocked_on"] == "IT and telephony"
    verified = next(gap for gap in snapshot["gaps"] if gap["code"] == "G-4")
    assert verified["age"] == 55  # until it was settled, not until today


def test_answers_are_counted_team_by_team(snapshot):
    care, mobile = snapshot["checklists"][0]["teams"]
    assert (care["name"], care["answered"], care["asked"], care["not_met"]) == (
        "Contact center",
        4,
        4,
        1,
    )
    assert (mobile["answered"], mobile["asked"]) == (1, 4)
    assert [one["code"] for one in snapshot["checklists"][0]["shortfalls"]] == ["P-2", "P-4"]


def test_the_board_keeps_its_order_and_an_unstated_emotion_stays_unstated(snapshot):
    journey = next(one for one in snapshot["journeys"] if one["name"].startswith("Has"))
    steps = [step for stage in journey["stages"] for step in stage["steps"]]
    assert [step["name"] for step in steps] == [f"Step {n}" for n in range(1, 10)]
    emotion = [lane["kind"] for lane in journey["lanes"]].index("emotion")
    assert [step["cells"][emotion]["emotion"] for step in steps[:4]] == [-2, -1, None, 1]
    assert steps[0]["gaps"] == [{"code": "G-1", "severity": "critical"}]


def test_an_access_point_says_where_when_and_until_when(snapshot):
    line = next(one for one in snapshot["channels"] if one["name"] == "Claims line")
    (point,) = line["points"]
    assert (point["name"], point["address"]) == ("Toll-free", "800-555-0100")
    assert point["clock"] == "America/Chicago, closed on the days of “Holidays”"
    assert point["after_hours"] == "Voicemail or form, answered later (By noon)"
    assert point["contract"]["words"] == "Jan. 19, 2027"
    assert point["risks"] == ["The contract ends within 90 days"]


def test_a_promise_is_one_line_with_what_makes_it_comparable(snapshot):
    line = next(one for one in snapshot["channels"] if one["name"] == "Claims line")
    (promise,) = line["promises"]  # the one of last year is over
    assert (promise["name"], promise["of"]) == ("In time", "Toll-free")
    assert promise["sentence"] == (
        "80 % answered within 20 seconds, clock from queue entry, during opening hours, measured over months,"
        " counting: Calls in English, every contact offered counts"
    )


def test_a_channel_is_open_when_its_access_points_are(snapshot):
    hours = {one["name"]: one["hours"] for one in snapshot["channels"]}
    assert hours["Claims line"] == "Mon-Fri 08:00-18:00"
    assert hours["Claims app"] == "Always, it says itself"


def test_the_newest_figures_show_the_counts_they_come_from(snapshot):
    line = next(one for one in snapshot["channels"] if one["name"] == "Claims line")
    shown = [(one["metric"], one["words"], one["counts"], one["when"]) for one in line["figures"]]
    assert shown == [
        ("contacts", "700,000", "", "Year from Apr 1, 2025"),
        ("SL", "66.67 %", "2 of 3", "Oct 2026"),
        ("ASA", "31.5 s", "63 ÷ 2", "Oct 2026"),
        ("CPC", "4.50 per contact", "9 ÷ 2", "Oct 2026"),
        ("NPS", "−12.5 points", "", "Oct 2026"),
        ("FA", "90 %", "1 of 10", "Oct 2026"),
        ("SL", "50 %", "1 of 2", "Oct 2026"),
    ]
    assert [one["of"] for one in line["figures"]] == [""] * 6 + ["Toll-free"]


def test_contact_types_are_a_tree_with_how_far_customers_settle_them_alone(snapshot):
    shown = [(one["name"], one["depth"], one["alone"]) for one in snapshot["contact_types"]]
    assert shown == [
        ("Money", 0, None),
        (
            "Paid?",
            1,
            {"n": 1, "d": 3},
        ),  # the retired fax is not counted, nor what is offered in part
    ]


def test_the_matrix_has_a_letter_for_each_cell_and_counts_what_is_undecided(snapshot):
    matrix = snapshot["matrix"]
    assert matrix["channels"] == ["Claims line", "Claims app", "Claims photo", "Clinic kiosk"]
    (families,) = matrix["segments"]
    assert families["rows"] == ["....", "PRN."]
    assert (families["undecided"], families["cells"]) == (5, 8)
    assert families["not_offered"] == [
        {"channel": "Claims photo", "reason": "Not yet.", "types": "P-1"}
    ]


def test_a_matrix_is_frozen_as_far_as_it_is_printed_and_counted_as_a_whole(db):
    few = world.World()
    ContactType.objects.bulk_create(
        ContactType(strategy=few.strategy, name=f"Type {n:03}") for n in range(400)
    )
    photo, segment = few.channels["Claims photo"], Segment.objects.get()
    AccessDecision.objects.bulk_create(
        AccessDecision(
            segment=segment, contact_type=row, channel=photo, choice="not_offered", reason="Late."
        )
        for row in ContactType.objects.filter(name__startswith="Type")
    )
    facts = take(few.strategy, world.AS_OF)
    assert len(facts["contact_types"]) == 402
    assert (len(facts["matrix"]["types"]), facts["matrix"]["more"]) == (MOST_TYPES, 102)
    (families,) = facts["matrix"]["segments"]
    assert len(families["rows"]) == MOST_TYPES
    assert (families["undecided"], families["cells"]) == (5 + 3 * 400, 4 * 402)
    late = next(one for one in families["not_offered"] if one["reason"] == "Late.")
    assert late["types"].endswith("Type 029 and 370 more")


def test_more_rows_take_no_more_queries(db):
    few = world.World()
    with CaptureQueriesContext(connection) as before:
        take(few.strategy, world.AS_OF)
    few.journey("Another one", 12)
    for number in range(50):
        Channel.objects.create(
            strategy=few.strategy, name=f"C{number}", family="web", mode="self_service"
        )
        Gap.objects.create(
            strategy=few.strategy, number=100 + number, title="x", opened_on=world.ago(3)
        )
    with CaptureQueriesContext(connection) as after:
        take(few.strategy, world.AS_OF)
    assert len(after) == len(before)


@pytest.mark.django_db(transaction=True)
def test_all_is_read_at_one_moment_while_others_go_on_writing(cast):
    strategy = cast.strategy
    seen: list[str] = []

    def rename() -> None:
        Strategy.objects.filter(pk=strategy.pk).update(name="Renamed meanwhile")
        connection.close()

    with one_moment():
        seen.append(Strategy.objects.get(pk=strategy.pk).name)
        writer = threading.Thread(target=rename)
        writer.start()
        writer.join(10)
        assert not writer.is_alive()  # reading keeps nobody from writing
        seen.append(Strategy.objects.get(pk=strategy.pk).name)
    seen.append(Strategy.objects.get(pk=strategy.pk).name)
    assert seen == [strategy.name, strategy.name, "Renamed meanwhile"]


def _frozen(place: world.World, at: dt.datetime) -> Report:
    report = request_report(strategy=place.strategy, by=place.dana, at=at)
    freeze(report=report, as_of=at)
    return report


def _front(report: Report) -> dict[str, Any]:
    return report.snapshot["front"]


def test_a_report_is_compared_with_the_last_one(db):
    place = world.World()
    before = _frozen(place, world.AS_OF - dt.timedelta(days=30))
    now = _frozen(place, world.AS_OF)
    assert _front(before)["compared_with"] is None
    assert _front(now)["compared_with"] == {"code": "R-1", "day": "Oct. 21, 2026"}


def test_a_canceled_report_is_nothing_to_compare_with(db):
    place = world.World()
    canceled = _frozen(place, world.AS_OF - dt.timedelta(days=30))
    cancel_report(report=canceled, by=place.dana)
    assert _front(_frozen(place, world.AS_OF))["compared_with"] is None


def test_an_old_kind_of_snapshot_is_nothing_to_compare_with(db):
    place = world.World()
    old = _frozen(place, world.AS_OF - dt.timedelta(days=30))
    Report.objects.filter(pk=old.pk).update(snapshot={"schema": 0})
    assert _front(_frozen(place, world.AS_OF))["compared_with"] is None


def test_what_is_frozen_stays_unless_an_older_release_froze_it(db):
    place = world.World()
    report = _frozen(place, world.AS_OF)
    kept = report.snapshot
    Strategy.objects.filter(pk=place.strategy.pk).update(name="Renamed")
    freeze(report=report, as_of=world.AS_OF + dt.timedelta(days=1))
    assert (report.snapshot, report.data_as_of) == (kept, world.AS_OF)
    Report.objects.filter(pk=report.pk).update(snapshot={"schema": 0})
    report.refresh_from_db()
    freeze(report=report, as_of=world.AS_OF + dt.timedelta(days=1))
    assert report.snapshot["strategy"]["name"] == "Renamed"


def test_a_finished_report_is_never_frozen_again(db):
    place = world.World()
    report = _frozen(place, world.AS_OF)
    Report.objects.filter(pk=report.pk).update(
        snapshot={"schema": 0}, ready_at=world.AS_OF, sha256="0" * 64
    )
    report.refresh_from_db()
    freeze(report=report, as_of=world.AS_OF)
    assert report.snapshot == {"schema": 0}


def test_freezing_within_a_transaction_belongs_to_it(db):
    place = world.World()
    with transaction.atomic():
        report = _frozen(place, world.AS_OF)
        transaction.set_rollback(True)
    assert not Report.objects.filter(pk=report.pk).exists()
    assert not Job.objects.filter(target_uid=report.uid).exists()
