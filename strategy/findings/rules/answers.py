"""Do two channels give different answers to one question?"""

from collections.abc import Iterator

from strategy.findings.rules.facts import Facts, Rule, Said

_ = str  # marks a sentence for translation


def find(facts: Facts) -> Iterator[Said]:
    """Yield contact types that two self-service channels in use answer in contradiction.

    What differs by design, with a reason, is no finding.
    """
    for differs in facts.differences:
        channel, other = facts.channels.get(differs.channel), facts.channels.get(differs.other)
        if differs.kind != "contradicts" or channel is None or other is None:
            continue
        if not (channel.is_in_use and other.is_in_use):
            continue
        values = {
            "contact_type": differs.contact_type,
            "channel": channel.name,
            "other": other.name,
            "explanation": differs.explanation,
        }
        yield Said(
            differs.uid,
            _("%(channel)s and %(other)s answer “%(contact_type)s” differently."),
            values,
            "high",
            (differs.kind, differs.explanation),
            (channel.uid, other.uid),
            "%(explanation)s",
        )


RULE = Rule(
    "answers",
    _("Two answers to one question"),
    _("A customer who hears two answers trusts neither, and asks a person to decide."),
    "difference",
    find,
)
