"""Tells subscribers once a day what is new of what they wanted; the worker does it.

The day is noted in the transaction that queues the letter, so a restart or a second worker sends nothing twice. A
request that is withdrawn or erased while a letter with it waits is taken back with the letter, and the rest told anew.
"""

from datetime import date, datetime, time, timedelta
from typing import Final

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from server_sync.appeals.public import News, are_public, news_since
from server_sync.common.refusals import NotSetUp, Refused
from server_sync.letters.queue import are_letters_sent, has_room_for_many, mentioned, telling_of, withdraw_mentions
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
SETTLED: Final = timedelta(minutes=2)
"""What was done later is told the next time: a moment is written down before all of its transaction is in."""


def tell_news() -> int:
    """Queue the letters that are due today; says how many."""
    now = timezone.now()
    here = timezone.localtime(now)
    if not are_letters_sent() or here.time() < TOLD_FROM:
        return 0
    due = _due(now)
    if not due or not has_room_for_many():
        return 0
    addresses = [(one, _address_of(one, here.date())) for one in due]
    open_ones = [(one, address) for one, address in addresses if address]
    if not open_ones:
        return 0
    until = now - SETTLED
    since = max(now - BACK_MOST, min(one.told_until for one, _ in open_ones))
    news = news_since(since, until, NEWS_MOST)
    return sum(_tell(one, address, news, until, here.date()) for one, address in open_ones)


def take_back(request: bytes) -> None:
    """Tell nothing of a request that was not told yet; what else stood in such letters is told anew."""
    told = Subscriber.objects.select_for_update().filter(letter__in=telling_of(request))
    list(told.order_by("pk").values_list("pk"))  # before their letters, as whoever ends it all does
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


def _tell(subscriber: Subscriber, address: str, news: tuple[News, ...], until: datetime, today: date) -> bool:
    """Note that somebody was told today, and queue the letter if there is something to tell."""
    wanted = list(subscriber.subscriptions.filter(confirmed_at__isnull=False).order_by("confirmed_at"))
    facts = [frozenset(facts_of(one).words) for one in wanted]
    fresh = [one for one in news if one.at > subscriber.told_until and any(words <= one.facts for words in facts)]
    was_due = Subscriber.objects.filter(pk=subscriber.pk, told_on=subscriber.told_on, told_until=subscriber.told_until)
    told_until = max(until, subscriber.told_until)  # of who confirmed a moment ago it is later
    try:
        with transaction.atomic():
            public = are_public([one.hash for one in fresh], is_held=True)  # an erasure comes before this or after it
            fresh = [one for one in fresh if one.hash in public]
            if was_due.update(told_on=today, told_until=told_until, told_before=F("told_until"), letter=None) != 1:
                return False  # another worker did
            if not fresh:
                return False
            letter = letters.tell(address, subscriber, wanted, fresh)
            Subscriber.objects.filter(pk=subscriber.pk).update(letter=letter)
    except Refused:
        return False  # the queue filled meanwhile: the next look does it
    return True


def _address_of(subscriber: Subscriber, today: date) -> str:
    """The address that lies sealed; of one that does not open it is noted that it was looked at today."""
    try:
        return unseal(SEALED_FOR, bytes(subscriber.sealed), subscriber.pk.bytes).decode("utf-8")
    except NotSetUp:  # told_until stays: when the key comes back, so do the news
        log.warning("subscriber_sealed_under_another_key", subscriber=str(subscriber.pk))
        Subscriber.objects.filter(pk=subscriber.pk, told_on=subscriber.told_on).update(told_on=today)
        return ""
