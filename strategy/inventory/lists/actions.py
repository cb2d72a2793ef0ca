"""Everything that is changed from the list: many channels in one act, and saved views."""

import uuid
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.history.queries import LastChange, last_change
from portal.history.record import Recorder, change_set, check_changed
from portal.lib.refusals import Refusal
from strategy.inventory import seal
from strategy.inventory.lists.bulk import LINKS, editable
from strategy.inventory.lists.saved import check_may_change, free_slug
from strategy.inventory.models import Channel, SavedView, ViewMark
from strategy.plan.models import Strategy
from teams import access
from teams.access import Denied
from teams.models import User
from teams.roles import Act


@dataclass(frozen=True)
class Edit:
    """What one row is to say, and the version of it that the person saw."""

    uid: uuid.UUID
    version: int
    values: dict[str, Any]


@dataclass(frozen=True)
class Overtaken:
    """A row that was changed (`now`) or deleted (None) since the person saw it, and by whom."""

    uid: uuid.UUID
    now: Channel | None
    saved: LastChange | None


class ManyStale(Refusal):
    """Some of the rows were changed meanwhile, so none is saved. Carries which."""

    status = 409

    def __init__(self, rows: Sequence[Overtaken]) -> None:
        self.rows = rows
        super().__init__(
            _("Some of these channels were changed meanwhile. Nothing is saved. Look, then decide.")
        )


class BadRow(Refusal):
    """The values of one row are refused, so none is saved. Carries which, and the errors by field."""

    status = 422

    def __init__(self, channel: Channel, error: ValidationError) -> None:
        self.channel = channel
        self.errors: dict[str, list[str]] = (
            error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        )
        words = " ".join(sentence for each in self.errors.values() for sentence in each)
        super().__init__(f"{channel}: {words}")


def edit_channels(*, strategy: Strategy, edits: Iterable[Edit], reason: str = "", by: User) -> int:
    """Change many channels as one act, all of them or none; return how many differ now.

    Who does not answer for a channel breaks its seal.

    Raises ManyStale naming every row that somebody was quicker with, BadRow for values that are refused, and
    Denied when the person may not change one of them.
    """
    wanted = {edit.uid: edit for edit in edits}
    with change_set(by=by, scope=strategy.uid, reason=reason) as record:
        rows = Channel.objects.filter(strategy=strategy, uid__in=wanted).order_by("pk")
        rows = rows.select_related(*_LINKS)
        found = {row.uid: row for row in rows.select_for_update(of=("self",), no_key=True)}
        late = [
            uid
            for uid, edit in wanted.items()
            if uid not in found or found[uid].version != edit.version
        ]
        if late:
            raise ManyStale([Overtaken(uid, found.get(uid), last_change(uid)) for uid in late])
        allowed = editable(strategy, found.values(), by)
        for row in found.values():
            if row.pk not in allowed:
                raise Denied(access.refusal(Act.EDIT, row))
        day, own = timezone.localdate(), access.reach(by).team_ids
        changed = {
            uid: seal.edited(row, wanted[uid].values, on=day, by=by, teams_of=own)
            for uid, row in found.items()
        }
        return _write(record, [(row, changed[uid]) for uid, row in found.items()])


_LINKS = (*LINKS, "unsealed_by")


def _write(record: Recorder, rows: Iterable[tuple[Channel, dict[str, Any]]]) -> int:
    """Write what differs, in few statements; return how many rows do. Raises BadRow."""
    together: list[tuple[Channel, dict[str, Any]]] = []
    alone = 0
    known: set[tuple[str, Any]] = set()  # links that were found to lead somewhere
    for row, values in rows:
        differs = {name: value for name, value in values.items() if getattr(row, name) != value}
        links = {(name, differs[name]) for name in _LINKS if name in differs}
        try:
            if "name" in differs:  # it must differ from those that were written before
                alone += record.update(row, **differs)
            elif differs:
                after = copy(row)
                for name, value in differs.items():
                    setattr(after, name, value)
                check_changed(after, differs, known=[name for name, _row in links & known])
                together.append((row, differs))
        except ValidationError as error:
            raise BadRow(row, error) from error
        known |= links
    record.update_many(together)
    return alone + len(together)


# --- saved views -----------------------------------------------------------------------------------


def add_view(*, strategy: Strategy, values: dict[str, Any], by: User) -> SavedView:
    """Save a view of the list, as a favorite of who saves it. A private one stands in their history alone."""
    access.check(by, Act.VIEW, strategy)
    view = SavedView(strategy=strategy, owner=by, **values)
    view.slug = free_slug(strategy, by, view.name)
    if view.is_shared:
        _check_may_share(strategy, by)
    with change_set(by=by, scope=_scope(view)) as record:
        record.create(view)
    ViewMark.objects.create(person=by, view=view)
    return view


def edit_view(
    *, view: SavedView, values: dict[str, Any], expected: int | None, by: User
) -> SavedView:
    """Change a view. To share it, or no longer, is an act of its own: nothing else of it is told to all."""
    _check(view, by)
    share = values.get("is_shared", view.is_shared)
    others = {name: value for name, value in values.items() if name != "is_shared"}
    with transaction.atomic():
        if view.is_shared and not share:
            with change_set(by=by, scope=view.strategy.uid) as record:
                record.update(view, expected=expected, is_shared=False)
            expected = None
        with change_set(by=by, scope=_scope(view)) as record:
            record.update(view, expected=expected, **others)
        if share and not view.is_shared:
            _check_may_share(view.strategy, by)
            slug = free_slug(view.strategy, view.owner, view.slug, but=view)
            with change_set(by=by, scope=view.strategy.uid) as record:
                record.update(view, is_shared=True, slug=slug)
    return view


def delete_view(*, view: SavedView, expected: int | None, by: User) -> None:
    """Delete a view. The channels it showed stay as they are."""
    _check(view, by)
    with change_set(by=by, scope=_scope(view)) as record:
        record.delete(view, expected=expected)


def mark_view(*, view: SavedView, is_favorite: bool, opens_list: bool, by: User) -> None:
    """Keep a view at hand or no longer, and let the list open with it. It opens with one at most."""
    access.check(by, Act.VIEW, view.strategy)
    _check_seen(view, by)
    marks = ViewMark.objects.filter(person=by)
    with transaction.atomic():
        if opens_list:
            marks.filter(view__strategy=view.strategy).update(opens_list=False)
        if not is_favorite and not opens_list:
            marks.filter(view=view).delete()
        else:
            values = {"opens_list": opens_list}
            ViewMark.objects.update_or_create(person=by, view=view, defaults=values)


def _scope(view: SavedView) -> uuid.UUID:
    """Return whose history it belongs to: the strategy's, or of a private one its owner's alone."""
    return view.strategy.uid if view.is_shared else view.owner.uid


def _check_seen(view: SavedView, by: User) -> None:
    if not (view.is_shared or view.owner_id == by.pk):
        raise Denied(_("This view is somebody's own."))


def _check(view: SavedView, by: User) -> None:
    _check_seen(view, by)
    check_may_change(view, by)


def _check_may_share(strategy: Strategy, by: User) -> None:
    """Raise Denied when a reader shares a view: readers save private ones."""
    if not access.can(by, Act.LOG_GAP, strategy):
        raise Denied(
            _(
                "Readers save views for themselves. Ask a strategy lead for the contributor role to share one."
            )
        )
