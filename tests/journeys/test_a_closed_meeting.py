"""Two windows meet behind a key that the hall's computer drew; whoever is put out has not the next one."""

import threading
from collections.abc import Iterator

import pytest

from proving.world import Centre
from server_sync.config.logs import configure_structlog
from server_sync.contract.meetings import MeetingAct
from server_sync.meetings.media_server import build
from tests.journeys.test_a_meeting import CHAIR, CHAIR_HZ, CLERK, CLERK_HZ, OFFICE, PLAN, InOffice, two

__all__ = ["two"]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    configure_structlog()
    program = build.build(lambda _line: None)
    surroundings = {"DATABASE_URL": "", "LIAISON_MEDIA_SERVER": str(program), "LIAISON_MEDIA_PORTS": "free"}
    made = Centre(tmp_path_factory.mktemp("centre") / "home", environment=surroundings)
    made.prepare([OFFICE])
    threads = set(threading.enumerate())
    try:
        made.start()
        made.media_server()
        made.manage("shell", "--no-imports", "-c", PLAN.replace("minutes=60,", "minutes=60, is_closed=True,"))
        yield made
    finally:
        made.stop()
        for thread in set(threading.enumerate()) - threads:
            thread.join(5)


@pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
def test_whoever_has_the_key_sees_and_hears_and_a_new_one_is_drawn_when_somebody_is_put_out(
    two: tuple[InOffice, InOffice],
) -> None:
    hall, office = two
    office.until(lambda: office.attending.way_in.button.isVisible())
    office.attending.way_in.press()
    office.until(lambda: "key of this closed meeting" in office.attending.view.canvas.words)
    hall.enter()
    office.until(lambda: office.sign == "You are in the waiting room")
    assert key_of(office) == key_of(hall)
    hall.attending.presenter.do(MeetingAct.OPEN)
    hall.until(lambda: hall.sign.startswith("Your office has the floor"))
    hall.attending.presenter.turn_camera()
    hall.attending.presenter.turn_microphone()
    office.until(lambda: office.sees(hall.who, CHAIR) and office.hears(CHAIR_HZ))
    first = key_of(office)
    hall.attending.presenter.do(MeetingAct.PUT_OUT, who=office.who)
    hall.until(lambda: key_of(hall) != first)
    office.until(lambda: office.sign.startswith("The chair's desk has sent"))
    hall.attending.presenter.do(MeetingAct.LET_IN, who=office.who)
    office.until(lambda: key_of(office) == key_of(hall))
    office.attending.presenter.turn_hand()
    office.until(lambda: office.attending.presenter.place == 1 or office.sign.startswith("You are watching"))
    office.until(lambda: office.sees(hall.who, CHAIR) and office.hears(CHAIR_HZ))
    if office.attending.presenter.place == 0:
        office.attending.presenter.turn_hand()
    hall.until(lambda: hall.attending.view.desk.next.isVisible())
    hall.attending.view.desk.press_next()
    hall.until(lambda: hall.sees(office.who, CLERK) and hall.hears(CLERK_HZ))


def key_of(window: InOffice) -> str:
    """The key that a window's media process was told last."""
    room = window.attending.presenter._room
    return "" if room is None else room.key
