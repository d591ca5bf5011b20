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
    told = gettext("Letters to citizens go. Sent today: %(sent)s, refused: %(refused)s.")
    counts = (0, 0) if day is None else (day.sent, day.refused)
    return Letters(told % dict(zip(("sent", "refused"), map(number_format, counts), strict=True)), is_well=True)
