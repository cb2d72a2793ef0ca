"""What may be right, and looks strange."""

from collections import defaultdict
from collections.abc import Hashable, Iterator
from decimal import Decimal
from itertools import pairwise

from strategy.inventory.models import Channel
from strategy.inventory.quality.rules.facts import (
    SUGGESTION,
    ChannelFacts,
    Facts,
    FigureFacts,
    Mend,
    Problem,
    Rule,
    figures_page,
    is_contacts,
    row_of,
)
from strategy.inventory.service.metrics import metric_of

_ = str  # marks a sentence for translation

FOLD = 3
"""Contacts that change to more than so many times as many, or to less than one in so many, are extreme."""

ENOUGH = 100
"""Fewer contacts a period than this change by chance."""

RUN = 4
"""So many periods with the same figure look copied forward."""

SHARED = 1000
"""From so many contacts on, two channels hardly have the same by chance."""


def uncounted(facts: Facts) -> Iterator[Problem]:
    """Yield channels that measure what they promise and report no contacts (DQ-07)."""
    measured = {
        (one.channel, one.metric) for one in facts.figures if one.status in ("value", "zero")
    }
    seen = set()
    for promise in facts.objectives:
        channel = facts.channels.get(promise.channel)
        if channel is None or channel.key in facts.counting or channel.key in seen:
            continue
        if (channel.key, promise.metric) not in measured:
            continue
        seen.add(channel.key)
        values = {"channel": channel.name, "metric": metric_of(promise.metric)}
        sentence = _("%(channel)s states %(metric)s, but not how many contacts it has.")
        yield Problem("DQ-07", sentence, values, (channel.key,), _state(channel))


def _state(channel: ChannelFacts) -> Mend:
    return Mend("figures", channel.key)


def contradicting(facts: Facts) -> Iterator[Problem]:
    """Yield channels whose own facts contradict each other (DQ-08)."""
    ways: dict[Hashable, list[Hashable]] = defaultdict(list)
    for source, target in facts.ways:
        ways[source].append(target)
    live: dict[Hashable, list[str]] = defaultdict(list)
    for point in facts.points.values():
        if point.life_cycle in Channel.IN_USE:
            live[point.channel].append(point.name)
    for channel in facts.channels.values():
        people = tuple(
            end.name
            for key in ways[channel.key]
            if (end := facts.channels.get(key)) and end.is_in_use and end.mode == "assisted"
        )
        values = {"channel": channel.name, "people": people, "points": tuple(live[channel.key])}
        for field, sentence in _contradictions(channel, people, live[channel.key]):
            mend = Mend("channel", channel.key, field=field)
            yield Problem("DQ-08", sentence, values, (channel.key,), mend)


def _contradictions(
    channel: ChannelFacts, people: tuple[str, ...], live: list[str]
) -> Iterator[tuple[str, str]]:
    """Yield the field that one looks at first, and the sentence."""
    if channel.life_cycle == "retired" and live:
        yield (
            "life_cycle",
            _("%(channel)s is retired, but customers can still reach it: %(points)s."),
        )
    if not channel.is_in_use:
        return
    if channel.route == "visible" and channel.leads_to is None and channel.taps is None:
        yield (
            "agent_channel",
            _(
                "%(channel)s shows a way to a person, but not where it leads, nor how many taps it takes."
            ),
        )
    if channel.route == "none" and people:
        yield (
            "agent_route",
            _("%(channel)s has no way to a person, but a transition works to %(people)s."),
        )
    if channel.route == "is_agent" and channel.mode == "self_service":
        yield "agent_route", _("%(channel)s is self-service, but answered by a person.")


def extreme(facts: Facts) -> Iterator[Problem]:
    """Yield contacts that changed more than threefold from one whole period to the next (DQ-09), the newest."""
    for rows in facts.series.values():
        if not is_contacts(rows[0].metric):
            continue
        jumps = [
            (before, now)
            for before, now in pairwise(rows)
            if now.follows(before) and now.last_day < facts.today and _is_extreme(before, now)
        ]
        if not jumps:
            continue
        before, now = jumps[-1]
        values = {
            "where": facts.where(now),
            "metric": metric_of(now.metric),
            "before": before.value,
            "then": before.period,
            "now": now.value,
            "period": now.period,
            "n": len(jumps),
        }
        sentence = _("%(where)s: %(metric)s went from %(before)s (%(then)s) to %(now)s (%(period)s).")  # fmt: skip
        mend, about = figures_page(now), row_of(now)
        yield Problem("DQ-09", sentence, values, (now.channel,), mend, about=about)


def _is_extreme(before: FigureFacts, now: FigureFacts) -> bool:
    one, other = before.value, now.value
    if one is None or other is None or min(one, other) < ENOUGH:
        return False
    return max(one, other) > FOLD * min(one, other)


def copied(facts: Facts) -> Iterator[Problem]:
    """Yield rows that have the same figure, not zero, in four or more periods running (DQ-10), the newest run."""
    for rows in facts.series.values():
        if len(rows) < RUN:
            continue
        run: list[FigureFacts] = []
        found: list[FigureFacts] = []
        for one in rows:
            carries_on = run and one.follows(run[-1]) and _counts(one) == _counts(run[-1])
            run = [*run, one] if carries_on else [one]
            if len(run) >= RUN and _is_something(one):
                found = run
        if not found:
            continue
        first, last = found[0], found[-1]
        values = {
            "where": facts.where(last),
            "metric": metric_of(last.metric),
            "n": len(found),
            "since": first.period,
            "until": last.period,
            "value": last.value,
            "counted": last.numerator,
            "of": last.denominator,
        }
        sentence = _(
            "%(where)s: %(metric)s is the same in %(n)s periods running, %(since)s to %(until)s."
        )
        mend, about = figures_page(last), row_of(last)
        yield Problem("DQ-10", sentence, values, (last.channel,), mend, about=about)


def _counts(one: FigureFacts) -> tuple[object, ...]:
    return one.status, one.value, one.numerator, one.denominator


def _is_something(one: FigureFacts) -> bool:
    return one.status == "value" and bool(one.value or one.numerator)


def silent(facts: Facts) -> Iterator[Problem]:
    """Yield live channels without any figure of contacts (DQ-11); "not applicable" is said, and counts as one."""
    said = {
        one.channel
        for one in facts.figures
        if one.status == "not_applicable" and is_contacts(one.metric)
    }
    without = {
        one.channel for one in facts.figures if one.status == "no_data" and is_contacts(one.metric)
    }
    for channel in facts.channels.values():
        if channel.life_cycle != "live" or channel.key in facts.counting | said:
            continue
        sentence, action = _("Nobody has said how many contacts %(channel)s has."), ""
        if channel.key in without:
            sentence = _("Contacts of %(channel)s are not counted.")
            action = _(
                "Have them counted, then state the figure. If they cannot be, the reason stands as its source."
            )
        values = {"channel": channel.name}
        yield Problem("DQ-11", sentence, values, (channel.key,), _state(channel), action)


def not_applicable(facts: Facts) -> Iterator[Problem]:
    """Yield figures that are said not to apply, against the period before or a decision (DQ-12).

    One for each row, the newest. What is decided today says nothing of the figures before the last.
    """
    channels = {channel for channel, _type in facts.offered}
    for rows in facts.series.values():
        found = ""
        for before, one in pairwise([None, *rows]):
            if one is None or one.status != "not_applicable" or facts.outside(one):
                continue
            values = {
                "where": facts.where(one),
                "metric": metric_of(one.metric),
                "period": one.period,
            }
            if before is not None and one.follows(before) and before.status == "value":
                found = _(
                    "%(where)s: %(metric)s is “not applicable” in %(period)s, but had a figure the period before."
                )
            elif (one is rows[-1] and is_contacts(one.metric)) and (
                (one.channel, one.contact_type) in facts.offered
                or (one.contact_type is None and one.channel in channels)
            ):
                found = _(
                    "%(where)s: %(metric)s is “not applicable” in %(period)s, but customers are offered this way."
                )
            else:
                continue
            newest = one
        if found:
            mend, about = figures_page(newest), row_of(newest)
            yield Problem("DQ-12", found, values, (newest.channel,), mend, about=about)


def identical(facts: Facts) -> Iterator[Problem]:
    """Yield channels of one team that report the very same contacts for one period (DQ-13), the newest period."""
    same: dict[tuple[Hashable, str, object, Decimal], dict[Hashable, FigureFacts]] = defaultdict(dict)  # fmt: skip
    for one in facts.figures:
        if one.contact_type is not None or one.metric != "contacts" or one.value is None:
            continue
        channel = facts.channels.get(one.channel)
        if channel is not None and channel.team is not None and one.value >= SHARED:
            same[channel.team, one.grain, one.starts_on, one.value].setdefault(channel.key, one)
    order = {key: number for number, key in enumerate(facts.channels)}
    found: dict[tuple[Hashable, ...], list[FigureFacts]] = defaultdict(list)
    for several in same.values():
        if len(several) > 1:
            found[tuple(sorted(several, key=order.__getitem__))].append(
                next(iter(several.values()))
            )
    for channels, figures in found.items():
        newest = max(figures, key=lambda one: one.starts_on)
        values = {
            "channels": tuple(facts.channels[each].name for each in channels),
            "value": newest.value,
            "period": newest.period,
            "n": len(figures),
        }
        sentence = _("%(channels)s report the very same contacts: %(value)s in %(period)s.")
        yield Problem("DQ-13", sentence, values, channels, figures_page(newest))


RULES = (
    Rule(
        "DQ-07",
        SUGGESTION,
        _("Measured, but not counted"),
        _("State the contacts beside the metric: without them nobody knows what it is a share of."),
        uncounted,
    ),
    Rule(
        "DQ-08",
        SUGGESTION,
        _("Facts that contradict each other"),
        _("Decide which of the two is true and correct the other."),
        contradicting,
    ),
    Rule(
        "DQ-09",
        SUGGESTION,
        _("An extreme change"),
        _("Check both figures at their source. If the change is real, write down what happened."),
        extreme,
    ),
    Rule(
        "DQ-10",
        SUGGESTION,
        _("Copied forward?"),
        _(
            "Ask for the real figures. If only the old one is known, say “no data” for the periods after it."
        ),
        copied,
    ),
    Rule(
        "DQ-11",
        SUGGESTION,
        _("No contacts stated"),
        _("State its contacts, or say that they do not apply."),
        silent,
    ),
    Rule(
        "DQ-12",
        SUGGESTION,
        _("Not applicable?"),
        _(
            "If customers can use the channel, state the figure or say “no data”. If not, correct what is decided"
            " for it."
        ),
        not_applicable,
    ),
    Rule(
        "DQ-13",
        SUGGESTION,
        _("The same contacts twice?"),
        _(
            "If one shared line or page stands behind them, record one access point and state the contacts there,"
            " once."
        ),
        identical,
    ),
)
