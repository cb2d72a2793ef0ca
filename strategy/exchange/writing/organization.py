"""Who takes part as plain values: teams, people and their roles."""

from typing import Any

from strategy.exchange.writing.base import Writer, stated
from teams.models import Membership, StrategyRole, Team


class Organization(Writer):
    """Collects people and roles."""

    def _people(self, teams: list[Team]) -> list[dict[str, Any]]:
        """Return everybody who is named or is in one of the teams, by e-mail address."""
        members = list(Membership.objects.filter(team__in=teams).select_related("team", "user"))
        for member in members:
            self.people[member.user_id] = member.user
        return [
            stated(
                email=person.email,
                name=person.name,
                job_title=person.job_title,
                teams=sorted(each.team.slug for each in members if each.user_id == person.pk),
                leads=sorted(
                    each.team.slug for each in members if each.user_id == person.pk and each.is_lead
                ),
            )
            for person in sorted(self.people.values(), key=lambda person: person.email)
        ]

    def _roles(self) -> list[dict[str, Any]]:
        roles = StrategyRole.objects.filter(strategy=self.strategy).select_related("team", "user")
        return sorted(
            (
                stated(team=self._team(role.team), person=self._person(role.user), role=role.role)
                for role in roles
            ),
            key=lambda role: ("person" in role, role.get("team", ""), role.get("person", "")),
        )
