"""Pages of the channel inventory."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.history.forms import attempt, sent_version
from portal.history.queries import of_object
from portal.lib.http import go, is_fragment, page, trigger
from strategy.inventory import actions, queries, seal
from strategy.inventory.back import to_quality
from strategy.inventory.decisions.forms import TypeFilter
from strategy.inventory.decisions.tree import goes_with, type_page
from strategy.inventory.forms import (
    ChannelForm,
    ContactTypeForm,
    DifferenceForm,
    TransitionForm,
    VolumeForm,
)
from strategy.inventory.models import AnswerDifference, Channel, Transition
from strategy.inventory.points.channel_hours import hours_from_points, hours_of
from strategy.inventory.service.by_type import contacts_of_channel
from strategy.inventory.ways.queries import ways_of
from strategy.plan import short
from strategy.plan.models import ContactType
from strategy.plan.queries import (
    Place,
    by_uid,
    enter,
    enter_shared,
    freshness,
    narrowed,
    today,
)
from strategy.plan.sharing import share_dialog
from teams import access
from teams.queries import who_leads
from teams.requests import PersonRequest
from teams.roles import Act


def detail(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """One channel: its facts, its way to a person, its volume, its gaps and its history."""
    place, channel = enter_shared(request, slug, Channel.objects.all(), uid)
    leads_to, comes_from = ways_of(place, channel, today())
    volume = queries.volume_pair(channel)
    return page(
        request,
        "strategy/inventory/detail.html",
        {
            "place": place,
            "channel": channel,
            "hours": hours_of(channel),
            "leads_to": leads_to,
            "comes_from": comes_from,
            "sees_more": bool(place.standing.role) or place.standing.is_admin,
            "volume": volume,
            "by_type": None if volume.now else contacts_of_channel(channel),
            "fresh": freshness(
                channel.next_review_on,
                today(),
                has_ended=channel.is_retired,
                is_doubted=channel.unsealed_on is not None,
            ),
            "can_edit": place.may(Act.EDIT, channel),
            "leads": who_leads(channel.owner_team, unless=channel.owner),
            "changed_since": seal.changed_since([channel]).get(channel.uid),
            "who_confirms": seal.who_confirms(channel) if channel.unsealed_on else "",
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
    version, hours = channel.version, channel.hours
    form = ChannelForm(request.POST or None, strategy=place.strategy, thing=channel)
    volume = VolumeForm(request.POST or None, prefix="volume", pair=queries.volume_pair(channel))
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
            toast = _said_of(saved, version=version, hours=hours)
            return go(request, to_quality(request, slug) or channel.get_absolute_url(), toast=toast)
        if form.status == 409 and Channel.objects.filter(pk=channel.pk).exists():
            late = volume.show_conflict(channel.measurements.monthly_contacts())
            form.conflict = [*(form.conflict or []), *late]
    return _form_page(request, place, form, volume, channel)


def _said_of(channel: Channel, *, version: int, hours: str) -> str:
    """Say that a channel is saved, and what is not as one would expect: its hours, a broken seal."""
    said = [_("The channel is saved.")]
    if channel.hours != hours and (counts := hours_from_points([channel]).get(channel.pk)):
        said.append(_("The hours of its access points count: %(hours)s.") % {"hours": counts})
    if channel.unsealed_on and channel.version != version:
        said.append(_("An owner must confirm it now."))
    return " ".join(said)


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
        {
            "place": place,
            "form": form,
            "volume": volume,
            "channel": channel,
            "to_quality": to_quality(request, place.strategy.slug),
        },
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
    actions.review_channel(
        channel=channel, expected=sent_version(request), on=today(), by=request.user
    )
    toast = _("Thank you. “%(name)s” is marked as still true.") % {"name": channel}
    if channel.unsealed_on:
        toast = _(
            "You do not own “%(name)s”, so its seal stays broken until an owner confirms it. Your look is kept."
        ) % {"name": channel}
    if is_fragment(
        request
    ):  # from a list: only the button changes, so that no other row comes under the pointer
        piece = render(request, "strategy/inventory/confirmed.html", {"channel": channel})
        return trigger(piece, {"toast": {"text": toast}})
    return go(request, channel.get_absolute_url(), toast=toast)


def share(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """With whom this channel is shared."""
    place, channel = enter_shared(request, slug, Channel.objects.all(), uid)
    return share_dialog(request, place, channel)


# --- transitions, contact types and differences: short things, one page to edit them ----------------


TRANSITION = short.Kind(
    name="transition",
    model=Transition,
    lists="strategy:inventory:transitions",
    list_title=gettext_lazy("Transitions"),
    add=gettext_lazy("Record a transition"),
    edit="",
    saved=gettext_lazy("The transition is saved."),
    event="inventory-changed",
    deletes="strategy:inventory:transition_delete",
    delete_label=gettext_lazy("Delete this transition"),
    delete_text=gettext_lazy(
        "Delete it only if it was recorded by mistake: a way that is not wanted is “Decided against”. "
        "Gaps on it stay, but no longer name it."
    ),
    template="strategy/inventory/transition.html",
    related=("source__owner_team", "target__owner_team"),
)
CONTACT_TYPE = short.Kind(
    name="contact_type",
    model=ContactType,
    lists="strategy:inventory:contact_types",
    list_title=gettext_lazy("Contact types"),
    add=gettext_lazy("Add a contact type"),
    edit=gettext_lazy("Edit contact type"),
    saved=gettext_lazy("The contact type is saved."),
    event="inventory-changed",
    deletes="strategy:inventory:contact_type_delete",
    delete_label=gettext_lazy("Delete this contact type"),
    delete_text=gettext_lazy(
        "Nothing is decided or recorded for it, and nothing is part of it: nothing goes with it."
    ),
    edits="strategy:inventory:contact_type_edit",
    keeps=("kind", "parent", "self_service", "authentication"),
)
_WHICH = gettext_lazy(
    "Which two self-service channels answer this question differently? By design needs its reason as well."
)
DIFFERENCE = short.Kind(
    name="difference",
    model=AnswerDifference,
    lists="strategy:inventory:contact_types",
    list_title=gettext_lazy("Contact types"),
    add="",  # both are headed by their contact type
    edit="",
    saved=gettext_lazy("The difference is saved."),
    event="inventory-changed",
    deletes="strategy:inventory:difference_delete",
    delete_label=gettext_lazy("They agree now"),
    delete_text=gettext_lazy("If both channels answer alike now, the difference can go."),
    add_lead=_WHICH,
    edit_lead=_WHICH,
    path="contact_type__strategy",
    related=("channel__owner_team", "other__owner_team"),
)


def add_transition(request: PersonRequest, slug: str) -> HttpResponse:
    """Record a transition; `from` and `to` in the address name its ends."""
    place = enter(request, slug)
    place.check_may_add()
    initial = queries.ends(place.strategy, request.GET)
    form = TransitionForm(request.POST or None, strategy=place.strategy, initial=initial)
    return short.edit(
        request, place, TRANSITION, form, actions.add_transition, strategy=place.strategy
    )


def edit_transition(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Change what is recorded of a transition."""
    place, thing = short.find(request, slug, TRANSITION, uid)
    form = TransitionForm(request.POST or None, strategy=place.strategy, thing=thing)
    return short.edit(request, place, TRANSITION, form, actions.edit_transition, transition=thing)


def delete_transition(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Delete a transition that was recorded by mistake."""
    return short.remove(request, slug, TRANSITION, uid, actions.delete_transition, "transition")


def contact_types(request: PersonRequest, slug: str) -> HttpResponse:
    """Why customers get in touch, and where channels answer the same question differently."""
    place = enter(request, slug)
    shown = type_page(place, request.GET)
    count = shown.page.paginator.count
    announce = ngettext("%(n)d contact type", "%(n)d contact types", count) % {"n": count}
    others = request.GET.copy()
    others.pop("page", None)
    return page(
        request,
        "strategy/inventory/contact_types.html",
        {
            "place": place,
            "lens_says": narrowed(
                place,
                ContactType.objects.filter(strategy=place.strategy),
                _("%(n)d of %(d)d contact types"),
            ),
            "filters": TypeFilter(request.GET),
            "rows": shown.rows,
            "has_contacts": any(row.contacts for row in shown.rows),
            "page_obj": shown.page,
            "querystring": others.urlencode(),
            "is_filtered": shown.is_filtered,
            "can_edit": place.may(Act.EDIT),
            "can_compare": place.may_add,
            "why_not": place.why_not(Act.EDIT),
        },
        fragment="contact-type-list",
        events={"announce": announce}
        if request.headers.get("HX-Trigger") == "type-filters"
        else None,
    )


def add_contact_type(request: PersonRequest, slug: str) -> HttpResponse:
    """Add a contact type."""
    place = enter(request, slug)
    access.check(request.user, Act.EDIT, place.strategy, as_=place.standing)
    form = ContactTypeForm(
        request.POST or None, strategy=place.strategy, initial=_parent_of(place, request)
    )
    return short.edit(
        request, place, CONTACT_TYPE, form, actions.add_contact_type, strategy=place.strategy
    )


def edit_contact_type(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Change a contact type."""
    place, thing = short.find(request, slug, CONTACT_TYPE, uid)
    form = ContactTypeForm(request.POST or None, strategy=place.strategy, thing=thing)
    goes = goes_with(thing)
    return short.edit(
        request,
        place,
        CONTACT_TYPE,
        form,
        actions.edit_contact_type,
        words={"delete_text": goes} if goes else {},
        contact_type=thing,
    )


def _parent_of(place: Place, request: PersonRequest) -> dict[str, int]:
    """Return the contact type that the address names as `of`, for a new one that is part of it."""
    rows = ContactType.objects.filter(strategy=place.strategy)
    wider = by_uid(rows, request.GET.get("of"))
    return {"parent": wider.pk} if wider else {}


def delete_contact_type(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Delete a contact type with what was said about its answers."""
    return short.remove(
        request, slug, CONTACT_TYPE, uid, actions.delete_contact_type, "contact_type"
    )


def add_difference(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Say that two channels answer a contact type differently."""
    place, contact_type = short.find(request, slug, CONTACT_TYPE, uid, act=None)
    place.check_may_add()
    form = DifferenceForm(request.POST or None, strategy=place.strategy)
    return short.edit(
        request,
        place,
        DIFFERENCE,
        form,
        actions.add_difference,
        words={"title": contact_type},
        contact_type=contact_type,
    )


def edit_difference(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Change how two channels differ."""
    place, thing = short.find(request, slug, DIFFERENCE, uid)
    form = DifferenceForm(request.POST or None, strategy=place.strategy, thing=thing)
    return short.edit(
        request,
        place,
        DIFFERENCE,
        form,
        actions.edit_difference,
        words={"title": thing.contact_type},
        difference=thing,
    )


def delete_difference(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Delete a difference: the two channels answer alike now."""
    return short.remove(request, slug, DIFFERENCE, uid, actions.delete_difference, "difference")
