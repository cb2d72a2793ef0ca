"""Tables of journeys and their boards."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.history.models import Tracked
from strategy.inventory.models import Channel
from strategy.plan.models import LensQuerySet, Strategy, mobile_channel
from teams.fields import team
from teams.grants import PersonGrant, TeamGrant
from teams.models import Team


class JourneyQuerySet(LensQuerySet):
    """Journeys."""

    def touching_mobile(self) -> Self:
        """Return those with a step in a channel that touches mobile."""
        return self.filter(Exists(mobile_cells().filter(step__stage__journey=OuterRef("pk"))))


class Journey(Tracked):
    """What one kind of customer goes through to get one thing done."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="journeys")
    name = models.CharField(_("name"), max_length=120)
    customer = models.CharField(
        _("customer"), max_length=200, blank=True, help_text=_("Who travels, in one sentence.")
    )
    goal = models.TextField(
        _("goal"), max_length=1000, blank=True, help_text=_("What the customer wants to get done.")
    )
    owner_team = team(_("owning team"), related_name="journeys")
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)

    objects = JourneyQuerySet.as_manager()

    class Meta:
        verbose_name = _("journey")
        verbose_name_plural = _("journeys")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "strategy",
                name="journey_name_unique",
                violation_error_message=_(
                    "A journey with this name exists already. Choose another name."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("strategy:journeys:board", args=[self.strategy.slug, self.uid])


class JourneyPersonGrant(PersonGrant):
    """One journey shared with a person."""

    content_object = models.ForeignKey(Journey, on_delete=models.CASCADE)


class JourneyTeamGrant(TeamGrant):
    """One journey shared with a team."""

    content_object = models.ForeignKey(Journey, on_delete=models.CASCADE)


class Stage(Tracked):
    """A part of the journey as the customer sees it: discover, claim, get help."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="stages")
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveIntegerField(_("position"))

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Step(Tracked):
    """One thing the customer does within a stage."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveIntegerField(_("position"))

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Lane(Tracked):
    """A row of the board. Its kind decides what its cells hold."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        CHANNEL = "channel", _("Channel")
        TEAM = "team", _("Owning team")
        EMOTION = "emotion", _("Emotion")
        PAIN = "pain", _("Pain point")

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="lanes")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveIntegerField(_("position"))

    class Meta:
        verbose_name = _("lane")
        verbose_name_plural = _("lanes")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Cell(Tracked):
    """What one lane says about one step. Only the field of the lane's kind is used."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="cells")
    lane = models.ForeignKey(Lane, on_delete=models.CASCADE, related_name="cells")
    text = models.TextField(_("text"), max_length=2000, blank=True)
    channel = models.ForeignKey(
        Channel,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="cells",
        verbose_name=_("channel"),
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owning team"),
    )
    emotion = models.SmallIntegerField(_("emotion"), null=True, blank=True)

    class Meta:
        verbose_name = _("cell")
        verbose_name_plural = _("cells")
        constraints = [
            models.UniqueConstraint(fields=["step", "lane"], name="cell_once_per_step_and_lane"),
            models.CheckConstraint(
                condition=Q(emotion__isnull=True) | Q(emotion__gte=-2, emotion__lte=2),
                name="cell_emotion_between_minus_2_and_2",
                violation_error_message=_("Emotion goes from -2 (very bad) to +2 (very good)."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} · {self.lane}"


def mobile_cells() -> "models.QuerySet[Cell]":
    """Return the cells that name a channel which touches mobile, of whatever step."""
    return Cell.objects.filter(mobile_channel("channel__"), lane__kind=Lane.Kind.CHANNEL)


class Emotion(models.IntegerChoices):
    """How a customer feels at a step."""

    DELIGHTED = 2, _("Delighted")
    PLEASED = 1, _("Pleased")
    EVEN = 0, _("Neutral")
    ANNOYED = -1, _("Annoyed")
    ANGRY = -2, _("Angry")


BOARD_LANES = (
    (Lane.Kind.TEXT, _("What the customer does")),
    (Lane.Kind.CHANNEL, _("Channel")),
    (Lane.Kind.TEAM, _("Owning team")),
    (Lane.Kind.EMOTION, _("Emotion")),
    (Lane.Kind.PAIN, _("Pain")),
)
"""The lanes a new journey starts with, from the top."""

FIRST_STAGES = (
    (_("Look for help"), _("Looks for a way in")),
    (_("Get in touch"), _("Explains what is needed")),
    (_("Get it done"), _("Hears the outcome")),
)
"""The stages a new journey starts with, each with its one step: to be renamed, not to be right."""
