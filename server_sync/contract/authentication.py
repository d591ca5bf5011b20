r"""Proves who asks and who answers: requests by the workplace's key, replies by the reply key.

A request's headers are `Liaison-Epoch` and `Liaison-Nonce` (hexadecimal, 16 bytes each), `Liaison-Time` (milliseconds
UTC) and `Liaison-Signature` (base64). Its hash names it:

    request_hash = H("rq1\0" ‖ H(method) ‖ H(path) ‖ H(body) ‖ nonce ‖ epoch)

`path` is the request target as sent, with its query. The workplace signs `request_hash ‖ time i64`; the centre signs
`request_hash ‖ status u16 ‖ H(body)` and sends `Liaison-Reply` = base64(signature ‖ key id). What bears no such header
did not come from the centre: a captive portal, a proxy, half an answer.

Two answers need more words to be verified. One to `HEAD` brings in `Liaison-Refusal` what its body would be. One to a
request whose body the centre did not read to its end says so in `Liaison-Unread`, with the length that was announced,
and is bound to that instead of to the body:

    request_hash = H("rq1-unread\0" ‖ H(method) ‖ H(path) ‖ length u64 ‖ nonce ‖ epoch)
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from server_sync.contract import signing
from server_sync.contract.errors import InvalidField, NotAuthentic
from server_sync.contract.evidence.certificate import KeyPurpose
from server_sync.contract.evidence.keyring import KeyRing
from server_sync.contract.signing import KEY_ID_BYTES, SIGNATURE_BYTES, PrivateKey, PublicKey, sha256

EPOCH_HEADER: Final = "Liaison-Epoch"
NONCE_HEADER: Final = "Liaison-Nonce"
TIME_HEADER: Final = "Liaison-Time"
SIGNATURE_HEADER: Final = "Liaison-Signature"
REPLY_HEADER: Final = "Liaison-Reply"
OFFSET_HEADER: Final = "Liaison-Offset"
REFUSAL_HEADER: Final = "Liaison-Refusal"
UNREAD_HEADER: Final = "Liaison-Unread"

NONCE_BYTES: Final = 16
NO_EPOCH: Final = bytes(16)
"""The epoch of a request by one who has none yet (enrolment, public pages)."""

UNREAD_MOST_BYTES: Final = 2**63 - 1

TOLERANCE_MS: Final = 10 * 60 * 1000
"""How far a workplace's clock may be from the centre's before its request is refused with the centre's time."""

_HEX_16: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_MILLISECONDS: Final = re.compile(r"-?[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class RequestHeaders:
    """What a request says of itself; nothing is proved before `verify_request`."""

    epoch: bytes
    nonce: bytes
    time_ms: int
    signature: bytes


def request_hash(method: str, path: str, body: bytes, nonce: bytes, epoch: bytes) -> bytes:
    """Name one request: what its signature and its reply's signature are bound to, 32 bytes."""
    return _named(b"rq1\x00", method, path, sha256(body), nonce, epoch)


def unread_request_hash(method: str, path: str, length: int, nonce: bytes, epoch: bytes) -> bytes:
    """Name one request whose body of an announced length was not read to its end, for the reply to it alone.

    Not the hash of any request that was read: what is said of a body too large can be passed off on no other.
    """
    if not 0 <= length <= UNREAD_MOST_BYTES:
        raise InvalidField("out_of_range", field="length", limit=UNREAD_MOST_BYTES)
    return _named(b"rq1-unread\x00", method, path, length.to_bytes(8, "big"), nonce, epoch)


def _named(prefix: bytes, method: str, path: str, body: bytes, nonce: bytes, epoch: bytes) -> bytes:
    if len(nonce) != NONCE_BYTES:
        raise InvalidField("wrong_size", field="nonce", size=NONCE_BYTES)
    if len(epoch) != len(NO_EPOCH):
        raise InvalidField("wrong_size", field="epoch", size=len(NO_EPOCH))
    return sha256(prefix, sha256(method.upper().encode()), sha256(path.encode()), body, nonce, epoch)


def new_nonce() -> bytes:
    """Make a request unlike every other: 16 random bytes."""
    return signing.random_bytes(NONCE_BYTES)


def sign_request(
    key: PrivateKey, method: str, path: str, body: bytes, nonce: bytes, epoch: bytes, time_ms: int
) -> dict[str, str]:
    """Give the headers by which the centre knows the workplace."""
    covered = request_hash(method, path, body, nonce, epoch) + _stamp(time_ms)
    return {
        EPOCH_HEADER: epoch.hex(),
        NONCE_HEADER: nonce.hex(),
        TIME_HEADER: str(time_ms),
        SIGNATURE_HEADER: base64.b64encode(key.sign(signing.REQUEST, covered)).decode("ascii"),
    }


def read_request_headers(headers: Mapping[str, str]) -> RequestHeaders:
    """Read who claims to ask, so that the public key can be looked up.

    Raises NotAuthentic `request_unsigned` when a header is missing, `request_malformed` when one is not in its form.
    """
    epoch, nonce = _header(headers, EPOCH_HEADER), _header(headers, NONCE_HEADER)
    time, signature = _header(headers, TIME_HEADER), _header(headers, SIGNATURE_HEADER)
    if epoch is None or nonce is None or time is None or signature is None:
        raise NotAuthentic("request_unsigned")
    raw = _from_base64(signature, SIGNATURE_BYTES)
    if not _HEX_16.fullmatch(epoch) or not _HEX_16.fullmatch(nonce) or not _MILLISECONDS.fullmatch(time) or raw is None:
        raise NotAuthentic("request_malformed")
    return RequestHeaders(bytes.fromhex(epoch), bytes.fromhex(nonce), int(time), raw)


def verify_request(
    headers: Mapping[str, str],
    method: str,
    path: str,
    body: bytes,
    public_key: PublicKey,
    now_ms: int,
    tolerance_ms: int = TOLERANCE_MS,
) -> bytes:
    """Check a request against the workplace's key and give its hash, for the reply.

    Raises NotAuthentic `request_unsigned`, `request_malformed`, `request_forged`; `request_time` (params `now_ms`) when
    the signature holds but the workplace's clock is off: it signs anew with the centre's time.
    """
    read = read_request_headers(headers)
    named = request_hash(method, path, body, read.nonce, read.epoch)
    try:
        public_key.verify(signing.REQUEST, read.signature, named + _stamp(read.time_ms))
    except NotAuthentic as failure:
        raise NotAuthentic("request_forged") from failure
    if abs(read.time_ms - now_ms) > tolerance_ms:
        raise NotAuthentic("request_time", permanent=False, now_ms=now_ms)
    return named


def request_hash_of(headers: Mapping[str, str], method: str, path: str, body: bytes | int) -> bytes:
    """Name a request by what its headers claim, so that even a refused one gets a signed answer.

    `body` is the announced length where it was not read to its end. Without a readable epoch or nonce, zeros stand in
    their place.
    """
    nonce, epoch = _header(headers, NONCE_HEADER) or "", _header(headers, EPOCH_HEADER) or ""
    asked = bytes.fromhex(nonce) if _HEX_16.fullmatch(nonce) else bytes(NONCE_BYTES)
    asking = bytes.fromhex(epoch) if _HEX_16.fullmatch(epoch) else NO_EPOCH
    if isinstance(body, int):
        return unread_request_hash(method, path, body, asked, asking)
    return request_hash(method, path, body, asked, asking)


def sign_reply(key: PrivateKey, named_request: bytes, status: int, body: bytes) -> dict[str, str]:
    """Give the header by which an office knows that the centre itself answered this very request."""
    signature = key.sign(signing.REPLY, _answered(named_request, status, body))
    return {REPLY_HEADER: base64.b64encode(signature + key.public.key_id).decode("ascii")}


def verify_reply(
    ring: KeyRing, named_request: bytes, status: int, headers: Mapping[str, str], body: bytes, since_ms: int = 0
) -> None:
    """Accept an answer as the centre's, or raise NotAuthentic, which counts as a failure of the network.

    `reply_unsigned`: no signature at all, so somebody else answered; `reply_key_unknown`: the key is not certified
    here, or had ended before `since_ms`, the last server time that was verified; `reply_forged`: the signature is
    malformed or does not hold.
    """
    header = _header(headers, REPLY_HEADER)
    if header is None:
        raise NotAuthentic("reply_unsigned", permanent=False)
    raw = _from_base64(header, SIGNATURE_BYTES + KEY_ID_BYTES)
    if raw is None:
        raise NotAuthentic("reply_forged", permanent=False)
    try:
        key = ring.key_not_ended(raw[SIGNATURE_BYTES:], KeyPurpose.REPLY, since_ms)
    except NotAuthentic as failure:
        raise NotAuthentic("reply_key_unknown", permanent=False) from failure
    try:
        key.verify(signing.REPLY, raw[:SIGNATURE_BYTES], _answered(named_request, status, body))
    except NotAuthentic as failure:
        raise NotAuthentic("reply_forged", permanent=False) from failure


def bare_refusal(body: bytes) -> dict[str, str]:
    """Give the header that brings a refusal's bytes where an answer has no body: to `HEAD`."""
    return {REFUSAL_HEADER: base64.b64encode(body).decode("ascii")}


def read_bare_refusal(headers: Mapping[str, str], limit_bytes: int) -> bytes:
    """Take a refusal's bytes out of an answer to `HEAD`; empty when there are none in their form."""
    raw = _from_base64(_header(headers, REFUSAL_HEADER) or "")
    return raw if raw is not None and len(raw) <= limit_bytes else b""


def _header(headers: Mapping[str, str], name: str) -> str | None:
    value = headers.get(name)
    if value is not None:
        return value
    wanted = name.lower()
    return next((value for key, value in headers.items() if key.lower() == wanted), None)


def _from_base64(text: str, size: int | None = None) -> bytes | None:
    """Read base64 in its only form, of so many bytes if said; None for anything else."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    is_whole = size is None or len(raw) == size
    return raw if is_whole and base64.b64encode(raw).decode("ascii") == text else None


def _stamp(time_ms: int) -> bytes:
    if not -(2**63) <= time_ms < 2**63:
        raise InvalidField("out_of_range", field="time_ms")
    return time_ms.to_bytes(8, "big", signed=True)


def _answered(named_request: bytes, status: int, body: bytes) -> bytes:
    if not 100 <= status <= 999:
        raise InvalidField("out_of_range", field="status")
    return named_request + status.to_bytes(2, "big") + sha256(body)
