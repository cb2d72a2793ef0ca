"""A small matrix: two segments, a tree of three contact types, three channels of two teams."""

from dataclasses import dataclass
from typing import Any

import pytest

from strategy.inventory.actions import add_contact_type
from strategy.inventory.decisions.actions import Chosen, add_segment, decide
from strategy.inventory.models import AccessDecision, Channel
from strategy.plan.models import ContactType, Segment
from tests.conftest import Cast


@dataclass
class Small:
    """What is there."""

    cast: Cast
    families: Segment
    seniors: Segment
    claims: ContactType
    status: ContactType
    bills: ContactType
    app: Channel
    web: Channel
    line: Channel

    def url(self, rest: str = "", segment: Segment | None = None) -> str:
        """Return an address under the matrix of a segment."""
        return self.cast.url(f"channels/matrix/{(segment or self.families).uid}/{rest}")

    def choose(self, contact_type: Any, channel: Any, choice: str, **more: Any) -> Chosen:
        """Return a choice for a cell that was undecided."""
        return Chosen(contact_type, channel, more.pop("version", 0), choice, **more)

    def decide(self, *chosen: Chosen, by: Any = None, segment: Segment | None = None) -> None:
        """Decide cells."""
        decide(segment=segment or self.families, chosen=chosen, by=by or self.cast.eve)

    def said(self, segment: Segment | None = None) -> dict[tuple[str, str], str]:
        """Return what is decided, by contact type and channel."""
        rows = AccessDecision.objects.filter(segment=segment or self.families)
        return {(row.contact_type.name, row.channel.name): row.choice for row in rows}


def build_small(cast: Cast) -> Small:
    """Fill the cast's strategy."""

    def segment(name: str, **values: Any) -> Segment:
        return add_segment(strategy=cast.strategy, values={"name": name, **values}, by=cast.eve)

    def kind(name: str, code: str, parent: Any = None) -> ContactType:
        values = {"name": name, "code": code, "parent": parent}
        return add_contact_type(strategy=cast.strategy, values=values, by=cast.eve)

    claims = kind("Claims", "C")
    return Small(
        cast,
        segment("Families"),
        segment("Seniors", is_vulnerable=True),
        claims,
        kind("Where is my claim?", "C.1", claims),
        kind("Bills", "B"),
        cast.channel("App"),
        cast.channel("Site", family="web"),
        cast.channel("Line", family="voice", mode="assisted", owner_team=cast.care),
    )


@pytest.fixture
def small(cast: Cast) -> Small:
    """Return a small matrix, in place."""
    return build_small(cast)
