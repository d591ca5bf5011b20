"""What officers do with a request. Every act becomes an event of the centre's chain through `appeals.acts`.

Refused `moved_on`: the request was routed or forwarded elsewhere meanwhile. `not_allowed`: not this person's act.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Case, QuerySet, Value, When
from django.utils import timezone

from server_sync.appeals.acts import perform
from server_sync.appeals.models import Appeal, Summary
from server_sync.appeals.sending_up import count_from_today
from server_sync.casework.access import may
from server_sync.casework.answer_files import NewFile, as_sent, drop_drafts, lay, let_go, take_in
from server_sync.casework.complaints import is_complained_of
from server_sync.casework.grounds import ground
from server_sync.casework.models import AnswerDraft, CheckItem, CoTask, SecondLook, WorkingPaper
from server_sync.casework.never_published import why_never
from server_sync.casework.redaction import NO_ANSWERS, Review, Unsettled, fields_of, review
from server_sync.casework.redaction import note as note_redactions
from server_sync.casework.telling import is_of_portal, tell
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import (
    AcceptedByBody,
    Answered,
    AppealKind,
    Body,
    CoExecutorRemoved,
    Extended,
    Forwarded,
    LeftWithoutConsideration,
    Outcome,
    ReceptionNoted,
    Reopened,
    ReturnedToOffice,
    Routed,
    SummaryPublished,
    SummaryWithdrawn,
    Words,
)
from server_sync.contract.deadlines import compute_due
from server_sync.contract.events import KIND_OF, EventKind
from server_sync.journal.models import Event
from server_sync.meetings.receptions import take_back_links
from server_sync.pages.access import Standing
from server_sync.workplaces.decrees import calendar_now
from server_sync.workplaces.reference import reference_book

LONGEST_EXTENSION: Final = timedelta(days=366)
"""No law prolongs a term of working days by more; beyond it the year is mistyped."""
NO_RULE = ""
"""The rule of a routing that a person decided."""


@dataclass(frozen=True, slots=True)
class AnswerText:
    """What an officer writes as an answer; no outcome until one was chosen, or a ground to leave it unconsidered."""

    outcome: Outcome | None
    ky: str
    ru: str
    reference: str
    ground: str = ""


@dataclass(frozen=True, slots=True)
class FilesChanged:
    """Files that are laid to a draft, and one that is taken from it."""

    added: Sequence[NewFile] = ()
    removed: UUID | None = None


NO_FILES: Final = FilesChanged()


def do(standing: Standing, appeal: Appeal, body: Body, expect: Callable[[Appeal], None] | None = None) -> Event:
    """Perform one act; the right to it is checked against the request as it stands under the lock."""
    allowed = expected(standing, appeal, KIND_OF[type(body)])

    def check(now: Appeal) -> None:
        allowed(now)
        if expect is not None:
            expect(now)

    event = perform(bytes(appeal.hash), body, person=standing.person.id.bytes, expect=check)
    tell(appeal, KIND_OF[type(body)])
    return event


def expected(standing: Standing, appeal: Appeal, kind: EventKind) -> Callable[[Appeal], None]:
    """What is asked of a request under the lock: that it is where the person saw it, and the act still theirs."""
    seen_body = appeal.body_code

    def check(now: Appeal) -> None:
        if now.body_code != seen_body:
            raise Refused("moved_on")
        if not may(standing, kind, now):
            raise Refused("not_allowed")

    return check


def say(standing: Standing, appeal: Appeal, body: ReceptionNoted) -> Event:
    """Note what came of a conversation."""
    return do(standing, appeal, body)


def route(standing: Standing, appeal: Appeal, body_code: str, reason: Words, rule: str = NO_RULE) -> Event:
    """Send a request to the body that is to answer."""
    return do(standing, appeal, Routed(body_code, rule, reason))


def accept(standing: Standing, appeal: Appeal, note: str) -> Event:
    """Take a request up in the person's body."""
    return do(standing, appeal, AcceptedByBody(appeal.body_code, appeal.due_on, note), _not_accepted_yet)


def _not_accepted_yet(appeal: Appeal) -> None:
    if appeal.accepted_at is not None:
        raise Refused("accepted_already")


def forward(standing: Standing, appeal: Appeal, to_body: str, notice: Words) -> Event:
    """Send a request on to the competent body; the draft of an answer and all working papers stay behind and go.

    So do the co-executors: what they were asked for was this body's to ask.

    The links for a browser that this body gave away open nothing any more.
    """
    if to_body == appeal.body_code:
        raise Refused("same_body")
    if is_complained_of(appeal, to_body):
        raise Refused("complained_of")
    with transaction.atomic():
        for co_body in appeal.co_bodies:  # whoever asked them to is not there any more
            do(standing, appeal, CoExecutorRemoved(co_body))
        event = do(standing, appeal, Forwarded(appeal.body_code, to_body, appeal.due_on, notice), _works_alone)
        drop_drafts(AnswerDraft.objects.filter(appeal=bytes(appeal.hash), body_code=appeal.body_code))
        CoTask.objects.filter(appeal=bytes(appeal.hash)).delete()
        WorkingPaper.objects.filter(appeal=bytes(appeal.hash)).delete()
        CheckItem.objects.filter(appeal=bytes(appeal.hash)).delete()
        take_back_links(appeal, timezone.now())
    return event


def _works_alone(appeal: Appeal) -> None:
    """Refuse to send on what a colleague let another body into meanwhile: it would go on reading there."""
    if appeal.co_bodies:
        raise Refused("moved_on")


def reopen(standing: Standing, appeal: Appeal, reason: Words) -> Event:
    """Look at a closed request again in the person's body; its term is counted anew from today."""
    with transaction.atomic():
        event = do(standing, appeal, Reopened(reason))
        count_from_today(bytes(appeal.hash))
    return event


def extend(
    standing: Standing, appeal: Appeal, due_on: date, reason: Words, article: str, *, seen: date | None = None
) -> Event:
    """Prolong the term; the new day must lie after the one that stands, and is told to a citizen for good.

    Raises Refused `not_later`, `too_far` (a slip of the year), `day_unusual` and `day_off` when the day has not been
    looked at a second time (`seen`): the term would more than double, or end on a day on which nobody works.
    """

    def check(now: Appeal) -> None:
        if now.due_on is None:
            raise Refused("no_term")
        if due_on <= now.due_on:
            raise Refused("not_later")
        calendar = calendar_now()
        if due_on - now.due_on > LONGEST_EXTENSION:
            raise Refused("too_far")
        once_more = compute_due(now.due_on, AppealKind(now.kind), calendar, reference_book().terms).due_on
        if seen != due_on and once_more is not None and due_on > once_more:
            raise Refused("day_unusual")
        if seen != due_on and not calendar.is_working(due_on):
            raise Refused("day_off")

    return do(standing, appeal, Extended(due_on, reason, article), check)


def return_to_office(standing: Standing, appeal: Appeal, what: Words) -> Event:
    """Ask the office to put something right; raises Refused `no_office` for a request of the portal, which has none."""
    if is_of_portal(appeal):
        raise Refused("no_office")
    return do(standing, appeal, ReturnedToOffice(what))


def draft_of(appeal: Appeal) -> AnswerDraft | None:
    """The draft of the answer of the body that works on a request."""
    drafts = AnswerDraft.objects.select_related("written_by", "note_by")
    return drafts.filter(appeal=bytes(appeal.hash), body_code=appeal.body_code).first()


def write_draft(
    standing: Standing,
    appeal: Appeal,
    text: AnswerText,
    seen_version: int,
    *,
    is_ready: bool,
    files: FilesChanged = NO_FILES,
) -> None:
    """Keep a draft, or hand it to the second person when it is ready. Sent back, it stays so, note and all, until then.

    Files change with the text, so that a version names both. Raises Refused `not_allowed`, `outcome_missing`,
    `text_missing`, `draft_changed` (somebody wrote meanwhile: their text stays), `request_erased` (meanwhile), and what
    is wrong with files (casework.answer_files): then nothing is written.
    """
    if not may(standing, EventKind.ANSWERED, appeal):
        raise Refused("not_allowed")
    kind = EventKind.LEFT_WITHOUT_CONSIDERATION if text.ground else EventKind.ANSWERED
    if not may(standing, kind, appeal):
        raise Refused("not_allowed")
    if is_ready and text.outcome is None and not text.ground:
        raise Refused("outcome_missing")
    if is_ready and not (text.ky.strip() or text.ru.strip()):
        raise Refused("text_missing")
    sealed = take_in(files.added)
    try:
        with transaction.atomic():
            draft = _written(standing, appeal, text, seen_version, is_ready=is_ready)
            lay(draft, standing.person, sealed, files.removed, may_have=not (is_ready and text.ground))
    except Refused:
        let_go([one.blob_id for one in sealed])
        raise


def _written(standing: Standing, appeal: Appeal, text: AnswerText, seen_version: int, *, is_ready: bool) -> AnswerDraft:
    """Write the text of a draft; its row is held until the transaction ends."""
    said = {
        "outcome": text.outcome,
        "ground": text.ground,
        "text_ky": text.ky,
        "text_ru": text.ru,
        "reference": text.reference,
        "written_by": standing.person,
        "changed_at": timezone.now(),
    }
    if seen_version == 0:
        try:
            with transaction.atomic():
                hold_with_words(appeal)
                stage = AnswerDraft.Stage.WAITING if is_ready else AnswerDraft.Stage.WRITING
                return AnswerDraft.objects.create(
                    appeal=bytes(appeal.hash), body_code=appeal.body_code, stage=stage, **said
                )
        except IntegrityError as taken:
            raise Refused("draft_changed") from taken
    drafts = AnswerDraft.objects.filter(appeal=bytes(appeal.hash), body_code=appeal.body_code, version=seen_version)
    sent_back = When(stage=AnswerDraft.Stage.SENT_BACK, then=AnswerDraft.Stage.SENT_BACK)
    stage_after = Value(AnswerDraft.Stage.WAITING) if is_ready else Case(sent_back, default=AnswerDraft.Stage.WRITING)
    if drafts.update(version=seen_version + 1, stage=stage_after, **said) != 1:
        raise Refused("draft_changed")
    return AnswerDraft.objects.get(appeal=bytes(appeal.hash), body_code=appeal.body_code)


def hold_with_words(appeal: Appeal) -> None:
    """Hold a request until the transaction ends, so that its erasure finds what is written about it; or raise Refused.

    A draft that came when the drafts were deleted already would lie there for ever.
    """
    held = Appeal.objects.select_for_update(of=("self",)).filter(hash=appeal.hash, is_erased=False)
    if not held.values_list("pk", flat=True).first():
        raise Refused("request_erased")


def take_back(standing: Standing, appeal: Appeal, seen_version: int) -> None:
    """Let its writer go on with a draft that waits for the second person."""
    drafts = _waiting(appeal, seen_version).filter(written_by=standing.person)
    if drafts.update(stage=AnswerDraft.Stage.WRITING, version=seen_version + 1) != 1:
        raise Refused("draft_changed")


def send_back(standing: Standing, appeal: Appeal, seen_version: int, note: str) -> None:
    """Give a draft back to its writer with a note of what to change."""
    _demand_second_person(standing, appeal)
    sent = _waiting(appeal, seen_version).update(
        stage=AnswerDraft.Stage.SENT_BACK, version=seen_version + 1, note=note, note_by=standing.person
    )
    if sent != 1:
        raise Refused("draft_changed")


def approve(standing: Standing, appeal: Appeal, seen_version: int) -> Event:
    """Send an answer: the writer's text and files, approved by this second person. What is sent is what was read.

    Raises Refused `same_person`, `draft_changed`, `not_allowed`, `writer_left` (the writer has no role there now).
    """
    _demand_second_person(standing, appeal)
    draft = _waiting(appeal, seen_version).select_related("written_by").first()
    if draft is None:
        raise Refused("draft_changed")
    writer = Standing.of(draft.written_by)
    kind = EventKind.LEFT_WITHOUT_CONSIDERATION if draft.ground else EventKind.ANSWERED
    if not may(writer, kind, appeal):
        raise Refused("writer_left")
    if draft.ground:
        body: Body = _left(draft)
    elif draft.outcome is not None:
        body = _answered(draft, draft.outcome, standing)
    else:
        raise Refused("draft_changed")

    def still_two(now: Appeal) -> None:
        if not may(standing, EventKind.ANSWERED, now):
            raise Refused("not_allowed")

    with transaction.atomic():
        event = do(writer, appeal, body, still_two)
        if drop_drafts(_waiting(appeal, seen_version), are_sent=not draft.ground) != 1:
            raise Refused("draft_changed")  # changed meanwhile: what was read is not what would be sent
        if draft.ground:
            SecondLook.objects.create(event=bytes(event.hash), person=standing.person)
    return event


def _left(draft: AnswerDraft) -> LeftWithoutConsideration:
    """What a draft says that leaves a request unconsidered; raises Refused `ground_over`."""
    why = ground(draft.ground)
    if why is None or not why.holds_on(timezone.localdate()):
        raise Refused("ground_over")
    return LeftWithoutConsideration(why.id, why.before(Words(draft.text_ky, draft.text_ru)))


def _answered(draft: AnswerDraft, outcome: int, standing: Standing) -> Answered:
    return Answered(
        outcome=Outcome(outcome),
        text=Words(draft.text_ky, draft.text_ru),
        body_code=draft.body_code,
        signed_by=standing.person.full_name,
        approved_by=standing.person.id.bytes,
        reference=draft.reference,
        attachments=as_sent(draft),
    )


def _demand_second_person(standing: Standing, appeal: Appeal) -> None:
    if not may(standing, EventKind.ANSWERED, appeal):
        raise Refused("not_allowed")
    draft = draft_of(appeal)
    if draft is not None and draft.written_by_id == standing.person.pk:
        raise Refused("same_person")


def _waiting(appeal: Appeal, seen_version: int) -> QuerySet[AnswerDraft]:
    return AnswerDraft.objects.filter(
        appeal=bytes(appeal.hash), body_code=appeal.body_code, stage=AnswerDraft.Stage.WAITING, version=seen_version
    )


def publish(
    standing: Standing,
    appeal: Appeal,
    subject: Words,
    text: Words,
    taken_out: str,
    answers: Mapping[str, str] = NO_ANSWERS,
) -> Event:
    """Release a reviewed summary to everyone, without what is to be struck out; who else looks, `publishing` says.

    `answers` say of each finding by its mark what becomes of it. Refuses as `reviewed`, and as the others.
    """
    settled = reviewed(appeal, fields_of(subject, text, taken_out), answers)
    with transaction.atomic():
        event = do(standing, appeal, SummaryPublished(*settled.summary))
        note_redactions(standing, appeal, event, settled)
    return event


def reviewed(appeal: Appeal, texts: Mapping[str, str], answers: Mapping[str, str]) -> Review:
    """What would be published, all that is serious answered for.

    Raises Unsettled while something has no answer, Refused `never_published` and `too_many_traces`.
    """
    if why_never(appeal, timezone.localdate()) is not None:
        raise Refused("never_published")
    settled = review(texts, appeal, answers)
    if settled.is_cut:
        raise Refused("too_many_traces")
    if settled.open:
        raise Unsettled(settled)
    return settled


def withdraw_summary(standing: Standing, appeal: Appeal, reason: str) -> Event:
    """Take a summary off the public pages. Raises Refused `not_in_this_state` when none is there, and as the others."""

    def demand_summary(standing_now: Appeal) -> None:
        if not Summary.objects.filter(appeal=standing_now).exists():
            raise Refused("not_in_this_state", state=standing_now.state)

    return do(standing, appeal, SummaryWithdrawn(reason), expect=demand_summary)
