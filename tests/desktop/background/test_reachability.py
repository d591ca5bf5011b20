"""The line is tried at once when the system says that the network is back, and not for every word of the system."""

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QNetworkInformation

from liaison_desktop.background.reachability import Reachability

Reach = QNetworkInformation.Reachability


def test_a_network_that_comes_back_is_told_once(qapp):
    came: list[None] = []
    reachability = Reachability(QObject(qapp))
    reachability.back.connect(lambda: came.append(None))
    for said in (Reach.Online, Reach.Disconnected, Reach.Local, Reach.Online, Reach.Unknown, Reach.Online):
        reachability.heard(said)
    assert len(came) == 2
