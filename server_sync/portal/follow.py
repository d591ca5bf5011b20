"""Following a request: for everyone what was published, for its applicant all of it by number and code."""

from functools import partial
from typing import Final

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from server_sync.appeals.models import fingerprint_of
from server_sync.appeals.public import published_of
from server_sync.common.addresses import place_of
from server_sync.common.refusals import Refused
from server_sync.contract.errors import InvalidField
from server_sync.contract.numbers import RegistrationNumber
from server_sync.pages.attached import given_out
from server_sync.pages.devices import is_known, known_as, remember
from server_sync.pages.errors import NOT_FOUND
from server_sync.pages.life import Wanted
from server_sync.pages.once_a_moment import once_a_moment
from server_sync.pages.wording import language_now, wait
from server_sync.portal.own_case import answer_file, own_case
from server_sync.portal.ownership import OPENED, Asked, asked_for, prove_ownership
from server_sync.portal.published import PublicPage
from server_sync.workplaces.models import CENTRE
from server_sync.workplaces.reference import reference_book

OPEN_FOR_S: Final = 30 * 60
"""How long a case stays open in a browser after its code was typed."""
LONGEST_TYPED: Final = 60
_OPENED: Final = "opened_case"


def parse_number(typed: str) -> str | None:
    """Read a number as it was typed, in whichever alphabet; None when it is none."""
    try:
        return str(RegistrationNumber.parse(typed, reference_book().number_codes))
    except InvalidField:
        return None


def is_mistyped(typed: str) -> bool:
    """Whether somebody typed a registration number with a slip in it."""
    try:
        RegistrationNumber.parse(typed, reference_book().number_codes)
    except InvalidField as wrong:
        return wrong.code == "number_check_failed"
    return False


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Send from the field of the first page to the request's own address."""
    typed = request.GET.get("number", "")
    number = parse_number(typed)
    if number is None:
        return _ask_anew(request, typed, status=400 if typed else 200)
    return HttpResponseRedirect(reverse("case", args=[number]))


def _ask_anew(request: HttpRequest, typed: str, status: int) -> HttpResponse:
    """Show the field for a number with what was typed and what is wrong with it, without a look into the register."""
    told = {"typed": typed[:LONGEST_TYPED], "error": _why_no_number(typed)}
    return render(request, "portal/find.html", told, status=status)


def _why_no_number(typed: str) -> str:
    """What is wrong with a number that cannot be read."""
    if is_mistyped(typed):
        return gettext(
            "The number is whole, but its last two digits do not fit the rest: a character is mistyped. Compare it "
            "with the receipt. It looks like this:"
        )
    return gettext("This is not a whole number of a request. It looks like this:")


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@once_a_moment
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One request. Without the code a page says the same of every number, given or not, published ones apart."""
    known = parse_number(number)
    if known is None:
        return _ask_anew(request, number, NOT_FOUND.status)
    if known != number:
        return HttpResponseRedirect(reverse("case", args=[known]))
    language = language_now()
    asked = Asked(number, place_of(request))
    if request.method == "POST" or is_known(request):  # all else is said of every number alike
        asked = asked_for(number, asked.place, partial(known_as, request))
    error, status = "", 200
    if request.method == "POST":
        try:
            return _let_in(request, number, prove_ownership(asked, request.POST.get("code", "")))
        except Refused as refusal:
            error, status = told_of(refusal)
    elif (appeal := opened_here(request, number)) is not None:
        opened = own_case(appeal, language, Wanted.of(request.GET))
        if opened is not None:
            return render(request, "portal/own_case.html", {"case": opened})
    several = [PublicPage.of(published, language) for published in published_of(number)]
    told = {
        "number": number,
        "several": several,
        "is_shared": len(several) > 1 or (asked.is_shared and bool(asked.known)),
        "error": error,
        "erased": [fingerprint_of(one) for one in asked.own_erased],
        "takes_code": asked.takes_code,
        "has_other": bool(asked.salts),
    }
    return render(request, "portal/case.html", told, status=status)


def open_here(request: HttpRequest, number: str, appeal: bytes) -> None:
    """Open a request in this browser for a while; its code was typed, or its citizen is signed in."""
    request.session.cycle_key()
    until = timezone.now().timestamp() + OPEN_FOR_S
    request.session[_OPENED] = {"number": number, "appeal": appeal.hex(), "until": until}


def close_here(request: HttpRequest) -> None:
    """Close what was opened in this browser."""
    request.session.pop(_OPENED, None)


def _let_in(request: HttpRequest, number: str, appeal: bytes) -> HttpResponse:
    open_here(request, number, appeal)
    response = HttpResponseRedirect(reverse("case", args=[number]))
    remember(response, request, OPENED, appeal.hex())
    return response


def told_of(refusal: Refused) -> tuple[str, int]:
    """Why nothing opened, in words, and the status of the answer."""
    match refusal.code:
        case "code_wait":
            told = gettext(
                "Too many wrong codes. Try again in: %(wait)s. If they were not yours, point the camera of this device "
                "at the square on the receipt first: then you need not wait for others."
            )
            return told % {"wait": wait(int(refusal.params["wait_s"]))}, 429
        case "code_spent":
            told = gettext(
                "This code was guessed at too often. Point the camera of this device at the square on the receipt and "
                "type the code then, or ask at the office."
            )
            return told, 429
        case "code_of_several":
            told = gettext(
                "Two requests under this number have this code. Point the camera of this device at the square on the "
                "receipt and type the code then."
            )
            return told, 403
        case _:
            told = gettext(
                "Nothing opens with this number and this code. Compare both with the receipt; the code is the six "
                "digits below the square. If they stand there just so, ask at any office with the receipt: the request "
                "may have been erased since."
            )
            return told, 403


def opened_here(request: HttpRequest, number: str) -> bytes | None:
    """Which request with this number was opened by its code in this browser a short while ago."""
    match request.session.get(_OPENED):
        case {"number": named, "appeal": str() as appeal, "until": int() | float() as until}:
            return bytes.fromhex(appeal) if named == number and until > timezone.now().timestamp() else None
        case _:  # none, or one that a program of before kept
            return None


@never_cache
@require_safe
def file(request: HttpRequest, number: str, file_id: int) -> FileResponse:
    """A file of an answer, for whoever opened the request here; to all others there is none, whatever they ask for."""
    appeal = opened_here(request, number)
    found = answer_file(appeal, file_id) if appeal is not None else None
    if found is None:
        raise Http404
    return given_out(CENTRE, found)


@require_POST
def close(request: HttpRequest, number: str) -> HttpResponse:
    """Close the page for others who use this browser."""
    close_here(request)
    return HttpResponseRedirect(reverse("case", args=[number]) if parse_number(number) else reverse("home"))
