"""Papers of meetings for whoever reads them: what there is of them here, and one opened."""

from liaison_desktop.domain.errors import NotFound, StoreDamaged
from liaison_desktop.domain.papers import PaperSeen
from liaison_desktop.services.desk import Desk
from liaison_desktop.store import meetings, papers
from liaison_desktop.store.blobs import open_blob
from server_sync.contract.meetings import MeetingState
from server_sync.contract.signing import sha256


def papers_of(desk: Desk, meeting: bytes) -> tuple[PaperSeen, ...]:
    """The papers of a meeting to which this office is invited; none when it is not any more, or it was cancelled."""
    seen = meetings.meeting_seen(desk.store.connection, meeting)
    if seen is None or seen.state is MeetingState.CANCELLED or seen.part_of(desk.enrolment.site_code) is None:
        return ()
    connection = desk.store.connection
    return papers.seen(connection, meetings.said_of(connection, meeting))


def open_paper(desk: Desk, meeting: bytes, paper: bytes) -> bytes:
    """The PDF itself; raises NotFound `paper_not_here`, StoreDamaged when it is not what the centre said of it."""
    found = next((one for one in papers_of(desk, meeting) if one.paper == paper), None)
    if found is None or not found.is_here:
        raise NotFound("paper_not_here")
    content = open_blob(desk.store, found.added.blob_id, found.added.blob_key)
    if sha256(content) != found.added.content_hash:
        raise StoreDamaged("blob_damaged", blob=found.added.blob_id.hex()[:16])
    return content
