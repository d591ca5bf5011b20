"""Tells subscribers once a day what is new of what they wanted; the worker does it.

The day is noted in the transaction that queues the letter, so a restart or a second worker sends nothing twice. A
request that is withdrawn or erased while a letter with it waits is taken back with the letter, and the rest told anew.
"""

from datetime import datetime, time, timedelta
from typing import Final

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from server_sync.appeals.public import News, are_public, news_since
from server_sync.common.refusals import NotSetUp, Refused
from server_sync.letters.queue import are_letters_sent, has_room_for_many, mentioned, withdraw_mentions
from server_sync.subscriptions import letters
from server_sync.subscriptions.asking import SEALED_FOR
from server_sync.subscriptions.models import Subscriber, Subscription
from server_sync.subscriptions.wanted import facts_of
from server_sync.workplaces.sealing import unseal

log = structlog.get_logger(__name__)

TOLD_FROM: Final = time(8)
"""Bishkek time: nobody's telephone rings at night."""
AT_ONCE: Final = 200
"""Subscribers in one look; the next comes a minute later."""
BACK_MOST: Final = timedelta(days=7)
"""What is older is not told any more: letters may have been off for weeks."""
NEWS_MOST: Final = 2_000


def tell_news() -> int:
    """Queue the letters that are due today; says how many."""
    now = timezone.now()
    here = timezone.localtime(now)
    if not are_letters_sent() or here.time() < TOLD_FROM:
        return 0
    due = _due(now)
    if not due or not has_room_for_many():
        return 0
    since = max(now - BACK_MOST, min(one.told_until for one in due))
    news = news_since(since, now, NEWS_MOST)
    return sum(_tell(one, news, now) for one in due)


def take_back(request: bytes) -> None:
    """Tell nothing of a request that was not told yet; what else stood in such letters is told anew."""
    keys = withdraw_mentions(request)
    Subscriber.objects.filter(letter__in=keys).update(told_on=None, told_until=F("told_before"), letter=None)


def take_back_withdrawn() -> None:
    """Take back what the letters that wait tell of and is public no more."""
    waiting = mentioned()
    for request in waiting - are_public(waiting):
        with transaction.atomic():
            take_back(request)


def _due(now: datetime) -> list[Subscriber]:
    confirmed = Subscription.objects.filter(subscriber=OuterRef("pk"), confirmed_at__isnull=False)
    today = timezone.localdate(now)
    found = Subscriber.objects.filter(Q(told_on=None) | Q(told_on__lt=today)).filter(Exists(confirmed))
    return list(found.order_by("told_until")[:AT_ONCE])


def _tell(subscriber: Subscriber, news: tuple[News, ...], now: datetime) -> bool:
    """Note that somebody was told today, and queue the letter if there is something to tell."""
    wanted = list(subscriber.subscriptions.filter(confirmed_at__isnull=False).order_by("confirmed_at"))
    facts = [frozenset(facts_of(one).words) for one in wanted]
    fresh = [one for one in news if one.at > subscriber.told_until and any(words <= one.facts for words in facts)]
    was_due = Subscriber.objects.filter(pk=subscriber.pk, told_on=subscriber.told_on, told_until=subscriber.told_until)
    noted = {"told_on": timezone.localdate(now), "told_until": now, "told_before": subscriber.told_until}
    try:
        address = unseal(SEALED_FOR, bytes(subscriber.sealed), subscriber.pk.bytes).decode("utf-8")
    except NotSetUp:  # told_until stays: when the key comes back, so do the news
        log.warning("subscriber_sealed_under_another_key", subscriber=str(subscriber.pk))
        was_due.update(told_on=noted["told_on"])
        return False
    try:
        with transaction.atomic():
            if was_due.update(**noted, letter=None) != 1:
                return False  # another worker did
            if not fresh:
                return False
            letter = letters.tell(address, subscriber, wanted, fresh)
            Subscriber.objects.filter(pk=subscriber.pk).update(letter=letter)
    except Refused:
        return False  # the queue filled meanwhile: the next look does it
    return True
