"""An office with stand-ins that behave: a clock that can be wrong, another machine, an invented centre."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from liaison_desktop.domain.drafts import AppealDraft
from liaison_desktop.domain.people import Person
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.enrolling import Enrolled, enrol_workplace
from liaison_desktop.services.opening import Place, open_desk
from liaison_desktop.services.signing_in import admit_person, open_session
from liaison_desktop.workplace.description import DescriptionFile
from liaison_desktop.workplace.home import Home
from liaison_desktop.workplace.keys import Cost
from liaison_desktop.workplace.machine import traits_of
from server_sync.contract import codec
from server_sync.contract.bodies import AnswerBy, AppealForm, AppealKind, Sex
from server_sync.contract.enrolment import EnrolmentCode, seal_reply
from server_sync.contract.errors import ContractError
from server_sync.contract.evidence.certificate import issue_workplace_certificate
from server_sync.contract.evidence.checkpoint import Checkpoint, sign_checkpoint
from server_sync.contract.evidence.merkle import EMPTY_ROOT
from server_sync.contract.identifiers import uuid7
from server_sync.contract.messages import EnrolReply, EnrolRequest, PersonReply, RoleScope, Sealed
from server_sync.contract.shapes import from_plain, to_plain
from server_sync.contract.signing import sha256
from tests.contract.invented import NOW_MS, ORIGIN, PORTAL, Centre

SITE = "KG-C-ALA"
PASSWORD = "алты-сан 77"
MINUTE_MS = 60_000
CHEAP = Cost(time=1, memory_kib=64, lanes=1)
"""Passwords cost nothing in tests; that they cost something otherwise is a test of its own."""


@dataclass
class StandInClock:
    """Stands still until told to go on."""

    now_ms: int = NOW_MS
    running_ms: int = 1_000_000
    boot: bytes = b"boot-001"

    def wall_ms(self) -> int:
        return self.now_ms

    def monotonic_ms(self) -> int:
        return self.running_ms

    def go_on(self, by_ms: int) -> None:
        self.now_ms += by_ms
        self.running_ms += by_ms


@dataclass
class StandInMachine:
    name: str = "machine-1"

    def fingerprint(self, workplace: bytes) -> str:
        return sha256(self.name.encode(), workplace).hex()[:32] if self.name else ""

    def traits(self, file: Path) -> frozenset[str]:
        return traits_of(file)


@dataclass
class StandInVault:
    """A keyring, or a system without one."""

    has_keyring: bool = True
    kept: dict[str, bytes] = field(default_factory=dict)

    def read(self, name: str) -> bytes | None:
        return self.kept.get(name) if self.has_keyring else None

    def keep(self, name: str, key: bytes) -> bool:
        if self.has_keyring:
            self.kept[name] = key
        return self.has_keyring

    def forget(self, name: str) -> None:
        self.kept.pop(name, None)


@dataclass
class StandInCentre:
    """Enrols as the real one does: a code serves one key and is answered the same again."""

    centre: Centre = field(default_factory=Centre)
    code: EnrolmentCode = field(default_factory=EnrolmentCode.generate)
    site_code: str = SITE
    number_code: str = "ALA"
    slot: str = "A"
    asked: int = 0
    lose_answers: int = 0
    used_key: bytes | None = None
    answer: bytes | None = None

    def enrol(self, request: Sealed) -> Sealed:
        self.asked += 1
        if request.code_id != self.code.id:
            raise ContractError("code_unknown")
        asked = from_plain(EnrolRequest, codec.decode(request.message, 100_000))
        if self.used_key is not None and self.used_key != asked.public_key:
            raise ContractError("code_used")
        if self.answer is None:
            self.used_key = asked.public_key
            self.answer = codec.encode(to_plain(self._reply(asked.public_key)))
        if self.lose_answers:
            self.lose_answers -= 1
            raise ContractError("no_answer", permanent=False)
        return Sealed(self.answer, seal_reply(self.code.mac_key, request.message, self.answer), request.code_id)

    def _reply(self, public_key: bytes) -> EnrolReply:
        certificate = issue_workplace_certificate(
            self.centre.directory,
            workplace=sha256(b"workplace", public_key)[:16],
            epoch=sha256(b"epoch", public_key)[:16],
            number_code=self.number_code,
            slot=self.slot,
            public_key=public_key,
            not_before_ms=NOW_MS,
            server_epoch=1,
        )
        return EnrolReply(
            certificate=certificate.to_bytes(),
            roots=self.centre.roots,
            keys=self.centre.keys,
            site_code=self.site_code,
            server_epoch=1,
            log_origin=ORIGIN,
            portal=PORTAL,
            server_time_ms=NOW_MS,
            checkpoint=sign_checkpoint(self.centre.log, ORIGIN, Checkpoint(ORIGIN, 0, EMPTY_ROOT)),
        )


def person_reply(login: str = "alim", role: str = "clerk", **changes: Any) -> PersonReply:
    """What the centre says of an invented person."""
    said: dict[str, Any] = {
        "person": sha256(login.encode())[:16],
        "login": login,
        "surname": "Ибраимов",
        "given_name": "Медер",
        "roles": (RoleScope(role, SITE),),
    }
    return PersonReply(**(said | changes))


@dataclass
class Office:
    """One workplace with its folder; `desk` is open and Alim, a clerk, is signed in."""

    place: Place
    clock: StandInClock
    machine: StandInMachine
    vault: StandInVault
    centre: StandInCentre
    desk: Desk
    alim: Person
    recovery_key: str

    @property
    def home(self) -> Home:
        return self.place.home

    def restart(self, key: bytes | None = None) -> Desk:
        """Close everything and open it again, as after switching the PC off."""
        opened_with = key or self.desk.store.key
        self.desk.store.close()
        self.place = make_place(self.home.folder, self.clock, self.machine, self.vault)
        self.desk = open_desk(self.place, opened_with)
        if not self.numbering_stopped:
            open_session(self.desk, self.alim, "test 1")
        return self.desk

    @property
    def numbering_stopped(self) -> str:
        row = self.desk.store.connection.execute(
            "SELECT stopped_code FROM epochs WHERE closed_at_ms IS NULL"
        ).fetchone()
        return str(row[0])


def make_place(folder: Path, clock: StandInClock, machine: StandInMachine, vault: StandInVault) -> Place:
    home = Home.at(folder)
    return Place(home, DescriptionFile(home.description), clock, machine, vault)


def enrol(place: Place, centre: StandInCentre) -> Enrolled:
    return enrol_workplace(place, centre, server="http://127.0.0.1:1", typed_code=str(centre.code), name="Терезе 1")


def open_office(folder: Path, **centre: Any) -> Office:
    """Enrol a workplace, let Alim in and open his session."""
    clock, machine, vault, standin = StandInClock(), StandInMachine(), StandInVault(), StandInCentre(**centre)
    place = make_place(folder, clock, machine, vault)
    enrolled = enrol(place, standin)
    alim = admit_person(place, enrolled.desk, person_reply(), PASSWORD)
    open_session(enrolled.desk, alim, "test 1")
    return Office(place, clock, machine, vault, standin, enrolled.desk, alim, enrolled.recovery_key)


def make_draft(**changes: Any) -> AppealDraft:
    """A whole draft that may be registered."""
    said: dict[str, Any] = {
        "draft_id": uuid7(),
        "kind": AppealKind.COMPLAINT,
        "form": AppealForm.WRITTEN,
        "language": "ky",
        "surname": "Турдубаева",
        "given_name": "Бактыгүл",
        "patronymic": "Нурматовна",
        "pin": "10101198899656",
        "birth_on": date(1988, 1, 1),
        "sex": Sex.FEMALE,
        "phone": "+996 799 671 401",
        "territory_code": SITE,
        "settlement": "Ак-Жол",
        "street": "Ленин, 27",
        "answer_by": AnswerBy.PHONE,
        "addressee_code": "AKIM",
        "addressee_site": SITE,
        "categories": ("04.04",),
        "subject": "Мал уурулугу боюнча тергөөнүн созулушу",
        "text": "Менин эки кунан жана бир бээм жоголду. Тергөө үч айдан бери жүргүзүлбөйт.",
    }
    return AppealDraft(**(said | changes))


def draft_id(text: str) -> UUID:
    """A draft's id that is the same in every run."""
    return UUID(bytes=sha256(text.encode())[:16])
