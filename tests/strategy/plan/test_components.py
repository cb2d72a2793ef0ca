"""The strategy, its ten components, and its home."""

import datetime as dt

import pytest

from strategy.plan import actions
from strategy.plan.models import Component
from strategy.plan.queries import Behind, behind, components, freshness, today
from teams.access import Denied
from teams.actions import add_member, add_team, give_role
from tests.html import squeeze


def component(cast, code="channels") -> Component:
    return Component.objects.get(strategy=cast.strategy, code=code)


def test_a_strategy_starts_with_its_ten_components_in_order(cast):
    assert [str(one) for one in components(cast.strategy)][::9] == [
        "Customer segments",
        "Guidelines for deploying new services",
    ]
    assert [one.number for one in components(cast.strategy)] == list(range(1, 11))


@pytest.mark.parametrize(
    ("due", "state", "days"),
    [
        (None, "never", None),
        (-1, "overdue", -1),
        (0, "due_soon", 0),
        (14, "due_soon", 14),
        (15, "fresh", 15),
    ],
)
def test_freshness_counts_the_days_until_the_next_review(due, state, days):
    today = dt.date(2026, 11, 20)
    judged = freshness(None if due is None else today + dt.timedelta(days=due), today)
    assert (judged.state, judged.days) == (state, days)


def test_editing_the_text_sets_updated_on_and_leaves_reviewed_on(cast):
    actions.edit_component(
        component=component(cast),
        values={"text": "New"},
        expected=1,
        today=dt.date(2026, 1, 2),
        by=cast.eve,
    )
    fresh = component(cast)
    assert (fresh.updated_on, fresh.reviewed_on) == (dt.date(2026, 1, 2), None)


def test_reviewing_is_not_editing(cast):
    Component.objects.filter(code="channels").update(text="Phone first")
    client = cast.client(cast.eve)
    page = client.get(cast.url("components/channels/")).content.decode()
    assert "Still true" in page
    assert 'name="version" value="1"' in page
    client.post(cast.url("components/channels/review/"), {"version": "1"})
    fresh = component(cast)
    assert (fresh.reviewed_on, fresh.updated_on, fresh.text) == (
        dt.date.today(),
        None,
        "Phone first",
    )


def test_who_saw_an_older_text_confirms_nothing_and_is_told_what_changed(cast):
    edit = {"values": {"text": "Phone first"}, "today": dt.date(2026, 1, 2), "by": cast.eve}
    actions.edit_component(component=component(cast), expected=1, **edit)
    answer = cast.client(cast.lea).post(cast.url("components/channels/review/"), {"version": "1"})
    assert answer.status_code == 409
    assert "Eve Editor changed this meanwhile" in answer.content.decode()
    assert "Changed since: text, updated on." in answer.content.decode()
    assert component(cast).reviewed_on is None


def test_what_is_not_written_is_not_reviewed(cast):
    answer = cast.client(cast.eve).post(cast.url("components/channels/review/"))
    assert answer.status_code == 422
    assert "Nothing is written here yet" in answer.content.decode()
    assert component(cast).reviewed_on is None
    page = cast.client(cast.eve).get(cast.url("components/channels/")).content.decode()
    assert "Still true" not in page
    assert "Which ways in we offer to whom" in page  # what belongs here


def test_a_component_is_edited_in_place(cast):
    eve = cast.client(cast.eve, htmx=True)
    form = eve.get(cast.url("components/channels/edit/")).content.decode()
    assert form.strip().startswith('<section class="panel" id="component"')
    answer = eve.post(
        cast.url("components/channels/edit/"),
        {"text": "**All** ways in", "review_every_days": 30, "version": 1},
    )
    assert answer.headers["HX-Redirect"] == cast.url("components/channels/")
    page = cast.client(cast.rae).get(cast.url("components/channels/")).content.decode()
    assert "<strong>All</strong> ways in" in page


def test_a_stale_component_shows_both_texts(cast):
    data = {"review_every_days": 90, "version": 1}
    address = cast.url("components/channels/edit/")
    cast.client(cast.lea, htmx=True).post(address, {**data, "text": "Their words"})
    answer = cast.client(cast.eve, htmx=True).post(address, {**data, "text": "My words"})
    assert answer.status_code == 409
    assert "Their words" in answer.content.decode()
    assert "My words" in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "never"),
    [
        ("<script>alert(1)</script>", "<script>alert"),
        ("![x](https://evil.example/pixel.png)", "<img"),
        ("[x](javascript:alert(1))", 'href="javascript'),
        ("<img src=x onerror=alert(1)>", "<img"),
        ("<div hx-get=/x hx-trigger=load>x</div>", "<div hx-get"),
        ("<a href=x style=color:red>x</a>", "<a href=x"),
    ],
)
def test_markdown_carries_no_script_no_remote_picture_and_no_attribute(cast, typed, never):
    actions.edit_component(
        component=component(cast),
        values={"text": typed},
        expected=1,
        today=dt.date.today(),
        by=cast.eve,
    )
    for address in ("components/channels/", ""):
        page = cast.client(cast.rae).get(cast.url(address)).content.decode()
        assert never not in page


def test_over_long_text_is_refused_and_kept_on_the_page(cast):
    typed = "long " * 5000
    answer = cast.client(cast.eve).post(
        cast.url("components/channels/edit/"),
        {"text": typed, "review_every_days": 90, "version": 1},
    )
    assert answer.status_code == 422
    assert typed.strip() in answer.content.decode()


def test_a_contributor_edits_only_a_component_of_their_team(cast):
    with pytest.raises(Denied):
        actions.review_component(
            component=component(cast), expected=None, on=dt.date.today(), by=cast.cole
        )
    actions.edit_component(
        component=component(cast),
        values={"owner_team": cast.mobile, "text": "Phone first"},
        expected=1,
        today=dt.date.today(),
        by=cast.eve,
    )
    actions.review_component(
        component=component(cast), expected=None, on=dt.date.today(), by=cast.cole
    )


def test_an_unknown_component_is_not_found(cast):
    assert cast.client(cast.lea).get(cast.url("components/nonsense/")).status_code == 404


def test_the_home_shows_ten_components_with_live_numbers(cast):
    cast.channel()
    response = cast.client(cast.rae).get(cast.url())
    assert len(response.context["cards"]) == 10
    summary = response.context["summary"]
    assert (summary.channels, summary.owned.part, summary.owned.whole) == (1, 1, 11)
    assert summary.fresh.percent == 0


def test_the_home_takes_the_same_queries_however_much_there_is(cast, django_assert_max_num_queries):
    client = cast.client(cast.rae)
    client.get(cast.url())
    cast.channel("One")  # after an act the home is drawn anew
    with django_assert_max_num_queries(39) as few:
        client.get(cast.url())
    for number in range(20):
        cast.channel(f"C {number}")
    with django_assert_max_num_queries(39) as many:
        client.get(cast.url())
    assert len(many.captured_queries) == len(few.captured_queries)
    with django_assert_max_num_queries(13) as again:
        client.get(cast.url())
    assert len(again.captured_queries) < len(many.captured_queries)


def test_the_home_names_who_stands_behind_the_strategy(cast):
    values = {"name": "Board", "slug": "board", "function": "executive"}
    sponsors = add_team(values=values, by=cast.ada)
    give_role(strategy=cast.strategy, holder=sponsors, role="reader", by=cast.lea)
    assert behind(cast.strategy) == Behind(["Lea Lead"], ["Board"])
    add_member(team=sponsors, person=cast.ada, is_lead=True, by=cast.ada)
    page = squeeze(cast.client(cast.rae).get(cast.url()).content.decode())
    assert f"Led by Lea Lead. Executive sponsor: {cast.ada}." in page
    add_member(team=sponsors, person=cast.rae, is_lead=True, by=cast.ada)
    assert behind(cast.strategy).sponsors == ["Ada Admin", "Rae Reader"]


def test_the_home_counts_channels_by_the_stage_of_their_life_and_leads_to_them(cast):
    for name, stage in (("A", "live"), ("B", "live"), ("C", "pilot"), ("D", "retired")):
        cast.channel(name, life_cycle=stage)
    client = cast.client(cast.rae)
    response = client.get(cast.url())
    page, listed = squeeze(response.content.decode()), cast.url("channels/?life_cycle=")
    assert f'<a href="{listed}live">2 live</a>,<a href="{listed}pilot">1 pilot</a>' in page
    assert f'<a href="{listed}retired">1 retired</a>not counted' in page
    assert client.get(f"{listed}pilot").context["page_obj"].paginator.count == 1


def test_the_home_says_beside_the_decisions_what_launches_next(cast):
    day = today()
    actions.add_decision(strategy=cast.strategy, values={"question": "Does it move?"}, by=cast.lea)
    for name, days in (("Photos", 20), ("Texts", 9), ("Gone", -1)):
        values = {"name": name, "launch_on": day + dt.timedelta(days=days)}
        new = {"strategy": cast.strategy, "values": values, "channels": (), "teams": ()}
        actions.add_initiative(**new, by=cast.lea)
    page = squeeze(cast.client(cast.rae).get(cast.url()).content.decode())
    said = page[page.index("Next to launch:") : page.index("Does it move?")]
    assert said.index("Texts") < said.index("Photos")
    assert "Gone" not in said
