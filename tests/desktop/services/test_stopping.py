"""A clerk's no stops the numbers until people have looked: the head of the office here, or two people of the centre."""

import pytest

from liaison_desktop.domain.errors import NotAllowed, NumberingStopped, SignInRefused
from liaison_desktop.services.registering import register_appeal
from liaison_desktop.services.signing_in import admit_person
from liaison_desktop.services.stopping import admit_head, deny_last_number, lift_by_supervisor, stop_here
from liaison_desktop.store.epochs import lift_stop, stop_numbering
from server_sync.contract.errors import InvalidField
from server_sync.contract.events import EventKind, read_header
from tests.desktop.office import PASSWORD, Office, make_draft, person_reply

HEAD = "bakyt"


def lift(office: Office, number: str, login: str = HEAD, password: str = PASSWORD) -> None:
    lift_by_supervisor(
        office.place, office.desk, login=login, password=password, number_on_paper=number, program="test 1"
    )


@pytest.fixture
def last_number(office: Office) -> str:
    """Something was registered, the head of the office works here too, and the clerk has said no."""
    admit_person(office.place, office.desk, person_reply(HEAD, "akim", surname="Осмонов"), PASSWORD)
    number = register_appeal(office.desk, make_draft()).number
    deny_last_number(office.desk)
    return number


def test_a_stop_is_known_with_its_reason_and_last_number_also_after_a_restart(office: Office, last_number: str):
    before = stop_here(office.desk)
    assert before is not None
    assert (before.code, before.last_number, before.is_liftable) == ("clerk_said_no", last_number, True)
    office.restart()
    assert stop_here(office.desk) == before


def test_the_head_of_the_office_lifts_it_with_the_number_from_the_paper(office: Office, last_number: str):
    lift(office, last_number.lower().replace("-", " "))
    assert stop_here(office.desk) is None
    assert register_appeal(office.desk, make_draft()).number > last_number


def test_who_lifted_it_stands_in_the_chain(office: Office, last_number: str):
    lift(office, last_number)
    rows = office.desk.store.connection.execute("SELECT header FROM events WHERE is_own = 1 ORDER BY seq")
    headers = [read_header(raw) for (raw,) in rows]
    head = person_reply(HEAD).person
    assert [one.kind for one in headers if one.person == head] == [EventKind.SESSION_OPENED, EventKind.SESSION_CLOSED]


@pytest.mark.parametrize("login", ["alim", "nobody"])
def test_nobody_else_lifts_it(office: Office, last_number: str, login: str):
    with pytest.raises((NotAllowed, SignInRefused)) as refused:
        lift(office, last_number, login=login)
    assert refused.value.code in {"supervisor_needed", "person_unknown_here"}
    assert stop_here(office.desk) is not None


def test_a_wrong_password_lifts_nothing(office: Office, last_number: str):
    with pytest.raises(SignInRefused):
        lift(office, last_number, password="not this one 1")
    assert stop_here(office.desk) is not None


def test_a_paper_with_another_number_lifts_nothing(office: Office, last_number: str):
    other = "ALA-26-A-00002-1234"
    with pytest.raises((InvalidField, NumberingStopped)):
        lift(office, other)
    with pytest.raises(InvalidField):
        lift(office, "")
    assert stop_here(office.desk) is not None


def test_a_store_that_is_behind_its_mirror_is_not_let_on_by_a_word(office: Office, last_number: str):
    office.desk.mark.path.unlink()
    with pytest.raises(NumberingStopped) as stopped:
        lift(office, last_number)
    assert stopped.value.code == "mirror_missing"
    assert stop_here(office.desk) is not None


def test_what_the_state_of_the_store_stopped_nobody_lifts(office: Office):
    admit_person(office.place, office.desk, person_reply(HEAD, "akim"), PASSWORD)
    number = register_appeal(office.desk, make_draft()).number
    stop_numbering(office.desk.store, "mirror_ahead")
    stop = stop_here(office.desk)
    assert stop is not None
    assert not stop.is_liftable
    with pytest.raises(NumberingStopped):
        lift(office, number)
    assert not lift_stop(office.desk.store.connection, stop.stop)


def test_the_word_that_lifted_one_stop_does_not_lift_the_next(office: Office, last_number: str):
    first = stop_here(office.desk)
    assert first is not None
    assert lift_stop(office.desk.store.connection, first.stop)
    deny_last_number(office.desk)
    assert not lift_stop(office.desk.store.connection, first.stop)
    assert stop_here(office.desk) is not None


def test_a_head_whom_the_centre_confirms_is_let_in_and_lifts_it(office: Office):
    number = register_appeal(office.desk, make_draft()).number
    deny_last_number(office.desk)
    spoken = office.place.file.read().language
    reply = person_reply(HEAD, "akim", surname="Осмонов", language="ru" if spoken != "ru" else "en")
    admit_head(office.place, office.desk, reply, PASSWORD)
    lift(office, number)
    assert stop_here(office.desk) is None
    assert office.place.file.read().language == spoken


def test_anybody_else_whom_the_centre_knows_is_not_let_in_by_it(office: Office):
    with pytest.raises(NotAllowed) as refused:
        admit_head(office.place, office.desk, person_reply("cholpon", "clerk"), PASSWORD)
    assert refused.value.code == "supervisor_needed"
    assert office.place.file.read().known("cholpon") is None


def test_who_lifts_a_stop_does_not_work_here_and_is_not_offered_at_the_next_sign_in(office: Office, last_number: str):
    before = {one.person.login: one.person.last_at for one in office.place.file.read().people}
    office.clock.go_on(60_000)
    lift(office, last_number)
    assert {one.person.login: one.person.last_at for one in office.place.file.read().people} == before


def test_a_head_who_is_new_here_is_known_as_somebody_who_has_not_worked_here(office: Office):
    office.clock.go_on(60_000)
    admit_head(office.place, office.desk, person_reply(HEAD, "akim", surname="Осмонов"), PASSWORD)
    known = office.place.file.read().known(HEAD)
    assert known is not None
    assert known.person.last_at is None
