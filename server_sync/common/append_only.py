"""Makes the database itself refuse to change or delete what was written once.

Put `KeepAppendOnly("Leaf")` into the migration that makes the table. A breach raises IntegrityError on both databases.
"""

from typing import Any, Final

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from typing_extensions import override

_REFUSE: Final = """
CREATE OR REPLACE FUNCTION liaison_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'append_only' USING ERRCODE = '23514'; END $$
"""


class KeepAppendOnly(Operation):
    """Lets rows of a model be added and nothing else.

    `erasable` columns may be set to NULL (the erasure of what a citizen said), never to another value; `free` columns
    may change (what is not part of the record, such as what was made of it).
    """

    reversible = True

    def __init__(self, model: str, *, erasable: tuple[str, ...] = (), free: tuple[str, ...] = ()) -> None:
        self.model = model
        self.erasable = erasable
        self.free = free

    @override
    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers are no part of Django's picture of the tables."""

    @override
    def describe(self) -> str:
        return f"Keep {self.model} append-only"

    @override
    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        meta = to_state.apps.get_model(app_label, self.model)._meta  # noqa: SLF001 (Django's documented model API)
        fields = [field for field in meta.local_concrete_fields if field.column]
        for name in (*self.erasable, *self.free):
            meta.get_field(name)  # a misspelt column would leave the row open
        fixed = [field.column for field in fields if field.name not in {*self.erasable, *self.free}]
        erased = [field.column for field in fields if field.name in self.erasable]
        write = _postgresql if schema_editor.connection.vendor == "postgresql" else _sqlite
        for statement in write(meta.db_table, fixed, erased):
            schema_editor.execute(statement)

    @override
    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table  # noqa: SLF001
        on_table = f' ON "{table}"' if schema_editor.connection.vendor == "postgresql" else ""
        for what in ("fixed", "erased", "deleted", "emptied"):
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{table}_{what}"{on_table}')

    @override
    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        return type(self).__name__, [self.model], {"erasable": self.erasable, "free": self.free}


class KeepAppendOnlyAnew(KeepAppendOnly):
    """The same for a table that was kept so before and has other columns now."""

    @override
    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        super().database_backwards(app_label, schema_editor, from_state, to_state)
        super().database_forwards(app_label, schema_editor, from_state, to_state)


def _columns(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _given(names: list[str]) -> str:
    return " OR ".join(f'NEW."{name}" IS NOT NULL' for name in names)


def _sqlite(table: str, fixed: list[str], erased: list[str]) -> list[str]:
    refuse = "BEGIN SELECT RAISE(ABORT, 'append_only'); END"
    made = [
        f'CREATE TRIGGER "{table}_fixed" BEFORE UPDATE OF {_columns(fixed)} ON "{table}" {refuse}',
        f'CREATE TRIGGER "{table}_deleted" BEFORE DELETE ON "{table}" {refuse}',
    ]
    if erased:
        when = f"BEFORE UPDATE OF {_columns(erased)}"
        made.append(f'CREATE TRIGGER "{table}_erased" {when} ON "{table}" WHEN {_given(erased)} {refuse}')
    return made


def _postgresql(table: str, fixed: list[str], erased: list[str]) -> list[str]:
    refuse = "EXECUTE FUNCTION liaison_refuse()"
    made = [
        _REFUSE,
        f'CREATE TRIGGER "{table}_fixed" BEFORE UPDATE OF {_columns(fixed)} ON "{table}" FOR EACH ROW {refuse}',
        f'CREATE TRIGGER "{table}_deleted" BEFORE DELETE ON "{table}" FOR EACH ROW {refuse}',
        f'CREATE TRIGGER "{table}_emptied" BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT {refuse}',
    ]
    if erased:
        when = f"BEFORE UPDATE OF {_columns(erased)}"
        made.append(
            f'CREATE TRIGGER "{table}_erased" {when} ON "{table}" FOR EACH ROW WHEN ({_given(erased)}) {refuse}'
        )
    return made
