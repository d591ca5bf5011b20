"""Runs slow work away from the window and brings its result back to the thread of the widgets.

One long-lived ``QObject``, one queued signal, plain executors. The store's lane has one thread, so jobs on the store
never meet and keep their order. A result for an owner that is gone is dropped. What a job raises of the expected kinds
goes to ``failed``; a bug goes to the program's hook, as if it had happened in the window.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from enum import Enum
from itertools import count
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from liaison_desktop.domain.errors import LiaisonError
from server_sync.contract.errors import ContractError

Result = TypeVar("Result")

Expected = LiaisonError | ContractError
"""What a job may raise without being broken."""


class Lane(Enum):
    """Where a job runs."""

    STORE = "store"
    NETWORK = "network"
    WORK = "work"
    MEETING = "meeting"
    """What a person does in a meeting; it waits behind no exchange."""


_THREADS = {Lane.STORE: 1, Lane.NETWORK: 1, Lane.WORK: 2, Lane.MEETING: 1}


class _Job:
    """One piece of work on its way, and who waits for it."""

    def __init__(
        self,
        done: Callable[[Any], object] | None,
        failed: Callable[[Expected], object] | None,
        owner: QObject | None,
    ) -> None:
        self.done = done
        self.failed = failed
        self._owner = weakref.ref(owner) if owner is not None else None

    def is_awaited(self) -> bool:
        """Whether the owner still stands, or none was named."""
        if self._owner is None:
            return True
        owner = self._owner()
        return owner is not None and isValid(owner)


class Runner(QObject):
    """Takes jobs from the window's thread and answers in it; close it before the program ends."""

    _finished = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes: dict[Lane, ThreadPoolExecutor] = {}
        self._jobs: dict[int, _Job] = {}
        self._numbers = count(1)
        self._closed = False
        self._finished.connect(self._settle, Qt.ConnectionType.QueuedConnection)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on its way."""
        return not self._jobs

    def run(
        self,
        job: Callable[[], Result],
        *,
        done: Callable[[Result], object] | None = None,
        failed: Callable[[Expected], object] | None = None,
        owner: QObject | None = None,
        lane: Lane = Lane.STORE,
    ) -> None:
        """Run ``job`` in a lane; later call ``done`` with its result or ``failed`` with its expected error."""
        if self._closed:
            return
        number = next(self._numbers)
        self._jobs[number] = _Job(done, failed, owner)
        if lane not in self._lanes:
            self._lanes[lane] = ThreadPoolExecutor(_THREADS[lane], thread_name_prefix=f"liaison-{lane.value}")
        future = self._lanes[lane].submit(job)
        future.add_done_callback(lambda finished: self._finished.emit(number, finished))

    def close(self) -> None:
        """Let the store's jobs end, drop what has not begun elsewhere, and take no more."""
        self._closed = True
        for lane, pool in self._lanes.items():
            pool.shutdown(wait=True, cancel_futures=lane is not Lane.STORE)
        self._lanes.clear()
        self._jobs.clear()

    @Slot(int, object)
    def _settle(self, number: int, finished: Future[Any]) -> None:
        job = self._jobs.pop(number, None)
        if job is None or finished.cancelled():
            return
        error = finished.exception()
        if error is None:
            if job.done is not None and job.is_awaited():
                job.done(finished.result())
        elif isinstance(error, (LiaisonError, ContractError)) and job.failed is not None:
            if job.is_awaited():
                job.failed(error)
        else:
            sys.excepthook(type(error), error, error.__traceback__)
