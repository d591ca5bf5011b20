"""`broadcast`: keeps the broadcasts, records and mixes of meetings running. `run` starts it."""

import os
import signal
import threading
from typing import Any, Final

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, close_old_connections
from typing_extensions import override

from server_sync.common.home import holding
from server_sync.meetings.broadcast.keeping import Keeper
from server_sync.meetings.broadcasting import Broadcasts, Mixes, forget_ended

log = structlog.get_logger(__name__)

EVERY_S: Final = 1.0


class Command(BaseCommand):
    help = (
        "Broadcast and record the meetings whose plan says so, and mix those in which an office has a thin line, each "
        "by a process of its own that is started again when it ends or hangs. `run` starts this by itself."
    )
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--beside", type=int, metavar="PID", help="end when this parent process is gone")

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        stopped = threading.Event()
        for asked in (signal.SIGTERM, signal.SIGINT):
            signal.signal(asked, lambda *_: stopped.set())
        beside = options["beside"]
        with holding(settings.LIAISON_HOME / "broadcasting") as held:
            if held is None:
                raise CommandError("The broadcasts of this folder are kept by another process already.")
            broadcasts, mixes = Keeper(Broadcasts()), Keeper(Mixes())
            try:
                while not stopped.is_set() and beside in {None, os.getppid()}:
                    _look(broadcasts, mixes)
                    stopped.wait(EVERY_S)
            finally:
                broadcasts.end()
                mixes.end()


def _look(broadcasts: Keeper, mixes: Keeper) -> None:
    """Look once; a database that is away for a while is asked again."""
    try:
        broadcasts.look()
        mixes.look()
        forget_ended(frozenset(broadcasts.processes))
    except DatabaseError as failure:
        log.warning("broadcasts_not_looked_at", code=type(failure).__name__)
    close_old_connections()
