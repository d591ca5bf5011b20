"""Complaints as officers meet them: about their own answers, and about those of bodies below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import F
from django.utils.translation import gettext

from server_sync.appeals import complaining
from server_sync.appeals.models import Appeal, Complaint
from server_sync.appeals.reached import requests_of
from server_sync.casework.access import OFFICERS
from server_sync.contract.bodies import ComplaintMade
from server_sync.contract.errors import ContractError
from server_sync.contract.events import read_body, read_header
from server_sync.journal.models import Event
from server_sync.pages.access import Standing
from server_sync.pages.appeal_words import body_name

MOST: Final = 300
"""Rows of the list of complaints about own answers."""


@dataclass(frozen=True, slots=True)
class ComplaintShown:
    """The complaint that a request waits with: about which body, what was complained of, in the applicant's words."""

    text: str
    about: str
    is_of_answer: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class SentUp:
    """A complaint about the person's body that another one decides: no word of it, and no way to the request."""

    number: str
    is_of_answer: bool
    about: str
    sent_to: str
    at: datetime
    is_decided: bool


def shown(appeal: Appeal, language: str) -> ComplaintShown | None:
    """The complaint that an open request waits with; None when there is none."""
    complaint = complaining.newest(appeal) if appeal.is_complained else None
    if complaint is None:
        return None
    return ComplaintShown(
        _text(complaint.event), body_name(complaint.body_code, language), complaint.is_of_answer, complaint.at
    )


def _text(event: Event) -> str:
    """What was said in a complaint; nothing when it was erased."""
    if event.body is None:
        return ""
    try:
        body = read_body(read_header(bytes(event.header)), bytes(event.body))
    except ContractError:
        return ""
    return body.text if isinstance(body, ComplaintMade) else ""


def about_own(standing: Standing, language: str) -> list[SentUp]:
    """Complaints about the person's bodies that are decided elsewhere, the newest first."""
    own = requests_of(standing.reach(*OFFICERS), "appeal__")
    found = Complaint.objects.filter(own).exclude(sent_to="").exclude(sent_to=F("body_code"))
    rows = found.select_related("appeal").order_by("-event_id")[:MOST]
    return [
        SentUp(
            number=row.appeal.number,
            is_of_answer=row.is_of_answer,
            about=body_name(row.body_code, language),
            sent_to=body_name(row.sent_to, language),
            at=row.at,
            is_decided=not row.appeal.is_complained,
        )
        for row in rows
    ]


def notes(appeals: Sequence[Appeal]) -> dict[bytes, str]:
    """What lists say of requests that wait with a complaint."""
    return {bytes(one.hash): gettext("complaint") for one in appeals if one.is_complained}


def is_complained_of(appeal: Appeal, body_code: str) -> bool:
    """Whether an open complaint is about a body: the request does not go back to it."""
    return appeal.is_complained and appeal.complaints.filter(body_code=body_code).exists()
