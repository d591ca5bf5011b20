"""What the pages and the paper of a written request say: its receipt, and in words what is unusual or refused."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import segno
from django.conf import settings
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from server_sync.appeals.models import Appeal
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import AppealKind
from server_sync.contract.errors import ContractError
from server_sync.contract.evidence.receipt import qr_text, short_code
from server_sync.contract.person import PersonWarning
from server_sync.pages.appeal_words import KINDS, site_name
from server_sync.pages.term import Term, term_of
from server_sync.pages.wording import wait
from server_sync.portal.models import Draft
from server_sync.workplaces.reference import reference_book

FIELDS: Final[dict[str, Promise]] = {
    "surname": _("Surname"),
    "given_name": _("Given name"),
    "patronymic": _("Patronymic"),
    "pin": _("PIN"),
    "document": _("Passport or ID card"),
    "phone": _("Telephone"),
}

UNUSUAL: Final[dict[str, Promise]] = {
    "pin_not_digits": _("A PIN has digits only."),
    "pin_length_unusual": _("A PIN has 14 digits."),
    "pin_of_organisation": _("This is the PIN of an organisation."),
    "pin_first_digit_unusual": _("A PIN begins with 1 or 2."),
    "pin_date_impossible": _("There is no such date of birth as this PIN says."),
    "pin_date_in_future": _("The date of birth that this PIN says is still to come."),
    "document_letters_cyrillic": _("The letters of the document look like Latin ones and are Cyrillic."),
    "document_unusual": _("A document usually has two Latin letters and six to eight digits."),
    "phone_unreadable": _("This does not look like a telephone number."),
    "phone_length_unusual": _("There are too few or too many digits."),
    "phone_not_in_use": _("No country gives out such numbers."),
    "name_mixes_alphabets": _("One word mixes Latin and Cyrillic letters."),
    "name_letter_unusual": _("One letter is not of the Kyrgyz or Russian alphabet."),
    "name_has_digits": _("There is a digit in it."),
    "name_has_pictures": _("There is a picture in it."),
    "name_has_invisible_marks": _("There is a mark in it that nobody sees."),
    "name_has_extra_spaces": _("There is a space too many."),
    "name_long": _("It is unusually long."),
}
"""What is said of a field that looks unusual; it is kept to the letter all the same. A PIN may be left out."""

REFUSED: Final[dict[str, Promise]] = {
    "drafts_full": _("There is no room for more requests that are just being written. Try again in an hour."),
    "letters_full": _("The mail is overfull. What you typed is kept: try again in an hour."),
    "letters_off": _(
        "Letters are not sent at the moment. What you typed is kept; an office near you takes it as well."
    ),
    "texts_full": _(
        "Too many text messages went in this hour. What you typed is kept: choose e-mail, or try again later."
    ),
    "texts_off": _("Text messages are not sent at the moment. What you typed is kept: choose e-mail."),
    "phone_unread": _("No text message can be sent to this number. Change it, or choose e-mail."),
    "phone_not_served": _("No text message can be sent to this number. Change it, or choose e-mail."),
    "letters_many": _(
        "Many codes were sent already. What you typed is kept: try again in an hour, or from another address."
    ),
    "guesses_many": _("Many wrong codes were typed for this address. What you typed is kept: try again in an hour."),
    "address_malformed": _("No letter can be sent to this address. Change it."),
    "code_over": _("This code does not hold any more. Let a new one be sent."),
    "not_whole": _("Something has to be chosen anew."),
    "not_confirmed": _("The address is not confirmed yet."),
}


@dataclass(frozen=True, slots=True)
class Unusual:
    """A field of the person and what is unusual about it."""

    field: str
    words: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a citizen holds after registering. `signed` are the bytes of the QR code."""

    number: str
    code: str
    signed: bytes
    registered_at: datetime
    office: str
    addressee: str
    applicant: str
    kind: str
    due: str
    arithmetic: str
    term: Term | None
    language: str

    @property
    def square(self) -> SafeString:
        """The QR code as a drawing of the page."""
        code = segno.make_qr(qr_text(self.signed, settings.LIAISON_PUBLIC_URL), error="m")
        return mark_safe(code.svg_inline(scale=1, border=4, omitsize=True, dark="#000", light="#fff"))  # noqa: S308 (drawn here)


def receipt_of(row: Draft, language: str) -> Receipt | None:
    """The receipt of what a draft became; None when its words were erased since."""
    appeal = Appeal.objects.select_related("event").filter(hash=row.appeal, event__salt__isnull=False).first()
    if appeal is None or appeal.event.salt is None:
        return None
    term = term_of(appeal, language)
    names = reference_book().addressee_names(appeal.addressee_code, appeal.addressee_site)
    return Receipt(
        number=appeal.number,
        code=short_code(bytes(appeal.event.salt)),
        signed=bytes(row.receipt),
        registered_at=appeal.registered_at,
        office=site_name(appeal.site_id, language),
        addressee=names.said_in(language) if names is not None else appeal.addressee_code,
        applicant=appeal.applicant_name,
        kind=str(KINDS[AppealKind(appeal.kind)]),
        due=f"{appeal.due_on:%d.%m.%Y}" if appeal.due_on else "",
        arithmetic=_arithmetic(term),
        term=term,
        language=language,
    )


def unusual(warnings: tuple[PersonWarning, ...]) -> list[Unusual]:
    """Warnings in words."""
    told = ((one.field, UNUSUAL.get(one.code)) for one in warnings)
    return [Unusual(str(FIELDS.get(field, field)), str(words)) for field, words in told if words is not None]


def refused(refusal: ContractError) -> tuple[str, int]:
    """Why something was not done, in words, and the status of the answer."""
    wait_s = refusal.params.get("wait_s")
    if isinstance(wait_s, int):
        told = gettext("Too much came from your network address. What you typed is kept. Try again in: %(wait)s.")
        if refusal.code == "code_again_later":
            told = gettext("A code was sent a moment ago. If it does not come, ask for another in: %(wait)s.")
        return told % {"wait": wait(wait_s)}, 429
    if refusal.code == "code_wrong":
        told = gettext("This is not the code of the letter. Tries left: %(left)s.")
        return told % {"left": refusal.params["left"]}, 403
    status = 429 if refusal.code.endswith(("_many", "_full")) else 409
    known = REFUSED.get(refusal.code) if isinstance(refusal, Refused) else None
    return str(known or _("The register did not take it. What you typed is kept: look at each step again.")), status


def _arithmetic(term: Term | None) -> str:
    if term is None:
        return ""
    told = gettext("Working days by law: %(n)s, counted from the day after registration; days off are passed over.")
    return " ".join((told % {"n": term.working_days}, term.article)).strip()
