"""Says refusals of the API in words: what is wrong and what to do next."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from server_sync.contract.errors import ContractError
from server_sync.programs.keys import Scope

SCOPES: Final[dict[Scope, Promise]] = {
    Scope.READ_OPEN: _("read what is open, four times as often as without a key"),
    Scope.WRITE_REQUESTS: _("write requests; the person confirms each by a code that comes by e-mail"),
    Scope.VOUCH_PERSON: _("vouch for the person, whom the program itself has identified: no code is asked for"),
}

WORDS: Final[dict[str, Promise]] = {
    "not_text": _("%(field)s holds a character that is no text, such as a control character."),
    "too_long": _("%(field)s is too long: there is room for %(most)s characters."),
    "too_many_values": _("%(field)s has too many values: at most %(most)s."),
    "too_many_parameters": _("The address has too many parameters."),
    "not_a_number": _("%(field)s is no whole number."),
    "out_of_range": _("%(field)s has to lie between %(least)s and %(most)s."),
    "not_offered": _("%(field)s has to be one of these: %(offered)s."),
    "malformed": _("%(field)s does not have the form that the description says."),
    "missing": _("%(field)s is missing."),
    "not_in_list": _("%(field)s names nothing that can be chosen. The definition of the service lists what can be."),
    "unknown": _("There is nothing that %(field)s names."),
    "not_taken": _("There is no parameter %(field)s here. The description lists those there are: /api"),
    "twice": _("%(field)s was given more than once."),
    "span_backwards": _("The end lies before the start."),
    "span_too_long": _("From start to end there are at most %(days)s days. Ask for one part after the other."),
    "key_in_address": _(
        "A key does not belong into an address: addresses are written down on the way. Send it in the header "
        "Authorization, and have this one revoked."
    ),
    "key_missing": _("This takes a key. How a program gets one stands at /api"),
    "key_unknown": _("This key is not known, or does not hold any more. Ask an administrator for another: /api"),
    "scope_missing": _("This key does not allow it: it would have to have %(scope)s."),
    "too_often": _("Too many questions in a minute. Ask again in %(wait_s)s s."),
    "not_acceptable": _("This address answers as %(media)s alone. Other forms have addresses of their own: /api"),
    "not_a_form": _("Send the fields as application/x-www-form-urlencoded."),
    "not_found": _("There is nothing here. The addresses that there are stand at /api"),
    "too_large": _("What was sent is too large: at most %(most)s bytes are taken."),
    "method_not_allowed": _("This address does not take this method."),
    "bad_request": _("What was sent cannot be read."),
    "broken": _("The server made a mistake. It has been written down; try again in a few minutes."),
    "token_unknown": _("There is no such token of this program, or it is over."),
    "not_confirmed": _("The person has not confirmed the request by the code yet."),
    "code_over": _("This code does not hold any more. Send the request anew."),
    "code_wrong": _("This is not the code of the letter. Tries left: %(left)s."),
    "letters_off": _("Letters are not sent at the moment, so nobody can be asked to confirm. Try again later."),
    "nobody_answers": _(
        "By rule no official answers for such a matter in that place: name one as attribute[addressee]."
    ),
}

STATUSES: Final[dict[str, int]] = {
    "unknown": 404,
    "not_found": 404,
    "token_unknown": 404,
    "key_missing": 401,
    "key_unknown": 401,
    "scope_missing": 403,
    "code_wrong": 403,
    "method_not_allowed": 405,
    "not_acceptable": 406,
    "code_over": 409,
    "not_confirmed": 409,
    "too_large": 413,
    "not_a_form": 415,
    "too_often": 429,
    "broken": 500,
    "letters_off": 409,
}
"""Statuses of answers; of all others it is 400, or 429 for what too much was asked of."""


def words_of(refusal: ContractError) -> str:
    """Why a question was not answered, and what to do."""
    known = WORDS.get(refusal.code)
    if known is None and status_of(refusal) == 429:
        known = _("Too much came in a short time. Try again later.")
    told = {name: str(value) for name, value in refusal.params.items()}
    return str(known or _("It was not taken.")) % told


def status_of(refusal: ContractError) -> int:
    """The status of the answer that tells of a refusal."""
    if refusal.code.endswith(("_many", "_full", "_later")):
        return 429
    return STATUSES.get(refusal.code, 400)
