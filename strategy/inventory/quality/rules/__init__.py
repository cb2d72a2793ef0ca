"""The rules of data quality, in the order in which they are shown: errors, warnings, suggestions."""

from strategy.inventory.quality.rules import errors, shared, suggestions, warnings
from strategy.inventory.quality.rules.facts import Facts, Problem, Rule

RULES: dict[str, Rule] = {
    rule.code: rule for rule in (*errors.RULES, *warnings.RULES, *suggestions.RULES, *shared.RULES)
}
"""Every rule by its code."""


def problems_of(facts: Facts) -> list[Problem]:
    """Return what the rules say of these facts, by rule: of what is stored, or of what an import would store."""
    return [problem for rule in RULES.values() for problem in rule.find(facts)]
