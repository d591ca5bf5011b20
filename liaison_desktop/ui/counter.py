"""The counter of a signed-in person: the shell with its screens, each with its presenter and what it may do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices

from liaison_desktop.background.ticking import MINUTE_MS, Ticking
from liaison_desktop.domain.appeals import ChangeSet
from liaison_desktop.domain.people import Person
from liaison_desktop.services import opening, stopping
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.opening import Place
from liaison_desktop.store.epochs import Stop
from liaison_desktop.ui import formats
from liaison_desktop.ui.delivery.acts import delivery_acts
from liaison_desktop.ui.delivery.presenter import DeliveryFacts, DeliveryPresenter
from liaison_desktop.ui.delivery.syncing import Syncing
from liaison_desktop.ui.delivery.telling import oldest
from liaison_desktop.ui.delivery.values import LineShown
from liaison_desktop.ui.delivery.view import Delivery
from liaison_desktop.ui.lifting import Lifting
from liaison_desktop.ui.paper import preview
from liaison_desktop.ui.reception.acts import reception_acts
from liaison_desktop.ui.reception.presenter import ReceptionPresenter
from liaison_desktop.ui.reception.receipt_papers import ReceiptPapers
from liaison_desktop.ui.reception.registered_presenter import RegisteredActs, RegisteredPresenter, Stand
from liaison_desktop.ui.reception.values import RegisteredFacts
from liaison_desktop.ui.reception.view import Reception
from liaison_desktop.ui.receptions import Receptions
from liaison_desktop.ui.requests.acts import requests_acts
from liaison_desktop.ui.requests.presenter import RequestsPresenter
from liaison_desktop.ui.requests.view import Requests
from liaison_desktop.ui.settings.acts import PRINTER, settings_acts
from liaison_desktop.ui.settings.presenter import SettingsPresenter
from liaison_desktop.ui.settings.view import Settings
from liaison_desktop.ui.settings.wardrobe import Wardrobe
from liaison_desktop.ui.shell.view import Shell, Window
from liaison_desktop.ui.stop import StopBanner, StopQuestion
from liaison_desktop.ui.workbench import Workbench
from liaison_desktop.workplace.clock import ClerksWord, HeldTime
from liaison_desktop.workplace.words import current, tr

if TYPE_CHECKING:
    from liaison_desktop.ui.meetings.corner import MeetingCorner

NARROW_RAIL = "narrow_rail"


class Counter(QObject):
    """Lives from sign-in to sign-out."""

    def __init__(
        self,
        bench: Workbench,
        place: Place,
        person: Person,
        window: Window,
        syncing: Syncing,
        wardrobe: Wardrobe,
    ) -> None:
        super().__init__(window)
        self._bench, self._place, self._window, self._syncing = bench, place, window, syncing
        self.person = person
        self._papers = ReceiptPapers(bench, window, self.printer)
        self._clock_word: ClerksWord | None = None
        self._stop: Stop | None = None
        self._last_number = ""
        self._today = formats.today()
        self.shell = Shell(window.stack)  # in its place before it is full: each move dresses all that is in it anew
        self.stopped = StopBanner()
        self.stopped.lift_clicked.connect(self._lift)
        self.shell.add_banner(self.stopped)
        within = self.shell.stack
        self.reception, self.requests = Reception(within), Requests(within)
        self.delivery, self.settings = Delivery(within), Settings(within)
        self._corner: MeetingCorner | None = None
        self.shell.add_late("meetings", lambda: self.corner.screen)
        for name, screen in (
            ("reception", self.reception),
            ("requests", self.requests),
            ("delivery", self.delivery),
            ("settings", self.settings),
        ):
            self.shell.add_screen(name, screen)
        self._say_office()
        self.shell.top.person.say(person.name)
        self.shell.wish_narrow(place.file.read().settings.get(NARROW_RAIL) == "yes")
        self.shell.rail_folded.connect(self._keep_rail)
        self.shell.screen_opened.connect(lambda _name: window.toast.hide())
        self.shell.screen_opened.connect(lambda _name: self.stopped.show_kept(False))
        self.registered = RegisteredPresenter(self.reception.registered, self._registered_acts())
        self.drafts = ReceptionPresenter(
            self.reception,
            reception_acts(
                bench,
                registered=self._registered,
                open_request=self.open_request,
                is_disk_full=lambda: opening.is_disk_full(place),
            ),
        )
        self.deliveries = DeliveryPresenter(
            self.delivery,
            delivery_acts(
                bench,
                send_now=syncing.send_now,
                stop=syncing.stop,
                show_top=self._show_top,
                show_count=self._show_count,
                read=self._facts_read,
            ),
        )
        self.found = RequestsPresenter(
            self.requests,
            requests_acts(bench, window, last_contact=lambda: self.deliveries.last_at, printer=self.printer),
        )
        self.receiving = Receptions(bench, window, self, self)
        self.wishes = SettingsPresenter(self.settings, settings_acts(bench, place, person, window, wardrobe))
        self._connect_reception()
        self._connect_requests()
        self._connect_others()
        bench.on_change(self._changed)
        self.shell.clock.answered.connect(self._clock_answered)
        self.shell.guides_asked.connect(self._show_guides)
        self._minute = Ticking(self._minute_passed, MINUTE_MS, self)

    def start(self, last_number: str = "") -> None:
        """Open Reception with what was being written; after an unclean start with the last number to compare."""
        self._last_number = last_number
        if last_number:
            self.reception.ask_last_number(last_number)
        self.shell.open("reception")
        self.drafts.start()
        self.deliveries.heard(self._syncing.news)
        self._look_again()
        self.found.refresh()
        self._minute.start()

    @property
    def corner(self) -> MeetingCorner:
        """Everything of meetings; loaded and built when it is first asked for: many who sign in never go there."""
        if self._corner is None:
            from liaison_desktop.ui.meetings.corner import MeetingCorner

            self._corner = MeetingCorner(self._bench, self._place, self.person, self.shell, self._syncing)
        return self._corner

    def lock(self) -> None:
        """What is typed goes to the disk, and nobody is filmed or heard; a meeting is heard on."""
        self.drafts.save_now()
        self.found.keeping.save_now()
        if self._corner is not None:
            self._corner.attending.lock()

    def unlock(self) -> None:
        """The person who locked is back."""
        if self._corner is not None:
            self._corner.attending.unlock()
        self.shell.page(self.shell.current).take_keyboard()

    def asks_before_closing(self, close: Callable[[], None]) -> bool:
        """Ask back when the window is closed on the stage of a meeting; says whether it was asked."""
        return self._corner is not None and self._corner.attending.asks_before_closing(close)

    def close(self) -> None:
        """The program ends: everything is on the disk, and a meeting hears of it once more."""
        self.save_now()
        if self._corner is not None:
            self._corner.attending.calling.close()

    def leave(self) -> None:
        """The person signs out."""
        self._minute.stop()
        self._syncing.heard.disconnect(self.deliveries.heard)
        self._syncing.changed.disconnect(self._bench.announce)
        self._bench.deleteLater()
        self.deleteLater()

    def save_now(self) -> None:
        """Write what is typed to the disk; nothing is looked for any more, and nobody is filmed."""
        self.drafts.save_now()
        self.found.keeping.save_now()
        if self._corner is not None:
            self._corner.close()
        self._bench.delays.close()

    def language_changed(self) -> None:
        """Say everything in the language now spoken; what is typed stays."""
        self.drafts.language_changed()
        self.deliveries.language_changed()
        self.found.language_changed()
        self.wishes.refresh()

    def check_receipt(self) -> None:
        """Open the check of a receipt, from any screen."""
        self.shell.open("requests")
        self.found.check()

    def open_request(self, appeal: bytes) -> None:
        """Go to one request."""
        self.shell.open("requests")
        self.found.open(appeal)

    # connecting

    def _connect_reception(self) -> None:
        view, presenter = self.reception, self.drafts
        view.form_changed.connect(presenter.changed)
        view.field_left.connect(presenter.field_left)
        view.choices_asked.connect(presenter.asked)
        view.files_chosen.connect(presenter.attach)
        view.file_removed.connect(presenter.detach)
        view.new_clicked.connect(presenter.new)
        view.later_clicked.connect(presenter.put_aside)
        view.draft_chosen.connect(presenter.choose)
        view.draft_closed.connect(presenter.close)
        view.register_clicked.connect(self._review)
        view.register_confirmed.connect(presenter.confirm)
        view.compare_clicked.connect(presenter.compare)
        view.repeat_clicked.connect(presenter.link_repeat)
        view.returning_clicked.connect(presenter.take_over)
        view.earlier_name_clicked.connect(presenter.take_earlier_name)
        view.form_asked.connect(presenter.new)
        for signal in (view.new_clicked, view.later_clicked, view.draft_chosen, view.draft_closed):
            signal.connect(lambda *_: self.stopped.show_kept(False))
        view.last_number_confirmed.connect(view.hide_last_number)
        view.last_number_denied.connect(self._deny_last_number)
        paper, shown = self.reception.registered, self.registered
        paper.print_clicked.connect(shown.print)
        paper.save_clicked.connect(shown.save)
        paper.next_clicked.connect(shown.next)
        paper.drafts_clicked.connect(shown.next)
        paper.how_clicked.connect(shown.how_counted)
        paper.paper_chosen.connect(shown.choose_paper)

    def _connect_requests(self) -> None:
        view, presenter = self.requests, self.found
        view.query_changed.connect(presenter.search)
        view.filter_chosen.connect(presenter.filter)
        view.row_chosen.connect(presenter.choose)
        view.more_asked.connect(presenter.more)
        view.print_clicked.connect(presenter.print)
        view.save_clicked.connect(presenter.save)
        view.correct_clicked.connect(presenter.correct)
        view.supplement_clicked.connect(presenter.supplement)
        view.withdraw_clicked.connect(presenter.withdraw)
        view.told_clicked.connect(presenter.tell)
        view.check_clicked.connect(presenter.check)
        view.file_clicked.connect(presenter.open_file)
        view.choices_asked.connect(presenter.asked)
        view.correction_left.connect(presenter.correction_left)
        view.correction_confirmed.connect(presenter.correction_confirmed)
        view.correction_seen.connect(presenter.correction_seen)
        view.supplement_files_chosen.connect(presenter.supplement_files)
        view.supplement_file_removed.connect(presenter.supplement_file_removed)
        view.supplement_confirmed.connect(presenter.supplement_confirmed)
        view.withdrawal_confirmed.connect(presenter.withdrawal_confirmed)
        view.told_confirmed.connect(lambda told: presenter.told_confirmed(told.how, told.told_on, told.note))
        view.receipt_text_checked.connect(presenter.check_text)
        view.receipt_picture_chosen.connect(presenter.check_picture)
        view.receipt_opened.connect(presenter.open)
        self.receiving.connect_to(view)
        view.act_typed.connect(presenter.typed)
        view.act_discarded.connect(presenter.discard)
        view.act_closed.connect(presenter.closed)

    def _connect_others(self) -> None:
        self.delivery.send_clicked.connect(self.deliveries.send)
        self.delivery.stop_clicked.connect(self.deliveries.stop)
        self.delivery.correct_clicked.connect(self._put_right)
        self.delivery.row_opened.connect(self._open_waiting)
        settings, wishes = self.settings, self.wishes
        settings.language_chosen.connect(wishes.language)
        settings.theme_chosen.connect(wishes.theme)
        settings.text_size_chosen.connect(wishes.text_size)
        settings.lock_chosen.connect(wishes.lock)
        settings.password_clicked.connect(wishes.password)
        settings.printers_asked.connect(wishes.ask_printers)
        settings.printer_chosen.connect(wishes.choose_printer)
        settings.test_print_clicked.connect(wishes.test_print)
        settings.medium_chosen.connect(wishes.choose_medium)
        settings.medium_cleared.connect(lambda: wishes.choose_medium(None))
        settings.update_asked.connect(wishes.refresh)
        self.shell.top.password_asked.connect(self._to_password)
        self._syncing.heard.connect(self.deliveries.heard)
        self._syncing.changed.connect(self._bench.announce)

    # what follows from what

    def _changed(self, changes: ChangeSet) -> None:
        if changes.appeals:
            self.found.changed(changes.appeals)
            self.receiving.changed(changes.appeals)
        if changes.directory:
            self.found.say_anew()
            self.drafts.term_moved()
            self._say_office()
        if changes.meetings and self._corner is not None:
            self._corner.lobbies.refresh()
        if changes.meetings:
            self._conversation_changed()
        if changes.delivery or changes.appeals:
            self._look_again()
            self._syncing.something_waits()

    def _conversation_changed(self) -> None:
        """A meeting began, ended or was called off: maybe one that a request's card offers."""
        self.receiving.look_again()
        current = self.found.current
        if current is not None and current.reception is not None:
            self.found.changed(frozenset({current.appeal}))

    def _say_office(self) -> None:
        """By the tables that hold now: they come down too."""
        self.shell.top.office.say(lambda: self._bench.words.site_name(self._bench.desk.enrolment.site_code))

    # the clock

    def _minute_passed(self) -> None:
        self._look_again()
        if self._corner is not None:
            self._corner.lobbies.tick()

    def _look_again(self) -> None:
        self.receiving.look_again()
        self._bench.store(_time_held, self._go_by)
        self.deliveries.refresh()
        self.drafts.look_at_disk()

    def _go_by(self, held: tuple[HeldTime, timedelta]) -> None:
        formats.go_by(held[1])
        self.shell.clock.show_time(held[0], self._clock_word)
        if formats.today() != self._today:
            self._today = formats.today()
            self.found.refresh()
            self.drafts.term_moved()

    def _clock_answered(self, word: ClerksWord) -> None:
        self._clock_word = word

        def said(desk: Desk) -> tuple[HeldTime, timedelta]:
            desk.hear_of_clock(word)
            return _time_held(desk)

        self._bench.store(said, self._go_by)

    def _registered(self, facts: RegisteredFacts, drafts_open: int) -> None:
        self.registered.show(facts, drafts_open)
        self.reception.show_registered_screen()
        self.found.stand_on(facts.appeal)

    def _review(self) -> None:
        """Where numbers are stopped it is said at once, not at the end of the review."""
        if self._stop is None:
            self.drafts.review()
            return
        self.drafts.save_now()
        # in the bar that stands above already: two would leave little of the form
        self.stopped.show_kept(not self.drafts.is_form_empty)

    def _deny_last_number(self) -> None:
        """The paper is ahead of this store: ask once more, then no number is given here until people have looked."""
        question = StopQuestion(self.reception, self._last_number)
        question.accepted.connect(lambda: self._bench.store(stopping.deny_last_number, lambda _: self._stop_changed()))
        question.open()

    def _stop_changed(self) -> None:
        self.reception.hide_last_number()
        self.deliveries.refresh()
        self._syncing.something_waits()

    def _lift(self) -> None:
        """The head of the office has the last paper in hand."""
        lifting = Lifting(self._bench, self._place, self._syncing.ask_person, self.shell)
        lifting.lifted.connect(self._lifted)
        lifting.open()

    def _lifted(self) -> None:
        self.reception.hide_message()
        self._stop_changed()
        self._bench.note(lambda: tr("Numbers are given again."))

    def _show_guides(self) -> None:
        """Guides and lessons over the open screen; what they are made of is read when somebody asks for it."""
        from liaison_desktop.ui.guides import GuidesDialog
        from liaison_desktop.workplace.learning import guides, lessons_folder, lessons_in

        folder = lessons_folder(self._place.home.folder)
        dialog = GuidesDialog(self.shell, guides(), lambda: lessons_in(folder, current()), folder)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.watch_clicked.connect(self._watch)
        dialog.open()

    def _watch(self, video: Path) -> None:
        """Let the system's player show a lesson."""
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(video))):
            self._bench.note(
                lambda: tr("No program of this computer plays videos. The file: {name}").format(name=video)
            )

    def _next_citizen(self) -> None:
        self.drafts.new()

    def _put_right(self, appeal: bytes) -> None:
        self.shell.open("requests")
        self.found.correct_appeal(appeal)

    def _open_waiting(self, row: object) -> None:
        appeal = getattr(row, "appeal", None)
        if isinstance(appeal, bytes):
            self.open_request(appeal)

    def _to_password(self) -> None:
        self.shell.open("settings")
        self.settings.to_password()

    def _show_top(self, line: LineShown) -> None:
        self.shell.top.show_line(line.say, line.tone, line.short_icon)

    def _show_count(self, count: int, asks: bool) -> None:
        self.shell.rail.item("delivery").set_count(count, asks=asks)

    def _facts_read(self, facts: DeliveryFacts, answers: int) -> None:
        """What was read for Delivery also tells where the request on the number's screen is, and what answers wait."""
        self._stop = facts.stop
        self.stopped.show_stop(facts.stop)
        self.shell.rail.item("requests").set_count(answers, asks=bool(answers))
        appeal = self.registered.appeal
        if appeal is None:
            return
        waits = any(item.appeal == appeal and not item.state.is_in_custody for item in facts.items)
        has_line = self.deliveries.has_line
        self.registered.stands(Stand(not waits, facts.waiting.appeals, oldest(facts.waiting), has_line))

    def _keep_rail(self, narrow: bool) -> None:
        value = "yes" if narrow else "no"
        self._bench.store(lambda _: self._place.file.set(NARROW_RAIL, value))

    def printer(self) -> str:
        """The printer that was chosen here; empty for the computer's own."""
        return self._place.file.read().settings.get(PRINTER, "")

    def _registered_acts(self) -> RegisteredActs:
        return RegisteredActs(
            render=self._render,
            print=self._papers.print,
            save=self._papers.save,
            show_how=lambda due: self.reception.show_how_counted(due),
            say=self._bench.note,
            next=self._next_citizen,
        )

    def _render(self, appeal: bytes, paper: str) -> None:
        def show(pdf: bytes) -> None:
            if self.registered.appeal == appeal:
                width = max(240, self.reception.registered.preview.width())
                self._bench.attempt(lambda: self.reception.registered.preview.show_page(preview(pdf, width)))

        self._papers.draw(appeal, paper, show)


def _time_held(desk: Desk) -> tuple[HeldTime, timedelta]:
    return desk.held(), desk.clock_ahead()
