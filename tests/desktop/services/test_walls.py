"""Only the computer of a hall's wall begins with nobody there, and only a person with the right lets it."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from liaison_desktop.domain.errors import NotAllowed
from liaison_desktop.domain.people import PersonRole
from liaison_desktop.services import opening, walls
from server_sync.contract.events import EventKind
from server_sync.contract.workflow import Role
from tests.desktop.office import SITE, Office, open_office


def wall_office(folder: Path, role: Role = Role.AKIM) -> Office:
    office = open_office(folder)
    office.place.file.change(lambda before: replace(before, enrolment=replace(before.enrolled(), is_wall=True)))
    office.desk.enrolment = office.place.file.read().enrolled()
    assert office.desk.signed_in is not None
    person = replace(office.desk.signed_in.person, roles=(PersonRole(role, SITE),))
    office.desk.signed_in = replace(office.desk.signed_in, person=person)
    return office


def test_the_key_lies_in_a_file_that_the_account_alone_reads(tmp_path: Path) -> None:
    office = wall_office(tmp_path)
    assert not walls.begins_by_itself(office.place)
    walls.turn_on(office.place, office.desk)
    assert walls.begins_by_itself(office.place)
    assert stat.S_IMODE(office.place.home.wall_key.stat().st_mode) == 0o600
    assert opening.unattended_key(office.place) == office.desk.store.key
    walls.turn_off(office.place, office.desk)
    assert opening.unattended_key(office.place) is None
    assert not office.place.home.wall_key.exists()


@pytest.mark.parametrize("role", [role for role in Role if role not in walls.MAY_TURN])
def test_nobody_else_switches_room_mode_on_or_off(tmp_path: Path, role: Role) -> None:
    office = wall_office(tmp_path, role)
    for act in (walls.turn_on, walls.turn_off):
        with pytest.raises(NotAllowed) as refused:
            act(office.place, office.desk)
        assert refused.value.code == "no_role_here"
    assert not office.place.home.wall_key.exists()


def test_an_office_s_own_workplace_never_lays_its_key_down(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    with pytest.raises(NotAllowed) as refused:
        walls.turn_on(office.place, office.desk)
    assert refused.value.code == "not_of_wall"
    assert not office.place.home.wall_key.exists()


def test_a_key_laid_into_an_office_s_folder_opens_nothing_by_itself(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    office.vault.has_keyring = False
    office.place.home.wall_key.write_bytes(office.desk.store.key)
    assert not walls.begins_by_itself(office.place)
    assert opening.unattended_key(office.place) is None


def test_a_store_with_a_citizen_never_has_its_key_in_a_file_whatever_the_computer_says_it_is(tmp_path: Path) -> None:
    office = wall_office(tmp_path)
    walls.turn_on(office.place, office.desk)
    assert not walls.let_go_of_register(office.place, office.desk)
    office.desk.store.connection.execute(
        "INSERT INTO drafts (draft_id, surname, given_name, patronymic, subject, content, created_at_ms, saved_at_ms) "
        "VALUES (zeroblob(16), 'A', '', '', '', '', 1, 1)"
    )
    with pytest.raises(NotAllowed) as refused:
        walls.turn_on(office.place, office.desk)
    assert refused.value.code == "not_of_wall"
    assert walls.let_go_of_register(office.place, office.desk)
    assert not walls.begins_by_itself(office.place)


def test_at_a_wall_s_computer_nothing_is_registered_and_nobody_votes(tmp_path: Path) -> None:
    office = wall_office(tmp_path, Role.CLERK)
    for kind in (EventKind.APPEAL_REGISTERED, EventKind.VOTE_CAST):
        with pytest.raises(NotAllowed) as refused:
            office.desk.author(kind)
        assert refused.value.code == "not_for_walls"
    office.desk.author(EventKind.SESSION_OPENED)


def test_half_a_key_is_none(tmp_path: Path) -> None:
    office = wall_office(tmp_path)
    office.place.home.wall_key.write_bytes(office.desk.store.key[:16])
    assert not walls.begins_by_itself(office.place)
