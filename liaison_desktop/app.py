"""Builds the desktop: the only module that knows all others."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog
from shiboken6 import isValid

from liaison_desktop.background.clearing import Clearing
from liaison_desktop.background.idling import Idling
from liaison_desktop.background.loading import LoadingAhead
from liaison_desktop.background.runner import Lane, Runner
from liaison_desktop.background.ticking import MINUTE_MS, Ticking
from liaison_desktop.domain.appeals import ChangeSet
from liaison_desktop.domain.people import Person
from liaison_desktop.services import opening, signing_in
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.enrolling import RECOVERY_GIVEN
from liaison_desktop.services.opening import Place
from liaison_desktop.ui import formats
from liaison_desktop.ui.delivery.syncing import Syncing
from liaison_desktop.ui.errors import say_error
from liaison_desktop.ui.hook import BugHook, NotStarted, log, open_log
from liaison_desktop.ui.leaving import ask_before_leaving, is_left_unsaved
from liaison_desktop.ui.office_words import office_words
from liaison_desktop.ui.paper import Papers, SystemPapers, Tray
from liaison_desktop.ui.qt_words import speak_for_qt
from liaison_desktop.ui.roles import say_role
from liaison_desktop.ui.settings.wardrobe import LOCK_AFTER, TEXT_SIZE, Wardrobe, lock_minutes
from liaison_desktop.ui.shell.place import stand, standing
from liaison_desktop.ui.shell.view import Window
from liaison_desktop.ui.signin.acts import SignInActs
from liaison_desktop.ui.signin.presenter import KnownPerson, SignInPresenter
from liaison_desktop.ui.signin.presenter import WaitingHere as WaitingShown
from liaison_desktop.ui.signin.view import SignIn
from liaison_desktop.ui.theme.look import TEXT_SIZES, look
from liaison_desktop.ui.theme.tokens import THEMES
from liaison_desktop.ui.widgets.attention import attention
from liaison_desktop.ui.widgets.locking import locking
from liaison_desktop.workplace import words
from liaison_desktop.workplace.clock import Clock, SystemClock
from liaison_desktop.workplace.description import Description, DescriptionFile
from liaison_desktop.workplace.home import Home
from liaison_desktop.workplace.lock import FolderLock
from liaison_desktop.workplace.machine import Machine, ThisMachine
from liaison_desktop.workplace.vault import SystemVault, Vault
from liaison_desktop.workplace.words import tr
from server_sync.contract.errors import ContractError

if TYPE_CHECKING:
    from liaison_desktop.ui.counter import Counter
    from liaison_desktop.ui.enrolment.view import Enrolment
    from liaison_desktop.ui.walling import Walling
    from liaison_desktop.workplace.autostart import Autostart

WINDOW = "window"
"""The setting that tells where the window stood."""

AFTER_SIGN_IN = (
    "liaison_desktop.ui.workbench",
    "liaison_desktop.ui.reception.view",
    "liaison_desktop.ui.reception.presenter",
    "liaison_desktop.ui.requests.view",
    "liaison_desktop.ui.requests.acts",
    "liaison_desktop.ui.counter",
)
"""What is wanted when somebody has signed in, in pieces that take some hundredths of a second each."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What the program meets outside itself; tests and demonstrations bring their own."""

    papers: Papers
    vault: Vault
    clock: Clock
    machine: Machine
    sync: bool = True
    autostart: Autostart | None = None
    """What lets a hall's screen begin with its computer; None for the system's own."""


class Desktop(QObject):
    """The whole program in one window: enrolment or sign-in first, then the counter.

    ``close`` ends it in order: drafts on the disk, the session closed, the store closed, the folder free.
    """

    def __init__(self, home: Path, server_url: str, outside: Outside) -> None:
        super().__init__()
        self.home = Home.at(home)
        self._lock = FolderLock(self.home.lock)
        self._lock.acquire()
        self._outside = outside
        self._server_url = server_url
        file = DescriptionFile(self.home.description)
        self.place = Place(self.home, file, outside.clock, outside.machine, outside.vault)
        description = file.read()
        words.set_language(description.language)
        self._wear(description)
        attention.reckon_by(outside.clock.monotonic_ms)
        formats.reckon_by(outside.clock.wall_ms)
        self._was_unclean = self.home.begin_run()
        self._log = open_log(self.home.logs)
        speak_for_qt()
        self._clearing = Clearing(self)
        self._clearing.begin()
        self.runner = Runner(self)
        self.window = Window()
        self.window.may_close = self._may_close
        self.window.closing.connect(self.close)
        self._hook = BugHook(self.window)
        self.desk: Desk | None = None
        self.counter: Counter | None = None
        self.sign_in: SignIn | None = None
        self.enrolment: Enrolment | None = None
        self.walling: Walling | None = None
        """The big screen of a hall, where this computer is one's."""
        self._closed = self._may_end = False
        self._stop_enrolling: Callable[[], None] = _nothing
        self._go_on_enrolling: Callable[[], None] = _nothing
        self.syncing = Syncing(self.runner, self.place, self)
        self.syncing.heard.connect(lambda _news: self._look_at_time())
        self._wardrobe = Wardrobe(self.set_language, self.set_theme, self.set_text_size, self.set_lock)
        self._idling = Idling(self)
        self._idling.idle.connect(self.lock)
        self._locked: tuple[QDialog, ...] | None = None
        self._ahead = LoadingAhead(AFTER_SIGN_IN, self)
        QShortcut(QKeySequence("Ctrl+K"), self.window).activated.connect(self._check_receipt)
        locking.listen(self.window)
        locking.asked.connect(self.lock)
        if description.enrolment is None:
            self.show_enrolment()
        elif description.first_key is not None and RECOVERY_GIVEN not in description.settings:
            self.show_enrolment()  # cut off before anybody had the recovery key on paper
            self._go_on_enrolling()
        elif description.enrolment.is_wall:
            self._be_wall()
        else:
            self.show_sign_in()
            QTimer.singleShot(0, self, self._open_unattended)

    # pages

    def show(self) -> None:
        """Bring the window to the screen."""
        if self.walling is not None and self.walling.begins_by_itself:
            self.window.showFullScreen()
            return
        stand(self.window, self.place.file.read().settings.get(WINDOW, ""))
        self._ahead.begin()

    def show_enrolment(self) -> None:
        """A computer that is no workplace yet."""
        from liaison_desktop.ui.enrolment.acts import EnrolmentActs
        from liaison_desktop.ui.enrolment.presenter import EnrolmentPresenter
        from liaison_desktop.ui.enrolment.view import Enrolment

        view = Enrolment(self._server_url, platform.node().partition(".")[0])
        acts = EnrolmentActs(self.runner, self.place, self._outside.papers, view, self._enrolled)
        presenter = EnrolmentPresenter(
            view,
            enrol=acts.enrol,
            print_test=acts.print_test,
            print_key=acts.print_key,
            save_key=acts.save_key,
            go_on=self._after_enrolment,
        )
        view.hold(presenter, acts)
        self._stop_enrolling = acts.stop
        self._go_on_enrolling = lambda: acts.go_on(presenter.enrolled)
        view.print_key_clicked.connect(presenter.print_key)
        view.save_key_clicked.connect(presenter.save_key)
        view.code_typed.connect(presenter.code_typed)
        view.begin_clicked.connect(presenter.begin)
        view.print_clicked.connect(presenter.print_test)
        view.save_clicked.connect(acts.save_test)
        view.go_on_clicked.connect(presenter.go_on)
        view.language_chosen.connect(self.set_language)
        view.theme_turned.connect(self.turn_theme)
        self.enrolment = view
        self.window.show_page(view)
        view.code.setFocus()

    def show_sign_in(self) -> None:
        """The people of this workplace and their passwords."""
        name, place, workplace = office_words(self.place)
        view = SignIn(name, place, workplace)
        acts = SignInActs(
            self.runner,
            self.place,
            lambda: self.desk,
            self._take_desk,
            self._signed_in,
            self.syncing.ask_person,
            self,
        )
        presenter = SignInPresenter(
            view,
            people=self._people,
            waiting=self._waiting,
            sign_in=acts.sign_in,
            first_sign_in=acts.first_sign_in,
            set_password=acts.set_password,
            recovery_given=lambda: self.place.file.read().settings.get(RECOVERY_GIVEN, ""),
        )
        view.hold(presenter, acts)
        view.person_chosen.connect(presenter.choose)
        view.enter_clicked.connect(presenter.enter)
        view.forgotten_clicked.connect(presenter.forgotten)
        view.recovery_asked.connect(presenter.recover)
        view.first_password_asked.connect(presenter.set_first_password)
        view.language_chosen.connect(self.set_language)
        view.theme_turned.connect(self.turn_theme)
        self.sign_in = view
        self.window.show_page(view)
        presenter.start()

    def lock(self) -> None:
        """Hide the citizen until the person, or another, signs in; what is typed is kept and stays where it is."""
        desk = self.desk
        if self.counter is None or desk is None or self._locked is not None:
            return
        self._idling.stop()
        self.counter.lock()
        self.window.toast.hide()
        self._locked = tuple(one for one in self.window.findChildren(QDialog) if one.isVisible())
        for dialog in self._locked:
            dialog.hide()
        self.runner.run(lambda: signing_in.close_session(desk), failed=lambda error: log.warning("%s", error.code))
        self.show_sign_in()
        if self.sign_in is not None:
            self.sign_in.show_locked()

    def set_lock(self, minutes: int) -> None:
        """Lock after so many minutes without a touch."""
        self._keep(LOCK_AFTER, str(minutes))
        if self.counter is not None and self._locked is None:
            self._idling.watch(minutes * MINUTE_MS)

    def sign_out(self) -> None:
        """End the person's session; the store stays open for the exchange. What is not saved is asked about first."""
        if self.counter is None or self.desk is None:
            return
        if is_left_unsaved(self.counter):
            ask_before_leaving(self.window, self._sign_out)
            return
        self._sign_out()

    def end(self) -> None:
        """The system ends the program: a hall's screen asks nobody for a password then."""
        self._may_end = True
        self.window.close()

    def _sign_out(self) -> None:
        desk = self.desk
        if self.counter is None or desk is None:
            return
        self._leave_counter()
        self.runner.run(lambda: signing_in.close_session(desk), failed=lambda error: log.warning("%s", error.code))
        self.show_sign_in()

    # appearance

    def set_language(self, language: str) -> None:
        """Speak another language at once; nothing typed is lost."""
        words.set_language(language)
        look.language_changed.emit()
        if self.counter is not None:
            self.counter.language_changed()
        self._note(lambda: self.place.file.change(lambda before: replace(before, language=language)))

    def set_theme(self, theme: str) -> None:
        """Wear light or dark at once."""
        look.wear(theme, look.text_size)
        self._note(lambda: self.place.file.change(lambda before: replace(before, theme=theme)))

    def turn_theme(self) -> None:
        """From light to dark and back."""
        self.set_theme("light" if look.tokens.is_dark else "dark")

    def set_text_size(self, per_cent: int) -> None:
        """Write larger or smaller at once."""
        look.wear(look.tokens.name, per_cent)
        self._keep(TEXT_SIZE, str(per_cent))

    # the end

    def close(self) -> None:
        """End in order; what was typed is on the disk before this returns."""
        if self._closed:
            return
        self._closed = True
        self._stop_enrolling()
        self._ahead.stop()
        self._idling.stop()
        locking.asked.disconnect(self.lock)
        if self.window.isVisible() and not self.window.isFullScreen():
            self._keep(WINDOW, standing(self.window))
        if self.walling is not None:
            self.walling.close()
        self.syncing.close()
        if self.counter is not None:
            self.counter.close()
        desk = self.desk
        if desk is not None:
            self.runner.run(lambda: _end(self.place, desk), failed=lambda error: log.warning("%s", error.code))
        self.runner.close()
        self._clearing.end()
        self.home.end_run()
        self._lock.release()
        self._hook.release()
        log.removeHandler(self._log)
        self._log.close()
        if self.window.isVisible():
            self.window.close()
        self.window.deleteLater()

    # inner

    def _may_close(self) -> bool:
        if self.walling is not None and not (self._closed or self._may_end):
            return self.walling.may_close()
        if self._closed or self.counter is None:
            return True
        if not is_left_unsaved(self.counter):
            return not self.counter.asks_before_closing(self.close)
        ask_before_leaving(self.window, self.close)
        return False

    def _people(self) -> tuple[KnownPerson, ...]:
        return tuple(
            KnownPerson(one.login, one.surname, one.given_name, say_role(one), one.last_at)
            for one in (known.person for known in self.place.file.read().people)
        )

    def _waiting(self) -> WaitingShown:
        here = opening.waiting_here(self.place, was_unclean=self._was_unclean)
        return WaitingShown(
            here.events,
            here.oldest_at,
            here.last_number,
            here.was_unclean,
            opening.is_disk_full(self.place),
            here.stopped_code,
        )

    def _open_unattended(self) -> None:
        """Open the store without a person, where the system keeps its key, so that the exchange goes on."""

        def job() -> Desk | None:
            key = opening.unattended_key(self.place)
            return opening.open_desk(self.place, key) if key is not None else None

        def opened(desk: Desk | None) -> None:
            if desk is not None and self.desk is None:
                self._take_desk(desk)

        def failed(error: ContractError) -> None:
            log.warning("%s", error.code)
            if self.walling is not None:
                self.walling.say_trouble(error)

        self.runner.run(job, done=opened, failed=failed, owner=self)

    def _take_desk(self, desk: Desk) -> None:
        self.desk = desk
        self._look_at_time()
        if self._outside.sync:
            self.syncing.begin(desk)
        if self.walling is not None:
            self.walling.take(desk)

    def _look_at_time(self) -> None:
        """Go by the time heard before anybody signs in too; the counter does it by itself from then on."""
        desk = self.desk
        if desk is None or self.counter is not None or self.syncing.is_busy:
            return

        def reckoned(ahead: timedelta) -> None:
            formats.go_by(ahead)
            if self.sign_in is not None:
                self.sign_in.say_time()

        self.runner.run(desk.clock_ahead, done=reckoned, failed=lambda error: log.warning("%s", error.code), owner=self)

    def _enrolled(self, desk: Desk) -> None:
        self._take_desk(desk)

    def _after_enrolment(self) -> None:
        if self.enrolment is not None:
            self.window.drop_page(self.enrolment)
            self.enrolment = None
        if self.place.file.read().enrolled().is_wall:
            self._be_wall()
        else:
            self.show_sign_in()

    def _wear(self, description: Description) -> None:
        size = description.settings.get(TEXT_SIZE, "100")
        theme = description.theme if description.theme in THEMES else "light"
        look.wear(theme, next((known for known in TEXT_SIZES if str(known) == size), 100))

    def _be_wall(self) -> None:
        """This computer is that of a hall's big screen: there is no counter."""
        from liaison_desktop.ui.walling import Around, Walling

        self._ahead = LoadingAhead((), self)
        around = Around(
            self.runner,
            self.place,
            self.window,
            self.syncing,
            self._outside.papers,
            lambda: self.desk,
            self.show_sign_in,
            self._drop_sign_in,
            lambda: QTimer.singleShot(0, self, self._open_unattended),
            self._dress,
        )
        self.walling = Walling(around, self._outside.autostart, self)
        self.walling.begin()
        if self.desk is not None:
            self.walling.take(self.desk)

    def _drop_sign_in(self) -> None:
        if self.sign_in is not None:
            self.window.drop_page(self.sign_in)
            self.sign_in = None

    def _dress(self) -> None:
        """Look and speak as the people of this computer chose."""
        description = self.place.file.read()
        words.set_language(description.language)
        self._wear(description)
        look.language_changed.emit()

    def _signed_in(self, person: Person) -> None:
        if self.desk is None or (self.counter is not None and self._locked is None):
            return
        locked = self.counter if self._locked is not None else None
        if locked is not None and locked.person.person != person.person and is_left_unsaved(locked):
            ask_before_leaving(self.window, lambda: self._let_in(person), self._stay_locked)
            return
        self._let_in(person)

    def _stay_locked(self) -> None:
        """Whoever signed in at a locked window goes again: what its person typed is not on the disk."""
        desk = self.desk
        if desk is None:
            return
        self.runner.run(lambda: signing_in.close_session(desk), failed=lambda error: log.warning("%s", error.code))
        self.show_sign_in()
        if self.sign_in is not None:
            self.sign_in.show_locked()

    def _let_in(self, person: Person) -> None:
        if self.desk is None:
            return
        self._drop_sign_in()
        if self.walling is not None:
            self.walling.let_in(person)
            return
        if self._unlocked(person):
            return
        if person.language in words.LANGUAGES and words.current() != person.language and not person.last_at:
            self.set_language(person.language)
        from liaison_desktop.ui.counter import Counter
        from liaison_desktop.ui.workbench import Workbench

        bench = Workbench(
            runner=self.runner,
            desk=self.desk,
            papers=self._outside.papers,
            note=self.window.toast.show_word,
            parent=self,
        )
        self.counter = Counter(bench, self.place, person, self.window, self.syncing, self._wardrobe)
        self.counter.shell.top.sign_out_asked.connect(self.sign_out)
        self.counter.shell.top.theme_turned.connect(self.turn_theme)
        self.counter.shell.top.language_chosen.connect(self.set_language)
        bench.on_change(self._changed)
        self.window.show_page(self.counter.shell)
        self.counter.reception.form_changed.connect(self._idling.touch)
        self.counter.start(self._last_number_to_compare())
        self._idling.watch(self._lock_after_ms())

    def _changed(self, changes: ChangeSet) -> None:
        desk = self.desk
        if changes.people and desk is not None:
            self.runner.run(
                lambda: signing_in.hear_of_roles(desk),
                done=lambda may_stay: None if may_stay else self._lock_out(),
                failed=lambda error: log.warning("%s", error.code),
                owner=self,
            )

    def _lock_out(self) -> None:
        """The person's role at this office ended while they worked: what they typed is kept for them or the office."""
        self.lock()
        self.window.toast.show_word(
            lambda: tr("Your role at this office has ended. What was typed is kept. Ask the administrator.")
        )

    def _unlocked(self, person: Person) -> bool:
        """Whether the person who locked is back: then everything stands as it was; anybody else begins anew."""
        hidden, self._locked = self._locked, None
        counter = self.counter
        if hidden is None or counter is None:
            return False
        if counter.person.person != person.person:
            self._leave_counter()
            return False
        self.window.show_page(counter.shell)
        counter.unlock()
        for dialog in hidden:
            if isValid(dialog):
                dialog.show()
        self._idling.watch(self._lock_after_ms())
        return True

    def _lock_after_ms(self) -> int:
        return lock_minutes(self.place) * MINUTE_MS

    def _last_number_to_compare(self) -> str:
        """After an unclean start, once: what the clerk holds against the last paper."""
        if not self._was_unclean:
            return ""
        number = opening.waiting_here(self.place, was_unclean=True).last_number
        self._was_unclean = False
        desk = self.desk
        if desk is not None:
            self.runner.run(
                desk.store.find_damage,
                done=lambda found: self._note(lambda: opening.stop_for_damage(desk)) if found else None,
                failed=lambda error: log.warning("%s", error.code),
                owner=self,
                lane=Lane.WORK,
            )
        return number

    def _leave_counter(self) -> None:
        counter = self.counter
        self.counter = None
        self._idling.stop()
        if counter is not None:
            counter.save_now()
            self.window.drop_page(counter.shell)
            counter.leave()

    def _check_receipt(self) -> None:
        if self.counter is not None and self._locked is None:
            self.counter.check_receipt()

    def _keep(self, name: str, value: str) -> None:
        self._note(lambda: self.place.file.set(name, value))

    def _note(self, job: Callable[[], object]) -> None:
        self.runner.run(job, failed=lambda error: log.warning("%s", error.code))


def _nothing() -> None:
    """No enrolment is under way."""


def _end(place: Place, desk: Desk) -> None:
    try:
        signing_in.close_session(desk)
        opening.note_waiting(place, desk)
    finally:
        desk.store.close()  # also with a full disk


def build(
    home: Path,
    server_url: str = "",
    *,
    papers: Papers | None = None,
    vault: Vault | None = None,
    clock: Clock | None = None,
    machine: Machine | None = None,
    sync: bool = True,
    autostart: Autostart | None = None,
) -> Desktop:
    """Make the desktop in a running QApplication; the caller shows it and, in the end, closes it.

    Raises AlreadyRunning when another program holds the folder, WorkplaceDamaged when it cannot be read.
    """
    outside = Outside(
        papers or SystemPapers(),
        vault or SystemVault(),
        clock or SystemClock(),
        machine or ThisMachine(),
        sync,
        autostart,
    )
    return Desktop(home, server_url, outside)


def application(arguments: list[str] | None = None) -> QApplication:
    """The application object of Qt with the program's name; one for a process."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    QApplication.setApplicationName("liaison")
    QApplication.setDesktopFileName("liaison")
    return QApplication(arguments or sys.argv[:1])


def tray(folder: Path | None) -> Papers | None:
    """A folder that takes the pages, or nothing to use the printers of this computer."""
    return Tray(folder) if folder is not None else None


def waker(desktop: Desktop) -> Ticking:
    """Lets Python hear signals while Qt waits."""
    ticking = Ticking(lambda: None, 250, desktop)
    ticking.start()
    return ticking


def say_not_started(refused: ContractError) -> bool:
    """Say in a window of its own why the program cannot start; True when the person wants it tried again."""
    look.wear(look.system_theme())
    box = NotStarted(lambda: say_error(refused))
    return box.exec() == NotStarted.DialogCode.Accepted
