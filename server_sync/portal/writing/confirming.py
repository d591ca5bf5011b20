"""Confirms that the person who writes can be reached: a code by e-mail or, where a gateway is named, by text message.

Guesses count at the draft, which only its own browser can open, and at the address from the network place they come
from: nobody locks another out from elsewhere, and who writes under another's address has few guesses (ADR 0089).
"""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext

from server_sync.common.refusals import Refused
from server_sync.contract.evidence.receipt import CODE_DIGITS
from server_sync.contract.folding import digits_in
from server_sync.letters.queue import deliverable, mailbox_of, post
from server_sync.letters.texts import post_text, textable
from server_sync.portal.models import CodeSent, Draft
from server_sync.portal.writing.drafts import WINDOW, Opened, keyed, read_again

CODE_HOLDS: Final = timedelta(minutes=30)
WRONG_MOST: Final = 5
"""Wrong guesses at one code."""
LETTERS_MOST: Final = 5
"""Codes for one draft."""
AGAIN_AFTER: Final = timedelta(seconds=60)
OF_A_PLACE_MOST: Final = 60
"""Codes for the drafts of one network place in a window."""
TO_AN_ADDRESS_HERE: Final = 5
"""Codes to one address from one network place in an hour."""
TO_AN_ADDRESS: Final = 15
"""And from wherever; the first from a place goes all the same, so that strangers keep nobody from writing."""
TO_AN_ADDRESS_EVER: Final = 50
"""And no more than these, from however many places: a mailbox is not buried."""
TO_A_PHONE: Final = 3
"""Codes to one telephone in an hour, from wherever."""
TEXTS_OF_A_PLACE: Final = 10
"""Codes from one network place in a window beyond which none goes as a text message."""
TEXT_HOLDS: Final = timedelta(minutes=10)
"""A text message that comes later is taken for another one."""
GUESSES_HERE: Final = 10
"""Guesses at the codes of one address from one network place in an hour."""
HOUR: Final = timedelta(hours=1)
FORGOTTEN_AT_ONCE: Final = 1_000


def is_confirmed(opened: Opened) -> bool:
    """Whether the code that went to the address of this draft was typed."""
    return bool(opened.row.confirmed) and opened.row.confirmed == _of_address(opened)


def awaits_code(opened: Opened) -> bool:
    """Whether a code that went to the address as it is now may still be typed."""
    row = opened.row
    return (
        bool(row.code)
        and row.code_to == _of_address(opened)
        and row.code_sent_at is not None
        and row.code_sent_at + CODE_HOLDS > timezone.now()
        and row.wrong < WRONG_MOST
    )


def send_code(opened: Opened) -> None:
    """Send a code to the address, or to the telephone, of a draft.

    Raises Refused `code_again_later` (with `wait_s`), `letters_many`, `address_malformed`, `letters_off`,
    `letters_full`, `draft_gone`, or as `post_text`.
    """
    now, row, whose = timezone.now(), opened.row, _of_address(opened)
    if row.letters >= LETTERS_MOST:
        raise Refused("letters_many")
    if row.code_sent_at is not None and row.code_to == whose and now < row.code_sent_at + AGAIN_AFTER:
        raise Refused("code_again_later", permanent=False, wait_s=int(AGAIN_AFTER.total_seconds()))
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    subject = gettext("Code for your request")
    with transaction.atomic():
        changed = Draft.objects.filter(pk=row.pk, letters=row.letters, appeal=None).update(
            code=_of_code(row, code), code_to=whose, code_sent_at=now, letters=F("letters") + 1, wrong=0
        )
        if changed == 1:  # else another press of the button sent it
            count_letter(row.place, _counted_at(opened), now, is_text=opened.said.is_by_phone)
            if opened.said.is_by_phone:
                told = gettext("Kattar. Your code: %(code)s. Tell it to nobody.") % {"code": code}
                post_text(opened.said.phone, told, useful_for=TEXT_HOLDS, now=now)
            else:
                post(opened.said.email, subject, _letter(code), useful_for=CODE_HOLDS, now=now, caller=row.place)
    read_again(row)


def confirm(opened: Opened, typed: str) -> None:
    """Take the code that was typed.

    Raises Refused `code_wrong` (with `left`), `code_over`, `guesses_many`, `draft_gone`.
    """
    row = opened.row
    if not awaits_code(opened):
        raise Refused("code_over")
    held = Draft.objects.filter(pk=row.pk, code=row.code, wrong__lt=WRONG_MOST)
    if held.update(wrong=F("wrong") + 1) != 1:  # counted before it is looked at: guesses made side by side all count
        raise Refused("code_over")
    count_guess(row.place, _counted_at(opened))
    if not hmac.compare_digest(_of_code(row, digits_in(typed)), row.code):
        read_again(row)
        if row.wrong >= WRONG_MOST:
            raise Refused("code_over")
        raise Refused("code_wrong", left=WRONG_MOST - row.wrong)
    Draft.objects.filter(pk=row.pk).update(code="", confirmed=row.code_to)
    read_again(row)


def vouch(opened: Opened) -> None:
    """Believe that the address of a draft is the person's: who may vouch says so.

    The letter with number and code counts as one with a code. Raises Refused `draft_gone`, `letters_many`.
    """
    whose = _of_address(opened)
    with transaction.atomic():
        if Draft.objects.filter(pk=opened.row.pk, appeal=None).exclude(confirmed=whose).update(confirmed=whose) == 1:
            count_letter(opened.row.place, whose, timezone.now())
    read_again(opened.row)


def forget_old() -> int:
    """Delete what no bound counts any more."""
    old = CodeSent.objects.filter(sent_at__lt=timezone.now() - HOUR).values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]
    return CodeSent.objects.filter(pk__in=list(old)).delete()[0]


def is_same_address(opened: Opened, whose: str) -> bool:
    """Whether a draft is written under the address that is known again by this hash."""
    return bool(whose) and _of_address(opened) == whose


def confirm_as_known(opened: Opened) -> None:
    """Take the address of a draft as confirmed: whoever writes is signed in by it."""
    whose = _of_address(opened)
    if whose:
        Draft.objects.filter(pk=opened.row.pk, appeal=None).update(code="", confirmed=whose)
        read_again(opened.row)


def count_letter(place: str, whose: str, now: datetime, *, is_text: bool = False) -> None:
    """Count a letter with a code; raise Refused `letters_many` where nobody who is honest would send so many.

    A text message costs: beyond few to one number none goes, whoever asks; its owner still has the way by e-mail.
    """
    if is_text and CodeSent.objects.filter(address=whose, sent_at__gt=now - HOUR).count() >= TO_A_PHONE:
        raise Refused("letters_many", permanent=False)
    most = TEXTS_OF_A_PLACE if is_text else OF_A_PLACE_MOST
    if CodeSent.objects.filter(place=place, sent_at__gt=now - WINDOW).count() >= most:
        raise Refused("letters_many", permanent=False)
    to_address = CodeSent.objects.filter(address=whose, sent_at__gt=now - HOUR)
    here, everywhere = to_address.filter(place=place).count(), to_address.count()
    if here >= TO_AN_ADDRESS_HERE or (here and everywhere >= TO_AN_ADDRESS) or everywhere >= TO_AN_ADDRESS_EVER:
        raise Refused("letters_many", permanent=False)
    CodeSent.objects.create(place=place, address=whose, sent_at=now)


def count_guess(place: str, whose: str) -> None:
    """Count a guess at the letter it is about; raise Refused `guesses_many` where an address is guessed at."""
    sent = CodeSent.objects.filter(place=place, address=whose, sent_at__gt=timezone.now() - HOUR)
    newest = sent.order_by("-sent_at").first()
    if newest is not None:
        CodeSent.objects.filter(pk=newest.pk).update(guesses=F("guesses") + 1)
    if (sent.aggregate(made=Sum("guesses"))["made"] or 0) > GUESSES_HERE:
        raise Refused("guesses_many", permanent=False)


def of_address(email: str) -> str:
    """What an address is known again by, however its letters were typed; empty for what is none."""
    try:
        return keyed("address", deliverable(email).casefold())
    except Refused:
        return ""


def of_mailbox(email: str) -> str:
    """By what letters to an address and guesses at them are counted; empty for what is none."""
    try:
        return keyed("address", mailbox_of(email))
    except Refused:
        return ""


def of_phone(phone: str) -> str:
    """What a telephone is known again by; empty for what gets no text messages."""
    try:
        return keyed("phone", textable(phone))
    except Refused:
        return ""


def _letter(code: str) -> str:
    return gettext(
        "Your code: %(code)s\n\n"
        "Type it on the page on which you are writing your request. It holds for %(minutes)s minutes.\n\n"
        "If you are writing no request, do nothing: without the code nothing is registered.\n\n%(portal)s\n"
    ) % {"code": code, "minutes": int(CODE_HOLDS.total_seconds()) // 60, "portal": settings.LIAISON_PUBLIC_URL}


def _of_address(opened: Opened) -> str:
    return of_phone(opened.said.phone) if opened.said.is_by_phone else of_address(opened.said.email)


def _counted_at(opened: Opened) -> str:
    return of_phone(opened.said.phone) if opened.said.is_by_phone else of_mailbox(opened.said.email)


def _of_code(row: Draft, code: str) -> str:
    return keyed("code", f"{row.id.hex()}|{code}")
