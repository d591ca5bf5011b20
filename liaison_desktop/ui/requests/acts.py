"""What the Requests screen may do, made of the services and the workbench."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from liaison_desktop.domain.appeals import AppealCard, AppealRow, ChangeSet, PersonCard, ReceiptCheck
from liaison_desktop.domain.asking import AppealCounts, AppealFilter
from liaison_desktop.domain.drafts import ActDraft, AppealDraft, AttachmentDraft, KeptActDraft
from liaison_desktop.domain.errors import NotFound
from liaison_desktop.services import acts, checking, drafting, reading
from liaison_desktop.services.desk import Desk
from liaison_desktop.store.directory import names_of_people
from liaison_desktop.ui import formats, paper_contents
from liaison_desktop.ui.copies import HandOver, hand_over_copy
from liaison_desktop.ui.paper import PaperFailed
from liaison_desktop.ui.reception import filling
from liaison_desktop.ui.reception.acts import find_choices, read_file
from liaison_desktop.ui.reception.pins import pin_on_screen
from liaison_desktop.ui.reception.remarks import remarks_on
from liaison_desktop.ui.reception.values import FormValues
from liaison_desktop.ui.requests import telling
from liaison_desktop.ui.requests.correcting import Correctable, CorrectingActs
from liaison_desktop.ui.requests.keeping import Act, KeepingActs
from liaison_desktop.ui.requests.presenter import Done, Failed, Found, RequestsActs
from liaison_desktop.ui.requests.values import ActTyped, CardShown, FilterCount, KeptAct, VerdictShown
from liaison_desktop.ui.workbench import Workbench
from liaison_desktop.workplace.words import joined, tr
from server_sync.contract.errors import InvalidField
from server_sync.contract.evidence.receipt import Verdict
from server_sync.contract.file_kinds import fitting_name
from server_sync.contract.identifiers import uuid7


def requests_acts(
    bench: Workbench, window: QWidget, *, last_contact: Callable[[], datetime | None], printer: Callable[[], str]
) -> RequestsActs:
    """Everything the presenter of Requests may ask for."""
    return RequestsActs(
        search=partial(_search, bench, last_contact),
        card=partial(_card, bench),
        values=partial(_values, bench),
        correct=partial(_correct, bench),
        attach=lambda path, done, failed: bench.store(
            lambda desk: drafting.seal_file(desk, path.name, read_file(path)), done, failed
        ),
        supplement=partial(_supplement, bench),
        withdraw=partial(_withdraw, bench),
        tell=partial(_tell, bench),
        open_file=partial(_open_file, bench),
        print=partial(_print, bench, window, printer),
        save=partial(_save, bench, window),
        check_text=partial(_check_text, bench),
        check_picture=partial(_check_picture, bench),
        find=partial(find_choices, bench),
        say=bench.note,
        keeping=KeepingActs(
            find=partial(_find_kept, bench),
            keep=partial(_keep, bench),
            drop=lambda act: bench.store(lambda desk: drafting.discard_act_draft(desk, *act)),
            after=bench.delays.after,
            forget=bench.delays.forget,
            offer_undo=lambda say, undo: bench.note(say, lambda: tr("Take back"), undo),
        ),
        correcting=CorrectingActs(
            problems=lambda draft: acts.problems_of_correction(bench.desk, draft),
            remarks=lambda draft: remarks_on(draft, formats.today()),
            names=bench.words,
            earlier=partial(_earlier, bench),
        ),
    )


def _find_kept(bench: Workbench, act: Act, done: Callable[[KeptAct | None], None], failed: Failed) -> None:
    def job(desk: Desk) -> tuple[KeptActDraft | None, str]:
        kept = drafting.find_act_draft(desk, *act)
        own = desk.signed_in.person.person if desk.signed_in else None
        if kept is None or kept.person is None or kept.person == own:
            return kept, ""
        return kept, names_of_people(desk.store).get(kept.person, "")

    def finished(found: tuple[KeptActDraft | None, str]) -> None:
        kept, owner = found
        if kept is None:
            done(None)
            return
        draft = kept.draft
        form = None if draft.corrected is None else _form_of(bench, draft.corrected)
        done(KeptAct(ActTyped(draft.texts, form, draft.files), kept.saved_at, owner))

    bench.store(job, finished, failed)


def _keep(bench: Workbench, act: Act, typed: ActTyped, done: Callable[[datetime], None], failed: Failed) -> None:
    corrected = None if typed.form is None else filling.draft_of(typed.form, AppealDraft(draft_id=uuid7()))
    appeal, kind = act
    draft = ActDraft(appeal=appeal, kind=kind, texts=typed.texts, corrected=corrected, files=typed.files)

    def job(desk: Desk) -> datetime:
        drafting.save_act_draft(desk, draft)
        return formats.now()

    bench.store(job, done, failed)


def _form_of(bench: Workbench, draft: AppealDraft) -> FormValues:
    words = bench.words
    return filling.values_of(draft, addressee=words.addressee, category=words.category, territory=words.territory)


def _search(
    bench: Workbench,
    last_contact: Callable[[], datetime | None],
    query: str,
    only: str,
    most: int,
    done: Callable[[Found], None],
) -> None:
    chosen = AppealFilter(only)

    def job(desk: Desk) -> tuple[tuple[AppealRow, ...], AppealCounts]:
        return reading.list_requests(desk, query, chosen, most), reading.count_requests(desk)

    def finished(found: tuple[tuple[AppealRow, ...], AppealCounts]) -> None:
        rows, counts = found
        today = formats.today()
        at = last_contact()
        names = (
            AppealFilter.ALL,
            AppealFilter.WAITING,
            AppealFilter.ANSWERED,
            AppealFilter.DUE_SOON,
            AppealFilter.OVERDUE,
        )
        done(
            Found(
                rows=tuple(telling.list_row(row, bench.words, today) for row in rows),
                total=len(rows) if query.strip() else counts.of(chosen),
                counts=tuple(FilterCount(name.value, counts.of(name)) for name in names),
                fresh=(lambda: tr("Updated from the centre: {time}", time=formats.lately(at))) if at else (lambda: ""),
            )
        )

    bench.store(job, finished)


def _card(bench: Workbench, appeal: bytes, done: Callable[[CardShown], None], failed: Failed) -> None:
    def finished(found: AppealCard) -> None:
        done(telling.card(found, bench.words, pin_on_screen))

    bench.store(lambda desk: reading.appeal_card(desk, appeal), finished, failed)


def _values(bench: Workbench, appeal: bytes, done: Callable[[Correctable], None], failed: Failed) -> None:
    def finished(found: AppealCard) -> None:
        draft = acts.draft_of(found.seen)
        done(Correctable(found.number, draft, _form_of(bench, draft)))

    bench.store(lambda desk: reading.appeal_card(desk, appeal), finished, failed)


def _earlier(bench: Workbench, appeal: bytes, draft: AppealDraft, done: Callable[[PersonCard | None], None]) -> None:
    bench.store(lambda desk: reading.returning_person(desk, draft, appeal), done, lambda _: done(None))


def _correct(
    bench: Workbench, appeal: bytes, blank: FormValues, values: FormValues, reason: str, done: Done, failed: Failed
) -> None:
    def job(desk: Desk) -> ChangeSet:
        now = acts.draft_of(reading.appeal_card(desk, appeal).seen)
        return acts.correct_appeal(desk, appeal, filling.corrected(now, blank, values), reason)

    _do(bench, job, done, failed)


def _supplement(
    bench: Workbench, appeal: bytes, text: str, files: tuple[AttachmentDraft, ...], done: Done, failed: Failed
) -> None:
    _do(bench, lambda desk: acts.supplement_appeal(desk, appeal, text, files), done, failed)


def _withdraw(bench: Workbench, appeal: bytes, reason: str, expressed: str, done: Done, failed: Failed) -> None:
    _do(bench, lambda desk: acts.withdraw_appeal(desk, appeal, reason, filling.FORMS[expressed]), done, failed)


def _tell(bench: Workbench, appeal: bytes, how: str, on: date, note: str, done: Done, failed: Failed) -> None:
    way = filling.ANSWER_WAYS[how]
    _do(bench, lambda desk: acts.mark_told(desk, appeal, way, told_on=on, note=note), done, failed)


def _do(bench: Workbench, job: Callable[[Desk], ChangeSet], done: Done, failed: Failed) -> None:
    def finished(changes: ChangeSet) -> None:
        done()
        bench.announce(changes)

    bench.store(job, finished, failed)


def _open_file(bench: Workbench, appeal: bytes, key: str, failed: Failed) -> None:
    def job(desk: Desk) -> tuple[bytes, str]:
        card = reading.appeal_card(desk, appeal)
        own = [one.attachment for one in card.files]
        answers = [one for answer in card.seen.answers for one in answer.attachments]
        for one in (*own, *answers):
            if one.blob_id.hex() == key:
                return drafting.open_file(desk, one.blob_id, one.blob_key), fitting_name(one.name, one.media_type)
        raise NotFound("blob_missing")

    bench.store(job, lambda found: bench.attempt(lambda: bench.papers.open_file(*found), failed), failed)


def _print(
    bench: Workbench,
    window: QWidget,
    printer: Callable[[], str],
    appeal: bytes,
    has_answer: bool,
    done: Done,
    failed: Failed,
) -> None:
    """The answer when there is one, else a copy of the receipt, which is an event of its own."""
    if not bench.papers.printers():  # nothing is drawn for a printer that is not there
        failed(PaperFailed("printer_missing"))
        return

    def send(pdf: bytes, number: str) -> bool:
        title = tr("Answer {number}", number=number) if has_answer else tr("Receipt {number}", number=number)
        went = bench.papers.print_pdf(pdf, title, printer(), window)
        if went:
            bench.note(lambda: tr("The page is at the printer."))
        return went

    _hand_over(bench, appeal, has_answer, send, done, failed)


def _save(bench: Workbench, window: QWidget, appeal: bytes, has_answer: bool, done: Done, failed: Failed) -> None:
    """The same as a file, for an office without a printer."""

    def keep(pdf: bytes, number: str) -> bool:
        path = bench.papers.save_pdf(pdf, f"{number}.pdf", window)
        if path is not None:
            bench.note(lambda: tr("Saved: {name}", name=path.name))
        return path is not None

    _hand_over(bench, appeal, has_answer, keep, done, failed)


def _hand_over(bench: Workbench, appeal: bytes, has_answer: bool, take: HandOver, done: Done, failed: Failed) -> None:
    def draw(found: AppealCard) -> None:
        content = paper_contents.card(bench.desk, found, formats.now())
        bench.work(
            lambda: paper_contents.draw_answer(content),
            lambda pdf: bench.attempt(lambda: finish(pdf, found.number), failed),
            failed,
        )

    def finish(pdf: bytes, number: str) -> None:
        take(pdf, number)
        done()

    if has_answer:
        bench.store(lambda desk: reading.appeal_card(desk, appeal), draw, failed)
    else:
        hand_over_copy(bench, appeal, "a5", take, lambda _went: done(), failed)


def _check_text(bench: Workbench, text: str, done: Callable[[VerdictShown], None], failed: Failed) -> None:
    def job(desk: Desk) -> ReceiptCheck:
        try:
            return checking.check_receipt(desk, text)
        except InvalidField:
            # Perhaps the number without its last group, as lists show it.
            rows = reading.list_requests(desk, text, limit=2)
            if len(rows) != 1 or rows[0].short_number != text.strip().upper():
                raise
            row = rows[0]
            known = checking.is_hour_known(desk, row)
            return ReceiptCheck(
                row.number, None, row.registered_at, row, row.number.partition("-")[0], is_hour_known=known
            )

    bench.store(job, lambda found: done(verdict(bench, found)), failed)


def _check_picture(bench: Workbench, path: Path, done: Callable[[VerdictShown], None], failed: Failed) -> None:
    def read() -> str:
        from liaison_desktop.scanning.qr import read_receipt_codes

        codes = read_receipt_codes(read_file(path))
        if not codes:
            raise NotFound("no_receipt_code")
        return codes[0]

    bench.work(read, lambda text: _check_text(bench, text, done, failed), failed)


def verdict(bench: Workbench, found: ReceiptCheck) -> VerdictShown:
    """What is to be said of a receipt, in words."""
    row = found.row
    site = bench.words.book.site_by_number_code(found.number_code)

    def body() -> str:
        parts = [found.number]
        if site is not None:
            parts.append(bench.words.site_name(site.code))
        if found.registered_at is not None:
            said = formats.day_and_clock(found.registered_at, is_hour_known=found.is_hour_known)
            parts.append(tr("registered: {moment}", moment=said))
        if row is not None:
            parts.append(row.subject)
        return joined(parts, " · ")

    appeal = row.appeal if row is not None else None
    if found.is_other_event:
        return VerdictShown(
            lambda: tr("The number is known here with another request. Ask the centre before anything is promised."),
            body,
            "danger",
            "warning-circle",
            appeal,
        )
    if found.is_test:
        return VerdictShown(lambda: tr("A test receipt: it stands for no request."), body, "neutral", "info")
    match found.verdict:
        case Verdict.IN_LOG:
            return VerdictShown(
                lambda: tr("The receipt is genuine: it is in the public log."), body, "success", "check-circle", appeal
            )
        case Verdict.SIGNED_NOT_YET_SEEN:
            return VerdictShown(
                lambda: tr(
                    "The receipt is genuine: an office of the network signed it. It is not in the log seen here yet."
                ),
                body,
                "success",
                "check",
                appeal,
            )
        case Verdict.KEY_UNKNOWN:
            return VerdictShown(
                lambda: tr("The key of this receipt is not known here yet. Check again after the next exchange."),
                body,
                "warning",
                "question",
                appeal,
            )
        case Verdict.KEY_WITHDRAWN:
            return VerdictShown(
                lambda: tr("The key of this receipt was withdrawn. Ask the centre about this number."),
                body,
                "danger",
                "warning-circle",
                appeal,
            )
        case None:
            pass
    if row is not None:
        return VerdictShown(
            lambda: tr("A request with this number is registered here."), body, "success", "check-circle", appeal
        )
    return VerdictShown(
        lambda: tr("The number is built correctly, but such a request is not at this office."), body, "neutral", "info"
    )
