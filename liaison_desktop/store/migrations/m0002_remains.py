"""What remains of an erased event: what it decided, without its words; written with the erasure and never after."""

from typing import Any

SQL = (
    "ALTER TABLE events ADD COLUMN remains BLOB",
    "DROP TRIGGER events_are_not_changed",
    """CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
WHEN NEW.id IS NOT OLD.id OR NEW.event_hash IS NOT OLD.event_hash OR NEW.epoch IS NOT OLD.epoch
  OR NEW.seq IS NOT OLD.seq OR NEW.kind IS NOT OLD.kind OR NEW.appeal IS NOT OLD.appeal
  OR NEW.number IS NOT OLD.number OR NEW.is_own IS NOT OLD.is_own OR NEW.header IS NOT OLD.header
  OR NEW.kept_at_ms IS NOT OLD.kept_at_ms
  OR (NEW.salt IS NOT OLD.salt AND NEW.salt IS NOT NULL) OR (NEW.body IS NOT OLD.body AND NEW.body IS NOT NULL)
  OR (NEW.remains IS NOT OLD.remains AND (OLD.body IS NULL OR NEW.body IS NOT NULL))
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END""",
)


def migrate(connection: Any) -> None:
    """Give events a place for their remains."""
    for statement in SQL:
        connection.execute(statement)
