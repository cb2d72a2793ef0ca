"""Is a person promised at hours when nobody answers?"""

from collections.abc import Iterator
from functools import lru_cache

from strategy.findings.rules.facts import ChannelFacts, Facts, Rule, Said
from strategy.inventory.hours import NEVER, Hours, read

_ = str  # marks a sentence for translation


def find(facts: Facts) -> Iterator[Said]:
    """Yield channels that promise a person at hours when no channel they lead to is open.

    Hours that cannot be read are not judged: see `unread`.
    """
    offered: dict[object, set[object]] = {uid: set() for uid in facts.channels}
    for way in facts.transitions:
        if way.status in ("works", "partly") and way.source in offered:
            offered[way.source].add(way.target)
    people = [
        channel
        for channel in facts.channels.values()
        if channel.is_in_use
        and channel.mode == "assisted"  # the hours of a hybrid say nothing of people
    ]
    for channel in facts.channels.values():
        promised = read(channel.promised)
        if not channel.is_in_use or not promised:
            continue
        led_to = offered[channel.uid] | {channel.leads_to}
        behind = [each for each in people if each.uid in led_to]
        if channel.mode == "assisted":
            behind.append(channel)
        rests_on = (channel.promised, sorted(each.hours for each in behind))
        values = {"channel": channel.name, "promised": channel.promised}
        if not behind:
            sentence = _(
                "%(channel)s promises a person (“%(promised)s”), but leads to no channel where one answers."
            )
            yield Said(channel.uid, sentence, values, "high", rests_on, (channel.uid,))
            continue
        open_then = NEVER
        known = [read(each.hours) for each in behind]
        if None in known:
            continue
        for each in known:
            open_then |= each or NEVER
        closed = promised - open_then
        if not closed:
            continue
        elsewhere = [
            each.name
            for each in people
            if each.uid not in led_to and each is not channel and covers(each.hours, closed)
        ]
        yield Said(
            channel.uid,
            _("%(channel)s promises a person (“%(promised)s”), but somebody answers only %(open)s.")
            if promised - closed
            else _(
                "%(channel)s promises a person (“%(promised)s”), but nobody answers at those hours."
            ),
            {**values, "open": str(promised - closed), "elsewhere": ", ".join(elsewhere)},
            "high" if closed.minutes * 4 > promised.minutes else "medium",
            rests_on,
            (channel.uid, *(each.uid for each in behind if each is not channel)),
            _("Open then, but not offered here: %(elsewhere)s.") if elsewhere else "",
        )


@lru_cache(maxsize=4096)
def covers(text: str, hours: Hours) -> bool:
    """Is somebody there all these hours, by what the text says?"""
    return not hours - (read(text) or NEVER)


def unread(facts: Facts) -> list[ChannelFacts]:
    """Return channels in use whose promise is not written as hours, so that it cannot be compared."""
    return [
        channel
        for channel in facts.channels.values()
        if channel.is_in_use and channel.promised and read(channel.promised) is None
    ]


RULE = Rule(
    "hours",
    _("A person promised when nobody answers"),
    _(
        "A promise that ends at a closed door is worse than none: the customer comes back elsewhere, angrier."
    ),
    "channel",
    find,
)
