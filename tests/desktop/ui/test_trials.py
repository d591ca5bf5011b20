"""Small inputs that troubled users of other programs, played at the real window; `tests/trials` says what is right."""

import unicodedata
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QTextEdit, QWidget

from liaison_desktop.app import Desktop
from liaison_desktop.domain.appeals import AppealCard
from liaison_desktop.services import reading
from liaison_desktop.ui.widgets.fields import TextField
from liaison_desktop.ui.widgets.table import RowsTable
from proving.asked import Asked
from tests.desktop.printing.papers import words_on
from tests.desktop.ui.conftest import Programs
from tests.desktop.ui.hands import Hands
from tests.desktop.ui.test_counter import register
from tests.desktop.ui.test_nothing_left_out import message_at, words_of
from tests.trials.lines import FILES, KINDS, SOUGHT, lines_of, said, stored

Start = Callable[[], Desktop]
MARKS = lines_of("control-characters")
MISSED = lines_of("search-misses")
LETTERS = lines_of("receipt-letters")
NAMES = lines_of("demo-names-and-marks")
LOOKED_FOR = {name: asked for name, asked in {**NAMES, **MISSED}.items() if name in SOUGHT}
SQUARE = "\N{WHITE SQUARE}"


def paste(hands: Hands, window: QWidget, name: str, text: str) -> None:
    """Put a text in the place of what stands in a field, by the clipboard."""
    field = hands.find(window, f"reception.{name}", QWidget)
    assert isinstance(field, (QLineEdit, QTextEdit))
    field.setFocus()
    field.selectAll()
    QApplication.clipboard().setText(text)
    field.paste()


def bring(hands: Hands, window: QWidget, asked: Asked) -> None:
    """Fill in a whole request with what a line says, each text pasted."""
    hands.until(lambda: hands.is_seen(window, "reception.pin"))
    for name, query in (("addressee", "аким"), ("category", "мал")):
        hands.type(window, f"reception.{name}", query)
        hands.press(window, Qt.Key.Key_Return, f"reception.{name}")
    hands.click(window, "reception.kind.complaint")
    hands.click(window, "reception.answer_by.letter")
    for name, text in said(asked).items():
        paste(hands, window, name, text)


def newest(desktop: Desktop) -> AppealCard:
    """The request registered last, with all that is stored of it."""
    desk = desktop.desk
    assert desk is not None
    found: list[AppealCard] = []
    desktop.runner.run(lambda: reading.appeal_card(desk, reading.list_requests(desk)[0].appeal), done=found.append)
    while not found:
        QApplication.processEvents()
    return found[0]


@pytest.mark.parametrize("asked", MARKS.values(), ids=MARKS)
def test_marks_of_word_processors_are_line_ends_and_spaces_and_hinder_nobody(
    signed_in: Start, hands: Hands, asked: Asked
) -> None:
    desktop = signed_in()
    window, right = desktop.window, stored(asked)
    bring(hands, window, asked)
    for name in ("surname", "given_name", "subject"):
        assert hands.find(window, f"reception.{name}", QLineEdit).text() == right[name]
    assert hands.find(window, "reception.text", TextField).text() == right["text"]
    hands.press(window, Qt.Key.Key_F9)
    review = hands.dialog(window, "review")
    assert right["text"] in words_of(review)
    hands.press(review, Qt.Key.Key_F9)
    hands.until(lambda: hands.is_seen(window, "registered.number"))
    seen = newest(desktop).seen
    assert (seen.applicant.surname, seen.applicant.given_name) == (right["surname"], right["given_name"])
    assert (seen.subject, seen.text) == (right["subject"], right["text"])


@pytest.mark.parametrize("name", ["surname", "subject", "text"])
def test_a_sign_that_cannot_be_kept_is_named_at_its_field_and_stands_selected(
    signed_in: Start, hands: Hands, name: str
) -> None:
    desktop = signed_in()
    window = desktop.window
    bring(hands, window, MARKS["P31"])
    paste(hands, window, name, "😀абв\x07де")
    hands.press(window, Qt.Key.Key_F9)
    assert not hands.is_seen(window, "review")
    message = message_at(desktop, name)
    assert "5" in message
    assert "U+0007" in message
    hands.press(window, Qt.Key.Key_Delete)
    field = hands.find(window, f"reception.{name}", QWidget)
    assert isinstance(field, (QLineEdit, TextField))
    assert field.text() == "😀абвде"
    register(desktop, hands)


@pytest.mark.parametrize("asked", LOOKED_FOR.values(), ids=LOOKED_FOR)
def test_everybody_is_found_by_plain_letters_and_by_each_of_their_telephones(
    signed_in: Start, hands: Hands, asked: Asked
) -> None:
    desktop = signed_in()
    window = desktop.window
    hands.fill(window)
    paste(hands, window, "phone", "0312 99 88 77")
    other = register(desktop, hands)
    hands.press(window, Qt.Key.Key_F2)
    bring(hands, window, asked)
    number = register(desktop, hands)
    hands.press(window, Qt.Key.Key_2, modifier=Qt.KeyboardModifier.AltModifier)
    table = window.findChild(RowsTable, "requests.table")
    assert table is not None
    search = hands.find(window, "requests.search", QLineEdit)

    def listed(*numbers: str) -> bool:
        return [f"{row.number_head}{row.number_tail}" for row in table.rows()] == [one[:14] for one in numbers]

    hands.until(lambda: listed(number, other))
    for words in SOUGHT[asked.id]:
        search.selectAll()
        hands.type(window, "requests.search", words)
        hands.until(lambda: listed(number))
        search.selectAll()
        hands.press(window, Qt.Key.Key_Backspace, "requests.search")
        hands.until(lambda: listed(number, other))


@pytest.mark.parametrize("asked", LETTERS.values(), ids=LETTERS)
def test_a_name_in_another_script_stands_on_the_printed_paper_as_it_is_written(
    programs: Programs, signed_in: Start, hands: Hands, asked: Asked
) -> None:
    desktop = signed_in()
    window, right = desktop.window, stored(asked)
    bring(hands, window, asked)
    assert SQUARE not in message_at(desktop, "surname")
    register(desktop, hands)
    hands.until(lambda: hands.find(window, "registered.print", QWidget).isEnabled())
    hands.press(window, Qt.Key.Key_F9, "registered.print")
    hands.until(lambda: len(list(programs.tray.glob("*.pdf"))) == 1)
    words = on_paper(programs)
    assert SQUARE not in words
    for name in (right["surname"], right["given_name"]):
        assert name in words or name[::-1] in words


def on_paper(programs: Programs) -> str:
    """What stands on the one page in the tray; letters that join are drawn in forms of their own."""
    (page,) = programs.tray.glob("*.pdf")
    return unicodedata.normalize("NFKC", words_on(page.read_bytes()))


@pytest.mark.parametrize("surname", ["सीता", "ᠴᠢᠩᠭᠢᠰ"], ids=["devanagari", "mongolian"])
def test_letters_that_paper_cannot_show_are_told_at_the_form_and_paper_shows_what_was_said(
    programs: Programs, signed_in: Start, hands: Hands, surname: str
) -> None:
    desktop = signed_in()
    window = desktop.window
    bring(hands, window, LETTERS["P15"])
    paste(hands, window, "surname", surname)
    hands.find(window, "reception.subject", QLineEdit).setFocus()
    hands.until(lambda: f"The receipt will show {SQUARE} for" in message_at(desktop, "surname"))
    register(desktop, hands)
    hands.until(lambda: hands.find(window, "registered.print", QWidget).isEnabled())
    hands.press(window, Qt.Key.Key_F9, "registered.print")
    hands.until(lambda: len(list(programs.tray.glob("*.pdf"))) == 1)
    assert SQUARE in on_paper(programs)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_file_brought_to_the_form_is_what_its_bytes_are(
    programs: Programs, signed_in: Start, hands: Hands, name: str
) -> None:
    desktop = signed_in()
    window = desktop.window
    counter = desktop.counter
    assert counter is not None
    bring(hands, window, MARKS["P31"])
    counter.reception.form.files_chosen.emit([str(FILES / name)])
    hands.until(
        lambda: any(one.objectName().startswith("reception.attachment.remove.") for one in window.findChildren(QWidget))
    )
    hands.press(window, Qt.Key.Key_F9)
    review = hands.dialog(window, "review")
    assert any(name in words for words in words_of(review))
    hands.press(review, Qt.Key.Key_F9)
    hands.until(lambda: hands.is_seen(window, "registered.number"))
    (file,) = newest(desktop).files
    kind, opened_as = KINDS[name]
    assert (file.attachment.name, file.attachment.media_type) == (name, kind)
    hands.press(window, Qt.Key.Key_2, modifier=Qt.KeyboardModifier.AltModifier)
    link = f"requests.file.{file.attachment.blob_id.hex()}"
    hands.until(lambda: hands.is_seen(window, link))
    hands.press(window, Qt.Key.Key_Return, link)
    opened = programs.tray / opened_as
    hands.until(opened.is_file)
    assert opened.read_bytes() == (FILES / name).read_bytes()


def test_every_small_input_has_its_right_value() -> None:
    assert {path.name for path in FILES.iterdir()} == set(KINDS)
    assert MISSED.keys() <= SOUGHT.keys()
