"""Days are decreed while somebody is at the counter: what is read to the citizen is what is registered."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from liaison_desktop.app import Desktop
from liaison_desktop.domain.appeals import ChangeSet
from liaison_desktop.services.desk import Desk
from liaison_desktop.services.reading import due_preview
from liaison_desktop.store.feed import keep_calendar_day
from liaison_desktop.ui import formats
from liaison_desktop.ui.counter import Counter
from server_sync.contract.bodies import AppealKind
from tests.desktop.ui.conftest import Programs
from tests.desktop.ui.hands import Hands

Start = Callable[[], Desktop]
REASON = ("Токтом № 2", "Распоряжение № 2", "Decree No. 2")


def on_store(desktop: Desktop, job: Callable[[Desk], date]) -> date:
    found: list[date] = []
    desk = desktop.desk
    assert desk is not None
    desktop.runner.run(lambda: job(desk), done=found.append)
    while not found:
        QApplication.processEvents()
    return found[0]


def decree(desktop: Desktop) -> date:
    """A working day of the term is decreed off in the store, as the feed brings it; gives the day that is due now."""

    def job(desk: Desk) -> date:
        day = due_preview(desk, AppealKind.COMPLAINT).counted[3]
        book, edition = desk.book, desk.book_edition
        with desk.store.transaction() as connection:
            keep_calendar_day(connection, day.isoformat(), 1, REASON)
        due = due_preview(desk, AppealKind.COMPLAINT).due_on
        desk.book, desk.book_edition = book, edition
        assert due is not None
        return due

    return on_store(desktop, job)


def tell(desktop: Desktop) -> None:
    """The exchange says that days came."""
    desk = desktop.desk
    assert desk is not None
    desktop.syncing.begin(desk, at_once=False)
    desktop.syncing._on_changed(ChangeSet(directory=True))


def counter_of(desktop: Desktop) -> Counter:
    assert desktop.counter is not None
    return desktop.counter


def words_in(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def in_words(day: date) -> str:
    return formats.day_in_words(day)


def begin_a_complaint(desktop: Desktop, hands: Hands) -> None:
    hands.fill(desktop.window)
    hands.until(lambda: "the answer is due" in words_in(counter_of(desktop).reception.beside.law))


def test_the_form_that_is_open_goes_by_a_decreed_day_at_once(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    begin_a_complaint(desktop, hands)
    due = decree(desktop)
    assert in_words(due) not in words_in(counter_of(desktop).reception.beside.law)
    tell(desktop)
    hands.until(lambda: in_words(due) in words_in(counter_of(desktop).reception.beside.law))


def test_days_that_came_before_anybody_signed_in_are_read_out(programs: Programs, hands: Hands) -> None:
    desktop = programs.start()
    hands.sign_in(desktop.window)  # opens the store
    desktop.sign_out()
    due = decree(desktop)
    tell(desktop)
    hands.sign_in(desktop.window)
    begin_a_complaint(desktop, hands)
    assert in_words(due) in words_in(counter_of(desktop).reception.beside.law)
    hands.press(desktop.window, Qt.Key.Key_F9)
    assert in_words(due) in words_in(hands.dialog(desktop.window, "review"))


def test_a_review_that_is_open_when_the_day_changes_says_so_and_is_shown_once_more(
    signed_in: Start, hands: Hands
) -> None:
    desktop = signed_in()
    begin_a_complaint(desktop, hands)
    hands.press(desktop.window, Qt.Key.Key_F9)
    before = hands.dialog(desktop.window, "review")
    due = decree(desktop)
    assert in_words(due) not in words_in(before)
    tell(desktop)
    hands.until(lambda: counter_of(desktop).reception._review not in (None, before))
    again = counter_of(desktop).reception._review
    assert again is not None
    assert "The answer is due on another day than was read out" in words_in(again)
    assert in_words(due) in words_in(again)


def test_another_day_than_was_read_out_is_not_registered_but_read_out_first(signed_in: Start, hands: Hands) -> None:
    """The decree lies in the store, and nothing has told the screens yet."""
    desktop = signed_in()
    window = desktop.window
    begin_a_complaint(desktop, hands)
    due = decree(desktop)
    hands.press(window, Qt.Key.Key_F9)
    before = hands.dialog(window, "review")
    assert in_words(due) not in words_in(before)
    hands.press(before, Qt.Key.Key_F9)
    hands.until(lambda: counter_of(desktop).reception._review not in (None, before))
    again = counter_of(desktop).reception._review
    assert again is not None
    assert "The answer is due on another day than was read out" in words_in(again)
    assert in_words(due) in words_in(again)
    hands.press(again, Qt.Key.Key_F9)
    hands.until(lambda: hands.is_seen(window, "registered.number"))
    shown = counter_of(desktop).reception.registered
    assert in_words(due) in hands.find(window, "registered.due", QLabel).text()
    assert shown.calendar.isVisible()
    assert "Decree No. 2" in words_in(shown)
