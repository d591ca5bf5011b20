"""A receipt is checked for whoever holds it: the verdict in words, the proof as a file that needs nothing of ours."""

import base64
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.utils import timezone
from django.utils.html import escape

from server_sync.appeals.erasing import erase_request
from server_sync.appeals.models import Appeal
from server_sync.contract import codec
from server_sync.contract.bodies import AppealForm, AppealWithdrawn
from server_sync.contract.evidence import merkle
from server_sync.contract.evidence.certificate import issue_revocation
from server_sync.contract.evidence.checkpoint import open_checkpoint
from server_sync.contract.evidence.receipt import Receipt, from_base32, qr_text, sign_receipt, to_base32
from server_sync.contract.signing import PrivateKey
from server_sync.portal.receipt_pages import FINDINGS
from server_sync.portal.receipts import Finding
from server_sync.workplaces.models import Revocation
from tests.server.conftest import Office
from tests.server.counter import Counter
from tests.server.exchange.offices import REQUEST

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter(office_a: Office) -> Counter:
    return Counter(office_a)


@pytest.fixture
def registered(counter):
    appeal = counter.register()
    return appeal, counter.receipt(counter.wire.events[0], appeal.number, 1)


def verdict(browser, code: str) -> str:
    answer = browser.get(f"/Q/{code}?language=en")
    assert answer.status_code in {200, 400}
    return str(answer.content.decode())


def test_a_receipt_of_a_registered_request_is_in_the_log(registered, nobody):
    appeal, code = registered
    text = verdict(nobody, code)
    assert "Genuine: the request is in the public log" in text
    assert appeal.number in text
    assert appeal.surname not in text
    assert appeal.subject not in text


def test_the_address_in_small_letters_is_the_same_receipt(registered, nobody):
    _, code = registered
    assert "in the public log" in nobody.get(f"/q/{code.lower()}?language=en").content.decode()


def test_a_request_still_at_the_office_is_signed_and_not_yet_seen(counter, nobody):
    event = counter.write()
    text = verdict(nobody, counter.receipt(event, "ALA-26-A-00001-0133", 1))
    assert "Genuine, not yet seen at the centre" in text


def test_a_receipt_changed_in_one_letter_is_forged_or_no_receipt(registered, nobody):
    _, code = registered
    raw = bytearray(from_base32(code))
    raw[-1] ^= 1
    assert "Forged or damaged" in verdict(nobody, to_base32(bytes(raw)))
    assert "This is no receipt" in verdict(nobody, code[:-3])


def test_another_way_to_write_the_same_receipt_is_none(registered, nobody):
    _, code = registered
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    sames = [code[:-1] + last for last in letters if base64.b32decode(_padded(code[:-1] + last)) == from_base32(code)]
    assert len(sames) > 1
    for other in ({*sames} - {code}) | {_padded(code)}:
        assert "This is no receipt" in verdict(nobody, other)


def _padded(code: str) -> str:
    return code + "=" * (-len(code) % 8)


def test_a_receipt_signed_by_a_stranger_has_an_unknown_key(registered, nobody):
    appeal, _ = registered
    stranger = sign_receipt(PrivateKey.generate(), Receipt(appeal.number, 1, 0, bytes(appeal.hash)))
    text = verdict(nobody, to_base32(stranger))
    assert "The key is not known here" in text
    assert appeal.number not in text


def test_a_receipt_of_another_suite_was_made_by_a_newer_program(counter, registered, nobody):
    appeal, _ = registered
    payload = codec.encode([2, appeal.number.replace("-", ""), 1, 0, bytes(appeal.hash)])
    protected = codec.encode({1: -8, 4: counter.office.key.public.key_id})
    signature = counter.office.key.sign_as_is(codec.encode(["Signature1", protected, b"", payload]))
    code = to_base32(codec.encode([protected, {}, payload, signature]))
    text = verdict(nobody, code)
    assert "Made by a newer program" in text
    assert "The key is not known here" not in text
    assert appeal.number not in text


def test_a_receipt_after_the_key_was_withdrawn_asks_for_a_person(counter, centre, nobody):
    event = counter.write()
    code = counter.receipt(event, "ALA-26-A-00001-0133", 1)
    epoch = counter.office.epoch
    statement = issue_revocation(centre.keys.directory, bytes(epoch.id), 0, int(time.time() * 1000))
    Revocation.objects.create(epoch=epoch, last_good_seq=0, reason="stolen", statement=statement.to_bytes())
    assert "withdrawn: ask" in verdict(nobody, code)


CONTRADICTIONS = {
    "number": "The request has another number in the log.",
    "seq": "The request has another place in the records of its PC.",
    "time_ms": "The request was registered at another time than the receipt says.",
}


@pytest.mark.parametrize(
    ("says", "differs"),
    [
        ({"number": "ALA-26-A-00002-0133"}, ["number"]),
        ({"seq": 2}, ["seq"]),
        ({"later_ms": 3_600_000}, ["time_ms"]),
        ({"later_ms": -1}, ["time_ms"]),
        ({"seq": 9, "later_ms": 1}, ["seq", "time_ms"]),
    ],
)
def test_a_receipt_that_says_otherwise_than_its_event_contradicts_it_and_by_what(counter, nobody, says, differs):
    appeal = counter.register()
    code = counter.receipt(counter.wire.events[0], **{"number": appeal.number, "seq": 1, **says})
    text = verdict(nobody, code)
    assert "The receipt contradicts the log" in text
    assert {name for name, words in CONTRADICTIONS.items() if words in text} == set(differs)
    assert nobody.get(f"/Q/{code}/proof.json").json()["differs"] == differs


def test_a_receipt_whose_clock_was_of_another_day_says_noon_of_the_day_of_registering(counter, nobody):
    today = timezone.localdate()
    noon_ms = int(datetime(today.year, today.month, today.day, 6, tzinfo=UTC).timestamp() * 1000)
    event = counter.wire.write(
        replace(REQUEST, registered_on=today), person=counter.clerk.id.bytes, wall_ms=noon_ms + 13 * 3_600_000
    )
    counter.wire.exchange()
    number = Appeal.objects.get(hash=event.hash).number
    assert "in the public log" in verdict(nobody, counter.receipt(event, number, 1, later_ms=-13 * 3_600_000))
    assert CONTRADICTIONS["time_ms"] in verdict(nobody, counter.receipt(event, number, 1))


def test_a_receipt_of_an_erased_request_is_genuine_still(counter, nobody, administrator, second_administrator):
    appeal = counter.register()
    erase_request(bytes(appeal.hash), "Ground", administrator.id.bytes, second_administrator.id.bytes)
    event = counter.wire.events[0]
    assert "in the public log" in verdict(nobody, counter.receipt(event, appeal.number, 1))
    assert CONTRADICTIONS["time_ms"] in verdict(nobody, counter.receipt(event, appeal.number, 1, later_ms=1))


@pytest.mark.parametrize("code", ["", "A", "%00", "ЖЖЖ", "A" * 4000, "MFRGG"])
def test_what_is_no_receipt_is_said_so(centre, nobody, code):
    assert "This is no receipt" in verdict(nobody, code)
    assert nobody.get(f"/Q/{code}/proof.json").status_code == 400


def test_a_third_party_checks_the_proof_file_with_the_rules_of_the_rfc_alone(registered, centre, nobody):
    appeal, code = registered
    told = nobody.get(f"/Q/{code}/proof.json").json()
    log = told["log"]
    proof = [base64.b64decode(item) for item in log["proof"]]
    root = base64.b64decode(log["root"])
    merkle.verify_inclusion(bytes.fromhex(told["receipt"]["event_hash"]), log["index"], log["size"], proof, root)
    opened = open_checkpoint(log["checkpoint"], centre.keys.log.public, log["origin"])
    assert (opened.size, opened.root) == (log["size"], root)
    assert told["receipt"]["number"] == appeal.number


def test_a_pasted_address_from_the_square_leads_to_the_check(registered, nobody):
    _, code = registered
    pasted = qr_text(from_base32(code), "https://kattar.gov.kg")
    assert nobody.get("/verify", {"receipt": pasted}).headers["Location"] == f"/Q/{code}"
    assert nobody.get("/verify", {"receipt": f" {code.lower()} "}).headers["Location"] == f"/Q/{code}"


@pytest.mark.parametrize("behind", [".", ")", "/", "?utm_source=mail", "#top", "\u200b", " карап коюңуз", "»,"])
def test_a_link_is_read_whatever_stands_behind_it(registered, nobody, behind):
    _, code = registered
    pasted = f"Караңыз: https://kattar.gov.kg/q/{code.lower()}{behind}"
    assert nobody.get("/verify", {"receipt": pasted}).headers["Location"] == f"/Q/{code}"
    assert nobody.get("/verify", {"receipt": f"{code}{behind}"}).headers["Location"] == f"/Q/{code}"


@pytest.mark.parametrize("behind", [".", ")", "/", "?fbclid=x", ",", "%E2%80%8B", "%C2%BB"])
def test_an_address_that_a_messenger_made_longer_opens_the_receipt(registered, nobody, behind):
    appeal, code = registered
    answer = nobody.get(f"/Q/{code}{behind}")
    assert answer.status_code == 200
    assert appeal.number in answer.content.decode()


@pytest.mark.parametrize(
    "pasted", ["?", "//example.org/Q/", "🙂", "абв 12", " ABC-123 ", "https://example.org/Q/ABC?x=1", "x" * 5000]
)
def test_what_is_no_receipt_leads_nowhere_and_comes_back_as_it_was_typed(centre, nobody, pasted):
    answer = nobody.get("/verify", {"receipt": pasted, "language": "en"})
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "This is no receipt" in text
    assert f'value="{escape(pasted[:1_000])}"' in text


@pytest.mark.parametrize("written", ["{}", " {} ", "lower"])
def test_a_number_typed_where_a_receipt_is_asked_for_leads_to_its_request(registered, nobody, written):
    number = registered[0].number
    typed = number.lower().replace("-", " ") if written == "lower" else written.format(number)
    assert nobody.get("/verify", {"receipt": typed}).headers["Location"] == f"/a/{number}"


def test_a_number_with_a_slip_in_it_is_told_to_be_one(registered, nobody):
    number = registered[0].number
    typed = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
    page = nobody.get("/verify", {"receipt": typed, "language": "en"}, follow=True)
    assert page.status_code == 400
    assert "The number is whole, but its last two digits do not fit the rest" in page.content.decode()
    assert f'value="{typed}"' in page.content.decode()


def test_what_is_no_receipt_leaves_the_field_for_another_try(centre, nobody):
    page = nobody.get("/Q/ABC123")
    assert page.status_code == 400
    assert 'name="receipt"' in page.content.decode()
    assert 'value="ABC123"' in page.content.decode()


@pytest.mark.parametrize(
    ("says", "differs"),
    [({"number": "ALA-26-A-00002-0133"}, "number"), ({"seq": 2}, "seq"), ({"later_ms": 3_600_000}, "time_ms")],
)
def test_a_contradicted_receipt_shows_what_it_says_against_the_log_and_the_way_on(counter, nobody, says, differs):
    appeal = counter.register()
    event = counter.wire.events[0]
    code = counter.receipt(event, **{"number": appeal.number, "seq": 1, **says})
    text = verdict(nobody, code)
    assert text.count("In the log: the same.") == 2
    assert CONTRADICTIONS[differs] in text
    assert event.hash.hex()[:12] in text
    assert f'href="/Q/{code}/proof.json"' in text
    assert 'class="button" href="/offices"' in text
    assert "Follow this request" not in text


def test_a_contradicted_receipt_tells_nothing_of_the_request_that_it_names(counter, nobody):
    mine, others = counter.register(), counter.register(subject="Башка")
    event = counter.wire.events[1]
    text = verdict(nobody, counter.receipt(event, mine.number, 7, later_ms=-86_400_000))
    assert mine.number in text
    assert others.number not in text
    assert others.subject not in text
    assert f"{timezone.localtime(others.taken_at):%d.%m.%Y %H:%M}" not in text
    assert f'href="/a/{others.number}"' not in text


def test_a_receipt_of_what_is_no_registration_says_so_and_no_more(counter, nobody):
    appeal = counter.register()
    withdrawn = counter.wire.write(
        AppealWithdrawn(reason="Чечилди", expressed=AppealForm.WRITTEN),
        appeal=bytes(appeal.hash),
        person=counter.clerk.id.bytes,
    )
    counter.wire.exchange()
    text = verdict(nobody, counter.receipt(withdrawn, appeal.number, 2))
    assert "What it names is not the registration of a request." in text
    assert "In the log: the same." not in text


def test_what_a_person_has_to_look_at_leads_to_the_offices(registered, nobody):
    appeal, code = registered
    stranger = to_base32(sign_receipt(PrivateKey.generate(), Receipt(appeal.number, 1, 0, bytes(appeal.hash))))
    raw = bytearray(from_base32(code))
    raw[-1] ^= 1
    for one in (stranger, to_base32(bytes(raw))):
        assert 'class="button" href="/offices"' in verdict(nobody, one)
    assert 'class="button" href="/offices"' not in verdict(nobody, code)


def test_the_page_of_checks_names_every_finding_of_a_readable_receipt(centre, nobody):
    page = nobody.get("/verify?language=ky").content.decode()
    for finding, (_look, _sign, words, _meaning) in FINDINGS.items():
        assert (str(words) in page) == (finding is not Finding.NOT_A_RECEIPT)
