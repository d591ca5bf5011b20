"""Gives a report to a browser as a page or as a file; both the portal and the officers' pages do it so."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from server_sync.appeals.figures import Of, Period, quarter_of
from server_sync.common.refusals import Refused
from server_sync.pages.report import Report, head, periods, report
from server_sync.pages.wording import language_now

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def asked_report(request: HttpRequest, of: Of, *, is_exact: bool) -> Report:
    """The report that an address asks for, in the language of the page."""
    today = timezone.localdate()
    period = Period.of(request.GET.get("period", ""), quarter_of(today))
    return report(of, period, today, language_now(), is_exact=is_exact)


def page(request: HttpRequest, template: str, told: Report, **more: Any) -> HttpResponse:
    """The report as a page."""
    query = request.GET.copy()
    for gone in ("language", "paper"):
        query.pop(gone, None)
    shown = {
        "told": told,
        "head": head(told),
        "periods": periods(told.made_on, told.period),
        "asked": query.urlencode(),
        "is_busy": request.GET.get("paper") == "0",
        **more,
    }
    return render(request, template, shown)


def pdf(request: HttpRequest, told: Report, back: str) -> HttpResponse:
    """The report as a PDF; back to the page where another one is being drawn."""
    from server_sync.pages.report_paper import draw  # with a library of fonts, for whoever wants a paper

    try:
        drawn = draw(told, timezone.now())
    except Refused:
        query = request.GET.copy()
        query["paper"] = "0"
        return HttpResponseRedirect(f"{back}?{query.urlencode()}")
    return _file(drawn, "application/pdf", f"{told.file_name}-{told.language}.pdf")


def workbook(told: Report) -> HttpResponse:
    """The report as a workbook."""
    from server_sync.pages.report_book import write  # with a library of its own, for whoever wants one

    return _file(write(told, timezone.now()), XLSX, f"{told.file_name}-{told.language}.xlsx")


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
