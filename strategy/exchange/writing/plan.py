"""The plan as plain values: objectives, components, initiatives and decisions."""

import datetime as dt
from typing import Any

from strategy.exchange.writing.base import Writer, by_name, figure, in_order, prose, stated
from strategy.plan.models import Commitment, Component, Decision, Initiative, Objective


class Plan(Writer):
    """Collects what the functions decided together."""

    def _objectives(self) -> list[dict[str, Any]]:
        rows = Objective.objects.filter(strategy=self.strategy).select_related("owner_team")
        rows = rows.prefetch_related("commitments__team", "commitments__given_by")
        return [self._objective(objective) for objective in in_order(rows)]

    def _objective(self, objective: Objective) -> dict[str, Any]:
        return stated(
            uid=str(objective.uid),
            statement=objective.statement,
            wording=objective.wording if objective.wording > 1 else None,
            measure=objective.measure,
            unit=objective.unit,
            baseline=figure(objective.baseline),
            current=figure(objective.current),
            target=figure(objective.target),
            due_on=objective.due_on,
            owner_team=self._team(objective.owner_team),
            commitments=[
                self._commitment(said, objective)
                for said in sorted(objective.commitments.all(), key=lambda said: said.team.slug)
            ],
        )

    def _commitment(self, said: Commitment, objective: Objective) -> dict[str, Any]:
        return stated(
            team=self._team(said.team),
            stance=said.stance,
            sentence=said.sentence,
            wording=said.wording if said.wording != objective.wording else None,
            agreed_to=said.agreed_to if said.agreed_to != objective.statement else None,
            given_by=self._person(said.given_by),
            given_on=said.given_on,
        )

    def _initiatives(self) -> list[dict[str, Any]]:
        rows = Initiative.objects.filter(strategy=self.strategy)
        rows = rows.select_related("owner_team", "owner").prefetch_related(
            "touches__channel", "takes_part__team"
        )
        return [self._initiative(initiative) for initiative in by_name(rows)]

    def _initiative(self, initiative: Initiative) -> dict[str, Any]:
        return stated(
            uid=str(initiative.uid),
            name=initiative.name,
            purpose=prose(initiative.purpose),
            owner_team=self._team(initiative.owner_team),
            owner=self._person(initiative.owner),
            launch_on=initiative.launch_on,
            told_on=initiative.told_on,
            channels=sorted(row.channel.name for row in initiative.touches.all()),
            teams=sorted(str(self._team(row.team)) for row in initiative.takes_part.all()),
        )

    def _decisions(self) -> list[dict[str, Any]]:
        rows = Decision.objects.filter(strategy=self.strategy).select_related("decider")
        in_order = sorted(rows, key=lambda row: (row.decide_by or dt.date.max, row.question))
        return [
            stated(
                uid=str(decision.uid),
                question=decision.question,
                options=prose(decision.options),
                recommendation=decision.recommendation,
                decider=self._person(decision.decider),
                decide_by=decision.decide_by,
                cost_of_waiting=decision.cost_of_waiting,
                outcome=prose(decision.outcome),
                decided_on=decision.decided_on,
            )
            for decision in in_order
        ]

    def _components(self) -> dict[str, dict[str, Any]]:
        rows = Component.objects.filter(strategy=self.strategy).select_related(
            "owner_team", "owner"
        )
        return {
            component.code: stated(
                uid=str(component.uid),
                owner_team=self._team(component.owner_team),
                owner=self._person(component.owner),
                updated_on=component.updated_on,
                reviewed_on=component.reviewed_on,
                review_every_days=component.review_every_days,
                text=prose(component.text),
            )
            for component in sorted(rows, key=lambda component: component.number)
        }
