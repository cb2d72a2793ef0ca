"""System checks of the installation: `manage.py check` and `manage.py doctor` show them."""

from typing import Any

from django.core.checks import CheckMessage, Warning, register

PANGO_HINT = (
    "apt-get install --no-install-recommends"
    " libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
)


def pdf_problem() -> str:
    """Return why PDFs cannot be made here, with the command that helps; nothing when they can."""
    try:
        import weasyprint  # noqa: F401, PLC0415  (half a second, and it needs Pango: only when asked)
    except (ImportError, OSError) as error:
        return f"The PDF library does not load ({str(error).splitlines()[0]}). Run: {PANGO_HINT}"
    return ""


@register("pdf", deploy=True)
def check_pdf(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Can this machine make PDFs?"""
    problem = pdf_problem()
    return [Warning(problem, id="portal.W001")] if problem else []
