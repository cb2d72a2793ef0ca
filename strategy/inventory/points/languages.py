"""Languages by their codes: en, es, zh-Hant. No database, no request."""

import re
from typing import Any

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext, gettext_lazy

_CODE = re.compile(r"([a-z]{2,3})(-[a-z]{4})?(-(?:[a-z]{2}|\d{3}))?", re.I)
_NAMES: dict[str, Any] = {
    "ase": gettext_lazy("American Sign Language"),
    "bfi": gettext_lazy("British Sign Language"),
    "cmn": gettext_lazy("Mandarin"),
    "fil": gettext_lazy("Filipino"),
    "fsl": gettext_lazy("French Sign Language"),
    "gsg": gettext_lazy("German Sign Language"),
    "gu": gettext_lazy("Gujarati"),
    "hmn": gettext_lazy("Hmong"),
    "ht": gettext_lazy("Haitian Creole"),
    "iu": gettext_lazy("Inuktitut"),
    "lo": gettext_lazy("Lao"),
    "nv": gettext_lazy("Navajo"),
    "ps": gettext_lazy("Pashto"),
    "so": gettext_lazy("Somali"),
    "ti": gettext_lazy("Tigrinya"),
    "tl": gettext_lazy("Tagalog"),
    "yi": gettext_lazy("Yiddish"),
    "yue": gettext_lazy("Cantonese"),
    "zh": gettext_lazy("Chinese"),
}
"""Those that Django has no name for."""


def split(text: str) -> list[str]:
    """Return the words of a list that is written with commas, semicolons or spaces."""
    return [word for word in re.split(r"[\s,;]+", text) if word]


def canonical(code: str) -> str | None:
    """Return a code as it is written: "EN-us" is "en-US"; None when it is not one."""
    found = _CODE.fullmatch(code)
    if found is None:
        return None
    language, script, region = found.groups(default="")
    return language.lower() + script.title() + region.upper()


def name(code: str) -> str:
    """Return a language in words, with its region: "Spanish (MX)"; a code that has no name stays as it is."""
    written = canonical(code) or code
    for length in (2, 1):  # zh-Hant is one of its own, en-US is English
        known, rest = "-".join(written.split("-")[:length]), written.split("-")[length:]
        said = _NAMES.get(known)
        info = LANG_INFO.get(known.lower())
        if said is None and info and "name" in info:
            said = gettext(info["name"])
        if said is not None:
            return f"{said} ({', '.join(rest)})" if rest else str(said)
    return written


def code_of(word: str) -> str:
    """Return the code of a language that is called by its English name; "" when there is none."""
    names = {
        str(info["name"]).casefold(): code for code, info in LANG_INFO.items() if "name" in info
    }
    return names.get(word.casefold(), "")
