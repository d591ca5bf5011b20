"""Tells who wrote on the portal that something new stands at their request; everybody else their office tells."""

from contextlib import suppress
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from server_sync.appeals.models import Appeal
from server_sync.common.refusals import Refused
from server_sync.contract.events import EventKind
from server_sync.letters.queue import are_letters_sent, post
from server_sync.workplaces.models import CENTRE

TOLD_FOR: Final = timedelta(days=7)
"""How long such a letter is worth being sent."""

NEWS: Final[dict[EventKind, Promise]] = {
    EventKind.ANSWERED: _("There is an answer to your request %(number)s."),
    EventKind.LEFT_WITHOUT_CONSIDERATION: _("There is a notice about your request %(number)s."),
    EventKind.EXTENDED: _("The last day for the answer to your request %(number)s is another one now."),
    EventKind.FORWARDED: _("Your request %(number)s went on to another body."),
    EventKind.RECEPTION_SET: _("There is news of the conversation about your request %(number)s."),
}
"""What a letter says, by the event it tells of; the rest is read on the portal by number and code."""


def tell(appeal: Appeal, kind: EventKind) -> None:
    """Write to who wrote on the portal; what was done stands, whatever becomes of the letter."""
    if kind not in NEWS or not is_told_by_letter(appeal):
        return
    with override(appeal.language):
        told = {
            "number": appeal.number,
            "link": settings.LIAISON_PUBLIC_URL + reverse("case", args=[appeal.number]),
        }
        news = str(NEWS[kind]) % told
        how = gettext("Open it by its number and its code: %(link)s") % told
        with suppress(Refused):
            about = bytes(appeal.hash)
            post(appeal.email, news.rstrip("."), f"{news}\n\n{how}\n", useful_for=TOLD_FOR, about=about)


def is_of_portal(appeal: Appeal) -> bool:
    """Whether no office has it, so that the centre tells its applicant."""
    return appeal.site_id == CENTRE


def is_told_by_letter(appeal: Appeal) -> bool:
    """Whether a letter says that something is new."""
    return is_of_portal(appeal) and bool(appeal.email) and are_letters_sent()
