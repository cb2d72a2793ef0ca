"""Pages of self-service side by side."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.history.forms import attempt
from portal.history.queries import last_change
from portal.lib.http import go, is_fragment, page, trigger
from strategy.inventory.models import SelfServiceOffer
from strategy.inventory.parity import actions, queries
from strategy.inventory.parity.forms import OffersForm, sent_cells
from strategy.inventory.queries import by_family
from strategy.plan import short
from strategy.plan.models import ContactType
from strategy.plan.queries import Place, enter, in_step, narrowed
from teams.requests import PersonRequest
from teams.roles import Act

EDITED_AT_ONCE = 25
"""So many contact types stand in the form of many cells."""


def _chosen(request: PersonRequest) -> dict[str, Any]:
    only = request.GET.get("only", "")
    return {
        "words": request.GET.get("q", "").strip()[:100],
        "only": only if only in queries.ONLY else "",
        "number": request.GET.get("page", "1"),
    }


def _query(chosen: dict[str, str]) -> str:
    said = {"q": chosen["words"], "only": chosen["only"]}
    return urlencode({name: value for name, value in said.items() if value})


def parity(request: PersonRequest, slug: str) -> HttpResponse:
    """What customers can settle alone, contact type by self-service channel."""
    place = enter(request, slug)
    live = in_step(place.strategy)  # asked first: what is read afterward may be newer, never older
    chosen = _chosen(request)
    side = queries.side_by_side(place, **chosen)
    count = side.page.paginator.count
    words = ngettext("%(n)d contact type", "%(n)d contact types", count) % {"n": count}
    query = _query(chosen)
    number = side.page.number
    return page(
        request,
        "strategy/inventory/parity/page.html",
        {
            "place": place,
            "live": live,
            "here": f"{request.path}?{query}{'&' if query else ''}page={number}",
            "side": side,
            "page_obj": side.page,
            "querystring": query,
            "export_query": "&".join(filter(None, ("shown=on", query))),
            "chosen": chosen,
            "only": queries.ONLY.items(),
            "legend": queries.LOOKS.values(),
            "letters": "".join(str(look.letter) for look in queries.LOOKS.values()),
            "can_compare": place.may_add,
            "why_not": place.why_not(Act.EDIT),
            "lens_says": narrowed(
                place,
                ContactType.objects.filter(strategy=place.strategy),
                _("%(n)d of %(d)d contact types, on all self-service channels"),
            ),
        },
        fragment="parity",
        events=None if "live" in request.GET else {"announce": {"text": words}},
    )


def edit(request: PersonRequest, slug: str, type_uid: uuid.UUID) -> HttpResponse:
    """Say how much of one contact type each self-service channel offers."""
    place = enter(request, slug)
    place.check_may_add()
    found = get_object_or_404(ContactType, strategy=place.strategy, uid=type_uid)
    form = _form(request, place, [found])
    if request.method == "POST" and (saved := _save(place, form)) is not None:
        return _done(request, slug, saved)
    frame = short.Frame(
        name="offers",
        of=found.uid,
        title=str(found),
        lead=_(
            "How much of it can customers settle alone? Typing F, I, N, D or U in a list chooses. "
            "Deliberately none needs a reason."
        ),
        back=reverse("strategy:inventory:parity", args=[slug]),
        crumb=_("Self-service"),
        event="inventory-changed",
    )
    at = request.GET.get("at", "")
    template = "strategy/inventory/parity/edit.html"
    return short.show(request, place, form, frame, template=template, at=at)


def edit_all(request: PersonRequest, slug: str) -> HttpResponse:
    """The same for a page of contact types, in one save."""
    place = enter(request, slug)
    place.check_may_add()
    chosen = _chosen(request)
    side = queries.side_by_side(place, **chosen, size=EDITED_AT_ONCE)
    form = _form(request, place, _types(request, place, side))
    if request.method == "POST" and (saved := _save(place, form)) is not None:
        return _done(request, slug, saved)
    return page(
        request,
        "strategy/inventory/parity/edit_all.html",
        {
            "place": place,
            "form": form,
            "side": side,
            "page_obj": side.page,
            "querystring": _query(chosen),
            "back": reverse("strategy:inventory:parity", args=[slug]),
        },
        status=form.status,
    )


def _types(request: PersonRequest, place: Place, side: queries.Side) -> list[ContactType]:
    """Return the contact types of the page; of a form that comes back those it sends, whatever is found now."""
    if request.method != "POST":
        return [row.contact_type for row in side.page.object_list]
    kinds = {kind for kind, _channel in sent_cells(request.POST)}
    rows = ContactType.objects.filter(strategy=place.strategy, pk__in=kinds)
    return [leaf.contact_type for leaf in queries.tree(rows.order_by(Lower("name"), "pk"))]


def _form(request: PersonRequest, place: Place, types: list[ContactType]) -> OffersForm:
    sent = {channel for _kind, channel in sent_cells(request.POST)}
    channels = by_family(queries.self_service(place.strategy, also=sent))
    return OffersForm(
        request.POST or None,
        types=types,
        channels=channels,
        said=queries.offers(channels, types),
        editable=queries.editable(place, channels),
    )


def _save(place: Place, form: OffersForm) -> list[SelfServiceOffer] | None:
    """Save what was changed; None: the form is shown again, with what is wrong or was saved meanwhile."""
    saved = attempt(
        form,
        lambda: actions.save_offers(strategy=place.strategy, offers=form.offers, by=place.user),
        keep_on_refusal=True,
    )
    if form.lost:
        form.status = 409
    elif form.status == 409:
        channels = {line.channel for line in form.lines}
        form.show_conflict(queries.offers(channels, {line.contact_type for line in form.lines}))
    return saved


def _done(request: PersonRequest, slug: str, saved: list[SelfServiceOffer]) -> HttpResponse:
    count = len(saved)
    toast = ngettext("%(n)d cell is saved.", "%(n)d cells are saved.", count) % {"n": count}
    if not saved:
        toast = _("Nothing was changed.")
    if not is_fragment(request):
        return go(request, reverse("strategy:inventory:parity", args=[slug]), toast=toast)
    said: dict[str, Any] = {"text": toast}
    last = last_change(saved[0].uid) if saved else None
    if last:
        said["undo_url"] = reverse("strategy:undo", args=[slug, last.act])
    return trigger(HttpResponse(), {"toast": said, "inventory-changed": {}})
