"""Says in signed plain text how large the public log is and what its root is, in a form that others' tools read too.

C2SP tlog-checkpoint inside a C2SP signed note with Ed25519 (type 0x01), and C2SP cosignature/v1 (type 0x04) by which an
office says that it has seen the log grow consistently. Signatures of unknown keys are passed over, as the note format
demands, so that two log keys can sign during a rotation.
"""

import base64
import binascii
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from server_sync.contract.errors import InvalidField, MalformedBytes, NotAuthentic
from server_sync.contract.signing import HASH_BYTES, SIGNATURE_BYTES, PrivateKey, PublicKey, sha256

NOTE_LIMIT_CHARACTERS: Final = 16_384
SIGNATURES_LIMIT: Final = 100
LOG_SIZE_LIMIT: Final = 2**63 - 1

WITNESSES_WANTED: Final = 5
"""So many other sites are to have seen the log lately; else the centre might show each office a log of its own."""

WITNESSED_WITHIN_MS: Final = 7 * 24 * 3600 * 1000
"""How long a cosignature counts."""

COSIGNER_AHEAD_MOST_MS: Final = 24 * 3600 * 1000
"""How far a cosigner's clock may be ahead: a cosignature of next year would count for a year."""

CENTRE_NUMBER_CODE: Final = "WEB"
"""The centre's own letters: it is nobody's witness, and least of all its own."""

_ED25519: Final = b"\x01"
_COSIGNATURE_V1: Final = b"\x04"
_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_NAME: Final = re.compile(r"[^\s+\x00-\x20\x7f\ud800-\udfff]{1,200}")
_COSIGNER: Final = re.compile(r"workplace/([0-9a-f]{32})", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the log commits to: its name, the number of its leaves, their root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The note's text, which signatures and cosignatures cover, with its last newline."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode("ascii"), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def sign_checkpoint(key: PrivateKey, name: str, checkpoint: Checkpoint) -> str:
    """Write the signed note of a checkpoint; `name` is the log's key name, by custom its origin."""
    note = f"{checkpoint.text}\n"
    if _read_text(checkpoint.text) != checkpoint:
        raise InvalidField("checkpoint_not_writable", field="origin")
    return add_signature(note, key, name)


def add_signature(note: str, key: PrivateKey, name: str) -> str:
    """Let a second log key sign the same checkpoint, as both do for 90 days when the key changes."""
    text = note[: note.rindex("\n\n") + 1]
    return note + _signature_line(name, _ED25519, key.public, key.sign_as_is(text.encode()))


def add_cosignatures(note: str, lines: Collection[str]) -> str:
    """Lay offices' cosignature lines under a checkpoint's note."""
    return note + "".join(f"{line}\n" for line in lines)


def open_checkpoint(note: str, keys: PublicKey | Collection[PublicKey], name: str) -> Checkpoint:
    """Read a signed checkpoint.

    Raises MalformedBytes `checkpoint_malformed`; NotAuthentic `checkpoint_unsigned` when none of the keys signed it,
    `checkpoint_forged` when one that is named there did not.
    """
    trusted = {_key_hash(name, _ED25519, one): one for one in _several(keys)}
    checkpoint, lines = _read_note(note)
    covered = checkpoint.text.encode()
    signed = False
    for signer, blob in lines:
        key = trusted.get(blob[:4]) if signer == name else None
        if key is None:
            continue
        try:
            key.verify_as_is(blob[4:], covered)
        except NotAuthentic as failure:
            raise NotAuthentic("checkpoint_forged") from failure
        signed = True
    if not signed:
        raise NotAuthentic("checkpoint_unsigned")
    return checkpoint


def read_unverified(note: str) -> Checkpoint:
    """Read what a note claims, to decide which log it speaks of; nothing of it is proved."""
    return _read_note(note)[0]


def cosigner_name(epoch: bytes) -> str:
    """Name a workplace as a cosigner: its epoch, because each epoch has its own key."""
    return f"workplace/{epoch.hex()}"


def cosigner_of(line: str) -> bytes | None:
    """Read whose cosignature a line claims to be: a workplace's epoch, or None for a signer of another kind."""
    named = _COSIGNER.fullmatch(_read_signature(line)[0])
    return None if named is None else bytes.fromhex(named[1])


def cosign(key: PrivateKey, name: str, checkpoint: Checkpoint, time_s: int) -> str:
    """Say, as an office, that this is the largest consistent checkpoint seen at `time_s` (UTC seconds): one line."""
    stamp = _stamp(time_s)
    signature = key.sign_as_is(_cosigned(checkpoint, time_s))
    return _signature_line(name, _COSIGNATURE_V1, key.public, stamp + signature).rstrip("\n")


def verify_cosignature(line: str, public_key: PublicKey, name: str, checkpoint: Checkpoint) -> int:
    """Check an office's cosignature line and give its time in UTC seconds; raises NotAuthentic `cosignature_wrong`."""
    signer, blob = _read_signature(line)
    if signer != name or blob[:4] != _key_hash(name, _COSIGNATURE_V1, public_key) or len(blob) != 12 + SIGNATURE_BYTES:
        raise NotAuthentic("cosignature_wrong")
    time_s = int.from_bytes(blob[4:12], "big")
    try:
        public_key.verify_as_is(blob[12:], _cosigned(checkpoint, time_s))
    except NotAuthentic as failure:
        raise NotAuthentic("cosignature_wrong") from failure
    return time_s


def cosignatures_of(note: str) -> tuple[str, ...]:
    """List the signature lines of a note that could be cosignatures; each is still to be verified."""
    return tuple(
        f"— {signer} {base64.b64encode(blob).decode('ascii')}"
        for signer, blob in _read_note(note)[1]
        if len(blob) == 12 + SIGNATURE_BYTES
    )


def verifier_key(name: str, public_key: PublicKey) -> str:
    """Write a log key for others' tools: `name+hash+base64` (C2SP signed-note, verifier keys)."""
    encoded = base64.b64encode(_ED25519 + public_key.raw).decode("ascii")
    return f"{name}+{_key_hash(name, _ED25519, public_key).hex()}+{encoded}"


def _several(keys: PublicKey | Collection[PublicKey]) -> Collection[PublicKey]:
    return (keys,) if isinstance(keys, PublicKey) else keys


def _key_hash(name: str, kind: bytes, public_key: PublicKey) -> bytes:
    if not _NAME.fullmatch(name):
        raise InvalidField("name_not_writable", field="name")
    return sha256(name.encode(), b"\n", kind, public_key.raw)[:4]


def _signature_line(name: str, kind: bytes, public_key: PublicKey, signature: bytes) -> str:
    blob = base64.b64encode(_key_hash(name, kind, public_key) + signature).decode("ascii")
    return f"— {name} {blob}\n"


def _stamp(time_s: int) -> bytes:
    if not 0 <= time_s < 2**63:
        raise InvalidField("out_of_range", field="time_s")
    return time_s.to_bytes(8, "big")


def _cosigned(checkpoint: Checkpoint, time_s: int) -> bytes:
    return f"cosignature/v1\ntime {time_s}\n{checkpoint.text}".encode()


def _read_note(note: str) -> tuple[Checkpoint, list[tuple[str, bytes]]]:
    if len(note) > NOTE_LIMIT_CHARACTERS or not note.endswith("\n") or _CONTROL.search(note):
        raise MalformedBytes("checkpoint_malformed")
    text, blank, signatures = note.rpartition("\n\n")
    lines = signatures.removesuffix("\n").split("\n")
    if not blank or not 1 <= len(lines) <= SIGNATURES_LIMIT:
        raise MalformedBytes("checkpoint_malformed")
    return _read_text(f"{text}\n"), [_read_signature(line) for line in lines]


def _read_text(text: str) -> Checkpoint:
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not all(lines) or not _is_writable(text) or not _DECIMAL.fullmatch(lines[1]):
        raise MalformedBytes("checkpoint_malformed")
    size, root = int(lines[1]), _from_base64(lines[2])
    if size > LOG_SIZE_LIMIT or len(root) != HASH_BYTES:
        raise MalformedBytes("checkpoint_malformed")
    return Checkpoint(lines[0], size, root, tuple(lines[3:]))


def _read_signature(line: str) -> tuple[str, bytes]:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—" or not _NAME.fullmatch(parts[1]):
        raise MalformedBytes("checkpoint_malformed")
    blob = _from_base64(parts[2])
    if len(blob) < 5:
        raise MalformedBytes("checkpoint_malformed")
    return parts[1], blob


def _from_base64(text: str) -> bytes:
    """Read base64 in its only form: other letters, missing padding and stray bits are refused."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as failure:
        raise MalformedBytes("checkpoint_malformed") from failure
    if base64.b64encode(raw).decode("ascii") != text:
        raise MalformedBytes("checkpoint_malformed")
    return raw


def _is_writable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return not _CONTROL.search(text)
