"""Markdown to HTML and to an excerpt."""

import pytest

from portal.lib.text import markdown, plain


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("One **bold** word", "One bold word"),
        ("# Heading\n\nText", "Text"),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n\nAfter", "After"),
        ("- one\n- two", "one two"),
        ("[a link](https://example.com) stays", "a link stays"),
        ("two\nlines", "two lines"),
        ("a **person**; the rest", "a person; the rest"),
        ("", ""),
    ],
)
def test_an_excerpt_is_what_the_paragraphs_say(source, expected):
    assert plain(source) == expected


def test_an_excerpt_is_cut_at_a_word():
    assert plain("Every channel has one owner.", 16) == "Every channel…"


def test_headings_begin_below_those_of_the_page():
    assert markdown("# One\n\n###### Six") == "<h3>One</h3>\n<h6>Six</h6>\n"


def test_links_are_kept_and_made_harmless():
    html = markdown("see https://example.com and [mail](mailto:a@b.example)")
    assert 'href="https://example.com"' in html
    assert 'rel="noopener noreferrer nofollow"' in html
    assert 'href="mailto:a@b.example"' in html
