"""Markdown to HTML, and texts cut to a length."""

import pytest

from portal.lib.text import cut, markdown


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("Every channel has one owner.", 40, "Every channel has one owner."),
        ("Every channel has one owner.", 16, "Every channel…"),
        ("a person; the rest", 12, "a person…"),
        ("Donaudampfschiffahrt", 8, "Donauda…"),
        ("", 8, ""),
    ],
)
def test_a_text_is_cut_behind_its_last_whole_word(text, limit, expected):
    assert cut(text, limit) == expected


def test_headings_begin_below_those_of_the_page():
    assert markdown("# One\n\n###### Six") == "<h3>One</h3>\n<h6>Six</h6>\n"


def test_links_are_kept_and_made_harmless():
    html = markdown("see https://example.com and [mail](mailto:a@b.example)")
    assert 'href="https://example.com"' in html
    assert 'rel="noopener noreferrer nofollow"' in html
    assert 'href="mailto:a@b.example"' in html
