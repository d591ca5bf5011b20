"""Settles what an enrolment gave: the epoch, the centre's keys, the checkpoint from which the log is watched."""

from liaison_desktop.domain.errors import WorkplaceError
from liaison_desktop.store import feed
from liaison_desktop.store.directory import Entry, keep_directory
from liaison_desktop.store.epochs import Epoch, all_epochs, open_epoch
from liaison_desktop.store.events import COMMON_FEED, SITE_FEED
from liaison_desktop.store.settings import hear_server_time
from liaison_desktop.store.store import Store
from liaison_desktop.sync.transport import Enrolled
from liaison_desktop.workplace.clock import Clock
from server_sync.contract.errors import ContractError
from server_sync.contract.evidence.certificate import KeyPurpose
from server_sync.contract.evidence.checkpoint import open_checkpoint
from server_sync.contract.signing import PrivateKey


def settle_enrolment(store: Store, enrolled: Enrolled, key: PrivateKey, clock: Clock) -> Epoch:
    """Open the epoch that a verified enrolment gave, in one transaction; the same again changes nothing.

    Events of an epoch before stay and are uploaded under their own key. Feeds that were read go on where they were
    within the same server epoch. Raises WorkplaceError `enrolled_elsewhere` for a store of another office.
    """
    reply, now_ms = enrolled.reply, clock.wall_ms()
    if any(one.number_code != enrolled.certificate.number_code for one in all_epochs(store)):
        raise WorkplaceError("enrolled_elsewhere")
    with store.transaction() as connection:
        for raw in reply.keys:
            keep_directory(connection, Entry.KEY, raw, now_ms)
        keep_directory(connection, Entry.WORKPLACE, reply.certificate, now_ms)
        if feed.cursors(connection).server_epoch != reply.server_epoch:
            for which in (SITE_FEED, COMMON_FEED):
                feed.move_cursor(connection, which, reply.server_epoch, 0)
        _keep_first_checkpoint(store, enrolled, now_ms)
        hear_server_time(store, clock, reply.server_time_ms)
        return open_epoch(store, reply.certificate, key, now_ms)


def _keep_first_checkpoint(store: Store, enrolled: Enrolled, now_ms: int) -> None:
    """The log is watched from here on; a checkpoint that does not verify is left for the first exchange to bring."""
    reply = enrolled.reply
    held = feed.held_checkpoint(store.connection)
    if not reply.checkpoint or (held is not None and held.origin == reply.log_origin):
        return
    try:
        checkpoint = open_checkpoint(reply.checkpoint, enrolled.ring.keys(KeyPurpose.LOG), reply.log_origin)
    except ContractError:
        return
    feed.keep_checkpoint(
        store.connection, checkpoint.origin, checkpoint.size, checkpoint.root, reply.checkpoint, now_ms
    )
