"""Is the way to a person hidden, or missing?"""

from collections.abc import Iterator

from strategy.findings.rules.facts import Facts, Rule, Said

_ = str  # marks a sentence for translation


def find(facts: Facts) -> Iterator[Said]:
    """Yield self-service channels in use whose way to a person is hidden or missing."""
    for channel in facts.channels.values():
        if not channel.is_in_use or channel.mode == "assisted":
            continue
        values = {"channel": channel.name, "taps": channel.taps}
        rests_on = (channel.route, channel.taps)
        if channel.route == "none":
            sentence, severity = _("%(channel)s shows no way to a person."), "high"
        elif channel.route != "hidden":
            continue
        elif (channel.taps or 0) > 1:
            sentence = _("%(channel)s hides the way to a person, %(taps)s taps deep.")
            severity = "medium"
        else:
            sentence, severity = _("%(channel)s hides the way to a person."), "medium"
        yield Said(channel.uid, sentence, values, severity, rests_on, (channel.uid,))


RULE = Rule(
    "agent_route",
    _("Way to a person hidden or missing"),
    _(
        "Who sees that a person can be reached trusts self-service more. Hiding it brings earlier calls, and more."
    ),
    "channel",
    find,
)
