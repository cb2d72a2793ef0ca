"""Starting a strategy."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from portal.history.record import Recorder, change_set
from strategy.checklists.actions import ensure_shipped
from strategy.exchange.actions import create_all
from strategy.exchange.queries import frameworks
from strategy.exchange.rows import build
from strategy.plan.actions import create_strategy
from strategy.plan.models import Strategy
from strategy.starter.queries import Function, Kit, document_of
from teams import access
from teams.actions import create_member, create_role, create_team, invite
from teams.models import Invitation, Membership, Team, User


@dataclass(frozen=True)
class Part:
    """A function that takes part: its role, and whom to invite for it (nobody: an empty address)."""

    function: Function
    role: str
    email: str = ""


def start(
    *,
    kit: Kit,
    values: dict[str, Any],
    lead: User,
    parts: Iterable[Part],
    lead_in: Function | None = None,
    now: dt.datetime,
    today: dt.date,
    by: User,
) -> tuple[Strategy, list[Invitation]]:
    """Start a strategy from a kit with the functions that take part, and invite people. All or nothing.

    Teams that are new are an act of the organization, not of the strategy: other strategies may use them soon.
    So is that the lead joins the function `lead_in`, one of those that take part; None: the lead signs for none.
    """
    access.check_admin(by)
    chosen = list(parts)
    with transaction.atomic():
        if kit.file:
            ensure_shipped()
        reason = _("Started from the kit “%(kit)s”") % {"kit": kit.name}
        with change_set(by=by, reason=reason) as record:
            teams = {part: _team(record, part.function) for part in chosen}
            for part, team in teams.items():
                if part.function == lead_in:
                    _join(record, team, lead)
        with change_set(by=by, reason=reason) as record:
            strategy = _fill(record, kit, values, teams, today)
            record.row.scope_uid = strategy.uid
            create_role(record, strategy, lead, "lead")
            for part, team in teams.items():
                create_role(record, strategy, team, part.role)
        invited = [
            invite(strategy=strategy, email=part.email, team=team, role=part.role, now=now, by=by)
            for part, team in teams.items()
            if part.email
        ]
    return strategy, invited


def _join(record: Recorder, team: Team, lead: User) -> None:
    if not Membership.objects.filter(team=team, user=lead).exists():
        create_member(record, team, lead)


def _team(record: Recorder, function: Function) -> Team:
    if function.team is not None:
        return function.team
    slug = function.kit_slug or slugify(function.name)[:60]
    return create_team(record, {"slug": slug, "name": function.name, "function": function.kind})


def _fill(
    record: Recorder, kit: Kit, values: dict[str, Any], teams: dict[Part, Team], today: dt.date
) -> Strategy:
    strategy = Strategy(**values)
    if not kit.file:
        create_strategy(record, strategy)
        return strategy
    strategy.full_clean()
    plays: dict[str, Team] = {}
    for part, team in teams.items():
        plays.setdefault(part.function.kit_slug, team)
    asked = [team for part, team in teams.items() if part.role != "reader"]
    document = document_of(kit, values=values, teams=plays, asked=asked, today=today)
    known = {team.slug: team for team in teams.values()}
    rows = build(document, teams=known, frameworks=frameworks())
    create_all(record, rows)
    return rows.strategy
