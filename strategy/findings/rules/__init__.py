"""The rules that find gaps nobody typed, in the order in which they are shown."""

from strategy.findings.rules import agent_route, answers, asked_again, hours, notice, ownerless_end
from strategy.findings.rules.facts import Rule

RULES: dict[str, Rule] = {
    module.RULE.code: module.RULE
    for module in (notice, hours, agent_route, asked_again, answers, ownerless_end)
}
"""Every rule by its code."""

_ = str  # marks a sentence for translation

NEEDS_REASON = _("Say in a sentence why this is left as it is, or which gap it is already.")
