"""The policy: lists and single answers agree, sharing opens one thing, a removed member is out."""

import itertools

import pytest

from strategy.inventory.models import Channel
from strategy.plan.models import Strategy
from teams import access, actions, grants
from teams.models import Membership, StrategyRole
from teams.roles import Act

PEOPLE = ("ada", "lea", "eve", "cole", "rae", "olga", "remy")


@pytest.mark.parametrize(
    ("who", "act", "expected"),
    [
        ("rae", Act.VIEW, True), ("rae", Act.EDIT, False), ("rae", Act.LOG_GAP, False), ("rae", Act.REPORT, False),
        ("cole", Act.EDIT, True), ("cole", Act.LOG_GAP, True), ("cole", Act.REPORT, True), ("cole", Act.MANAGE, False),
        ("eve", Act.EDIT, True), ("eve", Act.MANAGE, False), ("lea", Act.MANAGE, True), ("ada", Act.MANAGE, True),
        ("olga", Act.VIEW, False), ("remy", Act.VIEW, False),
    ],
)  # fmt: skip
def test_what_each_role_may_do_with_a_channel_of_the_mobile_team(cast, who, act, expected):
    channel = cast.channel(owner_team=cast.mobile)
    assert access.can(getattr(cast, who), act, channel) is expected


def test_a_contributor_edits_only_what_their_team_owns(cast):
    channel = cast.channel(owner_team=cast.care)
    with pytest.raises(access.Denied, match="Only Contact center, editors and strategy leads"):
        access.check(cast.cole, Act.EDIT, channel)


def test_list_and_detail_always_agree(cast):
    own, other = cast.channel("Own"), cast.channel("Other", owner_team=cast.care)
    grants.share(obj=own, holder=cast.olga, level="view", by=cast.lea)
    grants.share(obj=other, holder=cast.mobile, level="edit", by=cast.lea)
    for name, channel in itertools.product(PEOPLE, (own, other)):
        person = getattr(cast, name)
        listed = Channel.objects.visible_to(person).filter(pk=channel.pk).exists()
        assert listed is access.can(person, Act.VIEW, channel), (name, channel)
    for name in PEOPLE:
        person = getattr(cast, name)
        listed = Strategy.objects.visible_to(person).filter(pk=cast.strategy.pk).exists()
        assert listed is access.can(person, Act.VIEW, cast.strategy), name


@pytest.mark.parametrize(("level", "edits"), [("view", False), ("edit", True)])
def test_sharing_opens_one_channel_and_nothing_else(cast, level, edits):
    shared, hidden = cast.channel("Shared"), cast.channel("Hidden")
    grants.share(obj=shared, holder=cast.olga, level=level, by=cast.lea)
    client = cast.client(cast.olga)
    assert client.get(shared.get_absolute_url()).status_code == 200
    assert client.get(shared.get_absolute_url() + "edit/").status_code == (200 if edits else 403)
    assert client.get(hidden.get_absolute_url()).status_code == 404
    assert client.get(cast.url()).status_code == 404
    assert access.can(cast.olga, Act.EDIT, shared) is edits


def test_sharing_with_a_team_ends_with_the_membership(cast):
    team = actions.add_team(
        values={"name": "Claims", "slug": "claims", "function": "business"}, by=cast.ada
    )
    membership = actions.add_member(team=team, person=cast.olga, by=cast.ada)
    channel = cast.channel()
    grants.share(obj=channel, holder=team, level="view", by=cast.lea)
    assert access.can(cast.olga, Act.VIEW, channel)
    actions.remove_member(membership=membership, by=cast.ada)
    assert not access.can(cast.olga, Act.VIEW, channel)
    assert not cast.olga.groups.exists()


def test_a_share_can_be_taken_back_and_history_shows_both(cast):
    from portal.history.queries import of_object

    channel = cast.channel()
    grants.share(obj=channel, holder=cast.olga, level="edit", by=cast.lea)
    grants.unshare(obj=channel, holder=cast.olga, by=cast.lea)
    assert grants.shares_of(channel) == []
    assert not access.can(cast.olga, Act.VIEW, channel)
    kinds = [entry.lines[0].kind for entry in of_object(channel.uid)]
    assert kinds[:2] == ["unshare", "share"]


def test_a_deactivated_person_sees_nothing_even_with_a_share(cast):
    channel = cast.channel()
    grants.share(obj=channel, holder=cast.olga, level="edit", by=cast.lea)
    actions.edit_person(person=cast.olga, values={"is_active": False}, expected=None, by=cast.ada)
    assert not access.can(cast.olga, Act.VIEW, channel)
    assert not Channel.objects.visible_to(cast.olga).exists()


def test_the_best_of_several_roles_counts(cast):
    actions.give_role(strategy=cast.strategy, holder=cast.cole, role="reader", by=cast.lea)
    assert access.standing(cast.cole, cast.strategy.pk).role == "contributor"


def test_a_strategy_keeps_its_last_lead(cast):
    from portal.lib.refusals import RuleBroken

    lead = StrategyRole.objects.get(strategy=cast.strategy, role="lead")
    with pytest.raises(RuleBroken, match="only strategy lead"):
        actions.remove_role(given=lead, by=cast.ada)
    with pytest.raises(RuleBroken, match="only strategy lead"):
        actions.change_role(given=lead, role="reader", expected=None, by=cast.ada)


def test_the_last_administrator_stays(cast):
    from portal.lib.refusals import RuleBroken

    with pytest.raises(RuleBroken, match="last administrator"):
        actions.edit_person(
            person=cast.ada, values={"is_superuser": False}, expected=None, by=cast.ada
        )


def test_only_administrators_change_the_organization(cast):
    with pytest.raises(access.Denied, match="Only administrators"):
        actions.add_team(values={"name": "X", "slug": "x", "function": "other"}, by=cast.lea)
    with pytest.raises(access.Denied, match="Only administrators"):
        actions.add_person(values={"name": "X", "email": "x@larkfield.example"}, by=cast.lea)


def test_a_member_is_in_the_teams_auth_group(cast):
    assert list(cast.cole.groups.all()) == [cast.mobile.group]
    assert Membership.objects.filter(user=cast.remy).count() == cast.remy.groups.count() == 0
