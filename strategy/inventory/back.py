"""The way back to Data quality: what a line there led to ends there."""

from django.http import HttpRequest
from django.urls import reverse

FROM_QUALITY = "quality"
"""What `from` of an address says when a line of Data quality led to it."""


def to_quality(request: HttpRequest, slug: str) -> str:
    """Return the address of Data quality when a line there led here (?from=quality), else nothing."""
    came = request.GET.get("from") == FROM_QUALITY
    return reverse("strategy:inventory:quality", args=[slug]) if came else ""
