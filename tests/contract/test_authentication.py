"""Who asks and who answers."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server_sync.contract import authentication as auth
from server_sync.contract.errors import InvalidField, NotAuthentic
from server_sync.contract.evidence.certificate import KeyPurpose
from server_sync.contract.evidence.keyring import KeyRing
from tests.contract.invented import DAY_MS, NOW_MS, Centre, phrase_key

CENTRE = Centre()
OFFICE = CENTRE.office("ALA")
RING = CENTRE.ring(OFFICE)
NONCE = bytes(range(16))
PATH = "/sync/v1/blob/00ff?offset=65536"
BODY = b"\x28\xb5\x2f\xfdbody"


def signed(time_ms: int = NOW_MS) -> dict[str, str]:
    return auth.sign_request(OFFICE.key, "PATCH", PATH, BODY, NONCE, OFFICE.epoch, time_ms)


def verify(headers, method="PATCH", path=PATH, body=BODY, key=OFFICE.key.public, now_ms=NOW_MS) -> bytes:
    return auth.verify_request(headers, method, path, body, key, now_ms)


def test_a_request_names_its_workplace_and_verifies():
    headers = signed()
    read = auth.read_request_headers(headers)
    assert (read.epoch, read.nonce, read.time_ms) == (OFFICE.epoch, NONCE, NOW_MS)
    assert verify(headers) == auth.request_hash("PATCH", PATH, BODY, NONCE, OFFICE.epoch)


def test_headers_are_found_in_any_case():
    assert verify({name.lower(): value for name, value in signed().items()})
    assert verify({name.upper(): value for name, value in signed().items()})


@pytest.mark.parametrize(
    "changed",
    [{"method": "POST"}, {"path": PATH + "0"}, {"body": BODY + b"\x00"}, {"key": phrase_key("somebody").public}],
)
def test_a_request_is_good_for_its_method_path_body_and_key_only(changed):
    with pytest.raises(NotAuthentic, match="request_forged"):
        verify(signed(), **changed)


@pytest.mark.parametrize("name", [auth.EPOCH_HEADER, auth.NONCE_HEADER, auth.TIME_HEADER])
def test_a_changed_header_is_refused(name):
    headers = signed()
    headers[name] = headers[name][:-1] + ("1" if headers[name][-1] != "1" else "2")
    with pytest.raises(NotAuthentic, match="request_forged"):
        verify(headers)


@pytest.mark.parametrize("name", [auth.EPOCH_HEADER, auth.NONCE_HEADER, auth.TIME_HEADER, auth.SIGNATURE_HEADER])
def test_a_missing_header_is_an_unsigned_request(name):
    headers = signed()
    del headers[name]
    with pytest.raises(NotAuthentic, match="request_unsigned"):
        verify(headers)


def test_a_clock_years_off_is_answered_with_the_centres_time_and_then_accepted():
    headers = signed(NOW_MS - 5 * 365 * DAY_MS)
    with pytest.raises(NotAuthentic) as refused:
        verify(headers)
    assert refused.value.code == "request_time"
    assert refused.value.params == {"now_ms": NOW_MS}
    assert not refused.value.permanent
    assert verify(signed(int(refused.value.params["now_ms"])))


def test_the_tolerance_holds_on_both_sides():
    for offset in (-auth.TOLERANCE_MS, auth.TOLERANCE_MS):
        assert verify(signed(NOW_MS + offset))
        with pytest.raises(NotAuthentic, match="request_time"):
            verify(signed(NOW_MS + offset + (1 if offset > 0 else -1)))


def test_a_clock_before_1970_can_be_signed_and_is_told_the_time():
    with pytest.raises(NotAuthentic, match="request_time"):
        verify(signed(-1))


@given(st.sampled_from([auth.EPOCH_HEADER, auth.NONCE_HEADER, auth.TIME_HEADER, auth.SIGNATURE_HEADER]), st.text())
def test_any_text_in_a_header_is_refused_by_name(name, text):
    headers = signed()
    if text != headers[name]:
        headers[name] = text
        with pytest.raises(NotAuthentic) as refused:
            verify(headers)
        assert refused.value.code in {"request_malformed", "request_forged", "request_time"}
        auth.request_hash_of(headers, "PATCH", PATH, BODY)


def test_a_refused_request_still_has_a_hash_that_its_reply_is_bound_to():
    headers = signed()
    assert auth.request_hash_of(headers, "PATCH", PATH, BODY) == verify(headers)
    bare = auth.request_hash_of({}, "PATCH", PATH, BODY)
    assert bare == auth.request_hash("PATCH", PATH, BODY, bytes(16), auth.NO_EPOCH)


def test_nonces_differ():
    assert auth.new_nonce() != auth.new_nonce()


def test_a_nonce_of_another_size_is_refused():
    with pytest.raises(InvalidField):
        auth.request_hash("GET", "/", b"", b"short", auth.NO_EPOCH)


ASKED = auth.request_hash("PATCH", PATH, BODY, NONCE, OFFICE.epoch)


def test_the_centres_reply_is_known_by_its_signature():
    headers = auth.sign_reply(CENTRE.reply, ASKED, 200, b"answer")
    auth.verify_reply(RING, ASKED, 200, headers, b"answer")
    raw = base64.b64decode(headers[auth.REPLY_HEADER])
    assert raw[64:] == CENTRE.reply.public.key_id


@pytest.mark.parametrize(
    ("asked", "status", "body"),
    [(bytes(32), 200, b"answer"), (ASKED, 503, b"answer"), (ASKED, 200, b"answe"), (ASKED, 200, b"")],
)
def test_a_reply_is_good_for_its_request_status_and_body_only(asked, status, body):
    headers = auth.sign_reply(CENTRE.reply, ASKED, 200, b"answer")
    with pytest.raises(NotAuthentic) as refused:
        auth.verify_reply(RING, asked, status, headers, body)
    assert refused.value.code == "reply_forged"
    assert not refused.value.permanent


def test_a_captive_portal_is_told_apart_from_a_forger():
    with pytest.raises(NotAuthentic) as refused:
        auth.verify_reply(RING, ASKED, 200, {"Content-Type": "text/html"}, b"<html>Pay for the internet</html>")
    assert refused.value.code == "reply_unsigned"
    assert not refused.value.permanent


@pytest.mark.parametrize("text", ["", "%%%", "AAAA", base64.b64encode(bytes(71)).decode(), "Ѳ" * 96])
def test_a_malformed_reply_signature_is_a_forged_reply(text):
    with pytest.raises(NotAuthentic, match="reply_forged"):
        auth.verify_reply(RING, ASKED, 200, {auth.REPLY_HEADER: text}, b"answer")


def test_a_key_certified_for_something_else_does_not_reply():
    headers = auth.sign_reply(CENTRE.log, ASKED, 200, b"answer")
    with pytest.raises(NotAuthentic, match="reply_key_unknown"):
        auth.verify_reply(RING, ASKED, 200, headers, b"answer")


def test_an_office_with_a_wrong_clock_still_believes_the_centre_but_not_an_ended_key():
    old = phrase_key("the reply key before")
    ended_ms = NOW_MS + 90 * DAY_MS
    ring = KeyRing(CENTRE.roots, (*CENTRE.keys, CENTRE.certify(KeyPurpose.REPLY, old, NOW_MS - DAY_MS, ended_ms)))
    headers = auth.sign_reply(old, ASKED, 200, b"answer")
    auth.verify_reply(ring, ASKED, 200, headers, b"answer")
    auth.verify_reply(ring, ASKED, 200, headers, b"answer", since_ms=ended_ms)
    with pytest.raises(NotAuthentic, match="reply_key_unknown"):
        auth.verify_reply(ring, ASKED, 200, headers, b"answer", since_ms=ended_ms + 1)
