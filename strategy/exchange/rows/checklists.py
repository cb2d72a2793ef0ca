"""Rows of the checklists: rounds of answering, and the answers."""

from typing import Any

from django.utils.translation import gettext as _

from strategy.checklists.models import Answer, Item, Run, RunTeam
from strategy.exchange.problems import Path, did_you_mean, shortened
from strategy.exchange.references import Builder, mapping, objects, texts_of


class Checklists(Builder):
    """Builds runs and their answers."""

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
