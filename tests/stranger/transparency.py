"""Section 7 of the page: proofs of the public log, checkpoints and cosignatures."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.stranger.encoding import Refused
from tests.stranger.suite import h, holds, public_half, u64

LOG_SIGNATURE: Final = b"\x01"
COSIGNATURE: Final = b"\x04"
DASH: Final = "— "


def leaf(entry: bytes) -> bytes:
    return h(b"\x00", entry)


def node(left: bytes, right: bytes) -> bytes:
    return h(b"\x01", left, right)


def root_of(entries: Sequence[bytes]) -> bytes:
    """The root of a whole log, RFC 9162, section 2.1.1."""
    if len(entries) < 2:
        return leaf(entries[0]) if entries else h()
    split = 1 << (len(entries) - 1).bit_length() - 1
    return node(root_of(entries[:split]), root_of(entries[split:]))


def check_inclusion(entry: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """RFC 9162, section 2.1.3.2: the entry is the leaf `index` of the tree of this size and root."""
    if not 0 <= index < size:
        raise Refused("not_included")
    place, last, value = index, size - 1, leaf(entry)
    for beside in proof:
        if not last:
            raise Refused("not_included")
        if place % 2 or place == last:
            value = node(beside, value)
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            value = node(value, beside)
        place, last = place >> 1, last >> 1
    if last or value != root:
        raise Refused("not_included")


def check_consistency(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """RFC 9162, section 2.1.4.2: the old log is the beginning of the new one."""
    if old > size:
        raise Refused("not_consistent")
    if old in {0, size}:
        if proof or (old and old_root != root):
            raise Refused("not_consistent")
        return
    hashes = list(proof) if old & (old - 1) else [old_root, *proof]
    if not proof:
        raise Refused("not_consistent")
    place, last = old - 1, size - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    before = after = hashes[0]
    for beside in hashes[1:]:
        if not last:
            raise Refused("not_consistent")
        if place % 2 or place == last:
            before, after = node(beside, before), node(beside, after)
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            after = node(after, beside)
        place, last = place >> 1, last >> 1
    if last or before != old_root or after != root:
        raise Refused("not_consistent")


def check_range(entries: Sequence[bytes], first: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """The page's own proof: the entries are the leaves `first`, `first` + 1, … of the tree."""
    begin, end, last = first, first + len(entries) - 1, size - 1
    if not entries or not 0 <= first <= end <= last:
        raise Refused("range_not_included")
    left, right = list(proof[: first.bit_count()]), list(proof[first.bit_count() :])
    run = [leaf(entry) for entry in entries]
    while last:
        if begin % 2:
            run.insert(0, _taken(left, -1))
            begin -= 1
        if end % 2 == 0 and end != last:
            run.append(_taken(right, 0))
            end += 1
        run = [node(*run[at : at + 2]) if at + 1 < len(run) else run[at] for at in range(0, len(run), 2)]
        begin, end, last = begin >> 1, end >> 1, last >> 1
    if left or right or run != [root]:
        raise Refused("range_not_included")


def _taken(hashes: list[bytes], place: int) -> bytes:
    if not hashes:
        raise Refused("range_not_included")
    return hashes.pop(place)


@dataclass(frozen=True)
class Checkpoint:
    """The signed size and root of the log, with the text that is signed and the lines below it."""

    origin: str
    size: int
    root: bytes
    text: str
    lines: tuple[tuple[str, bytes], ...]


def key_hash(name: str, sort: bytes, public_key: bytes) -> bytes:
    return h(name.encode(), b"\n", sort, public_key)[:4]


def read_checkpoint(note: str) -> Checkpoint:
    """Take a note apart; nothing is verified yet."""
    text, blank, below = note.rpartition("\n\n")
    parts = text.split("\n")
    if not blank or len(parts) < 3 or not below.endswith("\n") or not parts[1].isascii() or not parts[1].isdigit():
        raise Refused("checkpoint_malformed")
    lines = tuple(_signature_line(line) for line in below.splitlines())
    root = _unbase64(parts[2])
    if len(root) != 32 or str(int(parts[1])) != parts[1]:
        raise Refused("checkpoint_malformed")
    return Checkpoint(parts[0], int(parts[1]), root, text + "\n", lines)


def _signature_line(line: str) -> tuple[str, bytes]:
    name, _, written = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH):
        raise Refused("checkpoint_malformed")
    return name, _unbase64(written)


def _unbase64(written: str) -> bytes:
    try:
        return base64.b64decode(written, validate=True)
    except binascii.Error as broken:
        raise Refused("checkpoint_malformed") from broken


def verified_checkpoint(note: str, origin: str, log_keys: Sequence[bytes]) -> Checkpoint:
    """Read a checkpoint that one of the log's keys signed; a line of a known key that is wrong spoils it."""
    checkpoint = read_checkpoint(note)
    known = {key_hash(origin, LOG_SIGNATURE, key): key for key in log_keys}
    ours = [written for name, written in checkpoint.lines if name == origin and written[:4] in known]
    if checkpoint.origin != origin or not ours:
        raise Refused("checkpoint_unsigned")
    if not all(holds(known[written[:4]], written[4:], checkpoint.text.encode()) for written in ours):
        raise Refused("checkpoint_forged")
    return checkpoint


def cosigned(time_s: int, text: str) -> bytes:
    """What a cosignature is over."""
    return f"cosignature/v1\ntime {time_s}\n{text}".encode()


def cosign(checkpoint: Checkpoint, name: str, key: Ed25519PrivateKey, time_s: int) -> str:
    """Say that this log was seen; without the end of the line."""
    signature = key.sign(cosigned(time_s, checkpoint.text))
    written = key_hash(name, COSIGNATURE, public_half(key)) + u64(time_s) + signature
    return f"{DASH}{name} {base64.b64encode(written).decode()}"


def check_cosignature(line: str, name: str, public_key: bytes, checkpoint: Checkpoint) -> int:
    """Verify one line of one cosigner and give its time in seconds."""
    found, written = _signature_line(line)
    if found != name:
        raise Refused("cosignature_wrong")
    return _cosignature_time(written, name, public_key, checkpoint)


def _cosignature_time(written: bytes, name: str, public_key: bytes, checkpoint: Checkpoint) -> int:
    time_s = int.from_bytes(written[4:12], "big")
    if written[:4] != key_hash(name, COSIGNATURE, public_key):
        raise Refused("cosignature_wrong")
    if not holds(public_key, written[12:], cosigned(time_s, checkpoint.text)):
        raise Refused("cosignature_wrong")
    return time_s


def witness_name(epoch: bytes) -> str:
    """Under which name a workplace cosigns."""
    return f"workplace/{epoch.hex()}"


def cosigned_at(checkpoint: Checkpoint, epoch: bytes, public_key: bytes) -> int | None:
    """When a workplace cosigned a checkpoint, in seconds; None if it did not. A wrong line of it is refused."""
    name = witness_name(epoch)
    times = [_cosignature_time(written, name, public_key, checkpoint) for by, written in checkpoint.lines if by == name]
    return max(times, default=None)
