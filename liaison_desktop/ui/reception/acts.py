"""What the Reception screen may do, made of the services and the workbench."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from liaison_desktop.domain.appeals import ChangeSet, PersonCard, RegisteredAppeal
from liaison_desktop.domain.drafts import AppealDraft, AttachmentDraft
from liaison_desktop.domain.errors import AttachmentRefused, TermMoved
from liaison_desktop.services import drafting, registering
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.reading import earlier_of_person, possible_duplicates, returning_person
from liaison_desktop.store.directory import names_of_people
from liaison_desktop.ui import formats
from liaison_desktop.ui.reception.pins import pin_on_screen
from liaison_desktop.ui.reception.presenter import FoundNeighbours, KeptDraft, ReceptionActs
from liaison_desktop.ui.reception.remarks import remarks_on
from liaison_desktop.ui.reception.review_facts import ANSWER_WORDS, applicant_words
from liaison_desktop.ui.reception.values import DuePreview, EarlierRow, Notice, RegisteredFacts, TwinRow
from liaison_desktop.ui.requests.telling import earlier_row
from liaison_desktop.ui.widgets.chooser import Choice
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.ui.workbench import Failed, Workbench
from liaison_desktop.workplace.words import current, tr
from server_sync.contract.bodies import AnswerBy, AppealKind
from server_sync.contract.errors import ContractError
from server_sync.contract.identifiers import uuid7

EARLIER_MOST = 4


def reception_acts(
    bench: Workbench,
    *,
    registered: Callable[[RegisteredFacts, int], None],
    open_request: Callable[[bytes], None],
    is_disk_full: Callable[[], bool],
) -> ReceptionActs:
    """Everything the presenter of Reception may ask for."""
    return ReceptionActs(
        load_drafts=partial(_load_drafts, bench),
        new_draft=partial(_new_draft, bench),
        save_draft=partial(_save_draft, bench),
        drop_draft=lambda draft_id: bench.store(lambda desk: drafting.discard_draft(desk, draft_id)),
        attach=partial(_attach, bench),
        detach=lambda draft_id, blob_id: bench.store(lambda desk: drafting.detach_file(desk, draft_id, blob_id)),
        problems=lambda draft: registering.check_draft(bench.desk, draft),
        remarks=lambda draft: remarks_on(draft, formats.today()),
        mask_pin=pin_on_screen,
        find=partial(find_choices, bench),
        addressee=bench.words.addressee,
        category=bench.words.category,
        territory=bench.words.territory,
        preview_due=partial(_preview_due, bench),
        notices=_notices,
        neighbours=partial(_neighbours, bench),
        register=partial(_register, bench),
        registered=registered,
        open_request=open_request,
        is_disk_full=is_disk_full,
        after=bench.delays.after,
        at_once=bench.delays.now,
        forget=bench.delays.forget,
        offer_undo=lambda say, undo: bench.note(say, lambda: tr("Take back"), undo),
    )


def _load_drafts(bench: Workbench, done: Callable[[tuple[KeptDraft, ...]], None]) -> None:
    def job(desk: Desk) -> tuple[KeptDraft, ...]:
        rows = drafting.list_drafts(desk)
        own = desk.signed_in.person.person if desk.signed_in else None
        named = names_of_people(desk.store)
        others = {person: name for person, name in named.items() if person != own}
        return tuple(
            KeptDraft(
                drafting.open_draft(desk, row.draft_id), row.saved_at, others.get(row.person, "") if row.person else ""
            )
            for row in rows
        )

    bench.store(job, done)


def _new_draft(bench: Workbench) -> AppealDraft:
    language = current() if current() in ("ky", "ru") else "ky"
    return AppealDraft(draft_id=uuid7(), language=language, territory_code=bench.words.site)


def _save_draft(bench: Workbench, draft: AppealDraft, done: Callable[[datetime], None], failed: Failed) -> None:
    def job(desk: Desk) -> datetime:
        drafting.save_draft(desk, draft)
        return formats.now()

    bench.store(job, done, failed)


def _attach(
    bench: Workbench, draft_id: UUID, path: Path, done: Callable[[AttachmentDraft], None], failed: Failed
) -> None:
    bench.store(lambda desk: drafting.attach_file(desk, draft_id, path.name, read_file(path)), done, failed)


def read_file(path: Path) -> bytes:
    """The bytes of a file somebody chose; raises AttachmentRefused for what cannot be read."""
    try:
        size = path.stat().st_size
        if size > drafting.ATTACHMENT_LIMIT_BYTES:
            raise AttachmentRefused("attachment_too_large", file=path.name, size=size)
        return path.read_bytes()
    except FileNotFoundError as missing:
        raise AttachmentRefused("attachment_missing", file=path.name) from missing
    except OSError as failure:
        raise AttachmentRefused("attachment_unreadable", file=path.name) from failure


def find_choices(bench: Workbench, name: str, query: str, place: str) -> tuple[Choice, ...]:
    """The choices of a chooser for what is typed; addressees near the person's place come first."""
    match name:
        case "addressee":
            return bench.words.find_addressees(query, place)
        case "category":
            return bench.words.find_categories(query)
        case _:
            return bench.words.find_territories(query)


def _preview_due(bench: Workbench, draft: AppealDraft) -> DuePreview | None:
    return bench.words.preview(draft.kind, formats.today()) if draft.kind is not None else None


def _notices(draft: AppealDraft) -> tuple[Notice, ...]:
    """What the law says of a request like this (law 67/2007)."""
    notices = [
        Notice("translate", lambda: tr("The answer is given in the language of the request.")),
    ]
    if draft.kind is AppealKind.THANKS:
        notices.append(Notice("heart", lambda: tr("Thanks have no term; they are recorded and passed on.")))
    if draft.kind is AppealKind.COMPLAINT:
        notices.append(Notice("shield-check", lambda: tr("A complaint is not passed on to the one whom it is about.")))
    if draft.is_collective:
        notices.append(
            Notice("users", lambda: tr("The answer to a collective request goes to the first person named."))
        )
    return tuple(notices)


def _neighbours(bench: Workbench, draft: AppealDraft, done: FoundNeighbours) -> None:
    if draft.is_empty:
        done((), None, None)
        return
    today = formats.today()

    def job(desk: Desk) -> tuple[tuple[EarlierRow, ...], TwinRow | None, PersonCard | None]:
        returning = returning_person(desk, draft)
        person = earlier_of_person(desk, draft)
        twins = possible_duplicates(desk, draft, 1)
        earlier = tuple(earlier_row(row, bench.words, today) for row in person.rows[:EARLIER_MOST])
        if not twins:
            return earlier, None, returning
        row = twins[0].row
        twin = TwinRow(
            row.appeal, row.number, row.subject, row.registered_on, row.due_on, draft.repeat_of == row.appeal
        )
        return earlier, twin, returning

    bench.store(job, lambda found: done(*found))


def _register(
    bench: Workbench,
    draft: AppealDraft,
    read_out: date | None,
    done: Callable[[RegisteredFacts], None],
    failed: Failed,
) -> None:
    def finished(given: RegisteredAppeal) -> None:
        bench.announce(ChangeSet(appeals=frozenset([given.appeal]), drafts=True, delivery=True))
        done(facts_of(bench, draft, given))

    def refused(error: ContractError) -> None:
        if not isinstance(error, TermMoved):
            failed(error)
            return

        def reckoned(ahead: timedelta) -> None:  # the day may be another because the clock was set
            formats.go_by(ahead)
            failed(error)

        bench.store(lambda desk: desk.clock_ahead(), reckoned, lambda _: failed(error))

    bench.store(lambda desk: registering.register_appeal(desk, draft, read_out=read_out), finished, refused)


def facts_of(bench: Workbench, draft: AppealDraft, given: RegisteredAppeal) -> RegisteredFacts:
    """What the number's screen shows."""
    kind = draft.kind or AppealKind.APPLICATION
    answer_by = draft.answer_by or AnswerBy.IN_PERSON
    categories = draft.categories

    def category() -> str:
        return "; ".join(bench.words.category_name(code) for code in categories)

    addressee: Say = partial(bench.words.addressee_name, draft.addressee_code, draft.addressee_site)
    return RegisteredFacts(
        appeal=given.appeal,
        number=given.number,
        registered_at=given.registered_at,
        short_code=given.short_code,
        applicant=lambda: applicant_words(draft),
        addressee=addressee,
        category=category,
        answer_by=ANSWER_WORDS[answer_by],
        due=bench.words.explain(given.due, kind, given.registered_on),
        is_hour_known=given.is_hour_known,
    )
