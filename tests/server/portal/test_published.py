"""What everyone sees: reviewed summaries and counts, nothing else of anybody."""

import io
import re
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation

from server_sync.appeals.models import Summary
from server_sync.casework import acts
from server_sync.contract.bodies import Applicant, Outcome, Words
from server_sync.contract.numbers import RegistrationNumber
from server_sync.pages.access import Standing
from server_sync.pages.appeal_words import outcome_badge
from server_sync.pages.icons import icon
from tests.server.conftest import Office
from tests.server.counter import Counter, days_ago, routed

pytestmark = pytest.mark.django_db

CANARY = "Жашыруун сөз"


@pytest.fixture
def counter(office_a: Office) -> Counter:
    return Counter(office_a)


@pytest.fixture
def published(counter, vera, vasil, editor):
    appeal = routed(counter.register(text=f"{CANARY} 10101198099656", on=days_ago(3)))
    text = acts.AnswerText(Outcome.SATISFIED, f"Жооп. {CANARY}", "", "")
    acts.write_draft(Standing.of(vera), appeal, text, 0, is_ready=True)
    acts.approve(Standing.of(vasil), appeal, 1)
    appeal.refresh_from_db()
    subject, summary = Words("Мал уурулугу", "Кража скота"), Words("Өтүнүч кыскача.", "Просьба вкратце.")
    acts.publish(Standing.of(editor), appeal, subject, summary, "аты-жөнү")
    appeal.refresh_from_db()
    return appeal


def test_a_published_request_is_listed_and_opens_with_its_reviewed_text_only(published, nobody):
    for address in ("/", "/requests"):
        assert "Мал уурулугу" in nobody.get(address).content.decode()
    page = nobody.get(f"/a/{published.number}").content.decode()
    assert "Өтүнүч кыскача." in page
    for hidden in (CANARY, published.surname, "10101198099656", "аты-жөнү"):
        assert hidden not in page


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_a_published_refusal_does_not_stand_under_a_tick(counter, vera, vasil, editor, nobody, language):
    appeal = routed(counter.register())
    acts.write_draft(Standing.of(vera), appeal, acts.AnswerText(Outcome.REFUSED, "Жооп", "", ""), 0, is_ready=True)
    acts.approve(Standing.of(vasil), appeal, 1)
    appeal.refresh_from_db()
    acts.publish(Standing.of(editor), appeal, Words("Жол"), Words("Кыскача."), "")
    page = nobody.get(f"/a/{appeal.number}?language={language}").content.decode()
    with translation.override(language):
        words = outcome_badge(Outcome.REFUSED).words
    assert f'<span class="chip bad">{icon("cross")}{words}</span>' in page
    for address in (f"/a/{appeal.number}", "/requests", "/"):
        shown = nobody.get(f"{address}?language={language}").content.decode()
        assert str(icon("check")) not in shown, address


def test_a_published_request_says_under_consideration_when_its_body_accepted_it(counter, vera, editor, nobody):
    appeal = routed(counter.register())
    acts.publish(Standing.of(editor), appeal, Words("Жол"), Words("Кыскача."), "")
    for is_accepted in (False, True):
        if is_accepted:
            acts.accept(Standing.of(vera), appeal, "")
        for address in (f"/a/{appeal.number}", "/requests", "/"):
            page = nobody.get(f"{address}?language=en").content.decode().split("Last published")[-1]
            assert ("with the responsible body" in page) is not is_accepted, address
            assert ("under consideration" in page) is is_accepted, address


def test_a_request_that_is_not_published_says_the_same_as_one_that_does_not_exist(counter, nobody):
    number = counter.register().number
    there = nobody.get(f"/a/{number}").content.decode()
    other = str(RegistrationNumber("ALA", 2026, "A", 999, 7))
    missing = nobody.get(f"/a/{other}").content.decode()

    def plain(text):
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)

    assert plain(there).replace(number, "N") == plain(missing).replace(other, "N")


@pytest.mark.parametrize("query", ["уурулугу", "УУРУЛУГУ", "кража", "мал уур"])
def test_a_published_request_is_found_by_its_words(published, nobody, query):
    assert published.number in nobody.get("/requests", {"q": query}).content.decode()


def test_what_was_published_before_is_found_by_the_folding_of_today(published, nobody):
    Summary.objects.update(subject_ky="Ғафуров көчөсү", words="ғафуров")
    assert published.number not in nobody.get("/requests", {"q": "гафуров"}).content.decode()
    import_module("server_sync.appeals.migrations.0004_words_folded_anew").fold_anew(apps, None)
    assert published.number in nobody.get("/requests", {"q": "гафуров"}).content.decode()


def test_the_words_of_the_applicant_find_nothing(published, nobody):
    text = nobody.get("/requests", {"q": CANARY}).content.decode()
    assert published.number not in text
    assert "мындай сөздөр жок" in text


def test_withdrawn_from_the_public_it_is_gone_at_once(published, editor, nobody):
    acts.withdraw_summary(Standing.of(editor), published, "суранышты")
    assert published.number not in nobody.get("/requests").content.decode()
    assert "Өтүнүч кыскача." not in nobody.get(f"/a/{published.number}").content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "99999999999", "x", "2"])
def test_an_odd_page_number_is_no_error(published, nobody, page):
    assert nobody.get("/requests", {"page": page}).status_code == 200


def test_small_counts_are_not_told_with_the_reason(counter, nobody):
    for _ in range(3):
        counter.write(applicant=Applicant(surname="Токтогулова"))
    counter.wire.exchange()
    text = nobody.get("/totals?language=en").content.decode().replace("\u00a0", " ")
    assert "could be told from an exact figure" in text
    assert re.search(r"Alamudun[^<]*: fewer than 5", text)
    assert "Токтогулова" not in text


def test_enough_requests_are_counted_by_office_kind_state_and_month(counter, nobody):
    for _ in range(6):
        counter.write()
    counter.wire.exchange()
    text = nobody.get("/totals?language=en").content.decode()
    assert re.search(r"Alamudun[^<]*: 5 requests", text)
    assert re.search(r'Complaint</th>.*?<td class="n">5</td>', text, re.DOTALL)


def test_every_office_is_listed_with_its_seat(centre):
    text = Client().get("/offices?language=ru").content.decode()
    assert text.count('<li id="KG-') == 63
    assert "Беловодское" in text


def write_down(**options: object) -> None:
    typed = {name: str(value) for name, value in options.items()}
    call_command("set_office", stdout=io.StringIO(), **{"by": "administrator", **typed})


def test_what_is_not_known_of_an_office_is_said_and_what_the_centre_wrote_down_holds_from_its_day(administrator):
    def office(code: str) -> str:
        page = Client().get("/offices?language=en").content.decode()
        return page.partition(f'<li id="{code}">')[2].partition("</li>")[0]

    assert "Address, telephone and hours are not known yet." in office("KG-C-ALA")
    assert "Abdymomunov street 207" in office("KG-HALL")
    assert "the telephone is not known yet" in office("KG-HALL")
    write_down(site="KG-C-ALA", address_ky="Лебединовка, Победа 1", phone="+996 799 000 000")
    write_down(site="KG-C-ALA", since=days_ago(-2), phone="+996 799 000 001", hours_en="Monday to Friday, 9 to 18")
    now = office("KG-C-ALA")
    assert "Лебединовка, Победа 1" in now  # in the language in which it was written down
    assert "+996 799 000 000" in now
    assert "the hours are not known yet" in now
    write_down(site="KG-C-ALA", since=days_ago(1), phone="+996 799 000 009")
    assert "+996 799 000 000" in office("KG-C-ALA")  # of a day before, and that day is over
    write_down(site="KG-C-ALA", phone="")
    assert "the telephone is not known yet" in office("KG-C-ALA")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"site": "KG-NO", "phone": "1"}, "no office"),
        ({"site": "WEB", "phone": "1"}, "no office"),
        ({"site": "KG-C-ALA"}, "Nothing was named"),
        ({"site": "KG-C-ALA", "phone": "1" * 101}, "at most 100"),
        ({"site": "KG-C-ALA", "address_ky": "а\u200e\nб"}, "one line"),
        ({"site": "KG-C-ALA", "phone": "1", "by": "vera"}, "no administrator"),
        ({"site": "KG-C-ALA", "phone": "1", "by": "nobody"}, "--by"),
    ],
)
def test_what_cannot_be_written_down_of_an_office_is_said_in_words(administrator, vera, options, said):
    with pytest.raises(CommandError, match=said):
        write_down(**options)


@pytest.mark.parametrize("typed", ["ALA-26-A-00042-7184", "ала 26 а 00042 7184"])
def test_a_number_typed_into_the_search_of_words_leads_to_its_request(centre, typed):
    text = Client().get("/requests", {"q": typed, "language": "en"}).content.decode()
    assert 'href="/a/ALA-26-A-00042-7184"' in text
    assert "fewer or other words" not in text
