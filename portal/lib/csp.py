"""Content Security Policy with the names of Django 6, for Django 5.2. Deleted when we move to 6.2."""

import django

if django.VERSION >= (6, 0):
    from django.middleware.csp import ContentSecurityPolicyMiddleware
    from django.utils.csp import CSP
else:
    from collections.abc import Callable
    from typing import Any

    from django.conf import settings
    from django.http import HttpRequest, HttpResponse

    class CSP:  # type: ignore[no-redef]
        """The source words this project uses."""

        NONE = "'none'"
        SELF = "'self'"

    class ContentSecurityPolicyMiddleware:  # type: ignore[no-redef]
        """Send `settings.SECURE_CSP` with every answer."""

        def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
            self.get_response = get_response
            policy: Any = settings.SECURE_CSP
            self.policy = "; ".join(
                f"{directive} {' '.join(sources)}" for directive, sources in policy.items()
            )

        def __call__(self, request: HttpRequest) -> HttpResponse:
            response = self.get_response(request)
            response.headers.setdefault("Content-Security-Policy", self.policy)
            return response


__all__ = ["CSP", "ContentSecurityPolicyMiddleware"]
