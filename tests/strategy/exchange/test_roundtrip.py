"""Import and export: the same strategy comes out as went in, byte for byte, whatever it is called."""

import datetime as dt
import io
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from portal.history.models import Change, ChangeSet
from portal.history.undo import undo
from portal.lib.refusals import Refusal
from strategy.checklists.actions import ensure_shipped
from strategy.checklists.models import Answer, Run
from strategy.exchange.actions import import_strategy
from strategy.exchange.problems import FileRefused
from strategy.exchange.queries import check, export_strategy, preview
from strategy.findings.actions import leave
from strategy.findings.models import Judgment
from strategy.gaps.actions import edit_gap, log_gap
from strategy.gaps.models import Gap
from strategy.inventory.actions import edit_channel
from strategy.inventory.models import (
    AccessDecision,
    AnswerDifference,
    Channel,
    Measurement,
    SelfServiceOffer,
    ServiceObjective,
    Transition,
)
from strategy.inventory.quality import queries as quality
from strategy.journeys.actions import add_journey
from strategy.journeys.models import Cell, Journey, Lane, Step
from strategy.plan.actions import edit_component
from strategy.plan.models import Component, ContactType, Segment, Strategy
from teams.models import Membership, Team, User
from tests.strategy.exchange.conftest import line_of, without_uids

COUNTED = (
    Strategy,
    Team,
    User,
    Membership,
    Channel,
    Measurement,
    Journey,
    Step,
    Cell,
    Gap,
    Run,
    Answer,
    ChangeSet,
)


def counts() -> dict:
    return {model.__name__: model.objects.count() for model in COUNTED}


@contextmanager
def taken_back():
    """Do something and take it back, so that the next import meets an empty database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def there_and_back(text: str) -> str:
    with taken_back():
        return export_strategy(import_strategy(text=text))


# --- one of everything -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_import_creates_everything_as_the_file_says(small):
    strategy = import_strategy(text=small)
    assert (strategy.name, strategy.classification, strategy.edition) == (
        "Small strategy",
        "public",
        4,
    )
    assert str(strategy.uid) == "11111111-1111-4111-8111-111111111111"
    app = Channel.objects.get(name="Claims app")
    assert app.agent_channel.name == "Claims line"
    assert app.agent_channel.agent_channel == app, "two channels may lead to one another"
    assert (app.hours, app.owner.name) == ("08:00-22:30", "Bob")
    way = Transition.objects.get(source=app)
    assert (str(way), way.identity, way.entered) == ("Claims app → Claims line", "no", "partly")
    assert (way.status, way.mechanism, way.tested_by.name) == ("partly", "call", "Bob")
    differs = AnswerDifference.objects.get(kind="by_design")
    assert (differs.contact_type.code, differs.channel, differs.kind) == ("CL-1", app, "by_design")
    left = Judgment.objects.get(reason="It ends in a year.")
    assert (left.rule, left.subject, left.facts) == ("agent_route", app.uid, "0123")
    assert Judgment.objects.get(rule="asked_again").subject == way.uid
    figures = app.measurements.filter(grain="month").order_by("starts_on")
    figures = figures.values_list("starts_on", "status", "value")
    assert list(figures) == [
        (dt.date(2025, 9, 1), "no_data", None),
        (dt.date(2026, 9, 1), "value", 1234),
    ]
    week = app.measurements.get(grain="week")
    assert (week.point.name, week.contact_type.code, week.revision) == ("In the stores", "CL-1", 2)
    assert (week.value, week.numerator, week.denominator) == (None, Decimal("80.25"), 100)
    point = app.points.get()
    assert (point.calendar.name, point.deputy.name) == ("Public holidays", "Ann")
    assert point.accessibility == "text, screen_reader"
    assert [row.contact_type.name for row in point.serves.order_by("id")] == [
        "Where is my money?",
        "I lost my card",
    ]
    promise = ServiceObjective.objects.get(metric="SL")
    assert (promise.point.name, promise.threshold) == ("Toll-free", Decimal("20.5"))
    assert ContactType.objects.get(code="CL-1").parent.name == "Money"
    assert Segment.objects.get(code="FAM").is_vulnerable
    sent = AccessDecision.objects.get(choice="redirected")
    assert (str(sent), sent.redirect_to) == ("Families · Where is my money? · Claims line", app)
    assert set(SelfServiceOffer.objects.values_list("extent", flat=True)) == {"part", "declined"}
    gap = Gap.objects.get(number=3)
    assert str(gap.step.uid) == "44444444-4444-4444-8444-444444444444"
    assert gap.transition == way
    assert (gap.blocked_on.slug, gap.slips, gap.accountable.name) == ("mobile", 2, "Ann")
    assert Gap.objects.get(number=7).duplicate_of == gap
    assert Gap.objects.get(number=6).verified_by.name == "Ann"
    assert Cell.objects.get(text="And waits.").step.name == "Calls"
    answer = Answer.objects.get(item__code="MOB-01")
    assert (answer.gap, answer.team.slug, answer.status) == (gap, "mobile", "partly")
    assert Component.objects.get(code="segments").text.startswith(
        "Two *kinds* of people.\n\n- those"
    )


@pytest.mark.django_db
def test_every_step_has_a_cell_in_every_lane(small):
    import_strategy(text=small)
    assert Cell.objects.count() == Step.objects.count() * Lane.objects.count() == 18


@pytest.mark.django_db
def test_there_are_always_ten_components(small):
    import_strategy(text=small)
    assert set(Component.objects.values_list("code", flat=True)) == set(Component.Code.values)


@pytest.mark.django_db
def test_export_import_export_gives_the_same_bytes(small):
    first = there_and_back(small)
    assert there_and_back(first) == first
    assert check(first) == ()


@pytest.mark.django_db
def test_an_export_says_all_that_the_file_said(small):
    named_by_lane = small.replace("how: Claims", "Channel: Claims").replace(
        "more pain: And", "Pain (2): And"
    )
    named_by_lane = named_by_lane.replace("key: how\n        ", "").replace(
        "key: more pain", "key: Pain (2)"
    )
    wanted = YAML(typ="safe", pure=True).load(named_by_lane)
    del wanted["as_of"]
    wanted["contact_types"].sort(key=lambda kind: kind["name"])
    wanted["findings"].sort(key=lambda finding: finding["rule"])
    _holds(YAML(typ="safe", pure=True).load(there_and_back(small)), wanted)


def _holds(got: object, wanted: object) -> None:
    if isinstance(wanted, dict):
        for key, value in wanted.items():
            assert key in got
            _holds(got[key], value)
    elif isinstance(wanted, list):
        assert len(got) == len(wanted)
        for one, other in zip(got, wanted, strict=True):
            _holds(one, other)
    else:
        assert got == wanted


@pytest.mark.django_db
def test_people_who_are_not_known_cannot_sign_in(small):
    import_strategy(text=small)
    bob = User.objects.get(email="bob@small.example")
    assert not bob.is_active
    assert not bob.has_usable_password()
    assert not bob.is_superuser


@pytest.mark.django_db
def test_the_import_is_one_act_in_the_strategy_and_one_in_the_organization(small):
    strategy = import_strategy(text=small)
    act = ChangeSet.objects.get(scope_uid=strategy.uid)
    assert act.reason == "Imported from a strategy file"
    assert (
        Change.objects.filter(change_set=act, model="strategy.channel", kind="create").count() == 2
    )
    app = Change.objects.get(change_set=act, model="strategy.channel", label="Claims app")
    assert app.after["agent_channel"] == str(Channel.objects.get(name="Claims line").uid)
    around = ChangeSet.objects.get(scope_uid=None, reason=act.reason)
    assert set(around.changes.values_list("model", flat=True)) == {
        "teams.team", "teams.user", "teams.membership"
    }  # fmt: skip
    assert not act.changes.filter(
        model__in=["teams.team", "teams.user", "teams.membership"]
    ).exists()


@pytest.mark.django_db
def test_an_import_can_be_undone(small):
    ensure_shipped()
    before = counts()
    strategy = import_strategy(text=small)
    undo(ChangeSet.objects.get(scope_uid=strategy.uid), by=None)
    assert not Strategy.objects.exists()
    assert Membership.objects.filter(user__email="bob@small.example", team__slug="mobile").exists()
    undo(ChangeSet.objects.get(scope_uid=None, reason="Imported from a strategy file"), by=None)
    after = counts()
    assert after.pop("ChangeSet") == before.pop("ChangeSet") + 4
    assert after == before


@pytest.mark.django_db
def test_an_undone_import_comes_back_with_every_link(small):
    first = import_strategy(text=small)
    text = export_strategy(first)
    act = ChangeSet.objects.get(scope_uid=first.uid)
    for _turn in range(2):
        act = undo(act, by=None)
        assert not Strategy.objects.exists()
        act = undo(act, by=None)
        assert export_strategy(Strategy.objects.get()) == text


# --- into an installation that knows some of it ----------------------------------------------------


@pytest.mark.django_db
def test_teams_are_matched_by_slug_and_people_by_address(small, cast):
    text = small.replace("bob@small.example", cast.cole.email.upper())
    strategy = import_strategy(text=text, by=cast.ada)
    app = Channel.objects.get(strategy=strategy, name="Claims app")
    assert app.owner == cast.cole
    assert app.owner_team == cast.mobile
    cast.mobile.refresh_from_db()
    assert cast.mobile.name == "Mobile", "an import renames nobody"


@pytest.mark.django_db
def test_an_import_puts_nobody_who_is_here_into_a_team_that_is_here(small, cast):
    """Otherwise a file could open other strategies to somebody."""
    import_strategy(text=small.replace("ann@small.example", cast.olga.email), by=cast.ada)
    assert not Membership.objects.filter(user=cast.olga, team__in=[cast.mobile, cast.care]).exists()
    assert Membership.objects.filter(user__email="bob@small.example", team=cast.mobile).exists()


@pytest.mark.django_db
def test_only_administrators_import(small, cast):
    before = counts()
    with pytest.raises(Refusal, match="Only administrators can do this"):
        import_strategy(text=small, by=cast.lea)
    assert counts() == before


@pytest.mark.django_db
def test_a_strategy_that_is_here_already_is_refused_with_what_to_do(small):
    import_strategy(text=small)
    before = counts()
    with pytest.raises(FileRefused) as refused:
        import_strategy(text=small)
    (problem,) = refused.value.problems
    assert (problem.line, problem.path) == (line_of(small, "slug: small"), "strategy.slug")
    assert "is here already: Small strategy" in problem.sentence
    assert "--as" in problem.sentence
    assert counts() == before


@pytest.mark.django_db
def test_a_uid_that_is_here_already_is_refused_with_its_line(small):
    import_strategy(text=small)
    problems = preview(small.replace("slug: small", "slug: other")).problems
    given = [number for number, line in enumerate(small.splitlines(), start=1) if "uid: " in line]
    assert [problem.line for problem in problems] == given
    assert "--as" in problems[0].sentence


@pytest.mark.django_db
def test_a_copy_gets_another_short_name_and_new_uids(small):
    first = import_strategy(text=small)
    copy = import_strategy(text=small, slug="copy")
    assert (copy.slug, copy.name) == ("copy", first.name)
    assert copy.uid != first.uid
    assert not {channel.uid for channel in first.channels.all()} & {
        channel.uid for channel in copy.channels.all()
    }
    one, other = export_strategy(first), export_strategy(copy)
    step = Gap.objects.get(strategy=copy, number=3).step
    other = other.replace("slug: copy", "slug: small").replace(
        f"step: {step.uid}", "step: " + "4" * 8
    )
    one = one.replace("step: 44444444-4444-4444-8444-444444444444", "step: " + "4" * 8)
    assert without_uids(one) == without_uids(other)


@pytest.mark.django_db
def test_the_name_of_a_team_that_has_another_slug_here_is_refused(small, cast):
    text = small.replace("name: Mobile crew", "name: Contact center").replace(
        "slug: mobile", "slug: new"
    )
    text = (
        text.replace("mobile]", "new]")
        .replace("team: mobile", "team: new")
        .replace("d_on: mobile", "d_on: new")
    )
    problems = preview(text.replace("      mobile:", "      new:")).problems
    assert [problem.path for problem in problems] == ["teams[1].name"]
    assert "with the slug “care”" in problems[0].sentence


@pytest.mark.django_db
def test_a_checklist_that_is_not_here_is_refused(small):
    text = small.replace("framework: mobile-readiness", "framework: moon-readiness")
    assert check(text) == (), "the file itself is right"
    (problem,) = preview(text).problems
    assert problem.path == "checklists[0].framework"
    assert "Known are: mobile-readiness 1" in problem.sentence


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("status: partly", "status: half"),
        ("how: Claims line", "how: Nowhere"),
        ("duplicate_of: 3", "duplicate_of: 99"),
    ],
)
def test_nothing_is_half_imported(small, before, after):
    there = counts()
    with pytest.raises(FileRefused):
        import_strategy(text=small.replace(before, after))
    assert counts() == there


@pytest.mark.django_db
def test_nothing_is_half_imported_when_the_database_refuses(small, monkeypatch):
    """Somebody takes a number between the check and the writing: the last statement fails, and all go."""
    from strategy.exchange import actions

    ensure_shipped()
    there = counts()
    right = actions.create_all

    def too_late(record, rows):
        rows.answers.append(
            Answer(run=rows.runs[0], item=rows.answers[0].item, team=rows.answers[0].team)
        )
        rows.answers[-1].status, rows.answers[-1].answered_on = "met", dt.date(2026, 1, 1)
        right(record, rows)

    monkeypatch.setattr(actions, "create_all", too_late)
    with pytest.raises(Refusal, match="Nothing was imported"):
        import_strategy(text=small)
    assert counts() == there


@pytest.mark.django_db
def test_a_preview_writes_nothing_and_counts_what_would_come(small):
    before = counts()
    found = preview(small)
    assert dict(found.counts())["channels"] == 2
    assert dict(found.counts())["judgments of findings"] == 4
    assert dict(found.counts())["new people (who cannot sign in yet)"] == 2
    assert counts() == before


# --- dates -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_shift_moves_every_date_by_days_and_every_month_by_months(small):
    strategy = import_strategy(text=small, shift=dt.timedelta(days=52))
    gap = Gap.objects.get(number=3)
    assert (gap.opened_on, gap.first_due_on) == (dt.date(2026, 6, 22), dt.date(2026, 7, 23))
    assert strategy.components.get(code="segments").updated_on == dt.date(2026, 10, 23)
    figures = Measurement.objects.order_by("starts_on").values_list("grain", "starts_on")
    assert list(figures) == [
        ("month", dt.date(2025, 10, 1)),
        ("month", dt.date(2026, 10, 1)),
        ("week", dt.date(2026, 10, 26)),  # by whole weeks: it still begins on a Monday
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("days", [-400, -31, 0, 27, 28, 29, 30, 31, 366, 500])
def test_no_two_months_fall_together_when_they_are_shifted(small, days):
    months = [f"{year}-{month:02}" for year in (2025, 2026) for month in range(1, 13)]
    listed = "".join(f"      - month: {month}\n        value: 1\n" for month in months)
    start = small.index("      - month: 2025-09")
    text = small[:start] + listed + small[small.index("  - name: Claims line") :]
    import_strategy(text=text, shift=dt.timedelta(days=days))
    assert len(set(Measurement.objects.values_list("starts_on", flat=True))) == 24


# --- what came from the pages ----------------------------------------------------------------------


@pytest.mark.django_db
def test_what_people_made_on_the_pages_survives(cast):
    line = cast.channel("Claims line", family="voice", mode="assisted")
    app = cast.channel("Claims app", agent_channel=line)
    edit_channel(channel=app, values={"purpose": "One\r\nTwo"}, expected=None, by=cast.ada)
    segments = cast.strategy.components.get(code="segments")
    edit_component(
        component=segments,
        values={"text": "# Who\r\n\r\n- a\r\n- b"},
        expected=None,
        today=dt.date(2026, 1, 1),
        by=cast.ada,
    )
    journey = add_journey(strategy=cast.strategy, values={"name": "Get paid"}, by=cast.ada)
    step = Step.objects.filter(stage__journey=journey).first()
    gap = log_gap(
        strategy=cast.strategy,
        values={"title": "Slow", "step": step, "journey": journey, "owner_team": cast.mobile},
        today=dt.date(2026, 1, 2),
        by=cast.ada,
    )
    edit_gap(gap=gap, values={"due_on": dt.date(2026, 12, 1)}, expected=None, by=cast.ada)
    first = export_strategy(cast.strategy)
    assert "      # Who\n\n      - a\n      - b\n" in first, "Markdown stays readable"
    assert "remy" not in first, "only people of the strategy's teams are named"
    with taken_back():
        Strategy.objects.all().delete()
        again = import_strategy(text=first)
        assert export_strategy(again) == first
        assert Gap.objects.get().step.uid == step.uid


@pytest.mark.django_db
def test_an_export_holds_no_password_and_no_permission(cast):
    text = export_strategy(cast.strategy)
    assert "password" not in text
    assert cast.ada.password not in text
    assert "superuser" not in text


@pytest.mark.django_db
def test_an_export_asks_the_same_number_of_queries_whatever_the_size(small):
    strategy = import_strategy(text=small)
    with CaptureQueriesContext(
        connection,
    ) as few:
        export_strategy(strategy)
    for number in range(10):
        facts = {"strategy": strategy, "family": "voice", "mode": "assisted"}
        channel = Channel.objects.create(name=f"Line {number}", owner=User.objects.first(), **facts)
        Measurement.objects.create(channel=channel, starts_on=dt.date(2026, 1, 1), status="zero")
        journey = add_journey(
            strategy=strategy,
            values={"name": f"J {number}"},
            by=User(is_superuser=True, is_active=True, pk=0),
        )
        Gap.objects.create(
            strategy=strategy, number=100 + number, title="x", opened_on=dt.date(2026, 1, 1), channel=channel,
            step=Step.objects.filter(stage__journey=journey).first(),
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        export_strategy(strategy)
    assert len(many) == len(few)


# --- whatever the names are ------------------------------------------------------------------------

NASTY = [
    "null", "~", "yes", "no", "true", "1e3", "12", "0x1F", "1_000", ".5", ".inf", "22:30", "2024-01-01", "=1+1", "=",
    "<<", "-", "- a", "? a", ": a", "a: b", "a #b", "# a", "a:", "&a", "*a", "!a", "!!str a", "|", ">", "%TAG", "@a",
    "`a", "'a'", '"a"', "'", '"', "\\", "\\n", "{a}", "[a]", "a, b", "---", "...", " a", "a ", "a  b", "\ta", "a\t",
    "a\nb", "a\n", "\na", "a\n\nb", "a\n  b\n", "  a\nb", "a \nb", "a\r\nb", "a\rb", "a\u2028b", "a\u0085b", "a\u00a0b",
    "\u200bа", "שלום", "مرحبا\u202eabc", "e\u0301", "👩🏽‍🦽", "🏳️‍🌈 flag", "İstanbul", "Straße", "\ufeffa", "a\ufffeb",
    "\x7f", "\x1b[31m", "\x01", "x" * 70, "44444444-4444-4444-8444-444444444444",
]  # fmt: skip

letters = st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")
texts = st.one_of(st.sampled_from(NASTY), st.text(letters, min_size=1, max_size=40))
long_texts = st.one_of(texts, st.lists(texts, max_size=6).map("\n".join))
days = st.dates(dt.date(1900, 1, 1), dt.date(2999, 12, 31)).map(str)
optional = st.one_of(st.none(), days)


@st.composite
def gap_days(draw: st.DrawFn) -> dict:
    """A day on which a gap was opened, and perhaps a later one on which it is due."""
    opened = draw(st.dates(dt.date(1900, 1, 1), dt.date(2026, 11, 1)))
    later = st.dates(opened, dt.date(2999, 12, 31)).map(str)
    return {"opened_on": str(opened), "due_on": draw(st.one_of(st.none(), later))}


def names(**size: int) -> st.SearchStrategy:
    return st.lists(texts, unique_by=lambda text: text.lower(), **size)


@st.composite
def documents(draw: st.DrawFn) -> dict:
    """A valid file with whatever names and texts people could think of."""
    slugs = ["it", "web", "1e3", "null", "no"][: draw(st.integers(1, 5))]
    team_names = draw(names(min_size=len(slugs), max_size=len(slugs)))
    team = st.one_of(st.none(), st.sampled_from(slugs))
    emails = ["a@x.example", "1e3@x.example", "null@x.example"][: draw(st.integers(1, 3))]
    person = st.one_of(st.none(), st.sampled_from(emails))
    channels = draw(names(min_size=1, max_size=4))
    channel = st.one_of(st.none(), st.sampled_from(channels))
    journeys = []
    for name in draw(names(max_size=2)):
        lane_names = draw(st.lists(texts, max_size=4))
        lanes = [
            {
                "key": f"lane {number}",
                "kind": draw(st.sampled_from(Lane.Kind.values)),
                "name": lane_name,
            }
            for number, lane_name in enumerate(lane_names)
        ]
        content = {
            "text": long_texts, "pain": texts, "channel": channel, "team": team, "emotion": st.integers(-2, 2)
        }  # fmt: skip
        steps = [
            {"name": step, "cells": {lane["key"]: draw(content[lane["kind"]]) for lane in lanes}}
            for step in draw(st.lists(texts, max_size=3))
        ]
        stages = [{"name": draw(texts), "steps": steps}, {"name": draw(texts)}]
        journeys.append({"name": name, "goal": draw(long_texts), "lanes": lanes, "stages": stages})
    gaps = [
        {
            "number": number,
            "title": title,
            "harm": draw(long_texts),
            "channel": draw(channel),
            "journey": draw(st.sampled_from([journey["name"] for journey in journeys] or [None])),
            **draw(gap_days()),
            "accountable": draw(person),
            "note": draw(texts),
        }
        for number, title in enumerate(draw(st.lists(texts, max_size=3)), start=2)
    ]
    return {
        "format": 1,
        "kind": "customer-access-strategy",
        "strategy": {"slug": "random", "name": draw(texts), "vision": draw(long_texts), "period": draw(texts)[:60]},
        "teams": [
            {"slug": slug, "name": name, "function": "it"} for slug, name in zip(slugs, team_names, strict=True)
        ],
        "people": [{"email": email, "name": draw(texts), "teams": slugs[:2]} for email in emails],
        "roles": [{"team": slug, "role": "editor"} for slug in slugs],
        "components": {"hours": {"text": draw(long_texts), "owner": draw(person), "reviewed_on": draw(optional)}},
        "channels": [
            {
                "name": name, "family": "voice", "mode": "hybrid", "purpose": draw(long_texts), "hours": draw(texts),
                "vendor": draw(texts), "owner_team": draw(team), "launched_on": draw(optional),
                "way_to_a_person": {"leads_to": draw(channel.filter(lambda other, name=name: other != name))},
            }
            for name in channels
        ],
        "journeys": journeys,
        "gaps": gaps,
        "checklists": [
            {
                "name": name, "framework": "mobile-readiness", "edition": "1", "opened_on": draw(days),
                "teams": slugs, "answers": {slugs[0]: {"MOB-03": {
                    "status": "partly", "reason": draw(texts), "answered_on": draw(days), "answered_by": draw(person),
                    "gap": gaps[0]["number"] if gaps else None,
                }}},
            }
            for name in draw(st.lists(texts, unique=True, max_size=2))
        ],
    }  # fmt: skip


def as_yaml(value: object) -> str:
    """Write plain values in flow style with every text in quotes: another writer than the one under test."""
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{as_yaml(key)}: {as_yaml(each)}" for key, each in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(as_yaml, value)) + "]"
    if isinstance(value, str):
        return (
            '"'
            + "".join(c if c.isalnum() and c.isascii() else f"\\U{ord(c):08x}" for c in value)
            + '"'
        )
    return "null" if value is None else str(value)


@pytest.mark.django_db
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(document=documents())
def test_any_strategy_comes_back_byte_for_byte(document):
    text = as_yaml(document)
    assert check(text) == ()
    with taken_back():
        strategy = import_strategy(text=text)
        assert {channel.name for channel in strategy.channels.all()} == {
            each["name"] for each in document["channels"]
        }
        assert strategy.vision == document["strategy"]["vision"]
        first = export_strategy(strategy)
    with taken_back():
        again = import_strategy(text=first)
        second = export_strategy(again)
        assert {channel.name for channel in again.channels.all()} == {
            each["name"] for each in document["channels"]
        }
        assert [gap.title for gap in again.gaps.order_by("number")] == [
            gap["title"] for gap in document["gaps"]
        ]
        assert again.components.get(code="hours").text == document["components"]["hours"][
            "text"
        ].replace("\r\n", "\n")
    assert second == first


@pytest.mark.django_db
@pytest.mark.parametrize("name", NASTY, ids=ascii)
def test_a_nasty_name_survives_everywhere(name):
    document = {
        "format": 1,
        "kind": "customer-access-strategy",
        "strategy": {"slug": "x", "name": name, "vision": f"{name}\n{name}"},
        "teams": [{"slug": "it", "name": name, "function": "it"}],
        "people": [{"email": "a@x.example", "name": name, "teams": ["it"]}],
        "roles": [{"team": "it", "role": "lead"}],
        "channels": [{"name": name, "family": "voice", "mode": "assisted"}],
        "journeys": [
            {
                "name": name,
                "lanes": [
                    {"kind": "channel", "name": name},
                    {"key": "b", "kind": "text", "name": name},
                ],
                "stages": [
                    {"name": name, "steps": [{"name": name, "cells": {name: name, "b": name}}]}
                ],
            }
        ],
        "gaps": [
            {
                "title": name,
                "opened_on": "2026-01-01",
                "channel": name,
                "journey": name,
                "step": name,
            }
        ],
    }
    with taken_back():
        first = export_strategy(import_strategy(text=as_yaml(document)))
    with taken_back():
        strategy = import_strategy(text=first)
        assert export_strategy(strategy) == first
        assert (strategy.name, strategy.channels.get().name, Gap.objects.get().step.name) == (
            name,
            name,
            name,
        )
        assert Cell.objects.get(lane__kind="text").text == name.replace("\r\n", "\n")
        assert YAML(typ="safe", pure=True).load(io.StringIO(first))["strategy"]["name"] == name


def test_what_was_left_in_data_quality_comes_back_and_still_holds(cast):
    cast.channel("Bot", family="bot", mode="self_service", agent_route="unknown")
    today = timezone.localdate()
    doubt = next(
        one for one in quality.read_problems(cast.strategy, today) if quality.may_be_left(one)
    )
    leave(
        strategy=cast.strategy, rule=doubt.rule, subject=doubt.subject, seen=doubt.digest,
        reason="Staff only.", today=today, by=cast.lea,
    )  # fmt: skip
    text = export_strategy(cast.strategy)
    Strategy.objects.all().delete()
    with taken_back():
        here = import_strategy(text=text)
        (left,) = quality.left(here, today)
        assert (left[0].rule, left[1].reason) == (doubt.rule, "Staff only.")
        assert export_strategy(here) == text
    copy = import_strategy(text=text, slug="copy")
    assert not Judgment.objects.filter(strategy=copy).exists(), "it speaks of other channels"
    (problem,) = check(text.replace(f"subject: {doubt.subject}", ""))
    assert "needs its `subject`" in problem.sentence
