"""Pages of findings."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.history.forms import attempt
from portal.history.queries import latest_acts
from portal.lib.http import go, is_fragment, page, trigger
from strategy.findings import actions, queries
from strategy.findings.forms import LeaveForm
from strategy.findings.queries import Finding
from strategy.findings.rules import RULES
from strategy.inventory.models import Channel
from strategy.journeys.models import Journey
from strategy.plan import short
from strategy.plan.queries import Place, enter, in_step, today
from teams import access
from teams.requests import PersonRequest
from teams.roles import Act


def list_(request: PersonRequest, slug: str) -> HttpResponse:
    """Everything the rules find: what is open, what is being fixed, and what is left as it is."""
    place = enter(request, slug)
    live = in_step(place.strategy)  # asked first: what is read afterward may be newer, never older
    day, acts = today(), latest_acts(place.strategy.uid)
    found = queries.current(place.strategy, day, acts, lens=place.lens)
    waiting = queries.still_open(found)
    count = len(waiting)
    words = ngettext("%(n)d open finding", "%(n)d open findings", count) % {"n": count}
    return page(
        request,
        "strategy/findings/list.html",
        {
            "place": place,
            "live": live,
            "lens_says": words if place.lens else "",
            "groups": queries.by_rule(waiting),
            "count": count,
            "taken": [one for one in found if one.state == queries.TAKEN],
            "left": [one for one in found if one.state == queries.LEFT],
            "unread": queries.unread_hours(place.strategy, day, acts, lens=place.lens),
            "can_log": place.may(Act.LOG_GAP),
            "leavable": queries.leavable(place, found),
            "why_not": place.why_not(Act.LOG_GAP),
        },
        fragment="finding-list",
        events=None if "live" in request.GET else {"announce": {"text": words}},
    )


def of_channel(request: PersonRequest, slug: str, channel_uid: uuid.UUID) -> HttpResponse:
    """The open findings that concern one channel: a fragment for the channel's page."""
    place = enter(request, slug)
    channel = get_object_or_404(Channel, strategy=place.strategy, uid=channel_uid)
    found = queries.touching(queries.current(place.strategy, today()), "channel", channel)
    return _of(request, place, found, channel)


def of_journey(request: PersonRequest, slug: str, journey_uid: uuid.UUID) -> HttpResponse:
    """The open findings on the hops of one journey: a fragment for its board."""
    place = enter(request, slug)
    journey = get_object_or_404(Journey, strategy=place.strategy, uid=journey_uid)
    found = queries.touching(queries.current(place.strategy, today()), "journey", journey)
    return _of(request, place, found, journey)


def of_initiatives(request: PersonRequest, slug: str) -> HttpResponse:
    """The open findings about launches: a fragment for the page of initiatives."""
    place = enter(request, slug)
    found = queries.current(place.strategy, today(), lens=place.lens)
    return _of(request, place, [one for one in found if one.rule.subject == "initiative"], None)


def _of(request: PersonRequest, place: Place, found: list[Finding], thing: Any) -> HttpResponse:
    return page(
        request,
        "strategy/findings/of.html",
        {
            "place": place,
            "thing": thing,
            "findings": queries.still_open(found),
            "can_log": place.may(Act.LOG_GAP),
            "leavable": queries.leavable(place, found),
        },
        fragment="findings-of",
    )


def accept(request: PersonRequest, slug: str, rule: str, subject_uid: uuid.UUID) -> HttpResponse:
    """Make a gap of a finding."""
    place = enter(request, slug)
    gap = actions.accept(
        strategy=place.strategy,
        rule=rule,
        subject=subject_uid,
        seen=request.POST.get("seen", ""),
        today=today(),
        by=request.user,
    )
    toast = _("%(code)s is logged from this finding.") % {"code": gap.code}
    if not is_fragment(request):
        return go(request, gap.get_absolute_url(), toast=toast)
    link = {"url": gap.get_absolute_url(), "label": _("Open it")}
    return trigger(
        HttpResponse(status=204),
        {"toast": {"text": toast, "link": link}, "finding-changed": {}, "gap-changed": {}},
    )


def leave(request: PersonRequest, slug: str, rule: str, subject_uid: uuid.UUID) -> HttpResponse:
    """Leave a finding as it is, with a reason."""
    place = enter(request, slug)
    asked = queries.asked(place.strategy, rule, subject_uid, request.user)
    access.check(request.user, *asked, as_=place.standing)
    found = queries.find(place.strategy, rule, subject_uid, today())
    initial = {"seen": found.said.digest} if found else None
    form = LeaveForm(request.POST or None, strategy=place.strategy, rule=rule, initial=initial)
    if request.method == "POST":
        judgment = attempt(
            form,
            lambda: actions.leave(
                strategy=place.strategy,
                rule=rule,
                subject=subject_uid,
                today=today(),
                by=request.user,
                **form.cleaned_data,
            ),
            keep_on_refusal=True,
        )
        if judgment:
            toast = (
                _("This finding now goes with %(code)s.") % {"code": judgment.gap.code}
                if judgment.gap
                else _("Left as it is. It comes back when the facts change.")
            )
            return _done(request, slug, rule, toast)
        if found:
            form.read_again(found.said.digest)
    frame = short.Frame(
        name="leave",
        of=f"{rule}-{subject_uid}",
        title=_("Leave it as it is"),
        back=_home(rule, slug),
        crumb=_("Findings") if rule in RULES else _("Data quality"),
        save=_("Leave it"),
        event="finding-changed" if rule in RULES else "inventory-changed",
        drawer=False,
    )
    template = "strategy/findings/leave.html"
    return short.show(request, place, form, frame, template=template, finding=found)


def reopen(request: PersonRequest, slug: str, rule: str, subject_uid: uuid.UUID) -> HttpResponse:
    """Take back that a finding is left as it is."""
    place = enter(request, slug)
    actions.reopen(strategy=place.strategy, rule=rule, subject=subject_uid, by=request.user)
    toast = _("The finding is open again.") if rule in RULES else _("It is listed again.")
    return _done(request, slug, rule, toast)


def _home(rule: str, slug: str) -> str:
    """Return the page on which what this rule says is listed."""
    name = "strategy:findings:list" if rule in RULES else "strategy:inventory:quality"
    return reverse(name, args=[slug])


def _done(request: PersonRequest, slug: str, rule: str, toast: str) -> HttpResponse:
    if not is_fragment(request):
        return go(request, _home(rule, slug), toast=toast)
    event = "finding-changed" if rule in RULES else "inventory-changed"
    return trigger(HttpResponse(), {"toast": {"text": toast}, event: {}})
