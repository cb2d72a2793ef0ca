"""Rows of the plan: objectives with commitments, components, initiatives and decisions."""

from typing import Any

from django.utils.translation import gettext as _

from strategy.exchange.problems import Path
from strategy.exchange.references import Builder, mapping, objects, text_of, texts_of
from strategy.plan.models import (
    Commitment,
    Component,
    Decision,
    Initiative,
    InitiativeChannel,
    InitiativeTeam,
    Objective,
)
from strategy.plan.rules import MOST_OBJECTIVES, NEEDS_SENTENCE, TOO_MANY


class Plan(Builder):
    """Builds what the functions decided together."""

    def _objectives(self, data: dict[str, Any]) -> None:
        for position, (path, facts) in enumerate(objects(data, "objectives"), start=1):
            objective = Objective(
                strategy=self.rows.strategy,
                position=position,
                owner_team=self._team(facts, "owner_team", path),
                **self._figures(facts, "baseline", "current", "target"),
                **self._texts(facts, "statement", "wording", "measure", "unit"),
                **self._days(facts, "due_on"),
            )
            self._uid(objective, facts, path)
            self._clean(objective, path)
            if position > MOST_OBJECTIVES:
                self._problem(path, _(TOO_MANY))
            self.rows.objectives.append(objective)
            self._commitments(objective, facts, path)

    def _commitments(self, objective: Objective, facts: dict[str, Any], path: Path) -> None:
        seen: dict[str, Path] = {}
        for place, said in objects(facts, "commitments", path):
            stated = {"wording": objective.wording, "agreed_to": objective.statement}
            stated |= self._texts(said, "stance", "sentence", "wording", "agreed_to")
            commitment = Commitment(
                objective=objective,
                team=self._team(said, "team", place),
                given_by=self._person(said, "given_by", place),
                **stated,
                **self._days(said, "given_on"),
            )
            team = text_of(said, "team") or ""
            self._once(seen, team, (*place, "team"), _("This team has answered already"))
            if commitment.stance != Commitment.Stance.COMMITS and not commitment.sentence.strip():
                self._problem(place, _(NEEDS_SENTENCE))
            self._clean(commitment, place)
            self.rows.commitments.append(commitment)

    def _initiatives(self, data: dict[str, Any]) -> None:
        names: dict[str, Path] = {}
        for path, facts in objects(data, "initiatives"):
            initiative = Initiative(
                strategy=self.rows.strategy,
                owner_team=self._team(facts, "owner_team", path),
                owner=self._person(facts, "owner", path),
                **self._texts(facts, "name", "purpose"),
                **self._days(facts, "launch_on", "told_on"),
            )
            self._uid(initiative, facts, path)
            name = (*path, "name")
            self._once(names, initiative.name, name, _("Another initiative has this name"))
            self._clean(initiative, path)
            self.rows.initiatives.append(initiative)
            channels: dict[str, Path] = {}
            for place, called in texts_of(facts, "channels", path):
                channel = self._channel_called(called, place)
                self._once(channels, called, place, _("This channel is named here already"))
                self.rows.initiative_channels.append(
                    InitiativeChannel(initiative=initiative, channel=channel)
                )
            teams: dict[str, Path] = {}
            for place, slug in texts_of(facts, "teams", path):
                team = self._team_called(slug, place)
                self._once(teams, slug, place, _("This team is named here already"))
                self.rows.initiative_teams.append(InitiativeTeam(initiative=initiative, team=team))

    def _decisions(self, data: dict[str, Any]) -> None:
        for path, facts in objects(data, "decisions"):
            decision = Decision(
                strategy=self.rows.strategy,
                decider=self._person(facts, "decider", path),
                **self._texts(
                    facts, "question", "options", "recommendation", "cost_of_waiting", "outcome"
                ),
                **self._days(facts, "decide_by", "decided_on"),
            )
            self._uid(decision, facts, path)
            if bool(decision.outcome) != (decision.decided_on is not None):
                self._problem(path, _("What was decided and the day belong together."))
            self._clean(decision, path)
            self.rows.decisions.append(decision)

    def _components(self, data: dict[str, Any]) -> None:
        texts = mapping(data.get("components"))
        for code in Component.Code.values:
            path: Path = ("components", code)
            facts = mapping(texts.get(code))
            component = Component(
                strategy=self.rows.strategy,
                code=code,
                owner_team=self._team(facts, "owner_team", path),
                owner=self._person(facts, "owner", path),
                **self._texts(facts, "text", "review_every_days"),
                **self._days(facts, "updated_on", "reviewed_on"),
            )
            self._uid(component, facts, path)
            self._clean(component, path)
            self.rows.components.append(component)
