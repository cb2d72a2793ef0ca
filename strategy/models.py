"""Map of the product's tables, lowest slice first."""

from strategy.checklists.models import Answer, Framework, Item, Run, RunTeam
from strategy.gaps.models import Gap
from strategy.inventory.models import (
    Channel,
    ChannelPersonGrant,
    ChannelTeamGrant,
    Measurement,
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
    "Cell",
    "Channel",
    "ChannelPersonGrant",
    "ChannelTeamGrant",
    "Commitment",
    "Component",
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
    "Lane",
    "Measurement",
    "Objective",
    "Report",
    "Run",
    "RunTeam",
    "Stage",
    "Step",
    "Strategy",
]
