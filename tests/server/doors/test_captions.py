"""A captioner types what is spoken: everybody in the room reads it at once, and nobody else can type there."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from server_sync.common.refusals import Refused
from server_sync.contract.meetings import (
    CAPTION_CHARACTERS,
    CAPTION_TOPIC,
    CaptionLanguage,
    MeetingAct,
    read_caption,
)
from server_sync.contract.workflow import Role
from server_sync.meetings import captions
from server_sync.meetings.door_models import Caption
from server_sync.meetings.models import Meeting
from server_sync.meetings.pacing import Calls, Pace
from server_sync.workplaces.models import Person
from tests.server.meetings.live.calling import LEADS, somebody
from tests.server.meetings.live.guests import Hall, hall, wait_until
from tests.server.meetings.planning import NAME

pytestmark = pytest.mark.django_db
PAGE = f"/meetings/{NAME.hex()}/captions"
KY, RU = CaptionLanguage.KY, CaptionLanguage.RU


@pytest.fixture(scope="module")
def place() -> Iterator[Hall]:
    with hall() as opened:
        yield opened


@pytest.fixture(autouse=True)
def _typed_as_quickly_as_a_test_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captions, "_typed", Calls(Pace(10_000, 10_000.0)))


@pytest.fixture
def captioner(centre) -> Person:
    return somebody("captioner", Role.CAPTIONER, LEADS)


@pytest.fixture
def browser(captioner: Person) -> Client:
    client = Client()
    client.force_login(captioner)
    return client


def send(client: Client, line: str, stream: str = "ky") -> tuple[int, str]:
    answer = client.post(PAGE, {"line": line, "stream": stream}, headers={"Accept": "application/json"})
    return answer.status_code, answer.json()["words"]


def kept() -> list[tuple[str, str]]:
    return list(Caption.objects.values_list("language", "text"))


def test_a_line_is_kept_and_sent_to_everybody_in_the_room(begun, office, browser, place):
    way_in = office.call(MeetingAct.ENTER)
    one = place.join(way_in.url, way_in.token)
    told: list[Any] = []
    one.room.on("data_received", told.append)
    assert send(browser, "  Суу   бир айда келет. ") == (200, "")
    assert send(browser, "Вода будет через месяц.", "ru") == (200, "")
    wait_until(lambda: len(told) == 2, "the lines are told")
    assert {packet.topic for packet in told} == {CAPTION_TOPIC}
    assert [packet.participant for packet in told] == [None, None]
    first, second = (read_caption(packet.data.decode()) for packet in told)
    assert (first.language, first.text) == (KY, "Суу бир айда келет.")
    assert (second.language, second.text) == (RU, "Вода будет через месяц.")
    assert second.number > first.number
    assert kept() == [("ky", first.text), ("ru", second.text)]


def test_a_press_that_was_sent_twice_is_one_line(begun, browser):
    for _ in range(2):
        assert send(browser, "Суу жок") == (200, "")
    assert kept() == [("ky", "Суу жок")]
    send(browser, "Суу жок", "ru")
    assert len(kept()) == 2


def test_what_is_said_again_stands_again(begun, browser):
    for line in ("Ооба.", "Жок.", "Ооба."):
        assert send(browser, line) == (200, "")
    assert [text for _language, text in kept()] == ["Ооба.", "Жок.", "Ооба."]
    Caption.objects.update(said_at=timezone.now() - captions.SAME)
    assert send(browser, "Ооба.") == (200, "")
    assert len(kept()) == 4


def test_marks_that_turn_a_direction_are_taken_out_of_a_line(begun, browser):
    assert send(browser, "\u202eСуу\u202c \u2067жок\u2069") == (200, "")
    assert kept() == [("ky", "Суу жок")]
    assert send(browser, "\u202e\u2066")[0] == 409
    assert len(kept()) == 1


@pytest.mark.parametrize("line", ["", "   ", "ы" * (CAPTION_CHARACTERS + 1), "ы" * 10_000, "а\x00б", "а\x1bб"])
def test_what_is_no_line_is_refused_in_words_and_stays_typed(begun, browser, line):
    status, words = send(browser, line)
    assert status == 409
    assert words
    answer = browser.post(f"{PAGE}?language=en", {"line": line, "stream": "ky"})
    assert answer.status_code == 409
    assert kept() == []


def test_a_line_with_markup_is_shown_as_it_was_typed(begun, browser):
    send(browser, "<script>alert(1)</script>")
    assert "<script>alert" not in browser.get(PAGE).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in browser.get(PAGE).content.decode()


def test_a_page_without_a_script_sends_by_its_button_and_keeps_the_language(begun, browser):
    answer = browser.post(PAGE, {"line": "Вода", "stream": "ru"})
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?stream=ru")
    assert 'value="ru" checked' in browser.get(answer["Location"]).content.decode()
    browser.post(PAGE, {"line": "Суу", "stream": "kz"})
    assert kept() == [("ru", "Вода"), ("ky", "Суу")], "a language that is none is the first"


def test_before_a_meeting_begins_and_after_it_nothing_can_be_typed(desk, browser):
    assert send(browser, "Суу")[0] == 409
    desk.come()
    desk.call(MeetingAct.OPEN)
    assert send(browser, "Суу")[0] == 200
    desk.call(MeetingAct.CLOSE)
    assert send(browser, "Жол")[0] == 409
    assert kept() == [("ky", "Суу")]


def test_lines_come_no_quicker_than_somebody_types(begun, browser, monkeypatch):
    monkeypatch.setattr(captions, "_typed", Calls(captions.TYPING))
    told = [send(browser, f"Сап {n}")[0] for n in range(20)]
    assert told[:5] == [200] * 5
    assert 429 in told


def test_of_a_meeting_the_newest_lines_are_kept(begun, captioner, monkeypatch):
    monkeypatch.setattr(captions, "KEPT_MOST", 10)
    meeting = Meeting.objects.get(pk=NAME)
    monkeypatch.setattr(captions, "media_server", lambda: None)
    for n in range(25):
        captions.say(captioner, meeting, KY, f"Сап {n}", timezone.now())
    assert [text for _, text in kept()] == [f"Сап {n}" for n in range(15, 25)]


def test_lines_are_asked_for_behind_the_last_that_was_seen(begun, browser):
    for n in range(3):
        send(browser, f"Сап {n}")
    first = Caption.objects.order_by("pk")[0].pk
    told = browser.get(f"{PAGE}/lines?after={first}").json()
    assert [line["text"] for line in told["lines"]] == ["Сап 1", "Сап 2"]
    assert told["is_open"]
    for wrong in ("", "x", "-1", "9" * 30, "٣"):
        assert len(browser.get(f"{PAGE}/lines?after={wrong}").json()["lines"]) == 3


def test_only_captioners_who_reach_the_office_that_leads_type_and_read_there(begun, assistant):
    people = {
        "elsewhere": (somebody("elsewhere", Role.CAPTIONER, "KG-O"), 404),
        "assistant": (assistant, 403),
        "clerk": (somebody("clerk1", Role.CLERK, LEADS), 403),
    }
    for person, status in people.values():
        client = Client()
        client.force_login(person)
        assert client.get(PAGE).status_code == status
        assert client.get(f"{PAGE}/lines").status_code == status
        assert client.post(PAGE, {"line": "Суу", "stream": "ky"}).status_code == status
    assert Client().get(PAGE).status_code == 302
    assert kept() == []


def test_the_captioner_finds_the_meetings_of_the_own_reach(begun, browser):
    assert PAGE in browser.get("/captions").content.decode()
    elsewhere = Client()
    elsewhere.force_login(somebody("elsewhere", Role.CAPTIONER, "KG-O"))
    assert PAGE not in elsewhere.get("/captions").content.decode()


def test_captions_are_typed_although_the_media_server_is_away(begun, captioner, monkeypatch):
    monkeypatch.setattr(captions, "media_server", lambda: None)
    assert captions.say(captioner, Meeting.objects.get(pk=NAME), KY, "Суу", timezone.now()) is not None
    with pytest.raises(Refused, match="text_missing"):
        captions.say(captioner, Meeting.objects.get(pk=NAME), KY, " ", timezone.now())
