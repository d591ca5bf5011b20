"""The desk's map with what belongs to it: the strip of the stage, a filter by state, the chosen office in words."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import names
from liaison_desktop.ui.meetings.map_values import MapShown, OfficeTile, TileState
from liaison_desktop.ui.meetings.map_view import LOOKS, OfficeMap, StageStrip, say_office, say_tile
from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.widgets.buttons import Chip
from liaison_desktop.ui.widgets.flow import Flow
from liaison_desktop.ui.widgets.layout import boxed
from liaison_desktop.ui.widgets.text import Elided
from liaison_desktop.workplace.words import tr

LOW, LOWEST = 420, 340
"""In a page lower than this the seats, or the whole strip of the stage, give their room to the map."""


class MapPage(QWidget):
    """Emits what the chair's assistant did; the acts themselves stand below it, as below the list."""

    call = Signal(str)
    thank = Signal(str)
    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: MapShown | None = None
        self._only: TileState | None = None
        self.stage = StageStrip()
        self.stage.call.connect(self.call)
        self.map = OfficeMap()
        self.map.thank.connect(self.thank)
        self.map.chosen.connect(self._on_chosen)
        self.map.opened.connect(self._on_opened)
        self._words = Elided("", strong=True)
        self._words.setObjectName(names.DESK_CHOSEN)
        self.chips = {state: Chip(partial(say_tile, state), state.value, icon=LOOKS[state][3]) for state in TileState}
        flow = Flow(4)
        for state, chip in self.chips.items():
            chip.setObjectName(names.DESK_STATE.format(name=state.value))
            chip.set_narrow(True)
            chip.clicked.connect(lambda _checked=False, state=state: self._filter(state))
            flow.addWidget(chip)
        self._chips = boxed(flow)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.stage)
        column.addWidget(self._chips)
        column.addWidget(self.map, 1)
        column.addWidget(self._words)

    def show_map(self, shown: MapShown) -> None:
        """Show how all stand."""
        if shown == self._shown:
            return
        self._shown = shown
        if self._only is not None and not shown.counts[self._only]:
            self._only = None
        self._show()

    @property
    def current(self) -> OfficeTile | None:
        """The office that is chosen."""
        tiles = self._shown.tiles if self._shown is not None else ()
        return next((tile for tile in tiles if tile.site == self.map.current), None)

    @property
    def only(self) -> TileState | None:
        """The state that is picked out; None for all."""
        return self._only

    def _filter(self, state: TileState) -> None:
        self._only = None if self._only is state else state
        self._show()

    def _show(self) -> None:
        shown = self._shown
        if shown is None:
            return
        self.stage.show_seats(shown.seats)
        for state, chip in self.chips.items():
            chip.setVisible(shown.counts[state] > 0)
            chip.set_count(shown.counts[state])
            chip.setChecked(state is self._only)
        self.map.show_tiles(shown.tiles, self._only)
        self._say_chosen()

    def _say_chosen(self) -> None:
        tile = self.current
        self._words.say((lambda: say_office(tile)) if tile is not None else (lambda: tr("No office is chosen")))

    def _on_chosen(self, site: str) -> None:
        self._say_chosen()
        self.chosen.emit(site)

    def _on_opened(self, site: str) -> None:
        self.map.choose(site)
        self.opened.emit(site)

    @override
    def setFocus(self, *args: object) -> None:
        self.map.setFocus()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(self.map.minimumSizeHint().width(), self.map.minimumSizeHint().height() + look.px(80))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.stage.set_low(self.height() < look.px(LOW))
        self.stage.setVisible(self.height() >= look.px(LOWEST))
