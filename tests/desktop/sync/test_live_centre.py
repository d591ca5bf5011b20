"""An office's sync against the real centre: its own process, its own database, HTTP on loopback."""

import random
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from typing_extensions import override

from liaison_desktop.domain.appeals import RegisteredAppeal
from liaison_desktop.domain.delivery import DeliveryState, LineState
from liaison_desktop.domain.drafts import AttachmentDraft
from liaison_desktop.domain.errors import NumberingStopped, SignInRefused, WorkplaceError
from liaison_desktop.domain.times import BISHKEK, local_day
from liaison_desktop.services import reading
from liaison_desktop.services.conferring import list_meetings
from liaison_desktop.services.enrolling import enrol_workplace
from liaison_desktop.services.opening import Place, open_desk
from liaison_desktop.services.registering import register_appeal
from liaison_desktop.services.signing_in import admit_person, open_session
from liaison_desktop.store import delivery
from liaison_desktop.store.blobs import keep_blob
from liaison_desktop.store.epochs import writing_epoch
from liaison_desktop.store.events import events_of
from liaison_desktop.store.projecting import differences, seen_of
from liaison_desktop.sync import door
from liaison_desktop.workplace.clock import SystemClock
from liaison_desktop.workplace.description import DescriptionFile
from liaison_desktop.workplace.home import Home
from liaison_desktop.workplace.machine import ThisMachine
from liaison_desktop.workplace.vault import NoVault
from proving.officers import Browser
from proving.world import Centre, wait_until
from server_sync.contract import blobs
from server_sync.contract.bodies import AppealKind, DueRecalculated, MeetingPart
from server_sync.contract.events import EventKind
from server_sync.contract.workflow import State
from tests.desktop.office import SITE, make_draft

SEALED = int(DeliveryState.SEALED)
PATIENCE_S = 30


class LiveOffice:
    """An enrolled PC of the site, with a clerk of the demonstration signed in."""

    def __init__(self, folder: Path, centre: Centre) -> None:
        self.centre = centre
        home = Home.at(folder)
        self.place = Place(home, DescriptionFile(home.description), SystemClock(), ThisMachine(), NoVault())
        code = centre.enrolment_code(SITE)
        carrier = door.Centre(centre.address, program="test")
        enrolled = enrol_workplace(
            self.place, carrier, server=centre.address, typed_code=code, name="Терезе", versions={"program": "test"}
        )
        self.desk = enrolled.desk
        self.code = code
        self.begin()
        clerk = centre.person("clerk", SITE)
        said = door.ask_person(self.calls, door.signer_of(self.store), clerk["login"], clerk["password"])
        self.person = admit_person(self.place, self.desk, said, clerk["password"])
        open_session(self.desk, self.person, "test")

    @property
    def store(self):
        return self.desk.store

    def begin(self) -> None:
        clock = self.place.clock
        roots = self.desk.enrolment.roots
        self.calls = door.open_transport(self.store, self.centre.address, roots, clock, program="test")
        self.exchanging = door.open_exchanging(
            self.store, self.calls, clock, versions={"program": "test"}, random=Random(3)
        )

    def register(self, **changes: object) -> RegisteredAppeal:
        return register_appeal(self.desk, make_draft(**changes))

    def exchange(self) -> None:
        self.exchanging.send_now()
        self.exchanging.step(self.place.clock.monotonic_ms())

    def states(self) -> list[int]:
        rows = self.store.connection.execute("SELECT state FROM outbox ORDER BY epoch, seq")
        return [row[0] for row in rows]

    def seen(self, appeal: bytes):
        return seen_of(events_of(self.store.connection, appeal))

    def exchange_until(self, condition: Callable[[], bool], what: str) -> None:
        def tried() -> bool:
            self.exchange()
            return condition()

        wait_until(tried, PATIENCE_S, what)

    def close(self) -> None:
        self.calls.close()
        self.desk.store.close()


class MachineOfAnImage(ThisMachine):
    """The computer as a copy of its whole disk sees it: nothing on it tells that it is one."""

    def __init__(self, original: Home) -> None:
        self._original = original

    @override
    def traits(self, file: Path) -> frozenset[str]:
        return super().traits(self._original.folder / file.name)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a centre that was set up and never served."""
    folder = tmp_path_factory.mktemp("prepared") / "centre"
    Centre(folder, environment={"DATABASE_URL": ""}).prepare([SITE])
    return folder


def copied(prepared: Path, folder: Path) -> Centre:
    shutil.copytree(prepared, folder)
    return Centre(folder, environment={"DATABASE_URL": ""})


@pytest.fixture(scope="module")
def live(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    centre = copied(prepared, tmp_path_factory.mktemp("live") / "centre")
    threads = set(threading.enumerate())
    centre.start()
    yield centre
    centre.stop()
    for thread in set(threading.enumerate()) - threads:
        thread.join(5)


@pytest.fixture
def pc(live: Centre, tmp_path: Path) -> Iterator[LiveOffice]:
    opened = LiveOffice(tmp_path / "pc", live)
    yield opened
    opened.close()


def test_requests_registered_offline_are_sealed_and_the_centres_acts_come_back(pc):
    appeals = [pc.register().appeal for _ in range(5)]
    pc.exchange()
    assert pc.states() == [SEALED] * 6
    pc.exchange_until(
        lambda: all(pc.seen(appeal).state is State.WITH_BODY for appeal in appeals), "the requests are routed"
    )
    assert pc.exchanging.news.hindrance == ""
    assert differences(pc.store) == ()


def test_an_attachment_arrives_whole(pc, live):
    plain = random.Random(5).randbytes(400_000)
    key = blobs.new_blob_key()
    blob_id = keep_blob(pc.store, blobs.seal(plain, key), pc.place.clock.wall_ms())
    pc.register(attachments=(AttachmentDraft(blob_id, key, "a.bin", "application/octet-stream", len(plain)),))
    pc.exchange()
    assert pc.states()[-1] == SEALED
    (kept,) = (live.home / "blobs").rglob(blob_id.hex())
    assert blobs.unseal(kept.read_bytes(), key) == plain


def test_a_code_that_was_used_makes_no_second_workplace(pc, live, tmp_path):
    home = Home.at(tmp_path / "second")
    place = Place(home, DescriptionFile(home.description), SystemClock(), ThisMachine(), NoVault())
    with pytest.raises(WorkplaceError) as refused:
        enrol_workplace(place, door.Centre(live.address), server=live.address, typed_code=pc.code, name="x")
    assert refused.value.code == "code_used"


def test_a_wrong_password_is_the_centres_no(pc):
    with pytest.raises(SignInRefused):
        door.ask_person(pc.calls, door.signer_of(pc.store), pc.person.login, "not this one 1")


def test_a_second_pc_of_the_office_gets_the_whole_request(pc, live, tmp_path):
    appeal = pc.register().appeal
    pc.exchange()
    second = LiveOffice(tmp_path / "second", live)
    second.exchange()
    assert second.seen(appeal).text == pc.seen(appeal).text
    assert second.seen(appeal).number == pc.seen(appeal).number
    assert not second.seen(appeal).is_own
    second.close()


def test_a_centre_killed_in_the_middle_gets_everything_once(prepared, tmp_path):
    own = copied(prepared, tmp_path / "centre")
    own.start()
    pc = LiveOffice(tmp_path / "pc", own)
    numbers = {pc.register().number for _ in range(30)}
    own.kill()
    pc.exchange()
    assert pc.exchanging.news.state is LineState.OFFLINE
    assert delivery.waiting(pc.store).appeals == 30
    own.start()
    pc.exchange()
    assert pc.states() == [SEALED] * 31
    rows = pc.store.connection.execute("SELECT number FROM appeals WHERE is_own = 1")
    assert {row[0] for row in rows} == numbers
    pc.close()
    own.stop()


def test_a_revoked_pc_numbers_no_more_and_its_events_are_held(pc, live):
    pc.register()
    pc.exchange()
    epoch = writing_epoch(pc.store.connection)
    live.manage("revoke_workplace", "--slot", f"{epoch.number_code}-{epoch.slot}", "--reason", "stolen")
    pc.register()
    pc.exchange()
    assert pc.exchanging.news.hindrance == "revoked"
    assert pc.states()[-1] == int(DeliveryState.HELD)
    with pytest.raises(NumberingStopped):
        pc.register()


def test_a_store_set_back_is_seen_and_filled_again(pc, tmp_path):
    pc.register()
    pc.exchange()
    pc.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = tmp_path / "before.db"
    shutil.copy(pc.store.path, before)
    mark = pc.place.home.mark / "high-water-mark"
    mark_before = mark.read_bytes()
    lost = {pc.register().number for _ in range(3)}
    pc.exchange()
    key = pc.store.key
    pc.close()
    for suffix in ("-wal", "-shm"):
        Path(f"{pc.store.path}{suffix}").unlink(missing_ok=True)
    before.replace(pc.store.path)
    mark.write_bytes(mark_before)
    pc.desk = open_desk(pc.place, key)
    pc.begin()
    pc.exchange()
    assert pc.exchanging.news.hindrance == "rolled_back"
    rows = pc.store.connection.execute("SELECT number FROM appeals")
    assert lost <= {row[0] for row in rows}
    assert differences(pc.store) == ()


def test_a_cloned_pc_is_seen_at_the_first_exchange_after_both_have_written(pc, live, tmp_path):
    pc.register()
    pc.exchange()
    pc.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    key, person = pc.store.key, pc.person
    shutil.copytree(pc.place.home.folder, tmp_path / "clone")
    home = Home.at(tmp_path / "clone")
    place = Place(home, DescriptionFile(home.description), SystemClock(), MachineOfAnImage(pc.place.home), NoVault())
    clone = LiveOffice.__new__(LiveOffice)
    clone.centre, clone.place, clone.person = live, place, person
    clone.desk = open_desk(place, key)
    clone.begin()
    open_session(clone.desk, person, "test")
    ours = [pc.register() for _ in range(2)]
    theirs = [clone.register() for _ in range(2)]
    pc.exchange()
    assert pc.exchanging.news.hindrance == ""
    clone.exchange()
    assert clone.exchanging.news.hindrance == "forked"
    with pytest.raises(NumberingStopped):
        clone.register()
    assert {one.event for one in ours}.isdisjoint(one.event for one in theirs)
    assert all(state >= DeliveryState.STORED for state in clone.states())
    clone.close()


def test_a_decreed_day_reaches_an_office_that_was_away_and_its_open_terms_with_a_trace(pc, live):
    before = reading.due_preview(pc.desk, AppealKind.COMPLAINT)
    appeals = [pc.register().appeal]
    pc.exchange()
    reason = ("--ky", "Токтом № 1", "--ru", "Распоряжение № 1", "--en", "Decree No. 1")
    administrator = live.person("administrator")["login"]
    live.manage("decree_days", "--off", before.counted[4].isoformat(), *reason, "--by", administrator)
    appeals.append(pc.register().appeal)  # nothing was heard of it here yet
    assert pc.seen(appeals[1]).due.due_on == before.due_on

    def counted_anew() -> bool:
        return all(pc.seen(appeal).due.due_on != before.due_on for appeal in appeals)

    pc.exchange_until(counted_anew, "the terms come back counted anew")
    after = reading.due_preview(pc.desk, AppealKind.COMPLAINT)
    for appeal in appeals:
        assert pc.seen(appeal).due.due_on == after.due_on
        (trace,) = [one for one in pc.seen(appeal).history if one.kind == EventKind.DUE_RECALCULATED]
        assert isinstance(trace.body, DueRecalculated)
        assert "Распоряжение № 1" in trace.body.cause.ru
    assert pc.seen(pc.register().appeal).due.due_on == after.due_on
    assert differences(pc.store) == ()
    live.manage("decree_days", "--withdraw", before.counted[4].isoformat(), *reason, "--by", administrator)
    pc.exchange_until(lambda: all(pc.seen(appeal).due.due_on == before.due_on for appeal in appeals), "and back again")
    assert differences(pc.store) == ()


def test_a_meeting_planned_and_moved_on_the_centres_pages_stands_so_in_the_offices_list(prepared, tmp_path):
    own = copied(prepared, tmp_path / "centre")
    own.environment = {**own.environment, "LIAISON_PUBLIC_URL": "http://127.0.0.1"}  # people sign in without TLS here
    own.start()
    pc = LiveOffice(tmp_path / "pc", own)
    in_a_week = local_day(pc.place.clock.wall_ms()) + timedelta(days=7)
    typed = {"title_ky": "Жылытуу мезгили", "day": f"{in_a_week:%d.%m.%Y}", f"at_{SITE}": "2"}
    with Browser(own.address) as assistant:
        assistant.sign_in(own.person("chair_assistant"))
        looked = assistant.fill(assistant.open("/meetings/plan"), "/meetings/plan", "look", **typed)
        assistant.fill(looked, "/meetings/plan", "do")
        pc.exchange()
        (row,) = list_meetings(pc.desk).coming
        assert (row.title.ky, row.part, row.chair_site) == ("Жылытуу мезгили", MeetingPart.SPEAKER, "KG-HALL")
        before = row.starts_at
        address = f"/meetings/{row.meeting.hex()}/change"
        moved = {"at": "15:00", "reason_ky": "Себеби бар"}
        looked = assistant.fill(assistant.open(address), "/change", "look", **moved)
        assistant.fill(looked, "/change", "do")
    pc.exchange()
    (row,) = list_meetings(pc.desk).coming
    assert (row.moved_from, row.reason.ky) == (before, "Себеби бар")
    assert row.starts_at.astimezone(BISHKEK).hour == 15
    pc.close()
    own.stop()
