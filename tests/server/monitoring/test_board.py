"""The central operator's board: at a glance who is silent, what is unsent and how old; never a citizen's word."""

import csv
import io
import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from server_sync.contract.evidence.certificate import issue_revocation
from server_sync.contract.messages import Status
from server_sync.journal.models import Reading
from server_sync.workplaces.models import Contact, Revocation, RoleGrant
from tests.server.conftest import OFFICE_A, Office
from tests.server.counter import Counter

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(nur, browser_of) -> Callable[[str], str]:
    browser: Client = browser_of(nur)

    def open_page(address: str = "/board") -> str:
        answer = browser.get(address)
        assert answer.status_code == 200
        return answer.content.decode()

    return open_page


def called(office: Office, ago: timedelta = timedelta(minutes=2), **said: object) -> Contact:
    contact, _ = Contact.objects.update_or_create(
        workplace=office.workplace, defaults={"last_contact_at": timezone.now() - ago, "version": "0.1.0", **said}
    )
    return contact


def tile(text: str, code: str) -> str:
    found = re.search(rf'<a href="/board/{code}" class="([^"]+)"', text)
    assert found
    return found.group(1)


def test_an_ordinary_day_is_calm_and_offices_not_connected_are_no_alarm(board, office_a, office_b):
    called(office_a)
    called(office_b)
    text = board("/board?language=en")
    assert "2 offices in order" in text
    assert "61 offices are not connected yet." in text
    assert tile(text, OFFICE_A) == "calm"
    assert tile(text, "KG-J-CHT") == "absent"
    assert "All 63" in text


def test_before_any_office_is_connected_the_sentence_says_so(board, centre):
    assert "No office is connected yet" in board("/board?language=en")


def test_a_silent_office_stands_first_in_red_with_its_words(board, office_a, office_b):
    called(office_a, timedelta(days=9), waiting_events=12)
    called(office_b)
    text = board("/board?language=en")
    assert "1 office in order, 1 silent" in text
    assert tile(text, OFFICE_A) == "bad"
    assert "silent for 9 days" in text
    assert "Events that wait there, safe, as it last said: 12." in text


def test_the_list_shows_those_in_need_or_all_63(board, office_a, office_b):
    called(office_a, clock_offset_ms=-241_000)
    called(office_b)
    assert board("/board").count("<tr>\n<td>") == 1
    assert board("/board?show=all").count("<tr>\n<td>") == 63


def test_the_list_is_put_in_order_by_any_column_both_ways(board, office_a, office_b):
    called(office_a, waiting_events=7, oldest_waiting_at=timezone.now())
    called(office_b, waiting_events=3, oldest_waiting_at=timezone.now())
    listed = [re.findall(r'<td><a href="/board/([^"]+)">', board(f"/board?show=all&sort=waiting{order}"))
              for order in ("", "&order=reverse")]  # fmt: skip
    assert listed[0][:2] == ["KG-C-ALA", "KG-C"]
    assert listed[1] == listed[0][::-1]
    assert 'aria-sort="ascending"' in board("/board?show=all&sort=waiting")


@pytest.mark.parametrize("query", ["sort=password", "show=nothing", "order=%00", "sort=%27%3B--"])
def test_an_odd_question_gets_the_ordinary_board(board, centre, query):
    assert "<h1" in board(f"/board?{query}")


def test_the_table_for_spreadsheets_has_all_offices_and_no_formula(nur, browser_of, office_a):
    called(office_a, version="=cmd|' /C calc'!A0", clock_offset_ms=-2_000)
    answer = browser_of(nur).get("/board.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 63
    row = next(row for row in rows if row["code"] == OFFICE_A)
    assert row["versions"].startswith("'=")
    assert row["clock_offset_ms"] == "-2000"


def test_the_page_of_an_office_lists_its_pcs_epochs_and_quarantine_in_words_and_by_number(board, office_a):
    counter = Counter(office_a)
    good = counter.register()
    counter.write(categories=("99.99",), text="Эч ким көрбөй турган сөз")
    counter.wire.exchange()
    text = board(f"/board/{OFFICE_A}?language=en")
    assert "the matter is not in the lists" in text
    assert Reading.objects.get(status=Status.QUARANTINED).code not in text
    assert "ALA-26-A-00002" in text
    assert "Эч ким көрбөй турган сөз" not in text
    assert good.text not in text
    assert good.subject not in text
    assert good.surname not in text


def test_the_live_part_is_the_board_without_its_shell(board, office_a):
    called(office_a)
    text = board("/board/live?show=all&language=ru")
    assert "<html" not in text
    assert "приёмная в порядке" in text


def test_a_revoked_pc_does_not_keep_its_office_in_alarm(board, office_a, centre):
    called(office_a, timedelta(days=9))
    statement = issue_revocation(centre.keys.directory, bytes(office_a.epoch.id), 0, int(time.time() * 1000))
    Revocation.objects.create(epoch=office_a.epoch, last_good_seq=0, reason="stolen", statement=statement.to_bytes())
    text = board("/board?language=en")
    assert tile(text, OFFICE_A) == "absent"
    assert "revoked" in board(f"/board/{OFFICE_A}?language=en")


def test_an_operator_of_one_province_sees_that_province(nur, browser_of, office_a, office_b):
    RoleGrant.objects.filter(person=nur).update(site="KG-C")
    browser = browser_of(nur)
    text = browser.get("/board?show=all&language=en").content.decode()
    assert "KG-C-ALA" in text
    assert "KG-J" not in text
    assert browser.get("/board/KG-J").status_code == 404


def test_an_unknown_office_is_not_here(nur, browser_of):
    assert browser_of(nur).get("/board/KG-XX").status_code == 404


@pytest.mark.parametrize(("waiting", "words"), [(1, "событие ждёт"), (3, "события ждут"), (5, "событий ждут")])
def test_a_number_and_its_word_agree(board, office_a, waiting, words):
    called(office_a, waiting_events=waiting, oldest_waiting_at=timezone.now())
    assert words in board("/board?language=ru")
