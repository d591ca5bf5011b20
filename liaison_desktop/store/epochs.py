"""The workplace's epochs: which slot it numbers under, with which key, how far it has come."""

from dataclasses import dataclass

from liaison_desktop.domain.errors import NotEnrolled, NumberingStopped
from liaison_desktop.store.connection import Connection
from liaison_desktop.store.store import Store
from server_sync.contract.evidence import chain
from server_sync.contract.evidence.certificate import WorkplaceCertificate
from server_sync.contract.messages import CLERK_SAID_NO
from server_sync.contract.signing import PrivateKey, random_bytes, sha256

_STOP = "numbering_stop"
"""The setting that names the newest stop."""

_COLUMNS = (
    "epoch, number_code, slot, certificate, private_key, last_seq, chain, last_counter, last_year, last_number, "
    "acknowledged_seq, stopped_code, closed_at_ms"
)


@dataclass(frozen=True, slots=True)
class Epoch:
    """One incarnation of this workplace's numbering."""

    epoch: bytes
    number_code: str
    slot: str
    certificate: bytes
    private_key: bytes
    last_seq: int
    chain: bytes
    last_counter: int
    last_year: int
    last_number: str
    acknowledged_seq: int
    stopped_code: str
    closed_at_ms: int | None

    @property
    def key(self) -> PrivateKey:
        """The workplace's signing key."""
        return PrivateKey.from_bytes(self.private_key)


def open_epoch(store: Store, certificate: bytes, private_key: PrivateKey, now_ms: int) -> Epoch:
    """Begin an epoch under a fresh certificate; the one before, if any, is closed. The same again changes nothing."""
    read = WorkplaceCertificate.from_bytes(certificate)
    with store.transaction() as connection:
        connection.execute(
            "UPDATE epochs SET closed_at_ms = ? WHERE closed_at_ms IS NULL AND epoch != ?", (now_ms, read.epoch)
        )
        connection.execute(
            "INSERT INTO epochs (epoch, number_code, slot, certificate, private_key, opened_at_ms, chain) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (epoch) DO NOTHING",
            (
                read.epoch,
                read.number_code,
                read.slot,
                certificate,
                private_key.to_bytes(),
                now_ms,
                chain.genesis(certificate),
            ),
        )
        return current_epoch(connection)


def current_epoch(connection: Connection) -> Epoch:
    """The epoch this workplace writes in; raises NotEnrolled when there is none."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM epochs WHERE closed_at_ms IS NULL ORDER BY opened_at_ms DESC LIMIT 1"  # noqa: S608
    ).fetchone()
    if row is None:
        raise NotEnrolled("not_enrolled")
    return Epoch(*row)


def all_epochs(store: Store) -> tuple[Epoch, ...]:
    """Every epoch of this store, the oldest first."""
    rows = store.connection.execute(f"SELECT {_COLUMNS} FROM epochs ORDER BY opened_at_ms")  # noqa: S608
    return tuple(Epoch(*row) for row in rows)


def writing_epoch(connection: Connection) -> Epoch:
    """The epoch to write the next event in; raises NumberingStopped when a doubt stands."""
    epoch = current_epoch(connection)
    if epoch.stopped_code:
        raise NumberingStopped(epoch.stopped_code, last_number=epoch.last_number)
    return epoch


@dataclass(frozen=True, slots=True)
class Stop:
    """Why the current epoch writes nothing more, and the name of this very stop, by which it can be lifted."""

    code: str
    stop: bytes
    last_number: str

    @property
    def is_liftable(self) -> bool:
        """Whether people may lift it: a person's word stopped it, not the state of the store."""
        return self.code == CLERK_SAID_NO


def stop_numbering(store: Store, code: str) -> None:
    """Let the current epoch write nothing more; the first reason stays."""
    with store.transaction() as connection:
        stopped = connection.execute(
            "UPDATE epochs SET stopped_code = ? WHERE closed_at_ms IS NULL AND stopped_code = ''", (code,)
        ).rowcount
        if stopped:
            connection.execute(
                "INSERT INTO settings (name, value) VALUES (?, ?) "
                "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (_STOP, random_bytes(16).hex()),
            )


def standing_stop(connection: Connection) -> Stop | None:
    """The stop of the current epoch; None while it numbers."""
    epoch = current_epoch(connection)
    if not epoch.stopped_code:
        return None
    row = connection.execute("SELECT value FROM settings WHERE name = ?", (_STOP,)).fetchone()
    # An earlier program stopped without naming the stop; it stopped once.
    named = sha256(b"stop\x00", epoch.epoch)[:16] if row is None else bytes.fromhex(row[0])
    return Stop(epoch.stopped_code, named, epoch.last_number)


def lift_stop(connection: Connection, stop: bytes) -> bool:
    """Let the current epoch number on after this very stop, if people may lift it; True when it stood."""
    standing = standing_stop(connection)
    if standing is None or not standing.is_liftable or standing.stop != stop:
        return False
    connection.execute(
        "UPDATE epochs SET stopped_code = '' WHERE closed_at_ms IS NULL AND stopped_code = ?", (standing.code,)
    )
    return True


def advance_epoch(
    connection: Connection, epoch: Epoch, event_hash: bytes, numbered: tuple[int, int, str] | None
) -> bytes:
    """Count an event just written and give the chain value after it; `numbered` is counter, year and number text."""
    after = chain.advance(epoch.chain, event_hash)
    counter, year, number = numbered or (epoch.last_counter, epoch.last_year, epoch.last_number)
    changed = connection.execute(
        "UPDATE epochs SET last_seq = ?, chain = ?, last_counter = ?, last_year = ?, last_number = ? "
        "WHERE epoch = ? AND last_seq = ?",
        (epoch.last_seq + 1, after, counter, year, number, epoch.epoch, epoch.last_seq),
    ).rowcount
    if changed != 1:
        raise NumberingStopped("epoch_moved")
    return after
