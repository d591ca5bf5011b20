"""Forms of conversations: what is confirmed is written to the request whose form is open."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from liaison_desktop.domain.appeals import AppealSeen
from liaison_desktop.domain.times import milliseconds
from liaison_desktop.store.migrations import m0011_receptions
from liaison_desktop.store.receptions import keep_reception
from liaison_desktop.ui import formats
from liaison_desktop.ui.requests import reception_panel as panel
from liaison_desktop.ui.requests import reception_telling
from liaison_desktop.ui.requests.receiving import Receiving, ReceivingActs
from liaison_desktop.ui.requests.reception_dialogs import YES
from liaison_desktop.ui.requests.reception_values import ReceptionShown
from liaison_desktop.ui.requests.values import ActTyped, CardShown
from server_sync.contract.bodies import ReceptionSet, ReceptionWish, Words
from server_sync.contract.events import EventKind
from server_sync.contract.receptions import Reception, ReceptionState
from server_sync.contract.workflow import State

A, B = b"a" * 32, b"b" * 32
SHOWN = ReceptionShown(None, "", "", (), may_ask=True, may_note=True, meeting=bytes(16))


def card(appeal: bytes) -> CardShown:
    return cast("CardShown", SimpleNamespace(appeal=appeal, number=appeal[:1].decode(), reception=SHOWN))


class Counter:
    """Opens a form when the store answers, and no second one until then, as the presenter of Requests does."""

    def __init__(self) -> None:
        self.waiting: Callable[[], ActTyped] | None = None
        self.opened: list[str] = []
        self.written: list[tuple[str, bytes]] = []
        self.view = SimpleNamespace(
            ask_reception=lambda number: self.open(f"ask {number}"),
            ask_outcome=lambda number: self.open(f"note {number}"),
            show_dialog_remarks=lambda _: None,
        )
        self.receiving = Receiving(
            cast("Any", self.view),
            ReceivingActs(
                ask=lambda appeal, *_: self.written.append(("ask", appeal)),
                note=lambda appeal, *_: self.written.append(("note", appeal)),
                take_back=lambda *_: None,
                slip=lambda *_: None,
                begin=lambda *_: None,
            ),
            cast("Any", self),
        )

    def open(self, name: str) -> ActTyped:
        self.opened.append(name)
        return ActTyped()

    def begin_form(self, _appeal: bytes, _kind: EventKind, ask: Callable[[], ActTyped]) -> None:
        if self.waiting is None:
            self.waiting = ask

    def answer(self) -> None:
        assert self.waiting is not None
        self.waiting()
        self.waiting = None

    def sending(self) -> None: ...
    def done(self, _say: object) -> None: ...
    def refused(self, _error: object) -> None: ...


def test_what_is_confirmed_goes_to_the_request_whose_form_opened_whatever_was_pressed_meanwhile() -> None:
    counter = Counter()
    counter.receiving.press(panel.ASK, card(A))
    counter.receiving.press(panel.NOTE, card(B))
    counter.answer()
    counter.receiving.press(panel.ASK, card(B))  # its form is not open yet
    counter.receiving.confirmed(ActTyped((("by_video", YES), ("said", "Суу"))))
    assert counter.opened == ["ask a"]
    assert counter.written == [("ask", A)]


def seen_with(**changed: Any) -> AppealSeen:
    """A request whose conversation is set for in five minutes."""
    starts_at_ms = milliseconds(formats.now() + timedelta(minutes=5))
    set_for = ReceptionSet(bytes(16), starts_at_ms, 30, Words(ru="Председатель"))
    reception = Reception(A, ReceptionState.SET, ReceptionWish(by_video=True), set_for)
    told = {"appeal": A, "state": State.WITH_BODY, "is_erased": False, "reception": reception} | changed
    return cast("AppealSeen", SimpleNamespace(**told))


@pytest.mark.parametrize("is_erased", [False, True])
def test_an_erased_request_has_no_conversation_that_is_near_or_can_be_begun(is_erased: bool) -> None:
    seen = seen_with(is_erased=is_erased)
    shown = reception_telling.reception(seen)
    assert shown is not None
    assert shown.can_begin(formats.now()) is not is_erased
    assert (shown.meeting is None, shown.may_note) == (is_erased, not is_erased)
    connection = sqlite3.connect(":memory:")
    connection.execute(m0011_receptions.SQL[0])
    keep_reception(cast("Any", connection), seen_with())
    keep_reception(cast("Any", connection), seen)
    assert connection.execute("SELECT count(*) FROM receptions").fetchone()[0] == (0 if is_erased else 1)
