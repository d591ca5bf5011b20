"""Says whose an event is: the office within whose reach a role must lie to see it or decide about it."""

from server_sync.journal.models import Event
from server_sync.workplaces.models import CENTRE


def office_of(event: Event) -> str:
    """The office that wrote an event; of the centre's own acts, that of the request they are about."""
    written_at = event.epoch.site_id
    if written_at != CENTRE or event.appeal is None:
        return written_at
    return office_of_request(event.appeal) or written_at


def office_of_request(appeal_hash: bytes) -> str:
    """The office whose event registers a request, whatever became of it; empty when there is none."""
    of_request = Event.custody.filter(hash=appeal_hash).values_list("epoch__site", flat=True)
    return of_request.first() or ""
