"""What goes out comes back as it was."""

import csv
import datetime as dt
import decimal
import io
import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as _TestCase

from portal.history.record import change_set
from strategy.exchange.sheets.files import read
from strategy.exchange.sheets.kinds import KINDS
from strategy.exchange.sheets.writing import csv_bytes, guarded, unguarded, xlsx_bytes
from strategy.inventory.models import (
    AccessDecision,
    AccessPoint,
    AccessPointContactType,
    Channel,
    Measurement,
    SelfServiceOffer,
    ServiceObjective,
    Transition,
)
from strategy.plan.models import ContactType, Segment
from tests.strategy.exchange.sheets.conftest import (
    bring_in,
    check,
    counts,
    exported,
    with_points,
)
from tests.world import build_world

NASTY = st.text(
    st.one_of(
        st.characters(exclude_characters="\x00\ufffe\uffff", exclude_categories=["Cs"]),
        st.sampled_from("=+-@'\"\t\r\n,;| \u202e\u0301\u200d😀ßİ"),
    ),
    max_size=40,
)


@given(NASTY)
def test_the_guard_is_taken_off_exactly(text):
    assert unguarded(guarded(text)) == text


@given(NASTY)
@example(" \n=")
def test_nothing_guarded_begins_like_a_formula(text):
    shown = guarded(text).lstrip(" \u00a0\ufeff\u200b")
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@given(st.lists(st.tuples(NASTY, NASTY), min_size=1, max_size=5))
@pytest.mark.parametrize("write", [csv_bytes, lambda head, rows: xlsx_bytes("t", head, rows)])
def test_every_text_comes_back_from_a_file(write, rows):
    data = write(["one", "two", "mark"], [[*row, "x"] for row in rows])
    assert [tuple(cells[:2]) for _n, cells in read("t", data).rows] == rows


NAMES = st.lists(
    NASTY.filter(lambda text: text.strip()),
    min_size=2,
    max_size=6,
    unique_by=lambda t: t.strip().lower(),
)


CHOICES = ("preferred", "supported", "redirected", "not_offered")
ORDER = (
    *("channels", "contact_types", "segments", "calendars", "points", "served"),
    *("transitions", "measurements", "objectives", "offers", "decisions"),
)
"""The kinds in an order in which each finds what it names."""


def test_every_kind_goes_out_and_back():
    assert set(ORDER) == set(KINDS)


class Test(_TestCase):
    """Random inventories."""

    @settings(max_examples=20, suppress_health_check=list(HealthCheck), deadline=None)
    @given(NAMES, st.data())
    def test_export_import_export_gives_the_same_bytes(self, names, data):
        from teams import actions as teams_actions
        from tests.starting import start_strategy

        ada = teams_actions.add_person(
            values={"name": "Ada", "email": "ada@x.example", "is_superuser": True}, by=None
        )
        one, two = (
            start_strategy(values={"name": name, "slug": name}, lead=ada, by=ada)
            for name in ("one", "two")
        )
        text = data.draw(NASTY)
        with change_set(by=ada, scope=one.uid) as record:
            channels = [
                Channel(strategy=one, name=name, purpose=text, vendor=data.draw(NASTY), family="app",
                        mode=data.draw(st.sampled_from(Channel.Mode.values)),
                        agent_taps=data.draw(st.none() | st.integers(0, 50)))
                for name in names
            ]  # fmt: skip
            record.create_many(channels)
            record.create_many(
                ContactType(
                    strategy=one, name=name, code=str(at) if at % 2 else "", description=text
                )
                for at, name in enumerate(names)
            )
            record.create_many(
                Segment(
                    strategy=one,
                    name=name,
                    needs=text,
                    is_vulnerable=bool(at % 2),
                    size=at or None,
                    size_on=dt.date(2026, 1, 1) if at else None,
                )
                for at, name in enumerate(names)
            )
            record.create_many(
                Transition(strategy=one, source=source, target=target, note=text)
                for source, target in itertools.pairwise(channels)
            )
            record.create_many(
                Measurement(
                    channel=channel,
                    starts_on=dt.date(2026, 10, 1),
                    status="value",
                    metric="CES",
                    value=decimal.Decimal("4.5"),
                    source=text,
                )
                for channel in channels
            )
            points = [
                AccessPoint(channel=channel, name=data.draw(st.sampled_from(names)), kind="phone")
                for channel in channels
            ]
            record.create_many(points)
            types = list(ContactType.objects.filter(strategy=one))
            record.create_many(
                AccessPointContactType(point=point, contact_type=kind)
                for point, kind in itertools.product(points, types)
            )
            record.create_many(
                ServiceObjective(
                    channel=channel,
                    point=data.draw(st.sampled_from([None, point])),
                    name=channel.name,
                    metric="RT",
                    target=data.draw(st.decimals(0, 100, places=2)),
                    threshold=20,
                    population=text,
                    effective_from=day,
                    abandon_rule="credit_short" if day else "offered",
                    short_abandon_seconds=5 if day else None,
                )
                for channel, point in zip(channels, points, strict=True)
                for day in (None, dt.date(2026, 1, 1))
            )
            record.create_many(
                SelfServiceOffer(
                    contact_type=kind,
                    channel=channel,
                    extent="declined" if text.strip() else "part",
                    reason=text,
                )
                for kind, channel in itertools.product(types, channels)
                if channel.mode != "assisted"
            )
            segments = list(Segment.objects.filter(strategy=one))
            record.create_many(
                AccessDecision(
                    segment=segment,
                    contact_type=kind,
                    channel=channel,
                    choice=choice,
                    redirect_to=channels[at - 1] if choice == "redirected" else None,
                    reason=text,
                )
                for segment, kind, (at, channel) in itertools.product(
                    segments[:2], types[:2], enumerate(channels)
                )
                for choice in [data.draw(st.sampled_from(CHOICES if text.strip() else CHOICES[:3]))]
            )
        for kind in ORDER:
            if not KINDS[kind].rows(one).exists():
                continue  # nobody imports a file without a row
            for form in ("csv", "xlsx"):
                before = exported(one, kind, form)
                again = check(one, kind, before, by=ada, name=f"x.{form}")
                assert set(counts(again)) <= {"same"}, (
                    kind,
                    form,
                    list(again.rows.values_list("changes", "problems")),
                )
            bring_in(two, kind, _without_ids(exported(one, kind)), by=ada)
            assert _without_ids(exported(two, kind)) == _without_ids(exported(one, kind))


def _without_ids(data: bytes) -> bytes:
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    out = io.StringIO(newline="")
    csv.writer(out).writerows(row[2:] for row in rows)
    return out.getvalue().encode("utf-8-sig")


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_imported_unchanged_changes_nothing(cast, kind, form):
    world = build_world(cast)
    with_points(world)
    run = check(
        cast.strategy,
        kind,
        exported(cast.strategy, kind, form),
        by=world.cast.lea,
        name=f"x.{form}",
    )
    assert set(counts(run)) <= {"same"}
    assert run.counts["same"] == KINDS[kind].rows(cast.strategy).count()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", list(KINDS))
def test_what_a_list_exports_comes_back_unchanged_with_what_is_worked_out(cast, kind, form):
    world = build_world(cast)
    with_points(world)
    client = cast.client(world.cast.lea)
    address = cast.url(f"export/{kind}.{form}")
    before = client.get(address).content
    run = check(cast.strategy, kind, before, by=world.cast.lea, name=f"x.{form}")
    assert set(counts(run)) <= {"same"}
    page = client.get(run.get_absolute_url()).content.decode()
    assert ("import-ignored" in page) == bool(KINDS[kind].computed)
    for one in KINDS[kind].computed.values():
        assert one.key in read(f"x.{form}", before).heads
        assert str(one.label) in page
    if form == "csv":  # an XLSX says when it was written
        assert client.get(address).content == before


def test_the_columns_of_an_address_are_exported_those_that_are_worked_out_too(cast):
    channel = cast.channel("App", reviewed_on=dt.date(2020, 1, 1))
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        record.create(
            Measurement(channel=channel, starts_on=dt.date(2026, 10, 1), status="value", value=7)
        )
        cast.channel("Site")
    answer = cast.client(cast.rae).get(
        cast.url("export/channels.csv?columns=volume,name,open_gaps,review")
    )
    rows = [row[2:] for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))]
    assert rows == [
        ["volume", "name", "open_gaps", "review"],
        ["7", "App", "0", "Overdue"],
        ["", "Site", "0", "Never reviewed"],
    ]


def test_contacts_of_a_type_are_exported_in_total_and_by_channel(cast):
    phone, web = cast.channel("Phone"), cast.channel("Web")
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        kind = ContactType(strategy=cast.strategy, name="Bill")
        record.create(kind)
        for channel, status, value in ((phone, "value", 40), (web, "no_data", None)):
            record.create(
                Measurement(
                    channel=channel, contact_type=kind, grain="year", status=status, value=value,
                    starts_on=dt.date(2023, 4, 1),
                )
            )  # fmt: skip
    answer = cast.client(cast.rae).get(
        cast.url("export/contact_types.csv?columns=contacts,contacts_period,contacts_by_channel")
    )
    assert answer.content.decode("utf-8-sig").splitlines()[1].split(",", 2)[2] == (
        '40,"Year from Apr 1, 2023, not all counted",Phone: 40; Web: No data'
    )


def test_what_lists_of_transitions_promises_and_segments_work_out_is_exported(cast):
    app, phone = cast.channel("App"), cast.channel("Phone")
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        segment = Segment(strategy=cast.strategy, name="Members")
        record.create(segment)
        kind = ContactType(strategy=cast.strategy, name="Bill")
        record.create(kind)
    same = {"channel": app, "metric": "SL", "threshold": 20, "clock_start": "queued"}
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        for row in (
            Transition(strategy=cast.strategy, source=app, target=phone, identity="no"),
            ServiceObjective(**same, name="Now", target=80),
            ServiceObjective(**same, name="Old", target=80, effective_to=dt.date(2020, 1, 1)),
            AccessDecision(segment=segment, contact_type=kind, channel=app, choice="preferred"),
            Measurement(
                channel=app, metric="SL", starts_on=timezone.localdate().replace(day=1), status="value", numerator=60, denominator=100
            ),
        ):  # fmt: skip
            record.create(row)

    def lines(kind, columns):
        answer = cast.client(cast.rae).get(cast.url(f"export/{kind}.csv?columns={columns}"))
        rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
        return [row[2:] for row in rows][1:]

    assert lines("transitions", "worst_fact") == [["Asked again who they are"]]
    assert lines("segments", "decided,undecided,decided_percent") == [["1", "1", "50"]]
    now, old = lines("objectives", "name,in_force,verdict,newest_figure,promise")
    assert now[:4] == ["Now", "yes", "Broken", "60 of 100 = 60 %"]
    assert now[4].startswith("80 % answered within 20 seconds, clock from queue entry")
    assert old[:4] == ["Old", "no", "", ""], "what is not in force is not judged"


def test_worked_out_columns_of_promises_take_the_same_queries_for_any_number(cast):
    app = cast.channel("App")
    asked = []
    for count in (1, 6):
        with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
            for n in range(count):
                record.create(
                    ServiceObjective(channel=app, name=f"{count} {n}", metric="CSAT", target=80)
                )
        client = cast.client(cast.rae)
        with CaptureQueriesContext(connection) as seen:
            client.get(cast.url("export/objectives.csv"))
        asked.append(len(seen))
    assert asked[0] == asked[1]
