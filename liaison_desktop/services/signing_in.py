"""Lets people in: the first time with the centre's word, afterwards without a line; each opens the same store.

Wrong passwords cost a growing wait that outlives a restart. Who signs in and out is an event of the workplace's chain.
"""

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from uuid import UUID

from liaison_desktop.domain.errors import NotAllowed, NumberingStopped, SignInRefused, StoreError
from liaison_desktop.domain.people import Person, PersonRole, SignedIn
from liaison_desktop.domain.times import moment
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.opening import WRITES_NOTHING, Place
from liaison_desktop.store.connection import Connection
from liaison_desktop.store.directory import keep_person, note_asked, told_roles
from liaison_desktop.store.events import Author, Written, write_event
from liaison_desktop.workplace import keys
from liaison_desktop.workplace.description import Description, KnownHere, Tries
from server_sync.contract.bodies import SessionClosed, SessionOpened
from server_sync.contract.errors import InvalidField
from server_sync.contract.events import EventKind
from server_sync.contract.messages import PersonReply, RoleScope
from server_sync.contract.passwords import is_hollow
from server_sync.contract.workflow import Role, who_may

FREE_TRIES: Final = 3
FIRST_WAIT_S: Final = 5
LONGEST_WAIT_S: Final = 15 * 60
PASSWORD_LEAST: Final = 8
_RECOVERY: Final = "recovery"


def wait_after(wrong: int) -> int:
    """Seconds until the next try after so many wrong ones in a row."""
    if wrong < FREE_TRIES:
        return 0
    return int(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(wrong - FREE_TRIES, 16)))


def unlock(place: Place, login: str, password: str, *, to_work: bool = True) -> tuple[bytes, Person]:
    """Give the store's key for a person's password; slow on purpose (Argon2id), not on the window's thread.

    Who is not here `to_work` leaves the next sign-in to whoever was.
    Raises SignInRefused `person_unknown_here`, `sign_in_wait` or `password_wrong` (params wait_s), `no_role_here`.
    """
    known = place.file.read().known(login)
    if known is None:
        raise SignInRefused("person_unknown_here")
    now_ms = place.clock.wall_ms()
    wait_s = _wait_left(known.tries, now_ms)
    if wait_s:
        raise SignInRefused("sign_in_wait", permanent=False, wait_s=wait_s)
    # Counted before it is tried: a program killed in between has used up its try.
    counted = Tries(known.tries.wrong + 1, now_ms)
    place.file.change_if_room(lambda before: _with_tries(before, known, counted))
    try:
        key = keys.unwrap(known.wrap, password, _holder(known.person.person))
    except SignInRefused as wrong:
        raise SignInRefused("password_wrong", permanent=False, wait_s=wait_after(counted.wrong)) from wrong
    person = replace(known.person, last_at=moment(now_ms)) if to_work else known.person
    place.file.change_if_room(lambda before: before.with_person(replace(known, person=person, tries=Tries())))
    return key, person


def unlock_with_recovery(place: Place, typed: str) -> bytes:
    """Give the store's key for the recovery key from the safe; raises SignInRefused."""
    recovery = place.file.read().recovery
    if recovery is None:
        raise SignInRefused("recovery_key_none")
    try:
        return keys.unwrap(recovery, keys.read_recovery_key(typed), _RECOVERY)
    except SignInRefused as wrong:
        code = "recovery_key_wrong" if wrong.code == "password_wrong" else wrong.code
        raise SignInRefused(code) from wrong


def wrap_for_recovery(key: bytes, recovery_key: str) -> keys.Wrap:
    """Lock the store's key with the recovery key that goes on paper."""
    return keys.wrap(key, recovery_key, _RECOVERY)


def admit_person(place: Place, desk: Desk, reply: PersonReply, password: str) -> Person:
    """Let a person in whose password the centre has just checked: from now on they sign in without a line.

    Wraps the open store's key by the password, keeps it in the system's keyring if there is one, and drops a new
    workplace's first key. Raises InvalidField for a role this program does not know, SignInRefused `password_empty`.
    """
    if not password:
        raise SignInRefused("password_empty")
    person = person_of(reply, place.clock.wall_ms())
    wrapped = keys.wrap(desk.store.key, password, _holder(person.person))
    keep_person(desk.store, person.person, person.surname, person.given_name, person.patronymic)
    note_asked(desk.store, person.person)
    place.file.change(
        lambda before: replace(before.with_person(KnownHere(person, wrapped)), first_key=None, language=person.language)
    )
    if not desk.enrolment.is_wall:  # begins by itself when a person has said so, and by no keyring
        place.vault.keep(desk.enrolment.workplace.hex(), desk.store.key)
    return person


def person_of(reply: PersonReply, now_ms: int) -> Person:
    """Read the centre's answer; a role of a newer program is left out."""
    if reply.language not in ("ky", "ru", "en"):
        raise InvalidField("unknown_value", field="language")
    return Person(
        person=UUID(bytes=reply.person),
        login=reply.login,
        surname=reply.surname,
        given_name=reply.given_name,
        patronymic=reply.patronymic,
        language=reply.language,
        roles=_roles(reply.roles),
        last_at=moment(now_ms),
    )


def _roles(scopes: Iterable[RoleScope]) -> tuple[PersonRole, ...]:
    return tuple(
        PersonRole(Role(one.role), one.site_code, one.body_code, one.from_on, one.until_on)
        for one in scopes
        if one.role in set(Role)
    )


def _as_told(desk: Desk, person: Person) -> Person:
    """The person with the roles that the centre told last."""
    told = told_roles(desk.store, person.person)
    return person if told is None else replace(person, roles=_roles(told))


def hear_of_roles(desk: Desk) -> bool:
    """Go by the roles that came down meanwhile; says whether the person at the counter may still work here."""
    signed_in = desk.signed_in
    if signed_in is None:
        return True
    desk.signed_in = replace(signed_in, person=_as_told(desk, signed_in.person))
    return _role_today(desk, desk.signed_in.person) is not None


def _role_today(desk: Desk, person: Person) -> Role | None:
    today = desk.today()
    held = (one.role for one in person.roles if one.holds_on(today))
    return next((role for role in held if who_may(EventKind.SESSION_OPENED, role)), None)


def change_password(place: Place, login: str, old: str, new: str) -> None:
    """Put a new password in the place of the old one on this computer.

    Raises SignInRefused `password_weak` (params least), and as `unlock`.
    """
    _demand_strength(new)
    key, person = unlock(place, login, old)
    wrapped = keys.wrap(key, new, _holder(person.person))
    place.file.change(lambda before: before.with_person(KnownHere(person, wrapped)))


def set_password_by_recovery(place: Place, login: str, recovery_key: str, new: str) -> None:
    """Give a known person a new password with the recovery key; raises SignInRefused."""
    _demand_strength(new)
    known = place.file.read().known(login)
    if known is None:
        raise SignInRefused("person_unknown_here")
    key = unlock_with_recovery(place, recovery_key)
    wrapped = keys.wrap(key, new, _holder(known.person.person))
    place.file.change(lambda before: before.with_person(KnownHere(known.person, wrapped)))


def is_weak(password: str) -> bool:
    """Whether a new password is too short or holds nothing."""
    return len(password) < PASSWORD_LEAST or is_hollow(password)


def forget_person(place: Place, login: str) -> None:
    """Take a person's wrap away: they cannot sign in here any more without the centre."""
    place.file.change(
        lambda before: replace(
            before,
            people=tuple(one for one in before.people if one.person.login.casefold() != login.strip().casefold()),
        )
    )


def open_session(desk: Desk, person: Person, program: str) -> SignedIn:
    """Begin a person's session by an event; where numbers stopped or the disk takes nothing, they read without.

    The person has the roles that the centre told last. Raises SignInRefused `no_role_here` when none of them holds
    today, StoreError.
    """
    person = _as_told(desk, person)
    role = _role_today(desk, person)
    if role is None:
        raise SignInRefused("no_role_here")
    held = desk.held()

    def work(connection: Connection) -> Written:
        author = Author(person.person.bytes)
        return write_event(connection, desk.clock, SessionOpened(role.value, program), author, held=held)

    try:
        keep_person(desk.store, person.person, person.surname, person.given_name, person.patronymic)
        written = desk.write(work)
    except NumberingStopped:
        desk.signed_in = SignedIn(person, 0, b"")
    except StoreError as failure:
        if failure.code not in WRITES_NOTHING:
            raise
        desk.signed_in = SignedIn(person, 0, b"")
    else:
        desk.signed_in = SignedIn(person, written.header.seq, written.header.epoch)
    return desk.signed_in


def close_session(desk: Desk) -> None:
    """End the session of the person at the counter by an event; nothing happens when nobody is signed in.

    Of a person whose role ended no event says so: they may write none.
    """
    signed_in = desk.signed_in
    if signed_in is None:
        return
    desk.signed_in = None
    if signed_in.session == 0 or _role_today(desk, signed_in.person) is None:
        return
    held = desk.held()

    def work(connection: Connection) -> Written:
        author = Author(signed_in.person.person.bytes, signed_in.session)
        return write_event(connection, desk.clock, SessionClosed(signed_in.session), author, held=held)

    try:
        desk.write(work)
    except NumberingStopped:
        return
    except StoreError as failure:
        if failure.code not in WRITES_NOTHING:
            raise


def signed_in_person(desk: Desk) -> Person:
    """The person at the counter; raises NotAllowed `sign_in_needed`."""
    if desk.signed_in is None:
        raise NotAllowed("sign_in_needed")
    return desk.signed_in.person


def _demand_strength(password: str) -> None:
    if is_weak(password):
        raise SignInRefused("password_weak", least=PASSWORD_LEAST)


def _holder(person: UUID) -> str:
    return f"person {person}"


def _wait_left(tries: Tries, now_ms: int) -> int:
    wait_ms = wait_after(tries.wrong) * 1000
    # A clock set back does not shorten the wait, nor make it longer than it ever was.
    passed_ms = now_ms - tries.last_ms
    if passed_ms < 0:
        return math.ceil(wait_ms / 1000)
    return max(0, math.ceil((wait_ms - passed_ms) / 1000))


def _with_tries(before: Description, known: KnownHere, tries: Tries) -> Description:
    return before.with_person(replace(known, tries=tries))
