"""Undo: put back what one change set did, unless somebody has changed the same fields since."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models
from django.db.models import ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from portal.history.models import Change, ChangeSet, Tracked
from portal.history.record import Recorder, change_set, values_of
from portal.lib.refusals import RuleBroken


def rows_of(chosen: ChangeSet) -> list[Tracked]:
    """Return the rows that still exist of those this change set touched."""
    changes = list(chosen.changes.order_by("id"))
    uids: dict[type[Tracked], list[uuid.UUID]] = defaultdict(list)
    for change in changes:
        uids[_model(change)].append(change.object_uid)
    found = {uid: row for model, own in uids.items() for uid, row in _by_uid(model, own).items()}
    return [found[change.object_uid] for change in changes if change.object_uid in found]


def _by_uid(model: type[Tracked], uids: list[uuid.UUID]) -> dict[uuid.UUID, Tracked]:
    """Return the rows that exist, with what they are linked to, a part at a time."""
    links = [field.name for field in model.tracked_fields() if field.is_relation]
    rows = model._base_manager.select_related(*links) if links else model._base_manager
    found: dict[uuid.UUID, Tracked] = {}
    for start in range(0, len(uids), PART):
        part = rows.filter(uid__in=uids[start : start + PART])
        found |= {row.uid: row for row in part}
    return found


def unlinked_by(chosen: ChangeSet) -> set[uuid.UUID]:
    """Return the uids of the rows that did nothing but lose their links to what this change set deleted."""
    changes = list(chosen.changes.all())
    gone = _deleted(changes)
    lost = {change.object_uid for change in changes if _is_loss(change, gone)}
    return lost - {change.object_uid for change in changes if not _is_loss(change, gone)}


def _deleted(changes: list[Change]) -> set[str]:
    return {str(change.object_uid) for change in changes if change.kind == Change.Kind.DELETE}


def _is_loss(change: Change, gone: set[str]) -> bool:
    """Did a row do nothing but lose its links to what the same act deleted?"""
    return (
        change.kind == Change.Kind.UPDATE
        and bool(change.after)
        and all(value is None for value in change.after.values())
        and all(isinstance(key, str) and key in gone for key in change.before.values())
    )


def undo(chosen: ChangeSet, *, by: Any) -> ChangeSet:
    """Undo one change set as a new one. Refused with a sentence when a later change would be lost.

    Who may do so is asked by the caller, who knows the policy.
    """
    if chosen.undone_by:
        raise RuleBroken(_("This change was undone already."))
    changes = list(chosen.changes.order_by("-id"))
    if any(change.kind in (Change.Kind.SHARE, Change.Kind.UNSHARE) for change in changes):
        raise RuleBroken(
            _("Sharing is not undone here. Open the share dialog and change it there.")
        )
    for change in changes:
        if not _model(change).can_be_undone:
            raise RuleBroken(_("“%(name)s” is not taken back by an undo.") % {"name": change.label})
    try:
        with change_set(by=by, scope=chosen.scope_uid, undoes=chosen.uid) as record:
            updates = Counter(
                change.object_uid for change in changes if change.kind == Change.Kind.UPDATE
            )
            for part in _parts(changes, _deleted(changes)):
                part.reverse(record, updates)
            if not ChangeSet.objects.filter(pk=chosen.pk, undone_by=None).update(
                undone_by=record.row.uid
            ):
                raise RuleBroken(_("This change was undone already."))
    except (ProtectedError, RestrictedError, IntegrityError):
        raise RuleBroken(
            _("This cannot be undone, because other things now depend on it. Remove those first.")
        ) from None
    return record.row


PART = 500
"""How many rows are read, changed or deleted together."""


@dataclass
class _Part:
    """Changes that follow one another and are put back in the same way."""

    way: str
    model: type[Tracked]
    changes: list[Change]

    def reverse(self, record: Recorder, updates: Counter[uuid.UUID]) -> None:
        """Put them back."""
        if self.way == Change.Kind.CREATE:
            _delete_again(self, record, updates)
        elif self.way == Change.Kind.UPDATE:
            _put_back(self, record)
        elif self.way == "loss":
            _link_again(self.changes[0], record)
        else:
            _reverse(self.changes[0], record)


def _parts(changes: list[Change], gone: set[str]) -> Iterator[_Part]:
    """Yield the changes of an act in parts that few statements put back: an import touches thousands of rows."""
    part: _Part | None = None
    for change in changes:
        model = _model(change)
        way: str = "loss" if _is_loss(change, gone) else change.kind
        if way == Change.Kind.UPDATE and not change.after:
            way = "touched"
        together = way in (Change.Kind.CREATE, Change.Kind.UPDATE)
        if (
            part is not None
            and together
            and (part.way, part.model) == (way, model)
            and len(part.changes) < PART
        ):
            part.changes.append(change)
            continue
        if part is not None:
            yield part
        part = _Part(way, model, [change])
    if part is not None:
        yield part


def _delete_again(part: _Part, record: Recorder, updates: Counter[uuid.UUID]) -> None:
    """Delete what was added, unless it was changed since."""
    found = _by_uid(part.model, [change.object_uid for change in part.changes])
    rows = []
    for change in part.changes:
        row = found.get(change.object_uid)
        if row is None:
            raise _gone(change)
        if row.version - record.updates[row.uid] != change.version + updates[row.uid]:
            raise RuleBroken(
                _("“%(name)s” was changed since it was added. Delete it instead.") % {"name": row}
            )
        rows.append(row)
    record.delete_many(rows)


def _put_back(part: _Part, record: Recorder) -> None:
    """Give rows the values they had, unless these were changed again since."""
    changes: dict[uuid.UUID, Change] = {}
    for change in part.changes:
        if change.object_uid in changes:  # twice in one act: the later change goes first
            _put_back_each(part.model, changes, record)
            changes = {}
        changes[change.object_uid] = change
    _put_back_each(part.model, changes, record)


def _put_back_each(
    model: type[Tracked], changes: dict[uuid.UUID, Change], record: Recorder
) -> None:
    found = _by_uid(model, list(changes))
    known = {field.name for field in model.tracked_fields()}
    targets: dict[tuple[type[Tracked], str], models.Model] = {}
    pairs = []
    for uid, change in changes.items():
        row = found.get(uid)
        if row is None:
            raise _gone(change)
        after = {name: value for name, value in change.after.items() if name in known}
        if not after:  # an earlier version of the portal kept it there
            raise RuleBroken(_("This fact is kept elsewhere now; change it there."))
        if values_of(row, after) != after:
            raise RuleBroken(
                _("“%(name)s” was changed again since. Undo the later change first.")
                % {"name": row}
            )
        pairs.append((row, _decoded(model, change.before, targets)))
    record.update_many(pairs)


def _gone(change: Change) -> RuleBroken:
    return RuleBroken(
        _("“%(name)s” was deleted since. Undo the deletion first.") % {"name": change.label}
    )


def _link_again(change: Change, record: Recorder) -> None:
    """Link a row again with what has come back, unless it is linked elsewhere, or gone, since."""
    row = _model(change)._base_manager.filter(uid=change.object_uid).first()
    if row is not None:
        links = _decoded(type(row), change.before)
        still = {name: value for name, value in links.items() if getattr(row, name) is None}
        record.update(row, check=False, **still)


def _reverse(change: Change, record: Recorder) -> None:
    """Put one deletion back, or a change of nothing but what the row is linked with."""
    model = _model(change)
    row = model._base_manager.filter(uid=change.object_uid).first()
    if change.kind == Change.Kind.DELETE:
        if row is None:
            row = model(uid=change.object_uid, version=change.version + 1)
            for name, value in _decoded(model, change.before).items():
                setattr(row, name, value)
            record.create(row, check=False)
        return
    if row is None:
        raise _gone(change)
    record.touch(row)  # its links are put back by their own changes


def _model(change: Change) -> type[Tracked]:
    return apps.get_model(change.model)


def _decoded(
    model: type[Tracked],
    values: dict[str, Any],
    targets: dict[tuple[type[Tracked], str], models.Model] | None = None,
) -> dict[str, Any]:
    """Return kept values as the model has them; `targets` remembers rows that were looked up."""
    targets = {} if targets is None else targets
    decoded: dict[str, Any] = {}
    for field in model.tracked_fields():
        if field.name not in values:
            continue
        value = values[field.name]
        if field.is_relation and value is not None:
            related: Any = field.related_model
            if issubclass(related, Tracked):
                if (related, value) not in targets:
                    targets[related, value] = _target(related, value)
                decoded[field.name] = targets[related, value]
            else:
                decoded[field.attname] = value
        elif value is None or isinstance(value, list | dict):
            decoded[field.name] = value
        else:
            decoded[field.name] = field.to_python(value)
    return decoded


def _target(related: type[Tracked], uid: str) -> models.Model:
    target = related._base_manager.filter(uid=uuid.UUID(uid)).first()
    if target is None:
        raise RuleBroken(
            _("This cannot be undone: the %(kind)s it belonged to is gone.")
            % {"kind": related._meta.verbose_name}
        )
    return target
