"""The words of the field and of the portal: what each means, how it is counted, where it is kept.

One source for the glossary page, the marks beside labels ({% term "slip" %}), search, and the definitions that a
report prints. A key never changes: it is the anchor of the entry, and templates name it.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """A page of a strategy on which the portal keeps what a term means."""

    label: Any
    route: str
    args: tuple[str, ...] = ()


@dataclass(frozen=True)
class Formula:
    """A figure: what is counted, and of what (nothing: it is not a share)."""

    counted: Any
    of: Any = ""
    unit: Any = "%"
    note: Any = ""


@dataclass(frozen=True)
class Term:
    """One word with its meaning in a sentence or two."""

    key: str
    name: Any
    meaning: Any
    formula: Formula | None = None
    kept: Place | None = None


@dataclass(frozen=True)
class Part:
    """Terms that belong together."""

    key: str
    title: Any
    terms: tuple[Term, ...]


STRATEGY = Place(_("Strategy"), "strategy:home")
OBJECTIVES = Place(_("Objectives"), "strategy:objectives")
CHANNELS = Place(_("Channels"), "strategy:inventory:list")
MATRIX = Place(_("Access matrix"), "strategy:inventory:matrix")
POINTS = Place(_("Access points"), "strategy:inventory:points")
CALENDARS = Place(_("Holiday calendars"), "strategy:inventory:calendars")
FINDINGS = Place(_("Findings"), "strategy:findings:list")
JOURNEYS = Place(_("Journeys"), "strategy:journeys:list")
GAPS = Place(_("Gaps"), "strategy:gaps:list")
CHECKLISTS = Place(_("Checklists"), "strategy:checklists:list")
INITIATIVES = Place(_("Initiatives"), "strategy:initiatives")
DECISIONS = Place(_("Decisions"), "strategy:decisions")
REPORTS = Place(_("Reports"), "strategy:reports:list")
ROLES = Place(_("Roles"), "strategy:roles")


def _component(code: str, label: Any) -> Place:
    return Place(label, "strategy:component", (code,))


TRANSITIONS = Place(_("Transitions"), "strategy:inventory:transition_matrix")
PARITY = Place(_("Self-service"), "strategy:inventory:parity")
REACH = Place(_("Reaching a person"), "strategy:inventory:reach")
QUALITY = Place(_("Data quality"), "strategy:inventory:quality")
PROMISES = Place(_("Service objectives"), "strategy:inventory:service_objectives")
METRICS = Place(_("Metrics"), "strategy:inventory:metrics")
SEGMENTS = _component("segments", _("Customer segments"))
CONTACT_TYPES = _component("contact_types", _("Contact types"))
HOURS = _component("hours", _("Hours of operation"))
SERVICE_OBJECTIVES = _component("objectives", _("Service level and response time objectives"))
ROUTING = _component("routing", _("Routing"))
RESOURCES = _component("resources", _("People and technology resources"))
ANALYSIS = _component("analysis", _("Analysis and improvement"))

PARTS = (
    Part("strategy", _("The strategy"), (
        Term(
            "customer-access-strategy", _("Customer access strategy"),
            _("How customers reach the organization, and how they get from there to what they need: one"
              " framework for all ways in, kept by all functions that own one. Mobile is a part of it, not a"
              " strategy beside it."),
            kept=STRATEGY,
        ),
        Term(
            "component", _("Component"),
            _("One of the ten parts of a customer access strategy, from customer segments to guidelines for"
              " deploying new services. Each has an owner who keeps its text true."),
            kept=STRATEGY,
        ),
        Term(
            "segment", _("Customer segment"),
            _("A group of customers with needs of its own: language, device, time of day, accessibility."
              " Segments may be offered different ways in."),
            kept=SEGMENTS,
        ),
        Term(
            "contact-type", _("Contact type"),
            _("A reason why customers get in touch, such as asking where a claim stands. For each it is"
              " decided which channels serve it and whether customers can do it by themselves."),
            kept=CONTACT_TYPES,
        ),
        Term(
            "routing", _("Routing"),
            _("The rules that lead a contact to the right person or system: by skill, language, priority, and"
              " where it overflows to."),
            kept=ROUTING,
        ),
        Term(
            "updated", _("Updated"),
            _("The day the text itself was last changed. It says nothing about whether the rest was looked"
              " at."),
            kept=STRATEGY,
        ),
        Term(
            "reviewed", _("Reviewed"),
            _("The day somebody last looked and said that it is still right. Nothing needs to change for"
              " that; changing a text is not a review."),
            kept=STRATEGY,
        ),
        Term(
            "fresh", _("Review due"),
            _("How long a review still holds. It is due soon from 14 days before its interval ends, and late"
              " after that; what nobody ever reviewed says so. The seal of a channel or access point also breaks"
              " when somebody edits it who does not own it: an owner then confirms it again."),
            Formula(_("reviewed on + review interval − today"), unit=_("days")),
            kept=STRATEGY,
        ),
    )),
    Part("channels", _("Ways in"), (
        Term(
            "access-channel", _("Access channel"),
            _("A way in or out between customers and the organization: a phone line, the app, a chat, a"
              " social page, the IVR. It has one owning team."),
            kept=CHANNELS,
        ),
        Term(
            "saved-view", _("Saved view"),
            _("Filters, columns and order of the channel list under a name, so that the same question is asked"
              " the same way again. A private one is seen by its owner alone."),
            kept=CHANNELS,
        ),
        Term(
            "access-point", _("Access point"),
            _("The very address a customer uses within a channel: this phone number, that inbox, the app in"
              " one store. Volumes belong to it, so a line shared by two services is counted once."),
            kept=POINTS,
        ),
        Term(
            "mode", _("Self-service, assisted, hybrid"),
            _("Self-service: customers finish by themselves. Assisted: a person serves them. Hybrid: it"
              " begins as the one and can become the other in the same channel."),
            kept=CHANNELS,
        ),
        Term(
            "preferred", _("Preferred"),
            _("The channel to which these customers are led for this reason: named first, and best staffed."),
            kept=MATRIX,
        ),
        Term(
            "supported", _("Supported"),
            _("The channel serves these customers for this reason as well, though they are not led there."),
            kept=MATRIX,
        ),
        Term(
            "redirected", _("Redirected"),
            _("Who comes by this channel for this reason is sent on to another one, which the decision names."),
            kept=MATRIX,
        ),
        Term(
            "not-offered", _("Deliberately not offered"),
            _("It was decided that this channel does not serve these customers for this reason, and why. That is"
              " no gap; a gap is what should be there and is not."),
            kept=MATRIX,
        ),
        Term(
            "undecided", _("Undecided"),
            _("Nobody has said yet what these customers are offered by this channel for this reason."),
            kept=MATRIX,
        ),
        Term(
            "decision-coverage", _("Decision coverage"),
            _("How much of the access matrix is decided (indicator AL-2): segments by contact types by the"
              " channels that are not retired."),
            Formula(
                _("decided cells"), _("cells in scope: segments × contact types × channels not retired"),
                note=_("Deliberately not offered counts as decided."),
            ),
            kept=MATRIX,
        ),
        Term(
            "timing", _("Answered at once or later"),
            _("At once: both sides are there, as on the phone. Later: the customer leaves a message and is"
              " answered when somebody gets to it. The two need different objectives: service level and"
              " response time."),
            kept=CHANNELS,
        ),
        Term(
            "life-cycle", _("Life cycle"),
            _("Where a channel stands: planned, pilot, live, retiring, retired. A retired channel is no way"
              " in any more; it counts in no figure and stays in the history."),
            kept=CHANNELS,
        ),
        Term(
            "agent-route", _("Way to a person"),
            _("How a customer in this channel reaches a human being. Visible, hidden, or none. People use"
              " self-service more readily when they can see the way out of it; hidden, it brings earlier and"
              " more calls."),
            Formula(
                _("taps or key presses from where the customer is stuck to a person"), unit=_("taps"),
                note=_("Fewer is better. Count the shortest way an ordinary customer finds."),
            ),
            kept=CHANNELS,
        ),
        Term(
            "carried", _("Carried along"),
            _("What reaches the other side when a customer changes channels: who they are, and what they have"
              " typed in already. What is not carried is asked again."),
            kept=CHANNELS,
        ),
        Term(
            "hours-promised", _("Hours promised"),
            _("What customers are told about when a person can be reached. When it is wider than the hours of"
              " the channel it leads to, they meet a closed door."),
            kept=HOURS,
        ),
        Term(
            "opening-hours", _("Opening hours"),
            _("When an access point is open in a usual week, on the clock of its time zone. A night belongs to the"
              " day on which it begins. When the clock changes, an hour that exists twice is open both times. A"
              " channel is open when one of its access points is."),
            kept=POINTS,
        ),
        Term(
            "holiday-calendar", _("Holiday calendar"),
            _("Days on which access points are closed, kept once for all that share it. An exception of an access"
              " point says other hours for one day, holiday or not."),
            kept=CALENDARS,
        ),
        Term(
            "vendor-risk", _("Vendor risk"),
            _("What a supplier puts at risk: a contract that ends within 180, 90 or 30 days, no exit terms, or a"
              " market that is only emerging, where few vendors survive, or declining."),
            kept=POINTS,
        ),
        Term(
            "transition", _("Transition"),
            _("One channel leading to another: what sets it off, what is carried along, who owns both ends,"
              " and whether the far end is open when the near end is."),
            kept=CHANNELS,
        ),
        Term(
            "worst-fact", _("Worst fact about a transition"),
            _("What hurts customers most on a way, in this order: it is broken; it is not built; who they are"
              " or their sign-in is asked again; it works in part, or something else is asked again or carried"
              " in part; nobody tested it in the last 90 days; it works. A way that was decided against is none"
              " of these. Where no transition is recorded, nobody knows."),
            kept=TRANSITIONS,
        ),
        Term(
            "taps", _("Taps"),
            _("What a customer presses on the way to a person: taps, clicks or keys. A hop whose taps nobody"
              " counted takes at least one, and the page says “at least”."),
            kept=REACH,
        ),
        Term(
            "reachability", _("Reaching a person"),
            _("Whether a customer in a self-service channel can get, hop by hop, to a channel in which a person"
              " answers and which is open at that hour. The way with the fewest hops counts, then the one with"
              " the fewest taps; where that one is hidden, the best that is not stands beside it. It is the long"
              " way from three hops on, or where customers are asked again who they are. Nobody passes a way that"
              " is broken, not built or decided against. Hours that"
              " nobody wrote down are never taken for open; the hours of channels on the way are not looked at. On"
              " a date holidays, exceptions and time zones count; a usual week is on the clock of the place that"
              " answers."),
            kept=REACH,
        ),
        Term(
            "data-quality", _("Data quality"),
            _("How far the inventory can be believed. An error cannot be true, a warning leaves something that"
              " nobody can rely on, a suggestion may be right and looks strange. Fourteen rules look at what is"
              " recorded; a problem is gone when what it speaks of is mended."),
            kept=QUALITY,
        ),
        Term(
            "parity", _("Self-service parity"),
            _("Whether customers can settle the same things alone wherever they try."),
            Formula(
                _("of these, those offered to the same extent on all self-service channels that do not"
                  " deliberately decline it, without answers that contradict each other"),
                _("contact types of which enough is said: alike, or two extents differ, or answers contradict"),
                unit=_("shown as n of d"),
                note=_("Self-service channels are IVR, web, app, kiosk, bot and messaging in use whose mode is"
                       " self-service or hybrid. Where what is said agrees, but nothing is said of some channel,"
                       " the contact type is not yet said: it is shown beside the figure. Not counted: contact"
                       " types offered on none of them, and answers that differ by design."),
            ),
            kept=PARITY,
        ),
        Term(
            "contacts", _("Contacts"),
            _("Contacts of one month, and of the same month a year before. Zero, no data, not applicable and"
              " suppressed are different things. Volumes are not added up or averaged: one contact can touch"
              " several channels."),
            kept=CHANNELS,
        ),
        Term(
            "no-data", _("Zero, no data, not applicable, suppressed"),
            _("Four different answers to “how many?”: counted and none came; nobody counts; the question"
              " makes no sense here; known but not to be shown. An empty field would hide which."),
            kept=CHANNELS,
        ),
    )),
    Part("measures", _("Measures of service"), (
        Term(
            "service-objective", _("Service objective"),
            _("What a channel promises: a target with everything that makes it comparable - time limit, clock and"
              " its start, the period it is measured over, which contacts count, and how abandoned contacts"
              " count. Without these, two targets of the same name are different promises."),
            kept=PROMISES,
        ),
        Term(
            "metric", _("Metric"),
            _("A way to count: what stands above the line and what below, in which unit, and which way is"
              " better. The dictionary lists all that the portal knows, with what to beware of."),
            kept=METRICS,
        ),
        Term(
            "figure", _("Figure"),
            _("What was measured in one period. A ratio is kept as its two counts and worked out when it is"
              " shown; over several periods or access points the counts are added, never the ratios averaged."),
            Formula(
                _("sum of what was counted"), _("sum of what it was counted of"), _("of the periods"),
                _("Three quiet days at 95 % and a busy one at 60 % do not make 86 %."),
            ),
            kept=METRICS,
        ),
        Term(
            "revision", _("Revision"),
            _("How often a figure was restated. The former one stays in the history; its number says that"
              " the newest is not the first."),
            kept=METRICS,
        ),
        Term(
            "service-level", _("Service level"),
            _("How many of the contacts that must be handled when they arrive were answered in time. At least"
              " five formulas are in use; two figures compare only when both say the same formula and clock."),
            Formula(
                _("contacts answered within the time"),
                _("contacts offered"),
                _("% in seconds, such as 80 % in 20 s"),
                _("State what counts as offered, when the clock starts, and what is done with those who hang"
                  " up early."),
            ),
            kept=SERVICE_OBJECTIVES,
        ),
        Term(
            "response-time", _("Response time"),
            _("The same for what may wait, such as e-mail: how many got their first answer within the hours"
              " or days promised. Say whether these are business hours."),
            Formula(
                _("messages answered within the time"),
                _("messages that were due"),
                _("% in hours or days"),
            ),
            kept=SERVICE_OBJECTIVES,
        ),
        Term(
            "average-speed-of-answer", _("Average speed of answer"),
            _("How long those who were answered had waited. Abandoned contacts are not in it, and a mean hides"
              " the long waits."),
            Formula(
                _("waiting time of all answered contacts"), _("answered contacts"), _("seconds"),
                _("Over several days weigh by contacts; never average the days."),
            ),
            kept=SERVICE_OBJECTIVES,
        ),
        Term(
            "abandonment-rate", _("Abandonment rate"),
            _("How many contacts were abandoned: the customer gave up before anybody answered."),
            Formula(
                _("contacts abandoned in the queue"), _("contacts offered"),
                note=_("Lower is better. Say whether those who leave within a few seconds count."),
            ),
            kept=SERVICE_OBJECTIVES,
        ),
        Term(
            "first-contact-resolution", _("First contact resolution"),
            _("How many matters were settled the first time the customer got in touch, on whatever channel. A"
              " second try on another channel is a repeat too, though most counts miss it."),
            Formula(
                _("matters settled at the first contact"), _("matters that could be settled"),
                note=_("Higher is better. Say in how many days a repeat counts, and who judges."),
            ),
            kept=OBJECTIVES,
        ),
        Term(
            "containment", _("Containment"),
            _("How many self-service sessions ended without a contact with a person. Whoever gives up in"
              " disgust counts as contained, so it is no measure of success by itself."),
            Formula(_("self-service sessions without a contact with a person"), _("self-service sessions")),
            kept=ANALYSIS,
        ),
        Term(
            "self-service-success", _("Self-service success"),
            _("How many attempts in self-service reached their end, and were not followed by a contact about"
              " the same reason within some days. It is what containment is often taken for."),
            Formula(_("tasks finished, with no contact for the same reason afterwards"), _("tasks begun")),
            kept=ANALYSIS,
        ),
        Term(
            "self-service-parity", _("Self-service parity"),
            _("How much of what customers can do by themselves anywhere they can do here as well: on the"
              " phone as on the web and in the IVR, with the same words and the same answer."),
            Formula(
                _("tasks that can be finished in this channel"),
                _("tasks that can be finished in any self-service channel"),
                _("tasks"),
            ),
            kept=CONTACT_TYPES,
        ),
        Term(
            "average-handle-time", _("Average handle time"),
            _("How long a contact keeps an agent busy. In chat an agent serves several at a time, so the time"
              " a chat lasts and the work it makes are two figures."),
            Formula(
                _("talk + hold + work after the contact"),
                _("contacts handled"),
                _("seconds"),
                _("Neither low nor high is good by itself."),
            ),
            kept=RESOURCES,
        ),
        Term(
            "occupancy", _("Occupancy"),
            _("How busy agents are while they are signed in. It follows from load and staffing; set as a"
              " target it breaks people or service."),
            Formula(_("handling time"), _("handling time + time waiting for a contact")),
            kept=RESOURCES,
        ),
        Term(
            "shrinkage", _("Shrinkage"),
            _("Paid time in which people cannot serve customers: leave, illness, training, meetings."),
            Formula(
                _("paid time not available for contacts"), _("paid time"),
                note=_("It divides: people on the schedule = people needed ÷ (1 − shrinkage)."),
            ),
            kept=RESOURCES,
        ),
    )),
    Part("journeys", _("Journeys"), (
        Term(
            "journey", _("Journey"),
            _("What one kind of customer goes through to get one thing done, across all channels and"
              " functions."),
            kept=JOURNEYS,
        ),
        Term(
            "stage", _("Stage and step"),
            _("A stage is a part of the way as the customer sees it; a step is one thing the customer does in"
              " it."),
            kept=JOURNEYS,
        ),
        Term(
            "lane", _("Lane and cell"),
            _("A lane runs across all steps and tells one thing about each: what the customer does, the"
              " channel, the owning team, the emotion, the pain. Where lane and step meet is a cell."),
            kept=JOURNEYS,
        ),
        Term(
            "finding", _("Finding"),
            _("A gap that nobody typed: rules find it where what the functions wrote down does not meet. It"
              " becomes a gap, or is left with a reason until its facts change."),
            kept=FINDINGS,
        ),
        Term(
            "hop", _("Hop"),
            _("One change of channel: two steps of a journey in a row on different channels, or on the way to a"
              " person from the app to the bot. Customers lose patience, and what they typed, between the"
              " channels rather than within one."),
            kept=JOURNEYS,
        ),
        Term(
            "hand-over", _("Hand-over"),
            _("Two steps of a journey in a row that belong to different teams."),
            kept=JOURNEYS,
        ),
        Term(
            "emotion-curve", _("Emotion curve"),
            _("How the customer feels from step to step, from angry (−2) to delighted (+2). Steps nobody has"
              " judged leave a break in the line."),
            kept=JOURNEYS,
        ),
        Term(
            "pain-point", _("Pain point"),
            _("What hurts the customer at a step, in words. When somebody has to fix it, it is logged as a"
              " gap."),
            kept=JOURNEYS,
        ),
    )),
    Part("gaps", _("Gaps"), (
        Term(
            "service-gap", _("Service gap"),
            _("Something customers suffer where the ways in do not meet. It is told as they feel it, and has"
              " one accountable person, a due date and a state."),
            kept=GAPS,
        ),
        Term(
            "severity", _("Severity"),
            _("How much customers suffer. It sets the days to fix a gap when nobody names a date: critical 2,"
              " high 7, medium 15, low 30."),
            kept=GAPS,
        ),
        Term(
            "open-gap", _("Open gap"),
            _("In the state open, agreed, in progress or blocked: somebody still has to act."),
            kept=GAPS,
        ),
        Term(
            "accountable", _("Accountable person"),
            _("The one who answers for a gap being fixed. A team can own a gap, but a team cannot be asked;"
              " two accountable people are none."),
            kept=GAPS,
        ),
        Term(
            "blocked", _("Blocked"),
            _("The owning team cannot go on until another team does something. It says which team and what is"
              " needed."),
            kept=GAPS,
        ),
        Term(
            "age", _("Age"),
            _("Days from the day a gap was opened to the day it was settled, or to today."),
            Formula(
                _("settled on, or today − opened on"),
                unit=_("days"),
                note=_("An edit does not make a gap younger."),
            ),
            kept=GAPS,
        ),
        Term(
            "first-promised", _("First promised"),
            _("The first due date a gap ever had. It is kept forever, so that a promise is measured by what"
              " was promised."),
            kept=GAPS,
        ),
        Term(
            "slip", _("Slip"),
            _("The due date was moved to a later day. Slips are counted; moving it to an earlier day is none."),
            Formula(_("times the due date was put off"), unit=_("times")),
            kept=GAPS,
        ),
        Term(
            "past-its-date", _("Past its date"),
            _("Open, and the date that holds now has passed. “Moved” counts how often it was put off."),
            kept=GAPS,
        ),
        Term(
            "settled", _("Settled"),
            _("Verified by somebody other than who fixed it, accepted for a time, or a duplicate."),
            kept=GAPS,
        ),
        Term(
            "accepted", _("Accepted"),
            _("Known and left as it is, with a reason and until a day. On that day it has to be decided"
              " again."),
            kept=GAPS,
        ),
    )),
    Part("together", _("Working together"), (
        Term(
            "function", _("Function"),
            _("A part of the organization that owns ways in or takes part: IT, web, mobile, marketing, social"
              " media, contact center, IVR. In the portal it is a team."),
            kept=ROLES,
        ),
        Term(
            "objective", _("Shared objective"),
            _("Something all functions want to reach together, in one sentence, with a figure today, a target"
              " and a day."),
            Formula(_("current − baseline"), _("target − baseline"), _("% of the way")),
            kept=OBJECTIVES,
        ),
        Term(
            "commitment", _("Commitment"),
            _("What one function says to a shared objective: it commits, commits with a condition, or"
              " objects. It holds for the words it was given to; when they change, every function"
              " has to answer again."),
            Formula(
                _("functions that commit, with or without a condition"),
                _("functions asked"),
                _("functions"),
            ),
            kept=OBJECTIVES,
        ),
        Term(
            "decision", _("Decision"),
            _("A question that the functions cannot settle among themselves: options, recommendation, who"
              " decides, and by when."),
            kept=DECISIONS,
        ),
        Term(
            "cost-of-waiting", _("Cost of waiting"),
            _("What happens to customers and teams while nobody decides. It is what makes a question urgent."),
            kept=DECISIONS,
        ),
        Term(
            "initiative", _("Initiative"),
            _("Something new that touches channels, with a day of launch. All who must prepare learn of it"
              " here."),
            kept=INITIATIVES,
        ),
        Term(
            "notice", _("Notice"),
            _("How long before a launch the contact center learned of it. Four weeks are enough unless the"
              " settings of the strategy say otherwise."),
            Formula(_("day of launch − day the contact center was told"), unit=_("days")),
            kept=INITIATIVES,
        ),
        Term(
            "checklist", _("Checklist and run"),
            _("A checklist says what every service must have in place. A run asks teams to answer it by a"
              " day; each answers for itself: met, partly, not met, or not applicable with a reason."),
            kept=CHECKLISTS,
        ),
        Term(
            "met", _("Met, of those that apply"),
            _("Answers “met” of everything asked less what does not apply. What is not answered yet stays in,"
              " so that leaving things out flatters nobody."),
            Formula(_("answers “met”"), _("answers asked for − not applicable"), _("answers")),
            kept=CHECKLISTS,
        ),
        Term(
            "role", _("Role"),
            _("What a person or a whole team may do in a strategy: reader, contributor, editor, strategy lead."),
            kept=ROLES,
        ),
        Term(
            "strategy-lead", _("Strategy lead"),
            _("The role that may do everything in one strategy: also give roles, invite, share and change the"
              " settings. Another thing than a team lead."),
            kept=ROLES,
        ),
        Term(
            "team-lead", _("Team lead"),
            _("Whom a team names for what it owns: without one, its channels are ownerless unless they name a"
              " person. It gives no role in a strategy."),
        ),
    )),
    Part("reports", _("Alignment and reports"), (
        Term(
            "alignment", _("Alignment"),
            _("How far the functions say and do the same: who owns what, what is still right, what each has"
              " committed to, and whether promises are kept. The portal prints the counts and no score made of"
              " them."),
            kept=REPORTS,
        ),
        Term(
            "alignment-report", _("Alignment report"),
            _("The whole strategy at one moment as a PDF, with a page for executives in front. Its data is"
              " frozen first: drawn again, it says the same."),
            kept=REPORTS,
        ),
        Term(
            "verdict", _("Verdict"),
            _("Where the strategy stands in one sentence, made only of figures that stand below it, beside"
              " those of the last report."),
            kept=REPORTS,
        ),
        Term(
            "owned", _("Owned"),
            _("A channel that is not retired, or one of the ten components, with an owning team. Shown as"
              " those owned of all there are."),
            Formula(
                _("channels and components with an owning team"),
                _("channels in use + ten components"),
                _("channels and components"),
            ),
            kept=STRATEGY,
        ),
        Term(
            "reviewed-in-time", _("Reviewed in time"),
            _("Somebody said within the review interval that it is still right, and nobody who does not own it"
              " changed it since. Changing a text is not a review."),
            Formula(
                _("channels and components reviewed within their interval"),
                _("channels in use + ten components"),
                _("channels and components"),
            ),
            kept=STRATEGY,
        ),
        Term(
            "checklist-answered", _("Checklist answered"),
            _("Answers given of answers asked for (items times teams) in the newest checklist, whatever the"
              " answer."),
            Formula(_("answers given"), _("items × teams asked"), _("answers")),
            kept=CHECKLISTS,
        ),
        Term(
            "promises-kept", _("Gaps settled on time"),
            _("Gaps settled by the first date ever promised, of all gaps whose first date has passed. A moved"
              " date does not help; accepted gaps and duplicates do not count."),
            Formula(
                _("gaps settled by the date first promised"),
                _("gaps whose first date has passed"),
                _("gaps"),
            ),
            kept=GAPS,
        ),
        Term(
            "better-worse", _("Better, worse"),
            _("Compared with the last report: owned and reviewed by how many lack it, answers and promises by"
              " the exact share, gaps by their number. The verdict looks at open gaps, gaps past their date,"
              " owned, and reviewed in time."),
            kept=REPORTS,
        ),
    )),
)  # fmt: skip

TERMS: dict[str, Term] = {term.key: term for part in PARTS for term in part.terms}

IN_REPORTS = (
    "owned",
    "reviewed-in-time",
    "checklist-answered",
    "promises-kept",
    "open-gap",
    "settled",
    "age",
    "past-its-date",
    "better-worse",
    "contacts",
    "hand-over",
)
"""The words a report explains at its end, in this order."""
