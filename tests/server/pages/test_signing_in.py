"""Signing in and out, in words; guessing grows slow."""

import pytest
from django.test import Client

from tests.server.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def sign_in(client: Client, login: str, password: str, **more: str):
    return client.post("/sign-in", {"login": login, "password": password, **more})


def test_an_officer_comes_to_the_first_page_of_the_own_work(vera, nobody):
    answer = sign_in(nobody, "VERA ", PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/work")


def test_the_operator_comes_to_the_board(nur, nobody):
    assert sign_in(nobody, "nur", PASSWORD).headers["Location"] == "/board"


def test_a_clerk_is_told_that_the_work_is_in_the_desktop_program(alim, nobody):
    answer = sign_in(nobody, "alim", PASSWORD)
    assert answer.headers["Location"] == "/me"
    assert "программада" in nobody.get("/me").content.decode()


def test_a_page_asked_for_is_opened_after_signing_in(nur, nobody):
    asked = nobody.get("/board?show=all")
    assert asked.headers["Location"] == "/sign-in?next=/board%3Fshow%3Dall"
    assert sign_in(nobody, "nur", PASSWORD, next="/board?show=all").headers["Location"] == "/board?show=all"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_nobody_is_sent_to_a_foreign_address(nur, nobody, elsewhere):
    assert sign_in(nobody, "nur", PASSWORD, next=elsewhere).headers["Location"] == "/board"


def test_a_wrong_password_and_an_unknown_login_are_answered_alike(vera, nobody):
    wrong, unknown = sign_in(nobody, "vera", "wrong"), sign_in(nobody, "somebody", "wrong")
    assert wrong.status_code == unknown.status_code == 403
    assert "Логин менен сырсөз дал келбейт" in wrong.content.decode()
    assert "Логин менен сырсөз дал келбейт" in unknown.content.decode()


def test_after_several_wrong_guesses_the_page_asks_to_wait_and_says_how_long(vera, nobody):
    for _ in range(4):
        sign_in(nobody, "vera", "wrong")
    answer = sign_in(nobody, "vera", PASSWORD)
    assert answer.status_code == 429
    assert "Күтүңүз:" in answer.content.decode()


def test_someone_without_a_role_today_gets_in_and_is_told_so(vera, nobody):
    vera.grants.update(until_on="2020-12-31")
    assert sign_in(nobody, "vera", PASSWORD).headers["Location"] == "/me"
    assert "ачык роль жок" in nobody.get("/me").content.decode()


def test_a_password_that_was_given_has_to_be_changed_before_anything_else(vera, nobody):
    vera.must_change_password = True
    vera.save(update_fields=["must_change_password"])
    assert sign_in(nobody, "vera", PASSWORD).headers["Location"] == "/password"
    assert nobody.get("/work").headers["Location"] == "/password"
    changed = {"old": PASSWORD, "new": "Ала-Тоо-1936-кыш", "again": "Ала-Тоо-1936-кыш"}
    assert nobody.post("/password", changed).headers["Location"] == "/work"
    assert nobody.get("/work").status_code == 200


@pytest.mark.parametrize(
    ("new", "again", "words"),
    [
        ("Ала-Тоо-1936-кыш", "Ала-Тоо-1936-жай", "ар башка"),
        ("short", "short", "оңой"),
        (PASSWORD, PASSWORD, "эскисиндей"),
    ],
)
def test_a_bad_new_password_is_refused_in_words(vera, browser_of, new, again, words):
    answer = browser_of(vera).post("/password", {"old": PASSWORD, "new": new, "again": again})
    assert answer.status_code == 403
    assert words in answer.content.decode()


def test_signing_out_ends_the_session(vera, browser_of):
    browser = browser_of(vera)
    assert browser.get("/sign-out").status_code == 405
    browser.post("/sign-out")
    assert browser.get("/work").status_code == 302


def test_a_person_signs_in_into_the_own_language_unless_the_browser_holds_a_choice(vera):
    vera.language = "ru"
    vera.save(update_fields=["language"])
    fresh, chosen = Client(), Client()
    chosen.get("/sign-in?language=en")
    sign_in(fresh, "vera", PASSWORD)
    sign_in(chosen, "vera", PASSWORD)
    assert "Мои дела" in fresh.get("/work").content.decode()
    assert "My cases" in chosen.get("/work").content.decode()
