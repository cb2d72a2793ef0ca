"""Does a customer have to say again who they are?"""

from collections.abc import Iterator

from strategy.findings.rules.facts import Facts, Rule, Said

_ = str  # marks a sentence for translation


def find(facts: Facts) -> Iterator[Said]:
    """Yield transitions in use, travelled on a journey, on which identity or sign-in is asked again."""
    for way in facts.travelled:
        journeys = facts.hops.get((way.source, way.target), ())
        if not journeys:
            continue
        if way.identity == "no":
            sentence = _("From %(from)s to %(to)s, customers have to say again who they are.")
        elif way.authentication == "no":
            sentence = _("From %(from)s to %(to)s, customers have to sign in again.")
        else:
            continue
        values = {
            "from": facts.channels[way.source].name,
            "to": facts.channels[way.target].name,
            "journeys": ", ".join(f"“{name}”" for name in journeys),
            "names": journeys,
        }
        yield Said(
            way.uid,
            sentence,
            values,
            "high" if len(journeys) > 1 else "medium",
            (way.identity, way.authentication),
            (way.source, way.target),
            _("On the journeys: %(journeys)s"),
        )


RULE = Rule(
    "asked_again",
    _("Identified again on a hop"),
    _(
        "To the customer it is one conversation. Asking again costs time in every contact, and trust."
    ),
    "transition",
    find,
)
