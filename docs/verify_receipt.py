"""Checks a citizen's receipt with nothing of the register's own: Python 3.10 or newer and the package `cryptography`.

    python3 verify_receipt.py --keys keys.json RECEIPT
    python3 verify_receipt.py --keys keys.json --proof proof.json [--checkpoint checkpoint.txt] RECEIPT

RECEIPT   the text of the QR code (HTTPS://…/Q/…), or a file that holds it, or a file that holds the receipt's bytes
keys      what https://PORTAL/log/keys answers: roots, keys, workplaces, revocations, logs. Compare the roots with the
          ones printed at the office or on the portal: they are all you have to trust.
proof     what https://PORTAL/log/proof/inclusion?hash=EVENT_HASH answers; run without it first to see the event hash

Prints what the receipt says and one verdict. Exit status: 0 signed (and, with a proof, in the log); 1 refused;
3 the key is unknown or withdrawn. Every rule is explained in protocol.md.
"""

import argparse
import base64
import hashlib
import json
import pathlib
import re
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

DIRECTORY, LOG = 1, 2  # purposes of the centre's keys
NUMBER = re.compile(r"([A-Z]{3})([0-9]{2})([A-Z]{1,5})([0-9]{5,18})([0-9]{4})")


class Refused(Exception):
    """Something does not hold; the text says what."""


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


def write_cbor(value):
    """Deterministic CBOR (RFC 8949, 4.2.1) of numbers, bytes, texts, lists and maps."""
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
    major, short = raw[at] >> 5, raw[at] & 31
    demand(major < 6 and short < 28 and depth < 8, "these bytes are no receipt or certificate")
    size = 0 if short < 24 else 1 << short - 24
    number = short if short < 24 else int.from_bytes(raw[at + 1 : at + 1 + size], "big")
    at += 1 + size
    if major < 2:
        return (number if major == 0 else -1 - number), at
    demand(number <= len(raw) - at, "these bytes end too early")
    if major < 4:
        text = raw[at : at + number]
        return (text if major == 2 else text.decode()), at + number
    items = []
    for _ in range(number * (major - 3)):
        item, at = read_item(raw, at, depth + 1)
        items.append(item)
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
    """Follow the signatures from the roots: the log's keys, the workplaces by key id, last good seqs by epoch."""
    roots = {sha256(key)[:8]: key for key in (base64.b64decode(one["public_key"]) for one in keys["roots"])}
    centre = {DIRECTORY: {}, LOG: {}}
    for one in keys["keys"]:
        fields = certified(base64.b64decode(one["certificate"]), b"liaison/key-certificate/1", 6, roots, "a key")
        centre.setdefault(fields[1], {})[sha256(fields[2])[:8]] = fields
    directory = {key_id: fields[2] for key_id, fields in centre[DIRECTORY].items()}
    workplaces, withdrawn = {}, {}
    for one in keys["workplaces"]:
        raw, label = base64.b64decode(one["certificate"]), b"liaison/workplace-certificate/1"
        fields = certified(raw, label, 9, directory, "a workplace")
        issuer = centre[DIRECTORY][fields[8]]
        demand(issuer[3] <= fields[6] <= issuer[4], "a workplace was certified outside its issuer's time")
        workplaces[sha256(fields[5])[:8]] = fields
    for one in keys["revocations"]:
        raw = base64.b64decode(one["revocation"])
        fields = certified(raw, b"liaison/revocation/1", 5, directory, "a revocation")
        withdrawn[fields[1]] = min(fields[2], withdrawn.get(fields[1], fields[2]))
    return [fields[2] for fields in centre[LOG].values()], workplaces, withdrawn


def read_receipt(given):
    """Take the receipt's bytes from a QR text or a file."""
    if "/Q/" not in given.upper():
        content = pathlib.Path(given).read_bytes()
        if content[:1] == b"\x84":
            return content
        given = content.decode("ascii", "replace").strip()
    text = given.upper().rpartition("/Q/")[2]
    try:
        return base64.b32decode(text + "=" * (-len(text) % 8))
    except ValueError as failure:
        raise Refused("this is no text of a receipt's QR code") from failure


def open_checkpoint(note, origins, log_keys):
    """Give size and root of a signed checkpoint (C2SP tlog-checkpoint) of one of the known logs."""
    text, _, signatures = note.rpartition("\n\n")
    origin, size, root = f"{text}\n".split("\n")[:3]
    demand(origin in origins, f"{origin!r} is not a log of this portal")
    for line in signatures.splitlines():
        _, name, blob = line.split(" ")
        for key in log_keys:
            hint = sha256(name.encode() + b"\n\x01" + key)[:4]
            if name == origin and base64.b64decode(blob)[:4] == hint:
                verify(key, base64.b64decode(blob)[4:], f"{text}\n".encode(), "the checkpoint")
                return int(size), base64.b64decode(root)
    raise Refused("the checkpoint is not signed by the log's key")


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
    keys = json.loads(pathlib.Path(options.keys).read_text("utf-8"))
    log_keys, workplaces, withdrawn = read_keys(keys)
    protected, unprotected, payload, signature = read_cbor(read_receipt(options.receipt))
    header = read_cbor(protected)
    demand(header == {1: -8, 4: header.get(4)} and unprotected == {}, "the receipt has other headers than it may")
    suite, plain_number, seq, time_ms, event_hash = read_cbor(payload)
    parts = NUMBER.fullmatch(plain_number)
    demand(suite == 1 and parts and len(event_hash) == 32, "the receipt is of another kind than this script knows")
    told = {"number": "-".join(parts.groups()), "seq": seq, "time_ms": time_ms, "event_hash": event_hash.hex()}
    workplace = workplaces.get(header[4])
    if workplace is None:
        return told, "KEY_UNKNOWN"
    verify(workplace[5], signature, write_cbor(["Signature1", protected, b"", payload]), "the receipt")
    demand(parts.group(1, 3) == (workplace[3], workplace[4]), "the number belongs to another workplace")
    last_good_seq = withdrawn.get(workplace[2])
    if options.proof is None:
        return told, "SIGNED_NOT_YET_SEEN" if last_good_seq is None else "KEY_WITHDRAWN"
    proof = json.loads(pathlib.Path(options.proof).read_text("utf-8"))
    note = pathlib.Path(options.checkpoint).read_text("utf-8") if options.checkpoint else proof["checkpoint"]
    size, root = open_checkpoint(note, {one["origin"] for one in keys["logs"]}, log_keys)
    demand(size == proof["size"], "the proof and the checkpoint are of different sizes")
    verify_inclusion(event_hash, proof["index"], size, [base64.b64decode(one) for one in proof["proof"]], root)
    told.update(leaf=proof["index"], log_size=size)
    return told, "IN_LOG" if last_good_seq is None or seq <= last_good_seq else "KEY_WITHDRAWN"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", required=True, help="the answer of /log/keys")
    parser.add_argument("--proof", help="the answer of /log/proof/inclusion")
    parser.add_argument("--checkpoint", help="a checkpoint of the proof's size, instead of the one in the proof")
    parser.add_argument("receipt", help="QR text or file")
    try:
        told, verdict = check(parser.parse_args())
    except (Refused, OSError, ValueError, KeyError, TypeError, AttributeError) as failure:
        sys.stdout.write(f"verdict: FORGED\nreason: {failure}\n")
        return 1
    sys.stdout.write("".join(f"{name}: {value}\n" for name, value in told.items()) + f"verdict: {verdict}\n")
    return 0 if verdict in ("IN_LOG", "SIGNED_NOT_YET_SEEN") else 3


if __name__ == "__main__":
    sys.exit(main())
