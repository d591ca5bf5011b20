"""A form walked through by the keyboard alone, for each kind of citizen: what was typed is what is stored."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QTextEdit, QWidget

from liaison_desktop.app import Desktop
from liaison_desktop.domain.appeals import AppealSeen
from liaison_desktop.services import reading
from liaison_desktop.ui.widgets.buttons import Segments
from liaison_desktop.ui.widgets.chooser import Chooser
from server_sync.contract.bodies import Address, AnswerBy, AppealForm, AppealKind
from tests.desktop.office import SITE
from tests.desktop.ui.hands import Hands, type_text
from tests.desktop.ui.test_counter import register

Start = Callable[[], Desktop]
STOPS_MOST = 60


@dataclass
class Citizen:
    """What a person says, by the field it is written into; choices by their value, lists by what is typed."""

    said: dict[str, str]
    more_matters: tuple[str, ...] = ()
    not_picked: frozenset[str] = field(default_factory=frozenset)


WITH_PIN = Citizen(
    {
        "pin": "10101198899656",
        "surname": "Турдубаева",
        "given_name": "Бактыгүл",
        "patronymic": "Нурматовна",
        "phone": "+996 555 123456",
        "document": "ID1234567",
        "answer_by": "phone",
        "settlement": "Ак-Жол",
        "street": "Ленин, 27",
        "kind": "complaint",
        "form": "written",
        "addressee": "аким",
        "category": "мал",
        "subject": "Мал уурулугу",
        "language": "ky",
        "text": "Менин эки кунан жана бир бээм жоголду.\nТергөө жүргүзүлбөйт.",
    }
)
FROM_ABROAD = Citizen(
    {
        "no_pin_reason": "гражданин Российской Федерации",
        "birth_on": "14.03.1988",
        "surname": "Сидоров",
        "given_name": "Пётр",
        "phone": "+7 903 123-45-67",
        "answer_by": "email",
        "email": "sidorov@example.org",
        "territory": "Россия, Омская область",
        "settlement": "Омск",
        "street": "Мира, 5",
        "kind": "application",
        "form": "oral",
        "addressee": "аким",
        "category": "мал",
        "subject": "О гражданстве ребёнка",
        "language": "ru",
        "text": "Ребёнку не дают справку о гражданстве. Прошу помочь.",
    },
    not_picked=frozenset({"territory"}),
)
MANY = Citizen(
    {
        "collective": "collective",
        "pin": "10101198899656",
        "surname": "Өмүрбекова",
        "given_name": "Гүлмира",
        "phone": "0312 62 12 34",
        "answer_by": "letter",
        "settlement": "Маевка",
        "street": "Сыргак, 4",
        "signatories_count": "32",
        "signatories": "Асанов Асан\nҮсөнов Үсөн",
        "kind": "proposal",
        "addressee": "аким",
        "category": "мал",
        "subject": "Көчөнүн жолу бузук",
        "text": "Көчөбүздүн жолу көп жылдан бери оңдолбой келет.",
    }
)
GRATEFUL = Citizen(
    {
        "pin": "20101198800012",
        "surname": "Ким",
        "given_name": "Сергей",
        "answer_by": "in_person",
        "street": "Мира, 5",
        "kind": "thanks",
        "addressee": "аким",
        "category": "мал",
        "subject": "Ыраазычылык",
        "text": "Мектептин мугалимдерине чоң ыраазычылык билдирем.",
    },
    more_matters=("мектеп",),
)


class Walk:
    """Goes from stop to stop by Tab and does at each what the citizen says; the mouse is not touched."""

    def __init__(self, window: QWidget, hands: Hands, citizen: Citizen) -> None:
        self._window, self._hands, self._citizen = window, hands, citizen
        self.left = dict(citizen.said)
        self.stops: list[str] = []

    def go(self) -> None:
        self._window.activateWindow()
        self._hands.until(lambda: QApplication.activeWindow() is self._window)
        assert self._here() == "pin"
        if "collective" in self.left:
            self.press(Qt.Key.Key_Backtab)
            self._stop()
            self.press(Qt.Key.Key_Tab)
        for _ in range(STOPS_MOST):
            self._stop()
            if not self.left:
                return
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"never came to {sorted(self.left)} on the way over {self.stops}")

    def press(self, key: Qt.Key) -> None:
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClick(target, key)

    def _here(self) -> str:
        focused = QApplication.focusWidget()
        assert focused is not None
        name = focused.objectName().removeprefix("reception.")
        if isinstance(focused, QAbstractButton) and focused.group() is not None:
            return name.rpartition(".")[0]
        return name

    def _stop(self) -> None:
        name = self._here()
        self.stops.append(name)
        if name == "no_pin" and "no_pin_reason" in self.left:
            self.press(Qt.Key.Key_Return)
            name = self._here()
            self.stops.append(name)
        said = self.left.pop(name, None)
        focused = QApplication.focusWidget()
        if said is None or focused is None:
            return
        if isinstance(focused, QAbstractButton):
            self._choose(said)
        elif isinstance(focused, Chooser):
            self._pick(focused, name, said)
            for number, matter in enumerate(self._citizen.more_matters if name == "category" else (), 2):
                self.press(Qt.Key.Key_F5)
                assert self._here() == f"category.{number}"
                more = QApplication.focusWidget()
                assert isinstance(more, Chooser)
                self._pick(more, f"category.{number}", matter)
        else:
            assert isinstance(focused, (QLineEdit, QTextEdit))
            type_text(focused, said)

    def _pick(self, chooser: Chooser, name: str, typed: str) -> None:
        chooser.selectAll()
        type_text(chooser, typed)
        if name in self._citizen.not_picked:
            return
        self._hands.until(lambda: chooser.is_open)
        self.press(Qt.Key.Key_Return)
        assert chooser.choice() is not None

    def _choose(self, value: str) -> None:
        for _ in range(6):
            focused = QApplication.focusWidget()
            assert isinstance(focused, QAbstractButton)
            if focused.objectName().endswith(f".{value}"):
                if not focused.isChecked():
                    self.press(Qt.Key.Key_Space)
                assert focused.isChecked()
                return
            self.press(Qt.Key.Key_Right)
        raise AssertionError(f"{value} is not to be chosen")


def stored(desktop: Desktop) -> AppealSeen:
    desk = desktop.desk
    assert desk is not None
    found: list[AppealSeen] = []
    desktop.runner.run(lambda: reading.appeal_card(desk, reading.list_requests(desk)[0].appeal).seen, done=found.append)
    while not found:
        QApplication.processEvents()
    return found[0]


@pytest.mark.parametrize(
    "citizen", [WITH_PIN, FROM_ABROAD, MANY, GRATEFUL], ids=["with_pin", "from_abroad", "many", "grateful"]
)
def test_what_is_typed_by_the_keyboard_alone_is_what_is_stored(
    signed_in: Start, hands: Hands, citizen: Citizen
) -> None:
    desktop = signed_in()
    walk = Walk(desktop.window, hands, citizen)
    walk.go()
    register(desktop, hands)
    seen, said = stored(desktop), citizen.said
    person = seen.applicant
    for name in ("pin", "no_pin_reason", "surname", "given_name", "patronymic", "phone", "email", "document"):
        assert getattr(person, name) == said.get(name, ""), name
    assert person.birth_on == (date(1988, 3, 14) if "birth_on" in said else None)
    if "territory" in said:
        place = Address("", f"{said['territory']}, {said['settlement']}", said["street"])
    else:
        place = Address(SITE, said.get("settlement", ""), said.get("street", ""))
    assert seen.address == place
    assert seen.kind is AppealKind[said["kind"].upper()]
    assert seen.form is AppealForm[said.get("form", "written").upper()]
    assert seen.answer_by is AnswerBy[said["answer_by"].upper()]
    assert seen.language == said.get("language", "ky")
    assert seen.addressee_code == "AKIM"
    assert len(seen.categories) == 1 + len(citizen.more_matters)
    assert (seen.subject, seen.text) == (said["subject"], said["text"])
    assert seen.is_collective is ("collective" in said)
    assert seen.signatories_count == int(said.get("signatories_count", "0"))
    assert "\n".join(seen.signatories) == said.get("signatories", "")


def test_the_way_leads_from_field_to_field_as_they_stand(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    walk = Walk(desktop.window, hands, WITH_PIN)
    walk.go()
    assert walk.stops == [
        "pin", "surname", "given_name", "patronymic", "phone", "document", "answer_by", "territory", "settlement",
        "street", "kind", "form", "addressee", "category", "subject", "text", "language",
    ]  # fmt: skip


def test_after_no_pin_come_the_reason_and_then_the_names(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    walk = Walk(desktop.window, hands, FROM_ABROAD)
    walk.go()
    assert walk.stops[:6] == ["pin", "no_pin", "no_pin_reason", "birth_on", "surname", "given_name"]


def test_the_next_citizen_finds_every_group_at_its_beginning(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    Walk(desktop.window, hands, WITH_PIN).go()
    register(desktop, hands)
    hands.press(desktop.window, Qt.Key.Key_F2)
    hands.until(lambda: hands.is_seen(desktop.window, "reception.pin"))
    reached: dict[str, str] = {}
    for _ in range(STOPS_MOST):
        focused = QApplication.focusWidget()
        assert focused is not None
        if isinstance(focused, QAbstractButton) and focused.group() is not None:
            group, _, value = focused.objectName().rpartition(".")
            assert group not in reached, f"{group} is stopped at twice"
            reached[group] = value
        if focused.objectName() == "reception.attach":
            break
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert reached == {
        "reception.answer_by": "letter",
        "reception.kind": "proposal",
        "reception.form": "written",
        "reception.language": "ky",
    }


def test_tab_comes_to_the_language_that_is_chosen_for_the_next_citizen_whatever_the_last_one_wrote_in(
    signed_in: Start, hands: Hands
) -> None:
    desktop = signed_in()
    window = desktop.window
    language = hands.find(window, "reception.language", Segments)
    hands.fill(window)
    language.setFocus()
    hands.press(window, Qt.Key.Key_Right)
    assert language.value() == "ru"
    register(desktop, hands)
    hands.press(window, Qt.Key.Key_F2)
    hands.until(lambda: hands.is_seen(window, "reception.surname"))
    assert language.value() == "ky"
    hands.find(window, "reception.text", QWidget).setFocus()
    hands.press(window, Qt.Key.Key_Tab)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.objectName() == "reception.language.ky"
