"""What changed inside a long text."""

from difflib import SequenceMatcher

import pytest

from portal.history import words
from portal.history.words import AROUND, MOST, pieces

LONG = " ".join(f"word{number}" for number in range(100))


def told(before: str, after: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in pieces(before, after)]


def test_a_changed_word_stands_between_a_few_that_stayed():
    around = [f"word{number}" for number in range(100)]
    assert told(LONG, LONG.replace("word50", "other")) == [
        ("same", " ".join(["…", *around[50 - AROUND : 50]])),
        ("gone", "word50"),
        ("new", "other"),
        ("same", " ".join([*around[51 : 51 + AROUND], "…"])),
    ]


def test_words_that_are_added_or_taken_out_are_told_alone():
    assert told("Calls stay short.", "Calls stay very short.") == [
        ("same", "Calls stay"), ("new", "very"), ("same", "short."),
    ]  # fmt: skip
    assert told("Calls stay short. Ask twice.", "Calls stay short.") == [
        ("same", "Calls stay short."), ("gone", "Ask twice."),
    ]  # fmt: skip


def test_two_changes_far_apart_leave_out_what_lies_between():
    after = LONG.replace("word20", "x").replace("word80", "y")
    kinds = [kind for kind, _text in told(LONG, after)]
    assert kinds == ["same", "gone", "new", "same", "gone", "new", "same"]
    between = told(LONG, after)[3][1].split()
    assert (between[0], between[AROUND], between[-1]) == ("word21", "…", "word79")
    assert len(between) == 2 * AROUND + 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("All of it was written by somebody else.", "Nothing here stayed."),
        ("One  line", "One\nline"),
        ("", "New"),
        ("Old", ""),
    ],
    ids=["rewritten", "spaces", "written", "emptied"],
)
def test_texts_that_are_not_one_text_are_not_compared(before, after):
    assert pieces(before, after) == ()


def test_a_long_change_is_cut():
    [_same, new] = told("Calls stay short. " * 40, "Calls stay short. " * 40 + LONG)
    assert new == ("new", " ".join([*LONG.split()[:MOST], "…"]))


def test_no_more_words_are_compared_than_a_moment_takes(monkeypatch):
    compared = []

    def matcher(junk, old, new, **options):
        compared.append(len(old) * len(new))
        assert compared[-1] <= words._TOO_MANY
        return SequenceMatcher(junk, old, new, **options)

    monkeypatch.setattr(words, "SequenceMatcher", matcher)
    before = "a b c d " * 2500
    after = "x " + "d c b a " * 2500 + "y"
    assert pieces(before, after) == ()
    told_of = pieces(before, before[:10000] + "here " + before[10000:])
    assert [piece.text for piece in told_of if piece.kind == "new"] == ["here"]
    pieces("a " + "b c " * 150 + "d", "e " + "c b " * 150 + "f")  # just over the limit
    pieces("a b c", "a x c")
    assert compared, "short texts are compared"
