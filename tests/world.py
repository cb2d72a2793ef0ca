"""Two strategies with something of every kind in them, and a canary in every text."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from portal.history.models import ChangeSet
from portal.history.record import Recorder, change_set
from strategy.checklists.models import Answer, Framework, Item, Run, RunTeam
from strategy.exchange.models import ImportRow, ImportRun
from strategy.exchange.sheets import store
from strategy.findings.models import Judgment
from strategy.gaps.models import Gap
from strategy.inventory.models import (
    AccessDecision,
    AccessPoint,
    AccessPointContactType,
    AnswerDifference,
    Calendar,
    Channel,
    Measurement,
    SavedView,
    SelfServiceOffer,
    ServiceObjective,
    Transition,
)
from strategy.journeys.models import Cell, Journey, Lane, Stage, Step
from strategy.plan.models import (
    Commitment,
    Component,
    ContactType,
    Decision,
    Initiative,
    InitiativeChannel,
    InitiativeTeam,
    Objective,
    Segment,
    Strategy,
)
from strategy.reports.models import Report
from teams.actions import create_role, invite
from teams.links import token_of
from teams.models import Invitation, Membership, StrategyRole, Team, User
from tests.conftest import Cast
from tests.starting import start_strategy

TODAY = dt.date(2026, 11, 20)


@dataclass
class Things:
    """One strategy's things."""

    strategy: Strategy
    objective: Objective
    decision: Decision
    initiative: Initiative
    channel: Channel
    point: AccessPoint
    calendar: Calendar
    transition: Transition
    contact_type: ContactType
    difference: AnswerDifference
    service_objective: ServiceObjective
    segment: Segment
    saved_view: SavedView
    subject: Channel  # what a finding speaks of
    journey: Journey
    stage: Stage
    step: Step
    lane: Lane
    cell: Cell
    gap: Gap
    run: Run
    report: Report
    item: Item
    role: StrategyRole
    invitation: Invitation
    act: ChangeSet
    import_run: ImportRun


@dataclass
class World(Things):
    """The cast's strategy, another one, and everybody."""

    cast: Cast
    elsewhere: Things
    membership: Membership
    parts: dict[str, Any] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """Return the strategy's short name."""
        return self.strategy.slug

    def people(self) -> dict[str, User | None]:
        """Return everybody by what they are here."""
        cast = self.cast
        return {
            "anonymous": None,
            "outsider": cast.olga,
            "removed": cast.remy,
            "reader": cast.rae,
            "contributor": cast.cole,
            "editor": cast.eve,
            "lead": cast.lea,
            "admin": cast.ada,
        }


def build_world(cast: Cast) -> World:
    """Fill the cast's strategy and a foreign one."""
    framework, item = _framework()
    foreign = start_strategy(
        values={"name": "canary-elsewhere", "slug": "elsewhere", "vision": "canary-elsewhere"},
        lead=cast.olga,
        by=cast.ada,
    )
    there = _fill(foreign, cast.care, cast.ada, "canary-elsewhere", framework, item)
    cast.strategy.roles.filter(user=cast.olga).delete()
    foreign.roles.filter(user=cast.olga).update(user=cast.ada)
    here = _fill(cast.strategy, cast.mobile, cast.ada, "canary-here", framework, item)
    return World(
        **vars(here),
        cast=cast,
        elsewhere=there,
        membership=cast.cole.memberships.get(),
        parts={
            "team_slug": cast.mobile.slug,
            "team": cast.mobile.slug,
            "item_code": item.code,
            "rule": "agent_route",
            "code": item.code,
            "token": token_of(here.invitation),
        },
    )


def _framework() -> tuple[Framework, Item]:
    with change_set(by=None) as record:
        framework = Framework(code="probe", edition="1", name="Probe")
        record.create(framework)
        item = Item(framework=framework, code="P-1", section="All", text="Is it there?", position=1)
        record.create(item)
    return framework, item


def _fill(
    strategy: Strategy, team: Team, by: User, canary: str, framework: Framework, item: Item
) -> Things:
    with change_set(by=by, scope=strategy.uid, reason=canary) as record:
        record.update(strategy, vision=canary, organization=canary)
        for component in Component.objects.filter(strategy=strategy):
            record.update(component, text=canary, owner_team=team, reviewed_on=TODAY)
        channel = _add(
            record, Channel(strategy=strategy, name=f"{canary} app", family="app", mode="hybrid",
                            owner_team=team, purpose=canary, hours=canary, vendor=canary, agent_hours=canary)
        )  # fmt: skip
        _add(
            record,
            Measurement(
                channel=channel,
                starts_on=dt.date(2026, 10, 1),
                status="value",
                value=7,
                source=canary,
            ),
        )
        service_objective = _add(
            record, ServiceObjective(channel=channel, name=canary, metric="CR", target=80, population=canary,
                                     source=canary, rationale=canary)
        )  # fmt: skip
        line = _add(
            record, Channel(strategy=strategy, name=f"{canary} line", family="voice", mode="assisted",
                            owner_team=team)
        )  # fmt: skip
        transition = _add(
            record, Transition(strategy=strategy, source=channel, target=line, trigger=canary, note=canary,
                               identity="no")
        )  # fmt: skip
        contact_type = _add(record, ContactType(strategy=strategy, name=canary, code="canary"))
        difference = _add(
            record, AnswerDifference(contact_type=contact_type, channel=channel, other=line, explanation=canary)
        )  # fmt: skip
        _add(
            record, SelfServiceOffer(contact_type=contact_type, channel=channel, extent="declined", reason=canary)
        )  # fmt: skip
        segment = _add(
            record,
            Segment(strategy=strategy, name=canary, criteria=canary, needs=canary, prefers=canary),
        )
        _add(
            record, AccessDecision(segment=segment, contact_type=contact_type, channel=channel, choice="redirected",
                                   redirect_to=line, reason=canary)
        )  # fmt: skip
        calendar = _add(
            record, Calendar(strategy=strategy, name=canary, days=f"2026-12-25 {canary}")
        )
        point = _add(
            record, AccessPoint(channel=channel, name=f"{canary} number", kind="phone", address=canary, published=canary,
                                hours="24/7", time_zone="America/Chicago", calendar=calendar, vendor=canary,
                                exceptions=f"2026-12-24 closed {canary}", exit_terms=canary, platform=canary,
                                after_hours_note=canary, accessibility_note=canary, note=canary,
                                data_taken=canary, retention=canary, escalation=canary)
        )  # fmt: skip
        _add(record, AccessPointContactType(point=point, contact_type=contact_type))
        saved_view = _add(
            record, SavedView(strategy=strategy, owner=by, name=canary, slug="canary", query="family=app",
                              is_shared=True)
        )  # fmt: skip
        objective = _add(
            record, Objective(strategy=strategy, statement=canary, measure=canary, unit=canary, owner_team=team)
        )  # fmt: skip
        _add(
            record, Commitment(objective=objective, team=team, stance="objects", sentence=canary, wording=1,
                               agreed_to=canary, given_by=by, given_on=TODAY)
        )  # fmt: skip
        decision = _add(
            record, Decision(strategy=strategy, question=canary, options=canary, recommendation=canary,
                             cost_of_waiting=canary)
        )  # fmt: skip
        initiative = _add(
            record, Initiative(strategy=strategy, name=canary, purpose=canary, owner_team=team, launch_on=TODAY)
        )  # fmt: skip
        _add(record, InitiativeChannel(initiative=initiative, channel=channel))
        _add(record, InitiativeTeam(initiative=initiative, team=team))
        journey = _add(
            record,
            Journey(
                strategy=strategy,
                name=f"{canary} trip",
                customer=canary,
                goal=canary,
                owner_team=team,
            ),
        )
        stage = _add(record, Stage(journey=journey, name=f"{canary} stage", position=10))
        other = _add(record, Stage(journey=journey, name=f"{canary} later", position=20))
        step = _add(record, Step(stage=stage, name=f"{canary} step", position=10))
        steps = [step, _add(record, Step(stage=stage, name=f"{canary} next", position=20)),
                 _add(record, Step(stage=other, name=f"{canary} last", position=10))]  # fmt: skip
        lanes = [
            _add(
                record, Lane(journey=journey, kind=kind, name=f"{canary} {kind}", position=position)
            )
            for position, kind in enumerate(Lane.Kind.values, start=1)
        ]
        for one in steps:
            for lane in lanes:
                _add(record, Cell(step=one, lane=lane, text=canary if lane.kind in ("text", "pain") else "",
                                  channel=channel if lane.kind == "channel" else None,
                                  team=team if lane.kind == "team" else None,
                                  emotion=-1 if lane.kind == "emotion" else None))  # fmt: skip
        gap = _add(
            record, Gap(strategy=strategy, number=1, title=f"{canary} gap", harm=canary, severity="high",
                        channel=channel, transition=transition, journey=journey, step=step, owner_team=team, opened_on=TODAY, note=canary)
        )  # fmt: skip
        _add(
            record, Judgment(strategy=strategy, rule="agent_route", subject=channel.uid, facts="", sentence=canary,
                             reason=canary, given_by=by, given_on=TODAY)
        )  # fmt: skip
        run = _add(
            record,
            Run(strategy=strategy, framework=framework, name=f"{canary} run", opened_on=TODAY),
        )
        _add(record, RunTeam(run=run, team=team))
        _add(
            record,
            Answer(
                run=run, item=item, team=team, status="not_met", reason=canary, answered_on=TODAY
            ),
        )
        report = _add(
            record,
            Report(strategy=strategy, number=1, requested_by=by, requested_at=timezone.now()),
        )
        role = create_role(record, strategy, _spare_team(record), "reader")
    with change_set(by=by, scope=strategy.uid) as record:
        record.update(channel, purpose=f"{canary} again")
    act = ChangeSet.objects.latest("pk")
    invitation = invite(strategy=strategy, email=f"{canary}@larkfield.example", team=role.team, role="reader",
                        now=timezone.now(), by=by)  # fmt: skip
    table = f"name,family,mode,owner_team\r\n{canary} table,chat,assisted,{team.slug}\r\n"
    import_run = ImportRun.objects.create(
        strategy=strategy, kind="channels", name=f"{canary}.csv", source=canary, uploaded_by=by,
        uploaded_at=timezone.now(), size=len(table), row_count=1, notes=[canary], state="checked",
        file=store.keep(table.encode()), counts={"new": 1}, digest="x",
        mapping={"columns": {"0": "name", "1": "family", "2": "mode", "3": "owner_team"}},
    )  # fmt: skip
    ImportRow.objects.create(
        run=import_run,
        number=2,
        state="new",
        label=f"{canary} table",
        changes=[["Name", "", canary]],
    )
    return Things(
        strategy=strategy, objective=objective, decision=decision, initiative=initiative, channel=channel,
        point=point, calendar=calendar, transition=transition, contact_type=contact_type, difference=difference, segment=segment,
        service_objective=service_objective, subject=channel,
        saved_view=saved_view,
        journey=journey, stage=stage, step=step, lane=lanes[0],
        cell=Cell.objects.get(step=step, lane=lanes[0]), gap=gap, run=run, report=report, item=item, role=role,
        invitation=invitation, act=act, import_run=import_run,
    )  # fmt: skip


def _spare_team(record: Recorder) -> Team:
    from teams.actions import create_team

    number = (
        Team.objects.count()
    )  # teams belong to the organization: everybody may read their names
    return create_team(
        record, {"name": f"Spare {number}", "slug": f"spare-{number}", "function": "other"}
    )


def _add(record: Recorder, row: Any) -> Any:
    record.create(row)
    return row
