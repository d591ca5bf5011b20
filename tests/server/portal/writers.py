"""A citizen with a browser who writes on the portal, for the tests of its pages."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.test import Client

from server_sync.appeals.models import Appeal
from server_sync.letters.models import Letter
from server_sync.letters.wanted import MailServer, Tls
from server_sync.pages.cookies import named
from server_sync.portal.accounts import sessions
from server_sync.portal.accounts.keeping import account_of

MAIL = MailServer("127.0.0.1", 1, "kattar@example.org", Tls.OFF)
"""A mail server that nobody asks: letters stay in the queue."""

MATTER = {
    "kind": "application",
    "category": "09.01",
    "place": "KG-C-ALA",
    "subject": "Айылга автобус каттамы жок",
    "text": "Айылдан борборго автобус каттабайт.\nКаттамды ачып бериңиздер.",
}
OFFICIAL = {"addressee": "AKIM@KG-C-ALA"}
WRITER = {
    "surname": "Өмүрбекова",
    "given_name": "Гүлнара",
    "email": "gulnara@example.org",
    "phone": "+49 30 901820",
    "settlement": "Германия, Берлин",
    "street": "Alexanderplatz 1",
    "answer_by": "email",
}


class Citizen:
    """Somebody who writes; `place` is the network address they call from."""

    def __init__(self, place: str = "203.0.113.7", *, email: str = "", language: str = "ru") -> None:
        self.browser = Client(REMOTE_ADDR=place)
        self.browser.cookies["language"] = language
        self.writer = WRITER | ({"email": email} if email else {})

    def get(self, step: str = "", query: str = "") -> Any:
        return self.browser.get(f"/write{'/' if step else ''}{step}{query}")

    def send(self, step: str, form: dict[str, str], query: str = "") -> Any:
        return self.browser.post(f"/write/{step}{query}", form)

    def fill(self, **changes: str) -> None:
        """Fill all steps in."""
        for step, form in (("matter", MATTER), ("addressee", OFFICIAL), ("writer", self.writer)):
            answer = self.send(step, {name: changes.get(name, value) for name, value in form.items()})
            assert answer.status_code == 302, (step, answer.status_code)

    def code(self) -> str:
        """The code of the newest letter to this citizen."""
        letter = Letter.objects.filter(to=self.writer["email"]).order_by("-queued_at", "-pk")[0]
        found = re.search(r"\b\d{6}\b", letter.text)
        assert found is not None
        return found[0]

    def ask_for_code(self) -> str:
        answer = self.send("check", {})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/write/confirm")
        return self.code()

    def submit(self, **changes: str) -> Appeal:
        """Write, confirm and register; says what came of it."""
        self.fill(**changes)
        answer = self.send("confirm", {"code": self.ask_for_code()})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/write/receipt")
        return Appeal.objects.order_by("-pk")[0]


def code_of(email: str) -> str:
    """The code of the newest letter with which somebody signs in."""
    letter = Letter.objects.filter(to=email).order_by("-queued_at", "-pk")[0]
    found = re.search(r"\b\d{8}\b", letter.text)
    assert found is not None
    return found[0]


def signed_in_as(email: str, browser: Client | None = None) -> Client:
    """A browser in which an account of the portal is open, whatever else is."""
    browser = browser or Client()
    response = HttpResponse()
    sessions.begin(response, HttpRequest(), account_of(email), is_kept=False)
    name = named(sessions.COOKIE)
    browser.cookies[name] = response.cookies[name].value
    return browser


def cookie_of(email: str, url: str) -> Any:
    """What opens an account in a real browser, which takes such a name for an address over TLS alone."""
    name = named(sessions.COOKIE)
    secret = signed_in_as(email).cookies[name].value
    return {"name": name, "value": secret, "url": url.replace("http:", "https:"), "secure": True}


def text(answer: Any) -> str:
    return str(answer.content.decode())
