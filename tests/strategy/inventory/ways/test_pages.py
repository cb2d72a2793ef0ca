"""The ways between channels: filters of list and matrix, cells, and what is left out."""

import datetime as dt
import re

import pytest

from strategy.inventory.actions import add_transition
from strategy.inventory.models import Transition
from strategy.inventory.ways import queries
from strategy.journeys import actions as journeys
from strategy.journeys.models import Cell
from strategy.plan.queries import today
from tests.html import squeeze
from tests.strategy.journeys.conftest import draw

MATRIX, LIST = "channels/transitions/matrix/", "channels/transitions/"


@pytest.fixture
def app(cast):
    return cast.channel("App")


@pytest.fixture
def line(cast):
    return cast.channel("Line", family="voice", mode="assisted", owner_team=cast.care)


def lead(cast, source, target, **values):
    values = {"source": source, "target": target, **values}
    return add_transition(strategy=cast.strategy, values=values, by=cast.ada)


def matrix_of(cast, person, query=""):
    return cast.client(person).get(cast.url(f"{MATRIX}{query}")).context["matrix"]


def on_board(cast, *channels):
    """Return a journey with these channels in its first steps."""
    journey = draw(cast).journey
    cells = Cell.objects.filter(lane__journey=journey, lane__kind="channel")
    for cell, channel in zip(cells.order_by("step__position", "pk"), channels, strict=False):
        values = {"channel": channel}
        journeys.edit_cell(cell=cell, values=values, expected=cell.version, by=cast.eve)
    return journey


def names(rows):
    return [str(getattr(row, "channel", row)) for row in rows]


def test_a_cell_says_the_worst_fact_in_color_symbol_letter_and_words(cast, app, line):
    way = lead(
        cast,
        app,
        line,
        identity="no",
        mechanism="call",
        tested_on=dt.date(2026, 10, 1),
        tested_by=cast.eve,
    )
    page = squeeze(cast.client(cast.cole).get(cast.url(MATRIX)).content.decode())
    assert (
        f'<td class="worst-again"><a href="{cast.url(f"{LIST}{way.uid}/")}" aria-label="Asked again who they are"'
        in page
    )
    assert "How: Tap to call. Asked again: identity." in page
    assert "Owners: Mobile, Contact center. Tested Oct. 1, 2026, Eve Editor." in page
    assert "↻ A</a>" in page


def test_a_reader_reads_the_cell_and_is_offered_no_form(cast, app, line):
    lead(cast, app, line)
    page = squeeze(cast.client(cast.rae).get(cast.url(MATRIX)).content.decode())
    assert '<td class="worst-stale"><span aria-label="Not tested" role="img"' in page
    assert "data-add" not in page


def test_few_channels_are_all_shown_and_the_sentence_says_so(cast, app, line, monkeypatch):
    cast.channel("Bot")
    cast.channel("Old", life_cycle="retired")
    lead(cast, app, line)
    found = matrix_of(cast, cast.rae)
    assert names(found.rows) == names(found.columns) == ["Line", "App", "Bot"]
    page = squeeze(cast.client(cast.rae).get(cast.url(MATRIX)).content.decode())
    assert "Shown: all 3 channels that are not retired." in page
    monkeypatch.setattr(queries, "FEW", 2)
    assert names(matrix_of(cast, cast.rae).rows) == ["Line", "App"]


def test_rows_lead_to_columns_and_channels_without_a_way_are_left_out_and_counted(
    cast, app, line, monkeypatch
):
    monkeypatch.setattr(queries, "FEW", 0)
    cast.channel("Bot")
    cast.channel("Old", life_cycle="retired")
    lead(cast, app, line, status="broken")
    found = matrix_of(cast, cast.rae)
    assert names(found.rows) == names(found.columns) == ["Line", "App"]
    assert found.left_out == 1
    broken = matrix_of(cast, cast.rae, "?fact=broken")
    assert (names(broken.rows), names(broken.columns), broken.left_out) == (["App"], ["Line"], 1)
    everything = matrix_of(cast, cast.rae, "?all=on")
    assert names(everything.rows) == names(everything.columns) == ["Line", "App", "Bot"]
    assert everything.left_out == 0
    cells = [(cell.shown is not None, cell.is_self, cell.span) for cell in everything.rows[1].cells]
    assert cells == [(True, False, 0), (False, True, 0), (False, False, 1)]


def test_a_channel_on_a_journey_is_shown_before_it_has_a_way(cast, app, line):
    bot = cast.channel("Bot", family="bot")
    kiosk = cast.channel("Kiosk", family="kiosk")
    for number in range(9):  # a few are shown all
        cast.channel(f"Post {number}", family="post")
    page = cast.client(cast.rae).get(cast.url(MATRIX))
    found = page.context["matrix"]
    assert names(found.rows)[:4] == ["Line", "App", "Bot", "Kiosk"], "nothing yet: all of them"
    assert "so all 13 that are not retired are shown" in squeeze(page.content.decode())
    journey = on_board(cast, app, bot)
    lead(cast, app, line)
    page = cast.client(cast.rae).get(cast.url(MATRIX))
    found = page.context["matrix"]
    assert names(found.rows) == names(found.columns) == ["Line", "App", "Bot"]
    says = "Shown: the 3 channels that have a transition or stand on a journey. 10 channels with neither are left out."
    assert says in squeeze(page.content.decode())
    assert names(matrix_of(cast, cast.rae, f"?journey={journey.uid}").rows) == ["App", "Bot"]
    assert str(kiosk) not in names(matrix_of(cast, cast.rae, "?family=bot").rows)


def test_a_journey_with_several_channels_is_offered_once(cast, app, line):
    journey = on_board(cast, app, line)
    chosen = cast.client(cast.rae).get(cast.url(MATRIX)).context["chosen"]
    assert chosen.journeys == [(str(journey.uid), journey.name)]


def test_who_logs_gaps_logs_one_about_the_way_they_stand_on(cast, app, line):
    lead(cast, app, line)
    log = f'data-log="{cast.url("gaps/add/")}"'
    assert log in cast.client(cast.cole).get(cast.url(MATRIX)).content.decode()
    assert log not in cast.client(cast.rae).get(cast.url(MATRIX)).content.decode()


def test_the_form_of_a_way_begins_with_its_state_and_leads_to_a_gap(cast, app, line):
    way = lead(cast, app, line)
    ends = f"from={app.uid}&amp;to={line.uid}"
    for address, first in (
        (f"{LIST}{way.uid}/", "data-first"),
        (f"{LIST}add/?from={app.uid}&to={line.uid}", "autofocus"),
    ):
        page = cast.client(cast.eve, htmx=True).get(cast.url(address)).content.decode()
        [state] = re.findall(r'<select name="status"[^>]*>', page)
        assert first in state
        assert page.count("autofocus") == (first == "autofocus")
        assert f"{cast.url('gaps/add/')}?{ends}" in page
    page = cast.client(cast.eve, htmx=True).get(cast.url(f"{LIST}add/")).content.decode()
    assert "gaps/add" not in page


@pytest.mark.parametrize(
    ("query", "hides"),
    [("", False), ("?all=on", False), ("?fact=broken", True), ("?team=care", True), ("?lens=mobile", True)],
)  # fmt: skip
def test_a_narrowed_matrix_says_nothing_of_what_it_does_not_show(cast, app, line, query, hides):
    bot, kiosk = cast.channel("Bot", family="bot"), cast.channel("Kiosk", family="kiosk")
    cast.channel("Alone")
    lead(cast, app, line, status="broken")
    lead(cast, bot, kiosk)
    answer = cast.client(cast.eve).get(cast.url(f"{MATRIX}{query}"))
    page = squeeze(answer.content.decode())
    assert ("No record" in page, "data-add" in page) == (not hides, not hides)
    assert ("Nothing with these filters" in page) == hides
    assert ("on an empty cell it records one" in page) == (not hides)


@pytest.mark.parametrize(
    ("query", "left_out"), [("", 1), ("?fact=broken", 1), ("?team=care", 0), ("?family=app", 1)]
)
def test_only_channels_without_any_way_are_counted_as_such(
    cast, app, line, query, left_out, monkeypatch
):
    monkeypatch.setattr(queries, "FEW", 0)
    bot, kiosk = cast.channel("Bot", family="bot"), cast.channel("Kiosk", family="kiosk")
    cast.channel("Alone")
    lead(cast, app, line, status="broken")
    lead(cast, bot, kiosk)
    assert matrix_of(cast, cast.rae, query).left_out == left_out


@pytest.mark.parametrize("path", [MATRIX, LIST])
def test_list_and_matrix_narrow_alike(cast, app, line, path):
    bot = cast.channel("Bot", family="bot", owner_team=cast.care, device="desktop")
    here = lead(cast, app, line, status="broken")
    there = lead(cast, bot, line, identity="yes", tested_on=dt.date.today())

    def found(query: str):
        answer = cast.client(cast.rae).get(cast.url(path + query))
        return [one.transition for one in answer.context["ways"]]

    assert found("") == [here, there]
    assert found("?family=bot") == [there]
    assert found("?family=voice") == [here, there]
    assert found("?team=mobile") == [here]
    assert found("?fact=broken") == [here]
    assert found("?fact=works") == [there]
    assert found("?lens=mobile") == [here]
    assert found("?family=nonsense&team=nobody&fact=x&journey=y") == [here, there]
    page = cast.client(cast.rae).get(cast.url(f"{path}?fact=declined")).content.decode()
    assert "No transition matches" in page


def test_a_journey_shows_the_ways_between_channels_on_its_board(cast, app, line):
    bot = cast.channel("Bot", family="bot")
    here = lead(cast, app, line)
    lead(cast, bot, line)
    journey = on_board(cast, app, line)
    answer = cast.client(cast.rae).get(cast.url(f"{MATRIX}?journey={journey.uid}"))
    assert [one.transition for one in answer.context["ways"]] == [here]


def test_the_legend_counts_every_fact_and_leads_to_its_ways(cast, app, line):
    lead(cast, app, line, status="broken")
    answer = cast.client(cast.rae).get(cast.url(f"{MATRIX}?team=mobile"))
    assert {look.key: count for look, count in answer.context["legend"] if count} == {"broken": 1}
    page = squeeze(answer.content.decode())
    assert f'href="{cast.url(MATRIX)}?fact=broken&amp;team=mobile"' in page


def test_more_than_a_page_of_channels_is_drawn_in_parts_that_say_so(cast, app, monkeypatch):
    monkeypatch.setattr(queries, "MOST", 2)
    for name in "ABCDE":
        lead(cast, app, cast.channel(name))
    found = matrix_of(cast, cast.rae, "?columns=2")
    assert names(found.columns) == ["B", "C"]
    page = squeeze(cast.client(cast.rae).get(cast.url(f"{MATRIX}?columns=2")).content.decode())
    assert "Columns 3 to 4 of 6." in page
    assert 'href="?columns=3"' in page
    assert names(matrix_of(cast, cast.rae, "?columns=99").columns) == ["D", "E"]
    assert names(matrix_of(cast, cast.rae, "?columns=x").columns) == ["A", "App"]


def test_a_matrix_of_many_takes_no_more_queries_than_one_of_few(
    cast, app, line, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = cast.client(cast.eve)
    lead(cast, app, line)
    client.get(cast.url(MATRIX))
    with CaptureQueriesContext(connection) as few:
        client.get(cast.url(MATRIX))
    for name in "ABCDEFGH":
        lead(cast, cast.channel(name), line)
    with django_assert_num_queries(len(few)):
        client.get(cast.url(MATRIX))
    assert Transition.objects.count() == 9


@pytest.mark.parametrize(
    ("values", "look"),
    [
        ({"status": "works", "identity": "no"}, "again"),
        ({"status": "works"}, "stale"),
        ({"status": "works", "tested_on": "today", "identity": "yes"}, "works"),
        ({"status": "declined"}, "declined"),
    ],
)
def test_channel_and_list_show_the_fact_that_the_matrix_shows(cast, app, line, values, look):
    values = {name: today() if value == "today" else value for name, value in values.items()}
    lead(cast, app, line, **values)
    client = cast.client(cast.rae)
    cell = re.search(
        r'<td class="worst-(\w+)">.*?>(.\s\w)</',
        client.get(cast.url(MATRIX)).content.decode(),
        re.S,
    )
    assert cell[1] == look
    for address in (app.get_absolute_url(), line.get_absolute_url(), cast.url(LIST)):
        page = squeeze(client.get(address).content.decode())
        shown = re.findall(
            r'<span class="way-fact"><span class="way-mark worst-(\w+)"[^>]*>(.\s\w)<', page
        )
        assert shown == [(look, cell[2])], address
