"""Does a way between two channels end where nobody answers for it?"""

from collections.abc import Iterator

from strategy.findings.rules.facts import Facts, Rule, Said

_ = str  # marks a sentence for translation


def find(facts: Facts) -> Iterator[Said]:
    """Yield transitions in use with an end that no team owns."""
    for way in facts.travelled:
        source, target = facts.channels[way.source], facts.channels[way.target]
        if source.has_owner and target.has_owner:
            continue
        ownerless = [end.name for end in (source, target) if not end.has_owner]
        acts = (target, source) if target.has_owner else (source, target)
        yield Said(
            way.uid,
            _("From %(from)s to %(to)s: no team owns %(ownerless)s."),
            {"from": source.name, "to": target.name, "ownerless": ", ".join(ownerless)},
            "medium",
            (source.has_owner, target.has_owner),
            tuple(end.uid for end in acts),
        )


RULE = Rule(
    "ownerless_end",
    _("An end without an owner"),
    _(
        "What breaks between two channels is mended by the owners of both. With one missing, nobody hears of it."
    ),
    "transition",
    find,
)
