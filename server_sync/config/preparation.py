"""Makes the centre ready to serve: reference data loaded, log open, its own epoch certified, keys published."""

from typing import Final

import structlog
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from server_sync.appeals.erasing import replay_erasures
from server_sync.appeals.said_again import say_again
from server_sync.appeals.understanding import interpret_waiting
from server_sync.common.home import alone
from server_sync.evidence.centre import enrol_centre, open_log
from server_sync.evidence.high_water import note_reached
from server_sync.evidence.keys import keys_folder
from server_sync.evidence.rotation import put_away
from server_sync.journal.directory import announce, publish_missing
from server_sync.journal.withdrawing import name_log_of_withdrawals
from server_sync.workplaces.given import note_given
from server_sync.workplaces.reference import load_reference

log = structlog.get_logger(__name__)

START_PATIENCE_S: Final = 10.0
"""How long a start reads on in what lies unread; offices are heard first, then the worker reads the rest."""


def bring_up_to_date() -> None:
    """Apply the migrations that are missing, one program at a time; quick when there are none.

    Raises CommandError when the database cannot be reached.
    """
    try:
        connection.ensure_connection()
    except OperationalError as failure:
        raise CommandError(f"The database cannot be reached: {str(failure).strip()}") from failure
    with alone(settings.LIAISON_HOME / "migrating"):
        _migrate()


def _migrate() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def prepare_centre() -> None:
    """Do what a new centre needs once and a running one has; raises NotSetUp when the operator must act first."""
    put_away(keys_folder())
    load_reference()
    open_log()
    enrol_centre(announce)
    with transaction.atomic():
        name_log_of_withdrawals()
        publish_missing()
    note_given()
    note_reached()
    replay_erasures()
    if said_again := say_again():
        log.info("erasures_said_again", count=said_again)
    interpret_waiting(START_PATIENCE_S)
    SessionStore.clear_expired()
