"""Writes the test vectors of docs/protocol.md, the same bytes every time: `python -m tests.contract.make_vectors`.

Bytes are in hexadecimal where a person compares them, in base64 where the centre itself answers so.
"""

import base64
import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from server_sync.contract import authentication, codec, enrolment, signing
from server_sync.contract.bodies import (
    Address,
    AnswerBy,
    AppealForm,
    AppealKind,
    AppealRegistered,
    AppealWithdrawn,
    Applicant,
    DueTerm,
)
from server_sync.contract.deadlines import compute_due
from server_sync.contract.enrolment import EnrolmentCode
from server_sync.contract.events import Event, EventKind, Header, make_event
from server_sync.contract.evidence import acknowledgement, chain, merkle
from server_sync.contract.evidence.acknowledgement import Acknowledgement, BlobAcknowledgement, CustodyRange
from server_sync.contract.evidence.certificate import KeyPurpose
from server_sync.contract.evidence.checkpoint import (
    Checkpoint,
    cosign,
    cosigner_name,
    sign_checkpoint,
    verifier_key,
)
from server_sync.contract.evidence.merkle import MemoryNodes, Tree
from server_sync.contract.evidence.receipt import Receipt, qr_text, short_code, sign_receipt
from server_sync.contract.frames import compress
from server_sync.contract.messages import Refusal
from server_sync.contract.numbers import RegistrationNumber
from server_sync.contract.shapes import to_plain
from server_sync.contract.signing import PrivateKey, sha256
from tests.contract.invented import NOW_MS, ORIGIN, PORTAL, Centre, Office
from tests.contract.shipped import BOOK

FOLDER: Final = Path(__file__).parent / "vectors"
Vectors = dict[str, Any]

CENTRE: Final = Centre()
OFFICE: Final = CENTRE.office("ALA")
WITHDRAWN: Final = CENTRE.office("BTD", "B")
IN_TIME: Final = CENTRE.office("BTD", "C")
TOO_LATE: Final = CENTRE.office("BTD", "D")
IN_ANOTHER_LOG: Final = CENTRE.office("BTD", "E")
UNKNOWN: Final = CENTRE.office("OSH", "C")
LEAVES: Final = 13
REGISTERED_LEAF: Final = 6
REVOCATIONS: Final[tuple[tuple[Office, int, tuple[str, int] | None], ...]] = (
    (WITHDRAWN, 0, None),
    (IN_TIME, 1, (ORIGIN, REGISTERED_LEAF + 1)),
    (TOO_LATE, 1, (ORIGIN, REGISTERED_LEAF)),
    (IN_ANOTHER_LOG, 1, ("kattar.gov.kg/log/2", LEAVES)),
)
"""Who is withdrawn, after which `seq`, and where which log stood then."""
COUNTED_FROM: Final = (
    date(2013, 12, 20),
    date(2014, 1, 1),
    date(2019, 4, 29),
    date(2025, 12, 30),
    date(2026, 3, 13),
    date(2026, 11, 23),
    date(2027, 3, 2),
    date(2027, 12, 20),
    date(2031, 5, 1),
)
KNOWN_CODES: Final = frozenset({"ALA", "BTD", "CHU", "OSH", "WEB"})
TYPED: Final = (
    "ALA-26-A-00042-7184",
    "ala 26 a 00042 7184",
    "№ ALA26A000427184",
    "АЛА-26-А-00042-7184",
    "Ала26А000427І84",
    "ala-26-a-ooo42-7I84",
    "ОШ-26-ZQWKT-99999-9953",
    "ОШ-26-ЗКВКТ-99999-9953",
    "БТД-26-Б-00042-7192",
    "ВТД-26-В-00042-7192",
)
NOT_NUMBERS: Final = (
    ("", "number_malformed"),
    ("ALA-26-A-00042", "number_malformed"),
    ("ALA-26-A-000042-7184", "number_malformed"),
    ("ALA-26-A-00000-7184", "number_malformed"),
    ("ALA-26-A-٠٠٠٤٢-7184", "number_malformed"),
    ("ALA-26-A-00042-7185", "number_check_failed"),
    ("ALA-26-A-00043-7184", "number_check_failed"),
)


def main() -> int:
    """Write every file anew."""
    FOLDER.mkdir(exist_ok=True)
    for name, vectors in all_vectors().items():
        (FOLDER / name).write_text(as_text(vectors), encoding="utf-8")
    return 0


def all_vectors() -> dict[str, Vectors]:
    """Compute every file's content."""
    return {
        "codec.json": codec_vectors(),
        "signing.json": signing_vectors(),
        "events.json": event_vectors(),
        "certificates.json": certificate_vectors(),
        "acknowledgements.json": acknowledgement_vectors(),
        "calls.json": call_vectors(),
        "log.json": log_vectors(),
        "receipts.json": receipt_vectors(),
        "numbers.json": number_vectors(),
        "terms.json": term_vectors(),
        "keys.json": published_keys(),
        "proof.json": published_proof(),
    }


def as_text(vectors: Vectors) -> str:
    """Write one file as people and programs read it."""
    return json.dumps(vectors, ensure_ascii=False, indent=1, sort_keys=False) + "\n"


def codec_vectors() -> Vectors:
    """What is read, and what is refused and why."""
    return {
        "read": [
            {"cbor": codec.encode(value).hex(), "means": told}
            for value, told in (
                (0, "0"),
                (23, "23"),
                (24, "24"),
                (-8, "-8"),
                (2**64 - 1, "18446744073709551615"),
                (b"\x01\x02", "h'0102'"),
                ("Үкү", '"Үкү"'),
                ([1, [2, None]], "[1, [2, null]]"),
                ({0: 1, 23: True, 24: False}, "{0: 1, 23: true, 24: false}"),
            )
        ],
        "refused": [
            {"cbor": raw, "because": reason}
            for raw, reason in (
                ("", "no value"),
                ("1800", "a number written longer than needed"),
                ("1817", "a number written longer than needed"),
                ("a200010002", "the same key twice"),
                ("a201000000", "keys out of order"),
                ("9f01ff", "an indefinite length"),
                ("5f4101ff", "an indefinite length"),
                ("f93c00", "a float"),
                ("fb3ff0000000000000", "a float"),
                ("c100", "a tag"),
                ("f7", "undefined"),
                ("63eda080", "a lone surrogate"),
                ("61ff", "no UTF-8"),
                ("0000", "something after the value"),
                ("8201", "an end too early"),
                ("9bffffffffffffffff", "a length beyond the bytes"),
                ("81" * 20 + "00", "too deep"),
            )
        ],
    }


def signing_vectors() -> Vectors:
    """One signature and one MAC for every label."""
    key = OFFICE.key
    message = b"a message"
    return {
        "private_key": key.to_bytes().hex(),
        "public_key": key.public.raw.hex(),
        "key_id": key.public.key_id.hex(),
        "message": message.hex(),
        "signatures": {label.decode(): key.sign(label, message).hex() for label in signing.LABELS},
    }


def event_vectors() -> Vectors:
    """A registration and its withdrawal: bytes, hashes, chain, signature of the head."""
    certificate = OFFICE.certificate.to_bytes()
    heads = [chain.genesis(certificate)]
    events = _events()
    for event in events:
        heads.append(chain.advance(heads[-1], event.hash))
    return {
        "certificate": certificate.hex(),
        "genesis": heads[0].hex(),
        "events": [
            {
                "header": event.header.hex(),
                "salt": event.salt.hex(),
                "body": event.body.hex(),
                "commitment": chain.commitment(event.salt, event.body).hex(),
                "event_hash": event.hash.hex(),
                "chain": head.hex(),
                "short_code": short_code(event.salt),
            }
            for event, head in zip(events, heads[1:], strict=True)
        ],
        "head": {
            "epoch": OFFICE.epoch.hex(),
            "seq": len(events),
            "chain": heads[-1].hex(),
            "signature": chain.sign_head(OFFICE.key, OFFICE.epoch, len(events), heads[-1]).hex(),
        },
    }


def certificate_vectors() -> Vectors:
    """The centre's keys, an office's certificate and that of its next epoch, a revocation."""
    return {
        "roots": [root.hex() for root in CENTRE.roots],
        "keys": {KeyPurpose(at + 1).name.lower(): raw.hex() for at, raw in enumerate(CENTRE.keys)},
        "workplace": OFFICE.certificate.to_bytes().hex(),
        "revocation": CENTRE.revoke(WITHDRAWN, 0).hex(),
        "revocation_in_log": CENTRE.revoke(*REVOCATIONS[1]).hex(),
    }


def acknowledgement_vectors() -> Vectors:
    """Custody of two ranges of events and of an attachment."""
    has = Acknowledgement(
        signing.SUITE, 1, OFFICE.epoch, (CustodyRange(1, 2, REGISTERED_LEAF),), sha256(b"head"), NOW_MS
    )
    blob = BlobAcknowledgement(signing.SUITE, 1, sha256(b"ciphertext"), 70_000, NOW_MS)
    return {
        "acknowledgement": acknowledgement.sign_acknowledgement(CENTRE.reply, has).hex(),
        "blob_acknowledgement": acknowledgement.sign_blob_acknowledgement(CENTRE.reply, blob).hex(),
    }


def call_vectors() -> Vectors:
    """A signed request and its signed reply; answers without a body and of a body unread; the enrolment code."""
    nonce, path, body, reply = bytes(range(16)), "/sync/v1/exchange", b"request body", b"reply body"
    asked = authentication.request_hash("POST", path, body, nonce, OFFICE.epoch)
    code = EnrolmentCode.parse("7K3QX-0M2VN-8RTBE-1HYCA")
    return {
        "request": {
            "method": "POST",
            "path": path,
            "body": body.hex(),
            "request_hash": asked.hex(),
            "headers": authentication.sign_request(OFFICE.key, "POST", path, body, nonce, OFFICE.epoch, NOW_MS),
        },
        "reply": {
            "status": 200,
            "body": reply.hex(),
            "headers": authentication.sign_reply(CENTRE.reply, asked, 200, reply),
        },
        "head": _head_calls(nonce),
        "unread": _unread_call(nonce, path),
        "enrolment": {
            "code": code.grouped,
            "code_id": code.id.hex(),
            "mac_key": code.mac_key.hex(),
            "request": body.hex(),
            "request_mac": enrolment.seal_request(code.mac_key, body).hex(),
            "reply": reply.hex(),
            "reply_mac": enrolment.seal_reply(code.mac_key, body, reply).hex(),
        },
    }


def log_vectors() -> Vectors:
    """A log of thirteen events: roots, proofs, the checkpoint and an office's cosignature."""
    tree, size = _tree(), LEAVES
    point = Checkpoint(ORIGIN, size, tree.root())
    name = cosigner_name(OFFICE.epoch)
    return {
        "entries": [entry.hex() for entry in _entries()],
        "roots": [tree.root(at).hex() for at in range(size + 1)],
        "inclusion": [
            {"index": index, "size": at, "proof": _hex(tree.inclusion_proof(index, at))}
            for index, at in ((0, 1), (0, 13), (6, 7), (6, 13), (12, 13))
        ],
        "consistency": [
            {"old_size": old, "size": at, "proof": _hex(tree.consistency_proof(old, at))}
            for old, at in ((0, 13), (1, 13), (4, 7), (7, 13), (8, 13), (13, 13))
        ],
        "range": [
            {"first": first, "last": last, "size": at, "proof": _hex(tree.range_proof(first, last, at))}
            for first, last, at in ((0, 12, 13), (3, 9, 13), (6, 7, 13), (12, 12, 13), (5, 6, 7))
        ],
        "checkpoint": sign_checkpoint(CENTRE.log, ORIGIN, point),
        "verifier_key": verifier_key(ORIGIN, CENTRE.log.public),
        "cosigner": name,
        "cosigner_public_key": OFFICE.key.public.raw.hex(),
        "cosignature": cosign(OFFICE.key, name, point, NOW_MS // 1000),
    }


def receipt_vectors() -> Vectors:
    """Receipts with what they say and the verdict that belongs to each, alone and with proof.json."""
    said = _receipt(OFFICE)
    good = sign_receipt(OFFICE.key, said)
    flipped = good[:-1] + bytes([good[-1] ^ 1])
    elsewhere = sha256(b"an event that is not in the log")
    unlogged = sign_receipt(OFFICE.key, replace(said, event_hash=elsewhere))
    foreign = sign_receipt(OFFICE.key, replace(said, number=str(RegistrationNumber("BTD", 2026, "A", 42, 71))))
    foreign_flipped = foreign[:-1] + bytes([foreign[-1] ^ 1])
    unknown = sign_receipt(UNKNOWN.key, replace(_receipt(UNKNOWN), event_hash=elsewhere))
    plain, seen = said.number.replace("-", ""), (said.seq, said.time_ms, said.event_hash)
    cases = (
        ("signed by a known workplace, and in the log", good, "signed_not_yet_seen", "in_log"),
        ("signed, but the proof is another event's", unlogged, "signed_not_yet_seen", "not_included"),
        ("one bit of the signature is wrong", flipped, "receipt_forged", "receipt_forged"),
        ("the number of another office", foreign, "receipt_forged", "receipt_forged"),
        ("that too with a wrong signature", foreign_flipped, "receipt_forged", "receipt_forged"),
        ("a workplace that keys.json does not know", _signed(UNKNOWN), "key_unknown", "key_unknown"),
        ("that too with the proof of another event", unknown, "key_unknown", "key_unknown"),
        ("a withdrawn workplace, after its last good event", _signed(WITHDRAWN), "key_withdrawn", "key_withdrawn"),
        ("a withdrawn one whose log had this leaf by then", _signed(IN_TIME), "key_withdrawn", "in_log"),
        ("one whose log had not, although the seq is good", _signed(TOO_LATE), "key_withdrawn", "key_withdrawn"),
        ("one whose withdrawal names another log alone", _signed(IN_ANOTHER_LOG), "key_withdrawn", "key_withdrawn"),
        (
            "a number whose check digits do not fit, rightly signed",
            _signed_payload([1, plain[:-1] + "5", *seen]),
            "receipt_malformed",
            "receipt_malformed",
        ),
        (
            "a counter with a needless zero, rightly signed",
            _signed_payload([1, _with_check("ALA26A00004271"), *seen]),
            "receipt_malformed",
            "receipt_malformed",
        ),
        ("with the tag of COSE_Sign1", b"\xd2" + good, "receipt_malformed", "receipt_malformed"),
        ("of another suite", _signed_payload([2, plain, *seen]), "suite_unknown", "suite_unknown"),
        (
            "of another suite, with fields that this one does not have",
            _signed_payload([2, plain, *seen, "more"]),
            "suite_unknown",
            "suite_unknown",
        ),
        (
            "of another suite, with headers and words that this one does not have",
            _signed_payload([2, plain, *seen, {1: True, 2: None}], {5: b"more"}),
            "suite_unknown",
            "suite_unknown",
        ),
        *(
            (what, _signed_payload(payload), "receipt_malformed", "receipt_malformed")
            for what, payload in (
                ("a suite that no suite can be, 256", [256, plain, *seen]),
                ("a text where the suite should be", ["1", plain, *seen]),
                ("a truth where the suite should be", [True, plain, *seen]),
                ("a map where the payload should be", {0: 2, 1: plain}),
                ("a field too many", [1, plain, *seen, 0]),
                ("a field too few", [1, plain, *seen[:-1]]),
                ("a place before the first of the epoch", [1, plain, 0, *seen[1:]]),
                ("a time that no clock tells", [1, plain, said.seq, 2**62 + 1, said.event_hash]),
                ("an event hash that is a byte too short", [1, plain, *seen[:-1], said.event_hash[:-1]]),
            )
        ),
        (
            "of another suite, with the tag of COSE_Sign1",
            b"\xd2" + _signed_payload([2, plain, *seen]),
            "receipt_malformed",
            "receipt_malformed",
        ),
    )
    written = qr_text(good, PORTAL)
    return {
        "says": {
            "number": said.number,
            "seq": said.seq,
            "time_ms": said.time_ms,
            "event_hash": said.event_hash.hex(),
            "key_id": OFFICE.key.public.key_id.hex(),
        },
        "cases": [
            {
                "what": what,
                "receipt": raw.hex(),
                "qr_text": qr_text(raw, PORTAL),
                "verdict_alone": alone,
                "verdict_with_proof": with_proof,
            }
            for what, raw, alone, with_proof in cases
        ],
        "qr_read": [{"qr_text": text, "because": why} for text, why in _other_portals(written)],
        "qr_refused": [{"qr_text": text, "because": why} for text, why in _other_writings(written)],
    }


def number_vectors() -> Vectors:
    """How numbers are written, and how typed ones are read."""
    return {
        "written": [
            {"number": str(number), "check_digits": f"{number.check:02}"}
            for number in (
                RegistrationNumber("ALA", 2026, "A", 42, 71),
                RegistrationNumber("BTD", 2026, "B", 42, 71),
                RegistrationNumber("WEB", 2027, "AZ", 123_456, 0),
                RegistrationNumber("OSH", 2026, "ZQWKT", 99_999, 99),
            )
        ],
        "read": [{"typed": typed, "number": str(RegistrationNumber.parse(typed, KNOWN_CODES))} for typed in TYPED],
        "refused": [{"typed": typed, "because": code} for typed, code in NOT_NUMBERS],
        "known_codes": sorted(KNOWN_CODES),
    }


def published_keys() -> Vectors:
    """What /log/keys answers, as far as a verifier reads it."""
    return {
        "roots": [{"public_key": _base64(root)} for root in CENTRE.roots],
        "keys": [{"certificate": _base64(raw)} for raw in CENTRE.keys],
        "workplaces": [
            {"certificate": _base64(office.certificate.to_bytes())}
            for office in (OFFICE, *(withdrawn for withdrawn, _, _ in REVOCATIONS))
        ],
        "revocations": [
            {
                "revocation": _base64(CENTRE.revoke(office, last_good_seq)),
                "in_logs": [] if log is None else [_base64(CENTRE.revoke(office, last_good_seq, log))],
            }
            for office, last_good_seq, log in REVOCATIONS
        ],
        "logs": [{"origin": ORIGIN, "verifier_key": verifier_key(ORIGIN, CENTRE.log.public)}],
    }


def published_proof() -> Vectors:
    """What /log/proof/inclusion answers for the registered event."""
    tree = _tree()
    return {
        "origin": ORIGIN,
        "index": REGISTERED_LEAF,
        "size": LEAVES,
        "proof": [_base64(step) for step in tree.inclusion_proof(REGISTERED_LEAF, LEAVES)],
        "checkpoint": sign_checkpoint(CENTRE.log, ORIGIN, Checkpoint(ORIGIN, LEAVES, tree.root())),
    }


def _events() -> list[Event]:
    header = Header(
        epoch=OFFICE.epoch,
        seq=1,
        kind=EventKind.APPEAL_REGISTERED,
        wall_ms=NOW_MS,
        monotonic_ms=123_456,
        boot=bytes(range(8)),
        year=2026,
        counter=42,
        random=71,
        person=sha256(b"example clerk")[:16],
        server_time_ms=NOW_MS - 3_600_000,
        anchor=5,
    )
    registered = make_event(
        header,
        AppealRegistered(
            kind=AppealKind.COMPLAINT,
            form=AppealForm.WRITTEN,
            language="ky",
            applicant=Applicant(surname="Үлгүева", given_name="Мисал"),
            address=Address(territory_code="KG-C-ALA"),
            answer_by=AnswerBy.PHONE,
            addressee_code="AKIM",
            addressee_site="KG-C-ALA",
            categories=("01.02",),
            subject="Мисал",
            text="Бул сыноо үчүн жазылган өтүнүч.",
            registered_on=date(2026, 11, 23),
            due=DueTerm(due_on=date(2026, 12, 11), working_days=14, article="8", rules_version=1),
        ),
        sha256(b"example salt 1")[:16],
    )
    withdrawn = make_event(
        replace(
            header,
            seq=2,
            kind=EventKind.APPEAL_WITHDRAWN,
            wall_ms=NOW_MS + 60_000,
            monotonic_ms=183_456,
            year=0,
            counter=0,
            random=0,
            appeal=registered.hash,
            follows=(registered.hash,),
        ),
        AppealWithdrawn("Арыз ээсинин каалоосу", AppealForm.ORAL),
        sha256(b"example salt 2")[:16],
    )
    return [registered, withdrawn]


def _entries() -> list[bytes]:
    registered, withdrawn = (event.hash for event in _events())
    others = [sha256(b"example entry", bytes([at])) for at in range(LEAVES)]
    return [*others[:REGISTERED_LEAF], registered, withdrawn, *others[REGISTERED_LEAF + 2 :]]


def _tree() -> Tree:
    tree = Tree(MemoryNodes())
    tree.append(_entries())
    assert tree.size == LEAVES
    merkle.verify_inclusion(_entries()[3], 3, LEAVES, tree.inclusion_proof(3, LEAVES), tree.root())
    return tree


def term_vectors() -> Vectors:
    """Terms as they are counted from the shipped tables: over holidays, moved days, estimates, the calendar's end."""
    counted = []
    for kind in AppealKind:
        for on in COUNTED_FROM:
            due = compute_due(on, kind, BOOK.calendar, BOOK.terms)
            counted.append(
                {
                    "kind": kind.name.lower(),
                    "registered_on": on.isoformat(),
                    "due_on": due.due_on.isoformat() if due.due_on else None,
                    "working_days": due.working_days,
                    "article": due.article,
                    "provisional": due.provisional,
                    "rules_version": due.rules_version,
                }
            )
    return {"counted": counted}


def _head_calls(nonce: bytes) -> Vectors:
    """How far an attachment has come, and that nothing of it is here: a header brings what is signed."""
    path = f"/sync/v1/blob/{sha256(b'ciphertext').hex()}"
    asked = authentication.request_hash("HEAD", path, b"", nonce, OFFICE.epoch)
    offset, refused = "65536;open", _refusal("not_here")
    return {
        "path": path,
        "request_hash": asked.hex(),
        "headers": authentication.sign_request(OFFICE.key, "HEAD", path, b"", nonce, OFFICE.epoch, NOW_MS),
        "answers": [
            {
                "status": 200,
                "headers": {authentication.OFFSET_HEADER: offset}
                | authentication.sign_reply(CENTRE.reply, asked, 200, offset.encode()),
            },
            {
                "status": 404,
                "code": "not_here",
                "headers": authentication.bare_refusal(refused)
                | authentication.sign_reply(CENTRE.reply, asked, 404, refused),
            },
        ],
    }


def _unread_call(nonce: bytes, path: str) -> Vectors:
    """A body too large to be read: the answer is bound to its announced length."""
    length, refused = 1_048_577, _refusal("too_large")
    asked = authentication.unread_request_hash("POST", path, length, nonce, OFFICE.epoch)
    return {
        "method": "POST",
        "path": path,
        "length": length,
        "nonce": nonce.hex(),
        "epoch": OFFICE.epoch.hex(),
        "request_hash": asked.hex(),
        "status": 413,
        "code": "too_large",
        "body": refused.hex(),
        "headers": {authentication.UNREAD_HEADER: str(length)}
        | authentication.sign_reply(CENTRE.reply, asked, 413, refused),
    }


def _refusal(code: str) -> bytes:
    return compress(codec.encode(to_plain(Refusal(code, server_time_ms=NOW_MS))))


def _signed_payload(said: object, unprotected: dict[int, bytes] | None = None) -> bytes:
    """A receipt that the office's key signed, whatever it says."""
    protected, payload = codec.encode({1: -8, 4: OFFICE.key.public.key_id}), codec.encode(said)
    signature = OFFICE.key.sign_as_is(codec.encode(["Signature1", protected, b"", payload]))
    return codec.encode([protected, unprotected or {}, payload, signature])


def _with_check(plain: str) -> str:
    """A number with check digits that fit, whatever it is (ISO 7064 MOD 97-10)."""
    rest = int("".join(str(int(sign, 36)) for sign in f"{plain}00")) % 97
    return f"{plain}{98 - rest:02}"


def _other_portals(text: str) -> list[tuple[str, str]]:
    return [
        (text.lower(), "letters of the other case"),
        (f"HTTP://127.0.0.1/Q/{text.rpartition('/')[2]}", "any portal"),
    ]


def _other_writings(text: str) -> list[tuple[str, str]]:
    base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    last = base32[base32.index(text[-1]) ^ 1]
    return [
        (text[:-1] + last, "the last letter holds bits that no byte has"),
        (text + "=" * (-len(text.rpartition("/")[2]) % 8), "padding"),
        (text + "A", "a letter too many"),
        (text.replace("S", "ſ"), "a letter whose capital is another letter's"),
        (text.rpartition("/Q/")[2], "no address"),
    ]


def _receipt(office: Office) -> Receipt:
    certificate = office.certificate
    number = RegistrationNumber(certificate.number_code, 2026, certificate.slot, 42, 71)
    return Receipt(str(number), 1, NOW_MS, _events()[0].hash)


def _signed(office: Office) -> bytes:
    key: PrivateKey = office.key
    return sign_receipt(key, _receipt(office))


def _hex(proof: Iterable[bytes]) -> list[str]:
    return [step.hex() for step in proof]


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


if __name__ == "__main__":
    sys.exit(main())
