"""Finds rows by the words of a column, through an index of the database itself: FTS5, or a GIN of PostgreSQL.

The column holds folded words parted by single spaces (`indexed`). Put `KeepWordsIndexed("Summary", "words")` into the
migration that adds it; triggers keep the index. A word that is asked for stands for all that begin with it; one of a
letter or two only for itself.
"""

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from typing_extensions import override

from server_sync.contract.folding import search_terms, words_of

WORD_MOST: Final = 40
"""Letters of a word that count; longer ones begin alike or are no words."""
BEGINNING_LEAST: Final = 3
"""A shorter beginning would be that of half the language."""


def indexed(*texts: str) -> str:
    """What a column of words holds of these texts: each word once."""
    return " ".join(dict.fromkeys(word[:WORD_MOST] for text in texts for word in _words(text)))


def asked(query: str) -> tuple[str, ...]:
    """The words of a query as they are looked for; a few at most, none when nothing in it is a word."""
    return tuple(word[:WORD_MOST] for term in search_terms(query) for word in _words(term))


def newest_with(
    model: type[models.Model], column: str, words: Sequence[str], most: int, whole: Sequence[str] = ()
) -> list[int]:
    """Keys of rows that hold all words, the greatest keys first, at most so many. Those in `whole` begin no others."""
    meta = model._meta  # noqa: SLF001 (Django's documented model API)
    key = meta.pk.column
    if connection.vendor == "postgresql":
        asks = " & ".join(f"'{word}'{':*' if begins else ''}" for word, begins in _begun(words, whole))
        matches = f"{_vector(column)} @@ %s::tsquery"
        found = f'SELECT "{key}" FROM "{meta.db_table}" WHERE {matches} ORDER BY 1 DESC LIMIT %s'  # noqa: S608 (our own names)
    else:
        asks = " AND ".join(f'"{word}"{"*" if begins else ""}' for word, begins in _begun(words, whole))
        table = _index_name(meta.db_table, column)
        found = f'SELECT rowid FROM "{table}" WHERE "{table}" MATCH %s ORDER BY rowid DESC LIMIT %s'  # noqa: S608 (our own names)
    with connection.cursor() as cursor:
        cursor.execute(found, [asks, most])
        return [row[0] for row in cursor.fetchall()]


def _begun(words: Sequence[str], whole: Sequence[str]) -> list[tuple[str, bool]]:
    """Each word with whether it stands for all that begin with it."""
    return [*((word, len(word) >= BEGINNING_LEAST) for word in words), *((word, False) for word in whole)]


class KeepWordsIndexed(Operation):
    """Makes the index of a column of words and lets the database keep it."""

    reversible = True

    def __init__(self, model: str, column: str) -> None:
        self.model = model
        self.column = column

    @override
    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The index is no part of Django's picture of the tables."""

    @override
    def describe(self) -> str:
        return f"Index the words of {self.model}.{self.column}"

    @override
    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        meta = to_state.apps.get_model(app_label, self.model)._meta  # noqa: SLF001
        make = _postgresql if schema_editor.connection.vendor == "postgresql" else _sqlite
        for statement in make(meta.db_table, meta.pk.column, self.column):
            schema_editor.execute(statement)

    @override
    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = from_state.apps.get_model(app_label, self.model)._meta.db_table  # noqa: SLF001
        name = _index_name(table, self.column)
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f'DROP INDEX IF EXISTS "{name}"')
            return
        for what in ("added", "changed", "deleted"):
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{name}_{what}"')
        schema_editor.execute(f'DROP TABLE IF EXISTS "{name}"')

    @override
    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        return type(self).__name__, [self.model, self.column], {}


def _words(text: str) -> list[str]:
    """Words of letters and digits alone, which both databases take as they are."""
    return [part for word in words_of(text) for part in word.split("_") if part]


def _index_name(table: str, column: str) -> str:
    return f"{table}_{column}_index"


def _vector(column: str) -> str:
    return f"array_to_tsvector(string_to_array(\"{column}\", ' '))"


def _postgresql(table: str, _key: str, column: str) -> list[str]:
    return [f'CREATE INDEX "{_index_name(table, column)}" ON "{table}" USING gin ({_vector(column)})']


def _sqlite(table: str, key: str, column: str) -> list[str]:
    name = _index_name(table, column)
    into = f'INSERT INTO "{name}"'
    add = f'{into} (rowid, "{column}") VALUES (NEW."{key}", NEW."{column}");'
    drop = f'{into} ("{name}", rowid, "{column}") VALUES (\'delete\', OLD."{key}", OLD."{column}");'
    options = f"content='{table}', content_rowid='{key}', tokenize='unicode61 remove_diacritics 0', prefix='3'"
    return [
        f'CREATE VIRTUAL TABLE "{name}" USING fts5("{column}", {options}, columnsize=0)',
        # what was erased must not be read out of the index's own pages either
        f"{into} (\"{name}\", rank) VALUES ('secure-delete', 1)",
        f"{into} (\"{name}\") VALUES ('rebuild')",
        f'CREATE TRIGGER "{name}_added" AFTER INSERT ON "{table}" BEGIN {add} END',
        f'CREATE TRIGGER "{name}_deleted" AFTER DELETE ON "{table}" BEGIN {drop} END',
        f'CREATE TRIGGER "{name}_changed" AFTER UPDATE ON "{table}" BEGIN {drop} {add} END',
    ]
