"""What the centre keeps of a request and its people, for its applicant: as a page to read and print, and for programs.

Opened by number and code, as the request itself. Whoever finds a lost receipt could open it too: what
identifies or reaches a person is shown in part, and of others who signed only how many (ADR 0094).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from server_sync.appeals.models import Appeal, Summary
from server_sync.contract.bodies import AnswerBy
from server_sync.contract.person import mask_pin
from server_sync.pages.appeal_words import WAYS, site_name
from server_sync.pages.life import Told, Wanted, life
from server_sync.pages.looks import looks_at
from server_sync.pages.wording import ROLES, language_now
from server_sync.portal.follow import opened_here
from server_sync.portal.own_case import OwnCase, own_case
from server_sync.workplaces.models import CENTRE

HISTORY_PAGES_MOST: Final = 10
"""Pages of fifty events; what lies beyond is read on the request's own page."""
SEEN: Final = 3
LABELS: Final[dict[str, Promise]] = {
    "surname": _("Surname"),
    "given_name": _("Given name"),
    "patronymic": _("Patronymic"),
    "pin": _("Personal number (PIN)"),
    "document": _("Number of a document"),
    "birth_on": _("Day of birth"),
    "phone": _("Telephone"),
    "email": _("E-mail"),
    "territory": _("Territory"),
    "settlement": _("Settlement"),
    "street": _("Street and house"),
    "answer_by": _("Wants the answer"),
    "others_signed": _("Others who signed"),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """All of it: the person by the names of `LABELS`, the request as its page has it, its whole history, who looked."""

    person: dict[str, str]
    case: OwnCase
    attached: tuple[str, ...]
    history: tuple[Told, ...]
    looks: tuple[tuple[date, str], ...]
    is_published: bool
    is_of_portal: bool

    @property
    def facts(self) -> tuple[tuple[Promise, str], ...]:
        """The person in words; what was not given is left out."""
        return tuple((LABELS[name], value) for name, value in self.person.items() if value)


def kept_of(appeal_hash: bytes, language: str) -> Kept | None:
    """Gather it; ownership has been proved before. None when the words were erased since."""
    case = own_case(appeal_hash, language, Wanted())
    appeal = Appeal.objects.filter(hash=appeal_hash, is_erased=False).first()
    if case is None or appeal is None:
        return None
    return Kept(
        person=_person(appeal, language),
        case=case,
        attached=tuple(file.name for file in appeal.attachments.filter(event__answer=None)),
        history=tuple(
            told
            for page in range(1, min(case.life.pages, HISTORY_PAGES_MOST) + 1)
            for told in life(appeal, language, Wanted(page=page), for_applicant=True).told
        ),
        looks=tuple((look.day, str(ROLES[look.role])) for look in looks_at(appeal_hash)),
        is_published=Summary.objects.filter(appeal=appeal).exists(),
        is_of_portal=appeal.site_id == CENTRE,
    )


def _person(appeal: Appeal, language: str) -> dict[str, str]:
    return {
        "surname": appeal.surname,
        "given_name": appeal.given_name,
        "patronymic": appeal.patronymic,
        "pin": mask_pin(appeal.pin),
        "document": _masked(appeal.document),
        "birth_on": f"{appeal.birth_on:%d.%m.%Y}" if appeal.birth_on else "",
        "phone": _masked(appeal.phone),
        "email": _masked_mail(appeal.email),
        "territory": site_name(appeal.territory_code, language) if appeal.territory_code else "",
        "settlement": appeal.settlement,
        "street": appeal.street,
        "answer_by": str(WAYS[AnswerBy(appeal.answer_by)]),
        "others_signed": str(max(0, appeal.signed - 1) or ""),
    }


def _masked(text: str) -> str:
    return "*" * max(0, len(text) - SEEN) + text[-SEEN:]


def _masked_mail(text: str) -> str:
    name, _at, host = text.partition("@")
    return f"{name[:1]}***@{host}" if host else _masked(text)


@never_cache
@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The page, for whoever opened the request here; all others are asked for the code, whatever they ask for."""
    kept = _opened(request, number)
    if kept is None:
        return HttpResponseRedirect(reverse("case", args=[number]))
    return render(request, "portal/own_data.html", {"kept": kept, "case": kept.case, "now": timezone.now()})


@never_cache
@require_safe
def as_json(request: HttpRequest, number: str) -> HttpResponse:
    """The same for programs, as a file."""
    kept = _opened(request, number)
    if kept is None:
        return HttpResponseRedirect(reverse("case", args=[number]))
    response = JsonResponse(_told(kept), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{kept.case.number}.json"'
    return response


def _opened(request: HttpRequest, number: str) -> Kept | None:
    appeal = opened_here(request, number)
    return kept_of(appeal, language_now()) if appeal is not None else None


def _told(kept: Kept) -> dict[str, Any]:
    case = kept.case
    return {
        "number": case.number,
        "fingerprint": case.event_hash,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "person": {name: value or None for name, value in kept.person.items()},
        "request": {
            "subject": case.subject,
            "text": case.text,
            "kind": case.kind,
            "form": case.form,
            "topics": list(case.categories),
            "office": case.office,
            "body": case.body or None,
            "state": case.state.value,
            "registered_at": case.registered_at.isoformat(),
            "files": list(kept.attached),
            "is_published": kept.is_published,
        },
        "answers": [
            {
                "body": answer.body,
                "outcome": str(answer.outcome.words),
                "text": answer.text,
                "other_text": answer.other_text or None,
                "signed_by": answer.signed_by,
                "reference": answer.reference or None,
                "at": answer.at.isoformat(),
                "files": [file.name for file in answer.files],
            }
            for answer in case.answers
        ],
        "history": [{"at": one.at.isoformat(), "what": one.title, "words": list(one.lines)} for one in kept.history],
        "looks": [{"day": day.isoformat(), "role": role} for day, role in kept.looks],
    }
