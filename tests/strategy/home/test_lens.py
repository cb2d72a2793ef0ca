"""The mobile lens: what touches mobile, what each page shows of it, and that links keep it."""

import datetime as dt
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs

import pytest

from portal.history.record import change_set
from strategy.checklists.actions import answer_item, ensure_shipped, start_run
from strategy.checklists.models import Answer, Framework, Item, Run
from strategy.gaps.models import Gap
from strategy.inventory.actions import add_contact_type, add_difference, add_transition
from strategy.inventory.models import Channel, Transition
from strategy.journeys.actions import add_journey
from strategy.journeys.models import Cell, Journey, Lane, Step
from strategy.plan.actions import add_initiative
from strategy.plan.models import Initiative, Lens, Objective
from strategy.reports.actions import freeze, request_report
from strategy.reports.models import Report
from teams.grants import share
from tests.html import squeeze
from tests.world import build_world

TODAY = dt.date(2026, 11, 20)
ON = "?lens=mobile"


# --- what touches mobile ----------------------------------------------------------------------------
@pytest.mark.parametrize("family", Channel.Family.values)
@pytest.mark.parametrize(
    ("device", "families"),
    [
        ("any", {"app", "messaging"}),
        ("mobile", set(Channel.Family.values)),
        ("mobile_first", set(Channel.Family.values)),
        ("desktop", set()),
        ("none", set()),
    ],
)
def test_a_channel_touches_mobile_by_its_device_or_as_app_or_messaging(
    cast, family, device, families
):
    channel = cast.channel(family=family, device=device)
    assert channel.touches_mobile == (family in families)
    assert Channel.objects.through("mobile").exists() == (family in families)
    assert list(Channel.objects.through("")) == [channel]


class Small:
    """Two channels, two journeys: only the app and the journey that uses it touch mobile."""

    def __init__(self, cast: Any) -> None:
        self.cast = cast
        self.app = cast.channel("Claims app", hours="always", reviewed_on=TODAY)
        self.line = cast.channel("Claims line", family="voice", mode="assisted", owner_team=None)
        self.mobile, self.app_step, self.line_step = self.journey("Ask by app", self.app)
        self.phone, self.phone_step, _later = self.journey("Ask by phone", self.line)

    def journey(self, name: str, channel: Channel) -> tuple[Journey, Step, Step]:
        """Add a journey: its first step uses the channel, its second the line."""
        journey = add_journey(strategy=self.cast.strategy, values={"name": name}, by=self.cast.ada)
        first, second = Step.objects.filter(stage__journey=journey).order_by("pk")[:2]
        for step, used in ((first, channel), (second, self.line)):
            Cell.objects.filter(step=step, lane__kind=Lane.Kind.CHANNEL).update(channel=used)
        return journey, first, second

    def gap(self, title: str = "Asked twice", **place: Any) -> Gap:
        """Add an open gap."""
        number = Gap.objects.count() + 1
        return Gap.objects.create(
            strategy=self.cast.strategy, number=number, title=title, opened_on=TODAY, **place
        )


@pytest.fixture
def small(cast) -> Small:
    return Small(cast)


def test_a_journey_touches_mobile_when_a_step_uses_such_a_channel(small):
    assert list(Journey.objects.through("mobile")) == [small.mobile]
    assert set(Journey.objects.through("")) == {small.mobile, small.phone}


def test_a_channel_that_stands_in_a_lane_of_texts_is_no_step_by_mobile(small):
    Cell.objects.filter(step=small.phone_step, lane__kind=Lane.Kind.TEXT).update(channel=small.app)
    assert list(Journey.objects.through("mobile")) == [small.mobile]


@pytest.mark.parametrize(
    ("channel", "journey", "step", "touches"),
    [
        ("app", None, None, True),
        ("line", None, None, False),
        (None, None, None, False),
        (None, "mobile", None, True),  # somewhere on a journey by mobile
        (None, "phone", None, False),
        (None, "mobile", "app_step", True),
        (None, "mobile", "line_step", False),  # the step says where, and it is not mobile
        ("line", "mobile", None, False),  # the channel says where, and it is not mobile
        ("line", "mobile", "app_step", True),  # handed over from the app to the line
        ("app", "phone", "phone_step", True),
    ],
)
def test_a_gap_touches_mobile_where_its_channel_or_step_does(
    small, channel, journey, step, touches
):
    places = {"channel": channel, "journey": journey, "step": step}
    gap = small.gap(**{kind: getattr(small, name) for kind, name in places.items() if name})
    assert Gap.objects.through("mobile").filter(pk=gap.pk).exists() == touches
    assert Gap.objects.through("mobile").count() == touches  # once, however many ways lead to it


@pytest.mark.parametrize(
    ("source", "target", "touches"),
    [("web", "app", True), ("app", "web", True), ("web", "line", False)],
)
def test_a_gap_on_a_transition_touches_mobile_where_an_end_does(small, source, target, touches):
    ends = {"app": small.app, "line": small.line, "web": small.cast.channel("Web", family="web")}
    way = add_transition(
        strategy=small.cast.strategy, values={"source": ends[source], "target": ends[target]}, by=small.cast.ada
    )  # fmt: skip
    small.gap(channel=ends[source], transition=way)
    small.gap(journey=small.mobile, transition=way)  # the transition says where on the journey
    assert Transition.objects.through("mobile").exists() == touches
    assert Gap.objects.through("mobile").count() == (2 if touches else 0)


def about(cast: Any, lens: str) -> Run:
    """Start a checklist of one item."""
    with change_set(by=None) as record:
        framework = Framework(code=f"about{lens}", edition="1", name="Probe", lens=lens)
        record.create(framework)
        record.create(
            Item(framework=framework, code="P-1", section="All", text="There?", position=1)
        )
    return start_run(
        strategy=cast.strategy, framework=framework, name=f"Run {lens}", teams=[cast.mobile], today=TODAY, by=cast.ada
    )  # fmt: skip


@pytest.mark.parametrize(("lens", "touches"), [("mobile", True), ("", False)])
def test_a_gap_that_a_checklist_about_mobile_brought_up_touches_mobile(small, lens, touches):
    run, gap = about(small.cast, lens), small.gap(channel=small.line)
    answer_item(
        run_team=run.run_teams.get(), item=run.framework.items.get(), status="not_met", reason="", expected=None,
        today=TODAY, by=small.cast.ada,
    )  # fmt: skip
    Answer.objects.update(gap=gap)
    assert Gap.objects.through("mobile").exists() == touches
    assert Run.objects.through("mobile").exists() == touches


def test_the_checklist_that_ships_is_about_mobile(db):
    assert [framework.lens for framework in ensure_shipped()] == [Lens.MOBILE]


def test_an_initiative_touches_mobile_through_its_channels(small):
    for name, channels in (("Photos", [small.app, small.line]), ("Voice", [small.line])):
        values = {"name": name, "owner_team": small.cast.mobile}
        add_initiative(
            strategy=small.cast.strategy, values=values, channels=channels, teams=[], by=small.cast.ada
        )  # fmt: skip
    assert [str(one) for one in Initiative.objects.through("mobile")] == ["Photos"]


# --- what the pages show ----------------------------------------------------------------------------
def test_lists_show_what_touches_mobile_and_say_how_much_that_is(small):
    small.gap("Lost in the app", channel=small.app)
    small.gap("Lost on the line", channel=small.line)
    about(small.cast, "mobile")
    about(small.cast, "")
    client = small.cast.client(small.cast.lea)
    for part, here, gone, says in (
        ("channels/", "Claims app</a>", "Claims line</a>", "1 of 2 channels"),
        ("journeys/", "Ask by app", "Ask by phone", "1 of 2 journeys"),
        ("gaps/", "Lost in the app", "Lost on the line", "1 of 2 gaps"),
        ("checklists/", "Run mobile", "Run </a>", "1 of 2 checklists"),
    ):
        whole = client.get(small.cast.url(part)).content.decode()
        narrowed = client.get(small.cast.url(part) + ON).content.decode()
        assert here in whole, part
        assert gone in whole, part
        assert says not in whole, part
        assert here in narrowed, part
        assert gone not in narrowed, part
        assert says in narrowed, part
        assert "Show everything" in narrowed, part


def test_tabs_of_gaps_count_what_touches_mobile(small):
    small.gap(channel=small.app)
    small.gap(channel=small.line)
    response = small.cast.client(small.cast.lea).get(small.cast.url("gaps/") + ON)
    assert {tab.state: tab.count for tab in response.context["tabs"]}["unsettled"] == 1


def test_filters_narrow_what_the_lens_shows(small):
    client = small.cast.client(small.cast.lea)
    found = client.get(small.cast.url("channels/") + ON + "&q=line").context["page_obj"]
    assert found.paginator.count == 0
    found = client.get(small.cast.url("channels/") + ON + "&q=claims").context["page_obj"]
    assert found.paginator.count == 1


def test_the_home_counts_what_touches_mobile_and_says_what_it_does_not_narrow(small):
    small.gap("Lost in the app", channel=small.app, severity="high")
    small.gap("Lost on the line", channel=small.line, severity="critical")
    client = small.cast.client(small.cast.lea)
    whole = client.get(small.cast.url()).context
    response = client.get(small.cast.url() + ON)
    numbers = response.context["summary"]
    assert (whole["summary"].channels, numbers.channels) == (2, 1)
    assert (whole["summary"].open_gaps, numbers.open_gaps) == (2, 1)
    assert (whole["summary"].journeys, numbers.journeys) == (2, 1)
    assert (whole["summary"].owned.whole, numbers.owned.whole) == (12, 1)
    assert numbers.verdict == (
        "Mobile lens: 1 gap is open (critical: 0, past its date: 0);"
        " 1 of 1 channels have an owning team, and 1 of 1 were reviewed in time."
    )
    assert [gap.title for gap, _late in response.context["worst"]] == ["Lost in the app"]
    assert response.context["lens_says"].startswith("1 of 2 channels, 1 of 2 journeys, 1 of 2 gaps")
    html = response.content.decode()
    assert "whole strategy" in html
    assert "whole strategy" not in client.get(small.cast.url()).content.decode()


def test_the_home_is_compared_with_reports_through_the_same_lens(small):
    cast, gap = small.cast, small.gap(channel=small.app)
    at = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)
    client = cast.client(cast.lea)
    freeze(report=request_report(strategy=cast.strategy, by=cast.lea, at=at), as_of=at)
    verdict = client.get(cast.url() + ON).context["summary"].verdict
    assert verdict.startswith("Mobile lens: 1 gap")
    mobile = request_report(strategy=cast.strategy, by=cast.lea, lens="mobile")
    freeze(report=mobile, as_of=at)
    Gap.objects.filter(pk=gap.pk).update(state="verified", settled_on=TODAY)
    verdict = client.get(cast.url() + ON).context["summary"].verdict
    assert verdict.startswith("Mobile lens. Better than at the last report: no gap")


def test_my_work_shows_what_touches_mobile(small):
    cast = small.cast
    Channel.objects.filter(pk=small.line.pk).update(owner_team=cast.mobile)
    small.gap("Lost in the app", channel=small.app, owner_team=cast.mobile)
    small.gap("Lost on the line", channel=small.line, owner_team=cast.mobile)
    about(cast, "mobile")
    about(cast, "")
    client = cast.client(cast.cole)
    whole = client.get(cast.url("mine/")).context["work"]
    work = client.get(cast.url("mine/") + ON).context["work"]
    for name in ("channels", "gaps", "sheets"):
        assert (len(getattr(whole, name)), len(getattr(work, name))) == (2, 1), name


def test_a_list_that_the_lens_empties_says_so(cast):
    cast.channel("Claims line", family="voice")
    client = cast.client(cast.lea)
    parts = ("channels/", "channels/transitions/", "channels/contact-types/", "journeys/", "gaps/", "findings/", "checklists/", "initiatives/",
             "mine/")  # fmt: skip
    for part in parts:
        html = client.get(cast.url(part) + ON).content.decode()
        assert "Nothing here touches mobile" in html, part


def test_the_findings_name_unread_hours_of_what_touches_mobile_only(small):
    Channel.objects.update(agent_hours="By day")
    client = small.cast.client(small.cast.lea)
    whole = client.get(small.cast.url("findings/")).context["unread"]
    narrowed = client.get(small.cast.url("findings/") + ON).context["unread"]
    assert (whole, narrowed) == (["Claims app", "Claims line"], ["Claims app"])


def test_the_whole_strategys_pages_stay_whole_and_say_so(small):
    Objective.objects.create(strategy=small.cast.strategy, statement="Resolve at once", position=1)
    html = small.cast.client(small.cast.lea).get(small.cast.url("objectives/") + ON).content
    assert b"Resolve at once" in html
    assert b"this page is not narrowed" in html


@pytest.mark.parametrize("query", ["?lens=", "?lens=desktop", "?lens=Mobile"])
def test_another_word_in_the_address_is_no_lens(small, query):
    client = small.cast.client(small.cast.lea)
    response = client.get(small.cast.url("channels/") + query)
    assert response.context["place"].lens == ""
    assert response.context["page_obj"].paginator.count == 2


def test_without_the_lens_nothing_of_it_is_left(small):
    """Rows and sidebars are kept in memory: what was drawn with the lens must not come back without it."""
    client = small.cast.client(small.cast.lea)
    for part in ("channels/", "journeys/", "gaps/", "", "mine/"):
        first = plain(client.get(small.cast.url(part)).content.decode())
        assert plain(client.get(small.cast.url(part) + ON).content.decode()) != first
        assert plain(client.get(small.cast.url(part)).content.decode()) == first, part
        assert first.count("lens=mobile") == 1, part  # the switch


def plain(html: str) -> str:
    return re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]*', r"\1", html)


def test_somebody_without_a_role_is_offered_no_lens(small):
    cast = small.cast
    share(obj=small.app, holder=cast.olga, level="view", by=cast.lea)
    html = cast.client(cast.olga).get(small.app.get_absolute_url() + ON).content.decode()
    assert "Claims app" in html
    assert "lens=mobile" not in html


# --- links keep it ----------------------------------------------------------------------------------
def test_the_switch_keeps_the_filters_and_drops_the_page(small):
    client = small.cast.client(small.cast.lea)
    off = squeeze(client.get(small.cast.url("channels/") + "?q=claims&page=1").content.decode())
    assert 'href="?q=claims&amp;lens=mobile" data-lens="mobile"' in off
    on = client.get(small.cast.url("channels/") + ON + "&q=claims&page=1").content.decode()
    assert 'href="?q=claims" data-lens data-as-is' in squeeze(on)


def test_links_and_forms_of_every_page_keep_the_lens(cast):
    """Everything one gets to from the home with the lens on, as far as it goes."""
    world = build_world(cast)
    client, start = cast.client(cast.lea), world.strategy.get_absolute_url()
    waiting, seen, kinds = [f"{start}{ON}"], set(), set()
    while waiting:
        url = waiting.pop()
        path, _mark, asked = url.partition(
            "?"
        )  # a page once for each kind of question, whatever the answer
        key = (
            re.sub(r"[0-9a-f-]{36}", "*", path),
            frozenset(parse_qs(asked, keep_blank_values=True)),
        )
        if key in seen or "/file/" in url:
            continue
        seen.add(key)
        assert len(seen) < 500, "a page leads to ever new questions"
        response = client.get(url, follow=True)
        if not response.headers["Content-Type"].startswith("text/html"):
            continue
        assert all("lens=mobile" in to for to, _status in response.redirect_chain), url
        html = response.content.decode()
        for tag in re.findall(r"<[a-z][^>]*>", html):
            if "data-as-is" in tag:
                continue
            is_asking = tag.startswith("<form") and "post" not in tag
            for kind, address in re.findall(r'\s(href|action|hx-get|hx-post)="([^"]*)"', tag):
                if not unescape(address).startswith((start, "?")) or is_asking:
                    continue
                kinds.add(kind)
                assert address.count("lens=mobile") == 1, (url, tag)
                if kind in ("href", "hx-get"):
                    to = unescape(address).partition("#")[0]
                    waiting.append(url.partition("?")[0] + to if to.startswith("?") else to)
        asking = re.findall(r'<form(?![^>]*method="post")[^>]*>(.{0,60})', html)
        assert all('<input type="hidden" name="lens" value="mobile">' in after for after in asking)
    assert kinds == {"href", "action", "hx-get", "hx-post"}
    assert len(seen) > 60


def test_saving_leads_back_with_the_lens(small):
    client = small.cast.client(small.cast.lea)
    url = f"{small.app.get_absolute_url()}review/"
    here = small.app.get_absolute_url()
    assert client.post(url + ON, {"version": 1}).headers["Location"] == here + ON
    assert client.post(url, {"version": 2}).headers["Location"] == here


def test_a_report_is_asked_for_with_the_lens_or_without(small):
    client = small.cast.client(small.cast.lea)
    url = small.cast.url("reports/request/")
    client.post(url + ON, {"lens": "mobile"})
    client.post(url + ON)  # the box was cleared
    assert [report.lens for report in Report.objects.order_by("number")] == ["mobile", ""]
    assert client.post(url, {"lens": "desktop"}).status_code == 422


def test_contact_types_are_narrowed_to_what_mobile_answers_differently(cast):
    app = cast.channel("Claims app")
    line, web, ivr = (cast.channel(name, family=of) for name, of in
                      (("Line", "ivr"), ("Site", "web"), ("Menu", "ivr")))  # fmt: skip
    paid, open_ = (
        add_contact_type(strategy=cast.strategy, values={"name": name}, by=cast.lea)
        for name in ("Is it paid?", "Are you open?")
    )
    for kind, channel, other in ((paid, line, app), (paid, web, ivr), (open_, line, web)):
        values = {"channel": channel, "other": other, "kind": "contradicts", "explanation": "So."}
        add_difference(contact_type=kind, values=values, by=cast.lea)
    client = cast.client(cast.lea)
    whole = client.get(cast.url("channels/contact-types/")).context["rows"]
    response = client.get(cast.url("channels/contact-types/") + ON)
    [row] = response.context["rows"]
    assert (len(whole), str(row.contact_type), len(row.differences)) == (2, "Is it paid?", 1)
    assert "1 of 2 contact types" in response.content.decode()
