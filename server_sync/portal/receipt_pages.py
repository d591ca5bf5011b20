"""Pages that check a receipt, for whoever holds it: by its code or by what was typed, with the proof as a file."""

from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from server_sync.appeals.numbered import BEARING_MOST, bearing
from server_sync.contract.errors import MalformedBytes
from server_sync.contract.evidence.receipt import QR_PATH, link_in, receipt_from_qr_text, to_base32
from server_sync.evidence.log import newest_checkpoint
from server_sync.pages.appeal_words import site_name
from server_sync.pages.devices import remember
from server_sync.pages.templatetags.pages import moment
from server_sync.pages.templatetags.pages import number as in_figures
from server_sync.pages.wording import language_now
from server_sync.portal.follow import is_mistyped, parse_number
from server_sync.portal.ownership import RECEIPT
from server_sync.portal.receipts import Checked, Difference, Finding, as_json, check

TYPED_MOST: Final = 1_000
"""Characters of what somebody typed or pasted to be checked."""

FINDINGS: Final[dict[Finding, tuple[str, str, Promise, Promise]]] = {
    Finding.IN_LOG: (
        "good",
        "shield",
        _("Genuine: the request is in the public log"),
        _(
            "The office's key signed this receipt, and the request stands in the log, where nobody can remove"
            " or change it unseen."
        ),
    ),
    Finding.NOT_YET_SEEN: (
        "",
        "clock",
        _("Genuine, not yet seen at the centre"),
        _(
            "The office's key signed this receipt. The request itself has not reached the centre yet: the "
            "office may be without a line. It goes by itself; look again in a day or two. The number and the "
            "term hold from the day of registration."
        ),
    ),
    Finding.KEY_WITHDRAWN: (
        "warn",
        "warning",
        _("The key of this workplace was withdrawn: ask"),
        _(
            "The receipt was signed with a key that is no longer trusted, for example because the PC was "
            "stolen. Show it at any office: a person will check it."
        ),
    ),
    Finding.KEY_UNKNOWN: (
        "warn",
        "warning",
        _("The key is not known here"),
        _(
            "The code has the form of a receipt, but the centre does not know the key that signed it. If the "
            "office is new, look again tomorrow; otherwise show the receipt at any office."
        ),
    ),
    Finding.SUITE_UNKNOWN: (
        "warn",
        "warning",
        _("Made by a newer program: it cannot be checked here yet"),
        _(
            "The code is written in a form that this page does not know. That says nothing against the receipt: "
            "look again later, or show it at any office."
        ),
    ),
    Finding.CONTRADICTED: (
        "bad",
        "alert",
        _("The receipt contradicts the log"),
        _(
            "The key is right, but the event that this receipt names says otherwise. Show the receipt at any office: "
            "two people will resolve it."
        ),
    ),
    Finding.FORGED: (
        "bad",
        "cross",
        _("Forged or damaged"),
        _(
            "The signature does not hold: the code was changed after signing, or was never signed by an "
            "office. Show the paper at any office."
        ),
    ),
    Finding.NOT_A_RECEIPT: (
        "bad",
        "cross",
        _("This is no receipt"),
        _(
            "The code cannot be read. If you typed or copied it, check that it is whole; better, point the "
            "camera of a telephone at the square on the paper."
        ),
    ),
}
"""Colour, sign, verdict and what it means, for each finding."""

DIFFERENCES: Final[dict[Difference, Promise]] = {
    Difference.KIND: _("What it names is not the registration of a request."),
    Difference.NUMBER: _("The request has another number in the log."),
    Difference.SEQ: _("The request has another place in the records of its PC."),
    Difference.TIME: _("The request was registered at another time than the receipt says."),
}
"""What contradicts a receipt."""

OF_RECEIPT: Final[dict[Difference, Promise]] = {
    Difference.KIND: _("What it names"),
    Difference.NUMBER: _("Number"),
    Difference.SEQ: _("Place in the records of its PC"),
    Difference.TIME: _("Given, by the clock of the office"),
}
"""What of a receipt is held against the log."""

ASK_A_PERSON: Final = frozenset(
    {Finding.KEY_WITHDRAWN, Finding.KEY_UNKNOWN, Finding.SUITE_UNKNOWN, Finding.CONTRADICTED, Finding.FORGED}
)
"""Findings that are resolved at an office."""


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """How to check a receipt, here and without us."""
    typed = request.GET.get("receipt", "")[:TYPED_MOST]
    if number := parse_number(typed):
        return HttpResponseRedirect(reverse("case", args=[number]))
    if is_mistyped(typed):
        return HttpResponseRedirect(f"{reverse('find')}?{urlencode({'number': typed})}")
    if typed.strip():
        checked = check(_encoded(typed.strip()))
        if checked.finding is Finding.NOT_A_RECEIPT:
            return _told(request, checked, typed)
        return HttpResponseRedirect(reverse("receipt", args=[checked.encoded]))
    published = newest_checkpoint()
    return render(
        request,
        "portal/verify.html",
        {"here": "verify", "checkpoint": published, "portal": settings.LIAISON_PUBLIC_URL},
    )


def _encoded(typed: str) -> str:
    """The code in what somebody pasted: the whole address of the QR code, or the code alone."""
    try:
        return to_base32(receipt_from_qr_text(link_in(typed)))
    except MalformedBytes:
        return "".join(letter for letter in _plain(typed).upper() if letter.isascii() and letter.isalnum())


def _plain(code: str) -> str:
    """A code without the mark, the slash or the tracking words that stand behind it."""
    return link_in(f".{QR_PATH}{code.strip()}").rpartition(QR_PATH)[2]


@require_safe
def receipt(request: HttpRequest, encoded: str) -> HttpResponse:
    """The page that the camera of a telephone opens from a receipt."""
    checked = check(_plain(encoded))
    return _told(request, checked, checked.encoded)


def _told(request: HttpRequest, checked: Checked, typed: str) -> HttpResponse:
    """What a check found; what was typed comes back as it was for another try."""
    look, sign, verdict, meaning = FINDINGS[checked.finding]
    told = {
        "here": "verify",
        "checked": checked,
        "typed": typed,
        "look": look,
        "sign": sign,
        "verdict": verdict,
        "meaning": meaning,
        "compared": _compared(checked) if checked.finding is Finding.CONTRADICTED else [],
        "asks_office": checked.finding in ASK_A_PERSON,
        "office": site_name(checked.site_code, language_now()),
        "is_none": checked.finding is Finding.NOT_A_RECEIPT,
        "is_known": checked.finding in {Finding.IN_LOG, Finding.NOT_YET_SEEN, Finding.KEY_WITHDRAWN},
        "has_proof": checked.in_log is not None,
        **_others(checked),
    }
    response = render(request, "portal/receipt.html", told, status=_status(checked))
    if checked.finding is Finding.IN_LOG and checked.receipt is not None:
        remember(response, request, RECEIPT, checked.receipt.event_hash.hex())
    return response


def _compared(checked: Checked) -> list[dict[str, Any]]:
    """What the receipt says, and whether the log says the same.

    Not what it says: a receipt signed with a stolen key can name the event of anybody.
    """
    if checked.receipt is None:
        return []
    said = {
        Difference.KIND: gettext("the registration of a request"),
        Difference.NUMBER: in_figures(checked.receipt.number),
        Difference.SEQ: str(checked.receipt.seq),
        Difference.TIME: moment(checked.given_at),
    }
    return [
        {"name": OF_RECEIPT[one], "said": said[one], "differs": DIFFERENCES[one] if is_other else ""}
        for one, is_other in checked.compared
    ]


def _others(checked: Checked) -> dict[str, bool]:
    """Whether other requests stand under the number of a receipt: beside its own, or without it."""
    if checked.receipt is None:
        return {}
    found = bearing(checked.receipt.number).values_list("hash", flat=True)[:BEARING_MOST]
    hashes = {bytes(appeal) for appeal in found}
    has_own = checked.receipt.event_hash in hashes
    return {"is_beside": has_own and len(hashes) > 1, "is_anothers": bool(hashes) and not has_own}


@require_safe
def proof(request: HttpRequest, encoded: str) -> JsonResponse:
    """All that proves a receipt, as a file for a third party."""
    checked = check(_plain(encoded))
    response = JsonResponse(as_json(checked), status=_status(checked), json_dumps_params={"indent": 1})
    name = checked.receipt.number if checked.receipt else "receipt"
    response["Content-Disposition"] = f'attachment; filename="{name}-proof.json"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _status(checked: Checked) -> int:
    return 400 if checked.finding is Finding.NOT_A_RECEIPT else 200
