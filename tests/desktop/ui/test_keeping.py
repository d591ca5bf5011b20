"""Typing without a pause is kept while it goes on; names that were not chosen yet are there after a restart."""

from collections.abc import Callable

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QTextEdit

from liaison_desktop.app import Desktop
from liaison_desktop.services import drafting
from liaison_desktop.ui.widgets.dialogs import Question
from tests.desktop.ui.hands import Hands, type_text

Start = Callable[[], Desktop]


def kept_text(desktop: Desktop) -> str:
    """The text of the newest draft in the store, empty while there is none."""
    desk = desktop.desk
    assert desk is not None
    found: list[str] = []

    def read() -> str:
        rows = drafting.list_drafts(desk)
        return drafting.open_draft(desk, rows[-1].draft_id).text if rows else ""

    desktop.runner.run(read, done=found.append)
    while not found:
        QApplication.processEvents()
    return found[0]


def test_what_is_typed_without_a_pause_is_kept_meanwhile(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    field = hands.find(desktop.window, "reception.text", QTextEdit)

    def types_on() -> bool:
        type_text(field, "с")
        return bool(kept_text(desktop))

    hands.until(types_on)


def test_names_typed_into_lists_and_not_chosen_are_there_after_a_restart(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.find(window, "reception.territory", QLineEdit).selectAll()
    for name, text in (("territory", "Ысык"), ("addressee", "министр ж"), ("category", "ичүүчү с")):
        hands.type(window, f"reception.{name}", text)
    desktop.close()
    again = signed_in().window

    def texts() -> list[str]:
        found = (hands.find(again, f"reception.{name}", QLineEdit) for name in ("territory", "addressee", "category"))
        return [one.text() for one in found]

    hands.until(lambda: texts() == ["Ысык", "министр ж", "ичүүчү с"])


def test_a_draft_begun_by_somebody_else_says_whose_it_is(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    hands.type(desktop.window, "reception.surname", "Асанов")
    desk = desktop.desk
    assert desk is not None
    desktop.sign_out()
    hands.until(lambda: hands.is_seen(desktop.window, "signin.password"))
    desktop.runner.run(
        lambda: desk.store.connection.execute("UPDATE drafts SET person = zeroblob(16)"), done=lambda _: None
    )
    desktop.runner.run(
        lambda: desk.store.connection.execute(
            "INSERT INTO people (person, surname, given_name, patronymic) VALUES (zeroblob(16), 'Осмонова', 'Бела', '')"
        ),
        done=lambda _: None,
    )
    hands.sign_in(desktop.window)
    counter = desktop.counter
    assert counter is not None
    hands.until(lambda: any("Бела Осмонова" in tab.text() for tab in counter.reception.tabs._tabs))


def test_whoever_leaves_what_the_disk_did_not_take_is_asked_first(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    window, desk, words = desktop.window, desktop.desk, "бул сөздөр дискте жок " * 400
    assert desk is not None
    hands.type(window, "reception.surname", "Асанов")
    hands.until(lambda: bool(kept_name(desktop)))
    desktop.runner.run(
        lambda: desk.store.connection.execute("PRAGMA max_page_count = 1").fetchall(), done=lambda _: None
    )
    hands.find(window, "reception.text", QTextEdit).insertPlainText(words)
    for leave in (window.close, desktop.sign_out):
        leave()
        assert window.isVisible()
        question = hands.find(window, "unsaved", Question)
        question.back.click()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert desktop.counter is not None
    desktop.runner.run(
        lambda: desk.store.connection.execute("PRAGMA max_page_count = 1000000").fetchall(), done=lambda _: None
    )
    hands.until(lambda: kept_text(desktop) == words)
    window.close()
    assert not window.isVisible()


def kept_name(desktop: Desktop) -> str:
    """The surname of the newest draft in the store, empty while there is none."""
    desk = desktop.desk
    assert desk is not None
    found: list[str] = []

    def read() -> str:
        rows = drafting.list_drafts(desk)
        return drafting.open_draft(desk, rows[-1].draft_id).surname if rows else ""

    desktop.runner.run(read, done=found.append)
    while not found:
        QApplication.processEvents()
    return found[0]
