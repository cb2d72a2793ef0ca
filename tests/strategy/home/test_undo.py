"""Who may undo what."""

import datetime as dt

import pytest

from portal.history.models import ChangeSet
from portal.history.record import change_set
from portal.history.undo import undo as undo_act
from portal.lib.refusals import RuleBroken
from strategy.gaps.actions import edit_gap, log_gap
from strategy.home.actions import undo_change
from strategy.inventory.actions import add_contact_type, delete_channel, edit_contact_type
from strategy.inventory.models import (
    AccessDecision,
    AccessPoint,
    AccessPointContactType,
    Calendar,
    Measurement,
    SelfServiceOffer,
    ServiceObjective,
)
from strategy.journeys.actions import delete_journey, delete_part
from strategy.journeys.models import Cell
from strategy.plan.models import ContactType, Segment
from strategy.reports.actions import request_report
from teams.access import Denied
from teams.actions import create_member, create_person, create_team
from teams.models import Team
from tests.world import TODAY, build_world


def last() -> ChangeSet:
    return ChangeSet.objects.latest("pk")


def undo(cast, who):
    undo_change(chosen=last(), strategy=cast.strategy, by=who)


def test_a_contributor_undoes_a_change_to_their_own_gap_on_a_foreign_journey(cast):
    world = build_world(cast)
    world.journey.owner_team = cast.care
    world.journey.save()
    gap = log_gap(
        strategy=cast.strategy,
        values={"title": "Help hidden", "owner_team": cast.mobile, "journey": world.journey},
        today=TODAY,
        by=cast.cole,
    )
    undo(cast, cast.cole)
    assert not type(gap).objects.filter(pk=gap.pk).exists()


def test_the_owner_of_a_journey_does_not_undo_foreign_gaps_on_it(cast):
    world = build_world(cast)
    log_gap(
        strategy=cast.strategy,
        values={"title": "Not theirs", "owner_team": cast.care, "journey": world.journey},
        today=TODAY,
        by=cast.eve,
    )
    with pytest.raises(Denied):
        undo(cast, cast.cole)


OF_CHANNEL = {
    "access point": lambda channel, kind, segment: AccessPoint(
        channel=channel, name="Number", kind="phone"
    ),
    "access decision": lambda channel, kind, segment: AccessDecision(
        channel=channel, contact_type=kind, segment=segment, choice="preferred"
    ),
    "self-service offer": lambda channel, kind, segment: SelfServiceOffer(
        channel=channel, contact_type=kind, extent="full"
    ),
    "service objective": lambda channel, kind, segment: ServiceObjective(
        channel=channel, name="In time", target=80
    ),
    "measurement": lambda channel, kind, segment: Measurement(
        channel=channel, starts_on=TODAY.replace(day=1), status="zero"
    ),
    "what an access point serves": lambda channel, kind, segment: AccessPointContactType(
        point=AccessPoint.objects.create(channel=channel, name="Number", kind="phone"),
        contact_type=kind,
    ),
}


@pytest.mark.parametrize("make", OF_CHANNEL.values(), ids=OF_CHANNEL)
def test_what_hangs_from_a_channel_is_undone_by_those_who_own_the_channel(cast, make):
    kind = ContactType.objects.create(strategy=cast.strategy, name="Paid?")
    segment = Segment.objects.create(strategy=cast.strategy, name="Families")
    channel = cast.channel()
    row = make(channel, kind, segment)
    with change_set(by=cast.cole, scope=cast.strategy.uid) as record:
        record.create_many([row])
    channel.owner_team = cast.care
    channel.save()
    with pytest.raises(Denied):
        undo(cast, cast.cole)
    channel.owner_team = cast.mobile
    channel.save()
    undo(cast, cast.cole)
    assert not type(row).objects.filter(uid=row.uid).exists()


@pytest.mark.parametrize("model", [Segment, ContactType, Calendar])
def test_what_the_whole_strategy_shares_is_undone_by_its_editors(cast, model):
    row = model(strategy=cast.strategy, name="Shared")
    with change_set(by=cast.eve, scope=cast.strategy.uid) as record:
        record.create_many([row])
    with pytest.raises(Denied):
        undo(cast, cast.cole)
    undo(cast, cast.eve)
    assert not model.objects.exists()


def test_a_contributor_undoes_their_own_deletion_but_nobody_elses(cast):
    channel = cast.channel()
    delete_channel(channel=channel, expected=None, by=cast.cole)
    undo(cast, cast.cole)
    delete_channel(channel=type(channel).objects.get(), expected=None, by=cast.eve)
    with pytest.raises(Denied):
        undo(cast, cast.cole)
    undo(cast, cast.lea)
    assert type(channel).objects.exists()


@pytest.fixture
def linked(cast):
    """A channel of the Mobile team, and what names it: a foreign gap, another channel, a cell of a journey."""
    channel = cast.channel("App")
    other = cast.channel("Web", agent_channel=channel, owner_team=cast.care)
    cell = build_world(cast).cell
    Cell.objects.filter(pk=cell.pk).update(channel=channel)
    values = {"title": "Help hidden", "owner_team": cast.care, "channel": channel}
    gap = log_gap(strategy=cast.strategy, values=values, today=TODAY, by=cast.eve)
    return channel, gap, other, cell


def links(*rows):
    """Return what each row is linked with, as it is saved."""
    gap, other, cell = (type(row).objects.get(pk=row.pk) for row in rows)
    return [thing and thing.uid for thing in (gap.channel, other.agent_channel, cell.channel)]


def test_an_undone_deletion_of_a_channel_links_everything_again_that_named_it(cast, linked):
    channel, *rows = linked
    delete_channel(channel=channel, expected=None, by=cast.cole)
    assert links(*rows) == [None, None, None]
    undo(cast, cast.cole)
    assert links(*rows) == [channel.uid] * 3
    undo(cast, cast.eve)
    assert links(*rows) == [None, None, None]
    undo(cast, cast.eve)
    assert links(*rows) == [channel.uid] * 3


def test_what_was_linked_elsewhere_since_or_is_gone_stays_as_it_is(cast, linked):
    channel, gap, other, cell = linked
    delete_channel(channel=channel, expected=None, by=cast.cole)
    act = last()
    gap.refresh_from_db()
    line = cast.channel("Line")
    edit_gap(gap=gap, values={"channel": line}, expected=2, by=cast.eve)
    delete_channel(channel=other, expected=None, by=cast.eve)
    undo_change(chosen=act, strategy=cast.strategy, by=cast.cole)
    gap.refresh_from_db()
    cell.refresh_from_db()
    assert (gap.channel, cell.channel.uid) == (line, channel.uid)


def test_what_a_person_unlinks_by_hand_is_checked_when_it_is_undone(cast, linked):
    _channel, gap, *_rest = linked
    edit_gap(gap=gap, values={"channel": None}, expected=1, by=cast.eve)
    with pytest.raises(Denied):
        undo(cast, cast.cole)


@pytest.mark.parametrize("part", ["step", "stage", "journey"])
def test_an_undone_deletion_on_a_board_gives_gaps_their_step_back(cast, part):
    world = build_world(cast)
    step, journey = world.step, world.journey
    values = {"title": "Help hidden", "owner_team": cast.mobile, "journey": journey, "step": step}
    gap = log_gap(strategy=cast.strategy, values=values, today=TODAY, by=cast.eve)
    if part == "journey":
        delete_journey(journey=journey, expected=None, by=cast.eve)
    else:
        delete_part(part=step if part == "step" else step.stage, by=cast.eve)
    gap.refresh_from_db()
    assert (gap.step, gap.journey is None) == (None, part == "journey")
    undo(cast, cast.eve)
    gap.refresh_from_db()
    assert (gap.step.uid, gap.journey.uid) == (step.uid, journey.uid)


def test_an_edit_of_a_checklist_run_is_undone_by_editors_only(cast):
    from strategy.checklists.actions import edit_run

    world = build_world(cast)
    edit_run(
        run=world.run,
        name="Renamed",
        teams=[cast.mobile, cast.care],
        due_on=dt.date(2027, 1, 1),
        expected=world.run.version,
        by=cast.eve,
    )
    with pytest.raises(Denied):
        undo(cast, cast.cole)
    undo(cast, cast.eve)


def test_teams_and_people_are_taken_back_by_administrators_only(cast):
    """As acts of a strategy could say in earlier versions."""
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        team = create_team(record, {"slug": "fraud", "name": "Fraud desk", "function": "other"})
        person = create_person(record, {"email": "fay@x.example", "name": "Fay"})
        create_member(record, team, person)
    with pytest.raises(Denied, match="Only administrators"):
        undo(cast, cast.lea)
    undo(cast, cast.ada)
    assert not Team.objects.filter(slug="fraud").exists()


def test_what_history_does_not_offer_to_undo_is_refused_wherever_it_is_asked(cast):
    request_report(strategy=cast.strategy, by=cast.eve)
    with pytest.raises(RuleBroken, match="not taken back"):
        undo_act(last(), by=cast.ada)


def test_a_report_is_not_undone(cast):
    request_report(strategy=cast.strategy, by=cast.eve)
    with pytest.raises(RuleBroken, match="Cancel it"):
        undo(cast, cast.eve)


def test_undoing_a_membership_takes_away_and_gives_back_what_is_shared_with_the_team(cast):
    with change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        create_member(record, cast.care, cast.eve)
    joined = last()
    undo_change(chosen=joined, strategy=cast.strategy, by=cast.ada)
    assert list(cast.eve.groups.all()) == []
    undo_change(chosen=last(), strategy=cast.strategy, by=cast.ada)
    assert list(cast.eve.groups.all()) == [cast.care.group]


def test_an_undo_never_makes_a_contact_type_part_of_itself(cast):
    bills, late = (
        add_contact_type(strategy=cast.strategy, values={"name": name}, by=cast.eve)
        for name in ("Bills", "Late bills")
    )
    edit_contact_type(contact_type=bills, values={"parent": late}, expected=1, by=cast.eve)
    edit_contact_type(contact_type=bills, values={"parent": None}, expected=2, by=cast.eve)
    moved_out = last()
    edit_contact_type(contact_type=late, values={"parent": bills}, expected=1, by=cast.eve)
    with pytest.raises(RuleBroken, match="“Bills” would be part of itself, because “Late bills”"):
        undo_change(chosen=moved_out, strategy=cast.strategy, by=cast.eve)
    bills.refresh_from_db()
    moved_out.refresh_from_db()
    assert (bills.parent, moved_out.undone_by) == (None, None)
