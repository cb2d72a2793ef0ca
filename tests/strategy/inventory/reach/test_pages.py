"""Who reaches a person: what the page says, hour by hour, and the channel and components with it."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from portal.history.record import change_set
from strategy.inventory.actions import add_transition, edit_channel, edit_transition
from strategy.inventory.hours import read
from strategy.inventory.models import AccessPoint, Calendar, Transition
from strategy.inventory.points.actions import add_point
from strategy.inventory.reach import queries
from tests.html import squeeze

PAGE = "channels/reach/"
TUESDAY_TEN, SUNDAY_TEN = "?day=1&hour=10", "?day=6&hour=10"


@pytest.fixture
def line(cast):
    return cast.channel(
        "Line", family="voice", mode="assisted", owner_team=cast.care, hours="Mon-Fri 08:00-18:00"
    )


@pytest.fixture
def bot(cast, line):
    return cast.channel("Bot", family="bot", agent_route="hidden", agent_channel=line, agent_taps=2)


@pytest.fixture
def app(cast, bot):
    found = cast.channel("App")
    lead(cast, found, bot, identity="no", history="no")
    return found


def lead(cast, source, target, **values):
    values = {"source": source, "target": target, **values}
    return add_transition(strategy=cast.strategy, values=values, by=cast.ada)


def row(cast, name, query=TUESDAY_TEN):
    rows = cast.client(cast.rae).get(cast.url(PAGE + query)).context["page_obj"].object_list
    return next(one for one in rows if one.channel.name == name)


def test_the_answer_in_words(cast, app, line):
    found = row(cast, "App")
    assert (
        found.words
        == "2 hops, at least 3 taps, hidden: Bot → Line. Asked again: identity, history; "
        "not known: sign-in, reason, page or step, what was entered, case, language."
    )
    assert found.label == "Reached, but hidden"
    assert (
        row(cast, "Bot").words == "1 hop, 2 taps, hidden: Line. Nobody recorded what comes along."
    )
    assert found.hours_words == "Mon-Fri 08:00-18:00"


def test_a_way_is_called_visible_only_where_somebody_said_so(cast, line):
    said = cast.channel("Said", agent_route="visible", agent_channel=line, agent_taps=2)
    unsaid = cast.channel("Unsaid")
    lead(cast, unsaid, line)
    assert row(cast, said.name).words.startswith("1 hop, 2 taps, visible: Line.")
    words = "1 hop, at least 1 tap, not known whether it is shown: Line."
    assert row(cast, unsaid.name).words.startswith(words)


def test_a_way_that_is_not_hidden_is_named_beside_a_hidden_one(cast, bot, line):
    chat = cast.channel("Chat", family="chat", agent_route="visible", agent_channel=line)
    lead(cast, bot, chat)
    found = row(cast, "Bot")
    assert found.label == "Reached, hidden; not hidden in 2 hops"
    also = "Also 2 hops, at least 2 taps, not known whether it is shown: Chat → Line."
    assert found.words.startswith(f"1 hop, 2 taps, hidden: Line. {also} ")
    assert row(cast, "Bot", f"{TUESDAY_TEN}&visible=on").label == "A person is reached"
    assert row(cast, "Bot", SUNDAY_TEN).label == "Closed"


def test_what_comes_along_in_part_or_is_not_known_is_said(cast, line):
    app = cast.channel("App")
    known = dict.fromkeys(Transition.CONTEXT, "yes")
    way = lead(cast, app, line, **known)
    assert row(cast, "App").lost_words == "Nothing is said to be asked again."
    lacks = {"reason": "partly", "case": "unknown"}
    edit_transition(transition=way, values=lacks, expected=None, by=cast.ada)
    assert row(cast, "App").lost_words == "In part: reason; not known: case."
    edit_transition(transition=way, values={"reason": "no"}, expected=None, by=cast.ada)
    assert row(cast, "App").lost_words == "Asked again: reason; not known: case."


def test_the_long_way_is_no_plain_good_news(cast, line):
    app, web, chat = cast.channel("App"), cast.channel("Web"), cast.channel("Chat")
    for source, target in ((app, web), (web, chat), (chat, line)):
        lead(cast, source, target, reason="yes")
    assert (row(cast, "App").label, row(cast, "App").tone) == ("Reached the long way", "warn")
    assert (row(cast, "Web").label, row(cast, "Web").tone) == ("A person is reached", "good")
    lead(cast, cast.channel("Kiosk"), line, identity="no")
    found = row(cast, "Kiosk")
    assert found.label == "Reached the long way: asked again who they are"
    assert found.tone == "warn"


def test_it_is_said_which_access_points_are_open_when_others_are_closed(cast, bot, line):
    for name, hours in (("Main line", "Mon-Sat 08:00-18:00"), ("Lost cards", "Always")):
        values = {"name": name, "kind": "phone", "hours": hours}
        add_point(channel=line, values=values, by=cast.ada)
    said = "Of its 2 access points only these are open then: Lost cards."
    assert row(cast, "Bot", SUNDAY_TEN).words.endswith(said)
    assert "access points" not in row(cast, "Bot").words


def test_nobody_says_since_and_until_when(cast, app):
    assert (
        row(cast, "App", SUNDAY_TEN).words == "Nobody from Fri 18:00 to Mon 08:00: Line is closed."
    )
    assert row(cast, "App", "?day=1&hour=20").words == "Nobody from 18:00 to 08:00: Line is closed."


def test_only_visible_ways_and_only_where_nobody_is_reached(cast, app, line):
    web = cast.channel("Web", family="web")
    lead(cast, web, line)
    found = row(cast, "App", f"{TUESDAY_TEN}&visible=on")
    assert found.words == "There is a way (Bot → Line), but customers are not shown it."
    answer = cast.client(cast.rae).get(cast.url(f"{PAGE}{TUESDAY_TEN}&visible=on&nobody=on"))
    assert [each.channel.name for each in answer.context["page_obj"].object_list] == ["App", "Bot"]
    assert answer.context["figures"].reached == 1


def test_a_wall_a_dead_end_and_hours_that_nobody_wrote(cast, line):
    web, kiosk, sms = (cast.channel(name, family="web") for name in ("Web", "Kiosk", "SMS"))
    lead(cast, web, line, status="broken")
    desk = cast.channel("Desk", family="in_person", mode="assisted", hours="when we are there")
    lead(cast, sms, desk)
    assert row(cast, "Web").words == "The way would be Line, but Web → Line is recorded as: Broken."
    assert (
        row(cast, "Kiosk").words
        == "No transition and no way to a person is recorded that leads to one."
    )
    assert row(cast, "SMS").label == "Hours not known"
    assert "the hours of Desk are not written down" in row(cast, "SMS").words
    page = cast.client(cast.rae).get(cast.url(PAGE)).content.decode()
    assert "No hours that can be read:" in page
    assert kiosk.name in page


def test_a_broken_transition_is_a_wall_whatever_the_channel_says_of_its_way(cast, bot, line):
    lead(cast, bot, line, status="not_built")
    assert row(cast, "Bot").state == "wall"


def test_what_is_changed_is_seen_at_once(cast, app, line):
    assert row(cast, "App", SUNDAY_TEN).state == "closed"
    edit_channel(channel=line, values={"hours": "24/7"}, expected=line.version, by=cast.eve)
    assert row(cast, "App", SUNDAY_TEN).state == "reached"
    assert row(cast, "App", SUNDAY_TEN).hours_words == "Every hour of the week"


def test_hours_are_those_of_the_access_points_where_they_say_any(cast, app, line):
    with change_set(by=cast.ada) as record:
        point = AccessPoint(channel=line, name="0800", kind="phone", hours="Mon-Sun 07:00-22:00")
        record.create(point)
    edit_channel(
        channel=line,
        values={"purpose": "So that it is read again"},
        expected=line.version,
        by=cast.eve,
    )
    assert row(cast, "App", SUNDAY_TEN).state == "reached"
    assert row(cast, "App").hours_words == "Mon-Sun 07:00-22:00"


def test_channels_that_are_planned_or_retired_lead_nowhere(cast, app, bot, line):
    edit_channel(channel=bot, values={"life_cycle": "retired"}, expected=bot.version, by=cast.eve)
    assert row(cast, "App").state == "no_way"


def test_a_hybrid_that_a_person_answers_is_where_a_person_is(cast):
    cast.channel(
        "Text",
        family="messaging",
        mode="hybrid",
        agent_route="is_agent",
        hours="Mon-Fri 08:00-18:00",
    )
    assert row(cast, "Text").words == "A person answers in this channel."
    assert (
        row(cast, "Text", SUNDAY_TEN).words == "Nobody from Fri 18:00 to Mon 08:00: Text is closed."
    )


def test_a_gap_about_it_starts_with_what_is_wrong(cast, app):
    page = squeeze(cast.client(cast.cole).get(cast.url(PAGE + SUNDAY_TEN)).content.decode())
    start = page.index(f"gaps/add/?channel={app.uid}")
    address = page[start : page.index('"', start)].replace("&amp;", "&")
    form = cast.client(cast.cole).get(cast.url(address)).context["form"]
    assert form.initial["title"] == "Nobody to reach from App: Sunday 10:00"
    assert form.initial["harm"].startswith("Nobody from Fri 18:00")
    assert form.initial["channel"] == app.pk
    assert (
        "gaps/add/" not in cast.client(cast.rae).get(cast.url(PAGE + SUNDAY_TEN)).content.decode()
    )


def test_a_gap_where_nobody_is_ever_reached_names_no_hour(cast):
    kiosk = cast.channel("Kiosk", family="kiosk")
    assert row(cast, "Kiosk", SUNDAY_TEN).gap["title"] == (
        "Nobody to reach from Kiosk: at no hour of the week"
    )
    assert row(cast, "Kiosk").channel.uid == kiosk.uid


# --- a date -----------------------------------------------------------------------------------------


@pytest.fixture
def number(cast, line):
    """Return the number of the line: in Chicago, closed on Thanksgiving."""
    days = Calendar.objects.create(
        strategy=cast.strategy, name="Holidays", days="2026-11-26 Thanksgiving Day"
    )
    values = {
        "name": "0800", "kind": "phone", "hours": "Mon-Fri 08:00-18:00", "time_zone": "America/Chicago",
        "calendar": days, "exceptions": "2026-11-28 09:00-12:00",
    }  # fmt: skip
    return add_point(channel=line, values=values, by=cast.ada)


@pytest.mark.parametrize(
    ("date", "hour", "state", "words"),
    [
        ("2026-11-25", 20, "reached", "1 hop, 2 taps"),  # 14:00 in Chicago
        ("2026-11-25", 13, "closed", "Line is closed on Wednesday, Nov. 25, 2026, 13:00 UTC time."),
        ("2026-11-26", 20, "closed", "20:00 UTC time: Thanksgiving Day."),
        ("2026-11-28", 16, "reached", "1 hop, 2 taps"),  # a Saturday with hours of its own
        ("2026-06-25", 13, "reached", "1 hop, 2 taps"),  # summer time: 08:00 in Chicago
    ],
)
def test_on_a_date_holidays_exceptions_and_time_zones_count(
    cast, bot, number, date, hour, state, words
):
    found = row(cast, "Bot", f"?date={date}&hour={hour}")
    assert found.state == state
    assert words in found.words


def test_a_holiday_is_not_that_of_points_of_which_nobody_knows_it(cast, bot, number):
    values = {"name": "0900", "kind": "phone", "hours": "Mon-Wed 08:00-18:00"}  # in no time zone
    add_point(channel=number.channel, values=values, by=cast.ada)
    found = row(cast, "Bot", "?date=2026-11-26&hour=20")
    assert found.state == "closed"
    assert "Thanksgiving" not in found.words


def test_the_clock_of_the_usual_week_is_named(cast, bot, number):
    page = squeeze(cast.client(cast.rae).get(cast.url(PAGE + TUESDAY_TEN)).content.decode())
    assert "Tuesday 10:00 (Chicago time):" in page
    values = {"name": "0900", "kind": "phone", "hours": "24/7", "time_zone": "Europe/Paris"}
    add_point(channel=number.channel, values=values, by=cast.ada)
    assert queries.reach(cast.strategy).clock_words == (
        "the time of the place that answers: Chicago, Paris"
    )


def test_the_hour_of_a_date_is_marked_on_the_clock_of_the_place(cast, bot, number):
    url = cast.url(f"{PAGE}?date=2026-11-26&hour=3")
    answer = cast.client(cast.rae).get(url)
    assert answer.context["mark"] == (210, 2)  # Wednesday 21:00 in Chicago
    assert '<span class="fine">UTC time</span>' in answer.content.decode()
    weekly = cast.client(cast.rae).get(cast.url(PAGE + TUESDAY_TEN))
    assert weekly.context["mark"] == (100, 1)
    values = {"name": "0900", "kind": "phone", "hours": "24/7", "time_zone": "Europe/Paris"}
    add_point(channel=number.channel, values=values, by=cast.ada)
    answer = cast.client(cast.rae).get(url)
    assert answer.context["mark"] is None
    assert "the hour chosen" not in answer.content.decode()


def test_without_an_hour_it_is_the_hour_of_the_place_that_answers():
    for zone in (ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago")):  # 25 hours apart
        there = timezone.localtime(timezone=zone)
        assert queries.moment({}, zone)[:2] == (there.weekday(), there.hour)
    here = timezone.localtime()
    assert queries.moment({"date": "2026-11-26"}, zone).hour == here.hour


def test_a_date_wins_over_a_weekday_unless_the_weekday_was_chosen_after_it():
    thursday, day = "2026-11-26", dt.date(2026, 11, 26)
    assert queries.moment({"date": thursday, "day": "0", "hour": "9"}) == (3, 9, day)
    assert queries.moment({"date": thursday, "was": thursday, "day": "3", "hour": "9"}) == (
        3,
        9,
        day,
    )
    assert queries.moment({"date": thursday, "was": thursday, "day": "0", "hour": "9"}) == (
        0,
        9,
        None,
    )
    assert queries.moment({"date": thursday, "was": "2026-11-20", "day": "4", "hour": "9"}) == (
        3,
        9,
        day,
    )
    for nonsense in ("2026-02-30", "x", "0001-01-01", "9999-12-31"):
        assert queries.moment({"date": nonsense, "day": "1", "hour": "9"}) == (1, 9, None)


def test_the_lens_shows_mobile_channels_of_the_whole_network(cast, app):
    answer = cast.client(cast.rae).get(cast.url(f"{PAGE}{TUESDAY_TEN}&lens=mobile"))
    assert [each.channel.name for each in answer.context["page_obj"].object_list] == ["App"]
    assert answer.context["page_obj"].object_list[0].is_reached


def test_where_agents_can_send_customers(cast, app, line):
    lead(cast, line, app, mechanism="link", status="partly")
    desk = cast.channel("Desk", family="in_person", mode="assisted")
    lead(cast, desk, app, status="broken")
    page = squeeze(cast.client(cast.rae).get(cast.url(PAGE)).content.decode())
    assert '<b>App</b><span class="soft">(Link or deep link, works partly)</span>' in page
    sends = {
        str(one.channel.name): [to.name for to in one.to]
        for one in queries.sends(queries.reach(cast.strategy))
    }
    assert sends == {"Desk": [], "Line": ["App"]}


@pytest.mark.parametrize(
    "query", ["", "?day=9&hour=99", "?day=x&hour=-1", "?day=&hour=", "?page=77"]
)
def test_an_address_typed_by_hand_shows_now(cast, app, query):
    answer = cast.client(cast.rae).get(cast.url(PAGE + query))
    here = timezone.localtime()
    assert answer.context["at"].day == here.weekday()
    assert answer.context["page_obj"].object_list


def test_the_strip_draws_each_day_in_stretches(cast, app):
    found = row(cast, "App")
    monday = [(bar.x, bar.width, bar.state.value) for bar in found.bars if bar.y == 0]
    assert monday == [(0, 80, "closed"), (80, 100, "reached"), (180, 60, "closed")]
    assert sum(bar.width for bar in found.bars) == 7 * 240


@pytest.mark.parametrize(
    ("hours", "minute", "words"),
    [
        ("Mon-Fri 08:00-18:00", 0, "Nobody from Fri 18:00 to Mon 08:00"),
        ("daily 08:00-18:00", 60, "Nobody from 18:00 to 08:00"),
        ("daily 08:00-18:00", 7 * 1440 - 60, "Nobody from 18:00 to 08:00"),
        ("Mon 00:00-24:00", 1440, "Nobody from Tue 00:00 to Mon 00:00"),
    ],
)
def test_since_and_until_when_nobody_is_there(hours, minute, words):
    reached = read(hours)
    assert reached is not None
    assert queries.gone(reached, minute) == words


def test_the_channel_says_it_in_a_sentence(cast, app, line):
    words = squeeze(
        cast.client(cast.rae, htmx=True).get(cast.url(f"{PAGE}of/{app.uid}/")).content.decode()
    )
    assert "A person is reached: Mon-Fri 08:00-18:00." in words
    words = cast.client(cast.rae, htmx=True).get(cast.url(f"{PAGE}of/{line.uid}/")).content.decode()
    assert "Agents here can send customers to:" in words
    assert (
        f"reach/of/{app.uid}/" in cast.client(cast.rae).get(app.get_absolute_url()).content.decode()
    )


def test_components_show_the_figures(cast, app):
    words = squeeze(
        cast.client(cast.rae, htmx=True).get(cast.url(f"{PAGE}figures/")).content.decode()
    )
    assert "of 2 self-service channels." in words
    for code, shown in (("routing", True), ("hours", True), ("segments", False)):
        page = cast.client(cast.rae).get(cast.url(f"components/{code}/")).content.decode()
        assert ("reach/figures/" in page) is shown


def test_many_channels_take_no_more_queries_than_few(cast, app, line, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = cast.client(cast.eve)
    client.get(cast.url(PAGE))
    lead(cast, line, app)
    with CaptureQueriesContext(connection) as few:
        client.get(cast.url(PAGE))
    for number in range(8):
        lead(cast, cast.channel(f"Web {number}"), line)
    with django_assert_num_queries(len(few)):
        client.get(cast.url(PAGE))
