"""What the centre itself said about a request: read on as it comes, each act once in a run, however many events ask."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from server_sync.appeals.erasure_notes import erased_here
from server_sync.contract import bodies
from server_sync.contract.events import NO_PERSON, EventKind, read_body, read_header
from server_sync.journal.models import Event
from server_sync.workplaces.models import CENTRE


@dataclass(slots=True)
class _Erasures:
    newest: int = 0
    first_leaf: int | None = None
    is_of_nobody: bool = False


@dataclass(slots=True)
class _Decisions:
    newest: int = 0
    rows: list[int] = field(default_factory=list)


@dataclass(slots=True)
class CentreActs:
    """Erasures and decisions about requests, as one run of interpretation found them."""

    _erasures: dict[bytes, _Erasures] = field(default_factory=dict)
    _decisions: dict[bytes, _Decisions] = field(default_factory=dict)

    def had_erased(self, appeal: bytes, event: Event) -> bool:
        """Whether the words of a request were gone when an event about it came, not only when it is read again.

        After a restore they are gone from the beginning: what says so again has no one who decided it, and until it is
        said the note beside the database does.
        """
        said = self._erasures.setdefault(appeal, _Erasures())
        for act in _acts(EventKind.ERASED, appeal, said.newest):
            said.newest = act.pk
            body = read_body(read_header(bytes(act.header)), act.said)
            if isinstance(body, bodies.Erased) and body.event == appeal:
                said.first_leaf = act.leaf if said.first_leaf is None else min(said.first_leaf, act.leaf)
                said.is_of_nobody |= body.second_person == NO_PERSON
        if said.first_leaf is None:
            return appeal in erased_here()
        return said.is_of_nobody or said.first_leaf < event.leaf

    def decisions(self, appeal: bytes) -> list[int]:
        """The rows of what two people decided about a request, accepted or not."""
        said = self._decisions.setdefault(appeal, _Decisions())
        for act in _acts(EventKind.RESOLVED_BY_PERSON, appeal, said.newest):
            said.newest = act.pk
            said.rows.append(act.pk)
        return said.rows


def _acts(kind: EventKind, appeal: bytes, after: int) -> Iterator[Event]:
    """The centre's acts of a kind about a request in rows after one, oldest first."""
    acts = Event.custody.filter(kind=kind, epoch__site=CENTRE, appeal=appeal, pk__gt=after)
    yield from acts.only("leaf", "header", "body", "remains").order_by("pk")
