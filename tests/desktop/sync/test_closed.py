"""PCs with the centre between them have the same key of a closed meeting, and the centre gives them none of its own."""

from dataclasses import dataclass, field, replace

import pytest

from liaison_desktop.sync.closed import Locksmith
from liaison_desktop.sync.meeting import MeetingLine, Told
from liaison_desktop.sync.outcomes import Answered, Outcome, Refused
from liaison_desktop.sync.transport import Signer
from server_sync.contract.closed import KeyBox, KeyGiven, KeysWished, KeyWished, seal_key
from server_sync.contract.meetings import (
    MeetingAct,
    MeetingCall,
    MeetingReply,
    MeetingState,
    Stage,
    who_of,
    write_stage,
)
from server_sync.contract.signing import PrivateKey
from tests.contract.invented import Centre, Office

MEETING = b"m" * 16
CODES = {"KG-HALL": "HAL", "KG-O": "OSH", "KG-N": "NAR"}
KEYS = Centre()


@dataclass
class Between:
    """The centre as it carries keys: places by name, the holder, and what a test lets it do wrong."""

    number: int = 0
    holder: str = ""
    wishes: dict[str, KeyWished] = field(default_factory=dict)
    boxes: dict[str, tuple[int, KeyBox]] = field(default_factory=dict)
    certificates: dict[str, bytes] = field(default_factory=dict)
    due: bool = False
    calls: list[MeetingAct] = field(default_factory=list)
    refuses: str = ""
    forged: KeyGiven | None = None

    def answer(self, who: str, certificate: bytes, call: MeetingCall, is_desk: bool) -> Outcome[MeetingReply]:
        assert call.keys is not None
        self.calls.append(call.act)
        wish = call.keys.wish
        known = self.wishes.get(who)
        if known is None or known.public != wish.public:
            self.wishes[who] = KeyWished(who, certificate, wish.public, wish.signature)
            self.boxes.pop(who, None)
        self.certificates[who] = certificate
        given = call.keys.given
        if call.act is MeetingAct.GIVE_KEYS and given is not None:
            if self.refuses:
                return Refused(self.refuses, {}, 409)
            if given.number == self.number + 1:
                self.number, self.holder, self.due = given.number, who, False
            assert (given.number, self.holder) == (self.number, who)
            self.boxes |= {box.who: (given.number, box) for box in given.boxes}
        number, box = self.boxes.get(who, (0, None))
        told = None
        if box is not None and number == self.number > wish.known:
            told = KeyGiven(number, self.holder, self.certificates[self.holder], box.sealed, box.signature)
        waiting = (
            [
                one
                for one in self.wishes.values()
                if one.who not in (who, self.holder) and self.boxes.get(one.who, (0, None))[0] != self.number
            ]
            if self.number
            else [one for one in self.wishes.values() if one.who != who]
        )
        wished = KeysWished(self.number, self.holder, self.due or not self.number, tuple(waiting)) if is_desk else None
        stage = Stage(1 + self.number, MeetingState.OPEN, 20, key_number=self.number)
        return Answered(MeetingReply(write_stage(stage), who, key_given=self.forged or told, keys_wished=wished))


class Pc:
    """A PC with its line."""

    def __init__(self, between: Between, site: str, slot: str = "A", *, is_desk: bool = False) -> None:
        self.between, self.site, self.is_desk = between, site, is_desk
        self.office: Office = KEYS.office(CODES[site], slot)
        self.who = who_of(site, self.office.epoch)
        self.begin()

    def begin(self) -> None:
        """The program is begun."""
        signer = Signer(self.office.epoch, self.office.key)
        self.locksmith = Locksmith(signer, KEYS.ring(), CODES.__getitem__)
        self.line = MeetingLine(self, signer, locksmith=self.locksmith)  # type: ignore[arg-type]  # stands in for the calls

    def act_in_meeting(self, _signer: Signer, call: MeetingCall) -> Outcome[MeetingReply]:
        return self.between.answer(self.who, self.office.certificate.to_bytes(), call, self.is_desk)

    def heard(self, _time_ms: int) -> None:
        """Nothing is kept."""

    def do(self, act: MeetingAct = MeetingAct.LOOK) -> Told:
        return self.line.act(MeetingCall(MEETING, b"p" * 16, act, b"a" * 16), closed_by="KG-HALL")

    def key(self) -> tuple[bytes, int]:
        told = self.do()
        return told.key, told.key_number


@pytest.fixture
def between() -> Between:
    return Between()


@pytest.fixture
def desk(between: Between) -> Pc:
    return Pc(between, "KG-HALL", is_desk=True)


@pytest.fixture
def osh(between: Between) -> Pc:
    return Pc(between, "KG-O")


@pytest.fixture
def naryn(between: Between) -> Pc:
    return Pc(between, "KG-N")


def test_all_have_the_key_that_the_desk_drew_whoever_came_first(desk: Pc, osh: Pc, naryn: Pc) -> None:
    assert osh.do(MeetingAct.ENTER).key == b""
    told = desk.do(MeetingAct.ENTER)
    assert (len(told.key), told.key_number, told.stage.key_number) == (32, 1, 1)
    assert osh.key() == (told.key, 1)
    assert naryn.do(MeetingAct.ENTER).key == b""
    desk.do()
    assert naryn.key() == (told.key, 1)
    assert desk.key() == (told.key, 1)


def test_when_a_new_one_is_due_the_desk_draws_it_with_the_act_that_made_it_so(desk: Pc, osh: Pc, naryn: Pc) -> None:
    for one in (osh, naryn, desk):
        one.do(MeetingAct.ENTER)
    first = osh.key()
    naryn.between.due = True
    del naryn.between.wishes[naryn.who]
    second = desk.do(MeetingAct.PUT_OUT)
    assert second.key_number == 2
    assert second.key != first[0]
    assert osh.key() == (second.key, 2)
    assert naryn.who not in {who for who, (number, _) in desk.between.boxes.items() if number == 2}


def test_a_desk_that_was_begun_anew_draws_another_and_all_get_it(desk: Pc, osh: Pc) -> None:
    osh.do(MeetingAct.ENTER)
    first = desk.do(MeetingAct.ENTER).key
    desk.begin()
    told = desk.do(MeetingAct.ENTER)
    assert told.key_number == 2
    assert told.key not in (first, b"")
    assert osh.key() == (told.key, 2)


def test_a_second_desk_gets_the_key_of_the_first_like_all_others(between: Between, desk: Pc) -> None:
    second = Pc(between, "KG-HALL", "B", is_desk=True)
    first = desk.do(MeetingAct.ENTER).key
    assert second.do(MeetingAct.ENTER).key == b""
    desk.do()
    assert second.key() == (first, 1)
    assert between.holder == desk.who


def test_what_the_centre_refuses_is_no_key(between: Between, desk: Pc) -> None:
    between.refuses = "keys_held_elsewhere"
    assert desk.do(MeetingAct.ENTER).key == b""
    between.refuses = ""
    assert desk.do().key_number == 1


def test_a_key_that_no_pc_of_the_office_that_leads_gave_is_not_taken(between: Between, desk: Pc, osh: Pc) -> None:
    osh.do(MeetingAct.ENTER)
    desk.do(MeetingAct.ENTER)
    public = between.wishes[osh.who].public
    rogue, other = PrivateKey.generate(), KEYS.office(CODES["KG-N"])
    of_naryn = (who_of("KG-N", other.epoch), other.certificate.to_bytes(), other.key)
    unsigned = (desk.who, desk.office.certificate.to_bytes(), rogue)
    in_its_name = (who_of("KG-HALL", other.epoch), other.certificate.to_bytes(), other.key)
    for giver, certificate, key in (of_naryn, unsigned, in_its_name):
        box = seal_key(b"r" * 32, 9, public, key, MEETING, osh.who)
        between.forged = KeyGiven(9, giver, certificate, box.sealed, box.signature)
        assert osh.do().key != b"r" * 32
    between.forged = None
    assert osh.key()[1] == 1


def test_nobody_whom_no_directory_knows_is_given_the_key(between: Between, desk: Pc, osh: Pc) -> None:
    osh.do(MeetingAct.ENTER)
    true = between.wishes[osh.who]
    strange = replace(KEYS.office("OSH", "Z").certificate, public_key=PrivateKey.generate().public.raw)
    for n, false in enumerate(
        (
            replace(true, certificate=strange.to_bytes(), who=who_of("KG-O", strange.epoch)),
            replace(true, public=bytes(32)),
            replace(true, who="KG-N" + true.who.removeprefix("KG-O")),
            replace(true, certificate=b"\x00"),
        )
    ):
        between.wishes[f"false {n}"] = false
    desk.do(MeetingAct.ENTER)
    desk.do()
    assert set(between.boxes) == {osh.who}
    assert between.calls.count(MeetingAct.GIVE_KEYS) == 1


def test_the_key_does_not_stand_in_what_is_printed_of_an_answer(desk: Pc) -> None:
    told = desk.do(MeetingAct.ENTER)
    assert told.key
    assert repr(told.key) not in repr(told)


def test_a_revoked_pc_gets_nothing(between: Between, osh: Pc) -> None:
    desk = Pc(between, "KG-HALL", is_desk=True)
    ring = KEYS.ring(osh.office, revocations=(KEYS.revoke(osh.office, 0),))
    desk.locksmith = Locksmith(Signer(desk.office.epoch, desk.office.key), ring, CODES.__getitem__)
    desk.line = MeetingLine(desk, Signer(desk.office.epoch, desk.office.key), locksmith=desk.locksmith)  # type: ignore[arg-type]
    osh.do(MeetingAct.ENTER)
    desk.do(MeetingAct.ENTER)
    assert between.boxes == {}
