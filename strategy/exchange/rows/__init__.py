"""From a document to rows that are not saved yet: references, rules, and what the models say.

One walk over the data does both: it builds the rows and notes every problem it meets, so that checking and
importing cannot differ. It touches no database, and it walks over anything the schema has complained about.
"""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from strategy.exchange.problems import Path
from strategy.exchange.reading import Document
from strategy.exchange.references import Frameworks, Rows, mapping
from strategy.exchange.rows.channels import Channels
from strategy.exchange.rows.checklists import Checklists
from strategy.exchange.rows.customers import Customers
from strategy.exchange.rows.gaps import Gaps
from strategy.exchange.rows.journeys import Journeys
from strategy.exchange.rows.organization import Organization
from strategy.exchange.rows.plan import Plan
from strategy.exchange.shape import read_day
from strategy.plan.models import Strategy
from teams.models import Team, User


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
    return _Walk(
        document, set(spoiled), teams or {}, people or {}, frameworks, here, shift, slug
    ).build()


class _Walk(Organization, Plan, Channels, Customers, Journeys, Gaps, Checklists):
    """The walk over the whole document: what is referred to by name comes before what refers to it."""

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
        self._calendars(data)
        self._segments(data)
        self._contact_types(data)
        self._channels(data)
        self._transitions(data)
        self._differences(data)
        self._access_decisions(data)
        self._offers(data)
        self._journeys(data)
        self._gaps(data)
        self._checklists(data)
        self._initiatives(data)
        self._decisions(data)
        self._findings(data)
        return self.rows
