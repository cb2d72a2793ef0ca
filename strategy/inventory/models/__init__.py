"""Tables of the inventory: channels, access points, decisions, promises and figures."""

from strategy.inventory.models.channels import (
    AnswerDifference,
    Carried,
    Channel,
    ChannelPersonGrant,
    ChannelTeamGrant,
    Sealed,
    Transition,
)
from strategy.inventory.models.decisions import AccessDecision, SelfServiceOffer
from strategy.inventory.models.lists import SavedView, ViewMark
from strategy.inventory.models.points import AccessPoint, AccessPointContactType, Calendar
from strategy.inventory.models.service import AbandonRule, Measurement, ServiceObjective

__all__ = [
    "AbandonRule",
    "AccessDecision",
    "AccessPoint",
    "AccessPointContactType",
    "AnswerDifference",
    "Calendar",
    "Carried",
    "Channel",
    "ChannelPersonGrant",
    "ChannelTeamGrant",
    "Measurement",
    "SavedView",
    "Sealed",
    "SelfServiceOffer",
    "ServiceObjective",
    "Transition",
    "ViewMark",
]
