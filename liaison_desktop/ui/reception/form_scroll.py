"""The place in which the form is seen and scrolled; the form fits itself to it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui.reception.form import AppealForm
from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.widgets.layout import Scroll


class FormScroll(Scroll):
    """Tells the form how much room there is, whenever either of them changes; ``around`` is the layout it lies in."""

    def __init__(self, inner: QWidget, form: AppealForm, around: QVBoxLayout, parent: QWidget | None = None) -> None:
        self._form, self._around = form, around
        super().__init__(inner, parent)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._tell()
        super().resizeEvent(event)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self._tell()
        return super().eventFilter(watched, event)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), look.px(72))

    def _tell(self) -> None:
        around, seen = self._around.contentsMargins(), self.viewport()
        self._form.fit(seen.width() - around.left() - around.right(), seen.height() - around.top() - around.bottom())
