"""Makes guessing slow: who was wrong often waits longer each time, whatever they guess next.

Call outside a transaction that may be rolled back, or the wrong guess is forgotten with it.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from server_sync.common.refusals import Refused
from server_sync.workplaces.models import Throttle

LONGEST_WAIT: Final = timedelta(minutes=15)
FORGOTTEN_AFTER: Final = timedelta(hours=24)


def take_turn(what: str, who: str, *, free: int, refusal: str) -> None:
    """Count an attempt as failed before it is looked at, so that guesses made side by side all count.

    The first `free` attempts cost nothing; each further one doubles the wait, 2 s … 15 min. Raises Refused with the
    code `refusal` and `wait_s` while the wait lasts; the attempt then does not count.
    """
    now = timezone.now()
    with transaction.atomic():
        row, is_new = Throttle.objects.select_for_update().get_or_create(
            key=_key(what, who), defaults={"failures": 1, "last_failed_at": now, "open_at": now}
        )
        if is_new:
            forget_old()
            return
        if row.open_at > now:
            wait_s = int((row.open_at - now).total_seconds()) + 1
            raise Refused(refusal, permanent=False, wait_s=wait_s)
        row.failures = 1 if now - row.last_failed_at > FORGOTTEN_AFTER else row.failures + 1
        row.last_failed_at = now
        row.open_at = _opens_at(now, row.failures - free)
        row.save(update_fields=["failures", "last_failed_at", "open_at"])


def forget(what: str, who: str) -> None:
    """Take back the attempts of somebody who was right in the end."""
    Throttle.objects.filter(key=_key(what, who)).delete()


def forget_old() -> int:
    """Delete the rows nobody waits for any more; returns how many."""
    deleted, _ = Throttle.objects.filter(last_failed_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()
    return deleted


def _opens_at(now: datetime, beyond: int) -> datetime:
    if beyond < 0:
        return now
    return now + min(LONGEST_WAIT, timedelta(seconds=2 ** min(beyond + 1, 20)))


def _key(what: str, who: str) -> str:
    return salted_hmac(f"liaison.throttle.{what}", who, algorithm="sha256").hexdigest()
