"""The page's tables against the real centre: what a row allows is read, what it forbids is refused by that name."""

import json
import secrets

import pytest

from tests.stranger.breaking import Broken, at_limits, broken, largest, smallest
from tests.stranger.client import Workplace, results
from tests.stranger.encoding import encode, pack, press, unpack
from tests.stranger.line import Refusal
from tests.stranger.made_up import complaint, today
from tests.stranger.page import Message, the_page

EVENTS = the_page().events
CHOICES = {"kind": "AppealKind", "form": "AppealForm", "answer_by": "AnswerBy"}
OFFICES_MAY_NOT = 100
"""Kinds from this number on are the centre's own."""


def put(office: Workplace, kind: str, body: bytes, appeal: bytes) -> None:
    """Make an event with a sound header and any body."""
    number, _structure = EVENTS[kind]
    own: Message = {"appeal": appeal}
    if kind == "appeal_registered":
        office.counter += 1
        own = {"year": today().year, "counter": office.counter, "random": 7}
    header = pack("Header", **office.header(number), **own)
    office.events.append((header, secrets.token_bytes(16), body))


def shape_codes() -> set[str]:
    """The codes of section 12 that are about the form of a field."""
    return {code for codes in the_page().codes if "wrong_type" in codes or "text_too_long" in codes for code in codes}


def test_what_the_tables_of_bodies_allow_has_the_right_form(breaker):
    appeal = breaker.hashes()[-1]
    tried = []
    for kind, (number, structure) in EVENTS.items():
        allowed = [(kind, smallest(structure)), (kind, largest(structure))]
        for field, wire in [*allowed, *((one.field, one.wire) for one in at_limits(structure))]:
            put(breaker, kind, encode(wire), appeal)
            tried.append((field, number))
    for (field, number), (status, code) in zip(tried, results(breaker.exchange()), strict=True):
        assert code not in shape_codes(), (field, status, code)
        if number >= OFFICES_MAY_NOT:
            assert (status, code) == ("quarantined", "not_for_offices"), field


def test_what_the_tables_of_bodies_forbid_is_quarantined_by_that_name(breaker):
    appeal = breaker.hashes()[1]
    tried = []
    for kind, (_number, structure) in EVENTS.items():
        for one in broken(structure):
            put(breaker, kind, one.raw, appeal)
            tried.append(one)
    found = results(breaker.exchange())
    differing = [
        (one.field, one.what, status, code)
        for one, (status, code) in zip(tried, found, strict=True)
        if (status, code) != ("quarantined", one.code)
    ]
    assert len(tried) > 500
    assert not differing


def test_what_a_field_says_is_understood_as_what_the_page_calls_it(handed, office):
    applicant = {name: f"{name} {place}" for place, name in enumerate(("surname", "given_name", "patronymic"))}
    applicant |= {"no_pin_reason": "жок", "document": "AN1", "phone": "+996700000001", "email": "a@example.org"}
    address = {"territory_code": "KG-C-ALA", "settlement": "Арашан", "street": "Ала-Тоо 1"}
    choices = {"kind": "proposal", "form": "oral", "answer_by": "in_person"}
    words = {
        "language": "ru",
        "addressee_code": "AKIM-DEP",
        "addressee_site": "KG-C-SOK",
        "subject": "Тема",
        "text": "Сөз",
    }
    collective = {"is_collective": True, "signatories_count": 7, "signatories": ["Биринчи", "Экинчи"]}
    others = {"applicant": applicant | {"sex": "male", "birth_on": -1}, "address": address}
    number, _event = office.register(year=today().year, **complaint(**choices, **words, **collective, **others))
    assert results(office.exchange())[-1] == ("registered", "")
    found = handed.understood(number.printed())
    wanted = applicant | address | words | collective
    wanted |= {name: the_page().enums[enum][choices[name]] for name, enum in CHOICES.items()}
    wanted |= {"sex": the_page().enums["Sex"]["male"], "birth_on": "1969-12-31", "registered_on": today().isoformat()}
    assert {name: json.loads(found[name]) if name == "signatories" else found[name] for name in wanted} == wanted
    assert json.loads(found["categories"]) == ["01.02"]
    assert (found["due_working_days"], found["due_article"]) == (14, "67/2007")


@pytest.mark.parametrize(
    ("structure", "path"), [("ExchangeRequest", "/sync/v1/exchange"), ("PersonRequest", "/sync/v1/person")]
)
def test_a_message_that_breaks_a_row_is_refused_by_that_name(breaker, structure, path):
    for one in broken(structure):
        assert refused(breaker, path, one) == (one.code, one.field), one.what


def refused(office: Workplace, path: str, one: Broken) -> tuple[str, str]:
    """The code of the refusal and the field that it names."""
    with pytest.raises(Refusal) as no:
        office.call("POST", path, press(one.raw))
    return no.value.code, no.value.params.get("field", "")


def test_a_header_that_breaks_a_row_is_refused_by_that_name_and_nothing_is_taken(breaker):
    sound, seq = largest("Header"), len(breaker.events) + 1
    keys = {"epoch": breaker.epoch, "seq": seq, "kind": EVENTS["session_opened"][0]}
    rows = {field.key: keys[field.name] for field in the_page().structures["Header"].fields if field.name in keys}
    for one in broken("Header"):
        mended = {key: value for key, value in rows.items() if key in one.wire and one.wire[key] == sound[key]}
        header = encode({**one.wire, **mended})
        breaker.events.append((header, secrets.token_bytes(16), encode(smallest("SessionOpened"))))
        with pytest.raises(Refusal) as no:
            breaker.exchange()
        breaker.events.pop()
        assert (no.value.code, no.value.params["field"]) == (one.code, one.field), one.what
    assert breaker.exchange()["expects_seq"] == seq


def test_every_structure_is_written_and_read_alike_by_its_table():
    for name in the_page().structures:
        for wire in (smallest(name), largest(name)):
            raw = encode(wire)
            assert pack(name, **unpack(name, raw)) == raw
