"""Whatever an address, a cookie or a form brings: pages answer in words, and no control character is kept."""

import re

import pytest
from django import forms
from django.test import Client
from django.urls import URLPattern, get_resolver

from server_sync.casework import forms as officers
from server_sync.oversight import forms as overseers
from server_sync.pages.typed import TextField
from tests.server.counter import Counter, routed

pytestmark = pytest.mark.django_db

HOSTILE = ("%00", "a%1Bb", "a%07b", "%C2%80", "%7F", "%ED%A0%80", "%FF", "9" * 40, "%F4%90%80%80", "'\"%3C%3E%25%5F")
PAGES = ("/requests?q=", "/requests?page=", "/a?number=", "/verify?receipt=", "/sign-in?next=", "/?language=")
WORK = (
    "/work?q=",
    "/work?show=",
    "/work/bodies?q=",
    "/work/bodies?near=",
    "/board?show=",
    "/board?sort=",
    "/doubts?kind=",
    "/doubts?office=",
    "/erasures?number=",
)


def paths() -> set[str]:
    """Every address of the centre, with `{}` where it takes something."""

    def walk(patterns):
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                text = str(pattern.pattern).removeprefix("^").removesuffix("$").replace("\\.", ".").replace("[Qq]", "Q")
                yield "/" + re.sub(r"<[^>]*>|\(\?P<\w+>[^)]*\)", "{}", text)
            else:
                yield from walk(pattern.url_patterns)

    return {path for path in walk(get_resolver().url_patterns) if "{}" in path and not path.startswith("/sync/")}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_parameter_or_path_is_answered_in_words(centre, client, hostile):
    assert len(paths()) > 10
    for address in (*(page + hostile for page in PAGES), *(path.replace("{}", hostile) for path in paths())):
        answer = client.get(address)
        assert answer.status_code in {200, 302, 400, 401, 403, 404, 405}, address
        assert answer.content or answer.status_code in {302, 405}, address


@pytest.mark.parametrize("address", ["/", "/totals", "/requests", "/sync/v1/x", "/nowhere"])
def test_an_address_with_very_many_parameters_is_answered_as_one_without(centre, client, address):
    asked = client.get(f"{address}?language=ru{600 * '&a=1'}")
    assert asked.status_code == client.get(address).status_code < 500


def test_a_program_is_told_that_its_parameters_are_too_many(centre, client):
    refused = client.get(f"/log/keys?{600 * '&a=1'}")
    assert (refused.status_code, refused.json()["code"]) == (400, "too_many_parameters")


@pytest.mark.parametrize("person", ["vera", "nur", "administrator", "registrar", "editor"])
@pytest.mark.parametrize("hostile", HOSTILE)
def test_the_pages_of_staff_are_as_hard(browser_of, request, person, hostile):
    browser = browser_of(request.getfixturevalue(person))
    for address in (*(page + hostile for page in WORK), *(path.replace("{}", hostile) for path in paths())):
        assert browser.get(address).status_code in {200, 302, 400, 401, 403, 404, 405}, address


def test_line_ends_that_were_pasted_into_a_search_are_spaces(centre, client):
    assert 'value="мал жана"' in client.get("/requests", {"q": "мал\x0bжана"}).content.decode()


def test_a_search_for_a_control_character_finds_nothing_and_no_page_has_one_in_its_address(centre, client):
    found = client.get("/requests?q=%00")
    assert found.status_code == 200
    assert 'value="\ufffd"' in found.content.decode()
    assert client.get("/work/a/%00").status_code == 404


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "language"])
def test_a_cookie_with_a_control_character_is_no_cookie(centre, name):
    for address in ("/", "/sign-in", "/work"):
        answer = Client(HTTP_COOKIE=f'{name}="aaaaaaaaaa\\000\\033"').get(address)
        assert answer.status_code in {200, 302}


def fields_of_text():
    for room in (officers, overseers):
        for form in vars(room).values():
            if isinstance(form, type) and issubclass(form, forms.Form):
                for name, field in form.base_fields.items():
                    if isinstance(field, forms.CharField) and not isinstance(field, forms.RegexField | forms.UUIDField):
                        yield pytest.param(field, id=f"{form.__name__}.{name}")


@pytest.mark.parametrize("field", [*fields_of_text()])
@pytest.mark.parametrize("letter", ["\x00", "\x07", "\x1b", "\x80", "\x9f", "\x7f"])
def test_no_text_field_of_the_centre_takes_a_control_character(field, letter):
    assert isinstance(field, TextField)
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(f"Жооп {letter} бар")
    assert refused.value.code in {"control_character", "null_characters_not_allowed"}


@pytest.mark.parametrize("field", [*fields_of_text()])
@pytest.mark.parametrize("end", ["\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_whatever_ends_a_line_is_a_line_end_in_a_text_and_a_space_in_a_line(field, end):
    kept = field.clean(f"Бир{end}эки")
    assert kept == ("Бир\nэки" if isinstance(field.widget, forms.Textarea) else "Бир эки")


def test_an_officer_is_told_where_the_character_stands(office_a, vera, browser_of):
    appeal = routed(Counter(office_a).register())
    answer = browser_of(vera).post(f"/work/a/{appeal.number}/accept", {"accept-note": "Кабыл\x1b[31m"})
    assert answer.status_code == 400
    assert "U+001B" in answer.content.decode()
    appeal.refresh_from_db()
    assert appeal.state == "with_body"
