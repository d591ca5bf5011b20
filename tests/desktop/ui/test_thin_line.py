"""A thin line in the window: measured in the lobby, followed and said in the room, fixed by hand, seen by the desk."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu

from liaison_desktop.meetings.messages import Follows
from liaison_desktop.meetings.profiles import Profile
from liaison_desktop.sync.line_test import Measured
from liaison_desktop.ui.meetings.line_acts import CHOSEN
from liaison_desktop.ui.theme.look import look
from liaison_desktop.ui.widgets.text import Text
from server_sync.contract.meeting_lines import Line
from server_sync.contract.meetings import MeetingAct, mix_of
from tests.desktop.ui.hall import OWN, Hall
from tests.desktop.ui.test_meeting_room import BIG, KOCHKOR, NARYN, TON, InWindow, hall, room, settle

__all__ = ["hall", "room"]
MIX = mix_of(b"m" * 16)
SIZES = ((1366, 768), (911, 512))


def told(hall: Hall) -> list[Line]:
    return [call.told_line for call in hall.calls if call.act in (MeetingAct.HERE, MeetingAct.LOOK)]


def keep(room: InWindow, name: str) -> None:
    """Keep a picture where somebody wants to look at it."""
    folder = os.environ.get("LIAISON_PICTURES")
    if folder:
        room.window.grab().save(str(Path(folder) / f"{name}.png"))


def test_on_a_thin_line_the_stage_is_one_picture_which_is_said_and_told_to_the_centre(room: InWindow) -> None:
    room.enter()
    room.child.say(Follows("all"))
    room.hands.until(lambda: Line.GOOD in told(room.hall))
    assert room.sign() == "You are watching. Raise your hand to speak: H"
    room.child.say(Follows("mosaic", True, 400, 20))
    room.hands.until(lambda: [cell.who for cell in room.view.canvas.scene.cells] == [MIX])
    room.hands.until(lambda: [tile.identity for tile in room.wish.tiles] == [MIX])
    assert room.sign() == (
        "You are watching. Raise your hand to speak: H."
        " The line is thin: others' cameras are off, the stage comes in one picture."
    )
    assert told(room.hall)[-1] is Line.THIN
    room.be_called()
    room.hands.until(lambda: [cell.who for cell in room.view.canvas.scene.cells] == [MIX, OWN])
    assert room.sign().endswith("Your camera is sent small.")
    room.child.say(Follows("stills", True))
    room.hands.until(lambda: room.sign().endswith("Your camera is not sent."))
    assert told(room.hall)[-1] is Line.SOUND
    room.child.say(Follows("six", True))
    room.hands.until(lambda: MIX not in [cell.who for cell in room.view.canvas.scene.cells])
    assert told(room.hall)[-1] is Line.GOOD


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # of a menu, where there is no screen
def test_what_is_taken_is_fixed_by_a_key_and_remembered_by_this_pc(room: InWindow) -> None:
    room.enter()
    room.press(Qt.Key.Key_N)
    menu = next(one for one in room.view.line.findChildren(QMenu) if one.isVisible())
    action = next(one for one in menu.actions() if one.text() == "Sound only")
    action.trigger()
    menu.close()
    room.hands.until(lambda: room.wish.line.fixed == "sound")
    assert room.view.line.text() == "Sound only"
    counter = room.desktop.counter
    assert counter is not None
    lobby = counter.corner.meetings.line
    assert lobby.choice.code == "sound"
    room.hands.until(lambda: room.attending._place.file.read().settings.get(CHOSEN) == "sound")
    room.child.say(Follows("sound"))
    room.hands.until(lambda: room.sign().endswith("As you chose: all cameras are off, the sound comes."))
    room.view.line.choose("")
    room.hands.until(lambda: room.wish.line.fixed == "")


def test_the_desk_sees_who_has_a_thin_line(room: InWindow) -> None:
    room.hall.is_desk = True
    room.hall.come(KOCHKOR, TON)
    for who, line in ((KOCHKOR, Line.THIN), (TON, Line.SOUND), (NARYN, Line.GOOD)):
        room.hall.present[who] = replace(room.hall.present[who], line=line)
    room.hall.raise_hands(KOCHKOR)
    room.enter()
    room.hands.until(lambda: room.view.desk._shown is not None)
    shown = room.view.desk._shown
    assert shown is not None
    lines = {row.who: row.told_line for row in shown.offices}
    assert (lines[KOCHKOR], lines[TON], lines[NARYN]) == (Line.THIN, Line.SOUND, Line.GOOD)
    assert [(hand.who, hand.told_line) for hand in shown.hands] == [(KOCHKOR, Line.THIN)]
    for language in ("ky", "ru"):
        room.desktop.set_language(language)
        for width, height in SIZES:
            room.window.resize(width, height)
            for _ in range(3):
                settle()
            keep(room, f"thin-desk-{language}-{width}")


def test_the_lobby_says_what_the_line_carries_and_measures_again_by_a_key(room: InWindow, monkeypatch) -> None:
    asked: list[bytes] = []
    assert room.desktop.counter is not None
    corner = room.desktop.counter.corner
    answers = [Measured(540, 90), Measured(4_300, 2_000)]

    def measure(meeting, done, _failed) -> None:
        asked.append(meeting)
        done(answers.pop(0))

    monkeypatch.setattr(corner.lines, "_acts", replace(corner.lines._acts, measure=measure, is_sending=lambda: False))
    room.desktop.counter.shell.open("meetings")
    room.offer(opened=False, in_minutes=24 * 60)
    assert not asked, "its door is not open"
    room.offer()
    part = corner.meetings.line
    room.hands.until(lambda: part.verdict.text().startswith("Thin: the stage comes in one picture"))
    assert asked == [b"m" * 16]
    assert "540 kbit/s" in part.verdict.text()
    assert "may not go out" in part.verdict.text()
    keep(room, "thin-lobby-en")
    room.press(Qt.Key.Key_F6)
    room.hands.until(lambda: part.verdict.text().startswith("Good for a meeting with all pictures"))
    room.attending.enter()
    room.hands.until(lambda: room.wish.room is not None)
    assert room.wish.line.first == Profile.ALL.value


@pytest.mark.parametrize(("width", "height", "text_size"), [(1366, 768, 100), (911, 512, 100), (1366, 768, 150)])
@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_every_word_of_a_thin_line_has_its_room(
    room: InWindow, language, width, height, text_size, monkeypatch
) -> None:
    room.enter()
    room.be_called()
    room.child.say(Follows("small", True))
    room.hands.until(lambda: MIX in [cell.who for cell in room.view.canvas.scene.cells])
    room.desktop.set_language(language)
    room.desktop.set_text_size(text_size)
    look.wear("dark" if language == "ru" else "light", text_size)
    room.window.resize(width, height)
    for _ in range(5):
        settle()
    keep(room, f"thin-room-{language}-{width}-{text_size}")
    view = room.view
    for part in (view.sign, view.line):
        assert part.mapTo(view, part.rect().topRight()).x() <= view.width()
    words = view.sign.findChildren(Text)[0]
    assert words.height() >= words.heightForWidth(words.width())
    assert view.canvas.height() >= height // 4
    look.wear("light", 100)
    assert room.desktop.counter is not None
    room.attending.presenter.go()
    corner = room.desktop.counter.corner
    room.desktop.set_text_size(text_size)
    acts = replace(corner.lines._acts, measure=lambda _m, done, _f: done(Measured(90, 60)), is_sending=lambda: False)
    monkeypatch.setattr(corner.lines, "_acts", acts)
    room.offer()
    corner.lines.measure()
    room.hands.until(lambda: corner.meetings.line.verdict.isVisible())
    for _ in range(5):
        QApplication.processEvents()
    keep(room, f"thin-lobby-{language}-{width}-{text_size}")
    texts = [one for one in corner.meetings.findChildren(Text) if one.isVisible() and one.text()]
    assert [one.text() for one in texts if one.height() < one.heightForWidth(one.width())] == []


def test_nobody_large_is_lost_when_a_mix_comes_and_goes(room: InWindow) -> None:
    room.hall.seat(NARYN)
    room.enter()
    room.child.say(Follows("mosaic", True))
    room.hands.until(lambda: [cell.who for cell in room.view.canvas.scene.cells] == [MIX])
    room.child.say(Follows("mosaic", False))
    room.hands.until(lambda: {cell.who for cell in room.view.canvas.scene.cells} == {BIG, NARYN})
