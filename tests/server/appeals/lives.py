"""Requests with everything that can happen to one, for tests of what the register makes of it."""

from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction

from server_sync.appeals.acts import perform
from server_sync.contract.bodies import (
    AcceptedByBody,
    Address,
    AnswerBy,
    Answered,
    AnswerRated,
    AppealCorrected,
    AppealForm,
    AppealSupplemented,
    AppealWithdrawn,
    Applicant,
    ApplicantTold,
    Attachment,
    AttachmentLost,
    CoExecutorAdded,
    CoExecutorRemoved,
    ComplaintMade,
    DueRecalculated,
    Extended,
    Forwarded,
    LeftWithoutConsideration,
    Linked,
    Merged,
    Outcome,
    ReceiptReprinted,
    ReceptionDeclined,
    ReceptionNoted,
    ReceptionOutcome,
    ReceptionSaid,
    ReceptionSet,
    ReceptionWish,
    Reopened,
    ReturnedToOffice,
    Routed,
    SessionClosed,
    SessionOpened,
    Solved,
    Split,
    SummaryPublished,
    SummaryWithdrawn,
    Words,
)
from server_sync.contract.events import NO_PERSON, Event
from server_sync.contract.signing import sha256
from server_sync.evidence.keys import centre_keys
from server_sync.evidence.log import stand_of_log
from server_sync.workplaces.epochs import revoke_epoch
from server_sync.workplaces.models import Epoch, Person
from tests.server.conftest import BODY
from tests.server.exchange.offices import REQUEST, TODAY, PlainOffice


@dataclass(frozen=True)
class Staff:
    registrar: Person
    vera: Person
    vasil: Person
    editor: Person


def file_named(name: str) -> Attachment:
    return Attachment(sha256(name.encode()), bytes(range(32)), name, "image/jpeg", 1000)


def live_a_whole_life(ala: PlainOffice, staff: Staff, word: str = "") -> Event:
    """One request from the counter to a second answer, every text of it ending in `word`."""

    def say(text: str) -> str:
        return f"{text} {word}".strip()

    def words(text: str) -> Words:
        return Words(say(text), say(text))

    ala.write(SessionOpened(role="clerk", program="1.0"))
    request = ala.write(
        replace(
            REQUEST,
            applicant=Applicant(
                say("Асанова"),
                say("Айнура"),
                say("К"),
                pin="10101198099656",
                phone=say("0555")[:64],
                document=say("ID")[:64],
                email=say("a@b")[:100],
            ),
            address=Address("KG-C-ALA", say("Көк-Жар"), say("Ала-Тоо 1")),
            subject=say("Суу"),
            text=say("Суу жок"),
            is_collective=True,
            signatories_count=1,
            signatories=(say("Бек"),),
            attachments=(file_named(f"а {word}"),),
        )
    )
    of = request.hash
    ala.write(ReceiptReprinted(1), appeal=of)
    ala.exchange()
    registrar, vera, editor = (one.id.bytes for one in (staff.registrar, staff.vera, staff.editor))
    perform(of, ReturnedToOffice(words("Дарек")), person=registrar)
    ala.exchange()
    ala.write(
        AppealCorrected(say("ката"), address=Address("KG-C-ALA", say("Төкөлдөш")), text=say("Таза суу жок")),
        appeal=of,
    )
    ala.write(AppealSupplemented(say("дагы"), (file_named(f"б {word}"),), (say("Гүл"),)), appeal=of)
    ala.exchange()
    perform(of, Routed("PM", "", words("жол")), person=registrar)
    perform(of, Forwarded("PM", BODY, None, words("жөнөтүү")), person=vera)
    perform(of, AcceptedByBody(BODY, note=say("алынды")), person=vera)
    perform(of, CoExecutorAdded("PM", None, words("чогуу")), person=vera)
    perform(of, CoExecutorAdded("PLENIPOT@KG-C", None, words("дагы")), person=vera)
    perform(of, CoExecutorRemoved("PLENIPOT@KG-C", words("керексиз")), person=vera)
    perform(of, Extended(date(2026, 12, 30), words("текшерүү"), "14"), person=vera)
    perform(of, DueRecalculated(words("майрам"), date(2026, 12, 31), date(2027, 1, 2)))
    first = perform(of, answer_of(staff, words("Биринчи жооп"), (file_named(f"в {word}"),)), person=vera)
    perform(of, SummaryPublished(words("Суу"), words("Кыска"), say("аты")), person=editor)
    ala.exchange()
    ala.write(ApplicantTold(AnswerBy.PHONE, TODAY, first.hash, say("чалдык")), appeal=of)
    ala.write(AnswerRated(first.hash, Solved.NO, say("болбойт")), appeal=of)
    ala.write(ComplaintMade(say("Суу дагы жок"), first.hash), appeal=of)
    ala.write(AttachmentLost(file_named(f"а {word}").blob_id, say("өчкөн")), appeal=of)
    wish = ReceptionWish(by_video=True, days=(TODAY,), note=say("сүйлөшөм"), needs_interpreter=True)
    ala.write(ReceptionSaid(wish), appeal=of)
    ala.exchange()
    perform(of, ReceptionSet(of[:16], 1_800_000_000_000, 30, words("Төрага"), words("паспорт")), person=vera)
    outcome = ReceptionOutcome(say("айтылды"), say("убада"), TODAY, say("кийинки"), say("бар болгон"), True)
    ala.write(ReceptionSaid(outcome=outcome, meeting=of[:16]), appeal=of)
    ala.exchange()
    perform(of, ReceptionNoted(of[:16], outcome), person=vera)
    ala.write(ReceptionSaid(wish), appeal=of)
    ala.exchange()
    perform(of, ReceptionDeclined(words("болбойт")), person=vera)
    perform(of, answer_of(staff, words("Экинчи жооп")), person=vera)
    perform(of, Reopened(words("кайра"), BODY), person=vera)
    perform(of, LeftWithoutConsideration("repeat", words("негиз")), person=vera)
    ala.write(AppealWithdrawn(say("чарчадым"), AppealForm.ORAL), appeal=of)  # out of turn: it is closed
    ala.write(SessionClosed(1), person=NO_PERSON)
    ala.exchange()
    return request


def answer_of(staff: Staff, text: Words, files: tuple[Attachment, ...] = ()) -> Answered:
    return Answered(Outcome.EXPLAINED, text, BODY, "Верина В.", staff.vasil.id.bytes, "12-3", files)


def live_among_others(ala: PlainOffice, chuy: PlainOffice, staff: Staff, first: Event) -> None:
    """Links between requests, a quarantine that was mended, one that was not, an event that waits, a cloned PC."""
    registrar, editor = staff.registrar.id.bytes, staff.editor.id.bytes
    second, third = chuy.write(REQUEST), chuy.write(REQUEST)
    chuy.exchange()
    perform(first.hash, Linked(second.hash, Words("бир иш")), person=registrar)
    perform(second.hash, Merged(first.hash, Words("бир иш")), person=registrar)
    perform(third.hash, Split(second.hash, Words("бөлүк")), person=registrar)
    perform(third.hash, SummaryPublished(Words("Т"), Words("Ж")), person=editor)
    perform(third.hash, SummaryWithdrawn("ката"), person=editor)
    wrong = ala.write(replace(REQUEST, categories=("99.99",)))
    ala.write(AppealSupplemented("мурда"), appeal=wrong.hash)
    ala.exchange()
    ala.write(AppealCorrected("категория", categories=("11.04",), replaces=wrong.hash), appeal=wrong.hash)
    ala.write(replace(REQUEST, addressee_code="NOBODY"))
    ala.write(AppealSupplemented("жоктун өзү"), appeal=bytes(32))
    ala.exchange()
    clone = chuy.clone()
    chuy.write(REQUEST, random=3)
    chuy.exchange()
    clone.write(REQUEST, random=3)
    clone.write(replace(REQUEST, subject="экинчи"), random=4)
    clone.exchange()


def withdraw_pc(office: PlainOffice) -> None:
    with transaction.atomic():
        epoch = Epoch.objects.get(pk=office.epoch)
        directory = centre_keys().directory
        revoke_epoch(
            epoch, epoch.last_seq, directory, by=None, reason="", announce=lambda _epoch: None, log=stand_of_log
        )
