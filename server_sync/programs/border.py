"""Stands before every address of the API: what the table of operations says of an address holds there.

Parameters are checked, keys read, callers slowed down; answers get their validators, and what pages of other sites need
to read them. Errors come in the form in which the answer would have come, never as a page.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict, UnreadablePostError
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers

from server_sync.common.addresses import customer_of, place_of
from server_sync.common.refusals import Refused
from server_sync.pages.border import PARAMETERS_MOST
from server_sync.pages.errors import TOO_LARGE
from server_sync.pages.language import is_offered
from server_sync.pages.small_forms import STRANGERS_MOST_BYTES, also_larger
from server_sync.programs import keys, pace
from server_sync.programs.keys import Scope
from server_sync.programs.open311.taking import Program
from server_sync.programs.open311.writing_out import errors_in
from server_sync.programs.operations import VIEWS, Group, Operation, operation_of
from server_sync.programs.parameters import check_all
from server_sync.programs.wording import status_of, words_of

FORM: Final = "application/x-www-form-urlencoded"
BEARER: Final = "bearer "
BELOW: Final = "/open311/"
MOST_BYTES: Final = 256 * 1024
"""Of whoever has a key: a Cyrillic letter takes six bytes in a form, and a request may have 20,000."""
KEY: Final = "api_key"
SEVERAL: Final = "service_code"
"""Topics with commas between them: each is looked for by itself, and counts as a question."""
EXPOSED: Final = "ETag, Link, Retry-After, RateLimit-Policy, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"
ALSO_ACCEPTED: Final = {
    "application/atom+xml": ("application/xml", "text/xml", "application/rss+xml"),
    "application/xml": ("text/xml",),
}
"""Whoever wants one of these can read the answer as well."""
OF_STATUS: Final = {
    400: "bad_request",
    403: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
}
_PASSING: Final = re.compile(rb'"asked_at": "[^"]*"|<updated>[^<]*</updated></feed>')
"""What differs in every answer and changes nothing: the moment of the question, that of a feed without entries."""
_RAW, _OPERATION, _TURN, _PROGRAM = "_liaison_asked", "_liaison_operation", "_liaison_turn", "_liaison_program"
_FORM: Final = "_liaison_form"

Answer = Callable[[HttpRequest], HttpResponseBase]


def let_keys_bring_more() -> None:
    """Take larger forms from who shows a key in the header; called once, when the program starts."""
    also_larger(BELOW, MOST_BYTES, lambda request: keys.known(_in_header(request)) is not None, TOO_LARGE)


def program_of(request: HttpRequest) -> Program:
    """The program that asks; only for addresses that take a key."""
    program: Program = getattr(request, _PROGRAM)
    return program


def refused(operation: Operation | None, refusal: Refused) -> HttpResponse:
    """A refusal in the form of an address's answers."""
    status, words = status_of(refusal), words_of(refusal)
    if operation is not None and operation.is_open311:
        return errors_in(operation.form, 403 if status == 401 else status, words)  # the standard knows no 401
    told = {"code": refusal.code, "params": refusal.params, "words": words}
    response = JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False})
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


class AsDescribed:
    """Middleware; stands before whatever cleans an address for people, because programs are told what is wrong."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; what was refused on the way to a described address is said as that address says it."""
        setattr(request, _RAW, request.META.get("QUERY_STRING", ""))
        response = self._get_response(request)
        operation: Operation | None = getattr(request, _OPERATION, None)
        if operation is None and response.status_code >= 400:
            operation = _meant(request)
        return response if operation is None else _finished(request, response, operation)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Let only what the table says of an address come to its view."""
        match = request.resolver_match
        if match is None or match.url_name not in VIEWS:
            return None
        operation = operation_of(match.url_name, kwargs.get("form", ""), request.method or "GET")
        if operation is None:
            return None  # the view says which methods there are
        setattr(request, _OPERATION, operation)
        setattr(request, _FORM, _form_of(request))
        if request.method == "OPTIONS":
            return _methods(operation)
        with translation.override(_language(request)):
            try:
                _demand_turn(request, operation)
                _demand_form(request, operation, kwargs)
            except Refused as refusal:
                return refused(operation, refusal)
        return None


def _demand_turn(request: HttpRequest, operation: Operation) -> None:
    """Know the key, and count the question. Raises Refused by the names of `wording`."""
    secret = _secret(request)
    key = keys.known(secret) if secret else None
    if key is not None:
        setattr(request, _PROGRAM, Program(key, secret))
    if request.method == "POST":
        kind = pace.WRITING
    else:
        kind = pace.READING_WITH_KEY if keys.may(key, Scope.READ_OPEN) else pace.READING
    if operation.group is not Group.EVIDENCE:  # no witness is refused a proof, however many stand behind one address
        caller = customer_of(place_of(request)) if key is None else str(key.pk)
        turn = pace.take_turn(kind, caller, 1 + request.GET.get(SEVERAL, "").count(","))
        setattr(request, _TURN, turn)
        if turn.is_over:
            raise Refused("too_often", wait_s=turn.reset_s)
    if secret and key is None:
        raise Refused("key_unknown")
    if operation.scope is not None and key is None:
        raise Refused("key_missing")
    if operation.scope is not None and not keys.may(key, operation.scope):
        raise Refused("scope_missing", scope=operation.scope.value)


def _secret(request: HttpRequest) -> str:
    in_header = _in_header(request)
    if in_header:
        return in_header
    if request.method == "POST" and request.content_type == FORM:
        return _form(request).get(KEY, "")
    return ""


def _in_header(request: HttpRequest) -> str:
    said = request.headers.get("Authorization", "")
    return (said[len(BEARER) :].strip() or "none") if said[: len(BEARER)].lower() == BEARER else ""


def _demand_form(request: HttpRequest, operation: Operation, in_path: dict[str, Any]) -> None:
    asked: str = getattr(request, _RAW)
    if asked.count("&") >= PARAMETERS_MOST:
        raise Refused("too_many_parameters")
    if not any(request.accepts(one) for one in (operation.media, *ALSO_ACCEPTED.get(operation.media, ()))):
        raise Refused("not_acceptable", media=operation.media)
    given = QueryDict(asked)
    if KEY in given:
        raise Refused("key_in_address")
    check_all(dict(given.lists()), operation.parameters, values=not operation.reads_itself)
    if not operation.reads_itself:
        for parameter in operation.in_path:
            parameter.check(str(in_path[parameter.name]))
    for header in operation.headers:
        if header.name in request.headers:
            header.check(request.headers[header.name])
    if request.method == "POST":
        if request.content_type != FORM:
            raise Refused("not_a_form")
        if getattr(request, _FORM) is None:
            raise Refused("bad_request")
        check_all(dict(_form(request).lists()), operation.body)


def _form_of(request: HttpRequest) -> QueryDict | None:
    """The form that came; an empty one where none did, None for one that cannot be read."""
    if request.content_type != FORM:
        return QueryDict()
    try:
        return request.POST
    except (BadRequest, SuspiciousOperation, UnreadablePostError):
        return None


def _form(request: HttpRequest) -> QueryDict:
    form: QueryDict | None = getattr(request, _FORM, None)
    return QueryDict() if form is None else form


def _language(request: HttpRequest) -> str:
    """The language of a refusal: the one that is asked for in the way of this address."""
    asked = request.GET.get("locale") or _form(request).get("locale")
    return asked if asked and is_offered(asked) else translation.get_language() or "ky"


def _meant(request: HttpRequest) -> Operation | None:
    """The operation of an address to which nobody was let through."""
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return None
    return operation_of(match.url_name or "", match.kwargs.get("form", ""), "GET") if match.url_name in VIEWS else None


def _methods(operation: Operation) -> HttpResponse:
    methods = ["GET", "HEAD", "OPTIONS"]
    if operation_of(operation.view, operation.form, "POST") is not None:
        methods.insert(2, "POST")
    response = HttpResponse(status=204)
    response["Allow"] = ", ".join(methods)
    if operation.is_open:
        response["Access-Control-Allow-Methods"] = "GET, HEAD"
    return response


def _finished(request: HttpRequest, response: HttpResponseBase, operation: Operation) -> HttpResponseBase:
    """Give an answer what belongs to it."""
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    if response.status_code >= 400 and is_page:
        code = OF_STATUS.get(response.status_code, "broken" if response.status_code >= 500 else "bad_request")
        allowed = response.headers.get("Allow")
        with translation.override(_language(request)):
            response = refused(
                operation, Refused(code, most=MOST_BYTES if _in_header(request) else STRANGERS_MOST_BYTES)
            )
        if allowed:
            response["Allow"] = allowed
    turn: pace.Turn | None = getattr(request, _TURN, None)
    for name, value in (turn.headers if turn is not None else {}).items():
        response.headers[name] = value
    response.cookies.clear()  # an answer to a program leaves nothing in a browser
    if operation.is_open:
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = EXPOSED
    if response.status_code >= 400 or not operation.is_open:
        response["Cache-Control"] = "no-store"
        return response
    return _validated(request, response)


def _validated(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Let whoever has the same answer already be told so: it is made all the same, and not sent."""
    if response.status_code != 200 or not isinstance(response, HttpResponse):
        return response
    patch_vary_headers(response, ("Accept",))
    if request.method not in {"GET", "HEAD"} or response.has_header("ETag"):
        return response
    tag = hashlib.sha256(_PASSING.sub(b"", response.content)).hexdigest()[:32]
    response["ETag"] = f'W/"{tag}"'
    response.headers.setdefault("Cache-Control", "no-cache")
    conditional = get_conditional_response(request, etag=response["ETag"], response=response)
    return conditional if conditional is not None else response
