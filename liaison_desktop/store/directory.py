"""The centre's keys, every workplace's certificate and the revocations that came down; and names of people here."""

from collections.abc import Iterable
from enum import IntEnum
from uuid import UUID

from liaison_desktop.store.connection import Connection
from liaison_desktop.store.events import SITE_FEED
from liaison_desktop.store.feed import cursors
from liaison_desktop.store.store import Store
from server_sync.contract.errors import ContractError
from server_sync.contract.evidence.certificate import KeyCertificate, Revocation, WorkplaceCertificate
from server_sync.contract.evidence.keyring import KeyRing
from server_sync.contract.messages import RawRow, RoleScope, RolesRow, RowKind


class Entry(IntEnum):
    """What a row of the directory is."""

    KEY = 1
    WORKPLACE = 2
    REVOCATION = 3


def keep_directory(connection: Connection, kind: Entry, raw: bytes, now_ms: int) -> None:
    """Keep a certificate or revocation that was verified; the same again changes nothing."""
    key_id: bytes | None = None
    epoch: bytes | None = None
    match kind:
        case Entry.KEY:
            key_id = KeyCertificate.from_bytes(raw).key_id
        case Entry.WORKPLACE:
            workplace = WorkplaceCertificate.from_bytes(raw)
            key_id, epoch = workplace.key_id, workplace.epoch
        case Entry.REVOCATION:
            epoch = Revocation.from_bytes(raw).epoch
    connection.execute(
        "INSERT INTO directory (kind, raw, key_id, epoch, received_at_ms) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        (int(kind), raw, key_id, epoch, now_ms),
    )


def key_ring(store: Store, roots: Iterable[bytes]) -> KeyRing:
    """Everything that may be believed here, verified anew from the roots; what does not hold is left out."""
    ring = KeyRing(roots)
    rows = store.connection.execute("SELECT kind, raw FROM directory ORDER BY kind, received_at_ms").fetchall()
    for kind, raw in rows:
        try:
            match Entry(kind):
                case Entry.KEY:
                    ring.add_key(raw)
                case Entry.WORKPLACE:
                    ring.add_workplace(raw)
                case Entry.REVOCATION:
                    ring.add_revocation(raw)
        except ContractError:
            # Kept for the record; a key whose root was withdrawn proves nothing any more.
            continue
    return ring


def keep_person(store: Store, person: UUID, surname: str, given_name: str, patronymic: str) -> None:
    """Remember who works here by name, for the history of requests."""
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO people (person, surname, given_name, patronymic) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (person) DO UPDATE SET surname = excluded.surname, given_name = excluded.given_name, "
            "patronymic = excluded.patronymic",
            (person.bytes, surname, given_name, patronymic),
        )


def note_asked(store: Store, person: UUID) -> None:
    """Remember that the centre was asked about a person's roles just now: what its feed said so far is older."""
    with store.transaction() as connection:
        read = cursors(connection)
        connection.execute(
            "UPDATE people SET asked_in = ?, asked_at = ? WHERE person = ?",
            (read.server_epoch, read.site, person.bytes),
        )


def told_roles(store: Store, person: UUID) -> tuple[RoleScope, ...] | None:
    """The roles that the centre's feed told last of a person since it was asked about them; None when it told none."""
    # RowKind.ROLES, written out: else SQLite does not take the index that holds these rows alone
    rows = store.connection.execute(
        "SELECT raw FROM feed_rows WHERE kind = 8 AND feed = ? AND (server_epoch, n) > "
        "(SELECT coalesce(max(asked_in), 0), coalesce(max(asked_at), 0) FROM people WHERE person = ?) "
        "ORDER BY server_epoch DESC, n DESC",
        (SITE_FEED, person.bytes),
    )
    for (raw,) in rows:
        try:
            entry = RawRow(RowKind.ROLES, raw).entry()
        except ContractError:
            continue
        if isinstance(entry, RolesRow) and entry.person == person.bytes:
            return entry.roles
    return None


def names_of_people(store: Store) -> dict[UUID, str]:
    """Names by person, given name first."""
    rows = store.connection.execute("SELECT person, surname, given_name FROM people")
    return {UUID(bytes=row[0]): f"{row[2]} {row[1]}".strip() for row in rows}
