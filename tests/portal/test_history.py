"""History: what is kept, who is refused, and undo."""

import uuid

import pytest
from django.core.exceptions import ValidationError

from portal.history.models import Change, ChangeSet
from portal.history.queries import feed, of_object
from portal.history.record import Stale, change_set
from portal.history.undo import undo
from portal.lib.refusals import RuleBroken
from strategy.inventory.models import Channel
from tests.html import squeeze


def last() -> ChangeSet:
    return ChangeSet.objects.latest("pk")


def rename(cast, channel, name, **more):
    with change_set(by=cast.eve, scope=cast.strategy.uid) as record:
        record.update(channel, name=name, **more)


def test_a_change_keeps_who_what_before_and_after(cast):
    channel = cast.channel("Claims line")
    rename(cast, channel, "Claims phone", owner_team=cast.care)
    [entry, *_rest] = of_object(channel.uid)
    assert entry.who == "Eve Editor"
    told = {field.label: (field.before, field.after) for field in entry.lines[0].fields}
    assert told["name"] == ("Claims line", "Claims phone")
    assert told["owning team"] == ("Mobile", "Contact center")


def test_of_a_long_text_only_what_differs_is_shown(cast):
    purpose = "Claims, coverage and doctors. " * 9 + "Help lies under Menu."
    channel = cast.channel(purpose=purpose)
    for words in ("Help lies under More.", "Help lies\nunder More.", "Something else."):
        before = channel.purpose
        with change_set(by=cast.eve, scope=cast.strategy.uid) as record:
            end = words if words.startswith("Some") else before[: len(purpose) - 21] + words
            record.update(channel, purpose=end)
    rewritten, spaced, changed, _added = of_object(channel.uid)
    assert [(one.kind, one.text) for one in changed.lines[0].fields[0].pieces] == [
        ("same", "… coverage and doctors. Help lies under"), ("gone", "Menu."), ("new", "More."),
    ]  # fmt: skip
    assert [one.text for one in spaced.lines[0].fields[0].pieces] == ["only spaces and line breaks"]
    assert rewritten.lines[0].fields[0].pieces == ()
    page = squeeze(cast.client(cast.eve).get(channel.get_absolute_url()).content.decode())
    assert "taken out:</span>Menu.</del>" in page
    assert "put in:</span>More.</ins>" in page
    assert "after:</span>Something else.</ins>" in page


def test_names_in_history_are_those_of_today(cast):
    channel = cast.channel(owner_team=cast.mobile)
    rename(cast, channel, channel.name, owner_team=cast.care)
    with change_set(by=cast.ada) as record:
        record.update(cast.care, name="Customer care")
    [entry, *_rest] = of_object(channel.uid)
    assert entry.lines[0].fields[0].after == "Customer care"


def test_saving_without_a_difference_leaves_no_trace(cast):
    channel = cast.channel()
    before = ChangeSet.objects.count()
    rename(cast, channel, channel.name)
    assert ChangeSet.objects.count() == before
    assert channel.version == 1


def test_a_stale_version_is_refused_and_carries_both_texts(cast):
    channel = cast.channel("Claims line")
    seen = Channel.objects.get(pk=channel.pk)
    rename(cast, channel, "Theirs")
    with pytest.raises(Stale) as refused, change_set(by=cast.eve) as record:
        record.update(seen, name="Mine")
    assert refused.value.theirs.name == "Theirs"
    assert refused.value.mine == {"name": "Mine"}


@pytest.mark.parametrize(
    ("who", "sentence"), [("eve", "You changed"), ("lea", "Eve Editor changed")]
)
@pytest.mark.parametrize("expected", [None, 1], ids=["by the database", "before asking it"])
def test_who_was_quicker_in_another_window_is_told_so(cast, who, sentence, expected):
    channel = cast.channel("Claims line")
    seen = Channel.objects.get(pk=channel.pk)
    rename(cast, channel, "Saved")
    late = seen if expected is None else Channel.objects.get(pk=channel.pk)
    with pytest.raises(Stale) as refused, change_set(by=getattr(cast, who)) as record:
        record.update(late, expected=expected, name="Mine")
    assert refused.value.sentence.startswith(sentence)
    assert refused.value.is_own == (who == "eve")


def test_a_row_deleted_meanwhile_is_told_apart(cast):
    channel = cast.channel()
    seen = Channel.objects.get(pk=channel.pk)
    Channel.objects.all().delete()
    with pytest.raises(Stale) as refused, change_set(by=cast.eve) as record:
        record.update(seen, name="Mine")
    assert refused.value.theirs is None
    assert "deleted" in refused.value.sentence


def test_a_refused_act_leaves_nothing(cast):
    channel = cast.channel()
    before = Change.objects.count()

    def half_an_act() -> None:
        with change_set(by=cast.eve) as record:
            record.update(channel, purpose="kept?")
            record.update(channel, name="x" * 500)

    with pytest.raises(ValidationError):
        half_an_act()
    channel.refresh_from_db()
    assert channel.purpose == ""
    assert Change.objects.count() == before


@pytest.mark.parametrize("name", ["Ünï", "a\tb", "\u202eright to left", "=1+1", "🏥"])
def test_undo_of_an_edit_brings_the_text_back_exactly(cast, name):
    channel = cast.channel(name)
    rename(cast, channel, "Other", purpose="new")
    undo(last(), by=cast.eve)
    channel.refresh_from_db()
    assert (channel.name, channel.purpose, channel.version) == (name, "", 3)


def test_undo_of_an_addition_removes_it(cast):
    channel = cast.channel()
    undo(last(), by=cast.eve)
    assert not Channel.objects.filter(uid=channel.uid).exists()


def test_undo_of_a_deletion_brings_it_back_with_what_hung_from_it(cast):
    import datetime as dt

    from strategy.inventory.actions import Volume, delete_channel, edit_channel

    channel = cast.channel(owner_team=cast.care)
    volume = Volume(dt.date(2026, 10, 1), "value", 12)
    edit_channel(channel=channel, values={}, volumes=(volume,), expected=1, by=cast.eve)
    delete_channel(channel=channel, expected=None, by=cast.eve)
    undo(last(), by=cast.eve)
    back = Channel.objects.get(uid=channel.uid)
    assert back.owner_team == cast.care
    assert back.measurements.get().value == 12


def test_undo_is_refused_when_a_later_change_would_be_lost(cast):
    channel = cast.channel("One")
    rename(cast, channel, "Two")
    first = last()
    rename(cast, channel, "Three")
    with pytest.raises(RuleBroken, match="changed again since"):
        undo(first, by=cast.eve)
    channel.refresh_from_db()
    assert channel.name == "Three"


def test_undo_leaves_later_changes_of_other_fields_alone(cast):
    channel = cast.channel("One")
    rename(cast, channel, "Two")
    first = last()
    rename(cast, channel, "Two", purpose="said later")
    undo(first, by=cast.eve)
    channel.refresh_from_db()
    assert (channel.name, channel.purpose) == ("One", "said later")


def test_an_act_is_undone_once_and_the_undo_can_be_undone(cast):
    channel = cast.channel("One")
    rename(cast, channel, "Two")
    act = last()
    undone = undo(act, by=cast.eve)
    act.refresh_from_db()
    with pytest.raises(RuleBroken, match="undone already"):
        undo(act, by=cast.eve)
    undo(undone, by=cast.eve)
    channel.refresh_from_db()
    assert channel.name == "Two"


def edited_before_an_upgrade(cast, channel, **now):
    """An edit that also changed a field which channels had in an earlier version."""
    rename(cast, channel, "New name")
    gone = {"agent_identity": "yes"}
    Change.objects.filter(change_set=last()).update(
        before={**{name: "Old name" for name in now}, "agent_identity": "no"}, after=now | gone
    )


def test_what_an_earlier_version_kept_elsewhere_does_not_stand_in_the_way_of_an_undo(cast):
    channel = cast.channel("Old name")
    edited_before_an_upgrade(cast, channel, name="New name")
    assert [field.label for field in of_object(channel.uid)[0].lines[0].fields] == [
        "name", "agent identity"
    ]  # fmt: skip
    undo(last(), by=cast.eve)
    channel.refresh_from_db()
    assert channel.name == "Old name"


def test_an_edit_of_nothing_but_what_is_kept_elsewhere_now_says_so(cast):
    channel = cast.channel("Old name")
    edited_before_an_upgrade(cast, channel)
    with pytest.raises(RuleBroken, match="kept elsewhere now; change it there"):
        undo(last(), by=cast.eve)


def test_history_survives_what_it_describes(cast):
    channel = cast.channel("Short lived")
    with change_set(by=cast.eve, scope=cast.strategy.uid) as record:
        record.delete(channel)
    entry = feed(scope=cast.strategy.uid)[0]
    assert entry.lines[0].name == "Short lived"


def test_someone_who_is_gone_is_a_former_member(cast):
    channel = cast.channel()
    with change_set(
        by=type("Ghost", (), {"uid": uuid.uuid4()})(), scope=cast.strategy.uid
    ) as record:
        record.update(channel, name="Changed")
    assert of_object(channel.uid)[0].who == "A former member"


def test_the_feed_takes_the_same_queries_for_one_and_for_thirty_acts(
    cast, django_assert_num_queries
):
    channel = cast.channel()
    for turn in range(30):
        rename(cast, channel, f"Name {turn}", owner_team=(cast.care, cast.mobile)[turn % 2])
    with django_assert_num_queries(4):
        assert len(feed(scope=cast.strategy.uid, limit=30)) == 30


def test_undo_from_the_page_asks_the_policy(cast):
    channel = cast.channel("One", owner_team=cast.care)
    rename(cast, channel, "Two")
    address = cast.url(f"history/{last().uid}/undo/")
    assert cast.client(cast.rae).post(address).status_code == 403
    assert cast.client(cast.cole).post(address).status_code == 403, "not their team's channel"
    assert cast.client(cast.olga).post(address).status_code == 404
    assert cast.client(cast.eve).post(address).status_code == 302
    channel.refresh_from_db()
    assert channel.name == "One"


def test_a_constraint_is_checked_when_one_of_its_fields_changes(cast):
    import datetime as dt

    channel = cast.channel("One", launched_on=dt.date(2026, 5, 2))
    cast.channel("Two")
    with (
        pytest.raises(ValidationError, match="cannot retire before"),
        change_set(by=cast.eve) as record,
    ):
        record.update(channel, retires_on=dt.date(2026, 5, 1))
    channel.refresh_from_db()
    with pytest.raises(ValidationError, match="exists already"), change_set(by=cast.eve) as record:
        record.update(channel, name="tWO")


def test_what_cannot_be_undone_is_not_offered_to_be_undone(cast):
    from strategy.reports.actions import request_report

    cast.channel()
    request_report(strategy=cast.strategy, by=cast.lea)
    report, channel, *_rest = feed(scope=cast.strategy.uid)
    assert not report.can_be_undone
    assert channel.can_be_undone


def test_many_rows_are_changed_together_and_a_stale_one_refuses_all(cast):
    rows = [cast.channel(f"Line {n}") for n in range(3)]
    with change_set(by=cast.eve, scope=cast.strategy.uid) as record:
        record.update_many(
            (row, {"hours": f"from {n}", "owner_team": cast.care}) for n, row in enumerate(rows)
        )
    kept = Channel.objects.order_by("name").values_list("hours", "version", "owner_team__slug")
    assert list(kept) == [("from 0", 2, "care"), ("from 1", 2, "care"), ("from 2", 2, "care")]
    assert last().changes.first().before == {"hours": "", "owner_team": str(cast.mobile.uid)}
    late = list(Channel.objects.order_by("name"))
    rename(cast, rows[1], "Quicker")
    with pytest.raises(Stale), change_set(by=cast.ada, scope=cast.strategy.uid) as record:
        record.update_many((row, {"hours": "late"}) for row in late)
    assert not Channel.objects.filter(hours="late").exists()


def test_an_act_of_many_rows_is_undone_whole_or_not_at_all(cast):
    rows = [
        Channel(strategy=cast.strategy, name=f"Line {n}", family="voice", mode="assisted")
        for n in range(5)
    ]
    with change_set(by=cast.eve, scope=cast.strategy.uid) as record:
        record.create_many(rows)
    added = last()
    with change_set(by=cast.eve, scope=cast.strategy.uid) as record:
        record.update_many(
            (row, {"hours": "all day", "agent_channel": rows[0]}) for row in rows[1:]
        )
    changed = last()
    [entry] = [one for one in feed(scope=cast.strategy.uid) if one.uid == added.uid]
    assert (len(entry.lines), entry.more, entry.can_be_undone) == (5, 0, True)
    with pytest.raises(RuleBroken, match="changed since it was added"):
        undo(added, by=cast.ada)
    assert Channel.objects.count() == 5
    undo(changed, by=cast.ada)
    assert set(Channel.objects.values_list("hours", "agent_channel")) == {("", None)}
    undo(last(), by=cast.ada)
    assert Channel.objects.filter(hours="all day", agent_channel=rows[0].pk).count() == 4


def test_history_says_how_many_more_rows_an_act_touched(cast):
    with change_set(by=cast.eve, scope=cast.strategy.uid) as record:
        record.create_many(
            Channel(strategy=cast.strategy, name=f"Line {n}", family="voice", mode="assisted")
            for n in range(40)
        )
    entry = feed(scope=cast.strategy.uid)[0]
    assert (len(entry.lines), entry.more) == (12, 28)


def test_equal_values_are_left_out_and_an_undo_names_what_it_undid(cast):
    channel = cast.channel("Old")
    with change_set(by=cast.eve, scope=cast.strategy.uid) as record:
        record.update(channel, name="New")
    change = Change.objects.latest("pk")
    undo(change.change_set, by=cast.lea)
    same = {"unsealed_by": str(cast.eve.uid)}
    change.before, change.after = {**change.before, **same}, {**change.after, **same}
    change.save()
    newest, undone = feed(scope=cast.strategy.uid)[:2]
    assert [field.label for field in undone.lines[0].fields] == ["name"]
    assert (newest.undoes.uid, newest.undoes.who) == (undone.uid, "Eve Editor")
    assert undone.undoes is None
    page = squeeze(cast.client(cast.lea).get(cast.url("history/")).content.decode())
    assert f'href="#act-{undone.uid}">undid the change by Eve Editor of' in page
