"""A parameter of the address that stays while somebody moves about: links of the page take it along.

The view that lets a person in sets `request.carried`; nothing else in a page has to know of it, drawn rows that
are kept in memory included. Without it, an answer passes as it is.
"""

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

_TAG = re.compile(r"""<[a-z](?:[^<>"']|"[^"]*"|'[^']*')*>""")
_LINK = re.compile(
    r'(?<=\s)(href|action|formaction|hx-get|hx-post|data-live-fragment|data-sort-url)="([^"]*)"'
)
_LEADING = ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url")
AS_IS = "data-as-is"
"""The attribute of a tag whose address is left alone: the link that ends it."""


@dataclass(frozen=True)
class Carried:
    """The parameter, and the address under which links keep it."""

    name: str
    value: str
    under: str

    def address(self, url: str, separator: str = "&") -> str:
        """Return the address with the parameter, if it lies under ours and does not say it already."""
        if not url.startswith((self.under, "?")):
            return url
        rest, hash_, anchor = url.partition("#")
        path, _mark, query = rest.partition("?")
        if any(part.startswith(f"{self.name}=") for part in re.split("&amp;|&", query)):
            return url
        query = f"{query}{separator}" if query else ""
        return f"{path}?{query}{self.name}={self.value}{hash_}{anchor}"

    def page(self, text: str) -> str:
        """Return the HTML with the parameter in its links, and as a field in the forms that only ask."""
        return _TAG.sub(self._tag, text)

    def events(self, text: str) -> str:
        """Return the JSON of what a page is told with the parameter in its links; a bare name as it is."""
        try:
            told = json.loads(text)
        except ValueError:
            return text
        return json.dumps(self._linked(told))

    def _linked(self, told: Any) -> Any:
        if isinstance(told, dict):
            return {key: self._linked(value) for key, value in told.items()}
        if isinstance(told, list):
            return [self._linked(value) for value in told]
        is_link = isinstance(told, str) and told.startswith("/") and not re.search(r"\s", told)
        return self.address(told) if is_link else told

    def _tag(self, found: re.Match[str]) -> str:
        tag = found[0]
        if AS_IS in tag:
            return tag
        if tag.startswith("<form") and 'method="post"' not in tag:
            where = re.search(r'(?<=\s)(?:action|hx-get)="([^"]*)"', tag)
            inside = where is None or where[1].startswith((self.under, "?"))
            field = f'<input type="hidden" name="{self.name}" value="{html.escape(self.value)}">'
            return tag + field if inside else tag
        return _LINK.sub(lambda link: f'{link[1]}="{self.address(link[2], "&amp;")}"', tag)


class CarryMiddleware:
    """Let the links, forms and redirects of an answer keep what `request.carried` says."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        carried: Carried | None = getattr(request, "carried", None)
        if carried is None:
            return response
        for name in _LEADING:
            if name in response.headers:
                response.headers[name] = carried.address(response.headers[name])
        if "HX-Trigger" in response.headers:  # links in messages
            response.headers["HX-Trigger"] = carried.events(response.headers["HX-Trigger"])
        if not response.streaming and response.headers.get("Content-Type", "").startswith(
            "text/html"
        ):
            response.content = carried.page(response.content.decode()).encode()
        return response
