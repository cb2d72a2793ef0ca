"""Opening hours as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.inventory.hours import (
    ALWAYS,
    DAY,
    NEVER,
    WEEK,
    Hours,
    Unread,
    parse_week,
    read,
    read_week,
    write,
)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("Always", "24/7"),
        ("Help around the clock", "24/7"),
        ("24/7", "24/7"),
        ("Mon-Fri 08:00-18:00", "Mon-Fri 08:00-18:00"),
        ("Mon–Fri 8–18", "Mon-Fri 08:00-18:00"),
        ("Monday to Friday 8.30-17:15", "Mon-Fri 08:30-17:15"),
        ("Mon-Fri 07:00-20:00, Sat 08:00-14:00", "Mon-Fri 07:00-20:00; Sat 08:00-14:00"),
        ("Mon-Fri 08:00-12:00, 13:00-18:00", "Mon-Fri 08:00-12:00, 13:00-18:00"),
        ("weekdays 9:00-17:00 and weekends 10-12", "Mon-Fri 09:00-17:00; Sat-Sun 10:00-12:00"),
        ("8am-6pm", "Mon-Sun 08:00-18:00"),
        ("Tues-Thurs 9-12", "Tue-Thu 09:00-12:00"),
        ("Saturdays 9:00-13:00", "Sat 09:00-13:00"),
        ("12am-12pm", "Mon-Sun 00:00-12:00"),
        ("Answered Mon-Fri 08:00-18:00.", "Mon-Fri 08:00-18:00"),
        ("08:00-midnight", "Mon-Sun 08:00-24:00"),
        ("Fri 22:00-06:00", "Fri 22:00-24:00; Sat 00:00-06:00"),
        ("Sun 22:00-06:00", "Mon 00:00-06:00; Sun 22:00-24:00"),
        ("Sat-Mon 10:00-11:00", "Mon, Sat-Sun 10:00-11:00"),
        ("Mon-Sun 00:00-24:00", "24/7"),
        ("Mon, Wed, Fri 9-12; Tue 10-12", "Mon, Wed, Fri 09:00-12:00; Tue 10:00-12:00"),
        ("Mon-Fri, 9:00-17:00", "Mon-Fri 09:00-17:00"),
        ("Daily 8-18, Sun closed", "Mon-Sat 08:00-18:00"),
        ("Mon and Wed 9-12, Sat 24 hours", "Mon, Wed 09:00-12:00; Sat 00:00-24:00"),
        ("closed", ""),
        ("off", ""),
        ("0800-2000", "Mon-Sun 08:00-20:00"),
        ("800-2000", "Mon-Sun 08:00-20:00"),
        ("Mon-Fri 8:00 AM - 8:00 PM", "Mon-Fri 08:00-20:00"),
        ("Mon-Fri 8 a.m. to 8 p.m.", "Mon-Fri 08:00-20:00"),
        ("8a-8p", "Mon-Sun 08:00-20:00"),
        ("8.00-20.00", "Mon-Sun 08:00-20:00"),
        ("8-20", "Mon-Sun 08:00-20:00"),
        ("24h", "24/7"),
        ("24 hours", "24/7"),
        ("24-7", "24/7"),
        ("Sat 24h", "Sat 00:00-24:00"),
        ("Sat all day", "Sat 00:00-24:00"),
        ("Fri 22-06:00", "Fri 22:00-24:00; Sat 00:00-06:00"),
        ("Fri 18-02:00", "Fri 18:00-24:00; Sat 00:00-02:00"),
        ("Fri 20-8:00", "Fri 20:00-24:00; Sat 00:00-08:00"),
        ("Fri 20:00-4", "Fri 20:00-24:00; Sat 00:00-04:00"),
        ("Fri 22-6", "Fri 22:00-24:00; Sat 00:00-06:00"),
        ("Fri 22:00-6:00", "Fri 22:00-24:00; Sat 00:00-06:00"),
        ("Fri 9:00-0:30", "Fri 09:00-24:00; Sat 00:00-00:30"),
        ("Fri 09:00-05:00", "Fri 09:00-24:00; Sat 00:00-05:00"),
        ("0-6:00", "Mon-Sun 00:00-06:00"),
    ],
)
def test_what_people_write_is_read(text, means):
    assert str(read(text)) == means


@pytest.mark.parametrize(
    "text",
    [
        "",
        "As the clinic",
        "Usually replies within a day",
        "Mon-Fri 08:00-18:00, closed 12-13",
        "Mon-Fri 08:00-18:00 except holidays",
        "25:00-26:00",
        "13pm-14pm",
        "8:75-9:00",
        "Mon-Fri",
        "Mon-Fri 9-5",
        "8-8",
        "9am-5",
        "1-5pm",
        "1-8",
        "Mon-Fri 2-9",
        "5-12",
        "Mon-Fri 8-12 and 1-5",
        "Monthly 9-17",
        "Satellite 9-17",
        "Mon-Fri 8-12, closed",
        "Mon-Fri 8-12, Sat",
        "Mon-Fri 8-12,",
        "900-500",
        "1030-200",
        "8:30-5",
        "Mon-Fri 9:00-5:00",
        "10:30-2:00",
        "9.00-05.00",
        "8:00-8:00",
        "0860-2000",
        "12345-2000",
        "8x-9x",
        "25h",
    ],
)
def test_half_a_sentence_is_not_read_at_all(text):
    assert read(text) is None


def test_what_is_open_here_and_closed_there():
    line = read("Mon-Fri 08:00-18:00")
    assert str(ALWAYS - line) == "Mon-Fri 00:00-08:00, 18:00-24:00; Sat-Sun 00:00-24:00"
    assert not line - ALWAYS
    assert not NEVER
    assert str(line | read("Sat 9-12")) == "Mon-Fri 08:00-18:00; Sat 09:00-12:00"
    assert (ALWAYS - line).minutes == WEEK - 5 * 10 * 60


spans = st.lists(
    st.tuples(st.integers(0, WEEK - 1), st.integers(1, DAY)).map(
        lambda span: (span[0], min(span[0] + span[1], WEEK))
    ),
    max_size=6,
)


def minutes(hours: Hours) -> set[int]:
    return {minute for start, end in hours.spans for minute in range(start, end)}


@given(spans, spans)
def test_sums_and_differences_are_those_of_their_minutes(one, other):
    a, b = NEVER, NEVER
    for span in one:
        a |= Hours((span,))
    for span in other:
        b |= Hours((span,))
    assert minutes(a - b) == minutes(a) - minutes(b)
    assert minutes(a | b) == minutes(a) | minutes(b)
    assert (a - b).minutes == len(minutes(a) - minutes(b))


@pytest.mark.parametrize(
    ("text", "part", "meant"),
    [
        ("weekdays 9-5", "9-5", "9:00-17:00"),
        ("Mon-Fri 8:00-12:00 and 1:00-5:00, Sat 9-13", "1:00-5:00", "13:00-17:00"),
        ("8am-12pm, 1:00-5:00", "1:00-5:00", "13:00-17:00"),
        ("Mon 9am-5", "9am-5", "9:00-17:00"),
        ("1-5pm", "1-5pm", "13:00-17:00"),
        ("5-12", "5-12", "17:00-24:00"),
        ("Mon 8-20, Tue by appointment", "tue by appointment", ""),
        ("Mon 8:75-9:00", "8:75-9:00", ""),
        ("Mon 8-20, Tue", "tue", ""),
    ],
)
def test_it_says_which_part_cannot_be_read_and_what_it_most_likely_means(text, part, meant):
    assert parse_week(text) == Unread(part, meant)
    if meant:
        assert read_week(f"Mon {meant}"), "what is proposed can be read"


@pytest.mark.parametrize(
    "text",
    ["13:00-17:00, 1:00-5:00", "22:00-2:00, 1:00-5:00", "10-12, 8-9", "8:00-12:00, 1:00am-5:00am"],
)
def test_times_that_go_back_are_read_where_they_can_be_meant_in_one_way_only(text):
    assert read_week(text)


@given(spans)
def test_hours_are_read_as_they_are_written(some):
    hours = NEVER
    for span in some:
        hours |= Hours((span,))
    if hours:
        assert read(str(hours)) == hours


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("weekdays 8-20 and Saturdays 9-13", "Mon-Fri 08:00-20:00, Sat 09:00-13:00"),
        ("Mon-Fri 8-12, 13-17; Sat 9-13", "Mon-Fri 08:00-12:00, 13:00-17:00; Sat 09:00-13:00"),
        ("Mon, Wed 9-12, Fri 9-13", "Mon, Wed 09:00-12:00; Fri 09:00-13:00"),
        ("Fri 10pm-6am", "Fri 22:00-06:00"),
        ("always", "24/7"),
        ("Sat-Sun closed", "closed"),
        ("08:00-08:00", "Mon-Sun 08:00-08:00"),
    ],
)
def test_a_week_is_written_the_shortest_way(text, canonical):
    assert write(read_week(text)) == canonical
