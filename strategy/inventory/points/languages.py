"""Languages by their codes: en, es, zh-Hant. No database, no request."""

import re
from functools import lru_cache
from typing import Any

from django.conf.locale import LANG_INFO
from django.utils.translation import get_language, gettext, gettext_lazy

_WITH_REGION = re.compile(r"([a-z]{2,3})[ _]([A-Z]{2})")
_CODE = re.compile(r"([a-z]{2,3})(-[a-z]{4})?(-(?:[a-z]{2}|\d{3}))?", re.I)
_NAMES: dict[str, Any] = {
    "am": gettext_lazy("Amharic"),
    "ase": gettext_lazy("American Sign Language"),
    "bfi": gettext_lazy("British Sign Language"),
    "ceb": gettext_lazy("Cebuano"),
    "chk": gettext_lazy("Chuukese"),
    "cmn": gettext_lazy("Mandarin"),
    "fil": gettext_lazy("Filipino"),
    "fsl": gettext_lazy("French Sign Language"),
    "gsg": gettext_lazy("German Sign Language"),
    "gu": gettext_lazy("Gujarati"),
    "ha": gettext_lazy("Hausa"),
    "haw": gettext_lazy("Hawaiian"),
    "hmn": gettext_lazy("Hmong"),
    "ht": gettext_lazy("Haitian Creole"),
    "ilo": gettext_lazy("Ilocano"),
    "iu": gettext_lazy("Inuktitut"),
    "ku": gettext_lazy("Kurdish"),
    "ln": gettext_lazy("Lingala"),
    "lo": gettext_lazy("Lao"),
    "mh": gettext_lazy("Marshallese"),
    "mi": gettext_lazy("Māori"),
    "mt": gettext_lazy("Maltese"),
    "nv": gettext_lazy("Navajo"),
    "om": gettext_lazy("Oromo"),
    "ps": gettext_lazy("Pashto"),
    "rw": gettext_lazy("Kinyarwanda"),
    "si": gettext_lazy("Sinhala"),
    "sm": gettext_lazy("Samoan"),
    "so": gettext_lazy("Somali"),
    "ti": gettext_lazy("Tigrinya"),
    "tl": gettext_lazy("Tagalog"),
    "xh": gettext_lazy("Xhosa"),
    "yi": gettext_lazy("Yiddish"),
    "yo": gettext_lazy("Yoruba"),
    "yue": gettext_lazy("Cantonese"),
    "zh": gettext_lazy("Chinese"),
    "zu": gettext_lazy("Zulu"),
}
"""Those that Django has no name for."""


def read(text: str) -> tuple[list[str], list[str]]:
    """Return the codes of the languages that a list names, each once, and the pieces that name none.

    Codes and names, between commas, semicolons, slashes, “and” or blanks: "en, French; Haitian Creole". A code
    without a name is a word like any other: "all", "TBD".
    """
    codes: dict[str, None] = {}
    bad: list[str] = []
    for piece in re.split(r"\s*(?:[,;/&\n]|\band\b)\s*", text.strip()):
        if not piece:
            continue
        piece = _WITH_REGION.sub(r"\1-\2", piece) if _WITH_REGION.fullmatch(piece) else piece
        found = [_read(piece)] if _read(piece) else [_read(word) for word in piece.split()]
        if None in found:
            bad.append(piece)
        codes.update(dict.fromkeys(code for code in found if code))
    return list(codes), bad


def _read(word: str) -> str | None:
    code = code_of(word) or canonical(word)
    return code if code and ("-" in code or name(code) != code) else None


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
    """Return the code of a language that is called by its name, English or its own; "" when there is none."""
    return _codes(get_language()).get(" ".join(word.split()).casefold(), "")


@lru_cache(maxsize=8)
def _codes(language: str | None) -> dict[str, str]:
    """Return the codes by what the languages are called. `language`: the one of the screen."""
    found: dict[str, str] = {}
    for code, info in LANG_INFO.items():
        for said in (info.get("name"), info.get("name_local")):
            if said:
                found.setdefault(str(said).casefold(), canonical(code) or code)
    found.update((str(said).casefold(), code) for code, said in _NAMES.items())
    return found
