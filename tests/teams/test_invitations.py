"""Invitations: who may invite, what a link gives, that it works once, and who can never get in through one."""

import datetime as dt
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from smtplib import SMTPException

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from portal.history.models import Change
from portal.history.queries import feed
from portal.jobs.engine import run_due
from portal.jobs.models import Job
from portal.lib.refusals import Refusal, RuleBroken
from strategy import tasks as strategy_tasks
from strategy.home.actions import undo_change
from teams import actions, grants
from teams.access import Denied
from teams.links import hash_of, link_of, token_of
from teams.models import Invitation, Membership, StrategyRole, User
from teams.queries import invitation_of
from tests.starting import start_strategy

NOW = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
assert strategy_tasks  # the worker knows the kinds of job through it
PASSWORD = "a sentence that I remember"


@pytest.fixture
def no_mail(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"


def invite(cast, email="pat@larkfield.example", **values):
    given = {"team": cast.mobile, "role": "contributor", "now": NOW, "by": cast.lea, **values}
    return actions.invite(strategy=given.pop("strategy", cast.strategy), email=email, **given)


def accept(invitation, **values):
    given = {"now": NOW, "by": None, "name": "Pat Poe", "password": PASSWORD, **values}
    return actions.accept_invitation(invitation=invitation, **given).person


def placeholder(cast, email="pat@larkfield.example", **values):
    """A person as a strategy file leaves them: known, and never able to sign in."""
    person = actions.add_person(values={"name": "Pat P.", "email": email, **values}, by=None)
    User.objects.filter(pk=person.pk).update(is_active=False)
    return User.objects.get(pk=person.pk)


def elsewhere(cast, **roles):
    other = start_strategy(values={"name": "Other", "slug": "other"}, lead=cast.olga, by=cast.ada)
    for holder in roles.values():
        actions.give_role(strategy=other, holder=holder, role="reader", by=cast.ada)
    return other


# --- inviting --------------------------------------------------------------------------------------


def test_only_a_hash_of_the_secret_is_stored(cast):
    invitation = invite(cast)
    token = token_of(invitation)
    stored = Invitation.objects.values().get()
    assert stored["token_hash"] == hash_of(token)
    assert token not in str(stored)
    assert token not in str(list(Change.objects.values()))
    assert token not in str(list(Job.objects.values()))
    assert len(token) == 43
    assert invitation_of(token) == invitation


@pytest.mark.parametrize(("who", "may"), [("ada", 1), ("lea", 1), ("eve", 0), ("cole", 0), ("rae", 0), ("olga", 0)])  # fmt: skip
def test_leads_and_administrators_invite(cast, who, may):
    if may:
        assert invite(cast, by=getattr(cast, who)).invited_by == getattr(cast, who)
    else:
        with pytest.raises(Denied, match="Only strategy leads"):
            invite(cast, by=getattr(cast, who))


def test_inviting_an_address_again_replaces_the_open_invitation(cast):
    first = invite(cast)
    second = invite(cast, " PAT@larkfield.example", role="editor")
    first.refresh_from_db()
    assert first.state(NOW) is Invitation.State.REVOKED
    assert second.email == "pat@larkfield.example"
    with pytest.raises(RuleBroken, match="does not work any more"):
        accept(first)


def test_the_database_keeps_one_open_invitation_for_a_team_and_one_without(cast):
    for team in (cast.mobile, None):
        invitation = invite(cast, team=team)
        twin = Invitation(**{f.attname: getattr(invitation, f.attname) for f in invitation._meta.fields
                             if f.name not in ("id", "uid")})  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save()


def test_a_team_without_a_role_here_is_refused(cast):
    with pytest.raises(RuleBroken, match="has no role in this strategy"):
        invite(cast, team=cast.care)


def test_who_has_the_part_already_needs_no_invitation(cast):
    with pytest.raises(RuleBroken, match="Cole Contributor has this part"):
        invite(cast, cast.cole.email)
    assert invite(cast, cast.cole.email, role="editor")  # more than they have


def test_whose_account_is_closed_cannot_be_invited(cast):
    User.objects.filter(pk=cast.rae.pk).update(is_active=False)
    with pytest.raises(RuleBroken, match="is closed"):
        invite(cast, cast.rae.email, by=cast.ada)


def test_a_lead_opens_no_other_strategy_by_a_team(cast):
    elsewhere(cast, team=cast.mobile)
    with pytest.raises(RuleBroken, match="only an administrator"):
        invite(cast)
    assert invite(cast, by=cast.ada)


def test_a_lead_opens_nothing_that_is_shared_with_a_team_elsewhere(cast):
    from strategy.inventory.actions import add_channel

    values = {"name": "Theirs", "family": "web", "mode": "hybrid"}
    channel = add_channel(strategy=elsewhere(cast), values=values, by=cast.ada)
    grants.share(obj=channel, holder=cast.mobile, level="view", by=cast.ada)
    with pytest.raises(RuleBroken, match="only an administrator"):
        invite(cast)


@pytest.mark.parametrize("reach", ["role", "team", "administrator", "share"])
def test_a_lead_cannot_take_over_an_unused_account_that_reaches_further(cast, reach):
    pat = placeholder(cast)
    other = elsewhere(cast)
    if reach == "role":
        actions.give_role(strategy=other, holder=pat, role="reader", by=cast.ada)
    elif reach == "team":
        actions.give_role(strategy=other, holder=cast.care, role="reader", by=cast.ada)
        actions.add_member(team=cast.care, person=pat, by=cast.ada)
    elif reach == "share":
        from strategy.inventory.actions import add_channel

        values = {"name": "Theirs", "family": "web", "mode": "hybrid"}
        channel = add_channel(strategy=other, values=values, by=cast.ada)
        grants.share(obj=channel, holder=pat, level="view", by=cast.ada)
    else:
        User.objects.filter(pk=pat.pk).update(is_superuser=True)
    with pytest.raises(RuleBroken, match="only an administrator"):
        invite(cast)
    assert invite(cast, by=cast.ada)


def test_a_day_has_a_limit(cast, settings):
    settings.INVITATIONS_A_DAY = 2
    invite(cast, "a@larkfield.example")
    invite(cast, "b@larkfield.example")
    with pytest.raises(RuleBroken, match="2 times today"):
        invite(cast, "c@larkfield.example")
    assert invite(cast, "c@larkfield.example", by=cast.ada)
    assert invite(cast, "d@larkfield.example", now=NOW + dt.timedelta(days=1))


# --- a new link, and taking it back ------------------------------------------------------------------


def test_a_new_link_makes_the_old_one_worthless_and_lasts_as_long(cast):
    invitation = invite(cast)
    old = token_of(invitation)
    later = NOW + dt.timedelta(days=20)
    actions.resend_invitation(invitation=invitation, now=later, by=cast.lea)
    assert invitation_of(old) is None
    assert invitation_of(token_of(invitation)) == invitation
    assert invitation.expires_at == later + dt.timedelta(days=14)


def test_links_are_not_made_without_end(cast):
    invitation = invite(cast)
    for _turn in range(9):
        actions.resend_invitation(invitation=invitation, now=NOW, by=cast.lea)
    with pytest.raises(RuleBroken, match="10 links"):
        actions.resend_invitation(invitation=invitation, now=NOW, by=cast.lea)


def test_what_was_accepted_or_revoked_is_neither_sent_again_nor_revoked(cast):
    invitation = invite(cast)
    actions.revoke_invitation(invitation=invitation, now=NOW, by=cast.lea)
    for action in (actions.resend_invitation, actions.revoke_invitation):
        with pytest.raises(RuleBroken, match="accepted or revoked"):
            action(invitation=invitation, now=NOW, by=cast.lea)


def test_editors_neither_send_again_nor_revoke(cast):
    invitation = invite(cast)
    for action in (actions.resend_invitation, actions.revoke_invitation):
        with pytest.raises(Denied, match="Only strategy leads"):
            action(invitation=invitation, now=NOW, by=cast.eve)


# --- accepting ---------------------------------------------------------------------------------------


def test_a_new_person_gets_an_account_the_team_and_nothing_else(cast):
    person = accept(invite(cast))
    assert (person.email, person.name) == ("pat@larkfield.example", "Pat Poe")
    assert person.check_password(PASSWORD)
    assert person.is_active
    assert not person.is_superuser
    assert Membership.objects.get(user=person).team == cast.mobile
    assert not StrategyRole.objects.filter(user=person).exists()  # the team's role is enough
    assert list(person.groups.all()) == [cast.mobile.group]


def test_a_link_works_once(cast):
    invitation = invite(cast)
    accept(invitation)
    with pytest.raises(RuleBroken, match="does not work any more"):
        accept(invitation, name="Somebody else", password="another long sentence")
    assert User.objects.get(email="pat@larkfield.example").name == "Pat Poe"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_a_link_at_once_one_gets_in(cast):
    invitation = invite(cast)
    start = threading.Barrier(2)

    def use(name):
        start.wait()
        try:
            return accept(Invitation.objects.get(pk=invitation.pk), name=name).name
        except Refusal as refusal:
            return refusal.sentence
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(use, ("Pat One", "Pat Two")))
    person = User.objects.get(email=invitation.email)
    assert found.count(person.name) == 1
    assert Membership.objects.filter(user=person).count() == 1


def test_a_link_ends_with_its_last_day(cast):
    invitation = invite(cast)
    with pytest.raises(RuleBroken):
        accept(invitation, now=NOW + dt.timedelta(days=14))
    assert accept(invitation, now=NOW + dt.timedelta(days=14, seconds=-1))


def test_a_role_beyond_that_of_the_team_becomes_the_persons_own(cast):
    person = accept(invite(cast, role="lead"))
    assert StrategyRole.objects.get(user=person).role == "lead"


def test_an_own_role_that_was_less_is_raised_and_never_lowered(cast):
    accept(invite(cast, cast.rae.email, team=None, role="editor"), by=cast.rae)
    assert StrategyRole.objects.get(user=cast.rae).role == "editor"
    accept(invite(cast, cast.rae.email, team=cast.mobile, role="reader"), by=cast.rae)
    assert StrategyRole.objects.get(user=cast.rae).role == "editor"


def test_a_placeholder_of_a_file_becomes_active_and_takes_the_name_given(cast):
    known = placeholder(cast)
    person = accept(invite(cast))
    assert person.pk == known.pk
    person.refresh_from_db()
    assert (person.name, person.is_active) == ("Pat Poe", True)
    assert person.check_password(PASSWORD)


@pytest.mark.parametrize("signed_in", [None, "olga", "ada"])
def test_an_account_in_use_is_opened_by_its_own_password_only(cast, signed_in):
    invitation = invite(cast, cast.rae.email, role="editor")
    with pytest.raises(Denied, match=r"Sign in as rae@larkfield\.example"):
        accept(invitation, by=signed_in and getattr(cast, signed_in))
    cast.rae.refresh_from_db()
    assert cast.rae.check_password("correct horse battery")
    accept(invitation, by=cast.rae)
    cast.rae.refresh_from_db()
    assert cast.rae.check_password("correct horse battery")
    assert cast.rae.name == "Rae Reader"


def test_somebody_signed_in_does_not_open_an_account_for_another_address(cast):
    with pytest.raises(Denied, match="Sign in as pat@"):
        accept(invite(cast), by=cast.olga)


def test_all_open_invitations_of_one_address_are_accepted_together(cast):
    actions.give_role(strategy=cast.strategy, holder=cast.care, role="contributor", by=cast.ada)
    first, second = invite(cast), invite(cast, team=cast.care)
    old = invite(cast, team=None, role="lead", now=NOW - dt.timedelta(days=30))
    person = accept(second)
    assert {one.team for one in person.memberships.all()} == {cast.mobile, cast.care}
    first.refresh_from_db()
    old.refresh_from_db()
    assert first.accepted_by == person
    assert old.accepted_at is None  # it had expired
    assert not StrategyRole.objects.filter(user=person).exists()


@pytest.mark.parametrize("loses", ["role", "account", "row"])
def test_an_invitation_gives_nothing_that_its_inviter_could_not_give_today(cast, loses):
    actions.give_role(strategy=cast.strategy, holder=cast.olga, role="lead", by=cast.ada)
    invitation = invite(cast, by=cast.olga)
    if loses == "role":
        StrategyRole.objects.filter(user=cast.olga).delete()
    elif loses == "account":
        User.objects.filter(pk=cast.olga.pk).update(is_active=False)
    else:
        cast.olga.delete()
    with pytest.raises(RuleBroken, match="may not do so any more"):
        accept(invitation)
    assert not User.objects.filter(email="pat@larkfield.example").exists()


def test_a_team_that_reaches_further_by_now_is_not_opened(cast):
    invitation = invite(cast)
    elsewhere(cast, team=cast.mobile)
    with pytest.raises(RuleBroken, match="may not do so any more"):
        accept(invitation)


def test_an_account_that_was_closed_meanwhile_stays_closed(cast):
    invitation = invite(cast, cast.rae.email, role="editor")
    User.objects.filter(pk=cast.rae.pk).update(is_active=False)
    with pytest.raises(RuleBroken, match="is closed"):
        accept(invitation, by=cast.rae)


def test_a_name_that_is_too_long_leaves_nothing_behind(cast):
    invitation = invite(cast)
    with pytest.raises(ValidationError):
        accept(invitation, name="x" * 200)
    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    assert not User.objects.filter(email=invitation.email).exists()


# --- history -----------------------------------------------------------------------------------------


def test_history_says_who_invited_and_that_it_was_accepted(cast):
    invitation = invite(cast)
    person = accept(invitation)
    accepted, invited = feed(scope=cast.strategy.uid, limit=2)
    assert (invited.who, accepted.who) == ("Lea Lead", str(person))
    assert accepted.reason == "Accepted an invitation"
    assert {line.model for line in accepted.lines} == {"teams.user", "teams.membership", "teams.invitation"}  # fmt: skip
    assert not accepted.can_be_undone
    assert not invited.can_be_undone


def test_an_invitation_is_not_undone(cast):
    from portal.history.models import ChangeSet

    accept(invite(cast))
    for chosen in ChangeSet.objects.order_by("-pk")[:2]:
        with pytest.raises(RuleBroken, match="not undone"):
            undo_change(chosen=chosen, strategy=cast.strategy, by=cast.ada)


# --- mail --------------------------------------------------------------------------------------------


def test_without_a_mail_server_there_is_no_mail(cast, no_mail):
    invite(cast)
    assert not Job.objects.exists()


def test_the_link_is_mailed_by_the_worker(cast):
    invitation = invite(cast, now=timezone.now())
    assert mail.outbox == []
    run_due()
    [sent] = mail.outbox
    assert sent.to == ["pat@larkfield.example"]
    assert sent.subject == "Your part in Larkfield access"
    assert link_of(invitation) in sent.body
    assert "Lea Lead invites you" in sent.body
    assert "Mobile" in sent.body


def test_a_name_with_a_line_break_does_not_become_a_header(cast):
    cast.strategy.name = "Larkfield\nBcc: everybody@larkfield.example"
    cast.strategy.save()
    invite(cast, now=timezone.now())
    run_due()
    assert mail.outbox[0].subject == "Your part in Larkfield Bcc: everybody@larkfield.example"


def test_what_was_revoked_or_has_a_newer_link_is_not_mailed(cast):
    invitation = invite(cast, now=timezone.now())
    actions.resend_invitation(invitation=invitation, now=timezone.now(), by=cast.lea)
    run_due()
    assert [link_of(invitation) in one.body for one in mail.outbox] == [True]
    actions.resend_invitation(invitation=invitation, now=timezone.now(), by=cast.lea)
    actions.revoke_invitation(invitation=invitation, now=timezone.now(), by=cast.lea)
    run_due()
    assert len(mail.outbox) == 1


class RefusingBackend:
    """A mail server that takes nothing."""

    def __init__(self, **kwargs):
        pass

    def send_messages(self, messages):
        raise SMTPException("no")


def test_a_mail_server_that_refuses_is_asked_again_and_then_told_on_the_roles_page(cast, settings):
    settings.EMAIL_BACKEND = f"{__name__}.RefusingBackend"
    invite(cast, now=timezone.now())
    for _attempt in range(4):
        Job.objects.update(due_at=timezone.now())
        run_due()
    job = Job.objects.get()
    assert (job.state, job.error_code) == ("failed", "mail_refused")
    page = cast.client(cast.lea).get(cast.url("roles/")).content.decode()
    assert "Pass the link on yourself" in page


def test_after_a_change_of_the_secret_key_links_work_and_mails_say_why_not(cast, settings):
    invitation = invite(cast, now=timezone.now())
    token = token_of(invitation)
    settings.SECRET_KEY = "another one"
    run_due()
    assert Job.objects.get().error_code == "key_changed"
    assert mail.outbox == []
    assert invitation_of(token) == invitation


# --- the page behind the link --------------------------------------------------------------------------


def fresh(cast, **values):
    return invite(cast, **{"now": timezone.now(), **values})


def path(invitation):
    return f"/invitations/{token_of(invitation)}/"


def test_opening_the_link_uses_nothing_up(cast, client):
    invitation = fresh(cast)
    for method in ("get", "head", "options"):
        getattr(client, method)(path(invitation))
    invitation.refresh_from_db()
    assert (invitation.accepted_at, invitation.version) == (None, 1)
    page = client.get(path(invitation))
    assert page.status_code == 200
    assert "Lea Lead invites you" in page.content.decode()


def test_the_page_tells_nobody_its_address(cast, client):
    for address in (path(fresh(cast)), "/invitations/nonsense/"):
        page = client.get(address)
        assert page.headers["Referrer-Policy"] == "strict-origin"
        assert "no-store" in page.headers["Cache-Control"]


def test_a_new_person_sets_a_password_is_signed_in_and_lands_in_my_work(cast, client):
    answer = client.post(
        path(fresh(cast)), {"name": "Pat Poe", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert answer.headers["Location"] == cast.url("mine/")
    assert client.get(cast.url("mine/")).status_code == 200


def test_who_is_invited_for_reading_lands_on_the_home(cast, client):
    answer = client.post(
        path(fresh(cast, team=None, role="reader")),
        {"name": "Pat Poe", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert answer.headers["Location"] == cast.url()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"name": ""}, "required"),
        ({"password2": "something else here"}, "two different passwords"),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password1": "pat@larkfield.example", "password2": "pat@larkfield.example"}, "too similar"),
        ({"name": "x" * 200}, "at most 150"),
    ],
    ids=["no name", "two passwords", "short", "the address", "long name"],
)  # fmt: skip
def test_a_refused_form_keeps_the_name_and_the_link(cast, client, data, sentence):
    invitation = fresh(cast)
    typed = {"name": "Pat Poe", "password1": PASSWORD, "password2": PASSWORD, **data}
    answer = client.post(path(invitation), typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert typed["name"] in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_a_person_with_an_account_signs_in_and_comes_back(cast, client):
    invitation = fresh(cast, email=cast.rae.email, role="editor")
    page = client.get(path(invitation)).content.decode()
    assert "Your name" not in page
    to_sign_in = re.search(r'href="(/account/login/\?next=[^"]+)"', page)[1]
    answer = client.post(to_sign_in, {"login": cast.rae.email, "password": "correct horse battery"})
    assert answer.headers["Location"] == path(invitation)
    assert "You are signed in as" in client.get(path(invitation)).content.decode()
    assert client.post(path(invitation)).headers["Location"] == cast.url("mine/")


def test_posting_without_signing_in_changes_nothing_for_an_account_in_use(cast, client):
    invitation = fresh(cast, email=cast.rae.email, role="editor")
    client.post(path(invitation), {"name": "X", "password1": PASSWORD, "password2": PASSWORD})
    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    cast.rae.refresh_from_db()
    assert cast.rae.check_password("correct horse battery")


def test_the_lead_who_tries_the_link_is_told_whose_it_is(cast):
    lead = cast.client(cast.lea)
    page = lead.get(path(fresh(cast))).content.decode()
    assert "You are signed in as somebody else" in page
    assert "pat@larkfield.example" in page


@pytest.mark.parametrize(
    ("ends", "status", "sentence"),
    [
        ("accepted", 410, "was accepted already"),
        ("revoked", 410, "was taken back"),
        ("expired", 410, "has expired"),
        ("replaced", 404, "a newer one was made"),
        ("cut", 404, "It is not complete"),
    ],
)
def test_a_link_that_does_not_work_says_why_and_what_to_do(cast, client, ends, status, sentence):
    invitation = fresh(cast, now=NOW if ends == "expired" else timezone.now())
    if ends == "expired":
        Invitation.objects.update(expires_at=timezone.now())
    address = path(invitation)
    if ends == "accepted":
        accept(invitation, now=timezone.now())
    elif ends == "revoked":
        actions.revoke_invitation(invitation=invitation, now=timezone.now(), by=cast.lea)
    elif ends == "replaced":
        actions.resend_invitation(invitation=invitation, now=timezone.now(), by=cast.lea)
    elif ends == "cut":
        address = f"{address[:-10]}/"
    for answer in (client.get(address), client.post(address, {"name": "Pat"})):
        assert answer.status_code == status
        page = answer.content.decode()
        assert sentence in page
        assert "Larkfield access" not in page  # a dead link tells nothing about the strategy
        assert "pat@" not in page


# --- the roles page --------------------------------------------------------------------------------------


def test_a_lead_invites_on_the_roles_page_and_sees_the_link_once(cast, no_mail):
    lead = cast.client(cast.lea)
    data = {"email": "pat@larkfield.example", "team": str(cast.mobile.uid), "role": "contributor"}
    answer = lead.post(cast.url("roles/invite/"), data, follow=True)
    link = link_of(Invitation.objects.get())
    page = answer.content.decode()
    assert link in page
    assert "send it yourself" in page
    again = lead.get(cast.url("roles/")).content.decode()
    assert link not in again
    assert "pat@larkfield.example" in again  # it waits in the list


def test_a_new_link_is_shown_and_a_revoked_invitation_leaves_the_list(cast):
    invitation = fresh(cast)
    lead = cast.client(cast.lea)
    page = lead.post(cast.url(f"invitations/{invitation.uid}/resend/"), follow=True)
    invitation.refresh_from_db()
    assert link_of(invitation) in page.content.decode()
    page = lead.post(cast.url(f"invitations/{invitation.uid}/revoke/"), follow=True)
    assert "is revoked" in page.content.decode()
    assert page.context["invited"] == []


def test_a_refused_invitation_stands_on_the_form_with_what_was_typed(cast):
    lead = cast.client(cast.lea)
    for data, sentence in (
        ({"email": "not an address", "role": "contributor"}, "valid email"),
        ({"email": cast.cole.email, "team": str(cast.mobile.uid), "role": "contributor"}, "needs no invitation"),
    ):  # fmt: skip
        answer = lead.post(cast.url("roles/invite/"), data)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert f'value="{data["email"]}"' in answer.content.decode()


def test_readers_see_the_roles_and_no_invitation(cast):
    invitation = fresh(cast)
    page = cast.client(cast.rae).get(cast.url("roles/")).content.decode()
    assert invitation.email not in page
    assert "Invite" not in page


def test_the_roles_page_takes_the_same_queries_however_many_are_invited(
    cast, django_assert_num_queries
):
    lead = cast.client(cast.lea)
    fresh(cast)
    lead.get(cast.url("roles/"))
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        lead.get(cast.url("roles/"))
    for number in range(8):
        fresh(cast, email=f"p{number}@larkfield.example")
    with django_assert_num_queries(len(few)):
        lead.get(cast.url("roles/"))


def test_the_strategy_file_holds_no_invitation(cast):
    from strategy.exchange.queries import export_strategy

    fresh(cast)
    assert "pat@" not in export_strategy(cast.strategy)


# --- the first who comes leads ----------------------------------------------------------------------


def test_the_first_invited_leads_the_team_is_told_so_and_the_second_is_not(cast, client):
    actions.give_role(strategy=cast.strategy, holder=cast.care, role="contributor", by=cast.ada)
    for email, sentence in (
        ("pat@larkfield.example", "You lead Contact center, because nobody did."),
        ("sam@larkfield.example", "This is what waits for you"),
    ):
        link = f"/invitations/{token_of(invite(cast, email, team=cast.care, now=timezone.now()))}/"
        client.logout()
        typed = {"name": email, "password1": PASSWORD, "password2": PASSWORD}
        assert sentence in client.post(link, typed, follow=True).content.decode()
    (lead,) = cast.care.memberships.filter(is_lead=True)
    assert lead.user.email == "pat@larkfield.example"
    reasons = [entry.reason for entry in feed(scope=cast.strategy.uid, limit=5)]
    assert "Accepted an invitation, and leads Contact center, because nobody did" in reasons


def test_who_was_in_the_team_before_they_could_sign_in_leads_it_when_they_come_first(cast):
    actions.give_role(strategy=cast.strategy, holder=cast.care, role="contributor", by=cast.ada)
    for email in ("pat@larkfield.example", "sam@larkfield.example"):
        actions.add_member(team=cast.care, person=placeholder(cast, email), by=cast.ada)
    assert not cast.care.memberships.filter(is_lead=True).exists()
    person = accept(invite(cast, team=cast.care))
    assert [one.user for one in cast.care.memberships.filter(is_lead=True)] == [person]
