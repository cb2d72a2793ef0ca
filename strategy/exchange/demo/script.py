"""What the demo company did, and when: hand-written acts, beside those that follow from the dates in the file."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Earlier:
    """A channel's facts as they stood before somebody changed them to what the file says."""

    on: dt.date
    by: str
    channel: str
    reason: str
    before: dict[str, Any] = field(default_factory=dict)


FIRST_DAY = dt.date(2025, 11, 17)
"""The day on which the strategy was started here."""

EDITIONS = (dt.date(2026, 3, 31), dt.date(2026, 6, 30))
"""When the second and the third edition were made."""

QUARTER_DAY = dt.date(2026, 7, 2)
"""The day of the alignment report before the one that is made when the demo starts."""

FOUNDER = "denise.okafor"
"""Who started the strategy and asks for its reports."""

KEEPER = "nadia.kessler"
"""Who enters the volumes, and reviews what nobody else may."""

LATER_CHANNELS = {"Scheduled callback": ("samuel.adeyemi", dt.date(2026, 7, 13))}
"""Channels that were added after the first day, by whom and when."""

JOURNEYS: dict[str, tuple[str, dt.date]] = {
    "Has my claim been paid?": ("dmitri.kovalenko", dt.date(2025, 11, 24)),
    "Replace a lost ID card": ("mei-ling.chou", dt.date(2025, 12, 3)),
    "Answer a text reminder": ("kwame.boateng", dt.date(2026, 1, 5)),
    "Ask about a symptom at night": ("priya.raghunathan", dt.date(2026, 2, 10)),
    "Send a photo of a bill": ("mei-ling.chou", dt.date(2026, 3, 30)),
    "Complain in public about a denied claim": ("nadia.kessler", dt.date(2026, 5, 26)),
}
"""Who drew each journey, and when. Where it hurts was written down at the review."""

FIRST_WORDS = {
    "Every new mobile feature is prepared with the contact center four weeks ahead": (
        "Every new mobile feature is announced to the contact center",
        dt.date(2026, 8, 25),
    )
}
"""Objectives that were worded otherwise at first, and when their words changed."""

OBJECTIVES_DAY = dt.date(2026, 6, 4)
"""The day on which the steering team wrote down the shared objectives."""

FIRST_FIGURES_DAY = dt.date(2026, 9, 15)
"""When the objectives were measured for the first time after their baseline."""

INITIATIVES = {
    "Claim photos for every member": dt.date(2026, 8, 12),
    "Claim photos: pilot with 400 members": dt.date(2026, 6, 22),
    "Scheduled callback": dt.date(2026, 7, 14),  # the channel came the day before
    "Texts that answer back": dt.date(2026, 9, 9),
}
"""When each initiative was announced here."""

DECISIONS = {
    "Who owns the replies to text reminders?": dt.date(2026, 9, 8),
    "Does the claims-photo launch move?": dt.date(2026, 9, 22),
    "What happens to the clinic kiosks?": dt.date(2026, 9, 8),
    "Is there one team for the whole access strategy?": dt.date(2025, 11, 24),
}
"""When each question was put."""

WAYS_DAY = dt.date(2026, 2, 24)
"""The day on which the ways between the channels were written down, each by the owner of its source."""

CARRIED_SINCE = {
    ("Digital ID card", "Member services line"): (
        "mei-ling.chou",
        dt.date(2026, 3, 18),
        "Calls from the card carry the member and the card",
    )
}
"""Transitions that carried nothing at first: who changed that, when and how."""

CONTACT_TYPES_DAY = dt.date(2026, 3, 9)
"""The day on which the contact types were written down."""

POINTS_DAY = dt.date(2026, 3, 16)
"""The week in which the owners wrote down the access points of their channels, and what each promises."""

MATRIX_DAY = dt.date(2026, 6, 16)
"""The day of the workshop that decided what is offered to whom."""

VIEWS = (
    (
        "No way to a person in sight",
        "agent_route=hidden&agent_route=none&life_cycle=pilot&life_cycle=live&columns=family,owner_team,agent_route,volume,open_gaps",
        "denise.okafor",
        dt.date(2026, 9, 7),
    ),
    (
        "The contact center’s channels",
        "owner_team=contact-center&sort=-volume",
        "marcus.bell",
        dt.date(2026, 9, 9),
    ),
)
"""Views of the channel list that somebody saved for all: the name, what it shows, who and when."""

REPORTERS = ("marcus.bell", "priya.raghunathan", "nadia.kessler", "denise.okafor")
"""Who logs the gaps of other teams, in turn: the contact center hears of them first."""

EARLIER = (
    Earlier(
        dt.date(2025, 12, 15),
        "hannah.lindqvist",
        "Larkfield website",
        "The call button stands on every page now",
        {"agent_route": "hidden", "agent_taps": 3},
    ),
    Earlier(
        dt.date(2025, 12, 19),
        "aiko.tanabe",
        "Clinic kiosks",
        "The clinic technology group was dissolved and nobody has taken the kiosks over",
        {"owner_team": "it", "owner": "samuel.adeyemi"},
    ),
    Earlier(
        dt.date(2026, 1, 5),
        "nadia.kessler",
        "Live chat",
        "Two agents fewer in the evening",
        {"hours": "Mon-Fri 08:00-20:00"},
    ),
    Earlier(
        dt.date(2026, 1, 28),
        "jonah.whitfield",
        "Larkfield app",
        "New start screen",
        {"agent_hours": "Mon-Fri 07:00-20:00, Sat 08:00-14:00"},
    ),
    Earlier(
        dt.date(2026, 2, 27),
        "gerald.pruitt",
        "Fax-back of benefit summaries",
        "Switched off; nobody used it any more",
        {"life_cycle": "live", "retires_on": None},
    ),
    Earlier(
        dt.date(2026, 5, 12),
        "mei-ling.chou",
        "Larkfield app",
        "Help moved under About",
        {"agent_taps": 4},
    ),
    Earlier(
        dt.date(2026, 5, 19),
        "omar.haddad",
        "Chat bot Robin",
        "Read the contract again",
        {"vendor": "Parlance Bridge"},
    ),
    Earlier(
        dt.date(2026, 6, 29),
        "jonah.whitfield",
        "Claim photos",
        "The pilot begins",
        {"life_cycle": "planned"},
    ),
    Earlier(
        dt.date(2026, 8, 12),
        "jonah.whitfield",
        "Claim photos",
        "The launch moves by six weeks",
        {"launched_on": dt.date(2026, 9, 24)},
    ),
    Earlier(
        dt.date(2026, 9, 16),
        "nadia.kessler",
        "Post and fax",
        "The mail room opens earlier since it moved",
        {"hours": "Opened Mon-Fri 08:00-16:00", "unsealed_on": None, "unsealed_by": None},
    ),
    Earlier(
        dt.date(2026, 9, 8),
        "omar.haddad",
        "Member forum",
        "It will close",
        {"life_cycle": "live", "retires_on": None},
    ),
)
