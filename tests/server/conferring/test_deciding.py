"""What a meeting decided is put right on a page until its minutes stand; they are read on the screen and on paper."""

import re
import zlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from server_sync.conferring.minutes import CHAT_SHOWN, minutes_of
from server_sync.conferring.minutes_paper import Paper
from server_sync.contract.bodies import Attended, MeetingSaid, SaidLine, Words
from server_sync.contract.meetings import VoteAsked
from server_sync.contract.numbers import RegistrationNumber
from server_sync.meetings import acts, deciding, voting
from server_sync.meetings.models import Meeting, MeetingDecision
from server_sync.pages import sheet
from server_sync.workplaces.models import Person
from tests.server.meetings.planning import CHAIR, DECISION, NAME, SPEAKER, decision, due, plan

pytestmark = pytest.mark.django_db
NUMBER = str(RegistrationNumber("ALA", 2026, "A", 42, 7))
ADDRESS = f"/meetings/{NAME.hex()}"
DECISIONS, MINUTES = f"{ADDRESS}/decisions", f"{ADDRESS}/minutes"


@pytest.fixture
def browser(assistant: Person, browser_of: Callable[[Person], Client]) -> Client:
    client = browser_of(assistant)
    client.cookies["language"] = "en"
    return client


@pytest.fixture
def held(assistant: Person) -> bytes:
    """Who led a meeting that is over, with a decision and a line of its chat."""
    person = assistant.id.bytes
    acts.plan_meetings(person, NAME, [plan()])
    acts.open_meeting(person, NAME)
    deciding.take_decision(person, decision(requests=(NUMBER,)))
    line = SaidLine(SPEAKER, int(timezone.now().timestamp() * 1000), "Үнү <b>угулбайт</b>")
    acts.close_meeting(person, NAME, (Attended(SPEAKER, 1_800),), lambda: [MeetingSaid(NAME, 1, (line,))])
    return person


def text(response) -> str:
    return str(response.content.decode())


def typed(**changes: str) -> dict[str, str]:
    said = {"name": "7" * 32, "text_ky": "Көпүрөнү оңдосун", "item": "1", "due_on": f"{due():%d.%m.%Y}"}
    return said | {f"does_{SPEAKER}": "on", "requests": NUMBER.lower().replace("-", " ")} | changes


def test_a_decision_is_written_down_on_the_page_once(browser, held):
    assert browser.get(DECISIONS).status_code == 200
    typed_as = typed(requests=NUMBER.lower())
    for _ in range(2):
        done = browser.post(DECISIONS, typed_as, follow=True)
        assert "is written down" in text(done), text(done)
    one = MeetingDecision.objects.get(pk=bytes.fromhex("7" * 32))
    assert (one.text_ky, one.item, one.executors, one.due_on, one.requests) == (
        "Көпүрөнү оңдосун",
        1,
        [SPEAKER],
        due(),
        [NUMBER],
    )
    assert MeetingDecision.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text_ky": " "}, "Write what was decided"),
        ({"text_ky": "а" * 2_001}, "2000"),
        ({"text_ky": "а\x01б"}, "control character"),
        ({"requests": "42"}, "no registration number"),
        ({"requests": f"{NUMBER[:-1]}{(int(NUMBER[-1]) + 1) % 10}"}, "wrong digit"),
        ({"due_on": "31.02.2027"}, "no such day"),
        ({"item": "9"}, "Select a valid choice"),
        ({"name": "x"}, "cannot be read"),
    ],
)
def test_what_is_no_decision_is_said_beside_its_field_and_what_was_typed_stays(browser, held, changes, words):
    refused = browser.post(DECISIONS, typed(**({"requests": ""} | changes)))
    assert refused.status_code == 400
    assert words in text(refused)
    assert MeetingDecision.objects.count() == 1


def test_a_day_that_has_passed_is_refused_beside_its_field(browser, held):
    refused = browser.post(DECISIONS, typed(requests="", due_on="01.02.2024"))
    assert refused.status_code == 409
    assert "This day has passed already" in text(refused)
    assert 'aria-invalid="true"' in text(refused)


def test_a_decision_is_withdrawn_with_a_reason_and_stays_readable(browser, held):
    asked = text(browser.get(f"{DECISIONS}?withdraw={DECISION.hex()}"))
    assert "Leave it as it is" in asked
    named = {"decision": DECISION.hex()}
    assert "Write why" in text(browser.post(DECISIONS, named | {"reason_ky": " "}))
    done = browser.post(DECISIONS, named | {"reason_ru": "Ошибка <i>записи</i>"}, follow=True)
    assert "is withdrawn" in text(done)
    page = text(browser.get(MINUTES))
    assert "Ошибка &lt;i&gt;записи&lt;/i&gt;" in page
    assert browser.post(DECISIONS, named | {"reason_ru": "Ещё раз"}).status_code == 409
    assert browser.post(DECISIONS, {"decision": "0" * 32, "reason_ru": "Нет такого"}).status_code == 409


def test_a_month_after_the_meeting_nothing_is_changed_and_no_form_is_offered(browser, held):
    Meeting.objects.update(closed_at=timezone.now() - timedelta(days=31))
    page = text(browser.get(f"{DECISIONS}?withdraw={DECISION.hex()}"))
    assert "<textarea" not in page
    assert browser.post(DECISIONS, typed(requests="")).status_code == 409
    assert browser.post(DECISIONS, {"decision": DECISION.hex(), "reason_ru": "Поздно"}).status_code == 409
    assert MeetingDecision.objects.filter(withdrawn_at=None).count() == 1


def test_a_meeting_that_has_not_begun_has_no_minutes(browser, assistant):
    acts.plan_meetings(assistant.id.bytes, NAME, [plan()])
    for address in (DECISIONS, MINUTES, f"{MINUTES}?as=pdf"):
        page = browser.get(address)
        assert (page.status_code, "has not begun" in text(page)) == (409, True)
    assert DECISIONS not in text(browser.get(ADDRESS))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ky", ("Суу түтүгүн оңдосун", "30 мүнөт", "Суу")),
        ("ru", ("Починить водопровод", "30 минут", "Вода")),
    ],
)
def test_the_minutes_say_all_in_the_language_that_is_asked_for(browser, held, language, words):
    page = text(browser.get(f"{MINUTES}?lang={language}"))
    for word in (*words, NUMBER, f"{due():%d.%m.%Y}", "Үнү &lt;b&gt;угулбайт&lt;/b&gt;"):
        assert word in page, word
    assert f'<html lang="{language}"' in page


@pytest.mark.parametrize("asked", ["en", "xx", "", "ky&lang=zz"])
def test_another_language_gives_the_minutes_in_one_of_the_two(browser, held, asked):
    page = browser.get(f"{MINUTES}?lang={asked}")
    assert (page.status_code, '<html lang="ky"' in text(page)) == (200, True)


@pytest.mark.parametrize("language", ["ky", "ru"])
def test_the_minutes_are_a_pdf_with_numbered_pages_and_kyrgyz_letters(browser, held, language, assistant):
    for n in range(60):
        deciding.take_decision(assistant.id.bytes, decision(bytes([n] * 16), text=Words("Ң ө ү 王 محمد 😀 " * 20)))
    answer = browser.get(f"{MINUTES}?lang={language}&as=pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == f'inline; filename="minutes-{NAME.hex()[:12]}-{language}.pdf"'
    pages = len(re.findall(rb"/Type /Page\b", answer.content))
    assert pages >= 4
    assert f"/Lang ({language})".encode() in answer.content
    assert "Ң".encode("utf-16-be").hex().upper() in _mapped_letters(answer.content)


def _mapped_letters(pdf: bytes) -> str:
    """What the fonts of a PDF say which letters their signs are."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            found.append(stream)
    return b"".join(one for one in found if b"beginbfchar" in one or b"beginbfrange" in one).decode("latin-1").upper()


def test_a_centre_without_fonts_says_so_and_shows_the_page(browser, held, monkeypatch):
    monkeypatch.setattr(sheet, "find_font", lambda *_names: None)
    page = browser.get(f"{MINUTES}?as=pdf&lang=ky")
    assert (page.status_code, "Суу түтүгүн оңдосун" in text(page)) == (409, True)


def test_a_running_meetings_minutes_are_called_a_draft(browser, assistant):
    acts.plan_meetings(assistant.id.bytes, NAME, [plan()])
    acts.open_meeting(assistant.id.bytes, NAME)
    assert "черновик" in text(browser.get(f"{MINUTES}?lang=ru"))
    assert browser.get(f"{MINUTES}?lang=ru&as=pdf").status_code == 200


def test_counted_votes_stand_in_the_minutes(browser, assistant):
    person = assistant.id.bytes
    acts.plan_meetings(person, NAME, [plan()])
    acts.open_meeting(person, NAME)
    vote = bytes(range(48, 64))
    voting.open_vote(person, NAME, vote, VoteAsked(Words(ru="За <план>?"), quorum=1), 1, timezone.now())
    assert "За &lt;план&gt;?" not in text(browser.get(f"{MINUTES}?lang=ru"))
    voting.close_vote(person, vote)
    page = text(browser.get(f"{MINUTES}?lang=ru"))
    assert "За &lt;план&gt;?" in page
    assert "нет кворума" in page
    assert browser.get(f"{MINUTES}?lang=ru&as=pdf").status_code == 200


def test_a_form_that_wrote_a_decision_writes_no_other_one_and_says_so(browser, held):
    said = {"name": "5" * 32, "text_ru": "Первое", "item": "0"}
    for _ in range(2):
        assert browser.post(DECISIONS, said).status_code == 302
    again = browser.post(DECISIONS, said | {"text_ru": "Другое"})
    assert again.status_code == 409
    assert "This form has written a decision down already" in text(again)


def test_one_paper_is_drawn_at_a_time_and_whoever_asks_meanwhile_is_told(browser, held, monkeypatch):
    with sheet._drawing:
        told = browser.get(f"{MINUTES}?lang=en&as=pdf")
    assert told.status_code == 409
    assert "Another paper is being drawn" in text(told)
    assert browser.get(f"{MINUTES}?lang=ru&as=pdf").status_code == 200


def test_words_keep_their_distance_on_paper_and_no_word_becomes_a_number_of_pages(assistant):
    person = assistant.id.bytes
    acts.plan_meetings(person, NAME, [plan()])
    acts.open_meeting(person, NAME)
    deciding.take_decision(person, decision(text=Words(ru="1\u00a0000\u202fсом, {nb}")))
    paper = Paper(minutes_of(Meeting.objects.get()), timezone.now())
    assert paper.drawable("1\u00a0000\u202fсом, {nb}\ue000\ue001") == "1 000 сом, {nb}"
    assert paper.output().startswith(b"%PDF")


def test_a_long_chat_is_shown_up_to_a_limit_that_is_named(browser, assistant):
    person = assistant.id.bytes
    acts.plan_meetings(person, NAME, [plan()])
    acts.open_meeting(person, NAME)
    lines = tuple(SaidLine(CHAIR, n, f"сап {n}") for n in range(1, CHAT_SHOWN + 3))
    acts.close_meeting(person, NAME, said=lambda: [MeetingSaid(NAME, 1, lines)])
    page = text(browser.get(f"{MINUTES}?lang=ru"))
    assert f"сап {CHAT_SHOWN}<" in page
    assert f"сап {CHAT_SHOWN + 1}<" not in page
    assert str(CHAT_SHOWN + 2) in re.sub(r"\s", "", page)
    assert browser.get(f"{MINUTES}?lang=ru&as=pdf").status_code == 200
