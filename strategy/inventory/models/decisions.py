"""Tables of what is offered to whom: the access decision matrix, and self-service side by side."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.history.models import Tracked
from strategy.inventory.models.channels import Channel
from strategy.plan.models import ContactType, LensQuerySet, Segment, mobile_channel
from teams.models import Team


class OfChannelQuerySet(LensQuerySet):
    """Rows that belong to a channel."""

    strategy_path = "channel__strategy_id"

    def touching_mobile(self) -> Any:
        """Return those of channels made for the phone."""
        return self.filter(mobile_channel("channel__"))


class OfChannel:
    """A row that a channel has: it lies in the channel's strategy, and to the policy its team owns it."""

    channel: Channel

    @property
    def strategy_id(self) -> int:
        """Return the strategy in which the access policy looks for a role."""
        return self.channel.strategy_id

    @property
    def owner_team_id(self) -> int | None:
        """Return the team that owns the channel."""
        return self.channel.owner_team_id

    @property
    def owner_team(self) -> Team | None:
        """Return the team that a refusal names."""
        return self.channel.owner_team


class AccessDecision(OfChannel, Tracked):
    """What was decided for one segment, contact type and channel. No row: undecided."""

    class Choice(models.TextChoices):
        PREFERRED = "preferred", _("Preferred")
        SUPPORTED = "supported", _("Supported")
        REDIRECTED = "redirected", _("Redirected")
        NOT_OFFERED = "not_offered", _("Deliberately not offered")

    named_with = ("segment", "contact_type", "channel")

    segment = models.ForeignKey(
        Segment, on_delete=models.CASCADE, related_name="decisions", verbose_name=_("segment")
    )
    contact_type = models.ForeignKey(
        ContactType,
        on_delete=models.CASCADE,
        related_name="decisions",
        verbose_name=_("contact type"),
    )
    channel = models.ForeignKey(
        Channel, on_delete=models.CASCADE, related_name="decisions", verbose_name=_("channel")
    )
    choice = models.CharField(_("decision"), max_length=11, choices=Choice.choices)
    redirect_to = models.ForeignKey(
        Channel,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("redirected to"),
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = OfChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("access decision")
        verbose_name_plural = _("access decisions")
        constraints = [
            models.UniqueConstraint(
                fields=["segment", "contact_type", "channel"], name="access_decision_once"
            ),
            models.CheckConstraint(
                condition=~Q(choice="not_offered") | ~Q(reason=""),
                name="access_decision_not_offered_has_reason",
                violation_error_message=_("Say in a sentence why it is not offered."),
            ),
            models.CheckConstraint(
                condition=Q(choice="redirected", redirect_to__isnull=False)
                & ~Q(redirect_to=F("channel"))
                | Q(~Q(choice="redirected"), redirect_to__isnull=True),
                name="access_decision_redirect_names_another_channel",
                violation_error_message=_("Choose the other channel to which customers are sent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.segment} · {self.contact_type} · {self.channel}"


class SelfServiceOffer(OfChannel, Tracked):
    """How much of a contact type a customer can settle alone on a self-service channel. No row: not known."""

    class Extent(models.TextChoices):
        FULL = "full", _("Full")
        PART = "part", _("In part")
        NONE = "none", _("None")
        DECLINED = "declined", _("Deliberately none")

    named_with = ("contact_type", "channel")

    contact_type = models.ForeignKey(
        ContactType,
        on_delete=models.CASCADE,
        related_name="offers",
        verbose_name=_("contact type"),
    )
    channel = models.ForeignKey(
        Channel, on_delete=models.CASCADE, related_name="offers", verbose_name=_("channel")
    )
    extent = models.CharField(_("self-service"), max_length=8, choices=Extent.choices)
    reason = models.CharField(
        _("reason, or what is missing"),
        max_length=300,
        blank=True,
        help_text=_("Needed when it is deliberately none."),
    )

    objects = OfChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("self-service offer")
        verbose_name_plural = _("self-service offers")
        constraints = [
            models.UniqueConstraint(
                fields=["contact_type", "channel"], name="self_service_offer_once"
            ),
            models.CheckConstraint(
                condition=~Q(extent="declined") | ~Q(reason=""),
                name="self_service_declined_has_reason",
                violation_error_message=_("Say in a sentence why there is deliberately none."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact_type} · {self.channel}"
