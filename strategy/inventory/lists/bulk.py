"""Many channels at once: which were chosen, which of them the person may change, and what would change."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.history.models import Change
from portal.history.record import values_of
from strategy.inventory import seal
from strategy.inventory.lists.fields import Field, edited, fields
from strategy.inventory.lists.queries import value_in_words
from strategy.inventory.models import Channel
from strategy.inventory.rules import contradictions
from strategy.plan.models import Strategy
from teams import access, grants
from teams.models import User
from teams.roles import Act

MOST_ROWS = 2000
"""So many channels are changed in one act."""

LINKS = ("owner_team", "owner", "deputy", "agent_channel")


def by_uids(rows: QuerySet, raw: Iterable[str]) -> list[Channel]:
    """Return the channels that an address names, by name; what is no uid, or not there any more, is left out."""
    uids = set()
    for one in raw:
        try:
            uids.add(uuid.UUID(one))
        except ValueError:
            continue
    return ready(rows.filter(uid__in=uids))


def ready(rows: QuerySet) -> list[Channel]:
    """Return channels with what they name, up to MOST_ROWS and one more, which says that there are more."""
    return list(rows.select_related(*LINKS)[: MOST_ROWS + 1])


def editable(
    strategy: Strategy,
    rows: Iterable[Channel],
    by: User,
    *,
    as_: access.Standing | None = None,
) -> set[int]:
    """Return which of these channels the person may change: the policy, asked of many rows in two queries.

    With `as_`, the standing that is known already, in one at most.
    """
    standing = as_ or access.standing(by, strategy.pk)
    found = list(rows)
    allowed = {row.pk for row in found if standing.may(Act.EDIT, row.owner_team_id)}
    if len(allowed) < len(found) and by.is_active:
        shared = Channel.objects.filter(grants.granted(by, Channel, "edit"), strategy=strategy)
        pks = set(shared.values_list("pk", flat=True))
        allowed |= {row.pk for row in found if row.pk in pks}
    return allowed


@dataclass(frozen=True)
class Turn:
    """One change of a preview: the field, what it says now and would say, and of how many channels."""

    label: str
    before: str
    after: str
    count: int


@dataclass(frozen=True)
class Preview:
    """What a change of many rows would do; nothing is changed yet.

    `changing`: the rows that differ, with the fields that do. `same`: those that say so already. `wrong`: rows
    that would contradict themselves, with the sentence. `unsealed`: how many whole seals it breaks. `late`: how
    many more are late to be reviewed then.
    """

    changing: tuple[tuple[Channel, dict[str, Any]], ...]
    same: int
    turns: tuple[Turn, ...]
    wrong: tuple[tuple[Channel, str], ...]
    unsealed: int
    late: int


def preview(
    rows: Sequence[Channel],
    values: Mapping[str, Any],
    today: dt.date,
    *,
    by: User,
    teams_of: Collection[int],
) -> Preview:
    """Return what these values would change. `teams_of` are the person's own teams."""
    changing: list[tuple[Channel, dict[str, Any]]] = []
    wrong = []
    unsealed = late = 0
    turns: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        differs = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not differs:
            continue
        after = copy(row)
        for name, value in differs.items():
            setattr(after, name, value)
        sentence = " ".join(why_not(after, today).values())
        if sentence:
            wrong.append((row, sentence))
        changing.append((row, differs))
        unsealed += row.unsealed_on is None and not seal.owns(by, row, teams_of)
        late += _is_late(after, today) and not _is_late(row, today)
        for name in differs:
            field = fields()[name]
            turns[name, value_in_words(row, field), value_in_words(after, field)] += 1
    return Preview(
        tuple(changing),
        len(rows) - len(changing),
        tuple(
            Turn(str(fields()[name].label), before, after, count)
            for (name, before, after), count in turns.most_common()
        ),
        tuple(wrong),
        unsealed,
        late,
    )


def _is_late(channel: Channel, today: dt.date) -> bool:
    due = channel.next_review_on
    return not channel.is_retired and due is not None and due < today


def why_not_with(channel: Channel, values: Mapping[str, Any], today: dt.date) -> dict[str, str]:
    """Return what these values would make contradict itself in a channel: the field's name, and the sentence."""
    after = copy(channel)
    for name, value in values.items():
        setattr(after, name, value)
    return why_not(after, today)


def why_not(channel: Channel, today: dt.date) -> dict[str, str]:
    """Return what contradicts itself in a channel: the name of the field, and the sentence."""
    names = ("life_cycle", "launched_on", "retires_on", "agent_taps")
    said = contradictions(**{name: getattr(channel, name) for name in names}, today=today)
    found = {name: _(sentence) for name, sentence in said.items()}
    if channel.agent_channel_id is not None and channel.agent_channel_id == channel.pk:
        found["agent_channel"] = _("A channel cannot be the way on from itself. Choose another.")
    return found


def as_last_called(strategy: Strategy, uids: Collection[uuid.UUID]) -> list[Channel]:
    """Return deleted channels by the name they had; one that was never here has none. At most one query."""
    names: dict[uuid.UUID, str] = {}
    if uids:
        known = Change.objects.filter(change_set__scope_uid=strategy.uid, object_uid__in=uids)
        names = dict(known.order_by("pk").values_list("object_uid", "label"))
    return [Channel(uid=uid, name=names.get(uid, "")) for uid in uids]


# --- the grid --------------------------------------------------------------------------------------


def said_then(seen: Mapping[uuid.UUID, int]) -> dict[uuid.UUID, dict[str, Any]]:
    """Return what rows said in these versions, in fields that were changed since, as the history keeps it.

    One query, none for no rows.
    """
    then: dict[uuid.UUID, dict[str, Any]] = {uid: {} for uid in seen}
    if seen:
        for change in Change.objects.filter(object_uid__in=seen).order_by("-id"):
            if change.version > seen[change.object_uid]:
                then[change.object_uid] |= change.before
    return then


def touched(
    channels: Mapping[uuid.UUID, Channel],
    seen: Mapping[uuid.UUID, int],
    typed: Mapping[uuid.UUID, Mapping[str, Any]],
) -> dict[uuid.UUID, dict[str, Any]]:
    """Return of each channel what is typed and was not there in the version that the person saw. One query.

    A change keeps what was before it, so the first one after that version knows what the person saw. What somebody
    else changed meanwhile is not taken for typed.
    """
    said = {uid: values_of(channels[uid], values) for uid, values in typed.items()}
    late = {uid: seen[uid] for uid in typed if channels[uid].version > seen[uid]}
    for uid, then in said_then(late).items():
        said[uid] |= {name: old for name, old in then.items() if name in said[uid]}
    found = {}
    for uid, values in typed.items():
        after = copy(channels[uid])
        for name, value in values.items():
            setattr(after, name, value)
        now = values_of(after, values)
        differs = {
            name: values[name] for name in values if _plain(now[name]) != _plain(said[uid][name])
        }
        if differs:
            found[uid] = differs
    return found


@dataclass(frozen=True)
class Meanwhile:
    """What others did to a row since the person saw it, and what of it the person typed over as well.

    `people`: the uids of who it was, None for the portal. `changed`: the names of the fields.
    """

    people: frozenset[uuid.UUID | None]
    changed: frozenset[str]
    both: frozenset[str]


def meanwhile(
    channels: Mapping[uuid.UUID, Channel],
    seen: Mapping[uuid.UUID, int],
    typed: Mapping[uuid.UUID, Mapping[str, Any]],
) -> dict[uuid.UUID, Meanwhile]:
    """Return what others changed in typed rows since the version that the person saw. One query at most.

    Where the history does not know every version since, all that is typed counts as changed by both.
    """
    late = [uid for uid in typed if channels[uid].version != seen[uid]]
    if not late:
        return {}
    updates = Change.objects.filter(object_uid__in=late, kind=Change.Kind.UPDATE)
    acts: dict[uuid.UUID, list[Change]] = {uid: [] for uid in late}
    for change in updates.select_related("change_set").order_by("id"):
        if change.version > seen[change.object_uid]:
            acts[change.object_uid].append(change)
    found = {}
    for uid, changes in acts.items():
        missed = range(seen[uid] + 1, channels[uid].version + 1)
        is_known = bool(missed) and {*missed} <= {change.version for change in changes}
        changed = {name for change in changes for name in change.after}
        differs = {
            name for name, value in typed[uid].items() if getattr(channels[uid], name) != value
        }
        found[uid] = Meanwhile(
            frozenset(change.change_set.by_uid for change in changes),
            frozenset(changed),
            frozenset(differs & changed if is_known else typed[uid]),
        )
    return found


def also_changed(joined: Collection[Meanwhile], by: User) -> str:
    """Return the sentence about what others changed in joined rows, "" for nothing. One query at most."""
    names = {name for one in joined for name in one.changed}
    labels = [str(field.label) for field in edited() if field.key in names]
    if not labels:
        return ""
    uids = {uid for one in joined for uid in one.people if uid}
    people = User.objects.filter(uid__in=uids).order_by("name")
    who = [_("You") if one == by else str(one) for one in people] or [_("Somebody")]
    return _("%(who)s also changed %(fields)s.") % {
        "who": ", ".join(who),
        "fields": ", ".join(labels),
    }


def _plain(value: Any) -> Any:
    """Return a text without what a form does to it: line ends, and white space around it."""
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


@dataclass(frozen=True)
class Side:
    """A field of a row that somebody else saved meanwhile: theirs beside mine."""

    field: Field
    theirs: str
    mine: str


def sides(now: Channel, mine: Mapping[str, Any]) -> list[Side]:
    """Return what stands against what in a row that was changed meanwhile."""
    typed = copy(now)
    for name, value in mine.items():
        setattr(typed, name, value)
    return [
        Side(fields()[name], value_in_words(now, fields()[name]), value_in_words(typed, fields()[name]))
        for name in mine
    ]  # fmt: skip
