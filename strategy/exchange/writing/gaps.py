"""Gaps, checklists and what people made of findings, as plain values."""

import uuid
from collections import Counter
from typing import Any

from strategy.checklists.models import Run
from strategy.exchange.writing.base import Writer, ends, prose, stated
from strategy.findings.models import Judgment
from strategy.gaps.models import Gap
from strategy.inventory.models import AnswerDifference, Channel, Transition
from strategy.inventory.quality.rules import RULES as DOUBTS
from strategy.journeys.models import Step
from strategy.plan.models import Initiative


class Gaps(Writer):
    """Collects gaps, checklists and judgments."""

    def _gaps(self) -> list[dict[str, Any]]:
        steps = Step.objects.filter(stage__journey__strategy=self.strategy)
        names = Counter(steps.values_list("stage__journey_id", "name"))
        rows = Gap.objects.filter(strategy=self.strategy).order_by("number")
        rows = rows.select_related(
            *("channel", "transition__source", "transition__target", "journey"),
            *("step__stage__journey", "owner_team", "accountable"),
            *("blocked_on", "resolved_by", "verified_by", "duplicate_of"),
        )
        return [self._gap(gap, names) for gap in rows]

    def _gap(self, gap: Gap, names: Counter[tuple[int, str]]) -> dict[str, Any]:
        journey = gap.step.stage.journey if gap.step else gap.journey
        step = None
        if gap.step and journey:
            step = gap.step.name if names[journey.pk, gap.step.name] == 1 else str(gap.step.uid)
        return stated(
            uid=str(gap.uid),
            number=gap.number,
            title=gap.title,
            harm=prose(gap.harm),
            severity=gap.severity,
            state=gap.state,
            channel=gap.channel.name if gap.channel else None,
            transition=ends(gap.transition) if gap.transition else None,
            journey=journey.name if journey else None,
            step=step,
            owner_team=self._team(gap.owner_team),
            accountable=self._person(gap.accountable),
            opened_on=gap.opened_on,
            due_on=gap.due_on,
            first_due_on=gap.first_due_on,
            slips=gap.slips or None,
            settled_on=gap.settled_on,
            blocked_on=self._team(gap.blocked_on),
            note=prose(gap.note),
            accepted_until=gap.accepted_until,
            resolved_by=self._person(gap.resolved_by),
            verified_by=self._person(gap.verified_by),
            duplicate_of=gap.duplicate_of.number if gap.duplicate_of else None,
        )

    def _checklists(self) -> list[dict[str, Any]]:
        rows = Run.objects.filter(strategy=self.strategy).select_related("framework")
        rows = rows.prefetch_related(
            *(
                "run_teams__team",
                "answers__item",
                "answers__team",
                "answers__answered_by",
                "answers__gap",
            )
        )
        return [
            self._checklist(run) for run in sorted(rows, key=lambda run: (run.opened_on, run.name))
        ]

    def _checklist(self, run: Run) -> dict[str, Any]:
        answers: dict[str, dict[str, Any]] = {}
        for answer in sorted(
            run.answers.all(), key=lambda row: (row.team.slug, row.item.position, row.item.code)
        ):
            answers.setdefault(str(self._team(answer.team)), {})[answer.item.code] = stated(
                status=answer.status,
                reason=prose(answer.reason),
                answered_by=self._person(answer.answered_by),
                answered_on=answer.answered_on,
                gap=answer.gap.number if answer.gap else None,
            )
        return stated(
            uid=str(run.uid),
            name=run.name,
            framework=run.framework.code,
            edition=run.framework.edition,
            opened_on=run.opened_on,
            due_on=run.due_on,
            teams=sorted(str(self._team(asked.team)) for asked in run.run_teams.all()),
            answers=answers,
        )

    def _findings(self) -> list[dict[str, Any]]:
        rows = Judgment.objects.filter(strategy=self.strategy).select_related("gap", "given_by")
        subjects = self._subjects()
        found = [
            stated(
                uid=str(row.uid),
                rule=row.rule,
                **subjects.get(row.subject, {"subject": str(row.subject)}),
                sentence=row.sentence,
                facts=row.facts,
                gap=row.gap.number if row.gap else None,
                reason=row.reason,
                given_by=self._person(row.given_by),
                given_on=row.given_on,
            )
            for row in rows
            if row.subject in subjects or row.rule in DOUBTS  # what it spoke of may be deleted
        ]
        return sorted(found, key=lambda row: (row["rule"], row["sentence"], row["uid"]))

    def _subjects(self) -> dict[uuid.UUID, dict[str, Any]]:
        """Return how the file names everything that a finding can speak of, by uid."""
        here = {"strategy": self.strategy}
        named: dict[uuid.UUID, dict[str, Any]] = {}
        for uid, name in Channel.objects.filter(**here).values_list("uid", "name"):
            named[uid] = {"channel": name}
        for uid, name in Initiative.objects.filter(**here).values_list("uid", "name"):
            named[uid] = {"initiative": name}
        for row in Transition.objects.filter(**here).select_related("source", "target"):
            named[row.uid] = {"transition": ends(row)}
        differences = AnswerDifference.objects.filter(contact_type__strategy=self.strategy)
        for differs in differences.select_related("channel", "other"):
            named[differs.uid] = {
                "contact_type": self.contact_types[differs.contact_type_id],
                "channel": differs.channel.name,
                "other": differs.other.name,
            }
        return named
