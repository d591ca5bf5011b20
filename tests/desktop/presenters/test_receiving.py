"""Forms of conversations: what is confirmed is written to the request whose form is open."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

from liaison_desktop.ui.requests import reception_panel as panel
from liaison_desktop.ui.requests.receiving import Receiving, ReceivingActs
from liaison_desktop.ui.requests.reception_dialogs import YES
from liaison_desktop.ui.requests.reception_values import ReceptionShown
from liaison_desktop.ui.requests.values import ActTyped, CardShown
from server_sync.contract.events import EventKind

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
