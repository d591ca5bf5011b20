"""What can be subscribed to: reads it from an address and says it in words."""

from collections.abc import Mapping

from django.utils.translation import gettext

from server_sync.appeals.facets import Facts
from server_sync.pages.appeal_words import body_name, category_name, site_name
from server_sync.subscriptions.models import Subscription
from server_sync.workplaces.models import CENTRE
from server_sync.workplaces.reference import reference_book

NAMES = ("place", "topic", "official", "body")


def wanted(typed: Mapping[str, str]) -> Facts:
    """Read it; what there is none of is not asked for, so that what is confirmed is what the page says."""
    book = reference_book()
    place, topic, official, body = (typed.get(name, "") for name in NAMES)
    return Facts(
        place=place if place == CENTRE or book.site(place) is not None else "",
        topic=topic if book.category(topic) is not None else "",
        official=official if book.body(official) is not None else "",
        body=body if book.body(body) is not None else "",
    )


def facts_of(row: Subscription) -> Facts:
    """What a row asks for."""
    return Facts(place=row.place, topic=row.topic, official=row.official, body=row.body)


def fields_of(facts: Facts) -> dict[str, str]:
    """It as the columns of a row, and as the fields of a form."""
    return {name: getattr(facts, name) for name in NAMES}


def said_of(facts: Facts, language: str) -> str:
    """It in words."""
    parts = []
    if facts.topic:
        parts.append(category_name(facts.topic, language))
    if facts.place:
        parts.append(site_name(facts.place, language))
    if facts.official:
        parts.append(
            gettext("Addressed to: %(official_name)s") % {"official_name": body_name(facts.official, language)}
        )
    if facts.body:
        parts.append(gettext("Answered by: %(body_name)s") % {"body_name": body_name(facts.body, language)})
    return " · ".join(parts) or gettext("All that is published")
