"""From a document to rows that are not saved yet: references, rules, and what the models say.

One walk over the data does both: it builds the rows and notes every problem it meets, so that checking and
importing cannot differ. It touches no database, and it walks over anything the schema has complained about.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.history.models import Tracked
from strategy.checklists.models import Answer, Item, Run, RunTeam
from strategy.exchange.problems import Path, did_you_mean, shortened
from strategy.exchange.reading import Document
from strategy.exchange.shape import (
    quotes_missing,
    read_day,
    read_figure,
    read_month,
    read_uid,
    too_long,
)
from strategy.gaps.models import Gap
from strategy.inventory.models import Channel, Measurement
from strategy.journeys.models import Cell, Journey, Lane, Stage, Step
from strategy.journeys.rules import ROOM
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
from strategy.plan.rules import MOST_OBJECTIVES, NEEDS_SENTENCE, TOO_MANY
from teams.models import Membership, StrategyRole, Team, User

Row = TypeVar("Row", bound=Tracked)
Frameworks = dict[tuple[str, str], dict[str, Item]]
"""The items of every known checklist by their codes, under its code and version."""


@dataclass
class Given:
    """A uid that the file gives to a row, and where."""

    model: type[Tracked]
    uid: uuid.UUID
    path: Path


@dataclass
class Rows:
    """Everything a file holds, as rows that are not saved. Lists are in the order of the file."""

    strategy: Strategy
    teams: dict[str, Team] = field(default_factory=dict)
    team_places: dict[str, Path] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    members: list[Membership] = field(default_factory=list)
    roles: list[StrategyRole] = field(default_factory=list)
    objectives: list[Objective] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)
    components: list[Component] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    measurements: list[Measurement] = field(default_factory=list)
    journeys: list[Journey] = field(default_factory=list)
    lanes: list[Lane] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    run_teams: list[RunTeam] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    initiatives: list[Initiative] = field(default_factory=list)
    initiative_channels: list[InitiativeChannel] = field(default_factory=list)
    initiative_teams: list[InitiativeTeam] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)


def build(
    document: Document,
    *,
    spoiled: Iterable[Path] = (),
    teams: dict[str, Team] | None = None,
    people: dict[str, User] | None = None,
    frameworks: Frameworks,
    here: bool = False,
    shift: dt.timedelta = dt.timedelta(0),
    slug: str | None = None,
) -> Rows:
    """Build the rows of a document; what is wrong is noted in it.

    `spoiled`: what the schema has complained about. `teams` and `people`: those that are saved
    already, by slug and e-mail address. `frameworks`: the known checklists; `here` says that no
    other can be used. `shift` moves every date, and months by as many months. `slug` makes a copy:
    under that short name, with new uids.
    """
    return _Builder(
        document, set(spoiled), teams or {}, people or {}, frameworks, here, shift, slug
    ).build()


class _Builder:
    def __init__(
        self,
        document: Document,
        spoiled: set[Path],
        teams: dict[str, Team],
        people: dict[str, User],
        frameworks: Frameworks,
        here: bool,
        shift: dt.timedelta,
        slug: str | None,
    ) -> None:
        self.document = document
        self.spoiled = spoiled
        self.saved_teams = teams
        self.saved_people = people
        self.frameworks = frameworks
        self.here = here
        self.shift = shift
        self.slug = slug
        self.uids: dict[uuid.UUID, Path] = {}
        self.channels: dict[str, Channel] = {}
        self.journeys: dict[str, Journey] = {}
        self.steps: dict[str, list[Step]] = {}
        self.steps_by_uid: dict[uuid.UUID, Step] = {}
        self.gaps: dict[int, Gap] = {}

    # --- the walk ----------------------------------------------------------------------------------

    def build(self) -> Rows:
        data = self.document.data
        as_of = read_day(data.get("as_of"))
        self.months = self._months_of_shift(as_of)
        self.today = max(timezone.localdate(), as_of + self.shift if as_of else dt.date.min)
        path: Path = ("strategy",)
        facts = _mapping(data.get("strategy"))
        strategy = Strategy(
            **self._texts(
                facts,
                "slug",
                "name",
                "organization",
                "period",
                "vision",
                "classification",
                "edition",
                "notice_days",
            )
        )
        self.rows = Rows(strategy)
        if self.slug is not None:
            strategy.slug = self.slug
        self._uid(strategy, facts, path)
        if facts:
            self._clean(strategy, path)
        self._teams(data)
        self._people(data)
        self._roles(data)
        self._objectives(data)
        self._components(data)
        self._channels(data)
        self._journeys(data)
        self._gaps(data)
        self._checklists(data)
        self._initiatives(data)
        self._decisions(data)
        return self.rows

    def _teams(self, data: dict[str, Any]) -> None:
        names: dict[str, Path] = {}
        slugs: dict[str, Path] = {}
        for path, facts in _objects(data, "teams"):
            team = Team(**self._texts(facts, "slug", "name", "function"))
            self._once(slugs, team.slug, (*path, "slug"), _("Another team has this slug"))
            self._once(names, team.name, (*path, "name"), _("Another team has this name"))
            self._clean(team, path)
            self.rows.team_places[team.slug] = path
            self.rows.teams[team.slug] = self.saved_teams.get(team.slug, team)

    def _people(self, data: dict[str, Any]) -> None:
        emails: dict[str, Path] = {}
        for path, facts in _objects(data, "people"):
            person = User(**self._texts(facts, "email", "name", "job_title"), is_active=False)
            person.email = str(person.email).strip().lower()
            self._once(
                emails, person.email, (*path, "email"), _("Another person has this e-mail address")
            )
            self._clean(person, path)
            person = self.rows.people[person.email] = self.saved_people.get(person.email, person)
            leads = list(_texts_of(facts, "leads"))
            slugs: dict[str, Path] = {}
            for place, slug in _texts_of(facts, "teams", path):
                team = self._team_called(slug, place)
                self._once(slugs, slug, place, _("This team is named here already"))
                if team is not None:
                    is_lead = slug in [led for _place, led in leads]
                    self.rows.members.append(Membership(team=team, user=person, is_lead=is_lead))
            for place, slug in _texts_of(facts, "leads", path):
                if slug not in slugs:
                    self._problem(
                        place,
                        _("“%(team)s” is not among the `teams` of this person. Add it there.")
                        % {"team": shortened(slug)},
                    )

    def _roles(self, data: dict[str, Any]) -> None:
        holders: dict[str, Path] = {}
        for path, facts in _objects(data, "roles"):
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

    def _objectives(self, data: dict[str, Any]) -> None:
        for position, (path, facts) in enumerate(_objects(data, "objectives"), start=1):
            objective = Objective(
                strategy=self.rows.strategy,
                position=position,
                owner_team=self._team(facts, "owner_team", path),
                baseline=read_figure(facts.get("baseline")),
                current=read_figure(facts.get("current")),
                target=read_figure(facts.get("target")),
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
        for place, said in _objects(facts, "commitments", path):
            stated = {"wording": objective.wording, "agreed_to": objective.statement}
            stated |= self._texts(said, "stance", "sentence", "wording", "agreed_to")
            commitment = Commitment(
                objective=objective,
                team=self._team(said, "team", place),
                given_by=self._person(said, "given_by", place),
                **stated,
                **self._days(said, "given_on"),
            )
            team = _text(said, "team") or ""
            self._once(seen, team, (*place, "team"), _("This team has answered already"))
            if commitment.stance != Commitment.Stance.COMMITS and not commitment.sentence.strip():
                self._problem(place, _(NEEDS_SENTENCE))
            self._clean(commitment, place)
            self.rows.commitments.append(commitment)

    def _initiatives(self, data: dict[str, Any]) -> None:
        names: dict[str, Path] = {}
        for path, facts in _objects(data, "initiatives"):
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
            for place, called in _texts_of(facts, "channels", path):
                channel = self._channel_called(called, place)
                self._once(channels, called, place, _("This channel is named here already"))
                self.rows.initiative_channels.append(
                    InitiativeChannel(initiative=initiative, channel=channel)
                )
            teams: dict[str, Path] = {}
            for place, slug in _texts_of(facts, "teams", path):
                team = self._team_called(slug, place)
                self._once(teams, slug, place, _("This team is named here already"))
                self.rows.initiative_teams.append(InitiativeTeam(initiative=initiative, team=team))

    def _decisions(self, data: dict[str, Any]) -> None:
        for path, facts in _objects(data, "decisions"):
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
        texts = _mapping(data.get("components"))
        for code in Component.Code.values:
            path: Path = ("components", code)
            facts = _mapping(texts.get(code))
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

    def _channels(self, data: dict[str, Any]) -> None:
        names: dict[str, Path] = {}
        leads: list[tuple[Channel, dict[str, Any], Path]] = []
        for path, facts in _objects(data, "channels"):
            way = _mapping(facts.get("way_to_a_person"))
            channel = Channel(
                strategy=self.rows.strategy,
                owner_team=self._team(facts, "owner_team", path),
                owner=self._person(facts, "owner", path),
                **self._texts(
                    facts,
                    *(
                        "name",
                        "family",
                        "mode",
                        "timing",
                        "device",
                        "life_cycle",
                        "purpose",
                        "hours",
                        "vendor",
                    ),
                    "review_every_days",
                ),
                **self._days(facts, "launched_on", "retires_on", "reviewed_on"),
                **self._texts(
                    way,
                    agent_route="route",
                    agent_taps="taps",
                    agent_identity="identity",
                    agent_data="what_was_entered",
                    agent_hours="hours_promised",
                ),
            )
            self._uid(channel, facts, path)
            self._once(names, channel.name, (*path, "name"), _("Another channel has this name"))
            if (
                channel.launched_on
                and channel.retires_on
                and channel.retires_on < channel.launched_on
            ):
                self._problem(
                    (*path, "retires_on"), _("A channel cannot retire before it is launched.")
                )
            self._clean(channel, path)
            self.channels.setdefault(channel.name, channel)
            self.rows.channels.append(channel)
            leads.append((channel, way, (*path, "way_to_a_person")))
            self._measurements(channel, facts, path)
        for channel, way, path in leads:
            channel.agent_channel = self._channel(way, "leads_to", path)
            if channel.agent_channel is channel:
                self._problem(
                    (*path, "leads_to"),
                    _("A channel cannot lead to itself. Name another, or none."),
                )

    def _measurements(self, channel: Channel, facts: dict[str, Any], path: Path) -> None:
        months: dict[str, Path] = {}
        for place, figure in _objects(facts, "measurements", path):
            month = read_month(figure.get("month"))
            status, value = figure.get("status"), figure.get("value")
            if status is None:
                status = Measurement.Status.VALUE
            if (status == Measurement.Status.VALUE) != (value is not None):
                self._problem(
                    place,
                    _(
                        "Give either a `value` above zero, or a `status` without a value: "
                        "zero, no_data, not_applicable or suppressed."
                    ),
                )
            if month is None:
                continue
            metric = figure.get("metric", Measurement.Metric.CONTACTS)
            self._once(
                months, f"{metric} {month}", (*place, "month"), _("This month stands here already")
            )
            row = Measurement(
                channel=channel,
                metric=metric,
                month=self._month(month),
                status=status,
                value=value,
                **self._texts(figure, "source"),
            )
            self._clean(row, place)
            self.rows.measurements.append(row)

    def _journeys(self, data: dict[str, Any]) -> None:
        names: dict[str, Path] = {}
        for path, facts in _objects(data, "journeys"):
            journey = Journey(
                strategy=self.rows.strategy,
                owner_team=self._team(facts, "owner_team", path),
                **self._texts(facts, "name", "customer", "goal"),
                **self._days(facts, "reviewed_on"),
            )
            self._uid(journey, facts, path)
            self._once(names, journey.name, (*path, "name"), _("Another journey has this name"))
            self._clean(journey, path)
            self.journeys.setdefault(journey.name, journey)
            self.rows.journeys.append(journey)
            lanes = self._lanes(journey, facts, path)
            self._stages(journey, lanes, facts, path)

    def _lanes(self, journey: Journey, facts: dict[str, Any], path: Path) -> dict[str, Lane]:
        keys: dict[str, Path] = {}
        lanes: dict[str, Lane] = {}
        for position, (place, lane_facts) in enumerate(_objects(facts, "lanes", path), start=1):
            lane = Lane(
                journey=journey, position=position * ROOM, **self._texts(lane_facts, "kind", "name")
            )
            key = _text(lane_facts, "key") or lane.name
            self._uid(lane, lane_facts, place)
            self._once(
                keys,
                key,
                place,
                _("Another lane has this name; give one of them a `key`"),
                fold=False,
            )
            self._clean(lane, place)
            lanes[key] = lane
            self.rows.lanes.append(lane)
        return lanes

    def _stages(
        self, journey: Journey, lanes: dict[str, Lane], facts: dict[str, Any], path: Path
    ) -> None:
        steps = self.steps.setdefault(journey.name, [])
        for position, (place, stage_facts) in enumerate(_objects(facts, "stages", path), start=1):
            stage = Stage(
                journey=journey, position=position * ROOM, **self._texts(stage_facts, "name")
            )
            self._uid(stage, stage_facts, place)
            self._clean(stage, place)
            self.rows.stages.append(stage)
            for step_position, (here, step_facts) in enumerate(
                _objects(stage_facts, "steps", place), start=1
            ):
                step = Step(
                    stage=stage, position=step_position * ROOM, **self._texts(step_facts, "name")
                )
                self._uid(step, step_facts, here)
                self._clean(step, here)
                steps.append(step)
                self.rows.steps.append(step)
                self._cells(step, lanes, _mapping(step_facts.get("cells")), (*here, "cells"))

    def _cells(self, step: Step, lanes: dict[str, Lane], facts: dict[str, Any], path: Path) -> None:
        for key in facts:
            if key not in lanes:
                self._problem(
                    (*path, key),
                    _("This journey has no lane called “%(lane)s”.") % {"lane": shortened(key)}
                    + did_you_mean(key, lanes),
                )
        for key, lane in lanes.items():
            cell = Cell(step=step, lane=lane)
            if key in facts:
                self._fill(cell, lane.kind, facts, key, path)
            self.rows.cells.append(cell)

    def _fill(self, cell: Cell, kind: str, facts: dict[str, Any], key: str, path: Path) -> None:
        value = facts[key]
        if kind == Lane.Kind.EMOTION:
            if isinstance(value, int) and -2 <= value <= 2:
                cell.emotion = value
            else:
                self._problem(
                    (*path, key), _("An emotion is a number from -2 (angry) to 2 (delighted).")
                )
        elif not isinstance(value, str):
            self._problem((*path, key), quotes_missing(value))
        elif kind == Lane.Kind.CHANNEL:
            cell.channel = self._channel(facts, key, path)
        elif kind == Lane.Kind.TEAM:
            cell.team = self._team(facts, key, path)
        elif len(value) > _TEXT_OF_CELL:
            self._problem((*path, key), too_long(value, _TEXT_OF_CELL))
        else:
            cell.text = value

    def _gaps(self, data: dict[str, Any]) -> None:
        numbers: dict[str, Path] = {}
        stated = [facts.get("number") for _path, facts in _objects(data, "gaps")]
        highest = max((number for number in stated if isinstance(number, int)), default=0)
        repeats: list[tuple[Gap, dict[str, Any], Path]] = []
        for path, facts in _objects(data, "gaps"):
            number = facts.get("number")
            if number is None:
                highest += 1
                number = highest
            gap = Gap(
                strategy=self.rows.strategy,
                number=number,
                channel=self._channel(facts, "channel", path),
                journey=self._journey(facts, path),
                owner_team=self._team(facts, "owner_team", path),
                accountable=self._person(facts, "accountable", path),
                blocked_on=self._team(facts, "blocked_on", path),
                resolved_by=self._person(facts, "resolved_by", path),
                verified_by=self._person(facts, "verified_by", path),
                **self._texts(facts, "title", "harm", "severity", "state", "slips", "note"),
                **self._days(
                    facts, "opened_on", "due_on", "first_due_on", "settled_on", "accepted_until"
                ),
            )
            gap.first_due_on = gap.first_due_on or gap.due_on
            gap.step = self._step(gap.journey, facts, path)
            if gap.opened_on and gap.opened_on > self.today:
                self._problem((*path, "opened_on"), _("A gap cannot be opened on a day to come."))
            if gap.opened_on and gap.due_on and gap.due_on < gap.opened_on:
                self._problem((*path, "due_on"), _("A gap cannot be due before it was opened."))
            self._uid(gap, facts, path)
            self._once(numbers, str(number), (*path, "number"), _("Another gap has this number"))
            self._gap_rules(gap, facts, path)
            self._clean(gap, path)
            if isinstance(number, int):
                self.gaps.setdefault(number, gap)
            self.rows.gaps.append(gap)
            repeats.append((gap, facts, path))
        for gap, facts, path in repeats:
            gap.duplicate_of = self._gap(facts, "duplicate_of", path)
            if gap.duplicate_of is gap:
                self._problem(
                    (*path, "duplicate_of"), _("A gap cannot repeat itself. Give another number.")
                )

    def _gap_rules(self, gap: Gap, facts: dict[str, Any], path: Path) -> None:
        if gap.state == Gap.State.BLOCKED and "blocked_on" not in facts:
            self._problem(path, _("A blocked gap needs `blocked_on`: the team it waits for."))
        if gap.state == Gap.State.ACCEPTED and not (
            facts.get("accepted_until") and facts.get("note")
        ):
            self._problem(
                path, _("An accepted gap needs a reason in `note` and an end in `accepted_until`.")
            )

    def _checklists(self, data: dict[str, Any]) -> None:
        names: dict[str, Path] = {}
        for path, facts in _objects(data, "checklists"):
            items = self._items(facts, path)
            run = Run(
                strategy=self.rows.strategy,
                **self._texts(facts, "name"),
                **self._days(facts, "opened_on", "due_on"),
            )
            if items:
                run.framework = next(iter(items.values())).framework
            self._uid(run, facts, path)
            self._once(
                names, run.name, (*path, "name"), _("Another checklist has this name"), fold=False
            )
            self._clean(run, path)
            self.rows.runs.append(run)
            asked: dict[str, Path] = {}
            for place, slug in _texts_of(facts, "teams", path):
                team = self._team_called(slug, place)
                self._once(asked, slug, place, _("This team is named here already"))
                if team is not None:
                    self.rows.run_teams.append(RunTeam(run=run, team=team))
            self._answers(run, items, _mapping(facts.get("answers")), (*path, "answers"))

    def _items(self, facts: dict[str, Any], path: Path) -> dict[str, Item] | None:
        """Return the items of the run's checklist; None when it is not known."""
        code, edition = facts.get("framework"), facts.get("edition")
        if not isinstance(code, str) or not isinstance(edition, str):
            return None
        if (code, edition) in self.frameworks:
            return self.frameworks[code, edition]
        if not self.here:
            return None
        known = [" ".join(key) for key in sorted(self.frameworks)]
        self._problem(
            (*path, "framework"),
            _(
                "There is no checklist “%(code)s” of version “%(edition)s” here. Known are: %(known)s."
            )
            % {
                "code": shortened(code),
                "edition": shortened(edition),
                "known": ", ".join(known) or "–",
            },
        )
        return None

    def _answers(
        self, run: Run, items: dict[str, Item] | None, facts: dict[str, Any], path: Path
    ) -> None:
        for slug, by_item in facts.items():
            team = self._team_called(slug, (*path, slug))
            for code, answer_facts in _mapping(by_item).items():
                place = (*path, slug, code)
                given = _mapping(answer_facts)
                answer = Answer(
                    run=run,
                    team=team,
                    answered_by=self._person(given, "answered_by", place),
                    gap=self._gap(given, "gap", place),
                    **self._texts(given, "status", "reason"),
                    **self._days(given, "answered_on"),
                )
                if items is not None and code not in items:
                    self._problem(
                        place,
                        _("This checklist has no item “%(item)s”.") % {"item": shortened(code)}
                        + did_you_mean(code, items),
                    )
                elif items is not None:
                    answer.item = items[code]
                if answer.status == Answer.Status.NOT_APPLICABLE and not answer.reason:
                    self._problem(place, _("“Not applicable” needs a `reason`."))
                self._clean(answer, place)
                self.rows.answers.append(answer)

    # --- references --------------------------------------------------------------------------------

    def _team(self, facts: dict[str, Any], key: str, path: Path) -> Team | None:
        slug = _text(facts, key)
        return None if slug is None else self._team_called(slug, (*path, key))

    def _team_called(self, slug: str, path: Path) -> Team | None:
        if slug not in self.rows.teams:
            self._problem(
                path,
                _("There is no team “%(slug)s” in `teams`.") % {"slug": shortened(slug)}
                + did_you_mean(slug, self.rows.teams),
            )
        return self.rows.teams.get(slug)

    def _person(self, facts: dict[str, Any], key: str, path: Path) -> User | None:
        email = _text(facts, key)
        if email is None:
            return None
        email = email.strip().lower()
        if email not in self.rows.people:
            self._problem(
                (*path, key),
                _("There is no person “%(email)s” in `people`.") % {"email": shortened(email)}
                + did_you_mean(email, self.rows.people),
            )
        return self.rows.people.get(email)

    def _channel(self, facts: dict[str, Any], key: str, path: Path) -> Channel | None:
        name = _text(facts, key)
        return None if name is None else self._channel_called(name, (*path, key))

    def _channel_called(self, name: str, path: Path) -> Channel | None:
        if name not in self.channels:
            self._problem(
                path,
                _("There is no channel called “%(name)s”.") % {"name": shortened(name)}
                + did_you_mean(name, self.channels),
            )
        return self.channels.get(name)

    def _journey(self, facts: dict[str, Any], path: Path) -> Journey | None:
        name = _text(facts, "journey")
        if name is None:
            return None
        if name not in self.journeys:
            self._problem(
                (*path, "journey"),
                _("There is no journey called “%(name)s”.") % {"name": shortened(name)}
                + did_you_mean(name, self.journeys),
            )
        return self.journeys.get(name)

    def _step(self, journey: Journey | None, facts: dict[str, Any], path: Path) -> Step | None:
        wanted = _text(facts, "step")
        if wanted is None:
            return None
        if journey is None:
            if "journey" not in facts:
                self._problem(
                    (*path, "step"), _("A step needs its `journey`. Add the journey's name.")
                )
            return None
        steps = self.steps[journey.name]
        found = [step for step in steps if step.name == wanted]
        if not found and (uid := read_uid(wanted)) is not None:
            found = [step for step in steps if self.steps_by_uid.get(uid) is step]
        if len(found) > 1:
            self._problem(
                (*path, "step"),
                _(
                    "Several steps of this journey are called “%(name)s”. Give one a uid, and write the uid here."
                )
                % {"name": shortened(wanted)},
            )
        if not found:
            self._problem(
                (*path, "step"),
                _("The journey has no step called “%(name)s”.") % {"name": shortened(wanted)}
                + did_you_mean(wanted, [step.name for step in steps]),
            )
        return found[0] if len(found) == 1 else None

    def _gap(self, facts: dict[str, Any], key: str, path: Path) -> Gap | None:
        number = facts.get(key)
        if not isinstance(number, int):
            return None
        if number not in self.gaps:
            self._problem(
                (*path, key), _("There is no gap with number %(number)s.") % {"number": number}
            )
        return self.gaps.get(number)

    # --- values ------------------------------------------------------------------------------------

    def _problem(self, path: Path, sentence: str) -> None:
        self.document.problem(path, sentence)

    def _once(
        self, seen: dict[str, Path], key: str, path: Path, sentence: str, *, fold: bool = True
    ) -> None:
        """Note a problem when the key was seen before; upper and lower case are the same unless `fold` is off."""
        if not isinstance(key, str) or not key:
            return
        if fold:
            key = key.lower()
        if key in seen:
            self._problem(
                path,
                _("%(sentence)s (line %(line)s).")
                % {"sentence": sentence, "line": self.document.line(seen[key])},
            )
        else:
            seen[key] = path

    def _uid(self, row: Tracked, facts: dict[str, Any], path: Path) -> None:
        """Give the row the uid of the file, unless a copy is made."""
        uid = read_uid(facts.get("uid"))
        if uid is None:
            return
        if uid in self.uids:
            self._problem(
                (*path, "uid"),
                _("This uid stands on line %(line)s already. Delete one, and a new one is made.")
                % {"line": self.document.line((*self.uids[uid], "uid"))},
            )
        self.uids.setdefault(uid, path)
        if isinstance(row, Step):
            self.steps_by_uid[uid] = row
        if self.slug is None:
            row.uid = uid
            self.rows.given.append(Given(type(row), uid, (*path, "uid")))

    def _texts(self, facts: dict[str, Any], *keys: str, **renamed: str) -> dict[str, Any]:
        """Return the values that are stated, by the name of the model's field."""
        names = {**{key: key for key in keys}, **renamed}
        return {
            name: facts[key] for name, key in names.items() if isinstance(facts.get(key), str | int)
        }

    def _days(self, facts: dict[str, Any], *keys: str) -> dict[str, dt.date]:
        days = {key: read_day(facts.get(key)) for key in keys}
        return {key: day + self.shift for key, day in days.items() if day is not None}

    def _months_of_shift(self, as_of: dt.date | None) -> int:
        start = as_of or dt.date(2026, 1, 1)
        end = start + self.shift
        return (end.year - start.year) * 12 + end.month - start.month

    def _month(self, month: dt.date) -> dt.date:
        years, index = divmod(month.month - 1 + self.months, 12)
        return dt.date(month.year + years, index + 1, 1)

    def _clean(self, row: Tracked, path: Path) -> None:
        """Let the model look at the row's own values, unless the schema has complained about them."""
        if path in self.spoiled:
            return
        related = {each.name for each in row._meta.fields if each.is_relation}
        try:
            row.clean_fields(exclude=related | {"password"})
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                key = _KEYS.get(name, name)
                for message in messages:
                    self._problem((*path, key), message)


_TEXT_OF_CELL: int = Cell._meta.get_field("text").max_length  # type: ignore[assignment]
_KEYS = {
    "agent_route": "way_to_a_person",
    "agent_taps": "way_to_a_person",
    "agent_identity": "way_to_a_person",
    "agent_data": "way_to_a_person",
    "agent_hours": "way_to_a_person",
}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(
    facts: dict[str, Any], key: str, path: Path = ()
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield each mapping of a list with its path; what is none, the schema has complained about."""
    listed = facts.get(key)
    for index, value in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(value, dict):
            yield (*path, key, index), value


def _texts_of(facts: dict[str, Any], key: str, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield each text of a list with its path."""
    listed = facts.get(key)
    for index, value in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(value, str):
            yield (*path, key, index), value


def _text(facts: dict[str, Any], key: str) -> str | None:
    value = facts.get(key)
    return value if isinstance(value, str) else None
