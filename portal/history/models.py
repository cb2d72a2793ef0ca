"""Tables of history, and the abstract row whose changes are kept."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tracked(models.Model):
    """A row whose changes are kept: it has a random `uid` for the outside and a `version` against lost edits."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now_add=True, editable=False)

    untracked: ClassVar[frozenset[str]] = frozenset()
    """Names of fields whose changes are not history (a password, a stored file's size)."""

    named_with: ClassVar[tuple[str, ...]] = ()
    """Relations whose names are part of the row's own name."""

    can_be_undone: ClassVar[bool] = True
    """Does history offer to take such a row back?"""

    class Meta:
        abstract = True

    @classmethod
    def tracked_fields(cls) -> list[models.Field]:
        """Return the fields whose values are history."""
        own = {"id", "uid", "version", "changed_at"}
        return [
            field
            for field in cls._meta.concrete_fields
            if field.name not in own and field.name not in cls.untracked
        ]


class ChangeSet(models.Model):
    """One act of one person: a saved form, an import, an undo."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(db_index=True)
    by_uid = models.UUIDField(null=True)  # nobody: the system itself
    scope_uid = models.UUIDField(
        null=True
    )  # the strategy it belongs to; nobody's: the organization
    reason = models.TextField(blank=True)
    undoes = models.UUIDField(null=True)
    undone_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["scope_uid", "-id"], name="history_feed")
        ]  # the feed of a strategy

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.uid}"


class Change(models.Model):
    """What a change set did to one row. `before` and `after` hold the changed fields only."""

    class Kind(models.TextChoices):
        CREATE = "create", _("added")
        UPDATE = "update", _("changed")
        DELETE = "delete", _("deleted")
        SHARE = "share", _("shared")
        UNSHARE = "unshare", _("no longer shared")

    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    model = models.CharField(max_length=60)  # "strategy.channel"
    object_uid = models.UUIDField()
    label = models.CharField(max_length=300)  # its name at that time, for when it is gone
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)  # of the row, after this change

    class Meta:
        indexes = [
            models.Index(fields=["object_uid", "-id"], name="history_of_object")
        ]  # history on the object

    def __str__(self) -> str:
        return f"{self.kind} {self.model} {self.label}"
