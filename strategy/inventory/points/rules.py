"""What a vendor puts at risk. Plain Python: no database, no request.

Sentences are marked here, translated where they are shown.
"""

import datetime as dt
from dataclasses import dataclass

_ = str  # marks a sentence for translation

TONES = ("worst", "bad", "warn")

NOTICE = ((30, "worst"), (90, "bad"), (180, "warn"))
"""A contract that ends within so many days, and how loudly a page says it."""


ANY, ENDED, NO_EXIT = "any", "ended", "no_exit"
RISKS = (ANY, ENDED, *(str(days) for days, _tone in NOTICE), NO_EXIT, "declining", "emerging")
"""What a list can be narrowed to: any risk, a contract that ended or ends within days, no exit terms, a market."""


@dataclass(frozen=True)
class Risk:
    """Something to look after: a sentence with `days` to put into it, and how loudly a page says it."""

    sentence: str
    tone: str
    days: int = 0


def vendor_risks(
    *, vendor: str, contract_ends_on: dt.date | None, exit_terms: str, maturity: str, today: dt.date
) -> list[Risk]:
    """Return what is at risk with a vendor, the worst first."""
    found = []
    if contract_ends_on is not None:
        days = (contract_ends_on - today).days
        if days < 0:
            found.append(Risk(_("The contract has ended"), "worst"))
        for within, tone in NOTICE:
            if 0 <= days <= within:
                found.append(Risk(_("The contract ends within %(days)d days"), tone, within))
                break
    if maturity == "declining":
        found.append(Risk(_("The market is declining"), "bad"))
    if vendor.strip() and not exit_terms.strip():
        found.append(Risk(_("No exit terms"), "warn"))
    if maturity == "emerging":
        found.append(Risk(_("The market is emerging"), "warn"))
    return sorted(found, key=lambda risk: TONES.index(risk.tone))
