"""Where lessons are played: a centre, an office with a window, browsers in three languages; and what hands do there.

What a lesson asks for is data (`resources/lessons`): an act is a verb and what it takes. Texts that are typed may name
what was kept before, as `{number}`; a text in three languages is typed in that of the browser.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import cv2
import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from liaison_desktop.ui import names
from proving.demo.pages import chromium
from proving.hands import spin, until
from proving.lessons.drawing import Box, Pixels, Shot
from proving.line import Line
from proving.mailbox import Mailbox, mail_server, surroundings_of_mail
from proving.officers import Browser, approve_answers, write_answers
from proving.planners import plan_meeting
from proving.window import SIZE, Window
from proving.world import Centre, Office, ProgramFailed, free_port, wait_until
from server_sync.contract.guides import Lesson, Step
from server_sync.contract.territory import LANGUAGES

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

SITE: Final = "KG-C-ALA"
HALL: Final = "KG-HALL"
PROVINCE: Final = "KG-C"
"""It reports on the agenda, and does not come."""
BODY: Final = f"AKIM@{SITE}"
LARGE: Final = 1.5
"""How much finer the office's window is drawn than an old screen shows it."""
FORMS: Final[dict[str, dict[str, Any]]] = {
    "telephone": {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "is_mobile": True},
    "page": {"viewport": {"width": 1280, "height": 720}, "device_scale_factor": 2},
}
SOON_S: Final = 60.0
BISHKEK: Final = ZoneInfo("Asia/Bishkek")
DEVICES: Final = {"LIAISON_CAMERA": "synthetic:2", "LIAISON_MICROPHONE": "tone:660", "LIAISON_SPEAKER": "synthetic"}
HALL_DEVICES: Final = {
    "LIAISON_CAMERA": "synthetic:1",
    "LIAISON_MICROPHONE": "tone:440",
    "LIAISON_SPEAKER": "synthetic",
}
KEYS: Final = {"F2": Qt.Key.Key_F2, "F9": Qt.Key.Key_F9}

Memory = dict[str, str]


class Stage:
    """Everything that lessons need, started when it is asked for the first time, and stopped with `close`."""

    def __init__(self, home: Path, lessons: dict[str, Lesson]) -> None:
        self._home = home
        self._lessons = lessons
        self._ends = ExitStack()
        self._mailbox = Mailbox()
        self._centre: Centre | None = None
        self._window: Window | None = None
        self._line: Line | None = None
        self._hall: Office | None = None
        self._browser: Any = None
        self._tabs: dict[str, dict[str, Page]] = {}
        self._turn = 0
        self.memory: dict[str, Memory] = {}
        self._verbs: dict[str, Callable[..., object]] = {
            "play": self._play,
            "answer": self._answer,
            "begin": self._begin,
            "line": self._set_line,
            "fill": self._fill,
            "choose": self._choose,
            "click": self._click,
            "press": self._press,
            "exchange": self._exchange,
            "meet": self._meet,
            "hall": self._ask_hall,
            "meeting": self._hold_meeting,
            "new": self._begin_draft,
        }

    def close(self) -> None:
        """Stop all that was started."""
        self._ends.close()

    def play(self, lesson: Lesson, told: Callable[[str], object]) -> dict[str, list[Shot]]:
        """Play a lesson and take its shots, by language; raises ProgramFailed or NotSeen at what is not there."""
        from playwright.sync_api import Error

        try:
            return self._play_all(lesson, told)
        except Error as failure:
            raise ProgramFailed(f"a page of {lesson.name}: {failure}") from failure

    def _play_all(self, lesson: Lesson, told: Callable[[str], object]) -> dict[str, list[Shot]]:
        self._fresh()
        shots: dict[str, list[Shot]] = {language: [] for language in LANGUAGES}
        for place, step in enumerate(lesson.steps, 1):
            told(f"{lesson.name}: step {place} of {len(lesson.steps)}")
            self._do(step)
            for language, shot in self._look(step):
                shots[language].append(shot)
        return shots

    def _fresh(self) -> None:
        """Nobody is signed in, nothing is kept of the lesson before."""
        for tabs in self._tabs.values():
            for tab in tabs.values():
                tab.context.close()
        self._tabs = {}
        self._turn += 1  # a citizen of an earlier lesson has letters still
        self.memory = {language: {"turn": str(self._turn)} for language in LANGUAGES}

    def _do(self, step: Step) -> None:
        for verb, *taken in step.acts:
            act = self._verbs.get(verb)
            if act is not None and (step.screen == "office" or verb in {"play", "answer"}):
                act(*taken)
            else:
                for language in LANGUAGES:
                    self._in_tab(step.screen, language, verb, taken)

    def _look(self, step: Step) -> Iterator[tuple[str, Shot]]:
        for language in LANGUAGES:
            if step.screen == "office":
                yield language, self._look_at_window(language, step.at)
            else:
                yield language, _look_at(self._tab(step.screen, language), step.at.format(**self.memory[language]))

    def _play(self, name: str) -> None:
        """What another lesson does, without its pictures."""
        for step in self._lessons[name].steps:
            self._do(step)

    # the centre

    @property
    def centre(self) -> Centre:
        """The central register, with invented people and a mail server."""
        if self._centre is None:
            post = self._ends.enter_context(mail_server(self._mailbox))
            environment = {"DATABASE_URL": "", "LIAISON_MEDIA_PORTS": "free", **surroundings_of_mail(post.port)}
            centre = Centre(self._home / "centre", port=free_port(), environment=environment)
            environment["LIAISON_PUBLIC_URL"] = f"http://127.0.0.1:{centre.port}"
            centre.prepare([SITE])
            self._ends.callback(centre.stop)
            centre.start()
            self._centre = centre
        return self._centre

    def _answer(self) -> None:
        """Two officers of the body answer what was written in all languages."""
        address = self.centre.address
        wanted = {kept["number"] for kept in self.memory.values()}
        officer, second = (self.centre.person("case_officer", body=BODY, place=place) for place in (0, 1))

        def has_come() -> bool:
            with Browser(address) as browser:
                browser.sign_in(officer)
                return wanted <= set(browser.numbers("/work"))

        wait_until(has_come, SOON_S, "the requests come to the body")
        written = write_answers(address, officer, most=len(wanted) + 10)
        sent = approve_answers(address, second, written)
        if not wanted <= set(sent):
            raise ProgramFailed("the answers were not sent")

    # browsers

    def _tab(self, screen: str, language: str) -> "Page":
        tabs = self._tabs.setdefault(screen, {})
        if language not in tabs:
            if self._browser is None:
                self._browser = self._ends.enter_context(chromium("--hide-scrollbars", "--force-color-profile=srgb"))
            context: BrowserContext = self._browser.new_context(locale=language, color_scheme="light", **FORMS[screen])
            context.add_cookies([{"name": "language", "value": language, "url": self.centre.address}])
            tabs[language] = context.new_page()
        return tabs[language]

    def _in_tab(self, screen: str, language: str, verb: str, taken: Sequence[str]) -> None:
        tab = self._tab(screen, language)
        kept = self.memory[language]
        what = taken[0].format(**kept) if taken else ""
        match verb:
            case "open":
                tab.goto(what if what.startswith("http") else self.centre.address + what)
            case "fill":
                tab.locator(what).fill(_in_language(taken[1:], language).format(**kept))
            case "click":
                tab.locator(what).first.click()
            case "choose":
                tab.locator(what).select_option(taken[1])
            case "tick":
                tab.locator(what).first.check()
            case "keep":
                kept[what] = tab.locator(taken[1]).first.inner_text().strip()
            case "letter":
                kept["code"] = self._code_sent_to(taken[0].format(**kept))
            case "square":
                kept["square"] = str(tab.request.get(tab.url).text() and self._square_of(kept["number"]))
            case "as":
                self._sign_in(tab, language, what)
            case "find":
                _found(tab, what, self.centre.address + taken[1].format(**kept))
            case _:
                raise ProgramFailed(f"nobody knows how to {verb} on a page")

    def _code_sent_to(self, address: str) -> str:
        code = self._mailbox.newest_code(address, SOON_S)
        if not code:
            raise ProgramFailed("no letter with the code came")
        self._mailbox.forget(address)
        return code

    def _square_of(self, number: str) -> str:
        """The address in the square of a receipt that the portal gave."""
        told = self.centre.manage(
            "shell",
            "--no-imports",
            "-c",
            "from server_sync.portal.models import Draft; from server_sync.appeals.models import Appeal; "
            "from server_sync.contract.evidence.receipt import qr_text; from django.conf import settings; "
            f"appeal = Appeal.objects.get(number={number!r}); row = Draft.objects.get(appeal=bytes(appeal.hash)); "
            "print(qr_text(bytes(row.receipt), settings.LIAISON_PUBLIC_URL))",
        )
        return told.strip().splitlines()[-1]

    def _sign_in(self, tab: "Page", language: str, who: str) -> None:
        """Let somebody be whoever sits at this browser: the officer of a body, or the second one."""
        tab.context.clear_cookies()
        with Browser(self.centre.address, language) as signed:
            signed.sign_in(self.centre.person("case_officer", body=BODY, place=("officer", "second").index(who)))
            tab.context.add_cookies([{**one} for one in signed.cookies])  # type: ignore[typeddict-item]

    # the office

    @property
    def window(self) -> Window:
        """The window of the office, enrolled, with its clerk signed in."""
        if self._window is None:
            os.environ.update(DEVICES)
            line = self._line = Line(self.centre.port)
            self._ends.callback(line.close)
            line.up()
            window = Window(self._home / "office", line.address)
            self._ends.callback(window.close)
            window.enrol(self.centre.enrolment_code(SITE), "1")
            clerk = self.centre.person("clerk", site=SITE)
            window.sign_in(clerk["login"], clerk["password"])
            window.exchange()
            self._window = window
        return self._window

    def _begin(self, screen: str) -> None:
        """Open a screen of the rail."""
        self.window.desktop.set_language("ky")
        self.window.hands.click(names.RAIL_ITEM.format(screen=screen))
        self._rest()

    def _begin_draft(self) -> None:
        hands = self.window.hands
        if hands.sees(names.REGISTERED):
            hands.click(names.REGISTERED_NEXT)
        self._begin("reception")
        hands.click(names.RECEPTION_NEW)

    def _set_line(self, state: str) -> None:
        """Cut the line, or have it back."""
        window, line = self.window, self._line
        assert line is not None
        if state == "down":
            line.down()
            window.desktop.syncing.send_now()
        else:
            line.up()
        self._rest()

    def _fill(self, name: str, *texts: str) -> None:
        self.window.hands.write(name, texts[0])

    def _choose(self, name: str, words: str, code: str) -> None:
        self.window.desktop.set_language("ky")
        self.window.hands.choose(name, words, code)

    def _click(self, name: str) -> None:
        self.window.hands.click(name)
        self._rest()

    def _press(self, key: str, over: str = "", then: str = "") -> None:
        """Press a key, in a dialog where one is named, and wait for what is to be seen then."""
        hands = self.window.hands
        hands.press(KEYS[key], hands.find(over, QWidget) if over else None)
        if then:
            hands.find(then, QWidget)
        self._rest()

    def _exchange(self) -> None:
        told = self.window.exchange()
        if not told["drained"]:
            raise ProgramFailed(f"not everything was delivered: {told}")
        self._rest()

    def _rest(self) -> None:
        """Wait until the window shows what it knows."""
        spin(0.05)
        desktop = self.window.desktop
        until(lambda: desktop.runner.is_idle and not desktop.syncing.is_busy, "the window comes to rest", SOON_S)
        counter = desktop.counter
        if counter is not None and counter.reception.registered.isVisible():
            until(lambda: counter.reception.registered.preview.has_page, "the receipt is drawn", SOON_S)
        spin(0.3)

    def _look_at_window(self, language: str, at: str) -> Shot:
        window = self.window
        window.desktop.set_language(language)
        window.desktop.window.resize(*SIZE)
        spin(0.2)
        until(lambda: window.desktop.runner.is_idle, "the window comes to rest", SOON_S)
        spin(0.2)
        image = window.picture(LARGE).toImage().convertToFormat(QImage.Format.Format_BGR888)
        width, height = image.width(), image.height()
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine())[:, : width * 3]
        picture: Pixels = rows.reshape(height, width, 3).copy()
        if not at:
            return Shot(picture, None)
        control = window.hands.find(at, QWidget)
        corner = control.mapToGlobal(QPoint()) - window.desktop.window.mapToGlobal(QPoint())
        sides = (corner.x(), corner.y(), control.width(), control.height())
        return Shot(picture, _box(side * LARGE for side in sides))

    # a meeting

    def _hold_meeting(self) -> None:
        """A meeting of the hall and this office, which the hall's window leads."""
        if self.centre.media_server() is None:
            raise ProgramFailed("there is no media server of meetings here")
        assistant = self.centre.person("chair_assistant")
        starts = datetime.now(BISHKEK) + timedelta(minutes=10)
        plan_meeting(self.centre.address, assistant, starts, {HALL: "1", SITE: "2", PROVINCE: "2"}, 20)
        hall = self._hall = Office(
            "HAL", HALL, self._home / "hall", self.centre.address, environment=HALL_DEVICES, has_window=True
        )
        self._ends.callback(hall.stop)
        hall.start()
        hall.ask("enrol", code=self.centre.enrolment_code(HALL), name="HAL-1")
        hall.ask("sign_in", login=assistant["login"], password=assistant["password"])
        hall.ask("exchange")
        hall.ask("meet", step="lobby")
        hall.ask("meet", step="enter")
        self.window.exchange()

    def _meet(self, step: str, *taken: str) -> None:
        self.window.desktop.set_language("ky")
        told = self.window.meet(step, dict(_pairs(taken)))
        for kept in self.memory.values():
            kept.update({name: value for name, value in told.items() if isinstance(value, str)})
        spin(1.0)

    def _ask_hall(self, step: str, *taken: str) -> None:
        """Let the hall do something; this window lives on meanwhile."""
        hall, kept = self._hall, self.memory["ky"]
        assert hall is not None
        arguments: dict[str, Any] = {
            name: int(value) if value.isdecimal() else value.format(**kept) for name, value in _pairs(taken)
        }
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(1) as beside:
            asked = beside.submit(partial(hall.ask, "meet", step=step, **arguments))
            until(asked.done, f"the hall does {step}", SOON_S)
            asked.result()
        spin(1.0)


def _look_at(tab: "Page", at: str) -> Shot:
    """What a browser shows, what is spoken of brought into view."""
    found = tab.locator(at).first if at else None
    if found is not None:
        found.evaluate("one => one.scrollIntoView({block: 'center', behavior: 'instant'})")
        tab.evaluate("document.activeElement && document.activeElement.blur()")
    picture = cv2.imdecode(np.frombuffer(tab.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    box = found.bounding_box() if found is not None else None
    scale = picture.shape[1] / (tab.viewport_size or {"width": picture.shape[1]})["width"]
    sides = None if box is None else [box[name] * scale for name in ("x", "y", "width", "height")]
    return Shot(picture.astype(np.uint8), None if sides is None else _box(iter(sides)))


def _found(tab: "Page", what: str, address: str) -> None:
    """Open a page until something stands on it."""
    end = time.monotonic() + SOON_S
    while True:
        tab.goto(address)
        if tab.locator(what).count():
            return
        if time.monotonic() > end:
            raise ProgramFailed(f"{what} does not come")
        time.sleep(0.3)


def _box(sides: Iterator[float]) -> Box:
    left, top, width, height = map(round, sides)
    return left, top, width, height


def _in_language(texts: Sequence[str], language: str) -> str:
    """A text for all languages, or that of this one."""
    return texts[LANGUAGES.index(language)] if len(texts) == len(LANGUAGES) else texts[0]


def _pairs(taken: Sequence[str]) -> Iterator[tuple[str, str]]:
    return zip(taken[::2], taken[1::2], strict=True)
