"""Pages of access points: the list, the page of one, its form with the week, and the channel's hours."""

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from portal.history.models import ChangeSet
from portal.history.record import Stale, change_set
from strategy.findings.queries import read_facts
from strategy.home.actions import undo_change
from strategy.inventory.hours import read_week, write
from strategy.inventory.models import AccessPoint, Calendar, Channel, Measurement
from strategy.inventory.points import actions, facts, queries, week
from strategy.inventory.points.channel_hours import channel_hours, hours_of
from strategy.inventory.points.open_now import now_of
from strategy.inventory.points.rules import RISKS
from strategy.plan.models import ContactType
from strategy.plan.queries import Place
from teams.access import Denied, standing
from teams.grants import share
from tests.html import squeeze

TODAY = dt.date(2026, 11, 20)
OPEN = {"hours": "24/7", "time_zone": "America/Chicago"}


@pytest.fixture
def line(cast) -> Channel:
    return cast.channel("Claims line", family="voice", mode="assisted", hours="Mon-Fri 9-12")


def point(cast, channel, name="Claims number", **values) -> AccessPoint:
    facts = {"kind": "phone", "name": name, **values}
    return actions.add_point(channel=channel, values=facts, by=cast.ada)


def sent(thing=None, **values) -> dict:
    """Return what a browser sends for a form that nobody changed, with these changes."""
    data = {
        "name": "Claims number", "kind": "phone", "life_cycle": "live", "review_every_days": "90",
        "hours": "", "hours_seen": "", "after_hours": "unknown", "authentication": "unknown",
        "maturity": "unknown", **values,
    }  # fmt: skip
    if thing is not None:
        data["version"] = str(thing.version)
    return data


def grid(text: str) -> dict:
    return {
        week.field(row.number, number, end): value
        for row in week.rows(read_week(text))
        for number, cells in enumerate(row.cells)
        for end, value in zip(("from", "to"), cells, strict=True)
    }


# --- the list ---------------------------------------------------------------------------------------


def names(response) -> list[str]:
    shown = response.context["page_obj"].object_list
    return [re.search(r"<a[^>]*>([^<]*)</a>", row)[1] for row in shown]


def test_the_list_is_narrowed_to_a_vendor_risk_as_the_column_shows_it(cast, line):
    here = timezone.localdate()
    facts = [
        (f"{days} {terms} {market} {stage} {vendor}", days, terms, market, stage, vendor)
        for days in (None, -1, 0, 30, 31, 90, 91, 180, 181)
        for terms, vendor in (("", "Ardent"), ("30 days", "Ardent"), ("", ""))
        for market in ("unknown", "declining", "emerging")
        for stage in ("live", "retired")
    ]
    AccessPoint.objects.bulk_create(
        AccessPoint(
            channel=line, name=name, kind="phone", exit_terms=terms, maturity=market, vendor=vendor,
            life_cycle=stage,
            contract_ends_on=None if days is None else here + dt.timedelta(days=days),
        )
        for name, days, terms, market, stage, vendor in facts
    )  # fmt: skip
    words = {
        "ended": "has ended", "no_exit": "No exit", "declining": "declining", "emerging": "emerging",
    }  # fmt: skip
    every = list(AccessPoint.objects.all())
    for risk in RISKS:
        shown = {one.pk for one in AccessPoint.objects.filter(queries.at_risk(risk, here))}
        for one in every:
            said = [worry.words for worry in queries.risks_of(one, here)]
            if risk == "any":
                expected = bool(said)
            elif risk in words:
                expected = any(words[risk] in each for each in said)
            else:  # the column names the nearest of the three limits
                ends = [int(each.split()[-2]) for each in said if "ends within" in each]
                expected = any(limit <= int(risk) for limit in ends)
            assert (one.pk in shown) is expected, (risk, one.name)
    page = cast.client(cast.rae).get(cast.url("channels/points/?risk=ended")).content.decode()
    assert "-1 30 days unknown live Ardent" in page
    assert "0 30 days unknown live Ardent" not in page


def test_the_list_is_searched_and_filtered(cast, line):
    app = cast.channel("Claims app")
    number = point(cast, line, "Number", address="0800 555 0100", **OPEN)
    point(cast, line, "Desk", kind="place", owner_team=cast.care, hours="closed", time_zone="UTC")
    point(cast, app, "Store page", kind="app", vendor="Ardent", hours="as the clinic")
    client = cast.client(cast.rae)
    here = cast.url("channels/points/")
    assert names(client.get(here)) == ["Store page", "Desk", "Number"]
    assert names(client.get(here, {"q": "0800 number"})) == ["Number"]
    assert names(client.get(here, {"q": "ardent"})) == ["Store page"]
    assert names(client.get(here, {"channel": str(line.uid)})) == ["Desk", "Number"]
    assert names(client.get(here, {"kind": "place"})) == ["Desk"]
    assert names(client.get(here, {"team": "mobile"})) == ["Store page", "Number"]
    assert names(client.get(here, {"team": "care"})) == ["Desk"]
    assert names(client.get(here, {"team": "none"})) == []
    assert names(client.get(here, {"open": "open"})) == ["Number"]
    assert names(client.get(here, {"open": "closed"})) == ["Desk"]
    assert names(client.get(here, {"open": "unknown"})) == ["Store page"]
    assert names(client.get(here, {"open": "nonsense", "kind": "x", "channel": "y"})) == [
        "Store page", "Desk", "Number"]  # fmt: skip
    assert names(client.get(here, {"sort": "-name"})) == ["Store page", "Number", "Desk"]
    assert names(client.get(here, {"lens": "mobile"})) == ["Store page"]
    body = client.get(here, headers={"HX-Request": "true"}).content.decode()
    assert body.strip().startswith("<div")
    assert str(number.uid) in body


def test_the_list_takes_the_same_queries_for_one_and_for_many(
    cast, line, django_assert_max_num_queries
):
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        calendar = Calendar(strategy=cast.strategy, name="Ours", days="2026-12-25 Christmas Day")
        record.create(calendar)
        record.create_many(
            AccessPoint(
                channel=line, name=f"Number {n:03}", kind="phone", calendar=calendar, **OPEN
            )
            for n in range(120)
        )
    client = cast.client(cast.cole)
    for query in ({}, {"open": "open"}, {"q": "number", "page": "2"}):
        client.get(cast.url("channels/points/"), query)
        with django_assert_max_num_queries(19):
            response = client.get(cast.url("channels/points/"), query)
        assert len(names(response)) == 50
        assert response.context["page_obj"].paginator.count == 120


def test_the_live_address_does_not_grow(cast, line):
    point(cast, line)
    here = cast.url("channels/points/")
    client = cast.client(cast.rae, htmx=True)
    first, again = (
        client.get(f"{here}?{query}") for query in ("kind=phone", "kind=phone&page=1&live")
    )
    assert first.context["querystring"] == again.context["querystring"] == "kind=phone"


# --- the page of one --------------------------------------------------------------------------------


def test_a_page_says_everything(cast, line):
    kinds = [
        ContactType.objects.create(strategy=cast.strategy, name=name) for name in ("Paid?", "Late?")
    ]
    calendar = actions.add_calendar(
        strategy=cast.strategy,
        values={"name": "Ours", "days": f"{timezone.localdate() + dt.timedelta(days=3)} Day off"},
        by=cast.ada,
    )
    thing = actions.add_point(
        channel=line,
        values={
            "name": "Number", "kind": "phone", "calendar": calendar, "languages": "en, zh-Hant, es-MX",
            "accessibility": "rtt, relay", "vendor": "Ardent", "maturity": "declining",
            "contract_ends_on": timezone.localdate() + dt.timedelta(days=20), **OPEN,
        },
        contact_types=kinds,
        by=cast.ada,
    )  # fmt: skip
    Measurement.objects.create(
        channel=line, point=thing, starts_on=dt.date(2026, 10, 1), status="value", value=1200
    )
    body = cast.client(cast.rae).get(thing.get_absolute_url()).content.decode()
    for words in (
        "Open now", "Day off", "English, Traditional Chinese, Mexican Spanish", "Real-time text",
        "The contract ends within 30 days", "No exit terms", "The market is declining",
        "from the channel", "1,200", "its contacts count once, not 2 times", "Paid?",
    ):  # fmt: skip
        assert words in " ".join(body.split()), words


def test_open_now_says_until_when_in_both_zones(cast, line):
    now = dt.datetime(2026, 11, 20, 15, 30, tzinfo=dt.UTC)
    shop = point(cast, line, hours="Mon-Fri 08:00-20:00", time_zone="America/New_York")
    with timezone.override("Europe/London"):
        said = now_of(shop, now)
        assert (said.state, said.what) == ("open", "Open now")
        assert said.more == "closes at 20:00 (New York), Sat 01:00 (London, your zone)"
    with timezone.override("America/New_York"):
        assert now_of(shop, now).more == "closes at 20:00"
        later = dt.datetime(2026, 11, 21, 15, 30, tzinfo=dt.UTC)
        assert now_of(shop, later).more == "opens Mon 08:00"


def test_what_cannot_be_read_is_kept_and_not_known(cast, line):
    shop = point(cast, line, hours="As the clinic", time_zone="UTC")
    assert now_of(shop, timezone.now()).state == "unknown"
    body = cast.client(cast.rae).get(shop.get_absolute_url()).content.decode()
    assert "“As the clinic”" in body
    assert "Not known" in body
    saved = cast.client(cast.cole).post(
        f"{shop.get_absolute_url()}edit/",
        sent(shop, hours="As the clinic", hours_seen="As the clinic", **grid("")),
    )
    assert saved.status_code == 302
    shop.refresh_from_db()
    assert shop.hours == "As the clinic"


def test_a_retired_point_is_not_in_use(cast, line):
    shop = point(cast, line, life_cycle="retired", vendor="Ardent", **OPEN)
    assert now_of(shop, timezone.now()).state == "unused"
    assert queries.risks_of(shop, TODAY) == []


# --- the form and its week --------------------------------------------------------------------------


def test_a_point_is_added_to_the_channel_of_the_address(cast, line):
    client = cast.client(cast.cole)
    here = cast.url(f"channels/points/add/?channel={line.uid}")
    assert client.get(here).context["form"]["channel"].value() == line.pk
    response = client.post(here, sent(channel=line.pk, languages="EN, es ES-mx", accessibility=["relay", "text"], time_zone="America/Chicago"))  # fmt: skip
    thing = AccessPoint.objects.get()
    assert response.headers["Location"] == thing.get_absolute_url()
    assert (thing.languages, thing.accessibility) == ("en, es, es-MX", "text, relay")


def test_who_may_add_is_offered_the_channels_to_which_they_may(cast, line):
    desk, shop = cast.channel("Desk", owner_team=cast.care), cast.channel("Shop", owner_team=None)
    here = cast.url("channels/points/add/")

    def names(person, query=""):
        form = cast.client(person).get(here + query).context["form"]
        return [one.name for one in form.fields["channel"].queryset]

    assert names(cast.eve) == ["Claims line", "Desk", "Shop"]
    assert names(cast.cole) == ["Claims line"]
    assert names(cast.cole, f"?channel={desk.uid}") == ["Claims line", "Desk"]
    for person in (cast.cole, cast.rae):
        share(obj=shop, holder=person, level="edit", by=cast.lea)
    share(obj=desk, holder=cast.rae, level="view", by=cast.lea)
    assert names(cast.cole) == ["Claims line", "Shop"]
    rae = cast.client(cast.rae)
    assert f"?channel={shop.uid}" in rae.get(f"{shop.get_absolute_url()}points/").content.decode()
    assert names(cast.rae, f"?channel={shop.uid}") == ["Shop"]
    filled = rae.post(cast.url("channels/points/week/"), sent(hours="Mon 9-12", do="text"))
    assert filled.status_code == 200
    added = rae.post(f"{here}?channel={shop.uid}", sent(channel=shop.pk))
    assert added.headers["Location"] == AccessPoint.objects.get().get_absolute_url()
    assert rae.get(here).status_code == 403
    assert rae.get(f"{here}?channel={desk.uid}").status_code == 403


def test_what_is_wrong_is_named(cast, line):
    response = cast.client(cast.cole).post(
        cast.url("channels/points/add/"),
        sent(
            channel=line.pk, languages="Klingon", time_zone="Chicgo",
            exceptions="2026-12-24 08:00-13:00\nEaster closed", **{"day-2-0-from": "9"},
        ),
    )  # fmt: skip
    assert response.status_code == 422
    errors = response.context["form"].errors
    assert errors["languages"] == [
        "“Klingon” is no language. Write names or codes: French, or fr; zh-Hant."
    ]
    assert "Did you mean America/Chicago?" in errors["time_zone"][0]
    assert errors["exceptions"][0].startswith("Line 2, “Easter closed”")
    assert errors["hours"][0].startswith(
        "Wednesday: “9” cannot be read. Write from when to when, like 8am"
    )
    assert not AccessPoint.objects.exists()
    assert 'value="9"' in response.content.decode()  # what was typed stays


@pytest.mark.parametrize(
    ("text", "seen", "filled", "holds"),
    [
        ("Mon-Fri 9-12", "Mon-Fri 9-12", "Mon-Fri 9-12", "Mon-Fri 9-12"),  # nothing changed
        ("Mon-Fri 9-13", "Mon-Fri 9-12", "Mon-Fri 9-12", "Mon-Fri 9-13"),  # the text was typed
        ("Mon-Fri 9-12", "Mon-Fri 9-12", "Mon-Thu 9-12", "Mon-Thu 09:00-12:00"),  # the grid was
        ("", "", "Sat 22:00-04:00", "Sat 22:00-04:00"),
        ("As they say", "As they say", "", "As they say"),
        ("As they say", "As they say", "24/7", "24/7"),
    ],
)
def test_text_and_week_say_the_same(cast, line, text, seen, filled, holds):
    thing = point(cast, line, hours=seen)
    data = sent(thing, hours=text, hours_seen=seen, **grid(filled))
    response = cast.client(cast.cole).post(f"{thing.get_absolute_url()}edit/", data)
    assert response.status_code == 302
    thing.refresh_from_db()
    assert thing.hours == holds


@pytest.mark.parametrize(
    ("button", "text"),
    [
        ("copy-0", "Mon-Fri 09:00-12:00, Sat 10:00-11:00"),
        ("closed-5", "Mon 9-12"),  # as it was, so it stays as it was written
        ("all-6", "Mon 09:00-12:00, Sat 10:00-11:00, Sun 00:00-24:00"),
        ("grid", "Mon 09:00-12:00, Sat 10:00-11:00"),
        ("nonsense-9", "Mon 09:00-12:00, Sat 10:00-11:00"),
    ],
)
def test_buttons_of_the_week_write_the_text_and_save_nothing(cast, line, button, text):
    thing = point(cast, line, hours="Mon 9-12")
    data = sent(
        thing, hours="Mon 9-12", hours_seen="Mon 9-12", do=button, **grid("Mon 9-12, Sat 10-11")
    )
    plain = cast.client(cast.cole).post(f"{thing.get_absolute_url()}edit/", data)  # without script
    assert plain.status_code == 200
    assert plain.context["form"].hours_text == text
    htmx = cast.client(cast.cole, htmx=True).post(cast.url("channels/points/week/"), data)
    body = htmx.content.decode()
    assert f'value="{text}"' in body
    assert ("week-grid" in body) is (
        button != "grid"
    )  # who fills in the grid keeps the focus in it
    thing.refresh_from_db()
    assert thing.hours == "Mon 9-12"


def test_a_day_half_filled_in_says_so_and_keeps_the_text(cast, line):
    data = sent(hours="Mon 9-12", hours_seen="Mon 9-12", do="grid", **grid("Mon 9-12"))
    data |= {"day-1-0-from": "14:00", "day-4-0-to": "9"}
    body = (
        cast.client(cast.cole, htmx=True)
        .post(cast.url("channels/points/week/"), data)
        .content.decode()
    )
    assert "Tuesday: “14:00” cannot be read. Write from when to when" in body
    assert "Friday: “9” cannot be read. Write from when to when" in body
    assert 'data-marks="day-1-0-to"' in body
    assert 'value="Mon 9-12"' in body


def test_a_cell_that_cannot_be_read_is_marked_and_says_which_part_and_what_to_write(cast, line):
    thing = point(cast, line, hours="Mon 9-12")
    data = sent(thing, hours=thing.hours, hours_seen=thing.hours, **grid(thing.hours))
    data |= {"day-1-0-from": "weekdays 9-5", "day-2-0-from": "9:00", "day-4-0-from": "8:00"}
    data |= {"day-4-0-to": "12:00", "day-4-1-from": "1:00", "day-4-1-to": "5:00"}
    response = cast.client(cast.cole).post(f"{thing.get_absolute_url()}edit/", data)
    assert response.status_code == 422
    body = squeeze(response.content.decode())
    said = dict(re.findall('<li><a href="#(day-[^"]+)">Opening hours</a>: ([^<]+)</li>', body))
    words = "can be meant in two ways. If you mean"
    assert said["day-1-0-from"] == f"Tuesday: “9-5” {words} 9:00-17:00, write it so."
    assert said["day-2-0-to"].startswith(
        "Wednesday: “9:00” cannot be read. Write from when to when"
    )
    assert said["day-4-1-from"] == f"Friday: “1:00-5:00” {words} 13:00-17:00, write it so."
    cells = {
        found[1]: found[0] for found in re.finditer(r'<input [^>]*id="(day-[^"]+)"[^>]*>', body)
    }
    marked = {name: cell for name, cell in cells.items() if "aria-invalid" in cell}
    assert sorted(marked) == ["day-1-0-from", "day-2-0-to", "day-4-1-from", "day-4-1-to"]
    for cell in marked.values():
        [told] = re.findall('aria-describedby="([^"]+)"', cell)
        assert f'id="{told}"><li>' in body
    assert 'value="weekdays 9-5"' in cells["day-1-0-from"]
    assert 'value="5:00"' in cells["day-4-1-to"], "nothing typed is lost"


def test_a_text_that_can_be_meant_in_two_ways_says_so_and_is_kept(cast):
    data = sent(hours="Weekdays 9-5, Sat 9-13", do="text")
    body = squeeze(
        cast.client(cast.cole, htmx=True)
        .post(cast.url("channels/points/week/"), data)
        .content.decode()
    )
    assert "“9-5” can be meant in two ways. If you mean 9:00-17:00, write it so." in body
    data["hours"] = "Mon 8-20, By Appointment"
    body = squeeze(
        cast.client(cast.cole, htmx=True)
        .post(cast.url("channels/points/week/"), data)
        .content.decode()
    )
    assert "“By Appointment” cannot be read as hours." in body
    assert 'value="Mon 8-20, By Appointment"' in body


def test_hours_that_are_gone_do_not_come_back(cast, line):
    thing = point(cast, line, hours="Mon 8-9, Mon 10-11, Mon 12-13, Mon 14-15")
    client, url = cast.client(cast.cole), cast.url("channels/points/week/")
    data = sent(thing, hours="Mon 8-9", hours_seen=thing.hours, **grid(thing.hours))
    form = client.post(url, {**data, "do": "text"}).context["form"]
    assert "day-0-3-from" not in form.data
    assert week.read(form.grid)[0][0] == ((480, 540),)


def test_a_text_is_drawn_into_the_week(cast):
    data = sent(hours="Tue 8-12, 13-17", hours_seen="", do="text")
    body = (
        cast.client(cast.cole, htmx=True)
        .post(cast.url("channels/points/week/"), data)
        .content.decode()
    )
    assert 'value="13:00"' in body
    assert "08:00-12:00, 13:00-17:00" in body
    unread = cast.client(cast.cole, htmx=True).post(
        cast.url("channels/points/week/"), sent(hours="as usual", do="text")
    )
    assert "cannot be read as hours" in unread.content.decode()
    half = cast.client(cast.cole, htmx=True).post(
        cast.url("channels/points/week/"), sent(hours="Mon-Fri 9:00-5:00", do="text")
    )
    assert "If you mean 9:00-17:00, write it so" in half.content.decode()


def test_a_conflict_shows_both_texts_of_the_hours(cast, line):
    thing = point(cast, line, hours="Mon 9-12")
    old = sent(thing, hours="Mon 9-12", hours_seen="Mon 9-12", **grid("Mon 9-13"))
    actions.edit_point(point=AccessPoint.objects.get(), values={"hours": "Tue 9-12"}, contact_types=(),
                       expected=thing.version, on=TODAY, by=cast.eve)  # fmt: skip
    response = cast.client(cast.cole).post(f"{thing.get_absolute_url()}edit/", old)
    assert response.status_code == 409
    assert [(one.label, one.theirs, one.mine) for one in response.context["form"].conflict] == [
        ("Opening hours", "Tue 9-12", "Mon 09:00-13:00")
    ]


def test_contact_types_count_as_a_change_and_come_back_with_undo(cast, line):
    kind = ContactType.objects.create(strategy=cast.strategy, name="Paid?")
    thing = point(cast, line)
    before = thing.version
    actions.edit_point(point=thing, values={}, contact_types=[kind], expected=before, on=TODAY, by=cast.ada)  # fmt: skip
    assert thing.version == before + 1
    with pytest.raises(Stale):
        actions.edit_point(point=AccessPoint.objects.get(), values={"name": "X"}, contact_types=[], expected=before,
                           on=TODAY, by=cast.ada)  # fmt: skip
    assert thing.serves.count() == 1
    actions.delete_point(point=thing, expected=thing.version, by=cast.ada)
    undo_change(chosen=ChangeSet.objects.latest("pk"), strategy=cast.strategy, by=cast.ada)
    assert AccessPoint.objects.get().serves.count() == 1


# --- who may, and the seal --------------------------------------------------------------------------


def test_who_owns_the_channel_or_the_point_may_change_it(cast, line):
    theirs = cast.channel("Desk", owner_team=cast.care)
    lent = point(cast, theirs, "Lent", owner_team=cast.mobile)
    other = point(cast, theirs, "Other")
    client = cast.client(cast.cole)
    assert client.get(f"{lent.get_absolute_url()}edit/").status_code == 200
    assert client.get(f"{other.get_absolute_url()}edit/").status_code == 403
    with pytest.raises(Denied):
        actions.add_point(channel=theirs, values={"name": "X", "kind": "phone"}, by=cast.cole)
    with pytest.raises(Denied):
        actions.review_point(point=other, expected=None, on=TODAY, by=cast.rae)


def test_an_edit_by_somebody_else_breaks_the_seal_and_an_owner_mends_it(cast, line):
    thing = point(cast, line)
    edit = {"contact_types": (), "on": TODAY}
    actions.edit_point(
        point=thing, values={"address": "1"}, expected=thing.version, by=cast.cole, **edit
    )
    assert thing.unsealed_on is None
    actions.edit_point(
        point=thing, values={"address": "1"}, expected=thing.version, by=cast.eve, **edit
    )
    assert thing.unsealed_on is None  # nothing changed
    actions.edit_point(
        point=thing, values={"address": "2"}, expected=thing.version, by=cast.eve, **edit
    )
    assert (thing.unsealed_by, thing.unsealed_on) == (cast.eve, TODAY)
    page = cast.client(cast.rae).get(thing.get_absolute_url()).content.decode()
    assert ">Seal broken<" not in page, "nobody ever sealed it"
    assert "Never reviewed" in page
    AccessPoint.objects.update(reviewed_on=TODAY)
    assert "Seal broken" in cast.client(cast.rae).get(thing.get_absolute_url()).content.decode()
    actions.review_point(point=thing, expected=None, on=TODAY, by=cast.eve)
    assert thing.unsealed_on == TODAY
    cole = cast.client(cast.cole)
    seen = {"version": str(thing.version)}
    assert 'name="version" value="4"' in cole.get(thing.get_absolute_url()).content.decode()
    cole.post(f"{thing.get_absolute_url()}review/", seen)
    thing.refresh_from_db()
    assert (thing.unsealed_by, thing.unsealed_on) == (None, None)
    assert thing.reviewed_on == timezone.localdate()
    late = cole.post(f"{thing.get_absolute_url()}review/", seen)
    assert late.status_code == 409
    assert "Look at it as it is now, then decide." in late.content.decode()


def test_owners_fall_back_to_the_channel(cast, line):
    assert queries.owners_of(point(cast, line, "A")).team == cast.mobile
    own = queries.owners_of(point(cast, line, "B", owner=cast.lea))
    assert (own.team, own.person, own.from_channel) == (None, cast.lea, False)


# --- the channel's hours ----------------------------------------------------------------------------


def hours_found(cast, channel) -> str:
    return read_facts(cast.strategy, TODAY).channels[channel.uid].hours


def test_a_channel_is_open_when_one_of_its_points_is(cast, line):
    client = cast.client(cast.rae)
    assert hours_found(cast, line) == "Mon-Fri 9-12"
    first = point(cast, line, "A", hours="Mon-Fri 8-18")
    assert hours_found(cast, line) == hours_of(line) == "Mon-Fri 8-18"
    point(cast, line, "B", hours="Sat 9-13")
    point(cast, line, "C", hours="as the clinic")
    point(cast, line, "D", hours="24/7", life_cycle="planned")
    union = "Mon-Fri 08:00-18:00; Sat 09:00-13:00"
    assert hours_found(cast, line) == hours_of(line) == union
    assert channel_hours(cast.strategy) == {line.pk: union}
    body = client.get(line.get_absolute_url()).content.decode()
    assert "as its access points say" in body
    assert union in body
    form = cast.client(cast.cole).get(f"{line.get_absolute_url()}edit/").content.decode()
    assert f"Its access points say: {union}" in form
    assert union in cast.client(cast.cole).get(cast.url("mine/")).content.decode()
    assert first.name in client.get(cast.url(f"channels/{line.uid}/points/")).content.decode()


def test_hours_that_nobody_can_read_leave_the_text_of_the_channel(cast, line):
    point(cast, line, "A", hours="as the <b>clinic</b>")
    assert hours_found(cast, line) == "Mon-Fri 9-12"
    point(cast, line, "B", hours="closed")
    point(cast, line, "C", hours="closed")
    assert hours_found(cast, line) == "closed"


def test_hours_in_several_time_zones_are_not_read_by_one_clock(cast, line):
    east = point(cast, line, "East", hours="Mon-Fri 8-18", time_zone="America/New_York")
    point(cast, line, "West", hours="Mon-Fri 8-18", time_zone="America/Los_Angeles")
    assert hours_found(cast, line) == hours_of(line) == ""
    client = cast.client(cast.rae)
    panel = client.get(cast.url(f"channels/{line.uid}/points/")).content.decode()
    assert "Open when one of them is" not in panel
    page = squeeze(client.get(line.get_absolute_url()).content.decode())
    assert "its access points stand in several time zones" in page
    form = cast.client(cast.cole).get(f"{line.get_absolute_url()}edit/").content.decode()
    assert "Its access points say" not in form
    point(cast, line, "App", hours="24/7")
    assert hours_of(line) == "24/7"
    AccessPoint.objects.exclude(pk=east.pk).update(time_zone="", hours="Sat 9-13")
    assert hours_of(line) == "Mon-Fri 08:00-18:00; Sat 09:00-13:00", "a zone that is not named"


def test_search_finds_a_number(cast, line):
    point(cast, line, "Main number", address="0800 555 0100")
    place = Place(cast.strategy, standing(cast.rae, cast.strategy.pk), cast.rae)
    from strategy.home.search import find

    assert [
        hit.name for group in find(place, "555 0100", limit=5).groups for hit in group.hits
    ] == ["Main number"]


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ("2000", "2200", "Mon 20:00-22:00"),
        ("8am", "8pm", "Mon 08:00-20:00"),
        ("8:00 AM", "8:00 PM", "Mon 08:00-20:00"),
        ("8.00", "20.00", "Mon 08:00-20:00"),
        ("8", "20", "Mon 08:00-20:00"),
        ("8-20", "", "Mon 08:00-20:00"),
        ("", "8-12, 13-17", "Mon 08:00-12:00, 13:00-17:00"),
        ("closed", "", "closed"),
        ("24h", "", "Mon 00:00-24:00"),
        ("24 hours", "", "Mon 00:00-24:00"),
        ("24h", "24h", None),
        ("9", "5", None),
        ("8", "", None),
        ("noonish", "", None),
    ],
)
def test_a_cell_of_the_week_takes_what_people_write(start, end, text):
    grid = [week.Row(0, ((start, end),)), *(week.Row(day, ()) for day in range(1, 7))]
    said, bad = week.read(grid)
    assert (write(said) if not bad else None) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Chicago", "America/Chicago"),
        ("new york", "America/New_York"),
        ("america/chicago", "America/Chicago"),
        ("Eastern Time", "America/New_York"),
        ("CT", "America/Chicago"),
        ("Louisville", "America/Kentucky/Louisville"),
        ("Hawaii Standard Time", "Pacific/Honolulu"),
        ("brazil/east", "Brazil/East"),
        ("Canberra", "Australia/Canberra"),
        ("", ""),
    ],
)
def test_a_time_zone_is_named_by_its_city(text, kept):
    assert facts.zone(text) == kept


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("EST", "America/New_York"),
        ("Chicgo", "America/Chicago"),
        ("Dallas", "or its city"),
        ("Eastern Daylight Time", "mean America/New_York"),
        ("Pacific Standard", "mean America/Los_Angeles"),
        ("Mountain Standard Time", "mean America/Denver or America/Phoenix"),
        ("MST", "mean America/Denver or America/Phoenix"),
        ("Jersey", "mean America/New_York or Europe/Jersey"),
        ("General", "no time zone"),
        ("East", "no time zone"),
        ("Victoria", "no time zone"),
        ("Michigan", "mean US/Michigan"),
    ],
)
def test_what_is_no_time_zone_says_what_to_write(text, said):
    with pytest.raises(ValidationError, match=said):
        facts.zone(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("en, es", "en, es"),
        ("French", "fr"),
        ("English, FRENCH; zh-hant / Haitian Creole and American Sign Language", "en, fr, zh-Hant, ht, ase"),
        ("en es en", "en, es"),
        ("Español", "es"),
        ("Lao", "lo"),
        ("pt BR, en_US", "pt-BR, en-US"),
        ("haw, kea-cv", "haw, kea-CV"),
        (" ", ""),
    ],
)  # fmt: skip
def test_languages_are_named_by_name_or_code(text, kept):
    assert facts.spoken(text) == kept


@pytest.mark.parametrize("word", ["Klingon", "not yet", "TBD", "all", "see web", "xx"])
def test_a_word_that_is_no_language_is_named(word):
    with pytest.raises(ValidationError, match=f"“{word}” is no language"):
        facts.spoken(f"en, {word}")


def test_a_code_without_a_name_that_was_kept_before_hinders_no_edit(cast, line):
    thing = point(cast, line, languages="en, xx")
    client, url = cast.client(cast.cole), f"{thing.get_absolute_url()}edit/"
    assert client.post(url, sent(thing, name="Other", languages="en, xx")).status_code == 302
    thing.refresh_from_db()
    assert (thing.name, thing.languages) == ("Other", "en, xx")
    assert client.post(url, sent(thing, languages="xx")).status_code == 422


def test_the_form_keeps_what_it_read(cast, line):
    thing = point(cast, line)
    data = sent(thing, time_zone="chicago", languages="English, French")
    answer = cast.client(cast.cole).post(f"{thing.get_absolute_url()}edit/", data)
    assert answer.status_code == 302
    thing.refresh_from_db()
    assert (thing.time_zone, thing.languages) == ("America/Chicago", "en, fr")


# --- one line at two channels -------------------------------------------------------------------------


def test_an_address_of_another_channel_is_said_after_the_save_and_on_the_page(cast, line):
    desk = cast.channel("Billing line", family="voice", mode="assisted")
    point(cast, desk, name="Billing", address="+1 (800) 555-0100")
    client = cast.client(cast.cole)
    here = cast.url(f"channels/points/add/?channel={line.uid}")
    answer = client.post(here, sent(channel=line.pk, address="800 555 0100"), follow=True)
    page = squeeze(answer.content.decode())
    assert (
        "800 555 0100 is already an access point of Billing line. If it is one shared line" in page
    )
    assert 'id="point-twins"' in page
    assert "a shared line is counted once" in page


def test_an_address_of_its_own_is_not_spoken_of(cast, line):
    point(cast, line, name="Same channel", address="+1 800 555 0100")
    point(cast, cast.channel("Old"), address="800 555 0100", life_cycle="retired")
    mine = point(cast, line, name="Mine", address="800 555 0100")
    assert queries.twins_of(mine) == []
    assert queries.twins_of(point(cast, cast.channel("New"), name="Blank")) == []


def test_who_makes_a_holiday_calendar_is_said_where_one_is_chosen(cast, line):
    here = cast.url(f"channels/points/add/?channel={line.uid}")
    assert "Make a holiday calendar" in cast.client(cast.eve).get(here).content.decode()
    page = cast.client(cast.cole).get(here).content.decode()
    assert "Make a holiday calendar" not in page
    assert "editors and strategy leads make them" in page


def test_many_access_points_are_added_in_a_row(cast, line):
    other = cast.channel("App")
    url, client = cast.url("channels/points/add/"), cast.client(cast.lea)
    data = sent(channel=str(line.pk), time_zone="Chicago", another="on", address="800 555 0100")
    there = client.post(f"{url}?channel={other.uid}", data).headers["Location"]
    added = AccessPoint.objects.get()
    assert there == f"{url}?channel={line.uid}&added={added.uid}", "the channel that was chosen"
    answer = client.get(there)
    link = f'<a href="{added.get_absolute_url()}">Claims number</a>is saved. Add another.'
    assert f'role="status">{link}' in squeeze(answer.content.decode())
    form = answer.context["form"]
    kept = {
        name: form[name].value() for name in ("channel", "kind", "time_zone", "address", "name")
    }
    assert (kept["channel"], kept["kind"], kept["time_zone"]) == (
        line.pk,
        "phone",
        "America/Chicago",
    )
    assert not kept["address"]
    assert not kept["name"]
    assert 'name="another"' not in client.get(f"{added.get_absolute_url()}edit/").content.decode()
