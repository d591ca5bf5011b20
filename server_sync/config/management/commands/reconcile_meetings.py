"""`reconcile_meetings`: brings the rooms of meetings after the tables, again and again. `run` starts it."""

import os
import signal
import threading
from typing import Any, Final

import structlog
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from typing_extensions import override

from server_sync.meetings.reconciling import EVERY_S, reconcile

log = structlog.get_logger(__name__)

LOOK_S: Final = 0.5
"""How soon it ends when it is told to, or when its parent has gone."""


class Command(BaseCommand):
    help = (
        "Look at all meetings that have a room: who is in it, what they may do, what they were told; close those that "
        "nobody closed. Again and again; --once looks once. `run` starts this by itself."
    )
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="look once and end")
        parser.add_argument("--beside", type=int, metavar="PID", help="end when this parent process is gone")

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        if options["once"]:
            reconcile(timezone.now())
            return
        stopped = threading.Event()
        for wanted in (signal.SIGTERM, signal.SIGINT):
            signal.signal(wanted, lambda *_: stopped.set())
        beside = options["beside"]
        left_s = 0.0
        while not stopped.is_set() and beside in {None, os.getppid()}:
            if left_s <= 0:
                _look()
                left_s = EVERY_S
            left_s -= LOOK_S
            stopped.wait(LOOK_S)


def _look() -> None:
    """Look once; a database that is away for a while is asked again."""
    try:
        reconcile(timezone.now())
    except DatabaseError as failure:
        log.warning("meetings_not_looked_at", code=type(failure).__name__)
    close_old_connections()
