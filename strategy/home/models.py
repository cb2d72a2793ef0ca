"""What the front door remembers of one person."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from strategy.plan.models import Strategy
from teams.models import User


class Visit(models.Model):
    """Up to which act a person has seen what others changed on theirs: their own affair, so no history."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(_("seen at"))
    seen_through = models.PositiveBigIntegerField(_("seen through"))  # the number of a change set

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [
            models.UniqueConstraint(fields=["strategy", "user"], name="visit_once_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.seen_at:%Y-%m-%d %H:%M}"
