"""Lets other rooms say what their kinds of events do, without the register knowing those rooms.

What is not about a request is interpreted in the same order of custody, is inert when it is refused, and is made anew
with the register. A room gives its matter once, when the program starts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Manager

from server_sync.contract.bodies import Body
from server_sync.contract.events import EventKind, Header
from server_sync.journal.feeds import Change
from server_sync.journal.models import Event


@dataclass(frozen=True, slots=True)
class Projected:
    """A table that is made from events: its rows, what anchors a row to its event, and the columns to compare."""

    rows: Manager[Any]
    anchors: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """What some kinds of events do: `apply` writes it and gives what sites have to learn, or raises Quarantine.

    `projections` are its tables, each after those that it points to.
    """

    kinds: frozenset[EventKind]
    apply: Callable[[Event, Header, Body], list[Change]]
    projections: tuple[Projected, ...]


_MATTERS: dict[EventKind, Matter] = {}


def bring(matter: Matter) -> None:
    """Give a matter to the register; the same again changes nothing."""
    _MATTERS.update(dict.fromkeys(matter.kinds, matter))


def matter_of(kind: EventKind) -> Matter | None:
    """The matter of a kind; None for one of requests."""
    return _MATTERS.get(kind)


def all_projections() -> Iterable[Projected]:
    """The tables of all matters."""
    return [table for matter in dict.fromkeys(_MATTERS.values()) for table in matter.projections]
