"""Takes text messages to be sent; only to telephones of countries that are served, and so many in an hour.

Somebody who is paid for calls to a number asks for codes to it: the number, its country and the hour bound them.
"""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from server_sync.common.refusals import Refused
from server_sync.contract.person import check_phone
from server_sync.letters.models import TextHour, TextMessage

KEPT: Final = timedelta(days=1)


def are_texts_sent() -> bool:
    """Whether the operator named a gateway."""
    return settings.LIAISON_SMS is not None


def textable(phone: str) -> str:
    """A telephone as the gateway takes it, in E.164. Raises Refused `texts_off`, `phone_unread`, `phone_not_served`.

    Lines that cost whoever calls them more than a call are no mobile telephones, and are not served.
    """
    if settings.LIAISON_SMS is None:
        raise Refused("texts_off")
    import phonenumbers  # its tables take long to load

    written, _ = check_phone(phone)
    if written is None:
        raise Refused("phone_unread")
    number = phonenumbers.parse(written)
    kind = phonenumbers.number_type(number)
    mobile = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    if not written.startswith(settings.LIAISON_SMS.prefixes) or kind not in mobile:
        raise Refused("phone_not_served")
    return written


def post_text(phone: str, text: str, *, useful_for: timedelta, now: datetime | None = None) -> None:
    """Let a text message be sent; call inside the transaction of what it tells of.

    Raises Refused as `textable`, and `texts_full` when so many were asked for in this hour.
    """
    to, at, gateway = textable(phone), now or timezone.now(), settings.LIAISON_SMS
    if gateway is None:
        raise Refused("texts_off")
    hour, _ = TextHour.objects.get_or_create(hour=at.replace(minute=0, second=0, microsecond=0))
    counted = TextHour.objects.filter(pk=hour.pk, asked__lt=gateway.hourly_most)
    if counted.update(asked=F("asked") + 1) != 1:
        raise Refused("texts_full", permanent=False)
    TextMessage.objects.create(to=to, text=text, queued_at=at, next_at=at, useful_until=at + useful_for)
    TextHour.objects.filter(hour__lt=at - KEPT).delete()


def forget_all_texts() -> None:
    """Send nothing of what waited in a backup."""
    TextMessage.objects.all().delete()
