"""Columns of figures: what one cell says of one channel, contact type and period."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from strategy.exchange.problems import shortened
from strategy.exchange.sheets.fields import plain_number, read_count, read_number
from strategy.exchange.sheets.names import CellRefused
from strategy.inventory.models import Channel, Measurement
from strategy.inventory.service.by_type import called

Status = Measurement.Status

_WORDS = {
    "na": Status.NOT_APPLICABLE,
    "n/a": Status.NOT_APPLICABLE,
    "n.a.": Status.NOT_APPLICABLE,
    "nd": Status.NO_DATA,
    "n/d": Status.NO_DATA,
    **{
        code.replace("_", " "): Status(code)
        for code in Status.values
        if code not in ("value", "zero")
    },
}
"""What people write instead of a figure, in lower case."""


@dataclass(frozen=True)
class Stated:
    """What a cell says: a status, and a figure when the status is "value"."""

    status: str
    value: Decimal | None = None

    def __str__(self) -> str:
        return (
            plain_number(self.value)
            if self.value is not None
            else _labels(get_language())[self.status]
        )


@cache
def _labels(language: str | None) -> dict[str, str]:
    return {one.value: str(one.label) for one in Status}


@cache
def _by_label(language: str | None) -> dict[str, str]:
    return {label.casefold(): code for code, label in _labels(language).items() if code != "value"}


def read_figure(text: str) -> Stated | None:
    """Return what a cell says; None for a blank one, which says nothing. Raises CellRefused.

    NA is “not applicable”, ND is “no data”, 0 is zero: three different facts.
    """
    word = text.strip().casefold()
    if not word:
        return None
    status: str | None = _WORDS.get(word) or _WORDS.get(word.replace("_", " "))
    if status is None:
        status = _by_label(get_language()).get(word)
    if status is not None:
        return Stated(status)
    try:
        number = read_number(text)
    except CellRefused:
        raise CellRefused(
            _(
                "“%(word)s” is no figure. Write digits, NA (not applicable), ND (no data) or “suppressed”;"
                " leave it blank to say nothing."
            )
            % {"word": shortened(text)}
        ) from None
    if number < 0:
        raise CellRefused(_("Contacts cannot be fewer than zero."))
    if number == 0:
        return Stated(Status.ZERO)
    if read_count(text) >= 10**13:
        raise CellRefused(_("Write at most 13 digits."))
    return Stated(Status.VALUE, round(number, 2))


@dataclass(frozen=True)
class Period:
    """For which period all figures of an import are, and where they come from."""

    grain: str
    starts_on: dt.date
    source: str = ""


@dataclass
class FigureColumn:
    """A column that holds contacts of a channel: all, enquiries or transactions.

    The channel is unsaved when the import adds it.
    """

    at: int
    head: str
    channel: Channel
    is_new: bool
    period: Period
    metric: str = Measurement.Metric.CONTACTS

    @property
    def words(self) -> str:
        """Return the channel, and which contacts when they are not all."""
        return called(self.channel.name, self.metric)


@dataclass
class PlannedFigure:
    """One figure that an import writes: a new measurement, or a known one that says something else now."""

    column: FigureColumn
    stated: Stated
    known: Measurement | None
    contact_type: Any  # the planned row's record; saved before the figure is


def same(known: Measurement, stated: Stated) -> bool:
    """Does the measurement say this already?"""
    return known.status == stated.status and known.value == stated.value and known.numerator is None


def known_figures(
    columns: list[FigureColumn],
) -> dict[tuple[int, int, str], Measurement]:
    """Return the measurements of the period by channel, contact type and metric. One query, or none."""
    saved = [column.channel.pk for column in columns if not column.is_new]
    if not saved:
        return {}
    period = columns[0].period
    rows = Measurement.objects.filter(
        channel__in=saved,
        point=None,
        contact_type__isnull=False,
        metric__in={column.metric for column in columns},
        grain=period.grain,
        starts_on=period.starts_on,
    ).select_related("channel__owner_team", "contact_type")
    return {(row.channel_id, row.contact_type_id or 0, row.metric): row for row in rows}
