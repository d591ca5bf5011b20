"""Keeps what is typed in a dialog about a request as the form is kept: within a second, until sent or thrown away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from liaison_desktop.ui import formats
from liaison_desktop.ui.requests.values import ActTyped, KeptAct
from liaison_desktop.ui.widgets.saying import Say
from liaison_desktop.workplace.words import tr
from server_sync.contract.errors import ContractError
from server_sync.contract.events import EventKind

KEEP_WITHIN_MS = 400
"""From the first letter that is not on the disk to its writing, however fast one types on."""
KEEP_AGAIN_MS = 3000
_SOON, _AGAIN = "keep act", "keep act again"

Act = tuple[bytes, EventKind]
"""A request, and the event that would be written about it."""


@dataclass(frozen=True, slots=True)
class KeepingActs:
    """What keeping may ask for; what is slow answers later, in the window's thread."""

    find: Callable[[Act, Callable[[KeptAct | None], None], Callable[[ContractError], None]], None]
    keep: Callable[[Act, ActTyped, Callable[[datetime], None], Callable[[ContractError], None]], None]
    drop: Callable[[Act], object]
    after: Callable[[str, int, Callable[[], object]], None]
    forget: Callable[[str], object]
    offer_undo: Callable[[Say, Callable[[], None]], None]


class Keeping:
    """Of the dialog that is open now; what a full disk did not take is tried again, also after the dialog is closed."""

    def __init__(self, acts: KeepingActs, show_saved: Callable[[Say, str, str], None]) -> None:
        self._acts = acts
        self._show_saved = show_saved
        self._act: Act | None = None
        self._blank = self._typed = ActTyped()
        self._written: ActTyped | None = None
        self._is_due = self._is_sent = self._again = False
        self._on_way = 0
        self._unsaved: dict[Act, ActTyped] = {}

    @property
    def is_being_saved(self) -> bool:
        """Whether something is on its way to the disk."""
        return self._on_way > 0

    @property
    def is_unsaved(self) -> bool:
        """Whether the disk did not take what was typed last."""
        return bool(self._unsaved)

    def find(self, act: Act, found: Callable[[KeptAct | None], None], failed: Callable[[ContractError], None]) -> None:
        """What was typed for this act before; what the disk did not take yet comes first."""
        lost = self._unsaved.get(act)
        if lost is not None:
            found(KeptAct(lost))
        else:
            self._acts.find(act, found, failed)

    def begin(self, act: Act, blank: ActTyped, kept: ActTyped | None) -> None:
        """A dialog opens: as it is when nothing is typed, and what is typed in it already."""
        self._act, self._blank = act, blank
        self._typed = self._written = kept if kept is not None else blank
        self._is_sent = False

    def typed(self, now: ActTyped) -> None:
        """Something was typed: write it within a moment; more typed meanwhile goes with it and does not put it off."""
        self._typed = now
        if self._act is None or self._is_sent:
            return
        if not self._unsaved:
            self._show_saved(lambda: tr("Being saved"), "muted", "floppy-disk")
        if not self._is_due:
            self._is_due = True
            self._acts.after(_SOON, KEEP_WITHIN_MS, self._due)

    def save_now(self) -> None:
        """Write what is not on the disk yet."""
        self._acts.forget(_SOON)
        self._is_due = self._again = False
        self._write()

    def send(self) -> None:
        """It is being made an event, which takes the draft away: nothing is kept after that."""
        self.save_now()
        self._is_sent = True

    def go_on(self) -> None:
        """It was refused; one types on."""
        self._is_sent = False

    def sent(self) -> None:
        """It is an event now."""
        if self._act is not None:
            self._unsaved.pop(self._act, None)
        self._act = None

    def end(self) -> None:
        """The dialog is closed; what was typed comes back with the next one."""
        if not self._is_sent:
            self.save_now()
        self._act = None

    def discard(self) -> None:
        """What was typed is not wanted; for a moment that can be taken back."""
        act, typed = self._act, self._typed
        if act is None:
            return
        self._acts.forget(_SOON)
        self._is_due = self._again = False
        self._act = None
        self._unsaved.pop(act, None)
        self._acts.drop(act)
        self._acts.offer_undo(lambda: tr("What was typed is thrown away."), lambda: self._keep(act, typed))

    def _due(self) -> None:
        self._is_due = False
        if self._on_way:  # a slow disk: what is typed goes in one piece when it is done
            self._again = True
        else:
            self._write()

    def _write(self) -> None:
        act, typed = self._act, self._typed
        if act is None or self._is_sent or typed == self._written:
            return
        self._written = typed
        if typed == self._blank:
            self._unsaved.pop(act, None)
            self._acts.drop(act)
            self._show_saved(lambda: tr("Everything typed is saved within a second"), "muted", "info")
        else:
            self._keep(act, typed)

    def _keep(self, act: Act, typed: ActTyped) -> None:
        self._on_way += 1
        self._acts.keep(act, typed, lambda at: self._saved(act, at), lambda _: self._not_saved(act, typed))

    def _saved(self, act: Act, at: datetime) -> None:
        self._on_way -= 1
        self._unsaved.pop(act, None)
        if act == self._act and self._typed == self._written:
            self._show_saved(lambda: tr("Draft saved: {time}", time=formats.clock(at)), "success", "check-circle")
        if self._again:
            self._again = False
            self._write()

    def _not_saved(self, act: Act, typed: ActTyped) -> None:
        self._on_way -= 1
        self._unsaved[act] = typed
        self._written = None
        self._acts.after(_AGAIN, KEEP_AGAIN_MS, self._keep_again)
        if act == self._act:
            self._show_saved(lambda: tr("The draft is not saved"), "danger", "warning-circle")

    def _keep_again(self) -> None:
        if self._act is not None and not self._is_sent and self._act in self._unsaved:
            self._unsaved[self._act] = self._typed
        for act, typed in tuple(self._unsaved.items()):
            if act == self._act:
                self._written = typed
            self._keep(act, typed)
