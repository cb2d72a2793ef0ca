"""A parameter that links take along: which links, which forms, and what is left alone."""

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from portal.lib.carry import Carried, CarryMiddleware

LENS = Carried("lens", "mobile", "/s/one/")


@pytest.mark.parametrize(
    ("url", "carried"),
    [
        ("/s/one/", "/s/one/?lens=mobile"),
        ("/s/one/gaps/?state=open", "/s/one/gaps/?state=open&lens=mobile"),
        ("/s/one/gaps/#gap-1", "/s/one/gaps/?lens=mobile#gap-1"),
        ("/s/one/gaps/?lens=mobile&page=2", "/s/one/gaps/?lens=mobile&page=2"),
        ("?page=2", "?page=2&lens=mobile"),
        ("?", "?lens=mobile"),
        ("?glens=x", "?glens=x&lens=mobile"),
        ("/s/two/", "/s/two/"),
        ("/organization/", "/organization/"),
        ("https://larkfield.example/s/one/", "https://larkfield.example/s/one/"),
        ("#main", "#main"),
        ("", ""),
    ],
)
def test_addresses_below_ours_take_it_along(url, carried):
    assert LENS.address(url) == carried
    assert LENS.address(carried) == carried


@pytest.mark.parametrize(
    ("html", "carried"),
    [
        (
            '<a class="x"\n href="/s/one/?q=a&amp;b=1">',
            '<a class="x"\n href="/s/one/?q=a&amp;b=1&amp;lens=mobile">',
        ),
        ('<a title="a > b" href="?page=2">', '<a title="a > b" href="?page=2&amp;lens=mobile">'),
        (
            '<div hx-get="/s/one/x/" data-live-fragment="/s/one/y/">',
            '<div hx-get="/s/one/x/?lens=mobile" data-live-fragment="/s/one/y/?lens=mobile">',
        ),
        (
            '<form method="post" action="/s/one/x/" hx-post="/s/one/x/">',
            '<form method="post" action="/s/one/x/?lens=mobile" hx-post="/s/one/x/?lens=mobile">',
        ),
        (
            '<form method="get" hx-get="/s/one/x/">',
            '<form method="get" hx-get="/s/one/x/"><input type="hidden" name="lens" value="mobile">',
        ),
        ("<form>", '<form><input type="hidden" name="lens" value="mobile">'),
        ('<form action="/search/">', '<form action="/search/">'),
        ('<a href="?q=1" data-as-is>', '<a href="?q=1" data-as-is>'),
        ('<p>href="/s/one/"</p>', '<p>href="/s/one/"</p>'),
        ('<a data-href="/s/one/">', '<a data-href="/s/one/">'),
    ],
)
def test_links_and_forms_of_a_page_take_it_along_and_texts_do_not(html, carried):
    assert LENS.page(html) == carried
    assert LENS.page(f"<p>Łódź</p>{html}") == f"<p>Łódź</p>{carried}"


def answered(response: HttpResponse, *, carried: Carried | None = LENS) -> Any:
    request: Any = RequestFactory().get("/s/one/")
    if carried:
        request.carried = carried
    return CarryMiddleware(lambda _request: response)(request)


def test_redirects_and_links_in_messages_take_it_along():
    headers = {
        "Location": "/s/one/gaps/",
        "HX-Redirect": "/s/one/",
        "HX-Trigger": '{"toast": {"text": "Read /s/one/ \\"now\\"", "link": {"url": "/s/one/gaps/"}}}',
    }
    response = answered(HttpResponse(headers=headers))
    assert response["Location"] == "/s/one/gaps/?lens=mobile"
    assert response["HX-Redirect"] == "/s/one/?lens=mobile"
    assert '"url": "/s/one/gaps/?lens=mobile"' in response["HX-Trigger"]
    assert "Read /s/one/ " in response["HX-Trigger"]


@pytest.mark.parametrize("text", ['Saved: "/s/one/gaps/"', "/s/one/ is Łódź's"])
def test_a_path_that_a_message_quotes_is_left_alone(text):
    told = {"toast": {"text": text}, "many": [{"url": "/s/one/"}, 1, None]}
    response = answered(HttpResponse(headers={"HX-Trigger": json.dumps(told)}))
    assert json.loads(response["HX-Trigger"]) == {
        "toast": {"text": text},
        "many": [{"url": "/s/one/?lens=mobile"}, 1, None],
    }
    assert answered(HttpResponse(headers={"HX-Trigger": "closed"}))["HX-Trigger"] == "closed"


def test_only_pages_are_changed_and_nothing_where_nothing_is_carried():
    html = '<a href="/s/one/">'
    assert answered(HttpResponse(html, content_type="application/json")).content.decode() == html
    assert answered(HttpResponse(html), carried=None).content.decode() == html
