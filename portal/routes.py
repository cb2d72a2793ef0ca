"""The whole route table, and the guard that reads it. A route that is not listed does not answer."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

import strategy.urls
import teams.urls
from portal.lib.http import is_fragment
from portal.lib.routes import Need, Routes, form, get

ROUTES: Routes = {
    # the shell
    "start": get(Need.SIGNED_IN),
    "keys": get(Need.SIGNED_IN),
    "livez": get(Need.ANYONE),
    "readyz": get(Need.ANYONE),
    "live": get(Need.ANYONE),  # the signed token in the address is the key
    # sign-in (django-allauth)
    "account_login": form(Need.ANYONE),
    "account_logout": form(Need.ANYONE),
    "account_signup": form(Need.ANYONE),  # closed: says so
    "account_inactive": get(Need.ANYONE),
    "account_change_password": form(Need.SIGNED_IN),
    "account_reset_password": form(Need.ANYONE),
    "account_reset_password_done": get(Need.ANYONE),
    "account_reset_password_from_key": form(Need.ANYONE),
    "account_reset_password_from_key_done": get(Need.ANYONE),
    "account_reauthenticate": form(Need.SIGNED_IN),
    **teams.urls.ROUTES,
    **strategy.urls.ROUTES,
}


class RouteGuardMiddleware:
    """Ask for a sign-in where the table says so; answer 405 to methods it does not list."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response.headers:  # type: ignore[attr-defined]
            response.headers["Cache-Control"] = "no-store, private"
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Decide before the view runs."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        methods = ROUTES.get(name)
        if methods is None:
            raise ImproperlyConfigured(
                f"The route {name!r} is not in the route table. List it beside its URL."
            )
        need = min(methods.values())
        if need > Need.ANYONE and not request.user.is_authenticated:  # type: ignore[attr-defined]
            if is_fragment(request):
                return HttpResponse(status=401)
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
        method = "GET" if request.method == "HEAD" else request.method
        if method not in methods:
            if request.method != "GET" or is_fragment(request):
                return HttpResponseNotAllowed(sorted(methods))
            response = render(request, "405.html", status=405)  # somebody opened a button's address
            response.headers["Allow"] = ", ".join(sorted(methods))
            return response
        return None
