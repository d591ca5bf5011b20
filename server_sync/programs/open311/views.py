"""Addresses of Open311; what they take was checked by the table of operations before."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from server_sync.appeals import public
from server_sync.common.refusals import Refused
from server_sync.contract.errors import ContractError
from server_sync.pages.wording import language_now
from server_sync.portal.follow import parse_number
from server_sync.programs.border import program_of
from server_sync.programs.open311 import taking, telling
from server_sync.programs.open311.writing_out import answer_in, errors_in
from server_sync.programs.operations import AGAIN
from server_sync.programs.wording import status_of, words_of

SPAN: Final = timedelta(days=90)
PAGE: Final = 50

View = Callable[..., HttpResponse]


def spoken(view: View) -> View:
    """Answer in the language that is asked for, and refuse in the standard's form."""

    @wraps(view)
    def answer(request: HttpRequest, form: str, **named: str) -> HttpResponse:
        asked = request.GET.get("locale") or request.POST.get("locale")
        with override(asked or language_now()):
            try:
                return view(request, form, **named)
            except ContractError as refusal:
                status = status_of(refusal)
                return errors_in(form, status, *str(refusal.params.get("errors") or words_of(refusal)).split("\n"))

    return answer


@require_safe
@spoken
def discovery(_request: HttpRequest, form: str) -> HttpResponse:
    """Where the addresses are."""
    return answer_in(form, "discovery", telling.discovery())


@require_safe
@spoken
def services(_request: HttpRequest, form: str) -> HttpResponse:
    """Topics."""
    return answer_in(form, "services", telling.services(language_now()))


@require_safe
@spoken
def service(_request: HttpRequest, form: str, service_code: str) -> HttpResponse:
    """What can be said of one topic."""
    return answer_in(form, "service_definition", telling.definition(service_code))


@csrf_exempt  # a program has no cookie that could be borrowed
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@spoken
def requests(request: HttpRequest, form: str) -> HttpResponse:
    """Published requests; or one that a program brings."""
    return _bring(request, form) if request.method == "POST" else _searched(request, form)


@sensitive_variables()
def _bring(request: HttpRequest, form: str) -> HttpResponse:
    again = request.headers.get(AGAIN.name, "")
    brought = taking.bring(program_of(request), request.POST.dict(), again)
    if brought.number:
        notice = gettext("Registered. The person was sent number and code by e-mail.")
        told = {"service_request_id": brought.number, "service_notice": notice, "account_id": None}
    else:
        notice = gettext("The person was sent a code by e-mail. Bring it to tokens, and the request is registered.")
        told = {"token": brought.token, "service_notice": notice, "account_id": None}
    return answer_in(form, "service_requests", [told])


@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@spoken
def token(request: HttpRequest, form: str, token: str) -> HttpResponse:
    """What became of a request that was brought; or the code by which the person confirms it."""
    if request.method == "POST":
        brought = taking.confirm(program_of(request), token, request.POST["code"])
    else:
        brought = taking.look(program_of(request), token)
    told = {"service_request_id": brought.number or None, "token": brought.token}
    return answer_in(form, "service_requests", [told])


def _searched(request: HttpRequest, form: str) -> HttpResponse:
    asked = request.GET
    if "service_request_id" in asked:
        numbers = [parse_number(one.strip()) for one in asked["service_request_id"].split(",")]
        found = public.published_under([number for number in numbers if number is not None])
        return answer_in(form, "service_requests", telling.requests_told(found))
    first, last = _span(asked.get("start_date", ""), asked.get("end_date", ""))
    statuses = {one.strip() for one in asked.get("status", "open,closed").split(",")}
    page, size = int(asked.get("page", "1")), int(asked.get("page_size", PAGE))
    topics = [code.strip() for code in asked.get("service_code", "").split(",") if code.strip()]
    found, total = public.registered_between(
        first.date(),
        last.date(),
        list(dict.fromkeys(topics)),
        page,
        size,
        is_open=("open" in statuses) if len(statuses) == 1 else None,
    )
    pages = max(1, -(-total // size))
    told = telling.requests_told(found) if page <= pages else []
    response = answer_in(form, "service_requests", told)
    if page < pages:
        following = urlencode({**asked.dict(), "page": page + 1})
        address = f"{settings.LIAISON_PUBLIC_URL}{reverse('open311_requests', kwargs={'form': form})}?{following}"
        response["Link"] = f'<{address}>; rel="next"'
    return response


@require_safe
@spoken
def request_one(_request: HttpRequest, form: str, service_request_id: str) -> HttpResponse:
    """What is published under one number."""
    number = parse_number(service_request_id)
    found = public.published_of(number) if number is not None else ()
    if not found:
        raise Refused("unknown", field="service_request_id")
    return answer_in(form, "service_requests", telling.requests_told(found))


@csrf_exempt
def nothing(_request: HttpRequest) -> HttpResponse:
    """What is said of every other address below."""
    return errors_in("json", 404, words_of(Refused("not_found")))


def _span(start: str, end: str) -> tuple[datetime, datetime]:
    """From when to when requests are asked for. Raises Refused `malformed`, `span_backwards`, `span_too_long`."""
    first, last = _moment("start_date", start), _moment("end_date", end)
    if last is None:
        last = timezone.localtime() if first is None else first + SPAN
    if first is None:
        first = last - SPAN
    if last < first:
        raise Refused("span_backwards")
    if last - first > SPAN:
        raise Refused("span_too_long", days=SPAN.days)
    return timezone.localtime(first), timezone.localtime(last)


def _moment(field: str, said: str) -> datetime | None:
    if not said:
        return None
    try:
        return datetime.fromisoformat(said.replace(" ", "+"))  # an address turns a plus into a space
    except ValueError as none_such:
        raise Refused("malformed", field=field) from none_such
