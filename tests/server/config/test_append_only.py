"""What was written once stays: by the database itself, whatever migrations come."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from server_sync.common.append_only import KeepAppendOnly


def kept_tables() -> dict[str, KeepAppendOnly]:
    kept = {}
    for (app_label, _), migration in MigrationLoader(connection).disk_migrations.items():
        for operation in migration.operations:
            if isinstance(operation, KeepAppendOnly):
                kept[apps.get_model(app_label, operation.model)._meta.db_table] = operation
    return kept


def triggers() -> set[str]:
    asked = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'",
    }
    with connection.cursor() as cursor:
        cursor.execute(asked[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


def expected() -> set[str]:
    wanted = set()
    for table, operation in kept_tables().items():
        wanted |= {f"{table}_fixed", f"{table}_deleted"}
        if connection.vendor == "postgresql":
            wanted.add(f"{table}_emptied")
        if operation.erasable:
            wanted.add(f"{table}_erased")
    return wanted


def test_events_and_the_log_are_kept(db):
    assert {"evidence_leaf", "evidence_node", "evidence_checkpoint", "journal_event"} <= set(kept_tables())


def test_every_kept_table_has_its_triggers_after_all_migrations(db):
    assert expected() <= triggers()


@pytest.mark.django_db(transaction=True)
def test_emptying_the_test_database_is_over_when_a_test_begins(centre):
    assert expected() <= triggers()
