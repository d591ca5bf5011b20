"""Serves the centre over HTTP by gunicorn, without a configuration file of its own."""

import logging
import sys
from pathlib import Path
from typing import Any, Final

from django.core.handlers.wsgi import WSGIHandler
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from server_sync.common.home import write_private

GRACE_S: Final = 10
"""How long requests under way may take to end when the server is asked to stop."""
SILENT_WORKER_S: Final = 60
MEMORY_FOLDER: Final = Path("/dev/shm")  # noqa: S108 (a worker's heartbeat, a file without a name)
KEEP_ALIVE_S: Final = 75
"""Offices exchange every minute or so: a line that stays open saves them a round trip."""


class PlainLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Leaves formatting and places to the settings of the whole server."""

    def setup(self, cfg: Any) -> None:
        self.error_log.setLevel(logging.WARNING)
        self.error_log.propagate = True


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """One master and its workers; says where it listens once it does."""

    def __init__(self, handler: WSGIHandler, *, bind: str, workers: int, threads: int, address_file: Path) -> None:
        self._handler = handler
        self._address_file = address_file
        self._options = {
            "bind": bind,
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "preload_app": True,
            "control_socket_disable": True,
            "graceful_timeout": GRACE_S,
            "timeout": SILENT_WORKER_S,
            "keepalive": KEEP_ALIVE_S,
            "logger_class": PlainLogger,
            "worker_tmp_dir": str(MEMORY_FOLDER) if MEMORY_FOLDER.is_dir() else None,
            "when_ready": self._tell_address,
            "on_exit": self._forget_address,
        }
        super().__init__(prog="liaison")

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIHandler:
        return self._handler

    def _tell_address(self, arbiter: Arbiter) -> None:
        host, port = arbiter.LISTENERS[0].sock.getsockname()[:2]
        address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        write_private(self._address_file, f"{address}\n".encode(), replace=True)
        sys.stdout.write(f"listening on {address}\n")
        sys.stdout.flush()

    def _forget_address(self, _arbiter: Arbiter) -> None:
        self._address_file.unlink(missing_ok=True)
