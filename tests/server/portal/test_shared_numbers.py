"""Two requests under one number: each has its own guesses, its own known browsers, its own erasure."""

from collections.abc import Callable
from importlib import import_module

import pytest
from django.apps import apps
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from server_sync.appeals import resolving
from server_sync.appeals.acts import perform
from server_sync.appeals.erasing import erase_request
from server_sync.appeals.models import Appeal
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import Routed, SummaryPublished, Words
from server_sync.contract.events import read_header
from server_sync.contract.evidence.receipt import Receipt, short_code, sign_receipt, to_base32
from server_sync.contract.identifiers import new_salt
from server_sync.contract.moments import claimed_ms
from server_sync.pages.devices import COOKIE, remember
from server_sync.portal import ownership
from server_sync.portal.ownership import CODE, OPENED, RECEIPT, Asked, asked_for, prove_ownership
from server_sync.workplaces.models import Throttle
from tests.server.conftest import BODY
from tests.server.exchange.offices import REQUEST, PlainOffice
from tests.server.guessing import QUARTER, Clock, addresses, clock
from tests.server.oversight.conftest import _own_notes, ala, chuy, noor, operators, plain, staff, twin
from tests.server.oversight.test_beside import both, fingerprint
from tests.server.portal.test_follow import code_of
from tests.server.portal.test_guessed_codes import EVER, IN, LOOKED_AT, WAIT, guess, spend_all, type_code

__all__ = ["_own_notes", "ala", "both", "chuy", "clock", "noor", "operators", "plain", "staff"]

pytestmark = pytest.mark.django_db

Papers = Callable[[Appeal], str]
ERASED = "The words of this request were erased"
by_request = import_module("server_sync.appeals.migrations.0006_guesses_by_request")


@pytest.fixture
def paper(ala: PlainOffice) -> Papers:
    """The address of the page that the square of a request's receipt opens."""

    def address(appeal: Appeal) -> str:
        wall_ms = read_header(bytes(appeal.event.header)).wall_ms
        said = Receipt(appeal.number, appeal.event.seq, claimed_ms(wall_ms, appeal.registered_on), bytes(appeal.hash))
        return f"/Q/{to_base32(sign_receipt(ala.key, said))}"

    return address


def wrong_code(*appeals: Appeal) -> str:
    """A code that opens none of these."""
    taken = {code_of(appeal) for appeal in appeals}
    return next(code for code in (f"{number:06d}" for number in range(9)) if code not in taken)


def opened(appeal: Appeal) -> Client:
    """A browser that knows a request by its code, and does not show it any more."""
    browser = Client()
    assert type_code(browser, appeal, code_of(appeal)) == IN
    browser.post(f"/a/{appeal.number}/close")
    return browser


def shown(address: str) -> Client:
    """A browser that was shown a receipt."""
    browser = Client()
    assert browser.get(address).status_code == 200
    return browser


def page_of(browser: Client, appeal: Appeal) -> str:
    return browser.get(f"/a/{appeal.number}?language=en").content.decode()


@pytest.fixture
def erase(administrator, second_administrator) -> Callable[[Appeal], None]:
    def erase_whole(appeal: Appeal) -> None:
        erase_request(bytes(appeal.hash), "сот чечими", administrator.id.bytes, second_administrator.id.bytes)

    return erase_whole


@pytest.mark.parametrize("own", [0, 1])
def test_the_holder_of_one_spends_nothing_of_what_the_citizen_of_the_other_is_known_by(both, paper, own, clock: Clock):
    mine, others = both[own], both[1 - own]
    honest, wrong = opened(mine), wrong_code(*both)
    for bad in (opened(others), shown(paper(others))):
        for at in range(EVER + 9):
            type_code(bad, others, wrong)
            if at % 4 == 3:
                type_code(bad, others, code_of(others))
            clock.let_pass(QUARTER)
    for place in addresses(EVER + 9):
        guess(mine.number, place)
        clock.let_pass(QUARTER)
    assert type_code(honest, mine, code_of(mine)) == IN
    assert type_code(shown(paper(mine)), mine, code_of(mine)) == IN
    assert type_code(Client(), mine, code_of(mine)) == WAIT


def test_the_right_code_of_one_takes_no_wait_away_from_guesses_at_the_other(both):
    first, second = both
    browser, wrong = opened(second), wrong_code(*both)
    looked_at = 0
    for at in range(40):
        looked_at += type_code(browser, first, wrong) == LOOKED_AT
        if at % 4 == 3:
            assert type_code(browser, second, code_of(second)) == IN
    assert looked_at == CODE.free_here


def test_a_wrong_code_is_a_guess_at_each_request_and_one_guess_at_the_place(both):
    first, second = both
    assert guess(first.number, "there") == "code_wrong"
    assert sorted(Throttle.objects.values_list("failures", "is_for_ever")) == [(1, False)] * 3 + [(1, True)] * 2
    browser = opened(second)
    assert type_code(browser, first, wrong_code(*both)) == LOOKED_AT
    assert Throttle.objects.filter(is_for_ever=True).count() == 3


def test_strangers_get_as_many_guesses_at_two_as_at_one(both, clock: Clock):
    assert spend_all(both[0].number, clock) == EVER


def test_a_browser_that_knows_both_opens_both_and_spends_nothing(both):
    first, second = both
    browser = opened(first)
    for _ in range(EVER + 3):
        assert type_code(browser, second, code_of(second)) == IN
    assert type_code(browser, first, code_of(first)) == IN
    assert not Throttle.objects.exists()


def test_a_right_code_that_may_not_be_compared_is_never_called_wrong(both, clock: Clock):
    first, second = both
    spend_all(first.number, clock)
    assert type_code(opened_before(second), first, code_of(first)) == WAIT


def opened_before(appeal: Appeal) -> Client:
    return marked(OPENED, bytes(appeal.hash).hex())


def marked(how: str, thing: str) -> Client:
    """A browser with a cookie that says by what it is known to a thing."""
    response, browser = HttpResponse(), Client()
    remember(response, RequestFactory().get("/"), how, thing)
    browser.cookies[COOKIE] = response.cookies[COOKIE].value
    return browser


def test_of_two_requests_with_one_code_neither_opens_to_a_stranger(both):
    salt = new_salt()
    one, other = (bytes(appeal.hash) for appeal in both)
    with pytest.raises(Refused) as refused:
        prove_ownership(Asked(both[0].number, "there", {one: salt, other: salt}), short_code(salt))
    assert refused.value.code == "code_of_several"
    assert not Throttle.objects.exists()


@pytest.mark.parametrize("gone", [0, 1])
@pytest.mark.parametrize("knows", ["receipt", "opened"])
def test_the_citizen_of_the_erased_one_is_told_and_costs_the_other_nothing(both, paper, erase, clock, gone, knows):
    mine, others = both[gone], both[1 - gone]
    code = code_of(mine)
    browser = shown(paper(mine)) if knows == "receipt" else opened(mine)
    erase(mine)
    text = page_of(browser, mine)
    assert ERASED in text
    assert fingerprint(mine) in text
    assert 'name="code"' not in text
    assert "opens to whoever shows its receipt here first" in text
    for _ in range(EVER + 9):
        assert type_code(browser, mine, code) in {LOOKED_AT, WAIT}
        clock.let_pass(QUARTER)
    assert not Throttle.objects.filter(is_for_ever=True).exists()
    assert type_code(Client(), others, code_of(others)) == IN


@pytest.mark.parametrize("gone", [0, 1])
def test_nobody_else_hears_that_one_of_two_was_erased(both, paper, erase, gone):
    mine, others = both[gone], both[1 - gone]
    browsers = [Client(), opened(others), shown(paper(others))]
    erase(mine)
    for browser in browsers:
        text = page_of(browser, others)
        assert ERASED not in text
        assert 'name="code"' in text
        assert type_code(browser, others, code_of(others)) == IN


def test_who_knows_the_erased_one_and_the_other_too_is_told_and_let_in(both, paper, erase):
    gone, stays = both
    browser = shown(paper(gone))
    erase(gone)
    browser.get(paper(stays))
    text = page_of(browser, stays)
    assert ERASED in text
    assert fingerprint(gone) in text
    assert 'name="code"' in text
    assert type_code(browser, stays, code_of(stays)) == IN
    assert stays.subject in page_of(browser, stays)


def test_what_is_published_of_one_is_not_taken_for_the_other(both, paper, erase, registrar, editor):
    first, second = both
    perform(bytes(first.hash), Routed(BODY), person=registrar.id.bytes)
    summary = SummaryPublished(Words(first.subject, first.subject), Words("Т", "Т"), "аты-жөнү")
    perform(bytes(first.hash), summary, person=editor.id.bytes)
    browser, several = shown(paper(second)), "More than one request stands under this number"
    assert several in page_of(browser, second)
    assert several not in page_of(Client(), second)
    erase(second)
    text = page_of(browser, second)
    assert ERASED in text
    assert first.subject in text


def test_the_receipt_of_an_event_that_is_no_request_makes_nobody_known_to_the_one_that_has_the_number(ala, paper):
    held = twin(ala)
    address = "/Q/" + ala.paper(held).rpartition("/Q/")[2]
    appeal = Appeal.objects.order_by("pk").last()
    assert appeal is not None
    browser = shown(address)
    text = browser.get(f"{address}?language=en").content.decode()
    assert "Another request stands under this number" in text
    assert f'href="/a/{appeal.number}"' not in text
    for _ in range(CODE.free_here):
        assert type_code(browser, appeal, wrong_code(appeal)) == LOOKED_AT
    assert type_code(Client(), appeal, code_of(appeal)) == WAIT  # they were a stranger's
    assert type_code(shown(paper(appeal)), appeal, code_of(appeal)) == IN


def test_a_cookie_of_before_speaks_for_the_one_request_of_its_number(ala, clock: Clock):
    appeal = registered(ala)
    spend_all(appeal.number, clock)
    assert type_code(marked(OPENED, appeal.number), appeal, code_of(appeal)) == IN
    assert type_code(marked(RECEIPT, appeal.number), appeal, code_of(appeal)) == WAIT


def registered(office: PlainOffice) -> Appeal:
    made = office.write(REQUEST, random=5)
    office.exchange()
    return Appeal.objects.get(hash=made.hash)


@pytest.mark.parametrize("how", [OPENED, RECEIPT])
def test_a_cookie_of_before_speaks_for_none_of_several(both, how, clock: Clock):
    spend_all(both[0].number, clock)
    for appeal in both:
        assert type_code(marked(how, appeal.number), appeal, code_of(appeal)) == WAIT


def test_people_are_not_offered_more_requests_under_a_number_than_pages_read(ala, operators, monkeypatch):
    held = twin(ala)
    for most, offered in ((2, True), (1, False)):
        monkeypatch.setattr(resolving, "BEARING_MOST", most)
        page = operators[0].get(f"/doubts/{held.hash.hex()}").content.decode()
        assert ('value="beside"' in page) is offered
        assert 'value="link"' in page


def test_what_anybody_asks_of_a_number_reads_no_more_requests_than_that(both, monkeypatch):
    number = both[0].number
    for most in (2, 1):
        monkeypatch.setattr(ownership, "BEARING_MOST", most)
        assert len(asked_for(number, "there").salts) == most


def count(who: str, number: str, failures: int) -> None:
    """What was counted for ever of a number before it was counted by request."""
    then = timezone.now() - QUARTER
    key = by_request.key(who, number)
    Throttle.objects.create(key=key, failures=failures, is_for_ever=True, last_failed_at=then, open_at=then)


def test_what_was_guessed_at_a_number_before_stays_counted_at_its_one_request(ala):
    appeal = registered(ala)
    browsers = {how: marked(how, bytes(appeal.hash).hex()) for how in (OPENED, RECEIPT)}
    for who in ("strangers", *by_request.KNOWN):
        count(who, appeal.number, EVER - 1)
    by_request.count_by_request(apps, None)
    for browser in (Client(), *browsers.values()):
        assert type_code(browser, appeal, wrong_code(appeal)) == LOOKED_AT
        assert type_code(browser, appeal, wrong_code(appeal)) == WAIT
    assert set(Throttle.objects.filter(is_for_ever=True).values_list("failures", flat=True)) == {EVER}
    assert Throttle.objects.filter(is_for_ever=True).count() == 3


def test_what_strangers_guessed_at_a_shared_number_before_counts_at_each_and_locks_no_known_one_out(both, paper):
    for who in ("strangers", *by_request.KNOWN):
        count(who, both[0].number, EVER)
    by_request.count_by_request(apps, None)
    assert Throttle.objects.count() == 2
    for appeal in both:
        assert type_code(Client(), appeal, code_of(appeal)) == WAIT
        assert type_code(shown(paper(appeal)), appeal, code_of(appeal)) == IN
