"""Takes a request from a program: through the same door as the portal's form, so that the same rules hold.

What came is kept as a draft, closed by a secret that is made of the program's key and the token: the tables open
nothing without the key. The person confirms by a code that comes by e-mail, and the program brings it; a program that
may vouch for the person is believed.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from server_sync.appeals.models import Appeal
from server_sync.common.refusals import Refused
from server_sync.contract.limits import SUBJECT_CHARACTERS, settle_line_ends
from server_sync.letters.queue import are_letters_sent
from server_sync.pages.wording import language_now
from server_sync.portal.models import Draft
from server_sync.portal.writing import choosing, confirming, drafts
from server_sync.portal.writing.drafts import Opened, Said
from server_sync.portal.writing.registering import STEPS, form_of, register
from server_sync.programs import keys
from server_sync.programs.keys import Scope
from server_sync.programs.models import ProgramKey, WrittenBy

TOKEN_BYTES: Final = 24
NAMES: Final[Mapping[str, str]] = {
    "text": "description",
    "category": "service_code",
    "place": "address_id",
    "surname": "last_name",
    "given_name": "first_name",
    "email": "email",
    "phone": "phone",
}
"""Fields of the form as the standard calls them; all others are attributes by our names."""


@dataclass(frozen=True, slots=True)
class Program:
    """Who brings something: its key as a row, and as it was shown."""

    key: ProgramKey
    secret: str

    def token(self, of: str) -> str:
        """A token; the same for what is brought again under the same name, drawn where there is none."""
        raw = self._made(f"token|{of}")[:TOKEN_BYTES] if of else secrets.token_bytes(TOKEN_BYTES)
        return base64.urlsafe_b64encode(raw).decode()

    def draft(self, token: str) -> str:
        """The secret of the draft that a token names."""
        return base64.urlsafe_b64encode(self._made(f"draft|{token}")).decode().rstrip("=")

    def _made(self, what: str) -> bytes:
        return hmac.digest(self.secret.encode(), what.encode(), hashlib.sha256)


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of it: the number, or the token by which it is asked for until the person has confirmed."""

    token: str
    number: str = ""


def bring(program: Program, given: Mapping[str, str], again: str = "") -> Brought:
    """Take a request; brought once more under the same name `again` it is the first.

    Raises Refused `unsound` (with `errors`, a line of words for each field), `letters_off`, and what the door refuses.
    """
    token = program.token(again)
    opened = drafts.find(program.draft(token)) if again else None
    if opened is None:
        if not are_letters_sent():
            raise Refused("letters_off")
        said = _said(given)
        _demand_sound(said)
        opened = _begin(program, token, said)
    if opened.row.appeal is not None:
        return Brought(token, _number(opened.row))
    if keys.may(program.key, Scope.VOUCH_PERSON):
        confirming.vouch(opened)
        return Brought(token, _register(program, opened))
    if not confirming.awaits_code(opened):
        confirming.send_code(opened)
    return Brought(token)


def look(program: Program, token: str) -> Brought:
    """What became of a request. Raises Refused `token_unknown`."""
    row = _find(program, token).row
    return Brought(token, _number(row) if row.appeal is not None else "")


def confirm(program: Program, token: str, code: str) -> Brought:
    """Bring the code that the person was sent. Raises Refused `token_unknown`, `code_wrong`, `code_over`."""
    opened = _find(program, token)
    if opened.row.appeal is not None:
        return Brought(token, _number(opened.row))
    if not confirming.is_confirmed(opened):
        confirming.confirm(opened, code)
    return Brought(token, _register(program, opened))


def _begin(program: Program, token: str, said: Said) -> Opened:
    try:
        with transaction.atomic():
            return drafts.begin(f"program {program.key.pk}", said, program.draft(token))[1]
    except IntegrityError:  # the same came at the same moment
        return _find(program, token)


def _find(program: Program, token: str) -> Opened:
    opened = drafts.find(program.draft(token))
    if opened is None:
        raise Refused("token_unknown")
    return opened


def _register(program: Program, opened: Opened) -> str:
    with transaction.atomic():
        row = register(opened, language_now())
        if row.appeal is None:
            raise Refused("token_unknown")
        WrittenBy.objects.get_or_create(appeal=bytes(row.appeal), defaults={"key": program.key})
    return _number(row)


def _number(row: Draft) -> str:
    number = Appeal.objects.filter(hash=row.appeal).values_list("number", flat=True).first()
    if number is None:
        raise Refused("token_unknown")
    return number


def _said(given: Mapping[str, str]) -> Said:
    """What came, as the form would have it; what may be left out is filled in."""
    said = Said(
        kind=given.get("attribute[kind]") or "application",
        category=given.get("service_code", ""),
        place=given.get("address_id", ""),
        subject=given.get("attribute[subject]") or _first_of(given.get("description", "")),
        text=settle_line_ends(_with_place(given), is_long=True),
        addressee=given.get("attribute[addressee]", ""),
        surname=given.get("last_name", ""),
        given_name=given.get("first_name", ""),
        patronymic=given.get("attribute[patronymic]", ""),
        territory=given.get("attribute[territory]", ""),
        settlement=given.get("attribute[settlement]", ""),
        street=given.get("attribute[street]", ""),
        phone=given.get("phone", ""),
        email=given.get("email", ""),
        answer_by=given.get("attribute[answer_by]") or "email",
    )
    if not said.addressee:
        offer = choosing.by_rule(said, language_now(), timezone.localdate())
        if offer is None:
            raise Refused("nobody_answers")
        said = replace(said, addressee=offer.code)
    return said


def _first_of(text: str) -> str:
    """The beginning of a text as its subject: its first line, ended at a word."""
    line = next((part.strip() for part in text.splitlines() if part.strip()), "")
    if len(line) <= SUBJECT_CHARACTERS:
        return line
    return line[: SUBJECT_CHARACTERS - 1].rpartition(" ")[0] or line[:SUBJECT_CHARACTERS]


def _with_place(given: Mapping[str, str]) -> str:
    """The description, and below it where it is about: the register has no field for a point of the map."""
    where = [given.get("address_string", "")]
    if "lat" in given or "long" in given:
        if not ("lat" in given and "long" in given):
            raise Refused("missing", field="long" if "lat" in given else "lat")
        where.append(f"{given['lat']}, {given['long']}")
    said = "; ".join(part for part in where if part.strip())
    text = given.get("description", "")
    named = gettext("Place")
    return f"{text}\n\n{named}: {said}" if said else text


def _demand_sound(said: Said) -> None:
    """Raise Refused `unsound` unless the steps of the form would have been taken."""
    errors = []
    for step in STEPS:
        form = form_of(step, said)
        if not form.is_valid():
            for field, wrong in form.errors.items():
                name = NAMES.get(str(field), f"attribute[{field}]")
                errors += [f"{name}: {words}" for words in wrong]
    if errors:
        raise Refused("unsound", errors="\n".join(errors))
