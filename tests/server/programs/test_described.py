"""The description is the truth about every address for programs, and every such address is described."""

import re

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from server_sync.programs.operations import OPERATIONS
from tests.server.portal.test_bounded import patterns

pytestmark = pytest.mark.django_db

FOR_PROGRAMS = re.compile(r"\.(json|csv|atom|xml)\b|\(\?P<form>|^log/")
BY_PEOPLE = frozenset(
    {
        "reference",  # of an enrolled PC
        "my_account_json",  # one's own account, in the browser in which it is open
        "case_data_json",  # one's own request, in the browser in which its code was typed
        "board_csv",
        "directory_csv",  # of whoever is signed in
    }
)


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_the_description_is_sound_in_every_language(centre, language):
    told = Client().get("/api/openapi.json", {"language": language}).json()
    validate(told, cls=OpenAPIV31SpecValidator)


def test_words_of_the_description_come_in_the_language_that_is_asked_for(centre):
    def words(language: str) -> str:
        told = Client().get("/api/openapi.json", {"language": language}).json()
        return str(told["paths"]["/requests.json"]["get"]["summary"])

    assert len({words("ky"), words("ru"), words("en")}) == 3


def test_every_address_for_programs_is_described():
    described = {operation.view for operation in OPERATIONS}
    found = {name for name, pattern in patterns(get_resolver()) if FOR_PROGRAMS.search(pattern)}
    assert found - BY_PEOPLE <= described, found - BY_PEOPLE - described


def test_every_described_path_is_the_address_of_its_view():
    for one in OPERATIONS:
        named = {"encoded" if it.name == "receipt" else it.name: f"{{{it.name}}}" for it in one.in_path}
        form = {"form": one.form} if one.form else {}
        made = reverse(one.view, kwargs=named | form).replace("%7B", "{").replace("%7D", "}")
        assert made.casefold() == one.path.casefold()


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_the_page_names_every_address(centre, language):
    page = Client().get("/api", {"language": language}).content.decode()
    for one in OPERATIONS:
        if one.form != "xml":
            assert one.path in page
