"""Joins the conversations about requests to the counter: their buttons, the bar at the hour, the room with the card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from liaison_desktop.services.receiving import NearReception, near_receptions
from liaison_desktop.ui import formats
from liaison_desktop.ui.requests.card import RequestCard
from liaison_desktop.ui.requests.presenter import RequestsPresenter
from liaison_desktop.ui.requests.receiving import Receiving
from liaison_desktop.ui.requests.receiving_acts import receiving_acts
from liaison_desktop.ui.requests.values import CardShown
from liaison_desktop.ui.requests.view import Requests
from liaison_desktop.ui.shell.view import Shell
from liaison_desktop.ui.widgets.buttons import Button
from liaison_desktop.ui.widgets.messages import MessageBar
from liaison_desktop.ui.workbench import Workbench
from liaison_desktop.workplace.words import tr

if TYPE_CHECKING:
    from liaison_desktop.ui.meetings.corner import MeetingCorner


class AtCounter(Protocol):
    """What is needed of the counter."""

    shell: Shell
    requests: Requests
    found: RequestsPresenter

    @property
    def corner(self) -> MeetingCorner: ...
    def printer(self) -> str: ...


class ReceptionBar(MessageBar):
    """Stands over every screen from a quarter of an hour before a conversation until its end."""

    begin_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("primary", "video-camera", parent)
        self.setObjectName("reception_bar")
        self.button = self.add_action(Button(lambda: tr("Start the reception"), icon="video-camera"))
        self.button.setObjectName("reception_bar.begin")
        self.button.clicked.connect(self.begin_clicked)
        self.hide()

    def show_near(self, near: NearReception | None) -> None:
        """Say of which request and when, or nothing."""
        if near is None:
            self.hide()
            return
        self.tell(
            "primary",
            "video-camera",
            lambda: tr("Conversation at {time}", time=formats.clock(near.starts_at)),
            lambda: tr(
                "Request {number}. The citizen speaks from this computer.", number=formats.unbroken(near.number)
            ),
        )


class Receptions(QObject):
    """Lives as long as the counter."""

    def __init__(self, bench: Workbench, window: QWidget, at: AtCounter, parent: QObject) -> None:
        super().__init__(parent)
        self._bench, self._at = bench, at
        self._near: NearReception | None = None
        self._card: RequestCard | None = None
        self._shown: CardShown | None = None
        self._appeal = b""
        self.bar = ReceptionBar()
        at.shell.add_banner(self.bar)
        self.bar.begin_clicked.connect(self._begin_near)
        at.shell.screen_opened.connect(lambda _name: self._place_bar())
        self.acts = receiving_acts(bench, window, printer=at.printer, begin=self.begin)
        self.presenter = Receiving(at.requests, self.acts, at.found)

    def connect_to(self, view: Requests) -> None:
        """Hear the buttons of the card and the forms."""
        view.reception_clicked.connect(lambda name: self.presenter.press(name, self._at.found.current))
        view.reception_confirmed.connect(self.presenter.confirmed)

    def begin(self, appeal: bytes, meeting: bytes) -> None:
        """Open the room with the request's card beside it."""
        self._at.shell.open("meetings")
        self._at.corner.attending.begin(meeting, lambda: self._make_card(appeal))
        self._place_bar()

    def changed(self, appeals: frozenset[bytes]) -> None:
        """Requests changed: the card beside the room is read again."""
        if self._card is not None and self._appeal in appeals:
            self._read_card()

    def look_again(self) -> None:
        """Whether a conversation is near."""
        self._bench.store(near_receptions, self._show_near, lambda _error: None)

    def _show_near(self, near: tuple[NearReception, ...]) -> None:
        self._near = next(iter(near), None)
        self._place_bar()

    def _place_bar(self) -> None:
        is_in_room = self._card is not None and self._at.shell.current == "meetings"
        self.bar.show_near(None if is_in_room else self._near)

    def _begin_near(self) -> None:
        if self._near is not None:
            self.begin(self._near.appeal, self._near.meeting)

    def _make_card(self, appeal: bytes) -> QWidget:
        card = RequestCard(is_beside=True)
        card.setObjectName("meetings.request")
        card.file_clicked.connect(lambda key: self._at.found.open_file_of(appeal, key))
        card.reception_clicked.connect(lambda name: self.presenter.press(name, self._shown))
        card.destroyed.connect(lambda: self._forget_card(card))
        self._card, self._appeal, self._shown = card, appeal, None
        self._place_bar()
        self._read_card()
        return card

    def _forget_card(self, card: RequestCard) -> None:
        if card is self._card:
            self._card, self._shown, self._appeal = None, None, b""

    def _read_card(self) -> None:
        appeal = self._appeal

        def read(shown: CardShown) -> None:
            if self._card is not None and self._appeal == appeal:
                self._shown = shown
                self._card.show_card(shown)

        self._at.found.read(appeal, read)
