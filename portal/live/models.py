"""The revision table."""

from django.db import models


class Revision(models.Model):
    """How often a scope (the uid of a journey) has been changed. A strategy has none: its history tells."""

    scope_uid = models.UUIDField(unique=True)
    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.scope_uid} r{self.number}"
