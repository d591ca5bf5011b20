"""Section 5 of the page: who signed what. Certificates and revocations are believed from the roots downwards."""

from dataclasses import dataclass, field
from typing import Any, Final

from tests.stranger.encoding import Refused, decode, encode, unpack
from tests.stranger.page import the_page
from tests.stranger.suite import SUITE, key_id, verify

Certificate = dict[str, Any]

LABELS: Final = {
    "KeyCertificate": "liaison/key-certificate/1",
    "WorkplaceCertificate": "liaison/workplace-certificate/1",
    "Revocation": "liaison/revocation/1",
}


@dataclass
class Keyring:
    """All keys that lead to the roots, and what was withdrawn."""

    roots: list[bytes]
    keys: list[Certificate] = field(default_factory=list)
    workplaces: dict[bytes, Certificate] = field(default_factory=dict)
    last_good: dict[bytes, int] = field(default_factory=dict)
    too_late: dict[bytes, dict[str, int]] = field(default_factory=dict)
    """For a withdrawn epoch and the origin of a log: the first leaf that came after the withdrawal."""
    seen_ms: int = 0
    """The newest time of the centre that was verified; one's own clock ends no key."""

    def add_key(self, raw: bytes) -> Certificate:
        """Believe a key of the centre that a root certified."""
        issuers = {key_id(root): root for root in self.roots}
        certificate = _read("KeyCertificate", raw, issuers)
        for other in self.keys:
            if other["public_key"] == certificate["public_key"] and other["purpose"] != certificate["purpose"]:
                raise Refused("key_reused")
        if certificate not in self.keys:
            self.keys.append(certificate)
        return certificate

    def add_workplace(self, raw: bytes) -> Certificate:
        """Believe a workplace's key that a directory key certified while it was valid."""
        certificate = _read("WorkplaceCertificate", raw, self._directory())
        self._was_valid(certificate["issuer"], certificate["not_before_ms"])
        for other in self.workplaces.values():
            same_key = other["public_key"] == certificate["public_key"]
            if same_key != (other["epoch"] == certificate["epoch"]):
                raise Refused("key_reused" if same_key else "epoch_reused")
        self.workplaces[certificate["epoch"]] = {**certificate, "raw": raw}
        return certificate

    def add_revocation(self, raw: bytes) -> Certificate:
        """Believe that an epoch was withdrawn; of several the smallest last good seq counts, and size in each log."""
        revocation = _read("Revocation", raw, self._directory())
        self._was_valid(revocation["issuer"], revocation["time_ms"])
        seq, epoch = revocation["last_good_seq"], revocation["epoch"]
        origin, size = revocation["log_origin"], revocation["log_size"]
        if (origin is None) != (size is None):
            raise Refused("missing", f"Revocation.{'log_size' if size is None else 'log_origin'}")
        self.last_good[epoch] = min(seq, self.last_good.get(epoch, seq))
        if origin is not None:
            sizes = self.too_late.setdefault(epoch, {})
            sizes[origin] = min(size, sizes.get(origin, size))
        return revocation

    def is_too_late(self, epoch: bytes, origin: str, leaf: int) -> bool:
        """Whether nothing shows that a leaf was there before the withdrawal; a log not named never does."""
        named = self.too_late.get(epoch)
        return named is not None and leaf >= named.get(origin, 0)

    def of_purpose(self, purpose: str) -> dict[bytes, Certificate]:
        """The centre's certificates for one purpose, by key id."""
        return {key_id(one["public_key"]): one for one in self.keys if one["purpose"] == purpose}

    def replying(self, wanted: bytes) -> bytes | None:
        """The reply key with this id, unless the centre's own time has passed its end."""
        certificate = self.of_purpose("reply").get(wanted)
        return certificate["public_key"] if certificate and self.seen_ms <= certificate["not_after_ms"] else None

    def log_keys(self) -> list[bytes]:
        """The keys that may sign a checkpoint."""
        log = self.of_purpose("log").values()
        return [one["public_key"] for one in log if self.seen_ms <= one["not_after_ms"]]

    def signer(self, wanted: bytes) -> Certificate | None:
        """The workplace whose key has this id."""
        return next((one for one in self.workplaces.values() if key_id(one["public_key"]) == wanted), None)

    def _directory(self) -> dict[bytes, bytes]:
        return {identifier: one["public_key"] for identifier, one in self.of_purpose("directory").items()}

    def _was_valid(self, issuer: bytes, time_ms: int) -> None:
        directory = self.of_purpose("directory")[issuer]
        if not directory["not_before_ms"] <= time_ms <= directory["not_after_ms"]:
            raise Refused("key_expired")


def _read(name: str, raw: bytes, issuers: dict[bytes, bytes]) -> Certificate:
    found = unpack(name, raw)
    if found["suite"] != SUITE:
        raise Refused("suite_unknown")
    issuer, signature = found["issuer"], found["signature"]
    if issuer not in issuers:
        raise Refused("issuer_unknown")
    assert isinstance(issuer, bytes)
    assert isinstance(signature, bytes)
    verify(issuers[issuer], LABELS[name], without_signature(name, raw), signature)
    return found


def without_signature(name: str, raw: bytes) -> bytes:
    """The same map without its signature: what was signed."""
    fields = decode(raw)
    assert isinstance(fields, dict)
    key = next(field.key for field in the_page().structures[name].fields if field.name == "signature")
    return encode({at: value for at, value in fields.items() if at != key})
