"""One line, one page, one inbox: recorded once, or counted twice."""

from collections.abc import Iterator

from strategy.inventory.quality.rules.errors import addresses
from strategy.inventory.quality.rules.facts import (
    SUGGESTION,
    Facts,
    Mend,
    Problem,
    Rule,
)

_ = str  # marks a sentence for translation


def one_line(facts: Facts) -> Iterator[Problem]:
    """Yield addresses that stand at several channels for which one team answers (DQ-15).

    Where different teams answer, DQ-01 says it, which is worse.
    """
    for one in addresses(facts):
        if len(one.channels) < 2 or len(one.teams) > 1:
            continue
        sentence = _("%(address)s is an access point of several channels: %(channels)s.")
        mend = Mend("point", one.points[-1].key)
        channels = tuple(one.channels)
        yield Problem("DQ-15", sentence, one.values, channels, mend, about=(one.address,))


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
