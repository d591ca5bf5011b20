"""Reads invented requests from a file and turns each into what a clerk would type.

A line of the file is one request as in `samples/requests.jsonl`. Its `site_code` is not used: the requests are shared
between the offices of the demonstration. What the register must refuse is refused by the office's own program, not
here; only a line that is no request at all stops here, by name.
"""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from liaison_desktop.domain.drafts import AppealDraft
from server_sync.contract.bodies import AnswerBy, AppealForm, AppealKind, Sex
from server_sync.contract.person import check_phone
from server_sync.contract.reference import ReferenceBook

SAMPLES: Final = Path(__file__).parent / "samples" / "requests.jsonl"
DRAFTS: Final = uuid.UUID("0199f3a1-7c1d-7000-8000-6c6961697330")
"""Namespace of the drafts' ids: the same row of the same run is the same draft, whatever is killed between."""

ANSWERS: Final = (AnswerBy.LETTER, AnswerBy.PHONE, AnswerBy.EMAIL, AnswerBy.IN_PERSON)
EMAIL_LIMIT: Final = 254


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of the file: its id and either a request as told or the reason why it is none."""

    id: str
    told: Mapping[str, Any] | None
    reason: str = ""


def read_asked(file: Path, count: int | None = None) -> tuple[Asked, ...]:
    """Read the first `count` lines of a file; every line counts, also one that is no request."""
    return tuple(_read(file, count))


def _read(file: Path, count: int | None) -> Iterator[Asked]:
    with file.open(encoding="utf-8") as lines:
        for place, line in enumerate(lines):
            if count is not None and place >= count:
                return
            name = f"line {place + 1}"
            try:
                told = json.loads(line)
            except ValueError:
                yield Asked(name, None, "row_malformed")
                continue
            if isinstance(told, dict) and isinstance(told.get("citizen"), dict):
                yield Asked(str(told.get("id") or name), told)
            else:
                yield Asked(name, None, "row_malformed")


def draft_of(asked: Asked, office: str, book: ReferenceBook, run: str) -> AppealDraft:
    """What the clerk of an office types for a request; raises ValueError naming what cannot even be typed."""
    told = asked.told
    if told is None:
        raise ValueError(asked.reason)
    citizen: Mapping[str, Any] = told["citizen"]
    address = _map(citizen, "address")
    addressee, site = _addressee(told, address, office, book)
    email = _text(citizen, "email")
    return AppealDraft(
        draft_id=uuid.uuid5(DRAFTS, f"{run} {asked.id}"),
        kind=_kind(_text(told, "kind")),
        form=AppealForm.ORAL if told.get("form") == "oral" else AppealForm.WRITTEN,
        language=_text(told, "language") or "ky",
        surname=_text(citizen, "surname"),
        given_name=_text(citizen, "given_name"),
        patronymic=_text(citizen, "patronymic"),
        pin=_text(citizen, "pin"),
        birth_on=_day(_text(citizen, "birth_date")),
        sex={"F": Sex.FEMALE, "M": Sex.MALE}.get(_text(citizen, "sex")),
        phone=_text(citizen, "phone"),
        email=email[:EMAIL_LIMIT],
        territory_code=_text(address, "district_code") or _text(address, "region_code") or office,
        settlement=_text(address, "settlement"),
        street=", ".join(part for part in (_text(address, name) for name in ("street", "house", "apartment")) if part),
        answer_by=_answer_by(asked.id, _text(citizen, "phone"), email),
        addressee_code=addressee,
        addressee_site=site,
        categories=_codes(told),
        subject=_text(told, "subject"),
        text=_text(told, "text"),
        is_collective=bool(told.get("collective")),
        signatories_count=_count(told, "signatories") if told.get("collective") else 0,
    )


def _addressee(
    told: Mapping[str, Any], address: Mapping[str, Any], office: str, book: ReferenceBook
) -> tuple[str, str]:
    """The position named, where it stands: in the citizen's own territory, above it, within it, or near the office."""
    named = _map(told, "addressee")
    code = _text(named, "code")
    places = [_text(address, "district_code"), _text(address, "region_code"), office]
    known = [place for place in places if book.site(place) is not None]
    within = [site.code for place in known for site in book.territory.descendants(place)]
    for place in (*known, *within):
        body = book.body_of(code, place)
        if body is not None:
            return body.position_code, body.site_code
    return code, ""


def _kind(name: str) -> AppealKind | None:
    try:
        return AppealKind[name.upper()]
    except KeyError as unknown:
        raise ValueError("kind_unknown") from unknown


def _answer_by(name: str, phone: str, email: str) -> AnswerBy:
    """People choose differently; the choice follows from the request's name, so that a run can be repeated."""
    wished = ANSWERS[uuid.uuid5(DRAFTS, name).int % len(ANSWERS)]
    if wished is AnswerBy.EMAIL and not email:
        return AnswerBy.LETTER
    if wished is AnswerBy.PHONE and check_phone(phone)[0] is None:
        return AnswerBy.IN_PERSON
    return wished


def _day(told: str) -> date | None:
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None


def _map(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = told.get(name)
    return value if isinstance(value, dict) else {}


def _codes(told: Mapping[str, Any]) -> tuple[str, ...]:
    value = told.get("categories")
    return tuple(str(code) for code in value) if isinstance(value, list) else ()


def _count(told: Mapping[str, Any], name: str) -> int:
    value = told.get(name)
    return value if isinstance(value, int) else 0


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""
