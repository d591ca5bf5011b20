"""Six digits are guessed at slowly and never to the end; the applicant, known or with the receipt, does not wait."""

import pytest
from django.test import Client

from server_sync.common.refusals import Refused
from server_sync.contract.numbers import RegistrationNumber
from server_sync.pages.devices import COOKIE
from server_sync.portal.ownership import CODE, asked_for, prove_ownership
from server_sync.workplaces.models import Throttle
from server_sync.workplaces.throttle import FREE_AT_PLACE
from tests.server.conftest import Office
from tests.server.counter import Counter, routed
from tests.server.guessing import QUARTER, Clock, addresses, clock
from tests.server.portal.test_follow import code_of, wrong_code_of

__all__ = ["clock"]

pytestmark = pytest.mark.django_db
LOOKED_AT, WAIT, IN = 403, 429, 302
EVER = CODE.ever or 0


@pytest.fixture
def counter(office_a: Office) -> Counter:
    return Counter(office_a)


@pytest.fixture
def appeal(counter):
    return routed(counter.register())


def type_code(browser: Client, appeal, code: str, address: str = "127.0.0.1") -> int:
    return browser.post(f"/a/{appeal.number}", {"code": code}, REMOTE_ADDR=address).status_code


def guess(number: str, place: str) -> str:
    with pytest.raises(Refused) as refused:
        prove_ownership(asked_for(number, place), "no digits")
    return refused.value.code


def known_browser(appeal) -> Client:
    browser = Client()
    assert type_code(browser, appeal, code_of(appeal)) == IN
    browser.post(f"/a/{appeal.number}/close")
    return browser


def with_the_receipt(counter: Counter, appeal) -> Client:
    """A browser that was shown the square of a receipt."""
    browser = Client()
    event = next(event for event in counter.wire.events if event.hash == bytes(appeal.hash))
    seq = counter.wire.events.index(event) + 1
    assert browser.get(f"/Q/{counter.receipt(event, appeal.number, seq)}").status_code == 200
    return browser


def spend_all(number: str, clock: Clock) -> int:
    """Let strangers guess day and night, as fast as they are let, until the end; says how many tries they got."""
    looked_at = 0
    for at, place in enumerate(addresses()):
        told = guess(number, place)
        if told == "code_spent":
            break
        looked_at += told == "code_wrong"
        if at > EVER:
            clock.let_pass(QUARTER)
    assert {guess(number, place) for place in addresses(20)} == {"code_spent"}
    return looked_at


def test_a_thousand_strangers_get_the_computed_number_of_tries_and_the_applicant_is_let_in_each_time(
    appeal, clock: Clock
):
    own = known_browser(appeal)
    looked_at = 0
    for number, address in enumerate(addresses()):
        looked_at += guess(appeal.number, address) == "code_wrong"
        if number % 100 == 0:
            assert type_code(Client(), appeal, code_of(appeal), address) == (IN if number == 0 else WAIT)
            assert type_code(own, appeal, code_of(appeal), address) == IN
    assert looked_at == CODE.free_anywhere
    assert looked_at + spend_all(appeal.number, clock) == EVER
    assert type_code(own, appeal, code_of(appeal)) == IN
    assert appeal.subject in own.get(f"/a/{appeal.number}").content.decode()


def test_who_comes_with_the_receipt_gets_in_though_strangers_have_guessed_all_they_may(appeal, counter, clock: Clock):
    assert spend_all(appeal.number, clock) == EVER
    stranger, own = Client(), with_the_receipt(counter, appeal)
    answer = stranger.post(f"/a/{appeal.number}?language=en", {"code": code_of(appeal)})
    assert answer.status_code == WAIT
    assert "the square on the receipt" in answer.content.decode()
    assert type_code(own, appeal, code_of(appeal)) == IN


def test_the_receipt_alone_opens_nothing_and_its_holder_has_an_end_of_guesses_too(appeal, counter, clock: Clock):
    browser = with_the_receipt(counter, appeal)
    assert appeal.subject not in browser.get(f"/a/{appeal.number}").content.decode()
    looked_at = 0
    for _ in range(EVER + 3):
        looked_at += type_code(browser, appeal, wrong_code_of(appeal)) == LOOKED_AT
        clock.let_pass(QUARTER)
    assert looked_at == EVER
    assert type_code(browser, appeal, code_of(appeal)) == WAIT


def test_a_browser_that_opened_the_case_has_an_end_of_guesses_too_and_then_shows_the_receipt(
    appeal, counter, clock: Clock
):
    browser = known_browser(appeal)
    looked_at = 0
    for _ in range(EVER + 3):
        looked_at += type_code(browser, appeal, wrong_code_of(appeal)) == LOOKED_AT
        clock.let_pass(QUARTER)
    assert looked_at == EVER
    event = counter.wire.events[0]
    browser.get(f"/Q/{counter.receipt(event, appeal.number, 1)}")
    assert type_code(browser, appeal, code_of(appeal)) == IN


@pytest.mark.parametrize("wrong", ["number", "seq", "signature"])
def test_a_receipt_that_is_not_this_requests_makes_nobody_known(appeal, counter, office_b, wrong):
    event, other = counter.wire.events[0], Counter(office_b)
    number = "ALA-26-A-00009-0000" if wrong == "number" else appeal.number
    signer = other if wrong == "signature" else counter
    browser = Client()
    browser.get(f"/Q/{signer.receipt(event, number, 7 if wrong == 'seq' else 1)}")
    assert COOKIE not in browser.cookies


def test_the_right_code_of_an_own_case_clears_no_count_of_the_guesser(appeal, counter):
    own = routed(counter.register(subject="Өзүмдүкү"))
    numbers = [str(RegistrationNumber("ALA", 2026, "A", 100 + at, 7)) for at in range(FREE_AT_PLACE + 20)]
    looked_at = 0
    for at, number in enumerate(numbers):
        if at < FREE_AT_PLACE and at % 5 == 0:
            prove_ownership(asked_for(own.number, "there"), code_of(own))
        looked_at += guess(number, "there") == "code_wrong"
    assert looked_at == FREE_AT_PLACE


def test_the_right_code_clears_no_count_of_strangers_at_the_same_case(appeal):
    own = known_browser(appeal)
    strangers = addresses()
    looked_at = 0
    for _ in range(40):
        looked_at += guess(appeal.number, next(strangers)) == "code_wrong"
        assert type_code(own, appeal, code_of(appeal)) == IN
    assert looked_at == CODE.free_anywhere


def test_a_refused_place_adds_nothing_to_the_count_of_a_case(appeal):
    for at in range(FREE_AT_PLACE):
        guess(str(RegistrationNumber("ALA", 2026, "A", 100 + at, 7)), "a bad place")
    assert {guess(appeal.number, "a bad place") for _ in range(100)} == {"code_wait"}
    others = [guess(appeal.number, place) for place in addresses(50)]
    assert others.count("code_wrong") == CODE.free_anywhere


def test_a_neighbour_who_guesses_at_one_case_keeps_nobody_at_the_address_from_another(appeal, counter, clock: Clock):
    other = routed(counter.register(subject="Айыл жолу"))
    for _ in range(120):
        guess(appeal.number, "203.0.113.7")
        clock.let_pass(QUARTER / 3)
    assert type_code(Client(), other, code_of(other), "203.0.113.7") == IN


def test_numbers_that_do_not_exist_are_not_counted_for_ever(centre):
    for at in range(20):
        guess(str(RegistrationNumber("ALA", 2026, "A", 100 + at, 7)), "there")
    assert not Throttle.objects.filter(is_for_ever=True).exists()


def test_the_cookie_names_no_request(appeal):
    kept = known_browser(appeal).cookies[COOKIE]
    assert appeal.number not in kept.value
    assert kept["httponly"]
