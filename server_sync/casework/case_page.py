"""Gathers one request for the page of an officer, a registrar or a public editor: each sees what the role is given."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from server_sync.appeals.models import Appeal, Attachment, Summary
from server_sync.appeals.numbered import beside
from server_sync.appeals.routing import place_of, suggest
from server_sync.blobs.storage import size_of
from server_sync.casework import answer_templates, co_executing, complaints, linking, publishing, receptions
from server_sync.casework import forms as written
from server_sync.casework.access import View, answered_before, is_of_body, may, view_of
from server_sync.casework.acts import draft_of
from server_sync.casework.answer_templates import TEMPLATES_MOST as MOST
from server_sync.casework.co_executing import Part
from server_sync.casework.complaints import ComplaintShown
from server_sync.casework.grounds import PREFIX, ground
from server_sync.casework.linking import LinkShown
from server_sync.casework.models import AnswerDraft, Proposal
from server_sync.casework.never_published import why_never
from server_sync.casework.papers import OwnPapers, own_papers
from server_sync.casework.publishing import ProposalShown
from server_sync.casework.receptions import LinkMade, ReceptionShown
from server_sync.casework.redaction import Seen, Struck, history_of, review
from server_sync.contract import bodies
from server_sync.contract.bodies import AnswerBy, AppealForm, AppealKind
from server_sync.contract.events import EventKind
from server_sync.contract.person import group_phone
from server_sync.contract.workflow import State
from server_sync.officials.directory import directory
from server_sync.officials.wording import said_of
from server_sync.pages.access import Standing
from server_sync.pages.appeal_words import (
    FORMS,
    KINDS,
    WAYS,
    Badge,
    Urgency,
    best,
    body_name,
    category_name,
    outcome_badge,
    signed_together,
    site_name,
    solved_badge,
    state_badge,
    urgency,
)
from server_sync.pages.life import Life, Wanted, life, said_in
from server_sync.pages.term import Term, term_of
from server_sync.pages.typed import Typed
from server_sync.pages.wording import size
from server_sync.workplaces.models import CENTRE
from server_sync.workplaces.reference import reference_book


@dataclass(frozen=True, slots=True)
class File:
    """An attachment as it is listed."""

    id: int
    name: str
    size: str
    is_here: bool
    is_lost: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The body a rule proposes, and why."""

    body_code: str
    body: str
    rule: str
    reason: str
    words: bodies.Words


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who asks, with whom, and how they want to be told."""

    name: str
    contacts: tuple[str, ...]
    address: str
    answer_by: str
    language: str
    signatories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SentAnswer:
    """An answer that was sent."""

    outcome: Badge
    texts: tuple[str, ...]
    signed_by: str
    reference: str
    at: Any
    is_late: bool
    files: tuple[File, ...]
    rating: Badge | None


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file that is to go with the answer."""

    id: str
    name: str
    size: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Another request that two people let stand under the same number; `address` only where this person may open it."""

    fingerprint: str
    taken_at: datetime
    address: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """One request in words, with what this person may do now (`acts`, by their names in addresses)."""

    view: View
    number: str
    address: str
    fingerprint: str
    beside: tuple[Beside, ...]
    subject: str
    text: str
    facts: tuple[str, ...]
    categories: tuple[str, ...]
    addressee: str
    office: str
    body: str
    state: Badge
    urgency: Urgency
    taken_at: Any
    registered_on: Any
    why_here: str
    has_doubt: bool
    term: Term | None
    life: Life | None
    files: tuple[File, ...]
    applicant: Applicant | None
    suggestion: Suggestion | None
    answers: tuple[SentAnswer, ...]
    draft: AnswerDraft | None
    draft_outcome: Badge | None
    draft_files: tuple[DraftFile, ...]
    is_own_draft: bool
    is_waiting: bool
    was_sent_back: bool
    summary: Summary | None
    acts: frozenset[str]
    forms: dict[str, Typed] = field(default_factory=dict)
    open_act: str = ""
    found: tuple[Seen, ...] = ()
    struck: tuple[Struck, ...] = ()
    why_never: str = ""
    reception: ReceptionShown | None = None
    link_made: LinkMade | None = None
    parts: tuple[Part, ...] = ()
    own_parts: tuple[Part, ...] = ()
    takes_contribution: bool = False
    links: tuple[LinkShown, ...] = ()
    papers: OwnPapers | None = None
    templates: tuple[tuple[str, str], ...] = ()
    complaint: ComplaintShown | None = None
    proposal: ProposalShown | None = None
    asks_for_two: bool = True
    answered_before: bool = False

    @property
    def new_item(self) -> Typed:
        """The form by which a line comes on the checklist."""
        return self.forms["check-add"]

    @property
    def is_co_executed(self) -> bool:
        """Whether the person's body works on it beside the one that answers, and is not that one too."""
        return bool(self.own_parts) and "answer" not in self.acts and not self.parts

    @property
    def shows_acts(self) -> bool:
        """Whether there is one of the acts that stand below the request."""
        return bool(self.acts & {"accept", "forward", "extend", "return", "co-add", "link", "merge"})

    @property
    def add_body(self) -> Typed:
        """The form by which another body is let in."""
        return self.forms["co-add"]

    @property
    def give_back(self) -> Typed:
        """The form by which a proposed summary goes back to its editor."""
        return self.forms["give-back"]

    @property
    def first_open(self) -> str:
        """The first finding that waits for an answer: the page is scrolled to it after a refusal."""
        return next((one.mark for one in self.found if one.is_open), "")

    def shows(self, act: str) -> bool:
        """Whether the page has the form of an act."""
        match act:
            case "note" | "check-add" | "check":
                return self.papers is not None
            case "contribute":
                return bool(self.own_parts)
            case "back":
                return "answer" in self.acts and self.is_waiting and not self.is_own_draft
            case _ if act in receptions.KINDS:
                return self.reception is not None and act in self.reception.acts
            case _:
                return act in self.acts


ACT_KINDS = {
    "route": EventKind.ROUTED,
    "accept": EventKind.ACCEPTED_BY_BODY,
    "forward": EventKind.FORWARDED,
    "extend": EventKind.EXTENDED,
    "return": EventKind.RETURNED_TO_OFFICE,
    "reopen": EventKind.REOPENED,
    "answer": EventKind.ANSWERED,
    "publish": EventKind.SUMMARY_PUBLISHED,
    "confirm": EventKind.SUMMARY_PUBLISHED,
    "give-back": EventKind.SUMMARY_PUBLISHED,
    "withdraw": EventKind.SUMMARY_WITHDRAWN,
    "link": EventKind.LINKED,
    "merge": EventKind.MERGED,
    "co-add": EventKind.CO_EXECUTOR_ADDED,
    "co-back": EventKind.CO_EXECUTOR_REMOVED,
}
"""The acts of the page by the events they become."""

KYRGYZ_LETTERS: Final = frozenset("ңөүҢӨҮ")
TELLING_LETTERS: Final = 60
"""A text of so many letters without one of those is not Kyrgyz."""
LANGUAGES: Final = {"ky": "Кыргызча", "ru": "Русский", "en": "English"}
"""Languages by their own names, as above the two texts of an answer."""

THE_NEWEST: Final = Wanted()
GIVING: Final = (EventKind.ROUTED, EventKind.FORWARDED, EventKind.REOPENED)
"""Events that give a request to a body, with the reason."""

SENT_MOST: Final = 5
"""So many of the newest routings are looked at for the reason why a request is here; more than one only if they cannot
be read."""


def open_case(standing: Standing, appeal: Appeal, view: View, language: str, wanted: Wanted = THE_NEWEST) -> CasePage:
    """Gather the page with the part of its history that is wanted; the caller has recorded the look."""
    state, kind = State(appeal.state), AppealKind(appeal.kind)
    draft = draft_of(appeal) if view is View.WHOLE and is_of_body(standing, appeal) else None
    acts = _acts(standing, appeal, view)
    parts = co_executing.parts_of(standing, appeal, language) if view is View.WHOLE else ()
    proposal = publishing.proposal_of(appeal) if view is View.TO_REDACT else None
    proposed = publishing.shown(standing, appeal, proposal) if proposal is not None else None
    if proposed is None or proposed.is_own or proposed.note:
        acts -= {"confirm", "give-back"}
    suggestion = _suggestion(appeal, language) if "route" in acts else None
    facts = [str(KINDS[kind]), str(FORMS[AppealForm(appeal.form)])]
    if appeal.is_collective:
        facts.append(signed_together(appeal.signed))
    return CasePage(
        view=view,
        number=appeal.number,
        address=appeal.address,
        fingerprint=appeal.fingerprint,
        beside=tuple(_beside(standing, appeal)),
        subject=appeal.subject,
        text=appeal.text,
        facts=tuple(facts),
        categories=tuple(category_name(code, language) for code in appeal.categories),
        addressee=_addressee(appeal, language),
        office=site_name(appeal.site_id, language),
        body=body_name(appeal.body_code, language),
        state=state_badge(state, is_accepted=appeal.accepted_at is not None),
        urgency=urgency(appeal.due_on, state, timezone.localdate(), appeal.answered_on),
        taken_at=appeal.taken_at,
        registered_on=appeal.registered_on,
        why_here=_why_here(appeal, language) if view is View.WHOLE else "",
        has_doubt=appeal.has_doubt,
        term=term_of(appeal, language),
        life=life(appeal, language, wanted, for_applicant=False) if view is View.WHOLE else None,
        files=tuple(_files(appeal)) if view is View.WHOLE else (),
        applicant=_applicant(appeal, language) if view is View.WHOLE else None,
        suggestion=suggestion,
        answers=tuple(_answers(appeal, shows_files=view is View.WHOLE)) if view is not View.TO_ROUTE else (),
        draft=draft,
        draft_outcome=_outcome_of(draft, language) if draft else None,
        draft_files=tuple(DraftFile(str(one.pk), one.name, size(one.size_bytes)) for one in draft.files.all())
        if draft
        else (),
        is_own_draft=draft is not None and draft.written_by_id == standing.person.pk,
        is_waiting=draft is not None and draft.stage == AnswerDraft.Stage.WAITING,
        was_sent_back=draft is not None and draft.stage == AnswerDraft.Stage.SENT_BACK,
        summary=Summary.objects.filter(appeal=appeal).first() if view is View.TO_REDACT else None,
        found=_found(appeal, proposal) if "publish" in acts else (),
        why_never=_why_never(appeal, language) if view is View.TO_REDACT else "",
        struck=history_of(appeal) if view is not View.TO_ROUTE else (),
        acts=acts,
        proposal=proposed,
        asks_for_two=publishing.asks_for_two(timezone.localdate()),
        forms=_forms(appeal, draft, suggestion, language, proposal) | receptions.forms_of(appeal),
        parts=parts if is_of_body(standing, appeal) else (),
        own_parts=tuple(part for part in parts if part.body_code in co_executing.own_parts(standing, appeal)),
        templates=tuple((str(one.pk), one.name) for one in answer_templates.offered([appeal.body_code])[:MOST])
        if "answer" in acts
        else (),
        papers=own_papers(standing, appeal) if view is View.WHOLE else None,
        links=linking.links_of(standing, appeal) if view is not View.TO_REDACT else (),
        takes_contribution=state is State.WITH_BODY,
        reception=receptions.shown(standing, appeal, language) if view is View.WHOLE else None,
        complaint=complaints.shown(appeal, language) if view is View.WHOLE else None,
        answered_before=view is View.WHOLE and answered_before(standing, appeal),
    )


def _outcome_of(draft: AnswerDraft, language: str) -> Badge | None:
    """What a draft decides, as far as it is chosen."""
    if draft.outcome is not None:
        return outcome_badge(draft.outcome)
    why = ground(draft.ground)
    if why is None:
        return None
    left = state_badge(State.LEFT_WITHOUT_CONSIDERATION, is_accepted=True)
    return replace(left, words=f"{left.words}: {why.names.said_in(language)}")


def _beside(standing: Standing, appeal: Appeal) -> list[Beside]:
    return [
        Beside(other.fingerprint, other.taken_at, other.address if view_of(standing, other) is not None else "")
        for other in beside(appeal)
    ]


def _acts(standing: Standing, appeal: Appeal, view: View) -> frozenset[str]:
    allowed = {name for name, kind in ACT_KINDS.items() if may(standing, kind, appeal)}
    if appeal.site_id == CENTRE:
        allowed -= {"return"}  # there is no office that could ask its citizen
    match view:
        case View.TO_ROUTE:
            return frozenset(allowed & {"route", "return", "link", "merge"})
        case View.TO_REDACT:
            kept_back = {"publish", "confirm"} if why_never(appeal, timezone.localdate()) is not None else set()
            return frozenset((allowed & {"publish", "confirm", "give-back", "withdraw"}) - kept_back)
        case View.WHOLE:
            done = {"accept"} if appeal.accepted_at else set()
            no_term = {"extend"} if appeal.due_on is None else set()
            alone = set() if appeal.co_bodies else {"co-back"}
            return frozenset(
                allowed - done - no_term - alone - {"route", "publish", "confirm", "give-back", "withdraw"}
            )


def _why_never(appeal: Appeal, language: str) -> str:
    """Why nothing is published of it, whatever is left out; empty when a summary may be."""
    why = why_never(appeal, timezone.localdate())
    return why.said_in(language) if why is not None else ""


def _suggestion(appeal: Appeal, language: str) -> Suggestion | None:
    routing = suggest(appeal)
    if routing is None:
        return None
    reason = routing.reason
    words = bodies.Words(reason.ky, reason.ru, reason.en)
    return Suggestion(
        routing.body_code, body_name(routing.body_code, language), routing.rule_id, reason.said_in(language), words
    )


def _addressee(appeal: Appeal, language: str) -> str:
    """The position that was written to, and who holds it today."""
    place = place_of(appeal)
    names = reference_book().addressee_names(appeal.addressee_code, place)
    body = reference_book().body_of(appeal.addressee_code, place)
    held = said_of(directory().held(body.code, timezone.localdate()), language) if body is not None else ""
    named = names.said_in(language) if names is not None else appeal.addressee_code
    return f"{named} ({held})" if held else named


def _why_here(appeal: Appeal, language: str) -> str:
    """The reason of the newest event that gave it to the body."""
    sent = appeal.history.filter(kind__in=GIVING).select_related("event")
    for entry in sent.order_by("-event_id")[:SENT_MOST]:
        match said_in(entry):
            case bodies.Routed(_, _, reason):
                return best(reason, language)
            case bodies.Forwarded(_, _, _, notice):
                return best(notice, language)
            case bodies.Reopened(reason):
                return best(reason, language)
            case _:
                continue
    return ""


def _files(appeal: Appeal) -> list[File]:
    """The files of the citizen, from the office or from the portal."""
    return [_file(one) for one in appeal.attachments.filter(event__answer=None)]


def _file(file: Attachment) -> File:
    return File(
        id=file.pk,
        name=file.name,
        size=size(file.size_bytes),
        is_here=size_of(file.site_id, bytes(file.blob_id)) is not None,
        is_lost=file.is_lost,
    )


def _applicant(appeal: Appeal, language: str) -> Applicant:
    address = [site_name(appeal.territory_code, language), appeal.settlement, appeal.street]
    return Applicant(
        name=appeal.applicant_name,
        contacts=tuple(part for part in (group_phone(appeal.phone), appeal.email) if part),
        address=", ".join(part for part in address if part),
        answer_by=str(WAYS[AnswerBy(appeal.answer_by)]),
        language=LANGUAGES.get(appeal.language, appeal.language),
        signatories=tuple(appeal.signatories),
    )


def _answers(appeal: Appeal, *, shows_files: bool) -> list[SentAnswer]:
    sent = appeal.attachments.exclude(event__answer=None) if shows_files else ()
    return [
        SentAnswer(
            outcome=outcome_badge(answer.outcome),
            texts=tuple(text for text in (answer.text_ky, answer.text_ru, answer.text_en) if text),
            signed_by=answer.signed_by,
            reference=answer.reference,
            at=answer.at,
            is_late=answer.is_late,
            files=tuple(_file(one) for one in sent if one.event_id == answer.event_id),
            rating=solved_badge(answer.rating) if answer.rating is not None else None,
        )
        for answer in appeal.answers.order_by("-event_id")
    ]


def needed_by(form: type[Typed], appeal: Appeal, language: str) -> dict[str, Any]:
    """What a form has to know of its request: which bodies are near, or which day stands."""
    if issubclass(form, written.ToBody):
        return {"near": place_of(appeal), "here": appeal.body_code, "language": language}
    return {"standing_on": appeal.due_on} if form is written.Extend else {}


def _forms(
    appeal: Appeal,
    draft: AnswerDraft | None,
    suggestion: Suggestion | None,
    language: str,
    proposal: Proposal | None,
) -> dict[str, Typed]:
    place = needed_by(written.ToBody, appeal, language)
    routing = {}
    if suggestion is not None:
        routing = {"body": suggestion.body, "ky": suggestion.words.ky, "ru": suggestion.words.ru}
    answer: dict[str, Any] = {"version": 0}
    if draft is not None:
        answer = {
            "version": draft.version,
            "outcome": f"{PREFIX}{draft.ground}" if draft.ground else draft.outcome,
            "reference": draft.reference,
            "ky": draft.text_ky,
            "ru": draft.text_ru,
        }
    return {
        "route": written.ToBody(initial=routing, prefix="route", **place),
        "accept": written.Accept(prefix="accept"),
        "forward": written.ToBody(prefix="forward", **place),
        "check-add": written.NewItem(prefix="check-add"),
        "link": written.ToRequest(prefix="link"),
        "merge": written.ToRequest(prefix="merge"),
        "co-add": written.AddBody(prefix="co-add", **place),
        "co-back": written.TakeBodyBack(prefix="co-back"),
        "extend": written.Extend(prefix="extend", **needed_by(written.Extend, appeal, language)),
        "return": written.InTwoLanguages(prefix="return"),
        "reopen": written.InTwoLanguages(prefix="reopen"),
        "answer": written.Answer(initial=answer, prefix="answer"),
        "back": written.SendBack(prefix="back"),
        "publish": written.Publish(prefix="publish", initial=_publication(appeal, proposal)),
        "confirm": written.Confirm(prefix="confirm"),
        "give-back": written.SendBack(prefix="give-back"),
        "withdraw": written.Withdraw(prefix="withdraw"),
    }


def _found(appeal: Appeal, proposal: Proposal | None) -> tuple[Seen, ...]:
    """What is found in the text that the form begins with."""
    if proposal is None:
        return review(_publication(appeal), appeal, {}).seen
    return review(proposal.texts, appeal, proposal.answers).seen


def _publication(appeal: Appeal, proposal: Proposal | None = None) -> dict[str, Any]:
    """Begin a summary with what is proposed, or the applicant's own words, for the editor to take out of."""
    if proposal is not None:
        return {**proposal.texts, "version": proposal.version}
    language = _written_in(appeal)
    return {f"subject_{language}": appeal.subject, f"text_{language}": appeal.text}


def _written_in(appeal: Appeal) -> str:
    """The language of the words themselves: many write in Russian on Kyrgyz pages and forms."""
    if KYRGYZ_LETTERS.intersection(appeal.text):
        return "ky"
    return "ru" if len(appeal.text) >= TELLING_LETTERS or appeal.language != "ky" else "ky"
