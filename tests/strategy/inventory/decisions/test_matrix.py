"""The matrix: deciding many cells as one act, conflicts, who may, copying, filters, and what is counted."""

import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.history.models import Change, ChangeSet
from portal.lib.refusals import RuleBroken
from strategy.home.actions import undo_change
from strategy.inventory.actions import add_contact_type, edit_channel
from strategy.inventory.decisions.actions import Chosen, Overtaken, copy_decisions, decide
from strategy.inventory.decisions.queries import coverage
from strategy.inventory.models import AccessDecision
from teams.access import Denied
from tests.html import squeeze


def sent(*cells):
    return {
        "cells": json.dumps(
            [[str(one.uid), str(two.uid), version, choice, to and str(to.uid), why]
             for one, two, version, choice, to, why in cells]
        )
    }  # fmt: skip


# --- one act ------------------------------------------------------------------------------------------


def test_many_cells_are_one_act_and_one_undo(small):
    small.decide(
        small.choose(small.status, small.app, "preferred"),
        small.choose(small.status, small.line, "redirected", redirect_to=small.app),
        small.choose(small.bills, small.web, "not_offered", reason="Not before spring."),
    )
    act = ChangeSet.objects.latest("pk")
    assert act.changes.count() == 3
    assert small.said() == {
        ("Where is my claim?", "App"): "preferred",
        ("Where is my claim?", "Line"): "redirected",
        ("Bills", "Site"): "not_offered",
    }
    undo_change(chosen=act, strategy=small.cast.strategy, by=small.cast.eve)
    assert small.said() == {}


def test_a_decision_is_changed_and_taken_back(small):
    small.decide(small.choose(small.bills, small.app, "not_offered", reason="Not yet."))
    small.decide(small.choose(small.bills, small.app, "supported", version=1))
    row = AccessDecision.objects.get()
    assert (row.choice, row.reason, row.version) == ("supported", "", 2)
    small.decide(small.choose(small.bills, small.app, "", version=2))
    assert small.said() == {}


@pytest.mark.parametrize(("choice", "more", "says"), [
    ("not_offered", {}, "Say in a sentence why App is not offered."),
    ("redirected", {}, "Choose another channel than App"),
    ("supported", {"reason": "x" * 301}, "it has 301 characters, and 300 fit"),
    ("maybe", {}, "Choose one of the decisions"),
])  # fmt: skip
def test_what_does_not_fit_together_is_refused_with_a_sentence(small, choice, more, says):
    good = small.choose(small.bills, small.web, "supported")
    with pytest.raises(ValidationError, match=says):
        small.decide(good, small.choose(small.bills, small.app, choice, **more))
    assert small.said() == {}, "the rest is refused together with it"


def test_a_channel_is_not_redirected_to_itself(small):
    with pytest.raises(ValidationError, match="Choose another channel than App"):
        small.decide(small.choose(small.bills, small.app, "redirected", redirect_to=small.app))


def test_nothing_to_save_says_so(small):
    with pytest.raises(RuleBroken, match="nothing to save"):
        small.decide()


# --- conflicts ------------------------------------------------------------------------------------------


def test_one_overtaken_cell_refuses_all_with_both_texts(small):
    small.decide(small.choose(small.bills, small.app, "supported"), by=small.cast.lea)
    mine = [
        small.choose(small.bills, small.app, "preferred"),
        small.choose(small.bills, small.web, "preferred"),
    ]
    with pytest.raises(Overtaken) as refused:
        small.decide(*mine)
    [one] = refused.value.conflicts
    assert (one.theirs, one.chosen.words, one.by, one.version) == (
        "Supported", "Preferred", "Lea Lead", 1,
    )  # fmt: skip
    assert small.said() == {("Bills", "App"): "supported"}


def test_a_cell_made_undecided_meanwhile_is_a_conflict_too(small):
    small.decide(small.choose(small.bills, small.app, "supported"))
    small.decide(small.choose(small.bills, small.app, "", version=1), by=small.cast.lea)
    with pytest.raises(Overtaken) as refused:
        small.decide(small.choose(small.bills, small.app, "preferred", version=1))
    [one] = refused.value.conflicts
    assert (one.theirs, one.version) == ("Undecided", 0)


def test_who_chose_the_same_is_no_conflict(small):
    small.decide(small.choose(small.bills, small.app, "supported"), by=small.cast.lea)
    small.decide(
        small.choose(small.bills, small.app, "supported"),
        small.choose(small.bills, small.web, "supported"),
    )
    assert Change.objects.filter(model="strategy.accessdecision").count() == 2
    assert len(small.said()) == 2


def test_the_page_gets_conflicts_back_as_a_fragment(small):
    small.decide(small.choose(small.bills, small.app, "supported"), by=small.cast.lea)
    client = small.cast.client(small.cast.eve, htmx=True)
    answer = client.post(
        small.url("save/"), sent((small.bills, small.app, 0, "preferred", None, ""))
    )
    assert answer.status_code == 409
    page = squeeze(answer.content.decode())
    for part in ("Saved by Lea Lead", "Supported", "Preferred", "Keep mine", "Take theirs",
                 f'data-conflict="{small.bills.uid}.{small.app.uid}" data-v="1"'):  # fmt: skip
        assert part in page, part


def test_saving_from_the_page_says_so_and_offers_undo(small):
    client = small.cast.client(small.cast.cole, htmx=True)
    cells = [(small.bills, small.app, 0, "preferred", None, ""),
             (small.bills, small.web, 0, "redirected", small.app, "Faster")]  # fmt: skip
    answer = client.post(small.url("save/"), sent(*cells))
    assert answer.status_code == 204
    events = json.loads(answer.headers["HX-Trigger"])
    assert events["toast"]["text"] == "2 cells are saved. 7 are undecided."
    assert {"decisions-saved", "decisions-changed"} <= events.keys()
    act = ChangeSet.objects.latest("pk")
    assert str(act.uid) in events["toast"]["undo_url"]
    kinds, channels = (small.claims, small.status, small.bills), (small.app, small.web, small.line)
    others = [
        (kind, channel, 0, "supported", None, "")
        for kind in kinds
        for channel in channels
        if (kind, channel) not in ((small.bills, small.app), (small.bills, small.web))
    ]
    client = small.cast.client(small.cast.eve, htmx=True)
    events = json.loads(client.post(small.url("save/"), sent(*others)).headers["HX-Trigger"])
    assert events["toast"]["text"] == "7 cells are saved. None is undecided."


@pytest.mark.parametrize(
    "raw",
    [
        "", "x", "{}", "[[1]]", '[["a","b",null,"p","",""]]', "[1,2]", "3", "Infinity", "[" * 9999,
        '[["a","b",Infinity,"preferred","",""]]', '[["a","b",0,"preferred","","\\u0000"]]',
        '[["\\ud800","b",0,"preferred","",""]]',
    ],
)  # fmt: skip
def test_nonsense_from_the_page_is_refused_with_a_sentence(small, raw):
    client = small.cast.client(small.cast.eve, htmx=True)
    answer = client.post(small.url("save/"), {"cells": raw})
    assert answer.status_code == 422
    assert AccessDecision.objects.count() == 0


@pytest.mark.parametrize(
    ("choice", "reason", "sentence"),
    [
        ("maybe", "", "Bills · App: Choose one of the decisions"),
        ("not_offered", " ", "Bills · App: Say in a sentence why App is not offered"),
        ("preferred", "x" * 301, "it has 301 characters, and 300 fit"),
        ("redirected", "", "Choose another channel than App"),
    ],
)
def test_what_a_cell_cannot_say_is_refused_by_its_name(small, choice, reason, sentence):
    client = small.cast.client(small.cast.eve, htmx=True)
    cells = [(small.bills, small.web, 0, "preferred", None, ""),
             (small.bills, small.app, 0, choice, None, reason)]  # fmt: skip
    answer = client.post(small.url("save/"), sent(*cells))
    assert answer.status_code == 422
    assert sentence in json.loads(answer.headers["HX-Trigger"])["toast"]["text"]
    assert small.said() == {}


def test_many_cells_are_changed_and_cleared_in_few_queries(small):
    cells = [(one, two) for one in (small.bills, small.claims, small.status)
             for two in (small.app, small.web, small.line)]  # fmt: skip

    def count(choice: str, version: int) -> int:
        every = [small.choose(*each, choice, version=version) for each in cells]
        with CaptureQueriesContext(connection) as seen:
            small.decide(*every)
        return len(seen)

    for version, choice in enumerate(("preferred", "supported", "")):
        assert count(choice, version) < 13, choice
    assert small.said() == {}
    kinds = Change.objects.filter(model="strategy.accessdecision").order_by("pk")
    rows = list(kinds.values_list("kind", "before", "after"))
    assert [kind for kind, _before, _after in rows] == ["create"] * 9 + ["update"] * 9 + [
        "delete"
    ] * 9
    assert rows[9][1:] == ({"choice": "preferred"}, {"choice": "supported"}), "only what differs"
    undo_change(
        chosen=ChangeSet.objects.latest("pk"), strategy=small.cast.strategy, by=small.cast.eve
    )
    assert set(small.said().values()) == {"supported"}


def test_cells_of_what_is_gone_can_be_dropped(small):
    gone = small.choose(small.bills, small.app, "preferred")
    key = f"{small.bills.uid}.{small.app.uid}"
    small.bills.delete()
    client = small.cast.client(small.cast.eve, htmx=True)
    answer = client.post(
        small.url("save/"), sent((gone.contact_type, small.app, 0, "preferred", None, ""))
    )
    assert answer.status_code == 409
    assert f'data-conflict="{key}"' in answer.content.decode()


def test_things_of_another_strategy_are_gone_here(small, cast):
    from tests.starting import start_strategy

    other = start_strategy(values={"name": "Other", "slug": "other"}, lead=cast.eve, by=cast.ada)
    theirs = add_contact_type(strategy=other, values={"name": "Theirs"}, by=cast.eve)
    client = cast.client(cast.eve, htmx=True)
    answer = client.post(small.url("save/"), sent((theirs, small.app, 0, "preferred", None, "")))
    assert answer.status_code == 409
    assert AccessDecision.objects.count() == 0


# --- who may -----------------------------------------------------------------------------------------------


def test_a_contributor_decides_for_the_channels_of_their_team_only(small):
    cole = small.cast.cole
    small.decide(small.choose(small.bills, small.app, "preferred"), by=cole)
    with pytest.raises(
        Denied, match="Only Contact center, editors and strategy leads can change this"
    ):
        small.decide(
            small.choose(small.bills, small.web, "preferred"),
            small.choose(small.bills, small.line, "preferred"),
            by=cole,
        )
    assert list(small.said()) == [("Bills", "App")]
    with pytest.raises(Denied):
        small.decide(small.choose(small.bills, small.web, "preferred"), by=small.cast.rae)


def test_cells_of_others_are_shown_as_not_to_be_changed(small):
    page = small.cast.client(small.cast.cole).get(small.url()).content.decode()
    column = page.split(f'id="column-{small.line.uid}"')[1].split(">")[0]
    assert "Only Contact center" in column
    assert f'href="{small.bills.uid}/{small.line.uid}/"' not in page
    assert f'href="{small.bills.uid}/{small.app.uid}/"' in page
    assert page.count('class="u ro"') == 3
    read = small.cast.client(small.cast.rae).get(small.url()).content.decode()
    assert 'id="matrix-save"' not in read
    assert "<td" in read
    assert read.count('class="u ro"') == 9


# --- without a script: one cell --------------------------------------------------------------------------------


def test_one_cell_is_decided_in_a_short_form(small):
    client = small.cast.client(small.cast.cole)
    address = small.url(f"{small.bills.uid}/{small.app.uid}/")
    page = client.get(address).content.decode()
    assert "What Families are offered." in page
    answer = client.post(address, {"choice": "not_offered", "reason": "", "version": "0"})
    assert answer.status_code == 422
    assert "Say in a sentence why App is not offered." in answer.content.decode()
    answer = client.post(address, {"choice": "redirected", "redirect_to": small.web.pk, "reason": "", "version": "0"})  # fmt: skip
    assert answer.headers["Location"] == small.url(f"#row-{small.bills.uid}")
    assert AccessDecision.objects.get().redirect_to == small.web
    answer = client.post(address, {"choice": "", "redirect_to": small.web.pk, "version": "1"})
    assert (answer.status_code, small.said()) == (302, {})
    theirs = client.get(small.url(f"{small.bills.uid}/{small.line.uid}/"))
    assert theirs.status_code == 403


def test_the_second_of_two_writers_of_a_cell_sees_both_texts(small):
    small.decide(small.choose(small.bills, small.app, "supported"), by=small.cast.lea)
    client = small.cast.client(small.cast.eve)
    address = small.url(f"{small.bills.uid}/{small.app.uid}/")
    mine = {"choice": "not_offered", "reason": "Too early", "version": "0"}
    answer = client.post(address, mine)
    assert answer.status_code == 409
    page = squeeze(answer.content.decode())
    for part in ("Lea Lead saved this", "Supported", "Deliberately not offered", "Too early"):
        assert part in page, part
    assert client.post(address, {**mine, "version": "1"}).status_code == 302
    assert small.said() == {("Bills", "App"): "not_offered"}


def test_a_cell_made_undecided_meanwhile_can_be_decided_knowingly(small):
    small.decide(small.choose(small.bills, small.app, "supported"))
    small.decide(small.choose(small.bills, small.app, "", version=1))
    client = small.cast.client(small.cast.eve)
    address = small.url(f"{small.bills.uid}/{small.app.uid}/")
    answer = client.post(address, {"choice": "preferred", "version": "1"})
    assert answer.status_code == 409
    assert answer.context["form"]["version"].value() == "0"
    assert client.post(address, {"choice": "preferred", "version": "0"}).status_code == 302


# --- copying ---------------------------------------------------------------------------------------------------


def test_copying_fills_what_is_undecided_and_leaves_the_rest(small):
    small.decide(
        small.choose(small.bills, small.app, "preferred"),
        small.choose(small.bills, small.web, "not_offered", reason="Spring."),
        small.choose(small.claims, small.line, "supported"),
    )
    small.decide(small.choose(small.bills, small.app, "supported"), segment=small.seniors)
    client = small.cast.client(small.cast.cole)
    answer = client.post(small.url("copy/"), {"target": small.seniors.uid}, follow=True)
    assert small.said(small.seniors) == {("Bills", "App"): "supported", ("Bills", "Site"): "not_offered"}  # fmt: skip
    page = answer.content.decode()
    assert "1 decision is copied to Seniors." in page
    assert "1 cell is left out, because another team owns its channel." in page
    copy_decisions(source=small.families, target=small.seniors, by=small.cast.eve)
    assert len(small.said(small.seniors)) == 3
    again = client.post(small.url("copy/"), {"target": small.seniors.uid})
    assert again.status_code == 422
    assert "There is nothing to copy" in again.content.decode()


def test_a_contributor_without_a_channel_there_is_told_whom_to_ask(small):
    small.decide(small.choose(small.claims, small.line, "supported"))
    with pytest.raises(Denied, match="Only Contact center"):
        copy_decisions(source=small.families, target=small.seniors, by=small.cast.cole)


# --- what is counted ---------------------------------------------------------------------------------------------


def test_coverage_counts_decided_cells_of_those_in_scope(small):
    small.decide(
        small.choose(small.bills, small.app, "not_offered", reason="Spring."),
        small.choose(small.bills, small.line, "supported"),
    )
    small.decide(small.choose(small.bills, small.app, "supported"), segment=small.seniors)
    found = coverage(small.cast.strategy)
    assert (found.total.part, found.total.whole, found.total.left) == (3, 18, 15)
    assert (found.of(small.families).part, found.of(small.families).whole) == (2, 9)
    assert found.total.percent == 16
    edit_channel(
        channel=small.line, values={"life_cycle": "retired"}, expected=None, by=small.cast.eve
    )
    found = coverage(small.cast.strategy)
    assert (found.total.part, found.total.whole) == (2, 12), "a retired channel is out of scope"
    page = small.cast.client(small.cast.rae).get(small.url()).content.decode()
    assert "1 of 6 decided (16 %)" in squeeze(page)
    assert "2 of 12 decided (16 %)" in squeeze(page)


def test_without_cells_nothing_is_a_share(cast):
    assert coverage(cast.strategy).total.percent is None


# --- the page ------------------------------------------------------------------------------------------------------


def seen_in(response):
    [seen] = re.findall(r"[?;]seen=([^\"]*)", response.content.decode())
    return seen


def names(response):
    text = response.content.decode()
    return re.findall(
        r'<th scope="row" class="depth-\d">([^<]*?)(?: <small|</th)', text
    ), re.findall(r'data-name="([^"]*)"', text)


def test_filters_leave_rows_and_columns(small):
    small.decide(*[small.choose(small.bills, one, "supported") for one in (small.app, small.web, small.line)])  # fmt: skip
    client = small.cast.client(small.cast.rae)
    everything = (["Bills", "Claims", "Where is my claim?"], ["Line", "Site", "App"])
    assert names(client.get(small.url())) == everything
    for query, rows, columns in (
        ("q=claim", everything[0][1:], everything[1]),
        ("q=c.1", ["Where is my claim?"], everything[1]),
        (f"of={small.claims.uid}", everything[0][1:], everything[1]),
        ("family=app", everything[0], ["App"]),
        ("team=mobile", everything[0], ["Site", "App"]),
        ("team=none", [], []),
        ("undecided=on", everything[0][1:], everything[1]),
        ("kind=complaint", [], []),
        ("lens=mobile", everything[0], ["App"]),
        ("page=99&of=nonsense", everything[0], everything[1]),
    ):
        found = names(client.get(f"{small.url()}?{query}"))
        assert (found if rows else ([], [])) == (rows, columns), query


def test_cells_say_in_words_what_is_decided(small):
    small.decide(
        small.choose(small.bills, small.app, "preferred"),
        small.choose(small.bills, small.line, "redirected", redirect_to=small.app, reason="Faster"),
        small.choose(small.claims, small.app, "not_offered", reason="<b>Spring</b>"),
    )
    page = small.cast.client(small.cast.eve).get(small.url()).content.decode()
    assert ">Preferred</a>" in page
    assert ">Redirected to App: Faster</a>" in page
    assert ">Deliberately not offered: &lt;b&gt;Spring&lt;/b&gt;</a>" in page
    assert 'scope="row"' in page
    assert 'scope="col"' in page


def test_links_of_cells_keep_the_lens(small):
    page = small.cast.client(small.cast.eve).get(small.url() + "?lens=mobile").content.decode()
    assert f'href="{small.bills.uid}/{small.app.uid}/?lens=mobile"' in page


def test_the_live_refresh_swaps_only_when_something_shown_has_changed(small):
    client = small.cast.client(small.cast.eve, htmx=True)
    seen = seen_in(client.get(small.url()))
    edit_channel(
        channel=small.app, values={"purpose": "Other words"}, expected=None, by=small.cast.lea
    )
    same = client.get(f"{small.url()}?seen={seen}")
    assert (same.status_code, same.headers["HX-Reswap"], same.content) == (200, "none", b"")
    small.decide(small.choose(small.bills, small.app, "preferred"), by=small.cast.lea)
    other = client.get(f"{small.url()}?seen={seen}")
    assert "HX-Reswap" not in other.headers
    assert seen_in(other) != seen


def test_the_matrix_begins_with_the_first_segment_or_says_what_to_do(small, cast):
    client = cast.client(cast.rae)
    assert client.get(cast.url("channels/matrix/")).headers["Location"] == small.url()
    small.families.delete()
    small.seniors.delete()
    assert "No segment yet" in client.get(cast.url("channels/matrix/")).content.decode()


def test_queries_do_not_grow_with_the_matrix(small):
    client = small.cast.client(small.cast.lea)

    def count():
        client.get(small.url())
        with CaptureQueriesContext(connection) as seen:
            client.get(small.url())
        return len(seen)

    before = count()
    for n in range(30):
        add_contact_type(
            strategy=small.cast.strategy, values={"name": f"Type {n}"}, by=small.cast.eve
        )
    for n in range(5):
        small.cast.channel(f"Channel {n}")
    small.decide(*[small.choose(small.bills, one, "supported") for one in (small.app, small.web)])
    assert count() == before


def test_a_choice_reads_as_it_is_said(small):
    assert Chosen(small.bills, small.app, 0, "").words == "Undecided"
    decided = decide(
        segment=small.families,
        chosen=[small.choose(small.bills, small.app, "preferred", reason="Best")],
        by=small.cast.eve,
    )
    assert len(decided.changes) == 1


def test_the_filters_are_folded_until_one_is_set(small):
    client, address = small.cast.client(small.cast.eve), small.cast.url("channels/matrix/")
    answer = client.get(address, follow=True)
    fold = '<details class="fold" id="matrix-fold" data-open-wide%s>'
    assert fold % "" in squeeze(answer.content.decode())
    narrowed = client.get(f"{answer.wsgi_request.path}?family=app")
    assert fold % " open" in squeeze(narrowed.content.decode())
