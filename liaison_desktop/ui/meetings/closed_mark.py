"""The lock above the pictures of a closed meeting; a press says what it means."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from liaison_desktop.ui import names
from liaison_desktop.ui.widgets.buttons import Button, Kind
from liaison_desktop.ui.widgets.dialogs import Dialog
from liaison_desktop.ui.widgets.text import Text
from liaison_desktop.workplace.words import tr


class ClosedMark(Button):
    """Seen while the meeting is closed."""

    def __init__(self, room: QWidget) -> None:
        super().__init__(lambda: tr("Encrypted"), Kind.QUIET, icon="lock", parent=room)
        self.setObjectName(names.ROOM_CLOSED)
        self._room = room
        self.clicked.connect(self._explain)
        self.hide()

    def _explain(self) -> None:
        told = Dialog(self._room, lambda: tr("This meeting is closed"), width=520)
        told.setObjectName(names.ROOM_CLOSED_MEANS)
        told.finished.connect(told.deleteLater)
        told.body.addWidget(Text(_say_what_it_means, wrap=True))
        told.add_close(f"{names.ROOM_CLOSED_MEANS}.close")
        told.open()


def _say_what_it_means() -> str:
    return tr(
        "Picture, sound and shared screens are encrypted from office to office: neither the media server nor the "
        "centre has the key. Nothing is recorded or shown, there is no chat and there are no captions."
    )
