"""Service objectives: the form, the panel of a channel, the list, and what the components say."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from portal.history.record import Stale, change_set
from portal.lib.refusals import RuleBroken
from strategy.inventory.models import AccessDecision, Calendar, Channel, ServiceObjective
from strategy.inventory.service import actions
from strategy.inventory.service.queries import coverage
from strategy.plan.models import ContactType, Segment
from strategy.plan.queries import today
from teams.access import Denied
from tests.html import squeeze

FACTS = {
    "name": "Answered in time", "metric": "SL", "kind": "timeliness", "target": "80", "threshold": "20",
    "threshold_unit": "s", "clock": "opening_hours", "clock_start": "queued", "measured_over": "interval",
    "abandon_rule": "offered",
}  # fmt: skip


def text(response) -> str:
    return squeeze(response.content.decode())


# --- the form -----------------------------------------------------------------------------------------
def test_a_contributor_promises_for_a_channel_of_their_team(cast, line):
    answer = cast.client(cast.cole, htmx=True).post(f"{line.url}objectives/add/", FACTS)
    assert answer.status_code == 200
    assert "service-changed" in answer.headers["HX-Trigger"]
    row = ServiceObjective.objects.get()
    assert (row.channel, row.target, row.clock_start) == (line.channel, 80, "queued")
    plain = cast.client(cast.cole).post(f"{line.url}objectives/add/", {**FACTS, "name": "Other"})
    assert plain.headers["Location"] == cast.url("channels/service-objectives/")


def test_nobody_promises_for_others(cast, line):
    foreign = cast.channel("Chat", family="chat", mode="assisted", owner_team=cast.care)
    for person in (cast.cole, cast.rae):
        url = f"{foreign.get_absolute_url()}objectives/add/"
        assert cast.client(person).get(url).status_code == 403
        assert cast.client(person).post(url, FACTS).status_code == 403
    one = line.promise()
    for refused in (
        lambda: actions.add_service_objective(channel=line.channel, values={}, by=cast.rae),
        lambda: actions.edit_service_objective(objective=one, values={}, expected=1, by=cast.rae),
        lambda: actions.delete_service_objective(objective=one, expected=1, by=cast.rae),
    ):
        with pytest.raises(Denied):
            refused()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"threshold": ""}, "threshold", "Say within how long"),
        ({"metric": "ABN"}, "threshold", "Abandonment rate has no time limit"),
        ({"metric": "RT"}, "metric", "not one of the available choices"),
        ({"metric": "OFF"}, "metric", "not one of the available choices"),
        ({"target": "101"}, "target", "Service level cannot be 101"),
        ({"abandon_rule": "credit_short"}, "short_abandon_seconds", "Say within how many seconds"),
        ({"effective_from": "2026-10-01", "effective_to": "2026-09-30"}, "effective_to", "cannot end before it begins"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_at_its_field_and_kept(cast, line, changes, field, sentence):
    typed = {**FACTS, "rationale": "Typed with care", **changes}
    answer = cast.client(cast.eve).post(f"{line.url}objectives/add/", typed)
    assert answer.status_code == 422
    assert sentence in str(answer.context["form"].errors[field])
    assert "Typed with care" in text(answer)
    assert not ServiceObjective.objects.exists()


def test_every_field_says_what_it_means(cast, line):
    form = cast.client(cast.eve).get(f"{line.url}objectives/add/").context["form"]
    silent = [field.name for field in form.visible_fields() if not field.help_text]
    assert silent == []
    shown = [field.name for _t, _l, lines in form.groups() for line_ in lines for field in line_]
    assert sorted(shown) == sorted(field.name for field in form.visible_fields())


def test_two_people_see_both_promises(cast, line):
    one = line.promise()
    url = cast.url(f"channels/service-objectives/{one.uid}/")
    cast.client(cast.eve).post(url, {**FACTS, "target": "85", "version": 1})
    answer = cast.client(cast.lea).post(url, {**FACTS, "target": "90", "version": 1})
    assert answer.status_code == 409
    assert "85" in text(answer)
    assert "90" in text(answer)
    with pytest.raises(Stale):
        actions.delete_service_objective(
            objective=ServiceObjective.objects.get(), expected=1, by=cast.lea
        )


def test_a_metric_that_no_longer_fits_stays_until_somebody_changes_it(cast, line):
    one = line.promise(metric="RT")
    url = cast.url(f"channels/service-objectives/{one.uid}/")
    assert (
        cast.client(cast.eve).post(url, {**FACTS, "metric": "RT", "version": 1}).status_code == 302
    )


def test_an_access_point_of_another_channel_is_refused(cast, line):
    other = type(line)(cast, cast.channel("Chat", family="chat", mode="assisted"))
    point = other.point("Chat on the web")
    answer = cast.client(cast.eve).post(f"{line.url}objectives/add/", {**FACTS, "point": point.pk})
    assert answer.status_code == 422
    with pytest.raises(RuleBroken):
        actions.add_service_objective(
            channel=line.channel, values={"name": "X", "target": 1, "point": point}, by=cast.ada
        )


# --- the panel and the list -------------------------------------------------------------------------------
def test_the_panel_reads_each_promise_in_one_sentence_and_says_how_it_is_kept(cast, line):
    line.promise()
    line.figure("SL", 790, 1000)
    page = text(cast.client(cast.rae, htmx=True).get(f"{line.url}objectives/"))
    assert page.startswith("<section")
    assert "80 % answered within 20 seconds, clock from queue entry, during opening hours" in page
    assert "Broken" in page
    assert "79 %, October 2026" in page
    assert "Edit Answered" not in page, "a reader gets no button"


def test_a_promise_of_a_point_is_held_against_the_figures_of_that_point(cast, line):
    point = line.point("0800 1")
    line.promise(point=point)
    line.figure("SL", 10, 100)
    assert "No figure" in text(cast.client(cast.rae).get(f"{line.url}objectives/"))
    line.figure("SL", 95, 100, point=point)
    page = text(cast.client(cast.rae).get(f"{line.url}objectives/"))
    assert "95 %, October 2026" in page
    assert "0800 1" in page


def test_two_of_one_metric_at_once_are_warned_of_with_what_parts_them(cast, line):
    line.promise(name="Old")
    line.promise(name="New", clock_start="dialed")
    page = text(cast.client(cast.rae).get(f"{line.url}objectives/"))
    assert "“New” and “Old”" in page or "“Old” and “New”" in page
    assert "They differ in start of the clock" in page
    ServiceObjective.objects.filter(name="Old").update(effective_to=dt.date(2020, 1, 1))
    ServiceObjective.objects.filter(name="New").update(effective_from=dt.date(2020, 1, 2))
    assert "in force at once" not in text(cast.client(cast.rae).get(f"{line.url}objectives/"))


def test_the_list_names_offered_channels_without_a_promise(cast, line):
    line.promise()
    cast.channel("Silent app")
    cast.channel("Gone", life_cycle="retired")
    cast.channel("To come", life_cycle="planned")
    page = text(cast.client(cast.rae).get(cast.url("channels/service-objectives/")))
    assert "<b>1 of 2</b>" in page
    without = page[page.index('id="without"') :]
    assert "Silent app" in without
    assert "Claims line" not in without
    assert "Gone" not in page
    assert "To come" not in page


def test_a_promise_that_has_ended_is_no_promise(cast, line):
    line.promise(effective_to=today() - dt.timedelta(days=1))
    page = text(cast.client(cast.rae).get(cast.url("channels/service-objectives/")))
    assert "No objective in force" in page
    assert "<b>0 of 1</b>" in page


def _decide(cast, channel: Channel, choice: str) -> None:
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        segment = Segment(strategy=cast.strategy, name=f"S {choice}")
        kind = ContactType(strategy=cast.strategy, name=f"T {choice}")
        record.create(segment)
        record.create(kind)
        record.create(
            AccessDecision(
                segment=segment, contact_type=kind, channel=channel, choice=choice,
                reason="Too dear" if choice == "not_offered" else "",
            )
        )  # fmt: skip


def test_what_is_turned_down_for_everybody_is_not_offered(cast, line):
    _decide(cast, line.channel, "not_offered")
    assert coverage(cast.strategy, today()).offered == 0
    page = text(cast.client(cast.rae).get(cast.url("channels/service-objectives/")))
    assert "not offered" in page
    _decide(cast, line.channel, "supported")
    assert coverage(cast.strategy, today()).offered == 1


def test_objectives_of_a_metric_stand_side_by_side_with_whom_they_compare(cast, line):
    line.promise()
    for name, values in (("Chat", {}), ("Video", {"measured_over": "interval"})):
        other = type(line)(
            cast, cast.channel(name, family=name.lower(), mode="assisted", owner_team=cast.care)
        )
        other.promise(**values)
    answer = cast.client(cast.rae).get(cast.url("channels/service-objectives/?metric=SL"))
    rows = {str(one.promise.objective.channel): one for one in answer.context["compared"]}
    assert rows["Claims line"].alike == ["Chat"]
    assert rows["Claims line"].differs == [("Video", ["measured over"])]
    assert rows["Video"].alike == []
    for code in ("ASA", "nonsense"):
        page = cast.client(cast.rae).get(cast.url(f"channels/service-objectives/?metric={code}"))
        assert page.context["compared"] == []


def test_of_many_the_first_ten_are_named_and_the_rest_counted(cast, line):
    line.promise()
    for number in range(12):
        line.promise(name=f"A{number}", point=line.point(f"A{number:02}"))
        line.promise(name=f"B{number}", point=line.point(f"B{number:02}"), measured_over="day")
    for number in range(2):
        point = line.point(f"C{number}")
        line.promise(name=f"C{number}", point=point, clock_start="unknown")
    answer = cast.client(cast.rae).get(cast.url("channels/service-objectives/?metric=SL"))
    rows = {str(one.promise.objective.point or ""): one for one in answer.context["compared"]}
    first = rows[""]
    assert (len(first.alike), first.more_alike) == (10, 2)
    assert (len(first.differs), first.more_differ) == (10, 4)
    assert (rows["C0"].alike, rows["C0"].more_differ) == ([], 16), (
        "nobody knows when its clock starts"
    )
    assert "and 2 more" in text(answer)
    assert "and 4 more" in text(answer)


def test_a_promise_is_judged_by_the_figure_of_its_own_period(cast, line):
    line.promise(measured_over="quarter")
    line.figure("SL", 90, 100, on=dt.date(2026, 7, 1), grain="quarter")
    line.figure("SL", 10, 100)
    for url in (f"{line.url}objectives/", cast.url("channels/service-objectives/")):
        page = text(cast.client(cast.rae).get(url))
        assert "90 %, Q3 2026 (90 of 100)" in page
        assert "Kept" in page


def test_the_sum_of_some_points_judges_no_promise_of_the_channel(cast, line):
    points = [line.point(f"0800 {number}") for number in range(5)]
    line.promise()
    line.figure("SL", 95, 100, point=points[0])
    page = text(cast.client(cast.rae).get(f"{line.url}objectives/"))
    assert "95 %, October 2026 (95 of 100, sum of 1 of 5 access points)" in page
    assert "Not comparable" in page
    for point in points[1:]:
        line.figure("SL", 95, 100, point=point)
    assert "Not comparable" not in text(cast.client(cast.rae).get(f"{line.url}objectives/"))


def test_a_year_is_as_recent_as_its_last_day(cast, line):
    last_year = dt.date(today().year - 1, 1, 1)
    line.promise(measured_over="year")
    line.figure("SL", 90, 100, on=last_year, grain="year")
    page = text(cast.client(cast.rae).get(cast.url("channels/service-objectives/")))
    assert f"90 %, {last_year.year} (90 of 100)" in page
    assert coverage(cast.strategy, today()).measured == 1


def test_a_channel_that_promises_nothing_shows_its_contacts(cast, line):
    line.figure("NPS", 12)
    url = cast.url("channels/service-objectives/")
    assert "No contacts counted in the last 400 days" in text(cast.client(cast.rae).get(url))
    line.figure("contacts", 44466)
    assert "44,466, October 2026" in text(cast.client(cast.rae).get(url))


def test_the_lens_shows_what_touches_mobile(cast, line):
    line.promise()
    cast.channel("Claims app", device="mobile")
    page = text(cast.client(cast.rae).get(cast.url("channels/service-objectives/?lens=mobile")))
    assert "Claims app" in page
    assert "Claims line" not in page
    assert "<b>0 of 1</b>" in page


@pytest.mark.parametrize("count", [2, 25])
def test_the_list_takes_the_same_queries_however_many_channels(
    cast, line, count, django_assert_num_queries
):
    for number in range(count):
        channel = cast.channel(f"Line {number}", family="voice", mode="assisted")
        one = type(line)(cast, channel)
        one.promise(approved_by=cast.eve, point=one.point("P"))
        one.figure("SL", 80, 100)
    client = cast.client(cast.cole)
    client.get(cast.url("channels/service-objectives/?metric=SL"))
    with django_assert_num_queries(11):
        client.get(cast.url("channels/service-objectives/?metric=SL"))


def test_the_components_and_the_home_count_promises(cast, line):
    line.promise()
    cast.channel("Silent app")
    page = text(
        cast.client(cast.rae, htmx=True).get(cast.url("channels/service-objectives/numbers/"))
    )
    assert "Objective per offered channel:<b>1 of 2</b>" in page
    assert "With a figure of the last 400 days:<b>0 of 2</b>" in page
    for code in ("objectives", "analysis"):
        component = text(cast.client(cast.rae).get(cast.url(f"components/{code}/")))
        assert 'hx-get="/s/larkfield/channels/service-objectives/numbers/"' in component
    assert "of 2 offered channels have a service objective" in text(
        cast.client(cast.rae).get(cast.url())
    )


def test_deleting_asks_for_the_version_that_was_seen_and_can_be_undone(cast, line):
    one = line.promise()
    url = cast.url(f"channels/service-objectives/{one.uid}/delete/")
    assert cast.client(cast.cole).post(url, {"version": 7}).status_code == 409
    answer = cast.client(cast.lea, htmx=True).post(url, {"version": 1})
    assert "undo_url" in answer.headers["HX-Trigger"]
    assert not ServiceObjective.objects.exists()


def test_words_with_markup_come_out_as_text(cast, line):
    line.promise(name="<b>x</b>", population="<script>alert(1)</script>", target=Decimal(80))
    for url in (f"{line.url}objectives/", cast.url("channels/service-objectives/?metric=SL")):
        page = cast.client(cast.rae).get(url).content.decode()
        assert "<script>alert" not in page
        assert "<b>x</b>" not in page


@pytest.mark.parametrize(
    ("own", "of_points", "clock", "has_calendar"),
    [
        ("Mon-Fri 8-18", [], "opening_hours", False),
        ("", ["Mon-Fri 8-18"], "opening_hours", True),
        ("Mon-Fri 8-18", ["24/7"], "always", False),
        ("always", [], "always", False),
        ("", [], "always", False),
    ],
)
def test_a_new_objective_begins_with_the_clock_of_the_channel(
    cast, line, own, of_points, clock, has_calendar
):
    Channel.objects.filter(pk=line.channel.pk).update(hours=own)
    calendar = Calendar(strategy=cast.strategy, name="Holidays")
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        record.create(calendar)
    for hours in of_points:
        line.point("Number", hours=hours, calendar=calendar)
    form = cast.client(cast.lea).get(f"{line.url}objectives/add/").context["form"]
    assert form["clock"].value() == clock
    assert form["calendar"].value() == (calendar.pk if has_calendar else None)
    assert "begins with opening hours" in form["clock"].help_text


def test_many_objectives_are_added_in_a_row(cast, line):
    url, client = f"{line.url}objectives/add/", cast.client(cast.lea)
    page = squeeze(client.get(url).content.decode())
    assert '<button class="button" name="another" value="on">Save and add another</button>' in page
    sent = {
        "name": "First", "metric": "SL", "kind": "timeliness", "target": "80", "threshold": "20",
        "threshold_unit": "s", "clock": "always", "clock_start": "queued", "measured_over": "week",
        "abandon_rule": "offered", "source": "Charter",
    }  # fmt: skip
    answer = client.post(url, sent | {"another": "on"})
    first = ServiceObjective.objects.get()
    assert answer.headers["Location"] == f"{url}?added={first.uid}"
    answer = client.get(answer.headers["Location"])
    page = squeeze(answer.content.decode())
    edit = reverse(
        "strategy:inventory:service_objective_edit", args=[cast.strategy.slug, first.uid]
    )
    assert f'role="status"><a href="{edit}">{first}</a>is saved. Add another.' in page
    form = answer.context["form"]
    kept = {name: form[name].value() for name in ("metric", "measured_over", "source", "clock")}
    assert kept == {"metric": "SL", "measured_over": "week", "source": "Charter", "clock": "always"}
    assert not form["name"].value()
    wrong = client.post(answer.wsgi_request.get_full_path(), sent | {"name": "", "another": "on"})
    assert wrong.status_code == 422
    assert "is saved" not in wrong.content.decode()

    dialog = cast.client(cast.lea, htmx=True).get(f"{url}?added={first.uid}")
    assert "service-changed" in dialog.headers["HX-Trigger"], "the page below follows"
    [button] = re.findall('<button [^>]*name="another"[^>]*>', squeeze(dialog.content.decode()))
    assert 'form="service_objective-dialog"' in button, "without a script it sends the form"
    assert f'hx-post="{url}?added={first.uid}"' in button, "a script sends it as this button"
    assert 'name="another"' not in cast.client(cast.lea).get(edit).content.decode()
