"""How a PC and a person come in: enrolment by a one-time code, a person's first sign-in, the tables a PC needs."""

from django.http import HttpRequest

from server_sync.common.addresses import place_of
from server_sync.common.refusals import Refused
from server_sync.contract import frames
from server_sync.contract.messages import PersonReply, PersonRequest, ReferenceRow, Sealed
from server_sync.contract.reference import EXCEPTIONS, FILES
from server_sync.evidence.centre import authority
from server_sync.exchange.calls import known_workplace
from server_sync.journal.directory import announce
from server_sync.workplaces import enrolment
from server_sync.workplaces.people import check_person
from server_sync.workplaces.reference import reference_texts

MESSAGE_LIMIT_BYTES = 64 * 1024
TABLES = frozenset({*FILES, EXCEPTIONS})


def enrol(request: HttpRequest, body: bytes) -> Sealed:
    """Make the asking PC a workplace. The code authenticates both directions."""
    sealed = frames.unpack(Sealed, body, MESSAGE_LIMIT_BYTES)
    return enrolment.enrol(sealed, authority(), announce=announce, caller=place_of(request))


def person(request: HttpRequest, body: bytes) -> PersonReply:
    """Check a person's password at the centre for a PC of their own site."""
    caller = known_workplace(request, body)
    if hasattr(caller.epoch, "revocation"):
        raise Refused("revoked")
    message = frames.unpack(PersonRequest, body, MESSAGE_LIMIT_BYTES)
    return check_person(message, caller.epoch)


def reference(request: HttpRequest, body: bytes, name: str) -> ReferenceRow:
    """Give a table of codes (sites, categories, positions, terms, calendar) to a program that was shipped without."""
    known_workplace(request, body)
    text = reference_texts().get(name)
    if text is None or name not in TABLES:
        raise Refused("not_here")
    return ReferenceRow(name, text)
