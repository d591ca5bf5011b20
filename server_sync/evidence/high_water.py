"""Notes beside the database how far the public log has come, so that a database that is older is seen at the start.

The worker writes it about once a second, not every exchange: it is a sign, not a record, and costs offices nothing.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from server_sync.common.home import write_private
from server_sync.evidence.models import Log
from server_sync.workplaces.given import SERVER_EPOCHS_MOST

NOTED_FILE: Final = "high_water"


@dataclass(frozen=True, slots=True, order=True)
class HighWater:
    """The newest server epoch, and how many leaves its log had at least."""

    server_epoch: int = 0
    size: int = 0


HIGHEST: Final = HighWater(SERVER_EPOCHS_MOST, 2**62)
"""Beyond it a figure is damage; no epoch could be opened after it."""


def noted_file() -> Path:
    """Where it is noted; of all copies of this file the newest belongs beside a restored database."""
    return Path(settings.LIAISON_HOME) / NOTED_FILE


def noted() -> HighWater:
    """Read what was noted; nothing when there is no such file, or none that can be read."""
    try:
        said = json.loads(noted_file().read_text(encoding="ascii"))
        told = HighWater(int(said["server_epoch"]), int(said["size"]))
    except (OSError, ValueError, LookupError, TypeError, OverflowError):
        return HighWater()
    return told if HighWater() <= told <= HIGHEST else HighWater()


def reached() -> HighWater:
    """How far the log is by the tables."""
    found = Log.objects.order_by("-server_epoch").values_list("server_epoch", "size").first()
    return HighWater() if found is None else HighWater(*found)


def note_reached() -> None:
    """Note how far the log has come, if that is further than what was noted."""
    now = reached()
    if now > noted():
        written = json.dumps({"server_epoch": now.server_epoch, "size": now.size})
        write_private(noted_file(), f"{written}\n".encode(), replace=True)
