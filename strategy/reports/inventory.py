"""The inventory in the frozen copy: access points, promises, figures, who comes and why, what is offered to whom.

As in `snapshot`, words and figures both stand in it. A figure keeps the two counts it comes from.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models.functions import Lower
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from strategy.inventory.decisions.rules import Twig, in_order
from strategy.inventory.models import (
    AccessDecision,
    AccessPoint,
    Channel,
    Measurement,
    SelfServiceOffer,
)
from strategy.inventory.service.figures import book
from strategy.inventory.service.metrics import position
from strategy.inventory.service.periods import period
from strategy.inventory.service.promises import is_in_force, sentence
from strategy.inventory.service.queries import objectives_of
from strategy.plan.models import ContactType, Segment, Strategy
from strategy.reports.rules import MOST_TYPES

_Facts = dict[str, Any]

SOON = 123
"""Within so many days (four months) the end of a contract is marked."""

MOST_NAMED = 30
"""So many contact types are named behind a reason why something is not offered."""

Lines = list[tuple[ContactType, int]]
"""Contact types as a tree is read, each with its depth."""

LETTERS = {"preferred": "P", "supported": "S", "redirected": "R", "not_offered": "N"}
UNDECIDED = "."


# --- what hangs from a channel -----------------------------------------------------------------------


def points(channels: Iterable[Channel], day: dt.date) -> dict[int, list[_Facts]]:
    """Return the access points of each channel by name; retired ones are left out."""
    found: dict[int, list[_Facts]] = defaultdict(list)
    rows = AccessPoint.objects.filter(channel__in=channels).select_related("calendar")
    for row in rows.exclude(life_cycle=Channel.LifeCycle.RETIRED).order_by("name"):
        found[row.channel_id].append(
            {
                "name": row.name,
                "kind": str(row.get_kind_display()),
                "address": row.address,
                "hours": row.hours,
                "clock": _listed(
                    row.time_zone,
                    _("closed on the days of “%(calendar)s”") % {"calendar": row.calendar}
                    if row.calendar
                    else "",
                ),
                "after_hours": _after_hours(row),
                "languages": row.languages,
                "sign_in": _said(row, "authentication"),
                "vendor": row.vendor,
                "contract": _contract(row, day),
            }
        )
    return found


def _after_hours(point: AccessPoint) -> str:
    said = _said(point, "after_hours")
    note = point.after_hours_note
    return f"{said} ({note})" if said and note else said or note


def _contract(point: AccessPoint, day: dt.date) -> _Facts | None:
    """Return when the contract ends, and in how many days when that is soon."""
    ends = point.contract_ends_on
    if ends is None:
        return None
    days = (ends - day).days
    soon = ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}
    return {
        "words": formats.date_format(ends, "N j, Y"),
        "soon": _("ended") if days < 0 else soon if days <= SOON else "",
    }


def promises(channels: Iterable[Channel], day: dt.date) -> dict[int, list[_Facts]]:
    """Return what each channel promises on the day: each objective in one line."""
    found: dict[int, list[_Facts]] = defaultdict(list)
    for row in objectives_of(channels):
        if is_in_force(row, day):
            found[row.channel_id].append(
                {"name": row.name, "of": str(row.point or ""), "sentence": sentence(row)}
            )
    return found


def newest_figures(channels: Iterable[Channel]) -> dict[int, list[_Facts]]:
    """Return the newest figure of each metric of each channel and access point, with its counts.

    Contacts of whole channels month by month stand in the list; figures of single contact types are too many.
    """
    rows = Measurement.objects.filter(channel__in=channels, contact_type__isnull=True)
    rows = rows.exclude(pk__in=Measurement.objects.monthly_contacts().values("pk"))
    several: dict[tuple[int, str], list[Measurement]] = defaultdict(list)
    for row in rows.select_related("point"):
        several[row.channel_id, str(row.point or "")].append(row)
    found: dict[int, list[_Facts]] = defaultdict(list)
    for (channel, point), stated in sorted(several.items(), key=lambda one: one[0]):
        whole = book(stated)
        for code in sorted(whole.codes(), key=position):
            if (figure := whole.newest(code)) is not None:
                found[channel].append(
                    {
                        "metric": code,
                        "words": figure.text,
                        "counts": figure.worked_out,
                        "when": period(figure.grain, figure.starts_on, short=True),
                        "of": point,
                    }
                )
    return found


def _said(row: Any, field: str) -> str:
    """Return the label of a choice; nothing when nobody knows."""
    return "" if getattr(row, field) == "unknown" else str(getattr(row, f"get_{field}_display")())


def _listed(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


# --- who comes and why -------------------------------------------------------------------------------


def segments(strategy: Strategy) -> list[_Facts]:
    """Return the segments by name."""
    return [
        {
            "name": row.name,
            "code": row.code,
            "criteria": row.criteria,
            "size": ""
            if row.size is None
            else formats.number_format(row.size, force_grouping=True),
            "size_on": formats.date_format(row.size_on, "N j, Y") if row.size_on else "",
            "languages": row.languages,
            "devices": row.devices,
            "needs": row.needs,
            "prefers": row.prefers,
            "is_vulnerable": row.is_vulnerable,
        }
        for row in Segment.objects.filter(strategy=strategy).order_by("name")
    ]


def contact_types(lines: Lines, channels: Iterable[Channel]) -> list[_Facts]:
    """Return the contact types, read as a tree, each with its depth and how far customers settle it alone.

    Alone: on how many of the channels where customers act alone the contact type is settled in full or
    deliberately left out (n), of all those channels (d).
    """
    alone = {row.pk for row in channels if row.mode != Channel.Mode.ASSISTED and not row.is_retired}
    meant: dict[int, int] = defaultdict(int)
    stated: dict[int, int] = defaultdict(int)
    extents = SelfServiceOffer.Extent
    for offer in SelfServiceOffer.objects.filter(channel__in=alone):
        stated[offer.contact_type_id] += 1
        meant[offer.contact_type_id] += offer.extent in (extents.FULL, extents.DECLINED)
    return [
        {
            "uid": str(row.uid),
            "name": row.name,
            "code": row.code,
            "depth": depth,
            "kind": _said(row, "kind"),
            "self_service": _said(row, "self_service"),
            "sign_in": _said(row, "authentication"),
            "deadline": row.deadline,
            "alone": {"n": meant[row.pk], "d": len(alone)} if stated[row.pk] else None,
        }
        for row, depth in lines
    ]


def tree(strategy: Strategy) -> Lines:
    """Return the contact types with how deep each lies, a wider one before what is part of it. One query."""
    rows = ContactType.objects.filter(strategy=strategy).order_by(Lower("name"), "code", "pk")
    by_key = {row.pk: row for row in rows}
    twigs = [Twig(row.pk, row.parent_id) for row in by_key.values()]
    return [(by_key[twig.pk], depth) for twig, depth in in_order(twigs)]


# --- what is offered to whom -------------------------------------------------------------------------


def matrix(strategy: Strategy, lines: Lines, channels: Iterable[Channel]) -> _Facts | None:
    """Return what is offered to whom: for each segment and contact type a letter for each channel.

    None when there is nothing to decide. Retired channels are no column. What is counted is counted of all contact
    types; the letters are those of the first MOST_TYPES, and `more` says how many there are besides.
    """
    columns = [row for row in channels if not row.is_retired]
    groups = list(Segment.objects.filter(strategy=strategy).order_by("name"))
    if not (columns and lines and groups):
        return None
    made: dict[tuple[int, int, int], AccessDecision] = {
        (row.segment_id, row.contact_type_id, row.channel_id): row
        for row in AccessDecision.objects.filter(channel__in=columns)
    }
    return {
        "channels": [row.name for row in columns],
        "types": [
            {"name": row.name, "code": row.code, "depth": depth}
            for row, depth in lines[:MOST_TYPES]
        ],
        "more": len(lines[MOST_TYPES:]),
        "segments": [_decided(segment, lines, columns, made) for segment in groups],
    }


def _decided(
    segment: Segment,
    lines: Lines,
    columns: list[Channel],
    made: dict[tuple[int, int, int], AccessDecision],
) -> _Facts:
    letters = []
    reasons: dict[tuple[str, str], list[str]] = defaultdict(list)
    for kind, _depth in lines:
        word = ""
        for channel in columns:
            one = made.get((segment.pk, kind.pk, channel.pk))
            word += LETTERS[one.choice] if one else UNDECIDED
            if one and one.choice == AccessDecision.Choice.NOT_OFFERED:
                reasons[channel.name, one.reason].append(kind.code or kind.name)
        letters.append(word)
    return {
        "name": segment.name,
        "rows": letters[:MOST_TYPES],
        "undecided": sum(word.count(UNDECIDED) for word in letters),
        "cells": len(lines) * len(columns),
        "not_offered": [
            {"channel": channel, "reason": reason, "types": _some(types)}
            for (channel, reason), types in reasons.items()
        ],
    }


def _some(types: list[str]) -> str:
    if len(types) <= MOST_NAMED:
        return ", ".join(types)
    return _("%(types)s and %(n)d more") % {
        "types": ", ".join(types[:MOST_NAMED]),
        "n": len(types) - MOST_NAMED,
    }
