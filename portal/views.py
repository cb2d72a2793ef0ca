"""The shell: start page, health, errors, and what every page knows (navigation, strategy, account)."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.lib.fragments import fragment
from portal.lib.http import is_fragment, page, trigger
from portal.lib.refusals import Refusal
from strategy.home.queries import navigation, shared_with
from strategy.plan.models import Strategy
from strategy.plan.rules import TOUCHES_MOBILE
from teams import access


def start(request: HttpRequest) -> HttpResponse:
    """Lead a person to their strategy, or let them choose."""
    strategies = list(Strategy.objects.visible_to(request.user).order_by("name"))
    if len(strategies) == 1:
        [only] = strategies
        standing = access.standing(request.user, only.pk)
        to = only.get_absolute_url()
        if standing.role == "contributor" and not standing.is_admin:  # who owns channels, works
            to = reverse("strategy:mine", args=[only.slug])
        return HttpResponse(status=302, headers={"Location": to})
    context = {"strategies": strategies, "shared": [] if strategies else shared_with(request.user)}
    return render(request, "portal/start.html", context)


def keys(request: HttpRequest) -> HttpResponse:
    """The keys that work in the portal."""
    return page(request, "portal/keys.html", fragment="keys")


def live(request: HttpRequest, token: str) -> HttpResponse:
    """Never reached by GET: the live middleware answers. Kept so that the address has a name."""
    return HttpResponse(status=410)


def livez(request: HttpRequest) -> HttpResponse:
    """Is this process alive?"""
    return JsonResponse({"alive": True})


def readyz(request: HttpRequest) -> HttpResponse:
    """Can this process serve people: database there, migrations applied?"""
    problems = []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            problems.append("Migrations are missing. Run: python manage.py migrate")
    except Exception as error:  # noqa: BLE001  (whatever is wrong with the database, say so)
        problems.append(f"The database does not answer: {type(error).__name__}")
    return JsonResponse(
        {"ready": not problems, "problems": problems}, status=503 if problems else 200
    )


PRODUCT = "Access Strategy"


def shell_context(request: HttpRequest) -> dict[str, Any]:
    """Give every template the sidebar, the strategy one is in, its lens and the words of the page script."""
    user = getattr(request, "user", None)
    strategy = getattr(request, "strategy", None)
    shell: dict[str, Any] = {
        "product": PRODUCT,
        "strategy": strategy,
        "assets": fragment("_components/assets.html", (), {}),
        "texts": fragment("_components/texts.html", (), {}),
    }
    if getattr(request, "carried", None):
        shell["lens"] = _(TOUCHES_MOBILE)
    if user is not None and user.is_authenticated:
        shell["sidebar"] = _sidebar(request, user, strategy)
        if strategy is not None:
            slug = strategy.slug
            shell["palette"] = fragment("_components/palette.html", slug, {"slug": slug})
    return {"csrf_cookie_name": settings.CSRF_COOKIE_NAME, "shell": shell}


def _sidebar(request: HttpRequest, user: Any, strategy: Strategy | None) -> SafeString:
    section = "/".join(request.path.split("/")[:4])  # pages of one section mark the same place
    strategies = (
        () if getattr(request, "has_one_strategy", False) else tuple(_strategies(request, strategy))
    )
    here = (strategy.slug, strategy.name) if strategy else None
    shows = (section, here, strategies, user.is_superuser, str(user))

    def context() -> dict[str, Any]:
        nav = navigation(strategy, request.path) if strategy else []
        if user.is_superuser:
            url = reverse("teams:list")
            current = request.path.startswith(url)
            label = _("Organization")
            nav.append({"label": label, "url": url, "icon": "people", "current": current})
        return {
            "product": PRODUCT,
            "nav": nav,
            "strategy": strategy,
            "strategies": strategies,
            "account": [
                {"label": _("Glossary"), "url": reverse("strategy:glossary")},
                {"label": _("Keyboard shortcuts"), "url": reverse("keys")},
                {"label": _("Change password"), "url": reverse("account_change_password")},
            ],
            "name": str(user),
        }

    return fragment("_components/sidebar.html", shows, context)


class Switch(NamedTuple):
    """One strategy the switcher leads to."""

    name: str
    url: str
    current: bool


def _strategies(request: HttpRequest, here: Strategy | None) -> Iterator[Switch]:
    """Yield what the switcher offers. Who has one strategy only needs none, and no query."""
    for one in Strategy.objects.visible_to(request.user).only("slug", "name"):
        yield Switch(one.name, one.get_absolute_url(), one == here)


class RefusalMiddleware:
    """Turn a refused action into its sentence: a toast for htmx, a page for a browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer refusals; leave other exceptions alone."""
        if isinstance(error, Refusal):
            return refused(request, error.sentence, error.status)
        return None


def refused(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    """Say no with a sentence and a status, and swap nothing away."""
    if is_fragment(request):
        response = HttpResponse(status=status)
        response.headers["HX-Reswap"] = "none"
        return trigger(response, {"toast": {"text": sentence, "kind": "problem"}})
    template = f"{status}.html" if status in (403, 404) else "refused.html"
    back = urlsplit(request.headers.get("Referer", ""))
    context = {"sentence": sentence, "back": back.path if back.netloc == request.get_host() else ""}
    return render(request, template, context, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's security token did not match, mostly because of a sign-in in another tab."""
    return refused(
        request,
        _(
            "This form was opened before you signed in again. Go back, reload the page and send it once more."
        ),
        403,
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return render(request, "400.html", status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: missing and forbidden look the same to an outsider."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, without touching the database."""
    return HttpResponse(get_template("500.html").render(), status=500)
