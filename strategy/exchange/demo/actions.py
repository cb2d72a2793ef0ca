"""Loading the demo company with its history."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from portal.history.models import Tracked
from portal.history.record import Recorder, change_set
from strategy.checklists.actions import ensure_shipped
from strategy.exchange.actions import (
    create_judgments,
    create_linked,
    create_organization,
    unsaved,
)
from strategy.exchange.demo import script
from strategy.exchange.problems import FileRefused
from strategy.exchange.queries import preview
from strategy.exchange.references import Rows
from strategy.exchange.shape import read_day
from strategy.findings.models import Judgment
from strategy.gaps.models import Gap
from strategy.inventory.models import (
    AccessDecision,
    AccessPoint,
    Measurement,
    SavedView,
    SelfServiceOffer,
    Transition,
)
from strategy.journeys.models import Journey
from strategy.plan.models import Decision, Strategy
from strategy.reports import actions as reports
from teams import access
from teams.actions import create_person
from teams.models import User
from teams.roles import Act

FILE = Path(__file__).parent / "larkfield.yaml"
ADMINISTRATOR = "admin@larkfield.example"
_UTC = dt.UTC


def load_demo(*, today: dt.date, password: str, by: None = None) -> Strategy:
    """Load the demo company as of today, with an administrator; everybody signs in with the one password.

    All or nothing. Nobody acts (`by`): the history names the people of the demo.
    """
    with transaction.atomic():
        ensure_shipped()
        strategy = _Play(today).play()
        _open_accounts(password)
    return strategy


def _open_accounts(password: str) -> None:
    with change_set(by=None) as record:
        values = {
            "name": "Site Administrator",
            "email": ADMINISTRATOR,
            "is_superuser": True,
            "is_staff": True,
        }
        create_person(record, values)
    people = User.objects.filter(email__endswith="@larkfield.example")
    one = people.first()
    assert one is not None
    one.set_password(password)
    people.update(password=one.password)  # one slow hash for all of them


@dataclass(frozen=True)
class _Act:
    """Something somebody did on a day. Acts of one day happen in the order in which they were noted."""

    on: dt.date
    by: User
    reason: str
    do: Callable[[Recorder], None]


class _Play:
    """Takes the file's facts apart by time, and writes them in that order."""

    def __init__(self, today: dt.date) -> None:
        text = FILE.read_text(encoding="utf-8")
        found = preview(text)
        if found.rows is None:
            raise FileRefused(found.problems)
        as_of = read_day(found.document.data["as_of"])
        assert as_of is not None
        self.found = found
        self.today = today
        self.shift = today - as_of
        self.first_day = script.FIRST_DAY + self.shift
        self.acts: list[_Act] = []

    def play(self) -> Strategy:
        with change_set(by=None, at=self._moment(self.first_day, 0)) as record:
            rows = self.rows = unsaved(record, self.found, shift=self.shift, may_sign_in=True)
            create_organization(record, rows)
        founder = self._person(script.FOUNDER)
        with change_set(
            by=founder, scope=rows.strategy.uid, at=self._moment(self.first_day, 1)
        ) as record:
            record.row.reason = "Started the strategy"
            self._begin(record, rows)
        self._plan_all(rows)
        self.acts.sort(key=lambda act: act.on)
        for place, act in enumerate(self.acts):
            with change_set(
                by=act.by,
                scope=rows.strategy.uid,
                reason=act.reason,
                at=self._moment(act.on, place),
            ) as record:
                act.do(record)
        return rows.strategy

    # --- the first day -----------------------------------------------------------------------------

    def _begin(self, record: Recorder, rows: Rows) -> None:
        """Write what was there on the first day, as it was then, and plan how it became what the file says."""
        self._rewind_editions(rows.strategy)
        record.create_many([rows.strategy])
        record.create_many(rows.roles)
        for component in rows.components:
            self._rewind_component(component)
        record.create_many(rows.components)
        self.channels = {channel.name: channel for channel in rows.channels}
        for earlier in reversed(script.EARLIER):
            self._rewind_channel(earlier)
        for channel in rows.channels:
            is_new = channel.launched_on is not None and channel.launched_on > self.first_day
            self._rewind_review(channel, channel.owner, at_first=None if is_new else self.first_day)
        create_linked(
            record,
            [each for each in rows.channels if each.name not in script.LATER_CHANNELS],
            "agent_channel",
        )
        first_month = self.first_day.replace(day=1)
        past = [each for each in rows.measurements if each.starts_on < first_month]
        record.create_many([each for each in past if each.channel.pk])

    def _rewind_editions(self, strategy: Strategy) -> None:
        founder = self._person(script.FOUNDER)
        for edition, on in enumerate(script.EDITIONS, start=2):
            self._later(on + self.shift, founder, "New edition", strategy, edition=edition)
        assert strategy.edition == len(script.EDITIONS) + 1
        strategy.edition = 1

    def _rewind_component(self, component: Any) -> None:
        text, updated_on = component.text, component.updated_on
        component.text = text.split("\n\n")[0]
        component.updated_on = self.first_day
        self._later(updated_on, component.owner, "", component, text=text, updated_on=updated_on)
        self._rewind_review(component, component.owner, at_first=self.first_day)

    def _rewind_review(self, row: Any, owner: User | None, *, at_first: dt.date | None) -> None:
        """Take back the last review, and plan it again with the one before it."""
        on = row.reviewed_on
        if on is None:
            return
        row.reviewed_on = at_first
        if owner is None or not self._may(owner, row):
            owner = self._person(script.KEEPER)
        before = on - dt.timedelta(days=row.review_every_days - 4)
        if at_first is not None and before > at_first + dt.timedelta(days=30):
            self._later(before, owner, "", row, reviewed_on=before)
        self._later(on, owner, "", row, reviewed_on=on)

    def _may(self, person: User, row: Any) -> bool:
        where = access.standing(person, self.rows.strategy.pk)
        return where.may(Act.EDIT, row.owner_team_id)

    def _rewind_channel(self, earlier: script.Earlier) -> None:
        channel = self.channels[earlier.channel]
        now = {name: getattr(channel, name) for name in earlier.before}
        for name, value in earlier.before.items():
            setattr(channel, name, self._meant(name, value))
        self._later(
            earlier.on + self.shift, self._person(earlier.by), earlier.reason, channel, **now
        )

    def _meant(self, name: str, value: Any) -> Any:
        if name == "owner_team":
            return self.rows.teams[value]
        if name == "owner":
            return self._person(value)
        return value + self.shift if isinstance(value, dt.date) else value

    # --- the months after --------------------------------------------------------------------------

    def _plan_all(self, rows: Rows) -> None:
        for name, (by, on) in script.LATER_CHANNELS.items():
            channel, day = self.channels[name], on + self.shift
            figures = [
                each
                for each in rows.measurements
                if each.channel is channel and self._comes_with_its_channel(each)
            ]
            self._create(day, by, "", [channel], figures)
        self._plan_inventory(rows)
        self._plan_measurements(rows)
        self._plan_ways(rows)
        for journey in rows.journeys:
            self._plan_journey(rows, journey)
        for gap in rows.gaps:
            self._plan_gap(gap)
        self._plan_checklists(rows)
        self._plan_objectives(rows)
        for initiative in rows.initiatives:
            on = script.INITIATIVES[initiative.name] + self.shift
            touches = [each for each in rows.initiative_channels if each.initiative is initiative]
            takes_part = [each for each in rows.initiative_teams if each.initiative is initiative]
            announcer = initiative.owner or self._person(script.FOUNDER)
            self._create(on, announcer, "", [initiative], touches, takes_part)
        for decision in rows.decisions:
            self._plan_decision(decision)
        self._plan_judgments(rows)
        for name, query, by, on in script.VIEWS:
            person = self._person(by)
            values = {"name": name, "slug": slugify(name), "query": query, "is_shared": True}
            view = SavedView(strategy=rows.strategy, owner=person, **values)
            self._create(on + self.shift, person, "", [view])
        self.acts.append(
            _Act(script.QUARTER_DAY + self.shift, self._person(script.FOUNDER), "", self._report)
        )

    def _plan_inventory(self, rows: Rows) -> None:
        """Who comes and why came first, then the access points and promises, each by the channel's owner."""
        day = script.CONTACT_TYPES_DAY + self.shift

        def write_down(record: Recorder) -> None:
            create_linked(record, rows.contact_types, "parent")
            record.create_many(rows.differences)

        self._create(day, script.KEEPER, "", rows.calendars, rows.segments)
        self.acts.append(_Act(day, self._person(script.KEEPER), "", write_down))
        confirmed: dict[tuple[dt.date, User], list[AccessPoint]] = defaultdict(list)
        for channel in rows.channels:
            points = [each for each in rows.points if each.channel is channel]
            writer = channel.owner or self._person(script.KEEPER)
            later = script.LATER_CHANNELS.get(channel.name)
            on = (later[1] if later else script.POINTS_DAY) + self.shift
            for point in points:
                if point.reviewed_on is not None and point.reviewed_on > on:
                    confirmed[point.reviewed_on, writer].append(point)
            self._create(
                on,
                writer,
                "",
                points,
                [each for each in rows.serves if each.point.channel is channel],
                [each for each in rows.service_objectives if each.channel is channel],
            )
        for (on, writer), points in confirmed.items():
            self._confirm(on, writer, points)
        decided: dict[dt.date, list[SelfServiceOffer | AccessDecision]] = defaultdict(list)
        made: list[SelfServiceOffer | AccessDecision] = [*rows.offers, *rows.access_decisions]
        for row in made:
            later = script.LATER_CHANNELS.get(row.channel.name)
            decided[later[1] if later else script.MATRIX_DAY].append(row)
        for on, together in decided.items():
            self._create(
                on + self.shift,
                script.KEEPER,
                "Decided together",
                [row for row in together if isinstance(row, SelfServiceOffer)],
                [row for row in together if isinstance(row, AccessDecision)],
            )

    def _confirm(self, on: dt.date, by: User, points: list[AccessPoint]) -> None:
        """Let access points be confirmed together; before that they were never."""
        for point in points:
            point.reviewed_on = None

        def confirm(record: Recorder) -> None:
            for point in points:
                record.update(point, check=False, reviewed_on=on)

        self.acts.append(_Act(on, by, "Confirmed", confirm))

    def _plan_measurements(self, rows: Rows) -> None:
        """Each month's volumes arrive in the first week of the next."""
        months: dict[dt.date, list[Tracked]] = defaultdict(list)
        for row in rows.measurements:
            if row.pk is None and not self._comes_with_its_channel(row):
                months[row.starts_on].append(row)
        for month, measurements in months.items():
            on = (month + dt.timedelta(days=31)).replace(day=4)
            self._create(
                min(on, self._yesterday()), script.KEEPER, f"Volumes of {month:%B}", measurements
            )

    def _comes_with_its_channel(self, row: Measurement) -> bool:
        later = script.LATER_CHANNELS.get(row.channel.name)
        return later is not None and row.starts_on < later[1] + self.shift

    def _plan_ways(self, rows: Rows) -> None:
        """The ways between channels and the contact types came early; what is tested was tested later."""
        writers: dict[User, list[Transition]] = defaultdict(list)
        for way in rows.transitions:
            writer = way.source.owner or self._person(script.KEEPER)
            writers[writer].append(way)
            ends = (way.source.name, way.target.name)
            if ends in script.CARRIED_SINCE:
                by, on, reason = script.CARRIED_SINCE[ends]
                now = {name: getattr(way, name) for name in Transition.CONTEXT}
                for name in now:
                    setattr(way, name, "no")
                self._later(on + self.shift, self._person(by), reason, way, **now)
            if way.tested_on and way.tested_by:
                tested = {"tested_on": way.tested_on, "tested_by": way.tested_by}
                self._later(way.tested_on, way.tested_by, "Tested", way, **tested)
                way.tested_on = way.tested_by = None
        for writer, ways in writers.items():
            self._create(script.WAYS_DAY + self.shift, writer, "", ways)

    def _plan_journey(self, rows: Rows, journey: Journey) -> None:
        by, on = script.JOURNEYS[journey.name]
        stages = [stage for stage in rows.stages if stage.journey is journey]
        steps = [step for step in rows.steps if step.stage.journey is journey]
        cells = [cell for cell in rows.cells if cell.lane.journey is journey]
        hurts = [(cell, cell.text) for cell in cells if cell.lane.kind == "pain" and cell.text]
        reviewed_on, journey.reviewed_on = journey.reviewed_on, None
        assert reviewed_on is not None
        for cell, _text in hurts:
            cell.text = ""
        self._create(
            on + self.shift,
            by,
            "",
            *(
                [journey],
                [lane for lane in rows.lanes if lane.journey is journey],
                stages,
                steps,
                cells,
            ),
        )

        def write_where_it_hurts(record: Recorder) -> None:
            for cell, text in hurts:
                record.update(cell, check=False, text=text)

        half_way = on + self.shift + (reviewed_on - on - self.shift) / 2
        self.acts.append(_Act(half_way, self._person(by), "Where it hurts", write_where_it_hurts))
        self._later(reviewed_on, self._person(by), "", journey, reviewed_on=reviewed_on)

    def _plan_gap(self, gap: Gap) -> None:
        """Let a gap live: logged, agreed, promised again and again, moved on to the state it is in."""
        final = {
            name: getattr(gap, name)
            for name in (
                *("state", "due_on", "slips", "settled_on", "blocked_on", "note", "accepted_until"),
                *("resolved_by", "verified_by", "duplicate_of"),
            )
        }
        path = _PATHS[gap.state]
        gap.due_on, gap.slips, gap.settled_on, gap.accepted_until = gap.first_due_on, 0, None, None
        gap.resolved_by = gap.verified_by = gap.blocked_on = gap.duplicate_of = None
        gap.state = "open"
        if path:
            gap.note = ""
        reporter = self._person(script.REPORTERS[gap.number % len(script.REPORTERS)])
        self._create(gap.opened_on, reporter, "", [gap])
        end = final["settled_on"] or self._yesterday()
        life = max((end - gap.opened_on).days, 0)
        holder = gap.accountable or self._person(script.KEEPER)
        for state, share in path:
            values: dict[str, Any] = {"state": state}
            by = holder
            if state == final["state"]:
                values = {key: final[key] for key in final if key not in ("due_on", "slips")}
                by = final["verified_by"] or final["resolved_by"] or holder
            elif state == "resolved":
                by = values["resolved_by"] = final["resolved_by"]
            self._later(
                gap.opened_on + dt.timedelta(days=life * share // 100), by, "", gap, **values
            )
        self._plan_slips(gap, final["due_on"], final["slips"], holder)

    def _plan_slips(self, gap: Gap, due_on: dt.date, slips: int, holder: User) -> None:
        """Move the promised day in equal steps, each time shortly before it comes."""
        first = gap.first_due_on
        assert first is not None
        promised = first
        for slip in range(1, slips + 1):
            on = min(promised - dt.timedelta(days=2), self._yesterday())
            promised = first + (due_on - first) * slip // slips
            self._later(on, holder, "", gap, due_on=promised, slips=slip)

    def _plan_objectives(self, rows: Rows) -> None:
        """The words stood first, then the functions answered; some words changed, and were answered again."""
        founder = self._person(script.FOUNDER)
        day = script.OBJECTIVES_DAY + self.shift
        for objective in rows.objectives:
            current, objective.current = objective.current, None
            measured = script.FIRST_FIGURES_DAY + self.shift
            self._later(measured, founder, "First figures", objective, current=current)
            if objective.statement in script.FIRST_WORDS:
                now = {"statement": objective.statement, "wording": objective.wording}
                objective.statement, on = script.FIRST_WORDS[objective.statement]
                objective.wording = 1
                self._later(on + self.shift, founder, "Announcing was not enough", objective, **now)
        self._create(day, founder, "Shared objectives", rows.objectives)
        for said in rows.commitments:
            self._create(said.given_on, said.given_by or founder, "", [said])

    def _plan_decision(self, decision: Decision) -> None:
        founder = self._person(script.FOUNDER)
        if decision.decided_on:
            outcome = {"outcome": decision.outcome, "decided_on": decision.decided_on}
            self._later(decision.decided_on, founder, "", decision, **outcome)
            decision.outcome, decision.decided_on = "", None
        self._create(script.DECISIONS[decision.question] + self.shift, founder, "", [decision])

    def _plan_checklists(self, rows: Rows) -> None:
        for run in rows.runs:
            asked = [each for each in rows.run_teams if each.run is run]
            self._create(run.opened_on, script.KEEPER, "", [run], asked)
        days: dict[tuple[dt.date, User], list[Tracked]] = defaultdict(list)
        for answer in rows.answers:
            assert answer.answered_by is not None
            days[answer.answered_on, answer.answered_by].append(answer)
        for (on, person), answers in days.items():
            self._create(on, person, "", answers)

    def _report(self, record: Recorder) -> None:
        """Ask for the report of the quarter before, and freeze what was true on that day."""
        at = record.row.at
        report = reports.request_report(
            strategy=self.rows.strategy, by=self._person(script.FOUNDER), at=at
        )
        reports.freeze(report=report, as_of=at)

    def _plan_judgments(self, rows: Rows) -> None:
        """The findings of a day were gone through together; each judgment rests on the facts of that day."""
        days: dict[tuple[dt.date, User], list[Judgment]] = defaultdict(list)
        for row in rows.judgments:
            assert row.given_by is not None
            days[row.given_on, row.given_by].append(row)
        for (on, person), judgments in days.items():
            self.acts.append(_Act(on, person, "", partial(create_judgments, rows=judgments)))

    # --- small things ------------------------------------------------------------------------------

    def _create(self, on: dt.date, by: str | User, reason: str, *groups: Iterable[Tracked]) -> None:
        def create(record: Recorder) -> None:
            for group in groups:
                record.create_many(group)

        self.acts.append(_Act(on, by if isinstance(by, User) else self._person(by), reason, create))

    def _later(self, on: dt.date, by: User, reason: str, row: Tracked, /, **values: Any) -> None:
        def update(record: Recorder) -> None:
            record.update(row, check=False, **values)

        self.acts.append(_Act(on, by, reason, update))

    def _person(self, name: str) -> User:
        return self.rows.people[f"{name}@larkfield.example"]

    def _yesterday(self) -> dt.date:
        return self.today - dt.timedelta(days=1)

    def _moment(self, on: dt.date, place: int) -> dt.datetime:
        """Return a time in the working day; later places have later times on the same day."""
        start = dt.datetime.combine(on, dt.time(14), tzinfo=_UTC)
        return min(start + dt.timedelta(minutes=place % 450), timezone.now())


_PATHS: dict[str, tuple[tuple[str, int], ...]] = {
    "open": (),
    "agreed": (("agreed", 15),),
    "in_progress": (("agreed", 10), ("in_progress", 40)),
    "blocked": (("agreed", 10), ("in_progress", 30), ("blocked", 60)),
    "resolved": (("agreed", 10), ("in_progress", 30), ("resolved", 85)),
    "verified": (("agreed", 10), ("in_progress", 25), ("resolved", 90), ("verified", 100)),
    "accepted": (("accepted", 100),),
    "duplicate": (("duplicate", 100),),
}
"""Through which states a gap came to the one it is in, each after how many percent of its life."""
