"""Captions of what is spoken stand under the pictures in the language of the person, for a while each."""

from datetime import timedelta

import pytest

from liaison_desktop.meetings.messages import CAPTION_MOST, CAPTION_TOPIC, Captioned, NotAMessage, read_told, write
from liaison_desktop.ui.meetings.captions import STAYS, Captions
from server_sync.contract import meetings
from server_sync.contract.meetings import Caption, CaptionLanguage, write_caption
from tests.desktop.presenters.test_room import NOW, Room


def line(number: int, text: str, language: CaptionLanguage = CaptionLanguage.KY) -> str:
    return write_caption(Caption(number, language, text, 0))


def test_the_newest_lines_of_the_own_language_are_shown_and_go_after_a_while() -> None:
    captions = Captions()
    assert captions.lines("ky", NOW) is None
    for number, text in enumerate(("бир", "эки", "үч"), 1):
        assert captions.hear(line(number, text), NOW)
    assert captions.hear(line(9, "три", CaptionLanguage.RU), NOW)
    assert captions.lines("ky", NOW) == ("эки", "үч")
    assert captions.lines("ru", NOW) == ("три",)
    assert captions.lines("ky", NOW + STAYS) == ()


def test_the_other_language_is_shown_while_nobody_types_in_the_own() -> None:
    captions = Captions()
    captions.hear(line(1, "суу", CaptionLanguage.KY), NOW)
    assert captions.lines("ru", NOW) == ("суу",)
    assert captions.lines("en", NOW) == ("суу",)


def test_a_line_that_came_twice_or_is_none_changes_nothing() -> None:
    captions = Captions()
    assert captions.hear(line(5, "суу"), NOW)
    for text in (line(5, "суу"), line(4, "эски"), "", "[]", "{}", line(6, "x").replace("ky", "kz"), "\ud800"):
        assert not captions.hear(text, NOW)
    assert captions.lines("ky", NOW) == ("суу",)


def test_the_room_shows_a_line_as_it_comes_and_forgets_it_with_the_meeting() -> None:
    room = Room()
    room.enter()
    assert room.view.captions is None
    room.presenter.heard(Captioned(line(1, "Суу жок")))
    assert room.view.captions == ("Суу жок",)
    room.now += STAYS + timedelta(seconds=1)
    room.presenter.tick()
    assert room.view.captions == ()
    room.presenter.enter_again()
    assert room.view.captions is None


def test_media_process_and_contract_call_captions_by_the_same_word_and_no_line_is_without_end() -> None:
    assert CAPTION_TOPIC == meetings.CAPTION_TOPIC
    assert read_told(write(Captioned("суу"))) == Captioned("суу")
    with pytest.raises(NotAMessage):
        read_told(write(Captioned("ы" * (CAPTION_MOST + 1))))
