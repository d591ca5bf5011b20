"""Takes in which other sites saw the public log: to check a log is one thing, that others see the same one another.

Believed is only what another site signed with a certificate known here, under a checkpoint that the log signed and that
leads to the one held.
"""

from liaison_desktop.store import feed, outbox
from liaison_desktop.sync.rows import Taking
from server_sync.contract.errors import ContractError, NotAuthentic
from server_sync.contract.evidence import merkle
from server_sync.contract.evidence.certificate import KeyPurpose, WorkplaceCertificate
from server_sync.contract.evidence.checkpoint import (
    CENTRE_NUMBER_CODE,
    COSIGNER_AHEAD_MOST_MS,
    WITNESSED_WITHIN_MS,
    Checkpoint,
    cosignatures_of,
    cosigner_name,
    cosigner_of,
    open_checkpoint,
    read_unverified,
    verify_cosignature,
)
from server_sync.contract.messages import WitnessedCheckpoint
from server_sync.contract.signing import PublicKey


def take_witnessed(taking: Taking) -> None:
    """Take in the checkpoints that others cosigned; one that the held log does not continue is kept, and told."""
    for told in taking.reply.witnessed:
        newest = taking.checkpoint
        if newest is None:
            return
        try:
            seen = open_checkpoint(told.note, taking.ring.keys(KeyPurpose.LOG), read_unverified(told.note).origin)
        except ContractError:
            taking.trouble = "checkpoint_wrong"
            continue
        try:
            demand_growth(seen, newest, told.consistency)
        except NotAuthentic:
            doubt_log(taking, newest.size, seen, told.note)
            return
        _count(taking, told, seen)


def demand_growth(before: Checkpoint, after: Checkpoint, proof: tuple[bytes, ...]) -> None:
    """Demand that a log grew from one checkpoint to another, or raise NotAuthentic `not_consistent`."""
    if before.origin != after.origin:
        raise NotAuthentic("not_consistent")
    merkle.verify_consistency(before.size, after.size, proof, before.root, after.root)


def doubt_log(taking: Taking, held_size: int, told: Checkpoint, note: str) -> None:
    """Keep a checkpoint that contradicts the one held: nothing is sealed until people have looked at both."""
    feed.keep_checkpoint(taking.connection, told.origin, told.size, told.root, note, taking.now_ms, is_consistent=False)
    feed.tell(taking.connection, taking.now_ms, "log_contradicts_itself", held=held_size, told=told.size)
    taking.checkpoint = None
    taking.delivery = True


def _count(taking: Taking, told: WitnessedCheckpoint, seen: Checkpoint) -> None:
    """Note every other site whose line holds; the others are passed over, as the note's format demands."""
    now_ms = taking.reply.server_time_ms
    own = outbox.epoch_by_id(taking.connection, taking.epoch).number_code
    for line in cosignatures_of(told.note):
        witness = _witness_of(taking, line)
        if witness is None or witness.number_code == own:
            continue
        try:
            name = cosigner_name(witness.epoch)
            signed_at_ms = verify_cosignature(line, PublicKey(witness.public_key), name, seen) * 1000
        except NotAuthentic:
            continue
        if not now_ms - WITNESSED_WITHIN_MS < signed_at_ms <= now_ms + COSIGNER_AHEAD_MOST_MS:
            continue
        if feed.keep_witness(taking.connection, witness.number_code, signed_at_ms, seen.origin, seen.size):
            taking.delivery = True


def _witness_of(taking: Taking, line: str) -> WorkplaceCertificate | None:
    epoch = cosigner_of(line)
    witness = None if epoch is None else taking.ring.workplace(epoch)
    if witness is None or taking.ring.is_revoked(witness.epoch) or witness.number_code == CENTRE_NUMBER_CODE:
        return None
    return witness
