"""Map of the product's tables, lowest slice first."""

from strategy.checklists.models import Answer, Framework, Item, Run, RunTeam
from strategy.findings.models import Judgment
from strategy.gaps.models import Gap
from strategy.home.models import Visit
from strategy.inventory.models import (
    AnswerDifference,
    Channel,
    ChannelPersonGrant,
    ChannelTeamGrant,
    Measurement,
    Transition,
)
from strategy.journeys.models import (
    Cell,
    Journey,
    JourneyPersonGrant,
    JourneyTeamGrant,
    Lane,
    Stage,
    Step,
)
from strategy.plan.models import (
    Commitment,
    Component,
    ContactType,
    Decision,
    Initiative,
    InitiativeChannel,
    InitiativeTeam,
    Objective,
    Strategy,
)
from strategy.reports.models import Report

__all__ = [
    "Answer",
    "AnswerDifference",
    "Cell",
    "Channel",
    "ChannelPersonGrant",
    "ChannelTeamGrant",
    "Commitment",
    "Component",
    "ContactType",
    "Decision",
    "Framework",
    "Gap",
    "Initiative",
    "InitiativeChannel",
    "InitiativeTeam",
    "Item",
    "Journey",
    "JourneyPersonGrant",
    "JourneyTeamGrant",
    "Judgment",
    "Lane",
    "Measurement",
    "Objective",
    "Report",
    "Run",
    "RunTeam",
    "Stage",
    "Step",
    "Strategy",
    "Transition",
    "Visit",
]
