"""The reference data in force at this office: what was shipped, with what came down laid over it."""

from dataclasses import replace
from datetime import date
from functools import lru_cache

from liaison_desktop.store.store import Store
from liaison_desktop.workplace.resources import reference_texts
from server_sync.contract.deadlines import Decree, decreed
from server_sync.contract.reference import ReferenceBook
from server_sync.contract.territory import Names


def reference_book(store: Store) -> ReferenceBook:
    """Read the shipped tables, newer ones in their place, and decreed days over the calendar."""
    newer = {row[0]: row[1] for row in store.connection.execute("SELECT name, text FROM reference_texts")}
    book = _read(tuple((reference_texts() | newer).items()))
    rows = store.connection.execute("SELECT day, kind, reason_ky, reason_ru, reason_en FROM calendar_days")
    laid = (decreed(date.fromisoformat(day), Decree(kind), Names(*reasons)) for day, kind, *reasons in rows)
    days = [day for day in laid if day is not None]
    return replace(book, calendar=book.calendar.with_exceptions(days)) if days else book


@lru_cache(maxsize=1)
def _read(texts: tuple[tuple[str, str], ...]) -> ReferenceBook:
    """Read tables that are the same as last time only once: a book changes no more, and each sign-in asks for it."""
    return ReferenceBook.from_texts(dict(texts))


def edition(store: Store) -> tuple[str, int, int]:
    """Tell one state of the reference data that came down from another; cheap enough to ask before every use."""
    row = store.connection.execute(
        "SELECT (SELECT coalesce(group_concat(day || kind || reason_ky || reason_ru || reason_en), '') "
        "FROM (SELECT * FROM calendar_days ORDER BY day)), "
        "(SELECT count(*) FROM reference_texts), (SELECT coalesce(max(received_at_ms), 0) FROM reference_texts)"
    ).fetchone()
    return str(row[0]), int(row[1]), int(row[2])
