"""Reviewing: when something is due again. Objectives: how many, and what an answer needs."""

import datetime as dt


def next_review(reviewed_on: dt.date | None, every_days: int) -> dt.date | None:
    """Return the day by which something is to be reviewed again; None when it never was."""
    return None if reviewed_on is None else reviewed_on + dt.timedelta(days=every_days)


_ = str  # marks a sentence for translation

MOST_OBJECTIVES = 5
"""More than five objectives are a list, not a direction."""

DRAFT = "Draft:"
"""An objective that begins so is still being worded: nobody is asked to commit to it yet."""

STANCES = ("commits", "condition", "objects")
TOO_MANY = _("Five objectives are enough to steer by. Change or delete one first.")
NO_SUCH_STANCE = _("Choose whether your function commits, commits with a condition, or objects.")
NEEDS_SENTENCE = _("Say in a sentence what the condition or objection is.")


def why_not_commit(stance: str, sentence: str) -> str:
    """Return the sentence that says why this answer cannot be given; "" when it can."""
    if stance not in STANCES:
        return NO_SUCH_STANCE
    return NEEDS_SENTENCE if stance != "commits" and not sentence.strip() else ""
