"""`workplace.json`: what the program must know before anyone signs in. No citizen is ever named in it.

Read once at the start, replaced whole at every change (workplace.files). Site, certificate and the centre's root keys;
the people who work here with their roles and wrapped keys; what waits; language and look.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from liaison_desktop.domain.errors import DiskFull, NotEnrolled, WorkplaceDamaged
from liaison_desktop.domain.people import Person, PersonRole
from liaison_desktop.domain.times import milliseconds, moment
from liaison_desktop.workplace.files import patiently, write_atomically
from liaison_desktop.workplace.keys import Wrap
from liaison_desktop.workplace.words import LANGUAGES
from server_sync.contract.evidence.certificate import WorkplaceCertificate
from server_sync.contract.workflow import Role

VERSION: Final = 1
_LIMIT_BYTES: Final = 4 * 1024 * 1024
NAMELESS: Final = "PC"
"""The name of a PC to which nobody gave one."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the centre gave when this computer became a workplace. The private key lies in the encrypted store."""

    server: str
    site_code: str
    name: str
    certificate: bytes
    roots: tuple[bytes, ...]
    portal: str
    log_origin: str
    server_epoch: int
    fingerprint: str = ""
    is_wall: bool = False
    """Whether this is the computer of a hall's big screen: the centre tells it of meetings alone."""

    @property
    def workplace(self) -> bytes:
        """The workplace's id, 16 bytes."""
        return WorkplaceCertificate.from_bytes(self.certificate).workplace

    @property
    def letter(self) -> str:
        """What tells this PC from others of its office, in its numbers and where people speak of it."""
        return WorkplaceCertificate.from_bytes(self.certificate).slot

    @property
    def epoch(self) -> bytes:
        """The epoch this workplace numbers in, 16 bytes."""
        return WorkplaceCertificate.from_bytes(self.certificate).epoch


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong passwords in a row, and when the last was, so that the delay outlives a restart."""

    wrong: int = 0
    last_ms: int = 0


@dataclass(frozen=True, slots=True)
class KnownHere:
    """A person of this workplace with the wrap their password opens."""

    person: Person
    wrap: Wrap
    tries: Tries = field(default_factory=Tries)


@dataclass(frozen=True, slots=True)
class WaitingNote:
    """What waited when the program last looked: counts only."""

    events: int = 0
    oldest_ms: int = 0
    last_number: str = ""
    stopped_code: str = ""


@dataclass(frozen=True, slots=True)
class Description:
    """The whole of `workplace.json`.

    `first_key` holds a new store's key between enrolment and the first person's sign-in, when nobody has a password
    here yet and the store holds no citizen; it is removed with the first wrap.
    """

    enrolment: Enrolment | None = None
    people: tuple[KnownHere, ...] = ()
    recovery: Wrap | None = None
    first_key: bytes | None = None
    waiting: WaitingNote = field(default_factory=WaitingNote)
    language: str = "ky"
    theme: str = "light"
    settings: dict[str, str] = field(default_factory=dict)

    def enrolled(self) -> Enrolment:
        """Give the enrolment, or raise NotEnrolled."""
        if self.enrolment is None:
            raise NotEnrolled("not_enrolled")
        return self.enrolment

    def known(self, login: str) -> KnownHere | None:
        """Find a person by login; case does not matter."""
        wanted = login.strip().casefold()
        return next((one for one in self.people if one.person.login.casefold() == wanted), None)

    def with_person(self, known: KnownHere) -> "Description":
        """Put a person in, or in the place of what was known of them: at sign-in each stays where they stood."""
        if all(one.person.person != known.person.person for one in self.people):
            return replace(self, people=(*self.people, known))
        people = tuple(known if one.person.person == known.person.person else one for one in self.people)
        return replace(self, people=people)


class DescriptionFile:
    """Holds the description and replaces it on the disk at every change."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._now: Description | None = None

    def read(self) -> Description:
        """Give what is known; an empty description when there is no file yet. Raises WorkplaceDamaged."""
        if self._now is None:
            self._now = _read(self._path)
        return self._now

    def change(self, how: Callable[[Description], Description]) -> Description:
        """Change the description durably; raises DiskFull, and then nothing changed."""
        fresh = how(self.read())
        if fresh != self._now:
            write_atomically(self._path, _written(fresh))
            self._now = fresh
        return fresh

    def set(self, name: str, value: str) -> None:
        """Write one setting of the workplace down; raises as `change`."""
        self.change(lambda before: replace(before, settings={**before.settings, name: value}))

    def change_if_room(self, how: Callable[[Description], Description]) -> Description:
        """Change it, on a full disk for this run only: for what must hinder nobody from signing in and reading."""
        try:
            return self.change(how)
        except DiskFull:
            self._now = how(self.read())
            return self._now


def _read(path: Path) -> Description:
    """Read whatever lies there: what this program could not have written is WorkplaceDamaged, never a crash."""
    try:
        if path.stat().st_size > _LIMIT_BYTES:
            raise WorkplaceDamaged("workplace_damaged", part="size")
        raw = patiently(path.read_bytes, path.name)
    except FileNotFoundError:
        return Description()
    except OSError as unreadable:
        raise WorkplaceDamaged("workplace_damaged", part="file") from unreadable
    try:
        plain = json.loads(raw)
        if plain["version"] > VERSION:
            raise WorkplaceDamaged("workplace_newer", version=int(plain["version"]))
        read = _from_plain(plain)
        _written(read)  # half a surrogate pair can be read and not be written again
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as broken:
        raise WorkplaceDamaged("workplace_damaged", part="text") from broken
    return read


def _written(description: Description) -> bytes:
    return json.dumps(_to_plain(description), ensure_ascii=False, indent=1, sort_keys=True).encode()


def _to_plain(description: Description) -> dict[str, Any]:
    enrolment = description.enrolment
    waiting = description.waiting
    return {
        "version": VERSION,
        "enrolment": None
        if enrolment is None
        else {
            "server": enrolment.server,
            "site_code": enrolment.site_code,
            "name": enrolment.name,
            "certificate": _base64(enrolment.certificate),
            "roots": [_base64(root) for root in enrolment.roots],
            "portal": enrolment.portal,
            "log_origin": enrolment.log_origin,
            "server_epoch": enrolment.server_epoch,
            "fingerprint": enrolment.fingerprint,
            "is_wall": enrolment.is_wall,
        },
        "people": [_person_to_plain(known) for known in description.people],
        "recovery": None if description.recovery is None else description.recovery.to_plain(),
        "first_key": None if description.first_key is None else _base64(description.first_key),
        "waiting": {
            "events": waiting.events,
            "oldest_ms": waiting.oldest_ms,
            "last_number": waiting.last_number,
            "stopped_code": waiting.stopped_code,
        },
        "language": description.language,
        "theme": description.theme,
        "settings": description.settings,
    }


def _from_plain(plain: Any) -> Description:
    enrolment = plain["enrolment"]
    waiting = plain["waiting"]
    return Description(
        enrolment=None
        if enrolment is None
        else Enrolment(
            server=str(enrolment["server"]),
            site_code=str(enrolment["site_code"]),
            name=str(enrolment["name"]),
            certificate=_bytes(enrolment["certificate"]),
            roots=tuple(_bytes(root) for root in enrolment["roots"]),
            portal=str(enrolment["portal"]),
            log_origin=str(enrolment["log_origin"]),
            server_epoch=int(enrolment["server_epoch"]),
            fingerprint=str(enrolment["fingerprint"]),
            is_wall=enrolment.get("is_wall", False) is True,
        ),
        people=tuple(_person_from_plain(person) for person in plain["people"]),
        recovery=None if plain["recovery"] is None else Wrap.from_plain(plain["recovery"]),
        first_key=None if plain["first_key"] is None else _bytes(plain["first_key"]),
        waiting=WaitingNote(
            int(waiting["events"]),
            int(waiting["oldest_ms"]),
            str(waiting["last_number"]),
            str(waiting.get("stopped_code", "")),
        ),
        language=LANGUAGES[LANGUAGES.index(plain["language"])],
        theme=str(plain["theme"]),
        settings={str(name): str(value) for name, value in plain["settings"].items()},
    )


def _person_to_plain(known: KnownHere) -> dict[str, Any]:
    person = known.person
    return {
        "person": str(person.person),
        "login": person.login,
        "surname": person.surname,
        "given_name": person.given_name,
        "patronymic": person.patronymic,
        "language": person.language,
        "roles": [
            {
                "role": role.role.value,
                "site_code": role.site_code,
                "body_code": role.body_code,
                "from_on": _day_text(role.from_on),
                "until_on": _day_text(role.until_on),
            }
            for role in person.roles
        ],
        "last_ms": None if person.last_at is None else milliseconds(person.last_at),
        "wrap": known.wrap.to_plain(),
        "wrong_tries": known.tries.wrong,
        "last_try_ms": known.tries.last_ms,
    }


def _person_from_plain(plain: Any) -> KnownHere:
    last_at: datetime | None = None if plain["last_ms"] is None else moment(int(plain["last_ms"]))
    person = Person(
        person=UUID(plain["person"]),
        login=str(plain["login"]),
        surname=str(plain["surname"]),
        given_name=str(plain["given_name"]),
        patronymic=str(plain["patronymic"]),
        language=str(plain["language"]),
        roles=tuple(
            PersonRole(
                role=Role(role["role"]),
                site_code=str(role["site_code"]),
                body_code=str(role["body_code"]),
                from_on=_day(role["from_on"]),
                until_on=_day(role["until_on"]),
            )
            for role in plain["roles"]
        ),
        last_at=last_at,
    )
    tries = Tries(int(plain["wrong_tries"]), int(plain["last_try_ms"]))
    return KnownHere(person, Wrap.from_plain(plain["wrap"]), tries)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _bytes(text: Any) -> bytes:
    return base64.b64decode(text, validate=True)


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: Any) -> date | None:
    return None if text is None else date.fromisoformat(text)
