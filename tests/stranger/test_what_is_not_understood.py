"""Events that the centre takes and does not interpret: each has the result and the code that the page says."""

import secrets
from collections.abc import Callable
from typing import Any, Final

import pytest

from tests.stranger.client import Workplace, results
from tests.stranger.encoding import encode, pack
from tests.stranger.line import NOBODY
from tests.stranger.made_up import complaint, today
from tests.stranger.page import the_page

EVENTS: Final = the_page().events
UNKNOWN_KIND: Final = 999
Write = Callable[[Workplace], object]


def raw(kind: int, body: bytes, **header: Any) -> Write:
    """Make an event with a header that an honest program would not write."""

    def write(office: Workplace) -> None:
        written = pack("Header", **office.header(kind) | header)
        office.events.append((written, secrets.token_bytes(16), body))

    return write


def registration(**changed: Any) -> Write:
    return lambda office: office.register(year=today().year, **complaint(**changed))


def of_kind(kind: str, body: dict[str, Any], **header: Any) -> Write:
    number, structure = EVENTS[kind]
    return raw(number, pack(structure, **body), **header)


def with_another_counter(office: Workplace, counter: int, year: int) -> None:
    """Register with a number that does not follow the one before; the next one does."""
    own, office.counter = office.counter, counter - 1
    office.register(year=year, **complaint())
    office.counter = own


def naming_a_request(office: Workplace) -> None:
    """Begin a request and say that it belongs to another one."""
    office.counter += 1
    number = {"year": today().year, "counter": office.counter, "random": 1}
    of_kind("appeal_registered", complaint(), appeal=bytes(32), **number)(office)


SESSION = {"role": "clerk", "program": "stranger"}
WITHDRAWAL = {"reason": "Арыз ээси", "expressed": "oral"}

NOBODY_KNOWN: Final = b"x" * 16

NOT_UNDERSTOOD: Final[list[tuple[str, str, str, Write]]] = [
    ("a kind of the future", "stored", "kind_unknown", raw(UNKNOWN_KIND, encode({}))),
    ("a newer version of a body", "stored", "kind_unknown", raw(9, encode({0: 0}), body_version=2)),
    ("no map in the body", "quarantined", "wrong_type", raw(9, encode(7))),
    ("a number where none belongs", "quarantined", "number_unexpected", of_kind("session_opened", SESSION, counter=7)),
    ("a request named in what begins one", "quarantined", "appeal_unexpected", naming_a_request),
    ("no request named", "quarantined", "appeal_missing", of_kind("appeal_withdrawn", WITHDRAWAL)),
    ("a request that never came", "waiting", "", of_kind("appeal_withdrawn", WITHDRAWAL, appeal=bytes(32))),
    ("nobody wrote it", "quarantined", "person_missing", of_kind("session_opened", SESSION, person=NOBODY)),
    ("a stranger wrote it", "quarantined", "person_unknown", of_kind("session_opened", SESSION, person=NOBODY_KNOWN)),
    ("no such category", "quarantined", "category_unknown", registration(categories=["99.99"])),
    ("no category", "quarantined", "category_missing", registration(categories=[])),
    ("a category twice", "quarantined", "category_repeated", registration(categories=["01.02", "01.02"])),
    ("no such addressee", "quarantined", "addressee_unknown", registration(addressee_code="TSAR")),
    ("no such place", "quarantined", "territory_unknown", registration(address={"territory_code": "KG-X"})),
    ("no such language", "quarantined", "language_unknown", registration(language="la")),
    ("no text", "quarantined", "text_empty", registration(text=" ")),
    ("no subject", "quarantined", "subject_empty", registration(subject=" ")),
    ("no name", "quarantined", "name_empty", registration(applicant={})),
    ("a control character", "quarantined", "control_character", registration(text="a\x1bb")),
]


@pytest.mark.parametrize(
    ("status", "code", "write"), [one[1:] for one in NOT_UNDERSTOOD], ids=[one[0] for one in NOT_UNDERSTOOD]
)
def test_what_the_centre_takes_and_does_not_interpret(breaker, status, code, write):
    write(breaker)
    reply = breaker.exchange()
    assert results(reply) == [(status, code)]
    assert not code or any(code in codes for codes in the_page().codes)
    assert reply["acknowledgement"]


def test_what_was_not_understood_stands_in_nobodys_way(breaker):
    breaker.register(year=today().year, **complaint())
    assert results(breaker.exchange()) == [("registered", "")]


def test_a_number_that_cannot_follow_is_taken_and_not_interpreted(breaker):
    with_another_counter(breaker, breaker.counter + 1, today().year + 40)
    assert results(breaker.exchange()) == [("quarantined", "year_wrong")]
    with_another_counter(breaker, breaker.counter + 5_000, today().year)
    status, code = results(breaker.exchange())[0]
    assert status == "quarantined"
    assert code in {"counter_wrong", "year_wrong"}
    of_kind("appeal_registered", complaint())(breaker)
    assert results(breaker.exchange()) == [("quarantined", "number_missing")]
