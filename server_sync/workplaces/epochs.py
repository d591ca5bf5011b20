"""Opens, finds and withdraws epochs: the incarnations of workplaces' stores."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max

from server_sync.common.refusals import Refused
from server_sync.contract.evidence.certificate import issue_revocation, issue_workplace_certificate
from server_sync.contract.evidence.chain import genesis
from server_sync.contract.identifiers import new_epoch_id
from server_sync.contract.signing import PrivateKey, PublicKey
from server_sync.workplaces.given import fresh_slot, note_given
from server_sync.workplaces.models import Epoch, LiftedStop, Person, Revocation, RevocationInLog, Site, Workplace

Announce = Callable[[Epoch], None]
"""Tells the other offices of a new epoch, inside the same transaction."""


class LogStand(NamedTuple):
    """How far a public log has come: its name and how many leaves it has."""

    origin: str
    size: int


LookAtLog = Callable[[], LogStand]
"""Says how far the public log has come. Whoever asks holds an epoch, so that no event of it gets a leaf meanwhile."""


def open_epoch(
    workplace: Workplace,
    public_key: PublicKey,
    directory: PrivateKey,
    server_epoch: int,
    previous: Epoch | None = None,
) -> Epoch:
    """Give a workplace a new incarnation: a fresh slot of its site, and a certificate for its key.

    Call inside a transaction, and `given.note_given` after it, before anybody is told the slot; raises IntegrityError
    when the key has an epoch already.
    """
    site = Site.objects.select_for_update().get(pk=workplace.site_id)
    slot = fresh_slot(site, server_epoch)
    epoch_id = new_epoch_id()
    certificate = issue_workplace_certificate(
        directory,
        workplace=workplace.id.bytes,
        epoch=epoch_id,
        number_code=site.number_code,
        slot=slot,
        public_key=public_key.raw,
        not_before_ms=time.time_ns() // 1_000_000,
        server_epoch=server_epoch,
        previous_epoch=None if previous is None else previous.id,
        previous_head=None if previous is None else previous.chain,
    ).to_bytes()
    return Epoch.objects.create(
        id=epoch_id,
        workplace=workplace,
        site=site,
        slot=slot,
        public_key=public_key.raw,
        key_id=public_key.key_id,
        certificate=certificate,
        chain=genesis(certificate),
        previous=previous,
    )


def find_epoch(epoch_id: bytes) -> Epoch:
    """Find who signed a request, with workplace, site and revocation; raises Refused `epoch_unknown`."""
    related = ("workplace", "site", "revocation")
    epoch = Epoch.objects.select_related(*related).filter(pk=epoch_id).first() if len(epoch_id) == 16 else None
    if epoch is None:
        raise Refused("epoch_unknown")
    return epoch


def revocation_of(epoch: Epoch) -> Revocation | None:
    """Say whether an epoch was withdrawn, and after which of its events."""
    return Revocation.objects.filter(pk=epoch.pk).first()


def is_lifted(epoch: Epoch, stop: bytes) -> bool:
    """Whether two people have let a PC number on after this very stop."""
    return bool(stop) and LiftedStop.objects.filter(pk=stop, epoch=epoch).exists()


def revoke_epoch(
    epoch: Epoch,
    last_good_seq: int | None,
    directory: PrivateKey,
    *,
    by: Person | None,
    reason: str,
    announce: Announce,
    log: LookAtLog,
) -> Revocation:
    """Withdraw an epoch (a stolen PC, a copied disk): nothing after `last_good_seq` is believed by itself any more.

    None: after all that is in custody. Nor is what gets its leaf from now on, whatever its `seq`. The epoch is held:
    events that custody is just taking have their leaves first, everything else comes too late. Raises Refused
    `revoked_already`, `seq_beyond_custody`.
    """
    with transaction.atomic():
        held = Epoch.objects.select_for_update().get(pk=epoch.pk)
        longest = _longest(held)
        last_good_seq = longest if last_good_seq is None else last_good_seq
        if last_good_seq < 0 or last_good_seq > longest:
            raise Refused("seq_beyond_custody", last_seq=longest)
        if revocation_of(held) is not None:
            raise Refused("revoked_already")
        now = datetime.now(UTC)
        revocation = Revocation.objects.create(
            epoch=held,
            last_good_seq=last_good_seq,
            revoked_at=now,
            revoked_by=by,
            reason=reason,
            statement=issue_revocation(directory, held.id, last_good_seq, _ms(now)).to_bytes(),
        )
        name_in_log(revocation, directory, log())
        announce(held)
    note_given()
    return revocation


def _longest(epoch: Epoch) -> int:
    """How far the longest history of an epoch goes that is in custody; a copy that came first is seldom it."""
    heads: int | None = epoch.heads.aggregate(longest=Max("seq"))["longest"]
    return max(epoch.last_seq, heads or 0)


def name_in_log(revocation: Revocation, directory: PrivateKey, stand: LogStand) -> RevocationInLog:
    """Sign and keep where a log stood when an epoch was withdrawn. Call inside a transaction that holds the epoch."""
    epoch_id, last_good_seq = bytes(revocation.epoch_id), revocation.last_good_seq
    signed = issue_revocation(directory, epoch_id, last_good_seq, _ms(datetime.now(UTC)), stand)
    return RevocationInLog.objects.create(
        revocation=revocation, origin=stand.origin, size=stand.size, statement=signed.to_bytes()
    )


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
