"""Two requests about one matter: noted at one of them, shown at both to whoever may open them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from server_sync.appeals.models import Appeal, Link
from server_sync.appeals.numbered import BEARING_MOST, at, bearing
from server_sync.appeals.reached import covers
from server_sync.casework import acts
from server_sync.casework.access import view_of
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import Linked, Merged, Words
from server_sync.contract.errors import InvalidField
from server_sync.contract.events import EventKind
from server_sync.contract.numbers import RegistrationNumber
from server_sync.contract.workflow import Role
from server_sync.pages.access import Standing
from server_sync.workplaces.reference import reference_book

SHOWN_MOST: Final = 50
WORDS: Final[dict[tuple[EventKind, bool], Promise]] = {
    (EventKind.LINKED, True): _("about the same matter"),
    (EventKind.LINKED, False): _("about the same matter"),
    (EventKind.MERGED, True): _("answered together with"),
    (EventKind.MERGED, False): _("answered together with this one"),
    (EventKind.SPLIT, True): _("a part goes on as"),
    (EventKind.SPLIT, False): _("this is a part of"),
}
"""How the other request stands to this one; True where this one says so."""


@dataclass(frozen=True, slots=True)
class LinkShown:
    """Another request beside this one: `address` where this person may open it, `subject` where they may read it."""

    words: Promise
    number: str
    address: str
    subject: str


def link(standing: Standing, appeal: Appeal, typed: str, reason: Words) -> Appeal:
    """Note that another request is about the same matter; returns it.

    Raises Refused `number_not_here` (there is none, or it is not this person's: the same words), `same_request`,
    `linked_already`, `not_allowed`, `moved_on`.
    """
    other = _found(standing, typed)
    acts.do(standing, appeal, Linked(bytes(other.hash), reason), _new(appeal, other))
    return other


def merge(standing: Standing, appeal: Appeal, typed: str, reason: Words) -> Appeal:
    """Note that a request is answered together with another; returns that one. Raises as `link`."""
    other = _found(standing, typed)
    acts.do(standing, appeal, Merged(bytes(other.hash), reason), _new(appeal, other))
    return other


def _new(appeal: Appeal, other: Appeal) -> Callable[[Appeal], None]:
    if other.pk == appeal.pk:
        raise Refused("same_request")

    def check(now: Appeal) -> None:
        there = Link.objects.filter(appeal=now, other_hash=other.hash, kind__in=(EventKind.LINKED, EventKind.MERGED))
        back = Link.objects.filter(appeal=other, other_hash=now.hash, kind__in=(EventKind.LINKED, EventKind.MERGED))
        if there.exists() or back.exists():
            raise Refused("linked_already")

    return check


def _found(standing: Standing, typed: str) -> Appeal:
    """The request of a number that this person may name."""
    try:
        number = str(RegistrationNumber.parse(typed.strip(), reference_book().number_codes))
        several = list(bearing(number).select_related("last_event")[:BEARING_MOST])
    except InvalidField:
        one = at(typed.strip())
        several = [] if one is None else [one]
    found = next((one for one in several if _may_name(standing, one)), None)
    if found is None:
        raise Refused("number_not_here")
    return found


def _may_name(standing: Standing, appeal: Appeal) -> bool:
    return not appeal.is_erased and (view_of(standing, appeal) is not None or _reads_header(standing, appeal))


def _reads_header(standing: Standing, appeal: Appeal) -> bool:
    """Registrars read numbers and subjects of all requests in their reach."""
    return covers(standing.reach(Role.REGISTRAR), appeal)


def links_of(standing: Standing, appeal: Appeal) -> tuple[LinkShown, ...]:
    """The requests beside this one, whichever of the two says so."""
    kinds = {kind for kind, _own in WORDS}
    own = Link.objects.filter(appeal=appeal, kind__in=kinds).order_by("event_id")[:SHOWN_MOST]
    said = [(link.kind, True, bytes(link.other_hash)) for link in own]
    from_others = Link.objects.filter(other_hash=appeal.hash, kind__in=kinds).select_related("appeal")
    said += [(link.kind, False, bytes(link.appeal.hash)) for link in from_others.order_by("event_id")[:SHOWN_MOST]]
    others = {bytes(one.hash): one for one in Appeal.objects.filter(hash__in=[other for *_, other in said])}
    return tuple(
        _shown(standing, WORDS[EventKind(kind), is_own], others[other])
        for kind, is_own, other in said
        if other in others
    )


def _shown(standing: Standing, words: Promise, other: Appeal) -> LinkShown:
    is_open = view_of(standing, other) is not None
    is_read = not other.is_erased and (is_open or _reads_header(standing, other))
    return LinkShown(words, other.number, other.address if is_open else "", other.subject if is_read else "")
