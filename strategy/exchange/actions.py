"""Bringing a strategy file in: everything in one transaction, or nothing."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.history.models import Change, Tracked
from portal.history.record import Recorder, change_set, values_of
from portal.lib.refusals import RuleBroken
from strategy.checklists.actions import ensure_shipped
from strategy.exchange.problems import FileRefused
from strategy.exchange.queries import Preview, frameworks, preview
from strategy.exchange.references import Rows
from strategy.exchange.rows import build
from strategy.findings.models import Judgment
from strategy.findings.queries import findings
from strategy.plan.models import Strategy
from teams import access
from teams.actions import create_person, create_team, sync_groups
from teams.models import Team, User


def import_strategy(
    *,
    text: str,
    by: User | None = None,
    shift: dt.timedelta = dt.timedelta(0),
    slug: str | None = None,
) -> Strategy:
    """Bring a strategy file in: all or nothing. `by` None is the portal itself (the shell).

    One act in the strategy; the teams and people that were not known are another one in the organization, so
    that who undoes the first takes nothing from other strategies.

    `shift` moves every date. `slug` makes a copy under that short name, with new uids. Raises FileRefused with
    every problem when the file cannot be imported; then nothing was written.
    """
    if by is not None:
        access.check_admin(by)
    found = preview(text, shift=shift, slug=slug)
    if found.rows is None:
        raise FileRefused(found.problems)
    if found.rows.runs:
        ensure_shipped()
    try:
        with transaction.atomic():
            reason = _("Imported from a strategy file")
            with change_set(by=by, reason=reason) as record:
                rows = unsaved(record, found, shift=shift, slug=slug)
                create_organization(record, rows)
            with change_set(by=by, scope=rows.strategy.uid, reason=reason) as record:
                create_all(record, rows)
    except IntegrityError:
        raise RuleBroken(
            _("Nothing was imported: somebody changed the same things here meanwhile. Try again.")
        ) from None
    return rows.strategy


def unsaved(
    record: Recorder,
    found: Preview,
    *,
    shift: dt.timedelta = dt.timedelta(0),
    slug: str | None = None,
    may_sign_in: bool = False,
) -> Rows:
    """Return the rows of a document without problems, of which only teams and people are saved.

    Teams are matched by slug and people by e-mail address; those who are not known are created, people as
    placeholders who cannot sign in (unless `may_sign_in`: the people of a demo).
    """
    plain = found.rows
    assert plain is not None
    teams = {team.slug: team for team in Team.objects.filter(slug__in=plain.teams)}
    people = {person.email: person for person in User.objects.filter(email__in=plain.people)}
    new: set[Tracked] = set()
    for known_slug, team in plain.teams.items():
        if known_slug not in teams:
            values = {"slug": team.slug, "name": team.name, "function": team.function}
            teams[known_slug] = create_team(record, values)
            new.add(teams[known_slug])
    for email, person in plain.people.items():
        if email not in people:
            values = {"email": email, "name": person.name, "job_title": person.job_title}
            people[email] = create_person(record, values, is_active=may_sign_in)
            new.add(people[email])
    rows = build(
        found.document, teams=teams, people=people, frameworks=frameworks(), shift=shift, slug=slug
    )
    # A file adds nobody who is here already to a team that is here already: that could open other strategies.
    rows.members = [each for each in rows.members if each.team in new or each.user in new]
    return rows


def create_all(record: Recorder, rows: Rows) -> None:
    """Save every row of a strategy within a change set that is open already. Teams and people are saved."""
    record.create_many([rows.strategy])
    _create_each(record, rows.roles, rows.objectives, rows.commitments, rows.components)
    _create_each(record, rows.calendars, rows.segments)
    create_linked(record, rows.contact_types, "parent")
    create_linked(record, rows.channels, "agent_channel")
    _create_each(record, rows.points, rows.serves, rows.transitions, rows.differences)
    _create_each(record, rows.access_decisions, rows.offers, rows.service_objectives)
    _create_each(
        record, rows.measurements, rows.journeys, rows.lanes, rows.stages, rows.steps, rows.cells
    )
    create_linked(record, rows.gaps, "duplicate_of")
    _create_each(record, rows.runs, rows.run_teams, rows.answers)
    _create_each(
        record, rows.initiatives, rows.initiative_channels, rows.initiative_teams, rows.decisions
    )
    create_judgments(record, rows.judgments)


def create_judgments(record: Recorder, rows: Sequence[Judgment]) -> None:
    """Save what was made of findings; where the file says no facts, it was made of those that are saved now."""
    if not rows:
        return
    found = {
        (one.rule.code, one.said.subject): one.said
        for one in findings(rows[0].strategy, timezone.localdate(record.row.at))
    }
    for row in rows:
        said = found.get((row.rule, row.subject))
        if said and not row.facts:
            row.facts = said.asks(has_gap=row.gap is not None)
    record.create_many(rows)


def _create_each(record: Recorder, *groups: Sequence[Tracked]) -> None:
    for group in groups:
        record.create_many(group)


def create_organization(record: Recorder, rows: Rows) -> None:
    """Put the people of a file into their teams within a change set that is open already."""
    record.create_many(rows.members)
    for person in {member.user for member in rows.members}:
        sync_groups(person)


def create_linked(record: Recorder, rows: Sequence[Any], link: str) -> None:
    """Create rows of one model that point to one another, in whatever order and even in a circle.

    History says of each that it was created as it is.
    """
    if not rows:
        return
    model = type(rows[0])
    links = [(row, getattr(row, link)) for row in rows if getattr(row, link) is not None]
    for row in rows:
        setattr(row, link, None)
        row.changed_at = record.row.at
    model._default_manager.bulk_create(rows, batch_size=500)
    for row, target in links:
        setattr(row, link, target)
    model._default_manager.bulk_update([row for row, _target in links], [link], batch_size=500)
    for row in rows:
        record.note(Change.Kind.CREATE, row, values_of(row))
