"""Writing: the one way in which tracked rows are created, changed and deleted.

with change_set(by=user, scope=strategy.uid) as record:
    record.update(channel, expected=form.version, name="Claims line")
"""

import datetime as dt
import decimal
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import models, transaction
from django.db.models import F, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.history.models import Change, ChangeSet, Tracked
from portal.history.queries import labels_since, last_change
from portal.lib.refusals import Refusal


class Stale(Refusal):
    """The row was changed or deleted meanwhile. Carries both versions, so that nothing typed is lost.

    `by` is who comes too late. `saved` is who was quicker and when: `is_own` says that it was they themself, in
    another window. `since` are the names of the fields that were changed, for who only looked.
    """

    status = 409

    def __init__(
        self,
        theirs: Tracked | None,
        mine: dict[str, Any],
        *,
        by: uuid.UUID | None = None,
        since: Sequence[str] = (),
    ) -> None:
        self.theirs = theirs
        self.mine = mine
        self.saved = last_change(theirs.uid) if theirs is not None else None
        self.is_own = by is not None and self.saved is not None and self.saved.by == by
        who = self.saved.who if self.saved else _("Somebody")
        if theirs is None:
            sentence = _(
                "Somebody deleted this meanwhile. Your text is kept below; copy what you need."
            )
        elif self.is_own and mine:
            sentence = _("You changed this in another window meanwhile. Choose which text to keep.")
        elif self.is_own:
            sentence = _(
                "You changed this in another window meanwhile. Look at it as it is now, then decide."
            )
        elif not mine:
            sentence = _(
                "%(who)s changed this meanwhile. Look at it as it is now, then decide."
            ) % {"who": who}
        else:
            sentence = _(
                "%(who)s changed this while you were editing. Choose which text to keep."
            ) % {"who": who}
        if since:
            sentence += " " + _("Changed since: %(what)s.") % {"what": ", ".join(since)}
        super().__init__(sentence)


def check_seen(thing: Tracked, expected: int | None, *, by: Any, but: Collection[str] = ()) -> None:
    """Raise Stale unless this version is the one that the person saw: nobody confirms what they did not read.

    It says which fields were changed since; those named in `but` are not told.
    """
    if expected is not None and expected != thing.version:
        seen = labels_since(thing, expected, but=but) if expected > 0 else ()
        raise Stale(thing, {}, by=by.uid, since=seen)


SYSTEM = None
"""The actor of what no person did."""


@contextmanager
def change_set(
    *,
    by: Any,
    scope: uuid.UUID | None = None,
    reason: str = "",
    at: dt.datetime | None = None,
    undoes: uuid.UUID | None = None,
) -> Iterator["Recorder"]:
    """Open a transaction whose tracked changes are kept as one act of `by` (None: the system)."""
    with transaction.atomic():
        row = ChangeSet(
            at=at or timezone.now(),
            by_uid=getattr(by, "uid", None),
            scope_uid=scope,
            reason=reason,
            undoes=undoes,
        )
        recorder = Recorder(row)
        yield recorder
        recorder._store()


class Recorder:
    """Creates, updates and deletes tracked rows and remembers what it did."""

    def __init__(self, row: ChangeSet) -> None:
        self.row = row
        self.changes: list[Change] = []
        self.updates: Counter[uuid.UUID] = Counter()  # by how many versions each row grew

    def create(self, obj: Tracked, *, check: bool = True) -> None:
        """Save a new row. Raises ValidationError when the model refuses its values."""
        if check:
            obj.full_clean()
        obj.changed_at = self.row.at
        obj.save(force_insert=True)
        self._note(Change.Kind.CREATE, obj, after=values_of(obj))

    def create_many(self, objects: Iterable[Tracked]) -> None:
        """Save new rows of one model in one statement. The caller has checked their values."""
        rows = list(objects)
        if not rows:
            return
        for obj in rows:
            obj.changed_at = self.row.at
        type(rows[0])._default_manager.bulk_create(rows, batch_size=500)
        for obj in rows:
            self._note(Change.Kind.CREATE, obj, after=values_of(obj))

    def update(
        self, obj: Tracked, *, expected: int | None = None, check: bool = True, **values: Any
    ) -> bool:
        """Change fields of a row if its version is still `expected` (default: the version that was loaded).

        Returns False when nothing differs. Raises Stale when somebody was quicker, ValidationError when the
        model refuses a value.
        """
        if expected is not None and expected != obj.version:
            raise Stale(obj, values, by=self.row.by_uid)
        changed = {name: value for name, value in values.items() if getattr(obj, name) != value}
        if not changed:
            return False
        before = values_of(obj, changed)
        for name, value in changed.items():
            setattr(obj, name, value)
        if check:
            check_changed(obj, changed)
        rows = type(obj)._base_manager.filter(pk=obj.pk, version=obj.version)
        if not rows.update(
            **{name: getattr(obj, name) for name in changed},
            version=F("version") + 1,
            changed_at=self.row.at,
        ):
            raise Stale(self._now(obj), values, by=self.row.by_uid)
        self._grow(obj)
        self._note(Change.Kind.UPDATE, obj, before=before, after=values_of(obj, changed))
        return True

    def update_many(self, changed: Iterable[tuple[Tracked, dict[str, Any]]]) -> None:
        """Change rows of one model in few statements, each if its version is still the one that was loaded.

        The caller has checked the values, and that each differs. Raises Stale when somebody was quicker.
        """
        pairs = list(changed)
        if not pairs:
            return
        rows = type(pairs[0][0])._base_manager
        _park(pairs)
        for start in range(0, len(pairs), 500):
            part = pairs[start : start + 500]
            locked = rows.filter(pk__in=[obj.pk for obj, _values in part]).select_for_update()
            now = dict(locked.values_list("pk", "version"))
            names = {"version", "changed_at"}
            for obj, values in part:
                if now.get(obj.pk) != obj.version:
                    raise Stale(self._now(obj), values, by=self.row.by_uid)
                before = values_of(obj, values)
                for name, value in values.items():
                    setattr(obj, name, value)
                self._grow(obj)
                self._note(Change.Kind.UPDATE, obj, before=before, after=values_of(obj, values))
                names |= values.keys()
            rows.bulk_update([obj for obj, _values in part], names, batch_size=100)

    def touch(self, obj: Tracked) -> None:
        """Count a change of what a row is linked with as a change of the row: its version grows.

        Raises Stale when somebody was quicker.
        """
        rows = type(obj)._base_manager.filter(pk=obj.pk, version=obj.version)
        if not rows.update(version=F("version") + 1, changed_at=self.row.at):
            raise Stale(self._now(obj), {}, by=self.row.by_uid)
        self._grow(obj)
        self._note(Change.Kind.UPDATE, obj)

    def _grow(self, obj: Tracked) -> None:
        obj.version += 1
        obj.changed_at = self.row.at
        self.updates[obj.uid] += 1

    def delete(self, obj: Tracked, *, expected: int | None = None) -> None:
        """Delete a row, and keep what it was. Tracked rows that hang from it are kept as well.

        Rows that stay and lose their link to it are changed, so that an undo links them again.
        """
        if expected is not None and expected != obj.version:
            raise Stale(obj, {}, by=self.row.by_uid)
        self.delete_many([obj])

    def delete_many(self, objects: Sequence[Tracked]) -> None:
        """Delete rows of one model together, as `delete` does with one."""
        gone, linked = _reached(objects)
        rows = {row.uid: row for row in [*gone, *objects]}
        alike = type(
            objects[0]
        )  # rows that point to one another come back in any order, and are linked last
        unlinked = [
            (row, name) for row, name in linked if row.uid not in rows or isinstance(row, alike)
        ]
        self._unlink(unlinked)
        rows |= {row.uid: row for row, _name in unlinked if row.uid in rows}
        for row in rows.values():
            self._note(Change.Kind.DELETE, row, before=values_of(row))
        type(objects[0])._base_manager.filter(pk__in=[obj.pk for obj in objects]).delete()

    def _unlink(self, linked: Iterable[tuple[Tracked, str]]) -> None:
        """Clear links. Done before what they point to is deleted; undo, the other way round, comes to it last."""
        rows: dict[uuid.UUID, Tracked] = {}
        names: dict[uuid.UUID, dict[str, None]] = defaultdict(dict)
        for row, name in linked:
            rows.setdefault(row.uid, row)
            names[row.uid][name] = None
        for uid, row in rows.items():
            self.update(row, check=False, **names[uid])

    def _now(self, obj: Tracked) -> Tracked | None:
        return type(obj)._base_manager.filter(pk=obj.pk).first()

    def note(self, kind: Change.Kind, obj: Tracked, after: dict[str, Any]) -> None:
        """Keep something that is not a field of the row, such as with whom it was shared."""
        self._note(kind, obj, after=after)

    def _note(
        self,
        kind: Change.Kind,
        obj: Tracked,
        *,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        self.changes.append(
            Change(
                kind=kind,
                model=obj._meta.label_lower,
                object_uid=obj.uid,
                label=str(obj)[:300],
                before=before or {},
                after=after or {},
                version=obj.version,
            )
        )

    def _store(self) -> None:
        if not self.changes:
            return
        self.row.save(force_insert=True)
        for change in self.changes:
            change.change_set = self.row
        Change.objects.bulk_create(self.changes, batch_size=500)


def _park(pairs: Sequence[tuple[Tracked, dict[str, Any]]]) -> None:
    """Take texts out of the way that rows exchange among themselves and only one row at a time may have."""
    model = type(pairs[0][0])
    unique = {
        name
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
        for name in _fields_of(constraint)
    }
    for name in unique & {name for _obj, values in pairs for name in values}:
        changed = [(obj, values[name]) for obj, values in pairs if name in values]
        before = {str(getattr(obj, name)).lower(): obj for obj, _new in changed}
        is_text = isinstance(model._meta.get_field(name), models.CharField)
        if is_text and any(before.get(str(new).lower(), obj) is not obj for obj, new in changed):
            parked = Concat(Value("␀"), Cast("pk", models.CharField()))
            keys = [obj.pk for obj, _new in changed]
            model._base_manager.filter(pk__in=keys).update(**{name: parked})


def check_changed(obj: Tracked, changed: Iterable[str], known: Iterable[str] = ()) -> None:
    """Check what changed, and every constraint that a changed field takes part in. Raises ValidationError.

    `known`: changed links of which the caller knows that they lead to a row; each of the others takes a query.
    """
    asked = set(changed)
    rest = {field.name for field in obj._meta.fields if field.name not in asked}
    obj.full_clean(exclude=rest | set(known), validate_constraints=False)
    for constraint in obj._meta.constraints:
        if not asked.isdisjoint(_fields_of(constraint)):
            constraint.validate(type(obj), obj)


def _fields_of(constraint: models.BaseConstraint) -> set[str]:
    """Return the names of the fields that a constraint speaks of."""
    if isinstance(constraint, models.CheckConstraint):
        return {name.split("__")[0] for name, _value in _leaves(constraint.condition)}
    names = set(getattr(constraint, "fields", ()))
    for expression in getattr(constraint, "expressions", ()):
        parts = expression.flatten() if hasattr(expression, "flatten") else [expression]
        names |= {part.name for part in parts if isinstance(part, F)}  # type: ignore[attr-defined]
    return names


def _leaves(condition: Any) -> Iterator[tuple[str, Any]]:
    for child in condition.children:
        if isinstance(child, tuple):
            yield child
        else:
            yield from _leaves(child)


def values_of(obj: Tracked, names: Iterable[str] | None = None) -> dict[str, Any]:
    """Return the tracked values as JSON: dates as ISO text, related rows as their uid."""
    chosen = None if names is None else set(names)
    return {
        field.name: encode(obj, field)
        for field in obj.tracked_fields()
        if chosen is None or field.name in chosen or field.attname in chosen
    }


def encode(obj: Tracked, field: models.Field) -> Any:
    """Return one value as JSON keeps it."""
    value = getattr(obj, field.attname)
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        if field.is_relation and value is not None:
            return _related_key(getattr(obj, field.name), value)
        return value
    if isinstance(value, decimal.Decimal | uuid.UUID):
        return str(value)
    if isinstance(value, dt.date | dt.datetime | dt.time):
        return value.isoformat()
    return str(value)


def _related_key(related: models.Model, key: Any) -> Any:
    return str(related.uid) if isinstance(related, Tracked) else key


def _reached(rows: Sequence[Tracked]) -> tuple[list[Tracked], list[tuple[Tracked, str]]]:
    """Return what the database deletes together with rows of one model, deepest first, and the links it clears.

    The rows whose links it clears are locked: nobody changes them before the deletion is done.
    """
    gone: list[Tracked] = []
    linked: list[tuple[Tracked, str]] = []
    for relation in relations_to(type(rows[0])):
        name = relation.field.name
        found = relation.related_model._base_manager.filter(**{f"{name}__in": rows}).order_by("pk")
        if relation.on_delete is models.CASCADE:
            if children := list(found):
                deeper, links = _reached(children)
                gone += [*deeper, *children]
                linked += links
        elif relation.on_delete is models.SET_NULL:
            named_with = relation.related_model.named_with
            found = found.select_related(name, *named_with).select_for_update(
                of=("self",), no_key=True
            )
            linked += [(row, name) for row in found]
    return gone, linked


def relations_to(model: type[models.Model]) -> list[Any]:
    """Return the relations by which tracked rows point to this model, also those without a name on its side."""
    return [
        field
        for field in model._meta.get_fields(include_hidden=True)
        if isinstance(field, models.ManyToOneRel) and issubclass(field.related_model, Tracked)
    ]
