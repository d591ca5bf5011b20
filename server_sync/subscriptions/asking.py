"""Takes subscriptions, and lets nothing of them hold before a letter to the address was answered.

What a caller is told is the same whether an address is known here or not; only a letter says more. How many letters
anybody can have sent is bounded by address, by network place and in all (ADR 0100).
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.crypto import salted_hmac

from server_sync.appeals.facets import Facts
from server_sync.common.addresses import customer_of
from server_sync.common.refusals import Refused
from server_sync.common.retention import kept
from server_sync.letters.queue import deliverable, demand_room, drop, mailbox_of
from server_sync.subscriptions import letters
from server_sync.subscriptions.models import Asked, Subscriber, Subscription
from server_sync.subscriptions.wanted import fields_of
from server_sync.workplaces.sealing import seal

SUBSCRIPTIONS_MOST: Final = 20
"""Of one address; whoever wants more wants a wider one."""
WAITING_MOST: Final = 20_000
"""Subscriptions in all that wait to be confirmed."""
WINDOW: Final = timedelta(minutes=10)
DAY: Final = timedelta(days=1)
OF_A_PLACE_MOST: Final = 20
"""Letters that one network place can have sent in a window: neighbours stand behind one address."""
OF_A_PLACE_DAILY: Final = 100
"""And in a day: few places cannot use up what all have."""
TO_AN_ADDRESS_HERE: Final = 4
"""Letters to one address in a day, from one network place."""
TO_AN_ADDRESS: Final = 8
"""And from wherever; the first from a place goes all the same, so that strangers keep nobody from subscribing."""
TO_AN_ADDRESS_EVER: Final = 20
IN_ALL_MOST: Final = 10_000
"""Letters in a day that were posted, in all: more is no rush of readers, and a mail server that sends more is soon
believed no more."""
FORGOTTEN_AT_ONCE: Final = 1_000
SEALED_FOR: Final = "subscription"


def ask(email: str, facts: Facts, language: str, place: str) -> None:
    """Let a letter ask the address whether it wants what somebody at a network place asked for in its name.

    To who has it already, or has as much as one can, the letter says so. No letter goes where too many went; the caller
    is not told, because it is the address's affair.

    Raises Refused `address_malformed`, `asked_many`, `asked_many_today`, `subscriptions_full`, `letters_off`,
    `letters_full`.
    """
    address = deliverable(email)
    whose, now = _keyed("address", address.casefold()), timezone.now()
    caller = _keyed("place", customer_of(place))
    with transaction.atomic():
        asked = _count(caller, email, now)
        if asked is None:
            return
        if Subscription.objects.filter(confirmed_at=None).count() >= WAITING_MOST:
            raise Refused("subscriptions_full", permanent=False)
        subscriber = _row_of(address, whose, language, now)
        held = Subscription.objects.filter(subscriber=subscriber)
        same = held.filter(**fields_of(facts)).first()
        if same is None and held.count() < SUBSCRIPTIONS_MOST:
            same = Subscription.objects.create(
                subscriber=subscriber, asked_at=now, expires_at=now + kept("subscription"), **fields_of(facts)
            )
        elif same is not None and same.confirmed_at is None:
            same.expires_at = now + kept("subscription")
            same.save(update_fields=["expires_at"])
        if same is not None and same.confirmed_at is None:
            letters.ask_whether(address, same, language, caller)
        elif held.filter(confirmed_at__isnull=False).exists():
            letters.give_link(address, subscriber, language, caller)
        else:
            return
        Asked.objects.filter(pk=asked.pk).update(is_posted=True)


def ask_for_link(email: str, language: str, place: str) -> None:
    """Send the link to what an address has; where it has nothing, nothing is sent, and the caller is told the same.

    The letter is written in either case, so that no answer comes later than another.

    Raises Refused `address_malformed`, `asked_many`, `asked_many_today`, `letters_off`, `letters_full`.
    """
    address = deliverable(email)
    whose, now = _keyed("address", address.casefold()), timezone.now()
    caller = _keyed("place", customer_of(place))
    with transaction.atomic():
        asked = _count(caller, email, now)
        if asked is None:
            return
        confirmed = Subscription.objects.filter(subscriber=OuterRef("pk"), confirmed_at__isnull=False)
        subscriber = Subscriber.objects.filter(Exists(confirmed), address=whose).first()
        with suppress(Refused), transaction.atomic():  # there was room: who fills it meanwhile is told nothing by it
            # a caller whose waiting letters these were would learn by the next one whether there was one
            letters.give_link(address, subscriber or Subscriber(), language, caller="")
            Asked.objects.filter(pk=asked.pk).update(is_posted=True)
            transaction.set_rollback(subscriber is None)


def confirm(subscription: Subscription) -> None:
    """Let a subscription hold from now on; the second time nothing changes."""
    now = timezone.now()
    with transaction.atomic():
        others = Subscription.objects.filter(subscriber=subscription.subscriber_id, confirmed_at__isnull=False)
        is_first = not others.exists()
        waiting = Subscription.objects.filter(pk=subscription.pk, confirmed_at=None)
        if waiting.update(confirmed_at=now) == 1 and is_first:
            Subscriber.objects.filter(pk=subscription.subscriber_id).update(told_until=now, told_before=now)


def remove(subscriber: Subscriber, subscription: UUID) -> None:
    """End one of an address's subscriptions; with the last one the address is forgotten."""
    Subscription.objects.filter(subscriber=subscriber, pk=subscription).delete()
    if not Subscription.objects.filter(subscriber=subscriber, confirmed_at__isnull=False).exists():
        stop(subscriber)


def stop(subscriber: Subscriber) -> None:
    """End all of them, and forget the address with the letter that waits to go there."""
    with transaction.atomic():
        held = Subscriber.objects.select_for_update().filter(pk=subscriber.pk)  # a letter may be joining it
        newest = held.values_list("letter", flat=True).first()
        if newest is not None:
            drop(newest)
        Subscriber.objects.filter(pk=subscriber.pk).delete()


def forget_old() -> int:
    """Delete what nobody confirmed, addresses that nothing holds to, and what no bound counts any more."""
    now = timezone.now()
    old = Subscription.objects.filter(confirmed_at=None, expires_at__lt=now).values_list("pk", flat=True)
    Subscription.objects.filter(pk__in=list(old[:FORGOTTEN_AT_ONCE]), confirmed_at=None).delete()
    any_of = Subscription.objects.filter(subscriber=OuterRef("pk"))
    empty = Subscriber.objects.filter(~Exists(any_of)).values_list("pk", flat=True)
    with transaction.atomic():
        gone = Subscriber.objects.filter(~Exists(any_of), pk__in=list(empty[:FORGOTTEN_AT_ONCE])).delete()[0]
    counted = Asked.objects.filter(asked_at__lt=now - DAY).values_list("pk", flat=True)
    Asked.objects.filter(pk__in=list(counted[:FORGOTTEN_AT_ONCE])).delete()
    return gone


def _row_of(address: str, whose: str, language: str, now: datetime) -> Subscriber:
    """The row of an address; a new one is sealed for it. A language said later is that of the address's own letter."""
    known = Subscriber.objects.select_for_update().filter(address=whose).first()
    if known is not None:
        return known
    made = Subscriber(address=whose, language=language, told_until=now, told_before=now)
    made.sealed = seal(SEALED_FOR, address.encode("utf-8"), made.id.bytes)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # somebody asked in the same moment
        return Subscriber.objects.select_for_update().get(address=whose)
    return made


def _count(place: str, email: str, now: datetime) -> Asked | None:
    """Count a letter; None when it does not go.

    Raises Refused `asked_many`, `asked_many_today`, `letters_off`, `letters_full`. Looks for room before anything
    that depends on the address, so that a refusal says nothing of it.
    """
    demand_room(place)
    whose = _keyed("address", mailbox_of(email))
    if Asked.objects.filter(place=place, asked_at__gt=now - WINDOW).count() >= OF_A_PLACE_MOST:
        raise Refused("asked_many", permanent=False)
    if Asked.objects.filter(place=place, asked_at__gt=now - DAY).count() >= OF_A_PLACE_DAILY:
        raise Refused("asked_many_today", permanent=False)
    if Asked.objects.filter(is_posted=True, asked_at__gt=now - DAY).count() >= IN_ALL_MOST:
        raise Refused("letters_full", permanent=False)
    to_address = Asked.objects.filter(address=whose, asked_at__gt=now - DAY)
    here, everywhere = to_address.filter(place=place).count(), to_address.count()
    asked = Asked.objects.create(place=place, address=whose, asked_at=now)
    is_too_much = here >= TO_AN_ADDRESS_HERE or (here > 0 and everywhere >= TO_AN_ADDRESS)
    return None if is_too_much or everywhere >= TO_AN_ADDRESS_EVER else asked


def _keyed(what: str, who: str) -> str:
    """A hash that nobody makes without the server's key, by which a thing is known again."""
    return salted_hmac(f"liaison.subscribing.{what}", who, algorithm="sha256").hexdigest()
