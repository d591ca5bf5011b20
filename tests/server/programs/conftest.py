"""Keys of programs, and a program that asks with one."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from server_sync.pages.access import Standing
from server_sync.programs import keys, pace
from server_sync.programs.keys import Scope
from server_sync.workplaces.models import Person
from tests.server.portal.writers import MAIL

BROUGHT = {
    "service_code": "09.01",
    "description": "Айылдан борборго автобус каттабайт.\nКаттамды ачып бериңиздер.",
    "first_name": "Гүлнара",
    "last_name": "Өмүрбекова",
    "email": "gulnara@example.org",
    "address_id": "KG-C-ALA",
    "attribute[settlement]": "Германия, Берлин",
}


@pytest.fixture(autouse=True)
def _nobody_asked_before() -> Iterator[None]:
    pace.forget_turns()
    yield
    pace.forget_turns()


@pytest.fixture
def letters(settings) -> None:
    settings.LIAISON_MAIL = MAIL


@pytest.fixture
def given(administrator: Person, second_administrator: Person) -> Callable[..., str]:
    """Give a key as two administrators do."""

    def give(*scopes: Scope, days: int = 30) -> str:
        until_on = timezone.localdate() + timedelta(days=days)
        key = keys.propose(Standing.of(administrator), "Шаар", "Шаардын порталы", list(scopes), until_on)
        return keys.give(Standing.of(second_administrator), key.pk)

    return give


class Program:
    """A program with a key, or without."""

    def __init__(self, secret: str = "") -> None:
        self.browser = Client()
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def get(self, address: str, **asked: str) -> Any:
        return self.browser.get(f"/open311/v2/{address}", asked, headers=self.headers)

    def send(self, address: str, told: dict[str, str], **headers: str) -> Any:
        return self.browser.post(
            f"/open311/v2/{address}", encoded(told), content_type=FORM, headers=self.headers | headers
        )


FORM = "application/x-www-form-urlencoded"


def encoded(told: dict[str, str]) -> str:
    from urllib.parse import urlencode

    return urlencode(told)
