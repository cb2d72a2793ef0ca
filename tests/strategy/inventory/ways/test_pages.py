"""The ways between channels: filters of list and matrix, cells, and what is left out."""

import datetime as dt

import pytest

from strategy.inventory.actions import add_transition
from strategy.inventory.models import Transition
from strategy.inventory.ways import queries
from strategy.journeys import actions as journeys
from tests.html import squeeze

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


def test_rows_lead_to_columns_and_channels_without_a_way_are_left_out_and_counted(cast, app, line):
    cast.channel("Bot")
    cast.channel("Old", life_cycle="retired")
    lead(cast, app, line)
    found = matrix_of(cast, cast.rae)
    assert (names(found.rows), names(found.columns), found.left_out) == (["App"], ["Line"], 1)
    everything = matrix_of(cast, cast.rae, "?all=on")
    assert names(everything.rows) == names(everything.columns) == ["App", "Bot", "Line"]
    assert everything.left_out == 0
    cells = [(cell.shown is not None, cell.is_self, cell.span) for cell in everything.rows[0].cells]
    assert cells == [(False, True, 0), (False, False, 1), (True, False, 0)]


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
def test_only_channels_without_any_way_are_counted_as_such(cast, app, line, query, left_out):
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
    from strategy.journeys.models import Cell
    from tests.strategy.journeys.conftest import draw

    bot = cast.channel("Bot", family="bot")
    here = lead(cast, app, line)
    lead(cast, bot, line)
    journey = draw(cast).journey
    cells = list(
        Cell.objects.filter(lane__journey=journey, lane__kind="channel").order_by(
            "step__position", "pk"
        )
    )
    for cell, channel in zip(cells[:2], (app, line), strict=True):
        journeys.edit_cell(
            cell=cell, values={"channel": channel}, expected=cell.version, by=cast.eve
        )
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
    assert names(found.columns) == ["C", "D"]
    page = squeeze(cast.client(cast.rae).get(cast.url(f"{MATRIX}?columns=2")).content.decode())
    assert "Columns 3 to 4 of 5." in page
    assert 'href="?columns=3"' in page
    assert names(matrix_of(cast, cast.rae, "?columns=99").columns) == ["E"]
    assert names(matrix_of(cast, cast.rae, "?columns=x").columns) == ["A", "B"]


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
