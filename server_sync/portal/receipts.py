"""Checks a receipt for whoever holds one: what its code says, whose key signed it, where it stands in the log."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from server_sync.appeals.models import fingerprint_of
from server_sync.common.refusals import Refused
from server_sync.contract.bodies import AppealRegistered
from server_sync.contract.errors import ContractError, InvalidField, MalformedBytes, NotAuthentic
from server_sync.contract.events import EventKind, Header, read_body, read_header
from server_sync.contract.evidence.checkpoint import Checkpoint
from server_sync.contract.evidence.keyring import KeyRing
from server_sync.contract.evidence.receipt import (
    Receipt,
    Verdict,
    from_base32,
    key_id_of,
    open_receipt,
    open_receipt_in_log,
    to_base32,
)
from server_sync.contract.moments import claimed_ms
from server_sync.contract.numbers import RegistrationNumber
from server_sync.evidence.keys import centre_keys
from server_sync.evidence.log import SignedCheckpoint, find_leaf, inclusion_proof, newest_checkpoint
from server_sync.journal.custody import utc
from server_sync.journal.models import Event
from server_sync.workplaces.models import Epoch


class Finding(StrEnum):
    """What the page says of a receipt, the best first."""

    IN_LOG = "in_log"
    NOT_YET_SEEN = "not_yet_seen"
    KEY_WITHDRAWN = "key_withdrawn"
    SUITE_UNKNOWN = "suite_unknown"
    KEY_UNKNOWN = "key_unknown"
    CONTRADICTED = "contradicted"
    FORGED = "forged"
    NOT_A_RECEIPT = "not_a_receipt"


class Difference(StrEnum):
    """What of a receipt the event that it names says otherwise."""

    KIND = "kind"
    NUMBER = "number"
    SEQ = "seq"
    TIME = "time_ms"


@dataclass(frozen=True, slots=True)
class InLog:
    """Where a receipt's event stands in the log, with all that proves it."""

    index: int
    checkpoint: SignedCheckpoint
    proof: tuple[bytes, ...]
    taken_at: datetime | None


@dataclass(frozen=True, slots=True)
class Checked:
    """A receipt after the check; `receipt` is absent when its code says nothing, `in_log` until the log has it.

    `certificate` and `revocations` are what was signed about the workplace that signed it; `compared` says what of it
    was held against the event in custody, and whether it differs.
    """

    finding: Finding
    encoded: str
    receipt: Receipt | None = None
    certificate: bytes = b""
    revocations: tuple[bytes, ...] = ()
    site_code: str = ""
    in_log: InLog | None = None
    compared: tuple[tuple[Difference, bool], ...] = ()

    @property
    def differs(self) -> tuple[Difference, ...]:
        """What contradicts the event in custody."""
        return tuple(difference for difference, is_other in self.compared if is_other)

    @property
    def fingerprint(self) -> str:
        """The beginning of its event's hash, by which people tell receipts apart that bear one number."""
        return fingerprint_of(self.receipt.event_hash) if self.receipt else ""

    @property
    def given_at(self) -> datetime | None:
        """The time the receipt itself claims, by the clock of the office's PC."""
        return utc(self.receipt.time_ms) if self.receipt else None


def check(encoded: str) -> Checked:
    """Check a receipt given in base32 as it stands in the address of its QR code; never raises for bad input."""
    try:
        raw = from_base32(encoded)
        key_id = key_id_of(raw)
    except (MalformedBytes, InvalidField):
        return Checked(Finding.NOT_A_RECEIPT, encoded)
    except ContractError:  # a suite of the future
        return Checked(Finding.SUITE_UNKNOWN, encoded)
    epoch = Epoch.objects.select_related("revocation").filter(key_id=key_id).first()
    ring = _ring(epoch)
    try:
        receipt, verdict = open_receipt(raw, ring)
    except NotAuthentic:
        return Checked(Finding.FORGED, encoded)
    written = to_base32(raw)
    if epoch is None or verdict is Verdict.KEY_UNKNOWN:
        return Checked(Finding.KEY_UNKNOWN, written, receipt)
    certificate, revocations = bytes(epoch.certificate), _revocations(epoch)
    in_log = _find(receipt)
    if in_log is None:
        finding = Finding.KEY_WITHDRAWN if verdict is Verdict.KEY_WITHDRAWN else Finding.NOT_YET_SEEN
        return Checked(finding, written, receipt, certificate, revocations, epoch.site_id)
    root = Checkpoint(in_log.checkpoint.origin, in_log.checkpoint.size, in_log.checkpoint.root)
    _, verdict = open_receipt_in_log(raw, ring, root, in_log.index, in_log.proof)
    compared = tuple(_compared(receipt))
    finding = Finding.KEY_WITHDRAWN if verdict is Verdict.KEY_WITHDRAWN else Finding.IN_LOG
    if any(is_other for _, is_other in compared):
        finding = Finding.CONTRADICTED
    return Checked(finding, written, receipt, certificate, revocations, epoch.site_id, in_log, compared)


def _ring(epoch: Epoch | None) -> KeyRing:
    """The keys that matter for one receipt: the centre's own, and the workplace that claims to have signed it."""
    keys = centre_keys()
    if epoch is None:
        return KeyRing(keys.root_bytes, keys.certificate_bytes)
    return KeyRing(keys.root_bytes, keys.certificate_bytes, [bytes(epoch.certificate)], _revocations(epoch))


def _revocations(epoch: Epoch) -> tuple[bytes, ...]:
    revocation = getattr(epoch, "revocation", None)
    signed = () if revocation is None else (revocation, *revocation.in_logs.all())
    return tuple(bytes(one.statement) for one in signed)


def _find(receipt: Receipt) -> InLog | None:
    try:
        leaf = find_leaf(receipt.event_hash)
    except Refused:
        return None
    published = newest_checkpoint(leaf.log)
    proof = inclusion_proof(leaf.index, published.size, leaf.log)
    taken_at = Event.custody.filter(hash=receipt.event_hash).values_list("taken_at", flat=True).first()
    return InLog(leaf.index, published, tuple(proof), taken_at)


def _compared(receipt: Receipt) -> Iterator[tuple[Difference, bool]]:
    """Hold a receipt against the event in custody that it names; what cannot be read any more is left out."""
    event = Event.custody.select_related("epoch__site").filter(hash=receipt.event_hash).first()
    if event is None:
        return  # known by its leaf alone, as after a restore: there is nothing that contradicts
    if event.kind != EventKind.APPEAL_REGISTERED:
        yield Difference.KIND, True
        return
    header = read_header(bytes(event.header))
    site = event.epoch.site.number_code
    number = RegistrationNumber(site, header.year, event.epoch.slot, header.counter, header.random)
    yield Difference.NUMBER, str(number) != receipt.number
    yield Difference.SEQ, event.seq != receipt.seq
    if (time_ms := _time_of(header, event.said)) is not None:
        yield Difference.TIME, time_ms != receipt.time_ms


def _time_of(header: Header, said: bytes) -> int | None:
    """The time that a receipt of this registration has; None where its day cannot be read (any more)."""
    try:
        body = read_body(header, said) if said else None
    except ContractError:
        return None
    return claimed_ms(header.wall_ms, body.registered_on) if isinstance(body, AppealRegistered) else None


def as_json(checked: Checked) -> dict[str, Any]:
    """All that a third party needs to check the receipt without us; bytes are base64."""
    told: dict[str, Any] = {"finding": checked.finding.value, "receipt_base32": checked.encoded}
    if checked.differs:
        told["differs"] = [difference.value for difference in checked.differs]
    if checked.receipt is not None:
        told["receipt"] = {
            "number": checked.receipt.number,
            "seq": checked.receipt.seq,
            "time": datetime.fromtimestamp(checked.receipt.time_ms / 1000, UTC).isoformat()
            if 0 <= checked.receipt.time_ms < 253_402_300_800_000
            else None,
            "time_ms": checked.receipt.time_ms,
            "event_hash": checked.receipt.event_hash.hex(),
        }
    if checked.certificate:
        keys = centre_keys()
        told["workplace_certificate"] = _base64(checked.certificate)
        told["revocations"] = [_base64(item) for item in checked.revocations]
        told["key_certificates"] = [_base64(item) for item in keys.certificate_bytes]
        told["roots"] = [_base64(item) for item in keys.root_bytes]
    if checked.in_log is not None:
        told["log"] = {
            "origin": checked.in_log.checkpoint.origin,
            "index": checked.in_log.index,
            "size": checked.in_log.checkpoint.size,
            "root": _base64(checked.in_log.checkpoint.root),
            "proof": [_base64(item) for item in checked.in_log.proof],
            "checkpoint": checked.in_log.checkpoint.text,
        }
    return told


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
