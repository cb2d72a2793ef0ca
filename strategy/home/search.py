"""Search over everything of one strategy that has a name, for the search page and the palette.

Every kind is read with one query (people: two) and compared by `rules`: what has a name in a strategy are some
thousand short texts, and Python compares them alike on every database. Only the hits shown are given an address.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import F
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from strategy.checklists.models import Run
from strategy.gaps.models import Gap
from strategy.glossary import TERMS
from strategy.home import rules
from strategy.home.other_words import OTHER_WORDS
from strategy.home.queries import navigation
from strategy.home.rules import LONGEST, Rank
from strategy.inventory.models import AccessPoint, Channel
from strategy.journeys.models import Journey, Step
from strategy.plan.models import Component, Decision, Initiative, Lens, Objective
from strategy.plan.queries import Place
from teams.models import Membership, StrategyRole, Team
from teams.roles import Act

IN_PALETTE = 5
ON_PAGE = 25
OF_ONE_KIND = 200
"""How many hits of a kind are shown: in the palette, on the page, and when only that kind is asked for."""


class Candidate(NamedTuple):
    """Something that can be found: its name, the line beside it, and how to get there."""

    name: str
    line: str
    to: Callable[[], str]
    icon: str = ""  # none: that of its kind
    code: str = ""
    called: tuple[str, ...] = ()  # the code as people type it
    also: tuple[str, ...] = ()  # other words for it, that are not shown


@dataclass(frozen=True)
class Hit:
    """Something that was found."""

    icon: str
    code: str
    name: str
    line: str
    url: str


@dataclass(frozen=True)
class Group:
    """The hits of one kind: the best of them, and how many there are."""

    kind: str
    label: str
    hits: list[Hit]
    total: int

    @property
    def more(self) -> int:
        """Return how many are not shown."""
        return self.total - len(self.hits)


@dataclass(frozen=True)
class Found:
    """What a query found, the kind with the best hit first; where to go on when there is none."""

    query: str
    groups: list[Group]
    total: int

    @property
    def has_more(self) -> bool:
        """Are there hits that are not shown?"""
        return any(group.more for group in self.groups)


@dataclass(frozen=True)
class Kind:
    """One kind of things, and where to read them."""

    key: str
    label: Any
    icon: str
    read: Callable[[Place], Iterable[Candidate]]


def find(place: Place, query: str, *, limit: int, only: str = "") -> Found:
    """Return what answers the query in this strategy; without a query, where one can go. Constant queries."""
    query = " ".join(query.split())[:LONGEST]
    wanted = rules.words(query)
    kinds = [kind for kind in KINDS if kind.key == only] or KINDS
    if not wanted:
        return Found("", [_group(KINDS[0], _pages(place), OF_ONE_KIND)], 0)
    ranked: list[tuple[Rank, Group]] = []
    for kind in kinds:
        hits = _ranked(kind.read(place), wanted)
        if hits:
            best = hits[0][0]
            ranked.append((best, _group(kind, [candidate for _rank, candidate in hits], limit)))
    if not ranked:
        return Found(query, [_group(_TEXTS, _in_texts(place, query), limit)], 0)
    ranked.sort(key=lambda pair: pair[0].class_of)
    groups = [group for _best, group in ranked]
    return Found(query, groups, sum(group.total for group in groups))


def _ranked(candidates: Iterable[Candidate], wanted: list[str]) -> list[tuple[Rank, Candidate]]:
    found = [(how, one) for one in candidates if (how := _rank(wanted, one)) is not None]
    found.sort(key=lambda pair: pair[0])
    return found


def _rank(wanted: list[str], one: Candidate) -> Rank | None:
    beside = _line(one.code, one.line, *one.also)
    return rules.rank(wanted, one.name, beside, (*one.called, *map(rules.plain, one.also)))


def _group(kind: Kind, found: Iterable[Candidate], limit: int) -> Group:
    every = list(found)
    hits = [
        Hit(one.icon or kind.icon, one.code, one.name, one.line, one.to()) for one in every[:limit]
    ]
    return Group(kind.key, str(kind.label), hits, len(every))


# --- the kinds ---------------------------------------------------------------------------------------


def _at(route: str, *args: Any, anchor: str = "") -> Callable[[], str]:
    """Return how to make the address, which is made only for what is shown."""
    return partial(_address, route, args, anchor)


def _address(route: str, args: tuple[Any, ...], anchor: str) -> str:
    url = reverse(route, args=args)
    return f"{url}#{anchor}" if anchor else url


def _line(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def _day(day: dt.date) -> str:
    return formats.date_format(day, "N j, Y")


def _labels(choices: Any) -> dict[str, str]:
    return {value: str(label) for value, label in choices.choices}


def _pages(place: Place) -> Iterator[Candidate]:
    """Yield where one can go and what one can begin, as far as the person may."""
    slug, standing = place.strategy.slug, place.standing
    for item in navigation(place.strategy, ""):
        to = partial(str, item["url"])
        yield Candidate(item["label"], "", to, item["icon"], also=_also(item["route"]))
    if place.lens:
        name, lens = _("Show everything again"), ""
    else:
        name, lens = _("Show only what touches mobile"), Lens.MOBILE.value
    to = partial(str, f"{reverse('strategy:home', args=[slug])}?lens={lens}")
    yield Candidate(name, _("Mobile lens"), to, "smartphone", also=_also("lens"))
    begins = (
        (standing.may(Act.LOG_GAP), _("Log a gap"), "strategy:gaps:add", "plus"),
        (place.may_add, _("Add channel"), "strategy:inventory:add", "plus"),
        (place.may_add, _("Add journey"), "strategy:journeys:add", "plus"),
        (standing.may(Act.EDIT), _("Add objective"), "strategy:objective_add", "plus"),
        (standing.may(Act.EDIT), _("Put a question"), "strategy:decision_add", "plus"),
        (place.may_add, _("Announce an initiative"), "strategy:initiative_add", "plus"),
        (standing.may(Act.EDIT), _("Start a checklist"), "strategy:checklists:start", "plus"),
        (
            place.may_add,
            _("Record a transition"),
            "strategy:inventory:transition_add",
            "plus",
        ),
        (place.may_add, _("Add access point"), "strategy:inventory:point_add", "plus"),
        (True, _("Access points"), "strategy:inventory:points", "phone"),
        (True, _("Holiday calendars"), "strategy:inventory:calendars", "calendar"),
        (place.may_add, _("Import a table"), "strategy:sheets:start", "upload"),
        (True, _("Transitions"), "strategy:inventory:transitions", "channels"),
        (True, _("Transitions matrix"), "strategy:inventory:transition_matrix", "channels"),
        (True, _("Contact types"), "strategy:inventory:contact_types", "channels"),
        (True, _("Self-service side by side"), "strategy:inventory:parity", "channels"),
        (True, _("Reaching a person"), "strategy:inventory:reach", "channels"),
        (True, _("Data quality"), "strategy:inventory:quality", "channels"),
        (True, _("Service objectives"), "strategy:inventory:service_objectives", "objectives"),
        (True, _("Metrics"), "strategy:inventory:metrics", "help"),
        (True, _("Segments"), "strategy:inventory:segments", "channels"),
        (True, _("Access matrix"), "strategy:inventory:matrix", "channels"),
        (True, _("Roles"), "strategy:roles", "people"),
        (standing.may(Act.MANAGE), _("Settings"), "strategy:settings", "settings"),
    )
    for may, name, route, icon in begins:
        if may:
            yield Candidate(name, "", _at(route, slug), icon, also=_also(route))
    everywhere = (
        (True, _("Glossary"), "strategy:glossary", "help"),
        (True, _("Keyboard shortcuts"), "keys", "key"),
        (standing.is_admin, _("Organization"), "teams:list", "people"),
        (True, _("Change password"), "account_change_password", "lock"),
    )
    for may, name, route, icon in everywhere:
        if may:
            yield Candidate(name, "", _at(route), icon, also=_also(route))


def _also(route: str) -> tuple[str, ...]:
    return tuple(str(OTHER_WORDS.get(route, "")).split(", "))


def _channels(place: Place) -> Iterator[Candidate]:
    families, stages = _labels(Channel.Family), _labels(Channel.LifeCycle)
    rows = Channel.objects.filter(strategy=place.strategy).order_by(Lower("name"), "pk")
    for uid, name, family, stage, team, owner in rows.values_list(
        "uid", "name", "family", "life_cycle", "owner_team__name", "owner__name"
    ):
        line = _line(team or _("Nobody owns it"), owner, families[family], stages[stage])
        yield Candidate(name, line, _at("strategy:inventory:detail", place.strategy.slug, uid))


def _points(place: Place) -> Iterator[Candidate]:
    kinds, stages = _labels(AccessPoint.Kind), _labels(Channel.LifeCycle)
    rows = AccessPoint.objects.filter(channel__strategy=place.strategy).order_by(
        Lower("name"), "pk"
    )
    for uid, name, address, kind, stage, channel in rows.values_list(
        "uid", "name", "address", "kind", "life_cycle", "channel__name"
    ):
        line = _line(address, channel, kinds[kind], stages[stage])
        yield Candidate(name, line, _at("strategy:inventory:point", place.strategy.slug, uid))


def _journeys(place: Place) -> Iterator[Candidate]:
    rows = Journey.objects.filter(strategy=place.strategy).order_by(Lower("name"), "pk")
    for uid, name, customer, team in rows.values_list(
        "uid", "name", "customer", "owner_team__name"
    ):
        line = _line(team or _("Nobody owns it"), customer)
        yield Candidate(name, line, _at("strategy:journeys:board", place.strategy.slug, uid))


def _steps(place: Place) -> Iterator[Candidate]:
    rows = Step.objects.filter(stage__journey__strategy=place.strategy).order_by(
        Lower("stage__journey__name"), "stage__position", "position", "pk"
    )
    for uid, name, stage, journey_uid, journey in rows.values_list(
        "uid", "name", "stage__name", "stage__journey__uid", "stage__journey__name"
    ):
        board = _at(
            "strategy:journeys:board", place.strategy.slug, journey_uid, anchor=f"step-{uid}"
        )
        yield Candidate(name, _line(journey, stage), board)


def _gaps(place: Place) -> Iterator[Candidate]:
    states, severities = _labels(Gap.State), _labels(Gap.Severity)
    rows = Gap.objects.filter(strategy=place.strategy).order_by(
        F("settled_on").desc(nulls_first=True), "-number"
    )
    for uid, number, title, state, severity, team, person in rows.values_list(
        "uid", "number", "title", "state", "severity", "owner_team__name", "accountable__name"
    ):
        line = _line(states[state], severities[severity], team or _("Nobody owns it"), person)
        to = _at("strategy:gaps:detail", place.strategy.slug, uid)
        called = (f"g{number}", str(number))
        yield Candidate(title, line, to, code=f"G-{number}", called=called)


def _components(place: Place) -> Iterator[Candidate]:
    rows = Component.objects.filter(strategy=place.strategy).select_related("owner_team")
    for row in sorted(rows, key=lambda row: row.number):
        line = _line(row.owner_team or _("Nobody owns it"), row.belongs)
        yield Candidate(str(row), line, _at("strategy:component", place.strategy.slug, row.code))


def _objectives(place: Place) -> Iterator[Candidate]:
    page = "strategy:objectives"
    rows = Objective.objects.filter(strategy=place.strategy).order_by("position", "pk")
    for uid, statement, measure, due_on in rows.values_list(
        "uid", "statement", "measure", "due_on"
    ):
        due = due_on and _("by %(day)s") % {"day": _day(due_on)}
        to = _at(page, place.strategy.slug, anchor=f"objective-{uid}")
        yield Candidate(statement, _line(due, measure), to)


def _initiatives(place: Place) -> Iterator[Candidate]:
    page = "strategy:initiatives"
    rows = Initiative.objects.filter(strategy=place.strategy).order_by(Lower("name"), "pk")
    for uid, name, team, launch_on in rows.values_list(
        "uid", "name", "owner_team__name", "launch_on"
    ):
        launch = launch_on and _("launch %(day)s") % {"day": _day(launch_on)}
        to = _at(page, place.strategy.slug, anchor=f"initiative-{uid}")
        yield Candidate(name, _line(team or _("Nobody owns it"), launch), to)


def _decisions(place: Place) -> Iterator[Candidate]:
    page = "strategy:decisions"
    rows = Decision.objects.filter(strategy=place.strategy).order_by(
        F("decided_on").desc(nulls_first=True), "pk"
    )
    for uid, question, decider, decide_by, decided_on in rows.values_list(
        "uid", "question", "decider__name", "decide_by", "decided_on"
    ):
        if decided_on:
            state = _("decided %(day)s") % {"day": _day(decided_on)}
        elif decide_by:
            state = _("to be decided by %(day)s") % {"day": _day(decide_by)}
        else:
            state = _("to be decided")
        to = _at(page, place.strategy.slug, anchor=f"decision-{uid}")
        yield Candidate(question, _line(state, decider), to)


def _checklists(place: Place) -> Iterator[Candidate]:
    rows = Run.objects.filter(strategy=place.strategy).order_by("-opened_on", "-pk")
    for uid, name, framework, due_on in rows.values_list(
        "uid", "name", "framework__name", "due_on"
    ):
        due = due_on and _("due %(day)s") % {"day": _day(due_on)}
        to = _at("strategy:checklists:detail", place.strategy.slug, uid)
        yield Candidate(name, _line(framework, due), to)


def _people(place: Place) -> Iterator[Candidate]:
    """Yield the teams that have a role here, and everybody who has one or is in such a team."""
    roles = _labels(StrategyRole.Role)
    is_admin = place.standing.is_admin  # the organization's pages are theirs alone
    given = StrategyRole.objects.filter(strategy=place.strategy).select_related("team", "user")
    people: dict[Any, tuple[Any, list[str], str]] = {}
    row_of_team: dict[int, str] = {}

    def at(route: str, key: Any, row: str) -> Callable[[], str]:
        roles_page = _at("strategy:roles", place.strategy.slug, anchor=row)
        return _at(route, key) if is_admin else roles_page

    functions = _labels(Team.Function)
    for role in given.order_by(Lower("team__name"), "pk"):
        row = f"given-{role.uid}"
        if role.team:
            row_of_team[role.team.pk] = row
            line = _line(_("Team"), functions[role.team.function], roles[role.role])
            yield Candidate(role.team.name, line, at("teams:detail", role.team.slug, row))
        elif role.user and role.user.is_active:
            people[role.user.pk] = (role.user, [roles[role.role]], row)
    members = Membership.objects.filter(team__in=row_of_team, user__is_active=True)
    for member in members.select_related("user", "team").order_by(Lower("team__name"), "pk"):
        row = row_of_team[member.team_id]
        person, where, _row = people.setdefault(member.user_id, (member.user, [], row))
        where.append(member.team.name)
    for person, where, row in sorted(people.values(), key=lambda one: str(one[0]).casefold()):
        line = _line(person.job_title, *where)
        yield Candidate(str(person), line, at("teams:person", person.uid, row))


def _terms(place: Place) -> Iterator[Candidate]:
    for term in TERMS.values():
        yield Candidate(
            str(term.name), str(term.meaning), _at("strategy:glossary", anchor=term.key)
        )


def _in_texts(place: Place, query: str) -> Iterator[Candidate]:
    """Yield the lists whose filters look into the texts, which search does not."""
    lists: tuple[tuple[str, str, dict[str, str]], ...] = (
        (_("Channels: look into their texts"), "strategy:inventory:list", {}),
        (_("Journeys: look into their texts"), "strategy:journeys:list", {}),
        (_("Gaps: look into their texts"), "strategy:gaps:list", {"state": "all"}),
    )
    for name, route, also in lists:
        url = f"{reverse(route, args=[place.strategy.slug])}?{urlencode({**also, 'q': query})}"
        yield Candidate(name, "", partial(str, url))


_TEXTS = Kind("texts", gettext_lazy("Go on"), "search", lambda place: ())

KINDS = (
    Kind("pages", gettext_lazy("Go to"), "strategy", _pages),
    Kind("channels", gettext_lazy("Channels"), "channels", _channels),
    Kind("points", gettext_lazy("Access points"), "phone", _points),
    Kind("journeys", gettext_lazy("Journeys"), "journeys", _journeys),
    Kind("steps", gettext_lazy("Steps of journeys"), "journeys", _steps),
    Kind("gaps", gettext_lazy("Gaps"), "gaps", _gaps),
    Kind("components", gettext_lazy("Components"), "home", _components),
    Kind("objectives", gettext_lazy("Objectives"), "objectives", _objectives),
    Kind("initiatives", gettext_lazy("Initiatives"), "calendar", _initiatives),
    Kind("decisions", gettext_lazy("Decisions"), "decisions", _decisions),
    Kind("checklists", gettext_lazy("Checklists"), "checklists", _checklists),
    Kind("people", gettext_lazy("People and teams"), "people", _people),
    Kind("terms", gettext_lazy("Glossary"), "help", _terms),
)
"""In the order in which they stand when none has a better hit than another."""
