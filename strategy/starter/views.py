"""The page on which a strategy is started."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.history.forms import attempt
from portal.lib.http import go, page
from strategy.plan.queries import today
from strategy.starter import actions
from strategy.starter.forms import StartForm
from strategy.starter.queries import KITS
from teams import access
from teams.links import show_once
from teams.requests import PersonRequest


def start(request: PersonRequest) -> HttpResponse:
    """Start a strategy from a kit."""
    access.check_admin(request.user)
    form = StartForm(request.POST or None, initial={"lead": request.user.uid})
    if request.method == "POST":
        started = attempt(
            form,
            lambda: actions.start(
                kit=form.chosen_kit,
                values=form.strategy_values,
                lead=form.cleaned_data["lead"],
                parts=form.parts,
                lead_in=form.lead_in,
                now=timezone.now(),
                today=today(),
                by=request.user,
            ),
            keep_on_refusal=True,
        )
        if started:
            strategy, invitations = started
            if invitations:
                show_once(request, *invitations)
                to = reverse("strategy:roles", args=[strategy.slug])
                return go(request, to, toast=_("The strategy is started. Pass the links on."))
            toast = _("The strategy is started. The list below leads to the first report.")
            return go(request, strategy.get_absolute_url(), toast=toast)
    return page(
        request,
        "strategy/starter/start.html",
        {"form": form, "kits": KITS.values()},
        status=form.status,
    )
