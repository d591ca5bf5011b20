"""People of the centre at the pages of meetings: they plan them, lay papers to them, invite, type what is spoken.

An officer at the page of a request sets the conversation about it, and reads what came of it.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from proving.files import Attached
from proving.officers import Browser, said_on
from proving.world import ProgramFailed
from server_sync.contract.bodies import MeetingPart

LINK: Final = re.compile(r'<code id="link">([^<]+)</code>')


OPEN: Final = {
    "title_ky": "Жергиликтүү администрациялар менен чогулуш",
    "title_ru": "Совещание с местными администрациями",
    "title_en": "Meeting with the local administrations",
    "minutes": "60",
    "is_recorded": "on",
    "is_public": "on",
    "item_0_ky": "Ичүүчү суу менен камсыздоо",
    "item_0_ru": "Обеспечение питьевой водой",
    "item_0_en": "Supply of drinking water",
    "item_0_speaker": "KG-C",
    "item_0_minutes": "15",
    "item_1_ky": "Айылдардагы жолдор",
    "item_1_ru": "Дороги в сёлах",
    "item_1_en": "Roads in villages",
    "item_1_speaker": "KG-C-ALA",
    "item_1_minutes": "15",
}
"""A meeting that is recorded and shown on the site."""
CLOSED: Final = {
    "title_ky": "Жабык чогулуш",
    "title_ru": "Закрытое совещание",
    "title_en": "Closed meeting",
    "minutes": "30",
    "is_closed": "on",
}
"""One that is encrypted from office to office."""


def plan_meeting(
    address: str,
    person: Mapping[str, Any],
    starts: datetime,
    parts: Mapping[str, str],
    seats: int,
    plan: Mapping[str, str] = OPEN,
) -> bytes:
    """The chair's assistant plans a meeting and looks it over; gives its name."""
    path = "/meetings/plan"
    with Browser(address) as browser:
        browser.sign_in(person)
        page = browser.open(path)
        page = browser.send(
            path,
            page,
            "title_ky",
            "look",
            day=starts.strftime("%d.%m.%Y"),
            at=starts.strftime("%H:%M"),
            seats=str(seats),
            on_day_off="keep",
            **plan,
            **{f"at_{site}": part for site, part in parts.items()},
        )
        page = browser.send(path, page, "remarks_seen", "do")
        found = re.search(r"/meetings/([0-9a-f]{32})", page)
        if found is None:
            raise ProgramFailed(f"the meeting was not planned: {said_on(page)}")
        return bytes.fromhex(found[1])


def lay_paper(address: str, person: Mapping[str, Any], meeting: bytes, title: Mapping[str, str], file: Attached) -> int:
    """The chair's assistant lays a paper to the first item of a meeting; gives how many papers stand on its page."""
    path = f"/meetings/{meeting.hex()}/papers"
    with Browser(address) as browser:
        browser.sign_in(person)
        said = {f"title_{language}": words for language, words in title.items()}
        brought = ("file", file.name, file.content)
        page = browser.bring(path, browser.open(path), "title_ky", brought, item="1", **said)
        return page.count("?withdraw=")


def invite_guest(address: str, person: Mapping[str, Any], meeting: bytes, name: str) -> str:
    """The chair's assistant makes a link for a guest who may be called to the stage; gives it."""
    path = f"/meetings/{meeting.hex()}/guests"
    with Browser(address) as browser:
        browser.sign_in(person)
        page = browser.send(path, browser.open(path), "part", name=name, part=str(MeetingPart.SPEAKER.value))
        found = LINK.search(page)
        if found is None:
            raise ProgramFailed(f"no link was made for a guest: {said_on(page)}")
        return found[1]


class Captioner:
    """Somebody who types what is spoken in one meeting, line by line, on the page that is for it."""

    def __init__(self, browser: Browser, person: Mapping[str, Any], meeting: bytes) -> None:
        self._browser, self._path = browser, f"/meetings/{meeting.hex()}/captions"
        browser.sign_in(person)

    def type_line(self, language: str, text: str) -> None:
        """Send one line."""
        self._browser.send(self._path, self._browser.open(self._path), "line", stream=language, line=text)


def set_conversation(
    address: str, officer: Mapping[str, Any], number: str, starts: datetime, with_whom: Mapping[str, str]
) -> str:
    """An officer sets day and hour of the conversation about a request and makes the link for a browser; gives it."""
    path = f"/work/a/{number}"
    with Browser(address) as browser:
        browser.sign_in(officer)
        day, at = starts.strftime("%d.%m.%Y"), starts.strftime("%H:%M")
        page = browser.fill(browser.open(path), "/reception", day=day, at=at, minutes="15", **with_whom)
        page = browser.fill(page, "/invite")
        found = LINK.search(page)
        if found is None:
            raise ProgramFailed(f"no link was made for the conversation: {said_on(page)}")
        return found[1]


def reads_of(address: str, officer: Mapping[str, Any], number: str, said: str) -> bool:
    """Whether an officer reads these words on the page of a request."""
    with Browser(address) as browser:
        browser.sign_in(officer)
        return said in browser.open(f"/work/a/{number}")
