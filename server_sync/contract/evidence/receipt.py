"""The citizen's proof: a receipt the workplace signs, small enough for a QR code and checkable without a network.

COSE_Sign1 (RFC 9052, section 4.2, untagged) = [protected bstr, {}, payload bstr, signature bstr(64)] with the protected
header {1: -8 (EdDSA), 4: key id} and the payload [suite, number without its dashes, seq, time_ms, event_hash]. No
personal data. It is technical evidence of the workplace, not a qualified electronic signature.

A reader asks in this order: are these the bytes of a receipt of this suite with a number whose check digits fit, whose
key is it, does the signature hold, is the number that workplace's, is the key withdrawn, does the proof hold.
"""

import base64
import binascii
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar, Final

from server_sync.contract import codec, signing
from server_sync.contract.errors import InvalidField, MalformedBytes, NotAuthentic
from server_sync.contract.evidence import merkle
from server_sync.contract.evidence.checkpoint import Checkpoint
from server_sync.contract.evidence.keyring import KeyRing
from server_sync.contract.folding import narrow, without_marks
from server_sync.contract.numbers import written_number
from server_sync.contract.shapes import from_plain, key, to_plain
from server_sync.contract.signing import HASH_BYTES, KEY_ID_BYTES, SIGNATURE_BYTES, PrivateKey, sha256

RECEIPT_LIMIT_BYTES: Final = 400
CODE_DIGITS: Final = 6
QR_PATH: Final = "/Q/"

_ALGORITHM: Final = 1
_EDDSA: Final = -8
_KEY_ID: Final = 4
_UNBROKEN: Final = re.compile(r"[!-~]+")
_END_OF_LINK: Final = re.compile(r"/[Qq]/[A-Za-z2-7]+(?![\w=])")
_QR_ADDRESS: Final = re.compile(r"[0-9A-Z$%*+\-./:]+", re.ASCII)


class Verdict(IntEnum):
    """What can be said of a receipt whose bytes are in order. One that is not is refused as `receipt_forged`."""

    IN_LOG = 1
    SIGNED_NOT_YET_SEEN = 2
    KEY_UNKNOWN = 3
    KEY_WITHDRAWN = 4


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says: this number was given to this event, the seq-th of its epoch, at this time of the PC."""

    number: str
    seq: int
    time_ms: int
    event_hash: bytes


@dataclass(frozen=True, slots=True)
class _Payload:
    AS_ARRAY: ClassVar[bool] = True
    suite: int = key(0, limit=signing.SUITE_MOST)
    number: str = key(1, limit=40)
    seq: int = key(2, at_least=1)
    time_ms: int = key(3, at_least=-(2**62), limit=2**62)
    event_hash: bytes = key(4, size=HASH_BYTES)


def sign_receipt(key: PrivateKey, receipt: Receipt) -> bytes:
    """Sign a receipt with the workplace's key."""
    number = receipt.number.replace("-", "")
    payload = codec.encode(to_plain(_Payload(signing.SUITE, number, receipt.seq, receipt.time_ms, receipt.event_hash)))
    if _read_payload(payload) != receipt:
        raise InvalidField("number_malformed", field="registration_number")
    protected = _protected(key.public.key_id)
    signature = key.sign_as_is(_signed_bytes(protected, payload))
    return codec.encode([protected, {}, payload, signature])


def open_receipt(raw: bytes, ring: KeyRing) -> tuple[Receipt, Verdict]:
    """Read a receipt and say what this program knows of it without the log.

    Raises MalformedBytes `receipt_malformed` for what is no receipt (a number whose check digits do not fit included),
    ContractError `suite_unknown` for a receipt of the future, NotAuthentic `receipt_forged` for a signature that does
    not hold or a number of another workplace. With KEY_UNKNOWN nothing of the receipt is proved.
    """
    signed = _read(raw)
    receipt = signed.receipt
    workplace = ring.workplace_of_key(signed.key_id)
    if workplace is None:
        return receipt, Verdict.KEY_UNKNOWN
    try:
        signing.PublicKey(workplace.public_key).verify_as_is(signed.signature, signed.signed_bytes)
    except NotAuthentic as failure:
        raise NotAuthentic("receipt_forged") from failure
    number = written_number(receipt.number.replace("-", ""))
    if (number.number_code, number.slot) != (workplace.number_code, workplace.slot):
        raise NotAuthentic("receipt_forged")
    if ring.is_revoked(workplace.epoch):
        return receipt, Verdict.KEY_WITHDRAWN
    return receipt, Verdict.SIGNED_NOT_YET_SEEN


def open_receipt_in_log(
    raw: bytes, ring: KeyRing, checkpoint: Checkpoint, leaf: int, proof: Sequence[bytes]
) -> tuple[Receipt, Verdict]:
    """Read a receipt together with its proof from the public log; the checkpoint must have been opened before.

    A receipt of a withdrawn workplace counts as in the log up to its last good event, and if its leaf was there before
    the withdrawal: whoever has the key can begin the epoch anew at any `seq`. Raises as `open_receipt`, and
    NotAuthentic `not_included` when the proof does not hold. Of a receipt with KEY_UNKNOWN no proof says anything.
    """
    receipt, verdict = open_receipt(raw, ring)
    if verdict is Verdict.KEY_UNKNOWN:
        return receipt, verdict
    merkle.verify_inclusion(receipt.event_hash, leaf, checkpoint.size, proof, checkpoint.root)
    workplace = ring.workplace_of_key(key_id_of(raw))
    if workplace is not None and (
        ring.is_revoked(workplace.epoch, receipt.seq) or ring.came_too_late(workplace.epoch, checkpoint.origin, leaf)
    ):
        return receipt, Verdict.KEY_WITHDRAWN
    return receipt, Verdict.IN_LOG


def key_id_of(raw: bytes) -> bytes:
    """Say which key a receipt claims to be signed with, 8 bytes."""
    return _read(raw).key_id


def qr_text(raw: bytes, portal: str) -> str:
    """Write a receipt as the text of its QR code: an address every telephone's camera opens, in capitals throughout.

    `portal` is like `https://kattar.gov.kg`; raises InvalidField `portal_not_writable` for one that the alphanumeric
    mode of QR codes does not hold.
    """
    address = portal.rstrip("/").upper()
    if not _QR_ADDRESS.fullmatch(address):
        raise InvalidField("portal_not_writable", field="portal")
    return address + QR_PATH + to_base32(raw)


def receipt_from_qr_text(text: str) -> bytes:
    """Take the receipt's bytes out of a scanned or pasted address, whichever portal it names.

    Raises MalformedBytes `receipt_malformed`.
    """
    before, path, encoded = _ascii_capitals(text.strip()).rpartition(QR_PATH)
    if not path or not before:
        raise MalformedBytes("receipt_malformed")
    return from_base32(encoded)


def link_in(text: str) -> str:
    """Find a receipt's address in what was pasted: words before it and a mark, a slash or tracking words behind it go.

    A text without one is given back as it is. What a QR code says needs none of this and is read as it stands.
    """
    said = without_marks(narrow(text))
    unbroken = {run.end(): run.start() for run in _UNBROKEN.finditer(said)}
    ends = sorted(unbroken)
    found = []
    for link in _END_OF_LINK.finditer(said):
        start = unbroken[ends[bisect_left(ends, link.end())]]
        if start < link.start():
            found.append(said[start : link.end()])
    return max(found, key=len) if found else text


def _ascii_capitals(text: str) -> str:
    """Only letters that a receipt is written with have capitals here: that of ſ is S, and would be a second way."""
    return text.upper() if text.isascii() else ""


def to_base32(raw: bytes) -> str:
    """Write bytes in base32 (RFC 4648) without padding."""
    return base64.b32encode(raw).decode("ascii").rstrip("=")


def from_base32(text: str) -> bytes:
    """Read base32 without padding in its only form, of any case; raises MalformedBytes `receipt_malformed`."""
    text = _ascii_capitals(text)
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError) as failure:
        raise MalformedBytes("receipt_malformed") from failure
    if len(raw) > RECEIPT_LIMIT_BYTES or to_base32(raw) != text:
        raise MalformedBytes("receipt_malformed")
    return raw


def short_code(salt: bytes) -> str:
    """Give the six digits that, with the number, open the case by telephone and on the portal."""
    number = int.from_bytes(sha256(b"code\x00", salt), "big") % 10**CODE_DIGITS
    return f"{number:0{CODE_DIGITS}d}"


@dataclass(frozen=True, slots=True)
class _Signed:
    """A receipt taken apart, its form checked and nothing proved."""

    receipt: Receipt
    key_id: bytes
    signature: bytes
    signed_bytes: bytes


def _read(raw: bytes) -> _Signed:
    try:
        match codec.decode(raw, RECEIPT_LIMIT_BYTES):
            case [bytes() as protected, dict() as unprotected, bytes() as payload, bytes() as signature]:
                said = codec.decode(payload, RECEIPT_LIMIT_BYTES)
                if isinstance(said, list):
                    signing.demand_suite(said, 0)
                key_id = protected[-KEY_ID_BYTES:]
                if not unprotected and len(signature) == SIGNATURE_BYTES and protected == _protected(key_id):
                    return _Signed(_read_payload(payload), key_id, signature, _signed_bytes(protected, payload))
            case _:
                pass
    except (MalformedBytes, InvalidField) as failure:
        raise MalformedBytes("receipt_malformed") from failure
    raise MalformedBytes("receipt_malformed")


def _protected(key_id: bytes) -> bytes:
    """The protected header of version 1: nothing but the algorithm and the key id, in their only form."""
    return codec.encode({_ALGORITHM: _EDDSA, _KEY_ID: key_id})


def _read_payload(raw: bytes) -> Receipt:
    payload = from_plain(_Payload, codec.decode(raw, RECEIPT_LIMIT_BYTES))
    return Receipt(written_number(payload.number).text, payload.seq, payload.time_ms, payload.event_hash)


def _signed_bytes(protected: bytes, payload: bytes) -> bytes:
    """The Sig_structure of RFC 9052, section 4.4, without external data."""
    return codec.encode(["Signature1", protected, b"", payload])
