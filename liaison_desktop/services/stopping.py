"""Stops the numbers on a clerk's word, says whether they are stopped, and lets the head of the office lift that.

Two people of the centre can lift it as well (sync.unpacking). What the state of the store stopped, nobody lifts: the
computer is enrolled anew.
"""

from dataclasses import replace
from typing import Final

from liaison_desktop.domain.errors import NotAllowed, NumberingStopped
from liaison_desktop.domain.people import Person
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.opening import Place, find_doubt_of_store
from liaison_desktop.services.signing_in import admit_person, open_session, person_of, unlock
from liaison_desktop.store.connection import Connection
from liaison_desktop.store.epochs import Stop, lift_stop, standing_stop, stop_numbering
from liaison_desktop.store.events import Author, Written, write_event
from liaison_desktop.workplace.description import Description
from server_sync.contract.bodies import SessionClosed, SessionOpened
from server_sync.contract.messages import CLERK_SAID_NO, PersonReply
from server_sync.contract.numbers import RegistrationNumber
from server_sync.contract.workflow import Role

SUPERVISORS: Final = (Role.AKIM, Role.PLENIPOTENTIARY)
"""Roles that head an office."""


def stop_here(desk: Desk) -> Stop | None:
    """Why no number may be given here; None while they are."""
    return standing_stop(desk.store.connection)


def deny_last_number(desk: Desk) -> None:
    """The clerk says that the last number shown is not the one on paper: no number until people have looked."""
    stop_numbering(desk.store, CLERK_SAID_NO)


def admit_head(place: Place, desk: Desk, reply: PersonReply, password: str) -> None:
    """Let in the head of the office, of whom the centre has just said who it is.

    The language at the counter stays, and so does who is offered at the next sign-in.
    Raises NotAllowed `supervisor_needed` for anybody else, and as `admit_person`.
    """
    _heading_role(person_of(reply, place.clock.wall_ms()), desk)
    before = place.file.read()
    person = admit_person(place, desk, reply, password)
    was = before.known(person.login)
    head = replace(person, last_at=was.person.last_at if was is not None else None)

    def as_it_was(now: Description) -> Description:
        known = now.known(head.login)
        kept = now if known is None else now.with_person(replace(known, person=head))
        return replace(kept, language=before.language)

    place.file.change(as_it_was)


def lift_by_supervisor(
    place: Place, desk: Desk, *, login: str, password: str, number_on_paper: str, program: str
) -> None:
    """Let the numbers go on: the head of the office has read the last paper, and it is the last number given here.

    Written into the chain as a session of theirs, in the same transaction. Raises SignInRefused as `unlock`, NotAllowed
    `supervisor_needed`, InvalidField for what is no number, NumberingStopped `paper_differs`, or the store's own doubt.
    """
    stop = stop_here(desk)
    if stop is None:
        return
    if not stop.is_liftable:
        raise NumberingStopped(stop.code)
    _key, person = unlock(place, login, password, to_work=False)
    role = _heading_role(person, desk)
    if str(RegistrationNumber.parse(number_on_paper, desk.book.number_codes)) != stop.last_number:
        raise NumberingStopped("paper_differs", last_number=stop.last_number)
    doubt = find_doubt_of_store(desk, place)
    if doubt:
        raise NumberingStopped(doubt)

    held = desk.held()

    def lift(connection: Connection) -> Written:
        lift_stop(connection, stop.stop)
        return write_event(
            connection, desk.clock, SessionOpened(role.value, program), Author(person.person.bytes), held=held
        )

    opened = desk.write(lift)
    closing = Author(person.person.bytes, opened.header.seq)
    desk.write(
        lambda connection: write_event(
            connection, desk.clock, SessionClosed(opened.header.seq), closing, held=desk.held()
        )
    )
    if desk.signed_in is not None and desk.signed_in.session == 0:
        open_session(desk, desk.signed_in.person, program)


def _heading_role(person: Person, desk: Desk) -> Role:
    today = desk.today()
    role = next((role for role in SUPERVISORS if person.may(role, today)), None)
    if role is None:
        raise NotAllowed("supervisor_needed")
    return role
