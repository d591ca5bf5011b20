"""Keeps a part of the disk free: a centre that has filled it can neither read nor end what it began."""

import shutil
from typing import Final

from django.conf import settings

from server_sync.common.refusals import Refused

RESERVE_PERCENT: Final = 10
"""What offices bring is taken while so much of the disk is free."""
LEAST_BYTES: Final = 64 * 1024 * 1024
"""What the acts of the centre's own people need at the most: SQLite writes each change twice."""


def has_room_for_offices() -> bool:
    """Whether the disk has not come down to its reserve."""
    disk = shutil.disk_usage(settings.LIAISON_HOME)
    return disk.free * 100 >= disk.total * RESERVE_PERCENT


def demand_room_for_offices() -> None:
    """Raise Refused `no_room` when the disk has come down to its reserve."""
    if not has_room_for_offices():
        raise Refused("no_room", permanent=False)


def demand_room() -> None:
    """Raise Refused `no_room` when what must be written to the end might not be: the reserve itself is used up."""
    if shutil.disk_usage(settings.LIAISON_HOME).free < LEAST_BYTES:
        raise Refused("no_room", permanent=False)
