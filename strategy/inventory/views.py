"""Pages of the channel inventory."""

import uuid
from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.history.forms import attempt
from portal.history.queries import of_object
from portal.lib.http import go, is_fragment, page, trigger
from strategy.inventory import actions, queries
from strategy.inventory.forms import ChannelFilter, ChannelForm, VolumeForm
from strategy.inventory.models import Channel
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
            "can_add": place.standing.role in ("contributor", "editor", "lead")
            or place.standing.is_admin,
        },
        fragment="channel-list",
        events={"announce": {"text": announce}},
    )


def detail(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """One channel: its facts, its way to a person, its volume, its gaps and its history."""
    place, channel = enter_shared(request, slug, Channel.objects.all(), uid)
    return page(
        request,
        "strategy/inventory/detail.html",
        {
            "place": place,
            "channel": channel,
            "volume": queries.volume_pair(channel),
            "fresh": freshness(channel.next_review_on, today(), has_ended=channel.is_retired),
            "can_edit": place.may(Act.EDIT, channel),
            "can_share": place.may(Act.MANAGE),
            "can_log": place.may(Act.LOG_GAP),
            "why_not": place.why_not(Act.EDIT, channel),
            "entries": of_object(channel.uid),
        },
    )


def add(request: PersonRequest, slug: str) -> HttpResponse:
    """Add a channel."""
    place = enter(request, slug)
    mine = next(iter(place.standing.team_ids), None)
    if not place.standing.may(Act.EDIT, mine):
        access.check(request.user, Act.EDIT, place.strategy, as_=place.standing)
    form = ChannelForm(request.POST or None, strategy=place.strategy, initial={"owner_team": mine})
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
    actions.delete_channel(channel=channel, expected=_version(request), by=request.user)
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
    if is_fragment(request):  # from a list: the person stays there
        return trigger(HttpResponse(status=204), {"toast": {"text": toast}, "my-work-changed": {}})
    return go(request, channel.get_absolute_url(), toast=toast)


def share(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """With whom this channel is shared."""
    place, channel = enter_shared(request, slug, Channel.objects.all(), uid)
    return share_dialog(request, place, channel)


def _version(request: PersonRequest) -> int | None:
    raw = request.POST.get("version", "")
    return int(raw) if raw.isdecimal() else None
