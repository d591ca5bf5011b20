"""A real centre on SQLite and loopback for the stranger, and what is handed to him on paper: codes and passwords."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from proving.world import Centre, ended
from tests.stranger.client import Workplace, enrol
from tests.stranger.made_up import complaint, today

HERE: Final = "KG-C-ALA"
ELSEWHERE: Final = "KG-HALL"
CODES: Final = (HERE, HERE, HERE, HERE, HERE, HERE, ELSEWHERE)


@dataclass
class Handed:
    """What a stranger gets: an address, one-time codes, a person's login and password."""

    centre: Centre
    codes: dict[str, list[str]]
    login: str
    password: str
    spent: dict[bytes, str] = field(default_factory=dict)
    """The code of each workplace, by its epoch."""

    @property
    def address(self) -> str:
        return self.centre.address

    def enrolled(self, site: str = HERE) -> Workplace:
        """A new workplace, before anybody signed in."""
        code = self.codes[site].pop()
        workplace = enrol(self.address, code, "stranger's PC", Ed25519PrivateKey.generate())
        self.spent[workplace.epoch] = code
        return workplace

    def signed_in(self) -> Workplace:
        """A new workplace at which a clerk works."""
        workplace = self.enrolled()
        workplace.sign_in(self.login, self.password)
        return workplace

    def understood(self, number: str) -> dict[str, Any]:
        """What the centre wrote into its register for a request: its columns are named as the page's fields."""
        file = self.centre.home / "db.sqlite3"
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as register:
            register.row_factory = sqlite3.Row
            row = register.execute("SELECT * FROM appeals_appeal WHERE number = ?", (number,)).fetchone()
            return dict(row)


@pytest.fixture(scope="session")
def handed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Handed]:
    """Start the centre, and make the codes beside it: each command takes seconds to begin."""
    centre = Centre(tmp_path_factory.mktemp("stranger") / "centre")
    with ended(centre):
        centre.prepare([HERE])
        with ThreadPoolExecutor(2) as hands:
            making = [(site, hands.submit(centre.enrolment_code, site)) for site in CODES]
            centre.start()
        codes: dict[str, list[str]] = {}
        for site, code in making:
            codes.setdefault(site, []).append(code.result())
        clerk = centre.person("clerk", HERE)
        yield Handed(centre, codes, clerk["login"], clerk["password"])


@pytest.fixture(scope="session")
def office(handed: Handed) -> Workplace:
    """The PC that most of the play is about."""
    workplace = handed.signed_in()
    workplace.deliver()
    return workplace


@pytest.fixture(scope="session")
def elsewhere(handed: Handed) -> Workplace:
    """A PC of another site, at which nobody signed in; it is withdrawn in the end."""
    return handed.enrolled(ELSEWHERE)


@pytest.fixture(scope="session")
def breaker(handed: Handed) -> Workplace:
    """A PC that sends what no honest program would."""
    workplace = handed.signed_in()
    workplace.register(year=today().year, **complaint())
    workplace.deliver()
    return workplace
