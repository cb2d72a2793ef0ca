"""Reading history: sentences for people, with names as they are today."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models
from django.db.models.functions import RowNumber
from django.utils import formats
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from portal.history.models import Change, ChangeSet, Tracked
from portal.history.words import Piece, pieces


@dataclass(frozen=True)
class FieldChange:
    """One field: its label, and what it said before and after; of a long text the pieces that differ."""

    label: str
    before: str
    after: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Line:
    """One row's change: what kind of thing, its name, and the fields."""

    kind: str
    kind_label: str
    thing: str
    name: str
    object_uid: uuid.UUID
    model: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Undone:
    """The act that another one took back: whose it was, and when. `is_here`: it stands on the same page."""

    uid: uuid.UUID
    who: str
    at: dt.datetime
    is_here: bool


@dataclass(frozen=True)
class Entry:
    """One act: who, when, why, and its lines. `undoes`: the act that it took back, None for any other act."""

    uid: uuid.UUID
    at: dt.datetime
    who: str
    reason: str
    undoes: Undone | None
    is_undone: bool
    lines: tuple[Line, ...]
    more: int
    can_be_undone: bool


def feed(*, scope: uuid.UUID | None, limit: int = 50, offset: int = 0) -> list[Entry]:
    """Return the newest acts in a strategy (or, with None, in the organization)."""
    return _entries(
        ChangeSet.objects.filter(scope_uid=scope).order_by("-id")[offset : offset + limit]
    )


RECENT = 100
"""Acts by which two states of a scope are told apart."""


_LATEST = """
    SELECT id FROM (SELECT id FROM {table} WHERE scope_uid = %s ORDER BY id DESC LIMIT {recent}) AS own
    UNION ALL
    SELECT id FROM (SELECT id FROM {table} WHERE scope_uid IS NULL ORDER BY id DESC LIMIT {recent}) AS all_of_us
"""


def latest_acts(scope: uuid.UUID) -> tuple[int, ...]:
    """Return the ids of the latest acts in a strategy and in the organization: other ones, other state.

    An act that is committed late has a lower id than one that was quicker, so one id would not do. One query,
    which Django cannot say: SQLite takes no limits in a union, unless they stand in queries of their own.
    """
    field = ChangeSet._meta.get_field("scope_uid")
    sql = _LATEST.format(table=ChangeSet._meta.db_table, recent=RECENT)
    with connection.cursor() as cursor:
        cursor.execute(sql, [field.get_db_prep_value(scope, connection)])
        return tuple(sorted(key for (key,) in cursor.fetchall()))


@dataclass(frozen=True)
class TakenBack:
    """By whom an act was taken back, and when."""

    who: str
    at: dt.datetime


def taken_back(acts: Collection[uuid.UUID], *, scope: uuid.UUID) -> dict[uuid.UUID, TakenBack]:
    """Return who took back which of these acts of a scope, and when, by the act that was taken back.

    An undo that was itself undone does not count. Two queries; none for no acts.
    """
    if not acts:
        return {}
    undos = list(ChangeSet.objects.filter(scope_uid=scope, undoes__in=acts, undone_by=None))
    names = _Names([], (row.by_uid for row in undos))
    return {row.undoes: TakenBack(names.person(row.by_uid), row.at) for row in undos if row.undoes}


def latest_acts_of(scope: uuid.UUID | None) -> tuple[int, ...]:
    """Return the ids of the latest acts in a strategy (None: in the organization). Their sum grows with each."""
    acts = ChangeSet.objects.filter(scope_uid=scope).order_by("-id")
    return tuple(acts.values_list("id", flat=True)[:RECENT])


def of_object(object_uid: uuid.UUID, *, limit: int = 20) -> list[Entry]:
    """Return the newest acts that touched one object."""
    return of_objects([object_uid], limit=limit)


def of_objects(object_uids: Iterable[uuid.UUID], *, limit: int = 20) -> list[Entry]:
    """Return the newest acts that touched any of these objects."""
    touched = models.Q(object_uid__in=list(object_uids))
    sets = ChangeSet.objects.filter(pk__in=Change.objects.filter(touched).values("change_set"))
    return _entries(sets.order_by("-id")[:limit], only=touched)


@dataclass(frozen=True)
class LastChange:
    """Who changed something last, and when. `first_name` is "" when it was no person who is known."""

    act: uuid.UUID
    by: uuid.UUID | None
    who: str
    first_name: str
    at: dt.datetime


def last_change(object_uid: uuid.UUID) -> LastChange | None:
    """Return the newest act that touched one object; None when nobody ever did. Two queries."""
    acts = ChangeSet.objects.filter(changes__object_uid=object_uid).order_by("-id")
    act = acts.first()
    if act is None:
        return None
    person = get_user_model()._base_manager.filter(uid=act.by_uid).first() if act.by_uid else None
    who = _("The portal") if act.by_uid is None else _("A former member")
    name = str(person or "")
    return LastChange(act.uid, act.by_uid, name or who, (name.split() or [""])[0], act.at)


def newest_of(object_uids: Iterable[uuid.UUID], *, after: int) -> uuid.UUID | None:
    """Return which of these objects was changed last, after that act; None when none was. One query."""
    changes = Change.objects.filter(object_uid__in=list(object_uids), change_set__gt=after)
    changes = changes.order_by("-id")
    return changes.values_list("object_uid", flat=True).first()


def last_to_change(object_uids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return who changed each object last, by its uid; nothing for what nobody ever did. Three queries."""
    changes = Change.objects.filter(object_uid__in=list(object_uids)).order_by()
    latest = changes.values("object_uid").annotate(act=models.Max("change_set"))
    acts = {row["object_uid"]: row["act"] for row in latest}
    by = dict(ChangeSet.objects.filter(pk__in=set(acts.values())).values_list("pk", "by_uid"))
    names = _Names([], by.values())
    return {uid: names.person(by[act]) for uid, act in acts.items()}


@dataclass(frozen=True)
class Since:
    """What was changed of a row since some moment: the names of the fields, and the newest change."""

    labels: tuple[str, ...]
    newest: FieldChange | None

    @property
    def is_short(self) -> bool:
        """Is the newest change read at a glance?"""
        return (
            self.newest is not None
            and max(len(self.newest.before), len(self.newest.after)) <= _LONG
        )


def labels_since(thing: Any, version: int, *, but: Collection[str] = ()) -> tuple[str, ...]:
    """Return the names of the fields of a row that were changed since this version, the newest first. One query.

    Fields named in `but` are not told.
    """
    updates = Change.objects.filter(object_uid=thing.uid, kind=Change.Kind.UPDATE).order_by("-id")
    keys = (
        key
        for change in updates[: max(thing.version - version, 0)]
        for key in change.after
        if key not in but
    )
    return tuple(dict.fromkeys(_label(type(thing), key) for key in keys))


def since_filled(
    object_uids: Collection[uuid.UUID], mark: str, *, but: Collection[str]
) -> dict[uuid.UUID, Since]:
    """Return what was changed of rows since the field `mark` was last filled, that act included.

    Fields named in `but` are not told. One query for the changes and one for each kind of thing that they name,
    however many rows; none for no rows.
    """
    if not object_uids:
        return {}
    updates = Change.objects.filter(object_uid__in=object_uids, kind=Change.Kind.UPDATE)
    since: dict[uuid.UUID, list[Change]] = {uid: [] for uid in object_uids}
    complete: set[uuid.UUID] = set()
    for change in updates.order_by("-id"):
        uid = change.object_uid
        if uid in complete:
            continue
        if mark in change.after and change.before.get(mark) is None:
            complete.add(uid)
        for name in but:
            change.before.pop(name, None)
            change.after.pop(name, None)
        if change.after:
            since[uid].append(change)
    names = _Names((changes[0] for changes in since.values() if changes), ())
    return {uid: _since(changes, names) for uid, changes in since.items()}


def _since(changes: Sequence[Change], names: "_Names") -> Since:
    labels = dict.fromkeys(
        _label(apps.get_model(change.model), key) for change in changes for key in change.after
    )
    told = _line(changes[0], names).fields if changes else ()
    return Since(tuple(labels), told[0] if told else None)


@dataclass(frozen=True)
class News:
    """What others did: how many acts, and the newest of them."""

    count: int
    entries: list[Entry]


def news(
    *,
    scope: uuid.UUID,
    about: models.Q,
    to: uuid.UUID,
    after: int | None,
    since: dt.datetime,
    limit: int | None,
) -> News:
    """Return what others than `to` did in a scope, newest first: all after the act numbered `after`.

    Without such an act, all since a moment. `about` says which changes concern the person.
    """
    acts = ChangeSet.objects.filter(scope_uid=scope).exclude(by_uid=to)
    acts = acts.filter(at__gte=since) if after is None else acts.filter(pk__gt=after)
    told = Change.objects.filter(about, change_set__in=acts)
    acts = acts.filter(pk__in=told.values("change_set"))
    count = acts.count()
    return News(count, _entries(acts.order_by("-id")[:limit], only=about) if count else [])


_LINES = 12  # an import touches hundreds of rows; the entry says how many more there are


def _entries(sets: Iterable[ChangeSet], only: models.Q | None = None) -> list[Entry]:
    chosen = list(sets)
    grouped: dict[int, list[Any]] = defaultdict(list)
    changes = Change.objects.filter(change_set__in=chosen)
    if only is not None:
        changes = changes.filter(only)
    # Of an import with thousands of changes only those that are shown are read.
    in_act: dict[str, Any] = {"partition_by": [models.F("change_set")]}
    lasting = models.When(model__in=_never_undone(), then=1)
    changes = changes.annotate(
        place=models.Window(RowNumber(), order_by="id", **in_act),
        of=models.Window(models.Count("id"), **in_act),
        lasts=models.Window(models.Max(models.Case(lasting, default=0)), **in_act),
    )
    for change in changes.filter(place__lte=_LINES).order_by("id"):
        grouped[change.change_set_id].append(change)
    shown = [change for group in grouped.values() for change in group]
    taken_back = _taken_back(chosen)
    names = _Names(shown, (row.by_uid for row in [*chosen, *taken_back]))
    here = {row.uid for row in chosen}
    undone = {
        row.uid: Undone(row.uid, names.person(row.by_uid), row.at, row.uid in here)
        for row in taken_back
    }
    return [
        Entry(
            uid=row.uid,
            at=row.at,
            who=names.person(row.by_uid),
            reason=row.reason,
            undoes=undone.get(row.undoes) if row.undoes else None,
            is_undone=row.undone_by is not None,
            lines=tuple(_line(change, names) for change in grouped[row.pk]),
            more=max((change.of for change in grouped[row.pk]), default=0) - len(grouped[row.pk]),
            can_be_undone=row.undone_by is None
            and bool(grouped[row.pk])
            and not any(change.lasts for change in grouped[row.pk]),
        )
        for row in chosen
    ]


def _taken_back(acts: Iterable[ChangeSet]) -> list[ChangeSet]:
    """Return the acts that these took back. One query, none when they are no undos."""
    uids = {row.undoes for row in acts if row.undoes}
    return list(ChangeSet.objects.filter(uid__in=uids)) if uids else []


def _never_undone() -> list[str]:
    """Return the models that history does not offer to take back: some things are only ever added."""
    return [
        model._meta.label_lower
        for model in apps.get_models()
        if issubclass(model, Tracked) and not model.can_be_undone
    ]


_TEXTS = (models.CharField, models.TextField)
_LONG = 80  # characters; what is shorter is read faster as a whole


def _pieces(field: models.Field | None, before: str, after: str) -> tuple[Piece, ...]:
    if not isinstance(field, _TEXTS) or max(len(before), len(after)) <= _LONG:
        return ()
    if before.split() == after.split():
        return (Piece("same", _("only spaces and line breaks")),)
    return pieces(before, after)


def _line(change: Change, names: "_Names") -> Line:
    model = apps.get_model(change.model)
    fields = []
    if change.kind == Change.Kind.UPDATE or change.kind in (Change.Kind.SHARE, Change.Kind.UNSHARE):
        keys = list(change.after)
    else:
        keys = []
    for key in keys:
        field = _field(model, key)
        before = names.value(field, change.before.get(key))
        after = names.value(field, change.after.get(key))
        if before == after:  # nobody reads a difference in it
            continue
        fields.append(
            FieldChange(
                label=_label(model, key),
                before=before,
                after=after,
                pieces=_pieces(field, before, after),
            )
        )
    return Line(
        kind=change.kind,
        kind_label=str(Change.Kind(change.kind).label),
        thing=str(model._meta.verbose_name),
        name=change.label,
        object_uid=change.object_uid,
        model=change.model,
        fields=tuple(fields),
    )


def _label(model: type[models.Model], name: str) -> str:
    field = _field(model, name)
    return str(field.verbose_name) if field else name.replace("_", " ")


def _field(model: type[models.Model], name: str) -> models.Field | None:
    try:
        return model._meta.get_field(name)  # type: ignore[return-value]
    except FieldDoesNotExist:
        return None


class _Names:
    """Looks up, in one query a kind, the names of all uids that the shown changes mention."""

    def __init__(self, changes: Iterable[Change], people: Iterable[uuid.UUID | None]) -> None:
        wanted: dict[Any, set[str]] = defaultdict(set)
        user_model = get_user_model()
        for uid in people:
            if uid:
                wanted[user_model].add(str(uid))
        for change in changes:
            model = apps.get_model(change.model)
            for values in (change.before, change.after):
                for key, value in values.items():
                    field = _field(model, key)
                    if field is not None and field.is_relation and isinstance(value, str):
                        wanted[field.related_model].add(value)
        self.names: dict[str, str] = {}
        for model, uids in wanted.items():
            rows = model._base_manager.filter(uid__in=uids)
            named_with = getattr(model, "named_with", ())
            for row in rows.select_related(*named_with) if named_with else rows:
                self.names[str(row.uid)] = str(row)

    def person(self, uid: uuid.UUID | None) -> str:
        if uid is None:
            return _("The portal")
        return self.names.get(str(uid), _("A former member"))

    def value(self, field: models.Field | None, value: Any) -> str:
        if value in (None, "", []):
            return "—"
        if field is None:
            return str(value)
        if field.is_relation:
            return self.names.get(str(value), _("(deleted)"))
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(field, models.DateTimeField):
            moment = parse_datetime(value)
            return formats.date_format(moment, "DATETIME_FORMAT") if moment else value
        if isinstance(field, models.DateField):
            day = parse_date(value)
            return formats.date_format(day, "DATE_FORMAT") if day else value
        return str(value)
