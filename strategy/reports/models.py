"""The table of reports."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.history.models import Tracked
from strategy.plan.models import Lens, Strategy
from teams.access import AccessQuerySet
from teams.fields import person


class Report(Tracked):
    """One alignment report. Its progress stands in the job row with the same target."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="reports")
    number = models.PositiveIntegerField(_("number"), editable=False)
    requested_by = person(_("requested by"))
    requested_at = models.DateTimeField(_("requested at"))
    lens = models.CharField(
        _("seen through"), max_length=10, choices=Lens.choices, blank=True, default=""
    )
    data_as_of = models.DateTimeField(_("data as of"), null=True, blank=True)
    snapshot = models.JSONField(_("snapshot"), null=True, blank=True)
    file = models.CharField(_("file"), max_length=200, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), null=True, blank=True)
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True)
    ready_at = models.DateTimeField(_("ready at"), null=True, blank=True)

    untracked = frozenset({"snapshot", "file", "sha256", "size", "pages", "ready_at", "data_as_of"})
    can_be_undone = False
    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "number"], name="report_number_unique"),
            models.CheckConstraint(
                condition=models.Q(ready_at__isnull=True) | ~models.Q(sha256=""),
                name="report_ready_has_hash",
            ),
        ]

    def __str__(self) -> str:
        return f"R-{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("strategy:reports:detail", args=[self.strategy.slug, self.uid])
