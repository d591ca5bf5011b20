"""Who guesses at a password waits; the person, where they signed in before, does not (ADR 0043)."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from server_sync.common.refusals import Refused
from server_sync.contract.messages import PersonRequest
from server_sync.pages.devices import COOKIE
from server_sync.workplaces import passwords, throttle
from server_sync.workplaces.models import Familiar, Throttle
from server_sync.workplaces.passwords import SIGN_IN, check_password
from server_sync.workplaces.people import check_person
from server_sync.workplaces.throttle import FREE_AT_PLACE, Guesser, Secret, take_turn
from tests.server.conftest import OFFICE_A, PASSWORD, Office
from tests.server.guessing import QUARTER, Clock, addresses, clock

__all__ = ["clock"]

pytestmark = pytest.mark.django_db
LOOKED_AT, WAIT, IN = 403, 429, 302


def sign_in(browser: Client, login: str, password: str, address: str = "127.0.0.1") -> int:
    return browser.post("/sign-in", {"login": login, "password": password}, REMOTE_ADDR=address).status_code


def known_browser(login: str) -> Client:
    """A browser in which a person signed in once, and out again."""
    browser = Client()
    assert sign_in(browser, login, PASSWORD) == IN
    browser.post("/sign-out")
    return browser


def guess(login: str, place: str) -> str:
    with pytest.raises(Refused) as refused:
        check_password(login, "wrong", Guesser(place))
    return refused.value.code


def test_a_thousand_strangers_do_not_make_a_person_wait_where_they_signed_in_before(vera):
    own = known_browser("vera")
    looked_at = 0
    for number, address in enumerate(addresses()):
        looked_at += guess("vera", address) == "sign_in_wrong"
        if number % 100 == 0:
            assert sign_in(own, "vera", PASSWORD, address) == IN
            assert sign_in(Client(), "vera", "wrong", address) in {LOOKED_AT, WAIT}
    assert looked_at == SIGN_IN.free_anywhere - 1  # and one through the page


def test_strangers_together_get_one_try_in_a_quarter_of_an_hour_and_no_more_by_the_persons_success(vera, clock: Clock):
    own = known_browser("vera")
    strangers = list(addresses())
    looked_at, rounds = 0, 24
    for at in range(rounds):
        looked_at += sum(guess("vera", place) == "sign_in_wrong" for place in strangers[at * 8 : at * 8 + 8])
        assert sign_in(own, "vera", PASSWORD) == IN
        clock.let_pass(QUARTER + timedelta(seconds=1))
    assert looked_at == SIGN_IN.free_anywhere + rounds - 2  # in the first two rounds they cost nothing


def test_a_pc_at_which_the_person_signed_in_before_does_not_wait_for_strangers(alim, office_a):
    request = PersonRequest("alim", PASSWORD)
    check_person(request, office_a.epoch)
    for place in addresses(60):
        guess("alim", place)
    for _ in range(3):
        assert check_person(request, office_a.epoch).login == "alim"
    assert Familiar.objects.count() == 1


def test_a_pc_that_guesses_makes_nobody_wait_at_their_own(alim, office_a, enrolled: Callable[[str], Office]):
    check_person(PersonRequest("alim", PASSWORD), office_a.epoch)
    stolen = enrolled(OFFICE_A)
    for at in range(30):
        with pytest.raises(Refused):
            check_person(PersonRequest("alim", f"guess {at}"), stolen.epoch)
    assert check_person(PersonRequest("alim", PASSWORD), office_a.epoch).login == "alim"


def test_even_a_known_browser_guesses_slowly(vera):
    own = known_browser("vera")
    got = [sign_in(own, "vera", f"guess {at}") for at in range(20)]
    assert got.count(LOOKED_AT) == SIGN_IN.free_here


def test_who_is_turned_away_at_a_full_desk_loses_this_attempt_alone(vera, monkeypatch):
    """Otherwise whoever keeps the desk full guesses without ever waiting."""
    own = known_browser("vera")
    looked_at = 0
    desk = passwords._for_the_known
    monkeypatch.setattr(passwords, "PATIENCE_S", 0)
    for at in range(20):
        with desk.taken("somebody else"):
            assert sign_in(own, "vera", PASSWORD) == WAIT
        looked_at += sign_in(own, "vera", f"guess {at}") == LOOKED_AT
    assert looked_at == SIGN_IN.free_here


def test_a_refused_place_adds_nothing_to_what_others_may_try(vera):
    got = [guess("vera", "one place") for _ in range(50)]
    assert got.count("sign_in_wrong") == SIGN_IN.free_here
    others = [guess("vera", place) for place in addresses(50)]
    assert others.count("sign_in_wrong") == SIGN_IN.free_anywhere - SIGN_IN.free_here


def test_one_bad_neighbour_at_an_address_does_not_lock_others_there_out(vera, nur, clock: Clock):
    for _ in range(120):
        guess("vera", "203.0.113.7")
        clock.let_pass(QUARTER / 3)
    assert sign_in(Client(), "nur", PASSWORD, "203.0.113.7") == IN


def test_who_tries_everybody_at_an_address_is_slowed_down_and_known_browsers_there_are_not(vera, nur):
    own = known_browser("nur")
    got = [guess(f"somebody {at}", "203.0.113.7") for at in range(FREE_AT_PLACE + 50)]
    assert got.count("sign_in_wrong") == FREE_AT_PLACE
    assert sign_in(own, "nur", PASSWORD, "203.0.113.7") == IN


def test_the_own_password_is_changed_while_strangers_guess(vera, browser_of):
    browser = browser_of(vera)
    for place in addresses(60):
        guess("vera", place)
    changed = {"old": PASSWORD, "new": "Ала-Тоо-1936-кыш", "again": "Ала-Тоо-1936-кыш"}
    assert browser.post("/password", changed).status_code == IN


@pytest.mark.parametrize("cookie", ["", "x", "WyJhIl0:1:bad", "é", "a" * 5_000])
def test_a_cookie_that_is_not_ours_makes_nobody_known(vera, cookie):
    browser = Client()
    browser.cookies[COOKIE] = cookie
    for place in addresses(30):
        guess("vera", place)
    assert sign_in(browser, "vera", PASSWORD) == WAIT


def test_a_browser_known_to_one_person_is_not_known_to_another_and_names_nobody(vera, nur):
    own = known_browser("nur")
    for place in addresses(30):
        guess("vera", place)
    assert sign_in(own, "vera", PASSWORD) == WAIT
    kept = own.cookies[COOKIE]
    assert "nur" not in kept.value
    assert kept["httponly"]
    assert kept["secure"]


def test_strangers_cannot_fill_the_table_nor_flush_what_was_counted_out_of_it(vera, monkeypatch):
    monkeypatch.setattr(throttle, "MOST_ROWS", 100)
    while guess("vera", f"place {Throttle.objects.count()}") == "sign_in_wrong":
        pass
    for at in range(150):
        guess(f"somebody {at}", f"elsewhere {at}")
        assert Throttle.objects.count() <= 100 + 3
    assert guess("vera", "a new place") == "sign_in_wait"


def test_a_day_later_nothing_is_kept_of_guesses(vera, clock: Clock):
    guess("vera", "there")
    clock.let_pass(timedelta(hours=25))
    throttle.forget_old()
    assert not Throttle.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_guesses_made_side_by_side_all_count(vera):
    together = threading.Barrier(12)

    def try_one(at: int) -> str:
        try:
            together.wait(60)
            return guess("vera", f"place {at % 6}")
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        got = list(pool.map(try_one, range(12))) + list(pool.map(try_one, range(12, 24)))
    looked_at = got.count("sign_in_wrong")
    assert looked_at == SIGN_IN.free_anywhere
    assert max(Throttle.objects.values_list("failures", flat=True)) == looked_at


@pytest.mark.django_db(transaction=True)
def test_attempts_that_are_counted_and_taken_back_side_by_side_never_wait_for_one_another(clock: Clock):
    """Each holds several rows; in two orders PostgreSQL would end one of them."""
    secret = Secret("tried", "tried_wait", free_here=1_000, free_anywhere=1_000)
    together = threading.Barrier(8)

    def try_many(at: int) -> None:
        try:
            together.wait(60)
            for turn in range(40):
                taken = take_turn(secret, f"thing {turn % 4}", Guesser(f"place {at % 2}"))
                taken.give_back() if turn % 3 else taken.start_anew()
                if turn % 10 == 0:
                    throttle.forget_old()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(try_many, range(8)))
    assert not Throttle.objects.exists()
