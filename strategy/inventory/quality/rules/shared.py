"""One line, one page, one inbox: recorded once, or counted twice."""

from collections import defaultdict
from collections.abc import Iterator

from strategy.inventory.quality.rules.errors import same_address
from strategy.inventory.quality.rules.facts import (
    SUGGESTION,
    Facts,
    Mend,
    PointFacts,
    Problem,
    Rule,
)

_ = str  # marks a sentence for translation


def one_line(facts: Facts) -> Iterator[Problem]:
    """Yield addresses that stand at several channels for which one team answers (DQ-15).

    Where different teams answer, DQ-01 says it, which is worse.
    """
    at: dict[str, list[PointFacts]] = defaultdict(list)
    for point in facts.points.values():
        if point.channel in facts.channels and point.life_cycle != "retired":
            at[same_address(point.kind, point.address)].append(point)
    for address, points in at.items():
        channels = {point.channel: facts.channels[point.channel] for point in points}
        teams = {point.team or channels[point.channel].team for point in points} - {None}
        if not address or len(channels) < 2 or len(teams) > 1:
            continue
        values = {
            "address": points[0].address,
            "channels": tuple(channel.name for channel in channels.values()),
        }
        sentence = _("%(address)s is an access point of several channels: %(channels)s.")
        mend = Mend("point", points[-1].key)
        yield Problem("DQ-15", sentence, values, tuple(channels), mend, about=(address,))


RULES = (
    Rule(
        "DQ-15",
        SUGGESTION,
        _("One address at two channels?"),
        _(
            "If it is one shared line or page, keep it at one channel and let that access point serve the contact"
            " types of both: then what it measures is counted once."
        ),
        one_line,
    ),
)
