"""A report through the mobile lens: what is frozen, with what it is compared, and that it says so."""

from typing import Any

import pytest
from pypdf import PdfReader

from strategy.checklists.models import Framework
from strategy.gaps.models import Gap
from strategy.journeys.models import Cell, Step
from strategy.plan.models import Strategy
from strategy.reports import drawing
from strategy.reports.actions import freeze, request_report
from strategy.reports.models import Report
from strategy.reports.queries import last_snapshot
from strategy.reports.snapshot import take
from tests.strategy.reports import world


@pytest.fixture
def narrowed(db: None) -> dict[str, Any]:
    """The strategy of the reports' tests through the lens, with one gap in the app more and one beside it."""
    made = world.World()
    step = Step.objects.filter(stage__journey=made.journeys[0]).last()
    Cell.objects.filter(step=step).update(channel=None)
    Gap.objects.create(
        strategy=made.strategy, number=8, title="Held", step=step, opened_on=world.ago(8)
    )
    channel = made.channels["Claims app"]
    Gap.objects.create(
        strategy=made.strategy, number=7, title="Help hides", severity="high", channel=channel,
        owner_team=made.teams["mobile"], opened_on=world.ago(8),
    )  # fmt: skip
    return take(made.strategy, world.AS_OF, lens="mobile")


def test_it_freezes_what_touches_mobile_and_the_whole_strategys_plan(narrowed):
    assert [one["name"] for one in narrowed["channels"]] == ["Claims app", "Claims photo"]
    assert len(narrowed["journeys"]) == 2
    assert [gap["code"] for gap in narrowed["gaps"]] == ["G-1", "G-7"]
    assert narrowed["checklists"] == []
    assert len(narrowed["components"]) == 10
    assert narrowed["lens"] == {
        "code": "mobile",
        "label": "Mobile lens",
        "shows": "2 of 5 channels, 2 of 2 journeys, 2 of 8 gaps",
    }


def test_its_figures_are_of_what_touches_mobile(narrowed):
    figures = narrowed["front"]["figures"]
    assert (figures["owned"], figures["reviewed"]) == ({"n": 2, "d": 2}, {"n": 1, "d": 2})
    assert (figures["open"], figures["critical"], figures["overdue"]) == (2, 1, 1)
    assert figures["answered"] is None
    assert narrowed["front"]["verdict"] == (
        "Mobile lens: 2 gaps are open, 1 of them critical and 1 past their date;"
        " 2 of 2 channels have an owning team, and 1 of 2 were reviewed in time."
    )
    assert narrowed["front"]["caveats"][0].startswith("Mobile lens: 2 of 5 channels")
    assert {row["name"] for row in narrowed["front"]["functions"]} == {"Mobile", "IT and telephony"}
    notes = {row["key"]: row["note"] for row in narrowed["front"]["indicators"]}
    assert notes["owned"] == "channels with an owning team"
    assert notes["answered"] == "no checklist about mobile yet"


def test_a_board_names_only_gaps_that_the_register_has(narrowed):
    codes = {gap["code"] for gap in narrowed["gaps"]}
    on_boards = {
        gap["code"]
        for journey in narrowed["journeys"]
        for stage in journey["stages"]
        for step in stage["steps"]
        for gap in step["gaps"]
    }
    assert on_boards == {"G-1"}
    assert on_boards <= codes


def test_checklists_about_mobile_are_in_it(db):
    strategy = world.build()
    Framework.objects.update(lens="mobile")
    assert [run["name"] for run in take(strategy, world.AS_OF, lens="mobile")["checklists"]] == [
        "Readiness"
    ]


def test_without_the_lens_nothing_speaks_of_it(snapshot):
    assert snapshot["lens"] is None
    assert "lens" not in drawing.html(snapshot, "")
    assert "lens" not in snapshot["front"]["verdict"]


def test_title_cover_and_foot_say_it(narrowed, drawn):
    reader = PdfReader(drawn(narrowed))
    assert reader.metadata.title == "Łódź, Ærø, naïve, Ωmega: alignment report, mobile lens"
    cover = reader.pages[0].extract_text()
    assert "Mobile lens" in cover
    assert "2 of 5 channels, 2 of 2 journeys, 2 of 8 gaps" in cover
    for page in reader.pages[1:]:
        assert "Confidential · Mobile lens · Data as of" in page.extract_text()
    assert "A channel touches mobile when" in reader.pages[-1].extract_text()


def test_what_is_empty_through_the_lens_is_not_called_empty(cast, drawn):
    cast.channel("Claims line", family="voice")
    text = drawing.html(take(cast.strategy, world.AS_OF, lens="mobile"), "")
    assert "nothing in this strategy touches mobile" in text
    for words in (
        "No channel touches mobile",
        "No journey touches mobile",
        "No gap touches mobile",
    ):
        assert words in text
    assert "The inventory is empty" not in text


# --- reports of both kinds --------------------------------------------------------------------------
def made(strategy: Strategy, by: Any, lens: str) -> Report:
    report = request_report(strategy=strategy, by=by, lens=lens)
    freeze(report=report, as_of=world.AS_OF)
    return report


def test_a_report_is_compared_with_one_through_the_same_lens(cast):
    cast.channel()
    whole, mobile = made(cast.strategy, cast.lea, ""), made(cast.strategy, cast.lea, "mobile")
    assert (whole.lens, mobile.lens) == ("", "mobile")
    assert mobile.snapshot["front"]["compared_with"] is None
    again, mobile_again = (
        made(cast.strategy, cast.cole, ""),
        made(cast.strategy, cast.cole, "mobile"),
    )
    assert again.snapshot["front"]["compared_with"]["code"] == str(whole)
    assert mobile_again.snapshot["front"]["compared_with"]["code"] == str(mobile)
    assert last_snapshot(cast.strategy)["report"]["code"] == str(again)
    assert last_snapshot(cast.strategy, lens="mobile")["report"]["code"] == str(mobile_again)


def test_two_clicks_make_one_report_of_each_kind(cast):
    whole = request_report(strategy=cast.strategy, by=cast.lea)
    mobile = request_report(strategy=cast.strategy, by=cast.lea, lens="mobile")
    assert whole != mobile
    assert request_report(strategy=cast.strategy, by=cast.lea) == whole
    assert request_report(strategy=cast.strategy, by=cast.lea, lens="mobile") == mobile


def test_lists_and_pages_say_which_reports_are_narrowed(cast):
    report = made(cast.strategy, cast.lea, "mobile")
    client = cast.client(cast.rae)
    for url in (cast.url("reports/"), report.get_absolute_url()):
        html = client.get(url).content.decode()
        assert html.count("Mobile lens") == 2, url  # the switch, and the report
