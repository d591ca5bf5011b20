"""Turns what was written into a request of the register, once, and tells its citizen by e-mail."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from server_sync.appeals.models import Appeal
from server_sync.appeals.submitting import register_on_portal, term_on
from server_sync.common.refusals import Refused
from server_sync.common.retention import kept
from server_sync.contract.bodies import (
    Address,
    AnswerBy,
    AppealForm,
    AppealKind,
    AppealRegistered,
    Applicant,
    Attachment,
)
from server_sync.contract.evidence.receipt import short_code
from server_sync.contract.person import PersonWarning, check_person
from server_sync.letters.queue import post
from server_sync.letters.texts import post_text
from server_sync.portal.models import Draft
from server_sync.portal.writing import choosing, files
from server_sync.portal.writing.confirming import is_confirmed
from server_sync.portal.writing.drafts import Opened, Said, demand_turn
from server_sync.portal.writing.forms import Addressee, Matter, Step, Writer

STEPS: Final[dict[str, type[Step]]] = {"matter": Matter, "addressee": Addressee, "writer": Writer}
"""What is written, in its order, by the names in addresses."""

TOLD_FOR: Final = timedelta(days=3)
"""How long the letter about a registration is worth being sent."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A request that was read whole: the first step with something wrong, or none, and what is unusual."""

    first_wrong: str
    warnings: tuple[PersonWarning, ...]


def form_of(step: str, said: Said) -> Step:
    """A step as it stands, read."""
    form = STEPS[step]
    return form({name: getattr(said, name) for name in form.base_fields})


def check(said: Said) -> Checked:
    """Read all steps again: what was right when it was typed may be gone since."""
    wrong = next((step for step in STEPS if not form_of(step, said).is_valid()), "")
    return Checked(wrong, check_person(_applicant(said), timezone.localdate()))


def register(opened: Opened, language: str) -> Draft:
    """Register a draft; the second time it says what came of the first.

    Raises Refused `not_confirmed`, `not_whole` (with the step), `registered_many`, `draft_gone`, or a code of the
    register. What was typed is kept then.
    """
    with transaction.atomic():
        row = Draft.objects.select_for_update().filter(pk=opened.row.pk).first()
        if row is None:
            raise Refused("draft_gone")
        if row.appeal is not None:
            return row
        held = Opened(row, opened.key, opened.said)
        if not is_confirmed(held):
            raise Refused("not_confirmed")
        wrong = check(opened.said).first_wrong
        if wrong:
            raise Refused("not_whole", step=wrong)
        demand_turn(held)
        attached = files.as_sent(held)
        given = register_on_portal(lambda day: body_of(opened.said, language, day, attached))
        files.forget([bytes(row.pk)], are_sent=True)
        now = timezone.now()
        row.appeal, row.receipt = bytes(given.appeal.hash), given.receipt
        row.registered_at, row.expires_at = now, now + kept("receipt")
        row.sealed, row.size_bytes, row.code, row.confirmed = b"", 0, "", ""
        row.save()
        with suppress(Refused):  # the number stands, whatever becomes of the letter
            _tell(opened.said, given.appeal)
    return row


def body_of(said: Said, language: str, day: date, attached: tuple[Attachment, ...] = ()) -> AppealRegistered:
    """What was written, as the register keeps it; all three steps have been read."""
    body = choosing.of_today(said.addressee, day)
    if body is None:
        raise Refused("not_whole", step="addressee")
    kind = AppealKind[said.kind.upper()]
    return AppealRegistered(
        kind=kind,
        form=AppealForm.ELECTRONIC,
        language=language,
        applicant=_applicant(said),
        address=Address(said.territory, said.settlement, said.street),
        answer_by=AnswerBy[said.answer_by.upper()],
        addressee_code=body.position_code,
        addressee_site=body.site_code,
        categories=(said.category,),
        subject=said.subject,
        text=said.text,
        attachments=attached,
        registered_on=day,
        due=term_on(day, kind),
    )


def _applicant(said: Said) -> Applicant:
    return Applicant(
        surname=said.surname,
        given_name=said.given_name,
        patronymic=said.patronymic,
        pin=said.pin,
        document=said.document,
        phone=said.phone,
        email="" if said.is_by_phone else said.email.strip(),
    )


def _tell(said: Said, appeal: Appeal) -> None:
    """Write the letter, or the text message, about a registration; of what the request says it has no word."""
    subject = gettext("Your request is registered: %(number)s") % {"number": appeal.number}
    told = {
        "number": appeal.number,
        "code": short_code(bytes(appeal.event.salt or b"")),
        "link": settings.LIAISON_PUBLIC_URL + reverse("case", args=[appeal.number]),
    }
    if said.is_by_phone:
        short = gettext("Kattar. Your request %(number)s is registered. Its code: %(code)s. %(link)s") % told
        post_text(said.phone, short, useful_for=TOLD_FOR)
        return
    lines = [
        gettext("Your request is registered. Its number: %(number)s") % told,
        gettext("The code that opens it: %(code)s. Whoever has both reads your request: keep them to yourself.") % told,
        gettext("Follow it here: %(link)s") % told,
    ]
    if appeal.due_on is not None:
        lines.append(gettext("The body answers by %(day)s.") % {"day": f"{appeal.due_on:%d.%m.%Y}"})
    post(said.email, subject, "\n\n".join(lines) + "\n", useful_for=TOLD_FOR, about=bytes(appeal.hash))
