"""Answering a request: a whole page for a browser, a fragment of the same template for htmx."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers


def is_fragment(request: HttpRequest) -> bool:
    """Is htmx asking for a piece of the page (not the browser for all of it)?"""
    return bool(request.htmx) and not request.htmx.boosted  # type: ignore[attr-defined]


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    fragment: str | None = None,
    status: int = 200,
    events: dict[str, Any] | None = None,
) -> HttpResponse:
    """Render the page, or only `fragment` of it when htmx asks. The server names it, never the client."""
    if fragment and is_fragment(request):
        template = f"{template}#{fragment}"
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return trigger(response, events)


def trigger(response: HttpResponse, events: dict[str, Any] | None) -> HttpResponse:
    """Let htmx fire browser events with the answer: {"toast": {"text": ...}}, {"gap-changed": {}}."""
    if events:
        response.headers["HX-Trigger"] = json.dumps(events)
    return response


def stay(toast: str, *events: str) -> HttpResponse:
    """After a change from a list or a dialog: the person stays, and what they see follows the events."""
    return trigger(
        HttpResponse(status=204), {"toast": {"text": toast}, **{event: {} for event in events}}
    )


def go(request: HttpRequest, to: str, *, toast: str = "") -> HttpResponse:
    """After a change: lead the person to `to` and say what happened."""
    if toast:
        messages.info(request, toast)
    if is_fragment(request):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = to
        return response
    return redirect(to)
