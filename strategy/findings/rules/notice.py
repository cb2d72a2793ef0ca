"""Does the contact center know of a launch in time?"""

import datetime as dt
from collections.abc import Iterator

from strategy.findings.rules.facts import Facts, InitiativeFacts, Rule, Said

_ = str  # marks a sentence for translation


def find(facts: Facts) -> Iterator[Said]:
    """Yield initiatives of which the contact center learns later than it needs, or has not learned.

    What launched is spoken of for as many days as the notice should have had, while nobody was told.
    """
    for initiative in facts.initiatives:
        launch_on, told_on = initiative.launch_on, initiative.told_on
        if launch_on is None:
            continue
        said = _judge(initiative, launch_on, told_on, facts)
        if said is None:
            continue
        sentence, severity = said
        values = {
            "initiative": initiative.name,
            "day": launch_on,
            "needed": facts.notice_days,
            "notice": (launch_on - told_on).days if told_on else None,
        }
        rests_on = (launch_on, told_on, facts.notice_days)
        gone_so_far = "launched" if launch_on < facts.today else ""
        yield Said(initiative.uid, sentence, values, severity, rests_on, gone_so_far=gone_so_far)


def _judge(
    initiative: InitiativeFacts, launch_on: dt.date, told_on: dt.date | None, facts: Facts
) -> tuple[str, str] | None:
    """Return the sentence and how bad it is; None when the contact center knows in time."""
    ahead = (launch_on - facts.today).days
    if told_on is None and -facts.notice_days <= ahead < 0:
        return _(
            "%(initiative)s launched on %(day)s, and nobody has told the contact center."
        ), "high"
    if ahead < 0:
        return None
    if told_on is None:
        sentence = _("%(initiative)s launches on %(day)s, and nobody has told the contact center.")
        return sentence, "high" if ahead < facts.notice_days else "medium"
    if (launch_on - told_on).days < facts.notice_days:
        sentence = _(
            "The contact center has %(notice)s of %(needed)s days' notice of %(initiative)s."
        )
        return sentence, "medium"
    return None


RULE = Rule(
    "notice",
    _("A launch the contact center does not know of in time"),
    _(
        "Agents who learn of a launch from customers cannot help them: no guide, no reason code, no forecast."
    ),
    "initiative",
    find,
)
