"""Keeps the list of requests in step with their events: a projection that can be made again and compared."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from liaison_desktop.domain.appeals import AppealSeen, KnownEvent
from liaison_desktop.domain.seeing import as_seen_here
from liaison_desktop.domain.times import milliseconds
from liaison_desktop.store.connection import Connection, placeholders
from liaison_desktop.store.events import LaidEvent, events_of
from liaison_desktop.store.receptions import keep_reception
from liaison_desktop.store.store import Store
from server_sync.contract import folding
from server_sync.contract.person import phone_keys

COLUMNS: Final = (
    "appeal", "number", "counter", "registered_at_ms", "registered_on", "clerk", "is_own", "surname",
    "given_name", "patronymic", "pin", "is_collective", "kind", "addressee_code", "addressee_site",
    "categories", "subject", "state", "body_code", "due_on", "due_provisional", "is_extended", "answered_at_ms",
    "is_told", "has_doubt", "is_erased", "newest_epoch", "newest_seq", "name_key", "matter_key",
)  # fmt: skip
_INSERT: Final = (
    f"INSERT INTO appeals ({', '.join(COLUMNS)}) VALUES ({placeholders(COLUMNS)}) "  # noqa: S608
    f"ON CONFLICT (appeal) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in COLUMNS[1:])} RETURNING id"
)
_INDEXED_CHARACTERS: Final = 20_000
"""How much of a text is searched: a book pasted into the form does not slow every search."""

_DUE: Final = "projection_due"
SIGNATORIES_INDEXED: Final = 50
MATTER_CHARACTERS: Final = 80


def project(connection: Connection, seen: AppealSeen, newest: tuple[bytes, int] | None) -> None:
    """Write a request's row and its searched words; `newest` is epoch and seq of its newest own event."""
    index_words(connection, _write_row(connection, seen, newest), seen)


def project_again(connection: Connection, appeal: bytes, *, with_words: bool = True) -> AppealSeen | None:
    """Look at a request's events and write its row as they say now; None while its registration is not here.

    Without words when none of its new events can change what it is found by.
    """
    events = events_of(connection, appeal)
    seen = seen_of(events)
    if seen is not None:
        row_id = _write_row(connection, seen, newest_own(events))
        if with_words:
            index_words(connection, row_id, seen)
    return seen


def _write_row(connection: Connection, seen: AppealSeen, newest: tuple[bytes, int] | None) -> int:
    row_id: int = connection.execute(_INSERT, _values(seen, newest)).fetchone()[0]
    keep_reception(connection, seen)
    return row_id


def seen_of(events: Iterable[LaidEvent]) -> AppealSeen | None:
    """Lay a request's events over each other."""
    laid = tuple(events)
    return as_seen_here(
        [event.known for event in laid if not event.is_pending], [event.known for event in laid if event.is_pending]
    )


def newest_own(events: Iterable[LaidEvent]) -> tuple[bytes, int] | None:
    """Where the newest event this workplace wrote stands."""
    own = [event.known.header for event in events if event.known.is_own]
    return (own[-1].epoch, max(header.seq for header in own if header.epoch == own[-1].epoch)) if own else None


def project_all(store: Store) -> int:
    """Make the whole projection again from the events and say how many requests there are."""
    with store.transaction() as connection:
        elsewhere = connection.execute("SELECT appeal FROM appeals WHERE is_withdrawn_from_here = 1").fetchall()
        connection.execute("DELETE FROM appeals")
        connection.execute("DELETE FROM attachments")
        connection.execute("DELETE FROM phones")
        connection.execute("DELETE FROM receptions")
        connection.execute("INSERT INTO search_words (search_words) VALUES ('delete-all')")
        connection.execute("INSERT INTO search_parts (search_parts) VALUES ('delete-all')")
        count = 0
        for appeal in list(_appeals(connection)):
            events = events_of(connection, appeal)
            seen = seen_of(events)
            if seen is not None:
                project(connection, seen, newest_own(events))
                for event in events:
                    keep_attachments(connection, event.known)
                count += 1
        connection.executemany("UPDATE appeals SET is_withdrawn_from_here = 1 WHERE appeal = ?", elsewhere)
        return count


def renew_if_due(store: Store) -> bool:
    """Make the projection again once when a step of the tables asked for it; True when it was done.

    Takes a while for a large store: some seconds for ten thousand requests.
    """
    if store.connection.execute("SELECT 1 FROM settings WHERE name = ?", (_DUE,)).fetchone() is None:
        return False
    with store.transaction() as connection:
        project_all(store)
        connection.execute("DELETE FROM settings WHERE name = ?", (_DUE,))
    return True


def differences(store: Store) -> tuple[bytes, ...]:
    """Name the requests whose row is not what their events say; empty when the projection holds."""
    connection = store.connection
    columns = ", ".join(COLUMNS)
    wrong = []
    for appeal in list(_appeals(connection)):
        events = events_of(connection, appeal)
        seen = seen_of(events)
        kept = connection.execute(f"SELECT {columns} FROM appeals WHERE appeal = ?", (appeal,)).fetchone()  # noqa: S608
        wanted = None if seen is None else _values(seen, newest_own(events))
        if (kept is None) != (wanted is None) or (wanted is not None and tuple(kept) != wanted):
            wrong.append(appeal)
    return tuple(wrong)


def keep_attachments(connection: Connection, known: KnownEvent) -> None:
    """Write down the files an event names; a file that is not here yet is to be fetched."""
    appeal = known.hash if known.header.appeal is None else known.header.appeal
    for place, file in enumerate(getattr(known.body, "attachments", ())):
        connection.execute(
            "INSERT INTO attachments (event_hash, place, appeal, blob_id, blob_key, name, media_type, size_bytes) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (known.hash, place, appeal, file.blob_id, file.blob_key, file.name, file.media_type, file.size_bytes),
        )


def index_words(connection: Connection, row_id: int, seen: AppealSeen) -> None:
    """Index what a request is found by, folded; nothing of an erased one."""
    connection.execute("DELETE FROM search_words WHERE rowid = ?", (row_id,))
    connection.execute("DELETE FROM search_parts WHERE rowid = ?", (row_id,))
    connection.execute("DELETE FROM phones WHERE id = ?", (row_id,))
    if seen.is_erased:
        return
    applicant = seen.applicant
    names = f"{applicant.surname} {applicant.given_name} {applicant.patronymic}"
    if seen.signatories:
        names = f"{names} {' '.join(seen.signatories[:SIGNATORIES_INDEXED])}"
    text = "\n".join((seen.text, *(one.text for one in seen.supplements)))[:_INDEXED_CHARACTERS]
    folded_names, folded_subject = folding.fold_for_index(names), folding.fold_for_index(seen.subject)
    number = seen.number.replace("-", "").lower()
    phones = [(key[::-1], row_id) for key in phone_keys(applicant.phone)]
    connection.executemany("INSERT INTO phones (backwards, id) VALUES (?, ?)", phones)
    connection.execute(
        "INSERT INTO search_words (rowid, names, number, subject, text) VALUES (?, ?, ?, ?, ?)",
        (
            row_id,
            f"{folded_names} {folding.fold_latin(names)}",
            number,
            f"{folded_subject} {folding.fold_latin(seen.subject)}",
            folding.fold_for_index(text),
        ),
    )
    connection.execute(
        "INSERT INTO search_parts (rowid, names, number, subject) VALUES (?, ?, ?, ?)",
        (row_id, folded_names, number, folded_subject),
    )


def counter_of(number: str) -> int:
    """The epoch's counter in a registration number; 0 when it has none."""
    parts = number.split("-")
    return int(parts[3]) if len(parts) == 5 and parts[3].isdigit() else 0


def name_key(surname: str, given_name: str) -> str:
    """By what two spellings of a name are the same person's."""
    return folding.name_key(f"{surname} {given_name}")


def matter_key(addressee_code: str, addressee_site: str, subject: str) -> str:
    """By what two requests look like the same matter: to whom, and the folded subject."""
    return f"{addressee_code}@{addressee_site} {folding.fold(subject)[:MATTER_CHARACTERS]}"


def _appeals(connection: Connection) -> Iterator[bytes]:
    for row in connection.execute("SELECT event_hash FROM events WHERE kind = 1 ORDER BY id"):
        yield row[0]


def _values(seen: AppealSeen, newest: tuple[bytes, int] | None) -> tuple[Any, ...]:
    applicant = seen.applicant
    return (
        seen.appeal,
        seen.number,
        counter_of(seen.number),
        milliseconds(seen.registered_at),
        seen.registered_on.isoformat(),
        None if seen.clerk is None else seen.clerk.bytes,
        int(seen.is_own),
        applicant.surname,
        applicant.given_name,
        applicant.patronymic,
        folding.digits_in(applicant.pin),
        int(seen.is_collective),
        int(seen.kind),
        seen.addressee_code,
        seen.addressee_site,
        json.dumps(seen.categories),
        seen.subject,
        seen.state.value,
        seen.body_code,
        None if seen.due.due_on is None else seen.due.due_on.isoformat(),
        int(seen.due.provisional),
        int(seen.is_extended),
        None if seen.answered_at is None else milliseconds(seen.answered_at),
        int(seen.told is not None),
        int(seen.has_doubt),
        int(seen.is_erased),
        None if newest is None else newest[0],
        None if newest is None else newest[1],
        name_key(applicant.surname, applicant.given_name),
        matter_key(seen.addressee_code, seen.addressee_site, seen.subject),
    )
