"""Who wrote on the portal is told by e-mail that something is new; whom an office has, the office tells."""

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest

from server_sync.appeals.models import Appeal
from server_sync.appeals.routing import route_new
from server_sync.contract.bodies import Outcome
from server_sync.contract.evidence.receipt import short_code
from server_sync.letters.models import Letter
from tests.server.conftest import BODY, Centre
from tests.server.counter import Counter, routed
from tests.server.portal.writers import MAIL, MATTER, WRITER, Citizen, text

pytestmark = pytest.mark.django_db
BY_LETTER = "Done. The applicant reads it on the portal; a letter by e-mail says that it is there."
ANSWER = {
    "answer-outcome": Outcome.SATISFIED.value, "answer-ky": "Каттам ачылды", "answer-version": 0, "ready": "1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _mail(settings, centre: Centre) -> None:
    settings.LIAISON_MAIL = MAIL


@pytest.fixture
def citizen() -> Citizen:
    return Citizen(language="ky")


@pytest.fixture
def written(citizen: Citizen) -> Appeal:
    appeal = citizen.submit(category="03.03")
    route_new()
    appeal.refresh_from_db()
    assert appeal.body_code == BODY
    Letter.objects.all().delete()
    return appeal


def do(browser, appeal: Appeal, act: str, form: Mapping[str, object]) -> str:
    """Do one act and read what the officer is told."""
    browser.cookies["language"] = "en"
    answer = browser.post(f"/work/a/{appeal.number}/{act}", form)
    assert answer.status_code == 302, text(answer)
    return text(browser.get(answer.headers["Location"]))


def test_an_answer_reaches_its_citizen_by_a_letter_without_a_word_of_it(written, citizen, vera, vasil, browser_of):
    do(browser_of(vera), written, "answer", ANSWER)
    assert not Letter.objects.exists()
    told = do(browser_of(vasil), written, "approve", {"approve-version": 1})
    assert BY_LETTER in told
    assert "The office hands it to the applicant." not in told
    letter = Letter.objects.get()
    assert letter.to == WRITER["email"]
    assert "жооп бар" in letter.subject
    assert f"https://kattar.test/a/{written.number}" in letter.text
    said = letter.subject + letter.text
    assert not any(word in said for word in ("Каттам", MATTER["subject"], WRITER["surname"]))
    citizen.browser.cookies["language"] = "en"
    citizen.browser.post(f"/a/{written.number}", {"code": short_code(bytes(written.event.salt or b""))})
    page = text(citizen.browser.get(f"/a/{written.number}"))
    assert "Каттам ачылды" in page
    assert "complain here: a complaint goes to the higher body" in page
    assert "say so at any office" not in page


@pytest.mark.parametrize("act", ["forward", "extend"])
def test_another_body_and_another_last_day_are_told_of_too(written, vera, browser_of, act):
    assert written.due_on is not None
    day = written.due_on + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    form = {
        "forward": {"forward-body": "MIN-SOCIAL", "forward-ky": "Тиешелүү органга"},
        "extend": {
            "extend-due_on": day.isoformat(), "extend-article": "8", "extend-ky": "Себеби",
            "day_seen": day.isoformat(),
        },
    }[act]  # fmt: skip
    assert BY_LETTER in do(browser_of(vera), written, act, form)
    assert written.number in Letter.objects.get().text


def test_what_is_refused_is_told_to_nobody(written, vera, browser_of):
    answer = browser_of(vera).post(f"/work/a/{written.number}/forward", {"forward-body": BODY, "forward-ky": "x"})
    assert answer.status_code != 302
    assert not Letter.objects.exists()


def test_without_a_mail_server_or_with_a_full_mail_the_act_stands_and_no_letter_is_promised(
    written, vera, vasil, browser_of, settings, monkeypatch
):
    monkeypatch.setattr("server_sync.letters.queue.WAITING_MOST", 0)
    do(browser_of(vera), written, "answer", ANSWER)
    settings.LIAISON_MAIL = None
    told = do(browser_of(vasil), written, "approve", {"approve-version": 1})
    assert "Done. The applicant reads it on the portal." in told
    written.refresh_from_db()
    assert written.state == "answered"


def test_whom_an_office_has_the_office_tells(office_a, vera, browser_of):
    appeal = routed(Counter(office_a).register())
    form = {"forward-body": "MIN-SOCIAL", "forward-ky": "Тиешелүү органга"}
    assert "The office tells the applicant." in do(browser_of(vera), appeal, "forward", form)
    assert not Letter.objects.exists()


def test_files_of_a_request_of_the_portal_are_brought_there_and_no_office_is_said_to_take_them(citizen):
    citizen.fill()
    page = text(citizen.browser.get("/write/files?language=en"))
    said = page[page.index("<main") : page.index("</main>")]
    assert 'name="file"' in said
    assert re.search(r"\boffices?\b", said, re.IGNORECASE) is None
