"""Reading the facts, and what the rules of data quality say of them."""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib.auth.hashers import is_password_usable
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.history.queries import latest_acts
from portal.lib.memory import remembered
from strategy.inventory.back import FROM_QUALITY
from strategy.inventory.lists.bulk import editable as editable_rows
from strategy.inventory.models import (
    AccessDecision,
    AccessPoint,
    Channel,
    Measurement,
    ServiceObjective,
    Transition,
)
from strategy.inventory.quality.rules import RULES, problems_of
from strategy.inventory.quality.rules.facts import (
    ERROR,
    SUGGESTION,
    WARNING,
    ChannelFacts,
    Facts,
    FigureFacts,
    Mend,
    ObjectiveFacts,
    Period,
    PointFacts,
    Problem,
    Rule,
    TeamFacts,
)
from strategy.inventory.service.figures import shown
from strategy.inventory.service.metrics import Metric
from strategy.inventory.service.periods import period
from strategy.plan.models import ContactType, Strategy
from strategy.plan.rules import touches_mobile
from teams.models import StrategyRole, Team, User
from teams.queries import leads

LOOKED_AT_DAYS = {"day": 62, "week": 190, "month": 800, "quarter": 1200, "year": 2600}
"""How far back figures are looked at: two months of days, half a year of weeks, two years of months and more."""

FIRST = 20
"""So many problems of a rule stand on the page of all rules."""

MOST_NAMES = 6
"""So many names stand in a sentence."""

GRAIN_OF = {"interval": "day"}
"""The period of figures by that of a promise, where the two differ."""


# --- facts -----------------------------------------------------------------------------------------
def read_facts(strategy: Strategy, today: dt.date) -> Facts:
    """Return everything the rules look at. Eight queries, whatever the size.

    What somebody adds between two of them is left out, if what it belongs to is not known yet.
    """
    by_pk = _channels(strategy)
    channels: dict[Any, Any] = {pk: channel.key for pk, channel in by_pk.items()}
    points = _points(strategy, channels)
    kinds: Any = ContactType.objects.filter(strategy=strategy).values_list("pk", "uid", "name")
    types = {pk: (uid, name) for pk, uid, name in kinds}
    point_key: dict[Any, Any] = {None: None, **{pk: point.key for pk, point in points.items()}}
    type_key: dict[Any, Any] = {None: None, **{pk: uid for pk, (uid, _name) in types.items()}}
    promises: Any = ServiceObjective.objects.filter(channel__strategy=strategy)
    promises = promises.order_by("channel__name", "name", "pk").values_list(
        "uid",
        "name",
        "channel",
        "point",
        "metric",
        "measured_over",
        "effective_from",
        "effective_to",
    )
    ways: Any = Transition.objects.filter(
        strategy=strategy, status__in=(Transition.Status.WORKS, Transition.Status.PARTLY)
    )
    ways = ways.order_by("source__name", "target__name").values_list("source", "target")
    offered: Any = AccessDecision.objects.filter(
        channel__strategy=strategy,
        choice__in=(AccessDecision.Choice.PREFERRED, AccessDecision.Choice.SUPPORTED),
    )
    offered = offered.order_by().values_list("channel", "contact_type").distinct()
    return Facts(
        today=today,
        channels={channel.key: channel for channel in by_pk.values()},
        points={point.key: point for point in points.values()},
        teams=_teams(strategy),
        contact_types=dict(types.values()),
        figures=tuple(
            FigureFacts(channels[channel], point_key[point], type_key[kind], *facts)
            for channel, point, kind, *facts in _figures(strategy, today)
            if channel in channels and point in point_key and kind in type_key
        ),
        objectives=tuple(
            ObjectiveFacts(
                uid,
                name,
                channels[channel],
                point_key[point],
                code,
                GRAIN_OF.get(over, over),
                *dates,
            )
            for uid, name, channel, point, code, over, *dates in promises
            if channel in channels and point in point_key
        ),
        ways=tuple(
            (channels[source], channels[target])
            for source, target in ways
            if source in channels and target in channels
        ),
        offered=frozenset(
            (channels[channel], type_key[kind])
            for channel, kind in offered
            if channel in channels and kind in type_key
        ),
    )


def _channels(strategy: Strategy) -> dict[int, ChannelFacts]:
    rows: Any = Channel.objects.filter(strategy=strategy).order_by("name", "pk")
    rows = rows.values_list(
        "pk", "agent_channel__uid", "family", "device", "owner__name", "owner__is_active", "owner__password",
        "owner_team", "uid", "name", "mode", "life_cycle", "launched_on", "retires_on", "agent_route",
        "agent_taps",
    )  # fmt: skip
    found = {}
    for pk, agent, family, device, owner, is_active, secret, team, *facts in rows:
        has_left = is_active is False and is_password_usable(secret)  # as User.has_left
        mobile = touches_mobile(family, device)
        more = (agent, team, owner or "", has_left, mobile)
        found[pk] = ChannelFacts._make((*facts, *more))
    return found


def _points(strategy: Strategy, channels: dict[Any, Any]) -> dict[int, PointFacts]:
    rows: Any = AccessPoint.objects.filter(channel__strategy=strategy)
    rows = rows.order_by("channel__name", "name", "pk").values_list(
        "pk", "channel", "uid", "name", "kind", "address", "life_cycle", "launched_on", "retires_on",
        "owner_team",
    )  # fmt: skip
    return {
        pk: PointFacts(uid, name, channels[channel], *facts)
        for pk, channel, uid, name, *facts in rows
        if channel in channels
    }


def _teams(strategy: Strategy) -> dict[Hashable, TeamFacts]:
    role = StrategyRole.objects.filter(strategy=strategy, team=OuterRef("pk"))
    lead = leads().filter(team=OuterRef("pk"))
    rows: Any = Team.objects.annotate(has_role=Exists(role), has_lead=Exists(lead))
    rows = rows.values_list("pk", "name", "has_role", "has_lead", "slug")
    return {pk: TeamFacts(*facts) for pk, *facts in rows}


def _figures(strategy: Strategy, today: dt.date) -> Any:
    recent = Q()
    for grain, days in LOOKED_AT_DAYS.items():
        recent |= Q(grain=grain, starts_on__gte=today - dt.timedelta(days=days))
    rows = Measurement.objects.filter(recent, channel__strategy=strategy).order_by()
    return rows.values_list(
        "channel", "point", "contact_type", "metric", "grain", "starts_on", "status", "value", "numerator",
        "denominator",
    )  # fmt: skip


# --- problems ---------------------------------------------------------------------------------------
_Key = tuple[str, uuid.UUID, str]
"""What is left: the rule, the subject, and the digest of the facts."""


class _Look(NamedTuple):
    """One look at the facts: what the rules say, and the channels that touch mobile."""

    found: list[Problem]
    mobile: frozenset[Hashable]
    left: dict[_Key, Any]  # what was made of those that are left as they are


def _look(strategy: Strategy, today: dt.date) -> _Look:
    key = ("quality", strategy.uid, latest_acts(strategy.uid), today)
    return remembered(key, lambda: _read(strategy, today))


def _read(strategy: Strategy, today: dt.date) -> _Look:
    facts = read_facts(strategy, today)
    mobile = (key for key, channel in facts.channels.items() if channel.touches_mobile)
    found = problems_of(facts)
    return _Look(found, frozenset(mobile), _left(strategy, found))


def _left(strategy: Any, found: Iterable[Problem]) -> dict[_Key, Any]:
    """Return the judgments that hold: somebody left the problem, and its facts are those of then. One query."""
    rows = strategy.judgments.filter(rule__in=RULES).select_related("given_by")
    judged = {(row.rule, row.subject, row.facts): row for row in rows}
    keys = map(_key, found if judged else ())
    return {key: judged[key] for key in keys if key in judged}


def _key(one: Problem) -> _Key:
    return one.rule, one.subject, one.digest


def problems(strategy: Strategy, today: dt.date, lens: str = "") -> list[Problem]:
    """Return what the rules say now, by rule; through a lens, what concerns a channel that is seen through it.

    What somebody left as it is is not said. From memory while nothing was done in the strategy: everything the
    rules look at is changed by acts.
    """
    return _seen(_look(strategy, today), lens)


def read_problems(strategy: Strategy, today: dt.date, lens: str = "") -> list[Problem]:
    """Return the same from the tables. Nine queries."""
    return _seen(_read(strategy, today), lens)


def _seen(look: _Look, lens: str) -> list[Problem]:
    return [
        one
        for one in look.found
        if _key(one) not in look.left and (not lens or look.mobile & set(one.channels))
    ]


def left(strategy: Strategy, today: dt.date, lens: str = "") -> list[tuple[Problem, Any]]:
    """Return the problems that somebody left as they are, each with who and why. As `problems`."""
    found, mobile, judged = _look(strategy, today)
    return [
        (one, judged[_key(one)])
        for one in found
        if _key(one) in judged and (not lens or mobile & set(one.channels))
    ]


def may_be_left(one: Problem) -> bool:
    """May somebody leave it as it is? What cannot be true is mended."""
    return RULES[one.rule].severity != ERROR


SEVERITIES = {
    ERROR: (gettext_lazy("Error"), "bad"),
    WARNING: (gettext_lazy("Warning"), "warn"),
    SUGGESTION: (gettext_lazy("Suggestion"), "info"),
}
"""How bad a problem is: the word, and the tone in which it is shown."""

MEND_AT = {
    "channel": gettext_lazy("Open the channel"),
    "point": gettext_lazy("Open the access point"),
    "figures": gettext_lazy("Open its figures"),
    "roles": gettext_lazy("Open the roles"),
    "team": gettext_lazy("Choose a team lead"),
}
"""What the link says, by where a problem is mended."""


@dataclass(frozen=True)
class Line:
    """A problem as pages show it."""

    problem: Problem
    slug: str
    may_edit: bool = False
    """May the reader change the channel or the team where it is mended?"""
    admins: str = ""
    may_leave: bool = False
    """May the reader leave it as it is, or take that back?"""
    trail: str = ""
    """What the address of a form carries on, so that it leads back."""

    @property
    def rule(self) -> Rule:
        """Return its rule."""
        return RULES[self.problem.rule]

    @property
    def action(self) -> str:
        """Return what to do."""
        said = _(self.problem.action or self.rule.action)
        if self.problem.mend.page != "team" or self.may_edit:
            return said
        who = _("Only an administrator chooses it: ask %(names)s.") % {"names": self.admins}
        return f"{said} {who}" if self.admins else said

    @property
    def severity(self) -> str:
        """Return how bad it is, in a word."""
        return str(SEVERITIES[self.rule.severity][0])

    @property
    def tone(self) -> str:
        """Return the tone of that word."""
        return SEVERITIES[self.rule.severity][1]

    @property
    def sentence(self) -> str:
        """Return what is wrong, in a sentence."""
        values = self.problem.values
        return _(self.problem.sentence) % {name: _shown(value) for name, value in values.items()}

    @property
    def more(self) -> str:
        """Say in how many other periods it is so; "" when in none, or when the sentence says it."""
        others = int(self.problem.values.get("n", 1)) - 1
        if others < 1 or "%(n)s" in self.problem.sentence or self.rule.code == "DQ-02":
            return ""
        return ngettext("And in %(n)d more period.", "And in %(n)d more periods.", others) % {
            "n": others
        }

    @property
    def label(self) -> str:
        """Return what the link to where it is mended says."""
        page = self.problem.mend.page
        return _("Edit the channel") if self.may_edit and page == "channel" else str(MEND_AT[page])

    @property
    def url(self) -> str:
        """Return where it is mended: of a channel the field of its form, for who may change it.

        "" for a team that only administrators change.
        """
        page, key, query, field = self.problem.mend
        if page == "team":
            return reverse("teams:detail", args=[key]) if self.may_edit else ""
        if page == "roles":
            return reverse("strategy:roles", args=[self.slug])
        if self.may_edit:
            edit = reverse("strategy:inventory:edit", args=[self.slug, key])
            return f"{edit}{self.trail}#id_{field}"
        name = {"channel": "detail", "point": "point", "figures": "figures"}[page]
        url = reverse(f"strategy:inventory:{name}", args=[self.slug, key])
        if page in ("figures", "point") and self.trail:
            query = {**query, "from": FROM_QUALITY}
        return f"{url}?{urlencode(query)}" if query else url


def _shown(value: Any) -> Any:
    """Return a value as people read it."""
    if isinstance(value, Period):
        return period(*value)
    if isinstance(value, Metric):
        return value.label
    if isinstance(value, Decimal | Fraction):
        return shown(Fraction(value))
    if isinstance(value, dt.date):
        return formats.date_format(value, "N j, Y")
    if isinstance(value, tuple):
        names = ", ".join(value[:MOST_NAMES])
        rest = len(value) - MOST_NAMES
        if rest < 1:
            return names
        return ngettext("%(names)s and %(n)d more", "%(names)s and %(n)d more", rest) % {
            "names": names,
            "n": rest,
        }
    return value


@dataclass(frozen=True)
class Group:
    """The problems of one rule: those that are shown, and how many there are."""

    rule: Rule
    lines: list[Line]
    count: int

    @property
    def title(self) -> str:
        """Return the name of the rule."""
        return _(self.rule.title)

    @property
    def action(self) -> str:
        """Return what to do."""
        return _(self.rule.action)

    @property
    def severity(self) -> str:
        """Return how bad it is, in a word."""
        return str(SEVERITIES[self.rule.severity][0])

    @property
    def tone(self) -> str:
        """Return the tone of that word."""
        return SEVERITIES[self.rule.severity][1]


def by_rule(
    found: Iterable[Problem],
    slug: str,
    *,
    start: int = 0,
    size: int = FIRST,
    reader: "Reader | None" = None,
) -> list[Group]:
    """Return problems under their rules, in the order of the rules; of each `size` ones from `start`."""
    groups: dict[str, list[Problem]] = defaultdict(list)
    for one in found:
        groups[one.rule].append(one)
    return [
        Group(
            rule,
            lines(groups[code][start : start + size], slug, reader, trail="?from=quality"),
            len(groups[code]),
        )
        for code, rule in RULES.items()
        if groups[code]
    ]


@dataclass(frozen=True)
class Reader:
    """What somebody who reads problems can do: the channels they may change, and whether they change teams.

    `admins` are the names of those who change teams, for who does not.
    """

    channels: frozenset[Hashable] = frozenset()
    is_admin: bool = False
    admins: str = ""

    def may_mend(self, mend: Mend) -> bool:
        """May they change where it is mended: the form of a channel, or a team?"""
        if mend.page == "team":
            return self.is_admin
        return bool(mend.field) and mend.key in self.channels

    def may_leave(self, one: Problem) -> bool:
        """May they leave it as it is: is it no error, and may they change any of its channels?"""
        return may_be_left(one) and not self.channels.isdisjoint(one.channels)


def lines(
    found: Iterable[Problem], slug: str, reader: Reader | None = None, *, trail: str = ""
) -> list[Line]:
    """Return problems as pages show them to the reader; a form that mends one carries on `trail`."""
    who = reader or Reader()
    return [
        Line(one, slug, who.may_mend(one.mend), who.admins, who.may_leave(one), trail)
        for one in found
    ]


def reader_of(found: Collection[Problem], strategy: Strategy, by: User) -> Reader:
    """Return what the person can do about these problems. Three queries at most."""
    channels: frozenset[Hashable] = frozenset()
    uids: set[Any] = {one.mend.key for one in found if one.mend.field}
    uids |= {uid for one in found if may_be_left(one) for uid in one.channels}
    if uids:
        rows = list(Channel.objects.filter(strategy=strategy, uid__in=uids))
        allowed = editable_rows(strategy, rows, by)
        channels = frozenset(row.uid for row in rows if row.pk in allowed)
    admins: tuple[str, ...] = ()
    if not by.is_superuser and any(one.mend.page == "team" for one in found):
        admins = tuple(map(str, User.objects.filter(is_active=True, is_superuser=True)))
    return Reader(channels, by.is_superuser, _shown(admins))


def of_channel(found: Iterable[Problem], uid: uuid.UUID) -> list[Problem]:
    """Return the problems that concern one channel."""
    return [one for one in found if uid in one.channels]


@dataclass(frozen=True)
class Count:
    """How many problems there are of one severity."""

    severity: str
    label: str
    tone: str
    count: int


def counts(found: Iterable[Problem]) -> list[Count]:
    """Return how many problems there are of each severity, the worst first."""
    by_severity = Counter(RULES[one.rule].severity for one in found)
    words = {ERROR: _("Errors"), WARNING: _("Warnings"), SUGGESTION: _("Suggestions")}
    return [
        Count(severity, words[severity], tone, by_severity[severity])
        for severity, (_word, tone) in SEVERITIES.items()
    ]


def chosen(found: Iterable[Problem], severity: str, rule: str) -> list[Problem]:
    """Return the problems of one severity and rule; "" chooses all."""
    return [
        one
        for one in found
        if severity in ("", RULES[one.rule].severity) and rule in ("", one.rule)
    ]
