"""Sends what waits beside whatever else the worker does: letters and text messages, each in a thread of its own."""

import threading
from collections.abc import Callable
from typing import Final

import structlog
from django.db import Error, close_old_connections
from typing_extensions import override

log = structlog.get_logger(__name__)

AWAY_S: Final = 2
AWAY_LONGEST_S: Final = 300

Send = Callable[[Callable[[], bool]], tuple[int, bool]]
"""Sends what is due unless it is stopped; says how many went, and whether the other side can be spoken with."""


class Carrier(threading.Thread):
    """Sends again and again until it is told to stop; without a pause where `at_once` went, for more may wait."""

    def __init__(self, what: str, send: Send, at_once: int, stopped: threading.Event, pause_s: float) -> None:
        super().__init__(name=what, daemon=True)
        self._send = send
        self._at_once = at_once
        self._stopped = stopped
        self._pause_s = pause_s

    @override
    def run(self) -> None:
        """Look again and again; a server that is away, or a database that fails, is asked after growing pauses."""
        away_s = 0
        while not self._stopped.is_set():
            try:
                sent, is_there = self._send(self._stopped.is_set)
            except (Error, OSError) as failure:  # what is none of the two ends the worker, which is started anew
                log.error("sending_failed", what=self.name, kind=type(failure).__name__)
                sent, is_there = 0, False
            finally:
                close_old_connections()
            away_s = 0 if is_there else min(AWAY_LONGEST_S, max(AWAY_S, away_s * 2))
            if sent < self._at_once:
                self._stopped.wait(away_s or self._pause_s)
