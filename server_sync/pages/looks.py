"""Who looked at a request from outside its office and body, for its applicant: rooms that keep a record tell of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from server_sync.contract.workflow import Role


@dataclass(frozen=True, slots=True)
class LookTold:
    """On which day somebody with which role read it; not who."""

    day: date
    role: Role


Teller = Callable[[bytes], Iterable[LookTold]]
_TELLERS: Final[list[Teller]] = []


def also_tells_of_looks(teller: Teller) -> None:
    """Ask this room as well."""
    _TELLERS.append(teller)


def looks_at(appeal_hash: bytes) -> tuple[LookTold, ...]:
    """All that is told of one request, the newest first, each role once a day."""
    told = {look for teller in _TELLERS for look in teller(appeal_hash)}
    return tuple(sorted(told, key=lambda look: (look.day, look.role.value), reverse=True))
