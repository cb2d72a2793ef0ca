"""Reading the list of channels: one page of it, drawn."""

import datetime as dt
import uuid
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, Value
from django.http import QueryDict
from django.utils import formats, timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.history.queries import latest_acts
from portal.lib.fragments import fragment, kept
from portal.lib.memory import remembered
from strategy.inventory.lists import fields as what
from strategy.inventory.lists.fields import Field, Kind
from strategy.inventory.lists.filters import without
from strategy.inventory.lists.order import OPEN_GAPS, sort_of, sorted_by
from strategy.inventory.lists.volume import LATEST_VOLUME
from strategy.inventory.models import Channel, Measurement
from strategy.inventory.queries import is_shared
from strategy.inventory.service.by_type import Contacts, contacts_of_channels
from strategy.plan.queries import Place, freshness
from strategy.plan.rules import next_review
from teams.roles import Act

PAGE_SIZE = 50
_ROW = "strategy/inventory/lists/row.html"


@dataclass(frozen=True)
class ChannelRow:
    """One row of the list, drawn."""

    uid: uuid.UUID
    html: SafeString


@dataclass(frozen=True)
class Latest:
    """A channel's newest contacts: the figure when they are counted, else why there is none.

    `note` is "" for a month's total; of what contact types bring it says so, and of which period.
    """

    value: Decimal | None
    words: str
    note: str = ""


@dataclass(frozen=True)
class Cell:
    """One cell of a row. `kind` says how it is drawn; `text` what it says, where drawing needs no more."""

    kind: str
    text: str = ""
    with_sub: bool = False


@dataclass(frozen=True)
class Shown:
    """A page of the list as it is shown: its search field, the list itself, and how many were found."""

    search: SafeString
    html: SafeString
    found: Page

    @property
    def count(self) -> int:
        """Return how many channels were found."""
        return self.found.paginator.count


def drawn_once(place: Place, shows: Hashable, today: dt.date, make: Callable[[], Shown]) -> Shown:
    """Return a page of the list as it was drawn before, unless something was done in the strategy since.

    `shows` is what the address asks for. Who may edit everything sees what others like them see. Two queries.
    """
    who = "all" if place.standing.may(Act.EDIT) else (place.user.pk, place.standing)
    acts = latest_acts(place.strategy.uid)
    key = (
        "channels",
        place.strategy.uid,
        acts,
        who,
        place.may_add,
        place.lens,
        today,
        get_language(),
        shows,
    )
    return remembered(key, make)


def channel_page(
    place: Place, rows: QuerySet, *, params: QueryDict, number: str, today: dt.date
) -> tuple[tuple[Field, ...], Page]:
    """Return the columns, and one page of rows, each drawn. Constant queries.

    One query reads the facts that decide what a row shows; the rest is read for rows not drawn before.
    """
    columns = what.columns(params.get("columns", ""))
    keys = tuple(column.key for column in columns)
    facts = {
        "the_gaps": OPEN_GAPS if "open_gaps" in keys else Value(0),
        "the_status": LATEST_VOLUME[0] if "volume" in keys else Value(""),
        "the_value": LATEST_VOLUME[1] if "volume" in keys else Value(0),
        "the_shared": is_shared(place),
    }
    names = [f"{column.key}__name" for column in columns if column.is_link]
    plain = (
        "pk", "uid", "version", "owner_team_id", "reviewed_on", "review_every_days", "life_cycle",
        "unsealed_on",
    )  # fmt: skip
    chosen = sorted_by(rows, params.get("sort", "")).values(*plain, *names, **facts)
    found = Paginator(chosen, PAGE_SIZE).get_page(number)
    shown: dict[int, tuple[Any, ...]] = {}
    silent = [row["pk"] for row in found if "volume" in keys and not row["the_status"]]
    typed = contacts_of_channels(silent) if silent else {}
    for row in found:
        team = row["owner_team_id"]
        shown[row["pk"]] = (
            row["uid"],
            row["version"],
            keys,
            tuple(row[name] for name in names),
            row["the_gaps"] or 0,
            _latest(row, typed.get(row["pk"])),
            bool(row["the_shared"]) or place.standing.may(Act.EDIT, team),
            freshness(
                next_review(row["reviewed_on"], row["review_every_days"]),
                today,
                has_ended=row["life_cycle"] == Channel.LifeCycle.RETIRED,
                is_doubted=row["unsealed_on"] is not None,
            ),
            place.strategy.slug,
            place.may_add,
        )
    drawn = {pk: kept(_ROW, shows) for pk, shows in shown.items()}
    missing = [pk for pk, html in drawn.items() if html is None]
    if missing:
        links = [column.key for column in columns if column.is_link]
        channels = Channel.objects.select_related(*links) if links else Channel.objects.all()
        for pk, channel in channels.in_bulk(missing).items():
            drawn[pk] = _draw(channel, columns, shown[pk])
    found.object_list = [
        ChannelRow(shown[pk][0], html or SafeString()) for pk, html in drawn.items()
    ]
    return columns, found


def _latest(row: dict[str, Any], typed: Contacts | None) -> Latest | None:
    """Return a channel's contacts as its page says them: the month's total, else what its contact types say."""
    if row["the_status"]:
        status = Measurement.Status(row["the_status"])
        is_zero = status is Measurement.Status.ZERO
        return Latest(Decimal(0) if is_zero else row["the_value"], str(status.label))
    if typed is None:
        return None
    return Latest(
        typed.total, typed.words, _("%(period)s, by contact type") % {"period": typed.when}
    )


def _draw(channel: Channel, columns: tuple[Field, ...], shows: tuple[Any, ...]) -> SafeString:
    _uid, _version, keys, _names, gaps, volume, editable, fresh, slug, can_tick = shows
    return fragment(
        _ROW,
        shows,
        {
            "channel": channel,
            "cells": [_cell(channel, column, keys) for column in columns],
            "gaps": gaps,
            "volume": volume,
            "editable": editable,
            "fresh": fresh,
            "slug": slug,
            "can_tick": can_tick,
        },
    )


_WITH_SUB = {"family": "mode", "agent_route": "agent_taps"}
"""Columns under whose value stands another one, unless that has a column of its own."""

_OWN_CELL = ("name", "life_cycle", "volume", "open_gaps", "review", *_WITH_SUB)


def _cell(channel: Channel, column: Field, keys: tuple[str, ...]) -> Cell:
    if column.key in _OWN_CELL:
        below = _WITH_SUB.get(column.key)
        return Cell(column.key, with_sub=below is not None and below not in keys)
    text = value_in_words(channel, column)
    if column.key == "owner_team" and not text:
        return Cell("missing", _("Nobody"))
    return Cell("number" if column.is_number else column.kind, text)


def value_in_words(channel: Channel, field: Field) -> str:
    """Return what a channel says in one of its fields, as a person reads it; "" when it says nothing."""
    if field.kind is Kind.FLAG:
        return _("yes") if channel.touches_mobile else _("no")
    value = getattr(channel, field.key)
    if value is None:
        return ""
    if field.kind is Kind.CHOICE:
        return field.words(value)
    if field.kind is Kind.DAY:
        day = timezone.localdate(value) if isinstance(value, dt.datetime) else value
        return formats.date_format(day, "N j, Y")
    return str(value)


# --- what stands around the rows -------------------------------------------------------------------


def heads(columns: tuple[Field, ...], params: QueryDict) -> list[dict[str, Any]]:
    """Return the heads of the columns; each leads to an address that sorts by it and keeps the rest."""
    key, is_down = sort_of(params.get("sort", ""))
    others = without(params, ["sort"])
    return [
        {
            "label": what.head(column),
            "url": _query(others, f"sort={'-' if column.key == key and not is_down else ''}{column.key}"),
            "direction": ("desc" if is_down else "asc") if column.key == key else "",
            "numeric": column.is_number or column.key == "open_gaps",
            "explains": _EXPLAINED.get(column.key, ""),
        }
        for column in columns
    ]  # fmt: skip


_EXPLAINED = {"agent_route": "agent-route", "volume": "contacts", "review": "fresh"}
"""Columns whose head leads to the glossary."""


def _query(*parts: str) -> str:
    return "?" + "&".join(part for part in parts if part)
