"""How search compares words. Plain Python, so that SQLite and PostgreSQL find the same.

A text is compared without case, accents and punctuation: “Łódź (app)” reads “lodz app”, and “G-12” reads “g12”.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache

MOST_WORDS = 8
"""How many words of a query count."""

LONGEST = 100
"""How many characters of a query count."""

_WHOLE = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})
_BETWEEN = re.compile(r"[\W_]+")
_CODE = re.compile(r"\b([a-z]{1,3})-(\d+)\b")


class Rank(IntEnum):
    """How well something answers a query, the best first."""

    IS = 0  # it is called just that, or has that code
    BEGINS = 1  # its name begins with the query
    WORDS_BEGIN = 2  # each word of the query begins a word of the name
    WITHIN = 3  # each word is somewhere in the name
    BESIDE = 4  # some of them only begin a word of the line beside it

    @property
    def class_of(self) -> int:
        """Return how kinds are ordered by it: that a sentence begins with a word says little about it."""
        return Rank.WORDS_BEGIN if self is Rank.BEGINS else self


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Return the text as it is compared: words without case and accents, with one blank between."""
    folded = text.casefold()
    if not folded.isascii():
        parts = unicodedata.normalize("NFKD", folded.translate(_WHOLE))
        folded = "".join(char for char in parts if not unicodedata.combining(char))
    return _BETWEEN.sub(" ", _CODE.sub(r"\1\2", folded)).strip()


def words(query: str) -> list[str]:
    """Return the words that must all occur."""
    return plain(query[:LONGEST]).split()[:MOST_WORDS]


def rank(wanted: list[str], name: str, beside: str = "", codes: Iterable[str] = ()) -> Rank | None:
    """Return how well a name with its line of context answers the words; None when one of them is missing."""
    text, query = plain(name), " ".join(wanted)
    if query == text or query in codes:
        return Rank.IS
    missing = [word for word in wanted if word not in text]
    if missing:
        line = f" {plain(beside)}"
        return Rank.BESIDE if all(f" {word}" in line for word in missing) else None
    if text.startswith(query):
        return Rank.BEGINS
    if all(f" {word}" in f" {text}" for word in wanted):
        return Rank.WORDS_BEGIN
    return Rank.WITHIN
