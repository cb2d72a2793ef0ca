"""Tables of imports on their way: the uploaded file, what would become of its rows, and kept mappings.

They are the affair of who imports, not facts of the strategy: history keeps the act, and neither the strategy file
nor a report knows them.
"""

import uuid

from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from strategy.plan.models import Strategy
from teams.access import AccessQuerySet
from teams.fields import person


class ImportRun(models.Model):
    """One uploaded file on its way into a strategy. Its progress stands in the job row with the same target."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Columns to be named")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("To be applied")
        APPLYING = "applying", _("Being applied")
        APPLIED = "applied", _("Applied")
        DISCARDED = "discarded", _("Discarded")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("what the rows are"), max_length=20)
    name = models.CharField(_("file"), max_length=200)
    source = models.CharField(_("where it comes from"), max_length=100)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.UPLOADED
    )
    uploaded_by = person(_("uploaded by"))
    uploaded_at = models.DateTimeField(_("uploaded at"))
    file = models.CharField(_("stored file"), max_length=80, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    mapping = models.JSONField(_("columns"), default=dict)
    notes = models.JSONField(_("what was assumed"), default=list)
    counts = models.JSONField(_("rows by what happens to them"), default=dict)
    figures = models.JSONField(_("figures by what they say"), default=list)
    digest = models.CharField(_("digest of what was shown"), max_length=64, blank=True)
    checked_by = person(_("checked by"))
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    problem = models.TextField(_("why it was not applied"), blank=True)
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    act = models.UUIDField(_("act in the history"), null=True, blank=True)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="applied", act__isnull=False, applied_at__isnull=False)
                | ~models.Q(state="applied") & models.Q(act__isnull=True, applied_at__isnull=True),
                name="import_applied_names_its_act",
            )
        ]
        indexes = [models.Index(fields=["strategy", "-uploaded_at"], name="import_list")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("strategy:sheets:run", args=[self.strategy.slug, self.uid])

    @property
    def is_open(self) -> bool:
        """Is it neither applied nor discarded?"""
        return self.state not in (self.State.APPLIED, self.State.DISCARDED)

    @property
    def is_moving(self) -> bool:
        """Is a worker busy with it, or about to be?"""
        return self.state in (self.State.CHECKING, self.State.APPLYING)


class ImportRow(models.Model):
    """What would become of one row of the file: its changes, or everything that is wrong with it."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    state = models.CharField(_("what happens"), max_length=6)
    label = models.CharField(_("name"), max_length=200)
    changes = models.JSONField(default=list)  # [column, before, after]
    problems = models.JSONField(
        default=list
    )  # [column, sentence]; not rejected: [how bad, sentence]

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ["number"]
        indexes = [models.Index(fields=["run", "state", "number"], name="import_rows_by_state")]

    def __str__(self) -> str:
        return f"{self.run} {self.number}"


class ImportMapping(models.Model):
    """How the columns of one source were named, kept for its next file."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("what the rows are"), max_length=20)
    source = models.CharField(_("where it comes from"), max_length=100)
    mapping = models.JSONField(_("columns"), default=dict)
    saved_by = person(_("saved by"))
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("mapping of columns")
        verbose_name_plural = _("mappings of columns")
        ordering = ["source"]
        constraints = [
            models.UniqueConstraint(
                Lower("source"), "strategy", "kind", name="import_mapping_once_per_source"
            )
        ]

    def __str__(self) -> str:
        return self.source
