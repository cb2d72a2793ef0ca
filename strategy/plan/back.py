"""The way back: what was opened from My work ends there."""

from django.http import HttpRequest, HttpResponse

from portal.lib.http import go, is_fragment, stay
from strategy.plan.queries import Place


def finish(
    request: HttpRequest, place: Place, to: str, *, toast: str, event: str = ""
) -> HttpResponse:
    """After a change: lead the person to `to`, or back to My work, whose dialog closes and which is drawn anew.

    With an `event`, a dialog closes over any page: that page follows the event.
    """
    if is_fragment(request) and (place.from_mine or event):
        return stay(toast, "dialog-close", "my-work-changed" if place.from_mine else event)
    return go(request, place.back or to, toast=toast)
