"""Pages of many channels: the same values for all of them, and rows as a grid."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.history.queries import last_change
from portal.lib.http import go, page
from strategy.inventory.lists import actions, bulk
from strategy.inventory.lists import fields as what
from strategy.inventory.lists.many_forms import (
    LONGEST_REASON,
    MOST_COLUMNS,
    BulkForm,
    GridForm,
    RowForm,
)
from strategy.inventory.lists.queries import PAGE_SIZE
from strategy.inventory.lists.views import filters_of, list_with
from strategy.inventory.models import Channel
from strategy.plan.queries import Place, enter, today
from teams.requests import PersonRequest

_HERE = "strategy/inventory/lists"


def _chosen(request: PersonRequest, place: Place) -> list[Channel]:
    """Return the channels that were ticked, or with `all` everything that the list they came from found."""
    rows, asked = filters_of(place, request.GET.get("now", ""))
    if "all" in request.GET:
        return bulk.ready(asked.qs)
    return bulk.by_uids(rows, request.GET.getlist("row"))


def _nothing_chosen(request: PersonRequest, place: Place) -> HttpResponse:
    messages.warning(request, _("No channel is chosen. Tick those that you want to change."))
    return go(
        request, _back(request, place, filters_of(place, request.GET.get("now", ""))[1].query)
    )


def _back(request: PersonRequest, place: Place, query: QueryDict) -> str:
    """Return the list that the person came from: the saved view, with what is `changed` in it."""
    if view := request.GET.get("view", ""):
        query = query.copy() if "changed" in request.GET else QueryDict(mutable=True)
        query["view"] = view
    return list_with(place, query)


def _split(place: Place, rows: Sequence[Channel]) -> tuple[list[Channel], list[Channel]]:
    """Return which of the channels the person may change, and which not."""
    allowed = bulk.editable(place.strategy, rows, place.user)
    return (
        [row for row in rows if row.pk in allowed],
        [row for row in rows if row.pk not in allowed],
    )


def edit_many(request: PersonRequest, slug: str) -> HttpResponse:
    """Change the same fields of many channels: the values, then what would change, then all of it in one act."""
    place = enter(request, slug)
    place.check_may_add()
    step = request.POST.get("step", "") if request.method == "POST" else ""
    rows = _agreed(request, place) if step == "apply" else _chosen(request, place)
    back = _back(request, place, filters_of(place, request.GET.get("now", ""))[1].query)
    if not rows and step != "apply":
        return _nothing_chosen(request, place)
    mine, others = _split(place, rows)
    form = BulkForm(request.POST if step else None, strategy=place.strategy)
    context: dict[str, Any] = {
        "place": place,
        "form": form,
        "rows": mine,
        "others": others,
        "too_many": bulk.MOST_ROWS if len(rows) > bulk.MOST_ROWS else 0,
        "back": back,
        "action": request.get_full_path(),
    }
    template = f"{_HERE}/bulk.html"
    if not step or step == "change" or not form.is_valid() or context["too_many"] or not mine:
        is_wrong = step in ("preview", "apply")
        return page(request, template, context, status=422 if is_wrong else 200)
    if step == "apply":
        versions = _versions(request)
        edits = [actions.Edit(uid, version, form.values) for uid, version in versions.items()]
        try:
            count = actions.edit_channels(
                strategy=place.strategy,
                edits=edits,
                reason=form.cleaned_data["reason"],
                by=place.user,
            )
        except actions.ManyStale as stale:
            context |= {"stale": stale, "status": stale.status}
        except actions.BadRow as bad:
            context |= {"refused": bad.sentence, "status": bad.status}
        else:
            return _done(request, place, count, back)
    seen = bulk.preview(mine, form.values, today(), by=place.user, teams_of=place.standing.team_ids)
    context |= {
        "preview": seen,
        "agreed": " ".join(f"{row.uid}:{row.version}" for row, _differs in seen.changing),
    }
    return page(
        request, template, context, status=context.get("status", 422 if seen.wrong else 200)
    )


def _versions(request: PersonRequest) -> dict[uuid.UUID, int]:
    """Return the rows of a preview with the versions it was made from; none when that is nonsense."""
    found = {}
    for one in request.POST.get("rows", "").split()[: bulk.MOST_ROWS]:
        uid, _colon, version = one.partition(":")
        try:
            found[uuid.UUID(uid)] = int(version)
        except ValueError:
            continue
    return found


def _agreed(request: PersonRequest, place: Place) -> list[Channel]:
    rows = Channel.objects.filter(strategy=place.strategy, uid__in=_versions(request))
    return bulk.ready(rows)


def _done(
    request: PersonRequest, place: Place, count: int, back: str, also: str = ""
) -> HttpResponse:
    said = ngettext("%(n)d channel is changed.", "%(n)d channels are changed.", count) % {
        "n": count
    }
    if not count:
        return go(request, back, toast=_("Nothing differed, so nothing is changed."))
    history = reverse("strategy:history", args=[place.strategy.slug])
    link = format_html('<a href="{}">{}</a>', history, _("Undo it in the history."))
    return go(request, back, toast=format_html("{} {} {}", said, also, link))


def grid(request: PersonRequest, slug: str) -> HttpResponse:
    """Change the chosen rows as a table: every cell an input, a version for each row, one save for all."""
    place = enter(request, slug)
    place.check_may_add()
    asked = filters_of(place, request.GET.get("now", ""))[1]
    back = _back(request, place, asked.query)
    data = request.POST or None
    rows, gone = (_chosen(request, place), []) if data is None else _sent(place, data)
    if not rows and not gone:
        return _nothing_chosen(request, place)
    left_out = 0 if data else max(0, len(rows) - PAGE_SIZE)
    mine, others = _split(place, rows[: len(rows) - left_out])
    about = what.edited(asked.query.get("columns", "") or ",".join(what.USUAL))
    form = GridForm(
        data,
        strategy=place.strategy,
        channels=mine,
        lost=[*others, *gone] if data else [],
        about=about[:MOST_COLUMNS],
    )
    context: dict[str, Any] = {
        "place": place,
        "form": form,
        "others": [] if data else others,
        "left_out": left_out,
        "columns_left_out": about[MOST_COLUMNS:],
        "most": PAGE_SIZE,
        "back": back,
        "columns_url": _columns_url(request, slug),
        "action": request.get_full_path(),
        "reason": request.POST.get("reason", "").strip(),
    }
    status = 200
    if data:
        status = _save_grid(request, place, form, context)
        if status == 200:
            return _done(request, place, context["count"], back, context["also"])
        _ask_again(form)
    return page(request, f"{_HERE}/grid.html", context, status=status)


def _sent(place: Place, data: QueryDict) -> tuple[list[Channel], list[Channel]]:
    """Return the rows that a grid sends back, whatever the filters find by now; and those that are gone."""
    uids = []
    for name in data:
        uid, _mark, key = name.rpartition("-")
        try:
            uids += [uuid.UUID(uid)] if key == "version" else []
        except ValueError:
            continue
    rows = Channel.objects.filter(strategy=place.strategy, uid__in=uids)
    found = {row.uid: row for row in bulk.ready(rows)}
    gone = [uid for uid in uids if uid not in found]
    return (
        [found[uid] for uid in uids if uid in found],
        bulk.as_last_called(place.strategy, gone),
    )


def _columns_url(request: PersonRequest, slug: str) -> str:
    link = QueryDict(mutable=True)
    link["now"] = request.GET.get("now", "")
    return f"{reverse('strategy:inventory:lists:columns', args=[slug])}?{link.urlencode()}"


def _save_grid(
    request: PersonRequest, place: Place, form: GridForm, context: dict[str, Any]
) -> int:
    """Save what differs of the grid; return 200, or 422 or 409 with the rows saying what is wrong."""
    if form.lost:
        return 409
    if len(context["reason"]) > LONGEST_REASON:
        context["reason_error"] = _("Write at most %(n)d characters.") % {"n": LONGEST_REASON}
    if not form.is_valid() or "reason_error" in context:
        return 422
    if form.waiting:
        return 409
    rows = {row.channel.uid: row for row in form.rows}
    channels = {uid: row.channel for uid, row in rows.items()}
    seen = {
        uid: row.cleaned_data.get("version") or 0 for uid, row in rows.items()
    }  # 0: never right
    typed = bulk.touched(channels, seen, {uid: row.values for uid, row in rows.items()})
    for uid, values in typed.items():
        for name, sentence in bulk.why_not_with(channels[uid], values, today()).items():
            rows[uid].refuse(name, [sentence])
    if form.faults():
        return 422
    late = bulk.meanwhile(channels, seen, typed)
    clashes = {uid: one.both for uid, one in late.items() if one.both}
    try:
        if clashes:
            raise actions.ManyStale(
                [actions.Overtaken(uid, channels[uid], last_change(uid)) for uid in clashes]
            )
        joined = {uid: channels[uid].version for uid in late}
        edits = [
            actions.Edit(uid, joined.get(uid, seen[uid]), values) for uid, values in typed.items()
        ]
        context["count"] = actions.edit_channels(
            strategy=place.strategy, edits=edits, reason=context["reason"], by=place.user
        )
    except actions.ManyStale as stale:
        _show_conflicts(stale, rows, typed, late)
        context["stale"] = stale
        return 409
    except actions.BadRow as bad:
        for name, sentences in bad.errors.items():
            rows[bad.channel.uid].refuse(name, sentences)
        return 422
    context["also"] = bulk.also_changed(list(late.values()), place.user)
    return 200


def _show_conflicts(
    stale: actions.ManyStale,
    rows: dict[uuid.UUID, RowForm],
    typed: Mapping[uuid.UUID, Mapping[str, Any]],
    late: Mapping[uuid.UUID, bulk.Meanwhile],
) -> None:
    """Ask of each cell that somebody was quicker with whose text stays; what one did not touch becomes theirs."""
    for one in stale.rows:
        row = rows.get(one.uid)
        if row is None or one.now is None:
            continue
        row.channel, row.saved = one.now, one.saved
        theirs = {
            field.key: getattr(one.now, field.key)
            for field in row.about
            if field.key not in typed[one.uid]
        }
        row.show(theirs, one.now.version)
        known = late.get(one.uid)
        both = (known and known.both) or typed[one.uid].keys()
        row.ask(both, known.changed - both if known else ())


def _ask_again(form: GridForm) -> None:
    """Put theirs beside mine in every row that is in question."""
    for row in form.rows:
        if row.in_question:
            row.conflict = row.questions()
            row.saved = row.saved or last_change(row.channel.uid)
