"""Pages of a citizen's own account: signing in, the own requests, what is kept and in which browsers it is open."""

from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from typing import Any, Concatenate, Final, ParamSpec
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from server_sync.common.addresses import place_of
from server_sync.common.refusals import Refused
from server_sync.common.retention import kept
from server_sync.contract.bodies import AnswerBy
from server_sync.contract.limits import EMAIL_CHARACTERS
from server_sync.letters.queue import are_letters_sent
from server_sync.pages import cookies
from server_sync.pages.appeal_words import WAYS, site_name
from server_sync.pages.devices import known_as, remember
from server_sync.pages.typed import on_one_line
from server_sync.pages.wording import language_now
from server_sync.portal.accounts import codes, keeping, passkeys, requests, sessions
from server_sync.portal.accounts.sessions import Signed, signed_in
from server_sync.portal.follow import LONGEST_TYPED, close_here, is_mistyped, open_here, parse_number, told_of
from server_sync.portal.own_data import LABELS
from server_sync.portal.ownership import OPENED, asked_for, prove_ownership
from server_sync.portal.writing.here import forget_here
from server_sync.portal.writing.shown import refused

COOKIE: Final = "signing"
CODE_LETTERS: Final = 40

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
SignedView = Callable[Concatenate[HttpRequest, Signed, P], HttpResponse]


def of_a_citizen(view: SignedView[P]) -> View[P]:
    """Give a view who is signed in as a citizen; all others are asked to sign in."""

    @wraps(view)
    @never_cache
    def opened_first(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        signed = signed_in(request)
        if signed is None:
            return HttpResponseRedirect(reverse("my_sign_in"))
        return view(request, signed, *args, **kwargs)

    return opened_first


@sensitive_post_parameters()
@sensitive_variables()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for an address and send a code there; whether there is an account is said to nobody."""
    if signed_in(request) is not None:
        return HttpResponseRedirect(reverse("my_requests"))
    if request.method != "POST":
        return show_sign_in(request)
    typed, is_kept = on_one_line(request.POST.get("email", ""))[:EMAIL_CHARACTERS], bool(request.POST.get("keep"))
    try:
        secret = codes.send_code(place_of(request), typed, _waiting(request), is_kept=is_kept)
    except Refused as refusal:
        if refusal.code == "code_again_later":
            return HttpResponseRedirect(reverse("my_code"))
        error, status = _words(refusal)
        return show_sign_in(request, error=error, typed=typed, is_kept=is_kept, status=status)
    response = HttpResponseRedirect(reverse("my_code"))
    _give_cookie(response, secret)
    return response


def show_sign_in(request: HttpRequest, *, status: int = 200, **told: Any) -> HttpResponse:
    """The page on which somebody signs in, by each way there is."""
    ways = {"is_open": are_letters_sent(), "passkeys": passkeys.are_offered(), "identity": settings.LIAISON_IDENTITY}
    return render(request, "portal/accounts/sign_in.html", {"here": "my"} | ways | told, status=status)


@sensitive_post_parameters()
@sensitive_variables()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Take the code of the letter and open the account."""
    waiting = _waiting(request)
    if waiting is None:
        return HttpResponseRedirect(reverse("my_sign_in"))
    error, status = "", 200
    if request.method == "POST":
        try:
            if request.POST.get("again"):
                secret = codes.send_code(place_of(request), waiting.email, waiting, is_kept=waiting.row.is_kept)
                response = HttpResponseRedirect(reverse("my_code"))
                _give_cookie(response, secret)
                return response
            account = codes.take_code(waiting, request.POST.get("code", "")[:CODE_LETTERS])
            response = HttpResponseRedirect(reverse("my_requests"))
            sessions.begin(response, request, account, is_kept=waiting.row.is_kept)
            cookies.take(response, COOKIE)
        except Refused as refusal:
            error, status = _words(refusal)
        else:
            return response
    told = {
        "here": "my",
        "address": waiting.email,
        "awaits": waiting.awaits_code,
        "holds_minutes": int(codes.CODE_HOLDS.total_seconds()) // 60,
        "error": error,
    }
    return render(request, "portal/accounts/code.html", told, status=status)


@require_safe
@of_a_citizen
def my_requests(request: HttpRequest, signed: Signed) -> HttpResponse:
    """What its citizen wrote, each opened without its code."""
    response = _show_requests(request, signed)
    sessions.keep_alive(response, request, signed)
    return response


@sensitive_post_parameters("code")
@require_POST
@of_a_citizen
def add(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Add a request that was written without the account; its number and code prove whose it is."""
    typed = on_one_line(request.POST.get("number", ""))[:LONGEST_TYPED]
    number = parse_number(typed)
    if number is None:
        words = gettext("This is not a whole number of a request. It looks like this:") + " ALB-26-A-00042-6781"
        if is_mistyped(typed):
            words = gettext("One character of the number is mistyped. Compare it with the receipt.")
        return _show_requests(request, signed, error=words, wrong="number", typed=typed, status=400)
    asked = asked_for(number, place_of(request), partial(known_as, request))
    try:
        appeal = prove_ownership(asked, request.POST.get("code", ""))
        requests.add(signed.account, appeal)
    except Refused as refusal:
        if refusal.code == "account_gone":
            return HttpResponseRedirect(reverse("my_sign_in"))
        if refusal.code == "requests_many":
            words, status = _words(refusal)
        else:
            words, status = told_of(refusal)
        return _show_requests(request, signed, error=words, wrong="code", typed=number, status=status)
    response = HttpResponseRedirect(reverse("my_requests"))
    remember(response, request, OPENED, appeal.hex())
    return response


@require_POST
@of_a_citizen
def open_one(request: HttpRequest, signed: Signed, row: int) -> HttpResponse:
    """Open one of the own requests, as its number and code would."""
    appeal = requests.find(signed.account, row)
    if appeal is None:
        return _show_requests(request, signed, gone=True, status=404)
    open_here(request, appeal.number, bytes(appeal.hash))
    return HttpResponseRedirect(reverse("case", args=[appeal.number]))


@require_POST
@of_a_citizen
def remove(request: HttpRequest, signed: Signed, row: int) -> HttpResponse:
    """Take a request from the list; it stays in the register, and its number and code go on opening it."""
    if not requests.remove(signed.account, row):
        return _show_requests(request, signed, gone=True, status=404)
    return HttpResponseRedirect(reverse("my_requests"))


@require_safe
@of_a_citizen
def account(request: HttpRequest, signed: Signed) -> HttpResponse:
    """What is kept of its citizen here, and the browsers in which it is open."""
    return show_account(request, signed)


def show_account(request: HttpRequest, signed: Signed, *, status: int = 200, **told: Any) -> HttpResponse:
    """The page of an account, with what else is to be said."""
    about = {
        "here": "my",
        "passkeys": passkeys.are_offered(),
        "own_passkeys": signed.account.passkeys.order_by("made_at"),
        "signed": signed,
        "facts": [(LABELS[name], value) for name, value in _in_words(signed).items() if value],
        "sessions": signed.account.sessions.filter(expires_at__gt=timezone.now()).order_by("-seen_at"),
        "unseen_years": kept("account").days // 365,
    }
    return render(request, "portal/accounts/account.html", about | told, status=status)


@require_safe
@of_a_citizen
def as_json(_request: HttpRequest, signed: Signed) -> HttpResponse:
    """All that the account holds, for programs."""
    held, details = signed.account, signed.kept.details
    told = {
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "email": signed.kept.email,
        "account_made_at": held.made_at.isoformat(timespec="seconds"),
        "for_the_next_request": {name: value or None for name, value in _in_words(signed).items()} if details else None,
        "requests": [
            {"number": row.number, "registered_on": row.registered_on.isoformat(), "subject": row.subject or None}
            for row in requests.rows_of(held, language_now())
        ],
        "sessions": [
            {"browser": one.browser or None, "begun_at": _said(one.begun_at), "seen_at": _said(one.seen_at)}
            for one in held.sessions.order_by("begun_at")
        ],
        "passkeys": [
            {"browser": one.browser or None, "made_at": _said(one.made_at)} for one in held.passkeys.order_by("made_at")
        ],
    }
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = 'attachment; filename="kattar-account.json"'
    return response


@require_POST
@of_a_citizen
def end_session(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Close the account in another browser, or in all others."""
    others = signed.account.sessions.exclude(pk=signed.session.pk)
    named = read_uuid(request.POST.get("session", ""))
    if named is not None:
        others = others.filter(name=named)
    if named is not None or request.POST.get("all"):
        others.delete()
    return HttpResponseRedirect(reverse("my_account"))


@require_POST
@of_a_citizen
def forget_details(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Keep name and address for the next request no longer."""
    keeping.write(signed.account, keeping.Kept(signed.kept.email, None))
    return HttpResponseRedirect(reverse("my_account"))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Close the account in this browser, and all else that the next person at it would find."""
    response = HttpResponseRedirect(reverse("my_sign_in"))
    _leave(response, request)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@of_a_citizen
def delete(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Delete the account after one more question; requests stay in the register."""
    if request.method != "POST":
        told = {"here": "my", "count": signed.account.requests.count()}
        return render(request, "portal/accounts/delete.html", told)
    signed.account.delete()
    response = render(request, "portal/accounts/deleted.html", {"here": "my"})
    _leave(response, request)
    return response


def _leave(response: HttpResponse, request: HttpRequest) -> None:
    """Leave nothing in this browser: the request that was opened or is being written, a receipt, a code awaited."""
    sessions.end_here(response, request)
    close_here(request)
    forget_here(response, request)
    if (waiting := _waiting(request)) is not None:
        waiting.row.delete()
    cookies.take(response, COOKIE)


def _show_requests(request: HttpRequest, signed: Signed, *, status: int = 200, **told: Any) -> HttpResponse:
    rows = requests.rows_of(signed.account, language_now())
    about = {"here": "my", "rows": rows, "email": signed.kept.email, "is_open": are_letters_sent()}
    return render(request, "portal/accounts/requests.html", about | told, status=status)


def _in_words(signed: Signed) -> dict[str, str]:
    details = signed.kept.details
    if details is None:
        return {}
    way = AnswerBy.__members__.get(details.answer_by.upper())
    return {
        "surname": details.surname,
        "given_name": details.given_name,
        "patronymic": details.patronymic,
        "phone": details.phone,
        "territory": site_name(details.territory, language_now()) if details.territory else "",
        "settlement": details.settlement,
        "street": details.street,
        "answer_by": str(WAYS[way]) if way is not None else "",
    }


def _words(refusal: Refused) -> tuple[str, int]:
    """Why something was not done, in words, and the status of the answer."""
    match refusal.code:
        case "requests_many":
            return gettext("There is room for 200 requests in the list. Take old ones out of it first."), 409
        case "address_malformed":
            told = gettext(
                "No letter can be sent to this address. Compare it letter by letter; it looks like name@mail.kg."
            )
            return told, 400
        case "letters_many":
            return gettext("Many codes were sent already. Try again in an hour."), 429
        case "guesses_many":
            return gettext("Many wrong codes were typed for this address. Try again in an hour."), 429
        case "letters_full":
            return gettext("The mail is overfull. Try again in an hour."), 429
        case "letters_off":
            return gettext("Letters are not sent at the moment. Open a request by its number and code."), 409
        case _:
            return refused(refusal)


def _said(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def read_uuid(typed: str) -> UUID | None:
    """The name of a row as a form brings it; None for what is none."""
    try:
        return UUID(typed)
    except ValueError:
        return None


def _waiting(request: HttpRequest) -> codes.Waiting | None:
    return codes.find(cookies.read(request, COOKIE))


def _give_cookie(response: HttpResponse, secret: str) -> None:
    cookies.give(response, COOKIE, secret, codes.CODE_HOLDS)
