"""Figures for programs: as a table and as JSON, with what each column means; and the report of a quarter.

The same figures as on the pages, of the same minute; what is too small to be told is empty.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from server_sync.appeals.figures import Of, Period, Share, Sort, Summary, compared, summary, this_year
from server_sync.pages import report_files
from server_sync.pages.figured import SORTS, name_of

COLUMNS: Final = {
    "about": _("Of what kind of thing the figures of the row are: country, place, body, official or topic."),
    "code": _("Its code in the reference data; empty for the country."),
    "name_ky": _("Its name in Kyrgyz."),
    "name_ru": _("Its name in Russian."),
    "name_en": _("Its name in English."),
    "period": _(
        "A year (2026), a quarter (2026-Q4) or a month (2026-11); all months of the period follow its own row."
    ),
    "requests": _("Requests registered in the period."),
    "waiting_now": _("Requests that wait for an answer at the moment of asking; only in the row of the whole period."),
    "answers": _("Answers sent in the period."),
    "answers_in_time": _("Those of them that were sent in time."),
    "in_time_percent": _("Their share in per cent; empty for fewer than twenty answers."),
    "in_time_low_percent": _("The lower border of the interval in which the true share lies (Wilson, 95 %)."),
    "in_time_high_percent": _("The upper border of it."),
    "median_days": _("Days from registration to the first answer within which half of them came; of one thing only."),
    "complaints": _("Complaints about answers and about silence made in the period."),
}
"""What a table has, in this order; a column that came once stays."""
ROUNDED: Final = 5


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """Figures as a table (RFC 4180)."""
    rows, _of, period = _asked(request)
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(COLUMNS)
    table.writerows([["" if row[column] is None else row[column] for column in COLUMNS] for row in rows])
    response = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="figures-{period.code.lower()}.csv"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def as_json(request: HttpRequest) -> JsonResponse:
    """The same as JSON; of one thing with all its tables."""
    rows, of, period = _asked(request)
    told: dict[str, Any] = {
        "period": period.code,
        "asked_at": timezone.now().isoformat(timespec="seconds"),
        "rounded_down_to": ROUNDED,
        "columns": request.build_absolute_uri(reverse("figures_columns")),
        "rows": rows,
    }
    if of is not None:
        told["tables"] = _tables(summary(of, period, timezone.localdate()))
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def columns(request: HttpRequest) -> HttpResponse:
    """What the columns mean, which figures there are, and under which terms they are given."""
    sorts = [
        {"code": sort.value, "name": str(SORTS[sort]), "address": f"{reverse('figures_csv')}?about={sort.value}"}
        for sort in Sort
    ]
    told = {"here": "totals", "columns": COLUMNS, "sorts": sorts, "rounded": ROUNDED}
    return render(request, "portal/figures_columns.html", told)


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """The report of a quarter for everybody."""
    told = report_files.asked_report(request, _of(request), is_exact=False)
    return report_files.page(request, "portal/report.html", told, here="totals")


@require_safe
def report_pdf(request: HttpRequest) -> HttpResponse:
    """The same as a paper."""
    told = report_files.asked_report(request, _of(request), is_exact=False)
    return report_files.pdf(request, told, reverse("report"))


@require_safe
def report_xlsx(request: HttpRequest) -> HttpResponse:
    """The same as a workbook."""
    return report_files.workbook(report_files.asked_report(request, _of(request), is_exact=False))


def _of(request: HttpRequest) -> Of:
    of = Of.known(request.GET.get("about", Sort.COUNTRY.value), request.GET.get("code", ""))
    if of is None:
        raise Http404
    return of


def _asked(request: HttpRequest) -> tuple[list[dict[str, Any]], Of | None, Period]:
    """The rows that are asked for: of all of a sort, or of one thing with its months; and of what."""
    today = timezone.localdate()
    period = Period.of(request.GET.get("period", ""), this_year(today))
    about, code = request.GET.get("about", Sort.COUNTRY.value), request.GET.get("code", "")
    if not code and about in {sort.value for sort in Sort} - {Sort.COUNTRY.value}:
        return list(_of_all(Sort(about), period)), None, period
    of = _of(request)
    return list(_of_one(summary(of, period, today), f"{today:%Y-%m}")), of, period


def _of_all(sort: Sort, period: Period) -> Iterator[dict[str, Any]]:
    for one in compared(sort, period, None):
        of = Of.known(sort.value, one.code)
        if of is None:
            continue  # of a reference book of before
        yield _row(
            of,
            period.code,
            requests=one.given or None,
            waiting_now=one.waiting or None,
            answers=one.answers or None,
            answers_in_time=one.in_time or None,
            complaints=one.complaints or None,
            **_share(one.kept),
        )


def _of_one(told: Summary, this_month: str) -> Iterator[dict[str, Any]]:
    yield _row(
        told.of,
        told.period.code,
        requests=told.given or None,
        waiting_now=told.waiting or None,
        answers=told.answers or None,
        answers_in_time=told.in_time or None,
        median_days=told.median_days,
        complaints=told.complained or None,
        **_share(told.kept),
    )
    if len(told.months) == 1:
        return
    for month in told.months:
        if month.code <= this_month:
            counts = {"requests": month.given, "answers": month.answers, "answers_in_time": month.in_time}
            yield _row(told.of, month.code, **{name: count or None for name, count in counts.items()})


def _row(of: Of, period: str, **figures: Any) -> dict[str, Any]:
    names = {f"name_{language}": name_of(of, language) for language in ("ky", "ru", "en")}
    return {**dict.fromkeys(COLUMNS), "about": of.sort.value, "code": of.code, **names, "period": period, **figures}


def _share(share: Share | None) -> dict[str, int | None]:
    names = ("in_time_percent", "in_time_low_percent", "in_time_high_percent")
    values = (None, None, None) if share is None else (share.percent, share.low, share.high)
    return dict(zip(names, values, strict=True))


def _tables(told: Summary) -> dict[str, dict[str, int | None]]:
    lists = {
        "kinds": told.kinds,
        "forms": told.forms,
        "channels": told.channels,
        "topics": told.topics,
        "states": told.states,
        "outcomes": told.outcomes,
        "ratings": told.ratings,
        "complaints": told.complaints,
    }
    return {name: {cell.name: cell.count or None for cell in cells} for name, cells in lists.items()}
