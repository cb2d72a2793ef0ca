"""A small file with one of everything, and what the tests of the exchange share."""

import re
from pathlib import Path

import pytest

SMALL = (Path(__file__).parent / "small.yaml").read_text(encoding="utf-8")


@pytest.fixture
def small() -> str:
    """The text of a valid file with one of everything."""
    return SMALL


def line_of(text: str, snippet: str) -> int:
    """Return the line (from 1) on which the snippet first stands."""
    assert snippet in text, f"{snippet!r} is not in the file"
    return text[: text.index(snippet)].count("\n") + 1


def without_uids(text: str) -> str:
    """Return the text with every uid made the same."""
    return re.sub(r"uid: [0-9a-f-]{36}", "uid: …", text)
