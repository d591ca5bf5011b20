"""`run`: serves the centre; brings the database up to date first."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from server_sync.common.refusals import NotSetUp
from server_sync.config.preparation import prepare_centre
from server_sync.config.serving import Server

THREADS = 8


class Command(BaseCommand):
    help = "Serve the centre: updates the database, then listens until told to stop."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1:8000", help="host:port; port 0 takes any free one")
        parser.add_argument("--workers", type=int, default=1, help="processes; more than one only with PostgreSQL")
        parser.add_argument("--threads", type=int, default=THREADS, help="requests served at once by each process")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["workers"] > 1 and connection.vendor == "sqlite":
            raise CommandError("With SQLite one process serves; more need PostgreSQL (set DATABASE_URL).")
        bring_up_to_date()
        call_command("collectstatic", verbosity=0, interactive=False)
        try:
            prepare_centre()
        except NotSetUp as missing:
            raise CommandError(missing.advice) from missing
        close_connections()
        Server(
            WSGIHandler(),
            bind=options["bind"],
            workers=options["workers"],
            threads=options["threads"],
            address_file=settings.LIAISON_HOME / "address",
        ).run()


def bring_up_to_date() -> None:
    """Apply the migrations that are missing; quick when there are none."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def close_connections() -> None:
    """Let no connection or pool be shared with the workers that are about to be forked."""
    connections.close_all()
    if connection.vendor == "postgresql":
        connection.close_pool()
