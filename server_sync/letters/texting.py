"""Sends the text messages that wait to the gateway: one that it does not take now is tried again after a growing pause.

A message is handed over once: where the gateway says nothing of it in time nobody knows whether it went, and it is not
sent again, because every one costs and a code can be asked for anew.
"""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

import requests
import structlog
from django.db.models import Q, QuerySet
from django.utils import timezone

from server_sync.letters.beside import Carrier
from server_sync.letters.gateway import Gateway
from server_sync.letters.models import TextMessage

log = structlog.get_logger(__name__)

LINE_S: Final = 5.0
ANSWER_S: Final = 15.0
WHOLE_S: Final = 30.0
"""For one message: a gateway that says a byte now and then is waited for no longer."""
CLAIM: Final = timedelta(minutes=2)
FIRST_PAUSE_S: Final = 15
LONGEST_PAUSE_S: Final = 900
AT_ONCE: Final = 50
DONE: Final = 2
BUSY: Final = (408, 425, 429)
OF_US: Final = (401, 403, 404)
"""What it would say of any message: the token or the address is wrong."""
NOT_REACHED: Final = 0
NO_WORD: Final = -1


def send_texts(gateway: Gateway, is_stopped: Callable[[], bool] = lambda: False) -> tuple[int, bool]:
    """Send what is due, oldest first; says how many went, and whether the gateway can be spoken with."""
    sent = 0
    now = timezone.now()
    TextMessage.objects.filter(_is_free(), Q(useful_until__lt=now) | Q(handed_at__isnull=False)).delete()
    for pk in list(_due().order_by("next_at").values_list("pk", flat=True)[:AT_ONCE]):
        if is_stopped():
            break
        message = _claim(pk)
        if message is None:
            continue
        status = _hand_over(gateway, message)
        if status == NO_WORD or status // 100 == DONE:
            message.delete()
            sent += status != NO_WORD
            continue
        is_away = status == NOT_REACHED or status in (*BUSY, *OF_US) or status >= 500
        if not is_away:
            log.info("text_refused", code=status)
            message.delete()
            continue
        _put_back(message)
        log.warning("text_gateway_away", code=status)
        return sent, False
    return sent, True


def _is_free() -> Q:
    return Q(claimed_until=None) | Q(claimed_until__lt=timezone.now())


def _due() -> QuerySet[TextMessage]:
    now = timezone.now()
    return TextMessage.objects.filter(_is_free(), handed_at=None, next_at__lte=now, useful_until__gte=now)


def _claim(pk: UUID) -> TextMessage | None:
    """Take a message for this program, handed over from here on; None when another has it or it is gone."""
    now = timezone.now()
    if _due().filter(pk=pk).update(claimed_until=now + CLAIM, handed_at=now) != 1:
        return None
    return TextMessage.objects.filter(pk=pk).first()


def _put_back(message: TextMessage) -> None:
    pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(message.attempts, 6))
    TextMessage.objects.filter(pk=message.pk).update(
        attempts=message.attempts + 1,
        next_at=timezone.now() + timedelta(seconds=pause_s),
        claimed_until=None,
        handed_at=None,
    )


def _hand_over(gateway: Gateway, message: TextMessage) -> int:
    """The status of the gateway's answer; NOT_REACHED when it was given nothing, NO_WORD when it said nothing."""
    said: list[int] = []

    def ask() -> None:
        said.append(_ask(gateway, message.to, message.text))

    asking = threading.Thread(target=ask, name="text", daemon=True)  # requests has no limit for a whole answer
    asking.start()
    asking.join(WHOLE_S)
    return said[0] if said else NO_WORD


def _ask(gateway: Gateway, to: str, text: str) -> int:
    try:
        with requests.post(
            gateway.url,
            json={"to": to, "text": text},
            headers={"Authorization": f"Bearer {gateway.token}"},
            timeout=(LINE_S, ANSWER_S),
            allow_redirects=False,
            stream=True,
        ) as answer:
            return answer.status_code
    except requests.ConnectTimeout:
        return NOT_REACHED
    except requests.ConnectionError as failure:
        return NOT_REACHED if "NewConnectionError" in repr(failure) else NO_WORD
    except requests.RequestException:
        return NO_WORD


class Texter(Carrier):
    """Carries text messages to the gateway."""

    def __init__(self, gateway: Gateway, stopped: threading.Event, pause_s: float) -> None:
        super().__init__("texts", partial(send_texts, gateway), AT_ONCE, stopped, pause_s)
