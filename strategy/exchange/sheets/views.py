"""Pages of importing a table, and the download of a list."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from portal.history.forms import attempt
from portal.lib.http import go, page
from portal.lib.refusals import Refusal
from strategy.exchange.models import ImportRun
from strategy.exchange.queries import export_strategy
from strategy.exchange.sheets import actions, queries, whole, writing
from strategy.exchange.sheets.forms import ColumnsForm, UploadForm
from strategy.exchange.sheets.kinds import KINDS
from strategy.exchange.sheets.names import Here
from strategy.exchange.sheets.permission import check_may_import
from strategy.exchange.sheets.plan import State
from strategy.plan.queries import Place, enter, today
from teams.requests import PersonRequest
from teams.roles import Act

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "yaml": "application/yaml; charset=utf-8",
}


def export(request: PersonRequest, slug: str, kind: str, form: str) -> HttpResponse:
    """A list as a file: what the same address shows, with the columns it names, ids and versions first.

    With `template` in the address the columns alone, and one row as an example.
    """
    place = enter(request, slug)
    if (kind, form) == (whole.KEY, "yaml"):
        check_may_import(place.strategy, request.user)  # it names people by e-mail address
        text = export_strategy(place.strategy)
        return _file(place, whole.KIND.label, form, text.encode())
    if kind not in KINDS or form not in ("csv", "xlsx"):
        raise Http404
    chosen = KINDS[kind]
    if "template" in request.GET:
        data = writing.template(chosen, form, Here(place.strategy))
        return _file(place, _("%(what)s template") % {"what": chosen.label}, form, data)
    rows = chosen.listed(place.strategy, request.GET, place.lens)
    fields = chosen.columns(request.GET.get("columns", ""))
    data = writing.export(chosen, form, fields, rows, Here(place.strategy))
    return _file(place, chosen.label, form, data)


def _file(place: Place, what: str, form: str, data: bytes) -> HttpResponse:
    name = get_valid_filename(f"{place.strategy.slug} {what} {today()}")
    return HttpResponse(
        data,
        content_type=FORMATS[form],
        headers={
            "Content-Disposition": content_disposition_header(True, f"{name}.{form}"),
            "X-Content-Type-Options": "nosniff",
        },
    )


def start(request: PersonRequest, slug: str) -> HttpResponse:
    """Upload a file; the imports that wait for somebody; what may stand in which column."""
    place = enter(request, slug)
    check_may_import(place.strategy, request.user)
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        strategy=place.strategy,
        initial={"kind": request.GET.get("kind", "channels")},
    )
    status = 200
    if request.method == "POST":
        run = attempt(
            form,
            lambda: actions.upload(
                strategy=place.strategy,
                kind=form.cleaned_data["kind"],
                name=form.cleaned_data["file"].name,
                data=form.cleaned_data["file"].read(),
                source=form.cleaned_data["source"],
                now=timezone.now(),
                by=request.user,
            ),
            keep_on_refusal=True,
        )
        if run and queries.is_whole(run):
            actions.check_file(run=run, today=today(), by=request.user)
            return go(request, run.get_absolute_url())
        if run:
            return go(request, reverse("strategy:sheets:columns", args=[slug, run.uid]))
        status = form.status  # type: ignore[attr-defined]
    unsettled, settled = queries.runs(place.strategy)
    return page(
        request,
        "strategy/sheets/start.html",
        {
            "place": place,
            "form": form,
            "unsettled": unsettled,
            "settled": settled,
            "sources": sorted({one.source for one in queries.saved_mappings(place.strategy)}),
            "kinds": list(KINDS.values()),
            "chosen": form["kind"].value(),
            "kept_days": actions.KEPT_DAYS,
        },
        status=status,
    )


def columns(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Which column of the file is what."""
    place, run = _enter(request, slug, uid)
    is_busy = run.is_moving and queries.progress(run)[0] is not None
    if not run.is_open or is_busy or queries.is_whole(run):
        return go(request, run.get_absolute_url())
    sheet = queries.sheet_of(run)
    known = {str(one.uid): one for one in queries.saved_mappings(place.strategy, run.kind)}
    if (saved := known.get(request.GET.get("mapping", ""))) is not None:
        run.mapping = queries.start_mapping(run, sheet, saved)
    form = ColumnsForm(request.POST or None, run=run, sheet=sheet, strategy=place.strategy)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            actions.name_columns(run=run, mapping=form.mapping(), by=request.user)
            if form.is_adding:
                here = reverse("strategy:sheets:columns", args=[slug, run.uid])
                return go(request, f"{here}#columns", toast=_("The channel can be chosen now."))
            actions.keep_mapping(run=run, sheet=sheet, now=timezone.now(), by=request.user)
            actions.check_file(run=run, today=today(), by=request.user)
            return go(request, run.get_absolute_url())
        status = 422
    return page(
        request,
        "strategy/sheets/columns.html",
        {
            "place": place,
            "run": run,
            "form": form,
            "kind": queries.kind_of(run),
            "saved": [one for one in known.values()],
            "row_count": len(sheet.rows),
            "former": queries.corrected(place.strategy, run.kind, run.name),
        },
        status=status,
    )


def run(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """What importing would do, row by row; or how far the worker is; or what came of it."""
    place, chosen = _enter(request, slug, uid)
    return _run_page(request, place, chosen)


def _run_page(
    request: PersonRequest, place: Place, run: ImportRun, *, problem: str = "", status: int = 200
) -> HttpResponse:
    is_whole = queries.is_whole(run)
    if run.state == ImportRun.State.UPLOADED and not run.problem and not is_whole:
        return go(request, reverse("strategy:sheets:columns", args=[place.strategy.slug, run.uid]))
    progress, stopped = queries.progress(run) if run.is_moving else (None, "")
    wanted = request.GET.get("show", "")
    show = wanted if wanted in State.values else ""
    context: dict[str, Any] = {
        "place": place,
        "run": run,
        "kind": queries.kind_of(run),
        "is_whole": is_whole,
        "progress": progress,
        "problem": problem or run.problem or stopped,
        "show": show,
        "states": [
            {"code": one.value, "label": one.label, "count": run.counts.get(one.value, 0)}
            for one in State
        ],
        "can_apply": run.state == ImportRun.State.CHECKED
        and (run.counts.get("new", 0) or run.counts.get("change", 0)),
        "ignored": queries.ignored(run),
        "accepted": run.counts.get("new", 0) + run.counts.get("change", 0),
        "rejected": run.counts.get("error", 0),
    }
    if run.state == ImportRun.State.APPLIED:
        context["undone"] = queries.undone(place.strategy, [run]).get(run.uid)
        context["can_undo"] = place.may(Act.LOG_GAP) and queries.may_be_undone(run)
    if run.state in (ImportRun.State.CHECKED, ImportRun.State.APPLIED):
        context["page_obj"] = queries.shown_rows(run, show, request.GET.get("page", "1"))
        context["querystring"] = f"show={show}" if show else ""
        context["doubted"] = queries.doubted(run) if run.state == ImportRun.State.CHECKED else 0
        context["figures"] = queries.figure_table(run) if run.figures else None
        context["period"] = queries.period_of(run) if run.figures else ""
    return page(request, "strategy/sheets/run.html", context, fragment="import-run", status=status)


def check(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Make the preview again, with the data as it is now."""
    _place, run = _enter(request, slug, uid)
    actions.check_file(run=run, today=today(), by=request.user)
    return go(request, run.get_absolute_url())


def apply(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Import what the preview shows; who only comes back to the address is led to the preview."""
    place, run = _enter(request, slug, uid)
    if request.method != "POST":
        return go(request, run.get_absolute_url())
    try:
        actions.apply(run=run, today=today(), by=request.user)
    except Refusal as refused:
        if refused.status == 403:
            raise
        run.refresh_from_db()
        return _run_page(request, place, run, problem=refused.sentence, status=refused.status)
    toast = "" if run.is_moving else _("“%(file)s” is imported.") % {"file": run}
    return go(request, run.get_absolute_url(), toast=toast)


def discard(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """End an import that nobody wants any more."""
    _place, run = _enter(request, slug, uid)
    actions.discard(run=run, by=request.user)
    return go(
        request,
        reverse("strategy:sheets:start", args=[slug]),
        toast=_("“%(file)s” is discarded; nothing was imported.") % {"file": run},
    )


def rejected(request: PersonRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """The rejected rows as a file, with what is wrong in a last column: correct it and upload it again."""
    place, run = _enter(request, slug, uid)
    head, rows = queries.rejected(run)
    return _file(place, queries.rejected_name(run), "csv", writing.csv_bytes(head, rows))


def _enter(request: PersonRequest, slug: str, uid: uuid.UUID) -> tuple[Place, ImportRun]:
    place = enter(request, slug)
    check_may_import(place.strategy, request.user)
    runs = ImportRun.objects.select_related("strategy", "uploaded_by", "checked_by")
    return place, get_object_or_404(runs, strategy=place.strategy, uid=uid)
