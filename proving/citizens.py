"""Citizens at the portal's pages: they write, are confirmed by a letter, follow their request and say what they think.

Each has a browser and a network address of their own, as people do.
"""

import re
from dataclasses import dataclass
from typing import Final, Self

from proving.officers import Browser, said_on
from proving.world import ProgramFailed

GIVEN: Final = re.compile(r'class="number given">([A-Z0-9-]+)<')
CODE: Final = re.compile(r'class="figure number">([0-9 ]+)<')


@dataclass(frozen=True, slots=True)
class Written:
    """What a citizen writes, as the pages' fields have it; `seeks` is what is typed to find the addressee."""

    subject: str
    text: str
    category: str
    place: str
    kind: str
    seeks: str
    surname: str
    given_name: str
    email: str
    phone: str = ""
    territory: str = ""
    settlement: str = ""


class Citizen:
    """Somebody with a browser; `place` is the loopback address they call from."""

    def __init__(self, address: str, place: str, language: str = "ky") -> None:
        self._browser = Browser(address, language, place)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._browser.__exit__()

    @property
    def cookies(self) -> list[dict[str, str]]:
        """The cookies, for a browser that takes pictures."""
        return self._browser.cookies

    def write(self, told: Written, addressee: str) -> None:
        """Fill in all steps and ask for the code; an addressee that the pages do not offer is a ProgramFailed."""
        self.fill_in(told, addressee)
        self._browser.send("/write/check", self._browser.open("/write/check"), "csrfmiddlewaretoken")

    def fill_in(self, told: Written, addressee: str) -> None:
        """Fill in all steps."""
        browser = self._browser
        browser.send(
            "/write/matter",
            browser.open("/write/matter"),
            "subject",
            subject=told.subject,
            text=told.text,
            category=told.category,
            place=told.place,
            kind=told.kind,
        )
        page = browser.open(f"/write/addressee?q={told.seeks}" if told.seeks else "/write/addressee")
        if addressee and f'value="{addressee}"' not in page:
            raise ProgramFailed(f"{told.seeks} finds no {addressee}: {said_on(page)}")
        browser.send("/write/addressee", page, "addressee", **({"addressee": addressee} if addressee else {}))
        browser.send(
            "/write/writer",
            browser.open("/write/writer"),
            "surname",
            surname=told.surname,
            given_name=told.given_name,
            email=told.email,
            phone=told.phone,
            territory=told.territory,
            settlement=told.settlement or "–",
            answer_by="email",
        )

    def subscribe(self, email: str, place: str) -> None:
        """Ask for news of what is published of a place; a letter asks back."""
        asked = f"/subscribe?place={place}"
        self._browser.send("/subscribe", self._browser.open(asked), "email", email=email)

    def want(self, path: str) -> None:
        """Press the button on the page that the letter's link opens."""
        page = self._browser.send(path, self._browser.open(path), "csrfmiddlewaretoken")
        if 'name="end"' not in page:
            raise ProgramFailed(f"nothing is subscribed to: {said_on(page)}")

    def confirm(self, code: str) -> tuple[str, str]:
        """Type the code of the letter; gives the number, and the code that opens the request."""
        page = self._browser.send("/write/confirm", self._browser.open("/write/confirm"), "code", code=code)
        number, opens = GIVEN.search(page), CODE.search(page)
        if number is None or opens is None:
            raise ProgramFailed(f"no number was given: {said_on(page)}")
        return number[1], opens[1].replace(" ", "")

    def open(self, number: str, code: str) -> str:
        """Open a request by number and code; gives its page."""
        page = self._browser.open(f"/a/{number}")
        if 'name="code"' in page:
            page = self._browser.send(f"/a/{number}", page, "code", code=code)
        return page

    def say(self, number: str, act: str, **typed: str) -> None:
        """Do one thing about a request that is open here: looked over, then sent."""
        address = f"/a/{number}/say/{act}"
        looked = self._browser.send(address, self._browser.open(address), "seen", **typed)
        self._browser.send(address, looked, "seen", "send")

    def size(self, path: str) -> int:
        """How many bytes a file has that is offered there; 0 while there is none."""
        return self._browser.size(path)
