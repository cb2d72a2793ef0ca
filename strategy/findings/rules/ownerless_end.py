"""Does a way between two channels end where nobody answers for it?"""

from collections.abc import Iterator
from uuid import UUID

from strategy.findings.rules.facts import Facts, Rule, Said

_ = str  # marks a sentence for translation


def find(facts: Facts) -> Iterator[Said]:
    """Yield channels that nobody owns at an end of a way that customers take."""
    beyond: dict[UUID, dict[UUID, None]] = {}
    for way in facts.travelled:
        beyond.setdefault(way.source, {})[way.target] = None
        beyond.setdefault(way.target, {})[way.source] = None
    for channel in facts.channels.values():
        if channel.has_owner or channel.uid not in beyond:
            continue
        others = [facts.channels[uid] for uid in beyond[channel.uid]]
        yield Said(
            channel.uid,
            _("No team owns %(channel)s, from or to which customers change: %(others)s."),
            {"channel": channel.name, "others": ", ".join(each.name for each in others)},
            "medium",
            ("ownerless",),
            (channel.uid, *(each.uid for each in others)),
        )


RULE = Rule(
    "ownerless_end",
    _("An end without an owner"),
    _(
        "What breaks between two channels is mended by the owners of both. With one missing, nobody hears of it."
    ),
    "channel",
    find,
)
