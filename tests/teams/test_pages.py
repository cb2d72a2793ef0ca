"""Sign-in, and the pages on which an administrator makes teams, people and roles."""

import re

import pytest

from teams import actions
from teams.access import Denied
from teams.grants import share
from teams.links import is_only_here
from teams.models import StrategyRole, Team, User
from tests.html import squeeze


def test_a_person_signs_in_with_email_and_password(cast, client):
    page = client.get("/account/login/")
    assert page.status_code == 200
    answer = client.post(
        "/account/login/", {"login": "LEA@larkfield.example", "password": "correct horse battery"}
    )
    assert answer.status_code == 302
    assert client.get("/").headers["Location"] == cast.url()


@pytest.mark.django_db
def test_an_empty_installation_says_how_the_first_account_is_made(client):
    page = client.get("/account/login/").content.decode()
    assert "Nobody has an account here yet" in page
    assert "python manage.py createsuperuser" in page
    actions.add_person(values={"name": "Ada", "email": "ada@larkfield.example"}, by=None)
    assert "Nobody has an account" not in client.get("/account/login/").content.decode()


def test_a_wrong_password_is_told_without_saying_which_part_is_wrong(cast, client):
    known = client.post("/account/login/", {"login": "lea@larkfield.example", "password": "nope"})
    unknown = client.post(
        "/account/login/", {"login": "nobody@larkfield.example", "password": "nope"}
    )
    assert known.status_code == unknown.status_code == 200
    assert list(known.context["form"].errors.values()) == list(
        unknown.context["form"].errors.values()
    )


def test_many_wrong_passwords_are_slowed_down(cast, client):
    for _turn in range(6):
        client.post("/account/login/", {"login": "rae@larkfield.example", "password": "nope"})
    answer = client.post(
        "/account/login/", {"login": "rae@larkfield.example", "password": "correct horse battery"}
    )
    assert answer.status_code != 302


def test_nobody_signs_up_alone(client, db):
    client.post(
        "/account/signup/", {"email": "me@example.com", "password1": "correct horse battery"}
    )
    assert not User.objects.filter(email="me@example.com").exists()


def test_an_administrator_makes_a_team_a_person_and_a_link_that_works_once(cast, client):
    admin = cast.client(cast.ada)
    admin.post("/organization/teams/add/", {"name": "IVR", "function": "ivr", "slug": ""})
    team = Team.objects.get(slug="ivr")
    admin.post(
        "/organization/people/add/",
        {
            "name": "Ivo Voss",
            "email": "Ivo@Larkfield.example",
            "job_title": "IVR designer",
            "is_active": "on",
        },
    )
    person = User.objects.get(email="ivo@larkfield.example")
    admin.post("/organization/teams/ivr/members/add/", {"person": str(person.uid), "is_lead": "on"})
    assert team.memberships.get().user == person
    page = admin.post(f"/organization/people/{person.uid}/link/").content.decode()
    path = re.search(r"http://localhost:8000(/account/password/reset/\S+?)<", page)[1]
    form = client.get(path, follow=True)
    address = form.redirect_chain[-1][0]
    client.post(address, {"password1": "a long new password", "password2": "a long new password"})
    person.refresh_from_db()
    assert person.check_password("a long new password")
    again = client.get(path, follow=True)
    assert again.context.get("token_fail")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"name": "Mobile", "function": "mobile"}, "A team with this name exists already"),
        ({"name": "", "function": "mobile"}, "required"),
        ({"name": "x" * 200, "function": "mobile"}, "at most 100"),
        ({"name": "New", "function": "no such"}, "not one of the available choices"),
    ],
    ids=["taken", "empty", "long", "unknown"],
)
def test_a_wrong_team_is_refused_with_a_sentence_and_keeps_what_was_typed(cast, data, sentence):
    answer = cast.client(cast.ada).post("/organization/teams/add/", data)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert data["name"] in answer.content.decode()


def test_two_administrators_at_once_lose_nothing(cast):
    admin = cast.client(cast.ada)
    admin.post(
        "/organization/teams/mobile/edit/",
        {"name": "Mobile apps", "function": "mobile", "slug": "mobile", "version": 1},
    )
    answer = admin.post(
        "/organization/teams/mobile/edit/",
        {"name": "Mobile team", "function": "mobile", "slug": "mobile", "version": 1},
    )
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Mobile apps" in page
    assert "Mobile team" in page
    answer = admin.post(
        "/organization/teams/mobile/edit/",
        {"name": "Mobile team", "function": "mobile", "slug": "mobile", "version": 2},
    )
    assert answer.status_code == 302
    assert Team.objects.get(slug="mobile").name == "Mobile team"


def test_a_lead_gives_changes_and_takes_roles(cast):
    lead = cast.client(cast.lea)
    lead.post(cast.url("roles/"), {"holder": f"person:{cast.olga.uid}", "role": "reader"})
    given = StrategyRole.objects.get(user=cast.olga, strategy=cast.strategy)
    lead.post(cast.url(f"roles/{given.uid}/change/"), {"role": "editor"})
    given.refresh_from_db()
    assert given.role == "editor"
    lead.post(cast.url(f"roles/{given.uid}/remove/"))
    assert not StrategyRole.objects.filter(user=cast.olga, strategy=cast.strategy).exists()


def test_a_role_is_given_once(cast):
    answer = cast.client(cast.lea).post(
        cast.url("roles/"), {"holder": f"person:{cast.rae.uid}", "role": "editor"}
    )
    assert answer.status_code == 422
    assert "has a role here already" in answer.content.decode()


def test_a_lead_shares_a_channel_in_the_dialog(cast):
    channel = cast.channel()
    address = channel.get_absolute_url() + "share/"
    lead = cast.client(cast.lea, htmx=True)
    assert "Not shared" in lead.get(address).content.decode()
    answer = lead.post(address, {"holder": f"person:{cast.olga.uid}", "level": "view"})
    assert answer.status_code == 200
    assert "Olga Outsider" in answer.content.decode()
    assert cast.client(cast.olga).get(channel.get_absolute_url()).status_code == 200
    lead.post(address, {"remove": f"person:{cast.olga.uid}"})
    assert cast.client(cast.olga).get(channel.get_absolute_url()).status_code == 404


def test_an_expired_sign_in_is_told_to_htmx_and_keeps_the_page(cast):
    answer = cast.client(None, htmx=True).post(
        cast.url("components/channels/edit/"), {"text": "typed"}
    )
    assert answer.status_code == 401
    assert answer.content == b""


def test_a_person_is_edited_on_their_page_and_can_be_switched_off(cast):
    ada = cast.client(cast.ada)
    address = f"/organization/people/{cast.cole.uid}/edit/"
    values = {
        "name": "Cole Quill",
        "email": cast.cole.email,
        "job_title": "Owner",
        "version": cast.cole.version,
    }
    answer = ada.post(address, values)  # an unticked box is not sent: no sign-in any more
    assert answer.status_code == 302
    cast.cole.refresh_from_db()
    assert (cast.cole.name, cast.cole.is_active) == ("Cole Quill", False)
    taken = ada.post(address, {**values, "email": cast.rae.email, "version": cast.cole.version})
    assert taken.status_code == 422
    assert "Somebody with this e-mail address exists already." in taken.content.decode()


def test_a_membership_stands_in_the_history_of_the_team_and_the_person(cast):
    ada = cast.client(cast.ada)
    for address in (
        f"/organization/people/{cast.cole.uid}/",
        f"/organization/teams/{cast.mobile.slug}/",
    ):
        assert "Added</span>membership" in squeeze(ada.get(address).content.decode())


def test_the_address_of_a_button_is_no_page_and_says_so(cast):
    answer = cast.client(cast.ada).get(f"/organization/people/{cast.cole.uid}/link/")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert "This is a button, not a page" in answer.content.decode()


def test_who_has_no_role_finds_what_was_shared_on_the_start_page(cast):
    channel = cast.channel()
    olga = cast.client(cast.olga)
    assert "You have no role in a strategy yet" in olga.get("/").content.decode()
    share(obj=channel, holder=cast.olga, level="view", by=cast.ada)
    page = olga.get("/").content.decode()
    assert channel.get_absolute_url() in page
    assert "You have no role" not in page


def test_from_the_organization_one_finds_back_to_the_strategy(cast):
    page = cast.client(cast.ada).get("/organization/").content.decode()
    assert f'href="{cast.url()}"' in page


FUNCTION = {"name": "Fraud desk", "function": "business", "role": "contributor"}


def test_a_lead_adds_a_function_that_is_new_and_invites_into_it(cast):
    lea = cast.client(cast.lea)
    answer = lea.post(cast.url("roles/functions/add/"), FUNCTION)
    assert answer.headers["Location"] == cast.url("roles/#invite")
    team = Team.objects.get(slug="fraud-desk")
    assert cast.strategy.roles.get(team=team).role == "contributor"
    invited = {"email": "fay@x.example", "team": str(team.uid), "role": "contributor"}
    assert lea.post(cast.url("roles/invite/"), invited).status_code == 302


@pytest.mark.parametrize("who", ["eve", "cole", "rae"])
def test_who_does_not_lead_adds_no_function(cast, who):
    person = getattr(cast, who)
    assert cast.client(person).post(cast.url("roles/functions/add/"), FUNCTION).status_code == 403
    with pytest.raises(Denied, match="Only strategy leads"):
        actions.add_function(strategy=cast.strategy, values={"name": "X"}, role="editor", by=person)
    assert not Team.objects.filter(slug="fraud-desk").exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "Contact center"}, "This function exists already"),
        ({"name": "mobile"}, "This function exists already"),
        ({"name": "Mobile!"}, "A team with this name exists already"),
        ({"name": "服务"}, "has no plain letters"),
        ({"role": "king"}, "Select a valid choice"),
        ({"name": ""}, "required"),
    ],
    ids=["same name", "other case", "same short name", "letters", "role", "empty"],
)
def test_a_function_that_cannot_be_added_says_why_and_changes_nothing(cast, changes, sentence):
    before = Team.objects.count(), cast.strategy.roles.count()
    data = {**FUNCTION, **changes}
    answer = cast.client(cast.lea).post(cast.url("roles/functions/add/"), data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    if data["name"]:
        assert f'value="{data["name"]}"' in page
    assert (Team.objects.count(), cast.strategy.roles.count()) == before


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://localhost:8000", True), ("http://127.0.0.1:8213", True), ("http://[::1]:8000", True),
        ("http://0.0.0.0:8000", True), ("https://portal.example.com", False), ("http://192.168.1.5:8000", False),
        ("http://localhost.example.com", False),
    ],
)  # fmt: skip
def test_a_link_that_works_only_here_says_so(cast, settings, address, expected):
    settings.PORTAL_URL = address
    assert is_only_here() is expected
    invited = {"email": "fay@x.example", "role": "reader"}
    page = cast.client(cast.lea).post(cast.url("roles/invite/"), invited, follow=True)
    warning = "This link works only on this computer."
    text = page.content.decode()
    assert (warning in text) is expected
    assert ("Ask your administrator to set PORTAL_URL." in text) is expected
    link = cast.client(cast.ada).post(f"/organization/people/{cast.cole.uid}/link/")
    assert (warning in link.content.decode()) is expected


def test_the_password_pages_say_whose_account_it_is_and_what_comes_next(cast, client):
    page = cast.client(cast.ada).post(f"/organization/people/{cast.cole.uid}/link/")
    link = re.search(r'id="password-link">([^<]+)<', page.content.decode())
    assert link
    path = "/" + link[1].split("/", 3)[3]
    form = client.get(path, follow=True)
    text = squeeze(form.content.decode())
    assert "It is for the account cole@larkfield.example" in text
    assert "you will sign in again with your new password" in text
    password = "a sentence that I remember"
    done = client.post(
        form.redirect_chain[-1][0], {"password1": password, "password2": password}, follow=True
    )
    text = squeeze(done.content.decode())
    assert "Now sign in with your e-mail address and your new password" in text
    assert "starts a strategy there" in text
    again = client.get(path, follow=True).content.decode()
    assert "This link no longer works" in again
    assert "@larkfield.example" not in again  # a used link tells nobody whose it was


def test_the_page_of_a_person_names_roles_that_come_through_a_team(cast):
    page = squeeze(
        cast.client(cast.ada).get(f"/organization/people/{cast.cole.uid}/").content.decode()
    )
    assert f"Contributor, through {cast.mobile}" in page


def test_who_invites_sees_before_where_links_will_lead(cast, settings):
    settings.PORTAL_URL = "https://access.example.com"
    page = cast.client(cast.lea).get(cast.url("roles/")).content.decode()
    assert "begin with https://access.example.com" in page
    assert "only on this computer" not in page
    settings.PORTAL_URL = "http://localhost:8000"
    assert "only on this computer" in cast.client(cast.lea).get(cast.url("roles/")).content.decode()


def test_the_roles_page_says_who_is_in_a_team_and_leads_an_administrator_there(cast):
    page = squeeze(cast.client(cast.rae).get(cast.url("roles/")).content.decode())
    assert "Team: Cole Contributor" in page
    team = f"/organization/teams/{cast.mobile.slug}/"
    assert team not in page
    assert team in cast.client(cast.ada).get(cast.url("roles/")).content.decode()
    cast.cole.is_active = False
    cast.cole.save()
    page = squeeze(cast.client(cast.rae).get(cast.url("roles/")).content.decode())
    assert "Cole Contributor" not in page


def test_the_page_of_a_team_says_which_role_it_has_where(cast):
    page = cast.client(cast.ada).get(f"/organization/teams/{cast.mobile.slug}/").content.decode()
    assert f'href="{cast.url("roles/")}"' in page
    assert "Contributor" in page


def test_who_leads_a_team_is_changed_beside_each_member_and_kept_in_history(cast):
    admin, page = cast.client(cast.ada), "/organization/teams/mobile/"
    actions.add_member(team=cast.mobile, person=cast.eve, by=cast.ada)
    eve = cast.eve.memberships.get()
    assert not eve.is_lead, "Cole was there first"
    address = f"/organization/members/{eve.uid}/lead/"
    assert f'action="{address}"' in admin.get(page).content.decode()
    told = admin.post(address, {"version": 1, "is_lead": "on"}, follow=True)
    assert "Eve Editor leads Mobile." in told.content.decode()
    eve.refresh_from_db()
    assert eve.is_lead
    assert admin.post(address, {"version": 1}).status_code == 409, "a page from before"
    told = admin.post(address, {"version": 2}, follow=True)
    assert "Eve Editor no longer leads Mobile." in told.content.decode()
    assert "Team lead" in squeeze(told.content.decode())
    eve.refresh_from_db()
    assert not eve.is_lead
    with pytest.raises(Denied):
        actions.change_lead(membership=eve, is_lead=True, expected=None, by=cast.lea)


def test_the_first_in_a_team_leads_it_and_the_next_does_not(cast):
    admin, add = cast.client(cast.ada), "/organization/teams/care/members/add/"
    told = admin.post(add, {"person": str(cast.eve.uid)}, follow=True).content.decode()
    assert "Eve Editor is in the team, and leads it, because nobody did." in told
    told = admin.post(add, {"person": str(cast.rae.uid)}, follow=True).content.decode()
    assert "Rae Reader is in the team." in told
    assert list(
        cast.care.memberships.filter(is_lead=True).values_list("user__name", flat=True)
    ) == ["Eve Editor"]
    actions.change_lead(
        membership=cast.eve.memberships.get(), is_lead=False, expected=None, by=cast.ada
    )
    assert "Nobody leads this team" in admin.get("/organization/teams/care/").content.decode()
