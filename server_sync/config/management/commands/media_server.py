"""`media_server`: keeps the media server of meetings running. `run` starts it; a second computer runs it by itself."""

import os
import signal
import threading
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from typing_extensions import override

from server_sync.common.home import holding
from server_sync.meetings.media_server.configuration import media_folder
from server_sync.meetings.media_server.running import Keeper
from server_sync.meetings.media_server.wanted import Kind

EVERYWHERE: Final = "0.0.0.0"  # noqa: S104 (a server that listens there is reached by the loopback too)


class Command(BaseCommand):
    help = (
        "Keep the media server of meetings running: start it, ask after it, start it again when it ends or hangs; one "
        "elsewhere is only looked at. `run` starts this by itself."
    )
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--beside", type=int, metavar="PID", help="end when this parent process is gone")

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        wanted = settings.LIAISON_MEDIA
        if wanted.kind is Kind.OFF:
            raise CommandError("LIAISON_MEDIA_SERVER is off: there is no media server to keep.")
        if wanted.is_kept_here and wanted.executable is None:
            raise CommandError("The media server is not built: run ./liaison server once as the owner of the program.")
        stopped = threading.Event()
        for asked in (signal.SIGTERM, signal.SIGINT):
            signal.signal(asked, lambda *_: stopped.set())
        beside = options["beside"]
        with holding(media_folder(settings.LIAISON_HOME) / "kept") as held:
            if held is None:
                raise CommandError("The media server of this folder is kept by another process already.")
            if wanted.is_kept_here and not wanted.webhook:
                wanted = replace(wanted, webhook=_where_it_is_heard())
            Keeper(wanted, settings.LIAISON_HOME).keep(lambda: stopped.is_set() or beside not in {None, os.getppid()})


def _where_it_is_heard() -> str:
    """Where the centre of this folder hears what happens in rooms; empty when the loopback does not reach it."""
    try:
        serving = urlsplit((settings.LIAISON_HOME / "address").read_text(encoding="ascii").strip())
    except OSError:
        return ""
    host = serving.hostname or ""
    return f"http://127.0.0.1:{serving.port}/meetings/heard" if host in {"127.0.0.1", EVERYWHERE} else ""
