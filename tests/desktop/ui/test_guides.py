"""Guides are read and lessons are watched at the office's PC, over any screen and without a line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices

from liaison_desktop.app import Desktop
from liaison_desktop.ui import names
from liaison_desktop.ui.guides import GuidesDialog
from liaison_desktop.ui.widgets.text import Link, Text
from liaison_desktop.workplace.learning import SETTING, guides, lessons_folder, lessons_in
from server_sync.contract.guides import NORMAL, OFFICES, THIN
from tests.desktop.ui.hands import Hands

Start = Callable[[], Desktop]
SHIFT = Qt.KeyboardModifier.ShiftModifier


def words_of(dialog: GuidesDialog) -> list[str]:
    return [one.text() for one in dialog.findChildren(Text)]


def opened(desktop: Desktop, hands: Hands) -> GuidesDialog:
    hands.press(desktop.window, Qt.Key.Key_F1, modifier=SHIFT)
    hands.until(lambda: bool(desktop.window.findChildren(GuidesDialog)))
    dialog: GuidesDialog = desktop.window.findChildren(GuidesDialog)[-1]
    return dialog


def press(hands: Hands, dialog: GuidesDialog, name: str) -> None:
    """Press a link once it is to be seen."""

    def seen() -> list[Link]:
        return [one for one in dialog.findChildren(Link) if one.objectName() == name and one.isVisible()]

    hands.until(lambda: bool(seen()))
    seen()[0].clicked.emit()


def test_every_guide_is_read_whole_in_the_window_in_three_languages(signed_in: Start, hands: Hands) -> None:
    desktop = signed_in()
    assert guides()[0].readers == OFFICES
    for language in ("ru", "en", "ky"):
        desktop.set_language(language)
        dialog = opened(desktop, hands)
        for guide in guides():
            press(hands, dialog, names.GUIDE.format(name=guide.name))
            shown = " ".join(words_of(dialog))
            assert all(text.said_in(language) in shown for text in guide.texts()), guide.name
            press(hands, dialog, names.GUIDES_BACK)
        dialog.reject()
        hands.until(lambda: not desktop.window.findChildren(GuidesDialog))


def test_lessons_that_lie_in_the_folder_are_the_systems_players(
    signed_in: Start, hands: Hands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    played: list[QUrl] = []

    def play(address: QUrl) -> bool:
        played.append(address)
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", play)
    monkeypatch.setenv(SETTING, str(tmp_path / "brought"))
    desktop = signed_in()
    desktop.set_language("ru")
    dialog = opened(desktop, hands)
    assert any(str(tmp_path / "brought") in words for words in words_of(dialog))
    dialog.reject()
    video = tmp_path / "brought" / "delivery" / "ru" / THIN
    video.parent.mkdir(parents=True)
    video.write_bytes(b"")
    dialog = opened(desktop, hands)
    press(hands, dialog, names.LESSON.format(name="delivery"))
    assert [Path(one.toLocalFile()) for one in played] == [video]
    assert not any(str(tmp_path / "brought") in words for words in words_of(dialog))
    dialog.reject()


def test_the_finer_video_is_taken_and_the_folder_is_that_of_the_data_unless_it_is_named(tmp_path: Path) -> None:
    assert lessons_folder(tmp_path, {}) == tmp_path / "lessons"
    assert lessons_folder(tmp_path, {SETTING: "/brought"}) == Path("/brought")
    for name in (THIN, NORMAL):
        path = tmp_path / "delivery" / "ky" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
        found = {one.lesson.name: one.video for one in lessons_in(tmp_path, "ky")}
        assert found["delivery"] == path
    assert not any(one.video for one in lessons_in(tmp_path, "en"))
