"""Who works at this computer, as the workplace knows them; no citizen."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from server_sync.contract.workflow import Role


@dataclass(frozen=True, slots=True)
class PersonRole:
    """One role of a person, where and when it holds."""

    role: Role
    site_code: str = ""
    body_code: str = ""
    from_on: date | None = None
    until_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the role holds on a local date."""
        return (self.from_on is None or self.from_on <= day) and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True, slots=True)
class Person:
    """A person who has signed in at this computer."""

    person: UUID
    login: str
    surname: str
    given_name: str
    patronymic: str
    language: str
    roles: tuple[PersonRole, ...]
    last_at: datetime | None = None

    @property
    def name(self) -> str:
        """Given name first, as people are called."""
        return " ".join(part for part in (self.given_name, self.surname) if part)

    def may(self, role: Role, day: date) -> bool:
        """Whether the person has this role on a local date."""
        return any(one.role is role and one.holds_on(day) for one in self.roles)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person at the counter now; `session` is the seq of the `session_opened` event."""

    person: Person
    session: int
    epoch: bytes


@dataclass(frozen=True, slots=True)
class WaitingHere:
    """What stands in this computer before anybody signs in; no citizen."""

    events: int
    oldest_at: datetime | None
    last_number: str
    was_unclean: bool
    stopped_code: str = ""
