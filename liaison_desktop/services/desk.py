"""The desk at which somebody works: the open store with all that a use case needs beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from liaison_desktop.domain.errors import DiskFull, NotAllowed, OutcomeUnknown, StoreError
from liaison_desktop.domain.people import SignedIn
from liaison_desktop.domain.times import local_day
from liaison_desktop.services.book import edition, reference_book
from liaison_desktop.store.connection import Connection
from liaison_desktop.store.directory import key_ring
from liaison_desktop.store.epochs import current_epoch
from liaison_desktop.store.events import Author, Written, has_event
from liaison_desktop.store.scrubbing import gone_from_second, waiting_on_second
from liaison_desktop.store.settings import held_time, keep_clerks_word
from liaison_desktop.store.store import Store
from liaison_desktop.workplace.clock import ClerksWord, Clock, HeldTime
from liaison_desktop.workplace.description import Enrolment
from liaison_desktop.workplace.mark import HighWaterMark, Mark
from liaison_desktop.workplace.second_medium import SecondMedium
from server_sync.contract.events import EventKind, frame_event
from server_sync.contract.evidence.keyring import KeyRing
from server_sync.contract.reference import ReferenceBook
from server_sync.contract.territory import Site
from server_sync.contract.workflow import OF_WALLS, who_may

COPIED_AT_ONCE: Final = 2_000
_NOTHING_DONE: Final = {"disk_full": DiskFull}


@dataclass
class Desk:
    """Everything a use case needs; one for an open store, on the store lane.

    `signed_in` is the person at the counter. `must_prove` after a COMMIT whose durability could not be shown.
    """

    store: Store
    clock: Clock
    book: ReferenceBook
    enrolment: Enrolment
    mark: HighWaterMark
    second: SecondMedium | None = None
    signed_in: SignedIn | None = None
    book_edition: tuple[str, int, int] = ("", 0, 0)
    must_prove: bool = False
    mark_failed: bool = False

    @property
    def site(self) -> Site:
        """The office this workplace belongs to."""
        return self.book.territory.site(self.enrolment.site_code)

    def held(self) -> HeldTime:
        """The time that counts for dates, held against the centre's last word."""
        return held_time(self.store, self.clock)

    def clock_ahead(self) -> timedelta:
        """How far this computer's clock is ahead of the time that counts; less than nothing when it is behind."""
        return timedelta(milliseconds=self.clock.wall_ms() - self.held().time_ms)

    def hear_of_clock(self, word: ClerksWord) -> HeldTime:
        """The clerk says whether the clock is right; gives the time that counts from here on."""
        keep_clerks_word(self.store, self.clock, word)
        return self.held()

    def today(self) -> date:
        """The local date that counts."""
        return local_day(self.held().time_ms)

    def ring(self) -> KeyRing:
        """The keys that may be believed here."""
        return key_ring(self.store, self.enrolment.roots)

    def author(self, kind: EventKind) -> Author:
        """Who writes an event of this kind now; raises NotAllowed."""
        signed_in = self.signed_in
        if signed_in is None:
            raise NotAllowed("sign_in_needed")
        if self.enrolment.is_wall and kind not in OF_WALLS:
            raise NotAllowed("not_for_walls")
        today = self.today()
        if not any(role.holds_on(today) and who_may(kind, role.role) for role in signed_in.person.roles):
            raise NotAllowed("no_role_here", kind=kind.name.lower())
        # Sessions are counted within an epoch: one opened in the epoch before says nothing in this one.
        epoch = current_epoch(self.store.connection).epoch
        session = signed_in.session if signed_in.epoch == epoch else 0
        return Author(signed_in.person.person.bytes, session)

    def write(self, work: Callable[[Connection], Written]) -> Written:
        """Do a work that writes one event in one transaction, whole or not at all.

        A failed COMMIT is an unknown outcome: the store is opened anew and the event's hash looked up. When it is not
        there nothing was changed, and the failure's own name is raised; when it is there and cannot be shown to be on
        the disk, OutcomeUnknown is, and the next call begins by proving it.
        """
        self.ensure_sound()
        written: list[Written] = []
        try:
            with self.store.transaction() as connection:
                written.append(work(connection))
        except OutcomeUnknown as unknown:
            self.must_prove = True
            if not self.store.is_open:
                raise
            if not written or not has_event(self.store, written[0].hash):
                self.must_prove = False
                cause = str(unknown.params.get("cause", "store_failed"))
                raise _NOTHING_DONE.get(cause, StoreError)(cause, permanent=False) from unknown
            self.ensure_sound()
        self._mirror(written[0])
        return written[0]

    def ensure_sound(self) -> None:
        """Open a store that a failure closed, and prove durable what a failed COMMIT left in doubt."""
        if not self.store.is_open:
            self.store.reopen()
        if self.must_prove:
            try:
                self.store.prove_durable()
            except StoreError as failure:
                raise OutcomeUnknown("outcome_unknown", permanent=False, cause=failure.code) from failure
            self.must_prove = False

    def renew_book(self) -> bool:
        """Take up decreed days and newer tables that came down meanwhile; True when there were some."""
        newest = edition(self.store)
        if newest == self.book_edition:
            return False
        self.book, self.book_edition = reference_book(self.store), newest
        return True

    def mirror_now(self) -> None:
        """Bring the high-water mark up to the database, as after a crash between the two."""
        epoch = current_epoch(self.store.connection)
        before = self.mark.read(epoch.epoch)
        if before is not None and (before.seq, before.chain) == (epoch.last_seq, epoch.chain):
            return  # written over, it could be spoilt by a power cut while it is the only one
        self._write_mark(Mark(epoch.epoch, epoch.last_seq, epoch.chain, epoch.last_number, self.clock.wall_ms()))

    def copy_to_second(self) -> bool:
        """Write what the second medium does not have yet, so much at once; False when it is away or behind.

        A medium that was away, or is new, is brought up to date by the registrations that follow.
        """
        if self.second is None or not self.second.is_here:
            return False
        self.forget_on_second()
        epoch = current_epoch(self.store.connection)
        behind = self.store.connection.execute(
            "SELECT seq, header, salt, body FROM events "
            "WHERE epoch = ? AND is_own = 1 AND body IS NOT NULL AND seq > ? ORDER BY seq LIMIT ?",
            (epoch.epoch, self.second.written_to(epoch.epoch), COPIED_AT_ONCE),
        ).fetchall()
        if not behind:
            return True
        events = [frame_event(*row[1:]) for row in behind]
        return self.second.append(epoch.epoch, events, behind[-1][0]) and behind[-1][0] == epoch.last_seq

    def forget_on_second(self) -> None:
        """Take from the second medium what was erased here; while it is away that waits."""
        if self.second is None:
            return
        for epoch, event_hashes in waiting_on_second(self.store).items():
            if self.second.forget(epoch, event_hashes):
                gone_from_second(self.store, event_hashes)

    def _mirror(self, written: Written) -> None:
        header = written.header
        number = written.number or current_epoch(self.store.connection).last_number
        self._write_mark(Mark(header.epoch, header.seq, written.chain, number, header.wall_ms))
        self.copy_to_second()

    def _write_mark(self, mark: Mark) -> None:
        # The event is on the disk already; a mirror that lags is brought up at the next event or start.
        try:
            self.mark.write(mark)
        except (DiskFull, OSError):
            self.mark_failed = True
        else:
            self.mark_failed = False
