"""Finds what is to be erased by its number, counts what there is without reading it, and lists what was erased."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from server_sync.appeals.erasing import MAY_SPEAK
from server_sync.appeals.models import FINGERPRINT, Appeal, fingerprint_of
from server_sync.appeals.numbered import bearing, given_outside
from server_sync.appeals.registering import given_number
from server_sync.contract.bodies import Erased
from server_sync.contract.events import NO_PERSON
from server_sync.contract.numbers import RegistrationNumber
from server_sync.contract.workflow import Role
from server_sync.journal import centre
from server_sync.journal.models import Event
from server_sync.oversight.models import ErasureProposal, Stage
from server_sync.pages.access import Standing
from server_sync.workplaces.models import Person
from server_sync.workplaces.reference import reference_book

LISTED = 200
WHOLE_HASH = 64
"""Letters of a hash, of which a fingerprint is the beginning."""
_HEX = frozenset("0123456789abcdef")
_WORDS = ("salt", "body", "remains")


@dataclass(frozen=True, slots=True)
class Target:
    """One request as these pages show it: what its headers say, nothing that anybody said.

    `is_shared`: another request has the number as well, in the register or outside of it. `left` is how many events
    still have words that can be erased; of these the oldest and the newest are `to_choose`, one by one.
    """

    hash: str
    number: str
    site_code: str
    taken_at: datetime
    is_registered: bool
    is_shared: bool
    kinds: tuple[tuple[int, int], ...]
    left: int
    to_choose: tuple[Event, ...]

    @property
    def fingerprint(self) -> str:
        """What people call it by beside its number."""
        return fingerprint_of(bytes.fromhex(self.hash))

    @property
    def wants_fingerprint(self) -> bool:
        """Whether a number does not say which request is meant; one that gave no possible number has none."""
        return self.is_shared or not self.number

    def chosen(self, event_hash: bytes) -> Event | None:
        """An event of this request that can be erased by itself, or None."""
        return _speaking(self.hash).filter(hash=event_hash).defer(*_WORDS).first()


@dataclass(frozen=True, slots=True)
class Done:
    """An erasure as its events tell it: of which request, how many events, by whom, on what ground."""

    hash: str
    number: str
    fingerprint: str
    count: int
    at: datetime
    ground: str
    people: tuple[str, ...]


def read_number(typed: str) -> str:
    """Read a number as people type it; raises InvalidField `number_malformed`, `number_check_failed`."""
    return str(RegistrationNumber.parse(typed, reference_book().number_codes))


def read_fingerprint(typed: str) -> str | None:
    """Read a fingerprint as people type it, in groups and capitals too, or the whole hash; None when it is neither."""
    letters = "".join(typed.split()).lower()
    return letters if len(letters) in {FINGERPRINT, WHOLE_HASH} and not set(letters) - _HEX else None


def count_to_confirm(standing: Standing) -> int:
    """How many proposals of others wait for this person."""
    return waiting(standing).exclude(proposed_by=standing.person).count()


def waiting(standing: Standing) -> QuerySet[ErasureProposal]:
    """Proposals about requests in reach that are not decided yet, the oldest first."""
    found = ErasureProposal.objects.filter(_in_reach(standing), stage=Stage.OPEN)
    return found.select_related("proposed_by").order_by("proposed_at")


def _in_reach(standing: Standing) -> Exists:
    """Whether the column `appeal` names a request of an office that the person administers."""
    of_offices = standing.reach(Role.ADMINISTRATOR).of_offices("epoch__site")
    return Exists(Event.custody.filter(of_offices, hash=OuterRef("appeal")))


def find_by_number(number: str, standing: Standing) -> list[Target]:
    """Find the requests in reach with a number: one, or also one that never came into the register."""
    hashes = _bearing(number)
    found = (find(event_hash.hex(), standing, is_shared=len(hashes) > 1) for event_hash in hashes)
    return [target for target in found if target is not None]


def find_by_fingerprint(fingerprint: str, standing: Standing) -> list[Target]:
    """Find the requests in reach whose hash begins so, with a number or without: one, or by a rare chance several."""
    first, last = (bytes.fromhex(fingerprint.ljust(WHOLE_HASH, end)) for end in "0f")
    asked = Event.custody.filter(appeal=F("hash"), hash__gte=first, hash__lte=last).order_by("leaf")
    found = (find(event.hex(), standing) for event in asked.values_list("hash", flat=True))
    return [target for target in found if target is not None]


def _bearing(number: str) -> list[bytes]:
    """The registrations that gave a number, in the register or not."""
    hashes = [bytes(appeal) for appeal in bearing(number).values_list("hash", flat=True)]
    return hashes + [event.hash for event in given_outside(RegistrationNumber.parse(number))]


def headers_of(hashes: Iterable[bytes]) -> list[tuple[bytes, int, datetime]]:
    """Events that were to be erased, by hash, kind and moment; those whose words are gone too."""
    found = Event.custody.filter(hash__in=list(hashes)).values_list("hash", "kind", "taken_at")
    return [(bytes(event), kind, taken_at) for event, kind, taken_at in found]


def find(typed: str, standing: Standing, *, is_shared: bool | None = None) -> Target | None:
    """Look at the request of a hash; None when there is none, or none of an office that the person administers.

    Whether another has its number is asked for, unless it is known.
    """
    if len(typed) != WHOLE_HASH or set(typed) - _HEX:
        return None
    of_request = Event.custody.filter(appeal=bytes.fromhex(typed))
    first = next(iter(_events(of_request.filter(hash=bytes.fromhex(typed)))), None)
    if first is None or not standing.reach(Role.ADMINISTRATOR).covers(first.epoch.site_id):
        return None
    speaking = _speaking(typed)
    newest = list(speaking.defer(*_WORDS).order_by("-leaf")[:LISTED])[::-1]
    oldest = list(speaking.filter(leaf__lt=newest[0].leaf).defer(*_WORDS).order_by("leaf")[:1]) if newest else []
    kinds = of_request.values_list("kind").annotate(Count("pk")).order_by("kind")
    number = given_number(first)
    return Target(
        hash=typed,
        number=number,
        site_code=first.epoch.site_id,
        taken_at=first.taken_at,
        is_registered=Appeal.objects.filter(hash=first.hash).exists(),
        is_shared=bool(number) and len(_bearing(number)) > 1 if is_shared is None else is_shared,
        kinds=tuple(kinds),
        left=speaking.count(),
        to_choose=(*oldest, *newest),
    )


def _speaking(appeal: str) -> QuerySet[Event]:
    """The events of a request of which words can be erased."""
    return Event.custody.filter(MAY_SPEAK, appeal=bytes.fromhex(appeal), body__isnull=False)


def _events(events: QuerySet[Event]) -> list[Event]:
    return list(events.select_related("epoch__site").defer(*_WORDS).order_by("leaf"))


def numbers_of(hashes: Iterable[bytes]) -> dict[bytes, str]:
    """The numbers that registering events gave, by hash."""
    return {event.hash: given_number(event) for event in _events(Event.custody.filter(hash__in=set(hashes)))}


def list_done(standing: Standing) -> list[Done]:
    """List what was erased in reach, the newest first; the events of one erasure are one row."""
    rows: dict[tuple[bytes, str, bytes, bytes], list[datetime]] = {}
    for act in centre.acts_of(Erased, LISTED, _in_reach(standing)):
        if act.event.appeal is not None:
            key = (bytes(act.event.appeal), act.body.ground, act.header.person, act.body.second_person)
            rows.setdefault(key, []).append(act.event.taken_at)
    numbers = numbers_of(appeal for appeal, *_ in rows)
    people = {person for _, _, *both in rows for person in both}
    names = {
        person.id.bytes: person.full_name for person in Person.objects.filter(pk__in=[UUID(bytes=p) for p in people])
    }
    return [
        Done(
            hash=appeal.hex(),
            number=numbers.get(appeal, ""),
            fingerprint=fingerprint_of(appeal),
            count=len(moments),
            at=max(moments),
            ground=ground,
            people=tuple(names.get(p, "") for p in both if p != NO_PERSON),
        )
        for (appeal, ground, *both), moments in rows.items()
    ]
