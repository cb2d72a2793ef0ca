"""Pages of checklists."""

import uuid
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.history.forms import attempt
from portal.history.queries import of_object
from portal.lib.http import go, is_fragment, page
from portal.lib.refusals import RuleBroken
from strategy.checklists import actions, queries, rules
from strategy.checklists.forms import AnswerForm, RunForm, StartForm
from strategy.checklists.models import Answer, Item, Run, RunTeam
from strategy.gaps.forms import GapForm
from strategy.gaps.views import show_form
from strategy.plan.queries import Place, enter, narrowed, today
from teams import access
from teams.roles import Act


def list_(request: HttpRequest, slug: str) -> HttpResponse:
    """All runs of the strategy and how far they are."""
    place = enter(request, slug)
    every = Run.objects.filter(strategy=place.strategy)
    return page(
        request,
        "strategy/checklists/list.html",
        {
            "place": place,
            "cards": queries.run_cards(every.through(place.lens), today()),
            "lens_says": narrowed(place, every, _("%(n)d of %(d)d checklists")),
            "can_start": place.may(Act.EDIT),
            "why_not": place.why_not(Act.EDIT),
        },
    )


def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask teams to answer a checklist."""
    place = enter(request, slug)
    access.check(request.user, Act.EDIT, place.strategy, as_=place.standing)
    if request.method == "POST":
        actions.ensure_shipped()  # the first run anywhere loads the checklists
    form = StartForm(
        request.POST or None,
        today=today(),
        initial=queries.start_initial(place.strategy, today()),
    )
    if request.method == "POST":
        run = attempt(
            form,
            lambda: actions.start_run(
                strategy=place.strategy, **form.run_values, today=today(), by=place.user
            ),
        )
        if run:
            toast = _("“%(name)s” is started. Its teams can answer now.") % {"name": run}
            return go(request, run.get_absolute_url(), toast=toast)
    return page(
        request,
        "strategy/checklists/edit.html",
        {"place": place, "form": form, "run": None},
        status=form.status,
    )


def _run(request: HttpRequest, slug: str, uid: uuid.UUID) -> tuple[Place, Run]:
    place = enter(request, slug)
    rows = Run.objects.filter(strategy=place.strategy).select_related("strategy", "framework")
    return place, get_object_or_404(rows, uid=uid)


def edit(request: HttpRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Change a run's name, due date or teams."""
    place, run = _run(request, slug, uid)
    access.check(request.user, Act.EDIT, run, as_=place.standing)
    form = RunForm(request.POST or None, thing=run)
    if request.method == "POST":
        saved = attempt(
            form,
            lambda: actions.edit_run(
                run=run, **form.run_values, expected=form.expected, by=place.user
            ),
        )
        if saved:
            return go(request, saved.get_absolute_url(), toast=_("The checklist is saved."))
    return page(
        request,
        "strategy/checklists/edit.html",
        {"place": place, "form": form, "run": run},
        status=form.status,
    )


def detail(request: HttpRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """One run: every item and every team's answer, with counts."""
    place, run = _run(request, slug, uid)
    status, team = request.GET.get("status", ""), request.GET.get("team", "")
    shown = queries.matrix(run, status=status, team=team)
    return page(
        request,
        "strategy/checklists/detail.html",
        {
            "place": place,
            "run": run,
            "matrix": shown,
            "is_overdue": queries.is_overdue(run, shown.tally, today()),
            "status": status,
            "team": team,
            "statuses": queries.FILTERS,
            "mine": [one for one in shown.columns if one.team.pk in place.standing.team_ids],
            "can_edit": place.may(Act.EDIT, run),
            "why_not": place.why_not(Act.EDIT, run),
            "entries": of_object(run.uid),
        },
        fragment="matrix",
    )


def _run_team(
    request: HttpRequest, slug: str, uid: uuid.UUID, team_slug: str
) -> tuple[Place, RunTeam]:
    place = enter(request, slug)
    rows = RunTeam.objects.filter(run__strategy=place.strategy, run__uid=uid)
    related = rows.select_related("run__strategy", "run__framework", "team")
    return place, get_object_or_404(related, team__slug=team_slug)


def answer(request: HttpRequest, slug: str, uid: uuid.UUID, team_slug: str) -> HttpResponse:
    """One team's page: all items with its answers. With ?item= htmx gets that one, as stored."""
    place, run_team = _run_team(request, slug, uid, team_slug)
    rows = queries.sheet_rows(run_team)
    wanted = request.GET.get("item")
    one = next((row for row in rows if row.item.code == wanted), None)
    if one and is_fragment(request):
        return _row_page(request, place, run_team, one, "answer-item", {"is_one": True})
    return _sheet_page(request, place, run_team, rows)


def answer_item(
    request: HttpRequest, slug: str, uid: uuid.UUID, team_slug: str, item_code: str
) -> HttpResponse:
    """Save one answer. htmx swaps only its state: what somebody is typing is never replaced."""
    place, run_team = _run_team(request, slug, uid, team_slug)
    item = get_object_or_404(Item, framework=run_team.run.framework_id, code=item_code)
    access.check(request.user, Act.ANSWER, run_team, as_=place.standing)
    form = AnswerForm(request.POST)
    saved = attempt(
        form,
        lambda: actions.answer_item(
            run_team=run_team,
            item=item,
            status=form.cleaned_data["answer"],
            reason=form.cleaned_data["reason"],
            expected=form.cleaned_data["version"],
            today=today(),
            by=place.user,
        ),
    )
    if saved and not is_fragment(request):
        to = _item_url(place, run_team, item)
        return go(request, to, toast=_("%s is answered.") % item.code)
    row = queries.sheet_row(item, queries.answers_of(run_team).filter(item=item).first())
    if not saved:
        row = _tried(row, form)
    if not is_fragment(request):
        rows = [row if one.item == item else one for one in queries.sheet_rows(run_team)]
        return _sheet_page(request, place, run_team, rows, status=form.status)
    tally = queries.team_tally(run_team)
    said = row.answer.get_status_display() if row.answer and saved else _("Not saved")
    spoken = _("%(code)s: %(answer)s. %(n)d of %(all)d answered.") % {
        "code": item.code,
        "answer": said,
        "n": tally.answered,
        "all": tally.asked,
    }
    return _row_page(
        request,
        place,
        run_team,
        row,
        "answer-state",
        {"tally": tally, "with_progress": True},
        status=form.status,
        events={"announce": {"text": spoken}},
    )


def _tried(row: queries.SheetRow, form: AnswerForm) -> queries.SheetRow:
    """Return the row with what the person chose and typed, and what is wrong with it."""
    has_conflict = form.status == 409
    return replace(
        row,
        status=form.data.get("answer", ""),
        reason=form.data.get("reason", ""),
        errors=()
        if has_conflict
        else tuple(str(one) for all_ in form.errors.values() for one in all_),
        has_conflict=has_conflict,
    )


def _item_url(place: Place, run_team: RunTeam, item: Item) -> str:
    return f"{_sheet_url(run_team)}{place.trail}#item-{item.code}"


def _sheet_url(run_team: RunTeam) -> str:
    run = run_team.run
    return reverse(
        "strategy:checklists:answer", args=[run.strategy.slug, run.uid, run_team.team.slug]
    )


def _sheet_page(
    request: HttpRequest,
    place: Place,
    run_team: RunTeam,
    rows: list[queries.SheetRow],
    *,
    status: int = 200,
) -> HttpResponse:
    tally = rules.Tally.of_all(len(rows), (row.answer.status for row in rows if row.answer))
    context = {
        **_sheet_context(place, run_team),
        "sections": queries.by_section(rows),
        "tally": tally,
        "is_overdue": queries.is_overdue(run_team.run, tally, today()),
    }
    return page(request, "strategy/checklists/answer.html", context, status=status)


def _row_page(
    request: HttpRequest,
    place: Place,
    run_team: RunTeam,
    row: queries.SheetRow,
    fragment: str,
    more: dict[str, Any],
    *,
    status: int = 200,
    events: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {**_sheet_context(place, run_team), "row": row, **more}
    template = "strategy/checklists/answer.html"
    return page(request, template, context, fragment=fragment, status=status, events=events)


def _sheet_context(place: Place, run_team: RunTeam) -> dict[str, Any]:
    return {
        "place": place,
        "run": run_team.run,
        "run_team": run_team,
        "team": run_team.team,
        "here": _sheet_url(run_team),
        "statuses": Answer.Status.choices,
        "can_answer": place.may(Act.ANSWER, run_team),
        "why_not": place.why_not(Act.ANSWER, run_team),
        "can_log": place.may(Act.LOG_GAP),
    }


def log_gap(
    request: HttpRequest, slug: str, uid: uuid.UUID, team_slug: str, item_code: str
) -> HttpResponse:
    """Log the gap that an answer shows: title, team and reason are filled in already."""
    place, run_team = _run_team(request, slug, uid, team_slug)
    access.check(request.user, Act.LOG_GAP, place.strategy, as_=place.standing)
    rows = queries.answers_of(run_team).select_related("run__strategy", "item", "team", "gap")
    shown = get_object_or_404(rows, item__code=item_code)
    refused = rules.why_not_log_gap(shown.status, has_gap=shown.gap_id is not None)
    if refused:
        raise RuleBroken(_(refused))
    back = _item_url(place, run_team, shown.item)
    form = GapForm(
        request.POST or None,
        strategy=place.strategy,
        initial={
            "title": f"{shown.get_status_display()}: {shown.item.text}"[:150],
            "harm": shown.reason,
            "owner_team": run_team.team_id,
            "accountable": request.user.pk,
        },
    )
    if request.method == "POST":
        gap = attempt(
            form,
            lambda: actions.log_gap(answer=shown, values=form.values, today=today(), by=place.user),
        )
        if gap:
            toast = _("%(code)s is logged and tied to %(item)s.") % {
                "code": gap.code,
                "item": shown.item.code,
            }
            if not is_fragment(request):
                return go(request, back, toast=toast)
            row = queries.sheet_row(shown.item, shown)
            events = {"toast": {"text": toast}, "gap-changed": {}}
            more = {"is_beside": True}
            return _row_page(request, place, run_team, row, "answer-state", more, events=events)
    return show_form(request, place, form, back=back)
