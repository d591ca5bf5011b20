"""The PC of a hall's wall is told of meetings alone, reads no attachment, and writes nothing of a request."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from django.core.management import call_command
from django.utils import timezone

from server_sync.appeals.models import Appeal
from server_sync.blobs import storage
from server_sync.contract import codec, frames
from server_sync.contract.bodies import ReceptionSaid, ReceptionWish, SessionOpened, Words
from server_sync.contract.enrolment import EnrolmentCode, check_reply, seal_request
from server_sync.contract.events import EventKind, read_header
from server_sync.contract.messages import (
    BLOB_PATH,
    EnrolReply,
    EnrolRequest,
    EventRow,
    Refusal,
    Sealed,
    Status,
    Withheld,
    length_of,
)
from server_sync.contract.shapes import from_plain, to_plain
from server_sync.contract.signing import PrivateKey
from server_sync.evidence.centre import authority
from server_sync.journal.directory import announce
from server_sync.journal.models import FeedRow, Reading
from server_sync.meetings import acts
from server_sync.meetings.receiving import Appointment, set_reception
from server_sync.workplaces.enrolment import enrol, make_enrolment_code
from server_sync.workplaces.models import EnrolmentCode as CodeRow
from server_sync.workplaces.models import Person, Site, Workplace
from tests.server.conftest import OFFICE_A, Office
from tests.server.counter import Counter, routed
from tests.server.exchange.offices import REQUEST, PlainOffice
from tests.server.meetings.planning import NAME, plan

pytestmark = pytest.mark.django_db
Wall = Callable[[], PlainOffice]


@pytest.fixture
def wall(enrolled: Callable[[str], Office], plain: Callable[[Office], PlainOffice]) -> Wall:
    """A wall's PC of the Alamudun office that has read nothing yet."""

    def one() -> PlainOffice:
        office = enrolled(OFFICE_A)
        Workplace.objects.filter(pk=office.workplace.pk).update(is_wall=True)
        return plain(office)

    return one


def kinds_of(office: PlainOffice) -> list[EventKind]:
    return [EventKind(read_header(row.header).kind) for row in office.feed if isinstance(row, EventRow)]


def test_a_code_for_a_wall_makes_the_pc_of_a_wall_and_tells_it_so(centre: object) -> None:
    site = Site.objects.get(pk=OFFICE_A)
    for is_wall in (True, False):
        code = make_enrolment_code(site, is_wall=is_wall)
        message = codec.encode(to_plain(EnrolRequest(PrivateKey.generate().public.raw, "Экран", bytes(16))))
        sealed = Sealed(message, seal_request(code.mac_key, message), code.id)
        answer = enrol(sealed, authority(), announce=announce)
        check_reply(code.mac_key, message, answer.message, answer.mac)
        reply = from_plain(EnrolReply, codec.decode(answer.message, 1_000_000))
        assert reply.is_wall is is_wall
    assert list(Workplace.objects.filter(site=site).order_by("enrolled_at").values_list("is_wall", flat=True)) == [
        True,
        False,
    ]


def test_the_command_makes_a_code_for_a_wall(centre: object, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ((), ("--wall",)):
        call_command("make_enrolment_code", "--site", OFFICE_A, *arguments)
        code = EnrolmentCode.parse(capsys.readouterr().out.strip())
        assert CodeRow.objects.get(pk=code.id).is_wall is bool(arguments)


def test_a_wall_is_told_of_meetings_and_of_no_request(ala: PlainOffice, wall: Wall, assistant: Person) -> None:
    ala.write(REQUEST)
    ala.write(REQUEST)
    ala.exchange()
    acts.plan_meetings(assistant.id.bytes, NAME, [plan()])
    ala.write(REQUEST)
    ala.exchange()
    screen = wall()
    screen.exchange()
    assert kinds_of(screen) == [EventKind.MEETING_PLANNED]
    assert REQUEST.text.encode() not in b"".join(codec.encode(to_plain(row)) for row in screen.feed)
    numbers = sum(length_of(row) for row in screen.feed)
    assert numbers == screen.feed_read == FeedRow.objects.filter(site=OFFICE_A).count()
    assert any(isinstance(row, Withheld) and row.count > 1 for row in screen.feed)


def test_the_other_pcs_of_its_office_are_told_everything_as_before(
    ala: PlainOffice, wall: Wall, enrolled: Callable[[str], Office], plain: Callable[[Office], PlainOffice]
) -> None:
    wall().exchange()
    ala.write(REQUEST)
    ala.exchange()
    second = plain(enrolled(OFFICE_A))
    second.exchange()
    assert kinds_of(second) == [EventKind.APPEAL_REGISTERED]
    assert not [row for row in (*second.feed, *ala.feed) if isinstance(row, Withheld)]


def test_a_wall_hears_of_no_conversation_of_a_citizen(office_a: Office, wall: Wall, vera: Person) -> None:
    counter = Counter(office_a)
    appeal = routed(counter.register())
    wish = ReceptionSaid(ReceptionWish(by_video=True))
    counter.wire.write(wish, appeal=bytes(appeal.hash), person=counter.clerk.id.bytes)
    counter.wire.exchange()
    wanted = Appointment(timezone.now() + timedelta(minutes=10), 30, Words("Төрага"))
    set_reception(vera.id.bytes, Appeal.objects.get(pk=appeal.pk), wanted, lambda _now: None)
    counter.wire.exchange()
    assert EventKind.MEETING_PLANNED in kinds_of(counter.wire)
    screen = wall()
    screen.exchange()
    assert kinds_of(screen) == []


def test_a_request_that_a_wall_wrote_waits_for_two_people(wall: Wall) -> None:
    screen = wall()
    written = screen.write(REQUEST)
    screen.exchange()
    reading = Reading.objects.get(event__hash=written.hash)
    assert (reading.status, reading.code) == (Status.QUARANTINED, "not_for_walls")


def test_who_looked_after_a_wall_is_written_down(wall: Wall) -> None:
    screen = wall()
    opened = screen.write(SessionOpened("clerk", "1.0"))
    screen.exchange()
    assert Reading.objects.get(event__hash=opened.hash).status == Status.REGISTERED


def test_a_wall_neither_reads_nor_brings_an_attachment(ala: PlainOffice, wall: Wall) -> None:
    sealed = b"sealed" * 20
    blob = sha256(sealed).digest()
    storage.keep(OFFICE_A, blob, sealed, datetime.now(UTC))
    path, screen = f"{BLOB_PATH}{blob.hex()}", wall()
    assert ala.ask("GET", path).status_code == 200
    assert screen.ask("GET", path).status_code == 404
    brought = screen.ask("PATCH", f"{path}?offset=0&size=120", sealed)
    assert (brought.status_code, frames.unpack(Refusal, brought.content).code) == (409, "not_for_walls")
