"""Reviewing: when something is due again. Objectives: how many, and what an answer needs. What touches mobile."""

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


# --- the mobile lens -------------------------------------------------------------------------------

MOBILE = "mobile"
"""The one lens there is, as it stands in an address: ?lens=mobile."""

MOBILE_DEVICES = ("mobile", "mobile_first")
MOBILE_FAMILIES = ("app", "messaging")
ANY_DEVICE = "any"

TOUCHES_MOBILE = _(
    "A channel touches mobile when its device is “Mobile only” or “Mobile first”, or when it is the mobile app"
    " or messaging and SMS on any device. “Any device” alone does not make a channel mobile; “Desktop only” and"
    " “No device” never are. A journey touches mobile when one of its steps uses such a channel; a transition when"
    " one of its ends does; a gap when its channel, the channel of its step or an end of its transition does, when"
    " it names none of them and its journey touches mobile, or when it was logged from a checklist about mobile;"
    " an initiative when it touches such a channel; a finding when it speaks of such a channel or initiative; a"
    " checklist when it is about mobile."
)
"""The rule in words. `touches_mobile` is it for a channel; the QuerySets of the slices say the rest."""


def touches_mobile(family: str, device: str) -> bool:
    """Does a channel of this family and device touch mobile?"""
    return device in MOBILE_DEVICES or (family in MOBILE_FAMILIES and device == ANY_DEVICE)
