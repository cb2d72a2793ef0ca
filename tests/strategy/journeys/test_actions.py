"""What changes journeys: who may, what is refused, what history keeps, and that boards stay whole."""

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from portal.history import undo
from portal.history.models import Change, ChangeSet
from portal.history.record import Stale
from portal.live import revisions
from strategy.gaps.actions import log_gap
from strategy.inventory.actions import delete_channel
from strategy.journeys import actions
from strategy.journeys.models import BOARD_LANES, FIRST_STAGES, Cell, Journey, Lane, Step
from strategy.journeys.rules import ROOM
from teams import grants
from teams.access import Denied

NOBODYS = {"name": "Find a doctor"}


def last_set() -> ChangeSet:
    return ChangeSet.objects.latest("id")


# --- journeys ---------------------------------------------------------------------------------------


def test_a_new_journey_comes_with_lanes_stages_and_cells_in_one_act(cast):
    journey = actions.add_journey(strategy=cast.strategy, values=NOBODYS, by=cast.eve)
    assert [lane.kind for lane in journey.lanes.all()] == [kind for kind, _name in BOARD_LANES]
    assert [stage.name for stage in journey.stages.all()] == [
        str(name) for name, _s in FIRST_STAGES
    ]
    assert Cell.objects.filter(lane__journey=journey).count() == len(BOARD_LANES) * len(
        FIRST_STAGES
    )
    act = last_set()
    assert act.by_uid == cast.eve.uid
    assert act.scope_uid == cast.strategy.uid
    assert act.changes.filter(model="strategy.journey", kind="create").count() == 1
    assert act.changes.filter(model="strategy.cell", kind="create").count() == 15


def test_a_contributor_adds_journeys_of_their_own_team_only(cast):
    own = {"name": "Ours", "owner_team": cast.mobile}
    assert actions.add_journey(strategy=cast.strategy, values=own, by=cast.cole).pk
    for values in (NOBODYS, {"name": "Theirs", "owner_team": cast.care}):
        with pytest.raises(Denied):
            actions.add_journey(strategy=cast.strategy, values=values, by=cast.cole)
    assert Journey.objects.count() == 1


def test_two_journeys_cannot_have_one_name(cast, drawn):
    with pytest.raises(ValidationError, match="exists already"):
        actions.add_journey(
            strategy=cast.strategy, values={"name": "ASK about a claim"}, by=cast.eve
        )


def test_facts_are_changed_once_for_each_version_seen(cast, drawn):
    journey = drawn.journey
    actions.edit_journey(journey=journey, values={"goal": "Be paid"}, expected=1, by=cast.eve)
    late = Journey.objects.get(pk=journey.pk)
    with pytest.raises(Stale):
        actions.edit_journey(journey=late, values={"goal": "x"}, expected=1, by=cast.lea)
    assert Journey.objects.get(pk=journey.pk).goal == "Be paid"


def test_a_review_sets_the_day_and_nothing_else(cast, drawn):
    actions.review_journey(
        journey=drawn.journey, expected=None, on=dt.date(2026, 11, 3), by=cast.cole
    )
    assert list(last_set().changes.get().after) == ["reviewed_on"]


def test_who_saw_another_board_confirms_nothing_and_is_told_who_drew_last(cast, drawn):
    cole, journey = cast.client(cast.cole), drawn.journey

    def shown():
        page = cole.get(journey.get_absolute_url()).content.decode()
        named = r'name="(version|act)" form="still-true" value="(\d+)"'
        return dict(re.findall(named, page))

    address = f"{cast.url('journeys/')}{journey.uid}/review/"
    for change in (
        lambda: actions.edit_cell(
            cell=drawn.cell("Calls"), values={"text": "Waits"}, expected=None, by=cast.eve
        ),
        lambda: actions.edit_journey(
            journey=journey, values={"goal": "Be paid"}, expected=1, by=cast.eve
        ),
    ):
        seen = shown()
        change()
        late = cole.post(address, seen)
        assert late.status_code == 409
        assert (
            "The journey was changed meanwhile. Newest on it: Eve Editor" in late.content.decode()
        )
        journey.refresh_from_db()
        assert journey.reviewed_on is None
    actions.edit_cell(cell=drawn.cell("Calls"), values={"text": "Seen"}, expected=None, by=cast.eve)
    added = actions.add_step(stage=drawn.step("Calls").stage, name="New", by=cast.eve)
    gap = {"title": "Too slow", "journey": journey, "step": drawn.step("Calls")}
    for change in (
        lambda: log_gap(
            strategy=cast.strategy, values=gap, today=dt.date(2026, 11, 3), by=cast.eve
        ),
        lambda: actions.delete_part(part=added, by=cast.eve),
    ):
        seen = shown()
        change()
        late = cole.post(address, seen)
        assert late.status_code == 409
        said = late.content.decode()
        assert "A gap or a transition on the journey was changed meanwhile, or" in said
        assert "Newest on it" not in said, "nobody drew on it since"
    cole.post(address, shown())
    journey.refresh_from_db()
    assert journey.reviewed_on is not None


def test_a_deleted_journey_comes_back_whole_by_undo(cast, drawn, gap_at):
    gap = gap_at("Calls")
    order, texts = drawn.order(), set(Cell.objects.values_list("uid", "text", "emotion"))
    act = actions.delete_journey(journey=drawn.journey, expected=1, by=cast.eve)
    assert not Journey.objects.exists()
    assert not Cell.objects.exists()
    gap.refresh_from_db()
    assert (gap.journey, gap.step) == (None, None)
    undo.undo(ChangeSet.objects.get(uid=act), by=cast.eve)
    drawn.journey = Journey.objects.get(uid=drawn.journey.uid)
    assert drawn.order() == order
    assert set(Cell.objects.values_list("uid", "text", "emotion")) == texts
    assert drawn.is_whole()


def test_an_outdated_deletion_deletes_nothing(cast, drawn):
    actions.edit_journey(journey=drawn.journey, values={"goal": "x"}, expected=1, by=cast.eve)
    with pytest.raises(Stale):
        actions.delete_journey(journey=drawn.journey, expected=1, by=cast.eve)
    assert drawn.is_whole()


@pytest.mark.parametrize("person", ["rae", "olga", "remy"])
def test_who_may_not_edit_changes_nothing(cast, drawn, person):
    by, journey = getattr(cast, person), drawn.journey
    cell, step = drawn.cell("Calls"), drawn.step("Calls")
    before = Change.objects.count()
    attempts = [
        lambda: actions.edit_journey(journey=journey, values={"goal": "x"}, expected=1, by=by),
        lambda: actions.review_journey(
            journey=journey, expected=None, on=dt.date(2026, 1, 1), by=by
        ),
        lambda: actions.delete_journey(journey=journey, expected=1, by=by),
        lambda: actions.add_stage(journey=journey, name="x", step="y", by=by),
        lambda: actions.add_step(stage=step.stage, name="x", by=by),
        lambda: actions.add_lane(journey=journey, kind="text", name="x", by=by),
        lambda: actions.rename_part(part=step, name="x", expected=1, by=by),
        lambda: actions.move_step(step=step, stage=step.stage, before=None, by=by),
        lambda: actions.move_stage(stage=step.stage, before=None, by=by),
        lambda: actions.move_lane(lane=cell.lane, before=None, by=by),
        lambda: actions.delete_part(part=step, by=by),
        lambda: actions.edit_cell(cell=cell, values={"text": "x"}, expected=1, by=by),
        lambda: actions.mend_board(journey=journey, by=by),
    ]
    for attempt in attempts:
        with pytest.raises(Denied):
            attempt()
    assert Change.objects.count() == before
    assert revisions.current(journey.uid) == 0


def test_a_shared_journey_is_edited_at_level_edit_only(cast, drawn):
    cell = drawn.cell("Calls")
    grants.share(obj=drawn.journey, holder=cast.olga, level="view", by=cast.lea)
    with pytest.raises(Denied):
        actions.edit_cell(cell=cell, values={"text": "x"}, expected=1, by=cast.olga)
    grants.share(obj=drawn.journey, holder=cast.olga, level="edit", by=cast.lea)
    actions.edit_cell(cell=cell, values={"text": "x"}, expected=1, by=cast.olga)
    assert drawn.cell("Calls").text == "x"


# --- cells ------------------------------------------------------------------------------------------


def test_a_saved_cell_is_in_history_and_the_board_has_a_new_revision(cast, drawn):
    cell = drawn.cell("Calls")
    actions.edit_cell(cell=cell, values={"text": "Twice"}, expected=1, by=cast.cole)
    change = last_set().changes.get()
    assert (change.before, change.after) == ({"text": "Calls for sure"}, {"text": "Twice"})
    assert (change.label, change.version) == ("Calls · What the customer does", 2)
    assert revisions.current(drawn.journey.uid) == 1


def test_saving_what_stands_there_already_changes_nothing(cast, drawn):
    cell = drawn.cell("Calls")
    before = Change.objects.count()
    actions.edit_cell(cell=cell, values={"text": "Calls for sure"}, expected=1, by=cast.cole)
    assert Change.objects.count() == before
    assert revisions.current(drawn.journey.uid) == 0


def test_a_stale_cell_is_refused_with_both_texts(cast, drawn):
    mine, theirs = drawn.cell("Calls"), drawn.cell("Calls")
    actions.edit_cell(cell=theirs, values={"text": "theirs"}, expected=1, by=cast.eve)
    with pytest.raises(Stale) as refused:
        actions.edit_cell(cell=mine, values={"text": "mine"}, expected=1, by=cast.lea)
    assert refused.value.theirs.text == "theirs"
    assert refused.value.mine == {"text": "mine"}
    assert revisions.current(drawn.journey.uid) == 1


def test_a_deleted_cell_is_refused_with_my_text(cast, drawn):
    mine = drawn.cell("Calls")
    mine.step.stage.journey  # noqa: B018  (loaded as the view loads it)
    actions.delete_part(part=drawn.step("Calls"), by=cast.eve)
    with pytest.raises(Stale) as refused:
        actions.edit_cell(cell=mine, values={"text": "mine"}, expected=1, by=cast.lea)
    assert refused.value.theirs is None
    assert refused.value.mine == {"text": "mine"}


@pytest.mark.parametrize("emotion", [-3, 3])
def test_an_emotion_out_of_range_is_refused(cast, drawn, emotion):
    cell = drawn.cell("Calls", Lane.Kind.EMOTION)
    with pytest.raises(ValidationError, match="from -2"):
        actions.edit_cell(cell=cell, values={"emotion": emotion}, expected=1, by=cast.eve)
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("UPDATE strategy_cell SET emotion = %s WHERE id = %s", [emotion, cell.pk])


def test_a_deleted_channel_leaves_its_cells_empty(cast, drawn):
    channel, cell = cast.channel(), drawn.cell("Calls", Lane.Kind.CHANNEL)
    actions.edit_cell(cell=cell, values={"channel": channel}, expected=1, by=cast.eve)
    delete_channel(channel=channel, expected=1, by=cast.eve)
    cell.refresh_from_db()
    assert cell.channel is None


# --- structure --------------------------------------------------------------------------------------


def test_a_step_is_added_with_a_cell_in_every_lane(cast, drawn):
    stage = drawn.stage("Get ready")
    actions.add_step(stage=stage, name="Signs in", by=cast.cole)
    actions.add_step(
        stage=stage, name="Is told", before=drawn.step("Gets a reminder"), by=cast.cole
    )
    assert [name for stage, name in drawn.order() if stage == "Get ready"] == [
        "Is told",
        "Gets a reminder",
        "Opens the app",
        "Signs in",
    ]
    assert drawn.is_whole()
    assert revisions.current(drawn.journey.uid) == 2


def test_a_lane_is_added_with_a_cell_for_every_step(cast, drawn):
    pain = drawn.lane(Lane.Kind.PAIN)
    actions.add_lane(journey=drawn.journey, kind="text", name="Backstage", before=pain, by=cast.eve)
    names = list(drawn.journey.lanes.values_list("name", flat=True))
    assert names[-2:] == ["Backstage", "Pain"]
    assert drawn.is_whole()


def test_a_stage_is_added_with_its_first_step(cast, drawn):
    first = drawn.stage("Get ready")
    actions.add_stage(
        journey=drawn.journey, name="Hear", step="Reads the news", before=first, by=cast.eve
    )
    assert drawn.order()[0] == ("Hear", "Reads the news")
    assert drawn.is_whole()


def test_a_part_is_renamed_once_for_each_version_seen(cast, drawn):
    actions.rename_part(part=drawn.step("Calls"), name="Phones", expected=1, by=cast.eve)
    with pytest.raises(Stale):
        actions.rename_part(part=drawn.step("Phones"), name="Rings", expected=1, by=cast.lea)
    with pytest.raises(ValidationError):
        actions.rename_part(part=drawn.step("Phones"), name="", expected=2, by=cast.lea)
    assert drawn.step("Phones").version == 2


def test_a_step_moves_within_its_stage_and_to_another(cast, drawn):
    calls = drawn.step("Calls")
    actions.move_step(step=calls, stage=calls.stage, before=drawn.step("Takes photos"), by=cast.eve)
    assert drawn.order()[2] == ("File the claim", "Calls")
    ready = drawn.stage("Get ready")
    actions.move_step(step=calls, stage=ready, before=None, by=cast.eve)
    assert drawn.order()[2] == ("Get ready", "Calls")
    change = last_set().changes.get()
    assert change.before["stage"] == str(drawn.stage("File the claim").uid)
    assert change.after["stage"] == str(ready.uid)
    assert drawn.is_whole()


def test_a_move_in_front_of_something_that_is_gone_goes_to_the_end(cast, drawn):
    photos, stuck = drawn.step("Takes photos"), drawn.step("Gets stuck")
    actions.delete_part(part=stuck, by=cast.lea)
    actions.move_step(step=photos, stage=photos.stage, before=stuck, by=cast.eve)
    assert [name for _stage, name in drawn.order()][-2:] == ["Calls", "Takes photos"]


def test_moving_something_that_is_gone_is_refused(cast, drawn):
    calls = drawn.step("Calls")
    actions.delete_part(part=drawn.step("Calls"), by=cast.lea)
    with pytest.raises(Stale, match="deleted"):
        actions.move_step(step=calls, stage=calls.stage, before=None, by=cast.eve)
    with pytest.raises(Stale, match="deleted"):
        actions.delete_part(part=calls, by=cast.eve)


def test_nothing_is_added_to_a_journey_that_is_gone(cast, drawn):
    stage, journey = drawn.stage("Get ready"), drawn.journey
    stage.journey.strategy  # noqa: B018  (loaded as the view loads it)
    actions.delete_journey(journey=Journey.objects.get(pk=journey.pk), expected=1, by=cast.lea)
    with pytest.raises(Stale, match="deleted"):
        actions.add_step(stage=stage, name="x", by=cast.eve)


def test_order_holds_when_there_is_no_room_left(cast, drawn):
    stage = drawn.stage("File the claim")
    names = ["Takes photos"]
    for number in range(14):  # always into the same place: room for ten
        actions.add_step(
            stage=stage, name=f"New {number}", before=drawn.step("Gets stuck"), by=cast.eve
        )
        names.append(f"New {number}")
    expected = [*names, "Gets stuck", "Calls"]
    assert [name for where, name in drawn.order() if where == "File the claim"] == expected
    positions = [step.position for step in Step.objects.filter(stage=stage)]
    assert len(set(positions)) == len(positions)
    assert min(positions) >= ROOM // 2


def test_stages_and_lanes_move(cast, drawn):
    actions.move_stage(
        stage=drawn.stage("File the claim"), before=drawn.stage("Get ready"), by=cast.eve
    )
    assert drawn.stages() == ["File the claim", "Get ready"]
    actions.move_stage(stage=drawn.stage("File the claim"), before=None, by=cast.eve)
    assert drawn.stages() == ["Get ready", "File the claim"]
    pain = drawn.lane(Lane.Kind.PAIN)
    actions.move_lane(lane=pain, before=drawn.lane(Lane.Kind.TEXT), by=cast.eve)
    assert drawn.journey.lanes.first() == pain


@pytest.mark.parametrize("kind", ["stage", "step", "lane"])
def test_a_deleted_part_comes_back_with_its_cells_by_undo(cast, drawn, kind):
    part = {
        "stage": drawn.stage("File the claim"),
        "step": drawn.step("Calls"),
        "lane": drawn.lane(Lane.Kind.TEXT),
    }[kind]
    order, cells = drawn.order(), set(Cell.objects.values_list("uid", "text"))
    act = actions.delete_part(part=part, by=cast.eve)
    assert drawn.is_whole()
    assert revisions.current(drawn.journey.uid) == 1
    undo.undo(ChangeSet.objects.get(uid=act), by=cast.eve)
    assert drawn.order() == order
    assert set(Cell.objects.values_list("uid", "text")) == cells


def test_a_board_is_mended_after_an_undo_that_knew_nothing_of_a_newer_lane(cast, drawn):
    act = actions.delete_part(part=drawn.step("Calls"), by=cast.eve)
    actions.add_lane(journey=drawn.journey, kind="text", name="Backstage", by=cast.eve)
    undo.undo(ChangeSet.objects.get(uid=act), by=cast.eve)
    assert not drawn.is_whole()
    actions.mend_board(journey=drawn.journey, by=cast.eve)
    assert drawn.is_whole()
