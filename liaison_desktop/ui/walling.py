"""Leads a hall's PC between its wall, the sign-in of whoever looks after it, and their page; it has no counter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog

from liaison_desktop.background.idling import Idling
from liaison_desktop.background.runner import Runner
from liaison_desktop.domain.people import Person
from liaison_desktop.services import signing_in, walls
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.opening import Place
from liaison_desktop.ui.delivery.syncing import Syncing
from liaison_desktop.ui.errors import say_error
from liaison_desktop.ui.hook import log
from liaison_desktop.ui.office_words import office_words
from liaison_desktop.ui.paper import Papers
from liaison_desktop.ui.shell.view import Window
from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.wall.care import Care
from liaison_desktop.ui.wall.care_view import CareView
from liaison_desktop.ui.wall.view import WallView, text_size
from liaison_desktop.ui.wall.wall import Wall
from liaison_desktop.ui.workbench import Workbench
from liaison_desktop.workplace import words
from liaison_desktop.workplace.autostart import Autostart, system_autostart
from liaison_desktop.workplace.words import tr
from server_sync.contract.errors import ContractError

BACK_MS = 60_000
"""So long nobody touches the sign-in, the wall is there again."""
CARE_MS = 10 * 60_000


@dataclass(frozen=True, slots=True)
class Around:
    """What the program does around it."""

    runner: Runner
    place: Place
    window: Window
    syncing: Syncing
    papers: Papers
    desk: Callable[[], Desk | None]
    show_sign_in: Callable[[], None]
    drop_sign_in: Callable[[], None]
    open_unattended: Callable[[], None]
    dress: Callable[[], None]
    """Wear what the people of this computer chose, and speak so."""


class Walling(QObject):
    """One for the program on a computer that is enrolled for a wall."""

    def __init__(self, around: Around, autostart: Autostart | None, parent: QObject) -> None:
        super().__init__(parent)
        self._around = around
        self._autostart = autostart or system_autostart()
        self._idling = Idling(self)
        self._idling.idle.connect(self._left_alone)
        self.view: WallView | None = None
        self.wall: Wall | None = None
        self.care: Care | None = None
        self._bench: Workbench | None = None
        self._is_signing_in = False
        back = QShortcut(QKeySequence("Esc"), around.window)
        back.activated.connect(self._go_back)

    @property
    def begins_by_itself(self) -> bool:
        """Whether meetings are shown with nobody there."""
        return walls.begins_by_itself(self._around.place)

    def begin(self) -> None:
        """Show the wall, or let somebody sign in who may make it one."""
        if self.begins_by_itself:
            self.show_wall()
        else:
            self._around.show_sign_in()
        self._around.open_unattended()

    def take(self, desk: Desk) -> None:
        """The store is open."""
        self._around.window.name_it(tr("Liaison"))
        if self._bench is None:
            self._bench = Workbench(
                runner=self._around.runner,
                desk=desk,
                papers=self._around.papers,
                note=self._around.window.toast.show_word,
                parent=self,
            )
            place = self._around.place
            self._bench.store(lambda desk: walls.let_go_of_register(place, desk), self._let_go)
        self._begin_wall()

    def say_trouble(self, error: ContractError) -> None:
        """The store does not open: say so where meetings would stand."""
        if self.view is not None:
            self.view.show_trouble(lambda: say_error(error))

    def let_in(self, person: Person) -> None:
        """A person has signed in: the wall is left, and they look after it."""
        bench = self._bench
        self._is_signing_in = False
        if bench is None:
            return
        self._around.window.toast.hide()
        self._drop_wall()
        view = CareView(office_words(self._around.place)[0])
        self.care = Care(
            bench, self._around.place, person, view, self._around.syncing, self._autostart, self._care_to_wall
        )
        view.sign_out_clicked.connect(self._signed_out)
        self._around.window.show_page(view)
        self._idling.watch(CARE_MS)

    def show_wall(self) -> None:
        """Fill the screen with the wall."""
        wears = walls.wall_look(self._around.place)
        window = self._around.window
        high = QGuiApplication.primaryScreen().size().height()
        look.wear(wears.theme, text_size(window.height() if window.isFullScreen() else high))
        words.set_language(wears.language)
        look.language_changed.emit()
        if self.view is None:
            self.view = WallView(office_words(self._around.place)[0])
            self.view.pressed.connect(self._pressed)
        window.show_page(self.view)
        if window.isVisible():
            window.showFullScreen()
        self.view.setFocus()
        self._begin_wall()

    def may_close(self) -> bool:
        """Whether the window may be closed: before a wall by nobody who has not signed in."""
        if not self.begins_by_itself or self.care is not None:
            return True
        if not self._is_signing_in:
            self._leave()
        return False

    def close(self) -> None:
        """The program ends: the meeting is left."""
        self._idling.stop()
        if self.wall is not None:
            self.wall.close()
            self.wall = None
        if self.care is not None:
            self.care.close()
            self.care = None
        if self._bench is not None:
            self._bench.delays.close()

    # inner

    def _begin_wall(self) -> None:
        if self.view is None or self._bench is None or self.wall is not None:
            return
        self.wall = Wall(self._bench, self._around.place, self.view, self._around.syncing, self._leave)
        self.wall.begin()

    def _let_go(self, has_requests: bool) -> None:
        """Whatever this computer says it is, a store with a citizen in it is opened by a person alone."""
        if has_requests:
            self._drop_wall()
            self._around.show_sign_in()

    def _put_questions_away(self) -> None:
        """What was asked over a page goes with it: on the wall nobody would answer."""
        for dialog in self._around.window.findChildren(QDialog):
            if dialog.isVisible():
                dialog.reject()

    def _pressed(self) -> None:
        """Before a store that does not open, one press lets a person say who they are."""
        if self.wall is None:
            self._leave()

    def _leave(self) -> None:
        """Somebody wants to leave room mode: a password first. The meeting goes on behind it."""
        self._is_signing_in = True
        self._around.dress()
        self._around.show_sign_in()
        self._around.window.toast.show_word(lambda: tr("Esc leads back to the big screen"))
        self._idling.watch(BACK_MS)

    def _go_back(self) -> None:
        if self._is_signing_in:
            self._back_from_sign_in()

    def _left_alone(self) -> None:
        if self._is_signing_in:
            self._back_from_sign_in()
        elif self.care is not None:
            self._signed_out()

    def _back_from_sign_in(self) -> None:
        self._is_signing_in = False
        self._idling.stop()
        self._put_questions_away()
        self._around.window.toast.hide()
        self._around.drop_sign_in()
        self.show_wall()

    def _care_to_wall(self) -> None:
        self._drop_care()
        self.show_wall()

    def _signed_out(self) -> None:
        self._drop_care()
        if self.begins_by_itself:
            self.show_wall()
        else:
            self._around.show_sign_in()

    def _drop_care(self) -> None:
        self._idling.stop()
        self._put_questions_away()
        care, self.care = self.care, None
        if care is not None:
            care.close()
            self._around.window.drop_page(care.view)
        desk = self._around.desk()
        if desk is not None:
            self._around.runner.run(
                lambda: signing_in.close_session(desk), failed=lambda error: log.warning("%s", error.code)
            )

    def _drop_wall(self) -> None:
        wall, self.wall = self.wall, None
        view, self.view = self.view, None
        if wall is not None:
            wall.close()
        if view is not None:
            self._around.window.drop_page(view)
        self._around.dress()
        window = self._around.window
        if window.isFullScreen():
            window.setWindowState(window.windowState() & ~Qt.WindowState.WindowFullScreen)
            window.showMaximized()
