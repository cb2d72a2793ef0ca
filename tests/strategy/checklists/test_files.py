"""Checklist files: what ships, and what is refused with its line."""

import re
from pathlib import Path

import pytest

from portal.lib.refusals import RuleBroken
from strategy.checklists import files

GOOD = """\
code: launch-gate
edition: "1"
name: Launch gate
sections:
  - name: Front line
    items:
      - code: LCH-01
        text: The front line has a guide.
        help: It covers errors.
      - code: LCH-02
        text: There is a recording.
"""


@pytest.fixture
def written(tmp_path):
    """Write a file and return its path."""

    def write(text: str) -> Path:
        path = tmp_path / "list.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_file_is_read_in_its_order(written):
    sheet = files.read(written(GOOD))
    assert (sheet.code, sheet.edition, sheet.name, sheet.about) == (
        "launch-gate",
        "1",
        "Launch gate",
        "",
    )
    assert sheet.lens == ""
    assert [vars(entry) for entry in sheet.entries] == [
        {"code": "LCH-01", "section": "Front line", "text": "The front line has a guide.",
         "help": "It covers errors.", "position": 1},
        {"code": "LCH-02", "section": "Front line", "text": "There is a recording.", "help": "", "position": 2},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        pytest.param(("code: launch-gate\n", ""), r'line 1: “code” needs a text', id="no code"),
        pytest.param(('"1"', "1"), r"line 2: “edition” needs a text. Put numbers in quotes", id="number"),
        pytest.param(("name: Launch", "lens: desktop\nname: Launch"), "line 3: there is no lens “desktop”", id="lens"),
        pytest.param(("name: Launch", "nmae: Launch"), r"line 3: “nmae” is not known here", id="typo"),
        pytest.param(("LCH-02", "LCH-01"), r"line 10: the code LCH-01 stands here twice", id="twice"),
        pytest.param(("There is", "x" * 301), r"line 11: “text” is longer than 300", id="too long"),
        pytest.param(("    items:\n", "    items: none\n    more:\n"), r"“more” is not known", id="extra"),
        pytest.param((GOOD[GOOD.index("  - name"):], "  none\n"), "“sections” needs a list", id="no list"),
        pytest.param((GOOD, "- only\n"), r"line 1: names with values belong here", id="not a mapping"),
        pytest.param((GOOD, ""), r"line 1: names with values belong here", id="empty"),
        pytest.param(("name: Launch", "name: [Launch"), r"line \d+: this is not YAML", id="not yaml"),
        pytest.param(("Launch gate", "Launch\x07gate"), r"this is not YAML", id="control character"),
        pytest.param(("name: Front line", "name: ' '"), r"line 5: “name” needs a text", id="blank"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(written, change, complaint):
    text = GOOD.replace(*change)
    assert text != GOOD
    with pytest.raises(RuleBroken, match=complaint):
        files.read(written(text))


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(RuleBroken, match=r"gone\.yaml cannot be read: No such file"):
        files.read(tmp_path / "gone.yaml")


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "list.yaml"
    path.write_bytes(b"code: \xff\xfe")
    with pytest.raises(RuleBroken, match="not YAML"):
        files.read(path)


def test_nothing_in_a_file_becomes_code(written):
    evil = GOOD.replace("Launch gate", "!!python/object/apply:os.system ['true']")
    with pytest.raises(RuleBroken, match="“name” needs a text"):
        files.read(written(evil))


def test_the_mobile_checklist_ships_with_23_items():
    (sheet,) = files.shipped()
    assert (sheet.code, sheet.lens) == ("mobile-readiness", "mobile")
    assert [entry.code for entry in sheet.entries] == [f"MOB-{n:02}" for n in range(1, 24)]
    assert all(entry.help for entry in sheet.entries)
    assert len({entry.section for entry in sheet.entries}) == 6


def test_the_example_in_the_guide_is_a_checklist(written):
    guide = (Path(__file__).parents[3] / "docs" / "checklists.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(.*?)```", guide, re.S)
    assert example
    assert files.read(written(example[1])).entries[0].code == "LCH-01"
