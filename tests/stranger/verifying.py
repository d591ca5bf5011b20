"""Sections 6 and 8 of the page: receipts and the centre's acknowledgements, checked with nothing but the keys."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tests.stranger.encoding import Refused, decode, encode, unpack
from tests.stranger.keyring import Keyring
from tests.stranger.numbering import Number, read_plain
from tests.stranger.page import Message
from tests.stranger.suite import SUITE, holds, key_id, verify
from tests.stranger.transparency import check_inclusion, verified_checkpoint

EDDSA: Final = -8
PLACE_ON_PAPER: Final = "/Q/"
BYTES_AT_MOST: Final = 400
SUITE_AT_MOST: Final = 255
PAYLOAD: Final = [int, str, int, int, bytes]
"""Suite, number, seq, time and event hash; the types are compared themselves, for `True` is an int too."""


@dataclass(frozen=True)
class Receipt:
    """What a receipt says, and its parts as they are signed."""

    protected: bytes
    payload: bytes
    signature: bytes
    key_id: bytes
    number: Number
    seq: int
    time_ms: int
    event_hash: bytes


@dataclass(frozen=True)
class Proof:
    """An answer of `/log/proof/inclusion`, taken apart."""

    origin: str
    index: int
    size: int
    path: Sequence[bytes]
    checkpoint: str

    @classmethod
    def from_json(cls, told: Message) -> "Proof":
        return cls(told["origin"], told["index"], told["size"], cls.hashes(told["proof"]), told["checkpoint"])

    @staticmethod
    def hashes(written: Sequence[str]) -> list[bytes]:
        """The hashes of a proof as they stand in JSON."""
        return [base64.b64decode(one, validate=True) for one in written]


def make_receipt(sign, public_key: bytes, number: str, seq: int, time_ms: int, event_hash: bytes) -> bytes:
    """Write a receipt; `sign` is the workplace's key at work."""
    protected = encode({1: EDDSA, 4: key_id(public_key)})
    payload = encode([SUITE, number, seq, time_ms, event_hash])
    return encode([protected, {}, payload, sign(_signed(protected, payload))])


def on_paper(portal: str, receipt: bytes) -> str:
    """The text of the QR code."""
    return (portal + PLACE_ON_PAPER + base64.b32encode(receipt).decode().rstrip("=")).upper()


def from_paper(text: str) -> bytes:
    """The receipt that a QR code holds: small letters and any portal will do, another way of writing will not."""
    before, path, written = text.upper().rpartition(PLACE_ON_PAPER)
    try:
        receipt = base64.b32decode(written + "=" * (-len(written) % 8))
    except (binascii.Error, ValueError) as broken:
        raise Refused("receipt_malformed") from broken
    if not (text.isascii() and before and path) or base64.b32encode(receipt).decode().rstrip("=") != written:
        raise Refused("receipt_malformed")
    return receipt


def read_receipt(raw: bytes) -> Receipt:
    """Take a receipt apart; whatever is not in its only form is refused."""
    try:
        return _taken_apart(raw)
    except Refused as no:
        raise no if no.code == "suite_unknown" else Refused("receipt_malformed", no.code) from no


def _taken_apart(raw: bytes) -> Receipt:
    if len(raw) > BYTES_AT_MOST:
        raise Refused("receipt_malformed")
    match decode(raw):
        case [bytes(protected), dict(unprotected), bytes(payload), bytes(signature)]:
            says = decode(payload)
        case _:
            raise Refused("receipt_malformed")
    match says:
        case [int(suite), *_] if type(suite) is int and suite != SUITE and 0 <= suite <= SUITE_AT_MOST:
            raise Refused("suite_unknown")
        case [int(suite), str(number), int(seq), int(time_ms), bytes(event)] if suite == SUITE:
            pass
        case _:
            raise Refused("receipt_malformed")
    signer = protected[-8:]
    are_headers_right = protected == encode({1: EDDSA, 4: signer}) and not unprotected
    if not are_headers_right or [type(one) for one in says] != PAYLOAD or len(signature) != 64:
        raise Refused("receipt_malformed")
    if len(event) != 32 or not 1 <= seq < 2**63 or abs(time_ms) > 2**62:
        raise Refused("receipt_malformed")
    return Receipt(protected, payload, signature, signer, read_plain(number), seq, time_ms, event)


def verdict(raw: bytes, keyring: Keyring, proof: Proof | None = None) -> str:
    """What can be said of a receipt: one of the page's verdicts, or a refusal by name."""
    receipt = read_receipt(raw)
    signer = keyring.signer(receipt.key_id)
    if signer is None:
        return "key_unknown"
    if not holds(signer["public_key"], receipt.signature, _signed(receipt.protected, receipt.payload)):
        raise Refused("receipt_forged")
    if (receipt.number.letters, receipt.number.slot) != (signer["number_code"], signer["slot"]):
        raise Refused("receipt_forged")
    if proof is not None:
        checkpoint = verified_checkpoint(proof.checkpoint, proof.origin, keyring.log_keys())
        if checkpoint.size != proof.size:
            raise Refused("not_included")
        check_inclusion(receipt.event_hash, proof.index, proof.size, proof.path, checkpoint.root)
    last_good = keyring.last_good.get(signer["epoch"])
    if proof is None:
        return "signed_not_yet_seen" if last_good is None else "key_withdrawn"
    if last_good is not None and receipt.seq > last_good:
        return "key_withdrawn"
    return "key_withdrawn" if keyring.is_too_late(signer["epoch"], proof.origin, proof.index) else "in_log"


def _signed(protected: bytes, payload: bytes) -> bytes:
    return encode(["Signature1", protected, b"", payload])


def acknowledged(raw: bytes, keyring: Keyring, name: str = "Acknowledgement") -> Message:
    """Verify an acknowledgement of events or, by its structure's name, of an attachment."""
    label = {
        "Acknowledgement": "liaison/acknowledgement/1",
        "BlobAcknowledgement": "liaison/blob-acknowledgement/1",
    }[name]
    match decode(raw):
        case [bytes() as message, bytes() as signer, bytes() as signature]:
            certificate = keyring.of_purpose("reply").get(signer)
        case _:
            raise Refused("acknowledgement_forged")
    if certificate is None:
        raise Refused("acknowledgement_forged")
    said = unpack(name, message)
    verify(certificate["public_key"], label, message, signature)
    if not certificate["not_before_ms"] <= said["time_ms"] <= certificate["not_after_ms"]:
        raise Refused("key_expired")
    return said
