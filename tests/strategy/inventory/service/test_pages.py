"""Figures on their pages: the panel, the charts and tables, and stating a period."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from portal.history.models import Change
from portal.history.record import change_set
from strategy.inventory import actions as inventory
from strategy.inventory.actions import Volume
from strategy.inventory.models import AccessPointContactType, Channel, Measurement
from strategy.inventory.service import actions
from strategy.inventory.service.actions import Stated, StatedMeanwhile
from strategy.inventory.service.forms import ChosenPeriod, CountField
from strategy.plan.models import ContactType
from teams.access import Denied
from teams.grants import share
from tests.html import squeeze

OCTOBER, SEPTEMBER = dt.date(2026, 10, 1), dt.date(2026, 9, 1)
HERE = "figures/state/?grain=month&on=2026-10-15"
ALL = f"{HERE}&more=1"


def text(response) -> str:
    return squeeze(response.content.decode())


def shown(client, url) -> dict[str, str]:
    """Return what a browser would send of the form as it stands: every field with its value."""
    form = client.get(url).context["form"]
    fields = [field for row in (form, *form.figures) for field in row]
    values = {field.html_name: field.value() for field in fields}
    return {name: "" if value is None else str(value) for name, value in values.items()}


# --- the panel ------------------------------------------------------------------------------------------
def test_the_panel_shows_the_newest_figure_of_every_metric(cast, line):
    line.promise()
    line.figure("SL", 840, 1000, on=SEPTEMBER)
    line.figure("SL", 860, 1000)
    line.figure("ABN", status="suppressed")
    line.figure("contacts", status="zero")
    page = text(cast.client(cast.rae, htmx=True).get(f"{line.url}figures/newest/"))
    for said in (
        "86 %", "860 of 1,000", "+2 points", "better than Sep 2026", "Kept", "Suppressed", "No objective",
    ):  # fmt: skip
        assert said in page, said
    assert ">0</button>" in page, "zero is a figure"


def test_every_figure_says_its_formula_on_hover_and_by_key_or_tap(cast, line):
    line.figure("ABN", 60, 1000)
    page = text(cast.client(cast.rae).get(f"{line.url}figures/newest/"))
    assert (
        'title="abandoned contacts (the customer gave up before anybody answered), of all offered: Abandoned ÷ Offered. 60 of 1,000 = 6 %"'
        in page
    )
    assert '<button class="figure"type="button"popovertarget="tip-ABN"' in page.replace('" ', '"')
    assert 'id="tip-ABN"' in page
    for url in (f"{line.url}figures/", f"{line.url}{HERE}"):
        assert 'popovertarget="tip-ABN"' in text(cast.client(cast.eve).get(url))


def test_the_box_of_a_formula_has_the_counts_and_the_promise_with_its_qualifiers(cast, line):
    line.promise(population="members")
    line.figure("SL", 840, 1000, on=SEPTEMBER)
    line.figure("SL", 860, 1000)
    line.figure("NPS", 12)
    qualifiers = ("within 20 seconds", "measured over months", "counting: members", "counts")
    for url, counts in (
        (f"{line.url}figures/newest/", ["October 2026: 860 of 1,000 = 86 %"]),
        (f"{line.url}figures/", ["October 2026: 860 of 1,000 = 86 %", "September 2026: 840 of 1,000 = 84 %"]),
    ):  # fmt: skip
        page = text(cast.client(cast.rae).get(url))
        box = page[page.index('id="tip-SL"') :]
        box = box[: box.index("</div>")]
        for said in (*counts, *qualifiers):
            assert said in box, (url, said)
        assert "<li>October 2026: 12" in page, "without counts the figure itself"


def test_without_figures_the_pages_teach_the_next_step(cast, line):
    assert "Nobody has stated a figure yet" in text(
        cast.client(cast.rae).get(f"{line.url}figures/newest/")
    )
    assert "No figures yet" in text(cast.client(cast.rae).get(f"{line.url}figures/"))


def test_the_channel_page_loads_both_panels_and_a_shared_channel_shows_them(cast, line):
    line.promise()
    line.figure("SL", 86, 100)
    page = text(cast.client(cast.rae).get(line.url))
    for part in ("objectives/", "figures/newest/"):
        assert f'hx-get="{line.url}{part}"' in page
    share(obj=line.channel, holder=cast.olga, level="view", by=cast.lea)
    for part in ("objectives/", "figures/newest/", "figures/"):
        assert "86 %" in text(cast.client(cast.olga).get(f"{line.url}{part}"))
    assert cast.client(cast.olga).get(f"{line.url}{HERE}").status_code == 403


# --- over time ------------------------------------------------------------------------------------------
def test_periods_without_a_figure_are_gaps_with_their_words(cast, line):
    line.promise(effective_from=SEPTEMBER)
    line.figure("SL", 70, 100, on=dt.date(2026, 6, 1))
    line.figure("SL", on=dt.date(2026, 7, 1), status="no_data")
    line.figure("SL", on=dt.date(2026, 8, 1), status="suppressed")
    line.figure("SL", 86, 100)
    answer = cast.client(cast.rae).get(f"{line.url}figures/")
    (row,) = answer.context["found"].rows
    assert [one.text for one in row.figures] == [
        "70 %", "No data", "Suppressed", "Not stated", "86 %",
    ]  # fmt: skip
    assert row.chart.count("<circle") == 2
    assert row.chart.count("<rect") == 1
    assert 'class="curve"' not in row.chart, "nothing joins what lies four months apart"
    assert "3 of 5 periods have no figure" in row.chart
    target = row.chart.split('class="target"')[1].split("/>")[0]
    assert target.count("H") == 2, "the objective stands from September on"


def test_the_table_says_source_day_and_revision(cast, line):
    line.figure("SL", 86, 100, source="ACD report", as_of=dt.date(2026, 11, 3), revision=2)
    page = text(cast.client(cast.rae).get(f"{line.url}figures/"))
    for said in ("ACD report", "as of Nov. 3, 2026", "revision 2"):
        assert said in page, said


def test_a_channel_is_the_sum_of_its_points_only_without_a_figure_of_its_own(cast, line):
    one, two = line.point("0800 1"), line.point("0800 2")
    line.figure("contacts", 100, point=one)
    line.figure("contacts", 50, point=two)
    assert "150" in text(cast.client(cast.rae).get(f"{line.url}figures/"))
    assert "sum of 2 of 2 points" in text(cast.client(cast.rae).get(f"{line.url}figures/"))
    page = text(cast.client(cast.rae).get(f"{line.url}figures/?point={one.uid}"))
    assert "Only<b>0800 1</b>" in page
    assert ">100</button>" in page
    line.figure("contacts", 140)
    page = text(cast.client(cast.rae).get(f"{line.url}figures/"))
    assert ">140</button>" in page
    assert "sum of" not in page


def test_a_point_that_serves_several_contact_types_is_counted_once(cast, line):
    point = line.point("Shared line")
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        for name in ("Pension", "Allowance"):
            kind = ContactType(strategy=cast.strategy, name=name)
            record.create(kind)
            record.create(AccessPointContactType(point=point, contact_type=kind))
    line.figure("contacts", 6_003_907, point=point)
    line.figure("contacts", 1_000, contact_type=ContactType.objects.get(name="Pension"))
    answer = cast.client(cast.rae).get(f"{line.url}figures/")
    (row,) = answer.context["found"].rows
    assert row.figures[-1].text == "6,003,907"
    kind = ContactType.objects.get(name="Pension")
    narrowed = cast.client(cast.rae).get(f"{line.url}figures/?type={kind.uid}")
    assert [one.figures[-1].text for one in narrowed.context["found"].rows] == ["1,000"]


def test_offered_that_is_not_handled_and_abandoned_is_kept_and_said(cast, line):
    line.figure("OFF", 1000)
    line.figure("HAN", 900)
    line.figure("ABN", 20, 1000)
    page = text(cast.client(cast.rae).get(f"{line.url}figures/"))
    assert "1,000 offered, but 900 handled and 20 abandoned make 920" in page
    assert ">1,000</button>" in page


@pytest.mark.parametrize("given", ["grain=century", "point=nonsense", "type=1", "grain=week"])
def test_an_old_address_shows_the_whole_channel(cast, line, given):
    line.figure("contacts", 5)
    answer = cast.client(cast.rae).get(f"{line.url}figures/?{given}")
    assert answer.status_code == 200
    assert [one.figures[-1].text for one in answer.context["found"].rows] == ["5"]


@pytest.mark.parametrize("months", [2, 13])
@pytest.mark.parametrize("page", ["figures/", "figures/newest/", "objectives/"])
def test_pages_of_figures_take_the_same_queries_however_much_is_stated(
    cast, line, months, page, django_assert_max_num_queries
):
    points = [line.point(f"0800 {n}") for n in range(months)]
    for back in range(months):
        on = dt.date(2026 - (back + 2) // 12, 12 - (back + 1) % 12, 1)
        for code in ("SL", "ABN", "FCR"):
            line.figure(code, 5, 10, on=on)
            line.figure(code, 5, 10, on=on, point=points[back])
        line.promise(name=f"P{back}")
    client = cast.client(cast.cole)
    client.get(f"{line.url}{page}")
    with django_assert_max_num_queries(11):
        client.get(f"{line.url}{page}")


# --- stating a period ---------------------------------------------------------------------------------------
def test_a_period_is_stated_for_all_metrics_at_once(cast, line):
    client = cast.client(cast.cole)
    sent = shown(client, f"{line.url}{ALL}") | {
        "source": "ACD", "as_of": "2026-11-02",
        "m-contacts-value": "44,466",
        "m-SL-numerator": "860", "m-SL-denominator": "1,060", "m-SL-source": "By hand",
        "m-ABN-status": "suppressed",
        "m-CSAT-status": "no_data",
        "m-NPS-value": "−12",
    }  # fmt: skip
    answer = client.post(f"{line.url}{ALL}", sent)
    assert answer.headers["Location"].startswith(f"{line.url}figures/?grain=month")
    rows = {row.metric: row for row in Measurement.objects.all()}
    assert sorted(rows) == ["ABN", "CSAT", "NPS", "SL", "contacts"]
    assert {row.starts_on for row in rows.values()} == {OCTOBER}
    assert (rows["contacts"].value, rows["contacts"].status) == (44466, "value")
    assert (rows["SL"].numerator, rows["SL"].denominator, rows["SL"].source) == (
        860,
        1060,
        "By hand",
    )
    assert (rows["ABN"].status, rows["ABN"].source) == ("suppressed", "ACD")
    assert rows["NPS"].value == -12
    assert rows["CSAT"].as_of == dt.date(2026, 11, 2)
    assert Change.objects.values("change_set").distinct().count() > 1
    assert rows["SL"].uid in set(
        Change.objects.filter(kind="create").values_list("object_uid", flat=True)
    )
    sets = Change.objects.filter(object_uid__in=[row.uid for row in rows.values()])
    assert sets.values("change_set").distinct().count() == 1, "one act"


def test_what_is_left_as_it_is_stays_as_it_is(cast, line):
    line.figure("SL", 860, 1060, source="ACD", as_of=dt.date(2026, 11, 2))
    line.figure("contacts", "5.50")
    client = cast.client(cast.cole)
    sent = shown(client, f"{line.url}{HERE}") | {"source": "Somebody else"}
    assert client.post(f"{line.url}{HERE}", sent).status_code == 302
    assert set(Measurement.objects.values_list("version", "source")) == {(1, "ACD"), (1, "")}


def test_a_typed_figure_is_a_value_though_nobody_chose_a_status(cast, line):
    line.figure("contacts", status="no_data", source="Nobody counts")
    client = cast.client(cast.cole)
    sent = shown(client, f"{line.url}{HERE}") | {"m-contacts-value": "120"}
    assert sent["m-contacts-status"] == "no_data"
    assert client.post(f"{line.url}{HERE}", sent).status_code == 302
    row = Measurement.objects.get()
    assert (row.status, row.value, row.source) == ("value", 120, "Nobody counts")


def test_the_source_of_all_is_that_of_every_changed_figure(cast, line):
    line.figure("contacts", 100, source="Nobody counts|once", as_of=dt.date(2026, 11, 2))
    line.figure("SL", 860, 1060, source="ACD")
    line.figure("ABN", 5, 100, source="ACD")
    client = cast.client(cast.cole)
    sent = shown(client, f"{line.url}{HERE}") | {
        "source": "Switch", "as_of": "2026-11-05",
        "m-contacts-value": "120",
        "m-SL-numerator": "870", "m-SL-source": "By hand",
    }  # fmt: skip
    assert client.post(f"{line.url}{HERE}", sent).status_code == 302
    rows = {row.metric: row for row in Measurement.objects.all()}
    assert (rows["contacts"].source, rows["contacts"].as_of) == ("Switch", dt.date(2026, 11, 5))
    assert rows["SL"].source == "By hand", "typed in its own field"
    assert rows["ABN"].source == "ACD", "not changed"


def test_a_restated_figure_counts_up_and_keeps_the_former_in_history(cast, line):
    row = line.figure("SL", 860, 1060)
    client = cast.client(cast.cole)
    sent = shown(client, f"{line.url}{HERE}") | {"m-SL-numerator": "870"}
    client.post(f"{line.url}{HERE}", sent)
    row.refresh_from_db()
    assert (row.numerator, row.revision) == (870, 2)
    change = Change.objects.get(object_uid=row.uid, kind="update")
    assert Decimal(change.before["numerator"]) == 860
    assert change.before["revision"] == 1
    sent = shown(client, f"{line.url}{HERE}") | {"m-SL-source": "Found its source"}
    client.post(f"{line.url}{HERE}", sent)
    row.refresh_from_db()
    assert (row.source, row.revision) == ("Found its source", 2), "the figure is the same"


def test_the_volumes_of_the_channel_form_are_restated_too(cast, line):
    for value in (10, 10, 20):
        line.channel = inventory.edit_channel(
            channel=Channel.objects.get(pk=line.channel.pk),
            values={},
            volumes=(Volume(OCTOBER, "value", value),),
            expected=None,
            by=cast.eve,
        )
    row = Measurement.objects.get()
    assert (row.value, row.revision) == (20, 2)


def test_a_figure_is_taken_away_by_saying_that_it_is_not_stated(cast, line):
    line.figure("SL", 860, 1060)
    client = cast.client(cast.cole)
    sent = shown(client, f"{line.url}{HERE}")
    sent |= {"m-SL-status": "", "m-SL-numerator": "", "m-SL-denominator": ""}
    client.post(f"{line.url}{HERE}", sent)
    assert not Measurement.objects.exists()


def test_a_conflict_shows_both_figures_and_saves_nothing(cast, line):
    line.figure("SL", 860, 1060)
    cole, eve = cast.client(cast.cole), cast.client(cast.eve)
    mine = shown(cole, f"{line.url}{ALL}") | {"m-SL-numerator": "870", "m-contacts-value": "99"}
    theirs = shown(eve, f"{line.url}{ALL}") | {"m-SL-numerator": "888"}
    eve.post(f"{line.url}{ALL}", theirs)
    answer = cole.post(f"{line.url}{ALL}", mine)
    page = text(answer)
    assert answer.status_code == 409
    assert "888 of 1,060" in page
    assert 'value="870"' in page
    assert 'value="99"' in page
    assert not Measurement.objects.filter(metric="contacts").exists()
    form = answer.context["form"]
    again = {field.html_name: field.value() or "" for row in (form, *form.figures) for field in row}
    assert cole.post(f"{line.url}{ALL}", again).status_code == 302
    row = Measurement.objects.get(metric="SL")
    assert (row.numerator, row.revision) == (870, 3), "mine replaces theirs knowingly"


def test_two_who_state_the_same_new_figure_meet_as_well(cast, line):
    cole = cast.client(cast.cole)
    mine = shown(cole, f"{line.url}{ALL}") | {"m-SL-numerator": "870", "m-SL-denominator": "1060"}
    line.figure("SL", 860, 1060)
    assert cole.post(f"{line.url}{ALL}", mine).status_code == 409
    row = Measurement.objects.get()
    row_url = f"{line.url}{ALL}"
    mine = shown(cole, row_url) | {"m-SL-numerator": "870"}
    row.delete()
    answer = cole.post(row_url, mine)
    assert answer.status_code == 409
    assert "Taken away: not stated" in text(answer)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_state_a_new_figure_at_once_one_is_told(cast, line):
    ready = Barrier(2)

    def give(value: int) -> str:
        one = Stated(metric="contacts", status="value", value=Decimal(value))
        try:
            ready.wait()
            actions.state_period(when=line.period(), stated=[one], by=cast.eve)
            return "saved"
        except StatedMeanwhile:
            return "told"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(give, [98, 99])) == ["saved", "told"]
    assert Measurement.objects.count() == 1


def test_what_was_never_on_my_page_is_left_alone(cast, line):
    cole, url = cast.client(cast.cole), f"{line.url}{HERE}"
    mine = shown(cole, url) | {"m-contacts-value": "many"}
    assert not any(name.startswith("m-CSAT-") for name in mine)
    line.figure("CSAT", 91)
    refused = cole.post(url, mine)
    assert refused.status_code == 422
    form = refused.context["form"]
    again = {field.html_name: field.value() or "" for row in (form, *form.figures) for field in row}
    assert again["m-CSAT-value"] == "91", "its row is shown as it is stored"
    assert cole.post(url, mine | {"m-contacts-value": "98"}).status_code == 302
    again |= {"m-contacts-value": "99", "m-contacts-version": "1"}
    assert cole.post(url, again).status_code == 302
    assert dict(Measurement.objects.values_list("metric", "version")) == {"CSAT": 1, "contacts": 2}


def test_what_others_changed_and_i_did_not_is_no_conflict(cast, line):
    line.figure("SL", 860, 1060)
    cole, eve = cast.client(cast.cole), cast.client(cast.eve)
    mine = shown(cole, f"{line.url}{ALL}") | {"m-contacts-value": "99"}
    eve.post(f"{line.url}{ALL}", shown(eve, f"{line.url}{ALL}") | {"m-SL-numerator": "888"})
    assert cole.post(f"{line.url}{ALL}", mine).status_code == 302
    assert Measurement.objects.get(metric="SL").numerator == 888
    assert Measurement.objects.get(metric="contacts").value == 99


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"m-SL-numerator": "1061", "m-SL-denominator": "1060"}, "m-SL-numerator",
         "“In time” (1,061) cannot be more than “Counted contacts” (1,060)"),
        ({"m-SL-numerator": "5"}, "m-SL-denominator", "A ratio needs both counts"),
        ({"m-SL-numerator": "0", "m-SL-denominator": "0"}, "m-SL-denominator", "Of nothing there is no ratio"),
        ({"m-SL-status": "value"}, "m-SL-numerator", "Write the figure"),
        ({"m-contacts-value": "-5"}, "m-contacts-value", "never below 0"),
        ({"m-contacts-value": "many"}, "m-contacts-value", "Enter a number"),
        ({"m-contacts-status": "no_data", "m-contacts-value": "5"}, "m-contacts-status", "“No data” has no figure"),
        ({"m-contacts-status": "no_data", "m-contacts-value": "0"}, "m-contacts-status", "“No data” has no figure"),
        ({"m-SL-status": "suppressed", "m-SL-numerator": "0"}, "m-SL-status", "“Suppressed” has no figure"),
        ({"m-contacts-value": "5", "m-contacts-as_of": "2026-09-30"}, "m-contacts-as_of", "before the period has begun"),
        ({"m-CSAT-value": "101"}, "m-CSAT-value", "between 0 and 100"),
        ({"m-SL-status": "guess"}, "m-SL-status", "not one of the available choices"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_at_its_field_and_nothing_typed_is_lost(
    cast, line, changes, field, sentence
):
    client = cast.client(cast.cole)
    sent = shown(client, f"{line.url}{ALL}") | {"m-ABN-source": "Typed with care", **changes}
    answer = client.post(f"{line.url}{ALL}", sent)
    assert answer.status_code == 422
    errors = {
        row.add_prefix(name): str(said)
        for row in answer.context["form"].figures
        for name, said in row.errors.items()
    }
    assert sentence in errors[field].replace("&quot;", '"')
    assert "Typed with care" in text(answer)
    assert not Measurement.objects.exists()


def test_a_zero_is_zero_and_not_missing(cast, line):
    client = cast.client(cast.cole)
    sent = shown(client, f"{line.url}{ALL}")
    sent |= {"m-contacts-value": "0", "m-SL-numerator": "0", "m-SL-denominator": "12"}
    client.post(f"{line.url}{ALL}", sent)
    rows = {row.metric: (row.status, row.value, row.numerator) for row in Measurement.objects.all()}
    assert rows == {"contacts": ("zero", None, None), "SL": ("value", None, 0)}


def test_zero_may_be_said_twice(cast, line):
    client = cast.client(cast.cole)
    sent = shown(client, f"{line.url}{ALL}")
    client.post(f"{line.url}{ALL}", sent | {"m-contacts-status": "zero", "m-contacts-value": "0"})
    assert Measurement.objects.get().status == "zero"


def test_the_form_is_saved_for_the_period_that_was_shown(cast, line):
    point = line.point("0800 1")
    client, url = cast.client(cast.cole), f"{line.url}figures/state/?point={point.uid}"
    page = client.get(url)
    when = page.context["when"]
    named = f"point={point.uid}&amp;grain=month&amp;on={when.starts_on}"
    here = f'{line.url}figures/state/?{named}"'
    for part in (f'action="{here}', f'hx-get="{here[:-1]}&amp;more=1"'):
        assert part in text(page), part


def test_figures_are_not_saved_for_another_period_than_the_one_chosen_on_the_page(cast, line):
    client, url = cast.client(cast.cole), f"{line.url}figures/state/?grain=month&on=2026-10-01"
    assert "Save October 2026" in text(client.get(url))
    sent = shown(client, url) | {"grain": "month", "on": "2026-09-17"}
    september = f"{line.url}figures/state/?grain=month&on=2026-09-01"
    assert client.post(url, sent).headers["Location"] == september  # nothing typed: it is shown
    typed = sent | {"m-contacts-value": "441", "source": "ACD"}
    for pressed in (typed, typed | {"show": "on"}, typed | {"on": "2026-10-05", "show": "on"}):
        page = client.post(url, pressed)
        assert page.status_code == 422
        assert not Measurement.objects.exists()
        assert 'value="441"' in text(page), "kept"
        assert ("You chose September 2026" in text(page)) == (pressed["on"] < "2026-10")
        assert page.context["chosen"]["on"].value() == OCTOBER, "the next save means what it says"
    client.post(url, typed | {"on": "2026-10-01"})
    assert Measurement.objects.get(metric="contacts").starts_on == OCTOBER


def test_figures_of_a_point_are_stated_for_that_point(cast, line):
    point = line.point("0800 1")
    client, url = cast.client(cast.cole), f"{line.url}{HERE}&point={point.uid}"
    client.post(url, shown(client, url) | {"m-contacts-value": "7"})
    assert Measurement.objects.get().point == point


def test_metrics_that_are_not_in_use_are_fetched_when_somebody_asks(cast, line):
    line.promise()
    client = cast.client(cast.cole)
    few = [row.metric.code for row in client.get(f"{line.url}{HERE}").context["form"].figures]
    assert few == ["contacts", "SL"]
    piece = cast.client(cast.cole, htmx=True).get(f"{line.url}{ALL}")
    page = text(piece)
    assert page.startswith('<details class="disclosure" id="more-metrics" open>')
    assert 'name="m-CSAT-value"' in page
    assert 'name="m-SL-value"' not in page
    sent = shown(client, f"{line.url}{ALL}") | {"m-CSAT-value": "91"}
    client.post(f"{line.url}{HERE}", sent)
    assert Measurement.objects.get().metric == "CSAT", "what was fetched is saved with the rest"


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        ({}, ("month", OCTOBER)),
        ({"grain": "quarter", "on": "2026-08-17"}, ("quarter", dt.date(2026, 7, 1))),
        ({"grain": "year"}, ("year", dt.date(2026, 1, 1))),
        ({"grain": "month", "on": "2027-03-05"}, ("month", dt.date(2026, 11, 1))),
        ({"grain": "nonsense", "on": "soon"}, ("month", OCTOBER)),
        ({"grain": "week", "on": "2026-11-15"}, ("week", dt.date(2026, 11, 9))),
    ],
)
def test_a_period_is_chosen_by_any_day_in_it_and_never_one_to_come(given, chosen):
    assert ChosenPeriod(given).chosen(dt.date(2026, 11, 20)) == chosen


@pytest.mark.parametrize(
    ("typed", "number"),
    [("44,466", "44466"), ("1,234,567.5", "1234567.5"), ("−12", "-12"), (" 7 ", "7"), ("", None)],
)
def test_numbers_are_read_as_people_paste_them(typed, number):
    assert CountField().clean(typed) == (Decimal(number) if number else None)


@pytest.mark.parametrize("typed", ["1,5", "12,34", "1.234.567", "NaN", "1e400"])
def test_a_number_that_can_be_meant_in_two_ways_is_not_guessed(typed):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        CountField().clean(typed)


def test_only_who_may_edit_the_channel_states_its_figures(cast, line):
    one = Stated(metric="contacts", status="zero")
    with pytest.raises(Denied):
        actions.state_period(when=line.period(), stated=[one], by=cast.rae)
    for person, code in ((cast.rae, 403), (cast.olga, 404)):
        assert cast.client(person).get(f"{line.url}{HERE}").status_code == code
        assert cast.client(person).post(f"{line.url}{HERE}", {}).status_code == code


# --- the dictionary -----------------------------------------------------------------------------------------
def test_the_dictionary_lists_every_metric_and_the_five_rules(cast):
    answer = cast.client(cast.rae).get(cast.url("channels/metrics/"))
    page = text(answer)
    assert page.count("<article id=") == len(answer.context["metrics"]) >= 31
    for level in ("83.02 %", "86 %", "81.13 %", "82.69 %", "82.08 %"):
        assert level in page, level


def test_the_five_rules_are_worked_out_from_ones_own_counts(cast):
    url = cast.url(
        "channels/metrics/?answered=0&answered_in_time=0&abandoned=0&abandoned_in_time=0&abandoned_at_once=0"
    )
    assert text(cast.client(cast.rae).get(url)).count("No figure") == 5
    wrong = cast.client(cast.rae).get(url.replace("answered_in_time=0", "answered_in_time=9"))
    assert wrong.status_code == 422
    assert "cannot be more than what it is a part of" in text(wrong)


def test_the_glossary_leads_to_the_dictionary(cast):
    entry = cast.client(cast.rae).get("/glossary/?term=figure")
    assert cast.url("channels/metrics/") in entry.content.decode()


def test_after_a_period_the_next_is_stated_at_once(cast, line):
    client, may = cast.client(cast.lea), "figures/state/?grain=month&on=2026-05-15"
    page = text(client.get(f"{line.url}{may}"))
    assert 'name="another" value="on">Save, then state June 2026</button>' in page
    sent = shown(client, f"{line.url}{may}") | {
        "m-contacts-status": "value",
        "m-contacts-value": "7",
    }
    there = client.post(f"{line.url}{may}", sent | {"another": "on"}).headers["Location"]
    assert "on=2026-06-01" in there
    assert Measurement.objects.get().starts_on == dt.date(2026, 5, 1)
    page = text(client.get(there))
    assert 'role="status">The figures of<a href="' in page
    assert ">May 2026</a>are saved. Now those of June 2026." in page
    sent = shown(client, there) | {"m-contacts-status": "value", "m-contacts-value": "8"}
    assert "stated" not in client.post(there, sent).headers["Location"]
    assert Measurement.objects.count() == 2
