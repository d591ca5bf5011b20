"""Writes the letters of the room, each as text and with links to press, in the language its reader chose."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from server_sync.appeals.public import News
from server_sync.letters.queue import post
from server_sync.pages.appeal_words import site_name, state_badge
from server_sync.subscriptions.links import CHANGE, CONFIRM, address, link
from server_sync.subscriptions.models import Subscriber, Subscription
from server_sync.subscriptions.wanted import facts_of, said_of

ASKED_FOR: Final = timedelta(days=2)
LINK_FOR: Final = timedelta(days=1)
DIGEST_FOR: Final = timedelta(days=3)
TOLD_MOST: Final = 20
"""Requests in one letter; the others are a link away."""
SUBJECT_LETTERS: Final = 160


@dataclass(frozen=True, slots=True)
class Told:
    """One piece of news as a letter says it."""

    subject: str
    about: str
    href: str


def ask_whether(to: str, subscription: Subscription, language: str, caller: str) -> None:
    """Ask an address whether it wants to be told of something. Raises Refused as `post`."""
    with override(language):
        told = {
            "language": language,
            "title": gettext("Confirm that you want news of published requests"),
            "what": said_of(facts_of(subscription), language),
            "href": address("subscribe_confirm", link(CONFIRM, subscription.pk)),
            "days": ASKED_FOR.days,
        }
        _send("ask", to, told, useful_for=ASKED_FOR, caller=caller)


def give_link(to: str, subscriber: Subscriber, language: str, caller: str) -> None:
    """Give an address the link to what it has. Raises Refused as `post`."""
    with override(language):
        told = {
            "language": language,
            "title": gettext("Your subscriptions to news of published requests"),
            "href": address("subscription", link(CHANGE, subscriber.pk)),
        }
        _send("link", to, told, useful_for=LINK_FOR, caller=caller)


def tell(to: str, subscriber: Subscriber, wanted: Iterable[Subscription], news: list[News]) -> UUID:
    """Tell a subscriber what is new. Raises Refused as `post`."""
    language, mark = subscriber.language, link(CHANGE, subscriber.pk)
    with override(language):
        told = {
            "language": language,
            "title": gettext("New among published requests: %(n)s") % {"n": len(news)},
            "wanted": [said_of(facts_of(one), language) for one in wanted],
            "news": [_told(one, language) for one in news[:TOLD_MOST]],
            "more": max(0, len(news) - TOLD_MOST),
            "all": address("requests"),
            "change": address("subscription", mark),
            "stop": address("subscription_stop", mark),
        }
        mentions = [one.hash for one in news[:TOLD_MOST]]
        stop = str(told["stop"])
        return _send("digest", to, told, useful_for=DIGEST_FOR, mentions=mentions, unsubscribe=stop)


def _told(one: News, language: str) -> Told:
    appeal = one.appeal
    state = state_badge(appeal.state, is_accepted=appeal.is_accepted).words
    about = " · ".join((appeal.number, site_name(appeal.site_code, language), state))
    return Told(appeal.subject.best(language), about, address("case", appeal.number))


def _send(
    which: str,
    to: str,
    told: Mapping[str, object],
    *,
    useful_for: timedelta,
    caller: str = "",
    mentions: list[bytes] | None = None,
    unsubscribe: str = "",
) -> UUID:
    return post(
        to,
        str(told["title"])[:SUBJECT_LETTERS],
        render_to_string(f"subscriptions/letters/{which}.txt", dict(told)),
        html=render_to_string(f"subscriptions/letters/{which}.html", dict(told)),
        useful_for=useful_for,
        caller=caller,
        mentions=mentions,
        unsubscribe=unsubscribe,
    )
