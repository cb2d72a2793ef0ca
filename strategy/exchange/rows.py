"""From a document to rows that are not saved yet: references, rules, and what the models say.

One walk over the data does both: it builds the rows and notes every problem it meets, so that checking and
importing cannot differ. It touches no database, and it walks over anything the schema has complained about.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.history.models import Tracked
from strategy.checklists.models import Answer, Item, Run, RunTeam
from strategy.exchange.problems import Path, did_you_mean, shortened
from strategy.exchange.reading import Document
from strategy.exchange.references import (
    Builder,
    Frameworks,
    Rows,
    mapping,
    objects,
    text_of,
    texts_of,
)
from strategy.exchange.shape import (
    quotes_missing,
    read_day,
    read_figure,
    read_month,
    too_long,
)
from strategy.findings.models import Judgment
from strategy.findings.rules import RULES
from strategy.gaps.models import Gap
from strategy.inventory.models import AnswerDifference, Channel, Measurement, Transition
from strategy.journeys.models import Cell, Journey, Lane, Stage, Step
from strategy.journeys.rules import ROOM
from strategy.plan.models import (
    Commitment,
    Component,
    ContactType,
    Decision,
    Initiative,
    InitiativeChannel,
    InitiativeTeam,
    Objective,
    Strategy,
)
from strategy.plan.rules import MOST_OBJECTIVES, NEEDS_SENTENCE, TOO_MANY
from teams.models import Membership, StrategyRole, Team, User


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


class _Builder(Builder):
    # --- the walk ----------------------------------------------------------------------------------

    def build(self) -> Rows:
        data = self.document.data
        as_of = read_day(data.get("as_of"))
        self.months = self._months_of_shift(as_of)
        self.today = max(timezone.localdate(), as_of + self.shift if as_of else dt.date.min)
        path: Path = ("strategy",)
        facts = mapping(data.get("strategy"))
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
        self._transitions(data)
        self._contact_types(data)
        self._journeys(data)
        self._gaps(data)
        self._checklists(data)
        self._initiatives(data)
        self._decisions(data)
        self._findings(data)
        return self.rows

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

    def _objectives(self, data: dict[str, Any]) -> None:
        for position, (path, facts) in enumerate(objects(data, "objectives"), start=1):
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

    def _channels(self, data: dict[str, Any]) -> None:
        names: dict[str, Path] = {}
        leads: list[tuple[Channel, dict[str, Any], Path]] = []
        for path, facts in objects(data, "channels"):
            way = mapping(facts.get("way_to_a_person"))
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

    def _transitions(self, data: dict[str, Any]) -> None:
        pairs: dict[str, Path] = {}
        for path, facts in objects(data, "transitions"):
            source = self._channel(facts, "from", path)
            target = self._channel(facts, "to", path)
            pair = (text_of(facts, "from"), text_of(facts, "to"))
            transition = Transition(
                strategy=self.rows.strategy,
                source=source,
                target=target,
                tested_by=self._person(facts, "tested_by", path),
                **self._texts(facts, "status", "mechanism", "trigger", "note"),
                **self._texts(
                    mapping(facts.get("carried")),
                    *("identity", "authentication", "reason", "history"),
                    entered="what_was_entered",
                ),
                **self._days(facts, "tested_on"),
            )
            self._uid(transition, facts, path)
            self._once(
                pairs,
                f"{pair}",
                path,
                _("These two channels have a transition already"),
                fold=False,
            )
            if source is not None and source is target:
                self._problem(
                    (*path, "to"),
                    _("A transition leads from one channel to another. Name two channels."),
                )
            self._clean(transition, path)
            self.transitions.setdefault(pair, transition)
            self.rows.transitions.append(transition)

    def _contact_types(self, data: dict[str, Any]) -> None:
        names: dict[str, Path] = {}
        for path, facts in objects(data, "contact_types"):
            kind = ContactType(strategy=self.rows.strategy, **self._texts(facts, "name", "code"))
            self._uid(kind, facts, path)
            self._once(names, kind.name, (*path, "name"), _("Another contact type has this name"))
            self._clean(kind, path)
            self.rows.contact_types.append(kind)
            pairs: dict[str, Path] = {}
            for place, differs in objects(facts, "answers_differ", path):
                channel = self._channel(differs, "channel", place)
                other = self._channel(differs, "other", place)
                difference = AnswerDifference(
                    contact_type=kind,
                    channel=channel,
                    other=other,
                    **self._texts(differs, "kind", "explanation"),
                )
                self._uid(difference, differs, place)
                called = (str(differs.get("channel")), str(differs.get("other")))
                pair = str(sorted(called))
                self._once(pairs, pair, place, _("These two are compared here already"), fold=False)
                if channel is not None and channel is other:
                    self._problem((*place, "other"), _("Name two channels that differ."))
                self._clean(difference, place)
                self.differences.setdefault((kind.name, *called), difference)
                self.rows.differences.append(difference)

    def _findings(self, data: dict[str, Any]) -> None:
        seen: dict[str, Path] = {}
        for path, facts in objects(data, "findings"):
            judgment = Judgment(
                strategy=self.rows.strategy,
                gap=self._gap(facts, "gap", path),
                given_by=self._person(facts, "given_by", path),
                **self._texts(facts, "rule", "facts", "sentence", "reason"),
                **self._days(facts, "given_on"),
            )
            self._uid(judgment, facts, path)
            subject = self._subject(judgment.rule, facts, path)
            if subject is not None:
                judgment.subject = subject.uid
                key = f"{judgment.rule} {subject.uid}"
                self._once(seen, key, path, _("This finding was judged already"))
            if facts.get("gap") is None and not judgment.reason:
                self._problem(path, _("A judgment is either a `gap` or a `reason` to leave it."))
                self._clean(judgment, path)
            self.rows.judgments.append(judgment)

    def _subject(self, rule: str, facts: dict[str, Any], path: Path) -> Tracked | None:
        """Return what a finding speaks of: its rule says which of the keys name it."""
        found: Tracked | None = None
        kind = RULES[rule].subject if rule in RULES else ""
        if kind == "channel":
            found = self._channel(facts, "channel", path)
        elif kind == "transition":
            found = self._transition(facts, "transition", path)
        elif kind == "initiative":
            named = [row for row in self.rows.initiatives if row.name == facts.get("initiative")]
            found = named[0] if named else None
        elif kind == "difference":
            key = tuple(text_of(facts, name) for name in ("contact_type", "channel", "other"))
            found = self.differences.get(key)
        if found is None and kind:
            self._problem(
                path,
                _("What this rule found is not in the file: name its %(subject)s.")
                % {"subject": kind},
            )
        return found

    def _measurements(self, channel: Channel, facts: dict[str, Any], path: Path) -> None:
        months: dict[str, Path] = {}
        for place, figure in objects(facts, "measurements", path):
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
        for path, facts in objects(data, "journeys"):
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
        for position, (place, lane_facts) in enumerate(objects(facts, "lanes", path), start=1):
            lane = Lane(
                journey=journey, position=position * ROOM, **self._texts(lane_facts, "kind", "name")
            )
            key = text_of(lane_facts, "key") or lane.name
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
        for position, (place, stage_facts) in enumerate(objects(facts, "stages", path), start=1):
            stage = Stage(
                journey=journey, position=position * ROOM, **self._texts(stage_facts, "name")
            )
            self._uid(stage, stage_facts, place)
            self._clean(stage, place)
            self.rows.stages.append(stage)
            for step_position, (here, step_facts) in enumerate(
                objects(stage_facts, "steps", place), start=1
            ):
                step = Step(
                    stage=stage, position=step_position * ROOM, **self._texts(step_facts, "name")
                )
                self._uid(step, step_facts, here)
                self._clean(step, here)
                steps.append(step)
                self.rows.steps.append(step)
                self._cells(step, lanes, mapping(step_facts.get("cells")), (*here, "cells"))

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
        stated = [facts.get("number") for _path, facts in objects(data, "gaps")]
        highest = max((number for number in stated if isinstance(number, int)), default=0)
        repeats: list[tuple[Gap, dict[str, Any], Path]] = []
        for path, facts in objects(data, "gaps"):
            number = facts.get("number")
            if number is None:
                highest += 1
                number = highest
            gap = Gap(
                strategy=self.rows.strategy,
                number=number,
                channel=self._channel(facts, "channel", path),
                transition=self._transition(facts, "transition", path),
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
        for path, facts in objects(data, "checklists"):
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
            for place, slug in texts_of(facts, "teams", path):
                team = self._team_called(slug, place)
                self._once(asked, slug, place, _("This team is named here already"))
                if team is not None:
                    self.rows.run_teams.append(RunTeam(run=run, team=team))
            self._answers(run, items, mapping(facts.get("answers")), (*path, "answers"))

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
            for code, answer_facts in mapping(by_item).items():
                place = (*path, slug, code)
                given = mapping(answer_facts)
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


_TEXT_OF_CELL: int = Cell._meta.get_field("text").max_length  # type: ignore[assignment]
