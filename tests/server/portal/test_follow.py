"""A citizen follows the own request by number and code; guessing is slow; typing may be careless."""

import re

import pytest
from django.test import Client

from server_sync.appeals.acts import perform
from server_sync.appeals.erasing import erase_request
from server_sync.casework import acts
from server_sync.contract.bodies import AppealForm, AppealSupplemented, AppealWithdrawn, Linked, Outcome, Words
from server_sync.contract.evidence.receipt import short_code
from server_sync.contract.numbers import RegistrationNumber
from server_sync.pages.access import Standing
from server_sync.pages.appeal_words import outcome_badge
from server_sync.pages.icons import icon
from server_sync.workplaces.models import Throttle
from tests.server.conftest import Office
from tests.server.counter import Counter, routed

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter(office_a: Office) -> Counter:
    return Counter(office_a)


@pytest.fixture
def appeal(counter):
    return routed(counter.register())


def code_of(appeal) -> str:
    return short_code(bytes(appeal.event.salt))


def wrong_code_of(appeal) -> str:
    return f"{(int(code_of(appeal)) + 1) % 1_000_000:06d}"


def wide(text: str) -> str:
    """As an input method of eastern Asia writes letters and digits."""
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


def mistyped(number: str) -> str:
    """The same number with a slip in one of its digits."""
    head, digits = number.rsplit("-", 1)
    return f"{head}-{digits[:-1]}{(int(digits[-1]) + 1) % 10}"


def opened(appeal) -> Client:
    browser = Client()
    assert browser.post(f"/a/{appeal.number}", {"code": code_of(appeal)}).status_code == 302
    return browser


@pytest.mark.parametrize("typed", ["{}", " {} ", "lower", "кирилл", "no dashes", "full width"])
def test_a_number_typed_carelessly_finds_its_request(appeal, nobody, typed):
    number = appeal.number
    written = {
        "lower": number.lower(),
        "кирилл": number.replace("ALA", "АЛА").replace("-A-", "-А-"),
        "no dashes": number.replace("-", " "),
        "full width": wide(number),
    }.get(typed, typed.format(number))
    assert nobody.get("/a", {"number": written}).headers["Location"] == f"/a/{number}"


@pytest.mark.parametrize("typed", ["", "ALA-26", "<script>", "ALA-26-A-00001-9999", "я" * 400, "\u202e123"])
def test_what_is_no_number_is_said_in_words_and_shown_safely(centre, nobody, typed):
    answer = nobody.get("/a", {"number": typed})
    assert answer.status_code in {200, 400}
    text = answer.content.decode()
    assert "ALB-26-A-00042-6781" in text
    assert "<script>" not in text


def test_the_code_opens_state_history_and_term_to_the_applicant(appeal):
    page = opened(appeal).get(f"/a/{appeal.number}").content.decode()
    assert appeal.subject in page
    assert appeal.text in page
    assert "жооптуу органда" in page
    assert "Аламүдүн районунун акими" in page
    assert page.count('<li class="') >= appeal.due_working_days


@pytest.mark.parametrize(
    ("language", "sent", "considered"),
    [
        ("ky", "жооптуу органда", "каралууда"),
        ("ru", "в ответственном органе", "на рассмотрении"),
        ("en", "with the responsible body", "under consideration"),
    ],
)
def test_an_applicant_reads_under_consideration_when_the_body_has_accepted_it(appeal, vera, language, sent, considered):
    browser = opened(appeal)
    address = f"/a/{appeal.number}?language={language}"
    seen = browser.get(address).content.decode().split('id="history"')[0]
    assert sent in seen
    assert considered not in seen
    acts.accept(Standing.of(vera), appeal, "")
    seen = browser.get(address).content.decode().split('id="history"')[0]
    assert considered in seen
    assert sent not in seen


@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_answer_is_told_to_the_applicant_by_word_colour_and_icon(appeal, vera, vasil, outcome):
    text = acts.AnswerText(outcome, "Жооп", "Ответ", "")
    acts.write_draft(Standing.of(vera), appeal, text, 0, is_ready=True)
    acts.approve(Standing.of(vasil), appeal, 1)
    page = opened(appeal).get(f"/a/{appeal.number}").content.decode()
    badge = outcome_badge(outcome)
    assert f'<span class="chip{" " if badge.look else ""}{badge.look}">{icon(badge.icon)}{badge.words}</span>' in page
    assert page.count(str(icon("check"))) == (outcome is Outcome.SATISFIED)


SLIPS = [
    ("ky", "бир белги ката терилген"),
    ("ru", "один из знаков набран с ошибкой"),
    ("en", "a character is mistyped"),
]


@pytest.mark.parametrize(("language", "words"), SLIPS)
def test_a_slip_in_an_address_leads_to_the_field_with_what_was_typed(appeal, nobody, language, words):
    slip = mistyped(appeal.number)
    for typed in (slip, slip.lower()):
        answer = nobody.get(f"/a/{typed}?language={language}")
        assert answer.status_code == 404
        page = answer.content.decode()
        assert words in page
        assert re.search(rf'<input [^>]*name="number" value="{typed}"', page)
        assert 'action="/a"' in page
    assert nobody.post(f"/a/{slip}", {"code": "123456"}).status_code == 404


def test_a_slip_says_the_same_of_every_number_and_asks_the_register_for_nothing(
    appeal, nobody, django_assert_num_queries
):
    other = str(RegistrationNumber("ALA", 2026, "A", 999, 7))
    pages = []
    for number in (appeal.number, other):
        with django_assert_num_queries(0):
            pages.append(nobody.get(f"/a/{mistyped(number)}").content.decode().replace(mistyped(number), "N"))
    assert pages[0] == pages[1]


@pytest.mark.parametrize("typed", ["XXX-99", "12345", "ALA-26"])
def test_what_is_no_number_in_an_address_is_said_to_be_none_beside_the_field(centre, nobody, typed):
    answer = nobody.get(f"/a/{typed}?language=en")
    assert answer.status_code == 404
    assert "This is not a whole number of a request." in answer.content.decode()
    assert f'value="{typed}"' in answer.content.decode()


def test_a_mistyped_number_in_the_search_is_not_said_to_be_unpublished(appeal, nobody):
    slip = mistyped(appeal.number)
    page = nobody.get("/requests", {"q": slip, "language": "en"}).content.decode()
    assert "a number with a mistyped character" in page
    assert f'href="/a?number={slip}"' in page
    assert "Nothing published" not in page


def test_who_signed_since_is_counted_and_not_named_to_the_applicant(counter):
    appeal = routed(counter.register(is_collective=True, signatories_count=2, signatories=("Асанов Эрлан",)))
    later = AppealSupplemented("", signatories=("Маматова Гүл", "Осмонов Бек"))
    counter.wire.write(later, appeal=bytes(appeal.hash), person=counter.clerk.id.bytes)
    counter.wire.exchange()
    for language, words in (("ky", "дагы 2 адам кол койду"), ("ru", "подписались ещё 2 человека"), ("en", "2 more")):
        page = opened(appeal).get(f"/a/{appeal.number}?language={language}").content.decode()
        assert words in page[page.index('id="history"') :]
        assert "Маматова" not in page


def test_the_answer_is_read_there_in_the_applicants_language_first(appeal, vera, vasil):
    text = acts.AnswerText(Outcome.SATISFIED, "Жооп кыргызча", "Ответ по-русски", "7-12")
    acts.write_draft(Standing.of(vera), appeal, text, 0, is_ready=True)
    browser = opened(appeal)
    assert "Жооп кыргызча" not in browser.get(f"/a/{appeal.number}").content.decode()
    acts.approve(Standing.of(vasil), appeal, 1)
    page = browser.get(f"/a/{appeal.number}?language=ru").content.decode()
    assert page.index("Жооп кыргызча") < page.index("Ответ по-русски")


def test_what_was_linked_with_it_is_not_told_to_the_applicant(appeal, counter, registrar):
    other = counter.register(subject="Бирөөнүн сыры")
    linked = Linked(bytes(other.hash), Words("Окшош маселе, Бирөөнүн сыры"))
    perform(bytes(appeal.hash), linked, person=registrar.id.bytes)
    page = opened(appeal).get(f"/a/{appeal.number}").content.decode()
    assert "Бирөөнүн сыры" not in page


def test_a_code_typed_in_full_width_digits_opens_the_case(appeal, nobody):
    assert nobody.post(f"/a/{appeal.number}", {"code": wide(code_of(appeal))}).status_code == 302


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "1234567", "\u0661\u0662\u0663\u0664\u0665\u0666"])
def test_a_wrong_code_opens_nothing(appeal, nobody, code):
    answer = nobody.post(f"/a/{appeal.number}", {"code": code})
    assert answer.status_code == 403
    assert appeal.subject not in answer.content.decode()


def test_a_code_opens_its_own_case_only_and_in_its_own_browser(appeal, counter):
    other = routed(counter.register(subject="Айыл жолу жөнүндө"))
    browser = opened(appeal)
    assert "Айыл жолу жөнүндө" not in browser.get(f"/a/{other.number}").content.decode()
    assert appeal.subject not in Client().get(f"/a/{appeal.number}").content.decode()


def test_the_page_can_be_closed_for_the_next_person_at_this_pc(appeal):
    browser = opened(appeal)
    browser.post(f"/a/{appeal.number}/close")
    assert appeal.subject not in browser.get(f"/a/{appeal.number}").content.decode()


def test_guessing_codes_grows_slow_and_the_right_one_has_to_wait_too(appeal, nobody):
    for _ in range(6):
        nobody.post(f"/a/{appeal.number}", {"code": wrong_code_of(appeal)})
    answer = nobody.post(f"/a/{appeal.number}", {"code": code_of(appeal)})
    assert answer.status_code == 429
    assert "Күтүңүз:" in answer.content.decode()


def test_an_unknown_number_with_any_code_is_answered_like_a_wrong_code(centre, nobody):
    number = RegistrationNumber("ALA", 2026, "A", 77, 7)
    empty_salt = short_code(b"")
    assert nobody.post(f"/a/{number}", {"code": empty_salt}).status_code == 403


def test_the_page_of_a_case_is_kept_by_no_cache(appeal):
    answer = opened(appeal).get(f"/a/{appeal.number}")
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.fixture
def erased(appeal, counter, administrator, second_administrator, monkeypatch, tmp_path):
    """A request whose words are gone: its number, the code and the receipt that the citizen still holds."""
    monkeypatch.setattr("server_sync.appeals.erasure_notes.noted_file", lambda: tmp_path / "erased")
    code, receipt = code_of(appeal), counter.receipt(counter.wire.events[0], appeal.number, 1)
    erase_request(
        bytes(appeal.hash), "сот чечими", person=administrator.id.bytes, second_person=second_administrator.id.bytes
    )
    return appeal.number, code, receipt


def test_the_citizen_of_an_erased_request_is_told_nothing_untrue_and_led_on(erased, nobody):
    number, code, _receipt = erased
    answer = nobody.post(f"/a/{number}?language=en", {"code": code})
    assert answer.status_code == 403
    text = answer.content.decode()
    assert "do not belong together" not in text
    assert "ask at any office with the receipt" in text
    assert "erased" in text


def test_no_guess_at_an_erased_request_counts_for_ever(erased, nobody):
    number, code, _receipt = erased
    for _ in range(3):
        nobody.post(f"/a/{number}", {"code": code})
    assert not Throttle.objects.filter(is_for_ever=True).exists()


def test_whoever_was_shown_the_genuine_receipt_of_an_erased_request_is_told_of_the_erasure(erased, nobody):
    number, _code, receipt = erased
    assert "erased" not in nobody.get(f"/a/{number}?language=en").content.decode()
    assert "Genuine" in nobody.get(f"/Q/{receipt}?language=en").content.decode()
    text = nobody.get(f"/a/{number}?language=en").content.decode()
    assert "The words of this request were erased" in text
    assert 'name="code"' not in text
    assert 'href="/offices"' in text


def test_a_page_that_is_open_when_its_request_is_erased_says_so(
    appeal, administrator, second_administrator, monkeypatch, tmp_path
):
    monkeypatch.setattr("server_sync.appeals.erasure_notes.noted_file", lambda: tmp_path / "erased")
    browser = opened(appeal)
    both = {"person": administrator.id.bytes, "second_person": second_administrator.id.bytes}
    erase_request(bytes(appeal.hash), "сот чечими", **both)
    assert "The words of this request were erased" in browser.get(f"/a/{appeal.number}?language=en").content.decode()


def test_a_withdrawn_request_says_so_once_and_that_nobody_works_on_it(appeal, counter):
    taken_back = AppealWithdrawn(reason="Чечилди", expressed=AppealForm.WRITTEN)
    counter.wire.write(taken_back, appeal=bytes(appeal.hash), person=counter.clerk.id.bytes)
    counter.wire.exchange()
    text = opened(appeal).get(f"/a/{appeal.number}?language=en").content.decode()
    card = text.split("<h2>What comes next")[0].split("<h1>")[1]
    assert card.count("withdrawn</span>") == 1
    assert "Nobody works on it any more" in card
    assert "Akim" not in card


@pytest.mark.parametrize(
    ("language", "words"), [("ky", "8 адам кол койгон"), ("ru", "подписали 8 человек"), ("en", "8 people signed")]
)
def test_a_collective_request_says_how_many_signed_it(counter, language, words):
    appeal = routed(counter.register(is_collective=True, signatories_count=8, signatories=("Асанов Эрлан",)))
    assert words in opened(appeal).get(f"/a/{appeal.number}", {"language": language}).content.decode()


def test_a_request_of_one_person_says_nothing_of_those_who_signed(appeal):
    assert (
        "signed"
        not in opened(appeal).get(f"/a/{appeal.number}", {"language": "en"}).content.decode().split("Receipt")[0]
    )


def test_days_of_the_term_are_named_as_at_the_counter(appeal):
    page = opened(appeal).get(f"/a/{appeal.number}", {"language": "ky"}).content.decode()
    heads = [
        item.partition("</span>")[0].rpartition(">")[2] for item in page.split('<ol class="term">')[1].split("<li")[1:]
    ]
    assert set(heads) == {"дш", "шш", "шр", "бш", "жм", "иш", "жш"}


@pytest.mark.parametrize("kept", [{}, {"number": "X"}, {"appeal": None}, {"until": "soon"}, ["X"], "X"])
def test_what_a_program_of_before_kept_in_a_session_opens_nothing_and_breaks_nothing(appeal, kept):
    browser = opened(appeal)
    session = browser.session
    session["opened_case"] = {**session["opened_case"], **kept} if isinstance(kept, dict) and kept else kept
    session.save()
    page = browser.get(f"/a/{appeal.number}")
    assert page.status_code == 200
    assert "own_case.html" not in [template.name for template in page.templates]
    assert b'name="code"' in page.content
