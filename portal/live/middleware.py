"""Answers the pages' question "anything new?" before sessions, sign-in and all the rest run."""

import json
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.live import revisions

PREFIX = "/live/"
_MEMO_SECONDS = 0.25
_memo: dict[uuid.UUID, tuple[float, int]] = {}


class LivePollMiddleware:
    """GET /live/<token>/?r=N: 204 while the revision is N, else 200 with the new number."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX) or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        scope = revisions.scope_of(request.path_info.removeprefix(PREFIX).rstrip("/"))
        if scope is None:
            return _answer(HttpResponse(status=410))
        number = _number(scope)
        if request.GET.get("r") == str(number):
            return _answer(HttpResponse(status=204))
        body = json.dumps({"revision": number})
        return _answer(HttpResponse(body, content_type="application/json"))


def _number(scope: uuid.UUID) -> int:
    """Return the revision; one query a scope, process and quarter second, however many ask."""
    now = time.monotonic()
    known = _memo.get(scope)
    if known and now - known[0] < _MEMO_SECONDS:
        return known[1]
    number = revisions.current(scope)
    if len(_memo) > 1000:
        _memo.clear()
    _memo[scope] = (now, number)
    return number


def _answer(response: HttpResponse) -> HttpResponse:
    response.headers["Content-Length"] = str(len(response.content))
    response.headers["Cache-Control"] = "no-store"
    return response
