"""The inventory in the frozen copy: access points, promises, figures, who comes and why, what is offered to whom.

As in `snapshot`, words and figures both stand in it. A figure keeps the two counts it comes from.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from strategy.inventory.models import (
    AbandonRule,
    AccessDecision,
    AccessPoint,
    Channel,
    Measurement,
    SelfServiceOffer,
    ServiceObjective,
)
from strategy.plan.models import ContactType, Segment, Strategy

_Facts = dict[str, Any]

SOON = 123
"""Within so many days (four months) the end of a contract is marked."""

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
    rows = ServiceObjective.objects.filter(channel__in=channels)
    for row in rows.select_related("point", "calendar").order_by("name", "pk"):
        begins, ends = row.effective_from or dt.date.min, row.effective_to or dt.date.max
        if begins <= day <= ends:
            found[row.channel_id].append({"name": row.name, "sentence": _promise(row)})
    return found


def _promise(row: ServiceObjective) -> str:
    """Return an objective with all that makes it comparable, in one line."""
    target = f"{row.metric} {_number(row.target)} {_unit(row.metric)}"
    if row.threshold is not None:
        limit = {"n": _number(row.threshold), "unit": row.get_threshold_unit_display()}
        target += " " + _("within %(n)s %(unit)s") % limit
    rule = ""
    if row.metric == "SL":
        rule = str(AbandonRule(row.abandon_rule).label).lower()
    return _listed(
        target,
        str(row.point) if row.point else "",
        str(row.get_clock_display()).lower(),
        _("without the days of “%(calendar)s”") % {"calendar": row.calendar}
        if row.calendar
        else "",
        _("clock starts: %(start)s") % {"start": str(row.get_clock_start_display()).lower()}
        if row.clock_start != ServiceObjective.Start.UNKNOWN
        else "",
        _("measured over: %(over)s") % {"over": str(row.get_measured_over_display()).lower()},
        rule,
        row.population,
    )


def newest_figures(channels: Iterable[Channel]) -> dict[int, list[_Facts]]:
    """Return the newest figure of each kind of each channel, with its counts. Contacts stand in the list."""
    newest: dict[tuple[Any, ...], Measurement] = {}
    rows = Measurement.objects.filter(channel__in=channels).select_related("point", "contact_type")
    rows = rows.exclude(pk__in=Measurement.objects.monthly_contacts().values("pk"))
    for row in rows.order_by("starts_on", "pk"):
        newest[row.channel_id, row.metric, row.grain, row.point_id, row.contact_type_id] = row
    found: dict[int, list[_Facts]] = defaultdict(list)
    for key in sorted(newest, key=lambda key: (key[1], key[2], key[3] or 0, key[4] or 0)):
        row = newest[key]
        found[row.channel_id].append(
            {
                "metric": row.metric,
                "words": _figure(row),
                "counts": _("%(n)s of %(d)s")
                % {"n": _number(row.numerator), "d": _number(row.denominator)}
                if row.numerator is not None and row.denominator
                else "",
                "when": _period(row),
                "of": _listed(str(row.point or ""), str(row.contact_type or "")),
            }
        )
    return found


def _figure(row: Measurement) -> str:
    if row.status == Measurement.Status.ZERO:
        return "0"
    if row.status != Measurement.Status.VALUE:
        return str(row.get_status_display())
    if row.numerator is None or not row.denominator:
        return _number(row.value)
    times = 100 if _unit(row.metric) == "%" else 1
    return f"{_number(row.numerator * times / row.denominator, 1)} {_unit(row.metric)}"


def _unit(metric: str) -> str:
    """Return the unit of a ratio: a speed is in seconds, every other one is a share."""
    return _("seconds") if metric in ("ASA", "AHT") else "%"


def _period(row: Measurement) -> str:
    if row.grain == Measurement.Grain.MONTH:
        return formats.date_format(row.starts_on, "M Y")
    if row.grain == Measurement.Grain.YEAR:
        return str(row.starts_on.year)
    from_day = {"day": formats.date_format(row.starts_on, "N j, Y")}
    return f"{row.get_grain_display()}: " + _("from %(day)s") % from_day


def _number(value: Decimal | None, places: int | None = None) -> str:
    if value is None:
        return ""
    if places is None:
        places = 0 if value == value.to_integral_value() else 2
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)  # the format itself cuts
    return formats.number_format(rounded, places, force_grouping=True).replace("-", "−")


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


def contact_types(strategy: Strategy, channels: Iterable[Channel]) -> list[_Facts]:
    """Return the contact types as a tree, each with its depth and how far customers settle it alone.

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
        for row, depth in tree(strategy)
    ]


def tree(strategy: Strategy) -> list[tuple[ContactType, int]]:
    """Return the contact types with how deep each lies, a wider one before what is part of it."""
    below: dict[int | None, list[ContactType]] = defaultdict(list)
    for row in ContactType.objects.filter(strategy=strategy).order_by("name", "code"):
        below[row.parent_id].append(row)
    found: list[tuple[ContactType, int]] = []
    left = [(row, 0) for row in reversed(below[None])]
    while left:
        row, depth = left.pop()
        found.append((row, depth))
        left += [(child, depth + 1) for child in reversed(below[row.pk])]
    return found


# --- what is offered to whom -------------------------------------------------------------------------


def matrix(strategy: Strategy, channels: Iterable[Channel]) -> _Facts | None:
    """Return what is offered to whom: for each segment and contact type a letter for each channel.

    None when there is nothing to decide. Retired channels are no column.
    """
    columns = [row for row in channels if not row.is_retired]
    lines = tree(strategy)
    groups = list(Segment.objects.filter(strategy=strategy).order_by("name"))
    if not (columns and lines and groups):
        return None
    made: dict[tuple[int, int, int], AccessDecision] = {
        (row.segment_id, row.contact_type_id, row.channel_id): row
        for row in AccessDecision.objects.filter(channel__in=columns)
    }
    return {
        "channels": [row.name for row in columns],
        "types": [{"name": row.name, "code": row.code, "depth": depth} for row, depth in lines],
        "segments": [_decided(segment, lines, columns, made) for segment in groups],
    }


def _decided(
    segment: Segment,
    lines: list[tuple[ContactType, int]],
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
        "rows": letters,
        "undecided": sum(word.count(UNDECIDED) for word in letters),
        "cells": len(lines) * len(columns),
        "not_offered": [
            {"channel": channel, "reason": reason, "types": ", ".join(types)}
            for (channel, reason), types in reasons.items()
        ],
    }
