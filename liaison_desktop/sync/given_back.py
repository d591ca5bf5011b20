"""Takes own events back that this store had lost and the centre has: whole, or what an erasure left of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from liaison_desktop.store import epochs, feed, outbox
from liaison_desktop.store.events import keep_erased, keep_event
from liaison_desktop.sync.rows import Taking, keep_files, readable
from server_sync.contract.errors import ContractError
from server_sync.contract.events import Event, EventKind, Header, read_header
from server_sync.contract.evidence import merkle
from server_sync.contract.evidence.chain import event_hash_after_erasure
from server_sync.contract.messages import MissingErased
from server_sync.contract.numbers import RegistrationNumber


@dataclass(frozen=True, slots=True)
class _Given:
    """An event that came back: whole, or what an erasure left of it."""

    header: Header
    hash: bytes
    event: Event | None = None
    erased: MissingErased | None = None


def take_missing(taking: Taking) -> None:
    """Take back the events that this store had lost and the centre kept; numbers go on nowhere before they are seen.

    `was_given_back`: the epoch reaches further than before, and what follows may be asked for at once.
    """
    given = sorted((*_whole(taking), *_erased(taking)), key=lambda one: one.header.seq)
    before = outbox.epoch_by_id(taking.connection, taking.epoch).last_seq
    for one in given:
        if one.header.seq > outbox.epoch_by_id(taking.connection, taking.epoch).last_seq + 1:
            break  # one before it is still missing, and comes first
        _put_back(taking, one)
    gained = outbox.epoch_by_id(taking.connection, taking.epoch).last_seq - before
    if gained:
        taking.was_given_back = True
        feed.tell(taking.connection, taking.now_ms, "given_back", events=gained)


def _whole(taking: Taking) -> Iterator[_Given]:
    for raw in taking.reply.missing:
        try:
            event = raw.event()
            header = read_header(event.header)
        except ContractError:
            continue
        if header.epoch == taking.epoch:
            yield _Given(header, event.hash, event)


def _erased(taking: Taking) -> Iterator[_Given]:
    """What is left of erased events: only what the public log has under this very hash."""
    checkpoint = taking.checkpoint
    for told in taking.reply.missing_erased:
        try:
            header = read_header(told.header)
        except ContractError:
            continue
        if checkpoint is None or header.epoch != taking.epoch:
            continue
        try:
            entry = event_hash_after_erasure(told.header, told.commitment)
            merkle.verify_inclusion(entry, told.leaf, checkpoint.size, told.proof, checkpoint.root)
        except ContractError:
            feed.tell(taking.connection, taking.now_ms, "not_in_log", seq_from=header.seq, seq_to=header.seq)
        else:
            yield _Given(header, entry, erased=told)


def _put_back(taking: Taking, given: _Given) -> None:
    connection, header = taking.connection, given.header
    taken = connection.execute(
        "SELECT event_hash FROM events WHERE epoch = ? AND seq = ? AND is_own = 1", (header.epoch, header.seq)
    ).fetchone()
    is_own = taken is None or taken[0] == given.hash
    epoch = outbox.epoch_by_id(connection, header.epoch)
    is_registration = header.kind == EventKind.APPEAL_REGISTERED
    number = ""
    if is_registration:
        number = str(RegistrationNumber(epoch.number_code, header.year, epoch.slot, header.counter, header.random))
    event_hash = _keep(taking, given, number, is_own=is_own)
    if is_own:
        outbox.put_back(connection, header.epoch, header.seq, event_hash, taking.now_ms)
    if is_own and header.seq == epoch.last_seq + 1:
        numbered = (header.counter, header.year, number) if is_registration else None
        epochs.advance_epoch(connection, epoch, event_hash, numbered)
        connection.execute(
            "UPDATE epochs SET acknowledged_seq = ? WHERE epoch = ? AND acknowledged_seq = ?",
            (header.seq, header.epoch, header.seq - 1),
        )
    read = None if given.event is None else readable(given.event)
    if read is not None:
        keep_files(taking, read, number)
    appeal = event_hash if is_registration else header.appeal
    if appeal is not None:
        taking.lay_anew(appeal, header.kind)


def _keep(taking: Taking, given: _Given, number: str, *, is_own: bool) -> bytes:
    if given.event is not None:
        return keep_event(taking.connection, given.event, number=number, is_own=is_own, now_ms=taking.now_ms)
    if given.erased is None:
        raise TypeError("nothing was given")
    told = given.erased
    return keep_erased(
        taking.connection,
        told.header,
        told.commitment,
        told.remains,
        number=number,
        is_own=is_own,
        now_ms=taking.now_ms,
    )
