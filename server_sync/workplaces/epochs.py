"""Opens, finds and withdraws epochs: the incarnations of workplaces' stores."""

import time
from collections.abc import Callable

from django.db import transaction

from server_sync.common.refusals import Refused
from server_sync.contract.evidence.certificate import issue_revocation, issue_workplace_certificate
from server_sync.contract.evidence.chain import genesis
from server_sync.contract.identifiers import new_epoch_id
from server_sync.contract.signing import PrivateKey, PublicKey
from server_sync.workplaces.given import fresh_slot, note_given
from server_sync.workplaces.models import Epoch, LiftedStop, Person, Revocation, Site, Workplace

Announce = Callable[[Epoch], None]
"""Tells the other offices of a new epoch, inside the same transaction."""


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
    epoch: Epoch, last_good_seq: int, directory: PrivateKey, *, by: Person | None, reason: str, announce: Announce
) -> Revocation:
    """Withdraw an epoch (a stolen PC, a copied disk): nothing after `last_good_seq` is believed by itself any more.

    Raises Refused `revoked_already`, `seq_beyond_custody`.
    """
    if last_good_seq < 0 or last_good_seq > epoch.last_seq:
        raise Refused("seq_beyond_custody", last_seq=epoch.last_seq)
    statement = issue_revocation(directory, epoch.id, last_good_seq, time.time_ns() // 1_000_000).to_bytes()
    with transaction.atomic():
        revocation, is_new = Revocation.objects.get_or_create(
            epoch=epoch,
            defaults={
                "last_good_seq": last_good_seq,
                "revoked_by": by,
                "reason": reason,
                "statement": statement,
            },
        )
        if not is_new:
            raise Refused("revoked_already")
        announce(epoch)
    note_given()
    return revocation
