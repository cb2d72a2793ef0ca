"""The shape of a document: the JSON Schema of its format, and its errors in plain words."""

import datetime as dt
import decimal
import json
import re
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path as File
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema import ValidationError as SchemaError

from strategy.exchange.problems import Path, did_you_mean, shortened
from strategy.exchange.reading import Document
from strategy.exchange.upgrades import upgraders

FORMAT = 4
KIND = "customer-access-strategy"

_formats = FormatChecker(formats=())


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the current format."""
    return json.loads((File(__file__).parent / "schema.json").read_text(encoding="utf-8"))


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema(), format_checker=_formats)


def check_shape(document: Document) -> set[Path]:
    """Note everything in which the document differs from the schema.

    Returns the paths of what is wrong, with everything around it. Data that are of another kind or format are
    dropped: nothing about them can be said.
    """
    data = document.data
    if not isinstance(data, dict) or data.get("kind") != KIND:
        document.problem(
            ("kind",) if isinstance(data, dict) and "kind" in data else (),
            _(
                "This is not a strategy file. A strategy file begins with “format: %(format)s”"
                " and “kind: %(kind)s”."
            )
            % {"format": FORMAT, "kind": KIND},
        )
        document.data = None
        return set()
    if sentence := _upgrade(document):
        document.problem(("format",), sentence)
        document.data = None
        return set()
    spoiled: set[Path] = set()
    for error in _validator().iter_errors(document.data):
        for path, sentence in _in_words(error):
            document.problem(path, sentence)
            spoiled.update(path[:length] for length in range(1, len(path) + 1))
    return spoiled


def _upgrade(document: Document) -> str:
    """Bring the data to the current format; return why that cannot be done, or nothing."""
    version = document.data.get("format")
    if version is None:
        return _("The file does not say its format. Write “format: %(format)s” at the top.") % {
            "format": FORMAT
        }
    if not isinstance(version, int) or isinstance(version, bool):
        return _("“%(version)s” is not a format version. Write “format: %(format)s”.") % {
            "version": shortened(version),
            "format": FORMAT,
        }
    if version > FORMAT:
        return _(
            "This file has format %(version)s, which is newer than this portal knows (%(format)s). "
            "Update the portal, then import it again."
        ) % {"version": version, "format": FORMAT}
    while version < FORMAT:
        if version not in upgraders:
            return _(
                "This file has format %(version)s, which this portal no longer reads (it reads %(format)s). "
                "Open it in an older portal and export it again."
            ) % {"version": version, "format": FORMAT}
        document.data = upgraders[version](document.data)
        version = document.data["format"]
    return ""


def _in_words(error: SchemaError) -> Iterator[tuple[Path, str]]:
    """Yield where and what is wrong, for one error of the schema."""
    path: Path = tuple(error.absolute_path)
    value: Any = error.instance
    wanted: Any = error.validator_value
    limits = {"value": value, "limit": wanted}
    match error.validator:
        case "required":
            for key in wanted:
                if key not in value:
                    yield path, _("“%(key)s” is missing here.") % {"key": key}
        case "additionalProperties" if wanted is False:
            rule: Any = error.schema
            known = list(rule["properties"])
            for key in value:
                if key not in known:
                    open_keys = [option for option in known if option not in value]
                    hint = did_you_mean(key, open_keys) or " " + _("Known here: %(keys)s.") % {
                        "keys": ", ".join(known)
                    }
                    yield (*path, key), _("There is no such key.") + hint
        case "enum":
            hint = did_you_mean(str(value), map(str, wanted)) or " " + _(
                "Choose one of: %(options)s."
            ) % {"options": ", ".join(map(str, wanted))}
            yield path, _("“%(value)s” is not a choice here.") % {"value": shortened(value)} + hint
        case "type":
            yield path, _type_sentence(wanted, value)
        case "format":
            yield path, _FORMAT_SENTENCES[wanted]() % {"value": shortened(value)}
        case "minLength":
            yield path, _("This must not be empty.")
        case "maxLength":
            yield path, too_long(value, wanted)
        case "minimum":
            yield path, _("%(value)s is too small; it must be %(limit)s or more.") % limits
        case "maximum":
            yield path, _("%(value)s is too large; it can be %(limit)s at most.") % limits
        case _other:
            yield path, error.message


def _type_sentence(wanted: str | list[str], value: object) -> str:
    if wanted == "object":
        return _("Here belong keys with values (key: value).")
    if wanted == "array":
        return _("Here belongs a list: lines that begin with a hyphen.")
    if wanted == "integer":
        return _("“%(value)s” is not a whole number.") % {"value": shortened(value)}
    if wanted == "boolean":
        return _("“%(value)s” is neither true nor false.") % {"value": shortened(value)}
    if wanted == ["string", "object"]:
        return _("Here belongs one of the choices, or keys with values (key: value).")
    if wanted == ["number", "string"]:
        return _FORMAT_SENTENCES["figure"]() % {"value": shortened(value)}
    if isinstance(value, dict | list):
        return _("Here belongs a text, not a list or a group of keys.")
    return quotes_missing(value)


def too_long(text: str, limit: int) -> str:
    """Return the sentence for a text that is longer than the limit, in characters."""
    return _("The text has %(length)s characters; at most %(limit)s fit. Shorten it.") % {
        "length": len(text),
        "limit": limit,
    }


def quotes_missing(value: object) -> str:
    """Return the sentence for a number, or a true or false, that was meant as text."""
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return _('This must be text. Put it in quotes: "%(value)s".') % {"value": shown}


def read_day(value: object) -> dt.date | None:
    """Return the day of a text like 2026-10-01, from 1900 to 2999; None when it is none."""
    if not isinstance(value, str) or not re.fullmatch(r"(19|2\d)\d\d-\d\d-\d\d", value, re.ASCII):
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None


def read_month(value: object) -> dt.date | None:
    """Return the first day of a month like 2026-10; None when it is none."""
    return read_day(f"{value}-01") if isinstance(value, str) else None


def read_figure(value: object) -> decimal.Decimal | None:
    """Return the number of a text or a number like 52.5, with at most two decimals; None when it is none."""
    if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,13}(\.\d{1,2})?", str(value), re.ASCII):
        return None
    return decimal.Decimal(str(value))


def read_uid(value: object) -> uuid.UUID | None:
    """Return the id of a text like 0f8fad5b-d9cb-469f-a165-70867728950e; None when it is none."""
    try:
        found = uuid.UUID(str(value))
    except ValueError:
        return None
    return found if str(found) == str(value).lower() else None


@_formats.checks("date")
def _is_day(value: object) -> bool:
    return not isinstance(value, str) or read_day(value) is not None


@_formats.checks("month")
def _is_month(value: object) -> bool:
    return not isinstance(value, str) or read_month(value) is not None


@_formats.checks("figure")
def _is_figure(value: object) -> bool:
    return read_figure(value) is not None


@_formats.checks("uuid")
def _is_uid(value: object) -> bool:
    return not isinstance(value, str) or read_uid(value) is not None


@_formats.checks("slug")
def _is_slug(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"[-a-zA-Z0-9_]*", value) is not None


@_formats.checks("email")
def _is_email(value: object) -> bool:
    if isinstance(value, str):
        try:
            validate_email(value.strip())
        except ValidationError:
            return False
    return True


_FORMAT_SENTENCES: dict[str, Callable[[], str]] = {
    "date": lambda: _("“%(value)s” is not a date. Write it as year-month-day, like 2026-10-01."),
    "month": lambda: _("“%(value)s” is not a month. Write it as year and month, like 2026-10."),
    "figure": lambda: _(
        "“%(value)s” is not a figure. Write a number with at most two decimals, like 52.5."
    ),
    "uuid": lambda: _("“%(value)s” is not a uid. Delete the line, and a new one is made."),
    "slug": lambda: _(
        "“%(value)s” is not a short name. Use letters, digits, hyphens and underscores only."
    ),
    "email": lambda: _("“%(value)s” is not an e-mail address."),
}
