"""The field for a password, wherever one is typed."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override

from liaison_desktop.ui.theme import icons
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import IconButton
from liaison_desktop.ui.widgets.fields import LineField
from liaison_desktop.workplace.words import tr


class PasswordField(LineField):
    """A password with an eye and a sign of the keyboard's language, so that a wrong layout is seen before Enter."""

    def __init__(self, *, icon: str = "", tall: bool = False, parent: QWidget | None = None) -> None:
        self._high, self._side = (44, 36) if tall else (36, 32)
        super().__init__(icon=icon, parent=parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self._eye = IconButton(
            "eye", lambda: tr("Show or hide the password"), tone="muted", side=self._side, parent=self
        )
        self._eye.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._eye.clicked.connect(self._turn)
        self._layout_sign = ""
        method = QGuiApplication.inputMethod()
        method.localeChanged.connect(self._read_layout)
        self._read_layout()

    def layout_sign(self) -> str:
        """``РУС``, ``КЫР``, ``ENG`` or nothing while it is not known."""
        return self._layout_sign

    def forget(self) -> None:
        """Take away what was typed; what is typed next is hidden."""
        self.clear()
        self._show(open_=False)

    def _turn(self) -> None:
        self._show(open_=self.echoMode() == QLineEdit.EchoMode.Password)

    def _show(self, *, open_: bool) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal if open_ else QLineEdit.EchoMode.Password)
        self._eye.set_icon("eye-slash" if open_ else "eye")

    def _read_layout(self) -> None:
        language = QGuiApplication.inputMethod().locale().name()[:2]
        self._layout_sign = {"ru": "РУС", "ky": "КЫР", "en": "ENG"}.get(language, "")
        self.update()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter = event.text()
        if letter.isalpha():
            if letter.lower() in "ңөү":
                self._layout_sign = "КЫР"
            elif "а" <= letter.lower() <= "я" or letter.lower() == "ё":
                self._layout_sign = "РУС" if self._layout_sign != "КЫР" else "КЫР"
            elif letter.isascii():
                self._layout_sign = "ENG"
            self.update()
        super().keyPressEvent(event)

    @override
    def _dress(self) -> None:
        self._trailing = look.px(112)
        super()._dress()
        self.setFixedHeight(look.px(self._high))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = look.px(self._side)
        self._eye.setGeometry(self.width() - side - 4, (self.height() - side) // 2, side, side)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._layout_sign:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRect(self.width() - look.px(108), (self.height() - look.px(24)) // 2, look.px(66), look.px(24))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("neutral"))
        painter.drawRoundedRect(box, 6, 6)
        sign = QRect(box.x() + look.px(8), box.y(), look.px(16), box.height())
        icons.paint(painter, sign, "keyboard", look.color("muted"), look.px(16))
        painter.setFont(look.font(Size.SECONDARY, strong=True))
        painter.setPen(look.color("muted"))
        painter.drawText(box.adjusted(look.px(28), 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), self._layout_sign)
