"""Fields that many tables have alike: a person or a team that has to do with a row."""

from typing import Any

from django.db import models


def person(label: Any, **more: Any) -> models.ForeignKey:
    """Return the field for a person, or nobody. The row stays when the person is deleted."""
    return models.ForeignKey(
        "teams.User",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=label,
        **more,
    )


def team(label: Any, *, related_name: str = "+") -> models.ForeignKey:
    """Return the field for a team, or none. A team that something names is not deleted."""
    return models.ForeignKey(
        "teams.Team",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name=related_name,
        verbose_name=label,
    )
