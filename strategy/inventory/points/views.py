"""Pages of access points and holiday calendars."""

import uuid
from typing import Any

from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.history.forms import attempt, sent_version
from portal.history.queries import of_object
from portal.lib.http import go, page
from strategy.inventory import seal
from strategy.inventory.back import to_quality
from strategy.inventory.models import AccessPoint, Calendar, Channel
from strategy.inventory.opening import zones
from strategy.inventory.points import actions, federal, queries
from strategy.inventory.points.channel_hours import hours_of
from strategy.inventory.points.forms import CalendarForm, NewPointForm, PointFilter, PointForm
from strategy.inventory.points.open_now import now_of, opening_of
from strategy.plan import short
from strategy.plan.back import finish
from strategy.plan.queries import (
    Place,
    by_uid,
    enter,
    enter_shared,
    in_step,
    narrowed,
    today,
)
from teams import access
from teams.queries import who_leads
from teams.requests import PersonRequest
from teams.roles import Act


def points(request: PersonRequest, slug: str) -> HttpResponse:
    """All access points of the strategy: searched, filtered, page by page, open or not at this moment."""
    place = enter(request, slug)
    live = in_step(place.strategy)  # asked first: what is read afterward may be newer, never older
    every = AccessPoint.objects.filter(channel__strategy=place.strategy)
    form = PointFilter(request.GET, strategy=place.strategy)
    chosen = form.chosen
    rows = queries.filter_rows(every.through(place.lens), chosen, today())
    sort = request.GET.get("sort", "channel")
    found = queries.point_page(
        place,
        rows,
        sort=sort,
        number=request.GET.get("page", "1"),
        is_open=chosen.get("open", ""),
        at=timezone.now(),
        today=today(),
    )
    others = request.GET.copy()
    for name in ("page", "live"):
        others.pop(name, None)
    count = found.paginator.count
    announce = ngettext("%(n)d access point", "%(n)d access points", count) % {"n": count}
    return page(
        request,
        "strategy/inventory/points/list.html",
        {
            "place": place,
            "live": live,
            "form": form,
            "sort": sort,
            "is_filtered": bool(chosen),
            "page_obj": found,
            "querystring": others.urlencode(),
            "heads": queries.heads(request.GET, sort),
            "lens_says": narrowed(place, every, _("%(n)d of %(d)d access points")),
            "can_add": place.may_add,
            "why_not": place.why_not(Act.EDIT),
        },
        fragment="point-list",
        events=None if "live" in request.GET else {"announce": {"text": announce}},
    )


def of_channel(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """The access points of one channel: a fragment for the channel's page."""
    place, channel = enter_shared(request, slug, Channel.objects.all(), uid)
    return page(
        request,
        "strategy/inventory/points/of.html",
        {
            "place": place,
            "channel": channel,
            "rows": queries.points_of(place, channel, timezone.now(), today()),
            "hours": hours_of(channel),
            "sees_more": bool(place.standing.role) or place.standing.is_admin,
            "can_add": place.may(Act.EDIT, channel),
        },
        fragment="points-of",
    )


def _find(request: PersonRequest, slug: str, uid: uuid.UUID) -> tuple[Place, AccessPoint]:
    place = enter(request, slug)
    rows = AccessPoint.objects.filter(channel__strategy=place.strategy)
    return place, get_object_or_404(rows.select_related(*queries.RELATED), uid=uid)


def point(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """One access point: what it is, who answers for it, when it is open, and its history."""
    place, thing = _find(request, slug, uid)
    now = timezone.now()
    found = opening_of(thing)
    owners = queries.owners_of(thing)
    here = found if isinstance(found, str) else now.astimezone(found.zone).date()
    return page(
        request,
        "strategy/inventory/points/detail.html",
        {
            "place": place,
            "point": thing,
            "now": now_of(thing, now),
            "to_quality": to_quality(request, slug),
            "owners": owners,
            "leads": who_leads(owners.team, unless=owners.person),
            "risks": queries.risks_of(thing, today()),
            "fresh": queries.fresh_of(thing, today()),
            "week": queries.week_rows(
                thing.hours, None if isinstance(here, str) else here.weekday()
            ),
            "days": queries.coming_days(found, today() if isinstance(here, str) else here),
            "volume": queries.volume_of(thing),
            "twins": queries.twins_of(thing),
            **queries.facts_of(thing),
            "changed_since": seal.changed_since([thing]).get(thing.uid),
            "who_confirms": seal.who_confirms(thing) if thing.unsealed_on else "",
            "can_edit": place.may(Act.EDIT, thing),
            "why_not": place.why_not(Act.EDIT, thing),
            "entries": of_object(thing.uid),
        },
    )


_KEPT = ("kind", "owner_team", "owner", "deputy", "time_zone", "calendar")
"""In what the next access point of a channel is likely like the one before."""


def add(request: PersonRequest, slug: str) -> HttpResponse:
    """Add an access point; `channel` in the address names its channel, `added` the one before."""
    place = enter(request, slug)
    channels = Channel.objects.filter(strategy=place.strategy).order_by("name")
    channels = channels.select_related("owner_team", "strategy")
    chosen = by_uid(channels, request.GET.get("channel"))
    if chosen is None or not place.may(Act.EDIT, chosen):
        place.check_may_add()
    before = AccessPoint.objects.filter(channel__strategy=place.strategy)
    added = by_uid(before, request.GET.get("added")) if request.method == "GET" else None
    initial: dict[str, Any] = {"channel": chosen.pk} if chosen else {}
    if added:
        initial |= model_to_dict(added, fields=_KEPT)
    form = NewPointForm(
        request.POST or None,
        strategy=place.strategy,
        channels=queries.offered(place, channels, chosen),
        initial=initial,
    )
    if request.method == "POST" and "do" not in request.POST:
        thing = attempt(
            form,
            lambda: actions.add_point(
                channel=form.cleaned_data["channel"],
                values=form.values,
                by=request.user,
                **form.linked,
            ),
            keep_on_refusal=True,
        )
        if thing and "another" in request.POST:
            return redirect(short.another(request, thing, channel=str(thing.channel.uid)))
        if thing:
            toast = _("“%(name)s” is in the inventory.") % {"name": thing}
            return go(request, thing.get_absolute_url(), toast=_with_twins(toast, thing))
    return _form_page(request, place, form, None, added)


def edit(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Change an access point. A button of the week (`do`) changes what stands in the form, and saves nothing."""
    place, thing = _find(request, slug, uid)
    access.check(request.user, Act.EDIT, thing, as_=place.standing)
    form = PointForm(request.POST or None, strategy=place.strategy, thing=thing)
    if request.method == "POST" and "do" not in request.POST:
        saved = attempt(
            form,
            lambda: actions.edit_point(
                point=thing,
                values=form.values,
                expected=form.expected,
                on=today(),
                by=request.user,
                **form.linked,
            ),
            keep_on_refusal=True,
        )
        if saved:
            toast = _with_twins(_("The access point is saved."), saved)
            there = to_quality(request, slug) or saved.get_absolute_url()
            return go(request, there, toast=toast)
    return _form_page(request, place, form, thing)


def _with_twins(toast: str, point: AccessPoint) -> str:
    """Say after a save as well where the same address stands already."""
    twins = queries.twins_of(point)
    if not twins:
        return toast
    said = _(
        "%(address)s is already an access point of %(channel)s. If it is one shared line or page, keep it at one"
        " channel and let that access point serve the contact types of both."
    )
    return f"{toast} {said % {'address': point.address, 'channel': twins[0].channel}}"


def _form_page(
    request: PersonRequest,
    place: Place,
    form: PointForm,
    thing: AccessPoint | None,
    added: AccessPoint | None = None,
) -> HttpResponse:
    if "do" in request.POST:
        form.press(request.POST["do"])
    context = {"place": place, "form": form, "point": thing, "zones": zones(), **_week(form)}
    context |= {"pressed": _pressed(request), "added": added}
    context["to_quality"] = to_quality(request, place.strategy.slug)
    context["can_make_calendar"] = place.may(Act.EDIT)
    return page(request, "strategy/inventory/points/edit.html", context, status=form.status)


def _pressed(request: PersonRequest) -> int | None:
    """Return the day whose button was pressed: its buttons stay in sight."""
    number = request.POST.get("do", "").partition("-")[2]
    return int(number) if number in tuple("0123456") else None


def _week(form: PointForm) -> dict[str, Any]:
    return {"form": form, "week": queries.week_rows(form.hours_text), "days": form.days()}


def week(request: PersonRequest, slug: str) -> HttpResponse:
    """The text and the grid of a week after a change in one of them. Nothing is saved.

    A change in the grid brings the text alone, so that who fills it in keeps the focus there.
    """
    place = enter(request, slug)
    form = PointForm(request.POST, strategy=place.strategy)
    button = request.POST.get("do", "grid")
    form.press(button)
    is_text = button == "grid"
    context = {"place": place, "pressed": _pressed(request), **_week(form), "is_text": is_text}
    part = "week-text" if is_text else "week"
    return page(request, "strategy/inventory/points/edit.html", context, fragment=part)


def delete(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Delete an access point that was entered by mistake."""
    _place, thing = _find(request, slug, uid)
    actions.delete_point(point=thing, expected=sent_version(request), by=request.user)
    toast = _("“%(name)s” is deleted. History can bring it back.") % {"name": thing}
    return go(request, thing.channel.get_absolute_url(), toast=toast)


def review(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Say that an access point is still as described."""
    place, thing = _find(request, slug, uid)
    actions.review_point(point=thing, expected=sent_version(request), on=today(), by=request.user)
    toast = _("Thank you. “%(name)s” is marked as still true.") % {"name": thing}
    return finish(request, place, thing.get_absolute_url(), toast=toast)


# --- calendars -------------------------------------------------------------------------------------

CALENDAR = short.Kind(
    name="calendar",
    model=Calendar,
    lists="strategy:inventory:calendars",
    list_title=gettext_lazy("Holiday calendars"),
    add=gettext_lazy("Add a calendar"),
    edit=gettext_lazy("Edit calendar"),
    saved=gettext_lazy("The calendar is saved."),
    event="inventory-changed",
    deletes="strategy:inventory:calendar_delete",
    delete_label=gettext_lazy("Delete this calendar"),
    delete_text=gettext_lazy("No access point uses it."),
)


def calendars(request: PersonRequest, slug: str) -> HttpResponse:
    """The holiday calendars, their next holidays, and the access points that use each."""
    place = enter(request, slug)
    live = in_step(place.strategy)
    rows = queries.calendars(place.strategy, today())
    return page(
        request,
        "strategy/inventory/points/calendars.html",
        {
            "place": place,
            "live": live,
            "rows": rows,
            "can_edit": place.may(Act.EDIT),
            "why_not": place.why_not(Act.EDIT),
            "has_federal": any(row.calendar.name == federal.NAME for row in rows),
            "federal": federal.NAME,
        },
        fragment="calendar-list",
    )


def add_calendar(request: PersonRequest, slug: str) -> HttpResponse:
    """Add a holiday calendar."""
    place = enter(request, slug)
    access.check(request.user, Act.EDIT, place.strategy, as_=place.standing)
    form = CalendarForm(request.POST or None)
    return short.edit(request, place, CALENDAR, form, actions.add_calendar, strategy=place.strategy)


def add_federal_calendar(request: PersonRequest, slug: str) -> HttpResponse:
    """Add the calendar of the federal holidays of the United States."""
    place = enter(request, slug)
    calendar = actions.add_federal_calendar(strategy=place.strategy, by=request.user)
    toast = _("“%(name)s” is there. Choose it on the access points that close then.")
    here = reverse("strategy:inventory:calendars", args=[slug])
    return go(request, here, toast=toast % {"name": calendar})


def edit_calendar(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Change a holiday calendar."""
    place, thing = short.find(request, slug, CALENDAR, uid)
    form = CalendarForm(request.POST or None, thing=thing)
    count = thing.points.count()
    goes = ngettext(
        "%(n)d access point uses it, and is not closed on its days then.",
        "%(n)d access points use it, and are not closed on its days then.",
        count,
    )
    words = {"delete_text": goes % {"n": count}} if count else {}
    return short.edit(
        request, place, CALENDAR, form, actions.edit_calendar, words=words, calendar=thing
    )


def delete_calendar(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Delete a holiday calendar."""
    return short.remove(request, slug, CALENDAR, uid, actions.delete_calendar, "calendar")
