"""Says what stands published, and which matters there are, in the terms of Open311.

Nothing but what `appeals.public` releases is read here. A request has no address: its place is that of the office.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from server_sync.appeals.public import PublicAppeal
from server_sync.contract.bodies import ADDRESS_CHARACTERS, SHORT_CHARACTERS, AnswerBy, AppealKind
from server_sync.contract.limits import SUBJECT_CHARACTERS
from server_sync.contract.reference import Category
from server_sync.contract.territory import SiteKind
from server_sync.contract.workflow import State
from server_sync.pages.appeal_words import (
    KINDS,
    OPEN,
    WAYS,
    body_name,
    category_name,
    outcome_badge,
    site_name,
    state_badge,
)
from server_sync.pages.wording import language_now
from server_sync.workplaces.reference import reference_book

SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"
CHANGED: Final = "2026-12-01T00:00:00+06:00"
"""Since when these addresses answer as they do."""


@dataclass(frozen=True, slots=True)
class Said:
    """One field of an answer: what it means here and what it may be."""

    words: Promise
    schema: dict[str, Any]


_TEXT: Final = {"type": "string"}
_TEXT_OR_NOT: Final = {"type": ["string", "null"]}
_MOMENT: Final = {"type": "string", "format": "date-time"}
_NOTHING: Final = {"type": "null"}

REQUEST: Final[dict[str, Said]] = {
    "service_request_id": Said(_("Registration number, as on the receipt."), _TEXT),
    "status": Said(
        _("Open until a body answered; closed then, or when it was withdrawn."), {"enum": ["open", "closed"]}
    ),
    "status_notes": Said(_("Where it stands, and what was decided, in words."), _TEXT),
    "service_name": Said(_("Topic, in words."), _TEXT_OR_NOT),
    "service_code": Said(_("Topic, as in the list of services."), _TEXT_OR_NOT),
    "description": Said(_("The summary that a public editor released; never the words of the citizen."), _TEXT),
    "agency_responsible": Said(_("The body that answers, in words."), _TEXT_OR_NOT),
    "service_notice": Said(_("Always empty."), _NOTHING),
    "requested_datetime": Said(_("Midnight of the day of registration in Bishkek; the hour is not told."), _MOMENT),
    "updated_datetime": Said(_("When it was published, or the day of the newest answer if that is later."), _MOMENT),
    "expected_datetime": Said(
        _("Midnight of the last day for the answer in Bishkek."), {"type": ["string", "null"], "format": "date-time"}
    ),
    "address": Said(_("The office that registered it: where the citizen lives is told to nobody."), _TEXT),
    "address_id": Said(_("Code of that office."), _TEXT),
    "zipcode": Said(_("Always empty."), _NOTHING),
    "lat": Said(_("Latitude of the town of that office; empty for the portal."), {"type": ["number", "null"]}),
    "long": Said(_("Its longitude."), {"type": ["number", "null"]}),
    "media_url": Said(_("Always empty."), _NOTHING),
}
"""What is told of a request; the order is that of the standard."""

SERVICE: Final[dict[str, Said]] = {
    "service_code": Said(_("Code of the topic."), _TEXT),
    "service_name": Said(_("Topic, in words."), _TEXT),
    "description": Said(_("Group and topic."), _TEXT),
    "metadata": Said(_("Always true: every topic takes the same further fields."), {"const": True}),
    "type": Said(_("Always batch: the person confirms by a code first."), {"const": "batch"}),
    "keywords": Said(_("Other words by which people ask for it, with commas."), _TEXT),
    "group": Said(_("Group of the topic, in words."), _TEXT),
}


def places() -> list[str]:
    """Provinces with their districts and towns: where somebody lives, or a request is about."""
    provinces = {site.code for site in reference_book().sites if site.kind is SiteKind.PROVINCE}
    return [site.code for site in reference_book().sites if site.code in provinces or site.parent in provinces]


def _places_named() -> dict[str, str]:
    return {code: site_name(code, language_now()) for code in places()}


def _kinds() -> dict[str, Promise]:
    return {kind.name.lower(): KINDS[kind] for kind in AppealKind}


def _ways() -> dict[str, Promise]:
    return {way.name.lower(): WAYS[way] for way in (AnswerBy.EMAIL, AnswerBy.LETTER, AnswerBy.PHONE)}


@dataclass(frozen=True, slots=True)
class Attribute:
    """A field beside the description, by our own name; with `named` one of a list."""

    code: str
    words: Promise
    longest: int = SHORT_CHARACTERS
    named: Callable[[], Mapping[str, Any]] | None = None

    @property
    def offered(self) -> Callable[[], Collection[str]] | None:
        """What can be chosen."""
        return self.named


ATTRIBUTES: Final = (
    Attribute("kind", _("Kind; an application if it is left out."), named=_kinds),
    Attribute("subject", _("In one sentence; the first line of the text if it is left out."), SUBJECT_CHARACTERS),
    Attribute("addressee", _("Code of the official, as at /officials; by the law's rules if it is left out."), 40),
    Attribute("patronymic", _("Patronymic")),
    Attribute("territory", _("Where the person lives, if in the country."), named=_places_named),
    Attribute("settlement", _("Town or village; needed without a territory: the country and the town then.")),
    Attribute("street", _("Street, house, flat"), ADDRESS_CHARACTERS),
    Attribute("answer_by", _("How the person wants to be answered; by e-mail if it is left out."), named=_ways),
)  # fmt: skip
"""The same for every topic."""


def jurisdiction() -> str:
    """What the one jurisdiction is called: the host that citizens know."""
    return urlsplit(settings.LIAISON_PUBLIC_URL).hostname or "localhost"


def service_codes() -> list[str]:
    """The topics that can be written about: those in groups, and groups without any."""
    return [one.code for one in _topics()]


def _topics() -> list[Category]:
    book = reference_book()
    with_parts = {one.parent for one in book.categories if one.parent}
    return [one for one in book.categories if one.code not in with_parts]


def services(language: str) -> list[dict[str, Any]]:
    """All topics, as the form of the portal offers them."""
    book = reference_book()
    groups = {one.code: one.names.said_in(language) for one in book.categories if not one.parent}
    return [
        {
            "service_code": one.code,
            "service_name": one.names.said_in(language),
            "description": f"{groups[one.parent or one.code]}: {one.names.said_in(language)}",
            "metadata": True,
            "type": "batch",
            "keywords": ",".join(one.also.split()),
            "group": groups[one.parent or one.code],
        }
        for one in _topics()
    ]


def definition(code: str) -> dict[str, Any]:
    """What can be said of a topic beside its description."""
    attributes = [
        {
            "variable": True,
            "code": one.code,
            "datatype": "string" if one.named is None else "singlevaluelist",
            "required": False,
            "datatype_description": "",
            "order": order,
            "description": str(one.words),
            "values": [{"key": key, "name": str(name)} for key, name in (one.named() if one.named else {}).items()],
        }
        for order, one in enumerate(ATTRIBUTES, 1)
    ]
    return {"service_code": code, "attributes": attributes}


def discovery() -> dict[str, Any]:
    """What programs ask first: where the addresses are and how a key is got."""
    return {
        "changeset": CHANGED,
        "contact": gettext("The centre of the network of community liaison offices of the Kyrgyz Republic"),
        "key_service": f"{settings.LIAISON_PUBLIC_URL}/api",
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": f"{settings.LIAISON_PUBLIC_URL}/open311/v2",
                "changeset": CHANGED,
                "type": "production",
                "formats": ["application/json", "application/xml"],
            }
        ],
    }


def requests_told(found: Iterable[PublicAppeal]) -> list[dict[str, Any]]:
    """Published requests, field by field."""
    language = language_now()
    return [_told(appeal, language) for appeal in found]


def _told(appeal: PublicAppeal, language: str) -> dict[str, Any]:
    topic = appeal.categories[0] if appeal.categories else ""
    newest = max(appeal.answers, key=lambda answer: answer.answered_on, default=None)
    notes = [str(state_badge(appeal.state, is_accepted=appeal.is_accepted).words)]
    if newest is not None:
        notes.append(str(outcome_badge(newest.outcome).words))
    moments = [timezone.localtime(appeal.published_at).replace(microsecond=0)]
    if newest is not None:
        moments.append(_midnight(newest.answered_on))
    texts = (appeal.subject.best(language), appeal.text.best(language))
    site = reference_book().site(appeal.site_code)
    return {
        "service_request_id": appeal.number,
        "status": "open" if is_open(appeal.state) else "closed",
        "status_notes": "; ".join(notes),
        "service_name": category_name(topic, language) or None,
        "service_code": topic or None,
        "description": "\n\n".join(text for text in texts if text),
        "agency_responsible": body_name(appeal.body_code, language) or None,
        "service_notice": None,
        "requested_datetime": _midnight(appeal.registered_on).isoformat(),
        "updated_datetime": max(moments).isoformat(),
        "expected_datetime": _midnight(appeal.due_on).isoformat() if appeal.due_on else None,
        "address": site_name(appeal.site_code, language),
        "address_id": appeal.site_code,
        "zipcode": None,
        "lat": site.lat if site else None,
        "long": site.lon if site else None,
        "media_url": None,
    }


def is_open(state: State) -> bool:
    """Whether somebody still waits for an answer."""
    return state in OPEN


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
