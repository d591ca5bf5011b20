"""A workplace that may not go on numbering says so, keeps everything, and lets people read."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from liaison_desktop.domain.errors import NotEnrolled, NumberingStopped, StoreDamaged, StoreError, StoreForeign
from liaison_desktop.services import reading
from liaison_desktop.services.drafting import seal_file
from liaison_desktop.services.opening import (
    SECOND_MEDIUM,
    check_whole_store,
    note_waiting,
    open_desk,
    unattended_key,
    waiting_here,
)
from liaison_desktop.services.registering import register_appeal
from liaison_desktop.services.signing_in import open_session
from liaison_desktop.services.stopping import deny_last_number
from liaison_desktop.store.blobs import blob_path
from liaison_desktop.store.epochs import current_epoch
from liaison_desktop.workplace.mark import HighWaterMark, Mark
from tests.desktop.office import (
    Office,
    StandInClock,
    StandInMachine,
    StandInVault,
    make_draft,
    make_place,
    open_office,
)


def _copy_store(office: Office, name: str) -> None:
    office.desk.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(office.home.store.parent, office.home.folder / name)


def test_a_store_that_was_stopped_once_keeps_files_whose_rows_it_may_have_lost(office: Office):
    file = seal_file(office.desk, "скан.txt", b"a" * 100_000)
    path = blob_path(office.desk.store, file.blob_id)
    with office.desk.store.transaction() as connection:
        connection.execute("DELETE FROM blobs")
        connection.execute(
            "INSERT INTO epochs (epoch, number_code, slot, certificate, private_key, opened_at_ms, chain, stopped_code,"
            " closed_at_ms) SELECT randomblob(16), number_code, slot, certificate, private_key, opened_at_ms - 1,"
            " chain, 'mirror_ahead', opened_at_ms FROM epochs"
        )
    office.restart()
    assert path.exists()
    with office.desk.store.transaction() as connection:
        connection.execute("DELETE FROM epochs WHERE stopped_code <> ''")
    office.restart()
    assert not path.exists()


def _put_back(office: Office, name: str) -> None:
    office.desk.store.close()
    shutil.rmtree(office.home.store.parent)
    shutil.copytree(office.home.folder / name, office.home.store.parent)


def test_a_database_set_back_behind_its_mirror_numbers_no_more(office: Office):
    register_appeal(office.desk, make_draft())
    _copy_store(office, "old")
    lost = register_appeal(office.desk, make_draft())
    key = office.desk.store.key
    _put_back(office, "old")
    office.restart(key)
    assert office.numbering_stopped == "mirror_ahead"
    open_session(office.desk, office.alim, "test 1")
    with pytest.raises(NumberingStopped) as stopped:
        register_appeal(office.desk, make_draft())
    assert stopped.value.code == "mirror_ahead"
    assert len(reading.list_requests(office.desk)) == 1
    assert waiting_here(office.place, was_unclean=True).last_number == lost.number


def test_a_database_that_went_another_way_than_its_mirror_numbers_no_more(office: Office):
    _copy_store(office, "old")
    old_mark = office.desk.mark.path.read_bytes()
    register_appeal(office.desk, make_draft())
    mark = office.desk.mark.path.read_bytes()
    key = office.desk.store.key
    _put_back(office, "old")
    office.desk.mark.path.write_bytes(old_mark)
    office.restart(key)
    register_appeal(office.desk, make_draft())
    office.desk.mark.path.write_bytes(mark)
    office.restart()
    assert office.numbering_stopped in {"mirror_differs", "mirror_ahead"}


def _zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _folder_gone(path: Path) -> None:
    shutil.rmtree(path.parent)


def _folder_in_its_place(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("spoil", [Path.unlink, _zero, _empty, _folder_gone, _folder_in_its_place])
@pytest.mark.parametrize("registered", [0, 2])
def test_a_mirror_that_was_there_and_says_nothing_any_more_is_a_doubt(
    office: Office, spoil: Callable[[Path], None], registered: int
):
    for _ in range(registered):
        register_appeal(office.desk, make_draft())
    spoil(office.desk.mark.path)
    office.restart()
    assert office.numbering_stopped == "mirror_missing"


def test_a_mirror_that_never_could_be_written_is_no_doubt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as failing:
        failing.setattr(HighWaterMark, "write", _refuse)
        office = open_office(tmp_path)
        assert office.desk.mark_failed
        register_appeal(office.desk, make_draft())
    office.restart()
    assert office.numbering_stopped == ""
    office.desk.mark.path.unlink()
    office.restart()
    assert office.numbering_stopped == "mirror_missing"


def _refuse(_mirror: HighWaterMark, _mark: Mark) -> None:
    raise OSError(30, "Read-only file system")


def test_a_start_does_not_write_over_the_only_mark_there_is(office: Office):
    office.restart()
    before = office.desk.mark.path.stat().st_mtime_ns
    office.desk.mirror_now()
    assert office.desk.mark.path.stat().st_mtime_ns == before


def test_a_database_and_mirror_set_back_behind_the_second_medium_number_no_more(office: Office, tmp_path: Path):
    stick = tmp_path / "stick"
    stick.mkdir()
    office.place.file.change(lambda before: replace(before, settings={SECOND_MEDIUM: str(stick)}))
    office.restart()
    register_appeal(office.desk, make_draft())
    _copy_store(office, "old")
    mark = office.desk.mark.path.read_bytes()
    register_appeal(office.desk, make_draft())
    key = office.desk.store.key
    _put_back(office, "old")
    office.desk.mark.path.write_bytes(mark)
    office.restart(key)
    assert office.numbering_stopped == "mirror_ahead"


def test_a_home_copied_on_the_same_computer_numbers_no_more_and_the_original_goes_on(office: Office, tmp_path: Path):
    register_appeal(office.desk, make_draft())
    key = office.desk.store.key
    office.desk.store.close()
    for name, copy in {"copy": shutil.copy2, "again": shutil.copy}.items():
        shutil.copytree(office.home.folder, tmp_path / name, copy_function=copy)
        place = make_place(tmp_path / name, office.clock, office.machine, office.vault)
        desk = open_desk(place, key)
        assert current_epoch(desk.store.connection).stopped_code == "home_copied"
        assert len(reading.list_requests(desk)) == 1
        desk.store.close()
    office.desk = open_desk(office.place, key)
    assert office.numbering_stopped == ""


def test_a_home_put_back_from_a_copy_numbers_no_more(office: Office, tmp_path: Path):
    shutil.copytree(office.home.folder, tmp_path / "backup")
    key = office.desk.store.key
    office.desk.store.close()
    office.home.folder.rename(tmp_path / "spoilt")
    shutil.copytree(tmp_path / "backup", office.home.folder)
    office.restart(key)
    assert office.numbering_stopped == "home_copied"


def test_a_home_moved_within_its_disk_goes_on(office: Office, tmp_path: Path):
    key = office.desk.store.key
    office.desk.store.close()
    moved = office.home.folder.rename(tmp_path / "elsewhere")
    office.place = make_place(moved, office.clock, office.machine, office.vault)
    office.desk = open_desk(office.place, key)
    assert office.numbering_stopped == ""


def test_other_rights_on_a_home_are_no_copy(office: Office):
    for path in office.home.folder.rglob("*"):
        path.chmod(0o700)
    office.restart()
    office.restart()
    assert office.numbering_stopped == ""


def test_a_home_of_an_earlier_program_is_taken_as_it_stands(office: Office):
    office.desk.store.connection.execute("DELETE FROM settings WHERE name IN ('home_traits', 'mirrored_epoch')")
    office.home.place.unlink()
    office.restart()
    assert office.numbering_stopped == ""
    office.home.place.unlink()
    office.restart()
    assert office.numbering_stopped == "home_copied"


def test_a_store_on_another_computer_numbers_no_more(office: Office):
    register_appeal(office.desk, make_draft())
    office.machine.name = "machine-2"
    office.restart()
    assert office.numbering_stopped == "other_machine"


def test_a_computer_that_tells_nothing_of_itself_raises_no_doubt(office: Office):
    office.machine.name = ""
    office.restart()
    assert office.numbering_stopped == ""


def test_a_clerk_who_says_no_stops_the_numbers_for_good(office: Office):
    register_appeal(office.desk, make_draft())
    deny_last_number(office.desk)
    with pytest.raises(NumberingStopped):
        register_appeal(office.desk, make_draft())
    office.restart()
    assert office.numbering_stopped == "clerk_said_no"


def test_a_mirror_that_lags_behind_by_a_crash_is_brought_up(office: Office):
    register_appeal(office.desk, make_draft())
    before = office.desk.mark.path.read_bytes()
    made = register_appeal(office.desk, make_draft())
    office.desk.mark.path.write_bytes(before)
    office.restart()
    assert office.numbering_stopped == ""
    assert waiting_here(office.place, was_unclean=False).last_number == made.number


def test_a_mirror_that_cannot_be_written_stops_nobody(office: Office):
    office.desk.mark.path.unlink()
    office.desk.mark.path.mkdir()
    made = register_appeal(office.desk, make_draft())
    assert made.number
    assert office.desk.mark_failed


def test_a_damaged_store_is_named_and_stays_as_it_is(office: Office):
    for _ in range(30):
        register_appeal(office.desk, make_draft())
    key = office.desk.store.key
    office.desk.store.close()
    raw = bytearray(office.home.store.read_bytes())
    middle = len(raw) // 2 // 4096 * 4096
    raw[middle : middle + 64] = bytes(64)
    raw[4096 * 3 + 100 : 4096 * 3 + 200] = bytes(100)
    office.home.store.write_bytes(bytes(raw))
    place = make_place(office.home.folder, office.clock, office.machine, office.vault)
    try:
        desk = open_desk(place, key)
    except (StoreDamaged, StoreForeign, StoreError):
        pass
    else:
        assert check_whole_store(desk)
        office.desk = desk
        assert office.numbering_stopped == "store_damaged"
        desk.store.close()
    assert office.home.store.read_bytes() == bytes(raw)


def test_a_file_that_is_not_ours_is_named_and_left_alone(office: Office):
    key = office.desk.store.key
    office.desk.store.close()
    for name in ("liaison.db-wal", "liaison.db-shm"):
        office.home.store.with_name(name).unlink(missing_ok=True)
    foreign = b"SQLite format 3\x00" + bytes(8000)
    office.home.store.write_bytes(foreign)
    with pytest.raises(StoreForeign):
        open_desk(make_place(office.home.folder, office.clock, office.machine, office.vault), key)
    assert office.home.store.read_bytes() == foreign


def test_another_key_opens_nothing(office: Office):
    office.desk.store.close()
    with pytest.raises(StoreForeign):
        open_desk(make_place(office.home.folder, office.clock, office.machine, office.vault), bytes(32))


def test_a_store_that_is_gone_is_said(office: Office):
    key = office.desk.store.key
    office.desk.store.close()
    shutil.rmtree(office.home.store.parent)
    with pytest.raises(StoreError) as missing:
        open_desk(make_place(office.home.folder, office.clock, office.machine, office.vault), key)
    assert missing.value.code == "store_missing"


def test_a_computer_that_is_no_workplace_says_so(tmp_path):
    place = make_place(tmp_path, StandInClock(), StandInMachine(), StandInVault())
    assert unattended_key(place) is None
    with pytest.raises(NotEnrolled):
        open_desk(place, bytes(32))


def test_a_keyring_opens_the_store_without_a_person_and_its_absence_does_not(office: Office):
    assert unattended_key(office.place) == office.desk.store.key
    office.vault.has_keyring = False
    assert unattended_key(office.place) is None


def test_what_waits_is_known_before_sign_in_without_any_citizen(office: Office):
    made = register_appeal(office.desk, make_draft())
    note_waiting(office.place, office.desk)
    office.desk.store.close()
    place = make_place(office.home.folder, office.clock, office.machine, office.vault)
    seen = waiting_here(place, was_unclean=False)
    assert (seen.events, seen.last_number) == (1, made.number)
    text = office.home.description.read_text(encoding="utf-8")
    assert "Турдубаева" not in text
    assert "10101198899656" not in text


def test_no_word_of_a_citizen_lies_readable_in_the_folder(office: Office):
    register_appeal(office.desk, make_draft(text="канарейка-сөз", surname="Канарейкина"))
    office.desk.store.close()
    for path in office.home.folder.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            assert "Канарейкина".encode() not in raw, path
            assert "канарейка-сөз".encode() not in raw, path
