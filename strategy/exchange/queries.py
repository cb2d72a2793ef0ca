"""Reading strategy files and strategies: the check, what an import would meet here, and the export."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.history.models import Tracked
from strategy.checklists.files import shipped
from strategy.checklists.models import Framework, Item
from strategy.exchange.problems import Problems, shortened
from strategy.exchange.reading import Document, read
from strategy.exchange.references import Frameworks, Given, Rows
from strategy.exchange.rows import build
from strategy.exchange.shape import check_shape
from strategy.exchange.writing import write
from strategy.plan.models import Strategy
from teams.models import Team, User


def check(text: str) -> Problems:
    """Return everything that is wrong in the file itself, by line. This asks no database."""
    document, _rows = _examined(text, frameworks=_shipped())
    return Problems(document.problems)


def export_strategy(strategy: Strategy) -> str:
    """Return the strategy as the text of a strategy file. Grants, passwords and history are not in it."""
    return write(strategy)


@dataclass(frozen=True)
class Preview:
    """What an import would do here: its problems, and without any what it would create."""

    problems: Problems
    document: Document
    rows: Rows | None

    def name(self) -> str:
        """Return the name of the strategy that would be created."""
        assert self.rows is not None
        return self.rows.strategy.name

    def counts(self) -> list[tuple[str, int]]:
        """Return how many rows of each kind would be created, those that people count first."""
        assert self.rows is not None
        rows = self.rows
        kinds: list[tuple[str, Any]] = [
            (_("new teams"), [team for team in rows.teams.values() if team.pk is None]),
            (
                _("new people (who cannot sign in yet)"),
                [one for one in rows.people.values() if one.pk is None],
            ),
            (_("objectives"), rows.objectives),
            (_("components with text"), [row for row in rows.components if row.text]),
            (_("channels"), rows.channels),
            (_("access points"), rows.points),
            (_("service objectives"), rows.service_objectives),
            (_("measurements"), rows.measurements),
            (_("transitions"), rows.transitions),
            (_("segments"), rows.segments),
            (_("contact types"), rows.contact_types),
            (_("access decisions"), rows.access_decisions),
            (_("self-service offers"), rows.offers),
            (_("holiday calendars"), rows.calendars),
            (_("journeys"), rows.journeys),
            (_("steps"), rows.steps),
            (_("gaps"), rows.gaps),
            (_("judgments of findings"), rows.judgments),
            (_("checklists"), rows.runs),
            (_("answers"), rows.answers),
            (_("initiatives"), rows.initiatives),
            (_("decisions"), rows.decisions),
        ]
        return [(label, len(found)) for label, found in kinds]


def examine(text: str) -> tuple[Document, Rows | None]:
    """Read the file and build its rows, as far as they can be built, with the teams and people who are here.

    What is wrong in the file stands in the document; whether its strategy is here already is not asked.
    """
    return _examined(
        text, frameworks=frameworks(), here=True, teams=_teams_here(), people=_people_here()
    )


def preview(
    text: str, *, shift: dt.timedelta = dt.timedelta(0), slug: str | None = None
) -> Preview:
    """Check the file and what stands against it in this installation. Nothing is written.

    `slug` means a copy: under that short name, with new uids. `shift` moves every date.
    """
    document, rows = _examined(
        text,
        frameworks=frameworks(),
        here=True,
        teams=_teams_here(),
        people=_people_here(),
        shift=shift,
        slug=slug,
    )
    if rows is not None:
        _note_conflicts(document, rows)
    problems = Problems(document.problems)
    return Preview(problems, document, None if problems else rows)


def frameworks() -> Frameworks:
    """Return every checklist of this installation, by code and version; shipped ones may not be loaded yet."""
    found = _shipped()
    loaded: Frameworks = defaultdict(dict)
    for item in Item.objects.select_related("framework").order_by("position"):
        loaded[item.framework.code, item.framework.edition][item.code] = item
    return {**found, **loaded}


def _shipped() -> Frameworks:
    """Return the checklists that ship with the portal, as rows that are not saved."""
    found: Frameworks = {}
    for sheet in shipped():
        framework = Framework(code=sheet.code, edition=sheet.edition)
        entries = {
            entry.code: Item(framework=framework, code=entry.code) for entry in sheet.entries
        }
        found[sheet.code, sheet.edition] = entries
    return found


def _teams_here() -> dict[str, Team]:
    return {team.slug: team for team in Team.objects.all()}


def _people_here() -> dict[str, User]:
    return {person.email: person for person in User.objects.all()}


def _examined(text: str, **given: Any) -> tuple[Document, Rows | None]:
    document = read(text)
    if document.data is None:
        return document, None
    spoiled = check_shape(document)
    if document.data is None:
        return document, None
    return document, build(document, spoiled=spoiled, **given)


def _note_conflicts(document: Document, rows: Rows) -> None:
    """Note what is here already: the strategy's short name, a uid, the name of a team."""
    slug = rows.strategy.slug
    known = Strategy.objects.filter(slug=slug).first()
    if known is not None:
        document.problem(
            ("strategy", "slug"),
            _(
                "A strategy with the short name “%(slug)s” is here already: %(name)s. "
                "Import this one as a copy under another short name (--as)."
            )
            % {"slug": shortened(slug), "name": known},
        )
    else:
        _note_known_uids(document, rows.given)
    names = {team.name: team for team in Team.objects.all()}
    for slug, team in rows.teams.items():
        if team.pk is None and team.name in names:
            document.problem(
                (*rows.team_places[slug], "name"),
                _(
                    "A team with this name is here already, with the slug “%(slug)s”. "
                    "Use that slug in the file."
                )
                % {"slug": names[team.name].slug},
            )


def taken(model: type[Tracked], uids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Return which uids rows of the installation have already, in whatever strategy."""
    known: set[uuid.UUID] = set()
    wanted = list(uids)
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        known |= set(model._base_manager.filter(uid__in=part).values_list("uid", flat=True))
    return known


def _note_known_uids(document: Document, given: list[Given]) -> None:
    by_model: dict[type[Tracked], list[Given]] = defaultdict(list)
    for one in given:
        by_model[one.model].append(one)
    for model, ones in by_model.items():
        known = taken(model, (one.uid for one in ones))
        for one in ones:
            if one.uid in known:
                document.problem(
                    one.path,
                    _(
                        "This is in another strategy here already. "
                        "Import the file as a copy (--as), with new uids."
                    ),
                )
