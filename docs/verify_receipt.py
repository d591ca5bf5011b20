"""Checks a citizen's receipt with nothing of the register's own: Python 3.10 or newer and the package `cryptography`.

    python3 verify_receipt.py --keys keys.json RECEIPT
    python3 verify_receipt.py --keys keys.json --proof proof.json [--checkpoint checkpoint.txt] RECEIPT

RECEIPT   the text of the QR code (HTTPS://…/Q/…), or a file that holds it, or a file that holds the receipt's bytes
keys      what https://PORTAL/log/keys answers: roots, keys, workplaces, revocations, logs. Compare the roots with the
          ones printed at the office or on the portal: they are all you have to trust.
proof     what https://PORTAL/log/proof/inclusion?hash=EVENT_HASH answers; run without it first to see the event hash

Prints what the receipt says, one of three outcomes and the verdict behind it. Exit status: 0 good (signed and, with a
proof, in the log); 1 bad (no receipt of that workplace, or a proof that does not hold); 3 cannot tell (the key is
unknown or withdrawn, or what was given to check with is missing or damaged). Every rule is explained in protocol.md.
"""

import argparse
import base64
import contextlib
import hashlib
import json
import pathlib
import re
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

DIRECTORY, LOG = 1, 2  # purposes of the centre's keys
SLOT = "[A-HJ-NP-Z]"
NUMBER = re.compile(rf"([A-Z]{{3}})([0-9]{{2}})({SLOT}{{1,3}}|Z{SLOT}{{4}})([0-9]{{5}}|[1-9][0-9]{{5,17}})([0-9]{{4}})")
SIMPLE = {False: 0xF4, True: 0xF5, None: 0xF6}  # no field of this suite holds one; those of another suite may
STATUS = {"good": 0, "bad": 1, "cannot_tell": 3}


class Refused(Exception):
    """Something does not hold; the text says what."""


class Found(Exception):
    """The end of the checks: an outcome, its verdict and, unless it is good, the reason."""


@contextlib.contextmanager
def otherwise(outcome, verdict):
    """Say what it means when anything inside does not hold."""
    try:
        yield
    except (Refused, OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as failure:
        raise Found(outcome, verdict, f"{failure}" or type(failure).__name__) from failure


def demand(holds, what):
    if not holds:
        raise Refused(what)


def sha256(raw):
    return hashlib.sha256(raw).digest()


def verify(public_key, signature, message, what):
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError) as failure:
        raise Refused(f"the signature of {what} does not hold") from failure


def from_base64(text):
    """Base64 in its only form: another way of writing the same bytes is refused."""
    raw = base64.b64decode(text, validate=True)
    demand(base64.b64encode(raw).decode() == text, "base64 that is not in its only form")
    return raw


def write_cbor(value):
    """Deterministic CBOR (RFC 8949, 4.2.1) of numbers, bytes, texts, lists, maps, true, false and null."""
    if value is None or isinstance(value, bool):
        return bytes([SIMPLE[value]])
    if isinstance(value, int):
        return cbor_head(0, value) if value >= 0 else cbor_head(1, -1 - value)
    if isinstance(value, bytes):
        return cbor_head(2, len(value)) + value
    if isinstance(value, str):
        return cbor_head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return cbor_head(4, len(value)) + b"".join(map(write_cbor, value))
    pairs = sorted((write_cbor(key), write_cbor(item)) for key, item in value.items())
    return cbor_head(5, len(pairs)) + b"".join(key + item for key, item in pairs)


def cbor_head(major, number):
    if number < 24:
        return bytes([major << 5 | number])
    size = next(size for size in (1, 2, 4, 8) if number < 1 << 8 * size)
    return bytes([major << 5 | 23 + (1, 2, 4, 8).index(size) + 1]) + number.to_bytes(size, "big")


def read_cbor(raw):
    """Read one value; a second way of writing it, or anything after it, is refused."""
    try:
        value, end = read_item(raw, 0, 0)
        demand(end == len(raw) and write_cbor(value) == raw, "not written in the only allowed form")
    except (IndexError, UnicodeError, TypeError) as failure:
        raise Refused("these bytes are no receipt or certificate") from failure
    return value


def read_item(raw, at, depth):
    demand(depth <= 16, "these bytes are no receipt or certificate")
    for value, sign in SIMPLE.items():
        if raw[at] == sign:
            return value, at + 1
    major, short = raw[at] >> 5, raw[at] & 31
    demand(major < 6 and short < 28, "these bytes are no receipt or certificate")
    size = 0 if short < 24 else 1 << short - 24
    number = short if short < 24 else int.from_bytes(raw[at + 1 : at + 1 + size], "big")
    at += 1 + size
    if major < 2:
        demand(major == 0 or number < 1 << 63, "a number is too large")
        return (number if major == 0 else -1 - number), at
    demand(number <= len(raw) - at, "these bytes end too early")
    if major < 4:
        text = raw[at : at + number]
        return (text if major == 2 else text.decode()), at + number
    items = []
    for _ in range(number * (major - 3)):
        item, at = read_item(raw, at, depth + 1)
        items.append(item)
    demand(major == 4 or {int, str}.issuperset(map(type, items[::2])), "the keys of a map are numbers or texts")
    return (items if major == 4 else dict(zip(items[::2], items[1::2], strict=True))), at


def certified(raw, label, signature_key, issuers, what):
    """Read a signed map; `issuers` are the public keys of those who may sign it, by key id."""
    fields = read_cbor(raw)
    demand(isinstance(fields, dict) and fields.get(0) == 1, f"{what} is of an unknown suite")
    covered = write_cbor({key: item for key, item in fields.items() if key != signature_key})
    issuer = issuers.get(fields[signature_key - 1])
    demand(issuer, f"nobody known here issued {what}")
    verify(issuer, fields[signature_key], label + b"\0" + covered, what)
    return fields


def read_keys(keys):
    """Follow the signatures from the roots: the log's keys, the workplaces by key id, what was withdrawn by epoch.

    Of a withdrawn epoch: its last good seq, and the first leaf that came too late by the origin of each log named.
    """
    roots = {sha256(key)[:8]: key for key in (from_base64(one["public_key"]) for one in keys["roots"])}
    centre = {DIRECTORY: {}, LOG: {}}
    for one in keys["keys"]:
        fields = certified(from_base64(one["certificate"]), b"liaison/key-certificate/1", 6, roots, "a key")
        centre.setdefault(fields[1], {})[sha256(fields[2])[:8]] = fields
    directory = {key_id: fields[2] for key_id, fields in centre[DIRECTORY].items()}
    workplaces, withdrawn = {}, {}
    for one in keys["workplaces"]:
        raw, label = from_base64(one["certificate"]), b"liaison/workplace-certificate/1"
        fields = certified(raw, label, 9, directory, "a workplace")
        issuer = centre[DIRECTORY][fields[8]]
        demand(issuer[3] <= fields[6] <= issuer[4], "a workplace was certified outside its issuer's time")
        workplaces[sha256(fields[5])[:8]] = fields
    for one in keys["revocations"]:
        for raw in map(from_base64, [one["revocation"], *one.get("in_logs", [])]):
            fields = certified(raw, b"liaison/revocation/1", 5, directory, "a revocation")
            demand((6 in fields) == (7 in fields), "a revocation names half a log")
            last_good_seq, too_late = withdrawn.get(fields[1], (fields[2], {}))
            if 6 in fields:
                too_late[fields[6]] = min(fields[7], too_late.get(fields[6], fields[7]))
            withdrawn[fields[1]] = min(fields[2], last_good_seq), too_late
    return [fields[2] for fields in centre[LOG].values()], workplaces, withdrawn


def read_given(given):
    """Take the receipt as it was given: a QR text, a file that holds one, or a file that holds the bytes."""
    if "/Q/" in given.upper():
        return given
    content = pathlib.Path(given).read_bytes()
    return content if content[:1] == b"\x84" else content.decode("ascii", "replace").strip()


def read_receipt(given):
    """Give number, seq, time, event hash, key id, signature and signed bytes of a receipt in its only form."""
    raw = given if isinstance(given, bytes) else read_base32(given)
    demand(len(raw) <= 400, "a receipt is not that long")
    signed = read_cbor(raw)
    demand(type(signed) is list and [type(one) for one in signed] == [bytes, dict, bytes, bytes], "this is no receipt")
    protected, unprotected, payload, signature = signed
    said = read_cbor(payload)
    demand(type(said) is list and said and type(said[0]) is int, "the receipt names no suite")
    if said[0] != 1 and 0 <= said[0] <= 255:
        raise Found("cannot_tell", "suite_unknown", f"the receipt is of suite {said[0]}, this script knows suite 1")
    key_id = protected[-8:]
    demand(protected == write_cbor({1: -8, 4: key_id}) and unprotected == {}, "other headers than a receipt may have")
    demand(len(key_id) == 8, "the receipt names no key")
    demand(len(signature) == 64, "the signature has another size")
    demand([type(one) for one in said] == [int, str, int, int, bytes], "the receipt has other fields than it may")
    suite, plain_number, seq, time_ms, event_hash = said
    demand(suite == 1, "the suite is not possible")
    demand(len(event_hash) == 32, "the event hash has another size")
    demand(1 <= seq < 1 << 63, "the place in the epoch is not possible")
    demand(abs(time_ms) <= 1 << 62, "the time is not possible")
    parts = NUMBER.fullmatch(plain_number)
    demand(parts, "the number is not in its form")
    demand(int("".join(str(int(sign, 36)) for sign in plain_number)) % 97 == 1, "the number's check digits do not fit")
    return parts, seq, time_ms, event_hash, key_id, signature, ["Signature1", protected, b"", payload]


def read_base32(text):
    """What follows /Q/, in base32 without padding, of any case; another way of writing the same bytes is refused."""
    demand(text.isascii(), "a receipt has no such letters")
    demand("/Q/" in text.upper(), "the text of a receipt's code has an address with /Q/ in it")
    encoded = text.strip().upper().rpartition("/Q/")[2]
    raw = base64.b32decode(encoded + "=" * (-len(encoded) % 8))
    demand(base64.b32encode(raw).decode().rstrip("=") == encoded, "base32 that is not in its only form")
    return raw


def read_json(path):
    """Read one answer of the portal."""
    return json.loads(pathlib.Path(path).read_text("utf-8"))


def open_checkpoint(note, origins, log_keys):
    """Give origin, size and root of a signed checkpoint (C2SP tlog-checkpoint) of one of the known logs."""
    with otherwise("cannot_tell", "checkpoint_malformed"):
        text, parted, signatures = note.rpartition("\n\n")
        origin, size, root = f"{text}\n".split("\n")[:3]
        demand(parted and re.fullmatch("0|[1-9][0-9]{0,17}", size), "this is no checkpoint")
        size, root = int(size), from_base64(root)
        lines = [line.split(" ") for line in signatures.splitlines()]
        lines = [(name, from_base64(blob)) for _, name, blob in lines]
    with otherwise("cannot_tell", "checkpoint_unsigned"):
        demand(origin in origins, f"{origin!r} is not a log of this portal")
        hints = {sha256(origin.encode() + b"\n\x01" + key)[:4]: key for key in log_keys}
        own = [(hints[blob[:4]], blob[4:]) for name, blob in lines if name == origin and blob[:4] in hints]
        demand(own, "the checkpoint is not signed by the log's key")
    with otherwise("bad", "checkpoint_forged"):
        for key, signature in own:
            verify(key, signature, f"{text}\n".encode(), "the checkpoint")
    return origin, size, root


def verify_inclusion(entry, index, size, proof, root):
    """RFC 9162, section 2.1.3.2."""
    demand(0 <= index < size, "the proof is for no leaf of this log")
    at, last, folded = index, size - 1, sha256(b"\0" + entry)
    for beside in proof:
        demand(last > 0, "the proof is too long")
        if at & 1 or at == last:
            folded = sha256(b"\1" + beside + folded)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            folded = sha256(b"\1" + folded + beside)
        at, last = at >> 1, last >> 1
    demand(last == 0 and folded == root, "the proof does not lead to the log's root")


def check(options):
    """Give what the receipt says, the outcome, its verdict and, unless it is good, the reason."""
    told = {}
    try:
        ask(options, told)
    except Found as found:
        outcome, verdict, reason = found.args
        return told | {"outcome": outcome, "verdict": verdict} | ({"reason": reason} if reason else {})


def ask(options, told):
    """Ask one thing after another until the verdict is found; `told` fills with what the receipt says."""
    with otherwise("cannot_tell", "receipt_unreadable"):
        given = read_given(options.receipt)
    with otherwise("bad", "receipt_malformed"):
        parts, seq, time_ms, event_hash, key_id, signature, covered = read_receipt(given)
    told.update(number="-".join(parts.groups()), seq=seq, time_ms=time_ms, event_hash=event_hash.hex())
    with otherwise("cannot_tell", "keys_unusable"):
        keys = read_json(options.keys)
        log_keys, workplaces, withdrawn = read_keys(keys)
        origins = {one["origin"] for one in keys["logs"]}
    workplace = workplaces.get(key_id)
    if workplace is None:
        raise Found("cannot_tell", "key_unknown", "the key is of no workplace in the keys; nothing is proved")
    with otherwise("bad", "receipt_forged"):
        verify(workplace[5], signature, write_cbor(covered), "the receipt")
        demand(parts.group(1, 3) == (workplace[3], workplace[4]), "the number belongs to another workplace")
    last_good_seq, too_late = withdrawn.get(workplace[2], (None, {}))
    if options.proof is not None:
        with otherwise("cannot_tell", "proof_unusable"):
            proof = read_json(options.proof)
            index, size = proof["index"], proof["size"]
            path = [from_base64(one) for one in proof["proof"]]
            demand(type(index) is int and type(size) is int, "the proof names no leaf")
            note = pathlib.Path(options.checkpoint).read_text("utf-8") if options.checkpoint else proof["checkpoint"]
            demand(isinstance(note, str), "there is no checkpoint with the proof; give one with --checkpoint")
        origin, log_size, root = open_checkpoint(note, origins, log_keys)
        with otherwise("cannot_tell", "proof_unusable"):
            demand(log_size == size, "the proof and the checkpoint are of different sizes")
        with otherwise("bad", "not_included"):
            verify_inclusion(event_hash, index, size, path, root)
        told.update(leaf=index, log_size=size)
    if last_good_seq is not None:
        may_count = options.proof is not None and seq <= last_good_seq
        if may_count and too_late and origin not in too_late:
            raise Found("cannot_tell", "key_withdrawn", "the workplace was withdrawn: take a proof of the newest log")
        if not may_count or index >= too_late.get(origin, index + 1):
            raise Found("cannot_tell", "key_withdrawn", "the workplace was withdrawn: ask the centre")
    raise Found("good", "signed_not_yet_seen" if options.proof is None else "in_log", "")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", required=True, help="the answer of /log/keys")
    parser.add_argument("--proof", help="the answer of /log/proof/inclusion")
    parser.add_argument("--checkpoint", help="a checkpoint of the proof's size, instead of the one in the proof")
    parser.add_argument("receipt", help="QR text or file")
    told = check(parser.parse_args())
    sys.stdout.write("".join(f"{name}: {value}\n" for name, value in told.items()))
    return STATUS[told["outcome"]]


if __name__ == "__main__":
    sys.exit(main())
