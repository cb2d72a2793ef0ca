"""Rows of who takes part: teams, people and their roles."""

from typing import Any

from django.utils.translation import gettext as _

from strategy.exchange.problems import Path, shortened
from strategy.exchange.references import Builder, objects, texts_of
from teams.models import Membership, StrategyRole, Team, User


class Organization(Builder):
    """Builds teams, people and roles."""

    def _teams(self, data: dict[str, Any]) -> None:
        names: dict[str, Path] = {}
        slugs: dict[str, Path] = {}
        for path, facts in objects(data, "teams"):
            team = Team(**self._texts(facts, "slug", "name", "function"))
            self._once(slugs, team.slug, (*path, "slug"), _("Another team has this slug"))
            self._once(names, team.name, (*path, "name"), _("Another team has this name"))
            self._clean(team, path)
            self.rows.team_places[team.slug] = path
            self.rows.teams[team.slug] = self.saved_teams.get(team.slug, team)

    def _people(self, data: dict[str, Any]) -> None:
        emails: dict[str, Path] = {}
        for path, facts in objects(data, "people"):
            person = User(**self._texts(facts, "email", "name", "job_title"), is_active=False)
            person.email = str(person.email).strip().lower()
            self._once(
                emails, person.email, (*path, "email"), _("Another person has this e-mail address")
            )
            self._clean(person, path)
            person = self.rows.people[person.email] = self.saved_people.get(person.email, person)
            leads = list(texts_of(facts, "leads"))
            slugs: dict[str, Path] = {}
            for place, slug in texts_of(facts, "teams", path):
                team = self._team_called(slug, place)
                self._once(slugs, slug, place, _("This team is named here already"))
                if team is not None:
                    is_lead = slug in [led for _place, led in leads]
                    self.rows.members.append(Membership(team=team, user=person, is_lead=is_lead))
            for place, slug in texts_of(facts, "leads", path):
                if slug not in slugs:
                    self._problem(
                        place,
                        _("“%(team)s” is not among the `teams` of this person. Add it there.")
                        % {"team": shortened(slug)},
                    )

    def _roles(self, data: dict[str, Any]) -> None:
        holders: dict[str, Path] = {}
        for path, facts in objects(data, "roles"):
            team = self._team(facts, "team", path)
            person = self._person(facts, "person", path)
            if ("team" in facts) == ("person" in facts):
                self._problem(
                    path,
                    _("A role belongs to one team or one person. Give either `team` or `person`."),
                )
            else:
                key = str(facts.get("team") or facts.get("person")).strip().lower()
                self._once(
                    holders,
                    key,
                    path,
                    _("“%(holder)s” has a role already") % {"holder": shortened(key)},
                )
            if isinstance(facts.get("role"), str):
                self.rows.roles.append(
                    StrategyRole(
                        strategy=self.rows.strategy, team=team, user=person, role=facts["role"]
                    )
                )
