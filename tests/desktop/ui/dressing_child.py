"""A program whose language, theme and size of text are changed again and again while somebody types in it.

Arguments: an empty folder, and how many rounds. Python clears away as often as it can, so that whatever Qt still holds
of what is gone, or is gone of what Qt still holds, ends the program here.
"""

import faulthandler
import gc
import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QWidget

from liaison_desktop import app
from liaison_desktop.app import Desktop
from liaison_desktop.domain.drafts import AppealDraft
from liaison_desktop.services.registering import register_appeal
from liaison_desktop.ui.paper import Tray
from liaison_desktop.ui.shell.view import PLACES
from tests.desktop.office import PASSWORD, make_draft, open_office

PIN: Final = "10101198899656"
LANGUAGES: Final = ("ky", "ru", "en")
SIZES: Final = (100, 150, 125)
TYPED: Final = (
    ("pin", PIN),
    ("surname", "Бейшеналиева"),
    ("given_name", "Эрлан"),
    ("addressee", "аким"),
    ("text", "суу"),
)


def settle(rounds: int = 3) -> None:
    """Let happen what waits, deletions too."""
    for _ in range(rounds):
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def find(window: QWidget, name: str) -> QWidget:
    """The visible control of this name."""
    return next(one for one in window.findChildren(QWidget, name) if one.isVisible())


def type_into(window: QWidget, name: str, text: str) -> None:
    """Type in a field, and leave it by Tab."""
    field = find(window, name)
    field.setFocus()
    if isinstance(field, QLineEdit):
        field.selectAll()
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(field, event)
    QTest.keyClick(QApplication.focusWidget() or field, Qt.Key.Key_Tab)


def until_seen(window: QWidget, name: str) -> None:
    """Wait for a control."""
    while not any(one.isVisible() for one in window.findChildren(QWidget, name)):
        settle()


def one_round(desktop: Desktop, number: int) -> None:
    """Change everything that can be changed, and type in between."""
    window, counter = desktop.window, desktop.counter
    if counter is None:
        raise SystemExit("nobody is signed in")
    desktop.set_language(LANGUAGES[number % 3])
    counter.shell.open("reception")
    counter.drafts.new()
    for name, text in TYPED:
        type_into(window, f"reception.{name}", text[: len(text) - number % 3])
        desktop.set_text_size(SIZES[(number + len(name)) % 3])
        gc.collect()
        settle(1)
        if len(name) % 2:
            desktop.turn_theme()
        settle()
    counter.shell.open(PLACES[number % len(PLACES)].name)
    desktop.set_language(LANGUAGES[(number + 1) % 3])
    if number % 4 == 0:
        QTest.keyClick(window, Qt.Key.Key_F1)
        settle()
        desktop.set_text_size(SIZES[number % 3])
        for dialog in window.findChildren(QDialog):
            dialog.reject()
    if number % 7 == 1:
        desktop.sign_out()
        until_seen(window, "signin.password")
        desktop.turn_theme()
        sign_in(desktop)
    gc.collect()
    settle()


def sign_in(desktop: Desktop) -> None:
    """Alim sits down."""
    type_into(desktop.window, "signin.password", PASSWORD)
    QTest.keyClick(find(desktop.window, "signin.password"), Qt.Key.Key_Return)
    until_seen(desktop.window, "reception.pin")


def main() -> None:
    """Begin, go round, and end in order."""
    faulthandler.enable()
    folder, rounds = Path(sys.argv[1]), int(sys.argv[2])
    application = app.application()
    office = open_office(folder / "home")
    for surname in ("Досматова", "Турдубаева"):
        draft: AppealDraft = make_draft(pin=PIN, surname=surname)
        register_appeal(office.desk, draft)
    office.desk.store.close()
    desktop = app.build(
        folder / "home",
        papers=Tray(folder / "tray"),
        vault=office.vault,
        clock=office.clock,
        machine=office.machine,
        sync=False,
    )
    desktop.show()
    settle()
    sign_in(desktop)
    gc.freeze()  # what was there before makes clearing away slow and is none of it
    gc.set_threshold(100, 5, 5)
    sys.setswitchinterval(0.0001)
    for number in range(rounds):
        one_round(desktop, number)
    desktop.close()
    settle()
    application.quit()
    sys.stdout.write(f"{rounds} rounds\n")


if __name__ == "__main__":
    main()
