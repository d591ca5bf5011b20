"""`run`: serves the centre; brings the database up to date first."""

import socket
from argparse import ArgumentParser
from importlib import import_module
from typing import Any, Final

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from typing_extensions import override

from server_sync.common.home import holding
from server_sync.common.refusals import NotSetUp
from server_sync.config.fitness import is_trial, troubles_of_register, troubles_of_surroundings
from server_sync.config.preparation import bring_up_to_date, prepare_centre
from server_sync.config.renewing import lost_from_the_notes, signs_of_a_restore
from server_sync.config.serving import SERVING, Companion, Server
from server_sync.evidence.centre import keep_address
from server_sync.evidence.keys import keys_folder
from server_sync.meetings.media_server.wanted import Kind, troubles_of_media

THREADS: Final = 8
LAST_PORT: Final = 65_535


class Command(BaseCommand):
    help = "Serve the centre: updates the database, then listens until told to stop."
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1:8000", help="host:port; port 0 takes any free one")
        parser.add_argument("--workers", type=int, default=1, help="processes; more than one only with PostgreSQL")
        parser.add_argument("--without-worker", action="store_true", help="leave routing by rule to another process")
        parser.add_argument("--threads", type=int, default=THREADS, help="requests served at once by each process")

        parser.add_argument(
            "--accept-new-address",
            action="store_true",
            help="the centre moves to the address in LIAISON_PUBLIC_URL, and what receipts already say is known",
        )

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        if options["workers"] > 1 and connection.vendor == "sqlite":
            raise CommandError("With SQLite one process serves; more need PostgreSQL (set DATABASE_URL).")
        demand_free(options["bind"])
        demand_fit(troubles_of_surroundings(options["bind"]))
        bring_up_to_date()
        demand_fit(troubles_of_register(is_new_address=options["accept_new_address"]))
        demand_as_new_as_noted()
        for words in lost_from_the_notes():
            self.stderr.write(words)
        with holding(settings.LIAISON_HOME / SERVING) as held:
            if held is None:
                raise CommandError("Another server runs over this folder, or open_epoch is at work in it.")
            self._serve(options, held)

    def _serve(self, options: dict[str, Any], held: int) -> None:
        call_command("collectstatic", verbosity=0, interactive=False)
        try:
            prepare_centre()
        except NotSetUp as missing:
            raise CommandError(missing.advice) from missing
        keep_address(keys_folder(), settings.LIAISON_PUBLIC_URL)
        if is_trial(settings.LIAISON_PUBLIC_URL):
            self.stderr.write(f"This is a trial: {settings.LIAISON_PUBLIC_URL} stands on its receipts, for ever.")
        close_connections()
        companions = [] if options["without_worker"] else [Companion("work")]
        if self._may_meet():
            companions += [Companion(name) for name in ("media_server", "reconcile_meetings", "broadcast")]
            import_module("server_sync.meetings.conducting")  # a second's work, done before the workers are forked
        Server(
            WSGIHandler(),
            bind=options["bind"],
            workers=options["workers"],
            threads=options["threads"],
            address_file=settings.LIAISON_HOME / "address",
            companions=companions,
            held=held,
        ).run()

    def _may_meet(self) -> bool:
        """Whether there is a media server to keep or to look at; what keeps offices from meeting is said in words."""
        media = settings.LIAISON_MEDIA
        for words in troubles_of_media(media, is_trial=is_trial(settings.LIAISON_PUBLIC_URL)):
            self.stderr.write(f"Meetings: {words}")
        return media.kind is not Kind.OFF and not (media.is_kept_here and media.executable is None)


def demand_fit(troubles: list[str]) -> None:
    """Say all that is only fit for a trial at once, and do not serve."""
    if troubles:
        raise CommandError("\n".join(("This centre is not served:", *(f"- {words}" for words in troubles))))


def demand_as_new_as_noted() -> None:
    """Do not serve a backup as if it were the centre: what was signed since would be contradicted."""
    signs = signs_of_a_restore()
    if signs:
        told = ["This database is older than what lies beside it:", *(f"- {sign}" for sign in signs)]
        told.append(
            "If it was restored from a backup, let the centre begin a new server epoch: ./liaison server open_epoch "
            "(docs/operations.md, Restore). Otherwise put the newest database back."
        )
        raise CommandError("\n".join(told))


def demand_free(bind: str) -> None:
    """Say in words when the server could not listen there; gunicorn would try for five seconds first."""
    host, colon, port = bind.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > LAST_PORT:
        raise CommandError(f"--bind takes host:port, such as 127.0.0.1:8000; {bind} is none.")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as failure:
            why = failure.strerror or "the name is not known"
            raise CommandError(
                f"Cannot listen on {bind}: {why}. Another server may be running; see --bind."
            ) from failure


def close_connections() -> None:
    """Let no connection or pool be shared with the workers that are about to be forked."""
    connections.close_all()
    close_pool = getattr(connection, "close_pool", None)  # PostgreSQL only
    if close_pool is not None:
        close_pool()
