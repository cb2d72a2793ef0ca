"""Open now, and the next change: against an answer counted minute by minute."""

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategy.inventory.hours import DAY, read_week, write
from strategy.inventory.opening import (
    BAD_DAYS,
    BAD_EXCEPTIONS,
    BAD_ZONE,
    NO_HOURS,
    NO_ZONE,
    NOT_READABLE,
    Exceptional,
    Opening,
    exceptions,
    holidays,
    opening,
    zones,
)

UTC = dt.UTC
MINUTE = dt.timedelta(minutes=1)
CHANGES = [  # a day on or beside which the clock changes, or never does
    ("America/New_York", dt.date(2026, 3, 8)),
    ("America/New_York", dt.date(2026, 11, 1)),
    ("Europe/London", dt.date(2026, 3, 29)),
    ("Europe/London", dt.date(2026, 10, 25)),
    ("Australia/Lord_Howe", dt.date(2026, 4, 5)),  # half an hour
    ("Australia/Lord_Howe", dt.date(2026, 10, 4)),
    ("Asia/Kathmandu", dt.date(2026, 6, 1)),  # never; 5:45 ahead
    ("America/Havana", dt.date(2026, 3, 8)),  # midnight does not exist
    ("America/Havana", dt.date(2026, 11, 1)),  # midnight exists twice
    ("Pacific/Apia", dt.date(2011, 12, 30)),  # a day does not exist
]

minute = st.one_of(
    st.integers(0, DAY - 1), st.sampled_from([0, 30, 60, 90, 105, 120, 135, 150, 180])
)
span = st.tuples(minute, st.integers(1, DAY) | st.sampled_from([15, 30, 60, 90])).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)
day = st.lists(span, max_size=3).map(lambda spans: tuple(sorted(set(spans))))
weeks = st.tuples(*[day] * 7)


@cache
def clock(zone: ZoneInfo, since: dt.datetime, days: int) -> list[dt.datetime]:
    """Return what the clock on the wall shows in each minute."""
    return [
        (since + number * MINUTE).astimezone(zone).replace(tzinfo=None, fold=0)
        for number in range(days * DAY)
    ]


def counted(where: Opening, first: dt.date, days: int) -> tuple[dt.datetime, list[bool]]:
    """Count minute by minute: from when, and whether it is open in each minute.

    A span lasts from the first minute in which the clock shows its start or later to the last in which it shows
    a time before its end.
    """
    since = dt.datetime.combine(first - dt.timedelta(days=4), dt.time(), UTC)
    shown = clock(where.zone, since, days + 8)
    is_open = [False] * len(shown)
    for number in range(-2, days + 1):
        on = first + dt.timedelta(days=number)
        if on in where.special:
            spans = where.special[on].spans
        elif on in where.closed:
            spans = ()
        else:
            spans = where.week[on.weekday()]
        midnight = dt.datetime.combine(on, dt.time())
        near = range((number + 3) * DAY, (number + 7) * DAY)  # no clock is a day off
        for start, end in spans:
            begins, ends = midnight + start * MINUTE, midnight + end * MINUTE
            opens = next(i for i in near if shown[i] >= begins)
            closes = next(i for i in reversed(near) if shown[i] < ends)
            for i in range(opens, closes + 1):
                is_open[i] = True
    return since, is_open


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from(CHANGES),
    weeks,
    st.sets(st.integers(-1, 2), max_size=2),
    st.dictionaries(st.integers(-1, 2), day, max_size=2),
)
def test_it_is_open_in_the_minutes_that_are_counted(change, week, closed, special):
    zone, on = change
    where = Opening(
        read_week(write(week)) or (),
        ZoneInfo(zone),
        {on + dt.timedelta(days=n): "" for n in closed},
        {on + dt.timedelta(days=n): Exceptional(spans, "") for n, spans in special.items()},
    )
    since, is_open = counted(where, on, 3)
    first, last = 4 * DAY - 720, 6 * DAY  # from the noon before it on
    for i in range(first, last):
        assert where.is_open(since + i * MINUTE) is is_open[i], since + i * MINUTE
    for i in range(first, last, 97):
        change_at = next((j for j in range(i, last) if is_open[j] is not is_open[i]), None)
        found = where.next_change(since + i * MINUTE)
        if change_at is not None:
            assert found == since + change_at * MINUTE
        else:
            assert found is None or found >= since + last * MINUTE


@given(weeks)
def test_a_week_is_read_as_it_is_written(week):
    assert read_week(write(week)) == week
    assert write(read_week(write(week))) == write(week)


@pytest.mark.parametrize(
    ("zone", "hours", "at", "until"),
    [
        # 02:30 is jumped over in New York on March 8: it opens when the clock shows 03:00.
        ("America/New_York", "02:30-05:00", "2026-03-08T06:59+00:00", "2026-03-08T03:00-04:00"),
        # It ends at a time that is jumped over: it closes with the jump.
        ("America/New_York", "00:00-02:30", "2026-03-08T06:00+00:00", "2026-03-08T03:00-04:00"),
        # 01:30 comes twice on November 1: it opens with the first and closes with the second.
        ("America/New_York", "01:30-05:00", "2026-11-01T05:00+00:00", "2026-11-01T01:30-04:00"),
        ("America/New_York", "00:00-01:30", "2026-11-01T05:00+00:00", "2026-11-01T01:30-05:00"),
        # Half an hour comes twice on Lord Howe Island.
        ("Australia/Lord_Howe", "00:00-01:45", "2026-04-04T14:30+00:00", "2026-04-05T01:45+10:30"),
        ("Europe/London", "Sat 22:00-06:00", "2026-10-24T23:30+00:00", "2026-10-25T06:00+00:00"),
        ("Asia/Kathmandu", "Mon-Fri 09:00-17:00", "2026-06-05T12:00+00:00", "2026-06-08T09:00+05:45"),
    ],
)  # fmt: skip
def test_changes_of_the_clock(zone, hours, at, until):
    found = opening(hours, zone).next_change(dt.datetime.fromisoformat(at))
    assert found == dt.datetime.fromisoformat(until)


def test_holidays_close_and_exceptions_beat_holidays():
    usual = "Mon-Fri 08:00-20:00, Sat 09:00-13:00"
    days = "2026-12-25 Christmas Day\n\n2026-12-26"
    special = "2026-12-24 08:00-13:00 Christmas Eve\n2026-12-26 10:00-11:00, 14:00-15:00 Sales"
    shop = opening(usual, "America/Chicago", days, special)
    noon = {
        day: dt.datetime(2026, 12, day, 12, tzinfo=ZoneInfo("America/Chicago"))
        for day in range(22, 29)
    }
    assert shop.is_open(noon[23])
    assert shop.next_change(noon[24]) == noon[24].replace(hour=13)
    assert shop.named(noon[24].date()) == "Christmas Eve"
    assert not shop.is_open(noon[25])
    assert shop.named(noon[25].date()) == "Christmas Day"
    assert shop.next_change(noon[25]) == noon[26].replace(hour=10)
    assert shop.next_change(noon[26]) == noon[26].replace(hour=14)
    assert shop.named(noon[28].date()) == ""


def test_a_night_goes_on_into_a_holiday():
    bar = opening("Thu 22:00-04:00", "America/Chicago", "2026-12-25 Christmas Day")
    midnight = dt.datetime(2026, 12, 25, 0, 30, tzinfo=ZoneInfo("America/Chicago"))
    assert bar.is_open(midnight)
    assert bar.next_change(midnight) == midnight.replace(hour=4, minute=0)


def test_what_never_changes_has_no_next_change():
    now = dt.datetime(2026, 11, 20, tzinfo=UTC)
    assert opening("24/7", "UTC").next_change(now) is None
    assert opening("closed", "UTC").next_change(now) is None
    long_ago = opening("24/7", "UTC", "2020-01-01")
    assert long_ago.is_open(now)
    assert long_ago.next_change(now) is None
    coming = opening("24/7", "UTC", "2027-11-19 Day off")
    assert coming.next_change(now) == dt.datetime(2027, 11, 19, tzinfo=UTC)
    once = opening("closed", "UTC", "", "2026-11-20 00:00-12:00")
    assert once.next_change(now) == dt.datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        (("", "UTC"), NO_HOURS),
        (("As the clinic", "UTC"), NOT_READABLE),
        (("24/7", ""), NO_ZONE),
        (("24/7", "Mars/Base"), BAD_ZONE),
        (("24/7", "UTC", "Christmas"), BAD_DAYS),
        (("24/7", "UTC", "", "2026-12-24 half a day"), BAD_EXCEPTIONS),
    ],
)
def test_what_is_not_known_says_why(texts, why):
    assert opening(*texts) == why


@pytest.mark.parametrize(
    ("read", "text", "number", "words"),
    [
        (holidays, "2026-12-25 Christmas\nEaster", 2, "does not begin with a day"),
        (holidays, "2026-02-30 Leap", 1, "does not begin with a day"),
        (holidays, "2026-12-25 Christmas\n\n2026-12-25 Again", 3, "stands here already"),
        (exceptions, "2026-12-24", 1, "write the hours"),
        (exceptions, "2026-12-24 9-5 Christmas Eve", 1, "“9-5” can be meant in two ways"),
        (
            exceptions,
            "2026-12-24 9:00-1:00 Christmas Eve",
            1,
            "If you mean 9:00-13:00, write it so",
        ),
        (exceptions, "2026-12-24 8:00-12:00 and 1:00-5:00", 1, "If you mean 13:00-17:00, write it"),
        (
            exceptions,
            "2026-12-24 13:00-17:00 closed",
            1,
            "only the hours when it is open on that day",
        ),
        (exceptions, "2026-12-24 closed 1-5pm", 1, "only the hours when it is open on that day"),
        (exceptions, "2026-12-24 closed from 13:00", 1, "says both hours and “closed”"),
        (exceptions, "2026-12-24 Christmas Eve", 1, "write the hours"),
        (exceptions, "12/25/2026 all day closed", 1, "says both hours"),
        (exceptions, "12/25/2026 24 hours: Closed", 1, "write the hours"),
        (exceptions, "12/25/2026 00:00-24:00 (off)", 1, "says both hours"),
        (exceptions, "24 December closed", 1, "does not begin with a day"),
    ],
)
def test_every_bad_line_is_named(read, text, number, words):
    _days, bad = read(text)
    assert [one.values["number"] for one in bad] == [number]
    assert words in bad[0].sentence % bad[0].values


def test_exceptions_say_what_begins_on_their_day():
    days, bad = exceptions(
        "2026-12-24 08:00-12:00 and 14:00-16:00 Eve, early\n2026-12-31 closed\n2027-01-01 24 hours Sales"
    )
    assert not bad
    assert list(days.values()) == [
        Exceptional(((480, 720), (840, 960)), "Eve, early"),
        Exceptional((), ""),
        Exceptional(((0, DAY),), "Sales"),
    ]


def test_zones_are_places():
    assert {"America/New_York", "Asia/Kathmandu", "UTC"} <= set(zones())
    assert not {"EST", "Etc/GMT+3", "GMT"} & set(zones())
