"""From a strategy to the text of its file. The same strategy always gives the same bytes, on every database."""

import datetime as dt
import decimal
import io
import uuid
from collections import Counter
from collections.abc import Iterable
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from strategy.checklists.models import Run
from strategy.exchange.shape import FORMAT, KIND
from strategy.findings.models import Judgment
from strategy.gaps.models import Gap
from strategy.inventory.models import AnswerDifference, Channel, Measurement, Transition
from strategy.journeys.models import Cell, Journey, Lane, Step
from strategy.plan.models import (
    Commitment,
    Component,
    ContactType,
    Decision,
    Initiative,
    Objective,
    Strategy,
)
from teams.models import Membership, StrategyRole, Team, User


def write(strategy: Strategy) -> str:
    """Return the strategy as YAML. Reads the database: a fixed number of queries, whatever the size."""
    return _dump(_Writer(strategy).document())


class _Writer:
    """Collects the plain values of one strategy, and the teams and people they name."""

    def __init__(self, strategy: Strategy) -> None:
        self.strategy = strategy
        self.teams: dict[int, Team] = {}
        self.people: dict[int, User] = {}

    def document(self) -> dict[str, Any]:
        strategy = self.strategy
        body = {
            "roles": self._roles(),
            "objectives": self._objectives(),
            "components": self._components(),
            "channels": self._channels(),
            "transitions": self._transitions(),
            "contact_types": self._contact_types(),
            "journeys": self._journeys(),
            "gaps": self._gaps(),
            "checklists": self._checklists(),
            "initiatives": self._initiatives(),
            "decisions": self._decisions(),
            "findings": self._findings(),
        }
        teams = sorted(self.teams.values(), key=lambda team: team.slug)
        return _stated(
            format=FORMAT,
            kind=KIND,
            strategy=_stated(
                uid=str(strategy.uid),
                slug=strategy.slug,
                name=strategy.name,
                organization=strategy.organization,
                period=strategy.period,
                vision=_prose(strategy.vision),
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

    def _people(self, teams: list[Team]) -> list[dict[str, Any]]:
        """Return everybody who is named or is in one of the teams, by e-mail address."""
        members = list(Membership.objects.filter(team__in=teams).select_related("team", "user"))
        for member in members:
            self.people[member.user_id] = member.user
        return [
            _stated(
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
                _stated(team=self._team(role.team), person=self._person(role.user), role=role.role)
                for role in roles
            ),
            key=lambda role: ("person" in role, role.get("team", ""), role.get("person", "")),
        )

    def _objectives(self) -> list[dict[str, Any]]:
        rows = Objective.objects.filter(strategy=self.strategy).select_related("owner_team")
        rows = rows.prefetch_related("commitments__team", "commitments__given_by")
        return [self._objective(objective) for objective in _in_order(rows)]

    def _objective(self, objective: Objective) -> dict[str, Any]:
        return _stated(
            uid=str(objective.uid),
            statement=objective.statement,
            wording=objective.wording if objective.wording > 1 else None,
            measure=objective.measure,
            unit=objective.unit,
            baseline=_figure(objective.baseline),
            current=_figure(objective.current),
            target=_figure(objective.target),
            due_on=objective.due_on,
            owner_team=self._team(objective.owner_team),
            commitments=[
                self._commitment(said, objective)
                for said in sorted(objective.commitments.all(), key=lambda said: said.team.slug)
            ],
        )

    def _commitment(self, said: Commitment, objective: Objective) -> dict[str, Any]:
        return _stated(
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
        return [self._initiative(initiative) for initiative in _by_name(rows)]

    def _initiative(self, initiative: Initiative) -> dict[str, Any]:
        return _stated(
            uid=str(initiative.uid),
            name=initiative.name,
            purpose=_prose(initiative.purpose),
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
            _stated(
                uid=str(decision.uid),
                question=decision.question,
                options=_prose(decision.options),
                recommendation=decision.recommendation,
                decider=self._person(decision.decider),
                decide_by=decision.decide_by,
                cost_of_waiting=decision.cost_of_waiting,
                outcome=_prose(decision.outcome),
                decided_on=decision.decided_on,
            )
            for decision in in_order
        ]

    def _components(self) -> dict[str, dict[str, Any]]:
        rows = Component.objects.filter(strategy=self.strategy).select_related(
            "owner_team", "owner"
        )
        return {
            component.code: _stated(
                uid=str(component.uid),
                owner_team=self._team(component.owner_team),
                owner=self._person(component.owner),
                updated_on=component.updated_on,
                reviewed_on=component.reviewed_on,
                review_every_days=component.review_every_days,
                text=_prose(component.text),
            )
            for component in sorted(rows, key=lambda component: component.number)
        }

    def _channels(self) -> list[dict[str, Any]]:
        rows = Channel.objects.filter(strategy=self.strategy)
        rows = rows.select_related("owner_team", "owner", "agent_channel").prefetch_related(
            "measurements"
        )
        return [self._channel(channel) for channel in _by_name(rows)]

    def _channel(self, channel: Channel) -> dict[str, Any]:
        return _stated(
            uid=str(channel.uid),
            name=channel.name,
            family=channel.family,
            mode=channel.mode,
            timing=channel.timing,
            device=channel.device,
            owner_team=self._team(channel.owner_team),
            owner=self._person(channel.owner),
            life_cycle=channel.life_cycle,
            launched_on=channel.launched_on,
            retires_on=channel.retires_on,
            purpose=_prose(channel.purpose),
            hours=channel.hours,
            vendor=channel.vendor,
            way_to_a_person=_stated(
                route=channel.agent_route,
                leads_to=channel.agent_channel.name if channel.agent_channel else None,
                taps=channel.agent_taps,
                hours_promised=channel.agent_hours,
            ),
            reviewed_on=channel.reviewed_on,
            review_every_days=channel.review_every_days,
            measurements=[
                _stated(
                    month=f"{row.month:%Y-%m}",
                    metric=row.metric if row.metric != Measurement.Metric.CONTACTS else None,
                    value=row.value,
                    status=row.status if row.value is None else None,
                    source=row.source,
                )
                for row in sorted(
                    channel.measurements.all(), key=lambda row: (row.metric, row.month)
                )
            ],
        )

    def _transitions(self) -> list[dict[str, Any]]:
        rows = Transition.objects.filter(strategy=self.strategy)
        rows = rows.select_related("source", "target", "tested_by")
        return [
            _stated(
                uid=str(row.uid),
                **_ends(row),
                status=row.status,
                mechanism=row.mechanism,
                trigger=row.trigger,
                carried=_stated(
                    identity=row.identity,
                    authentication=row.authentication,
                    reason=row.reason,
                    what_was_entered=row.entered,
                    history=row.history,
                ),
                tested_on=row.tested_on,
                tested_by=self._person(row.tested_by),
                note=_prose(row.note),
            )
            for row in sorted(rows, key=lambda row: tuple(_ends(row).values()))
        ]

    def _contact_types(self) -> list[dict[str, Any]]:
        rows = ContactType.objects.filter(strategy=self.strategy)
        rows = rows.prefetch_related("differences__channel", "differences__other")
        return [
            _stated(
                uid=str(row.uid),
                name=row.name,
                code=row.code,
                answers_differ=sorted(
                    (
                        {
                            "uid": str(differs.uid),
                            "channel": differs.channel.name,
                            "other": differs.other.name,
                            "kind": differs.kind,
                            "explanation": differs.explanation,
                        }
                        for differs in row.differences.all()
                    ),
                    key=lambda differs: (differs["channel"], differs["other"]),
                ),
            )
            for row in _by_name(rows)
        ]

    def _findings(self) -> list[dict[str, Any]]:
        rows = Judgment.objects.filter(strategy=self.strategy).select_related("gap", "given_by")
        subjects = self._subjects()
        found = [
            _stated(
                uid=str(row.uid),
                rule=row.rule,
                **subjects[row.subject],
                sentence=row.sentence,
                facts=row.facts,
                gap=row.gap.number if row.gap else None,
                reason=row.reason,
                given_by=self._person(row.given_by),
                given_on=row.given_on,
            )
            for row in rows
            if row.subject in subjects  # what it spoke of may be deleted
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
            named[row.uid] = {"transition": _ends(row)}
        differences = AnswerDifference.objects.filter(contact_type__strategy=self.strategy)
        for differs in differences.select_related("contact_type", "channel", "other"):
            named[differs.uid] = {
                "contact_type": differs.contact_type.name,
                "channel": differs.channel.name,
                "other": differs.other.name,
            }
        return named

    def _journeys(self) -> list[dict[str, Any]]:
        rows = Journey.objects.filter(strategy=self.strategy).select_related("owner_team")
        rows = rows.prefetch_related(
            "lanes", "stages__steps__cells__channel", "stages__steps__cells__team"
        )
        return [self._journey(journey) for journey in _by_name(rows)]

    def _journey(self, journey: Journey) -> dict[str, Any]:
        lanes = _in_order(journey.lanes.all())
        keys = _keys_of(lanes)
        return _stated(
            uid=str(journey.uid),
            name=journey.name,
            customer=journey.customer,
            goal=_prose(journey.goal),
            owner_team=self._team(journey.owner_team),
            reviewed_on=journey.reviewed_on,
            lanes=[
                _stated(
                    uid=str(lane.uid),
                    key=keys[lane.pk] if keys[lane.pk] != lane.name else None,
                    kind=lane.kind,
                    name=lane.name,
                )
                for lane in lanes
            ],
            stages=[
                _stated(
                    uid=str(stage.uid),
                    name=stage.name,
                    steps=[self._step(step, lanes, keys) for step in _in_order(stage.steps.all())],
                )
                for stage in _in_order(journey.stages.all())
            ],
        )

    def _step(self, step: Step, lanes: list[Lane], keys: dict[int, str]) -> dict[str, Any]:
        cells = {cell.lane_id: cell for cell in step.cells.all()}
        values = {keys[lane.pk]: self._cell(lane.kind, cells.get(lane.pk)) for lane in lanes}
        return _stated(uid=str(step.uid), name=step.name, cells=_stated(**values))

    def _cell(self, kind: str, cell: Cell | None) -> Any:
        if cell is None:
            return None
        if kind == Lane.Kind.CHANNEL:
            return cell.channel.name if cell.channel else None
        if kind == Lane.Kind.TEAM:
            return self._team(cell.team)
        return cell.emotion if kind == Lane.Kind.EMOTION else _prose(cell.text)

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
        return _stated(
            uid=str(gap.uid),
            number=gap.number,
            title=gap.title,
            harm=_prose(gap.harm),
            severity=gap.severity,
            state=gap.state,
            channel=gap.channel.name if gap.channel else None,
            transition=_ends(gap.transition) if gap.transition else None,
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
            note=_prose(gap.note),
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
            answers.setdefault(str(self._team(answer.team)), {})[answer.item.code] = _stated(
                status=answer.status,
                reason=_prose(answer.reason),
                answered_by=self._person(answer.answered_by),
                answered_on=answer.answered_on,
                gap=answer.gap.number if answer.gap else None,
            )
        return _stated(
            uid=str(run.uid),
            name=run.name,
            framework=run.framework.code,
            edition=run.framework.edition,
            opened_on=run.opened_on,
            due_on=run.due_on,
            teams=sorted(str(self._team(asked.team)) for asked in run.run_teams.all()),
            answers=answers,
        )

    def _team(self, team: Team | None) -> str | None:
        if team is None:
            return None
        self.teams[team.pk] = team
        return team.slug

    def _person(self, person: User | None) -> str | None:
        if person is None:
            return None
        self.people[person.pk] = person
        return person.email


def _stated(**values: Any) -> dict[str, Any]:
    """Return the values that say something."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def _ends(transition: Transition) -> dict[str, str]:
    """Return how the file names a transition: by the channels at its ends."""
    return {"from": transition.source.name, "to": transition.target.name}


def _figure(value: decimal.Decimal | None) -> int | float | None:
    """Return the figure as YAML shows it: without decimals when it is whole."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _by_name(rows: Iterable[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: (row.name.casefold(), row.name))


def _in_order(rows: Iterable[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: (row.position, row.pk))


def _keys_of(lanes: list[Lane]) -> dict[int, str]:
    """Return how cells name each lane: by its name, and by name and number from the second lane of that name."""
    keys: dict[int, str] = {}
    taken = {lane.name for lane in lanes}
    seen: set[str] = set()
    for lane in lanes:
        key, number = lane.name, 1
        while key in seen or (key != lane.name and key in taken):
            number += 1
            key = f"{lane.name} ({number})"
        seen.add(key)
        keys[lane.pk] = key
    return keys


def _prose(text: str) -> str:
    """Return the text with the line ends of YAML; browsers send others."""
    return text.replace("\r\n", "\n")


def _dump(document: dict[str, Any]) -> str:
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 10_000_000  # never folds
    yaml.representer.ignore_aliases = lambda *_: True
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(_styled(document), out)
    return out.getvalue()


def _styled(value: Any) -> Any:
    """Choose how texts are written: blocks where lines can be read, quotes for unusual characters."""
    if isinstance(value, dict):
        return {_quoted(key): _styled(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_styled(each) for each in value]
    if isinstance(value, str):
        return LiteralScalarString(value) if _fits_block(value) else _quoted(str(value))
    assert isinstance(value, int | float | dt.date)
    return value


def _quoted(text: str) -> str:
    plain = text.isprintable() and text == text.strip() and not text.startswith("=")
    return text if plain else DoubleQuotedScalarString(text)


def _fits_block(text: str) -> bool:
    lines = text.split("\n")
    return (
        len(lines) > 1
        and bool(lines[0])
        and not lines[0][0].isspace()
        and bool(lines[-1] or lines[-2])
        and all(line.isprintable() and line == line.rstrip() for line in lines)
    )
