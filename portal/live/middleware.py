"""Answers the pages' question "anything new?" before sessions, sign-in and all the rest run."""

import json
import time
import uuid
from collections.abc import Callable

from django.core import signing
from django.http import HttpRequest, HttpResponse

from portal.live import revisions

PREFIX = "/live/"
_MEMO_SECONDS = 0.25
_memo: dict[uuid.UUID, tuple[float, int]] = {}


class LivePollMiddleware:
    """GET /live/<token>/?r=N: 204 while the revision is N, else 200 with the new number.

    A token that has become too old is answered with a number that is never right: the page fetches its
    fragment, which asks for permission and carries a new token. A forged one is answered with 410.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX) or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        try:
            scope = revisions.scope_of(request.path_info.removeprefix(PREFIX).rstrip("/"))
        except signing.SignatureExpired:
            return _revision(-1)
        except (signing.BadSignature, ValueError):
            return _answer(HttpResponse(status=410))
        raw = request.GET.get("r", "")
        seen = int(raw) if raw.isdecimal() and len(raw) < 19 else None
        number = _number(scope, at_least=seen or 0)
        return _answer(HttpResponse(status=204)) if seen == number else _revision(number)


def _number(scope: uuid.UUID, *, at_least: int) -> int:
    """Return the revision; one query a scope, process and quarter second, however many ask.

    Another process may have told the page of a newer one (`at_least`): then what is remembered is old.
    """
    now = time.monotonic()
    known = _memo.get(scope)
    if known and now - known[0] < _MEMO_SECONDS and known[1] >= at_least:
        return known[1]
    number = revisions.current(scope)
    if len(_memo) > 1000:
        _memo.clear()
    _memo[scope] = (now, number)
    return number


def _revision(number: int) -> HttpResponse:
    body = json.dumps({"revision": number})
    return _answer(HttpResponse(body, content_type="application/json"))


def _answer(response: HttpResponse) -> HttpResponse:
    response.headers["Content-Length"] = str(len(response.content))
    response.headers["Cache-Control"] = "no-store"
    return response
