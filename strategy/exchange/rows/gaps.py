"""Rows of the gaps, and of what people made of findings."""

from typing import Any

from django.utils.translation import gettext as _

from portal.history.models import Tracked
from strategy.exchange.problems import Path
from strategy.exchange.references import Builder, objects
from strategy.exchange.shape import read_uid
from strategy.findings.models import Judgment
from strategy.findings.rules import RULES
from strategy.gaps.models import Gap
from strategy.inventory.quality.rules import RULES as DOUBTS


class Gaps(Builder):
    """Builds gaps and judgments."""

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
            if judgment.rule in DOUBTS:
                if self.slug is not None:
                    continue  # it is named by the uids of what it speaks of, and a copy has others
                subject = read_uid(facts.get("subject"))
                if subject is None:
                    self._problem(path, _("A judgment on data quality needs its `subject`."))
            else:
                thing = self._subject(judgment.rule, facts, path)
                subject = thing.uid if thing is not None else None
            if subject is not None:
                judgment.subject = subject
                key = f"{judgment.rule} {subject}"
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
            found = self._difference(facts, path)
        if found is None and kind:
            self._problem(
                path,
                _("What this rule found is not in the file: name its %(subject)s.")
                % {"subject": kind},
            )
        return found
