"""Says where the playlists and the records of meetings lie in the centre's folder; it loads none of what makes them."""

from pathlib import Path
from typing import Final

from django.conf import settings

LIVE: Final = "live"
RECORDS: Final = "records"
RECORD_TYPE: Final = "video/mp4"


def live_folder(meeting_id: bytes) -> Path:
    """Where the playlists of a meeting lie while it is shown."""
    return Path(settings.LIAISON_HOME) / LIVE / meeting_id.hex()


def record_of(meeting_id: bytes) -> Path:
    """The file in which a meeting is recorded, once it is over."""
    return Path(settings.LIAISON_HOME) / RECORDS / f"{meeting_id.hex()}.mp4"


def parts_of(meeting_id: bytes) -> Path:
    """Where the parts of a record lie, until they are put together."""
    return record_of(meeting_id).with_suffix("")


def record_bytes(meeting_id: bytes) -> int:
    """How large the record of a meeting is; 0 where there is none yet."""
    try:
        return record_of(meeting_id).stat().st_size
    except OSError:
        return 0
