"""A clock that is away by more than two minutes is told on every screen; where only the clerk can know, asked once."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from liaison_desktop.app import Desktop
from liaison_desktop.domain.times import moment
from liaison_desktop.store.settings import hear_server_time
from liaison_desktop.ui import formats
from liaison_desktop.ui.shell.clock_bar import ClockBar
from tests.contract.invented import NOW_MS
from tests.desktop.ui.conftest import Programs
from tests.desktop.ui.hands import Hands
from tests.desktop.ui.test_counter import register

Start = Callable[[], Desktop]
HOUR_MS = 3_600_000


def bar(desktop: Desktop) -> ClockBar:
    assert desktop.counter is not None
    return desktop.counter.shell.clock


def test_a_clock_wrong_within_one_start_is_told_and_the_days_go_by_the_centre(
    programs: Programs, signed_in: Start, hands: Hands
) -> None:
    programs.clock.now_ms += 7 * HOUR_MS
    desktop = signed_in()
    hands.until(lambda: hands.is_seen(desktop.window, "clock"))
    assert "wrong by 7 hours" in bar(desktop).text()
    assert not bar(desktop).right.isVisible()
    assert formats.now() == moment(NOW_MS)
    for name in ("requests", "delivery", "settings"):
        assert desktop.counter is not None
        desktop.counter.shell.open(name)
        assert hands.is_seen(desktop.window, "clock")


def test_the_sign_in_and_the_saved_draft_tell_the_time_heard(
    programs: Programs, signed_in: Start, hands: Hands
) -> None:
    programs.clock.now_ms -= 7 * HOUR_MS
    desktop = signed_in()
    desktop.sign_out()
    heard = formats.clock(moment(NOW_MS))
    assert desktop.sign_in is not None
    sign_in = desktop.sign_in
    hands.until(lambda: heard in sign_in._clock.text())
    hands.sign_in(desktop.window)
    hands.type(desktop.window, "reception.surname", "Асанова")
    hands.until(lambda: "saved:" in hands.find(desktop.window, "reception.saved", QLabel).text())
    assert heard in hands.find(desktop.window, "reception.saved", QLabel).text()


def test_the_store_that_opens_by_itself_sets_the_hour_of_the_sign_in(programs: Programs, hands: Hands) -> None:
    programs.clock.now_ms -= 7 * HOUR_MS
    programs.start().close()
    desktop = programs.start()
    assert desktop.sign_in is not None
    sign_in = desktop.sign_in
    hands.until(lambda: desktop.desk is not None)
    hands.until(lambda: formats.clock(moment(NOW_MS)) in sign_in._clock.text())


def test_a_clock_that_is_right_says_nothing(programs: Programs, signed_in: Start, hands: Hands) -> None:
    programs.clock.now_ms += 60_000
    desktop = signed_in()
    hands.until(lambda: desktop.counter is not None and desktop.counter.found is not None)
    assert not hands.is_seen(desktop.window, "clock")


def test_after_a_restart_the_clerk_is_asked_once_and_not_again(
    programs: Programs, signed_in: Start, hands: Hands
) -> None:
    desktop = signed_in()
    desk = desktop.desk
    assert desk is not None
    programs.clock.now_ms += 9 * HOUR_MS
    heard: list[None] = []
    desktop.runner.run(lambda: hear_server_time(desk.store, programs.clock, NOW_MS), done=heard.append)
    hands.until(lambda: bool(heard))
    desktop.close()
    programs.clock.boot, programs.clock.running_ms = b"boot-002", 5_000
    programs.clock.now_ms += 10 * HOUR_MS
    again = signed_in()
    hands.until(lambda: hands.is_seen(again.window, "clock"))
    assert "Is the clock of this computer right?" in bar(again).text()
    hands.click(again.window, "clock.wrong")
    hands.until(lambda: "wrong by 9 hours" in bar(again).text())
    assert not bar(again).wrong.isVisible()
    again.close()
    third = signed_in()
    hands.until(lambda: hands.is_seen(third.window, "clock"))
    assert "Is the clock" not in bar(third).text()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3 * 86_400 - 20, "3 days"),
        (2 * 86_400 + 21 * 3600, "2 days 21 hours"),
        (86_400 - 20, "1 day"),
        (7 * 3600, "7 hours"),
        (7 * 3600 - 20, "7 hours"),
        (3600 + 5 * 60, "1 hour 5 minutes"),
        (179, "3 minutes"),
        (1, "1 minute"),
    ],
)
def test_how_far_clocks_are_apart_is_not_rounded_down(seconds: int, words: str) -> None:
    assert formats.difference(seconds) == words


def test_an_hour_that_nobody_measured_stands_on_no_screen(programs: Programs, signed_in: Start, hands: Hands) -> None:
    programs.clock.now_ms -= 3 * 24 * HOUR_MS - 20_000
    desktop = signed_in()
    window, counter = desktop.window, desktop.counter
    assert counter is not None
    hands.until(lambda: "wrong by 3 days" in bar(desktop).text())
    hands.fill(window)
    number = register(desktop, hands)

    def said(screen: QWidget) -> str:
        return " ".join(one.text() for one in screen.findChildren(QLabel) if one.isVisible())

    assert "hour not known" in said(counter.reception.registered)
    assert "12:00" not in said(counter.reception.registered)
    assert counter.reception.registered._stored.text() == "Written on this computer"
    counter.open_request(_appeal(desktop))
    hands.until(lambda: number in said(counter.requests.card))
    assert "hour not known" in said(counter.requests.card)
    assert "12:00" not in said(counter.requests.card)


def _appeal(desktop: Desktop) -> bytes:
    assert desktop.counter is not None
    appeal = desktop.counter.registered.appeal
    assert appeal is not None
    return appeal
