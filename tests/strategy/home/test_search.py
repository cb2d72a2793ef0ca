"""Search: what is found, in which order, by whom, and at what cost."""

import datetime as dt
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from strategy.gaps.actions import log_gap
from strategy.home import search
from strategy.home.other_words import OTHER_WORDS
from strategy.home.rules import Rank, plain, rank, words
from strategy.plan.queries import Place
from teams.access import standing
from teams.actions import give_role
from teams.grants import share
from teams.models import StrategyRole
from tests.world import build_world

TODAY = dt.date(2026, 11, 20)


# --- how words are compared ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("Łódź (App)", "lodz app"),
        ("Straße, Ærø; NAÏVE", "strasse aero naive"),
        ("re\u0301union", "reunion"),
        ("G-12: help-desk", "g12 help desk"),
        ("Ωmega", "ωmega"),
        ("  ", ""),
    ],
)
def test_case_accents_and_punctuation_make_no_difference(text, compared):
    assert plain(text) == compared


@pytest.mark.parametrize(
    ("query", "name", "beside", "how"),
    [
        pytest.param("claims APP", "Claims app", "", Rank.IS, id="is it"),
        pytest.param("g-12", "Help is hidden", "G-12", Rank.IS, id="its code"),
        pytest.param("cla", "Claims app", "", Rank.BEGINS, id="begins the name"),
        pytest.param("app cl", "Claims app", "", Rank.WORDS_BEGIN, id="begin words, any order"),
        pytest.param("aims", "Claims app", "", Rank.WITHIN, id="within a word"),
        pytest.param("app mob", "Claims app", "Mobile", Rank.BESIDE, id="one in the line beside"),
        pytest.param("app obile", "Claims app", "Mobile", None, id="not within words beside"),
        pytest.param("app web", "Claims app", "Mobile", None, id="one word is missing"),
        pytest.param("g-1", "Help is hidden", "G-12", Rank.BESIDE, id="begins the code"),
    ],
)
def test_every_word_must_occur_and_the_start_counts_most(query, name, beside, how):
    assert rank(words(query), name, beside, ("g12", "12")) == how


def test_long_queries_are_cut():
    assert len(words("a " * 500)) == 8


# --- what is found ------------------------------------------------------------------------------------
pytestmark = pytest.mark.django_db


def place(cast, person=None):
    who = person or cast.rae
    return Place(cast.strategy, standing(who, cast.strategy.pk), who)


def found(cast, query, person=None, **options):
    groups = search.find(place(cast, person), query, **{"limit": 25, **options}).groups
    return {group.kind: group for group in groups}


def names(cast, query, kind, person=None):
    group = found(cast, query, person).get(kind)
    return [hit.name for hit in group.hits] if group else []


def gap(cast, title, **values):
    return log_gap(
        strategy=cast.strategy, values={"title": title, **values}, today=TODAY, by=cast.lea
    )


def test_every_kind_is_found_and_each_hit_opens(cast):
    world = build_world(cast)
    give_role(strategy=cast.strategy, holder=cast.care, role="reader", by=cast.ada)
    groups = found(cast, "canary-here")
    assert set(groups) == {
        "channels", "points", "journeys", "steps", "gaps", "objectives", "initiatives", "decisions", "checklists",
    }  # fmt: skip
    groups |= found(cast, "contact types") | found(cast, "cole") | found(cast, "slip")
    groups |= found(cast, "log a gap", cast.cole)
    assert set(groups) == {kind.key for kind in search.KINDS}
    client = cast.client(cast.cole)
    for group in groups.values():
        for hit in group.hits:
            page, _hash, anchor = hit.url.partition("#")
            answer = client.get(page)
            assert answer.status_code == 200, hit.url
            assert not anchor or f'id="{anchor}"' in answer.content.decode(), hit.url
    assert f"#step-{world.step.uid}" in {
        hit.url.removeprefix(world.journey.get_absolute_url()) for hit in groups["steps"].hits
    }


def test_hits_say_who_owns_them_and_where_they_stand(cast):
    cast.channel("Claims app", life_cycle="pilot", owner=cast.cole)
    gap(cast, "Replies go nowhere", severity="high", owner_team=cast.care)
    [channel] = found(cast, "claims")["channels"].hits
    assert channel.line == "Mobile · Cole Contributor · Mobile app · Pilot"
    [hit] = found(cast, "replies")["gaps"].hits
    assert (hit.code, hit.line) == ("G-1", "Open · High · Contact center")


def test_better_hits_stand_first_and_their_kind_too(cast):
    for name in ("Snapshot upload", "In-app chat", "App", "App store page", "Chat on the app page"):
        cast.channel(name, family="web")
    gap(cast, "The app is slow")
    assert names(cast, "app", "channels") == [
        "App", "App store page", "Chat on the app page", "In-app chat",
    ]  # fmt: skip
    assert names(cast, "chat app", "channels") == ["Chat on the app page", "In-app chat"]
    assert list(found(cast, "app"))[:2] == ["channels", "gaps"]
    assert next(iter(found(cast, "slow app"))) == "gaps"


@pytest.mark.parametrize("query", ["G-12", "g12", "12", "g-12 "])
def test_a_gap_is_found_by_its_number(cast, query):
    for number in range(1, 14):
        gap(cast, f"Gap of week {14 - number}")
    groups = found(cast, query)
    assert next(iter(groups)) == "gaps"
    assert groups["gaps"].hits[0].code == "G-12"


def test_people_are_those_of_the_teams_with_a_role(cast):
    assert names(cast, "contributor", "people") == ["Cole Contributor", "Mobile"]
    assert names(cast, "reader", "people") == ["Rae Reader"]
    assert names(cast, "olga", "people") == []
    assert names(cast, "remy", "people") == []
    assert names(cast, "contact center", "people") == []  # has no role here
    [hit] = found(cast, "cole")["people"].hits
    of_team = StrategyRole.objects.get(team=cast.mobile)
    assert hit.url == cast.url(f"roles/#given-{of_team.uid}")
    [hit] = found(cast, "cole", cast.ada)["people"].hits
    assert hit.url == f"/organization/people/{cast.cole.uid}/"


def test_commands_are_those_the_person_may_use(cast):
    def may(person):
        return names(cast, "", "pages", person)

    assert "Log a gap" not in may(cast.rae)
    assert {"Log a gap", "Add channel", "Add journey"} <= set(may(cast.cole))
    assert "Add objective" not in may(cast.cole)
    assert "Add objective" in may(cast.eve)
    assert "Settings" not in may(cast.eve)
    assert "Settings" in may(cast.lea)
    assert "Organization" not in may(cast.lea)
    assert "Organization" in may(cast.ada)
    for person in (cast.rae, cast.cole, cast.eve, cast.lea, cast.ada):
        for hit in found(cast, "", person)["pages"].hits:
            assert cast.client(person).get(hit.url).status_code == 200, hit


# --- the page and the palette --------------------------------------------------------------------------
def test_the_page_shows_groups_with_counts_and_leads_to_the_rest(cast):
    for number in range(30):
        cast.channel(f"Zebra {number:02}")
    rae = cast.client(cast.rae)
    html = rae.get(cast.url("search/?q=ZÉBRA")).content.decode()
    assert "30 results" in html
    assert html.count("/channels/") >= 25
    assert "?q=Z%C3%89BRA&amp;kind=channels" in html
    html = rae.get(cast.url("search/?q=ZÉBRA&kind=channels")).content.decode()
    assert "Zebra 29" in html
    assert "show all kinds" in html


def test_the_palette_gets_five_of_a_kind_and_says_how_many_there_are(cast):
    for number in range(7):
        cast.channel(f"Zebra {number}")
    answer = cast.client(cast.rae, htmx=True).get(cast.url("search/?q=zebra"))
    html = answer.content.decode()
    assert "<html" not in html
    assert html.count('role="option"') == 6
    assert "All 7 results on one page" in html
    assert json.loads(answer.headers["HX-Trigger"]) == {"announce": "7 results."}


def test_nothing_found_says_what_to_do_next(cast):
    gap(cast, "Slow", harm="They meet a zebra")
    rae = cast.client(cast.rae, htmx=True)
    answer = rae.get(cast.url("search/?q=zebra"))
    assert json.loads(answer.headers["HX-Trigger"]) == {"announce": "Nothing found."}
    assert "Nothing here has “zebra” in its name." in answer.content.decode()
    assert "Slow" in rae.get(cast.url("gaps/?state=all&q=zebra")).content.decode()
    assert f"{cast.url('gaps/')}?state=all&amp;q=zebra" in answer.content.decode()


def test_what_was_typed_is_shown_as_text(cast):
    html = cast.client(cast.rae).get(cast.url('search/?q="><b>x')).content.decode()
    assert "<b>x" not in html
    assert "&quot;&gt;&lt;b&gt;x" in html


def test_outsiders_find_nothing_not_even_the_page(cast):
    channel = cast.channel()
    share(obj=channel, holder=cast.olga, level="view", by=cast.lea)
    assert cast.client(cast.olga).get(channel.get_absolute_url()).status_code == 200
    for client in (cast.client(cast.olga), cast.client(cast.olga, htmx=True)):
        answer = client.get(cast.url("search/?q=claims"))
        assert answer.status_code == 404
        assert "Claims app" not in answer.content.decode()


def test_other_strategies_stay_unseen(cast):
    build_world(cast)
    html = cast.client(cast.lea).get(cast.url("search/?q=canary")).content.decode()
    assert "canary-here" in html
    assert "canary-elsewhere" not in html


def test_the_number_of_queries_does_not_grow(cast):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            found(cast, "line")
        return len(seen)

    build_world(cast)
    before = queries()
    for number in range(9):
        cast.channel(f"Line {number}")
        gap(cast, f"Line gap {number}")
    give_role(strategy=cast.strategy, holder=cast.care, role="reader", by=cast.ada)
    assert queries() == before
    assert before <= 13


# --- other words -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("handover", "Transitions"),
        ("hand-off", "Transitions"),
        ("invite", "Roles"),
        ("lens", "Show only what touches mobile"),
        ("still true", "My work"),
        ("confirm", "My work"),
        ("review", "My work"),
        ("conflict", "Findings"),
        ("export", "Reports"),
        ("sign off", "Objectives"),
        ("sign off", "Decisions"),
        ("report a problem", "Log a gap"),
    ],
)
def test_pages_and_commands_are_found_by_other_words(cast, query, name):
    assert name in names(cast, query, "pages", cast.lea)


def test_an_other_word_typed_whole_leads_and_is_not_shown(cast):
    group = found(cast, "handovers")["pages"]
    assert [(hit.name, hit.line) for hit in group.hits] == [("Transitions", "")]
    assert list(found(cast, "still true", cast.lea)) == ["pages"]


def test_other_words_belong_to_pages_and_commands_that_are_there(cast):
    on = [*search._pages(place(cast, cast.ada))]
    spoken_of = {words for one in on for words in one.also if words}
    every = {word for words in OTHER_WORDS.values() for word in str(words).split(", ")}
    assert spoken_of == every


def test_the_lens_is_switched_from_the_palette(cast):
    client = cast.client(cast.lea)
    for here, name in (("", "Show only what touches mobile"), ("&lens=mobile", "Show everything")):
        page = client.get(cast.url(f"search/?q=mobile+lens{here}"))
        [hit] = [hit for hit in page.context["found"].groups[0].hits if hit.name.startswith(name)]
        html = page.content.decode()
        link = f'href="{hit.url}"'
        assert link in html, "the lens that the page carries along stays out of it"
        assert client.get(hit.url).context["place"].lens == ("" if here else "mobile")
