"""Pages of the reports."""

import uuid

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from portal.lib.http import go, page
from strategy.plan.queries import Place, enter
from strategy.reports import actions, drawing, queries, store
from strategy.reports.models import Report
from teams.roles import Act


def list_(request: HttpRequest, slug: str) -> HttpResponse:
    """All reports of the strategy, and the button that makes one."""
    place = enter(request, slug)
    found = queries.report_page(place.strategy, request.GET.get("page", "1"))
    return page(
        request,
        "strategy/reports/list.html",
        {
            "place": place,
            "page_obj": found,
            "lens_says": _("all reports are listed; a new one shows what touches mobile."),
            "is_moving": any(row.progress.is_open for row in found.object_list),
            "can_make": place.may(Act.REPORT),
            "why_not": place.why_not(Act.REPORT),
        },
        fragment="report-list",
    )


def request_(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a report and lead to its page. Answers at once, whatever the worker does."""
    place = enter(request, slug)
    report = actions.request_report(
        strategy=place.strategy,
        by=request.user,  # type: ignore[arg-type]
        lens=request.POST.get("lens", ""),
    )
    return go(request, report.get_absolute_url())


def detail(request: HttpRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """One report: how far it is, or what it says and where its file is."""
    place, report = _enter(request, slug, uid)
    return _report_page(request, place, report)


def status(request: HttpRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """The part of the report's page that changes while it is made. The page asks for it every second."""
    place, report = _enter(request, slug, uid)
    return _report_page(request, place, report)


def file(request: HttpRequest, slug: str, uid: uuid.UUID) -> HttpResponseBase:
    """The PDF: shown in the browser, or saved with ?download=1. Sent only if every byte is as it was stored."""
    place, report = _enter(request, slug, uid)
    if not report.ready_at:
        return go(request, report.get_absolute_url(), toast=_("This report has no file yet."))
    lens = " mobile lens" if report.lens else ""
    name = f"{place.strategy.organization or place.strategy.name} alignment report{lens} {report}"
    return FileResponse(
        store.open_whole(report),
        as_attachment=request.GET.get("download") == "1",
        filename=f"{get_valid_filename(name)}.pdf",
        content_type="application/pdf",
    )


def cancel(request: HttpRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Stop making a report."""
    _place, report = _enter(request, slug, uid)
    actions.cancel_report(report=report, by=request.user)  # type: ignore[arg-type]
    return go(request, report.get_absolute_url())


def retry(request: HttpRequest, slug: str, uid: uuid.UUID) -> HttpResponse:
    """Make a report again that failed or was canceled."""
    _place, report = _enter(request, slug, uid)
    actions.retry_report(report=report, by=request.user)  # type: ignore[arg-type]
    return go(request, report.get_absolute_url())


def _enter(request: HttpRequest, slug: str, uid: uuid.UUID) -> tuple[Place, Report]:
    place = enter(request, slug)
    reports = (
        Report.objects.filter(strategy=place.strategy)
        .select_related("strategy", "requested_by")
        .defer("snapshot")  # large, and read only once the report is ready
    )
    return place, get_object_or_404(reports, uid=uid)


def _report_page(request: HttpRequest, place: Place, report: Report) -> HttpResponse:
    shown = queries.report_progress(report)
    return page(
        request,
        "strategy/reports/detail.html",
        {
            "place": place,
            "report": report,
            "progress": shown,
            "pages_so_far": queries.pages_so_far(shown),
            "can_retry": shown.can_retry,
            "summary": drawing.front(report.snapshot or {}) if report.ready_at else None,
            "can_make": place.may(Act.REPORT),
            "why_not": place.why_not(Act.REPORT),
        },
        fragment="report-status",
        events=None if shown.is_open else {"announce": {"text": shown.label}},
    )
