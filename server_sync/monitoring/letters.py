"""Says to the operator whether letters to citizens go."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Min
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext

from server_sync.letters.models import Letter, PostDay
from server_sync.letters.queue import are_letters_sent

LATE: Final = timedelta(minutes=10)
"""A code ends after thirty."""


@dataclass(frozen=True, slots=True)
class Letters:
    """One sentence about the mail, and whether somebody has to do something."""

    words: str
    is_well: bool


def gather_letters(now: datetime) -> Letters:
    """Look how the mail goes."""
    if not are_letters_sent():
        told = gettext("The portal takes no requests: no mail server is named. Set LIAISON_MAIL_HOST.")
        return Letters(told, is_well=True)
    waiting = Letter.objects.aggregate(count=Count("pk"), oldest=Min("queued_at"))
    if waiting["oldest"] is not None and now - waiting["oldest"] > LATE:
        told = gettext("Letters to citizens wait: %(count)s. Look into the log for mail_server_away.")
        return Letters(told % {"count": number_format(waiting["count"])}, is_well=False)
    day = PostDay.objects.filter(on=timezone.localdate(now)).first()
    sent, refused = (0, 0) if day is None else (day.sent, day.refused)
    told = gettext("Letters to citizens go. Sent today: %(sent)s, refused: %(refused)s.")
    if refused > sent:
        told = gettext(
            "Most letters to citizens are refused. Sent today: %(sent)s, refused: %(refused)s. Look into the log for "
            "letter_refused, and ask who keeps the mail server."
        )
    counted = {"sent": number_format(sent), "refused": number_format(refused)}
    return Letters(told % counted, is_well=refused <= sent)
