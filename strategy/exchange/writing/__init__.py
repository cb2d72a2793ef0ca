"""From a strategy to the text of its file. The same strategy always gives the same bytes, on every database."""

from typing import Any

from strategy.exchange.shape import FORMAT, KIND
from strategy.exchange.writing.base import prose, stated
from strategy.exchange.writing.channels import Channels
from strategy.exchange.writing.customers import Customers
from strategy.exchange.writing.gaps import Gaps
from strategy.exchange.writing.journeys import Journeys
from strategy.exchange.writing.organization import Organization
from strategy.exchange.writing.plan import Plan
from strategy.exchange.writing.text import dump
from strategy.plan.models import Strategy


def write(strategy: Strategy) -> str:
    """Return the strategy as YAML. Reads the database: a fixed number of queries, whatever the size."""
    return dump(_Writer(strategy).document())


class _Writer(Organization, Plan, Channels, Customers, Journeys, Gaps):
    """Writes all parts, in the order of the file."""

    def document(self) -> dict[str, Any]:
        strategy = self.strategy
        body = {
            "roles": self._roles(),
            "objectives": self._objectives(),
            "components": self._components(),
            "calendars": self._calendars(),
            "segments": self._segments(),
            "channels": self._channels(),
            "transitions": self._transitions(),
            "contact_types": self._contact_types(),
            "access_decisions": self._access_decisions(),
            "self_service_offers": self._offers(),
            "journeys": self._journeys(),
            "gaps": self._gaps(),
            "checklists": self._checklists(),
            "initiatives": self._initiatives(),
            "decisions": self._decisions(),
            "findings": self._findings(),
        }
        teams = sorted(self.teams.values(), key=lambda team: team.slug)
        return stated(
            format=FORMAT,
            kind=KIND,
            strategy=stated(
                uid=str(strategy.uid),
                slug=strategy.slug,
                name=strategy.name,
                organization=strategy.organization,
                period=strategy.period,
                vision=prose(strategy.vision),
                classification=strategy.classification,
                edition=strategy.edition,
                notice_days=strategy.notice_days,
            ),
            teams=[
                {"slug": team.slug, "name": team.name, "function": team.function} for team in teams
            ],
            people=self._people(teams),
            **body,
        )
