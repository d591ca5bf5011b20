"""Carries what a person does in a meeting to the centre and brings the answer back to the window."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from liaison_desktop.background.runner import Lane
from liaison_desktop.services.book import reference_book
from liaison_desktop.services.desk import Desk
from liaison_desktop.store.directory import key_ring
from liaison_desktop.sync import meeting
from liaison_desktop.sync.closed import Locksmith
from liaison_desktop.sync.door import open_transport, signer_of
from liaison_desktop.sync.meeting import MeetingLine
from liaison_desktop.ui.version import PROGRAM
from liaison_desktop.ui.workbench import Workbench
from server_sync.contract.errors import ContractError
from server_sync.contract.meetings import MeetingCall


class Calling(QObject):
    """One for a signed-in person; its line is opened with the first act."""

    def __init__(self, bench: Workbench, parent: QObject) -> None:
        super().__init__(parent)
        self._bench = bench
        self._line: MeetingLine | None = None
        self._closed_by: dict[bytes, str] = {}

    def note_closed(self, meeting: bytes, chair: str) -> None:
        """What is done in this meeting is done with its keys, which come from that office."""
        self._closed_by[meeting] = chair

    def act(
        self,
        call: MeetingCall,
        done: Callable[[meeting.Told], None],
        failed: Callable[[ContractError], None],
        once: bool,
    ) -> None:
        """Do an act; it is tried once, or again while the person still waits."""
        asked_s = time.monotonic()
        if self._line is not None:
            self._send(self._line, call, done, failed, once, asked_s)
            return

        def opened(line: MeetingLine) -> None:
            self._line = self._line or line
            self._send(self._line, call, done, failed, once, asked_s)

        self._bench.store(_open, opened, failed, owner=self)

    def close(self) -> None:
        """The program ends: what is under way is broken off."""
        if self._line is not None:
            self._line.stop()

    def _send(
        self,
        line: MeetingLine,
        call: MeetingCall,
        done: Callable[[meeting.Told], None],
        failed: Callable[[ContractError], None],
        once: bool,
        asked_s: float,
    ) -> None:
        closed_by = self._closed_by.get(call.meeting, "")
        job = partial(line.act, call, once=once, asked_s=asked_s, closed_by=closed_by)
        self._bench.runner.run(job, done=done, failed=failed, owner=self, lane=Lane.MEETING)


def _open(desk: Desk) -> MeetingLine:
    enrolment = desk.enrolment
    calls = open_transport(
        desk.store, enrolment.server, enrolment.roots, desk.clock, program=PROGRAM, timeouts=meeting.PATIENCE
    )
    signer, book = signer_of(desk.store), reference_book(desk.store)
    codes = {site.code: site.number_code for site in book.sites}
    ring = key_ring(desk.store, enrolment.roots)
    return MeetingLine(calls, signer, locksmith=Locksmith(signer, ring, lambda site: codes.get(site, "")))
