"""On a full disk the program starts, says so, lets people in and lets them read; nothing is numbered."""

import errno
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from liaison_desktop.domain.errors import DiskFull, SignInRefused, StoreError
from liaison_desktop.services import reading, signing_in
from liaison_desktop.services.opening import open_desk
from liaison_desktop.services.registering import register_appeal
from liaison_desktop.workplace.lock import FolderLock
from tests.desktop.office import PASSWORD, Office, make_draft, make_place


@contextmanager
def no_room() -> Iterator[None]:
    """Let no file of this process grow by a byte, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def test_with_a_full_disk_one_can_sign_in_and_read(office: Office):
    made = register_appeal(office.desk, make_draft())
    office.desk.store.close()
    with no_room():
        lock = FolderLock(office.home.lock)
        lock.acquire()
        office.home.begin_run()
        place = make_place(office.home.folder, office.clock, office.machine, office.vault)
        key, person = signing_in.unlock(place, "alim", PASSWORD)
        desk = open_desk(place, key)
        signing_in.open_session(desk, person, "test 1")
        assert [row.number for row in reading.list_requests(desk)] == [made.number]
        with pytest.raises((DiskFull, StoreError)):
            register_appeal(desk, make_draft())
        signing_in.close_session(desk)
        desk.store.close()
        lock.release()
    office.desk = open_desk(place, key)
    assert office.numbering_stopped == ""
    signing_in.open_session(office.desk, person, "test 1")
    assert register_appeal(office.desk, make_draft()).number > made.number


def test_wrong_passwords_are_counted_on_a_full_disk_too(office: Office):
    office.desk.store.close()
    place = make_place(office.home.folder, office.clock, office.machine, office.vault)
    with no_room():
        for _ in range(signing_in.FREE_TRIES):
            with pytest.raises(SignInRefused):
                signing_in.unlock(place, "alim", "wrong password")
        with pytest.raises(SignInRefused) as waiting:
            signing_in.unlock(place, "alim", PASSWORD)
    assert waiting.value.code == "sign_in_wait"


def test_a_folder_that_cannot_be_made_for_want_of_room_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from liaison_desktop.workplace import home

    def refuse(_folder: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(home, "make_private_folder", refuse)
    with pytest.raises(DiskFull):
        home.Home.at(tmp_path / "new")
