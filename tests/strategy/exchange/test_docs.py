"""The page about the strategy file says what is true."""

import re
from pathlib import Path

import pytest

from strategy.exchange.actions import import_strategy
from strategy.exchange.queries import check
from strategy.exchange.shape import schema

DOCS = (Path(__file__).resolve().parents[3] / "docs" / "strategy-file.md").read_text(
    encoding="utf-8"
)
EXAMPLE = re.search(r"```yaml\n(.*?)```", DOCS, re.S)[1]


@pytest.mark.django_db
def test_the_example_in_the_docs_can_be_imported():
    assert check(EXAMPLE) == ()
    strategy = import_strategy(text=EXAMPLE)
    assert strategy.period == "2027"
    assert strategy.gaps.get().step.name == "Explains it all"


def test_the_docs_name_every_key_and_every_choice():
    words = set(re.findall(r"[a-z_]+|DQ-\d+", DOCS))
    for definition in [schema(), *schema()["$defs"].values()]:
        for key, rule in definition.get("properties", {}).items():
            assert f"`{key}`" in DOCS, f"`{key}` is not described"
            assert set(rule.get("enum", ())) <= words, f"not all choices of `{key}` are described"
