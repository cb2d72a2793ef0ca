"""The signs of states: the same on the screen and on paper, and all of them in the font of both."""

import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from strategy.inventory.parity.queries import LOOKS as EXTENTS
from strategy.inventory.ways.queries import LOOKS as FACTS
from strategy.reports.drawing import _DECISIONS

STATIC = Path("portal/static/portal")
STYLES = {file.name: file.read_text() for file in STATIC.glob("*.css")}


@pytest.mark.parametrize("font", sorted(STATIC.glob("fonts/*.woff2")), ids=lambda file: file.stem)
def test_every_sign_of_a_state_is_in_the_font(font):
    signs = [look.symbol for look in (*FACTS.values(), *EXTENTS.values())]
    signs += [sign for _letter, sign in _DECISIONS.values()]
    signs += re.findall(r'content: "([^"\\]*)"', "".join(STYLES.values()))
    known = TTFont(font).getBestCmap()
    assert len(signs) > 50
    assert {letter for sign in signs for letter in sign if ord(letter) not in known} == set()


def test_a_decision_has_the_same_letter_and_sign_on_screen_and_paper():
    for mark in ("p", "s", "r", "d", "u"):
        (said,) = re.findall(
            rf'^\.{mark} > ::before, .*?content: "([^"]*)"', STYLES["matrix.css"], re.M
        )
        assert said.split() in [[one for one in pair if one] for pair in _DECISIONS.values()], mark


def test_what_comes_along_in_part_has_the_sign_of_a_fact_in_part():
    (said,) = re.findall(r'\.context-partly::before { content: "([^"]*)"', STYLES["parts.css"])
    assert said == FACTS["partly"].symbol == EXTENTS["part"].symbol
