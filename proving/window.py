"""One office's PC with its window: the real desktop, driven by its widgets, its services called on their own lane."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from PySide6.QtCore import QCoreApplication, QPoint, QSocketNotifier, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QDialog, QLabel, QTextEdit, QWidget

from liaison_desktop import app
from liaison_desktop.domain.drafts import AppealDraft
from liaison_desktop.domain.times import local_day
from liaison_desktop.services import drafting, reading, registering
from liaison_desktop.services.desk import Desk
from liaison_desktop.store.appeals import rows_of_person
from liaison_desktop.ui import names
from liaison_desktop.ui.counter import Counter
from liaison_desktop.ui.paper import Tray
from liaison_desktop.ui.reception.filling import ANSWER_NAMES, FORM_NAMES, KIND_NAMES
from liaison_desktop.workplace.home import Home
from liaison_desktop.workplace.vault import NoVault
from liaison_desktop.workplace.words import current
from proving import counter
from proving.asked import Asked, draft_of
from proving.counter import Refusing
from proving.files import attached_to, picture_of
from proving.hands import Hands, commit, spin, until
from proving.office import Commands, Told, answer, progress, say

if TYPE_CHECKING:
    from proving.attending_parts import WithParts

T = TypeVar("T")
LANGUAGES: Final = ("ky", "ru", "en")
THEMES: Final = ("light", "dark")
SIZE: Final = (1366, 768)
LARGE: Final = 1.5
"""Whoever needs larger letters has the system scale everything: the same screen then has room for less."""

COMMAND_S: Final = 290.0
SETTLED_S: Final = 0.25
SCREENS: Final = ("requests", "delivery", "settings")
STAND_INS: Final = dict.fromkeys(("LIAISON_CAMERA", "LIAISON_MICROPHONE", "LIAISON_SPEAKER"), "synthetic")
"""Who looks on is not filmed."""
HEARD_S: Final = 1.0
"""So long the microphone is listened to before it is said whether it hears."""


def _has_picture(counter_: Counter) -> bool:
    """Whether the own picture stands on the Meetings screen."""
    ring = counter_.corner.trying.ring
    return ring is not None and ring.newest > 0 and not counter_.corner.meetings.picture.words


class Window:
    """The PC; everything here happens in the window's thread while its events go on."""

    def __init__(self, home: Path, server: str) -> None:
        self.was_unclean = Home.at(home).running.exists()
        self.application = app.application()
        self._home = home
        self.desktop = app.build(home, server, papers=Tray(home / "tray"), vault=NoVault())
        self.desktop.show()
        self.desktop.window.showNormal()
        self.desktop.window.resize(*SIZE)
        self.hands = Hands(self.desktop.window)
        self._pictures: Path | None = None
        self._drawn: list[str] = []
        self._twice_is_due = False
        self._only: Sequence[str] | None = None
        self._at_meeting: WithParts | None = None
        spin(0.05)

    @property
    def is_enrolled(self) -> bool:
        """Whether this computer is a workplace."""
        return self.desktop.place.file.read().enrolment is not None

    # pictures

    def draw_into(self, folder: Path, only: Sequence[str] | None = None) -> Told:
        """Draw every screen, or only these, once, in every language and theme, when it comes up."""
        self._only = only
        folder.mkdir(parents=True, exist_ok=True)
        self._pictures = folder
        self._drawn = [file.name for file in folder.glob("*.png")]
        return {}

    def draw(self, screen: str, *, is_moving: bool = False) -> None:
        """Draw what is to be seen now, and as a screen at 150 % shows it, unless that was done.

        Another size makes a meeting lay all its pictures anew: where they are moving, 150 % is drawn once.
        """
        if self._pictures is None or f"{screen}-ky-light.png" in self._drawn:
            return
        if self._only is not None and screen not in self._only:
            return
        spoken, worn = current(), self.desktop.place.file.read().theme
        for language in LANGUAGES:
            self.desktop.set_language(language)
            for theme in THEMES:
                self.desktop.set_theme(theme)
                for scale, ending in ((1.0, ""), (LARGE, "-150")):
                    if is_moving and ending and (language, theme) != (LANGUAGES[0], THEMES[0]):
                        continue
                    self.desktop.window.resize(*(round(side / scale) for side in SIZE))
                    self._settle()
                    name = f"{screen}-{language}-{theme}{ending}.png"
                    self.picture(scale).save(str(self._pictures / name))
                    self._drawn.append(name)
                self.desktop.window.resize(*SIZE)
        self.desktop.set_language(spoken)
        self.desktop.set_theme(worn if worn in THEMES else "light")
        self._settle()

    def picture(self, scale: float) -> QPixmap:
        """The window as a screen of this scale shows it."""
        picture = QPixmap(self.desktop.window.size() * scale)
        picture.setDevicePixelRatio(scale)
        window = self.desktop.window
        window.render(picture)
        for dialog in window.findChildren(QDialog):
            if dialog.isVisible():
                over = QPixmap(dialog.size() * scale)
                over.setDevicePixelRatio(scale)
                over.fill(Qt.GlobalColor.transparent)
                dialog.render(over)
                painter = QPainter(picture)
                painter.drawPixmap(dialog.mapToGlobal(QPoint()) - window.mapToGlobal(QPoint()), over)
                painter.end()
        return picture

    def draw_screens(self, screens: Sequence[str] = SCREENS) -> Told:
        """Open screens of the rail and draw them with what is there now; what follows a hyphen tells when."""
        counter_ = self.desktop.counter
        if counter_ is None:
            raise Refusing("sign_in_needed")
        counter_.found.refresh()
        counter_.deliveries.refresh()
        for screen in screens:
            if screen == "meetings":
                os.environ.update(STAND_INS)
            self.hands.click(names.RAIL_ITEM.format(screen=screen.partition("-")[0]))
            if screen == "meetings":
                until(partial(_has_picture, counter_), "the own picture")
                spin(HEARD_S)
            self._settle()
            self.draw(screen)
        self.hands.click(names.RAIL_ITEM.format(screen="reception"))
        return {"drawn": sorted(self._drawn)}

    def _settle(self) -> None:
        """Wait until nothing is on its way and the last change was painted."""
        spin(0.02)
        until(lambda: self.desktop.runner.is_idle or self.desktop.syncing.is_busy, "the screen comes to rest")
        spin(0.06)

    # what every PC can do

    def on_desk(self, job: Callable[[Desk], T]) -> T:
        """Do something with the desk on the store's lane, and wait for it."""
        desk = self.desktop.desk
        if desk is None:
            raise Refusing("sign_in_needed")
        came: list[T] = []
        failed: list[BaseException] = []

        def run() -> None:
            try:
                came.append(job(desk))
            except Exception as failure:  # noqa: BLE001 (raised again in the window's thread)
                failed.append(failure)

        ended: list[None] = []
        self.desktop.runner.run(run, done=ended.append)
        until(lambda: ended, "the store answers", COMMAND_S)
        if failed:
            raise failed[0]
        return came[0]

    def enrol(self, code: str, name: str = "PC") -> None:
        """Become a workplace by the enrolment screen, and print its test receipt."""
        if self.is_enrolled:
            return
        hands = self.hands
        self.draw("enrolment")
        hands.write(names.ENROLMENT_CODE, code)
        hands.write(names.ENROLMENT_NAME, name)
        hands.click(names.ENROLMENT_BEGIN)
        begin = names.ENROLMENT_BEGIN
        until(lambda: hands.sees(names.ENROLMENT_PRINT) or hands.can_press(begin), "the centre answers", COMMAND_S)
        if not hands.sees(names.ENROLMENT_PRINT):
            raise Refusing("not_enrolled")
        enrolment = self.desktop.enrolment
        until(lambda: enrolment is not None and enrolment.preview.has_page, "the test receipt is drawn")
        self.draw("enrolled")
        hands.click(names.ENROLMENT_PRINT)
        until(lambda: list((self._home / "tray").glob("*.pdf")), "the test receipt is printed")
        hands.click(names.ENROLMENT_PRINT_KEY)
        until(lambda: hands.can_press(names.ENROLMENT_GO_ON), "the recovery key is printed")
        hands.click(names.ENROLMENT_GO_ON)

    def sign_in(self, login: str, password: str, new_password: str = "") -> None:
        """Sign in by the screen: by the card, or somebody new by the login, perhaps with a one-time password."""
        hands = self.hands
        if self.desktop.counter is not None:
            return
        until(lambda: hands.sees(names.SIGNIN), "the sign-in is shown")
        card = names.SIGNIN_PERSON.format(login=login)
        hands.click(card if hands.sees(card) else names.SIGNIN_OTHER)
        if not hands.sees(card):
            hands.write(names.SIGNIN_LOGIN, login)
        self.draw("signin")
        hands.write(names.SIGNIN_PASSWORD, password)
        hands.click(names.SIGNIN_ENTER)
        first = names.SIGNIN_FIRST_PASSWORD
        until(
            lambda: hands.sees(names.RECEPTION) or hands.sees(f"{first}.new") or hands.can_press(names.SIGNIN_ENTER),
            "the store opens",
            COMMAND_S,
        )
        if hands.sees(f"{first}.new"):
            self.draw("first-password")
            hands.write(f"{first}.new", new_password)
            hands.write(f"{first}.again", new_password)
            hands.click(f"{first}.act")
            until(lambda: hands.sees(names.RECEPTION), "the new password is taken", COMMAND_S)
        if not hands.sees(names.RECEPTION):
            raise Refusing(hands.find(names.SIGNIN_MESSAGE, QLabel).text())
        self._settle()
        same = f"{names.RECEPTION_LAST_NUMBER}.same"
        if hands.sees(same):
            self.draw("last-number")
            hands.click(same)

    def exchange(self) -> Told:
        """Send now, as the button of Delivery does, and wait for the end of it."""
        syncing = self.desktop.syncing
        until(lambda: self.desktop.desk is not None, "the store is open")
        syncing.send_now()
        while True:
            spin(SETTLED_S)
            if not syncing.is_busy:
                break
            until(lambda: not syncing.is_busy, "the exchange ends", COMMAND_S)
        waits = self.on_desk(reading.waiting)
        news = syncing.news
        return {
            "drained": not news.trouble and not waits.events and not waits.blobs,
            "trouble": news.trouble,
            "hindrance": news.hindrance,
            "events": waits.events,
            "blobs": waits.blobs,
            "quarantined": waits.quarantined,
        }

    def close(self) -> None:
        """Close the window; what was typed is on the disk."""
        self.desktop.close()

    # typing

    def type_on(self, field: str, text: str, every_s: float, report: Callable[[Told], object]) -> Told:
        """Type letter by letter in this rhythm, without a pause."""
        target = self.hands.find(field, QWidget)
        self.hands.write(field, "")
        for count, letter in enumerate(text, 1):
            spin(every_s)
            commit(target, letter)
            report({"typed": count})
        return {}

    def typed(self, field: str) -> Told:
        """What stands in a field."""
        self._settle()
        target = self.hands.find(field, QWidget)
        return {"text": target.toPlainText() if isinstance(target, QTextEdit) else target.property("text")}

    def open_act(self, appeal: str, button: str, dialog: str) -> Told:
        """Open a dialog about a request from its card, with what was typed in it before."""
        counter_ = self.desktop.counter
        if counter_ is None:
            raise Refusing("sign_in_needed")
        number = self.on_desk(lambda desk: reading.appeal_card(desk, bytes.fromhex(appeal))).seen.number
        counter_.open_request(bytes.fromhex(appeal))
        shown = self.hands.find(names.REQUESTS_CARD, QWidget)
        until(lambda: number in [one.text() for one in shown.findChildren(QLabel)], "the request is on the card")
        self._settle()
        self.hands.click(button)
        self.hands.find(f"{dialog}.saved", QWidget)
        self._settle()
        return {}

    def discard_act(self, dialog: str) -> Told:
        """Throw away what is typed in the open dialog, if anything was kept, and go back to the form."""
        if self.hands.sees(f"{dialog}.discard"):
            self.hands.click(f"{dialog}.discard")
        else:
            self.hands.click(f"{dialog}.back")
        until(lambda: not self.hands.sees(dialog), "the dialog is closed")
        self.hands.click(names.RAIL_ITEM.format(screen="reception"))
        self._settle()
        return {}

    def forget_typed(self) -> Told:
        """Close every draft for good."""
        counter_ = self.desktop.counter
        if counter_ is None:
            raise Refusing("sign_in_needed")
        for draft in self.on_desk(drafting.list_drafts):
            counter_.drafts.close(draft.draft_id)
        counter_.drafts.save_now()
        self._settle()
        return {}

    # a meeting

    def meet(self, step: str, arguments: dict[str, Any]) -> Told:
        """Take a step of a meeting at this window."""
        from proving.attending_parts import STEPS, WithParts  # most windows never meet

        if self._at_meeting is None:
            self._at_meeting = WithParts(self)
        return STEPS[step](self._at_meeting, **arguments)

    # registering by the widgets

    def press_twice(self) -> Told:
        """Press F9 again and again at the next review."""
        self._twice_is_due = True
        return {}

    def register(self, rows: Sequence[tuple[int, Asked]], run: str, report: Callable[[Told], object]) -> Iterator[Told]:
        """Type each request into the form and register it by F9; what was registered before is only told."""
        for place, asked in rows:
            told = self._register(asked, run, place)
            report(told)
            yield told

    def _register(self, asked: Asked, run: str, place: int) -> Told:
        try:
            draft = self.on_desk(lambda desk: draft_of(asked, desk.enrolment.site_code, desk.book, run))
        except ValueError as refused:
            return {"row": asked.id, "refused": [{"field": "", "code": str(refused)}]}
        problems = self.on_desk(lambda desk: registering.check_draft(desk, draft))
        if problems:
            return {"row": asked.id, "refused": [{"field": one.field, "code": one.code} for one in problems]}
        before = self.on_desk(partial(_registered_as, draft=draft))
        if before:
            return {"row": asked.id, **before, "before": True}
        self._fill(draft, place)
        more: Told = {}
        count = self.on_desk(lambda desk: len(counter.registered_here(desk)))
        number = self._press_register(times=5 if self._twice_is_due else 1)
        if self._twice_is_due:
            self._twice_is_due = False
            after = self.on_desk(lambda desk: len(counter.registered_here(desk)))
            more = {"twice": {"same_number": after == count + 1, "registered": after - count - 1}}
        told = self.on_desk(partial(_by_number, number=number))
        self.hands.click(names.REGISTERED_NEXT)
        return {"row": asked.id, **told, "before": False, **more}

    def _fill(self, draft: AppealDraft, place: int) -> None:
        hands = self.hands
        if hands.sees(names.REGISTERED):
            hands.click(names.REGISTERED_NEXT)
        hands.click(names.RAIL_ITEM.format(screen="reception"))
        hands.click(names.RECEPTION_NEW)
        if draft.is_collective:
            hands.click(f"{names.RECEPTION_COLLECTIVE}.collective")
            hands.write(names.RECEPTION_SIGNATORIES_COUNT, str(draft.signatories_count))
        for name, text in (
            (names.RECEPTION_PIN, draft.pin),
            (names.RECEPTION_SURNAME, draft.surname),
            (names.RECEPTION_GIVEN_NAME, draft.given_name),
            (names.RECEPTION_PATRONYMIC, draft.patronymic),
            (names.RECEPTION_PHONE, draft.phone),
            (names.RECEPTION_EMAIL, draft.email),
            (names.RECEPTION_SETTLEMENT, draft.settlement),
            (names.RECEPTION_STREET, draft.street),
        ):
            if text:
                hands.write(name, text)
        self._choose(draft)
        if draft.answer_by is not None:
            hands.click(f"{names.RECEPTION_ANSWER_BY}.{ANSWER_NAMES[draft.answer_by]}")
        if draft.kind is not None:
            hands.click(f"{names.RECEPTION_KIND}.{KIND_NAMES[draft.kind]}")
        hands.click(f"{names.RECEPTION_FORM}.{FORM_NAMES[draft.form]}")
        hands.click(f"{names.RECEPTION_LANGUAGE}.{draft.language}")
        hands.write(names.RECEPTION_SUBJECT, draft.subject)
        hands.write(names.RECEPTION_TEXT, draft.text)
        self._attach(place)
        self._settle()
        if self._pictures is not None and "reception-ky-light.png" not in self._drawn:
            saved = hands.find(names.RECEPTION_SAVED, QLabel)
            until(lambda: any(sign.isdigit() for sign in saved.text()), "the draft is on the disk")
        self.draw("reception")

    def _choose(self, draft: AppealDraft) -> None:
        desk, hands = self.desktop.desk, self.hands
        if desk is None:
            raise Refusing("sign_in_needed")
        book = desk.book
        unit = book.site(draft.territory_code)
        if unit is not None:
            hands.choose(names.RECEPTION_TERRITORY, unit.name.said_in(current()), unit.code)
        body = book.body_of(draft.addressee_code, draft.addressee_site)
        if body is not None:
            # a request of earlier years names whom its day had; the list offers who stands there today
            today = book.body_on(body, local_day(desk.clock.wall_ms()))
            hands.choose(names.RECEPTION_ADDRESSEE, body.names.said_in(current()), today.code)
        for number, code in enumerate(draft.categories, 1):
            category = book.category(code)
            name = names.RECEPTION_CATEGORY if number == 1 else f"{names.RECEPTION_CATEGORY}.{number}"
            if not hands.sees(name):
                hands.click(f"{names.RECEPTION_CATEGORY}.more")
            if category is not None:
                hands.choose(name, category.names.said_in(current()), code)

    def _attach(self, place: int) -> None:
        """Bring a photograph, as the system's dialog would."""
        counter_ = self.desktop.counter
        if counter_ is None or not (place < 2 or attached_to("", place)):
            return
        folder = self._home / "brought"
        folder.mkdir(exist_ok=True)
        photo = folder / f"photo-{place}.png"
        photo.write_bytes(picture_of(str(place).encode()))
        form = counter_.reception.form
        form.files_chosen.emit([str(photo)])
        until(self._has_file, "the file is attached")

    def _has_file(self) -> bool:
        found = self.desktop.window.findChildren(QWidget)
        return any(one.objectName().startswith("reception.attachment.remove.") and one.isVisible() for one in found)

    def _press_register(self, times: int) -> str:
        hands = self.hands
        hands.press(Qt.Key.Key_F9)
        review = hands.find(names.REVIEW, QWidget)
        self.draw("review")
        for _ in range(times):
            if not hands.sees(names.REVIEW):  # the first press may have ended it, and deleted it with itself
                break
            hands.press(Qt.Key.Key_F9, review)
        until(lambda: hands.sees(names.REGISTERED_NUMBER), "the number is shown")
        number = hands.find(names.REGISTERED_NUMBER, QLabel).text()
        if "registered-ky-light.png" not in self._drawn and self._pictures is not None:
            counter_ = self.desktop.counter
            until(
                lambda: counter_ is not None and counter_.reception.registered.preview.has_page, "the receipt is drawn"
            )
            self.draw("registered")
        return number


def _registered_as(desk: Desk, draft: AppealDraft) -> Told:
    """What became of a request that was typed before, found by what it says; empty when it was not registered."""
    rows = rows_of_person(
        desk.store, pin=draft.pin, phone=draft.phone, surname=draft.surname, given_name=draft.given_name
    )
    told = _in_words(draft.surname, draft.given_name, draft.subject, draft.text)
    for row in rows:
        seen = reading.appeal_card(desk, row.appeal).seen
        if _in_words(seen.applicant.surname, seen.applicant.given_name, seen.subject, seen.text) == told:
            return {"number": row.number, "event": row.appeal.hex()}
    return {}


def _in_words(*texts: str) -> list[list[str]]:
    """Texts whatever parts their words: the form writes one kind of line end and one space for all that were pasted."""
    return [text.split() for text in texts]


def _by_number(desk: Desk, number: str) -> Told:
    """The request that was registered under a number just shown."""
    for one in counter.registered_here(desk):
        if one["number"] == number:
            return {"number": number, "event": one["event"], "draft": one["draft"]}
    raise Refusing(f"shown_but_not_here {number}")


def with_window(home: Path, server: str) -> int:
    """Show the window and take commands until told to close."""
    pc = Window(home, server)
    commands = Commands(pc, progress)
    say({"ready": os.getpid()})
    waiting = bytearray()
    ended: list[bool] = []

    def hear() -> None:
        came = os.read(sys.stdin.fileno(), 65536)
        waiting.extend(came)
        if not came:
            ended.append(True)

    notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(hear)
    while not ended:
        QCoreApplication.processEvents()
        spin(0.005)
        while b"\n" in waiting and not ended:
            line, _, rest = bytes(waiting).partition(b"\n")
            waiting[:] = rest
            if json.loads(line).get("do") == "close":
                ended.append(True)
            else:
                answer(commands, line.decode())
    notifier.setEnabled(False)
    pc.close()
    spin(0.05)
    return 0
