"""The share dialog of one channel or journey: with whom, and how far. Leads decide."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portal.history.forms import attempt
from portal.lib.http import page
from portal.lib.refusals import RuleBroken
from strategy.plan.queries import Place
from teams import access, grants
from teams.forms import ShareForm
from teams.roles import Act


def share_dialog(request: HttpRequest, place: Place, thing: Any) -> HttpResponse:
    """Show with whom the thing is shared; share it further or take a share back. Answers the dialog again."""
    access.check(place.user, Act.MANAGE, place.strategy, as_=place.standing)
    shares = grants.shares_of(thing)
    form = ShareForm()
    status, toast = 200, ""
    if "remove" in request.POST:
        holder = next((one.holder for one in shares if one.key == request.POST["remove"]), None)
        if holder is None:
            raise RuleBroken(_("It is no longer shared with them. Open the dialog again."))
        grants.unshare(obj=thing, holder=holder, by=place.user)
        toast = _("No longer shared with %(name)s.") % {"name": holder}
    elif request.method == "POST":
        form = ShareForm(request.POST)
        attempt(
            form,
            lambda: grants.share(
                obj=thing,
                holder=form.cleaned_data["holder"],
                level=form.cleaned_data["level"],
                by=place.user,
            ),
        )
        status = form.status  # type: ignore[attr-defined]
        if status == 200:
            toast = _("Shared with %(name)s.") % {"name": form.cleaned_data["holder"]}
            form = ShareForm()
    return page(
        request,
        "strategy/plan/share.html",
        {"place": place, "thing": thing, "shares": grants.shares_of(thing), "form": form},
        fragment="share",
        status=status,
        events={"toast": {"text": toast, "kind": "info"}} if toast else None,
    )
