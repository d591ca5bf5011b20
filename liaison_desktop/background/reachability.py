"""Hears from the system that the network is back, so that nobody waits for the next try of the line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from PySide6.QtNetwork import QNetworkInformation

LATER_MS: Final = 5_000
"""The system is asked when the window has long been usable."""


class Reachability(QObject):
    """One for the program; where the system says nothing of the network it is silent."""

    back = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._was_back = True
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LATER_MS)
        self._later.timeout.connect(self._listen)

    def start(self) -> None:
        """Begin to listen, a little later."""
        self._later.start()

    def stop(self) -> None:
        """The program ends."""
        self._later.stop()

    def _listen(self) -> None:
        from PySide6.QtNetwork import QNetworkInformation  # loads the system's own library

        if QNetworkInformation.loadBackendByFeatures(QNetworkInformation.Feature.Reachability):
            known = QNetworkInformation.instance()
            self._was_back = self._is_there(known.reachability())
            known.reachabilityChanged.connect(self.heard)

    def heard(self, reachability: QNetworkInformation.Reachability) -> None:
        """The system says how far this computer reaches now."""
        is_back = self._is_there(reachability)
        if is_back and not self._was_back:
            self.back.emit()
        self._was_back = is_back

    @staticmethod
    def _is_there(reachability: QNetworkInformation.Reachability) -> bool:
        """A network of the building alone is enough: the centre may be reached through it."""
        return reachability.name in {"Local", "Site", "Online"}
