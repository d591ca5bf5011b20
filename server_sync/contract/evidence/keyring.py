"""Answers which key may be believed, for what and when, from certificates and revocations alone.

It is filled from the installation (roots), the enrolment and the common feed, in any order that puts a key before what
it signed. What does not verify is refused by name and changes nothing.
"""

from collections.abc import Iterable

from server_sync.contract.errors import NotAuthentic
from server_sync.contract.evidence.certificate import (
    KeyCertificate,
    KeyPurpose,
    Revocation,
    WorkplaceCertificate,
    verify_key_certificate,
    verify_revocation,
    verify_workplace_certificate,
)
from server_sync.contract.signing import PublicKey


class KeyRing:
    """Holds verified certificates. Times are milliseconds UTC.

    A workplace's certificate stays good after the directory key that issued it has expired: what counts is that the
    directory key was valid when it signed. A revoked epoch is told apart from an unknown one.
    """

    def __init__(
        self,
        roots: Iterable[bytes],
        keys: Iterable[bytes] = (),
        workplaces: Iterable[bytes] = (),
        revocations: Iterable[bytes] = (),
    ) -> None:
        self._roots = tuple(PublicKey(root) for root in roots)
        self._keys: dict[bytes, KeyCertificate] = {}
        self._workplaces: dict[bytes, WorkplaceCertificate] = {}
        self._epochs: dict[bytes, WorkplaceCertificate] = {}
        self._revocations: dict[bytes, Revocation] = {}
        self._in_logs: dict[bytes, dict[str, int]] = {}
        for raw in keys:
            self.add_key(raw)
        for raw in workplaces:
            self.add_workplace(raw)
        for raw in revocations:
            self.add_revocation(raw)

    def add_key(self, raw: bytes) -> KeyCertificate:
        """Take in a certificate of a key of the centre.

        Raises NotAuthentic `issuer_unknown`, `certificate_forged`, `key_reused` (one key, two purposes).
        """
        certificate = KeyCertificate.from_bytes(raw)
        verify_key_certificate(certificate, self._roots)
        known = self._keys.get(certificate.key_id)
        if known is not None and known.purpose != certificate.purpose:
            raise NotAuthentic("key_reused")
        if known is None or certificate.not_after_ms >= known.not_after_ms:
            self._keys[certificate.key_id] = certificate
        return certificate

    def add_workplace(self, raw: bytes) -> WorkplaceCertificate:
        """Take in a workplace's certificate.

        Raises NotAuthentic `issuer_unknown`, `key_expired`, `certificate_forged`, `key_reused` (another epoch's key),
        `epoch_reused` (another key for a known epoch).
        """
        certificate = WorkplaceCertificate.from_bytes(raw)
        directory = self.key(certificate.issuer, KeyPurpose.DIRECTORY, certificate.not_before_ms)
        verify_workplace_certificate(certificate, directory)
        holder = self._workplaces.get(certificate.key_id)
        if holder is not None and holder.epoch != certificate.epoch:
            raise NotAuthentic("key_reused")
        known = self._epochs.get(certificate.epoch)
        if known is not None and known.public_key != certificate.public_key:
            raise NotAuthentic("epoch_reused")
        self._workplaces[certificate.key_id] = certificate
        self._epochs[certificate.epoch] = certificate
        return certificate

    def add_revocation(self, raw: bytes) -> Revocation:
        """Take in a revocation; of several for one epoch the strictest counts, in each log too.

        Raises as `add_workplace`.
        """
        revocation = Revocation.from_bytes(raw)
        directory = self.key(revocation.issuer, KeyPurpose.DIRECTORY, revocation.time_ms)
        verify_revocation(revocation, directory)
        known = self._revocations.get(revocation.epoch)
        if known is None or revocation.last_good_seq < known.last_good_seq:
            self._revocations[revocation.epoch] = revocation
        if revocation.log_origin is not None and revocation.log_size is not None:
            sizes = self._in_logs.setdefault(revocation.epoch, {})
            size = sizes.get(revocation.log_origin, revocation.log_size)
            sizes[revocation.log_origin] = min(size, revocation.log_size)
        return revocation

    def key(self, key_id: bytes, purpose: KeyPurpose, at_ms: int) -> PublicKey:
        """Give the centre's signing key of this id, or raise NotAuthentic `issuer_unknown` or `key_expired`.

        `key_expired` also means "not valid yet". A key certified for something else is unknown here.
        """
        certificate = self._keys.get(key_id)
        if certificate is None or certificate.purpose != purpose:
            raise NotAuthentic("issuer_unknown")
        if not certificate.not_before_ms <= at_ms <= certificate.not_after_ms:
            raise NotAuthentic("key_expired")
        return PublicKey(certificate.public_key)

    def key_not_ended(self, key_id: bytes, purpose: KeyPurpose, since_ms: int) -> PublicKey:
        """Give a key that had not ended at `since_ms`, the last moment the centre is known to have reached.

        For replies and checkpoints: an office's own clock may be wrong by years and must not cut it off.
        """
        certificate = self._keys.get(key_id)
        if certificate is None or certificate.purpose != purpose:
            raise NotAuthentic("issuer_unknown")
        if certificate.not_after_ms < since_ms:
            raise NotAuthentic("key_expired")
        return PublicKey(certificate.public_key)

    def keys(self, purpose: KeyPurpose, since_ms: int = 0) -> tuple[PublicKey, ...]:
        """List the signing keys of a purpose that had not ended at `since_ms`."""
        return tuple(PublicKey(one.public_key) for one in self.certificates(purpose) if one.not_after_ms >= since_ms)

    def certificates(self, purpose: KeyPurpose) -> tuple[KeyCertificate, ...]:
        """List the certificates of a purpose, the newest first."""
        found = [one for one in self._keys.values() if one.purpose == purpose]
        return tuple(sorted(found, key=lambda one: (one.not_before_ms, one.public_key), reverse=True))

    def workplace_of_key(self, key_id: bytes) -> WorkplaceCertificate | None:
        """Whose key this is; None when it is unknown here. Revoked ones are still known."""
        return self._workplaces.get(key_id)

    def workplace(self, epoch: bytes) -> WorkplaceCertificate | None:
        """The certificate of an epoch; None when it is unknown here."""
        return self._epochs.get(epoch)

    def revocation(self, epoch: bytes) -> Revocation | None:
        """The revocation of an epoch, if it was withdrawn."""
        return self._revocations.get(epoch)

    def is_revoked(self, epoch: bytes, seq: int = 0) -> bool:
        """Whether an epoch's event `seq` lies after its last good one; without seq, whether it was withdrawn at all."""
        revocation = self._revocations.get(epoch)
        return revocation is not None and (seq == 0 or seq > revocation.last_good_seq)

    def came_too_late(self, epoch: bytes, origin: str, leaf: int) -> bool:
        """Whether a leaf of a log cannot be shown to have been there before its epoch was withdrawn.

        In a log that no revocation of the epoch names nothing can; where none names any, all that is known is `seq`.
        """
        sizes = self._in_logs.get(epoch)
        return sizes is not None and leaf >= sizes.get(origin, 0)
