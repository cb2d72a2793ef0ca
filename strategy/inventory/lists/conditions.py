"""One condition on channels: what a value of an address means, and which rows it leaves."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import DateField, Exists, Func, OuterRef, Q, QuerySet
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from strategy.inventory.lists import fields as what
from strategy.inventory.lists.fields import Field, Kind
from strategy.inventory.lists.volume import contacts
from strategy.inventory.models import Channel
from strategy.plan.models import mobile_channel
from teams.models import Team, User

UNSETTLED = ("open", "agreed", "in_progress", "blocked")
"""The states of gaps that count as open: gaps.models.OPEN_STATES, which this lower slice must not import."""

DUE_SOON_DAYS = 14
"""A review is due soon within so many days: as `strategy.plan.queries.freshness` says."""


class _DaysLater(Func):
    """A day and so many days: PostgreSQL adds them, SQLite has a function for it."""

    template = "(%(expressions)s)"
    arg_joiner = " + "
    output_field = DateField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Return date(day, '+' || days || ' days')."""
        return self.as_sql(
            compiler,
            connection,
            template="date(%(expressions)s || ' days')",
            arg_joiner=", '+' || ",
            **more,
        )


DUE_ON = _DaysLater("reviewed_on", "review_every_days")
"""The day by which a channel is to be reviewed again; NULL when it never was."""

NOBODY = "none"
"""Written for a team: no team at all. As short as `empty=true`, and what older addresses say."""


class Unreadable(Exception):
    """A value of an address that means nothing; carries the sentence that says what it may be."""


Reader = Callable[[str], Any]


def reader(field: Field, modifier: str, rows: QuerySet) -> Reader:
    """Return how a value of this condition is read. A link is read as the row that it names."""
    if modifier == what.EMPTY or field.kind is Kind.FLAG:
        return _flag
    readers: dict[Kind, Reader] = {
        Kind.TEXT: _text,
        Kind.CHOICE: lambda raw: _choice(field, raw),
        Kind.DAY: _day,
        Kind.NUMBER: lambda raw: _number(field, raw),
        Kind.FIGURE: lambda raw: _number(field, raw),
        Kind.TEAM: lambda raw: _team(raw, modifier),
        Kind.PERSON: lambda raw: _named(named(field, rows), raw),
        Kind.CHANNEL: lambda raw: _named(named(field, rows), raw),
    }
    return readers[field.kind]


def named(field: Field, rows: QuerySet) -> QuerySet:
    """Return the people or channels that some channel of the same strategy names in this field."""
    of = Channel.objects.filter(strategy__in=rows.order_by().values("strategy"))
    model: Any = User if field.kind is Kind.PERSON else Channel
    return model.objects.filter(pk__in=of.filter(~Q(**{field.key: None})).values(field.key))


def _text(raw: str) -> str:
    if "\0" in raw:
        raise Unreadable(_("Write it without control characters."))
    return raw


def _flag(raw: str) -> bool:
    if raw not in ("true", "false"):
        raise Unreadable(_("Write true or false."))
    return raw == "true"


def _choice(field: Field, raw: str) -> str:
    codes = [code for code, _label in field.choices]
    if raw not in codes:
        raise Unreadable(_("Write one of these: %(codes)s.") % {"codes": ", ".join(codes)})
    return raw


def _day(raw: str) -> dt.date:
    try:
        day = parse_date(raw)
    except ValueError:
        day = None
    if day is None:
        raise Unreadable(_("Write the day as year, month and day: 2026-10-31."))
    return day


def _number(field: Field, raw: str) -> int:
    if not (raw.isascii() and raw.isdecimal() and len(raw) <= field.digits):
        raise Unreadable(_("Write a whole number."))
    return int(raw)


def _team(raw: str, modifier: str) -> Team | None:
    if raw == NOBODY and not modifier:
        return None
    team = Team.objects.filter(slug=raw).first() if "\0" not in raw else None
    if team is None:
        raise Unreadable(_("There is no such team. Choose one from the filters."))
    return team


def _named(among: QuerySet, raw: str) -> Any:
    try:
        found = among.filter(uid=uuid.UUID(raw)).first()
    except ValueError:
        found = None
    if found is None:
        raise Unreadable(_("No channel names it here. Choose one from the filters."))
    return found


def narrow(
    rows: QuerySet, field: Field, modifier: str, values: list[Any], today: dt.date
) -> QuerySet:
    """Return the rows of which the condition is true. Several values of "is" mean any of them."""
    if field.kind is Kind.FIGURE and field.key not in rows.query.annotations:
        rows = rows.alias(**{field.key: contacts(rows)})
    if modifier == what.EMPTY:
        nothing = _is_empty(field)
        for value in values:
            rows = rows.filter(nothing if value else ~nothing)
        return rows
    if modifier == what.IS:
        any_of = Q(pk__in=[])
        for value in values:
            any_of |= _is(field, value, today)
        return rows.filter(any_of)
    for value in values:
        rows = rows.filter(_holds(field, modifier, value, today))
    return rows


def _holds(field: Field, modifier: str, value: Any, today: dt.date) -> Q:
    if modifier == what.NOT:
        return ~_is(field, value, today)
    path = f"{field.key}__date" if field.key == "changed_at" else field.key
    lookups = {
        what.CONTAINS: Q(**{f"{path}__icontains": value}),
        what.LACKS: ~Q(**{f"{path}__icontains": value}),
        what.BEFORE: Q(**{f"{path}__lt": value}),
        what.AFTER: Q(**{f"{path}__gt": value}),
        what.MIN: Q(**{f"{path}__gte": value}),
        what.MAX: Q(**{f"{path}__lte": value}),
    }
    found = lookups[modifier]
    if field.can_be_empty and modifier in (what.BEFORE, what.AFTER, what.MIN, what.MAX):
        # "at most" what the column cannot hold is no condition to Django: an empty one would pass
        found &= Q(**{f"{field.key}__isnull": False})
    return found


def _is(field: Field, value: Any, today: dt.date) -> Q:
    if field.key == "mobile":
        return mobile_channel() if value else ~mobile_channel()
    if field.key == "open_gaps":
        gaps = Q(Exists(Channel.objects.filter(pk=OuterRef("pk"), gaps__state__in=UNSETTLED)))
        return gaps if value else ~gaps
    if field.key == "review":
        return review_is(value, today)
    if field.key == "changed_at":
        return Q(changed_at__date=value)
    if value is None:
        return _is_empty(field)
    return Q(**{f"{field.key}__iexact" if field.kind is Kind.TEXT else field.key: value})


def _is_empty(field: Field) -> Q:
    return Q(**{field.key: ""}) if field.kind is Kind.TEXT else Q(**{f"{field.key}__isnull": True})


def review_is(state: str, today: dt.date) -> Q:
    """Return the condition that a channel's review is in this state. The rows carry DUE_ON as `due_on`."""
    ended = Q(life_cycle=Channel.LifeCycle.RETIRED)
    reviewed = Q(
        reviewed_on__isnull=False
    )  # said aloud: the opposite of an unknown day is unknown as well
    sealed = Q(unsealed_on__isnull=True)
    soon = today + dt.timedelta(days=DUE_SOON_DAYS)
    return {
        "ended": ended,
        "never": ~ended & ~reviewed,
        "overdue": ~ended & reviewed & Q(due_on__lt=today),
        "doubted": ~ended & reviewed & ~sealed & Q(due_on__gte=today),
        "due_soon": ~ended & reviewed & sealed & Q(due_on__gte=today, due_on__lte=soon),
        "fresh": ~ended & reviewed & sealed & Q(due_on__gt=soon),
    }[state]
