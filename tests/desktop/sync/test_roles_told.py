"""What the centre tells of a person's roles holds at this computer from the next exchange on, with no line too."""

import pytest

from liaison_desktop.domain.errors import NotAllowed, SignInRefused
from liaison_desktop.services import signing_in
from liaison_desktop.store import feed
from liaison_desktop.store.events import SITE_FEED
from server_sync.contract import codec
from server_sync.contract.messages import RoleScope, RolesRow, RowKind
from server_sync.contract.shapes import to_plain
from tests.contract.invented import NOW_MS
from tests.desktop.office import PASSWORD, SITE, person_reply

CLERK = (RoleScope("clerk", SITE),)


def said_of(login: str, *roles: RoleScope) -> RolesRow:
    return RolesRow(person_reply(login).person, roles)


def kinds_written(office) -> list[int]:
    return [row[0] for row in office.store.connection.execute("SELECT kind FROM events ORDER BY seq")]


def test_whose_role_ended_registers_nothing_more_and_signs_in_no_more(office, centre):
    desk = office.office.desk
    centre.feed.append(said_of("alim"))
    office.exchange()
    assert office.changes[-1].people
    before = kinds_written(office)
    assert not signing_in.hear_of_roles(desk)
    with pytest.raises(NotAllowed) as refused:
        office.register()
    assert refused.value.code == "no_role_here"
    signing_in.close_session(desk)
    _, alim = signing_in.unlock(office.office.place, "alim", PASSWORD)
    with pytest.raises(SignInRefused) as kept_out:
        signing_in.open_session(desk, alim, "test 1")
    assert kept_out.value.code == "no_role_here"
    assert kinds_written(office) == before
    assert feed.cursors(office.store.connection).site == len(centre.feed)


def test_a_role_that_is_given_again_lets_its_person_in_again(office, centre):
    desk = office.office.desk
    centre.feed += [said_of("alim"), said_of("alim", *CLERK)]
    office.exchange()
    assert signing_in.hear_of_roles(desk)
    assert office.register().number
    assert signing_in.open_session(desk, office.office.alim, "test 1").person.roles == office.office.alim.roles


def test_what_is_told_of_one_person_changes_nothing_for_another(office, centre):
    centre.feed.append(said_of("bela"))
    office.exchange()
    assert signing_in.hear_of_roles(office.office.desk)
    assert office.register().number


def test_what_the_centre_answered_about_a_person_since_is_newer_than_its_feed(office, centre):
    desk = office.office.desk
    centre.feed.append(said_of("alim"))
    office.exchange()
    alim = signing_in.admit_person(office.office.place, desk, person_reply("alim"), PASSWORD)
    assert signing_in.open_session(desk, alim, "test 1").person.roles
    centre.feed.append(said_of("alim"))
    office.exchange()
    assert not signing_in.hear_of_roles(desk)


def test_roles_that_a_program_of_before_kept_without_reading_hold_after_its_update(office):
    raw = codec.encode(to_plain(said_of("alim")))
    with office.store.transaction() as connection:
        feed.keep_row(connection, SITE_FEED, 1, 1, RowKind.ROLES, raw=raw, is_understood=False, now_ms=NOW_MS)
    assert not signing_in.hear_of_roles(office.office.desk)


def test_a_row_that_cannot_be_read_says_nothing_of_anybody(office):
    with office.store.transaction() as connection:
        feed.keep_row(connection, SITE_FEED, 1, 1, RowKind.ROLES, raw=b"\xa0", is_understood=False, now_ms=NOW_MS)
    assert signing_in.hear_of_roles(office.office.desk)


def test_the_role_of_a_newer_program_gives_nothing_here(office, centre):
    centre.feed.append(said_of("alim", RoleScope("astronaut", SITE)))
    office.exchange()
    assert not signing_in.hear_of_roles(office.office.desk)
