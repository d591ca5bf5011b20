"""The report of a quarter with exact figures, for those whose own figures they are."""

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from server_sync.appeals.figures import Of, Sort
from server_sync.casework.access import OFFICERS
from server_sync.contract.workflow import Role
from server_sync.pages import report_files
from server_sync.pages.access import Standing, open_to
from server_sync.pages.figured import SORTS, name_of
from server_sync.pages.wording import language_now
from server_sync.workplaces.reference import reference_book

REPORTED_TO = (*OFFICERS, Role.CENTRAL_OPERATOR)
"""Officers see the figures of their bodies, operators those of the offices that they watch (contract.workflow)."""


@open_to(*REPORTED_TO)
@require_safe
def report(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The report as a page, and of what else there is one."""
    of = _of(request, standing)
    told = report_files.asked_report(request, of, is_exact=True)
    language = language_now()
    choices = [
        {"value": _written(one), "name": f"{SORTS[one.sort]}: {name_of(one, language)}", "is_chosen": one == of}
        if one.code
        else {"value": _written(one), "name": name_of(one, language), "is_chosen": one == of}
        for one in open_reports(standing)
    ]
    return report_files.page(request, "casework/report.html", told, choices=choices)


@open_to(*REPORTED_TO)
@require_safe
def report_pdf(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The same as a paper."""
    told = report_files.asked_report(request, _of(request, standing), is_exact=True)
    return report_files.pdf(request, told, reverse("work_report"))


@open_to(*REPORTED_TO)
@require_safe
def report_xlsx(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The same as a workbook."""
    return report_files.workbook(report_files.asked_report(request, _of(request, standing), is_exact=True))


def open_reports(standing: Standing) -> Iterator[Of]:
    """Of what a person may see exact figures."""
    book = reference_book()
    own = {one.body_id for one in standing.grants if one.role in OFFICERS and one.body_id and not one.site_id}
    for code in sorted(code for code in own if book.body(code) is not None):
        yield Of(Sort.BODY, code)
    watched = standing.reach(Role.CENTRAL_OPERATOR).offices
    if watched is None:
        yield Of()
        yield from (Of(Sort.TOPIC, one.code) for one in book.categories if not one.parent)
    for site in book.sites:
        place = Of(Sort.PLACE, site.code)
        if watched is None or watched.issuperset(place.codes):
            yield place


def _written(of: Of) -> str:
    return f"{of.sort.value}:{of.code}"


def _of(request: HttpRequest, standing: Standing) -> Of:
    """What is asked for; of what is not this person's not even that there is something to see."""
    opened = list(open_reports(standing))
    asked = request.GET.get("of", "")
    if not opened or (asked and asked not in map(_written, opened)):
        raise Http404
    return next((one for one in opened if _written(one) == asked), opened[0])
