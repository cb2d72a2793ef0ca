"""Starting a strategy: from the kit and from nothing, with functions that are picked, and people who are invited."""

import datetime as dt
import html

import pytest
from django.utils import timezone

from portal.history.models import ChangeSet
from portal.history.queries import feed
from portal.lib.refusals import RuleBroken
from strategy.checklists.models import Run
from strategy.home.actions import undo_change
from strategy.inventory.models import Channel
from strategy.journeys.models import Cell, Journey
from strategy.plan.models import Component, Objective, Strategy
from strategy.starter.actions import Part, start
from strategy.starter.queries import KITS, Function, functions
from teams.access import Denied
from teams.links import link_of
from teams.models import Invitation, StrategyRole, Team, User

NOW = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
TODAY = NOW.date()


def part(slug, role="contributor", email=""):
    [function] = [one for one in functions() if slug in (one.key, one.kit_slug)]
    return Part(function, role, email)


def begin(cast, *parts, kit="mobile", **values):
    given = {"by": cast.ada, "lead": cast.lea, **values}
    facts = {"name": "Northwind access", "slug": "northwind", "organization": "Northwind"}
    return start(kit=KITS[kit], values=facts, parts=parts, now=NOW, today=TODAY, **given)


def everybody():
    return [Part(one, "contributor") for one in functions()]


def owners(strategy):
    rows = Channel.objects.filter(strategy=strategy).select_related("owner_team")
    return {row.name: str(row.owner_team) for row in rows}


def test_the_mobile_kit_brings_everything_with_its_owners_and_nothing_reviewed(cast):
    strategy, _none = begin(cast, *everybody())
    channels = Channel.objects.filter(strategy=strategy)
    assert (channels.count(), channels.exclude(reviewed_on=None).count()) == (10, 0)
    assert owners(strategy)["Live chat"] == "Contact center"
    assert owners(strategy)["IVR"] == "IVR"
    components = Component.objects.filter(strategy=strategy)
    assert components.exclude(owner_team=None).exclude(text="").count() == 10
    assert not components.exclude(reviewed_on=None, updated_on=None).exists()
    assert Objective.objects.filter(strategy=strategy).count() == 3
    run = Run.objects.get(strategy=strategy)
    assert (run.framework.code, run.opened_on, run.run_teams.count()) == (
        "mobile-readiness",
        TODAY,
        7,
    )
    assert not Run.objects.get().answers.exists()
    journey = Journey.objects.get(strategy=strategy)
    assert Cell.objects.filter(lane__journey=journey).count() == 5 * 7
    assert not Cell.objects.filter(lane__journey=journey).exclude(text="").exists()


def test_what_is_not_picked_owns_nothing(cast):
    strategy, _none = begin(cast, part("mobile"))
    assert owners(strategy) == {
        name: "Mobile" if name in ("Mobile app", "Mobile web") else "None"
        for name in owners(strategy)
    }
    assert set(Component.objects.filter(strategy=strategy).values_list("owner_team__name", flat=True)) == {"Mobile", None}  # fmt: skip
    assert [row.team.name for row in Run.objects.get(strategy=strategy).run_teams.all()] == ["Mobile"]  # fmt: skip
    teams = Cell.objects.filter(lane__journey__strategy=strategy, team__isnull=False)
    assert set(teams.values_list("team__name", flat=True)) == {"Mobile"}
    assert Team.objects.count() == 2  # nobody was made without being picked


def test_teams_that_are_here_are_used_and_others_are_made(cast):
    strategy, _none = begin(
        cast, *everybody(), Part(Function("+1", "Fraud desk", "", None), "reader")
    )
    assert Channel.objects.get(strategy=strategy, name="Phone line").owner_team == cast.care
    assert Team.objects.get(slug="social-media").function == "social_media"
    assert Team.objects.get(slug="fraud-desk").function == "other"
    roles = {
        str(row.team or row.user): row.role
        for row in StrategyRole.objects.filter(strategy=strategy)
    }
    assert roles["Lea Lead"] == "lead"
    assert roles["Fraud desk"] == "reader"
    assert roles["IVR"] == "contributor"
    assert Run.objects.get(strategy=strategy).run_teams.count() == 7  # who only reads is not asked


def test_the_empty_kit_has_the_ten_components_and_the_functions(cast):
    strategy, _none = begin(cast, part("ivr"), kit="empty")
    assert Component.objects.filter(strategy=strategy, text="", owner_team=None).count() == 10
    for model in (Channel, Journey, Objective, Run):
        assert not model.objects.filter(strategy=strategy).exists()
    assert StrategyRole.objects.get(strategy=strategy, team__slug="ivr").role == "contributor"


def test_people_are_invited_for_their_functions(cast):
    _strategy, invited = begin(
        cast, part("mobile", email="mo@x.example"), part("ivr", "editor", "Ivo@x.example")
    )
    assert {(one.email, one.team.slug, one.role) for one in invited} == {
        ("mo@x.example", "mobile", "contributor"),
        ("ivo@x.example", "ivr", "editor"),
    }


def test_all_or_nothing(cast):
    User.objects.filter(pk=cast.rae.pk).update(is_active=False)
    before = (Strategy.objects.count(), Team.objects.count(), ChangeSet.objects.count())
    with pytest.raises(RuleBroken, match="is closed"):
        begin(cast, part("ivr"), part("web", email="w@x.example"), part("it", email=cast.rae.email))
    assert (Strategy.objects.count(), Team.objects.count(), ChangeSet.objects.count()) == before
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("who", ["lea", "eve", "cole", "rae", "olga"])
def test_only_administrators_start_a_strategy(cast, who):
    with pytest.raises(Denied, match="Only administrators"):
        begin(cast, by=getattr(cast, who))


def test_history_tells_the_start_as_one_act_and_the_invitations_as_others(cast):
    strategy, _invited = begin(cast, part("mobile", email="mo@x.example"))
    invited, started = feed(scope=strategy.uid)
    assert started.reason == "Started from the kit “Mobile service”"
    assert started.who == "Ada Admin"
    assert [line.model for line in invited.lines] == ["teams.invitation"]


def test_a_lead_who_undoes_the_start_leaves_the_teams_to_the_organization(cast):
    strategy, _none = begin(cast, *everybody())
    made = set(Team.objects.values_list("slug", flat=True))
    act = ChangeSet.objects.get(scope_uid=strategy.uid)
    undo_change(chosen=act, strategy=strategy, by=cast.lea)
    assert not Strategy.objects.filter(pk=strategy.pk).exists()
    assert set(Team.objects.values_list("slug", flat=True)) == made
    assert feed(scope=None)[0].reason == act.reason


def test_a_strategy_from_a_kit_survives_export_and_import(cast):
    from strategy.exchange.actions import import_strategy
    from strategy.exchange.queries import export_strategy

    strategy, _none = begin(cast, *everybody())
    copy = import_strategy(text=export_strategy(strategy), slug="copy")
    assert Channel.objects.filter(strategy=copy).count() == 10


# --- the page ----------------------------------------------------------------------------------------


def typed(cast, **changes):
    """What a browser sends: the page as it opens, filled in."""
    form = cast.client(cast.ada).get("/strategies/start/").context["form"]
    data = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False)}
    data = {name: "on" if value is True else value for name, value in data.items()}
    data |= {"name": "Northwind access", "lead": str(cast.lea.uid), "kit": "mobile", **changes}
    return {name: value for name, value in data.items() if value is not None}


def post(cast, **changes):
    return cast.client(cast.ada).post("/strategies/start/", typed(cast, **changes))


def test_the_page_starts_with_the_usual_functions_ticked_and_says_what_they_would_own(cast):
    from teams.actions import add_team

    add_team(values={"name": "Claims", "slug": "claims", "function": "business"}, by=cast.ada)
    page = cast.client(cast.ada).get("/strategies/start/")
    form = page.context["form"]
    assert form["picked-mobile"].value() is True
    assert form["picked-claims"].value() is False
    text = html.unescape(page.content.decode())
    assert "Starting with “Mobile service” it owns: Mobile app, Mobile web" in text
    assert "In the kit" not in text, "with “Empty” there is nothing in the kit"
    assert "comes without an owner: “Nobody yet”" in text


def test_without_invitations_the_start_leads_to_what_next(cast):
    answer = post(cast)
    assert answer.headers["Location"] == "/s/northwind-access/"
    page = cast.client(cast.ada).get("/s/northwind-access/").content.decode()
    assert "What next" in page


def test_with_invitations_the_start_leads_to_the_links_one_for_each_person(cast):
    admin = cast.client(cast.ada)
    data = typed(cast, **{"email-ivr": "ivo@x.example", "email-web": "ivo@x.example"})
    page = admin.post("/strategies/start/", data, follow=True)
    assert page.redirect_chain == [("/s/northwind-access/roles/", 302)]
    text = page.content.decode()
    links = [link_of(one) in text for one in Invitation.objects.all()]
    assert sorted(links) == [False, True]  # one link brings Ivo into both


def test_functions_are_added_by_name(cast):
    post(cast, **{"name-+1": "Fraud desk", "email-+1": "fay@x.example", "role-+1": "editor"})
    assert Team.objects.get(slug="fraud-desk").name == "Fraud desk"
    assert Invitation.objects.get().role == "editor"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "required"),
        ({"name": "Larkfield"}, "A strategy with this name is here already"),
        ({"kit": "nonsense"}, "Select a valid choice"),
        ({"lead": "0f8fad5b-d9cb-469f-a165-70867728950e"}, "Select a valid choice"),
        ({"lead_function": "nonsense"}, "Select a valid choice"),
        ({"picked-ivr": None, "lead_function": "ivr"}, "This function does not take part"),
        ({"lead_function": "+2"}, "This function does not take part"),
        ({"picked-ivr": None, "email-ivr": "ivo@x.example"}, "IVR does not take part. Tick it"),
        ({"email-ivr": "not an address"}, "valid email"),
        ({"role-ivr": "king"}, "Select a valid choice"),
        ({"email-+1": "ivo@x.example"}, "Say which function the address is for"),
        ({"name-+1": "ivr"}, "There is such a function already"),
        ({"name-+1": "Fraud", "name-+2": "fraud"}, "There is such a function already"),
        ({"name-+1": "服务"}, "has no letters"),
        ({"name-+1": "x" * 101}, "at most 100"),
        ({"email-it": ""} | {f"picked-{slug}": None for slug in ("mobile", "care", "web", "it", "ivr", "marketing",
                                                                "social-media")}, "Tick at least one function"),
        ({"email-mobile": "gone@larkfield.example"}, "is closed"),
    ],
    ids=["no name", "taken", "kit", "lead", "no such function", "lead unticked", "lead in none", "unticked", "address", "role", "whose", "known", "twice", "letters", "long",
         "nobody", "left"],
)  # fmt: skip
def test_a_refused_start_says_why_and_keeps_everything_typed(cast, changes, sentence):
    gone = User.objects.create_user("gone@larkfield.example", "correct horse battery", name="Gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    changes = {"organization": "Northwind & Sons", "email-it": "ian@x.example", **changes}
    answer = post(cast, **changes)
    assert answer.status_code == 422
    text = html.unescape(answer.content.decode())
    assert sentence in text
    for name, value in changes.items():
        if value and not name.startswith(("picked", "role", "lead", "kit")):
            assert f'value="{value}"' in text, name
    assert Strategy.objects.count() == 1


def test_the_page_is_for_administrators(cast):
    assert cast.client(cast.lea).get("/strategies/start/").status_code == 403


def test_the_chosen_lead_leads(cast):
    post(cast, lead=str(cast.eve.uid))
    assert cast.client(cast.eve).get("/s/northwind-access/settings/").status_code == 200


def functions_of(person):
    return sorted(Team.objects.filter(memberships__user=person).values_list("slug", flat=True))


def test_a_lead_is_in_no_function_unless_one_is_chosen(cast):
    page = html.unescape(cast.client(cast.ada).get("/strategies/start/").content.decode())
    assert "None: answers for no function" in page
    post(cast, lead=str(cast.lea.uid))
    assert functions_of(cast.lea) == []


@pytest.mark.parametrize(
    ("key", "changes", "slug"),
    [("care", {}, "care"), ("ivr", {}, "ivr"), ("+2", {"name-+2": "Fraud desk"}, "fraud-desk")],
    ids=["is here", "usual", "added"],
)
def test_the_lead_joins_the_chosen_function_and_signs_for_it(cast, key, changes, slug):
    post(cast, lead=str(cast.lea.uid), lead_function=key, **changes)
    assert functions_of(cast.lea) == [slug]
    assert [group.team.slug for group in cast.lea.groups.all()] == [slug]
    assert feed(scope=None)[0].reason.startswith("Started from")  # of the organization


def test_a_lead_who_is_in_the_function_already_stays_in_it_once(cast):
    assert post(cast, lead=str(cast.cole.uid), lead_function="mobile").status_code == 302
    assert functions_of(cast.cole) == ["mobile"]


def test_an_empty_strategy_needs_no_function(cast):
    changes = {f"picked-{one.key}": None for one in functions()}
    assert post(cast, kit="empty", **changes).status_code == 302


def test_a_second_click_starts_nothing_twice(cast):
    data = typed(cast)
    client = cast.client(cast.ada)
    assert [client.post("/strategies/start/", data).status_code for _click in range(2)] == [
        302,
        422,
    ]


def test_the_rest_of_the_settings_has_its_defaults(cast):
    post(cast)
    strategy = Strategy.objects.get(slug="northwind-access")
    assert (strategy.classification, strategy.notice_days, strategy.edition) == ("internal", 28, 1)
    assert timezone.now() > strategy.changed_at
