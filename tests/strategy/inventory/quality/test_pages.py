"""Data quality on its page, on the channel and on the component: what is shown, to whom, and when it is gone."""

import datetime as dt
import re
from html import unescape

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from portal.history.record import change_set
from strategy.inventory.actions import add_transition, edit_channel
from strategy.inventory.models import (
    AccessDecision,
    AccessPoint,
    Measurement,
    ServiceObjective,
)
from strategy.inventory.points.actions import add_point
from strategy.inventory.quality import queries
from strategy.inventory.quality.rules.facts import SUGGESTION, Mend, Period, Problem
from strategy.inventory.service.metrics import metric_of
from strategy.plan.models import ContactType, Segment
from strategy.plan.queries import today
from teams import actions as teams_actions
from teams.models import User
from tests.html import squeeze

PAGE = "channels/quality/"
OCTOBER = dt.date(2026, 10, 1)


@pytest.fixture
def line(cast):
    return cast.channel("Line", family="voice", mode="assisted", owner_team=cast.care)


@pytest.fixture
def bot(cast, line):
    """A bot that says that it leads to nobody, although a way leads to the line. Nobody leads its team."""
    (mobile,) = cast.mobile.memberships.all()
    teams_actions.change_lead(membership=mobile, is_lead=False, expected=None, by=cast.ada)
    found = cast.channel("Bot", family="bot", device="any", agent_route="none")
    add_transition(strategy=cast.strategy, values={"source": found, "target": line}, by=cast.ada)
    return found


def state(cast, channel, day, value=None, **facts):
    status = "value" if value else facts.pop("status", "no_data")
    row = Measurement(
        channel=channel, metric="contacts", grain="month", starts_on=day, status=status, value=value, **facts
    )  # fmt: skip
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        record.create(row)
    return row


def codes(cast, lens=""):
    return sorted({one.rule for one in queries.problems(cast.strategy, today(), lens)})


def sentences(cast, code):
    found = queries.problems(cast.strategy, today())
    lines = queries.lines(found, cast.strategy.slug)
    return [one.sentence for one in lines if one.rule.code == code]


def test_the_page_groups_by_rule_with_what_to_do_once(cast, bot):
    answer = cast.client(cast.rae).get(cast.url(PAGE))
    page = squeeze(answer.content.decode())
    assert "Bot has no way to a person, but a transition works to Line." in page
    assert page.count("Decide which of the two is true and correct the other.") == 1
    assert f'href="{bot.get_absolute_url()}"' in page
    by_code = {group.rule.code: group.count for group in answer.context["groups"]}
    assert by_code == {"DQ-04": 1, "DQ-05": 2, "DQ-08": 1, "DQ-11": 2}
    assert [one.count for one in answer.context["counts"]] == [1, 2, 3]


def test_it_leads_to_the_field_that_mends_it_for_who_may_change_it(cast, bot):
    field = f"{bot.get_absolute_url()}edit/%s#id_agent_route"
    own = f'href="{bot.get_absolute_url()}"'
    of_bot = cast.url(f"channels/quality/of/{bot.uid}/")
    for path, links_to_itself in ((cast.url(PAGE), True), (of_bot, False)):
        form = f'href="{field % ("?from=quality" if links_to_itself else "")}"'
        for person, may in ((cast.eve, True), (cast.rae, False)):
            page = cast.client(person, htmx=True).get(path).content.decode()
            assert (form in page) is may
            assert (own in page) is (links_to_itself and not may)
    edit = cast.client(cast.eve).get(f"{bot.get_absolute_url()}edit/").content.decode()
    for name in ("agent_route", "agent_channel", "life_cycle", "owner"):
        assert f'id="id_{name}"' in edit


def test_what_is_not_counted_is_another_thing_than_what_nobody_said(cast, line):
    assert sentences(cast, "DQ-11") == ["Nobody has said how many contacts Line has."]
    state(cast, line, OCTOBER, source="Nobody counts")
    assert sentences(cast, "DQ-11") == ["Contacts of Line are not counted."]
    page = cast.client(cast.rae).get(cast.url(PAGE)).content.decode()
    assert "Have them counted, then state the figure." in page


def test_what_is_mended_is_gone(cast, bot):
    assert "DQ-08" in codes(cast)
    edit_channel(
        channel=bot, values={"agent_route": "visible", "agent_taps": 1}, expected=bot.version, by=cast.ada
    )  # fmt: skip
    assert "DQ-08" not in codes(cast)


def test_owners_teams_and_leads_as_they_are_stored(cast, bot):
    assert sentences(cast, "DQ-04") == [
        "Contact center owns Line, but has no role in this strategy."
    ]
    teams_actions.give_role(strategy=cast.strategy, holder=cast.care, role="reader", by=cast.ada)
    assert sentences(cast, "DQ-04") == []
    assert len(sentences(cast, "DQ-05")) == 2
    teams_actions.add_member(team=cast.care, person=cast.eve, by=cast.ada)
    assert sentences(cast, "DQ-05") == ["Nobody leads Mobile, so these are ownerless: Bot."]
    User.objects.filter(pk=cast.eve.pk).update(is_active=False)
    facts = queries.read_facts(cast.strategy, today())
    assert facts.teams[cast.care.pk].has_lead is False, "who leads has left"


def test_who_has_left_is_said_and_who_never_came_is_not(cast, line):
    edit_channel(channel=line, values={"owner": cast.eve}, expected=line.version, by=cast.ada)
    for password, left in (("correct horse", True), (None, False)):
        User.objects.filter(pk=cast.eve.pk).update(
            is_active=False, password=make_password(password)
        )
        facts = queries.read_facts(cast.strategy, today())
        assert facts.channels[line.uid].owner_left is left


def test_figures_of_a_part_and_an_address_are_read_as_stored(cast, line, bot):
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        mine = AccessPoint(channel=line, name="Toll-free", kind="phone", address="800 555 0199")
        theirs = AccessPoint(channel=bot, name="Call", kind="phone", address="(800) 555-0199")
        record.create(mine)
        record.create(theirs)
    ahead = (today() + dt.timedelta(days=70)).replace(day=1)
    state(cast, line, ahead, 5, point=mine)
    assert len(sentences(cast, "DQ-01")) == 1
    (said,) = sentences(cast, "DQ-02")
    assert said.startswith("Line, Toll-free: a figure of a period that has not begun: Contacts, ")
    page = squeeze(cast.client(cast.rae).get(cast.url(f"{PAGE}?rule=DQ-02")).content.decode())
    assert f"figures/?grain=month&amp;point={mine.uid}" in page


@pytest.mark.parametrize("between", ["_channels", "_teams"])
def test_what_is_added_between_two_looks_is_left_out(cast, bot, line, monkeypatch, between):
    read = getattr(queries, between)

    def slowly(strategy):
        found = read(strategy)
        late = cast.channel("Late", family="voice", mode="assisted", owner_team=cast.care)
        with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
            kind = ContactType(strategy=cast.strategy, name="Late")
            record.create(kind)
            for of in (late, line):
                point = AccessPoint(channel=of, name=f"Late {of}", kind="phone")
                record.create(point)
                record.create(
                    ServiceObjective(channel=of, point=point, name="Soon", metric="FCR", target=80)
                )
        state(cast, late, OCTOBER, 5)
        state(cast, line, OCTOBER, 5, contact_type=kind)
        add_transition(strategy=cast.strategy, values={"source": late, "target": line}, by=cast.ada)
        segment = Segment(strategy=cast.strategy, name="All")
        with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
            record.create(segment)
            for of in (late, line):
                record.create(
                    AccessDecision(
                        segment=segment, contact_type=kind, channel=of, choice="supported"
                    )
                )
        return found

    monkeypatch.setattr(queries, between, slowly)
    facts = queries.read_facts(cast.strategy, today())
    assert [one.name for one in facts.channels.values()] == ["Bot", "Line"]
    assert all(one.channel in facts.channels for one in (*facts.figures, *facts.objectives))


def test_one_severity_and_one_rule(cast, bot):
    rae = cast.client(cast.rae)
    found = rae.get(cast.url(f"{PAGE}?severity={SUGGESTION}")).context["groups"]
    assert [group.rule.code for group in found] == ["DQ-08", "DQ-11"]
    found = rae.get(cast.url(f"{PAGE}?rule=DQ-08&severity=error")).context["groups"]
    assert [group.rule.code for group in found] == ["DQ-08"], "the rule was chosen last"
    page = rae.get(cast.url(f"{PAGE}?rule=DQ-13")).content.decode()
    assert "No problem is of this kind" in page
    assert len(rae.get(cast.url(f"{PAGE}?rule=nonsense&severity=x")).context["groups"]) == 4


def test_many_problems_of_a_rule_are_paged(cast):
    for number in range(queries.FIRST + 3):
        cast.channel(f"App {number:03}")
    rae = cast.client(cast.rae)
    page = squeeze(rae.get(cast.url(PAGE)).content.decode())
    assert f"All {queries.FIRST + 3}: No contacts stated" in page
    (group,) = rae.get(cast.url(f"{PAGE}?rule=DQ-11")).context["groups"]
    assert len(group.lines) == group.count == queries.FIRST + 3


def test_through_the_lens(cast, bot):
    cast.channel("App")
    assert "DQ-08" in codes(cast)
    assert codes(cast, "mobile") == ["DQ-05", "DQ-11"]
    answer = cast.client(cast.rae).get(cast.url(f"{PAGE}?lens=mobile"))
    assert "2 problems on channels that touch mobile" in squeeze(answer.content.decode())


def test_the_channel_says_only_what_concerns_it(cast, bot, line):
    rae = cast.client(cast.rae, htmx=True)
    mine = squeeze(rae.get(cast.url(f"channels/quality/of/{bot.uid}/")).content.decode())
    assert "Bot has no way to a person" in mine
    assert "Contact center" not in mine
    calm = cast.channel("Plan", life_cycle="planned", owner_team=None, owner=cast.rae)
    assert rae.get(cast.url(f"channels/quality/of/{calm.uid}/")).content.strip() == b""
    whole = cast.client(cast.rae).get(cast.url(f"channels/quality/of/{calm.uid}/")).content.decode()
    assert "The rules find nothing wrong here." in whole
    page = cast.client(cast.rae).get(bot.get_absolute_url()).content.decode()
    assert f"channels/quality/of/{bot.uid}/" in page


def test_the_component_counts(cast, bot):
    page = cast.client(cast.rae).get(cast.url("components/analysis/")).content.decode()
    assert cast.url(f"{PAGE}figures/") in page
    said = cast.client(cast.rae).get(cast.url(f"{PAGE}figures/")).content.decode()
    assert "Errors: <b>1</b> · Warnings: <b>2</b> · Suggestions: <b>3</b>" in said


def test_facts_take_the_same_queries_for_more_channels(cast, bot):
    def count():
        with CaptureQueriesContext(connection) as seen:
            queries.read_facts(cast.strategy, today())
        return len(seen)

    few = count()
    for number in range(5):
        state(cast, cast.channel(f"App {number}"), OCTOBER, 7)
    assert count() == few == 8


def test_sentences_follow_the_language_of_who_looks():
    values = {"where": "Line", "metric": metric_of("SL"), "period": Period("month", OCTOBER)}
    line = queries.Line(Problem("DQ-03", "%(period)s", values, (), Mend("roles")), "larkfield")
    assert line.sentence == "October 2026"
    with override("de"):
        assert line.sentence == "Oktober 2026"


def test_nobody_without_a_role_sees_it(cast, bot):
    for rest in (PAGE, f"{PAGE}figures/", f"channels/quality/of/{bot.uid}/"):
        assert cast.client(cast.olga).get(cast.url(rest)).status_code == 404


def test_a_team_without_a_lead_is_mended_on_its_page_or_by_whom_it_names(cast, bot):
    address = f"{PAGE}?rule=DQ-05"
    page = squeeze(cast.client(cast.ada).get(cast.url(address)).content.decode())
    assert 'href="/organization/teams/mobile/"' in page
    page = squeeze(cast.client(cast.lea).get(cast.url(address)).content.decode())
    assert "/organization/teams/" not in page
    assert "Only an administrator chooses it: ask Ada Admin." in page


# --- left as it is ----------------------------------------------------------------------------------


def leave(cast, person, one, **typed):
    address = cast.url(f"findings/{one.rule}/{one.subject}/leave/")
    return cast.client(person).post(address, {"seen": one.digest, **typed})


def problem(cast, code):
    (found,) = [one for one in queries.problems(cast.strategy, today()) if one.rule == code]
    return found


def test_a_suggestion_is_left_with_a_reason_and_comes_back_when_the_facts_change(cast, line, bot):
    doubt = problem(cast, "DQ-08")
    page = squeeze(cast.client(cast.cole).get(cast.url(PAGE)).content.decode())
    assert cast.url(f"findings/DQ-08/{doubt.subject}/leave/") in page
    assert leave(cast, cast.cole, doubt).status_code == 422, "a reason is needed"
    done = leave(cast, cast.cole, doubt, reason="The way is for staff only.")
    assert done.headers["Location"] == cast.url(PAGE)
    assert "DQ-08" not in codes(cast)
    page = squeeze(cast.client(cast.rae).get(cast.url(PAGE)).content.decode())
    left = page[page.index('id="left"') :]
    assert "The way is for staff only.” Cole Contributor" in left
    assert "Take back" not in left, "Rae only reads"
    edit_channel(channel=bot, values={"name": "Robot"}, expected=bot.version, by=cast.ada)
    assert "DQ-08" not in codes(cast), "a name is no fact"
    edit_channel(
        channel=bot,
        values={"agent_route": "visible", "agent_taps": None},
        expected=bot.version,
        by=cast.ada,
    )
    assert "DQ-08" in codes(cast)


def test_what_is_left_is_taken_back_by_who_may_change_the_channel(cast, line, bot):
    doubt = problem(cast, "DQ-08")
    leave(cast, cast.cole, doubt, reason="For staff only.")
    address = cast.url(f"findings/DQ-08/{doubt.subject}/reopen/")
    assert cast.client(cast.rae).post(address).status_code == 403
    assert "Take back" in cast.client(cast.cole).get(cast.url(PAGE)).content.decode()
    done = cast.client(cast.cole, htmx=True).post(address)
    assert "inventory-changed" in done.headers["HX-Trigger"]
    assert "DQ-08" in codes(cast)


def test_while_a_doubt_is_gone_who_left_it_takes_it_back_and_no_other_team(cast, line, bot):
    doubt = problem(cast, "DQ-08")

    def ask(person):
        address = cast.url(f"findings/DQ-08/{doubt.subject}/reopen/")
        return cast.client(person).post(address).status_code

    def route(to):
        values = {"agent_route": to, "agent_taps": None}
        edit_channel(channel=bot, values=values, expected=bot.version, by=cast.ada)

    for by, others, own in (
        (cast.eve, [cast.cole, cast.rae], cast.eve),
        (cast.cole, [], cast.cole),
    ):
        leave(cast, by, doubt, reason="For staff only.")
        route("unknown")
        assert [ask(person) for person in others] == [403] * len(others)
        route("none")
        assert "DQ-08" not in codes(cast), "it still holds"
        route("unknown")
        assert ask(own) == 302
        assert ask(own) == 422, "open again already"
        route("none")
        assert "DQ-08" in codes(cast)


def test_what_concerns_several_channels_is_left_by_any_owner_whatever_they_are_called(cast, bot):
    desk = cast.channel("Aardvark", family="voice", mode="assisted", owner_team=None)
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        for of in (desk, bot):
            record.create(
                AccessPoint(channel=of, name="Call", kind="phone", address="800 555 0199")
            )
    doubt = problem(cast, "DQ-15")
    assert doubt.channels[0] == desk.uid, "nobody's own"
    address = cast.url(f"findings/DQ-15/{doubt.subject}/leave/")
    cole = cast.client(cast.cole)
    assert address in cole.get(cast.url(PAGE)).content.decode()
    assert leave(cast, cast.cole, doubt, reason="One shared line.").status_code == 302
    edit_channel(channel=desk, values={"name": "Zebra"}, expected=desk.version, by=cast.ada)
    assert "DQ-15" not in codes(cast), "a name is no fact"
    assert "Take back" in cole.get(cast.url(PAGE)).content.decode()
    assert cole.post(address.replace("leave", "reopen")).status_code == 302
    edit_channel(channel=bot, values={"owner_team": cast.care}, expected=bot.version, by=cast.ada)
    assert leave(cast, cast.cole, doubt, reason="Not ours").status_code == 403


def test_a_warning_is_left_and_an_error_is_not_nor_what_belongs_to_others(cast, line, bot):
    (unled, _theirs) = [
        one for one in queries.problems(cast.strategy, today()) if one.rule == "DQ-05"
    ]
    assert leave(cast, cast.eve, unled, reason="They are hiring.").status_code == 302
    assert [one.rule for one, _why in queries.left(cast.strategy, today())] == ["DQ-05"]
    wrong = problem(cast, "DQ-04")
    refused = leave(cast, cast.eve, wrong, reason="So what")
    assert refused.status_code == 422
    assert "An error is mended, not left." in refused.content.decode()
    page = cast.client(cast.eve).get(cast.url(f"{PAGE}?rule=DQ-04")).content.decode()
    assert f"findings/DQ-04/{wrong.subject}" not in page
    (theirs,) = [
        one
        for one in queries.problems(cast.strategy, today())
        if (one.rule, one.channels) == ("DQ-11", (line.uid,))
    ]
    assert leave(cast, cast.cole, theirs, reason="Not ours").status_code == 403


def test_who_left_before_the_facts_changed_is_asked_to_look_again(cast, line, bot):
    doubt = problem(cast, "DQ-08")
    edit_channel(channel=bot, values={"agent_route": "visible"}, expected=bot.version, by=cast.ada)
    late = leave(cast, cast.cole, doubt, reason="For staff only.")
    assert late.status_code == 422
    assert "facts have changed" in late.content.decode()
    assert "For staff only." in late.content.decode(), "nothing typed is lost"


def test_who_comes_from_data_quality_to_a_field_goes_back_there(cast, line, bot):
    cole = cast.client(cast.cole)
    page = squeeze(cole.get(cast.url(f"{PAGE}?rule=DQ-08")).content.decode())
    address = cast.url(f"channels/{bot.uid}/edit/?from=quality")
    assert f'href="{address}#id_agent_route"' in page
    form = cole.get(address)
    assert "Back to Data quality" in form.content.decode()
    typed = {**form.context["form"].initial, "name": "Bot", "version": bot.version}
    typed = {name: value for name, value in typed.items() if value is not None}
    saved = cole.post(address, {**typed, "agent_route": "unknown"})
    assert saved.headers.get("Location") == cast.url(PAGE), saved.context["form"].errors


def test_who_comes_from_data_quality_to_figures_goes_back_there(cast, line):
    eve = cast.client(cast.eve)
    page = squeeze(eve.get(cast.url(f"{PAGE}?rule=DQ-11")).content.decode())
    address = cast.url(f"channels/{line.uid}/figures/?from=quality")
    assert f'href="{address}"' in page
    page = unescape(eve.get(address).content.decode())
    states = re.search(r'id="state-figures"\s+href="([^"]+from=quality)"', page)[1]
    form = eve.get(states)
    assert "from=quality" in form.context["here"]
    rows = (form.context["form"], *form.context["form"].figures)
    sent = {field.html_name: field.value() for row in rows for field in row}
    sent = {name: value for name, value in sent.items() if value is not None}
    saved = eve.post(form.context["here"], sent)
    assert saved.headers.get("Location") == cast.url(PAGE)
    plain = eve.post(
        form.context["here"].replace("&from=quality", "").replace("from=quality&", ""), sent
    )
    assert "/figures/" in plain.headers["Location"]


def test_who_answers_is_told_as_the_rule_of_the_ownerless_sees_it(cast):
    led = cast.channel("Led")
    facts = {"kind": "phone", "name": "Number"}
    number = add_point(channel=led, values=facts, by=cast.ada)
    client = cast.client(cast.rae)

    def says(thing):
        page = squeeze(client.get(thing.get_absolute_url()).content.decode())
        return re.search("<dt>Owner</dt><dd>(.*?)</dd>", page)[1]

    def is_ownerless():
        return "ownerless: Led" in client.get(cast.url("channels/quality/")).content.decode()

    mobile = cast.cole.memberships.get()
    lead = (
        'Cole Contributor<span class="sub quiet">Team lead of Mobile: nobody else is named</span>'
    )
    assert mobile.is_lead
    assert (says(led), says(number), is_ownerless()) == (lead, lead, False)
    teams_actions.change_lead(membership=mobile, is_lead=False, expected=None, by=cast.ada)
    nobody = '<span class="missing">Nobody: Mobile has no team lead</span>'
    assert (says(led), says(number), is_ownerless()) == (nobody, nobody, True)
    edit_channel(channel=led, values={"owner": cast.eve}, expected=1, by=cast.ada)
    assert (says(led), is_ownerless()) == ("Eve Editor", False)


def test_who_comes_from_data_quality_to_an_access_point_goes_back_there(cast, line):
    number = add_point(channel=line, values={"kind": "phone", "name": "A"}, by=cast.ada)
    other = cast.channel("Other", family="voice", mode="assisted", owner_team=cast.care)
    for name, channel in (("B", line), ("C", other)):
        values = {"kind": "phone", "name": name, "address": "800 555 0100"}
        number = add_point(channel=channel, values=values, by=cast.ada)
    eve = cast.client(cast.eve)
    page = squeeze(eve.get(cast.url(PAGE)).content.decode())
    there = re.search(r'href="([^"]+/points/[^"]+\?from=quality)"', page)[1]
    back = f'<a href="{cast.url(PAGE)}">Back to Data quality</a>'
    page = squeeze(eve.get(there).content.decode())
    assert back in page
    edit = there.replace("?from=quality", "edit/?from=quality")
    assert f'href="{edit}"' in page
    form = eve.get(edit)
    page = squeeze(form.content.decode())
    assert back in page
    assert f'href="{cast.url(PAGE)}">Cancel</a>' in page
    shown = form.context["form"]
    typed = {field.name: field.value() for field in shown if field.value() not in (None, [])}
    saved = eve.post(edit, {**typed, "note": "One shared line"})
    assert saved.headers.get("Location") == cast.url(PAGE), saved.context["form"].errors
    assert "Back to Data" not in eve.get(number.get_absolute_url()).content.decode()
