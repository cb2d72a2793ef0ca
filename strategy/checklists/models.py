"""Tables of checklists."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.history.models import Tracked
from strategy.gaps.models import Gap
from strategy.plan.models import Lens, LensQuerySet, Strategy
from teams.access import OfTeam
from teams.fields import person
from teams.models import Team


def edition_name(name: str, edition: str) -> str:
    """Return how people call one edition of a checklist."""
    return gettext("%(name)s, edition %(edition)s") % {"name": name, "edition": edition}


class Framework(Tracked):
    """A list of items with a version, read from a YAML file that ships with the portal."""

    code = models.SlugField(_("code"), max_length=40)
    edition = models.CharField(_("version"), max_length=20)
    name = models.CharField(_("name"), max_length=150)
    about = models.TextField(_("about"), blank=True)
    license = models.CharField(_("license"), max_length=150, blank=True)
    lens = models.CharField(
        _("what it is about"), max_length=10, choices=Lens.choices, blank=True, default=""
    )

    class Meta:
        verbose_name = _("checklist framework")
        verbose_name_plural = _("checklist frameworks")
        ordering = ["code", "edition"]
        constraints = [
            models.UniqueConstraint(fields=["code", "edition"], name="framework_version_unique")
        ]

    def __str__(self) -> str:
        return edition_name(self.name, self.edition)


class Item(Tracked):
    """One thing to have in place."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="items")
    code = models.CharField(_("code"), max_length=20)
    section = models.CharField(_("section"), max_length=100)
    text = models.CharField(_("text"), max_length=300)
    help = models.TextField(_("what good looks like"), blank=True)
    position = models.PositiveIntegerField(_("position"))

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "code"], name="item_code_unique")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class RunQuerySet(LensQuerySet):
    """Rounds of answering."""

    def touching_mobile(self) -> Self:
        """Return those whose checklist is about mobile."""
        return self.filter(framework__lens=Lens.MOBILE)


class Run(Tracked):
    """One round of answering a framework in a strategy."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="runs")
    framework = models.ForeignKey(
        Framework, on_delete=models.PROTECT, related_name="runs", verbose_name=_("checklist")
    )
    name = models.CharField(_("name"), max_length=120)
    opened_on = models.DateField(_("opened on"))
    due_on = models.DateField(_("due on"), null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        ordering = ["-opened_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["strategy", "name"],
                name="run_name_unique",
                violation_error_message=_(
                    "A checklist with this name exists already. Choose another name."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("strategy:checklists:detail", args=[self.strategy.slug, self.uid])


class RunTeam(OfTeam, Tracked):
    """A team that is asked to answer a run."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="run_teams")
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, related_name="+", verbose_name=_("team")
    )

    class Meta:
        verbose_name = _("team of a checklist")
        constraints = [models.UniqueConstraint(fields=["run", "team"], name="run_team_once")]

    def __str__(self) -> str:
        return f"{self.run} · {self.team}"

    @property
    def strategy_id(self) -> int:
        """Return the strategy in which the access policy looks for a role."""
        return self.run.strategy_id


class Answer(OfTeam, Tracked):
    """One team's status for one item of a run. No row: not answered yet."""

    class Status(models.TextChoices):
        MET = "met", _("Met")
        PARTLY = "partly", _("Partly met")
        NOT_MET = "not_met", _("Not met")
        NOT_APPLICABLE = "not_applicable", _("Not applicable")

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="answers")
    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="answers", verbose_name=_("item")
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="+", verbose_name=_("team")
    )
    status = models.CharField(_("answer"), max_length=14, choices=Status.choices)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    answered_by = person(_("answered by"))
    answered_on = models.DateField(_("answered on"))
    gap = models.ForeignKey(
        Gap,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="answers",
        verbose_name=_("gap"),
    )

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(fields=["run", "item", "team"], name="answer_once_per_team"),
            models.CheckConstraint(
                condition=~Q(status="not_applicable") | ~Q(reason=""),
                name="answer_not_applicable_has_reason",
                violation_error_message=_("“Not applicable” needs a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item.code} · {self.team}"

    @property
    def strategy_id(self) -> int:
        """Return the strategy in which the access policy looks for a role."""
        return self.run.strategy_id
