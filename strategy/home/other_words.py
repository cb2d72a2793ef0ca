"""What people call a page or a command whose name here they do not know. Search and palette find it by these too.

Several words or phrases, with a comma between; case, accents and hyphens make no difference.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

OTHER_WORDS: dict[str, Any] = {
    "strategy:home": _("start, overview, dashboard, components, front page"),
    "strategy:mine": _(
        "to do, tasks, inbox, confirm, review, reviewed, still true, news, waiting for me"
    ),
    "strategy:objectives": _("goals, targets, commit, commitment, agree, sign off, approve, KPI"),
    "strategy:inventory:list": _(
        "ways in, inventory, phone numbers, hours, contact points, filter, saved views, bulk edit, grid"
    ),
    "strategy:journeys:list": _("customer paths, boards, maps, experience, steps"),
    "strategy:gaps:list": _("problems, issues, defects, pain points, risks"),
    "strategy:findings:list": _(
        "conflicts, contradictions, rules, warnings, checks, what does not meet"
    ),
    "strategy:checklists:list": _(
        "survey, readiness, assessment, questionnaire, audit, mobile readiness"
    ),
    "strategy:initiatives": _("projects, launches, releases, roadmap, announcements, notice"),
    "strategy:decisions": _("questions, escalations, sign off, approve"),
    "strategy:reports:list": _("PDF, export, download, print, alignment report"),
    "strategy:history": _("undo, changes, log, audit, who changed, versions, conflict"),
    "strategy:gaps:add": _("report a problem, new gap, new issue"),
    "strategy:inventory:add": _("new channel, new way in"),
    "strategy:journeys:add": _("new journey, new board, new map"),
    "strategy:objective_add": _("new objective, new goal"),
    "strategy:decision_add": _("new decision, ask, escalate"),
    "strategy:initiative_add": _("new project, new launch, tell the contact center, give notice"),
    "strategy:checklists:start": _("new checklist, new survey"),
    "strategy:inventory:transition_add": _("new handover, new transfer, new transition"),
    "strategy:inventory:transitions": _(
        "handovers, hand-over, hand-off, transfers, escalation, carried, asked again"
    ),
    "strategy:inventory:transition_matrix": _(
        "handover matrix, from to, grid of transitions, worst"
    ),
    "strategy:inventory:parity": _("parity, same answer, settled alone, containment"),
    "strategy:inventory:reach": _(
        "reachability, agents, talk to a person, human, dead end, hops, taps, closed, opening hours"
    ),
    "strategy:inventory:quality": _(
        "data quality, errors, warnings, suggestions, checks, validation, plausibility, wrong, missing figures"
    ),
    "strategy:inventory:contact_types": _(
        "answers, contact reasons, reason codes, differences, conflicts, FAQ"
    ),
    "strategy:inventory:service_objectives": _(
        "SLA, service level, response time, promise, target, measured, figures, met"
    ),
    "strategy:inventory:metrics": _(
        "KPI, formula, how is it counted, ASA, AHT, FCR, CSAT, NPS, dictionary"
    ),
    "strategy:inventory:segments": _(
        "customer groups, target groups, audiences, members, vulnerable customers"
    ),
    "strategy:inventory:matrix": _(
        "who is offered what, preferred, supported, redirected, not offered, undecided, channel mix, coverage"
    ),
    "strategy:inventory:points": _(
        "phone numbers, addresses, URLs, inboxes, opening hours, open now, vendors, contracts, lines"
    ),
    "strategy:inventory:point_add": _("new number, new address, new inbox, new line"),
    "strategy:inventory:calendars": _("holidays, bank holidays, closed days, federal holidays"),
    "strategy:roles": _(
        "people, teams, invite, invitations, access, permissions, rights, share, members, lead"
    ),
    "strategy:settings": _("options, vision, period, notice days"),
    "strategy:glossary": _("definitions, formulas, meaning, terms, words"),
    "keys": _("hotkeys, keys"),
    "teams:list": _("people, users, accounts, invite, teams, departments"),
    "account_change_password": _("account, sign in, security"),
    "lens": _("mobile lens, filter, app only, phone only"),
}
"""By the route; "lens" is the command that switches the mobile lens."""
