"""A one-time password gives way to one of one's own in the program; nobody goes on without the recovery key in hand."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from liaison_desktop.app import Desktop
from liaison_desktop.domain.errors import SignInRefused
from liaison_desktop.services.enrolling import Enrolled as EnrolledDesk
from liaison_desktop.ui.enrolment.acts import EnrolmentActs
from liaison_desktop.ui.enrolment.presenter import Enrolled, EnrolmentPresenter
from liaison_desktop.ui.enrolment.view import Enrolment
from liaison_desktop.ui.office_words import pc_words
from liaison_desktop.ui.paper import Tray
from liaison_desktop.ui.paper_contents import recovery_content
from liaison_desktop.ui.signin.presenter import SignInPresenter, WaitingHere, where_key_stands
from liaison_desktop.ui.widgets.attention import attention
from liaison_desktop.ui.widgets.messages import MessageBar
from liaison_desktop.workplace import words
from liaison_desktop.workplace.description import NAMELESS
from server_sync.contract.errors import ContractError
from tests.desktop.ui.conftest import Programs
from tests.desktop.ui.hands import Hands

Refuse = Callable[[ContractError], None]
ONE_TIME, OWN = "tree-moon-fish-4444", "менин сырсөзүм 7"


class StandInView:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.said: list[tuple[str, tuple[object, ...]]] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        if not name.startswith(("show_", "ask_", "close_", "clear_", "quiet")):
            raise AttributeError(name)
        return lambda *what: self.said.append((name, what))

    def names(self) -> list[str]:
        return [name for name, _ in self.said]


class Centre:
    """Knows one person with a one-time password."""

    def __init__(self) -> None:
        self.password, self.must_change, self.signed_in = ONE_TIME, True, 0
        self.code_next = ""

    def first_sign_in(
        self, login: str, password: str, new_password: str, done: Callable[[], None], failed: Refuse
    ) -> None:
        if self.code_next:
            code, self.code_next = self.code_next, ""
            failed(SignInRefused(code))
        elif password != self.password:
            failed(SignInRefused("sign_in_wrong"))
        elif self.must_change and not new_password:
            failed(SignInRefused("password_must_change"))
        else:
            self.password, self.must_change = new_password or password, False
            self.signed_in += 1
            done()


@pytest.fixture
def centre() -> Centre:
    return Centre()


@pytest.fixture
def view() -> StandInView:
    return StandInView()


@pytest.fixture
def presenter(view: StandInView, centre: Centre) -> SignInPresenter:
    made = SignInPresenter(
        view,
        people=lambda: (),
        waiting=lambda: WaitingHere(0, None, "", unclean=False),
        sign_in=lambda *_: None,
        first_sign_in=centre.first_sign_in,
        set_password=lambda *_: None,
    )
    made.start()
    return made


def test_a_one_time_password_leads_to_ones_own_and_in(
    presenter: SignInPresenter, view: StandInView, centre: Centre
) -> None:
    presenter.enter("alim", ONE_TIME)
    assert "ask_first_password" in view.names()
    presenter.set_first_password("short", "short")
    presenter.set_first_password(OWN, "another one 77")
    assert [what[0] for name, what in view.said if name == "show_first_trouble"] == ["new", "again"]
    presenter.set_first_password(OWN, OWN)
    assert (centre.password, centre.signed_in) == (OWN, 1)
    assert view.names()[-2:] == ["close_first_password", "show_busy"]


@pytest.mark.parametrize(
    ("code", "where"), [("password_weak", "show_first_trouble"), ("no_answer", "show_first_refused")]
)
def test_what_is_refused_meanwhile_is_said_in_the_form_and_can_be_tried_again(
    presenter: SignInPresenter, view: StandInView, centre: Centre, code: str, where: str
) -> None:
    presenter.enter("alim", ONE_TIME)
    centre.code_next = code
    presenter.set_first_password(OWN, OWN)
    assert view.names()[-1] == where
    presenter.set_first_password(OWN, OWN)
    assert centre.signed_in == 1


def test_it_goes_on_from_the_enrolment_only_with_the_recovery_key_on_paper_or_in_a_file(view: StandInView) -> None:
    gone_on: list[bool] = []
    presenter = EnrolmentPresenter(
        view,
        enrol=lambda *_: None,
        print_test=lambda *_: None,
        print_key=lambda _done, failed: failed(ContractError("printer_missing")),
        save_key=lambda done, _failed: done("recovery-key.pdf"),
        go_on=lambda: gone_on.append(True),
    )
    presenter.enrolled(Enrolled(lambda: "office", lambda: "ALA", "K"))
    presenter.go_on()
    presenter.print_key()
    presenter.go_on()
    assert gone_on == []
    assert view.names()[-1] == "show_key_refused"
    presenter.save_key()
    presenter.go_on()
    assert gone_on == [True]


@pytest.mark.parametrize(
    ("given", "named"), [("printed", "paper printed"), ("saved key 1.pdf", "key 1.pdf"), ("", "were shown")]
)
def test_the_recovery_key_is_later_named_by_what_was_really_given(given: str, named: str) -> None:
    words.set_language("en")
    assert named in where_key_stands(given)


def test_a_full_disk_and_a_stop_are_said_before_anybody_signs_in(view: StandInView) -> None:
    words.set_language("en")
    presenter = SignInPresenter(
        view,
        people=lambda: (),
        waiting=lambda: WaitingHere(0, None, "", unclean=False, is_disk_full=True, stopped_code="clerk_said_no"),
        sign_in=lambda *_: None,
        first_sign_in=lambda *_: None,
        set_password=lambda *_: None,
    )
    presenter.start()
    facts = next(what[0] for name, what in view.said if name == "show_facts")
    assert isinstance(facts, tuple)
    titles = [title() for _icon, title, _words in facts]
    assert titles[:2] == ["The disk of this computer is full", "No numbers are given on this computer"]


def test_the_test_receipt_is_printed_when_it_is_drawn_however_early_it_was_asked_for(
    signed_in: Callable[[], Desktop], programs: Programs, hands: Hands, qtbot: QtBot
) -> None:
    desktop = signed_in()
    desk = desktop.desk
    assert desk is not None
    view = Enrolment("")
    qtbot.addWidget(view)
    acts = EnrolmentActs(desktop.runner, desktop.place, Tray(programs.tray), view, lambda _: None)
    printed: list[bool] = []
    acts._enrolled(EnrolledDesk(desk, "K"), lambda _: None)
    acts.print_test(lambda: printed.append(True), lambda _: None)
    assert printed == []
    hands.until(lambda: printed == [True])
    assert [path.suffix for path in programs.tray.iterdir()] == [".pdf"]


def test_f9_pressed_thrice_at_the_end_of_the_enrolment_prints_one_test_receipt(
    signed_in: Callable[[], Desktop],
    programs: Programs,
    hands: Hands,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desktop = signed_in()
    desk = desktop.desk
    assert desk is not None
    view = Enrolment("")
    qtbot.addWidget(view)
    acts = EnrolmentActs(desktop.runner, desktop.place, Tray(programs.tray), view, lambda _: None)
    presenter = EnrolmentPresenter(
        view,
        enrol=acts.enrol,
        print_test=acts.print_test,
        print_key=acts.print_key,
        save_key=acts.save_key,
        go_on=lambda: None,
    )
    view.hold(presenter, acts)
    view.print_clicked.connect(presenter.print_test)
    view.show()
    acts._enrolled(EnrolledDesk(desk, "K"), presenter.enrolled)
    hands.until(lambda: view.preview.has_page)
    monkeypatch.setattr(attention, "seen_after_ms", attention.SEEN_AFTER_MS)
    programs.clock.go_on(1_000)
    for _ in range(3):
        view.print.click()
    assert [path.stem for path in programs.tray.glob("*.pdf")] == ["Test receipt"]


@pytest.mark.parametrize("size", [100, 150])
@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_nothing_at_the_end_of_the_enrolment_moves_while_the_test_receipt_is_made(
    signed_in: Callable[[], Desktop], programs: Programs, hands: Hands, qtbot: QtBot, language: str, size: int
) -> None:
    desktop = signed_in()
    desktop.set_text_size(size)
    desk = desktop.desk
    assert desk is not None
    words.set_language(language)
    view = Enrolment("")
    qtbot.addWidget(view)
    view.resize(1366, 768)
    view.show()
    acts = EnrolmentActs(desktop.runner, desktop.place, Tray(programs.tray), view, lambda _: None)
    acts._enrolled(EnrolledDesk(desk, "K"), view.show_enrolled)

    def stands() -> tuple[int, int]:
        for _ in range(5):
            QApplication.processEvents()
        corner = view.print_key.mapTo(view, QPoint(0, 0))
        return view.findChildren(MessageBar)[-1].height(), corner.y()

    before = stands()
    view.show_being_drawn()
    assert stands() == before
    hands.until(lambda: view.preview.has_page)
    view.show_printed("success", lambda: words.tr("The test receipt is at the printer."))
    assert stands() == before
    assert view.save.text() == words.tr("Save the test receipt"), "there is a key to save too"


def test_the_end_of_the_enrolment_and_the_key_in_the_safe_say_which_pc_of_the_office_it_is(
    signed_in: Callable[[], Desktop], programs: Programs, qtbot: QtBot
) -> None:
    desktop = signed_in()
    desk = desktop.desk
    assert desk is not None
    view = Enrolment("", "tereze-1")
    qtbot.addWidget(view)
    assert view.name.text() == "tereze-1"  # the computer's own name is there to be taken
    acts = EnrolmentActs(desktop.runner, desktop.place, Tray(programs.tray), view, lambda _: None)
    acts._enrolled(EnrolledDesk(desk, "K"), view.show_enrolled)
    assert "ALA · PC A · Терезе 1" in view.findChildren(MessageBar)[-1].text()
    nameless = replace(desk.enrolment, name=NAMELESS)
    assert pc_words(nameless) == "PC A"
    content = recovery_content(desk, "K")
    assert (content.code, content.letter, content.name) == ("ALA", "A", "Терезе 1")


def test_nothing_stays_red_at_the_end_of_the_enrolment_when_it_can_go_on(qtbot: QtBot) -> None:
    view = Enrolment("")
    qtbot.addWidget(view)
    view.show_printed("danger", lambda: "no printer")
    note = view._end_note
    assert "Not done" in note.text()
    view.show_key_given(lambda: "saved")
    assert "Not done" not in note.text()
    assert "It goes on without the test receipt" in note.text()
