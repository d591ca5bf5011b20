"""Opens the workplace: finds the key, opens the store, and looks whether it may go on numbering.

Any doubt (the database behind its mirror, no mirror, another computer, a copied folder, a damaged end) stops numbering
in the old epoch; everything else goes on. A new epoch comes from the centre.
"""

import shutil
from dataclasses import dataclass, replace
from typing import Final

from liaison_desktop.domain.errors import StoreError
from liaison_desktop.domain.people import WaitingHere
from liaison_desktop.domain.times import moment
from liaison_desktop.services.book import edition, reference_book
from liaison_desktop.services.desk import Desk
from liaison_desktop.store import meetings
from liaison_desktop.store.blobs import drop_unnamed, sweep
from liaison_desktop.store.delivery import waiting
from liaison_desktop.store.epochs import Epoch, all_epochs, current_epoch, stop_numbering
from liaison_desktop.store.projecting import renew_if_due
from liaison_desktop.store.scrubbing import scrub
from liaison_desktop.store.settings import keep_setting, read_setting
from liaison_desktop.store.store import Store
from liaison_desktop.workplace.clock import Clock
from liaison_desktop.workplace.description import Description, DescriptionFile, Enrolment, WaitingNote
from liaison_desktop.workplace.home import Home
from liaison_desktop.workplace.machine import Machine
from liaison_desktop.workplace.mark import HighWaterMark, Mark
from liaison_desktop.workplace.second_medium import SecondMedium
from liaison_desktop.workplace.vault import Vault
from liaison_desktop.workplace.wall_key import read_wall_key
from server_sync.contract.events import Event
from server_sync.contract.evidence import chain

WRITES_NOTHING: Final = frozenset({"disk_full", "store_io", "store_not_writable"})
"""A disk that is full or failing: what stands on it can be read."""

SECOND_MEDIUM: Final = "second_medium"
"""The setting in `workplace.json` that names a folder on a second medium."""

MIRROR_AHEAD: Final = "mirror_ahead"
MIRROR_DIFFERS: Final = "mirror_differs"
MIRROR_MISSING: Final = "mirror_missing"
HOME_COPIED: Final = "home_copied"
OTHER_MACHINE: Final = "other_machine"
STORE_DAMAGED: Final = "store_damaged"
EPOCH_DIFFERS: Final = "epoch_differs"

ROOM_LEAST_BYTES: Final = 1024 * 1024

_MIRRORED: Final = "mirrored_epoch"
"""The setting in the store that names the epoch whose mirror was written once: it does not go by itself."""
_STANDS: Final = "home_traits"
"""The setting in the store that tells the traits of the file `Home.place`."""


@dataclass(frozen=True, slots=True)
class Place:
    """The folder, its description and the clocks of this computer, known before anyone signs in."""

    home: Home
    file: DescriptionFile
    clock: Clock
    machine: Machine
    vault: Vault


def unattended_key(place: Place) -> bytes | None:
    """The store's key without a person: a new workplace's first key, a wall's own, or the keyring's. Slow at first."""
    description = place.file.read()
    if description.first_key is not None:
        return description.first_key
    if description.enrolment is None:
        return None
    if description.enrolment.is_wall:
        return read_wall_key(place.home.wall_key)
    return place.vault.read(description.enrolment.workplace.hex())


def open_desk(place: Place, key: bytes) -> Desk:
    """Open the store with its key and look for doubts.

    Raises NotEnrolled, StoreForeign, StoreDamaged, StoreNewer, DiskFull, StoreError.
    """
    description = place.file.read()
    enrolment = description.enrolled()
    store = Store.open(place.home.store, key, place.home.blobs)
    try:
        renew_if_due(store)
        meetings.renew_if_due(store)
        desk = _desk(place, description, enrolment, store)
        doubt = find_doubt(desk, place)
        if doubt:
            stop_numbering(store, doubt)
        else:
            try:
                _settle(desk, place)
                meetings.know_own_site(store, enrolment.site_code)
                _let_go_of_unnamed(store)
            except StoreError as failure:
                if failure.code not in WRITES_NOTHING:  # noted at the next start; nothing is numbered here now
                    raise
    except BaseException:
        store.close()
        raise
    return desk


def _let_go_of_unnamed(store: Store) -> None:
    """Drop files that nothing names. No form is open yet: they were chosen in one that was never sent.

    A store that was stopped once, set back to what it was, may have lost the very rows that named them: all stay.
    """
    if not any(epoch.stopped_code for epoch in all_epochs(store)):
        drop_unnamed(store)
        sweep(store)


def _desk(place: Place, description: Description, enrolment: Enrolment, store: Store) -> Desk:
    second = description.settings.get(SECOND_MEDIUM, "")
    return Desk(
        store=store,
        clock=place.clock,
        book=reference_book(store),
        book_edition=edition(store),
        enrolment=enrolment,
        mark=HighWaterMark(place.home.mark),
        second=SecondMedium(place.home.folder.joinpath(second), store.key) if second else None,
    )


def find_doubt(desk: Desk, place: Place) -> str:
    """Name what speaks against numbering on in this epoch; empty when nothing does."""
    stopped = current_epoch(desk.store.connection).stopped_code
    return stopped or find_doubt_of_store(desk, place)


def find_doubt_of_store(desk: Desk, place: Place) -> str:
    """Name what the store itself, its mirror or this computer speak against numbering on, whatever people said."""
    epoch = current_epoch(desk.store.connection)
    known_as = desk.enrolment.fingerprint
    found_as = place.machine.fingerprint(desk.enrolment.workplace)
    if known_as and found_as and known_as != found_as:
        return OTHER_MACHINE
    if epoch.epoch != desk.enrolment.epoch:
        return EPOCH_DIFFERS
    return (
        _doubt_of_mirror(desk, epoch)
        or ("" if _ends_well(desk.store, epoch) else STORE_DAMAGED)
        or (HOME_COPIED if _is_copy(desk, place) else "")
    )


def _doubt_of_mirror(desk: Desk, epoch: Epoch) -> str:
    """Hold the database against the mirror, and against the second medium when it is here."""
    mark = desk.mark.read(epoch.epoch)
    if mark is None:
        if read_setting(desk.store, _MIRRORED) == epoch.epoch.hex():
            return MIRROR_MISSING
    elif mark.seq > epoch.last_seq:
        return MIRROR_AHEAD
    elif _chain_from(desk.store, epoch, mark) != epoch.chain:
        return MIRROR_DIFFERS
    if desk.second is not None and desk.second.written_to(epoch.epoch) > epoch.last_seq:
        return MIRROR_AHEAD
    return ""


def _is_copy(desk: Desk, place: Place) -> bool:
    """Whether this folder is not the one in which the store was opened before."""
    known_as = read_setting(desk.store, _STANDS)
    return bool(known_as) and place.machine.traits(place.home.place).isdisjoint(known_as.split(";"))


def _settle(desk: Desk, place: Place) -> None:
    """Bring the mirror up, and note in the store what must be found again at the next start."""
    desk.mirror_now()
    epoch = current_epoch(desk.store.connection).epoch
    if not desk.mark_failed and read_setting(desk.store, _MIRRORED) != epoch.hex():
        keep_setting(desk.store, _MIRRORED, epoch.hex())
    if not place.home.place.exists():
        try:
            place.home.place.touch(mode=0o600)
        except OSError:
            return  # a disk without room: noted at the next start
    traits = ";".join(sorted(place.machine.traits(place.home.place)))
    if read_setting(desk.store, _STANDS) != traits:
        keep_setting(desk.store, _STANDS, traits)


def check_whole_store(desk: Desk) -> tuple[str, ...]:
    """Read every page, after an unclean start; what is found stops numbering. Takes seconds for a large store."""
    problems = desk.store.find_damage()
    if problems:
        stop_for_damage(desk)
    return problems


def stop_for_damage(desk: Desk) -> None:
    """Damage was found (Store.find_damage, beside the store lane): no numbering in this epoch any more."""
    stop_numbering(desk.store, STORE_DAMAGED)


def waiting_here(place: Place, *, was_unclean: bool) -> WaitingHere:
    """What stands in this computer, to be shown before anyone signs in; the last number is the mirror's."""
    description = place.file.read()
    note = description.waiting
    mark = None
    if description.enrolment is not None:
        mark = HighWaterMark(place.home.mark).read(description.enrolment.epoch)
    return WaitingHere(
        events=note.events,
        oldest_at=moment(note.oldest_ms) if note.events else None,
        last_number=mark.number if mark is not None and mark.number else note.last_number,
        was_unclean=was_unclean,
        stopped_code=note.stopped_code,
    )


def is_disk_full(place: Place) -> bool:
    """Whether the disk of this workplace has so little room that nothing can be kept on it."""
    return shutil.disk_usage(place.home.folder).free < ROOM_LEAST_BYTES


def note_waiting(place: Place, desk: Desk) -> None:
    """At the end of a run: scrub what was erased, and write down the counts for the next start's first screen."""
    scrub(desk.store)
    desk.forget_on_second()
    now = waiting(desk.store)
    oldest_ms = 0 if now.oldest_at is None else int(now.oldest_at.timestamp() * 1000)
    epoch = current_epoch(desk.store.connection)
    note = WaitingNote(now.appeals, oldest_ms, epoch.last_number, epoch.stopped_code)
    place.file.change(lambda before: before if before.waiting == note else replace(before, waiting=note))


def _chain_from(store: Store, epoch: Epoch, mark: Mark) -> bytes:
    """Lay the events after the mark on its chain value."""
    rows = store.connection.execute(
        "SELECT event_hash FROM events WHERE epoch = ? AND is_own = 1 AND seq > ? ORDER BY seq", (epoch.epoch, mark.seq)
    )
    return chain.advance_over(mark.chain, (row[0] for row in rows))


def _ends_well(store: Store, epoch: Epoch) -> bool:
    """Whether the newest own event is here and its bytes hash to its name."""
    if epoch.last_seq == 0:
        return epoch.chain == chain.genesis(epoch.certificate)
    row = store.connection.execute(
        "SELECT event_hash, header, salt, body FROM events WHERE epoch = ? AND seq = ? AND is_own = 1",
        (epoch.epoch, epoch.last_seq),
    ).fetchone()
    if row is None:
        return False
    return row[2] is None or Event(row[1], row[2], row[3]).hash == row[0]
