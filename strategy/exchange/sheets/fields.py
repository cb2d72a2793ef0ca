"""The columns of a table: how a cell is read, how it is written, and what a person may type into it."""

import datetime as dt
import decimal
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.lib import days
from strategy.exchange.problems import did_you_mean, shortened
from strategy.exchange.sheets.names import CellRefused, Here, Names
from strategy.inventory.models import AccessPoint
from strategy.inventory.points import facts as points
from strategy.inventory.points import languages
from strategy.inventory.service.metrics import dictionary


class Keep:
    """What a blank cell means for a field that cannot be empty: new rows get the default, others keep theirs."""


KEEP = Keep()


@dataclass(frozen=True)
class Field:
    """One column of a kind: the model's field of the same name."""

    of: models.Field

    @property
    def key(self) -> str:
        """Return the name of the model's field: the head of the column in an export."""
        return self.of.name

    @property
    def attname(self) -> str:
        """Return the attribute of a row that holds what is compared: a key, not a row, where it is a link."""
        return self.of.attname

    @property
    def label(self) -> str:
        """Return what the field is called on screen."""
        return str(capfirst(str(self.of.verbose_name)))

    @property
    def help(self) -> str:
        """Return the sentence that stands under the field in a form."""
        return str(self.of.help_text)

    @property
    def takes(self) -> str:
        """Say what may stand in a cell."""
        raise NotImplementedError

    is_figure = False
    """Is what is written a figure, which no spreadsheet takes for a formula?"""

    @property
    def is_required(self) -> bool:
        """Must a new row say it?"""
        return not self.of.blank and not self.of.has_default()

    def read(self, text: str, here: Here) -> Any:
        """Return the value of a cell. Raises CellRefused with what is wrong and what to write."""
        if "\x00" in text:
            raise CellRefused(_("There is a NUL character in this cell. Delete it."))
        if not text.strip() and (not text or self.is_required or not isinstance(self, Text)):
            return self.blank()
        return self.value(text, here)

    def blank(self) -> Any:
        """Return what a blank cell means."""
        if self.of.null:
            return None
        if isinstance(self.of, models.CharField | models.TextField) and self.of.blank:
            return ""
        if self.is_required:
            raise CellRefused(_("This is needed."))
        return KEEP

    def value(self, text: str, here: Here) -> Any:
        """Return the value of a cell that is not blank."""
        raise NotImplementedError

    def write(self, row: Any, here: Here) -> str:
        """Return a row's value as the text that `read` turns back into it."""
        return self.write_value(getattr(row, self.attname), here)

    def write_value(self, value: Any, here: Here) -> str:
        """Return one value as that text."""
        return "" if value is None else str(value)

    def words(self, value: Any, here: Here) -> str:
        """Return one value as people read it on the form."""
        return self.write_value(value, here)


class Text(Field):
    """Words, kept exactly as they are."""

    @property
    def takes(self) -> str:
        """Say how long it may be."""
        most: int = self.of.max_length  # type: ignore[assignment]
        return ngettext(
            "Text of up to %(n)d character.", "Text of up to %(n)d characters.", most
        ) % {"n": most}

    def value(self, text: str, here: Here) -> str:
        """Return the text itself."""
        most: int = self.of.max_length  # type: ignore[assignment]
        if len(text) > most:
            raise CellRefused(
                _("This has %(n)d characters; %(most)d is the most. Shorten it.")
                % {"n": len(text), "most": most}
            )
        if any("\ud800" <= letter <= "\udfff" or letter in "\ufffe\uffff" for letter in text):
            raise CellRefused(_("There is a broken character in this cell. Type it again."))
        return text


@dataclass(frozen=True)
class Read(Text):
    """Words that the page of the row reads, and writes its own way."""

    reads: Callable[[str], str]
    said: Any  # what may be written

    @property
    def takes(self) -> str:
        """Say what may be written."""
        return str(self.said)

    def value(self, text: str, here: Here) -> str:
        """Return what the page would keep."""
        try:
            return super().value(self.reads(text), here)
        except ValidationError as refused:
            raise CellRefused(" ".join(refused.messages)) from None


_READ: dict[str, tuple[Callable[[str], str], Any]] = {
    "strategy.AccessPoint.time_zone": (
        points.zone,
        gettext_lazy("A time zone, like America/Chicago, or its city: Chicago."),
    ),
    "strategy.AccessPoint.languages": (
        points.spoken,
        gettext_lazy("Languages by name or code, with commas between them: English, fr."),
    ),
}
"""Texts that are read as the form reads them, by the name of the field."""


class Several(Text):
    """Facts about access, which the form offers as boxes to tick."""

    def words(self, value: Any, here: Here) -> str:
        """Return what stands beside the boxes; a word that is none of them any more as it is."""
        said = AccessPoint.ACCESSIBILITY
        return ", ".join(str(said.get(word, word)) for word in languages.split(value or ""))


class Choice(Field):
    """One of a few words, by what is stored or by what the screen calls it."""

    @property
    def takes(self) -> str:
        """List the words."""
        return _("One of: %(words)s.") % {
            "words": ", ".join(f"{code} ({label})" for code, label in self._choices())
        }

    def _choices(self) -> list[tuple[str, str]]:
        return [(str(code), str(label)) for code, label in self.of.choices or ()]

    def value(self, text: str, here: Here) -> str:
        """Return the stored word."""
        wanted = text.strip().casefold()
        words: dict[str, str] = here.remembered(self.of, self._words)
        if wanted not in words:
            options = [word for pair in self._choices() for word in pair]
            raise CellRefused(
                _("“%(word)s” is not one of the choices.") % {"word": shortened(text)}
                + (did_you_mean(text, options) or " " + self.takes)
            )
        return words[wanted]

    def words(self, value: Any, here: Here) -> str:
        """Return what the screen calls it; a code that is none of the choices any more as it is."""
        words = here.remembered((self.of, "words"), lambda: dict(self._choices()))
        return words.get(value, value or "")

    def _words(self) -> dict[str, str]:
        by_label = {label.casefold(): code for code, label in self._choices()}
        return {**by_label, **{code.casefold(): code for code, _label in self._choices()}}


class MetricCode(Choice):
    """A metric of the dictionary, by its code or its name."""

    def _choices(self) -> list[tuple[str, str]]:
        return [(one.code, one.label) for one in dictionary().values()]


class Day(Field):
    """A day."""

    @property
    def takes(self) -> str:
        """Say how a day is written."""
        return _("A day: 2026-11-30, 11/30/2026 or November 30, 2026.")

    def value(self, text: str, here: Here) -> dt.date:
        """Return the day."""
        return read_day(text)


def read_day(text: str) -> dt.date:
    """Return the day that a text says. Raises CellRefused for none, and for what may be two days."""
    plain = re.sub(r"[ T]0?0:00(?::00)?$", "", text.strip())
    word = shortened(text)
    try:
        day = days.read_day(plain)
    except days.TwoDays as two:
        said = _("“%(word)s” may be %(one)s or %(other)s. Write the one you mean so.")
        raise CellRefused(said % {"word": word, "one": two.days[0], "other": two.days[1]}) from None
    if day is None:
        said = _("“%(word)s” is no day. Write year-month-day: 2026-11-30.")
        raise CellRefused(said % {"word": word})
    return day


_GROUPED = re.compile(r"-?\d{1,3}(?:([,\u00a0\u202f ])\d{3})(?:\1\d{3})*(?:\.\d+)?", re.ASCII)
_PLAIN = re.compile(r"-?\d{1,30}(?:\.\d{1,30})?", re.ASCII)


def read_number(text: str) -> decimal.Decimal:
    """Return a number: digits, a point before decimals, perhaps commas or blanks between groups of three.

    Raises CellRefused for anything else: what 1.234,5 or 1,5 means is not the same everywhere.
    """
    plain = text.strip()
    if len(plain) <= 60 and _GROUPED.fullmatch(plain):
        plain = re.sub(r"[,\u00a0\u202f ]", "", plain)
    if not _PLAIN.fullmatch(plain):
        raise CellRefused(
            _("“%(word)s” is no number. Write digits, with a point before decimals: 1250.5.")
            % {"word": shortened(text)}
        )
    return decimal.Decimal(plain)


_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}\.\d{3}", re.ASCII)


def refuse_thousands(text: str) -> None:
    """Raise CellRefused for 1.250 where a count is expected: half of the world means 1250 by it."""
    plain = text.strip()
    if _THOUSANDS.fullmatch(plain):
        raise CellRefused(
            _("“%(word)s” may be %(thousands)s or %(fraction)s. Write %(thousands)s.")
            % {
                "word": plain,
                "thousands": plain.replace(".", ""),
                "fraction": plain_number(plain),
            }
        )


def read_count(text: str) -> decimal.Decimal:
    """Return a number of contacts. Raises CellRefused for none, and for a fraction."""
    refuse_thousands(text)
    number = read_number(text)
    if number != int(number):
        raise CellRefused(_("Contacts are counted in whole numbers."))
    return number


class Whole(Field):
    """A whole number."""

    is_figure = True

    @property
    def takes(self) -> str:
        """Say what it is."""
        return _("A whole number.")

    def value(self, text: str, here: Here) -> int:
        """Return the number if the column can hold it."""
        refuse_thousands(text)
        number = read_number(text)
        if number != int(number):
            raise CellRefused(_("Write a whole number here."))
        return int(_checked(self.of, int(number)))


class Amount(Field):
    """A number with decimals."""

    is_figure = True

    @property
    def takes(self) -> str:
        """Say how many decimals it may have."""
        places = self.of.decimal_places  # type: ignore[attr-defined]
        return _("A number with up to %(n)d decimals.") % {"n": places}

    def value(self, text: str, here: Here) -> decimal.Decimal:
        """Return the number if the column can hold it."""
        number = read_number(text)
        places = self.of.decimal_places  # type: ignore[attr-defined]
        if abs(number) < 10**15 and number == round(number, places):
            number = round(number, places)
        return _checked(self.of, number)

    def write_value(self, value: Any, here: Here) -> str:
        """Return the number without needless zeros."""
        return "" if value is None else plain_number(value)


def plain_number(value: Any) -> str:
    """Return a number as digits, without needless decimals and never with an exponent."""
    text = format(decimal.Decimal(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _checked(of: models.Field, number: Any) -> Any:
    """Let the model's own field look at a number."""
    try:
        of.run_validators(number)
    except ValidationError as error:
        raise CellRefused(" ".join(error.messages)) from None
    return number


class YesNo(Field):
    """Yes or no."""

    @property
    def takes(self) -> str:
        """List the words."""
        return _("yes or no.")

    def value(self, text: str, here: Here) -> bool:
        """Return what it says."""
        word = text.strip().casefold()
        if word in ("yes", "y", "true", "1", str(_("yes")).casefold()):
            return True
        if word in ("no", "n", "false", "0", str(_("no")).casefold()):
            return False
        raise CellRefused(_("Write yes or no."))

    def write_value(self, value: Any, here: Here) -> str:
        """Return the word."""
        return "yes" if value else "no"

    def words(self, value: Any, here: Here) -> str:
        """Return the word in the language of the screen."""
        return _("yes") if value else _("no")


@dataclass(frozen=True)
class Link(Field):
    """Another row, by one of its names."""

    names: str  # the attribute of Here that knows them
    said: Any  # what may be written

    @property
    def takes(self) -> str:
        """Say by what it is named."""
        return str(self.said)

    def _known(self, here: Here) -> Names:
        return getattr(here, self.names)

    def value(self, text: str, here: Here) -> Any:
        """Return the row that is called so."""
        return self._known(here).find(text)

    def write_value(self, value: Any, here: Here) -> str:
        """Return the first of its names that leads back to it. The value may be the row or its key."""
        key = getattr(value, "pk", value)
        return "" if key is None else self._known(here).call(key)

    def words(self, value: Any, here: Here) -> str:
        """Return its name; of several that are called so with what tells them apart."""
        key = getattr(value, "pk", value)
        if key is None:
            return "" if value is None else str(value)  # as new as what names it
        name, told = str(self._known(here).by_pk[key]), self._known(here).call(key)
        return name if self._known(here).is_only(name) else f"{name} ({told})"


@dataclass(frozen=True)
class OwnKind(Link):
    """A row of the same kind: it may stand further down in the same file."""

    def value(self, text: str, here: Here) -> Any:
        """Return the row, or the text itself for when all rows of the file are known."""
        return Later(text)


@dataclass(frozen=True)
class Later:
    """A name that is looked up when all rows of the file are known."""

    text: str


_LINKS: dict[str, tuple[str, Any]] = {
    "teams.team": ("teams", gettext_lazy("A team, by its short name or its name.")),
    "teams.user": (
        "people",
        gettext_lazy("A person, by e-mail address, or by name when only one has it."),
    ),
    "strategy.channel": ("channels", gettext_lazy("A channel, by its name.")),
    "strategy.contacttype": ("contact_types", gettext_lazy("A contact type, by its code or name.")),
    "strategy.segment": ("segments", gettext_lazy("A segment, by its code or name.")),
    "strategy.accesspoint": (
        "points",
        gettext_lazy("An access point, by its name; of two with one name: channel: name."),
    ),
    "strategy.calendar": ("calendars", gettext_lazy("A holiday calendar, by its name.")),
}


def field_of(of: models.Field) -> Field:
    """Return the column of a model's field."""
    if of.is_relation:
        related: Any = of.related_model
        names, said = _LINKS[related._meta.label_lower]
        return (OwnKind if related is of.model else Link)(of, names, said)
    if of.choices:
        return Choice(of)
    if of.name == "metric":
        return MetricCode(of)
    if read := _READ.get(str(of)):
        return Read(of, *read)
    if str(of) == "strategy.AccessPoint.accessibility":
        return Several(of)
    if isinstance(of, models.DateField):
        return Day(of)
    if isinstance(of, models.BooleanField):
        return YesNo(of)
    if isinstance(of, models.DecimalField):
        return Amount(of)
    if isinstance(of, models.IntegerField):
        return Whole(of)
    return Text(of)
