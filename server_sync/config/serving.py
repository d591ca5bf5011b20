"""Serves the centre over HTTP by gunicorn, without a configuration file of its own, with its companions beside it."""

import gc
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.core.handlers.wsgi import WSGIHandler
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from typing_extensions import override

from server_sync.common.home import write_private
from server_sync.config.hearing import CONNECTIONS_MOST, PatientWorker
from server_sync.config.parting import Application, parting_in_words

SERVING: Final = "serving"
"""The file in the centre's folder that a server holds as long as it runs."""
GRACE_S: Final = 10
"""How long requests under way may take to end when the server is asked to stop."""
SILENT_WORKER_S: Final = 60
MEMORY_FOLDER: Final = Path("/dev/shm")  # noqa: S108 (a worker's heartbeat, a file without a name)
KEEP_ALIVE_S: Final = 75
"""Offices exchange every minute or so: a line that stays open saves them a round trip."""


class PlainLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Leaves formatting and places to the settings of the whole server."""

    @override
    def setup(self, cfg: Any) -> None:
        self.error_log.setLevel(logging.WARNING)
        self.error_log.propagate = True


class Companion:
    """A process beside the server, one of its commands, such as what does what nobody waits for (`work`).

    It is started anew should it end.
    """

    def __init__(self, command: str) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    def keep_running(self) -> None:
        """Start it, or start it again; called about once a second."""
        if self._process is None or self._process.poll() is not None:
            command = [sys.executable, "-m", "server_sync", self._command, "--beside", str(os.getpid())]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def ask_to_end(self) -> None:
        """Let it end while others do."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def stop(self) -> None:
        """Wait until it has ended; killed only if it does not."""
        if self._process is None:
            return
        try:
            self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Master(Arbiter):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's master, which looks after the companions as it does after its workers."""

    companions: Sequence[Companion]

    @override
    def manage_workers(self) -> None:
        super().manage_workers()
        for companion in self.companions:
            companion.keep_running()


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """One master, its workers and the companions; says where it listens once it does."""

    def __init__(
        self,
        handler: WSGIHandler,
        *,
        bind: str,
        workers: int,
        threads: int,
        address_file: Path,
        companions: Sequence[Companion],
        held: int,
    ) -> None:
        """`held` is the descriptor by which this process holds its folder; it ends with the master, however it ends."""
        self._held = held
        self._handler = handler
        self._address_file = address_file
        self._companions = companions
        self._options = {
            "bind": bind,
            "workers": workers,
            "threads": threads,
            "worker_class": PatientWorker,
            "worker_connections": 2 * CONNECTIONS_MOST,  # the worker itself counts, and lets newcomers in
            "sendfile": False,  # an answer goes through the worker, which never waits for who takes it
            "preload_app": True,
            "control_socket_disable": True,
            "forwarder_headers": "",  # nobody tells the server where its pages lie
            "forwarded_allow_ips": "",  # Django reads the one header of a proxy that we believe
            "umask": 0o077,
            "graceful_timeout": GRACE_S,
            "timeout": SILENT_WORKER_S,
            "keepalive": KEEP_ALIVE_S,
            "logger_class": PlainLogger,
            "worker_tmp_dir": str(MEMORY_FOLDER) if MEMORY_FOLDER.is_dir() else None,
            "when_ready": self._tell_address,
            "post_fork": self._let_go,
            "on_exit": self._end,
        }
        super().__init__(prog="liaison")

    @override
    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    @override
    def load(self) -> Application:
        return parting_in_words(self._handler)

    @override
    def run(self) -> None:
        master = Master(self)
        master.companions = self._companions
        master.run()

    def _tell_address(self, arbiter: Arbiter) -> None:
        host, port = arbiter.LISTENERS[0].sock.getsockname()[:2]
        address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        write_private(self._address_file, f"{address}\n".encode(), replace=True)
        sys.stdout.write(f"listening on {address}\n")
        sys.stdout.flush()

    def _let_go(self, _arbiter: Arbiter, _worker: Any) -> None:
        """Begin a worker: the folder is the master's, and what was loaded stays, so no collection walks it again."""
        os.close(self._held)
        gc.freeze()

    def _end(self, _arbiter: Arbiter) -> None:
        for companion in self._companions:
            companion.ask_to_end()
        for companion in self._companions:
            companion.stop()
        self._address_file.unlink(missing_ok=True)
