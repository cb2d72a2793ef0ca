"""The table of judgments: what people made of findings."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.history.models import Tracked
from strategy.findings.rules import NEEDS_REASON
from strategy.gaps.models import Gap
from strategy.plan.models import Strategy
from teams.access import AccessQuerySet
from teams.fields import person


class Judgment(Tracked):
    """What somebody made of one finding: a gap, or a reason to leave it as long as the facts stay."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="judgments")
    rule = models.CharField(_("rule"), max_length=20)
    subject = models.UUIDField(_("subject"))  # the channel, transition, initiative or difference
    facts = models.CharField(
        _("facts"), max_length=64, blank=True
    )  # a digest: other facts ask again
    sentence = models.CharField(_("finding"), max_length=500)
    gap = models.ForeignKey(
        Gap,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="judgments",
        verbose_name=_("gap"),
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    given_by = person(_("given by"))
    given_on = models.DateField(_("given on"))

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("judgment of a finding")
        verbose_name_plural = _("judgments of findings")
        constraints = [
            models.UniqueConstraint(
                fields=["strategy", "rule", "subject"], name="judgment_once_per_finding"
            ),
            models.CheckConstraint(
                condition=Q(gap__isnull=False) | ~Q(reason=""),
                name="judgment_is_gap_or_reason",
                violation_error_message=_(NEEDS_REASON),  # type: ignore[arg-type]
            ),
        ]

    def __str__(self) -> str:
        return self.sentence
