"""Undo: put back what one change set did, unless somebody has changed the same fields since."""

import uuid
from collections import Counter
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
    rows: list[Tracked] = []
    for change in chosen.changes.all():
        row = _model(change)._base_manager.filter(uid=change.object_uid).first()
        if row is not None:
            rows.append(row)
    return rows


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
            gone = _deleted(changes)
            for change in changes:
                if _is_loss(change, gone):
                    _link_again(change, record)
                else:
                    _reverse(change, record, updates[change.object_uid])
            if not ChangeSet.objects.filter(pk=chosen.pk, undone_by=None).update(
                undone_by=record.row.uid
            ):
                raise RuleBroken(_("This change was undone already."))
    except (ProtectedError, RestrictedError, IntegrityError):
        raise RuleBroken(
            _("This cannot be undone, because other things now depend on it. Remove those first.")
        ) from None
    return record.row


def _link_again(change: Change, record: Recorder) -> None:
    """Link a row again with what has come back, unless it is linked elsewhere, or gone, since."""
    row = _model(change)._base_manager.filter(uid=change.object_uid).first()
    if row is not None:
        links = _decoded(type(row), change.before)
        still = {name: value for name, value in links.items() if getattr(row, name) is None}
        record.update(row, check=False, **still)


def _reverse(change: Change, record: Recorder, updates: int) -> None:
    """Put one change back. `updates`: how often the same act changed the row, besides."""
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
        raise RuleBroken(
            _("“%(name)s” was deleted since. Undo the deletion first.") % {"name": change.label}
        )
    if change.kind == Change.Kind.CREATE:
        if row.version - record.updates[row.uid] != change.version + updates:
            raise RuleBroken(
                _("“%(name)s” was changed since it was added. Delete it instead.") % {"name": row}
            )
        record.delete(row)
        return
    known = {field.name for field in model.tracked_fields()}
    after = {name: value for name, value in change.after.items() if name in known}
    if change.after and not after:  # an earlier version of the portal kept it there
        raise RuleBroken(_("This fact is kept elsewhere now; change it there."))
    if values_of(row, after) != after:
        raise RuleBroken(
            _("“%(name)s” was changed again since. Undo the later change first.") % {"name": row}
        )
    if after:
        record.update(row, check=False, **_decoded(model, change.before))
    else:  # its links are put back by their own changes
        record.touch(row)


def _model(change: Change) -> type[Tracked]:
    return apps.get_model(change.model)


def _decoded(model: type[Tracked], values: dict[str, Any]) -> dict[str, Any]:
    decoded: dict[str, Any] = {}
    for field in model.tracked_fields():
        if field.name not in values:
            continue
        value = values[field.name]
        if field.is_relation and value is not None:
            related: Any = field.related_model
            if issubclass(related, Tracked):
                decoded[field.name] = _target(related, value)
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
