"""Pages of the channel inventory."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.history.forms import TrackedForm, attempt, sent_version
from portal.history.models import Tracked
from portal.history.queries import of_object
from portal.lib.http import go, is_fragment, page, trigger
from strategy.inventory import actions, queries
from strategy.inventory.forms import (
    ChannelFilter,
    ChannelForm,
    ContactTypeForm,
    DifferenceForm,
    TransitionForm,
    VolumeForm,
)
from strategy.inventory.models import AnswerDifference, Channel, Transition
from strategy.plan.models import ContactType
from strategy.plan.queries import Place, enter, enter_shared, freshness, narrowed, today
from strategy.plan.sharing import share_dialog
from teams import access
from teams.requests import PersonRequest
from teams.roles import Act


def list_(request: PersonRequest, slug: str) -> HttpResponse:
    """All channels of the strategy: searched, filtered, sorted, page by page."""
    place = enter(request, slug)
    every = Channel.objects.filter(strategy=place.strategy)
    rows = every.through(place.lens)
    chosen = tuple(request.GET.get(name, "") for name in ChannelFilter.base_filters)
    is_filtered = any(chosen)
    filters = partial(ChannelFilter, request.GET, queryset=rows)
    sort = request.GET.get("sort", "name")
    found = queries.channel_page(
        place,
        filters().qs if is_filtered else rows,
        sort=sort,
        number=request.GET.get("page", "1"),
        today=today(),
    )
    count = found.paginator.count
    announce = ngettext("%(n)d channel", "%(n)d channels", count) % {"n": count}
    return page(
        request,
        "strategy/inventory/list.html",
        {
            "place": place,
            "filters": queries.filter_bar(
                request.path, sort, chosen, lambda: filters().form, is_filtered=is_filtered
            ),
            "page_obj": found,
            "head": queries.table_head(request.GET, sort),
            "pager": queries.pager(found, request.GET),
            "is_filtered": is_filtered,
            "lens_says": narrowed(place, every, _("%(n)d of %(d)d channels")),
            "can_add": place.may_add,
        },
        fragment="channel-list",
        events={"announce": {"text": announce}},
    )


def detail(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """One channel: its facts, its way to a person, its volume, its gaps and its history."""
    place, channel = enter_shared(request, slug, Channel.objects.all(), uid)
    leads_to, comes_from = queries.ways_of(place, channel)
    return page(
        request,
        "strategy/inventory/detail.html",
        {
            "place": place,
            "channel": channel,
            "leads_to": leads_to,
            "comes_from": comes_from,
            "sees_more": bool(place.standing.role) or place.standing.is_admin,
            "volume": queries.volume_pair(channel),
            "fresh": freshness(channel.next_review_on, today(), has_ended=channel.is_retired),
            "can_edit": place.may(Act.EDIT, channel),
            "can_share": place.may(Act.MANAGE),
            "can_log": place.may(Act.LOG_GAP),
            "why_not": place.why_not(Act.EDIT, channel),
            "entries": of_object(channel.uid),
        },
        fragment="channel-ways",
    )


def add(request: PersonRequest, slug: str) -> HttpResponse:
    """Add a channel."""
    place = enter(request, slug)
    place.check_may_add()
    initial = {"owner_team": place.own_team_id}
    form = ChannelForm(request.POST or None, strategy=place.strategy, initial=initial)
    volume = VolumeForm(request.POST or None, prefix="volume")
    if request.method == "POST" and volume.is_valid():
        channel = attempt(
            form,
            lambda: actions.add_channel(
                strategy=place.strategy,
                values=form.values,
                volumes=volume.volumes(),
                by=request.user,
            ),
        )
        if channel:
            toast = _("“%(name)s” is in the inventory.") % {"name": channel}
            return go(request, channel.get_absolute_url(), toast=toast)
    return _form_page(request, place, form, volume, None)


def edit(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Change a channel."""
    place, channel = enter_shared(request, slug, Channel.objects.all(), uid)
    access.check(request.user, Act.EDIT, channel, as_=place.standing)
    form = ChannelForm(request.POST or None, strategy=place.strategy, thing=channel)
    volume = VolumeForm(
        request.POST or None, prefix="volume", initial=queries.volume_initial(channel)
    )
    if request.method == "POST" and volume.is_valid():
        saved = attempt(
            form,
            lambda: actions.edit_channel(
                channel=channel,
                values=form.values,
                volumes=volume.volumes(),
                expected=form.expected,
                by=request.user,
            ),
        )
        if saved:
            return go(request, channel.get_absolute_url(), toast=_("The channel is saved."))
    return _form_page(request, place, form, volume, channel)


def _form_page(
    request: PersonRequest,
    place: Place,
    form: ChannelForm,
    volume: VolumeForm,
    channel: Channel | None,
) -> HttpResponse:
    status = form.status
    if request.method == "POST" and not volume.is_valid():
        form.is_valid()
        status = 422
    return page(
        request,
        "strategy/inventory/edit.html",
        {"place": place, "form": form, "volume": volume, "channel": channel},
        status=status,
    )


def delete(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Delete a channel that was entered by mistake."""
    _place, channel = enter_shared(request, slug, Channel.objects.all(), uid)
    actions.delete_channel(channel=channel, expected=sent_version(request), by=request.user)
    return go(
        request,
        reverse("strategy:inventory:list", args=[slug]),
        toast=_("“%(name)s” is deleted. History can bring it back.") % {"name": channel},
    )


def review(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Say that a channel is still as described."""
    _place, channel = enter_shared(request, slug, Channel.objects.all(), uid)
    actions.review_channel(channel=channel, on=today(), by=request.user)
    toast = _("Thank you. “%(name)s” is marked as still true.") % {"name": channel}
    if is_fragment(
        request
    ):  # from a list: only the button changes, so that no other row comes under the pointer
        piece = render(
            request, "_components/pill.html", {"tone": "good", "label": _("Confirmed today")}
        )
        return trigger(piece, {"toast": {"text": toast}})
    return go(request, channel.get_absolute_url(), toast=toast)


def share(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """With whom this channel is shared."""
    place, channel = enter_shared(request, slug, Channel.objects.all(), uid)
    return share_dialog(request, place, channel)


# --- transitions, contact types and differences: short things, one page to edit them ----------------


SAVED = {
    "transition": gettext_lazy("The transition is saved."),
    "contact_type": gettext_lazy("The contact type is saved."),
    "difference": gettext_lazy("The difference is saved."),
}


def _edit(
    request: PersonRequest,
    place: Place,
    form: TrackedForm,
    action: Callable[..., Any],
    kind: str,
    **given: Any,
) -> HttpResponse:
    """Add or change one of them: a dialog over the page one is on, or a page of its own."""
    back = "transitions" if kind == "transition" else "contact_types"
    back_url = reverse(f"strategy:inventory:{back}", args=[place.strategy.slug])
    if request.method == "POST":
        if form.is_valid() and form.thing is not None:
            given["expected"] = form.expected
        saved = attempt(
            form,
            lambda: action(values=form.values, by=request.user, **given),
            keep_on_refusal=True,
        )
        if saved:
            return _changed(request, back_url, str(SAVED[kind]))
    return page(
        request,
        "strategy/inventory/short.html",
        {
            "place": place,
            "form": form,
            "kind": kind,
            "thing": form.thing,
            "gone_with": queries.gone_with(form.thing),
            "action": request.get_full_path(),
            "back": back_url,
            "contact_type": given.get("contact_type"),
        },
        fragment="short-dialog",
        status=form.status,
    )


def _changed(request: PersonRequest, back: str, toast: str) -> HttpResponse:
    """From a dialog: close it, and let the page it lies over fetch what is new. Else: back to the list."""
    if not is_fragment(request):
        return go(request, back, toast=toast)
    return trigger(HttpResponse(), {"toast": {"text": toast}, "inventory-changed": {}})


def _short(
    request: PersonRequest, slug: str, model: Any, uid: uuid.UUID, act: Act | None = Act.EDIT
) -> tuple[Place, Any]:
    """Return a transition, contact type or difference of this strategy that the person may change."""
    place = enter(request, slug)
    path = "contact_type__strategy" if model is AnswerDifference else "strategy"
    related = {
        Transition: ("source__owner_team", "target__owner_team"),
        AnswerDifference: ("contact_type", "channel__owner_team", "other__owner_team"),
    }.get(model, ())
    rows = model.objects.filter(**{path: place.strategy}).select_related(path, *related)
    thing = get_object_or_404(rows, uid=uid)
    if act is not None:
        access.check(request.user, act, thing, as_=place.standing)
    return place, thing


def transitions(request: PersonRequest, slug: str) -> HttpResponse:
    """The ways from one channel to another, and what comes along on each."""
    place = enter(request, slug)
    return page(
        request,
        "strategy/inventory/transitions.html",
        {
            "place": place,
            "lens_says": narrowed(
                place,
                Transition.objects.filter(strategy=place.strategy),
                _("%(n)d of %(d)d transitions"),
            ),
            "ways": queries.ways(place, queries.transitions_of(place.strategy, place.lens)),
            "can_add": place.may_add,
            "why_not": place.why_not(Act.EDIT),
        },
        fragment="transition-list",
    )


def add_transition(request: PersonRequest, slug: str) -> HttpResponse:
    """Record a transition; `from` and `to` in the address name its ends."""
    place = enter(request, slug)
    place.check_may_add()
    initial = queries.ends(place.strategy, request.GET)
    form = TransitionForm(request.POST or None, strategy=place.strategy, initial=initial)
    return _edit(
        request, place, form, actions.add_transition, "transition", strategy=place.strategy
    )


def edit_transition(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Change what is recorded of a transition."""
    place, thing = _short(request, slug, Transition, uid)
    form = TransitionForm(request.POST or None, strategy=place.strategy, thing=thing)
    return _edit(request, place, form, actions.edit_transition, "transition", transition=thing)


def delete_transition(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Delete a transition that was recorded by mistake."""
    _place, thing = _short(request, slug, Transition, uid, act=None)
    actions.delete_transition(transition=thing, expected=sent_version(request), by=request.user)
    return _deleted(request, slug, "transitions", thing)


def contact_types(request: PersonRequest, slug: str) -> HttpResponse:
    """Why customers get in touch, and where channels answer the same question differently."""
    place = enter(request, slug)
    return page(
        request,
        "strategy/inventory/contact_types.html",
        {
            "place": place,
            "rows": queries.answers(place),
            "can_edit": place.may(Act.EDIT),
            "can_compare": place.may_add,
            "why_not": place.why_not(Act.EDIT),
        },
        fragment="contact-type-list",
    )


def add_contact_type(request: PersonRequest, slug: str) -> HttpResponse:
    """Add a contact type."""
    place = enter(request, slug)
    access.check(request.user, Act.EDIT, place.strategy, as_=place.standing)
    form = ContactTypeForm(request.POST or None)
    return _edit(
        request, place, form, actions.add_contact_type, "contact_type", strategy=place.strategy
    )


def edit_contact_type(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Change a contact type."""
    place, thing = _short(request, slug, ContactType, uid)
    form = ContactTypeForm(request.POST or None, thing=thing)
    return _edit(
        request, place, form, actions.edit_contact_type, "contact_type", contact_type=thing
    )


def delete_contact_type(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Delete a contact type with what was said about its answers."""
    _place, thing = _short(request, slug, ContactType, uid, act=None)
    actions.delete_contact_type(contact_type=thing, expected=sent_version(request), by=request.user)
    return _deleted(request, slug, "contact_types", thing)


def add_difference(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Say that two channels answer a contact type differently."""
    place, contact_type = _short(request, slug, ContactType, uid, act=None)
    place.check_may_add()
    form = DifferenceForm(request.POST or None, strategy=place.strategy)
    return _edit(
        request, place, form, actions.add_difference, "difference", contact_type=contact_type
    )


def edit_difference(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Change how two channels differ."""
    place, thing = _short(request, slug, AnswerDifference, uid)
    form = DifferenceForm(request.POST or None, strategy=place.strategy, thing=thing)
    return _edit(request, place, form, actions.edit_difference, "difference", difference=thing)


def delete_difference(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Delete a difference: the two channels answer alike now."""
    _place, thing = _short(request, slug, AnswerDifference, uid, act=None)
    actions.delete_difference(difference=thing, expected=sent_version(request), by=request.user)
    return _deleted(request, slug, "contact_types", thing)


def _deleted(request: PersonRequest, slug: str, back: str, thing: Tracked) -> HttpResponse:
    toast = _("“%(name)s” is deleted. History can bring it back.") % {"name": thing}
    return go(request, reverse(f"strategy:inventory:{back}", args=[slug]), toast=toast)
