"""What each role may do. Plain data, read by the policy and shown on the roles page."""

from dataclasses import dataclass
from enum import StrEnum


class Act(StrEnum):
    """What a person may want to do with a thing of a strategy."""

    VIEW = "view"
    EDIT = "edit"
    LOG_GAP = "log_gap"
    ANSWER = "answer"
    REPORT = "report"
    MANAGE = "manage"


@dataclass(frozen=True)
class RoleRule:
    """A role: anywhere in the strategy, and additionally on what the person's own teams own."""

    anywhere: frozenset[Act]
    own: frozenset[Act]


ROLES: dict[str, RoleRule] = {
    "reader": RoleRule(anywhere=frozenset({Act.VIEW}), own=frozenset()),
    "contributor": RoleRule(
        anywhere=frozenset({Act.VIEW, Act.LOG_GAP, Act.REPORT}),
        own=frozenset({Act.EDIT, Act.ANSWER}),
    ),
    "editor": RoleRule(
        anywhere=frozenset({Act.VIEW, Act.LOG_GAP, Act.REPORT, Act.EDIT, Act.ANSWER}),
        own=frozenset(),
    ),
    "lead": RoleRule(anywhere=frozenset(Act), own=frozenset()),
}
"""From the least to the most."""

RANK = {role: rank for rank, role in enumerate(ROLES, start=1)}
