"""What nobody can rely on."""

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Iterator

from strategy.inventory.quality.rules.facts import (
    WARNING,
    Facts,
    FigureFacts,
    Mend,
    Problem,
    Rule,
    figures_page,
    row_of,
)
from strategy.inventory.service.figures import GRAINS, Book, Figure, imbalance, start_of, step
from strategy.inventory.service.metrics import metric_of
from strategy.inventory.service.promises import is_in_force

_ = str  # marks a sentence for translation


def ownerless(facts: Facts) -> Iterator[Problem]:
    """Yield channels without anybody, or whose owner has left, and teams that own some without a lead (DQ-05)."""
    unled: dict[Hashable, list[Hashable]] = defaultdict(list)
    for channel in facts.channels.values():
        if channel.life_cycle == "retired":
            continue
        if channel.owner_left:
            sentence = _("%(channel)s is ownerless: %(owner)s has left.")
            said = {"channel": channel.name, "owner": channel.owner}
            mend = Mend("channel", channel.key, field="owner")
            yield Problem("DQ-05", sentence, said, (channel.key,), mend)
        elif channel.team is None and not channel.owner:
            sentence = _("%(channel)s is ownerless: no team owns it, and no person is named.")
            mend = Mend("channel", channel.key, field="owner_team")
            action = _("Choose the team that owns it.")
            yield Problem(
                "DQ-05", sentence, {"channel": channel.name}, (channel.key,), mend, action
            )
        team = facts.teams.get(channel.team)
        if team is not None and not team.has_lead and not channel.owner:
            unled[channel.team].append(channel.key)
    for key, channels in unled.items():
        names = tuple(facts.channels[each].name for each in channels)
        values = {"team": facts.team_name(key), "channels": names}
        sentence = _("Nobody leads %(team)s, so these are ownerless: %(channels)s.")
        mend = Mend("team", facts.teams[key].slug)
        action = _("Choose a team lead, or name a person at each channel.")
        yield Problem("DQ-05", sentence, values, tuple(channels), mend, action, about=(key,))


def unmeasured(facts: Facts) -> Iterator[Problem]:
    """Yield objectives in force without a figure of their metric in the last two whole periods (DQ-06).

    Not yet, when less than one whole period has passed since they came into force. A figure of a shorter period
    will do, and one of the last two longer ones; so will one of an access point, where the channel promises it as
    a whole.
    """
    floors = {grain: step(grain, start_of(grain, facts.today), -2) for grain in GRAINS}
    lately: set[tuple[Hashable, Hashable, str]] = set()
    newest: dict[tuple[Hashable, Hashable, str], dt.date] = {}
    for one in facts.figures:
        if one.contact_type is not None or one.status not in ("value", "zero", "suppressed"):
            continue
        if one.starts_on > facts.today:
            continue
        ended = one.last_day
        for point in {one.point, None}:
            key = (one.channel, point, one.metric)
            newest[key] = max(ended, newest.get(key, ended))
            if ended >= floors[one.grain]:
                lately.add(key)
    for promise in facts.objectives:
        channel = facts.channels.get(promise.channel)
        if channel is None or not channel.is_in_use or not is_in_force(promise, facts.today):
            continue
        running = start_of(promise.grain, facts.today)
        begun = max(filter(None, (promise.effective_from, channel.launched_on)), default=None)
        if begun is not None and begun > step(promise.grain, running, -1):
            continue
        since = floors[promise.grain]
        key = (promise.channel, promise.point, promise.metric)
        if key in lately or newest.get(key, dt.date.min) >= since:
            continue
        names = [channel.name]
        if promise.point in facts.points:
            names.append(facts.points[promise.point].name)
        values = {
            "where": ", ".join(names),
            "objective": promise.name,
            "metric": metric_of(promise.metric),
            "day": since,
        }
        sentence = _(
            "%(where)s: no figure of %(metric)s since %(day)s, so “%(objective)s” cannot be measured."
        )
        part = {"point": promise.point} if promise.point else {}
        mend = Mend("figures", channel.key, part)
        yield Problem("DQ-06", sentence, values, (channel.key,), mend, about=(promise.key,))


_SUM = ("OFF", "HAN", "ABN")


def unbalanced(facts: Facts) -> Iterator[Problem]:
    """Yield rows whose contacts offered are not those handled and abandoned (DQ-14), with the newest period."""
    books: dict[tuple[Hashable, ...], dict[str, list[FigureFacts]]] = defaultdict(dict)
    for (channel, point, contact_type, metric, grain), rows in facts.series.items():
        if metric in _SUM:
            books[channel, point, contact_type, grain][metric] = rows
    for by_metric in books.values():
        if len(by_metric) < len(_SUM):
            continue
        book = Book(
            {
                (one.metric, one.grain, one.starts_on): Figure(
                    metric=metric_of(one.metric),
                    grain=one.grain,
                    starts_on=one.starts_on,
                    status=one.status,
                    value=one.value,
                    numerator=one.numerator,
                    denominator=one.denominator,
                )
                for rows in by_metric.values()
                for one in rows
            }
        )
        wrong = [
            (one, found)
            for one in by_metric["OFF"]
            if (found := imbalance(book, one.grain, one.starts_on)) is not None
        ]
        if not wrong:
            continue
        one, found = wrong[-1]
        values = {
            "where": facts.where(one),
            "period": one.period,
            "offered": found.offered,
            "handled": found.handled,
            "abandoned": found.abandoned,
            "n": len(wrong),
        }
        sentence = _(
            "%(where)s, %(period)s: %(offered)s offered, but %(handled)s handled and %(abandoned)s abandoned."
        )
        mend, about = figures_page(one), row_of(one)
        yield Problem("DQ-14", sentence, values, (one.channel,), mend, about=about)


RULES = (
    Rule(
        "DQ-05",
        WARNING,
        _("Ownerless"),
        _("Name an owner who can act: another person at the channel, or a team lead."),
        ownerless,
    ),
    Rule(
        "DQ-06",
        WARNING,
        _("A promise nobody measures"),
        _("State the figure of every period, or end the objective."),
        unmeasured,
    ),
    Rule(
        "DQ-14",
        WARNING,
        _("Contacts that do not add up"),
        _(
            "Find out where contacts get lost or are counted twice: calls blocked, short abandons, transfers. Then"
            " correct the counts."
        ),
        unbalanced,
    ),
)
