"""Reading what the rules find, and what people made of it."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils import formats
from django.utils.translation import gettext as _

from portal.history.queries import latest_acts
from portal.lib.memory import remembered
from strategy.findings.models import Judgment
from strategy.findings.rules import RULES, hours
from strategy.findings.rules.facts import (
    ChannelFacts,
    DifferenceFacts,
    Facts,
    InitiativeFacts,
    Rule,
    Said,
    TransitionFacts,
)
from strategy.gaps import rules
from strategy.gaps.models import Gap
from strategy.inventory.lists.bulk import editable
from strategy.inventory.models import AnswerDifference, Channel, Transition
from strategy.inventory.points.channel_hours import channel_hours
from strategy.inventory.quality import queries as quality
from strategy.journeys.queries import travelled
from strategy.plan.models import Initiative, Strategy
from strategy.plan.queries import Place, today
from teams.models import User
from teams.roles import Act

OPEN, TAKEN, LEFT = "open", "gap", "left"


@dataclass(frozen=True)
class Finding:
    """What a rule found, and what somebody made of it: open, a gap, or left as it is."""

    rule: Rule
    said: Said
    state: str
    judgment: Judgment | None
    owners: tuple[int | None, ...]  # the teams that may leave it as it is
    gap: Gap | None = (
        None  # the one that it is: made of it, said to be it, or logged on the same hop
    )

    @property
    def id(self) -> str:
        """Return how a page names it."""
        return f"{self.rule.code}-{self.said.subject}"

    @property
    def sentence(self) -> str:
        """Return what is wrong, in a sentence."""
        return _(self.said.sentence) % self._shown

    @property
    def more(self) -> str:
        """Return what else there is to say; "" when nothing."""
        return _(self.said.more) % self._shown if self.said.more else ""

    @property
    def _shown(self) -> dict[str, Any]:
        """Return the values as people read them."""
        return {
            name: formats.date_format(value, "N j, Y") if isinstance(value, dt.date) else value
            for name, value in self.said.values.items()
        }

    @property
    def title(self) -> str:
        """Return the name of its rule."""
        return _(self.rule.title)

    @property
    def why(self) -> str:
        """Return why it matters."""
        return _(self.rule.why)

    @property
    def severity_label(self) -> str:
        """Return how bad it is, in a word."""
        return str(Gap.Severity(self.said.severity).label)

    @property
    def asks_again(self) -> bool:
        """Was it judged before, and has to be judged again: other facts, or a gap that ended without effect?"""
        return self.state == OPEN and self.judgment is not None


def read_facts(strategy: Strategy, today: dt.date) -> Facts:
    """Return everything the rules look at. Six queries, whatever the size."""
    from_points = channel_hours(strategy)
    channels = {
        uid: ChannelFacts(
            uid, name, mode, cycle, route, taps, leads_to, from_points.get(pk, hours_), promised, owner
        )
        for pk, uid, name, mode, cycle, route, taps, leads_to, hours_, promised, owner in Channel.objects.filter(
            strategy=strategy
        )
        .order_by("name", "pk")
        .values_list(
            "pk", "uid", "name", "mode", "life_cycle", "agent_route", "agent_taps", "agent_channel__uid", "hours",
            "agent_hours", "owner_team_id",
        )
    }  # fmt: skip
    transitions = Transition.objects.filter(strategy=strategy).order_by(
        "source__name", "target__name", "pk"
    )
    initiatives = Initiative.objects.filter(strategy=strategy)
    differences = AnswerDifference.objects.filter(contact_type__strategy=strategy)
    return Facts(
        today=today,
        notice_days=strategy.notice_days,
        channels=channels,
        transitions=tuple(
            TransitionFacts(*row)
            for row in transitions.values_list(
                "uid", "source__uid", "target__uid", "status", "identity", "authentication"
            )
        ),
        hops=travelled(strategy),
        initiatives=tuple(
            InitiativeFacts(*row)
            for row in initiatives.values_list(
                "uid", "name", "launch_on", "told_on", "owner_team_id"
            )
        ),
        differences=tuple(
            DifferenceFacts(*row)
            for row in differences.values_list(
                "uid", "contact_type__name", "channel__uid", "other__uid", "kind", "explanation"
            )
        ),
    )


def current(
    strategy: Strategy, today: dt.date, acts: tuple[int, ...] | None = None, *, lens: str = ""
) -> list[Finding]:
    """Return what the rules find now, from memory while nothing was done in the strategy.

    Everything the rules look at is changed by acts in the history of its strategy (`acts`: the latest ones).
    """
    found = _look(strategy, today, acts).found
    return _seen_through(lens, strategy, found) if lens else list(found)


class _Look(NamedTuple):
    """One look at the facts: what the rules find, and the channels whose hours they cannot read."""

    found: list[Finding]
    unread: list[ChannelFacts]


def _look(strategy: Strategy, today: dt.date, acts: tuple[int, ...] | None) -> _Look:
    def look() -> _Look:
        facts = read_facts(strategy, today)
        return _Look(findings(strategy, today, facts), hours.unread(facts))

    acts = latest_acts(strategy.uid) if acts is None else acts
    return remembered(("findings", strategy.uid, acts, today), look)


def _seen(model: Any, lens: str, strategy: Strategy) -> set[uuid.UUID]:
    rows = model.objects.filter(strategy=strategy).through(lens)
    return set(rows.values_list("uid", flat=True))


def _seen_through(lens: str, strategy: Strategy, found: Iterable[Finding]) -> list[Finding]:
    seen = _seen(Channel, lens, strategy) | _seen(Initiative, lens, strategy)
    return [one for one in found if seen & {one.said.subject, *one.said.channels}]


def findings(
    strategy: Strategy, today: dt.date, facts: Facts | None = None, *, lens: str = ""
) -> list[Finding]:
    """Return what the rules find, with what was made of it: the worst first, by rule. Eight queries.

    Through a lens: what concerns a channel or an initiative that is seen through it. Two more queries.
    """
    facts = facts or read_facts(strategy, today)
    given = {
        (row.rule, row.subject): row
        for row in Judgment.objects.filter(strategy=strategy).select_related(
            "gap__duplicate_of", "given_by"
        )
    }
    on_hops = {
        gap.transition.uid: gap
        for gap in Gap.objects.filter(strategy=strategy, transition__isnull=False)
        .exclude(state__in=rules.SETTLED)
        .select_related("transition")
        .order_by("-number")
        if gap.transition
    }
    found = [
        _judged(rule, said, given.get((rule.code, said.subject)), today, facts, on_hops)
        for rule in RULES.values()
        for said in rule.find(facts)
    ]
    if lens:
        found = _seen_through(lens, strategy, found)
    ranks = list(reversed(Gap.Severity.values))
    return sorted(found, key=lambda one: ranks.index(one.said.severity))


def _judged(
    rule: Rule,
    said: Said,
    judgment: Judgment | None,
    today: dt.date,
    facts: Facts,
    on_hops: Mapping[uuid.UUID, Gap],
) -> Finding:
    of_one: Any = facts.channels.get(said.subject) or next(
        (one for one in facts.initiatives if one.uid == said.subject), None
    )
    ends = [of_one] if of_one else [facts.channels[uid] for uid in said.channels]
    owners: Any = tuple(end.owner for end in ends)
    state, gap = _state(said, judgment, today), judgment.gap if judgment else None
    if state == OPEN and rule.subject == "transition" and said.subject in on_hops:
        state, gap = TAKEN, on_hops[said.subject]
    return Finding(rule, said, state, judgment, owners, gap)


def leavable(place: Place, found: Iterable[Finding]) -> set[str]:
    """Return the ids of the findings that the person may leave as they are: those of what they may change."""
    return {
        one.id for one in found if any(place.standing.may(Act.EDIT, owner) for owner in one.owners)
    }


def _state(said: Said, judgment: Judgment | None, today: dt.date) -> str:
    """Judge a judgment: it holds as long as the facts it was given on, and its gap is not over without effect."""
    if judgment is None or judgment.facts != said.asks(has_gap=judgment.gap is not None):
        return OPEN
    if judgment.gap is None:
        return LEFT
    gap = judgment.gap.duplicate_of or judgment.gap
    if gap.state == Gap.State.VERIFIED or gap.is_expired(today):
        return OPEN
    return LEFT if gap.state == Gap.State.ACCEPTED else TAKEN


def still_open(found: Iterable[Finding]) -> list[Finding]:
    """Return the findings that nobody has judged yet, or that ask again."""
    return [one for one in found if one.state == OPEN]


def find(strategy: Strategy, rule: str, subject: uuid.UUID, today: dt.date) -> Finding | None:
    """Return one finding as it stands now; None when the rule does not find it any more."""
    if rule in quality.RULES:
        return _doubt(strategy, rule, subject, today)
    if rule not in RULES:
        return None
    for one in findings(strategy, today):
        if one.rule.code == rule and one.said.subject == subject:
            return one
    return None


@dataclass(frozen=True)
class _Doubt(Said):
    """What a rule of data quality says, as findings say it, so that it is left and taken back as they are."""

    facts: str = ""

    @property
    def digest(self) -> str:
        """Return the digest of what a person sees and judges."""
        return self.facts

    def asks(self, *, has_gap: bool) -> str:
        """Return the digest with which a judgment stays quiet. It never becomes a gap."""
        return self.facts


def _doubt(strategy: Strategy, rule: str, subject: uuid.UUID, today: dt.date) -> Finding | None:
    """Return a warning or suggestion of data quality as it stands now; None for errors, which are mended."""
    open_ = quality.problems(strategy, today)
    every = [*open_, *(one for one, _judgment in quality.left(strategy, today))]
    for one in every:
        if one.rule == rule and one.subject == subject and quality.may_be_left(one):
            (line,) = quality.lines([one], strategy.slug)
            sentence = line.sentence.replace("%", "%%")  # it is put together already
            channels: Any = one.channels
            said = _Doubt(subject, sentence, {}, "", (), channels, facts=one.digest)
            rows = Judgment.objects.filter(strategy=strategy, rule=rule, subject=subject)
            judgment = rows.select_related("given_by").first()
            of = quality.RULES[rule]
            looks = Rule(rule, of.title, of.action, "problem", lambda facts: iter(()))
            return Finding(looks, said, _state(said, judgment, today), judgment, ())
    return None


SUBJECTS: dict[str, tuple[Any, str, tuple[str, ...]]] = {
    "channel": (Channel, "strategy", ("owner_team", "owner")),
    "transition": (Transition, "strategy", ("source__owner_team", "target__owner_team")),
    "initiative": (Initiative, "strategy", ("owner_team", "owner")),
    "difference": (
        AnswerDifference,
        "contact_type__strategy",
        ("contact_type", "channel__owner_team", "other__owner_team"),
    ),
}
"""What findings speak of: the table, the way to its strategy, and what is read with it."""


def subject_of(strategy: Strategy, rule: str, uid: uuid.UUID) -> Any:
    """Return the channel, transition, initiative or difference that a finding speaks of; None when it is gone.

    A doubt of data quality speaks of channels (`asked`).
    """
    if rule not in RULES:
        return None
    model, path, related = SUBJECTS[RULES[rule].subject]
    return (
        model._default_manager.filter(uid=uid, **{path: strategy}).select_related(*related).first()
    )


def asked(strategy: Strategy, rule: str, uid: uuid.UUID, by: User) -> tuple[Act, Any]:
    """Return what the policy is asked of who leaves what a rule says, or takes that back, and of which thing.

    Of the channels of a doubt of data quality it is one that the person may change, if there is any. A doubt that
    is gone speaks of nothing any more: whoever works here is told so.
    """
    if rule not in quality.RULES:
        return Act.EDIT, subject_of(strategy, rule, uid) or strategy
    doubt = _doubt(strategy, rule, uid, today())
    if doubt is None:
        return Act.LOG_GAP, strategy
    rows = Channel.objects.filter(strategy=strategy, uid__in=doubt.said.channels)
    channels = list(rows.select_related("owner_team").order_by("name", "pk"))
    allowed = editable(strategy, channels, by)
    own = (one for one in channels if one.pk in allowed)
    return Act.EDIT, next(own, channels[0] if channels else strategy)


def unread_hours(
    strategy: Strategy, today: dt.date, acts: tuple[int, ...], *, lens: str = ""
) -> list[str]:
    """Return the channels whose promise to reach a person cannot be compared with hours, by name. As `current`."""
    found = _look(strategy, today, acts).unread
    seen = _seen(Channel, lens, strategy) if lens and found else None
    return [channel.name for channel in found if seen is None or channel.uid in seen]


@dataclass(frozen=True)
class Group:
    """The findings of one rule."""

    rule: Rule
    findings: list[Finding]

    @property
    def title(self) -> str:
        """Return the name of the rule."""
        return _(self.rule.title)

    @property
    def why(self) -> str:
        """Return why it matters."""
        return _(self.rule.why)


def by_rule(found: Iterable[Finding]) -> list[Group]:
    """Return findings under their rules, in the order of the rules."""
    groups: dict[str, list[Finding]] = defaultdict(list)
    for one in found:
        groups[one.rule.code].append(one)
    return [Group(rule, groups[code]) for code, rule in RULES.items() if groups[code]]


def touching(found: Iterable[Finding], kind: str, thing: Any) -> list[Finding]:
    """Return the findings that concern one channel, or the hops of one journey."""
    if kind == "channel":
        return [one for one in found if thing.uid in one.said.channels]
    return [one for one in found if thing.name in one.said.values.get("names", ())]
